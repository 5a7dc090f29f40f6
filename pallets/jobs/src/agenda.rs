//! The agenda: what falls due in which block. Every item belongs to exactly one open job, and a job takes its items along
//! when it moves on, so nothing stale is ever left.

use crate::{pallet::*, types::*, weights::WeightInfo};
use engram_primitives::{traits::Beacon, units::PPM, JobId};
use frame_support::traits::{fungible::Inspect, Get};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{
	traits::{One, Saturating},
	DispatchError,
};

impl<T: Config> Pallet<T> {
	/// Puts an item at `at` or the first block after it with room, and returns that block. There always is one: at most
	/// two items per open job, and the window holds two for each (see [`Self::check_constants`]).
	pub(crate) fn place(at: BlockNumberFor<T>, item: AgendaItem) -> Result<BlockNumberFor<T>, DispatchError> {
		let mut block = at;
		for _ in 0..T::AgendaWindow::get() {
			if Agenda::<T>::try_append(block, item).is_ok() {
				return Ok(block);
			}
			block.saturating_inc();
		}
		Err(Error::<T>::AgendaFull.into())
	}

	/// Takes an item off the agenda. Nothing to do when the hook has taken it already.
	fn unplace(at: BlockNumberFor<T>, item: AgendaItem) {
		Agenda::<T>::mutate_exists(at, |slot| {
			if let Some(items) = slot {
				items.retain(|other| *other != item);
				if items.is_empty() {
					*slot = None;
				}
			}
		});
	}

	/// Where the agenda has items of a job in this state, and which.
	pub(crate) fn items_of(
		job: JobId,
		record: &JobRecordOf<T>,
	) -> impl Iterator<Item = (BlockNumberFor<T>, AgendaItem)> {
		let item = |due| AgendaItem { job, attempt: record.attempt, due };
		let [first, second] = match &record.state {
			JobState::Queued { draw_at } => [Some((*draw_at, item(Due::Draw))), None],
			JobState::Assigned { seed, deadline, .. } => [
				seed.filter(|seed| seed.value.is_none()).map(|seed| (seed.at, item(Due::Seed))),
				Some((*deadline, item(Due::Deadline))),
			],
			JobState::Declined { draw_at, .. } => [Some((*draw_at, item(Due::Redraw))), None],
			_ => [None, None],
		};
		first.into_iter().chain(second)
	}

	/// Takes everything of a job off the agenda, before its state changes.
	pub(crate) fn clear_agenda(job: JobId, record: &JobRecordOf<T>) {
		for (at, item) in Self::items_of(job, record) {
			Self::unplace(at, item);
		}
	}

	/// The block whose beacon output decides a draw about what is fixed in block `now`.
	pub(crate) fn decided_at(now: BlockNumberFor<T>) -> BlockNumberFor<T> {
		now.saturating_add(T::Beacon::delay().max(One::one()))
	}

	/// The block whose beacon output orders the batches of what is assigned in block `now`: the next one, the first whose output
	/// nobody knows. The work is timed from there, so a worker that sees what it was assigned has no time to prepare for it.
	pub(crate) fn seeded_at(now: BlockNumberFor<T>) -> BlockNumberFor<T> {
		now.saturating_add(One::one())
	}

	/// Relations between constants that everything above relies on.
	pub(crate) fn check_constants() {
		let items = u64::from(T::MaxOpenJobs::get()).saturating_mul(2);
		let places = u64::from(T::MaxPerBlock::get()).saturating_mul(T::AgendaWindow::get().into());
		assert!(items <= places, "2 * MaxOpenJobs must be at most MaxPerBlock * AgendaWindow");
		assert!(T::MaxAttempts::get() > 0, "MaxAttempts must be at least 1");
		assert!(T::MaxRows::get() > 0, "MaxRows must be at least 1");
		assert!(T::MaxExactRows::get() > 0, "MaxExactRows must be at least 1");
		assert!(T::MaxExactAnswers::get() > 0, "MaxExactAnswers must be at least 1");
		assert!(T::MaxPerWorker::get() > 0, "MaxPerWorker must be at least 1");
		assert!(T::DrawRetryPeriod::get() >= One::one(), "DrawRetryPeriod must be at least 1");
		assert!(T::TrainingDeadline::get() >= One::one(), "TrainingDeadline must be at least 1");
		assert!(T::InferenceDeadline::get() >= One::one(), "InferenceDeadline must be at least 1");
		assert!(
			T::JobDeposit::get() >= T::Currency::minimum_balance(),
			"JobDeposit must be at least the existential deposit"
		);
		assert!(
			T::VerifierShare::get().saturating_add(T::CutShare::get()) < PPM,
			"VerifierShare and CutShare must leave the executor something"
		);
		assert!(T::FetchShare::get() <= PPM, "FetchShare must be at most one");
		assert!(T::MaxTrainingLoad::get() > 0, "MaxTrainingLoad must be above zero");
		assert!(T::MaxReplayLoad::get() > 0, "MaxReplayLoad must be above zero");
		assert!(T::MaxAnswerLoad::get() > 0, "MaxAnswerLoad must be above zero");
		assert!(T::UnservedShare::get() <= PPM, "UnservedShare must be at most one");
		assert!(T::FundedUnservedShare::get() <= PPM, "FundedUnservedShare must be at most one");
		let others = T::VerifierShare::get().saturating_add(T::CutShare::get());
		assert!(
			T::FundedUnservedShare::get().saturating_mul(3) > PPM.saturating_sub(others),
			"FundedUnservedShare must be above a third of what VerifierShare and CutShare leave"
		);
		assert!(T::MinUnservedFee::get() > 0, "MinUnservedFee must be above zero");
		assert!(T::MaxFundedPrice::get() > 0, "MaxFundedPrice must be above zero");
		assert!(T::MaxUnserved::get() > 0, "MaxUnserved must be at least 1");
		let shares = T::CutShares::get();
		assert!(shares.burn.saturating_add(shares.treasury) <= PPM, "CutShares must sum to at most one");
		let heaviest = Self::heaviest_item();
		let hook = T::WeightInfo::tick_base()
			.saturating_add(heaviest.saturating_mul(T::MaxPerBlock::get().into()))
			.saturating_add(T::WeightInfo::process_probe());
		let limit = T::BlockWeights::get().max_block.saturating_div(4);
		assert!(
			hook.all_lte(limit),
			"MaxPerBlock agenda items and a probe must fit into a quarter of a block: {hook:?} > {limit:?}"
		);
	}
}
