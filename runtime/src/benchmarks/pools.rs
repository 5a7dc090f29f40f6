//! What the benchmarks of pools need.

use super::{world, CurvesHelper};
use crate::{AccountId, Runtime, System};
use engram_primitives::{ModelId, TokenId, VersionId};

/// Sets up what other pallets hold.
#[derive(Debug)]
pub struct PoolsHelper;

impl pallet_pools::benchmarking::BenchmarkHelper<AccountId> for PoolsHelper {
	fn version() -> (AccountId, ModelId, VersionId) {
		let owner = world::funded("modeller", 0);
		let (model, version, _) = world::version_of(&owner, 1);
		(owner, model, version)
	}

	fn crowd() {
		// Where the call will be made: benchmarks start before the first block, and calls are measured in it.
		System::set_block_number(System::block_number().max(1));
		pallet_jobs::benchmarking::crowd_draws::<Runtime>();
	}

	fn leave(token: TokenId, index: u32) {
		<CurvesHelper as pallet_curves::benchmarking::BenchmarkHelper<AccountId>>::leave(token, index);
	}
}
