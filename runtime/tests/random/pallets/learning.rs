//! Executors and verifiers report, on the tasks that the runtime gives their nodes.

use super::{drawn, training, Generator};
use crate::random::{
	chain::genesis_hash,
	world::{authorized, Operation, World},
};
use codec::Encode;
use engram_primitives::{
	authorization::{work_digest, WorkerSignature},
	merkle::Proof,
	task::Task,
	work::{WorkId, WorkKind},
};
use engram_runtime::{AccountId, Runtime};
use pallet_learning::Call;
use sp_core::H256;

pub(super) fn generators() -> Vec<Generator> {
	vec![drawn(240, commit), drawn(240, commit_verdict), drawn(240, open), drawn(240, reveal_verdict)]
}

/// A report that somebody owes, of whatever kind.
pub(crate) fn any_report(world: &mut World) -> Option<Operation> {
	[commit, commit_verdict, open, reveal_verdict].into_iter().find_map(|report| report(world))
}

/// What is wrong with a report.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mistake {
	Signature,
	Attempt,
	Content,
}

/// A task of a kind, and what goes wrong with it. Done right it is off the list.
fn task(world: &mut World, kind: WorkKind) -> Option<(AccountId, Task, WorkId, Option<Mistake>)> {
	let due = |(worker, task): &(AccountId, Task)| {
		task.id().is_some_and(|id| id.kind == kind && !training::is_silent(worker, id))
	};
	let (worker, task) = world.pick_row(|view| &view.tasks, due)?;
	let wrong = [Mistake::Signature, Mistake::Attempt, Mistake::Content];
	let mistake = if world.mistaken() { world.pick(&wrong) } else { None };
	let mut id = task.id()?;
	match mistake {
		Some(Mistake::Attempt) => id.attempt += 1,
		Some(_) => (),
		None => {
			let at = world.view.tasks.iter().position(|one| *one == (worker.clone(), task.clone()))?;
			world.view.tasks.remove(at);
		},
	}
	Some((worker, task, id, mistake))
}

fn sign(
	world: &World,
	worker: &AccountId,
	id: WorkId,
	content: &impl Encode,
	mistake: Option<Mistake>,
) -> Option<WorkerSignature> {
	let genesis = if mistake == Some(Mistake::Signature) { H256::zero() } else { genesis_hash() };
	world.sign_work(worker, &work_digest(genesis, worker, id, content))
}

fn commit(world: &mut World) -> Option<Operation> {
	let (worker, task, id, mistake) = task(world, WorkKind::Commit)?;
	let Task::Train(plan) = task else { return None };
	let mut content = training::commitment(&plan);
	if mistake == Some(Mistake::Content) {
		content.final_proof = Proof::default();
	}
	let signature = sign(world, &worker, id, &content, mistake)?;
	let WorkId { job, attempt, .. } = id;
	authorized(Call::<Runtime>::commit { worker, job, attempt, content, signature })
}

fn commit_verdict(world: &mut World) -> Option<Operation> {
	let (worker, task, id, mistake) = task(world, WorkKind::CommitVerdict)?;
	let Task::Replay { plan, segments, .. } = task else { return None };
	let content = training::verdict_commitment(&plan, &worker, &segments);
	// Whatever is committed to is accepted: the mistake is a round that has not come.
	let ahead = u32::from(mistake == Some(Mistake::Content));
	let id = WorkId { round: id.round + ahead, ..id };
	let signature = sign(world, &worker, id, &content, mistake)?;
	let WorkId { job, attempt, round, .. } = id;
	authorized(Call::<Runtime>::commit_verdict { worker, job, attempt, round, content, signature })
}

fn open(world: &mut World) -> Option<Operation> {
	let (worker, task, id, mistake) = task(world, WorkKind::Open)?;
	let Task::Open { plan, segments, interior, .. } = task else { return None };
	let mut content = training::opening(&plan, &segments, &interior);
	if mistake == Some(Mistake::Content) {
		content.ends.pop();
	}
	let signature = sign(world, &worker, id, &content, mistake)?;
	let WorkId { job, attempt, round, .. } = id;
	authorized(Call::<Runtime>::open { worker, job, attempt, round, content, signature })
}

fn reveal_verdict(world: &mut World) -> Option<Operation> {
	let (worker, task, id, mistake) = task(world, WorkKind::Reveal)?;
	let Task::Reveal { plan, segments, interior, .. } = task else { return None };
	// A verifier that takes itself for another opens what nobody committed to.
	let other = world.fresh_account();
	let verifier = if mistake == Some(Mistake::Content) { &other } else { &worker };
	let content = training::verdict(&plan, verifier, &segments, &interior);
	let signature = sign(world, &worker, id, &content, mistake)?;
	let WorkId { job, attempt, round, .. } = id;
	authorized(Call::<Runtime>::reveal_verdict { worker, job, attempt, round, content, signature })
}
