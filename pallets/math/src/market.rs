//! What surrounds a trade on a curve: the success multiplier, momentum, fees and the limiter of price moves (protocol.md,
//! Model tokens; paper T).
//!
//! Prices are those of [`crate::curve`], shares and factors parts per million, times in any unit that the caller keeps to
//! (blocks or milliseconds). Fees and premiums are rounded up, limits exact.

use crate::{fee::mul_div_ceil, wide, MathError};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::U512;

mod buying;
mod limiter;

pub use buying::Buying;
pub use limiter::{Limiter, Limits, Moment, Verdict};

/// One, in parts per million.
pub const PPM: u32 = 1_000_000;

/// The least accuracy that counts (T: `m_1` in [0.7, 1]).
pub const LEAST_ACCURACY: u32 = 700_000;

/// The least performance improvement that counts (T: `m_3` in [0.8, 1]). Adoption and network growth count from zero on.
pub const LEAST_IMPROVEMENT: u32 = 800_000;

/// One metric of a model's success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
	/// `w_i`: its weight.
	pub weight: u32,
	/// The lower end of the paper's range: a smaller measurement counts zero, it is not raised to it.
	pub least: u32,
	/// `m_i`, `None` while nothing is measured; above one it counts one.
	pub measured: Option<u32>,
}

/// `M(t) = 1 + sum w_i m_i`, in [1, 2], exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Multiplier {
	/// `M - 1`, in units of `10^-12`.
	excess: u64,
}

impl Multiplier {
	/// The multiplier of a model of which nothing is measured.
	pub const ONE: Self = Self { excess: 0 };

	/// `M(t)` of some metrics. Domain: the weights sum to at most `10^6`, no range begins above one.
	pub fn of(metrics: &[Metric]) -> Result<Self, MathError> {
		let (mut weights, mut excess) = (0u32, 0u64);
		for metric in metrics {
			weights = weights.checked_add(metric.weight).ok_or(MathError::OutOfDomain)?;
			if weights > PPM || metric.least > PPM {
				return Err(MathError::OutOfDomain);
			}
			let counted = metric.measured.filter(|measured| *measured >= metric.least).unwrap_or(0).min(PPM);
			let part = u64::from(metric.weight).checked_mul(counted.into()).ok_or(MathError::Overflow)?;
			excess = excess.checked_add(part).ok_or(MathError::Overflow)?;
		}
		Ok(Self { excess })
	}

	/// `M` in parts per million, rounded down, to be read.
	pub fn ppm_floor(self) -> u32 {
		let excess = self.excess.checked_div(PPM.into()).and_then(|excess| u32::try_from(excess).ok());
		excess.unwrap_or_default().saturating_add(PPM)
	}

	/// `ceil((M - 1) * integral)`: what a buyer pays above the curve. It funds the model's job escrow and never enters the
	/// reserve, so sellers are owed nothing of it. At most the integral.
	pub fn premium_ceil(self, integral: u128) -> Result<u128, MathError> {
		mul_div_ceil(integral, self.excess.into(), 1_000_000_000_000)
	}
}

/// How a price moved over the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Momentum {
	/// `P(t - T)`; the launch price before age `T`.
	pub before: u128,
	/// `P(t)`, after the trade.
	pub now: u128,
}

/// The governed smoothing and window of momentum.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Smoothing {
	/// `beta`, at most `10^6` (T: 0.7).
	pub factor: u32,
	/// `T`, not zero (T: 24 hours).
	pub window: u64,
}

impl Momentum {
	/// `mu = beta * (P(t) - P(t - T)) / T`, units of price per unit of time, rounded down (towards minus infinity), to be
	/// read. The paper's mean of `dP/dt` over the window is this difference.
	/// Domain: `beta <= 10^6`, `T > 0`, the result within `i128`.
	pub fn rate_floor(&self, smoothing: Smoothing) -> Result<i128, MathError> {
		if smoothing.factor > PPM {
			return Err(MathError::OutOfDomain);
		}
		let moved = wide::product([self.now.abs_diff(self.before).into(), smoothing.factor.into()])?;
		let time = wide::product([smoothing.window.into(), PPM.into()])?;
		let falls = self.now < self.before;
		let size = if falls { wide::quotient_ceil(moved, time) } else { wide::quotient_floor(moved, time) };
		let size = wide::amount(size?)?;
		let rate = if falls { 0i128.checked_sub_unsigned(size) } else { 0i128.checked_add_unsigned(size) };
		rate.ok_or(MathError::Overflow)
	}
}

/// The fees of trades, in parts per million of their amount.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FeeSchedule {
	/// The fee while the price rests.
	pub base: u32,
	/// What a relative momentum `|mu| T / P(t - T)` of one adds.
	pub slope: u32,
	/// The most that base and momentum make together.
	pub cap: u32,
	/// The extra fee at the launch.
	pub launch: u32,
	/// How long it takes to fall to zero. Zero: there is no extra fee.
	pub launch_window: u64,
}

impl FeeSchedule {
	/// Whether `base <= cap` and `cap + launch < 10^6`: something of every trade is left.
	pub fn is_valid(&self) -> bool {
		self.base <= self.cap && self.cap.checked_add(self.launch).is_some_and(|most| most < PPM)
	}

	/// `min(cap, base + slope * |mu| T / P(t - T))`, rounded up once. `T` cancels out of `mu T`.
	/// Domain: a valid schedule, `beta <= 10^6`, `P(t - T) > 0`.
	pub fn trade_ceil(&self, momentum: Momentum, factor: u32) -> Result<u32, MathError> {
		if !self.is_valid() || factor > PPM {
			return Err(MathError::OutOfDomain);
		}
		let moved = momentum.now.abs_diff(momentum.before);
		let raised = wide::product([moved.into(), factor.into(), self.slope.into()])?;
		let whole = wide::product([momentum.before.into(), PPM.into()])?;
		let added = wide::quotient_ceil(raised, whole)?;
		let fee = wide::sum(added, self.base.into())?;
		u32::try_from(wide::amount_at_most(fee, self.cap.into())).map_err(|_| MathError::Overflow)
	}

	/// `launch * max(0, 1 - age / launch_window)`, rounded up: the extra fee at an age. Domain: a valid schedule.
	pub fn launch_ceil(&self, age: u64) -> Result<u32, MathError> {
		if !self.is_valid() {
			return Err(MathError::OutOfDomain);
		}
		let Some(left) = self.launch_window.checked_sub(age).filter(|left| *left > 0) else { return Ok(0) };
		let fee = mul_div_ceil(self.launch.into(), left.into(), self.launch_window.into())?;
		u32::try_from(fee).map_err(|_| MathError::Overflow)
	}

	/// `ceil(amount * (trade + launch))`: the fee of a trade of `amount` at an age. Below `amount`, or equal to it where that
	/// is one base unit; zero only without a fee or an amount. Domain: that of the parts.
	pub fn fee_ceil(
		&self,
		amount: u128,
		momentum: Momentum,
		factor: u32,
		age: u64,
	) -> Result<u128, MathError> {
		let trade = self.trade_ceil(momentum, factor)?;
		let rate = trade.checked_add(self.launch_ceil(age)?).ok_or(MathError::Overflow)?;
		mul_div_ceil(amount, rate.into(), PPM.into())
	}
}

/// Whether a move from one price to another is at most `limit` parts per million of the first, exactly.
fn within(from: u128, to: u128, limit: u32) -> Result<bool, MathError> {
	let scaled = |number: u128, factor: u32| wide::product([number.into(), U512::from(factor)]);
	Ok(scaled(from.abs_diff(to), PPM)? <= scaled(from, limit)?)
}

#[cfg(test)]
mod invariants;
#[cfg(test)]
mod tests;
