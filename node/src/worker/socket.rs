//! The local socket to the worker process, and who may connect to it. Frames are those of [`engram_worker::link`].

use codec::Decode;
use engram_worker::link;
use futures::Stream;
use std::{
	fs::Permissions,
	io,
	os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt},
	path::{Path, PathBuf},
};
use tokio::{
	io::AsyncRead,
	net::{UnixListener, UnixStream},
};

/// Longest path the kernel takes for a socket.
const MAX_PATH: usize = 107;

/// Why the socket cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
	#[error("the socket path {0} is longer than {MAX_PATH} bytes: choose a shorter --base-path")]
	PathTooLong(PathBuf),
	#[error("{0} is in the way of the worker's socket: move it, or choose another --base-path")]
	Occupied(PathBuf),
	#[error("cannot listen on {path}: {source}; the directory must be writable and on a local file system")]
	Bind { path: PathBuf, source: io::Error },
}

/// A socket only this user can connect to. Its file goes when it is dropped.
pub(crate) struct Listener {
	inner: UnixListener,
	path: PathBuf,
	owner: u32,
}

impl Listener {
	/// Binds `path`, over the file a killed node may have left.
	pub(crate) fn bind(path: &Path) -> Result<Self, Error> {
		if path.as_os_str().len() > MAX_PATH {
			return Err(Error::PathTooLong(path.into()));
		}
		let failed = |source| Error::Bind { path: path.into(), source };
		match std::fs::symlink_metadata(path) {
			Ok(found) if found.file_type().is_socket() => std::fs::remove_file(path).map_err(failed)?,
			Ok(_) => return Err(Error::Occupied(path.into())),
			Err(error) if error.kind() == io::ErrorKind::NotFound => (),
			Err(error) => return Err(failed(error)),
		}
		let inner = UnixListener::bind(path).map_err(failed)?;
		std::fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(failed)?;
		let owner = std::fs::metadata(path).map_err(failed)?.uid();
		Ok(Self { inner, path: path.into(), owner })
	}

	/// The next connection of this node's own user; others are closed.
	pub(crate) async fn accept(&self) -> io::Result<UnixStream> {
		loop {
			let (stream, _) = self.inner.accept().await?;
			// Between bind and the permissions there is a moment in which somebody else may get in.
			if stream.peer_cred()?.uid() == self.owner {
				return Ok(stream);
			}
		}
	}
}

impl Drop for Listener {
	fn drop(&mut self) {
		// The next start removes what stays.
		let _ = std::fs::remove_file(&self.path);
	}
}

/// The frames of a connection, until it closes or one is wrong. Unlike the reading itself, taking the next item can be
/// cancelled without losing bytes.
pub(crate) fn frames<M: Decode>(from: impl AsyncRead + Unpin) -> impl Stream<Item = Result<M, link::Error>> {
	futures::stream::try_unfold(from, |mut from| async move {
		Ok(link::read_frame(&mut from).await?.map(|message| (message, from)))
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use engram_primitives::task::{FromWorker, Metrics, ToWorker};
	use engram_worker::link::write_frame;
	use futures::{StreamExt, TryStreamExt};

	fn block_on<F: std::future::Future>(future: F) -> F::Output {
		tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
	}

	#[test]
	fn frames_come_back_as_they_were_written() {
		block_on(async {
			let (mut here, there) = tokio::io::duplex(7);
			let sent = vec![
				FromWorker::Hello { wire: 1, addresses: vec!["/ip4/1.2.3.4".into()], device: "cpu".into() },
				FromWorker::Metrics(Metrics { steps: 9, ..Default::default() }),
			];
			let writer = async {
				for message in &sent {
					write_frame(&mut here, message).await.unwrap();
				}
				drop(here);
			};
			let reader = frames::<FromWorker>(there).try_collect::<Vec<_>>();
			let ((), received) = tokio::join!(writer, reader);
			assert_eq!(received.unwrap(), sent);
		});
	}

	#[test]
	fn a_wrong_frame_is_the_last() {
		block_on(async {
			let bytes = [1, 0, 0, 0, 99, 1, 0, 0, 0, 2];
			let mut stream = std::pin::pin!(frames::<ToWorker>(&bytes[..]));
			assert!(matches!(stream.next().await, Some(Err(link::Error::Malformed(_)))));
			assert!(stream.next().await.is_none());
		});
	}

	#[test]
	fn the_socket_is_private_and_replaces_a_stale_one() {
		block_on(async {
			let dir = tempfile::tempdir().unwrap();
			let path = dir.path().join("worker.sock");
			std::mem::forget(Listener::bind(&path).unwrap());
			let listener = Listener::bind(&path).unwrap();
			assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
			let (connected, accepted) = tokio::join!(UnixStream::connect(&path), listener.accept());
			assert!(connected.is_ok() && accepted.is_ok());
			drop(listener);
			assert!(!path.exists());
		});
	}

	#[test]
	fn a_file_in_the_way_or_a_long_path_is_explained() {
		block_on(async {
			let dir = tempfile::tempdir().unwrap();
			let path = dir.path().join("worker.sock");
			std::fs::write(&path, "precious").unwrap();
			assert!(matches!(Listener::bind(&path), Err(Error::Occupied(_))));
			assert_eq!(std::fs::read(&path).unwrap(), b"precious");
			let long = dir.path().join("x".repeat(120));
			let error = Listener::bind(&long).err().unwrap().to_string();
			assert!(error.contains("--base-path"), "{error}");
		});
	}
}
