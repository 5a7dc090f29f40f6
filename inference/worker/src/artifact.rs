//! What an operator does with artifacts by hand.

use crate::{
	exchange::{Error as ExchangeError, Exchange, Options, Request, Response, Shelf, Source},
	files::{at, sync_dir, unique},
	metrics::Counters,
	store::MAX_ARTIFACT,
	worker::store_path,
	Error, Store, Visibility,
};
use engram_engine::{Dataset, Format};
use engram_primitives::{merkle, Cid};
use sp_core::H256;
use std::{
	fs::{self, File},
	io::{self, BufReader, Write},
	path::{Path, PathBuf},
	sync::Arc,
};

/// Takes a file into the store of a worker, to be served to everyone. A worker that is running serves it at once.
pub fn artifact_add(base_path: &Path, file: &Path) -> Result<Cid, Error> {
	let store = Store::open(store_path(base_path))?;
	let source = File::open(file).map_err(at(file))?;
	if source.metadata().map_err(at(file))?.is_dir() {
		return Err(at(file)(io::Error::other("this is a directory, not a file")));
	}
	Ok(store.import(&mut BufReader::new(source), Visibility::Public)?)
}

/// A directory that is removed with what is in it.
struct Scratch(PathBuf);

impl Drop for Scratch {
	fn drop(&mut self) {
		// What is left is only a copy of what was fetched.
		let _ = fs::remove_dir_all(&self.0);
	}
}

struct Nothing;

impl Shelf for Nothing {
	fn answer(&self, _: &Request) -> Response {
		Response::Missing
	}
}

/// Fetches an artifact from workers and writes it to `out`, which is there in full or not at all.
pub fn artifact_get(cid: Cid, sources: &[String], out: &Path) -> Result<(), Error> {
	let sources: Vec<Source> =
		sources.iter().map(|text| Source::parse(text.as_bytes())).collect::<Result<_, ExchangeError>>()?;
	let dir = match out.parent() {
		Some(dir) if !dir.as_os_str().is_empty() => dir,
		_ => Path::new("."),
	};
	let scratch = Scratch(dir.join(format!(".engram-{}", unique())));
	fs::create_dir(&scratch.0).map_err(at(&scratch.0))?;
	let store = Store::open(scratch.0.join("store"))?;

	let runtime =
		tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Threads)?;
	runtime.block_on(async {
		let counters = Arc::new(Counters::default());
		let exchange = Exchange::start(Options::client(), store.clone(), Arc::new(Nothing), counters).await?;
		exchange.fetch(cid, &sources, MAX_ARTIFACT).await
	})?;

	let part = scratch.0.join("part");
	let mut file = File::create(&part).map_err(at(&part))?;
	store.export(&cid, &mut file)?;
	file.flush().and_then(|()| file.sync_all()).map_err(at(&part))?;
	fs::rename(&part, out).and_then(|()| sync_dir(dir)).map_err(at(out))
}

/// The Merkle root over the rows of a CSV file, and how many there are: what a contribution is registered under. A leaf
/// is the Blake2-256 of a row's bytes without its line end; the header line and empty lines are no rows.
///
/// A file that no worker could read is refused, as a worker would: it would be found out by whoever buys training on it.
pub fn rows_root(csv: &[u8]) -> Result<(H256, u32), Error> {
	let rows = csv
		.split(|byte| *byte == b'\n')
		.map(|line| line.strip_suffix(b"\r").unwrap_or(line))
		.skip(1)
		.filter(|line| !line.is_empty());
	let leaves: Vec<[u8; 32]> = rows.map(sp_io::hashing::blake2_256).collect();
	let count = u32::try_from(leaves.len()).map_err(|_| Error::TooManyRows)?;
	if count == 0 {
		return Err(Error::NoRows);
	}
	let header = csv.split(|byte| *byte == b'\n').next().unwrap_or_default();
	let features = u32::try_from(header.iter().filter(|byte| **byte == b',').count()).unwrap_or(u32::MAX);
	// A label alone is no row. How many classes there are only the datanet says.
	Dataset::parse(csv, &Format { width: features.max(1), classes: u32::MAX, labelled: true, rows: count })?;
	Ok((merkle::root(&leaves), count))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn rows_are_the_lines_below_the_header() {
		let (root, count) = rows_root(b"a,b\n1,2\n3,4\n").unwrap();
		assert_eq!(count, 2);
		let leaves = [sp_io::hashing::blake2_256(b"1,2"), sp_io::hashing::blake2_256(b"3,4")];
		assert_eq!(root, merkle::root(&leaves));
		assert_eq!(rows_root(b"a,b\r\n1,2\r\n\r\n3,4").unwrap(), (root, 2));
		assert_ne!(rows_root(b"a,b\n3,4\n1,2\n").unwrap().0, root);
		for empty in [&b""[..], b"a,b", b"a,b\n", b"a,b\r\n\r\n"] {
			assert!(matches!(rows_root(empty), Err(Error::NoRows)));
		}
	}

	#[test]
	fn rows_that_no_worker_reads_are_named() {
		for (csv, said) in [
			(&b"a,b\n1,2\n3\n"[..], "line 3"),
			(b"a,b\n1,2\n3,4,5\n", "line 3"),
			(b"a,b\n1,2\nx,4\n", "scale the features into that range"),
			(b"a,b\n1.5,2\n", "scale the features into that range"),
			(b"a,b\n1,-2\n", "number the classes so"),
			(b"1,2\n3,4\n", "add a header line"),
			(b"\x89PNG\r\n\x1a\n\0\0", "give the features, then the label"),
		] {
			let error = rows_root(csv).unwrap_err().to_string();
			assert!(error.contains(said), "{error}");
		}
	}

	#[test]
	fn files_are_added_and_bad_ones_named() {
		let dir = tempfile::tempdir().unwrap();
		let base = dir.path().join("worker");
		let file = dir.path().join("rows.csv");
		fs::write(&file, b"a\n1\n").unwrap();
		let cid = artifact_add(&base, &file).unwrap();
		let store = Store::open(store_path(&base)).unwrap();
		assert!(store.is_public(&cid));
		assert_eq!(store.get(&cid).unwrap(), b"a\n1\n");
		let error = artifact_add(&base, &dir.path().join("none")).unwrap_err().to_string();
		assert!(error.contains("none") && error.contains("check the path"), "{error}");
		let error = artifact_add(&base, dir.path()).unwrap_err().to_string();
		assert!(error.contains("a directory, not a file"), "{error}");
	}

	#[test]
	fn a_failed_fetch_leaves_nothing() {
		let dir = tempfile::tempdir().unwrap();
		let out = dir.path().join("out");
		let cid = Cid::of_raw(b"x");
		let failed = |sources: &[String]| artifact_get(cid, sources, &out).unwrap_err().to_string();
		let error = failed(&["/ip4/127.0.0.1/tcp/1".into()]);
		assert!(error.contains("give a multiaddress like"), "{error}");
		let error = failed(&[]);
		assert!(error.contains("name a worker that has it"), "{error}");
		assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
	}
}
