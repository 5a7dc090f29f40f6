//! What the tests compare with: the same formulas in `dashu-float` with 200 digits, and inputs of every magnitude.

use crate::{fixed::Fixed, MathError};
use dashu_float::{ops::Abs, round::mode::HalfEven, FBig};
pub(crate) use engram_cases::cases;
use proptest::prelude::*;
use sp_core::U512;

/// A binary float of 200 digits.
pub(crate) type Real = FBig<HalfEven, 2>;

/// Binary digits of the reference.
const PRECISION: usize = 670;

/// Amounts of every magnitude, not only those near the maximum.
pub(crate) fn amount() -> impl Strategy<Value = u128> {
	prop_oneof![
		8 => (any::<u128>(), 0u32..128).prop_map(|(number, shift)| number >> shift),
		1 => prop_oneof![Just(0), Just(1), Just(u128::MAX - 1), Just(u128::MAX)],
	]
}

/// 64-bit numbers of every magnitude.
pub(crate) fn number() -> impl Strategy<Value = u64> {
	prop_oneof![
		8 => (any::<u64>(), 0u32..64).prop_map(|(number, shift)| number >> shift),
		1 => prop_oneof![Just(0), Just(1), Just(u64::MAX - 1), Just(u64::MAX)],
	]
}

/// Amounts of which a product with a few small factors fits.
pub(crate) fn money() -> impl Strategy<Value = u128> {
	amount().prop_map(|amount| amount >> 28)
}

/// A share in parts per million, the ends included often.
pub(crate) fn share() -> impl Strategy<Value = u32> {
	prop_oneof![8 => 0..=1_000_000u32, 1 => Just(0), 1 => Just(1_000_000)]
}

/// The integer as a reference number.
pub(crate) fn real(number: impl Into<Real>) -> Real {
	number.into().with_precision(PRECISION).value()
}

/// `numerator / denominator`.
pub(crate) fn ratio(numerator: impl Into<Real>, denominator: impl Into<Real>) -> Real {
	real(numerator) / real(denominator)
}

/// The number as a reference number.
pub(crate) fn value(number: Fixed) -> Real {
	let low = number.bits() & U512::from(u128::MAX);
	let high = number.bits() >> 128;
	ratio(u128::try_from(high).unwrap(), 1u128 << 64) + ratio(u128::try_from(low).unwrap(), 1u128) * tiny(192)
}

/// `e^(-x)`.
pub(crate) fn exp_neg(x: Real) -> Real {
	// Far below anything a test can see, and within the exponents of the reference.
	let x = if x > real(10_000u32) { real(10_000u32) } else { x };
	(-x).exp()
}

/// `ln(1 + e^(-x))`.
pub(crate) fn softplus_neg(x: Real) -> Real {
	(real(1u32) + exp_neg(x)).ln()
}

/// The integer as a reference number.
pub(crate) fn wide_real(number: U512) -> Real {
	number.0.iter().rev().fold(real(0u32), |high, word| high * real(1u128 << 64) + real(*word))
}

/// `2^-bits`.
pub(crate) fn tiny(bits: i32) -> Real {
	real(Real::from_parts(1.into(), -isize::try_from(bits).unwrap()))
}

/// The median: the mean of the two numbers in the middle, or of the one with itself. They are found by what lies below each,
/// not by sorting, as the crate does.
pub(crate) fn median<T: Copy + Ord + Into<Real>>(numbers: &[T]) -> Option<Real> {
	let at = |place: usize| {
		numbers.iter().find(|number| {
			let below = numbers.iter().filter(|other| other < number).count();
			let upto = numbers.iter().filter(|other| other <= number).count();
			(below..upto).contains(&place)
		})
	};
	let (lower, upper) = (at(numbers.len().checked_sub(1)? / 2)?, at(numbers.len() / 2)?);
	Some((real(*lower) + real(*upper)) / real(2u32))
}

/// The number, or nothing where it overflows since `exact` does not fit. Asserts that it overflows nowhere else.
#[track_caller]
pub(crate) fn fitting(number: Result<u128, MathError>, exact: &Real) -> Option<u128> {
	if let Err(error) = number {
		assert_eq!(error, MathError::Overflow);
		assert!(*exact > real(u128::MAX) - tiny(100), "{exact} fits");
	}
	number.ok()
}

/// Asserts that `number` is `exact` rounded down.
#[track_caller]
pub(crate) fn assert_floor(number: u128, exact: &Real) {
	assert_below(number, exact, &tiny(100));
}

/// Asserts that `number` is `exact` rounded down, or one less where `exact` is hardly above an integer.
#[track_caller]
pub(crate) fn assert_series_floor(number: u128, exact: &Real) {
	assert_below(number, exact, &tiny(30));
}

/// Asserts that `number` is `exact` rounded up.
#[track_caller]
pub(crate) fn assert_ceil(number: u128, exact: &Real) {
	let above = real(number) - exact;
	assert!(above > -tiny(100) && above < real(1u32) + tiny(100), "{number} is not the ceiling of {exact}");
}

#[track_caller]
fn assert_below(number: u128, exact: &Real, slack: &Real) {
	let below = exact - real(number);
	assert!(
		below > -tiny(100) && below < real(1u32) + slack,
		"{number} is not the floor of {exact}: {} away",
		below.abs()
	);
}
