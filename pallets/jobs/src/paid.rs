//! What the native economy hears of a job that was paid: the work in it, how good the model is, and what the protocol kept.

use crate::{
	pallet::*,
	payout::{Kept, TrainingPayout},
	types::*,
};
use alloc::vec::Vec;
use engram_math::{fee::mul_div_floor, MathError};
use engram_primitives::{
	economy::{BurnCause, Burns, PaidJob, PaidJobs, PaidWork},
	model::TrainingSpec,
	traits::ModelRegistry,
	units::PPM,
	JobId, ModelId, VersionId,
};
use sp_runtime::DispatchResult;

/// `steps * batch_size * parameters`: the multiply-adds of one pass over every row that is trained on, exact.
///
/// Domain: a valid spec and a valid architecture, whose product is below `2^59`. Anything else counts as `u64::MAX`: work is no
/// money, and whoever credits it caps it by what the worker's measured capacity allows.
pub(crate) fn training_work(spec: &TrainingSpec, parameters: u64) -> u64 {
	u64::from(spec.steps)
		.checked_mul(spec.batch_size.into())
		.and_then(|rows| rows.checked_mul(parameters))
		.unwrap_or(u64::MAX)
}

/// `rows * parameters`: the multiply-adds of the answers, exact. Domain: a valid architecture, with which it is below `2^59`.
/// Anything else counts as `u64::MAX`, for the reason given at [`training_work`].
pub(crate) fn inference_work(rows: u32, parameters: u64) -> u64 {
	u64::from(rows).saturating_mul(parameters)
}

/// `floor(work * opened / segments)`: what a verifier of a training run replays. Domain: `opened <= segments`, which is above
/// zero in a valid spec.
pub(crate) fn replayed_floor(work: u64, spec: &TrainingSpec) -> Result<u64, MathError> {
	let replayed = mul_div_floor(work.into(), spec.opened.into(), spec.segments().into())?;
	u64::try_from(replayed).map_err(|_| MathError::Overflow)
}

/// `floor(10^6 * correct / rows)`: a version's performance. Domain: `correct <= rows`, `rows > 0`.
pub(crate) fn performance_floor(correct: u32, rows: u32) -> Result<u32, MathError> {
	if correct > rows {
		return Err(MathError::OutOfDomain);
	}
	let parts = mul_div_floor(correct.into(), PPM.into(), rows.into())?;
	u32::try_from(parts).map_err(|_| MathError::Overflow)
}

impl<T: Config> Pallet<T> {
	/// The multiply-adds that a model does for one row. `None` where the registry lost it.
	fn parameters_of(model: ModelId) -> Option<u64> {
		T::Models::model(model).map(|model| model.architecture.parameters())
	}

	/// What the executor of a training job computed. `None` where the registry lost the model.
	pub(crate) fn work_of(request: &TrainingRequest<AddressOf<T>>) -> Option<u64> {
		Some(training_work(&request.spec, Self::parameters_of(request.model)?))
	}

	/// Tells of a verified training job, whose money has moved and whose version is recorded, if the registry took it.
	pub(crate) fn report_training(
		job: JobId,
		request: &TrainingRequest<AddressOf<T>>,
		version: Option<VersionId>,
		requester: T::AccountId,
		executor: T::AccountId,
		correct: u32,
		payout: &TrainingPayout<T::AccountId>,
	) -> DispatchResult {
		let TrainingPayout { verifiers, kept, .. } = payout;
		let Some(work) = Self::work_of(request) else {
			Self::report_unknown(job, *kept);
			return Ok(());
		};
		let replayed = replayed_floor(work, &request.spec)?;
		T::Paid::paid(PaidJob {
			job,
			kind: PaidWork::Training,
			model: request.model,
			requester,
			executor,
			work,
			verifiers: verifiers.iter().map(|(who, _)| (who.clone(), replayed)).collect(),
			performance: performance_floor(correct, request.held_out_rows)?,
			serves: version.filter(|version| !T::Models::is_rolled_back(*version)),
			burned: kept.burned,
			treasury: kept.treasury,
		});
		Ok(())
	}

	/// Tells of a served inference job, whose money has moved.
	pub(crate) fn report_inference(
		job: JobId,
		request: &InferenceRequest<AddressOf<T>>,
		requester: T::AccountId,
		executor: T::AccountId,
		kept: Kept,
	) -> DispatchResult {
		let known = T::Models::version(request.version)
			.and_then(|version| Self::parameters_of(version.model).map(|parameters| (version, parameters)));
		let Some((version, parameters)) = known else {
			Self::report_unknown(job, kept);
			return Ok(());
		};
		T::Paid::paid(PaidJob {
			job,
			kind: PaidWork::Answer,
			model: version.model,
			requester,
			executor,
			work: inference_work(request.rows, parameters),
			verifiers: Vec::new(),
			performance: performance_floor(version.correct, version.held_out_rows)?,
			serves: Some(request.version).filter(|version| !T::Models::is_rolled_back(*version)),
			burned: kept.burned,
			treasury: kept.treasury,
		});
		Ok(())
	}

	/// Tells of the burn of a job that nobody is rewarded for, such as a probe: the protocol pays for it, so it is no demand.
	pub(crate) fn report_burn(kept: Kept) {
		if kept.burned > 0 {
			T::Burns::burned(BurnCause::JobFee, kept.burned);
		}
	}

	/// Models and versions with open jobs stay in the registry. Should one be lost all the same, the job is paid, nobody is
	/// rewarded for it, and its burn is told of nevertheless.
	fn report_unknown(job: JobId, kept: Kept) {
		Self::report_burn(kept);
		Self::deposit_event(Event::Unexpected { kind: UnexpectedKind::WorkUnknown { job } });
	}
}
