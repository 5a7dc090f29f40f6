use crate::{mock::*, *};
use engram_math::yields::Bonus;
use engram_primitives::{
	economy::{ComputeRewards, EpochPool},
	traits::WorkerPool,
	units::Balance,
};
use frame_support::{assert_noop, assert_ok, assert_storage_noop};
use sp_runtime::{traits::BadOrigin, TokenError};

const PLAIN: Bonus = Bonus { strength: 0, market: 0, performance: 0 };

/// Registers a worker that can do a thousand multiply-adds a block.
fn able(who: AccountId) {
	assert_ok!(register(who, LEAST_BOND));
	Pool::measured(&who, 1_000, 1);
}

fn did(who: AccountId, work: u64, ceiling: Balance) {
	Pool::record_work(&who, work, PLAIN, ceiling);
}

fn claim(who: AccountId, epoch: u32) -> sp_runtime::DispatchResult {
	Pool::claim_rewards(RuntimeOrigin::signed(DAVE), who, epoch)
}

fn expire(epoch: u32, limit: u32) -> Result<(), sp_runtime::DispatchError> {
	Pool::expire_epoch(RuntimeOrigin::signed(DAVE), epoch, limit).map(|_| ()).map_err(|error| error.error)
}

#[test]
fn rewards_are_shared_by_weight_under_ceilings() {
	ExtBuilder.build_and_execute(|| {
		[ALICE, BOB].into_iter().for_each(able);
		advance(1);
		take_events();
		did(ALICE, 300, 500);
		did(BOB, 600, 100);
		// At half a reputation and without a bonus.
		let weight = 300 * 500_000 * 1_000_000;
		assert_eq!(
			take_events(),
			vec![
				Event::WorkRecorded { worker: ALICE, epoch: 1, credited: 300, weight, ceiling: 500 },
				Event::WorkRecorded {
					worker: BOB,
					epoch: 1,
					credited: 600,
					weight: 2 * weight,
					ceiling: 100
				},
			]
		);
		assert_noop!(claim(ALICE, 1), Error::<Test>::EpochOpen);
		assert_eq!(close(1_000), 600);
		let record = Pool::epoch_of(1).unwrap();
		assert_eq!((record.offered, record.taken, record.ceilings, record.rows), (1_000, 600, 600, 2));
		assert_eq!(
			take_events(),
			vec![Event::EpochClosed {
				epoch: 1,
				offered: 1_000,
				taken: 600,
				total_weight: 3 * weight,
				workers: 2
			}]
		);
		// A third of what was offered, rounded down; the ceiling of the other does not raise it.
		let rewards = Pool::rewards_of(ALICE, 1).unwrap();
		assert_eq!((rewards.claimable, rewards.paid, rewards.work), (333, None, 300));
		assert_ok!(claim(ALICE, 1));
		assert_ok!(claim(BOB, 1));
		assert_eq!(free(ALICE), RICHES - LEAST_BOND + 333);
		assert_eq!(free(BOB), RICHES - LEAST_BOND + 100);
		assert_eq!(
			take_events(),
			vec![
				Event::RewardsClaimed { worker: ALICE, epoch: 1, amount: 333 },
				Event::RewardsClaimed { worker: BOB, epoch: 1, amount: 100 },
			]
		);
		assert_eq!(Pool::epoch_of(1).unwrap().paid, 433);
		let rewards = Pool::rewards_of(ALICE, 1).unwrap();
		assert_eq!((rewards.claimable, rewards.paid), (0, Some(333)));
		assert_noop!(claim(ALICE, 1), Error::<Test>::AlreadyClaimed);
	});
}

#[test]
fn bonus_and_reputation_raise_the_weight() {
	ExtBuilder.build_and_execute(|| {
		[ALICE, BOB, CAROL].into_iter().for_each(able);
		advance(1);
		Pool::penalise_reputation(&CAROL);
		did(ALICE, 100, 1_000);
		Pool::record_work(
			&BOB,
			100,
			Bonus { strength: 1_000_000, market: 1_000_000, performance: 500_000 },
			1_000,
		);
		did(CAROL, 100, 1_000);
		close(1_000);
		let claimable = |who| Pool::rewards_of(who, 1).unwrap().claimable;
		// 2 : 3 : 1
		assert_eq!([ALICE, BOB, CAROL].map(claimable), [333, 500, 166]);
	});
}

#[test]
fn no_more_work_counts_than_the_capacity_allows() {
	ExtBuilder.build_and_execute(|| {
		able(ALICE);
		advance(2);
		did(ALICE, 1_500, 10);
		did(ALICE, 1_500, 10);
		assert_eq!(Pool::rewards_of(ALICE, 1).unwrap().work, 2_000);
		take_events();
		// Nothing more in this block, and so no ceiling either.
		assert_storage_noop!(did(ALICE, 1_500, 10));
		assert!(take_events().is_empty());
		advance(1);
		did(ALICE, u64::MAX, 10);
		assert_eq!(Pool::rewards_of(ALICE, 1).unwrap().work, 3_000);
		assert_eq!(Pool::rewards_of(ALICE, 1).unwrap().ceiling, 30);
		// The next epoch goes on where the last credit was: no block counts twice.
		close(5);
		did(ALICE, 900, 10);
		assert_eq!(Pool::rewards_of(ALICE, 2), None);
		advance(1);
		did(ALICE, 1_900, 10);
		assert_eq!(Pool::rewards_of(ALICE, 2).unwrap().work, 1_000);
		// A capacity that falls takes nothing back.
		Pool::measured(&ALICE, 1, 1);
		advance(1);
		did(ALICE, 900, 10);
		assert_eq!(Pool::rewards_of(ALICE, 2).unwrap().work, 1_000);
	});
}

#[test]
fn idle_time_is_not_saved_up() {
	ExtBuilder.build_and_execute(|| {
		let begin = |blocks| {
			advance(blocks);
			close(0);
		};
		able(ALICE);
		// Registered in block 1; the next two epochs begin in blocks 101 and 201.
		begin(100);
		begin(100);
		assert_eq!(EpochStarts::<Test>::get(), Starts { before: 101, running: 201 });
		advance(10);
		// A job may have been worked on since the epoch before began.
		did(ALICE, u64::MAX, 10);
		assert_eq!(Pool::rewards_of(ALICE, 3).unwrap().work, 110_000);
		// Who worked in the epoch before goes on from there.
		begin(1);
		advance(1);
		did(ALICE, u64::MAX, 10);
		assert_eq!(Pool::rewards_of(ALICE, 4).unwrap().work, 2_000);
	});
}

#[test]
fn who_is_not_measured_or_not_registered_has_no_part() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		able(BOB);
		advance(5);
		take_events();
		assert_storage_noop!(did(ALICE, 100, 10));
		assert_storage_noop!(did(STRANGER, 100, 10));
		assert_storage_noop!(did(BOB, 100, 0));
		assert_storage_noop!(did(BOB, 0, 10));
		assert!(take_events().is_empty());
		// An epoch without work takes nothing and leaves nothing but its end.
		assert_eq!((Pool::close_epoch(1, 1_000), Epochs::<Test>::iter().count()), (0, 0));
		assert_noop!(claim(BOB, 1), Error::<Test>::UnknownEpoch);
		assert_noop!(expire(1, 1), Error::<Test>::UnknownEpoch);
	});
}

#[test]
fn a_small_offer_is_taken_whole() {
	ExtBuilder.build_and_execute(|| {
		able(ALICE);
		advance(1);
		did(ALICE, 300, 500);
		assert_eq!(close(499), 499);
		assert_ok!(claim(ALICE, 1));
		assert_eq!(free(ALICE), RICHES - LEAST_BOND + 499);
	});
}

#[test]
fn nothing_is_paid_when_nothing_is_offered() {
	ExtBuilder.build_and_execute(|| {
		able(ALICE);
		advance(1);
		did(ALICE, 300, 500);
		assert_eq!(close(0), 0);
		assert_noop!(claim(ALICE, 1), Error::<Test>::NothingToClaim);
		assert_noop!(claim(BOB, 1), Error::<Test>::NothingToClaim);
		assert_noop!(Pool::claim_rewards(RuntimeOrigin::none(), ALICE, 1), BadOrigin);
	});
}

#[test]
fn who_left_can_still_claim() {
	ExtBuilder.build_and_execute(|| {
		able(ALICE);
		advance(1);
		did(ALICE, 300, 500);
		assert_ok!(Pool::force_remove(RuntimeOrigin::root(), ALICE));
		close(400);
		assert_ok!(claim(ALICE, 1));
		assert_eq!(free(ALICE), RICHES + 400);
	});
}

#[test]
fn a_part_that_opens_no_account_waits() {
	ExtBuilder.build_and_execute(|| {
		able(ALICE);
		advance(1);
		did(ALICE, 300, 500);
		assert_ok!(Pool::force_remove(RuntimeOrigin::root(), ALICE));
		assert_ok!(Balances::transfer_all(RuntimeOrigin::signed(ALICE), BOB, false));
		close(EXISTENTIAL_DEPOSIT - 1);
		assert_noop!(claim(ALICE, 1), TokenError::BelowMinimum);
		assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(BOB), ALICE, EXISTENTIAL_DEPOSIT));
		assert_ok!(claim(ALICE, 1));
	});
}

#[test]
fn an_epoch_is_closed_once() {
	ExtBuilder.build_and_execute(|| {
		able(ALICE);
		advance(1);
		did(ALICE, 300, 500);
		close(400);
		take_events();
		assert_eq!(Pool::close_epoch(1, 400), 0);
		let kind = UnexpectedKind::EpochClosedTwice { epoch: 1 };
		assert_eq!(take_events(), vec![Event::Unexpected { worker: Pool::pool_account(), kind }]);
		// Nor is work recorded in it any more.
		RunningEpoch::set(&1);
		advance(1);
		did(ALICE, 300, 500);
		let kind = UnexpectedKind::WorkNotRecorded;
		assert_eq!(take_events(), vec![Event::Unexpected { worker: ALICE, kind }]);
		assert_eq!(Pool::epoch_of(1).unwrap().ceilings, 500);
	});
}

#[test]
fn everybody_who_comes_and_goes_in_an_epoch_has_a_row() {
	ExtBuilder.build_and_execute(|| {
		for who in 10..18 {
			able(who);
			advance(1);
			did(who, 10, 10);
			assert_ok!(Pool::force_remove(RuntimeOrigin::root(), who));
		}
		assert_eq!(Pool::epoch_of(1).unwrap().rows, 8);
		check_state();
		assert_eq!(close(80), 80);
		for who in 10..18 {
			assert_ok!(claim(who, 1));
		}
		// No call removes more rows than its weight is measured for.
		RunningEpoch::set(&5);
		let paid = Pool::expire_epoch(RuntimeOrigin::signed(DAVE), 1, u32::MAX).unwrap();
		assert_eq!(paid.actual_weight, Some(<()>::expire_epoch(5)));
		assert_eq!(Pool::epoch_of(1).unwrap().rows, 3);
		check_state();
		let paid = Pool::expire_epoch(RuntimeOrigin::signed(DAVE), 1, u32::MAX).unwrap();
		assert_eq!(paid.actual_weight, Some(<()>::expire_epoch(3)));
		assert_eq!(Pool::epoch_of(1), None);
	});
}

#[test]
fn what_nobody_claims_goes_to_the_treasury_page_by_page() {
	ExtBuilder.build_and_execute(|| {
		[ALICE, BOB, CAROL].into_iter().for_each(able);
		advance(1);
		[ALICE, BOB, CAROL].into_iter().for_each(|who| did(who, 100, 100));
		assert_noop!(expire(1, 1), Error::<Test>::EpochOpen);
		close(300);
		assert_ok!(claim(ALICE, 1));
		// Closed in epoch 2; epochs 2, 3 and 4 are for claims.
		RunningEpoch::set(&4);
		assert_noop!(expire(1, 1), Error::<Test>::ClaimPeriodOpen);
		RunningEpoch::set(&5);
		assert_noop!(expire(1, 0), Error::<Test>::LimitIsZero);
		take_events();
		assert_ok!(expire(1, 1));
		assert_eq!(free(TREASURY), EXISTENTIAL_DEPOSIT + 200);
		assert_eq!(take_events(), vec![Event::EpochExpired { epoch: 1, amount: 200 }]);
		check_state();
		for who in [ALICE, BOB, CAROL] {
			assert_noop!(claim(who, 1), Error::<Test>::ClaimsExpired);
			assert_eq!(Pool::rewards_of(who, 1).map_or(0, |rewards| rewards.claimable), 0);
		}
		let paid = Pool::expire_epoch(RuntimeOrigin::signed(DAVE), 1, u32::MAX).unwrap();
		// Two rows were left; the weight of the others is given back.
		assert_eq!(paid.actual_weight, Some(<()>::expire_epoch(2)));
		assert_eq!(take_events(), vec![Event::EpochRemoved { epoch: 1 }]);
		assert_eq!((Pool::epoch_of(1), Work::<Test>::iter().count()), (None, 0));
		assert_eq!(free(TREASURY), EXISTENTIAL_DEPOSIT + 200);
		assert_noop!(expire(1, 1), Error::<Test>::UnknownEpoch);
	});
}

#[test]
fn a_gift_to_the_pool_disturbs_nobody() {
	ExtBuilder.build().execute_with(|| {
		able(ALICE);
		advance(1);
		did(ALICE, 300, 500);
		close(400);
		assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(BOB), Pool::pool_account(), 77));
		assert_ok!(claim(ALICE, 1));
		assert_eq!(free(ALICE), RICHES - LEAST_BOND + 400);
		assert_eq!(free(Pool::pool_account()), EXISTENTIAL_DEPOSIT + 77);
		assert_ok!(Pool::do_try_state());
	});
}
