use crate::{mock::*, *};
use codec::Encode;
use engram_math::yields::Bonus;
use engram_primitives::{economy::ComputeRewards, traits::WorkerPool, units::PPM};
use frame_support::{
	assert_ok,
	storage::storage_prefix,
	traits::{fungible::MutateHold, tokens::Precision},
	BoundedVec,
};
use sp_runtime::TryRuntimeError;

/// Three active workers, one of them at work; corrupts one item and expects one message.
fn broken(corrupt: impl Fn(), message: &'static str) {
	ExtBuilder.build().execute_with(|| {
		for who in [ALICE, BOB, CAROL] {
			assert_ok!(register(who, LEAST_BOND));
		}
		assert_ok!(Pool::occupy(&CAROL));
		Pool::do_try_state().unwrap();
		corrupt();
		assert_eq!(Pool::do_try_state(), Err(TryRuntimeError::Other(message)));
	});
}

fn change(who: AccountId, change: impl FnOnce(&mut WorkerRecordOf<Test>)) {
	Workers::<Test>::mutate(who, |record| change(record.as_mut().unwrap()));
}

#[test]
fn inv_workers_1_notices_money_that_is_not_in_the_record() {
	let message = "INV-WORKERS-1: a bond differs from what is on hold";
	let reason = HoldReason::Bond.into();
	broken(|| change(ALICE, |record| record.bond += 1), message);
	broken(|| Balances::hold(&reason, &BOB, 1).unwrap(), message);
	broken(|| assert_eq!(Balances::release(&reason, &BOB, 1, Precision::Exact), Ok(1)), message);
	// Without any record.
	broken(|| Balances::hold(&reason, &DAVE, 1).unwrap(), message);
}

#[test]
fn inv_workers_2_notices_keys_that_lead_astray() {
	let message = "INV-WORKERS-2: a record's key leads to another worker";
	broken(|| Keys::<Test>::insert(key(1), BOB), message);
	broken(|| change(ALICE, |record| record.key = key(2)), message);
	let message = "INV-WORKERS-2: keys and records differ in number";
	broken(|| Keys::<Test>::insert(key(50), ALICE), message);
	broken(|| Keys::<Test>::remove(key(1)), message);
}

fn candidate(who: AccountId) -> CandidateOf<Test> {
	Pool::candidate(&who, &record(ALICE))
}

#[test]
fn inv_workers_3_notices_a_wrong_list() {
	let message = "INV-WORKERS-3: the active list differs from the records";
	broken(|| Active::<Test>::mutate(|active| active.as_mut().swap(0, 1)), message);
	broken(
		|| {
			Active::<Test>::mutate(|active| {
				active.pop();
			})
		},
		message,
	);
	broken(|| Active::<Test>::mutate(|active| active.try_push(candidate(DAVE)).unwrap()), message);
	broken(|| Active::<Test>::mutate(|active| active.try_push(candidate(CAROL)).unwrap()), message);
	broken(|| change(BOB, |record| record.status = WorkerStatus::Paused), message);
	broken(|| change(BOB, |record| record.memory_mib += 1), message);
	broken(|| change(BOB, |record| record.reputation -= 1), message);
}

#[test]
fn inv_workers_4_notices_a_status_that_does_not_suit_the_bond() {
	let message = "INV-WORKERS-4: a worker's status does not suit its bond";
	broken(|| BondPerSlot::set(LEAST_BOND + 1), message);
	let enough = || {
		change(ALICE, |record| Pool::deactivate(&ALICE, record, WorkerStatus::Underbonded));
	};
	broken(enough, message);
}

#[test]
fn inv_workers_4_notices_an_active_worker_that_is_not_trusted() {
	let message = "INV-WORKERS-4: an active worker's reputation is too low";
	broken(|| MinReputation::set(500_001), message);
	broken(
		|| change(BOB, |record| record.reputation = 10_000),
		"INV-WORKERS-3: the active list differs from the records",
	);
	let low = || {
		MinReputation::set(10_001);
		change(BOB, |record| record.reputation = 10_000);
	};
	broken(low, message);
}

#[test]
fn inv_workers_5_notices_a_status_that_does_not_suit_the_slots() {
	let message = "INV-WORKERS-5: a worker's status does not suit its slots";
	let idle = || change(ALICE, |record| Pool::deactivate(&ALICE, record, WorkerStatus::Leaving));
	broken(idle, message);
	let busy = || {
		let unbonding = WorkerStatus::Unbonding { until: 5 };
		change(CAROL, |record| Pool::deactivate(&CAROL, record, unbonding));
	};
	broken(busy, message);
}

#[test]
fn inv_workers_6_notices_too_many_slots() {
	let message = "INV-WORKERS-6: a worker has too many slots occupied";
	broken(|| change(ALICE, |record| record.occupied = 5), message);
}

#[test]
fn inv_workers_7_notices_a_wrong_counter() {
	let message = "INV-WORKERS-7: the counter of workers is wrong";
	let counter = storage_prefix(b"Pool", b"CounterForWorkers");
	assert_eq!(counter, crate::Workers::<Test>::counter_storage_final_key());
	broken(|| sp_io::storage::set(&counter, &4u32.encode()), message);
	broken(|| sp_io::storage::set(&counter, &2u32.encode()), message);
}

#[test]
fn inv_workers_8_notices_a_reputation_out_of_bounds() {
	let message = "INV-WORKERS-8: a reputation is out of bounds";
	broken(|| change(ALICE, |record| record.reputation = PPM + 1), message);
	broken(|| change(ALICE, |record| record.reputation = 9_999), message);
}

#[test]
fn inv_workers_9_notices_wrong_sums() {
	let message = "INV-WORKERS-9: capacities are miscounted";
	broken(|| TotalCapacity::<Test>::mutate(|sums| sums.workers += 1), message);
	broken(|| TotalCapacity::<Test>::mutate(|sums| sums.total += 1), message);
	broken(|| change(ALICE, |record| record.capacity = 5), message);
}

/// Alice and Bob worked in an epoch that is closed, Carol in the next; Alice claimed.
fn broken_epoch(corrupt: impl Fn(), message: &'static str) {
	let all = || {
		for who in [ALICE, BOB, CAROL] {
			Pool::measured(&who, 1_000, 1);
		}
		advance(1);
		let bonus = Bonus::default();
		Pool::record_work(&ALICE, 100, bonus, 100);
		Pool::record_work(&BOB, 100, bonus, 100);
		close(150);
		Pool::record_work(&CAROL, 100, bonus, 100);
		assert_ok!(Pool::claim_rewards(RuntimeOrigin::signed(DAVE), ALICE, 1));
		check_state();
		corrupt();
	};
	broken(all, message);
}

fn change_epoch(epoch: u32, change: impl FnOnce(&mut EpochRecord)) {
	Epochs::<Test>::mutate(epoch, |record| change(record.as_mut().unwrap()));
}

fn change_work(epoch: u32, who: AccountId, change: impl FnOnce(&mut WorkRecordOf<Test>)) {
	Work::<Test>::mutate(epoch, who, |work| change(work.as_mut().unwrap()));
}

#[test]
fn inv_workers_10_notices_rows_that_do_not_sum_up() {
	let message = "INV-WORKERS-10: an epoch's rows are miscounted";
	broken_epoch(|| change_epoch(1, |epoch| epoch.rows += 1), message);
	broken_epoch(|| Work::<Test>::remove(1, ALICE), message);
	broken_epoch(|| Work::<Test>::remove(2, CAROL), message);
	broken_epoch(|| Epochs::<Test>::insert(9, EpochRecord::default()), message);
	let message = "INV-WORKERS-10: an epoch's rows do not sum to its totals";
	broken_epoch(|| change_work(1, BOB, |work| work.weight += 1), message);
	broken_epoch(|| change_work(2, CAROL, |work| work.ceiling -= 1), message);
	broken_epoch(|| change_work(1, BOB, |work| work.paid = Some(1)), message);
	broken_epoch(|| change_epoch(1, |epoch| epoch.total_weight += 1), message);
}

#[test]
fn inv_workers_11_notices_amounts_that_do_not_suit_the_state() {
	let message = "INV-WORKERS-11: an epoch's amounts do not suit its state";
	broken_epoch(|| change_epoch(1, |epoch| epoch.taken += 1), message);
	broken_epoch(|| change_epoch(1, |epoch| epoch.offered -= 1), message);
	broken_epoch(|| change_epoch(1, |epoch| epoch.state = EpochState::Expired), message);
	broken_epoch(|| change_epoch(2, |epoch| epoch.offered = 1), message);
	broken_epoch(|| change_epoch(2, |epoch| (epoch.state, epoch.offered) = (EpochState::Closed, 1)), message);
	let message = "INV-WORKERS-11: a row belongs to no epoch";
	broken_epoch(|| Epochs::<Test>::remove(2), message);
}

#[test]
fn inv_workers_12_notices_a_pool_that_lacks_money() {
	let message = "INV-WORKERS-12: the pool does not hold what epochs owe";
	let pool = Pallet::<Test>::pool();
	let reason = || HoldReason::Rewards.into();
	let short = || {
		Balances::release(&reason(), &pool, 1, Precision::Exact).unwrap();
	};
	broken_epoch(short, message);
	broken_epoch(|| Balances::hold(&reason(), &pool, 1).unwrap(), message);
	broken_epoch(
		|| Balances::hold(&reason(), &DAVE, 1).unwrap(),
		"INV-WORKERS-12: another account has rewards on hold",
	);
	broken_epoch(
		|| {
			frame_system::Account::<Test>::mutate(pool, |account| account.providers = 0);
		},
		message,
	);
}

#[test]
fn inv_workers_13_notices_a_queue_out_of_order() {
	let message = "INV-WORKERS-13: a queue is not as it should be";
	let chunk = |amount, until| UnbondingChunk { amount, until };
	let with = |chunks: Vec<ChunkOf<Test>>| {
		let more: u128 = chunks.iter().map(|chunk| chunk.amount).sum();
		Balances::hold(&HoldReason::Bond.into(), &ALICE, more).unwrap();
		Unbonding::<Test>::insert(ALICE, BoundedVec::truncate_from(chunks));
	};
	broken(|| with(vec![]), message);
	broken(|| with(vec![chunk(1, 9), chunk(1, 8)]), message);
	broken(|| with(vec![chunk(0, 9)]), message);
	broken(
		|| {
			Balances::hold(&HoldReason::Bond.into(), &DAVE, 5).unwrap();
			Unbonding::<Test>::insert(DAVE, BoundedVec::truncate_from(vec![chunk(5, 9)]));
		},
		message,
	);
	let message = "INV-WORKERS-1: a bond differs from what is on hold";
	broken(|| Unbonding::<Test>::insert(ALICE, BoundedVec::truncate_from(vec![chunk(5, 9)])), message);
}

#[test]
fn inv_workers_14_notices_epochs_in_no_order() {
	let message = "INV-WORKERS-14: epochs begin in no order";
	let with = |before, running| EpochStarts::<Test>::put(Starts { before, running });
	broken(|| with(1, 0), message);
	broken(|| with(0, System::block_number() + 1), message);
}
