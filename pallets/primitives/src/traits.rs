//! How pallets meet: each trait is implemented by one pallet, used by others, and wired in the runtime.

use crate::{
	authorization::WorkerKey,
	model::{Architecture, InferenceRates, InfluenceMethod, RowShape, TrainingSpec, MAX_PARTS},
	Cid, ContributionId, JobId, ModelId, VersionId,
};
use alloc::{collections::BTreeMap, vec::Vec};
use codec::Encode;
use sp_core::{ConstU32, H256};
use sp_runtime::{BoundedVec, DispatchError, DispatchResult};

/// Contributions a job reads, in training order.
pub type Parts = BoundedVec<ContributionId, ConstU32<MAX_PARTS>>;

/// The rolling randomness. Implemented by `beacon`.
pub trait Beacon<BlockNumber> {
	/// Blocks between the one that fixes a draw's inputs and the one whose output decides it.
	fn delay() -> BlockNumber;
	/// The output of block `at`, `None` while it is in the future or once it left the ring.
	fn output(at: BlockNumber) -> Option<H256>;
	/// The output at `at` keyed by a subject, so that one draw does not move another.
	fn keyed(at: BlockNumber, subject: impl Encode) -> Option<H256> {
		let output = Self::output(at)?;
		Some((b"engram/draw", output, subject).using_encoded(sp_io::hashing::blake2_256).into())
	}
}

/// The bonded workers. Implemented by `workers`.
pub trait WorkerPool<AccountId> {
	/// Draws one active worker in proportion to bond x reputation, leaving out `excluded` and those without
	/// `memory_mib` or a free slot. `None` when nobody is left.
	fn draw(seed: H256, memory_mib: u32, excluded: &[AccountId]) -> Option<AccountId>;
	/// Draws one active worker, every one with the same probability. `None` when nobody is active, and when the one drawn
	/// could not be drawn for a job that needs `memory_mib`: nobody takes its place. A pool without probes draws nobody.
	fn draw_uniform(_seed: H256, _memory_mib: u32) -> Option<AccountId> {
		None
	}
	/// Takes one slot of a worker for a job.
	fn occupy(worker: &AccountId) -> DispatchResult;
	/// Gives the slot back.
	fn vacate(worker: &AccountId);
	/// The worker's hot key.
	fn key_of(worker: &AccountId) -> Option<WorkerKey>;
	/// The worker's multiaddress.
	fn address_of(worker: &AccountId) -> Option<Vec<u8>>;
	/// The worker registered with this hot key.
	fn owner_of(key: &WorkerKey) -> Option<AccountId>;
	/// Verified work: reputation rises slowly.
	fn reward_reputation(worker: &AccountId);
	/// Verified work that was paid for: reputation rises by as much of that as `kept` allows, the part of the fee in base units
	/// that cannot come back to whoever paid it. A pool that weighs no fees asks only whether anything was kept.
	fn reward_paid_work(worker: &AccountId, kept: u128) {
		if kept > 0 {
			Self::reward_reputation(worker);
		}
	}
	/// A job given back in time, or work that others were not served: reputation falls fast.
	fn penalise_reputation(worker: &AccountId);
	/// A job given back in time because its inputs were not served or cannot be read, which nobody can check: reputation falls
	/// far less. A pool may take as much as for any other job given back.
	fn penalise_decline(worker: &AccountId) {
		Self::penalise_reputation(worker);
	}
	/// A missed deadline: reputation falls as fast, and where the pool says so a small part of the bond is lost.
	fn penalise_lateness(worker: &AccountId) {
		Self::penalise_reputation(worker);
	}
	/// Work that cannot be checked, because its executor does not show it now that it knows what would be looked at: reputation
	/// falls as fast, and `cost` base units of the bond are lost, but no less than a missed deadline takes, and no more than a
	/// slash does. A pool may take as much as for a missed deadline.
	fn penalise_evasion(worker: &AccountId, _cost: u128) {
		Self::penalise_lateness(worker);
	}
	/// Verified training of `work` multiply-adds was committed `blocks` blocks after its seed was known: that is the worker's
	/// capacity from now on. No work makes it unmeasured. A pool without capacities has nothing to do.
	fn measured(_worker: &AccountId, _work: u64, _blocks: u64) {}
	/// Proven dishonesty: takes the governed share of the bond, pays `compensated` out of it in order as far as it
	/// reaches, hands the rest to the slash handler, and drops the reputation. Returns what was taken.
	fn slash(worker: &AccountId, compensated: &[(AccountId, u128)]) -> u128;
}

/// An assigned training job, as `learning` needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainingAssignment<AccountId, BlockNumber> {
	/// Who executes.
	pub executor: AccountId,
	/// Which assignment of the job, from 0.
	pub attempt: u32,
	/// Executors of earlier attempts. None of them verifies this one: a cheater must not mend its reputation on the job it
	/// failed. Judges of earlier attempts may: a small network would soon have nobody else.
	pub tried: Vec<AccountId>,
	/// The block whose beacon output seeds the batch order.
	pub seed_at: BlockNumber,
	/// Hyper-parameters.
	pub spec: TrainingSpec,
	/// Memory a worker needs.
	pub memory_mib: u32,
	/// The parent's final weights, if the job continues a version.
	pub parent: Option<Cid>,
	/// Held-out rows.
	pub held_out_rows: u32,
	/// The fee in escrow, in base units.
	pub fee: u128,
	/// What one verifier is paid, in base units.
	pub verifier_pay: u128,
}

/// What `learning` found out about a training job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding<AccountId> {
	/// The work is right. `paid` are the verifiers to pay out of the fee.
	Verified {
		/// The final weights.
		weights: Cid,
		/// Held-out rows the verifiers found to be classified correctly.
		correct: u32,
		/// Verifiers paid out of the fee.
		paid: Vec<AccountId>,
	},
	/// The executor cheated or failed; the job goes to somebody else. The verifiers were compensated from the slash,
	/// except those in `paid`, who are owed one verifier's pay each out of the requester's reserve.
	Rejected {
		/// Verifiers paid out of the reserve.
		paid: Vec<AccountId>,
		/// Everybody who sat in judgement. They do not execute the attempts to come: nobody may gain a job by its
		/// verdict.
		judges: Vec<AccountId>,
	},
	/// Nobody can tell: the job is void and the requester refunded, after paying the verifiers.
	Undecided {
		/// Verifiers paid out of the fee.
		paid: Vec<AccountId>,
	},
}

/// The training side of the job market. Implemented by `jobs`, used by `learning`.
pub trait TrainingJobs<AccountId, BlockNumber> {
	/// The assignment of a job that is being trained or checked.
	fn training(job: JobId) -> Option<TrainingAssignment<AccountId, BlockNumber>>;
	/// The executor committed in time; the executor's deadline is lifted and `learning` keeps the next ones.
	fn committed(job: JobId, attempt: u32) -> DispatchResult;
	/// The check is over: settles, re-assigns or voids the job. Verified work raises the executor's reputation here, since it
	/// depends on the fee; that of verifiers is the check's to raise.
	fn found(job: JobId, attempt: u32, finding: Finding<AccountId>) -> DispatchResult;
}

/// What `jobs` tells `learning`. Implemented by `learning`.
pub trait TrainingChecks {
	/// The job ended or was re-assigned without a finding: drop what is kept about this attempt.
	fn forget(job: JobId);
}

impl TrainingChecks for () {
	fn forget(_: JobId) {}
}

/// An assigned inference job, as `attribution` needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InferenceAssignment<AccountId> {
	/// Who serves.
	pub executor: AccountId,
	/// Which assignment of the job, from 0.
	pub attempt: u32,
	/// Who pays.
	pub requester: AccountId,
	/// The version that answers.
	pub version: VersionId,
	/// Rows to answer.
	pub rows: u32,
	/// The whole fee in escrow, in base units.
	pub fee: u128,
	/// Of it, the flat part for the computation, fixed at request.
	pub platform: u128,
	/// Of it, what all contributors together are owed, fixed at request.
	pub contributors: u128,
}

/// The inference side of the job market. Implemented by `jobs`, used by `attribution`.
pub trait InferenceJobs<AccountId> {
	/// The assignment of a job that is being served.
	fn inference(job: JobId) -> Option<InferenceAssignment<AccountId>>;
	/// The receipt was accepted: pays each recipient out of the escrow, burns `burned`, refunds the rest and closes the job.
	fn served(job: JobId, attempt: u32, payments: &[(AccountId, u128)], burned: u128) -> DispatchResult;
}

/// What inference costs, in base units. Part of [`InferencePricing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InferencePrice {
	/// The whole fee.
	pub fee: u128,
	/// Of it, the flat part for the computation.
	pub platform: u128,
	/// Of it, what all contributors together are owed.
	pub contributors: u128,
}

/// What inference on a model costs. Implemented by `attribution`, used by `jobs`.
pub trait InferencePricing {
	/// The price of `rows` answers of a version at the model's present rates. Whoever sells at it keeps it: the rates may be
	/// others when the job is served. Errors when the version is unknown or rolled back, or its model takes no new jobs.
	fn quote(version: VersionId, rows: u32) -> Result<InferencePrice, DispatchError>;
}

/// A trainable model. Part of [`ModelRegistry`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelInfo<AccountId> {
	/// Who registered it.
	pub owner: AccountId,
	/// Its shape.
	pub architecture: Architecture,
	/// What inference costs.
	pub rates: InferenceRates,
	/// How influence is computed for payouts.
	pub method: InfluenceMethod,
	/// Seed of the initial weights of a version without a parent.
	pub init_seed: [u8; 32],
}

/// A trained version. Part of [`ModelRegistry`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionInfo {
	/// The model.
	pub model: ModelId,
	/// Its weights.
	pub weights: Cid,
	/// The job that trained it.
	pub job: JobId,
	/// Contributions it was trained on, in order.
	pub parts: Parts,
	/// Held-out rows classified correctly, by the verifiers' count.
	pub correct: u32,
	/// Held-out rows.
	pub held_out_rows: u32,
}

/// The models. Implemented by `models`.
///
/// A training job has a version reserved from its request to its end, when the version is either recorded or released. So
/// whatever the owner of a model does meanwhile, what a job was paid for can be recorded.
pub trait ModelRegistry<AccountId> {
	/// A registered model, retired or not: jobs under way need it after its retirement too.
	fn model(model: ModelId) -> Option<ModelInfo<AccountId>>;
	/// Whether a model takes new jobs. A retired one does not, nor one that does not exist.
	fn is_open(model: ModelId) -> bool;
	/// A trained version, rolled back or not: what was bought of it before is still owed.
	fn version(version: VersionId) -> Option<VersionInfo>;
	/// The version that serves who asks for none in particular: the newest that was not rolled back. A registry that does not
	/// choose has none.
	fn head(_model: ModelId) -> Option<VersionId> {
		None
	}
	/// Whether a version was rolled back: it takes no new jobs, neither answers nor training that continues it. A registry
	/// without roll backs has none.
	fn is_rolled_back(_version: VersionId) -> bool {
		false
	}
	/// Reserves a version for a training job that is being requested. Refused when the model is unknown or retired, and when
	/// its versions and reservations are as many as it may have versions.
	fn reserve_version(model: ModelId) -> DispatchResult;
	/// Gives the reservation of a job back that ended without a version.
	fn release_version(model: ModelId);
	/// Records what a verified job trained, in place of its reservation. Refused without one; retirement does not matter.
	fn record_version(version: VersionInfo, parent: Option<VersionId>) -> Result<VersionId, DispatchError>;
	/// Each model with reservations, and how many. Reads every model: for checks of invariants only.
	fn reservations() -> BTreeMap<ModelId, u32>;
}

/// A batch of rows in a datanet. Part of [`Contributions`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContributionInfo<AccountId> {
	/// Who is paid when it influences an answer.
	pub owner: AccountId,
	/// The CSV.
	pub cid: Cid,
	/// Rows in it.
	pub rows: u32,
	/// Multiaddress that serves it.
	pub source: Vec<u8>,
}

/// The contributions. Implemented by `datanets`.
pub trait Contributions<AccountId> {
	/// A contribution.
	fn contribution(id: ContributionId) -> Option<ContributionInfo<AccountId>>;
	/// What the rows of a contribution are like, by the datanet it belongs to.
	fn row_shape(id: ContributionId) -> Option<RowShape>;
}

/// The author of the current block, for its share of fees.
pub trait BlockAuthor<AccountId> {
	/// `None` in a block without an author (genesis, tests).
	fn author() -> Option<AccountId>;
}

impl<AccountId> BlockAuthor<AccountId> for () {
	fn author() -> Option<AccountId> {
		None
	}
}
