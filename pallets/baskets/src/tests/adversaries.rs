//! What those lose who play against a basket.

use crate::{mock::*, Noted, Terms};
use engram_math::curve::WHOLE;
use engram_primitives::{
	market::TokenMarket,
	units::{Balance, ENGR},
	TokenId,
};
use frame_support::assert_ok;

const COIN: i128 = ENGR as i128;

fn engr(amount: i128) -> f64 {
	amount as f64 / ENGR as f64
}

/// What somebody would have if all shares were redeemed, fees aside, at the prices of the beginning.
fn worth(who: &AccountId) -> i128 {
	let part = Sets::quote_redeem(BASKET, shares(who)).map_or(0, |quote| {
		let (coins, tokens) = quote.amounts.split_last().unwrap();
		coins + tokens.iter().sum::<Balance>() / 2
	});
	wealth(who) + i128::try_from(part).unwrap()
}

/// Carol comes first with the smallest share and gives the basket a fortune: Alice loses no more than one base unit of each token.
#[test]
fn first_depositors_take_nothing_from_the_second() {
	let second = |first: Balance, gift: Balance| {
		let mut lost = Vec::new();
		ExtBuilder.build_and_execute(|| {
			assert_ok!(create(odd(), FREE));
			if first > 0 {
				assert_ok!(mint(&CAROL, first));
			}
			if gift > 0 {
				for asset in [Some(A), Some(B), None] {
					donate(asset, gift);
				}
			}
			let had = || [A, B, C].map(|token| tokens(token, &ALICE));
			let before = had();
			assert_ok!(mint(&ALICE, 1_000 * WHOLE + 1));
			assert_ok!(redeem(&ALICE, 1_000 * WHOLE + 1));
			if first > 0 {
				assert_ok!(redeem(&CAROL, first));
			}
			lost = before.iter().zip(had()).map(|(then, now)| *then as i128 - now as i128).collect();
			// All that Carol gave is the treasury's.
			if gift > 0 {
				assert_ok!(settle());
				assert_eq!(
					(tokens(A, &TREASURY), free(&TREASURY)),
					(gift, ED + CREATION_FEE * 6 / 10 + gift)
				);
				assert!(wealth(&CAROL) <= wealth(&BOB) - 2 * i128::try_from(gift).unwrap() + 2);
			}
		});
		lost
	};
	assert_eq!(second(0, 0), vec![0; 3]);
	let mut most: i128 = 0;
	for first in [1, 2, 3, 7, WHOLE / 3, WHOLE, 12_345 * WHOLE] {
		let without = second(first, 0);
		for gift in [1, ED, ENGR, 500_000 * ENGR] {
			// The gift changes nothing.
			assert_eq!(second(first, gift), without, "{first}, {gift}");
		}
		println!(
			"a first depositor of {first} costs the second {without:?} base units, whatever it gives away"
		);
		assert!(without.iter().all(|lost| (0..=1).contains(lost)), "{first}: {without:?}");
		most = most.max(without.iter().sum::<i128>());
	}
	assert!(most > 0, "nothing was rounded");
}

/// What is sent to the basket's account changes nothing for anybody.
#[test]
fn donations_change_nothing() {
	let run = |gift: Balance| {
		let mut result = Vec::new();
		ExtBuilder::created(TERMS, || {
			let give = |times: Balance| {
				if gift > 0 {
					donate(Some(A), gift * times);
					donate(Some(B), gift);
					donate(None, gift);
				}
			};
			give(1);
			assert_ok!(mint(&ALICE, 300 * WHOLE));
			give(2);
			assert_ok!(mint(&BOB, 77 * WHOLE));
			assert_ok!(note_prices());
			give(3);
			pass(AGE);
			assert_ok!(rebalance(&DAVE));
			give(1);
			assert_ok!(redeem(&ALICE, 200 * WHOLE));
			result.extend([Sets::value(BASKET).unwrap(), Sets::share_value(BASKET).unwrap(), free(&DAVE)]);
			result.extend(holds());
			for who in [ALICE, BOB] {
				result.extend([tokens(A, &who), tokens(B, &who), free(&who), shares(&who)]);
			}
			assert_eq!(gifts(), vec![7 * gift, 4 * gift, 4 * gift]);
		});
		result
	};
	let without = run(0);
	for gift in [1, ED, ENGR, 100_000 * ENGR] {
		assert_eq!(run(gift), without, "{gift}");
	}
}

/// Buys or sells around a rebalancing: what Carol gains, and what the basket loses of its value at the prices of before.
fn sandwich(terms: Terms, shares: Balance, attack: Balance, buys: bool, notes: bool) -> (i128, i128) {
	sandwich_at(ONE, terms, shares, attack, buys, notes)
}

/// The same where the market says what is safe.
fn sandwich_at(
	safe: u32,
	terms: Terms,
	shares: Balance,
	attack: Balance,
	buys: bool,
	notes: bool,
) -> (i128, i128) {
	let (mut gained, mut lost) = (0, 0);
	ExtBuilder::minted(terms, shares, || {
		Safe::set(safe);
		assert_ok!(note_prices());
		pass(AGE + LIFE);
		let (before, worth_before) = (wealth(&CAROL), worth(&ALICE));
		// The basket sells A and buys B.
		let token = if buys { B } else { A };
		if buys {
			let (_, bought) = Pools::spend_on_tokens(&CAROL, token, attack * ENGR, 0).unwrap();
			carry_out(notes);
			Pools::sell_tokens(&CAROL, token, bought, 0).unwrap();
		} else {
			let got = Pools::sell_tokens(&CAROL, token, attack * WHOLE, 0).unwrap();
			carry_out(notes);
			Pools::spend_on_tokens(&CAROL, token, got, 0).unwrap();
		}
		gained = wealth(&CAROL) - before;
		lost = worth_before - worth(&ALICE);
	});
	(gained, lost)
}

/// With the prices that were noted before, or with those that the attack has made.
fn carry_out(notes: bool) {
	if !notes {
		let price = |token: TokenId| Pools::token_price(token).unwrap();
		let noted = |token: TokenId| Some(Noted { asking: price(token), high: price(token) });
		change(|record| record.constituents.iter_mut().for_each(|one| one.noted = noted(one.token)));
	}
	let _ = rebalance(&DAVE);
}

/// An order that costs at most twice the market's fee moves the price by less than what going in and out costs.
#[test]
fn sandwiches_lose_within_twice_the_fee() {
	let slippage = 2 * FEE as u32;
	let tight = Terms { slippage, ..FREE };
	let mut best = i128::MIN;
	for shares in [100, 500, 1_000, 2_000, 5_000, 20_000] {
		for attack in [1, 10, 50, 100, 200, 300, 1_000, 10_000] {
			for buys in [true, false] {
				let (gained, _) = sandwich(tight, shares * WHOLE, attack, buys, true);
				assert!(gained < 0, "{attack} around {shares}: {}", engr(gained));
				best = best.max(gained);
			}
		}
	}
	println!("the best sandwich within twice the fee loses {} ENGR", engr(-best));
}

/// What pools of such a fee say is safe.
const SAFE: u32 = (2 * FEE * (1_000_000 - FEE) / 1_000_000) as u32;

/// The most that somebody gains around baskets of several sizes, of which some reach exactly what is safe, whole, or a quarter, a
/// sixteenth and so on of their orders.
fn best_sandwich(slippage: u32, safe: u32) -> i128 {
	let mut best = i128::MIN;
	for shares in
		[100, 600, 1_190, 1_194, 1_200, 4_760, 4_780, 5_000, 19_000, 19_100, 19_200, 76_200, 76_600, 200_000]
	{
		for attack in [1, 30, 300, 1_000, 3_000, 10_000] {
			for buys in [true, false] {
				let terms = Terms { slippage, ..FREE };
				best = best.max(sandwich_at(safe, terms, shares * WHOLE, attack, buys, true).0);
			}
		}
	}
	best
}

/// However much a basket allows, its orders cost no more than what is safe, and nobody gains around them. Without that bound one
/// does.
#[test]
fn no_sandwich_pays_at_any_slippage() {
	for slippage in [BOUNDS.slippage.0, 3_500, 5_000, SAFE, 2 * SAFE, 20_000, 50_000, BOUNDS.slippage.1] {
		let gained = best_sandwich(slippage, SAFE);
		let without = best_sandwich(slippage, ONE);
		println!(
			"at {slippage} millionths of slippage the best sandwich gains {} ENGR, {} without what is safe",
			engr(gained),
			engr(without)
		);
		assert!(gained < 0, "{slippage}: {}", engr(gained));
		assert!((without > 0) == (slippage > SAFE), "{slippage}: {}", engr(without));
	}
}

/// Where a market does not say what is safe, one may pay with more slippage, and takes at most the slippage of what is traded;
/// without noted prices it takes more.
#[test]
fn sandwiches_take_at_most_the_slippage() {
	let (mut best, mut without) = (i128::MIN, i128::MIN);
	for attack in [100, 200, 300, 400, 600, 800, 2_000, 5_000, 10_000, 20_000] {
		let shares = 2_000;
		// A should be sold for 500 coins, which are spent on B.
		let (gained, lost) = sandwich(FREE, shares * WHOLE, attack, true, true);
		let turnover = 1_000 * COIN;
		let most = turnover * i128::from(FREE.slippage) / 1_000_000 + turnover * 5 / 2_000;
		assert!(lost <= most && gained < lost, "{attack}: {} of {}", engr(gained), engr(lost));
		best = best.max(gained);
		without = without.max(sandwich(FREE, shares * WHOLE, attack, true, false).0);
	}
	println!(
		"at 2 % of slippage the best sandwich takes {} ENGR, without noted prices {}",
		engr(best),
		engr(without)
	);
	assert!(without > 4 * best.max(COIN / 10), "{} or {}", engr(without), engr(best));
}

/// Who moves a price before prices are noted must keep it there for as long as they age, and only makes the orders stricter.
#[test]
fn who_notes_a_moved_price_gains_nothing() {
	for attack in [100, 1_000, 5_000] {
		for token in [A, B] {
			ExtBuilder::minted(FREE, 2_000 * WHOLE, || {
				let before = wealth(&CAROL);
				let worth_before = worth(&ALICE);
				let (_, bought) = Pools::spend_on_tokens(&CAROL, token, attack * ENGR, 0).unwrap();
				assert_ok!(note_prices());
				Pools::sell_tokens(&CAROL, token, bought, 0).unwrap();
				pass(AGE);
				let _ = rebalance(&DAVE);
				assert!(wealth(&CAROL) < before);
				let lost = worth_before - worth(&ALICE);
				assert!(
					lost <= 1_000 * COIN * i128::from(FREE.slippage + 2_500) / 1_000_000,
					"{}",
					engr(lost)
				);
			});
		}
	}
}

/// Moves a price both around the first note and around the rebalancing, and never in between, when somebody honest may note it
/// too: what Carol gains, and what the basket loses of its value at the prices of before.
fn moved_twice(attack: Balance, buys: bool, honest: bool) -> (i128, i128) {
	let (mut gained, mut lost) = (0, 0);
	ExtBuilder::minted(FREE, 2_000 * WHOLE, || {
		let (before, worth_before) = (wealth(&CAROL), worth(&ALICE));
		// The basket sells A and buys B.
		let around = |act: &dyn Fn()| {
			if buys {
				let (_, bought) = Pools::spend_on_tokens(&CAROL, B, attack * ENGR, 0).unwrap();
				act();
				Pools::sell_tokens(&CAROL, B, bought, 0).unwrap();
			} else {
				let got = Pools::sell_tokens(&CAROL, A, 2 * attack * WHOLE, 0).unwrap();
				act();
				Pools::spend_on_tokens(&CAROL, A, got, 0).unwrap();
			}
		};
		around(&|| {
			assert_ok!(note_prices());
		});
		pass(1);
		if honest {
			assert_ok!(note_prices());
		}
		pass(AGE - 1);
		around(&|| {
			let _ = rebalance(&DAVE);
		});
		gained = wealth(&CAROL) - before;
		lost = worth_before - worth(&ALICE);
	});
	(gained, lost)
}

/// Who moves a price at both instants deceives the basket, unless one honest note lies in between: then its orders are skipped, or
/// cost at most the slippage.
#[test]
fn one_honest_note_defeats_who_moves_a_price_twice() {
	let most = 1_000 * COIN * i128::from(FREE.slippage + 2_500) / 1_000_000;
	let (mut deceived, mut noted) = (i128::MIN, i128::MIN);
	for attack in [5_000, 10_000, 20_000] {
		for buys in [true, false] {
			let (_, without) = moved_twice(attack, buys, false);
			assert!(without > most, "{attack}: {}", engr(without));
			deceived = deceived.max(without);
			let (gained, lost) = moved_twice(attack, buys, true);
			assert!(lost <= most && gained < 0, "{attack}: {} of {}", engr(gained), engr(lost));
			noted = noted.max(lost);
		}
	}
	println!(
		"who moves a price twice costs the basket {} ENGR, with one honest note in between {}",
		engr(deceived),
		engr(noted)
	);
}

/// Who has the success of a model measured between the note and the rebalancing makes buyers pay more, or less. The basket pays no
/// more than what it was noted to, and buys at the next price that is.
#[test]
fn who_has_success_measured_between_makes_no_purchase_dearer() {
	let measured = |noted: u32, then: u32, honest: bool| {
		let mut spent = None;
		ExtBuilder::minted(FREE, 100 * WHOLE, || {
			Premiums::mutate(|premiums| premiums.insert(B, noted));
			let worth_before = worth(&ALICE);
			assert_ok!(note_prices());
			Premiums::mutate(|premiums| premiums.insert(B, then));
			if honest {
				assert_ok!(note_prices());
			}
			pass(AGE);
			assert_ok!(rebalance(&DAVE));
			let crate::Event::Rebalanced { outcome, .. } = last_event() else { panic!() };
			spent = (outcome.skipped == 0).then_some(outcome.spent);
			assert_eq!((spent.is_none(), outcome.skipped), (outcome.spent == 0, u32::from(spent.is_none())));
			// What was sold and bought cost the slippage, the fee, and at most the lesser of what buyers paid above the price.
			let least = i128::from(noted.min(then));
			let share = i128::from(2 * FREE.slippage + FREE.rebalancing_fee)
				+ least * 1_000_000 / (1_000_000 + least);
			let lost = worth_before - worth(&ALICE);
			assert!(lost <= 25 * COIN * share / 1_000_000, "{noted} to {then}: {}", engr(lost));
			// A week later the same is noted that buyers pay.
			pass(WEEK);
			assert_ok!(note_and_rebalance());
			let crate::Event::Rebalanced { outcome, .. } = last_event() else { panic!() };
			assert_eq!(outcome.skipped, 0);
		});
		spent
	};
	// Within the slippage, in either direction.
	assert!(measured(500_000, 515_000, false).is_some());
	assert!(measured(515_000, 500_000, false).is_some());
	for honest in [false, true] {
		assert_eq!(measured(0, 100_000, honest), None);
		assert_eq!(measured(500_000, 750_000, honest), None);
		// Cheaper than noted is no reason to pay more than is asked now.
		assert!(measured(750_000, 500_000, honest).is_some());
	}
}

/// Going in and out around a rebalancing brings nothing: shares are in kind, whatever prices are.
#[test]
fn minting_around_a_rebalancing_gains_nothing() {
	ExtBuilder::minted(FREE, 2_000 * WHOLE, || {
		assert_ok!(note_prices());
		pass(AGE);
		let before = wealth(&CAROL);
		assert_ok!(mint(&CAROL, 2_000 * WHOLE));
		assert_ok!(rebalance(&DAVE));
		assert_ok!(redeem(&CAROL, shares(&CAROL)));
		let gained = wealth(&CAROL) - before;
		println!("minting around a rebalancing loses {} ENGR", engr(-gained));
		assert!(gained < 0);
	});
}

/// The most that a week costs the basket, in millionths of its value, while its governor turns it round for the escrow of a model
/// whose buyers pay so much above the price.
fn turned_for_a_premium(premium: u32, most_premium: u32) -> u32 {
	let mut worst = 0;
	ExtBuilder::minted(Terms { most_premium, ..FREE }, 1_000 * WHOLE, || {
		Premiums::mutate(|premiums| premiums.insert(B, premium));
		let mut value = Sets::value(BASKET).unwrap();
		for week in 0..6 {
			let aim = if week % 2 == 0 { [0, ONE] } else { [ONE, 0] };
			assert_ok!(set_targets(&aim));
			pass(WEEK);
			assert_ok!(note_and_rebalance());
			let then = Sets::value(BASKET).unwrap();
			worst = worst.max((value.saturating_sub(then) * Balance::from(ONE) / value) as u32);
			value = then;
		}
	});
	worst
}

/// A governor who aims at one token and back again pays Carol nothing either: each turn costs the basket at most the slippage.
#[test]
fn turning_a_basket_round_costs_at_most_the_slippage() {
	// At most everything is sold and bought, each for 2 % less.
	let worst = turned_for_a_premium(0, ONE);
	assert!(worst > 0 && worst < 45_000, "{worst}");
}

/// A governor who has a model with success buys its token and sells it again, and the model's escrow gets what buyers pay above the
/// price. That costs the basket what its terms accept, and the slippage: more is not bought.
#[test]
fn turning_a_basket_round_for_a_premium_costs_at_most_what_its_terms_accept() {
	let other = 2 * FREE.slippage + FREE.rebalancing_fee;
	for premium in [0, 40_000, 100_000, 110_000, 500_000, ONE] {
		for most_premium in [0, 50_000, 100_000, 200_000] {
			let lost = turned_for_a_premium(premium, most_premium);
			println!("at a premium of {premium} of which {most_premium} are accepted a turn costs {lost} millionths");
			assert!(lost <= other + most_premium.min(premium), "{premium}, {most_premium}: {lost}");
			// What is accepted is paid.
			let paid = u64::from(premium) * 1_000_000 / u64::from(ONE + premium);
			assert!(premium > most_premium || u64::from(lost) >= paid, "{premium}, {most_premium}: {lost}");
		}
		// Whatever is accepted, half of everything goes at most.
		let without = turned_for_a_premium(premium, ONE);
		println!("at a premium of {premium} a turn costs {without} millionths where all of it is accepted");
		assert!(without > 450_000 || premium < ONE, "{without}");
	}
}

/// A constituent that nothing can be done with takes nothing from those who redeem the others.
#[test]
fn a_stuck_token_costs_nobody_anything() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(create(three(), FREE));
		assert_ok!(mint(&ALICE, 100 * WHOLE));
		assert_ok!(mint(&BOB, 50 * WHOLE));
		let pot = Sets::pot_of(BASKET);
		freeze(B, &pot);
		Halted::mutate(|halted| halted.insert(B));
		// The others are rebalanced and redeemed, in whatever order.
		assert_ok!(note_and_rebalance());
		assert_ok!(redeem(&BOB, 20 * WHOLE));
		assert_ok!(redeem(&ALICE, 100 * WHOLE));
		assert_ok!(redeem(&BOB, 30 * WHOLE));
		assert_eq!(
			(Sets::claim(BASKET, ALICE, Some(B)), Sets::claim(BASKET, BOB, Some(B))),
			(100 * WHOLE, 50 * WHOLE)
		);
		assert_eq!((record().shares, holds()), (0, vec![0; 4]));
		thaw(B, &pot);
		for who in [BOB, ALICE] {
			assert_ok!(collect(&who, Some(B)));
			assert_eq!(tokens(B, &who), TOKENS);
		}
		assert_eq!(gifts(), vec![0; 4]);
	});
}
