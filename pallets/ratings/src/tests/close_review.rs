//! What reviewers earn and lose.

use crate::{
	mock::*, Ballot, Error, Event, Finding, Outcome, Owed, QualityView, ReviewPolicy, Reviewer, Reviewers,
	Reviews, RewardRow, Verdict,
};
use engram_primitives::{
	units::{Balance, ENGR, MILLI},
	JobId, VersionId,
};
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use sp_runtime::traits::BadOrigin;

/// Of a budget of 1 ENGR three tenths are for five reviewers.
const SHARE: Balance = 60 * MILLI;

/// The bench of [`JOB`] reviews with these scores and is judged.
fn judged(scores: [u8; 5]) -> Vec<AccountId> {
	all_join();
	drawn(JOB, ENGR);
	let bench = reviewed(JOB, scores);
	assert_ok!(close_review(JOB));
	bench
}

fn verdicts() -> (Finding, Vec<Verdict<AccountId>>, Balance) {
	match events().pop() {
		Some(Event::ReviewClosed { finding, verdicts, lost, .. }) => (finding, verdicts, lost),
		other => panic!("{other:?}"),
	}
}

fn quality() -> (u32, u32) {
	let QualityView { reviews, quality } = Ratings::quality_of(VERSION);
	(reviews, quality)
}

#[test]
fn all_agree() {
	ExtBuilder::reviewing().build_and_execute(|| {
		let bench = judged([7; 5]);
		for who in &bench {
			assert_eq!(Reviewers::<Test>::get(who), Some(Reviewer { bond: BOND, open: 0 }));
			assert_eq!(Owed::<Test>::get(7, who), Some(RewardRow { reviewed: SHARE, ..Default::default() }));
		}
		assert_eq!(quality(), (1, 700_000));
		assert_eq!(Reviews::<Test>::get(JOB), None);
		let all = |who: &AccountId| Verdict {
			who: *who,
			outcome: Outcome::Agreed(1_000_000),
			earned: SHARE,
			lost: 0,
		};
		let verdicts = bench.iter().map(all).collect();
		assert_eq!(
			events().last(),
			Some(&Event::ReviewClosed {
				job: JOB,
				version: VERSION,
				finding: Finding::Median(700_000),
				verdicts,
				lost: 0
			})
		);
		// Minted with all other rewards of the epoch, and claimed as they are.
		assert_eq!(close(ENGR), 5 * SHARE);
		assert_ok!(claim(7, bench[0]));
		assert_eq!(balance(bench[0]), RICHES + SHARE);
		assert_eq!(Slashed::get(), 0);
		assert_noop!(close_review(JOB), Error::<Test>::UnknownReview);
	});
}

#[test]
fn the_nearer_to_the_median_the_more() {
	ExtBuilder::reviewing().build_and_execute(|| {
		// A point away earns half, two nothing, and five still cost nothing.
		let bench = judged([5, 6, 3, 5, 10]);
		let earned = bench.iter().map(|who| reviewed_reward(*who)).collect::<Vec<_>>();
		assert_eq!(earned, [SHARE, SHARE / 2, 0, SHARE, 0]);
		let outcomes = verdicts().1.iter().map(|verdict| verdict.outcome).collect::<Vec<_>>();
		let whole = Outcome::Agreed(1_000_000);
		assert_eq!(outcomes, [whole, Outcome::Agreed(500_000), Outcome::Apart, whole, Outcome::Apart]);
		assert!(bench.iter().all(|who| bond_of(*who) == BOND));
	});
}

#[test]
fn a_manipulator_loses_its_bond_and_its_place() {
	ExtBuilder::reviewing().build_and_execute(|| {
		let issuance = Balances::total_issuance();
		let bench = judged([8, 2, 8, 8, 8]);
		assert_eq!((bond_of(bench[1]), reviewed_reward(bench[1])), (BOND / 2, 0));
		assert_eq!(verdicts().1[1].outcome, Outcome::Manipulated);
		assert_eq!((verdicts().1[1].lost, verdicts().2), (BOND / 2, BOND / 2));
		// All of it leaves, in one piece.
		assert_eq!(Slashed::get(), BOND / 2);
		assert_eq!(Balances::total_issuance(), issuance - BOND / 2);
		// The others gain nothing by it.
		assert_eq!(reviewed_reward(bench[0]), SHARE);
		assert_eq!(quality(), (1, 800_000));
		// Less than the least bond is no bond: it is drawn no more until it adds.
		assert!(Ratings::reviewers().iter().all(|panelist| panelist.who != bench[1]));
		assert_noop!(join(bench[1], BOND / 2 - 1), Error::<Test>::BondTooSmall);
		assert_ok!(join(bench[1], BOND / 2));
		assert_ok!(Ratings::leave_reviewers(RuntimeOrigin::signed(bench[1])));
	});
}

#[test]
fn by_default_a_manipulation_loses_all_of_the_bond_and_hiding_it_half() {
	let reviews = ReviewPolicy { sampling: 1_000_000, ..ReviewPolicy::default() };
	ExtBuilder { reviews, ..Default::default() }.build_and_execute(|| {
		all_join();
		let bench = drawn(JOB, ENGR);
		for (who, score) in bench.iter().zip([8, 8, 8, 0, 0]) {
			assert_ok!(commit(*who, JOB, score));
		}
		for (who, score) in bench.iter().zip([8, 8, 8, 0]) {
			assert_ok!(reveal(*who, JOB, score));
		}
		// The last one sees that it would lose everything.
		run_to(1 + DELAY + COMMIT_PERIOD + REVEAL_PERIOD + 1);
		assert_ok!(close_review(JOB));
		assert_eq!(
			bench.iter().map(|who| bond_of(*who)).collect::<Vec<_>>(),
			[BOND, BOND, BOND, 0, BOND / 2]
		);
		assert_eq!(Slashed::get(), BOND + BOND / 2);
		assert_eq!(quality(), (1, 800_000));
		// Neither is drawn any more. One comes back with all of a bond, the other with what is missing.
		assert_eq!((Reviewers::<Test>::get(bench[3]), Ratings::reviewers().len()), (None, 8));
		assert_noop!(join(bench[3], BOND - 1), Error::<Test>::BondTooSmall);
		assert_ok!(join(bench[3], BOND));
		assert_ok!(join(bench[4], BOND / 2));
		assert_eq!(Ratings::reviewers().len(), 10);
	});
}

#[test]
fn a_bond_far_above_the_least_keeps_its_place() {
	ExtBuilder::reviewing().build_and_execute(|| {
		for who in REVIEWERS {
			assert_ok!(join(who, 2 * BOND));
		}
		drawn(JOB, ENGR);
		let bench = reviewed(JOB, [8, 2, 8, 8, 8]);
		assert_ok!(close_review(JOB));
		assert_eq!(bond_of(bench[1]), BOND);
		assert!(Ratings::reviewers().iter().any(|panelist| panelist.who == bench[1]));
	});
}

#[test]
fn a_bond_that_is_all_lost_is_forgotten() {
	let reviews = ReviewPolicy { manipulation: 1_000_000, ..REVIEWS };
	ExtBuilder { reviews, ..Default::default() }.build_and_execute(|| {
		let bench = judged([8, 8, 8, 8, 0]);
		assert_eq!((bond_of(bench[4]), Reviewers::<Test>::get(bench[4])), (0, None));
		assert_eq!(balance(bench[4]), RICHES - BOND);
	});
}

#[test]
fn all_of_two_bonds_is_lost_only_once() {
	let reviews = ReviewPolicy { manipulation: 1_000_000, ..REVIEWS };
	ExtBuilder { reviews, ..Default::default() }.build_and_execute(|| {
		for who in REVIEWERS.take(5) {
			assert_ok!(join(who, BOND));
		}
		for job in [JOB, JobId(1)] {
			drawn(job, ENGR);
			for who in REVIEWERS.take(5) {
				let score = if who == 20 { 0 } else { 8 };
				assert_ok!(commit(who, job, score));
			}
			for who in REVIEWERS.take(5) {
				let score = if who == 20 { 0 } else { 8 };
				assert_ok!(reveal(who, job, score));
			}
		}
		assert_ok!(close_review(JOB));
		// The record stays for the seat that is still taken.
		assert_eq!(Reviewers::<Test>::get(20), Some(Reviewer { bond: 0, open: 1 }));
		assert_ok!(close_review(JobId(1)));
		assert_eq!(Reviewers::<Test>::get(20), None);
		assert_eq!(balance(20), RICHES - BOND);
	});
}

#[test]
fn who_does_not_reveal_pays() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let bench = drawn(JOB, ENGR);
		for who in &bench[..4] {
			assert_ok!(commit(*who, JOB, 6));
		}
		run_to(1 + DELAY + COMMIT_PERIOD + 1);
		for who in &bench[..3] {
			assert_ok!(reveal(*who, JOB, 6));
		}
		assert_noop!(close_review(JOB), Error::<Test>::ReviewRunning);
		run_to(1 + DELAY + COMMIT_PERIOD + REVEAL_PERIOD + 1);
		assert_ok!(close_review(JOB));
		// Who committed might have seen that it disagrees.
		assert_eq!(bond_of(bench[3]), BOND - BOND / 10);
		assert_eq!(bond_of(bench[4]), BOND - BOND / 50);
		assert_eq!(verdicts().1[3].outcome, Outcome::Withheld);
		assert_eq!(verdicts().1[4].outcome, Outcome::Absent);
		// Three are a quorum, and their shares are what they were.
		assert_eq!((quality(), reviewed_reward(bench[0])), ((1, 600_000), SHARE));
		// Both are below the least bond now.
		assert_eq!(Ratings::reviewers().len(), 8);
	});
}

#[test]
fn too_few_scores_judge_nobody() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let bench = drawn(JOB, ENGR);
		for (who, score) in bench.iter().zip([0, 10]) {
			assert_ok!(commit(*who, JOB, score));
		}
		run_to(1 + DELAY + COMMIT_PERIOD + 1);
		for (who, score) in bench.iter().zip([0, 10]) {
			assert_ok!(reveal(*who, JOB, score));
		}
		assert_ok!(close_review(JOB));
		assert_eq!(verdicts().0, Finding::NoQuorum);
		for who in &bench[..2] {
			assert_eq!((bond_of(*who), reviewed_reward(*who)), (BOND, 0));
		}
		for who in &bench[2..] {
			assert_eq!(bond_of(*who), BOND - BOND / 50);
		}
		assert_eq!(quality(), (0, 0));
		assert_eq!(Ratings::ranking_of(7), []);
	});
}

#[test]
fn a_quorum_without_the_material_voids_the_review() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		drawn(JOB, ENGR);
		let bench = voted(
			JOB,
			[
				Ballot::Unavailable,
				Ballot::Score(9),
				Ballot::Unavailable,
				Ballot::Score(0),
				Ballot::Unavailable,
			],
		);
		assert_ok!(close_review(JOB));
		let (finding, verdicts, lost) = verdicts();
		assert_eq!((finding, lost), (Finding::Unavailable, 0));
		for (verdict, who) in verdicts.iter().zip(&bench) {
			assert!(matches!(verdict.outcome, Outcome::Unavailable | Outcome::Unjudged));
			assert_eq!((bond_of(*who), reviewed_reward(*who)), (BOND, 0));
		}
		assert_eq!((quality(), Ratings::ranking_of(7)), ((0, 0), vec![]));
		// The answer was shared, and is not reviewed a second time.
		assert_noop!(share(PAYER, JOB), Error::<Test>::AlreadyShared);
	});
}

#[test]
fn only_scores_come_to_a_median() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		drawn(JOB, ENGR);
		let [missing, nine, eight] = [Ballot::Unavailable, Ballot::Score(9), Ballot::Score(8)];
		let bench = voted(JOB, [missing, nine, nine, missing, eight]);
		assert_ok!(close_review(JOB));
		assert_eq!(verdicts().0, Finding::Median(900_000));
		assert_eq!(verdicts().1[0].outcome, Outcome::Unavailable);
		let earned = bench.iter().map(|who| reviewed_reward(*who)).collect::<Vec<_>>();
		assert_eq!(earned, [0, SHARE, SHARE, 0, SHARE / 2]);
		assert!(bench.iter().all(|who| bond_of(*who) == BOND));
		assert_eq!(quality(), (1, 900_000));
	});
}

#[test]
fn two_scores_and_two_without_the_material_are_no_quorum() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let bench = drawn(JOB, ENGR);
		let [missing, ten, zero] = [Ballot::Unavailable, Ballot::Score(10), Ballot::Score(0)];
		let ballots = [missing, ten, zero, missing];
		for (who, ballot) in bench.iter().zip(ballots) {
			assert_ok!(commit_to(*who, JOB, ballot));
		}
		run_to(1 + DELAY + COMMIT_PERIOD + 1);
		for (who, ballot) in bench.iter().zip(ballots) {
			assert_ok!(show(*who, JOB, ballot));
		}
		assert_ok!(close_review(JOB));
		assert_eq!((verdicts().0, quality()), (Finding::NoQuorum, (0, 0)));
		assert!(bench[..4].iter().all(|who| bond_of(*who) == BOND && reviewed_reward(*who) == 0));
		// Who could not have the material could have said so.
		assert_eq!(bond_of(bench[4]), BOND - BOND / 50);
	});
}

#[test]
fn when_nobody_comes_everybody_pays() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let bench = drawn(JOB, ENGR);
		assert_noop!(close_review(JOB), Error::<Test>::ReviewRunning);
		run_to(1 + DELAY + COMMIT_PERIOD);
		assert_noop!(close_review(JOB), Error::<Test>::ReviewRunning);
		// Nobody has anything to reveal.
		run_to(1 + DELAY + COMMIT_PERIOD + 1);
		assert_ok!(close_review(JOB));
		assert!(bench.iter().all(|who| bond_of(*who) == BOND - BOND / 50));
		let lost = 5 * BOND / 50;
		assert_eq!((Slashed::get(), verdicts().2), (lost, lost));
		assert_eq!(crate::Epochs::<Test>::get(7), None);
	});
}

#[test]
fn losses_are_rounded_up() {
	ExtBuilder::reviewing().build_and_execute(|| {
		for who in REVIEWERS.take(5) {
			assert_ok!(join(who, BOND + 1));
		}
		drawn(JOB, ENGR);
		run_to(1 + DELAY + COMMIT_PERIOD + 1);
		assert_ok!(close_review(JOB));
		let lost = BOND / 50 + 1;
		assert_eq!(bond_of(20), BOND + 1 - lost);
		assert_eq!(Slashed::get(), 5 * lost);
	});
}

#[test]
fn the_quality_is_the_mean_of_all_medians() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		for (job, score) in [(1, 9), (2, 4), (3, 4)] {
			drawn(JobId(job), ENGR);
			reviewed(JobId(job), [score; 5]);
			assert_ok!(close_review(JobId(job)));
		}
		assert_eq!(quality(), (3, 566_666));
		assert_eq!(Ratings::quality_of(VersionId(6)), QualityView { reviews: 0, quality: 0 });
	});
}

#[test]
fn a_review_outlives_its_budget() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		drawn(JOB, ENGR);
		pay(JOB, 0, PART);
		assert_ok!(Ratings::score_answer(RuntimeOrigin::signed(PAYER), JOB, 9));
		assert_eq!(Ratings::budget_of(JOB), None);
		let bench = reviewed(JOB, [7; 5]);
		// Rewards belong to the epoch in which the review is closed.
		close(ENGR);
		assert_ok!(close_review(JOB));
		assert_eq!(Owed::<Test>::get(8, bench[0]).map(|row| row.reviewed), Some(SHARE));
	});
}

#[test]
fn fails_when_it_runs() {
	ExtBuilder::reviewing().build_and_execute(|| {
		assert_noop!(close_review(JOB), Error::<Test>::UnknownReview);
		all_join();
		answer(JOB, 0, ENGR);
		assert_ok!(share(PAYER, JOB));
		assert_noop!(close_review(JOB), Error::<Test>::NotDrawn);
		run_to(1 + DELAY);
		let bench = bench(JOB);
		for who in &bench {
			assert_ok!(commit(*who, JOB, 7));
		}
		for who in &bench {
			assert_noop!(close_review(JOB), Error::<Test>::ReviewRunning);
			assert_ok!(reveal(*who, JOB, 7));
		}
		assert_noop!(Ratings::close_review(RawOrigin::Root.into(), JOB), BadOrigin);
		assert_ok!(close_review(JOB));
	});
}
