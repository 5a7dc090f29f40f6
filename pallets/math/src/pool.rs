//! The fixed pool: a supply that never grows, paid out for verified updates of a model and refilled by its inference
//! (protocol.md, Model tokens; paper D).
//!
//! D's density `f(x) = R u a e^(-u a x)` is paid as differences of its integral, each of what is left. They telescope: after
//! updates of total work `w` the pool has `R0 e^(-u a w)` left and never runs dry. Summing `f` at integers instead pays more
//! than there is.

use crate::{
	fee::share_floor,
	fixed::{exp_neg_ceil, exp_neg_floor, Fixed, ATTO},
	wide, MathError,
};

/// D: the creator's share of the supply, in parts per million (5 %).
pub const CREATOR_SHARE: u32 = 50_000;

/// A whole unit of work, in units of `10^-18`.
pub const WORK_ONE: u64 = 1_000_000_000_000_000_000;

/// A supply at the launch, divided. The parts sum to it exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Launch {
	/// The creator's.
	pub creator: u128,
	/// `R0`: the pool's, dust included.
	pub pool: u128,
}

/// Divides a supply: [`CREATOR_SHARE`] of it, rounded down, to the creator, the rest to the pool.
pub fn launch_floor(supply: u128) -> Result<Launch, MathError> {
	let creator = share_floor(supply, CREATOR_SHARE)?;
	let pool = supply.checked_sub(creator).ok_or(MathError::Overflow)?;
	Ok(Launch { creator, pool })
}

/// `R (1 - e^(-u a w))`, rounded down: what an accepted update is paid of the `R` left. At most one base unit below the
/// exact value, and never above it; less than `R` unless that is zero. Cutting an update into parts never pays more.
///
/// `rate` is `u a` and `work` is `w`, both in units of `10^-18`. No work and an empty pool pay nothing.
/// Domain: `work` in [0, 1].
pub fn update_payout_floor(left: u128, rate: u64, work: u64) -> Result<u128, MathError> {
	if work > WORK_ONE {
		return Err(MathError::OutOfDomain);
	}
	let exponent = u128::from(rate).checked_mul(work.into()).ok_or(MathError::Overflow)?;
	let unit = ATTO.checked_mul(ATTO).ok_or(MathError::Overflow)?;
	let kept = exp_neg_ceil(Fixed::ratio_floor(exponent, unit)?)?.times_ceil(left)?;
	left.checked_sub(kept).ok_or(MathError::Overflow)
}

/// `p R (1 - e^(-u a)) * tokens / 1,000`, rounded up once: what an inference of so many tokens costs. The payment returns
/// to `R`. It is the ceiling of the exact value, or one more where that lies hardly below an integer.
///
/// `factor` is `p` and `rate` is `u a`, both in units of `10^-18`. An empty pool asks nothing.
/// Domain: the price fits `u128`.
pub fn inference_price_ceil(left: u128, rate: u64, factor: u64, tokens: u64) -> Result<u128, MathError> {
	let kept = exp_neg_floor(Fixed::ratio_ceil(rate.into(), ATTO)?)?;
	let paid = Fixed::ONE.bits().checked_sub(kept.bits()).ok_or(MathError::OutOfDomain)?;
	let price = wide::product([paid, left.into(), factor.into(), tokens.into()])?;
	let unit = wide::product([Fixed::ONE.bits(), ATTO.into(), 1_000u64.into()])?;
	wide::amount(wide::quotient_ceil(price, unit)?)
}

#[cfg(test)]
mod invariants;
#[cfg(test)]
mod tests;
