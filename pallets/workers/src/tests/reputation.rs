use crate::{
	mock::*,
	reputation::{lowered_floor, raised_floor, weight_floor},
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
		assert_storage_noop!(Pool::penalise_reputation(&ALICE));
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
