//! Files that are there in full or not at all.

use crate::Error;
use codec::{Decode, DecodeAll, Encode};
use sha2::{Digest, Sha256};
use std::{
	fs::{self, File, OpenOptions},
	io::{self, Read, Write},
	path::{Path, PathBuf},
	sync::atomic::{AtomicU64, Ordering},
	time::{Duration, SystemTime},
};

const SEAL: usize = 32;

static NEXT: AtomicU64 = AtomicU64::new(0);

pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Error + '_ {
	|source| Error::File { path: path.to_path_buf(), source }
}

/// A name no other process or thread uses.
pub(crate) fn unique() -> String {
	format!("{}-{}.tmp", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Makes renames and removals in a directory survive a power cut.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
	File::open(dir)?.sync_all()
}

/// Writes `to` by way of a file in `temporary`, on the same file system.
pub(crate) fn write_durably(temporary: &Path, to: &Path, parts: &[&[u8]]) -> io::Result<()> {
	let path = temporary.join(unique());
	let written = (|| {
		let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
		for part in parts {
			file.write_all(part)?;
		}
		file.sync_all()?;
		fs::rename(&path, to)?;
		to.parent().map_or(Ok(()), sync_dir)
	})();
	if written.is_err() {
		// What is left of it would only take room.
		let _ = fs::remove_file(&path);
	}
	written
}

/// At most `limit` bytes of a file; `None` when there is no such file.
pub(crate) fn read_bounded(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
	let file = match File::open(path) {
		Ok(file) => file,
		Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
		Err(error) => return Err(error),
	};
	let mut bytes = Vec::new();
	file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
	if bytes.len() as u64 > limit {
		return Err(io::Error::new(io::ErrorKind::InvalidData, "the file is too large"));
	}
	Ok(Some(bytes))
}

/// Writes a value with its hash before it.
pub(crate) fn write_sealed(to: &Path, value: &impl Encode) -> Result<(), Error> {
	let body = value.encode();
	let seal = Sha256::digest(&body);
	let dir = to.parent().unwrap_or_else(|| Path::new("."));
	write_durably(dir, to, &[&seal, &body]).map_err(at(to))
}

/// Reads a value written by [`write_sealed`]. `None` when there is none, or when it is damaged, which is logged.
pub(crate) fn read_sealed<T: Decode>(path: &Path, limit: u64) -> Result<Option<T>, Error> {
	let Some(bytes) = read_bounded(path, limit).map_err(at(path))? else { return Ok(None) };
	let value = bytes.split_at_checked(SEAL).and_then(|(seal, mut body)| {
		let intact = Sha256::digest(body)[..] == *seal;
		intact.then(|| T::decode_all(&mut body).ok()).flatten()
	});
	if value.is_none() {
		tracing::error!(target: "engram::files", path = %path.display(), "a damaged file is ignored");
	}
	Ok(value)
}

/// The files of a directory.
pub(crate) fn files_in(dir: &Path) -> Result<Vec<PathBuf>, Error> {
	let mut paths = Vec::new();
	for entry in fs::read_dir(dir).map_err(at(dir))? {
		let entry = entry.map_err(at(dir))?;
		if entry.file_type().map_err(at(dir))?.is_file() {
			paths.push(entry.path());
		}
	}
	Ok(paths)
}

/// How long ago a file was written; zero when that is unknown or in the future.
pub(crate) fn age(path: &Path) -> Duration {
	fs::metadata(path)
		.and_then(|meta| meta.modified())
		.ok()
		.and_then(|at| SystemTime::now().duration_since(at).ok())
		.unwrap_or_default()
}

/// Removes files of `dir` that `which` selects and that are older than `limit`.
pub(crate) fn prune(dir: &Path, limit: Duration, which: impl Fn(&Path) -> bool) -> Result<(), Error> {
	for path in files_in(dir)? {
		if which(&path) && age(&path) > limit {
			fs::remove_file(&path).map_err(at(&path))?;
		}
	}
	Ok(())
}

/// Creates a directory and those above it.
pub(crate) fn create_dir(dir: &Path) -> Result<(), Error> {
	fs::create_dir_all(dir).map_err(at(dir))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_sealed_file_is_read_back_and_a_damaged_one_is_not() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("value");
		assert_eq!(read_sealed::<u64>(&path, 100).unwrap(), None);
		write_sealed(&path, &7u64).unwrap();
		write_sealed(&path, &8u64).unwrap();
		assert_eq!(read_sealed::<u64>(&path, 100).unwrap(), Some(8));
		assert_eq!(files_in(dir.path()).unwrap().len(), 1);

		assert!(read_sealed::<u64>(&path, 39).is_err());
		assert_eq!(read_sealed::<u32>(&path, 100).unwrap(), None);
		let mut bytes = fs::read(&path).unwrap();
		bytes[35] ^= 1;
		fs::write(&path, &bytes).unwrap();
		assert_eq!(read_sealed::<u64>(&path, 100).unwrap(), None);
		fs::write(&path, b"short").unwrap();
		assert_eq!(read_sealed::<u64>(&path, 100).unwrap(), None);
	}
}
