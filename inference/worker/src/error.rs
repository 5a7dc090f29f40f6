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
