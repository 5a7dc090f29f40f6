//! Weights of `pallet_attribution`, written by `make weights` on 2026-11-26 with 50 steps and 20 repeats.

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
	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `System::Account` (r:8 w:8)
	// Storage: `Balances::Holds` (r:3 w:3)
	// Storage: `Jobs::Agenda` (r:1 w:1)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	// Storage: `Curves::Markets` (r:1 w:0)
	// Storage: `Emission::Burned` (r:1 w:1)
	// Storage: `Emission::RunningEpoch` (r:1 w:1)
	// Storage: `Emission::GenesisIssuance` (r:1 w:0)
	// Storage: `Emission::EmissionState` (r:1 w:0)
	// Storage: `Jobs::ProbedSince` (r:1 w:0)
	// Storage: `Workers::Epochs` (r:1 w:1)
	// Storage: `Workers::Work` (r:1 w:1)
	// Storage: `Workers::EpochStarts` (r:1 w:0)
	// Storage: `Ratings::Budgets` (r:1 w:1)
	// Storage: `Ratings::CurrentReviewPolicy` (r:1 w:0)
	fn submit_receipt() -> Weight {
		Weight::from_parts(1_172_509_000, 19_211)
			.saturating_add(T::DbWeight::get().reads(35))
			.saturating_add(T::DbWeight::get().writes(24))
	}

	// Storage: `Jobs::Jobs` (r:1 w:0)
	// Storage: `Attribution::Payouts` (r:1 w:0)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Workers::Workers` (r:1 w:0)
	fn authorize_submit_receipt() -> Weight {
		Weight::from_parts(197_839_000, 4_824).saturating_add(T::DbWeight::get().reads(6))
	}

	// Storage: `Attribution::Payouts` (r:1 w:1)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Datanets::Items` (r:1 w:0)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Ratings::Budgets` (r:1 w:1)
	// Storage: `Ratings::Assets` (r:1 w:1)
	// Storage: `Ratings::CurrentPolicy` (r:1 w:0)
	// Storage: `Emission::EmissionState` (r:1 w:0)
	// Storage: `Ratings::Epochs` (r:1 w:1)
	// Storage: `Ratings::Owed` (r:1 w:1)
	// Storage: `Ratings::Standings` (r:1 w:1)
	fn claim() -> Weight {
		Weight::from_parts(335_937_000, 6_196)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(9))
	}

	// Storage: `Attribution::Payouts` (r:1 w:1)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn expire() -> Weight {
		Weight::from_parts(190_967_000, 6_196)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
