//! What a payment for influence earns beside it.

use crate::{mock::*, Assets, Budgets, EpochRecord, Epochs, Event, Owed, Reserve, RewardRow, UnexpectedKind};
use engram_primitives::{
	economy::{PaidContribution, PaidContributions},
	units::{ENGR, MILLI},
	JobId,
};
use frame_support::assert_ok;

/// Enough not to matter.
const AMPLE: u128 = 1_000 * ENGR;

fn row(who: AccountId) -> Option<RewardRow> {
	Owed::<Test>::get(Epoch::get(), who)
}

#[test]
fn works() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rate(ALICE, DATA, ONE, 6 * ENGR));
		answer(JOB, AMPLE, AMPLE);
		pay(JOB, 0, PART / 4);
		// A quarter of 10, and a quarter of a tenth of the rating of 3.
		let reward = RewardRow { base: 2_500 * MILLI, rated: 75 * MILLI, reviewed: 0 };
		assert_eq!(row(BOB), Some(reward));
		assert_eq!(
			Epochs::<Test>::get(7),
			Some(EpochRecord { owed: 2_575 * MILLI, rows: 1, ..Default::default() })
		);
		let asset = Assets::<Test>::get(DATA).unwrap();
		assert_eq!((asset.caused, asset.credit), (75 * MILLI, 6 * ENGR - 75 * MILLI));
		assert_eq!(Budgets::<Test>::get(JOB).unwrap().unpaid, Some(PART * 3 / 4));
		assert_eq!(
			events().last(),
			Some(&Event::ContributionRewarded {
				owner: BOB,
				job: JOB,
				contribution: engram_primitives::ContributionId(0),
				epoch: 7,
				base: 2_500 * MILLI,
				rated: 75 * MILLI,
				epochs: Some(1),
			})
		);
		// Carol's contribution is not rated. The model's rating is none of hers.
		assert_ok!(rate(ALICE, MODEL, ONE, 6 * ENGR));
		pay(JOB, 1, PART / 2);
		assert_eq!(row(CAROL), Some(RewardRow { base: 5 * ENGR, rated: 0, reviewed: 0 }));
		// The same account's next reward is added.
		pay(JOB, 0, PART / 4);
		assert_eq!(row(BOB), Some(RewardRow { base: 5 * ENGR, rated: 150 * MILLI, reviewed: 0 }));
		assert_eq!(Budgets::<Test>::get(JOB).unwrap().unpaid, Some(0));
	});
}

#[test]
fn the_decayed_rating_counts() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rate(ALICE, DATA, ONE, 6 * ENGR));
		run_to(11);
		answer(JOB, AMPLE, AMPLE);
		pay(JOB, 0, PART);
		// 3 / e / 10.
		assert_eq!(row(BOB).unwrap().rated, 110_363_832_351);
	});
}

#[test]
fn the_jobs_budget_bounds_either_part() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rate(ALICE, DATA, ONE, 6 * ENGR));
		answer(JOB, 1_001, 101);
		pay(JOB, 0, PART / 4);
		assert_eq!(row(BOB), Some(RewardRow { base: 250, rated: 25, reviewed: 0 }));
		pay(JOB, 1, PART * 3 / 4);
		assert_eq!(row(CAROL), Some(RewardRow { base: 750, rated: 0, reviewed: 0 }));
	});
}

#[test]
fn the_credit_bounds_what_ratings_cause() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rate(ALICE, DATA, ONE, 6 * ENGR));
		let mut rewards = engram_math::rating::RewardRates { feedback: u32::MAX, ..POLICY.rewards };
		assert_ok!(Ratings::set_rewards(RuntimeOrigin::root(), rewards));
		answer(JOB, 0, AMPLE);
		pay(JOB, 0, PART / 2);
		assert_eq!(row(BOB), Some(RewardRow { base: 0, rated: 6 * ENGR, reviewed: 0 }));
		let asset = Assets::<Test>::get(DATA).unwrap();
		assert_eq!((asset.credit, asset.caused, asset.rating), (0, 6 * ENGR, 3 * ENGR));
		// It is used up, although the rating is as high as before.
		pay(JOB, 0, PART / 2);
		assert_eq!(row(BOB), Some(RewardRow { base: 0, rated: 6 * ENGR, reviewed: 0 }));
		rewards.feedback = 0;
		assert_ok!(Ratings::set_rewards(RuntimeOrigin::root(), rewards));
	});
}

#[test]
fn what_the_rating_no_longer_stands_for_lapses() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rate(ALICE, DATA, ONE, 6 * ENGR));
		run_to(11);
		let left = 2 * Ratings::rating_of(DATA);
		assert_eq!(left, 2_207_276_647_028);
		answer(JOB, AMPLE, AMPLE);
		pay(JOB, 0, PART / 2);
		let asset = Assets::<Test>::get(DATA).unwrap();
		assert_eq!((asset.credit, asset.caused), (left - 55_181_916_175, 55_181_916_175));
		assert_eq!(asset.lapsed, 6 * ENGR - left);
		// The rating itself stays as it was stored.
		assert_eq!((asset.rating, asset.updated_at), (3 * ENGR, 1));
		// It lapses by a payment that earns nothing, too.
		run_to(2_000);
		pay(JOB, 0, PART / 2);
		let asset = Assets::<Test>::get(DATA).unwrap();
		assert_eq!((asset.credit, asset.caused), (0, 55_181_916_175));
	});
}

#[test]
fn rating_oneself_never_profits() {
	ExtBuilder::default().build_and_execute(|| {
		// Bob owns the data and rates it, at the best rates governance can give.
		let rewards = engram_math::rating::RewardRates { base: 0, feedback: u32::MAX };
		assert_ok!(Ratings::set_rewards(RuntimeOrigin::root(), rewards));
		for round in 0..20u64 {
			assert_ok!(rate(BOB, DATA, ONE, ENGR + u128::from(round)));
			answer(JobId(round), AMPLE, AMPLE);
			pay(JobId(round), 0, PART);
			let epoch = Epoch::get();
			close(AMPLE);
			assert_ok!(claim(epoch, BOB));
			assert!(balance(BOB) <= RICHES);
		}
		// All he can do is to break even, while others pay for the answers.
		assert_eq!(balance(BOB), RICHES);
	});
}

#[test]
fn without_a_budget_there_is_no_reward() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rate(ALICE, DATA, ONE, 6 * ENGR));
		pay(JOB, 0, PART);
		// Nothing of the fee was kept.
		answer(JOB, 0, 0);
		assert_eq!(Budgets::<Test>::get(JOB), None);
		pay(JOB, 0, PART);
		assert_eq!((row(BOB), Epochs::<Test>::get(7)), (None, None));
		assert_eq!(Assets::<Test>::get(DATA).unwrap().caused, 0);
		assert!(matches!(events().last(), Some(Event::ContributionRewarded { base: 0, rated: 0, .. })));
	});
}

#[test]
fn whoever_owes_contributors_nothing_gets_no_budget() {
	ExtBuilder::default().build_and_execute(|| {
		// Nobody would ever be paid, so nobody but an expiry would ever end it.
		record(JOB, AMPLE, AMPLE);
		assert_eq!((Budgets::<Test>::get(JOB), events()), (None, vec![]));
		answer(JOB, AMPLE, AMPLE);
		assert!(Budgets::<Test>::contains_key(JOB));
	});
}

#[test]
fn a_budget_is_recorded_once() {
	ExtBuilder::default().build_and_execute(|| {
		answer(JOB, 5, 6);
		assert_eq!(
			events().last(),
			Some(&Event::BudgetRecorded {
				job: JOB,
				kept: 11,
				contributors: 5,
				ratings: 6,
				reserve: Reserve::default()
			})
		);
		record(JOB, 500, 600);
		assert_eq!(Budgets::<Test>::get(JOB).unwrap().contributors, 5);
		assert_eq!(events().last(), Some(&Event::Unexpected { kind: UnexpectedKind::BudgetTwice }));
	});
}

#[test]
fn more_than_the_total_earns_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rate(ALICE, DATA, ONE, 6 * ENGR));
		answer(JOB, AMPLE, AMPLE);
		pay(JOB, 0, PART);
		let (before, asset) = (row(BOB), Assets::<Test>::get(DATA));
		let lost = Event::Unexpected { kind: UnexpectedKind::RewardLost };
		// Claimed twice, above the total, and of a total of nothing: attribution reports none of these.
		pay(JOB, 0, 1);
		assert_eq!(events().last(), Some(&lost));
		answer(JobId(1), AMPLE, AMPLE);
		for (amount, total) in [(PART + 1, PART), (1, 0), (0, 0)] {
			let paid = PaidContribution { total, ..payment(JobId(1), 0, amount) };
			Ratings::contribution_paid(paid);
			assert_eq!(events().last(), Some(&lost));
		}
		assert_eq!((row(BOB), Assets::<Test>::get(DATA)), (before, asset));
		assert_eq!(Budgets::<Test>::get(JobId(1)).unwrap().unpaid, None);
	});
}
