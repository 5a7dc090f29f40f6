//! What jobs and transactions earn: demand, fee income, and the budgets that bound what a job's rewards may cost.

use crate::{pallet::*, types::*};
use engram_math::yields::{budget_floor, Bonus, Budget};
use engram_primitives::{
	economy::{
		AnswerBudget, BurnCause, Burns, ComputeRewards, ContributorRewards, MarketFactor, PaidJob, PaidJobs,
		PaidWork,
	},
	units::Balance,
};
use frame_support::storage::with_storage_layer;
use sp_runtime::{ArithmeticError, DispatchResult};

impl<T: Config> Pallet<T> {
	/// Counts what the protocol keeps of transaction fees: income that replaces minting, and no demand.
	pub fn note_fee(amount: Balance) {
		let counted = RunningEpoch::<T>::try_mutate(|running| {
			running.fees = running.fees.checked_add(amount).ok_or(Error::<T>::LedgerOverflow)?;
			Ok::<_, Error<T>>(())
		});
		if counted.is_err() {
			Self::deposit_event(Event::Unexpected { kind: UnexpectedKind::FeeNotCounted { amount } });
		}
	}

	fn do_paid(paid: &PaidJob<T::AccountId>) -> DispatchResult {
		let policy = CurrentPolicy::<T>::get();
		let kept = paid.burned.checked_add(paid.treasury).ok_or(Error::<T>::LedgerOverflow)?;
		let budget = budget_floor(kept, policy.budget)?;
		RunningEpoch::<T>::try_mutate(|running| {
			let add = |sum: Balance, amount| sum.checked_add(amount).ok_or(Error::<T>::LedgerOverflow);
			running.kept = add(running.kept, kept)?;
			running.fees = add(running.fees, kept)?;
			running.staker_budget = add(running.staker_budget, budget.stakers)?;
			Ok::<_, Error<T>>(())
		})?;

		let bonus = Bonus {
			strength: policy.bonus_strength,
			market: T::Market::market_factor(paid.model),
			performance: paid.performance,
		};
		T::Compute::record_work(&paid.executor, paid.work, bonus, budget.worker);
		let count = Balance::try_from(paid.verifiers.len()).map_err(|_| ArithmeticError::Overflow)?;
		// Without verifiers their budget is not used.
		let each = budget.verifiers.checked_div(count).unwrap_or_default();
		for (verifier, work) in &paid.verifiers {
			T::Compute::record_work(verifier, *work, bonus, each);
		}
		// Data is rewarded for what is answered with it, not for what is trained on it.
		if paid.kind == PaidWork::Answer {
			let Budget { contributors, ratings, .. } = budget;
			T::Contributors::record_budget(paid.job, AnswerBudget { kept, contributors, ratings });
		}
		Ok(())
	}
}

impl<T: Config> PaidJobs<T::AccountId> for Pallet<T> {
	fn paid(paid: PaidJob<T::AccountId>) {
		// Burned it is, whether the job can be counted or not.
		Self::burned(BurnCause::JobFee, paid.burned);
		let job = paid.job;
		if let Err(error) = with_storage_layer(|| Self::do_paid(&paid)) {
			Self::deposit_event(Event::Unexpected { kind: UnexpectedKind::JobNotCounted { job, error } });
		}
	}
}
