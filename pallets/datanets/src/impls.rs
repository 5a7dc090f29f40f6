//! What the calls do, and the contributions as other pallets see them: verify, compute, write, tell.

use crate::{
	are_columns, is_size, Batch, ByCid, ByRoot, Config, ContributionRecord, ContributionRecordOf,
	DatanetRecord, DatanetRecordOf, Datanets, Error, Event, HoldReason, Items, ItemsOf, NextContributionId,
	NextDatanetId, Pallet, SourceOf,
};
use engram_primitives::{
	address::is_address,
	label::{is_label, Label},
	model::RowShape,
	traits::{ContributionInfo, Contributions},
	ContributionId, DatanetId,
};
use frame_support::{
	ensure,
	traits::{fungible::hold::Mutate, tokens::Precision, Get},
};
use sp_runtime::{ArithmeticError, DispatchResult};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_create(
		creator: T::AccountId,
		name: Label,
		feature_columns: u32,
		classes: u32,
		licence: Label,
		permissionless: bool,
	) -> DispatchResult {
		ensure!(is_label(&name), Error::<T>::InvalidName);
		ensure!(is_label(&licence), Error::<T>::InvalidLicence);
		ensure!(are_columns(feature_columns, classes), Error::<T>::InvalidColumns);

		let datanet = NextDatanetId::<T>::get();
		let next = datanet.next().ok_or(ArithmeticError::Overflow)?;
		let deposit = T::DatanetDeposit::get();

		T::Currency::hold(&HoldReason::DatanetDeposit.into(), &creator, deposit)?;
		NextDatanetId::<T>::put(next);
		Datanets::<T>::insert(
			datanet,
			DatanetRecord {
				creator: creator.clone(),
				name,
				feature_columns,
				classes,
				licence,
				permissionless,
				contributions: 0,
				deposit,
				created_at: frame_system::Pallet::<T>::block_number(),
			},
		);
		Self::deposit_event(Event::DatanetCreated { creator, datanet, deposit });
		Ok(())
	}

	pub(crate) fn do_contribute(
		owner: T::AccountId,
		datanet: DatanetId,
		batch: Batch<SourceOf<T>>,
	) -> DispatchResult {
		let Batch { root, cid, rows, bytes, licence, source } = batch;
		ensure!(cid.is_valid(), Error::<T>::InvalidCid);
		ensure!(is_size(rows, bytes), Error::<T>::InvalidSize);
		ensure!(is_label(&licence), Error::<T>::InvalidLicence);
		ensure!(is_address(&source), Error::<T>::InvalidSource);
		let net = Self::datanet_of(datanet)?;
		ensure!(net.permissionless || net.creator == owner, Error::<T>::NotCreator);
		ensure!(net.contributions < T::MaxContributions::get(), Error::<T>::TooManyContributions);
		ensure!(!ByRoot::<T>::contains_key(datanet, root), Error::<T>::DuplicateRoot);
		ensure!(!ByCid::<T>::contains_key(datanet, cid), Error::<T>::DuplicateCid);

		let contribution = NextContributionId::<T>::get();
		let next = contribution.next().ok_or(ArithmeticError::Overflow)?;
		let contributions = net.contributions.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		let deposit = T::ContributionDeposit::get();

		T::Currency::hold(&HoldReason::ContributionDeposit.into(), &owner, deposit)?;
		NextContributionId::<T>::put(next);
		Datanets::<T>::insert(datanet, DatanetRecord { contributions, ..net });
		ItemsOf::<T>::insert(datanet, contribution, ());
		ByRoot::<T>::insert(datanet, root, contribution);
		ByCid::<T>::insert(datanet, cid, contribution);
		Items::<T>::insert(
			contribution,
			ContributionRecord {
				datanet,
				owner: owner.clone(),
				root,
				cid,
				rows,
				bytes,
				licence,
				source,
				offered_to: None,
				deposit,
				created_at: frame_system::Pallet::<T>::block_number(),
			},
		);
		Self::deposit_event(Event::Contributed { owner, contribution, datanet, root, cid, rows, deposit });
		Ok(())
	}

	pub(crate) fn do_update_source(
		who: &T::AccountId,
		contribution: ContributionId,
		new: SourceOf<T>,
	) -> DispatchResult {
		ensure!(is_address(&new), Error::<T>::InvalidSource);
		let record = Self::owned_item_of(contribution, who)?;

		let old = record.source.clone();
		Items::<T>::insert(contribution, ContributionRecord { source: new.clone(), ..record });
		Self::deposit_event(Event::SourceUpdated { contribution, old, new });
		Ok(())
	}

	pub(crate) fn do_offer_contribution(
		owner: T::AccountId,
		contribution: ContributionId,
		to: Option<T::AccountId>,
	) -> DispatchResult {
		let record = Self::owned_item_of(contribution, &owner)?;
		ensure!(to.as_ref() != Some(&owner), Error::<T>::AlreadyOwner);

		Items::<T>::insert(contribution, ContributionRecord { offered_to: to.clone(), ..record });
		Self::deposit_event(Event::ContributionOffered { owner, contribution, to });
		Ok(())
	}

	pub(crate) fn do_accept_contribution(to: T::AccountId, contribution: ContributionId) -> DispatchResult {
		let record = Self::item_of(contribution)?;
		ensure!(record.offered_to.as_ref() == Some(&to), Error::<T>::NotOffered);

		let (from, deposit) = (record.owner.clone(), record.deposit);
		let reason = HoldReason::ContributionDeposit.into();
		T::Currency::hold(&reason, &to, deposit)?;
		T::Currency::release(&reason, &from, deposit, Precision::Exact)?;
		Items::<T>::insert(
			contribution,
			ContributionRecord { owner: to.clone(), offered_to: None, ..record },
		);
		Self::deposit_event(Event::ContributionTransferred { from, to, contribution, deposit });
		Ok(())
	}

	pub(crate) fn do_remove_datanet(who: &T::AccountId, datanet: DatanetId) -> DispatchResult {
		let DatanetRecord { creator, contributions, deposit, .. } = Self::datanet_of(datanet)?;
		ensure!(creator == *who, Error::<T>::NotCreator);
		ensure!(contributions == 0, Error::<T>::DatanetNotEmpty);

		T::Currency::release(&HoldReason::DatanetDeposit.into(), &creator, deposit, Precision::Exact)?;
		Datanets::<T>::remove(datanet);
		Self::deposit_event(Event::DatanetRemoved { creator, datanet, deposit });
		Ok(())
	}

	fn datanet_of(datanet: DatanetId) -> Result<DatanetRecordOf<T>, Error<T>> {
		Datanets::<T>::get(datanet).ok_or(Error::<T>::UnknownDatanet)
	}

	fn item_of(contribution: ContributionId) -> Result<ContributionRecordOf<T>, Error<T>> {
		Items::<T>::get(contribution).ok_or(Error::<T>::UnknownContribution)
	}

	fn owned_item_of(
		contribution: ContributionId,
		who: &T::AccountId,
	) -> Result<ContributionRecordOf<T>, Error<T>> {
		let record = Self::item_of(contribution)?;
		ensure!(record.owner == *who, Error::<T>::NotOwner);
		Ok(record)
	}
}

impl<T: Config> Contributions<T::AccountId> for Pallet<T> {
	fn contribution(id: ContributionId) -> Option<ContributionInfo<T::AccountId>> {
		let ContributionRecord { owner, cid, rows, source, .. } = Items::<T>::get(id)?;
		Some(ContributionInfo { owner, cid, rows, source: source.into_inner() })
	}

	fn row_shape(id: ContributionId) -> Option<RowShape> {
		let DatanetRecord { feature_columns, classes, .. } =
			Datanets::<T>::get(Items::<T>::get(id)?.datanet)?;
		Some(RowShape { feature_columns, classes })
	}
}
