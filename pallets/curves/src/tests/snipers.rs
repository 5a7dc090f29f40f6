//! What those lose who buy first.

use super::adversaries::{engr, profit, COIN};
use crate::{mock::*, Terms, TermsError, TradeShares};
use engram_math::{
	curve::{Parameters, WHOLE},
	fee::mul_div_floor,
	market::{FeeSchedule, Limits},
};
use engram_primitives::units::Balance;
use frame_support::assert_ok;

/// Alice buys in the block of the launch. Then others raise the price as far as the limiter lets them within its window, and
/// she sells at the top.
#[test]
fn snipers_lose() {
	ExtBuilder::launched(TERMS, || {
		assert_ok!(buy(&ALICE, 2_000 * WHOLE));
		let paid = -profit(&ALICE);
		for _ in 0..100 {
			pass(1);
			let _ = buy(&BOB, 2_300 * WHOLE);
		}
		// Nearly 20 % above the launch.
		assert!(record().price > record().history.launch * 1_190 / 1_000);
		assert_ok!(sell(&ALICE, 2_000 * WHOLE));
		println!("the sniper paid {} ENGR and loses {}", engr(paid), engr(-profit(&ALICE)));
		assert!(profit(&ALICE) < -30 * COIN, "{}", engr(profit(&ALICE)));
	});
}

/// Without the fee of the launch the same attack pays: it is that fee that stops it.
#[test]
fn snipers_would_gain_without_the_launch_fee() {
	ExtBuilder::launched(TERMS, || {
		crate::Curves::<Test>::mutate(TOKEN, |record| record.as_mut().unwrap().terms.fees.launch = 0);
		assert_ok!(buy(&ALICE, 2_000 * WHOLE));
		for _ in 0..100 {
			pass(1);
			let _ = buy(&BOB, 2_300 * WHOLE);
		}
		assert_ok!(sell(&ALICE, 2_000 * WHOLE));
		assert!(profit(&ALICE) > 100 * COIN, "{}", engr(profit(&ALICE)));
	});
}

/// The friendliest terms to a sniper that a launch can have: every fee is the least there is, the block and the window may move
/// the price by as much as these allow.
fn least(shares: TradeShares) -> Terms {
	let kept = |fee: u32| fee * (ONE / 1_000 - shares.creator / 1_000) / (ONE / 1_000);
	let (base, launch) = (BOUNDS.least_fee, BOUNDS.least_launch_fee);
	let (launch_window, window) = (BOUNDS.launch_window.0, BOUNDS.window.0);
	Terms {
		creator_share: 0,
		fees: FeeSchedule { base, slope: 0, cap: base, launch, launch_window },
		limits: Limits {
			per_block: kept(base) - 1,
			per_window: kept(launch),
			window,
			rebound: 0,
			..TERMS.limits
		},
		..TERMS
	}
}

/// The most that somebody can trade now, of at most so many tokens.
fn most(trade: impl Fn(Balance) -> bool, of: Balance) -> Balance {
	let mut part = of;
	while part > 0 && !trade(part) {
		part /= 2;
	}
	part
}

/// Somebody buys as much as the limiter lets it some blocks after the launch. Bob raises the price as far as a window lets him, and
/// the sniper sells all of it at the top, as fast as the limiter lets it, while Bob raises the price again. If it is the creator, it
/// sells what is released of its share too. What the sniper gained, its share of its own fees included if it is the creator, and what
/// it had paid.
fn snipe(who: &AccountId, curve: Parameters, terms: Terms, late: u32) -> (i128, i128) {
	let mut result = (0, 0);
	ExtBuilder.build_and_execute(|| {
		assert_ok!(launch(curve, terms));
		pass(late);
		let (began, had) = (record().launched_at, free(who));
		let mut own_fees = 0;
		assert!(most(|amount| buy(who, amount).is_ok(), 64_000 * WHOLE) > 0);
		let paid = had - free(who);
		own_fees += record().fees;
		let raise = || while most(|amount| buy(&BOB, amount).is_ok(), 64_000 * WHOLE) >= WHOLE {};
		// But for what less than a token more would move it.
		let launched = record().history.launch;
		let top = launched + launched * Balance::from(terms.limits.per_window) / 1_000_000 * 999 / 1_000;
		loop {
			raise();
			if record().price >= top {
				break;
			}
			pass(1);
		}
		while tokens(who) > 0 {
			let fees = record().fees;
			assert!(most(|amount| sell(who, amount).is_ok(), tokens(who)) > 0);
			own_fees += record().fees - fees;
			pass(1);
			raise();
			let _ = release();
		}
		assert!(System::block_number() < u64::from(began) + terms.limits.window);
		let shares = if *who == CREATOR { Shares::get().creator } else { 0 };
		let back = own_fees * Balance::from(shares) / 1_000_000;
		let signed = |amount: Balance| i128::try_from(amount).unwrap();
		result = (signed(free(who) + back) - signed(had), signed(paid));
	});
	result
}

/// Whatever a launch may choose: who buys in its block, or one block later, sells to nobody at a profit before the window is over.
#[test]
fn snipers_lose_whatever_a_launch_may_choose() {
	let dear = Terms { creator_share: 0, ..WIDE };
	let slow = Terms {
		fees: FeeSchedule { launch_window: BOUNDS.launch_window.1, ..TERMS.fees },
		limits: Limits { window: BOUNDS.window.1, ..TERMS.limits },
		creator_share: 0,
		..TERMS
	};
	let half = Terms {
		fees: FeeSchedule { base: 30_000, cap: 30_000, launch: 470_000, launch_window: 100, slope: 0 },
		limits: Limits { per_block: 27_299, per_window: 427_700, window: 100, ..TERMS.limits },
		creator_share: 0,
		..TERMS
	};
	let every = [least(FEE_SHARES), Terms { creator_share: 0, ..TERMS }, dear, slow, half];
	for (index, terms) in every.into_iter().enumerate() {
		for curve in [LINEAR, EXPONENTIAL, SIGMOID] {
			assert!(terms.validate(curve, &BOUNDS, FEE_SHARES.creator).is_ok());
			// Its share is locked as long as the extra fee lasts, and no longer.
			let lock_up = BOUNDS.release.0.max(terms.fees.launch_window as u32);
			let shared = Terms { creator_share: BOUNDS.most_creator_share, lock_up, vesting: 0, ..terms };
			assert!(shared.validate(curve, &BOUNDS, FEE_SHARES.creator).is_ok());
			let snipers = [(ALICE, terms, 0), (ALICE, terms, 1), (CREATOR, terms, 0), (CREATOR, shared, 0)];
			for (who, terms, late) in snipers {
				let (gained, paid) = snipe(&who, curve, terms, late);
				assert!(gained < 0, "terms {index}, {late} late: {gained} of {paid}");
				let lost = engr(-gained);
				println!("terms {index}, {late} blocks late: a sniper of {} ENGR loses {lost}", engr(paid));
			}
		}
	}
}

/// The creator has a fifth of a steep curve's tokens and buys nothing more. Bob, who pays the extra fee, raises the price as far as a
/// window lets him; the creator releases what it can and sells it to him, until that fee is over. What it gained, the fees that
/// it paid included.
fn sell_the_share(lock_up: u32) -> i128 {
	let fees = FeeSchedule { launch_window: 1_000, ..TERMS.fees };
	let share = BOUNDS.most_creator_share;
	let terms = Terms { creator_share: share, lock_up: 1_000, vesting: 0, fees, ..TERMS };
	let mut gained = 0;
	ExtBuilder.build_and_execute(|| {
		let steep = Parameters { angle: 10 * LINEAR.angle, ..LINEAR };
		assert_ok!(launch(steep, terms));
		crate::Curves::<Test>::mutate(TOKEN, |record| record.as_mut().unwrap().terms.lock_up = lock_up);
		let (cost, had) = (record().reserve, free(&CREATOR));
		pass(900);
		for _ in 0..99 {
			pass(1);
			while most(|amount| buy(&BOB, amount).is_ok(), 64_000 * WHOLE) >= WHOLE {}
			let _ = release();
			most(|amount| sell(&CREATOR, amount).is_ok(), tokens(&CREATOR));
		}
		// What it has not sold counts as what it cost.
		let left = record().unreleased().unwrap() + tokens(&CREATOR);
		let kept = mul_div_floor(cost, left, record().initial).unwrap();
		gained = i128::try_from(free(&CREATOR) + kept).unwrap() - i128::try_from(had + cost).unwrap();
	});
	gained
}

#[test]
fn creators_do_not_sell_to_those_who_pay_the_launch_fee() {
	let gained = sell_the_share(BOUNDS.release.0);
	println!("a creator whose tokens are free before the launch fee is over gains {} ENGR", engr(gained));
	assert!(gained > 1_000 * COIN, "{}", engr(gained));
	// As long as the fee lasts it has nothing to sell.
	assert_eq!(sell_the_share(1_000), 0);
}

/// What the launch must not choose: the least extra fee, and a window that lets the price rise by more.
#[test]
fn snipers_would_gain_if_the_window_let_them() {
	let least = least(FEE_SHARES);
	let wider = Terms { limits: Limits { per_window: 100_000, ..least.limits }, ..least };
	assert_eq!(wider.validate(LINEAR, &BOUNDS, FEE_SHARES.creator), Err(TermsError::LaunchFee));
	let mut gained = 0;
	ExtBuilder::launched(least, || {
		crate::Curves::<Test>::mutate(TOKEN, |record| record.as_mut().unwrap().terms = wider);
		let bought = most(|amount| buy(&ALICE, amount).is_ok(), 64_000 * WHOLE);
		for _ in 0..90 {
			pass(1);
			assert!(most(|amount| buy(&BOB, amount).is_ok(), 64_000 * WHOLE) > 0);
		}
		assert_ok!(sell(&ALICE, bought));
		gained = profit(&ALICE);
	});
	println!("with a window of a tenth the same sniper gains {} ENGR", engr(gained));
	assert!(gained > COIN, "{}", engr(gained));
}
