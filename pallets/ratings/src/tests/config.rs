//! Relations between constants.

use crate::mock::*;
use frame_support::traits::Hooks;

fn integrity() {
	<Ratings as Hooks<u64>>::integrity_test();
}

#[test]
fn the_mock_is_sound() {
	ExtBuilder::default().build_and_execute(integrity);
}

macro_rules! refused {
	($($name:ident: $value:ident = $bad:expr, $reason:literal;)*) => {$(
		#[test]
		#[should_panic(expected = $reason)]
		fn $name() {
			ExtBuilder::default().build().execute_with(|| {
				$value::set($bad);
				integrity();
			});
		}
	)*};
}

refused! {
	fails_when_nobody_can_claim: Claiming = 0, "ClaimPeriod is zero";
	fails_when_no_epoch_ends: ExpirePage = 0, "ExpirePage is zero";
	fails_when_nothing_is_tracked: MaxTracked = 0, "MaxTracked is zero";
	fails_when_nobody_can_score: Scoring = 0, "ScoreWindow is zero";
	fails_when_the_bench_is_even: ReviewSeats = 4, "ReviewSeats is even";
	fails_when_nobody_is_a_quorum: ReviewQuorum = 2, "ReviewQuorum is no majority";
	fails_when_the_quorum_is_never_reached: ReviewQuorum = SEATS + 1, "ReviewQuorum is no majority";
	fails_when_no_bench_is_full: MaxReviewers = SEATS - 1, "MaxReviewers is below ReviewSeats";
	fails_when_nobody_is_drawn: MaxDraws = 0, "MaxDraws is zero";
	fails_when_no_draw_finds_a_place: DrawWindow = 0, "DrawWindow is zero";
	fails_when_draws_fill_the_block: MaxDraws = 1_000_000, "MaxDraws draws must fit into a quarter";
	fails_when_nobody_can_commit: Committing = 0, "CommitPeriod is zero";
	fails_when_nobody_can_reveal: Revealing = 0, "RevealPeriod is zero";
	fails_when_reviewers_lose_nothing: ReviewerBond = 0, "ReviewerBond is zero";
	fails_when_nothing_is_ranked: MaxRanked = 0, "MaxRanked is zero";
	fails_when_nobody_can_allocate: Allocating = 0, "AllocationPeriod is zero";
	fails_when_budgets_go_before_scores: Scoring = BUDGET_PERIOD + 1, "BudgetPeriod is below ScoreWindow";
}
