use crate::{mock::*, *};
use codec::Encode;
use engram_primitives::{
	traits::*,
	work::{FailureReason, WorkId, WorkKind},
	JobId,
};
use frame_support::{assert_noop, assert_ok, traits::Authorize};
use sp_runtime::transaction_validity::{
	InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction,
};

fn authorize(call: &Call<Test>) -> Result<ValidTransaction, InvalidTransaction> {
	match call.authorize(TransactionSource::External).unwrap() {
		Ok((valid, _)) => Ok(valid),
		Err(TransactionValidityError::Invalid(reason)) => Err(reason),
		Err(other) => panic!("{other:?}"),
	}
}

fn call(worker: AccountId, job: JobId, attempt: u32) -> Call<Test> {
	let content = FailureReason::InputUnavailable;
	let signature = sign(worker, job, attempt, &content);
	Call::give_back { worker, job, attempt, content, signature }
}

#[test]
fn works() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		let first = assign(job);
		events();
		assert_ok!(give_back(first, job, 0));
		let draw_at = System::block_number() + DELAY;
		assert_eq!(
			events(),
			[
				Event::JobGivenBack { worker: first, job, attempt: 0, reason: FailureReason::Device },
				Event::JobRequeued { job, attempt: 1, draw_at },
			]
		);
		assert_eq!((worker(first).used, worker(first).reputation), (0, 90));
		assert_eq!(Forgotten::get(), [job]);
		assert_eq!(record(job).tried.into_inner(), [first]);
		assert_eq!(escrow_of(ALICE), ESCROW);
		assert!(Assignments::<Test>::get(first).is_empty());
		// Somebody else has it next, and the old deadline is nobody's.
		assert_ne!(assign(job), first);
		assert_eq!(Agenda::<Test>::iter().flat_map(|(_, items)| items).count(), 1);
	});
}

#[test]
fn the_last_attempt_given_back_fails_the_job_and_refunds_it() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		for attempt in 0..3 {
			let worker = assign(job);
			events();
			assert_ok!(give_back(worker, job, attempt));
		}
		let reason = JobFailure::AttemptsExhausted;
		assert_eq!(last_event(), Event::JobFailed { job, reason, refunded: ANSWERS_ESCROW });
		assert_eq!(record(job).state, JobState::Failed { at: System::block_number(), reason });
		assert_eq!(record(job).tried.len(), 3);
		assert_eq!((free(BOB), escrow_of(BOB)), (START - DEPOSIT, 0));
		// Inference is nothing to the training checks.
		assert!(Forgotten::get().is_empty());
		run(30);
	});
}

#[test]
fn fails_when_not_the_executor_at_this_attempt() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		assert_noop!(give_back(WORKERS[0], job, 0), Error::<Test>::NotAssigned);
		assert_noop!(give_back(WORKERS[0], JobId(3), 0), Error::<Test>::UnknownJob);
		let executor = assign(job);
		let other = WORKERS.into_iter().find(|w| *w != executor).unwrap();
		assert_noop!(give_back(other, job, 0), Error::<Test>::NotAssigned);
		assert_noop!(give_back(executor, job, 1), Error::<Test>::WrongAttempt);
		commit(job);
		assert_noop!(give_back(executor, job, 0), Error::<Test>::NotAssigned);
	});
}

#[test]
fn fails_when_not_authorized() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		let worker = assign(job);
		let content = FailureReason::Internal;
		let signature = sign(worker, job, 0, &content);
		for origin in [RuntimeOrigin::signed(worker), RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(
				Market::give_back(origin, worker, job, 0, content, signature.clone()),
				sp_runtime::DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn a_right_report_is_authorized() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		let worker = assign(job);
		let valid = authorize(&call(worker, job, 0)).unwrap();
		let id = WorkId { job, attempt: 0, round: 0, kind: WorkKind::Fail };
		assert_eq!(valid.provides, [(b"engram", worker, id).encode()]);
		assert!(valid.requires.is_empty());
		assert!(valid.propagate);
		assert_eq!(valid.longevity, 64);
		assert!(valid.priority > u64::MAX / 2);
	});
}

#[test]
fn wrong_reports_are_refused_with_the_reason() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		// Not known, not drawn yet.
		assert_eq!(authorize(&call(WORKERS[0], JobId(9), 0)), Err(InvalidTransaction::Future));
		assert_eq!(authorize(&call(WORKERS[0], job, 0)), Err(InvalidTransaction::Future));
		let worker = assign(job);
		let other = WORKERS.into_iter().find(|w| *w != worker).unwrap();
		assert_eq!(authorize(&call(worker, job, 1)), Err(InvalidTransaction::Future));
		assert_eq!(authorize(&call(other, job, 0)), Err(InvalidTransaction::Call));

		// The signature is over worker, job, attempt and content.
		let content = FailureReason::Device;
		for signature in [
			sign(other, job, 0, &content),
			sign(worker, JobId(1), 0, &content),
			sign(worker, job, 1, &content),
			sign(worker, job, 0, &FailureReason::Internal),
		] {
			let forged = Call::give_back { worker, job, attempt: 0, content, signature };
			assert_eq!(authorize(&forged), Err(InvalidTransaction::BadProof));
		}

		// Once it is given back, the same report is stale.
		assert_ok!(give_back(worker, job, 0));
		assert_eq!(authorize(&call(worker, job, 0)), Err(InvalidTransaction::Stale));
		let next = assign(job);
		assert_ok!(Market::served(job, 1, &[], 0));
		assert_eq!(authorize(&call(next, job, 1)), Err(InvalidTransaction::Stale));
		assert_ok!(Market::remove(RuntimeOrigin::signed(BOB), job));
		assert_eq!(authorize(&call(next, job, 1)), Err(InvalidTransaction::Stale));
	});
}

#[test]
fn a_report_of_another_chain_is_refused() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		let worker = assign(job);
		let report = call(worker, job, 0);
		frame_system::BlockHash::<Test>::insert(0, sp_core::H256::repeat_byte(1));
		assert_eq!(authorize(&report), Err(InvalidTransaction::BadProof));
	});
}
