//! Weights of `pallet_workers`, written by `make weights` on 2026-11-27 with 50 steps and 20 repeats.

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
	// Storage: `Identity::IdentityOf` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	// Storage: `Workers::CounterForWorkers` (r:1 w:1)
	fn register() -> Weight {
		Weight::from_parts(307_237_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	// Storage: `Workers::Workers` (r:2 w:2)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Jobs::ProbedSince` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	fn bond_extra() -> Weight {
		Weight::from_parts(188_140_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Jobs::ProbedSince` (r:1 w:0)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	// Storage: `Workers::Active` (r:1 w:1)
	fn update() -> Weight {
		Weight::from_parts(122_212_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Workers::Keys` (r:1 w:2)
	// Storage: `System::BlockHash` (r:1 w:0)
	fn rotate_key() -> Weight {
		Weight::from_parts(168_391_000, 3_852)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Workers::Workers` (r:2 w:2)
	// Storage: `Jobs::ProbedSince` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	fn set_available() -> Weight {
		Weight::from_parts(130_765_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::TotalCapacity` (r:1 w:1)
	fn leave() -> Weight {
		Weight::from_parts(100_920_000, 14_799)
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
		Weight::from_parts(186_698_000, 14_799)
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
		Weight::from_parts(211_344_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(8))
	}

	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Workers::Unbonding` (r:1 w:1)
	// Storage: `Workers::Active` (r:1 w:0)
	fn unbond() -> Weight {
		Weight::from_parts(102_843_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	// Storage: `Workers::Unbonding` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn withdraw_unbonded() -> Weight {
		Weight::from_parts(114_100_000, 3_946)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	// Storage: `Workers::Epochs` (r:1 w:1)
	// Storage: `Workers::Work` (r:1 w:1)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn claim_rewards() -> Weight {
		Weight::from_parts(103_274_000, 6_196)
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
		Weight::from_parts(122_751_902, 6_196)
			.saturating_add(Weight::from_parts(5_605_038, 0).saturating_mul(r.into()))
			.saturating_add(Weight::from_parts(0, 2_596).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(r.into())))
	}

	// Storage: `Workers::Active` (r:1 w:0)
	// `w` is 1 to 256.
	fn draw(w: u32) -> Weight {
		Weight::from_parts(8_043_425, 14_799)
			.saturating_add(Weight::from_parts(85_332, 0).saturating_mul(w.into()))
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
		Weight::from_parts(195_692_597, 14_799)
			.saturating_add(Weight::from_parts(15_121_088, 0).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(0, 2_603).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes(8))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(c.into())))
	}
}
