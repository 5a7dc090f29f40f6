//! Training and inference are bought, cancelled, given back, and their records removed.

use super::{drawn, training, Generator};
use crate::random::{
	chain::genesis_hash,
	world::{authorized, governed, signed, Operation, World},
};
use engram_primitives::{
	authorization::work_digest,
	model::{Optimiser, TrainingSpec, MAX_BATCH, MAX_INTERVAL},
	task::Task,
	traits::Contributions,
	units::{Balance, ENGR, MILLI},
	work::{FailureReason, WorkId, WorkKind},
	ContributionId, JobId, ModelId, VersionId,
};
use engram_runtime::{AccountId, Datanets, Jobs, Pools, Runtime, RuntimeCall};
use pallet_jobs::{AddressOf, Call, JobRecordOf, JobState, ProbeTerms, TrainingRequest};

type Job = (JobId, JobRecordOf<Runtime>);

pub(super) fn generators() -> Vec<Generator> {
	vec![
		drawn(180, request_training),
		drawn(20, request_funded_training),
		drawn(320, request_inference),
		drawn(40, cancel),
		drawn(30, give_back),
		drawn(160, remove),
		drawn(8, set_probe),
	]
}

/// Workers are probed often, now and then not at all.
fn set_probe(world: &mut World) -> Option<Operation> {
	if world.chance(10) {
		return governed(world, Call::<Runtime>::set_probe { new: None });
	}
	let error = world.mistaken().then(|| world.below(4));
	let (request, memory_mib, fee) = training(world, error)?;
	let period = if error == Some(3) { 0 } else { world.range(1, 8) as u32 };
	governed(world, Call::<Runtime>::set_probe { new: Some(ProbeTerms { request, memory_mib, fee, period }) })
}

/// Governance stops probing.
pub(crate) fn stop_probing(_: &mut World) -> Option<Operation> {
	let call = Box::new(RuntimeCall::Jobs(Call::set_probe { new: None }));
	signed(World::SUPERUSER, pallet_sudo::Call::<Runtime>::sudo { call })
}

fn job_where(world: &mut World, suits: impl Fn(&Job) -> bool) -> Option<Job> {
	world.pick_row(|view| &view.jobs, suits)
}

/// Runs of few steps, which are quick to prove.
fn spec(world: &mut World) -> TrainingSpec {
	let checkpoint_interval = world.range(1, 3);
	let segments = world.range(16, 24);
	TrainingSpec {
		steps: (segments * checkpoint_interval) as u32,
		checkpoint_interval: checkpoint_interval as u32,
		batch_size: 32,
		learning_rate: 100_000,
		optimiser: Optimiser::Sgd,
		opened: world.range(4, segments / 3) as u32,
	}
}

fn request_training(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(7));
	let (request, memory_mib, fee) = training(world, error)?;
	let TrainingRequest { model, parent, parts, held_out, held_out_rows, held_out_source, spec } = request;
	let call = Call::<Runtime>::request_training {
		model,
		parent,
		parts,
		held_out,
		held_out_rows,
		held_out_source,
		spec,
		memory_mib,
		fee,
	};
	// Every second time by the model's owner: what others buy says nothing of its success.
	let owner = world.pick_row(|view| &view.models, |(id, _)| *id == model).filter(|_| world.chance(50));
	let owner = owner.and_then(|(_, record)| world.actor_of(&record.owner));
	let user = owner.unwrap_or_else(|| world.user());
	signed(user, call)
}

/// The owner of a model spends what its escrow has on work that is worth it, or on less, or somebody else tries to.
fn request_funded_training(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(9));
	let (mut request, memory_mib, mut fee) = training(world, error.filter(|error| *error < 7))?;
	let (_, record) = world.pick_row(|view| &view.models, |(id, _)| *id == request.model)?;
	if !matches!(error, Some(4 | 5)) {
		fee = world.milli(1_000, 5_000);
		request.spec = worth(fee, record.architecture.parameters(), &request.spec);
		let limit = Jobs::funded_fee_limit(request.model, request.spec.clone())?;
		fee = if error == Some(8) { limit + 1 } else { fee.min(limit) };
	}
	let actor = world.owner_or_stranger(&record.owner, error != Some(7))?;
	let TrainingRequest { model, parent, parts, held_out, held_out_rows, held_out_source, spec } = request;
	let call = Call::<Runtime>::request_funded_training {
		model,
		parent,
		parts,
		held_out,
		held_out_rows,
		held_out_source,
		spec,
		memory_mib,
		fee,
	};
	signed(actor, call)
}

/// Runs in larger batches, of as many steps as make such a fee a wage.
fn worth(fee: Balance, parameters: u64, spec: &TrainingSpec) -> TrainingSpec {
	let price = <Runtime as pallet_jobs::Config>::MaxFundedPrice::get();
	let rows = (fee * 1_000_000_000).div_ceil(price * Balance::from(parameters));
	let segments = spec.segments();
	let interval = rows.div_ceil(Balance::from(MAX_BATCH * segments)).min(MAX_INTERVAL.into()) as u32;
	TrainingSpec {
		steps: interval * segments,
		checkpoint_interval: interval,
		batch_size: MAX_BATCH,
		..spec.clone()
	}
}

/// What somebody trains, the memory it takes and what is paid for it, with one of seven mistakes.
fn training(
	world: &mut World,
	error: Option<u64>,
) -> Option<(TrainingRequest<AddressOf<Runtime>>, u32, Balance)> {
	let open = error != Some(0);
	// The older half of the models is trained; the others stay without versions.
	let (model, record) = world.pick_row(
		|view| &view.models,
		|(id, record)| record.is_open() == open && (id.0 % 2 == 0 || error.is_some()),
	)?;
	let parent = parent(world, model, error == Some(1));
	let fits = |part| {
		let rows = <Datanets as Contributions<AccountId>>::row_shape(part);
		rows.is_some_and(|rows| record.architecture.takes(rows))
	};
	let mut parts = Vec::new();
	for _ in 0..world.range(1, 5) {
		let (part, _) =
			world.pick_row(|view| &view.contributions, |(part, _)| fits(*part) == (error != Some(6)))?;
		if !parts.contains(&part) {
			parts.push(part);
		}
	}
	match error {
		Some(2) => parts.clear(),
		Some(3) => parts.push(ContributionId(u64::MAX)),
		_ => (),
	}
	let mut spec = spec(world);
	if error == Some(4) {
		spec.steps = 0;
	}
	// Where the model has a pool, mostly on the rows that it pays for.
	let pool = Pools::token_of(model).and_then(Pools::pool).filter(|_| world.chance(80));
	let (held_out, held_out_rows) = match pool {
		Some(pool) => (pool.terms.held_out, pool.terms.held_out_rows),
		None => (world.unique_cid(), world.range(1, 200) as u32),
	};
	let fee = if error == Some(5) { 999 * MILLI } else { world.milli(1_000, 100_000) };
	let request = TrainingRequest {
		model,
		parent,
		parts: parts.try_into().ok()?,
		held_out,
		held_out_rows,
		held_out_source: world.address(true),
		spec,
	};
	Some((request, world.range(0, 1_024) as u32, fee))
}

/// A version of the model, or of another one, or none.
fn parent(world: &mut World, model: ModelId, foreign: bool) -> Option<VersionId> {
	if !foreign && world.chance(60) {
		return None;
	}
	let found = world.pick_row(|view| &view.versions, |(_, record)| (record.model == model) != foreign);
	match found {
		Some((version, _)) => Some(version),
		None => foreign.then_some(VersionId(u64::MAX)),
	}
}

fn request_inference(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(5));
	let (version, record) = world.pick_row(|view| &view.versions, |_| true)?;
	let open = world.view.models.iter().any(|(id, model)| *id == record.model && model.is_open());
	if error.is_none() && !open {
		return None;
	}
	// At the least rates, the contributors' part of these pays for what is recorded of it; that of one row never does.
	let rows = match error {
		Some(0) => 0,
		Some(4) => 1,
		_ => world.range(300, 2_000) as u32,
	};
	let max_fee = if error == Some(1) { 0 } else { 100_000 * ENGR };
	let version = if error == Some(2) { VersionId(u64::MAX) } else { version };
	let call = Call::<Runtime>::request_inference {
		version,
		input: world.unique_cid(),
		rows,
		input_source: world.address(error != Some(3)),
		memory_mib: world.range(0, 1_024) as u32,
		max_fee,
	};
	let user = world.user();
	signed(user, call)
}

fn cancel(world: &mut World) -> Option<Operation> {
	let right = !world.mistaken();
	let queued = |(_, record): &Job| matches!(record.state, JobState::Queued { .. }) && record.attempt == 0;
	let (job, record) = job_where(world, |job| queued(job) == right)?;
	signed(world.actor_of(&record.requester)?, Call::<Runtime>::cancel { job })
}

/// A worker gives its job back, signed by its key or by another.
fn give_back(world: &mut World) -> Option<Operation> {
	let executor = |(_, task): &(AccountId, Task)| matches!(task, Task::Train(_) | Task::Infer(_));
	let (worker, task) = world.pick_row(|view| &view.tasks, executor)?;
	let WorkId { job, attempt, .. } = task.id()?;
	let right = !world.mistaken();
	let content = world.pick(&[
		FailureReason::InputUnavailable,
		FailureReason::InputMalformed,
		FailureReason::Device,
		FailureReason::Internal,
	])?;
	let id = WorkId { job, attempt, round: 0, kind: WorkKind::Fail };
	let digest = work_digest(genesis_hash(), &worker, id, &content);
	let digest = if right { digest } else { [0; 32] };
	let signature = world.sign_work(&worker, &digest)?;
	if right {
		training::forget_tasks(world, job);
	}
	authorized(Call::<Runtime>::give_back { worker, job, attempt, content, signature })
}

fn remove(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(2));
	let (job, record) = job_where(world, |(_, record)| record.state.is_open() == (error == Some(0)))?;
	// Half of the records of jobs that trained a version stay: they say who serves its weights.
	let serves = matches!(record.state, JobState::Settled { version: Some(_), .. });
	if error.is_none() && serves && job.0 % 2 == 0 {
		return None;
	}
	let actor = world.owner_or_stranger(&record.requester, error != Some(1))?;
	world.view.jobs.retain(|(other, _)| *other != job || error.is_some());
	signed(actor, Call::<Runtime>::remove { job })
}
