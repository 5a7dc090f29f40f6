//! What happens by itself: the beacon's draws and the deadlines, each at its place in the agenda.

use crate::{
	Agenda, CheckRecordOf, Checks, Config, Duties, Error, Event, Outcome, Pallet, Phase, Seat, Terms,
	WeightInfo,
};
use alloc::vec::Vec;
use codec::Encode;
use engram_math::draw;
use engram_primitives::{
	traits::{Beacon, Finding, TrainingJobs, WorkerPool},
	work::PerSegment,
	JobId,
};
use frame_support::{
	storage::with_storage_layer,
	traits::Get,
	weights::{Weight, WeightMeter},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_runtime::{
	traits::{Saturating, Zero},
	ArithmeticError, DispatchError, DispatchResult,
};

impl<T: Config> Pallet<T> {
	/// Handles what is due in this block: at most `MaxPerBlock` checks, each in its own storage layer.
	pub(crate) fn process_due(now: BlockNumberFor<T>) -> Weight {
		let mut meter = WeightMeter::new();
		meter.consume(T::WeightInfo::take_due());
		for job in Agenda::<T>::take(now) {
			// Dropped in this block by its owner, before its turn.
			let Some(record) = Checks::<T>::get(job) else { continue };
			meter.consume(Self::weight_of(&record.phase));
			let done = with_storage_layer(|| Self::process(job, record, now));
			if let Err(error) = done {
				meter.consume(T::WeightInfo::postpone());
				Self::postpone(job, now, error);
			}
		}
		meter.consumed()
	}

	/// The heaviest work one check can cause in a hook.
	pub(crate) fn heaviest_item() -> Weight {
		let (at, deadline) = (Zero::zero(), Zero::zero());
		let phases = [
			Phase::Drawing { at },
			Phase::Replaying { deadline },
			Phase::InteriorDraw { at },
			Phase::Revealing { deadline },
		];
		phases
			.iter()
			.map(Self::weight_of)
			.fold(Weight::zero(), |heaviest, weight| heaviest.max(weight))
			.saturating_add(T::WeightInfo::postpone())
	}

	/// The most that a check due in this phase costs.
	fn weight_of(phase: &Phase<BlockNumberFor<T>>) -> Weight {
		let missed = T::WeightInfo::missed_commitments().saturating_add(T::WeightInfo::void());
		match phase {
			Phase::Drawing { .. } => T::WeightInfo::draw().saturating_add(T::WeightInfo::void()),
			Phase::Replaying { .. } => missed,
			Phase::InteriorDraw { .. } => T::WeightInfo::draw_interior(),
			Phase::Revealing { .. } => T::WeightInfo::confirm().max(T::WeightInfo::refute()).max(missed),
		}
	}

	fn process(job: JobId, record: CheckRecordOf<T>, now: BlockNumberFor<T>) -> DispatchResult {
		match record.phase {
			Phase::Drawing { at } => Self::draw(job, record, at, now),
			Phase::Replaying { .. } => Self::close_replay(job, record, now),
			Phase::InteriorDraw { at } => Self::draw_interior(job, record, at, now),
			Phase::Revealing { .. } => Self::close_round(job, record, now),
		}
	}

	/// A failed step is tried again after a reveal deadline. It is never given up: the job's escrow hangs on it, and what
	/// made it fail may pass or be repaired by an upgrade.
	pub(crate) fn postpone(job: JobId, now: BlockNumberFor<T>, error: DispatchError) {
		if let Some(mut record) = Checks::<T>::get(job) {
			let at = now.saturating_add(T::RevealDeadline::get());
			if Self::reschedule(job, &mut record, at).is_ok() {
				Checks::<T>::insert(job, record);
			}
		}
		Self::deposit_event(Event::Unexpected { job, error });
	}

	/// Draws the opened segments, once, and a verifier for every empty seat.
	fn draw(
		job: JobId,
		mut record: CheckRecordOf<T>,
		at: BlockNumberFor<T>,
		now: BlockNumberFor<T>,
	) -> DispatchResult {
		let (attempt, round) = (record.attempt, record.round);
		let subject = (b"check", job, attempt, round, record.draws);
		let Some(seed) = T::Beacon::keyed(at, subject) else {
			return Self::draw_again(job, record, now);
		};
		record.draws = record.draws.saturating_add(1);
		if record.segments.is_empty() {
			record.segments = Self::draw_segments(seed, &record.terms)?;
			let segments = record.segments.clone();
			Self::deposit_event(Event::SegmentsDrawn { job, attempt, segments });
		}
		let barred = if record.is_full() {
			Vec::new()
		} else {
			T::Jobs::training(job).ok_or(Error::<T>::UnknownJob)?.tried
		};
		while !record.is_full() {
			let place = u32::try_from(record.seats.len()).map_err(|_| ArithmeticError::Overflow)?;
			let seed = derived(seed, (b"verifier", place));
			let memory = record.terms.memory_mib;
			let excluded: Vec<_> = record.excluded().into_iter().chain(barred.iter().cloned()).collect();
			let Some(who) = T::Workers::draw(seed, memory, &excluded) else {
				return Self::draw_again(job, record, now);
			};
			T::Workers::occupy(&who)?;
			Duties::<T>::insert(&who, job, ());
			let seat = Seat::new(who.clone(), round);
			record.seats.try_push(seat).map_err(|_| ArithmeticError::Overflow)?;
			Self::deposit_event(Event::VerifierDrawn { verifier: who, job, attempt, round });
		}
		record.retries = 0;
		let deadline = now.saturating_add(T::ReplayDeadline::get());
		record.phase = Phase::Replaying { deadline };
		Self::reschedule_after(job, record, deadline)
	}

	/// Repeats a draw that left seats empty, later, since workers become free with time.
	fn draw_again(job: JobId, mut record: CheckRecordOf<T>, now: BlockNumberFor<T>) -> DispatchResult {
		if record.retries >= T::MaxDrawRetries::get() {
			return Self::void(job, record);
		}
		record.retries = record.retries.saturating_add(1);
		let wait = now.saturating_add(T::RevealDeadline::get());
		let at = Self::draw_block(now).max(wait);
		Self::deposit_event(Event::DrawRepeated { job, attempt: record.attempt, at });
		Self::store_drawing(job, record, at)
	}

	/// Waits for a draw that fills the empty seats.
	pub(crate) fn store_drawing(
		job: JobId,
		mut record: CheckRecordOf<T>,
		at: BlockNumberFor<T>,
	) -> DispatchResult {
		record.phase = Phase::Drawing { at };
		Self::reschedule(job, &mut record, at)?;
		Checks::<T>::insert(job, record);
		Ok(())
	}

	/// Stores a check whose deadline ends with block `deadline`.
	fn reschedule_after(
		job: JobId,
		mut record: CheckRecordOf<T>,
		deadline: BlockNumberFor<T>,
	) -> DispatchResult {
		let after = deadline.saturating_add(1u32.into());
		Self::reschedule(job, &mut record, after)?;
		Checks::<T>::insert(job, record);
		Ok(())
	}

	/// The segments that a draw opens.
	pub(crate) fn draw_segments(seed: H256, terms: &Terms) -> Result<PerSegment<u32>, DispatchError> {
		let opened = draw::segments(derived(seed, b"segments"), terms.segments, terms.opened)
			.map_err(DispatchError::from)?;
		PerSegment::try_from(opened).map_err(|_| ArithmeticError::Overflow.into())
	}

	/// The end of the replay deadline: who has not committed is replaced.
	fn close_replay(job: JobId, record: CheckRecordOf<T>, now: BlockNumberFor<T>) -> DispatchResult {
		let absent = |seat: &Seat<T::AccountId>| seat.commitment.is_none();
		Self::replace(job, record, now, absent)
	}

	/// Draws the interior step of each opened segment; the reveal begins.
	fn draw_interior(
		job: JobId,
		mut record: CheckRecordOf<T>,
		at: BlockNumberFor<T>,
		now: BlockNumberFor<T>,
	) -> DispatchResult {
		let (attempt, round) = (record.attempt, record.round);
		let Some(seed) = T::Beacon::keyed(at, (b"interior", job, attempt, round)) else {
			let at = Self::draw_block(now);
			record.phase = Phase::InteriorDraw { at };
			Self::reschedule(job, &mut record, at)?;
			Checks::<T>::insert(job, record);
			return Ok(());
		};
		record.interior = Self::draw_steps(seed, &record.terms)?;
		let interior = record.interior.clone();
		Self::deposit_event(Event::InteriorDrawn { job, attempt, round, interior });
		let deadline = now.saturating_add(T::RevealDeadline::get());
		record.phase = Phase::Revealing { deadline };
		Self::reschedule_after(job, record, deadline)
	}

	/// One step of `1..=interval` for each opened segment.
	fn draw_steps(seed: H256, terms: &Terms) -> Result<PerSegment<u32>, DispatchError> {
		let mut stream = draw::Stream::new(seed);
		let mut steps = PerSegment::new();
		for _ in 0..terms.opened {
			let below = stream.below(terms.interval.into()).map_err(DispatchError::from)?;
			let step = u32::try_from(below).map_err(|_| ArithmeticError::Overflow)?;
			let step = step.checked_add(1).ok_or(ArithmeticError::Overflow)?;
			steps.try_push(step).map_err(|_| ArithmeticError::Overflow)?;
		}
		Ok(steps)
	}

	/// Penalises and removes the verifiers that `is_absent` names, and draws others in their place while replacements are
	/// left.
	pub(crate) fn replace(
		job: JobId,
		mut record: CheckRecordOf<T>,
		now: BlockNumberFor<T>,
		is_absent: impl Fn(&Seat<T::AccountId>) -> bool,
	) -> DispatchResult {
		let seats = record.seats.iter().filter(|seat| is_absent(seat));
		let absent: Vec<_> = seats.map(|seat| seat.who.clone()).collect();
		record.seats.retain(|seat| !is_absent(seat));
		let mut exhausted = false;
		for who in absent {
			Self::miss(job, &record, &who);
			Duties::<T>::remove(&who, job);
			T::Workers::vacate(&who);
			let full = record.missed.len() >= usize_of(T::MaxReplacements::get());
			exhausted = exhausted || full || record.missed.try_push(who).is_err();
		}
		if exhausted {
			return Self::void(job, record);
		}
		if matches!(record.phase, Phase::Revealing { .. }) {
			// The opening is public: whoever comes now must not be asked for the same steps.
			Self::next_round(&mut record);
		}
		record.retries = 0;
		Self::store_drawing(job, record, Self::draw_block(now))
	}

	/// A missed deadline costs reputation and a part of the bond.
	fn miss(job: JobId, record: &CheckRecordOf<T>, who: &T::AccountId) {
		T::Workers::penalise_lateness(who);
		Self::tell_missed(job, record, who);
	}

	/// Tells of a missed deadline.
	pub(crate) fn tell_missed(job: JobId, record: &CheckRecordOf<T>, who: &T::AccountId) {
		let (worker, attempt, round) = (who.clone(), record.attempt, record.round);
		Self::deposit_event(Event::DeadlineMissed { worker, job, attempt, round });
	}

	/// There are too few verifiers to tell.
	pub(crate) fn void(job: JobId, record: CheckRecordOf<T>) -> DispatchResult {
		let paid = record.revealed();
		Self::finish(job, record, Outcome::Undecided, Finding::Undecided { paid }, &[])
	}
}

/// A seed of its own for one use of a draw's seed.
fn derived(seed: H256, purpose: impl Encode) -> H256 {
	(seed, purpose).using_encoded(blake2_256).into()
}

fn usize_of(bound: u32) -> usize {
	usize::try_from(bound).unwrap_or(usize::MAX)
}
