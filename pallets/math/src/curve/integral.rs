//! The antiderivative of a curve's price at one supply, with the bound on its error.
//!
//! ```text
//! linear       P0 s + a s^2 / 2
//! exponential  (P0 / a) e^(a s)
//! sigmoid      P0 max(s - s0, 0) + (P0 / a) ln(1 + e^(-a |s - s0|))
//! ```
//!
//! The sigmoid's is `(P0 / a) ln(1 + e^(a (s - s0)))`, written so that nothing grows: the rounded part is at most `ln 2`.

use super::{
	price::{Power, EXPONENT_UNITS},
	Parameters, Shape, WHOLE,
};
use crate::{
	fixed::{
		series::{self, SERIES_BITS},
		ATTO,
	},
	wide, MathError,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::ops::Shl;
use scale_info::TypeInfo;
use sp_core::U512;

/// One value of the antiderivative: an integer of known error.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub(super) struct Point {
	/// How far from the origin of the curve's rounded part it lies: where this is the same, the rounded part and its error
	/// are the same too and vanish from a difference.
	distance: u128,
	/// The value, in units of `1 / unit` base units: 64-bit digits, the lowest first, since wallets know no number as wide.
	value: [u64; 8],
	/// What it is off by at most, in the same units.
	error: [u64; 8],
}

impl Point {
	/// The antiderivative at a supply.
	///
	/// In base units the values are, times the unit: `2 * 10^12 P0 s + a s^2`, exact; `10^12 P0 e^(a s)`;
	/// `P0 (a max(s - s0, 0) + 10^30 ln(1 + e^(-a |s - s0|)))`. With `P0 s` below `10^18 2^128` and `a` below `2^64` they
	/// stay below `2^509`.
	pub(super) fn of(parameters: &Parameters, supply: u128, power: &Power) -> Result<Self, MathError> {
		let Parameters { shape, price, angle, .. } = *parameters;
		match shape {
			Shape::Linear => {
				let straight = wide::product([2u64.into(), WHOLE.into(), price.into(), supply.into()])?;
				let risen = wide::product([angle.into(), supply.into(), supply.into()])?;
				let value = wide::sum(straight, risen)?;
				Ok(Self::new(supply, value, U512::zero()))
			},
			Shape::Exponential => {
				let scale = wide::product([price.into(), WHOLE.into()])?;
				let value = wide::product([scale, power.value])?;
				Ok(Self::new(supply, value, wide::product([scale, power.error])?))
			},
			Shape::Sigmoid { midpoint } => {
				let distance = supply.abs_diff(midpoint);
				let soft = series::ln_one_plus_power(power.value)?;
				let straight =
					wide::product([angle.into(), supply.saturating_sub(midpoint).into(), series::ONE])?;
				let scale = wide::product([price.into(), EXPONENT_UNITS.into()])?;
				let value =
					wide::sum(wide::product([price.into(), straight])?, wide::product([scale, soft])?)?;
				Ok(Self::new(distance, value, wide::product([scale, power.error])?))
			},
		}
	}

	fn new(distance: u128, U512(value): U512, U512(error): U512) -> Self {
		Self { distance, value, error }
	}

	/// The value.
	pub(super) fn value(&self) -> U512 {
		U512(self.value)
	}

	/// The integral from here to a later point of a curve with this [`unit`], rounded up.
	pub(super) fn to_ceil(self, later: &Self, unit: U512) -> Result<u128, MathError> {
		let raised = wide::sum(later.value(), self.slack(later)?)?;
		let difference = raised.checked_sub(self.value()).ok_or(MathError::OutOfDomain)?;
		wide::amount(wide::quotient_ceil(difference, unit)?)
	}

	/// The integral from here to a later point of a curve with this [`unit`], rounded down.
	pub(super) fn to_floor(self, later: &Self, unit: U512) -> Result<u128, MathError> {
		let raised = wide::sum(self.value(), self.slack(later)?)?;
		wide::amount(wide::quotient_floor(later.value().saturating_sub(raised), unit)?)
	}

	/// What a difference of the two is off by at most. It never exceeds what it is by way of a third point, on which the
	/// rule rests that splitting a trade never pays.
	fn slack(&self, other: &Self) -> Result<U512, MathError> {
		if self.distance == other.distance {
			return Ok(U512::zero());
		}
		wide::sum(U512(self.error), U512(other.error))
	}
}

/// Units per base unit of money: the same for every point of a curve.
pub(super) fn unit(parameters: &Parameters) -> Result<U512, MathError> {
	match parameters.shape {
		Shape::Linear => wide::product([2u64.into(), EXPONENT_UNITS.into()]),
		Shape::Exponential => Ok(U512::from(parameters.angle).shl(SERIES_BITS)),
		Shape::Sigmoid { .. } => Ok(wide::product([parameters.angle.into(), ATTO.into()])?.shl(SERIES_BITS)),
	}
}
