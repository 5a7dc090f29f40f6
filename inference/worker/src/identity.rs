//! The key behind the worker's peer id.

use crate::{
	files::{at, read_bounded, sync_dir, unique},
	Error,
};
use libp2p::identity::{ed25519, Keypair};
use std::{
	fs::{self, OpenOptions},
	io::{self, Write},
	os::unix::fs::OpenOptionsExt,
	path::{Path, PathBuf},
};

const SECRET: u64 = 32;

/// The file that holds the secret, 32 bytes.
pub fn path(base_path: &Path) -> PathBuf {
	base_path.join("identity")
}

/// The key of this base path, `None` when it has none yet.
pub fn load(base_path: &Path) -> Result<Option<Keypair>, Error> {
	let path = path(base_path);
	let Some(mut secret) = read_bounded(&path, SECRET).map_err(at(&path))? else { return Ok(None) };
	let secret = ed25519::SecretKey::try_from_bytes(&mut secret).map_err(|_| {
		let reason = "not an ed25519 secret of 32 bytes; remove the file for a new identity, which changes the peer id";
		at(&path)(io::Error::new(io::ErrorKind::InvalidData, reason))
	})?;
	Ok(Some(Keypair::from(ed25519::Keypair::from(secret))))
}

/// The key of this base path; a new one when there is none.
pub fn load_or_create(base_path: &Path) -> Result<Keypair, Error> {
	if let Some(keypair) = load(base_path)? {
		return Ok(keypair);
	}
	fs::create_dir_all(base_path).map_err(at(base_path))?;
	let secret = ed25519::SecretKey::generate();
	let (to, temporary) = (path(base_path), base_path.join(unique()));
	let written = (|| {
		let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
		file.write_all(secret.as_ref())?;
		file.sync_all()?;
		// A link, unlike a rename, never replaces the key that another process has just made.
		fs::hard_link(&temporary, &to)?;
		sync_dir(base_path)
	})();
	// The name is only a second one for the same file.
	let _ = fs::remove_file(&temporary);
	match written {
		Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(at(&to)(error)),
		_ => load(base_path)?.ok_or_else(|| at(&to)(io::ErrorKind::NotFound.into())),
	}
}

/// The peer id of this base path in its text form; makes the key when there is none.
pub fn peer_id(base_path: &Path) -> Result<String, Error> {
	Ok(load_or_create(base_path)?.public().to_peer_id().to_string())
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::os::unix::fs::PermissionsExt;

	#[test]
	fn the_key_stays_and_is_private() {
		let dir = tempfile::tempdir().unwrap();
		let base = dir.path().join("worker");
		assert!(load(&base).unwrap().is_none());
		let first = peer_id(&base).unwrap();
		assert!(first.starts_with("12D3KooW"));
		assert_eq!(peer_id(&base).unwrap(), first);
		let meta = fs::metadata(path(&base)).unwrap();
		assert_eq!(meta.permissions().mode() & 0o777, 0o600);
		assert_eq!(fs::read_dir(&base).unwrap().count(), 1);

		for bad in [&b"short"[..], &[1; 33]] {
			fs::write(path(&base), bad).unwrap();
			assert!(load_or_create(&base).is_err());
		}
	}
}
