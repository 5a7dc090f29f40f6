//! Fees and how they are divided (protocol.md, Attribution; paper O).

use crate::MathError;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::U256;

const PPM: u32 = 1_000_000;

/// How the protocol's cut of a fee is divided. The author gets what burn and treasury leave.
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
pub struct CutShares {
	/// Burned, in parts per million of the cut.
	pub burn: u32,
	/// To the treasury, in parts per million of the cut.
	pub treasury: u32,
}

/// A cut, divided. The parts sum to it exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CutParts {
	/// Burned.
	pub burned: u128,
	/// To the treasury.
	pub treasury: u128,
	/// To the author of the block.
	pub author: u128,
}

/// An inference fee, taken apart: `total = platform + net`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InferenceFee {
	/// What the consumer pays.
	pub total: u128,
	/// Flat part, for the computation.
	pub platform: u128,
	/// Usage part, for those who made the answer possible.
	pub net: u128,
}

/// How the net of an inference fee is divided, in parts per million that sum to `10^6`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetShares {
	/// To the owner of the model (beta).
	pub model: u32,
	/// To the stakers (gamma).
	pub stakers: u32,
	/// To the contributors, by influence (delta).
	pub contributors: u32,
}

/// The net of an inference fee, divided. The parts sum to it exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetParts {
	/// To the owner of the model, dust included.
	pub model: u128,
	/// To the stakers.
	pub stakers: u128,
	/// To the contributors.
	pub contributors: u128,
}

/// `floor(amount * ppm / 10^6)`. Domain: `ppm <= 10^6`. Rounded down: the payer of the share keeps the rest.
pub fn share_floor(amount: u128, ppm: u32) -> Result<u128, MathError> {
	if ppm > PPM {
		return Err(MathError::OutOfDomain);
	}
	mul_div_floor(amount, ppm.into(), PPM.into())
}

/// `floor(a * b / c)` with a 256-bit product.
pub fn mul_div_floor(a: u128, b: u128, c: u128) -> Result<u128, MathError> {
	let product = U256::from(a).checked_mul(U256::from(b)).ok_or(MathError::Overflow)?;
	let quotient = product.checked_div(U256::from(c)).ok_or(MathError::DivisionByZero)?;
	u128::try_from(quotient).map_err(|_| MathError::Overflow)
}

/// `ceil(a * b / c)` with a 256-bit product: what a user pays.
pub fn mul_div_ceil(a: u128, b: u128, c: u128) -> Result<u128, MathError> {
	let product = U256::from(a).checked_mul(U256::from(b)).ok_or(MathError::Overflow)?;
	let divisor = U256::from(c);
	let quotient = product.checked_div(divisor).ok_or(MathError::DivisionByZero)?;
	let exact = quotient.checked_mul(divisor) == Some(product);
	let quotient = u128::try_from(quotient).map_err(|_| MathError::Overflow)?;
	if exact {
		Ok(quotient)
	} else {
		quotient.checked_add(1).ok_or(MathError::Overflow)
	}
}

/// Divides a cut: burn and treasury by floor, the author gets the rest. Domain: `burn + treasury <= 10^6`.
pub fn split_cut(cut: u128, shares: CutShares) -> Result<CutParts, MathError> {
	if shares.burn.checked_add(shares.treasury).is_none_or(|sum| sum > PPM) {
		return Err(MathError::OutOfDomain);
	}
	let burned = share_floor(cut, shares.burn)?;
	let treasury = share_floor(cut, shares.treasury)?;
	let author =
		cut.checked_sub(burned).and_then(|left| left.checked_sub(treasury)).ok_or(MathError::Overflow)?;
	Ok(CutParts { burned, treasury, author })
}

/// The fee of one inference: `ceil((inputs * input_per_1000 + outputs * output_per_1000) / 1000) + platform`.
///
/// Counts are values (or tokens), rates are base units per 1,000 of them. The usage part is rounded once, up: the
/// consumer pays at most one base unit more than the exact price. Domain: any; errors when the total does not fit.
pub fn inference_fee_ceil(
	inputs: u64,
	outputs: u64,
	input_per_1000: u128,
	output_per_1000: u128,
	platform: u128,
) -> Result<InferenceFee, MathError> {
	let product = |count: u64, rate: u128| U256::from(count).checked_mul(U256::from(rate));
	let thousandths = product(inputs, input_per_1000)
		.zip(product(outputs, output_per_1000))
		.and_then(|(input, output)| input.checked_add(output))
		// Rounding up is flooring after adding the divisor less one.
		.and_then(|sum| sum.checked_add(U256::from(999)))
		.ok_or(MathError::Overflow)?;
	let usage = thousandths.checked_div(U256::from(1_000)).ok_or(MathError::DivisionByZero)?;
	let net = u128::try_from(usage).map_err(|_| MathError::Overflow)?;
	let total = net.checked_add(platform).ok_or(MathError::Overflow)?;
	Ok(InferenceFee { total, platform, net })
}

/// Divides the net of a fee: each share by floor, the dust (at most two base units) goes to the model.
/// Domain: the shares sum to `10^6`.
pub fn split_net(net: u128, shares: NetShares) -> Result<NetParts, MathError> {
	let sum = shares.model.checked_add(shares.stakers).and_then(|sum| sum.checked_add(shares.contributors));
	if sum != Some(PPM) {
		return Err(MathError::OutOfDomain);
	}
	let stakers = share_floor(net, shares.stakers)?;
	let contributors = share_floor(net, shares.contributors)?;
	let model = net
		.checked_sub(stakers)
		.and_then(|left| left.checked_sub(contributors))
		.ok_or(MathError::Overflow)?;
	Ok(NetParts { model, stakers, contributors })
}

#[cfg(test)]
mod invariants;
#[cfg(test)]
mod tests;
