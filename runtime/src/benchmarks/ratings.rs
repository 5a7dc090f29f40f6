//! What the benchmarks of ratings need.

use super::world;
use crate::{AccountId, Runtime};
use engram_primitives::{
	merkle::SumNode,
	units::{Balance, ENGR},
	Cid, JobId, VersionId,
};
use pallet_attribution::{Claimed, PayoutRecord, Payouts};
use pallet_ratings::Asset;
use sp_core::H256;

/// Sets up what other pallets hold.
#[derive(Debug)]
pub struct RatingsHelper;

impl pallet_ratings::benchmarking::BenchmarkHelper<AccountId> for RatingsHelper {
	fn asset() -> Asset {
		let (_, _, parts) = world::version(1);
		let contribution = parts.first().expect("the version was trained on one; qed");
		Asset::Contribution(*contribution)
	}

	fn answered(payer: AccountId) -> JobId {
		let (_, version, _) = world::version(1);
		let job = JobId(u64::MAX);
		let sum: Balance = ENGR;
		let record = PayoutRecord {
			version,
			root: SumNode { hash: H256::zero(), sum },
			leaves: 1,
			claimed: Claimed::default(),
			paid: 0,
			unpaid: sum,
			claimable_at: 0,
			expires_at: 0,
			answers: Cid::of_raw(b"answers"),
			report: Cid::of_raw(b"report"),
			worker: payer.clone(),
			requester: payer,
			fee: sum,
		};
		Payouts::<Runtime>::insert(job, record);
		job
	}

	fn version(index: u32) -> VersionId {
		let (_, version, _) = world::version_of(&world::funded("reviewed", index), 1);
		version
	}

	fn beacon() {
		world::beacon(crate::System::block_number());
	}

	fn next_epoch() {
		let next = u64::from(crate::Emission::epoch()).saturating_add(1);
		pallet_emission::EmissionState::<Runtime>::mutate(|state| state.epoch = next);
	}
}
