//! Weights of `pallet_learning`, written by `make weights` on 2026-11-24 with 50 steps and 20 repeats.

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
		Weight::from_parts(186_959_000, 84_702)
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
		Weight::from_parts(95_442_000, 4_824).saturating_add(T::DbWeight::get().reads(6))
	}

	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Learning::Agenda` (r:33 w:2)
	fn commit_verdict() -> Weight {
		Weight::from_parts(139_739_000, 87_318)
			.saturating_add(T::DbWeight::get().reads(35))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Workers::Workers` (r:1 w:0)
	fn authorize_commit_verdict() -> Weight {
		Weight::from_parts(64_146_000, 4_756).saturating_add(T::DbWeight::get().reads(3))
	}

	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Learning::Agenda` (r:33 w:2)
	fn open() -> Weight {
		Weight::from_parts(510_171_000, 87_318)
			.saturating_add(T::DbWeight::get().reads(34))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Workers::Workers` (r:1 w:0)
	fn authorize_open() -> Weight {
		Weight::from_parts(482_690_000, 4_756).saturating_add(T::DbWeight::get().reads(3))
	}

	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Learning::Agenda` (r:33 w:2)
	fn reveal_verdict() -> Weight {
		Weight::from_parts(676_589_000, 87_318)
			.saturating_add(T::DbWeight::get().reads(34))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Workers::Workers` (r:1 w:0)
	fn authorize_reveal_verdict() -> Weight {
		Weight::from_parts(674_967_000, 4_756).saturating_add(T::DbWeight::get().reads(3))
	}

	// Storage: `Learning::Agenda` (r:1 w:0)
	fn take_due() -> Weight {
		Weight::from_parts(2_223_000, 3_606).saturating_add(T::DbWeight::get().reads(1))
	}

	// Storage: `Learning::Agenda` (r:33 w:2)
	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Beacon::Ring` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:0)
	// Storage: `Workers::Workers` (r:254 w:2)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Learning::Duties` (r:0 w:2)
	fn draw() -> Weight {
		Weight::from_parts(1_847_697_000, 723_874)
			.saturating_add(T::DbWeight::get().reads(291))
			.saturating_add(T::DbWeight::get().writes(7))
			// By count, since it was measured: the executors of earlier attempts.
			.saturating_add(T::DbWeight::get().reads_writes(3, 0))
	}

	// Storage: `Learning::Agenda` (r:33 w:2)
	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Workers::Workers` (r:2 w:2)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Learning::Duties` (r:0 w:2)
	fn missed_commitments() -> Weight {
		Weight::from_parts(167_430_000, 87_318)
			.saturating_add(T::DbWeight::get().reads(38))
			.saturating_add(T::DbWeight::get().writes(8))
			// By count, since it was measured: the penalty, divided and booked.
			.saturating_add(T::DbWeight::get().reads_writes(10, 10))
	}

	// Storage: `Learning::Agenda` (r:33 w:2)
	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Beacon::Ring` (r:1 w:0)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	fn draw_interior() -> Weight {
		Weight::from_parts(143_084_000, 87_318)
			.saturating_add(T::DbWeight::get().reads(36))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Learning::Agenda` (r:1 w:1)
	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Workers::Workers` (r:4 w:4)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Storage: `System::Account` (r:7 w:7)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Learning::CounterForChecks` (r:1 w:1)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Models::Models` (r:1 w:1)
	// Storage: `Models::Versions` (r:1 w:1)
	// Storage: `Models::NextVersionId` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	// Storage: `Learning::Duties` (r:0 w:4)
	// Storage: `Models::VersionsOf` (r:0 w:1)
	fn confirm() -> Weight {
		Weight::from_parts(490_532_000, 19_211)
			.saturating_add(T::DbWeight::get().reads(25))
			.saturating_add(T::DbWeight::get().writes(29))
			// By count, since it was measured: what the economy reads and writes of a paid job.
			.saturating_add(T::DbWeight::get().reads_writes(18, 16))
	}

	// Storage: `Learning::Agenda` (r:1 w:1)
	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Workers::Workers` (r:4 w:4)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Storage: `System::Account` (r:5 w:5)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Learning::CounterForChecks` (r:1 w:1)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Jobs::Agenda` (r:64 w:1)
	// Storage: `Learning::Duties` (r:0 w:4)
	fn refute() -> Weight {
		Weight::from_parts(425_325_000, 173_534)
			.saturating_add(T::DbWeight::get().reads(82))
			.saturating_add(T::DbWeight::get().writes(22))
			// By count, since it was measured: the penalty, divided and booked.
			.saturating_add(T::DbWeight::get().reads_writes(10, 10))
	}

	// Storage: `Learning::Agenda` (r:1 w:1)
	// Storage: `Workers::Workers` (r:4 w:4)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Learning::CounterForChecks` (r:1 w:1)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `System::Account` (r:4 w:4)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	// Storage: `Models::Models` (r:1 w:1)
	// Storage: `Learning::Duties` (r:0 w:4)
	fn void() -> Weight {
		Weight::from_parts(269_963_000, 12_374)
			.saturating_add(T::DbWeight::get().reads(19))
			.saturating_add(T::DbWeight::get().writes(22))
	}

	// Storage: `Learning::Checks` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Learning::Agenda` (r:33 w:2)
	fn postpone() -> Weight {
		Weight::from_parts(113_859_000, 87_318)
			.saturating_add(T::DbWeight::get().reads(35))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
