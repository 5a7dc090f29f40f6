//! Weights of `pallet_workers`, written by `make weights` on 2026-11-26 with 50 steps and 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_workers` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_workers::WeightInfo for WeightInfo<T> {
	// Storage: `Workers::Workers` (r:2 w:2)
	// Storage: `Workers::Keys` (r:1 w:1)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	// Storage: `Workers::CounterForWorkers` (r:1 w:1)
	// Storage: `Identity::IdentityOf` (r:1 w:0)
	fn register() -> Weight {
		Weight::from_parts(405_437_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	// Storage: `Workers::Workers` (r:2 w:2)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Jobs::ProbedSince` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	fn bond_extra() -> Weight {
		Weight::from_parts(307_003_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Jobs::ProbedSince` (r:1 w:0)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	// Storage: `Workers::Active` (r:1 w:1)
	fn update() -> Weight {
		Weight::from_parts(117_179_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Workers::Keys` (r:1 w:2)
	// Storage: `System::BlockHash` (r:1 w:0)
	fn rotate_key() -> Weight {
		Weight::from_parts(195_516_000, 3_852)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Workers::Workers` (r:2 w:2)
	// Storage: `Jobs::ProbedSince` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	fn set_available() -> Weight {
		Weight::from_parts(180_587_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	fn leave() -> Weight {
		Weight::from_parts(134_151_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Workers::Unbonding` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::CounterForWorkers` (r:1 w:1)
	// Storage: `Workers::Keys` (r:0 w:1)
	fn withdraw() -> Weight {
		Weight::from_parts(238_666_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Workers::Unbonding` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	// Storage: `Workers::CounterForWorkers` (r:1 w:1)
	// Storage: `Workers::Keys` (r:0 w:1)
	fn force_remove() -> Weight {
		Weight::from_parts(206_285_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Workers::Unbonding` (r:1 w:1)
	// Storage: `Workers::Active` (r:1 w:0)
	fn unbond() -> Weight {
		Weight::from_parts(91_090_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	// Storage: `Workers::Unbonding` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn withdraw_unbonded() -> Weight {
		Weight::from_parts(108_292_000, 3_928)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	// Storage: `Workers::Epochs` (r:1 w:1)
	// Storage: `Workers::Work` (r:1 w:1)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn claim_rewards() -> Weight {
		Weight::from_parts(98_544_000, 6_196)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	// Storage: `Workers::Epochs` (r:1 w:1)
	// Storage: `Emission::EmissionState` (r:1 w:0)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Workers::Work` (r:257 w:256)
	// `r` is 1 to 256.
	fn expire_epoch(r: u32) -> Weight {
		Weight::from_parts(224_843_123, 6_196)
			.saturating_add(Weight::from_parts(6_701_025, 0).saturating_mul(r.into()))
			.saturating_add(Weight::from_parts(0, 2_596).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(r.into())))
	}

	// Storage: `Workers::Active` (r:1 w:0)
	// `w` is 1 to 256.
	fn draw(w: u32) -> Weight {
		Weight::from_parts(10_335_028, 14_799)
			.saturating_add(Weight::from_parts(72_019, 0).saturating_mul(w.into()))
			.saturating_add(T::DbWeight::get().reads(1))
	}

	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Workers::Unbonding` (r:1 w:0)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `System::Account` (r:10 w:10)
	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `Emission::Burned` (r:1 w:1)
	// Storage: `Emission::RunningEpoch` (r:1 w:1)
	// Storage: `Emission::GenesisIssuance` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	// `c` is 0 to 8.
	fn slash(c: u32) -> Weight {
		Weight::from_parts(243_168_943, 14_799)
			.saturating_add(Weight::from_parts(32_028_496, 0).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(0, 2_603).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes(8))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(c.into())))
	}
}
