//! Chains at genesis, and what they have without being asked for it.

pub(crate) mod blocks;
pub(crate) mod market;
pub(crate) mod runs;

use engram_primitives::{
	authorization::{key, possession_digest},
	merkle::SumNode,
	units::{Balance, ENGR},
	Cid, JobId, VersionId,
};
use engram_runtime::{
	genesis_config_presets::get_preset, AccountId, Runtime, RuntimeGenesisConfig, RuntimeOrigin, System,
	Workers,
};
use frame_support::{assert_ok, genesis_builder_helper};
use pallet_attribution::{Claimed, PayoutRecord, Payouts};
use serde_json::Value;
use sp_core::{Pair, H256};
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

pub(crate) fn chain(preset: &PresetId) -> TestExternalities {
	chain_with(preset, |_| ())
}

/// A chain whose genesis is that of a preset, adapted.
pub(crate) fn chain_with(preset: &PresetId, adapt: impl FnOnce(&mut Value)) -> TestExternalities {
	let default = genesis_builder_helper::get_preset::<RuntimeGenesisConfig>(&None, |_| None).unwrap();
	let mut config: Value = serde_json::from_slice(&default).unwrap();
	merge(&mut config, &serde_json::from_slice(&get_preset(preset).unwrap()).unwrap());
	adapt(&mut config);
	let mut ext = TestExternalities::new_empty();
	ext.execute_with(|| {
		genesis_builder_helper::build_state::<RuntimeGenesisConfig>(serde_json::to_vec(&config).unwrap())
			.unwrap()
	});
	ext
}

/// A job of a payer is answered, and contributors are owed something for it.
pub(crate) fn answered(job: JobId, payer: AccountId) {
	let record = PayoutRecord {
		version: VersionId(0),
		root: SumNode { hash: H256::zero(), sum: ENGR },
		leaves: 1,
		claimed: Claimed::default(),
		paid: 0,
		unpaid: ENGR,
		claimable_at: 0,
		expires_at: 0,
		answers: Cid::of_raw(b"answers"),
		report: Cid::of_raw(b"report"),
		worker: payer.clone(),
		requester: payer,
		fee: ENGR,
	};
	Payouts::<Runtime>::insert(job, record);
}

/// Registers a worker with its only hot key.
pub(crate) fn register_worker(worker: &AccountId, bond: Balance) {
	let pair = key::Pair::from_seed(&[1; 32]);
	let possession = pair.sign(&possession_digest(System::block_hash(0), worker));
	let address = b"/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWWorker".to_vec().try_into().unwrap();
	let origin = RuntimeOrigin::signed(worker.clone());
	assert_ok!(Workers::register(origin, pair.public(), possession, address, 1_024, bond));
}

/// What a worker has bonded.
pub(crate) fn bond_of(worker: &AccountId) -> Balance {
	pallet_workers::Workers::<Runtime>::get(worker).unwrap().bond
}
