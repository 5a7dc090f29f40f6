//! Exponential and logarithm as integers with 256 binary digits after the point, each off by less than a stated number of
//! units of `2^-256`. Whoever rounds the result adds or takes away that bound first.
//!
//! Arguments are reduced by tables until a short series is enough; nothing is divided inside a series.

use super::tables::{EXP_256THS, EXP_SIXTEENTHS, INVERSE_FACTORIALS, INVERSE_ODDS, LN_SIXTEENTHS};
use crate::{wide, MathError};
use core::ops::{BitAnd, Shl, Shr};
use sp_core::{U256, U512};

/// Binary digits after the point inside a series.
pub(crate) const SERIES_BITS: usize = 256;

/// Bound on the error of every function here, in units of `2^-256` of its result, or of its mantissa where it returns one.
/// The series themselves stay below 16 units; the reduction by multiples of the rounded `ln 2` adds at most one unit each,
/// of which there are at most 192 where a mantissa matters, and the rounding of the argument one more.
pub(crate) const SERIES_ERROR: u64 = 256;

/// `floor(2^256 * ln 2)`.
const LN_2: U256 =
	U256([0x8a0d_175b_8baa_fa2b, 0x40f3_4326_7298_b62d, 0xc9e3_b398_03f2_f6af, 0xb172_17f7_d1cf_79ab]);

/// Bits below the first digit of the tables in steps of 1/16.
const SIXTEENTHS: usize = 252;

/// Bits below the second digit, of the table in steps of 1/256.
const PARTS_OF_256: usize = 248;

/// Doublings from which on `e^x` is refused: no amount is as large.
const MOST_DOUBLINGS: usize = 130;

/// One.
pub(crate) const ONE: U512 = U512([0, 0, 0, 0, 1, 0, 0, 0]);

/// `floor(2^63 / ln 2)`.
const PER_LN_2: u64 = 0xb8aa_3b29_5c17_f0bb;

/// Bits below what tells how many `ln 2` there are in a number.
const LOW_BITS: usize = 224;

/// `k = floor(x / ln 2)` and `x - k ln 2`.
fn reduced(x: U512) -> Result<(U512, U256), MathError> {
	// Below `2^32` the upper digits are enough: what they and the rounded factor lack is far below one, so that `k` is at most
	// one too small. Divisions of this width are slow.
	let guess = match u64::try_from(x.shr(LOW_BITS)) {
		Ok(top) => wide::product([top.into(), PER_LN_2.into()])?
			.shr(SERIES_BITS.saturating_sub(LOW_BITS).saturating_add(63)),
		Err(_) => wide::quotient_floor(x, LN_2.into())?,
	};
	let rest = x.checked_sub(wide::product([guess, LN_2.into()])?).ok_or(MathError::OutOfDomain)?;
	match rest.checked_sub(LN_2.into()) {
		Some(less) => Ok((wide::sum(guess, U512::one())?, narrow(less)?)),
		None => Ok((guess, narrow(rest)?)),
	}
}

/// `e^(-x) = 2^-k * e^(-r)` with `0 <= r < ln 2`: the mantissa `e^(-r) * 2^256`, in (2^255, 2^256], off by less than
/// [`SERIES_ERROR`] while `k <= 192`, and `k`.
pub(crate) fn exp_neg(x: U512) -> Result<(U512, U512), MathError> {
	let (halvings, rest) = reduced(x)?;
	Ok((exp_neg_reduced(rest)?, halvings))
}

/// `e^(-x)`, off by less than [`SERIES_ERROR`], at most one.
pub(crate) fn exp_neg_whole(x: U512) -> Result<U512, MathError> {
	let (mantissa, halvings) = exp_neg(x)?;
	Ok(match usize::try_from(halvings) {
		Ok(halvings) => mantissa.shr(halvings),
		Err(_) => U512::zero(),
	})
}

/// `e^x` and the bound on its error, both in units of `2^-256`; the bound is below `2^-246` of the value.
/// Domain: `x` below about 90, where the result is above `2^129`. Exact at zero.
pub(crate) fn exp(x: U512) -> Result<(U512, U512), MathError> {
	if x.is_zero() {
		return Ok((ONE, U512::zero()));
	}
	let (whole, above) = reduced(x)?;
	let rest = LN_2.checked_sub(above).ok_or(MathError::OutOfDomain)?;
	let doublings = usize::try_from(whole)
		.ok()
		.and_then(|whole| whole.checked_add(1))
		.filter(|doublings| *doublings <= MOST_DOUBLINGS)
		.ok_or(MathError::Overflow)?;
	Ok((exp_neg_reduced(rest)?.shl(doublings), U512::from(SERIES_ERROR).shl(doublings)))
}

/// `ln(1 + p)` of a power `p <= 1` as [`exp_neg_whole`] gives it, off by less than [`SERIES_ERROR`]: what the integral of a
/// sigmoid adds to its straight part.
pub(crate) fn ln_one_plus_power(power: U512) -> Result<U512, MathError> {
	// The logarithm is flatter than its argument: the error of the power does not grow.
	Ok(if power >= ONE { LN_2 } else { ln_one_plus(narrow(power)?)? }.into())
}

/// `ln(x) = k ln 2 + ln(m)` with `1 <= m < 2`: `k` and `ln(m)`, the latter off by less than 16 units. Domain: `x > 0`.
/// `k` counts from the lowest digit of `x`, so that one is `(256, 0)`.
pub(crate) fn ln_parts(x: U512) -> Result<(usize, U256), MathError> {
	let highest = x.bits().checked_sub(1).ok_or(MathError::OutOfDomain)?;
	let power = U512::one().shl(highest);
	let above = x.checked_sub(power).ok_or(MathError::OutOfDomain)?;
	let fraction = match SERIES_BITS.checked_sub(highest) {
		Some(left) => above.shl(left),
		None => above.shr(highest.saturating_sub(SERIES_BITS)),
	};
	Ok((highest, ln_one_plus(narrow(fraction)?)?))
}

/// `k ln 2`, off by at most `k` units.
pub(crate) fn ln_of_power(doublings: usize) -> Result<U512, MathError> {
	wide::product([LN_2.into(), doublings.into()])
}

/// `e^(-r)` for `0 <= r <= ln 2`: `e^(-j/16) e^(-k/256) (1 - q)`.
fn exp_neg_reduced(rest: U256) -> Result<U512, MathError> {
	let tail = rest.bitand(low_bits(PARTS_OF_256)?);
	// 1 - q = 1 - t + t^2 (1/2! - t (1/3! - t (1/4! - ..))), t < 1/256: every bracket is positive.
	let mut bracket = U256::zero();
	for inverse in INVERSE_FACTORIALS.iter().rev() {
		bracket = inverse.checked_sub(part(tail, bracket)).ok_or(MathError::OutOfDomain)?;
	}
	let taken = tail.checked_sub(part(tail, part(tail, bracket))).ok_or(MathError::OutOfDomain)?;
	let first = entry(&EXP_SIXTEENTHS, rest.shr(SIXTEENTHS));
	let second = entry(&EXP_256THS, rest.shr(PARTS_OF_256).bitand(U256::from(15)));
	let factor = match (first, second) {
		(Some(first), Some(second)) => Some(part(first, second)),
		(one, other) => one.or(other),
	};
	match factor {
		Some(factor) => factor.checked_sub(part(factor, taken)).map(U512::from),
		None => ONE.checked_sub(taken.into()),
	}
	.ok_or(MathError::OutOfDomain)
}

/// `ln(1 + f)` for `0 <= f < 1`: with `c = 1 + j/16` just below `1 + f`, `ln(c) + 2 artanh(z)`,
/// `z = (1 + f - c) / (1 + f + c) < 1/32`. Off by less than 16 units.
fn ln_one_plus(fraction: U256) -> Result<U256, MathError> {
	let low = fraction.bitand(low_bits(SIXTEENTHS)?);
	let step = fraction.checked_sub(low).ok_or(MathError::OutOfDomain)?;
	let sum = wide::sum(wide::sum(ONE.shl(1), fraction.into())?, step.into())?;
	let root = narrow(wide::quotient_floor(U512::from(low).shl(SERIES_BITS), sum)?)?;
	let square = part(root, root);
	// artanh(z) / z - 1 = z^2 (1/3 + z^2 (1/5 + ..)).
	let mut series = U256::zero();
	for inverse in INVERSE_ODDS.iter().rev() {
		series = inverse.checked_add(part(series, square)).ok_or(MathError::Overflow)?;
	}
	let artanh = root.checked_add(part(root, part(square, series))).ok_or(MathError::Overflow)?;
	let base = entry(&LN_SIXTEENTHS, fraction.shr(SIXTEENTHS)).unwrap_or_default();
	base.checked_add(artanh.shl(1)).ok_or(MathError::Overflow)
}

/// `floor(a b / 2^256)`: the product of two numbers below one.
fn part(a: U256, b: U256) -> U256 {
	let U512([_, _, _, _, first, second, third, fourth]) = a.full_mul(b);
	U256([first, second, third, fourth])
}

/// The table's entry for a digit; tables begin at the digit one, zero has none.
fn entry(table: &[U256], digit: U256) -> Option<U256> {
	let index = usize::try_from(digit).ok()?.checked_sub(1)?;
	table.get(index).copied()
}

fn low_bits(bits: usize) -> Result<U256, MathError> {
	U256::one().shl(bits).checked_sub(U256::one()).ok_or(MathError::OutOfDomain)
}

fn narrow(number: U512) -> Result<U256, MathError> {
	U256::try_from(number).map_err(|_| MathError::Overflow)
}

#[cfg(test)]
mod tests;
