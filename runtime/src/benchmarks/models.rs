//! What the benchmarks of models need.

use super::world;
use crate::{AccountId, Assets, Curves, Runtime};
use engram_primitives::{units::Balance, ModelId, FIRST_TOKEN};
use frame_support::traits::fungibles::{Create, Mutate};

/// Sets up what other pallets hold.
#[derive(Debug)]
pub struct ModelsHelper;

impl pallet_models::benchmarking::BenchmarkHelper<AccountId> for ModelsHelper {
	/// A launch needs an owner with its terms; a token without a curve is locked all the same.
	fn give(model: ModelId, who: &AccountId, amount: Balance) {
		let token = Curves::token_of(model).unwrap_or(FIRST_TOKEN);
		if Curves::token_of(model).is_none() {
			let admin = world::funded("modeller", 0);
			<Assets as Create<AccountId>>::create(token.0, admin, false, 1).expect("the id is free; qed");
			pallet_curves::Markets::<Runtime>::mutate(model, |market| market.token = Some(token));
		}
		<Assets as Mutate<AccountId>>::mint_into(token.0, who, amount).expect("the token exists; qed");
	}
}
