//! What the owner of a model does while jobs are under way hurts neither their workers nor their requesters.

use crate::{mock::*, *};
use engram_primitives::{task::Task, traits::*, Cid, JobId, VersionId};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

fn retire() {
	Retired::set(&vec![MODEL]);
}

fn reserved() -> usize {
	check_state();
	Reserved::get().len()
}

fn verified() -> Finding<AccountId> {
	Finding::Verified { weights: Cid::of_raw(b"weights"), correct: 95, paid: vec![] }
}

/// Trains with `interfere` called after the given number of steps: request, draw, seed, commitment.
fn train_with(step: usize, interfere: impl Fn()) {
	train_from(None, step, interfere);
}

/// The same, of training that continues a version.
fn train_from(parent: Option<VersionId>, step: usize, interfere: impl Fn()) {
	ExtBuilder::default().build_and_execute(|| {
		let at = |now: usize| {
			if now == step {
				interfere();
			}
		};
		let job = NextJobId::<Test>::get();
		assert_ok!(try_training(ALICE, TrainingRequest { parent, ..training_request() }, 10, FEE));
		at(0);
		run(DELAY);
		at(1);
		let executor = assign(job);
		at(2);
		let plan = Market::training_plan(job).expect("the worker has a plan");
		assert_eq!(Market::tasks_of(&executor), [Task::Train(plan.clone())]);
		assert_ok!(Market::committed(job, 0));
		at(3);
		// Verifiers replay by it.
		assert_eq!(Market::training_plan(job), Some(plan));
		assert!(Market::training(job).is_some());
		assert_ok!(Market::found(job, 0, verified()));

		let version = Some(VersionId(1));
		assert!(
			matches!(record(job).state, JobState::Settled { version: recorded, .. } if recorded == version)
		);
		assert_eq!(free(executor), ED + EXECUTOR_PAY);
		assert_eq!(worker(executor).reputation, 100);
		assert_eq!(FakeModels::version(VersionId(1)).unwrap().job, job);
		assert_eq!(reserved(), 0);
	});
}

#[test]
fn training_settles_whenever_the_model_is_retired() {
	for step in 0..4 {
		train_with(step, retire);
	}
}

#[test]
fn training_settles_whenever_its_parent_is_rolled_back() {
	for step in 0..4 {
		train_from(Some(OLD_VERSION), step, || RolledBack::set(&vec![OLD_VERSION]));
	}
}

#[test]
fn training_settles_when_the_model_cannot_take_more_versions_since() {
	for step in 0..4 {
		train_with(step, || MaxVersions::set(&0));
	}
}

#[test]
fn another_attempt_settles_too() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		let first = assign(job);
		retire();
		assert_ok!(give_back(first, job, 0));
		let second = commit(job);
		assert_ok!(Market::found(job, 1, verified()));
		assert_eq!(free(second), ED + EXECUTOR_PAY);
		assert!(matches!(record(job).state, JobState::Settled { version: Some(_), .. }));
	});
}

#[test]
fn inference_keeps_the_price_of_its_request() {
	ExtBuilder::default().build_and_execute(|| {
		let agreed = |job| {
			let InferenceAssignment { fee, platform, contributors, .. } = Market::inference(job).unwrap();
			(fee, platform, contributors)
		};
		let job = infer();
		FlatRate::set(&5_000);
		let executor = assign(job);
		assert_eq!(agreed(job), (800, 100, 300));
		let Ok([Task::Infer(plan)]) = <[Task; 1]>::try_from(Market::tasks_of(&executor)) else { panic!() };
		assert_eq!(plan.contributors, 300);
		assert_ok!(Market::served(job, 0, &[(executor, 800)], 0));

		// The next one is sold at the new rate.
		assert_noop!(try_inference(BOB, inference_request(), 5_699), Error::<Test>::FeeAboveMax);
		assert_ok!(try_inference(BOB, inference_request(), 5_700));
		assign(JobId(1));
		assert_eq!(agreed(JobId(1)), (5_700, 5_000, 300));
	});
}

#[test]
fn inference_settles_whenever_the_model_is_retired() {
	for after_the_draw in [false, true] {
		ExtBuilder::default().build_and_execute(|| {
			let job = infer();
			if !after_the_draw {
				retire();
			}
			let executor = assign(job);
			let before = Market::tasks_of(&executor);
			assert_eq!(before.len(), 1);
			retire();
			assert_eq!(Market::tasks_of(&executor), before);
			assert_ok!(Market::served(job, 0, &[(executor, 800)], 0));
			assert_eq!(free(executor), ED + 800);
			// Nothing was kept, but the work is told.
			assert_eq!((worker(executor).reputation, Rewarded::get()), (100, vec![(executor, 0)]));
		});
	}
}

#[test]
fn a_retired_model_takes_no_new_jobs() {
	ExtBuilder::default().build_and_execute(|| {
		retire();
		assert_noop!(try_training(ALICE, training_request(), 10, FEE), Error::<Test>::ModelRetired);
		assert_noop!(try_inference(BOB, inference_request(), 1_000), Error::<Test>::ModelRetired);
		assert_eq!(Market::inference_cost(OLD_VERSION, 100), None);
		let request = TrainingRequest { model: OTHER_MODEL, ..training_request() };
		assert_ok!(try_training(ALICE, request, 10, FEE));
	});
}

#[test]
fn a_job_is_not_sold_when_its_version_could_not_be_recorded() {
	ExtBuilder::default().build_and_execute(|| {
		// One is there since before the market opened, one is promised to this job.
		MaxVersions::set(&2);
		let job = train();
		let full = DispatchError::Other("too many versions");
		assert_noop!(try_training(BOB, training_request(), 10, FEE), full);
		assert_ok!(Market::cancel(RuntimeOrigin::signed(ALICE), job));
		assert_ok!(try_training(BOB, training_request(), 10, FEE));
		assert_noop!(try_training(BOB, training_request(), 10, FEE), full);
		commit(JobId(1));
		assert_ok!(Market::found(JobId(1), 0, verified()));
		assert_noop!(try_training(BOB, training_request(), 10, FEE), full);
	});
}

#[test]
fn a_request_that_fails_reserves_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		assert!(try_training(77, training_request(), 10, FEE).is_err());
		assert_eq!(reserved(), 0);
		for count in 1..=6 {
			train();
			assert_eq!(reserved(), count);
		}
		assert_noop!(try_training(ALICE, training_request(), 10, FEE), Error::<Test>::TooManyOpenJobs);
		assert_eq!(reserved(), 6);
	});
}

#[test]
fn inference_reserves_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		assert_eq!(reserved(), 0);
		assign(job);
		assert_ok!(Market::served(job, 0, &[], 0));
		assert_eq!(reserved(), 0);
	});
}

/// Trains until `end` has ended it without a version.
fn ends_without_a_version(end: impl FnOnce(JobId)) {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		assert_eq!(reserved(), 1);
		end(job);
		let state = record(job).state;
		assert!(
			!state.is_open() && !matches!(state, JobState::Settled { version: Some(_), .. }),
			"{state:?}"
		);
		assert_eq!(reserved(), 0);
	});
}

#[test]
fn cancelling_releases() {
	ends_without_a_version(|job| {
		assert_ok!(Market::cancel(RuntimeOrigin::signed(ALICE), job));
	});
}

#[test]
fn a_verdict_of_nobody_knows_releases() {
	ends_without_a_version(|job| {
		commit(job);
		assert_ok!(Market::found(job, 0, Finding::Undecided { paid: vec![] }));
	});
}

#[test]
fn the_last_attempt_releases_and_those_before_do_not() {
	ends_without_a_version(|job| {
		let first = assign(job);
		assert_ok!(give_back(first, job, 0));
		assert_eq!(reserved(), 1);
		commit(job);
		assert_ok!(Market::found(job, 1, Finding::Rejected { paid: vec![], judges: vec![] }));
		assert_eq!(reserved(), 1);
		// And one that nobody answers for.
		assign(job);
		run(TRAINING_DEADLINE);
	});
}

#[test]
fn finding_no_worker_releases() {
	ends_without_a_version(|_| {
		set_workers(&[]);
		run(DELAY + 2 * RETRY);
	});
}

#[test]
fn a_beacon_that_stays_silent_releases() {
	ends_without_a_version(|_| {
		LostOutputs::set(&(0..1_000).collect());
		run(3 * DELAY);
	});
}

#[test]
fn an_item_that_fails_releases() {
	ends_without_a_version(|_| {
		FailOccupy::set(&true);
		run(DELAY);
	});
}

#[test]
fn a_version_that_is_refused_releases() {
	ends_without_a_version(|job| {
		commit(job);
		RefuseVersions::set(&true);
		assert_ok!(Market::found(job, 0, verified()));
	});
}
