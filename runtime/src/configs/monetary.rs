//! Balances, fees, vesting.

use super::{governance::TreasuryAccount, system::MIN_VESTED_TRANSFER};
use crate::{
	AccountId, Authorship, Balance, Balances, Curves, Emission, Ratings, Runtime, RuntimeEvent,
	RuntimeFreezeReason, RuntimeHoldReason, System, Treasury, Workers,
};
use engram_math::fee::{share_floor, split_cut, CutShares};
use engram_primitives::units::{MICRO, MILLI};
use frame_support::{
	derive_impl, parameter_types,
	traits::{
		fungible::{Balanced, Credit},
		ConstU32, ConstU8, Get, Imbalance, OnUnbalanced, VariantCountOf, WithdrawReasons,
	},
	weights::{ConstantMultiplier, WeightToFeeCoefficient, WeightToFeeCoefficients, WeightToFeePolynomial},
	PalletId,
};
use frame_system::EnsureRoot;
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use smallvec::smallvec;
use sp_runtime::{traits::ConvertInto, FixedPointNumber, Perbill, Perquintill};

/// Below this an account is reaped.
pub const EXISTENTIAL_DEPOSIT: Balance = MILLI;

parameter_types! {
	pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
	pub const TransactionByteFee: Balance = 10 * MICRO;
	pub const TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
	pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(3, 100_000);
	pub MinimumMultiplier: Multiplier = Multiplier::saturating_from_rational(1, 1_000_000u128);
	pub MaximumMultiplier: Multiplier = Multiplier::saturating_from_integer(1_000);
	pub const MinVestedTransfer: Balance = MIN_VESTED_TRANSFER;
	pub UnvestedFundsAllowedWithdrawReasons: WithdrawReasons =
		WithdrawReasons::except(WithdrawReasons::TRANSFER | WithdrawReasons::RESERVE);
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Runtime {
	type Balance = Balance;
	type ExistentialDeposit = ExistentialDeposit;
	type AccountStore = System;
	type MaxLocks = ConstU32<50>;
	type MaxReserves = ConstU32<50>;
	type ReserveIdentifier = [u8; 8];
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
	type DustRemoval = pallet_emission::DustHandler<Runtime>;
	type DoneSlashHandler = ();
}

/// A tenth of a milli-ENGR for the weight of an empty extrinsic, and in proportion.
pub struct WeightToFee;
impl WeightToFeePolynomial for WeightToFee {
	type Balance = Balance;
	fn polynomial() -> WeightToFeeCoefficients<Balance> {
		let fee = MILLI / 10;
		let base = Balance::from(frame_support::weights::constants::ExtrinsicBaseWeight::get().ref_time());
		// The base weight is above zero.
		let (coeff_integer, rest) = fee.checked_div(base).zip(fee.checked_rem(base)).unwrap_or_default();
		let coeff_frac = Perbill::from_rational(rest, base);
		smallvec![WeightToFeeCoefficient { degree: 1, negative: false, coeff_frac, coeff_integer }]
	}
}

/// How the protocol's cut of job fees and the fees of transactions are divided: governed, in `emission`.
pub struct FeeShares;
impl Get<CutShares> for FeeShares {
	fn get() -> CutShares {
		Emission::policy().fees
	}
}

/// The protocol's part of what a job's fee pays for computing: governed, in `emission`.
pub struct JobCut;
impl Get<u32> for JobCut {
	fn get() -> u32 {
		Emission::policy().cut
	}
}

/// What a market factor of one takes: governed, in `emission`.
pub struct MarketReference;
impl Get<Balance> for MarketReference {
	fn get() -> Balance {
		Emission::policy().market_reference
	}
}

/// Fees of transactions: divided between burn, treasury and the author of the block, who gets the tips too.
pub struct DealWithFees;
impl OnUnbalanced<Credit<AccountId, Balances>> for DealWithFees {
	fn on_unbalanceds(mut fees_then_tips: impl Iterator<Item = Credit<AccountId, Balances>>) {
		let Some(fees) = fees_then_tips.next() else { return };
		// Shares within their bounds always divide; if they did not, all of it would be the author's.
		let cut = split_cut(fees.peek(), FeeShares::get()).unwrap_or_default();
		let (burned, rest) = fees.split(cut.burned);
		let (treasury, mut author) = rest.split(cut.treasury);
		if let Some(tips) = fees_then_tips.next() {
			tips.merge_into(&mut author);
		}
		Emission::note_fee(cut.burned.saturating_add(cut.treasury));
		pallet_emission::BurnTransactionFee::<Runtime>::on_unbalanced(burned);
		deposit(&Treasury::account_id(), treasury);
		deposit(&Authorship::author().unwrap_or_else(Treasury::account_id), author);
	}
}

/// Pays a credit in; what an account cannot take (below the existential deposit) goes to the treasury.
pub(super) fn deposit(who: &AccountId, credit: Credit<AccountId, Balances>) {
	if let Err(refused) = Balances::resolve(who, credit) {
		// The treasury's account exists from genesis, so this cannot be refused again; if it were, the credit burns.
		let _ = Balances::resolve(&Treasury::account_id(), refused);
	}
}

/// Slashes and penalties of stakers, workers and reviewers, the only place where they are divided: the treasury's part is rounded
/// down, the rest is burned. The part is governed, in `emission`.
pub struct DealWithSlash;
impl OnUnbalanced<Credit<AccountId, Balances>> for DealWithSlash {
	fn on_nonzero_unbalanced(slash: Credit<AccountId, Balances>) {
		// A part within its bound always has a floor; if it had not, all of the slash would be burned.
		let part = share_floor(slash.peek(), Emission::policy().slash_treasury).unwrap_or_default();
		let (treasury, burned) = slash.split(part);
		deposit(&Treasury::account_id(), treasury);
		pallet_emission::BurnSlash::<Runtime>::on_unbalanced(burned);
	}
}

impl pallet_transaction_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnChargeTransaction = FungibleAdapter<Balances, DealWithFees>;
	type WeightToFee = WeightToFee;
	type LengthToFee = ConstantMultiplier<Balance, TransactionByteFee>;
	type FeeMultiplierUpdate = TargetedFeeAdjustment<
		Self,
		TargetBlockFullness,
		AdjustmentVariable,
		MinimumMultiplier,
		MaximumMultiplier,
	>;
	type OperationalFeeMultiplier = ConstU8<5>;
	type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
}

impl pallet_skip_feeless_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
}

impl pallet_vesting::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type BlockNumberToBalance = ConvertInto;
	type MinVestedTransfer = MinVestedTransfer;
	type WeightInfo = pallet_vesting::weights::SubstrateWeight<Runtime>;
	type UnvestedFundsAllowedWithdrawReasons = UnvestedFundsAllowedWithdrawReasons;
	type BlockNumberProvider = System;
	const MAX_VESTING_SCHEDULES: u32 = 28;
}

parameter_types! {
	pub const EmissionPalletId: PalletId = PalletId(*b"engr/emi");
	/// As long as pallet-staking remembers eras.
	pub const EmissionHistory: u32 = 84;
}

impl pallet_emission::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Compute = Workers;
	type Contributors = Ratings;
	type Market = Curves;
	type Treasury = TreasuryAccount;
	type PalletId = EmissionPalletId;
	type HistoryDepth = EmissionHistory;
	type WeightInfo = crate::weights::pallet_emission::WeightInfo<Runtime>;
}
