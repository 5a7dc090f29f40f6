//! Payers share what they bought.

use crate::{mock::*, Budgets, Error, Event, Reserve, Review, ReviewPolicy, Reviews, Stage};
use engram_primitives::{
	units::{ENGR, MILLI},
	Cid, JobId,
};
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use sp_runtime::traits::BadOrigin;

#[test]
fn works() {
	ExtBuilder::reviewing().build_and_execute(|| {
		answer(JOB, 500, ENGR);
		let reserve = Reserve { reviewers: 300 * MILLI, owners: 100 * MILLI };
		assert_eq!(
			events(),
			[Event::BudgetRecorded {
				job: JOB,
				kept: ENGR + 500,
				contributors: 500,
				ratings: 600 * MILLI,
				reserve
			}]
		);
		run_to(3);
		assert_ok!(share(PAYER, JOB));
		let stage = Stage::Shared { draw_at: 3 + DELAY };
		let review =
			Review { payer: PAYER, version: VERSION, material: material(), reserve, shared_at: 3, stage };
		assert_eq!(Ratings::review_of(JOB), Some(review));
		assert!(Budgets::<Test>::get(JOB).unwrap().shared);
		assert_eq!(
			events().last(),
			Some(&Event::AnswerShared {
				payer: PAYER,
				job: JOB,
				version: VERSION,
				material: material(),
				draw_at: 3 + DELAY
			})
		);
	});
}

#[test]
fn the_reserve_is_what_ratings_cannot_cause() {
	ExtBuilder::reviewing().build_and_execute(|| {
		// Parts are rounded down and what is left is for ratings: nothing is lost.
		for ratings in [0, 1, 9, 10, 11, ENGR + 7, u128::MAX] {
			let (reserve, rest) = REVIEWS.set_aside(ratings).unwrap();
			assert_eq!(reserve.reviewers + reserve.owners + rest, ratings);
			assert_eq!(reserve.owners, ratings / 10);
		}
		assert_ok!(rate(ALICE, DATA, ONE, 100_000 * ENGR));
		answer(JOB, 0, ENGR);
		pay(JOB, 0, PART);
		// However high the rating, the reserve is not touched.
		let row = crate::Owed::<Test>::get(7, BOB).unwrap();
		assert_eq!((row.rated, row.reviewed), (600 * MILLI, 0));
	});
}

#[test]
fn the_answer_is_known_after_the_last_payment() {
	ExtBuilder::reviewing().build_and_execute(|| {
		answer(JOB, 500, ENGR);
		pay(JOB, 0, PART);
		Answers::mutate(|all| all.remove(&JOB));
		assert_ok!(share(PAYER, JOB));
	});
}

#[test]
fn fails_when_shared_before() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		drawn(JOB, ENGR);
		assert_noop!(share(PAYER, JOB), Error::<Test>::AlreadyShared);
		reviewed(JOB, [7; 5]);
		assert_ok!(close_review(JOB));
		assert_noop!(share(PAYER, JOB), Error::<Test>::AlreadyShared);
		// Nor after it was dropped.
		assert_ok!(Ratings::set_review_policy(
			RuntimeOrigin::root(),
			ReviewPolicy { sampling: 0, ..REVIEWS }
		));
		assert!(drawn(JobId(1), ENGR).is_empty());
		assert_noop!(share(PAYER, JobId(1)), Error::<Test>::AlreadyShared);
	});
}

#[test]
fn fails_when_somebody_else_shares() {
	ExtBuilder::reviewing().build_and_execute(|| {
		answer(JOB, 500, ENGR);
		for who in [ALICE, BOB, CAROL, NOBODY] {
			assert_noop!(share(who, JOB), Error::<Test>::NotPayer);
		}
	});
}

#[test]
fn fails_when_too_late() {
	ExtBuilder::reviewing().build_and_execute(|| {
		answer(JOB, 500, ENGR);
		answer(JobId(1), 500, ENGR);
		run_to(1 + SCORE_WINDOW);
		assert_ok!(share(PAYER, JOB));
		run_to(1 + SCORE_WINDOW + 1);
		assert_noop!(share(PAYER, JobId(1)), Error::<Test>::ScoreTooLate);
	});
}

#[test]
fn fails_when_little_or_nothing_was_kept() {
	ExtBuilder::reviewing().build_and_execute(|| {
		assert_noop!(share(PAYER, JOB), Error::<Test>::UnknownBudget);
		answer(JOB, 0, 0);
		assert_noop!(share(PAYER, JOB), Error::<Test>::UnknownBudget);
		answer(JOB, ENGR, 0);
		assert_noop!(share(PAYER, JOB), Error::<Test>::BonusTooSmall);
		// Three tenths of it are one short of the least.
		answer(JobId(1), 0, 10 * MILLI / 3);
		assert_noop!(share(PAYER, JobId(1)), Error::<Test>::BonusTooSmall);
		answer(JobId(2), 0, 10 * MILLI / 3 + 1);
		assert_ok!(share(PAYER, JobId(2)));
		assert_eq!(Reviews::<Test>::get(JobId(2)).unwrap().reserve.reviewers, MILLI);
	});
}

#[test]
fn fails_when_the_answer_is_unknown() {
	ExtBuilder::reviewing().build_and_execute(|| {
		// Paid, but of a version without contributors.
		record(JOB, 500, ENGR);
		assert_noop!(share(PAYER, JOB), Error::<Test>::UnknownBudget);
		// All of the budget is used up.
		answer(JobId(1), 500, ENGR);
		pay(JobId(1), 0, PART);
		assert_ok!(Ratings::score_answer(RuntimeOrigin::signed(PAYER), JobId(1), 9));
		assert_noop!(share(PAYER, JobId(1)), Error::<Test>::UnknownBudget);
	});
}

#[test]
fn fails_when_the_material_has_no_address() {
	ExtBuilder::reviewing().build_and_execute(|| {
		answer(JOB, 500, ENGR);
		let shared = Ratings::share_answer(RuntimeOrigin::signed(PAYER), JOB, Cid([0; 36]));
		assert_noop!(shared, Error::<Test>::InvalidMaterial);
		assert_noop!(Ratings::share_answer(RawOrigin::Root.into(), JOB, material()), BadOrigin);
	});
}
