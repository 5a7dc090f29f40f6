use crate::{mock::*, *};
use engram_primitives::traits::WorkerPool;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;

fn unbond(who: AccountId, amount: u128) -> sp_runtime::DispatchResult {
	Pool::unbond(RuntimeOrigin::signed(who), amount)
}

fn withdraw(who: AccountId) -> sp_runtime::DispatchResult {
	Pool::withdraw_unbonded(RuntimeOrigin::signed(who))
}

fn queue(who: AccountId) -> Vec<(u128, u32)> {
	Pool::unbonding_of(who).into_iter().map(|chunk| (chunk.amount, chunk.until)).collect()
}

#[test]
fn a_part_waits_and_is_released() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, 4_000));
		take_events();
		assert_ok!(unbond(ALICE, 1_500));
		let until = 1 + UNBONDING;
		assert_eq!(take_events(), vec![Event::Unbonded { worker: ALICE, amount: 1_500, until, bond: 2_500 }]);
		// It counts neither for draws nor for slots, and is on hold.
		assert_eq!((record(ALICE).bond, held(ALICE)), (2_500, 4_000));
		assert_eq!(Pool::eligible(1), vec![(ALICE, 1_250)]);
		assert_ok!(unbond(ALICE, 500));
		assert_eq!(Pool::slots_of(ALICE), Some(4));
		assert_ok!(unbond(ALICE, 1));
		assert_eq!(Pool::slots_of(ALICE), Some(3));
		advance(UNBONDING - 1);
		assert_noop!(withdraw(ALICE), Error::<Test>::NothingUnbonded);
		advance(1);
		take_events();
		assert_ok!(withdraw(ALICE));
		assert_eq!(
			take_events(),
			vec![Event::UnbondedWithdrawn { worker: ALICE, amount: 2_001, waiting: 0 }]
		);
		assert_eq!((held(ALICE), free(ALICE)), (1_999, RICHES - 1_999));
		assert!(queue(ALICE).is_empty());
		assert_noop!(withdraw(ALICE), Error::<Test>::NothingUnbonded);
	});
}

#[test]
fn parts_wait_each_for_itself() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, 4_000));
		for _ in 0..3 {
			assert_ok!(unbond(ALICE, 100));
			advance(5);
		}
		assert_noop!(unbond(ALICE, 100), Error::<Test>::TooManyUnbonding);
		advance(UNBONDING - 10);
		take_events();
		assert_ok!(withdraw(ALICE));
		assert_eq!(
			take_events(),
			vec![Event::UnbondedWithdrawn { worker: ALICE, amount: 200, waiting: 100 }]
		);
		assert_eq!(queue(ALICE), [(100, 11 + UNBONDING)]);
		assert_ok!(unbond(ALICE, 100));
	});
}

#[test]
fn the_least_bond_stays() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(unbond(ALICE, 1), Error::<Test>::UnknownWorker);
		assert_noop!(Pool::unbond(RuntimeOrigin::none(), 1), BadOrigin);
		assert_noop!(Pool::withdraw_unbonded(RuntimeOrigin::none()), BadOrigin);
		assert_noop!(withdraw(ALICE), Error::<Test>::NothingUnbonded);
		assert_ok!(register(ALICE, 3_000));
		assert_noop!(unbond(ALICE, 0), Error::<Test>::AmountIsZero);
		assert_noop!(unbond(ALICE, 2_001), Error::<Test>::BondTooSmall);
		assert_noop!(unbond(ALICE, u128::MAX), Error::<Test>::BondTooSmall);
		assert_ok!(unbond(ALICE, 2_000));
		assert_eq!(status(ALICE), WorkerStatus::Active);
		assert_ok!(Pool::leave(RuntimeOrigin::signed(ALICE)));
		assert_noop!(unbond(ALICE, 1), Error::<Test>::WorkerLeaving);
	});
}

#[test]
fn taking_a_bond_back_does_not_shelter_it() {
	ExtBuilder.build_and_execute(|| {
		for (who, takes_back) in [(ALICE, false), (BOB, true)] {
			assert_ok!(register(who, 4_000));
			if takes_back {
				assert_ok!(unbond(who, 2_000));
				assert_ok!(unbond(who, 1_000));
			}
			assert_eq!(Pool::slash(&who, &[]), 2_000);
			assert_eq!(held(who), 2_000);
		}
		// The bond first, then the part that would have stayed longest.
		assert_eq!(record(BOB).bond, 0);
		assert_eq!(queue(BOB), [(2_000, 1 + UNBONDING)]);
		assert_eq!(status(BOB), WorkerStatus::Underbonded);
		assert_eq!(Pool::slash(&BOB, &[]), 1_000);
		assert_eq!(queue(BOB), [(1_000, 1 + UNBONDING)]);
		SlashShare::set(1_000_000);
		assert_eq!(Pool::slash(&BOB, &[]), 1_000);
		assert!(queue(BOB).is_empty());
		assert_noop!(withdraw(BOB), Error::<Test>::NothingUnbonded);
	});
}

#[test]
fn a_penalty_is_a_part_of_all_that_is_held() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, 4_000));
		assert_ok!(unbond(ALICE, 2_000));
		Pool::penalise_lateness(&ALICE);
		assert_eq!((record(ALICE).bond, held(ALICE)), (1_960, 3_960));
	});
}

#[test]
fn who_leaves_takes_everything_in_the_end() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, 4_000));
		assert_ok!(unbond(ALICE, 1_000));
		assert_ok!(Pool::leave(RuntimeOrigin::signed(ALICE)));
		advance(UNBONDING);
		take_events();
		assert_ok!(Pool::withdraw(RuntimeOrigin::signed(ALICE)));
		assert_eq!(take_events(), vec![Event::Withdrawn { worker: ALICE, bond: 4_000 }]);
		assert_eq!((held(ALICE), free(ALICE), queue(ALICE)), (0, RICHES, vec![]));

		assert_ok!(register(BOB, 4_000));
		assert_ok!(unbond(BOB, 1_000));
		assert_ok!(Pool::force_remove(RuntimeOrigin::root(), BOB));
		assert_eq!((held(BOB), free(BOB), queue(BOB)), (0, RICHES, vec![]));
	});
}
