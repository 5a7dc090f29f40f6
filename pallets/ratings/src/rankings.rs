//! What reviews say of versions, and what owners of reviewed models get for it.

use crate::{pallet::*, review_types::*, types::*};
use alloc::vec::Vec;
use engram_math::{rating::allocation_weight, yields::part_floor, MathError};
use engram_primitives::{
	economy::EpochClock,
	units::{Balance, PPM},
	VersionId,
};
use frame_support::{ensure, traits::Get};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	/// Returns how many versions the epoch's ranking had.
	pub(crate) fn do_allocate_epoch(epoch: u32) -> Result<u32, DispatchError> {
		let running = T::Clock::epoch();
		ensure!(epoch < running, Error::<T>::EpochRunning);
		let pot = Pots::<T>::take(epoch).ok_or(Error::<T>::NothingToAllocate)?;
		let ranking = Rankings::<T>::take(epoch);

		let mut left = pot;
		let mut allocations = Vec::new();
		for (ranked, amount) in Self::parts(&ranking, pot)? {
			// A version without a model is nobody's: its part is not paid.
			let Some(owner) = Self::owner_of(ranked.version) else { continue };
			Self::owe(running, &owner, RewardRow { reviewed: amount, ..Default::default() })?;
			left = left.checked_sub(amount).ok_or(ArithmeticError::Underflow)?;
			allocations.push(Allocation { version: ranked.version, owner, amount });
		}
		Self::deposit_event(Event::EpochAllocated { epoch, running, pot, left, allocations });
		u32::try_from(ranking.len()).map_err(|_| ArithmeticError::Overflow.into())
	}

	/// The end of an epoch: its pot is fixed with its ranking, and the ranking whose time is over is forgotten. Constant work.
	pub(crate) fn close_ranking(epoch: u32) {
		if Rankings::<T>::contains_key(epoch) && !Pots::<T>::contains_key(epoch) {
			Pots::<T>::insert(epoch, CurrentReviewPolicy::<T>::get().pot);
		}
		let Some(gone) = epoch.checked_sub(T::AllocationPeriod::get()) else { return };
		// Nothing was minted for it: what a pool does not take is the treasury's with every epoch.
		if let Some(pot) = Pots::<T>::take(gone) {
			Rankings::<T>::remove(gone);
			Self::deposit_event(Event::PotExpired { epoch: gone, pot });
		}
	}

	/// Counts the median of a review, and ranks the version in the running epoch.
	pub(crate) fn record_quality(version: VersionId, median: i32, limit: Balance) -> DispatchResult {
		let quality = Qualities::<T>::get(version).with(median)?;
		Qualities::<T>::insert(version, quality);
		let factor = Scores::<T>::get(version).factor_floor()?;
		let weight = allocation_weight(quality.mean_floor()?, factor)?;
		Rankings::<T>::try_mutate(T::Clock::epoch(), |ranking| {
			if let Some(ranked) = ranking.iter_mut().find(|ranked| ranked.version == version) {
				ranked.weight = weight;
				ranked.limit = ranked.limit.checked_add(limit).ok_or(ArithmeticError::Overflow)?;
				return Ok(());
			}
			if ranking.is_full() {
				let least = ranking.iter().enumerate().min_by_key(|(_, ranked)| ranked.weight);
				match least.filter(|(_, ranked)| ranked.weight < weight) {
					Some((at, _)) => ranking.swap_remove(at),
					None => return Ok(()),
				};
			}
			// There is room: it was not full, or one less is in it.
			ranking
				.try_push(Ranked { version, weight, limit })
				.map_err(|_| DispatchError::from(ArithmeticError::Overflow))
		})
	}

	pub(crate) fn ranking_view(epoch: u32) -> Vec<RankedView> {
		let ranking = Rankings::<T>::get(epoch);
		let pot = Pots::<T>::get(epoch).unwrap_or_else(|| CurrentReviewPolicy::<T>::get().pot);
		let total = Self::total_weight(&ranking);
		let view = |(ranked, amount): (Ranked, Balance)| {
			let proportion = part_floor(PPM.into(), ranked.weight.into(), total).ok()?;
			let proportion = u32::try_from(proportion).ok()?;
			Some(RankedView { version: ranked.version, proportion, amount })
		};
		Self::parts(&ranking, pot).unwrap_or_default().into_iter().filter_map(view).collect()
	}

	/// What each version of a ranking is paid: its part of the pot, rounded down, and at most what was set aside by the jobs
	/// that were reviewed. Together at most the pot.
	fn parts(ranking: &[Ranked], pot: Balance) -> Result<Vec<(Ranked, Balance)>, MathError> {
		let total = Self::total_weight(ranking);
		let part = |ranked: &Ranked| {
			let part = part_floor(pot, ranked.weight.into(), total)?;
			Ok((*ranked, part.min(ranked.limit)))
		};
		ranking.iter().map(part).collect()
	}

	/// The sum of all weights. Each is a 64-bit number and they are fewer than `2^32`: it cannot overflow.
	fn total_weight(ranking: &[Ranked]) -> u128 {
		ranking.iter().fold(0, |sum, ranked| sum.saturating_add(ranked.weight.into()))
	}
}
