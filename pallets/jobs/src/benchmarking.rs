//! Benchmarks at the declared bounds: every part, the longest address, an agenda in which only the last place is free.

#![allow(clippy::as_conversions, reason = "the macro is told the type of an origin by `as`")]

use crate::{pallet::*, types::*, Pallet as Market};
use alloc::{vec, vec::Vec};
use codec::Decode;
use engram_primitives::{
	authorization::WorkerKey,
	model::{Optimiser, TrainingSpec},
	traits::{InferencePricing, ModelRegistry, Parts},
	units::Balance,
	work::{FailureReason, WorkId, WorkKind},
	Cid, JobId, ModelId, VersionId,
};
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{
		fungible::{Inspect, Mutate},
		Authorize, EnsureOrigin, Get,
	},
	BoundedVec,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::{
	traits::{One, Saturating, Zero},
	transaction_validity::TransactionSource,
};

/// Sets up what other pallets hold.
pub trait BenchmarkHelper<AccountId, BlockNumber> {
	/// A model, a version of it, and the contributions it was trained on: as many as a training job may name.
	fn version() -> (ModelId, VersionId, Parts);
	/// An active measured worker with this hot key and a free slot, in a pool that is as large as it may be. Any penalty takes it
	/// out of the pool.
	fn worker(key: WorkerKey) -> AccountId;
	/// Makes the beacon's output of `at` available.
	fn beacon(at: BlockNumber);
}

fn funded<T: Config>(fee: Balance) -> T::AccountId {
	let who = account("requester", 0, 0);
	// Where the call will be made: benchmarks start before the first block, and calls are measured in it.
	if frame_system::Pallet::<T>::block_number().is_zero() {
		set_block::<T>(One::one());
	}
	fund::<T>(&who, fee);
	who
}

/// Gives an account what a job at this fee costs, and more.
fn fund<T: Config>(who: &T::AccountId, fee: Balance) {
	let amount = T::Currency::minimum_balance()
		.saturating_add(T::JobDeposit::get())
		.saturating_add(fee)
		.saturating_add(Market::<T>::guarantee(fee).unwrap_or_default())
		.saturating_add(Market::<T>::funded_guarantee(fee).unwrap_or_default())
		.saturating_mul(10);
	T::Currency::set_balance(who, amount);
}

/// A probe with the most parts.
fn probe<T: Config>(period: u32) -> ProbeTermsOf<T> {
	let (model, parent, parts) = T::BenchmarkHelper::version();
	let request = TrainingRequest {
		model,
		parent: Some(parent),
		parts,
		held_out: Cid::of_raw(b"held out"),
		held_out_rows: 1,
		held_out_source: address::<T>(),
		spec: spec(),
	};
	ProbeTerms { request, memory_mib: 0, fee: T::MinTrainingFee::get(), period }
}

fn address<T: Config>() -> AddressOf<T> {
	let mut bytes = b"/ip4/127.0.0.1/tcp/1/p2p/".to_vec();
	bytes.resize(usize::try_from(T::MaxAddressLen::get()).unwrap_or_default(), b'a');
	BoundedVec::truncate_from(bytes)
}

fn spec() -> TrainingSpec {
	TrainingSpec {
		steps: 160,
		checkpoint_interval: 10,
		batch_size: 32,
		learning_rate: 100_000,
		optimiser: Optimiser::Sgd,
		opened: 4,
	}
}

/// Leaves one place for a draw about what is fixed in this block, where the search for it ends.
pub fn crowd_draws<T: Config>() {
	crowd::<T>(Market::<T>::decided_at(Market::<T>::now()));
}

/// Leaves one place in the window that starts at `at`: the last of its last block.
fn crowd<T: Config>(at: BlockNumberFor<T>) {
	let places = usize::try_from(T::MaxPerBlock::get()).unwrap_or_default();
	let item = AgendaItem { job: JobId(u64::MAX), attempt: u32::MAX, due: Due::Draw };
	let mut block = at;
	for left in (0..T::AgendaWindow::get()).rev() {
		let taken = if left == 0 { places.saturating_sub(1) } else { places };
		Agenda::<T>::insert(block, BoundedVec::truncate_from(vec![item; taken]));
		block.saturating_inc();
	}
}

/// Crowds the blocks that a seed fixed at `now` goes to, and those that its deadline then goes to.
fn crowd_assignment<T: Config>(now: BlockNumberFor<T>) {
	let seeds = Market::<T>::seeded_at(now);
	crowd::<T>(seeds);
	let last = seeds.saturating_add(T::AgendaWindow::get().into()).saturating_sub(One::one());
	crowd::<T>(last.saturating_add(T::TrainingDeadline::get()));
}

/// The owner of a model whose escrow can pay for a job at this fee.
fn owner<T: Config>(model: ModelId, fee: Balance) -> Result<T::AccountId, BenchmarkError> {
	let owner = T::Models::model(model).ok_or("the model exists")?.owner;
	for who in [funded::<T>(fee), owner.clone(), Market::<T>::escrow(model)] {
		fund::<T>(&who, fee);
	}
	Ok(owner)
}

/// A queued training job with the most parts, which an escrow pays: one more account gets something back when it ends.
fn training<T: Config>() -> Result<JobId, BenchmarkError> {
	let (model, parent, parts) = T::BenchmarkHelper::version();
	let fee = T::MinTrainingFee::get();
	let owner = owner::<T>(model, fee)?;
	let job = NextJobId::<T>::get();
	Market::<T>::request_funded_training(
		RawOrigin::Signed(owner).into(),
		model,
		Some(parent),
		parts,
		Cid::of_raw(b"held out"),
		1,
		address::<T>(),
		spec(),
		0,
		fee,
	)?;
	Ok(job)
}

/// Who may cancel and remove a job that an escrow pays.
fn guarantor<T: Config>(job: JobId) -> Result<T::AccountId, BenchmarkError> {
	let record = Jobs::<T>::get(job).ok_or("job was requested")?;
	Ok(Market::<T>::guarantor(&record).ok_or("an escrow pays")?)
}

/// Gives a job as many workers that are not drawn as it can have. None of them is in the pool, so a draw reads all of it.
fn exclude<T: Config>(job: JobId) {
	Jobs::<T>::mutate_extant(job, |record| {
		record.tried = BoundedVec::truncate_from(others(T::MaxAttempts::get().saturating_sub(1)));
		record.judges = BoundedVec::truncate_from(others(MAX_JUDGES));
	});
}

fn others<AccountId: Decode>(count: u32) -> Vec<AccountId> {
	(0..count).map(|n| account("excluded", n, 0)).collect()
}

/// A training job with an executor, at a block whose agenda is as a hook leaves it, and the key of the executor.
fn assigned<T: Config>() -> Result<(JobId, T::AccountId, WorkerKey), BenchmarkError> {
	let job = training::<T>()?;
	let key = WorkerKey::generate_pair(None);
	let worker = T::BenchmarkHelper::worker(key.clone());
	let record = Jobs::<T>::get(job).ok_or("job was requested")?;
	Market::<T>::clear_agenda(job, &record);
	Market::<T>::assign(job, record, worker.clone(), Market::<T>::now())?;
	Ok((job, worker, key))
}

fn set_block<T: Config>(at: BlockNumberFor<T>) {
	frame_system::Pallet::<T>::set_block_number(at);
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn request_training() -> Result<(), BenchmarkError> {
		let (model, parent, parts) = T::BenchmarkHelper::version();
		let fee = T::MinTrainingFee::get();
		let who = funded::<T>(fee);
		let job = NextJobId::<T>::get();
		crowd_draws::<T>();

		#[extrinsic_call]
		_(
			RawOrigin::Signed(who),
			model,
			Some(parent),
			parts,
			Cid::of_raw(b"held out"),
			1,
			address::<T>(),
			spec(),
			0,
			fee,
		);

		assert!(Jobs::<T>::contains_key(job));
		Ok(())
	}

	#[benchmark]
	fn request_funded_training() -> Result<(), BenchmarkError> {
		let (model, parent, parts) = T::BenchmarkHelper::version();
		let fee = T::MinTrainingFee::get();
		let owner = owner::<T>(model, fee)?;
		let job = NextJobId::<T>::get();
		crowd_draws::<T>();

		#[extrinsic_call]
		_(
			RawOrigin::Signed(owner),
			model,
			Some(parent),
			parts,
			Cid::of_raw(b"held out"),
			1,
			address::<T>(),
			spec(),
			0,
			fee,
		);

		assert!(Jobs::<T>::contains_key(job));
		Ok(())
	}

	#[benchmark]
	fn request_inference() -> Result<(), BenchmarkError> {
		let (_, version, _) = T::BenchmarkHelper::version();
		let rows = T::MaxRows::get().min(T::MaxExactAnswers::get());
		let fee = T::Pricing::quote(version, rows)?.fee;
		let who = funded::<T>(fee);
		let job = NextJobId::<T>::get();
		crowd_draws::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(who), version, Cid::of_raw(b"input"), rows, address::<T>(), 0, Balance::MAX);

		assert!(Jobs::<T>::contains_key(job));
		Ok(())
	}

	#[benchmark]
	fn cancel() -> Result<(), BenchmarkError> {
		let job = training::<T>()?;
		let who = guarantor::<T>(job)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who), job);

		assert!(Jobs::<T>::get(job).is_some_and(|record| !record.state.is_open()));
		Ok(())
	}

	#[benchmark]
	fn give_back() -> Result<(), BenchmarkError> {
		let (job, worker, key) = assigned::<T>()?;
		crowd_draws::<T>();
		let content = FailureReason::Device;
		let id = WorkId { job, attempt: 0, round: 0, kind: WorkKind::Fail };
		let digest = Market::<T>::digest(&worker, id, &content);
		let signature = key.sign(&digest).ok_or("the keystore has the key")?;

		#[extrinsic_call]
		_(RawOrigin::Authorized, worker, job, 0, content, signature);

		assert_eq!(Jobs::<T>::get(job).map(|record| record.attempt), Some(1));
		Ok(())
	}

	#[benchmark]
	fn decline() -> Result<(), BenchmarkError> {
		let (job, worker, key) = assigned::<T>()?;
		crowd_draws::<T>();
		let content = FailureReason::InputUnavailable;
		let id = WorkId { job, attempt: 0, round: 0, kind: WorkKind::Fail };
		let digest = Market::<T>::digest(&worker, id, &content);
		let signature = key.sign(&digest).ok_or("the keystore has the key")?;

		#[block]
		{
			Market::<T>::give_back(RawOrigin::Authorized.into(), worker, job, 0, content, signature)?;
		}

		assert_eq!(Jobs::<T>::get(job).map(|record| record.unserved), Some(1));
		Ok(())
	}

	#[benchmark]
	fn authorize_give_back() -> Result<(), BenchmarkError> {
		let (job, worker, key) = assigned::<T>()?;
		let content = FailureReason::Device;
		let id = WorkId { job, attempt: 0, round: 0, kind: WorkKind::Fail };
		let digest = Market::<T>::digest(&worker, id, &content);
		let signature = key.sign(&digest).ok_or("the keystore has the key")?;
		let call = Call::<T>::give_back { worker, job, attempt: 0, content, signature };

		#[block]
		{
			call.authorize(TransactionSource::External).ok_or("the call has an authorization")??;
		}
		Ok(())
	}

	#[benchmark]
	fn remove() -> Result<(), BenchmarkError> {
		let job = training::<T>()?;
		let who = guarantor::<T>(job)?;
		Market::<T>::cancel(RawOrigin::Signed(who.clone()).into(), job)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who), job);

		assert!(!Jobs::<T>::contains_key(job));
		Ok(())
	}

	#[benchmark]
	fn set_probe() -> Result<(), BenchmarkError> {
		let origin = T::AdminOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let (old, new) = (probe::<T>(2), probe::<T>(1));
		Market::<T>::do_set_probe(Some(old))?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, Some(new.clone()));

		assert_eq!(Probe::<T>::get(), Some(new));
		Ok(())
	}

	/// A probe is set, so the beacon is asked. Once in `2^32` times it would draw one.
	#[benchmark]
	fn tick_base() {
		let now = Market::<T>::now().saturating_add(One::one());
		Probe::<T>::put(probe::<T>(u32::MAX));
		set_block::<T>(now);
		T::BenchmarkHelper::beacon(now);

		#[block]
		{
			Market::<T>::tick(now);
		}
	}

	#[benchmark]
	fn process_probe() -> Result<(), BenchmarkError> {
		Probe::<T>::put(probe::<T>(1));
		T::BenchmarkHelper::worker(WorkerKey::generate_pair(None));
		let prober = Market::<T>::probe_account();
		fund::<T>(&prober, T::MinTrainingFee::get());
		// The prober has room for one more. None of these is the worker's.
		let others = T::MaxOpenPerRequester::get().saturating_sub(1);
		let open = vec![JobId(u64::MAX); usize::try_from(others).unwrap_or_default()];
		OpenJobs::<T>::insert(&prober, BoundedVec::truncate_from(open));
		let job = NextJobId::<T>::get();
		let now = Market::<T>::now().saturating_add(One::one());
		set_block::<T>(now);
		T::BenchmarkHelper::beacon(now);
		crowd_assignment::<T>(now);

		#[block]
		{
			Market::<T>::draw_probe(now);
		}

		assert!(Jobs::<T>::get(job).is_some_and(|record| record.state.occupant().is_some()));
		Ok(())
	}

	#[benchmark]
	fn process_draw() -> Result<(), BenchmarkError> {
		let job = training::<T>()?;
		exclude::<T>(job);
		T::BenchmarkHelper::worker(WorkerKey::generate_pair(None));
		let now = Market::<T>::decided_at(Market::<T>::now());
		set_block::<T>(now);
		T::BenchmarkHelper::beacon(now);
		crowd_assignment::<T>(now);

		#[block]
		{
			Market::<T>::tick(now);
		}

		assert!(Jobs::<T>::get(job).is_some_and(|record| record.state.occupant().is_some()));
		Ok(())
	}

	#[benchmark]
	fn process_seed() -> Result<(), BenchmarkError> {
		// No output is made available, and nobody fills the ring this far ahead.
		set_block::<T>(1_000_000u32.into());
		let (job, _, _) = assigned::<T>()?;
		let now = Market::<T>::seeded_at(Market::<T>::now());
		set_block::<T>(now);
		crowd_assignment::<T>(now);

		#[block]
		{
			Market::<T>::tick(now);
		}

		assert_eq!(Jobs::<T>::get(job).map(|record| record.redraws), Some(1));
		Ok(())
	}

	#[benchmark]
	fn process_deadline() -> Result<(), BenchmarkError> {
		let (job, _, _) = assigned::<T>()?;
		let record = Jobs::<T>::get(job).ok_or("job was requested")?;
		let JobState::Assigned { deadline, .. } = record.state else {
			return Err(BenchmarkError::Stop("job is assigned"));
		};
		set_block::<T>(deadline);
		crowd::<T>(Market::<T>::decided_at(deadline));

		#[block]
		{
			Market::<T>::tick(deadline);
		}

		assert_eq!(Jobs::<T>::get(job).map(|record| record.attempt), Some(1));
		Ok(())
	}

	/// The worker that declined is not drawn again, but another of the pool.
	#[benchmark]
	fn process_redraw() -> Result<(), BenchmarkError> {
		let (job, worker, _) = assigned::<T>()?;
		let record = Jobs::<T>::get(job).ok_or("job was requested")?;
		Market::<T>::decline(job, record, worker, FailureReason::InputUnavailable)?;
		Jobs::<T>::mutate_extant(job, |record| {
			record.judges = BoundedVec::truncate_from(others(MAX_JUDGES));
			// What a requester has that pays itself.
			record.chances = 1;
		});
		let now = Market::<T>::decided_at(Market::<T>::now());
		set_block::<T>(now);
		T::BenchmarkHelper::beacon(now);
		crowd_assignment::<T>(now);

		#[block]
		{
			Market::<T>::tick(now);
		}

		let record = Jobs::<T>::get(job).ok_or("job was requested")?;
		assert!(record.attempt == 1 && record.state.occupant().is_some());
		Ok(())
	}

	/// A training job with an executor, the dearest to close: two items on the agenda, a slot, a reservation and the escrow.
	#[benchmark]
	fn abandon() -> Result<(), BenchmarkError> {
		let (job, _, _) = assigned::<T>()?;
		let item = AgendaItem { job, attempt: 0, due: Due::Seed };

		#[block]
		{
			Market::<T>::abandon(item)?;
		}

		let reason = JobFailure::Internal;
		let state = Jobs::<T>::get(job).map(|record| record.state);
		assert!(matches!(state, Some(JobState::Failed { reason: found, .. }) if found == reason));
		Ok(())
	}

	impl_benchmark_test_suite!(Market, crate::mock::ExtBuilder::default().build(), crate::mock::Test,);
}
