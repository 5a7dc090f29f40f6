//! The price of a curve, as a fraction on a named side of the exact value.

use super::{Parameters, Shape, WHOLE};
use crate::{
	fixed::series::{self, SERIES_BITS, SERIES_ERROR},
	wide, MathError,
};
use core::ops::Shl;
use sp_core::U512;

/// Units of `a s`: `10^-18` of an angle times `10^-12` of a token.
pub(super) const EXPONENT_UNITS: u128 = 1_000_000_000_000_000_000_000_000_000_000;

/// On which side of the exact value a bound lies.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
	Below,
	Above,
}

/// `P(s)` as a fraction that is not on the other side of it.
pub(super) fn ratio(parameters: &Parameters, supply: u128, side: Side) -> Result<(U512, U512), MathError> {
	let Parameters { shape, price, angle, .. } = *parameters;
	match shape {
		Shape::Linear => {
			let start = wide::product([price.into(), WHOLE.into()])?;
			let number = wide::sum(start, wide::product([angle.into(), supply.into()])?)?;
			Ok((number, WHOLE.into()))
		},
		Shape::Exponential => {
			let (power, error) = series::exp(exponent(angle, supply)?)?;
			Ok((wide::product([price.into(), bound(power, error, side)?])?, series::ONE))
		},
		// With p = e^(-a |s - s0|): P0 / (1 + p) from s0 on, which falls with p, and P0 p / (1 + p) below, which rises.
		Shape::Sigmoid { midpoint } => {
			let power = series::exp_neg_whole(exponent(angle, supply.abs_diff(midpoint))?)?;
			let other = if side == Side::Above { Side::Below } else { Side::Above };
			let power = bound(power, SERIES_ERROR.into(), if supply < midpoint { side } else { other })?;
			let part = if supply < midpoint { power } else { series::ONE };
			Ok((wide::product([price.into(), part])?, wide::sum(series::ONE, power)?))
		},
	}
}

/// `floor(a s * 2^256)`.
pub(super) fn exponent(angle: u64, tokens: u128) -> Result<U512, MathError> {
	let product = wide::product([angle.into(), tokens.into()])?;
	wide::quotient_floor(product.shl(SERIES_BITS), EXPONENT_UNITS.into())
}

fn bound(number: U512, error: U512, side: Side) -> Result<U512, MathError> {
	match side {
		Side::Below => Ok(number.saturating_sub(error)),
		Side::Above => wide::sum(number, error),
	}
}
