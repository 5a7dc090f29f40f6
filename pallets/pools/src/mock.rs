//! A runtime with balances, assets and this pallet, and small stand-ins for the models and the market.

use crate as pallet_pools;
use crate::{pallet::*, Bounds, HoldReason, PoolRecordOf, PoolState, Terms};
use engram_math::{curve::WHOLE, pool::WORK_ONE};
use engram_primitives::{
	label::{Label, Symbol},
	model::{Architecture, InferenceRates, InfluenceMethod},
	payment::{AnswerMarket, AnswerRequest, ModelTokens, TokenPayments, VerifiedUpdate},
	traits::{ModelInfo, ModelRegistry, VersionInfo},
	units::{Balance, ENGR, MILLI},
	Cid, JobId, ModelId, TokenId, VersionId, FIRST_POOL_TOKEN, FIRST_TOKEN,
};
use frame_support::{
	derive_impl, parameter_types,
	storage::{unhashed, with_storage_layer},
	traits::{
		fungible::{hold::Inspect as _, Inspect as _, Mutate as _},
		fungibles::Inspect as _,
		tokens::Preservation,
		AsEnsureOriginWithArg, ConstU128, ConstU32, Contains, EnsureOriginWithArg,
	},
	PalletId,
};
use frame_system::{EnsureRoot, EnsureSigned};
use sp_runtime::{traits::IdentityLookup, AccountId32, BuildStorage, DispatchError, DispatchResult};
use std::collections::BTreeMap;

pub(crate) type AccountId = AccountId32;
type Block = frame_system::mocking::MockBlock<Test>;

/// Owns the models.
pub(crate) const CREATOR: AccountId = AccountId::new([1; 32]);
pub(crate) const ALICE: AccountId = AccountId::new([2; 32]);
pub(crate) const BOB: AccountId = AccountId::new([3; 32]);
pub(crate) const CAROL: AccountId = AccountId::new([4; 32]);
/// Has no account.
pub(crate) const NOBODY: AccountId = AccountId::new([6; 32]);
/// Takes the fees of the market.
pub(crate) const MARKET: AccountId = AccountId::new([9; 32]);

pub(crate) const ED: Balance = MILLI;
pub(crate) const RICHES: Balance = 10_000 * ENGR;
/// What accounts have in all at genesis.
pub(crate) const GENESIS: Balance = 4 * RICHES + ED;
pub(crate) const MODEL: ModelId = ModelId(3);
pub(crate) const OTHER_MODEL: ModelId = ModelId(4);
pub(crate) const RETIRED: ModelId = ModelId(5);
/// Of the model with the same number.
pub(crate) const VERSION: VersionId = VersionId(3);
pub(crate) const OTHER_VERSION: VersionId = VersionId(4);
pub(crate) const TOKEN: TokenId = FIRST_POOL_TOKEN;
pub(crate) const ONE: u32 = 1_000_000;
pub(crate) const BOND: Balance = 100 * ENGR;
pub(crate) const BASE_DEPOSIT: Balance = 100 * MILLI;
pub(crate) const BYTE_DEPOSIT: Balance = MILLI / 10;
pub(crate) const CLOSE_LIMIT: u32 = 3;
/// What the market asks for the computation.
pub(crate) const FEE: Balance = ENGR;
/// Values of a row, read and written.
pub(crate) const VALUES: u64 = 10;
/// `u a = .01`.
pub(crate) const RATE: u64 = 10_000_000_000_000_000;

pub(crate) const BOUNDS: Bounds = Bounds {
	supply: (1_000 * WHOLE, 1_000_000_000_000 * WHOLE),
	most_rate: WORK_ONE,
	most_factor: 10 * WORK_ONE,
	least_unit: 5_000,
	interval: (10, 1_000),
};

/// The golden numbers' pool: a hundred units of work from nothing to perfection.
pub(crate) const TERMS: Terms = Terms {
	supply: 1_000_000 * WHOLE,
	rate: RATE,
	factor: WORK_ONE,
	held_out: Cid(HELD_OUT),
	held_out_rows: 1_000,
	baseline: 0,
	unit_gain: 10_000,
	interval: 100,
};

/// A CIDv1 over SHA2-256 of a raw block.
const HELD_OUT: [u8; 36] = {
	let mut bytes = [7; 36];
	bytes[0] = 0x01;
	bytes[1] = 0x55;
	bytes[2] = 0x12;
	bytes[3] = 0x20;
	bytes
};

/// `R0`.
pub(crate) const POOL: Balance = 950_000 * WHOLE;
pub(crate) const SHARE: Balance = 50_000 * WHOLE;

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
	pub type Pooling = pallet_pools;
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
	type Freezer = ();
	type Holder = ();
}

parameter_types! {
	pub static PoolBounds: Bounds = BOUNDS;
	pub static Closing: u32 = CLOSE_LIMIT;
	/// A model that has a token on a curve.
	pub static OnCurve: Option<ModelId> = None;
	/// By default a whole unit of work, so that the market is told the work.
	pub static Spared: u32 = ONE;
	/// The market takes no more jobs.
	pub static Full: bool = false;
	/// How many jobs were requested.
	pub storage Requested: u64 = 0;
	pub const PoolsPalletId: PalletId = PalletId(*b"engr/pol");
}

pub struct FakeCurves;

impl ModelTokens for FakeCurves {
	fn model_token(model: ModelId) -> Option<TokenId> {
		(OnCurve::get() == Some(model)).then_some(FIRST_TOKEN)
	}
}

/// Takes the fee at once, and gives nothing back.
pub struct FakeMarket;

impl AnswerMarket<AccountId> for FakeMarket {
	fn request_answers(who: AccountId, request: AnswerRequest) -> Result<JobId, DispatchError> {
		// Written before the refusal, so that the roll-back shows.
		let job = JobId(Requested::get());
		Requested::set(&(job.0 + 1));
		if Full::get() {
			return Err("full".into());
		}
		if request.rows == 0 {
			return Err("no rows".into());
		}
		if request.max_fee < FEE {
			return Err("fee above max".into());
		}
		Balances::transfer(&who, &MARKET, FEE, Preservation::Expendable)?;
		Ok(job)
	}
}

pub struct FakeModels;

impl ModelRegistry<AccountId> for FakeModels {
	fn model(model: ModelId) -> Option<ModelInfo<AccountId>> {
		(MODEL..=RETIRED).contains(&model).then(|| ModelInfo {
			owner: CREATOR,
			architecture: Architecture::Mlp { widths: vec![9, 8, 10].try_into().unwrap(), input_shift: 4 },
			rates: InferenceRates { input_per_1000: 0, output_per_1000: 0, platform: FEE },
			method: InfluenceMethod::ExactInverse,
			init_seed: [0; 32],
		})
	}

	fn is_open(model: ModelId) -> bool {
		model == MODEL || model == OTHER_MODEL
	}

	fn version(version: VersionId) -> Option<VersionInfo> {
		let model = ModelId(version.0 as u32);
		Self::model(model).map(|_| VersionInfo {
			model,
			weights: Cid::of_raw(b"weights"),
			job: JobId(0),
			parts: Default::default(),
			correct: 1,
			held_out_rows: 2,
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

#[cfg(feature = "runtime-benchmarks")]
pub struct Helper;

#[cfg(feature = "runtime-benchmarks")]
impl crate::benchmarking::BenchmarkHelper<AccountId> for Helper {
	fn version() -> (AccountId, ModelId, VersionId) {
		(CREATOR, MODEL, VERSION)
	}

	fn crowd() {
		// This market has no agenda.
	}

	fn leave(token: TokenId, index: u32) {
		let depositor = frame_benchmarking::account::<AccountId>("left", index, 0);
		Balances::mint_into(&depositor, 1_000 * ENGR).unwrap();
		let origin = RuntimeOrigin::signed(depositor);
		Assets::touch(origin.clone(), token.0).unwrap();
		Assets::approve_transfer(origin, token.0, BOB, 1).unwrap();
	}
}

impl Config for Test {
	type Currency = Balances;
	type Tokens = Assets;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Models = FakeModels;
	type OtherTokens = FakeCurves;
	type Jobs = FakeMarket;
	type PalletId = PoolsPalletId;
	type Bounds = PoolBounds;
	type MostSpared = Spared;
	type Bond = ConstU128<BOND>;
	type DepositBase = ConstU128<BASE_DEPOSIT>;
	type DepositPerByte = ConstU128<BYTE_DEPOSIT>;
	type MaxAddressLen = ConstU32<64>;
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
		PoolBounds::set(BOUNDS);
		Closing::set(CLOSE_LIMIT);
		OnCurve::set(None);
		Full::set(false);
		Spared::set(ONE);
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		let rich = [CREATOR, ALICE, BOB, CAROL].map(|who| (who, RICHES));
		pallet_balances::GenesisConfig::<Test> {
			balances: rich.into_iter().chain([(MARKET, ED)]).collect(),
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

	/// With a pool of these terms.
	pub(crate) fn opened(terms: Terms, test: impl FnOnce()) {
		Self.build_and_execute(|| {
			open(terms).unwrap();
			test();
		});
	}
}

/// Every invariant, and what only a closed world has: accounts of pools with what they owe and the gifts that [`give_of`] and
/// [`give_coins`] made, accounts that sum to the issuances, no money from nowhere.
pub(crate) fn check() {
	Pooling::do_try_state().unwrap();
	for (token, record) in Pools::<Test>::iter() {
		let pot = Pooling::pot_of(token);
		if record.state == PoolState::Open {
			let owed = record.owed().unwrap();
			let had = Assets::balance(token.0, &pot) + record.gifts;
			assert_eq!(had, owed + given(token), "what an account has is not what its pool owes, and gifts");
		}
		let coins = record.endowment + given_coins(token);
		assert_eq!(
			Balances::total_balance(&pot),
			coins,
			"an account has other coins than its endowment, and gifts"
		);
		let sum: Balance =
			pallet_assets::Account::<Test>::iter_prefix(token.0).map(|(_, row)| row.balance).sum();
		assert_eq!(sum, Assets::total_issuance(token.0));
	}
	assert_eq!(Balances::total_issuance(), GENESIS);
}

fn gifts_key(kind: &[u8], token: TokenId) -> Vec<u8> {
	[kind, &token.0.to_le_bytes()].concat()
}

/// All tokens that strangers ever gave the account of a pool, taken by it or not. It is in the state, so that what is taken back
/// is taken back here too.
fn given(token: TokenId) -> Balance {
	unhashed::get_or_default(&gifts_key(b"tokens", token))
}

/// All coins that strangers gave it.
fn given_coins(token: TokenId) -> Balance {
	unhashed::get_or_default(&gifts_key(b"coins", token))
}

/// That the account of the pool has what it owes, and gifts.
pub(crate) fn check_pot(gifts: Balance) {
	assert_eq!(tokens(&Pooling::pot_of(TOKEN)), record().left + record().pending + gifts);
}

pub(crate) fn label(text: &str) -> Label {
	text.as_bytes().to_vec().try_into().unwrap()
}

pub(crate) fn symbol(text: &str) -> Symbol {
	text.as_bytes().to_vec().try_into().unwrap()
}

pub(crate) fn open_for(model: ModelId, terms: Terms) -> DispatchResult {
	with_storage_layer(|| {
		Pooling::open(RuntimeOrigin::signed(CREATOR), model, label("digits"), symbol("DIG"), terms)
	})
}

pub(crate) fn open(terms: Terms) -> DispatchResult {
	open_for(MODEL, terms)
}

/// A verified update of the model, measured on the pool's rows. Returns the work that was paid.
pub(crate) fn update(executor: &AccountId, performance: u32) -> u64 {
	update_on(executor, performance, TERMS.held_out, TERMS.held_out_rows)
}

pub(crate) fn update_on(executor: &AccountId, performance: u32, held_out: Cid, held_out_rows: u32) -> u64 {
	Pooling::update_verified(VerifiedUpdate {
		job: JobId(77),
		model: MODEL,
		executor: executor.clone(),
		requested_at: u64::MAX,
		held_out,
		held_out_rows,
		performance,
	})
}

/// An update as soon as there can be another one.
pub(crate) fn next_update(executor: &AccountId, performance: u32) -> u64 {
	pass(record().terms.interval);
	update(executor, performance)
}

/// So many answers of the model, at any price.
pub(crate) fn ask(who: &AccountId, rows: u32) -> Result<JobId, DispatchError> {
	ask_for(who, VERSION, rows, Balance::MAX)
}

pub(crate) fn ask_for(
	who: &AccountId,
	version: VersionId,
	rows: u32,
	max_in: Balance,
) -> Result<JobId, DispatchError> {
	let job = JobId(Requested::get());
	with_storage_layer(|| {
		Pooling::buy_inference(
			RuntimeOrigin::signed(who.clone()),
			version,
			Cid::of_raw(b"rows"),
			rows,
			b"/ip4/127.0.0.1/tcp/1/p2p/a".to_vec().try_into().unwrap(),
			10,
			FEE,
			max_in,
			u64::MAX,
		)
	})
	.map(|()| job)
}

/// The job ends, served or not.
pub(crate) fn serve(job: JobId, served: bool) {
	Pooling::inference_ended(job, served);
}

pub(crate) fn take_gifts() -> DispatchResult {
	with_storage_layer(|| Pooling::take_gifts(RuntimeOrigin::signed(ALICE), TOKEN))
}

pub(crate) fn close() -> DispatchResult {
	with_storage_layer(|| Pooling::close(RuntimeOrigin::signed(CREATOR), TOKEN))
}

pub(crate) fn give(from: &AccountId, to: &AccountId, amount: Balance) {
	give_of(TOKEN, from, to, amount).unwrap();
}

/// Sends somebody tokens of any pool.
pub(crate) fn give_of(token: TokenId, from: &AccountId, to: &AccountId, amount: Balance) -> DispatchResult {
	Assets::transfer(RuntimeOrigin::signed(from.clone()), token.0, to.clone(), amount)?;
	if *to == Pooling::pot_of(token) {
		unhashed::put(&gifts_key(b"tokens", token), &(given(token) + amount));
	}
	Ok(())
}

/// Sends coins to the account of the pool.
pub(crate) fn give_coins(from: &AccountId, amount: Balance) {
	Balances::transfer(from, &Pooling::pot_of(TOKEN), amount, Preservation::Preserve).unwrap();
	unhashed::put(&gifts_key(b"coins", TOKEN), &(given_coins(TOKEN) + amount));
}

/// Sends tokens to the account of the pool.
pub(crate) fn donate(from: &AccountId, amount: Balance) {
	give(from, &Pooling::pot_of(TOKEN), amount);
}

pub(crate) fn record() -> PoolRecordOf<Test> {
	Pools::<Test>::get(TOKEN).unwrap()
}

pub(crate) fn free(who: &AccountId) -> Balance {
	Balances::balance(who)
}

pub(crate) fn tokens(who: &AccountId) -> Balance {
	Assets::balance(TOKEN.0, who)
}

pub(crate) fn held(reason: HoldReason, who: &AccountId) -> Balance {
	Balances::balance_on_hold(&reason.into(), who)
}

pub(crate) fn pass(blocks: u32) {
	System::set_block_number(System::block_number() + u64::from(blocks));
}

/// Events of this pallet, oldest first.
pub(crate) fn events() -> Vec<Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Pooling(event) => Some(event),
			_ => None,
		})
		.collect()
}

pub(crate) fn last_event() -> Event<Test> {
	events().pop().unwrap()
}
