//! Attempts that end because the inputs are not served. Nobody can tell a requester that serves its own workers only from a worker
//! that says so of an honest requester. So such an attempt costs the requester more than anybody gains by it, of which nothing
//! is paid to anybody, and it costs the worker little, but the use of its slot until the next draw.

use crate::{impls::Price, pallet::*, payout::Kept, types::*};
use engram_math::{fee::share_floor, MathError};
use engram_primitives::{traits::WorkerPool, units::Balance, work::FailureReason, JobId};
use frame_support::traits::Get;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{
	traits::{SaturatedConversion, Saturating},
	DispatchError, DispatchResult,
};

impl<T: Config> Pallet<T> {
	/// `max(MinUnservedFee, floor(fee * UnservedShare / 10^6))`: what an attempt without inputs costs, in base units.
	pub(crate) fn unserved_fee(fee: Balance) -> Result<Balance, DispatchError> {
		Ok(share_floor(fee, T::UnservedShare::get())?.max(T::MinUnservedFee::get()))
	}

	/// What is on hold for all such attempts of a job at this fee.
	pub(crate) fn guarantee(fee: Balance) -> Result<Balance, DispatchError> {
		let all = Self::unserved_fee(fee)?.checked_mul(T::MaxUnserved::get().into());
		Ok(all.ok_or(MathError::Overflow)?)
	}

	/// A price with what attempts without inputs cost.
	pub(crate) fn guaranteed(price: Price) -> Result<Price, DispatchError> {
		let unserved_fee = Self::unserved_fee(price.fee)?;
		Ok(Price { unserved_fee, chances: T::MaxUnserved::get(), ..price })
	}

	/// `max(MinUnservedFee, floor(fee * FundedUnservedShare / 10^6))`: what the owner of a model stands for when its escrow pays.
	/// There is one such attempt.
	///
	/// Who serves its own workers only, which have a share `s` of all draws, brings them the executor's part `w` of each fee
	/// instead of `s * w`, and pays this `(1 - s) / s` times for it. That is more than it brings while this is above `s * w`.
	pub(crate) fn funded_guarantee(fee: Balance) -> Result<Balance, DispatchError> {
		Ok(share_floor(fee, T::FundedUnservedShare::get())?.max(T::MinUnservedFee::get()))
	}

	/// The last block in which the inputs of an assigned job may still be missed:
	/// `start + floor((deadline - start) * FetchShare / 10^6)`.
	fn fetch_until(record: &JobRecordOf<T>) -> Option<BlockNumberFor<T>> {
		let JobState::Assigned { assigned_at, seed, deadline, .. } = &record.state else { return None };
		// Before the seed is known there is nothing to be done.
		let start = seed.map_or(*assigned_at, |seed| seed.at);
		let allowed = deadline.saturating_sub(start).saturated_into::<u128>();
		let blocks = share_floor(allowed, T::FetchShare::get()).ok()?;
		Some(start.saturating_add(BlockNumberFor::<T>::saturated_from(blocks)))
	}

	/// Whether a job given back now for this reason is declined. A probe never is: nobody may avoid being measured.
	pub(crate) fn may_decline(record: &JobRecordOf<T>, reason: FailureReason) -> bool {
		reason.is_of_inputs()
			&& !Self::is_probe(record)
			&& Self::fetch_until(record).is_some_and(|until| Self::now() <= until)
	}

	/// Ends an attempt without inputs, at the requester's cost. The next is drawn when the beacon allows it.
	pub(crate) fn decline(
		job: JobId,
		mut record: JobRecordOf<T>,
		worker: T::AccountId,
		reason: FailureReason,
	) -> DispatchResult {
		T::Workers::penalise_decline(&worker);
		Self::forget(job, &record);
		Self::clear_agenda(job, &record);
		let Kept { burned, treasury } = Self::charge_unserved(job, &mut record)?;
		let attempt = record.attempt;
		let item = AgendaItem { job, attempt, due: Due::Redraw };
		let draw_at = Self::place(Self::decided_at(Self::now()), item)?;
		record.state = JobState::Declined { executor: worker.clone(), draw_at };
		Jobs::<T>::insert(job, record);
		Self::deposit_event(Event::JobDeclined { worker, job, attempt, reason, burned, treasury, draw_at });
		Ok(())
	}

	/// Draws another worker for a job that was declined, or fails it when it was declined too often.
	pub(crate) fn process_redraw(
		item: AgendaItem,
		record: JobRecordOf<T>,
		now: BlockNumberFor<T>,
	) -> DispatchResult {
		let AgendaItem { job, .. } = item;
		if record.chances == 0 {
			return Self::fail(job, record, JobFailure::Unserved);
		}
		let Some(record) = Self::advance(job, record)? else { return Ok(()) };
		let item = AgendaItem { job, attempt: record.attempt, due: Due::Draw };
		Self::process_draw(item, record, now)
	}

	/// Raises the reputation of a job's executor by what was kept of the fee. Nobody gains any by a job that somebody else was not
	/// served: either that one lied, or the requester serves whom it likes.
	pub(crate) fn reward_executor(worker: &T::AccountId, unserved: u32, kept: Kept) {
		if unserved == 0 {
			T::Workers::reward_paid_work(worker, kept.burned.saturating_add(kept.treasury));
		}
	}
}
