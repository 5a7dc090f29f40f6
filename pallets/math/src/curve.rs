//! Bonding curves: what a token costs at each supply, and what buying and selling along the curve moves (protocol.md, Model
//! tokens; paper T).
//!
//! Amounts of tokens and of money are base units in `u128`; a whole token and a whole coin are `10^12` of them. A **price**
//! is coins per token in units of `10^-18`, as in `FixedU128`: equally, how many millionths of a base unit of money a whole
//! token costs. The **angle** `a` is per whole token, in units of `10^-18`. The supply `s` is what was bought from the curve
//! and not sold back.
//!
//! Every amount is the difference of two values of one antiderivative, each known within a bound that is added for buyers
//! and taken away for sellers before the one division that rounds. So a trade is off by at most one base unit (and `2^-76`)
//! and never to the pool's loss, and the bounds of a chain of trades are at least those of a single one: splitting never pays, buying
//! and selling back never pays, and what buyers paid less what sellers got is at least [`Curve::integral_to_ceil`].

use crate::{
	fee::{mul_div_ceil, mul_div_floor},
	fixed::ATTO,
	wide, MathError,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use integral::{unit, Point};
use price::{Power, Side};
use scale_info::TypeInfo;
use sp_core::U512;

mod integral;
mod inverse;
mod parameters;
mod price;

pub use parameters::{Parameters, Shape};

/// Base units of a whole token, and of a whole coin.
pub const WHOLE: u128 = 1_000_000_000_000;

/// Parameters for which no supply up to the largest overflows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Curve(Parameters);

/// A curve at one supply: what trades that begin or end there ask of it, computed once.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Spot {
	/// The antiderivative.
	point: Point,
	/// [`Curve::price_floor`].
	price: u128,
}

impl Spot {
	/// The price there, as [`Curve::price_floor`] has it.
	pub fn price_floor(&self) -> u128 {
		self.price
	}
}

impl Curve {
	/// Checks the parameters, so that every function here succeeds for every supply up to the maximum.
	///
	/// `OutOfDomain`: no supply, no angle although the shape needs one, or a launch price below `10^-18`. `Overflow`: a price
	/// or the cost of the whole supply does not fit `u128`; of a sigmoid, `P0` times the maximum supply.
	pub fn new(parameters: Parameters) -> Result<Self, MathError> {
		let curve = Self(parameters);
		let flat = parameters.angle == 0 && parameters.shape != Shape::Linear;
		if flat || parameters.max_supply == 0 {
			return Err(MathError::OutOfDomain);
		}
		if let Shape::Sigmoid { .. } = parameters.shape {
			mul_div_floor(parameters.price, parameters.max_supply, ATTO)?;
		}
		curve.price_ceil(parameters.max_supply)?;
		curve.integral_to_ceil(parameters.max_supply)?;
		if curve.price_floor(0)? == 0 {
			return Err(MathError::OutOfDomain);
		}
		Ok(curve)
	}

	/// What the launch fixed.
	pub fn parameters(&self) -> &Parameters {
		&self.0
	}

	/// `P(s)`, rounded down: what graduation and sellers are told. At most `1 + 2^-100` units below the exact value.
	/// Domain: `supply <= max_supply`.
	pub fn price_floor(&self, supply: u128) -> Result<u128, MathError> {
		let (numerator, denominator) = self.price_ratio(supply, Side::Below)?;
		wide::amount(wide::quotient_floor(numerator, denominator)?)
	}

	/// `P(s)`, rounded up: what buyers are told. At most `1 + 2^-100` units above the exact value.
	/// Domain: `supply <= max_supply`.
	pub fn price_ceil(&self, supply: u128) -> Result<u128, MathError> {
		let (numerator, denominator) = self.price_ratio(supply, Side::Above)?;
		wide::amount(wide::quotient_ceil(numerator, denominator)?)
	}

	/// What buying exactly `amount` costs at a supply: the integral of the price, rounded up. It is the ceiling of the exact
	/// value, or one more where that lies within `2^-76` below an integer. Rises with the amount, at least 1 for anything.
	/// Domain: `supply + amount <= max_supply`.
	pub fn buy_cost_ceil(&self, supply: u128, amount: u128) -> Result<u128, MathError> {
		let after = supply.checked_add(amount).ok_or(MathError::OutOfDomain)?;
		self.point(supply)?.to_ceil(&self.point(after)?, unit(&self.0)?)
	}

	/// The curve at a supply. Domain: `supply <= max_supply`.
	pub fn spot(&self, supply: u128) -> Result<Spot, MathError> {
		let power = self.power(supply)?;
		let (numerator, denominator) = price::ratio(&self.0, supply, &power, Side::Below)?;
		let price = wide::amount(wide::quotient_floor(numerator, denominator)?)?;
		Ok(Spot { point: Point::of(&self.0, supply, &power)?, price })
	}

	/// [`Self::buy_cost_ceil`] of what lies between two spots of this curve. Domain: `from` is not above `to`.
	pub fn cost_ceil(&self, from: &Spot, to: &Spot) -> Result<u128, MathError> {
		from.point.to_ceil(&to.point, unit(&self.0)?)
	}

	/// [`Self::sale_integral_floor`] of what lies between two spots of this curve. Domain: `to` is not above `from`.
	pub fn sale_floor(&self, from: &Spot, to: &Spot) -> Result<u128, MathError> {
		to.point.to_floor(&from.point, unit(&self.0)?)
	}

	/// The largest amount whose [`Self::buy_cost_ceil`] is at most `pay`, and at most what is left of the maximum supply: the
	/// buyer is charged that cost, not `pay`. Domain: `supply <= max_supply`.
	pub fn buy_amount_floor(&self, supply: u128, pay: u128) -> Result<u128, MathError> {
		inverse::amount_floor(self, supply, &self.point(supply)?, pay)
	}

	/// Amounts at most two base units apart between which [`Self::buy_amount_floor`] lies, in a fraction of its time: it computes
	/// the curve at two or three supplies, this at none. Domain: `spot` is that of this curve at `supply`.
	pub fn amount_between(&self, supply: u128, spot: &Spot, pay: u128) -> Result<(u128, u128), MathError> {
		inverse::amount_between(self, supply, &spot.point, pay)
	}

	/// No less than [`Self::buy_amount_floor`], and near it as long as the price moves little: what `pay` would buy if the price
	/// stayed, and at most what is left of the maximum supply. Domain: `spot` is that of this curve at `supply`.
	pub fn amount_ceil(&self, supply: u128, spot: &Spot, pay: u128) -> Result<u128, MathError> {
		let left = self.0.max_supply.checked_sub(supply).ok_or(MathError::OutOfDomain)?;
		// The price only rises. Of more than any supply, all that is left is bought.
		Ok(mul_div_ceil(pay, ATTO, spot.price_floor()).map_or(left, |amount| amount.min(left)))
	}

	/// What the curve itself owes for `amount` sold at a supply: the integral of the price, rounded down. It is the floor of
	/// the exact value, or one less where that lies within `2^-76` above an integer.
	/// Domain: `amount <= supply <= max_supply`.
	pub fn sale_integral_floor(&self, supply: u128, amount: u128) -> Result<u128, MathError> {
		let after = supply.checked_sub(amount).ok_or(MathError::OutOfDomain)?;
		self.point(after)?.to_floor(&self.point(supply)?, unit(&self.0)?)
	}

	/// The integral of the price from nothing to a supply, rounded up: what the whole supply can ask of the reserve. Buyers
	/// have always paid at least as much more than sellers got. Domain: `supply <= max_supply`.
	pub fn integral_to_ceil(&self, supply: u128) -> Result<u128, MathError> {
		self.buy_cost_ceil(0, supply)
	}

	/// The antiderivative at a supply.
	fn point(&self, supply: u128) -> Result<Point, MathError> {
		Point::of(&self.0, supply, &self.power(supply)?)
	}

	fn power(&self, supply: u128) -> Result<Power, MathError> {
		if supply > self.0.max_supply {
			return Err(MathError::OutOfDomain);
		}
		Power::of(&self.0, supply)
	}

	/// `P(s)` as a fraction that is not on the wrong side of it.
	fn price_ratio(&self, supply: u128, side: Side) -> Result<(U512, U512), MathError> {
		price::ratio(&self.0, supply, &self.power(supply)?, side)
	}
}

/// What a seller gets: `floor(min(integral, reserve * integral / whole))`, `whole` being [`Curve::integral_to_ceil`] of the
/// supply before the sale. The reserve of a curve that only its trades have moved is at least `whole`, so the seller gets
/// the integral; should the reserve ever be short, all sellers share it and the last one is still paid.
///
/// Nothing sold from an empty curve is nothing. Domain: `integral <= whole`.
pub fn sale_payout_floor(integral: u128, reserve: u128, whole: u128) -> Result<u128, MathError> {
	if integral > whole {
		return Err(MathError::OutOfDomain);
	}
	if whole == 0 {
		return Ok(0);
	}
	Ok(mul_div_floor(reserve, integral, whole)?.min(integral))
}

/// `floor(reserve / price)`: the tokens that are as much worth as the reserve at the curve's last price, in base units.
/// Domain: `price > 0`.
pub fn graduation_tokens_floor(reserve: u128, price: u128) -> Result<u128, MathError> {
	mul_div_floor(reserve, ATTO, price)
}

#[cfg(test)]
mod invariants;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod tests;
