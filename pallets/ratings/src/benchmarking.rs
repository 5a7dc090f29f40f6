//! Benchmarks of the calls and of what other pallets call, each at the declared bounds.

use crate::{pallet::*, types::*};
use engram_math::rating::{Dynamics, RewardRates};
use engram_primitives::{
	economy::{ContributorRewards, EpochClock, EpochPool, PaidContribution, PaidContributions},
	units::{Balance, ENGR},
	ContributionId, JobId,
};
use frame_benchmarking::v2::*;
use frame_support::traits::{
	fungible::{hold::Inspect as _, Inspect, Mutate},
	EnsureOrigin, Get,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use sp_runtime::traits::{One, Saturating};

/// What every reward is.
const REWARD: Balance = 1_000 * ENGR;

/// Sets up what other pallets hold.
pub trait BenchmarkHelper<AccountId> {
	/// An asset that exists; a contribution, so that a payment for it is rewarded by its rating.
	fn asset() -> Asset;
	/// A job that `payer` paid and that was answered; its contributors are still owed something.
	fn answered(payer: AccountId) -> JobId;
	/// The running epoch is over and the next one runs.
	fn next_epoch();
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
		Owed::<T>::insert(epoch, &who, RewardRow { base: REWARD, rated: 0 });
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
	T::BenchmarkHelper::next_epoch();
	Ok(epoch)
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
	fn expire_epoch(rows: Linear<1, { T::ExpirePage::get() }>) -> Result<(), BenchmarkError> {
		owing::<T>(rows)?;
		let epoch = closed::<T>()?;
		for _ in 0..T::ClaimPeriod::get() {
			T::BenchmarkHelper::next_epoch();
		}
		let before = T::Currency::balance(&T::Treasury::get());
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), epoch, rows);

		assert!(!Epochs::<T>::contains_key(epoch));
		assert!(T::Currency::balance(&T::Treasury::get()) > before);
		Ok(())
	}

	#[benchmark]
	fn expire_budget() -> Result<(), BenchmarkError> {
		let caller: T::AccountId = whitelisted_caller();
		let job = T::BenchmarkHelper::answered(caller.clone());
		Pallet::<T>::record_budget(job, REWARD, REWARD);
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
		Pallet::<T>::record_budget(job, REWARD, REWARD);

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
	fn set_least_payment() -> Result<(), BenchmarkError> {
		let origin = admin::<T>()?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, 7);

		assert_eq!(CurrentPolicy::<T>::get().least_payment, 7);
		Ok(())
	}

	#[benchmark]
	fn close_epoch() -> Result<(), BenchmarkError> {
		owing::<T>(1)?;
		let epoch = T::Clock::epoch();

		let taken;
		#[block]
		{
			taken = Pallet::<T>::close_epoch(epoch, 1);
		}

		assert_eq!(taken, 1);
		Ok(())
	}

	#[benchmark]
	fn record_budget() -> Result<(), BenchmarkError> {
		let job = JobId(u64::MAX);

		#[block]
		{
			Pallet::<T>::record_budget(job, REWARD, REWARD);
		}

		assert!(Budgets::<T>::contains_key(job));
		Ok(())
	}

	#[benchmark]
	fn contribution_paid() -> Result<(), BenchmarkError> {
		let (owner, asset) = rated::<T>()?;
		pass::<T>(One::one());
		let payer: T::AccountId = whitelisted_caller();
		let job = T::BenchmarkHelper::answered(payer.clone());
		Budgets::<T>::remove(job);
		Pallet::<T>::record_budget(job, REWARD, REWARD);
		let contribution = match asset {
			Asset::Contribution(contribution) => contribution,
			Asset::Model(_) => return Err("the asset is no contribution".into()),
		};
		let last = T::Clock::epoch();
		let others = (0..T::MaxTracked::get()).map(|index| PaidEpochs {
			contribution: ContributionId(u64::MAX.saturating_sub(index.into())),
			epochs: 1,
			last,
		});
		Standings::<T>::insert(&owner, StandingOf::<T>::truncate_from(others.collect()));
		let amount = CurrentPolicy::<T>::get().least_payment;
		let total = amount.saturating_mul(2);
		let paid = PaidContribution { job, payer, contribution, owner: owner.clone(), amount, total };

		#[block]
		{
			Pallet::<T>::contribution_paid(paid);
		}

		assert!(Owed::<T>::contains_key(last, &owner));
		assert!(Standings::<T>::get(&owner).iter().any(|paid| paid.contribution == contribution));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder::default().build(), crate::mock::Test);
}
