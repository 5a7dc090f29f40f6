//! Rewards are paid.

use crate::{mock::*, EpochState, Epochs, Error, Event, Owed};
use engram_primitives::{units::ENGR, ContributionId};
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use sp_runtime::{traits::BadOrigin, TokenError};

/// Bob is owed 2 ENGR, Carol 3, for the epoch 7.
fn earned() {
	answer(JOB, 5 * ENGR, 0);
	pay(JOB, 0, PART / 5 * 2);
	pay(JOB, 1, PART / 5 * 3);
}

#[test]
fn works_by_a_stranger() {
	ExtBuilder::default().build_and_execute(|| {
		earned();
		close(100 * ENGR);
		let issuance = Balances::total_issuance();
		assert_ok!(claim(7, BOB));
		assert_eq!((balance(BOB), balance(ALICE)), (RICHES + 2 * ENGR, RICHES));
		assert_eq!(
			events().last(),
			Some(&Event::RewardClaimed { who: BOB, epoch: 7, reward: 2 * ENGR, paid: 2 * ENGR })
		);
		assert_eq!(Owed::<Test>::get(7, BOB), None);
		let record = Epochs::<Test>::get(7).unwrap();
		assert_eq!((record.settled, record.rows), (2 * ENGR, 1));
		assert_ok!(claim(7, CAROL));
		assert_eq!(balance(CAROL), RICHES + 3 * ENGR);
		assert_eq!((balance(Ratings::pool()), Balances::total_issuance()), (ED, issuance));
		assert_eq!(sum_of_balances(), issuance);
	});
}

#[test]
fn a_short_pool_pays_everybody_the_same_part() {
	ExtBuilder::default().build_and_execute(|| {
		earned();
		close(4 * ENGR + 1);
		assert_ok!(claim(7, CAROL));
		assert_ok!(claim(7, BOB));
		// Four fifths, rounded down; a base unit is left.
		assert_eq!(balance(BOB), RICHES + 1_600_000_000_000);
		assert_eq!(balance(CAROL), RICHES + 2_400_000_000_000);
		assert_eq!(balance(Ratings::pool()), ED + 1);
		let state = EpochState::Closed { taken: 4 * ENGR + 1, paid: 4 * ENGR };
		assert_eq!(Epochs::<Test>::get(7).unwrap().state, state);
	});
}

#[test]
fn gifts_change_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		earned();
		donate(ALICE, 50 * ENGR);
		assert_eq!(close(4 * ENGR), 4 * ENGR);
		assert_ok!(claim(7, BOB));
		assert_eq!(balance(BOB), RICHES + 1_600_000_000_000);
	});
}

#[test]
fn fails_when_claimed_twice() {
	ExtBuilder::default().build_and_execute(|| {
		earned();
		close(100 * ENGR);
		assert_ok!(claim(7, BOB));
		assert_noop!(claim(7, BOB), Error::<Test>::NothingToClaim);
		assert_noop!(claim(7, ALICE), Error::<Test>::NothingToClaim);
	});
}

#[test]
fn fails_when_the_epoch_is_not_closed() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(claim(7, BOB), Error::<Test>::UnknownEpoch);
		earned();
		assert_noop!(claim(7, BOB), Error::<Test>::EpochRunning);
		assert_noop!(claim(8, BOB), Error::<Test>::UnknownEpoch);
	});
}

#[test]
fn fails_when_the_epoch_expired() {
	ExtBuilder::default().build_and_execute(|| {
		ExpirePage::set(1);
		earned();
		close(100 * ENGR);
		Epoch::set(11);
		assert_ok!(expire(7));
		for who in [BOB, CAROL] {
			assert_noop!(claim(7, who), Error::<Test>::EpochExpired);
		}
	});
}

#[test]
fn fails_when_the_pool_had_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		earned();
		close(1);
		assert_noop!(claim(7, BOB), Error::<Test>::RewardTooSmall);
	});
}

#[test]
fn fails_when_the_account_cannot_be_created() {
	ExtBuilder::default().build_and_execute(|| {
		Owners::mutate(|owners| owners.insert(ContributionId(0), NOBODY));
		answer(JOB, ED - 1, 0);
		pay(JOB, 0, PART);
		close(ENGR);
		assert_noop!(claim(7, NOBODY), TokenError::BelowMinimum);
		assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(ALICE), NOBODY, ED));
		assert_ok!(claim(7, NOBODY));
		assert_eq!(balance(NOBODY), 2 * ED - 1);
	});
}

#[test]
fn fails_when_unsigned() {
	ExtBuilder::default().build_and_execute(|| {
		earned();
		close(ENGR);
		for origin in [RawOrigin::None, RawOrigin::Root] {
			assert_noop!(Ratings::claim_reward(origin.into(), 7, BOB), BadOrigin);
		}
	});
}
