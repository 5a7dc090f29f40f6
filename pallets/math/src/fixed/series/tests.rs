//! The tables, and the bounds that every rounding relies on, against the reference.

use super::*;
use crate::reference::{cases, real, softplus_neg, tiny, wide_real, Real};
use dashu_float::ops::Abs;
use proptest::prelude::*;

/// `number * 2^-256`.
fn value(number: U512) -> Real {
	wide_real(number) * tiny(256)
}

/// How far `number` is from `exact`, in units of `2^-256`.
fn units(number: U512, exact: &Real) -> Real {
	((value(number) - exact) / tiny(256)).abs()
}

/// Whether `number` is `exact * 2^256`, rounded down.
fn is_floor(number: U256, exact: &Real) -> bool {
	let below = (exact - value(number.into())) / tiny(256);
	below >= real(0u32) && below < real(1u32)
}

/// Arguments of every magnitude up to 2^8.
fn argument() -> impl Strategy<Value = U512> {
	(any::<[u64; 5]>(), 0u32..256)
		.prop_map(|([a, b, c, d, e], shift)| U512([a, b, c, d, e >> 56, 0, 0, 0]) >> shift)
}

#[test]
fn tables_hold_what_they_say() {
	let fractions = |table: &[U256], whole: u32, function: fn(Real) -> Real| {
		for (j, number) in (1u32..).zip(table) {
			assert!(is_floor(*number, &function(real(j) / real(whole))), "{j}");
		}
	};
	fractions(&EXP_SIXTEENTHS, 16, |x| (-x).exp());
	fractions(&EXP_256THS, 256, |x| (-x).exp());
	fractions(&LN_SIXTEENTHS, 16, |x| (real(1u32) + x).ln());
	assert!(is_floor(LN_2, &real(2u32).ln()));
	let mut factorial = U512::one();
	for (n, number) in (2u64..).zip(INVERSE_FACTORIALS) {
		factorial *= U512::from(n);
		assert_eq!(U512::from(number), ONE / factorial);
	}
	for (n, number) in (1u64..).zip(INVERSE_ODDS) {
		assert_eq!(U512::from(number), ONE / U512::from(2 * n + 1));
	}
}

#[test]
fn the_ends_of_the_domains() {
	assert_eq!(exp_neg(U512::zero()), Ok((ONE, U512::zero())));
	assert_eq!(exp_neg_whole(U512::MAX), Ok(U512::zero()));
	assert_eq!(exp(U512::zero()), Ok((ONE, U512::zero())));
	assert!(exp(U512::from(90).shl(SERIES_BITS)).is_ok());
	assert_eq!(exp(U512::from(91).shl(SERIES_BITS)), Err(MathError::Overflow));
	assert_eq!(exp(U512::MAX), Err(MathError::Overflow));
	assert_eq!(ln_one_plus_power(exp_neg_whole(U512::zero()).unwrap()), Ok(LN_2.into()));
	assert_eq!(ln_one_plus_power(exp_neg_whole(U512::MAX).unwrap()), Ok(U512::zero()));
	assert_eq!(ln_parts(ONE), Ok((256, U256::zero())));
	assert_eq!(ln_parts(U512::one()), Ok((0, U256::zero())));
	assert_eq!(ln_parts(U512::zero()), Err(MathError::OutOfDomain));
	assert_eq!(ln_one_plus(U256::zero()), Ok(U256::zero()));
	assert!(ln_one_plus(U256::MAX).unwrap() <= LN_2);
	assert!(exp_neg_reduced(LN_2).unwrap().abs_diff(ONE >> 1) < U512::from(16));
}

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn short_series_stay_within_sixteen_units(words in any::<[u64; 4]>(), shift in 0u32..256) {
		let number = U256(words) >> shift;
		let exact = (real(1u32) + value(number.into())).ln();
		prop_assert!(units(ln_one_plus(number).unwrap().into(), &exact) < real(16u32));
		let rest = number % (LN_2 + U256::one());
		prop_assert!(units(exp_neg_reduced(rest).unwrap(), &(-value(rest.into())).exp()) < real(16u32));
	}

	#[test]
	fn falling_exponentials_stay_within_their_error(x in argument()) {
		prop_assert!(units(exp_neg_whole(x).unwrap(), &(-value(x)).exp()) < real(SERIES_ERROR));
		prop_assert!(exp_neg_whole(x).unwrap() <= ONE);
	}

	#[test]
	fn rising_exponentials_stay_within_their_error(x in argument()) {
		match exp(x) {
			Ok((number, error)) => {
				let exact = value(x).exp();
				prop_assert!(units(number, &exact) <= wide_real(error));
				prop_assert!(value(error) <= exact * tiny(246));
			},
			Err(error) => {
				prop_assert_eq!(error, MathError::Overflow);
				prop_assert!(value(x) > real(90u32));
			},
		}
	}

	#[test]
	fn reductions_are_divisions(words in any::<[u64; 8]>(), shift in 0u32..511, near in 0u64..1 << 40, less in any::<bool>()) {
		let any = U512(words) >> shift;
		// And the neighbours of a multiple, where a guess is most easily wrong.
		let multiple = U512::from(LN_2) * U512::from(near);
		let multiple = if less { multiple.saturating_sub(U512::one()) } else { multiple };
		for x in [any, multiple] {
			let (whole, rest) = reduced(x).unwrap();
			prop_assert_eq!((whole, rest.into()), x.div_mod(LN_2.into()));
		}
	}

	#[test]
	fn soft_steps_stay_within_their_error(x in argument()) {
		let exact = softplus_neg(value(x));
		prop_assert!(units(ln_one_plus_power(exp_neg_whole(x).unwrap()).unwrap(), &exact) < real(SERIES_ERROR));
	}

	#[test]
	fn logarithms_of_every_magnitude(words in any::<[u64; 8]>(), shift in 0u32..511) {
		let number = U512(words) >> shift | U512::one();
		let (doublings, mantissa) = ln_parts(number).unwrap();
		let whole = ln_of_power(doublings).unwrap() + U512::from(mantissa);
		prop_assert!(units(whole, &wide_real(number).ln()) < real(16u32) + real(u64::try_from(doublings).unwrap()));
	}
}
