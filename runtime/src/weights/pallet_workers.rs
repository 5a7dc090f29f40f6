//! Weights of `pallet_workers`, written by `make weights` on 2026-11-24 with 50 steps and 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_workers` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_workers::WeightInfo for WeightInfo<T> {
	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Workers::CounterForWorkers` (r:1 w:1)
	// Storage: `Workers::Keys` (r:1 w:1)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Workers::Active` (r:1 w:1)
	fn register() -> Weight {
		Weight::from_parts(140_169_000, 9_679)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Workers::Active` (r:1 w:1)
	fn bond_extra() -> Weight {
		Weight::from_parts(81_772_000, 9_679)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
			// By count, since it was measured: the sums of capacities, and since when workers are probed.
			.saturating_add(T::DbWeight::get().reads_writes(2, 1))
	}

	// Storage: `Workers::Workers` (r:1 w:1)
	fn update() -> Weight {
		Weight::from_parts(20_741_000, 3_836)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
			// By count, since it was measured: the sums of capacities, since when workers are probed, and the list of draws.
			.saturating_add(Weight::from_parts(50_000_000, 0))
			.saturating_add(T::DbWeight::get().reads_writes(3, 2))
	}

	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Workers::Keys` (r:1 w:2)
	// Storage: `System::BlockHash` (r:1 w:0)
	fn rotate_key() -> Weight {
		Weight::from_parts(65_839_000, 3_836)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Workers::Active` (r:1 w:1)
	fn set_available() -> Weight {
		Weight::from_parts(29_744_000, 9_679)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
			// By count, since it was measured: the sums of capacities, and since when workers are probed.
			.saturating_add(T::DbWeight::get().reads_writes(2, 1))
	}

	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Workers::Active` (r:1 w:1)
	fn leave() -> Weight {
		Weight::from_parts(41_361_000, 9_679)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::CounterForWorkers` (r:1 w:1)
	// Storage: `Workers::Keys` (r:0 w:1)
	fn withdraw() -> Weight {
		Weight::from_parts(73_019_000, 9_679)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Workers::Active` (r:1 w:1)
	// Storage: `Workers::CounterForWorkers` (r:1 w:1)
	// Storage: `Workers::Keys` (r:0 w:1)
	fn force_remove() -> Weight {
		Weight::from_parts(61_412_000, 9_679)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(6))
	}

	// Storage: `Workers::Active` (r:1 w:0)
	// Storage: `Workers::Workers` (r:256 w:0)
	// `w` is 1 to 256.
	fn draw(w: u32) -> Weight {
		Weight::from_parts(6_670_000, 9_679)
			.saturating_add(Weight::from_parts(3_467_275, 0).saturating_mul(w.into()))
			.saturating_add(Weight::from_parts(0, 2_846).saturating_mul(w.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(w.into())))
	}

	// Storage: `Workers::Workers` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `System::Account` (r:10 w:10)
	// Storage: `Workers::Active` (r:1 w:1)
	// `c` is 0 to 8.
	fn slash(c: u32) -> Weight {
		Weight::from_parts(64_047_440, 9_679)
			.saturating_add(Weight::from_parts(16_424_671, 0).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(0, 2_603).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes(5))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(c.into())))
			// By count, since it was measured: the penalty, divided and booked.
			.saturating_add(T::DbWeight::get().reads_writes(6, 5))
	}

	// By count, until it is measured.
	fn claim_rewards() -> Weight {
		Weight::from_parts(150_000_000, 4_000)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(12))
	}

	// By count, until it is measured.
	fn expire_epoch(r: u32) -> Weight {
		Weight::from_parts(150_000_000, 4_000)
			.saturating_add(Weight::from_parts(10_000_000, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(12))
			.saturating_add(T::DbWeight::get().reads_writes(1, 1).saturating_mul(r.into()))
	}

	// By count, until it is measured.
	fn unbond() -> Weight {
		Weight::from_parts(150_000_000, 4_000)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(12))
	}

	// By count, until it is measured.
	fn withdraw_unbonded() -> Weight {
		Weight::from_parts(150_000_000, 4_000)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(12))
	}
}
