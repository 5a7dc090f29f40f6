//! Fetching whole artifacts, block by block.

use super::{Error, Exchange, Leaf, Request, Response, Source};
use crate::{
	store::{self, max_block, Visibility},
	unixfs,
};
use engram_primitives::{cid::CODEC_DAG_PB, merkle, Cid, JobId};
use futures::{stream, StreamExt, TryStreamExt};
use sp_core::H256;
use std::time::Duration;

/// Blocks of one artifact that are asked for at a time.
const PARALLEL: usize = 8;
/// How often a busy source is asked again, and after how long.
const BUSY_RETRIES: u32 = 5;
const BUSY_PAUSE: Duration = Duration::from_millis(200);

/// Where a checkpoint is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Place {
	/// The job.
	pub job: JobId,
	/// Which assignment of it.
	pub attempt: u32,
	/// Checkpoints under the root.
	pub count: u32,
	/// The committed root.
	pub root: H256,
}

impl Exchange {
	/// Sees to it that the store has the whole artifact, in public. Blocks that are there are not fetched again; a source that
	/// serves wrong bytes is passed over.
	pub async fn fetch(&self, cid: Cid, sources: &[Source], max_bytes: u64) -> Result<(), Error> {
		let limit = max_bytes.min(store::MAX_ARTIFACT);
		let ensure_small = |size: u64| {
			if size > limit {
				return Err(Error::TooLarge { cid, size, limit });
			}
			Ok(())
		};
		let refuse = |source| Error::Tree { cid, source };

		let root = self.block(cid, sources).await?;
		if cid.codec() != CODEC_DAG_PB {
			return ensure_small(root.len() as u64);
		}
		let links = unixfs::decode(&root).map_err(refuse)?;
		let (size, height) = unixfs::root_of(&links).map_err(refuse)?;
		ensure_small(size)?;
		unixfs::check(&links, size, height).map_err(refuse)?;

		let mut level = links;
		for below in (0..height).rev() {
			let blocks = stream::iter(level).map(|link| async move {
				let block = self.block(link.cid, sources).await?;
				if below == 0 {
					return Ok(Vec::new());
				}
				let links = unixfs::decode(&block).map_err(refuse)?;
				unixfs::check(&links, link.content, below).map_err(refuse)?;
				Ok::<_, Error>(links)
			});
			let found: Vec<Vec<_>> = blocks.buffered(PARALLEL).try_collect().await?;
			level = found.into_iter().flatten().collect();
		}
		Ok(())
	}

	/// One block, from the store or the first source that has it.
	async fn block(&self, cid: Cid, sources: &[Source]) -> Result<Vec<u8>, Error> {
		if let Some(block) = self.stored(cid).await? {
			return Ok(block);
		}
		let mut last = None;
		for source in sources {
			match self.block_from(cid, source).await {
				Ok(bytes) => {
					let store = self.store.clone();
					let kept = blocking(move || {
						store.put_block(&cid, &bytes, Visibility::Public)?;
						Ok(bytes)
					});
					return kept.await;
				},
				Err(Error::Ended) => return Err(Error::Ended),
				Err(error) => {
					tracing::debug!(target: "engram::exchange", %cid, %source, %error, "a source is passed over");
					last = Some(error);
				},
			}
		}
		Err(match last {
			Some(last) => Error::Unavailable { cid, sources: sources.len(), last: Box::new(last) },
			None => Error::NoSource { cid },
		})
	}

	/// The block, if the store has it; served to others from now on.
	async fn stored(&self, cid: Cid) -> Result<Option<Vec<u8>>, Error> {
		let store = self.store.clone();
		blocking(move || match store.public_block(&cid) {
			Ok(block) => Ok(Some(block)),
			Err(store::Error::Missing(_) | store::Error::Corrupt(_)) => Ok(None),
			Err(error) => Err(error.into()),
		})
		.await
	}

	async fn block_from(&self, cid: Cid, source: &Source) -> Result<Vec<u8>, Error> {
		let mut retries = 0;
		loop {
			match self.ask(source, Request::Block(cid)).await {
				Ok(Response::Block(bytes)) if bytes.len() <= max_block(&cid) => return Ok(bytes),
				Ok(_) => return Err(Error::Refused { peer: source.peer() }),
				Err(Error::Busy { .. }) if retries < BUSY_RETRIES => {
					retries += 1;
					tokio::time::sleep(BUSY_PAUSE).await;
				},
				Err(error) => return Err(error),
			}
		}
	}

	/// A published checkpoint of the source, once its place under the root is proven.
	pub async fn leaf(&self, source: &Source, place: &Place, index: u32) -> Result<Leaf, Error> {
		let Place { job, attempt, count, root } = *place;
		let peer = source.peer();
		match self.ask(source, Request::Leaf { job, attempt, index }).await? {
			Response::Leaf(leaf) => {
				let digest = leaf.cid.digest();
				let proven = leaf.cid.is_valid() && merkle::verify(&root, count, index, &digest, &leaf.proof);
				if proven {
					Ok(leaf)
				} else {
					Err(Error::NotProven { peer })
				}
			},
			_ => Err(Error::Missing { peer }),
		}
	}
}

/// Runs file work away from the network's threads.
async fn blocking<T: Send + 'static>(
	work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
	tokio::task::spawn_blocking(work).await.map_err(|_| Error::Ended)?
}
