//! Budgets that nobody spends.

use crate::{mock::*, Budgets, Error, Event};
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use sp_runtime::traits::BadOrigin;

fn expire_budget() -> sp_runtime::DispatchResult {
	Ratings::expire_budget(RuntimeOrigin::signed(ALICE), JOB)
}

#[test]
fn works() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(expire_budget(), Error::<Test>::UnknownBudget);
		answer(JOB, 500, 500);
		pay(JOB, 0, PART / 2);
		for block in [1, 1 + SCORE_WINDOW + 1, 1 + BUDGET_PERIOD] {
			run_to(block);
			assert_noop!(expire_budget(), Error::<Test>::BudgetRunning);
		}
		run_to(1 + BUDGET_PERIOD + 1);
		assert_ok!(expire_budget());
		assert_eq!(Budgets::<Test>::get(JOB), None);
		assert_eq!(events().last(), Some(&Event::BudgetExpired { job: JOB }));
		assert_noop!(expire_budget(), Error::<Test>::UnknownBudget);
	});
}

#[test]
fn works_earlier_when_all_are_paid() {
	ExtBuilder::default().build_and_execute(|| {
		answer(JOB, 500, 500);
		pay(JOB, 0, PART);
		run_to(1 + SCORE_WINDOW);
		assert_noop!(expire_budget(), Error::<Test>::BudgetRunning);
		run_to(1 + SCORE_WINDOW + 1);
		assert_ok!(expire_budget());
	});
}

#[test]
fn fails_when_unsigned() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Ratings::expire_budget(RawOrigin::Root.into(), JOB), BadOrigin);
	});
}
