//! Weights of `pallet_curves`: by count of what each reads and writes, rounded up, until `make weights` measures them.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_curves` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_curves::WeightInfo for WeightInfo<T> {
	fn launch() -> Weight {
		Weight::from_parts(450_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	fn buy() -> Weight {
		Weight::from_parts(250_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn spend() -> Weight {
		Weight::from_parts(350_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn sell() -> Weight {
		Weight::from_parts(250_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn settle() -> Weight {
		Weight::from_parts(250_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	fn refresh_metrics() -> Weight {
		Weight::from_parts(150_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn release() -> Weight {
		Weight::from_parts(150_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	fn close(n: u32) -> Weight {
		Weight::from_parts(400_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(11))
			.saturating_add(Weight::from_parts(40_000_000, 6_000).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(4, 4).saturating_mul(n.into()))
	}
}
