//! What is always true.
//!
//! 1. INV-DATANETS-1: what each account has on hold for datanets equals the sum of the deposits of the datanets it created.
//! 2. INV-DATANETS-2: what each account has on hold for contributions equals the sum of the deposits of those it owns.
//! 3. INV-DATANETS-3: a datanet's counter of contributions equals its rows in the index.
//! 4. INV-DATANETS-4: every row of the index is a contribution to that datanet, and every contribution has its row.
//! 5. INV-DATANETS-5: the roots and the CIDs of a datanet point to the contributions that have them, one each.
//! 6. INV-DATANETS-6: every id is below the next id.
//! 7. INV-DATANETS-7: no contribution is offered to its own owner.

use crate::{
	ByCid, ByRoot, Config, Datanets, HoldReason, Items, ItemsOf, NextContributionId, NextDatanetId, Pallet,
};
use alloc::collections::BTreeMap;
use engram_primitives::units::Balance;
use frame_support::{ensure, traits::fungible::hold::Inspect};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_state_deposits(
			HoldReason::DatanetDeposit,
			Datanets::<T>::iter_values().map(|record| (record.creator, record.deposit)),
			"INV-DATANETS-1: what is held for datanets is not the sum of the deposits",
		)?;
		Self::try_state_deposits(
			HoldReason::ContributionDeposit,
			Items::<T>::iter_values().map(|record| (record.owner, record.deposit)),
			"INV-DATANETS-2: what is held for contributions is not the sum of the deposits",
		)?;
		Self::try_state_index()?;
		Self::try_state_duplicates()?;
		Self::try_state_ids()?;
		ensure!(
			Items::<T>::iter_values().all(|record| record.offered_to != Some(record.owner)),
			"INV-DATANETS-7: a contribution is offered to its own owner"
		);
		Ok(())
	}

	fn try_state_deposits(
		reason: HoldReason,
		deposits: impl Iterator<Item = (T::AccountId, Balance)>,
		message: &'static str,
	) -> Result<(), TryRuntimeError> {
		let reason = reason.into();
		let mut owed = BTreeMap::<T::AccountId, Balance>::new();
		for (who, deposit) in deposits {
			let sum = owed.entry(who).or_default();
			*sum = sum.checked_add(deposit).ok_or(message)?;
		}
		// Every account, so that a hold nobody answers for is found too.
		for who in frame_system::Account::<T>::iter_keys() {
			let held = T::Currency::balance_on_hold(&reason, &who);
			ensure!(held == owed.remove(&who).unwrap_or_default(), message);
		}
		ensure!(owed.values().all(|sum| *sum == 0), message);
		Ok(())
	}

	fn try_state_index() -> Result<(), TryRuntimeError> {
		for (datanet, record) in Datanets::<T>::iter() {
			ensure!(
				u32::try_from(ItemsOf::<T>::iter_key_prefix(datanet).count()) == Ok(record.contributions),
				"INV-DATANETS-3: the counter of contributions is not the number of rows"
			);
		}
		for (datanet, contribution) in ItemsOf::<T>::iter_keys() {
			ensure!(
				Datanets::<T>::contains_key(datanet)
					&& Items::<T>::get(contribution).is_some_and(|record| record.datanet == datanet),
				"INV-DATANETS-4: a row of the index is not a contribution to its datanet"
			);
		}
		for (contribution, record) in Items::<T>::iter() {
			ensure!(
				ItemsOf::<T>::contains_key(record.datanet, contribution),
				"INV-DATANETS-4: a contribution is not in the index"
			);
		}
		Ok(())
	}

	fn try_state_duplicates() -> Result<(), TryRuntimeError> {
		for (contribution, record) in Items::<T>::iter() {
			ensure!(
				ByRoot::<T>::get(record.datanet, record.root) == Some(contribution)
					&& ByCid::<T>::get(record.datanet, record.cid) == Some(contribution),
				"INV-DATANETS-5: a contribution's root or CID does not point to it"
			);
		}
		// Each contribution has one of each, so equal numbers leave none that points to nothing.
		let contributions = Items::<T>::iter_keys().count();
		ensure!(
			ByRoot::<T>::iter_keys().count() == contributions
				&& ByCid::<T>::iter_keys().count() == contributions,
			"INV-DATANETS-5: a root or a CID points to no contribution that has it"
		);
		Ok(())
	}

	fn try_state_ids() -> Result<(), TryRuntimeError> {
		let next = NextDatanetId::<T>::get();
		ensure!(
			Datanets::<T>::iter_keys().all(|datanet| datanet < next),
			"INV-DATANETS-6: a datanet's id is not below the next one"
		);
		let next = NextContributionId::<T>::get();
		ensure!(
			Items::<T>::iter_keys().all(|contribution| contribution < next),
			"INV-DATANETS-6: a contribution's id is not below the next one"
		);
		Ok(())
	}
}
