//! What the monetary policy does over ten years: [`policy`](policy::policy) says what is governed, [`scenario`] what the
//! world does, [`simulation`] runs the chain's own mathematics over both, [`report`] draws it.
//!
//! Money is integer base units until it is drawn, so the same program writes the same bytes everywhere.

#![deny(missing_docs)]

pub mod policy;
pub mod report;
pub mod scenario;
pub mod simulation;

use engram_charts::DrawError;
use engram_math::MathError;

/// Why nothing could be drawn.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// The policy or a scenario leaves the domain of the mathematics, or money that is not there was to be spent.
	#[error("a policy or a scenario is out of its domain: {0:?}; compare it with Parameters::validate")]
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
