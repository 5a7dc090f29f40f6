//! Weights of `pallet_attribution`, written by `make weights` on 2026-11-24 with 50 steps and 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_attribution` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_attribution::WeightInfo for WeightInfo<T> {
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Attribution::Payouts` (r:1 w:1)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `System::Account` (r:7 w:7)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Storage: `Jobs::Agenda` (r:1 w:1)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	fn submit_receipt() -> Weight {
		Weight::from_parts(427_167_000, 19_211)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(17))
			// By count, since it was measured: what the economy reads and writes of a paid job, and a measure that expires.
			.saturating_add(T::DbWeight::get().reads_writes(15, 13))
	}

	// Storage: `Jobs::Jobs` (r:1 w:0)
	// Storage: `Attribution::Payouts` (r:1 w:0)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Workers::Workers` (r:1 w:0)
	fn authorize_submit_receipt() -> Weight {
		Weight::from_parts(106_599_000, 4_824).saturating_add(T::DbWeight::get().reads(6))
	}

	// Storage: `Attribution::Payouts` (r:1 w:1)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Datanets::Items` (r:1 w:0)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:1 w:1)
	// And, by count until it is measured, what `ratings` does for the reward.
	fn claim() -> Weight {
		Weight::from_parts(121_872_000, 6_196)
			.saturating_add(Weight::from_parts(150_000_000, 0))
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(9))
	}

	// Storage: `Attribution::Payouts` (r:1 w:1)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn expire() -> Weight {
		Weight::from_parts(72_698_000, 6_196)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
