//! A market on real blocks: models with data of two contributors, and workers who report whatever the chain waits for, signed by
//! their hot keys.

use crate::common::{blocks::Chain, chain_with, runs::Claim};
use codec::Encode;
use engram_math::{
	curve::{Parameters, Shape, WHOLE},
	fixed::ATTO,
	market::{FeeSchedule, Limits},
};
use engram_primitives::{
	authorization::{key, possession_digest, work_digest, WorkerSignature},
	merkle::{sum_root, SumLeaf},
	model::{Architecture, InferenceRates, InfluenceMethod, Optimiser, TrainingSpec},
	task::{leaves_of, InferencePlan, Task},
	traits::{ModelRegistry, VersionInfo, WorkerPool},
	units::{Balance, ENGR},
	work::{Receipt, Verdict, VerdictEvidence, WorkId},
	Cid, ContributionId, DatanetId, JobId, ModelId, TokenId, VersionId,
};
use engram_runtime::{
	AccountId, AllPalletsWithSystem, Balances, BlockNumber, Curves, Datanets, Emission, Hash, Jobs, Learning,
	Models, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, System, Workers,
};
use frame_support::{
	assert_ok,
	pallet_prelude::TransactionSource,
	traits::{Authorize, Get, TryState, TryStateSelect},
	BoundedVec,
};
use frame_system::RawOrigin;
use pallet_curves::Terms;
use pallet_jobs::JobState;
use sp_core::{ConstU32, Pair, H256};
use sp_genesis_builder::{PresetId, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_io::hashing::blake2_256;
use sp_keyring::Sr25519Keyring::{self, Alice, Charlie, Dave, Eve, Ferdie, One};
use sp_runtime::{
	traits::Dispatchable, transaction_validity::InvalidTransaction, DispatchError, DispatchResult,
};
use std::collections::BTreeMap;

/// Owns the models, and launches their tokens.
pub(crate) const OWNER: Sr25519Keyring = Alice;
/// Makes every block.
pub(crate) const AUTHOR: Sr25519Keyring = Dave;
pub(crate) const WORKERS: [Sr25519Keyring; 2] = [Eve, Ferdie];
/// Whose data the versions were trained on, in this order.
pub(crate) const CONTRIBUTORS: [Sr25519Keyring; 2] = [Charlie, One];
/// The first model.
pub(crate) const MODEL: ModelId = ModelId(0);
/// What of each contribution one has to have influence on an answer.
const INFLUENCE: [u64; 2] = [1, 2];
pub(crate) const HELD_OUT_ROWS: u32 = 100;
/// Rows that are asked about at once.
pub(crate) const ROWS: u32 = 100;
const MEMORY_MIB: u32 = 64;
/// More than any job takes.
const PATIENCE: u32 = 200;
const SESSIONS_PER_ERA: u32 = 2;

pub(crate) fn account(who: Sr25519Keyring) -> AccountId {
	who.to_account_id()
}

pub(crate) fn signed(who: Sr25519Keyring) -> RuntimeOrigin {
	RuntimeOrigin::signed(account(who))
}

/// Makes a call as a transaction does: what fails leaves no trace.
pub(crate) fn call(who: Sr25519Keyring, call: impl Into<RuntimeCall>) -> DispatchResult {
	call.into().dispatch(signed(who)).map(|_| ()).map_err(|refused| refused.error)
}

pub(crate) fn bytes<const N: u32>(text: &str) -> BoundedVec<u8, ConstU32<N>> {
	text.as_bytes().to_vec().try_into().unwrap()
}

fn address<S: Get<u32>>() -> BoundedVec<u8, S> {
	b"/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWWorker".to_vec().try_into().unwrap()
}

fn parts<S: Get<u32>>() -> BoundedVec<ContributionId, S> {
	vec![ContributionId(0), ContributionId(1)].try_into().unwrap()
}

fn hot_key(worker: &AccountId) -> key::Pair {
	key::Pair::from_seed(&worker.using_encoded(blake2_256))
}

/// What every account has, free and on hold.
#[derive(Debug)]
pub(crate) struct Books(BTreeMap<AccountId, Balance>);

impl Books {
	/// All together they are the issuance.
	pub(crate) fn read() -> Self {
		let accounts = frame_system::Account::<Runtime>::iter();
		let books: BTreeMap<_, _> =
			accounts.map(|(who, account)| (who, account.data.free + account.data.reserved)).collect();
		assert_eq!(books.values().sum::<Balance>(), Balances::total_issuance());
		Self(books)
	}

	/// What each account has now more than it had, where that is not nothing.
	pub(crate) fn moved(&self) -> BTreeMap<AccountId, i128> {
		let Self(now) = Self::read();
		let all = now.iter().map(|(who, has)| (who.clone(), *has as i128));
		let had = self.0.iter().map(|(who, had)| (who.clone(), -(*had as i128)));
		flows(all.chain(had))
	}
}

/// Sums by account, without those that are nothing.
pub(crate) fn flows(list: impl IntoIterator<Item = (AccountId, i128)>) -> BTreeMap<AccountId, i128> {
	let mut sums = BTreeMap::new();
	for (who, amount) in list {
		*sums.entry(who).or_insert(0) += amount;
	}
	sums.retain(|_, sum| *sum != 0);
	sums
}

/// Checks every invariant of the runtime.
pub(crate) fn check() {
	let now = System::block_number();
	let checked = <AllPalletsWithSystem as TryState<BlockNumber>>::try_state(now, TryStateSelect::All);
	assert_eq!(checked, Ok(()));
}

/// What happened in this block.
pub(crate) fn events() -> Vec<RuntimeEvent> {
	System::read_events_no_consensus().map(|record| record.event).collect()
}

/// Registers a model of the owner. An answer of [`ROWS`] rows costs forty coins, of which twenty pay for computing it.
pub(crate) fn register_model() -> ModelId {
	let model = pallet_models::NextModelId::<Runtime>::get();
	assert_ok!(Models::register(
		signed(OWNER),
		bytes("points"),
		Architecture::Mlp { widths: vec![2, 8, 10].try_into().unwrap(), input_shift: 4 },
		InferenceRates { input_per_1000: 50 * ENGR, output_per_1000: 100 * ENGR, platform: 20 * ENGR },
		InfluenceMethod::DataInf,
		bytes("Apache-2.0"),
	));
	model
}

/// A version, as if training had been verified before.
pub(crate) fn record_version(model: ModelId, parent: Option<VersionId>, correct: u32) -> VersionId {
	assert_ok!(<Models as ModelRegistry<AccountId>>::reserve_version(model));
	let weights = Cid::of_raw(b"weights");
	let held_out_rows = HELD_OUT_ROWS;
	let version = VersionInfo { model, weights, job: JobId(0), parts: parts(), correct, held_out_rows };
	<Models as ModelRegistry<AccountId>>::record_version(version, parent).unwrap()
}

/// Launches the token of a model on a line from half a coin, a millionth of two coins more with each token.
pub(crate) fn launch(model: ModelId, weights: [u32; 4], fee: u32) -> TokenId {
	let bounds = <Runtime as pallet_curves::Config>::Bounds::get();
	let launch = (bounds.most_fee - fee).min(400_000);
	let curve = Parameters {
		shape: Shape::Linear,
		price: ATTO / 2,
		angle: 2_000_000_000_000,
		max_supply: 1_000_000 * WHOLE,
	};
	let terms = Terms {
		creator_share: 0,
		lock_up: bounds.release.0,
		vesting: 0,
		burn_rate: 0,
		fees: FeeSchedule { base: fee, slope: 0, cap: fee, launch, launch_window: bounds.launch_window.0 },
		limits: Limits {
			per_block: 10_000,
			// Three tenths of the fees are the owner's.
			per_window: launch * 7 / 10,
			window: bounds.window.0.max(bounds.launch_window.0),
			threshold: 200_000,
			rebound: 0,
			least_factor: 100_000,
		},
		weights,
		bond: bounds.least_bond,
		graduation: bounds.least_graduation,
		emission: WHOLE,
	};
	let (name, symbol) = (bytes("points"), bytes("PNT"));
	assert_ok!(Curves::launch(signed(OWNER), model, name, symbol, curve, terms, Default::default()));
	Curves::token_of(model).unwrap()
}

/// Buys on a curve, whatever it costs.
pub(crate) fn buy(who: Sr25519Keyring, token: TokenId, amount: Balance) {
	assert_ok!(Curves::buy(signed(who), token, amount, Balance::MAX, BlockNumber::MAX));
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

/// Training of the first model that is worth 13.61 coins: 7,650,410,496 multiply-adds, of which a verifier replays hardly any.
pub(crate) fn long_spec() -> TrainingSpec {
	TrainingSpec { steps: 65_536, checkpoint_interval: 64, batch_size: 1_024, ..spec() }
}

fn next_job() -> JobId {
	pallet_jobs::NextJobId::<Runtime>::get()
}

/// Buys training of a model on all data.
pub(crate) fn request_training(
	who: AccountId,
	model: ModelId,
	parent: Option<VersionId>,
	spec: TrainingSpec,
	fee: Balance,
) -> JobId {
	let (job, held_out, rows) = (next_job(), Cid::of_raw(b"held out"), HELD_OUT_ROWS);
	let (origin, parts, source) = (RuntimeOrigin::signed(who), parts(), address());
	assert_ok!(Jobs::request_training(
		origin, model, parent, parts, held_out, rows, source, spec, MEMORY_MIB, fee
	));
	job
}

/// Buys the same with the money of the model's escrow.
pub(crate) fn request_funded(
	who: Sr25519Keyring,
	model: ModelId,
	parent: Option<VersionId>,
	spec: TrainingSpec,
	fee: Balance,
) -> DispatchResult {
	call(
		who,
		pallet_jobs::Call::<Runtime>::request_funded_training {
			model,
			parent,
			parts: parts(),
			held_out: Cid::of_raw(b"held out"),
			held_out_rows: HELD_OUT_ROWS,
			held_out_source: address(),
			spec,
			memory_mib: MEMORY_MIB,
			fee,
		},
	)
}

/// Buys answers of a version.
pub(crate) fn ask(who: Sr25519Keyring, version: VersionId) -> Result<JobId, DispatchError> {
	let job = next_job();
	let request = pallet_jobs::Call::<Runtime>::request_inference {
		version,
		input: Cid::of_raw(b"input"),
		rows: ROWS,
		input_source: address(),
		memory_mib: MEMORY_MIB,
		max_fee: 40 * ENGR,
	};
	call(who, request).map(|()| job)
}

/// What contributors get of a part of a fee.
pub(crate) fn leaves(contributors: Balance) -> Vec<SumLeaf> {
	let influence: Vec<_> = (0..).map(ContributionId).zip(INFLUENCE).collect();
	leaves_of(contributors, &influence).unwrap()
}

fn receipt(plan: &InferencePlan) -> Receipt {
	let leaves = leaves(plan.contributors);
	let named: Vec<_> = leaves.iter().map(|leaf| leaf.contribution).collect();
	assert_eq!(named, plan.data.iter().map(|part| part.contribution).collect::<Vec<_>>());
	Receipt {
		answers: Cid::of_raw(b"answers"),
		report: Cid::of_raw(b"report"),
		root: sum_root(&leaves).unwrap(),
		leaves: leaves.len() as u32,
	}
}

fn sign(worker: &AccountId, id: WorkId, content: &impl Encode) -> WorkerSignature {
	hot_key(worker).sign(&work_digest(System::block_hash(0), worker, id, content))
}

/// The report on a task. What is trained gets so many held-out rows right.
fn answer(worker: AccountId, id: WorkId, task: Task, correct: u32) -> Option<RuntimeCall> {
	let WorkId { job, attempt, round, .. } = id;
	let salt: H256 = (b"salt", &worker).using_encoded(blake2_256).into();
	let call = match task {
		Task::Train(plan) => {
			let content = Claim::right(&plan, correct).commitment(&plan.spec);
			let signature = sign(&worker, id, &content);
			pallet_learning::Call::commit { worker, job, attempt, content, signature }.into()
		},
		Task::Replay { plan, segments, .. } => {
			let VerdictEvidence { ends, step_root, salt, .. } =
				Claim::right(&plan, correct).evidence(&plan, salt, &segments, &[]);
			let content = VerdictEvidence::commitment(&ends, &step_root, &salt);
			let signature = sign(&worker, id, &content);
			pallet_learning::Call::commit_verdict { worker, job, attempt, round, content, signature }.into()
		},
		Task::Open { plan, segments, interior, .. } => {
			let content = Claim::right(&plan, correct).opening(&plan, &segments, &interior);
			let signature = sign(&worker, id, &content);
			pallet_learning::Call::open { worker, job, attempt, round, content, signature }.into()
		},
		Task::Reveal { plan, segments, interior, .. } => {
			let evidence = Claim::right(&plan, correct).evidence(&plan, salt, &segments, &interior);
			let content = Verdict::Replayed(evidence);
			let signature = sign(&worker, id, &content);
			pallet_learning::Call::reveal_verdict { worker, job, attempt, round, content, signature }.into()
		},
		Task::Infer(plan) => {
			let content = receipt(&plan);
			let signature = sign(&worker, id, &content);
			pallet_attribution::Call::submit_receipt { worker, job, attempt, content, signature }.into()
		},
		Task::Publish { .. } => return None,
	};
	Some(call)
}

/// Every worker reports what the chain waits for.
fn report(correct: u32) {
	for worker in WORKERS.map(account) {
		let mut tasks = Jobs::tasks_of(&worker);
		tasks.extend(Learning::tasks_of(&worker, Jobs::training_plan, |executor| {
			<Workers as WorkerPool<AccountId>>::address_of(executor)
		}));
		for task in tasks {
			let call = task.id().and_then(|id| answer(worker.clone(), id, task, correct));
			if let Some(call) = call {
				let authorized = call.authorize(TransactionSource::External).unwrap();
				if authorized == Err(InvalidTransaction::Future.into()) {
					// The pool keeps it for the next block.
					continue;
				}
				assert_ok!(authorized);
				assert_ok!(call.dispatch(RawOrigin::Authorized.into()));
			}
		}
	}
}

/// The chain, and how well what is trained on it does.
pub(crate) struct Market {
	chain: Chain,
	correct: u32,
}

impl Market {
	/// A local network with short eras, a model, and workers with such a bond each.
	pub(crate) fn new(bond: Balance) -> Self {
		let state = chain_with(&PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET), |config| {
			config["timing"]["sessionsPerEra"] = SESSIONS_PER_ERA.into();
		});
		let mut market = Self { chain: Chain::new(state, Hash::default()), correct: 0 };
		market.chain.block(AUTHOR, 0, || {
			for worker in WORKERS.map(account) {
				let hot = hot_key(&worker);
				let possession = hot.sign(&possession_digest(System::block_hash(0), &worker));
				let origin = RuntimeOrigin::signed(worker);
				assert_ok!(Workers::register(origin, hot.public(), possession, address(), 1_024, bond));
			}
			assert_ok!(Datanets::create(signed(OWNER), bytes("points"), 2, 10, bytes("CC-BY-4.0"), true));
			for (index, contributor) in (1u8..).zip(CONTRIBUTORS) {
				assert_ok!(Datanets::contribute(
					signed(contributor),
					DatanetId(0),
					H256::repeat_byte(index),
					Cid::of_raw(&[index]),
					600,
					6_000,
					bytes("CC-BY-4.0"),
					address(),
				));
			}
			assert_eq!(register_model(), MODEL);
		});
		market
	}

	/// Reads, or sets what the test only pretends.
	pub(crate) fn read<R>(&mut self, body: impl FnOnce() -> R) -> R {
		self.chain.read(body)
	}

	/// A block in which no worker reports.
	pub(crate) fn quiet<R>(&mut self, body: impl FnOnce() -> R) -> R {
		self.chain.block(AUTHOR, 1, body)
	}

	/// A block in which workers report before anything else.
	pub(crate) fn block<R>(&mut self, body: impl FnOnce() -> R) -> R {
		let correct = self.correct;
		self.chain.block(AUTHOR, 1, || {
			report(correct);
			body()
		})
	}

	/// Goes on to the block in which a job is closed. Nothing but the job moves money in that block. Returns what that moved.
	pub(crate) fn close(&mut self, job: JobId) -> BTreeMap<AccountId, i128> {
		for _ in 0..PATIENCE {
			let (before, epoch) = self.read(|| (Books::read(), Emission::epoch()));
			self.block(|| ());
			let closed = self.read(|| Jobs::job(job).unwrap().state.closed_at().is_some());
			if closed {
				assert_eq!(self.read(Emission::epoch), epoch, "an epoch's minting is not in it");
				return self.read(|| before.moved());
			}
		}
		panic!("nobody does the job: {:?}", self.read(|| Jobs::job(job)));
	}

	/// What training does that is asked for from now on: so many of [`HELD_OUT_ROWS`] right.
	pub(crate) fn will_get_right(&mut self, correct: u32) {
		self.correct = correct;
	}

	/// Has the first model trained, and the training verified.
	pub(crate) fn train(&mut self, parent: Option<VersionId>, correct: u32) -> VersionId {
		self.will_get_right(correct);
		let job = self.block(|| request_training(account(OWNER), MODEL, parent, spec(), 10 * ENGR));
		self.close(job);
		self.version_of(job)
	}

	/// What a settled job trained.
	pub(crate) fn version_of(&mut self, job: JobId) -> VersionId {
		match self.read(|| Jobs::job(job).unwrap().state) {
			JobState::Settled { version: Some(version), .. } => version,
			other => panic!("no version: {other:?}"),
		}
	}

	/// Goes on to the first block of the next epoch.
	pub(crate) fn end_epoch(&mut self) {
		let epoch = self.read(Emission::epoch);
		while self.read(Emission::epoch) == epoch {
			let slots = self.chain.slots_to_session();
			self.chain.block(AUTHOR, slots, || ());
		}
		assert_eq!(self.read(Emission::epoch), epoch + 1);
	}

	/// Passes blocks in which workers report.
	pub(crate) fn pass(&mut self, blocks: u32) {
		for _ in 0..blocks {
			self.block(|| ());
		}
	}
}
