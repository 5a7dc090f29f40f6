//! How workers share in an epoch's minting: what they did is recorded while the epoch runs, the pool is closed by one write, and
//! each part is paid when somebody claims it.

use crate::{
	Config, EpochRecord, EpochStarts, EpochState, Epochs, Error, Event, HoldReason, Pallet, Rewards, Starts,
	UnexpectedKind, Work, WorkRecord, WorkRecordOf, WorkerRecordOf, Workers,
};
use engram_math::yields::{credited_work, part_floor, work_weight_floor, Bonus};
use engram_primitives::{
	economy::{ComputeMarket, ComputeRewards, EpochClock, EpochPool},
	units::Balance,
};
use frame_support::{
	dispatch::DispatchClass,
	ensure,
	traits::{
		fungible::{Inspect, MutateHold},
		tokens::{Fortitude, Precision, Provenance, Restriction},
		Get,
	},
};
use sp_runtime::{
	traits::{AccountIdConversion, Saturating, UniqueSaturatedInto, Zero},
	ArithmeticError, DispatchError, DispatchResult,
};

impl<T: Config> Pallet<T> {
	/// The account that epochs' pools are minted into and claims are paid from.
	pub(crate) fn pool() -> T::AccountId {
		T::PalletId::get().into_account_truncating()
	}

	/// Pays a worker its part of a closed epoch.
	pub(crate) fn do_claim_rewards(worker: T::AccountId, epoch: u32) -> DispatchResult {
		let mut record = Self::ensure_claimable(epoch)?;
		let mut work = Work::<T>::get(epoch, &worker).ok_or(Error::<T>::NothingToClaim)?;
		ensure!(work.paid.is_none(), Error::<T>::AlreadyClaimed);
		let amount = Self::payable(&record, &work)?;
		ensure!(!amount.is_zero(), Error::<T>::NothingToClaim);
		record.paid = record.paid.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		ensure!(record.paid <= record.taken, Error::<T>::NothingToClaim);

		Self::pay_out(&worker, amount)?;
		work.paid = Some(amount);
		Work::<T>::insert(epoch, &worker, work);
		Epochs::<T>::insert(epoch, record);
		Self::deposit_event(Event::RewardsClaimed { worker, epoch, amount });
		Ok(())
	}

	/// Moves what nobody claimed to the treasury, once, and removes up to `limit` rows. Returns how many.
	pub(crate) fn do_expire_epoch(epoch: u32, limit: u32) -> Result<u32, DispatchError> {
		ensure!(!limit.is_zero(), Error::<T>::LimitIsZero);
		let mut record = Epochs::<T>::get(epoch).ok_or(Error::<T>::UnknownEpoch)?;
		ensure!(record.state != EpochState::Open, Error::<T>::EpochOpen);
		ensure!(T::Clock::epoch() > epoch.saturating_add(T::ClaimPeriod::get()), Error::<T>::ClaimPeriodOpen);
		if record.state == EpochState::Closed {
			let amount = record.taken.checked_sub(record.paid).ok_or(ArithmeticError::Underflow)?;
			if !amount.is_zero() {
				Self::pay_out(&T::Treasury::get(), amount)?;
			}
			record.paid = record.taken;
			record.state = EpochState::Expired;
			Self::deposit_event(Event::EpochExpired { epoch, amount });
		}
		let page = usize::try_from(limit).unwrap_or(usize::MAX);
		let removed = Work::<T>::drain_prefix(epoch).take(page).count();
		let removed = u32::try_from(removed).map_err(|_| ArithmeticError::Overflow)?;
		record.rows = record.rows.checked_sub(removed).ok_or(ArithmeticError::Underflow)?;
		if record.rows.is_zero() {
			Epochs::<T>::remove(epoch);
			Self::deposit_event(Event::EpochRemoved { epoch });
		} else {
			Epochs::<T>::insert(epoch, record);
		}
		Ok(removed)
	}

	/// Pays out of what epochs owe.
	fn pay_out(to: &T::AccountId, amount: Balance) -> DispatchResult {
		// Asked first for its reason: the transfer would only say that it cannot create the account.
		T::Currency::can_deposit(to, amount, Provenance::Extant).into_result()?;
		T::Currency::transfer_on_hold(
			&HoldReason::Rewards.into(),
			&Self::pool(),
			to,
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Polite,
		)
		.map(|_| ())
	}

	fn ensure_claimable(epoch: u32) -> Result<EpochRecord, DispatchError> {
		let record = Epochs::<T>::get(epoch).ok_or(Error::<T>::UnknownEpoch)?;
		match record.state {
			EpochState::Open => Err(Error::<T>::EpochOpen.into()),
			EpochState::Closed => Ok(record),
			EpochState::Expired => Err(Error::<T>::ClaimsExpired.into()),
		}
	}

	/// `min(floor(offered * weight / total), ceiling)`. All of them together are at most what the epoch took.
	pub(crate) fn payable(epoch: &EpochRecord, work: &WorkRecordOf<T>) -> Result<Balance, DispatchError> {
		let part = part_floor(epoch.offered, work.weight, epoch.total_weight)?;
		Ok(part.min(work.ceiling))
	}

	pub(crate) fn rewards(worker: &T::AccountId, epoch: u32) -> Option<Rewards> {
		let record = Epochs::<T>::get(epoch)?;
		let work = Work::<T>::get(epoch, worker)?;
		let claimable = match (record.state, work.paid) {
			(EpochState::Closed, None) => Self::payable(&record, &work).ok()?,
			_ => 0,
		};
		let WorkRecord { work, weight, ceiling, paid, .. } = work;
		Some(Rewards { work, weight, ceiling, claimable, paid })
	}

	/// Writes verified work down. The caller has the worker's record.
	pub(crate) fn try_record_work(
		worker: &T::AccountId,
		mut record: WorkerRecordOf<T>,
		work: u64,
		bonus: Bonus,
		ceiling: Balance,
	) -> DispatchResult {
		let epoch = T::Clock::epoch();
		let mut totals = Epochs::<T>::get(epoch).unwrap_or_default();
		ensure!(totals.state == EpochState::Open, Error::<T>::EpochClosed);
		let known = Work::<T>::get(epoch, worker);
		let newcomer = known.is_none();
		let mut row = known.unwrap_or_else(|| WorkRecord {
			// A job that is paid now may have been worked on in the epoch before. Months of idleness are not capacity.
			since: record.credited_at.max(EpochStarts::<T>::get().before),
			work: 0,
			weight: 0,
			ceiling: 0,
			paid: None,
		});
		let now = frame_system::Pallet::<T>::block_number();
		let time = now.saturating_sub(row.since).unique_saturated_into();
		// Beyond `u64` it is above every ceiling.
		let claimed = row.work.saturating_add(work);
		// A capacity that fell since may allow less than what is credited already.
		let credited = credited_work(claimed, record.capacity, time).saturating_sub(row.work);
		let weight = work_weight_floor(credited, record.reputation, bonus)?;
		// Without a weight nothing could be paid, and without a ceiling nothing may be.
		if weight.is_zero() || ceiling.is_zero() {
			return Ok(());
		}
		let overflow = ArithmeticError::Overflow;
		if newcomer {
			totals.rows = totals.rows.checked_add(1).ok_or(overflow)?;
		}
		row.work = row.work.checked_add(credited).ok_or(overflow)?;
		row.weight = row.weight.checked_add(weight).ok_or(overflow)?;
		row.ceiling = row.ceiling.checked_add(ceiling).ok_or(overflow)?;
		totals.total_weight = totals.total_weight.checked_add(weight).ok_or(overflow)?;
		totals.ceilings = totals.ceilings.checked_add(ceiling).ok_or(overflow)?;
		Work::<T>::insert(epoch, worker, row);
		Epochs::<T>::insert(epoch, totals);
		record.credited_at = now;
		Workers::<T>::insert(worker, record);
		Self::deposit_event(Event::WorkRecorded { worker: worker.clone(), epoch, credited, weight, ceiling });
		Ok(())
	}
}

impl<T: Config> EpochPool<T::AccountId> for Pallet<T> {
	fn pool_account() -> T::AccountId {
		Self::pool()
	}

	fn close_epoch(epoch: u32, offered: u128) -> u128 {
		let record = Epochs::<T>::get(epoch);
		if record.is_some_and(|record| record.state != EpochState::Open) {
			let kind = UnexpectedKind::EpochClosedTwice { epoch };
			Self::deposit_event(Event::Unexpected { worker: Self::pool(), kind });
			return 0;
		}
		// Whoever ends an epoch does not know that this and the record are written.
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			T::DbWeight::get().reads_writes(1, 2),
			DispatchClass::Mandatory,
		);
		let running = frame_system::Pallet::<T>::block_number();
		EpochStarts::<T>::mutate(|starts| *starts = Starts { before: starts.running, running });
		// Without any work there is nobody to claim.
		let Some(mut record) = record else { return 0 };
		record.state = EpochState::Closed;
		record.offered = offered;
		// An epoch has a row only with a weight and a ceiling in it.
		record.taken = offered.min(record.ceilings);
		let EpochRecord { taken, total_weight, rows, .. } = record;
		Epochs::<T>::insert(epoch, record);
		Self::deposit_event(Event::EpochClosed { epoch, offered, taken, total_weight, workers: rows });
		taken
	}

	fn set_aside(taken: u128) -> DispatchResult {
		if taken.is_zero() {
			return Ok(());
		}
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			T::DbWeight::get().reads_writes(2, 2),
			DispatchClass::Mandatory,
		);
		T::Currency::hold(&HoldReason::Rewards.into(), &Self::pool(), taken)
	}
}

impl<T: Config> ComputeRewards<T::AccountId> for Pallet<T> {
	fn record_work(worker: &T::AccountId, work: u64, bonus: Bonus, ceiling: u128) {
		let Some(mut record) = Workers::<T>::get(worker) else { return };
		Self::expire_capacity(worker, &mut record);
		// A job that is settled stays settled: what cannot be written down is reported, and nobody is rewarded for it.
		if Self::try_record_work(worker, record, work, bonus, ceiling).is_err() {
			let kind = UnexpectedKind::WorkNotRecorded;
			Self::deposit_event(Event::Unexpected { worker: worker.clone(), kind });
		}
	}

	fn compute_market() -> ComputeMarket {
		Self::market()
	}
}
