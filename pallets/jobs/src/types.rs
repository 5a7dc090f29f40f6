//! Records of the market and the small state machine of a job.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use engram_primitives::{model::TrainingSpec, traits::Parts, units::Balance, Cid, JobId, ModelId, VersionId};
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256};
use sp_runtime::{BoundedVec, DispatchError};

/// Most judges a job remembers; later ones are free to be drawn.
pub const MAX_JUDGES: u32 = 16;

/// Verifiers who judged earlier attempts of a job.
pub type Judges<AccountId> = BoundedVec<AccountId, ConstU32<MAX_JUDGES>>;

/// What is trained, and on what it is judged.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct TrainingRequest<Address> {
	/// The model.
	pub model: ModelId,
	/// The version to continue, `None` to start from the model's seed.
	pub parent: Option<VersionId>,
	/// Contributions, in training order.
	pub parts: Parts,
	/// The requester's held-out rows.
	pub held_out: Cid,
	/// Rows in it.
	pub held_out_rows: u32,
	/// Multiaddress that serves it.
	pub held_out_source: Address,
	/// Hyper-parameters.
	pub spec: TrainingSpec,
}

/// A probe as governance sets it: a training job, and how often it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct ProbeTerms<Address> {
	/// What is trained. No version comes of it.
	pub request: TrainingRequest<Address>,
	/// Memory a worker needs; those with less are not probed.
	pub memory_mib: u32,
	/// The price, in base units, divided as that of any training job.
	pub fee: Balance,
	/// Blocks between two probes, on average; above zero.
	pub period: u32,
}

/// What is to be answered, and at which price.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct InferenceRequest<Address> {
	/// The version that answers.
	pub version: VersionId,
	/// The consumer's rows.
	pub input: Cid,
	/// Rows in it.
	pub rows: u32,
	/// Multiaddress that serves it.
	pub input_source: Address,
	/// Of the fee, the flat part for the computation, in base units. Fixed at request.
	pub platform: Balance,
	/// Of the fee, what all contributors together are owed, in base units. Fixed at request.
	pub contributors: Balance,
}

/// The work bought.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum JobKind<Address> {
	/// Train a version.
	#[codec(index = 0)]
	Training(TrainingRequest<Address>),
	/// Answer rows.
	#[codec(index = 1)]
	Inference(InferenceRequest<Address>),
}

/// The beacon output that seeds the batch order of one assignment.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct BatchSeed<BlockNumber> {
	/// The block it comes from.
	pub at: BlockNumber,
	/// The keyed output, once it is known. Stored because the beacon's ring forgets.
	pub value: Option<H256>,
}

/// Where a job is. The first three are open: money is in escrow.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum JobState<AccountId, BlockNumber> {
	/// Waits for the beacon.
	#[codec(index = 0)]
	Queued {
		/// The block whose output draws the worker.
		draw_at: BlockNumber,
	},
	/// A worker has it and answers for it until the deadline.
	#[codec(index = 1)]
	Assigned {
		/// The worker.
		executor: AccountId,
		/// The block of the draw.
		assigned_at: BlockNumber,
		/// Training only: the seed of the batch order.
		seed: Option<BatchSeed<BlockNumber>>,
		/// A report must be in a block before this one.
		deadline: BlockNumber,
	},
	/// Training only: the executor committed, `learning` keeps the deadlines.
	#[codec(index = 2)]
	Checking {
		/// The worker.
		executor: AccountId,
		/// The block of the draw.
		assigned_at: BlockNumber,
		/// The seed of the batch order.
		seed: BatchSeed<BlockNumber>,
		/// The block of the commitment.
		committed_at: BlockNumber,
	},
	/// Done and paid.
	#[codec(index = 3)]
	Settled {
		/// Who did it; serves the weights of the version.
		executor: AccountId,
		/// When.
		at: BlockNumber,
		/// Training only: the version, unless the registry refused it.
		version: Option<VersionId>,
	},
	/// Nobody did it; what was left of the escrow went back.
	#[codec(index = 4)]
	Failed {
		/// When.
		at: BlockNumber,
		/// Why.
		reason: JobFailure,
	},
	/// The verifiers could not tell; they are paid, the rest went back.
	#[codec(index = 5)]
	Voided {
		/// When.
		at: BlockNumber,
	},
	/// Taken back before its first draw.
	#[codec(index = 6)]
	Cancelled {
		/// When.
		at: BlockNumber,
	},
	/// The worker says that it was not served the inputs, or cannot read them. It keeps the slot until the next draw, so that
	/// declining a job frees nothing for another one sooner. Open, like the first three.
	#[codec(index = 7)]
	Declined {
		/// The worker.
		executor: AccountId,
		/// The block whose output draws another one, or in which the job ends.
		draw_at: BlockNumber,
	},
}

impl<AccountId, BlockNumber: Copy> JobState<AccountId, BlockNumber> {
	/// Whether money is in escrow.
	pub fn is_open(&self) -> bool {
		self.closed_at().is_none()
	}

	/// The block the job ended in.
	pub fn closed_at(&self) -> Option<BlockNumber> {
		match self {
			Self::Queued { .. } | Self::Assigned { .. } | Self::Checking { .. } | Self::Declined { .. } => {
				None
			},
			Self::Settled { at, .. }
			| Self::Failed { at, .. }
			| Self::Voided { at }
			| Self::Cancelled { at } => Some(*at),
		}
	}

	/// The worker whose slot the job takes.
	pub fn occupant(&self) -> Option<&AccountId> {
		match self {
			Self::Assigned { executor, .. }
			| Self::Checking { executor, .. }
			| Self::Declined { executor, .. } => Some(executor),
			_ => None,
		}
	}
}

/// Why a job failed.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum JobFailure {
	/// No eligible worker was there at any draw.
	#[codec(index = 0)]
	NoWorker,
	/// Every attempt was missed, given back or rejected.
	#[codec(index = 1)]
	AttemptsExhausted,
	/// The beacon's output was missing again and again.
	#[codec(index = 2)]
	BeaconLost,
	/// The market failed inside; an `Unexpected` event says more.
	#[codec(index = 3)]
	Internal,
	/// Worker after worker was not served the inputs, or could not read them. Serve them to whoever is drawn, in the format that
	/// the job needs, and ask again.
	#[codec(index = 4)]
	Unserved,
}

/// A job. The record outlives it until it is removed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct JobRecord<AccountId, BlockNumber, Address, Tried> {
	/// Who pays.
	pub requester: AccountId,
	/// When it was requested.
	pub requested_at: BlockNumber,
	/// The work.
	pub kind: JobKind<Address>,
	/// Memory a worker needs.
	pub memory_mib: u32,
	/// The price, in base units.
	pub fee: Balance,
	/// What one verifier is paid, fixed at request. 0 for inference.
	pub verifier_pay: Balance,
	/// The protocol's part of a training fee, fixed at request. 0 for inference.
	pub cut: Balance,
	/// What is on hold for this job now.
	pub escrow: Balance,
	/// What is on hold for this record.
	pub deposit: Balance,
	/// What an attempt costs the requester that ends for want of its inputs, in base units, fixed at request. 0 for a probe.
	pub unserved_fee: Balance,
	/// How many more such attempts are paid for; the job ends with the last.
	pub chances: u32,
	/// How many there were.
	pub unserved: u32,
	/// Which assignment this is, from 0.
	pub attempt: u32,
	/// Draws and seeds of this attempt that had to be repeated.
	pub redraws: u32,
	/// Executors of earlier attempts, never drawn again for this job, nor to verify it.
	pub tried: Tried,
	/// Verifiers of earlier attempts. They do not execute later ones, since nobody may gain a job by its verdict; they may verify
	/// again, or a small network would soon have nobody else.
	pub judges: Judges<AccountId>,
	/// Where it is.
	pub state: JobState<AccountId, BlockNumber>,
}

impl<AccountId, BlockNumber, Address, Tried> JobRecord<AccountId, BlockNumber, Address, Tried> {
	/// The part of an open job's escrow that is there for attempts without inputs: nobody is paid out of it for work.
	pub fn guarantee(&self) -> Balance {
		// At request the product was checked, and it only falls.
		self.unserved_fee.saturating_mul(self.chances.into())
	}
}

/// What falls due.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Due {
	/// A worker is drawn.
	#[codec(index = 0)]
	Draw,
	/// The seed of the batch order becomes known.
	#[codec(index = 1)]
	Seed,
	/// The executor is late.
	#[codec(index = 2)]
	Deadline,
	/// The slot of a worker that declined is free again, and another one is drawn.
	#[codec(index = 3)]
	Redraw,
}

/// One entry of the agenda.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct AgendaItem {
	/// The job.
	pub job: JobId,
	/// The attempt it is about; ignored once the job is at another.
	pub attempt: u32,
	/// What happens.
	pub due: Due,
}

/// How a training fee is divided, and what is on hold beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct TrainingCost {
	/// The fee.
	pub fee: Balance,
	/// Of it, to the executor.
	pub executor: Balance,
	/// Of it, to the first verifier.
	pub verifier_pay: Balance,
	/// Of it, to burn, treasury and block author.
	pub cut: Balance,
	/// Beside the fee, for further verifiers; what is unused comes back.
	pub reserve: Balance,
	/// Beside them, for attempts that end because the inputs are not served; what is unused comes back.
	pub guarantee: Balance,
	/// On hold until the record is removed.
	pub deposit: Balance,
}

/// Something that cannot happen, did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum UnexpectedKind {
	/// The registry refused the version of a verified job; everybody is paid all the same.
	#[codec(index = 0)]
	VersionRefused {
		/// The job.
		job: JobId,
		/// Why.
		error: DispatchError,
	},
	/// An agenda item failed; the job is closed and refunded.
	#[codec(index = 1)]
	ItemFailed {
		/// The item.
		item: AgendaItem,
		/// Why.
		error: DispatchError,
	},
	/// A job could not be closed after its agenda item failed; it stays as it is.
	#[codec(index = 2)]
	JobStuck {
		/// The job.
		job: JobId,
		/// Why.
		error: DispatchError,
	},
	/// The model or version of a paid job is not registered, so nobody is rewarded for its work.
	#[codec(index = 3)]
	WorkUnknown {
		/// The job.
		job: JobId,
	},
}
