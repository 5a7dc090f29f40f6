//! The worker's hot key in the node's keystore.

use codec::Encode;
use engram_primitives::authorization::{
	key::{Pair, KEY_TYPE},
	possession_digest, WorkerKey, WorkerSignature,
};
use sc_keystore::LocalKeystore;
use sc_service::{config::KeystoreConfig, Configuration};
use sp_core::{sr25519, Pair as _, H256};
use sp_keystore::{Keystore, KeystorePtr};

/// Why the hot key cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
	#[error("cannot create the worker's hot key: {0}; check that the keystore directory is writable and the disk not full")]
	Create(sp_keystore::Error),
	#[error("cannot store the worker's hot key: check that the keystore directory is writable and the disk not full")]
	Store,
	#[error(
		"the keystore cannot be used: {0}; check its password (--password-filename) and who owns its files"
	)]
	Keystore(#[from] sc_keystore::Error),
	#[error("the keystore has no worker key: start the node once with --worker, or insert one with `key insert --key-type engw --scheme sr25519`")]
	None,
	#[error("the keystore has several worker keys: choose one with --public, of {}", .0.join(", "))]
	Several(Vec<String>),
	#[error("the keystore does not hold the worker key {0}: leave out --public to see which there are")]
	Missing(String),
}

/// All hot keys of a keystore, in a fixed order.
pub(crate) fn all(keystore: &(impl Keystore + ?Sized)) -> Vec<WorkerKey> {
	let mut keys = keystore.sr25519_public_keys(KEY_TYPE);
	keys.sort();
	keys.into_iter().map(Into::into).collect()
}

/// A hot key, made now if there is none. A development node's key is derived from its seed, so that scripts know it.
pub(crate) fn ensure(keystore: &KeystorePtr, dev_seed: Option<&str>) -> Result<WorkerKey, Error> {
	if let Some(key) = all(&**keystore).into_iter().next() {
		return Ok(key);
	}
	let derived = dev_seed.and_then(|seed| Some((seed, sr25519::Pair::from_string(seed, None).ok()?)));
	let key = match derived {
		// Unlike `sr25519_generate_new` with a seed, this writes a file, which `engram worker key` can read.
		Some((seed, pair)) => {
			let public = pair.public();
			keystore.insert(KEY_TYPE, seed, &public.0).map_err(|()| Error::Store)?;
			public
		},
		None => keystore.sr25519_generate_new(KEY_TYPE, None).map_err(Error::Create)?,
	};
	Ok(key.into())
}

/// The secret URI of a development node's hot key: `//Alice//worker` and so on. `None` on any other node, and where a
/// password would change what the URI means.
pub(crate) fn dev_seed(config: &Configuration) -> Option<String> {
	let plain = match &config.keystore {
		KeystoreConfig::Path { password, .. } => password.is_none(),
		KeystoreConfig::InMemory => true,
	};
	let seed = config.dev_key_seed.as_ref().filter(|_| plain)?;
	Some(format!("{seed}//worker"))
}

/// The key to register: the only one, or the one named.
pub(crate) fn choose(keystore: &LocalKeystore, public: Option<&str>) -> Result<WorkerKey, Error> {
	let keys = all(keystore);
	match (public, keys.as_slice()) {
		(Some(wanted), keys) => {
			keys.iter().find(|key| hex(*key) == wanted).cloned().ok_or_else(|| Error::Missing(wanted.into()))
		},
		(None, []) => Err(Error::None),
		(None, [key]) => Ok(key.clone()),
		(None, several) => Err(Error::Several(several.iter().map(hex).collect())),
	}
}

/// The signature that proves to the chain that the key's holder agrees to work for `owner`.
pub(crate) fn prove_possession(
	keystore: &LocalKeystore,
	key: &WorkerKey,
	genesis: H256,
	owner: &impl Encode,
) -> Result<WorkerSignature, Error> {
	let pair = keystore.key_pair::<Pair>(key)?.ok_or_else(|| Error::Missing(hex(key)))?;
	Ok(pair.sign(&possession_digest(genesis, owner)))
}

/// `0x` and lower-case hexadecimal.
pub(crate) fn hex(bytes: &impl AsRef<[u8]>) -> String {
	bytes.as_ref().iter().fold(String::from("0x"), |text, byte| format!("{text}{byte:02x}"))
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_application_crypto::RuntimeAppPublic;
	use std::sync::Arc;

	fn on_disk() -> (tempfile::TempDir, Arc<LocalKeystore>) {
		let dir = tempfile::tempdir().unwrap();
		let keystore = Arc::new(LocalKeystore::open(dir.path(), None).unwrap());
		(dir, keystore)
	}

	#[test]
	fn a_key_is_made_once_and_found_again_on_disk() {
		let (dir, keystore) = on_disk();
		let pointer: KeystorePtr = keystore;
		let key = ensure(&pointer, None).unwrap();
		assert_eq!(ensure(&pointer, None).unwrap(), key);
		let again = LocalKeystore::open(dir.path(), None).unwrap();
		assert_eq!(choose(&again, None).unwrap(), key);
	}

	#[test]
	fn a_development_key_is_known_beforehand_and_on_disk() {
		let (dir, keystore) = on_disk();
		let pointer: KeystorePtr = keystore;
		let key = ensure(&pointer, Some("//Alice//worker")).unwrap();
		let known = sr25519::Pair::from_string("//Alice//worker", None).unwrap().public();
		assert_eq!(hex(&key), hex(&known));
		let again = LocalKeystore::open(dir.path(), None).unwrap();
		let proof = prove_possession(&again, &key, H256::repeat_byte(1), &[3u8; 32]).unwrap();
		assert!(key.verify(&possession_digest(H256::repeat_byte(1), &[3u8; 32]), &proof));
		assert!(!key.verify(&possession_digest(H256::repeat_byte(2), &[3u8; 32]), &proof));
		assert!(!key.verify(&possession_digest(H256::repeat_byte(1), &[4u8; 32]), &proof));
	}

	#[test]
	fn the_key_must_be_named_when_there_are_several() {
		let (_dir, keystore) = on_disk();
		assert!(matches!(choose(&keystore, None), Err(Error::None)));
		for _ in 0..2 {
			keystore.sr25519_generate_new(KEY_TYPE, None).unwrap();
		}
		let keys = all(&*keystore);
		assert!(matches!(choose(&keystore, None), Err(Error::Several(of)) if of.len() == 2));
		assert_eq!(choose(&keystore, Some(&hex(&keys[1]))).unwrap(), keys[1]);
		assert!(matches!(choose(&keystore, Some("0x00")), Err(Error::Missing(_))));
	}
}
