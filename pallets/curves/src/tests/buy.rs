//! `buy`.

use crate::{mock::*, pallet::*, CurveState, Terms};
use engram_math::{
	curve::{graduation_tokens_floor, WHOLE},
	fixed::ATTO,
};
use engram_primitives::{
	units::{Balance, ENGR},
	TokenId,
};
use frame_support::{assert_noop, assert_ok, traits::fungibles::Inspect as _};
use sp_runtime::{DispatchError, TokenError};

/// .52 * 1,000 + .000001 * 1,000^2.
const VALUE: Balance = 521 * ENGR;
/// 1 % and 5 % of .7 * .002 / .52, rounded up to a millionth.
const FEE: Balance = 521 * 10_135 * ENGR / 1_000_000;

#[test]
fn works() {
	ExtBuilder::launched(TERMS, || {
		mature();
		let before = pot();
		assert_ok!(buy(&ALICE, 1_000 * WHOLE));
		let record = record();
		assert_eq!((record.bought, record.sold, record.destroyed), (11_000 * WHOLE, 0, 0));
		assert_eq!((record.reserve, record.fees, record.premium), (5_100 * ENGR + VALUE, FEE, 0));
		assert_eq!((record.price, record.history.samples.len()), (ATTO * 522 / 1_000, 1));
		assert_eq!((tokens(&ALICE), Assets::total_issuance(TOKEN.0)), (1_000 * WHOLE, 1_000 * WHOLE));
		assert_eq!((free(&ALICE), pot()), (RICHES - VALUE - FEE, before + VALUE + FEE));
		let (who, amount, price) = (ALICE, 1_000 * WHOLE, record.price);
		assert_eq!(
			last_event(),
			Event::TokensBought { who, token: TOKEN, amount, value: VALUE, premium: 0, fee: FEE, price }
		);
	});
}

#[test]
fn success_is_paid_by_buyers_beside_the_reserve() {
	ExtBuilder::launched(TERMS, || {
		mature();
		succeed();
		assert_ok!(buy(&ALICE, 1_000 * WHOLE));
		// M is 2: the premium is as much as the integral. Neither fee nor reserve know of it.
		let record = record();
		assert_eq!((record.reserve, record.fees, record.premium), (5_100 * ENGR + VALUE, FEE, VALUE));
		assert_eq!(free(&ALICE), RICHES - 2 * VALUE - FEE);
	});
}

#[test]
fn the_launch_costs_extra() {
	let fee_after = |blocks| {
		let mut paid = 0;
		ExtBuilder::launched(TERMS, || {
			pass(blocks);
			assert_ok!(buy(&ALICE, 1_000 * WHOLE));
			paid = record().fees;
		});
		paid
	};
	let extra = |ppm: Balance| FEE + 521 * ppm * ENGR / 1_000_000;
	assert_eq!(fee_after(0), extra(220_000));
	assert_eq!(fee_after(150), extra(165_000));
	// 220,000 of a six-hundredth, rounded up.
	assert_eq!(fee_after(599), extra(367));
	assert_eq!((fee_after(600), fee_after(100_000)), (FEE, FEE));
}

#[test]
fn a_rising_price_costs_more() {
	ExtBuilder::launched(TERMS, || {
		mature();
		for _ in 0..4 {
			assert_ok!(buy(&ALICE, 2_000 * WHOLE));
			pass(1);
		}
		let fees = record().fees;
		assert_ok!(buy(&ALICE, 1_000 * WHOLE));
		// From .52 to .538 within the window: 5 % of .7 * .018 / .52 and 1 %.
		let value = 537 * ENGR;
		assert_eq!(record().fees - fees, 537 * 11_212 * ENGR / 1_000_000);
		assert!(record().reserve > value);
		// A day later that is the price of a day ago.
		pass(DAY + HOUR);
		let fees = record().fees;
		assert_ok!(buy(&BOB, 1));
		assert_eq!(record().fees - fees, 1);
		assert_eq!(Bonding::momentum(TOKEN), Some(0));
	});
}

/// Claims and the pool to come have their tokens set aside.
#[test]
fn ends_where_the_rest_is_set_aside() {
	ExtBuilder::launched(WIDE, || {
		mature();
		assert_noop!(buy(&ALICE, 990_000 * WHOLE + 1), Error::<Test>::SupplyExhausted);
		assert_noop!(buy(&ALICE, Balance::MAX), Error::<Test>::SupplyExhausted);
		while buy(&ALICE, 4_000 * WHOLE).is_ok() {
			next_window();
		}
		assert_noop!(buy(&ALICE, 4_000 * WHOLE), Error::<Test>::SupplyExhausted);
		// .5 s + .000001 s^2 coins at .5 + .000002 s are as many tokens as s + 150,000 leave, at 510,719.
		let (supply, room) = (record().supply().unwrap(), record().room().unwrap());
		assert!((506_719 * WHOLE..510_720 * WHOLE).contains(&supply), "{supply}");
		let pool = graduation_tokens_floor(record().reserve, record().price).unwrap();
		assert!(pool < room && room - pool < 8_000 * WHOLE);
		let most = 510_719 * WHOLE - supply;
		assert_ok!(buy(&BOB, most));
		assert_noop!(buy(&BOB, 2 * WHOLE), Error::<Test>::SupplyExhausted);
		// Sellers make room.
		pass(1);
		assert_ok!(sell(&ALICE, 2_000 * WHOLE));
		assert_ok!(buy(&BOB, 1_900 * WHOLE));
	});
}

#[test]
fn a_block_and_a_window_move_the_price_no_further() {
	ExtBuilder::launched(TERMS, || {
		mature();
		// .9 % of .52 are .00468, which are 2,340 tokens.
		assert_noop!(buy(&ALICE, 2_340 * WHOLE + 1), Error::<Test>::BeyondBlockLimit);
		assert_ok!(buy(&ALICE, 2_000 * WHOLE));
		assert_noop!(buy(&BOB, 340 * WHOLE + 1), Error::<Test>::BeyondBlockLimit);
		assert_ok!(buy(&BOB, 340 * WHOLE));
		assert_noop!(buy(&CAROL, WHOLE), Error::<Test>::BeyondBlockLimit);
		// 20 % of .52 are .104, which are 52,000 tokens.
		let mut bought = 2_340;
		while bought + 2_340 <= 52_000 {
			pass(1);
			assert_ok!(buy(&BOB, 2_340 * WHOLE));
			bought += 2_340;
		}
		pass(1);
		let left = 52_000 - bought;
		assert_noop!(buy(&CAROL, left * WHOLE + 1), Error::<Test>::BeyondWindowLimit);
		assert_ok!(buy(&CAROL, left * WHOLE));
		pass(DAY);
		assert_ok!(buy(&CAROL, WHOLE));
	});
}

#[test]
fn fails_when_it_costs_more_than_the_buyer_pays() {
	ExtBuilder::launched(TERMS, || {
		mature();
		let buy = |max_in| Bonding::buy(RuntimeOrigin::signed(ALICE), TOKEN, 1_000 * WHOLE, max_in, u64::MAX);
		assert_noop!(buy(VALUE + FEE - 1), Error::<Test>::AboveMaxIn);
		assert_noop!(buy(0), Error::<Test>::AboveMaxIn);
		assert_ok!(buy(VALUE + FEE));
	});
}

#[test]
fn fails_when_it_is_late() {
	ExtBuilder::launched(TERMS, || {
		mature();
		let now = System::block_number();
		let buy = |deadline| Bonding::buy(RuntimeOrigin::signed(ALICE), TOKEN, WHOLE, Balance::MAX, deadline);
		assert_noop!(buy(now - 1), Error::<Test>::DeadlinePassed);
		assert_noop!(buy(0), Error::<Test>::DeadlinePassed);
		assert_ok!(buy(now));
	});
}

#[test]
fn fails_when_there_is_nothing_to_buy() {
	ExtBuilder::launched(TERMS, || {
		let other = TokenId(TOKEN.0 + 1);
		let buy_of = |token| Bonding::buy(RuntimeOrigin::signed(ALICE), token, 1, Balance::MAX, u64::MAX);
		assert_noop!(buy_of(other), Error::<Test>::UnknownToken);
		assert_noop!(buy(&ALICE, 0), Error::<Test>::NothingToTrade);
		let none = Bonding::buy(RuntimeOrigin::none(), TOKEN, 1, Balance::MAX, u64::MAX);
		assert_eq!(none, Err(DispatchError::BadOrigin));
		for state in [CurveState::Graduated, CurveState::Closing] {
			crate::Curves::<Test>::mutate(TOKEN, |record| record.as_mut().unwrap().state = state);
			assert_noop!(buy(&ALICE, 1), Error::<Test>::NotOpen);
		}
		crate::Curves::<Test>::mutate(TOKEN, |record| record.as_mut().unwrap().state = CurveState::Open);
		assert_ok!(buy(&ALICE, 1));
	});
}

#[test]
fn fails_when_the_buyer_cannot_pay() {
	ExtBuilder::launched(TERMS, || {
		assert_noop!(buy(&POOR, WHOLE), TokenError::FundsUnavailable);
		assert_noop!(buy(&NOBODY, WHOLE), TokenError::FundsUnavailable);
	});
}

/// One base unit costs one, and one for the fee.
#[test]
fn anything_costs_something() {
	ExtBuilder::launched(Terms { creator_share: 0, ..TERMS }, || {
		mature();
		assert_ok!(buy(&ALICE, 1));
		assert_eq!((record().reserve, record().fees, free(&ALICE)), (1, 1, RICHES - 2));
	});
}
