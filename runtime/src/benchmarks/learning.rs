//! What the benchmarks of the proof of learning need.

use super::world;
use crate::{AccountId, BlockNumber, Jobs, Runtime};
use engram_primitives::{
	authorization::WorkerKey,
	model::{TrainingSpec, MAX_PARTS},
	Cid,
};
use pallet_learning::AssignedJob;

/// Sets up what other pallets hold.
#[derive(Debug)]
pub struct LearningHelper;

impl pallet_learning::BenchmarkHelper<Runtime> for LearningHelper {
	fn worker(key: WorkerKey) -> AccountId {
		world::worker(key)
	}

	fn fill_pool() {
		world::fill_pool();
	}

	fn assign(executor: &AccountId, spec: TrainingSpec) -> AssignedJob {
		let (model, parent, parts) = world::version(MAX_PARTS);
		let held_out = Cid::of_raw(b"held out");
		let fee = <Runtime as pallet_jobs::Config>::MinTrainingFee::get();
		let job = world::requested_of_escrow(model, |owner| {
			let (parent, source) = (Some(parent), world::address());
			Jobs::request_funded_training(owner, model, parent, parts, held_out, 1, source, spec, 0, fee)
		});
		world::assign(job, executor);
		world::author();
		(job, 0)
	}

	fn crowd_market() {
		pallet_jobs::benchmarking::crowd_draws::<Runtime>();
	}

	fn set_beacon(at: BlockNumber) {
		world::beacon(at);
	}
}
