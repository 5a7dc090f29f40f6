//! Literal values, each zero, and each domain.

use super::*;

#[test]
fn literals() {
	assert_eq!(raised_floor(0, PPM), Ok(PPM));
	assert_eq!(raised_floor(PPM, PPM), Ok(PPM));
	assert_eq!(raised_floor(999_999, 999_999), Ok(999_999));
	assert_eq!(lowered_floor(1, 1, 0), Ok(0));
	assert_eq!(lowered_floor(0, PPM, 0), Ok(0));
	assert_eq!(lowered_floor(3, 500_000, 0), Ok(1));
	assert_eq!(lowered_floor(PPM, PPM, 7), Ok(7));
	assert_eq!(weight_floor(3, 500_000), Ok(1));
	assert_eq!(weight_floor(u128::MAX, PPM), Ok(u128::MAX));
	assert_eq!(raised_floor(PPM + 1, 0), Err(MathError::OutOfDomain));
	assert_eq!(raised_floor(0, PPM + 1), Err(MathError::OutOfDomain));
	assert_eq!(lowered_floor(0, PPM + 1, 0), Err(MathError::OutOfDomain));
	assert_eq!(weight_floor(1, PPM + 1), Err(MathError::OutOfDomain));
	assert_eq!(gain_floor(20_000, 1, 3), Ok(6_666));
	assert_eq!(gain_floor(PPM, u128::MAX, u128::MAX), Ok(PPM));
	assert_eq!((gain_floor(PPM, 0, 1), gain_floor(0, 1, 1)), (Ok(0), Ok(0)));
	assert_eq!(gain_floor(PPM + 1, 1, 1), Err(MathError::OutOfDomain));
	assert_eq!(gain_floor(1, 1, 0), Err(MathError::DivisionByZero));
}
