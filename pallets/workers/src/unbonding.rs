//! Parts of a bond on their way out. They wait as long as the whole bond does after `leave`, and can be slashed meanwhile.

use crate::{Config, Error, Event, HoldReason, Pallet, Unbonding, UnbondingChunk};
use engram_primitives::units::Balance;
use frame_support::{
	ensure,
	traits::{fungible::MutateHold, tokens::Precision, Get},
};
use sp_runtime::{
	traits::{Saturating, Zero},
	ArithmeticError, DispatchError, DispatchResult,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_unbond(who: T::AccountId, amount: Balance) -> DispatchResult {
		let mut record = Self::ensure_staying(&who)?;
		ensure!(!amount.is_zero(), Error::<T>::AmountIsZero);
		let bond = record.bond.checked_sub(amount).ok_or(Error::<T>::BondTooSmall)?;
		ensure!(bond >= T::MinBond::get(), Error::<T>::BondTooSmall);
		let now = frame_system::Pallet::<T>::block_number();
		let until = now.saturating_add(T::UnbondingPeriod::get());

		let chunk = UnbondingChunk { amount, until };
		Unbonding::<T>::try_append(&who, chunk).map_err(|_| Error::<T>::TooManyUnbonding)?;
		record.bond = bond;
		Self::store(&who, record);
		Self::deposit_event(Event::Unbonded { worker: who, amount, until, bond });
		Ok(())
	}

	pub(crate) fn do_withdraw_unbonded(who: T::AccountId) -> DispatchResult {
		let now = frame_system::Pallet::<T>::block_number();
		let mut queue = Unbonding::<T>::get(&who);
		let before = queue.len();
		let all = Self::sum_of(&queue)?;
		queue.retain(|chunk| now < chunk.until);
		ensure!(queue.len() < before, Error::<T>::NothingUnbonded);
		let waiting = Self::sum_of(&queue)?;
		let amount = all.checked_sub(waiting).ok_or(ArithmeticError::Underflow)?;

		T::Currency::release(&HoldReason::Bond.into(), &who, amount, Precision::Exact)?;
		if queue.is_empty() {
			Unbonding::<T>::remove(&who);
		} else {
			Unbonding::<T>::insert(&who, queue);
		}
		Self::deposit_event(Event::UnbondedWithdrawn { worker: who, amount, waiting });
		Ok(())
	}

	/// What of a worker's bond waits to be withdrawn.
	pub(crate) fn waiting(who: &T::AccountId) -> Result<Balance, DispatchError> {
		Self::sum_of(&Unbonding::<T>::get(who))
	}

	fn sum_of(queue: &[crate::ChunkOf<T>]) -> Result<Balance, DispatchError> {
		queue
			.iter()
			.try_fold(Balance::zero(), |sum, chunk| sum.checked_add(chunk.amount))
			.ok_or_else(|| ArithmeticError::Overflow.into())
	}

	/// Takes up to `amount` out of what waits, the latest part first: it would have stayed longest.
	pub(crate) fn cut_waiting(who: &T::AccountId, amount: Balance) {
		let mut left = amount;
		Unbonding::<T>::mutate_exists(who, |slot| {
			let Some(queue) = slot else { return };
			for chunk in queue.iter_mut().rev() {
				let part = chunk.amount.min(left);
				chunk.amount = chunk.amount.saturating_sub(part);
				left = left.saturating_sub(part);
			}
			queue.retain(|chunk| !chunk.amount.is_zero());
			if queue.is_empty() {
				*slot = None;
			}
		});
	}
}
