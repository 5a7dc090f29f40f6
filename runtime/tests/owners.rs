//! Jobs on the real registry at real prices, while the owner of the model does all it may.

use crate::common::chain;
use codec::MaxEncodedLen;
use engram_primitives::{
	authorization::{key, possession_digest, work_digest},
	merkle::sum_root,
	model::{Architecture, InferenceRates, InfluenceMethod, Optimiser, TrainingSpec},
	task::{leaves_of, Task},
	traits::{Finding, TrainingJobs},
	units::{Balance, ENGR, MICRO, MILLI},
	work::{Receipt, WorkId, WorkKind},
	Cid, ContributionId, DatanetId, JobId, ModelId, VersionId,
};
use engram_runtime::{
	configs::deposit, AccountId, AllPalletsWithSystem, Attribution, Balances, Beacon, BlockNumber, Datanets,
	Jobs, Models, Runtime, RuntimeCall, RuntimeOrigin, System, Workers,
};
use frame_support::{
	assert_noop, assert_ok,
	pallet_prelude::TransactionSource,
	traits::{Authorize, Get, Hooks, TryState, TryStateSelect},
	BoundedVec,
};
use frame_system::RawOrigin;
use pallet_attribution::PayoutRecordOf;
use pallet_jobs::JobState;
use pallet_ratings::BudgetOf;
use sp_core::{ConstU32, Pair, H256};
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{traits::Dispatchable, DispatchResult};

const MODEL: ModelId = ModelId(0);
const RATES: InferenceRates =
	InferenceRates { input_per_1000: 200 * MILLI, output_per_1000: 400 * MILLI, platform: 500 * MILLI };
/// Rows that cost 1.14 ENGR: 1,600 inputs and 800 outputs.
const ROWS: u32 = 800;
const MEMORY_MIB: u32 = 64;

fn owner() -> AccountId {
	Sr25519Keyring::Alice.to_account_id()
}

fn requester() -> AccountId {
	Sr25519Keyring::Bob.to_account_id()
}

fn contributor() -> AccountId {
	Sr25519Keyring::Charlie.to_account_id()
}

fn worker() -> AccountId {
	Sr25519Keyring::Dave.to_account_id()
}

fn hot_key() -> key::Pair {
	key::Pair::from_seed(&[7; 32])
}

fn signed(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

fn bytes<const N: u32>(text: &str) -> BoundedVec<u8, ConstU32<N>> {
	text.as_bytes().to_vec().try_into().unwrap()
}

fn address<S: Get<u32>>() -> BoundedVec<u8, S> {
	b"/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWWorker".to_vec().try_into().unwrap()
}

/// A chain with one worker, one contribution and one model; every invariant is checked at the end.
fn with_a_model(test: impl FnOnce()) {
	chain(&PresetId::from("development")).execute_with(|| {
		System::set_block_number(1);
		let possession = hot_key().sign(&possession_digest(System::block_hash(0), &worker()));
		assert_ok!(Workers::register(
			signed(worker()),
			hot_key().public(),
			possession,
			address(),
			1_024,
			1_000 * ENGR,
		));
		assert_ok!(Datanets::create(signed(contributor()), bytes("points"), 2, 10, bytes("CC-BY-4.0"), true));
		assert_ok!(Datanets::contribute(
			signed(contributor()),
			DatanetId(0),
			H256::repeat_byte(1),
			Cid::of_raw(b"rows"),
			300,
			3_000,
			bytes("CC-BY-4.0"),
			address(),
		));
		assert_ok!(Models::register(
			signed(owner()),
			bytes("points"),
			Architecture::Mlp { widths: vec![2, 8, 10].try_into().unwrap(), input_shift: 4 },
			RATES,
			InfluenceMethod::DataInf,
			bytes("Apache-2.0"),
		));
		test();
		let now = System::block_number();
		let checked = <AllPalletsWithSystem as TryState<BlockNumber>>::try_state(now, TryStateSelect::All);
		assert_eq!(checked, Ok(()));
	});
}

fn next_block() {
	let next = System::block_number() + 1;
	System::set_block_number(next);
	Beacon::on_initialize(next);
	Jobs::on_initialize(next);
}

/// The worker's task for a job, as soon as there is one.
fn task(job: JobId) -> Task {
	for _ in 0..100 {
		let task =
			Jobs::tasks_of(&worker()).into_iter().find(|task| task.id().is_some_and(|id| id.job == job));
		if let Some(task) = task {
			return task;
		}
		next_block();
	}
	panic!("the worker has no task: {:?}", Jobs::job(job))
}

fn request_training() -> DispatchResult {
	let spec = TrainingSpec {
		steps: 160,
		checkpoint_interval: 10,
		batch_size: 32,
		learning_rate: 100_000,
		optimiser: Optimiser::Sgd,
		opened: 4,
	};
	let parts = vec![ContributionId(0)].try_into().unwrap();
	let held_out = Cid::of_raw(b"held out");
	Jobs::request_training(
		signed(requester()),
		MODEL,
		None,
		parts,
		held_out,
		100,
		address(),
		spec,
		MEMORY_MIB,
		10 * ENGR,
	)
}

fn request_inference(version: VersionId, rows: u32) -> DispatchResult {
	let input = Cid::of_raw(b"input");
	Jobs::request_inference(signed(requester()), version, input, rows, address(), MEMORY_MIB, 2 * ENGR)
}

/// A version of the model.
fn trained() -> VersionId {
	assert_ok!(request_training());
	commit(JobId(0));
	verify(JobId(0));
	version_of(JobId(0)).unwrap()
}

fn commit(job: JobId) {
	assert!(matches!(task(job), Task::Train(_)));
	assert_ok!(<Jobs as TrainingJobs<AccountId, BlockNumber>>::committed(job, 0));
}

/// What the verifiers find, past `learning`.
fn verify(job: JobId) {
	let finding = Finding::Verified { weights: Cid::of_raw(b"weights"), correct: 90, paid: vec![] };
	assert_ok!(<Jobs as TrainingJobs<AccountId, BlockNumber>>::found(job, 0, finding));
}

fn retire() {
	assert_ok!(Models::retire(signed(owner()), MODEL));
}

fn set_platform(platform: Balance) {
	assert_ok!(Models::set_rates(signed(owner()), MODEL, InferenceRates { platform, ..RATES }));
}

fn remove() -> DispatchResult {
	Models::remove(signed(owner()), MODEL)
}

fn version_of(job: JobId) -> Option<VersionId> {
	match Jobs::job(job).unwrap().state {
		JobState::Settled { version, .. } => version,
		state => panic!("not settled: {state:?}"),
	}
}

/// The owner retires the model after so many steps of a job, and tries to remove it at once.
fn trained_although_retired(step: usize) {
	with_a_model(|| {
		let job = JobId(0);
		let owner_acts = |now: usize| {
			if now == step {
				assert_noop!(remove(), pallet_models::Error::<Runtime>::ModelOpen);
				retire();
				assert_noop!(remove(), pallet_models::Error::<Runtime>::HasJobs);
				assert_noop!(request_training(), pallet_jobs::Error::<Runtime>::ModelRetired);
			}
		};
		assert_ok!(request_training());
		owner_acts(0);
		task(job);
		owner_acts(1);
		commit(job);
		owner_acts(2);
		let before = Balances::free_balance(worker());
		verify(job);

		assert_eq!(version_of(job), Some(VersionId(0)));
		assert_eq!(Models::versions_of(MODEL), [VersionId(0)]);
		// Of 10 ENGR 15 % are a verifier's and 5 % the protocol's.
		assert_eq!(Balances::free_balance(worker()), before + 8 * ENGR);
		assert_noop!(remove(), pallet_models::Error::<Runtime>::HasVersions);
		assert_noop!(request_inference(VersionId(0), ROWS), pallet_jobs::Error::<Runtime>::ModelRetired);
	});
}

#[test]
fn training_is_paid_and_recorded_whenever_the_model_is_retired() {
	for step in 0..3 {
		trained_although_retired(step);
	}
}

#[test]
fn a_model_is_removed_when_its_last_job_ended_without_a_version() {
	with_a_model(|| {
		assert_ok!(request_training());
		retire();
		assert_noop!(remove(), pallet_models::Error::<Runtime>::HasJobs);
		assert_ok!(Jobs::cancel(signed(requester()), JobId(0)));
		assert_ok!(remove());
	});
}

fn receipt(contributors_part: Balance) -> Receipt {
	let leaves = leaves_of(contributors_part, &[(ContributionId(0), 1)]).unwrap();
	Receipt {
		answers: Cid::of_raw(b"answers"),
		report: Cid::of_raw(b"report"),
		root: sum_root(&leaves).unwrap(),
		leaves: 1,
	}
}

/// The owner acts between request and assignment, or between assignment and receipt.
fn answered_although(act: impl FnOnce(), after_the_draw: bool) {
	with_a_model(|| {
		let version = trained();

		let quote = Attribution::quote(version, ROWS).unwrap();
		assert_eq!(
			(quote.fee, quote.platform, quote.contributors),
			(1_140 * MILLI, 500 * MILLI, 128 * MILLI)
		);
		assert_ok!(request_inference(version, ROWS));
		let job = JobId(1);
		if after_the_draw {
			task(job);
		}
		act();
		let Task::Infer(plan) = task(job) else { panic!("another task") };
		assert_eq!(plan.contributors, quote.contributors);

		let content = receipt(plan.contributors);
		let id = WorkId { job, attempt: 0, round: 0, kind: WorkKind::Serve };
		let digest = work_digest(System::block_hash(0), &worker(), id, &content);
		let call = RuntimeCall::Attribution(pallet_attribution::Call::submit_receipt {
			worker: worker(),
			job,
			attempt: 0,
			content,
			signature: hot_key().sign(&digest),
		});
		let balance = |who: AccountId| Balances::free_balance(who);
		let stakers = <Runtime as pallet_attribution::Config>::StakersPot::get();
		let before = [worker(), owner(), stakers.clone()].map(balance);
		assert_ok!(call.authorize(TransactionSource::External).unwrap());
		assert_ok!(call.dispatch(RawOrigin::Authorized.into()));
		let after = [worker(), owner(), stakers].map(balance);
		let paid: Vec<_> = after.iter().zip(before).map(|(after, before)| after - before).collect();
		assert_eq!(paid, [quote.worker, quote.model, quote.stakers]);
		assert_eq!(Attribution::payout(job).unwrap().unpaid, quote.contributors);
	});
}

#[test]
fn answers_are_paid_at_the_price_of_their_request() {
	for after_the_draw in [false, true] {
		answered_although(retire, after_the_draw);
		for platform in [0, 5 * ENGR] {
			answered_although(|| set_platform(platform), after_the_draw);
		}
	}
}

/// What the chain keeps of an answer until its contributors have claimed their part takes no deposit. That part costs as much.
#[test]
fn the_part_of_contributors_pays_for_its_records() {
	// The prefix of a map, the hash of an id, and the id.
	let key = 32 + 8 + 8;
	let payout = key + PayoutRecordOf::<Runtime>::max_encoded_len();
	let budget = key + BudgetOf::<Runtime>::max_encoded_len();
	let least = <Runtime as pallet_jobs::Config>::MinContributorsPart::get();
	assert!(least >= deposit(2, (payout + budget) as u32));

	with_a_model(|| {
		let version = trained();
		// 160 micro-ENGR a row.
		let enough = least.div_ceil(160 * MICRO) as u32;
		let refused = || pallet_jobs::Error::<Runtime>::ContributorsPartTooSmall;
		assert_noop!(request_inference(version, enough - 1), refused());
		assert_ok!(request_inference(version, enough));
		let cheap = InferenceRates { input_per_1000: 1_000, output_per_1000: 0, ..RATES };
		assert_ok!(Models::set_rates(signed(owner()), MODEL, cheap));
		assert_noop!(request_inference(version, ROWS), refused());
		// Who asks nothing by usage owes contributors nothing.
		let flat = InferenceRates { input_per_1000: 0, ..cheap };
		assert_ok!(Models::set_rates(signed(owner()), MODEL, flat));
		assert_ok!(request_inference(version, 1));
	});
}
