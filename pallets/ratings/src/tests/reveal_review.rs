//! Reviewers reveal.

use crate::{mock::*, Ballot, Error, Event, Vote};
use engram_primitives::units::ENGR;
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use sp_runtime::traits::BadOrigin;

#[test]
fn works_once_all_have_committed() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let bench = drawn(JOB, ENGR);
		for (count, who) in bench.iter().enumerate() {
			assert_ok!(commit(*who, JOB, count as u8));
			if count < 4 {
				assert_noop!(reveal(*who, JOB, count as u8), Error::<Test>::RevealTooEarly);
			}
		}
		assert_ok!(reveal(bench[3], JOB, 3));
		let ballot = Ballot::Score(3);
		assert_eq!(vote_of(bench[3], JOB), Some(Vote::Revealed(ballot)));
		assert_eq!(events().last(), Some(&Event::ReviewRevealed { who: bench[3], job: JOB, ballot }));
		assert_noop!(reveal(bench[3], JOB, 3), Error::<Test>::AlreadyRevealed);
	});
}

#[test]
fn works_once_the_time_to_commit_is_over() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let bench = drawn(JOB, ENGR);
		for who in &bench[..2] {
			assert_ok!(commit(*who, JOB, 7));
		}
		run_to(1 + DELAY + COMMIT_PERIOD);
		assert_noop!(reveal(bench[0], JOB, 7), Error::<Test>::RevealTooEarly);
		run_to(1 + DELAY + COMMIT_PERIOD + 1);
		assert_ok!(reveal(bench[0], JOB, 7));
		assert_noop!(reveal(bench[2], JOB, 7), Error::<Test>::NotCommitted);
		run_to(1 + DELAY + COMMIT_PERIOD + REVEAL_PERIOD + 1);
		assert_noop!(reveal(bench[1], JOB, 7), Error::<Test>::RevealTooLate);
		assert_ok!(close_review(JOB));
		assert_noop!(reveal(bench[1], JOB, 7), Error::<Test>::UnknownReview);
	});
}

#[test]
fn fails_when_it_is_not_what_was_committed() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let bench = drawn(JOB, ENGR);
		// The last one copies the commitment of the first.
		let seven = Ballot::Score(7);
		let copied = Ratings::commitment(JOB, &bench[0], seven, salt(bench[0]));
		for who in &bench[..4] {
			assert_ok!(commit(*who, JOB, 7));
		}
		assert_ok!(Ratings::commit_review(RuntimeOrigin::signed(bench[4]), JOB, copied));
		assert_noop!(reveal(bench[0], JOB, 8), Error::<Test>::WrongReveal);
		// Who sees that it disagrees cannot say any more that it could not have the material.
		assert_noop!(show(bench[0], JOB, Ballot::Unavailable), Error::<Test>::WrongReveal);
		let reveal_with = |who, salt| Ratings::reveal_review(RuntimeOrigin::signed(who), JOB, seven, salt);
		assert_noop!(reveal_with(bench[0], salt(bench[1])), Error::<Test>::WrongReveal);
		assert_noop!(reveal_with(bench[4], salt(bench[0])), Error::<Test>::WrongReveal);
		assert_noop!(reveal(bench[0], JOB, 11), Error::<Test>::ScoreOutOfRange);
		assert_ok!(reveal(bench[0], JOB, 7));
	});
}

#[test]
fn fails_when_a_stranger_reveals() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		assert_noop!(reveal(ALICE, JOB, 7), Error::<Test>::UnknownReview);
		answer(JOB, 0, ENGR);
		assert_ok!(share(PAYER, JOB));
		assert_noop!(reveal(ALICE, JOB, 7), Error::<Test>::NotDrawn);
		run_to(1 + DELAY);
		for who in bench(JOB) {
			assert_ok!(commit(who, JOB, 7));
		}
		for who in [PAYER, ALICE, NOBODY] {
			assert_noop!(reveal(who, JOB, 7), Error::<Test>::NotReviewer);
		}
		let ballot = Ballot::Score(7);
		assert_noop!(Ratings::reveal_review(RawOrigin::Root.into(), JOB, ballot, salt(1)), BadOrigin);
	});
}
