//! Negative controls: one corrupted item for each thing `try_state` checks.

use crate::{mock::*, *};
use engram_primitives::{units::ENGR, ContributionId, JobId};
use frame_support::{
	assert_ok,
	traits::{
		fungible::{Mutate, MutateHold},
		tokens::{Fortitude, Precision, Preservation},
	},
};
use sp_runtime::TryRuntimeError;

/// Bob and Carol earned for a closed epoch and for the running one, and Bob claimed; Alice rated; a job has a budget.
/// Corrupts one item and expects one message.
fn broken(corrupt: impl FnOnce(), message: &'static str) {
	ExtBuilder::default().build().execute_with(|| {
		assert_ok!(rate(ALICE, DATA, ONE, 6 * ENGR));
		assert_ok!(rate(ALICE, MODEL, ONE, ENGR));
		for job in [JOB, JobId(1)] {
			answer(job, 5 * ENGR, 5 * ENGR);
			pay(job, 0, PART / 2);
			pay(job, 1, PART / 2);
			if job == JOB {
				close(4 * ENGR);
				assert_ok!(claim(7, BOB));
			}
		}
		check();
		corrupt();
		assert_eq!(Ratings::do_try_state(), Err(TryRuntimeError::Other(message)));
	});
}

fn epoch(epoch: u32, change: impl FnOnce(&mut EpochRecord)) {
	Epochs::<Test>::mutate(epoch, |record| change(record.as_mut().unwrap()));
}

fn asset(change: impl FnOnce(&mut AssetRecordOf<Test>)) {
	Assets::<Test>::mutate(DATA, |record| change(record.as_mut().unwrap()));
}

fn rater(change: impl FnOnce(&mut RaterRecord)) {
	Raters::<Test>::mutate(DATA, ALICE, |record| change(record.as_mut().unwrap()));
}

fn budget(change: impl FnOnce(&mut BudgetOf<Test>)) {
	Budgets::<Test>::mutate(JOB, |record| change(record.as_mut().unwrap()));
}

fn standing(change: impl FnOnce(&mut StandingOf<Test>)) {
	Standings::<Test>::mutate(BOB, change);
}

#[test]
fn inv_ratings_1_notices_money_that_is_not_there() {
	let message = "INV-RATINGS-1: the pool does not hold what it owes";
	let lose = || {
		Balances::burn_from(
			&Ratings::pool(),
			1,
			Preservation::Expendable,
			Precision::Exact,
			Fortitude::Force,
		)
		.unwrap();
	};
	broken(lose, message);
	// Balances are a provider of their own: without both the account is nobody's.
	broken(
		|| frame_system::Account::<Test>::mutate(Ratings::pool(), |account| account.providers = 0),
		message,
	);
}

#[test]
#[should_panic(expected = "assertion `left == right` failed")]
fn tests_notice_money_that_nobody_is_owed() {
	ExtBuilder::default().build().execute_with(|| {
		Balances::mint_into(&Ratings::pool(), 1).unwrap();
		check();
	});
}

#[test]
fn inv_ratings_2_notices_rows_that_do_not_sum() {
	let message = "INV-RATINGS-2: the rows of an epoch are not what it owes";
	broken(|| epoch(8, |record| record.owed += 1), message);
	broken(|| epoch(7, |record| record.settled -= 1), message);
	broken(|| epoch(8, |record| record.rows += 1), message);
	broken(|| Owed::<Test>::remove(8, BOB), message);
	broken(|| Owed::<Test>::insert(8, ALICE, RewardRow { base: 1, rated: 0 }), message);
	let message = "INV-RATINGS-2: a reward belongs to no epoch";
	broken(|| Owed::<Test>::insert(3, ALICE, RewardRow { base: 1, rated: 0 }), message);
	broken(|| Epochs::<Test>::remove(7), message);
	let message = "INV-RATINGS-2: a reward is nothing, or too much to be summed";
	broken(|| Owed::<Test>::insert(8, ALICE, RewardRow::default()), message);
	broken(|| Owed::<Test>::insert(8, ALICE, RewardRow { base: u128::MAX, rated: 1 }), message);
	broken(|| Owed::<Test>::insert(8, ALICE, RewardRow { base: u128::MAX, rated: 0 }), message);
}

#[test]
fn inv_ratings_3_notices_a_state_that_does_not_suit() {
	let message = "INV-RATINGS-3: the state of an epoch does not suit it";
	broken(|| Epoch::set(9), message);
	broken(|| Epoch::set(7), message);
	for state in [
		EpochState::Running,
		EpochState::Closed { taken: 1, paid: 2 },
		EpochState::Closed { taken: 100 * ENGR, paid: 0 },
	] {
		broken(|| epoch(7, |record| record.state = state), message);
	}
	broken(|| epoch(8, |record| record.state = EpochState::Expired), message);
	broken(|| Epochs::<Test>::insert(8 - 2, EpochRecord::default()), message);
	let emptied = EpochRecord { state: EpochState::Expired, ..Default::default() };
	broken(|| Epochs::<Test>::insert(6, emptied), message);
}

#[test]
fn inv_ratings_4_notices_rewards_beyond_the_burns() {
	let message = "INV-RATINGS-4: credit and what is caused are not what was burned";
	broken(|| asset(|record| record.credit += 1), message);
	broken(|| asset(|record| record.caused += 1), message);
	broken(|| asset(|record| record.burned -= 1), message);
	broken(|| asset(|record| record.credit = u128::MAX), message);
}

#[test]
fn inv_ratings_5_notices_ratings_from_nowhere() {
	let message = "INV-RATINGS-5: a rating is above its burns or from the future";
	broken(|| asset(|record| record.rating = record.burned + 1), message);
	broken(|| asset(|record| record.updated_at = 2), message);
}

#[test]
fn inv_ratings_6_notices_deposits_that_are_not_held() {
	let message = "INV-RATINGS-6: what is on hold is not the sum of the deposits";
	let reason = HoldReason::Rating.into();
	broken(|| rater(|record| record.deposit += 1), message);
	broken(|| assert_eq!(Balances::release(&reason, &ALICE, 1, Precision::Exact), Ok(1)), message);
	broken(|| Balances::hold(&reason, &BOB, 1).unwrap(), message);
	broken(|| Raters::<Test>::remove(DATA, ALICE), message);
	let record = RaterRecord { epoch: 7, ratings: 1, deposit: 1 };
	broken(|| Raters::<Test>::insert(DATA, NOBODY, record), message);
	let message = "INV-RATINGS-6: the sum of deposits overflows";
	broken(|| rater(|record| record.deposit = u128::MAX), message);
}

#[test]
fn inv_ratings_7_notices_records_of_nothing() {
	let message = "INV-RATINGS-7: a record counts ratings that nobody gave";
	broken(|| rater(|record| record.ratings = 0), message);
	broken(|| rater(|record| record.epoch = 9), message);
	broken(|| Assets::<Test>::remove(MODEL), message);
}

#[test]
fn inv_ratings_8_notices_budgets_without_use() {
	let message = "INV-RATINGS-8: a budget is spent, empty or kept too briefly";
	broken(|| budget(|budget| budget.scored = true), message);
	broken(|| budget(|budget| (budget.contributors, budget.ratings) = (0, 0)), message);
	broken(|| budget(|budget| budget.kept_until = budget.score_until - 1), message);
}

#[test]
fn inv_ratings_9_notices_a_wrong_policy() {
	let message = "INV-RATINGS-9: the policy is out of its domain";
	broken(|| CurrentPolicy::<Test>::mutate(|policy| policy.prices.first = 0), message);
	broken(|| CurrentPolicy::<Test>::mutate(|policy| policy.dynamics.efficiency = 1_000_001), message);
	broken(|| CurrentPolicy::<Test>::mutate(|policy| policy.least_payment = 0), message);
}

#[test]
fn inv_ratings_10_notices_a_wrong_standing() {
	let message = "INV-RATINGS-10: a standing counts twice, or what was never paid";
	let again = PaidEpochs { contribution: ContributionId(0), epochs: 1, last: 8 };
	let other = PaidEpochs { contribution: ContributionId(9), ..again };
	broken(|| standing(|all| all.try_push(again).unwrap()), message);
	for wrong in [
		PaidEpochs { epochs: 0, ..other },
		PaidEpochs { epochs: 10, ..other },
		PaidEpochs { last: 9, ..other },
	] {
		broken(|| standing(|all| all.try_push(wrong).unwrap()), message);
	}
	broken(|| standing(|all| all.clear()), message);
}
