//! Weights of `pallet_beacon`, written by `make weights` on 2026-11-27 with 50 steps and 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_beacon` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_beacon::WeightInfo for WeightInfo<T> {
	// Storage: `Beacon::Head` (r:1 w:1)
	// Storage: `Beacon::Ring` (r:0 w:1)
	fn on_initialize() -> Weight {
		Weight::from_parts(34_522_000, 1_521)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(2))
	}
}
