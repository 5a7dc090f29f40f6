//! The off-chain worker: signs the finished work in the node's outbox and submits what the chain waits for.

use crate::{Call, Config, Error, Pallet};
use codec::Decode;
use engram_primitives::{
	authorization::WorkerSignature,
	outbox::{entries, take_turn, Entry, Status},
	traits::{TrainingJobs, WorkerPool},
	work::{Work, WorkId, WorkKind},
};
use frame_system::{offchain::SubmitTransaction, pallet_prelude::BlockNumberFor};
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::SaturatedConversion;

impl<T: Config> Pallet<T> {
	/// Submits every entry of this pallet's kinds that the chain waits for and whose turn it is.
	pub(crate) fn deliver(now: BlockNumberFor<T>) {
		for entry in entries(|id| Self::is_ours(id.kind)) {
			let wanted = Self::outbox_status(&entry) == Status::Wanted;
			if wanted && take_turn(&entry.id, now.saturated_into()) {
				Self::submit(entry);
			}
		}
	}

	fn is_ours(kind: WorkKind) -> bool {
		matches!(kind, WorkKind::Commit | WorkKind::CommitVerdict | WorkKind::Open | WorkKind::Reveal)
	}

	fn submit(entry: Entry) {
		let Some(worker) = Self::account_of(&entry) else { return };
		let Some(call) = Self::signed_call(worker, entry.id, entry.work) else { return };
		let transaction = T::create_authorized_transaction(call.into());
		// The pool's answer means nothing, the chain's state does: an entry that had no effect gets another turn.
		let _ = SubmitTransaction::<T, Call<T>>::submit_transaction(transaction);
	}

	/// The signed call for an entry, `None` when its key is not in this node's keystore or its content is of another kind.
	fn signed_call(worker: T::AccountId, id: WorkId, work: Work) -> Option<Call<T>> {
		let WorkId { job, attempt, round, .. } = id;
		if work.kind() != id.kind {
			return None;
		}
		Some(match work {
			Work::Commit(content) => {
				let signature = Self::signature_over(&worker, id, &content)?;
				Call::commit { worker, job, attempt, content, signature }
			},
			Work::CommitVerdict(content) => {
				let signature = Self::signature_over(&worker, id, &content)?;
				Call::commit_verdict { worker, job, attempt, round, content, signature }
			},
			Work::Open(content) => {
				let signature = Self::signature_over(&worker, id, &content)?;
				Call::open { worker, job, attempt, round, content, signature }
			},
			Work::Reveal(content) => {
				let signature = Self::signature_over(&worker, id, &content)?;
				Call::reveal_verdict { worker, job, attempt, round, content, signature }
			},
			Work::Serve(_) | Work::Fail(_) => return None,
		})
	}

	fn signature_over(
		worker: &T::AccountId,
		id: WorkId,
		content: &impl codec::Encode,
	) -> Option<WorkerSignature> {
		T::Workers::key_of(worker)?.sign(&Self::digest_of(worker, id, content))
	}

	fn account_of(entry: &Entry) -> Option<T::AccountId> {
		T::AccountId::decode(&mut entry.worker.as_slice()).ok()
	}

	/// What this block's state says of an entry. Kinds of other pallets are [`Status::Unknown`].
	pub fn outbox_status(entry: &Entry) -> Status {
		let Some(worker) = Self::account_of(entry) else { return Status::Settled };
		let WorkId { job, attempt, round, kind } = entry.id;
		let wanted = match kind {
			WorkKind::Commit => Self::wants_commit(&worker, job, attempt).err(),
			WorkKind::CommitVerdict => Self::wants_verdict_commitment(&worker, job, attempt, round).err(),
			WorkKind::Open => Self::wants_opening(&worker, job, attempt, round).err(),
			WorkKind::Reveal => Self::wants_verdict(&worker, job, attempt, round).err(),
			WorkKind::Serve | WorkKind::Fail => return Status::Unknown,
		};
		match wanted {
			None => Status::Wanted,
			Some(Error::UnknownCheck) => Self::status_without_check(entry.id),
			Some(
				Error::AttemptAhead
				| Error::RoundAhead
				| Error::SeedUnknown
				| Error::TooEarly
				| Error::TooManyChecks,
			) => Status::Unknown,
			Some(_) => Status::Settled,
		}
	}

	/// Without a check the attempt is over, unless the job has not come to it.
	fn status_without_check(id: WorkId) -> Status {
		match T::Jobs::training(id.job) {
			Some(assignment) if id.attempt >= assignment.attempt => Status::Unknown,
			_ => Status::Settled,
		}
	}
}
