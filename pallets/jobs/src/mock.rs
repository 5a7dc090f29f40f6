//! A runtime with balances, this pallet, and fakes of everything else. The fakes keep their state in storage, so that it is
//! rolled back with the rest.

use crate::{self as pallet_jobs, *};
use codec::{Decode, Encode};
use engram_math::{draw::Stream, fee::CutShares};
use engram_primitives::{
	authorization::{key, WorkerKey, WorkerSignature},
	economy::{BurnCause, Burns, PaidJob, PaidJobs, PaidWork},
	model::{Architecture, InferenceRates, InfluenceMethod, Optimiser, RowShape, TrainingSpec},
	payment::{TokenPayments, VerifiedUpdate},
	traits::*,
	units::Balance,
	work::FailureReason,
	Cid, ContributionId, JobId, ModelId, VersionId,
};
use frame_support::{
	derive_impl, parameter_types,
	traits::{fungible::InspectHold, Get, Hooks},
	BoundedVec, PalletId,
};
use sp_core::{crypto::Pair as _, ConstU128, ConstU32, H256};
use sp_runtime::{
	generic, testing::UintAuthorityId, traits::BlakeTwo256, BuildStorage, DispatchError, DispatchResult,
};
use std::collections::BTreeMap;

pub(crate) type AccountId = u64;
pub(crate) type TxExtension = (frame_system::AuthorizeCall<Test>,);
pub(crate) type Extrinsic = generic::UncheckedExtrinsic<AccountId, RuntimeCall, UintAuthorityId, TxExtension>;
pub(crate) type Block = generic::Block<generic::Header<u32, BlakeTwo256>, Extrinsic>;

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
	pub type System = frame_system::Pallet<Test>;

	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances::Pallet<Test>;

	#[runtime::pallet_index(2)]
	pub type Market = pallet_jobs::Pallet<Test>;
}

pub(crate) const ED: Balance = 10;
pub(crate) const DEPOSIT: Balance = 100;
pub(crate) const FEE: Balance = 10_000;
/// Of [`FEE`]: 10 % to a verifier, 5 % cut, the rest to the executor.
pub(crate) const VERIFIER_PAY: Balance = 1_000;
pub(crate) const CUT: Balance = 500;
pub(crate) const EXECUTOR_PAY: Balance = 8_500;
/// For 10^9 multiply-adds. [`training_request`] is 160 steps of 32 rows for each of 2,410 parameters, which are worth [`FEE`].
pub(crate) const FUNDED_PRICE: Balance = 810_426;
/// Of [`FEE`], what an attempt without inputs costs; there may be two.
pub(crate) const UNSERVED: Balance = 500;
pub(crate) const ESCROW: Balance = FEE + 2 * VERIFIER_PAY + 2 * UNSERVED;
/// What a probe has in escrow.
pub(crate) const PROBE_ESCROW: Balance = FEE + 2 * VERIFIER_PAY;
/// What [`infer`] costs, what an attempt without input does, which is the least there is, and the escrow.
pub(crate) const ANSWERS: Balance = 800;
pub(crate) const LEAST_UNSERVED: Balance = 60;
pub(crate) const ANSWERS_ESCROW: Balance = ANSWERS + 2 * LEAST_UNSERVED;
/// Least that contributors may be owed, and what they are owed for a row if no test says otherwise.
pub(crate) const LEAST_PART: Balance = 3;
pub(crate) const START: Balance = 1_000_000;

pub(crate) const ALICE: AccountId = 1;
pub(crate) const BOB: AccountId = 2;
pub(crate) const STRANGER: AccountId = 3;
/// Workers; each has one slot but the last, which has three.
pub(crate) const WORKERS: [AccountId; 5] = [11, 12, 13, 14, 15];
pub(crate) const AUTHOR: AccountId = 50;
pub(crate) const TREASURY: AccountId = 99;

pub(crate) const MODEL: ModelId = ModelId(0);
pub(crate) const OTHER_MODEL: ModelId = ModelId(1);
/// A version of [`MODEL`] that was trained before the market opened.
pub(crate) const OLD_VERSION: VersionId = VersionId(0);
/// Contributions that no model here takes: a feature too few, one too many, a class too many.
pub(crate) const NARROW: ContributionId = ContributionId(30);
pub(crate) const WIDE: ContributionId = ContributionId(31);
pub(crate) const MANIFOLD: ContributionId = ContributionId(32);
pub(crate) const DELAY: u32 = 4;
pub(crate) const TRAINING_DEADLINE: u32 = 20;
pub(crate) const INFERENCE_DEADLINE: u32 = 10;
pub(crate) const RETENTION: u32 = 50;
pub(crate) const RETRY: u32 = 3;
/// The fake beacon is silent after this block: benchmarks need a seed that is missing.
const LAST_OUTPUT: u32 = 999_999;
pub(crate) const ADDRESS: &[u8] = b"/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWAlice";

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<ED>;
}

impl<LocalCall> frame_system::offchain::CreateTransactionBase<LocalCall> for Test
where
	RuntimeCall: From<LocalCall>,
{
	type Extrinsic = Extrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<LocalCall> frame_system::offchain::CreateTransaction<LocalCall> for Test
where
	RuntimeCall: From<LocalCall>,
{
	type Extension = TxExtension;
	fn create_transaction(call: RuntimeCall, extension: TxExtension) -> Extrinsic {
		Extrinsic::new_transaction(call, extension)
	}
}

impl<LocalCall> frame_system::offchain::CreateAuthorizedTransaction<LocalCall> for Test
where
	RuntimeCall: From<LocalCall>,
{
	fn create_extension() -> TxExtension {
		(frame_system::AuthorizeCall::new(),)
	}
}

/// A worker as the fake pool keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct FakeWorker {
	pub account: AccountId,
	pub key: WorkerKey,
	pub memory: u32,
	pub slots: u32,
	pub used: u32,
	pub reputation: i32,
}

/// A version as the fake registry keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct FakeVersion {
	pub model: ModelId,
	pub weights: Cid,
	pub job: JobId,
	pub parts: Parts,
	pub correct: u32,
	pub held_out_rows: u32,
	pub parent: Option<VersionId>,
}

parameter_types! {
	pub const MarketPalletId: PalletId = PalletId(*b"test/job");
	// Another beginning: accounts here are so short that they hold nothing else.
	pub const PotPalletId: PalletId = PalletId(*b"pots/job");
	pub const EscrowPalletId: PalletId = PalletId(*b"escr/job");
	pub storage Pool: Vec<FakeWorker> = Vec::new();
	pub storage Versions: Vec<FakeVersion> = Vec::new();
	/// Models whose owner retired them.
	pub storage Retired: Vec<ModelId> = Vec::new();
	/// Versions that were rolled back.
	pub storage RolledBack: Vec<VersionId> = Vec::new();
	/// Versions reserved, one entry each.
	pub storage Reserved: Vec<ModelId> = Vec::new();
	/// Most versions of a model, reserved ones included.
	pub storage MaxVersions: u32 = 60;
	/// What an inference costs beside its rows.
	pub storage FlatRate: Balance = 100;
	/// What contributors are owed for a row.
	pub storage ContributorsRate: Balance = LEAST_PART;
	/// Whether answers cost nothing.
	pub storage Free: bool = false;
	pub storage Method: InfluenceMethod = InfluenceMethod::DataInf;
	pub storage RefuseVersions: bool = false;
	pub storage LostOutputs: Vec<u32> = Vec::new();
	pub storage Forgotten: Vec<JobId> = Vec::new();
	pub storage CurrentAuthor: Option<AccountId> = Some(AUTHOR);
	pub storage FailOccupy: bool = false;
	/// Paid jobs as the economy was told of them.
	pub storage Paid: Vec<FakePaid> = Vec::new();
	/// Measurements the pool was told of: worker, work, blocks.
	pub storage Measured: Vec<(AccountId, u64, u64)> = Vec::new();
	/// Whose reputation the market raised for paid work, and what was kept of the fee.
	pub storage Rewarded: Vec<(AccountId, Balance)> = Vec::new();
	/// Other burns it was told of.
	pub storage Burned: Vec<(BurnCause, Balance)> = Vec::new();
	/// The work of an update that its model pays in its token, in units of `10^-18`.
	pub storage WorkPaid: u64 = 0;
	pub storage MaxTrainingLoad: u64 = 1 << 40;
	pub storage MaxReplayLoad: u64 = 1 << 40;
	pub storage MaxAnswerLoad: u64 = 1 << 40;
	/// Updates the tokens were told of: job, model, executor, held-out rows, how many, performance.
	pub storage Updates: Vec<(JobId, ModelId, AccountId, Cid, u32, u32)> = Vec::new();
	/// Inference jobs that ended, and whether they were served.
	pub storage Ended: Vec<(JobId, bool)> = Vec::new();
}

pub struct FakeTokens;

impl TokenPayments<AccountId> for FakeTokens {
	fn update_verified(update: VerifiedUpdate<AccountId>) -> u64 {
		let VerifiedUpdate { job, model, executor, held_out, held_out_rows, performance, .. } = update;
		// Before anybody is paid.
		assert!(pallet_jobs::Jobs::<Test>::get(job).unwrap().state.is_open());
		let mut all = Updates::get();
		all.push((job, model, executor, held_out, held_out_rows, performance));
		Updates::set(&all);
		WorkPaid::get()
	}

	fn inference_ended(job: JobId, served: bool) {
		let mut all = Ended::get();
		all.push((job, served));
		Ended::set(&all);
	}
}

/// Job, model, requester, executor, work, verifiers, performance, the version if it serves, burned, treasury.
pub type FakePaid = (
	JobId,
	ModelId,
	AccountId,
	AccountId,
	u64,
	Vec<(AccountId, u64)>,
	u32,
	Option<VersionId>,
	Balance,
	Balance,
);

pub struct FakeEconomy;

impl PaidJobs<AccountId> for FakeEconomy {
	fn paid(job: PaidJob<AccountId>) {
		let PaidJob {
			job,
			kind,
			model,
			requester,
			executor,
			work,
			verifiers,
			performance,
			serves,
			burned,
			treasury,
		} = job;
		let told = match pallet_jobs::Jobs::<Test>::get(job).unwrap().kind {
			JobKind::Training(_) => PaidWork::Training,
			JobKind::Inference(_) => PaidWork::Answer,
		};
		assert_eq!(kind, told);
		let mut all = Paid::get();
		all.push((job, model, requester, executor, work, verifiers, performance, serves, burned, treasury));
		Paid::set(&all);
	}
}

impl Burns for FakeEconomy {
	fn burned(cause: BurnCause, amount: u128) {
		assert!(amount > 0);
		let mut all = Burned::get();
		all.push((cause, amount));
		Burned::set(&all);
	}
}

/// The burns the economy was told of, of either kind.
pub(crate) fn told() -> Balance {
	let jobs: Balance = Paid::get().into_iter().map(|(.., burned, _)| burned).sum();
	jobs + Burned::get().into_iter().map(|(_, amount)| amount).sum::<Balance>()
}

pub struct FakeBeacon;

impl Beacon<u32> for FakeBeacon {
	fn delay() -> u32 {
		DELAY
	}
	fn output(at: u32) -> Option<H256> {
		let known = at <= System::block_number().min(LAST_OUTPUT) && !LostOutputs::get().contains(&at);
		known.then(|| sp_io::hashing::blake2_256(&at.encode()).into())
	}
}

pub struct FakePool;

impl FakePool {
	fn mutate(worker: &AccountId, change: impl FnOnce(&mut FakeWorker)) {
		let mut pool = Pool::get();
		change(pool.iter_mut().find(|w| w.account == *worker).unwrap());
		Pool::set(&pool);
	}
}

pub(crate) fn pair_of(worker: AccountId) -> key::Pair {
	let mut seed = [7u8; 32];
	seed[..8].copy_from_slice(&worker.to_le_bytes());
	key::Pair::from_seed(&seed)
}

impl WorkerPool<AccountId> for FakePool {
	fn draw(seed: H256, memory_mib: u32, excluded: &[AccountId]) -> Option<AccountId> {
		let eligible: Vec<_> = Pool::get()
			.into_iter()
			.filter(|w| w.used < w.slots && w.memory >= memory_mib)
			.filter(|w| !excluded.contains(&w.account))
			.collect();
		let at = Stream::new(seed).below(eligible.len() as u128).ok()?;
		Some(eligible[at as usize].account)
	}
	fn draw_uniform(seed: H256, memory_mib: u32) -> Option<AccountId> {
		let pool = Pool::get();
		let at = Stream::new(seed).below(pool.len() as u128).ok()?;
		let drawn = &pool[at as usize];
		(drawn.used < drawn.slots && drawn.memory >= memory_mib).then_some(drawn.account)
	}
	fn occupy(worker: &AccountId) -> DispatchResult {
		if FailOccupy::get() {
			return Err(DispatchError::Other("no slot"));
		}
		Self::mutate(worker, |w| {
			assert!(w.used < w.slots);
			w.used += 1;
		});
		Ok(())
	}
	fn vacate(worker: &AccountId) {
		Self::mutate(worker, |w| w.used -= 1);
	}
	fn key_of(worker: &AccountId) -> Option<WorkerKey> {
		Pool::get().into_iter().find(|w| w.account == *worker).map(|w| w.key)
	}
	fn address_of(worker: &AccountId) -> Option<Vec<u8>> {
		Some(format!("/ip4/127.0.0.1/tcp/{worker}/p2p/peer{worker}").into_bytes())
	}
	fn owner_of(key: &WorkerKey) -> Option<AccountId> {
		Pool::get().into_iter().find(|w| w.key == *key).map(|w| w.account)
	}
	fn reward_reputation(worker: &AccountId) {
		Self::mutate(worker, |w| w.reputation += 1);
	}
	fn reward_paid_work(worker: &AccountId, kept: u128) {
		let mut all = Rewarded::get();
		all.push((*worker, kept));
		Rewarded::set(&all);
	}
	fn penalise_reputation(worker: &AccountId) {
		Self::mutate(worker, |w| w.reputation -= 10);
	}
	fn penalise_decline(worker: &AccountId) {
		Self::mutate(worker, |w| w.reputation -= 2);
	}
	fn penalise_lateness(worker: &AccountId) {
		Self::mutate(worker, |w| w.reputation -= 11);
	}
	fn measured(worker: &AccountId, work: u64, blocks: u64) {
		let mut all = Measured::get();
		all.push((*worker, work, blocks));
		Measured::set(&all);
	}
	fn slash(_: &AccountId, _: &[(AccountId, u128)]) -> u128 {
		panic!("the market never slashes")
	}
}

pub struct FakeModels;

impl ModelRegistry<AccountId> for FakeModels {
	fn model(model: ModelId) -> Option<ModelInfo<AccountId>> {
		(model == MODEL || model == OTHER_MODEL).then(|| ModelInfo {
			owner: ALICE,
			architecture: Architecture::Mlp { widths: vec![64, 32, 10].try_into().unwrap(), input_shift: 4 },
			rates: InferenceRates { input_per_1000: 1, output_per_1000: 1, platform: 1 },
			method: Method::get(),
			init_seed: [9; 32],
		})
	}
	fn is_open(model: ModelId) -> bool {
		Self::model(model).is_some() && !Retired::get().contains(&model)
	}
	fn version(version: VersionId) -> Option<VersionInfo> {
		let FakeVersion { model, weights, job, parts, correct, held_out_rows, .. } =
			Versions::get().get(version.0 as usize)?.clone();
		Some(VersionInfo { model, weights, job, parts, correct, held_out_rows })
	}
	fn is_rolled_back(version: VersionId) -> bool {
		RolledBack::get().contains(&version)
	}
	fn reserve_version(model: ModelId) -> DispatchResult {
		if !Self::is_open(model) {
			return Err(DispatchError::Other("not open"));
		}
		let versions = Versions::get().iter().filter(|version| version.model == model).count();
		let mut reserved = Reserved::get();
		let promised = reserved.iter().filter(|other| **other == model).count();
		if versions + promised >= MaxVersions::get() as usize {
			return Err(DispatchError::Other("too many versions"));
		}
		reserved.push(model);
		Reserved::set(&reserved);
		Ok(())
	}
	fn release_version(model: ModelId) {
		let mut reserved = Reserved::get();
		let at = reserved.iter().position(|other| *other == model).expect("released once too often");
		reserved.remove(at);
		Reserved::set(&reserved);
	}
	fn reservations() -> BTreeMap<ModelId, u32> {
		let mut counts = BTreeMap::new();
		for model in Reserved::get() {
			*counts.entry(model).or_default() += 1;
		}
		counts
	}
	fn record_version(info: VersionInfo, parent: Option<VersionId>) -> Result<VersionId, DispatchError> {
		let VersionInfo { model, weights, job, parts, correct, held_out_rows } = info;
		Self::release_version(model);
		let mut all = Versions::get();
		all.push(FakeVersion { model, weights, job, parts, correct, held_out_rows, parent });
		// Written before the refusal, so that the roll-back shows.
		Versions::set(&all);
		if RefuseVersions::get() {
			return Err(DispatchError::Other("refused"));
		}
		let version = VersionId(all.len() as u64 - 1);
		if parent.is_some_and(Self::is_rolled_back) {
			RolledBack::set(&[RolledBack::get(), vec![version]].concat());
		}
		Ok(version)
	}
}

pub struct FakeData;

impl Contributions<AccountId> for FakeData {
	fn contribution(id: ContributionId) -> Option<ContributionInfo<AccountId>> {
		(id.0 < 20).then(|| ContributionInfo {
			owner: ALICE,
			cid: Cid::of_raw(&id.0.to_le_bytes()),
			rows: 100,
			source: ADDRESS.to_vec(),
		})
	}

	fn row_shape(id: ContributionId) -> Option<RowShape> {
		let shape = |feature_columns, classes| Some(RowShape { feature_columns, classes });
		match id {
			NARROW => shape(63, 10),
			WIDE => shape(65, 10),
			MANIFOLD => shape(64, 11),
			_ => Self::contribution(id).and_then(|_| shape(64, 10)),
		}
	}
}

pub struct FakePricing;

impl InferencePricing for FakePricing {
	fn quote(version: VersionId, rows: u32) -> Result<InferencePrice, DispatchError> {
		let version = FakeModels::version(version).ok_or(DispatchError::Other("unknown version"))?;
		if !FakeModels::is_open(version.model) {
			return Err(DispatchError::Other("not open"));
		}
		if Free::get() {
			return Ok(InferencePrice { fee: 0, platform: 0, contributors: 0 });
		}
		let (platform, rows) = (FlatRate::get(), u128::from(rows));
		Ok(InferencePrice {
			fee: platform + 7 * rows,
			platform,
			contributors: ContributorsRate::get() * rows,
		})
	}
}

pub struct FakeChecks;

impl TrainingChecks for FakeChecks {
	fn forget(job: JobId) {
		let mut all = Forgotten::get();
		all.push(job);
		Forgotten::set(&all);
	}
}

pub struct FakeAuthor;

impl BlockAuthor<AccountId> for FakeAuthor {
	fn author() -> Option<AccountId> {
		CurrentAuthor::get()
	}
}

pub struct HalfBurned;

impl Get<CutShares> for HalfBurned {
	fn get() -> CutShares {
		CutShares { burn: 500_000, treasury: 300_000 }
	}
}

impl Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type AdminOrigin = frame_system::EnsureRoot<AccountId>;
	type PalletId = MarketPalletId;
	type PotPalletId = PotPalletId;
	type EscrowPalletId = EscrowPalletId;
	type Beacon = FakeBeacon;
	type Workers = FakePool;
	type Models = FakeModels;
	type Data = FakeData;
	type Pricing = FakePricing;
	type Checks = FakeChecks;
	type Paid = FakeEconomy;
	type Burns = FakeEconomy;
	type Tokens = FakeTokens;
	type CutShares = HalfBurned;
	type Treasury = frame_support::traits::ConstU64<TREASURY>;
	type Author = FakeAuthor;
	type VerifierShare = ConstU32<100_000>;
	type CutShare = ConstU32<50_000>;
	type MinTrainingFee = ConstU128<1_000>;
	type MinContributorsPart = ConstU128<LEAST_PART>;
	type JobDeposit = ConstU128<DEPOSIT>;
	type MaxRows = ConstU32<1_000>;
	type MaxExactRows = ConstU32<200>;
	type MaxExactAnswers = ConstU32<100>;
	type SpareMemory = ConstU32<1_024>;
	type MaxAddressLen = ConstU32<64>;
	type MaxAttempts = ConstU32<3>;
	type MaxDrawRetries = ConstU32<2>;
	type DrawRetryPeriod = ConstU32<RETRY>;
	type TrainingDeadline = ConstU32<TRAINING_DEADLINE>;
	type InferenceDeadline = ConstU32<INFERENCE_DEADLINE>;
	type MaxTrainingLoad = MaxTrainingLoad;
	type MaxReplayLoad = MaxReplayLoad;
	type MaxAnswerLoad = MaxAnswerLoad;
	type FetchShare = ConstU32<500_000>;
	type MinUnservedFee = ConstU128<LEAST_UNSERVED>;
	type UnservedShare = ConstU32<50_000>;
	type FundedUnservedShare = ConstU32<300_000>;
	type MaxFundedPrice = ConstU128<FUNDED_PRICE>;
	type MaxUnserved = ConstU32<2>;
	type RetentionPeriod = ConstU32<RETENTION>;
	type MaxOpenJobs = ConstU32<8>;
	type MaxOpenPerRequester = ConstU32<6>;
	type MaxPerWorker = ConstU32<2>;
	type MaxPerBlock = ConstU32<4>;
	type AgendaWindow = ConstU32<4>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = FakeSetup;
	type WeightInfo = ();
}

#[cfg(feature = "runtime-benchmarks")]
pub struct FakeSetup;

#[cfg(feature = "runtime-benchmarks")]
impl crate::benchmarking::BenchmarkHelper<AccountId, u32> for FakeSetup {
	fn version() -> (ModelId, VersionId, Parts) {
		let parts = (0..engram_primitives::model::MAX_PARTS.into()).map(ContributionId);
		(MODEL, OLD_VERSION, parts.collect::<Vec<_>>().try_into().unwrap())
	}
	fn worker(key: WorkerKey) -> AccountId {
		FakePool::mutate(&WORKERS[0], |w| w.key = key);
		WORKERS[0]
	}
	fn beacon(_: u32) {}
}

/// Builds the state tests start from: funded requesters, workers, a treasury and an author that exist.
#[derive(Default)]
pub(crate) struct ExtBuilder {
	nobody_works: bool,
}

impl ExtBuilder {
	pub(crate) fn without_workers(mut self) -> Self {
		self.nobody_works = true;
		self
	}

	pub(crate) fn build(self) -> sp_io::TestExternalities {
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		let rich = [ALICE, BOB, STRANGER].map(|who| (who, START));
		let poor =
			WORKERS.into_iter().chain([AUTHOR, TREASURY, Market::escrow_account()]).map(|who| (who, ED));
		pallet_balances::GenesisConfig::<Test> {
			balances: rich.into_iter().chain(poor).collect(),
			..Default::default()
		}
		.assimilate_storage(&mut storage)
		.unwrap();
		GenesisConfig::<Test>::default().assimilate_storage(&mut storage).unwrap();
		let mut ext = sp_io::TestExternalities::new(storage);
		#[cfg(feature = "runtime-benchmarks")]
		ext.register_extension(sp_keystore::KeystoreExt::new(sp_keystore::testing::MemoryKeystore::new()));
		ext.execute_with(|| {
			System::set_block_number(1);
			if !self.nobody_works {
				set_workers(&WORKERS);
			}
			Versions::set(&vec![FakeVersion {
				model: MODEL,
				weights: Cid::of_raw(b"old weights"),
				job: JobId(u64::MAX),
				parts: parts(&[0, 1]),
				correct: 1,
				held_out_rows: 2,
				parent: None,
			}]);
		});
		ext
	}

	/// Runs a test and checks every invariant after it.
	pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			check_state();
		});
	}
}

pub(crate) fn check_state() {
	Market::do_try_state().unwrap();
	// What the pool thinks is occupied is what the market occupies.
	for worker in Pool::get() {
		assert_eq!(worker.used as usize, Assignments::<Test>::get(worker.account).len());
	}
}

pub(crate) fn set_workers(accounts: &[AccountId]) {
	let worker = |account: &AccountId| FakeWorker {
		account: *account,
		key: pair_of(*account).public(),
		memory: 1_000,
		slots: if *account == WORKERS[4] { 3 } else { 1 },
		used: 0,
		reputation: 100,
	};
	Pool::set(&accounts.iter().map(worker).collect());
}

pub(crate) fn worker(account: AccountId) -> FakeWorker {
	Pool::get().into_iter().find(|w| w.account == account).unwrap()
}

pub(crate) fn parts(ids: &[u64]) -> Parts {
	ids.iter().copied().map(ContributionId).collect::<Vec<_>>().try_into().unwrap()
}

pub(crate) fn address(bytes: &[u8]) -> AddressOf<Test> {
	bytes.to_vec().try_into().unwrap()
}

pub(crate) fn spec() -> TrainingSpec {
	TrainingSpec {
		steps: 160,
		checkpoint_interval: 10,
		batch_size: 32,
		learning_rate: 100_000,
		optimiser: Optimiser::Sgd,
		opened: 4,
	}
}

pub(crate) fn training_request() -> TrainingRequest<AddressOf<Test>> {
	TrainingRequest {
		model: MODEL,
		parent: None,
		parts: parts(&[3, 1]),
		held_out: Cid::of_raw(b"held out"),
		held_out_rows: 100,
		held_out_source: address(ADDRESS),
		spec: spec(),
	}
}

/// What is stored when Bob asks for a hundred answers and nothing changed.
pub(crate) fn inference_request() -> InferenceRequest<AddressOf<Test>> {
	InferenceRequest {
		version: OLD_VERSION,
		input: Cid::of_raw(b"input"),
		rows: 100,
		input_source: address(ADDRESS),
		platform: 100,
		contributors: 300,
	}
}

pub(crate) fn try_training(
	who: AccountId,
	request: TrainingRequest<AddressOf<Test>>,
	memory: u32,
	fee: Balance,
) -> DispatchResult {
	let TrainingRequest { model, parent, parts, held_out, held_out_rows, held_out_source, spec } = request;
	Market::request_training(
		RuntimeOrigin::signed(who),
		model,
		parent,
		parts,
		held_out,
		held_out_rows,
		held_out_source,
		spec,
		memory,
		fee,
	)
}

pub(crate) fn try_inference(
	who: AccountId,
	request: InferenceRequest<AddressOf<Test>>,
	max_fee: Balance,
) -> DispatchResult {
	try_inference_with(who, request, 10, max_fee)
}

pub(crate) fn try_inference_with(
	who: AccountId,
	request: InferenceRequest<AddressOf<Test>>,
	memory: u32,
	max_fee: Balance,
) -> DispatchResult {
	let InferenceRequest { version, input, rows, input_source, .. } = request;
	let origin = RuntimeOrigin::signed(who);
	Market::request_inference(origin, version, input, rows, input_source, memory, max_fee)
}

/// A training job of Alice at [`FEE`].
pub(crate) fn train() -> JobId {
	let job = NextJobId::<Test>::get();
	try_training(ALICE, training_request(), 10, FEE).unwrap();
	job
}

/// An inference job of Bob, fee 800.
pub(crate) fn infer() -> JobId {
	let job = NextJobId::<Test>::get();
	try_inference(BOB, inference_request(), 1_000).unwrap();
	job
}

/// What the prober starts with once it is funded.
pub(crate) const PROBE_FUNDS: Balance = 10 * PROBE_ESCROW;

/// A probe like [`train`], asked for once in so many blocks.
pub(crate) fn probe_terms(period: u32) -> ProbeTermsOf<Test> {
	ProbeTerms { request: training_request(), memory_mib: 10, fee: FEE, period }
}

pub(crate) fn set_probe(new: Option<ProbeTermsOf<Test>>) -> DispatchResult {
	Market::set_probe(RuntimeOrigin::root(), new)
}

/// Gives the prober money and asks for a probe in every block.
pub(crate) fn probe_always() {
	Balances::force_set_balance(RuntimeOrigin::root(), Market::probe_account(), PROBE_FUNDS + ED).unwrap();
	set_probe(Some(probe_terms(1))).unwrap();
}

/// Asks for one probe in the next block; returns it and its worker.
pub(crate) fn probe_once() -> (JobId, AccountId) {
	let job = NextJobId::<Test>::get();
	probe_always();
	run(1);
	set_probe(None).unwrap();
	(job, executor_of(job))
}

pub(crate) fn run_to(block: u32) {
	while System::block_number() < block {
		let next = System::block_number() + 1;
		System::set_block_number(next);
		Market::on_initialize(next);
	}
}

pub(crate) fn run(blocks: u32) {
	run_to(System::block_number() + blocks);
}

pub(crate) fn record(job: JobId) -> JobRecordOf<Test> {
	Jobs::<Test>::get(job).unwrap()
}

pub(crate) fn executor_of(job: JobId) -> AccountId {
	*record(job).state.occupant().unwrap()
}

/// Runs until the job is assigned and, for training, its seed is known; returns the executor.
pub(crate) fn assign(job: JobId) -> AccountId {
	for _ in 0..4 * DELAY {
		let ready = match record(job).state {
			JobState::Assigned { seed, .. } => seed.is_none_or(|seed| seed.value.is_some()),
			_ => false,
		};
		if ready {
			return executor_of(job);
		}
		run(1);
	}
	panic!("not assigned: {:?}", record(job))
}

/// Runs until the executor of a training job has committed; returns it.
pub(crate) fn commit(job: JobId) -> AccountId {
	let executor = assign(job);
	Market::committed(job, record(job).attempt).unwrap();
	executor
}

pub(crate) fn free(who: AccountId) -> Balance {
	Balances::free_balance(who)
}

/// What is on hold for the open jobs of somebody.
pub(crate) fn escrow_of(who: AccountId) -> Balance {
	let all: Vec<_> = Jobs::<Test>::iter_values().map(|record| (record.requester, record.escrow)).collect();
	let held = Balances::balance_on_hold(&HoldReason::Escrow.into(), &Market::escrow_account());
	assert_eq!(held, all.iter().map(|(_, escrow)| escrow).sum::<Balance>());
	all.into_iter().filter(|(requester, _)| *requester == who).map(|(_, escrow)| escrow).sum()
}

pub(crate) fn deposit_of(who: AccountId) -> Balance {
	Balances::balance_on_hold(&HoldReason::RecordDeposit.into(), &who)
}

pub(crate) fn sign(worker: AccountId, job: JobId, attempt: u32, content: &FailureReason) -> WorkerSignature {
	let digest = Market::digest(&worker, crate::reports::fail_id(job, attempt), content);
	pair_of(worker).sign(&digest)
}

pub(crate) fn give_back(worker: AccountId, job: JobId, attempt: u32) -> DispatchResult {
	give_back_for(FailureReason::Device, worker, job, attempt)
}

pub(crate) fn give_back_for(
	content: FailureReason,
	worker: AccountId,
	job: JobId,
	attempt: u32,
) -> DispatchResult {
	let signature = sign(worker, job, attempt, &content);
	let origin = frame_system::RawOrigin::Authorized.into();
	Market::give_back(origin, worker, job, attempt, content, signature)
}

/// The executor of an assigned job was not served.
pub(crate) fn decline(job: JobId) -> DispatchResult {
	give_back_for(FailureReason::InputUnavailable, executor_of(job), job, record(job).attempt)
}

/// Our events since the last call, oldest first.
pub(crate) fn events() -> Vec<Event<Test>> {
	let all = System::read_events_for_pallet::<Event<Test>>();
	System::reset_events();
	all
}

pub(crate) fn last_event() -> Event<Test> {
	events().pop().unwrap()
}

pub(crate) fn bounded<S: Get<u32>>(jobs: &[JobId]) -> BoundedVec<JobId, S> {
	jobs.to_vec().try_into().unwrap()
}
