use crate::{mock::*, *};
use engram_primitives::traits::WorkerPool;
use frame_support::{assert_noop, assert_ok};
use sp_core::H256;
use sp_runtime::traits::BadOrigin;

fn leave(who: AccountId) -> sp_runtime::DispatchResult {
	Pool::leave(RuntimeOrigin::signed(who))
}

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		take_events();
		assert_ok!(leave(ALICE));
		let unbonding = WorkerStatus::Unbonding { until: 1 + UNBONDING };
		assert_eq!(status(ALICE), unbonding);
		assert!(active().is_empty());
		assert_eq!(held(ALICE), LEAST_BOND);
		assert_eq!(
			take_events(),
			vec![Event::StatusUpdated { worker: ALICE, old: WorkerStatus::Active, new: unbonding }]
		);
	});
}

#[test]
fn waits_for_the_last_slot() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_ok!(Pool::occupy(&ALICE));
		assert_ok!(Pool::occupy(&ALICE));
		assert_ok!(leave(ALICE));
		assert_eq!(status(ALICE), WorkerStatus::Leaving);
		assert_eq!(Pool::draw(H256::zero(), 1, &[]), None);
		advance(UNBONDING * 2);
		assert_noop!(Pool::withdraw(RuntimeOrigin::signed(ALICE)), Error::<Test>::SlotsOccupied);
		Pool::vacate(&ALICE);
		assert_eq!(status(ALICE), WorkerStatus::Leaving);
		take_events();
		Pool::vacate(&ALICE);
		let unbonding = WorkerStatus::Unbonding { until: System::block_number() + UNBONDING };
		assert_eq!(
			take_events(),
			vec![Event::StatusUpdated { worker: ALICE, old: WorkerStatus::Leaving, new: unbonding }]
		);
	});
}

#[test]
fn works_from_every_staying_status() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_ok!(Pool::set_available(RuntimeOrigin::signed(ALICE), false));
		assert_ok!(leave(ALICE));
		assert_ok!(register(BOB, LEAST_BOND));
		Pool::slash(&BOB, &[]);
		Pool::slash(&BOB, &[]);
		assert_eq!(status(BOB), WorkerStatus::Underbonded);
		assert_ok!(leave(BOB));
	});
}

#[test]
fn fails_when_there_is_nothing_to_leave() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(leave(ALICE), Error::<Test>::UnknownWorker);
		assert_noop!(Pool::leave(RuntimeOrigin::root()), BadOrigin);
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_ok!(leave(ALICE));
		assert_noop!(leave(ALICE), Error::<Test>::WorkerLeaving);
	});
}
