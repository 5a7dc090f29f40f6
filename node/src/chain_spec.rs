//! Chain specs: the runtime's genesis presets, or a file.

use engram_primitives::units::{SS58_PREFIX, TOKEN_DECIMALS, TOKEN_SYMBOL};
use engram_runtime::{opaque::Block, WASM_BINARY};
use sc_chain_spec::{
	construct_genesis_block, resolve_state_version_from_wasm, ChainSpecExtension, ChainType, Properties,
	DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET,
};
use sc_executor::WasmExecutor;
use serde::{Deserialize, Serialize};
use sp_core::H256;
use sp_runtime::traits::{Block as _, Hash as _, HashingFor};
use std::path::PathBuf;

/// Name of the runtime's preset with the clock of a public network.
const TESTNET_RUNTIME_PRESET: &str = "testnet";

/// Names of the runtime's presets whose supply is allocated by a paper's table.
const NEURONET_RUNTIME_PRESET: &str = "neuronet";
const OPENLEDGER_RUNTIME_PRESET: &str = "openledger";

/// Legacy part of protocol names; the genesis hash is what really separates networks.
const PROTOCOL_ID: &str = "engram";

/// What a spec may carry besides genesis.
#[derive(Clone, Default, Serialize, Deserialize, ChainSpecExtension)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Extensions {
	/// Block numbers with known hashes.
	pub fork_blocks: sc_client_api::ForkBlocks<Block>,
	/// Blocks that are never imported.
	pub bad_blocks: sc_client_api::BadBlocks<Block>,
	/// Where a light client starts, filled by `sync_state_genSyncSpec`.
	pub light_sync_state: sc_sync_state_rpc::LightSyncStateExtension,
}

/// A chain spec of this chain.
pub(crate) type ChainSpec = sc_service::GenericChainSpec<Extensions>;

/// Why a chain spec cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
	#[error(
		"this binary was built without a runtime: build it again without SKIP_WASM_BUILD, or pass --chain <raw spec file>"
	)]
	NoRuntime,
	#[error("cannot read the chain spec {path}: {reason}; pass dev, local, testnet, neuronet, openledger, or a spec file made with export-chain-spec")]
	File { path: String, reason: String },
	#[error("cannot build genesis: {0}; write the spec again with export-chain-spec")]
	Genesis(String),
	#[error(transparent)]
	Client(#[from] sp_blockchain::Error),
}

/// The spec named by `--chain`: `dev`, `local`, `testnet`, `neuronet`, `openledger`, or the path of a file. Nothing means
/// `testnet`, since other Substrate nodes take their main network then, and there is no public one of this chain yet.
pub(crate) fn load(id: &str) -> Result<Box<dyn sc_service::ChainSpec>, Error> {
	Ok(Box::new(match id {
		"dev" => preset("Engram Development", "engram_dev", ChainType::Development, DEV_RUNTIME_PRESET)?,
		"local" => preset("Engram Local", "engram_local", ChainType::Local, LOCAL_TESTNET_RUNTIME_PRESET)?,
		"" | "testnet" => {
			preset("Engram Testnet", "engram_testnet", ChainType::Live, TESTNET_RUNTIME_PRESET)?
		},
		"neuronet" => preset("Engram Neuronet", "engram_neuronet", ChainType::Live, NEURONET_RUNTIME_PRESET)?,
		"openledger" => {
			preset("Engram OpenLedger", "engram_openledger", ChainType::Live, OPENLEDGER_RUNTIME_PRESET)?
		},
		path => ChainSpec::from_json_file(PathBuf::from(path))
			.map_err(|reason| Error::File { path: path.into(), reason })?,
	}))
}

fn preset(name: &str, id: &str, kind: ChainType, preset: &str) -> Result<ChainSpec, Error> {
	let code = WASM_BINARY.ok_or(Error::NoRuntime)?;
	Ok(ChainSpec::builder(code, Extensions::default())
		.with_name(name)
		.with_id(id)
		.with_chain_type(kind)
		.with_protocol_id(PROTOCOL_ID)
		.with_properties(properties())
		.with_genesis_config_preset_name(preset)
		.build())
}

/// What wallets need to show amounts and addresses.
fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("tokenSymbol".into(), TOKEN_SYMBOL.into());
	properties.insert("tokenDecimals".into(), TOKEN_DECIMALS.into());
	properties.insert("ss58Format".into(), SS58_PREFIX.into());
	properties
}

/// The hash of the genesis block a spec describes, computed without a database, so that it works beside a running node.
pub(crate) fn genesis_hash(spec: &dyn sc_service::ChainSpec) -> Result<H256, Error> {
	let mut storage = spec.as_storage_builder().build_storage().map_err(Error::Genesis)?;
	let executor = WasmExecutor::<sp_io::SubstrateHostFunctions>::builder().build();
	let version = resolve_state_version_from_wasm::<_, HashingFor<Block>>(&storage, &executor)?;
	for child in std::mem::take(&mut storage.children_default).into_values() {
		let root = HashingFor::<Block>::trie_root(child.data.into_iter().collect::<Vec<_>>(), version);
		storage
			.top
			.insert(child.child_info.into_prefixed_storage_key().into_inner(), root.as_bytes().to_vec());
	}
	let root = HashingFor::<Block>::trie_root(storage.top.into_iter().collect::<Vec<_>>(), version);
	Ok(construct_genesis_block::<Block>(root, version).hash())
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_runtime::BuildStorage;

	/// Every preset compiles and runs the runtime, which takes seconds, so one test looks at all of them.
	#[test]
	fn presets_build_show_their_token_and_differ() {
		if WASM_BINARY.is_none() {
			eprintln!("skipped: built with SKIP_WASM_BUILD");
			return;
		}
		let mut geneses = Vec::new();
		for id in ["dev", "local", "testnet", "neuronet", "openledger"] {
			let spec = load(id).unwrap();
			assert_eq!(spec.properties().get("tokenSymbol"), Some(&"ENGR".into()));
			assert_eq!(spec.properties().get("tokenDecimals"), Some(&12.into()));
			assert_eq!(spec.properties().get("ss58Format"), Some(&42.into()));
			let raw = spec.as_json(true).unwrap();
			let raw = ChainSpec::from_json_bytes(raw.into_bytes()).unwrap();
			let storage = raw.build_storage().unwrap().top;
			assert!(storage.contains_key(sp_core::storage::well_known_keys::CODE));
			assert!(!geneses.contains(&storage));
			geneses.push(storage);
			if id == "dev" {
				assert_eq!(genesis_hash(&*spec).unwrap(), genesis_hash(&raw).unwrap());
			}
		}
	}

	#[test]
	fn amounts_above_u64_survive_a_spec_file() {
		let supply = u128::from(u64::MAX) * 1_000 + 7;
		let made = |spec: ChainSpec| spec.as_json(false).unwrap();
		let balances = serde_json::json!({ "balances": { "balances": [["who", supply]] } });
		let spec =
			ChainSpec::builder(b"code", Extensions::default()).with_genesis_config_patch(balances).build();
		let file = made(spec);
		assert!(file.contains(&supply.to_string()), "{file}");
		assert_eq!(made(ChainSpec::from_json_bytes(file.clone().into_bytes()).unwrap()), file);
	}

	#[test]
	fn a_missing_file_says_what_may_be_passed() {
		let error = load("no-such-spec.json").err().unwrap().to_string();
		assert!(error.contains("no-such-spec.json") && error.contains("export-chain-spec"), "{error}");
	}
}
