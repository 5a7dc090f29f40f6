//! The end of an epoch: what is minted, and where it goes.

use crate::{pallet::*, types::*, weights::WeightInfo};
use engram_math::{
	emission::Observed,
	yields::{demand_bounded, staking_payout_floor, worker_pool_floor, Market, Stake, Utilisation},
	MathError,
};
use engram_primitives::{
	economy::{ComputeRewards, EpochPool},
	units::Balance,
};
use frame_support::{
	dispatch::DispatchClass,
	ensure,
	storage::with_storage_layer,
	traits::{fungible::Inspect, Get},
};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
	/// Closes the running epoch, which ends with staking's `era`, of which `staked` is the stake, and mints what the policy
	/// says. Returns what stakers are paid for the era; it waits in their pot.
	///
	/// Never fails: if a part does, nothing is minted, the epoch goes on, and stakers are paid nothing for this era.
	pub fn end_epoch(era: u32, staked: Balance) -> Balance {
		// Staking ends its eras in a hook whose weight it does not charge.
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			T::WeightInfo::end_epoch(),
			DispatchClass::Mandatory,
		);
		with_storage_layer(|| Self::do_end_epoch(era, staked)).unwrap_or_else(|error| {
			let kind = UnexpectedKind::EpochNotClosed { epoch: Self::current_epoch(), error };
			Self::deposit_event(Event::Unexpected { kind });
			0
		})
	}

	fn do_end_epoch(era: u32, staked: Balance) -> Result<Balance, DispatchError> {
		let policy = CurrentPolicy::<T>::get();
		let epoch = Self::current_epoch();
		let seen = RunningEpoch::<T>::take();
		let supply_before = T::Currency::total_issuance();
		let (next, issuance) =
			EmissionState::<T>::get().step(&policy.issuance, &observed(&seen, supply_before))?;
		let market = market_of(issuance.demand, T::Compute::compute_market());
		let utilisation = Utilisation::of(market, policy.reference)?;
		// The era's stake was taken at its start; burns since may have made it more than there is.
		let staked = staked.min(supply_before);

		let stakers = if staked > 0 {
			let range = policy.staking_range;
			let unused = Utilisation::of(Market::default(), policy.reference)?;
			let payout = staking_payout_floor(issuance.pools.stakers, &utilisation, range)?;
			let idle = staking_payout_floor(issuance.zero_demand_stakers, &unused, range)?;
			demand_bounded(payout, idle, seen.staker_budget)
		} else {
			0
		};
		let stake = Stake { staked, issuance: supply_before };
		let offer = worker_pool_floor(issuance.pools.workers, &utilisation, stake, policy.target_ratio)?;
		let workers = Self::close_pool::<T::Compute>(epoch, offer)?;
		let contributors = Self::close_pool::<T::Contributors>(epoch, issuance.pools.contributors)?;
		let vault = issuance.pools.vault;
		let treasury = [vault, stakers, workers, contributors]
			.into_iter()
			.try_fold(issuance.minted, |left, part| left.checked_sub(part))
			.ok_or(MathError::OutOfDomain)?;
		let parts = Parts { vault, stakers, workers, contributors, treasury };

		Self::mint(MintCause::Vault, &Self::account_of(Pot::Vault), vault)?;
		Self::mint(MintCause::Workers, &T::Compute::pool_account(), workers)?;
		T::Compute::set_aside(workers)?;
		Self::mint(MintCause::Contributors, &T::Contributors::pool_account(), contributors)?;
		T::Contributors::set_aside(contributors)?;
		Self::mint(MintCause::Treasury, &T::Treasury::get(), treasury)?;
		// Without stake nobody could claim what is collected, so it waits.
		let collected = if staked > 0 { Self::fund_stakers(era, stakers)? } else { 0 };
		let payout = stakers.checked_add(collected).ok_or(Error::<T>::LedgerOverflow)?;

		EmissionState::<T>::put(next);
		let supply_after = T::Currency::total_issuance();
		let summary = EpochSummary {
			issuance,
			parts,
			collected,
			seen,
			utilisation: utilisation.ppm_floor()?,
			staked,
			mean_capacity: market.capacity,
			workers: market.workers,
			supply_before,
			supply_after,
		};
		Self::keep(epoch, summary);
		Self::deposit_event(Event::EpochClosed {
			epoch,
			minted: issuance.minted,
			parts,
			collected,
			burned: seen.burned,
			supply: supply_after,
		});
		Ok(payout)
	}

	/// Offers a pool and returns what it takes.
	fn close_pool<P: EpochPool<T::AccountId>>(epoch: u32, offered: Balance) -> Result<Balance, Error<T>> {
		let taken = P::close_epoch(epoch, offered);
		ensure!(taken <= offered, Error::<T>::PoolOverdrawn);
		Ok(taken)
	}

	/// Keeps a summary, and removes the one that falls out of the history.
	fn keep(epoch: u32, summary: EpochSummary) {
		Epochs::<T>::insert(epoch, summary);
		if let Some(gone) = epoch.checked_sub(T::HistoryDepth::get()) {
			Epochs::<T>::remove(gone);
		}
	}

	/// What the running epoch would be if it ended now. A policy within its bounds never fails; else nothing is minted.
	pub(crate) fn preview_epoch() -> Preview {
		let policy = CurrentPolicy::<T>::get();
		let seen = RunningEpoch::<T>::get();
		let observed = observed(&seen, T::Currency::total_issuance());
		let issuance = EmissionState::<T>::get()
			.step(&policy.issuance, &observed)
			.map(|(_, issuance)| issuance)
			.unwrap_or_default();
		let market = market_of(issuance.demand, T::Compute::compute_market());
		let utilisation = Utilisation::of(market, policy.reference)
			.and_then(|utilisation| utilisation.ppm_floor())
			.unwrap_or_default();
		Preview { epoch: Self::current_epoch(), seen, utilisation, issuance }
	}
}

fn observed(seen: &Running, supply: Balance) -> Observed {
	Observed { supply, burned: seen.burned, kept: seen.kept, fees: seen.fees }
}
