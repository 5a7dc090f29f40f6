//! Graduations after any trades, and what those lose who try to skew them.

use super::graduate::SOON;
use crate::{mock::*, pallet::*, CurveState, Terms};
use engram_cases::cases_of_thousand;
use engram_math::curve::{graduation_tokens_floor, Parameters, WHOLE};
use engram_primitives::{
	market::TokenMarket,
	units::{Balance, ENGR},
};
use frame_support::{assert_noop, assert_ok};
use proptest::{
	prelude::*,
	strategy::ValueTree,
	test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

const COIN: i128 = ENGR as i128;

fn profit(who: &AccountId) -> i128 {
	i128::try_from(free(who)).unwrap() - i128::try_from(RICHES).unwrap()
}

fn engr(amount: i128) -> f64 {
	amount as f64 / ENGR as f64
}

/// Buys until the block's limit or the supply stops it.
fn buy_on(who: &AccountId, part: Balance) {
	while buy(who, part).is_ok() {}
}

/// Whatever was traded before: the pool has the reserve, and its price is the last one of the curve to a millionth.
fn graduates_after_trades(curve: Parameters, seed: u8) {
	ExtBuilder.build_and_execute(|| {
		let terms = Terms { graduation: 5_000 * ENGR, creator_share: 0, burn_rate: 30_000, ..WIDE };
		assert_ok!(launch(curve, terms));
		let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
		let mut runner = TestRunner::new_with_rng(Config::default(), rng);
		let trade = (0u128..4_000 * WHOLE, prop::bool::weighted(0.7), 0usize..3);
		let most = 20 + cases_of_thousand(256).cases.saturating_mul(2);
		for number in 0..most {
			let (amount, buys, who) = trade.new_tree(&mut runner).unwrap().current();
			let who = [ALICE, BOB, CAROL][who].clone();
			let _ = if buys { buy(&who, amount) } else { sell(&who, amount.min(tokens(&who))) };
			pass(1);
			if number + 1 == most {
				next_window();
			}
			let (ripe, before) = (Bonding::is_ripe(TOKEN), record());
			assert!(before.has_room(before.supply().unwrap(), before.reserve, before.price));
			// Now and then somebody tries, and at the end it succeeds.
			if number % 64 != 0 && number + 1 < most {
				continue;
			}
			if !ripe {
				let enough = before.reserve >= before.terms.graduation;
				let refused = if enough { Error::<Test>::TooYoung } else { Error::<Test>::NotRipe };
				assert_noop!(graduate(), refused);
				continue;
			}
			assert_ok!(graduate());
			let (money, in_pool) = reserves();
			assert_eq!(money, before.reserve);
			assert_eq!(Ok(in_pool), graduation_tokens_floor(money, before.price));
			let price = Bonding::price(TOKEN).unwrap();
			assert!(price >= before.price && price - before.price <= before.price / 1_000_000 + 1);
			break;
		}
		assert_eq!(record().state, CurveState::Graduated);
	});
}

#[test]
fn the_pool_begins_at_the_last_price() {
	for (seed, curve) in [LINEAR, EXPONENTIAL, SIGMOID].into_iter().enumerate() {
		graduates_after_trades(curve, 50 + seed as u8);
	}
}

/// Purchases leave the room that claims and pool will need, so a curve that nothing is left of graduates too.
#[test]
fn the_last_token_can_be_bought_before() {
	for curve in [LINEAR, EXPONENTIAL, SIGMOID] {
		ExtBuilder.build_and_execute(|| {
			assert_ok!(launch(curve, WIDE));
			mature();
			let mut part = 4_000 * WHOLE;
			while part > 0 {
				for who in [ALICE, BOB, CAROL] {
					while free(&who) > 100_000 * ENGR && buy(&who, part).is_ok() {
						next_window();
					}
				}
				part /= 10;
			}
			assert_noop!(buy(&ALICE, 4), Error::<Test>::SupplyExhausted);
			let before = record();
			assert_ok!(graduate());
			assert_eq!(Ok(graduation().tokens), graduation_tokens_floor(before.reserve, before.price));
			assert!(record().room().unwrap() <= 16, "{:?}", record().room());
			Epoch::mutate(|epoch| *epoch += 200);
			assert_ok!(claim(0));
			assert_ok!(claim(1));
		});
	}
}

/// Selling in the new pool pays no more than the curve would have paid without a fee: nobody gains by the graduation.
#[test]
fn the_pool_pays_no_more_than_the_curve() {
	for curve in [LINEAR, EXPONENTIAL, SIGMOID] {
		for amount in [WHOLE, 100 * WHOLE, 3_000 * WHOLE, 12_000 * WHOLE] {
			ExtBuilder.build_and_execute(|| {
				assert_ok!(launch(curve, Terms { graduation: 5_000 * ENGR, ..WIDE }));
				mature();
				for _ in 0..6 {
					assert_ok!(buy(&ALICE, 2_000 * WHOLE));
					pass(1);
				}
				let before = record();
				let integral = before.curve.sale_integral_floor(before.supply().unwrap(), amount).unwrap();
				assert_ok!(graduate());
				let got = Bonding::sell_tokens(&ALICE, TOKEN, amount, 1).unwrap();
				assert!(got < integral, "{got} of {integral}");
			});
		}
	}
}

/// Buys up to the graduation as fast as the limiter lets it, graduates and sells everything in the pool.
#[test]
fn who_pumps_a_curve_into_its_pool_loses() {
	ExtBuilder::launched(SOON, || {
		mature();
		assert_ok!(buy(&BOB, 500 * WHOLE));
		for _ in 0..10 {
			pass(1);
			buy_on(&ALICE, 500 * WHOLE);
		}
		let owned = tokens(&ALICE);
		let paid = -profit(&ALICE);
		assert_ok!(graduate());
		assert_ok!(Bonding::sell_tokens(&ALICE, TOKEN, owned, 1));
		println!("who pumped with {} ENGR loses {}", engr(paid), engr(-profit(&ALICE)));
		assert!(owned > 15_000 * WHOLE && profit(&ALICE) < -paid / 4, "{}", engr(profit(&ALICE)));
	});
}

/// A curve that is ripe from the launch on. In its pool Alice buys for a thousand coins, without extra fee and limiter, and sells to
/// Bob, who waited until the extra fee was over and buys for as much.
#[test]
fn nobody_escapes_the_launch_by_a_graduation() {
	let terms = Terms { graduation: 5_000 * ENGR, ..TERMS };
	let mut gained = 0;
	ExtBuilder::launched(terms, || {
		assert_noop!(graduate(), Error::<Test>::TooYoung);
		// As if the curve did not have to be of any age.
		let window = |window| {
			crate::Curves::<Test>::mutate(TOKEN, |record| {
				record.as_mut().unwrap().terms.limits.window = window
			})
		};
		window(0);
		assert_ok!(graduate());
		window(terms.limits.window);
		let pay = 1_000 * ENGR;
		let (_, bought) = Bonding::spend_on_tokens(&ALICE, TOKEN, pay, 1).unwrap();
		pass(terms.fees.launch_window as u32);
		assert_ok!(Bonding::spend_on_tokens(&BOB, TOKEN, pay, 1));
		assert_ok!(Bonding::sell_tokens(&ALICE, TOKEN, bought, 1));
		gained = profit(&ALICE);
	});
	println!("who graduates a launch at once gains {} ENGR of 1,000", engr(gained));
	assert!(gained > 100 * COIN, "{}", engr(gained));
}

/// Alice has tokens, gives the address of the pool money before the graduation, and sells all she has after it.
fn donation(gift: Balance) -> i128 {
	let mut gained = 0;
	ExtBuilder::launched(SOON, || {
		mature();
		for _ in 0..4 {
			assert_ok!(buy(&ALICE, 2_000 * WHOLE));
			pass(1);
		}
		if gift > 0 {
			assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(ALICE), pool(), gift));
		}
		assert_ok!(graduate());
		assert_ok!(Bonding::sell_tokens(&ALICE, TOKEN, tokens(&ALICE), 1));
		gained = profit(&ALICE);
	});
	gained
}

#[test]
fn who_donates_to_the_pool_loses_most_of_it() {
	let honest = donation(0);
	for coins in [1, 100, 10_000, 1_000_000] {
		let lost = honest - donation(coins * ENGR);
		println!("of {coins} ENGR at the pool's address {} are lost", engr(lost));
		// A deeper pool pays the attacker a little more for its tokens, and that is all that comes back.
		assert!(lost > coins as i128 * COIN * 6 / 10, "{coins}: {}", engr(lost));
	}
}

/// Tokens at the address are destroyed: whoever sent them has lost what they were worth.
#[test]
fn who_sends_the_pool_tokens_loses_them() {
	let run = |sent: Balance| {
		let mut gained = 0;
		ExtBuilder::launched(SOON, || {
			mature();
			assert_ok!(buy(&ALICE, 2_000 * WHOLE));
			if sent > 0 {
				assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(CAROL), pool(), ED));
				assert_ok!(Assets::transfer(RuntimeOrigin::signed(ALICE), TOKEN.0, pool(), sent));
			}
			assert_ok!(graduate());
			assert_ok!(Bonding::sell_tokens(&ALICE, TOKEN, tokens(&ALICE), 1));
			gained = profit(&ALICE);
		});
		gained
	};
	let lost = run(0) - run(1_000 * WHOLE);
	println!("a thousand tokens at the pool's address lose {} ENGR", engr(lost));
	// Half of all that the pool pays for two thousand of them, at least: 890 coins.
	assert!(lost > 400 * COIN, "{}", engr(lost));
}
