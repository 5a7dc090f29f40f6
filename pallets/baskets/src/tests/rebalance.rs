//! `note_prices` and `rebalance`.

use crate::{mock::*, pallet::*, Book, Noted, Plan, Prices, Schedule, Terms};
use engram_math::{curve::WHOLE, fixed::ATTO};
use engram_primitives::units::{Balance, ENGR};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

/// What a pool pays for tokens, by its formula.
fn proceeds(amount: Balance) -> Balance {
	let (tokens, coins) = (DEPTH * WHOLE, DEPTH / 2 * ENGR);
	// In thousandths of a millionth, so that 128 bits are enough.
	let gross = coins / 1_000 * (amount / 1_000) / ((tokens + amount) / 1_000_000);
	gross - gross * FEE / 1_000_000
}

#[test]
fn sells_what_is_worth_too_much_for_what_is_worth_too_little() {
	ExtBuilder::minted(FREE, 100 * WHOLE, || {
		assert_eq!(Sets::value(BASKET), Some(150 * ENGR));
		assert_ok!(note_prices());
		let prices: Prices = vec![ATTO / 2; 2].try_into().unwrap();
		let (asking, from, until) = (prices.clone(), 1 + AGE, 1 + AGE + LIFE);
		assert_eq!(last_event(), Event::PricesNoted { basket: BASKET, prices, asking, from, until });
		pass(AGE);
		let had = free(&DAVE);
		assert_ok!(rebalance(&DAVE));

		// A is worth 100 and should be worth 75: 50 tokens are too many.
		assert_eq!(one(0).book.held, 150 * WHOLE);
		let outcome = match last_event() {
			Event::Rebalanced { who: DAVE, basket: BASKET, outcome } => outcome,
			other => panic!("{other:?}"),
		};
		let sold = proceeds(50 * WHOLE);
		assert!(outcome.proceeds.abs_diff(sold) < 1_000_000, "{outcome:?} or {sold}");
		assert!(outcome.proceeds >= 245 * ENGR / 10);
		// B should be worth 25 more; what is spent and the fee are what there is, up to one base unit each.
		assert_eq!(outcome.spent, outcome.proceeds * 1_000_000 / 1_005_000);
		assert_eq!((outcome.fee, free(&DAVE) - had), (outcome.spent * 5 / 1_000, outcome.fee));
		assert_eq!(outcome.cash, outcome.proceeds - outcome.spent - outcome.fee);
		assert!(outcome.cash <= 2);
		let bought = one(1).book.held - 100 * WHOLE;
		assert!(bought >= 2 * outcome.spent * 98 / 100 && bought < 2 * outcome.spent, "{bought}");
		assert_eq!((outcome.done, outcome.skipped), (2, 0));
		assert_eq!(
			(record().cash.held, record().rebalanced, record().noted),
			(outcome.cash, Some(1 + AGE), None)
		);
		assert_eq!(gifts(), vec![0; 3]);
		// Fees and moved prices cost less than the slippage of what was traded.
		let value = Sets::value(BASKET).unwrap();
		assert!(value > 149 * ENGR && value < 150 * ENGR, "{value}");
	});
}

#[test]
fn a_basket_at_its_targets_has_nothing_to_trade() {
	ExtBuilder::minted(FREE, 100 * WHOLE, || {
		assert_ok!(set_targets(&[666_667, 333_333]));
		pass(WEEK);
		assert_ok!(note_prices());
		pass(AGE);
		// A third of a millionth of the value is above one base unit, and it is traded.
		assert_ok!(rebalance(&DAVE));
		assert!(one(0).book.held > 200 * WHOLE && one(0).book.held < 20_001 * WHOLE / 100);
		assert!(record().cash.held < ENGR / 1_000);
	});
	ExtBuilder.build_and_execute(|| {
		let half = |token| component(token, WHOLE, 500_000);
		assert_ok!(create(vec![half(A), half(B)].try_into().unwrap(), FREE));
		assert_ok!(mint(&ALICE, 100 * WHOLE));
		assert_ok!(note_prices());
		pass(AGE);
		assert_noop!(rebalance(&DAVE), Error::<Test>::NothingToRebalance);
	});
}

#[test]
fn comes_once_a_week() {
	ExtBuilder::minted(FREE, 100 * WHOLE, || {
		assert_eq!(Sets::next_rebalance(BASKET), Some(Schedule { note: 0, rebalance: None }));
		assert_ok!(note_and_rebalance());
		let (then, shifted) = (1 + AGE, record());
		assert_eq!(Sets::next_rebalance(BASKET), Some(Schedule { note: then + WEEK, rebalance: None }));
		assert_ok!(set_targets(&[0, ONE]));
		for _ in 0..WEEK {
			assert_noop!(note_prices(), Error::<Test>::TooEarly);
			assert_noop!(rebalance(&DAVE), Error::<Test>::NoPrices);
			pass(1);
		}
		assert_eq!(record().constituents[0].book, shifted.constituents[0].book);
		assert_ok!(note_prices());
		for _ in 0..AGE {
			assert_noop!(rebalance(&DAVE), Error::<Test>::TooEarly);
			pass(1);
		}
		assert_ok!(rebalance(&BOB));
		assert_eq!(one(0).book.held, 0);
	});
}

#[test]
fn prices_are_noted_while_they_age_and_not_for_ever() {
	ExtBuilder::minted(FREE, 100 * WHOLE, || {
		assert_ok!(note_prices());
		let (first, last) = (1 + AGE, 1 + AGE + LIFE);
		// Nobody keeps others from rebalancing by noting prices again and again.
		for _ in 0..AGE {
			assert_ok!(note_prices());
			assert_eq!(record().noted, Some(1));
			assert_eq!(
				Sets::next_rebalance(BASKET),
				Some(Schedule { note: 1, rebalance: Some((first, last)) })
			);
			pass(1);
		}
		assert_eq!(
			Sets::next_rebalance(BASKET),
			Some(Schedule { note: last + 1, rebalance: Some((first, last)) })
		);
		for _ in 0..LIFE {
			assert_noop!(note_prices(), Error::<Test>::TooEarly);
			pass(1);
		}
		assert_noop!(note_prices(), Error::<Test>::TooEarly);
		frame_support::assert_storage_noop!({
			let _ = frame_support::storage::with_transaction(|| {
				assert_ok!(rebalance(&DAVE));
				sp_runtime::TransactionOutcome::Rollback(Ok::<_, DispatchError>(()))
			});
		});
		pass(1);
		assert_noop!(rebalance(&DAVE), Error::<Test>::PricesTooOld);
		// Those that are too old do not count beside others.
		change(|record| record.constituents[0].noted = Some(Noted { asking: 1, high: ATTO }));
		assert_ok!(note_prices());
		assert_eq!(one(0).noted, Some(Noted { asking: ATTO / 2, high: ATTO / 2 }));
		pass(AGE);
		assert_ok!(rebalance(&DAVE));
	});
}

#[test]
fn the_lowest_asking_price_and_the_highest_price_are_kept() {
	ExtBuilder::minted(FREE, 100 * WHOLE, || {
		let half = ATTO / 2;
		// Buyers of A pay a quarter more.
		Premiums::mutate(|premiums| premiums.insert(A, 250_000));
		// Of 90, 120 and 100 hundredths of the coins.
		for (coins, low, high) in [(90, 90, 90), (120, 90, 120), (100, 90, 120)] {
			Pools::set(A, DEPTH * WHOLE, DEPTH / 2 * ENGR / 100 * coins);
			assert_ok!(note_prices());
			assert_eq!(one(0).noted, Some(Noted { asking: half / 80 * low, high: half / 100 * high }));
			let prices = vec![half / 100 * coins, half].try_into().unwrap();
			let asking = vec![half / 80 * coins, half].try_into().unwrap();
			let (from, until) = (1 + AGE, 1 + AGE + LIFE);
			assert_eq!(last_event(), Event::PricesNoted { basket: BASKET, prices, asking, from, until });
			pass(1);
		}
		assert_eq!(one(1).noted, Some(Noted { asking: half, high: half }));
		// Nor does a lower one that buyers pay change the other.
		Pools::set(A, DEPTH * WHOLE, DEPTH / 2 * ENGR);
		Premiums::set(Default::default());
		assert_ok!(note_prices());
		assert_eq!(one(0).noted, Some(Noted { asking: half, high: half / 100 * 120 }));
	});
}

#[test]
fn fails_when_the_call_is_wrong() {
	ExtBuilder::created(FREE, || {
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(Sets::note_prices(origin.clone(), BASKET), DispatchError::BadOrigin);
			assert_noop!(Sets::rebalance(origin, BASKET), DispatchError::BadOrigin);
		}
		let (dave, other) = (RuntimeOrigin::signed(DAVE), BASKET.next().unwrap());
		assert_noop!(Sets::note_prices(dave.clone(), other), Error::<Test>::UnknownBasket);
		assert_noop!(Sets::rebalance(dave, other), Error::<Test>::UnknownBasket);
		assert_noop!(note_prices(), Error::<Test>::NothingToRebalance);
		assert_noop!(rebalance(&DAVE), Error::<Test>::NoPrices);
		// All shares are redeemed meanwhile.
		assert_ok!(mint(&ALICE, WHOLE));
		assert_ok!(note_prices());
		assert_ok!(redeem(&ALICE, WHOLE));
		pass(AGE);
		assert_noop!(rebalance(&DAVE), Error::<Test>::NothingToRebalance);
	});
}

/// 100 of each of A, B and C, which should be 20, 30 and 50 hundredths.
fn with_three(test: impl FnOnce()) {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(create(three(), FREE));
		assert_ok!(mint(&ALICE, 100 * WHOLE));
		test();
	});
}

#[test]
fn a_token_without_a_price_is_left_alone() {
	with_three(|| {
		Halted::mutate(|halted| halted.insert(A));
		assert_ok!(note_and_rebalance());
		// Of B and C, whose targets are now 375 and 625 thousandths of 100 coins.
		assert_eq!((one(0).book.held, one(1).book.held), (100 * WHOLE, 75 * WHOLE));
		assert!(one(2).book.held > 124 * WHOLE && record().cash.held <= 2);
	});
	// Nor is one that had no price when prices were noted.
	with_three(|| {
		Halted::mutate(|halted| halted.insert(A));
		assert_ok!(note_prices());
		Halted::set(Default::default());
		pass(AGE);
		assert_ok!(rebalance(&DAVE));
		assert_eq!(one(0).book.held, 100 * WHOLE);
	});
	// Nor is one that had none at one of the notes.
	with_three(|| {
		assert_ok!(note_prices());
		Halted::mutate(|halted| halted.insert(A));
		assert_ok!(note_prices());
		Halted::set(Default::default());
		pass(AGE);
		assert_ok!(rebalance(&DAVE));
		assert_eq!(one(0).book.held, 100 * WHOLE);
	});
	// Nothing is left that is aimed at.
	with_three(|| {
		assert_ok!(set_targets(&[ONE, 0, 0]));
		pass(WEEK);
		assert_ok!(note_prices());
		pass(AGE);
		Halted::mutate(|halted| halted.insert(A));
		assert_noop!(rebalance(&DAVE), Error::<Test>::NothingToRebalance);
		assert_eq!(Sets::orders(BASKET), None);
	});
}

#[test]
fn an_order_that_is_refused_stops_no_other() {
	// A sale.
	with_three(|| {
		Refused::mutate(|refused| refused.insert(A));
		assert_ok!(note_and_rebalance());
		let Event::Rebalanced { outcome, .. } = last_event() else { panic!() };
		assert_eq!((outcome.done, outcome.skipped), (2, 1));
		// A should be 60, B 90 and C 150 tokens.
		assert_eq!((one(0).book.held, one(1).book.held), (100 * WHOLE, 90 * WHOLE));
		assert!(one(2).book.held > 109 * WHOLE);
		assert_eq!(gifts(), vec![0; 4]);
	});
	// The only purchase: what the sales brought waits, is a part of the value, and is redeemed and minted like a token.
	with_three(|| {
		Refused::mutate(|refused| refused.insert(C));
		assert_ok!(note_and_rebalance());
		let Event::Rebalanced { outcome, .. } = last_event() else { panic!() };
		assert_eq!((outcome.done, outcome.skipped, outcome.spent, outcome.fee), (2, 1, 0, 0));
		assert_eq!(record().cash, Book { held: outcome.proceeds, owed: 0 });
		// Both sales moved their prices a little: 60 A, 90 B, 100 C at half a coin each, and the coins.
		let value = Sets::value(BASKET).unwrap();
		assert!(value > 149 * ENGR && value < 150 * ENGR, "{value}");
		let had = free(&ALICE);
		assert_ok!(redeem(&ALICE, 50 * WHOLE));
		assert_eq!(free(&ALICE) - had, outcome.cash / 2);
		let cost = record().cash.held;
		assert_ok!(mint(&ALICE, 50 * WHOLE));
		assert_eq!(record().cash.held, 2 * cost);
		check();
		// A week later it is spent.
		Refused::set(Default::default());
		pass(WEEK);
		let had = free(&BOB);
		assert_ok!(note_prices());
		pass(AGE);
		assert_ok!(rebalance(&BOB));
		let Event::Rebalanced { outcome, .. } = last_event() else { panic!() };
		assert!(outcome.spent >= 2 * cost * 99 / 100, "{outcome:?}");
		assert!(free(&BOB) - had == outcome.fee && outcome.fee > 0 && one(2).book.held > 149 * WHOLE);
	});
}

#[test]
fn a_market_that_takes_little_gets_a_part() {
	ExtBuilder::minted(FREE, 100 * WHOLE, || {
		// The sale is worth 25 coins, a sixteenth of it 1.56.
		MostTraded::set(2 * ENGR);
		assert_ok!(note_and_rebalance());
		assert_eq!(one(0).book.held, 200 * WHOLE - 50 * WHOLE / 16);
		let Event::Rebalanced { outcome, .. } = last_event() else { panic!() };
		assert_eq!((outcome.done, outcome.skipped), (2, 0));
		// A week later a part of what is left, which is worth 23.4 coins and more than 1,024 of these.
		MostTraded::set(25 * ENGR / 1_024);
		pass(WEEK);
		let before = one(0).book.held;
		assert_ok!(note_prices());
		// In the first half of the time nothing smaller than a sixteenth is tried.
		for blocks in [AGE, LIFE / 2] {
			pass(blocks);
			assert_noop!(rebalance(&DAVE), Error::<Test>::NothingToRebalance);
		}
		pass(1);
		assert_ok!(rebalance(&DAVE));
		let sold = before - one(0).book.held;
		assert!((45 * WHOLE..50 * WHOLE).contains(&(sold * 1_024)), "{sold}");
	});
	ExtBuilder::minted(FREE, 100 * WHOLE, || {
		MostTraded::set(ENGR / 64);
		assert_ok!(note_prices());
		pass(AGE + LIFE);
		assert_noop!(rebalance(&DAVE), Error::<Test>::NothingToRebalance);
	});
}

#[test]
fn a_market_that_is_crooked_is_not_dealt_with() {
	with_three(|| {
		Crooked::mutate(|crooked| crooked.extend([A, C]));
		assert_ok!(note_and_rebalance());
		let Event::Rebalanced { outcome, .. } = last_event() else { panic!() };
		assert_eq!((outcome.done, outcome.skipped), (1, 2));
		assert_eq!((one(0).book.held, one(2).book.held), (100 * WHOLE, 100 * WHOLE));
		assert_eq!(gifts(), vec![0; 4]);
	});
}

#[test]
fn orders_are_within_the_slippage_of_all_prices() {
	let traded = |token: usize, noted: Noted, slippage: u32| {
		let mut traded = 0;
		ExtBuilder::minted(Terms { slippage, ..FREE }, 100 * WHOLE, || {
			assert_ok!(note_prices());
			pass(AGE);
			change(|record| record.constituents[token].noted = Some(noted));
			let _ = rebalance(&DAVE);
			traded = one(token).book.held.abs_diff([200 * WHOLE, 100 * WHOLE][token]);
		});
		traded
	};
	let sold = |price: Balance, slippage| traded(0, Noted { asking: price, high: price }, slippage);
	let half = ATTO / 2;
	// The fee and the moved price together are a bit more than three thousandths.
	assert_eq!(sold(half, 4_000), 50 * WHOLE);
	assert_eq!(sold(half, 3_000), 0);
	// A lower noted price does not make the order worse than the price of now.
	assert_eq!(sold(half / 2, 3_000), 0);
	// A higher one makes it stricter.
	assert_eq!(sold(half * 1_001 / 1_000, 5_000), 50 * WHOLE);
	assert_eq!(sold(half * 1_002 / 1_000, 5_000), 0);
	// Of several notes the strictest counts: the highest of what is sold, the lowest asking one of what is bought.
	let (less, more) = (half / 2, half * 2);
	assert_eq!(traded(0, Noted { asking: less, high: half }, 5_000), 50 * WHOLE);
	assert_eq!(traded(0, Noted { asking: less, high: more }, 5_000), 0);
	assert!(traded(1, Noted { asking: half, high: more }, 5_000) > 49 * WHOLE);
	assert_eq!(traded(1, Noted { asking: less, high: more }, 5_000), 0);
}

#[test]
fn a_token_that_costs_half_more_to_buy_is_bought() {
	ExtBuilder::minted(FREE, 100 * WHOLE, || {
		Premiums::mutate(|premiums| premiums.insert(B, 500_000));
		assert_eq!(Sets::value(BASKET), Some(150 * ENGR));
		let Plan::Buy { pay, least } = Sets::orders(BASKET).unwrap()[1].1 else { panic!() };
		// At three quarters of a coin, less 2 %.
		assert_eq!(least, (pay * 4).div_ceil(3).saturating_mul(98).div_ceil(100));
		let issued = Balances::total_issuance();
		assert_ok!(note_and_rebalance());
		let Event::Rebalanced { outcome, .. } = last_event() else { panic!() };
		assert_eq!((outcome.done, outcome.skipped), (2, 0));
		assert_eq!(one(0).book.held, 150 * WHOLE);
		let (bought, at_asking) = (one(1).book.held - 100 * WHOLE, outcome.spent * 4 / 3);
		assert!(bought >= at_asking * 98 / 100 && bought < at_asking, "{bought} of {at_asking}");
		// No more is spent than B lacked by its price, so it lacks a third of that still.
		assert!(one(1).book.held < 134 * WHOLE);
		// Not a coin is lost: what was bought is worth what buyers do not pay above the price.
		assert_eq!((gifts(), Balances::total_issuance()), (vec![0; 3], issued));
		assert_eq!(outcome.cash, outcome.proceeds - outcome.spent - outcome.fee);
		let value = Sets::value(BASKET).unwrap();
		assert!(value > 1_410 * ENGR / 10 && value < 142 * ENGR, "{value}");
	});
	// What is sold for it is judged by its price alone.
	ExtBuilder::minted(FREE, 100 * WHOLE, || {
		Premiums::mutate(|premiums| premiums.insert(A, 500_000));
		assert_ok!(note_and_rebalance());
		assert_eq!(one(0).book.held, 150 * WHOLE);
	});
}

#[test]
fn a_purchase_is_within_the_slippage_of_the_asking_price() {
	// The fee and the moved price of the purchase are a bit more than two thousandths of what is paid.
	let bought = |asking: Balance, premium: u32, slippage| {
		let mut bought = 0;
		ExtBuilder::minted(Terms { slippage, ..FREE }, 100 * WHOLE, || {
			Premiums::mutate(|premiums| premiums.insert(B, premium));
			assert_ok!(note_prices());
			pass(AGE);
			change(|record| record.constituents[1].noted = Some(Noted { asking, high: ATTO }));
			let _ = rebalance(&DAVE);
			bought = one(1).book.held - 100 * WHOLE;
		});
		bought
	};
	let asked = ATTO * 3 / 4;
	assert!(bought(asked, 500_000, 5_000) > 32 * WHOLE);
	assert_eq!(bought(asked, 500_000, 1_000), 0);
	// One that was noted lower makes the purchase stricter, one that was noted higher does not loosen it.
	assert!(bought(asked * 9_990 / 10_000, 500_000, 5_000) > 32 * WHOLE);
	assert_eq!(bought(asked * 9_960 / 10_000, 500_000, 5_000), 0);
	assert_eq!(bought(asked * 2, 500_000, 1_000), 0);
	// Nor does the price without what buyers pay above it.
	assert_eq!(bought(ATTO / 2, 500_000, 5_000), 0);
	assert!(bought(ATTO / 2, 0, 5_000) > 48 * WHOLE);
}

#[test]
fn a_purchase_is_judged_by_what_the_terms_accept() {
	let bought = |premium: u32, most_premium: u32| {
		let mut bought = 0;
		ExtBuilder::minted(Terms { most_premium, slippage: 5_000, ..FREE }, 100 * WHOLE, || {
			Premiums::mutate(|premiums| premiums.insert(B, premium));
			assert_ok!(note_prices());
			// The event tells what buyers pay, and the note keeps what is accepted of it.
			let price = ATTO / 2;
			let asked = price + price * Balance::from(premium) / 1_000_000;
			let Event::PricesNoted { asking, .. } = last_event() else { panic!() };
			assert_eq!(asking[1], asked);
			let accepted = price + price * Balance::from(premium.min(most_premium)) / 1_000_000;
			assert_eq!(one(1).noted, Some(Noted { asking: accepted, high: price }));
			let Plan::Buy { pay, least } = Sets::orders(BASKET).unwrap()[1].1 else { panic!() };
			let whole = (pay * ATTO.div_ceil(1_000_000)).div_ceil(accepted / 1_000_000);
			assert!(least.abs_diff(whole * 995 / 1_000) < WHOLE / 1_000, "{least} of {whole}");
			pass(AGE);
			let _ = rebalance(&DAVE);
			bought = one(1).book.held - 100 * WHOLE;
		});
		bought
	};
	assert!(bought(500_000, 500_000) > 32 * WHOLE);
	assert!(bought(500_000, ONE) > 32 * WHOLE);
	// A bit more is within the slippage.
	assert!(bought(500_000, 499_000) > 32 * WHOLE);
	assert_eq!(bought(500_000, 490_000), 0);
	assert_eq!(bought(500_000, 0), 0);
	assert!(bought(0, 0) > 48 * WHOLE);
}

/// Who moves a price makes no room for a premium that the terms do not accept.
#[test]
fn a_moved_price_raises_no_premium() {
	for moves in [false, true] {
		ExtBuilder::minted(Terms { most_premium: 200_000, ..FREE }, 100 * WHOLE, || {
			let premium = if moves { 500_000 } else { 200_000 };
			Premiums::mutate(|premiums| premiums.insert(B, premium));
			assert_ok!(note_prices());
			pass(AGE);
			if moves {
				// What buyers paid when prices were noted is now the price and a premium that is accepted.
				let (in_pool, coins) = Pools::get(B);
				Pools::set(B, in_pool, coins * 5 / 4);
				Premiums::mutate(|premiums| premiums.insert(B, 200_000));
			}
			assert_ok!(rebalance(&DAVE));
			assert_eq!(one(1).book.held > 100 * WHOLE, !moves);
		});
	}
}

#[test]
fn plans_say_what_a_rebalancing_does() {
	ExtBuilder::minted(FREE, 100 * WHOLE, || {
		let plans = Sets::orders(BASKET).unwrap();
		assert_eq!(plans[0], (A, Plan::Sell { amount: 50 * WHOLE, least: 245 * ENGR / 10 }));
		let pay = 245 * ENGR / 10 * 1_000_000 / 1_005_000;
		let Plan::Buy { pay: planned, least } = plans[1].1 else { panic!() };
		assert_eq!((plans[1].0, planned, least), (B, pay, (2 * pay * 98).div_ceil(100)));
		// Prices that were noted too long ago do not count.
		assert_ok!(note_prices());
		change(|record| record.constituents[0].noted = Some(Noted { asking: ATTO / 2, high: ATTO }));
		assert_eq!(Sets::orders(BASKET).unwrap()[0].1, Plan::Sell { amount: 50 * WHOLE, least: 49 * ENGR });
		pass(AGE + LIFE + 1);
		assert_eq!(Sets::orders(BASKET), Some(plans));
	});
}
