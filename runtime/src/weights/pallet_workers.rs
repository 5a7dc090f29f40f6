//! Weights of `pallet_workers`, before the first `make weights`.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_workers` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_workers::WeightInfo for WeightInfo<T> {
	fn register() -> Weight {
		Weight::from_parts(1_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}

	fn bond_extra() -> Weight {
		Weight::from_parts(1_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}

	fn update() -> Weight {
		Weight::from_parts(1_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}

	fn rotate_key() -> Weight {
		Weight::from_parts(1_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}

	fn set_available() -> Weight {
		Weight::from_parts(1_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}

	fn leave() -> Weight {
		Weight::from_parts(1_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}

	fn withdraw() -> Weight {
		Weight::from_parts(1_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}

	fn force_remove() -> Weight {
		Weight::from_parts(1_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}

	fn draw(_w: u32) -> Weight {
		Weight::from_parts(1_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}

	fn slash(_c: u32) -> Weight {
		Weight::from_parts(1_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}
}
