//! What reviews say of versions, and what owners of reviewed models get for it.

use crate::{pallet::*, review_types::*, types::*};
use alloc::vec::Vec;
use engram_math::{rating::allocation_weight, yields::part_floor, MathError};
use engram_primitives::{
	economy::EpochClock,
	units::{Balance, PPM},
	VersionId,
};
use frame_support::ensure;
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	/// Returns how many versions the epoch's ranking had.
	pub(crate) fn do_allocate_epoch(epoch: u32) -> Result<u32, DispatchError> {
		let running = T::Clock::epoch();
		ensure!(epoch < running, Error::<T>::EpochRunning);
		let ranking = Rankings::<T>::take(epoch);
		ensure!(!ranking.is_empty(), Error::<T>::NothingToAllocate);

		let mut allocations = Vec::new();
		for (ranked, amount) in Self::parts(&ranking)? {
			// A version without a model is nobody's: its part is not paid.
			let Some(owner) = Self::owner_of(ranked.version) else { continue };
			Self::owe(running, &owner, RewardRow { reviewed: amount, ..Default::default() })?;
			allocations.push(Allocation { version: ranked.version, owner, amount });
		}
		Self::deposit_event(Event::EpochAllocated { epoch, running, allocations });
		u32::try_from(ranking.len()).map_err(|_| ArithmeticError::Overflow.into())
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
		let total = Self::total_weight(&ranking);
		let view = |(ranked, amount): (Ranked, Balance)| {
			let proportion = part_floor(PPM.into(), ranked.weight.into(), total).ok()?;
			let proportion = u32::try_from(proportion).ok()?;
			Some(RankedView { version: ranked.version, proportion, amount })
		};
		Self::parts(&ranking).unwrap_or_default().into_iter().filter_map(view).collect()
	}

	/// What each version of a ranking is paid: its part of the pot, rounded down, and at most what was set aside by the jobs
	/// that were reviewed. Together at most the pot.
	fn parts(ranking: &[Ranked]) -> Result<Vec<(Ranked, Balance)>, MathError> {
		let pot = CurrentReviewPolicy::<T>::get().pot;
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
