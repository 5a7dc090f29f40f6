//! Jobs that the protocol asks for to measure a worker.

use crate::{mock::*, *};
use engram_primitives::{economy::BurnCause, traits::*, units::Balance, Cid, JobId};
use frame_support::{
	assert_err, assert_noop, assert_ok, assert_storage_noop,
	pallet_prelude::{InvalidTransaction, TransactionSource},
	traits::Hooks,
};
use sp_runtime::DispatchError;

/// Of the mock's model and spec, as in `tests/paid.rs`.
const WORK: u64 = 160 * 32 * 2_410;

fn verified(paid: &[AccountId]) -> Finding<AccountId> {
	Finding::Verified { weights: Cid::of_raw(b"weights"), correct: 95, paid: paid.to_vec() }
}

fn somebody_but(executor: AccountId) -> AccountId {
	WORKERS.into_iter().find(|worker| *worker != executor).unwrap()
}

fn funds() -> (Balance, Balance) {
	(free(Market::probe_account()) - ED, escrow_of(Market::probe_account()))
}

/// Runs until the batches of a probe are seeded.
fn seed(job: JobId) {
	run(1);
	assert!(Market::training_plan(job).is_some());
}

fn commit_probe() -> (JobId, AccountId) {
	let (job, executor) = probe_once();
	seed(job);
	assert_ok!(Market::committed(job, 0));
	(job, executor)
}

/// Whether a closed probe left anything behind that a worker or a requester would mind.
fn assert_gone(job: JobId, executor: AccountId) {
	assert_eq!(Market::job(job), None);
	assert_eq!(worker(executor).used, 0);
	assert_eq!((OpenJobCount::<Test>::get(), Agenda::<Test>::iter().count()), (0, 0));
	assert_eq!(OpenJobs::<Test>::iter().count() + Assignments::<Test>::iter().count(), 0);
	assert_eq!(Reserved::get(), []);
	assert_eq!(deposit_of(Market::probe_account()) + escrow_of(Market::probe_account()), 0);
	// Nobody else gets it.
	run(2 * TRAINING_DEADLINE);
	assert_eq!((Market::job(job), OpenJobCount::<Test>::get()), (None, 0));
	assert_eq!(NextJobId::<Test>::get(), JobId(job.0 + 1));
}

/// A block that would draw a probe leaves no trace.
fn assert_nobody_is_probed() {
	let next = System::block_number() + 1;
	System::set_block_number(next);
	assert_storage_noop!(Market::on_initialize(next));
}

#[test]
fn it_is_requested_and_assigned_in_the_block_that_draws_it() {
	ExtBuilder::default().build_and_execute(|| {
		probe_always();
		events();
		run(1);
		let (job, executor) = (JobId(0), executor_of(JobId(0)));
		let (seed_at, deadline) = (3, 3 + TRAINING_DEADLINE);
		assert_eq!(
			record(job),
			JobRecord {
				requester: Market::probe_account(),
				requested_at: 2,
				kind: JobKind::Training(training_request()),
				memory_mib: 10,
				fee: FEE,
				verifier_pay: VERIFIER_PAY,
				cut: CUT,
				escrow: PROBE_ESCROW,
				deposit: 0,
				unserved_fee: 0,
				chances: 0,
				unserved: 0,
				attempt: 0,
				redraws: 0,
				tried: Default::default(),
				judges: Default::default(),
				state: JobState::Assigned {
					executor,
					assigned_at: 2,
					seed: Some(BatchSeed { at: seed_at, value: None }),
					deadline,
				},
			}
		);
		assert_eq!(
			events(),
			[
				Event::ProbeRequested { worker: executor, job, fee: FEE, reserve: 2 * VERIFIER_PAY },
				Event::JobAssigned { worker: executor, job, attempt: 0, deadline },
			]
		);
		assert_eq!(funds(), (PROBE_FUNDS - PROBE_ESCROW, PROBE_ESCROW));
		assert_eq!(worker(executor).used, 1);
		assert_eq!(Reserved::get(), [MODEL]);
	});
}

#[test]
fn it_comes_once_in_a_period_on_average_and_to_everybody_alike() {
	ExtBuilder::default().build_and_execute(|| {
		probe_always();
		assert_ok!(set_probe(Some(probe_terms(8))));
		let mut hits = [0u32; 5];
		for _ in 0..4_000 {
			let job = NextJobId::<Test>::get();
			run(1);
			if NextJobId::<Test>::get() > job {
				let executor = executor_of(job);
				hits[WORKERS.iter().position(|worker| *worker == executor).unwrap()] += 1;
				// Everybody is free again, or the busy would be passed over.
				assert_ok!(give_back(executor, job, 0));
			}
			events();
		}
		let within = |hits: u32, all: f64, share: f64| {
			// Four standard deviations of the binomial.
			let deviation = (all * share * (1.0 - share)).sqrt();
			(f64::from(hits) - all * share).abs() < 4.0 * deviation
		};
		let all: u32 = hits.iter().sum();
		assert!(within(all, 4_000.0, 0.125), "{all}");
		// The last worker has three slots, and so three times the bond of the others.
		assert!(hits.iter().all(|worker| within(*worker, all.into(), 0.2)), "{hits:?}");
	});
}

#[test]
fn only_the_drawn_worker_can_answer() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, executor) = probe_once();
		seed(job);
		assert_eq!(Market::training(job).unwrap().executor, executor);
		for other in WORKERS.into_iter().filter(|worker| *worker != executor) {
			assert_eq!(Market::tasks_of(&other), []);
			assert_noop!(give_back(other, job, 0), Error::<Test>::NotAssigned);
			let content = engram_primitives::work::FailureReason::Device;
			let signature = sign(other, job, 0, &content);
			let source = TransactionSource::External;
			assert_err!(
				Market::authorize_give_back(source, &other, &job, &0, &content, &signature),
				InvalidTransaction::Call
			);
		}
		assert_eq!(Market::tasks_of(&executor).len(), 1);
	});
}

#[test]
fn nobody_can_prepare_it() {
	ExtBuilder::default().build_and_execute(|| {
		set_workers(&WORKERS[..1]);
		let (first, _) = probe_once();
		// Before its seed is known there is nothing to commit to.
		assert_noop!(Market::committed(first, 0), Error::<Test>::SeedUnknown);
		seed(first);
		let seed_of = |job| Market::training_plan(job).unwrap().batch_seed;
		let old = seed_of(first);
		assert_ok!(give_back(WORKERS[0], first, 0));
		// The same worker, the same terms, another order of batches.
		let (second, _) = probe_once();
		seed(second);
		assert_ne!(seed_of(second), old);
		assert_noop!(Market::committed(first, 0), Error::<Test>::UnknownJob);
		assert_noop!(Market::committed(second, 1), Error::<Test>::WrongAttempt);
	});
}

/// The executor rents a machine when it sees its job, has it after as long as a draw takes, and needs a block for the work.
fn measured_on_a_rented_machine(job: JobId, executor: AccountId) -> u64 {
	run(DELAY + 1);
	assert_ok!(Market::committed(job, 0));
	assert_ok!(Market::found(job, 0, verified(&[])));
	let [(measured, WORK, blocks)] = Measured::get()[..] else { panic!() };
	assert_eq!(measured, executor);
	blocks
}

#[test]
fn a_machine_that_is_fetched_for_it_is_measured_with_the_way() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, executor) = probe_once();
		// The block that says whose probe it is has no seed yet; the next one has.
		assert_eq!(record(job).requester, Market::probe_account());
		assert_noop!(Market::committed(job, 0), Error::<Test>::SeedUnknown);
		assert_eq!(measured_on_a_rented_machine(job, executor), u64::from(DELAY));
	});
	// What measures like a probe is timed like one.
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		run(DELAY);
		assert_noop!(Market::committed(job, 0), Error::<Test>::SeedUnknown);
		assert_eq!(measured_on_a_rented_machine(job, executor_of(job)), u64::from(DELAY));
	});
}

#[test]
fn verified_it_measures_and_pays_and_makes_no_version_and_no_reward() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, executor) = probe_once();
		seed(job);
		run(7);
		assert_ok!(Market::committed(job, 0));
		let verifier = somebody_but(executor);
		let issuance = Balances::total_issuance();
		events();
		assert_ok!(Market::found(job, 0, verified(&[verifier])));
		assert_eq!(Measured::get(), [(executor, WORK, 7)]);
		assert_eq!((free(executor), free(verifier)), (ED + EXECUTOR_PAY, ED + VERIFIER_PAY));
		assert_eq!((free(TREASURY), free(AUTHOR)), (ED + 150, ED + 100));
		assert_eq!(funds(), (PROBE_FUNDS - FEE, 0));
		assert_eq!(Balances::total_issuance(), issuance - 250);
		assert_eq!(
			events(),
			[Event::TrainingSettled {
				worker: executor,
				job,
				version: None,
				paid: EXECUTOR_PAY,
				verifiers: vec![(verifier, VERIFIER_PAY)],
				burned: 250,
				treasury: 150,
				author: Some((AUTHOR, 100)),
				refunded: 2 * VERIFIER_PAY,
			}]
		);
		assert_eq!(Versions::get().len(), 1);
		assert_eq!((Paid::get(), Burned::get()), (vec![], vec![(BurnCause::JobFee, 250)]));
		assert_gone(job, executor);
	});
}

#[test]
fn late_it_unmeasures_its_worker_and_goes_to_nobody_else() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, executor) = probe_once();
		let JobState::Assigned { deadline, .. } = record(job).state else { panic!() };
		run_to(deadline - 1);
		assert_eq!(Measured::get(), []);
		events();
		run(1);
		let reason = JobFailure::AttemptsExhausted;
		assert_eq!(
			events(),
			[
				Event::DeadlineMissed { worker: executor, job, attempt: 0 },
				Event::JobFailed { job, reason, refunded: PROBE_ESCROW },
			]
		);
		assert_eq!(Measured::get(), [(executor, 0, 1)]);
		// As any missed deadline costs.
		assert_eq!(worker(executor).reputation, 100 - 11);
		assert_eq!(funds(), (PROBE_FUNDS, 0));
		assert_eq!(Forgotten::get(), [job]);
		assert_gone(job, executor);
	});
}

#[test]
fn given_back_it_unmeasures_its_worker() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, executor) = probe_once();
		assert_ok!(give_back(executor, job, 0));
		assert_eq!(Measured::get(), [(executor, 0, 1)]);
		assert_eq!((worker(executor).reputation, funds()), (100 - 10, (PROBE_FUNDS, 0)));
		assert_gone(job, executor);
	});
}

#[test]
fn rejected_it_unmeasures_its_worker_and_pays_the_verifiers() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, executor) = commit_probe();
		let verifier = somebody_but(executor);
		let finding = Finding::Rejected { paid: vec![verifier], judges: vec![verifier] };
		assert_ok!(Market::found(job, 0, finding));
		assert_eq!(Measured::get(), [(executor, 0, 1)]);
		assert_eq!((free(verifier), funds()), (ED + VERIFIER_PAY, (PROBE_FUNDS - VERIFIER_PAY, 0)));
		assert_eq!((Paid::get(), Burned::get()), (vec![], vec![]));
		assert_gone(job, executor);
	});
}

#[test]
fn what_is_nobodys_fault_leaves_the_measure_alone() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, executor) = commit_probe();
		let paid = vec![somebody_but(executor)];
		assert_ok!(Market::found(job, 0, Finding::Undecided { paid }));
		assert_eq!(funds(), (PROBE_FUNDS - VERIFIER_PAY, 0));
		assert_gone(job, executor);

		// The beacon loses every output that could seed the next one.
		let (job, executor) = probe_once();
		LostOutputs::set(&(System::block_number() + 1..System::block_number() + 20).collect());
		events();
		run(3 * DELAY);
		let reason = JobFailure::BeaconLost;
		assert_eq!(last_event(), Event::JobFailed { job, reason, refunded: PROBE_ESCROW });
		assert_gone(job, executor);
		assert_eq!((Measured::get(), worker(executor).reputation), (vec![], 100));
	});
}

#[test]
fn without_money_nobody_is_probed() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(set_probe(Some(probe_terms(1))));
		assert_nobody_is_probed();
		let fund = |amount| {
			Balances::force_set_balance(RuntimeOrigin::root(), Market::probe_account(), amount).unwrap();
		};
		// The account has to stay alive.
		fund(PROBE_ESCROW + ED - 1);
		assert_nobody_is_probed();
		fund(PROBE_ESCROW + ED);
		run(1);
		assert_eq!((OpenJobCount::<Test>::get(), funds()), (1, (0, PROBE_ESCROW)));
		seed(JobId(0));
		// The second has to wait until the first is over.
		assert_nobody_is_probed();
	});
}

#[test]
fn removing_the_terms_leaves_an_open_one_as_it_was() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, executor) = probe_once();
		assert!(!Probe::<Test>::exists());
		seed(job);
		assert_nobody_is_probed();
		assert_ok!(Market::committed(job, 0));
		assert_ok!(Market::found(job, 0, verified(&[])));
		assert_eq!(Measured::get(), [(executor, WORK, 1)]);
		assert_eq!(free(executor), ED + EXECUTOR_PAY);
		assert_gone(job, executor);
	});
}

#[test]
fn changing_the_terms_leaves_an_open_one_as_it_was() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, executor) = probe_once();
		assert_ok!(set_probe(Some(ProbeTerms { fee: 2 * FEE, ..probe_terms(u32::MAX) })));
		assert_eq!((record(job).fee, executor_of(job)), (FEE, executor));
	});
}

#[test]
fn the_busy_are_passed_over() {
	ExtBuilder::default().build_and_execute(|| {
		set_workers(&WORKERS[..1]);
		let job = train();
		assign(job);
		probe_always();
		assert_nobody_is_probed();
		assert_ok!(Market::committed(job, 0));
		assert_nobody_is_probed();
		assert_ok!(Market::found(job, 0, verified(&[])));
		run(1);
		assert_eq!(executor_of(JobId(1)), WORKERS[0]);
	});
}

#[test]
fn a_worker_has_one_at_a_time() {
	ExtBuilder::default().build_and_execute(|| {
		set_workers(&WORKERS[4..]);
		let ordinary = train();
		assign(ordinary);
		probe_always();
		run(1);
		// Its third slot is free, and stays free for others.
		assert_eq!(worker(WORKERS[4]).used, 2);
		seed(JobId(1));
		assert_nobody_is_probed();
		assert_ok!(Market::committed(JobId(1), 0));
		assert_nobody_is_probed();
		assert_ok!(Market::found(JobId(1), 0, verified(&[])));
		run(1);
		assert_eq!(executor_of(JobId(2)), WORKERS[4]);
	});
}

#[test]
fn nobody_is_probed_who_could_not_do_it() {
	ExtBuilder::default().build_and_execute(|| {
		probe_always();
		assert_ok!(set_probe(Some(ProbeTerms { memory_mib: 1_001, ..probe_terms(1) })));
		assert_nobody_is_probed();
		assert_ok!(set_probe(Some(probe_terms(1))));
		Retired::set(&vec![MODEL]);
		assert_nobody_is_probed();
		Retired::set(&vec![]);
		MaxVersions::set(&1);
		assert_nobody_is_probed();
		MaxVersions::set(&2);
		let next = System::block_number() + 1;
		LostOutputs::set(&vec![next]);
		assert_nobody_is_probed();
		run(1);
		assert_eq!(OpenJobCount::<Test>::get(), 1);
	});
}

#[test]
fn nobody_is_probed_without_workers() {
	ExtBuilder::default().without_workers().build_and_execute(|| {
		probe_always();
		assert_nobody_is_probed();
	});
}

#[test]
fn nobody_is_probed_in_a_full_market_and_the_prober_has_no_more_than_others() {
	ExtBuilder::default().build_and_execute(|| {
		// As many as there may be, and none is drawn yet.
		let jobs: Vec<_> = (0..6).map(|_| train()).chain((0..2).map(|_| infer())).collect();
		assert_eq!(jobs.len(), 8);
		probe_always();
		assert_nobody_is_probed();
	});
	ExtBuilder::default().build_and_execute(|| {
		probe_always();
		let filled = (100..106).map(JobId).collect::<Vec<_>>();
		OpenJobs::<Test>::insert(Market::probe_account(), bounded(&filled));
		assert_nobody_is_probed();
		OpenJobs::<Test>::remove(Market::probe_account());
		run(1);
		assert_eq!(OpenJobCount::<Test>::get(), 1);
	});
}

#[test]
fn nobody_buys_in_the_name_of_the_prober() {
	ExtBuilder::default().build_and_execute(|| {
		probe_always();
		let prober = Market::probe_account();
		assert_noop!(try_training(prober, training_request(), 10, FEE), DispatchError::BadOrigin);
		assert_noop!(try_inference(prober, inference_request(), 1_000), DispatchError::BadOrigin);
	});
}

#[test]
fn an_open_one_is_nobodys_to_cancel_or_remove() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, _) = probe_once();
		let signed = RuntimeOrigin::signed;
		assert_noop!(Market::cancel(signed(ALICE), job), Error::<Test>::NotRequester);
		assert_noop!(Market::cancel(signed(Market::probe_account()), job), Error::<Test>::NotCancellable);
		assert_noop!(Market::remove(signed(ALICE), job), Error::<Test>::StillOpen);
	});
}
