//! Benchmarks of the calls and of what other pallets call, each at the declared bounds.

#![allow(clippy::as_conversions, reason = "the macro is told the type of an origin by `as`")]

use crate::{bench::*, pallet::*, review_types::*, types::*};
use engram_math::rating::{Agreement, Dynamics, Feedback, RewardRates};
use engram_primitives::{
	economy::{AnswerBudget, ContributorRewards, EpochClock, EpochPool},
	traits::Beacon,
	units::{Balance, ENGR, PPM},
	Cid, JobId, VersionId,
};
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{
		fungible::{hold::Inspect as _, Inspect, Mutate},
		EnsureOrigin, Get,
	},
	BoundedVec,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use sp_runtime::traits::{One, Saturating};

/// What every reward is.
const REWARD: Balance = 1_000 * ENGR;

/// What every answer may cause.
const BUDGET: AnswerBudget =
	AnswerBudget { kept: REWARD.saturating_mul(2), contributors: REWARD, ratings: REWARD };

/// Sets up what other pallets hold.
pub trait BenchmarkHelper<AccountId> {
	/// An asset that exists; a contribution, so that a payment for it is rewarded by its rating.
	fn asset() -> Asset;
	/// A job that `payer` paid and that was answered; its contributors are still owed something.
	fn answered(payer: AccountId) -> JobId;
	/// The running epoch is over and the next one runs.
	fn next_epoch();
	/// A version of a model, another one for each index; each model has another owner.
	fn version(index: u32) -> VersionId;
	/// Makes the beacon's output of the running block available.
	fn beacon();
}

fn fund<T: Config>(who: &T::AccountId) -> Result<(), BenchmarkError> {
	let riches = T::Currency::minimum_balance()
		.saturating_add(T::RatingDeposit::get())
		.saturating_add(CurrentPolicy::<T>::get().prices.first)
		.saturating_mul(100);
	T::Currency::mint_into(who, riches)?;
	Ok(())
}

/// An account that has rated an asset once in this epoch.
fn rated<T: Config>() -> Result<(T::AccountId, Asset), BenchmarkError> {
	let who: T::AccountId = account("rater", 0, 0);
	let asset = T::BenchmarkHelper::asset();
	fund::<T>(&who)?;
	let burn = CurrentPolicy::<T>::get().prices.first.saturating_mul(10);
	Pallet::<T>::do_rate(who.clone(), asset, 1_000_000, burn)?;
	Ok((who, asset))
}

/// The running epoch owes `count` accounts one reward each. Returns the first.
fn owing<T: Config>(count: u32) -> Result<T::AccountId, BenchmarkError> {
	let epoch = T::Clock::epoch();
	for index in 0..count {
		let who: T::AccountId = account("owner", index, 0);
		Owed::<T>::insert(epoch, &who, RewardRow { base: REWARD, rated: 0, reviewed: 0 });
	}
	let owed = REWARD.saturating_mul(count.into());
	Epochs::<T>::insert(epoch, EpochRecord { owed, rows: count, ..Default::default() });
	Ok(account("owner", 0, 0))
}

/// Ends the running epoch, offering it half of what it owes. Returns it.
fn closed<T: Config>() -> Result<u32, BenchmarkError> {
	let epoch = T::Clock::epoch();
	let owed = Epochs::<T>::get(epoch).map(|record| record.owed).unwrap_or_default();
	let taken = Pallet::<T>::close_epoch(epoch, owed.div_ceil(2));
	T::Currency::mint_into(&Pallet::<T>::pool(), taken.saturating_add(T::Currency::minimum_balance()))?;
	Pallet::<T>::set_aside(taken)?;
	T::BenchmarkHelper::next_epoch();
	Ok(epoch)
}

/// What every answer brings its reviewers and the owner of its model.
const REVIEWS: ReviewPolicy = ReviewPolicy {
	sampling: PPM,
	reviewers: 300_000,
	owners: 100_000,
	least_bonus: 1,
	agreement: Agreement { tolerance: 200_000, limit: 500_000 },
	manipulation: PPM,
	withholding: PPM,
	absence: PPM,
	pot: ENGR,
};

fn reviewer<T: Config>(index: u32) -> T::AccountId {
	account("reviewer", index, 0)
}

/// `count` reviewers are on the list, each with the least bond.
fn listed<T: Config>(count: u32) -> Result<(), BenchmarkError> {
	CurrentReviewPolicy::<T>::put(REVIEWS);
	for index in 0..count {
		let who = reviewer::<T>(index);
		let riches = T::ReviewerBond::get().saturating_add(T::Currency::minimum_balance());
		T::Currency::mint_into(&who, riches.saturating_mul(2))?;
		Pallet::<T>::do_join_reviewers(who, T::ReviewerBond::get())?;
	}
	Ok(())
}

/// An answer of the caller that can be shared.
fn answered<T: Config>(payer: &T::AccountId) -> JobId {
	let job = T::BenchmarkHelper::answered(payer.clone());
	Budgets::<T>::remove(job);
	Pallet::<T>::record_budget(job, BUDGET);
	job
}

/// A shared answer whose draw is due.
fn due<T: Config>(listed: u32) -> Result<JobId, BenchmarkError> {
	// Benchmarks start before the first block, in which the beacon has no output.
	pass::<T>(One::one());
	self::listed::<T>(listed)?;
	let payer: T::AccountId = account("payer", 0, 0);
	let job = answered::<T>(&payer);
	Pallet::<T>::do_share_answer(payer, job, Cid::of_raw(b"answer"))?;
	pass::<T>(T::Beacon::delay());
	T::BenchmarkHelper::beacon();
	Ok(job)
}

/// Reviewers of a drawn answer, in order.
fn bench<T: Config>() -> Result<(JobId, alloc::vec::Vec<T::AccountId>), BenchmarkError> {
	let job = due::<T>(T::MaxReviewers::get())?;
	Pallet::<T>::draw_due(frame_system::Pallet::<T>::block_number());
	match Reviews::<T>::get(job).map(|review| review.stage) {
		Some(Stage::Drawn(bench)) => Ok((job, bench.seats.into_iter().map(|seat| seat.who).collect())),
		_ => Err("nobody was drawn".into()),
	}
}

/// All reviewers of a drawn answer have committed to these scores, the last to the second.
fn committed<T: Config>(
	score: u8,
	last: u8,
) -> Result<(JobId, alloc::vec::Vec<(T::AccountId, Ballot)>), BenchmarkError> {
	let (job, bench) = bench::<T>()?;
	let mut votes: alloc::vec::Vec<_> = bench.into_iter().map(|who| (who, Ballot::Score(score))).collect();
	votes.last_mut().ok_or("nobody was drawn")?.1 = Ballot::Score(last);
	for (who, ballot) in &votes {
		let commitment = Pallet::<T>::commitment(job, who, *ballot, Digest::zero());
		Pallet::<T>::do_commit_review(who.clone(), job, commitment)?;
	}
	Ok((job, votes))
}

fn pass<T: Config>(blocks: BlockNumberFor<T>) {
	let now = frame_system::Pallet::<T>::block_number();
	frame_system::Pallet::<T>::set_block_number(now.saturating_add(blocks));
}

fn admin<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
	T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn rate() -> Result<(), BenchmarkError> {
		let (_, asset) = rated::<T>()?;
		pass::<T>(One::one());
		let who: T::AccountId = whitelisted_caller();
		fund::<T>(&who)?;
		let burn = CurrentPolicy::<T>::get().prices.first;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), asset, -500_000, burn);

		assert_eq!(Assets::<T>::get(asset).map(|record| record.burned), Some(burn.saturating_mul(11)));
		assert!(Raters::<T>::contains_key(asset, &who));
		Ok(())
	}

	#[benchmark]
	fn forget_rating() -> Result<(), BenchmarkError> {
		let (who, asset) = rated::<T>()?;
		T::BenchmarkHelper::next_epoch();
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), asset, who.clone());

		assert!(!Raters::<T>::contains_key(asset, &who));
		assert_eq!(T::Currency::balance_on_hold(&HoldReason::Rating.into(), &who), 0);
		Ok(())
	}

	#[benchmark]
	fn claim_reward() -> Result<(), BenchmarkError> {
		let who = owing::<T>(2)?;
		let epoch = closed::<T>()?;
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), epoch, who.clone());

		assert_eq!(T::Currency::balance(&who), REWARD.div_ceil(2));
		assert!(!Owed::<T>::contains_key(epoch, &who));
		Ok(())
	}

	#[benchmark]
	fn expire_epoch(r: Linear<1, { T::ExpirePage::get() }>) -> Result<(), BenchmarkError> {
		owing::<T>(r)?;
		let epoch = closed::<T>()?;
		for _ in 0..T::ClaimPeriod::get() {
			T::BenchmarkHelper::next_epoch();
		}
		let before = T::Currency::balance(&T::Treasury::get());
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), epoch, r);

		assert!(!Epochs::<T>::contains_key(epoch));
		assert!(T::Currency::balance(&T::Treasury::get()) > before);
		Ok(())
	}

	#[benchmark]
	fn expire_budget() -> Result<(), BenchmarkError> {
		let caller: T::AccountId = whitelisted_caller();
		let job = T::BenchmarkHelper::answered(caller.clone());
		Pallet::<T>::record_budget(job, BUDGET);
		pass::<T>(T::BudgetPeriod::get().saturating_add(One::one()));

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), job);

		assert!(!Budgets::<T>::contains_key(job));
		Ok(())
	}

	#[benchmark]
	fn score_answer() -> Result<(), BenchmarkError> {
		let payer: T::AccountId = whitelisted_caller();
		let job = T::BenchmarkHelper::answered(payer.clone());
		Budgets::<T>::remove(job);
		Pallet::<T>::record_budget(job, BUDGET);

		#[extrinsic_call]
		_(RawOrigin::Signed(payer), job, 9);

		assert_eq!(Budgets::<T>::get(job).map(|budget| budget.scored), Some(true));
		Ok(())
	}

	#[benchmark]
	fn set_prices() -> Result<(), BenchmarkError> {
		let origin = admin::<T>()?;
		let prices = Prices { first: 7 * ENGR, growth: 1 };

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, prices);

		assert_eq!(CurrentPolicy::<T>::get().prices, prices);
		Ok(())
	}

	#[benchmark]
	fn set_dynamics() -> Result<(), BenchmarkError> {
		let origin = admin::<T>()?;
		let dynamics = Dynamics { efficiency: 7, decay: 7 };

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, dynamics);

		assert_eq!(CurrentPolicy::<T>::get().dynamics, dynamics);
		Ok(())
	}

	#[benchmark]
	fn set_rewards() -> Result<(), BenchmarkError> {
		let origin = admin::<T>()?;
		let rewards = RewardRates { base: 7, feedback: 7 };

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, rewards);

		assert_eq!(CurrentPolicy::<T>::get().rewards, rewards);
		Ok(())
	}

	#[benchmark]
	fn set_least_kept() -> Result<(), BenchmarkError> {
		let origin = admin::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, 7);

		assert_eq!(CurrentPolicy::<T>::get().least_kept, 7);
		Ok(())
	}

	/// In a full list, in the place of another reviewer.
	#[benchmark]
	fn join_reviewers() -> Result<(), BenchmarkError> {
		listed::<T>(T::MaxReviewers::get())?;
		pass::<T>(One::one());
		let who: T::AccountId = whitelisted_caller();
		let bond = T::ReviewerBond::get().saturating_mul(2);
		T::Currency::mint_into(&who, bond.saturating_mul(2))?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), bond);

		let panel = Panel::<T>::get();
		assert!(panel.is_full() && panel.iter().any(|panelist| panelist.who == who));
		assert_eq!(T::Currency::balance_on_hold(&HoldReason::Reviewer.into(), &who), bond);
		Ok(())
	}

	#[benchmark]
	fn pause_reviewer() -> Result<(), BenchmarkError> {
		let count = T::MaxReviewers::get();
		listed::<T>(count)?;
		let who = reviewer::<T>(count.saturating_sub(1));

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));

		assert!(Panel::<T>::get().iter().all(|panelist| panelist.who != who));
		Ok(())
	}

	#[benchmark]
	fn leave_reviewers() -> Result<(), BenchmarkError> {
		let count = T::MaxReviewers::get();
		listed::<T>(count)?;
		let who = reviewer::<T>(count.saturating_sub(1));

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));

		assert!(!Reviewers::<T>::contains_key(&who));
		assert_eq!(T::Currency::balance_on_hold(&HoldReason::Reviewer.into(), &who), 0);
		Ok(())
	}

	#[benchmark]
	fn share_answer() -> Result<(), BenchmarkError> {
		CurrentReviewPolicy::<T>::put(REVIEWS);
		let payer: T::AccountId = whitelisted_caller();
		let job = answered::<T>(&payer);
		// Only the last block of the window has room.
		let mut block = frame_system::Pallet::<T>::block_number().saturating_add(T::Beacon::delay());
		let places = usize::try_from(T::MaxDraws::get()).map_err(|_| "32 bits fit")?;
		for _ in 1..T::DrawWindow::get() {
			let others = alloc::vec![JobId(u64::MAX.saturating_sub(1)); places];
			Draws::<T>::insert(block, BoundedVec::truncate_from(others));
			block.saturating_inc();
		}

		#[extrinsic_call]
		_(RawOrigin::Signed(payer), job, Cid::of_raw(b"answer"));

		assert_eq!(Draws::<T>::get(block).into_inner(), [job]);
		Ok(())
	}

	#[benchmark]
	fn draw_base() -> Result<(), BenchmarkError> {
		let job = due::<T>(T::ReviewSeats::get())?;
		let now = frame_system::Pallet::<T>::block_number().saturating_add(One::one());

		#[block]
		{
			Pallet::<T>::draw_due(now);
		}

		assert!(matches!(Reviews::<T>::get(job).map(|review| review.stage), Some(Stage::Shared { .. })));
		Ok(())
	}

	#[benchmark]
	fn draw_reviewers(
		l: Linear<{ T::ReviewSeats::get() }, { T::MaxReviewers::get() }>,
	) -> Result<(), BenchmarkError> {
		let job = due::<T>(l)?;
		let now = frame_system::Pallet::<T>::block_number();

		#[block]
		{
			Pallet::<T>::draw_due(now);
		}

		assert!(matches!(Reviews::<T>::get(job).map(|review| review.stage), Some(Stage::Drawn(_))));
		Ok(())
	}

	#[benchmark]
	fn commit_review() -> Result<(), BenchmarkError> {
		let (job, bench) = bench::<T>()?;
		let who = bench.last().ok_or("nobody was drawn")?.clone();
		let commitment = Pallet::<T>::commitment(job, &who, Ballot::Score(7), Digest::zero());

		#[extrinsic_call]
		_(RawOrigin::Signed(who), job, commitment);

		let Some(Stage::Drawn(bench)) = Reviews::<T>::get(job).map(|review| review.stage) else {
			return Err("the answer is not reviewed".into());
		};
		assert_eq!(bench.seats.last().map(|seat| seat.vote), Some(Vote::Committed(commitment)));
		Ok(())
	}

	#[benchmark]
	fn reveal_review() -> Result<(), BenchmarkError> {
		let (job, votes) = committed::<T>(7, 7)?;
		let who = votes.last().ok_or("nobody was drawn")?.0.clone();

		#[extrinsic_call]
		_(RawOrigin::Signed(who), job, Ballot::Score(7), Digest::zero());

		let Some(Stage::Drawn(bench)) = Reviews::<T>::get(job).map(|review| review.stage) else {
			return Err("the answer is not reviewed".into());
		};
		assert_eq!(bench.seats.last().map(|seat| seat.vote), Some(Vote::Revealed(Ballot::Score(7))));
		Ok(())
	}

	#[benchmark]
	fn close_review() -> Result<(), BenchmarkError> {
		let (job, votes) = committed::<T>(10, 0)?;
		for (who, ballot) in &votes {
			Pallet::<T>::do_reveal_review(who.clone(), job, *ballot, Digest::zero())?;
		}
		let version = Reviews::<T>::get(job).ok_or("the answer is not shared")?.version;
		Scores::<T>::insert(version, Feedback { promoters: 1, ..Default::default() });
		// The ranking is full of others.
		let ranked = |index: u32| Ranked {
			version: VersionId(u64::MAX.saturating_sub(index.into())),
			weight: 1,
			limit: 1,
		};
		let others = (0..T::MaxRanked::get()).map(ranked).collect();
		Rankings::<T>::insert(T::Clock::epoch(), RankingOf::<T>::truncate_from(others));
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), job);

		assert!(!Reviews::<T>::contains_key(job));
		assert_eq!(Qualities::<T>::get(version).reviews, 1);
		let (liar, _) = votes.last().ok_or("nobody was drawn")?;
		assert_eq!(T::Currency::balance_on_hold(&HoldReason::Reviewer.into(), liar), 0);
		Ok(())
	}

	#[benchmark]
	fn allocate_epoch(v: Linear<1, { T::MaxRanked::get() }>) -> Result<(), BenchmarkError> {
		CurrentReviewPolicy::<T>::put(REVIEWS);
		let epoch = T::Clock::epoch();
		let ranked = |index| Ranked { version: T::BenchmarkHelper::version(index), weight: 1, limit: ENGR };
		let ranking = (0..v).map(ranked).collect();
		Rankings::<T>::insert(epoch, RankingOf::<T>::truncate_from(ranking));
		Pots::<T>::insert(epoch, ENGR);
		T::BenchmarkHelper::next_epoch();
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), epoch);

		assert!(!Rankings::<T>::contains_key(epoch));
		assert!(Epochs::<T>::contains_key(T::Clock::epoch()));
		Ok(())
	}

	#[benchmark]
	fn set_review_policy() -> Result<(), BenchmarkError> {
		let origin = admin::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, REVIEWS);

		assert_eq!(CurrentReviewPolicy::<T>::get(), REVIEWS);
		Ok(())
	}

	#[benchmark]
	fn close_epoch() -> Result<(), BenchmarkError> {
		owing::<T>(1)?;
		let epoch = T::Clock::epoch().saturating_add(T::AllocationPeriod::get());
		let gone = T::Clock::epoch();
		Epochs::<T>::insert(epoch, Epochs::<T>::take(gone).ok_or("nothing is owed")?);
		let ranked = |index: u32| Ranked { version: VersionId(index.into()), weight: 1, limit: ENGR };
		let ranking = RankingOf::<T>::truncate_from((0..T::MaxRanked::get()).map(ranked).collect());
		for reviewed in [gone, epoch] {
			Rankings::<T>::insert(reviewed, ranking.clone());
		}
		Pots::<T>::insert(gone, ENGR);

		let taken;
		#[block]
		{
			taken = Pallet::<T>::close_epoch(epoch, 1);
		}

		assert_eq!(taken, 1);
		assert!(Pots::<T>::contains_key(epoch) && !Rankings::<T>::contains_key(gone));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder::default().build(), crate::mock::Test);
}
