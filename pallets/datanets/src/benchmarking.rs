//! Benchmarks of the calls, each at its declared bounds.

use crate::{
	Batch, Call, Config, Datanets, HoldReason, Items, NextContributionId, NextDatanetId, Pallet, SourceOf,
};
use engram_primitives::{
	label::{Label, MAX_LABEL},
	model::MAX_WIDTH,
	units::Balance,
	Cid, ContributionId, DatanetId,
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
use sp_core::H256;

fn label() -> Label {
	let mut label = Label::new();
	for _ in 0..MAX_LABEL {
		let _ = label.try_push(b'd');
	}
	label
}

/// The longest source, with a peer whose id is all `byte`.
fn source<T: Config>(byte: u8) -> SourceOf<T> {
	let mut bytes = b"/ip4/127.0.0.1/tcp/1/p2p/".to_vec();
	bytes.resize(usize::try_from(T::MaxAddressLen::get()).unwrap_or_default(), byte);
	BoundedVec::truncate_from(bytes)
}

fn fund<T: Config>(who: &T::AccountId) -> Result<(), BenchmarkError> {
	let amount = Balance::MAX.checked_shr(32).unwrap_or_default();
	T::Currency::mint_into(who, amount.max(T::Currency::minimum_balance()))?;
	Ok(())
}

fn funded<T: Config>() -> Result<T::AccountId, BenchmarkError> {
	let who = whitelisted_caller();
	fund::<T>(&who)?;
	Ok(who)
}

fn created<T: Config>() -> Result<(T::AccountId, DatanetId), BenchmarkError> {
	let who = funded::<T>()?;
	let datanet = NextDatanetId::<T>::get();
	Pallet::<T>::do_create(who.clone(), label(), MAX_WIDTH, MAX_WIDTH, label(), true)?;
	Ok((who, datanet))
}

fn contributed<T: Config>() -> Result<(T::AccountId, ContributionId), BenchmarkError> {
	let (who, datanet) = created::<T>()?;
	let contribution = NextContributionId::<T>::get();
	let batch = Batch {
		root: H256::repeat_byte(1),
		cid: Cid::of_raw(b"rows"),
		rows: 1_000,
		bytes: u32::MAX,
		licence: label(),
		source: source::<T>(b'0'),
	};
	Pallet::<T>::do_contribute(who.clone(), datanet, batch)?;
	Ok((who, contribution))
}

fn held<T: Config>(reason: HoldReason, who: &T::AccountId) -> Balance {
	T::Currency::balance_on_hold(&reason.into(), who)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn create() -> Result<(), BenchmarkError> {
		let who = funded::<T>()?;
		let datanet = NextDatanetId::<T>::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), label(), MAX_WIDTH, MAX_WIDTH, label(), true);

		assert!(Datanets::<T>::contains_key(datanet));
		assert_eq!(held::<T>(HoldReason::DatanetDeposit, &who), T::DatanetDeposit::get());
		Ok(())
	}

	#[benchmark]
	fn contribute() -> Result<(), BenchmarkError> {
		let (who, datanet) = created::<T>()?;
		let contribution = NextContributionId::<T>::get();

		#[extrinsic_call]
		_(
			RawOrigin::Signed(who.clone()),
			datanet,
			H256::repeat_byte(1),
			Cid::of_raw(b"rows"),
			1_000,
			u32::MAX,
			label(),
			source::<T>(b'0'),
		);

		assert_eq!(Items::<T>::get(contribution).map(|record| record.owner), Some(who.clone()));
		assert_eq!(held::<T>(HoldReason::ContributionDeposit, &who), T::ContributionDeposit::get());
		Ok(())
	}

	#[benchmark]
	fn update_source() -> Result<(), BenchmarkError> {
		let (who, contribution) = contributed::<T>()?;
		let new = source::<T>(b'1');

		#[extrinsic_call]
		_(RawOrigin::Signed(who), contribution, new.clone());

		assert_eq!(Items::<T>::get(contribution).map(|record| record.source), Some(new));
		Ok(())
	}

	#[benchmark]
	fn offer_contribution() -> Result<(), BenchmarkError> {
		let (who, contribution) = contributed::<T>()?;
		let to: T::AccountId = account("to", 0, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), contribution, Some(to.clone()));

		assert_eq!(Items::<T>::get(contribution).and_then(|record| record.offered_to), Some(to));
		Ok(())
	}

	#[benchmark]
	fn accept_contribution() -> Result<(), BenchmarkError> {
		let (who, contribution) = contributed::<T>()?;
		let to: T::AccountId = account("to", 0, 0);
		fund::<T>(&to)?;
		Pallet::<T>::do_offer_contribution(who.clone(), contribution, Some(to.clone()))?;

		#[extrinsic_call]
		_(RawOrigin::Signed(to.clone()), contribution);

		assert_eq!(Items::<T>::get(contribution).map(|record| record.owner), Some(to.clone()));
		assert_eq!(held::<T>(HoldReason::ContributionDeposit, &who), 0);
		assert_eq!(held::<T>(HoldReason::ContributionDeposit, &to), T::ContributionDeposit::get());
		Ok(())
	}

	#[benchmark]
	fn remove_datanet() -> Result<(), BenchmarkError> {
		let (who, datanet) = created::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), datanet);

		assert!(!Datanets::<T>::contains_key(datanet));
		assert_eq!(held::<T>(HoldReason::DatanetDeposit, &who), 0);
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder.build(), crate::mock::Test);
}
