//! How a worker's reputation moves, in parts per million: up slowly, down fast. Every rounding is against the worker.

use crate::{
	fee::{mul_div_ceil, mul_div_floor},
	MathError,
};

const PPM: u32 = 1_000_000;

/// `floor(r + (10^6 - r) * gain / 10^6)`: verified work closes part of the distance to one. It never gets there.
/// Domain: `reputation <= 10^6`, `gain <= 10^6`.
pub fn raised_floor(reputation: u32, gain: u32) -> Result<u32, MathError> {
	let distance = PPM.checked_sub(reputation).ok_or(MathError::OutOfDomain)?;
	let step = part(mul_div_floor, distance, gain)?;
	reputation.checked_add(step).ok_or(MathError::Overflow)
}

/// `max(floor, floor(r - r * loss / 10^6))`: a miss costs part of what there is, down to `floor`.
/// Domain: `reputation <= 10^6`, `loss <= 10^6`.
pub fn lowered_floor(reputation: u32, loss: u32, floor: u32) -> Result<u32, MathError> {
	let step = part(mul_div_ceil, reputation, loss)?;
	Ok(reputation.checked_sub(step).ok_or(MathError::OutOfDomain)?.max(floor))
}

/// `floor(gain * min(kept, reference) / reference)`: what is left of a gain where the protocol kept less than `reference` of the
/// fee. Domain: `gain <= 10^6`, `reference > 0`.
pub fn gain_floor(gain: u32, kept: u128, reference: u128) -> Result<u32, MathError> {
	if gain > PPM {
		return Err(MathError::OutOfDomain);
	}
	let part = mul_div_floor(gain.into(), kept.min(reference), reference)?;
	u32::try_from(part).map_err(|_| MathError::Overflow)
}

/// `floor(bond * r / 10^6)`: a worker's weight in draws. Domain: `reputation <= 10^6`.
pub fn weight_floor(bond: u128, reputation: u32) -> Result<u128, MathError> {
	if reputation > PPM {
		return Err(MathError::OutOfDomain);
	}
	mul_div_floor(bond, reputation.into(), PPM.into())
}

fn part(
	divide: fn(u128, u128, u128) -> Result<u128, MathError>,
	amount: u32,
	share: u32,
) -> Result<u32, MathError> {
	if share > PPM {
		return Err(MathError::OutOfDomain);
	}
	u32::try_from(divide(amount.into(), share.into(), PPM.into())?).map_err(|_| MathError::Overflow)
}

#[cfg(test)]
mod invariants;
#[cfg(test)]
mod tests;
