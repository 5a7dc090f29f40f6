//! A runtime with balances and this pallet. Slashes end in a pot, so issuance stays what it was.

use crate as pallet_workers;
use crate::{CreditOf, Pallet, WorkerRecordOf, WorkerStatusOf};
use engram_primitives::{
	authorization::{possession_digest, WorkerKey, WorkerSignature},
	economy::{EpochClock, EpochPool},
	units::Balance,
};
use frame_support::{
	derive_impl, parameter_types,
	traits::{
		fungible::{Balanced, Inspect, InspectHold},
		Contains, OnUnbalanced,
	},
	PalletId,
};
use frame_system::EnsureRoot;
use sp_core::{sr25519, Pair};
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::{traits::ConstU128, BuildStorage, DispatchResult};

pub(crate) type AccountId = u64;
type Block = frame_system::mocking::MockBlockU32<Test>;

pub(crate) const ALICE: AccountId = 1;
pub(crate) const BOB: AccountId = 2;
pub(crate) const CAROL: AccountId = 3;
pub(crate) const DAVE: AccountId = 4;
/// Has nothing but the existential deposit.
pub(crate) const POOR: AccountId = 5;
/// Receives slashes.
pub(crate) const POT: AccountId = 99;
/// Receives what nobody claimed.
pub(crate) const TREASURY: AccountId = 98;
/// Has no account.
pub(crate) const STRANGER: AccountId = 100;

pub(crate) const RICHES: Balance = 1_000_000;
pub(crate) const EXISTENTIAL_DEPOSIT: Balance = 10;
pub(crate) const LEAST_BOND: Balance = 1_000;
/// Blocks for which a measurement counts.
pub(crate) const MEASURE: u32 = 1_000;
pub(crate) const UNBONDING: u32 = 20;
pub(crate) const ADDRESS: &str = "/ip4/10.0.0.1/tcp/4001/p2p/12D3KooWWorker";

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
	pub type Pool = pallet_workers;
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
	pub static MinBond: Balance = LEAST_BOND;
	pub static BondPerSlot: Balance = 500;
	pub static MaxSlots: u32 = 4;
	pub static MaxWorkers: u32 = 5;
	pub const MaxAddressLen: u32 = 64;
	pub const UnbondingPeriod: u32 = UNBONDING;
	pub static SlashShare: u32 = 500_000;
	pub static InitialReputation: u32 = 500_000;
	pub static IdentifiedReputation: u32 = 750_000;
	pub static Identified: Vec<AccountId> = Vec::new();
	pub static ReputationGain: u32 = 20_000;
	pub static ReputationReference: Balance = 1_000;
	pub static ReputationLoss: u32 = 500_000;
	pub static DeclineLoss: u32 = 2_500;
	pub static ReputationFloor: u32 = 10_000;
	pub static MinReputation: u32 = 10_000;
	pub static LatenessShare: u32 = 10_000;
	pub static MaxUnbonding: u32 = 3;
	pub const WorkersPalletId: PalletId = PalletId(*b"engr/wrk");
	pub static ClaimPeriod: u32 = 3;
	pub static MeasurePeriod: u32 = MEASURE;
	pub static ProbedSince: Option<u32> = Some(0);
	pub storage RunningEpoch: u32 = 1;
}

/// A clock that tests move.
pub struct FakeClock;

impl EpochClock for FakeClock {
	fn epoch() -> u32 {
		RunningEpoch::get()
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::benchmarking::BenchmarkHelper for FakeClock {
	fn set_epoch(epoch: u32) {
		RunningEpoch::set(&epoch);
	}

	fn set_probed(probed: bool) {
		ProbedSince::set(probed.then_some(0));
	}
}

/// Who is in [`Identified`].
pub struct Known;

impl Contains<AccountId> for Known {
	fn contains(who: &AccountId) -> bool {
		Identified::get().contains(who)
	}
}

/// Puts slashes into [`POT`].
pub struct ToPot;

impl OnUnbalanced<CreditOf<Test>> for ToPot {
	fn on_nonzero_unbalanced(credit: CreditOf<Test>) {
		Balances::resolve(&POT, credit).unwrap();
	}
}

impl pallet_workers::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type AdminOrigin = EnsureRoot<AccountId>;
	type OnSlash = ToPot;
	type LatenessShare = LatenessShare;
	type MaxUnbonding = MaxUnbonding;
	type Clock = FakeClock;
	type Treasury = frame_support::traits::ConstU64<TREASURY>;
	type PalletId = WorkersPalletId;
	type ClaimPeriod = ClaimPeriod;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = FakeClock;
	type MinBond = MinBond;
	type BondPerSlot = BondPerSlot;
	type MaxSlots = MaxSlots;
	type MaxWorkers = MaxWorkers;
	type MaxAddressLen = MaxAddressLen;
	type UnbondingPeriod = UnbondingPeriod;
	type SlashShare = SlashShare;
	type InitialReputation = InitialReputation;
	type Identified = Known;
	type IdentifiedReputation = IdentifiedReputation;
	type ReputationGain = ReputationGain;
	type ReputationReference = ReputationReference;
	type ReputationLoss = ReputationLoss;
	type DeclineLoss = DeclineLoss;
	type ReputationFloor = ReputationFloor;
	type MinReputation = MinReputation;
	type MeasurePeriod = MeasurePeriod;
	type ProbedSince = ProbedSince;
	type WeightInfo = ();
}

#[derive(Default)]
pub(crate) struct ExtBuilder;

impl ExtBuilder {
	pub(crate) fn build(self) -> sp_io::TestExternalities {
		// A test before this one on the same thread may have changed them.
		MinBond::set(LEAST_BOND);
		BondPerSlot::set(500);
		MaxSlots::set(4);
		MaxWorkers::set(5);
		SlashShare::set(500_000);
		InitialReputation::set(500_000);
		IdentifiedReputation::set(750_000);
		Identified::set(Vec::new());
		ReputationGain::set(20_000);
		ReputationReference::set(1_000);
		ReputationLoss::set(500_000);
		DeclineLoss::set(2_500);
		ReputationFloor::set(10_000);
		MinReputation::set(10_000);
		ClaimPeriod::set(3);
		MeasurePeriod::set(MEASURE);
		ProbedSince::set(Some(0));
		LatenessShare::set(10_000);
		MaxUnbonding::set(3);
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		let mut balances: Vec<_> = [ALICE, BOB, CAROL, DAVE].map(|who| (who, RICHES)).to_vec();
		balances.extend((10..20).map(|who| (who, RICHES)));
		balances.extend([
			(POOR, EXISTENTIAL_DEPOSIT),
			(POT, EXISTENTIAL_DEPOSIT),
			(TREASURY, EXISTENTIAL_DEPOSIT),
		]);
		balances.push((Pallet::<Test>::pool(), EXISTENTIAL_DEPOSIT));
		pallet_balances::GenesisConfig::<Test> { balances, ..Default::default() }
			.assimilate_storage(&mut storage)
			.unwrap();
		pallet_workers::GenesisConfig::<Test>::default().assimilate_storage(&mut storage).unwrap();
		let mut ext = sp_io::TestExternalities::new(storage);
		ext.register_extension(KeystoreExt::new(MemoryKeystore::new()));
		ext.execute_with(|| System::set_block_number(1));
		ext
	}

	/// Runs a test and checks every invariant, and that no money appeared or vanished.
	pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			let issuance = Balances::total_issuance();
			test();
			check_state();
			assert_eq!(Balances::total_issuance(), issuance + minted());
		});
	}
}

/// Every invariant, and that the pool has exactly what epochs owe: in tests nobody else sends it anything.
pub(crate) fn check_state() {
	Pallet::<Test>::do_try_state().unwrap();
	let owed = Pallet::<Test>::owed().unwrap();
	assert_eq!(Balances::total_balance(&Pallet::<Test>::pool()), EXISTENTIAL_DEPOSIT + owed);
}

parameter_types! {
	/// What epochs minted into the pool.
	pub storage Minted: Balance = 0;
}

pub(crate) fn minted() -> Balance {
	Minted::get()
}

/// What `emission` does at the end of the running epoch.
pub(crate) fn close(offered: Balance) -> Balance {
	let epoch = RunningEpoch::get();
	let taken = Pool::close_epoch(epoch, offered);
	Balances::resolve(&Pool::pool_account(), Balances::issue(taken)).unwrap();
	Pool::set_aside(taken).unwrap();
	Minted::set(&(Minted::get() + taken));
	RunningEpoch::set(&(epoch + 1));
	taken
}

/// The hot key a seed stands for.
pub(crate) fn pair(seed: u8) -> sr25519::Pair {
	sr25519::Pair::from_seed(&[seed; 32])
}

pub(crate) fn key(seed: u8) -> WorkerKey {
	pair(seed).public().into()
}

/// A seed's signature that it works for `owner`.
pub(crate) fn possession(seed: u8, owner: AccountId) -> WorkerSignature {
	pair(seed).sign(&possession_digest(System::block_hash(0), &owner)).into()
}

pub(crate) fn address(text: &str) -> crate::AddressOf<Test> {
	text.as_bytes().to_vec().try_into().unwrap()
}

/// Registers `who` under the key that its number seeds, with 1 GiB of memory.
pub(crate) fn register(who: AccountId, bond: Balance) -> DispatchResult {
	let seed = who as u8;
	Pool::register(
		RuntimeOrigin::signed(who),
		key(seed),
		possession(seed, who),
		address(ADDRESS),
		1_024,
		bond,
	)
}

pub(crate) fn record(who: AccountId) -> WorkerRecordOf<Test> {
	Pool::worker_of(who).unwrap()
}

pub(crate) fn status(who: AccountId) -> WorkerStatusOf<Test> {
	record(who).status
}

pub(crate) fn active() -> Vec<AccountId> {
	crate::Active::<Test>::get().into_iter().map(|candidate| candidate.worker).collect()
}

pub(crate) fn held(who: AccountId) -> Balance {
	Balances::balance_on_hold(&crate::HoldReason::Bond.into(), &who)
}

pub(crate) fn free(who: AccountId) -> Balance {
	Balances::balance(&who)
}

pub(crate) fn advance(blocks: u32) {
	System::set_block_number(System::block_number() + blocks);
}

/// Events of this pallet since the last call, oldest first.
pub(crate) fn take_events() -> Vec<crate::Event<Test>> {
	let events = System::events();
	System::reset_events();
	events
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Pool(event) => Some(event),
			_ => None,
		})
		.collect()
}
