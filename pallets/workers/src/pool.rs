//! What other pallets do with workers: draw, occupy, judge.

use crate::{
	reputation, Active, Config, CreditOf, Error, Event, HoldReason, Keys, Pallet, UnexpectedKind,
	WorkerRecordOf, WorkerStatus, Workers,
};
use alloc::vec::Vec;
use engram_math::{draw, fee::mul_div_ceil};
use engram_primitives::{
	authorization::WorkerKey,
	traits::WorkerPool,
	units::{Balance, PPM},
};
use frame_support::{
	ensure,
	traits::{
		fungible::{Balanced, BalancedHold},
		Get, Imbalance, OnUnbalanced,
	},
};
use sp_core::H256;
use sp_runtime::{traits::Zero, DispatchResult};

impl<T: Config> Pallet<T> {
	/// How many jobs a record's bond allows at the same time.
	pub(crate) fn slots(record: &WorkerRecordOf<T>) -> u32 {
		let slots = record.bond.checked_div(T::BondPerSlot::get()).unwrap_or_default();
		u32::try_from(slots).unwrap_or(u32::MAX).min(T::MaxSlots::get())
	}

	/// The weight of a worker in a draw for a job that needs `memory_mib`; `None` when it does not take part.
	fn weight_of(record: &WorkerRecordOf<T>, memory_mib: u32) -> Option<u128> {
		let eligible = record.status.is_active()
			&& record.bond >= T::MinBond::get()
			&& record.memory_mib >= memory_mib
			&& record.reputation >= T::MinReputation::get()
			&& record.occupied < Self::slots(record);
		if !eligible {
			return None;
		}
		// The product of a bond and a share always has a floor; without one the worker would just not be drawn.
		reputation::weight_floor(record.bond, record.reputation).ok().filter(|weight| *weight > 0)
	}

	/// Everybody a draw considers, in the order of the draw.
	pub(crate) fn candidates(memory_mib: u32, excluded: &[T::AccountId]) -> Vec<(T::AccountId, u128)> {
		Active::<T>::get()
			.into_iter()
			.filter(|worker| !excluded.contains(worker))
			.filter_map(|worker| {
				let weight = Self::weight_of(&Workers::<T>::get(&worker)?, memory_mib)?;
				Some((worker, weight))
			})
			.collect()
	}

	/// Moves a worker's reputation by a function of the old one; the caller stores the record.
	fn set_reputation(worker: &T::AccountId, record: &mut WorkerRecordOf<T>, new: u32) {
		let old = core::mem::replace(&mut record.reputation, new);
		if old != new {
			Self::deposit_event(Event::ReputationUpdated { worker: worker.clone(), old, new });
		}
	}

	fn move_reputation(worker: &T::AccountId, next: impl FnOnce(u32) -> Result<u32, engram_math::MathError>) {
		let Some(mut record) = Workers::<T>::get(worker) else { return };
		// Out of domain is impossible: stored reputation and the shares are at most 10^6 (integrity test).
		let new = next(record.reputation).unwrap_or(record.reputation);
		Self::set_reputation(worker, &mut record, new);
		Workers::<T>::insert(worker, record);
	}

	/// Pays claims in order out of a credit, as far as it reaches. Returns what was paid.
	fn compensate(credit: &mut CreditOf<T>, claims: &[(T::AccountId, u128)]) -> Balance {
		let mut paid: Balance = 0;
		for (claimant, amount) in claims {
			let part = credit.extract(*amount);
			let value = part.peek();
			match T::Currency::resolve(claimant, part) {
				Ok(()) => paid = paid.saturating_add(value),
				// An account below the existential deposit can't be paid; its part goes on to the others.
				Err(part) => credit.subsume(part),
			}
		}
		paid
	}
}

impl<T: Config> WorkerPool<T::AccountId> for Pallet<T> {
	fn draw(seed: H256, memory_mib: u32, excluded: &[T::AccountId]) -> Option<T::AccountId> {
		let (workers, weights): (Vec<_>, Vec<_>) = Self::candidates(memory_mib, excluded).into_iter().unzip();
		// The sum can't overflow: weights are at most bonds, and those are part of the issuance.
		let index = draw::weighted(seed, &weights).ok().flatten()?;
		workers.into_iter().nth(index)
	}

	fn occupy(worker: &T::AccountId) -> DispatchResult {
		let mut record = Self::record_of(worker)?;
		ensure!(record.status.is_active(), Error::<T>::NotActive);
		ensure!(record.occupied < Self::slots(&record), Error::<T>::NoFreeSlot);
		record.occupied = record.occupied.saturating_add(1);
		Workers::<T>::insert(worker, record);
		Ok(())
	}

	fn vacate(worker: &T::AccountId) {
		let occupied = Workers::<T>::get(worker).filter(|record| !record.occupied.is_zero());
		let Some(mut record) = occupied else {
			let kind = UnexpectedKind::SlotNotOccupied;
			return Self::deposit_event(Event::Unexpected { worker: worker.clone(), kind });
		};
		record.occupied = record.occupied.saturating_sub(1);
		if record.status == WorkerStatus::Leaving && record.occupied.is_zero() {
			Self::deactivate(worker, &mut record, Self::unbonding_from_now());
		}
		Workers::<T>::insert(worker, record);
	}

	fn key_of(worker: &T::AccountId) -> Option<WorkerKey> {
		Workers::<T>::get(worker).map(|record| record.key)
	}

	fn address_of(worker: &T::AccountId) -> Option<Vec<u8>> {
		Workers::<T>::get(worker).map(|record| record.address.into_inner())
	}

	fn owner_of(key: &WorkerKey) -> Option<T::AccountId> {
		Keys::<T>::get(key)
	}

	fn reward_reputation(worker: &T::AccountId) {
		Self::move_reputation(worker, |old| reputation::raised_floor(old, T::ReputationGain::get()));
	}

	fn penalise_reputation(worker: &T::AccountId) {
		Self::move_reputation(worker, |old| {
			reputation::lowered_floor(old, T::ReputationLoss::get(), T::ReputationFloor::get())
		});
	}

	fn slash(worker: &T::AccountId, compensated: &[(T::AccountId, u128)]) -> u128 {
		let Some(mut record) = Workers::<T>::get(worker) else { return 0 };
		// Rounded up, in favour of the protocol; at most the bond, because the share is at most one (integrity test).
		let due = mul_div_ceil(record.bond, T::SlashShare::get().into(), PPM.into());
		let due = due.unwrap_or_else(|_| {
			let kind = UnexpectedKind::SlashNotComputed;
			Self::deposit_event(Event::Unexpected { worker: worker.clone(), kind });
			0
		});
		let (mut credit, missing) = T::Currency::slash(&HoldReason::Bond.into(), worker, due);
		if !missing.is_zero() {
			let kind = UnexpectedKind::BondNotHeld;
			Self::deposit_event(Event::Unexpected { worker: worker.clone(), kind });
		}
		let taken = credit.peek();
		record.bond = record.bond.saturating_sub(taken);
		let compensated = Self::compensate(&mut credit, compensated);
		if !credit.peek().is_zero() {
			T::OnSlash::on_unbalanced(credit);
		}
		Self::deposit_event(Event::Slashed { worker: worker.clone(), taken, compensated, bond: record.bond });
		Self::set_reputation(worker, &mut record, T::ReputationFloor::get());
		if record.status.is_active() && record.bond < T::MinBond::get() {
			Self::deactivate(worker, &mut record, WorkerStatus::Underbonded);
		}
		Workers::<T>::insert(worker, record);
		taken
	}
}
