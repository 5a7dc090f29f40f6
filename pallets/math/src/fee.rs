//! Fees and how they are divided (protocol.md, Attribution; paper O).

use crate::MathError;
use sp_core::U256;

const PPM: u32 = 1_000_000;

/// How the protocol's cut of a fee is divided. The author gets what burn and treasury leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CutShares {
	/// Burned, in parts per million of the cut.
	pub burn: u32,
	/// To the treasury, in parts per million of the cut.
	pub treasury: u32,
}

/// A cut, divided. The parts sum to it exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CutParts {
	/// Burned.
	pub burned: u128,
	/// To the treasury.
	pub treasury: u128,
	/// To the author of the block.
	pub author: u128,
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
	let author = cut
		.checked_sub(burned)
		.and_then(|left| left.checked_sub(treasury))
		.ok_or(MathError::Overflow)?;
	Ok(CutParts { burned, treasury, author })
}
