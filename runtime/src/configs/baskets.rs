//! Baskets of models' tokens.

use super::{compute::Delays, deposit, governance::TreasuryAccount};
use crate::{Assets, Balance, Balances, Curves, Emission, Runtime, RuntimeHoldReason};
use engram_primitives::units::ENGR;
use frame_support::{parameter_types, traits::Get, PalletId};
use pallet_baskets::{Bounds, FeeShares};

parameter_types! {
	pub const BasketsPalletId: PalletId = PalletId(*b"engr/bsk");
	pub const CreationFee: Balance = 10 * ENGR;
	pub const BasketDepositBase: Balance = deposit(1, 0);
	pub const BasketDepositPerByte: Balance = deposit(0, 1);
	/// Empty accounts and approvals that one call removes.
	pub const CloseLimit: u32 = 32;
	/// Half of the trading fees are the governor's, half of the creation fee is burned.
	pub const BasketFees: FeeShares = FeeShares { governor: 500_000, burn: 500_000 };
}

/// What baskets may choose from: a twentieth of what is minted and redeemed, a fiftieth of what is rebalanced, a tenth of slippage,
/// and half of a token's price for the success of its model at most.
pub struct BasketBounds;
impl Get<Bounds> for BasketBounds {
	fn get() -> Bounds {
		Bounds {
			most_trading_fee: 50_000,
			most_rebalancing_fee: 20_000,
			slippage: (1_000, 100_000),
			most_premium: 500_000,
		}
	}
}

impl pallet_baskets::Config for Runtime {
	type Currency = Balances;
	type Tokens = Assets;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Market = Curves;
	type Burns = Emission;
	type Treasury = TreasuryAccount;
	type PalletId = BasketsPalletId;
	type Bounds = BasketBounds;
	type FeeShares = BasketFees;
	type CreationFee = CreationFee;
	// A week of blocks of six seconds at a delay of 16.
	type RebalancePeriod = Delays<6_300>;
	type PriceAge = Delays<10>;
	type PriceLife = Delays<100>;
	type DepositBase = BasketDepositBase;
	type DepositPerByte = BasketDepositPerByte;
	type CloseLimit = CloseLimit;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::BasketsHelper;
	type WeightInfo = crate::weights::pallet_baskets::WeightInfo<Runtime>;
}
