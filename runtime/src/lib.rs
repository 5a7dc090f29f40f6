//! The Engram runtime: FRAME under its standard pallet names, and the pallets that know AI work.
//!
//! `configs/` wires every pallet, `apis.rs` is what the node calls, `genesis_config_presets.rs` is the only source of
//! genesis, `weights/` the only place with weights.

#![cfg_attr(not(feature = "std"), no_std)]
#![allow(clippy::use_self, reason = "a configuration names the runtime it configures")]
#![allow(missing_debug_implementations, reason = "its types only carry configuration")]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::unwrap_used,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::float_arithmetic
	)
)]
#![recursion_limit = "512"]

extern crate alloc;

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

// First, for its macros.
#[cfg(feature = "runtime-benchmarks")]
#[allow(clippy::expect_used, reason = "what cannot be set up must not be measured")]
#[macro_use]
mod benchmarks;
// The runtime macro casts the indices of pallets and expands in this file, so casts are denied in every other one.
#[deny(clippy::as_conversions)]
pub mod apis;
#[deny(clippy::as_conversions)]
pub mod configs;
#[deny(clippy::as_conversions)]
pub mod genesis_config_presets;
#[deny(clippy::as_conversions)]
pub mod migrations;
#[deny(clippy::as_conversions)]
pub mod weights;

use alloc::vec::Vec;
use sp_runtime::{
	generic, impl_opaque_keys,
	traits::{BlakeTwo256, IdentifyAccount, Verify},
	MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

pub use engram_primitives::units::Balance;

/// Signature of an extrinsic: sr25519, ed25519 or ecdsa.
pub type Signature = MultiSignature;
/// Account: 32 bytes.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// Address in an extrinsic.
pub type Address = MultiAddress<AccountId, ()>;
/// Transaction counter of an account.
pub type Nonce = u32;
/// Block height.
pub type BlockNumber = u32;
/// Block and storage hash.
pub type Hash = sp_core::H256;
/// Block header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// Block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// Block with a justification slot.
pub type SignedBlock = generic::SignedBlock<Block>;
/// Block id.
pub type BlockId = generic::BlockId<Block>;

/// What every transaction carries. All of them are the SDK's, so clients decode them without custom types.
pub type TxExtension = (
	frame_system::AuthorizeCall<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckEra<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_skip_feeless_payment::SkipCheckIfFeeless<
		Runtime,
		pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
	>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);

/// Extrinsic as it arrives.
pub type UncheckedExtrinsic = generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;

/// What a signer signs.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;

/// Dispatches blocks.
pub type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

/// Types the node handles without decoding calls.
pub mod opaque {
	use super::{generic, BlakeTwo256, BlockNumber, Vec};
	pub use sp_runtime::OpaqueExtrinsic as UncheckedExtrinsic;

	/// Block header.
	pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
	/// Block with opaque extrinsics.
	pub type Block = generic::Block<Header, UncheckedExtrinsic>;
	/// Encoded session keys.
	pub type SessionKeysBlob = Vec<u8>;
}

impl_opaque_keys! {
	/// What a validator signs with.
	pub struct SessionKeys {
		/// Finality.
		pub grandpa: Grandpa,
		/// Block production.
		pub babe: Babe,
		/// Finding other validators.
		pub authority_discovery: AuthorityDiscovery,
	}
}

/// The version clients check. `spec_version` rises with every change of behaviour.
#[cfg(not(feature = "next-spec"))]
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
	spec_name: alloc::borrow::Cow::Borrowed("engram"),
	impl_name: alloc::borrow::Cow::Borrowed("engram"),
	authoring_version: 1,
	spec_version: 100,
	impl_version: 1,
	apis: apis::RUNTIME_API_VERSIONS,
	transaction_version: 1,
	system_version: 1,
};

/// The same runtime one version later, for rehearsing an upgrade.
#[cfg(feature = "next-spec")]
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
	spec_name: alloc::borrow::Cow::Borrowed("engram"),
	impl_name: alloc::borrow::Cow::Borrowed("engram"),
	authoring_version: 1,
	spec_version: 101,
	impl_version: 1,
	apis: apis::RUNTIME_API_VERSIONS,
	transaction_version: 1,
	system_version: 1,
};

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Timing = pallet_timing;
	#[runtime::pallet_index(2)]
	pub type Timestamp = pallet_timestamp;
	#[runtime::pallet_index(3)]
	pub type Babe = pallet_babe;
	#[runtime::pallet_index(4)]
	pub type Beacon = pallet_beacon;
	#[runtime::pallet_index(5)]
	pub type Authorship = pallet_authorship;

	#[runtime::pallet_index(10)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(11)]
	pub type TransactionPayment = pallet_transaction_payment;
	#[runtime::pallet_index(12)]
	pub type SkipFeelessPayment = pallet_skip_feeless_payment;
	#[runtime::pallet_index(13)]
	pub type Vesting = pallet_vesting;

	#[runtime::pallet_index(20)]
	pub type VoterList = pallet_bags_list<Instance1>;
	#[runtime::pallet_index(21)]
	pub type Staking = pallet_staking;
	#[runtime::pallet_index(22)]
	pub type Session = pallet_session;
	#[runtime::pallet_index(23)]
	pub type Historical = pallet_session::historical;
	#[runtime::pallet_index(24)]
	pub type Offences = pallet_offences;
	#[runtime::pallet_index(25)]
	pub type Grandpa = pallet_grandpa;
	#[runtime::pallet_index(26)]
	pub type AuthorityDiscovery = pallet_authority_discovery;

	#[runtime::pallet_index(30)]
	pub type Preimage = pallet_preimage;
	#[runtime::pallet_index(31)]
	pub type Scheduler = pallet_scheduler;
	#[runtime::pallet_index(32)]
	pub type Treasury = pallet_treasury;
	// 33..=39: referenda, conviction voting, council, elections, bounties, parameters.

	#[runtime::pallet_index(40)]
	pub type Utility = pallet_utility;
	#[runtime::pallet_index(41)]
	pub type Multisig = pallet_multisig;
	#[runtime::pallet_index(42)]
	pub type Proxy = pallet_proxy;
	#[runtime::pallet_index(43)]
	pub type Identity = pallet_identity;

	#[runtime::pallet_index(50)]
	pub type Assets = pallet_assets;
	#[runtime::pallet_index(51)]
	pub type PoolAssets = pallet_assets<Instance2>;
	#[runtime::pallet_index(52)]
	pub type AssetConversion = pallet_asset_conversion;
	// 53..=59: NFTs.

	#[runtime::pallet_index(60)]
	pub type TxPause = pallet_tx_pause;
	#[runtime::pallet_index(61)]
	pub type SafeMode = pallet_safe_mode;

	#[runtime::pallet_index(80)]
	pub type Workers = pallet_workers;
	#[runtime::pallet_index(81)]
	pub type Models = pallet_models;
	#[runtime::pallet_index(82)]
	pub type Datanets = pallet_datanets;
	#[runtime::pallet_index(83)]
	pub type Jobs = pallet_jobs;
	#[runtime::pallet_index(84)]
	pub type Learning = pallet_learning;
	#[runtime::pallet_index(85)]
	pub type Attribution = pallet_attribution;
	#[runtime::pallet_index(86)]
	pub type Emission = pallet_emission;
	#[runtime::pallet_index(87)]
	pub type Ratings = pallet_ratings;
	#[runtime::pallet_index(88)]
	pub type Curves = pallet_curves;
	#[runtime::pallet_index(89)]
	pub type Baskets = pallet_baskets;
	#[runtime::pallet_index(90)]
	pub type Pools = pallet_pools;
	// 91..=99: channels, dao, attestations.

	#[runtime::pallet_index(255)]
	pub type Sudo = pallet_sudo;
}
