//! Benchmarks, each at the declared bounds: the longest address and as many other workers as can be.

#![allow(clippy::as_conversions, reason = "the macro is told the type of an origin by `as`")]

use crate::*;
use alloc::vec::Vec;
use engram_primitives::{
	authorization::{WorkerKey, WorkerSignature},
	economy::EpochPool,
	traits::WorkerPool,
	units::Balance,
};
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{
		fungible::{Balanced, Inspect, InspectHold, MutateHold},
		tokens::Precision,
		EnsureOrigin, Get,
	},
	BoundedVec,
};
use frame_system::RawOrigin;
use sp_application_crypto::RuntimeAppPublic;
use sp_core::H256;
use sp_runtime::traits::{Saturating, Zero};

/// Compensated accounts a slash is measured with: more than there are verifiers of a job.
const CLAIMANTS: u32 = 8;

/// The least bond.
fn bond<T: Config>() -> Balance {
	T::MinBond::get()
}

fn fund<T: Config>(who: &T::AccountId) -> Result<(), BenchmarkError> {
	T::Currency::resolve(who, T::Currency::issue(bond::<T>().saturating_mul(8)))
		.map_err(|_| BenchmarkError::Stop("the account can't be funded"))
}

fn key_for<T: Config>(who: &T::AccountId) -> Result<(WorkerKey, WorkerSignature), BenchmarkError> {
	let key = WorkerKey::generate_pair(None);
	let signature = key.sign(&Pallet::<T>::digest_of_possession(who));
	Ok((key, signature.ok_or(BenchmarkError::Stop("no keystore"))?))
}

fn address<T: Config>() -> AddressOf<T> {
	let mut bytes = b"/ip4/127.0.0.1/tcp/1/p2p/".to_vec();
	bytes.resize(usize::try_from(T::MaxAddressLen::get()).unwrap_or_default(), b'a');
	BoundedVec::truncate_from(bytes)
}

/// Writes an active worker, which holds its bond.
fn add<T: Config>(index: u32) -> Result<T::AccountId, BenchmarkError> {
	let who: T::AccountId = account("worker", index, 0);
	fund::<T>(&who)?;
	T::Currency::hold(&HoldReason::Bond.into(), &who, bond::<T>())?;
	let mut raw = [0u8; 32];
	raw.iter_mut().zip(index.to_le_bytes()).for_each(|(to, from)| *to = from);
	let key = WorkerKey::from(sp_core::sr25519::Public::from_raw(raw));
	Keys::<T>::insert(&key, &who);
	let record = WorkerRecord {
		key,
		address: address::<T>(),
		memory_mib: 1_024,
		bond: bond::<T>(),
		reputation: T::InitialReputation::get(),
		occupied: 0,
		status: WorkerStatus::Active,
		capacity: 0,
		measured_at: Zero::zero(),
		credited_at: Zero::zero(),
	};
	Pallet::<T>::list(&who, &record)?;
	Workers::<T>::insert(&who, record);
	Ok(who)
}

/// Writes `count` active workers.
fn fill<T: Config>(count: u32) -> Result<Vec<T::AccountId>, BenchmarkError> {
	(0..count).map(add::<T>).collect()
}

/// Measures the worker of a full list that gives way to whoever comes with more than the least bond, so that its change of
/// status moves the sums: all weights are equal, so it is the last.
fn measured_last<T: Config>() -> Result<T::AccountId, BenchmarkError> {
	let active = Active::<T>::get();
	let last = active.last().filter(|_| active.is_full());
	let who = last.map(|listed| listed.worker.clone()).ok_or(BenchmarkError::Stop("the list is not full"))?;
	Pallet::<T>::measured(&who, 1_000, 1);
	Ok(who)
}

/// The caller, measured and out of the list with this status, beside as many others as can be active. Returns whom it displaces
/// when it comes back with more than they have, too.
fn outside<T: Config>(status: WorkerStatusOf<T>) -> Result<(T::AccountId, T::AccountId), BenchmarkError> {
	let who = registered::<T>()?;
	let mut record = Pallet::<T>::record_of(&who)?;
	Pallet::<T>::deactivate(&who, &mut record, status);
	Workers::<T>::insert(&who, record);
	add::<T>(T::MaxWorkers::get())?;
	Ok((who, measured_last::<T>()?))
}

/// The caller, registered, beside as many others as can be.
fn registered<T: Config>() -> Result<T::AccountId, BenchmarkError> {
	registered_as::<T>(whitelisted_caller())
}

/// Somebody, registered and measured, so that every change of status moves the sums, beside as many others as can be.
fn registered_as<T: Config>(who: T::AccountId) -> Result<T::AccountId, BenchmarkError> {
	fill::<T>(T::MaxWorkers::get().saturating_sub(1))?;
	fund::<T>(&who)?;
	let (key, possession) = key_for::<T>(&who)?;
	let caller = RawOrigin::Signed(who.clone()).into();
	Pallet::<T>::register(caller, key, possession, address::<T>(), 1_024, bond::<T>())?;
	Pallet::<T>::measured(&who, 1_000, 1);
	Ok(who)
}

/// Lets `count` parts of a worker's bond, one base unit each, wait to be withdrawn.
fn wait<T: Config>(who: &T::AccountId, count: u32) -> Result<(), BenchmarkError> {
	for _ in 0..count {
		Pallet::<T>::do_bond_extra(who, 1)?;
		Pallet::<T>::do_unbond(who.clone(), 1)?;
	}
	Ok(())
}

/// The epoch that rewards are measured in.
const EPOCH: u32 = 7;

/// What else has to be set up.
pub trait BenchmarkHelper {
	/// Makes `epoch` the running one.
	fn set_epoch(epoch: u32);
	/// Makes workers be probed since the first block, or not at all.
	fn set_probed(probed: bool);
}

/// An epoch that `count` workers worked in, closed and funded.
fn worked<T: Config>(count: u32) -> Result<Vec<T::AccountId>, BenchmarkError> {
	let workers = fill::<T>(count)?;
	T::BenchmarkHelper::set_epoch(EPOCH);
	let ceiling = bond::<T>();
	for worker in &workers {
		let record = WorkRecord { since: Zero::zero(), work: 1, weight: 1, ceiling, paid: None };
		Work::<T>::insert(EPOCH, worker, record);
	}
	let ceilings = ceiling.saturating_mul(count.into());
	let sums = EpochRecord { total_weight: count.into(), ceilings, rows: count, ..EpochRecord::default() };
	Epochs::<T>::insert(EPOCH, sums);
	let taken = Pallet::<T>::close_epoch(EPOCH, ceilings);
	let endowed = taken.saturating_add(T::Currency::minimum_balance());
	T::Currency::resolve(&Pallet::<T>::pool_account(), T::Currency::issue(endowed))
		.map_err(|_| BenchmarkError::Stop("the pool can't be funded"))?;
	Pallet::<T>::set_aside(taken)?;
	T::BenchmarkHelper::set_epoch(EPOCH.saturating_add(1));
	Ok(workers)
}

fn status<T: Config>(who: &T::AccountId) -> Option<WorkerStatusOf<T>> {
	Workers::<T>::get(who).map(|record| record.status)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// In a full list, in the place of a measured worker.
	#[benchmark]
	fn register() -> Result<(), BenchmarkError> {
		fill::<T>(T::MaxWorkers::get())?;
		let displaced = measured_last::<T>()?;
		let who: T::AccountId = whitelisted_caller();
		fund::<T>(&who)?;
		let (key, possession) = key_for::<T>(&who)?;
		let more = bond::<T>().saturating_mul(2);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), key, possession, address::<T>(), 1_024, more);

		assert_eq!(status::<T>(&who), Some(WorkerStatus::Active));
		assert_eq!(status::<T>(&displaced), Some(WorkerStatus::Paused));
		assert_eq!(TotalCapacity::<T>::get().workers, 0);
		Ok(())
	}

	/// The worker was underbonded and comes back to a full list, in the place of a measured worker.
	#[benchmark]
	fn bond_extra() -> Result<(), BenchmarkError> {
		T::BenchmarkHelper::set_probed(false);
		let (who, displaced) = outside::<T>(WorkerStatus::Underbonded)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), T::MinBond::get());

		assert_eq!(status::<T>(&who), Some(WorkerStatus::Active));
		assert_eq!(status::<T>(&displaced), Some(WorkerStatus::Paused));
		assert_eq!(TotalCapacity::<T>::get().workers, 1);
		Ok(())
	}

	/// A measured worker offers less memory, and is unmeasured.
	#[benchmark]
	fn update() -> Result<(), BenchmarkError> {
		T::BenchmarkHelper::set_probed(true);
		let who = registered::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), address::<T>(), 512);

		assert_eq!(
			Workers::<T>::get(&who).map(|record| (record.memory_mib, record.capacity)),
			Some((512, 0))
		);
		Ok(())
	}

	#[benchmark]
	fn rotate_key() -> Result<(), BenchmarkError> {
		let who = registered::<T>()?;
		let (key, possession) = key_for::<T>(&who)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), key.clone(), possession);

		assert_eq!(Keys::<T>::get(&key), Some(who));
		Ok(())
	}

	/// Ends a pause of a measured worker in a full list, in the place of another measured one: the list is searched and moved
	/// twice, and the sums change twice.
	#[benchmark]
	fn set_available() -> Result<(), BenchmarkError> {
		T::BenchmarkHelper::set_probed(false);
		let (who, displaced) = outside::<T>(WorkerStatus::Paused)?;
		Pallet::<T>::do_bond_extra(&who, bond::<T>())?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), true);

		assert_eq!(status::<T>(&who), Some(WorkerStatus::Active));
		assert_eq!(status::<T>(&displaced), Some(WorkerStatus::Paused));
		assert_eq!(TotalCapacity::<T>::get().workers, 1);
		Ok(())
	}

	#[benchmark]
	fn leave() -> Result<(), BenchmarkError> {
		let who = registered::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));

		assert_eq!(status::<T>(&who), Some(Pallet::<T>::unbonding_from_now()));
		Ok(())
	}

	#[benchmark]
	fn withdraw() -> Result<(), BenchmarkError> {
		let who = registered::<T>()?;
		wait::<T>(&who, T::MaxUnbonding::get())?;
		Pallet::<T>::do_leave(&who)?;
		let mut record = Pallet::<T>::record_of(&who)?;
		record.status = WorkerStatus::Unbonding { until: Zero::zero() };
		Workers::<T>::insert(&who, record);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));

		assert_eq!(status::<T>(&who), None);
		assert!(T::Currency::balance_on_hold(&HoldReason::Bond.into(), &who).is_zero());
		Ok(())
	}

	#[benchmark]
	fn force_remove() -> Result<(), BenchmarkError> {
		let who = registered_as::<T>(account("removed", 0, 0))?;
		wait::<T>(&who, T::MaxUnbonding::get())?;
		let admin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(admin as T::RuntimeOrigin, who.clone());

		assert_eq!(status::<T>(&who), None);
		Ok(())
	}

	#[benchmark]
	fn unbond() -> Result<(), BenchmarkError> {
		let who = registered::<T>()?;
		wait::<T>(&who, T::MaxUnbonding::get().saturating_sub(1))?;
		Pallet::<T>::do_bond_extra(&who, 1)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), 1);

		assert_eq!(Pallet::<T>::waiting(&who)?, Balance::from(T::MaxUnbonding::get()));
		Ok(())
	}

	#[benchmark]
	fn withdraw_unbonded() -> Result<(), BenchmarkError> {
		let who = registered::<T>()?;
		wait::<T>(&who, T::MaxUnbonding::get())?;
		let after = T::UnbondingPeriod::get().saturating_add(frame_system::Pallet::<T>::block_number());
		frame_system::Pallet::<T>::set_block_number(after);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()));

		assert!(!Unbonding::<T>::contains_key(&who));
		Ok(())
	}

	#[benchmark]
	fn claim_rewards() -> Result<(), BenchmarkError> {
		let workers = worked::<T>(1)?;
		let worker = workers.first().cloned().ok_or(BenchmarkError::Stop("nobody worked"))?;
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), worker.clone(), EPOCH);

		assert!(Work::<T>::get(EPOCH, &worker).is_some_and(|work| work.paid.is_some()));
		Ok(())
	}

	/// The first page, which moves the money, and the last.
	#[benchmark]
	fn expire_epoch(r: Linear<1, { T::MaxWorkers::get() }>) -> Result<(), BenchmarkError> {
		worked::<T>(r)?;
		T::BenchmarkHelper::set_epoch(EPOCH.saturating_add(T::ClaimPeriod::get()).saturating_add(1));
		fund::<T>(&T::Treasury::get())?;
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), EPOCH, r);

		assert!(!Epochs::<T>::contains_key(EPOCH));
		assert_eq!(Work::<T>::iter_key_prefix(EPOCH).count(), 0);
		Ok(())
	}

	#[benchmark]
	fn draw(w: Linear<1, { T::MaxWorkers::get() }>) -> Result<(), BenchmarkError> {
		fill::<T>(w)?;
		let drawn;

		#[block]
		{
			drawn = Pallet::<T>::draw(H256::repeat_byte(1), 1, &[]);
		}

		assert!(drawn.is_some());
		Ok(())
	}

	/// Of a worker whose bond buys just a slot, so that the slash takes it out of the pool.
	#[benchmark]
	fn slash(c: Linear<0, { CLAIMANTS }>) -> Result<(), BenchmarkError> {
		let who = registered_as::<T>(account("slashed", 0, 0))?;
		wait::<T>(&who, T::MaxUnbonding::get())?;
		let slot = T::BondPerSlot::get();
		let spare = bond::<T>().saturating_sub(slot);
		T::Currency::release(&HoldReason::Bond.into(), &who, spare, Precision::Exact)?;
		let mut record = Pallet::<T>::record_of(&who)?;
		record.bond = slot;
		Pallet::<T>::store(&who, record);
		let mut claims = Vec::new();
		for index in 0..c {
			let claimant: T::AccountId = account("claimant", index, 0);
			fund::<T>(&claimant)?;
			claims.push((claimant, 1));
		}
		let taken;

		#[block]
		{
			taken = Pallet::<T>::slash(&who, &claims);
		}

		assert!(taken > 0);
		assert_eq!(status::<T>(&who), Some(WorkerStatus::Underbonded));
		assert_eq!(Workers::<T>::get(&who).map(|record| record.bond), Some(slot.saturating_sub(taken)));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder.build(), crate::mock::Test);
}
