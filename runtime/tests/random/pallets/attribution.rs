//! Workers answer and say who is owed for it; contributors claim; the rest expires.

use super::{drawn, training, Generator};
use crate::random::{
	chain::genesis_hash,
	world::{authorized, signed, Operation, World},
};
use engram_primitives::{
	authorization::work_digest,
	merkle::{sum_prove, sum_root, SumLeaf},
	task::{leaves_of, Task},
	work::{Receipt, WorkId},
	ContributionId, JobId,
};
use engram_runtime::{AccountId, Runtime};
use pallet_attribution::Call;

pub(super) fn generators() -> Vec<Generator> {
	vec![drawn(320, submit_receipt), drawn(140, claim), drawn(6, expire)]
}

/// What each part is owed: the same whenever it is asked for.
fn leaves(job: JobId, total: u128, parts: impl Iterator<Item = ContributionId>) -> Option<Vec<SumLeaf>> {
	let weights = parts.enumerate().map(|(index, part)| (part, training::influence(job, index)));
	leaves_of(total, &weights.collect::<Vec<_>>())
}

pub(crate) fn submit_receipt(world: &mut World) -> Option<Operation> {
	let inference = |(worker, task): &(AccountId, Task)| {
		matches!(task, Task::Infer(_)) && !training::is_silent(worker, task.id())
	};
	let (worker, task) = world.pick_row(|view| &view.tasks, inference)?;
	let WorkId { job, attempt, .. } = task.id()?;
	let Task::Infer(plan) = &task else { return None };
	let error = world.mistaken().then(|| world.below(3));
	let total = plan.contributors + u128::from(error == Some(0));
	let leaves = leaves(job, total, plan.data.iter().map(|part| part.contribution))?;
	let content = Receipt {
		answers: world.unique_cid(),
		report: world.unique_cid(),
		root: sum_root(&leaves)?,
		leaves: leaves.len() as u32 + u32::from(error == Some(1)),
	};
	let digest = work_digest(genesis_hash(), &worker, task.id()?, &content);
	let digest = if error == Some(2) { [0; 32] } else { digest };
	let signature = world.sign_work(&worker, &digest)?;
	if error.is_none() {
		training::forget_tasks(world, job);
	}
	authorized(Call::<Runtime>::submit_receipt { worker, job, attempt, content, signature })
}

pub(crate) fn claim(world: &mut World) -> Option<Operation> {
	let now = world.view.now;
	let error = world.mistaken().then(|| world.below(3));
	let early = error == Some(0);
	let (job, payout) =
		world.pick_row(|view| &view.payouts, |(_, payout)| (payout.claimable_at > now) == early)?;
	let versions = &world.view.versions;
	let at = versions.binary_search_by(|(id, _)| id.cmp(&payout.version)).ok()?;
	let leaves = leaves(job, payout.root.sum, versions[at].1.parts.iter().copied())?;
	let indices: Vec<_> = (0..payout.leaves).collect();
	let due = |index: &u32| !payout.claimed.contains(*index) && leaves[*index as usize].amount > 0;
	let index = match error {
		Some(_) => world.pick(&indices)?,
		None => world.pick(&indices.into_iter().filter(due).collect::<Vec<_>>())?,
	};
	let mut leaf = leaves[index as usize];
	match error {
		Some(1) => leaf.amount += 1,
		Some(2) => leaf.contribution = ContributionId(u64::MAX),
		_ => (),
	}
	let proof = sum_prove(&leaves, index)?;
	// Anybody may claim for the owner.
	let user = world.user();
	signed(user, Call::<Runtime>::claim { job, index, leaf, proof })
}

/// Of a payout whose time is over, or of any.
pub(crate) fn expire(world: &mut World) -> Option<Operation> {
	let now = world.view.now;
	let over = world.pick_row(|view| &view.payouts, |(_, payout)| payout.expires_at <= now);
	let (job, _) = match over {
		Some(over) => over,
		None => world.pick_row(|view| &view.payouts, |_| true)?,
	};
	world.view.payouts.retain(|(other, payout)| *other != job || payout.expires_at > now);
	let user = world.user();
	signed(user, Call::<Runtime>::expire { job })
}
