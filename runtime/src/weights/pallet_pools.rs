//! Weights of `pallet_pools`: by count of what each reads and writes, rounded up, until `make weights` measures them.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use pallet_jobs::WeightInfo as _;

/// What the benchmarks of `pallet_pools` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_pools::WeightInfo for WeightInfo<T> {
	fn open() -> Weight {
		Weight::from_parts(450_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	fn buy_inference() -> Weight {
		super::pallet_jobs::WeightInfo::<T>::request_inference()
			.saturating_add(Weight::from_parts(250_000_000, 6_500))
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	fn take_gifts() -> Weight {
		Weight::from_parts(80_000_000, 4_000)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn close(n: u32) -> Weight {
		Weight::from_parts(400_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(9))
			.saturating_add(Weight::from_parts(40_000_000, 6_000).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(4, 4).saturating_mul(n.into()))
	}
	fn update_verified() -> Weight {
		Weight::from_parts(250_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	fn inference_ended() -> Weight {
		Weight::from_parts(200_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(6))
	}
}
