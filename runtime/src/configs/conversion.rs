//! Pools of assets against the native token, and those that the curves of models graduate into.

use super::{deposit, governance::TreasuryAccount, tokens::AssetAccountDeposit};
use crate::{
	AccountId, AssetConversion, Assets, Balance, Balances, PoolAssets, Runtime, RuntimeCall, RuntimeEvent,
};
use alloc::vec;
use engram_primitives::{market::TokenPools, units::ENGR, TokenId, FIRST_POOL_TOKEN, FIRST_TOKEN};
use frame_support::{
	parameter_types,
	traits::{
		fungible::{NativeFromLeft, NativeOrWithId, UnionOf},
		fungibles::Inspect,
		tokens::imbalance::ResolveAssetTo,
		AccountTouch, AsEnsureOriginWithArg, ConstU128, ConstU32, Contains,
	},
	PalletId,
};
use frame_system::EnsureNever;
use pallet_asset_conversion::{
	AccountIdConverter, AddLiquidityAsset, MutateLiquidity, PoolLocator, Swap, WithFirstAsset,
};
use sp_runtime::{traits::AccountIdConversion, DispatchError, MultiAddress, Permill};

/// The native token, or an asset.
type Kind = NativeOrWithId<u32>;
type PoolId = (Kind, Kind);
type NativeAndAssets = UnionOf<Balances, Assets, NativeFromLeft, Kind, AccountId>;
/// Every pool has the native token on one side.
type Locator = WithFirstAsset<Native, AccountId, Kind, AccountIdConverter<ConversionPalletId, PoolId>>;

parameter_types! {
	pub const Native: Kind = Kind::Native;
	pub const ConversionPalletId: PalletId = PalletId(*b"engr/swp");
	/// Three per mille, in every pool.
	pub const PoolFee: Permill = Permill::from_parts(3_000);
	pub const NoWithdrawalFee: Permill = Permill::zero();
	pub const PoolSetupFee: Balance = 10 * ENGR;
	pub const PoolApprovalDeposit: Balance = deposit(1, 80);
}

/// The shares of pools.
impl pallet_assets::Config<pallet_assets::Instance2> for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Balance = Balance;
	type RemoveItemsLimit = ConstU32<1_000>;
	type AssetId = u32;
	type AssetIdParameter = codec::Compact<u32>;
	type ReserveData = ();
	type Currency = Balances;
	// Only pools have shares.
	type CreateOrigin = AsEnsureOriginWithArg<EnsureNever<AccountId>>;
	type ForceOrigin = EnsureNever<AccountId>;
	type AssetDeposit = ConstU128<0>;
	type AssetAccountDeposit = AssetAccountDeposit;
	type MetadataDepositBase = ConstU128<0>;
	type MetadataDepositPerByte = ConstU128<0>;
	type ApprovalDeposit = PoolApprovalDeposit;
	type StringLimit = ConstU32<64>;
	type Freezer = ();
	type Holder = ();
	type Extra = ();
	type CallbackHandle = ();
	type AssetIdAllocator = ();
	type WeightInfo = pallet_assets::weights::SubstrateWeight<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

impl pallet_asset_conversion::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Balance = Balance;
	type HigherPrecisionBalance = sp_core::U256;
	type AssetKind = Kind;
	type Assets = NativeAndAssets;
	type PoolId = PoolId;
	type PoolLocator = Locator;
	type PoolAssetId = u32;
	type PoolAssets = PoolAssets;
	type LPFee = PoolFee;
	// Root's calls pass every filter: with a fee of its own somebody could be made the creator of a curve's pool.
	type AdminOrigin = EnsureNever<AccountId>;
	type MaxSwapFee = PoolFee;
	type PoolSetupFee = PoolSetupFee;
	type PoolSetupFeeAsset = Native;
	type PoolSetupFeeTarget = ResolveAssetTo<TreasuryAccount, NativeAndAssets>;
	type LiquidityWithdrawalFee = NoWithdrawalFee;
	type MintMinLiquidity = ConstU128<100>;
	// From one token over the native one to another.
	type MaxSwapPathLength = ConstU32<3>;
	type PalletId = ConversionPalletId;
	type WeightInfo = pallet_asset_conversion::weights::SubstrateWeight<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = pallet_asset_conversion::NativeOrWithIdFactory<u32>;
}

fn kind(token: TokenId) -> Kind {
	Kind::WithId(token.0)
}

/// The asset of the shares of a token's pool, if there is a pool.
fn shares(token: TokenId) -> Option<u32> {
	pallet_asset_conversion::Pools::<Runtime>::get((Kind::Native, kind(token))).map(|pool| pool.lp_token)
}

/// The pools of the tokens of curves.
pub struct GraduatedPools;

impl TokenPools<AccountId> for GraduatedPools {
	fn pool_account(token: TokenId) -> AccountId {
		// Of two different kinds of which one is native there always is one.
		Locator::pool_address(&Kind::Native, &kind(token))
			.unwrap_or_else(|()| ConversionPalletId::get().into_account_truncating())
	}

	/// The fee, and deposits for the accounts that the pool and the curve have of tokens and shares.
	fn seed_cost() -> Balance {
		AssetAccountDeposit::get().saturating_mul(4).saturating_add(PoolSetupFee::get())
	}

	fn seed(
		who: &AccountId,
		token: TokenId,
		money: Balance,
		tokens: Balance,
	) -> Result<Balance, DispatchError> {
		if shares(token).is_none() {
			<AssetConversion as MutateLiquidity<AccountId>>::create_pool(who, Kind::Native, kind(token))?;
		}
		let lp = shares(token).ok_or(pallet_asset_conversion::Error::<Runtime>::PoolNotFound)?;
		let pool = Self::pool_account(token);
		// Strangers may have used up the references of both accounts with assets of their own. Whoever creates a pool asks for each
		// of its accounts whether one more has room, and not for the second whether it has beside the first.
		if Assets::maybe_balance(token.0, &pool).is_none() {
			<Assets as AccountTouch<u32, AccountId>>::touch(token.0, &pool, who)?;
		}
		if PoolAssets::maybe_balance(lp, &pool).is_none() {
			<PoolAssets as AccountTouch<u32, AccountId>>::touch(lp, &pool, who)?;
		}
		if <PoolAssets as AccountTouch<u32, AccountId>>::should_touch(lp, who) {
			<PoolAssets as AccountTouch<u32, AccountId>>::touch(lp, who, who)?;
		}
		let side = |asset, amount| AddLiquidityAsset { asset, amount_desired: amount, amount_min: amount };
		let (money, tokens) = (side(Kind::Native, money), side(kind(token), tokens));
		<AssetConversion as MutateLiquidity<AccountId>>::add_liquidity(who, money, tokens, who)
	}

	fn shares_of(who: &AccountId, token: TokenId) -> Balance {
		shares(token).map_or(0, |lp| <PoolAssets as Inspect<AccountId>>::balance(lp, who))
	}

	fn reserves(token: TokenId) -> Option<(Balance, Balance)> {
		AssetConversion::get_reserves(Kind::Native, kind(token)).ok()
	}

	fn fee(token: TokenId) -> u32 {
		AssetConversion::pool_fee(&(Kind::Native, kind(token))).deconstruct()
	}

	fn buy(who: &AccountId, token: TokenId, pay: Balance, least: Balance) -> Result<Balance, DispatchError> {
		swap(who, [Kind::Native, kind(token)], pay, least, true)
	}

	fn sell(
		who: &AccountId,
		token: TokenId,
		amount: Balance,
		least: Balance,
	) -> Result<Balance, DispatchError> {
		swap(who, [kind(token), Kind::Native], amount, least, false)
	}
}

fn swap(
	who: &AccountId,
	[from, to]: [Kind; 2],
	amount: Balance,
	least: Balance,
	keep_alive: bool,
) -> Result<Balance, DispatchError> {
	// A pool refuses to be asked for nothing.
	let (path, least) = (vec![from, to], Some(least.max(1)));
	<AssetConversion as Swap<AccountId>>::swap_exact_tokens_for_tokens(
		who.clone(),
		path,
		amount,
		least,
		who.clone(),
		keep_alive,
	)
}

/// Nobody but `curves` creates the pool of a curve's token, and nobody transfers tokens to the address of their own pool: before
/// the graduation they would skew its price, afterwards they would be lost. Calls inside of others meet this filter too. Once there
/// is a pool, a swap or a withdrawal may name that address as who receives: whoever does loses that, and nobody else anything.
pub struct PoolsSafe;
impl Contains<RuntimeCall> for PoolsSafe {
	fn contains(call: &RuntimeCall) -> bool {
		use pallet_asset_conversion::Call as Conversion;
		use pallet_assets::Call as Tokens;
		match call {
			RuntimeCall::Assets(
				Tokens::transfer { id, target: to, .. }
				| Tokens::transfer_keep_alive { id, target: to, .. }
				| Tokens::transfer_approved { id, destination: to, .. }
				| Tokens::transfer_all { id, dest: to, .. },
			) => !is_own_pool(TokenId(id.0), to),
			RuntimeCall::AssetConversion(
				Conversion::create_pool { asset1, asset2 }
				| Conversion::create_pool_with_fee { asset1, asset2, .. },
			) => !is_of_curve(asset1) && !is_of_curve(asset2),
			_ => true,
		}
	}
}

fn is_of_curve(kind: &Kind) -> bool {
	matches!(kind, Kind::WithId(id) if (FIRST_TOKEN.0..FIRST_POOL_TOKEN.0).contains(id))
}

fn is_own_pool(token: TokenId, to: &MultiAddress<AccountId, ()>) -> bool {
	// Other addresses are none.
	let MultiAddress::Id(to) = to else { return false };
	is_of_curve(&kind(token)) && *to == GraduatedPools::pool_account(token)
}
