//! Reports of workers: authorization of [`Call::give_back`], the off-chain worker that submits it from the outbox, and what
//! this pallet says of an entry.

use crate::{pallet::*, types::*};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use engram_primitives::{
	authorization::{work_digest, WorkerSignature},
	outbox::{self, Entry, Status},
	traits::WorkerPool,
	work::{FailureReason, Work, WorkId, WorkKind},
	JobId,
};
use frame_support::weights::Weight;
use frame_system::{offchain::SubmitTransaction, pallet_prelude::BlockNumberFor};
use sp_application_crypto::RuntimeAppPublic;
use sp_core::H256;
use sp_runtime::{
	traits::{SaturatedConversion, Zero},
	transaction_validity::{
		InvalidTransaction, TransactionPriority, TransactionSource, TransactionValidityError,
		TransactionValidityWithRefund, ValidTransaction,
	},
};

const LOG_TARGET: &str = "runtime::jobs";

/// Blocks a report stays in the pool.
const LONGEVITY: u64 = 64;

/// Above every fee-paying transaction: reports are few, bounded by open jobs, and others wait for them.
const PRIORITY: TransactionPriority = TransactionPriority::MAX;

/// What the chain makes of a report that a job be given back.
enum Standing {
	/// The job is assigned to this worker at this attempt.
	Wanted,
	/// It may be one day.
	Early,
	/// It never will be again.
	Late,
	/// It is assigned to somebody else.
	Foreign,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn authorize_give_back(
		_source: TransactionSource,
		worker: &T::AccountId,
		job: &JobId,
		attempt: &u32,
		content: &FailureReason,
		signature: &WorkerSignature,
	) -> TransactionValidityWithRefund {
		let refuse = |reason: InvalidTransaction| Err(TransactionValidityError::Invalid(reason));
		match Self::standing(worker, *job, *attempt) {
			Standing::Wanted => (),
			Standing::Early => return refuse(InvalidTransaction::Future),
			Standing::Late => return refuse(InvalidTransaction::Stale),
			Standing::Foreign => return refuse(InvalidTransaction::Call),
		}
		let id = fail_id(*job, *attempt);
		let signed = T::Workers::key_of(worker)
			.is_some_and(|key| key.verify(&Self::digest(worker, id, content), signature));
		if !signed {
			return refuse(InvalidTransaction::BadProof);
		}
		let valid = ValidTransaction {
			priority: PRIORITY,
			requires: Vec::new(),
			provides: alloc::vec![(b"engram", worker, id).encode()],
			longevity: LONGEVITY,
			propagate: true,
		};
		Ok((valid, Weight::zero()))
	}

	/// What this block's state says of an outbox entry of kind [`WorkKind::Fail`].
	pub fn outbox_status(entry: &Entry) -> Status {
		let Some(worker) = worker_of::<T>(entry) else { return Status::Settled };
		if entry.id.kind != WorkKind::Fail || entry.id.round != 0 {
			return Status::Settled;
		}
		match Self::standing(&worker, entry.id.job, entry.id.attempt) {
			Standing::Wanted => Status::Wanted,
			Standing::Early => Status::Unknown,
			Standing::Late | Standing::Foreign => Status::Settled,
		}
	}

	/// Submits the failures in the outbox that this block's state waits for.
	pub(crate) fn submit_reports(now: BlockNumberFor<T>) {
		for entry in outbox::entries(|id| id.kind == WorkKind::Fail) {
			let wanted = Self::outbox_status(&entry) == Status::Wanted;
			if wanted && outbox::take_turn(&entry.id, now.saturated_into()) && !Self::submit(&entry) {
				log::warn!(target: LOG_TARGET, "could not submit {:?}", entry.id);
			}
		}
	}

	/// Signs and submits one entry. `false` when the keystore lacks the key or the pool refuses.
	fn submit(entry: &Entry) -> bool {
		let Work::Fail(content) = entry.work else { return false };
		let Some(worker) = worker_of::<T>(entry) else { return false };
		let Some(key) = T::Workers::key_of(&worker) else { return false };
		let digest = Self::digest(&worker, entry.id, &content);
		let Some(signature) = key.sign(&digest) else { return false };
		let WorkId { job, attempt, .. } = entry.id;
		let call = Call::<T>::give_back { worker, job, attempt, content, signature };
		let transaction = T::create_authorized_transaction(call.into());
		SubmitTransaction::<T, Call<T>>::submit_transaction(transaction).is_ok()
	}

	/// What the worker's hot key signs.
	pub(crate) fn digest(worker: &T::AccountId, id: WorkId, content: &FailureReason) -> [u8; 32] {
		let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
		// Every runtime of ours has 32-byte block hashes; another would never verify.
		let genesis = H256::decode(&mut &genesis.encode()[..]).unwrap_or_default();
		work_digest(genesis, worker, id, content)
	}

	fn standing(worker: &T::AccountId, job: JobId, attempt: u32) -> Standing {
		let Some(record) = Jobs::<T>::get(job) else {
			return if job < NextJobId::<T>::get() { Standing::Late } else { Standing::Early };
		};
		if attempt < record.attempt || !record.state.is_open() {
			return Standing::Late;
		}
		if attempt > record.attempt {
			return Standing::Early;
		}
		match &record.state {
			JobState::Queued { .. } => Standing::Early,
			JobState::Assigned { executor, .. } if executor == worker => Standing::Wanted,
			JobState::Assigned { .. } => Standing::Foreign,
			_ => Standing::Late,
		}
	}
}

/// The report that gives a job back.
pub(crate) fn fail_id(job: JobId, attempt: u32) -> WorkId {
	WorkId { job, attempt, round: 0, kind: WorkKind::Fail }
}

fn worker_of<T: Config>(entry: &Entry) -> Option<T::AccountId> {
	T::AccountId::decode(&mut &entry.worker[..]).ok()
}
