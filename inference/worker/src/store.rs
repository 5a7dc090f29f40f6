//! The content-addressed store: one file per block, named by its CID and checked on every read.
//!
//! A block is public or private by where it lies. Publishing is a rename, so it is there for good or not at all. Any number
//! of processes may share a store.

use crate::{
	files,
	unixfs::{self, Link, CHUNK, MAX_NODE},
};
use engram_primitives::{
	cid::{CODEC_DAG_PB, CODEC_RAW},
	Cid,
};
use sha2::{Digest, Sha256};
use std::{
	fs, io,
	io::{Read, Write},
	path::{Path, PathBuf},
	sync::Arc,
	time::Duration,
};

/// Largest artifact that is stored or fetched.
pub const MAX_ARTIFACT: u64 = 1 << 30;

/// What a crash left half-written is removed after this time; another process may still be writing until then.
const TEMPORARY: Duration = Duration::from_secs(3_600);

/// Why the store refused something.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// A file could not be used.
	#[error("the store cannot use {path}: {source}; check its owner and the free disk space")]
	File {
		/// Which one.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// The store does not have a block of the artifact.
	#[error("the store does not have block {0}; add the file with `engram artifact add`, or fetch it")]
	Missing(Cid),
	/// A block on disk is not the one its name says. It has been moved out of the way.
	#[error("block {0} was damaged on disk; fetch it again")]
	Corrupt(Cid),
	/// The bytes offered for a block are not the ones its CID names.
	#[error("the bytes offered for block {0} do not match it; fetch it from another source")]
	WrongBytes(Cid),
	/// The CID is of a kind that is not stored.
	#[error("{0} is not a CID that can be stored; give a CIDv1 over SHA2-256 of a raw or dag-pb block")]
	UnknownCid(Cid),
	/// The artifact's tree is refused.
	#[error("artifact {cid} is refused: {source}; add the file with `engram artifact add` and use the CID it prints")]
	Tree {
		/// Which artifact.
		cid: Cid,
		/// Why.
		source: unixfs::Error,
	},
	/// The artifact is too large.
	#[error("the artifact has more than {limit} bytes; split it")]
	TooLarge {
		/// The most that is taken.
		limit: u64,
	},
	/// The reader or writer given to the store failed.
	#[error("the artifact cannot be copied: {0}; check that the file can be read and the disk is not full")]
	Copy(io::Error),
}

type Result<T> = core::result::Result<T, Error>;

/// Who may have an artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
	/// It is served to everyone.
	Public,
	/// It is served to nobody until it is published.
	Private,
}

impl Visibility {
	fn folder(self) -> &'static str {
		match self {
			Self::Public => "public",
			Self::Private => "private",
		}
	}
}

/// Largest block that this CID may name.
pub fn max_block(cid: &Cid) -> usize {
	if cid.codec() == CODEC_RAW {
		CHUNK
	} else {
		MAX_NODE
	}
}

/// Whether these bytes are the block that the CID names.
pub fn is_block(cid: &Cid, bytes: &[u8]) -> bool {
	cid.is_valid() && bytes.len() <= max_block(cid) && Sha256::digest(bytes)[..] == cid.digest()
}

/// A store on disk. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
	root: Arc<PathBuf>,
}

impl Store {
	/// Opens or creates the store in `root`.
	pub fn open(root: impl Into<PathBuf>) -> Result<Self> {
		let store = Self { root: Arc::new(root.into()) };
		for folder in ["public", "private", "corrupt", "tmp"] {
			let path = store.root.join(folder);
			fs::create_dir_all(&path).map_err(at(&path))?;
		}
		let temporary = store.temporary();
		files::prune(&temporary, TEMPORARY, |_| true)
			.map_err(|error| Error::File { path: temporary.clone(), source: io::Error::other(error) })?;
		Ok(store)
	}

	fn temporary(&self) -> PathBuf {
		self.root.join("tmp")
	}

	/// The name is the CID's own text form and the folder its last byte, never anything that a peer has written.
	fn path_of(&self, cid: &Cid, visibility: Visibility) -> Result<PathBuf> {
		if !cid.is_valid() {
			return Err(Error::UnknownCid(*cid));
		}
		let [.., shard] = cid.0;
		Ok(self.root.join(visibility.folder()).join(format!("{shard:02x}")).join(cid.to_string()))
	}

	/// Stores bytes under their CID. What is public already stays public.
	pub fn put(&self, bytes: &[u8], visibility: Visibility) -> Result<Cid> {
		self.import(&mut &*bytes, visibility)
	}

	/// Stores what a reader gives under its CID, a chunk at a time.
	pub fn import(&self, from: &mut impl Read, visibility: Visibility) -> Result<Cid> {
		let mut chunks = Vec::new();
		let mut size = 0u64;
		loop {
			let mut chunk = Vec::new();
			from.by_ref().take(CHUNK as u64).read_to_end(&mut chunk).map_err(Error::Copy)?;
			if chunk.is_empty() && !chunks.is_empty() {
				break;
			}
			size = size.saturating_add(chunk.len() as u64);
			if size > MAX_ARTIFACT {
				return Err(Error::TooLarge { limit: MAX_ARTIFACT });
			}
			let link = Link::chunk(&chunk);
			self.put_block(&link.cid, &chunk, visibility)?;
			chunks.push(link);
			if chunk.len() < CHUNK {
				break;
			}
		}
		let (nodes, root) = unixfs::build(chunks);
		for (cid, bytes) in &nodes {
			self.put_block(cid, bytes, visibility)?;
		}
		Ok(root.map_or_else(|| Cid::of_raw(&[]), |root| root.cid))
	}

	/// The bytes of an artifact, every block checked.
	pub fn get(&self, cid: &Cid) -> Result<Vec<u8>> {
		let mut bytes = Vec::new();
		self.export(cid, &mut bytes)?;
		Ok(bytes)
	}

	/// Writes the bytes of an artifact, every block checked before it is written.
	pub fn export(&self, cid: &Cid, to: &mut impl Write) -> Result<()> {
		let root = self.block(cid)?;
		if cid.codec() != CODEC_DAG_PB {
			return to.write_all(&root).map_err(Error::Copy);
		}
		for chunk in self.chunks_of(cid, &root)? {
			to.write_all(&self.block(&chunk)?).map_err(Error::Copy)?;
		}
		Ok(())
	}

	/// The chunks of a large artifact in order. All its nodes must be there.
	fn chunks_of(&self, cid: &Cid, root: &[u8]) -> Result<Vec<Cid>> {
		let mut chunks = Vec::new();
		self.walk(cid, root, &mut |link, height| {
			if height == 0 {
				chunks.push(link.cid);
			}
		})?;
		Ok(chunks)
	}

	/// Calls `visit` for every link below a root, with the height of what it links to, and checks the shape.
	fn walk(&self, cid: &Cid, root: &[u8], visit: &mut dyn FnMut(&Link, u32)) -> Result<()> {
		let refuse = |source| Error::Tree { cid: *cid, source };
		let links = unixfs::decode(root).map_err(refuse)?;
		let (size, height) = unixfs::root_of(&links).map_err(refuse)?;
		if size > MAX_ARTIFACT {
			return Err(Error::TooLarge { limit: MAX_ARTIFACT });
		}
		unixfs::check(&links, size, height).map_err(refuse)?;
		let mut level = links;
		for below in (0..height).rev() {
			let mut next = Vec::new();
			for link in &level {
				visit(link, below);
				if below > 0 {
					let links = unixfs::decode(&self.block(&link.cid)?).map_err(refuse)?;
					unixfs::check(&links, link.content, below).map_err(refuse)?;
					next.extend(links);
				}
			}
			level = next;
		}
		Ok(())
	}

	/// The blocks of an artifact, its root last.
	fn blocks_of(&self, cid: &Cid) -> Result<Vec<Cid>> {
		let mut blocks = Vec::new();
		if cid.codec() == CODEC_DAG_PB {
			let root = self.block(cid)?;
			self.walk(cid, &root, &mut |link, _| blocks.push(link.cid))?;
			// Chunks come after the nodes that link to them.
			blocks.reverse();
		}
		blocks.push(*cid);
		Ok(blocks)
	}

	/// Whether every block of the artifact is there and intact.
	pub fn has(&self, cid: &Cid) -> bool {
		let mut nothing = io::sink();
		self.export(cid, &mut nothing).is_ok()
	}

	/// Whether the artifact is served.
	pub fn is_public(&self, cid: &Cid) -> bool {
		self.path_of(cid, Visibility::Public).is_ok_and(|path| path.is_file())
	}

	/// Serves an artifact from now on: its chunks first, its root last.
	pub fn publish(&self, cid: &Cid) -> Result<()> {
		for block in self.blocks_of(cid)? {
			self.publish_block(&block)?;
		}
		Ok(())
	}

	/// Removes an artifact as far as it is private.
	pub fn remove_private(&self, cid: &Cid) -> Result<()> {
		for block in self.blocks_of(cid)?.iter().rev() {
			let path = self.path_of(block, Visibility::Private)?;
			match fs::remove_file(&path) {
				Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(&path)(error)),
				_ => {},
			}
		}
		Ok(())
	}

	/// Stores one block, if the bytes are the ones its CID names.
	pub fn put_block(&self, cid: &Cid, bytes: &[u8], visibility: Visibility) -> Result<()> {
		if !is_block(cid, bytes) {
			return Err(Error::WrongBytes(*cid));
		}
		let present = match self.block(cid) {
			Ok(_) => true,
			Err(Error::Missing(_) | Error::Corrupt(_)) => false,
			Err(other) => return Err(other),
		};
		match (present, visibility) {
			(true, Visibility::Public) => self.publish_block(cid),
			(true, Visibility::Private) => Ok(()),
			(false, _) => {
				let path = self.path_of(cid, visibility)?;
				self.prepare(&path)?;
				files::write_durably(&self.temporary(), &path, &[bytes]).map_err(at(&path))
			},
		}
	}

	fn prepare(&self, path: &Path) -> Result<()> {
		let Some(shard) = path.parent().filter(|shard| !shard.is_dir()) else { return Ok(()) };
		fs::create_dir_all(shard).map_err(at(shard))?;
		shard.parent().map_or(Ok(()), files::sync_dir).map_err(at(shard))
	}

	fn publish_block(&self, cid: &Cid) -> Result<()> {
		let (from, to) = (self.path_of(cid, Visibility::Private)?, self.path_of(cid, Visibility::Public)?);
		self.prepare(&to)?;
		match fs::rename(&from, &to) {
			Ok(()) => to.parent().map_or(Ok(()), files::sync_dir).map_err(at(&to)),
			Err(error) if error.kind() == io::ErrorKind::NotFound && to.is_file() => Ok(()),
			Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::Missing(*cid)),
			Err(error) => Err(at(&to)(error)),
		}
	}

	/// A block, public or private, checked.
	pub fn block(&self, cid: &Cid) -> Result<Vec<u8>> {
		// Public again at the end: it may have been published between the first two looks.
		for visibility in [Visibility::Public, Visibility::Private, Visibility::Public] {
			match self.block_at(cid, visibility) {
				Err(Error::Missing(_)) => {},
				found => return found,
			}
		}
		Err(Error::Missing(*cid))
	}

	/// A block that may be served, checked.
	pub fn public_block(&self, cid: &Cid) -> Result<Vec<u8>> {
		self.block_at(cid, Visibility::Public)
	}

	fn block_at(&self, cid: &Cid, visibility: Visibility) -> Result<Vec<u8>> {
		let path = self.path_of(cid, visibility)?;
		let bytes = match files::read_bounded(&path, max_block(cid) as u64) {
			Ok(None) => return Err(Error::Missing(*cid)),
			Ok(Some(bytes)) if is_block(cid, &bytes) => return Ok(bytes),
			Ok(Some(bytes)) => bytes.len(),
			Err(error) if error.kind() == io::ErrorKind::InvalidData => max_block(cid),
			Err(error) => return Err(at(&path)(error)),
		};
		tracing::error!(target: "engram::store", %cid, bytes, "a block on disk is damaged and moved out of the way");
		let aside = self.root.join("corrupt").join(cid.to_string());
		match fs::rename(&path, &aside) {
			Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(&path)(error)),
			_ => Err(Error::Corrupt(*cid)),
		}
	}
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> Error + '_ {
	|source| Error::File { path: path.to_path_buf(), source }
}

#[cfg(test)]
mod tests {
	use super::*;

	fn store() -> (tempfile::TempDir, Store) {
		let dir = tempfile::tempdir().unwrap();
		let store = Store::open(dir.path().join("store")).unwrap();
		(dir, store)
	}

	fn pattern(size: usize) -> Vec<u8> {
		(0..size).map(|i| (i * 31 + (i >> 8) * 17 + (i >> 18) * 7) as u8).collect()
	}

	#[test]
	fn small_and_large_artifacts_are_read_back() {
		let (_dir, store) = store();
		for size in [0, 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5, 175 * CHUNK + 9] {
			let bytes = pattern(size);
			let cid = store.put(&bytes, Visibility::Public).unwrap();
			assert_eq!(cid, unixfs::cid_of(&bytes), "{size} bytes");
			assert_eq!(store.get(&cid).unwrap(), bytes);
			assert_eq!(store.put(&bytes, Visibility::Public).unwrap(), cid);
		}
		let left = fs::read_dir(store.temporary()).unwrap().count();
		assert_eq!(left, 0);
	}

	#[test]
	fn private_blocks_are_not_served_until_published() {
		let (_dir, store) = store();
		let bytes = pattern(2 * CHUNK + 1);
		let cid = store.put(&bytes, Visibility::Private).unwrap();
		let blocks = store.blocks_of(&cid).unwrap();
		assert_eq!((blocks.len(), blocks.last()), (4, Some(&cid)));
		assert!(store.has(&cid) && !store.is_public(&cid));
		for block in &blocks {
			assert!(matches!(store.public_block(block), Err(Error::Missing(_))));
		}
		// A second store on the same files sees the same.
		let again = Store::open(store.root.to_path_buf()).unwrap();
		assert!(!again.is_public(&cid));
		again.publish(&cid).unwrap();
		again.publish(&cid).unwrap();
		for block in &blocks {
			assert!(store.public_block(block).is_ok());
		}
		// Neither a private copy nor a removal takes it back.
		store.put(&bytes, Visibility::Private).unwrap();
		store.remove_private(&cid).unwrap();
		assert!(store.is_public(&cid));
		assert_eq!(store.get(&cid).unwrap(), bytes);
	}

	#[test]
	fn putting_in_public_publishes_what_was_private() {
		let (_dir, store) = store();
		let cid = store.put(b"weights", Visibility::Private).unwrap();
		assert!(!store.is_public(&cid));
		store.put(b"weights", Visibility::Public).unwrap();
		assert!(store.is_public(&cid));
	}

	#[test]
	fn private_artifacts_can_be_removed() {
		let (_dir, store) = store();
		let cid = store.put(&pattern(CHUNK + 1), Visibility::Private).unwrap();
		store.remove_private(&cid).unwrap();
		assert!(matches!(store.get(&cid), Err(Error::Missing(_))));
		assert!(!store.has(&cid));
		assert!(matches!(store.publish(&cid), Err(Error::Missing(_))));
	}

	#[test]
	fn one_flipped_byte_on_disk_is_refused_and_can_be_repaired() {
		let (_dir, store) = store();
		let bytes = pattern(2 * CHUNK);
		let cid = store.put(&bytes, Visibility::Public).unwrap();
		let chunk = Cid::of_raw(&bytes[CHUNK..]);
		let path = store.path_of(&chunk, Visibility::Public).unwrap();
		let mut damaged = fs::read(&path).unwrap();
		damaged[1_000] ^= 1;
		fs::write(&path, damaged).unwrap();

		assert!(matches!(store.get(&cid), Err(Error::Corrupt(c)) if c == chunk));
		assert!(matches!(store.public_block(&chunk), Err(Error::Missing(_))));
		assert!(!store.has(&cid));
		store.put(&bytes, Visibility::Public).unwrap();
		assert_eq!(store.get(&cid).unwrap(), bytes);

		fs::write(&path, vec![0; CHUNK + 1]).unwrap();
		assert!(matches!(store.get(&cid), Err(Error::Corrupt(_))));
	}

	#[test]
	fn wrong_bytes_and_unknown_names_are_refused() {
		let (_dir, store) = store();
		let cid = Cid::of_raw(b"right");
		assert!(matches!(store.put_block(&cid, b"wrong", Visibility::Public), Err(Error::WrongBytes(_))));
		assert!(!store.is_public(&cid));
		for unknown in [Cid([0; 36]), Cid::new(0x71, [1; 32])] {
			assert!(matches!(store.get(&unknown), Err(Error::UnknownCid(_))));
			assert!(store.put_block(&unknown, b"", Visibility::Public).is_err());
			assert!(store.publish(&unknown).is_err());
			assert!(!store.is_public(&unknown));
		}
		let large = pattern(CHUNK + 1);
		let cid = Cid::of_raw(&large);
		assert!(matches!(store.put_block(&cid, &large, Visibility::Public), Err(Error::WrongBytes(_))));
	}

	#[test]
	fn hostile_trees_are_refused() {
		let (_dir, store) = store();
		let put_node = |bytes: &[u8]| {
			let cid = Cid::new(CODEC_DAG_PB, Sha256::digest(bytes).into());
			store.put_block(&cid, bytes, Visibility::Public).unwrap();
			cid
		};
		let garbage = put_node(b"not a node");
		assert!(matches!(store.get(&garbage), Err(Error::Tree { .. })));
		// A root that claims to be as large as the world.
		let link = |content| Link { cid: garbage, content, total: 1 };
		let huge = put_node(&unixfs::encode(&[link(u64::MAX / 2)]));
		assert!(matches!(store.get(&huge), Err(Error::Tree { .. })));
		let large = put_node(&unixfs::encode(&[link(174 * CHUNK as u64); 100]));
		assert!(matches!(store.get(&large), Err(Error::TooLarge { .. })));
		assert!(!store.has(&huge));
	}
}
