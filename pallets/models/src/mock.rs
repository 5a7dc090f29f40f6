//! A runtime with balances and this pallet.

use crate as pallet_models;
use crate::Pallet;
use engram_primitives::{
	label::Label,
	market::RemovedModels,
	model::{Architecture, InferenceRates, InfluenceMethod},
	traits::{ModelRegistry, VersionInfo},
	units::Balance,
	Cid, JobId, ModelId, VersionId,
};
use frame_support::{
	derive_impl, parameter_types, storage::with_storage_layer, traits::fungible::hold::Inspect,
};
use sp_runtime::{traits::ConstU128, BuildStorage, DispatchError, DispatchResult};

pub(crate) type AccountId = u64;
type Block = frame_system::mocking::MockBlock<Test>;

pub(crate) const ALICE: AccountId = 1;
pub(crate) const BOB: AccountId = 2;
/// Has nothing but the existential deposit.
pub(crate) const POOR: AccountId = 3;

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
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type AccountStore = System;
}

parameter_types! {
	pub static ModelDepositBase: Balance = 1_000;
	pub static ModelDepositPerByte: Balance = 10;
	pub static MaxVersions: u32 = 3;
}

parameter_types! {
	/// The models of whose removal others were told.
	pub static Gone: Vec<ModelId> = Vec::new();
}

pub struct ToldRemoved;

impl RemovedModels for ToldRemoved {
	fn removed(model: ModelId) {
		Gone::mutate(|models| models.push(model));
	}
}

impl pallet_models::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
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
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		pallet_balances::GenesisConfig::<Test> {
			balances: vec![(ALICE, RICHES), (BOB, RICHES), (POOR, EXISTENTIAL_DEPOSIT)],
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
			Pallet::<Test>::do_try_state().unwrap();
		});
	}
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
