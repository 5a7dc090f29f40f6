//! What reviewers say of a model version's answers, and what they are paid for saying it.

use super::{PPM, SCORE_ONE};
use crate::{fee::mul_div_floor, MathError};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The best score of a review.
pub const BEST_REVIEW: u8 = 10;

/// The reviews of a model version.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Quality {
	/// Reviews that came to a median.
	pub reviews: u32,
	/// The sum of these medians, each from 0 to 1 in parts per million.
	pub sum: u64,
}

impl Quality {
	/// Counts one more median. Domain: `0 <= median <= SCORE_ONE`, fewer than `2^32` reviews.
	pub fn with(mut self, median: i32) -> Result<Self, MathError> {
		let median = u32::try_from(median).map_err(|_| MathError::OutOfDomain)?;
		if median > SCORE_ONE.unsigned_abs() {
			return Err(MathError::OutOfDomain);
		}
		self.reviews = self.reviews.checked_add(1).ok_or(MathError::Overflow)?;
		self.sum = self.sum.checked_add(median.into()).ok_or(MathError::Overflow)?;
		Ok(self)
	}

	/// `sum / reviews` in parts per million, rounded down, in [0, 1]: the first factor of [`allocation_weight`]. No reviews:
	/// zero, since what is not measured earns nothing.
	///
	/// [`allocation_weight`]: super::allocation_weight
	pub fn mean_floor(self) -> Result<u32, MathError> {
		let mean = self.sum.checked_div(self.reviews.into()).unwrap_or_default();
		u32::try_from(mean).ok().filter(|mean| *mean <= PPM).ok_or(MathError::OutOfDomain)
	}
}

/// `score / 10` in parts per million, exact: a review's score on the scale of [`median_score`] and [`judge_floor`].
/// Domain: `score <= 10`.
///
/// [`median_score`]: super::median_score
/// [`judge_floor`]: super::judge_floor
pub fn review_score(score: u8) -> Result<i32, MathError> {
	if score > BEST_REVIEW {
		return Err(MathError::OutOfDomain);
	}
	let parts = SCORE_ONE.checked_div(BEST_REVIEW.into()).and_then(|step| step.checked_mul(score.into()));
	parts.ok_or(MathError::Overflow)
}

/// `floor(bonus * part / (seats * 10^6))`: what one reviewer of `seats` is paid that earned `part` of its share. The share
/// does not grow when others earn nothing: nobody gains by their absence. Over all seats at most `bonus`.
/// Domain: `seats > 0`, `part <= 10^6`.
pub fn seat_bonus_floor(bonus: u128, seats: u32, part: u32) -> Result<u128, MathError> {
	if part > PPM {
		return Err(MathError::OutOfDomain);
	}
	let all = u128::from(seats).checked_mul(PPM.into()).ok_or(MathError::Overflow)?;
	mul_div_floor(bonus, part.into(), all)
}
