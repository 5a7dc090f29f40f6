//! Jobs given back for want of their inputs.

use crate::{mock::*, *};
use engram_primitives::{
	economy::BurnCause,
	traits::*,
	work::FailureReason::{self, *},
	Cid, JobId,
};
use frame_support::{assert_noop, assert_ok, traits::Hooks};

fn reasons() -> [FailureReason; 2] {
	[InputUnavailable, InputMalformed]
}

fn other_than(worker: AccountId) -> AccountId {
	WORKERS.into_iter().find(|other| *other != worker).unwrap()
}

/// The deadline of an assigned job.
fn deadline_of(job: JobId) -> u32 {
	let JobState::Assigned { deadline, .. } = record(job).state else { panic!() };
	deadline
}

#[test]
fn works() {
	for reason in reasons() {
		ExtBuilder::default().build_and_execute(|| {
			let job = train();
			let first = assign(job);
			let issuance = Balances::total_issuance();
			events();
			assert_ok!(give_back_for(reason, first, job, 0));
			let draw_at = System::block_number() + DELAY;
			assert_eq!(
				events(),
				[Event::JobDeclined {
					worker: first,
					job,
					attempt: 0,
					reason,
					burned: UNSERVED / 2,
					treasury: UNSERVED / 2,
					draw_at,
				}]
			);
			// Alice pays, the author of the block gets nothing.
			assert_eq!(escrow_of(ALICE), ESCROW - UNSERVED);
			assert_eq!(Balances::total_issuance(), issuance - UNSERVED / 2);
			assert_eq!((free(TREASURY), free(AUTHOR)), (ED + UNSERVED / 2, ED));
			assert_eq!((Paid::get(), Burned::get()), (vec![], vec![(BurnCause::JobFee, UNSERVED / 2)]));
			let stored = record(job);
			assert_eq!((stored.attempt, stored.chances, stored.unserved), (0, 1, 1));
			assert_eq!(stored.state, JobState::Declined { executor: first, draw_at });
			assert_eq!(Forgotten::get(), [job]);

			// The worker loses little, has nothing to do, and its slot is taken until the next draw.
			assert_eq!(worker(first).reputation, 98);
			assert!(Market::tasks_of(&first).is_empty() && Market::training(job).is_none());
			run_to(draw_at - 1);
			assert_eq!((worker(first).used, Market::assignments_of(first)), (1, vec![job]));
			check_state();
			events();
			run(1);
			let second = executor_of(job);
			assert_ne!(second, first);
			assert_eq!((worker(first).used, record(job).attempt), (0, 1));
			assert_eq!(record(job).tried.into_inner(), [first]);
			let deadline = draw_at + 1 + TRAINING_DEADLINE;
			assert_eq!(events(), [Event::JobAssigned { worker: second, job, attempt: 1, deadline }]);
		});
	}
}

#[test]
fn a_job_that_nobody_is_served_fails_and_costs_its_requester() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		for _ in 0..2 {
			assign(job);
			assert_ok!(decline(job));
		}
		let last = executor_of(job);
		let JobState::Declined { draw_at, .. } = record(job).state else { panic!() };
		assert_eq!((record(job).chances, escrow_of(ALICE)), (0, ESCROW - 2 * UNSERVED));
		run_to(draw_at - 1);
		assert_eq!(worker(last).used, 1);
		check_state();
		events();
		run(1);
		let (reason, refunded) = (JobFailure::Unserved, FEE + 2 * VERIFIER_PAY);
		assert_eq!(events(), [Event::JobFailed { job, reason, refunded }]);
		assert_eq!(record(job).state, JobState::Failed { at: draw_at, reason });
		assert_eq!((worker(last).used, record(job).attempt), (0, 1));
		assert_eq!((free(ALICE), escrow_of(ALICE)), (START - DEPOSIT - 2 * UNSERVED, 0));
		assert_eq!(free(TREASURY), ED + UNSERVED);
		run(30);
		assert_ok!(Market::remove(RuntimeOrigin::signed(ALICE), job));
		assert_eq!(free(ALICE), START - 2 * UNSERVED);
	});
}

#[test]
fn a_job_without_a_fee_costs_the_least_there_is() {
	ExtBuilder::default().build_and_execute(|| {
		Free::set(&true);
		assert_eq!(Market::guarantee_of(0), Some(2 * LEAST_UNSERVED));
		let job = infer();
		assert_eq!(escrow_of(BOB), 2 * LEAST_UNSERVED);
		for _ in 0..2 {
			assign(job);
			assert_ok!(decline(job));
		}
		run(DELAY);
		assert_eq!((free(BOB), escrow_of(BOB)), (START - DEPOSIT - 2 * LEAST_UNSERVED, 0));
		// Served to whoever is drawn it costs nothing, and nobody's reputation is any better for it.
		let job = infer();
		let executor = assign(job);
		assert_ok!(Market::served(job, 0, &[], 0));
		assert_eq!(Rewarded::get(), [(executor, 0)]);
		assert_eq!((free(BOB), escrow_of(BOB)), (START - 2 * DEPOSIT - 2 * LEAST_UNSERVED, 0));
	});
}

#[test]
fn the_cost_is_a_part_of_the_fee_and_at_least_the_least() {
	ExtBuilder::default().build_and_execute(|| {
		// 5 % of 1,219 are 60, rounded down, which is the least.
		for (fee, each) in [(0, 60), (1_219, 60), (1_220, 61), (FEE, UNSERVED), (u128::MAX, u128::MAX / 20)] {
			assert_eq!(Market::guarantee_of(fee), Some(2 * each));
		}
	});
}

#[test]
fn an_odd_cost_is_divided_without_a_rest() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(try_training(ALICE, training_request(), 10, 1_220));
		let job = JobId(0);
		assign(job);
		let issuance = Balances::total_issuance();
		assert_ok!(decline(job));
		assert_eq!((issuance - Balances::total_issuance(), free(TREASURY) - ED), (30, 31));
	});
}

#[test]
fn other_reasons_are_not_the_requesters() {
	for reason in [Device, Internal] {
		ExtBuilder::default().build_and_execute(|| {
			let job = train();
			let first = assign(job);
			assert_ok!(give_back_for(reason, first, job, 0));
			assert_eq!((worker(first).used, worker(first).reputation), (0, 90));
			assert_eq!((escrow_of(ALICE), record(job).chances), (ESCROW, 2));
		});
	}
}

#[test]
fn after_the_time_to_fetch_it_is_like_any_other_failure() {
	let declined_in = |at: u32, job: fn() -> JobId| {
		ExtBuilder::default().build().execute_with(|| {
			let job = job();
			let first = assign(job);
			let deadline = deadline_of(job);
			let length = if matches!(record(job).kind, JobKind::Training(_)) {
				TRAINING_DEADLINE
			} else {
				INFERENCE_DEADLINE
			};
			run_to(deadline - length + at);
			assert_ok!(decline(job));
			check_state();
			worker(first).reputation
		})
	};
	// Half of 20 blocks from the seed, half of 10 from the assignment.
	assert_eq!([declined_in(10, train), declined_in(11, train)], [98, 90]);
	assert_eq!([declined_in(5, infer), declined_in(6, infer)], [98, 90]);
}

#[test]
fn before_the_seed_is_known_it_is_in_time() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		run(DELAY);
		let JobState::Assigned { seed: Some(seed), .. } = record(job).state else { panic!() };
		assert_eq!(seed.value, None);
		assert_ok!(decline(job));
		run(DELAY + 30);
	});
}

#[test]
fn fails_when_declined_twice_by_a_stranger_or_too_late() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		let give = |worker, attempt| give_back_for(InputUnavailable, worker, job, attempt);
		assert_noop!(give(WORKERS[0], 0), Error::<Test>::NotAssigned);
		let first = assign(job);
		assert_noop!(give(other_than(first), 0), Error::<Test>::NotAssigned);
		assert_noop!(give(first, 1), Error::<Test>::WrongAttempt);
		assert_ok!(give(first, 0));
		assert_noop!(give(first, 0), Error::<Test>::NotAssigned);
		// It cannot serve any more either, and Bob cannot take the job back.
		assert_noop!(Market::served(job, 0, &[], 0), Error::<Test>::NotAssigned);
		assert_noop!(Market::cancel(RuntimeOrigin::signed(BOB), job), Error::<Test>::NotCancellable);
		assert_noop!(Market::remove(RuntimeOrigin::signed(BOB), job), Error::<Test>::StillOpen);
		run(DELAY);
		assert_noop!(give(first, 0), Error::<Test>::WrongAttempt);
		assert_noop!(give(first, 1), Error::<Test>::NotAssigned);
	});
}

#[test]
fn a_probe_is_never_declined() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, executor) = probe_once();
		events();
		assert_ok!(decline(job));
		let (reason, refunded) = (JobFailure::AttemptsExhausted, PROBE_ESCROW);
		assert_eq!(last_event(), Event::JobFailed { job, reason, refunded });
		assert_eq!((worker(executor).used, worker(executor).reputation), (0, 90));
		assert_eq!(Measured::get(), [(executor, 0, 1)]);
	});
}

#[test]
fn nobody_gains_reputation_by_a_job_that_another_declined() {
	ExtBuilder::default().build_and_execute(|| {
		let (answers, training) = (infer(), train());
		assign(answers);
		assert_ok!(decline(answers));
		let second = assign(answers);
		assert_ok!(Market::served(answers, 1, &[(second, 400), (TREASURY, 100)], 30));
		assert_eq!(free(second), ED + 400);
		// The rest of the guarantee is Bob's again.
		assert_eq!((free(BOB), escrow_of(BOB)), (START - DEPOSIT - 530 - LEAST_UNSERVED, 0));

		assign(training);
		assert_ok!(decline(training));
		let third = commit(training);
		let weights = Cid::of_raw(b"weights");
		events();
		assert_ok!(Market::found(training, 1, Finding::Verified { weights, correct: 1, paid: vec![] }));
		let Event::TrainingSettled { worker, paid, refunded, .. } = last_event() else { panic!() };
		assert_eq!((worker, paid, refunded), (third, EXECUTOR_PAY, 3 * VERIFIER_PAY + UNSERVED));
		assert_eq!(Rewarded::get(), []);
	});
}

#[test]
fn the_last_attempt_declined_exhausts_them() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		for attempt in 0..2 {
			let worker = assign(job);
			assert_ok!(give_back(worker, job, attempt));
		}
		assign(job);
		assert_ok!(decline(job));
		events();
		run(DELAY);
		let (reason, refunded) = (JobFailure::AttemptsExhausted, ANSWERS_ESCROW - LEAST_UNSERVED);
		assert_eq!(events(), [Event::JobFailed { job, reason, refunded }]);
		assert_eq!(record(job).tried.len(), 3);
		assert!(Pool::get().iter().all(|worker| worker.used == 0));
	});
}

#[test]
fn a_lost_output_postpones_the_redraw_and_frees_the_slot() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		let first = assign(job);
		assert_ok!(decline(job));
		let JobState::Declined { draw_at, .. } = record(job).state else { panic!() };
		LostOutputs::set(&vec![draw_at]);
		events();
		run_to(draw_at);
		let next = draw_at + DELAY;
		assert_eq!(events(), [Event::DrawPostponed { job, attempt: 1, draw_at: next }]);
		assert_eq!(worker(first).used, 0);
		assert_ne!(assign(job), first);
	});
}

#[test]
fn a_redraw_that_fails_closes_its_job_and_frees_the_slot() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		let first = assign(job);
		assert_ok!(decline(job));
		run(DELAY - 1);
		FailOccupy::set(&true);
		events();
		let at = System::block_number() + 1;
		System::set_block_number(at);
		let weight = Market::on_initialize(at);
		assert_eq!(weight, <()>::tick_base() + <()>::process_redraw() + <()>::abandon());
		let (reason, refunded) = (JobFailure::Internal, ANSWERS_ESCROW - LEAST_UNSERVED);
		assert_eq!(last_event(), Event::JobFailed { job, reason, refunded });
		assert_eq!(worker(first).used, 0);
	});
}
