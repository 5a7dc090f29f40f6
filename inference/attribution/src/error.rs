//! What can go wrong.

/// The result of this crate's functions.
pub type Result<T> = core::result::Result<T, Error>;

/// Why influence could not be computed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// The model or the data were refused.
	#[error(transparent)]
	Engine(#[from] engram_engine::Error),
	/// The exact inverse needs a matrix of rows by rows.
	#[error("{rows} training rows are more than the {limit} the exact inverse is computed for; use DataInf")]
	TooManyRows {
		/// Training rows.
		rows: usize,
		/// The most.
		limit: usize,
	},
	/// The damped matrix is not positive definite, which rounding alone can cause.
	#[error("the damped gradient matrix is singular at row {row}; use DataInf")]
	Singular {
		/// Where.
		row: usize,
	},
}
