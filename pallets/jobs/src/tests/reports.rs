//! The outbox and the off-chain worker.

use crate::mock::*;
use codec::{Decode, Encode};
use engram_primitives::{
	authorization::key::KEY_TYPE,
	outbox::{entry_key, Entry, Status, INDEX_KEY, RETRY_AFTER},
	traits::*,
	work::{FailureReason, Work, WorkId, WorkKind},
	JobId,
};
use frame_support::{assert_ok, dispatch::GetDispatchInfo, traits::Hooks};
use sp_core::{
	crypto::Pair,
	offchain::{
		testing::{TestOffchainExt, TestTransactionPoolExt},
		OffchainDbExt, OffchainWorkerExt, TransactionPoolExt,
	},
};
use sp_keystore::{testing::MemoryKeystore, Keystore, KeystoreExt};
use sp_runtime::{
	offchain::storage::StorageValueRef,
	traits::{Applyable, Checkable},
	transaction_validity::TransactionSource,
};
use std::sync::Arc;

fn entry(worker: AccountId, job: JobId, attempt: u32) -> Entry {
	let mut account = [0u8; 32];
	account[..8].copy_from_slice(&worker.encode());
	Entry {
		worker: account,
		id: WorkId { job, attempt, round: 0, kind: WorkKind::Fail },
		work: Work::Fail(FailureReason::Device),
	}
}

fn put(entries: &[Entry]) {
	let index: Vec<_> = entries.iter().map(|entry| entry.id).collect();
	StorageValueRef::persistent(INDEX_KEY).set(&index);
	for entry in entries {
		StorageValueRef::persistent(&entry_key(&entry.id)).set(entry);
	}
}

/// Runs a test with off-chain storage, a pool, and a keystore that has the keys of `workers`. The test gets a function that
/// takes what was submitted.
fn off_chain(workers: &[AccountId], test: impl FnOnce(&dyn Fn() -> Vec<Extrinsic>)) {
	let mut ext = ExtBuilder::default().build();
	let (offchain, _) = TestOffchainExt::new();
	let (pool, state) = TestTransactionPoolExt::new();
	let keystore = MemoryKeystore::new();
	for worker in workers {
		let mut seed = [7u8; 32];
		seed[..8].copy_from_slice(&worker.to_le_bytes());
		let text = format!("0x{}", seed.map(|b| format!("{b:02x}")).concat());
		let public = keystore.sr25519_generate_new(KEY_TYPE, Some(&text)).unwrap();
		assert_eq!(public.0[..], pair_of(*worker).public().encode()[..]);
	}
	ext.register_extension(OffchainDbExt::new(offchain.clone()));
	ext.register_extension(OffchainWorkerExt::new(offchain));
	ext.register_extension(TransactionPoolExt::new(pool));
	ext.register_extension(KeystoreExt(Arc::new(keystore)));
	let submitted = || {
		let raw: Vec<_> = state.write().transactions.drain(..).collect();
		raw.iter().map(|bytes| Extrinsic::decode(&mut &bytes[..]).unwrap()).collect()
	};
	ext.execute_with(|| {
		test(&submitted);
		check_state();
	});
}

fn off_chain_worker() {
	Market::offchain_worker(System::block_number());
}

#[test]
fn a_failure_is_submitted_and_the_transaction_does_what_it_says() {
	off_chain(&WORKERS, |submitted| {
		let job = infer();
		let executor = assign(job);
		put(&[entry(executor, job, 0)]);
		off_chain_worker();
		let [transaction] = submitted().try_into().unwrap();

		// The way of any transaction: validate, then dispatch with the origin validation gives.
		let (info, len) = (transaction.get_dispatch_info(), transaction.encoded_size());
		let context = frame_system::ChainContext::<Test>::default();
		let checked = transaction.check(&context).unwrap();
		let source = TransactionSource::External;
		assert_ok!(checked.validate::<Test>(source, &info, len));
		assert_ok!(checked.apply::<Test>(&info, len).unwrap());
		assert_eq!(record(job).attempt, 1);
		assert_eq!(Market::outbox_status(&entry(executor, job, 0)), Status::Settled);

		// The chain has it: nothing is submitted any more.
		run(RETRY_AFTER);
		off_chain_worker();
		assert!(submitted().is_empty());
	});
}

#[test]
fn an_entry_is_submitted_again_only_after_a_while() {
	off_chain(&WORKERS, |submitted| {
		let job = train();
		let executor = assign(job);
		put(&[entry(executor, job, 0)]);
		off_chain_worker();
		assert_eq!(submitted().len(), 1);
		run(RETRY_AFTER - 1);
		off_chain_worker();
		assert!(submitted().is_empty());
		run(1);
		off_chain_worker();
		assert_eq!(submitted().len(), 1);
	});
}

#[test]
fn nothing_is_submitted_that_the_chain_does_not_want_or_that_is_not_ours() {
	off_chain(&[], |submitted| {
		let job = infer();
		let executor = assign(job);
		let other = WORKERS.into_iter().find(|w| *w != executor).unwrap();
		let mut foreign_kind = entry(executor, job, 0);
		foreign_kind.id.kind = WorkKind::Serve;
		// The third is wanted, but the keystore is empty.
		put(&[entry(other, job, 0), entry(executor, job, 1), entry(executor, job, 0), foreign_kind]);
		off_chain_worker();
		assert!(submitted().is_empty());
	});
}

#[test]
fn the_status_follows_the_job() {
	ExtBuilder::default().build_and_execute(|| {
		let status = |worker, job, attempt| Market::outbox_status(&entry(worker, job, attempt));
		assert_eq!(status(WORKERS[0], JobId(0), 0), Status::Unknown);
		let job = train();
		assert_eq!(status(WORKERS[0], job, 0), Status::Unknown);
		let first = assign(job);
		let other = WORKERS.into_iter().find(|w| *w != first).unwrap();
		assert_eq!(status(first, job, 0), Status::Wanted);
		assert_eq!(status(other, job, 0), Status::Settled);
		assert_eq!(status(first, job, 1), Status::Unknown);
		let mut odd = entry(first, job, 0);
		odd.id.round = 1;
		assert_eq!(Market::outbox_status(&odd), Status::Settled);
		commit(job);
		assert_eq!(status(first, job, 0), Status::Settled);
		assert_ok!(Market::found(job, 0, Finding::Rejected { paid: vec![], judges: vec![] }));
		assert_eq!(status(first, job, 0), Status::Settled);
		assert_eq!(status(first, job, 1), Status::Unknown);
		commit(job);
		assert_ok!(Market::found(job, 1, Finding::Undecided { paid: vec![] }));
		assert_eq!(status(first, job, 2), Status::Settled);
		assert_ok!(Market::remove(RuntimeOrigin::signed(ALICE), job));
		assert_eq!(status(first, job, 2), Status::Settled);
	});
}
