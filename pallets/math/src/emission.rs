//! How much an epoch mints and where it goes (protocol.md, Native token; papers d and N).
//!
//! [`State::step`] is the whole monetary policy of one epoch; the functions beside it are its parts. Everything that is
//! minted is rounded down once, so the protocol never mints more than its formula.

use crate::{
	fee::{mul_div_floor, share_floor},
	fixed::{exp_neg_floor, ln_ceil, Fixed},
	wide, MathError,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::U512;
use sp_runtime::{traits::ConstU32, BoundedVec};

const PPM: u32 = 1_000_000;

/// The DAO vault's share of every minting, in parts per million (d: 3 %).
pub const VAULT_SHARE: u32 = 30_000;

/// The most that governed parameters may let one epoch mint: 9.2 million ENGR of 12 decimals.
///
/// Epochs are numbered by `u32`, so all of them together mint less than `2^32 * 2^63 = 2^95`. On a genesis of at most
/// [`MAX_GENESIS_ISSUANCE`] the issuance stays below `2^96`, whatever is burned in between; and what moves once per epoch, at most all that exists, sums
/// to less than `2^32 * 2^96 = 2^128`. So no ledger of minting, burns or payouts overflows, however long the chain runs.
pub const MAX_EPOCH_ISSUANCE: u128 = 1 << 63;

/// The most that may exist at genesis: 39.6 million billion ENGR of 12 decimals.
pub const MAX_GENESIS_ISSUANCE: u128 = 1 << 95;

/// The longest window of epochs whose median is the demand.
pub const MAX_WINDOW: u32 = 31;

/// How what the vault leaves of a minting is divided, in parts per million that sum to `10^6`.
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
pub struct PoolWeights {
	/// To the stakers' pool.
	pub stakers: u32,
	/// To the workers' pool.
	pub workers: u32,
	/// To the pool of verified contributors.
	pub contributors: u32,
}

impl Default for PoolWeights {
	/// 35/45/20.
	fn default() -> Self {
		Self { stakers: 350_000, workers: 450_000, contributors: 200_000 }
	}
}

/// The governed parameters of the monetary policy. Amounts are base units per epoch unless they say otherwise.
///
/// Where a field names no bound, every value of its type is one that no formula overflows on: factors meet amounts in 512 bits.
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
pub struct Parameters {
	/// `base_0`: what an epoch without fee income mints at a demand of one. At most [`MAX_EPOCH_ISSUANCE`], as every minting.
	pub base: u128,
	/// `phi`: how much of the base falls away at the fee target, in parts per million. Above `10^6` the base reaches zero
	/// before the target. Every `u32` will do: with fees of `u128` it makes a product of 160 bits, and what exceeds the target
	/// counts as all of it.
	pub fee_weight: u32,
	/// `fee_target`: the fee income that counts as one. Not zero. Only a divisor, so it needs no other bound.
	pub fee_target: u128,
	/// `D_ref`: the kept part of job fees that counts as a demand of one. Not zero. Only a divisor, so it needs no other bound.
	pub demand_reference: u128,
	/// `d_min`: the least demand factor, in parts per million. It rules the level that is minted without any demand.
	pub demand_min: u32,
	/// `d_max`: the largest demand factor, in parts per million, at least `demand_min`.
	pub demand_max: u32,
	/// `W`: how many of the last epochs the median is taken of. Odd, at most [`MAX_WINDOW`].
	pub window: u32,
	/// `cap_0`: the most that the first epoch may mint. At most [`MAX_EPOCH_ISSUANCE`]: the cap only falls, so no epoch mints more.
	pub cap: u128,
	/// `decay`: what is left of the cap after a year, in parts per million, at most `10^6`.
	pub decay: u32,
	/// Epochs that count as a year. Not zero.
	pub epochs_per_year: u32,
	/// `I_tail`: the least that an epoch mints while the maximum supply is not reached. Already part of the issuance. At most
	/// [`MAX_EPOCH_ISSUANCE`]: a tail above the cap is minted all the same.
	pub tail: u128,
	/// `S_max`: what the supply never exceeds by minting, in base units; `None` for no limit. It only lowers what is minted, so
	/// it needs no bound.
	pub max_supply: Option<u128>,
	/// `rho` of the ultrasound mode: the most that may be minted per burned unit, in parts per million, below `10^6`; `None`
	/// while the mode is off.
	pub ultrasound: Option<u32>,
	/// How the minting is divided.
	pub weights: PoolWeights,
}

/// The bound that parameters break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
	/// `base` is above [`MAX_EPOCH_ISSUANCE`].
	Base,
	/// `fee_target` is zero.
	FeeTarget,
	/// `demand_reference` is zero.
	DemandReference,
	/// `demand_min` is above `demand_max`.
	DemandRange,
	/// `window` is even or above [`MAX_WINDOW`].
	Window,
	/// `cap` is above [`MAX_EPOCH_ISSUANCE`].
	Cap,
	/// `decay` is above `10^6`.
	Decay,
	/// `epochs_per_year` is zero.
	EpochsPerYear,
	/// `tail` is above [`MAX_EPOCH_ISSUANCE`].
	Tail,
	/// `ultrasound` is not below `10^6`.
	Ultrasound,
	/// `weights` do not sum to `10^6`.
	Weights,
}

impl fmt::Display for Bound {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str(match self {
			Self::Base => "the base is above 2^63 base units, the most that an epoch may mint",
			Self::FeeTarget => "the fee target is zero; give base units per epoch",
			Self::DemandReference => "the reference demand is zero; give base units per epoch",
			Self::DemandRange => "the least demand factor is above the largest",
			Self::Window => "the window is even or longer than 31 epochs; an odd one has one middle",
			Self::Cap => "the cap is above 2^63 base units, the most that an epoch may mint",
			Self::Decay => "the cap may not grow; give at most one million parts per year",
			Self::EpochsPerYear => "a year has at least one epoch",
			Self::Tail => "the tail is above 2^63 base units, the most that an epoch may mint",
			Self::Ultrasound => "ultrasound mints less than was burned; give less than one million parts",
			Self::Weights => "the weights of the pools do not sum to one million parts",
		})
	}
}

impl Parameters {
	/// Checks every bound. Parameters within them make each function here total: no epoch can fail, and no sum over epochs
	/// overflows.
	pub fn validate(&self) -> Result<(), Bound> {
		let weights = [self.weights.stakers, self.weights.workers, self.weights.contributors];
		let bounds = [
			(self.base <= MAX_EPOCH_ISSUANCE, Bound::Base),
			(self.fee_target > 0, Bound::FeeTarget),
			(self.demand_reference > 0, Bound::DemandReference),
			(self.demand_min <= self.demand_max, Bound::DemandRange),
			(self.window % 2 == 1 && self.window <= MAX_WINDOW, Bound::Window),
			(self.cap <= MAX_EPOCH_ISSUANCE, Bound::Cap),
			(self.decay <= PPM, Bound::Decay),
			(self.epochs_per_year > 0, Bound::EpochsPerYear),
			(self.tail <= MAX_EPOCH_ISSUANCE, Bound::Tail),
			(self.ultrasound.is_none_or(|rho| rho < PPM), Bound::Ultrasound),
			(weights.into_iter().try_fold(0u32, u32::checked_add) == Some(PPM), Bound::Weights),
		];
		match bounds.into_iter().find(|(holds, _)| !holds) {
			Some((_, bound)) => Err(bound),
			None => Ok(()),
		}
	}
}

/// What the chain saw in the epoch that ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Observed {
	/// `S`: the issuance before this minting.
	pub supply: u128,
	/// `B`: everything burned in the epoch, by any cause.
	pub burned: u128,
	/// The part of the epoch's job fees that was burned or went to the treasury. A fee paid to one's own worker comes back,
	/// so only this part proves demand.
	pub kept: u128,
	/// The fee income that replaces minting.
	pub fees: u128,
}

/// One epoch of the demand window.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Demand {
	/// The burned or treasury part of the epoch's job fees.
	pub kept: u128,
	/// What of it has not yet been answered by issuance above the zero-demand level.
	pub unanswered: u128,
}

/// What the policy carries from one epoch to the next.
#[derive(
	Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct State {
	/// Epochs minted so far. The age of the cap: a halted chain mints one epoch, never a catch-up.
	pub epoch: u64,
	/// What the vault is still owed, in millionths of a base unit, below `10^6`.
	pub vault_carry: u32,
	/// The last epochs, oldest first, at most as many as the window.
	pub window: BoundedVec<Demand, ConstU32<MAX_WINDOW>>,
}

/// What one epoch mints, and why.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Issuance {
	/// The cap of the epoch, tail included.
	pub cap: u128,
	/// The base after fee income, rounded down.
	pub base: u128,
	/// `D`: the median of the window.
	pub demand: u128,
	/// What would have been minted at a demand of zero.
	pub zero_demand: u128,
	/// The stakers' pool of that minting. What demand adds to their payout is counted from here.
	pub zero_demand_stakers: u128,
	/// `I`: what is minted.
	pub minted: u128,
	/// What is minted, divided.
	pub pools: Pools,
}

/// A minting, divided. The parts sum to it exactly.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Pools {
	/// To the DAO vault.
	pub vault: u128,
	/// To the stakers' pool.
	pub stakers: u128,
	/// To the workers' pool.
	pub workers: u128,
	/// To the pool of verified contributors.
	pub contributors: u128,
	/// To the treasury: the dust of the division, at most two base units.
	pub treasury: u128,
}

impl State {
	/// Ends an epoch: what it mints, and the state for the next one.
	///
	/// ```text
	/// I_0 = min(clamp(base * d_min, I_tail, cap), ultrasound)
	/// I   = min(clamp(base * demand, I_tail, cap), ultrasound, I_0 + min(D, unanswered), S_max - S)
	/// ```
	///
	/// `unanswered` is what the window's epochs kept and no issuance has answered yet: each kept unit causes at most one
	/// minted unit, once. `D` alone would not bound that, since a median stays up while some epochs of its window are empty.
	/// Domain: parameters that pass [`Parameters::validate`]. Rounding: down, once per amount.
	pub fn step(&self, parameters: &Parameters, observed: &Observed) -> Result<(Self, Issuance), MathError> {
		if parameters.validate().is_err() {
			return Err(MathError::OutOfDomain);
		}
		let mut window = self.window_with(observed.kept, parameters.window)?;
		let demand = window_median(&window, parameters.window)?;
		let answerable = window
			.iter()
			.try_fold(0u128, |sum, epoch| sum.checked_add(epoch.unanswered))
			.map_or(demand, |unanswered| unanswered.min(demand));

		let cap = cap_floor(parameters, self.epoch)?;
		let room = room(observed.supply, parameters.max_supply);
		let wanted = wanted_floor(parameters, observed, demand, cap)?;
		let idle = wanted_floor(parameters, observed, 0, cap)?;
		// No sum in `u128` means no limit in `u128`.
		let limit = idle.checked_add(answerable).unwrap_or(wanted);
		let minted = wanted.min(limit).min(room);
		let zero_demand = idle.min(room);
		answer(&mut window, minted.checked_sub(zero_demand).ok_or(MathError::OutOfDomain)?)?;

		let (pools, vault_carry) = split(minted, self.vault_carry, parameters.weights)?;
		let zero_demand_stakers = split(zero_demand, self.vault_carry, parameters.weights)?.0.stakers;
		let base = base_floor(parameters, observed.fees)?;
		let next = Self {
			epoch: self.epoch.checked_add(1).ok_or(MathError::Overflow)?,
			vault_carry,
			window: BoundedVec::try_from(window).map_err(|_| MathError::OutOfDomain)?,
		};
		Ok((next, Issuance { cap, base, demand, zero_demand, zero_demand_stakers, minted, pools }))
	}

	/// The window with the epoch that ends: the last `length` epochs.
	fn window_with(&self, kept: u128, length: u32) -> Result<Vec<Demand>, MathError> {
		let length = usize::try_from(length).map_err(|_| MathError::Overflow)?;
		let mut window = self.window.to_vec();
		window.push(Demand { kept, unanswered: kept });
		// A governed window may have become shorter by more than one.
		let gone = window.len().saturating_sub(length);
		Ok(window.into_iter().skip(gone).collect())
	}
}

/// `base_0 * max(0, 1 - phi * fees / fee_target)`, rounded down: fees replace minting over time (N).
/// Domain: `fee_target > 0`. Fees of `fee_target / phi` and more give zero.
pub fn base_floor(parameters: &Parameters, fees: u128) -> Result<u128, MathError> {
	let (numerator, denominator) = fee_factor(parameters, fees)?;
	let product = wide::product([parameters.base.into(), numerator])?;
	wide::amount(wide::quotient_floor(product, denominator)?)
}

/// `clamp(D / D_ref, d_min, d_max)` in parts per million, rounded down: the demand factor as one reads it. The minting
/// itself uses the exact ratio. Domain: `D_ref > 0`, `d_min <= d_max`.
pub fn demand_floor(parameters: &Parameters, demand: u128) -> Result<u32, MathError> {
	let (numerator, denominator) = demand_factor(parameters, demand)?;
	let parts = wide::quotient_floor(wide::product([numerator, PPM.into()])?, denominator)?;
	u32::try_from(wide::amount(parts)?).map_err(|_| MathError::Overflow)
}

/// `max(I_tail, cap_0 * decay^(epoch / epochs_per_year))`, rounded down, at most one base unit below the exact value.
///
/// The power is `e^(-ln(1 / decay) * years)` with the exponent rounded up. Domain: `decay <= 10^6`,
/// `epochs_per_year > 0`. A decay of zero leaves the cap of the first epoch and the tail afterwards.
pub fn cap_floor(parameters: &Parameters, epoch: u64) -> Result<u128, MathError> {
	let power = power_floor(parameters.decay, epoch, parameters.epochs_per_year)?;
	Ok(power.times_floor(parameters.cap)?.max(parameters.tail))
}

/// `(ppm / 10^6)^(elapsed / year)`, rounded down: at most `years * 2^-190` below the exact value.
/// Domain: `ppm <= 10^6`, `year > 0`. `0^0` is one.
pub fn power_floor(ppm: u32, elapsed: u64, year: u32) -> Result<Fixed, MathError> {
	if ppm > PPM {
		return Err(MathError::OutOfDomain);
	}
	if year == 0 {
		return Err(MathError::DivisionByZero);
	}
	if elapsed == 0 || ppm == PPM {
		return Ok(Fixed::ONE);
	}
	if ppm == 0 {
		return Ok(Fixed::ZERO);
	}
	let rate = ln_ceil(Fixed::ratio_ceil(PPM.into(), ppm.into())?)?;
	match rate.scaled_ceil(elapsed, year.into()) {
		Ok(exponent) => exp_neg_floor(exponent),
		// An exponent of `2^64` and more: far below the smallest `Fixed`.
		Err(_) => Ok(Fixed::ZERO),
	}
}

/// The median of amounts, rounded down: the middle one, or half the sum of the two in the middle. Zero for no amounts.
pub fn median_floor(amounts: &[u128]) -> u128 {
	let mut sorted = amounts.to_vec();
	sorted.sort_unstable();
	let upper = sorted.len() / 2;
	let lower = sorted.len().saturating_sub(1) / 2;
	match (sorted.get(lower), sorted.get(upper)) {
		(Some(lower), Some(upper)) => lower.midpoint(*upper),
		_ => 0,
	}
}

/// `S_max - S`: what may still be minted. Zero where the supply is at or above the maximum.
///
/// Without a maximum the room ends where issuance no longer fits `u128`.
pub fn room(supply: u128, max_supply: Option<u128>) -> u128 {
	max_supply.unwrap_or(u128::MAX).saturating_sub(supply)
}

/// The vault's part of a minting, `floor((minted * 3 % * 10^6 + carry) / 10^6)`, and the new carry in millionths of a base
/// unit. Over any run of epochs the parts sum to the floor of 3 % of the sum, and what is missing is the carry.
/// Domain: `carry < 10^6`.
pub fn vault_part(minted: u128, carry: u32) -> Result<(u128, u32), MathError> {
	if carry >= PPM {
		return Err(MathError::OutOfDomain);
	}
	let owed = wide::sum(wide::product([minted.into(), VAULT_SHARE.into()])?, carry.into())?;
	let part = wide::quotient_floor(owed, PPM.into())?;
	let carry = owed.checked_rem(PPM.into()).ok_or(MathError::DivisionByZero)?;
	Ok((wide::amount(part)?, u32::try_from(carry).map_err(|_| MathError::Overflow)?))
}

/// Divides a minting: the vault first, then each pool its floor of the rest, the dust to the treasury. Returns the parts and
/// the vault's new carry. Domain: `carry < 10^6`, weights that sum to `10^6`.
pub fn split(minted: u128, carry: u32, weights: PoolWeights) -> Result<(Pools, u32), MathError> {
	let sum =
		weights.stakers.checked_add(weights.workers).and_then(|sum| sum.checked_add(weights.contributors));
	if sum != Some(PPM) {
		return Err(MathError::OutOfDomain);
	}
	let (vault, carry) = vault_part(minted, carry)?;
	let rest = minted.checked_sub(vault).ok_or(MathError::OutOfDomain)?;
	let stakers = share_floor(rest, weights.stakers)?;
	let workers = share_floor(rest, weights.workers)?;
	let contributors = share_floor(rest, weights.contributors)?;
	let treasury = rest
		.checked_sub(stakers)
		.and_then(|left| left.checked_sub(workers))
		.and_then(|left| left.checked_sub(contributors))
		.ok_or(MathError::OutOfDomain)?;
	Ok((Pools { vault, stakers, workers, contributors, treasury }, carry))
}

/// `min(clamp(base * demand, I_tail, cap), max(I_tail, rho * B))`, rounded down, where the second limit is that of the
/// ultrasound mode: at a constant burn the supply shrinks exactly when `B > I_tail`.
fn wanted_floor(
	parameters: &Parameters,
	observed: &Observed,
	demand: u128,
	cap: u128,
) -> Result<u128, MathError> {
	let (base, base_unit) = fee_factor(parameters, observed.fees)?;
	let (demand, demand_unit) = demand_factor(parameters, demand)?;
	let product = wide::product([parameters.base.into(), base, demand])?;
	let wanted = wide::quotient_floor(product, wide::product([base_unit, demand_unit])?)?;
	let wanted = wide::amount_at_most(wanted, cap).max(parameters.tail);
	Ok(match parameters.ultrasound {
		Some(rho) => {
			let burned = mul_div_floor(observed.burned, rho.into(), PPM.into())?;
			wanted.min(burned.max(parameters.tail))
		},
		None => wanted,
	})
}

/// `max(0, 1 - phi * fees / fee_target)` as numerator and denominator.
fn fee_factor(parameters: &Parameters, fees: u128) -> Result<(U512, U512), MathError> {
	let one = wide::product([parameters.fee_target.into(), PPM.into()])?;
	let replaced = wide::product([parameters.fee_weight.into(), fees.into()])?;
	Ok((one.saturating_sub(replaced), one))
}

/// `clamp(D / D_ref, d_min, d_max)` as numerator and denominator.
fn demand_factor(parameters: &Parameters, demand: u128) -> Result<(U512, U512), MathError> {
	let reference = parameters.demand_reference;
	if reference == 0 {
		return Err(MathError::DivisionByZero);
	}
	let scaled = wide::product([demand.into(), PPM.into()])?;
	let bound = |ppm: u32| wide::product([reference.into(), ppm.into()]);
	Ok(if scaled < bound(parameters.demand_min)? {
		(parameters.demand_min.into(), PPM.into())
	} else if scaled > bound(parameters.demand_max)? {
		(parameters.demand_max.into(), PPM.into())
	} else {
		(demand.into(), reference.into())
	})
}

/// The median of the last `length` epochs. Epochs before the first count as zero, so that one early epoch is no demand.
fn window_median(window: &[Demand], length: u32) -> Result<u128, MathError> {
	let length = usize::try_from(length).map_err(|_| MathError::Overflow)?;
	let mut kept: Vec<u128> = window.iter().map(|epoch| epoch.kept).collect();
	kept.resize(length, 0);
	Ok(median_floor(&kept))
}

/// Marks `excess` as the answer to what the window kept, oldest first. Domain: `excess <= sum of unanswered`.
fn answer(window: &mut [Demand], mut excess: u128) -> Result<(), MathError> {
	for epoch in window {
		let part = epoch.unanswered.min(excess);
		epoch.unanswered = epoch.unanswered.checked_sub(part).ok_or(MathError::OutOfDomain)?;
		excess = excess.checked_sub(part).ok_or(MathError::OutOfDomain)?;
	}
	if excess == 0 {
		Ok(())
	} else {
		Err(MathError::OutOfDomain)
	}
}

#[cfg(test)]
mod invariants;
#[cfg(test)]
mod tests;
