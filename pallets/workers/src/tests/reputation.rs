use crate::{
	mock::*,
	reputation::{gain_floor, lowered_floor, raised_floor, weight_floor},
	Event,
};
use engram_cases::cases;
use engram_math::MathError;
use engram_primitives::{traits::WorkerPool, units::PPM};
use frame_support::{assert_ok, assert_storage_noop};
use proptest::prelude::*;

#[test]
fn verified_work_raises_it_slowly() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		take_events();
		Pool::reward_reputation(&ALICE);
		assert_eq!(record(ALICE).reputation, 510_000);
		assert_eq!(
			take_events(),
			vec![Event::ReputationUpdated { worker: ALICE, old: 500_000, new: 510_000 }]
		);
		for _ in 0..1_000 {
			Pool::reward_reputation(&ALICE);
		}
		// The step is floored, so it stops where a step is less than one part per million.
		assert_eq!(record(ALICE).reputation, PPM - 49);
		take_events();
		Pool::reward_reputation(&ALICE);
		assert!(take_events().is_empty());
	});
}

#[test]
fn work_raises_it_by_what_was_kept_of_the_fee() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		// A gain of 2 % of the way, and 1,000 are enough for all of it.
		let raised = |kept| {
			let before = record(ALICE).reputation;
			Pool::reward_paid_work(&ALICE, kept);
			record(ALICE).reputation - before
		};
		assert_eq!(raised(500), 5_000);
		assert_eq!(raised(1_000), 9_900);
		assert_eq!(raised(u128::MAX), 9_702);
		take_events();
		// Nothing was kept, so nothing is said.
		assert_storage_noop!(Pool::reward_paid_work(&ALICE, 0));
		assert!(take_events().is_empty());
		Pool::reward_paid_work(&ALICE, 1);
		assert_eq!(
			take_events(),
			vec![Event::ReputationUpdated { worker: ALICE, old: 524_602, new: 524_611 }]
		);
	});
}

#[test]
fn declining_costs_a_little_down_to_the_floor() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		take_events();
		Pool::penalise_decline(&ALICE);
		assert_eq!(
			take_events(),
			vec![Event::ReputationUpdated { worker: ALICE, old: 500_000, new: 498_750 }]
		);
		assert_eq!(held(ALICE), LEAST_BOND);
		// Two hundred of them cost less than the half that one other failure does; the last ones are at the floor.
		(0..200).for_each(|_| Pool::penalise_decline(&ALICE));
		assert_eq!(record(ALICE).reputation, 302_243);
		(0..2_000).for_each(|_| Pool::penalise_decline(&ALICE));
		assert_eq!(record(ALICE).reputation, 10_000);
	});
}

#[test]
fn a_miss_halves_it_down_to_the_floor() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		let mut seen = vec![];
		for _ in 0..8 {
			Pool::penalise_reputation(&ALICE);
			seen.push(record(ALICE).reputation);
		}
		assert_eq!(seen, [250_000, 125_000, 62_500, 31_250, 15_625, 10_000, 10_000, 10_000]);
	});
}

#[test]
fn one_miss_takes_more_work_to_mend_than_it_saves() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		Pool::penalise_reputation(&ALICE);
		for _ in 0..20 {
			Pool::reward_reputation(&ALICE);
		}
		assert!(record(ALICE).reputation < 500_000);
		Pool::reward_reputation(&ALICE);
		assert!(record(ALICE).reputation > 500_000);
	});
}

#[test]
fn unknown_workers_have_none() {
	ExtBuilder.build_and_execute(|| {
		assert_storage_noop!(Pool::reward_reputation(&ALICE));
		assert_storage_noop!(Pool::reward_paid_work(&ALICE, 1_000));
		assert_storage_noop!(Pool::penalise_reputation(&ALICE));
		assert_storage_noop!(Pool::penalise_decline(&ALICE));
	});
}

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

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn moves_stay_in_bounds(old in 0..=PPM, share in 0..=PPM, floor in 0..=PPM) {
		let up = raised_floor(old, share).unwrap();
		prop_assert!(up >= old && up <= PPM);
		let old = old.max(floor);
		let down = lowered_floor(old, share, floor).unwrap();
		prop_assert!(down <= old && down >= floor);
	}

	#[test]
	fn a_gain_is_never_more_than_all_of_it(gain in 0..=PPM, kept: u128, more: u128, reference in 1..=u128::MAX) {
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
