//! Non-negative fixed-point numbers, their exponential and their logarithm, every result rounded in a named direction.
//!
//! `sp-arithmetic` and `primitive-types` have neither function, and floats differ between machines, so both are computed
//! here: series on integers with 256 binary digits after the point, whose error bound is added or taken away before the
//! last 64 digits are dropped.

use crate::{wide, MathError};
use core::ops::{Shl, Shr};
use series::SERIES_ERROR;
use sp_core::{U256, U512};

pub(crate) mod series;
mod tables;

/// The unit of decimal exponents: `10^-18`, as in `FixedU128`.
pub const ATTO: u128 = 1_000_000_000_000_000_000;

/// Binary digits after the point of a [`Fixed`].
const FRACTION_BITS: usize = 192;

/// What a series has more than a [`Fixed`].
const GUARD_BITS: usize = 64;

/// A number in `[0, 2^64)`, a multiple of `2^-192`: an amount of `u128` multiplied by it is off by less than `2^-64` base
/// units for each unit in the last place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fixed(U256);

impl Fixed {
	/// Zero.
	pub const ZERO: Self = Self(U256([0, 0, 0, 0]));

	/// One.
	pub const ONE: Self = Self(U256([0, 0, 0, 1]));

	/// The largest multiple of `2^-192` that is not above `numerator / denominator`.
	/// Domain: `denominator > 0`, the ratio below `2^64`.
	pub fn ratio_floor(numerator: u128, denominator: u128) -> Result<Self, MathError> {
		Self::from_bits(wide::quotient_floor(shifted(numerator), denominator.into())?)
	}

	/// The smallest multiple of `2^-192` that is not below `numerator / denominator`.
	/// Domain: `denominator > 0`, the ratio at most `2^64 - 2^-192`.
	pub fn ratio_ceil(numerator: u128, denominator: u128) -> Result<Self, MathError> {
		Self::from_bits(wide::quotient_ceil(shifted(numerator), denominator.into())?)
	}

	/// `self * numerator / denominator`, rounded down to a multiple of `2^-192`.
	/// Domain: `denominator > 0`, the result below `2^64`.
	pub fn scaled_floor(self, numerator: u64, denominator: u64) -> Result<Self, MathError> {
		let product = wide::product([self.bits(), numerator.into()])?;
		Self::from_bits(wide::quotient_floor(product, denominator.into())?)
	}

	/// `self * numerator / denominator`, rounded up to a multiple of `2^-192`.
	/// Domain: `denominator > 0`, the result below `2^64`.
	pub fn scaled_ceil(self, numerator: u64, denominator: u64) -> Result<Self, MathError> {
		let product = wide::product([self.bits(), numerator.into()])?;
		Self::from_bits(wide::quotient_ceil(product, denominator.into())?)
	}

	/// `floor(self * amount)`: what a user gets. Domain: the result fits `u128`.
	pub fn times_floor(self, amount: u128) -> Result<u128, MathError> {
		wide::amount(wide::product([self.bits(), amount.into()])?.shr(FRACTION_BITS))
	}

	/// `ceil(self * amount)`: what a user owes. Domain: the result fits `u128`.
	pub fn times_ceil(self, amount: u128) -> Result<u128, MathError> {
		wide::amount(wide::quotient_ceil(wide::product([self.bits(), amount.into()])?, Self::ONE.bits())?)
	}

	/// The integer `self * 2^192`, for sums of products that are rounded once.
	pub(crate) fn bits(self) -> U512 {
		self.0.into()
	}

	fn from_bits(bits: U512) -> Result<Self, MathError> {
		U256::try_from(bits).map(Self).map_err(|_| MathError::Overflow)
	}
}

/// `e^(-x)`, rounded down: at most `2 * 2^-192` below the exact value. Domain: all; 0 from about 133.1 on.
pub fn exp_neg_floor(x: Fixed) -> Result<Fixed, MathError> {
	if x == Fixed::ZERO {
		return Ok(Fixed::ONE);
	}
	let Some((mantissa, halvings)) = exp_neg(x)? else { return Ok(Fixed::ZERO) };
	let low = mantissa.checked_sub(SERIES_ERROR.into()).ok_or(MathError::OutOfDomain)?;
	Fixed::from_bits(low.shr(halvings))
}

/// `e^(-x)`, rounded up: at most `2 * 2^-192` above the exact value. Domain: all; never 0, `2^-192` from about 133.1 on.
pub fn exp_neg_ceil(x: Fixed) -> Result<Fixed, MathError> {
	if x == Fixed::ZERO {
		return Ok(Fixed::ONE);
	}
	let high = match exp_neg(x)? {
		Some((mantissa, halvings)) => wide::sum(mantissa, SERIES_ERROR.into())?.shr(halvings),
		None => U512::zero(),
	};
	Ok(Fixed::from_bits(wide::sum(high, U512::one())?)?.min(Fixed::ONE))
}

/// `ln(x)`, rounded down: at most `2 * 2^-192` below the exact value. Domain: `x >= 1`, where it is not negative.
pub fn ln_floor(x: Fixed) -> Result<Fixed, MathError> {
	if x == Fixed::ONE {
		return Ok(Fixed::ZERO);
	}
	// The smallest logarithm, of `1 + 2^-192`, is about `2^64` units of the series.
	let low = ln(x)?.checked_sub(SERIES_ERROR.into()).ok_or(MathError::OutOfDomain)?;
	Fixed::from_bits(low.shr(GUARD_BITS))
}

/// `ln(x)`, rounded up: at most `2 * 2^-192` above the exact value. Domain: `x >= 1`, where it is not negative.
pub fn ln_ceil(x: Fixed) -> Result<Fixed, MathError> {
	if x == Fixed::ONE {
		return Ok(Fixed::ZERO);
	}
	let high = wide::sum(ln(x)?, SERIES_ERROR.into())?.shr(GUARD_BITS);
	Fixed::from_bits(wide::sum(high, U512::one())?)
}

/// `e^(-x)` as the mantissa of [`series::exp_neg`] and how often it is halved to be a [`Fixed`]. `None` where the result is
/// below `2^-192`.
fn exp_neg(x: Fixed) -> Result<Option<(U512, usize)>, MathError> {
	let (mantissa, halvings) = series::exp_neg(x.bits().shl(GUARD_BITS))?;
	let halvings = usize::try_from(halvings).ok().filter(|halvings| *halvings <= FRACTION_BITS);
	Ok(halvings.and_then(|halvings| halvings.checked_add(GUARD_BITS)).map(|shift| (mantissa, shift)))
}

/// `ln(x)` times `2^256`, off by less than [`SERIES_ERROR`].
fn ln(x: Fixed) -> Result<U512, MathError> {
	let (highest, mantissa) = series::ln_parts(x.bits())?;
	let doublings = highest.checked_sub(FRACTION_BITS).ok_or(MathError::OutOfDomain)?;
	wide::sum(series::ln_of_power(doublings)?, mantissa.into())
}

fn shifted(number: u128) -> U512 {
	U512::from(number).shl(FRACTION_BITS)
}

#[cfg(test)]
mod invariants;
#[cfg(test)]
mod tests;
