//! Each invariant fails when what it says is broken.

use super::*;

/// Corrupts a check that is being revealed, and expects the invariant with this number.
fn corrupted(number: u32, corrupt: impl FnOnce(JobId)) {
	ExtBuilder::default().build().execute_with(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		replay_round(job, &run, |_| Belief::Honest);
		assert_ok!(Learning::do_try_state(System::block_number()));
		corrupt(job);
		let error = Learning::do_try_state(System::block_number()).unwrap_err();
		let DispatchError::Other(message) = error else { panic!("{error:?}") };
		let expected = format!("INV-LEARNING-{number}:");
		assert!(message.starts_with(&expected), "{message}");
	});
}

fn change(job: JobId, change: impl FnOnce(&mut CheckRecordOf<Test>)) {
	Checks::<Test>::mutate(job, |record| change(record.as_mut().unwrap()));
}

#[test]
fn inv_1_a_check_is_planned_once() {
	corrupted(1, |job| Learning::unschedule(job, record(job).due));
	corrupted(1, |job| {
		Agenda::<Test>::mutate(record(job).due, |items| items.try_push(job).unwrap());
	});
	corrupted(1, |job| Agenda::<Test>::mutate(record(job).due + 1, |i| i.try_push(job).unwrap()));
	corrupted(1, |job| change(job, |record| record.due += 1));
	corrupted(1, |job| System::set_block_number(record(job).due + 1));
}

#[test]
fn inv_2_duties_are_the_parties() {
	corrupted(2, |job| Duties::<Test>::remove(account(1), job));
	corrupted(2, |job| Duties::<Test>::remove(account(verifiers(job)[0]), job));
	corrupted(2, |job| Duties::<Test>::insert(account(9), job, ()));
	corrupted(2, |_| Duties::<Test>::insert(account(1), JobId(9), ()));
}

#[test]
fn inv_3_parties_are_different_and_bounded() {
	corrupted(3, |job| {
		change(job, |record| record.missed.try_push(record.executor.clone()).unwrap());
	});
	corrupted(3, |job| {
		let who = account(verifiers(job)[0]);
		change(job, |record| record.missed.try_push(who).unwrap());
	});
	corrupted(3, |job| {
		let others = (10..14).map(account).collect::<Vec<_>>();
		change(job, |record| record.missed = others.try_into().unwrap());
	});
	corrupted(3, |job| change(job, |record| record.retries = 99));
}

#[test]
fn inv_4_segments_are_as_drawn() {
	corrupted(4, |job| change(job, |record| record.segments.truncate(3)));
	corrupted(4, |job| change(job, |record| record.segments.clear()));
	let set = |segments: [u32; 4]| {
		move |job: JobId| {
			change(job, |record| record.segments = segments.to_vec().try_into().unwrap());
		}
	};
	corrupted(4, set([0, 1, 5, 9]));
	corrupted(4, set([0, 5, 9, 15]));
	corrupted(4, set([5, 3, 7, 9]));
	corrupted(4, set([1, 5, 9, 16]));
}

#[test]
fn inv_5_reports_fit_the_phase() {
	corrupted(5, |job| change(job, |record| record.phase = Phase::Drawing { at: 1 }));
	corrupted(5, |job| change(job, |record| record.phase = Phase::Replaying { deadline: 1 }));
	corrupted(5, |job| change(job, |record| record.phase = Phase::InteriorDraw { at: 1 }));
	corrupted(5, |job| change(job, |record| record.stage = Stage::Panel));
	corrupted(5, |job| change(job, |record| record.seats[0].commitment = None));
	corrupted(5, |job| change(job, |record| record.interior.clear()));
	corrupted(5, |job| change(job, |record| record.interior[0] = 6));
	corrupted(5, |job| change(job, |record| record.seats[0].round = 1));
	corrupted(5, |job| change(job, |record| record.seats[0].agrees = Some(true)));
	corrupted(5, |job| {
		deliver(open(1, job, 0, 0, Run::on(DATA).opening(job)));
		change(job, |record| record.claimed = None);
	});
	corrupted(5, |job| {
		let verdict = Some(VerdictDigest::Unavailable);
		change(job, |record| {
			record.round = 1;
			record.seats[0].verdict = verdict;
		});
	});
	corrupted(5, |job| {
		change(job, |record| {
			record.round = 1;
			record.seats[0].verdict = Some(VerdictDigest::Unavailable);
			record.seats[0].agrees = Some(false);
		});
	});
}

#[test]
fn inv_5_an_opening_ends_with_its_round() {
	ExtBuilder::default().build().execute_with(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		replay_round(job, &run, |_| Belief::Honest);
		deliver(open(1, job, 0, 0, run.opening(job)));
		let kept = record(job).opening;
		let n = verifiers(job)[0];
		deliver(reveal(n, job, 0, 0, verdict(job, n, &run, Belief::Honest)));
		next_block();
		let job = committed(&run);
		wait_replaying(job);
		change(job, |record| record.opening = kept);
		assert!(Learning::do_try_state(System::block_number()).is_err());
	});
}

#[test]
fn inv_6_a_check_belongs_to_its_assignment() {
	corrupted(6, |job| change(job, |record| record.attempt = 1));
	corrupted(6, |job| change(job, |record| record.terms.verifier_pay += 1));
	corrupted(6, |job| {
		Assignments::mutate(|all| {
			all.remove(&job);
		})
	});
	corrupted(6, |job| {
		Assignments::mutate(|all| all.get_mut(&job).unwrap().executor = account(5));
	});
}

#[test]
fn inv_7_checks_are_counted_and_bounded() {
	corrupted(7, |_| {
		let key = <Checks<Test> as frame_support::traits::StorageInfoTrait>::storage_info()
			.into_iter()
			.find(|info| info.storage_name == b"CounterForChecks")
			.expect("the counter is stored");
		frame_support::storage::unhashed::put(&key.prefix, &7u32);
	});
}

#[test]
fn inv_7_one_check_more_than_there_is_room_for() {
	ExtBuilder::default().build().execute_with(|| {
		MaxPerBlock::set(1);
		let run = Run::on(DATA);
		for n in 0..u64::from(LOOK_AHEAD) {
			deliver(commit(1, assign(n, 1), 0, run.commitment()));
		}
		assert_ok!(Learning::do_try_state(System::block_number()));
		let extra = assign(99, 1);
		let mut copy = record(JobId(0));
		assert_ok!(Learning::reschedule(extra, &mut copy, 200));
		Duties::<Test>::insert(account(1), extra, ());
		Checks::<Test>::insert(extra, copy);
		let error = Learning::do_try_state(System::block_number()).unwrap_err();
		let expected = "INV-LEARNING-7: the checks are counted and bounded";
		assert_eq!(error, DispatchError::Other(expected));
	});
}
