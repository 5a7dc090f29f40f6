//! Reviews of answers that their payers share: commitments, ballots, judgement.

use crate::{bench::*, pallet::*, review_types::*, types::*};
use alloc::vec::Vec;
use engram_math::rating::seat_bonus_floor;
use engram_primitives::{economy::EpochClock, traits::ModelRegistry, Cid, JobId, VersionId};
use frame_support::{
	ensure,
	traits::{Contains, Get, Imbalance, OnUnbalanced},
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{
	traits::{BlakeTwo256, Hash, Zero},
	DispatchResult,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_share_answer(who: T::AccountId, job: JobId, material: Cid) -> DispatchResult {
		ensure!(material.is_valid(), Error::<T>::InvalidMaterial);
		let mut budget = Budgets::<T>::get(job).ok_or(Error::<T>::UnknownBudget)?;
		ensure!(!budget.shared, Error::<T>::AlreadyShared);
		ensure!(Self::now() <= budget.score_until, Error::<T>::ScoreTooLate);
		ensure!(budget.answer.payer == who, Error::<T>::NotPayer);
		let least = CurrentReviewPolicy::<T>::get().least_bonus;
		ensure!(budget.reserve.reviewers >= least, Error::<T>::BonusTooSmall);

		let draw_at = Self::place_draw(job)?;
		let version = budget.answer.version;
		let review = Review {
			payer: who.clone(),
			version,
			material,
			reserve: budget.reserve,
			shared_at: Self::now(),
			stage: Stage::Shared { draw_at },
		};
		budget.shared = true;
		Budgets::<T>::insert(job, budget);
		Reviews::<T>::insert(job, review);
		Self::deposit_event(Event::AnswerShared { payer: who, job, version, material, draw_at });
		Ok(())
	}

	pub(crate) fn do_commit_review(who: T::AccountId, job: JobId, commitment: Digest) -> DispatchResult {
		let review = Self::committed(&who, job, commitment)?;
		Reviews::<T>::insert(job, review);
		Self::deposit_event(Event::ReviewCommitted { who, job });
		Ok(())
	}

	pub(crate) fn do_reveal_review(
		who: T::AccountId,
		job: JobId,
		ballot: Ballot,
		salt: Digest,
	) -> DispatchResult {
		let review = Self::revealed(&who, job, ballot, salt)?;
		Reviews::<T>::insert(job, review);
		Self::deposit_event(Event::ReviewRevealed { who, job, ballot });
		Ok(())
	}

	pub(crate) fn do_close_review(job: JobId) -> DispatchResult {
		let (review, bench) = Self::closable(job)?;
		let policy = CurrentReviewPolicy::<T>::get();
		let finding = bench.finding(T::ReviewQuorum::get(), policy.agreement)?;
		let epoch = T::Clock::epoch();

		let mut forfeited = CreditOf::<T>::zero();
		let mut verdicts = Vec::new();
		for Seat { who, vote } in bench.seats {
			let outcome = vote.judged(finding, policy.agreement)?;
			let earned = seat_bonus_floor(review.reserve.reviewers, T::ReviewSeats::get(), outcome.part())?;
			let lost = Self::close_seat(&who, outcome.cost(&policy))?;
			Self::owe(epoch, &who, RewardRow { reviewed: earned, ..Default::default() })?;
			verdicts.push(Verdict { who, outcome, earned, lost: lost.peek() });
			forfeited.subsume(lost);
		}
		if let Finding::Median(median) = finding {
			Self::record_quality(review.version, median, review.reserve.owners)?;
		}
		Reviews::<T>::remove(job);
		let (version, lost) = (review.version, forfeited.peek());
		T::OnSlash::on_unbalanced(forfeited);
		Self::deposit_event(Event::ReviewClosed { job, version, finding, verdicts, lost });
		Ok(())
	}

	/// What a reviewer commits to. Bound to this chain, the job and the reviewer: nobody can copy it.
	pub(crate) fn commitment(job: JobId, who: &T::AccountId, ballot: Ballot, salt: Digest) -> Digest {
		let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
		BlakeTwo256::hash_of(&(b"engram/review", genesis, job, who, ballot, salt))
	}

	/// The owner of the model that a version belongs to.
	pub(crate) fn owner_of(version: VersionId) -> Option<T::AccountId> {
		let model = T::Models::version(version)?.model;
		T::Models::model(model).map(|model| model.owner)
	}

	/// Whether an account can close a review free of fees: its reviewers can, once, since it is gone then.
	pub(crate) fn closes_free(who: &T::AccountId, job: JobId) -> bool {
		Self::closable(job).is_ok_and(|(_, bench)| bench.seats.iter().any(|seat| seat.who == *who))
	}

	/// A review that can be closed, with its bench, or why it cannot be.
	fn closable(job: JobId) -> Result<(ReviewOf<T>, BenchOf<T>), Error<T>> {
		let review = Reviews::<T>::get(job).ok_or(Error::<T>::UnknownReview)?;
		let Stage::Drawn(bench) = review.stage.clone() else { return Err(Error::<T>::NotDrawn) };
		ensure!(bench.is_over(&Self::now()), Error::<T>::ReviewRunning);
		Ok((review, bench))
	}

	/// Whether the runtime lets a call through. One that it does not would fail, change nothing, and so be free again and
	/// again.
	pub(crate) fn lets_through(call: Call<T>) -> bool {
		T::BaseCallFilter::contains(&call.into())
	}

	/// A review with another seat's commitment, or why it cannot come. What succeeds changes the seat, so it does so once: that
	/// is what makes it free.
	pub(crate) fn committed(
		who: &T::AccountId,
		job: JobId,
		commitment: Digest,
	) -> Result<ReviewOf<T>, Error<T>> {
		Self::with_vote(who, job, |bench, vote| {
			ensure!(Self::now() <= bench.commit_by, Error::<T>::CommitTooLate);
			ensure!(vote == Vote::Pending, Error::<T>::AlreadyCommitted);
			Ok(Vote::Committed(commitment))
		})
	}

	/// A review with another ballot shown, or why it cannot be. Succeeds once for each seat too.
	pub(crate) fn revealed(
		who: &T::AccountId,
		job: JobId,
		ballot: Ballot,
		salt: Digest,
	) -> Result<ReviewOf<T>, Error<T>> {
		ensure!(ballot.is_valid(), Error::<T>::ScoreOutOfRange);
		Self::with_vote(who, job, |bench, vote| {
			let now = Self::now();
			ensure!(now <= bench.reveal_by, Error::<T>::RevealTooLate);
			// A ballot that is shown before the last commitment would be copied.
			ensure!(bench.has_committed(&now), Error::<T>::RevealTooEarly);
			match vote {
				Vote::Pending => Err(Error::<T>::NotCommitted),
				Vote::Revealed(_) => Err(Error::<T>::AlreadyRevealed),
				Vote::Committed(commitment) => {
					let shown = Self::commitment(job, who, ballot, salt);
					ensure!(commitment == shown, Error::<T>::WrongReveal);
					Ok(Vote::Revealed(ballot))
				},
			}
		})
	}

	/// A review with the next vote of one of its reviewers.
	fn with_vote(
		who: &T::AccountId,
		job: JobId,
		next: impl FnOnce(&BenchOf<T>, Vote) -> Result<Vote, Error<T>>,
	) -> Result<ReviewOf<T>, Error<T>> {
		let mut review = Reviews::<T>::get(job).ok_or(Error::<T>::UnknownReview)?;
		let Stage::Drawn(bench) = &mut review.stage else { return Err(Error::<T>::NotDrawn) };
		let seat = bench.seats.iter().find(|seat| seat.who == *who).ok_or(Error::<T>::NotReviewer)?;
		let vote = next(bench, seat.vote)?;
		if let Some(seat) = bench.seats.iter_mut().find(|seat| seat.who == *who) {
			seat.vote = vote;
		}
		Ok(review)
	}
}
