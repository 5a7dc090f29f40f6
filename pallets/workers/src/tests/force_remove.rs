use crate::{mock::*, *};
use engram_primitives::traits::WorkerPool;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;

fn force_remove(who: AccountId) -> sp_runtime::DispatchResult {
	Pool::force_remove(RuntimeOrigin::root(), who)
}

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		take_events();
		assert_ok!(force_remove(ALICE));
		assert_eq!((held(ALICE), free(ALICE)), (0, RICHES));
		assert_eq!(Pool::worker_of(ALICE), None);
		assert!(active().is_empty());
		assert_eq!(take_events(), vec![Event::ForceRemoved { worker: ALICE, bond: LEAST_BOND }]);
	});
}

#[test]
fn ends_an_unbonding_early() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_ok!(Pool::leave(RuntimeOrigin::signed(ALICE)));
		assert_ok!(force_remove(ALICE));
		assert_eq!(held(ALICE), 0);
	});
}

#[test]
fn lets_jobs_end_first() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_ok!(Pool::occupy(&ALICE));
		take_events();
		assert_ok!(force_remove(ALICE));
		assert_eq!((status(ALICE), held(ALICE)), (WorkerStatus::Leaving, LEAST_BOND));
		assert_eq!(
			take_events(),
			vec![Event::StatusUpdated {
				worker: ALICE,
				old: WorkerStatus::Active,
				new: WorkerStatus::Leaving
			}]
		);
		assert_noop!(force_remove(ALICE), Error::<Test>::SlotsOccupied);
		Pool::vacate(&ALICE);
		assert_ok!(force_remove(ALICE));
		assert_eq!(Pool::worker_of(ALICE), None);
	});
}

#[test]
fn fails_when_not_the_admin_asks() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		for origin in [RuntimeOrigin::signed(ALICE), RuntimeOrigin::none()] {
			assert_noop!(Pool::force_remove(origin, ALICE), BadOrigin);
		}
		assert_noop!(force_remove(BOB), Error::<Test>::UnknownWorker);
	});
}
