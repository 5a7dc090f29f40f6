//! What contributors are rewarded with: budgets of jobs, rewards of the running epoch, claims on closed ones.

use crate::{pallet::*, review_types::*, types::*, weights::WeightInfo};
use engram_math::{
	fee::mul_div_floor,
	rating::{reward_floor, scaled_floor, Reward},
	MathError,
};
use engram_primitives::{
	economy::{
		AnswerBudget, ContributorRewards, EpochClock, EpochPool, PaidContribution, PaidContributions,
		ServedJobs,
	},
	units::{Balance, PPM},
	JobId,
};
use frame_support::{
	dispatch::DispatchClass,
	ensure,
	storage::with_storage_layer,
	traits::{
		fungible::{hold::Mutate, Inspect},
		tokens::{Fortitude, Precision, Provenance, Restriction},
		Get,
	},
};
use sp_runtime::{
	traits::{AccountIdConversion, Saturating},
	ArithmeticError, DispatchError, DispatchResult,
};

impl<T: Config> Pallet<T> {
	/// The account that rewards are paid from.
	pub(crate) fn pool() -> T::AccountId {
		T::PalletId::get().into_account_truncating()
	}

	pub(crate) fn do_claim_reward(epoch: u32, who: T::AccountId) -> DispatchResult {
		let mut record = Epochs::<T>::get(epoch).ok_or(Error::<T>::UnknownEpoch)?;
		let (taken, paid) = match record.state {
			EpochState::Running => return Err(Error::<T>::EpochRunning.into()),
			EpochState::Expired => return Err(Error::<T>::EpochExpired.into()),
			EpochState::Closed { taken, paid } => (taken, paid),
		};
		let row = Owed::<T>::get(epoch, &who).ok_or(Error::<T>::NothingToClaim)?;
		let reward = row.total().ok_or(ArithmeticError::Overflow)?;
		let amount = scaled_floor(reward, taken, record.owed)?;
		ensure!(amount > 0, Error::<T>::RewardTooSmall);
		let paid = paid.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		record.state = EpochState::Closed { taken, paid };
		record.settle(reward)?;

		Self::pay_from_pool(&who, amount)?;
		Owed::<T>::remove(epoch, &who);
		Epochs::<T>::insert(epoch, record);
		Self::deposit_event(Event::RewardClaimed { who, epoch, reward, paid: amount });
		Ok(())
	}

	/// Returns how many rows were removed.
	pub(crate) fn do_expire_epoch(epoch: u32, limit: u32) -> Result<u32, DispatchError> {
		ensure!(limit > 0, Error::<T>::LimitIsZero);
		let mut record = Epochs::<T>::get(epoch).ok_or(Error::<T>::UnknownEpoch)?;
		let amount = match record.state {
			EpochState::Running => return Err(Error::<T>::EpochRunning.into()),
			EpochState::Expired => 0,
			EpochState::Closed { taken, paid } => {
				let left = taken.checked_sub(paid).ok_or(ArithmeticError::Underflow)?;
				let late = T::Clock::epoch() > epoch.saturating_add(T::ClaimPeriod::get());
				ensure!(late || left == 0 || record.rows == 0, Error::<T>::ClaimsRunning);
				left
			},
		};
		if amount > 0 {
			Self::pay_from_pool(&T::Treasury::get(), amount)?;
		}
		record.state = EpochState::Expired;
		let before = record.rows;
		let page = usize::try_from(limit).map_err(|_| ArithmeticError::Overflow)?;
		for (_, row) in Owed::<T>::drain_prefix(epoch).take(page) {
			record.settle(row.total().ok_or(ArithmeticError::Overflow)?)?;
		}
		let rows = record.rows;
		if rows == 0 {
			Epochs::<T>::remove(epoch);
		} else {
			Epochs::<T>::insert(epoch, record);
		}
		Self::deposit_event(Event::EpochExpired { epoch, amount, rows });
		Ok(before.saturating_sub(rows))
	}

	pub(crate) fn do_expire_budget(job: JobId) -> DispatchResult {
		let budget = Budgets::<T>::get(job).ok_or(Error::<T>::UnknownBudget)?;
		// Once everybody is paid, only the score can still come.
		let last = if budget.unpaid == Some(0) { budget.score_until } else { budget.kept_until };
		ensure!(Self::now() > last, Error::<T>::BudgetRunning);
		Budgets::<T>::remove(job);
		Self::deposit_event(Event::BudgetExpired { job });
		Ok(())
	}

	/// Stores a budget, or removes it once nothing can come of it any more.
	pub(crate) fn keep_budget(job: JobId, budget: BudgetOf<T>) {
		if budget.is_spent() {
			Budgets::<T>::remove(job);
		} else {
			Budgets::<T>::insert(job, budget);
		}
	}

	pub(crate) fn reward_view(who: &T::AccountId, epoch: u32) -> Option<RewardView> {
		let row = Owed::<T>::get(epoch, who)?;
		let record = Epochs::<T>::get(epoch)?;
		let claimable = match record.state {
			EpochState::Closed { taken, .. } => scaled_floor(row.total()?, taken, record.owed).ok(),
			EpochState::Running | EpochState::Expired => None,
		};
		let RewardRow { base, rated, reviewed } = row;
		Some(RewardView { base, rated, reviewed, claimable })
	}

	/// What a payment earns its receiver within the job's budget, and what the protocol kept for it, rounded down. Takes what
	/// ratings cause from the asset's credit.
	fn spend_budget(paid: &PaidContribution<T::AccountId>) -> Result<(Reward, Balance), DispatchError> {
		let Some(mut budget) = Budgets::<T>::get(paid.job) else { return Ok(Default::default()) };
		let unpaid = budget.unpaid.unwrap_or(paid.total);
		budget.unpaid = Some(unpaid.checked_sub(paid.amount).ok_or(MathError::OutOfDomain)?);
		let value = mul_div_floor(paid.amount, PPM.into(), paid.total)?;
		let value = u32::try_from(value).map_err(|_| MathError::OutOfDomain)?;
		let kept = mul_div_floor(budget.kept, paid.amount, paid.total)?;
		let influence = mul_div_floor(budget.contributors, paid.amount, paid.total)?;
		let feedback = mul_div_floor(budget.ratings, paid.amount, paid.total)?;

		let asset = Asset::Contribution(paid.contribution);
		let Policy { dynamics, rewards, .. } = CurrentPolicy::<T>::get();
		let stored = Assets::<T>::get(asset);
		let mut record = stored.unwrap_or_default();
		let rating = Self::decayed(&record, dynamics)?;
		record.keep_backed(rating, dynamics)?;
		let Reward { base, rated } = reward_floor(value, rewards, rating, record.credit.min(feedback))?;
		record.credit = record.credit.checked_sub(rated).ok_or(ArithmeticError::Underflow)?;
		record.caused = record.caused.checked_add(rated).ok_or(ArithmeticError::Overflow)?;
		// What lapsed is written even if nothing is earned: kept, it would count again once the rating rises.
		if stored.is_some_and(|stored| stored != record) {
			Assets::<T>::insert(asset, record);
		}
		Self::keep_budget(paid.job, budget);
		Ok((Reward { base: base.min(influence), rated }, kept))
	}

	/// Adds a reward to what the running epoch owes.
	pub(crate) fn owe(epoch: u32, who: &T::AccountId, reward: RewardRow) -> DispatchResult {
		let total = reward.total().ok_or(ArithmeticError::Overflow)?;
		if total == 0 {
			return Ok(());
		}
		let mut record = Epochs::<T>::get(epoch).unwrap_or_default();
		ensure!(record.state == EpochState::Running, Error::<T>::EpochExpired);
		record.owed = record.owed.checked_add(total).ok_or(ArithmeticError::Overflow)?;
		let row = match Owed::<T>::get(epoch, who) {
			Some(row) => row.with(reward).ok_or(ArithmeticError::Overflow)?,
			None => {
				record.rows = record.rows.checked_add(1).ok_or(ArithmeticError::Overflow)?;
				reward
			},
		};
		Owed::<T>::insert(epoch, who, row);
		Epochs::<T>::insert(epoch, record);
		Ok(())
	}

	fn record_payment(paid: PaidContribution<T::AccountId>) -> DispatchResult {
		let (Reward { base, rated }, kept) = Self::spend_budget(&paid)?;
		let epoch = T::Clock::epoch();
		Self::owe(epoch, &paid.owner, RewardRow { base, rated, reviewed: 0 })?;
		let epochs = Self::count_payment(&paid, kept);
		let PaidContribution { owner, job, contribution, .. } = paid;
		Self::deposit_event(Event::ContributionRewarded {
			owner,
			job,
			contribution,
			epoch,
			base,
			rated,
			epochs,
		});
		Ok(())
	}

	fn pay_from_pool(to: &T::AccountId, amount: Balance) -> DispatchResult {
		// Asked first for its reason: the transfer would only say that it cannot create the account.
		T::Currency::can_deposit(to, amount, Provenance::Extant).into_result()?;
		T::Currency::transfer_on_hold(
			&HoldReason::Rewards.into(),
			&Self::pool(),
			to,
			amount,
			Precision::Exact,
			Restriction::Free,
			Fortitude::Polite,
		)
		.map(|_| ())
	}
}

impl EpochRecord {
	/// One row less, of a reward.
	fn settle(&mut self, reward: Balance) -> Result<(), ArithmeticError> {
		self.settled = self.settled.checked_add(reward).ok_or(ArithmeticError::Overflow)?;
		self.rows = self.rows.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
		Ok(())
	}
}

impl<T: Config> EpochPool<T::AccountId> for Pallet<T> {
	fn pool_account() -> T::AccountId {
		Self::pool()
	}

	fn close_epoch(epoch: u32, offered: u128) -> u128 {
		// Whoever ends an epoch does not know what that takes here.
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			T::WeightInfo::close_epoch(),
			DispatchClass::Mandatory,
		);
		Self::close_ranking(epoch);
		// Nobody earned anything: there is nothing to pay and nothing to keep.
		let Some(mut record) = Epochs::<T>::get(epoch) else { return 0 };
		if record.state != EpochState::Running {
			Self::deposit_event(Event::Unexpected { kind: UnexpectedKind::ClosedTwice });
			return 0;
		}
		let owed = record.owed;
		let taken = owed.min(offered);
		record.state = EpochState::Closed { taken, paid: 0 };
		Epochs::<T>::insert(epoch, record);
		Self::deposit_event(Event::EpochClosed { epoch, owed, offered, taken });
		taken
	}

	fn set_aside(taken: u128) -> DispatchResult {
		if taken == 0 {
			return Ok(());
		}
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			T::DbWeight::get().reads_writes(2, 2),
			DispatchClass::Mandatory,
		);
		T::Currency::hold(&HoldReason::Rewards.into(), &Self::pool(), taken)
	}
}

impl<T: Config> ContributorRewards<T::AccountId> for Pallet<T> {
	fn record_budget(job: JobId, budget: AnswerBudget) {
		let AnswerBudget { kept, contributors, ratings } = budget;
		if kept == 0 {
			// A score of it would be free, and so would a thousand.
			return;
		}
		// No contributor is owed anything, so nobody could be rewarded, and nobody would end the budget.
		let Some(answer) = T::Served::served_answer(job) else { return };
		if Budgets::<T>::contains_key(job) {
			Self::deposit_event(Event::Unexpected { kind: UnexpectedKind::BudgetTwice });
			return;
		}
		// What cannot be divided is not set aside, so nobody can share the answer. A valid policy divides everything.
		let divided = CurrentReviewPolicy::<T>::get().set_aside(ratings);
		let (reserve, ratings) = divided.unwrap_or((Reserve::default(), ratings));
		let budget = Budget {
			kept,
			contributors,
			ratings,
			reserve,
			shared: false,
			unpaid: None,
			answer,
			scored: false,
			score_until: Self::now().saturating_add(T::ScoreWindow::get()),
			kept_until: Self::now().saturating_add(T::BudgetPeriod::get()),
		};
		Budgets::<T>::insert(job, budget);
		Self::deposit_event(Event::BudgetRecorded { job, kept, contributors, ratings, reserve });
	}
}

impl<T: Config> PaidContributions<T::AccountId> for Pallet<T> {
	fn contribution_paid(paid: PaidContribution<T::AccountId>) {
		// The payment itself stands whatever becomes of the reward.
		if with_storage_layer(|| Self::record_payment(paid)).is_err() {
			Self::deposit_event(Event::Unexpected { kind: UnexpectedKind::RewardLost });
		}
	}
}
