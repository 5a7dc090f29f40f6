//! Properties: conservation, distance from the exact shares, monotonicity.

use super::*;
use crate::reference::{amount, assert_floor, cases, number, ratio, real, share};
use proptest::prelude::*;

/// Tables of one to eight rows that sum to one.
fn table() -> impl Strategy<Value = Vec<Share>> {
	prop::collection::vec(share(), 0..8).prop_map(|mut cuts| {
		cuts.extend([0, PPM]);
		cuts.sort_unstable();
		cuts.windows(2).map(|ends| Share { name: "row", ppm: ends[1] - ends[0] }).collect()
	})
}

fn vesting() -> impl Strategy<Value = Vesting> {
	(share(), number(), number()).prop_map(|(liquid, cliff, length)| Vesting { liquid, cliff, length })
}

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn amounts_sum_to_the_supply(supply in amount(), table in table()) {
		let amounts = amounts(supply, &table).unwrap();
		prop_assert_eq!(amounts.iter().try_fold(0u128, |sum, part| sum.checked_add(*part)), Some(supply));
		for (row, part) in table.iter().zip(amounts) {
			let away = real(part) - real(supply) * ratio(row.ppm, PPM);
			prop_assert!(away > real(-1) && away < real(1), "{} from its share", away);
		}
	}

	#[test]
	fn release_never_falls_and_ends_with_all(money in amount(), vesting in vesting(), a in number(), b in number()) {
		let released = |elapsed| released_floor(money, vesting, elapsed).unwrap();
		prop_assert!(released(a.min(b)) <= released(a.max(b)));
		prop_assert!(released(a) <= money);
		let liquid = released_floor(money, Vesting { cliff: u64::MAX, length: 1, ..vesting }, 0).unwrap();
		prop_assert!(released(0) >= liquid);
		if let Some(end) = vesting.cliff.checked_add(vesting.length) {
			prop_assert_eq!(released(end), money);
		}
		if let Some(before) = vesting.cliff.checked_sub(1) {
			prop_assert_eq!(released(before), liquid);
		}
	}

	#[test]
	fn release_is_the_floor_of_a_line(money in amount(), length in 1..=u64::MAX, cliff in number(), running in number()) {
		let running = running % length;
		let cliff = cliff.min(u64::MAX - running);
		let vesting = Vesting { liquid: 0, cliff, length };
		let released = released_floor(money, vesting, cliff + running).unwrap();
		assert_floor(released, &(real(money) * ratio(running, length)));
	}
}
