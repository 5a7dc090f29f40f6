//! A full list of active workers: who gets in, who gives way.

use crate::{mock::*, *};
use engram_math::yields::Bonus;
use engram_primitives::{
	economy::{ComputeMarket, ComputeRewards},
	traits::WorkerPool,
};
use frame_support::{assert_noop, assert_ok};

/// Fills the list with workers from 10 on, with these bonds, each measured.
fn full(bonds: [u128; 5]) {
	for (who, bond) in (10..).zip(bonds) {
		assert_ok!(register(who, bond));
		Pool::measured(&who, 100, 1);
	}
	take_events();
}

fn set_available(who: AccountId, available: bool) -> sp_runtime::DispatchResult {
	Pool::set_available(RuntimeOrigin::signed(who), available)
}

fn bond_extra(who: AccountId, amount: u128) -> sp_runtime::DispatchResult {
	Pool::bond_extra(RuntimeOrigin::signed(who), amount)
}

/// Occupies every slot.
fn busy(who: AccountId) {
	for _ in 0..Pool::slots_of(who).unwrap() {
		assert_ok!(Pool::occupy(&who));
	}
}

fn paused(worker: AccountId) -> Event<Test> {
	Event::StatusUpdated { worker, old: WorkerStatus::Active, new: WorkerStatus::Paused }
}

#[test]
fn the_least_weight_gives_way_to_a_greater_one() {
	ExtBuilder.build_and_execute(|| {
		full([3_000, 1_000, 2_000, 1_000, 4_000]);
		// Of two that are equal, the later account.
		assert_ok!(register(ALICE, 1_002));
		assert_eq!(
			take_events(),
			vec![paused(13), Event::Registered { worker: ALICE, key: key(1), bond: 1_002 }]
		);
		assert_eq!(active(), vec![ALICE, 10, 11, 12, 14]);
		assert_eq!((status(13), held(13), record(13).capacity), (WorkerStatus::Paused, 1_000, 100));
		assert_eq!(Pool::compute_market(), ComputeMarket { mean_capacity: 100, workers: 4 });
		check_state();
		assert_ok!(register(BOB, 1_002));
		assert_eq!(active(), vec![ALICE, BOB, 10, 12, 14]);
		// Alice and Bob are the least now.
		assert_noop!(register(CAROL, 1_002), Error::<Test>::TooManyWorkers);
		assert_ok!(register(CAROL, 1_004));
		assert_eq!(active(), vec![ALICE, CAROL, 10, 12, 14]);
	});
}

#[test]
fn weight_is_what_draws_go_by() {
	ExtBuilder.build_and_execute(|| {
		full([1_000, 1_000, 1_500, 1_000, 1_000]);
		// More bond, and half the reputation.
		Pool::penalise_reputation(&12);
		assert_ok!(register(ALICE, 1_000));
		assert_eq!((active(), status(12)), (vec![ALICE, 10, 11, 13, 14], WorkerStatus::Paused));
	});
}

#[test]
fn least_bonds_lock_nobody_out() {
	ExtBuilder.build_and_execute(|| {
		full([LEAST_BOND; 5]);
		for who in 10..15 {
			assert_ok!(set_available(who, false));
		}
		for who in 15..20 {
			assert_ok!(register(who, LEAST_BOND));
		}
		assert_ok!(Pool::leave(RuntimeOrigin::signed(10)));
		// Twice as many records as there may be active workers, and an honest one with a little more.
		assert_eq!(Workers::<Test>::count(), 10);
		assert_ok!(register(ALICE, LEAST_BOND + 2));
		assert_eq!(active(), vec![ALICE, 15, 16, 17, 18]);
	});
}

#[test]
fn jobs_under_way_go_on_and_a_larger_bond_brings_it_back() {
	ExtBuilder.build_and_execute(|| {
		full([1_000, 2_000, 2_000, 2_000, 2_000]);
		assert_ok!(Pool::occupy(&10));
		assert_ok!(register(ALICE, 3_000));
		assert_eq!((status(10), record(10).occupied), (WorkerStatus::Paused, 1));
		assert_noop!(Pool::occupy(&10), Error::<Test>::NotActive);
		advance(1);
		Pool::record_work(&10, 7, Bonus::default(), 10);
		Pool::vacate(&10);
		assert_eq!(Pool::rewards_of(10, 1).map(|rewards| rewards.work), Some(7));
		assert_noop!(set_available(10, true), Error::<Test>::TooManyWorkers);
		assert_ok!(bond_extra(10, 1_000));
		assert_noop!(set_available(10, true), Error::<Test>::TooManyWorkers);
		assert_ok!(bond_extra(10, 2));
		take_events();
		assert_ok!(set_available(10, true));
		assert_eq!(active(), vec![ALICE, 10, 11, 12, 13]);
		assert_eq!(
			take_events(),
			vec![
				Event::CapacityMeasured { worker: 10, old: 100, new: 0 },
				paused(14),
				Event::StatusUpdated { worker: 10, old: WorkerStatus::Paused, new: WorkerStatus::Active },
			]
		);
		assert_eq!(Pool::compute_market(), ComputeMarket { mean_capacity: 100, workers: 3 });
	});
}

#[test]
fn the_busy_keep_their_place() {
	ExtBuilder.build_and_execute(|| {
		full([1_000, 1_500, 2_000, 2_000, 2_000]);
		busy(10);
		assert_ok!(register(ALICE, 3_000));
		assert_eq!((status(10), status(11)), (WorkerStatus::Active, WorkerStatus::Paused));
		for who in [ALICE, 12, 13, 14] {
			busy(who);
		}
		assert_noop!(register(BOB, 500_000), Error::<Test>::TooManyWorkers);
		Pool::vacate(&10);
		assert_ok!(register(BOB, 500_000));
		assert_eq!(active(), vec![ALICE, BOB, 12, 13, 14]);
	});
}

#[test]
fn who_is_busy_displaces_nobody() {
	ExtBuilder.build_and_execute(|| {
		full([4_000, 1_000, 1_000, 1_000, 1_000]);
		busy(10);
		assert_ok!(set_available(10, false));
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_noop!(set_available(10, true), Error::<Test>::TooManyWorkers);
		Pool::vacate(&10);
		assert_ok!(set_available(10, true));
		assert_eq!(active(), vec![ALICE, 10, 11, 12, 13]);
	});
}

#[test]
fn an_underbonded_worker_needs_a_place_too() {
	ExtBuilder.build_and_execute(|| {
		full([1_000; 5]);
		SlashShare::set(900_000);
		ReputationFloor::set(500_000);
		Pool::slash(&10, &[]);
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_noop!(bond_extra(10, 900), Error::<Test>::TooManyWorkers);
		assert_eq!((status(10), record(10).bond), (WorkerStatus::Underbonded, 100));
		take_events();
		assert_ok!(bond_extra(10, 902));
		assert_eq!((active(), status(14)), (vec![ALICE, 10, 11, 12, 13], WorkerStatus::Paused));
		assert!(take_events().contains(&paused(14)));
	});
}
