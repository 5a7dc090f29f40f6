//! Assets of holders, and the tokens of models.

use super::{
	compute::{Delays, MaxAddressLen},
	conversion::GraduatedPools,
	deposit,
	governance::TreasuryAccount,
	MarketReference,
};
use crate::{
	AccountId, Assets, Balance, Balances, Curves, Datanets, Emission, Jobs, Models, Pools, Runtime,
	RuntimeEvent, RuntimeHoldReason, RuntimeOrigin,
};
use codec::Compact;
use engram_math::{curve::WHOLE, market::Smoothing, pool::WORK_ONE};
use engram_primitives::{
	payment::ModelTokens,
	units::{ENGR, MILLI},
	ModelId, TokenId, FIRST_TOKEN,
};
use frame_support::{
	parameter_types,
	traits::{ConstU32, EnsureOriginWithArg, Get},
	PalletId,
};
use frame_system::{EnsureNever, EnsureSigned};
use pallet_curves::{Bounds, TradeShares};

parameter_types! {
	pub const AssetDeposit: Balance = 100 * MILLI;
	pub const AssetAccountDeposit: Balance = deposit(1, 16);
	pub const ApprovalDeposit: Balance = MILLI;
	pub const MetadataDepositBase: Balance = deposit(1, 68);
	pub const DepositPerByte: Balance = deposit(0, 1);

	pub const CurvesPalletId: PalletId = PalletId(*b"engr/crv");
	/// Three tenths of the fees are the creator's, the rest is burned and the treasury's by halves.
	pub const TradeFees: TradeShares = TradeShares { creator: 300_000, burn: 350_000 };
	/// A quarter of a metric's range.
	pub const MetricStep: u32 = 250_000;
	pub const AdoptionReference: Balance = 1_000 * ENGR;
	pub const LaunchDepositBase: Balance = deposit(5, 0);
	/// Rows that a version of a model was trained on before its curve graduates.
	pub const LeastRows: u64 = 1_000;
	/// Empty accounts and approvals that one call removes.
	pub const CloseLimit: u32 = 32;

	pub const PoolsPalletId: PalletId = PalletId(*b"engr/pol");
	/// Half of the executor's native pay is owed whatever its tokens are worth.
	pub const MostSpared: u32 = 500_000;
	pub const PoolBond: Balance = 100 * ENGR;
	pub const PoolDepositBase: Balance = deposit(5, 0);
}

/// Whoever signs, for ids below those of models' tokens.
pub struct BelowTokens;
impl EnsureOriginWithArg<RuntimeOrigin, u32> for BelowTokens {
	type Success = AccountId;

	fn try_origin(origin: RuntimeOrigin, id: &u32) -> Result<AccountId, RuntimeOrigin> {
		if *id >= FIRST_TOKEN.0 {
			return Err(origin);
		}
		<EnsureSigned<AccountId> as frame_support::traits::EnsureOrigin<_>>::try_origin(origin)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin(_: &u32) -> Result<RuntimeOrigin, ()> {
		<EnsureSigned<AccountId> as frame_support::traits::EnsureOrigin<_>>::try_successful_origin()
	}
}

impl pallet_assets::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Balance = Balance;
	type RemoveItemsLimit = ConstU32<1_000>;
	type AssetId = u32;
	type AssetIdParameter = Compact<u32>;
	type ReserveData = ();
	type Currency = Balances;
	type CreateOrigin = BelowTokens;
	// Nobody forces anything upon an asset, root neither: tokens come from their curves alone.
	type ForceOrigin = EnsureNever<AccountId>;
	type AssetDeposit = AssetDeposit;
	type AssetAccountDeposit = AssetAccountDeposit;
	type MetadataDepositBase = MetadataDepositBase;
	type MetadataDepositPerByte = DepositPerByte;
	type ApprovalDeposit = ApprovalDeposit;
	// As long as the names of models.
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

/// What launches may choose from. Times are beacon delays, of which a day of blocks of six seconds has 900 at a delay of 16.
pub struct LaunchBounds;
impl Get<Bounds> for LaunchBounds {
	fn get() -> Bounds {
		let (short, long) = (Delays::<10>::get(), Delays::<9_000>::get());
		Bounds {
			least_price: Bounds::FLOOR,
			most_supply: 1_000_000_000_000u128.saturating_mul(WHOLE),
			least_fee: 3_000,
			most_fee: 500_000,
			// A price that doubles within the window of momentum raises the fee by 70 %: above the highest cap.
			most_slope: 1_000_000,
			least_launch_fee: 10_000,
			launch_window: (short.into(), long.into()),
			most_creator_share: 200_000,
			release: (short, Delays::<2_000_000>::get()),
			most_claims: 500_000,
			most_burn_rate: 100_000,
			window: (short.into(), long.into()),
			least_factor: 50_000,
			least_bond: 100u128.saturating_mul(ENGR),
			least_graduation: 1_000u128.saturating_mul(ENGR),
		}
	}
}

/// Paper T's: beta .7, and a day at a delay of 16.
pub struct DailyMomentum;
impl Get<Smoothing> for DailyMomentum {
	fn get() -> Smoothing {
		Smoothing { factor: 700_000, window: Delays::<900>::get().into() }
	}
}

impl pallet_curves::Config for Runtime {
	type Currency = Balances;
	type Tokens = Assets;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Pools = GraduatedPools;
	type Models = Models;
	type Contributions = Datanets;
	type Lifecycle = Models;
	type OtherTokens = Pools;
	type Metrics = Curves;
	type Escrow = Jobs;
	type Clock = Emission;
	type Burns = Emission;
	type Treasury = TreasuryAccount;
	type PalletId = CurvesPalletId;
	type Bounds = LaunchBounds;
	type Smoothing = DailyMomentum;
	type FeeShares = TradeFees;
	type MetricStep = MetricStep;
	type MarketReference = MarketReference;
	type AdoptionReference = AdoptionReference;
	type LaunchDepositBase = LaunchDepositBase;
	type LaunchDepositPerByte = DepositPerByte;
	type LeastRows = LeastRows;
	type CloseLimit = CloseLimit;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::CurvesHelper;
	type WeightInfo = crate::weights::pallet_curves::WeightInfo<Runtime>;
}

/// The tokens on curves. A curve ends only when nobody has tokens, so no model gets another one while somebody stands for it.
pub struct CurveTokens;
impl ModelTokens for CurveTokens {
	fn model_token(model: ModelId) -> Option<TokenId> {
		Curves::token_of(model)
	}
}

/// What openings may choose from.
pub struct PoolBounds;
impl Get<pallet_pools::Bounds> for PoolBounds {
	fn get() -> pallet_pools::Bounds {
		pallet_pools::Bounds {
			supply: (1_000u128.saturating_mul(WHOLE), 1_000_000_000_000u128.saturating_mul(WHOLE)),
			// A whole unit of work is paid at most 63 % of what is left.
			most_rate: WORK_ONE,
			most_factor: WORK_ONE.saturating_mul(10),
			// Half a percent: a pool spares at most two hundred halves of executors' native pay.
			least_unit: 5_000,
			interval: (Delays::<1>::get(), Delays::<9_000>::get()),
		}
	}
}

impl pallet_pools::Config for Runtime {
	type Currency = Balances;
	type Tokens = Assets;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Models = Models;
	type OtherTokens = CurveTokens;
	type Jobs = Jobs;
	type PalletId = PoolsPalletId;
	type Bounds = PoolBounds;
	type MostSpared = MostSpared;
	type Bond = PoolBond;
	type DepositBase = PoolDepositBase;
	type DepositPerByte = DepositPerByte;
	type MaxAddressLen = MaxAddressLen;
	type CloseLimit = CloseLimit;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::PoolsHelper;
	type WeightInfo = crate::weights::pallet_pools::WeightInfo<Runtime>;
}
