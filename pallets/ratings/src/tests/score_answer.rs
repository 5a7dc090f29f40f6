//! What payers say.

use crate::{mock::*, Budgets, Error, Event, FeedbackView};
use engram_math::rating::Feedback;
use engram_primitives::{
	economy::{PaidContributions, ServedAnswer},
	JobId, VersionId,
};
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use sp_runtime::traits::BadOrigin;

fn score(who: AccountId, job: JobId, score: u8) -> sp_runtime::DispatchResult {
	Ratings::score_answer(RuntimeOrigin::signed(who), job, score)
}

#[test]
fn works() {
	ExtBuilder::default().build_and_execute(|| {
		answer(JOB, 500, 500);
		assert_ok!(score(PAYER, JOB, 9));
		let new = Feedback { promoters: 1, passives: 0, detractors: 0 };
		assert_eq!(Ratings::feedback_of(VERSION), FeedbackView { scores: new, nps: 1_000_000 });
		assert_eq!(
			events().last(),
			Some(&Event::AnswerScored {
				payer: PAYER,
				job: JOB,
				version: VERSION,
				score: 9,
				old: Feedback::default(),
				new
			})
		);
		assert_eq!(Ratings::feedback_of(VersionId(6)), FeedbackView { scores: Feedback::default(), nps: 0 });
	});
}

#[test]
fn every_score_counts_once() {
	ExtBuilder::default().build_and_execute(|| {
		for value in 0..=10 {
			let job = JobId(value);
			answer(job, 500, 500);
			assert_ok!(score(PAYER, job, value as u8));
			assert_noop!(score(PAYER, job, value as u8), Error::<Test>::AlreadyScored);
		}
		let scores = Feedback { promoters: 2, passives: 2, detractors: 7 };
		// (2 - 7) / 11, rounded down.
		assert_eq!(Ratings::feedback_of(VERSION), FeedbackView { scores, nps: -454_546 });
	});
}

#[test]
fn the_answer_is_known_after_the_last_payment() {
	ExtBuilder::default().build_and_execute(|| {
		answer(JOB, 500, 500);
		pay(JOB, 0, PART);
		Answers::mutate(|all| all.remove(&JOB));
		let answer = ServedAnswer { payer: PAYER, version: VERSION };
		assert_eq!(Budgets::<Test>::get(JOB).unwrap().answer, answer);
		assert_noop!(score(ALICE, JOB, 9), Error::<Test>::NotPayer);
		assert_ok!(score(PAYER, JOB, 9));
		// Nothing more can come of it.
		assert_eq!(Budgets::<Test>::get(JOB), None);
		assert_noop!(score(PAYER, JOB, 9), Error::<Test>::UnknownBudget);
	});
}

#[test]
fn a_scored_budget_goes_with_the_last_payment() {
	ExtBuilder::default().build_and_execute(|| {
		answer(JOB, 500, 500);
		assert_ok!(score(PAYER, JOB, 0));
		pay(JOB, 0, PART / 2);
		assert_noop!(score(PAYER, JOB, 9), Error::<Test>::AlreadyScored);
		Ratings::contribution_paid(payment(JOB, 1, PART / 2));
		assert_eq!(Budgets::<Test>::get(JOB), None);
	});
}

#[test]
fn fails_when_the_score_is_out_of_range() {
	ExtBuilder::default().build_and_execute(|| {
		answer(JOB, 500, 500);
		for value in [11, u8::MAX] {
			assert_noop!(score(PAYER, JOB, value), Error::<Test>::ScoreOutOfRange);
		}
	});
}

#[test]
fn fails_when_somebody_else_scores() {
	ExtBuilder::default().build_and_execute(|| {
		answer(JOB, 500, 500);
		for who in [ALICE, BOB, CAROL] {
			assert_noop!(score(who, JOB, 10), Error::<Test>::NotPayer);
		}
	});
}

#[test]
fn fails_when_too_late() {
	ExtBuilder::default().build_and_execute(|| {
		answer(JOB, 500, 500);
		answer(JobId(1), 500, 500);
		run_to(1 + SCORE_WINDOW);
		assert_ok!(score(PAYER, JOB, 10));
		run_to(1 + SCORE_WINDOW + 1);
		assert_noop!(score(PAYER, JobId(1), 10), Error::<Test>::ScoreTooLate);
	});
}

#[test]
fn fails_when_the_answer_is_unknown_or_free() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(score(PAYER, JOB, 10), Error::<Test>::UnknownBudget);
		answer(JOB, 0, 0);
		assert_noop!(score(PAYER, JOB, 10), Error::<Test>::UnknownBudget);
		// Paid, but of a version without contributors.
		record(JobId(1), 500, 500);
		assert_noop!(score(PAYER, JobId(1), 10), Error::<Test>::UnknownBudget);
	});
}

#[test]
fn fails_when_unsigned() {
	ExtBuilder::default().build_and_execute(|| {
		answer(JOB, 500, 500);
		assert_noop!(Ratings::score_answer(RawOrigin::Root.into(), JOB, 10), BadOrigin);
	});
}
