use crate::{mock::*, Event};
use engram_primitives::{traits::WorkerPool, units::PPM};
use frame_support::{assert_ok, assert_storage_noop};

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
