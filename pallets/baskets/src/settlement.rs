//! What does not belong into a trade: who gets the fees, and how a basket ends.

use crate::{pallet::*, types::*, BasketRecordOf};
use engram_primitives::{units::Balance, TokenId};
use frame_support::{
	ensure,
	storage::with_storage_layer,
	traits::{
		fungible::{hold::Mutate as _, Inspect as _, Mutate as _},
		fungibles::{Destroy, Inspect as _, Mutate as _, Refund},
		tokens::{Fortitude, Precision, Preservation},
		Get,
	},
};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_settle(basket: TokenId) -> DispatchResult {
		let mut record = Self::open_record_of(basket)?;
		let (pot, treasury) = (Self::pot_of(basket), T::Treasury::get());
		let given = T::Tokens::balance(basket.0, &pot);
		if given > 0 {
			// Nobody could ever redeem shares that strangers sent here.
			let (exact, polite) = (Precision::Exact, Fortitude::Polite);
			T::Tokens::burn_from(basket.0, &pot, given, Preservation::Expendable, exact, polite)?;
			record.fees.treasury = add(record.fees.treasury, given)?;
		}

		let mut governor = record.fees.governor;
		let pays = |amount| T::Tokens::mint_into(basket.0, &record.governor, amount).map(|_| ());
		// Who has no account cannot get shares: they wait.
		if governor > 0 && with_storage_layer(|| pays(governor)).is_err() {
			governor = 0;
		}
		record.fees.governor = sub(record.fees.governor, governor)?;

		let shares = core::mem::take(&mut record.fees.treasury);
		let amounts = Self::parts_of(&record, shares)?;
		// The basket's deposit covers what is owed to the treasury.
		let Payout { paid, left, .. } = Self::pay_out(basket, &mut record, &treasury, shares, &amounts, 0)?;
		let gifts = Self::sweep(basket, &record, &treasury);
		let something = governor > 0 || shares > 0 || gifts.iter().any(|gift| *gift > 0);
		ensure!(something, Error::<T>::NothingToSettle);
		Baskets::<T>::insert(basket, record);
		Self::deposit_event(Event::FeesSettled { basket, governor, treasury: shares, paid, left, gifts });
		Ok(())
	}

	/// What an account can pay without being reaped.
	pub(crate) fn liquid(pot: &T::AccountId) -> Balance {
		T::Currency::reducible_balance(pot, Preservation::Preserve, Fortitude::Polite)
	}

	/// What strangers sent: of a token, what is not in its book; of coins, what is neither there nor the endowment, and can leave
	/// the account without taking the place of what is owed.
	pub(crate) fn gift(basket: TokenId, endowment: Balance, asset: Asset, book: &Book) -> Balance {
		let (pot, booked) = (Self::pot_of(basket), book.sum().unwrap_or(Balance::MAX));
		match asset {
			Some(token) => T::Tokens::balance(token.0, &pot).saturating_sub(booked),
			None => {
				let rest = T::Currency::total_balance(&pot).saturating_sub(endowment).saturating_sub(booked);
				rest.min(Self::liquid(&pot).saturating_sub(booked))
			},
		}
	}

	/// Sends gifts to the treasury. What it cannot take stays, and changes nothing. Returns what it got.
	fn sweep(basket: TokenId, record: &BasketRecordOf<T>, treasury: &T::AccountId) -> Amounts {
		let pot = Self::pot_of(basket);
		let swept = record.books().map(|(asset, book)| {
			let gift = Self::gift(basket, record.endowment, asset, book);
			let paid = with_storage_layer(|| Self::pay(asset, &pot, treasury, gift));
			if paid.is_ok() {
				gift
			} else {
				0
			}
		});
		Amounts::truncate_from(swept.collect())
	}

	pub(crate) fn do_close(who: &T::AccountId, basket: TokenId) -> DispatchResult {
		let mut record = Baskets::<T>::get(basket).ok_or(Error::<T>::UnknownBasket)?;
		ensure!(record.creator == *who || record.governor == *who, Error::<T>::NotGovernor);
		if record.state == BasketState::Open {
			ensure!(record.shares == 0, Error::<T>::SharesExist);
			ensure!(record.books().all(|(_, book)| book.owed == 0), Error::<T>::ClaimsExist);
			T::Tokens::start_destroy(basket.0, None)?;
			record.state = BasketState::Closing;
		}

		// Anybody may remove what is being removed, to the end.
		if T::Tokens::asset_exists(basket.0) {
			let limit = T::CloseLimit::get();
			let accounts = T::Tokens::destroy_accounts(basket.0, limit)?;
			let approvals = T::Tokens::destroy_approvals(basket.0, limit)?;
			if accounts >= limit || approvals >= limit {
				Baskets::<T>::insert(basket, record);
				Self::deposit_event(Event::BasketClosing { basket });
				return Ok(());
			}
			T::Tokens::finish_destroy(basket.0)?;
		}
		Self::forget(basket, &record)
	}

	/// Gives back what the creator has in a basket without shares; gifts are the treasury's.
	fn forget(basket: TokenId, record: &BasketRecordOf<T>) -> DispatchResult {
		let (pot, creator, deposit) = (Self::pot_of(basket), record.creator.clone(), record.deposit);
		let gifts = Self::sweep(basket, record, &T::Treasury::get());
		for one in &record.constituents {
			let id = one.token.0;
			if T::Tokens::deposit_held(id, pot.clone()).is_some() {
				// A gift that the treasury could not take keeps its account, and the deposit of it.
				let _ = with_storage_layer(|| T::Tokens::refund(id, pot.clone()));
			}
		}
		T::Currency::release(&HoldReason::BasketDeposit.into(), &creator, deposit, Precision::Exact)?;
		// Somebody may have sent it another asset, or what is frozen: then the account stays, with the existential deposit.
		let rest = T::Currency::reducible_balance(&pot, Preservation::Expendable, Fortitude::Polite);
		T::Currency::transfer(&pot, &creator, rest, Preservation::Expendable)?;
		Baskets::<T>::remove(basket);
		Self::deposit_event(Event::BasketClosed { creator, basket, deposit, gifts });
		Ok(())
	}
}
