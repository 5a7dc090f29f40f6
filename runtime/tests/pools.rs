//! Pools on the real market: training that is paid in a model's token, and answers that are bought with it.

use crate::common::chain;
use engram_math::{
	curve::{Parameters, Shape, WHOLE},
	fixed::ATTO,
	market::{FeeSchedule, Limits},
	pool::WORK_ONE,
};
use engram_primitives::{
	authorization::{key, possession_digest, work_digest},
	merkle::sum_root,
	model::{Architecture, InferenceRates, InfluenceMethod, Optimiser, TrainingSpec},
	payment::ModelTokens,
	task::{leaves_of, Task},
	traits::{Finding, TrainingJobs},
	units::{Balance, ENGR, MILLI},
	work::{Receipt, WorkId, WorkKind},
	Cid, ContributionId, DatanetId, JobId, ModelId, VersionId, FIRST_POOL_TOKEN, FIRST_TOKEN,
};
use engram_runtime::{
	AccountId, AllPalletsWithSystem, Assets, Attribution, Balances, Beacon, BlockNumber, Curves, Datanets,
	Jobs, Models, Pools, Runtime, RuntimeCall, RuntimeOrigin, System, Workers,
};
use frame_support::{
	assert_noop, assert_ok,
	pallet_prelude::TransactionSource,
	traits::{Authorize, Get, Hooks, TryState, TryStateSelect},
	BoundedVec,
};
use frame_system::RawOrigin;
use pallet_pools::{Terms, UpdateRefusal};
use sp_core::{ConstU32, Pair, H256};
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{traits::Dispatchable, DispatchResult};

const MODEL: ModelId = ModelId(0);
const TOKEN: u32 = FIRST_POOL_TOKEN.0;
const FEE: Balance = 10 * ENGR;
const PLATFORM: Balance = 500 * MILLI;
const ROWS: u32 = 100;
const MEMORY_MIB: u32 = 64;
/// What a unit of work is paid first.
const FIRST: Balance = 9_452_657_938_290_349;

fn owner() -> AccountId {
	Sr25519Keyring::Alice.to_account_id()
}

fn requester() -> AccountId {
	Sr25519Keyring::Bob.to_account_id()
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

fn held_out() -> Cid {
	Cid::of_raw(b"held out")
}

fn terms() -> Terms {
	let bounds = <Runtime as pallet_pools::Config>::Bounds::get();
	Terms {
		supply: 1_000_000 * WHOLE,
		rate: WORK_ONE / 100,
		factor: WORK_ONE,
		held_out: held_out(),
		held_out_rows: 100,
		baseline: 800_000,
		unit_gain: 100_000,
		interval: bounds.interval.0,
	}
}

fn open() -> DispatchResult {
	Pools::open(signed(owner()), MODEL, bytes("digits"), bytes("DIG"), terms())
}

/// A chain with one worker, one contribution and one model; every invariant is checked at the end.
fn with_a_model(test: impl FnOnce()) {
	chain(&PresetId::from("development")).execute_with(|| {
		System::set_block_number(1);
		let possession = hot_key().sign(&possession_digest(System::block_hash(0), &worker()));
		let bond = 1_000 * ENGR;
		let key = hot_key().public();
		assert_ok!(Workers::register(signed(worker()), key, possession, address(), 1_024, bond));
		assert_ok!(Datanets::create(signed(owner()), bytes("points"), 9, 10, bytes("CC-BY-4.0"), true));
		assert_ok!(Datanets::contribute(
			signed(owner()),
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
			Architecture::Mlp { widths: vec![9, 8, 10].try_into().unwrap(), input_shift: 4 },
			InferenceRates { input_per_1000: ENGR, output_per_1000: ENGR, platform: PLATFORM },
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

/// Training that is measured on these rows and verified with so many of a hundred right. Returns the job, and what the worker
/// got in coins and in tokens.
fn train(held_out: Cid, correct: u32) -> (JobId, Balance, Balance) {
	let spec = TrainingSpec {
		steps: 160,
		checkpoint_interval: 10,
		batch_size: 32,
		learning_rate: 100_000,
		optimiser: Optimiser::Sgd,
		opened: 4,
	};
	let parts = vec![ContributionId(0)].try_into().unwrap();
	// A job of the block that opens the pool is not paid in its token.
	next_block();
	let job = pallet_jobs::NextJobId::<Runtime>::get();
	let origin = signed(requester());
	let source = address();
	assert_ok!(Jobs::request_training(
		origin, MODEL, None, parts, held_out, 100, source, spec, MEMORY_MIB, FEE
	));
	assert!(matches!(task(job), Task::Train(_)));
	assert_ok!(<Jobs as TrainingJobs<AccountId, BlockNumber>>::committed(job, 0));
	let had = (Balances::free_balance(worker()), Assets::balance(TOKEN, worker()));
	let finding = Finding::Verified { weights: Cid::of_raw(b"weights"), correct, paid: vec![] };
	assert_ok!(<Jobs as TrainingJobs<AccountId, BlockNumber>>::found(job, 0, finding));
	(job, Balances::free_balance(worker()) - had.0, Assets::balance(TOKEN, worker()) - had.1)
}

fn pass_interval() {
	for _ in 0..terms().interval {
		next_block();
	}
}

#[test]
fn training_is_paid_in_the_token_as_far_as_it_gains() {
	with_a_model(|| {
		assert_ok!(open());
		let before = Balances::free_balance(requester()) + Balances::reserved_balance(requester());
		// A whole unit: half of the eight tenths that are the executor's. The requester has paid that and the protocol's cut,
		// since nobody verified in this test.
		let (_, coins, tokens) = train(held_out(), 90);
		assert_eq!((coins, tokens), (FEE * 8 / 10 / 2, FIRST));
		let after = Balances::free_balance(requester()) + Balances::reserved_balance(requester());
		assert_eq!(before - after, FEE / 20 + FEE * 8 / 10 / 2);
		// Half a unit: three quarters.
		pass_interval();
		let (_, coins, tokens) = train(held_out(), 95);
		assert_eq!(coins, FEE * 8 / 10 * 3 / 4);
		assert!(tokens > FIRST * 49 / 100 && tokens < FIRST / 2);
		// Nothing gained, or on other rows: all of it.
		pass_interval();
		assert_eq!(train(held_out(), 95), (JobId(2), FEE * 8 / 10, 0));
		let (job, coins, tokens) = train(Cid::of_raw(b"easy"), 100);
		assert_eq!((coins, tokens), (FEE * 8 / 10, 0));
		let token = FIRST_POOL_TOKEN;
		let reason = UpdateRefusal::OtherHeldOut;
		let refused =
			pallet_pools::Event::<Runtime>::UpdateRefused { executor: worker(), token, job, reason };
		System::assert_has_event(refused.into());
	});
}

#[test]
fn the_models_versions_are_recorded_as_ever() {
	with_a_model(|| {
		assert_ok!(open());
		train(held_out(), 90);
		assert_eq!(Models::versions_of(MODEL), [VersionId(0)]);
		assert_eq!(Models::version(VersionId(0)).unwrap().correct, 90);
	});
}

/// What the pool keeps, nobody can lock. A hundredth of the whole supply would be more than the first unit of work is ever paid.
#[test]
fn who_is_paid_for_a_unit_of_work_can_have_a_say() {
	with_a_model(|| {
		assert_ok!(open());
		let (_, _, paid) = train(held_out(), 90);
		let shares = [(1_000_000 * WHOLE / 100, false), ((50_000 * WHOLE + FIRST).div_ceil(100), true)];
		assert_eq!(shares.map(|(share, _)| paid >= share), shares.map(|(_, enough)| enough));
		assert_eq!(Models::seat_minimum(MODEL), Some(shares[1].0));
		// What is paid for answers under way is the pool's or the consumer's: nobody locks it meanwhile.
		assert_ok!(buy(Balance::MAX));
		let pending = Pools::pool(FIRST_POOL_TOKEN).unwrap().pending;
		let held = 50_000 * WHOLE + FIRST - pending;
		assert_eq!(Models::seat_minimum(MODEL), Some(held.div_ceil(100)));

		assert_ok!(Models::stand(signed(worker()), MODEL, held.div_ceil(100)));
		for _ in 0..<Runtime as pallet_models::Config>::StandingPeriod::get() {
			next_block();
		}
		assert_ok!(Models::take_seat(signed(worker()), MODEL));
	});
}

fn buy(max_in: Balance) -> DispatchResult {
	let input = Cid::of_raw(b"input");
	let (version, deadline) = (VersionId(0), BlockNumber::MAX);
	Pools::buy_inference(
		signed(owner()),
		version,
		input,
		ROWS,
		address(),
		MEMORY_MIB,
		PLATFORM,
		max_in,
		deadline,
	)
}

fn answer(job: JobId) -> DispatchResult {
	let Task::Infer(plan) = task(job) else { panic!("another task") };
	assert_eq!(plan.contributors, 0);
	let leaves = leaves_of(0, &[(ContributionId(0), 1)]).unwrap();
	let content = Receipt {
		answers: Cid::of_raw(b"answers"),
		report: Cid::of_raw(b"report"),
		root: sum_root(&leaves).unwrap(),
		leaves: 1,
	};
	let id = WorkId { job, attempt: 0, round: 0, kind: WorkKind::Serve };
	let digest = work_digest(System::block_hash(0), &worker(), id, &content);
	let call = RuntimeCall::Attribution(pallet_attribution::Call::submit_receipt {
		worker: worker(),
		job,
		attempt: 0,
		content,
		signature: hot_key().sign(&digest),
	});
	assert_ok!(call.authorize(TransactionSource::External).unwrap());
	call.dispatch(RawOrigin::Authorized.into()).map(|_| ()).map_err(|error| error.error)
}

#[test]
fn answers_are_bought_with_tokens_and_computed_for_coins() {
	with_a_model(|| {
		assert_ok!(open());
		train(held_out(), 90);
		let quote = Pools::quote_inference(VersionId(0), ROWS, 0).unwrap();
		// A thousand values.
		let left = Pools::pool(FIRST_POOL_TOKEN).unwrap().left;
		assert_eq!(left, 950_000 * WHOLE - FIRST);
		assert_noop!(buy(quote.limit - 1), pallet_pools::Error::<Runtime>::AboveMaxIn);
		assert_ok!(buy(quote.limit));
		let job = JobId(1);
		assert_eq!(Jobs::job(job).unwrap().fee, PLATFORM);
		assert_eq!(Pools::payment(job).unwrap().amount, quote.amount);
		let before = Balances::free_balance(worker());
		assert_ok!(answer(job));
		assert_eq!(Balances::free_balance(worker()) - before, PLATFORM * 95 / 100);
		let pool = Pools::pool(FIRST_POOL_TOKEN).unwrap();
		assert_eq!((pool.left, pool.pending), (left + quote.amount, 0));
		// Nobody else is owed anything.
		assert_eq!(Attribution::payout(job), None);
	});
}

#[test]
fn tokens_go_back_when_a_job_is_taken_back() {
	with_a_model(|| {
		assert_ok!(open());
		train(held_out(), 90);
		let had = Assets::balance(TOKEN, owner());
		assert_ok!(buy(Balance::MAX));
		assert!(Assets::balance(TOKEN, owner()) < had);
		assert_ok!(Jobs::cancel(signed(owner()), JobId(1)));
		assert_eq!(Assets::balance(TOKEN, owner()), had);
	});
}

fn launch() -> DispatchResult {
	let bounds = <Runtime as pallet_curves::Config>::Bounds::get();
	let curve =
		Parameters { shape: Shape::Linear, price: ATTO / 100, angle: 1_000, max_supply: 1_000_000 * WHOLE };
	let terms = pallet_curves::Terms {
		creator_share: 0,
		lock_up: bounds.release.0,
		vesting: 0,
		burn_rate: 0,
		fees: FeeSchedule {
			base: 20_000,
			slope: 0,
			cap: 20_000,
			launch: 200_000,
			launch_window: bounds.launch_window.0,
		},
		limits: Limits {
			per_block: 13_999,
			per_window: 140_000,
			window: bounds.window.0.max(bounds.launch_window.0),
			threshold: 100_000,
			rebound: 0,
			least_factor: 100_000,
		},
		weights: [0; 4],
		bond: bounds.least_bond,
		graduation: bounds.least_graduation,
		emission: WHOLE,
	};
	Curves::launch(signed(owner()), MODEL, bytes("digits"), bytes("DIG"), curve, terms, Default::default())
}

#[test]
fn a_model_has_one_token() {
	with_a_model(|| {
		assert_ok!(open());
		assert_noop!(launch(), pallet_curves::Error::<Runtime>::AlreadyLaunched);
		assert_eq!(<Pools as ModelTokens>::model_token(MODEL), Some(FIRST_POOL_TOKEN));
	});
	with_a_model(|| {
		assert_ok!(launch());
		assert_noop!(open(), pallet_pools::Error::<Runtime>::HasToken);
		type OnCurves = <Runtime as pallet_pools::Config>::OtherTokens;
		assert_eq!(OnCurves::model_token(MODEL), Some(FIRST_TOKEN));
		// When it has ended the model may have a pool.
		assert_ok!(Curves::close(signed(owner()), FIRST_TOKEN));
		assert_ok!(open());
	});
}

#[test]
fn nobody_mints_or_destroys_a_pools_tokens() {
	with_a_model(|| {
		assert_ok!(open());
		let id = codec::Compact(TOKEN);
		let alice = || signed(owner());
		let refused = pallet_assets::Error::<Runtime>::NoPermission;
		assert_noop!(Assets::mint(alice(), id, owner().into(), 1), refused);
		assert_noop!(Assets::start_destroy(alice(), id), pallet_assets::Error::<Runtime>::NoPermission);
		let refund = RuntimeCall::Assets(pallet_assets::Call::refund { id, allow_burn: true });
		let filtered = refund.dispatch(alice()).map_err(|error| error.error);
		assert_eq!(filtered, Err(frame_system::Error::<Runtime>::CallFiltered.into()));
		assert_eq!(Assets::total_supply(TOKEN), 1_000_000 * WHOLE);
	});
}
