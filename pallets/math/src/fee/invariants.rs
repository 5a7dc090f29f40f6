//! Properties: conservation, bounds, monotonicity, rounding in the named direction.

use super::*;
use crate::reference::{amount, assert_ceil, assert_floor, fitting, number, ratio, real, share};
use engram_cases::cases;
use proptest::prelude::*;

/// Rates a fee of any counts can be computed for.
fn rate() -> impl Strategy<Value = u128> {
	amount().prop_map(|number| number >> 66)
}

fn net_shares() -> impl Strategy<Value = NetShares> {
	(0..=PPM, 0..=PPM).prop_map(|(a, b)| {
		let (low, high) = (a.min(b), a.max(b));
		NetShares { model: low, stakers: high - low, contributors: PPM - high }
	})
}

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn shares_are_rounded_down(amount in amount(), share in share()) {
		let exact = real(amount) * ratio(share, PPM);
		assert_floor(share_floor(amount, share).unwrap(), &exact);
	}

	#[test]
	fn quotients_are_rounded_as_named(a in amount(), b in amount(), c in amount()) {
		let c = c.max(1);
		let exact = real(a) * real(b) / real(c);
		if let Some(floor) = fitting(mul_div_floor(a, b, c), &exact) {
			assert_floor(floor, &exact);
		}
		if let Some(ceil) = fitting(mul_div_ceil(a, b, c), &exact) {
			assert_ceil(ceil, &exact);
		}
	}

	#[test]
	fn usage_is_rounded_up(
		inputs in number(),
		outputs in number(),
		input in amount(),
		output in amount(),
		platform in amount(),
	) {
		let thousandths = real(inputs) * real(input) + real(outputs) * real(output);
		let exact = thousandths / real(1_000u32) + real(platform);
		let total = inference_fee_ceil(inputs, outputs, input, output, platform).map(|fee| fee.total);
		if let Some(total) = fitting(total, &exact) {
			assert_ceil(total, &exact);
		}
	}

	#[test]
	fn parts_of_a_net_sum_to_it(net in amount(), shares in net_shares()) {
		let parts = split_net(net, shares).unwrap();
		prop_assert_eq!(
			parts.stakers.checked_add(parts.contributors).and_then(|s| s.checked_add(parts.model)),
			Some(net)
		);
	}

	#[test]
	fn nobody_but_the_model_gets_more_than_its_share(net in amount(), shares in net_shares()) {
		let parts = split_net(net, shares).unwrap();
		let exact = |share: u32| real(net) * ratio(share, PPM);
		assert_floor(parts.stakers, &exact(shares.stakers));
		assert_floor(parts.contributors, &exact(shares.contributors));
		let dust = parts.model - share_floor(net, shares.model).unwrap();
		prop_assert!(dust <= 2, "{} base units of dust", dust);
	}

	#[test]
	fn parts_of_a_cut_sum_to_it(cut in amount(), burn in 0..=PPM, treasury in 0..=PPM) {
		let parts = split_cut(cut, CutShares { burn, treasury });
		if burn + treasury > PPM {
			prop_assert_eq!(parts, Err(MathError::OutOfDomain));
		} else {
			let parts = parts.unwrap();
			prop_assert_eq!(
				parts.burned.checked_add(parts.treasury).and_then(|s| s.checked_add(parts.author)),
				Some(cut)
			);
			let exact = |share: u32| real(cut) * ratio(share, PPM);
			assert_floor(parts.burned, &exact(burn));
			assert_floor(parts.treasury, &exact(treasury));
			let author = share_floor(cut, PPM - burn - treasury).unwrap();
			prop_assert!((author..=author.saturating_add(2)).contains(&parts.author));
		}
	}

	#[test]
	fn a_fee_is_platform_and_net(
		inputs in number(),
		outputs in number(),
		input in rate(),
		output in rate(),
		platform in rate(),
	) {
		let fee = inference_fee_ceil(inputs, outputs, input, output, platform).unwrap();
		prop_assert_eq!(fee.platform, platform);
		prop_assert_eq!(fee.total, fee.platform + fee.net);
	}

	#[test]
	fn more_use_never_costs_less(
		inputs in number(),
		outputs in number(),
		more in number(),
		input in rate(),
		output in rate(),
	) {
		let fee = |i, o| inference_fee_ceil(i, o, input, output, 0).unwrap().total;
		let base = fee(inputs, outputs);
		prop_assert!(fee(inputs.saturating_add(more), outputs) >= base);
		prop_assert!(fee(inputs, outputs.saturating_add(more)) >= base);
	}

	#[test]
	fn splitting_a_request_never_pays(
		first in 0u64..1 << 32,
		second in 0u64..1 << 32,
		input in rate(),
		platform in rate(),
	) {
		let fee = |i| inference_fee_ceil(i, 0, input, 0, platform).unwrap().total;
		prop_assert!(fee(first) + fee(second) >= fee(first + second));
	}

	#[test]
	fn ceil_is_floor_or_one_above(a in amount(), b in amount(), c in amount()) {
		match (mul_div_floor(a, b, c), mul_div_ceil(a, b, c)) {
			(Ok(floor), Ok(ceil)) => {
				let exact = U256::from(a) * U256::from(b) % U256::from(c) == U256::zero();
				prop_assert_eq!(ceil - floor, u128::from(!exact));
			},
			// Only the quotient that is just below `2^128` may fit one way and not the other.
			(Ok(floor), Err(error)) => {
				prop_assert_eq!((floor, error), (u128::MAX, MathError::Overflow));
			},
			(Err(floor), ceil) => prop_assert_eq!(ceil, Err(floor)),
		}
	}
}
