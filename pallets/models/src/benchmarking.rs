//! Benchmarks of the calls, each at its declared bounds.

use crate::{
	Call, Config, Heads, HoldReason, Locks, ModelState, Models, NextModelId, Pallet, Requests, Standings,
	VersionState, Versions,
};
use engram_primitives::{
	label::{Label, MAX_LABEL},
	model::{Architecture, InferenceRates, InfluenceMethod, MAX_WIDTH, MAX_WIDTHS},
	traits::{ModelRegistry, Parts, VersionInfo},
	units::{Balance, ENGR},
	Cid, ContributionId, JobId, ModelId, VersionId,
};
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{
		fungible::{hold::Inspect as _, Inspect, Mutate},
		Get,
	},
	BoundedVec,
};
use frame_system::RawOrigin;
use sp_runtime::traits::Saturating;

/// Sets up what other pallets hold.
pub trait BenchmarkHelper<AccountId> {
	/// Gives somebody tokens of a model, which has a token from then on. Amounts are base units.
	fn give(model: ModelId, who: &AccountId, amount: Balance);
}

/// A whole token, far more than the least that a seat takes.
const WHOLE: Balance = ENGR;

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
	fund::<T>(whitelisted_caller())
}

fn fund<T: Config>(who: T::AccountId) -> Result<T::AccountId, BenchmarkError> {
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

/// Records `count` versions of a model, with records as long as can be. Returns the first.
fn versions<T: Config>(model: ModelId, count: u32) -> Result<VersionId, BenchmarkError> {
	let first = crate::NextVersionId::<T>::get();
	let mut parts = Parts::new();
	while parts.try_push(ContributionId(u64::MAX)).is_ok() {}
	for _ in 0..count {
		let parts = parts.clone();
		let weights = Cid::of_raw(b"weights");
		let info = VersionInfo { model, weights, job: JobId(0), parts, correct: 1, held_out_rows: 1 };
		<Pallet<T> as ModelRegistry<T::AccountId>>::reserve_version(model)?;
		<Pallet<T> as ModelRegistry<T::AccountId>>::record_version(info, None)?;
	}
	Ok(first)
}

/// The `index`th holder, who has locked more than those before.
fn holder<T: Config>(model: ModelId, index: u32) -> Result<T::AccountId, BenchmarkError> {
	let who = fund::<T>(account("holder", index, 0))?;
	let amount = Balance::from(index).saturating_add(1).saturating_mul(WHOLE);
	T::BenchmarkHelper::give(model, &who, amount);
	Pallet::<T>::do_stand(who.clone(), model, amount)?;
	Ok(who)
}

fn pass<T: Config>(blocks: frame_system::pallet_prelude::BlockNumberFor<T>) {
	let now = frame_system::Pallet::<T>::block_number();
	frame_system::Pallet::<T>::set_block_number(now.saturating_add(blocks));
}

/// Two holders with a seat, and a third with a larger lock that is as old.
fn seated<T: Config>(model: ModelId) -> Result<[T::AccountId; 3], BenchmarkError> {
	let holders = [holder::<T>(model, 0)?, holder::<T>(model, 1)?, holder::<T>(model, 2)?];
	pass::<T>(T::StandingPeriod::get());
	for who in holders.iter().take(2) {
		Pallet::<T>::do_take_seat(who.clone(), model)?;
	}
	Ok(holders)
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

	/// The first lock of a model.
	#[benchmark]
	fn stand() -> Result<(), BenchmarkError> {
		let (_, model) = registered::<T>()?;
		let who = fund::<T>(account("holder", 0, 0))?;
		T::BenchmarkHelper::give(model, &who, WHOLE);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), model, WHOLE);

		assert_eq!(Locks::<T>::get(model, &who).map(|lock| lock.amount), Some(WHOLE));
		Ok(())
	}

	/// From somebody who had signed what is pending.
	#[benchmark]
	fn take_seat() -> Result<(), BenchmarkError> {
		let (_, model) = registered::<T>()?;
		let target = versions::<T>(model, 2)?;
		let [one, other, third] = seated::<T>(model)?;
		Pallet::<T>::do_request_rollback(one.clone(), model, target)?;
		Pallet::<T>::do_request_rollback(other, model, target)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(third.clone()), model);

		let standing = Standings::<T>::get(model).ok_or("nobody stands")?;
		assert!(standing.seat(&third).is_some() && standing.seat(&one).is_none());
		assert!(!Requests::<T>::contains_key(model));
		Ok(())
	}

	/// By somebody who had signed what has expired.
	#[benchmark]
	fn withdraw() -> Result<(), BenchmarkError> {
		let (_, model) = registered::<T>()?;
		let target = versions::<T>(model, 2)?;
		let [one, other, _] = seated::<T>(model)?;
		Pallet::<T>::do_request_rollback(one.clone(), model, target)?;
		Pallet::<T>::do_request_rollback(other, model, target)?;
		pass::<T>(T::RollbackDelay::get().saturating_add(T::RollbackWindow::get()));

		#[extrinsic_call]
		_(RawOrigin::Signed(one.clone()), model);

		assert!(!Locks::<T>::contains_key(model, &one) && !Requests::<T>::contains_key(model));
		Ok(())
	}

	/// By the second holder, against what the owner has requested.
	#[benchmark]
	fn request_rollback() -> Result<(), BenchmarkError> {
		let (owner, model) = registered::<T>()?;
		let target = versions::<T>(model, 3)?;
		let [one, other, _] = seated::<T>(model)?;
		let newer = target.next().ok_or("no ids are left")?;
		Pallet::<T>::do_request_rollback(owner.clone(), model, newer)?;
		Pallet::<T>::do_request_rollback(one, model, target)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(other), model, target);

		assert_eq!(Requests::<T>::get(model).map(|request| request.version), Some(target));
		assert_eq!(T::Currency::balance_on_hold(&HoldReason::RollbackBond.into(), &owner), 0);
		Ok(())
	}

	/// By the second holder.
	#[benchmark]
	fn veto_rollback() -> Result<(), BenchmarkError> {
		let (owner, model) = registered::<T>()?;
		let target = versions::<T>(model, 2)?;
		let [one, other, _] = seated::<T>(model)?;
		Pallet::<T>::do_request_rollback(owner.clone(), model, target)?;
		Pallet::<T>::do_veto_rollback(one, model)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(other), model);

		assert!(!Requests::<T>::contains_key(model));
		assert_eq!(T::Currency::balance_on_hold(&HoldReason::RollbackBond.into(), &owner), 0);
		Ok(())
	}

	/// Of a model with `v` versions, to the first of them.
	#[benchmark]
	fn enact_rollback(v: Linear<2, { T::MaxVersions::get() }>) -> Result<(), BenchmarkError> {
		let (owner, model) = registered::<T>()?;
		let target = versions::<T>(model, v)?;
		seated::<T>(model)?;
		Pallet::<T>::do_request_rollback(owner.clone(), model, target)?;
		pass::<T>(T::RollbackDelay::get());

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), model);

		assert_eq!(Heads::<T>::get(model), Some(target));
		let last = VersionId(target.0.saturating_add(u64::from(v)).saturating_sub(1));
		let state = Versions::<T>::get(last).map(|record| record.state);
		assert_eq!(state, Some(VersionState::RolledBack));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder.build(), crate::mock::Test);
}
