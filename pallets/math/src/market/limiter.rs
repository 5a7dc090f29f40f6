//! The limiter of price moves: how far a price may go in one block and in one window, and how sales are slowed down while
//! it falls.
//!
//! A window begins with the first trade after the last one ended. A trade is refused if its price is too far from the price
//! at which its block, or its window, began. Sales have their own limits, the same times the **sell factor**: it halves
//! whenever the price has fallen by the threshold from its highest in the window, and rises linearly to one again, from
//! zero within the rebound time. After a halving the drawdown counts from the price that caused it.

use super::{within, PPM};
use crate::{fee::mul_div_floor, wide, MathError};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// The parameters of the limiter, in parts per million but for the times.
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
pub struct Limits {
	/// How far the price may move from where the block began. Above `10^6` only rises are limited.
	pub per_block: u32,
	/// How far it may move from where the window began.
	pub per_window: u32,
	/// The length of a window.
	pub window: u64,
	/// The drawdown in a window at which the sell factor halves, in `1..=10^6`.
	pub threshold: u32,
	/// How long the sell factor takes from zero to one. Zero: it does not fall.
	pub rebound: u64,
	/// The sell factor never falls below this, so that sellers can always leave. In `1..=10^6`.
	pub least_factor: u32,
}

/// When a trade happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
	/// The block's number.
	pub block: u32,
	/// The time, in the unit of [`Limits::window`].
	pub time: u64,
}

/// What the limiter remembers of a curve.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Limiter {
	/// The block of the last trade.
	block: u32,
	/// The price before the first trade of that block.
	block_price: u128,
	/// When the window began.
	window_start: u64,
	/// The price before its first trade.
	window_price: u128,
	/// The highest price in the window, or the one that last halved the sell factor.
	peak: u128,
	/// The sell factor after the last trade.
	factor: u32,
	/// When the last trade happened.
	time: u64,
}

/// What the limiter says of a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
	/// It may happen; this is to be remembered.
	Allowed(Limiter),
	/// It moves the price too far from where the block began.
	BeyondBlock,
	/// It moves the price too far from where the window began.
	BeyondWindow,
}

impl Limits {
	/// Whether the window has a length, and the threshold and the least factor are in `1..=10^6`.
	pub fn is_valid(&self) -> bool {
		let is_part = |part: u32| (1..=PPM).contains(&part);
		self.window > 0 && is_part(self.threshold) && is_part(self.least_factor)
	}
}

impl Limiter {
	/// The limiter of a curve that is launched now, at a price.
	pub fn new(now: Moment, price: u128) -> Self {
		Self {
			block: now.block,
			block_price: price,
			window_start: now.time,
			window_price: price,
			peak: price,
			factor: PPM,
			time: now.time,
		}
	}

	/// The sell factor at a time, in parts per million, rounded down.
	pub fn factor_floor(&self, limits: &Limits, time: u64) -> Result<u32, MathError> {
		if limits.rebound == 0 {
			return Ok(PPM);
		}
		let elapsed = time.saturating_sub(self.time);
		let risen = mul_div_floor(elapsed.into(), PPM.into(), limits.rebound.into())?;
		let factor = risen.saturating_add(self.factor.into()).min(PPM.into());
		u32::try_from(factor).map_err(|_| MathError::Overflow)
	}

	/// Judges a trade that moves the price from `before` to `after`. A trade that does not lower the price is a purchase.
	///
	/// The move is measured from where block and window began, not from `before`: a trade back towards there is always
	/// allowed, and cutting a trade into several allows no more.
	/// Domain: valid limits, prices above zero, blocks and times that do not go back.
	pub fn judge(
		&self,
		limits: &Limits,
		now: Moment,
		before: u128,
		after: u128,
	) -> Result<Verdict, MathError> {
		let backwards = now.block < self.block || now.time < self.time;
		if !limits.is_valid() || backwards || before == 0 || after == 0 {
			return Err(MathError::OutOfDomain);
		}
		let mut next =
			Self { factor: self.factor_floor(limits, now.time)?, block: now.block, time: now.time, ..*self };
		if now.block != self.block {
			next.block_price = before;
		}
		if now.time.abs_diff(self.window_start) >= limits.window {
			next.window_start = now.time;
			next.window_price = before;
			next.peak = before;
		}
		let bound = |limit: u32| -> Result<u32, MathError> {
			let part = if after < before { next.factor } else { PPM };
			let bound = mul_div_floor(limit.into(), part.into(), PPM.into())?;
			u32::try_from(bound).map_err(|_| MathError::Overflow)
		};
		if !may_move(next.block_price, before, after, bound(limits.per_block)?)? {
			return Ok(Verdict::BeyondBlock);
		}
		if !may_move(next.window_price, before, after, bound(limits.per_window)?)? {
			return Ok(Verdict::BeyondWindow);
		}
		next.peak = next.peak.max(after);
		if drawn_down(next.peak, after, limits.threshold)? && limits.rebound > 0 {
			let half = next.factor.checked_div(2).ok_or(MathError::DivisionByZero)?;
			next.factor = half.max(limits.least_factor).min(next.factor);
			next.peak = after;
		}
		Ok(Verdict::Allowed(next))
	}
}

/// Whether the price may go on to `after` where `start` is the price that moves are measured from: within the limit, or not
/// farther from it on the same side than `before` was.
fn may_move(start: u128, before: u128, after: u128, limit: u32) -> Result<bool, MathError> {
	let returns = (start <= after && after <= before) || (before <= after && after <= start);
	Ok(returns || within(start, after, limit)?)
}

/// Whether the fall from a peak is at least `threshold` parts per million of it, exactly.
fn drawn_down(peak: u128, price: u128, threshold: u32) -> Result<bool, MathError> {
	let left = PPM.checked_sub(threshold).ok_or(MathError::OutOfDomain)?;
	Ok(wide::product([price.into(), PPM.into()])? <= wide::product([peak.into(), left.into()])?)
}
