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
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Agenda` (r:64 w:1)
	// Storage: `Jobs::Jobs` (r:0 w:1)
	// Storage: `Datanets::Datanets` (r:16 w:0)
	fn request_training() -> Weight {
		Weight::from_parts(772_652_000, 173_534)
			.saturating_add(T::DbWeight::get().reads(107))
			.saturating_add(T::DbWeight::get().writes(10))
	}

	// Storage: `Models::Models` (r:1 w:1)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `System::Account` (r:3 w:3)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Datanets::Items` (r:16 w:0)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	// Storage: `Jobs::NextJobId` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Agenda` (r:64 w:1)
	// Storage: `Jobs::Jobs` (r:0 w:1)
	// Storage: `Datanets::Datanets` (r:16 w:0)
	fn request_funded_training() -> Weight {
		Weight::from_parts(865_025_000, 173_534)
			.saturating_add(T::DbWeight::get().reads(108))
			.saturating_add(T::DbWeight::get().writes(11))
	}

	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	// Storage: `Jobs::NextJobId` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Agenda` (r:64 w:1)
	// Storage: `Jobs::Jobs` (r:0 w:1)
	// Storage: `Datanets::Items` (r:16 w:0)
	fn request_inference() -> Weight {
		Weight::from_parts(624_726_000, 173_534)
			.saturating_add(T::DbWeight::get().reads(91))
			.saturating_add(T::DbWeight::get().writes(9))
	}

	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Models::Models` (r:1 w:1)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `System::Account` (r:3 w:3)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Storage: `Jobs::Agenda` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	fn cancel() -> Weight {
		Weight::from_parts(286_565_000, 6_196)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(10))
	}

	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `Jobs::Agenda` (r:65 w:3)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	fn give_back() -> Weight {
		Weight::from_parts(640_846_000, 176_230)
			.saturating_add(T::DbWeight::get().reads(72))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `Jobs::Agenda` (r:65 w:3)
	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `System::Account` (r:3 w:3)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Storage: `Emission::Burned` (r:1 w:1)
	// Storage: `Emission::RunningEpoch` (r:1 w:1)
	// Storage: `Emission::GenesisIssuance` (r:1 w:0)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	fn decline() -> Weight {
		Weight::from_parts(784_554_000, 176_230)
			.saturating_add(T::DbWeight::get().reads(80))
			.saturating_add(T::DbWeight::get().writes(14))
	}

	// Storage: `Jobs::Jobs` (r:1 w:0)
	// Storage: `Workers::Workers` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	fn authorize_give_back() -> Weight {
		Weight::from_parts(138_839_000, 4_848).saturating_add(T::DbWeight::get().reads(3))
	}

	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn remove() -> Weight {
		Weight::from_parts(155_200_000, 4_848)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Datanets::Items` (r:16 w:0)
	// Storage: `Jobs::Probe` (r:1 w:1)
	// Storage: `Jobs::ProbedSince` (r:1 w:1)
	// Storage: `Datanets::Datanets` (r:16 w:0)
	fn set_probe() -> Weight {
		Weight::from_parts(205_824_000, 48_670)
			.saturating_add(T::DbWeight::get().reads(37))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	// Storage: `Jobs::Agenda` (r:1 w:0)
	// Storage: `Jobs::Probe` (r:1 w:0)
	// Storage: `Beacon::Ring` (r:1 w:0)
	fn tick_base() -> Weight {
		Weight::from_parts(30_577_000, 3_686).saturating_add(T::DbWeight::get().reads(3))
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
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Jobs::Agenda` (r:128 w:2)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Jobs` (r:0 w:1)
	// Storage: `Datanets::Datanets` (r:16 w:0)
	fn process_probe() -> Weight {
		Weight::from_parts(1_286_021_000, 346_078)
			.saturating_add(T::DbWeight::get().reads(176))
			.saturating_add(T::DbWeight::get().writes(14))
	}

	// Storage: `Jobs::Agenda` (r:129 w:3)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Beacon::Ring` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Probe` (r:1 w:0)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn process_draw() -> Weight {
		Weight::from_parts(947_489_000, 348_774)
			.saturating_add(T::DbWeight::get().reads(138))
			.saturating_add(T::DbWeight::get().writes(9))
	}

	// Storage: `Jobs::Agenda` (r:129 w:4)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Beacon::Ring` (r:1 w:0)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Probe` (r:1 w:0)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn process_seed() -> Weight {
		Weight::from_parts(786_488_000, 348_774)
			.saturating_add(T::DbWeight::get().reads(135))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	// Storage: `Jobs::Agenda` (r:66 w:3)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Workers::Unbonding` (r:1 w:0)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Storage: `System::Account` (r:3 w:3)
	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `Emission::Burned` (r:1 w:1)
	// Storage: `Emission::RunningEpoch` (r:1 w:1)
	// Storage: `Emission::GenesisIssuance` (r:1 w:0)
	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Jobs::Probe` (r:1 w:0)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	fn process_deadline() -> Weight {
		Weight::from_parts(802_388_000, 178_926)
			.saturating_add(T::DbWeight::get().reads(84))
			.saturating_add(T::DbWeight::get().writes(15))
	}

	// Storage: `Jobs::Agenda` (r:129 w:3)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Workers::Workers` (r:2 w:2)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:2 w:2)
	// Storage: `Beacon::Ring` (r:1 w:0)
	// Storage: `Jobs::Probe` (r:1 w:0)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn process_redraw() -> Weight {
		Weight::from_parts(1_017_099_000, 348_774)
			.saturating_add(T::DbWeight::get().reads(140))
			.saturating_add(T::DbWeight::get().writes(11))
	}

	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `Models::Models` (r:1 w:1)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `System::Account` (r:3 w:3)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Storage: `Jobs::Agenda` (r:2 w:2)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	fn abandon() -> Weight {
		Weight::from_parts(441_054_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(17))
			.saturating_add(T::DbWeight::get().writes(14))
	}
}
