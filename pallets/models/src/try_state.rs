//! What is always true.
//!
//! 1. INV-MODELS-1: what each account has on hold for models equals the sum of the deposits of its models.
//! 2. INV-MODELS-2: a model's counter of versions equals its rows in the index.
//! 3. INV-MODELS-3: every row of the index is a version of that model, and every version has its row.
//! 4. INV-MODELS-4: every id is below the next id.
//! 5. INV-MODELS-5: a parent exists, belongs to the same model and has a lower id than its child.
//! 6. INV-MODELS-6: no version has more correct answers than held-out rows.
//! 7. INV-MODELS-7: the versions of a model, those reserved for jobs under way included, are at most `MaxVersions`.
//! 8. INV-MODELS-8: the head of every model is its newest version that was not rolled back; without one there is no head.
//! 9. INV-MODELS-9: what continues a version that was rolled back is rolled back.
//! 10. INV-MODELS-10: what each account has on hold for standing is the sum of the deposits of its locks, and what it has on hold for
//!     roll backs is the sum of the bonds of its requests.
//! 11. INV-MODELS-11: a model is stood for exactly while somebody has locked tokens of it, and counts those who have.
//! 12. INV-MODELS-12: the account that keeps the locked tokens of a model has all of them, and lives. Anybody may send it more, so in
//!     `try_state` this is a lower bound; the tests, in which nobody does, check that it is equal.
//! 13. INV-MODELS-13: whoever has a seat has a lock of which something counts, and is neither the owner nor in both seats.
//! 14. INV-MODELS-14: the holders have a request pending exactly while both seats have signed it, and it names the version they signed.
//!     No request is pending that both have vetoed.
//! 15. INV-MODELS-15: a pending request names a version that serves and is older than the head. Nobody vetoes anything but a request
//!     of the owner.

use crate::{
	Config, Heads, HoldReason, Locks, Models, NextModelId, NextVersionId, Pallet, Requester, Requests,
	StandingOf, Standings, VersionState, Versions, VersionsOf, Vote,
};
use alloc::collections::BTreeMap;
use engram_primitives::{units::Balance, ModelId, VersionId};
use frame_support::{
	ensure,
	traits::{fungible::hold::Inspect, fungibles::Inspect as _, Get},
};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_state_deposits()?;
		Self::try_state_index()?;
		Self::try_state_ids()?;
		Self::try_state_versions()?;
		Self::try_state_heads()?;
		Self::try_state_locks()?;
		Self::try_state_requests()
	}

	fn try_state_deposits() -> Result<(), TryRuntimeError> {
		let models = Models::<T>::iter_values().map(|record| (record.owner, record.deposit));
		let locks = Locks::<T>::iter().map(|(_, who, lock)| (who, lock.deposit));
		let bonds = Requests::<T>::iter_values().filter_map(|request| match request.by {
			Requester::Owner { who, bond } => Some((who, bond)),
			Requester::Holders => None,
		});
		Self::try_state_holds(
			HoldReason::ModelDeposit,
			models,
			[
				"INV-MODELS-1: the sum of an account's deposits overflows",
				"INV-MODELS-1: what is held is not the sum of the deposits",
				"INV-MODELS-1: an account that does not exist has a deposit",
			],
		)?;
		let standing = [
			"INV-MODELS-10: the sum of an account's deposits for locks overflows",
			"INV-MODELS-10: what is held for standing is not the sum of the deposits of the locks",
			"INV-MODELS-10: an account that does not exist has a lock",
		];
		Self::try_state_holds(HoldReason::StandingDeposit, locks, standing)?;
		let requests = [
			"INV-MODELS-10: the sum of an account's bonds overflows",
			"INV-MODELS-10: what is held for roll backs is not the sum of the bonds",
			"INV-MODELS-10: an account that does not exist has a bond",
		];
		Self::try_state_holds(HoldReason::RollbackBond, bonds, requests)
	}

	/// What every account has on hold is the sum of what it owes. The messages: overflow, difference, nobody.
	fn try_state_holds(
		reason: HoldReason,
		owed_by: impl Iterator<Item = (T::AccountId, Balance)>,
		[overflow, difference, nobody]: [&'static str; 3],
	) -> Result<(), TryRuntimeError> {
		let reason = reason.into();
		let mut owed = BTreeMap::<T::AccountId, Balance>::new();
		for (who, amount) in owed_by {
			let sum = owed.entry(who).or_default();
			*sum = sum.checked_add(amount).ok_or(overflow)?;
		}
		// Every account, so that a hold nobody answers for is found too.
		for who in frame_system::Account::<T>::iter_keys() {
			let held = T::Currency::balance_on_hold(&reason, &who);
			ensure!(held == owed.remove(&who).unwrap_or_default(), difference);
		}
		ensure!(owed.values().all(|sum| *sum == 0), nobody);
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

	fn try_state_heads() -> Result<(), TryRuntimeError> {
		let mut heads = BTreeMap::<ModelId, VersionId>::new();
		for (version, record) in Versions::<T>::iter() {
			if record.state == VersionState::Active {
				let head = heads.entry(record.model).or_insert(version);
				*head = version.max(*head);
				ensure!(
					!record.parent.is_some_and(Self::was_rolled_back),
					"INV-MODELS-9: a version serves that continues one that was rolled back"
				);
			}
		}
		for (model, head) in Heads::<T>::iter() {
			ensure!(
				heads.remove(&model) == Some(head),
				"INV-MODELS-8: a head is not the newest version that was not rolled back"
			);
		}
		ensure!(heads.is_empty(), "INV-MODELS-8: a model with a version has no head");
		Ok(())
	}

	fn try_state_locks() -> Result<(), TryRuntimeError> {
		let mut locked = BTreeMap::<ModelId, (u32, Balance)>::new();
		for (model, _, lock) in Locks::<T>::iter() {
			let (count, sum) = locked.entry(model).or_default();
			*count = count.saturating_add(1);
			*sum = sum.checked_add(lock.amount).ok_or("INV-MODELS-12: the sum of locked tokens overflows")?;
		}
		for (model, standing) in Standings::<T>::iter() {
			let (count, sum) = locked.remove(&model).unwrap_or_default();
			ensure!(
				count > 0 && count == standing.locks,
				"INV-MODELS-11: a model does not count those who stand for it"
			);
			let custody = Self::custody_of(model);
			ensure!(
				T::Tokens::balance(standing.token.0, &custody) >= sum
					&& frame_system::Pallet::<T>::providers(&custody) > 0,
				"INV-MODELS-12: locked tokens are not where they are kept"
			);
			Self::try_state_seats(model, &standing)?;
		}
		ensure!(locked.is_empty(), "INV-MODELS-11: somebody stands for a model that says nobody does");
		Ok(())
	}

	fn try_state_seats(model: ModelId, standing: &StandingOf<T>) -> Result<(), TryRuntimeError> {
		let owner = Models::<T>::get(model).map(|record| record.owner);
		for (place, seat) in standing.seats.iter().enumerate() {
			let counts = Locks::<T>::get(model, &seat.who).is_some_and(|lock| Self::old_amount(&lock) > 0);
			let again = standing.seats.iter().take(place).any(|other| other.who == seat.who);
			ensure!(
				counts && !again && owner.as_ref() != Some(&seat.who),
				"INV-MODELS-13: who has a seat must not have it"
			);
		}
		let request = Self::request_of(model);
		let of_holders = request.as_ref().filter(|request| request.is_of_holders());
		ensure!(
			standing.agreed() != Some(Vote::Veto),
			"INV-MODELS-14: a request is pending that both holders have vetoed"
		);
		let signed = standing.agreed();
		ensure!(
			signed == of_holders.map(|request| Vote::RollBack(request.version)),
			"INV-MODELS-14: what the holders agree on is not what they have requested"
		);
		let of_owner = request.is_some_and(|request| !request.is_of_holders());
		ensure!(
			of_owner || standing.seats.iter().all(|seat| seat.vote != Some(Vote::Veto)),
			"INV-MODELS-15: a holder vetoes what nobody requested"
		);
		Ok(())
	}

	fn try_state_requests() -> Result<(), TryRuntimeError> {
		for (model, request) in Requests::<T>::iter() {
			let serves = Versions::<T>::get(request.version)
				.is_some_and(|record| record.model == model && record.state == VersionState::Active);
			ensure!(
				serves && Heads::<T>::get(model).is_some_and(|head| request.version < head),
				"INV-MODELS-15: a request names a version that a model cannot go back to"
			);
			ensure!(
				!request.is_of_holders() || Standings::<T>::contains_key(model),
				"INV-MODELS-14: holders have requested what nobody stands for"
			);
		}
		Ok(())
	}
}
