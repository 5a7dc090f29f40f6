//! What training runs and their replays result in. Nothing is trained here: every digest is a hash of where it belongs, so that
//! two who are honest come to the same and nobody else does.

use crate::world::World;
use codec::Encode;
use engram_primitives::{
	cid::CODEC_RAW,
	merkle,
	model::TrainingSpec,
	task::TrainingPlan,
	work::{Commitment, Opening, PerSegment, Verdict, VerdictCommitment, VerdictEvidence},
	Cid, JobId,
};
use engram_runtime::AccountId;
use sp_core::H256;
use sp_io::hashing::blake2_256;

/// A run that is claimed to be the right one. Equal runs have equal digests.
#[derive(Clone, Copy, PartialEq, Eq, Encode)]
struct Claim {
	job: JobId,
	attempt: u32,
	/// Zero is the truth.
	falsehood: u64,
}

/// How often in a hundred a coin that belongs to a subject shows heads: the same in each block.
fn happens(percent: u8, subject: impl Encode) -> bool {
	subject.using_encoded(blake2_256)[0] % 100 < percent
}

fn number(subject: impl Encode) -> u64 {
	u64::from_le_bytes(subject.using_encoded(blake2_256)[..8].try_into().expect("eight bytes"))
}

impl Claim {
	fn truth(plan: &TrainingPlan) -> Self {
		Self { job: plan.job, attempt: plan.attempt, falsehood: 0 }
	}

	/// What an executor claims: one in six cheats.
	fn of_executor(plan: &TrainingPlan) -> Self {
		let cheats = happens(17, (b"cheat", plan.job, plan.attempt));
		Self { falsehood: u64::from(cheats), ..Self::truth(plan) }
	}

	/// What a verifier claims: one in ten lies, each in its own way, and one in eighteen repeats what a cheat would claim.
	fn of_verifier(plan: &TrainingPlan, verifier: &AccountId) -> Self {
		let subject = (plan.job, plan.attempt, verifier);
		let falsehood = match () {
			() if happens(10, (b"lie", subject)) => 2 + number(subject) % 1_000,
			() if happens(6, (b"collusion", subject)) => 1,
			() => 0,
		};
		Self { falsehood, ..Self::truth(plan) }
	}

	/// The digest of the weights before segment `index`, or after the last.
	fn checkpoint(&self, index: u32) -> [u8; 32] {
		(b"checkpoint", self, index).using_encoded(blake2_256)
	}

	/// The digest of the weights after a step of a segment, from 1.
	fn step(&self, segment: u32, step: u32) -> [u8; 32] {
		(b"step", self, segment, step).using_encoded(blake2_256)
	}

	fn correct(&self, plan: &TrainingPlan) -> u32 {
		(number((b"correct", self)) % (u64::from(plan.held_out_rows) + 1)) as u32
	}

	fn checkpoints(&self, spec: &TrainingSpec) -> Vec<[u8; 32]> {
		(0..=spec.segments()).map(|index| self.checkpoint(index)).collect()
	}

	fn steps(&self, spec: &TrainingSpec, segments: &[u32]) -> Vec<[u8; 32]> {
		let steps = 1..=spec.checkpoint_interval;
		segments.iter().flat_map(|at| steps.clone().map(|step| self.step(*at, step))).collect()
	}
}

/// Whether a worker lets the time for a report pass.
pub(super) fn is_silent(worker: &AccountId, report: impl Encode) -> bool {
	happens(5, (b"silence", worker, report))
}

/// What the executor commits to.
pub(super) fn commitment(plan: &TrainingPlan) -> Commitment {
	let claim = Claim::of_executor(plan);
	let (leaves, last) = (claim.checkpoints(&plan.spec), plan.spec.segments());
	Commitment {
		root: merkle::root(&leaves),
		final_weights: Cid::new(CODEC_RAW, claim.checkpoint(last)),
		final_proof: merkle::prove(&leaves, last).expect("the last leaf is there"),
	}
}

/// What the executor opens.
pub(super) fn opening(plan: &TrainingPlan, segments: &[u32], interior: &[u32]) -> Opening {
	let claim = Claim::of_executor(plan);
	let leaves = claim.checkpoints(&plan.spec);
	let end = |segment: &u32| {
		let index = segment + 1;
		(H256(claim.checkpoint(index)), merkle::prove(&leaves, index).expect("segments are within the run"))
	};
	let steps = segments.iter().zip(interior).map(|(segment, step)| H256(claim.step(*segment, *step)));
	Opening {
		ends: PerSegment::truncate_from(segments.iter().map(end).collect()),
		interior: PerSegment::truncate_from(steps.collect()),
		correct: claim.correct(plan),
	}
}

/// Whether a verifier says that it was not served.
fn is_unserved(plan: &TrainingPlan, verifier: &AccountId) -> bool {
	happens(6, (b"unserved", plan.job, plan.attempt, verifier))
}

fn salt(plan: &TrainingPlan, verifier: &AccountId) -> H256 {
	(b"salt", plan.job, plan.attempt, verifier).using_encoded(blake2_256).into()
}

fn evidence(
	plan: &TrainingPlan,
	verifier: &AccountId,
	segments: &[u32],
	interior: &[u32],
) -> VerdictEvidence {
	let claim = Claim::of_verifier(plan, verifier);
	let leaves = claim.steps(&plan.spec, segments);
	let interval = plan.spec.checkpoint_interval;
	let step = |(place, step): (u32, &u32)| {
		let index = place * interval + step - 1;
		(H256(leaves[index as usize]), merkle::prove(&leaves, index).expect("steps are within the segment"))
	};
	let ends = segments.iter().map(|segment| H256(claim.checkpoint(segment + 1)));
	VerdictEvidence {
		ends: PerSegment::truncate_from(ends.collect()),
		step_root: merkle::root(&leaves),
		interior: PerSegment::truncate_from((0..).zip(interior).map(step).collect()),
		correct: claim.correct(plan),
		salt: salt(plan, verifier),
	}
}

/// What a verifier commits to.
pub(super) fn verdict_commitment(
	plan: &TrainingPlan,
	verifier: &AccountId,
	segments: &[u32],
) -> VerdictCommitment {
	if is_unserved(plan, verifier) {
		return Verdict::unavailable_commitment(salt(plan, verifier));
	}
	let VerdictEvidence { ends, step_root, salt, .. } = evidence(plan, verifier, segments, &[]);
	VerdictEvidence::commitment(&ends, &step_root, &salt)
}

/// What a verifier reveals.
pub(super) fn verdict(
	plan: &TrainingPlan,
	verifier: &AccountId,
	segments: &[u32],
	interior: &[u32],
) -> Verdict {
	if is_unserved(plan, verifier) {
		return Verdict::Unavailable { salt: salt(plan, verifier) };
	}
	Verdict::Replayed(evidence(plan, verifier, segments, interior))
}

/// The influence of the parts of a job on its answers, in any unit.
pub(super) fn influence(job: JobId, index: usize) -> u64 {
	number((b"influence", job, index as u64)) % 5
}

/// Drops the tasks of a job that has moved on in this block.
pub(super) fn forget_tasks(world: &mut World, job: JobId) {
	world.view.tasks.retain(|(_, task)| task.id().is_none_or(|id| id.job != job));
}
