//! Literal values: the golden numbers of protocol.md, and each zero.

use super::*;

const WHOLE: u128 = 1_000_000_000_000;

/// `u a = .01`.
const RATE: u64 = 10_000_000_000_000_000;

#[test]
fn golden_payouts_of_the_protocol() {
	let Launch { creator, pool: mut left } = launch_floor(1_000_000 * WHOLE).unwrap();
	assert_eq!((creator, left), (50_000 * WHOLE, 950_000 * WHOLE));
	let paid: Vec<u128> = (0..100)
		.map(|_| {
			let paid = update_payout_floor(left, RATE, WORK_ONE).unwrap();
			left -= paid;
			paid
		})
		.collect();
	// 9452.657938290349, 3512.387358073200 and 349485.4691128702; a hundred roundings leave 32 base units more.
	assert_eq!(paid.first(), Some(&9_452_657_938_290_349));
	assert_eq!(paid.last(), Some(&3_512_387_358_073_200));
	assert_eq!(left, 349_485_469_112_870_237);
	// In one exact step, e^-1 is left.
	let once = update_payout_floor(950_000 * WHOLE, 100 * RATE, WORK_ONE).unwrap();
	assert_eq!(950_000 * WHOLE - once, 349_485_469_112_870_206);
}

#[test]
fn payouts_of_nothing() {
	assert_eq!(update_payout_floor(0, RATE, WORK_ONE), Ok(0));
	assert_eq!(update_payout_floor(u128::MAX, 0, WORK_ONE), Ok(0));
	assert_eq!(update_payout_floor(u128::MAX, RATE, 0), Ok(0));
	assert_eq!(update_payout_floor(1, u64::MAX, WORK_ONE), Ok(0));
	assert_eq!(update_payout_floor(1, RATE, WORK_ONE + 1), Err(MathError::OutOfDomain));
	// e^-18.44 of the largest pool is kept.
	assert_eq!(
		update_payout_floor(u128::MAX, u64::MAX, WORK_ONE).map(|paid| u128::MAX - paid > 1 << 100),
		Ok(true)
	);
}

#[test]
fn inference_costs_what_an_update_would_be_paid() {
	let left = 950_000 * WHOLE;
	// p = 1: 9452.65793829034910478, rounded up.
	assert_eq!(inference_price_ceil(left, RATE, WORK_ONE, 1_000), Ok(9_452_657_938_290_350));
	assert_eq!(inference_price_ceil(left, RATE, WORK_ONE, 1), Ok(9_452_657_938_291));
	assert_eq!(inference_price_ceil(left, RATE, WORK_ONE / 1_000, 1_000), Ok(9_452_657_938_291));
	assert_eq!(inference_price_ceil(1, RATE, WORK_ONE, 1), Ok(1));
	for price in [
		inference_price_ceil(0, RATE, WORK_ONE, 1),
		inference_price_ceil(left, 0, WORK_ONE, 1),
		inference_price_ceil(left, RATE, 0, 1),
		inference_price_ceil(left, RATE, WORK_ONE, 0),
	] {
		assert_eq!(price, Ok(0));
	}
	assert_eq!(inference_price_ceil(u128::MAX, RATE, u64::MAX, u64::MAX), Err(MathError::Overflow));
}

#[test]
fn the_creator_gets_the_floor() {
	assert_eq!(launch_floor(19), Ok(Launch { creator: 0, pool: 19 }));
	assert_eq!(launch_floor(20), Ok(Launch { creator: 1, pool: 19 }));
	assert_eq!(launch_floor(0), Ok(Launch::default()));
}
