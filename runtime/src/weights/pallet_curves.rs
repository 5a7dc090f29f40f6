//! Weights of `pallet_curves`, written by `make weights` on 2026-11-26 with 50 steps and 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_curves` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_curves::WeightInfo for WeightInfo<T> {
	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Curves::Markets` (r:1 w:1)
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
		Weight::from_parts(515_723_000, 6_196)
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().writes(9))
	}

	// Storage: `Curves::Curves` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Assets::Account` (r:1 w:1)
	fn buy() -> Weight {
		Weight::from_parts(243_203_000, 4_524)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	// Storage: `Curves::Curves` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Assets::Account` (r:1 w:1)
	fn spend() -> Weight {
		Weight::from_parts(418_942_000, 4_524)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	// Storage: `Curves::Curves` (r:1 w:1)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Assets::Account` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	fn sell() -> Weight {
		Weight::from_parts(306_963_000, 4_524)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	// Storage: `Curves::Curves` (r:1 w:1)
	// Storage: `System::Account` (r:3 w:3)
	// Storage: `Emission::Burned` (r:1 w:1)
	// Storage: `Emission::RunningEpoch` (r:1 w:1)
	// Storage: `Emission::GenesisIssuance` (r:1 w:0)
	// Storage: `Curves::Markets` (r:1 w:1)
	// Storage: `Emission::EmissionState` (r:1 w:0)
	fn settle() -> Weight {
		Weight::from_parts(312_984_000, 8_799)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	// Storage: `Curves::Curves` (r:1 w:1)
	// Storage: `Emission::EmissionState` (r:1 w:0)
	// Storage: `Curves::Markets` (r:1 w:0)
	fn refresh_metrics() -> Weight {
		Weight::from_parts(52_879_000, 4_524)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Curves::Curves` (r:1 w:1)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Assets::Account` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	fn release() -> Weight {
		Weight::from_parts(109_264_000, 4_524)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	// Storage: `Curves::Curves` (r:1 w:1)
	// Storage: `Assets::Asset` (r:1 w:1)
	// Storage: `Assets::Account` (r:33 w:32)
	// Storage: `System::Account` (r:32 w:32)
	// Storage: `Assets::Approvals` (r:33 w:32)
	// Storage: `Assets::Metadata` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Curves::Markets` (r:1 w:1)
	// Storage: `Curves::LockedClaims` (r:0 w:1)
	// Storage: `Assets::Reserves` (r:0 w:1)
	// `n` is 0 to 32.
	fn close(n: u32) -> Weight {
		Weight::from_parts(472_195_490, 9_089)
			.saturating_add(Weight::from_parts(91_836_257, 0).saturating_mul(n.into()))
			.saturating_add(Weight::from_parts(0, 2_623).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(10))
			.saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(n.into())))
	}
	fn graduate() -> Weight {
		Weight::from_parts(1_200_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads(40))
			.saturating_add(T::DbWeight::get().writes(22))
	}
	fn claim() -> Weight {
		Weight::from_parts(200_000_000, 6_500)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
