//! Weights of `pallet_curves`, written by `make weights` on 2026-11-27 with 50 steps and 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_curves` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_curves::WeightInfo for WeightInfo<T> {
	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Curves::Markets` (r:1 w:1)
	// Storage: `Pools::PoolTokens` (r:1 w:0)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Curves::NextToken` (r:1 w:1)
	// Storage: `Emission::EmissionState` (r:1 w:0)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Assets::Metadata` (r:1 w:1)
	// Storage: `Curves::Curves` (r:0 w:1)
	// Storage: `Curves::LockedClaims` (r:0 w:1)
	fn launch() -> Weight {
		Weight::from_parts(353_606_000, 6_196)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(9))
	}

	// Storage: `Curves::Curves` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Assets::Account` (r:1 w:1)
	fn buy() -> Weight {
		Weight::from_parts(127_579_000, 5_186)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	// Storage: `Curves::Curves` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Assets::Account` (r:1 w:1)
	fn spend() -> Weight {
		Weight::from_parts(151_476_000, 5_186)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	// Storage: `Curves::Curves` (r:1 w:1)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Assets::Account` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	fn sell() -> Weight {
		Weight::from_parts(134_690_000, 5_186)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	// Storage: `Curves::Curves` (r:1 w:1)
	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `System::Account` (r:4 w:4)
	// Storage: `Emission::Burned` (r:1 w:1)
	// Storage: `Emission::RunningEpoch` (r:1 w:1)
	// Storage: `Emission::GenesisIssuance` (r:1 w:0)
	// Storage: `Curves::Markets` (r:1 w:1)
	// Storage: `Emission::EmissionState` (r:1 w:0)
	fn settle() -> Weight {
		Weight::from_parts(222_621_000, 11_402)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	// Storage: `Curves::Curves` (r:1 w:1)
	// Storage: `Emission::EmissionState` (r:1 w:0)
	// Storage: `Curves::Markets` (r:1 w:0)
	fn refresh_metrics() -> Weight {
		Weight::from_parts(33_750_000, 5_186)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Curves::Curves` (r:1 w:1)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Assets::Account` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	fn release() -> Weight {
		Weight::from_parts(59_738_000, 5_186)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	// Storage: `Curves::Curves` (r:1 w:1)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `Assets::Account` (r:33 w:32)
	// Storage: `System::Account` (r:32 w:32)
	// Storage: `Assets::Approvals` (r:33 w:32)
	// Storage: `Assets::Metadata` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Curves::Markets` (r:1 w:1)
	// Storage: `Curves::LockedClaims` (r:0 w:1)
	// Storage: `Assets::Reserves` (r:0 w:1)
	// `n` is 0 to 32.
	fn close(n: u32) -> Weight {
		Weight::from_parts(336_556_821, 9_089)
			.saturating_add(Weight::from_parts(39_353_089, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 2_623).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(10))
			.saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(n.into())))
	}

	// Storage: `Curves::Curves` (r:1 w:1)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Datanets::Items` (r:16 w:0)
	// Storage: `Assets::Account` (r:2 w:2)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `System::Account` (r:4 w:4)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `AssetConversion::Pools` (r:1 w:1)
	// Storage: `AssetConversion::NextPoolAssetId` (r:1 w:1)
	// Storage: `PoolAssets::Asset` (r:1 w:1)
	// Storage: `PoolAssets::Account` (r:2 w:2)
	// Storage: `Curves::LockedClaims` (r:1 w:0)
	// Storage: `Emission::EmissionState` (r:1 w:0)
	// Storage: `Models::Models` (r:1 w:1)
	fn graduate() -> Weight {
		Weight::from_parts(546_012_000, 48_670)
			.saturating_add(T::DbWeight::get().reads(34))
			.saturating_add(T::DbWeight::get().writes(15))
	}

	// Storage: `Curves::Curves` (r:1 w:1)
	// Storage: `Curves::LockedClaims` (r:1 w:0)
	// Storage: `Emission::EmissionState` (r:1 w:0)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Assets::Account` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	fn claim() -> Weight {
		Weight::from_parts(61_962_000, 5_186)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
