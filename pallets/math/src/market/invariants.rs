//! Properties: rounding, ranges, monotony, and what any number of trades may do to a price.

use super::*;
use crate::{
	curve::{Curve, Parameters, Shape, WHOLE},
	fee::mul_div_floor,
	reference::{amount, assert_ceil, assert_floor, cases, money, number, ratio, real, share, tiny},
};
use proptest::prelude::*;

fn metrics() -> impl Strategy<Value = Vec<Metric>> {
	let metric = (0u32..=250_000, share(), prop::option::of(prop_oneof![share(), any::<u32>()]));
	prop::collection::vec(metric, 0..5).prop_map(|metrics| {
		metrics.into_iter().map(|(weight, least, measured)| Metric { weight, least, measured }).collect()
	})
}

fn schedule() -> impl Strategy<Value = FeeSchedule> {
	(share(), any::<u32>(), share(), share(), number()).prop_map(
		|(base, slope, cap, launch, launch_window)| {
			let cap = cap.min(PPM - 1);
			FeeSchedule { base: base.min(cap), slope, cap, launch: launch.min(PPM - 1 - cap), launch_window }
		},
	)
}

fn limits() -> impl Strategy<Value = Limits> {
	(0..2 * PPM, 0..2 * PPM, 1u64..50, 1..=PPM, prop_oneof![0u64..100, number()], 1..=PPM).prop_map(
		|(per_block, per_window, window, threshold, rebound, least_factor)| Limits {
			per_block,
			per_window,
			window,
			threshold,
			rebound,
			least_factor,
		},
	)
}

/// A curve of a million tokens of each shape, and what is sold of it.
fn sold() -> impl Strategy<Value = (Curve, u128)> {
	let price = 1_000_000_000_000_000u128..=100_000_000_000_000_000_000;
	(0usize..3, price, 0u64..=10, 0..=WHOLE).prop_map(|(shape, price, bend, sold)| {
		let max_supply = 1_000_000 * WHOLE;
		// A linear price grows tenfold at most, the exponent up to ten.
		let linear = u64::try_from(price / 1_000_000).unwrap() * bend;
		let exponent = 1_000_000_000_000 * bend.max(1);
		let midpoint = 300_000 * WHOLE;
		let (shape, angle) = [
			(Shape::Linear, linear),
			(Shape::Exponential, exponent),
			(Shape::Sigmoid { midpoint }, exponent),
		][shape];
		(Curve::new(Parameters { shape, price, angle, max_supply }).unwrap(), sold * 1_000_000)
	})
}

/// Fees as launches may choose them, `beta`, and the age of the launch.
fn terms() -> impl Strategy<Value = (FeeSchedule, u32, u64)> {
	let slope = prop_oneof![Just(0), 0..=PPM];
	(3_000u32..=300_000, slope, 0u32..=200_000, 0u32..=200_000, share(), 0u64..=1_200).prop_map(
		|(base, slope, more, launch, factor, age)| {
			(FeeSchedule { base, slope, cap: base + more, launch, launch_window: 1_000 }, factor, age)
		},
	)
}

proptest! {
	#![proptest_config(cases())]

	/// Whatever the price was a window ago: never more than the payment is charged, and hardly less as far as a block moves a price.
	#[test]
	fn payments_are_spent((curve, supply) in sold(), (fees, factor, age) in terms(), metrics in metrics(),
		was in 500_000u32..=1_500_000, payment in 10u128..=1_000_000 * WHOLE, shift in 0u32..40,
	) {
		let (multiplier, payment) = (Multiplier::of(&metrics).unwrap(), (payment >> shift).max(10));
		let spot = curve.spot(supply).unwrap();
		let price = spot.price_floor();
		let before = mul_div_floor(price, was.into(), PPM.into()).unwrap().max(1);
		let buying = Buying { curve: &curve, supply, spot: &spot, multiplier, fees: &fees, factor, before, age };
		let amount = buying.affordable_floor(payment).unwrap();
		let after = curve.spot(supply + amount).unwrap();
		let value = curve.cost_ceil(&spot, &after).unwrap();
		let momentum = Momentum { before, now: after.price_floor() };
		let fee = fees.fee_ceil(value, momentum, factor, age).unwrap();
		let paid = value + multiplier.premium_ceil(value).unwrap() + fee;
		prop_assert!(amount == 0 || paid <= payment, "{} of {}", paid, payment);

		let moved = (after.price_floor() - price) as f64 / price.min(before) as f64;
		let steep = f64::from(fees.slope) * f64::from(factor) * 1e-12 * moved;
		let range = f64::from(fees.cap - fees.base) * 1e-6;
		let unspent = (steep * (steep.min(range) + moved) * 1.5).min(range) + 5e-6;
		// What three base units of the token cost is not divided.
		let most = payment as f64 * unspent + 12.0 * (price as f64 * 1e-18) + 12.0;
		let all = supply + amount == curve.parameters().max_supply;
		prop_assert!(all || moved > 0.14 || (payment - paid) as f64 <= most, "{} of {}: {}", paid, payment, most);
	}

	#[test]
	fn multipliers_lie_between_one_and_two(metrics in metrics(), integral in amount()) {
		let multiplier = Multiplier::of(&metrics).unwrap();
		let exact = metrics.iter().fold(real(0u32), |sum, metric| match metric.measured {
			Some(measured) if measured >= metric.least => sum + ratio(metric.weight, PPM) * ratio(measured.min(PPM), PPM),
			_ => sum,
		});
		prop_assert!((PPM..=2 * PPM).contains(&multiplier.ppm_floor()));
		assert_floor(multiplier.ppm_floor().into(), &((real(1u32) + &exact) * real(PPM)));
		let premium = multiplier.premium_ceil(integral).unwrap();
		assert_ceil(premium, &(exact * real(integral)));
		prop_assert!(premium <= integral);
	}

	#[test]
	fn splitting_a_purchase_saves_no_premium(metrics in metrics(), a in money(), b in money()) {
		let multiplier = Multiplier::of(&metrics).unwrap();
		let premium = |amount| multiplier.premium_ceil(amount).unwrap();
		prop_assert!(premium(a) + premium(b) >= premium(a + b));
	}

	#[test]
	fn momentum_is_rounded_down(
		before in amount(),
		now in amount(),
		factor in share(),
		window in prop_oneof![Just(1), number()],
	) {
		let window = window.max(1);
		let exact = (real(now) - real(before)) * ratio(factor, PPM) / real(window);
		match (Momentum { before, now }).rate_floor(Smoothing { factor, window }) {
			Ok(rate) => {
				let below = exact - real(rate);
				prop_assert!(below > -tiny(100) && below < real(1u32) + tiny(100));
			},
			Err(error) => {
				prop_assert_eq!(error, MathError::Overflow);
				prop_assert!(exact < real(i128::MIN) + tiny(100) || exact > real(i128::MAX));
			},
		}
	}

	#[test]
	fn trade_fees_are_the_formula(schedule in schedule(), before in 1..=u128::MAX, now in amount(), factor in share()) {
		let fee = schedule.trade_ceil(Momentum { before, now }, factor).unwrap();
		let added = ratio(schedule.slope, 1u8) * ratio(factor, PPM) * ratio(before.abs_diff(now), before);
		let exact = real(schedule.base) + added;
		prop_assert!(schedule.base <= fee && fee <= schedule.cap);
		if exact < real(schedule.cap) {
			assert_ceil(fee.into(), &exact);
		} else {
			prop_assert_eq!(fee, schedule.cap);
		}
	}

	#[test]
	fn trade_fees_rise_with_the_move(schedule in schedule(), before in 1..=u128::MAX, a in amount(), b in amount(), factor in share()) {
		let fee = |moved: u128| schedule.trade_ceil(Momentum { before, now: before.saturating_add(moved) }, factor).unwrap();
		prop_assert!(fee(a.min(b)) <= fee(a.max(b)));
	}

	#[test]
	fn launch_fees_fall(schedule in schedule(), a in number(), b in number()) {
		let fee = |age| schedule.launch_ceil(age).unwrap();
		prop_assert!(fee(a.min(b)) >= fee(a.max(b)));
		prop_assert!(fee(a) <= schedule.launch);
		prop_assert_eq!(fee(schedule.launch_window), 0);
		if let Some(left) = schedule.launch_window.checked_sub(a).filter(|left| *left > 0) {
			assert_ceil(fee(a).into(), &(ratio(schedule.launch, 1u8) * ratio(left, schedule.launch_window)));
		}
	}

	#[test]
	fn fees_match_the_reference(
		schedule in schedule(),
		amount in amount(),
		before in 1..=u128::MAX,
		now in amount(),
		factor in share(),
		age in number(),
	) {
		let momentum = Momentum { before, now };
		let rate = schedule.trade_ceil(momentum, factor).unwrap() + schedule.launch_ceil(age).unwrap();
		assert_ceil(schedule.fee_ceil(amount, momentum, factor, age).unwrap(), &(real(amount) * ratio(rate, PPM)));
	}

	#[test]
	fn fees_leave_something_and_splits_save_nothing(schedule in schedule(), a in money(), b in money(), now in money(), age in number()) {
		let momentum = Momentum { before: 1 << 80, now };
		let fee = |amount| schedule.fee_ceil(amount, momentum, 700_000, age).unwrap();
		prop_assert!(fee(a) + fee(b) >= fee(a + b));
		prop_assert!(fee(a) <= a && (a < PPM.into() || fee(a) < a));
	}

	/// Each verdict, and what it leaves of the sell factor, by the rule in exact numbers.
	#[test]
	fn verdicts_match_the_reference(
		limits in limits(),
		start in money(),
		trades in prop::collection::vec((0u32..3, 0u64..10, prop::option::of(1u32..3 * PPM)), 1..40),
	) {
		let ppm = real(PPM);
		let start = start.max(1);
		let mut last = Moment { block: 0, time: 0 };
		let mut limiter = Limiter::new(last, start);
		let (mut price, mut block, mut window, mut window_time) = (start, start, start, 0u64);
		let (mut peak, mut factor) = (start, PPM);
		for (blocks, time, moved) in trades {
			let now = Moment { block: last.block + blocks, time: last.time + time };
			let risen = if limits.rebound == 0 { ppm.clone() } else { ratio(time, limits.rebound) * &ppm };
			let rising = limiter.factor_floor(&limits, now.time).unwrap();
			assert_floor(rising.into(), &(real(factor) + risen).min(ppm.clone()));

			let new_window = now.time - window_time >= limits.window;
			let block_start = if now.block == last.block { block } else { price };
			let window_start = if new_window { price } else { window };
			let near = match moved {
				Some(moved) => mul_div_floor(price, moved.into(), PPM.into()).unwrap(),
				// To the end of what a block's sales may move, where a millionth more or less decides.
				None => {
					let fall = ratio(limits.per_block, PPM) * ratio(rising, PPM) * real(block_start);
					block_start.saturating_sub(u128::try_from(fall.floor().to_int().value()).unwrap())
				},
			};
			let near = near.clamp(1, 1 << 110);
			let part = if near < price { rising } else { PPM };
			let may = |from: u128, limit: u32| {
				let returns = (from <= near && near <= price) || (price <= near && near <= from);
				let bound = (real(limit) * real(part) / &ppm).floor();
				returns || real(from.abs_diff(near)) * &ppm <= real(from) * bound
			};
			let verdict = limiter.judge(&limits, now, price, near).unwrap();
			let Verdict::Allowed(next) = verdict else {
				let beyond_block = !may(block_start, limits.per_block);
				let expected = if beyond_block { Verdict::BeyondBlock } else { Verdict::BeyondWindow };
				prop_assert_eq!(verdict, expected);
				prop_assert!(beyond_block || !may(window_start, limits.per_window));
				continue;
			};
			prop_assert!(may(block_start, limits.per_block) && may(window_start, limits.per_window));
			if new_window {
				(window_time, peak) = (now.time, price);
			}
			peak = peak.max(near);
			factor = rising;
			if real(peak - near) * &ppm >= real(peak) * real(limits.threshold) && limits.rebound > 0 {
				factor = (rising / 2).max(limits.least_factor).min(rising);
				peak = near;
			}
			(last, limiter, price, block, window) = (now, next, near, block_start, window_start);
		}
	}

	/// Whatever trades are tried, the price at the end of a block lies within the limit of its start, and that of a window
	/// within its own; a trade that is refused stays refused when it is cut in two.
	#[test]
	fn prices_stay_within_the_limits(
		limits in limits(),
		start in 1u128..1 << 100,
		trades in prop::collection::vec((0u32..3, 0u64..10, 1u128..1 << 100, 1u32..3 * PPM), 1..40),
	) {
		let mut now = Moment { block: 0, time: 0 };
		let mut limiter = Limiter::new(now, start);
		let (mut price, mut block_start, mut block) = (start, start, 0u32);
		let (mut window_start, mut window_time) = (start, 0u64);
		for (blocks, time, anywhere, factor) in trades {
			now = Moment { block: now.block + blocks, time: now.time + time };
			let near = price.checked_mul(factor.into()).map_or(anywhere, |moved| (moved / u128::from(PPM)).max(1));
			let verdict = limiter.judge(&limits, now, price, near).unwrap();
			let Verdict::Allowed(next) = verdict else {
				// By way of the middle it ends beyond the limit as well.
				let middle = price.midpoint(near);
				if let Verdict::Allowed(half) = limiter.judge(&limits, now, price, middle).unwrap() {
					let rest = half.judge(&limits, now, middle, near).unwrap();
					prop_assert!(!matches!(rest, Verdict::Allowed(_)));
				}
				continue;
			};
			if now.block != block {
				(block_start, block) = (price, now.block);
			}
			if now.time - window_time >= limits.window {
				(window_start, window_time) = (price, now.time);
			}
			let returns = |from: u128| (from <= near && near <= price) || (price <= near && near <= from);
			prop_assert!(returns(block_start) || within(block_start, near, limits.per_block).unwrap());
			prop_assert!(returns(window_start) || within(window_start, near, limits.per_window).unwrap());
			let factor = next.factor_floor(&limits, now.time).unwrap();
			prop_assert!(factor >= limits.least_factor && factor <= PPM);
			(limiter, price) = (next, near);
		}
	}
}
