//! INV-WORKERS-1: what an account has on hold as a bond is the bond of its record and what waits to be withdrawn, nothing
//! without a record.
//! INV-WORKERS-2: keys and records map to each other, one to one.
//! INV-WORKERS-3: the active list is the ascending list of the records whose status is `Active`, with their memory and weight.
//! INV-WORKERS-4: an active worker's bond buys a slot, and its reputation is at least `MinReputation`; an underbonded one's bond
//! buys none.
//! INV-WORKERS-5: a leaving worker has an occupied slot, an unbonding one has none.
//! INV-WORKERS-6: no worker has more slots occupied than `MaxSlots`.
//! INV-WORKERS-7: the counter of workers is the number of records.
//! INV-WORKERS-8: reputations lie between `ReputationFloor` and 10^6.
//! INV-WORKERS-9: the sums of capacities are those of the active measured workers.
//! INV-WORKERS-10: of every epoch, rows are counted, and there is one at least; until it expires, weights and ceilings sum to its
//! totals, and payments to what it paid.
//! INV-WORKERS-11: a closed epoch took the lesser of what was offered and its ceilings and paid no more, an open one took
//! nothing, an expired one has nothing left. Every row belongs to an epoch.
//! INV-WORKERS-12: the pool's account has on hold what the epochs took and did not pay, and lives; no other account has any of it.
//! INV-WORKERS-13: parts that wait to be withdrawn belong to a registered worker, are above zero, and lie in the order of their
//! blocks.
//! INV-WORKERS-14: of the last two epochs the earlier began no later than the running one, and that is not to come.

use crate::{
	Active, Capacities, Config, EpochRecord, EpochStarts, EpochState, Epochs, HoldReason, Keys, Pallet,
	Starts, TotalCapacity, Unbonding, Work, WorkerStatus, Workers,
};
use alloc::vec::Vec;
use engram_primitives::units::{Balance, PPM};
use frame_support::{
	ensure,
	traits::{fungible::InspectHold, Get},
};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_state_bonds()?;
		// The index follows from the records, so they come first.
		Self::try_state_records()?;
		Self::try_state_index()?;
		Self::try_state_capacity()?;
		Self::try_state_unbonding()?;
		Self::try_state_epochs()?;
		Self::try_state_pool()
	}

	fn try_state_pool() -> Result<(), TryRuntimeError> {
		let (pool, reason) = (Self::pool(), HoldReason::Rewards.into());
		ensure!(
			T::Currency::balance_on_hold(&reason, &pool) == Self::owed()?
				&& frame_system::Pallet::<T>::providers(&pool) > 0,
			"INV-WORKERS-12: the pool does not hold what epochs owe"
		);
		for who in frame_system::Account::<T>::iter_keys() {
			ensure!(
				who == pool || T::Currency::balance_on_hold(&reason, &who) == 0,
				"INV-WORKERS-12: another account has rewards on hold"
			);
		}
		Ok(())
	}

	/// What the epochs took and did not pay.
	pub(crate) fn owed() -> Result<Balance, TryRuntimeError> {
		Epochs::<T>::iter_values()
			.try_fold(0, |sum: Balance, epoch| sum.checked_add(epoch.taken.checked_sub(epoch.paid)?))
			.ok_or(TryRuntimeError::Other("INV-WORKERS-11: an epoch paid more than it took"))
	}

	fn try_state_unbonding() -> Result<(), TryRuntimeError> {
		for (worker, queue) in Unbonding::<T>::iter() {
			let ordered = queue.iter().zip(queue.iter().skip(1)).all(|(one, next)| one.until <= next.until);
			ensure!(
				Workers::<T>::contains_key(&worker)
					&& !queue.is_empty()
					&& ordered && queue.iter().all(|chunk| chunk.amount > 0),
				"INV-WORKERS-13: a queue is not as it should be"
			);
		}
		Ok(())
	}

	fn try_state_capacity() -> Result<(), TryRuntimeError> {
		let measured =
			Workers::<T>::iter_values().filter(|record| record.status.is_active() && record.capacity > 0);
		let sums = measured.fold(Capacities::default(), |sums, record| Capacities {
			total: sums.total.saturating_add(record.capacity.into()),
			workers: sums.workers.saturating_add(1),
		});
		ensure!(TotalCapacity::<T>::get() == sums, "INV-WORKERS-9: capacities are miscounted");
		Ok(())
	}

	fn try_state_epochs() -> Result<(), TryRuntimeError> {
		let mut rows = 0usize;
		for (epoch, record) in Epochs::<T>::iter() {
			let mut sums = EpochRecord::default();
			for work in Work::<T>::iter_prefix_values(epoch) {
				rows = rows.saturating_add(1);
				sums.rows = sums.rows.saturating_add(1);
				sums.total_weight = sums.total_weight.saturating_add(work.weight);
				sums.ceilings = sums.ceilings.saturating_add(work.ceiling);
				sums.paid = sums.paid.saturating_add(work.paid.unwrap_or_default());
			}
			ensure!(
				sums.rows == record.rows && sums.rows > 0,
				"INV-WORKERS-10: an epoch's rows are miscounted"
			);
			let same = sums.total_weight == record.total_weight
				&& sums.ceilings == record.ceilings
				&& sums.paid == record.paid;
			ensure!(
				same || record.state == EpochState::Expired,
				"INV-WORKERS-10: an epoch's rows do not sum to its totals"
			);
			let EpochRecord { offered, ceilings, taken, paid, .. } = record;
			let sound = match record.state {
				EpochState::Open => offered == 0 && taken == 0 && paid == 0,
				EpochState::Closed => taken == offered.min(ceilings) && paid <= taken,
				EpochState::Expired => taken == offered.min(ceilings) && paid == taken,
			};
			ensure!(sound, "INV-WORKERS-11: an epoch's amounts do not suit its state");
		}
		ensure!(Work::<T>::iter_keys().count() == rows, "INV-WORKERS-11: a row belongs to no epoch");
		let Starts { before, running } = EpochStarts::<T>::get();
		ensure!(
			before <= running && running <= frame_system::Pallet::<T>::block_number(),
			"INV-WORKERS-14: epochs begin in no order"
		);
		Ok(())
	}

	fn try_state_bonds() -> Result<(), TryRuntimeError> {
		for account in frame_system::Account::<T>::iter_keys() {
			let held = T::Currency::balance_on_hold(&HoldReason::Bond.into(), &account);
			let bond = Workers::<T>::get(&account).map(|record| record.bond).unwrap_or_default();
			let waiting = Self::waiting(&account)?;
			ensure!(
				bond.checked_add(waiting) == Some(held),
				"INV-WORKERS-1: a bond differs from what is on hold"
			);
		}
		// Accounts with a record but without an entry in the accounts hold nothing.
		for (worker, record) in Workers::<T>::iter() {
			let held = T::Currency::balance_on_hold(&HoldReason::Bond.into(), &worker);
			let waiting = Self::waiting(&worker)?;
			ensure!(
				record.bond.checked_add(waiting) == Some(held),
				"INV-WORKERS-1: a bond differs from what is on hold"
			);
		}
		Ok(())
	}

	fn try_state_index() -> Result<(), TryRuntimeError> {
		let rows = Workers::<T>::iter_keys().count();
		ensure!(
			usize::try_from(Workers::<T>::count()) == Ok(rows),
			"INV-WORKERS-7: the counter of workers is wrong"
		);
		let keys = Keys::<T>::iter_keys().count();
		ensure!(keys == rows, "INV-WORKERS-2: keys and records differ in number");
		let mut active = Vec::new();
		for (worker, record) in Workers::<T>::iter() {
			ensure!(
				Keys::<T>::get(&record.key).as_ref() == Some(&worker),
				"INV-WORKERS-2: a record's key leads to another worker"
			);
			if record.status.is_active() {
				active.push(Self::candidate(&worker, &record));
			}
		}
		active.sort_by(|one, other| one.worker.cmp(&other.worker));
		ensure!(
			Active::<T>::get().into_inner() == active,
			"INV-WORKERS-3: the active list differs from the records"
		);
		Ok(())
	}

	fn try_state_records() -> Result<(), TryRuntimeError> {
		for record in Workers::<T>::iter_values() {
			let enough = Self::buys_slot(record.bond);
			let (bonded, slots) = match record.status {
				WorkerStatus::Active => (enough, true),
				WorkerStatus::Underbonded => (!enough, true),
				WorkerStatus::Paused => (true, true),
				WorkerStatus::Leaving => (true, record.occupied > 0),
				WorkerStatus::Unbonding { .. } => (true, record.occupied == 0),
			};
			ensure!(bonded, "INV-WORKERS-4: a worker's status does not suit its bond");
			ensure!(slots, "INV-WORKERS-5: a worker's status does not suit its slots");
			ensure!(
				record.occupied <= T::MaxSlots::get(),
				"INV-WORKERS-6: a worker has too many slots occupied"
			);
			ensure!(
				(T::ReputationFloor::get()..=PPM).contains(&record.reputation),
				"INV-WORKERS-8: a reputation is out of bounds"
			);
			ensure!(
				!record.status.is_active() || Self::is_trusted(record.reputation),
				"INV-WORKERS-4: an active worker's reputation is too low"
			);
		}
		Ok(())
	}
}
