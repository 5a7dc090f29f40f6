//! The calls.

use crate::{
	AddressOf, Config, Error, Event, HoldReason, Keys, Pallet, Unbonding, WorkerRecord, WorkerRecordOf,
	WorkerStatus, WorkerStatusOf, Workers,
};
use alloc::vec::Vec;
use engram_primitives::{
	address::is_address,
	authorization::{self, WorkerKey, WorkerSignature},
	units::Balance,
};
use frame_support::{
	ensure,
	traits::{fungible::MutateHold, tokens::Precision, Contains, Get},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::{
	traits::{Saturating, Zero},
	DispatchError, DispatchResult,
};

/// Most workers a page of the view function holds.
pub(crate) const PAGE: u32 = 256;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_register(
		who: T::AccountId,
		key: WorkerKey,
		possession: &WorkerSignature,
		address: AddressOf<T>,
		memory_mib: u32,
		bond: Balance,
	) -> DispatchResult {
		ensure!(!Workers::<T>::contains_key(&who), Error::<T>::AlreadyRegistered);
		ensure!(bond >= T::MinBond::get(), Error::<T>::BondTooSmall);
		Self::ensure_endpoint(&address, memory_mib)?;
		Self::ensure_key(&who, &key, possession)?;

		T::Currency::hold(&HoldReason::Bond.into(), &who, bond)?;
		Keys::<T>::insert(&key, &who);
		let now = frame_system::Pallet::<T>::block_number();
		let record = WorkerRecord {
			key: key.clone(),
			address,
			memory_mib,
			bond,
			reputation: if T::Identified::contains(&who) {
				T::IdentifiedReputation::get()
			} else {
				T::InitialReputation::get()
			},
			occupied: 0,
			status: WorkerStatus::Active,
			capacity: 0,
			measured_at: now,
			credited_at: now,
		};
		Self::list(&who, &record)?;
		Workers::<T>::insert(&who, record);
		Self::deposit_event(Event::Registered { worker: who, key, bond });
		Ok(())
	}

	pub(crate) fn do_bond_extra(who: &T::AccountId, amount: Balance) -> DispatchResult {
		let mut record = Self::ensure_staying(who)?;
		ensure!(!amount.is_zero(), Error::<T>::AmountIsZero);
		let bond = record.bond.checked_add(amount).ok_or(sp_runtime::ArithmeticError::Overflow)?;

		T::Currency::hold(&HoldReason::Bond.into(), who, amount)?;
		record.bond = bond;
		Self::deposit_event(Event::BondIncreased { worker: who.clone(), added: amount, bond });
		if record.status == WorkerStatus::Underbonded && Self::buys_slot(bond) {
			if Self::is_trusted(record.reputation) {
				Self::activate(who, &mut record)?;
			} else {
				// Bond is no substitute for reputation, and no reason to refuse it.
				Self::deactivate(who, &mut record, WorkerStatus::Paused);
			}
		}
		Self::store(who, record);
		Ok(())
	}

	pub(crate) fn do_update(who: T::AccountId, address: AddressOf<T>, memory_mib: u32) -> DispatchResult {
		let mut record = Self::record_of(&who)?;
		Self::ensure_endpoint(&address, memory_mib)?;

		if memory_mib < record.memory_mib {
			// Else it could offer the memory of a probe in the blocks of draws only, as if it paused.
			Self::doubt_capacity(&who, &mut record);
		}
		record.address = address.clone();
		record.memory_mib = memory_mib;
		Self::store(&who, record);
		Self::deposit_event(Event::EndpointUpdated { worker: who, address, memory_mib });
		Ok(())
	}

	pub(crate) fn do_rotate_key(
		who: T::AccountId,
		key: WorkerKey,
		possession: &WorkerSignature,
	) -> DispatchResult {
		let mut record = Self::record_of(&who)?;
		Self::ensure_key(&who, &key, possession)?;

		let old = core::mem::replace(&mut record.key, key.clone());
		Keys::<T>::remove(&old);
		Keys::<T>::insert(&key, &who);
		Workers::<T>::insert(&who, record);
		Self::deposit_event(Event::KeyRotated { worker: who, old, new: key });
		Ok(())
	}

	pub(crate) fn do_set_available(who: &T::AccountId, available: bool) -> DispatchResult {
		let mut record = Self::ensure_staying(who)?;
		match (record.status, available) {
			(WorkerStatus::Active | WorkerStatus::Underbonded, false) => {
				Self::deactivate(who, &mut record, WorkerStatus::Paused)
			},
			(WorkerStatus::Paused | WorkerStatus::Underbonded, true) => {
				ensure!(Self::buys_slot(record.bond), Error::<T>::BondTooSmall);
				Self::activate(who, &mut record)?;
			},
			_ => return Err(Error::<T>::StatusUnchanged.into()),
		}
		Workers::<T>::insert(who, record);
		Ok(())
	}

	pub(crate) fn do_leave(who: &T::AccountId) -> DispatchResult {
		let mut record = Self::ensure_staying(who)?;
		let status =
			if record.occupied.is_zero() { Self::unbonding_from_now() } else { WorkerStatus::Leaving };
		Self::deactivate(who, &mut record, status);
		Workers::<T>::insert(who, record);
		Ok(())
	}

	pub(crate) fn do_withdraw(who: T::AccountId) -> DispatchResult {
		let record = Self::record_of(&who)?;
		match record.status {
			WorkerStatus::Unbonding { until } => {
				let now = frame_system::Pallet::<T>::block_number();
				ensure!(now >= until, Error::<T>::StillUnbonding);
			},
			WorkerStatus::Leaving => return Err(Error::<T>::SlotsOccupied.into()),
			WorkerStatus::Active | WorkerStatus::Paused | WorkerStatus::Underbonded => {
				return Err(Error::<T>::NotLeaving.into())
			},
		}
		let bond = Self::remove(&who, &record)?;
		Self::deposit_event(Event::Withdrawn { worker: who, bond });
		Ok(())
	}

	pub(crate) fn do_force_remove(who: T::AccountId) -> DispatchResult {
		let mut record = Self::record_of(&who)?;
		if record.occupied.is_zero() {
			let bond = Self::remove(&who, &record)?;
			Self::deposit_event(Event::ForceRemoved { worker: who, bond });
		} else {
			ensure!(record.status.is_staying(), Error::<T>::SlotsOccupied);
			Self::deactivate(&who, &mut record, WorkerStatus::Leaving);
			Workers::<T>::insert(&who, record);
		}
		Ok(())
	}

	/// Releases the bond and what waits beside it, and forgets the worker. Returns what was released.
	///
	/// After `leave` nothing waits any longer than the bond: whatever was taken back before has waited for as long.
	fn remove(who: &T::AccountId, record: &WorkerRecordOf<T>) -> Result<Balance, DispatchError> {
		let all =
			record.bond.checked_add(Self::waiting(who)?).ok_or(sp_runtime::ArithmeticError::Overflow)?;
		T::Currency::release(&HoldReason::Bond.into(), who, all, Precision::Exact)?;
		Unbonding::<T>::remove(who);
		Self::unlist(who);
		Self::uncount(who, record);
		Keys::<T>::remove(&record.key);
		Workers::<T>::remove(who);
		Ok(all)
	}

	pub(crate) fn record_of(who: &T::AccountId) -> Result<WorkerRecordOf<T>, DispatchError> {
		Workers::<T>::get(who).ok_or_else(|| Error::<T>::UnknownWorker.into())
	}

	pub(crate) fn ensure_staying(who: &T::AccountId) -> Result<WorkerRecordOf<T>, DispatchError> {
		let record = Self::record_of(who)?;
		ensure!(record.status.is_staying(), Error::<T>::WorkerLeaving);
		Ok(record)
	}

	/// Whether others could dial the address and offer it jobs. Whether anybody listens there, nobody can check on chain.
	fn ensure_endpoint(address: &AddressOf<T>, memory_mib: u32) -> DispatchResult {
		ensure!(is_address(address), Error::<T>::AddressMalformed);
		ensure!(memory_mib > 0, Error::<T>::MemoryIsZero);
		Ok(())
	}

	fn ensure_key(who: &T::AccountId, key: &WorkerKey, possession: &WorkerSignature) -> DispatchResult {
		ensure!(!Keys::<T>::contains_key(key), Error::<T>::KeyTaken);
		let digest = Self::digest_of_possession(who);
		ensure!(key.verify(&digest, possession), Error::<T>::InvalidPossession);
		Ok(())
	}

	pub(crate) fn digest_of_possession(owner: &T::AccountId) -> [u8; 32] {
		let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
		authorization::possession_digest(genesis, owner)
	}

	pub(crate) fn unbonding_from_now() -> WorkerStatusOf<T> {
		let now = frame_system::Pallet::<T>::block_number();
		WorkerStatus::Unbonding { until: now.saturating_add(T::UnbondingPeriod::get()) }
	}

	/// Makes an inactive worker active, and unmeasured while there are probes: else it could be there for draws of jobs only, and
	/// keep a measurement that no probe ever doubts. The caller stores the record.
	fn activate(who: &T::AccountId, record: &mut WorkerRecordOf<T>) -> DispatchResult {
		ensure!(Self::is_trusted(record.reputation), Error::<T>::ReputationTooLow);
		Self::doubt_capacity(who, record);
		let old = core::mem::replace(&mut record.status, WorkerStatus::Active);
		Self::list(who, record)?;
		Self::count(who, record);
		Self::deposit_event(Event::StatusUpdated { worker: who.clone(), old, new: WorkerStatus::Active });
		Ok(())
	}

	/// Gives a worker a status other than active. The caller stores the record.
	pub(crate) fn deactivate(who: &T::AccountId, record: &mut WorkerRecordOf<T>, new: WorkerStatusOf<T>) {
		Self::unlist(who);
		Self::uncount(who, record);
		let old = core::mem::replace(&mut record.status, new);
		Self::deposit_event(Event::StatusUpdated { worker: who.clone(), old, new });
	}

	pub(crate) fn page_of_workers(
		after: Option<T::AccountId>,
		limit: u32,
	) -> Vec<(T::AccountId, WorkerRecordOf<T>)> {
		let rows = match after {
			Some(after) => Workers::<T>::iter_from(Workers::<T>::hashed_key_for(after)),
			None => Workers::<T>::iter(),
		};
		rows.take(usize::try_from(limit.min(PAGE)).unwrap_or_default()).collect()
	}
}
