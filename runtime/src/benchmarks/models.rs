//! What the benchmarks of models need.

use crate::{AccountId, Assets, Balances, Models, Pools, Runtime, RuntimeOrigin};
use engram_primitives::{
	label::{Label, Symbol},
	payment::ModelTokens,
	units::{Balance, ENGR},
	ModelId, TokenId,
};
use frame_support::{
	traits::{fungible::Mutate as _, fungibles::Mutate, tokens::Preservation, Get},
	BoundedVec,
};
use pallet_pools::{benchmarking::terms, Terms};

/// Sets up what other pallets hold.
#[derive(Debug)]
pub struct ModelsHelper;

impl ModelsHelper {
	/// The token of a fixed pool, which keeps most of it: whoever takes a seat asks the pool for how many.
	fn open(model: ModelId, owner: &AccountId) -> TokenId {
		Balances::mint_into(owner, 1_000u128.saturating_mul(ENGR)).expect("there is room for it; qed");
		let bounds = <Runtime as pallet_pools::Config>::Bounds::get();
		let terms = Terms { supply: bounds.supply.0, ..terms::<Runtime>() };
		let (name, symbol): (Label, Symbol) =
			(BoundedVec::truncate_from(b"digits".to_vec()), BoundedVec::truncate_from(b"DIG".to_vec()));
		Pools::open(RuntimeOrigin::signed(owner.clone()), model, name, symbol, terms)
			.expect("the owner opens the pool of a model without a token; qed");
		Pools::model_token(model).expect("it was opened; qed")
	}
}

impl pallet_models::benchmarking::BenchmarkHelper<AccountId> for ModelsHelper {
	/// Out of the owner's share of the token.
	fn give(model: ModelId, who: &AccountId, amount: Balance) {
		let owner = Models::model(model).expect("it is registered; qed").owner;
		let token = Pools::model_token(model).unwrap_or_else(|| Self::open(model, &owner));
		<Assets as Mutate<AccountId>>::transfer(token.0, &owner, who, amount, Preservation::Expendable)
			.expect("the owner has a twentieth of the supply; qed");
	}
}
