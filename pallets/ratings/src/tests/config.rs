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
	fails_when_budgets_go_before_scores: Scoring = BUDGET_PERIOD + 1, "BudgetPeriod is below ScoreWindow";
}
