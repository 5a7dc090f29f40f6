//! What must hold of the runtime before the first block: presets build, money is conserved, forced balances are filtered.

use crate::common::chain;
use codec::Encode;
use engram_math::allocation::released_floor;
use engram_primitives::units::ENGR;
use engram_runtime::{
	configs::{pots, EXISTENTIAL_DEPOSIT},
	genesis_config_presets::{
		allocation::{neuronet, openledger, Row, POCKET, SUPPLY, YEAR},
		get_preset, preset_names,
	},
	AccountId, AllPalletsWithSystem, Balances, BlockNumber, Emission, OriginCaller, Runtime, RuntimeCall,
	RuntimeOrigin, Staking, System, Timing, Treasury, Vesting,
};
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		fungible::Inspect,
		tokens::{Fortitude, Preservation},
		Contains, Get, GetCallMetadata, IntegrityTest, TryState, TryStateSelect, VestingSchedule,
	},
	weights::Weight,
};
use pallet_balances::AdjustmentDirection;
use pallet_emission::Policy;
use pallet_vesting::VestingInfo;
use scale_info::{form::PortableForm, Field, MetaType, PortableRegistry, Registry, TypeDef};
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{traits::Dispatchable, TokenError};
use std::{collections::BTreeSet, iter};

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

/// Blocks from the assignment of training to the last at which its executor or a verifier can be slashed for it, if every
/// deadline is used up and every item of an agenda finds its block crowded. An author who leaves the block of a draw empty
/// adds to it.
fn longest_attempt() -> BlockNumber {
	use pallet_learning::{Config as Learning, LOOK_AHEAD};
	let delay = pallet_timing::BeaconDelay::<Runtime>::get();
	let window = <Runtime as pallet_jobs::Config>::AgendaWindow::get();
	let seed = 1 + window;
	let training = <Runtime as pallet_jobs::Config>::TrainingDeadline::get() + window;

	let replay = <Runtime as Learning>::ReplayDeadline::get() + 1 + LOOK_AHEAD;
	let reveal = <Runtime as Learning>::RevealDeadline::get() + 1 + LOOK_AHEAD;
	let draw = delay + LOOK_AHEAD;
	let draws_again = <Runtime as Learning>::MaxDrawRetries::get() * (draw.max(reveal));
	let round = draw + draws_again + replay + draw + reveal;
	// The first verifier, the panel, and whoever replaces one of them.
	let rounds = 2 + <Runtime as Learning>::MaxReplacements::get();
	seed + training + rounds * round
}

#[test]
fn a_bond_is_not_free_before_the_longest_attempt_is_over() {
	for preset in preset_names() {
		chain(&preset).execute_with(|| {
			let (unbonding, longest) =
				(<Runtime as pallet_workers::Config>::UnbondingPeriod::get(), longest_attempt());
			assert!(
				unbonding > longest,
				"{preset}: {unbonding} blocks, and an attempt takes up to {longest}"
			);
		});
	}
}

/// Gives a call to another one that makes it.
type Wrapper = fn(Box<RuntimeCall>) -> RuntimeCall;

fn harmless() -> RuntimeCall {
	frame_system::Call::<Runtime>::remark { remark: vec![1] }.into()
}

/// Every call that is given whole calls to make.
fn wrappers() -> [Wrapper; 20] {
	type Multisig = pallet_multisig::Call<Runtime>;
	type Proxy = pallet_proxy::Call<Runtime>;
	type Scheduler = pallet_scheduler::Call<Runtime>;
	type Sudo = pallet_sudo::Call<Runtime>;
	type Utility = pallet_utility::Call<Runtime>;

	const WHO: AccountId = AccountId::new([1; 32]);
	const NOTHING: Weight = Weight::zero();
	fn root() -> Box<OriginCaller> {
		Box::new(frame_system::RawOrigin::Root.into())
	}
	[
		|call| Sudo::sudo { call }.into(),
		|call| Sudo::sudo_unchecked_weight { call, weight: NOTHING }.into(),
		|call| Sudo::sudo_as { who: WHO.into(), call }.into(),
		|call| Utility::batch { calls: vec![harmless(), *call] }.into(),
		|call| Utility::batch_all { calls: vec![harmless(), *call] }.into(),
		|call| Utility::force_batch { calls: vec![harmless(), *call] }.into(),
		|call| Utility::as_derivative { index: 0, call }.into(),
		|call| Utility::dispatch_as { as_origin: root(), call }.into(),
		|call| Utility::dispatch_as_fallible { as_origin: root(), call }.into(),
		|call| Utility::with_weight { call, weight: NOTHING }.into(),
		|main| Utility::if_else { main, fallback: Box::new(harmless()) }.into(),
		|fallback| Utility::if_else { main: Box::new(harmless()), fallback }.into(),
		|call| Proxy::proxy { real: WHO.into(), force_proxy_type: None, call }.into(),
		|call| {
			let (delegate, real) = (WHO.into(), WHO.into());
			Proxy::proxy_announced { delegate, real, force_proxy_type: None, call }.into()
		},
		|call| Multisig::as_multi_threshold_1 { other_signatories: vec![WHO], call }.into(),
		|call| {
			let (threshold, other_signatories, maybe_timepoint, max_weight) = (2, vec![WHO], None, NOTHING);
			Multisig::as_multi { threshold, other_signatories, maybe_timepoint, call, max_weight }.into()
		},
		|call| Scheduler::schedule { when: 9, maybe_periodic: None, priority: 0, call }.into(),
		|call| Scheduler::schedule_after { after: 9, maybe_periodic: None, priority: 0, call }.into(),
		|call| {
			let (id, when, maybe_periodic, priority) = ([0; 32], 9, None, 0);
			Scheduler::schedule_named { id, when, maybe_periodic, priority, call }.into()
		},
		|call| {
			let (id, after, maybe_periodic, priority) = ([0; 32], 9, None, 0);
			Scheduler::schedule_named_after { id, after, maybe_periodic, priority, call }.into()
		},
	]
}

/// Pallet and name of every call of the runtime that has a whole call, or a list of them, among its arguments.
fn calls_with_calls() -> BTreeSet<(String, String)> {
	let mut registry = Registry::new();
	let outer = registry.register_type(&MetaType::new::<RuntimeCall>()).id;
	let types = PortableRegistry::from(registry);
	let variants = |id: u32| match &types.resolve(id).unwrap().type_def {
		TypeDef::Variant(all) => all.variants.clone(),
		other => panic!("calls are variants: {other:?}"),
	};
	let has_calls = |field: &Field<PortableForm>| match &types.resolve(field.ty.id).unwrap().type_def {
		TypeDef::Sequence(list) => list.type_param.id == outer,
		_ => field.ty.id == outer,
	};
	let calls = variants(outer).into_iter().flat_map(|pallet| {
		let calls = variants(pallet.fields[0].ty.id).into_iter();
		calls
			.filter(|call| call.fields.iter().any(has_calls))
			.map(move |call| (pallet.name.clone(), call.name))
	});
	calls.collect()
}

#[test]
fn every_call_that_makes_another_is_looked_into() {
	let name = |wrap: Wrapper| {
		let metadata = wrap(Box::new(harmless())).get_call_metadata();
		(metadata.pallet_name.to_owned(), metadata.function_name.to_owned())
	};
	assert_eq!(wrappers().into_iter().map(name).collect::<BTreeSet<_>>(), calls_with_calls());
}

#[test]
fn calls_that_force_balances_are_filtered_outside_development() {
	type Filter = <Runtime as frame_system::Config>::BaseCallFilter;
	type Balances = pallet_balances::Call<Runtime>;
	type System = frame_system::Call<Runtime>;
	let who = AccountId::new([1; 32]);
	// With the issuance overwritten the ledger explains nothing any more.
	let key = pallet_balances::TotalIssuance::<Runtime>::hashed_key().to_vec();
	let forced: [RuntimeCall; 7] = [
		Balances::force_set_balance { who: who.clone().into(), new_free: 1 }.into(),
		Balances::force_adjust_total_issuance { direction: AdjustmentDirection::Increase, delta: 1 }.into(),
		Balances::force_transfer { source: who.clone().into(), dest: who.clone().into(), value: 1 }.into(),
		Balances::force_unreserve { who: who.clone().into(), amount: 1 }.into(),
		System::set_storage { items: vec![(key.clone(), 1u128.encode())] }.into(),
		System::kill_storage { keys: vec![key.clone()] }.into(),
		System::kill_prefix { prefix: key, subkeys: 1 }.into(),
	];
	let moved: RuntimeCall = Balances::transfer_keep_alive { dest: who.into(), value: 1 }.into();
	let presets = [
		("development", true),
		("local_testnet", false),
		("testnet", false),
		("neuronet", false),
		("openledger", false),
	];
	let itself: Wrapper = |call| *call;
	let ways = || iter::once(itself).chain(wrappers());
	for (preset, allowed) in presets {
		chain(&PresetId::from(preset)).execute_with(|| {
			for (outer, inner) in ways().flat_map(|outer| ways().map(move |inner| (outer, inner))) {
				let twice = |call: &RuntimeCall| outer(Box::new(inner(Box::new(call.clone()))));
				for call in forced.iter().map(twice) {
					assert_eq!(Filter::contains(&call), allowed, "{preset}: {call:?}");
					if !allowed {
						let superuser = RuntimeOrigin::signed(Sr25519Keyring::Alice.to_account_id());
						let refused = call.dispatch(superuser).unwrap_err().error;
						assert_eq!(refused, frame_system::Error::<Runtime>::CallFiltered.into());
					}
				}
				assert!(Filter::contains(&twice(&moved)), "{preset}: {:?}", twice(&moved));
			}
		});
	}
}

/// Whoever is root would claim past the filter that notes the era, and what is paid without that is minted.
#[test]
fn outside_development_root_claims_for_stakers_in_nobody_elses_name() {
	type Filter = <Runtime as frame_system::Config>::BaseCallFilter;
	type Staking = pallet_staking::Call<Runtime>;
	let who = AccountId::new([1; 32]);
	let claims: [RuntimeCall; 2] = [
		Staking::payout_stakers { validator_stash: who.clone(), era: 0 }.into(),
		Staking::payout_stakers_by_page { validator_stash: who, era: 0, page: 0 }.into(),
	];
	fn signed() -> Box<OriginCaller> {
		Box::new(frame_system::RawOrigin::Signed(AccountId::new([1; 32])).into())
	}
	let as_somebody_else: [Wrapper; 3] = [
		|call| pallet_sudo::Call::<Runtime>::sudo_as { who: AccountId::new([1; 32]).into(), call }.into(),
		|call| pallet_utility::Call::<Runtime>::dispatch_as { as_origin: signed(), call }.into(),
		|call| pallet_utility::Call::<Runtime>::dispatch_as_fallible { as_origin: signed(), call }.into(),
	];
	for (preset, allowed) in [("development", true), ("local_testnet", false), ("testnet", false)] {
		chain(&PresetId::from(preset)).execute_with(|| {
			for claim in &claims {
				assert!(Filter::contains(claim), "{preset}: {claim:?}");
				for call in as_somebody_else.map(|wrap| wrap(Box::new(claim.clone()))) {
					assert_eq!(Filter::contains(&call), allowed, "{preset}: {call:?}");
					let by_root: RuntimeCall = pallet_sudo::Call::sudo { call: Box::new(call) }.into();
					assert_eq!(Filter::contains(&by_root), allowed, "{preset}: {by_root:?}");
				}
			}
		});
	}
}

/// What a policy says of an epoch, in base units.
fn amounts(policy: &mut Policy) -> [&mut u128; 6] {
	let issuance = &mut policy.issuance;
	[
		&mut issuance.base,
		&mut issuance.cap,
		&mut issuance.tail,
		&mut issuance.fee_target,
		&mut issuance.demand_reference,
		&mut policy.reference.demand,
	]
}

#[test]
fn a_year_mints_the_same_on_every_clock() {
	for preset in preset_names() {
		chain(&preset).execute_with(|| {
			let schedule = Timing::schedule();
			let era = schedule.slot_duration * schedule.epoch_duration * u64::from(schedule.sessions_per_era);
			let mut policy = Emission::policy();
			let eras = policy.issuance.epochs_per_year;
			assert_eq!(u64::from(eras) * era, 365 * 24 * 60 * 60 * 1_000, "{preset}");
			let mut daily = Policy::default();
			for (amount, of_a_day) in amounts(&mut policy).into_iter().zip(amounts(&mut daily)) {
				let (year, expected) = (*amount * u128::from(eras), *of_a_day * 365);
				assert!(*amount > 0 && year <= expected, "{preset}: {amount} of {of_a_day}");
				assert!(
					expected - year < eras.into(),
					"{preset}: {amount} is rounded by more than a base unit"
				);
				*amount = *of_a_day;
			}
			policy.issuance.epochs_per_year = 365;
			assert_eq!(policy, daily, "{preset}: the rest does not depend on the clock");
		});
	}
	// As `docs/genesis.md` has it.
	chain(&PresetId::from("local_testnet")).execute_with(|| {
		let issuance = Emission::policy().issuance;
		assert_eq!((issuance.epochs_per_year, issuance.base), (175_200, 341_666_666_666_666));
	});
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
	let accounts: BTreeSet<_> =
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
