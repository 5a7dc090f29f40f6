//! What the benchmarks of the job market need.

use super::world;
use crate::{AccountId, BlockNumber};
use engram_primitives::{authorization::WorkerKey, model::MAX_PARTS, traits::Parts, ModelId, VersionId};

/// Sets up what other pallets hold.
#[derive(Debug)]
pub struct JobsHelper;

impl pallet_jobs::benchmarking::BenchmarkHelper<AccountId, BlockNumber> for JobsHelper {
	fn version() -> (ModelId, VersionId, Parts) {
		world::version(MAX_PARTS)
	}

	fn worker(key: WorkerKey) -> AccountId {
		world::worker(key)
	}

	fn beacon(at: BlockNumber) {
		world::beacon(at);
	}
}
