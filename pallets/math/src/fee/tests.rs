//! Literal values.

use super::*;

const ENGR: u128 = 1_000_000_000_000;
const MILLI: u128 = 1_000_000_000;

const SHARES: NetShares = NetShares { model: 700_000, stakers: 100_000, contributors: 200_000 };

#[test]
fn golden_inference_fee_of_the_protocol() {
	// protocol.md: 800/1200 tokens at .2/.4 per 1,000, platform .5.
	let fee = inference_fee_ceil(800, 1_200, ENGR / 5, ENGR * 2 / 5, ENGR / 2).unwrap();
	assert_eq!(fee, InferenceFee { total: 1_140 * MILLI, platform: 500 * MILLI, net: 640 * MILLI });
	let parts = split_net(fee.net, SHARES).unwrap();
	assert_eq!(parts, NetParts { model: 448 * MILLI, stakers: 64 * MILLI, contributors: 128 * MILLI });
	// A contribution with a quarter of the influence.
	assert_eq!(share_floor(parts.contributors, 250_000), Ok(32 * MILLI));
}

#[test]
fn usage_is_rounded_up_once() {
	// 1 * 1 / 1000 + 1 * 1 / 1000: two separate roundings would charge 2.
	assert_eq!(inference_fee_ceil(1, 1, 1, 1, 0), Ok(InferenceFee { total: 1, platform: 0, net: 1 }));
	assert_eq!(inference_fee_ceil(1_000, 0, 1, 0, 0).map(|f| f.net), Ok(1));
	assert_eq!(inference_fee_ceil(1_001, 0, 1, 0, 0).map(|f| f.net), Ok(2));
	assert_eq!(inference_fee_ceil(999, 1, 1, 1, 0).map(|f| f.net), Ok(1));
}

#[test]
fn zero_usage_costs_the_platform_part() {
	let fee = InferenceFee { total: 7, platform: 7, net: 0 };
	assert_eq!(inference_fee_ceil(0, 0, u128::MAX, u128::MAX, 7), Ok(fee));
	assert_eq!(inference_fee_ceil(u64::MAX, u64::MAX, 0, 0, 7), Ok(fee));
}

#[test]
fn a_fee_that_does_not_fit_is_an_error() {
	let overflow = Err(MathError::Overflow);
	assert_eq!(inference_fee_ceil(u64::MAX, 0, u128::MAX, 0, 0), overflow);
	assert_eq!(inference_fee_ceil(0, u64::MAX, 0, u128::MAX, 0), overflow);
	assert_eq!(inference_fee_ceil(1_000, 0, 1, 0, u128::MAX), overflow);
	assert_eq!(inference_fee_ceil(1_000, 0, u128::MAX, 0, 0).map(|f| f.total), Ok(u128::MAX));
}

#[test]
fn dust_of_the_net_goes_to_the_model() {
	let thirds = NetShares { model: 333_334, stakers: 333_333, contributors: 333_333 };
	assert_eq!(split_net(2, thirds), Ok(NetParts { model: 2, stakers: 0, contributors: 0 }));
	assert_eq!(split_net(10, thirds), Ok(NetParts { model: 4, stakers: 3, contributors: 3 }));
	let none = NetShares { model: 0, stakers: 500_000, contributors: 500_000 };
	assert_eq!(split_net(3, none), Ok(NetParts { model: 1, stakers: 1, contributors: 1 }));
}

#[test]
fn net_shares_sum_to_one() {
	for shares in [
		NetShares { model: 700_000, stakers: 100_000, contributors: 199_999 },
		NetShares { model: 700_000, stakers: 100_000, contributors: 200_001 },
		NetShares { model: 0, stakers: 0, contributors: 0 },
		NetShares { model: u32::MAX, stakers: 1, contributors: 1_000_000 },
	] {
		assert_eq!(split_net(ENGR, shares), Err(MathError::OutOfDomain));
	}
}

#[test]
fn cut_is_divided_with_the_rest_to_the_author() {
	let shares = CutShares { burn: 333_333, treasury: 333_333 };
	assert_eq!(split_cut(10, shares), Ok(CutParts { burned: 3, treasury: 3, author: 4 }));
	assert_eq!(split_cut(0, shares), Ok(CutParts { burned: 0, treasury: 0, author: 0 }));
	let all = CutShares { burn: 1_000_000, treasury: 0 };
	assert_eq!(split_cut(10, all), Ok(CutParts { burned: 10, treasury: 0, author: 0 }));
	for shares in [CutShares { burn: 500_000, treasury: 500_001 }, CutShares { burn: u32::MAX, treasury: 1 }]
	{
		assert_eq!(split_cut(10, shares), Err(MathError::OutOfDomain));
	}
}

#[test]
fn shares_above_one_are_refused() {
	assert_eq!(share_floor(7, 1_000_000), Ok(7));
	assert_eq!(share_floor(7, 1_000_001), Err(MathError::OutOfDomain));
	assert_eq!(share_floor(u128::MAX, 1_000_000), Ok(u128::MAX));
}

#[test]
fn products_are_256_bits_wide() {
	assert_eq!(mul_div_floor(u128::MAX, u128::MAX, u128::MAX), Ok(u128::MAX));
	assert_eq!(mul_div_ceil(u128::MAX, u128::MAX, u128::MAX), Ok(u128::MAX));
	assert_eq!(mul_div_floor(u128::MAX, 2, 1), Err(MathError::Overflow));
	assert_eq!(mul_div_ceil(u128::MAX, 2, 1), Err(MathError::Overflow));
	assert_eq!(mul_div_floor(7, 1, 0), Err(MathError::DivisionByZero));
	assert_eq!(mul_div_ceil(7, 1, 0), Err(MathError::DivisionByZero));
	assert_eq!((mul_div_floor(7, 1, 2), mul_div_ceil(7, 1, 2)), (Ok(3), Ok(4)));
	assert_eq!((mul_div_floor(8, 1, 2), mul_div_ceil(8, 1, 2)), (Ok(4), Ok(4)));
}
