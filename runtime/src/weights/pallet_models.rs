//! Weights of `pallet_models`, written by `make weights` on 2026-11-26 with 50 steps and 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_models` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_models::WeightInfo for WeightInfo<T> {
	// Storage: `Models::NextModelId` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Models::Models` (r:0 w:1)
	fn register() -> Weight {
		Weight::from_parts(95_759_000, 3_802)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Models::Models` (r:1 w:1)
	fn set_rates() -> Weight {
		Weight::from_parts(30_547_000, 3_754)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Models::Models` (r:1 w:1)
	fn retire() -> Weight {
		Weight::from_parts(32_140_000, 3_754)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Models::Models` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn remove() -> Weight {
		Weight::from_parts(108_833_000, 3_802)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	// By count of what it reads and writes, rounded up, until `make weights` measures it.
	fn stand() -> Weight {
		Weight::from_parts(110_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	// By count of what it reads and writes, rounded up, until `make weights` measures it.
	fn take_seat() -> Weight {
		Weight::from_parts(90_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	// By count of what it reads and writes, rounded up, until `make weights` measures it.
	fn withdraw() -> Weight {
		Weight::from_parts(130_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(9))
	}

	// By count of what it reads and writes, rounded up, until `make weights` measures it.
	fn request_rollback() -> Weight {
		Weight::from_parts(140_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	// By count of what it reads and writes, rounded up, until `make weights` measures it.
	fn veto_rollback() -> Weight {
		Weight::from_parts(120_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	// By count of what it reads and writes, rounded up, until `make weights` measures it.
	fn enact_rollback(v: u32) -> Weight {
		Weight::from_parts(100_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads_writes(7, 6))
			.saturating_add(Weight::from_parts(25_000_000, 3_000).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads_writes(2, 1).saturating_mul(v.into()))
	}
}
