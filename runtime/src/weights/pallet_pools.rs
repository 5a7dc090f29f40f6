//! Weights of `pallet_pools`, written by `make weights` on 2026-11-27 with 50 steps and 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_pools` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_pools::WeightInfo for WeightInfo<T> {
	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Curves::Markets` (r:1 w:0)
	// Storage: `Pools::PoolTokens` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Pools::NextToken` (r:1 w:1)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Assets::Metadata` (r:1 w:1)
	// Storage: `Assets::Account` (r:2 w:2)
	// Storage: `Pools::Pools` (r:0 w:1)
	fn open() -> Weight {
		Weight::from_parts(262_711_000, 6_208)
			.saturating_add(T::DbWeight::get().reads(13))
			.saturating_add(T::DbWeight::get().writes(10))
	}

	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Pools::PoolTokens` (r:1 w:0)
	// Storage: `Pools::Pools` (r:1 w:1)
	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Assets::Account` (r:2 w:2)
	// Storage: `Datanets::Items` (r:1 w:0)
	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `Jobs::OpenJobCount` (r:1 w:1)
	// Storage: `Jobs::NextJobId` (r:1 w:1)
	// Storage: `Jobs::OpenJobs` (r:1 w:1)
	// Storage: `Balances::Holds` (r:2 w:2)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Jobs::Agenda` (r:64 w:1)
	// Storage: `Jobs::Jobs` (r:0 w:1)
	// Storage: `Pools::Payments` (r:0 w:1)
	fn buy_inference() -> Weight {
		Weight::from_parts(462_108_000, 173_534)
			.saturating_add(T::DbWeight::get().reads(81))
			.saturating_add(T::DbWeight::get().writes(13))
	}

	// Storage: `Pools::Pools` (r:1 w:1)
	// Storage: `Assets::Account` (r:1 w:0)
	fn take_gifts() -> Weight {
		Weight::from_parts(19_559_000, 3_743)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Pools::Pools` (r:1 w:1)
	// Storage: `Assets::Account` (r:33 w:32)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `System::Account` (r:33 w:33)
	// Storage: `Assets::Approvals` (r:33 w:32)
	// Storage: `Assets::Metadata` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Pools::PoolTokens` (r:0 w:1)
	// Storage: `Assets::Reserves` (r:0 w:1)
	// `n` is 0 to 32.
	fn close(n: u32) -> Weight {
		Weight::from_parts(280_278_764, 6_380)
			.saturating_add(Weight::from_parts(39_505_809, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 2_623).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(9))
			.saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(n.into())))
	}

	// Storage: `Pools::PoolTokens` (r:1 w:0)
	// Storage: `Pools::Pools` (r:1 w:1)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Assets::Account` (r:2 w:2)
	// Storage: `System::Account` (r:1 w:1)
	fn update_verified() -> Weight {
		Weight::from_parts(79_118_000, 6_208)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	// Storage: `Pools::Payments` (r:1 w:1)
	// Storage: `Pools::Pools` (r:1 w:1)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Assets::Account` (r:2 w:2)
	fn inference_ended() -> Weight {
		Weight::from_parts(65_288_000, 6_208)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
}
