//! The view functions.

use crate::{mock::*, pallet::*, Quote};
use engram_math::curve::WHOLE;
use engram_primitives::units::ENGR;
use frame_support::assert_ok;

#[test]
fn quotes_are_what_minting_and_redeeming_do() {
	ExtBuilder::minted(TERMS, 7, || {
		change(|record| record.cash.held = 5);
		fund(None, 5);
		let quote = Sets::quote_mint(BASKET, 30 * WHOLE).unwrap();
		let before = holds();
		assert_ok!(mint(&BOB, 30 * WHOLE));
		let paid: Vec<_> = holds().iter().zip(&before).map(|(after, before)| after - before).collect();
		assert_eq!((amounts(&paid), shares(&BOB)), (quote.amounts.clone(), quote.shares));
		assert_eq!(quote.shares + quote.fee, 30 * WHOLE);

		let quote = Sets::quote_redeem(BASKET, WHOLE + 1).unwrap();
		let before = holds();
		assert_ok!(redeem(&BOB, WHOLE + 1));
		let got: Vec<_> = holds().iter().zip(&before).map(|(after, before)| before - after).collect();
		let fee = (WHOLE + 1).div_ceil(100);
		assert_eq!(quote, Quote { shares: WHOLE + 1 - fee, fee, amounts: amounts(&got) });
	});
}

#[test]
fn what_would_be_refused_has_no_quote() {
	ExtBuilder::minted(TERMS, WHOLE, || {
		let other = BASKET.next().unwrap();
		for few in [0, 1] {
			assert_eq!((Sets::quote_mint(BASKET, few), Sets::quote_redeem(BASKET, few)), (None, None));
		}
		assert_eq!((Sets::quote_mint(other, WHOLE), Sets::quote_redeem(other, WHOLE)), (None, None));
		assert_eq!(Sets::quote_redeem(BASKET, 2 * WHOLE), None);
		assert_eq!((Sets::basket(other), Sets::value(other), Sets::share_value(other)), (None, None, None));
		assert_eq!((Sets::next_rebalance(other), Sets::orders(other)), (None, None));
	});
}

#[test]
fn the_value_is_that_of_what_is_held() {
	ExtBuilder::created(FREE, || {
		// Without shares it is that of what a share begins with.
		assert_eq!((Sets::value(BASKET), Sets::share_value(BASKET)), (Some(0), Some(3 * ENGR / 2)));
		assert_ok!(mint(&ALICE, 10 * WHOLE));
		assert_eq!((Sets::value(BASKET), Sets::share_value(BASKET)), (Some(15 * ENGR), Some(3 * ENGR / 2)));
		fund(None, ENGR);
		donate(Some(A), WHOLE);
		assert_eq!(Sets::value(BASKET), Some(15 * ENGR));
		change(|record| record.cash.held = ENGR);
		assert_eq!((Sets::value(BASKET), Sets::share_value(BASKET)), (Some(16 * ENGR), Some(16 * ENGR / 10)));
		// A token without a price counts nothing.
		Halted::mutate(|halted| halted.insert(A));
		assert_eq!((Sets::value(BASKET), Sets::share_value(BASKET)), (Some(6 * ENGR), Some(6 * ENGR / 10)));
		assert_eq!(Sets::basket(BASKET), Some(record()));
		assert_eq!(Sets::pot_account(BASKET), Sets::pot_of(BASKET));
		assert_eq!(Sets::claim(BASKET, ALICE, None), 0);
		assert_eq!(NextBasket::<Test>::get(), BASKET.next().unwrap());
	});
}
