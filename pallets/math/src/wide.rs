//! Checked 512-bit arithmetic: products of several amounts before the one division that rounds them.

use crate::MathError;
use sp_core::U512;

/// The product of all factors.
pub(crate) fn product<const N: usize>(factors: [U512; N]) -> Result<U512, MathError> {
	let mut factors = factors.into_iter();
	let first = factors.next().unwrap_or(U512::one());
	factors.try_fold(first, |product, factor| product.checked_mul(factor)).ok_or(MathError::Overflow)
}

/// `a + b`.
pub(crate) fn sum(a: U512, b: U512) -> Result<U512, MathError> {
	a.checked_add(b).ok_or(MathError::Overflow)
}

/// `floor(a / b)`.
pub(crate) fn quotient_floor(a: U512, b: U512) -> Result<U512, MathError> {
	a.checked_div(b).ok_or(MathError::DivisionByZero)
}

/// `ceil(a / b)`.
pub(crate) fn quotient_ceil(a: U512, b: U512) -> Result<U512, MathError> {
	if b.is_zero() {
		return Err(MathError::DivisionByZero);
	}
	let (floor, rest) = a.div_mod(b);
	if rest.is_zero() {
		Ok(floor)
	} else {
		sum(floor, U512::one())
	}
}

/// The number as an amount.
pub(crate) fn amount(number: U512) -> Result<u128, MathError> {
	u128::try_from(number).map_err(|_| MathError::Overflow)
}

/// The number as an amount, or `limit` where it is larger than that.
pub(crate) fn amount_at_most(number: U512, limit: u128) -> u128 {
	u128::try_from(number).map_or(limit, |amount| amount.min(limit))
}
