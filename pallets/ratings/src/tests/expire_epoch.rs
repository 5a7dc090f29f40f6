//! What nobody claims.

use crate::{mock::*, EpochState, Epochs, Error, Event, Owed, WeightInfo};
use engram_primitives::{units::ENGR, ContributionId};
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use sp_runtime::traits::BadOrigin;

/// Five accounts are owed 1 ENGR each for the epoch 7.
fn earned() {
	answer(JOB, 5 * ENGR, 0);
	for index in 0..5 {
		Owners::mutate(|owners| owners.insert(ContributionId(index), 100 + index));
		pay(JOB, index, PART / 5);
	}
}

fn rows() -> usize {
	Owed::<Test>::iter_prefix(7).count()
}

#[test]
fn works_page_by_page() {
	ExtBuilder::default().build_and_execute(|| {
		earned();
		let owed = Epochs::<Test>::get(7).unwrap().owed;
		close(100 * ENGR);
		assert_ok!(claim(7, 100));
		Epoch::set(7 + CLAIM_PERIOD + 1);
		let post = Ratings::expire_epoch(RuntimeOrigin::signed(ALICE), 7, PAGE + 1).unwrap();
		assert_eq!(post.actual_weight, Some(<() as WeightInfo>::expire_epoch(2)));
		let left = owed - balance(100);
		assert_eq!((balance(TREASURY), balance(Ratings::pool())), (ED + left, ED));
		assert_eq!(events().last(), Some(&Event::EpochExpired { epoch: 7, amount: left, rows: 2 }));
		assert_eq!((rows(), Epochs::<Test>::get(7).unwrap().state), (2, EpochState::Expired));
		check();
		assert_ok!(expire(7));
		assert_eq!(events().last(), Some(&Event::EpochExpired { epoch: 7, amount: 0, rows: 0 }));
		assert_eq!((rows(), Epochs::<Test>::get(7)), (0, None));
		assert_eq!(balance(TREASURY), ED + left);
		assert_noop!(expire(7), Error::<Test>::UnknownEpoch);
	});
}

#[test]
fn works_at_once_when_nothing_is_left() {
	ExtBuilder::default().build_and_execute(|| {
		// All claimed: what is left is dust.
		answer(JOB, 5, 0);
		pay(JOB, 0, PART / 5 * 2);
		pay(JOB, 1, PART / 5 * 3);
		let owed = Epochs::<Test>::get(7).unwrap().owed;
		assert_eq!(close(owed - 1), owed - 1);
		assert_ok!(claim(7, BOB));
		assert_noop!(expire(7), Error::<Test>::ClaimsRunning);
		assert_ok!(claim(7, CAROL));
		let dust = balance(Ratings::pool()) - ED;
		assert_eq!(dust, 1);
		assert_ok!(expire(7));
		assert_eq!((balance(TREASURY), Epochs::<Test>::get(7)), (ED + dust, None));
		// Nothing offered: there is nothing to wait for.
		answer(engram_primitives::JobId(1), 5, 0);
		pay(engram_primitives::JobId(1), 0, PART);
		close(0);
		assert_ok!(expire(8));
		assert_eq!((balance(TREASURY), Epochs::<Test>::get(8)), (ED + dust, None));
	});
}

#[test]
fn fails_when_too_early() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(expire(7), Error::<Test>::UnknownEpoch);
		earned();
		assert_noop!(expire(7), Error::<Test>::EpochRunning);
		close(100 * ENGR);
		for epoch in 8..=7 + CLAIM_PERIOD {
			Epoch::set(epoch);
			assert_noop!(expire(7), Error::<Test>::ClaimsRunning);
		}
		Epoch::set(8 + CLAIM_PERIOD);
		assert_ok!(expire(7));
	});
}

#[test]
fn removes_no_more_than_it_is_asked_to() {
	ExtBuilder::default().build_and_execute(|| {
		earned();
		close(100 * ENGR);
		Epoch::set(8 + CLAIM_PERIOD);
		let expire = |limit| Ratings::expire_epoch(RuntimeOrigin::signed(ALICE), 7, limit);
		assert_noop!(expire(0), Error::<Test>::LimitIsZero);
		let post = expire(1).unwrap();
		assert_eq!(post.actual_weight, Some(<() as WeightInfo>::expire_epoch(1)));
		assert_eq!(rows(), 4);
	});
}

#[test]
fn fails_when_unsigned() {
	ExtBuilder::default().build_and_execute(|| {
		let refused = Ratings::expire_epoch(RawOrigin::Root.into(), 7, 1).unwrap_err();
		assert_eq!(refused.error, BadOrigin.into());
	});
}
