//! Reviewers: their bonds, the list they are drawn from, and what they lose.

use crate::{pallet::*, review_types::*};
use core::cmp::Reverse;
use engram_math::fee::mul_div_ceil;
use engram_primitives::units::{Balance, PPM};
use frame_support::{
	ensure,
	traits::{
		fungible::hold::{Balanced as _, Mutate as _},
		tokens::Precision,
		Get, Imbalance,
	},
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_join_reviewers(who: T::AccountId, added: Balance) -> DispatchResult {
		let mut reviewer = Reviewers::<T>::get(&who).unwrap_or_default();
		reviewer.bond = reviewer.bond.checked_add(added).ok_or(ArithmeticError::Overflow)?;
		ensure!(reviewer.bond >= T::ReviewerBond::get(), Error::<T>::BondTooSmall);
		let displaced = Self::list(&who, reviewer.bond)?;
		if added > 0 {
			T::Currency::hold(&HoldReason::Reviewer.into(), &who, added)?;
		}
		Reviewers::<T>::insert(&who, reviewer);
		if let Some(displaced) = displaced {
			Self::deposit_event(Event::ReviewerPaused { who: displaced });
		}
		Self::deposit_event(Event::ReviewerJoined { who, added, bond: reviewer.bond });
		Ok(())
	}

	pub(crate) fn do_pause_reviewer(who: T::AccountId) -> DispatchResult {
		ensure!(Self::unlist(&who), Error::<T>::NotListed);
		Self::deposit_event(Event::ReviewerPaused { who });
		Ok(())
	}

	pub(crate) fn do_leave_reviewers(who: T::AccountId) -> DispatchResult {
		let Reviewer { bond, open } = Reviewers::<T>::get(&who).ok_or(Error::<T>::UnknownReviewer)?;
		ensure!(open == 0, Error::<T>::ReviewsOpen);
		T::Currency::release(&HoldReason::Reviewer.into(), &who, bond, Precision::Exact)?;
		Self::unlist(&who);
		Reviewers::<T>::remove(&who);
		Self::deposit_event(Event::ReviewerLeft { who, bond });
		Ok(())
	}

	/// Takes a seat for a drawn reviewer.
	pub(crate) fn open_seat(who: &T::AccountId) -> DispatchResult {
		Reviewers::<T>::try_mutate(who, |reviewer| {
			let reviewer = reviewer.as_mut().ok_or(Error::<T>::UnknownReviewer)?;
			reviewer.open = reviewer.open.checked_add(1).ok_or(ArithmeticError::Overflow)?;
			Ok(())
		})
	}

	/// Gives the seat back and takes `ceil(bond * share / 10^6)`: rounded up, in favour of the protocol. A reviewer with less
	/// than the least bond is drawn no more.
	pub(crate) fn close_seat(who: &T::AccountId, share: u32) -> Result<CreditOf<T>, DispatchError> {
		let mut reviewer = Reviewers::<T>::get(who).ok_or(Error::<T>::UnknownReviewer)?;
		reviewer.open = reviewer.open.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
		let due = mul_div_ceil(reviewer.bond, share.into(), PPM.into())?;
		let (credit, missing) = T::Currency::slash(&HoldReason::Reviewer.into(), who, due);
		if missing > 0 {
			Self::deposit_event(Event::Unexpected { kind: crate::UnexpectedKind::BondNotHeld });
		}
		reviewer.bond = reviewer.bond.checked_sub(credit.peek()).ok_or(ArithmeticError::Underflow)?;
		if due > 0 {
			Self::relist(who, reviewer.bond);
		}
		if reviewer.bond == 0 && reviewer.open == 0 {
			Reviewers::<T>::remove(who);
		} else {
			Reviewers::<T>::insert(who, reviewer);
		}
		Ok(credit)
	}

	/// Puts an account on the list, or its larger bond into its entry. When the list is full, the reviewer with the least bond gives
	/// way, if that is less, the latest of several: it is paused. Returns who does.
	///
	/// Only one does in a block: whoever gives way is not drawn for answers that were shared before, so somebody who takes many places
	/// at once would choose who is left for these.
	fn list(who: &T::AccountId, bond: Balance) -> Result<Option<T::AccountId>, Error<T>> {
		Panel::<T>::try_mutate(|panel| {
			if let Some(panelist) = panel.iter_mut().find(|panelist| panelist.who == *who) {
				panelist.bond = bond;
				return Ok(None);
			}
			let panelist = Panelist { who: who.clone(), since: Self::now(), bond };
			let Err(panelist) = panel.try_push(panelist) else { return Ok(None) };
			ensure!(panel.iter().all(|listed| listed.since < panelist.since), Error::<T>::PanelFull);
			let least = panel.iter_mut().min_by_key(|listed| (listed.bond, Reverse(listed.since)));
			let least = least.filter(|least| least.bond < panelist.bond).ok_or(Error::<T>::PanelFull)?;
			Ok(Some(core::mem::replace(least, panelist).who))
		})
	}

	/// Notes on the list what is left of a bond, or takes the account off it where that is less than the least bond.
	fn relist(who: &T::AccountId, bond: Balance) {
		if bond < T::ReviewerBond::get() {
			Self::unlist(who);
			return;
		}
		Panel::<T>::mutate(|panel| {
			if let Some(panelist) = panel.iter_mut().find(|panelist| panelist.who == *who) {
				panelist.bond = bond;
			}
		});
	}

	/// Takes an account off the list. Returns whether it was on it.
	fn unlist(who: &T::AccountId) -> bool {
		Panel::<T>::mutate(|panel| {
			let at = panel.iter().position(|panelist| panelist.who == *who);
			at.map(|at| panel.swap_remove(at)).is_some()
		})
	}
}
