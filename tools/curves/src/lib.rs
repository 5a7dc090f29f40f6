//! Bonding curves and what trades make of them: [`scenario`] says which curves, which terms and what the traders do,
//! [`market`] moves one curve as `pallet-curves` does, [`replay`] plays the same traders on each, [`report`] draws it.
//!
//! Money is integer base units until it is drawn and traders are drawn from a seed, so the same program writes the same bytes
//! everywhere.

#![deny(missing_docs)]

pub mod market;
pub mod replay;
pub mod report;
pub mod scenario;

use engram_charts::DrawError;
use engram_math::MathError;

/// Why nothing could be drawn.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// The terms or a trade leave the domain of the mathematics.
	#[error("terms or a trade are out of their domain: {0:?}")]
	Math(MathError),
	/// The drawing library failed.
	#[error("cannot draw: {0}")]
	Draw(#[from] DrawError),
}

impl From<MathError> for Error {
	fn from(error: MathError) -> Self {
		Self::Math(error)
	}
}
