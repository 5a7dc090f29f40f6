//! Weights of `pallet_jobs`, written by `make weights` on 2026-11-27 with 50 steps and 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_jobs` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_jobs::WeightInfo for WeightInfo<T> {
	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `Models::Models` (r:1 w:1)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Datanets::Items` (r:16 w:0)
	// Storage: `Datanets::Datanets` (r:16 w:0)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	// Storage: `Jobs::NextJobId` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Agenda` (r:64 w:1)
	// Storage: `Jobs::Jobs` (r:0 w:1)
	fn request_training() -> Weight {
		Weight::from_parts(510_369_000, 173_534)
			.saturating_add(T::DbWeight::get().reads(108))
			.saturating_add(T::DbWeight::get().writes(10))
	}

	// Storage: `Models::Models` (r:1 w:1)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `System::Account` (r:3 w:3)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Datanets::Items` (r:16 w:0)
	// Storage: `Datanets::Datanets` (r:16 w:0)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	// Storage: `Jobs::NextJobId` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Agenda` (r:64 w:1)
	// Storage: `Jobs::Jobs` (r:0 w:1)
	fn request_funded_training() -> Weight {
		Weight::from_parts(559_382_000, 173_534)
			.saturating_add(T::DbWeight::get().reads(109))
			.saturating_add(T::DbWeight::get().writes(11))
	}

	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Datanets::Items` (r:16 w:0)
	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	// Storage: `Jobs::NextJobId` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Agenda` (r:64 w:1)
	// Storage: `Jobs::Jobs` (r:0 w:1)
	fn request_inference() -> Weight {
		Weight::from_parts(435_528_000, 173_534)
			.saturating_add(T::DbWeight::get().reads(92))
			.saturating_add(T::DbWeight::get().writes(9))
	}

	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Models::Models` (r:1 w:1)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `System::Account` (r:3 w:3)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Jobs::Agenda` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	fn cancel() -> Weight {
		Weight::from_parts(149_072_000, 8_799)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(9))
	}

	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `Jobs::Agenda` (r:65 w:3)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	fn give_back() -> Weight {
		Weight::from_parts(327_577_000, 176_230)
			.saturating_add(T::DbWeight::get().reads(72))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `Jobs::Agenda` (r:65 w:3)
	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Emission::Burned` (r:1 w:1)
	// Storage: `Emission::RunningEpoch` (r:1 w:1)
	// Storage: `Emission::GenesisIssuance` (r:1 w:0)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	fn decline() -> Weight {
		Weight::from_parts(415_088_000, 176_230)
			.saturating_add(T::DbWeight::get().reads(78))
			.saturating_add(T::DbWeight::get().writes(12))
	}

	// Storage: `Jobs::Jobs` (r:1 w:0)
	// Storage: `Workers::Workers` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	fn authorize_give_back() -> Weight {
		Weight::from_parts(89_313_000, 4_848).saturating_add(T::DbWeight::get().reads(3))
	}

	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn remove() -> Weight {
		Weight::from_parts(72_838_000, 4_848)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Datanets::Items` (r:16 w:0)
	// Storage: `Datanets::Datanets` (r:16 w:0)
	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `Jobs::Probe` (r:1 w:1)
	// Storage: `Jobs::ProbedSince` (r:1 w:1)
	fn set_probe() -> Weight {
		Weight::from_parts(201_419_000, 48_670)
			.saturating_add(T::DbWeight::get().reads(38))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	// Storage: `Jobs::Agenda` (r:1 w:0)
	// Storage: `Jobs::Probe` (r:1 w:0)
	// Storage: `Beacon::Ring` (r:1 w:0)
	fn tick_base() -> Weight {
		Weight::from_parts(14_812_000, 3_686).saturating_add(T::DbWeight::get().reads(3))
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
	// Storage: `Datanets::Datanets` (r:16 w:0)
	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	// Storage: `Jobs::NextJobId` (r:1 w:1)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:2 w:1)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Jobs::Agenda` (r:128 w:2)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Jobs` (r:0 w:1)
	fn process_probe() -> Weight {
		Weight::from_parts(847_892_000, 346_078)
			.saturating_add(T::DbWeight::get().reads(177))
			.saturating_add(T::DbWeight::get().writes(13))
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
		Weight::from_parts(486_994_000, 348_774)
			.saturating_add(T::DbWeight::get().reads(136))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	// Storage: `Jobs::Agenda` (r:129 w:4)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Beacon::Ring` (r:1 w:0)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Probe` (r:1 w:0)
	fn process_seed() -> Weight {
		Weight::from_parts(433_344_000, 348_774)
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
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Probe` (r:1 w:0)
	fn process_deadline() -> Weight {
		Weight::from_parts(398_523_000, 178_926)
			.saturating_add(T::DbWeight::get().reads(82))
			.saturating_add(T::DbWeight::get().writes(13))
	}

	// Storage: `Jobs::Agenda` (r:129 w:3)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Workers::Workers` (r:2 w:2)
	// Storage: `Jobs::Assignments` (r:2 w:2)
	// Storage: `Beacon::Ring` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Probe` (r:1 w:0)
	fn process_redraw() -> Weight {
		Weight::from_parts(516_118_000, 348_774)
			.saturating_add(T::DbWeight::get().reads(138))
			.saturating_add(T::DbWeight::get().writes(9))
	}

	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `Models::Models` (r:1 w:1)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `System::Account` (r:3 w:3)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Jobs::Agenda` (r:2 w:2)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	fn abandon() -> Weight {
		Weight::from_parts(262_450_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(15))
			.saturating_add(T::DbWeight::get().writes(13))
	}
}
