//! What ends the worker process, or a command of its operator.

use std::{io, path::PathBuf};

/// Why the worker stopped or a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// A file or directory could not be used.
	#[error("{path}: {source}; check the path, its owner and the free disk space")]
	File {
		/// Which one.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// Another worker owns the base path.
	#[error("{path} is in use by another worker; stop it, or give this one its own --base-path")]
	Locked {
		/// The base path.
		path: PathBuf,
	},
	/// The store refused something.
	#[error(transparent)]
	Store(#[from] crate::store::Error),
	/// The exchange refused something.
	#[error(transparent)]
	Exchange(#[from] crate::exchange::Error),
	/// The socket to the node failed.
	#[error(transparent)]
	Link(crate::link::Error),
	/// The device could not be opened.
	#[error(transparent)]
	Engine(#[from] engram_engine::Error),
	/// The node closed the socket.
	#[error("the node closed the socket; start the node again unless it was stopped on purpose")]
	NodeGone,
	/// The runtime of the process could not start.
	#[error("the process cannot start its threads: {0}; check the limits of processes and memory")]
	Threads(io::Error),
	/// A file has no data rows.
	#[error("the file has no rows; give a header line and at least one row")]
	NoRows,
	/// A file has more rows than a contribution can have.
	#[error("the file has more than {most} rows, the most that a contribution can have; split it", most = u32::MAX)]
	TooManyRows,
}

impl From<crate::link::Error> for Error {
	fn from(error: crate::link::Error) -> Self {
		use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
		match error {
			// A node that ends with words of the worker unread resets the socket instead of closing it.
			crate::link::Error::Socket(cause)
				if matches!(cause.kind(), BrokenPipe | ConnectionAborted | ConnectionReset) =>
			{
				Self::NodeGone
			},
			other => Self::Link(other),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{exchange, link, store, unixfs, Failure};
	use engram_primitives::Cid;
	use libp2p::PeerId;
	use std::time::Duration;

	fn said(error: impl Into<Failure>, advice: &str) {
		let error = error.into().to_string();
		assert!(error.contains(advice), "{error}");
	}

	fn broken() -> io::Error {
		io::Error::other("it is broken")
	}

	#[test]
	fn errors_of_the_process_say_what_to_do() {
		let path = PathBuf::from("/x");
		said(
			Error::File { path: path.clone(), source: broken() },
			"check the path, its owner and the free disk",
		);
		said(Error::Locked { path: path.clone() }, "stop it, or give this one its own --base-path");
		said(Error::NodeGone, "start the node again");
		said(Error::Threads(broken()), "check the limits of processes and memory");
		said(Error::NoRows, "give a header line and at least one row");
		said(
			Error::TooManyRows,
			"more than 4294967295 rows, the most that a contribution can have; split it",
		);
		said(Error::Link(link::Error::Connect { path, source: broken() }), "start it with --worker");
		said(Error::Link(link::Error::Socket(broken())), "look into the node's log");
		said(Error::Link(link::Error::Torn), "look into the log");
		said(Error::Link(link::Error::TooLong { length: 9 }), "use node and worker of the same version");
		said(Error::Link(link::Error::Stalled), "check that the machine is not out of memory");
		said(Failure::Senseless("it is too long"), "use node and worker of the same version");
	}

	#[test]
	fn errors_of_artifacts_say_what_to_do() {
		let (cid, peer, path) = (Cid::of_raw(b"x"), PeerId::random(), PathBuf::from("/x"));
		said(store::Error::File { path, source: broken() }, "check its owner and the free disk space");
		said(store::Error::Missing(cid), "add the file with `engram artifact add`, or fetch it");
		said(store::Error::Corrupt(cid), "fetch it again");
		said(store::Error::WrongBytes(cid), "fetch it from another source");
		said(store::Error::UnknownCid(cid), "give a CIDv1 over SHA2-256");
		said(store::Error::Tree { cid, source: unixfs::Error::Shape }, "use the CID it prints");
		said(store::Error::TooLarge { limit: 9 }, "split it");
		said(store::Error::Copy(broken()), "check that the file can be read and the disk is not full");
		let last = Box::new(exchange::Error::Busy { peer });
		for (error, advice) in [
			(exchange::Error::NoSource { cid }, "name a worker that has it"),
			(exchange::Error::Unavailable { cid, sources: 1, last }, "check that they run and have it"),
			(exchange::Error::Missing { peer }, "have it added there, or name another source"),
			(exchange::Error::Busy { peer }, "try again later"),
			(exchange::Error::Refused { peer }, "name another source"),
			(exchange::Error::Slow { within: Duration::from_secs(9) }, "try again, or name a faster source"),
			(exchange::Error::Myself, "add it, or name another source"),
			(exchange::Error::TooLarge { cid, size: 9, limit: 8 }, "check that it is the right file"),
			(exchange::Error::Ended, "start the worker again"),
		] {
			said(Failure::Refused(error), advice);
		}
	}
}
