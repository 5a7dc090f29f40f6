//! A runtime with balances, assets and this pallet. A model's token is an asset.

use crate as pallet_models;
use crate::{CreditOf, HoldReason, Pallet};
use engram_primitives::{
	label::Label,
	market::RemovedModels,
	model::{Architecture, InferenceRates, InfluenceMethod},
	payment::ModelTokens,
	traits::{ModelRegistry, VersionInfo},
	units::Balance,
	Cid, JobId, ModelId, TokenId, VersionId, FIRST_TOKEN,
};
use frame_support::{
	derive_impl, parameter_types,
	storage::with_storage_layer,
	traits::{
		fungible::hold::Inspect,
		fungibles::{Create, Inspect as _, Mutate},
		AsEnsureOriginWithArg, Imbalance, OnUnbalanced,
	},
	PalletId,
};
use frame_system::{EnsureRoot, EnsureSigned};
use sp_runtime::{
	traits::{ConstU128, ConstU32, ConstU64, Dispatchable, IdentityLookup},
	BuildStorage, DispatchError, DispatchResult,
};

/// Wide enough for the accounts that are derived from a model.
pub(crate) type AccountId = u128;
type Block = frame_system::mocking::MockBlock<Test>;

pub(crate) const ALICE: AccountId = 1;
pub(crate) const BOB: AccountId = 2;
/// Has nothing but the existential deposit.
pub(crate) const POOR: AccountId = 3;

/// Holders of tokens.
pub(crate) const CAROL: AccountId = 4;
pub(crate) const DAVE: AccountId = 5;
pub(crate) const ERIN: AccountId = 6;

/// What holders have of a model's token.
pub(crate) const TOKENS: Balance = 1_000_000;
pub(crate) const PERIOD: u64 = 10;
/// Of the tokens of three holders it is 180.
pub(crate) const SHARE: u32 = 60;
pub(crate) const DELAY: u64 = 20;
pub(crate) const WINDOW: u64 = 30;
pub(crate) const DEPOSIT: Balance = 50;
pub(crate) const BOND: Balance = 700;

pub(crate) const RICHES: Balance = 1_000_000;
pub(crate) const EXISTENTIAL_DEPOSIT: Balance = 10;
pub(crate) const RATES: InferenceRates =
	InferenceRates { input_per_1000: 200, output_per_1000: 400, platform: 500 };

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
	pub type Registry = pallet_models;

	#[runtime::pallet_index(3)]
	pub type Assets = pallet_assets;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type AccountStore = System;
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
	type Balance = Balance;
	type AssetId = u32;
	type AssetIdParameter = u32;
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type ForceOrigin = EnsureRoot<AccountId>;
	type StringLimit = ConstU32<64>;
	type Freezer = ();
	type Holder = ();
}

parameter_types! {
	pub const RegistryPalletId: PalletId = PalletId(*b"test/mod");
	pub static StandingPeriod: u64 = PERIOD;
	pub static SeatShare: u32 = SHARE;
	pub static AskedBond: Balance = BOND;
	pub static AskedDeposit: Balance = DEPOSIT;
	/// What was slashed. In storage, so that it is taken back with what fails.
	pub storage Slashed: Balance = 0;
	pub static ModelDepositBase: Balance = 1_000;
	pub static ModelDepositPerByte: Balance = 10;
	pub static MaxVersions: u32 = 3;
}

parameter_types! {
	/// The models of whose removal others were told.
	pub static Gone: Vec<ModelId> = Vec::new();
	/// What the models themselves keep of their tokens.
	pub static Kept: Balance = 0;
	/// The models of whose roll backs others were told, and to which version.
	pub static Undone: Vec<(ModelId, VersionId)> = Vec::new();
}

pub struct ToldRemoved;

impl RemovedModels for ToldRemoved {
	fn removed(model: ModelId) {
		Gone::mutate(|models| models.push(model));
	}

	fn rolled_back(model: ModelId, version: VersionId) {
		Undone::mutate(|told| told.push((model, version)));
	}
}

/// All of every slash is destroyed.
pub struct Slashes;

impl OnUnbalanced<CreditOf<Test>> for Slashes {
	fn on_nonzero_unbalanced(credit: CreditOf<Test>) {
		Slashed::set(&(Slashed::get() + credit.peek()));
	}
}

/// The token of a model has the model's number, if there is one.
pub struct Launched;

impl ModelTokens for Launched {
	fn model_token(model: ModelId) -> Option<TokenId> {
		let token = token_of(model);
		Assets::asset_exists(token).then_some(TokenId(token))
	}

	fn kept(_: ModelId) -> Balance {
		Kept::get()
	}
}

#[cfg(feature = "runtime-benchmarks")]
pub struct Helper;

#[cfg(feature = "runtime-benchmarks")]
impl crate::benchmarking::BenchmarkHelper<AccountId> for Helper {
	fn give(model: ModelId, who: &AccountId, amount: Balance) {
		give(model, *who, amount);
	}
}

impl pallet_models::Config for Test {
	type Currency = Balances;
	type Tokens = Assets;
	type ModelTokens = Launched;
	type OnSlash = Slashes;
	type RuntimeHoldReason = RuntimeHoldReason;
	type PalletId = RegistryPalletId;
	type StandingDeposit = AskedDeposit;
	type RollbackBond = AskedBond;
	type StandingPeriod = StandingPeriod;
	type MinSeatShare = SeatShare;
	type RollbackDelay = ConstU64<DELAY>;
	type RollbackWindow = ConstU64<WINDOW>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Helper;
	type ModelDepositBase = ModelDepositBase;
	type ModelDepositPerByte = ModelDepositPerByte;
	type MaxVersions = MaxVersions;
	type Removed = ToldRemoved;
	type WeightInfo = ();
}

#[derive(Default)]
pub(crate) struct ExtBuilder;

impl ExtBuilder {
	pub(crate) fn build(self) -> sp_io::TestExternalities {
		// A test before this one on the same thread may have changed them.
		ModelDepositBase::set(1_000);
		ModelDepositPerByte::set(10);
		MaxVersions::set(3);
		StandingPeriod::set(PERIOD);
		SeatShare::set(SHARE);
		AskedBond::set(BOND);
		AskedDeposit::set(DEPOSIT);
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		pallet_balances::GenesisConfig::<Test> {
			balances: [ALICE, BOB, CAROL, DAVE, ERIN]
				.map(|who| (who, RICHES))
				.into_iter()
				.chain([(POOR, EXISTENTIAL_DEPOSIT)])
				.collect(),
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
}

/// Every invariant, and what only a closed world has: nothing but what is locked is where it is kept.
pub(crate) fn check() {
	Pallet::<Test>::do_try_state().unwrap();
	let models = crate::Models::<Test>::iter_keys().chain(crate::Standings::<Test>::iter_keys());
	for model in models {
		let locked: Balance = crate::Locks::<Test>::iter_prefix_values(model).map(|lock| lock.amount).sum();
		let custody = Registry::custody_account(model);
		assert_eq!(Assets::balance(token_of(model), custody), locked, "what is kept for {model}");
		assert_eq!(System::account_exists(&custody), locked > 0, "the account that keeps it for {model}");
	}
}

pub(crate) fn token_of(model: ModelId) -> u32 {
	FIRST_TOKEN.0 + model.0
}

/// Gives somebody tokens of a model, which has some from then on.
pub(crate) fn give(model: ModelId, who: AccountId, amount: Balance) {
	let token = token_of(model);
	if !Assets::asset_exists(token) {
		<Assets as Create<AccountId>>::create(token, BOB, false, 1).unwrap();
	}
	<Assets as Mutate<AccountId>>::mint_into(token, &who, amount).unwrap();
}

/// Tokens of a model that somebody can spend.
pub(crate) fn tokens(model: ModelId, who: AccountId) -> Balance {
	Assets::balance(token_of(model), who)
}

pub(crate) fn pass(blocks: u64) {
	System::set_block_number(System::block_number() + blocks);
}

/// Makes a call as a transaction does: what fails leaves no trace.
fn call(who: AccountId, call: crate::Call<Test>) -> DispatchResult {
	let done = RuntimeCall::Registry(call).dispatch(RuntimeOrigin::signed(who));
	done.map(|_| ()).map_err(|error| error.error)
}

pub(crate) fn stand(who: AccountId, model: ModelId, amount: Balance) -> DispatchResult {
	call(who, crate::Call::stand { model, amount })
}

pub(crate) fn take_seat(who: AccountId, model: ModelId) -> DispatchResult {
	call(who, crate::Call::take_seat { model })
}

pub(crate) fn withdraw(who: AccountId, model: ModelId) -> DispatchResult {
	call(who, crate::Call::withdraw { model })
}

pub(crate) fn request(who: AccountId, model: ModelId, version: VersionId) -> DispatchResult {
	call(who, crate::Call::request_rollback { model, version })
}

pub(crate) fn veto(who: AccountId, model: ModelId) -> DispatchResult {
	call(who, crate::Call::veto_rollback { model })
}

pub(crate) fn enact(who: AccountId, model: ModelId) -> DispatchResult {
	call(who, crate::Call::enact_rollback { model })
}

/// A model of Alice with five versions, each of which continues the one before.
pub(crate) fn trained_model() -> ModelId {
	MaxVersions::set(8);
	let model = register(ALICE).unwrap();
	let mut parent = None;
	for _ in 0..5 {
		parent = Some(record(trained(model), parent).unwrap());
	}
	model
}

/// Carol with 300 and Dave with 200 tokens have the seats of that model; Erin has tokens too.
pub(crate) fn seated_model() -> ModelId {
	let model = trained_model();
	for who in [CAROL, DAVE, ERIN] {
		give(model, who, TOKENS);
	}
	for (who, amount) in [(CAROL, 300), (DAVE, 200)] {
		stand(who, model, amount).unwrap();
	}
	pass(PERIOD);
	for who in [CAROL, DAVE] {
		take_seat(who, model).unwrap();
	}
	System::reset_events();
	model
}

/// What somebody has on hold for a reason.
pub(crate) fn on_hold(reason: HoldReason, who: AccountId) -> Balance {
	Balances::balance_on_hold(&reason.into(), &who)
}

pub(crate) fn label(text: &str) -> Label {
	text.as_bytes().to_vec().try_into().unwrap()
}

/// The MLP of the digits data.
pub(crate) fn architecture() -> Architecture {
	Architecture::Mlp { widths: vec![64, 32, 10].try_into().unwrap(), input_shift: 4 }
}

/// Registers a model as `owner` would.
pub(crate) fn register(owner: AccountId) -> Result<ModelId, DispatchError> {
	let model = crate::NextModelId::<Test>::get();
	Registry::register(
		RuntimeOrigin::signed(owner),
		label("digits"),
		architecture(),
		RATES,
		InfluenceMethod::DataInf,
		label("Apache-2.0"),
	)
	.map(|()| model)
}

/// What a verified job trained: 90 of 100 held-out rows right.
pub(crate) fn trained(model: ModelId) -> VersionInfo {
	VersionInfo {
		model,
		weights: Cid::of_raw(b"weights"),
		job: JobId(7),
		parts: Default::default(),
		correct: 90,
		held_out_rows: 100,
	}
}

/// A training job for the model is requested.
pub(crate) fn reserve(model: ModelId) -> DispatchResult {
	<Registry as ModelRegistry<AccountId>>::reserve_version(model)
}

/// It ends without a version.
pub(crate) fn release(model: ModelId) {
	<Registry as ModelRegistry<AccountId>>::release_version(model);
}

/// It is verified.
pub(crate) fn record_reserved(
	version: VersionInfo,
	parent: Option<VersionId>,
) -> Result<VersionId, DispatchError> {
	<Registry as ModelRegistry<AccountId>>::record_version(version, parent)
}

/// A whole training job: requested and verified.
pub(crate) fn record(version: VersionInfo, parent: Option<VersionId>) -> Result<VersionId, DispatchError> {
	with_storage_layer(|| {
		reserve(version.model)?;
		record_reserved(version, parent)
	})
}

pub(crate) fn reserved(model: ModelId) -> u32 {
	crate::Models::<Test>::get(model).map_or(0, |record| record.reserved)
}

pub(crate) fn held(who: AccountId) -> Balance {
	Balances::balance_on_hold(&crate::HoldReason::ModelDeposit.into(), &who)
}

/// Events of this pallet, oldest first.
pub(crate) fn events() -> Vec<crate::Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Registry(event) => Some(event),
			_ => None,
		})
		.collect()
}
