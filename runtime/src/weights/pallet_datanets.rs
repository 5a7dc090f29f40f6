//! Weights of `pallet_datanets`, written by `make weights` on 2026-11-27 with 50 steps and 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_datanets` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_datanets::WeightInfo for WeightInfo<T> {
	// Storage: `Datanets::NextDatanetId` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Datanets::Datanets` (r:0 w:1)
	fn create() -> Weight {
		Weight::from_parts(55_333_000, 3_946)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Datanets::Datanets` (r:1 w:1)
	// Storage: `Datanets::ByRoot` (r:1 w:1)
	// Storage: `Datanets::ByCid` (r:1 w:1)
	// Storage: `Datanets::NextContributionId` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Datanets::ItemsOf` (r:0 w:1)
	// Storage: `Datanets::Items` (r:0 w:1)
	fn contribute() -> Weight {
		Weight::from_parts(76_454_000, 3_946)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	// Storage: `Datanets::Items` (r:1 w:1)
	fn update_source() -> Weight {
		Weight::from_parts(14_261_000, 3_970)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Datanets::Items` (r:1 w:1)
	fn offer_contribution() -> Weight {
		Weight::from_parts(12_919_000, 3_970)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Datanets::Items` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:2 w:2)
	fn accept_contribution() -> Weight {
		Weight::from_parts(100_560_000, 6_902)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	// Storage: `Datanets::Datanets` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn remove_datanet() -> Weight {
		Weight::from_parts(48_703_000, 3_946)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
}
