use crate::{mock::*, *};
use engram_primitives::traits::WorkerPool;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;

fn rotate(who: AccountId, seed: u8) -> sp_runtime::DispatchResult {
	Pool::rotate_key(RuntimeOrigin::signed(who), key(seed), possession(seed, who))
}

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		take_events();
		assert_ok!(rotate(ALICE, 50));
		assert_eq!(Pool::key_of(&ALICE), Some(key(50)));
		assert_eq!(Pool::owner_of(&key(50)), Some(ALICE));
		assert_eq!(Pool::owner_of(&key(1)), None);
		assert_eq!(take_events(), vec![Event::KeyRotated { worker: ALICE, old: key(1), new: key(50) }]);
	});
}

#[test]
fn an_old_key_is_free_again() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_ok!(rotate(ALICE, 50));
		assert_ok!(rotate(ALICE, 1));
		assert_ok!(register(BOB, LEAST_BOND));
		assert_ok!(rotate(BOB, 50));
		assert_eq!(Pool::owner_of(&key(50)), Some(BOB));
	});
}

#[test]
fn works_while_leaving_because_jobs_go_on() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_ok!(Pool::occupy(&ALICE));
		assert_ok!(Pool::leave(RuntimeOrigin::signed(ALICE)));
		assert_ok!(rotate(ALICE, 50));
	});
}

#[test]
fn fails_when_the_key_does_not_serve() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(rotate(ALICE, 50), Error::<Test>::UnknownWorker);
		let unsigned = Pool::rotate_key(RuntimeOrigin::root(), key(50), possession(50, ALICE));
		assert_noop!(unsigned, BadOrigin);
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_ok!(register(BOB, LEAST_BOND));
		assert_noop!(rotate(ALICE, 2), Error::<Test>::KeyTaken);
		assert_noop!(rotate(ALICE, 1), Error::<Test>::KeyTaken);
		let call = Pool::rotate_key(RuntimeOrigin::signed(ALICE), key(50), possession(50, BOB));
		assert_noop!(call, Error::<Test>::InvalidPossession);
	});
}
