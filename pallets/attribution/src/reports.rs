//! Receipts on their way: which the pool and a block accept, what the off-chain worker submits from the outbox, and what this
//! pallet says of an entry.

use crate::pallet::*;
use alloc::vec;
use codec::{Decode, Encode};
use engram_primitives::{
	authorization::{work_digest, WorkerSignature},
	outbox::{self, Entry, Status},
	traits::WorkerPool,
	work::{Receipt, Work, WorkId, WorkKind},
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

const LOG_TARGET: &str = "runtime::attribution";

/// Blocks a receipt may wait in the pool before it is checked again.
const LONGEVITY: u64 = 64;

/// Receipts come before paid transactions: they are few, one per assigned job, and a worker that is late loses reputation.
const PRIORITY: TransactionPriority = TransactionPriority::MAX >> 1;

impl<T: Config> Pallet<T> {
	pub(crate) fn authorize_submit_receipt(
		_: TransactionSource,
		worker: &T::AccountId,
		job: &JobId,
		attempt: &u32,
		content: &Receipt,
		signature: &WorkerSignature,
	) -> TransactionValidityWithRefund {
		Self::ensure_well_formed(content).map_err(|error| invalid(&error))?;
		let assignment = Self::wants_receipt(worker, *job, *attempt).map_err(|error| invalid(&error))?;
		Self::price_receipt(assignment, content).map_err(|_| InvalidTransaction::Call)?;
		let id = serve_id(*job, *attempt);
		let digest = Self::digest_of(worker, id, content);
		let signed = T::Workers::key_of(worker).is_some_and(|key| key.verify(&digest, signature));
		if !signed {
			return Err(InvalidTransaction::BadProof.into());
		}
		let valid = ValidTransaction {
			priority: PRIORITY,
			requires: vec![],
			provides: vec![(b"engram", worker, id).encode()],
			longevity: LONGEVITY,
			propagate: true,
		};
		Ok((valid, Weight::zero()))
	}

	/// What this block's state says of an outbox entry of kind [`WorkKind::Serve`].
	///
	/// What a receipt must add up to is fixed with its job: one that does not never will.
	pub fn outbox_status(entry: &Entry) -> Status {
		let Some((worker, receipt)) = receipt_of::<T>(entry) else { return Status::Settled };
		let wanted = Self::wants_receipt(&worker, entry.id.job, entry.id.attempt)
			.map(|assignment| Self::price_receipt(assignment, receipt).is_ok());
		match wanted {
			Ok(true) => Status::Wanted,
			Err(Error::AttemptAhead) => Status::Unknown,
			// A worker starts from a finalized assignment, so a job that is not assigned is over.
			Ok(false) | Err(_) => Status::Settled,
		}
	}

	/// Submits the receipts in the outbox that this block's state waits for.
	pub(crate) fn submit_receipts(now: BlockNumberFor<T>) {
		for entry in outbox::entries(|id| id.kind == WorkKind::Serve) {
			let wanted = Self::outbox_status(&entry) == Status::Wanted;
			if wanted && outbox::take_turn(&entry.id, now.saturated_into()) && !Self::submit(&entry) {
				log::warn!(target: LOG_TARGET, "could not submit {:?}", entry.id);
			}
		}
	}

	/// The digest a worker's hot key signs for a receipt on this chain.
	pub(crate) fn digest_of(worker: &T::AccountId, id: WorkId, content: &Receipt) -> [u8; 32] {
		let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
		// A runtime with another hash length gets a constant here and refuses every receipt.
		let genesis = H256::decode(&mut genesis.as_ref()).unwrap_or_default();
		work_digest(genesis, worker, id, content)
	}

	/// Signs and submits one entry. `false` when the keystore lacks the key or the pool refuses.
	fn submit(entry: &Entry) -> bool {
		let Some((worker, content)) = receipt_of::<T>(entry) else { return false };
		let Some(key) = T::Workers::key_of(&worker) else { return false };
		let digest = Self::digest_of(&worker, entry.id, content);
		let Some(signature) = key.sign(&digest) else { return false };
		let WorkId { job, attempt, .. } = entry.id;
		let content = content.clone();
		let call = Call::<T>::submit_receipt { worker, job, attempt, content, signature };
		let transaction = T::create_authorized_transaction(call.into());
		SubmitTransaction::<T, Call<T>>::submit_transaction(transaction).is_ok()
	}
}

/// The report that answers an inference job.
pub(crate) fn serve_id(job: JobId, attempt: u32) -> WorkId {
	WorkId { job, attempt, round: 0, kind: WorkKind::Serve }
}

/// The worker and the receipt of an entry. `None` for what no call of this pallet could carry.
fn receipt_of<T: Config>(entry: &Entry) -> Option<(T::AccountId, &Receipt)> {
	let Work::Serve(receipt) = &entry.work else { return None };
	if entry.id != serve_id(entry.id.job, entry.id.attempt) {
		return None;
	}
	Pallet::<T>::ensure_well_formed(receipt).ok()?;
	let worker = T::AccountId::decode(&mut &entry.worker[..]).ok()?;
	Some((worker, receipt))
}

/// What the pool is told: try again, drop it, or never send this.
fn invalid<T: Config>(error: &Error<T>) -> TransactionValidityError {
	match error {
		Error::AttemptAhead => InvalidTransaction::Future,
		Error::AttemptOver | Error::NotServed | Error::AlreadyServed => InvalidTransaction::Stale,
		_ => InvalidTransaction::Call,
	}
	.into()
}
