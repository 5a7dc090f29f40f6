//! The list that draws read: every active worker with what a draw asks of it. A draw so reads one value, however many workers
//! there are; whatever changes a record changes its entry.

use crate::{Active, Candidate, CandidateOf, Config, Error, Pallet, WorkerRecordOf, WorkerStatus, Workers};
use alloc::vec::Vec;
use engram_math::reputation;
use engram_primitives::units::Balance;
use frame_support::{ensure, traits::Get, BoundedVec};
use sp_runtime::DispatchResult;

type ListOf<T> = BoundedVec<CandidateOf<T>, <T as Config>::MaxWorkers>;

impl<T: Config> Pallet<T> {
	/// Whether a bond is enough to be drawn: it buys a slot.
	pub(crate) fn buys_slot(bond: Balance) -> bool {
		bond >= T::BondPerSlot::get()
	}

	/// Whether a reputation is enough to be drawn.
	pub(crate) fn is_trusted(reputation: u32) -> bool {
		reputation >= T::MinReputation::get()
	}

	/// How many jobs a record's bond allows at the same time.
	pub(crate) fn slots(record: &WorkerRecordOf<T>) -> u32 {
		let slots = record.bond.checked_div(T::BondPerSlot::get()).unwrap_or_default();
		u32::try_from(slots).unwrap_or(u32::MAX).min(T::MaxSlots::get())
	}

	/// What a draw would read of an active worker with this record.
	pub(crate) fn candidate(worker: &T::AccountId, record: &WorkerRecordOf<T>) -> CandidateOf<T> {
		Candidate {
			worker: worker.clone(),
			memory_mib: record.memory_mib,
			weight: Self::weight_of(record).unwrap_or_default(),
		}
	}

	/// The weight of an active worker in a draw; `None` when it can take no job.
	fn weight_of(record: &WorkerRecordOf<T>) -> Option<Balance> {
		let eligible = Self::is_trusted(record.reputation) && record.occupied < Self::slots(record);
		if !eligible {
			return None;
		}
		// The product of a bond and a share always has a floor; without one the worker would just not be drawn.
		reputation::weight_floor(record.bond, record.reputation).ok()
	}

	/// Everybody a draw that excludes nobody considers, in the order of the draw.
	pub(crate) fn candidates(memory_mib: u32) -> Vec<(T::AccountId, Balance)> {
		Active::<T>::get()
			.into_iter()
			.filter(|candidate| candidate.suits(memory_mib))
			.map(|candidate| (candidate.worker, candidate.weight))
			.collect()
	}

	/// Stores a record, and its entry if the worker is listed.
	pub(crate) fn store(worker: &T::AccountId, record: WorkerRecordOf<T>) {
		if record.status.is_active() {
			let entry = Self::candidate(worker, &record);
			let mut active = Active::<T>::get();
			let listed = Self::position(&active, worker).ok().and_then(|at| active.get_mut(at));
			if let Some(listed) = listed.filter(|listed| **listed != entry) {
				*listed = entry;
				Active::<T>::put(active);
			}
		}
		Workers::<T>::insert(worker, record);
	}

	/// Lists a worker that is not in the list, in the place of a lighter one when the list is full. Errors when there is none.
	pub(crate) fn list(worker: &T::AccountId, record: &WorkerRecordOf<T>) -> DispatchResult {
		let entry = Self::candidate(worker, record);
		let active = Active::<T>::get();
		if active.is_full() {
			let lightest = Self::lightest(&active).filter(|lightest| lightest.weight < entry.weight);
			Self::displace(&lightest.ok_or(Error::<T>::TooManyWorkers)?.worker)?;
		}
		Active::<T>::try_mutate(|active| {
			let at = Self::position(active, worker).unwrap_or_else(|at| at);
			ensure!(active.try_insert(at, entry).is_ok(), Error::<T>::TooManyWorkers);
			Ok(())
		})
	}

	/// Who gives way in a full list: the one of the least weight, the later account of two. Whoever has no weight is busy and
	/// keeps its place, since it would come first whatever its bond.
	fn lightest(active: &ListOf<T>) -> Option<&CandidateOf<T>> {
		active.iter().rev().filter(|listed| listed.weight > 0).min_by_key(|listed| listed.weight)
	}

	/// Pauses a worker whose place another one takes.
	fn displace(worker: &T::AccountId) -> DispatchResult {
		let mut record = Self::record_of(worker)?;
		Self::deactivate(worker, &mut record, WorkerStatus::Paused);
		Workers::<T>::insert(worker, record);
		Ok(())
	}

	/// Takes a worker out of the list, if it is there.
	pub(crate) fn unlist(worker: &T::AccountId) {
		Active::<T>::mutate(|active| {
			if let Ok(at) = Self::position(active, worker) {
				active.remove(at);
			}
		});
	}

	/// Where a worker is in the list, or where it would be.
	fn position(active: &ListOf<T>, worker: &T::AccountId) -> Result<usize, usize> {
		active.binary_search_by(|candidate| candidate.worker.cmp(worker))
	}
}
