//! The view functions.

use crate::{mock::*, Quote, Terms};
use engram_math::{curve::WHOLE, fixed::ATTO};
use engram_primitives::units::ENGR;
use frame_support::{assert_noop, assert_ok, storage::with_transaction};
use sp_runtime::{DispatchError, DispatchResult, TransactionOutcome};

#[test]
fn quotes_are_what_trades_do() {
	ExtBuilder::launched(Terms { burn_rate: 50_000, ..TERMS }, || {
		mature();
		succeed();
		let quote = Bonding::quote_buy(TOKEN, 1_000 * WHOLE, 10_000).unwrap();
		let fee = 521 * 10_135 * ENGR / 1_000_000;
		assert_eq!(
			quote,
			Quote {
				amount: 1_000 * WHOLE,
				value: 521 * ENGR,
				premium: 521 * ENGR,
				fee,
				total: 1_042 * ENGR + fee,
				destroyed: 0,
				price_before: ATTO * 52 / 100,
				price_after: ATTO * 522 / 1_000,
				// .002 / .52.
				impact: 3_847,
				limit: (1_042 * ENGR + fee) * 101 / 100,
			}
		);
		assert_ok!(buy(&ALICE, 1_000 * WHOLE));
		assert_eq!(RICHES - free(&ALICE), quote.total);

		let quote = Bonding::quote_spend(TOKEN, 500 * ENGR, 20_000).unwrap();
		assert_ok!(spend(&BOB, 500 * ENGR));
		assert_eq!((tokens(&BOB), RICHES - free(&BOB)), (quote.amount, quote.total));
		assert_eq!(quote.limit, quote.amount - (quote.amount * 2).div_ceil(100));

		pass(1);
		let quote = Bonding::quote_sell(TOKEN, 400 * WHOLE, 10_000).unwrap();
		let had = free(&ALICE);
		assert_ok!(sell(&ALICE, 400 * WHOLE));
		assert_eq!(free(&ALICE) - had, quote.total);
		assert_eq!((quote.premium, quote.destroyed), (0, 20 * WHOLE));
		assert_eq!(quote.total, quote.value - quote.fee);
		assert_eq!(quote.limit, quote.total - quote.total.div_ceil(100));
		assert_eq!((quote.price_after, Some(quote.price_after)), (record().price, Bonding::price(TOKEN)));
		assert!(quote.price_before > quote.price_after && quote.impact > 0);
	});
}

/// A wallet asks at the head, and its trade is included later: what the head's block moved is over by then, and the fee of the launch
/// is less.
#[test]
fn quotes_are_of_the_next_block() {
	ExtBuilder::launched(TERMS, || {
		pass(1);
		let quote = Bonding::quote_buy(TOKEN, WHOLE, 0).unwrap();
		pass(1);
		assert_ok!(buy(&BOB, WHOLE));
		assert_eq!(RICHES - free(&BOB), quote.total);

		mature();
		let most = (1..)
			.map(|more| more * WHOLE)
			.take_while(|amount| Bonding::quote_buy(TOKEN, *amount, 0).is_some());
		let most = most.last().unwrap();
		assert_ok!(buy(&CAROL, most));
		assert_noop!(buy(&ALICE, WHOLE), crate::Error::<Test>::BeyondBlockLimit);
		assert_noop!(spend(&ALICE, ENGR), crate::Error::<Test>::BeyondBlockLimit);
		let buying = Bonding::quote_buy(TOKEN, WHOLE, 0).unwrap();
		let spending = Bonding::quote_spend(TOKEN, ENGR, 0).unwrap();
		pass(1);
		let trades: [(Quote, fn() -> DispatchResult); 2] =
			[(buying, || buy(&ALICE, WHOLE)), (spending, || spend(&ALICE, ENGR))];
		for (quote, trade) in trades {
			let moved = with_transaction(|| {
				let moved = trade().map(|()| (tokens(&ALICE), RICHES - free(&ALICE)));
				TransactionOutcome::Rollback(Ok::<_, DispatchError>(moved))
			});
			assert_eq!(moved, Ok(Ok((quote.amount, quote.total))));
		}
		let selling = Bonding::quote_sell(TOKEN, most, 0).unwrap();
		let had = free(&CAROL);
		pass(1);
		assert_ok!(sell(&CAROL, most));
		assert_eq!(free(&CAROL) - had, selling.total);
	});
}

#[test]
fn refused_trades_have_no_quote() {
	ExtBuilder::launched(TERMS, || {
		let other = TOKEN.next().unwrap();
		for token in [other, TOKEN] {
			assert_eq!(Bonding::quote_sell(token, 1, 0), None);
		}
		assert_eq!((Bonding::quote_buy(other, 1, 0), Bonding::quote_spend(other, ENGR, 0)), (None, None));
		assert_eq!(Bonding::quote_buy(TOKEN, 0, 0), None);
		assert_eq!(Bonding::quote_buy(TOKEN, 100_000 * WHOLE, 0), None);
		assert_eq!(Bonding::quote_spend(TOKEN, 2, 0), None);
		assert!(Bonding::quote_buy(TOKEN, 1, u32::MAX).is_some());
	});
}

#[test]
fn reads_what_a_wallet_shows() {
	ExtBuilder::launched(Terms { graduation: 6_000 * ENGR, ..TERMS }, || {
		mature();
		assert_eq!((Bonding::token_of(MODEL), Bonding::token_of(OTHER_MODEL)), (Some(TOKEN), None));
		assert_eq!(Bonding::curve(TOKEN), Some(record()));
		assert_eq!((Bonding::price(TOKEN), Bonding::multiplier(TOKEN)), (Some(ATTO * 52 / 100), Some(ONE)));
		assert_eq!(Bonding::pot_account(TOKEN), Bonding::pot_of(TOKEN));
		assert_eq!(Bonding::claims(TOKEN), claims());
		assert!(!Bonding::is_ripe(TOKEN));
		// The reserve is enough, and the limiter's first window is over.
		assert_ok!(buy(&ALICE, 2_000 * WHOLE));
		assert!(Bonding::is_ripe(TOKEN));
		// .7 * .004 / 14,400 a block.
		assert_eq!(Bonding::momentum(TOKEN), Some(194_444_444_444));
		assert_eq!(Bonding::history(TOKEN), Some(record().history));
		let other = TOKEN.next().unwrap();
		assert_eq!(
			(Bonding::curve(other), Bonding::price(other), Bonding::momentum(other)),
			(None, None, None)
		);
		assert_eq!((Bonding::history(other), Bonding::multiplier(other)), (None, None));
		assert_eq!((Bonding::releasable_of(other), Bonding::is_ripe(other)), (None, false));
	});
}

#[test]
fn momentum_falls_with_the_price() {
	ExtBuilder::launched(TERMS, || {
		mature();
		assert_ok!(buy(&ALICE, 2_000 * WHOLE));
		pass(DAY + HOUR);
		assert_ok!(sell(&ALICE, 2_000 * WHOLE));
		// Rounded towards minus infinity.
		assert_eq!(Bonding::momentum(TOKEN), Some(-194_444_444_445));
	});
}
