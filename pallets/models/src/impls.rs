//! What the calls of owners do, and the registry as other pallets see it: verify, compute, write, tell.

use crate::{
	Config, Error, Event, Heads, HoldReason, ModelRecord, ModelRecordOf, ModelState, Models, NextModelId,
	NextVersionId, Pallet, VersionRecord, VersionState, Versions, VersionsOf,
};
use alloc::collections::BTreeMap;
use codec::Encode;
use engram_primitives::{
	label::{is_label, Label},
	market::{ModelLifecycle, RemovedModels},
	model::{Architecture, InferenceRates, InfluenceMethod},
	traits::{ModelInfo, ModelRegistry, VersionInfo},
	units::Balance,
	ModelId, VersionId,
};
use frame_support::{
	ensure,
	traits::{fungible::hold::Mutate, tokens::Precision, Get},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_io::hashing::blake2_256;
use sp_runtime::{traits::Zero, ArithmeticError, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_register(
		owner: T::AccountId,
		name: Label,
		architecture: Architecture,
		rates: InferenceRates,
		method: InfluenceMethod,
		licence: Label,
	) -> DispatchResult {
		ensure!(is_label(&name), Error::<T>::InvalidName);
		ensure!(is_label(&licence), Error::<T>::InvalidLicence);
		ensure!(architecture.is_valid(), Error::<T>::InvalidArchitecture);

		let model = NextModelId::<T>::get();
		let next = model.next().ok_or(ArithmeticError::Overflow)?;
		let mut record = ModelRecord {
			owner: owner.clone(),
			name,
			architecture,
			rates,
			method,
			licence,
			state: ModelState::Open,
			versions: 0,
			reserved: 0,
			deposit: 0,
			created_at: frame_system::Pallet::<T>::block_number(),
		};
		let deposit = Self::deposit_for(&record)?;
		record.deposit = deposit;

		T::Currency::hold(&HoldReason::ModelDeposit.into(), &owner, deposit)?;
		NextModelId::<T>::put(next);
		Models::<T>::insert(model, record);
		Self::deposit_event(Event::ModelRegistered { owner, model, deposit });
		Ok(())
	}

	pub(crate) fn do_set_rates(who: &T::AccountId, model: ModelId, new: InferenceRates) -> DispatchResult {
		let record = Self::open_record_of(model, who)?;
		let old = record.rates;
		Models::<T>::insert(model, ModelRecord { rates: new, ..record });
		Self::deposit_event(Event::RatesUpdated { model, old, new });
		Ok(())
	}

	pub(crate) fn do_retire(who: &T::AccountId, model: ModelId) -> DispatchResult {
		let record = Self::open_record_of(model, who)?;
		Models::<T>::insert(model, ModelRecord { state: ModelState::Retired, ..record });
		Self::deposit_event(Event::ModelRetired { model });
		Ok(())
	}

	pub(crate) fn do_remove(who: &T::AccountId, model: ModelId) -> DispatchResult {
		let ModelRecord { owner, deposit, versions, reserved, state, .. } = Self::record_of(model, who)?;
		ensure!(versions == 0, Error::<T>::HasVersions);
		ensure!(state == ModelState::Retired, Error::<T>::ModelOpen);
		ensure!(reserved == 0, Error::<T>::HasJobs);

		T::Currency::release(&HoldReason::ModelDeposit.into(), &owner, deposit, Precision::Exact)?;
		Models::<T>::remove(model);
		T::Removed::removed(model);
		Self::deposit_event(Event::ModelRemoved { owner, model, deposit });
		Ok(())
	}

	/// `blake2_256("engram/init" ++ genesis hash ++ model id)`: nobody can grind it, because the chain counts the ids.
	pub(crate) fn init_seed_of(model: ModelId) -> [u8; 32] {
		let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
		(b"engram/init", genesis, model).using_encoded(blake2_256)
	}

	/// The record's own deposit field has a fixed width, so the sum is the same before and after it is filled in.
	fn deposit_for(record: &ModelRecordOf<T>) -> Result<Balance, DispatchError> {
		let bytes = Balance::try_from(record.encoded_size()).map_err(|_| ArithmeticError::Overflow)?;
		T::ModelDepositPerByte::get()
			.checked_mul(bytes)
			.and_then(|sum| sum.checked_add(T::ModelDepositBase::get()))
			.ok_or_else(|| ArithmeticError::Overflow.into())
	}

	fn record_of(model: ModelId, who: &T::AccountId) -> Result<ModelRecordOf<T>, Error<T>> {
		let record = Models::<T>::get(model).ok_or(Error::<T>::UnknownModel)?;
		ensure!(record.owner == *who, Error::<T>::NotOwner);
		Ok(record)
	}

	fn open_record_of(model: ModelId, who: &T::AccountId) -> Result<ModelRecordOf<T>, Error<T>> {
		let record = Self::record_of(model, who)?;
		ensure!(record.is_open(), Error::<T>::ModelRetired);
		Ok(record)
	}
}

impl<T: Config> ModelRegistry<T::AccountId> for Pallet<T> {
	fn model(model: ModelId) -> Option<ModelInfo<T::AccountId>> {
		let ModelRecord { owner, architecture, rates, method, .. } = Models::<T>::get(model)?;
		Some(ModelInfo { owner, architecture, rates, method, init_seed: Self::init_seed_of(model) })
	}

	fn is_open(model: ModelId) -> bool {
		Models::<T>::get(model).is_some_and(|record| record.is_open())
	}

	fn version(version: VersionId) -> Option<VersionInfo> {
		Versions::<T>::get(version).map(Into::into)
	}

	fn head(model: ModelId) -> Option<VersionId> {
		Heads::<T>::get(model)
	}

	fn is_rolled_back(version: VersionId) -> bool {
		Self::was_rolled_back(version)
	}

	fn reserve_version(model: ModelId) -> DispatchResult {
		let mut record = Models::<T>::get(model).ok_or(Error::<T>::UnknownModel)?;
		ensure!(record.is_open(), Error::<T>::ModelRetired);
		let taken = record.versions.checked_add(record.reserved).ok_or(ArithmeticError::Overflow)?;
		ensure!(taken < T::MaxVersions::get(), Error::<T>::TooManyVersions);
		record.reserved = record.reserved.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		Models::<T>::insert(model, record);
		Ok(())
	}

	fn release_version(model: ModelId) {
		Models::<T>::mutate_extant(model, |record| record.reserved = record.reserved.saturating_sub(1));
	}

	fn record_version(version: VersionInfo, parent: Option<VersionId>) -> Result<VersionId, DispatchError> {
		let VersionInfo { model, weights, job, parts, correct, held_out_rows } = version;
		let record = Models::<T>::get(model).ok_or(Error::<T>::UnknownModel)?;
		// Room was made when the version was reserved; a bound lowered since does not take it back.
		let reserved = record.reserved.checked_sub(1).ok_or(Error::<T>::NotReserved)?;
		ensure!(weights.is_valid(), Error::<T>::InvalidWeights);
		ensure!(correct <= held_out_rows, Error::<T>::CountOutOfRange);
		if let Some(parent) = parent {
			let parent = Versions::<T>::get(parent).ok_or(Error::<T>::UnknownParent)?;
			ensure!(parent.model == model, Error::<T>::ParentOfAnotherModel);
		}

		let id = NextVersionId::<T>::get();
		let next = id.next().ok_or(ArithmeticError::Overflow)?;
		let versions = record.versions.checked_add(1).ok_or(ArithmeticError::Overflow)?;

		let state = Self::admit_version(model, id, parent);
		NextVersionId::<T>::put(next);
		Models::<T>::insert(model, ModelRecord { versions, reserved, ..record });
		VersionsOf::<T>::insert(model, id, ());
		Versions::<T>::insert(
			id,
			VersionRecord {
				model,
				parent,
				weights,
				job,
				parts,
				correct,
				held_out_rows,
				state,
				created_at: frame_system::Pallet::<T>::block_number(),
			},
		);
		Self::deposit_event(Event::VersionRecorded {
			model,
			version: id,
			parent,
			job,
			weights,
			correct,
			held_out_rows,
		});
		if state == VersionState::RolledBack {
			Self::deposit_event(Event::VersionRolledBackAtOnce { model, version: id });
		}
		Ok(id)
	}

	fn reservations() -> BTreeMap<ModelId, u32> {
		Models::<T>::iter()
			.filter(|(_, record)| record.reserved > 0)
			.map(|(model, record)| (model, record.reserved))
			.collect()
	}
}

impl<T: Config> ModelLifecycle for Pallet<T> {
	/// A retired model stays retired.
	fn deployed(model: ModelId) {
		let moves = Models::<T>::mutate_extant(model, |record| {
			let open = record.state == ModelState::Open;
			if open {
				record.state = ModelState::Deployed;
			}
			open
		});
		if moves {
			Self::deposit_event(Event::ModelDeployed { model });
		}
	}
}
