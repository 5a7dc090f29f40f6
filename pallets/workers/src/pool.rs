//! What other pallets do with workers: draw, occupy, judge.

use crate::{
	Active, Config, CreditOf, Error, Event, HoldReason, Keys, Pallet, UnexpectedKind, WorkerRecordOf,
	WorkerStatus, Workers,
};
use alloc::vec::Vec;
use engram_math::{draw, fee::mul_div_ceil, reputation, MathError};
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
	/// Moves a worker's reputation by a function of the old one; the caller stores the record.
	fn set_reputation(worker: &T::AccountId, record: &mut WorkerRecordOf<T>, new: u32) {
		let old = core::mem::replace(&mut record.reputation, new);
		if old != new {
			Self::deposit_event(Event::ReputationUpdated { worker: worker.clone(), old, new });
		}
	}

	fn move_reputation(worker: &T::AccountId, next: impl FnOnce(u32) -> Result<u32, MathError>) {
		let Some(mut record) = Workers::<T>::get(worker) else { return };
		// Out of domain is impossible: stored reputation and the shares are at most 10^6 (integrity test).
		let new = next(record.reputation).unwrap_or(record.reputation);
		Self::set_reputation(worker, &mut record, new);
		Self::store_judged(worker, record);
	}

	fn lowered(old: u32) -> Result<u32, MathError> {
		reputation::lowered_floor(old, T::ReputationLoss::get(), T::ReputationFloor::get())
	}

	/// `ceil(held * share / 10^6)`: rounded up, in favour of the protocol, and at most `held`, because no share is above one
	/// (integrity test).
	fn part(held: Balance, share: u32) -> Result<Balance, MathError> {
		mul_div_ceil(held, share.into(), PPM.into())
	}

	/// Takes what is due of all that is held, first from the bond and then from what waits to be withdrawn: taking a bond back
	/// does not shelter it. The caller stores the record.
	fn forfeit(
		worker: &T::AccountId,
		record: &mut WorkerRecordOf<T>,
		due_of: impl FnOnce(Balance) -> Result<Balance, MathError>,
	) -> CreditOf<T> {
		let unexpected = |kind| Self::deposit_event(Event::Unexpected { worker: worker.clone(), kind });
		let held = Self::waiting(worker).ok().and_then(|waiting| record.bond.checked_add(waiting));
		let due = held.and_then(|held| due_of(held).ok()).unwrap_or_else(|| {
			unexpected(UnexpectedKind::SlashNotComputed);
			0
		});
		let (credit, missing) = T::Currency::slash(&HoldReason::Bond.into(), worker, due);
		if !missing.is_zero() {
			unexpected(UnexpectedKind::BondNotHeld);
		}
		let from_bond = record.bond.min(credit.peek());
		let rest = credit.peek().saturating_sub(from_bond);
		record.bond = record.bond.saturating_sub(from_bond);
		if !rest.is_zero() {
			Self::cut_waiting(worker, rest);
		}
		credit
	}

	/// Takes what is due of all that is held, and lowers the reputation.
	fn penalise(worker: &T::AccountId, due_of: impl FnOnce(Balance) -> Result<Balance, MathError>) {
		let Some(mut record) = Workers::<T>::get(worker) else { return };
		let credit = Self::forfeit(worker, &mut record, due_of);
		let taken = credit.peek();
		T::OnSlash::on_unbalanced(credit);
		if !taken.is_zero() {
			let bond = record.bond;
			Self::deposit_event(Event::PenaltyTaken { worker: worker.clone(), taken, bond });
		}
		let new = Self::lowered(record.reputation).unwrap_or(record.reputation);
		Self::set_reputation(worker, &mut record, new);
		Self::store_judged(worker, record);
	}

	/// Stores the record of a worker that lost bond or reputation. When what is left of the bond buys no slot, or the reputation is
	/// too low, it is drawn no more.
	fn store_judged(worker: &T::AccountId, mut record: WorkerRecordOf<T>) {
		if record.status.is_active() {
			if !Self::buys_slot(record.bond) {
				Self::deactivate(worker, &mut record, WorkerStatus::Underbonded);
			} else if !Self::is_trusted(record.reputation) {
				Self::deactivate(worker, &mut record, WorkerStatus::Paused);
			}
		}
		Self::store(worker, record);
	}

	/// Pays claims in order out of a credit, as far as it reaches. Returns what was paid.
	fn compensate(credit: &mut CreditOf<T>, claims: &[(T::AccountId, u128)]) -> Vec<(T::AccountId, Balance)> {
		let mut paid = Vec::new();
		for (claimant, amount) in claims {
			let part = credit.extract(*amount);
			let value = part.peek();
			match T::Currency::resolve(claimant, part) {
				Ok(()) if value.is_zero() => {},
				Ok(()) => paid.push((claimant.clone(), value)),
				// An account below the existential deposit can't be paid; its part goes on to the others.
				Err(part) => credit.subsume(part),
			}
		}
		paid
	}
}

impl<T: Config> WorkerPool<T::AccountId> for Pallet<T> {
	fn draw(seed: H256, memory_mib: u32, excluded: &[T::AccountId]) -> Option<T::AccountId> {
		let active = Active::<T>::get();
		// Nobody is drawn whose weight counts as zero.
		let weights = active.iter().map(|candidate| {
			let considered = candidate.suits(memory_mib) && !excluded.contains(&candidate.worker);
			if considered {
				candidate.weight
			} else {
				0
			}
		});
		// The sum can't overflow: weights are at most bonds, and those are part of the issuance.
		let index = draw::weighted(seed, weights).ok().flatten()?;
		active.into_iter().nth(index).map(|candidate| candidate.worker)
	}

	fn draw_uniform(seed: H256, memory_mib: u32) -> Option<T::AccountId> {
		let active = Active::<T>::get();
		let count = u128::try_from(active.len()).ok()?;
		// Nobody is drawn out of nobody: below zero there is no number.
		let index = usize::try_from(draw::Stream::new(seed).below(count).ok()?).ok()?;
		let candidate = active.into_iter().nth(index)?;
		candidate.suits(memory_mib).then_some(candidate.worker)
	}

	fn occupy(worker: &T::AccountId) -> DispatchResult {
		let mut record = Self::record_of(worker)?;
		ensure!(record.status.is_active(), Error::<T>::NotActive);
		ensure!(record.occupied < Self::slots(&record), Error::<T>::NoFreeSlot);
		record.occupied = record.occupied.saturating_add(1);
		Self::store(worker, record);
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
		Self::store(worker, record);
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

	fn reward_paid_work(worker: &T::AccountId, kept: u128) {
		Self::move_reputation(worker, |old| {
			let gain = reputation::gain_floor(T::ReputationGain::get(), kept, T::ReputationReference::get())?;
			reputation::raised_floor(old, gain)
		});
	}

	fn penalise_reputation(worker: &T::AccountId) {
		Self::move_reputation(worker, Self::lowered);
	}

	fn penalise_decline(worker: &T::AccountId) {
		Self::move_reputation(worker, |old| {
			reputation::lowered_floor(old, T::DeclineLoss::get(), T::ReputationFloor::get())
		});
	}

	fn penalise_lateness(worker: &T::AccountId) {
		Self::penalise(worker, |held| Self::part(held, T::LatenessShare::get()));
	}

	fn penalise_evasion(worker: &T::AccountId, cost: u128) {
		Self::penalise(worker, |held| {
			let least = Self::part(held, T::LatenessShare::get())?;
			Ok(cost.min(Self::part(held, T::SlashShare::get())?).max(least))
		});
	}

	fn measured(worker: &T::AccountId, work: u64, blocks: u64) {
		Self::do_measured(worker, work, blocks);
	}

	fn slash(worker: &T::AccountId, compensated: &[(T::AccountId, u128)]) -> u128 {
		let Some(mut record) = Workers::<T>::get(worker) else { return 0 };
		let mut credit = Self::forfeit(worker, &mut record, |held| Self::part(held, T::SlashShare::get()));
		let taken = credit.peek();
		let compensated = Self::compensate(&mut credit, compensated);
		T::OnSlash::on_unbalanced(credit);
		let bond = record.bond;
		Self::deposit_event(Event::Slashed { worker: worker.clone(), taken, compensated, bond });
		Self::set_reputation(worker, &mut record, T::ReputationFloor::get());
		Self::store_judged(worker, record);
		taken
	}
}
