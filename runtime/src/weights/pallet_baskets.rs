//! Weights of `pallet_baskets`, written by `make weights` on 2026-11-27 with 50 steps and 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_baskets` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_baskets::WeightInfo for WeightInfo<T> {
	// Storage: `Curves::Curves` (r:8 w:0)
	// Storage: `Baskets::NextBasket` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `System::Account` (r:3 w:3)
	// Storage: `Assets::Asset` (r:9 w:9)
	// Storage: `Assets::Metadata` (r:1 w:1)
	// Storage: `Assets::Account` (r:16 w:16)
	// Storage: `Emission::Burned` (r:1 w:1)
	// Storage: `Emission::RunningEpoch` (r:1 w:1)
	// Storage: `Emission::GenesisIssuance` (r:1 w:0)
	// Storage: `Baskets::Baskets` (r:0 w:1)
	fn create() -> Weight {
		Weight::from_parts(1_010_884_000, 42_734)
			.saturating_add(T::DbWeight::get().reads(42))
			.saturating_add(T::DbWeight::get().writes(34))
	}

	// Storage: `Baskets::Baskets` (r:1 w:1)
	// Storage: `Assets::Asset` (r:9 w:9)
	// Storage: `Assets::Account` (r:17 w:17)
	fn mint() -> Weight {
		Weight::from_parts(411_412_000, 45_343)
			.saturating_add(T::DbWeight::get().reads(27))
			.saturating_add(T::DbWeight::get().writes(27))
	}

	// Storage: `Baskets::Baskets` (r:1 w:1)
	// Storage: `Assets::Account` (r:17 w:15)
	// Storage: `Assets::Asset` (r:9 w:8)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Baskets::Claims` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn redeem() -> Weight {
		Weight::from_parts(545_962_000, 45_343)
			.saturating_add(T::DbWeight::get().reads(31))
			.saturating_add(T::DbWeight::get().writes(28))
	}

	// Storage: `Baskets::Baskets` (r:1 w:1)
	// Storage: `Baskets::Claims` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Assets::Account` (r:2 w:2)
	fn collect() -> Weight {
		Weight::from_parts(136_964_000, 6_208)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	// Storage: `Baskets::Baskets` (r:1 w:1)
	fn set_targets() -> Weight {
		Weight::from_parts(28_362_000, 4_398)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Baskets::Baskets` (r:1 w:1)
	fn set_governor() -> Weight {
		Weight::from_parts(31_316_000, 4_398)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Baskets::Baskets` (r:1 w:1)
	// Storage: `Curves::Curves` (r:8 w:0)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	fn note_prices() -> Weight {
		Weight::from_parts(110_735_000, 34_558)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Baskets::Baskets` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Curves::Curves` (r:8 w:8)
	// Storage: `Assets::Account` (r:8 w:8)
	// Storage: `System::Account` (r:9 w:9)
	// Storage: `Assets::Asset` (r:8 w:8)
	fn rebalance() -> Weight {
		Weight::from_parts(2_488_241_000, 34_558)
			.saturating_add(T::DbWeight::get().reads(35))
			.saturating_add(T::DbWeight::get().writes(34))
	}

	// Storage: `Baskets::Baskets` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Curves::Curves` (r:8 w:0)
	// Storage: `System::Account` (r:9 w:9)
	// Storage: `Assets::Account` (r:16 w:16)
	// Storage: `Assets::Asset` (r:8 w:8)
	// Storage: `AssetConversion::PoolFees` (r:8 w:0)
	fn rebalance_pools() -> Weight {
		Weight::from_parts(4_123_784_000, 42_734)
			.saturating_add(T::DbWeight::get().reads(51))
			.saturating_add(T::DbWeight::get().writes(34))
	}

	// Storage: `Baskets::Baskets` (r:1 w:1)
	// Storage: `Assets::Account` (r:18 w:18)
	// Storage: `Assets::Asset` (r:9 w:9)
	// Storage: `System::Account` (r:2 w:2)
	fn settle() -> Weight {
		Weight::from_parts(951_896_000, 47_952)
			.saturating_add(T::DbWeight::get().reads(30))
			.saturating_add(T::DbWeight::get().writes(30))
	}

	// Storage: `Baskets::Baskets` (r:1 w:1)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Assets::Account` (r:33 w:32)
	// Storage: `System::Account` (r:32 w:32)
	// Storage: `Assets::Approvals` (r:33 w:32)
	// Storage: `Assets::Metadata` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Assets::Reserves` (r:0 w:1)
	// `n` is 0 to 32.
	fn close(n: u32) -> Weight {
		Weight::from_parts(1_054_866_003, 46_893)
			.saturating_add(Weight::from_parts(59_146_282, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 2_623).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(33))
			.saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(32))
			.saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(n.into())))
	}
}
