//! Properties: enclosure of the exact value, tightness, monotonicity.

use super::*;
use crate::reference::{
	self, amount, assert_series_floor, cases, number, ratio, real, tiny, value, wide_real, Real,
};
use dashu_float::ops::Abs;
use proptest::prelude::*;

/// Numbers of every magnitude below `2^64`.
fn fixed() -> impl Strategy<Value = Fixed> {
	(any::<[u64; 4]>(), 0u32..256).prop_map(|(words, shift)| Fixed(U256(words) >> shift))
}

/// How far `number` is from `exact`, in units of `2^-192`.
fn units(number: Fixed, exact: &Real) -> Real {
	(value(number) - exact) / tiny(192)
}

fn assert_enclosed(low: Fixed, high: Fixed, exact: &Real) {
	let (below, above) = (units(low, exact), units(high, exact));
	assert!(below <= real(0u32) && below.clone().abs() <= real(2u32), "{below} units");
	assert!(above >= real(0u32) && above <= real(2u32), "{above} units");
}

/// Asserts that both are `exact` rounded to a multiple of `2^-192`, or that it is above the largest.
fn assert_rounded(low: Result<Fixed, MathError>, high: Result<Fixed, MathError>, exact: &Real) {
	let unit = real(1u32) + tiny(100);
	match (low, high) {
		(Ok(low), Ok(high)) => {
			let (below, above) = (units(low, exact), units(high, exact));
			assert!(below < tiny(100) && -below < unit);
			assert!(above > -tiny(100) && above < unit);
		},
		(low, high) => {
			assert_eq!(high, Err(MathError::Overflow));
			assert!(low == Err(MathError::Overflow) || low == Ok(Fixed(U256::MAX)));
			assert!(units(Fixed(U256::MAX), exact) < tiny(100), "{exact} fits");
		},
	}
}

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn exponentials_enclose_the_reference(x in fixed()) {
		let exact = reference::exp_neg(value(x));
		assert_enclosed(exp_neg_floor(x).unwrap(), exp_neg_ceil(x).unwrap(), &exact);
	}

	#[test]
	fn exponentials_of_common_arguments_enclose_the_reference(numerator in 1u128..1 << 40, denominator in 1u128..1 << 40) {
		let x = Fixed::ratio_floor(numerator % (140 * denominator), denominator).unwrap();
		let exact = reference::exp_neg(value(x));
		assert_enclosed(exp_neg_floor(x).unwrap(), exp_neg_ceil(x).unwrap(), &exact);
	}

	/// The bound that the rounding relies on, checked where the 64 guard digits are still there.
	#[test]
	fn the_series_stay_within_their_error(x in fixed(), small in 0u128..140 << 64) {
		let limit = real(SERIES_ERROR) + real(1u32);
		let x_small = Fixed::ratio_floor(small, 1 << 64).unwrap();
		let (mantissa, shift) = exp_neg(x_small).unwrap().unwrap_or_default();
		if shift > 0 {
			let halvings = i32::try_from(shift - GUARD_BITS).unwrap();
			let exact = reference::exp_neg(value(x_small)) / tiny(halvings) / tiny(series::SERIES_BITS.try_into().unwrap());
			prop_assert!((wide_real(mantissa) - exact).abs() < limit);
		}
		let above = Fixed(x.0.saturating_add(Fixed::ONE.0));
		let exact = value(above).ln() / tiny(series::SERIES_BITS.try_into().unwrap());
		prop_assert!((wide_real(ln(above).unwrap()) - exact).abs() < limit);
	}

	#[test]
	fn logarithms_enclose_the_reference(x in fixed()) {
		let x = Fixed(x.0.saturating_add(Fixed::ONE.0));
		let exact = value(x).ln();
		assert_enclosed(ln_floor(x).unwrap(), ln_ceil(x).unwrap(), &exact);
	}

	#[test]
	fn exponentials_fall_and_logarithms_rise(a in fixed(), b in fixed()) {
		let (low, high) = (a.min(b), a.max(b));
		// The directions may cross only within their documented distance from the exact value.
		prop_assert!(exp_neg_ceil(low).unwrap() >= exp_neg_floor(high).unwrap());
		let raised = |x: Fixed| Fixed(x.0.saturating_add(Fixed::ONE.0));
		prop_assert!(ln_ceil(raised(high)).unwrap() >= ln_floor(raised(low)).unwrap());
	}

	#[test]
	fn an_exponential_undoes_a_logarithm(x in fixed(), money in amount()) {
		let x = Fixed(x.0.saturating_add(Fixed::ONE.0));
		let inverse = exp_neg_floor(ln_ceil(x).unwrap()).unwrap();
		assert_series_floor(inverse.times_floor(money).unwrap(), &(real(money) / value(x)));
	}

	#[test]
	fn ratios_enclose_the_quotient(numerator in amount(), denominator in amount()) {
		let denominator = denominator.max(1);
		let (low, high) = (Fixed::ratio_floor(numerator, denominator), Fixed::ratio_ceil(numerator, denominator));
		assert_rounded(low, high, &ratio(numerator, denominator));
	}

	#[test]
	fn products_are_rounded_as_named(x in fixed(), money in amount()) {
		let exact = value(x) * real(money);
		match (x.times_floor(money), x.times_ceil(money)) {
			(Ok(floor), Ok(ceil)) => {
				reference::assert_floor(floor, &exact);
				reference::assert_ceil(ceil, &exact);
			},
			(floor, ceil) => {
				prop_assert_eq!(ceil, Err(MathError::Overflow));
				prop_assert!(floor == Err(MathError::Overflow) || floor == Ok(u128::MAX));
				prop_assert!(exact > real(u128::MAX));
			},
		}
	}

	#[test]
	fn scaling_is_rounded_as_named(x in fixed(), numerator in number(), denominator in number()) {
		let denominator = denominator.max(1);
		let (low, high) = (x.scaled_floor(numerator, denominator), x.scaled_ceil(numerator, denominator));
		assert_rounded(low, high, &(value(x) * ratio(numerator, denominator)));
	}
}
