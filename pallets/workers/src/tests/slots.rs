use crate::{mock::*, *};
use engram_primitives::traits::WorkerPool;
use frame_support::{assert_noop, assert_ok};

#[test]
fn the_bond_sets_them_up_to_a_cap() {
	ExtBuilder.build_and_execute(|| {
		for (who, bond, slots) in [(10, 1_000, 2), (11, 1_499, 2), (12, 1_500, 3), (13, 500_000, 4)] {
			assert_ok!(register(who, bond));
			assert_eq!(Pool::slots_of(who), Some(slots));
			for _ in 0..slots {
				assert_ok!(Pool::occupy(&who));
			}
			assert_noop!(Pool::occupy(&who), Error::<Test>::NoFreeSlot);
			assert_eq!(record(who).occupied, slots);
		}
	});
}

#[test]
fn occupied_ones_outlive_a_slash() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, 2_000));
		for _ in 0..4 {
			assert_ok!(Pool::occupy(&ALICE));
		}
		Pool::slash(&ALICE, &[]);
		assert_eq!((record(ALICE).occupied, Pool::slots_of(ALICE)), (4, Some(2)));
		Pool::vacate(&ALICE);
		Pool::vacate(&ALICE);
		assert_noop!(Pool::occupy(&ALICE), Error::<Test>::NoFreeSlot);
		Pool::vacate(&ALICE);
		assert_ok!(Pool::occupy(&ALICE));
	});
}

#[test]
fn fails_when_there_is_no_active_worker() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(Pool::occupy(&ALICE), Error::<Test>::UnknownWorker);
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_ok!(Pool::leave(RuntimeOrigin::signed(ALICE)));
		assert_noop!(Pool::occupy(&ALICE), Error::<Test>::NotActive);
	});
}

#[test]
fn giving_back_what_nobody_took_is_reported_and_changes_nothing() {
	ExtBuilder.build_and_execute(|| {
		let kind = UnexpectedKind::SlotNotOccupied;
		Pool::vacate(&ALICE);
		assert_eq!(take_events(), vec![Event::Unexpected { worker: ALICE, kind }]);
		assert_ok!(register(ALICE, LEAST_BOND));
		take_events();
		Pool::vacate(&ALICE);
		assert_eq!(record(ALICE).occupied, 0);
		assert_eq!(take_events(), vec![Event::Unexpected { worker: ALICE, kind }]);
	});
}
