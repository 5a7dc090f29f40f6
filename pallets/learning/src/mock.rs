//! A runtime with this pallet alone: workers, jobs and beacon are fakes, the replay is a chain of hashes.

use crate as pallet_learning;
use codec::{Decode, Encode, MaxEncodedLen};
use engram_primitives::{
	authorization::{key, WorkerKey},
	model::{Optimiser, TrainingSpec},
	traits::{Beacon, Finding, TrainingAssignment, TrainingJobs, WorkerPool},
	JobId,
};
use frame_support::{derive_impl, parameter_types, storage_alias, traits::Hooks, Twox64Concat};
use frame_system::AuthorizeCall;
use scale_info::TypeInfo;
use sp_core::{Pair as _, H256};
use sp_io::hashing::blake2_256;
use sp_runtime::{
	generic,
	testing::UintAuthorityId,
	traits::{BlakeTwo256, IdentityLookup},
	AccountId32, BuildStorage, DispatchError, DispatchResult,
};
use std::collections::BTreeMap;

pub(crate) type AccountId = AccountId32;
pub(crate) type BlockNumber = u32;
pub(crate) type TxExtension = (AuthorizeCall<Test>,);
pub(crate) type Extrinsic = generic::UncheckedExtrinsic<AccountId, RuntimeCall, UintAuthorityId, TxExtension>;
pub(crate) type Block = generic::Block<generic::Header<BlockNumber, BlakeTwo256>, Extrinsic>;

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
	pub type Learning = pallet_learning::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
}

impl<LocalCall> frame_system::offchain::CreateTransactionBase<LocalCall> for Test
where
	RuntimeCall: From<LocalCall>,
{
	type RuntimeCall = RuntimeCall;
	type Extrinsic = Extrinsic;
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
		(AuthorizeCall::new(),)
	}
}

pub(crate) const DELAY: BlockNumber = 4;
pub(crate) const REPLAY: BlockNumber = 20;
pub(crate) const REVEAL: BlockNumber = 10;
pub(crate) const FEE: u128 = 4_001;
pub(crate) const PAY: u128 = 100;
pub(crate) const BOND: u128 = 10_000;
pub(crate) const ROWS: u32 = 360;
pub(crate) const CORRECT: u32 = 340;

parameter_types! {
	pub static ReplayDeadline: BlockNumber = REPLAY;
	pub static RevealDeadline: BlockNumber = REVEAL;
	pub static MaxReplacements: u32 = 3;
	pub static MaxDrawRetries: u32 = 2;
	pub static MaxPerBlock: u32 = 4;
	/// Changes every beacon output.
	pub static BeaconSalt: u64 = 0;
	/// Makes `TrainingJobs::found` fail.
	pub static JobsAreBroken: bool = false;
	pub static Assignments: BTreeMap<JobId, TrainingAssignment<AccountId, BlockNumber>> =
		BTreeMap::new();
}

impl pallet_learning::Config for Test {
	type Jobs = FakeJobs;
	type Beacon = FakeBeacon;
	type Workers = FakeWorkers;
	type ReplayDeadline = ReplayDeadline;
	type RevealDeadline = RevealDeadline;
	type MaxReplacements = MaxReplacements;
	type MaxDrawRetries = MaxDrawRetries;
	type MaxPerBlock = MaxPerBlock;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = FakeBenchmarkHelper;
}

/// A beacon whose output depends on the block and a salt.
pub struct FakeBeacon;

impl Beacon<BlockNumber> for FakeBeacon {
	fn delay() -> BlockNumber {
		DELAY
	}

	fn output(at: BlockNumber) -> Option<H256> {
		let known = at <= System::block_number();
		known.then(|| (BeaconSalt::get(), at).using_encoded(blake2_256).into())
	}
}

/// A worker of the fake pool.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub(crate) struct Member {
	pub key: WorkerKey,
	pub bond: u128,
	pub earned: u128,
	pub reputation: i32,
	pub free: u32,
}

#[storage_alias]
pub type Members = StorageMap<FakePool, Twox64Concat, AccountId, Member>;

/// Jobs' answers, kept in storage so that a failed step takes them back.
#[storage_alias]
pub type Found = StorageValue<FakeMarket, Vec<(JobId, u32, EncodedFinding)>>;

/// Who is not drawn for the next attempt, as the last rejection says.
#[storage_alias]
pub type Judges = StorageValue<FakeMarket, Vec<AccountId>>;

#[storage_alias]
pub type CommittedJobs = StorageValue<FakeMarket, Vec<(JobId, u32)>>;

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum EncodedFinding {
	Verified { correct: u32, paid: Vec<AccountId> },
	Rejected { paid: Vec<AccountId> },
	Undecided { paid: Vec<AccountId> },
}

pub struct FakeWorkers;

impl WorkerPool<AccountId> for FakeWorkers {
	fn draw(seed: H256, _: u32, excluded: &[AccountId]) -> Option<AccountId> {
		let mut members: Vec<_> =
			Members::iter().filter(|(who, member)| member.free > 0 && !excluded.contains(who)).collect();
		members.sort_by(|a, b| a.0.cmp(&b.0));
		let weights = members.iter().map(|(_, member)| member.bond);
		let index = engram_math::draw::weighted(seed, weights).unwrap()?;
		Some(members[index].0.clone())
	}

	fn occupy(worker: &AccountId) -> DispatchResult {
		Members::try_mutate(worker, |member| {
			let member = member.as_mut().ok_or(DispatchError::CannotLookup)?;
			member.free = member.free.checked_sub(1).ok_or(DispatchError::Exhausted)?;
			Ok(())
		})
	}

	fn vacate(worker: &AccountId) {
		Members::mutate(worker, |member| member.as_mut().unwrap().free += 1);
	}

	fn key_of(worker: &AccountId) -> Option<WorkerKey> {
		Members::get(worker).map(|member| member.key)
	}

	fn address_of(worker: &AccountId) -> Option<Vec<u8>> {
		Members::get(worker).map(|_| worker.encode())
	}

	fn owner_of(key: &WorkerKey) -> Option<AccountId> {
		Members::iter().find(|(_, member)| member.key == *key).map(|(who, _)| who)
	}

	fn reward_reputation(worker: &AccountId) {
		Members::mutate(worker, |member| member.as_mut().unwrap().reputation += 1);
	}

	fn penalise_reputation(worker: &AccountId) {
		Members::mutate(worker, |member| member.as_mut().unwrap().reputation -= 10);
	}

	fn penalise_lateness(worker: &AccountId) {
		Members::mutate(worker, |member| member.as_mut().unwrap().reputation -= 11);
	}

	fn penalise_decline(worker: &AccountId) {
		Members::mutate(worker, |member| member.as_mut().unwrap().reputation -= 1);
	}

	fn penalise_evasion(worker: &AccountId, cost: u128) {
		Members::mutate(worker, |member| {
			let member = member.as_mut().unwrap();
			member.bond -= cost;
			member.reputation -= 12;
		});
	}

	fn slash(worker: &AccountId, compensated: &[(AccountId, u128)]) -> u128 {
		let mut taken = 0;
		Members::mutate(worker, |member| {
			let member = member.as_mut().unwrap();
			taken = member.bond / 2;
			member.bond -= taken;
			member.reputation = -100;
		});
		let mut left = taken;
		for (who, owed) in compensated {
			let part = left.min(*owed);
			left -= part;
			Members::mutate(who, |member| member.as_mut().unwrap().earned += part);
		}
		taken
	}
}

pub struct FakeJobs;

impl TrainingJobs<AccountId, BlockNumber> for FakeJobs {
	fn training(job: JobId) -> Option<TrainingAssignment<AccountId, BlockNumber>> {
		Assignments::get().get(&job).cloned()
	}

	fn committed(job: JobId, attempt: u32) -> DispatchResult {
		CommittedJobs::append((job, attempt));
		Ok(())
	}

	fn found(job: JobId, attempt: u32, finding: Finding<AccountId>) -> DispatchResult {
		if JobsAreBroken::get() {
			return Err(DispatchError::Unavailable);
		}
		if let Finding::Rejected { judges, .. } = &finding {
			Judges::put(judges);
		}
		let finding = match finding {
			Finding::Verified { correct, paid, .. } => EncodedFinding::Verified { correct, paid },
			Finding::Rejected { paid, .. } => EncodedFinding::Rejected { paid },
			Finding::Undecided { paid } => EncodedFinding::Undecided { paid },
		};
		let paid = match &finding {
			EncodedFinding::Verified { paid, .. }
			| EncodedFinding::Rejected { paid }
			| EncodedFinding::Undecided { paid } => paid,
		};
		for who in paid {
			Members::mutate(who, |member| member.as_mut().unwrap().earned += PAY);
		}
		Found::append((job, attempt, finding));
		Assignments::mutate(|all| all.remove(&job));
		Ok(())
	}
}

/// The account with this number.
pub(crate) fn account(n: u8) -> AccountId {
	AccountId::new([n; 32])
}

/// The hot key pair of the account with this number.
pub(crate) fn pair(n: u8) -> key::Pair {
	key::Pair::from_seed(&[n; 32])
}

/// Sixteen segments of five steps, four of them opened.
pub(crate) fn spec() -> TrainingSpec {
	TrainingSpec {
		steps: 80,
		checkpoint_interval: 5,
		batch_size: 32,
		learning_rate: 100_000,
		optimiser: Optimiser::Sgd,
		opened: 4,
	}
}

/// Assigns attempt 0 of a job to a worker, seeded in an earlier block.
pub(crate) fn assign(job: u64, executor: u8) -> JobId {
	assign_attempt(job, executor, 0)
}

pub(crate) fn assign_attempt(job: u64, executor: u8, attempt: u32) -> JobId {
	let assignment = TrainingAssignment {
		executor: account(executor),
		attempt,
		tried: Vec::new(),
		seed_at: System::block_number().saturating_sub(1),
		spec: spec(),
		memory_mib: 512,
		parent: None,
		held_out_rows: ROWS,
		fee: FEE,
		verifier_pay: PAY,
	};
	Assignments::mutate(|all| all.insert(JobId(job), assignment));
	JobId(job)
}

/// Starts the next block.
pub(crate) fn next_block() {
	let next = System::block_number() + 1;
	System::set_block_number(next);
	Learning::on_initialize(next);
}

/// Starts blocks until `block` has begun.
pub(crate) fn run_to(block: BlockNumber) {
	while System::block_number() < block {
		next_block();
	}
}

/// Builds a chain with a pool of workers, numbered from 1.
pub(crate) struct ExtBuilder {
	workers: u8,
	slots: u32,
}

impl Default for ExtBuilder {
	fn default() -> Self {
		Self { workers: 5, slots: 2 }
	}
}

impl ExtBuilder {
	pub(crate) fn workers(mut self, workers: u8) -> Self {
		self.workers = workers;
		self
	}

	pub(crate) fn slots(mut self, slots: u32) -> Self {
		self.slots = slots;
		self
	}

	pub(crate) fn build(self) -> sp_io::TestExternalities {
		Assignments::set(BTreeMap::new());
		BeaconSalt::set(0);
		JobsAreBroken::set(false);
		MaxPerBlock::set(4);
		let storage = RuntimeGenesisConfig::default().build_storage().unwrap();
		let mut ext = sp_io::TestExternalities::from(storage);
		ext.execute_with(|| {
			System::set_block_number(1);
			for n in 1..=self.workers {
				let member =
					Member { key: pair(n).public(), bond: BOND, earned: 0, reputation: 0, free: self.slots };
				Members::insert(account(n), member);
			}
		});
		ext
	}

	/// With a keystore, which benchmarks sign with.
	#[cfg(feature = "runtime-benchmarks")]
	pub(crate) fn with_keystore(self) -> sp_io::TestExternalities {
		let mut ext = self.build();
		let keystore = sp_keystore::testing::MemoryKeystore::new();
		ext.register_extension(sp_keystore::KeystoreExt(std::sync::Arc::new(keystore)));
		ext
	}

	pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
		let slots = self.slots;
		self.build().execute_with(|| {
			test();
			check_state(slots);
		});
	}
}

/// The pallet's invariants, and that exactly the seats of running checks are occupied.
pub(crate) fn check_state(slots: u32) {
	Learning::do_try_state(System::block_number()).unwrap();
	let mut seated = BTreeMap::<AccountId, u32>::new();
	for record in crate::Checks::<Test>::iter_values() {
		for seat in record.seats {
			*seated.entry(seat.who).or_default() += 1;
		}
	}
	for (who, member) in Members::iter() {
		let seats = seated.get(&who).copied().unwrap_or(0);
		assert_eq!(member.free + seats, slots, "slots of {who:?}");
	}
}

#[cfg(feature = "runtime-benchmarks")]
pub struct FakeBenchmarkHelper;

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper<Test> for FakeBenchmarkHelper {
	fn worker(key: WorkerKey) -> AccountId {
		let who = AccountId::new(blake2_256(&key.encode()));
		let member = Member { key, bond: BOND, earned: 0, reputation: 0, free: 2 };
		Members::insert(&who, member);
		who
	}

	fn fill_pool() {}

	fn crowd_market() {}

	fn assign(executor: &AccountId, spec: TrainingSpec) -> (JobId, u32) {
		let job = JobId(1_000 + Assignments::get().len() as u64);
		let assignment = TrainingAssignment {
			executor: executor.clone(),
			attempt: 0,
			tried: Vec::new(),
			seed_at: 0,
			spec,
			memory_mib: 512,
			parent: None,
			held_out_rows: ROWS,
			fee: FEE,
			verifier_pay: PAY,
		};
		Assignments::mutate(|all| all.insert(job, assignment));
		(job, 0)
	}

	fn set_beacon(_: BlockNumber) {}
}
