//! The genesis allocation and how it is released (protocol.md, Native token; papers N and O).

use crate::{fee::mul_div_floor, MathError};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

const PPM: u32 = 1_000_000;

/// One row of an allocation table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
	/// Who it is for, in the words of the paper.
	pub name: &'static str,
	/// Parts per million of the genesis supply.
	pub ppm: u32,
}

/// The table of paper N, section 4.
pub const NEURONET: [Share; 6] = [
	Share { name: "staking rewards", ppm: 200_000 },
	Share { name: "GPU operator rewards", ppm: 300_000 },
	Share { name: "public and market", ppm: 200_000 },
	Share { name: "team and development", ppm: 150_000 },
	Share { name: "ecosystem and treasury", ppm: 100_000 },
	Share { name: "reserve and strategic partnerships", ppm: 50_000 },
];

/// The table of paper O, section 5.1.
pub const OPENLEDGER: [Share; 5] = [
	Share { name: "community", ppm: 517_100 },
	Share { name: "investors", ppm: 182_900 },
	Share { name: "team", ppm: 150_000 },
	Share { name: "liquidity", ppm: 50_000 },
	Share { name: "ecosystem", ppm: 100_000 },
];

const _: () = assert!(sums_to_one(&NEURONET) && sums_to_one(&OPENLEDGER), "a table does not sum to 100 %");

/// How an allocation is released. The shape is that of `pallet-vesting`, whose genesis takes the same three values.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
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
pub struct Vesting {
	/// Free from the start, in parts per million.
	pub liquid: u32,
	/// How long nothing more is released.
	pub cliff: u64,
	/// How long the release takes after the cliff. Zero releases all of it at the cliff.
	pub length: u64,
}

/// Whether the shares sum to `10^6`. Constant, so that a preset with a wrong table does not compile.
pub const fn sums_to_one(table: &[Share]) -> bool {
	let mut rows = table;
	let mut left = PPM;
	while let [row, rest @ ..] = rows {
		left = match left.checked_sub(row.ppm) {
			Some(left) => left,
			None => return false,
		};
		rows = rest;
	}
	left == 0
}

/// The amounts of a table, in its order: row `i` gets `floor(supply * (s_1 + .. + s_i)) - floor(supply * (s_1 + .. + s_(i-1)))`.
///
/// The differences telescope: the amounts sum to the supply exactly, and each is less than one base unit from its share.
/// Domain: shares that sum to `10^6`.
pub fn amounts(supply: u128, table: &[Share]) -> Result<Vec<u128>, MathError> {
	if !sums_to_one(table) {
		return Err(MathError::OutOfDomain);
	}
	let mut parts = 0u32;
	let mut given = 0u128;
	let mut amounts = Vec::with_capacity(table.len());
	for row in table {
		parts = parts.checked_add(row.ppm).ok_or(MathError::Overflow)?;
		let upto = mul_div_floor(supply, parts.into(), PPM.into())?;
		amounts.push(upto.checked_sub(given).ok_or(MathError::OutOfDomain)?);
		given = upto;
	}
	Ok(amounts)
}

/// What of `amount` is free after `elapsed`: the liquid part at once, then the rest linearly after the cliff,
/// `floor(amount * liquid) + floor((amount - floor(amount * liquid)) * (elapsed - cliff) / length)`.
///
/// Rounded down; all of it from `cliff + length` on. Domain: `liquid <= 10^6`; the three times in one unit.
pub fn released_floor(amount: u128, vesting: Vesting, elapsed: u64) -> Result<u128, MathError> {
	if vesting.liquid > PPM {
		return Err(MathError::OutOfDomain);
	}
	let liquid = mul_div_floor(amount, vesting.liquid.into(), PPM.into())?;
	let locked = amount.checked_sub(liquid).ok_or(MathError::OutOfDomain)?;
	let Some(running) = elapsed.checked_sub(vesting.cliff) else { return Ok(liquid) };
	if running >= vesting.length {
		return Ok(amount);
	}
	let vested = mul_div_floor(locked, running.into(), vesting.length.into())?;
	liquid.checked_add(vested).ok_or(MathError::Overflow)
}

#[cfg(test)]
mod invariants;
#[cfg(test)]
mod tests;
