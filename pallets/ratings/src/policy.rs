//! What governance decides.

use crate::{pallet::*, review_types::*, types::*};
use engram_math::rating::{Dynamics, RewardRates};
use engram_primitives::units::{Balance, PPM};
use frame_support::ensure;
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_prices(new: Prices) -> DispatchResult {
		ensure!(new.is_valid(), Error::<T>::InvalidPrices);
		let old = CurrentPolicy::<T>::mutate(|policy| core::mem::replace(&mut policy.prices, new));
		Self::deposit_event(Event::PricesUpdated { old, new });
		Ok(())
	}

	pub(crate) fn do_set_dynamics(new: Dynamics) -> DispatchResult {
		ensure!(new.efficiency <= PPM, Error::<T>::InvalidDynamics);
		let old = CurrentPolicy::<T>::mutate(|policy| core::mem::replace(&mut policy.dynamics, new));
		Self::deposit_event(Event::DynamicsUpdated { old, new });
		Ok(())
	}

	pub(crate) fn do_set_rewards(new: RewardRates) {
		let old = CurrentPolicy::<T>::mutate(|policy| core::mem::replace(&mut policy.rewards, new));
		Self::deposit_event(Event::RewardsUpdated { old, new });
	}

	pub(crate) fn do_set_review_policy(new: ReviewPolicy) -> DispatchResult {
		ensure!(new.is_valid(), Error::<T>::InvalidReviewPolicy);
		let old = CurrentReviewPolicy::<T>::get();
		CurrentReviewPolicy::<T>::put(new);
		Self::deposit_event(Event::ReviewPolicyUpdated { old, new });
		Ok(())
	}

	pub(crate) fn do_set_least_kept(new: Balance) -> DispatchResult {
		ensure!(new > 0, Error::<T>::InvalidLeastKept);
		let old = CurrentPolicy::<T>::mutate(|policy| core::mem::replace(&mut policy.least_kept, new));
		Self::deposit_event(Event::LeastKeptUpdated { old, new });
		Ok(())
	}
}
