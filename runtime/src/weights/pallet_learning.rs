//! Weights of `pallet_learning`, written by `make weights` on 2026-11-27 with 50 steps and 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_learning` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_learning::WeightInfo for WeightInfo<T> {
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Learning::CounterForChecks` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Learning::Agenda` (r:32 w:2)
	// Storage: `Jobs::Agenda` (r:1 w:1)
	// Storage: `Learning::Duties` (r:0 w:1)
	fn commit() -> Weight {
		Weight::from_parts(365_043_000, 84_702)
			.saturating_add(T::DbWeight::get().reads(38))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	// Storage: `Jobs::Jobs` (r:1 w:0)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `Learning::CounterForChecks` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Workers::Workers` (r:1 w:0)
	fn authorize_commit() -> Weight {
		Weight::from_parts(191_665_000, 4_848).saturating_add(T::DbWeight::get().reads(6))
	}

	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Learning::Agenda` (r:33 w:2)
	fn commit_verdict() -> Weight {
		Weight::from_parts(291_864_000, 87_318)
			.saturating_add(T::DbWeight::get().reads(35))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Workers::Workers` (r:1 w:0)
	fn authorize_commit_verdict() -> Weight {
		Weight::from_parts(138_156_000, 4_807).saturating_add(T::DbWeight::get().reads(3))
	}

	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Learning::Agenda` (r:33 w:2)
	fn open() -> Weight {
		Weight::from_parts(784_227_000, 87_318)
			.saturating_add(T::DbWeight::get().reads(34))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Workers::Workers` (r:1 w:0)
	fn authorize_open() -> Weight {
		Weight::from_parts(654_884_000, 4_807).saturating_add(T::DbWeight::get().reads(3))
	}

	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Learning::Agenda` (r:33 w:2)
	fn reveal_verdict() -> Weight {
		Weight::from_parts(1_067_398_000, 87_318)
			.saturating_add(T::DbWeight::get().reads(34))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Workers::Workers` (r:1 w:0)
	fn authorize_reveal_verdict() -> Weight {
		Weight::from_parts(983_393_000, 4_807).saturating_add(T::DbWeight::get().reads(3))
	}

	// Storage: `Learning::Agenda` (r:1 w:0)
	fn take_due() -> Weight {
		Weight::from_parts(3_285_000, 3_606).saturating_add(T::DbWeight::get().reads(1))
	}

	// Storage: `Learning::Agenda` (r:33 w:2)
	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Beacon::Ring` (r:1 w:0)
	// Storage: `Jobs::Jobs` (r:1 w:0)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::Workers` (r:2 w:2)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Learning::Duties` (r:0 w:2)
	fn draw() -> Weight {
		Weight::from_parts(722_244_000, 87_318)
			.saturating_add(T::DbWeight::get().reads(41))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	// Storage: `Learning::Agenda` (r:33 w:2)
	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Workers::Workers` (r:2 w:2)
	// Storage: `Workers::Unbonding` (r:2 w:0)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Storage: `System::Account` (r:3 w:3)
	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `Emission::Burned` (r:1 w:1)
	// Storage: `Emission::RunningEpoch` (r:1 w:1)
	// Storage: `Emission::GenesisIssuance` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Learning::Duties` (r:0 w:2)
	fn missed_commitments() -> Weight {
		Weight::from_parts(436_169_000, 87_318)
			.saturating_add(T::DbWeight::get().reads(50))
			.saturating_add(T::DbWeight::get().writes(16))
	}

	// Storage: `Learning::Agenda` (r:33 w:2)
	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Beacon::Ring` (r:1 w:0)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	fn draw_interior() -> Weight {
		Weight::from_parts(229_341_000, 87_318)
			.saturating_add(T::DbWeight::get().reads(36))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Learning::Agenda` (r:1 w:1)
	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Workers::Workers` (r:4 w:4)
	// Storage: `Workers::Unbonding` (r:1 w:0)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Storage: `System::Account` (r:9 w:9)
	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `Emission::Burned` (r:2 w:2)
	// Storage: `Emission::RunningEpoch` (r:1 w:1)
	// Storage: `Emission::GenesisIssuance` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	// Storage: `Learning::CounterForChecks` (r:1 w:1)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Models::Versions` (r:1 w:1)
	// Storage: `Pools::PoolTokens` (r:1 w:0)
	// Storage: `Models::Models` (r:1 w:1)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Models::NextVersionId` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	// Storage: `Curves::Markets` (r:1 w:0)
	// Storage: `Emission::EmissionState` (r:1 w:0)
	// Storage: `Jobs::ProbedSince` (r:1 w:0)
	// Storage: `Workers::Epochs` (r:1 w:1)
	// Storage: `Workers::Work` (r:3 w:1)
	// Storage: `Workers::EpochStarts` (r:1 w:0)
	// Storage: `Learning::Duties` (r:0 w:4)
	// Storage: `Models::Heads` (r:0 w:1)
	// Storage: `Models::VersionsOf` (r:0 w:1)
	fn confirm() -> Weight {
		Weight::from_parts(1_255_238_000, 24_417)
			.saturating_add(T::DbWeight::get().reads(43))
			.saturating_add(T::DbWeight::get().writes(38))
	}

	// Storage: `Learning::Agenda` (r:1 w:1)
	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Workers::Workers` (r:4 w:4)
	// Storage: `Workers::Unbonding` (r:2 w:0)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Storage: `System::Account` (r:5 w:5)
	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `Emission::Burned` (r:1 w:1)
	// Storage: `Emission::RunningEpoch` (r:1 w:1)
	// Storage: `Emission::GenesisIssuance` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	// Storage: `Learning::CounterForChecks` (r:1 w:1)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Agenda` (r:64 w:1)
	// Storage: `Learning::Duties` (r:0 w:4)
	fn refute() -> Weight {
		Weight::from_parts(719_009_000, 173_534)
			.saturating_add(T::DbWeight::get().reads(89))
			.saturating_add(T::DbWeight::get().writes(25))
	}

	// Storage: `Learning::Agenda` (r:1 w:1)
	// Storage: `Workers::Workers` (r:4 w:4)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Learning::CounterForChecks` (r:1 w:1)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `System::Account` (r:6 w:6)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Models::Models` (r:1 w:1)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	// Storage: `Learning::Duties` (r:0 w:4)
	fn void() -> Weight {
		Weight::from_parts(528_315_000, 16_608)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(24))
	}

	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Learning::Agenda` (r:33 w:2)
	fn postpone() -> Weight {
		Weight::from_parts(217_413_000, 87_318)
			.saturating_add(T::DbWeight::get().reads(35))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
