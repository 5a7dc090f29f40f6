use crate::{mock::*, *};
use engram_primitives::traits::WorkerPool;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;

fn withdraw(who: AccountId) -> sp_runtime::DispatchResult {
	Pool::withdraw(RuntimeOrigin::signed(who))
}

#[test]
fn works_at_the_block_it_says_and_not_before() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, 3_000));
		assert_ok!(Pool::leave(RuntimeOrigin::signed(ALICE)));
		advance(UNBONDING - 1);
		assert_noop!(withdraw(ALICE), Error::<Test>::StillUnbonding);
		advance(1);
		take_events();
		assert_ok!(withdraw(ALICE));
		assert_eq!((held(ALICE), free(ALICE)), (0, RICHES));
		assert_eq!(Pool::worker_of(ALICE), None);
		assert_eq!(Pool::owner_of(&key(1)), None);
		assert_eq!(take_events(), vec![Event::Withdrawn { worker: ALICE, bond: 3_000 }]);
		assert_ok!(register(ALICE, LEAST_BOND));
	});
}

#[test]
fn releases_what_a_slash_left() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, 3_000));
		assert_ok!(Pool::leave(RuntimeOrigin::signed(ALICE)));
		assert_eq!(Pool::slash(&ALICE, &[]), 1_500);
		advance(UNBONDING);
		assert_ok!(withdraw(ALICE));
		assert_eq!((held(ALICE), free(ALICE)), (0, RICHES - 1_500));
	});
}

#[test]
fn works_when_nothing_is_left() {
	ExtBuilder.build_and_execute(|| {
		SlashShare::set(1_000_000);
		assert_ok!(register(ALICE, 3_000));
		assert_ok!(Pool::leave(RuntimeOrigin::signed(ALICE)));
		assert_eq!(Pool::slash(&ALICE, &[]), 3_000);
		advance(UNBONDING);
		assert_ok!(withdraw(ALICE));
		assert_eq!(Pool::worker_of(ALICE), None);
	});
}

#[test]
fn fails_when_the_worker_has_not_left() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(withdraw(ALICE), Error::<Test>::UnknownWorker);
		assert_noop!(Pool::withdraw(RuntimeOrigin::none()), BadOrigin);
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_noop!(withdraw(ALICE), Error::<Test>::NotLeaving);
		assert_ok!(Pool::set_available(RuntimeOrigin::signed(ALICE), false));
		assert_noop!(withdraw(ALICE), Error::<Test>::NotLeaving);
	});
}
