//! What a worker is asked to do, put together from the records.

use crate::{pallet::*, types::*};
use alloc::vec::Vec;
use engram_primitives::{
	task::{Artifact, DataPart, InferencePlan, InitialWeights, Task, TrainingPlan},
	traits::{Contributions, ModelRegistry, VersionInfo, WorkerPool},
	ContributionId, JobId,
};

impl<T: Config> Pallet<T> {
	/// What the chain waits for from an executor: training whose seed is known, and inference. Verifiers' tasks and openings
	/// are known to `learning`.
	pub fn tasks_of(worker: &T::AccountId) -> Vec<Task> {
		Assignments::<T>::get(worker)
			.into_iter()
			.filter_map(|job| {
				let record = Jobs::<T>::get(job)?;
				if !matches!(record.state, JobState::Assigned { .. }) {
					return None;
				}
				match &record.kind {
					JobKind::Training(request) => Self::plan_training(job, &record, request).map(Task::Train),
					JobKind::Inference(request) => {
						Self::plan_inference(job, &record, request).map(Task::Infer)
					},
				}
			})
			.collect()
	}

	/// The plan of a training job that is being trained or checked and whose seed is known.
	pub fn training_plan(job: JobId) -> Option<TrainingPlan> {
		let record = Jobs::<T>::get(job)?;
		let JobKind::Training(request) = &record.kind else { return None };
		Self::plan_training(job, &record, request)
	}

	fn plan_training(
		job: JobId,
		record: &JobRecordOf<T>,
		request: &TrainingRequest<AddressOf<T>>,
	) -> Option<TrainingPlan> {
		let seed = match &record.state {
			JobState::Assigned { seed, .. } => (*seed)?.value?,
			JobState::Checking { seed, .. } => seed.value?,
			_ => return None,
		};
		let model = T::Models::model(request.model)?;
		let mut weights = match request.parent {
			Some(parent) => Some(Self::weights_of(&T::Models::version(parent)?)),
			None => None,
		};
		let mut data = Self::data_of(&request.parts)?;
		if Self::guarantor(record).is_some() {
			// Who stands for the inputs may serve all of them: nobody else can then make it lose its guarantee.
			let served = data.iter_mut().map(|part| &mut part.artifact).chain(&mut weights);
			for artifact in served {
				artifact.sources.push(request.held_out_source.to_vec());
			}
		}
		Some(TrainingPlan {
			job,
			attempt: record.attempt,
			architecture: model.architecture,
			spec: request.spec.clone(),
			initial: weights.map_or(InitialWeights::Seed(model.init_seed), InitialWeights::Parent),
			batch_seed: seed.into(),
			data,
			held_out: Artifact {
				cid: request.held_out,
				sources: alloc::vec![request.held_out_source.to_vec()],
			},
			held_out_rows: request.held_out_rows,
		})
	}

	fn plan_inference(
		job: JobId,
		record: &JobRecordOf<T>,
		request: &InferenceRequest<AddressOf<T>>,
	) -> Option<InferencePlan> {
		let version = T::Models::version(request.version)?;
		let model = T::Models::model(version.model)?;
		Some(InferencePlan {
			job,
			attempt: record.attempt,
			architecture: model.architecture,
			weights: Self::weights_of(&version),
			data: Self::data_of(&version.parts)?,
			input: Artifact { cid: request.input, sources: alloc::vec![request.input_source.to_vec()] },
			rows: request.rows,
			method: model.method,
			contributors: request.contributors,
		})
	}

	/// A version's weights, served by the worker that trained it as long as the record of its job is there.
	fn weights_of(version: &VersionInfo) -> Artifact {
		let trainer = Jobs::<T>::get(version.job).and_then(|record| match record.state {
			JobState::Settled { executor, .. } => Some(executor),
			_ => None,
		});
		let address = trainer.and_then(|worker| T::Workers::address_of(&worker));
		Artifact { cid: version.weights, sources: address.into_iter().collect() }
	}

	fn data_of(parts: &[ContributionId]) -> Option<Vec<DataPart>> {
		parts
			.iter()
			.map(|id| {
				let info = T::Data::contribution(*id)?;
				Some(DataPart {
					contribution: *id,
					artifact: Artifact { cid: info.cid, sources: alloc::vec![info.source] },
					rows: info.rows,
				})
			})
			.collect()
	}
}
