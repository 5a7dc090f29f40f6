//! Deposits come back.

use crate::{mock::*, Assets, Error, Event, Raters};
use engram_primitives::units::ENGR;
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use sp_runtime::traits::BadOrigin;

fn forget(by: AccountId, who: AccountId) -> sp_runtime::DispatchResult {
	Ratings::forget_rating(RuntimeOrigin::signed(by), DATA, who)
}

#[test]
fn works_by_a_stranger() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rate(ALICE, DATA, ONE, 2 * ENGR));
		RatingDeposit::set(7 * DEPOSIT);
		Epoch::set(8);
		assert_ok!(forget(BOB, ALICE));
		// The deposit that was held, to whom it was held from; what was burned stays.
		assert_eq!((held(ALICE), Balances::free_balance(ALICE)), (0, RICHES - 2 * ENGR));
		assert_eq!(balance(BOB), RICHES);
		assert!(!Raters::<Test>::contains_key(DATA, ALICE));
		assert_eq!(Assets::<Test>::get(DATA).unwrap().rating, ENGR);
		assert_eq!(
			events().last(),
			Some(&Event::RatingForgotten { who: ALICE, asset: DATA, deposit: DEPOSIT })
		);
		assert_noop!(forget(BOB, ALICE), Error::<Test>::UnknownRating);
	});
}

#[test]
fn fails_while_the_period_runs() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rate(ALICE, DATA, ONE, 2 * ENGR));
		// Otherwise the price would start again.
		assert_noop!(forget(ALICE, ALICE), Error::<Test>::PeriodRunning);
	});
}

#[test]
fn fails_when_there_is_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rate(ALICE, MODEL, ONE, 2 * ENGR));
		Epoch::set(8);
		assert_noop!(forget(ALICE, ALICE), Error::<Test>::UnknownRating);
		assert_noop!(forget(ALICE, BOB), Error::<Test>::UnknownRating);
	});
}

#[test]
fn fails_when_unsigned() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Ratings::forget_rating(RawOrigin::Root.into(), DATA, ALICE), BadOrigin);
	});
}
