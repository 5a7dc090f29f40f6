use crate::{mock::*, *};
use codec::Encode;
use engram_primitives::{traits::WorkerPool, units::PPM};
use frame_support::{
	assert_ok,
	storage::storage_prefix,
	traits::{fungible::MutateHold, tokens::Precision},
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
	broken(|| Active::<Test>::mutate(|active| active.try_push(DAVE).unwrap()), message);
	broken(|| Active::<Test>::mutate(|active| active.try_push(CAROL).unwrap()), message);
	broken(|| change(BOB, |record| record.status = WorkerStatus::Paused), message);
}

#[test]
fn inv_workers_4_notices_a_status_that_does_not_suit_the_bond() {
	let message = "INV-WORKERS-4: a worker's status does not suit its bond";
	broken(|| MinBond::set(LEAST_BOND + 1), message);
	let enough = || {
		change(ALICE, |record| Pool::deactivate(&ALICE, record, WorkerStatus::Underbonded));
	};
	broken(enough, message);
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
	broken(|| MaxWorkers::set(2), message);
}

#[test]
fn inv_workers_8_notices_a_reputation_out_of_bounds() {
	let message = "INV-WORKERS-8: a reputation is out of bounds";
	broken(|| change(ALICE, |record| record.reputation = PPM + 1), message);
	broken(|| change(ALICE, |record| record.reputation = 9_999), message);
}
