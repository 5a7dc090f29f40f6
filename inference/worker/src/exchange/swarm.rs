//! The task that owns the libp2p swarm.

use super::{
	protocol::{Codec, Request, Response, PROTOCOL},
	tcp_of, Command, Error, Options, Shelf,
};
use crate::metrics::Counters;
use futures::StreamExt;
use libp2p::{
	connection_limits::{self, ConnectionLimits},
	multiaddr::Protocol,
	noise,
	request_response::{
		self, InboundRequestId, Message, OutboundRequestId, ProtocolSupport, ResponseChannel,
	},
	swarm::{NetworkBehaviour, SwarmEvent},
	tcp, yamux, Multiaddr, Swarm, SwarmBuilder, TransportError,
};
use std::{collections::HashMap, io, net::TcpListener, sync::Arc, time::Duration};
use tokio::{
	sync::{mpsc, oneshot, watch, Semaphore},
	time::timeout,
};

/// Requests on one connection at a time, both ways.
const STREAMS: usize = 64;
/// Requests served at a time; others are told to come back.
const SERVED: usize = 32;
/// Connections in all and from one peer.
const CONNECTIONS: u32 = 256;
const CONNECTIONS_PER_PEER: u32 = 4;
const IDLE: Duration = Duration::from_secs(30);
const LISTEN_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(NetworkBehaviour)]
struct Behaviour {
	requests: request_response::Behaviour<Codec>,
	limits: connection_limits::Behaviour,
}

type Reply = oneshot::Sender<Result<Response, Error>>;
type Answer = (InboundRequestId, ResponseChannel<Response>, Response);

struct Driver {
	swarm: Swarm<Behaviour>,
	shelf: Arc<dyn Shelf>,
	counters: Arc<Counters>,
	inbox: mpsc::Receiver<Command>,
	asked: HashMap<OutboundRequestId, Reply>,
	answers: (mpsc::Sender<Answer>, mpsc::Receiver<Answer>),
	/// Bytes of the block that each answer under way carries.
	sending: HashMap<InboundRequestId, u64>,
	permits: Arc<Semaphore>,
	external: Option<Multiaddr>,
	addresses: watch::Sender<Vec<Multiaddr>>,
}

fn build(options: &Options) -> Result<Swarm<Behaviour>, Error> {
	let transport = |reason: String| Error::Transport { reason };
	let limits = ConnectionLimits::default()
		.with_max_pending_incoming(Some(64))
		.with_max_established(Some(CONNECTIONS))
		.with_max_established_per_peer(Some(CONNECTIONS_PER_PEER));
	let config = request_response::Config::default()
		.with_request_timeout(options.request_timeout)
		.with_max_concurrent_streams(STREAMS);
	let swarm = SwarmBuilder::with_existing_identity(options.identity.clone())
		.with_tokio()
		.with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux::Config::default)
		.map_err(|error| transport(error.to_string()))?
		.with_behaviour(|_| Behaviour {
			requests: request_response::Behaviour::new([(PROTOCOL, ProtocolSupport::Full)], config),
			limits: connection_limits::Behaviour::new(limits),
		})
		.map_err(|error| transport(error.to_string()))?
		.with_swarm_config(|config| config.with_idle_connection_timeout(IDLE))
		.build();
	Ok(swarm)
}

/// Starts the task and waits until it listens. It ends when nobody can send it commands any more.
pub(super) async fn start(
	options: Options,
	shelf: Arc<dyn Shelf>,
	counters: Arc<Counters>,
	inbox: mpsc::Receiver<Command>,
) -> Result<watch::Receiver<Vec<Multiaddr>>, Error> {
	let mut swarm = build(&options)?;
	if let Some(address) = &options.listen {
		ensure_free(address)?;
		let refuse = |error: TransportError<io::Error>| Error::Listen {
			address: address.clone(),
			reason: describe(&error),
		};
		swarm.listen_on(address.clone()).map_err(refuse)?;
	}
	let (addresses, seen) = watch::channel(Vec::new());
	let mut driver = Driver {
		shelf,
		counters,
		inbox,
		asked: HashMap::new(),
		answers: mpsc::channel(SERVED),
		sending: HashMap::new(),
		permits: Arc::new(Semaphore::new(SERVED)),
		external: options.external,
		addresses,
		swarm,
	};
	if let Some(address) = options.listen {
		let listening = timeout(LISTEN_TIMEOUT, driver.listening()).await;
		let refused = match listening {
			Ok(Ok(())) => None,
			Ok(Err(reason)) => Some(reason),
			Err(_) => Some("the system gave no address in time".into()),
		};
		if let Some(reason) = refused {
			return Err(Error::Listen { address, reason });
		}
	}
	tokio::spawn(driver.run());
	Ok(seen)
}

/// Fails when another process has the port: libp2p would share it, and each would get some of the other's connections.
fn ensure_free(address: &Multiaddr) -> Result<(), Error> {
	let Some(tcp) = tcp_of(address) else { return Ok(()) };
	let probe = TcpListener::bind(tcp);
	probe.map(drop).map_err(|error| Error::Listen { address: address.clone(), reason: error.to_string() })
}

/// An error with what caused it: libp2p keeps the reason in the source.
fn describe(error: &dyn std::error::Error) -> String {
	let mut text = error.to_string();
	let mut cause = error.source();
	while let Some(error) = cause {
		let more = error.to_string();
		if !text.contains(&more) {
			text = format!("{text}: {more}");
		}
		cause = error.source();
	}
	text
}

impl Driver {
	/// Waits for the first listen address.
	async fn listening(&mut self) -> Result<(), String> {
		loop {
			match self.swarm.select_next_some().await {
				SwarmEvent::NewListenAddr { .. } => {
					self.announce();
					return Ok(());
				},
				SwarmEvent::ListenerClosed { reason: Err(error), .. }
				| SwarmEvent::ListenerError { error, .. } => return Err(error.to_string()),
				_ => {},
			}
		}
	}

	fn announce(&self) {
		let peer = *self.swarm.local_peer_id();
		let mut addresses: Vec<Multiaddr> = Vec::new();
		for address in self.external.iter().chain(self.swarm.listeners()) {
			let named = match address.iter().last() {
				Some(Protocol::P2p(_)) => address.clone(),
				_ => address.clone().with(Protocol::P2p(peer)),
			};
			if !addresses.contains(&named) {
				addresses.push(named);
			}
		}
		self.addresses.send_replace(addresses);
	}

	async fn run(mut self) {
		loop {
			tokio::select! {
				command = self.inbox.recv() => match command {
					Some(Command::Ask { source, request, reply }) => {
						self.swarm.add_peer_address(source.peer, source.address);
						let id = self.swarm.behaviour_mut().requests.send_request(&source.peer, request);
						self.asked.insert(id, reply);
					},
					None => return,
				},
				answer = self.answers.1.recv() => {
					if let Some((id, channel, response)) = answer {
						self.send(id, channel, response);
					}
				},
				event = self.swarm.select_next_some() => self.on_event(event),
			}
		}
	}

	fn send(&mut self, id: InboundRequestId, channel: ResponseChannel<Response>, response: Response) {
		let bytes = match &response {
			Response::Block(bytes) => bytes.len() as u64,
			_ => 0,
		};
		// The peer that is gone by now will ask again if it still wants it.
		if self.swarm.behaviour_mut().requests.send_response(channel, response).is_ok() {
			self.sending.insert(id, bytes);
		}
	}

	fn serve(&mut self, id: InboundRequestId, request: Request, channel: ResponseChannel<Response>) {
		let Ok(permit) = self.permits.clone().try_acquire_owned() else {
			self.send(id, channel, Response::Busy);
			return;
		};
		let (shelf, answers) = (self.shelf.clone(), self.answers.0.clone());
		tokio::spawn(async move {
			let response = tokio::task::spawn_blocking(move || shelf.answer(&request)).await;
			let response = response.unwrap_or(Response::Missing);
			// Only when the exchange has ended does nobody wait for it.
			let _ = answers.send((id, channel, response)).await;
			drop(permit);
		});
	}

	fn on_event(&mut self, event: SwarmEvent<BehaviourEvent>) {
		match event {
			SwarmEvent::NewListenAddr { .. } | SwarmEvent::ExpiredListenAddr { .. } => self.announce(),
			SwarmEvent::ListenerClosed { reason, .. } => {
				tracing::error!(target: "engram::exchange", ?reason, "the listener has closed");
				self.announce();
			},
			SwarmEvent::Behaviour(BehaviourEvent::Requests(event)) => self.on_request_event(event),
			SwarmEvent::OutgoingConnectionError { peer_id, error, .. } => {
				let reason = describe(&error);
				tracing::debug!(target: "engram::exchange", ?peer_id, reason, "cannot connect");
			},
			_ => {},
		}
	}

	fn on_request_event(&mut self, event: request_response::Event<Request, Response>) {
		match event {
			request_response::Event::Message {
				message: Message::Request { request_id, request, channel },
				..
			} => {
				self.serve(request_id, request, channel);
			},
			request_response::Event::Message {
				message: Message::Response { request_id, response }, ..
			} => {
				self.finish(request_id, Ok(response));
			},
			request_response::Event::OutboundFailure { request_id, error, peer } => {
				self.finish(request_id, Err(Error::Request { peer, source: error }));
			},
			request_response::Event::ResponseSent { request_id, .. } => {
				let bytes = self.sending.remove(&request_id);
				self.counters.bytes_served.add(bytes.unwrap_or(0));
			},
			request_response::Event::InboundFailure { request_id, peer, error } => {
				self.sending.remove(&request_id);
				tracing::debug!(target: "engram::exchange", %peer, %error, "an answer did not arrive");
			},
		}
	}

	fn finish(&mut self, id: OutboundRequestId, result: Result<Response, Error>) {
		if let Some(reply) = self.asked.remove(&id) {
			// Who asked may have been cancelled.
			let _ = reply.send(result);
		}
	}
}
