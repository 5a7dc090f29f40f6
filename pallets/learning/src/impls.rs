//! What the calls do: which report is wanted, whether it is sound, and what it changes.

use crate::{
	AssignmentOf, CheckRecord, CheckRecordOf, Checks, Claim, Config, Duties, Error, Event, OpeningDigest,
	Pallet, Phase, Seat, Stage, Terms, VerdictDigest,
};
use alloc::vec::Vec;
use engram_primitives::{
	merkle,
	task::{Task, TrainingPlan},
	traits::{TrainingChecks, TrainingJobs, WorkerPool},
	work::{Commitment, Opening, PerSegment, Verdict, VerdictCommitment, VerdictEvidence},
	JobId,
};
use frame_support::{ensure, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{
	traits::{One, Saturating},
	DispatchResult,
};

/// Which reports are wanted in this block's state. The pool and the dispatch ask the same questions.
impl<T: Config> Pallet<T> {
	/// The assignment that a commitment of `worker` answers.
	pub(crate) fn wants_commit(
		worker: &T::AccountId,
		job: JobId,
		attempt: u32,
	) -> Result<AssignmentOf<T>, Error<T>> {
		let assignment = T::Jobs::training(job).ok_or(Error::UnknownJob)?;
		Self::ensure_attempt(assignment.attempt, attempt)?;
		ensure!(assignment.executor == *worker, Error::NotExecutor);
		ensure!(!Checks::<T>::contains_key(job), Error::AlreadyReported);
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(assignment.seed_at < now, Error::SeedUnknown);
		ensure!(Checks::<T>::count() < Self::max_checks(), Error::TooManyChecks);
		Ok(assignment)
	}

	/// The check that waits for the commitment of this verifier.
	pub(crate) fn wants_verdict_commitment(
		worker: &T::AccountId,
		job: JobId,
		attempt: u32,
		round: u32,
	) -> Result<CheckRecordOf<T>, Error<T>> {
		let record = Self::check_in_round(job, attempt, round)?;
		let seat = Self::seat_in_round(&record, worker)?;
		ensure!(seat.commitment.is_none(), Error::AlreadyReported);
		match record.phase {
			Phase::Drawing { .. } => return Err(Error::TooEarly),
			Phase::Replaying { deadline } => Self::ensure_in_time(deadline)?,
			_ => return Err(Error::TooLate),
		}
		Ok(record)
	}

	/// The check that waits for the executor's opening.
	pub(crate) fn wants_opening(
		worker: &T::AccountId,
		job: JobId,
		attempt: u32,
		round: u32,
	) -> Result<CheckRecordOf<T>, Error<T>> {
		let record = Self::check_in_round(job, attempt, round)?;
		ensure!(record.executor == *worker, Error::NotExecutor);
		ensure!(record.opening.is_none(), Error::AlreadyReported);
		Self::ensure_revealing(&record)?;
		Ok(record)
	}

	/// The check that waits for the verdict of this verifier.
	pub(crate) fn wants_verdict(
		worker: &T::AccountId,
		job: JobId,
		attempt: u32,
		round: u32,
	) -> Result<CheckRecordOf<T>, Error<T>> {
		let record = Self::check_in_round(job, attempt, round)?;
		let seat = Self::seat_in_round(&record, worker)?;
		ensure!(seat.verdict.is_none(), Error::AlreadyReported);
		Self::ensure_revealing(&record)?;
		Ok(record)
	}

	fn check_in_round(job: JobId, attempt: u32, round: u32) -> Result<CheckRecordOf<T>, Error<T>> {
		let record = Checks::<T>::get(job).ok_or(Error::UnknownCheck)?;
		Self::ensure_attempt(record.attempt, attempt)?;
		ensure!(round >= record.round, Error::RoundOver);
		ensure!(round == record.round, Error::RoundAhead);
		Ok(record)
	}

	fn seat_in_round<'a>(
		record: &'a CheckRecordOf<T>,
		worker: &T::AccountId,
	) -> Result<&'a Seat<T::AccountId>, Error<T>> {
		let seat = record.seat_of(worker).ok_or(Error::NotVerifier)?;
		// A verdict of an earlier round stays as it is.
		ensure!(seat.verdict.is_none() || seat.round == record.round, Error::NotVerifier);
		Ok(seat)
	}

	fn ensure_attempt(current: u32, reported: u32) -> Result<(), Error<T>> {
		ensure!(reported >= current, Error::AttemptOver);
		ensure!(reported == current, Error::AttemptAhead);
		Ok(())
	}

	fn ensure_revealing(record: &CheckRecordOf<T>) -> Result<(), Error<T>> {
		match record.phase {
			Phase::Revealing { deadline } => Self::ensure_in_time(deadline),
			_ => Err(Error::TooEarly),
		}
	}

	fn ensure_in_time(deadline: BlockNumberFor<T>) -> Result<(), Error<T>> {
		ensure!(frame_system::Pallet::<T>::block_number() <= deadline, Error::TooLate);
		Ok(())
	}
}

/// Whether a report is what its author committed to. Nothing here is trusted for who signed it.
impl<T: Config> Pallet<T> {
	/// The final weights are the last leaf under the root.
	pub(crate) fn ensure_sound_commitment(
		assignment: &AssignmentOf<T>,
		content: &Commitment,
	) -> Result<(), Error<T>> {
		ensure!(assignment.spec.is_valid(), Error::InvalidSpec);
		ensure!(content.final_weights.is_valid(), Error::InvalidWeights);
		let terms = Terms::of(assignment);
		let proven = merkle::verify(
			&content.root,
			terms.checkpoints(),
			terms.segments,
			&content.final_weights.digest(),
			&content.final_proof,
		);
		ensure!(proven, Error::WeightsNotProven);
		Ok(())
	}

	/// Every opened segment ends in the leaf that follows it under the root.
	pub(crate) fn ensure_sound_opening(record: &CheckRecordOf<T>, content: &Opening) -> Result<(), Error<T>> {
		let opened = record.segments.len();
		ensure!(content.ends.len() == opened, Error::WrongLength);
		ensure!(content.interior.len() == opened, Error::WrongLength);
		ensure!(content.correct <= record.terms.held_out_rows, Error::CorrectOutOfRange);
		ensure!(
			record.claimed.as_ref().is_none_or(|claim| claim.correct == content.correct),
			Error::ClaimChanged
		);
		let leaves = record.terms.checkpoints();
		for (segment, (end, proof)) in record.segments.iter().zip(&content.ends) {
			let index = segment.saturating_add(1);
			let proven = merkle::verify(&record.root, leaves, index, end.as_fixed_bytes(), proof);
			ensure!(proven, Error::EndNotProven);
		}
		Ok(())
	}

	/// The verdict opens the verifier's commitment, and its interior digests are leaves under its step root.
	pub(crate) fn ensure_sound_verdict(
		record: &CheckRecordOf<T>,
		worker: &T::AccountId,
		content: &Verdict,
	) -> Result<(), Error<T>> {
		let commitment = record.seat_of(worker).and_then(|seat| seat.commitment);
		let opens = |opened: VerdictCommitment| commitment == Some(opened.0);
		let evidence = match content {
			Verdict::Unavailable { salt } => {
				ensure!(opens(Verdict::unavailable_commitment(*salt)), Error::CommitmentMismatch);
				return Ok(());
			},
			Verdict::Replayed(evidence) => evidence,
		};
		let opened = record.segments.len();
		ensure!(evidence.ends.len() == opened, Error::WrongLength);
		ensure!(evidence.interior.len() == opened, Error::WrongLength);
		let rows = record.terms.held_out_rows;
		ensure!(evidence.correct.is_none_or(|correct| correct <= rows), Error::CorrectOutOfRange);
		let VerdictEvidence { ends, step_root, salt, .. } = evidence;
		let expected = VerdictEvidence::commitment(ends, step_root, salt);
		ensure!(opens(expected), Error::CommitmentMismatch);
		Self::ensure_steps_proven(record, evidence)
	}

	fn ensure_steps_proven(record: &CheckRecordOf<T>, evidence: &VerdictEvidence) -> Result<(), Error<T>> {
		let interval = record.terms.interval;
		let leaves = record.terms.opened.saturating_mul(interval);
		let steps = (0u32..).zip(record.interior.iter());
		for ((place, step), (digest, proof)) in steps.zip(&evidence.interior) {
			// Steps count from 1, leaves from 0.
			let index = place.saturating_mul(interval).saturating_add(step.saturating_sub(1));
			let root = &evidence.step_root;
			let proven = merkle::verify(root, leaves, index, digest.as_fixed_bytes(), proof);
			ensure!(proven, Error::StepNotProven);
		}
		Ok(())
	}
}

/// The calls.
impl<T: Config> Pallet<T> {
	pub(crate) fn do_commit(
		executor: T::AccountId,
		job: JobId,
		attempt: u32,
		content: &Commitment,
	) -> DispatchResult {
		let assignment = Self::wants_commit(&executor, job, attempt)?;
		Self::ensure_sound_commitment(&assignment, content)?;
		let Commitment { root, final_weights, .. } = *content;
		let now = frame_system::Pallet::<T>::block_number();
		let at = Self::draw_block(now);
		let mut record = CheckRecord {
			attempt,
			executor: executor.clone(),
			root,
			final_weights,
			committed_at: now,
			terms: Terms::of(&assignment),
			segments: PerSegment::new(),
			stage: Stage::Single,
			round: 0,
			seats: Default::default(),
			missed: Default::default(),
			interior: PerSegment::new(),
			opening: None,
			claimed: None,
			draws: 0,
			retries: 0,
			phase: Phase::Drawing { at },
			due: at,
		};
		Self::reschedule(job, &mut record, at)?;
		T::Jobs::committed(job, attempt)?;
		Duties::<T>::insert(&executor, job, ());
		Checks::<T>::insert(job, record);
		Self::deposit_event(Event::Committed { executor, job, attempt, root, final_weights });
		Ok(())
	}

	pub(crate) fn do_commit_verdict(
		verifier: T::AccountId,
		job: JobId,
		attempt: u32,
		round: u32,
		content: VerdictCommitment,
	) -> DispatchResult {
		let mut record = Self::wants_verdict_commitment(&verifier, job, attempt, round)?;
		let VerdictCommitment(commitment) = content;
		if let Some(seat) = record.seats.iter_mut().find(|seat| seat.who == verifier) {
			seat.commitment = Some(commitment);
		}
		if record.all_committed() {
			let at = Self::draw_block(frame_system::Pallet::<T>::block_number());
			record.phase = Phase::InteriorDraw { at };
			Self::reschedule(job, &mut record, at)?;
		}
		Checks::<T>::insert(job, record);
		Self::deposit_event(Event::VerdictCommitted { verifier, job, attempt, round, commitment });
		Ok(())
	}

	pub(crate) fn do_open(
		executor: T::AccountId,
		job: JobId,
		attempt: u32,
		round: u32,
		content: &Opening,
	) -> DispatchResult {
		let mut record = Self::wants_opening(&executor, job, attempt, round)?;
		Self::ensure_sound_opening(&record, content)?;
		let correct = content.correct;
		let opening = OpeningDigest::of(content);
		record.claimed = Some(Claim::from(&opening));
		record.opening = Some(opening);
		Self::store_reveal(job, record)?;
		Self::deposit_event(Event::Opened { executor, job, attempt, round, correct });
		Ok(())
	}

	pub(crate) fn do_reveal_verdict(
		verifier: T::AccountId,
		job: JobId,
		attempt: u32,
		round: u32,
		content: &Verdict,
	) -> DispatchResult {
		let mut record = Self::wants_verdict(&verifier, job, attempt, round)?;
		Self::ensure_sound_verdict(&record, &verifier, content)?;
		let verdict = VerdictDigest::of(content);
		if let Some(seat) = record.seats.iter_mut().find(|seat| seat.who == verifier) {
			seat.verdict = Some(verdict.clone());
		}
		Self::store_reveal(job, record)?;
		let event = Event::VerdictRevealed { verifier, job, attempt, round, verdict };
		Self::deposit_event(event);
		Ok(())
	}

	/// Stores a check in its reveal phase; a complete one is judged in the next block instead of at its deadline.
	fn store_reveal(job: JobId, mut record: CheckRecordOf<T>) -> DispatchResult {
		if record.all_revealed() {
			let next = frame_system::Pallet::<T>::block_number().saturating_add(One::one());
			Self::reschedule(job, &mut record, next)?;
		}
		Checks::<T>::insert(job, record);
		Ok(())
	}

	/// Removes a check: its place in the agenda, the duties, and the verifiers' slots. The executor's slot belongs to the
	/// job market.
	pub(crate) fn remove(job: JobId, record: &CheckRecordOf<T>) {
		Self::unschedule(job, record.due);
		Duties::<T>::remove(&record.executor, job);
		for seat in &record.seats {
			Duties::<T>::remove(&seat.who, job);
			T::Workers::vacate(&seat.who);
		}
		Checks::<T>::remove(job);
	}
}

impl<T: Config> TrainingChecks for Pallet<T> {
	fn forget(job: JobId) {
		if let Some(record) = Checks::<T>::get(job) {
			Self::remove(job, &record);
			Self::deposit_event(Event::CheckDropped { job, attempt: record.attempt });
		}
	}
}

/// What the node asks on behalf of its worker.
impl<T: Config> Pallet<T> {
	/// What the chain waits for from `worker` in the checks it takes part in. `plan_of` gives a job's plan, `address_of` a
	/// worker's multiaddress. For runtime APIs: it reads every duty of the worker.
	pub fn tasks_of(
		worker: &T::AccountId,
		plan_of: impl Fn(JobId) -> Option<TrainingPlan>,
		address_of: impl Fn(&T::AccountId) -> Option<Vec<u8>>,
	) -> Vec<Task> {
		let mut tasks = Vec::new();
		for job in Duties::<T>::iter_key_prefix(worker) {
			let Some(record) = Checks::<T>::get(job) else { continue };
			if record.executor == *worker {
				tasks.extend(Self::executor_tasks(job, &record, &plan_of));
			} else {
				let executor = address_of(&record.executor).unwrap_or_default();
				tasks.extend(Self::verifier_task(worker, job, &record, &plan_of, executor));
			}
		}
		tasks
	}

	fn executor_tasks(
		job: JobId,
		record: &CheckRecordOf<T>,
		plan_of: impl Fn(JobId) -> Option<TrainingPlan>,
	) -> Vec<Task> {
		let mut tasks = Vec::new();
		let segments = record.segments.to_vec();
		let reveals = matches!(record.phase, Phase::Revealing { .. });
		if !segments.is_empty() {
			let (attempt, mut segments) = (record.attempt, segments.clone());
			if reveals {
				// Verifiers count with the final weights, and do not wait until the executor comes to opening.
				segments.push(record.terms.segments);
			}
			tasks.push(Task::Publish { job, attempt, segments });
		}
		if let (true, Some(plan)) = (reveals && record.opening.is_none(), plan_of(job)) {
			let (round, interior) = (record.round, record.interior.to_vec());
			tasks.push(Task::Open { plan, round, segments, interior });
		}
		tasks
	}

	fn verifier_task(
		worker: &T::AccountId,
		job: JobId,
		record: &CheckRecordOf<T>,
		plan_of: impl Fn(JobId) -> Option<TrainingPlan>,
		executor: Vec<u8>,
	) -> Option<Task> {
		let seat = record.seat_of(worker).filter(|seat| seat.verdict.is_none())?;
		let (round, segments) = (record.round, record.segments.to_vec());
		match (record.phase, seat.commitment) {
			(Phase::Replaying { .. }, None) => {
				let plan = plan_of(job)?;
				Some(Task::Replay { plan, round, executor, root: record.root, segments })
			},
			(Phase::Revealing { deadline }, Some(commitment)) => Some(Task::Reveal {
				plan: plan_of(job)?,
				round,
				executor,
				final_weights: record.final_weights,
				commitment,
				segments,
				interior: record.interior.to_vec(),
				late: Self::is_late_to_reveal(deadline),
			}),
			_ => None,
		}
	}

	/// Whether at most half of the time to reveal is left, rounded down.
	fn is_late_to_reveal(deadline: BlockNumberFor<T>) -> bool {
		let left = deadline.saturating_sub(frame_system::Pallet::<T>::block_number());
		left.saturating_mul(2u32.into()) <= T::RevealDeadline::get()
	}
}
