//! What must hold of the runtime before the first block: presets build, money is conserved, forced balances are filtered.

use engram_primitives::units::ENGR;
use engram_runtime::{
	configs::{pots, EXISTENTIAL_DEPOSIT},
	genesis_config_presets::{get_preset, preset_names},
	AccountId, AllPalletsWithSystem, Balances, Runtime, RuntimeCall, RuntimeGenesisConfig,
};
use frame_support::{
	genesis_builder_helper,
	traits::{Contains, IntegrityTest},
};
use serde_json::Value;
use sp_genesis_builder::PresetId;
use sp_io::TestExternalities;

/// Lays `patch` over `base`, as the node does when it builds a spec.
fn merge(base: &mut Value, patch: &Value) {
	match (base, patch) {
		(Value::Object(base), Value::Object(patch)) => {
			for (key, value) in patch {
				merge(base.entry(key.clone()).or_insert(Value::Null), value);
			}
		},
		(base, patch) => *base = patch.clone(),
	}
}

fn chain(preset: &PresetId) -> TestExternalities {
	let default = genesis_builder_helper::get_preset::<RuntimeGenesisConfig>(&None, |_| None).unwrap();
	let mut config: Value = serde_json::from_slice(&default).unwrap();
	merge(&mut config, &serde_json::from_slice(&get_preset(preset).unwrap()).unwrap());
	let mut ext = TestExternalities::new_empty();
	ext.execute_with(|| {
		genesis_builder_helper::build_state::<RuntimeGenesisConfig>(serde_json::to_vec(&config).unwrap())
			.unwrap()
	});
	ext
}

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
fn calls_that_force_balances_are_filtered_and_others_are_not() {
	type Filter = <Runtime as frame_system::Config>::BaseCallFilter;
	let who: AccountId = [1; 32].into();
	chain(&PresetId::from("development")).execute_with(|| {
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
		assert!(!Filter::contains(&forced));
		assert!(!Filter::contains(&issued));
		assert!(Filter::contains(&moved));
	});
}
