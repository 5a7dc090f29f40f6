//! Ratings that burn, what they cause, and what people say of answers (protocol.md, Ratings and feedback; papers d, O, T).
//!
//! A rating is an amount in base units: the impulses of burns, decaying. Scores, shares and factors are parts per million.
//! Everything a reward depends on is rounded down.

use crate::{
	fee::{mul_div_ceil, mul_div_floor},
	fixed::{exp_neg_ceil, exp_neg_floor, Fixed, ATTO},
	wide, MathError,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::U512;

const PPM: u32 = 1_000_000;

/// Scores lie in `-SCORE_ONE..=SCORE_ONE`: [-1, 1] in parts per million.
pub const SCORE_ONE: i32 = 1_000_000;

/// The exponent from which on nothing is left of any amount: `u128::MAX * e^(-256) < 10^-70`.
const GONE: u128 = 256 * ATTO;

/// How ratings rise and fall.
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
pub struct Dynamics {
	/// `eta`: what a burn moves the rating by, in parts per million of it, at most `10^6`.
	pub efficiency: u32,
	/// `delta`: the decay per unit of time, in units of `10^-18`. Zero keeps ratings forever.
	pub decay: u64,
}

/// One rating.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Impulse {
	/// `s`: from -1 to 1, in parts per million.
	pub score: i32,
	/// `b`: what is burned and counts.
	pub burn: u128,
}

/// How contributions are rewarded.
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
pub struct RewardRates {
	/// `base`: what a contribution of value one earns without any rating, in base units.
	pub base: u128,
	/// `gamma`: what it earns more per unit of the related rating, in parts per million.
	pub feedback: u32,
}

/// What one contribution earns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reward {
	/// Because it was verified.
	pub base: u128,
	/// Because of the burns of those who rated: never more than what these burns have left to cause.
	pub rated: u128,
}

/// What a reviewer's distance to the median earns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
	/// The bonus, this part of it in parts per million.
	Agreed(u32),
	/// Nothing: too far away for a bonus, not far enough for manipulation.
	Apart,
	/// The bond is lost.
	Manipulated,
}

/// How far from the median a review may be, in parts per million of a score: `0 < tolerance <= limit`.
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
pub struct Agreement {
	/// From here on there is no bonus.
	pub tolerance: u32,
	/// Beyond it the bond is lost.
	pub limit: u32,
}

/// What payers said of a model version's answers, each receipt once, on the scale from 0 to 10.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Feedback {
	/// Scores of 9 and 10.
	pub promoters: u32,
	/// Scores of 7 and 8.
	pub passives: u32,
	/// Scores up to 6.
	pub detractors: u32,
}

impl Agreement {
	/// Whether `0 < tolerance <= limit`.
	pub fn is_valid(&self) -> bool {
		self.tolerance > 0 && self.tolerance <= self.limit
	}
}

/// `R e^(-delta dt)`, rounded down: at most one base unit below the exact value, and never above it.
/// Domain: any. No decay or no time leaves the rating as it is.
pub fn decayed_floor(rating: u128, decay: u64, elapsed: u64) -> Result<u128, MathError> {
	exp_neg_floor(exponent_ceil(decay, elapsed)?)?.times_floor(rating)
}

/// `R <- max(0, R e^(-delta dt) + eta s b)`, the sum rounded down once: at most one base unit below the exact value.
/// Domain: `eta <= 10^6`, the score in [-1, 1], the result within `u128`.
pub fn impulse_floor(
	rating: u128,
	dynamics: Dynamics,
	elapsed: u64,
	impulse: Impulse,
) -> Result<u128, MathError> {
	let score = impulse.score.unsigned_abs();
	if dynamics.efficiency > PPM || score > SCORE_ONE.unsigned_abs() {
		return Err(MathError::OutOfDomain);
	}
	let decay = exp_neg_floor(exponent_ceil(dynamics.decay, elapsed)?)?;
	// Both terms in units of 2^-192 * 10^-12.
	let unit = wide::product([Fixed::ONE.bits(), PPM.into(), PPM.into()])?;
	let left = wide::product([decay.bits(), rating.into(), PPM.into(), PPM.into()])?;
	let moved =
		wide::product([impulse.burn.into(), dynamics.efficiency.into(), score.into(), Fixed::ONE.bits()])?;
	let new = if impulse.score < 0 { left.saturating_sub(moved) } else { wide::sum(left, moved)? };
	wide::amount(wide::quotient_floor(new, unit)?)
}

/// `R e^(-delta dt) + (eta B / delta) (1 - e^(-delta dt))`, rounded down once: the rating after a constant rate `B` of burns
/// (d). At most one base unit below the exact value. No decay: `R + eta B dt`.
///
/// `burn_rate` is base units per unit of time. Domain: `eta <= 10^6`; the limit `eta B / delta` and the result fit `u128`.
pub fn constant_rate_floor(
	rating: u128,
	dynamics: Dynamics,
	burn_rate: u128,
	elapsed: u64,
) -> Result<u128, MathError> {
	if dynamics.efficiency > PPM {
		return Err(MathError::OutOfDomain);
	}
	let gain = wide::product([burn_rate.into(), dynamics.efficiency.into()])?;
	if dynamics.decay == 0 {
		let gained = wide::quotient_floor(wide::product([gain, elapsed.into()])?, PPM.into())?;
		return wide::amount(wide::sum(rating.into(), gained)?);
	}
	// eta B / delta = limit / unit.
	let limit = wide::product([gain, ATTO.into()])?;
	let unit = wide::product([PPM.into(), dynamics.decay.into()])?;
	wide::amount(wide::quotient_floor(limit, unit)?)?;
	let start = wide::product([unit, rating.into()])?;
	// limit + (start - limit) e^(-x): a falling rating needs the exponential from below, a rising one from above.
	let decay = if start > limit {
		exp_neg_floor(exponent_ceil(dynamics.decay, elapsed)?)?
	} else {
		exp_neg_ceil(exponent_floor(dynamics.decay, elapsed)?)?
	};
	let left = wide::product([start, decay.bits()])?;
	let risen = Fixed::ONE.bits().checked_sub(decay.bits()).ok_or(MathError::OutOfDomain)?;
	let total = wide::sum(left, wide::product([limit, risen])?)?;
	wide::amount(wide::quotient_floor(total, wide::product([unit, Fixed::ONE.bits()])?)?)
}

/// `ceil(first * (1 + growth * earlier))`: the least burn of an account's next rating of one asset in one period, in which
/// it has rated `earlier` times. `growth` is parts per million. Rounded up: the rater pays.
/// Domain: the price fits `u128`.
pub fn price_ceil(first: u128, growth: u32, earlier: u32) -> Result<u128, MathError> {
	let factor = u128::from(growth)
		.checked_mul(earlier.into())
		.and_then(|raised| raised.checked_add(PPM.into()))
		.ok_or(MathError::Overflow)?;
	mul_div_ceil(first, factor, PPM.into())
}

/// `floor(burn * first / price)`: what of a burn counts in the impulse when the price has grown. Repeating a rating within
/// its period never moves the asset more than one rating with the same burn. Domain: `first <= price`, `price > 0`.
pub fn counted_floor(burn: u128, first: u128, price: u128) -> Result<u128, MathError> {
	if first > price {
		return Err(MathError::OutOfDomain);
	}
	mul_div_floor(burn, first, price)
}

/// `min(credit, floor(R / eta))`: what of the credit of burns a rating of `R` still stands for, rounded down: in the protocol's
/// favour. `R / eta` is what has to be burned to reach `R`. The caller forgets the rest, or a burn brings it back.
///
/// So burning before claiming never pays: `N` claims of value one take `min(N gamma R, credit)` with `credit <= R / eta`. If they
/// do not take all of it, `N gamma eta < 1`, and a burn `b` brings less than itself, `N gamma eta b`; if they do, it brings `b`.
///
/// `efficiency` is `eta` in parts per million. Without it no burn moves a rating, so nothing bounds what one stands for that
/// there is, and one of nothing stands for nothing: the limits for small `eta`. Domain: `efficiency <= 10^6`.
pub fn backed_floor(credit: u128, rating: u128, efficiency: u32) -> Result<u128, MathError> {
	if efficiency > PPM {
		return Err(MathError::OutOfDomain);
	}
	if efficiency == 0 {
		return Ok(if rating == 0 { 0 } else { credit });
	}
	let backed = wide::quotient_floor(wide::product([rating.into(), PPM.into()])?, efficiency.into())?;
	Ok(wide::amount_at_most(backed, credit))
}

/// `I_k = V_k (base + gamma R_related)` (d) in its two parts, each rounded down, the second at most `credit`: what of the burns
/// that rated the asset they have not caused yet, and [`backed_floor`] leaves. The caller takes what is paid of it from the
/// credit.
///
/// `value` is `V_k` in parts per million. Domain: `value <= 10^6`, the base part within `u128`.
pub fn reward_floor(value: u32, rates: RewardRates, rating: u128, credit: u128) -> Result<Reward, MathError> {
	if value > PPM {
		return Err(MathError::OutOfDomain);
	}
	let base = mul_div_floor(rates.base, value.into(), PPM.into())?;
	let rated = wide::product([rating.into(), value.into(), rates.feedback.into()])?;
	let rated = wide::quotient_floor(rated, wide::product([PPM.into(), PPM.into()])?)?;
	Ok(Reward { base, rated: wide::amount_at_most(rated, credit) })
}

/// `floor(reward * min(1, pool / owed))`: a reward from a pool that owes `owed` in all. Short pools pay everybody the same
/// part. Nothing owed: nothing paid. Domain: `reward <= owed`.
pub fn scaled_floor(reward: u128, pool: u128, owed: u128) -> Result<u128, MathError> {
	if reward > owed {
		return Err(MathError::OutOfDomain);
	}
	if owed <= pool {
		return Ok(reward);
	}
	mul_div_floor(reward, pool, owed)
}

/// The median of scores: the middle one, or half the sum of the two in the middle, rounded towards zero. No scores: zero,
/// the neutral score.
pub fn median_score(scores: &[i32]) -> i32 {
	let mut sorted = scores.to_vec();
	sorted.sort_unstable();
	let upper = sorted.len() / 2;
	let lower = sorted.len().saturating_sub(1) / 2;
	match (sorted.get(lower), sorted.get(upper)) {
		(Some(lower), Some(upper)) => lower.midpoint(*upper),
		_ => 0,
	}
}

/// What a review earns by its distance `d` to the median: the part `1 - d / tolerance` of the bonus, rounded down, nothing
/// from the tolerance up to the limit, the loss of the bond beyond.
/// Domain: valid distances, both scores in [-1, 1].
pub fn judge_floor(score: i32, median: i32, agreement: Agreement) -> Result<Judgement, MathError> {
	let is_score = |score: i32| score.unsigned_abs() <= SCORE_ONE.unsigned_abs();
	if !agreement.is_valid() || !is_score(score) || !is_score(median) {
		return Err(MathError::OutOfDomain);
	}
	let distance = score.abs_diff(median);
	if distance > agreement.limit {
		return Ok(Judgement::Manipulated);
	}
	let Some(near) = agreement.tolerance.checked_sub(distance).filter(|near| *near > 0) else {
		return Ok(Judgement::Apart);
	};
	let part = mul_div_floor(near.into(), PPM.into(), agreement.tolerance.into())?;
	Ok(Judgement::Agreed(u32::try_from(part).map_err(|_| MathError::Overflow)?))
}

impl Feedback {
	/// Counts one more score. Domain: `score <= 10`, fewer than `2^32` of a kind.
	pub fn with(mut self, score: u8) -> Result<Self, MathError> {
		let kind = match score {
			0..=6 => &mut self.detractors,
			7..=8 => &mut self.passives,
			9..=10 => &mut self.promoters,
			_ => return Err(MathError::OutOfDomain),
		};
		*kind = kind.checked_add(1).ok_or(MathError::Overflow)?;
		Ok(self)
	}

	/// `NPS / 100 = (promoters - detractors) / all` in parts per million, rounded down (towards minus one). No scores: zero.
	pub fn nps_floor(self) -> Result<i32, MathError> {
		let (promoters, detractors) = (i64::from(self.promoters), i64::from(self.detractors));
		let all = promoters
			.checked_add(detractors)
			.and_then(|some| some.checked_add(self.passives.into()))
			.ok_or(MathError::Overflow)?;
		if all == 0 {
			return Ok(0);
		}
		let ahead = promoters.checked_sub(detractors).and_then(|ahead| ahead.checked_mul(PPM.into()));
		let parts = ahead.and_then(|ahead| ahead.checked_div_euclid(all)).ok_or(MathError::Overflow)?;
		i32::try_from(parts).map_err(|_| MathError::Overflow)
	}

	/// `(NPS + 100) / 200 = (all + promoters - detractors) / (2 * all)` in parts per million, rounded down, in [0, 1]. No
	/// scores: zero, since what is not measured earns nothing.
	pub fn factor_floor(self) -> Result<u32, MathError> {
		let (promoters, passives) = (u128::from(self.promoters), u128::from(self.passives));
		let twice_all = promoters
			.checked_add(passives)
			.and_then(|some| some.checked_add(self.detractors.into()))
			.and_then(|all| all.checked_mul(2))
			.ok_or(MathError::Overflow)?;
		if twice_all == 0 {
			return Ok(0);
		}
		// all + promoters - detractors = 2 * promoters + passives.
		let ahead = promoters
			.checked_mul(2)
			.and_then(|twice| twice.checked_add(passives))
			.ok_or(MathError::Overflow)?;
		let parts = mul_div_floor(ahead, PPM.into(), twice_all)?;
		u32::try_from(parts).map_err(|_| MathError::Overflow)
	}
}

/// `quality * (NPS + 100) / 200`: a model version's weight in the division of `S_max`, in units of `10^-12`. Exact: what it
/// is paid is `yields::part_floor(S_max, weight, sum of weights)`, and the floors sum to at most `S_max`.
///
/// It replaces T's `Hash(D || NPS) * S_max`, which hands shares out at random to whoever grinds `D`.
/// Domain: both factors at most `10^6`.
pub fn allocation_weight(quality: u32, factor: u32) -> Result<u64, MathError> {
	if quality > PPM || factor > PPM {
		return Err(MathError::OutOfDomain);
	}
	u64::from(quality).checked_mul(factor.into()).ok_or(MathError::Overflow)
}

/// The largest `h` such that at least `h` of the contributions were paid in at least `h` epochs each (T), where an epoch
/// counts if an unlinked payer above the burned minimum paid in it. No contributions: zero.
pub fn h_index(epochs_paid: &[u32]) -> u32 {
	let mut sorted = epochs_paid.to_vec();
	sorted.sort_unstable_by(|a, b| b.cmp(a));
	(1u32..).zip(sorted).take_while(|(rank, epochs)| epochs >= rank).fold(0, |_, (rank, _)| rank)
}

/// `delta dt`, rounded up; [`GONE`] where it is larger.
fn exponent_ceil(decay: u64, elapsed: u64) -> Result<Fixed, MathError> {
	Fixed::ratio_ceil(attos(decay, elapsed)?, ATTO)
}

/// `delta dt`, rounded down; [`GONE`] where it is larger.
fn exponent_floor(decay: u64, elapsed: u64) -> Result<Fixed, MathError> {
	Fixed::ratio_floor(attos(decay, elapsed)?, ATTO)
}

fn attos(decay: u64, elapsed: u64) -> Result<u128, MathError> {
	let product: U512 = wide::product([decay.into(), elapsed.into()])?;
	Ok(wide::amount_at_most(product, GONE))
}

#[cfg(test)]
mod invariants;
mod quality;
#[cfg(test)]
mod tests;

pub use quality::{review_score, seat_bonus_floor, Quality, BEST_REVIEW};
