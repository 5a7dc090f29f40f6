//! The hook: what falls due in a block. Bounded by `MaxPerBlock` items and one probe, each with a benchmarked ceiling, and
//! `integrity_test` checks that all of them fit.

use crate::{pallet::*, types::*, weights::WeightInfo};
use alloc::vec::Vec;
use engram_primitives::traits::{Beacon, WorkerPool};
use frame_support::{storage::with_storage_layer, traits::Get, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{traits::Saturating, DispatchResult};

impl<T: Config> Pallet<T> {
	/// Works off the agenda of a block, and then draws whether a worker is probed in it.
	pub(crate) fn tick(now: BlockNumberFor<T>) -> Weight {
		let mut weight = T::WeightInfo::tick_base();
		for item in Agenda::<T>::take(now) {
			weight.saturating_accrue(Self::weight_of(item.due));
			let Err(error) = with_storage_layer(|| Self::process(item, now)) else { continue };
			Self::deposit_event(Event::Unexpected { kind: UnexpectedKind::ItemFailed { item, error } });
			weight.saturating_accrue(T::WeightInfo::abandon());
			let Err(error) = with_storage_layer(|| Self::abandon(item)) else { continue };
			let kind = UnexpectedKind::JobStuck { job: item.job, error };
			Self::deposit_event(Event::Unexpected { kind });
		}
		weight.saturating_add(Self::draw_probe(now))
	}

	/// The most that an item can cost: it fails after all its work, and its job is closed.
	pub(crate) fn heaviest_item() -> Weight {
		[Due::Draw, Due::Seed, Due::Deadline, Due::Redraw]
			.into_iter()
			.map(Self::weight_of)
			.fold(Weight::zero(), |heaviest, weight| heaviest.max(weight))
			.saturating_add(T::WeightInfo::abandon())
	}

	fn weight_of(due: Due) -> Weight {
		match due {
			Due::Draw => T::WeightInfo::process_draw(),
			Due::Seed => T::WeightInfo::process_seed(),
			Due::Deadline => T::WeightInfo::process_deadline(),
			Due::Redraw => T::WeightInfo::process_redraw(),
		}
	}

	fn process(item: AgendaItem, now: BlockNumberFor<T>) -> DispatchResult {
		let AgendaItem { job, attempt, due } = item;
		let Some(record) = Jobs::<T>::get(job).filter(|record| record.attempt == attempt) else {
			return Ok(());
		};
		match (due, &record.state) {
			(Due::Draw, JobState::Queued { .. }) => Self::process_draw(item, record, now),
			(Due::Redraw, JobState::Declined { .. }) => Self::process_redraw(item, record, now),
			(Due::Seed, JobState::Assigned { seed: Some(seed), .. }) => {
				let seed = *seed;
				Self::process_seed(item, record, seed, now)
			},
			(Due::Deadline, JobState::Assigned { executor, .. }) => {
				let worker = executor.clone();
				T::Workers::penalise_lateness(&worker);
				Self::deposit_event(Event::DeadlineMissed { worker, job, attempt });
				Self::forget(job, &record);
				Self::next_attempt(job, record)
			},
			_ => Ok(()),
		}
	}

	pub(crate) fn process_draw(
		item: AgendaItem,
		record: JobRecordOf<T>,
		now: BlockNumberFor<T>,
	) -> DispatchResult {
		let subject = (b"assign", item.job, item.attempt);
		let Some(seed) = T::Beacon::keyed(now, subject) else {
			return Self::postpone(item, record, Self::decided_at(now), JobFailure::BeaconLost);
		};
		let excluded: Vec<_> = record.tried.iter().chain(&record.judges).cloned().collect();
		let executor = T::Workers::draw(seed, record.memory_mib, &excluded).filter(|worker| {
			Assignments::<T>::decode_len(worker).unwrap_or_default()
				< usize::try_from(T::MaxPerWorker::get()).unwrap_or(usize::MAX)
		});
		match executor {
			Some(executor) => Self::assign(item.job, record, executor, now),
			None => {
				let at = now.saturating_add(T::DrawRetryPeriod::get());
				Self::postpone(item, record, at, JobFailure::NoWorker)
			},
		}
	}

	/// Draws again at `at`, or fails the job for `reason` when it was drawn too often.
	fn postpone(
		item: AgendaItem,
		mut record: JobRecordOf<T>,
		at: BlockNumberFor<T>,
		reason: JobFailure,
	) -> DispatchResult {
		let AgendaItem { job, attempt, .. } = item;
		if record.redraws >= T::MaxDrawRetries::get() {
			return Self::fail(job, record, reason);
		}
		record.redraws.saturating_inc();
		let draw_at = Self::enqueue(job, &mut record, at)?;
		Jobs::<T>::insert(job, record);
		Self::deposit_event(Event::DrawPostponed { job, attempt, draw_at });
		Ok(())
	}

	/// Stores the seed of the batch order, before the ring forgets it.
	fn process_seed(
		item: AgendaItem,
		mut record: JobRecordOf<T>,
		mut batches: BatchSeed<BlockNumberFor<T>>,
		now: BlockNumberFor<T>,
	) -> DispatchResult {
		let AgendaItem { job, attempt, .. } = item;
		batches.value = T::Beacon::keyed(batches.at, (b"batch", job, attempt));
		let missing = batches.value.is_none();
		if missing && record.redraws >= T::MaxDrawRetries::get() {
			Self::forget(job, &record);
			return Self::fail(job, record, JobFailure::BeaconLost);
		}
		if missing {
			// Another block seeds, and the executor keeps its full time.
			Self::clear_agenda(job, &record);
			record.redraws.saturating_inc();
			batches.at = Self::place(Self::seeded_at(now), item)?;
		}
		let JobState::Assigned { seed, deadline, .. } = &mut record.state else { return Ok(()) };
		*seed = Some(batches);
		if missing {
			let limit = batches.at.saturating_add(T::TrainingDeadline::get());
			*deadline = Self::place(limit, AgendaItem { due: Due::Deadline, ..item })?;
			let (seed_at, deadline) = (batches.at, *deadline);
			Self::deposit_event(Event::SeedPostponed { job, attempt, seed_at, deadline });
		}
		Jobs::<T>::insert(job, record);
		Ok(())
	}

	/// Closes the job of an item that failed, so that the requester's money is not stuck.
	pub(crate) fn abandon(item: AgendaItem) -> DispatchResult {
		match Jobs::<T>::get(item.job) {
			Some(record) if record.state.is_open() => {
				Self::forget(item.job, &record);
				Self::fail(item.job, record, JobFailure::Internal)
			},
			_ => Ok(()),
		}
	}
}
