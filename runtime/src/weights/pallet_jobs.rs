//! Weights of `pallet_jobs`, written by `make weights` on 2026-11-24 with 50 steps and 20 repeats.

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
		Weight::from_parts(274_089_000, 173_534)
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
		Weight::from_parts(231_034_000, 173_534)
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
		Weight::from_parts(60_480_000, 4_824)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `Jobs::Agenda` (r:64 w:3)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	fn give_back() -> Weight {
		Weight::from_parts(234_881_000, 173_534)
			.saturating_add(T::DbWeight::get().reads(70))
			.saturating_add(T::DbWeight::get().writes(7))
			// By count, since it was measured: the block of the seed is none of those of a draw.
			.saturating_add(T::DbWeight::get().reads(1))
	}

	// Storage: `Jobs::Jobs` (r:1 w:0)
	// Storage: `Workers::Workers` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	fn authorize_give_back() -> Weight {
		Weight::from_parts(66_429_000, 4_824).saturating_add(T::DbWeight::get().reads(3))
	}

	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn remove() -> Weight {
		Weight::from_parts(45_037_000, 4_824)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	fn set_probe() -> Weight {
		Weight::from_parts(150_000_000, 50_000)
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
	fn tick_base() -> Weight {
		Weight::from_parts(2_604_000, 3_686)
			.saturating_add(T::DbWeight::get().reads(1))
			// By count, since it was measured: the probe that is set, and the beacon's output.
			.saturating_add(Weight::from_parts(5_000_000, 6_000))
			.saturating_add(T::DbWeight::get().reads(2))
	}
	fn process_probe() -> Weight {
		Weight::from_parts(400_000_000, 420_000)
			.saturating_add(T::DbWeight::get().reads(165))
			.saturating_add(T::DbWeight::get().writes(13))
	}

	// Storage: `Jobs::Agenda` (r:129 w:3)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Beacon::Ring` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:0)
	// Storage: `Workers::Workers` (r:256 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	fn process_draw() -> Weight {
		Weight::from_parts(1_260_621_000, 729_566)
			.saturating_add(T::DbWeight::get().reads(390))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	// Storage: `Jobs::Agenda` (r:129 w:4)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Beacon::Ring` (r:1 w:0)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	fn process_seed() -> Weight {
		Weight::from_parts(302_982_000, 348_774)
			.saturating_add(T::DbWeight::get().reads(132))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	// Storage: `Jobs::Agenda` (r:66 w:3)
	// Storage: `Jobs::Jobs` (r:1 w:1)
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Learning::Checks` (r:1 w:0)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Jobs::Assignments` (r:1 w:1)
	fn process_deadline() -> Weight {
		Weight::from_parts(213_449_000, 178_926)
			.saturating_add(T::DbWeight::get().reads(72))
			.saturating_add(T::DbWeight::get().writes(7))
			// By count, since it was measured: the penalty, divided and booked.
			.saturating_add(T::DbWeight::get().reads_writes(11, 10))
	}
	fn abandon() -> Weight {
		Weight::from_parts(150_000_000, 4_000)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(12))
	}
}
