//! Weights of `pallet_emission`, written by `make weights` on 2026-11-27 with 50 steps and 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_emission` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_emission::WeightInfo for WeightInfo<T> {
	// Storage: `Emission::CurrentPolicy` (r:1 w:1)
	fn set_issuance_parameters() -> Weight {
		Weight::from_parts(10_316_000, 1_719)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Emission::CurrentPolicy` (r:1 w:1)
	fn set_ultrasound() -> Weight {
		Weight::from_parts(10_055_000, 1_719)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Emission::CurrentPolicy` (r:1 w:1)
	fn set_pool_weights() -> Weight {
		Weight::from_parts(9_825_000, 1_719)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Emission::CurrentPolicy` (r:1 w:1)
	fn set_staking_range() -> Weight {
		Weight::from_parts(9_895_000, 1_719)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Emission::CurrentPolicy` (r:1 w:1)
	fn set_reference() -> Weight {
		Weight::from_parts(9_965_000, 1_719)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Emission::CurrentPolicy` (r:1 w:1)
	fn set_target_ratio() -> Weight {
		Weight::from_parts(9_865_000, 1_719)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Emission::CurrentPolicy` (r:1 w:1)
	fn set_budget_shares() -> Weight {
		Weight::from_parts(9_925_000, 1_719)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Emission::CurrentPolicy` (r:1 w:1)
	fn set_bonus_strength() -> Weight {
		Weight::from_parts(10_014_000, 1_719)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Emission::CurrentPolicy` (r:1 w:1)
	fn set_fee_shares() -> Weight {
		Weight::from_parts(9_964_000, 1_719)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Emission::CurrentPolicy` (r:1 w:1)
	fn set_slash_treasury() -> Weight {
		Weight::from_parts(10_005_000, 1_719)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Emission::CurrentPolicy` (r:1 w:1)
	fn set_market_reference() -> Weight {
		Weight::from_parts(10_095_000, 1_719)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Emission::CurrentPolicy` (r:1 w:1)
	fn set_cut() -> Weight {
		Weight::from_parts(16_565_000, 1_719)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Emission::GenesisIssuance` (r:1 w:1)
	// Storage: `Emission::Burned` (r:8 w:0)
	// Storage: `Emission::Minted` (r:1 w:0)
	// Storage: `Emission::ExpectedIssuance` (r:0 w:1)
	fn open_ledger() -> Weight {
		Weight::from_parts(30_916_000, 20_990)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	// Storage: `Emission::GenesisIssuance` (r:1 w:0)
	// Storage: `Emission::ExpectedIssuance` (r:1 w:1)
	// Storage: `Emission::Burned` (r:1 w:1)
	// Storage: `Emission::RunningEpoch` (r:1 w:1)
	fn reconcile() -> Weight {
		Weight::from_parts(21_582_000, 3_490)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `Emission::EmissionState` (r:1 w:1)
	// Storage: `Emission::RunningEpoch` (r:1 w:1)
	// Storage: `Workers::TotalCapacity` (r:1 w:0)
	// Storage: `Workers::Epochs` (r:1 w:0)
	// Storage: `Workers::EpochStarts` (r:1 w:1)
	// Storage: `Ratings::Rankings` (r:1 w:0)
	// Storage: `Ratings::Pots` (r:1 w:0)
	// Storage: `Ratings::Epochs` (r:1 w:0)
	// Storage: `System::Account` (r:4 w:4)
	// Storage: `Emission::Minted` (r:3 w:3)
	// Storage: `Emission::GenesisIssuance` (r:1 w:0)
	// Storage: `Emission::ExpectedIssuance` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Emission::StakersOwed` (r:1 w:1)
	// Storage: `Emission::StakersFlows` (r:1 w:1)
	// Storage: `Emission::Epochs` (r:0 w:2)
	// Storage: `Emission::StakersEra` (r:0 w:1)
	fn end_epoch() -> Weight {
		Weight::from_parts(294_628_000, 11_402)
			.saturating_add(T::DbWeight::get().reads(21))
			.saturating_add(T::DbWeight::get().writes(17))
	}

	// Storage: `Emission::StakersEra` (r:1 w:1)
	// Storage: `Emission::StakersOwed` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Emission::StakersFlows` (r:1 w:1)
	fn settle_payout() -> Weight {
		Weight::from_parts(86_939_000, 3_946)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	// Storage: `Emission::StakersOwed` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Emission::StakersFlows` (r:1 w:1)
	fn era_forgotten() -> Weight {
		Weight::from_parts(81_922_000, 6_196)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
}
