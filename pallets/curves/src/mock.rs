//! A runtime with balances, assets and this pallet, and small stand-ins for the models, the metrics, the clock and the ledger.

use crate as pallet_curves;
use crate::{
	pallet::*, Bounds, ClaimKind, Claims, CurveRecordOf, Graduation, HoldReason, LockedClaim, ModelMarket,
	Terms, TradeShares,
};
use engram_math::{
	curve::{Parameters, Shape, WHOLE},
	fixed::ATTO,
	market::{FeeSchedule, Limits, Smoothing},
};
use engram_primitives::{
	economy::{BurnCause, Burns, EpochClock, ModelEscrow, SuccessMetrics, METRICS},
	label::{Label, Symbol},
	market::{ModelLifecycle, RemovedModels, TokenPools},
	model::{Architecture, InferenceRates, InfluenceMethod, RowShape},
	payment::ModelTokens,
	traits::{ContributionInfo, Contributions, ModelInfo, ModelRegistry, VersionInfo},
	units::{Balance, ENGR, MILLI},
	Cid, ContributionId, JobId, ModelId, TokenId, VersionId, FIRST_TOKEN,
};
use frame_support::{
	derive_impl, parameter_types,
	storage::{unhashed, with_storage_layer},
	traits::{
		fungible::{hold::Inspect as _, Inspect as _, Mutate as _, NativeFromLeft, NativeOrWithId, UnionOf},
		fungibles::Inspect as _,
		tokens::{imbalance::ResolveAssetTo, Preservation},
		AccountTouch, AsEnsureOriginWithArg, ConstU128, ConstU32, Contains, EnsureOriginWithArg,
	},
	PalletId,
};
use frame_system::{EnsureNever, EnsureRoot, EnsureSigned};
use pallet_asset_conversion::{
	AccountIdConverter, AddLiquidityAsset, MutateLiquidity, PoolLocator, Swap, WithFirstAsset,
};
use pallet_assets::Instance2;
use sp_runtime::{traits::IdentityLookup, AccountId32, BuildStorage, DispatchError, DispatchResult, Permill};
use std::collections::BTreeMap;

pub(crate) type AccountId = AccountId32;
type Block = frame_system::mocking::MockBlock<Test>;

/// Owns the models.
pub(crate) const CREATOR: AccountId = AccountId::new([1; 32]);
pub(crate) const ALICE: AccountId = AccountId::new([2; 32]);
pub(crate) const BOB: AccountId = AccountId::new([3; 32]);
pub(crate) const CAROL: AccountId = AccountId::new([4; 32]);
/// Has nothing but the existential deposit.
pub(crate) const POOR: AccountId = AccountId::new([5; 32]);
/// Has no account.
pub(crate) const NOBODY: AccountId = AccountId::new([6; 32]);
pub(crate) const TREASURY: AccountId = AccountId::new([9; 32]);
pub(crate) const ESCROW: AccountId = AccountId::new([10; 32]);

pub(crate) const ED: Balance = MILLI;
pub(crate) const RICHES: Balance = 10_000_000 * ENGR;
/// What accounts have in all at genesis.
pub(crate) const GENESIS: Balance = 4 * RICHES + 2 * ED;
pub(crate) const MODEL: ModelId = ModelId(3);
pub(crate) const OTHER_MODEL: ModelId = ModelId(4);
pub(crate) const RETIRED: ModelId = ModelId(5);
pub(crate) const TOKEN: TokenId = FIRST_TOKEN;
pub(crate) const ONE: u32 = 1_000_000;
pub(crate) const BASE_DEPOSIT: Balance = 100 * MILLI;
pub(crate) const BYTE_DEPOSIT: Balance = MILLI / 10;
pub(crate) const MARKET: Balance = 100 * ENGR;
pub(crate) const CLOSE_LIMIT: u32 = 3;
pub(crate) const FEE_SHARES: TradeShares = TradeShares { creator: 90_000, burn: 400_000 };
/// Trained on two contributions of half of [`LEAST_ROWS`] each.
pub(crate) const VERSION: VersionId = VersionId(30);
pub(crate) const VERSION_OF_OTHER: VersionId = VersionId(40);
pub(crate) const LEAST_ROWS: u64 = 1_000;
pub(crate) const SETUP: Balance = 10 * ENGR;
/// For an account of an asset.
pub(crate) const ACCOUNT_DEPOSIT: Balance = 20 * MILLI;
/// Blocks of an hour, were a block six seconds.
pub(crate) const HOUR: u32 = 600;
pub(crate) const DAY: u32 = 24 * HOUR;
/// `P0`: half a coin.
pub(crate) const PRICE: u128 = ATTO / 2;

pub(crate) const BOUNDS: Bounds = Bounds {
	least_price: Bounds::FLOOR,
	most_supply: 1_000_000_000_000 * WHOLE,
	least_fee: 1_000,
	most_fee: 500_000,
	most_slope: 1_000_000,
	least_launch_fee: 10_000,
	launch_window: (100, 10 * 14_400),
	most_creator_share: 200_000,
	release: (600, 1_000_000),
	most_claims: 300_000,
	most_burn_rate: 100_000,
	window: (100, 10 * 14_400),
	least_factor: 50_000,
	least_bond: 1_000 * ENGR,
	least_graduation: 1_000 * ENGR,
};

/// Of a million tokens the creator buys 1 %, locked for an hour and released within ten; 1 % per trade and at most 5 %, 22 %
/// more at the launch, for that hour too; .9 % of a block and 20 % of a day. 9 % of the fees are the creator's.
pub(crate) const TERMS: Terms = Terms {
	creator_share: 10_000,
	lock_up: HOUR,
	vesting: 10 * HOUR,
	burn_rate: 0,
	fees: FeeSchedule { base: 10_000, slope: 50_000, cap: 50_000, launch: 220_000, launch_window: 600 },
	limits: Limits {
		per_block: 9_000,
		per_window: 200_000,
		window: 14_400,
		threshold: 100_000,
		rebound: 14_400,
		least_factor: 100_000,
	},
	weights: [400_000, 200_000, 300_000, 100_000],
	bond: 2_000 * ENGR,
	graduation: 100_000 * ENGR,
	emission: 1_000 * WHOLE,
};

/// The same, and limits as wide as the fees let them be: 1.8 % of a block and 36 % of a hundred blocks.
pub(crate) const WIDE: Terms = Terms {
	fees: FeeSchedule { base: 20_000, slope: 50_000, cap: 100_000, launch: 400_000, launch_window: 100 },
	limits: Limits { per_block: 18_199, per_window: 364_000, window: 100, rebound: 0, ..TERMS.limits },
	..TERMS
};

/// `.5 + .000002 s`: two and a half coins for the millionth token.
pub(crate) const LINEAR: Parameters = Parameters {
	shape: Shape::Linear,
	price: PRICE,
	angle: 2_000_000_000_000,
	max_supply: 1_000_000 * WHOLE,
};

/// `.5 e^(.000002 s)`.
pub(crate) const EXPONENTIAL: Parameters = Parameters { shape: Shape::Exponential, ..LINEAR };

/// `2 / (1 + e^(-.000005 (s - 300,000)))`.
pub(crate) const SIGMOID: Parameters = Parameters {
	shape: Shape::Sigmoid { midpoint: 300_000 * WHOLE },
	price: 2 * ATTO,
	angle: 5_000_000_000_000,
	max_supply: 1_000_000 * WHOLE,
};

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;

	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;

	#[runtime::pallet_index(2)]
	pub type Assets = pallet_assets;

	#[runtime::pallet_index(3)]
	pub type Bonding = pallet_curves;

	#[runtime::pallet_index(4)]
	pub type PoolAssets = pallet_assets<Instance2>;

	#[runtime::pallet_index(5)]
	pub type Conversion = pallet_asset_conversion;
}

/// No holder destroys what is its own.
pub struct NoBurningRefunds;

impl Contains<RuntimeCall> for NoBurningRefunds {
	fn contains(call: &RuntimeCall) -> bool {
		!matches!(call, RuntimeCall::Assets(pallet_assets::Call::refund { allow_burn: true, .. }))
	}
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
	type BaseCallFilter = NoBurningRefunds;
	type DbWeight = frame_support::weights::constants::RocksDbWeight;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<ED>;
	type AccountStore = System;
}

/// Signed, for ids below those of model tokens.
pub struct BelowTokens;

impl EnsureOriginWithArg<RuntimeOrigin, u32> for BelowTokens {
	type Success = AccountId;

	fn try_origin(origin: RuntimeOrigin, id: &u32) -> Result<AccountId, RuntimeOrigin> {
		if *id >= FIRST_TOKEN.0 {
			return Err(origin);
		}
		AsEnsureOriginWithArg::<EnsureSigned<AccountId>>::try_origin(origin, id)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin(_: &u32) -> Result<RuntimeOrigin, ()> {
		Ok(RuntimeOrigin::signed(ALICE))
	}
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
	type Balance = Balance;
	type AssetId = u32;
	type AssetIdParameter = u32;
	type Currency = Balances;
	type CreateOrigin = BelowTokens;
	type ForceOrigin = EnsureRoot<AccountId>;
	type StringLimit = ConstU32<64>;
	type MetadataDepositBase = ConstU128<MILLI>;
	type MetadataDepositPerByte = ConstU128<1_000>;
	type AssetAccountDeposit = ConstU128<ACCOUNT_DEPOSIT>;
	type Freezer = ();
	type Holder = ();
}

impl pallet_assets::Config<Instance2> for Test {
	type RuntimeEvent = RuntimeEvent;
	type Balance = Balance;
	type RemoveItemsLimit = ConstU32<5>;
	type AssetId = u32;
	type AssetIdParameter = u32;
	type ReserveData = ();
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureNever<AccountId>>;
	type ForceOrigin = EnsureNever<AccountId>;
	type AssetDeposit = ConstU128<0>;
	type AssetAccountDeposit = ConstU128<ACCOUNT_DEPOSIT>;
	type MetadataDepositBase = ConstU128<0>;
	type MetadataDepositPerByte = ConstU128<0>;
	type ApprovalDeposit = ConstU128<0>;
	type StringLimit = ConstU32<64>;
	type Freezer = ();
	type Holder = ();
	type Extra = ();
	type CallbackHandle = ();
	type AssetIdAllocator = ();
	type WeightInfo = ();
	pallet_assets::runtime_benchmarks_enabled! {
		type BenchmarkHelper = ();
	}
}

/// Money, or an asset.
pub(crate) type Kind = NativeOrWithId<u32>;
type Everything = UnionOf<Balances, Assets, NativeFromLeft, Kind, AccountId>;
pub(crate) type Locator =
	WithFirstAsset<Native, AccountId, Kind, AccountIdConverter<ConversionPalletId, (Kind, Kind)>>;

parameter_types! {
	pub const ConversionPalletId: PalletId = PalletId(*b"engr/swp");
	pub const Native: Kind = Kind::Native;
	pub const PoolFee: Permill = Permill::from_parts(3_000);
	pub const NoFee: Permill = Permill::zero();
}

impl pallet_asset_conversion::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type Balance = Balance;
	type HigherPrecisionBalance = sp_core::U256;
	type AssetKind = Kind;
	type Assets = Everything;
	type PoolId = (Kind, Kind);
	type PoolLocator = Locator;
	type PoolAssetId = u32;
	type PoolAssets = PoolAssets;
	type LPFee = PoolFee;
	type AdminOrigin = EnsureNever<AccountId>;
	type MaxSwapFee = PoolFee;
	type PoolSetupFee = ConstU128<SETUP>;
	type PoolSetupFeeAsset = Native;
	type PoolSetupFeeTarget = ResolveAssetTo<TreasuryAccount, Everything>;
	type LiquidityWithdrawalFee = NoFee;
	type MintMinLiquidity = ConstU128<100>;
	type MaxSwapPathLength = ConstU32<3>;
	type PalletId = ConversionPalletId;
	type WeightInfo = ();
	pallet_asset_conversion::runtime_benchmarks_enabled! {
		type BenchmarkHelper = ();
	}
}

pub(crate) fn kind(token: TokenId) -> Kind {
	Kind::WithId(token.0)
}

/// The asset of a pool's shares.
pub(crate) fn share(token: TokenId) -> Option<u32> {
	pallet_asset_conversion::Pools::<Test>::get((Kind::Native, kind(token))).map(|pool| pool.lp_token)
}

/// The pools of the SDK, as the runtime has them.
pub struct TestPools;

impl TokenPools<AccountId> for TestPools {
	fn pool_account(token: TokenId) -> AccountId {
		Locator::pool_address(&Kind::Native, &kind(token)).unwrap()
	}

	fn seed_cost() -> Balance {
		SETUP + 4 * ACCOUNT_DEPOSIT
	}

	fn seed(
		who: &AccountId,
		token: TokenId,
		money: Balance,
		tokens: Balance,
	) -> Result<Balance, DispatchError> {
		if share(token).is_none() {
			<Conversion as MutateLiquidity<_>>::create_pool(who, Kind::Native, kind(token))?;
		}
		let (lp, pool) = (share(token).unwrap(), Self::pool_account(token));
		if Assets::maybe_balance(token.0, &pool).is_none() {
			<Assets as AccountTouch<_, _>>::touch(token.0, &pool, who)?;
		}
		if PoolAssets::maybe_balance(lp, &pool).is_none() {
			<PoolAssets as AccountTouch<_, _>>::touch(lp, &pool, who)?;
		}
		if <PoolAssets as AccountTouch<_, _>>::should_touch(lp, who) {
			<PoolAssets as AccountTouch<_, _>>::touch(lp, who, who)?;
		}
		let side = |asset, amount| AddLiquidityAsset { asset, amount_desired: amount, amount_min: amount };
		let (money, tokens) = (side(Kind::Native, money), side(kind(token), tokens));
		<Conversion as MutateLiquidity<_>>::add_liquidity(who, money, tokens, who)
	}

	fn shares_of(who: &AccountId, token: TokenId) -> Balance {
		share(token).map_or(0, |lp| PoolAssets::balance(lp, who))
	}

	fn reserves(token: TokenId) -> Option<(Balance, Balance)> {
		Conversion::get_reserves(Kind::Native, kind(token)).ok()
	}

	fn fee(token: TokenId) -> u32 {
		Conversion::pool_fee(&(Kind::Native, kind(token))).deconstruct()
	}

	fn buy(who: &AccountId, token: TokenId, pay: Balance, least: Balance) -> Result<Balance, DispatchError> {
		let path = vec![Kind::Native, kind(token)];
		let least = Some(least.max(1));
		<Conversion as Swap<_>>::swap_exact_tokens_for_tokens(
			who.clone(),
			path,
			pay,
			least,
			who.clone(),
			true,
		)
	}

	fn sell(
		who: &AccountId,
		token: TokenId,
		amount: Balance,
		least: Balance,
	) -> Result<Balance, DispatchError> {
		let path = vec![kind(token), Kind::Native];
		let least = Some(least.max(1));
		<Conversion as Swap<_>>::swap_exact_tokens_for_tokens(
			who.clone(),
			path,
			amount,
			least,
			who.clone(),
			false,
		)
	}
}

parameter_types! {
	pub static Epoch: u32 = 7;
	/// What the ledger of burns was told.
	pub static Burned: Balance = 0;
	pub static Measured: [Option<u32>; METRICS] = [None; METRICS];
	pub static HasEscrow: bool = true;
	pub static LaunchBounds: Bounds = BOUNDS;
	pub static Smooth: Smoothing = Smoothing { factor: 700_000, window: 14_400 };
	pub static Shares: TradeShares = FEE_SHARES;
	pub static Step: u32 = 250_000;
	pub static Reference: Balance = MARKET;
	pub static Adoption: Balance = 10 * ENGR;
	pub static Closing: u32 = CLOSE_LIMIT;
	pub static Rows: u64 = LEAST_ROWS;
	/// A model that was removed.
	pub static Removed: Option<ModelId> = None;
	/// The models that have moved on.
	pub static Deployed: Vec<ModelId> = Vec::new();
	/// A model that has a token of another kind.
	pub static OfOtherKind: Option<ModelId> = None;
	pub const CurvesPalletId: PalletId = PalletId(*b"engr/crv");
	pub TreasuryAccount: AccountId = TREASURY;
}

pub struct FakeClock;

impl EpochClock for FakeClock {
	fn epoch() -> u32 {
		Epoch::get()
	}
}

pub struct FakeLedger;

impl Burns for FakeLedger {
	fn burned(cause: BurnCause, amount: u128) {
		assert_eq!(cause, BurnCause::TradeFee);
		Burned::mutate(|sum| *sum += amount);
	}
}

pub struct FakeMetrics;

impl SuccessMetrics for FakeMetrics {
	fn metrics(_: ModelId) -> [Option<u32>; METRICS] {
		Measured::get()
	}
}

pub struct FakeEscrow;

impl ModelEscrow<AccountId> for FakeEscrow {
	fn escrow_of(_: ModelId) -> Option<AccountId> {
		HasEscrow::get().then_some(ESCROW)
	}

	fn is_escrow(_: ModelId, who: &AccountId) -> bool {
		*who == ESCROW
	}
}

pub struct FakeTokens;

impl ModelTokens for FakeTokens {
	fn model_token(model: ModelId) -> Option<TokenId> {
		(OfOtherKind::get() == Some(model)).then_some(FIRST_TOKEN)
	}
}

pub struct FakeModels;

impl ModelRegistry<AccountId> for FakeModels {
	fn model(model: ModelId) -> Option<ModelInfo<AccountId>> {
		let there = (MODEL..=RETIRED).contains(&model) && Removed::get() != Some(model);
		there.then(|| ModelInfo {
			owner: CREATOR,
			architecture: Architecture::Mlp { widths: vec![2, 8, 10].try_into().unwrap(), input_shift: 4 },
			rates: InferenceRates { input_per_1000: 0, output_per_1000: 0, platform: 0 },
			method: InfluenceMethod::ExactInverse,
			init_seed: [0; 32],
		})
	}

	fn is_open(model: ModelId) -> bool {
		model == MODEL || model == OTHER_MODEL
	}

	fn version(version: VersionId) -> Option<VersionInfo> {
		let model = match version {
			VERSION => MODEL,
			VERSION_OF_OTHER => OTHER_MODEL,
			_ => return None,
		};
		Some(VersionInfo {
			model,
			weights: Cid::of_raw(b"weights"),
			job: JobId(0),
			parts: vec![ContributionId(1), ContributionId(2), ContributionId(99)].try_into().unwrap(),
			correct: 90,
			held_out_rows: 100,
		})
	}

	fn reserve_version(_: ModelId) -> DispatchResult {
		Err("not here".into())
	}

	fn release_version(_: ModelId) {}

	fn record_version(_: VersionInfo, _: Option<VersionId>) -> Result<VersionId, DispatchError> {
		Err("not here".into())
	}

	fn reservations() -> BTreeMap<ModelId, u32> {
		BTreeMap::new()
	}
}

pub struct FakeContributions;

impl Contributions<AccountId> for FakeContributions {
	fn contribution(id: ContributionId) -> Option<ContributionInfo<AccountId>> {
		let rows = (LEAST_ROWS / 2) as u32;
		let (owner, cid) = (BOB, Cid::of_raw(b"rows"));
		(id < ContributionId(3)).then_some(ContributionInfo { owner, cid, rows, source: Vec::new() })
	}

	fn row_shape(_: ContributionId) -> Option<RowShape> {
		panic!("only the market asks what can be trained on")
	}
}

pub struct FakeLifecycle;

impl ModelLifecycle for FakeLifecycle {
	fn deployed(model: ModelId) {
		Deployed::mutate(|models| models.push(model));
	}
}

#[cfg(feature = "runtime-benchmarks")]
pub struct Helper;

#[cfg(feature = "runtime-benchmarks")]
impl crate::benchmarking::BenchmarkHelper<AccountId> for Helper {
	fn model() -> (AccountId, ModelId) {
		(CREATOR, MODEL)
	}

	fn version(_: ModelId) -> VersionId {
		VERSION
	}

	fn next_epoch() {
		next_epoch();
	}

	fn leave(token: TokenId, index: u32) {
		let depositor = frame_benchmarking::account::<AccountId>("left", index, 0);
		Balances::mint_into(&depositor, 1_000 * ENGR).unwrap();
		let origin = RuntimeOrigin::signed(depositor);
		Assets::touch(origin.clone(), token.0).unwrap();
		Assets::approve_transfer(origin, token.0, BOB, 1).unwrap();
	}
}

impl pallet_curves::Config for Test {
	type Currency = Balances;
	type Tokens = Assets;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Pools = TestPools;
	type Models = FakeModels;
	type Contributions = FakeContributions;
	type Lifecycle = FakeLifecycle;
	type OtherTokens = FakeTokens;
	type Metrics = FakeMetrics;
	type Escrow = FakeEscrow;
	type Clock = FakeClock;
	type Burns = FakeLedger;
	type Treasury = TreasuryAccount;
	type PalletId = CurvesPalletId;
	type Bounds = LaunchBounds;
	type Smoothing = Smooth;
	type FeeShares = Shares;
	type MetricStep = Step;
	type MarketReference = Reference;
	type AdoptionReference = Adoption;
	type LaunchDepositBase = ConstU128<BASE_DEPOSIT>;
	type LaunchDepositPerByte = ConstU128<BYTE_DEPOSIT>;
	type LeastRows = Rows;
	type CloseLimit = Closing;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Helper;
	type WeightInfo = ();
}

#[derive(Default)]
pub(crate) struct ExtBuilder;

impl ExtBuilder {
	pub(crate) fn build(self) -> sp_io::TestExternalities {
		// A test before this one on the same thread may have changed them.
		Epoch::set(7);
		Burned::set(0);
		Measured::set([None; METRICS]);
		HasEscrow::set(true);
		LaunchBounds::set(BOUNDS);
		Smooth::set(Smoothing { factor: 700_000, window: 14_400 });
		Shares::set(FEE_SHARES);
		Step::set(250_000);
		Reference::set(MARKET);
		Adoption::set(10 * ENGR);
		Closing::set(CLOSE_LIMIT);
		Rows::set(LEAST_ROWS);
		Deployed::set(Vec::new());
		Removed::set(None);
		OfOtherKind::set(None);
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		let rich = [CREATOR, ALICE, BOB, CAROL].map(|who| (who, RICHES));
		pallet_balances::GenesisConfig::<Test> {
			balances: rich.into_iter().chain([(POOR, ED), (TREASURY, ED)]).collect(),
			..Default::default()
		}
		.assimilate_storage(&mut storage)
		.unwrap();
		let mut ext = sp_io::TestExternalities::new(storage);
		ext.execute_with(|| System::set_block_number(1));
		ext
	}

	pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			check();
		});
	}

	/// With the linear curve.
	pub(crate) fn launched(terms: Terms, test: impl FnOnce()) {
		Self.build_and_execute(|| {
			launch(LINEAR, terms).unwrap();
			test();
		});
	}
}

/// Every invariant, and what only a closed world has: the account of each curve has what the curve owes and the gifts that
/// [`give`] made it, and accounts sum to the issuances.
pub(crate) fn check() {
	Bonding::do_try_state().unwrap();
	for (token, record) in crate::Curves::<Test>::iter() {
		let had = Balances::total_balance(&Bonding::pot_of(token));
		let owed = record.owed().unwrap();
		assert_eq!(had, owed + given(token), "what an account has is not what its curve owes, and gifts");
		let sum: Balance =
			pallet_assets::Account::<Test>::iter_prefix(token.0).map(|(_, row)| row.balance).sum();
		assert_eq!(sum, Assets::total_issuance(token.0));
	}
	assert_eq!(Balances::total_issuance(), GENESIS - Burned::get());
}

fn given_key(token: TokenId) -> Vec<u8> {
	[b"given".to_vec(), token.0.to_le_bytes().to_vec()].concat()
}

/// What strangers gave the account of a curve, less what the treasury got of it. It is in the state, so that what is taken back is
/// taken back here too.
pub(crate) fn given(token: TokenId) -> Balance {
	unhashed::get_or_default(&given_key(token))
}

pub(crate) fn label(text: &str) -> Label {
	text.as_bytes().to_vec().try_into().unwrap()
}

pub(crate) fn symbol(text: &str) -> Symbol {
	text.as_bytes().to_vec().try_into().unwrap()
}

/// 10 % for the model's reserve, 5 % for Bob.
pub(crate) fn claims() -> Claims<AccountId> {
	let claim = |beneficiary, kind, thousands: Balance| LockedClaim {
		beneficiary,
		kind,
		amount: thousands * 1_000 * WHOLE,
	};
	vec![claim(CREATOR, ClaimKind::Reserve, 100), claim(BOB, ClaimKind::Stakeholder, 50)].try_into().unwrap()
}

pub(crate) fn launch(curve: Parameters, terms: Terms) -> DispatchResult {
	with_storage_layer(|| {
		Bonding::launch(
			RuntimeOrigin::signed(CREATOR),
			MODEL,
			label("digits"),
			symbol("DIG"),
			curve,
			terms,
			claims(),
		)
	})
}

pub(crate) fn buy(who: &AccountId, amount: Balance) -> DispatchResult {
	with_storage_layer(|| {
		Bonding::buy(RuntimeOrigin::signed(who.clone()), TOKEN, amount, Balance::MAX, u64::MAX)
	})
}

pub(crate) fn spend(who: &AccountId, amount_in: Balance) -> DispatchResult {
	with_storage_layer(|| Bonding::spend(RuntimeOrigin::signed(who.clone()), TOKEN, amount_in, 0, u64::MAX))
}

pub(crate) fn sell(who: &AccountId, amount: Balance) -> DispatchResult {
	with_storage_layer(|| Bonding::sell(RuntimeOrigin::signed(who.clone()), TOKEN, amount, 0, u64::MAX))
}

pub(crate) fn settle() -> DispatchResult {
	with_storage_layer(|| {
		Bonding::settle(RuntimeOrigin::signed(ALICE), TOKEN)?;
		let Event::FeesSettled { gifts, .. } = last_event() else { panic!("nothing was settled") };
		unhashed::put(&given_key(TOKEN), &(given(TOKEN) - gifts));
		Ok(())
	})
}

pub(crate) fn refresh() -> DispatchResult {
	with_storage_layer(|| Bonding::refresh_metrics(RuntimeOrigin::signed(ALICE), TOKEN))
}

pub(crate) fn release() -> DispatchResult {
	with_storage_layer(|| Bonding::release(RuntimeOrigin::signed(ALICE), TOKEN))
}

pub(crate) fn close() -> DispatchResult {
	with_storage_layer(|| Bonding::close(RuntimeOrigin::signed(CREATOR), TOKEN))
}

pub(crate) fn graduate() -> DispatchResult {
	with_storage_layer(|| Bonding::graduate(RuntimeOrigin::signed(ALICE), TOKEN, VERSION))
}

pub(crate) fn claim(index: u32) -> DispatchResult {
	with_storage_layer(|| Bonding::claim(RuntimeOrigin::signed(ALICE), TOKEN, index))
}

pub(crate) fn graduation() -> Graduation {
	record().graduation.unwrap()
}

/// The pool of the token: money and tokens.
pub(crate) fn reserves() -> (Balance, Balance) {
	TestPools::reserves(TOKEN).unwrap()
}

pub(crate) fn pool() -> AccountId {
	TestPools::pool_account(TOKEN)
}

pub(crate) fn donate(amount: Balance) {
	give(&CAROL, amount);
}

/// Sends money to the account of the curve.
pub(crate) fn give(who: &AccountId, amount: Balance) {
	Balances::transfer(who, &Bonding::pot_of(TOKEN), amount, Preservation::Preserve).unwrap();
	unhashed::put(&given_key(TOKEN), &(given(TOKEN) + amount));
}

pub(crate) fn record() -> CurveRecordOf<Test> {
	crate::Curves::<Test>::get(TOKEN).unwrap()
}

pub(crate) fn market() -> ModelMarket {
	Markets::<Test>::get(MODEL)
}

pub(crate) fn free(who: &AccountId) -> Balance {
	Balances::balance(who)
}

pub(crate) fn tokens(who: &AccountId) -> Balance {
	Assets::balance(TOKEN.0, who)
}

pub(crate) fn pot() -> Balance {
	Balances::total_balance(&Bonding::pot_of(TOKEN))
}

pub(crate) fn held(reason: HoldReason, who: &AccountId) -> Balance {
	Balances::balance_on_hold(&reason.into(), who)
}

/// The registry forgets the model.
pub(crate) fn remove_model() {
	Removed::set(Some(MODEL));
	Bonding::removed(MODEL);
}

pub(crate) fn pass(blocks: u32) {
	System::set_block_number(System::block_number() + u64::from(blocks));
}

/// The limiter of the curve begins another window.
pub(crate) fn next_window() {
	pass(record().terms.limits.window as u32);
}

pub(crate) fn next_epoch() {
	Epoch::mutate(|epoch| *epoch += 1);
}

/// The launch fee is over, and so are the lock-up and the vesting.
pub(crate) fn mature() {
	pass(DAY);
}

/// Raises `M` to as much as the weights allow.
pub(crate) fn succeed() {
	Measured::set([Some(ONE); METRICS]);
	for _ in 0..4 {
		next_epoch();
		refresh().unwrap();
	}
}

/// Events of this pallet, oldest first.
pub(crate) fn events() -> Vec<Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Bonding(event) => Some(event),
			_ => None,
		})
		.collect()
}

pub(crate) fn last_event() -> Event<Test> {
	events().pop().unwrap()
}
