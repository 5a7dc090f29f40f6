//! The h-index: how many contributions were paid how often.

use crate::{pallet::*, types::*};
use alloc::vec::Vec;
use engram_math::rating::h_index;
use engram_primitives::{
	economy::{EpochClock, PaidContribution},
	units::Balance,
	ContributionId,
};

impl<T: Config> Pallet<T> {
	/// Counts a payment for its owner's h-index, if the protocol kept enough for it and it did not come from the owner. Returns
	/// in how many epochs the contribution was paid.
	///
	/// What is paid itself says nothing: it comes back to who pays himself through somebody else.
	pub(crate) fn count_payment(paid: &PaidContribution<T::AccountId>, kept: Balance) -> Option<u32> {
		if paid.payer == paid.owner || kept < CurrentPolicy::<T>::get().least_kept {
			return None;
		}
		Standings::<T>::mutate(&paid.owner, |standing| {
			Self::count_epoch(standing, paid.contribution, T::Clock::epoch())
		})
	}

	pub(crate) fn h_index(who: &T::AccountId) -> u32 {
		let epochs: Vec<_> = Standings::<T>::get(who).iter().map(|paid| paid.epochs).collect();
		h_index(&epochs)
	}

	fn count_epoch(standing: &mut StandingOf<T>, contribution: ContributionId, epoch: u32) -> Option<u32> {
		if let Some(paid) = standing.iter_mut().find(|paid| paid.contribution == contribution) {
			if paid.last != epoch {
				// A counter below the number of epochs: it cannot overflow before they do.
				paid.epochs = paid.epochs.saturating_add(1);
				paid.last = epoch;
			}
			return Some(paid.epochs);
		}
		if standing.is_full() {
			// Of those paid least often, the one that was paid longest ago.
			let least = standing.iter().enumerate().min_by_key(|(_, paid)| (paid.epochs, paid.last));
			if let Some((at, _)) = least {
				standing.swap_remove(at);
			}
		}
		standing.try_push(PaidEpochs { contribution, epochs: 1, last: epoch }).ok().map(|()| 1)
	}
}
