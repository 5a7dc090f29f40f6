//! When each check is looked at again. Every check has one place in the agenda, at its `due` block.

use crate::{Agenda, CheckRecordOf, Config, Error, Pallet, LOOK_AHEAD};
use engram_primitives::{traits::Beacon, JobId};
use frame_support::traits::Get;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{
	traits::{One, Saturating},
	DispatchResult,
};

impl<T: Config> Pallet<T> {
	/// Checks that may run at once: with fewer than this many places taken, any stretch of `LOOK_AHEAD` blocks has room.
	pub(crate) fn max_checks() -> u32 {
		T::MaxPerBlock::get().saturating_mul(LOOK_AHEAD)
	}

	/// The block whose beacon output decides what is fixed in this block.
	pub(crate) fn draw_block(now: BlockNumberFor<T>) -> BlockNumberFor<T> {
		now.saturating_add(T::Beacon::delay().max(One::one()))
	}

	/// Moves a check to the first block with room from `at` on, at the earliest the next one.
	pub(crate) fn reschedule(
		job: JobId,
		record: &mut CheckRecordOf<T>,
		at: BlockNumberFor<T>,
	) -> DispatchResult {
		Self::unschedule(job, record.due);
		let next = frame_system::Pallet::<T>::block_number().saturating_add(One::one());
		let mut block = at.max(next);
		for _ in 0..LOOK_AHEAD {
			let placed = Agenda::<T>::try_mutate(block, |items| items.try_push(job)).is_ok();
			if placed {
				record.due = block;
				return Ok(());
			}
			block.saturating_inc();
		}
		Err(Error::<T>::AgendaFull.into())
	}

	/// Takes a check out of the agenda.
	pub(crate) fn unschedule(job: JobId, due: BlockNumberFor<T>) {
		Agenda::<T>::mutate_exists(due, |slot| {
			if let Some(items) = slot {
				items.retain(|item| *item != job);
				if items.is_empty() {
					*slot = None;
				}
			}
		});
	}
}
