//! Reviewers commit.

use crate::{mock::*, Ballot, Error, Event, Vote};
use engram_primitives::{units::ENGR, JobId};
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use sp_runtime::traits::{BadOrigin, BlakeTwo256, Hash};

#[test]
fn works() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let who = drawn(JOB, ENGR)[0];
		assert_ok!(commit(who, JOB, 7));
		let genesis = System::block_hash(0);
		let encoding = (*b"engram/review", genesis, JOB, who, 0u8, 7u8, salt(who));
		assert_eq!(vote_of(who, JOB), Some(Vote::Committed(BlakeTwo256::hash_of(&encoding))));
		assert_eq!(events().last(), Some(&Event::ReviewCommitted { who, job: JOB }));
		let missing = (*b"engram/review", genesis, JOB, who, 1u8, salt(who));
		let commitment = Ratings::commitment(JOB, &who, Ballot::Unavailable, salt(who));
		assert_eq!(commitment, BlakeTwo256::hash_of(&missing));
	});
}

#[test]
fn a_commitment_is_bound_to_everything() {
	ExtBuilder::reviewing().build_and_execute(|| {
		let [seven, eight] = [Ballot::Score(7), Ballot::Score(8)];
		let plain = Ratings::commitment(JOB, &ALICE, seven, salt(ALICE));
		assert_ne!(plain, Ratings::commitment(JobId(1), &ALICE, seven, salt(ALICE)));
		assert_ne!(plain, Ratings::commitment(JOB, &BOB, seven, salt(ALICE)));
		assert_ne!(plain, Ratings::commitment(JOB, &ALICE, eight, salt(ALICE)));
		assert_ne!(plain, Ratings::commitment(JOB, &ALICE, seven, salt(BOB)));
		frame_system::BlockHash::<Test>::insert(0, crate::Digest::repeat_byte(1));
		assert_ne!(plain, Ratings::commitment(JOB, &ALICE, seven, salt(ALICE)));
	});
}

#[test]
fn fails_when_committed_before() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let bench = drawn(JOB, ENGR);
		assert_ok!(commit(bench[0], JOB, 7));
		assert_noop!(commit(bench[0], JOB, 8), Error::<Test>::AlreadyCommitted);
		for who in &bench[1..] {
			assert_ok!(commit(*who, JOB, 7));
		}
		assert_ok!(reveal(bench[0], JOB, 7));
		assert_noop!(commit(bench[0], JOB, 8), Error::<Test>::AlreadyCommitted);
	});
}

#[test]
fn fails_when_a_stranger_commits() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let bench = drawn(JOB, ENGR);
		let idle = REVIEWERS.into_iter().find(|who| !bench.contains(who)).unwrap();
		for who in [idle, PAYER, ALICE, NOBODY] {
			assert_noop!(commit(who, JOB, 7), Error::<Test>::NotReviewer);
		}
		assert_noop!(Ratings::commit_review(RawOrigin::Root.into(), JOB, salt(1)), BadOrigin);
	});
}

#[test]
fn fails_when_too_early_or_too_late() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		assert_noop!(commit(20, JOB, 7), Error::<Test>::UnknownReview);
		answer(JOB, 0, ENGR);
		assert_ok!(share(PAYER, JOB));
		assert_noop!(commit(20, JOB, 7), Error::<Test>::NotDrawn);
		run_to(1 + DELAY);
		let bench = bench(JOB);
		run_to(1 + DELAY + COMMIT_PERIOD);
		assert_ok!(commit(bench[0], JOB, 7));
		run_to(1 + DELAY + COMMIT_PERIOD + 1);
		assert_noop!(commit(bench[1], JOB, 7), Error::<Test>::CommitTooLate);
		assert_ok!(reveal(bench[0], JOB, 7));
		assert_ok!(close_review(JOB));
		assert_noop!(commit(bench[1], JOB, 7), Error::<Test>::UnknownReview);
	});
}
