//! The market as other pallets see it: `learning` for training, `attribution` for inference, `pools` for what tokens pay.

use crate::{paid::performance_floor, pallet::*, payout::Kept, types::*};
use alloc::vec::Vec;
use engram_primitives::{
	payment::{AnswerMarket, AnswerRequest, TokenPayments, VerifiedUpdate},
	traits::{
		Finding, InferenceAssignment, InferenceJobs, InferencePrice, ModelRegistry, TrainingAssignment,
		TrainingJobs, VersionInfo, WorkerPool,
	},
	Cid, JobId, VersionId,
};
use frame_support::{ensure, storage::with_storage_layer};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{
	traits::{Saturating, UniqueSaturatedInto},
	DispatchError, DispatchResult,
};

impl<T: Config> TrainingJobs<T::AccountId, BlockNumberFor<T>> for Pallet<T> {
	fn training(job: JobId) -> Option<TrainingAssignment<T::AccountId, BlockNumberFor<T>>> {
		let record = Jobs::<T>::get(job)?;
		let JobKind::Training(request) = record.kind else { return None };
		let (JobState::Assigned { executor, seed: Some(seed), .. }
		| JobState::Checking { executor, seed, .. }) = record.state
		else {
			return None;
		};
		let parent = match request.parent {
			Some(parent) => Some(T::Models::version(parent)?.weights),
			None => None,
		};
		Some(TrainingAssignment {
			executor,
			attempt: record.attempt,
			tried: record.tried.into_inner(),
			seed_at: seed.at,
			spec: request.spec,
			memory_mib: record.memory_mib,
			parent,
			held_out_rows: request.held_out_rows,
			fee: record.fee,
			verifier_pay: record.verifier_pay,
		})
	}

	fn committed(job: JobId, attempt: u32) -> DispatchResult {
		let mut record = Self::record_at(job, attempt)?;
		ensure!(matches!(record.kind, JobKind::Training(_)), Error::<T>::WrongKind);
		let (executor, assigned_at, seed) = match &record.state {
			JobState::Assigned { executor, assigned_at, seed: Some(seed), .. } => {
				(executor.clone(), *assigned_at, *seed)
			},
			_ => return Err(Error::<T>::NotAssigned.into()),
		};
		ensure!(seed.value.is_some(), Error::<T>::SeedUnknown);
		Self::clear_agenda(job, &record);
		let worker = executor.clone();
		let committed_at = Self::now();
		record.state = JobState::Checking { executor, assigned_at, seed, committed_at };
		Jobs::<T>::insert(job, record);
		Self::deposit_event(Event::TrainingCommitted { worker, job, attempt });
		Ok(())
	}

	fn found(job: JobId, attempt: u32, finding: Finding<T::AccountId>) -> DispatchResult {
		let record = Self::record_at(job, attempt)?;
		let JobState::Checking { executor, .. } = &record.state else {
			return Err(Error::<T>::NotChecking.into());
		};
		let executor = executor.clone();
		match finding {
			Finding::Verified { weights, correct, paid } => {
				Self::settle_training(job, record, executor, weights, correct, paid)
			},
			Finding::Rejected { paid, judges } => Self::reject_training(job, record, executor, paid, judges),
			Finding::Undecided { paid } => Self::void_training(job, record, executor, paid),
		}
	}
}

impl<T: Config> InferenceJobs<T::AccountId> for Pallet<T> {
	fn inference(job: JobId) -> Option<InferenceAssignment<T::AccountId>> {
		let record = Jobs::<T>::get(job)?;
		let JobKind::Inference(request) = record.kind else { return None };
		let JobState::Assigned { executor, .. } = record.state else { return None };
		Some(InferenceAssignment {
			executor,
			attempt: record.attempt,
			requester: record.requester,
			version: request.version,
			rows: request.rows,
			fee: record.fee,
			platform: request.platform,
			contributors: request.contributors,
		})
	}

	fn served(job: JobId, attempt: u32, payments: &[(T::AccountId, u128)], burned: u128) -> DispatchResult {
		let mut record = Self::record_at(job, attempt)?;
		let JobKind::Inference(request) = record.kind.clone() else {
			return Err(Error::<T>::WrongKind.into());
		};
		let JobState::Assigned { executor, .. } = &record.state else {
			return Err(Error::<T>::NotAssigned.into());
		};
		let worker = executor.clone();
		let spent = payments
			.iter()
			.try_fold(burned, |sum, (_, amount)| sum.checked_add(*amount))
			.ok_or(Error::<T>::EscrowExceeded)?;
		ensure!(spent <= Self::payable(&record), Error::<T>::EscrowExceeded);

		// All of it or nothing: the caller may go on after an error.
		with_storage_layer(|| {
			let mut kept = Kept { burned, treasury: 0 };
			for (payee, amount) in payments {
				kept.add_to_treasury(Self::pay(job, &mut record, payee, *amount)?)?;
			}
			Self::burn(&mut record, burned)?;
			let refunded = Self::refund(job, &mut record)?;
			let (executor, at, unserved) = (worker.clone(), Self::now(), record.unserved);
			let requester = record.requester.clone();
			Self::close(job, record, JobState::Settled { executor, at, version: None });
			Self::report_inference(job, &request, requester, worker.clone(), kept)?;
			Self::reward_executor(&worker, unserved, kept);
			Self::deposit_event(Event::InferenceSettled {
				worker,
				job,
				payments: payments.iter().filter(|(_, amount)| *amount > 0).cloned().collect(),
				burned,
				refunded,
			});
			Ok(())
		})
	}
}

impl<T: Config> AnswerMarket<T::AccountId> for Pallet<T> {
	fn request_answers(who: T::AccountId, request: AnswerRequest) -> Result<JobId, DispatchError> {
		let AnswerRequest { version, input, rows, input_source, memory_mib, max_fee } = request;
		let input_source = input_source.try_into().map_err(|_| Error::<T>::InvalidAddress)?;
		let request = InferenceRequest { version, input, rows, input_source, platform: 0, contributors: 0 };
		Self::request_answers_at(who, request, memory_mib, max_fee, |price| InferencePrice {
			fee: price.platform,
			platform: price.platform,
			contributors: 0,
		})
	}
}

impl<T: Config> Pallet<T> {
	/// Lets the model pay the executor of a verified job in its token, if it does.
	fn pay_in_tokens(
		job: JobId,
		record: &JobRecordOf<T>,
		request: &TrainingRequest<AddressOf<T>>,
		executor: &T::AccountId,
		correct: u32,
	) -> Result<u64, DispatchError> {
		// Probes are no updates. Where an attempt was declined for want of inputs, the requester may have chosen who works by
		// serving nobody else. And what continues a version that was undone meanwhile is undone too.
		let undone = request.parent.is_some_and(T::Models::is_rolled_back);
		if Self::is_probe(record) || record.unserved > 0 || undone {
			return Ok(0);
		}
		Ok(T::Tokens::update_verified(VerifiedUpdate {
			job,
			model: request.model,
			executor: executor.clone(),
			requested_at: record.requested_at.unique_saturated_into(),
			held_out: request.held_out,
			held_out_rows: request.held_out_rows,
			performance: performance_floor(correct, request.held_out_rows)?,
		}))
	}

	fn settle_training(
		job: JobId,
		mut record: JobRecordOf<T>,
		executor: T::AccountId,
		weights: Cid,
		correct: u32,
		verifiers: Vec<T::AccountId>,
	) -> DispatchResult {
		let JobKind::Training(request) = record.kind.clone() else {
			return Err(Error::<T>::WrongKind.into());
		};
		let JobState::Checking { seed, committed_at, .. } = &record.state else {
			return Err(Error::<T>::NotChecking.into());
		};
		let blocks = committed_at.saturating_sub(seed.at).unique_saturated_into();
		with_storage_layer(|| {
			let probe = Self::is_probe(&record);
			let in_tokens = Self::pay_in_tokens(job, &record, &request, &executor, correct)?;
			let payout = Self::pay_training(job, &mut record, &executor, verifiers, in_tokens)?;
			let version = if probe { None } else { Self::record_version(job, &request, weights, correct) };
			let (worker, at, unserved) = (executor.clone(), Self::now(), record.unserved);
			let requester = record.requester.clone();
			Self::close(job, record, JobState::Settled { executor, at, version });
			// Before the report: what a worker can do bounds what it is rewarded for.
			if let Some(work) = Self::work_of(&request) {
				T::Workers::measured(&worker, work, blocks);
			}
			if probe {
				// Whoever asked for it gains nothing by it.
				T::Workers::reward_reputation(&worker);
				Self::report_burn(payout.kept);
			} else {
				// Before the report: it is by this reputation that the work counts.
				Self::reward_executor(&worker, unserved, payout.kept);
				let executor = worker.clone();
				Self::report_training(job, &request, version, requester, executor, correct, &payout)?;
			}
			Self::deposit_event(Event::TrainingSettled {
				worker,
				job,
				version,
				paid: payout.executor,
				verifiers: payout.verifiers,
				burned: payout.burned,
				treasury: payout.treasury,
				author: payout.author,
				refunded: payout.refunded,
			});
			Ok(())
		})
	}

	fn reject_training(
		job: JobId,
		mut record: JobRecordOf<T>,
		worker: T::AccountId,
		verifiers: Vec<T::AccountId>,
		judges: Vec<T::AccountId>,
	) -> DispatchResult {
		with_storage_layer(|| {
			let attempt = record.attempt;
			for judge in judges {
				if !record.judges.contains(&judge) {
					// Beyond the bound a judge is drawn like anybody.
					let _ = record.judges.try_push(judge);
				}
			}
			// The fee stays whole: it pays the attempt to come.
			let reserve = Self::payable(&record).saturating_sub(record.fee);
			let verifiers = Self::pay_verifiers(job, &mut record, verifiers, reserve, &mut Kept::default())?;
			Self::deposit_event(Event::TrainingRejected { worker, job, attempt, verifiers });
			Self::next_attempt(job, record)
		})
	}

	fn void_training(
		job: JobId,
		mut record: JobRecordOf<T>,
		worker: T::AccountId,
		verifiers: Vec<T::AccountId>,
	) -> DispatchResult {
		with_storage_layer(|| {
			let limit = Self::payable(&record);
			let verifiers = Self::pay_verifiers(job, &mut record, verifiers, limit, &mut Kept::default())?;
			let refunded = Self::refund(job, &mut record)?;
			Self::close(job, record, JobState::Voided { at: Self::now() });
			Self::deposit_event(Event::JobVoided { worker, job, verifiers, refunded });
			Ok(())
		})
	}

	/// Registers what was trained. The work is done either way, so a refusal is reported and everybody is paid.
	fn record_version(
		job: JobId,
		request: &TrainingRequest<AddressOf<T>>,
		weights: Cid,
		correct: u32,
	) -> Option<VersionId> {
		let info = VersionInfo {
			model: request.model,
			weights,
			job,
			parts: request.parts.clone(),
			correct,
			held_out_rows: request.held_out_rows,
		};
		match with_storage_layer(|| T::Models::record_version(info, request.parent)) {
			Ok(version) => Some(version),
			Err(error) => {
				let kind = UnexpectedKind::VersionRefused { job, error };
				Self::deposit_event(Event::Unexpected { kind });
				None
			},
		}
	}
}
