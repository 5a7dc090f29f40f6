//! What must hold of the runtime before the first block: presets build, money is conserved, forced balances are filtered.

mod common;

use common::chain;
use engram_math::allocation::released_floor;
use engram_primitives::units::ENGR;
use engram_runtime::{
	configs::{pots, EXISTENTIAL_DEPOSIT},
	genesis_config_presets::{
		allocation::{neuronet, openledger, Row, POCKET, SUPPLY, YEAR},
		get_preset, preset_names,
	},
	AccountId, AllPalletsWithSystem, Balances, BlockNumber, Runtime, RuntimeCall, RuntimeOrigin, Staking,
	System, Treasury, Vesting,
};
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		fungible::Inspect,
		tokens::{Fortitude, Preservation},
		Contains, IntegrityTest, TryState, TryStateSelect, VestingSchedule,
	},
};
use pallet_vesting::VestingInfo;
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring;
use sp_runtime::TokenError;

fn sum_of_balances() -> u128 {
	frame_system::Account::<Runtime>::iter().map(|(_, info)| info.data.free + info.data.reserved).sum()
}

#[test]
fn every_preset_builds_and_its_balances_sum_to_issuance() {
	assert_eq!(preset_names().len(), 5);
	for preset in preset_names() {
		chain(&preset).execute_with(|| {
			assert_eq!(Balances::total_issuance(), sum_of_balances(), "{preset}");
			assert!(Balances::total_issuance() > 1_000_000 * ENGR);
			for pot in pots() {
				assert!(Balances::free_balance(&pot) >= EXISTENTIAL_DEPOSIT, "{preset}: a pot is missing");
			}
			assert!(pots().contains(&Treasury::account_id()));
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
	let presets = [
		("development", true),
		("local_testnet", true),
		("testnet", false),
		("neuronet", false),
		("openledger", false),
	];
	for (preset, expected) in presets {
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
	let presets = [
		("development", true),
		("local_testnet", false),
		("testnet", false),
		("neuronet", false),
		("openledger", false),
	];
	for (preset, allowed) in presets {
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

const MILLION: u128 = 1_000_000 * ENGR;

/// Preset, rows, and for each row: name, amount, cliff and length in years. Numbers are written out, to be compared with
/// the papers and `docs/genesis.md`.
type Expected = (&'static str, Vec<Row>, Vec<(&'static str, u128, u64, u64)>);

fn allocated() -> [Expected; 2] {
	[
		(
			"neuronet",
			neuronet().unwrap(),
			vec![
				("staking rewards", 200 * MILLION, 0, 4),
				("GPU operator rewards", 300 * MILLION, 0, 4),
				("public and market", 200 * MILLION, 0, 0),
				("team and development", 150 * MILLION, 1, 3),
				("ecosystem and treasury", 100 * MILLION, 0, 0),
				("reserve and strategic partnerships", 50 * MILLION, 1, 3),
			],
		),
		(
			"openledger",
			openledger().unwrap(),
			vec![
				("community", 517_100_000 * ENGR, 0, 4),
				("investors", 182_900_000 * ENGR, 1, 3),
				("team", 150 * MILLION, 1, 3),
				("liquidity", 50 * MILLION, 0, 0),
				("ecosystem", 100 * MILLION, 0, 0),
			],
		),
	]
}

#[test]
fn amounts_above_u64_are_whole_numbers_in_the_spec() {
	for (preset, rows, _) in allocated() {
		let json = get_preset(&PresetId::from(preset)).unwrap();
		let text = String::from_utf8(json).unwrap();
		for row in rows.iter().filter(|row| !row.endows) {
			assert!(row.amount > u64::MAX.into());
			assert!(text.contains(&format!("\",{}]", row.amount)), "{preset}: {}", row.name);
		}
	}
}

fn movable(who: &AccountId) -> u128 {
	Balances::reducible_balance(who, Preservation::Expendable, Fortitude::Polite)
}

#[test]
fn tables_give_the_amounts_and_releases_of_the_papers() {
	for (preset, rows, expected) in allocated() {
		let found: Vec<_> = rows
			.iter()
			.map(|row| (row.name, row.amount, row.vesting.cliff / YEAR, row.vesting.length / YEAR))
			.collect();
		assert_eq!(found, expected, "{preset}");
		assert!(rows.iter().all(|row| row.vesting.liquid == 0), "{preset}");
		assert_eq!(rows.iter().map(|row| row.amount).sum::<u128>(), SUPPLY, "{preset}");
	}
	let accounts: std::collections::BTreeSet<_> =
		allocated().into_iter().flat_map(|(_, rows, _)| rows).map(|row| row.account).collect();
	assert_eq!(accounts.len(), 11, "two rows share an account");
}

#[test]
fn allocated_presets_hold_exactly_the_supply() {
	use Sr25519Keyring::{Alice, Bob, Charlie, Dave};
	for (preset, rows, _) in allocated() {
		chain(&PresetId::from(preset)).execute_with(|| {
			assert_eq!(SUPPLY, 1_000 * MILLION);
			assert_eq!(sum_of_balances(), SUPPLY, "{preset}");
			assert_eq!(Balances::total_issuance(), SUPPLY, "{preset}");
			for validator in [Alice, Bob, Charlie, Dave].map(|key| key.to_account_id()) {
				assert_eq!(Balances::total_balance(&validator), MILLION + POCKET);
				assert_eq!(Staking::ledger(validator.into()).unwrap().active, MILLION);
			}
			let pots = u128::try_from(pots().len()).unwrap();
			let given = 4 * (MILLION + POCKET) + pots * EXISTENTIAL_DEPOSIT;
			for row in &rows {
				let endowing = row.name.starts_with("ecosystem");
				let expected = if endowing { row.amount - given } else { row.amount };
				assert_eq!(Balances::total_balance(&row.account), expected, "{preset}: {}", row.name);
				assert_eq!(row.endows, endowing, "{preset}: {}", row.name);
			}
		});
	}
}

#[test]
fn vested_rows_are_locked_and_released_as_their_schedule_says() {
	let to: AccountId = [1; 32].into();
	for (preset, rows, _) in allocated() {
		chain(&PresetId::from(preset)).execute_with(|| {
			for row in rows.iter().filter(|row| row.vesting.length == 0) {
				assert_eq!(Vesting::vesting_balance(&row.account), None, "{preset}: {}", row.name);
				assert_eq!(movable(&row.account), Balances::total_balance(&row.account));
			}
			for row in rows.iter().filter(|row| row.vesting.length > 0) {
				let (cliff, length) = (row.vesting.cliff, row.vesting.length);
				let schedule = VestingInfo::new(
					row.amount,
					row.amount / u128::from(length),
					u32::try_from(cliff).unwrap(),
				);
				assert_eq!(pallet_vesting::Vesting::<Runtime>::get(&row.account).unwrap(), vec![schedule]);
				assert_eq!(movable(&row.account), 0, "{preset}: {}", row.name);

				let times =
					[0, 1, cliff, cliff + 1, cliff + length / 3, cliff + length - 1, cliff + length + 1];
				for block in times {
					System::set_block_number(u32::try_from(block).unwrap());
					let locked = Vesting::vesting_balance(&row.account).unwrap();
					let released = released_floor(row.amount, row.vesting, block).unwrap();
					// The pallet releases a whole number of base units per block, so it is late by less than `length`.
					let late = locked - (row.amount - released);
					assert!(late < length.into(), "{preset}: {} at {block}", row.name);
				}
				assert_eq!(Vesting::vesting_balance(&row.account), Some(0));
				assert_ok!(Vesting::vest(RuntimeOrigin::signed(row.account.clone())));
				assert_eq!(movable(&row.account), row.amount, "{preset}: {}", row.name);
				System::set_block_number(0);
			}
		});
		chain(&PresetId::from(preset)).execute_with(|| {
			let team = rows.iter().find(|row| row.name.starts_with("team")).unwrap();
			let transfer = |value| {
				let from = RuntimeOrigin::signed(team.account.clone());
				Balances::transfer_keep_alive(from, to.clone().into(), value)
			};
			assert_noop!(transfer(ENGR), TokenError::Frozen);
			// Half a year after the cliff a sixth of it is free.
			System::set_block_number(u32::try_from(YEAR + YEAR / 2).unwrap());
			assert_ok!(Vesting::vest(RuntimeOrigin::signed(team.account.clone())));
			assert_noop!(transfer(25 * MILLION + 1), TokenError::Frozen);
			assert_ok!(transfer(25 * MILLION - ENGR));
		});
	}
}
