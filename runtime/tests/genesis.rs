//! What must hold of the runtime before the first block: presets build, money is conserved, forced balances are filtered.

mod common;

use common::chain;
use engram_primitives::units::ENGR;
use engram_runtime::{
	configs::{pots, EXISTENTIAL_DEPOSIT},
	genesis_config_presets::preset_names,
	AccountId, AllPalletsWithSystem, Balances, BlockNumber, Runtime, RuntimeCall,
};
use frame_support::traits::{Contains, IntegrityTest, TryState, TryStateSelect};
use sp_genesis_builder::PresetId;

fn sum_of_balances() -> u128 {
	frame_system::Account::<Runtime>::iter().map(|(_, info)| info.data.free + info.data.reserved).sum()
}

#[test]
fn every_preset_builds_and_its_balances_sum_to_issuance() {
	assert_eq!(preset_names().len(), 3);
	for preset in preset_names() {
		chain(&preset).execute_with(|| {
			assert_eq!(Balances::total_issuance(), sum_of_balances(), "{preset}");
			assert!(Balances::total_issuance() > 1_000_000 * ENGR);
			for pot in pots() {
				assert!(Balances::free_balance(&pot) >= EXISTENTIAL_DEPOSIT, "{preset}: a pot is missing");
			}
		});
	}
}

#[test]
fn every_invariant_holds_at_genesis() {
	for preset in preset_names() {
		chain(&preset).execute_with(|| {
			let checked = <AllPalletsWithSystem as TryState<BlockNumber>>::try_state(0, TryStateSelect::All);
			assert_eq!(checked, Ok(()), "{preset}");
		});
	}
}

#[test]
fn only_development_presets_have_a_superuser() {
	for (preset, expected) in [("development", true), ("local_testnet", true), ("testnet", false)] {
		chain(&PresetId::from(preset)).execute_with(|| {
			assert_eq!(pallet_sudo::Key::<Runtime>::get().is_some(), expected, "{preset}");
		});
	}
}

#[test]
fn constants_of_all_pallets_fit_together() {
	chain(&PresetId::from("development")).execute_with(AllPalletsWithSystem::integrity_test);
}

#[test]
fn calls_that_force_balances_are_filtered_outside_development() {
	type Filter = <Runtime as frame_system::Config>::BaseCallFilter;
	let who: AccountId = [1; 32].into();
	let forced = RuntimeCall::Balances(pallet_balances::Call::force_set_balance {
		who: who.clone().into(),
		new_free: 1,
	});
	let issued = RuntimeCall::Balances(pallet_balances::Call::force_adjust_total_issuance {
		direction: pallet_balances::AdjustmentDirection::Increase,
		delta: 1,
	});
	let moved =
		RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive { dest: who.into(), value: 1 });
	let batched = |call: &RuntimeCall| {
		RuntimeCall::Utility(pallet_utility::Call::batch_all { calls: vec![moved.clone(), call.clone()] })
	};
	let as_root = |call: RuntimeCall| RuntimeCall::Sudo(pallet_sudo::Call::sudo { call: Box::new(call) });
	let later = |call: RuntimeCall| {
		let (when, maybe_periodic, priority, call) = (9, None, 0, Box::new(call));
		RuntimeCall::Scheduler(pallet_scheduler::Call::schedule { when, maybe_periodic, priority, call })
	};
	for (preset, allowed) in [("development", true), ("local_testnet", false), ("testnet", false)] {
		chain(&PresetId::from(preset)).execute_with(|| {
			for call in [&forced, &issued] {
				let wrapped = [
					call.clone(),
					as_root(call.clone()),
					as_root(batched(call)),
					as_root(later(batched(call))),
				];
				for call in wrapped {
					assert_eq!(Filter::contains(&call), allowed, "{preset}: {call:?}");
				}
			}
			for call in [moved.clone(), as_root(batched(&moved)), as_root(later(moved.clone()))] {
				assert!(Filter::contains(&call), "{preset}: {call:?}");
			}
		});
	}
}
