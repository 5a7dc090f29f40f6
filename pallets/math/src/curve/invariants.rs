//! Properties: error and direction, order, splits, round trips, the reserve, the inverse.

use super::*;
use crate::reference::{
	amount, assert_floor, assert_series_floor, cases, exp_neg, fitting, number, ratio, real, softplus_neg,
	tiny, Real,
};
use core::ops::Range;
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

fn shape(midpoint: u128) -> impl Strategy<Value = Shape> {
	prop_oneof![Just(Shape::Linear), Just(Shape::Exponential), Just(Shape::Sigmoid { midpoint })]
}

/// Parameters of every magnitude, those of a curve or not.
fn parameters() -> impl Strategy<Value = Parameters> {
	(amount(), number(), amount(), amount().prop_flat_map(shape))
		.prop_map(|(price, angle, max_supply, shape)| Parameters { shape, price, angle, max_supply })
}

/// Numbers of this many binary digits and one more, every length as likely.
fn digits(lengths: Range<u32>) -> impl Strategy<Value = u128> {
	lengths.prop_flat_map(|length| 1u128 << length..1 << (length + 1))
}

/// Parameters of a curve that bends within its supply, as a launch's does: `a s` is between `2^-20` and `2^7` at its end.
fn bent() -> impl Strategy<Value = Parameters> {
	let parts = (digits(40..80), digits(40..90), digits(0..27), 0..=1_000_000u128);
	parts.prop_flat_map(|(price, max_supply, bend, part)| {
		let angle = (bend * (price::EXPONENT_UNITS >> 20) / max_supply).clamp(1, u64::MAX.into()) as u64;
		shape(max_supply * part / 1_000_000).prop_map(move |shape| Parameters {
			shape,
			price,
			angle,
			max_supply,
		})
	})
}

/// Curves of every magnitude, and those that a launch would have.
pub(super) fn curve() -> impl Strategy<Value = Curve> {
	prop_oneof![1 => parameters(), 2 => bent()]
		.prop_filter_map("no curve", |parameters| Curve::new(parameters).ok())
}

/// What is compared with the reference is not all straight lines: of the curves drawn a quarter at least are exponentials and sigmoids
/// whose price changes by more than a thousandth and less than `e^80` over their supply.
#[test]
fn a_quarter_of_the_curves_bend() {
	let mut runner = TestRunner::deterministic();
	let (strategy, drawn) = (curve(), 2_000);
	let bends = |curve: &Curve| {
		let Parameters { shape, angle, max_supply, .. } = *curve.parameters();
		let end = exponent(angle, max_supply);
		shape != Shape::Linear && end > ratio(1u8, 1_000u16) && end < real(80u8)
	};
	let bent = (0..drawn).filter(|_| bends(&strategy.new_tree(&mut runner).unwrap().current())).count();
	assert!(4 * bent >= drawn, "{bent} of {drawn}");
}

/// A curve and two amounts that fit in its supply together, of every magnitude.
fn trade() -> impl Strategy<Value = (Curve, u128, u128)> {
	(curve(), amount(), amount()).prop_map(|(curve, first, second)| {
		let within = |number: u128, most: u128| if number <= most { number } else { number % (most + 1) };
		let most = curve.parameters().max_supply;
		let supply = within(first, most);
		(curve, supply, within(second, most - supply))
	})
}

/// `a s`, `s` in base units.
fn exponent(angle: u64, tokens: u128) -> Real {
	real(angle) * real(tokens) / real(price::EXPONENT_UNITS)
}

fn exact_price(curve: &Curve, supply: u128) -> Real {
	let Parameters { shape, price, angle, .. } = *curve.parameters();
	match shape {
		Shape::Linear => real(price) + ratio(angle, 1u8) * ratio(supply, WHOLE),
		Shape::Exponential => real(price) / exp_neg(exponent(angle, supply)),
		Shape::Sigmoid { midpoint } => {
			let power = exp_neg(exponent(angle, supply.abs_diff(midpoint)));
			let part = if supply < midpoint { power.clone() } else { real(1u32) };
			real(price) * part / (real(1u32) + power)
		},
	}
}

/// The textbook antiderivative in base units of money, not the one that the crate computes with.
fn exact_integral(curve: &Curve, supply: u128) -> Real {
	let Parameters { shape, price, angle, .. } = *curve.parameters();
	let scale = real(price) * real(WHOLE) / real(angle.max(1));
	match shape {
		Shape::Linear => {
			let rise = exponent(angle, supply) * real(supply) / real(2u32);
			real(price) * ratio(supply, ATTO) + rise
		},
		Shape::Exponential => scale / exp_neg(exponent(angle, supply)),
		Shape::Sigmoid { midpoint } if supply < midpoint => {
			scale * softplus_neg(exponent(angle, midpoint - supply))
		},
		Shape::Sigmoid { midpoint } => {
			let x = exponent(angle, supply - midpoint);
			scale * (x.clone() + softplus_neg(x))
		},
	}
}

/// Asserts that a cost is the exact value rounded up, or one more where that is hardly below an integer.
fn assert_cost(cost: u128, exact: &Real, slack: i32) {
	let above = real(cost) - exact;
	assert!(above > -tiny(200) && above < real(1u32) + tiny(slack), "{cost} for {exact}: {above} above");
}

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn what_is_no_curve_is_refused_for_its_reason(parameters in parameters()) {
		let Parameters { shape, price, angle, max_supply } = parameters;
		let exact = Curve(parameters);
		let most = real(u128::MAX) + tiny(60);
		let whole = exact_integral(&exact, max_supply) - exact_integral(&exact, 0);
		let bound = if let Shape::Sigmoid { .. } = shape { ratio(price, ATTO) * real(max_supply) } else { real(0u32) };
		let launch = exact_price(&exact, 0);
		let fits = exact_price(&exact, max_supply) <= most && whole <= most && bound < real(u128::MAX) + real(1u32);
		match Curve::new(parameters) {
			Ok(curve) => {
				prop_assert_eq!(curve.parameters(), &parameters);
				prop_assert!(fits && launch > real(1u32) - tiny(60));
			},
			// A price of zero may also be refused for what it would grow by.
			Err(MathError::Overflow) => prop_assert!(!fits || price == 0),
			Err(error) => {
				prop_assert_eq!(error, MathError::OutOfDomain);
				let flat = angle == 0 && shape != Shape::Linear;
				prop_assert!(flat || max_supply == 0 || launch < real(1u32) + tiny(60));
			},
		}
	}

	#[test]
	fn spots_know_what_supplies_do((curve, supply, amount) in trade(), pay in amount()) {
		let (from, to) = (curve.spot(supply).unwrap(), curve.spot(supply + amount).unwrap());
		prop_assert_eq!(Ok(from.price_floor()), curve.price_floor(supply));
		prop_assert_eq!(curve.cost_ceil(&from, &to), curve.buy_cost_ceil(supply, amount));
		prop_assert_eq!(curve.sale_floor(&to, &from), curve.sale_integral_floor(supply + amount, amount));
		let (least, most) = curve.amount_between(supply, &from, pay).unwrap();
		let exact = curve.buy_amount_floor(supply, pay).unwrap();
		prop_assert!((least..=most).contains(&exact) && most - least <= 2, "{} to {} for {}", least, most, exact);
		let bound = curve.amount_ceil(supply, &from, pay).unwrap();
		let left = curve.parameters().max_supply - supply;
		let paid = |amount: u128| real(amount) * real(from.price_floor()) / real(ATTO);
		prop_assert!((exact..=left).contains(&bound), "{} of {} for {}", bound, left, pay);
		prop_assert!(bound == left || paid(bound) >= real(pay), "{} for {}", bound, pay);
		prop_assert!(bound == 0 || paid(bound - 1) < real(pay), "{} for {}", bound, pay);
	}

	#[test]
	fn costs_are_rounded_up_once((curve, supply, amount) in trade()) {
		let exact = exact_integral(&curve, supply + amount) - exact_integral(&curve, supply);
		assert_cost(curve.buy_cost_ceil(supply, amount).unwrap(), &exact, 76);
		let whole = exact_integral(&curve, supply) - exact_integral(&curve, 0);
		assert_cost(curve.integral_to_ceil(supply).unwrap(), &whole, 76);
	}

	#[test]
	fn integrals_are_rounded_down_once((curve, supply, amount) in trade()) {
		let exact = exact_integral(&curve, supply + amount) - exact_integral(&curve, supply);
		let integral = curve.sale_integral_floor(supply + amount, amount).unwrap();
		assert_series_floor(integral, &exact);
		prop_assert!(exact - real(integral) < real(1u32) + tiny(76));
	}

	#[test]
	fn prices_enclose_the_exact_one((curve, supply, _) in trade()) {
		let exact = exact_price(&curve, supply);
		let low = curve.price_floor(supply).unwrap();
		prop_assert!(real(low) <= exact.clone() + tiny(200) && exact.clone() - real(low) < real(1u32) + tiny(100));
		assert_cost(curve.price_ceil(supply).unwrap(), &exact, 100);
		prop_assert!(low > 0);
	}

	#[test]
	fn prices_rise_with_the_supply((curve, supply, amount) in trade()) {
		prop_assert!(curve.price_floor(supply).unwrap() <= curve.price_ceil(supply + amount).unwrap());
	}

	#[test]
	fn costs_and_integrals_rise_with_the_amount((curve, supply, amount) in trade(), less in any::<u128>()) {
		let less = less.checked_rem(amount).unwrap_or(0);
		let cost = |amount| curve.buy_cost_ceil(supply, amount).unwrap();
		let integral = |amount| curve.sale_integral_floor(supply + amount, amount).unwrap();
		for smaller in [less, amount.saturating_sub(1)] {
			prop_assert!(cost(smaller) <= cost(amount));
			prop_assert!(integral(smaller) <= integral(amount));
		}
		prop_assert_eq!(cost(amount) == 0, amount == 0);
	}

	/// Exactly, not up to an error: neither one way nor the other.
	#[test]
	fn splitting_never_pays((curve, supply, amount) in trade(), part in any::<u128>()) {
		let part = part.checked_rem(amount).unwrap_or(0);
		for first in [part, amount / 2, amount.min(1)] {
			let rest = amount - first;
			let bought = curve.buy_cost_ceil(supply, first).unwrap() + curve.buy_cost_ceil(supply + first, rest).unwrap();
			prop_assert!(bought >= curve.buy_cost_ceil(supply, amount).unwrap());
			let top = supply + amount;
			let sold = curve.sale_integral_floor(top, first).unwrap()
				+ curve.sale_integral_floor(top - first, rest).unwrap();
			prop_assert!(sold <= curve.sale_integral_floor(top, amount).unwrap());
		}
	}

	#[test]
	fn buying_and_selling_back_never_profits((curve, supply, amount) in trade(), part in any::<u128>()) {
		let paid = curve.buy_cost_ceil(supply, amount).unwrap();
		let part = part.checked_rem(amount).unwrap_or(0);
		let top = supply + amount;
		let back = curve.sale_integral_floor(top, part).unwrap()
			+ curve.sale_integral_floor(top - part, amount - part).unwrap();
		prop_assert!(back <= paid);
		// Nor does it lose more than the two roundings.
		prop_assert!(paid - curve.sale_integral_floor(top, amount).unwrap() <= 2);
	}

	#[test]
	fn the_inverse_is_maximal((curve, supply, _) in trade(), pay in amount()) {
		let bought = curve.buy_amount_floor(supply, pay).unwrap();
		let left = curve.parameters().max_supply - supply;
		prop_assert!(bought <= left);
		prop_assert!(curve.buy_cost_ceil(supply, bought).unwrap() <= pay);
		if bought < left {
			prop_assert!(curve.buy_cost_ceil(supply, bought + 1).unwrap() > pay);
		}
	}

	#[test]
	fn the_inverse_undoes_the_cost((curve, supply, amount) in trade()) {
		let cost = curve.buy_cost_ceil(supply, amount).unwrap();
		let bought = curve.buy_amount_floor(supply, cost).unwrap();
		prop_assert!(bought >= amount);
		prop_assert_eq!(curve.buy_cost_ceil(supply, bought).unwrap(), cost);
		if let Some(less) = cost.checked_sub(1) {
			prop_assert!(curve.buy_amount_floor(supply, less).unwrap() < amount);
		}
	}

	#[test]
	fn payouts_share_what_there_is(integral in amount(), more in amount(), reserve in amount()) {
		let whole = integral.saturating_add(more);
		let payout = sale_payout_floor(integral, reserve, whole).unwrap();
		prop_assert!(payout <= reserve && payout <= integral);
		if whole > 0 {
			assert_floor(payout, &real(integral).min(real(reserve) * ratio(integral, whole)));
		}
		if reserve >= whole {
			prop_assert_eq!(payout, integral);
		}
		// Who sells everything that is left gets everything that is left, up to the integral.
		prop_assert_eq!(sale_payout_floor(whole, reserve, whole).unwrap(), reserve.min(whole));
	}

	#[test]
	fn graduation_tokens_are_worth_at_most_the_reserve(reserve in amount(), price in amount()) {
		let price = price.max(1);
		let exact = real(reserve) * ratio(ATTO, price);
		if let Some(tokens) = fitting(graduation_tokens_floor(reserve, price), &exact) {
			assert_floor(tokens, &exact);
		}
	}
}
