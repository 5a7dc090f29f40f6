//! The calls, and the steps of a job's life that calls, hooks and other pallets share.

use crate::{pallet::*, types::*};
use alloc::collections::BTreeSet;
use engram_primitives::{
	address::is_address,
	model::InfluenceMethod,
	payment::TokenPayments,
	traits::{
		Contributions, InferencePrice, InferencePricing, ModelInfo, ModelRegistry, TrainingChecks, WorkerPool,
	},
	units::Balance,
	work::FailureReason,
	Cid, JobId, VersionId,
};
use frame_support::{ensure, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{traits::Saturating, BoundedVec, DispatchError, DispatchResult};

/// What a job costs, fixed at request.
#[derive(Clone, Copy)]
pub(crate) struct Price {
	pub(crate) fee: Balance,
	pub(crate) verifier_pay: Balance,
	pub(crate) cut: Balance,
	pub(crate) reserve: Balance,
	pub(crate) deposit: Balance,
	/// What an attempt without inputs costs the requester, and how many there may be.
	pub(crate) unserved_fee: Balance,
	pub(crate) chances: u32,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_request_training(
		who: T::AccountId,
		request: TrainingRequest<AddressOf<T>>,
		memory_mib: u32,
		fee: Balance,
	) -> DispatchResult {
		let price = Self::guaranteed(Self::training_price(fee)?)?;
		Self::open_training(who, request, memory_mib, price)
	}

	/// Admits a training job at a price.
	pub(crate) fn open_training(
		who: T::AccountId,
		request: TrainingRequest<AddressOf<T>>,
		memory_mib: u32,
		price: Price,
	) -> DispatchResult {
		Self::ensure_buyer(&who)?;
		Self::ensure_training(&request)?;
		Self::ensure_memory(request.model, memory_mib)?;
		let (model, fee, reserve) = (request.model, price.fee, price.reserve);

		T::Models::reserve_version(model)?;
		let (job, guarantee, draw_at) = Self::open(&who, JobKind::Training(request), memory_mib, &price)?;
		let requester = who;
		let event = Event::TrainingRequested { requester, job, model, fee, reserve, guarantee, draw_at };
		Self::deposit_event(event);
		Ok(())
	}

	/// Whether somebody could buy this training now.
	pub(crate) fn ensure_training(request: &TrainingRequest<AddressOf<T>>) -> DispatchResult {
		let model = request.model;
		let ModelInfo { architecture, method, .. } =
			T::Models::model(model).ok_or(Error::<T>::UnknownModel)?;
		ensure!(T::Models::is_open(model), Error::<T>::ModelRetired);
		if let Some(parent) = request.parent {
			let record = T::Models::version(parent).ok_or(Error::<T>::UnknownVersion)?;
			ensure!(record.model == model, Error::<T>::ForeignParent);
			ensure!(!T::Models::is_rolled_back(parent), Error::<T>::RolledBack);
		}
		ensure!(!request.parts.is_empty(), Error::<T>::NoParts);
		let distinct: BTreeSet<_> = request.parts.iter().collect();
		ensure!(distinct.len() == request.parts.len(), Error::<T>::DuplicatePart);
		for part in request.parts.iter() {
			let rows = T::Data::row_shape(*part).ok_or(Error::<T>::UnknownContribution)?;
			ensure!(architecture.takes(rows), Error::<T>::DataDoesNotFit);
		}
		if method == InfluenceMethod::ExactInverse {
			let rows = Self::rows_of(&request.parts);
			ensure!(rows <= T::MaxExactRows::get(), Error::<T>::TooManyExactRows);
		}
		ensure!(request.spec.is_valid(), Error::<T>::InvalidSpec);
		Self::ensure_input(&request.held_out, request.held_out_rows, &request.held_out_source)?;
		Self::ensure_loads(request, architecture.parameters())
	}

	/// What training costs at this fee, as far as it is done.
	pub(crate) fn training_price(fee: Balance) -> Result<Price, DispatchError> {
		let TrainingCost { verifier_pay, cut, reserve, deposit, .. } = Self::cost_of(fee)?;
		Ok(Price { fee, verifier_pay, cut, reserve, deposit, unserved_fee: 0, chances: 0 })
	}

	pub(crate) fn do_request_inference(
		who: T::AccountId,
		version: VersionId,
		input: Cid,
		rows: u32,
		input_source: AddressOf<T>,
		memory_mib: u32,
		max_fee: Balance,
	) -> DispatchResult {
		let request = InferenceRequest { version, input, rows, input_source, platform: 0, contributors: 0 };
		Self::request_answers_at(who, request, memory_mib, max_fee, |price| price).map(|_| ())
	}

	/// Buys answers for what `price_of` makes of the model's price; the request's own parts of it are filled in.
	pub(crate) fn request_answers_at(
		who: T::AccountId,
		request: InferenceRequest<AddressOf<T>>,
		memory_mib: u32,
		max_fee: Balance,
		price_of: impl FnOnce(InferencePrice) -> InferencePrice,
	) -> Result<JobId, DispatchError> {
		Self::ensure_buyer(&who)?;
		let (version, rows) = (request.version, request.rows);
		let info = T::Models::version(version).ok_or(Error::<T>::UnknownVersion)?;
		let model = info.model;
		ensure!(T::Models::is_open(model), Error::<T>::ModelRetired);
		ensure!(!T::Models::is_rolled_back(version), Error::<T>::RolledBack);
		Self::ensure_memory(model, memory_mib)?;
		Self::ensure_input(&request.input, rows, &request.input_source)?;
		let method = T::Models::model(model).ok_or(Error::<T>::UnknownModel)?.method;
		if method == InfluenceMethod::ExactInverse {
			ensure!(rows <= T::MaxExactAnswers::get(), Error::<T>::TooManyExactAnswers);
		}
		Self::ensure_answers(&info, rows)?;
		let InferencePrice { fee, platform, contributors } = price_of(T::Pricing::quote(version, rows)?);
		ensure!(fee <= max_fee, Error::<T>::FeeAboveMax);
		ensure!(
			contributors == 0 || contributors >= T::MinContributorsPart::get(),
			Error::<T>::ContributorsPartTooSmall
		);

		let request = InferenceRequest { platform, contributors, ..request };
		let deposit = T::JobDeposit::get();
		let price = Price { fee, verifier_pay: 0, cut: 0, reserve: 0, deposit, unserved_fee: 0, chances: 0 };
		let price = Self::guaranteed(price)?;
		let (job, guarantee, draw_at) = Self::open(&who, JobKind::Inference(request), memory_mib, &price)?;
		let requester = who;
		Self::deposit_event(Event::InferenceRequested { requester, job, version, fee, guarantee, draw_at });
		Ok(job)
	}

	pub(crate) fn do_cancel(who: &T::AccountId, job: JobId) -> DispatchResult {
		let mut record = Jobs::<T>::get(job).ok_or(Error::<T>::UnknownJob)?;
		ensure!(Self::is_requester(who, &record), Error::<T>::NotRequester);
		ensure!(
			matches!(record.state, JobState::Queued { .. }) && record.attempt == 0,
			Error::<T>::NotCancellable
		);
		let (requester, at) = (record.requester.clone(), Self::now());
		let refunded = Self::refund(job, &mut record)?;
		Self::close(job, record, JobState::Cancelled { at });
		Self::deposit_event(Event::JobCancelled { requester, job, refunded });
		Ok(())
	}

	pub(crate) fn do_give_back(
		worker: T::AccountId,
		job: JobId,
		attempt: u32,
		reason: FailureReason,
	) -> DispatchResult {
		let record = Self::record_at(job, attempt)?;
		ensure!(
			matches!(&record.state, JobState::Assigned { executor, .. } if *executor == worker),
			Error::<T>::NotAssigned
		);
		if Self::may_decline(&record, reason) {
			return Self::decline(job, record, worker, reason);
		}
		T::Workers::penalise_reputation(&worker);
		Self::deposit_event(Event::JobGivenBack { worker, job, attempt, reason });
		Self::forget(job, &record);
		Self::next_attempt(job, record)
	}

	pub(crate) fn do_remove(who: &T::AccountId, job: JobId) -> DispatchResult {
		let record = Jobs::<T>::get(job).ok_or(Error::<T>::UnknownJob)?;
		let closed_at = record.state.closed_at().ok_or(Error::<T>::StillOpen)?;
		if !Self::is_requester(who, &record) {
			// Without it nobody would know whom to ask for the weights.
			let names_version = matches!(record.state, JobState::Settled { version: Some(_), .. });
			ensure!(!names_version, Error::<T>::NamesVersion);
			let free_at = closed_at.saturating_add(T::RetentionPeriod::get());
			ensure!(Self::now() >= free_at, Error::<T>::RetentionNotOver);
		}
		Self::release_deposit(job, &record)?;
		Jobs::<T>::remove(job);
		Self::deposit_event(Event::JobRemoved { requester: record.requester, job, deposit: record.deposit });
		Ok(())
	}

	pub(crate) fn now() -> BlockNumberFor<T> {
		frame_system::Pallet::<T>::block_number()
	}

	/// The record of a job that is at `attempt`.
	pub(crate) fn record_at(job: JobId, attempt: u32) -> Result<JobRecordOf<T>, DispatchError> {
		let record = Jobs::<T>::get(job).ok_or(Error::<T>::UnknownJob)?;
		ensure!(record.attempt == attempt, Error::<T>::WrongAttempt);
		Ok(record)
	}

	fn ensure_input(cid: &Cid, rows: u32, source: &AddressOf<T>) -> DispatchResult {
		ensure!(cid.is_valid(), Error::<T>::InvalidCid);
		ensure!((1..=T::MaxRows::get()).contains(&rows), Error::<T>::RowsOutOfRange);
		ensure!(is_address(source), Error::<T>::InvalidAddress);
		Ok(())
	}

	/// Admits a job and queues it. Returns its id, what is on hold for attempts without inputs, and the block of the draw.
	fn open(
		who: &T::AccountId,
		kind: JobKind<AddressOf<T>>,
		memory_mib: u32,
		price: &Price,
	) -> Result<(JobId, Balance, BlockNumberFor<T>), DispatchError> {
		let (job, mut record) = Self::admit(who, kind, memory_mib, price)?;
		let draw_at = Self::enqueue(job, &mut record, Self::decided_at(Self::now()))?;
		let guarantee = record.guarantee();
		Jobs::<T>::insert(job, record);
		Ok((job, guarantee, draw_at))
	}

	/// Holds the money and gives the job an id. The caller puts it on the agenda and stores it.
	pub(crate) fn admit(
		who: &T::AccountId,
		kind: JobKind<AddressOf<T>>,
		memory_mib: u32,
		price: &Price,
	) -> Result<(JobId, JobRecordOf<T>), DispatchError> {
		ensure!(OpenJobCount::<T>::get() < T::MaxOpenJobs::get(), Error::<T>::MarketFull);
		let job = NextJobId::<T>::get();
		let next = job.next().ok_or(Error::<T>::IdsExhausted)?;
		OpenJobs::<T>::try_append(who, job).map_err(|_| Error::<T>::TooManyOpenJobs)?;
		let Price { fee, verifier_pay, cut, reserve, deposit, unserved_fee, chances } = *price;
		let escrow = unserved_fee
			.checked_mul(chances.into())
			.and_then(|guarantee| guarantee.checked_add(fee))
			.and_then(|sum| sum.checked_add(reserve))
			.ok_or(engram_math::MathError::Overflow)?;
		Self::hold(who, escrow, deposit)?;
		NextJobId::<T>::put(next);
		OpenJobCount::<T>::mutate(|count| count.saturating_inc());
		let now = Self::now();
		let record = JobRecord {
			requester: who.clone(),
			requested_at: now,
			kind,
			memory_mib,
			fee,
			verifier_pay,
			cut,
			escrow,
			deposit,
			unserved_fee,
			chances,
			unserved: 0,
			attempt: 0,
			redraws: 0,
			tried: BoundedVec::new(),
			judges: BoundedVec::new(),
			state: JobState::Queued { draw_at: now },
		};
		Ok((job, record))
	}

	/// Queues a job that has nothing on the agenda for a draw at `at` or soon after.
	pub(crate) fn enqueue(
		job: JobId,
		record: &mut JobRecordOf<T>,
		at: BlockNumberFor<T>,
	) -> Result<BlockNumberFor<T>, DispatchError> {
		let item = AgendaItem { job, attempt: record.attempt, due: Due::Draw };
		let draw_at = Self::place(at, item)?;
		record.state = JobState::Queued { draw_at };
		Ok(draw_at)
	}

	/// Gives the job to a worker: slot, index, agenda.
	pub(crate) fn assign(
		job: JobId,
		mut record: JobRecordOf<T>,
		executor: T::AccountId,
		now: BlockNumberFor<T>,
	) -> DispatchResult {
		let attempt = record.attempt;
		let item = |due| AgendaItem { job, attempt, due };
		T::Workers::occupy(&executor)?;
		Assignments::<T>::try_append(&executor, job).map_err(|_| Error::<T>::WorkerFull)?;
		let (seed, limit) = match record.kind {
			JobKind::Training(_) => {
				let at = Self::place(Self::seeded_at(now), item(Due::Seed))?;
				let limit = at.saturating_add(T::TrainingDeadline::get());
				(Some(BatchSeed { at, value: None }), limit)
			},
			JobKind::Inference(_) => (None, now.saturating_add(T::InferenceDeadline::get())),
		};
		let deadline = Self::place(limit, item(Due::Deadline))?;
		let worker = executor.clone();
		record.redraws = 0;
		record.state = JobState::Assigned { executor, assigned_at: now, seed, deadline };
		Jobs::<T>::insert(job, record);
		Self::deposit_event(Event::JobAssigned { worker, job, attempt, deadline });
		Ok(())
	}

	/// Takes the job from its executor and queues it for another, or fails it when it was the last. A probe is nobody else's.
	pub(crate) fn next_attempt(job: JobId, record: JobRecordOf<T>) -> DispatchResult {
		if Self::is_probe(&record) {
			return Self::fail_probe(job, record);
		}
		let Some(mut record) = Self::advance(job, record)? else { return Ok(()) };
		let draw_at = Self::enqueue(job, &mut record, Self::decided_at(Self::now()))?;
		let attempt = record.attempt;
		Jobs::<T>::insert(job, record);
		Self::deposit_event(Event::JobRequeued { job, attempt, draw_at });
		Ok(())
	}

	/// Takes the job from its executor. `None` when that was the last attempt and the job has failed; else the caller puts it on
	/// the agenda, or draws at once, and stores it.
	pub(crate) fn advance(
		job: JobId,
		mut record: JobRecordOf<T>,
	) -> Result<Option<JobRecordOf<T>>, DispatchError> {
		if let Some(executor) = record.state.occupant().cloned() {
			// There is room for every attempt, and each is pushed once.
			let _ = record.tried.try_push(executor);
		}
		let attempt = record.attempt.saturating_add(1);
		if attempt >= T::MaxAttempts::get() {
			Self::fail(job, record, JobFailure::AttemptsExhausted)?;
			return Ok(None);
		}
		Self::clear_agenda(job, &record);
		Self::vacate(job, &record);
		record.attempt = attempt;
		record.redraws = 0;
		record.state = JobState::Queued { draw_at: Self::now() };
		Ok(Some(record))
	}

	/// Ends a job that nobody did; what is left of the escrow goes back.
	pub(crate) fn fail(job: JobId, mut record: JobRecordOf<T>, reason: JobFailure) -> DispatchResult {
		let refunded = Self::refund(job, &mut record)?;
		Self::close(job, record, JobState::Failed { at: Self::now(), reason });
		Self::deposit_event(Event::JobFailed { job, reason, refunded });
		Ok(())
	}

	/// Moves an open job, whose escrow is spent, into a final state: off the agenda and out of every index, and without a
	/// version reserved that it did not record. Of a probe nothing is left: events say how it went.
	pub(crate) fn close(
		job: JobId,
		mut record: JobRecordOf<T>,
		state: JobState<T::AccountId, BlockNumberFor<T>>,
	) {
		Self::clear_agenda(job, &record);
		Self::vacate(job, &record);
		OpenJobs::<T>::mutate_exists(&record.requester, |slot| drop_from(slot, job));
		OpenJobCount::<T>::mutate(|count| *count = count.saturating_sub(1));
		match &record.kind {
			JobKind::Training(_) if matches!(state, JobState::Settled { version: Some(_), .. }) => (),
			JobKind::Training(request) => T::Models::release_version(request.model),
			JobKind::Inference(_) => {
				T::Tokens::inference_ended(job, matches!(state, JobState::Settled { .. }));
			},
		}
		if Self::is_probe(&record) {
			return Jobs::<T>::remove(job);
		}
		record.state = state;
		Jobs::<T>::insert(job, record);
	}

	/// Tells the check of a training job that the attempt ends without a finding.
	pub(crate) fn forget(job: JobId, record: &JobRecordOf<T>) {
		if matches!(record.kind, JobKind::Training(_)) {
			T::Checks::forget(job);
		}
	}

	/// Gives the executor's slot back. The caller changes the state.
	fn vacate(job: JobId, record: &JobRecordOf<T>) {
		if let Some(executor) = record.state.occupant() {
			T::Workers::vacate(executor);
			Assignments::<T>::mutate_exists(executor, |slot| drop_from(slot, job));
		}
	}
}

/// Drops one job from a stored list, and the list with its last.
fn drop_from<S>(slot: &mut Option<BoundedVec<JobId, S>>, job: JobId) {
	if let Some(jobs) = slot {
		jobs.retain(|other| *other != job);
		if jobs.is_empty() {
			*slot = None;
		}
	}
}
