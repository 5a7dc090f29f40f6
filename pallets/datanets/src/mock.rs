//! A runtime with balances and this pallet.

use crate as pallet_datanets;
use crate::{row_leaf, Batch, HoldReason, Pallet, SourceOf};
use engram_primitives::{label::Label, merkle, units::Balance, Cid, ContributionId, DatanetId};
use frame_support::{
	derive_impl, parameter_types,
	traits::{fungible::hold::Inspect, ConstU32},
};
use sp_runtime::{traits::ConstU128, BuildStorage, DispatchError};

pub(crate) type AccountId = u64;
type Block = frame_system::mocking::MockBlock<Test>;

pub(crate) const ALICE: AccountId = 1;
pub(crate) const BOB: AccountId = 2;
pub(crate) const CAROL: AccountId = 3;
/// Has nothing but the existential deposit.
pub(crate) const POOR: AccountId = 4;

pub(crate) const RICHES: Balance = 10_000;
pub(crate) const EXISTENTIAL_DEPOSIT: Balance = 10;
pub(crate) const NET_DEPOSIT: Balance = 1_000;
pub(crate) const ITEM_DEPOSIT: Balance = 300;
pub(crate) const SOURCE: &str = "/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWBob";

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
	pub type Nets = pallet_datanets;
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
	pub static DatanetDeposit: Balance = NET_DEPOSIT;
	pub static ContributionDeposit: Balance = ITEM_DEPOSIT;
}

impl pallet_datanets::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type DatanetDeposit = DatanetDeposit;
	type ContributionDeposit = ContributionDeposit;
	type MaxContributions = ConstU32<4>;
	type MaxAddressLen = ConstU32<64>;
	type WeightInfo = ();
}

#[derive(Default)]
pub(crate) struct ExtBuilder;

impl ExtBuilder {
	pub(crate) fn build(self) -> sp_io::TestExternalities {
		// A test before this one on the same thread may have changed them.
		DatanetDeposit::set(NET_DEPOSIT);
		ContributionDeposit::set(ITEM_DEPOSIT);
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		pallet_balances::GenesisConfig::<Test> {
			balances: vec![(ALICE, RICHES), (BOB, RICHES), (CAROL, RICHES), (POOR, EXISTENTIAL_DEPOSIT)],
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

pub(crate) fn source(text: &str) -> SourceOf<Test> {
	text.as_bytes().to_vec().try_into().unwrap()
}

/// Creates a datanet of the digits' shape.
pub(crate) fn create(creator: AccountId, permissionless: bool) -> Result<DatanetId, DispatchError> {
	let datanet = crate::NextDatanetId::<Test>::get();
	Nets::create(RuntimeOrigin::signed(creator), label("digits"), 64, 10, label("CC-BY-4.0"), permissionless)
		.map(|()| datanet)
}

/// Three rows that depend on `n`.
pub(crate) fn lines(n: u8) -> [String; 3] {
	[0, 1, 2].map(|row| format!("{n},{row},{}", n % 10))
}

pub(crate) fn leaves(n: u8) -> Vec<[u8; 32]> {
	lines(n).iter().map(|line| row_leaf(line.as_bytes())).collect()
}

/// A batch of [`lines`].
pub(crate) fn batch(n: u8) -> Batch<SourceOf<Test>> {
	let csv = format!("a,b,label\n{}\n", lines(n).join("\n"));
	Batch {
		root: merkle::root(&leaves(n)),
		cid: Cid::of_raw(csv.as_bytes()),
		rows: 3,
		bytes: u32::try_from(csv.len()).unwrap(),
		licence: label("CC-BY-4.0"),
		source: source(SOURCE),
	}
}

pub(crate) fn contribute_batch(
	owner: AccountId,
	datanet: DatanetId,
	batch: Batch<SourceOf<Test>>,
) -> Result<ContributionId, DispatchError> {
	let contribution = crate::NextContributionId::<Test>::get();
	let Batch { root, cid, rows, bytes, licence, source } = batch;
	Nets::contribute(RuntimeOrigin::signed(owner), datanet, root, cid, rows, bytes, licence, source)
		.map(|()| contribution)
}

/// Contributes [`batch`] number `n`.
pub(crate) fn contribute(
	owner: AccountId,
	datanet: DatanetId,
	n: u8,
) -> Result<ContributionId, DispatchError> {
	contribute_batch(owner, datanet, batch(n))
}

pub(crate) fn held_for_nets(who: AccountId) -> Balance {
	Balances::balance_on_hold(&HoldReason::DatanetDeposit.into(), &who)
}

pub(crate) fn held_for_items(who: AccountId) -> Balance {
	Balances::balance_on_hold(&HoldReason::ContributionDeposit.into(), &who)
}

/// Events of this pallet, oldest first.
pub(crate) fn events() -> Vec<crate::Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Nets(event) => Some(event),
			_ => None,
		})
		.collect()
}
