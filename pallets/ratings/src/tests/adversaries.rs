//! What those gain who play several parts.

#![allow(clippy::print_stdout, reason = "it prints what an attacker gains")]

use crate::{mock::*, Assets, Ballot, Outcome, Owed, ReviewPolicy};
use engram_cases::cases_of_thousand;
use engram_math::{
	rating::Agreement,
	yields::{budget_floor, BudgetShares},
};
use engram_primitives::{
	units::{Balance, ENGR, MILLI},
	JobId,
};
use frame_support::assert_ok;
use proptest::prelude::*;

/// How emission divides what the protocol keeps of a fee, all of it.
const SHARES: BudgetShares = BudgetShares {
	stakers: 100_000,
	worker: 300_000,
	verifiers: 100_000,
	contributors: 300_000,
	ratings: 200_000,
};

/// What all accounts are owed for epochs, and what reviewers lost.
fn owed() -> Balance {
	Owed::<Test>::iter_values().map(|row| row.total().unwrap()).sum()
}

#[test]
fn a_colluding_majority_decides_the_median_and_earns_no_more() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let bench = drawn(JOB, ENGR);
		// Three say 0 of a good answer: the quality is theirs, and the honest two lose half their bonds.
		reviewed(JOB, [0, 0, 0, 9, 9]);
		assert_ok!(close_review(JOB));
		assert_eq!(Ratings::quality_of(VERSION).quality, 0);
		for who in &bench[3..] {
			assert_eq!((bond_of(*who), reviewed_reward(*who)), (BOND / 2, 0));
		}
		// They gain nothing by that: each gets the share that it gets for an honest score.
		for who in &bench[..3] {
			assert_eq!((bond_of(*who), reviewed_reward(*who)), (BOND, 300 * ENGR / 1_000 / 5));
		}
		assert_eq!(Slashed::get(), BOND);
	});
}

#[test]
fn a_colluding_minority_pays() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let bench = drawn(JOB, ENGR);
		reviewed(JOB, [0, 0, 9, 9, 8]);
		assert_ok!(close_review(JOB));
		assert_eq!(Ratings::quality_of(VERSION).quality, 800_000);
		for who in &bench[..2] {
			assert_eq!((bond_of(*who), reviewed_reward(*who)), (BOND / 2, 0));
		}
	});
}

#[test]
fn withholding_a_bad_score_moves_no_money_to_the_withholder() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let bench = drawn(JOB, ENGR);
		for (who, score) in bench.iter().zip([9, 9, 9, 9, 0]) {
			assert_ok!(commit(*who, JOB, score));
		}
		for who in &bench[..4] {
			assert_ok!(reveal(*who, JOB, 9));
		}
		// The last one sees that it would be a manipulator.
		run_to(1 + DELAY + COMMIT_PERIOD + REVEAL_PERIOD + 1);
		assert_ok!(close_review(JOB));
		assert_eq!((bond_of(bench[4]), reviewed_reward(bench[4])), (BOND * 9 / 10, 0));
	});
}

#[test]
fn two_seats_decide_nothing_when_the_others_are_kept_from_scoring() {
	// The payer serves one honest reviewer only, or two do not come: of three scores two would be the median.
	for missing in [Some(Ballot::Unavailable), None] {
		ExtBuilder::reviewing().build_and_execute(|| {
			all_join();
			let bench = drawn(JOB, ENGR);
			let scores = [0, 0, 9].map(|score| Some(Ballot::Score(score)));
			let ballots = scores.into_iter().chain([missing; 2]);
			let seats: Vec<_> = bench.iter().zip(ballots).collect();
			for (who, ballot) in seats.iter().filter_map(|(who, ballot)| Some((who, (*ballot)?))) {
				assert_ok!(commit_to(**who, JOB, ballot));
			}
			run_to(1 + DELAY + COMMIT_PERIOD + 1);
			for (who, ballot) in seats.iter().filter_map(|(who, ballot)| Some((who, (*ballot)?))) {
				assert_ok!(show(**who, JOB, ballot));
			}
			assert_ok!(close_review(JOB));
			assert_eq!(Ratings::quality_of(VERSION).reviews, 0);
			for who in &bench[..3] {
				assert_eq!((bond_of(*who), reviewed_reward(*who)), (BOND, 0));
			}
		});
	}
}

#[test]
fn who_serves_only_a_part_of_the_bench_costs_the_rest_nothing() {
	// Whoever got the material, the others say that they did not.
	for served in 0..=SEATS as usize {
		ExtBuilder::reviewing().build_and_execute(|| {
			all_join();
			let bench = drawn(JOB, ENGR);
			let ballot = |at| if at < served { Ballot::Score(9) } else { Ballot::Unavailable };
			voted(JOB, core::array::from_fn(ballot));
			assert_ok!(close_review(JOB));
			assert!(bench.iter().all(|who| bond_of(*who) == BOND));
			assert_eq!(Ratings::quality_of(VERSION).reviews, u32::from(served >= QUORUM as usize));
		});
	}
}

#[test]
fn always_missing_the_material_never_earns_what_reading_does() {
	ExtBuilder::reviewing().build_and_execute(|| {
		for who in REVIEWERS.take(SEATS as usize) {
			assert_ok!(join(who, BOND));
		}
		let lazy = REVIEWERS.start;
		for round in 0..8u64 {
			let bench = drawn(JobId(round), ENGR);
			// The others can read half of the answers, and say what they find.
			let read = if round % 2 == 0 { Ballot::Score(8) } else { Ballot::Unavailable };
			let ballots = bench.iter().map(|who| if *who == lazy { Ballot::Unavailable } else { read });
			voted(JobId(round), ballots.collect::<Vec<_>>().try_into().unwrap());
			assert_ok!(close_review(JobId(round)));
		}
		assert_eq!((bond_of(lazy), reviewed_reward(lazy)), (BOND, 0));
		for who in REVIEWERS.take(SEATS as usize).skip(1) {
			assert_eq!(reviewed_reward(who), 4 * 300 * ENGR / 1_000 / 5);
		}
	});
}

/// One person buys an answer of its own model, with its own data, and is every reviewer.
#[test]
fn who_plays_every_part_gets_back_less_than_was_burned() {
	let reviews = ReviewPolicy { reviewers: 800_000, owners: 200_000, pot: 1_000_000 * ENGR, ..REVIEWS };
	ExtBuilder { reviews, ..Default::default() }.build_and_execute(|| {
		all_join();
		let kept = 7 * ENGR + 3;
		let budget = budget_floor(kept, SHARES).unwrap();
		answer(JOB, budget.contributors, budget.ratings);
		assert_ok!(share(PAYER, JOB));
		assert_ok!(Ratings::score_answer(RuntimeOrigin::signed(PAYER), JOB, 10));
		assert_ok!(rate(BOB, DATA, ONE, 1_000 * ENGR));
		pay(JOB, 0, PART);
		run_to(1 + DELAY);
		reviewed(JOB, [10; 5]);
		assert_ok!(close_review(JOB));
		// All of it was set aside for reviews: ratings cause nothing.
		assert_eq!(Owed::<Test>::get(7, BOB).map(|row| row.rated), Some(0));
		let first = close(kept);
		assert_ok!(Ratings::allocate_epoch(RuntimeOrigin::signed(ALICE), 7));
		let second = close(kept);
		assert!(first + second <= budget.contributors + budget.ratings);
		assert!(first + second + budget.worker + budget.verifiers + budget.stakers <= kept);
	});
}

proptest! {
	#![proptest_config(ProptestConfig {
		rng_seed: prop::test_runner::RngSeed::Fixed(23),
		..cases_of_thousand(128)
	})]

	/// However the scores, the deadlines and the policy are: what a job causes is at most its budget, and nobody loses more than
	/// its bond.
	#[test]
	fn a_job_never_causes_more_than_its_budget(
		ratings in 1_000_000_000u64..1 << 44,
		(reviewers, owners) in (1u32..=500_000, 0u32..=500_000),
		(tolerance, limit) in (1u32..=1_000_000, 0u32..=1_000_000),
		costs in prop::array::uniform3(0u32..=1_000_000),
		votes in prop::array::uniform5((0u8..=10, 0u8..5)),
		pot in any::<u64>(),
	) {
		let mut costs = costs;
		costs.sort_unstable();
		let [absence, withholding, manipulation] = costs;
		let reviews = ReviewPolicy {
			reviewers,
			owners,
			least_bonus: 1,
			agreement: Agreement { tolerance, limit: tolerance.max(limit) },
			absence,
			withholding,
			manipulation,
			pot: pot.into(),
			..REVIEWS
		};
		ExtBuilder { reviews, ..Default::default() }.build_and_execute(|| {
			all_join();
			answer(JOB, 0, ratings.into());
			assert_ok!(Ratings::score_answer(RuntimeOrigin::signed(PAYER), JOB, 10));
			assert_ok!(share(PAYER, JOB));
			run_to(1 + DELAY);
			let bench = bench(JOB);
			// A fifth does not commit, a fifth does not reveal, a fifth misses the material.
			let committed: Vec<_> = bench.iter().zip(votes).filter(|(_, (_, kind))| *kind > 0).collect();
			let ballot = |score, kind| if kind == 2 { Ballot::Unavailable } else { Ballot::Score(score) };
			for (who, (score, kind)) in &committed {
				assert_ok!(commit_to(**who, JOB, ballot(*score, *kind)));
			}
			run_to(1 + DELAY + COMMIT_PERIOD + 1);
			for (who, (score, kind)) in &committed {
				if *kind > 1 {
					assert_ok!(show(**who, JOB, ballot(*score, *kind)));
				}
			}
			run_to(1 + DELAY + COMMIT_PERIOD + REVEAL_PERIOD + 1);
			assert_ok!(close_review(JOB));
			check();
			pay(JOB, 0, PART);
			close(u128::MAX >> 64);
			if !Ratings::ranking_of(7).is_empty() {
				assert_ok!(Ratings::allocate_epoch(RuntimeOrigin::signed(ALICE), 7));
			}
			assert!(owed() <= ratings.into());
			let bonds: Balance = REVIEWERS.map(bond_of).sum();
			assert_eq!(bonds + Slashed::get(), 10 * BOND);
		});
	}
}

#[test]
fn nobody_gains_by_the_absence_of_others() {
	let share = |others: [u8; 4]| {
		let mut reward = 0;
		ExtBuilder::reviewing().build_and_execute(|| {
			all_join();
			let bench = drawn(JobId(1), ENGR);
			let [a, b, c, d] = others;
			reviewed(JobId(1), [7, a, b, c, d]);
			assert_ok!(close_review(JobId(1)));
			reward = reviewed_reward(bench[0]);
		});
		reward
	};
	assert_eq!(share([7, 7, 7, 7]), share([7, 7, 0, 0]));
	assert_eq!(Outcome::Absent.part(), 0);
}

/// What the owner of [`DATA`] is owed because of ratings, less what he burns for it.
///
/// He has kept the claims of `jobs` answers, each with a budget that bounds nothing, while others rated. Then he burns, and
/// claims all in the same block.
fn hoarded(jobs: u64, burn: Balance, others: fn()) -> i128 {
	let mut profit = 0;
	ExtBuilder::default().build_and_execute(|| {
		for job in 0..jobs {
			answer(JobId(job), 0, 1_000 * ENGR);
		}
		others();
		if burn > 0 {
			assert_ok!(rate(BOB, DATA, ONE, burn));
		}
		for job in 0..jobs {
			pay(JobId(job), 0, PART);
		}
		let rated = Owed::<Test>::get(Epoch::get(), BOB).map_or(0, |row| row.rated);
		assert_eq!(rated, Assets::<Test>::get(DATA).map_or(0, |record| record.caused));
		profit = rated as i128 - burn as i128;
	});
	profit
}

/// Plays it with more and more claims and burns. A base unit for each claim is what rounding can make of it.
fn a_burn_never_pays(name: &str, others: fn()) {
	let mut best = i128::MIN;
	for jobs in [1, 20, 50, 200] {
		let honest = hoarded(jobs, 0, others);
		for burn in [ENGR, 5 * ENGR, 100 * ENGR] {
			best = best.max(hoarded(jobs, burn, others) - honest - i128::from(jobs));
		}
	}
	println!("{name}: at best {best} base units more than without the burn");
	assert!(best <= 0, "{name}: a burn brings {best} base units more than it costs");
}

#[test]
fn old_burns_of_others_are_no_prey() {
	a_burn_never_pays("old burns", || {
		assert_ok!(rate(ALICE, DATA, ONE, 100 * ENGR));
		// e^(-20): a ten-millionth of an ENGR is left of a rating of 50.
		run_to(201);
	});
}

#[test]
fn burns_of_a_rival_are_no_prey() {
	a_burn_never_pays("burns of a rival", || {
		assert_ok!(rate(CAROL, DATA, -ONE, 100 * ENGR));
	});
	a_burn_never_pays("burns of others undone by a rival", || {
		assert_ok!(rate(ALICE, DATA, ONE, 100 * ENGR));
		assert_ok!(rate(CAROL, DATA, -ONE, 100 * ENGR));
	});
	a_burn_never_pays("burns that say nothing", || {
		assert_ok!(rate(CAROL, DATA, 0, 100 * ENGR));
	});
}

#[test]
fn claims_that_waited_make_no_burn_pay() {
	a_burn_never_pays("fresh burns of others", || {
		assert_ok!(rate(ALICE, DATA, ONE, 100 * ENGR));
		// 1 / e of it is left.
		run_to(11);
	});
}

#[test]
fn what_lapsed_never_comes_back() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rate(ALICE, DATA, ONE, 100 * ENGR));
		run_to(201);
		// Two thirds of this count, so it is as if nothing had been burned before.
		assert_ok!(rate(ALICE, DATA, ONE, 150 * ENGR));
		let record = Assets::<Test>::get(DATA).unwrap();
		assert!(record.credit <= 100 * ENGR + MILLI && record.lapsed >= 150 * ENGR - MILLI, "{record:?}");
	});
}
