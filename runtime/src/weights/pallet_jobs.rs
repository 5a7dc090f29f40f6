//! Weights of `pallet_jobs`, written by `make weights` on 2026-11-26 with 50 steps and 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_jobs` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_jobs::WeightInfo for WeightInfo<T> {
	// Storage: `Models::Models` (r:1 w:1)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Datanets::Items` (r:16 w:0)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	// Storage: `Jobs::NextJobId` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Agenda` (r:64 w:1)
	// Storage: `Jobs::Jobs` (r:0 w:1)
	fn request_training() -> Weight {
		Weight::from_parts(734_311_000, 173_534)
			.saturating_add(T::DbWeight::get().reads(89))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	// Storage: `Jobs::NextJobId` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Agenda` (r:64 w:1)
	// Storage: `Jobs::Jobs` (r:0 w:1)
	fn request_inference() -> Weight {
		Weight::from_parts(609_188_000, 173_534)
			.saturating_add(T::DbWeight::get().reads(73))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Jobs::Agenda` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	// Storage: `Models::Models` (r:1 w:1)
	fn cancel() -> Weight {
		Weight::from_parts(188_522_000, 4_824)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `Jobs::Agenda` (r:65 w:3)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	fn give_back() -> Weight {
		Weight::from_parts(491_377_000, 176_230)
			.saturating_add(T::DbWeight::get().reads(71))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	// By count: as `give_back`, with the requester's account and hold, the treasury's account, the issuance and the ledger of burns,
	// and without the end of an assignment.
	fn decline() -> Weight {
		Weight::from_parts(320_000_000, 173_534)
			.saturating_add(T::DbWeight::get().reads(81))
			.saturating_add(T::DbWeight::get().writes(15))
	}

	// Storage: `Jobs::Jobs` (r:1 w:0)
	// Storage: `Workers::Workers` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	fn authorize_give_back() -> Weight {
		Weight::from_parts(152_134_000, 4_824).saturating_add(T::DbWeight::get().reads(3))
	}

	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn remove() -> Weight {
		Weight::from_parts(116_247_000, 4_824)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Datanets::Items` (r:16 w:0)
	// Storage: `Jobs::Probe` (r:1 w:1)
	// Storage: `Jobs::ProbedSince` (r:1 w:1)
	fn set_probe() -> Weight {
		Weight::from_parts(179_896_000, 48_670)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	// By count: that of `request_training`.
	// Storage: `Models::Models` (r:1 w:1)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Datanets::Items` (r:16 w:0)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	// Storage: `Jobs::NextJobId` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Agenda` (r:64 w:1)
	// Storage: `Jobs::Jobs` (r:0 w:1)
	fn request_funded_training() -> Weight {
		Weight::from_parts(274_089_000, 173_534)
			.saturating_add(T::DbWeight::get().reads(89))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	// Storage: `Jobs::Agenda` (r:1 w:0)
	// Storage: `Jobs::Probe` (r:1 w:0)
	// Storage: `Beacon::Ring` (r:1 w:0)
	fn tick_base() -> Weight {
		Weight::from_parts(22_282_000, 3_686).saturating_add(T::DbWeight::get().reads(3))
	}

	// Storage: `Jobs::Probe` (r:1 w:0)
	// Storage: `Beacon::Ring` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `Models::Models` (r:1 w:1)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Datanets::Items` (r:16 w:0)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	// Storage: `Jobs::NextJobId` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Jobs::Agenda` (r:128 w:2)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Jobs` (r:0 w:1)
	fn process_probe() -> Weight {
		Weight::from_parts(1_137_704_000, 346_078)
			.saturating_add(T::DbWeight::get().reads(158))
			.saturating_add(T::DbWeight::get().writes(12))
	}

	// Storage: `Jobs::Agenda` (r:129 w:3)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Beacon::Ring` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Probe` (r:1 w:0)
	fn process_draw() -> Weight {
		Weight::from_parts(844_056_000, 348_774)
			.saturating_add(T::DbWeight::get().reads(136))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	// Storage: `Jobs::Agenda` (r:129 w:4)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Beacon::Ring` (r:1 w:0)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Probe` (r:1 w:0)
	fn process_seed() -> Weight {
		Weight::from_parts(815_693_000, 348_774)
			.saturating_add(T::DbWeight::get().reads(133))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	// Storage: `Jobs::Agenda` (r:66 w:3)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Workers::Unbonding` (r:1 w:0)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `Emission::Burned` (r:1 w:1)
	// Storage: `Emission::RunningEpoch` (r:1 w:1)
	// Storage: `Emission::GenesisIssuance` (r:1 w:0)
	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Jobs::Probe` (r:1 w:0)
	fn process_deadline() -> Weight {
		Weight::from_parts(747_665_000, 178_926)
			.saturating_add(T::DbWeight::get().reads(81))
			.saturating_add(T::DbWeight::get().writes(12))
	}

	// By count: as `process_draw`, with the record, the place in the list and the assignments of the worker that declined.
	fn process_redraw() -> Weight {
		Weight::from_parts(1_330_000_000, 742_566)
			.saturating_add(T::DbWeight::get().reads(140))
			.saturating_add(T::DbWeight::get().writes(10))
	}

	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Jobs::Agenda` (r:2 w:2)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	// Storage: `Models::Models` (r:1 w:1)
	fn abandon() -> Weight {
		Weight::from_parts(318_354_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(11))
	}
}
