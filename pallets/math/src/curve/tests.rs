//! Literal values: the golden numbers of protocol.md, others of mpmath at 120 digits, and every edge of the domains.

use super::*;

const CENT: u64 = 10_000_000_000_000_000;

pub(super) fn linear() -> Curve {
	curve(Shape::Linear, ATTO / 2, CENT / 5)
}

pub(super) fn exponential() -> Curve {
	curve(Shape::Exponential, ATTO, CENT)
}

pub(super) fn sigmoid() -> Curve {
	curve(Shape::Sigmoid { midpoint: 500 * WHOLE }, ATTO, CENT)
}

fn curve(shape: Shape, price: u128, angle: u64) -> Curve {
	Curve::new(parameters(shape, price, angle)).unwrap()
}

fn parameters(shape: Shape, price: u128, angle: u64) -> Parameters {
	Parameters { shape, price, angle, max_supply: 1_000 * WHOLE }
}

#[test]
fn golden_costs_of_the_protocol() {
	// 304.1872003084623990143, rounded up and down.
	assert_eq!(sigmoid().buy_cost_ceil(0, 800 * WHOLE), Ok(304_187_200_308_463));
	assert_eq!(sigmoid().sale_integral_floor(800 * WHOLE, 800 * WHOLE), Ok(304_187_200_308_462));
	// Around the midpoint the rounded parts cancel.
	assert_eq!(sigmoid().buy_cost_ceil(499 * WHOLE, 2 * WHOLE), Ok(WHOLE));
	assert_eq!(sigmoid().sale_integral_floor(501 * WHOLE, 2 * WHOLE), Ok(WHOLE));
	// 171.828182845904523536.
	assert_eq!(exponential().buy_cost_ceil(0, 100 * WHOLE), Ok(171_828_182_845_905));
	assert_eq!(exponential().sale_integral_floor(100 * WHOLE, 100 * WHOLE), Ok(171_828_182_845_904));
	// 1500.
	assert_eq!(linear().buy_cost_ceil(0, 1_000 * WHOLE), Ok(1_500 * WHOLE));
	assert_eq!(linear().sale_integral_floor(1_000 * WHOLE, 1_000 * WHOLE), Ok(1_500 * WHOLE));
}

#[test]
fn golden_costs_with_more_digits() {
	// The same curves with 10^18 times the price: 30 decimals of the golden numbers.
	let dear = |shape, whole| {
		Curve::new(Parameters { max_supply: whole * WHOLE, ..parameters(shape, ATTO * ATTO, CENT) }).unwrap()
	};
	let sigmoid = dear(Shape::Sigmoid { midpoint: 500 * WHOLE }, 1_000);
	assert_eq!(sigmoid.buy_cost_ceil(0, 800 * WHOLE), Ok(304_187_200_308_462_399_014_250_923_212_205));
	let exponential = dear(Shape::Exponential, 100);
	assert_eq!(exponential.buy_cost_ceil(0, 100 * WHOLE), Ok(171_828_182_845_904_523_536_028_747_135_267));
}

#[test]
fn prices() {
	let both =
		|curve: Curve, whole: u128| (curve.price_floor(whole * WHOLE), curve.price_ceil(whole * WHOLE));
	assert_eq!(both(linear(), 0), (Ok(ATTO / 2), Ok(ATTO / 2)));
	assert_eq!(both(linear(), 1_000), (Ok(2_500_000_000_000_000_000), Ok(2_500_000_000_000_000_000)));
	assert_eq!(both(exponential(), 0), (Ok(ATTO), Ok(ATTO)));
	assert_eq!(both(exponential(), 100), (Ok(2_718_281_828_459_045_235), Ok(2_718_281_828_459_045_236)));
	assert_eq!(both(sigmoid(), 0), (Ok(6_692_850_924_284_855), Ok(6_692_850_924_284_856)));
	assert_eq!(both(sigmoid(), 800), (Ok(952_574_126_822_433_219), Ok(952_574_126_822_433_220)));
	let (low, high) = both(sigmoid(), 500);
	assert!(low == Ok(ATTO / 2 - 1) && high == Ok(ATTO / 2 + 1));
}

#[test]
fn payments_buy_what_they_cover() {
	assert_eq!(linear().buy_amount_floor(0, 1_500 * WHOLE), Ok(1_000 * WHOLE));
	assert_eq!(linear().buy_amount_floor(0, 1_500 * WHOLE - 1), Ok(1_000 * WHOLE - 1));
	assert_eq!(exponential().buy_amount_floor(0, 100 * WHOLE), Ok(69_314_718_055_994));
	assert_eq!(sigmoid().buy_amount_floor(0, 100 * WHOLE), Ok(555_192_772_024_634));
	assert_eq!(sigmoid().buy_amount_floor(499 * WHOLE, WHOLE), Ok(2 * WHOLE));
	// A fixed price.
	let fixed = curve(Shape::Linear, 3 * ATTO, 0);
	assert_eq!(fixed.buy_amount_floor(WHOLE, 10), Ok(3));
	assert_eq!(fixed.buy_cost_ceil(WHOLE, 3), Ok(9));
}

#[test]
fn payments_buy_no_more_than_is_left() {
	for curve in [linear(), exponential(), sigmoid()] {
		assert_eq!(curve.buy_amount_floor(0, u128::MAX), Ok(1_000 * WHOLE));
		assert_eq!(curve.buy_amount_floor(1_000 * WHOLE, u128::MAX), Ok(0));
		assert_eq!(curve.buy_amount_floor(1_000 * WHOLE + 1, 0), Err(MathError::OutOfDomain));
		assert_eq!(curve.buy_amount_floor(10, 0), Ok(0));
	}
}

#[test]
fn nothing_costs_nothing_and_anything_costs_something() {
	for curve in [linear(), exponential(), sigmoid()] {
		for supply in [0, 1, 499 * WHOLE, 1_000 * WHOLE] {
			assert_eq!(curve.buy_cost_ceil(supply, 0), Ok(0));
			assert_eq!(curve.sale_integral_floor(supply, 0), Ok(0));
		}
		assert_eq!(curve.integral_to_ceil(0), Ok(0));
		let cost = curve.buy_cost_ceil(0, 1).unwrap();
		assert!((1..=2).contains(&cost));
		assert!(curve.sale_integral_floor(1, 1).unwrap() <= 1);
	}
}

#[test]
fn supplies_end_at_the_maximum() {
	let most = 1_000 * WHOLE;
	for curve in [linear(), exponential(), sigmoid()] {
		assert!(curve.buy_cost_ceil(most - 1, 1).is_ok());
		assert_eq!(curve.buy_cost_ceil(most, 1), Err(MathError::OutOfDomain));
		assert_eq!(curve.buy_cost_ceil(most, u128::MAX), Err(MathError::OutOfDomain));
		assert_eq!(curve.sale_integral_floor(most + 1, 1), Err(MathError::OutOfDomain));
		assert_eq!(curve.sale_integral_floor(5, 6), Err(MathError::OutOfDomain));
		assert_eq!(curve.integral_to_ceil(most + 1), Err(MathError::OutOfDomain));
		assert_eq!(curve.price_floor(most + 1), Err(MathError::OutOfDomain));
		assert_eq!(curve.price_ceil(most + 1), Err(MathError::OutOfDomain));
	}
}

#[test]
fn what_is_no_curve_is_refused() {
	let refused = |error, parameters| assert_eq!(Curve::new(parameters), Err(error), "{parameters:?}");
	let far = Shape::Sigmoid { midpoint: 10_000 * WHOLE };
	let near = Shape::Sigmoid { midpoint: 500 * WHOLE };
	for shape in [Shape::Linear, Shape::Exponential, near] {
		refused(MathError::OutOfDomain, parameters(shape, 0, CENT));
		refused(MathError::OutOfDomain, Parameters { max_supply: 0, ..parameters(shape, ATTO, CENT) });
		refused(
			MathError::Overflow,
			Parameters { max_supply: u128::MAX, ..parameters(shape, u128::MAX, CENT) },
		);
	}
	refused(MathError::OutOfDomain, parameters(Shape::Exponential, ATTO, 0));
	refused(MathError::OutOfDomain, parameters(near, ATTO, 0));
	// e^-100 at the launch.
	refused(MathError::OutOfDomain, parameters(far, ATTO, CENT));
	assert!(Curve::new(parameters(Shape::Sigmoid { midpoint: 4_000 * WHOLE }, ATTO, CENT)).is_ok());
	// e^88 10^-18 is the largest price; e^90 is none.
	let steep = |whole: u128| Parameters {
		max_supply: whole * WHOLE,
		..parameters(Shape::Exponential, 1, 100 * CENT)
	};
	assert!(Curve::new(steep(88)).is_ok());
	refused(MathError::Overflow, steep(89));
	refused(MathError::Overflow, steep(1 << 80));
	// The cost of everything has to fit.
	let flat = |max_supply| Parameters { max_supply, ..parameters(Shape::Linear, ATTO, 0) };
	assert!(Curve::new(flat(u128::MAX)).is_ok());
	refused(MathError::Overflow, Parameters { angle: 1, ..flat(u128::MAX) });
	refused(MathError::Overflow, Parameters { price: ATTO + 1, ..flat(u128::MAX) });
}

#[test]
fn sellers_get_the_integral_or_their_part_of_the_reserve() {
	// The example of protocol.md: 304 paid in, M goes from 1 to 1.5. The curve owes what was paid, not 456.
	let curve = sigmoid();
	let paid = curve.buy_cost_ceil(0, 800 * WHOLE).unwrap();
	let whole = curve.integral_to_ceil(800 * WHOLE).unwrap();
	let owed = curve.sale_integral_floor(800 * WHOLE, 800 * WHOLE).unwrap();
	assert_eq!(sale_payout_floor(owed, paid, whole), Ok(owed));
	// A reserve that lost a half pays halves.
	assert_eq!(sale_payout_floor(30, 50, 100), Ok(15));
	assert_eq!(sale_payout_floor(33, 50, 100), Ok(16));
	assert_eq!(sale_payout_floor(100, 50, 100), Ok(50));
	// A reserve that was given more keeps it.
	assert_eq!(sale_payout_floor(30, 1_000, 100), Ok(30));
	assert_eq!(sale_payout_floor(0, 5, 0), Ok(0));
	assert_eq!(sale_payout_floor(0, 0, 7), Ok(0));
	assert_eq!(sale_payout_floor(8, 100, 7), Err(MathError::OutOfDomain));
	assert_eq!(sale_payout_floor(1, 100, 0), Err(MathError::OutOfDomain));
	assert_eq!(sale_payout_floor(u128::MAX, u128::MAX, u128::MAX), Ok(u128::MAX));
}

#[test]
fn graduation_pairs_the_reserve_at_the_last_price() {
	assert_eq!(graduation_tokens_floor(1_500 * WHOLE, 2_500_000_000_000_000_000), Ok(600 * WHOLE));
	assert_eq!(graduation_tokens_floor(10, 3 * ATTO), Ok(3));
	assert_eq!(graduation_tokens_floor(0, 1), Ok(0));
	assert_eq!(graduation_tokens_floor(1, 0), Err(MathError::DivisionByZero));
	assert_eq!(graduation_tokens_floor(u128::MAX, 1), Err(MathError::Overflow));
}

#[test]
fn stored_curves_decode_to_themselves() {
	for curve in [linear(), exponential(), sigmoid()] {
		let bytes = curve.encode();
		assert!(bytes.len() <= Curve::max_encoded_len());
		assert_eq!(Curve::decode(&mut &bytes[..]), Ok(curve));
	}
}
