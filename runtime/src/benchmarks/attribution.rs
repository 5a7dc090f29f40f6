//! What the benchmarks of attribution need.

use super::world;
use crate::{AccountId, Jobs};
use engram_primitives::{authorization::WorkerKey, units::Balance, Cid, JobId};

/// Sets up what other pallets hold.
#[derive(Debug)]
pub struct AttributionHelper;

impl pallet_attribution::benchmarking::BenchmarkHelper<AccountId> for AttributionHelper {
	fn assigned(key: WorkerKey, parts: u32) -> (AccountId, JobId) {
		let worker = world::worker(key);
		let (_, version, parts) = world::version(parts);
		// A claim then does all there is to do for its reward.
		parts.first().copied().into_iter().for_each(world::rated);
		let input = Cid::of_raw(b"input");
		let job = world::requested(|requester| {
			Jobs::request_inference(requester, version, input, 1, world::address(), 0, Balance::MAX)
		});
		world::assign(job, &worker);
		world::author();
		(worker, job)
	}
}
