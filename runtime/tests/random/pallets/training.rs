//! Who is honest when training runs and replays are claimed, who lies, and who says nothing.

use crate::common::runs::{number, Claim};
use crate::random::world::World;
use codec::Encode;
use engram_primitives::{
	task::TrainingPlan,
	work::{Commitment, Opening, Verdict, VerdictCommitment, VerdictEvidence},
	JobId,
};
use engram_runtime::AccountId;
use sp_core::H256;
use sp_io::hashing::blake2_256;

/// How often in a hundred a coin that belongs to a subject shows heads: the same in each block.
fn happens(percent: u8, subject: impl Encode) -> bool {
	subject.using_encoded(blake2_256)[0] % 100 < percent
}

/// What an executor claims: one in six cheats.
fn of_executor(plan: &TrainingPlan) -> Claim {
	Claim::new(plan, u64::from(happens(17, (b"cheat", plan.job, plan.attempt))))
}

/// What a verifier claims: one in ten lies, each in its own way, and one in eighteen repeats what a cheat would claim.
fn of_verifier(plan: &TrainingPlan, verifier: &AccountId) -> Claim {
	let subject = (plan.job, plan.attempt, verifier);
	let falsehood = match () {
		() if happens(10, (b"lie", subject)) => 2 + number(subject) % 1_000,
		() if happens(6, (b"collusion", subject)) => 1,
		() => 0,
	};
	Claim::new(plan, falsehood)
}

/// Whether a worker lets the time for a report pass.
pub(super) fn is_silent(worker: &AccountId, report: impl Encode) -> bool {
	happens(5, (b"silence", worker, report))
}

/// What the executor commits to.
pub(super) fn commitment(plan: &TrainingPlan) -> Commitment {
	of_executor(plan).commitment(&plan.spec)
}

/// What the executor opens.
pub(super) fn opening(plan: &TrainingPlan, segments: &[u32], interior: &[u32]) -> Opening {
	of_executor(plan).opening(plan, segments, interior)
}

/// Whether a verifier says that it was not served the final weights.
fn is_uncounted(plan: &TrainingPlan, verifier: &AccountId) -> bool {
	happens(6, (b"uncounted", plan.job, plan.attempt, verifier))
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
	of_verifier(plan, verifier).evidence(plan, salt(plan, verifier), segments, interior)
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
	let mut evidence = evidence(plan, verifier, segments, interior);
	evidence.correct = evidence.correct.filter(|_| !is_uncounted(plan, verifier));
	Verdict::Replayed(evidence)
}

/// The influence of the parts of a job on its answers, in any unit.
pub(super) fn influence(job: JobId, index: usize) -> u64 {
	number((b"influence", job, index as u64)) % 5
}

/// Drops the tasks of a job that has moved on in this block.
pub(super) fn forget_tasks(world: &mut World, job: JobId) {
	world.view.tasks.retain(|(_, task)| task.id().is_none_or(|id| id.job != job));
}
