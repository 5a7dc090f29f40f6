//! A runtime with balances and this pallet, and small stand-ins for the market, the workers, the models and the datanets.

use crate as pallet_attribution;
use crate::{pallet::*, reports::serve_id, HoldReason, Quote};
use engram_math::fee::{CutShares, NetShares};
use engram_primitives::{
	authorization::{WorkerKey, WorkerSignature},
	economy::{PaidContribution, PaidContributions, ServedAnswer, ServedJobs},
	merkle::{sum_prove, sum_root, SumLeaf, SumProof},
	model::{Architecture, InferenceRates, InfluenceMethod, RowShape},
	task::leaves_of,
	traits::{
		BlockAuthor, ContributionInfo, Contributions, InferenceAssignment, InferenceJobs, ModelInfo,
		ModelRegistry, VersionInfo, WorkerPool,
	},
	units::{Balance, ENGR, MILLI},
	work::Receipt,
	Cid, ContributionId, JobId, ModelId, VersionId,
};
use frame_support::{
	derive_impl, parameter_types,
	traits::{
		fungible::{hold::Inspect as _, Inspect, Mutate},
		tokens::{Fortitude, Precision, Preservation},
	},
	PalletId,
};
use frame_system::{AuthorizeCall, RawOrigin};
use sp_application_crypto::RuntimeAppPublic;
use sp_core::H256;
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::{
	generic::UncheckedExtrinsic, traits::IdentityLookup, AccountId32, BuildStorage, DispatchError,
	DispatchResult,
};
use std::collections::BTreeMap;

pub(crate) type AccountId = AccountId32;
type Block = frame_system::mocking::MockBlockU32<Test>;
pub(crate) type Extension = AuthorizeCall<Test>;
pub(crate) type Extrinsic = UncheckedExtrinsic<AccountId, RuntimeCall, (), Extension>;

/// Buys inference.
pub(crate) const ALICE: AccountId = AccountId::new([1; 32]);
/// Serves.
pub(crate) const BOB: AccountId = AccountId::new([2; 32]);
/// Another worker.
pub(crate) const MALLORY: AccountId = AccountId::new([3; 32]);
/// Owns the model.
pub(crate) const OLIVE: AccountId = AccountId::new([4; 32]);
/// Owns contribution 0.
pub(crate) const CAROL: AccountId = AccountId::new([5; 32]);
/// Owns contribution 1.
pub(crate) const DAVE: AccountId = AccountId::new([6; 32]);
/// Authors blocks.
pub(crate) const AUTHOR: AccountId = AccountId::new([7; 32]);
/// Has no account.
pub(crate) const NOBODY: AccountId = AccountId::new([8; 32]);
pub(crate) const STAKERS: AccountId = AccountId::new([9; 32]);
pub(crate) const TREASURY: AccountId = AccountId::new([10; 32]);
/// Where the stand-in for the market keeps what is in escrow.
pub(crate) const ESCROW: AccountId = AccountId::new([11; 32]);

pub(crate) const ED: Balance = MILLI;
pub(crate) const RICHES: Balance = 1_000_000 * ENGR;
pub(crate) const MODEL: ModelId = ModelId(3);
/// Trained on contributions 0 and 1.
pub(crate) const VERSION: VersionId = VersionId(5);
/// Trained on nothing.
pub(crate) const BARREN: VersionId = VersionId(6);
pub(crate) const JOB: JobId = JobId(42);
/// Rows that cost 1.14 ENGR: 1,600 inputs and 800 outputs.
pub(crate) const ROWS: u32 = 800;
pub(crate) const FEE: Balance = 1_140 * MILLI;
/// The contributors' part of that.
pub(crate) const PART: Balance = 128 * MILLI;
pub(crate) const WINDOW: u32 = 10;
pub(crate) const PERIOD: u32 = 100;

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
	pub type Attribution = pallet_attribution;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
}

parameter_types! {
	pub const ExistentialDeposit: Balance = ED;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ExistentialDeposit;
	type AccountStore = System;
}

impl<C> frame_system::offchain::CreateTransactionBase<C> for Test
where
	RuntimeCall: From<C>,
{
	type Extrinsic = Extrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<C> frame_system::offchain::CreateTransaction<C> for Test
where
	RuntimeCall: From<C>,
{
	type Extension = Extension;

	fn create_transaction(call: RuntimeCall, extension: Extension) -> Extrinsic {
		Extrinsic::new_transaction(call, extension)
	}
}

impl<C> frame_system::offchain::CreateAuthorizedTransaction<C> for Test
where
	RuntimeCall: From<C>,
{
	fn create_extension() -> Extension {
		AuthorizeCall::new()
	}
}

parameter_types! {
	pub static Net: NetShares =
		NetShares { model: 700_000, stakers: 100_000, contributors: 200_000 };
	pub static Cut: CutShares = CutShares { burn: 400_000, treasury: 400_000 };
	pub static CutPpm: u32 = 100_000;
	pub static Rates: InferenceRates = ASKED;
	/// The owner retired the model.
	pub static Retired: bool = false;
	/// The version was rolled back.
	pub static RolledBack: bool = false;
	/// `None` when there is no model.
	pub static ModelOwner: Option<AccountId> = Some(OLIVE);
	pub static Assignments: BTreeMap<JobId, InferenceAssignment<AccountId>> = BTreeMap::new();
	pub static Versions: BTreeMap<VersionId, VersionInfo> = BTreeMap::new();
	pub static Owners: BTreeMap<ContributionId, AccountId> = BTreeMap::new();
	pub static Keys: BTreeMap<AccountId, WorkerKey> = BTreeMap::new();
	pub static CurrentAuthor: Option<AccountId> = Some(AUTHOR);
	/// The market refuses every settlement.
	pub static MarketClosed: bool = false;
	/// What the market was last told to pay and burn.
	pub static Settled: Option<(Vec<(AccountId, Balance)>, Balance)> = None;
	/// What was known of the answer when the market was told.
	pub static Known: Option<ServedAnswer<AccountId>> = None;
	/// Who was told to be paid, and what was known of the answer at that moment.
	pub static Reported: Vec<(PaidContribution<AccountId>, Option<ServedAnswer<AccountId>>)> = Vec::new();
	pub StakersPot: AccountId = STAKERS;
	pub Treasury: AccountId = TREASURY;
	pub const AttributionPalletId: PalletId = PalletId(*b"engr/att");
	pub const ChallengeWindow: u32 = WINDOW;
	pub const ClaimPeriod: u32 = PERIOD;
}

/// What Olive asks.
pub(crate) const ASKED: InferenceRates =
	InferenceRates { input_per_1000: 200 * MILLI, output_per_1000: 400 * MILLI, platform: 500 * MILLI };

pub struct FakeMarket;

impl InferenceJobs<AccountId> for FakeMarket {
	fn inference(job: JobId) -> Option<InferenceAssignment<AccountId>> {
		Assignments::get().remove(&job)
	}

	fn served(job: JobId, attempt: u32, payments: &[(AccountId, u128)], burned: u128) -> DispatchResult {
		let assignment = Self::inference(job).ok_or("not assigned")?;
		frame_support::ensure!(!MarketClosed::get(), "closed");
		frame_support::ensure!(assignment.attempt == attempt, "wrong attempt");
		let spent = payments.iter().map(|(_, amount)| amount).sum::<u128>() + burned;
		let refund = assignment.fee.checked_sub(spent).ok_or("more than the escrow")?;
		for (payee, amount) in payments.iter().chain([&(assignment.requester, refund)]) {
			<Balances as Mutate<_>>::transfer(&ESCROW, payee, *amount, Preservation::Expendable)?;
		}
		<Balances as Mutate<_>>::burn_from(
			&ESCROW,
			burned,
			Preservation::Expendable,
			Precision::Exact,
			Fortitude::Force,
		)?;
		Assignments::mutate(|all| all.remove(&job));
		Settled::set(Some((payments.to_vec(), burned)));
		Known::set(Attribution::served_answer(job));
		Ok(())
	}
}

pub struct FakeWorkers;

impl WorkerPool<AccountId> for FakeWorkers {
	fn draw(_: H256, _: u32, _: &[AccountId]) -> Option<AccountId> {
		None
	}
	fn occupy(_: &AccountId) -> DispatchResult {
		Ok(())
	}
	fn vacate(_: &AccountId) {}
	fn key_of(worker: &AccountId) -> Option<WorkerKey> {
		Keys::get().remove(worker)
	}
	fn address_of(_: &AccountId) -> Option<Vec<u8>> {
		None
	}
	fn owner_of(_: &WorkerKey) -> Option<AccountId> {
		None
	}
	fn reward_reputation(_: &AccountId) {
		panic!("the market rewards a job it closes; a second reward would count it twice")
	}
	fn penalise_reputation(_: &AccountId) {}
	fn slash(_: &AccountId, _: &[(AccountId, u128)]) -> u128 {
		0
	}
}

pub struct FakeModels;

impl ModelRegistry<AccountId> for FakeModels {
	fn model(model: ModelId) -> Option<ModelInfo<AccountId>> {
		let owner = ModelOwner::get().filter(|_| model == MODEL)?;
		Some(ModelInfo {
			owner,
			architecture: Architecture::Mlp { widths: vec![2, 8, 10].try_into().unwrap(), input_shift: 4 },
			rates: Rates::get(),
			method: InfluenceMethod::ExactInverse,
			init_seed: [0; 32],
		})
	}

	fn is_open(model: ModelId) -> bool {
		Self::model(model).is_some() && !Retired::get()
	}

	fn version(version: VersionId) -> Option<VersionInfo> {
		Versions::get().remove(&version)
	}

	fn is_rolled_back(_: VersionId) -> bool {
		RolledBack::get()
	}

	fn reserve_version(_: ModelId) -> DispatchResult {
		Err("not here".into())
	}

	fn release_version(_: ModelId) {}

	fn reservations() -> BTreeMap<ModelId, u32> {
		BTreeMap::new()
	}

	fn record_version(_: VersionInfo, _: Option<VersionId>) -> Result<VersionId, DispatchError> {
		Err("not here".into())
	}
}

pub struct FakeDatanets;

impl Contributions<AccountId> for FakeDatanets {
	fn contribution(id: ContributionId) -> Option<ContributionInfo<AccountId>> {
		let owner = Owners::get().remove(&id)?;
		Some(ContributionInfo { owner, cid: Cid::of_raw(b"data"), rows: 300, source: Vec::new() })
	}

	fn row_shape(_: ContributionId) -> Option<RowShape> {
		panic!("only the market asks what can be trained on")
	}
}

pub struct FakeRewards;

impl PaidContributions<AccountId> for FakeRewards {
	fn contribution_paid(paid: PaidContribution<AccountId>) {
		let answer = Attribution::served_answer(paid.job);
		Reported::mutate(|all| all.push((paid, answer)));
	}
}

pub struct FakeAuthor;

impl BlockAuthor<AccountId> for FakeAuthor {
	fn author() -> Option<AccountId> {
		CurrentAuthor::get()
	}
}

#[cfg(feature = "runtime-benchmarks")]
pub struct Helper;

#[cfg(feature = "runtime-benchmarks")]
impl crate::benchmarking::BenchmarkHelper<AccountId> for Helper {
	fn assigned(key: WorkerKey, parts: u32) -> (AccountId, JobId) {
		Keys::mutate(|keys| keys.insert(BOB, key));
		let parts: Vec<_> = (0..u64::from(parts)).collect();
		for part in &parts {
			Owners::mutate(|owners| owners.insert(ContributionId(*part), CAROL));
		}
		trained_on(VERSION, &parts);
		buy(JOB, VERSION, ROWS);
		(BOB, JOB)
	}
}

impl pallet_attribution::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Jobs = FakeMarket;
	type Workers = FakeWorkers;
	type Models = FakeModels;
	type Data = FakeDatanets;
	type Paid = FakeRewards;
	type NetShares = Net;
	type CutShares = Cut;
	type CutShare = CutPpm;
	type StakersPot = StakersPot;
	type Treasury = Treasury;
	type Author = FakeAuthor;
	type PalletId = AttributionPalletId;
	type ChallengeWindow = ChallengeWindow;
	type ClaimPeriod = ClaimPeriod;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Helper;
	type WeightInfo = ();
}

pub(crate) struct ExtBuilder;

impl ExtBuilder {
	pub(crate) fn build(self) -> sp_io::TestExternalities {
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		let rich = [ALICE, BOB, MALLORY, OLIVE, CAROL, DAVE, AUTHOR];
		let endowed = [STAKERS, TREASURY, ESCROW, Attribution::pot()];
		pallet_balances::GenesisConfig::<Test> {
			balances: rich
				.into_iter()
				.map(|who| (who, RICHES))
				.chain(endowed.into_iter().map(|who| (who, ED)))
				.collect(),
			..Default::default()
		}
		.assimilate_storage(&mut storage)
		.unwrap();
		pallet_attribution::GenesisConfig::<Test>::default().assimilate_storage(&mut storage).unwrap();
		let mut ext = sp_io::TestExternalities::new(storage);
		ext.register_extension(KeystoreExt::new(MemoryKeystore::new()));
		ext.execute_with(|| {
			System::set_block_number(1);
			reset();
		});
		ext
	}

	pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			Attribution::do_try_state().unwrap();
		});
	}
}

/// Statics outlive a test that shares its thread with others.
fn reset() {
	Net::set(NetShares { model: 700_000, stakers: 100_000, contributors: 200_000 });
	Cut::set(CutShares { burn: 400_000, treasury: 400_000 });
	CutPpm::set(100_000);
	Rates::set(ASKED);
	Retired::set(false);
	RolledBack::set(false);
	ModelOwner::set(Some(OLIVE));
	Assignments::set(BTreeMap::new());
	Versions::set(BTreeMap::new());
	Owners::set([(ContributionId(0), CAROL), (ContributionId(1), DAVE)].into());
	CurrentAuthor::set(Some(AUTHOR));
	MarketClosed::set(false);
	Settled::set(None);
	Known::set(None);
	Reported::set(Vec::new());
	trained_on(VERSION, &[0, 1]);
	trained_on(BARREN, &[]);
	let key = |seed: &str| WorkerKey::generate_pair(Some(seed.into()));
	Keys::set([(BOB, key("//Bob")), (MALLORY, key("//Mallory"))].into());
}

/// Registers a version of the model as trained on these contributions.
pub(crate) fn trained_on(version: VersionId, parts: &[u64]) {
	let info = VersionInfo {
		model: MODEL,
		weights: Cid::of_raw(b"weights"),
		job: JobId(0),
		parts: parts.iter().copied().map(ContributionId).collect::<Vec<_>>().try_into().unwrap(),
		correct: 9,
		held_out_rows: 10,
	};
	Versions::mutate(|versions| versions.insert(version, info));
}

/// Alice buys `rows` answers, and the beacon draws Bob. Returns the fee in escrow.
pub(crate) fn buy(job: JobId, version: VersionId, rows: u32) -> Balance {
	let Quote { fee, platform, contributors, .. } = Attribution::quote(version, rows).unwrap();
	<Balances as Mutate<_>>::transfer(&ALICE, &ESCROW, fee, Preservation::Preserve).unwrap();
	let assignment = InferenceAssignment {
		executor: BOB,
		attempt: 0,
		requester: ALICE,
		version,
		rows,
		fee,
		platform,
		contributors,
	};
	Assignments::mutate(|all| all.insert(job, assignment));
	fee
}

/// The job goes to `executor` as its next attempt.
pub(crate) fn reassign(job: JobId, executor: AccountId) {
	Assignments::mutate(|all| {
		let assignment = all.get_mut(&job).unwrap();
		assignment.executor = executor;
		assignment.attempt += 1;
	});
}

/// Leaves over the contributions of a version, in proportion to `weights`.
pub(crate) fn leaves(version: VersionId, part: Balance, weights: &[u64]) -> Vec<SumLeaf> {
	let parts = FakeModels::version(version).unwrap().parts;
	assert_eq!(parts.len(), weights.len());
	let weighted: Vec<_> = parts.into_iter().zip(weights.iter().copied()).collect();
	leaves_of(part, &weighted).unwrap()
}

/// Carol's data explains a quarter of the answers, Dave's the rest.
pub(crate) fn quarters() -> Vec<SumLeaf> {
	leaves(VERSION, PART, &[1, 3])
}

pub(crate) fn receipt(leaves: &[SumLeaf]) -> Receipt {
	Receipt {
		answers: Cid::of_raw(b"answers"),
		report: Cid::of_raw(b"report"),
		root: sum_root(leaves).unwrap(),
		leaves: leaves.len() as u32,
	}
}

pub(crate) fn sign(worker: &AccountId, job: JobId, attempt: u32, content: &Receipt) -> WorkerSignature {
	let digest = Attribution::digest_of(worker, serve_id(job, attempt), content);
	Keys::get()[worker].sign(&digest).unwrap()
}

/// Dispatches as the authorized transaction does, past its authorization.
pub(crate) fn submit(worker: AccountId, job: JobId, attempt: u32, content: Receipt) -> DispatchResult {
	let signature = sign(&BOB, job, attempt, &content);
	Attribution::submit_receipt(RawOrigin::Authorized.into(), worker, job, attempt, content, signature)
}

/// Buys [`ROWS`] answers of [`VERSION`] and accepts Bob's receipt over these leaves.
pub(crate) fn serve(leaves: &[SumLeaf]) {
	buy(JOB, VERSION, ROWS);
	submit(BOB, JOB, 0, receipt(leaves)).unwrap();
}

pub(crate) fn proof(leaves: &[SumLeaf], index: u32) -> SumProof {
	sum_prove(leaves, index).unwrap()
}

/// Alice, who has no interest in it, claims leaf `index` for its owner.
pub(crate) fn claim(job: JobId, leaves: &[SumLeaf], index: u32) -> DispatchResult {
	let leaf = leaves[index as usize];
	Attribution::claim(RuntimeOrigin::signed(ALICE), job, index, leaf, proof(leaves, index))
}

pub(crate) fn run_to(block: u32) {
	System::set_block_number(block);
}

/// The first block of claims after [`serve`] in block 1.
pub(crate) fn open_claims() {
	run_to(1 + WINDOW);
}

pub(crate) fn balance(who: &AccountId) -> Balance {
	Balances::total_balance(who)
}

pub(crate) fn held() -> Balance {
	Balances::balance_on_hold(&HoldReason::Payouts.into(), &Attribution::pot())
}

/// What account balances sum to.
pub(crate) fn sum_of_balances() -> Balance {
	frame_system::Account::<Test>::iter_values().map(|a| a.data.free + a.data.reserved).sum()
}

/// Events of this pallet, oldest first.
pub(crate) fn events() -> Vec<Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Attribution(event) => Some(event),
			_ => None,
		})
		.collect()
}
