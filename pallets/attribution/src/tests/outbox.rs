//! What the off-chain worker submits, and what this pallet says of an entry.

use crate::{mock::*, pallet::Call, reports::serve_id, Payouts};
use codec::Decode;
use engram_primitives::{
	outbox::{attempt_key, entry_key, Entry, Status, INDEX_KEY, RETRY_AFTER},
	work::{FailureReason, Receipt, Work, WorkId, WorkKind},
	Cid, JobId,
};
use frame_support::{
	assert_ok,
	pallet_prelude::TransactionSource,
	traits::{Authorize, OffchainWorker},
};
use sp_core::offchain::{
	testing::{TestOffchainExt, TestTransactionPoolExt},
	OffchainDbExt, OffchainWorkerExt, TransactionPoolExt,
};
use sp_runtime::{offchain::storage::StorageValueRef, traits::Dispatchable};

fn entry(worker: &AccountId, id: WorkId, work: Work) -> Entry {
	Entry { worker: worker.clone().into(), id, work }
}

fn served(worker: &AccountId, job: JobId, attempt: u32, content: &Receipt) -> Entry {
	entry(worker, serve_id(job, attempt), Work::Serve(content.clone()))
}

/// What the node does with a finished report.
fn store(entries: &[Entry]) {
	let index: Vec<WorkId> = entries.iter().map(|entry| entry.id).collect();
	StorageValueRef::persistent(INDEX_KEY).set(&index);
	for entry in entries {
		StorageValueRef::persistent(&entry_key(&entry.id)).set(entry);
	}
}

/// Runs `test` with an off-chain worker's extensions; its argument takes what reached the pool since it was last asked.
fn with_pool(test: impl FnOnce(&dyn Fn() -> Vec<Extrinsic>)) {
	let mut ext = ExtBuilder.build();
	let (offchain, _) = TestOffchainExt::new();
	let (pool, state) = TestTransactionPoolExt::new();
	ext.register_extension(OffchainDbExt::new(offchain.clone()));
	ext.register_extension(OffchainWorkerExt::new(offchain));
	ext.register_extension(TransactionPoolExt::new(pool));
	let taken = || {
		let sent = std::mem::take(&mut state.write().transactions);
		sent.iter().map(|bytes| Extrinsic::decode(&mut &bytes[..]).unwrap()).collect()
	};
	ext.execute_with(|| {
		test(&taken);
		Attribution::do_try_state().unwrap();
	});
}

#[test]
fn what_the_chain_waits_for_is_submitted_and_accepted() {
	with_pool(|pool| {
		buy(JOB, VERSION, ROWS);
		let content = receipt(&quarters());
		store(&[served(&BOB, JOB, 0, &content)]);
		Attribution::offchain_worker(5);
		let sent = pool();
		assert_eq!(sent.len(), 1);
		let RuntimeCall::Attribution(call) = sent[0].function.clone() else { panic!("{sent:?}") };
		assert!(matches!(&call, Call::submit_receipt { worker, attempt: 0, .. } if *worker == BOB));
		assert!(call.authorize(TransactionSource::External).unwrap().is_ok());
		let origin = frame_system::RawOrigin::Authorized.into();
		assert_ok!(RuntimeCall::from(call).dispatch(origin));
		assert!(Payouts::<Test>::contains_key(JOB));
		Attribution::offchain_worker(5 + RETRY_AFTER);
		assert!(pool().is_empty());
	});
}

#[test]
fn a_lost_submission_is_repeated_later() {
	with_pool(|pool| {
		buy(JOB, VERSION, ROWS);
		let entry = served(&BOB, JOB, 0, &receipt(&quarters()));
		store(std::slice::from_ref(&entry));
		Attribution::offchain_worker(5);
		assert_eq!(pool().len(), 1);
		Attribution::offchain_worker(4 + RETRY_AFTER);
		assert!(pool().is_empty());
		Attribution::offchain_worker(5 + RETRY_AFTER);
		assert_eq!(pool().len(), 1);
		// A re-org to a lower block: at once.
		Attribution::offchain_worker(6);
		assert_eq!(pool().len(), 1);
		assert_eq!(StorageValueRef::persistent(&attempt_key(&entry.id)).get::<u32>().unwrap(), Some(6));
	});
}

#[test]
fn what_the_chain_does_not_wait_for_stays_in_the_outbox() {
	with_pool(|pool| {
		buy(JOB, VERSION, ROWS);
		let content = receipt(&quarters());
		let failed = WorkId { kind: WorkKind::Fail, ..serve_id(JobId(2), 0) };
		store(&[
			served(&MALLORY, JOB, 0, &content),
			served(&BOB, JOB, 1, &content),
			served(&BOB, JobId(1), 0, &content),
			entry(&BOB, failed, Work::Fail(FailureReason::Device)),
		]);
		Attribution::offchain_worker(5);
		assert!(pool().is_empty());
	});
}

#[test]
fn without_the_key_nothing_is_submitted() {
	with_pool(|pool| {
		buy(JOB, VERSION, ROWS);
		store(&[served(&BOB, JOB, 0, &receipt(&quarters()))]);
		Keys::mutate(|keys| {
			let foreign = sp_core::sr25519::Public::from_raw([9; 32]);
			keys.insert(BOB, foreign.into())
		});
		Attribution::offchain_worker(5);
		Keys::mutate(|keys| keys.remove(&BOB));
		Attribution::offchain_worker(5 + RETRY_AFTER);
		assert!(pool().is_empty());
	});
}

#[test]
fn status_follows_the_job() {
	ExtBuilder.build_and_execute(|| {
		let content = receipt(&quarters());
		let status = |worker, attempt| Attribution::outbox_status(&served(worker, JOB, attempt, &content));
		assert_eq!(status(&BOB, 0), Status::Settled);
		buy(JOB, VERSION, ROWS);
		assert_eq!(status(&BOB, 0), Status::Wanted);
		assert_eq!(status(&BOB, 1), Status::Unknown);
		assert_eq!(status(&MALLORY, 0), Status::Settled);
		reassign(JOB, MALLORY);
		assert_eq!(status(&BOB, 0), Status::Settled);
		assert_eq!(status(&MALLORY, 1), Status::Wanted);
		// What the owner does of it is no concern of the job's.
		Rates::set(engram_primitives::model::InferenceRates { platform: FEE, ..ASKED });
		Retired::set(true);
		assert_eq!(status(&MALLORY, 1), Status::Wanted);
		assert_ok!(submit(MALLORY, JOB, 1, content.clone()));
		assert_eq!(status(&MALLORY, 1), Status::Settled);
	});
}

#[test]
fn what_can_never_be_submitted_is_settled() {
	ExtBuilder.build_and_execute(|| {
		buy(JOB, VERSION, ROWS);
		// A sum that is wrong now is wrong for ever.
		let wrong = receipt(&leaves(VERSION, PART - 1, &[1, 3]));
		assert_eq!(Attribution::outbox_status(&served(&BOB, JOB, 0, &wrong)), Status::Settled);
		let content = receipt(&quarters());
		let id = serve_id(JOB, 0);
		let serve = Work::Serve(content.clone());
		for (id, work) in [
			(id, Work::Fail(FailureReason::Internal)),
			(WorkId { kind: WorkKind::Fail, ..id }, serve.clone()),
			(WorkId { round: 1, ..id }, serve),
			(id, Work::Serve(Receipt { answers: Cid([0; 36]), ..content })),
		] {
			assert_eq!(Attribution::outbox_status(&entry(&BOB, id, work)), Status::Settled);
		}
	});
}
