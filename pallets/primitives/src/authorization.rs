//! What a worker's hot key signs.

use crate::work::WorkId;
use codec::Encode;
use sp_core::H256;
use sp_io::hashing::blake2_256;

/// The hot key of a worker: sr25519, key type `engw` in the keystore.
pub mod key {
	use sp_application_crypto::{app_crypto, sr25519, KeyTypeId};

	/// Where the node's keystore keeps it.
	pub const KEY_TYPE: KeyTypeId = KeyTypeId(*b"engw");

	app_crypto!(sr25519, KEY_TYPE);
}

/// Public half of a worker's hot key.
pub type WorkerKey = key::Public;
/// A signature by a worker's hot key.
pub type WorkerSignature = key::Signature;

/// The digest a worker signs for one report: it binds the chain, the worker's account, the task and the content, so a
/// signature is worth nothing anywhere else.
pub fn work_digest<AccountId: Encode>(
	genesis: H256,
	worker: &AccountId,
	id: WorkId,
	content: &impl Encode,
) -> [u8; 32] {
	(b"engram/work", genesis, worker, id, content).using_encoded(blake2_256)
}

/// The digest a hot key signs to prove that its holder agrees to work for `owner`.
pub fn possession_digest<AccountId: Encode>(genesis: H256, owner: &AccountId) -> [u8; 32] {
	(b"engram/possession", genesis, owner).using_encoded(blake2_256)
}
