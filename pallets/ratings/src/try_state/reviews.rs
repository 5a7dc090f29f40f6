//! The checks of reviewers, reviews, qualities and rankings.

use crate::{bench::*, pallet::*, review_types::*};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use engram_math::rating::SCORE_ONE;
use engram_primitives::{economy::EpochClock, units::PPM};
use frame_support::{
	ensure,
	traits::{fungible::hold::Inspect as _, Get},
};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	pub(super) fn try_state_reviewers() -> Result<(), TryRuntimeError> {
		let bonds: BTreeMap<T::AccountId, Reviewer> = Reviewers::<T>::iter().collect();
		let accounts: Vec<_> = frame_system::Account::<T>::iter_keys().chain(bonds.keys().cloned()).collect();
		for who in accounts {
			let held = T::Currency::balance_on_hold(&HoldReason::Reviewer.into(), &who);
			ensure!(
				held == bonds.get(&who).map(|reviewer| reviewer.bond).unwrap_or_default(),
				"INV-RATINGS-11: what a reviewer has on hold is not its bond"
			);
		}
		let panel = Panel::<T>::get();
		let listed: BTreeSet<_> = panel.iter().map(|panelist| &panelist.who).collect();
		ensure!(
			listed.len() == panel.len()
				&& panel.iter().all(|Panelist { who, since, bond }| {
					*since <= Self::now()
						&& *bond >= T::ReviewerBond::get()
						&& bonds.get(who).is_some_and(|reviewer| reviewer.bond == *bond)
				}),
			"INV-RATINGS-12: a reviewer is listed twice, too early or without its bond"
		);
		let mut seats: BTreeMap<T::AccountId, u32> = BTreeMap::new();
		for review in Reviews::<T>::iter_values() {
			let Stage::Drawn(bench) = review.stage else { continue };
			for Seat { who, .. } in bench.seats {
				let count = seats.entry(who).or_default();
				*count = count.saturating_add(1);
			}
		}
		for (who, reviewer) in bonds {
			ensure!(
				reviewer.open == seats.remove(&who).unwrap_or_default()
					&& (reviewer.bond > 0 || reviewer.open > 0),
				"INV-RATINGS-13: the open reviews of a reviewer are not its seats"
			);
		}
		ensure!(seats.is_empty(), "INV-RATINGS-13: the open reviews of a reviewer are not its seats");
		Ok(())
	}

	pub(super) fn try_state_reviews() -> Result<(), TryRuntimeError> {
		for (job, review) in Reviews::<T>::iter() {
			ensure!(
				Budgets::<T>::get(job).is_none_or(|budget| budget.shared && budget.reserve == review.reserve)
					&& review.reserve.reviewers > 0
					&& review.shared_at <= Self::now(),
				"INV-RATINGS-14: a review has another reserve than its budget, none, or is from the future"
			);
			let sound = match &review.stage {
				Stage::Shared { draw_at } => *draw_at > review.shared_at,
				Stage::Drawn(bench) => Self::is_sound(&review.payer, bench),
			};
			ensure!(sound, "INV-RATINGS-15: a bench is not full, has somebody twice, or votes out of order");
		}
		Ok(())
	}

	pub(super) fn try_state_draws() -> Result<(), TryRuntimeError> {
		let message = "INV-RATINGS-18: a draw is not due once, in the block that its answer says";
		let mut due = BTreeMap::new();
		for (at, jobs) in Draws::<T>::iter() {
			ensure!(at > Self::now() && !jobs.is_empty(), message);
			for job in jobs {
				ensure!(due.insert(job, at).is_none(), message);
			}
		}
		for (job, review) in Reviews::<T>::iter() {
			let Stage::Shared { draw_at } = review.stage else { continue };
			ensure!(due.remove(&job) == Some(draw_at), message);
		}
		ensure!(due.is_empty(), message);
		Ok(())
	}

	fn is_sound(payer: &T::AccountId, bench: &BenchOf<T>) -> bool {
		let agreement = CurrentReviewPolicy::<T>::get().agreement;
		let who: BTreeSet<_> = bench.seats.iter().map(|seat| &seat.who).collect();
		let full = usize::try_from(T::ReviewSeats::get()).is_ok_and(|seats| who.len() == seats);
		let shown = bench.seats.iter().any(|seat| matches!(seat.vote, Vote::Revealed(_)));
		full && bench.seats.len() == who.len()
			&& !who.contains(payer)
			&& bench.commit_by < bench.reveal_by
			&& (!shown || bench.has_committed(&Self::now()))
			&& bench.finding(0, agreement).is_ok()
	}

	pub(super) fn try_state_qualities() -> Result<(), TryRuntimeError> {
		for quality in Qualities::<T>::iter_values() {
			ensure!(
				quality.reviews > 0 && quality.mean_floor().is_ok_and(|mean| mean <= PPM),
				"INV-RATINGS-16: a quality counts nothing, or more than the best"
			);
		}
		let running = T::Clock::epoch();
		for (epoch, ranking) in Rankings::<T>::iter() {
			let versions: BTreeSet<_> = ranking.iter().map(|ranked| ranked.version).collect();
			let best = u64::from(PPM).saturating_mul(SCORE_ONE.unsigned_abs().into());
			ensure!(
				!ranking.is_empty()
					&& versions.len() == ranking.len()
					&& epoch <= running
					&& ranking.iter().all(|ranked| {
						ranked.weight <= best && Qualities::<T>::contains_key(ranked.version)
					}),
				"INV-RATINGS-17: a ranking is empty, from the future, or counts a version twice or for nothing"
			);
		}
		let over = Rankings::<T>::iter_keys().filter(|epoch| *epoch < running);
		let pots: BTreeSet<_> = Pots::<T>::iter_keys().collect();
		let in_time = |epoch: &u32| running <= epoch.saturating_add(T::AllocationPeriod::get());
		ensure!(
			over.collect::<BTreeSet<_>>() == pots && pots.iter().all(in_time),
			"INV-RATINGS-19: an epoch that is over has a ranking without a pot, a pot without a ranking, or is too long over"
		);
		Ok(())
	}
}
