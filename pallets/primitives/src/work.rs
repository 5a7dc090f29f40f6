//! What a worker reports: the payloads of the authorized calls, each signed by the worker's hot key.

use crate::{
	merkle::{Proof, SumNode},
	model::MAX_OPENED,
	Cid,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256};
use sp_runtime::BoundedVec;

/// One value per opened segment.
pub type PerSegment<T> = BoundedVec<T, ConstU32<MAX_OPENED>>;

/// Executor, after training: the root over the checkpoint digests (leaf 0 is the initial weights, leaf `segments` the
/// final ones) and the final weights.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Commitment {
	/// [`merkle::root`](crate::merkle::root) over `segments + 1` checkpoint digests.
	pub root: H256,
	/// The last checkpoint, a safetensors file.
	pub final_weights: Cid,
	/// Proof that the last leaf is the digest of `final_weights`.
	pub final_proof: Proof,
}

/// Verifier, after replay: `blake2_256((ends, step_root, salt))`, see [`VerdictEvidence::commitment`].
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct VerdictCommitment(pub H256);

/// Executor, once every verdict is committed: the end leaves of the opened segments, the state digest at the drawn
/// interior step of each, and its own count of correct held-out answers.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Opening {
	/// Digest and proof of leaf `segment + 1` for each opened segment, in order.
	pub ends: PerSegment<(H256, Proof)>,
	/// Digest of the weights after the drawn interior step of each opened segment.
	pub interior: PerSegment<H256>,
	/// Held-out rows the final weights classify correctly.
	pub correct: u32,
}

/// Verifier, revealing what it committed to.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Verdict {
	/// The segments were replayed.
	#[codec(index = 0)]
	Replayed(VerdictEvidence),
	/// The executor did not serve what the replay needs. It must have been committed to as
	/// [`UNAVAILABLE`](Verdict::unavailable_commitment).
	#[codec(index = 1)]
	Unavailable {
		/// Salt of the commitment.
		salt: H256,
	},
}

impl Verdict {
	/// What a verifier that could not fetch the checkpoints commits to.
	pub fn unavailable_commitment(salt: H256) -> VerdictCommitment {
		VerdictCommitment((b"engram/unavailable", salt).using_encoded(sp_io::hashing::blake2_256).into())
	}
}

/// A replay's result.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct VerdictEvidence {
	/// The digest each opened segment ends in, by replay.
	pub ends: PerSegment<H256>,
	/// Root over the digests after every step of every opened segment, segment by segment (`opened * interval` leaves).
	pub step_root: H256,
	/// Digest and proof under `step_root` of the drawn interior step of each opened segment.
	pub interior: PerSegment<(H256, Proof)>,
	/// Held-out rows the final weights classify correctly, recomputed; `None` when what the count needs was not served.
	pub correct: Option<u32>,
	/// Salt of the commitment.
	pub salt: H256,
}

impl VerdictEvidence {
	/// The commitment this evidence opens.
	pub fn commitment(ends: &PerSegment<H256>, step_root: &H256, salt: &H256) -> VerdictCommitment {
		VerdictCommitment(
			(b"engram/verdict", ends, step_root, salt).using_encoded(sp_io::hashing::blake2_256).into(),
		)
	}
}

/// Serving worker, after inference: what was answered and who is owed for it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Receipt {
	/// The answers, a JSON file.
	pub answers: Cid,
	/// Scores and leaves behind the payouts, a JSON file.
	pub report: Cid,
	/// Root of the Merkle-sum tree of payouts; its sum is the contributors' part of the fee.
	pub root: SumNode,
	/// Leaves in that tree.
	pub leaves: u32,
}

/// Why a worker gave a job back.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum FailureReason {
	/// An input artifact could not be fetched or does not match its CID.
	#[codec(index = 0)]
	InputUnavailable,
	/// An input artifact is not in the format the job needs.
	#[codec(index = 1)]
	InputMalformed,
	/// The device ran out of memory or failed.
	#[codec(index = 2)]
	Device,
	/// The worker failed inside; its log says more.
	#[codec(index = 3)]
	Internal,
}

impl FailureReason {
	/// Whether this blames the inputs, which whoever asked for the job answers for.
	pub fn is_of_inputs(self) -> bool {
		match self {
			Self::InputUnavailable | Self::InputMalformed => true,
			Self::Device | Self::Internal => false,
		}
	}
}

/// Everything a worker can report about a job.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum Work {
	/// See [`Commitment`].
	#[codec(index = 0)]
	Commit(Commitment),
	/// See [`VerdictCommitment`].
	#[codec(index = 1)]
	CommitVerdict(VerdictCommitment),
	/// See [`Opening`].
	#[codec(index = 2)]
	Open(Opening),
	/// See [`Verdict`].
	#[codec(index = 3)]
	Reveal(Verdict),
	/// See [`Receipt`].
	#[codec(index = 4)]
	Serve(Receipt),
	/// The job cannot be done by this worker.
	#[codec(index = 5)]
	Fail(FailureReason),
}

impl Work {
	/// The kind of this report.
	pub fn kind(&self) -> WorkKind {
		match self {
			Self::Commit(_) => WorkKind::Commit,
			Self::CommitVerdict(_) => WorkKind::CommitVerdict,
			Self::Open(_) => WorkKind::Open,
			Self::Reveal(_) => WorkKind::Reveal,
			Self::Serve(_) => WorkKind::Serve,
			Self::Fail(_) => WorkKind::Fail,
		}
	}
}

/// The kind of a report: what is signed and what the pool deduplicates by.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum WorkKind {
	/// [`Work::Commit`], call `learning.commit`.
	#[codec(index = 0)]
	Commit,
	/// [`Work::CommitVerdict`], call `learning.commit_verdict`.
	#[codec(index = 1)]
	CommitVerdict,
	/// [`Work::Open`], call `learning.open`.
	#[codec(index = 2)]
	Open,
	/// [`Work::Reveal`], call `learning.reveal_verdict`.
	#[codec(index = 3)]
	Reveal,
	/// [`Work::Serve`], call `attribution.submit_receipt`.
	#[codec(index = 4)]
	Serve,
	/// [`Work::Fail`], call `jobs.give_back`.
	#[codec(index = 5)]
	Fail,
}

/// Which task of a job a report answers.
///
/// `round` is 0 for the executor's and the first verifier's work and 1 after a disagreement; an [`Opening`] is made once
/// per round.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct WorkId {
	/// The job.
	pub job: crate::JobId,
	/// Which assignment of the job, from 0.
	pub attempt: u32,
	/// Verification round.
	pub round: u32,
	/// The kind of report.
	pub kind: WorkKind,
}
