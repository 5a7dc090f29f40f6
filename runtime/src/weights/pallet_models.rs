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
}
