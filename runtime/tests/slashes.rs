//! What becomes of slashes and penalties: one governed division, whoever is slashed, to the base unit.

use crate::common::{bond_of, chain, register_worker};
use engram_primitives::{
	economy::BurnCause,
	traits::WorkerPool,
	units::{Balance, ENGR},
};
use engram_runtime::{
	genesis_config_presets::preset_names, AccountId, AllPalletsWithSystem, Balances, BlockNumber, Emission,
	Runtime, RuntimeOrigin, System, Treasury, Workers,
};
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		fungible::Balanced,
		tokens::{Fortitude, Precision, Preservation},
		OnUnbalanced, TryState, TryStateSelect,
	},
};
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie};
use sp_runtime::DispatchError;

/// No share divides it.
const ODD: Balance = 1_000_000_007;
/// What the harmed are paid first.
const CLAIM: Balance = 3 * ENGR;

/// What the treasury gained and what was burned as slashes while something happened. Nothing else became of any of it.
fn divided(happens: impl FnOnce()) -> (Balance, Balance) {
	let now = || {
		let burned = pallet_emission::Burned::<Runtime>::get(BurnCause::Slash);
		(Balances::free_balance(Treasury::account_id()), burned, Balances::total_issuance())
	};
	let before = now();
	happens();
	let after = now();
	assert_eq!(before.2 - after.2, after.1 - before.1, "what is burned is booked as a slash");
	(after.0 - before.0, after.1 - before.1)
}

/// A validator or nominator loses `ODD`, as staking hands it over.
fn slash_a_staker() {
	let who = Alice.to_account_id();
	let slash =
		Balances::withdraw(&who, ODD, Precision::Exact, Preservation::Preserve, Fortitude::Polite).unwrap();
	<Runtime as pallet_staking::Config>::Slash::on_unbalanced(slash);
}

/// The treasury's part of `all`, rounded down, and the rest.
fn parts(all: Balance, share: u32) -> (Balance, Balance) {
	let treasury = all * Balance::from(share) / 1_000_000;
	(treasury, all - treasury)
}

/// Slashes everybody that can be slashed, and compares each with the share.
fn check(worker: &AccountId, share: u32) {
	assert_eq!(divided(slash_a_staker), parts(ODD, share), "a staker at {share}");

	let before = bond_of(worker);
	let penalty = divided(|| Workers::penalise_lateness(worker));
	assert_eq!(penalty, parts(before - bond_of(worker), share), "a late worker at {share}");

	let (before, harmed) = (bond_of(worker), Charlie.to_account_id());
	let paid = Balances::free_balance(&harmed);
	let mut taken = 0;
	let slash = divided(|| taken = Workers::slash(worker, &[(harmed.clone(), CLAIM)]));
	assert_eq!(taken, before - bond_of(worker));
	assert_eq!(Balances::free_balance(&harmed), paid + CLAIM);
	assert_eq!(slash, parts(taken - CLAIM, share), "a dishonest worker at {share}");
}

#[test]
fn every_preset_divides_slashes_in_halves() {
	for preset in preset_names() {
		chain(&preset).execute_with(|| assert_eq!(Emission::policy().slash_treasury, 500_000, "{preset}"));
	}
}

#[test]
fn everybody_is_slashed_by_the_same_governed_share() {
	chain(&PresetId::from("development")).execute_with(|| {
		System::set_block_number(1);
		let worker = Bob.to_account_id();
		register_worker(&worker, 10_000 * ENGR + ODD);
		check(&worker, 500_000);
		for share in [0, 333_333, 999_999, 1_000_000] {
			assert_ok!(Emission::set_slash_treasury(RuntimeOrigin::root(), share));
			check(&worker, share);
		}
		let checked = <AllPalletsWithSystem as TryState<BlockNumber>>::try_state(1, TryStateSelect::All);
		assert_eq!(checked, Ok(()));
	});
}

#[test]
fn who_is_slashed_does_not_set_the_share() {
	chain(&PresetId::from("development")).execute_with(|| {
		for who in [Alice, Bob] {
			let origin = RuntimeOrigin::signed(who.to_account_id());
			assert_noop!(Emission::set_slash_treasury(origin, 1_000_000), DispatchError::BadOrigin);
		}
		let above = Emission::set_slash_treasury(RuntimeOrigin::root(), 1_000_001);
		assert_eq!(above, Err(pallet_emission::Error::<Runtime>::SlashTreasuryAboveOne.into()));
	});
}
