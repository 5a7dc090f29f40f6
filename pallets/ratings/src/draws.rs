//! Draws of reviewers, by the hook of the block whose beacon output decides. Nobody asks for one, so nobody can leave it out
//! or put it off once its outcome is known.

use crate::{bench::*, pallet::*, review_types::*, types::UnexpectedKind, weights::WeightInfo};
use alloc::vec::Vec;
use engram_math::draw::Stream;
use engram_primitives::{traits::Beacon, units::PPM, JobId};
use frame_support::{storage::with_storage_layer, traits::Get, weights::Weight};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{
	traits::{BlakeTwo256, Hash, One, Saturating},
	ArithmeticError, DispatchError, DispatchResult,
};

impl<T: Config> Pallet<T> {
	/// Finds a block for the draw of an answer that is shared now, and returns it: the first with room from the beacon's
	/// delay on. Nobody knows its output yet: whoever shares does so without knowing whether it is reviewed, nor by whom.
	pub(crate) fn place_draw(job: JobId) -> Result<BlockNumberFor<T>, Error<T>> {
		let mut block = Self::now().saturating_add(T::Beacon::delay().max(One::one()));
		for _ in 0..T::DrawWindow::get() {
			if Draws::<T>::try_append(block, job).is_ok() {
				return Ok(block);
			}
			block.saturating_inc();
		}
		Err(Error::<T>::DrawsFull)
	}

	/// Draws what is due in a block: at most `MaxDraws` answers, each in its own storage layer.
	pub(crate) fn draw_due(now: BlockNumberFor<T>) -> Weight {
		let mut weight = T::WeightInfo::draw_base();
		let due = Draws::<T>::take(now);
		if due.is_empty() {
			return weight;
		}
		let panel = Panel::<T>::get();
		let listed = u32::try_from(panel.len()).unwrap_or(u32::MAX);
		for job in due {
			weight.saturating_accrue(T::WeightInfo::draw_reviewers(listed));
			if with_storage_layer(|| Self::draw_reviewers(job, now, &panel)).is_err() {
				weight.saturating_accrue(T::DbWeight::get().writes(1));
				Self::drop_share(job, Dropped::Failed);
				Self::deposit_event(Event::Unexpected { kind: UnexpectedKind::DrawFailed });
			}
		}
		weight
	}

	/// The most that the hook can cost.
	pub(crate) fn heaviest_draws() -> Weight {
		let each = T::WeightInfo::draw_reviewers(T::MaxReviewers::get());
		T::WeightInfo::draw_base().saturating_add(each.saturating_mul(T::MaxDraws::get().into()))
	}

	fn draw_reviewers(job: JobId, now: BlockNumberFor<T>, panel: &[PanelistOf<T>]) -> DispatchResult {
		let mut review = Reviews::<T>::get(job).ok_or(Error::<T>::UnknownReview)?;
		let drawn = match Self::drawn_for(job, now, &review, panel)? {
			Ok(drawn) => drawn,
			Err(reason) => {
				Self::drop_share(job, reason);
				return Ok(());
			},
		};
		drawn.iter().try_for_each(Self::open_seat)?;
		let commit_by = now.saturating_add(T::CommitPeriod::get());
		let reveal_by = commit_by.saturating_add(T::RevealPeriod::get());
		let seats = drawn.iter().map(|who| Seat { who: who.clone(), vote: Vote::Pending }).collect();
		let seats = SeatsOf::<T>::truncate_from(seats);
		review.stage = Stage::Drawn(Bench { commit_by, reveal_by, seats });
		Reviews::<T>::insert(job, review);
		Self::deposit_event(Event::ReviewersDrawn { job, reviewers: drawn, commit_by, reveal_by });
		Ok(())
	}

	fn drop_share(job: JobId, reason: Dropped) {
		Reviews::<T>::remove(job);
		Self::deposit_event(Event::ShareDropped { job, reason });
	}

	/// Who reviews an answer, or why nobody does.
	///
	/// Each reviewer has a rank that is drawn for this answer, and the lowest ranks review. Only those count that were on the
	/// list when the answer was shared. So who joins or leaves before the draw moves nobody else's rank.
	fn drawn_for(
		job: JobId,
		now: BlockNumberFor<T>,
		review: &ReviewOf<T>,
		panel: &[PanelistOf<T>],
	) -> Result<Result<Vec<T::AccountId>, Dropped>, DispatchError> {
		let Some(seed) = T::Beacon::keyed(now, (b"engram/review", job)) else {
			return Ok(Err(Dropped::OutputMissing));
		};
		let sampling = CurrentReviewPolicy::<T>::get().sampling;
		if Stream::new(seed).below(PPM.into())? >= sampling.into() {
			return Ok(Err(Dropped::NotSampled));
		}
		let owner = Self::owner_of(review.version);
		let mut ranked: Vec<_> = panel
			.iter()
			.filter(|Panelist { who, since, .. }| {
				*since <= review.shared_at && *who != review.payer && Some(who) != owner.as_ref()
			})
			.map(|Panelist { who, .. }| (BlakeTwo256::hash_of(&(b"engram/reviewer", seed, who)), who))
			.collect();
		let seats = usize::try_from(T::ReviewSeats::get()).map_err(|_| ArithmeticError::Overflow)?;
		if ranked.len() < seats {
			return Ok(Err(Dropped::TooFewReviewers));
		}
		ranked.sort_unstable();
		Ok(Ok(ranked.into_iter().take(seats).map(|(_, who)| who.clone()).collect()))
	}
}
