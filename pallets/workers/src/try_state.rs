//! INV-WORKERS-1: what an account has on hold as a bond is the bond of its record, nothing without a record.
//! INV-WORKERS-2: keys and records map to each other, one to one.
//! INV-WORKERS-3: the active list is the ascending list of the records whose status is `Active`.
//! INV-WORKERS-4: an active worker has at least the least bond, an underbonded one less.
//! INV-WORKERS-5: a leaving worker has an occupied slot, an unbonding one has none.
//! INV-WORKERS-6: no worker has more slots occupied than `MaxSlots`.
//! INV-WORKERS-7: the counter of workers is the number of records, at most `MaxWorkers`.
//! INV-WORKERS-8: reputations lie between `ReputationFloor` and 10^6.

use crate::{Active, Config, HoldReason, Keys, Pallet, WorkerStatus, Workers};
use alloc::vec::Vec;
use engram_primitives::units::PPM;
use frame_support::{
	ensure,
	traits::{fungible::InspectHold, Get},
};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_state_bonds()?;
		Self::try_state_index()?;
		Self::try_state_records()
	}

	fn try_state_bonds() -> Result<(), TryRuntimeError> {
		for account in frame_system::Account::<T>::iter_keys() {
			let held = T::Currency::balance_on_hold(&HoldReason::Bond.into(), &account);
			let bond = Workers::<T>::get(&account).map(|record| record.bond).unwrap_or_default();
			ensure!(held == bond, "INV-WORKERS-1: a bond differs from what is on hold");
		}
		// Accounts with a record but without an entry in the accounts hold nothing.
		for (worker, record) in Workers::<T>::iter() {
			let held = T::Currency::balance_on_hold(&HoldReason::Bond.into(), &worker);
			ensure!(held == record.bond, "INV-WORKERS-1: a bond differs from what is on hold");
		}
		Ok(())
	}

	fn try_state_index() -> Result<(), TryRuntimeError> {
		let rows = Workers::<T>::iter_keys().count();
		ensure!(
			usize::try_from(Workers::<T>::count()) == Ok(rows)
				&& Workers::<T>::count() <= T::MaxWorkers::get(),
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
				active.push(worker);
			}
		}
		active.sort();
		ensure!(
			Active::<T>::get().into_inner() == active,
			"INV-WORKERS-3: the active list differs from the records"
		);
		Ok(())
	}

	fn try_state_records() -> Result<(), TryRuntimeError> {
		for record in Workers::<T>::iter_values() {
			let enough = record.bond >= T::MinBond::get();
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
		}
		Ok(())
	}
}
