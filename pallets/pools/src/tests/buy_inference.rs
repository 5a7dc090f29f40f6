//! `buy_inference`, and what becomes of the payment.

use crate::{mock::*, pallet::*, Payment, Terms};
use engram_math::pool::inference_price_ceil;
use engram_primitives::{units::Balance, Cid, JobId, VersionId};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{DispatchError, TokenError};

const ROWS: u32 = 20;

fn price() -> Balance {
	inference_price_ceil(record().left, RATE, TERMS.factor, u64::from(ROWS) * VALUES).unwrap()
}

/// Alice has tokens.
fn funded(test: impl FnOnce()) {
	ExtBuilder::opened(TERMS, || {
		give(&CREATOR, &ALICE, 10_000_000_000_000_000);
		test();
	});
}

#[test]
fn waits_until_the_answers_are_served() {
	funded(|| {
		let (price, had) = (price(), tokens(&ALICE));
		let job = ask(&ALICE, ROWS).unwrap();
		assert_eq!((tokens(&ALICE), free(&ALICE), free(&MARKET)), (had - price, RICHES - FEE, ED + FEE));
		// It is no part of what is left: nobody moves the price by asking.
		assert_eq!((record().pending, record().left), (price, POOL));
		assert_eq!(Pooling::payment(job), Some(Payment { token: TOKEN, payer: ALICE, amount: price }));
		check_pot(0);
		let bought =
			Event::InferenceBought { who: ALICE, token: TOKEN, job, version: VERSION, amount: price };
		assert_eq!(last_event(), bought);

		serve(job, true);
		assert_eq!((record().pending, record().left, record().received), (0, POOL + price, price));
		assert_eq!((tokens(&ALICE), Pooling::payment(job)), (had - price, None));
		check_pot(0);
		let left = POOL + price;
		assert_eq!(last_event(), Event::InferenceEarned { token: TOKEN, job, amount: price, left });
		// The job ends once.
		serve(job, false);
		assert_eq!((record().left, tokens(&ALICE)), (left, had - price));
	});
}

#[test]
fn goes_back_when_nobody_answers() {
	funded(|| {
		let (price, had) = (price(), tokens(&ALICE));
		let job = ask(&ALICE, ROWS).unwrap();
		// Whatever the price is meanwhile.
		assert!(next_update(&BOB, TERMS.unit_gain) > 0);
		let left = record().left;
		serve(job, false);
		assert_eq!((tokens(&ALICE), record().pending, record().left), (had, 0, left));
		assert_eq!(record().received, 0);
		check_pot(0);
		assert_eq!(last_event(), Event::InferenceRefunded { who: ALICE, token: TOKEN, job, amount: price });
	});
}

/// Alice gives away what she has left and closes her account: nothing can be given back to her, and the job ends all the same.
#[test]
fn stays_with_the_pool_when_it_cannot_go_back() {
	ExtBuilder::opened(TERMS, || {
		let price = price();
		give(&CREATOR, &ALICE, price + 1);
		let job = ask(&ALICE, ROWS).unwrap();
		give(&ALICE, &BOB, 1);
		assert_ok!(Balances::transfer_all(RuntimeOrigin::signed(ALICE), BOB, false));
		assert!(!System::account_exists(&ALICE));
		serve(job, false);
		assert_eq!((record().pending, record().left, record().received), (0, POOL + price, price));
		assert_eq!(last_event(), Event::RefundKept { who: ALICE, token: TOKEN, job, amount: price });
		check_pot(0);
	});
}

#[test]
fn costs_more_the_more_there_is_left() {
	funded(|| {
		let before = price();
		assert!(update(&BOB, TERMS.unit_gain) > 0);
		let after = price();
		assert!(after < before);
		let job = ask(&ALICE, ROWS).unwrap();
		assert_eq!(price(), after);
		serve(job, true);
		assert!(price() > after);
	});
}

#[test]
fn jobs_that_were_not_paid_in_tokens_change_nothing() {
	funded(|| {
		let before = (record(), events().len());
		serve(JobId(44), true);
		serve(JobId(44), false);
		assert_eq!((record(), events().len()), before);
	});
}

#[test]
fn fails_when_it_costs_too_much() {
	funded(|| {
		let price = price();
		assert_noop!(ask_for(&ALICE, VERSION, ROWS, price - 1), Error::<Test>::AboveMaxIn);
		assert_ok!(ask_for(&ALICE, VERSION, ROWS, price));
	});
}

#[test]
fn fails_when_it_comes_too_late() {
	funded(|| {
		let ask = |deadline| {
			Pooling::buy_inference(
				RuntimeOrigin::signed(ALICE),
				VERSION,
				Cid::of_raw(b"rows"),
				ROWS,
				Default::default(),
				0,
				FEE,
				Balance::MAX,
				deadline,
			)
		};
		pass(5);
		assert_noop!(ask(5), Error::<Test>::DeadlinePassed);
		assert_ok!(ask(6));
	});
}

#[test]
fn fails_when_signed_by_nobody() {
	funded(|| {
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			let ask = Pooling::buy_inference(
				origin,
				VERSION,
				Cid::of_raw(b"rows"),
				ROWS,
				Default::default(),
				0,
				FEE,
				Balance::MAX,
				9,
			);
			assert_noop!(ask, DispatchError::BadOrigin);
		}
	});
}

#[test]
fn fails_without_a_pool() {
	funded(|| {
		assert_noop!(ask_for(&ALICE, OTHER_VERSION, ROWS, Balance::MAX), Error::<Test>::NoPool);
		assert_noop!(ask_for(&ALICE, VersionId(99), ROWS, Balance::MAX), Error::<Test>::UnknownVersion);
	});
}

#[test]
fn fails_while_the_pool_closes() {
	ExtBuilder::opened(TERMS, || {
		for who in [ALICE, BOB, CAROL] {
			assert_ok!(Assets::touch(RuntimeOrigin::signed(who), TOKEN.0));
		}
		donate(&CREATOR, SHARE);
		assert_ok!(close());
		assert_noop!(ask(&ALICE, ROWS), Error::<Test>::NotOpen);
	});
}

#[test]
fn fails_when_the_market_refuses() {
	funded(|| {
		Full::set(true);
		assert_noop!(ask(&ALICE, ROWS), DispatchError::Other("full"));
		Full::set(false);
		assert_noop!(ask(&ALICE, 0), DispatchError::Other("no rows"));
		assert_ok!(ask(&ALICE, ROWS));
	});
}

#[test]
fn fails_when_the_consumer_has_too_little() {
	ExtBuilder::opened(TERMS, || {
		assert_noop!(ask(&BOB, ROWS), TokenError::FundsUnavailable);
		give(&CREATOR, &BOB, price() - 1);
		assert_noop!(ask(&BOB, ROWS), TokenError::FundsUnavailable);
		give(&CREATOR, &BOB, 1);
		assert_noop!(ask(&BOB, ROWS), TokenError::NotExpendable);
		give(&CREATOR, &BOB, 1);
		assert_ok!(ask(&BOB, ROWS));
		assert_eq!(Assets::balance(TOKEN.0, &BOB), 1);
	});
}

#[test]
fn the_factor_is_the_price_of_a_unit_of_work() {
	let costs = |factor| {
		let mut cost = 0;
		ExtBuilder::opened(Terms { factor, ..TERMS }, || {
			cost = Pooling::quote_inference(VERSION, 100, 0).unwrap().amount;
		});
		cost
	};
	let whole = costs(TERMS.factor);
	assert_eq!(costs(TERMS.factor / 1_000), whole.div_ceil(1_000));
	assert_eq!(costs(1), 1);
}
