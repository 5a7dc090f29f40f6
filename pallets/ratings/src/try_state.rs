//! What is always true.
//!
//! 1. INV-RATINGS-1: the pool's account has on hold what closed epochs are still owed, and lives; no other account has any of it.
//! 2. INV-RATINGS-2: of every epoch, the rows and what is settled sum to what is owed, and the rows are as many as counted.
//! 3. INV-RATINGS-3: rewards are added to the running epoch only; of a closed one at most what it owes was taken, and at most
//!    that was paid.
//! 4. INV-RATINGS-4: of every asset, credit, what burns have caused and what lapsed sum to what was burned.
//! 5. INV-RATINGS-5: no rating is above what was burned for it, and none is from the future.
//! 6. INV-RATINGS-6: what an account has on hold for ratings is the sum of the deposits of its records.
//! 7. INV-RATINGS-7: a record of ratings counts at least one, of an asset that was rated, in an epoch that has begun.
//! 8. INV-RATINGS-8: a budget that is kept can still cause a reward, a review or a score, and is kept as long as it can be
//!    scored. What it causes is at most what the protocol kept, which is above zero.
//! 9. INV-RATINGS-9: the policies are in their domains.
//! 10. INV-RATINGS-10: a standing counts each contribution once, with at least one epoch and at most those that have begun.
//! 11. INV-RATINGS-11: what an account has on hold as a reviewer is its bond.
//! 12. INV-RATINGS-12: the list has each reviewer once, with its bond, which is at least the least one, since a block of the past.
//! 13. INV-RATINGS-13: the open reviews of a reviewer are its seats; without a bond there is at least one.
//! 14. INV-RATINGS-14: a review has the reserve of its budget, which is above zero, and is from the past.
//! 15. INV-RATINGS-15: a drawn review has all its seats, taken by different accounts, the payer not among them; its deadlines are
//!     in order, no score is shown while commitments can come, and the output that decides was not there when it was shared.
//! 16. INV-RATINGS-16: a quality counts at least one review, and no median above the best score.
//! 17. INV-RATINGS-17: a ranking has each version once, at least one, each with a quality and a weight of at most one, of an epoch
//!     that has begun.
//! 18. INV-RATINGS-18: every shared answer that is not drawn yet has its draw once, in the block that it says, which is to come;
//!     no other draw is due.
//! 19. INV-RATINGS-19: the epochs with a pot are those with a ranking that are over, which they are for at most `AllocationPeriod`
//!     epochs.

use crate::{pallet::*, review_types::Reserve, types::*};
use alloc::{collections::BTreeMap, vec::Vec};
use engram_primitives::{economy::EpochClock, units::Balance};
use frame_support::{ensure, traits::fungible::hold::Inspect as _};
use sp_runtime::TryRuntimeError;

mod reviews;

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_state_epochs()?;
		Self::try_state_pool()?;
		Self::try_state_assets()?;
		Self::try_state_deposits()?;
		Self::try_state_budgets()?;
		ensure!(CurrentPolicy::<T>::get().is_valid(), "INV-RATINGS-9: the policy is out of its domain");
		ensure!(
			CurrentReviewPolicy::<T>::get().is_valid(),
			"INV-RATINGS-9: the review policy is out of its domain"
		);
		Self::try_state_standings()?;
		Self::try_state_reviewers()?;
		Self::try_state_reviews()?;
		Self::try_state_draws()?;
		Self::try_state_qualities()
	}

	/// What closed epochs are still owed. `None` if that overflows.
	pub(crate) fn outstanding() -> Option<Balance> {
		Epochs::<T>::iter_values().try_fold(Balance::default(), |sum, record| match record.state {
			EpochState::Closed { taken, paid } => sum.checked_add(taken.checked_sub(paid)?),
			EpochState::Running | EpochState::Expired => Some(sum),
		})
	}

	fn try_state_pool() -> Result<(), TryRuntimeError> {
		let (pool, reason) = (Self::pool(), HoldReason::Rewards.into());
		ensure!(
			frame_system::Pallet::<T>::providers(&pool) > 0
				&& Self::outstanding() == Some(T::Currency::balance_on_hold(&reason, &pool)),
			"INV-RATINGS-1: the pool does not hold what it owes"
		);
		for who in frame_system::Account::<T>::iter_keys() {
			ensure!(
				who == pool || T::Currency::balance_on_hold(&reason, &who) == 0,
				"INV-RATINGS-1: another account has rewards on hold"
			);
		}
		Ok(())
	}

	fn try_state_epochs() -> Result<(), TryRuntimeError> {
		let mut rows: BTreeMap<u32, (u32, Balance)> = BTreeMap::new();
		for (epoch, _, row) in Owed::<T>::iter() {
			let total = row.total().filter(|total| *total > 0);
			let (count, sum) = rows.entry(epoch).or_default();
			*count = count.saturating_add(1);
			*sum = total
				.and_then(|total| sum.checked_add(total))
				.ok_or("INV-RATINGS-2: a reward is nothing, or too much to be summed")?;
		}
		let running = T::Clock::epoch();
		for (epoch, record) in Epochs::<T>::iter() {
			let (count, sum) = rows.remove(&epoch).unwrap_or_default();
			ensure!(
				count == record.rows && sum.checked_add(record.settled) == Some(record.owed),
				"INV-RATINGS-2: the rows of an epoch are not what it owes"
			);
			let sound = match record.state {
				EpochState::Running => epoch == running && record.settled == 0 && count > 0,
				EpochState::Closed { taken, paid } => {
					epoch < running && paid <= taken && taken <= record.owed && paid <= record.settled
				},
				EpochState::Expired => epoch < running && count > 0,
			};
			ensure!(sound, "INV-RATINGS-3: the state of an epoch does not suit it");
		}
		ensure!(rows.is_empty(), "INV-RATINGS-2: a reward belongs to no epoch");
		Ok(())
	}

	fn try_state_assets() -> Result<(), TryRuntimeError> {
		for record in Assets::<T>::iter_values() {
			let used = record.credit.checked_add(record.caused);
			ensure!(
				used.and_then(|used| used.checked_add(record.lapsed)) == Some(record.burned),
				"INV-RATINGS-4: credit, what is caused and what lapsed are not what was burned"
			);
			ensure!(
				record.rating <= record.burned && record.updated_at <= Self::now(),
				"INV-RATINGS-5: a rating is above its burns or from the future"
			);
		}
		Ok(())
	}

	fn try_state_deposits() -> Result<(), TryRuntimeError> {
		let mut deposits: BTreeMap<T::AccountId, Balance> = BTreeMap::new();
		for (asset, who, record) in Raters::<T>::iter() {
			ensure!(
				record.ratings > 0 && record.epoch <= T::Clock::epoch() && Assets::<T>::contains_key(asset),
				"INV-RATINGS-7: a record counts ratings that nobody gave"
			);
			let sum = deposits.entry(who).or_default();
			*sum = sum.checked_add(record.deposit).ok_or("INV-RATINGS-6: the sum of deposits overflows")?;
		}
		let accounts: Vec<_> =
			frame_system::Account::<T>::iter_keys().chain(deposits.keys().cloned()).collect();
		for who in accounts {
			let held = T::Currency::balance_on_hold(&HoldReason::Rating.into(), &who);
			ensure!(
				held == deposits.get(&who).copied().unwrap_or_default(),
				"INV-RATINGS-6: what is on hold is not the sum of the deposits"
			);
		}
		Ok(())
	}

	fn try_state_budgets() -> Result<(), TryRuntimeError> {
		for budget in Budgets::<T>::iter_values() {
			let Reserve { reviewers, owners } = budget.reserve;
			let caused = [budget.contributors, budget.ratings, reviewers, owners]
				.into_iter()
				.try_fold(Balance::default(), |sum, amount| sum.checked_add(amount));
			ensure!(
				!budget.is_spent()
					&& budget.kept > 0
					&& caused.is_some_and(|caused| caused <= budget.kept)
					&& budget.score_until <= budget.kept_until,
				"INV-RATINGS-8: a budget is spent, kept too briefly, or causes more than was kept"
			);
		}
		Ok(())
	}

	fn try_state_standings() -> Result<(), TryRuntimeError> {
		let begun = T::Clock::epoch().saturating_add(1);
		for standing in Standings::<T>::iter_values() {
			let mut contributions: Vec<_> = standing.iter().map(|paid| paid.contribution).collect();
			contributions.sort();
			contributions.dedup();
			ensure!(
				!standing.is_empty()
					&& contributions.len() == standing.len()
					&& standing
						.iter()
						.all(|paid| { paid.epochs > 0 && paid.epochs <= begun && paid.last < begun }),
				"INV-RATINGS-10: a standing counts twice, or what was never paid"
			);
		}
		Ok(())
	}
}
