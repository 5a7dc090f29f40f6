use crate::{mock::*, *};
use engram_primitives::traits::WorkerPool;
use frame_support::{assert_ok, assert_storage_noop};

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, 4_000));
		take_events();
		assert_eq!(Pool::slash(&ALICE, &[]), 2_000);
		assert_eq!((record(ALICE).bond, held(ALICE)), (2_000, 2_000));
		assert_eq!(free(ALICE), RICHES - 4_000);
		assert_eq!(free(POT), EXISTENTIAL_DEPOSIT + 2_000);
		assert_eq!(record(ALICE).reputation, 10_000);
		assert_eq!(status(ALICE), WorkerStatus::Active);
		assert_eq!(
			take_events(),
			vec![
				Event::Slashed { worker: ALICE, taken: 2_000, compensated: vec![], bond: 2_000 },
				Event::ReputationUpdated { worker: ALICE, old: 500_000, new: 10_000 },
			]
		);
	});
}

#[test]
fn compensates_in_order_as_far_as_it_reaches() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, 4_000));
		let claims = [(BOB, 1_200), (CAROL, 700), (DAVE, 500), (BOB, 100)];
		take_events();
		assert_eq!(Pool::slash(&ALICE, &claims), 2_000);
		assert_eq!(free(BOB), RICHES + 1_200);
		assert_eq!(free(CAROL), RICHES + 700);
		assert_eq!(free(DAVE), RICHES + 100);
		assert_eq!(free(POT), EXISTENTIAL_DEPOSIT);
		assert_eq!(
			take_events().first(),
			Some(&Event::Slashed {
				worker: ALICE,
				taken: 2_000,
				compensated: vec![(BOB, 1_200), (CAROL, 700), (DAVE, 100)],
				bond: 2_000
			})
		);
	});
}

#[test]
fn the_rest_goes_to_the_handler() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, 4_000));
		assert_eq!(Pool::slash(&ALICE, &[(BOB, 300), (CAROL, 0)]), 2_000);
		assert_eq!((free(BOB), free(CAROL)), (RICHES + 300, RICHES));
		assert_eq!(free(POT), EXISTENTIAL_DEPOSIT + 1_700);
	});
}

#[test]
fn who_can_not_be_paid_leaves_its_part_to_the_others() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, 4_000));
		// Less than the existential deposit does not open an account; the deposit does.
		let claims = [(STRANGER, EXISTENTIAL_DEPOSIT - 1), (BOB, 1_995), (CAROL, 5)];
		take_events();
		assert_eq!(Pool::slash(&ALICE, &claims), 2_000);
		assert_eq!(free(STRANGER), 0);
		assert_eq!(free(BOB), RICHES + 1_995);
		assert_eq!(free(CAROL), RICHES + 5);
		assert_eq!(free(POT), EXISTENTIAL_DEPOSIT);
		assert_eq!(Pool::slash(&ALICE, &[(STRANGER, EXISTENTIAL_DEPOSIT)]), 1_000);
		assert_eq!(free(STRANGER), EXISTENTIAL_DEPOSIT);
		assert_eq!(free(POT), 2 * EXISTENTIAL_DEPOSIT + 980);
	});
}

#[test]
fn rounds_up() {
	ExtBuilder.build_and_execute(|| {
		SlashShare::set(333_333);
		assert_ok!(register(ALICE, 1_001));
		assert_eq!(Pool::slash(&ALICE, &[]), 334);
		SlashShare::set(1_000_000);
		assert_eq!(Pool::slash(&ALICE, &[]), 667);
		assert_eq!((record(ALICE).bond, held(ALICE)), (0, 0));
		assert_eq!(Pool::slash(&ALICE, &[(BOB, 5)]), 0);
		assert_eq!(free(BOB), RICHES);
	});
}

#[test]
fn without_a_slot_it_ends_the_draws() {
	ExtBuilder.build_and_execute(|| {
		SlashShare::set(500_001);
		assert_ok!(register(ALICE, LEAST_BOND));
		take_events();
		assert_eq!(Pool::slash(&ALICE, &[]), 501);
		assert_eq!(status(ALICE), WorkerStatus::Underbonded);
		assert!(active().is_empty());
		assert!(Pool::eligible(1).is_empty());
		assert_eq!(
			take_events().last(),
			Some(&Event::StatusUpdated {
				worker: ALICE,
				old: WorkerStatus::Active,
				new: WorkerStatus::Underbonded
			})
		);
	});
}

#[test]
fn a_floor_below_the_least_reputation_ends_the_draws_too() {
	ExtBuilder.build_and_execute(|| {
		MinReputation::set(50_000);
		assert_ok!(register(ALICE, 4_000));
		Pool::slash(&ALICE, &[]);
		assert_eq!(status(ALICE), WorkerStatus::Paused);
		assert!(Pool::eligible(1).is_empty());
	});
}

#[test]
fn nobody_escapes_by_pausing_or_leaving() {
	ExtBuilder.build_and_execute(|| {
		for (who, leaves) in [(ALICE, false), (BOB, true)] {
			assert_ok!(register(who, 4_000));
			assert_ok!(Pool::occupy(&who));
			if leaves {
				assert_ok!(Pool::leave(RuntimeOrigin::signed(who)));
			} else {
				assert_ok!(Pool::set_available(RuntimeOrigin::signed(who), false));
			}
			let before = status(who);
			assert_eq!(Pool::slash(&who, &[]), 2_000);
			// Paused stays paused below the least bond, too.
			assert_eq!(Pool::slash(&who, &[]), 1_000);
			assert_eq!(Pool::slash(&who, &[]), 500);
			assert_eq!((status(who), record(who).occupied), (before, 1));
		}
		// Unbonding, until the bond is withdrawn.
		Pool::vacate(&BOB);
		advance(UNBONDING * 3);
		assert_eq!(Pool::slash(&BOB, &[]), 250);
		assert_ok!(Pool::withdraw(RuntimeOrigin::signed(BOB)));
		assert_eq!(Pool::slash(&BOB, &[]), 0);
	});
}

#[test]
fn an_unknown_worker_loses_nothing() {
	ExtBuilder.build_and_execute(|| {
		assert_storage_noop!(assert_eq!(Pool::slash(&ALICE, &[(BOB, 100)]), 0));
	});
}

#[test]
fn a_bond_that_is_not_held_is_reported() {
	ExtBuilder.build().execute_with(|| {
		assert_ok!(register(ALICE, 4_000));
		Workers::<Test>::mutate(ALICE, |record| record.as_mut().unwrap().bond = 10_000);
		take_events();
		assert_eq!(Pool::slash(&ALICE, &[(BOB, 10_000)]), 4_000);
		assert_eq!(free(BOB), RICHES + 4_000);
		let kind = UnexpectedKind::BondNotHeld;
		assert_eq!(take_events().first(), Some(&Event::Unexpected { worker: ALICE, kind }));
	});
}
