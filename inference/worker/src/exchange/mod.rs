//! Artifacts to and from other workers over libp2p.

mod fetch;
mod protocol;
mod swarm;

pub use fetch::Place;
pub use protocol::{Leaf, Request, Response, PROTOCOL};

use crate::{metrics::Counters, store, unixfs};
use engram_primitives::Cid;
use libp2p::{identity::Keypair, multiaddr::Protocol, Multiaddr, PeerId};
use std::{
	net::{IpAddr, SocketAddr},
	sync::Arc,
	time::Duration,
};
use tokio::{
	net::lookup_host,
	sync::{mpsc, oneshot, watch},
	time::timeout,
};

/// Longest multiaddress that is read.
pub const MAX_ADDRESS: usize = 512;
/// Sources of one artifact that are asked.
pub const MAX_SOURCES: usize = 16;

/// Why something could not be fetched or served.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// The text is no address of a worker.
	#[error("`{text}` is not a worker's address; give a multiaddress like /ip4/192.0.2.1/tcp/30400/p2p/12D3KooW...")]
	Address {
		/// What was given, shortened.
		text: String,
	},
	/// Nobody was given to ask.
	#[error("there is no source to fetch {cid} from; name a worker that has it")]
	NoSource {
		/// What was wanted.
		cid: Cid,
	},
	/// No source had it.
	#[error("{cid} was not served by any of {sources} sources; check that they run and have it. The last one: {last}")]
	Unavailable {
		/// What was wanted.
		cid: Cid,
		/// How many were asked.
		sources: usize,
		/// What the last one answered.
		last: Box<Self>,
	},
	/// The peer does not have it, or not for everyone.
	#[error("{peer} does not serve it; have it added there, or name another source")]
	Missing {
		/// Who was asked.
		peer: PeerId,
	},
	/// The peer is serving too many others.
	#[error("{peer} is busy; try again later, or name another source")]
	Busy {
		/// Who was asked.
		peer: PeerId,
	},
	/// The peer sent other bytes than those asked for.
	#[error("{peer} sent bytes that do not match the CID; name another source")]
	Refused {
		/// Who was asked.
		peer: PeerId,
	},
	/// The peer sent a proof that does not hold.
	#[error("{peer} sent a checkpoint that is not under the committed root; nothing of it is used")]
	NotProven {
		/// Who was asked.
		peer: PeerId,
	},
	/// The request failed on the way.
	#[error("the request to {peer} failed: {source}; check that it runs and that its port can be reached")]
	Request {
		/// Who was asked.
		peer: PeerId,
		/// Why.
		source: libp2p::request_response::OutboundFailure,
	},
	/// The name in the address is not known.
	#[error("the address {address} of {peer} cannot be resolved; check the name, or give an IP address")]
	Resolve {
		/// Who was to be asked.
		peer: PeerId,
		/// The address.
		address: Multiaddr,
	},
	/// It took too long, whoever was asked.
	#[error("not served within {within:?}; try again, or name a faster source")]
	Slow {
		/// How long it might take.
		within: Duration,
	},
	/// The peer is this worker.
	#[error("the source is this worker itself, which does not have it; add it, or name another source")]
	Myself,
	/// The artifact is larger than it can be.
	#[error("{cid} has {size} bytes, more than the {limit} it can need; check that it is the right file")]
	TooLarge {
		/// What was wanted.
		cid: Cid,
		/// Its size.
		size: u64,
		/// The most that is fetched.
		limit: u64,
	},
	/// The artifact's tree is refused.
	#[error("{cid} is refused: {source}; add the file with `engram artifact add` and use the CID it prints")]
	Tree {
		/// What was wanted.
		cid: Cid,
		/// Why.
		source: unixfs::Error,
	},
	/// The store refused something.
	#[error(transparent)]
	Store(#[from] store::Error),
	/// The listener could not be opened.
	#[error("cannot listen on {address}: {reason}; choose another --listen address")]
	Listen {
		/// The address.
		address: Multiaddr,
		/// Why.
		reason: String,
	},
	/// The transport could not be built.
	#[error("the network transport cannot be built: {reason}; check the limits of open files and sockets")]
	Transport {
		/// Why.
		reason: String,
	},
	/// The exchange has ended.
	#[error("the exchange has ended; start the worker again unless it was stopped on purpose")]
	Ended,
}

/// A worker to ask: its peer id, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
	peer: PeerId,
	address: Multiaddr,
}

impl Source {
	/// Reads a multiaddress that ends in `/p2p/<peer>`.
	pub fn parse(text: &[u8]) -> Result<Self, Error> {
		let refuse = || Error::Address { text: String::from_utf8_lossy(text).chars().take(96).collect() };
		let address: Multiaddr = std::str::from_utf8(text)
			.ok()
			.filter(|text| text.len() <= MAX_ADDRESS)
			.and_then(|text| text.trim().parse().ok())
			.ok_or_else(refuse)?;
		match address.iter().last() {
			Some(Protocol::P2p(peer)) if address.iter().count() > 1 => Ok(Self { peer, address }),
			_ => Err(refuse()),
		}
	}

	/// Reads every address that can be read, in order and each once.
	pub fn parse_all<'a>(texts: impl IntoIterator<Item = &'a Vec<u8>>) -> Vec<Self> {
		let mut sources: Vec<Self> = Vec::new();
		for text in texts {
			match Self::parse(text) {
				Ok(source) if !sources.contains(&source) => sources.push(source),
				Ok(_) => {},
				Err(error) => tracing::warn!(target: "engram::exchange", %error, "a source is left out"),
			}
		}
		sources.truncate(MAX_SOURCES);
		sources
	}

	/// Whose address this is.
	pub fn peer(&self) -> PeerId {
		self.peer
	}

	/// The same with a numeric address in place of a name.
	async fn resolved(&self) -> Result<Self, Error> {
		let mut parts = self.address.iter();
		let (name, wanted): (String, fn(&IpAddr) -> bool) = match parts.next() {
			Some(Protocol::Dns(name)) => (name.into_owned(), |_| true),
			Some(Protocol::Dns4(name)) => (name.into_owned(), IpAddr::is_ipv4),
			Some(Protocol::Dns6(name)) => (name.into_owned(), IpAddr::is_ipv6),
			_ => return Ok(self.clone()),
		};
		let found = timeout(RESOLVE_TIMEOUT, lookup_host((name, 0))).await;
		let unknown = || Error::Resolve { peer: self.peer, address: self.address.clone() };
		let mut found = found.map_err(|_| unknown())?.map_err(|_| unknown())?.map(|found| found.ip());
		let ip = found.find(wanted).ok_or_else(unknown)?;
		let address = std::iter::once(Protocol::from(ip)).chain(parts).collect();
		Ok(Self { peer: self.peer, address })
	}
}

impl std::fmt::Display for Source {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		self.address.fmt(f)
	}
}

/// What the exchange answers others from.
pub trait Shelf: Send + Sync + 'static {
	/// The answer to a request. It may block.
	fn answer(&self, request: &Request) -> Response;
}

/// How the exchange is set up.
#[derive(Debug)]
pub struct Options {
	/// The key behind the peer id.
	pub identity: Keypair,
	/// Where to listen; nowhere for one that only fetches.
	pub listen: Option<Multiaddr>,
	/// Where others reach this worker, if that is not where it listens.
	pub external: Option<Multiaddr>,
	/// How long one request may take.
	pub request_timeout: Duration,
}

impl Options {
	/// One that only fetches, under a name nobody knows.
	pub fn client() -> Self {
		Self {
			identity: Keypair::generate_ed25519(),
			listen: None,
			external: None,
			request_timeout: REQUEST_TIMEOUT,
		}
	}
}

/// How long one request may take: a block of 256 KiB at 35 KiB/s.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(8);

const RESOLVE_TIMEOUT: Duration = Duration::from_secs(5);

/// The TCP address of a multiaddress.
pub(crate) fn tcp_of(listen: &Multiaddr) -> Option<SocketAddr> {
	let mut parts = listen.iter();
	let ip: IpAddr = match parts.next()? {
		Protocol::Ip4(ip) => ip.into(),
		Protocol::Ip6(ip) => ip.into(),
		_ => return None,
	};
	match parts.next()? {
		Protocol::Tcp(port) => Some(SocketAddr::new(ip, port)),
		_ => None,
	}
}

enum Command {
	Ask { source: Source, request: Request, reply: oneshot::Sender<Result<Response, Error>> },
}

/// A running exchange. Clones share it; it ends with the last one.
#[derive(Clone)]
pub struct Exchange {
	commands: mpsc::Sender<Command>,
	addresses: watch::Receiver<Vec<Multiaddr>>,
	store: store::Store,
	counters: Arc<Counters>,
	peer: PeerId,
}

impl std::fmt::Debug for Exchange {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.debug_struct("Exchange").field("peer", &self.peer).finish_non_exhaustive()
	}
}

impl Exchange {
	/// Starts an exchange on the current Tokio runtime, listening if it is asked to. What it fetches goes to `store`, what
	/// others ask for comes from `shelf`.
	pub async fn start(
		options: Options,
		store: store::Store,
		shelf: Arc<dyn Shelf>,
		counters: Arc<Counters>,
	) -> Result<Self, Error> {
		let peer = options.identity.public().to_peer_id();
		let (commands, inbox) = mpsc::channel(64);
		let addresses = swarm::start(options, shelf, counters.clone(), inbox).await?;
		Ok(Self { commands, addresses, store, counters, peer })
	}

	/// This worker's peer id.
	pub fn peer(&self) -> PeerId {
		self.peer
	}

	/// Where this worker is reached, with its peer id, the external address first.
	pub fn addresses(&self) -> Vec<Multiaddr> {
		self.addresses.borrow().clone()
	}

	/// Asks one worker.
	pub async fn ask(&self, source: &Source, request: Request) -> Result<Response, Error> {
		if source.peer == self.peer {
			return Err(Error::Myself);
		}
		let (reply, answer) = oneshot::channel();
		let command = Command::Ask { source: source.resolved().await?, request, reply };
		self.commands.send(command).await.map_err(|_| Error::Ended)?;
		let response = answer.await.map_err(|_| Error::Ended)??;
		let peer = source.peer;
		match response {
			Response::Missing => Err(Error::Missing { peer }),
			Response::Busy => Err(Error::Busy { peer }),
			Response::Refused => {
				self.counters.blocks_refused.add(1);
				tracing::warn!(target: "engram::exchange", %peer, ?request, "a block is refused: its hash is wrong");
				Err(Error::Refused { peer })
			},
			Response::Block(ref bytes) => {
				self.counters.bytes_received.add(bytes.len() as u64);
				Ok(response)
			},
			Response::Leaf(_) => Ok(response),
		}
	}
}

#[cfg(test)]
mod tests;
