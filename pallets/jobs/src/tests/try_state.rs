//! Negative controls: each invariant notices when one item is corrupted.

use crate::{mock::*, *};
use engram_primitives::{
	traits::{ModelRegistry, TrainingJobs},
	JobId,
};
use frame_support::traits::fungible::MutateHold;

/// A training job under check, one assigned inference job and one queued, and what is broken about them.
fn broken_by(corrupt: impl FnOnce([JobId; 3])) -> &'static str {
	ExtBuilder::default().build().execute_with(|| {
		let checked = train();
		commit(checked);
		let assigned = infer();
		assign(assigned);
		let queued = infer();
		check_state();
		corrupt([checked, assigned, queued]);
		Market::do_try_state().unwrap_err().into()
	})
}

fn change(job: JobId, change: impl FnOnce(&mut JobRecordOf<Test>)) {
	Jobs::<Test>::mutate(job, |slot| change(slot.as_mut().unwrap()));
}

#[test]
fn inv_1_sees_escrow_that_no_job_explains() {
	let message = broken_by(|_| {
		Balances::hold(&HoldReason::Escrow.into(), &Market::escrow_account(), 1).unwrap();
	});
	assert_eq!(message, "INV-JOBS-1: escrow on hold differs from the jobs'");
	// Nor on the account of somebody, with jobs or without.
	for who in [ALICE, STRANGER] {
		let message = broken_by(|_| Balances::hold(&HoldReason::Escrow.into(), &who, 1).unwrap());
		assert_eq!(message, "INV-JOBS-1: escrow on hold differs from the jobs'");
	}
}

#[test]
fn inv_2_sees_a_deposit_that_no_record_explains() {
	let message = broken_by(|[_, assigned, _]| change(assigned, |record| record.deposit -= 1));
	assert_eq!(message, "INV-JOBS-2: deposit on hold differs from the records'");
	let message = broken_by(|_| Balances::hold(&HoldReason::RecordDeposit.into(), &STRANGER, 1).unwrap());
	assert_eq!(message, "INV-JOBS-2: deposit on hold differs from the records'");
}

#[test]
fn inv_3_sees_an_escrow_that_does_not_fit() {
	let message = broken_by(|[checked, ..]| {
		change(checked, |record| record.escrow -= 1);
		Balances::release(
			&HoldReason::Escrow.into(),
			&Market::escrow_account(),
			1,
			frame_support::traits::tokens::Precision::Exact,
		)
		.unwrap();
	});
	assert_eq!(message, "INV-JOBS-3: escrow does not fit the state");
}

#[test]
fn inv_4_sees_a_missing_and_a_surplus_item() {
	let message = broken_by(|_| {
		let (at, _) = Agenda::<Test>::iter().next().unwrap();
		Agenda::<Test>::remove(at);
	});
	assert_eq!(message, "INV-JOBS-4: agenda differs from the states");
	let message = broken_by(|[checked, ..]| {
		let item = AgendaItem { job: checked, attempt: 0, due: Due::Deadline };
		Agenda::<Test>::try_append(500, item).unwrap();
	});
	assert_eq!(message, "INV-JOBS-4: agenda differs from the states");
}

#[test]
fn inv_4_sees_an_item_left_behind() {
	let message = broken_by(|[_, _, queued]| {
		let JobState::Queued { draw_at } = record(queued).state else { panic!() };
		System::set_block_number(draw_at);
	});
	assert_eq!(message, "INV-JOBS-4: agenda item left behind");
}

#[test]
fn inv_5_sees_a_wrong_assignment() {
	let expected = "INV-JOBS-5: assignments differ from the jobs executed";
	let message = broken_by(|[_, assigned, _]| {
		Assignments::<Test>::remove(executor_of(assigned));
	});
	assert_eq!(message, expected);
	let message = broken_by(|[_, assigned, queued]| {
		Assignments::<Test>::insert(executor_of(assigned), bounded(&[assigned, queued]));
	});
	assert_eq!(message, expected);
	let message = broken_by(|_| Assignments::<Test>::insert(STRANGER, bounded(&[])));
	assert_eq!(message, expected);
}

#[test]
fn inv_6_sees_a_wrong_list_and_a_wrong_count() {
	let message = broken_by(|[_, assigned, _]| {
		OpenJobs::<Test>::insert(BOB, bounded(&[assigned]));
	});
	assert_eq!(message, "INV-JOBS-6: open jobs differ from those listed");
	let message = broken_by(|_| OpenJobCount::<Test>::put(4));
	assert_eq!(message, "INV-JOBS-6: open jobs are miscounted");
}

#[test]
fn inv_7_sees_an_id_from_the_future() {
	let message = broken_by(|[_, _, queued]| NextJobId::<Test>::put(queued));
	assert_eq!(message, "INV-JOBS-7: id not below the next id");
}

#[test]
fn inv_8_sees_a_wrong_list_of_workers_tried() {
	let message = broken_by(|[_, assigned, _]| {
		change(assigned, |record| record.tried.try_push(STRANGER).unwrap());
	});
	assert_eq!(message, "INV-JOBS-8: workers tried differ from the attempts");
	let message = broken_by(|[checked, ..]| {
		let executor = executor_of(checked);
		change(checked, |record| {
			record.attempt = 1;
			record.tried.try_push(executor).unwrap();
		});
	});
	assert_eq!(message, "INV-JOBS-8: a worker has the job again");
}

#[test]
fn inv_9_sees_a_state_that_does_not_fit_the_kind() {
	let expected = "INV-JOBS-9: state does not fit the kind";
	let message = broken_by(|[_, assigned, _]| {
		change(assigned, |record| {
			let JobState::Assigned { seed, .. } = &mut record.state else { panic!() };
			*seed = Some(BatchSeed { at: 1, value: Some(Default::default()) });
		});
	});
	assert_eq!(message, expected);
	let message = broken_by(|[checked, ..]| {
		change(checked, |record| {
			let JobState::Checking { seed, .. } = &mut record.state else { panic!() };
			seed.value = None;
		});
	});
	assert_eq!(message, expected);
}

#[test]
fn inv_10_sees_a_reservation_too_few_too_many_and_of_another_model() {
	let expected = "INV-JOBS-10: versions reserved differ from the open training jobs";
	assert_eq!(broken_by(|_| FakeModels::release_version(MODEL)), expected);
	assert_eq!(broken_by(|_| FakeModels::reserve_version(MODEL).unwrap()), expected);
	// No record of the market names this one.
	assert_eq!(broken_by(|_| FakeModels::reserve_version(OTHER_MODEL).unwrap()), expected);
	let message = broken_by(|[checked, ..]| {
		change(checked, |record| {
			let JobKind::Training(request) = &mut record.kind else { panic!() };
			request.model = OTHER_MODEL;
		});
	});
	assert_eq!(message, expected);
}

#[test]
fn inv_11_sees_parts_above_the_fee() {
	for (platform, contributors) in [(501, 300), (100, 701), (u128::MAX, 1)] {
		let message = broken_by(|[_, assigned, _]| {
			change(assigned, |record| {
				let JobKind::Inference(request) = &mut record.kind else { panic!() };
				request.platform = platform;
				request.contributors = contributors;
			});
		});
		assert_eq!(message, "INV-JOBS-11: parts of the price exceed the fee");
	}
}

/// As [`broken_by`], with the worker of three slots executing a probe that is checked.
fn probe_broken_by(corrupt: impl FnOnce(JobId)) -> &'static str {
	ExtBuilder::default().build().execute_with(|| {
		set_workers(&WORKERS[4..]);
		let (job, _) = probe_once();
		run(DELAY);
		Market::committed(job, 0).unwrap();
		check_state();
		corrupt(job);
		Market::do_try_state().unwrap_err().into()
	})
}

#[test]
fn inv_12_sees_a_job_of_the_prober_that_is_no_probe() {
	let expected = "INV-JOBS-12: the prober has a job that is no probe";
	assert_eq!(probe_broken_by(|job| change(job, |record| record.attempt = 1)), expected);
	let message = probe_broken_by(|job| {
		change(job, |record| record.deposit = 1);
		Balances::hold(&HoldReason::RecordDeposit.into(), &Market::probe_account(), 1).unwrap();
	});
	assert_eq!(message, expected);
	let message = probe_broken_by(|job| {
		FakeModels::release_version(MODEL);
		change(job, |record| record.kind = JobKind::Inference(inference_request()));
	});
	assert_eq!(message, expected);
	let message = probe_broken_by(|job| {
		Assignments::<Test>::remove(WORKERS[4]);
		let item = AgendaItem { job, attempt: 0, due: Due::Draw };
		Agenda::<Test>::try_append(500, item).unwrap();
		change(job, |record| record.state = JobState::Queued { draw_at: 500 });
	});
	assert_eq!(message, expected);
}

#[test]
fn inv_16_sees_chances_that_cannot_be() {
	let expected = "INV-JOBS-16: a job has other chances than it should";
	let release = |amount| {
		use frame_support::traits::tokens::Precision;
		let pot = Market::escrow_account();
		Balances::release(&HoldReason::Escrow.into(), &pot, amount, Precision::Exact).unwrap();
	};
	// None left, though it was not declined now.
	let message = broken_by(|[checked, ..]| {
		change(checked, |record| {
			record.chances = 0;
			record.escrow -= 2 * UNSERVED;
		});
		release(2 * UNSERVED);
	});
	assert_eq!(message, expected);
	// Declined at an attempt that never was.
	let message = broken_by(|[_, assigned, _]| change(assigned, |record| record.unserved = 1));
	assert_eq!(message, expected);
	// A chance for nothing.
	let message = broken_by(|[_, _, queued]| {
		change(queued, |record| {
			record.unserved_fee = 0;
			record.escrow -= 2 * LEAST_UNSERVED;
		});
		release(2 * LEAST_UNSERVED);
	});
	assert_eq!(message, expected);
	// Declined now, and not counted.
	let message = broken_by(|[_, assigned, _]| {
		decline(assigned).unwrap();
		change(assigned, |record| record.unserved = 0);
	});
	assert_eq!(message, expected);
	assert_eq!(probe_broken_by(|job| change(job, |record| record.chances = 1)), expected);
	assert_eq!(probe_broken_by(|job| change(job, |record| record.unserved_fee = 1)), expected);
}

#[test]
fn inv_13_sees_a_worker_that_is_probed_twice() {
	let message = probe_broken_by(|_| {
		let price = Market::training_price(FEE).unwrap();
		let price = crate::impls::Price { deposit: 0, ..price };
		let kind = JobKind::Training(training_request());
		let (job, record) = Market::admit(&Market::probe_account(), kind, 10, &price).unwrap();
		FakeModels::reserve_version(MODEL).unwrap();
		Market::assign(job, record, WORKERS[4], System::block_number()).unwrap();
	});
	assert_eq!(message, "INV-JOBS-13: a worker executes two probes");
}

#[test]
fn inv_14_sees_a_probe_that_cannot_be_asked_for() {
	let expected = "INV-JOBS-14: the probe cannot be asked for";
	assert_eq!(probe_broken_by(|_| Probe::<Test>::put(probe_terms(0))), expected);
	let message = probe_broken_by(|_| {
		let mut terms = probe_terms(1);
		terms.request.spec.steps = 0;
		Probe::<Test>::put(terms);
	});
	assert_eq!(message, expected);
}

#[test]
fn inv_15_sees_a_probe_without_a_beginning() {
	let expected = "INV-JOBS-15: the block since which there is a probe is wrong";
	assert_eq!(probe_broken_by(|_| Probe::<Test>::put(probe_terms(1))), expected);
	assert_eq!(probe_broken_by(|_| ProbedSince::<Test>::put(1)), expected);
	let message = probe_broken_by(|_| {
		set_probe(Some(probe_terms(1))).unwrap();
		ProbedSince::<Test>::mutate(|since| *since = since.map(|since| since + 1));
	});
	assert_eq!(message, expected);
}
