use crate::{mock::*, *};
use engram_primitives::JobId;
use frame_support::{assert_noop, assert_ok};

#[test]
fn works() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		events();
		assert_ok!(Market::cancel(RuntimeOrigin::signed(ALICE), job));
		assert_eq!((escrow_of(ALICE), deposit_of(ALICE)), (0, DEPOSIT));
		assert_eq!(record(job).state, JobState::Cancelled { at: 1 });
		assert_eq!(events(), [Event::JobCancelled { requester: ALICE, job, refunded: ESCROW }]);
		assert_eq!(Agenda::<Test>::iter().count(), 0);
		assert_eq!(OpenJobs::<Test>::iter().count(), 0);
		assert_eq!(OpenJobCount::<Test>::get(), 0);
	});
}

#[test]
fn works_while_the_first_draw_is_postponed() {
	ExtBuilder::default().without_workers().build_and_execute(|| {
		let job = train();
		run(DELAY);
		assert_eq!(record(job).redraws, 1);
		assert_ok!(Market::cancel(RuntimeOrigin::signed(ALICE), job));
		run(10);
	});
}

#[test]
fn fails_when_unknown_foreign_assigned_or_closed() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		let cancel = |who, job| Market::cancel(RuntimeOrigin::signed(who), job);
		assert_noop!(cancel(ALICE, JobId(1)), Error::<Test>::UnknownJob);
		assert_noop!(cancel(BOB, job), Error::<Test>::NotRequester);
		assign(job);
		assert_noop!(cancel(ALICE, job), Error::<Test>::NotCancellable);
		let other = train();
		assert_ok!(cancel(ALICE, other));
		assert_noop!(cancel(ALICE, other), Error::<Test>::NotCancellable);
	});
}

#[test]
fn fails_when_queued_again() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		let worker = assign(job);
		assert_ok!(give_back(worker, job, 0));
		assert!(matches!(record(job).state, JobState::Queued { .. }));
		assert_noop!(Market::cancel(RuntimeOrigin::signed(BOB), job), Error::<Test>::NotCancellable);
	});
}
