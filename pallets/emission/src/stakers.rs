//! The stakers' pot. pallet-staking mints by itself; here its payouts come from what an epoch minted before.

use crate::{pallet::*, types::*};
use engram_primitives::units::Balance;
use frame_support::{
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
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	/// What the pot owes: everything ever put in, less what was paid and what expired.
	pub(crate) fn owed_to_stakers() -> Balance {
		T::Currency::balance_on_hold(&HoldReason::StakersRewards.into(), &Self::account_of(Pot::Stakers))
	}

	/// Moves rewards of stakers that nobody can claim any more from the pot to the treasury. The pot owes them, so that cannot
	/// fail; if it did, they would stay where they are.
	pub fn expire_stakers(amount: Balance) {
		if let Err(error) = Self::try_expire_stakers(amount) {
			let kind = UnexpectedKind::RemainderNotMoved { amount, error };
			Self::deposit_event(Event::Unexpected { kind });
		}
	}

	pub(crate) fn try_expire_stakers(amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		with_storage_layer(|| {
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
			Self::deposit_event(Event::StakersRewardsExpired { amount });
			Ok(())
		})
	}

	/// Puts what was minted into the pot, and what the inbox and strangers brought, on hold for stakers. Returns the latter.
	pub(crate) fn fund_stakers(minted: Balance) -> Result<Balance, DispatchError> {
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
		}
		Self::count_flow(|flows| &mut flows.collected, collected)?;
		Ok(collected)
	}

	/// Takes a payout that staking already made out of the pot.
	pub(crate) fn withdraw_payout(
		amount: Balance,
	) -> Result<Credit<T::AccountId, T::Currency>, DispatchError> {
		let pot = Self::account_of(Pot::Stakers);
		with_storage_layer(|| {
			T::Currency::release(&HoldReason::StakersRewards.into(), &pot, amount, Precision::Exact)?;
			Self::count_flow(|flows| &mut flows.paid, amount)?;
			// Last, so that no error drops the credit.
			T::Currency::withdraw(&pot, amount, Precision::Exact, Preservation::Preserve, Fortitude::Polite)
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
