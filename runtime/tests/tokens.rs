//! Tokens of models come from their curves alone: what the runtime refuses around `assets`.

use crate::common::chain;
use codec::Compact;
use engram_primitives::FIRST_TOKEN;
use engram_runtime::{Assets, Runtime, RuntimeCall, RuntimeOrigin, System, Utility};
use frame_support::{assert_noop, assert_ok, traits::Contains};
use pallet_assets::Call;
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring::{Alice, Bob};
use sp_runtime::{traits::Dispatchable, DispatchError};

/// Gives an account of an asset back, with what is in it.
fn refund(id: u32, allow_burn: bool) -> RuntimeCall {
	RuntimeCall::Assets(Call::refund { id: Compact(id), allow_burn })
}

fn passes(call: &RuntimeCall) -> bool {
	<<Runtime as frame_system::Config>::BaseCallFilter as Contains<RuntimeCall>>::contains(call)
}

#[test]
fn holders_destroy_no_tokens_past_the_curve() {
	chain(&PresetId::from("development")).execute_with(|| {
		System::set_block_number(1);
		let last_asset = FIRST_TOKEN.0 - 1;
		assert!(!passes(&refund(FIRST_TOKEN.0, true)) && !passes(&refund(u32::MAX, true)));
		assert!(passes(&refund(FIRST_TOKEN.0, false)) && passes(&refund(last_asset, true)));
		// Not inside of a batch either.
		let calls = vec![refund(FIRST_TOKEN.0, true)];
		assert_ok!(Utility::batch(RuntimeOrigin::signed(Alice.to_account_id()), calls));
		System::assert_has_event(
			pallet_utility::Event::BatchInterrupted {
				index: 0,
				error: frame_system::Error::<Runtime>::CallFiltered.into(),
			}
			.into(),
		);
	});
}

#[test]
fn nobody_takes_the_id_of_a_token() {
	chain(&PresetId::from("development")).execute_with(|| {
		System::set_block_number(1);
		let (alice, admin) = (RuntimeOrigin::signed(Alice.to_account_id()), Bob.to_account_id());
		for id in [FIRST_TOKEN.0, u32::MAX] {
			let create = Assets::create(alice.clone(), Compact(id), admin.clone().into(), 1);
			assert_eq!(create, Err(DispatchError::BadOrigin));
		}
		let id = Compact(FIRST_TOKEN.0);
		let force = RuntimeCall::Assets(Call::force_create {
			id,
			owner: admin.clone().into(),
			is_sufficient: true,
			min_balance: 1,
		});
		assert_noop!(force.dispatch(RuntimeOrigin::root()), DispatchError::BadOrigin);
		assert_ok!(Assets::create(alice, Compact(FIRST_TOKEN.0 - 1), admin.into(), 1));
	});
}
