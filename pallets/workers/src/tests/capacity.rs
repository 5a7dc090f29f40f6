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
		// Measured while it is paused, counted when it comes back.
		Pool::measured(&ALICE, 300, 1);
		assert_eq!(market(), (600, 2));
		assert_ok!(Pool::set_available(RuntimeOrigin::signed(ALICE), true));
		assert_eq!(market(), (500, 3));
		Pool::slash(&CAROL, &[]);
		assert_eq!((status(CAROL), market()), (WorkerStatus::Underbonded, (250, 2)));
		assert_ok!(Pool::leave(RuntimeOrigin::signed(BOB)));
		assert_eq!(market(), (300, 1));
		assert_ok!(Pool::force_remove(RuntimeOrigin::root(), ALICE));
		assert_eq!(market(), (0, 0));
		assert_ok!(Pool::bond_extra(RuntimeOrigin::signed(CAROL), LEAST_BOND));
		assert_eq!(market(), (1_000, 1));
	});
}
