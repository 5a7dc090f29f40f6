//! What those lose who play against the curve.

use crate::{mock::*, pallet::*, Terms, TradeShares};
use engram_math::{curve::WHOLE, market::Limits};
use engram_primitives::{
	economy::MarketFactor,
	units::{Balance, ENGR},
};
use frame_support::{assert_noop, assert_ok};

pub(super) const COIN: i128 = ENGR as i128;

/// What somebody has gained since it was rich.
pub(super) fn profit(who: &AccountId) -> i128 {
	i128::try_from(free(who)).unwrap() - i128::try_from(RICHES).unwrap()
}

pub(super) fn engr(amount: i128) -> f64 {
	amount as f64 / ENGR as f64
}

/// Alice buys, Bob buys, Alice sells, all in one block. Alice's profit, if the limiter lets them.
fn sandwich(terms: Terms, limits: Limits, attack: Balance, victim: Balance) -> Option<i128> {
	let mut gained = None;
	ExtBuilder::launched(terms, || {
		mature();
		crate::Curves::<Test>::mutate(TOKEN, |record| record.as_mut().unwrap().terms.limits = limits);
		let all = buy(&ALICE, attack).and_then(|()| buy(&BOB, victim)).and_then(|()| sell(&ALICE, attack));
		gained = all.is_ok().then(|| profit(&ALICE));
	});
	gained
}

#[test]
fn sandwiches_lose() {
	let mut best = i128::MIN;
	for attack in 1..=23 {
		for victim in 1..=23 {
			if let Some(gained) = sandwich(TERMS, TERMS.limits, attack * 100 * WHOLE, victim * 100 * WHOLE) {
				assert!(gained < 0, "{attack} around {victim}: {}", engr(gained));
				best = best.max(gained);
			}
		}
	}
	// The best of them is the smallest one around the largest victim: the fee of two trades is more than the move of a block.
	println!("the best sandwich loses {} ENGR", engr(-best));
	assert!(best < -COIN / 2 && best > -2 * COIN, "{}", engr(best));

	// With a limiter that a launch cannot have, a block moves the price by more than the fees, and they pay.
	let wide = Limits { per_block: 100_000, ..TERMS.limits };
	let gained = sandwich(TERMS, wide, 1_000 * WHOLE, 20_000 * WHOLE).unwrap();
	assert!(gained > 10 * COIN, "{}", engr(gained));
	let refused = Terms { limits: wide, ..TERMS }.validate(LINEAR, &BOUNDS, FEE_SHARES.creator);
	assert_eq!(refused, Err(crate::TermsError::BlockLimit));
}

/// What the creator has more after Bob's purchase, with its share of all fees, if it trades `attack` around it.
fn creators_sandwich(shares: TradeShares, attack: Balance, victim: Balance) -> Option<i128> {
	let mut gained = None;
	ExtBuilder::launched(TERMS, || {
		mature();
		crate::Curves::<Test>::mutate_extant(TOKEN, |record| record.fee_shares = shares);
		let before = free(&CREATOR);
		let trades = match attack {
			0 => buy(&BOB, victim),
			_ => buy(&CREATOR, attack).and_then(|()| buy(&BOB, victim)).and_then(|()| sell(&CREATOR, attack)),
		};
		assert_ok!(settle());
		gained = trades.is_ok().then(|| i128::try_from(free(&CREATOR)).unwrap() - before as i128);
	});
	gained
}

/// Part of the fees comes back to the creator: the limit of a block is below what does not.
#[test]
fn the_creators_own_sandwiches_lose() {
	let best = |shares| {
		let mut best = i128::MIN;
		for victim in 1..=22 {
			let honest = creators_sandwich(shares, 0, victim * 100 * WHOLE).unwrap();
			for attack in [1, 10, 100, 500, 1_000, 1_500, 2_000] {
				if let Some(gained) = creators_sandwich(shares, attack * WHOLE, victim * 100 * WHOLE) {
					best = best.max(gained - honest);
				}
			}
		}
		best
	};
	let lost = -best(FEE_SHARES);
	println!("the creator's best sandwich loses {} ENGR", engr(lost));
	assert!(lost > 0, "{lost}");
	// Were nine tenths of the fees the creator's, they would pay: a launch at such shares is refused.
	let greedy = TradeShares { creator: 900_000, burn: 0 };
	assert!(best(greedy) > COIN);
	let refused = TERMS.validate(LINEAR, &BOUNDS, greedy.creator);
	assert_eq!(refused, Err(crate::TermsError::BlockLimit));
}

/// Prices may have fallen or risen in the block already: the band is around where it began.
#[test]
fn sandwiches_lose_after_other_trades_of_the_block() {
	for (sale, attack, victim) in [(2_000, 100, 4_000), (2_200, 1_000, 3_000), (1_000, 10, 3_000)] {
		ExtBuilder::launched(TERMS, || {
			mature();
			for _ in 0..4 {
				assert_ok!(buy(&CAROL, 1_000 * WHOLE));
				pass(1);
			}
			pass(DAY);
			assert_ok!(sell(&CAROL, sale * WHOLE));
			assert_ok!(buy(&ALICE, attack * WHOLE));
			let _ = buy(&BOB, victim * WHOLE);
			assert_ok!(sell(&ALICE, attack * WHOLE));
			assert!(profit(&ALICE) < 0, "{}", engr(profit(&ALICE)));
		});
	}
}

/// Whoever names a price is not charged more, whatever happened before it in the block.
#[test]
fn a_victim_loses_no_more_than_its_slippage() {
	ExtBuilder::launched(TERMS, || {
		mature();
		let quote = Bonding::quote_buy(TOKEN, 1_000 * WHOLE, 2_000).unwrap();
		assert_ok!(buy(&ALICE, 1_000 * WHOLE));
		let late = Bonding::buy(RuntimeOrigin::signed(BOB), TOKEN, 1_000 * WHOLE, quote.limit, u64::MAX);
		assert_noop!(late, Error::<Test>::AboveMaxIn);
		assert_eq!(free(&BOB), RICHES);
	});
}

/// The creator trades with itself to look busy: it gets its share of the fees back and loses all that counts.
#[test]
fn wash_traders_pay_for_every_bit_of_the_market_factor() {
	ExtBuilder::launched(Terms { creator_share: 0, ..TERMS }, || {
		mature();
		let before = free(&CREATOR);
		for _ in 0..50 {
			assert_ok!(buy(&CREATOR, 1_000 * WHOLE));
			assert_ok!(sell(&CREATOR, 1_000 * WHOLE));
			pass(1);
		}
		assert_ok!(settle());
		let lost = before - free(&CREATOR);
		let kept = market().kept.sums[0];
		next_epoch();
		let factor = Bonding::market_factor(MODEL);
		println!(
			"{} ENGR of washing cost {} and made a factor of {factor} ppm",
			50 * 2 * 501,
			engr(lost as i128)
		);
		// All of it but the roundings of the reserve, and the factor is no more than that part of the reference.
		assert_eq!(lost, kept + record().reserve);
		assert!(record().reserve <= 100 && lost > 350 * ENGR);
		assert_eq!(factor, ONE);
		assert!(u128::from(factor) * MARKET / 1_000_000 <= lost);
	});
}

/// Money sent to the account of the curve moves neither price nor payout, and is lost.
#[test]
fn donations_change_nothing() {
	let trades = |gift: Balance| {
		let mut moved = (0, 0);
		ExtBuilder::launched(Terms { creator_share: 0, ..TERMS }, || {
			mature();
			let give = |amount| {
				if amount > 0 {
					donate(amount)
				}
			};
			give(gift);
			assert_ok!(buy(&ALICE, 1_000 * WHOLE));
			give(gift);
			assert_ok!(buy(&BOB, 1_000 * WHOLE));
			assert_ok!(sell(&ALICE, 1_000 * WHOLE));
			give(gift);
			assert_ok!(sell(&BOB, 1_000 * WHOLE));
			moved = (free(&ALICE), free(&BOB));
			assert_ok!(settle());
			assert_eq!(profit(&CAROL), -3 * i128::try_from(gift).unwrap());
			assert!(free(&TREASURY) >= 3 * gift);
		});
		moved
	};
	let without = trades(0);
	for gift in [1, ED, ENGR, 3_000_000 * ENGR] {
		assert_eq!(trades(gift), without, "{gift}");
	}
}

/// The first buyer takes one base unit and gives the curve a fortune: the next one gets what it would have got.
#[test]
fn first_depositors_take_nothing_from_the_second() {
	let second = |attacks: bool| {
		let mut got = (0, 0);
		ExtBuilder::launched(Terms { creator_share: 0, ..TERMS }, || {
			mature();
			if attacks {
				assert_ok!(buy(&CAROL, 1));
				donate(1_000_000 * ENGR);
			}
			assert_ok!(spend(&ALICE, 500 * ENGR));
			got = (tokens(&ALICE), RICHES - free(&ALICE));
			if attacks {
				assert_ok!(sell(&CAROL, 1));
				assert!(profit(&CAROL) < -1_000_000 * COIN);
			}
			pass(1);
			assert_ok!(sell(&ALICE, got.0));
			got.1 = RICHES - free(&ALICE);
		});
		got
	};
	let ((honest, cost), (attacked, paid)) = (second(false), second(true));
	// One base unit less at most: the price is higher by what the first one bought.
	assert!(honest - attacked <= 2, "{honest} or {attacked}");
	assert!(paid.abs_diff(cost) <= 5, "{cost} or {paid}");
}

/// Who makes a model look successful raises what others pay into the model's escrow, and not what holders get.
#[test]
fn metric_manipulators_gain_nothing() {
	let run = |manipulates: bool| {
		let mut gained = 0;
		ExtBuilder::launched(TERMS, || {
			mature();
			assert_ok!(buy(&ALICE, 2_000 * WHOLE));
			if manipulates {
				// In as many epochs as it takes, from 1 to 2.
				succeed();
				assert_eq!(Bonding::multiplier(TOKEN), Some(2 * ONE));
			}
			pass(1);
			assert_ok!(sell(&ALICE, 2_000 * WHOLE));
			gained = profit(&ALICE);
		});
		gained
	};
	assert_eq!(run(true), run(false));
	assert!(run(true) < 0);
	println!("a manipulator of the metrics loses {} ENGR", engr(-run(true)));

	// Were the seller paid by M, as on both sides of the paper's formula, it would take others' money.
	ExtBuilder::launched(TERMS, || {
		mature();
		assert_ok!(buy(&ALICE, 2_000 * WHOLE));
		succeed();
		let quote = Bonding::quote_sell(TOKEN, 2_000 * WHOLE, 0).unwrap();
		let paid = -profit(&ALICE);
		assert!(i128::try_from(2 * quote.value - quote.fee).unwrap() > paid + 900 * COIN);
	});
}

/// An owner that has its model trained to worthless before it buys, so that there is no success to pay for, saves the premium. That
/// was its own model's escrow's: the curve, its fees and who holds tokens have the same to the base unit.
#[test]
fn an_owner_that_spoils_its_model_takes_from_its_escrow_alone() {
	let run = |spoils: bool| {
		let (mut paid, mut others) = (0, Default::default());
		ExtBuilder::launched(Terms { creator_share: 0, ..TERMS }, || {
			mature();
			assert_ok!(buy(&BOB, 1_000 * WHOLE));
			succeed();
			pass(1);
			Measured::set([Some(if spoils { 0 } else { ONE }); 4]);
			for _ in 0..4 {
				next_epoch();
				assert_ok!(refresh());
			}
			let rich = free(&CREATOR);
			assert_ok!(buy(&CREATOR, 2_000 * WHOLE));
			paid = rich - free(&CREATOR);
			let premium = record().premium;
			// It is successful again.
			succeed();
			pass(1);
			assert_ok!(sell(&BOB, 1_000 * WHOLE));
			others = (premium, (record().reserve, record().fees, profit(&BOB)));
		});
		(paid, others)
	};
	let ((honest, (premium, fair)), (spoilt, (none, after))) = (run(false), run(true));
	println!(
		"an owner that spoils its model saves {} of {} ENGR",
		engr(premium as i128),
		engr(honest as i128)
	);
	assert_eq!((honest - spoilt, none, after), (premium, 0, fair));
	// As much as the tokens cost without it, since M is two.
	assert!(premium > 1_000 * ENGR && 2 * premium < honest);
}

/// One epoch moves M by a step only, so nobody is surprised by it; and who names a price is not charged more.
#[test]
fn success_cannot_jump() {
	ExtBuilder::launched(TERMS, || {
		mature();
		let quote = Bonding::quote_buy(TOKEN, WHOLE, 10_000).unwrap();
		Measured::set([Some(ONE); 4]);
		next_epoch();
		assert_ok!(refresh());
		assert_eq!(Bonding::multiplier(TOKEN), Some(1_250_000));
		let late = Bonding::buy(RuntimeOrigin::signed(BOB), TOKEN, WHOLE, quote.limit, u64::MAX);
		assert_noop!(late, Error::<Test>::AboveMaxIn);
	});
}

/// Splitting a purchase saves half of what momentum adds to the fee, and nothing else; splitting a sale saves nothing.
#[test]
fn splitting_saves_nothing_but_momentum() {
	let cost = |parts: u32| {
		let mut moved = (0, 0);
		ExtBuilder::launched(Terms { burn_rate: 10_000, ..TERMS }, || {
			mature();
			succeed();
			let part = 2_000 * WHOLE / u128::from(parts);
			for _ in 0..parts {
				assert_ok!(buy(&ALICE, part));
			}
			let paid = free(&ALICE);
			pass(1);
			for _ in 0..parts {
				assert_ok!(sell(&ALICE, part));
			}
			moved = (RICHES - paid, free(&ALICE) - paid);
		});
		moved
	};
	let (whole, back) = cost(1);
	for parts in [2, 10, 200] {
		let (paid, got) = cost(parts);
		println!("in {parts} parts: {} paid, {} got", engr(paid as i128), engr(got as i128));
		// .7 * 5 % of .004 / .52 are 269 millionths of the value, which is nearly half of what is paid.
		assert!(paid >= whole - whole * 70 / 1_000_000 && got <= back);
		assert!(got < paid / 2);
	}
}
