//! The one error of this crate.

/// Why a computation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MathError {
	/// The result does not fit its type.
	Overflow,
	/// A divisor is zero.
	DivisionByZero,
	/// An input lies outside the documented domain.
	OutOfDomain,
}

impl From<MathError> for sp_runtime::DispatchError {
	fn from(error: MathError) -> Self {
		Self::Arithmetic(match error {
			MathError::Overflow => sp_runtime::ArithmeticError::Overflow,
			MathError::DivisionByZero => sp_runtime::ArithmeticError::DivisionByZero,
			MathError::OutOfDomain => sp_runtime::ArithmeticError::Underflow,
		})
	}
}
