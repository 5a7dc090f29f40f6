//! What workers can do, as verified training shows it, and the sums that the market is read from.

use crate::{Capacities, Config, Event, Pallet, TotalCapacity, UnexpectedKind, WorkerRecordOf, Workers};
use engram_math::yields::mean_floor;
use engram_primitives::economy::ComputeMarket;
use frame_support::traits::Get;
use sp_runtime::traits::Saturating;

impl<T: Config> Pallet<T> {
	/// `floor(work / max(1, blocks))` becomes the worker's capacity.
	pub(crate) fn do_measured(worker: &T::AccountId, work: u64, blocks: u64) {
		let Some(mut record) = Workers::<T>::get(worker) else { return };
		record.measured_at = frame_system::Pallet::<T>::block_number();
		Self::set_capacity(worker, &mut record, work.checked_div(blocks.max(1)).unwrap_or_default());
		Workers::<T>::insert(worker, record);
	}

	/// Makes a worker unmeasured whose measurement has been older than `MeasurePeriod` while workers were probed.
	pub(crate) fn expire_capacity(worker: &T::AccountId, record: &mut WorkerRecordOf<T>) {
		// Without probes nothing renews the measurement of a worker that only answers and verifies.
		let Some(since) = T::ProbedSince::get() else { return };
		let from = record.measured_at.max(since);
		let age = frame_system::Pallet::<T>::block_number().saturating_sub(from);
		if record.capacity > 0 && age > T::MeasurePeriod::get() {
			Self::set_capacity(worker, record, 0);
			Workers::<T>::insert(worker, &*record);
		}
	}

	/// Makes a worker unmeasured that may have hidden from probes. Without probes there is nothing to hide from, and perhaps
	/// nothing that would measure it again. The caller stores the record.
	pub(crate) fn doubt_capacity(worker: &T::AccountId, record: &mut WorkerRecordOf<T>) {
		if T::ProbedSince::get().is_some() {
			Self::set_capacity(worker, record, 0);
		}
	}

	/// Changes a capacity, and the sums with it. The caller stores the record.
	fn set_capacity(worker: &T::AccountId, record: &mut WorkerRecordOf<T>, new: u64) {
		let old = record.capacity;
		if old == new {
			return;
		}
		Self::uncount(worker, record);
		record.capacity = new;
		Self::count(worker, record);
		Self::deposit_event(Event::CapacityMeasured { worker: worker.clone(), old, new });
	}

	/// Adds a worker to the sums, if it is active and measured.
	pub(crate) fn count(worker: &T::AccountId, record: &WorkerRecordOf<T>) {
		Self::recount(worker, record, |sums| {
			Some(Capacities {
				total: sums.total.checked_add(record.capacity.into())?,
				workers: sums.workers.checked_add(1)?,
			})
		});
	}

	/// Takes a worker out of the sums, if it is active and measured.
	pub(crate) fn uncount(worker: &T::AccountId, record: &WorkerRecordOf<T>) {
		Self::recount(worker, record, |sums| {
			Some(Capacities {
				total: sums.total.checked_sub(record.capacity.into())?,
				workers: sums.workers.checked_sub(1)?,
			})
		});
	}

	fn recount(
		worker: &T::AccountId,
		record: &WorkerRecordOf<T>,
		change: impl FnOnce(Capacities) -> Option<Capacities>,
	) {
		if !record.status.is_active() || record.capacity == 0 {
			return;
		}
		match change(TotalCapacity::<T>::get()) {
			Some(sums) => TotalCapacity::<T>::put(sums),
			None => {
				let kind = UnexpectedKind::CapacityMiscounted;
				Self::deposit_event(Event::Unexpected { worker: worker.clone(), kind });
			},
		}
	}

	/// The active workers whose capacity is measured, from the sums.
	pub(crate) fn market() -> ComputeMarket {
		let Capacities { total, workers } = TotalCapacity::<T>::get();
		// A mean of `u64` is one.
		let mean_capacity = u64::try_from(mean_floor(total, workers)).unwrap_or(u64::MAX);
		ComputeMarket { mean_capacity, workers }
	}
}
