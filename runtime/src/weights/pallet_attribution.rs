//! Weights of `pallet_attribution`, written by `make weights` on 2026-11-27 with 50 steps and 20 repeats.

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
	// Storage: `Balances::Holds` (r:2 w:2)
	// Storage: `Jobs::Agenda` (r:1 w:1)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	// Storage: `Pools::Payments` (r:1 w:0)
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
		Weight::from_parts(699_611_000, 21_814)
			.saturating_add(T::DbWeight::get().reads(35))
			.saturating_add(T::DbWeight::get().writes(23))
	}

	// Storage: `Jobs::Jobs` (r:1 w:0)
	// Storage: `Attribution::Payouts` (r:1 w:0)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `Workers::Workers` (r:1 w:0)
	fn authorize_submit_receipt() -> Weight {
		Weight::from_parts(117_104_000, 4_848).saturating_add(T::DbWeight::get().reads(7))
	}

	// Storage: `Attribution::Payouts` (r:1 w:1)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Datanets::Items` (r:1 w:0)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Ratings::Budgets` (r:1 w:1)
	// Storage: `Ratings::CurrentPolicy` (r:1 w:0)
	// Storage: `Ratings::Assets` (r:1 w:1)
	// Storage: `Emission::EmissionState` (r:1 w:0)
	// Storage: `Ratings::Epochs` (r:1 w:1)
	// Storage: `Ratings::Owed` (r:1 w:1)
	// Storage: `Ratings::Standings` (r:1 w:1)
	fn claim() -> Weight {
		Weight::from_parts(205_566_000, 6_196)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(9))
	}

	// Storage: `Attribution::Payouts` (r:1 w:1)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn expire() -> Weight {
		Weight::from_parts(89_914_000, 6_196)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
