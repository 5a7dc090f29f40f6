//! The price of a curve, as a fraction on a named side of the exact value.

use super::{Parameters, Shape, WHOLE};
use crate::{
	fixed::series::{self, SERIES_BITS, SERIES_ERROR},
	wide, MathError,
};
use core::ops::{Shl, Shr};
use sp_core::U512;

/// Units of `a s`: `10^-18` of an angle times `10^-12` of a token.
pub(super) const EXPONENT_UNITS: u128 = 1_000_000_000_000_000_000_000_000_000_000;

/// On which side of the exact value a bound lies.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
	Below,
	Above,
}

/// The exponential that price and antiderivative have in common, in units of `2^-256`.
#[derive(Clone, Copy)]
pub(super) struct Power {
	/// Zero of a line, `e^(a s)`, or `e^(-a |s - s0|)` of a sigmoid.
	pub(super) value: U512,
	/// What it is off by at most.
	pub(super) error: U512,
}

impl Power {
	/// The exponential at a supply.
	pub(super) fn of(parameters: &Parameters, supply: u128) -> Result<Self, MathError> {
		let Parameters { shape, angle, .. } = *parameters;
		match shape {
			Shape::Linear => Ok(Self { value: U512::zero(), error: U512::zero() }),
			Shape::Exponential => {
				let (value, error) = series::exp(exponent(angle, supply)?)?;
				Ok(Self { value, error })
			},
			Shape::Sigmoid { midpoint } => {
				let value = series::exp_neg_whole(exponent(angle, supply.abs_diff(midpoint))?)?;
				Ok(Self { value, error: SERIES_ERROR.into() })
			},
		}
	}
}

/// `P(s)` as a fraction that is not on the other side of it.
pub(super) fn ratio(
	parameters: &Parameters,
	supply: u128,
	power: &Power,
	side: Side,
) -> Result<(U512, U512), MathError> {
	let Parameters { shape, price, angle, .. } = *parameters;
	match shape {
		Shape::Linear => {
			let start = wide::product([price.into(), WHOLE.into()])?;
			let number = wide::sum(start, wide::product([angle.into(), supply.into()])?)?;
			Ok((number, WHOLE.into()))
		},
		Shape::Exponential => Ok((wide::product([price.into(), bound(power, side)?])?, series::ONE)),
		// With p = e^(-a |s - s0|): P0 / (1 + p) from s0 on, which falls with p, and P0 p / (1 + p) below, which rises.
		Shape::Sigmoid { midpoint } => {
			let other = if side == Side::Above { Side::Below } else { Side::Above };
			let power = bound(power, if supply < midpoint { side } else { other })?;
			let part = if supply < midpoint { power } else { series::ONE };
			Ok((wide::product([price.into(), part])?, wide::sum(series::ONE, power)?))
		},
	}
}

/// Bits that [`PER_UNIT`] has more than a series.
const RECIPROCAL_BITS: usize = 128;

/// `floor(2^384 / 10^30)`.
const PER_UNIT: U512 = U512([
	0x383f_f2e1_f071_86d6,
	0xa3fc_0140_76c7_308e,
	0x3529_a051_a31b_e599,
	0xebc2_9f86_3424_b06f,
	0x0000_0000_1448_4bfe,
	0,
	0,
	0,
]);

/// `a s * 2^256`, rounded down to one of the two integers below it.
pub(super) fn exponent(angle: u64, tokens: u128) -> Result<U512, MathError> {
	let product = wide::product([angle.into(), tokens.into()])?;
	// Below `2^128`, where all exponentials are that are neither zero nor too large, without a division: those are slow.
	if product.bits() <= RECIPROCAL_BITS {
		return Ok(wide::product([product, PER_UNIT])?.shr(RECIPROCAL_BITS));
	}
	wide::quotient_floor(product.shl(SERIES_BITS), EXPONENT_UNITS.into())
}

fn bound(power: &Power, side: Side) -> Result<U512, MathError> {
	match side {
		Side::Below => Ok(power.value.saturating_sub(power.error)),
		Side::Above => wide::sum(power.value, power.error),
	}
}
