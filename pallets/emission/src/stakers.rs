//! The stakers' pot. pallet-staking mints by itself; here its payouts come from what an epoch minted before.

use crate::{pallet::*, types::*, weights::WeightInfo};
use engram_primitives::units::Balance;
use frame_support::{
	dispatch::DispatchClass,
	storage::with_storage_layer,
	traits::{
		fungible::{
			hold::{Inspect as _, Mutate as _},
			Balanced, Credit, Inspect, Mutate,
		},
		tokens::{Fortitude, Precision, Preservation, Restriction},
		Get,
	},
};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	/// What the pot owes: everything ever put in, less what was paid and what expired.
	pub(crate) fn owed_to_stakers() -> Balance {
		T::Currency::balance_on_hold(&HoldReason::StakersRewards.into(), &Self::account_of(Pot::Stakers))
	}

	/// Somebody is about to claim for an era: what staking's `Reward` is told next comes out of what the pot owes for it.
	pub fn payout_started(era: u32) {
		// Staking's weights know nothing of it, and a claim that pays nobody settles nothing.
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			T::DbWeight::get().writes(1),
			DispatchClass::Normal,
		);
		StakersEra::<T>::put(era);
	}

	/// Staking has forgotten an era, and nobody can claim for it any more: what the pot still owes for it goes to the treasury.
	/// That is what nobody claimed, what could not be paid to whom it was due, and what roundings left.
	pub fn era_forgotten(era: u32) {
		// Staking forgets in a hook whose weight it does not charge.
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			T::WeightInfo::era_forgotten(),
			DispatchClass::Mandatory,
		);
		let amount = StakersOwed::<T>::get(era).unwrap_or_default();
		Self::expect_moved(amount, Self::try_expire_stakers(era, amount));
	}

	/// Moves what staking withholds of the era that ends from the pot to the treasury.
	pub(crate) fn expire_remainder(amount: Balance) {
		let moved = Self::take_era().and_then(|era| Self::try_expire_stakers(era, amount));
		Self::expect_moved(amount, moved);
	}

	/// The pot owes what leaves it, so that cannot fail; if it did, it would stay where it is.
	fn expect_moved(amount: Balance, moved: DispatchResult) {
		if let Err(error) = moved {
			let kind = UnexpectedKind::RemainderNotMoved { amount, error };
			Self::deposit_event(Event::Unexpected { kind });
		}
	}

	/// The era whose rewards staking moves, once.
	fn take_era() -> Result<u32, DispatchError> {
		StakersEra::<T>::take().ok_or(DispatchError::CannotLookup)
	}

	/// Moves rewards for an era from the pot to the treasury.
	pub(crate) fn try_expire_stakers(era: u32, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		with_storage_layer(|| {
			Self::owe_less(era, amount)?;
			T::Currency::transfer_on_hold(
				&HoldReason::StakersRewards.into(),
				&Self::account_of(Pot::Stakers),
				&T::Treasury::get(),
				amount,
				Precision::Exact,
				Restriction::Free,
				Fortitude::Polite,
			)?;
			Self::count_flow(|flows| &mut flows.expired, amount)?;
			Self::deposit_event(Event::StakersRewardsExpired { era, amount });
			Ok(())
		})
	}

	/// Puts what was minted into the pot, and what the inbox and strangers brought, on hold for the stakers of an era. Returns the
	/// latter.
	pub(crate) fn fund_stakers(era: u32, minted: Balance) -> Result<Balance, DispatchError> {
		let (pot, inbox) = (Self::account_of(Pot::Stakers), Self::account_of(Pot::Inbox));
		let fees = T::Currency::reducible_balance(&inbox, Preservation::Preserve, Fortitude::Polite);
		let gifts = T::Currency::reducible_balance(&pot, Preservation::Preserve, Fortitude::Polite);
		if fees > 0 {
			T::Currency::transfer(&inbox, &pot, fees, Preservation::Preserve)?;
		}
		Self::mint(MintCause::Stakers, &pot, minted)?;
		let collected = fees.checked_add(gifts).ok_or(Error::<T>::LedgerOverflow)?;
		let held = minted.checked_add(collected).ok_or(Error::<T>::LedgerOverflow)?;
		if held > 0 {
			T::Currency::hold(&HoldReason::StakersRewards.into(), &pot, held)?;
			let owed = StakersOwed::<T>::get(era).unwrap_or_default();
			StakersOwed::<T>::insert(era, owed.checked_add(held).ok_or(Error::<T>::LedgerOverflow)?);
		}
		StakersEra::<T>::put(era);
		Self::count_flow(|flows| &mut flows.collected, collected)?;
		Ok(collected)
	}

	/// Takes a payout that staking already made out of what the pot owes for the era.
	pub(crate) fn withdraw_payout(
		amount: Balance,
	) -> Result<Credit<T::AccountId, T::Currency>, DispatchError> {
		let (pot, era) = (Self::account_of(Pot::Stakers), Self::take_era()?);
		with_storage_layer(|| {
			Self::owe_less(era, amount)?;
			T::Currency::release(&HoldReason::StakersRewards.into(), &pot, amount, Precision::Exact)?;
			Self::count_flow(|flows| &mut flows.paid, amount)?;
			// Last, so that no error drops the credit.
			T::Currency::withdraw(&pot, amount, Precision::Exact, Preservation::Preserve, Fortitude::Polite)
		})
	}

	/// Takes an amount off what the pot owes for an era.
	fn owe_less(era: u32, amount: Balance) -> DispatchResult {
		StakersOwed::<T>::try_mutate_exists(era, |owed| {
			let left = owed.unwrap_or_default().checked_sub(amount).ok_or(ArithmeticError::Underflow)?;
			*owed = Some(left).filter(|left| *left > 0);
			Ok(())
		})
	}

	fn count_flow(of: impl FnOnce(&mut Flows) -> &mut Balance, amount: Balance) -> Result<(), Error<T>> {
		let mut flows = StakersFlows::<T>::get();
		let flow = of(&mut flows);
		*flow = flow.checked_add(amount).ok_or(Error::<T>::LedgerOverflow)?;
		StakersFlows::<T>::put(flows);
		Ok(())
	}
}
