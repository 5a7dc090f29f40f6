//! Literal values, made with mpmath at 120 digits: a second reference beside that of the properties.

use super::*;

fn fixed(decimal: &str) -> Fixed {
	Fixed(U256::from_dec_str(decimal).unwrap())
}

fn whole(number: u128) -> Fixed {
	Fixed::ratio_floor(number, 1).unwrap()
}

/// Whether the two directions enclose `floor`, the exact value rounded down, as closely as documented.
fn encloses(low: Fixed, high: Fixed, floor: &str) {
	let floor = fixed(floor).0;
	assert!(low.0 <= floor && floor - low.0 <= U256::from(2), "{} below {floor}", floor - low.0);
	assert!(high.0 > floor && high.0 - floor <= U256::from(3), "{} above {floor}", high.0 - floor);
}

#[test]
fn exponentials() {
	for (x, floor) in [
		(whole(1), "2309216678590342932651346902585934177159290373933187757875"),
		(whole(100), "233512953648506"),
		(whole(133), "1"),
	] {
		encloses(exp_neg_floor(x).unwrap(), exp_neg_ceil(x).unwrap(), floor);
	}
	let low = exp_neg_floor(Fixed::ratio_ceil(7, 10).unwrap()).unwrap();
	let high = exp_neg_ceil(Fixed::ratio_floor(7, 10).unwrap()).unwrap();
	encloses(low, high, "3117116472196578727428698447714528871104670210301882188875");
}

#[test]
fn logarithms() {
	for (x, floor) in [
		(whole(2), "4350955369971217654477563090224794165364344896676135745069"),
		(whole(1_000_000), "86721365298650555222246614426364367990260543488964183415132"),
		(Fixed(U256::MAX), "278461143678157929886564037774386826583318073387272687684450"),
	] {
		encloses(ln_floor(x).unwrap(), ln_ceil(x).unwrap(), floor);
	}
	let low = ln_floor(Fixed::ratio_floor(10, 9).unwrap()).unwrap();
	let high = ln_ceil(Fixed::ratio_ceil(10, 9).unwrap()).unwrap();
	encloses(low, high, "661358675676977026436479962231286988731761236860024047705");
}

#[test]
fn the_ends_of_the_domains() {
	let unit = Fixed(U256::one());
	assert_eq!(exp_neg_floor(Fixed::ZERO), Ok(Fixed::ONE));
	assert_eq!(exp_neg_ceil(Fixed::ZERO), Ok(Fixed::ONE));
	assert_eq!(exp_neg_ceil(unit), Ok(Fixed::ONE));
	assert!(exp_neg_floor(unit).unwrap() < Fixed::ONE);
	assert_eq!(exp_neg_floor(whole(134)), Ok(Fixed::ZERO));
	assert_eq!(exp_neg_ceil(whole(134)), Ok(unit));
	assert_eq!(exp_neg_floor(Fixed(U256::MAX)), Ok(Fixed::ZERO));
	assert_eq!(exp_neg_ceil(Fixed(U256::MAX)), Ok(unit));

	assert_eq!(ln_floor(Fixed::ONE), Ok(Fixed::ZERO));
	assert_eq!(ln_ceil(Fixed::ONE), Ok(Fixed::ZERO));
	let next = Fixed(Fixed::ONE.0 + U256::one());
	assert_eq!(ln_floor(next), Ok(Fixed::ZERO));
	assert!(unit <= ln_ceil(next).unwrap() && ln_ceil(next).unwrap().0 <= U256::from(2));
	for below_one in [Fixed::ZERO, unit, Fixed(Fixed::ONE.0 - U256::one())] {
		assert_eq!(ln_floor(below_one), Err(MathError::OutOfDomain));
		assert_eq!(ln_ceil(below_one), Err(MathError::OutOfDomain));
	}
}

#[test]
fn ratios_and_products() {
	assert_eq!(Fixed::ratio_floor(1, 0), Err(MathError::DivisionByZero));
	assert_eq!(Fixed::ratio_ceil(1, 0), Err(MathError::DivisionByZero));
	assert_eq!(Fixed::ratio_floor(1 << 64, 1), Err(MathError::Overflow));
	assert_eq!(Fixed::ratio_ceil(u128::MAX, u64::MAX.into()), Err(MathError::Overflow));
	assert_eq!(Fixed::ratio_floor(5, 5), Ok(Fixed::ONE));
	assert_eq!(Fixed::ratio_ceil(5, 5), Ok(Fixed::ONE));

	let (low, high) = (Fixed::ratio_floor(1, 3).unwrap(), Fixed::ratio_ceil(1, 3).unwrap());
	assert_eq!(high.0 - low.0, U256::one());
	assert_eq!((low.times_floor(3), high.times_floor(3)), (Ok(0), Ok(1)));
	assert_eq!((low.times_ceil(3), high.times_ceil(3)), (Ok(1), Ok(2)));
	assert_eq!(
		(low.scaled_floor(3, 1), low.scaled_ceil(3, 1)),
		(low.scaled_ceil(6, 2), low.scaled_floor(6, 2))
	);
	assert_eq!(low.scaled_floor(1, 0), Err(MathError::DivisionByZero));
	assert_eq!(low.scaled_ceil(1, 0), Err(MathError::DivisionByZero));
	assert_eq!(whole(1 << 63).scaled_floor(2, 1), Err(MathError::Overflow));
	assert_eq!(whole(2).times_floor(u128::MAX), Err(MathError::Overflow));
	assert_eq!(whole(2).times_ceil(u128::MAX), Err(MathError::Overflow));
	assert_eq!(Fixed::ONE.times_floor(u128::MAX), Ok(u128::MAX));
}
