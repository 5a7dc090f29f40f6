//! Workers whose reputation is too low to be drawn.

use crate::{mock::*, *};
use engram_primitives::{
	economy::{ComputeMarket, ComputeRewards},
	traits::WorkerPool,
};
use frame_support::{assert_noop, assert_ok};

fn set_available(who: AccountId, available: bool) -> sp_runtime::DispatchResult {
	Pool::set_available(RuntimeOrigin::signed(who), available)
}

fn bond_extra(who: AccountId, amount: u128) -> sp_runtime::DispatchResult {
	Pool::bond_extra(RuntimeOrigin::signed(who), amount)
}

fn changed(worker: AccountId, old: WorkerStatusOf<Test>, new: WorkerStatusOf<Test>) -> Event<Test> {
	Event::StatusUpdated { worker, old, new }
}

/// Registers a measured worker beside Bob, who keeps his place, and lets `judge` take reputation from it.
fn judged(least: u32, judge: impl FnOnce(&AccountId)) {
	MinReputation::set(least);
	for who in [ALICE, BOB] {
		assert_ok!(register(who, 4_000));
		Pool::measured(&who, 100, 1);
	}
	assert_ok!(Pool::occupy(&ALICE));
	take_events();
	judge(&ALICE);
}

/// However reputation falls, a worker is out of the list and of the sums, and says so, as soon as it is below the least.
fn pauses(least: u32, judge: fn(&AccountId)) {
	ExtBuilder.build_and_execute(|| {
		judged(least, judge);
		assert_eq!((status(ALICE), active()), (WorkerStatus::Active, vec![ALICE, BOB]));
		assert_eq!(Pool::compute_market(), ComputeMarket { mean_capacity: 100, workers: 2 });
	});
	ExtBuilder.build_and_execute(|| {
		judged(least + 1, judge);
		assert_eq!(record(ALICE).reputation, least);
		assert_eq!((status(ALICE), active()), (WorkerStatus::Paused, vec![BOB]));
		assert_eq!(take_events().last(), Some(&changed(ALICE, WorkerStatus::Active, WorkerStatus::Paused)));
		assert_eq!(Pool::compute_market(), ComputeMarket { mean_capacity: 100, workers: 1 });
		// Its job goes on.
		assert_eq!((record(ALICE).occupied, record(ALICE).capacity), (1, 100));
		Pool::vacate(&ALICE);
		assert_eq!((record(ALICE).occupied, status(ALICE)), (0, WorkerStatus::Paused));
	});
}

#[test]
fn a_job_given_back_ends_the_draws() {
	pauses(250_000, Pool::penalise_reputation);
}

#[test]
fn a_declined_job_ends_the_draws() {
	pauses(498_750, Pool::penalise_decline);
}

#[test]
fn a_missed_deadline_ends_the_draws() {
	pauses(250_000, Pool::penalise_lateness);
}

#[test]
fn a_slash_ends_the_draws() {
	pauses(10_000, |who| {
		Pool::slash(who, &[]);
	});
}

#[test]
fn neither_a_call_nor_bond_brings_it_back() {
	ExtBuilder.build_and_execute(|| {
		judged(50_000, |who| {
			Pool::slash(who, &[]);
		});
		Pool::vacate(&ALICE);
		assert_noop!(set_available(ALICE, true), Error::<Test>::ReputationTooLow);
		assert_noop!(set_available(ALICE, false), Error::<Test>::StatusUnchanged);
		assert_ok!(bond_extra(ALICE, 100_000));
		assert_eq!(status(ALICE), WorkerStatus::Paused);
		assert_noop!(set_available(ALICE, true), Error::<Test>::ReputationTooLow);
		// As a newcomer it is drawn again.
		assert_ok!(Pool::leave(RuntimeOrigin::signed(ALICE)));
		advance(UNBONDING);
		assert_ok!(Pool::withdraw(RuntimeOrigin::signed(ALICE)));
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_eq!(active(), vec![ALICE, BOB]);
	});
}

#[test]
fn work_under_way_may_mend_it() {
	ExtBuilder.build_and_execute(|| {
		judged(250_001, Pool::penalise_reputation);
		assert_noop!(set_available(ALICE, true), Error::<Test>::ReputationTooLow);
		Pool::reward_reputation(&ALICE);
		// Nobody comes back unasked.
		assert_eq!((record(ALICE).reputation, status(ALICE)), (265_000, WorkerStatus::Paused));
		assert_ok!(set_available(ALICE, true));
		assert_eq!(active(), vec![ALICE, BOB]);
	});
}

#[test]
fn an_underbonded_worker_can_bond_more_and_is_paused() {
	ExtBuilder.build_and_execute(|| {
		judged(50_000, |who| {
			for _ in 0..4 {
				Pool::slash(who, &[]);
			}
		});
		// Whatever is paused stays so, also with too little bond.
		assert_eq!((status(ALICE), record(ALICE).bond), (WorkerStatus::Paused, 250));
		assert_ok!(register(CAROL, LEAST_BOND));
		SlashShare::set(500_001);
		Pool::slash(&CAROL, &[]);
		assert_eq!((status(CAROL), record(CAROL).bond), (WorkerStatus::Underbonded, 499));
		assert_noop!(set_available(CAROL, true), Error::<Test>::BondTooSmall);
		take_events();
		assert_ok!(bond_extra(CAROL, 1));
		assert_eq!((status(CAROL), held(CAROL), active()), (WorkerStatus::Paused, 500, vec![BOB]));
		assert_eq!(
			take_events(),
			vec![
				Event::BondIncreased { worker: CAROL, added: 1, bond: 500 },
				changed(CAROL, WorkerStatus::Underbonded, WorkerStatus::Paused),
			]
		);
		assert_noop!(set_available(CAROL, true), Error::<Test>::ReputationTooLow);
	});
}

#[test]
fn who_is_out_of_the_draws_stays_as_it_was() {
	ExtBuilder.build_and_execute(|| {
		judged(50_000, |who| {
			assert_ok!(Pool::leave(RuntimeOrigin::signed(*who)));
		});
		take_events();
		Pool::slash(&ALICE, &[]);
		assert_eq!(status(ALICE), WorkerStatus::Leaving);
		assert!(!take_events().iter().any(|event| matches!(event, Event::StatusUpdated { .. })));
	});
}
