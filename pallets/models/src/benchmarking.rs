//! Benchmarks of the calls, each at its declared bounds.

use crate::{Call, Config, HoldReason, ModelState, Models, NextModelId, Pallet};
use engram_primitives::{
	label::{Label, MAX_LABEL},
	model::{Architecture, InferenceRates, InfluenceMethod, MAX_WIDTH, MAX_WIDTHS},
	units::Balance,
	ModelId,
};
use frame_benchmarking::v2::*;
use frame_support::{
	traits::fungible::{hold::Inspect as _, Inspect, Mutate},
	BoundedVec,
};
use frame_system::RawOrigin;

const RATES: InferenceRates = InferenceRates { input_per_1000: 200, output_per_1000: 400, platform: 500 };

fn label() -> Label {
	let mut label = Label::new();
	for _ in 0..MAX_LABEL {
		let _ = label.try_push(b'm');
	}
	label
}

fn architecture() -> Architecture {
	let mut widths = BoundedVec::new();
	for _ in 0..MAX_WIDTHS {
		let _ = widths.try_push(MAX_WIDTH);
	}
	Architecture::Mlp { widths, input_shift: 4 }
}

/// An account that can pay the deposit of `architecture()`, with room for the existential deposit.
fn funded<T: Config>() -> Result<T::AccountId, BenchmarkError> {
	let who: T::AccountId = whitelisted_caller();
	let amount = Balance::MAX.checked_shr(32).unwrap_or_default();
	T::Currency::mint_into(&who, amount.max(T::Currency::minimum_balance()))?;
	Ok(who)
}

fn registered<T: Config>() -> Result<(T::AccountId, ModelId), BenchmarkError> {
	let who = funded::<T>()?;
	let model = NextModelId::<T>::get();
	Pallet::<T>::do_register(
		who.clone(),
		label(),
		architecture(),
		RATES,
		InfluenceMethod::ExactInverse,
		label(),
	)?;
	Ok((who, model))
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register() -> Result<(), BenchmarkError> {
		let who = funded::<T>()?;
		let model = NextModelId::<T>::get();

		#[extrinsic_call]
		_(
			RawOrigin::Signed(who.clone()),
			label(),
			architecture(),
			RATES,
			InfluenceMethod::ExactInverse,
			label(),
		);

		let record = Models::<T>::get(model).ok_or("not registered")?;
		assert_eq!(record.owner, who);
		assert_eq!(T::Currency::balance_on_hold(&HoldReason::ModelDeposit.into(), &who), record.deposit);
		Ok(())
	}

	#[benchmark]
	fn set_rates() -> Result<(), BenchmarkError> {
		let (who, model) = registered::<T>()?;
		let rates = InferenceRates { platform: 600, ..RATES };

		#[extrinsic_call]
		_(RawOrigin::Signed(who), model, rates);

		assert_eq!(Models::<T>::get(model).map(|record| record.rates), Some(rates));
		Ok(())
	}

	#[benchmark]
	fn retire() -> Result<(), BenchmarkError> {
		let (who, model) = registered::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who), model);

		assert_eq!(Models::<T>::get(model).map(|record| record.state), Some(ModelState::Retired));
		Ok(())
	}

	#[benchmark]
	fn remove() -> Result<(), BenchmarkError> {
		let (who, model) = registered::<T>()?;
		Pallet::<T>::do_retire(&who, model)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), model);

		assert!(!Models::<T>::contains_key(model));
		assert_eq!(T::Currency::balance_on_hold(&HoldReason::ModelDeposit.into(), &who), 0);
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder::default().build(), crate::mock::Test);
}
