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
		let (mut given, mut parts) = (0, 0);
		for (row, part) in table.iter().zip(amounts) {
			let away = real(part) - real(supply) * ratio(row.ppm, PPM);
			prop_assert!(away > real(-1) && away < real(1), "{} from its share", away);
			(given, parts) = (given + part, parts + row.ppm);
			assert_floor(given, &(real(supply) * ratio(parts, PPM)));
		}
	}

	#[test]
	fn only_a_table_that_sums_to_one_is_divided_by(
		mut table in table(),
		row in any::<prop::sample::Index>(),
		other in prop::option::of(prop_oneof![share(), any::<u32>()]),
	) {
		if let Some(ppm) = other {
			row.get_mut(&mut table).ppm = ppm;
		}
		let whole = table.iter().map(|row| u64::from(row.ppm)).sum::<u64>() == u64::from(PPM);
		prop_assert_eq!(sums_to_one(&table), whole);
		prop_assert_eq!(amounts(1, &table).is_ok(), whole);
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
	fn release_is_the_liquid_part_and_the_floor_of_a_line(money in amount(), vesting in vesting(), running in number()) {
		let length = vesting.length.max(1);
		let running = running % length;
		let cliff = vesting.cliff.min(u64::MAX - running);
		let released = |elapsed| released_floor(money, Vesting { cliff, length, ..vesting }, elapsed).unwrap();
		let liquid = (real(money) * real(vesting.liquid) / real(PPM)).floor();
		assert_floor(released(cliff + running), &(&liquid + (real(money) - &liquid) * ratio(running, length)));
		if let Some(before) = cliff.checked_sub(1) {
			prop_assert_eq!(real(released(before)), liquid);
		}
	}
}
