//! `settle`.

use crate::{mock::*, pallet::*, Book, BookedFees, ClaimRecord};
use engram_math::curve::WHOLE;
use engram_primitives::units::ENGR;
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		fungible::Mutate as _, fungibles::Inspect as _, tokens::Preservation, LockableCurrency,
		WithdrawReasons,
	},
};
use sp_runtime::DispatchError;

#[test]
fn the_governor_gets_shares_and_the_treasury_what_they_stand_for() {
	ExtBuilder::minted(TERMS, 100 * WHOLE, || {
		assert_ok!(settle());
		assert_eq!((shares(&CREATOR), record().fees), (6 * WHOLE / 10, BookedFees::default()));
		assert_eq!((tokens(A, &TREASURY), tokens(B, &TREASURY)), (8 * WHOLE / 10, 4 * WHOLE / 10));
		assert_eq!((record().shares, Assets::total_issuance(BASKET.0)), (996 * WHOLE / 10, 996 * WHOLE / 10));
		assert_eq!(holds(), vec![1_992 * WHOLE / 10, 996 * WHOLE / 10, 0]);
		assert_eq!(
			last_event(),
			Event::FeesSettled {
				basket: BASKET,
				governor: 6 * WHOLE / 10,
				treasury: 4 * WHOLE / 10,
				paid: amounts(&[8 * WHOLE / 10, 4 * WHOLE / 10, 0]),
				left: all(0),
				gifts: all(0),
			}
		);
		assert_noop!(settle(), Error::<Test>::NothingToSettle);
		assert_noop!(Sets::settle(RuntimeOrigin::root(), BASKET), DispatchError::BadOrigin);
		let other = BASKET.next().unwrap();
		let settle = Sets::settle(RuntimeOrigin::signed(DAVE), other);
		assert_noop!(settle, Error::<Test>::UnknownBasket);
	});
}

#[test]
fn gifts_are_the_treasurys() {
	ExtBuilder::minted(FREE, 100 * WHOLE, || {
		assert_noop!(settle(), Error::<Test>::NothingToSettle);
		donate(None, 3 * ENGR);
		donate(Some(B), 5);
		donate(Some(STRAY), 7);
		let before = free(&TREASURY);
		assert_eq!(gifts(), vec![0, 5, 3 * ENGR]);
		assert_ok!(settle());
		assert_eq!((free(&TREASURY) - before, tokens(B, &TREASURY), gifts()), (3 * ENGR, 5, vec![0; 3]));
		assert_eq!(holds(), vec![200 * WHOLE, 100 * WHOLE, 0]);
		assert_noop!(settle(), Error::<Test>::NothingToSettle);
	});
}

/// Shares that nobody could redeem would keep a basket open for ever.
#[test]
fn shares_that_were_given_count_as_fees() {
	ExtBuilder::minted(FREE, 100 * WHOLE, || {
		let pot = Sets::pot_of(BASKET);
		assert_ok!(Assets::transfer(RuntimeOrigin::signed(ALICE), BASKET.0, pot.clone(), WHOLE));
		assert_ok!(settle());
		assert_eq!((shares(&pot), tokens(A, &TREASURY), record().shares), (0, 2 * WHOLE, 99 * WHOLE));
		assert_ok!(redeem(&ALICE, 99 * WHOLE));
		assert_ok!(close());
		assert_eq!(tokens(A, &ALICE), TOKENS - 2 * WHOLE);
	});
}

#[test]
fn a_governor_without_an_account_waits() {
	ExtBuilder::minted(TERMS, 100 * WHOLE, || {
		assert_ok!(Sets::set_governor(RuntimeOrigin::signed(CREATOR), BASKET, NOBODY));
		assert_ok!(settle());
		assert_eq!(record().fees, BookedFees { governor: 6 * WHOLE / 10, treasury: 0 });
		assert_eq!(tokens(A, &TREASURY), 8 * WHOLE / 10);
		assert_noop!(settle(), Error::<Test>::NothingToSettle);
		give(None, &NOBODY, ENGR);
		assert_ok!(settle());
		assert_eq!((shares(&NOBODY), record().fees), (6 * WHOLE / 10, BookedFees::default()));
	});
}

#[test]
fn what_is_stuck_is_owed_to_the_treasury() {
	ExtBuilder::minted(TERMS, 100 * WHOLE, || {
		let pot = Sets::pot_of(BASKET);
		donate(Some(A), 9);
		freeze(A, &pot);
		assert_ok!(settle());
		assert_eq!((tokens(A, &TREASURY), tokens(B, &TREASURY)), (0, 4 * WHOLE / 10));
		assert_eq!(one(0).book, Book { held: 1_992 * WHOLE / 10, owed: 8 * WHOLE / 10 });
		// A gift that is stuck stays, and so does what is owed.
		assert_eq!(gifts(), vec![9, 0, 0]);
		thaw(A, &pot);
		assert_ok!(collect(&TREASURY, Some(A)));
		assert_eq!(tokens(A, &TREASURY), 8 * WHOLE / 10);
		assert_ok!(settle());
		assert_eq!(tokens(A, &TREASURY), 8 * WHOLE / 10 + 9);
	});
}

/// The treasury has no deposit on hold: the basket's is for that. So a treasury without coins stops nobody, and gets everything when
/// it has some.
#[test]
fn a_treasury_without_coins_is_owed_everything() {
	ExtBuilder::minted(TERMS, 100 * WHOLE, || {
		change(|record| record.cash.held = ED);
		fund(None, ED);
		let had = free(&TREASURY);
		assert_ok!(Balances::transfer(&TREASURY, &CAROL, had, Preservation::Expendable));
		assert!(!System::account_exists(&TREASURY));
		assert_ok!(settle());
		let left = [8 * WHOLE / 10, 4 * WHOLE / 10, ED * 4 / 1_000];
		let Event::FeesSettled { paid, left: told, .. } = last_event() else { panic!("nothing was settled") };
		assert_eq!((paid, told), (all(0), amounts(&left)));
		for (asset, amount) in [Some(A), Some(B), None].into_iter().zip(left) {
			let claim = Claims::<Test>::get((BASKET, TREASURY, asset));
			assert_eq!(claim, Some(ClaimRecord { amount, deposit: 0 }));
			assert!(collect(&TREASURY, asset).is_err());
		}
		check();

		give(None, &TREASURY, ED);
		for asset in [Some(A), Some(B), None] {
			assert_ok!(collect(&TREASURY, asset));
		}
		assert_eq!((tokens(A, &TREASURY), tokens(B, &TREASURY)), (left[0], left[1]));
		assert_eq!((free(&TREASURY), held_for_claims(&TREASURY)), (ED + left[2], 0));
	});
}

/// As a vested transfer does it: what is frozen covers nothing of what is owed, and stops nobody.
#[test]
fn a_frozen_gift_takes_the_place_of_nothing() {
	ExtBuilder::minted(FREE, 100 * WHOLE, || {
		change(|record| record.cash.held = 4 * ENGR);
		fund(None, 4 * ENGR);
		let pot = Sets::pot_of(BASKET);
		donate(None, 10 * ENGR);
		Balances::set_lock(*b"vesting ", &pot, 10 * ENGR, WithdrawReasons::all());
		check();
		// Only what the endowment lends to the lock can leave.
		let _ = settle();
		let had = free(&ALICE);
		assert_ok!(redeem(&ALICE, 100 * WHOLE));
		assert_eq!((free(&ALICE) - had, holds()), (4 * ENGR, vec![0; 3]));
	});
}
