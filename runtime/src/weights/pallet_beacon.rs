//! Weights of `pallet_beacon`, before the first `make weights`.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_beacon` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_beacon::WeightInfo for WeightInfo<T> {
	fn on_initialize() -> Weight {
		Weight::from_parts(1_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(1, 1))
	}
}
