use crate::{mock::*, *};
use engram_math::yields::Bonus;
use engram_primitives::{
	economy::{ComputeMarket, ComputeRewards},
	traits::WorkerPool,
};
use frame_support::{assert_ok, assert_storage_noop};

fn market() -> (u64, u32) {
	let ComputeMarket { mean_capacity, workers } = Pool::compute_market();
	(mean_capacity, workers)
}

#[test]
fn the_latest_measurement_counts() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_eq!((record(ALICE).capacity, market()), (0, (0, 0)));
		take_events();
		Pool::measured(&ALICE, 1_009, 10);
		assert_eq!((record(ALICE).capacity, market()), (100, (100, 1)));
		assert_eq!(take_events(), vec![Event::CapacityMeasured { worker: ALICE, old: 0, new: 100 }]);
		// Who delays measures less.
		Pool::measured(&ALICE, 1_009, 20);
		assert_eq!((record(ALICE).capacity, market()), (50, (50, 1)));
		take_events();
		assert_storage_noop!(Pool::measured(&ALICE, 500, 10));
	});
}

#[test]
fn a_run_within_one_block_took_a_block() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		Pool::measured(&ALICE, 77, 0);
		assert_eq!(record(ALICE).capacity, 77);
		Pool::measured(&ALICE, u64::MAX, 1);
		assert_eq!(market(), (u64::MAX, 1));
		// Less than one per block is as good as nothing.
		Pool::measured(&ALICE, 9, 10);
		assert_eq!((record(ALICE).capacity, market()), (0, (0, 0)));
	});
}

#[test]
fn no_work_makes_a_worker_unmeasured() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		Pool::measured(&ALICE, 1_000, 10);
		take_events();
		Pool::measured(&ALICE, 0, 1);
		assert_eq!((record(ALICE).capacity, market()), (0, (0, 0)));
		assert_eq!(take_events(), vec![Event::CapacityMeasured { worker: ALICE, old: 100, new: 0 }]);
		Pool::measured(&ALICE, 2_000, 10);
		assert_eq!((record(ALICE).capacity, market()), (200, (200, 1)));
	});
}

#[test]
fn an_old_measurement_expires_when_work_is_recorded() {
	ExtBuilder.build_and_execute(|| {
		for who in [ALICE, BOB] {
			assert_ok!(register(who, LEAST_BOND));
			Pool::measured(&who, 100, 1);
		}
		let plain = Bonus { strength: 0, market: 0, performance: 0 };
		let did = |who| Pool::record_work(&who, 7, plain, 1_000);
		let counted = |who| Pool::rewards_of(who, 1).map(|rewards| rewards.work);
		advance(MEASURE);
		// The same measure again is a new one.
		Pool::measured(&BOB, 100, 1);
		did(ALICE);
		assert_eq!((counted(ALICE), market()), (Some(7), (100, 2)));
		advance(1);
		take_events();
		assert_eq!(market(), (100, 2));
		did(ALICE);
		assert_eq!(take_events(), vec![Event::CapacityMeasured { worker: ALICE, old: 100, new: 0 }]);
		assert_eq!((counted(ALICE), record(ALICE).capacity, market()), (Some(7), 0, (100, 1)));
		did(BOB);
		assert_eq!(counted(BOB), Some(7));
		// Verified training measures before its work is recorded.
		advance(2 * MEASURE);
		Pool::measured(&ALICE, 300, 1);
		did(ALICE);
		assert_eq!((counted(ALICE), market()), (Some(14), (200, 2)));
	});
}

#[test]
fn nobody_measures_a_stranger() {
	ExtBuilder.build_and_execute(|| {
		assert_storage_noop!(Pool::measured(&STRANGER, 100, 1));
	});
}

#[test]
fn only_active_workers_make_the_market() {
	ExtBuilder.build_and_execute(|| {
		for (who, work) in [(ALICE, 100), (BOB, 201), (CAROL, 1_000), (DAVE, 0)] {
			assert_ok!(register(who, LEAST_BOND));
			Pool::measured(&who, work, 1);
		}
		assert_eq!(market(), (433, 3));
		assert_ok!(Pool::set_available(RuntimeOrigin::signed(ALICE), false));
		assert_eq!(market(), (600, 2));
		// Measured while it is paused, by a job that was under way, and again when it comes back.
		Pool::measured(&ALICE, 300, 1);
		assert_eq!((record(ALICE).capacity, market()), (300, (600, 2)));
		assert_ok!(Pool::set_available(RuntimeOrigin::signed(ALICE), true));
		assert_eq!((record(ALICE).capacity, market()), (0, (600, 2)));
		Pool::measured(&ALICE, 300, 1);
		assert_eq!(market(), (500, 3));
		Pool::slash(&CAROL, &[]);
		Pool::slash(&CAROL, &[]);
		assert_eq!((status(CAROL), market()), (WorkerStatus::Underbonded, (250, 2)));
		assert_ok!(Pool::leave(RuntimeOrigin::signed(BOB)));
		assert_eq!(market(), (300, 1));
		assert_ok!(Pool::force_remove(RuntimeOrigin::root(), ALICE));
		assert_eq!(market(), (0, 0));
		assert_ok!(Pool::bond_extra(RuntimeOrigin::signed(CAROL), LEAST_BOND));
		assert_eq!((status(CAROL), market()), (WorkerStatus::Active, (0, 0)));
		Pool::measured(&CAROL, 1_000, 1);
		assert_eq!(market(), (1_000, 1));
	});
}

fn pause(who: AccountId) {
	assert_ok!(Pool::set_available(RuntimeOrigin::signed(who), false));
}

fn resume(who: AccountId) {
	assert_ok!(Pool::set_available(RuntimeOrigin::signed(who), true));
}

/// Work that somebody else verified.
fn served(who: AccountId, work: u64) {
	Pool::record_work(&who, work, Bonus { strength: 0, market: 0, performance: 0 }, 1_000);
}

fn counted(who: AccountId) -> Option<u64> {
	Pool::rewards_of(who, 1).map(|rewards| rewards.work)
}

#[test]
fn who_is_there_for_draws_only_keeps_no_measure() {
	ExtBuilder.build_and_execute(|| {
		for who in [ALICE, BOB] {
			assert_ok!(register(who, LEAST_BOND));
			// On a machine that Alice only borrowed.
			Pool::measured(&who, 1_000, 1);
		}
		pause(ALICE);
		for _ in 0..5 {
			advance(50);
			// A block in which jobs are drawn, and hardly ever a worker to be probed.
			resume(ALICE);
			assert_ok!(Pool::occupy(&ALICE));
			pause(ALICE);
			advance(5);
			served(ALICE, 100);
			served(BOB, 100);
			Pool::vacate(&ALICE);
		}
		assert_eq!((counted(ALICE), counted(BOB)), (None, Some(500)));
		assert_eq!((record(ALICE).capacity, market()), (0, (1_000, 1)));
	});
}

#[test]
fn a_slash_or_a_penalty_is_no_way_around_it() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		Pool::measured(&ALICE, 1_000, 1);
		Pool::slash(&ALICE, &[]);
		Pool::slash(&ALICE, &[]);
		assert_eq!(status(ALICE), WorkerStatus::Underbonded);
		// Whichever way it comes back.
		pause(ALICE);
		assert_ok!(Pool::bond_extra(RuntimeOrigin::signed(ALICE), LEAST_BOND));
		assert_eq!(record(ALICE).capacity, 1_000);
		resume(ALICE);
		assert_eq!(record(ALICE).capacity, 0);
		served(ALICE, 100);
		assert_eq!(counted(ALICE), None);
	});
}

#[test]
fn a_pause_for_maintenance_costs_a_measurement_and_nothing_else() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		Pool::measured(&ALICE, 100, 1);
		assert_ok!(Pool::occupy(&ALICE));
		pause(ALICE);
		advance(5);
		// What was under way when it paused counts.
		served(ALICE, 7);
		Pool::vacate(&ALICE);
		assert_eq!(counted(ALICE), Some(7));
		take_events();
		advance(50);
		resume(ALICE);
		assert_eq!(
			take_events(),
			vec![
				Event::CapacityMeasured { worker: ALICE, old: 100, new: 0 },
				Event::StatusUpdated { worker: ALICE, old: WorkerStatus::Paused, new: WorkerStatus::Active },
			]
		);
		served(ALICE, 7);
		assert_eq!(counted(ALICE), Some(7));
		// The next verified training, a job or a probe, measures it anew, and from its own work on all counts.
		Pool::measured(&ALICE, 300, 3);
		served(ALICE, 300);
		served(ALICE, 7);
		assert_eq!((counted(ALICE), market()), (Some(314), (100, 1)));
	});
}

fn offer(who: AccountId, memory_mib: u32) {
	assert_ok!(Pool::update(RuntimeOrigin::signed(who), address(ADDRESS), memory_mib));
}

#[test]
fn memory_that_comes_and_goes_hides_nobody_either() {
	ExtBuilder.build_and_execute(|| {
		for who in [ALICE, BOB] {
			assert_ok!(register(who, LEAST_BOND));
			Pool::measured(&who, 1_000, 1);
		}
		// Too little for a probe in all blocks but those of draws.
		for _ in 0..5 {
			offer(ALICE, 1);
			advance(50);
			offer(ALICE, 2_048);
			served(ALICE, 100);
			offer(BOB, 1_024);
			served(BOB, 100);
		}
		assert_eq!((counted(ALICE), counted(BOB)), (None, Some(500)));
		assert_eq!((record(ALICE).capacity, market()), (0, (1_000, 1)));
		// More memory, or another address, is no other machine.
		Pool::measured(&ALICE, 1_000, 1);
		offer(ALICE, 4_096);
		assert_eq!(market(), (1_000, 2));
	});
}

#[test]
fn no_measurement_ages_while_nobody_is_probed() {
	ExtBuilder.build_and_execute(|| {
		ProbedSince::set(None);
		assert_ok!(register(ALICE, LEAST_BOND));
		Pool::measured(&ALICE, 100, 1);
		advance(10 * MEASURE);
		// She answers and verifies, and nobody has her train.
		served(ALICE, 7);
		assert_eq!((counted(ALICE), record(ALICE).capacity), (Some(7), 100));
		// From now on probes renew measurements, and she has as long for one as everybody.
		ProbedSince::set(Some(System::block_number()));
		advance(MEASURE);
		served(ALICE, 7);
		assert_eq!((counted(ALICE), record(ALICE).capacity), (Some(14), 100));
		advance(1);
		served(ALICE, 7);
		assert_eq!((counted(ALICE), record(ALICE).capacity), (Some(14), 0));
	});
}

#[test]
fn a_measurement_from_before_the_probes_ages_no_slower_than_one_from_after() {
	ExtBuilder.build_and_execute(|| {
		ProbedSince::set(Some(1));
		assert_ok!(register(ALICE, LEAST_BOND));
		advance(MEASURE / 2);
		Pool::measured(&ALICE, 100, 1);
		advance(MEASURE);
		served(ALICE, 7);
		advance(1);
		served(ALICE, 7);
		assert_eq!((counted(ALICE), record(ALICE).capacity), (Some(7), 0));
	});
}

#[test]
fn without_probes_there_is_nothing_to_hide_from() {
	ExtBuilder.build_and_execute(|| {
		ProbedSince::set(None);
		assert_ok!(register(ALICE, LEAST_BOND));
		Pool::measured(&ALICE, 100, 1);
		pause(ALICE);
		assert_eq!(market(), (0, 0));
		resume(ALICE);
		offer(ALICE, 1);
		assert_eq!((record(ALICE).capacity, market()), (100, (100, 1)));
		advance(1);
		served(ALICE, 7);
		assert_eq!(counted(ALICE), Some(7));
		// It pauses before there are probes and comes back when there are.
		pause(ALICE);
		ProbedSince::set(Some(System::block_number()));
		resume(ALICE);
		assert_eq!((record(ALICE).capacity, market()), (0, (0, 0)));
	});
}
