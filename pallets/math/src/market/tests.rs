//! Literal values: the golden numbers of protocol.md, and each zero.

use super::*;
use crate::{
	curve::{Curve, Parameters, Shape, WHOLE},
	fixed::ATTO,
};

const HOUR: u64 = 600;
const DAY: Smoothing = Smoothing { factor: 700_000, window: 24 };

fn cents(price: u128) -> u128 {
	price * ATTO / 100
}

#[test]
fn golden_momentum_of_the_protocol() {
	// 1.20 -> 1.35 in 24 hours at beta .7: .004375 per hour.
	let rises = Momentum { before: cents(120), now: cents(135) };
	assert_eq!(rises.rate_floor(DAY), Ok(4_375_000_000_000_000));
	let falls = Momentum { before: cents(135), now: cents(120) };
	assert_eq!(falls.rate_floor(DAY), Ok(-4_375_000_000_000_000));
}

#[test]
fn momentum_is_rounded_towards_minus_infinity() {
	let rate = |before, now| Momentum { before, now }.rate_floor(DAY);
	assert_eq!((rate(0, 1), rate(1, 0), rate(1, 1)), (Ok(0), Ok(-1), Ok(0)));
	assert_eq!(rate(0, u128::MAX).map(|rate| rate > 0), Ok(true));
	let moment =
		|factor, window| Momentum { before: 0, now: u128::MAX }.rate_floor(Smoothing { factor, window });
	assert_eq!(moment(PPM, 1), Err(MathError::Overflow));
	let fall = |before| Momentum { before, now: 0 }.rate_floor(Smoothing { factor: PPM, window: 1 });
	assert_eq!((fall(1 << 127), fall((1 << 127) + 1)), (Ok(i128::MIN), Err(MathError::Overflow)));
	assert_eq!(moment(PPM + 1, 24), Err(MathError::OutOfDomain));
	assert_eq!(moment(PPM, 0), Err(MathError::DivisionByZero));
}

#[test]
fn the_multiplier_counts_what_is_measured_and_good_enough() {
	let metric = |weight, least, measured| Metric { weight, least, measured };
	let of = |metrics: &[Metric]| Multiplier::of(metrics).map(Multiplier::ppm_floor);
	assert_eq!(of(&[]), Ok(PPM));
	// The paper's four at their ranges: accuracy .9, adoption .5, an improvement below its range, growth unmeasured.
	let metrics = [
		metric(400_000, LEAST_ACCURACY, Some(900_000)),
		metric(200_000, 0, Some(500_000)),
		metric(300_000, LEAST_IMPROVEMENT, Some(799_999)),
		metric(100_000, 0, None),
	];
	assert_eq!(of(&metrics), Ok(1_460_000));
	assert_eq!(Multiplier::of(&metrics).unwrap().premium_ceil(304_187_200_308_463), Ok(139_926_112_141_893));
	assert_eq!(of(&[metric(PPM, LEAST_ACCURACY, Some(LEAST_ACCURACY))]), Ok(1_700_000));
	assert_eq!(of(&[metric(PPM, 0, Some(u32::MAX))]), Ok(2_000_000));
	assert_eq!(Multiplier::of(&[metric(PPM, 0, Some(0))]), Ok(Multiplier::ONE));
	assert_eq!(of(&[metric(PPM, PPM + 1, None)]), Err(MathError::OutOfDomain));
	assert_eq!(of(&[metric(PPM, 0, None), metric(1, 0, None)]), Err(MathError::OutOfDomain));
	assert_eq!(of(&[metric(PPM, 0, None), metric(u32::MAX, 0, None)]), Err(MathError::OutOfDomain));
}

#[test]
fn golden_premium_of_the_protocol() {
	// 304 paid in while M is 1; at 1.5 a buyer of the same pays 456, the curve still owes the 304.
	let half = Multiplier::of(&[Metric { weight: PPM, least: 0, measured: Some(500_000) }]).unwrap();
	let cost = 304_187_200_308_463;
	let premium = half.premium_ceil(cost).unwrap();
	assert_eq!((premium, cost + premium), (152_093_600_154_232, 456_280_800_462_695));
}

#[test]
fn premiums_are_rounded_up() {
	let least = Multiplier::of(&[Metric { weight: 1, least: 0, measured: Some(1) }]).unwrap();
	assert_eq!((least.premium_ceil(0), least.premium_ceil(1), least.ppm_floor()), (Ok(0), Ok(1), PPM));
	assert_eq!(Multiplier::ONE.premium_ceil(u128::MAX), Ok(0));
	let double = Multiplier::of(&[Metric { weight: PPM, least: 0, measured: Some(PPM) }]).unwrap();
	assert_eq!(double.premium_ceil(u128::MAX), Ok(u128::MAX));
}

/// .3 % at rest, 2 % per unit of relative momentum, at most 1 %, 5 % more at the launch, falling over 100.
const FEES: FeeSchedule =
	FeeSchedule { base: 3_000, slope: 20_000, cap: 10_000, launch: 50_000, launch_window: 100 };

#[test]
fn fees_rise_with_momentum_up_to_the_cap() {
	let trade = |before, now| FEES.trade_ceil(Momentum { before, now }, 700_000);
	assert_eq!(trade(cents(120), cents(120)), Ok(3_000));
	// |mu| T / P(t - T) = .7 * .15 / 1.2 = .0875, times 2 % is .175 %.
	assert_eq!(trade(cents(120), cents(135)), Ok(4_750));
	assert_eq!(trade(cents(120), cents(105)), Ok(4_750));
	assert_eq!(trade(cents(120), cents(120) + 1), Ok(3_001));
	assert_eq!(trade(cents(120), cents(180)), Ok(10_000));
	assert_eq!(trade(1, u128::MAX), Ok(10_000));
	assert_eq!(trade(0, 5), Err(MathError::DivisionByZero));
	assert_eq!(FEES.trade_ceil(Momentum { before: 1, now: 1 }, PPM + 1), Err(MathError::OutOfDomain));
}

#[test]
fn the_launch_fee_falls_to_zero() {
	let launch = |age| FEES.launch_ceil(age).unwrap();
	assert_eq!((launch(0), launch(1), launch(50), launch(99)), (50_000, 49_500, 25_000, 500));
	assert_eq!((launch(100), launch(u64::MAX)), (0, 0));
	assert_eq!(FeeSchedule { launch_window: 0, ..FEES }.launch_ceil(0), Ok(0));
	assert_eq!(FeeSchedule { launch_window: 3, launch: 10, ..FEES }.launch_ceil(2), Ok(4));
}

#[test]
fn fees_of_trades() {
	let rests = Momentum { before: 7, now: 7 };
	assert_eq!(FEES.fee_ceil(1_000, rests, 700_000, 100), Ok(3));
	assert_eq!(FEES.fee_ceil(1_001, rests, 700_000, 100), Ok(4));
	assert_eq!(FEES.fee_ceil(1_000_000, rests, 700_000, 0), Ok(53_000));
	assert_eq!((FEES.fee_ceil(1, rests, 0, 0), FEES.fee_ceil(0, rests, 0, 0)), (Ok(1), Ok(0)));
	assert!(FEES.fee_ceil(u128::MAX, rests, 0, 0).unwrap() < u128::MAX);
	for wrong in [
		FeeSchedule { base: 10_001, ..FEES },
		FeeSchedule { cap: 950_000, ..FEES },
		FeeSchedule { launch: u32::MAX, ..FEES },
	] {
		assert!(!wrong.is_valid());
		assert_eq!(wrong.fee_ceil(1, rests, 0, 0), Err(MathError::OutOfDomain));
		assert_eq!(wrong.launch_ceil(0), Err(MathError::OutOfDomain));
	}
}

/// 5 % per block, 20 % per window of a day, halves at a drawdown of 10 %, recovers within two days.
const LIMITS: Limits = Limits {
	per_block: 50_000,
	per_window: 200_000,
	window: 24 * HOUR,
	threshold: 100_000,
	rebound: 48 * HOUR,
	least_factor: 100_000,
};

fn at(block: u32) -> Moment {
	Moment { block, time: u64::from(block) }
}

fn allowed(limiter: Limiter, block: u32, before: u128, after: u128) -> Limiter {
	match limiter.judge(&LIMITS, at(block), before, after) {
		Ok(Verdict::Allowed(next)) => next,
		other => panic!("{before} to {after}: {other:?}"),
	}
}

#[test]
fn a_block_moves_no_further_than_its_limit() {
	let start = Limiter::new(at(0), 1_000);
	let judge = |limiter: Limiter, block, before, after| limiter.judge(&LIMITS, at(block), before, after);
	assert_eq!(judge(start, 0, 1_000, 1_051), Ok(Verdict::BeyondBlock));
	assert_eq!(judge(start, 0, 1_000, 949), Ok(Verdict::BeyondBlock));
	let raised = allowed(start, 0, 1_000, 1_050);
	assert_eq!(judge(raised, 0, 1_050, 1_051), Ok(Verdict::BeyondBlock));
	// Back is always allowed, beyond the start only by the limit.
	allowed(raised, 0, 1_050, 950);
	assert_eq!(judge(raised, 0, 1_050, 949), Ok(Verdict::BeyondBlock));
	// The next block measures from its own start.
	allowed(raised, 1, 1_050, 1_102);
}

#[test]
fn a_window_moves_no_further_than_its_limit() {
	let mut limiter = Limiter::new(at(0), 1_000);
	for (block, (before, after)) in
		(1..).zip([(1_000, 1_050), (1_050, 1_100), (1_100, 1_150), (1_150, 1_200)])
	{
		limiter = allowed(limiter, block, before, after);
	}
	assert_eq!(limiter.judge(&LIMITS, at(9), 1_200, 1_201), Ok(Verdict::BeyondWindow));
	let day = u32::try_from(LIMITS.window).unwrap();
	assert_eq!(limiter.judge(&LIMITS, at(day - 1), 1_200, 1_201), Ok(Verdict::BeyondWindow));
	allowed(limiter, day, 1_200, 1_201);
}

#[test]
fn a_drawdown_halves_what_may_be_sold_and_recovers() {
	let mut limiter = Limiter::new(at(0), 1_000);
	limiter = allowed(limiter, 1, 1_000, 950);
	assert_eq!(limiter.factor_floor(&LIMITS, 1), Ok(PPM));
	// 10 % below the peak: from now on half.
	limiter = allowed(limiter, 2, 950, 903);
	limiter = allowed(limiter, 3, 903, 900);
	assert_eq!(limiter.factor_floor(&LIMITS, 3), Ok(500_000));
	// A window's 20 % are 10 %, a block's 5 % are 2.5 %.
	assert_eq!(limiter.judge(&LIMITS, at(4), 900, 899), Ok(Verdict::BeyondWindow));
	// Purchases are not slowed down.
	allowed(limiter, 4, 900, 945);
	// Half of it is back after half the rebound time, and the window is a new one.
	let day = u32::try_from(LIMITS.window).unwrap();
	assert_eq!(limiter.factor_floor(&LIMITS, 3 + u64::from(day) / 2), Ok(750_000));
	assert_eq!(limiter.factor_floor(&LIMITS, 3 + u64::from(day)), Ok(PPM));
	assert_eq!(limiter.factor_floor(&LIMITS, u64::MAX), Ok(PPM));
	let later = day / 2 * 2 + 3;
	assert_eq!(limiter.judge(&LIMITS, at(later), 900, 854), Ok(Verdict::BeyondBlock));
	allowed(limiter, later, 900, 855);
}

#[test]
fn halvings_end_at_the_least_factor() {
	let limits = Limits { per_block: PPM, per_window: PPM, window: 1, rebound: u64::MAX, ..LIMITS };
	let (mut limiter, mut price) = (Limiter::new(at(0), WHOLE), WHOLE);
	let mut factors = Vec::new();
	for block in 1..=6 {
		let after = price / 10 * 9;
		let Ok(Verdict::Allowed(next)) = limiter.judge(&limits, at(block), price, after) else {
			panic!("{block}")
		};
		(limiter, price) = (next, after);
		factors.push(limiter.factor_floor(&limits, u64::from(block)).unwrap());
	}
	assert_eq!(factors, [500_000, 250_000, 125_000, 100_000, 100_000, 100_000]);
	// Without a rebound time it never falls.
	let limits = Limits { rebound: 0, ..limits };
	let Ok(Verdict::Allowed(next)) = Limiter::new(at(0), 100).judge(&limits, at(1), 100, 50) else {
		panic!()
	};
	assert_eq!(next.factor_floor(&limits, 1), Ok(PPM));
}

#[test]
fn limits_and_moments_that_cannot_be() {
	let limiter = Limiter::new(at(5), 100);
	let judge = |limits: Limits, now, before, after| limiter.judge(&limits, now, before, after);
	for wrong in [
		Limits { window: 0, ..LIMITS },
		Limits { threshold: 0, ..LIMITS },
		Limits { threshold: PPM + 1, ..LIMITS },
		Limits { least_factor: 0, ..LIMITS },
		Limits { least_factor: PPM + 1, ..LIMITS },
	] {
		assert!(!wrong.is_valid());
		assert_eq!(judge(wrong, at(5), 100, 100), Err(MathError::OutOfDomain));
	}
	assert!(LIMITS.is_valid());
	assert_eq!(judge(LIMITS, at(4), 100, 100), Err(MathError::OutOfDomain));
	assert_eq!(judge(LIMITS, Moment { block: 6, time: 4 }, 100, 100), Err(MathError::OutOfDomain));
	assert_eq!(judge(LIMITS, at(5), 0, 1), Err(MathError::OutOfDomain));
	assert_eq!(judge(LIMITS, at(5), 1, 0), Err(MathError::OutOfDomain));
}

/// Where the price has fallen too, which takes two more prices: more than any supply costs buys all that is left.
#[test]
fn a_payment_beyond_all_money_buys_what_is_left() {
	let parameters = Parameters {
		shape: Shape::Linear,
		price: 100_000_000_000_000_000,
		angle: 10_000_000_000,
		max_supply: 1_000_000 * WHOLE,
	};
	let (curve, supply) = (Curve::new(parameters).unwrap(), 800_000 * WHOLE);
	let spot = curve.spot(supply).unwrap();
	let fees = FeeSchedule { base: 10_000, slope: 1_000_000, cap: 300_000, launch: 0, launch_window: 0 };
	for before in [spot.price_floor() * 1_014 / 1_000, spot.price_floor() * 9 / 10] {
		let multiplier = Multiplier::ONE;
		let buying = Buying {
			curve: &curve,
			supply,
			spot: &spot,
			multiplier,
			fees: &fees,
			factor: 700_000,
			before,
			age: 0,
		};
		for payment in [u128::MAX, u128::MAX / 10, 1_000_000 * WHOLE] {
			assert_eq!(buying.affordable_floor(payment), Ok(200_000 * WHOLE), "{before}: {payment}");
		}
		assert_eq!(buying.affordable_floor(0), Ok(0));
	}
}
