//! Requests to go back to an older version, their end, and which version of a model serves.

use crate::{
	Config, Error, Event, Heads, HoldReason, Models, Pallet, Requester, Requests, RollbackEnd,
	RollbackRequest, RollbackRequestOf, StandingOf, Standings, VersionState, Versions, VersionsOf, Vote,
};
use engram_primitives::{market::RemovedModels, units::Balance, ModelId, VersionId};
use frame_support::{
	ensure,
	traits::{
		fungible::hold::{Balanced, Mutate},
		tokens::Precision,
		Get, Imbalance, OnUnbalanced,
	},
};
use sp_runtime::{traits::Saturating, ArithmeticError, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	/// The state of a version that continues `parent`, which becomes the head of its model unless it is rolled back from the
	/// start. Every way in which a version comes to serve leads through here.
	pub(crate) fn admit_version(
		model: ModelId,
		version: VersionId,
		parent: Option<VersionId>,
	) -> VersionState {
		if parent.is_some_and(Self::was_rolled_back) {
			return VersionState::RolledBack;
		}
		Heads::<T>::insert(model, version);
		VersionState::Active
	}

	pub(crate) fn was_rolled_back(version: VersionId) -> bool {
		Versions::<T>::get(version).is_some_and(|record| record.state == VersionState::RolledBack)
	}

	pub(crate) fn request_of(model: ModelId) -> Option<RollbackRequestOf<T>> {
		Requests::<T>::get(model)
	}

	pub(crate) fn is_expired(request: &RollbackRequestOf<T>) -> bool {
		Self::now() >= request.expires_at
	}

	pub(crate) fn do_request_rollback(
		who: T::AccountId,
		model: ModelId,
		version: VersionId,
	) -> DispatchResult {
		let record = Models::<T>::get(model).ok_or(Error::<T>::UnknownModel)?;
		ensure!(record.is_open(), Error::<T>::ModelRetired);
		let target = Versions::<T>::get(version).ok_or(Error::<T>::UnknownVersion)?;
		ensure!(target.model == model, Error::<T>::VersionOfAnotherModel);
		ensure!(target.state == VersionState::Active, Error::<T>::AlreadyRolledBack);
		ensure!(Heads::<T>::get(model).is_some_and(|head| version < head), Error::<T>::NotEarlier);
		if record.owner == who {
			Self::request_by_owner(who, model, version)
		} else {
			Self::sign_rollback(who, model, version)
		}
	}

	fn request_by_owner(who: T::AccountId, model: ModelId, version: VersionId) -> DispatchResult {
		if let Some(request) = Self::request_of(model) {
			ensure!(Self::is_expired(&request), Error::<T>::RollbackPending);
			Self::expire(model, request)?;
		}
		let bond = T::RollbackBond::get();
		T::Currency::hold(&HoldReason::RollbackBond.into(), &who, bond)?;
		Self::open_request(model, version, Requester::Owner { who, bond });
		Ok(())
	}

	/// A holder signs a roll back. With the signature of the other one, of the same version, it is requested and goes before
	/// whatever the owner requested.
	fn sign_rollback(who: T::AccountId, model: ModelId, version: VersionId) -> DispatchResult {
		if let Some(request) = Self::request_of(model).filter(Self::is_expired) {
			Self::expire(model, request)?;
		}
		let (mut standing, before) = Self::seated(model, &who)?;
		let vote = Some(Vote::RollBack(version));
		ensure!(before != vote, Error::<T>::AlreadySigned);
		Self::set_vote(&mut standing, &who, vote);
		Self::deposit_event(Event::RollbackSigned { who, model, version });
		Self::lapse_without_agreement(model, &mut standing)?;
		if standing.agreed() == vote {
			// What is left is of the owner: a request of the holders has lapsed if they had named another version.
			if let Some(request) = Self::request_of(model) {
				let lost = request.version != version;
				Self::close_request(model, request, RollbackEnd::Overridden, lost)?;
			}
			Self::open_request(model, version, Requester::Holders);
		}
		Standings::<T>::insert(model, standing);
		Ok(())
	}

	pub(crate) fn do_veto_rollback(who: T::AccountId, model: ModelId) -> DispatchResult {
		let (mut standing, before) = Self::seated(model, &who)?;
		let request = Self::request_of(model).filter(|request| !Self::is_expired(request));
		match request {
			Some(request) if !request.is_of_holders() => {
				ensure!(before != Some(Vote::Veto), Error::<T>::AlreadySigned);
				Self::set_vote(&mut standing, &who, Some(Vote::Veto));
				Self::deposit_event(Event::VetoSigned { who, model, version: request.version });
				if standing.agreed() == Some(Vote::Veto) {
					Self::end_request(model, &mut standing, request, RollbackEnd::Vetoed)?;
				}
			},
			_ => {
				// Its own signature is all that this holder could take away.
				let Some(Vote::RollBack(version)) = before else {
					return Err(Error::<T>::NothingToVeto.into());
				};
				Self::set_vote(&mut standing, &who, None);
				Self::deposit_event(Event::SignatureTakenBack { who, model, version });
				Self::lapse_without_agreement(model, &mut standing)?;
			},
		}
		Standings::<T>::insert(model, standing);
		Ok(())
	}

	/// Returns how many versions the model has, which is what this costs by.
	pub(crate) fn do_enact_rollback(model: ModelId) -> Result<u32, DispatchError> {
		let request = Self::request_of(model).ok_or(Error::<T>::NothingRequested)?;
		if Self::is_expired(&request) {
			Self::expire(model, request)?;
			return Ok(0);
		}
		ensure!(Self::now() >= request.due, Error::<T>::NotDue);
		let versions = Models::<T>::get(model).ok_or(Error::<T>::UnknownModel)?.versions;
		let from = Heads::<T>::get(model).ok_or(Error::<T>::UnknownVersion)?;
		let version = request.version;

		let undone = Self::undo_after(model, version)?;
		Heads::<T>::insert(model, version);
		if let Requester::Owner { who, bond } = &request.by {
			T::Currency::release(&HoldReason::RollbackBond.into(), who, *bond, Precision::Exact)?;
		}
		Requests::<T>::remove(model);
		Standings::<T>::mutate_extant(model, |standing| standing.clear_votes());
		T::Removed::rolled_back(model, version);
		Self::deposit_event(Event::RolledBack { model, version, from, undone, by: request.by });
		Ok(versions)
	}

	/// Rolls every version of a model back that is newer than `target`. Returns how many served until now.
	fn undo_after(model: ModelId, target: VersionId) -> Result<u32, DispatchError> {
		let mut undone = 0u32;
		for version in VersionsOf::<T>::iter_key_prefix(model).filter(|version| *version > target) {
			let served = Versions::<T>::mutate(version, |record| {
				record.as_mut().is_some_and(|record| {
					core::mem::replace(&mut record.state, VersionState::RolledBack) == VersionState::Active
				})
			});
			undone = undone.checked_add(served.into()).ok_or(ArithmeticError::Overflow)?;
		}
		Ok(undone)
	}

	fn open_request(model: ModelId, version: VersionId, by: Requester<T::AccountId>) {
		let due = Self::now().saturating_add(T::RollbackDelay::get());
		let expires_at = due.saturating_add(T::RollbackWindow::get());
		Requests::<T>::insert(model, RollbackRequest { version, by: by.clone(), due, expires_at });
		Self::deposit_event(Event::RollbackRequested { model, version, by, due, expires_at });
	}

	/// Ends a request that nobody enacted in time.
	fn expire(model: ModelId, request: RollbackRequestOf<T>) -> DispatchResult {
		Self::close_request(model, request, RollbackEnd::Expired, false)?;
		Standings::<T>::mutate_extant(model, |standing| standing.clear_votes());
		Ok(())
	}

	/// Ends a request, and with it what holders signed. The caller stores them.
	pub(crate) fn end_request(
		model: ModelId,
		standing: &mut StandingOf<T>,
		request: RollbackRequestOf<T>,
		reason: RollbackEnd,
	) -> DispatchResult {
		standing.clear_votes();
		Self::close_request(model, request, reason, reason == RollbackEnd::Vetoed)
	}

	/// Ends the holders' request if they do not agree any more. What each of them signed stays. The caller stores them.
	pub(crate) fn lapse_without_agreement(model: ModelId, standing: &mut StandingOf<T>) -> DispatchResult {
		let Some(request) = Self::request_of(model).filter(|request| request.is_of_holders()) else {
			return Ok(());
		};
		if standing.agreed() == Some(Vote::RollBack(request.version)) {
			return Ok(());
		}
		Self::close_request(model, request, RollbackEnd::Lapsed, false)
	}

	/// Removes a request. The owner's bond is released, or lost.
	fn close_request(
		model: ModelId,
		request: RollbackRequestOf<T>,
		reason: RollbackEnd,
		lost: bool,
	) -> DispatchResult {
		let RollbackRequest { version, by, .. } = request;
		let mut slashed: Balance = 0;
		if let Requester::Owner { who, bond } = &by {
			let hold = HoldReason::RollbackBond.into();
			if lost {
				let (credit, _) = T::Currency::slash(&hold, who, *bond);
				slashed = credit.peek();
				T::OnSlash::on_unbalanced(credit);
			} else {
				T::Currency::release(&hold, who, *bond, Precision::Exact)?;
			}
		}
		Requests::<T>::remove(model);
		Self::deposit_event(Event::RollbackEnded { model, version, by, reason, slashed });
		Ok(())
	}

	/// Who stands for a model, and what `who`, who has a seat, has signed.
	fn seated(model: ModelId, who: &T::AccountId) -> Result<(StandingOf<T>, Option<Vote>), DispatchError> {
		let standing = Standings::<T>::get(model).ok_or(Error::<T>::NotSeated)?;
		let vote = standing.seat(who).ok_or(Error::<T>::NotSeated)?.vote;
		Ok((standing, vote))
	}

	fn set_vote(standing: &mut StandingOf<T>, who: &T::AccountId, vote: Option<Vote>) {
		if let Some(seat) = standing.seat_mut(who) {
			seat.vote = vote;
		}
	}
}
