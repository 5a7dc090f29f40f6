use crate::{mock::*, *};
use engram_primitives::traits::WorkerPool;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{traits::BadOrigin, TokenError};

fn bond_extra(who: AccountId, amount: u128) -> sp_runtime::DispatchResult {
	Pool::bond_extra(RuntimeOrigin::signed(who), amount)
}

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		take_events();
		assert_ok!(bond_extra(ALICE, 500));
		assert_eq!((record(ALICE).bond, held(ALICE)), (1_500, 1_500));
		assert_eq!(free(ALICE), RICHES - 1_500);
		assert_eq!(Pool::slots_of(ALICE), Some(3));
		assert_eq!(take_events(), vec![Event::BondIncreased { worker: ALICE, added: 500, bond: 1_500 }]);
	});
}

#[test]
fn brings_an_underbonded_worker_back_when_it_is_enough() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		Pool::slash(&ALICE, &[]);
		Pool::slash(&ALICE, &[]);
		take_events();
		assert_ok!(bond_extra(ALICE, 249));
		assert_eq!(status(ALICE), WorkerStatus::Underbonded);
		assert_eq!(take_events().len(), 1);
		assert_ok!(bond_extra(ALICE, 1));
		assert_eq!(status(ALICE), WorkerStatus::Active);
		assert_eq!(active(), vec![ALICE]);
		assert_eq!(
			take_events(),
			vec![
				Event::BondIncreased { worker: ALICE, added: 1, bond: 500 },
				Event::StatusUpdated {
					worker: ALICE,
					old: WorkerStatus::Underbonded,
					new: WorkerStatus::Active
				},
			]
		);
	});
}

#[test]
fn leaves_a_paused_worker_paused() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_ok!(Pool::set_available(RuntimeOrigin::signed(ALICE), false));
		assert_ok!(bond_extra(ALICE, 500));
		assert_eq!(status(ALICE), WorkerStatus::Paused);
	});
}

#[test]
fn fails_when_it_can_not_be_added() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(bond_extra(ALICE, 1), Error::<Test>::UnknownWorker);
		assert_noop!(Pool::bond_extra(RuntimeOrigin::root(), 1), BadOrigin);
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_noop!(bond_extra(ALICE, 0), Error::<Test>::AmountIsZero);
		assert_noop!(bond_extra(ALICE, RICHES), TokenError::FundsUnavailable);
		assert_noop!(bond_extra(ALICE, u128::MAX), sp_runtime::ArithmeticError::Overflow);
		assert_ok!(Pool::leave(RuntimeOrigin::signed(ALICE)));
		assert_noop!(bond_extra(ALICE, 1), Error::<Test>::WorkerLeaving);
	});
}
