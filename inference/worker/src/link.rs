//! The Unix socket between the worker and its node: frames of a `u32` little-endian length and SCALE bytes.

use codec::{Decode, DecodeAll, Encode};
use engram_primitives::task::{FromWorker, ToWorker, MAX_FRAME};
use std::{
	io,
	path::{Path, PathBuf},
	time::Duration,
};
use tokio::{
	io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
	net::{
		unix::{OwnedReadHalf, OwnedWriteHalf},
		UnixStream,
	},
	time::timeout,
};

/// A node that takes no bytes for this long is taken for dead.
const STALLED: Duration = Duration::from_secs(30);

/// Why a frame could not be sent or received.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// There is no node at the socket.
	#[error("cannot reach the node at {path}: {source}; start it with --worker")]
	Connect {
		/// The socket.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// The socket failed.
	#[error(
		"the socket to the node failed: {0}; look into the node's log, and start it again if it has stopped"
	)]
	Socket(#[from] io::Error),
	/// The other side ended in the middle of a frame.
	#[error("the socket closed in the middle of a frame; look into the log of the side that ended")]
	Torn,
	/// A frame is too long.
	#[error("a frame of {length} bytes is refused, the limit is {limit}; use node and worker of the same version", limit = MAX_FRAME)]
	TooLong {
		/// Its length.
		length: u64,
	},
	/// A frame is not what it should be.
	#[error("a frame cannot be read; are node and worker the same version?")]
	Malformed(#[from] codec::Error),
	/// The other side takes no bytes.
	#[error("the other side of the socket has stalled; check that the machine is not out of memory or processor time")]
	Stalled,
}

/// Reads one frame; `None` when the other side has closed between two frames.
pub async fn read_frame<T: Decode>(from: &mut (impl AsyncRead + Unpin)) -> Result<Option<T>, Error> {
	let mut length = [0; 4];
	if from.read(&mut length[..1]).await? == 0 {
		return Ok(None);
	}
	let torn = |error: io::Error| match error.kind() {
		io::ErrorKind::UnexpectedEof => Error::Torn,
		_ => Error::Socket(error),
	};
	from.read_exact(&mut length[1..]).await.map_err(torn)?;
	let length = u32::from_le_bytes(length);
	if length > MAX_FRAME {
		return Err(Error::TooLong { length: length.into() });
	}
	// The buffer grows with what arrives, not with what is announced.
	let mut frame = Vec::new();
	from.take(length.into()).read_to_end(&mut frame).await?;
	if frame.len() as u64 != u64::from(length) {
		return Err(Error::Torn);
	}
	Ok(Some(T::decode_all(&mut &frame[..])?))
}

/// Writes one frame.
pub async fn write_frame(to: &mut (impl AsyncWrite + Unpin), value: &impl Encode) -> Result<(), Error> {
	let body = value.encode();
	let length = u32::try_from(body.len())
		.ok()
		.filter(|length| *length <= MAX_FRAME)
		.ok_or(Error::TooLong { length: body.len() as u64 })?;
	let written = timeout(STALLED, async {
		to.write_all(&length.to_le_bytes()).await?;
		to.write_all(&body).await?;
		to.flush().await
	});
	Ok(written.await.map_err(|_| Error::Stalled)??)
}

/// Connects to the node's socket.
pub async fn connect(path: &Path) -> Result<(Receiver, Sender), Error> {
	let refuse = |source| Error::Connect { path: path.to_path_buf(), source };
	let (read, write) = UnixStream::connect(path).await.map_err(refuse)?.into_split();
	Ok((Receiver(read), Sender(write)))
}

/// The node's words.
#[derive(Debug)]
pub struct Receiver(OwnedReadHalf);

impl Receiver {
	/// The next one; `None` when the node has closed the socket. Not to be dropped half-way.
	pub async fn next(&mut self) -> Result<Option<ToWorker>, Error> {
		read_frame(&mut self.0).await
	}
}

/// The worker's words.
#[derive(Debug)]
pub struct Sender(OwnedWriteHalf);

impl Sender {
	/// Says one.
	pub async fn send(&mut self, message: &FromWorker) -> Result<(), Error> {
		write_frame(&mut self.0, message).await
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use engram_primitives::{
		task::{Metrics, Task},
		JobId,
	};

	async fn read(bytes: &[u8]) -> Result<Option<ToWorker>, Error> {
		read_frame(&mut &bytes[..]).await
	}

	#[tokio::test]
	async fn frames_are_read_back() {
		let task = Task::Publish { job: JobId(1), attempt: 0, segments: vec![1, 2] };
		let mut bytes = Vec::new();
		for message in [ToWorker::Tasks(vec![task.clone()]), ToWorker::Stop] {
			write_frame(&mut bytes, &message).await.unwrap();
		}
		let mut from = &bytes[..];
		assert_eq!(read_frame(&mut from).await.unwrap(), Some(ToWorker::Tasks(vec![task])));
		assert_eq!(read_frame(&mut from).await.unwrap(), Some(ToWorker::Stop));
		assert_eq!(read_frame::<ToWorker>(&mut from).await.unwrap(), None);
	}

	#[tokio::test]
	async fn hostile_frames_are_refused() {
		assert!(matches!(read(&(MAX_FRAME + 1).to_le_bytes()).await, Err(Error::TooLong { .. })));
		assert!(matches!(read(&u32::MAX.to_le_bytes()).await, Err(Error::TooLong { .. })));
		assert!(matches!(read(&MAX_FRAME.to_le_bytes()).await, Err(Error::Torn)));
		assert!(matches!(read(&[1, 0]).await, Err(Error::Torn)));
		assert!(matches!(read(&[5, 0, 0, 0, 2]).await, Err(Error::Torn)));
		assert!(matches!(read(&[0, 0, 0, 0]).await, Err(Error::Malformed(_))));
		assert!(matches!(read(&[1, 0, 0, 0, 9]).await, Err(Error::Malformed(_))));
		// Bytes after a message are not a message.
		assert!(matches!(read(&[2, 0, 0, 0, 2, 2]).await, Err(Error::Malformed(_))));
		// A list that claims to have a thousand million tasks.
		assert!(matches!(read(&[5, 0, 0, 0, 0, 2, 0, 0, 0xf0]).await, Err(Error::Malformed(_))));
	}

	#[tokio::test]
	async fn frames_that_are_too_long_are_not_sent() {
		let huge = vec![0u8; MAX_FRAME as usize];
		let mut bytes = Vec::new();
		assert!(matches!(write_frame(&mut bytes, &huge).await, Err(Error::TooLong { .. })));
		assert!(bytes.is_empty());
	}

	#[tokio::test]
	async fn both_sides_of_a_socket_talk() {
		let dir = tempfile::tempdir().unwrap();
		let path = dir.path().join("node.sock");
		assert!(matches!(connect(&path).await, Err(Error::Connect { .. })));
		let listener = tokio::net::UnixListener::bind(&path).unwrap();
		let (mut receiver, mut sender) = connect(&path).await.unwrap();
		let (mut node, _) = listener.accept().await.unwrap();
		sender.send(&FromWorker::Metrics(Metrics::default())).await.unwrap();
		let heard: Option<FromWorker> = read_frame(&mut node).await.unwrap();
		assert_eq!(heard, Some(FromWorker::Metrics(Metrics::default())));
		write_frame(&mut node, &ToWorker::Stop).await.unwrap();
		assert_eq!(receiver.next().await.unwrap(), Some(ToWorker::Stop));
		drop(node);
		assert_eq!(receiver.next().await.unwrap(), None);
	}
}
