//! Non-negative fixed-point numbers, their exponential and their logarithm, every result rounded in a named direction.
//!
//! `sp-arithmetic` and `primitive-types` have neither function, and floats differ between machines, so both are computed
//! here: series on integers with 256 binary digits after the point, whose error bound is added or taken away before the
//! last 64 digits are dropped.

use crate::{wide, MathError};
use core::ops::{Shl, Shr};
use sp_core::{U256, U512};

/// The unit of decimal exponents: `10^-18`, as in `FixedU128`.
pub const ATTO: u128 = 1_000_000_000_000_000_000;

/// Binary digits after the point of a [`Fixed`].
const FRACTION_BITS: usize = 192;

/// Binary digits after the point inside a series.
const SERIES_BITS: usize = 256;

/// What a series has more than a [`Fixed`].
const GUARD_BITS: usize = 64;

/// Bound on the error of both series, in units of `2^-256`. Their own truncation stays below 16 units; the reduction by
/// multiples of the rounded `ln 2` adds at most one unit each, of which there are at most 192.
const SERIES_ERROR: u64 = 256;

/// Terms of the exponential series: `0.6932^56 / 56! < 2^-270`.
const EXPONENTIAL_TERMS: u64 = 56;

/// Terms of the logarithmic series: `(1/9)^84 < 2^-266`.
const LOGARITHM_TERMS: u64 = 84;

/// `floor(2^256 * ln 2)`.
const LN_2: U512 = U512([
	0x8a0d_175b_8baa_fa2b,
	0x40f3_4326_7298_b62d,
	0xc9e3_b398_03f2_f6af,
	0xb172_17f7_d1cf_79ab,
	0,
	0,
	0,
	0,
]);

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

/// `e^(-x) = 2^-k * e^(-r)` with `0 <= r < ln 2`: the mantissa `e^(-r) * 2^256`, off by at most [`SERIES_ERROR`], and how
/// often it is halved to be a [`Fixed`]. `None` where the result is below `2^-192`.
fn exp_neg(x: Fixed) -> Result<Option<(U512, usize)>, MathError> {
	let x = x.bits().shl(GUARD_BITS);
	let halvings = wide::quotient_floor(x, LN_2)?;
	let rest =
		halvings.checked_mul(LN_2).and_then(|whole| x.checked_sub(whole)).ok_or(MathError::OutOfDomain)?;
	let Some(shift) = usize::try_from(halvings)
		.ok()
		.filter(|k| *k <= FRACTION_BITS)
		.and_then(|k| k.checked_add(GUARD_BITS))
	else {
		return Ok(None);
	};
	// Horner's scheme, 1 - r/1 (1 - r/2 (1 - r/3 (..))): every bracket lies in (0.3, 1], so nothing overflows.
	let one = U512::one().shl(SERIES_BITS);
	let mut mantissa = one;
	for term in (1..=EXPONENTIAL_TERMS).rev() {
		let product = wide::product([rest, mantissa])?.shr(SERIES_BITS);
		let taken = wide::quotient_floor(product, term.into())?;
		mantissa = one.checked_sub(taken).ok_or(MathError::OutOfDomain)?;
	}
	Ok(Some((mantissa, shift)))
}

/// `ln(x) = k ln 2 + ln(m)` with `1 <= m < 2` and `ln(m) = 2 artanh((m - 1) / (m + 1))`, times `2^256`, off by at most
/// [`SERIES_ERROR`].
fn ln(x: Fixed) -> Result<U512, MathError> {
	if x < Fixed::ONE {
		return Err(MathError::OutOfDomain);
	}
	// The highest set bit is at least bit 192 and at most bit 255.
	let doublings =
		x.0.bits()
			.checked_sub(FRACTION_BITS)
			.and_then(|bits| bits.checked_sub(1))
			.ok_or(MathError::OutOfDomain)?;
	let power = Fixed::ONE.bits().shl(doublings);
	let above = x.bits().checked_sub(power).ok_or(MathError::OutOfDomain)?;
	let root = wide::quotient_floor(above.shl(SERIES_BITS), wide::sum(x.bits(), power)?)?;
	let square = wide::product([root, root])?.shr(SERIES_BITS);
	let one = U512::one().shl(SERIES_BITS);
	let mut series = U512::zero();
	for term in (0..LOGARITHM_TERMS).rev() {
		let odd = term.checked_mul(2).and_then(|even| even.checked_add(1)).ok_or(MathError::Overflow)?;
		let higher = wide::product([series, square])?.shr(SERIES_BITS);
		series = wide::sum(wide::quotient_floor(one, odd.into())?, higher)?;
	}
	let artanh = wide::product([series, root])?.shr(SERIES_BITS);
	let doublings = u64::try_from(doublings).map_err(|_| MathError::Overflow)?;
	wide::sum(wide::product([LN_2, doublings.into()])?, wide::product([artanh, 2u64.into()])?)
}

fn shifted(number: u128) -> U512 {
	U512::from(number).shl(FRACTION_BITS)
}

#[cfg(test)]
mod invariants;
#[cfg(test)]
mod tests;
