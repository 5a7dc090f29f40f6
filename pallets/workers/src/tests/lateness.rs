use crate::{mock::*, *};
use engram_primitives::traits::WorkerPool;
use frame_support::{assert_ok, assert_storage_noop};

#[test]
fn a_missed_deadline_costs_a_little_bond_and_half_the_reputation() {
	ExtBuilder.build_and_execute(|| {
		// One per cent of 2,001, rounded up.
		assert_ok!(register(ALICE, 2_001));
		take_events();
		Pool::penalise_lateness(&ALICE);
		assert_eq!((record(ALICE).bond, held(ALICE)), (1_980, 1_980));
		assert_eq!(free(POT) - EXISTENTIAL_DEPOSIT, 21);
		assert_eq!(status(ALICE), WorkerStatus::Active);
		assert_eq!(
			take_events(),
			vec![
				Event::PenaltyTaken { worker: ALICE, taken: 21, bond: 1_980 },
				Event::ReputationUpdated { worker: ALICE, old: 500_000, new: 250_000 },
			]
		);
	});
}

#[test]
fn the_least_bond_outlasts_missed_deadlines() {
	ExtBuilder.build_and_execute(|| {
		BondPerSlot::set(900);
		assert_ok!(register(ALICE, LEAST_BOND));
		for missed in 1..=10u128 {
			Pool::penalise_lateness(&ALICE);
			assert_eq!((record(ALICE).bond, status(ALICE)), (1_000 - 10 * missed, WorkerStatus::Active));
			assert_eq!((Pool::slots_of(ALICE), Pool::eligible(1).len()), (Some(1), 1));
		}
		// A pause on the way changes nothing about it.
		assert_ok!(Pool::set_available(RuntimeOrigin::signed(ALICE), false));
		assert_ok!(Pool::set_available(RuntimeOrigin::signed(ALICE), true));
		Pool::penalise_lateness(&ALICE);
		assert_eq!((record(ALICE).bond, status(ALICE)), (891, WorkerStatus::Underbonded));
		let resume = Pool::set_available(RuntimeOrigin::signed(ALICE), true);
		assert_eq!(resume, Err(Error::<Test>::BondTooSmall.into()));
		assert_ok!(Pool::bond_extra(RuntimeOrigin::signed(ALICE), 9));
		assert_eq!(status(ALICE), WorkerStatus::Active);
	});
}

#[test]
fn without_a_slot_it_ends_the_draws_until_more_is_bonded() {
	ExtBuilder.build_and_execute(|| {
		BondPerSlot::set(991);
		assert_ok!(register(ALICE, LEAST_BOND));
		take_events();
		Pool::penalise_lateness(&ALICE);
		assert_eq!((record(ALICE).bond, status(ALICE)), (990, WorkerStatus::Underbonded));
		assert!(active().is_empty());
		assert_eq!(
			take_events().last(),
			Some(&Event::StatusUpdated {
				worker: ALICE,
				old: WorkerStatus::Active,
				new: WorkerStatus::Underbonded
			})
		);
		assert_ok!(Pool::bond_extra(RuntimeOrigin::signed(ALICE), 10));
		assert_eq!(status(ALICE), WorkerStatus::Active);
	});
}

#[test]
fn nobody_is_ruined_by_one_miss() {
	ExtBuilder.build_and_execute(|| {
		LatenessShare::set(MAX_LATENESS_SHARE);
		assert_ok!(register(ALICE, LEAST_BOND));
		Pool::penalise_lateness(&ALICE);
		assert_eq!(record(ALICE).bond, 950);
	});
}

#[test]
fn a_job_given_back_costs_reputation_only() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, 2_000));
		Pool::penalise_reputation(&ALICE);
		assert_eq!((record(ALICE).bond, record(ALICE).reputation), (2_000, 250_000));
	});
}

#[test]
fn where_it_costs_no_bond_no_penalty_is_told() {
	ExtBuilder.build_and_execute(|| {
		LatenessShare::set(0);
		assert_ok!(register(ALICE, 2_000));
		take_events();
		Pool::penalise_lateness(&ALICE);
		assert_eq!(
			take_events(),
			vec![Event::ReputationUpdated { worker: ALICE, old: 500_000, new: 250_000 }]
		);
	});
}

#[test]
fn leaving_is_no_escape_and_strangers_lose_nothing() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, 2_000));
		assert_ok!(Pool::leave(RuntimeOrigin::signed(ALICE)));
		let before = status(ALICE);
		Pool::penalise_lateness(&ALICE);
		assert_eq!((held(ALICE), status(ALICE)), (1_980, before));
		assert_storage_noop!(Pool::penalise_lateness(&STRANGER));
	});
}

#[test]
fn who_evades_a_check_loses_what_it_costs_within_a_miss_and_a_slash() {
	// One per cent and half of 2,001, rounded up.
	for (cost, taken) in [(0, 21), (20, 21), (22, 22), (1_000, 1_000), (1_001, 1_001), (u128::MAX, 1_001)] {
		ExtBuilder.build_and_execute(|| {
			assert_ok!(register(ALICE, 2_001));
			take_events();
			Pool::penalise_evasion(&ALICE, cost);
			assert_eq!((record(ALICE).bond, held(ALICE)), (2_001 - taken, 2_001 - taken));
			assert_eq!(free(POT) - EXISTENTIAL_DEPOSIT, taken);
			assert_eq!(
				take_events()[..2],
				[
					Event::PenaltyTaken { worker: ALICE, taken, bond: 2_001 - taken },
					Event::ReputationUpdated { worker: ALICE, old: 500_000, new: 250_000 },
				]
			);
			assert_storage_noop!(Pool::penalise_evasion(&STRANGER, cost));
		});
	}
}

#[test]
fn a_bond_that_is_being_taken_back_pays_for_an_evasion_too() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, 2_000));
		assert_ok!(Pool::leave(RuntimeOrigin::signed(ALICE)));
		Pool::penalise_evasion(&ALICE, 900);
		assert_eq!(held(ALICE), 1_100);
	});
}
