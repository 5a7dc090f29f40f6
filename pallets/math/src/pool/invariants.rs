//! Properties: agreement with the reference, telescoping, falling payouts, conservation.

use super::*;
use crate::reference::{
	amount, assert_floor, assert_series_floor, cases, exp_neg, fitting, number, ratio, real, tiny, Real,
};
use proptest::prelude::*;

/// Rates that leave something, and any other.
fn rate() -> impl Strategy<Value = u64> {
	prop_oneof![1..1_000_000_000_000_000_000u64, number()]
}

fn work() -> impl Strategy<Value = u64> {
	prop_oneof![8 => 0..=WORK_ONE, 1 => Just(0), 1 => Just(WORK_ONE), 2 => number().prop_map(|work| work.min(WORK_ONE))]
}

/// `1 - e^(-u a w)`.
fn part(rate: u64, work: u64) -> Real {
	real(1u32) - exp_neg(ratio(rate, ATTO) * ratio(work, ATTO))
}

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn a_launch_is_divided_as_the_paper_says(supply in amount()) {
		let Launch { creator, pool } = launch_floor(supply).unwrap();
		assert_floor(creator, &(real(supply) * ratio(5u8, 100u8)));
		prop_assert_eq!(creator.checked_add(pool), Some(supply));
	}

	#[test]
	fn payouts_match_the_reference(left in amount(), rate in rate(), work in work()) {
		let payout = update_payout_floor(left, rate, work).unwrap();
		assert_series_floor(payout, &(real(left) * part(rate, work)));
		prop_assert!(payout < left || left == 0);
	}

	#[test]
	fn payouts_rise_with_work_and_pool(left in amount(), rate in rate(), a in work(), b in work()) {
		let (less, more) = (a.min(b), a.max(b));
		let payout = |left, work| update_payout_floor(left, rate, work).unwrap();
		prop_assert!(payout(left, less) <= payout(left, more));
		prop_assert!(payout(left / 2, more) <= payout(left, more));
	}

	/// The parts of an update, paid one after the other, sum to at most the whole, and lack at most one unit each.
	#[test]
	fn cutting_an_update_never_pays(left in amount(), rate in rate(), whole in work(), cut in any::<u64>()) {
		let first = cut.checked_rem(whole).unwrap_or(0);
		let paid = update_payout_floor(left, rate, first).unwrap();
		let rest = update_payout_floor(left - paid, rate, whole - first).unwrap();
		let once = update_payout_floor(left, rate, whole).unwrap();
		prop_assert!(paid + rest <= once);
		prop_assert!(once - paid - rest <= 2);
	}

	#[test]
	fn equal_updates_are_paid_less_and_less(supply in amount(), rate in rate()) {
		let Launch { pool, .. } = launch_floor(supply).unwrap();
		let (mut left, mut last) = (pool, u128::MAX);
		for _ in 0..50 {
			let payout = update_payout_floor(left, rate, WORK_ONE).unwrap();
			prop_assert!(payout <= last);
			last = payout;
			left -= payout;
		}
		prop_assert!(left > 0 || pool == 0);
	}

	#[test]
	fn prices_match_the_reference(left in amount(), rate in rate(), factor in number(), tokens in number()) {
		let exact = ratio(tokens, 1_000u32) * ratio(factor, ATTO) * real(left) * part(rate, WORK_ONE);
		if let Some(price) = fitting(inference_price_ceil(left, rate, factor, tokens), &exact) {
			let above = real(price) - exact;
			// The factor of the last digit is large where many tokens are bought from a large pool.
			let slack = tiny(30) + ratio(tokens, 1_000u32) * ratio(factor, ATTO) * real(left) * tiny(190);
			prop_assert!(above > -tiny(200) && above < real(1u32) + slack);
		}
	}

	#[test]
	fn inference_never_costs_less_by_splitting(left in amount(), rate in rate(), factor in 0..=WORK_ONE, a in 0u64..1 << 32, b in 0u64..1 << 32) {
		let price = |tokens| inference_price_ceil(left >> 64, rate, factor, tokens).unwrap();
		prop_assert!(price(a) + price(b) >= price(a + b));
	}
}
