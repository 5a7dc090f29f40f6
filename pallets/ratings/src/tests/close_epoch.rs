//! The end of an epoch.

use crate::{mock::*, EpochRecord, EpochState, Epochs, Event, UnexpectedKind};
use engram_primitives::{economy::EpochPool, units::ENGR};

#[test]
fn takes_what_is_owed_from_a_large_offer() {
	ExtBuilder::default().build_and_execute(|| {
		answer(JOB, 3_000, 0);
		pay(JOB, 0, PART / 3);
		assert_eq!(close(ENGR), 999);
		assert_eq!(
			Epochs::<Test>::get(7),
			Some(EpochRecord {
				owed: 999,
				settled: 0,
				rows: 1,
				state: EpochState::Closed { taken: 999, paid: 0 }
			})
		);
		assert_eq!(
			events().last(),
			Some(&Event::EpochClosed { epoch: 7, owed: 999, offered: ENGR, taken: 999 })
		);
		// What comes now is the next epoch's.
		pay(JOB, 0, PART / 3);
		assert_eq!(Epochs::<Test>::get(8).unwrap().owed, 999);
		assert_eq!(Epochs::<Test>::get(7).unwrap().owed, 999);
	});
}

#[test]
fn takes_a_small_offer() {
	ExtBuilder::default().build_and_execute(|| {
		answer(JOB, 3_000, 0);
		pay(JOB, 0, PART);
		assert_eq!(close(1_000), 1_000);
		answer(engram_primitives::JobId(1), 3_000, 0);
		pay(engram_primitives::JobId(1), 0, PART);
		assert_eq!(close(0), 0);
		assert_eq!(Epochs::<Test>::get(8).unwrap().state, EpochState::Closed { taken: 0, paid: 0 });
	});
}

#[test]
fn takes_nothing_for_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(close(ENGR), 0);
		assert_eq!((Epochs::<Test>::get(7), events()), (None, vec![]));
	});
}

#[test]
fn takes_nothing_twice() {
	ExtBuilder::default().build_and_execute(|| {
		answer(JOB, 3_000, 0);
		pay(JOB, 0, PART);
		assert_eq!(close(1_000), 1_000);
		assert_eq!(Ratings::close_epoch(7, ENGR), 0);
		assert_eq!(events().last(), Some(&Event::Unexpected { kind: UnexpectedKind::ClosedTwice }));
	});
}

#[test]
fn a_reward_for_a_closed_epoch_is_refused() {
	ExtBuilder::default().build_and_execute(|| {
		answer(JOB, 3_000, 0);
		pay(JOB, 0, PART / 2);
		close(1_000);
		// A clock that runs backwards.
		Epoch::set(7);
		pay(JOB, 0, PART / 2);
		assert_eq!(events().last(), Some(&Event::Unexpected { kind: UnexpectedKind::RewardLost }));
		assert_eq!(Epochs::<Test>::get(7).unwrap().owed, 1_500);
		Epoch::set(8);
	});
}
