//! What the chain asks a worker to do, as the node hands it to the worker process.

use crate::{
	merkle::SumLeaf,
	model::{Architecture, InfluenceMethod, TrainingSpec},
	work::{Work, WorkId},
	Cid, ContributionId, JobId,
};
use alloc::{string::String, vec::Vec};
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use sp_core::H256;

/// An artifact and the multiaddresses (UTF-8, with `/p2p/<peer>`) that serve it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Artifact {
	/// Content id.
	pub cid: Cid,
	/// Where to ask, first choice first.
	pub sources: Vec<Vec<u8>>,
}

/// One contribution to a training set.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DataPart {
	/// Which contribution.
	pub contribution: ContributionId,
	/// CSV of integer features followed by an integer label, with a header line.
	pub artifact: Artifact,
	/// Rows, without the header.
	pub rows: u32,
}

/// The weights training starts from.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum InitialWeights {
	/// Drawn by Engram's generator from this seed.
	#[codec(index = 0)]
	Seed([u8; 32]),
	/// The registered parent version.
	#[codec(index = 1)]
	Parent(Artifact),
}

/// Everything that steers a training job.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct TrainingPlan {
	/// The job.
	pub job: JobId,
	/// Which assignment of it.
	pub attempt: u32,
	/// Shape of the model.
	pub architecture: Architecture,
	/// Hyper-parameters.
	pub spec: TrainingSpec,
	/// Starting weights.
	pub initial: InitialWeights,
	/// Seed of the batch order, from the beacon after assignment.
	pub batch_seed: [u8; 32],
	/// Training data, in this order.
	pub data: Vec<DataPart>,
	/// The requester's held-out rows, same format.
	pub held_out: Artifact,
	/// Rows in it.
	pub held_out_rows: u32,
}

/// One thing to do. [`Task::id`] says which report answers it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum Task {
	/// Train and report [`Work::Commit`].
	#[codec(index = 0)]
	Train(TrainingPlan),
	/// Executor: serve the checkpoints that these segments start from. No report.
	#[codec(index = 1)]
	Publish {
		/// The job.
		job: JobId,
		/// Which assignment of it.
		attempt: u32,
		/// Opened segments; once verdicts are committed, also the one that would start from the final weights.
		segments: Vec<u32>,
	},
	/// Executor: verdicts are committed; serve every checkpoint and report [`Work::Open`].
	#[codec(index = 2)]
	Open {
		/// The job's plan.
		plan: TrainingPlan,
		/// Verification round.
		round: u32,
		/// Opened segments.
		segments: Vec<u32>,
		/// Steps into each opened segment (`1..=interval`) whose state digest is asked for.
		interior: Vec<u32>,
	},
	/// Verifier: replay the opened segments and report [`Work::CommitVerdict`].
	#[codec(index = 3)]
	Replay {
		/// The job's plan.
		plan: TrainingPlan,
		/// Verification round.
		round: u32,
		/// Multiaddress of the executor.
		executor: Vec<u8>,
		/// The committed root.
		root: H256,
		/// Opened segments.
		segments: Vec<u32>,
	},
	/// Verifier: every verdict is committed; report [`Work::Reveal`], without a count if it is late and what the count needs
	/// is not served.
	#[codec(index = 4)]
	Reveal {
		/// The job's plan.
		plan: TrainingPlan,
		/// Verification round.
		round: u32,
		/// Multiaddress of the executor.
		executor: Vec<u8>,
		/// The final weights the executor committed to.
		final_weights: Cid,
		/// The commitment that is on chain for this verifier.
		commitment: H256,
		/// Opened segments.
		segments: Vec<u32>,
		/// Steps into each opened segment (`1..=interval`) whose state digest is asked for.
		interior: Vec<u32>,
		/// Whether half of the time to reveal is over.
		late: bool,
	},
	/// Answer and report [`Work::Serve`].
	#[codec(index = 5)]
	Infer(InferencePlan),
}

impl Task {
	/// The report this task asks for, `None` for [`Task::Publish`].
	pub fn id(&self) -> Option<WorkId> {
		use crate::work::WorkKind::{Commit, CommitVerdict, Open, Reveal, Serve};
		let (job, attempt, round, kind) = match self {
			Self::Train(plan) => (plan.job, plan.attempt, 0, Commit),
			Self::Publish { .. } => return None,
			Self::Open { plan, round, .. } => (plan.job, plan.attempt, *round, Open),
			Self::Replay { plan, round, .. } => (plan.job, plan.attempt, *round, CommitVerdict),
			Self::Reveal { plan, round, .. } => (plan.job, plan.attempt, *round, Reveal),
			Self::Infer(plan) => (plan.job, plan.attempt, 0, Serve),
		};
		Some(WorkId { job, attempt, round, kind })
	}
}

/// Everything an inference job needs.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct InferencePlan {
	/// The job.
	pub job: JobId,
	/// Which assignment of it.
	pub attempt: u32,
	/// Shape of the model.
	pub architecture: Architecture,
	/// The version's weights.
	pub weights: Artifact,
	/// Training data of the version, whose rows are credited.
	pub data: Vec<DataPart>,
	/// The consumer's rows: CSV of integer features with a header line, no label.
	pub input: Artifact,
	/// Rows in it.
	pub rows: u32,
	/// How influence is computed for the payout.
	pub method: InfluenceMethod,
	/// What all contributors together are owed, in base units.
	pub contributors: u128,
}

/// From the node to its worker process. Frames are `u32` little-endian length, then SCALE.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum ToWorker {
	/// The tasks in the last finalized state; replaces the list before. Sent after every finalized block.
	#[codec(index = 0)]
	Tasks(Vec<Task>),
	/// The node has stored this report in its outbox; the worker may drop it from its spool.
	#[codec(index = 1)]
	Stored(WorkId),
	/// Finish what cannot be resumed and exit.
	#[codec(index = 2)]
	Stop,
}

/// From the worker process to its node.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum FromWorker {
	/// Sent first: who is there.
	#[codec(index = 0)]
	Hello {
		/// Version of these types, [`WIRE_VERSION`].
		wire: u32,
		/// Multiaddresses it listens on, with `/p2p/<peer>`.
		addresses: Vec<String>,
		/// The device it computes on, for the log.
		device: String,
	},
	/// A finished report; repeated until [`ToWorker::Stored`] answers it.
	#[codec(index = 1)]
	Report {
		/// The task.
		id: WorkId,
		/// The report.
		work: Work,
	},
	/// Counters since the process started, every few seconds.
	#[codec(index = 2)]
	Metrics(Metrics),
}

/// Version of the wire types; a node and a worker that differ refuse each other.
pub const WIRE_VERSION: u32 = 1;

/// Largest frame on the socket, in bytes.
pub const MAX_FRAME: u32 = 16 * 1024 * 1024;

/// Counters of a worker process since it started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Metrics {
	/// Artifact bytes sent to other workers.
	pub bytes_served: u64,
	/// Artifact bytes fetched and verified.
	pub bytes_received: u64,
	/// Blocks refused because their hash was wrong.
	pub blocks_refused: u64,
	/// Training steps done, replays included.
	pub steps: u64,
	/// Tasks finished.
	pub finished: u64,
	/// Tasks given back or given up.
	pub failed: u64,
}

/// Amounts that sum to `total`, in proportion to `weights`: floor, then one unit more to the largest remainders (the
/// earlier leaf on a tie). All weights zero: equal shares. No leaves: `None`, unless `total` is zero.
pub fn leaves_of(total: u128, weights: &[(ContributionId, u64)]) -> Option<Vec<SumLeaf>> {
	if weights.is_empty() {
		return (total == 0).then(Vec::new);
	}
	let all_zero = weights.iter().all(|(_, w)| *w == 0);
	let weight = |w: u64| if all_zero { 1u128 } else { u128::from(w) };
	let sum = weights.iter().try_fold(0u128, |sum, (_, w)| sum.checked_add(weight(*w)))?;
	let mut parts = Vec::with_capacity(weights.len());
	let mut left = total;
	for (at, (contribution, w)) in weights.iter().enumerate() {
		let exact = sp_core::U256::from(total).checked_mul(sp_core::U256::from(weight(*w)))?;
		let (floor, rest) = exact.div_mod(sp_core::U256::from(sum));
		let amount = u128::try_from(floor).ok()?;
		left = left.checked_sub(amount)?;
		parts.push((SumLeaf { contribution: *contribution, amount }, rest, at));
	}
	parts.sort_by(|a, b| b.1.cmp(&a.1).then(a.2.cmp(&b.2)));
	for (leaf, _, _) in parts.iter_mut() {
		if left == 0 {
			break;
		}
		leaf.amount = leaf.amount.checked_add(1)?;
		left = left.checked_sub(1)?;
	}
	parts.sort_by_key(|(_, _, at)| *at);
	Some(parts.into_iter().map(|(leaf, _, _)| leaf).collect())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn amounts(total: u128, weights: &[u64]) -> Vec<u128> {
		let weights: Vec<_> =
			weights.iter().enumerate().map(|(i, w)| (ContributionId(i as u64), *w)).collect();
		leaves_of(total, &weights).unwrap().iter().map(|l| l.amount).collect()
	}

	#[test]
	fn shares_sum_to_the_total() {
		assert_eq!(amounts(10, &[1, 1, 1]), [4, 3, 3]);
		assert_eq!(amounts(10, &[0, 0]), [5, 5]);
		assert_eq!(amounts(7, &[0, 3, 4]), [0, 3, 4]);
		assert_eq!(amounts(u128::MAX, &[u64::MAX, u64::MAX]).iter().sum::<u128>(), u128::MAX);
		assert_eq!(leaves_of(0, &[]), Some(Vec::new()));
		assert_eq!(leaves_of(1, &[]), None);
	}
}
