use super::*;
use engram_primitives::traits::{Beacon, TrainingChecks};

#[test]
fn one_draw_gives_segments_and_a_verifier() {
	ExtBuilder::default().build_and_execute(|| {
		let job = committed(&Run::on(DATA));
		run_to(DELAY);
		assert!(record(job).segments.is_empty());
		next_block();
		let record = record(job);
		assert_eq!(record.segments.len(), 4);
		assert_eq!(record.seats.len(), 1);
		let n = verifiers(job)[0];
		assert_ne!(n, 1);
		assert_eq!(member(n).free, 1);
		assert_eq!(Learning::checks_of(account(n)), vec![job]);
		assert_eq!(record.phase, Phase::Replaying { deadline: 1 + DELAY + REPLAY });
		assert_eq!(record.due, 2 + DELAY + REPLAY);
		let segments = record.segments;
		assert_eq!(
			events()[1..],
			[
				Event::SegmentsDrawn { job, attempt: 0, segments },
				Event::VerifierDrawn { verifier: account(n), job, attempt: 0, round: 0 },
			]
		);
	});
}

#[test]
fn draws_follow_the_beacon_and_the_subject() {
	let drawn = |salt: u64, number: u64| {
		let mut drawn = Vec::new();
		ExtBuilder::default().build_and_execute(|| {
			BeaconSalt::set(salt);
			let job = assign(number, 1);
			deliver(commit(1, job, 0, Run::on(DATA).commitment()));
			wait_replaying(job);
			drawn = record(job).segments.into_inner();
		});
		drawn
	};
	assert_eq!(drawn(1, 1), drawn(1, 1));
	let different: std::collections::BTreeSet<_> =
		(0..10).map(|salt| drawn(salt, 1)).chain((2..10).map(|job| drawn(0, job))).collect();
	assert!(different.len() >= 17);
}

#[test]
fn interior_steps_lie_within_the_interval() {
	ExtBuilder::default().build_and_execute(|| {
		let mut seen = std::collections::BTreeSet::new();
		for salt in 0..30 {
			BeaconSalt::set(salt);
			let run = Run::on(DATA);
			let job = committed(&run);
			replay_round(job, &run, |_| Belief::Honest);
			assert_eq!(record(job).interior.len(), 4);
			seen.extend(record(job).interior.iter().copied());
			Learning::forget(job);
		}
		assert_eq!(seen.into_iter().collect::<Vec<_>>(), vec![1, 2, 3, 4, 5]);
	});
}

#[test]
fn an_empty_pool_is_asked_again_and_then_the_job_is_void() {
	ExtBuilder::default().workers(1).build_and_execute(|| {
		let job = committed(&Run::on(DATA));
		let mut at = 1 + DELAY;
		for retry in 1..=MaxDrawRetries::get() {
			run_to(at);
			assert_eq!(record(job).retries, retry);
			at += REVEAL;
			assert_eq!(record(job).phase, Phase::Drawing { at });
			System::assert_last_event(Event::DrawRepeated { job, attempt: 0, at }.into());
			// The segments stay as they were drawn first.
			assert_eq!(record(job).segments.len(), 4);
		}
		run_to(at);
		assert!(Checks::<Test>::get(job).is_none());
		assert_eq!(summary().outcome, Outcome::Undecided);
		assert_eq!(findings(), vec![EncodedFinding::Undecided { paid: vec![] }]);
		assert!(Duties::<Test>::iter().next().is_none());
	});
}

#[test]
fn a_worker_that_becomes_free_is_drawn_by_a_later_draw() {
	ExtBuilder::default().workers(1).build_and_execute(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		run_to(1 + DELAY);
		let segments = record(job).segments.clone();
		Members::insert(account(2), Member { key: pair(2).public(), free: 2, ..member(1) });
		wait_replaying(job);
		assert_eq!(verifiers(job), vec![2]);
		assert_eq!(record(job).retries, 0);
		assert_eq!(record(job).segments, segments);
		round(job, &run, |_| Belief::Honest);
		assert_eq!(summary().outcome, Outcome::Verified { correct: CORRECT });
	});
}

#[test]
fn the_executor_never_verifies_itself() {
	ExtBuilder::default().workers(2).build_and_execute(|| {
		for salt in 0..50 {
			BeaconSalt::set(salt);
			let job = committed(&Run::on(DATA));
			wait_replaying(job);
			assert_eq!(verifiers(job), vec![2]);
			Learning::forget(job);
		}
	});
}

#[test]
fn no_executor_of_an_earlier_attempt_verifies_a_later_one() {
	ExtBuilder::default().workers(4).build_and_execute(|| {
		// Workers 1 and 3 failed the attempts before.
		for salt in 0..50 {
			BeaconSalt::set(salt);
			let job = assign_attempt(1, 2, 1);
			Assignments::mutate(|all| {
				all.get_mut(&job).unwrap().tried = vec![account(1), account(3)];
			});
			deliver(commit(2, job, 1, Run::on(DATA).commitment()));
			wait_replaying(job);
			assert_eq!(verifiers(job), vec![4]);
			Learning::forget(job);
		}
	});
}

#[test]
fn a_full_block_hands_on_to_the_next() {
	ExtBuilder::default().slots(20).build_and_execute(|| {
		MaxPerBlock::set(2);
		let run = Run::on(DATA);
		let jobs: Vec<_> = (0..5).map(|n| assign(n, 1)).collect();
		for job in &jobs {
			deliver(commit(1, *job, 0, run.commitment()));
		}
		let due: Vec<_> = jobs.iter().map(|job| record(*job).due - 1 - DELAY).collect();
		assert_eq!(due, vec![0, 0, 1, 1, 2]);
		// Everybody's draw is decided by the same block all the same.
		for job in &jobs {
			assert_eq!(record(*job).phase, Phase::Drawing { at: 1 + DELAY });
		}
		run_to(3 + DELAY);
		for job in &jobs {
			assert_eq!(record(*job).segments.len(), 4);
		}
		assert!(FakeBeacon::output(1 + DELAY).is_some());
	});
}

#[test]
fn a_step_that_fails_is_undone_reported_and_tried_again() {
	ExtBuilder::default().build_and_execute(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		JobsAreBroken::set(true);
		round(job, &run, |_| Belief::Honest);
		let error = DispatchError::Unavailable;
		System::assert_last_event(Event::Unexpected { job, error }.into());
		let before = record(job);
		assert_eq!(before.due, System::block_number() + REVEAL);
		// Nothing was paid, nobody's reputation moved, the seat is still taken.
		assert_eq!(member(1).reputation, 0);
		assert!(findings().is_empty());
		check_state(2);
		JobsAreBroken::set(false);
		run_to(before.due);
		assert_eq!(summary().outcome, Outcome::Verified { correct: CORRECT });
		assert_eq!(findings().len(), 1);
	});
}

#[test]
fn a_forgotten_check_leaves_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		Learning::forget(JobId(77));
		replay_round(job, &run, |_| Belief::Honest);
		Learning::forget(job);
		System::assert_last_event(Event::CheckDropped { job, attempt: 0 }.into());
		assert_eq!(Checks::<Test>::count(), 0);
		assert_eq!(Duties::<Test>::iter().count(), 0);
		assert_eq!(Agenda::<Test>::iter().count(), 0);
		assert!(findings().is_empty());
		let job = assign_attempt(1, 2, 1);
		deliver(commit(2, job, 1, run.commitment()));
		assert_eq!(record(job).attempt, 1);
	});
}
