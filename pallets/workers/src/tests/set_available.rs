use crate::{mock::*, *};
use engram_primitives::traits::WorkerPool;
use frame_support::{assert_noop, assert_ok};
use sp_core::H256;
use sp_runtime::traits::BadOrigin;

fn set_available(who: AccountId, available: bool) -> sp_runtime::DispatchResult {
	Pool::set_available(RuntimeOrigin::signed(who), available)
}

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		take_events();
		assert_ok!(set_available(ALICE, false));
		assert_eq!(status(ALICE), WorkerStatus::Paused);
		assert!(active().is_empty());
		assert_eq!(Pool::draw(H256::zero(), 1, &[]), None);
		assert_ok!(set_available(ALICE, true));
		assert_eq!(active(), vec![ALICE]);
		assert_eq!(Pool::draw(H256::zero(), 1, &[]), Some(ALICE));
		let (paused, active) = (WorkerStatus::Paused, WorkerStatus::Active);
		assert_eq!(
			take_events(),
			vec![
				Event::StatusUpdated { worker: ALICE, old: active, new: paused },
				Event::StatusUpdated { worker: ALICE, old: paused, new: active },
			]
		);
		assert_eq!(held(ALICE), LEAST_BOND);
	});
}

#[test]
fn jobs_under_way_go_on() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_ok!(Pool::occupy(&ALICE));
		assert_ok!(set_available(ALICE, false));
		assert_eq!(record(ALICE).occupied, 1);
		assert_noop!(Pool::occupy(&ALICE), Error::<Test>::NotActive);
		Pool::vacate(&ALICE);
		assert_eq!((record(ALICE).occupied, status(ALICE)), (0, WorkerStatus::Paused));
	});
}

#[test]
fn an_underbonded_worker_can_only_pause() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		Pool::slash(&ALICE, &[]);
		Pool::slash(&ALICE, &[]);
		assert_noop!(set_available(ALICE, true), Error::<Test>::BondTooSmall);
		assert_ok!(set_available(ALICE, false));
		assert_noop!(set_available(ALICE, true), Error::<Test>::BondTooSmall);
		assert_ok!(Pool::bond_extra(RuntimeOrigin::signed(ALICE), 249));
		assert_noop!(set_available(ALICE, true), Error::<Test>::BondTooSmall);
		assert_ok!(Pool::bond_extra(RuntimeOrigin::signed(ALICE), 1));
		assert_ok!(set_available(ALICE, true));
	});
}

#[test]
fn fails_when_nothing_would_change() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(set_available(ALICE, true), Error::<Test>::UnknownWorker);
		assert_noop!(Pool::set_available(RuntimeOrigin::root(), true), BadOrigin);
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_noop!(set_available(ALICE, true), Error::<Test>::StatusUnchanged);
		assert_ok!(set_available(ALICE, false));
		assert_noop!(set_available(ALICE, false), Error::<Test>::StatusUnchanged);
		assert_ok!(Pool::leave(RuntimeOrigin::signed(ALICE)));
		assert_noop!(set_available(ALICE, true), Error::<Test>::WorkerLeaving);
	});
}
