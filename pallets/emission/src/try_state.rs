//! What is always true at the end of a block.
//!
//! 1. INV-EMISSION-1: once the ledger is open, genesis plus everything minted minus everything burned equals what the ledger
//!    expects, and equals the issuance.
//! 2. INV-EMISSION-2: the vault was minted 3 % of everything epochs minted: the floor of it exactly, and the fraction that is
//!    missing is the carry.
//! 3. INV-EMISSION-3: what the stakers' pot has on hold equals minted plus collected minus paid minus expired, and no other
//!    account has anything on hold for it.
//! 4. INV-EMISSION-4: pot, inbox and vault live: each has a provider and at least the existential deposit.
//! 5. INV-EMISSION-5: of every kept epoch the parts sum to what was minted, the supply grew by exactly that, the vault got its
//!    part and no pool more than its part.
//! 6. INV-EMISSION-6: exactly the last closed epochs are kept, at most `HistoryDepth` of them.
//! 7. INV-EMISSION-7: while no epoch has fallen out of the history, the kept ones sum to what the ledger says epochs minted,
//!    and together with the running one to what it says was burned.
//! 8. INV-EMISSION-8: the policy is within its bounds.
//! 9. INV-EMISSION-9: in the running epoch, stakers' budget <= kept part of job fees <= fee income.
//! 10. INV-EMISSION-10: what the stakers' pot has on hold is the sum of what it owes for each era, which is above zero.

use crate::{pallet::*, types::*};
use engram_math::emission::vault_part;
use engram_primitives::units::Balance;
use frame_support::{
	ensure,
	traits::{
		fungible::{hold::Inspect as _, Inspect},
		Get,
	},
};
use sp_runtime::TryRuntimeError;

fn sum(amounts: impl IntoIterator<Item = Balance>) -> Option<Balance> {
	amounts.into_iter().try_fold(0, |sum: Balance, amount| sum.checked_add(amount))
}

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_state_ledger()?;
		Self::try_state_pots()?;
		Self::try_state_history()?;
		ensure!(
			CurrentPolicy::<T>::get().validate().is_ok(),
			"INV-EMISSION-8: the policy is out of its bounds"
		);
		let running = RunningEpoch::<T>::get();
		ensure!(
			running.staker_budget <= running.kept && running.kept <= running.fees,
			"INV-EMISSION-9: the running epoch's budget, kept fees and income are out of order"
		);
		Ok(())
	}

	/// Everything that epochs minted.
	fn minted_by_epochs() -> Option<Balance> {
		sum(Minted::<T>::iter().filter(|(cause, _)| *cause != MintCause::Forced).map(|(_, amount)| amount))
	}

	fn try_state_ledger() -> Result<(), TryRuntimeError> {
		if let Some(genesis) = GenesisIssuance::<T>::get() {
			let explained = sum(Minted::<T>::iter_values())
				.and_then(|minted| minted.checked_add(genesis))
				.and_then(|all| all.checked_sub(sum(Burned::<T>::iter_values())?));
			ensure!(
				explained == Some(ExpectedIssuance::<T>::get()),
				"INV-EMISSION-1: genesis, minted and burned do not make what the ledger expects"
			);
			ensure!(
				explained == Some(T::Currency::total_issuance()),
				"INV-EMISSION-1: the ledger does not explain the issuance"
			);
		}
		let vault = Self::minted_by_epochs().and_then(|minted| vault_part(minted, 0).ok());
		ensure!(
			vault == Some((Minted::<T>::get(MintCause::Vault), EmissionState::<T>::get().vault_carry)),
			"INV-EMISSION-2: vault and carry are not 3 % of what epochs minted"
		);
		Ok(())
	}

	fn try_state_pots() -> Result<(), TryRuntimeError> {
		let flows = StakersFlows::<T>::get();
		let owed = Minted::<T>::get(MintCause::Stakers)
			.checked_add(flows.collected)
			.and_then(|all| all.checked_sub(flows.paid))
			.and_then(|all| all.checked_sub(flows.expired));
		ensure!(
			owed == Some(Self::owed_to_stakers()),
			"INV-EMISSION-3: what the stakers' pot holds is not what went in less what went out"
		);
		ensure!(
			sum(StakersOwed::<T>::iter_values()) == Some(Self::owed_to_stakers())
				&& StakersOwed::<T>::iter_values().all(|owed| owed > 0),
			"INV-EMISSION-10: the stakers' pot does not hold what it owes for the eras"
		);
		let (pot, reason) = (Self::account_of(Pot::Stakers), HoldReason::StakersRewards.into());
		for who in frame_system::Account::<T>::iter_keys() {
			ensure!(
				who == pot || T::Currency::balance_on_hold(&reason, &who) == 0,
				"INV-EMISSION-3: another account has stakers' rewards on hold"
			);
		}
		for account in Pot::ALL.into_iter().map(Self::account_of) {
			ensure!(
				frame_system::Pallet::<T>::providers(&account) > 0
					&& T::Currency::balance(&account) >= T::Currency::minimum_balance(),
				"INV-EMISSION-4: an account of this pallet is not endowed with the existential deposit"
			);
		}
		Ok(())
	}

	fn try_state_history() -> Result<(), TryRuntimeError> {
		let closed = Self::current_epoch();
		let kept = closed.min(T::HistoryDepth::get());
		let first = closed.saturating_sub(kept);
		ensure!(
			(first..closed).all(Epochs::<T>::contains_key)
				&& u32::try_from(Epochs::<T>::iter_keys().count()) == Ok(kept),
			"INV-EMISSION-6: the kept epochs are not the last closed ones"
		);
		for summary in Epochs::<T>::iter_values() {
			Self::try_state_epoch(&summary)?;
		}
		if first == 0 {
			let minted = sum(Epochs::<T>::iter_values().map(|summary| summary.issuance.minted));
			let burned = sum(Epochs::<T>::iter_values()
				.map(|summary| summary.seen.burned)
				.chain([RunningEpoch::<T>::get().burned]));
			ensure!(
				minted == Self::minted_by_epochs() && burned == sum(Burned::<T>::iter_values()),
				"INV-EMISSION-7: the epochs do not sum to the ledger"
			);
		}
		Ok(())
	}

	fn try_state_epoch(summary: &EpochSummary) -> Result<(), TryRuntimeError> {
		let EpochSummary { issuance, parts, .. } = summary;
		let pools = issuance.pools;
		ensure!(
			sum(parts.by_cause().map(|(_, amount)| amount)) == Some(issuance.minted)
				&& summary.supply_before.checked_add(issuance.minted) == Some(summary.supply_after),
			"INV-EMISSION-5: the parts of an epoch do not sum to what it minted"
		);
		ensure!(
			parts.vault == pools.vault
				&& parts.stakers <= pools.stakers
				&& parts.workers <= pools.workers
				&& parts.contributors <= pools.contributors,
			"INV-EMISSION-5: a pool of an epoch got more than its part"
		);
		Ok(())
	}
}
