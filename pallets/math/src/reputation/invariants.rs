//! Properties: bounds, order, and agreement with the reference, rounded as named.

use super::*;
use crate::reference::{amount, assert_floor, cases, ratio, real, share};
use proptest::prelude::*;

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn raised_reputations_match_the_reference(old in share(), gain in share()) {
		let exact = real(old) + real(PPM - old) * ratio(gain, PPM);
		assert_floor(raised_floor(old, gain).unwrap().into(), &exact);
	}

	#[test]
	fn lowered_reputations_match_the_reference(old in share(), loss in share(), floor in share()) {
		let exact = real(old) - real(old) * ratio(loss, PPM);
		let lowered = lowered_floor(old, loss, floor).unwrap();
		if lowered > floor {
			assert_floor(lowered.into(), &exact);
		} else {
			prop_assert_eq!(lowered, floor);
			prop_assert!(exact < real(floor) + real(1u32));
		}
	}

	#[test]
	fn gains_match_the_reference(gain in share(), kept in amount(), reference in amount()) {
		let reference = reference.max(1);
		let exact = real(gain) * ratio(kept.min(reference), reference);
		assert_floor(gain_floor(gain, kept, reference).unwrap().into(), &exact);
	}

	#[test]
	fn weights_match_the_reference(bond in amount(), reputation in share()) {
		assert_floor(weight_floor(bond, reputation).unwrap(), &(real(bond) * ratio(reputation, PPM)));
	}

	#[test]
	fn moves_stay_in_bounds(old in 0..=PPM, share in 0..=PPM, floor in 0..=PPM) {
		let up = raised_floor(old, share).unwrap();
		prop_assert!(up >= old && up <= PPM);
		let old = old.max(floor);
		let down = lowered_floor(old, share, floor).unwrap();
		prop_assert!(down <= old && down >= floor);
	}

	#[test]
	fn a_gain_is_never_more_than_all_of_it(gain in 0..=PPM, kept in amount(), more in amount(), reference in 1..=u128::MAX) {
		let part = gain_floor(gain, kept, reference).unwrap();
		prop_assert!(part <= gain);
		prop_assert!(part <= gain_floor(gain, kept.saturating_add(more), reference).unwrap());
		prop_assert_eq!(gain_floor(gain, reference, reference), Ok(gain));
	}

	#[test]
	fn more_work_never_means_less(a in 0..=PPM, b in 0..=PPM, share in 0..=PPM) {
		let (low, high) = (a.min(b), a.max(b));
		prop_assert!(raised_floor(low, share).unwrap() <= raised_floor(high, share).unwrap());
		prop_assert!(lowered_floor(low, share, 0).unwrap() <= lowered_floor(high, share, 0).unwrap());
	}

	#[test]
	fn weights_are_at_most_bonds(bond: u128, reputation in 0..=PPM) {
		prop_assert!(weight_floor(bond, reputation).unwrap() <= bond);
	}
}
