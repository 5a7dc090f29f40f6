//! Ratings, and what payers say of answers.

use crate::{pallet::*, types::*};
use engram_math::{
	rating::{counted_floor, decayed_floor, impulse_floor, price_ceil, Dynamics, Impulse, SCORE_ONE},
	MathError,
};
use engram_primitives::{
	economy::{BurnCause, Burns, EpochClock},
	traits::{Contributions, ModelRegistry},
	units::Balance,
	JobId,
};
use frame_support::{
	ensure,
	traits::{
		fungible::{hold::Mutate as _, Mutate},
		tokens::{Fortitude, Precision, Preservation},
		Get,
	},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{
	traits::{Saturating, UniqueSaturatedInto},
	ArithmeticError, DispatchError, DispatchResult,
};

/// The best score of an answer.
const BEST: u8 = 10;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_rate(who: T::AccountId, asset: Asset, score: i32, burn: Balance) -> DispatchResult {
		ensure!(score.unsigned_abs() <= SCORE_ONE.unsigned_abs(), Error::<T>::ScoreOutOfRange);
		ensure!(Self::exists(&asset), Error::<T>::UnknownAsset);
		let policy = CurrentPolicy::<T>::get();
		let price = Self::price_for(&asset, &who)?;
		ensure!(burn >= price, Error::<T>::BurnBelowPrice);

		let mut record = Assets::<T>::get(asset).unwrap_or_default();
		let old = Self::decayed(&record, policy.dynamics)?;
		let counted = counted_floor(burn, policy.prices.first, price)?;
		let impulse = Impulse { score, burn: counted };
		record.rating =
			impulse_floor(record.rating, policy.dynamics, Self::elapsed_since(record.updated_at), impulse)?;
		record.updated_at = Self::now();
		record.burned = record.burned.checked_add(burn).ok_or(ArithmeticError::Overflow)?;
		// A burn that raises no rating causes nothing.
		let grown = if score > 0 { &mut record.credit } else { &mut record.lapsed };
		*grown = grown.checked_add(burn).ok_or(ArithmeticError::Overflow)?;
		// Cut once the burn is in both: it raises the credit by at least what it raises the bound by, so what was above the
		// bound before is cut too.
		record.keep_backed(record.rating, policy.dynamics)?;

		T::Currency::burn_from(&who, burn, Preservation::Preserve, Precision::Exact, Fortitude::Polite)?;
		Self::count_rating(&asset, &who)?;
		Assets::<T>::insert(asset, record);
		T::Burns::burned(BurnCause::Rating, burn);
		let new = record.rating;
		Self::deposit_event(Event::Rated { who, asset, score, burned: burn, counted, old, new });
		Ok(())
	}

	pub(crate) fn do_forget_rating(asset: Asset, who: T::AccountId) -> DispatchResult {
		let RaterRecord { epoch, deposit, .. } =
			Raters::<T>::get(asset, &who).ok_or(Error::<T>::UnknownRating)?;
		ensure!(epoch < T::Clock::epoch(), Error::<T>::PeriodRunning);

		T::Currency::release(&HoldReason::Rating.into(), &who, deposit, Precision::Exact)?;
		Raters::<T>::remove(asset, &who);
		Self::deposit_event(Event::RatingForgotten { who, asset, deposit });
		Ok(())
	}

	pub(crate) fn do_score_answer(who: T::AccountId, job: JobId, score: u8) -> DispatchResult {
		ensure!(score <= BEST, Error::<T>::ScoreOutOfRange);
		let mut budget = Budgets::<T>::get(job).ok_or(Error::<T>::UnknownBudget)?;
		ensure!(!budget.scored, Error::<T>::AlreadyScored);
		ensure!(Self::now() <= budget.score_until, Error::<T>::ScoreTooLate);
		ensure!(budget.answer.payer == who, Error::<T>::NotPayer);
		let version = budget.answer.version;
		let old = Scores::<T>::get(version);
		let new = old.with(score)?;

		Scores::<T>::insert(version, new);
		budget.scored = true;
		Self::keep_budget(job, budget);
		Self::deposit_event(Event::AnswerScored { payer: who, job, version, score, old, new });
		Ok(())
	}

	pub(crate) fn exists(asset: &Asset) -> bool {
		match asset {
			Asset::Model(model) => T::Models::model(*model).is_some(),
			Asset::Contribution(contribution) => T::Data::contribution(*contribution).is_some(),
		}
	}

	/// An asset's rating in this block.
	pub(crate) fn decayed(record: &AssetRecordOf<T>, dynamics: Dynamics) -> Result<Balance, MathError> {
		decayed_floor(record.rating, dynamics.decay, Self::elapsed_since(record.updated_at))
	}

	/// The least that an account burns to rate an asset now.
	pub(crate) fn price_for(asset: &Asset, who: &T::AccountId) -> Result<Balance, DispatchError> {
		let Prices { first, growth } = CurrentPolicy::<T>::get().prices;
		let epoch = T::Clock::epoch();
		let earlier = Raters::<T>::get(asset, who)
			.filter(|record| record.epoch == epoch)
			.map_or(0, |record| record.ratings);
		Ok(price_ceil(first, growth, earlier)?)
	}

	pub(crate) fn now() -> BlockNumberFor<T> {
		frame_system::Pallet::<T>::block_number()
	}

	/// Counts a rating in this epoch. A record of an earlier one is used again, with its deposit.
	fn count_rating(asset: &Asset, who: &T::AccountId) -> DispatchResult {
		let epoch = T::Clock::epoch();
		let record = match Raters::<T>::get(asset, who) {
			Some(record) => {
				let earlier = if record.epoch == epoch { record.ratings } else { 0 };
				let ratings = earlier.checked_add(1).ok_or(ArithmeticError::Overflow)?;
				RaterRecord { epoch, ratings, ..record }
			},
			None => {
				let deposit = T::RatingDeposit::get();
				T::Currency::hold(&HoldReason::Rating.into(), who, deposit)?;
				RaterRecord { epoch, ratings: 1, deposit }
			},
		};
		Raters::<T>::insert(asset, who, record);
		Ok(())
	}

	fn elapsed_since(block: BlockNumberFor<T>) -> u64 {
		Self::now().saturating_sub(block).unique_saturated_into()
	}
}
