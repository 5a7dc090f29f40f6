//! Benchmarks of the calls, of the hooks, and of what staking triggers.

#![allow(clippy::as_conversions, reason = "the macro is told the type of an origin by `as`")]

use crate::{pallet::*, types::*, FromStakersPot};
use engram_math::{
	emission::{Demand, State, MAX_WINDOW},
	fee::CutShares,
	yields::{BudgetShares, FactorRange, Reference},
};
use engram_primitives::{
	economy::{BurnCause, EpochPool},
	units::{Balance, ENGR, PPM},
};
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{
		fungible::{Balanced, Inspect, Mutate},
		tokens::{Fortitude, Precision, Preservation},
		EnsureOrigin, Get, OnUnbalanced,
	},
	BoundedVec,
};

type OriginOf<T> = <T as frame_system::Config>::RuntimeOrigin;

fn admin<T: Config>() -> Result<OriginOf<T>, BenchmarkError> {
	T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)
}

/// A ledger that is open and explains the issuance, every cause in use.
fn opened<T: Config>() -> Result<(), BenchmarkError> {
	let pools = [
		Pallet::<T>::account_of(Pot::Stakers),
		Pallet::<T>::account_of(Pot::Inbox),
		Pallet::<T>::account_of(Pot::Vault),
		T::Treasury::get(),
		T::Compute::pool_account(),
		T::Contributors::pool_account(),
	];
	for account in pools {
		T::Currency::mint_into(&account, ENGR)?;
	}
	for cause in CAUSES {
		Burned::<T>::insert(cause, ENGR);
	}
	GenesisIssuance::<T>::kill();
	Pallet::<T>::open_ledger();
	Ok(())
}

const CAUSES: [BurnCause; 7] = [
	BurnCause::JobFee,
	BurnCause::TransactionFee,
	BurnCause::Slash,
	BurnCause::Rating,
	BurnCause::Dust,
	BurnCause::Holder,
	BurnCause::TradeFee,
];

fn policy<T: Config>() -> Policy {
	CurrentPolicy::<T>::get()
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn set_issuance_parameters() -> Result<(), BenchmarkError> {
		let origin = admin::<T>()?;
		let mut new = policy::<T>().issuance;
		new.tail = ENGR;

		#[extrinsic_call]
		_(origin as OriginOf<T>, new);

		assert_eq!(policy::<T>().issuance, new);
		Ok(())
	}

	#[benchmark]
	fn set_ultrasound() -> Result<(), BenchmarkError> {
		let origin = admin::<T>()?;

		#[extrinsic_call]
		_(origin as OriginOf<T>, Some(1));

		assert_eq!(policy::<T>().issuance.ultrasound, Some(1));
		Ok(())
	}

	#[benchmark]
	fn set_pool_weights() -> Result<(), BenchmarkError> {
		let origin = admin::<T>()?;
		let mut new = policy::<T>().issuance.weights;
		core::mem::swap(&mut new.stakers, &mut new.workers);

		#[extrinsic_call]
		_(origin as OriginOf<T>, new);

		assert_eq!(policy::<T>().issuance.weights, new);
		Ok(())
	}

	#[benchmark]
	fn set_staking_range() -> Result<(), BenchmarkError> {
		let origin = admin::<T>()?;
		let new = FactorRange { min: 1, max: 2 };

		#[extrinsic_call]
		_(origin as OriginOf<T>, new);

		assert_eq!(policy::<T>().staking_range, new);
		Ok(())
	}

	#[benchmark]
	fn set_reference() -> Result<(), BenchmarkError> {
		let origin = admin::<T>()?;
		let new = Reference { demand: 1, capacity: 2, workers: 3 };

		#[extrinsic_call]
		_(origin as OriginOf<T>, new);

		assert_eq!(policy::<T>().reference, new);
		Ok(())
	}

	#[benchmark]
	fn set_target_ratio() -> Result<(), BenchmarkError> {
		let origin = admin::<T>()?;

		#[extrinsic_call]
		_(origin as OriginOf<T>, 1);

		assert_eq!(policy::<T>().target_ratio, 1);
		Ok(())
	}

	#[benchmark]
	fn set_budget_shares() -> Result<(), BenchmarkError> {
		let origin = admin::<T>()?;
		let new = BudgetShares { stakers: 1, worker: 2, verifiers: 3, contributors: 4, ratings: 5 };

		#[extrinsic_call]
		_(origin as OriginOf<T>, new);

		assert_eq!(policy::<T>().budget, new);
		Ok(())
	}

	#[benchmark]
	fn set_bonus_strength() -> Result<(), BenchmarkError> {
		let origin = admin::<T>()?;

		#[extrinsic_call]
		_(origin as OriginOf<T>, 1);

		assert_eq!(policy::<T>().bonus_strength, 1);
		Ok(())
	}

	#[benchmark]
	fn set_fee_shares() -> Result<(), BenchmarkError> {
		let origin = admin::<T>()?;
		let new = CutShares { burn: 1, treasury: 2 };

		#[extrinsic_call]
		_(origin as OriginOf<T>, new);

		assert_eq!(policy::<T>().fees, new);
		Ok(())
	}

	#[benchmark]
	fn set_slash_treasury() -> Result<(), BenchmarkError> {
		let origin = admin::<T>()?;

		#[extrinsic_call]
		_(origin as OriginOf<T>, 1);

		assert_eq!(policy::<T>().slash_treasury, 1);
		Ok(())
	}

	#[benchmark]
	fn set_market_reference() -> Result<(), BenchmarkError> {
		let origin = admin::<T>()?;
		let new = policy::<T>().market_reference.saturating_add(1);

		#[extrinsic_call]
		_(origin as OriginOf<T>, new);

		assert_eq!(policy::<T>().market_reference, new);
		Ok(())
	}

	#[benchmark]
	fn set_cut() -> Result<(), BenchmarkError> {
		let origin = admin::<T>()?;
		let new = *CUT_RANGE.end();

		#[extrinsic_call]
		_(origin as OriginOf<T>, new);

		assert_eq!(policy::<T>().cut, new);
		Ok(())
	}

	#[benchmark]
	fn open_ledger() -> Result<(), BenchmarkError> {
		opened::<T>()?;
		GenesisIssuance::<T>::kill();

		let opened;
		#[block]
		{
			opened = Pallet::<T>::open_ledger();
		}

		assert!(opened && GenesisIssuance::<T>::exists());
		Ok(())
	}

	/// A holder burned, and nobody reported it.
	#[benchmark]
	fn reconcile() -> Result<(), BenchmarkError> {
		opened::<T>()?;
		T::Currency::burn_from(
			&T::Treasury::get(),
			1,
			Preservation::Preserve,
			Precision::Exact,
			Fortitude::Polite,
		)?;

		#[block]
		{
			Pallet::<T>::reconcile();
		}

		assert_eq!(Burned::<T>::get(BurnCause::Holder), ENGR.saturating_add(1));
		assert_eq!(ExpectedIssuance::<T>::get(), T::Currency::total_issuance());
		Ok(())
	}

	/// A full window, a cap of old age, fees in the inbox, a gift in the pot, and an epoch that leaves the history.
	#[benchmark]
	fn end_epoch() -> Result<(), BenchmarkError> {
		opened::<T>()?;
		let epoch = T::HistoryDepth::get().saturating_add(1);
		Epochs::<T>::insert(1, EpochSummary::default());
		CurrentPolicy::<T>::mutate(|policy| {
			policy.issuance.window = MAX_WINDOW;
			policy.issuance.ultrasound = Some(999_999);
			policy.budget =
				BudgetShares { stakers: PPM, worker: 0, verifiers: 0, contributors: 0, ratings: 0 };
		});
		let full = Demand { kept: ENGR, unanswered: ENGR };
		EmissionState::<T>::put(State {
			epoch: epoch.into(),
			vault_carry: 999_999,
			window: BoundedVec::truncate_from(alloc::vec![full; 31]),
		});
		let seen = Running { kept: ENGR, fees: ENGR, burned: ENGR, staker_budget: ENGR };
		RunningEpoch::<T>::put(seen);
		let staked: Balance = T::Currency::total_issuance().checked_div(2).unwrap_or_default();

		let paid;
		#[block]
		{
			paid = Pallet::<T>::end_epoch(epoch, staked);
		}

		assert!(!Epochs::<T>::contains_key(1));
		let summary = Epochs::<T>::get(epoch).ok_or("the epoch is not closed")?;
		assert_eq!(summary.parts.stakers.saturating_add(summary.collected), paid);
		assert!(summary.issuance.minted > 0 && summary.collected > 0);
		Ok(())
	}

	#[benchmark]
	fn settle_payout() -> Result<(), BenchmarkError> {
		opened::<T>()?;
		Pallet::<T>::fund_stakers(1, ENGR.saturating_mul(2))?;
		StakersEra::<T>::kill();
		let owed = Pallet::<T>::owed_to_stakers();
		let staker: T::AccountId = whitelisted_caller();
		T::Currency::mint_into(&staker, ENGR)?;
		let issuance = T::Currency::total_issuance();
		let debt = T::Currency::deposit(&staker, ENGR, Precision::Exact)?;

		// Which era it is for, the call filter has noted, and charged for.
		Pallet::<T>::payout_started(1);

		#[block]
		{
			FromStakersPot::<T>::on_unbalanced(debt);
		}

		assert_eq!(StakersFlows::<T>::get().paid, ENGR);
		assert_eq!(StakersOwed::<T>::get(1), owed.checked_sub(ENGR));
		assert_eq!(T::Currency::total_issuance(), issuance);
		Ok(())
	}

	#[benchmark]
	fn era_forgotten() -> Result<(), BenchmarkError> {
		opened::<T>()?;
		Pallet::<T>::fund_stakers(1, ENGR)?;
		let owed = Pallet::<T>::owed_to_stakers();

		#[block]
		{
			Pallet::<T>::era_forgotten(1);
		}

		assert_eq!(StakersFlows::<T>::get().expired, owed);
		assert!(!StakersOwed::<T>::contains_key(1));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder::default().build(), crate::mock::Test);
}
