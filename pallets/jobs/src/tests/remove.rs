use crate::{mock::*, *};
use engram_primitives::{traits::*, Cid, JobId};
use frame_support::{assert_noop, assert_ok};

fn remove(who: AccountId, job: JobId) -> sp_runtime::DispatchResult {
	Market::remove(RuntimeOrigin::signed(who), job)
}

#[test]
fn the_requester_removes_at_once() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		assert_ok!(Market::cancel(RuntimeOrigin::signed(ALICE), job));
		events();
		assert_ok!(remove(ALICE, job));
		assert_eq!(free(ALICE), START);
		assert_eq!(Jobs::<Test>::iter().count(), 0);
		assert_eq!(events(), [Event::JobRemoved { requester: ALICE, job, deposit: DEPOSIT }]);
		// Its id is never given again.
		assert_eq!(train(), JobId(1));
	});
}

#[test]
fn anybody_removes_after_the_retention_period() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		assert_ok!(Market::cancel(RuntimeOrigin::signed(BOB), job));
		run_to(RETENTION);
		assert_noop!(remove(STRANGER, job), Error::<Test>::RetentionNotOver);
		run_to(1 + RETENTION);
		assert_ok!(remove(STRANGER, job));
		assert_eq!((free(BOB), free(STRANGER)), (START, START));
	});
}

#[test]
fn the_record_of_a_version_stays_until_its_requester_removes_it() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		commit(job);
		let weights = Cid::of_raw(b"w");
		assert_ok!(Market::found(job, 0, Finding::Verified { weights, correct: 1, paid: vec![] }));
		run(10 * RETENTION);
		assert_noop!(remove(STRANGER, job), Error::<Test>::NamesVersion);
		assert_ok!(remove(ALICE, job));
	});
}

#[test]
fn fails_when_unknown_or_open() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		assert_noop!(remove(ALICE, JobId(5)), Error::<Test>::UnknownJob);
		assert_noop!(remove(ALICE, job), Error::<Test>::StillOpen);
		assign(job);
		assert_noop!(remove(ALICE, job), Error::<Test>::StillOpen);
		commit(job);
		assert_noop!(remove(ALICE, job), Error::<Test>::StillOpen);
	});
}
