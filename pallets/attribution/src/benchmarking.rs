//! Benchmarks of the calls, each at the most contributions a version can have.

use crate::{pallet::*, reports::serve_id};
use alloc::vec::Vec;
use engram_primitives::{
	authorization::{WorkerKey, WorkerSignature},
	merkle::{sum_prove, sum_root, SumLeaf},
	model::MAX_PARTS,
	task::leaves_of,
	traits::{InferenceJobs, ModelRegistry},
	work::Receipt,
	Cid, JobId,
};
use frame_benchmarking::v2::*;
use frame_support::{
	pallet_prelude::TransactionSource,
	traits::{Authorize, Get},
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::traits::Saturating;

/// Sets up what other pallets hold.
pub trait BenchmarkHelper<AccountId> {
	/// An inference job that waits, at attempt 0, for a receipt of a worker with this hot key; the fee is in escrow. Its
	/// version was trained on `parts` contributions whose owners exist, and their part of the fee is at least one base unit
	/// each and more than the existential deposit. Returns the worker and the job.
	fn assigned(key: WorkerKey, parts: u32) -> (AccountId, JobId);
}

/// A job that waits for a receipt, and the receipt it waits for.
struct Served<T: Config> {
	worker: T::AccountId,
	job: JobId,
	leaves: Vec<SumLeaf>,
	receipt: Receipt,
	signature: WorkerSignature,
}

fn served<T: Config>() -> Result<Served<T>, BenchmarkError> {
	let key = WorkerKey::generate_pair(None);
	let (worker, job) = T::BenchmarkHelper::assigned(key.clone(), MAX_PARTS);
	let assignment = T::Jobs::inference(job).ok_or("the job is not assigned")?;
	let version = T::Models::version(assignment.version).ok_or("the version is unknown")?;
	let weights: Vec<_> = version.parts.iter().map(|part| (*part, 1)).collect();
	let leaves = leaves_of(assignment.contributors, &weights).ok_or("no leaves")?;
	let receipt = Receipt {
		answers: Cid::of_raw(b"answers"),
		report: Cid::of_raw(b"report"),
		root: sum_root(&leaves).ok_or("no root")?,
		leaves: MAX_PARTS,
	};
	let digest = Pallet::<T>::digest_of(&worker, serve_id(job, 0), &receipt);
	let signature = key.sign(&digest).ok_or("the keystore does not sign")?;
	Ok(Served { worker, job, leaves, receipt, signature })
}

/// A payout whose claims are open.
fn claimable<T: Config>() -> Result<(JobId, Vec<SumLeaf>), BenchmarkError> {
	let Served { worker, job, leaves, receipt, .. } = served::<T>()?;
	Pallet::<T>::do_submit_receipt(worker, job, 0, &receipt)?;
	pass::<T>(T::ChallengeWindow::get());
	Ok((job, leaves))
}

fn pass<T: Config>(blocks: BlockNumberFor<T>) {
	let now = frame_system::Pallet::<T>::block_number();
	frame_system::Pallet::<T>::set_block_number(now.saturating_add(blocks));
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn submit_receipt() -> Result<(), BenchmarkError> {
		let Served { worker, job, receipt, signature, .. } = served::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Authorized, worker, job, 0, receipt.clone(), signature);

		let record = Payouts::<T>::get(job).ok_or("no payout")?;
		assert_eq!(record.unpaid, receipt.root.sum);
		assert!(T::Jobs::inference(job).is_none());
		Ok(())
	}

	#[benchmark]
	fn authorize_submit_receipt() -> Result<(), BenchmarkError> {
		let Served { worker, job, receipt, signature, .. } = served::<T>()?;
		let call = Call::<T>::submit_receipt { worker, job, attempt: 0, content: receipt, signature };

		let result;
		#[block]
		{
			result = call.authorize(TransactionSource::External);
		}

		assert!(matches!(result, Some(Ok(_))));
		Ok(())
	}

	#[benchmark]
	fn claim() -> Result<(), BenchmarkError> {
		let (job, leaves) = claimable::<T>()?;
		let leaf = *leaves.first().ok_or("no leaf")?;
		let proof = sum_prove(&leaves, 0).ok_or("no proof")?;
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), job, 0, leaf, proof);

		assert_eq!(Payouts::<T>::get(job).map(|record| record.paid), Some(leaf.amount));
		Ok(())
	}

	#[benchmark]
	fn expire() -> Result<(), BenchmarkError> {
		let (job, _) = claimable::<T>()?;
		pass::<T>(T::ClaimPeriod::get());
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), job);

		assert!(!Payouts::<T>::contains_key(job));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder.build(), crate::mock::Test);
}
