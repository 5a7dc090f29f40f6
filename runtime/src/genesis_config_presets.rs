//! Genesis presets, the only source of genesis. Their keys are the SDK's public development keys: a real launch replaces
//! `balances`, `session`, `staking`, `sudo` and `vesting` in an exported spec.

pub mod allocation;

use crate::{
	configs::{BABE_GENESIS_EPOCH_CONFIG, EXISTENTIAL_DEPOSIT},
	AccountId, BabeConfig, Balance, BalancesConfig, BlockNumber, EmissionConfig, RuntimeGenesisConfig,
	SessionConfig, SessionKeys, StakingConfig, SudoConfig, TimingConfig, VestingConfig,
};
use alloc::{collections::BTreeSet, vec, vec::Vec};
use engram_math::emission::Parameters;
use engram_primitives::units::ENGR;
use frame_support::build_struct_json_patch;
use pallet_emission::Policy;
use pallet_staking::StakerStatus;
use serde_json::Value;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::Perbill;

/// Four validators with slow slots and no superuser: what a public test network starts from.
pub const TESTNET_RUNTIME_PRESET: &str = "testnet";

/// As the test network, but the supply is allocated by the table of paper N.
pub const NEURONET_RUNTIME_PRESET: &str = "neuronet";

/// As the test network, but the supply is allocated by the table of paper O.
pub const OPENLEDGER_RUNTIME_PRESET: &str = "openledger";

/// What a development account starts with.
const ENDOWMENT: Balance = 10_000_000 * ENGR;
/// What a validator stakes.
const STAKE: Balance = 1_000_000 * ENGR;

/// A chain's clock. It can never change after genesis.
struct Clock {
	slot_ms: u64,
	epoch_slots: u64,
	sessions_per_era: u32,
	bonding_eras: u32,
	slash_defer_eras: u32,
	beacon_delay: u32,
}

/// A day, which is an era of the default policy, and how many make a year of it.
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
const DAYS_PER_YEAR: u64 = 365;

impl Clock {
	/// The default policy for eras of this length. What is minted in an era, and the demand it is compared with, are in
	/// proportion to its length, rounded down: a year mints the same on every clock. Stocks and shares stay as they are.
	///
	/// `None` if a year has no whole era, or a length overflows.
	fn policy(&self) -> Option<Policy> {
		let sessions = self.epoch_slots.checked_mul(self.sessions_per_era.into())?;
		let era_ms = self.slot_ms.checked_mul(sessions)?;
		let per_era = |per_day: Balance| per_day.checked_mul(era_ms.into())?.checked_div(DAY_MS.into());
		let mut policy = Policy::default();
		let Parameters { base, cap, tail, fee_target, demand_reference, epochs_per_year, .. } =
			&mut policy.issuance;
		for amount in [base, cap, tail, fee_target, demand_reference, &mut policy.reference.demand] {
			*amount = per_era(*amount)?;
		}
		let year_ms = DAYS_PER_YEAR.checked_mul(DAY_MS)?;
		*epochs_per_year = year_ms.checked_div(era_ms)?.try_into().ok()?;
		policy.validate().ok()?;
		Some(policy)
	}
}

/// For one machine: a block every one and a half seconds, an era in three minutes.
const FAST: Clock = Clock {
	slot_ms: 1_500,
	epoch_slots: 20,
	sessions_per_era: 6,
	bonding_eras: 4,
	slash_defer_eras: 2,
	beacon_delay: 4,
};

/// For a network: a block every six seconds, an era in a day.
const SLOW: Clock = Clock {
	slot_ms: 6_000,
	epoch_slots: 2_400,
	sessions_per_era: 6,
	bonding_eras: 28,
	slash_defer_eras: 27,
	beacon_delay: 16,
};

/// Who owns what at genesis, the pots' deposits aside.
struct Funds {
	balances: Vec<(AccountId, Balance)>,
	/// Who, the block from which it vests, in how many blocks, and what is free before.
	vesting: Vec<(AccountId, BlockNumber, BlockNumber, Balance)>,
}

/// The same for each of the SDK's development accounts.
fn development_funds() -> Funds {
	let accounts: BTreeSet<AccountId> = Sr25519Keyring::iter().map(|key| key.to_account_id()).collect();
	let balances = accounts.into_iter().map(|account| (account, ENDOWMENT)).collect();
	Funds { balances, vesting: Vec::new() }
}

fn session_keys(sr25519: Sr25519Keyring, ed25519: Ed25519Keyring) -> SessionKeys {
	SessionKeys {
		grandpa: ed25519.public().into(),
		babe: sr25519.public().into(),
		authority_discovery: sr25519.public().into(),
	}
}

fn genesis(
	clock: &Clock,
	validators: &[Sr25519Keyring],
	sudo: Option<AccountId>,
	forced_issuance: bool,
	funds: Funds,
) -> Option<Value> {
	let validators: Vec<(AccountId, SessionKeys)> = validators
		.iter()
		.filter_map(|key| {
			let ed25519 = Ed25519Keyring::iter()
				.zip(Sr25519Keyring::iter())
				.find_map(|(ed, sr)| (sr == *key).then_some(ed))?;
			Some((key.to_account_id(), session_keys(*key, ed25519)))
		})
		.collect();
	let Funds { mut balances, vesting } = funds;
	// Pots exist from the start, so that no payment to them is ever refused.
	balances.extend(crate::configs::pots().into_iter().map(|account| (account, EXISTENTIAL_DEPOSIT)));
	let count = u32::try_from(validators.len()).unwrap_or(u32::MAX);

	let policy = clock.policy()?;
	Some(build_struct_json_patch!(RuntimeGenesisConfig {
		timing: TimingConfig {
			slot_duration: clock.slot_ms,
			epoch_duration: clock.epoch_slots,
			sessions_per_era: clock.sessions_per_era,
			bonding_duration: clock.bonding_eras,
			slash_defer_duration: clock.slash_defer_eras,
			beacon_delay: clock.beacon_delay,
		},
		balances: BalancesConfig { balances },
		babe: BabeConfig { epoch_config: BABE_GENESIS_EPOCH_CONFIG },
		session: SessionConfig {
			keys: validators
				.iter()
				.map(|(account, keys)| (account.clone(), account.clone(), keys.clone()))
				.collect::<Vec<_>>(),
		},
		staking: StakingConfig {
			validator_count: count,
			minimum_validator_count: 1,
			slash_reward_fraction: Perbill::from_percent(10),
			stakers: validators
				.iter()
				.map(|(account, _)| {
					(account.clone(), account.clone(), STAKE, StakerStatus::<AccountId>::Validator)
				})
				.collect::<Vec<_>>(),
			min_nominator_bond: 10 * ENGR,
			min_validator_bond: 100 * ENGR,
		},
		emission: EmissionConfig { policy, forced_issuance },
		sudo: SudoConfig { key: sudo },
		vesting: VestingConfig { vesting },
	}))
}

/// The genesis of a preset, as JSON.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	use Sr25519Keyring::{Alice, Bob, Charlie, Dave};
	let four = [Alice, Bob, Charlie, Dave];
	let alice = Some(Alice.to_account_id());
	let allocated = |rows: Option<Vec<allocation::Row>>| {
		let funds = allocation::funds(rows?, &four.map(|key| key.to_account_id()))?;
		genesis(&SLOW, &four, None, false, funds)
	};
	let patch = match id.as_ref() {
		DEV_RUNTIME_PRESET => genesis(&FAST, &[Alice], alice, true, development_funds())?,
		LOCAL_TESTNET_RUNTIME_PRESET => genesis(&FAST, &four, alice, false, development_funds())?,
		TESTNET_RUNTIME_PRESET => genesis(&SLOW, &four, None, false, development_funds())?,
		NEURONET_RUNTIME_PRESET => allocated(allocation::neuronet())?,
		OPENLEDGER_RUNTIME_PRESET => allocated(allocation::openledger())?,
		_ => return None,
	};
	serde_json::to_vec(&patch).ok()
}

/// The presets there are.
pub fn preset_names() -> Vec<PresetId> {
	vec![
		PresetId::from(DEV_RUNTIME_PRESET),
		PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET),
		PresetId::from(TESTNET_RUNTIME_PRESET),
		PresetId::from(NEURONET_RUNTIME_PRESET),
		PresetId::from(OPENLEDGER_RUNTIME_PRESET),
	]
}
