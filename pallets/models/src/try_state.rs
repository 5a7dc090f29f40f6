//! What is always true.
//!
//! 1. INV-MODELS-1: what each account has on hold for models equals the sum of the deposits of its models.
//! 2. INV-MODELS-2: a model's counter of versions equals its rows in the index.
//! 3. INV-MODELS-3: every row of the index is a version of that model, and every version has its row.
//! 4. INV-MODELS-4: every id is below the next id.
//! 5. INV-MODELS-5: a parent exists, belongs to the same model and has a lower id than its child.
//! 6. INV-MODELS-6: no version has more correct answers than held-out rows.
//! 7. INV-MODELS-7: the versions of a model, those reserved for jobs under way included, are at most `MaxVersions`.

use crate::{Config, HoldReason, Models, NextModelId, NextVersionId, Pallet, Versions, VersionsOf};
use alloc::collections::BTreeMap;
use engram_primitives::units::Balance;
use frame_support::{
	ensure,
	traits::{fungible::hold::Inspect, Get},
};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_state_deposits()?;
		Self::try_state_index()?;
		Self::try_state_ids()?;
		Self::try_state_versions()
	}

	fn try_state_deposits() -> Result<(), TryRuntimeError> {
		let mut owed = BTreeMap::<T::AccountId, Balance>::new();
		for record in Models::<T>::iter_values() {
			let sum = owed.entry(record.owner).or_default();
			*sum = sum
				.checked_add(record.deposit)
				.ok_or("INV-MODELS-1: the sum of an account's deposits overflows")?;
		}
		// Every account, so that a hold nobody answers for is found too.
		for who in frame_system::Account::<T>::iter_keys() {
			let held = T::Currency::balance_on_hold(&HoldReason::ModelDeposit.into(), &who);
			ensure!(
				held == owed.remove(&who).unwrap_or_default(),
				"INV-MODELS-1: what is held is not the sum of the deposits"
			);
		}
		ensure!(
			owed.values().all(|sum| *sum == 0),
			"INV-MODELS-1: an account that does not exist has a deposit"
		);
		Ok(())
	}

	fn try_state_index() -> Result<(), TryRuntimeError> {
		for (model, record) in Models::<T>::iter() {
			ensure!(
				u32::try_from(VersionsOf::<T>::iter_key_prefix(model).count()) == Ok(record.versions),
				"INV-MODELS-2: the counter of versions is not the number of rows"
			);
			ensure!(
				record
					.versions
					.checked_add(record.reserved)
					.is_some_and(|taken| taken <= T::MaxVersions::get()),
				"INV-MODELS-7: a model has or may get more versions than it may have"
			);
		}
		for (model, version) in VersionsOf::<T>::iter_keys() {
			ensure!(
				Models::<T>::contains_key(model)
					&& Versions::<T>::get(version).is_some_and(|record| record.model == model),
				"INV-MODELS-3: a row of the index is not a version of its model"
			);
		}
		for (version, record) in Versions::<T>::iter() {
			ensure!(
				VersionsOf::<T>::contains_key(record.model, version),
				"INV-MODELS-3: a version is not in the index"
			);
		}
		Ok(())
	}

	fn try_state_ids() -> Result<(), TryRuntimeError> {
		let next = NextModelId::<T>::get();
		ensure!(
			Models::<T>::iter_keys().all(|model| model < next),
			"INV-MODELS-4: a model's id is not below the next one"
		);
		let next = NextVersionId::<T>::get();
		ensure!(
			Versions::<T>::iter_keys().all(|version| version < next),
			"INV-MODELS-4: a version's id is not below the next one"
		);
		Ok(())
	}

	fn try_state_versions() -> Result<(), TryRuntimeError> {
		for (version, record) in Versions::<T>::iter() {
			if let Some(parent) = record.parent {
				ensure!(
					parent < version && Versions::<T>::get(parent).is_some_and(|p| p.model == record.model),
					"INV-MODELS-5: a parent is not an older version of the same model"
				);
			}
			ensure!(
				record.correct <= record.held_out_rows,
				"INV-MODELS-6: a version has more correct answers than held-out rows"
			);
		}
		Ok(())
	}
}
