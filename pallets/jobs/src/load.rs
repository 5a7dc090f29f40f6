//! How long a job keeps a worker busy. Nobody may be asked for more than every worker can do before its deadline: it would lose
//! bond and reputation over honest work, and the requester would have its money back.
//!
//! Work is what is rewarded: multiply-adds alone. The load counts what a step and a row take besides, too, so that a great many
//! steps of a tiny model are no way around the limits.

use crate::{pallet::*, types::*};
use engram_primitives::{
	model::TrainingSpec,
	traits::{Contributions, ModelRegistry, VersionInfo},
	ContributionId,
};
use frame_support::{ensure, traits::Get};
use sp_runtime::DispatchResult;

/// What a step takes beside its rows, in multiply-adds.
const STEP: u64 = 4_096;
/// What a row takes beside its multiply-adds.
const ROW: u64 = 16;

/// `rows * (parameters + ROW)`. What is beyond `u64` counts as its end, here and below: it is above every limit.
fn rows_load(rows: u32, parameters: u64) -> u64 {
	parameters.saturating_add(ROW).saturating_mul(rows.into())
}

/// `steps * (STEP + batch_size * (parameters + ROW))`.
fn steps_load(steps: u32, spec: &TrainingSpec, parameters: u64) -> u64 {
	rows_load(spec.batch_size, parameters).saturating_add(STEP).saturating_mul(steps.into())
}

/// What training takes, in multiply-adds.
pub(crate) fn training_load(spec: &TrainingSpec, parameters: u64) -> u64 {
	steps_load(spec.steps, spec, parameters)
}

/// What its verification takes: the steps of the segments that are opened, and the answers to the held-out rows.
pub(crate) fn replay_load(spec: &TrainingSpec, parameters: u64, held_out_rows: u32) -> u64 {
	let opened = spec.opened.saturating_mul(spec.checkpoint_interval);
	steps_load(opened, spec, parameters).saturating_add(rows_load(held_out_rows, parameters))
}

/// What answers take with the influence of every training row on each: `rows * (trained_on + 1) * (parameters + ROW)`.
pub(crate) fn answer_load(rows: u32, trained_on: u32, parameters: u64) -> u64 {
	rows_load(trained_on.saturating_add(1), parameters).saturating_mul(rows.into())
}

impl<T: Config> Pallet<T> {
	/// Rows in contributions, those that are lost aside.
	pub(crate) fn rows_of(parts: &[ContributionId]) -> u32 {
		let rows = parts.iter().filter_map(|part| T::Data::contribution(*part)).map(|info| info.rows);
		rows.fold(0, u32::saturating_add)
	}

	/// What so many answers of a version take. `None` when its model is unknown.
	pub(crate) fn answers_load(version: &VersionInfo, rows: u32) -> Option<u64> {
		let parameters = T::Models::model(version.model)?.architecture.parameters();
		Some(answer_load(rows, Self::rows_of(&version.parts), parameters))
	}

	/// Whether every worker has the time for so many answers of a version.
	pub(crate) fn ensure_answers(version: &VersionInfo, rows: u32) -> DispatchResult {
		let load = Self::answers_load(version, rows).ok_or(Error::<T>::UnknownModel)?;
		ensure!(load <= T::MaxAnswerLoad::get(), Error::<T>::TooMuchWork);
		Ok(())
	}

	/// Whether every worker has the time to train this, and to verify it.
	pub(crate) fn ensure_loads(request: &TrainingRequest<AddressOf<T>>, parameters: u64) -> DispatchResult {
		let TrainingRequest { spec, held_out_rows, .. } = request;
		let fits = training_load(spec, parameters) <= T::MaxTrainingLoad::get()
			&& replay_load(spec, parameters, *held_out_rows) <= T::MaxReplayLoad::get();
		ensure!(fits, Error::<T>::TooMuchWork);
		Ok(())
	}
}
