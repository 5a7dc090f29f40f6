//! The hook: draws, seeds, deadlines, and what goes wrong with them.

use crate::{mock::*, *};
use engram_primitives::{traits::*, JobId};
use frame_support::{assert_ok, traits::Hooks};

#[test]
fn the_beacon_assigns_training_and_then_seeds_it() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		run(DELAY - 1);
		assert!(matches!(record(job).state, JobState::Queued { .. }));
		events();
		run(1);
		let (now, executor) = (System::block_number(), executor_of(job));
		let seed = FakeBeacon::keyed(now, (b"assign", job, 0u32)).unwrap();
		// The same draw again, as if nobody had been drawn yet.
		FakePool::vacate(&executor);
		assert_eq!(FakePool::draw(seed, 10, &[]), Some(executor));
		assert_ok!(FakePool::occupy(&executor));

		let deadline = now + 1 + TRAINING_DEADLINE;
		assert_eq!(events(), [Event::JobAssigned { worker: executor, job, attempt: 0, deadline }]);
		let seed = Some(BatchSeed { at: now + 1, value: None });
		assert_eq!(record(job).state, JobState::Assigned { executor, assigned_at: now, seed, deadline });
		assert_eq!(Market::assignments_of(executor), [job]);

		run(1);
		let value = FakeBeacon::keyed(now + 1, (b"batch", job, 0u32));
		assert!(value.is_some());
		let seed = Some(BatchSeed { at: now + 1, value });
		assert_eq!(record(job).state, JobState::Assigned { executor, assigned_at: now, seed, deadline });
	});
}

#[test]
fn inference_needs_no_seed() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		run(DELAY);
		let now = System::block_number();
		let executor = executor_of(job);
		let deadline = now + INFERENCE_DEADLINE;
		assert_eq!(
			record(job).state,
			JobState::Assigned { executor, assigned_at: now, seed: None, deadline }
		);
	});
}

#[test]
fn a_missed_deadline_costs_reputation_and_moves_the_job_on() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		let first = assign(job);
		let JobState::Assigned { deadline, .. } = record(job).state else { panic!() };
		run_to(deadline - 1);
		events();
		run(1);
		assert_eq!(
			events(),
			[
				Event::DeadlineMissed { worker: first, job, attempt: 0 },
				Event::JobRequeued { job, attempt: 1, draw_at: deadline + DELAY },
			]
		);
		assert_eq!((worker(first).used, worker(first).reputation), (0, 89));
		assert_eq!(Forgotten::get(), [job]);
		let second = assign(job);
		assert_ne!(second, first);
		// Nobody ever answers: three workers, then the money is back.
		run(200);
		let reason = JobFailure::AttemptsExhausted;
		assert!(matches!(record(job).state, JobState::Failed { reason: r, .. } if r == reason));
		assert_eq!(free(ALICE), START - DEPOSIT);
		assert_eq!(Forgotten::get(), [job; 3]);
		assert_eq!(record(job).tried.len(), 3);
		assert!(Pool::get().iter().all(|w| w.used == 0));
	});
}

#[test]
fn a_draw_without_eligible_workers_is_repeated_and_then_fails() {
	ExtBuilder::default().without_workers().build_and_execute(|| {
		let job = train();
		events();
		run_to(5);
		assert_eq!(events(), [Event::DrawPostponed { job, attempt: 0, draw_at: 5 + RETRY }]);
		run_to(8);
		assert_eq!(record(job).redraws, 2);
		events();
		run_to(11);
		let reason = JobFailure::NoWorker;
		assert_eq!(events(), [Event::JobFailed { job, reason, refunded: ESCROW }]);
		assert_eq!(record(job).state, JobState::Failed { at: 11, reason });
		assert_eq!(free(ALICE), START - DEPOSIT);
		// Nothing was ever assigned, so there is no check.
		assert!(Forgotten::get().is_empty());
	});
}

#[test]
fn a_worker_that_comes_in_time_gets_the_repeated_draw() {
	ExtBuilder::default().without_workers().build_and_execute(|| {
		let job = train();
		run_to(5);
		set_workers(&WORKERS[..1]);
		assert_eq!(assign(job), WORKERS[0]);
		assert_eq!(record(job).redraws, 0);
	});
}

#[test]
fn memory_excludes_workers() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(try_training(ALICE, training_request(), 1_001, FEE));
		run(30);
		let reason = JobFailure::NoWorker;
		assert_eq!(record(JobId(0)).state, JobState::Failed { at: 11, reason });
	});
}

#[test]
fn a_worker_with_a_full_list_is_passed_over() {
	ExtBuilder::default().build_and_execute(|| {
		// Three slots, but the market lists two jobs per worker.
		set_workers(&WORKERS[4..]);
		let jobs = [infer(), infer(), infer()];
		run(DELAY);
		assert_eq!(Assignments::<Test>::get(WORKERS[4]).into_inner(), jobs[..2]);
		assert_eq!(record(jobs[2]).redraws, 1);
		assert_ok!(Market::served(jobs[0], 0, &[], 0));
		assert_eq!(assign(jobs[2]), WORKERS[4]);
	});
}

#[test]
fn a_lost_output_repeats_the_draw_with_another_block() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		LostOutputs::set(&vec![5]);
		events();
		run_to(5);
		assert_eq!(events(), [Event::DrawPostponed { job, attempt: 0, draw_at: 5 + DELAY }]);
		run_to(9);
		executor_of(job);
	});
}

#[test]
fn a_beacon_that_stays_silent_fails_the_job() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		LostOutputs::set(&(0..100).collect());
		run(30);
		let reason = JobFailure::BeaconLost;
		assert_eq!(record(job).state, JobState::Failed { at: 13, reason });
		assert_eq!(free(BOB), START - DEPOSIT);
	});
}

#[test]
fn a_lost_seed_moves_with_its_deadline_and_fails_in_the_end() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		LostOutputs::set(&vec![6, 7]);
		run_to(5);
		events();
		run_to(6);
		let deadline = 7 + TRAINING_DEADLINE;
		assert_eq!(events(), [Event::SeedPostponed { job, attempt: 0, seed_at: 7, deadline }]);
		check_state();
		run_to(8);
		let executor = executor_of(job);
		let JobState::Assigned { seed: Some(seed), .. } = record(job).state else { panic!() };
		assert_eq!((seed.at, seed.value.is_some()), (8, true));
		assert_eq!(record(job).redraws, 2);
		assert_ok!(give_back(executor, job, 0));

		LostOutputs::set(&(13..100).collect());
		run_to(60);
		let reason = JobFailure::BeaconLost;
		assert_eq!(record(job).state, JobState::Failed { at: 15, reason });
		assert_eq!(free(ALICE), START - DEPOSIT);
		assert!(Pool::get().iter().all(|w| w.used == 0));
	});
}

#[test]
fn stale_items_are_ignored() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		let executor = assign(job);
		let now = System::block_number() + 1;
		for (job, attempt, due) in
			[(job, 1, Due::Deadline), (job, 0, Due::Draw), (job, 0, Due::Seed), (JobId(9), 0, Due::Deadline)]
		{
			Agenda::<Test>::try_append(now, AgendaItem { job, attempt, due }).unwrap();
		}
		let before = record(job);
		events();
		run(1);
		assert_eq!(record(job), before);
		assert_eq!(events(), []);
		assert_eq!(executor_of(job), executor);
	});
}

#[test]
fn an_item_that_fails_closes_its_job_and_refunds_it() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, other) = (infer(), train());
		FailOccupy::set(&true);
		events();
		run(DELAY - 1);
		let at = System::block_number() + 1;
		System::set_block_number(at);
		let weight = Market::on_initialize(at);
		// What failed is charged, and so is what was done about it.
		assert_eq!(weight, <()>::tick_base() + (<()>::process_draw() + <()>::abandon()) * 2);
		let seen = events();
		assert!(matches!(
			seen[0],
			Event::Unexpected { kind: UnexpectedKind::ItemFailed { item, .. } } if item.job == job
		));
		let reason = JobFailure::Internal;
		assert_eq!(seen[1], Event::JobFailed { job, reason, refunded: ANSWERS_ESCROW });
		assert_eq!(seen[3], Event::JobFailed { job: other, reason, refunded: ESCROW });
		assert_eq!((free(ALICE), free(BOB)), (START - DEPOSIT, START - DEPOSIT));
		assert!(Pool::get().iter().all(|w| w.used == 0));
	});
}

#[test]
fn the_weight_counts_what_was_done() {
	ExtBuilder::default().build_and_execute(|| {
		infer();
		infer();
		System::set_block_number(5);
		let weight = Market::on_initialize(5);
		let expected = <()>::tick_base() + <()>::process_draw() * 2;
		assert_eq!(weight, expected);
		System::set_block_number(6);
		assert_eq!(Market::on_initialize(6), <()>::tick_base());
	});
}

#[test]
fn one_draw_does_not_move_another() {
	let executor_beside = |others: u32| {
		let mut ext = ExtBuilder::default().build();
		ext.execute_with(|| {
			// Every worker has room for all, so only the draw decides.
			let mut pool = Pool::get();
			pool.iter_mut().for_each(|w| w.slots = 9);
			Pool::set(&pool);
			let job = train();
			for _ in 0..others {
				infer();
			}
			run(DELAY);
			executor_of(job)
		})
	};
	assert_eq!(executor_beside(0), executor_beside(3));
}
