//! Weights of `pallet_baskets`: by count of what each reads and writes, rounded up, until `make weights` measures them.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_baskets` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_baskets::WeightInfo for WeightInfo<T> {
	// The record, the next id, two accounts and the treasury, shares and their metadata, and of each token its curve, the asset
	// and the account.
	fn create() -> Weight {
		Weight::from_parts(900_000_000, 7_000)
			.saturating_add(T::DbWeight::get().reads(34))
			.saturating_add(T::DbWeight::get().writes(25))
	}
	// The record, the shares and two accounts of them, coins of two, and of each token the asset and two accounts.
	fn mint() -> Weight {
		Weight::from_parts(900_000_000, 7_000)
			.saturating_add(T::DbWeight::get().reads(30))
			.saturating_add(T::DbWeight::get().writes(30))
	}
	// Likewise, and a claim of each.
	fn redeem() -> Weight {
		Weight::from_parts(1_200_000_000, 7_000)
			.saturating_add(T::DbWeight::get().reads(39))
			.saturating_add(T::DbWeight::get().writes(39))
	}
	fn collect() -> Weight {
		Weight::from_parts(150_000_000, 7_000)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(7))
	}
	fn set_targets() -> Weight {
		Weight::from_parts(50_000_000, 4_500)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn set_governor() -> Weight {
		Weight::from_parts(50_000_000, 4_500)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn note_prices() -> Weight {
		Weight::from_parts(100_000_000, 7_000)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	// The record, two accounts, and of each token what three tries on its curve touch: the same five items.
	fn rebalance() -> Weight {
		Weight::from_parts(9_000_000_000, 7_000)
			.saturating_add(T::DbWeight::get().reads(44))
			.saturating_add(T::DbWeight::get().writes(44))
	}
	// As a redemption, twice as many transfers, and shares of two accounts.
	fn settle() -> Weight {
		Weight::from_parts(2_200_000_000, 7_000)
			.saturating_add(T::DbWeight::get().reads(42))
			.saturating_add(T::DbWeight::get().writes(42))
	}
	fn close(n: u32) -> Weight {
		Weight::from_parts(1_600_000_000, 7_000)
			.saturating_add(T::DbWeight::get().reads(34))
			.saturating_add(T::DbWeight::get().writes(34))
			.saturating_add(Weight::from_parts(40_000_000, 6_000).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads_writes(4, 4).saturating_mul(n.into()))
	}
}
