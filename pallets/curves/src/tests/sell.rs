//! `sell`.

use crate::{mock::*, pallet::*, Terms};
use engram_math::{curve::WHOLE, fixed::ATTO};
use engram_primitives::units::{Balance, ENGR};
use frame_support::{assert_noop, assert_ok, traits::fungibles::Inspect as _};
use sp_runtime::{DispatchError, TokenError};

/// Alice has a thousand tokens since long.
fn bought(terms: Terms, test: impl FnOnce()) {
	ExtBuilder::launched(terms, || {
		mature();
		assert_ok!(buy(&ALICE, 1_000 * WHOLE));
		mature();
		test();
	});
}

#[test]
fn works() {
	bought(TERMS, || {
		let (before, had, fees) = (pot(), free(&ALICE), record().fees);
		assert_ok!(sell(&ALICE, 1_000 * WHOLE));
		// The integral from 10,000 to 11,000, and 1 % and 5 % of .7 * .002 / .522, rounded up to a millionth.
		let value = 521 * ENGR;
		let fee = 521 * 10_135 * ENGR / 1_000_000;
		let record = record();
		assert_eq!((record.bought, record.sold, record.destroyed), (11_000 * WHOLE, 1_000 * WHOLE, 0));
		assert_eq!((record.reserve, record.fees), (5_100 * ENGR, fees + fee));
		assert_eq!((record.price, tokens(&ALICE)), (ATTO * 52 / 100, 0));
		assert_eq!(Assets::total_issuance(TOKEN.0), 0);
		assert_eq!((free(&ALICE), pot()), (had + value - fee, before - value + fee));
		let (who, amount, price) = (ALICE, 1_000 * WHOLE, record.price);
		assert_eq!(
			last_event(),
			Event::TokensSold { who, token: TOKEN, amount, destroyed: 0, value, fee, price }
		);
	});
}

#[test]
fn success_raises_no_payout() {
	let payout = |succeeds: bool| {
		let mut payout = 0;
		bought(TERMS, || {
			if succeeds {
				succeed();
				assert_eq!(Bonding::multiplier(TOKEN), Some(2 * ONE));
			}
			let had = free(&ALICE);
			assert_ok!(sell(&ALICE, 1_000 * WHOLE));
			payout = free(&ALICE) - had;
		});
		payout
	};
	assert_eq!(payout(true), payout(false));
}

#[test]
fn a_share_is_destroyed_and_its_reserve_stays() {
	bought(Terms { burn_rate: 100_000, ..TERMS }, || {
		assert_ok!(sell(&ALICE, 1_000 * WHOLE));
		// 900 go back to the curve: .5 * 900 + .000001 * (11,000^2 - 10,100^2).
		let value = 450 * ENGR + 18_990 * ENGR / 1_000;
		let record = record();
		assert_eq!((record.sold, record.destroyed), (900 * WHOLE, 100 * WHOLE));
		assert_eq!((record.supply(), record.outstanding()), (Ok(10_100 * WHOLE), Ok(10_000 * WHOLE)));
		assert_eq!(record.reserve, 5_621 * ENGR - value);
		assert_eq!(record.price, ATTO * 5_202 / 10_000);
		assert_eq!((tokens(&ALICE), Assets::total_issuance(TOKEN.0)), (0, 0));
		let Event::TokensSold { amount, destroyed, value: paid, .. } = last_event() else { panic!() };
		assert_eq!((amount, destroyed, paid), (1_000 * WHOLE, 100 * WHOLE, value));
	});
}

#[test]
fn what_is_destroyed_is_rounded_up() {
	bought(Terms { burn_rate: 1, ..TERMS }, || {
		assert_ok!(sell(&ALICE, 1));
		assert_eq!((record().destroyed, record().sold, record().reserve), (1, 0, 5_621 * ENGR));
		assert_ok!(sell(&ALICE, 1_000_001));
		assert_eq!((record().destroyed, record().sold), (3, 999_999));
	});
}

#[test]
fn sellers_pay_nothing_extra_at_the_launch() {
	ExtBuilder::launched(Terms { creator_share: 0, ..TERMS }, || {
		assert_ok!(buy(&ALICE, 1_000 * WHOLE));
		let fees = record().fees;
		assert_ok!(sell(&ALICE, 1_000 * WHOLE));
		// 501 coins, at 1 %: the price is that of the launch again.
		assert_eq!(record().fees - fees, 501 * ENGR / 100);
	});
}

#[test]
fn a_reserve_that_is_short_is_shared() {
	bought(TERMS, || {
		crate::Curves::<Test>::mutate_extant(TOKEN, |record| record.pay_out(5_621 * ENGR / 2).unwrap());
		assert_ok!(sell(&ALICE, 1_000 * WHOLE));
		let Event::TokensSold { value, .. } = last_event() else { panic!() };
		assert_eq!(value, 521 * ENGR / 2);
		crate::Curves::<Test>::mutate_extant(TOKEN, |record| record.pay_in(5_621 * ENGR / 2).unwrap());
	});
}

#[test]
fn the_last_seller_is_paid() {
	for curve in [LINEAR, EXPONENTIAL, SIGMOID] {
		ExtBuilder.build_and_execute(|| {
			assert_ok!(launch(curve, Terms { creator_share: 0, ..TERMS }));
			mature();
			for who in [ALICE, BOB, CAROL] {
				pass(1);
				assert_ok!(buy(&who, 300 * WHOLE));
			}
			for who in [BOB, ALICE, CAROL] {
				pass(1);
				let had = free(&who);
				assert_ok!(sell(&who, 300 * WHOLE));
				assert!(free(&who) > had);
			}
			// What is left of the reserve are roundings.
			assert_eq!(record().supply(), Ok(0));
			assert!(record().reserve <= 6, "{}", record().reserve);
		});
	}
}

#[test]
fn a_drawdown_slows_sales_down_and_they_recover() {
	ExtBuilder::launched(TERMS, || {
		mature();
		for _ in 0..40 {
			assert_ok!(buy(&ALICE, 1_000 * WHOLE));
			pass(1);
		}
		// The price is .6 and falls by a tenth of that within a day.
		pass(DAY);
		for _ in 0..30 {
			assert_ok!(sell(&ALICE, 1_000 * WHOLE));
			pass(1);
		}
		assert_eq!(record().price, ATTO * 54 / 100);
		// Now a block moves it by .45 % only: 1,215 tokens.
		assert_noop!(sell(&ALICE, 1_216 * WHOLE), Error::<Test>::BeyondBlockLimit);
		// And a window by a tenth only, which are over.
		assert_noop!(sell(&ALICE, 1_215 * WHOLE), Error::<Test>::BeyondWindowLimit);
		pass(DAY);
		assert_ok!(sell(&ALICE, 2_400 * WHOLE));
	});
}

#[test]
fn fails_when_it_pays_less_than_the_seller_asks_for() {
	bought(TERMS, || {
		let total = Bonding::quote_sell(TOKEN, WHOLE, 0).unwrap().total;
		let sell = |min_out| Bonding::sell(RuntimeOrigin::signed(ALICE), TOKEN, WHOLE, min_out, u64::MAX);
		assert_noop!(sell(total + 1), Error::<Test>::BelowMinOut);
		assert_noop!(sell(Balance::MAX), Error::<Test>::BelowMinOut);
		assert_ok!(sell(total));
	});
}

#[test]
fn fails_when_it_is_late_or_nothing() {
	bought(TERMS, || {
		let now = System::block_number();
		let late = Bonding::sell(RuntimeOrigin::signed(ALICE), TOKEN, WHOLE, 0, now - 1);
		assert_noop!(late, Error::<Test>::DeadlinePassed);
		assert_noop!(sell(&ALICE, 0), Error::<Test>::NothingToTrade);
		let none = Bonding::sell(RuntimeOrigin::none(), TOKEN, 1, 0, u64::MAX);
		assert_eq!(none, Err(DispatchError::BadOrigin));
		let other = Bonding::sell(RuntimeOrigin::signed(ALICE), TOKEN.next().unwrap(), 1, 0, u64::MAX);
		assert_noop!(other, Error::<Test>::UnknownToken);
	});
}

#[test]
fn fails_when_the_seller_has_not_as_many() {
	bought(WIDE, || {
		assert_ok!(buy(&BOB, 500 * WHOLE));
		let nobodys = 1_500 * WHOLE + 1;
		assert_noop!(sell(&ALICE, nobodys), Error::<Test>::NotEnoughTokens);
		assert_noop!(sell(&ALICE, Balance::MAX), Error::<Test>::NotEnoughTokens);
		assert_noop!(sell(&ALICE, 1_000 * WHOLE + 1), TokenError::FundsUnavailable);
		assert_noop!(sell(&CAROL, 1), TokenError::FundsUnavailable);
		// The creator has nothing to sell before its time.
		assert_noop!(sell(&CREATOR, 1), TokenError::FundsUnavailable);
	});
}
