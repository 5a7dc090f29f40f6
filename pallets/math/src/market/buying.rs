//! How much a payment buys on a curve, the premium and a fee that depends on the amount included.

use super::{FeeSchedule, Momentum, Multiplier, PPM};
use crate::{
	curve::{Curve, Spot},
	fee::mul_div_floor,
	fixed::ATTO,
	MathError,
};

/// What a purchase meets. Domain: `spot` is that of `curve` at `supply`, a valid schedule, `factor <= 10^6`, `before > 0`.
#[derive(Clone, Copy, Debug)]
pub struct Buying<'a> {
	/// The curve.
	pub curve: &'a Curve,
	/// What is sold of it, in base units.
	pub supply: u128,
	/// The curve at that supply.
	pub spot: &'a Spot,
	/// `M`.
	pub multiplier: Multiplier,
	/// The fees.
	pub fees: &'a FeeSchedule,
	/// `beta`, in parts per million.
	pub factor: u32,
	/// `P(t - T)`.
	pub before: u128,
	/// How long ago the launch was.
	pub age: u64,
}

impl Buying<'_> {
	/// How many tokens a payment buys at least, premium and fee included, at most what is left of the maximum supply: the buyer is
	/// charged what they cost.
	///
	/// A purchase moves the price up, and the rate of the fee falls until the price is that of `before` and rises from there, so that
	/// between two prices it is at most the greater of those at both. One of them is the price if all were bought at the least rate
	/// and the price stayed; no purchase gets farther. The other is that of now, and where the rate falls, which makes it the
	/// greater one, the price after what the greatest rate would leave at the highest price; every purchase gets at least as far.
	///
	/// Unspent is what the rate that is used is above the one that is paid, three millionths, and what two base units of the token
	/// cost. With `k = slope * beta`, and `m` for how far the purchase moves the price as a share of the lower one of now and before,
	/// that is about `k m (k m + m)` at most: a few millionths at a slope of 5 % where a block moves the price by .7 %, and two percents
	/// at a slope of one where it moves it by a seventh.
	pub fn affordable_floor(&self, payment: u128) -> Result<u128, MathError> {
		let value = |trade| self.value_floor(payment, trade);
		let trade = if self.fees.slope == 0 { self.fees.base } else { self.greatest_ceil(value)? };
		let (least, _) = self.curve.amount_between(self.supply, self.spot, value(trade)?)?;
		Ok(least)
	}

	/// No less than the rate of the fee that is paid, in parts per million.
	fn greatest_ceil(&self, value: impl Fn(u32) -> Result<u128, MathError>) -> Result<u32, MathError> {
		let price = self.spot.price_floor();
		let near = self.rate_ceil(price)?;
		let least = if price < self.before { self.fees.base } else { near };
		let most = self.curve.amount_ceil(self.supply, self.spot, value(least)?)?;
		let highest = self.price_after(most)?;
		let far = self.rate_ceil(highest)?;
		if far >= near {
			return Ok(far);
		}
		// A bit less than that buys, so that no rounding of the amounts matters. Of more than any supply, all that is left is bought.
		let above = highest.checked_add(1).ok_or(MathError::Overflow)?;
		let bought = mul_div_floor(value(near)?, ATTO, above).map_or(most, |bought| bought.min(most));
		let passed = self.price_after(bought.saturating_sub(2))?;
		Ok(self.rate_ceil(passed)?.max(far))
	}

	fn price_after(&self, amount: u128) -> Result<u128, MathError> {
		self.curve.price_floor(self.supply.checked_add(amount).ok_or(MathError::Overflow)?)
	}

	fn rate_ceil(&self, now: u128) -> Result<u32, MathError> {
		self.fees.trade_ceil(Momentum { before: self.before, now }, self.factor)
	}

	/// The largest value that a payment covers together with its premium and its fee at such a rate. Each of the two is rounded up by
	/// less than one base unit, and both rates are raised by a millionth, more than any rounding moves them.
	fn value_floor(&self, payment: u128, trade: u32) -> Result<u128, MathError> {
		let rates = [self.multiplier.ppm_floor(), 1, trade, self.fees.launch_ceil(self.age)?];
		let whole = rates.into_iter().try_fold(1u32, u32::checked_add).ok_or(MathError::Overflow)?;
		mul_div_floor(payment.saturating_sub(2), PPM.into(), whole.into())
	}
}
