//! Negative controls: one corrupted item for each thing `try_state` checks.

use crate::{mock::*, *};
use engram_primitives::{units::ENGR, ContributionId, JobId};
use frame_support::{
	assert_ok,
	traits::{
		fungible::{Mutate, MutateHold},
		tokens::Precision,
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
	let reason = || HoldReason::Rewards.into();
	let lose = || {
		Balances::release(&reason(), &Ratings::pool(), 1, Precision::Exact).unwrap();
	};
	broken(lose, message);
	broken(|| Balances::hold(&reason(), &Ratings::pool(), 1).unwrap(), message);
	broken(
		|| Balances::hold(&reason(), &ALICE, 1).unwrap(),
		"INV-RATINGS-1: another account has rewards on hold",
	);
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
	broken(|| Owed::<Test>::insert(8, ALICE, RewardRow { base: 1, rated: 0, reviewed: 0 }), message);
	let message = "INV-RATINGS-2: a reward belongs to no epoch";
	broken(|| Owed::<Test>::insert(3, ALICE, RewardRow { base: 1, rated: 0, reviewed: 0 }), message);
	broken(|| Epochs::<Test>::remove(7), message);
	let message = "INV-RATINGS-2: a reward is nothing, or too much to be summed";
	broken(|| Owed::<Test>::insert(8, ALICE, RewardRow::default()), message);
	broken(|| Owed::<Test>::insert(8, ALICE, RewardRow { base: u128::MAX, rated: 1, reviewed: 0 }), message);
	broken(|| Owed::<Test>::insert(8, ALICE, RewardRow { base: u128::MAX, rated: 0, reviewed: 0 }), message);
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
	let message = "INV-RATINGS-4: credit, what is caused and what lapsed are not what was burned";
	broken(|| asset(|record| record.credit += 1), message);
	broken(|| asset(|record| record.lapsed += 1), message);
	broken(|| asset(|record| record.caused += 1), message);
	broken(|| asset(|record| record.burned -= 1), message);
	broken(|| asset(|record| record.credit = u128::MAX), message);
	broken(|| asset(|record| record.lapsed = u128::MAX), message);
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
	let message = "INV-RATINGS-8: a budget is spent, kept too briefly, or causes more than was kept";
	broken(|| budget(|budget| budget.scored = true), message);
	broken(|| budget(|budget| (budget.kept, budget.contributors, budget.ratings) = (0, 0, 0)), message);
	broken(|| budget(|budget| budget.kept -= 1), message);
	broken(|| budget(|budget| budget.ratings = u128::MAX), message);
	broken(|| budget(|budget| budget.kept_until = budget.score_until - 1), message);
}

#[test]
fn inv_ratings_9_notices_a_wrong_policy() {
	let message = "INV-RATINGS-9: the policy is out of its domain";
	broken(|| CurrentPolicy::<Test>::mutate(|policy| policy.prices.first = 0), message);
	broken(|| CurrentPolicy::<Test>::mutate(|policy| policy.dynamics.efficiency = 1_000_001), message);
	broken(|| CurrentPolicy::<Test>::mutate(|policy| policy.least_kept = 0), message);
	let message = "INV-RATINGS-9: the review policy is out of its domain";
	broken(|| CurrentReviewPolicy::<Test>::mutate(|policy| policy.least_bonus = 0), message);
	broken(|| CurrentReviewPolicy::<Test>::mutate(|policy| policy.sampling = 1_000_001), message);
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

/// One answer is reviewed, two have committed to another and one is shared; some reviewers are idle. Corrupts one item and
/// expects one message.
fn broken_review(corrupt: impl FnOnce(&[AccountId]), message: &'static str) {
	ExtBuilder::reviewing().build().execute_with(|| {
		all_join();
		drawn(JobId(2), ENGR);
		reviewed(JobId(2), [7; 5]);
		assert_ok!(close_review(JobId(2)));
		let bench = drawn(JOB, ENGR);
		for who in &bench[..2] {
			assert_ok!(commit(*who, JOB, 7));
		}
		answer(JobId(1), 0, ENGR);
		assert_ok!(share(PAYER, JobId(1)));
		check();
		corrupt(&bench);
		assert_eq!(Ratings::do_try_state(), Err(TryRuntimeError::Other(message)));
	});
}

fn reviewer(who: AccountId, change: impl FnOnce(&mut Reviewer)) {
	Reviewers::<Test>::mutate(who, |record| change(record.as_mut().unwrap()));
}

fn review(job: JobId, change: impl FnOnce(&mut ReviewOf<Test>)) {
	Reviews::<Test>::mutate(job, |review| change(review.as_mut().unwrap()));
}

fn on_bench(change: impl FnOnce(&mut Bench<u64, SeatsOf<Test>>)) {
	review(JOB, |review| match &mut review.stage {
		Stage::Drawn(bench) => change(bench),
		Stage::Shared { .. } => panic!("not drawn"),
	});
}

fn idle(bench: &[AccountId]) -> AccountId {
	REVIEWERS.into_iter().find(|who| !bench.contains(who)).unwrap()
}

#[test]
fn inv_ratings_11_notices_bonds_that_are_not_held() {
	let message = "INV-RATINGS-11: what a reviewer has on hold is not its bond";
	let reason = HoldReason::Reviewer.into();
	broken_review(|bench| reviewer(bench[0], |record| record.bond += 1), message);
	broken_review(
		|bench| assert_eq!(Balances::release(&reason, &bench[0], 1, Precision::Exact), Ok(1)),
		message,
	);
	broken_review(|_| Balances::hold(&reason, &ALICE, 1).unwrap(), message);
	broken_review(|bench| Reviewers::<Test>::remove(idle(bench)), message);
	let rich = Reviewer { bond: 1, open: 0 };
	broken_review(|_| Reviewers::<Test>::insert(NOBODY, rich), message);
}

#[test]
fn inv_ratings_12_notices_a_wrong_list() {
	let message = "INV-RATINGS-12: a reviewer is listed twice, too early or without its bond";
	let push = |who, since| {
		Panel::<Test>::mutate(|all| all.try_push(Panelist { who, since, bond: BOND }).unwrap());
	};
	broken_review(|bench| push(bench[0], 1), message);
	broken_review(|_| push(ALICE, 1), message);
	broken_review(|_| Panel::<Test>::mutate(|all| all[0].since = 10_000), message);
	broken_review(|_| Panel::<Test>::mutate(|all| all[0].bond += 1), message);
	broken_review(|_| ReviewerBond::set(BOND + 1), message);
}

#[test]
fn inv_ratings_13_notices_seats_of_nobody() {
	let message = "INV-RATINGS-13: the open reviews of a reviewer are not its seats";
	broken_review(|bench| reviewer(bench[0], |record| record.open = 2), message);
	broken_review(|bench| reviewer(bench[0], |record| record.open = 0), message);
	broken_review(|bench| reviewer(idle(bench), |record| record.open = 1), message);
	broken_review(|_| Reviews::<Test>::remove(JOB), message);
	broken_review(|bench| on_bench(|all| all.seats[0].who = idle(bench)), message);
	broken_review(|_| on_bench(|all| all.seats[0].who = NOBODY), message);
	broken_review(|_| Reviewers::<Test>::insert(NOBODY, Reviewer::default()), message);
}

#[test]
fn inv_ratings_14_notices_another_reserve() {
	let message = "INV-RATINGS-14: a review has another reserve than its budget, none, or is from the future";
	broken_review(|_| budget(|budget| budget.shared = false), message);
	broken_review(|_| budget(|budget| budget.reserve.reviewers -= 1), message);
	broken_review(|_| review(JobId(1), |review| review.reserve.owners += 1), message);
	broken_review(|_| review(JOB, |review| review.shared_at = 10_000), message);
	let none = || {
		Budgets::<Test>::remove(JOB);
		review(JOB, |review| review.reserve.reviewers = 0);
	};
	broken_review(|_| none(), message);
}

#[test]
fn inv_ratings_15_notices_a_wrong_bench() {
	let message = "INV-RATINGS-15: a bench is not full, has somebody twice, or votes out of order";
	let twice = |bench: &[AccountId]| {
		on_bench(|all| all.seats[0].who = bench[1]);
		reviewer(bench[0], |record| record.open -= 1);
		reviewer(bench[1], |record| record.open += 1);
	};
	broken_review(twice, message);
	let fewer = |bench: &[AccountId]| {
		on_bench(|all| all.seats.retain(|seat| seat.who != bench[0]));
		reviewer(bench[0], |record| record.open -= 1);
	};
	broken_review(fewer, message);
	broken_review(|bench| review(JOB, |review| review.payer = bench[0]), message);
	broken_review(|_| on_bench(|all| all.reveal_by = all.commit_by), message);
	let shown = Vote::Revealed(Ballot::Score(7));
	broken_review(|_| on_bench(|all| all.seats[0].vote = shown), message);
	let wrong = |all: &mut Bench<u64, SeatsOf<Test>>| {
		all.seats.iter_mut().for_each(|seat| seat.vote = Vote::Revealed(Ballot::Score(11)));
	};
	broken_review(|_| on_bench(wrong), message);
	let early = |review: &mut ReviewOf<Test>| review.stage = Stage::Shared { draw_at: review.shared_at };
	broken_review(|_| review(JobId(1), early), message);
}

#[test]
fn inv_ratings_16_notices_a_wrong_quality() {
	let message = "INV-RATINGS-16: a quality counts nothing, or more than the best";
	broken_review(|_| Qualities::<Test>::mutate(VERSION, |quality| quality.reviews = 0), message);
	broken_review(|_| Qualities::<Test>::mutate(VERSION, |quality| quality.sum = 1_000_001), message);
}

#[test]
fn inv_ratings_17_notices_a_wrong_ranking() {
	let message =
		"INV-RATINGS-17: a ranking is empty, from the future, or counts a version twice or for nothing";
	let ranking = |change: fn(&mut RankingOf<Test>)| Rankings::<Test>::mutate(7, change);
	broken_review(|_| ranking(|all| all.clear()), message);
	broken_review(|_| ranking(|all| all.try_push(all[0]).unwrap()), message);
	broken_review(|_| ranking(|all| all[0].weight = 1_000_000_000_001), message);
	broken_review(|_| Qualities::<Test>::remove(VERSION), message);
	broken_review(|_| Rankings::<Test>::insert(8, Rankings::<Test>::take(7)), message);
}

#[test]
fn inv_ratings_18_notices_a_wrong_draw() {
	let message = "INV-RATINGS-18: a draw is not due once, in the block that its answer says";
	let due = || match Reviews::<Test>::get(JobId(1)).map(|review| review.stage) {
		Some(Stage::Shared { draw_at }) => draw_at,
		_ => panic!("not shared"),
	};
	broken_review(|_| Draws::<Test>::remove(due()), message);
	broken_review(|_| Draws::<Test>::insert(due() + 1, Draws::<Test>::take(due())), message);
	broken_review(|_| Draws::<Test>::try_append(due() + 1, JobId(1)).unwrap(), message);
	broken_review(|_| Draws::<Test>::try_append(due(), JobId(9)).unwrap(), message);
	broken_review(|_| Draws::<Test>::insert(due() + 1, Draws::<Test>::get(0)), message);
	broken_review(|_| System::set_block_number(due()), message);
}

#[test]
fn inv_ratings_19_notices_a_wrong_pot() {
	let message = "INV-RATINGS-19: an epoch that is over has a ranking without a pot, a pot without a ranking, or is too long over";
	let ranking = |epoch| Rankings::<Test>::insert(epoch, Rankings::<Test>::get(7));
	broken_review(|_| ranking(6), message);
	broken_review(|_| Pots::<Test>::insert(6, ENGR), message);
	broken_review(|_| Pots::<Test>::insert(7, ENGR), message);
	let old = || {
		ranking(7 - ALLOCATION_PERIOD - 1);
		Pots::<Test>::insert(7 - ALLOCATION_PERIOD - 1, ENGR);
	};
	broken_review(|_| old(), message);
}
