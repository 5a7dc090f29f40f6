//! How a fixed epoch pool is scaled and shared among stakers and workers (protocol.md, Yield and GPU reward; papers N and T).
//!
//! The papers' `Y` and `R_gpu` are unbounded and divide by zero. Here they only scale pools that are already minted: what
//! a factor below one leaves goes to the treasury, and so does every part that a ceiling withholds.

use crate::{
	fee::{mul_div_ceil, mul_div_floor},
	wide, MathError,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::U512;

const PPM: u32 = 1_000_000;

/// The market of one epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Market {
	/// `D`: the demand, in base units per epoch.
	pub demand: u128,
	/// `C_mean`: the mean measured capacity of the active workers.
	pub capacity: u64,
	/// `N`: the number of active workers.
	pub workers: u32,
}

/// The governed market that counts as a utilisation of one. No field is zero.
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
pub struct Reference {
	/// Demand, in base units per epoch.
	pub demand: u128,
	/// Mean capacity.
	pub capacity: u64,
	/// Number of workers.
	pub workers: u32,
}

/// `u`: how well the market is used, as an exact ratio, so that a pool scaled by it is rounded only once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Utilisation {
	numerator: U512,
	denominator: U512,
}

/// The governed range of the staking factor, in parts per million: `min <= max <= 10^6`.
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
pub struct FactorRange {
	/// `u_min`: what stakers get without demand or workers.
	pub min: u32,
	/// `u_max`: the most they get.
	pub max: u32,
}

/// What is staked of what exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stake {
	/// `S_t`: the total stake.
	pub staked: u128,
	/// `T_s`: the issuance.
	pub issuance: u128,
}

/// How the kept part of one job's fee bounds the rewards it may cause, in parts per million that sum to at most `10^6`.
///
/// The stakers' part bounds what demand adds to their payout: without it the owner of much stake could pay himself fees
/// for the sake of the utilisation.
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
pub struct BudgetShares {
	/// For the stakers together.
	pub stakers: u32,
	/// For the worker.
	pub worker: u32,
	/// For the verifiers together.
	pub verifiers: u32,
	/// For the contributors together.
	pub contributors: u32,
	/// For rewards caused by ratings.
	pub ratings: u32,
}

/// The most that one job's fee lets the protocol pay to each side. The parts sum to at most the kept part of the fee.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
	/// To the stakers together, above what they get without demand.
	pub stakers: u128,
	/// To the worker.
	pub worker: u128,
	/// To the verifiers together.
	pub verifiers: u128,
	/// To the contributors together.
	pub contributors: u128,
	/// As rewards caused by ratings.
	pub ratings: u128,
}

/// What raises the weight of a worker's verified work, each factor in parts per million, at most `10^6`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bonus {
	/// `k`: the governed strength of the bonus.
	pub strength: u32,
	/// `V`: the model's market factor, a [`capped_share_floor`].
	pub market: u32,
	/// `P`: the model's measured performance.
	pub performance: u32,
}

impl FactorRange {
	/// Whether `min <= max <= 10^6`.
	pub fn is_valid(&self) -> bool {
		self.min <= self.max && self.max <= PPM
	}
}

impl Reference {
	/// Whether no field is zero.
	pub fn is_valid(&self) -> bool {
		self.demand > 0 && self.capacity > 0 && self.workers > 0
	}
}

impl Utilisation {
	/// `u = (D / D_ref) * (C_mean / C_ref) / (N / N_ref)`, exact.
	///
	/// No workers, no demand and no capacity each give zero, which every factor made of `u` maps to its least value.
	/// Domain: a reference without zeros.
	pub fn of(market: Market, reference: Reference) -> Result<Self, MathError> {
		let (numerator, denominator) = market_ratio(market, reference)?;
		if numerator.is_zero() || denominator.is_zero() {
			return Ok(Self { numerator: U512::zero(), denominator: U512::one() });
		}
		Ok(Self { numerator, denominator })
	}

	/// `u` in parts per million, rounded down, to be read. What does not fit `u128` is its maximum: nothing is paid by it.
	pub fn ppm_floor(&self) -> Result<u128, MathError> {
		let parts = wide::product([self.numerator, PPM.into()])?;
		Ok(wide::amount_at_most(wide::quotient_floor(parts, self.denominator)?, u128::MAX))
	}
}

/// `floor(pool * clamp(u, u_min, u_max))`: what the stakers are paid of their pool, rounded once; the rest is the treasury's.
/// Domain: a valid range. Never more than the pool.
pub fn staking_payout_floor(
	pool: u128,
	utilisation: &Utilisation,
	range: FactorRange,
) -> Result<u128, MathError> {
	if !range.is_valid() {
		return Err(MathError::OutOfDomain);
	}
	let part = |ppm: u32| mul_div_floor(pool, ppm.into(), PPM.into());
	let scaled = wide::product([pool.into(), utilisation.numerator])?;
	let scaled = wide::quotient_floor(scaled, utilisation.denominator)?;
	// Flooring is monotone, so clamping after it is clamping before it.
	Ok(wide::amount_at_most(scaled, part(range.max)?).max(part(range.min)?))
}

/// `min(payout, idle + budget)`: a payout that demand raises above its level without demand by at most the budget that the
/// kept fees allow. Exact.
///
/// The utilisation rises with fees that one may pay to oneself; with this bound that costs at least what it brings.
/// Domain: any.
pub fn demand_bounded(payout: u128, idle: u128, budget: u128) -> u128 {
	// A sum above `u128` is above every payout.
	idle.checked_add(budget).map_or(payout, |limit| payout.min(limit))
}

/// `floor(pool * clamp(u * (S_t / T_s) / target_ratio, 0, 1))`: what the workers may be paid of their pool, rounded once.
///
/// `target_ratio` is parts per million. No issuance, no stake and no utilisation each give zero.
/// Domain: `target_ratio > 0`, `staked <= issuance`.
pub fn worker_pool_floor(
	pool: u128,
	utilisation: &Utilisation,
	stake: Stake,
	target_ratio: u32,
) -> Result<u128, MathError> {
	if target_ratio == 0 {
		return Err(MathError::DivisionByZero);
	}
	if stake.staked > stake.issuance {
		return Err(MathError::OutOfDomain);
	}
	if stake.issuance == 0 {
		return Ok(0);
	}
	let numerator = wide::product([pool.into(), utilisation.numerator, stake.staked.into(), PPM.into()])?;
	let denominator = wide::product([utilisation.denominator, stake.issuance.into(), target_ratio.into()])?;
	Ok(wide::amount_at_most(wide::quotient_floor(numerator, denominator)?, pool))
}

/// The paper's `Y = (T_r / S_t) * (D * C / N)` in parts per million, rounded down, the market in reference units. For the
/// view function: nothing is paid by it.
///
/// No rewards, no demand and no capacity give zero. Else no stake or no workers, where the paper divides by zero, give
/// `u128::MAX`, and so does a result that does not fit. Domain: a reference without zeros.
pub fn paper_yield_floor(
	rewards: u128,
	staked: u128,
	market: Market,
	reference: Reference,
) -> Result<u128, MathError> {
	let (numerator, denominator) = market_ratio(market, reference)?;
	let numerator = wide::product([numerator, rewards.into(), PPM.into()])?;
	let denominator = wide::product([denominator, staked.into()])?;
	if numerator.is_zero() {
		return Ok(0);
	}
	if denominator.is_zero() {
		return Ok(u128::MAX);
	}
	Ok(wide::amount_at_most(wide::quotient_floor(numerator, denominator)?, u128::MAX))
}

/// `floor(10^6 * paid * epochs / staked)`: a year's payouts per stake, without compounding, in parts per million.
/// No stake: zero without payouts, else `u128::MAX`, as for a result that does not fit. Domain: any.
pub fn annual_yield_floor(paid: u128, epochs: u32, staked: u128) -> Result<u128, MathError> {
	let numerator = wide::product([paid.into(), epochs.into(), PPM.into()])?;
	match (numerator.is_zero(), staked) {
		(true, _) => Ok(0),
		(false, 0) => Ok(u128::MAX),
		(false, staked) => {
			Ok(wide::amount_at_most(wide::quotient_floor(numerator, staked.into())?, u128::MAX))
		},
	}
}

/// `floor(total / workers)`: the mean capacity. Zero without workers. Domain: any.
pub fn mean_floor(total: u128, workers: u32) -> u128 {
	total.checked_div(workers.into()).unwrap_or_default()
}

/// `min(work, capacity * time)`: the work that counts. More than the measured capacity allows cannot have been done.
/// Exact. Domain: any; `capacity` is work per unit of `time`.
pub fn credited_work(work: u64, capacity: u64, time: u64) -> u64 {
	// A product above `u64` is above every work.
	capacity.checked_mul(time).map_or(work, |ceiling| work.min(ceiling))
}

/// `min(1, part / whole)` in parts per million, rounded down.
///
/// Of what the protocol kept of a model's trading fees as a part of a governed reference it is `V`, the model's market factor:
/// volume itself can be washed. Domain: `whole > 0`.
pub fn capped_share_floor(part: u128, whole: u128) -> Result<u32, MathError> {
	if whole == 0 {
		return Err(MathError::DivisionByZero);
	}
	let parts = mul_div_floor(part.min(whole), PPM.into(), whole)?;
	u32::try_from(parts).map_err(|_| MathError::Overflow)
}

/// The least reference of the market factor at which nobody gains by washing trades for a worker's bonus: `pool * k / 4`.
///
/// Whoever does a share `s` of all work, all of it on a model whose factor it raised to `V`, gains
/// `pool * (s (1 + k V) / (1 + s k V) - s)`. That is at most `pool * k V s (1 - s)`, so at most `pool * k V / 4`; and it costs `V`
/// references of fees that do not come back. `k` is in parts per million. Domain: `k <= 10^6`.
pub fn least_market_reference_ceil(pool: u128, strength: u32) -> Result<u128, MathError> {
	if strength > PPM {
		return Err(MathError::OutOfDomain);
	}
	mul_div_ceil(pool, strength.into(), u128::from(PPM).saturating_mul(4))
}

/// `work * reputation * (1 + k * V * P)` (T's `R_block`): a worker's weight in the pool, in units of `10^-12` work.
///
/// `k * V * P` is at most one and rounded down to parts per million; the rest is exact and fits `u128`.
/// Domain: reputation and the three factors at most `10^6`.
pub fn work_weight_floor(work: u64, reputation: u32, bonus: Bonus) -> Result<u128, MathError> {
	if [reputation, bonus.strength, bonus.market, bonus.performance].into_iter().any(|factor| factor > PPM) {
		return Err(MathError::OutOfDomain);
	}
	let product = wide::product([bonus.strength.into(), bonus.market.into(), bonus.performance.into()])?;
	let raised = wide::quotient_floor(product, wide::product([PPM.into(), PPM.into()])?)?;
	wide::amount(wide::product([work.into(), reputation.into(), wide::sum(PPM.into(), raised)?])?)
}

/// `floor(pool * weight / total)`: one claim's share of a pool. Zero where the total is zero. What is paid of it is at most the
/// claim's ceiling, and what a ceiling withholds raises nobody's share: it is not demand for others.
/// Domain: `weight <= total`.
pub fn part_floor(pool: u128, weight: u128, total: u128) -> Result<u128, MathError> {
	if weight > total {
		return Err(MathError::OutOfDomain);
	}
	if total == 0 {
		return Ok(0);
	}
	mul_div_floor(pool, weight, total)
}

/// The ceilings that the kept part of a job's fee sets for its rewards, each `floor(kept * share / 10^6)`: all protocol
/// rewards for a job together never exceed them, whoever receives them.
/// Domain: shares that sum to at most `10^6`.
pub fn budget_floor(kept: u128, shares: BudgetShares) -> Result<Budget, MathError> {
	let all = [shares.stakers, shares.worker, shares.verifiers, shares.contributors, shares.ratings];
	if all.into_iter().try_fold(0u32, u32::checked_add).is_none_or(|sum| sum > PPM) {
		return Err(MathError::OutOfDomain);
	}
	let part = |share: u32| mul_div_floor(kept, share.into(), PPM.into());
	Ok(Budget {
		stakers: part(shares.stakers)?,
		worker: part(shares.worker)?,
		verifiers: part(shares.verifiers)?,
		contributors: part(shares.contributors)?,
		ratings: part(shares.ratings)?,
	})
}

/// `u` as numerator and denominator, each below `2^224`; the denominator is zero without workers.
fn market_ratio(market: Market, reference: Reference) -> Result<(U512, U512), MathError> {
	if !reference.is_valid() {
		return Err(MathError::DivisionByZero);
	}
	let numerator = wide::product([market.demand.into(), market.capacity.into(), reference.workers.into()])?;
	let denominator =
		wide::product([reference.demand.into(), reference.capacity.into(), market.workers.into()])?;
	Ok((numerator, denominator))
}

#[cfg(test)]
mod invariants;
#[cfg(test)]
mod tests;
