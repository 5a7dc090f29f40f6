//! What is always true.
//!
//! 1. INV-POOLS-1: of the token of every pool there is exactly the supply that its opening fixed, and nothing of one that closes.
//! 2. INV-POOLS-2: what every pool has left and what it paid for updates sum to what it began with, what answers brought, and the
//!    gifts that it took.
//! 3. INV-POOLS-3: the account of every pool has what is left and what is pending. Tests check that there is nothing more but
//!    gifts.
//! 4. INV-POOLS-4: what is pending of every pool is the sum of the payments in its token; no payment is in another.
//! 5. INV-POOLS-5: what an account has on hold for deposits, and for stakes, is the sum of those of its pools.
//! 6. INV-POOLS-6: every model has the token of the pool that names it, and no other, neither here nor elsewhere; ids are below
//!    the next one and not below the first.
//! 7. INV-POOLS-7: gains are paid from the baseline to at most one, a unit an update; the last update is from the past.
//! 8. INV-POOLS-8: the account of every pool has its endowment of native coins.

use crate::{pallet::*, types::*, PoolRecordOf};
use alloc::collections::BTreeMap;
use engram_math::pool::launch_floor;
use engram_primitives::{
	payment::ModelTokens,
	units::{Balance, PPM},
	TokenId, FIRST_POOL_TOKEN,
};
use frame_support::{
	ensure,
	traits::{
		fungible::{hold::Inspect as _, Inspect as _},
		fungibles::Inspect as _,
	},
};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		for (token, record) in Pools::<T>::iter() {
			Self::try_state_supply(token, &record)?;
			Self::try_state_updates(&record)?;
		}
		Self::try_state_payments()?;
		Self::try_state_holds()?;
		Self::try_state_index()
	}

	fn try_state_supply(token: TokenId, record: &PoolRecordOf<T>) -> Result<(), TryRuntimeError> {
		let open = record.state == PoolState::Open;
		let supply = if open { record.terms.supply } else { 0 };
		ensure!(
			T::Tokens::total_issuance(token.0) == supply,
			"INV-POOLS-1: there are other tokens than the opening fixed"
		);
		let began = launch_floor(record.terms.supply).map_err(|_| "INV-POOLS-2: a supply cannot be")?.pool;
		let came = began.checked_add(record.received).and_then(|sum| sum.checked_add(record.gifts));
		ensure!(
			came.is_some() && came == record.left.checked_add(record.paid),
			"INV-POOLS-2: a pool has not what it began with, was paid and paid"
		);
		let pot = Self::pot_of(token);
		ensure!(
			!open || record.owed().is_some_and(|owed| owed <= T::Tokens::balance(token.0, &pot)),
			"INV-POOLS-3: the account of a pool has fewer tokens than it owes"
		);
		ensure!(
			// What the metadata cost is reserved, and free again when the token is gone.
			T::Currency::total_balance(&pot) >= record.endowment,
			"INV-POOLS-8: the account of a pool has less than its endowment"
		);
		Ok(())
	}

	fn try_state_updates(record: &PoolRecordOf<T>) -> Result<(), TryRuntimeError> {
		let gained = record.best.checked_sub(record.terms.baseline);
		let most = u64::from(record.terms.unit_gain).saturating_mul(record.updates.into());
		ensure!(
			gained.is_some_and(|gained| u64::from(gained) <= most && gained >= record.updates)
				&& record.best <= PPM,
			"INV-POOLS-7: the gains of a pool are not those of its updates"
		);
		ensure!(
			record.updated_at.is_some() == (record.updates > 0)
				&& record.updated_at.is_none_or(|at| at <= Self::now()),
			"INV-POOLS-7: the last update of a pool is not one of the past"
		);
		Ok(())
	}

	fn try_state_payments() -> Result<(), TryRuntimeError> {
		let mut sums: BTreeMap<TokenId, Balance> = BTreeMap::new();
		for payment in Payments::<T>::iter_values() {
			let sum = sums.entry(payment.token).or_default();
			*sum = sum.saturating_add(payment.amount);
		}
		for (token, record) in Pools::<T>::iter() {
			ensure!(
				record.pending == sums.remove(&token).unwrap_or_default(),
				"INV-POOLS-4: what is pending of a pool is not what was paid"
			);
		}
		ensure!(sums.is_empty(), "INV-POOLS-4: a payment is in the token of no pool");
		Ok(())
	}

	fn try_state_holds() -> Result<(), TryRuntimeError> {
		let mut sums: BTreeMap<T::AccountId, (Balance, Balance)> = BTreeMap::new();
		for record in Pools::<T>::iter_values() {
			let (deposits, bonds) = sums.entry(record.creator.clone()).or_default();
			*deposits = deposits.saturating_add(record.deposit);
			*bonds = bonds.saturating_add(record.bond);
		}
		for who in frame_system::Account::<T>::iter_keys() {
			let (deposits, bonds) = sums.remove(&who).unwrap_or_default();
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::PoolDeposit.into(), &who) == deposits,
				"INV-POOLS-5: a hold is not the sum of an account's deposits"
			);
			ensure!(
				T::Currency::balance_on_hold(&HoldReason::PoolBond.into(), &who) == bonds,
				"INV-POOLS-5: a hold is not the sum of an account's stakes"
			);
		}
		ensure!(sums.is_empty(), "INV-POOLS-5: a creator has no account");
		Ok(())
	}

	fn try_state_index() -> Result<(), TryRuntimeError> {
		for (token, record) in Pools::<T>::iter() {
			ensure!(
				PoolTokens::<T>::get(record.model) == Some(token),
				"INV-POOLS-6: a pool is not the one of its model"
			);
			ensure!(
				T::OtherTokens::model_token(record.model).is_none(),
				"INV-POOLS-6: a model has two tokens"
			);
			ensure!(
				(FIRST_POOL_TOKEN..NextToken::<T>::get()).contains(&token),
				"INV-POOLS-6: an id is out of range"
			);
		}
		for (model, token) in PoolTokens::<T>::iter() {
			ensure!(
				Pools::<T>::get(token).is_some_and(|record| record.model == model),
				"INV-POOLS-6: a model has the token of another, or none"
			);
		}
		Ok(())
	}
}
