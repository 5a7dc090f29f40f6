//! Weights of `pallet_models`, written by `make weights` on 2026-11-27 with 50 steps and 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_models` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_models::WeightInfo for WeightInfo<T> {
	// Storage: `Models::NextModelId` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Models::Models` (r:0 w:1)
	fn register() -> Weight {
		Weight::from_parts(55_572_000, 3_946)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Models::Models` (r:1 w:1)
	fn set_rates() -> Weight {
		Weight::from_parts(12_328_000, 3_754)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Models::Models` (r:1 w:1)
	fn retire() -> Weight {
		Weight::from_parts(12_229_000, 3_754)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Models::Models` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Curves::Markets` (r:1 w:1)
	fn remove() -> Weight {
		Weight::from_parts(69_093_000, 3_946)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Models::Standings` (r:1 w:1)
	// Storage: `Curves::Markets` (r:1 w:0)
	// Storage: `Pools::PoolTokens` (r:1 w:0)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Models::Locks` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Assets::Account` (r:2 w:2)
	fn stand() -> Weight {
		Weight::from_parts(139_198_000, 6_208)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	// Storage: `Models::Standings` (r:1 w:1)
	// Storage: `Models::Locks` (r:3 w:0)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Assets::Asset` (r:1 w:0)
	// Storage: `Pools::PoolTokens` (r:1 w:0)
	// Storage: `Pools::Pools` (r:1 w:0)
	// Storage: `Models::Requests` (r:1 w:1)
	fn take_seat() -> Weight {
		Weight::from_parts(57_065_000, 8_751)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	// Storage: `Models::Locks` (r:1 w:1)
	// Storage: `Models::Standings` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Models::Requests` (r:1 w:1)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Assets::Account` (r:2 w:2)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn withdraw() -> Weight {
		Weight::from_parts(124_135_000, 6_208)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Models::Heads` (r:1 w:0)
	// Storage: `Models::Requests` (r:1 w:1)
	// Storage: `Models::Standings` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Emission::Burned` (r:1 w:1)
	// Storage: `Emission::RunningEpoch` (r:1 w:1)
	// Storage: `Emission::GenesisIssuance` (r:1 w:0)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	fn request_rollback() -> Weight {
		Weight::from_parts(102_723_000, 3_946)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	// Storage: `Models::Standings` (r:1 w:1)
	// Storage: `Models::Requests` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Emission::Burned` (r:1 w:1)
	// Storage: `Emission::RunningEpoch` (r:1 w:1)
	// Storage: `Emission::GenesisIssuance` (r:1 w:0)
	fn veto_rollback() -> Weight {
		Weight::from_parts(78_938_000, 3_946)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	// Storage: `Models::Requests` (r:1 w:1)
	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `Models::Heads` (r:1 w:1)
	// Storage: `Models::VersionsOf` (r:1025 w:0)
	// Storage: `Models::Versions` (r:1023 w:1023)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Models::Standings` (r:1 w:1)
	// Storage: `Curves::Markets` (r:1 w:1)
	// `v` is 2 to 1024.
	fn enact_rollback(v: u32) -> Weight {
		Weight::from_parts(91_256_000, 3_946)
			.saturating_add(Weight::from_parts(5_979_697, 0).saturating_mul(v.into()))
			.saturating_add(Weight::from_parts(0, 2_682).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(v.into())))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(v.into())))
	}
}
