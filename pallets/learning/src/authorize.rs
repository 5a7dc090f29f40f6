//! Which feeless reports the transaction pool and a block accept.
//!
//! State first, since it is cheap and refuses what is stale; then the signature; then the hashing that only a registered
//! worker can ask for. The dispatch repeats all but the signature.

use crate::{Config, Error, Pallet};
use alloc::vec;
use codec::{Decode, Encode};
use engram_primitives::{
	authorization::{work_digest, WorkerSignature},
	traits::WorkerPool,
	work::{Commitment, Opening, Verdict, VerdictCommitment, WorkId, WorkKind},
	JobId,
};
use frame_support::pallet_prelude::{
	InvalidTransaction, TransactionSource, TransactionValidityError, TransactionValidityWithRefund,
	ValidTransaction, Weight,
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_application_crypto::RuntimeAppPublic;
use sp_core::H256;
use sp_runtime::{traits::Zero, transaction_validity::TransactionPriority};

/// Reports come before paid transactions: a worker that is late loses money.
const PRIORITY: TransactionPriority = TransactionPriority::MAX >> 1;

/// Blocks a report may wait in the pool before it is checked again.
const LONGEVITY: u64 = 64;

impl<T: Config> Pallet<T> {
	pub(crate) fn authorize_commit(
		_: TransactionSource,
		worker: &T::AccountId,
		job: &JobId,
		attempt: &u32,
		content: &Commitment,
		signature: &WorkerSignature,
	) -> TransactionValidityWithRefund {
		let id = WorkId { job: *job, attempt: *attempt, round: 0, kind: WorkKind::Commit };
		let assignment = Self::wants_commit(worker, *job, *attempt).map_err(invalid)?;
		Self::ensure_signed_by(worker, id, content, signature)?;
		Self::ensure_sound_commitment(&assignment, content).map_err(invalid)?;
		Ok(valid(worker, id))
	}

	pub(crate) fn authorize_commit_verdict(
		_: TransactionSource,
		worker: &T::AccountId,
		job: &JobId,
		attempt: &u32,
		round: &u32,
		content: &VerdictCommitment,
		signature: &WorkerSignature,
	) -> TransactionValidityWithRefund {
		let kind = WorkKind::CommitVerdict;
		let id = WorkId { job: *job, attempt: *attempt, round: *round, kind };
		Self::wants_verdict_commitment(worker, *job, *attempt, *round).map_err(invalid)?;
		Self::ensure_signed_by(worker, id, content, signature)?;
		Ok(valid(worker, id))
	}

	pub(crate) fn authorize_open(
		_: TransactionSource,
		worker: &T::AccountId,
		job: &JobId,
		attempt: &u32,
		round: &u32,
		content: &Opening,
		signature: &WorkerSignature,
	) -> TransactionValidityWithRefund {
		let id = WorkId { job: *job, attempt: *attempt, round: *round, kind: WorkKind::Open };
		let record = Self::wants_opening(worker, *job, *attempt, *round).map_err(invalid)?;
		Self::ensure_signed_by(worker, id, content, signature)?;
		Self::ensure_sound_opening(&record, content).map_err(invalid)?;
		Ok(valid(worker, id))
	}

	pub(crate) fn authorize_reveal_verdict(
		_: TransactionSource,
		worker: &T::AccountId,
		job: &JobId,
		attempt: &u32,
		round: &u32,
		content: &Verdict,
		signature: &WorkerSignature,
	) -> TransactionValidityWithRefund {
		let id = WorkId { job: *job, attempt: *attempt, round: *round, kind: WorkKind::Reveal };
		let record = Self::wants_verdict(worker, *job, *attempt, *round).map_err(invalid)?;
		Self::ensure_signed_by(worker, id, content, signature)?;
		Self::ensure_sound_verdict(&record, worker, content).map_err(invalid)?;
		Ok(valid(worker, id))
	}

	/// The digest a worker's hot key signs for a report on this chain.
	pub(crate) fn digest_of(worker: &T::AccountId, id: WorkId, content: &impl Encode) -> [u8; 32] {
		let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
		// A runtime with another hash length gets a constant here and refuses every report.
		let genesis = H256::decode(&mut genesis.as_ref()).unwrap_or_default();
		work_digest(genesis, worker, id, content)
	}

	fn ensure_signed_by(
		worker: &T::AccountId,
		id: WorkId,
		content: &impl Encode,
		signature: &WorkerSignature,
	) -> Result<(), TransactionValidityError> {
		let digest = Self::digest_of(worker, id, content);
		let signed = T::Workers::key_of(worker).is_some_and(|key| key.verify(&digest, signature));
		if signed {
			Ok(())
		} else {
			Err(InvalidTransaction::BadProof.into())
		}
	}
}

/// What the pool is told: try again, drop it, or never send this.
#[allow(clippy::needless_pass_by_value, reason = "it is handed to `map_err`")]
fn invalid<T: Config>(error: Error<T>) -> TransactionValidityError {
	match error {
		Error::AttemptAhead | Error::RoundAhead | Error::SeedUnknown | Error::TooEarly => {
			InvalidTransaction::Future
		},
		Error::UnknownJob
		| Error::UnknownCheck
		| Error::AttemptOver
		| Error::RoundOver
		| Error::TooLate
		| Error::AlreadyReported => InvalidTransaction::Stale,
		Error::TooManyChecks => InvalidTransaction::ExhaustsResources,
		_ => InvalidTransaction::Call,
	}
	.into()
}

fn valid<AccountId: Encode>(worker: &AccountId, id: WorkId) -> (ValidTransaction, Weight) {
	let transaction = ValidTransaction {
		priority: PRIORITY,
		requires: vec![],
		provides: vec![(b"engram", worker, id).encode()],
		longevity: LONGEVITY,
		propagate: true,
	};
	(transaction, Weight::zero())
}
