//! Probes on the whole runtime: who may answer one, and what it costs to let it pass.

use crate::common::chain;
use engram_math::yields::Bonus;
use engram_primitives::{
	authorization::{key, possession_digest, work_digest},
	cid::CODEC_RAW,
	economy::{BurnCause, ComputeRewards},
	merkle,
	model::{Architecture, InferenceRates, InfluenceMethod, Optimiser, TrainingSpec},
	traits::{Beacon as _, Finding, TrainingJobs, WorkerPool},
	units::{Balance, ENGR},
	work::{Commitment, WorkId, WorkKind},
	Cid, ContributionId, DatanetId, JobId, ModelId,
};
use engram_runtime::{
	AccountId, AllPalletsWithSystem, Balances, Beacon, BlockNumber, Datanets, Emission, Jobs, Learning,
	Models, Runtime, RuntimeCall, RuntimeOrigin, System, Workers,
};
use frame_support::{
	assert_err, assert_ok,
	pallet_prelude::{InvalidTransaction, TransactionSource, TransactionValidityError},
	traits::{Authorize, Get, Hooks, TryState, TryStateSelect},
	BoundedVec,
};
use frame_system::RawOrigin;
use pallet_jobs::{AddressOf, JobState, ProbeTerms, ProbeTermsOf, TrainingRequest};
use sp_core::{ConstU32, Pair, H256};
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring;
use sp_runtime::traits::Dispatchable;

const JOB: JobId = JobId(0);
const FEE: Balance = 10 * ENGR;
const MEASURED: u64 = 1_000;
/// What an answer takes.
const WORK: u64 = 100;

fn owner() -> AccountId {
	Sr25519Keyring::Alice.to_account_id()
}

fn workers() -> [(AccountId, key::Pair); 3] {
	[(Sr25519Keyring::Bob, 1), (Sr25519Keyring::Charlie, 2), (Sr25519Keyring::Dave, 3)]
		.map(|(account, seed)| (account.to_account_id(), key::Pair::from_seed(&[seed; 32])))
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

fn terms() -> ProbeTermsOf<Runtime> {
	let spec = TrainingSpec {
		steps: 160,
		checkpoint_interval: 10,
		batch_size: 32,
		learning_rate: 100_000,
		optimiser: Optimiser::Sgd,
		opened: 4,
	};
	let request = TrainingRequest::<AddressOf<Runtime>> {
		model: ModelId(0),
		parent: None,
		parts: vec![ContributionId(0)].try_into().unwrap(),
		held_out: Cid::of_raw(b"held out"),
		held_out_rows: 100,
		held_out_source: address(),
		spec,
	};
	ProbeTerms { request, memory_mib: 64, fee: FEE, period: 1 }
}

fn next_block() {
	let next = System::block_number() + 1;
	System::set_block_number(next);
	Beacon::on_initialize(next);
	Jobs::on_initialize(next);
}

fn capacity(who: &AccountId) -> u64 {
	pallet_workers::Workers::<Runtime>::get(who).unwrap().capacity
}

/// Inference that `worker` served and was paid for.
fn served(worker: &AccountId) {
	let plain = Bonus { strength: 0, market: 0, performance: 0 };
	<Workers as ComputeRewards<AccountId>>::record_work(worker, WORK, plain, ENGR);
}

/// How much of a worker's work counts in the running epoch.
fn worked(worker: &AccountId) -> Option<u64> {
	Workers::rewards_of(worker.clone(), Emission::epoch()).map(|rewards| rewards.work)
}

/// A chain with three measured workers, and a model and data that a probe may name. Every invariant is checked at the end.
fn with_workers(test: impl FnOnce()) {
	chain(&PresetId::from("development")).execute_with(|| {
		System::set_block_number(1);
		for (who, key) in workers() {
			let possession = key.sign(&possession_digest(System::block_hash(0), &who));
			let bond = 1_000 * ENGR;
			let registered =
				Workers::register(signed(who.clone()), key.public(), possession, address(), 1_024, bond);
			assert_ok!(registered);
			<Workers as WorkerPool<AccountId>>::measured(&who, MEASURED, 1);
		}
		assert_ok!(Datanets::create(signed(owner()), bytes("points"), 2, 10, bytes("CC-BY-4.0"), true));
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
			bytes("benchmark"),
			Architecture::Mlp { widths: vec![2, 8, 10].try_into().unwrap(), input_shift: 4 },
			InferenceRates { input_per_1000: ENGR, output_per_1000: ENGR, platform: ENGR },
			InfluenceMethod::DataInf,
			bytes("Apache-2.0"),
		));
		test();
		let now = System::block_number();
		let checked = <AllPalletsWithSystem as TryState<BlockNumber>>::try_state(now, TryStateSelect::All);
		assert_eq!(checked, Ok(()));
	});
}

/// As [`with_workers`], of which one was just drawn.
fn with_a_probe(test: impl FnOnce(AccountId)) {
	with_workers(|| {
		assert_ok!(Jobs::set_probe(RuntimeOrigin::root(), Some(terms())));
		next_block();
		assert_eq!(Jobs::job(JOB), None, "nobody has paid for it");
		let prober = Jobs::probe_account();
		assert_ok!(Balances::transfer_allow_death(signed(owner()), prober.into(), 100 * ENGR));
		next_block();
		assert_ok!(Jobs::set_probe(RuntimeOrigin::root(), None));
		test(Jobs::job(JOB).unwrap().state.occupant().unwrap().clone());
	});
}

/// A commitment in the name of `worker`, signed with `key` for `job`.
fn commitment(worker: &AccountId, key: &key::Pair, job: JobId) -> RuntimeCall {
	let leaves: Vec<_> = (0..17).map(|leaf| [leaf; 32]).collect();
	let content = Commitment {
		root: merkle::root(&leaves),
		final_weights: Cid::new(CODEC_RAW, leaves[16]),
		final_proof: merkle::prove(&leaves, 16).unwrap(),
	};
	let id = WorkId { job, attempt: 0, round: 0, kind: WorkKind::Commit };
	let signature = key.sign(&work_digest(System::block_hash(0), worker, id, &content));
	let worker = worker.clone();
	RuntimeCall::Learning(pallet_learning::Call::commit { worker, job: JOB, attempt: 0, content, signature })
}

fn authorize(call: &RuntimeCall) -> Result<(), TransactionValidityError> {
	call.authorize(TransactionSource::External).unwrap().map(|_| ())
}

/// Runs until the batches are seeded, by the first output that nobody knew when the worker was drawn.
fn seed() {
	let JobState::Assigned { assigned_at, seed: Some(seed), .. } = Jobs::job(JOB).unwrap().state else {
		panic!("not assigned")
	};
	assert_eq!(seed.at, assigned_at + 1);
	while System::block_number() <= seed.at {
		next_block();
	}
	let expected = Beacon::keyed(seed.at, (b"batch", JOB, 0u32)).unwrap();
	assert_eq!(Jobs::training_plan(JOB).unwrap().batch_seed, expected.0);
}

#[test]
fn only_the_drawn_worker_answers_and_only_this_probe() {
	with_a_probe(|drawn| {
		let workers = workers();
		let (_, key) = workers.iter().find(|(who, _)| *who == drawn).unwrap();
		assert_err!(authorize(&commitment(&drawn, key, JOB)), InvalidTransaction::Future);
		seed();
		for (other, other_key) in workers.iter().filter(|(who, _)| *who != drawn) {
			assert_err!(authorize(&commitment(other, other_key, JOB)), InvalidTransaction::Call);
			assert_err!(authorize(&commitment(&drawn, other_key, JOB)), InvalidTransaction::BadProof);
		}
		// What it signed for another job with another seed.
		assert_err!(authorize(&commitment(&drawn, key, JobId(1))), InvalidTransaction::BadProof);
		let call = commitment(&drawn, key, JOB);
		assert_ok!(authorize(&call));
		assert_ok!(call.dispatch(RawOrigin::Authorized.into()));
		assert!(matches!(Jobs::job(JOB).unwrap().state, JobState::Checking { .. }));
		assert_eq!(Learning::checks_of(drawn.clone()), [JOB]);
	});
}

#[test]
fn verified_it_measures_and_burns_and_rewards_nobody() {
	with_a_probe(|drawn| {
		seed();
		assert_ok!(<Jobs as TrainingJobs<AccountId, BlockNumber>>::committed(JOB, 0));
		let (before, issuance) = (Balances::free_balance(&drawn), Balances::total_issuance());
		let finding = Finding::Verified { weights: Cid::of_raw(b"weights"), correct: 90, paid: vec![] };
		assert_ok!(<Jobs as TrainingJobs<AccountId, BlockNumber>>::found(JOB, 0, finding));
		// Of 10 ENGR 15 % are a verifier's and 5 % the protocol's.
		assert_eq!(Balances::free_balance(&drawn), before + 8 * ENGR);
		let burned = issuance - Balances::total_issuance();
		assert!(burned > 0);
		assert_eq!(pallet_emission::Burned::<Runtime>::get(BurnCause::JobFee), burned);
		// 160 steps of 32 rows of 3 * 8 + 9 * 10 parameters, in one block.
		assert_eq!(capacity(&drawn), 160 * 32 * (3 * 8 + 9 * 10));
		assert_eq!(Workers::rewards_of(drawn, Emission::epoch()), None);
		assert_eq!(Models::versions_of(ModelId(0)), []);
		assert_eq!(Jobs::job(JOB), None);
	});
}

#[test]
fn let_pass_it_costs_bond_and_capacity() {
	with_a_probe(|drawn| {
		let bond = |who: &AccountId| pallet_workers::Workers::<Runtime>::get(who).unwrap().bond;
		let market = || <Workers as ComputeRewards<AccountId>>::compute_market().workers;
		assert_eq!((market(), capacity(&drawn)), (3, MEASURED));
		let JobState::Assigned { deadline, .. } = Jobs::job(JOB).unwrap().state else { panic!() };
		while System::block_number() < deadline {
			next_block();
		}
		assert_eq!((market(), capacity(&drawn)), (2, 0));
		assert_eq!(bond(&drawn), 990 * ENGR);
		assert_eq!(Jobs::job(JOB), None);
		assert_eq!(Balances::free_balance(Jobs::probe_account()), 100 * ENGR);
		let others = workers().map(|(who, _)| who).into_iter().filter(|who| *who != drawn);
		assert!(others.map(|who| capacity(&who)).all(|capacity| capacity == MEASURED));
	});
}

#[test]
fn a_worker_that_pauses_between_draws_earns_no_part_of_an_epoch() {
	with_workers(|| {
		let [(honest, _), (hiding, _), _] = workers();
		assert_ok!(Jobs::set_probe(RuntimeOrigin::root(), Some(terms())));
		for _ in 0..3 {
			// Active for the block of a draw, away from the probes of all others.
			assert_ok!(Workers::set_available(signed(hiding.clone()), false));
			System::set_block_number(System::block_number() + 50);
			assert_ok!(Workers::set_available(signed(hiding.clone()), true));
			served(&honest);
			served(&hiding);
		}
		assert_eq!((worked(&honest), worked(&hiding)), (Some(3 * WORK), None));
		// Verified training brings it back.
		<Workers as WorkerPool<AccountId>>::measured(&hiding, MEASURED, 1);
		served(&hiding);
		assert_eq!(worked(&hiding), Some(WORK));
	});
}

#[test]
fn a_measurement_ages_from_the_day_that_governance_sets_a_probe() {
	with_workers(|| {
		let (worker, _) = &workers()[0];
		let period = <Runtime as pallet_workers::Config>::MeasurePeriod::get();
		let advance = |blocks| System::set_block_number(System::block_number() + blocks);
		advance(3 * period);
		served(worker);
		assert_eq!((worked(worker), capacity(worker)), (Some(WORK), MEASURED));
		assert_ok!(Jobs::set_probe(RuntimeOrigin::root(), Some(terms())));
		advance(period);
		// Other terms give nobody more time.
		assert_ok!(Jobs::set_probe(RuntimeOrigin::root(), Some(ProbeTerms { period: 7, ..terms() })));
		served(worker);
		assert_eq!((worked(worker), capacity(worker)), (Some(2 * WORK), MEASURED));
		advance(1);
		// Removed in time it would have stopped the ageing.
		assert_ok!(Jobs::set_probe(RuntimeOrigin::root(), None));
		served(worker);
		assert_eq!((worked(worker), capacity(worker)), (Some(3 * WORK), MEASURED));
		assert_ok!(Jobs::set_probe(RuntimeOrigin::root(), Some(terms())));
		advance(period + 1);
		served(worker);
		assert_eq!((worked(worker), capacity(worker)), (Some(3 * WORK), 0));
	});
}
