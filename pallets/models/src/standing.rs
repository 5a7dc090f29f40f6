//! Holders lock tokens of a model, and those with the two largest old locks have a seat.

use crate::{
	Config, Error, Event, HoldReason, Lock, LockOf, Locks, Models, Pallet, RollbackEnd, Seat, Standing,
	Standings,
};
use engram_primitives::{payment::ModelTokens, units::Balance, ModelId, TokenId};
use frame_support::{
	ensure,
	traits::{
		fungible::hold::Mutate,
		fungibles::{Inspect as _, Mutate as _},
		tokens::{Precision, Preservation},
		AccountTouch, Get,
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{
	traits::{AccountIdConversion, Saturating},
	ArithmeticError, DispatchResult, Permill,
};

impl<T: Config> Pallet<T> {
	/// Keeps the locked tokens of a model. Nobody has its key.
	pub(crate) fn custody_of(model: ModelId) -> T::AccountId {
		T::PalletId::get().into_sub_account_truncating(model)
	}

	pub(crate) fn do_stand(who: T::AccountId, model: ModelId, amount: Balance) -> DispatchResult {
		let record = Models::<T>::get(model).ok_or(Error::<T>::UnknownModel)?;
		ensure!(record.is_open(), Error::<T>::ModelRetired);
		ensure!(record.owner != who, Error::<T>::OwnerCannotStand);
		ensure!(amount > 0, Error::<T>::NothingToLock);
		let (now, period) = (Self::now(), T::StandingPeriod::get());
		let custody = Self::custody_of(model);

		let mut standing = match Standings::<T>::get(model) {
			Some(standing) => standing,
			None => {
				let token = T::ModelTokens::model_token(model).ok_or(Error::<T>::NoToken)?;
				// The account has tokens and no money, so something else has to keep it alive.
				frame_system::Pallet::<T>::inc_providers(&custody);
				Standing::new(token)
			},
		};
		let lock = match Locks::<T>::get(model, &who) {
			Some(lock) => lock.with(amount, now, period)?,
			None => {
				let deposit = T::StandingDeposit::get();
				T::Currency::hold(&HoldReason::StandingDeposit.into(), &who, deposit)?;
				standing.locks = standing.locks.checked_add(1).ok_or(ArithmeticError::Overflow)?;
				Lock { amount, fresh: amount, fresh_since: now, deposit }
			},
		};
		let token = standing.token;
		// Strangers may have used up the account's references with assets of their own. Where one of them has opened it before,
		// there is nothing to open.
		if T::Tokens::should_touch(token.0, &custody) {
			T::Tokens::touch(token.0, &custody, &who)?;
		}
		T::Tokens::transfer(token.0, &who, &custody, amount, Preservation::Expendable)?;
		let (locked, old_at) = (lock.amount, now.saturating_add(period));
		Locks::<T>::insert(model, &who, lock);
		Standings::<T>::insert(model, standing);
		Self::deposit_event(Event::TokensLocked { who, model, token, amount, locked, old_at });
		Ok(())
	}

	pub(crate) fn do_take_seat(who: T::AccountId, model: ModelId) -> DispatchResult {
		let mut standing = Standings::<T>::get(model).ok_or(Error::<T>::NotStanding)?;
		let lock = Locks::<T>::get(model, &who).ok_or(Error::<T>::NotStanding)?;
		ensure!(standing.seat(&who).is_none(), Error::<T>::AlreadySeated);
		let amount = Self::old_amount(&lock);
		ensure!(amount > 0, Error::<T>::LockTooYoung);
		ensure!(amount >= Self::seat_minimum_ceil(model, standing.token), Error::<T>::BelowSeatShare);

		let seat = Seat { who: who.clone(), vote: None };
		let displaced = match standing.seats.try_push(seat) {
			Ok(()) => None,
			Err(seat) => {
				let amounts = standing.seats.iter_mut().map(|seat| {
					let lock = Locks::<T>::get(model, &seat.who);
					(lock.map_or(0, |lock| Self::old_amount(&lock)), seat)
				});
				let (least, smallest) =
					amounts.min_by_key(|(amount, _)| *amount).ok_or(Error::<T>::LockTooSmall)?;
				ensure!(amount > least, Error::<T>::LockTooSmall);
				Some(core::mem::replace(smallest, seat).who)
			},
		};
		// Whoever lost the seat signs no longer. Its tokens stay where they are until it takes them.
		Self::lapse_without_agreement(model, &mut standing)?;
		Standings::<T>::insert(model, standing);
		Self::deposit_event(Event::SeatTaken { who, model, amount, displaced });
		Ok(())
	}

	pub(crate) fn do_withdraw(who: T::AccountId, model: ModelId) -> DispatchResult {
		let lock = Locks::<T>::get(model, &who).ok_or(Error::<T>::NotStanding)?;
		let mut standing = Standings::<T>::get(model).ok_or(Error::<T>::NotStanding)?;
		ensure!(lock.is_old(Self::now(), T::StandingPeriod::get()), Error::<T>::LockTooYoung);
		if standing.seat(&who).is_some() {
			if let Some(request) = Self::request_of(model).filter(|request| request.is_of_holders()) {
				// What was signed is vouched for by what was locked, until it is decided.
				ensure!(Self::is_expired(&request), Error::<T>::SignedAndPending);
				Self::end_request(model, &mut standing, request, RollbackEnd::Expired)?;
			}
			standing.seats.retain(|seat| seat.who != who);
		}

		let Lock { amount, deposit, .. } = lock;
		let (token, custody) = (standing.token, Self::custody_of(model));
		T::Tokens::transfer(token.0, &custody, &who, amount, Preservation::Expendable)?;
		T::Currency::release(&HoldReason::StandingDeposit.into(), &who, deposit, Precision::Exact)?;
		Locks::<T>::remove(model, &who);
		standing.locks = standing.locks.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
		if standing.locks == 0 {
			Standings::<T>::remove(model);
			// Tokens that strangers sent there keep the account, and nobody needs it to be gone.
			let _ = frame_system::Pallet::<T>::dec_providers(&custody);
		} else {
			Standings::<T>::insert(model, standing);
		}
		Self::deposit_event(Event::TokensWithdrawn { who, model, token, amount, deposit });
		Ok(())
	}

	/// What has to count of a lock that takes a seat: its share of all tokens that holders can have, rounded up. Of a fixed supply
	/// most is the pool's for long, and were it counted, all that training ever paid might be too little for a seat. Only who takes a
	/// seat is asked for it: where holders get more tokens, those who have one keep it.
	pub(crate) fn seat_minimum_ceil(model: ModelId, token: TokenId) -> Balance {
		let held = T::Tokens::total_issuance(token.0).saturating_sub(T::ModelTokens::kept(model));
		Permill::from_parts(T::MinSeatShare::get()).mul_ceil(held)
	}

	/// What of a lock counts now.
	pub(crate) fn old_amount(lock: &LockOf<T>) -> Balance {
		lock.old_amount(Self::now(), T::StandingPeriod::get())
	}

	pub(crate) fn now() -> BlockNumberFor<T> {
		frame_system::Pallet::<T>::block_number()
	}
}
