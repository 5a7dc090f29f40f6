//! What goes over the wire: one request, one answer, then the stream ends.

use crate::store::max_block;
use async_trait::async_trait;
use codec::{Decode, DecodeAll, Encode};
use engram_primitives::{merkle::Proof, Cid, JobId};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::{request_response, StreamProtocol};
use sha2::{Digest, Sha256};
use std::io;

/// Name and version of the protocol.
pub const PROTOCOL: StreamProtocol = StreamProtocol::new("/engram/artifact/1");

/// Largest request.
const MAX_REQUEST: u8 = 64;
/// Largest leaf: a CID and the longest proof.
const MAX_LEAF: u32 = 36 + 4 + 32 * engram_primitives::merkle::MAX_DEPTH;
/// A block is hashed in pieces of this size while it arrives.
const PIECE: usize = 16_384;

const MISSING: u8 = 0;
const BUSY: u8 = 1;
const BLOCK: u8 = 2;
const LEAF: u8 = 3;

/// What a worker asks another one for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Request {
	/// A block.
	#[codec(index = 0)]
	Block(Cid),
	/// A published checkpoint's CID and the proof of its place.
	#[codec(index = 1)]
	Leaf {
		/// The job.
		job: JobId,
		/// Which assignment of it.
		attempt: u32,
		/// Number of the checkpoint.
		index: u32,
	},
}

/// A published checkpoint. The leaf under the root is the digest in the CID.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Leaf {
	/// The checkpoint.
	pub cid: Cid,
	/// Proof of its place under the committed root.
	pub proof: Proof,
}

/// What it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
	/// It is not there, or not for everyone.
	Missing,
	/// Too many others are asking.
	Busy,
	/// The block. One that is received has been checked.
	Block(Vec<u8>),
	/// The checkpoint.
	Leaf(Leaf),
	/// What was received is not the block that was asked for. Never sent.
	Refused,
}

/// Reads and writes the protocol. A clone serves one stream and remembers what was asked on it.
#[derive(Clone, Debug, Default)]
pub(super) struct Codec {
	asked: Option<Request>,
}

fn invalid(reason: &'static str) -> io::Error {
	io::Error::new(io::ErrorKind::InvalidData, reason)
}

async fn read_length(io: &mut (impl AsyncRead + Unpin + Send)) -> io::Result<u32> {
	let mut length = [0; 4];
	io.read_exact(&mut length).await?;
	Ok(u32::from_le_bytes(length))
}

/// Reads a block of the stated length. `None` as soon as it cannot be the one the CID names.
async fn read_block(io: &mut (impl AsyncRead + Unpin + Send), cid: &Cid) -> io::Result<Option<Vec<u8>>> {
	let mut left = read_length(io).await? as usize;
	if left > max_block(cid) {
		return Ok(None);
	}
	// Room is made for what has arrived, not for what is announced.
	let mut block = Vec::new();
	let mut hash = Sha256::new();
	let mut piece = [0; PIECE];
	while left > 0 {
		let piece = &mut piece[..left.min(PIECE)];
		io.read_exact(piece).await?;
		hash.update(&*piece);
		block.extend_from_slice(piece);
		left -= piece.len();
	}
	Ok((hash.finalize()[..] == cid.digest()).then_some(block))
}

#[async_trait]
impl request_response::Codec for Codec {
	type Protocol = StreamProtocol;
	type Request = Request;
	type Response = Response;

	async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Request>
	where
		T: AsyncRead + Unpin + Send,
	{
		let mut length = [0];
		io.read_exact(&mut length).await?;
		let [length] = length;
		if length > MAX_REQUEST {
			return Err(invalid("the request is too long"));
		}
		let mut bytes = vec![0; length.into()];
		io.read_exact(&mut bytes).await?;
		Request::decode_all(&mut &bytes[..]).map_err(|_| invalid("the request cannot be read"))
	}

	async fn read_response<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Response>
	where
		T: AsyncRead + Unpin + Send,
	{
		let mut tag = [0];
		io.read_exact(&mut tag).await?;
		match (tag, self.asked) {
			([MISSING], _) => Ok(Response::Missing),
			([BUSY], _) => Ok(Response::Busy),
			([BLOCK], Some(Request::Block(cid))) => {
				Ok(read_block(io, &cid).await?.map_or(Response::Refused, Response::Block))
			},
			([LEAF], Some(Request::Leaf { .. })) => {
				let length = read_length(io).await?;
				if length > MAX_LEAF {
					return Err(invalid("the leaf is too long"));
				}
				let mut bytes = vec![0; length as usize];
				io.read_exact(&mut bytes).await?;
				let leaf =
					Leaf::decode_all(&mut &bytes[..]).map_err(|_| invalid("the leaf cannot be read"))?;
				Ok(Response::Leaf(leaf))
			},
			_ => Err(invalid("the answer is not to what was asked")),
		}
	}

	async fn write_request<T>(&mut self, _: &StreamProtocol, io: &mut T, request: Request) -> io::Result<()>
	where
		T: AsyncWrite + Unpin + Send,
	{
		let bytes = request.encode();
		let length = u8::try_from(bytes.len()).map_err(|_| invalid("the request is too long"))?;
		io.write_all(&[length]).await?;
		io.write_all(&bytes).await?;
		self.asked = Some(request);
		Ok(())
	}

	async fn write_response<T>(
		&mut self,
		_: &StreamProtocol,
		io: &mut T,
		response: Response,
	) -> io::Result<()>
	where
		T: AsyncWrite + Unpin + Send,
	{
		let (tag, bytes) = match response {
			Response::Missing | Response::Refused => return io.write_all(&[MISSING]).await,
			Response::Busy => return io.write_all(&[BUSY]).await,
			Response::Block(bytes) => (BLOCK, bytes),
			Response::Leaf(leaf) => (LEAF, leaf.encode()),
		};
		let length = u32::try_from(bytes.len()).map_err(|_| invalid("the answer is too long"))?;
		io.write_all(&[tag]).await?;
		io.write_all(&length.to_le_bytes()).await?;
		io.write_all(&bytes).await
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use futures::{executor::block_on, io::Cursor};
	use libp2p::request_response::Codec as _;

	fn answer(asked: Option<Request>, bytes: &[u8]) -> io::Result<Response> {
		block_on(Codec { asked }.read_response(&PROTOCOL, &mut Cursor::new(bytes)))
	}

	fn written(response: Response) -> Vec<u8> {
		let mut io = Cursor::new(Vec::new());
		block_on(Codec::default().write_response(&PROTOCOL, &mut io, response)).unwrap();
		io.into_inner()
	}

	const LEAF_REQUEST: Request = Request::Leaf { job: JobId(1), attempt: 2, index: 3 };

	#[test]
	fn requests_are_read_back_and_bounded() {
		for request in [Request::Block(Cid::of_raw(b"x")), LEAF_REQUEST] {
			let mut io = Cursor::new(Vec::new());
			block_on(Codec::default().write_request(&PROTOCOL, &mut io, request)).unwrap();
			let bytes = io.into_inner();
			let read =
				|bytes: &[u8]| block_on(Codec::default().read_request(&PROTOCOL, &mut Cursor::new(bytes)));
			assert_eq!(read(&bytes).unwrap(), request);
			assert!(read(&bytes[..bytes.len() - 1]).is_err());
			for hostile in [&[0][..], &[65; 100], &[255; 300], &[1, 9], &[2, 0, 1]] {
				assert!(read(hostile).is_err());
			}
		}
	}

	#[test]
	fn blocks_are_checked_while_they_arrive() {
		let block = vec![7; 3 * PIECE + 1];
		let asked = Some(Request::Block(Cid::of_raw(&block)));
		let bytes = written(Response::Block(block.clone()));
		assert_eq!(answer(asked, &bytes).unwrap(), Response::Block(block));
		let mut flipped = bytes.clone();
		flipped[PIECE] ^= 1;
		assert_eq!(answer(asked, &flipped).unwrap(), Response::Refused);
		assert!(answer(asked, &bytes[..bytes.len() - 1]).is_err());
		// The rest of what is announced as too long is not read at all.
		assert_eq!(answer(asked, &[BLOCK, 255, 255, 255, 255]).unwrap(), Response::Refused);
		assert_eq!(answer(asked, &[BLOCK, 0, 0, 0, 0]).unwrap(), Response::Refused);
		assert_eq!(
			answer(Some(Request::Block(Cid::of_raw(b""))), &[BLOCK, 0, 0, 0, 0]).unwrap(),
			Response::Block(vec![])
		);
	}

	#[test]
	fn answers_must_fit_the_question() {
		let leaf = Response::Leaf(Leaf {
			cid: Cid::of_raw(b"x"),
			proof: vec![[1; 32].into(); 32].try_into().unwrap(),
		});
		let bytes = written(leaf.clone());
		assert_eq!(answer(Some(LEAF_REQUEST), &bytes).unwrap(), leaf);
		assert!(answer(Some(Request::Block(Cid::of_raw(b"x"))), &bytes).is_err());
		assert!(answer(None, &bytes).is_err());
		assert!(answer(Some(LEAF_REQUEST), &[LEAF, 255, 255, 0, 0]).is_err());
		assert!(answer(Some(LEAF_REQUEST), &[9]).is_err());
		assert_eq!(answer(None, &written(Response::Missing)).unwrap(), Response::Missing);
		assert_eq!(answer(None, &written(Response::Busy)).unwrap(), Response::Busy);
		assert_eq!(answer(None, &written(Response::Refused)).unwrap(), Response::Missing);
	}
}
