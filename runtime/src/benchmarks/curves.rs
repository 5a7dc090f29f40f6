//! What the benchmarks of curves need.

use super::world;
use crate::{AccountId, Assets, Runtime, RuntimeOrigin};
use codec::Compact;
use engram_primitives::{model::MAX_PARTS, ModelId, TokenId, VersionId};

/// Sets up what other pallets hold.
#[derive(Debug)]
pub struct CurvesHelper;

impl pallet_curves::benchmarking::BenchmarkHelper<AccountId> for CurvesHelper {
	fn model() -> (AccountId, ModelId) {
		let owner = world::funded("modeller", 0);
		let (model, _, parts) = world::version_of(&owner, MAX_PARTS);
		let rows = <Runtime as pallet_curves::Config>::LeastRows::get();
		let rows = u32::try_from(rows).expect("a version has no more rows; qed");
		for part in parts {
			pallet_datanets::Items::<Runtime>::mutate_extant(part, |item| item.rows = rows);
		}
		(owner, model)
	}

	fn version(model: ModelId) -> VersionId {
		crate::Models::versions_of(model).pop().expect("it has one; qed")
	}

	fn next_epoch() {
		let next = u64::from(crate::Emission::epoch()).saturating_add(1);
		pallet_emission::EmissionState::<Runtime>::mutate(|state| state.epoch = next);
	}

	fn leave(token: TokenId, index: u32) {
		let origin = RuntimeOrigin::signed(world::funded("left", index));
		let delegate = sp_runtime::MultiAddress::Id(world::funded("delegate", 0));
		Assets::touch(origin.clone(), Compact(token.0)).expect("the token exists; qed");
		Assets::approve_transfer(origin, Compact(token.0), delegate, 1).expect("the token exists; qed");
	}
}
