//! Keeps the worker process alive and talks to it.

use super::{
	socket::{frames, Listener},
	Error, LOG_TARGET,
};
use engram_primitives::{
	task::{FromWorker, Metrics, ToWorker, WIRE_VERSION},
	work::{Work, WorkId},
};
use engram_worker::link::{self, write_frame};
use futures::StreamExt;
use sp_core::H256;
use std::{
	io,
	path::PathBuf,
	process::{ExitStatus, Stdio},
	time::{Duration, Instant},
};
use tokio::{
	net::UnixStream,
	process::{Child, Command},
	sync::mpsc,
	time::timeout,
};

/// How long a fresh process may take to connect and say who it is; finding a GPU can take a while.
const HELLO_WITHIN: Duration = Duration::from_secs(60);

/// The first pause before a restart; it doubles with every short life.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause before a restart.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// A process that lived this long was healthy: the next restart is quick again.
const HEALTHY_AFTER: Duration = Duration::from_secs(120);

/// Under the worker's directory: the addresses of the last process, for `engram worker key`.
pub(crate) const ADDRESSES_FILE: &str = "addresses.json";

/// The genesis hash of the chain the worker works for, 32 bytes.
pub(crate) const GENESIS_FILE: &str = "genesis";

/// How the worker process is run.
#[derive(Clone, Debug)]
pub(crate) struct Options {
	/// The program.
	pub program: PathBuf,
	/// What comes before the worker's own flags: the subcommand, when the program is this binary.
	pub leading: Vec<String>,
	/// Its store, checkpoints and network key.
	pub base_path: PathBuf,
	/// Where it connects to the node.
	pub socket: PathBuf,
	/// Where it serves artifacts.
	pub listen: String,
	/// The address others reach it under.
	pub external: Option<String>,
	/// `auto`, `cpu` or `wgpu`.
	pub device: String,
	/// Threads to compute with.
	pub threads: usize,
	/// Log filter, in place of `RUST_LOG`.
	pub log: Option<String>,
	/// The command that prints what registration needs, for the log.
	pub key_command: String,
}

impl Options {
	fn command(&self) -> Command {
		let mut command = Command::new(&self.program);
		command
			.args(&self.leading)
			.arg("--base-path")
			.arg(&self.base_path)
			.arg("--socket")
			.arg(&self.socket)
			.args(["--listen", &self.listen])
			.args(["--device", &self.device])
			.args(["--threads", &self.threads.to_string()])
			.stdin(Stdio::null())
			.kill_on_drop(true);
		if let Some(external) = &self.external {
			command.args(["--external", external]);
		}
		if let Some(log) = &self.log {
			command.env("RUST_LOG", log);
		}
		command
	}
}

/// What the supervisor tells the dispatcher.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
	/// The process is connected.
	Up { addresses: Vec<String>, device: String },
	/// It is gone, and will be started again.
	Down,
	/// It has a result.
	Report { id: WorkId, work: Work },
	/// Its counters.
	Metrics(Metrics),
}

/// Why a process's life ended.
#[derive(Debug, thiserror::Error)]
enum End {
	#[error("cannot start {program}: {source}; check --worker-program")]
	Spawn { program: PathBuf, source: io::Error },
	#[error("it exited with {0}: its last lines above say why")]
	Exited(ExitStatus),
	#[error("it did not connect within {} s: check --worker-device and the load of the machine", HELLO_WITHIN.as_secs())]
	Silent,
	#[error("it closed the socket: its last lines above say why")]
	Closed,
	#[error("it speaks wire version {found}, this node {WIRE_VERSION}: use one from the same release")]
	Wire { found: u32 },
	#[error("its first message was not a hello: use one from the same release")]
	NoHello,
	#[error(transparent)]
	Link(#[from] link::Error),
	#[error("the socket failed: {0}; check the free disk space and the limit of open files")]
	Socket(#[from] io::Error),
	#[error("the node is stopping")]
	NodeStops,
}

/// Pauses between restarts.
#[derive(Debug)]
struct Backoff(Duration);

impl Backoff {
	/// The pause after a life of this length.
	fn pause(&mut self, lived: Duration) -> Duration {
		if lived >= HEALTHY_AFTER {
			self.0 = FIRST_PAUSE;
		}
		let pause = self.0;
		self.0 = self.0.saturating_mul(2).min(LONGEST_PAUSE);
		pause
	}
}

/// Owns the process and the socket.
pub(crate) struct Supervisor {
	options: Options,
	listener: Listener,
	events: mpsc::Sender<Event>,
	orders: mpsc::Receiver<ToWorker>,
}

impl Supervisor {
	/// Binds the socket. Needs a Tokio context.
	pub(crate) fn new(
		options: Options,
		events: mpsc::Sender<Event>,
		orders: mpsc::Receiver<ToWorker>,
	) -> Result<Self, Error> {
		std::fs::create_dir_all(&options.base_path)
			.map_err(|source| Error::Directory { path: options.base_path.clone(), source })?;
		let listener = Listener::bind(&options.socket)?;
		Ok(Self { options, listener, events, orders })
	}

	/// Starts the process again and again, until the node stops.
	pub(crate) async fn run(mut self) {
		let mut backoff = Backoff(FIRST_PAUSE);
		loop {
			let born = Instant::now();
			let Err(end) = self.life().await;
			if matches!(end, End::NodeStops) || self.events.send(Event::Down).await.is_err() {
				return;
			}
			let pause = backoff.pause(born.elapsed());
			log::warn!(
				target: LOG_TARGET,
				"the worker process ended: {end}; it starts again in {} s", pause.as_secs()
			);
			tokio::time::sleep(pause).await;
		}
	}

	/// One process, from start to end. It is dead when this returns.
	async fn life(&mut self) -> Result<std::convert::Infallible, End> {
		let mut child = self
			.options
			.command()
			.spawn()
			.map_err(|source| End::Spawn { program: self.options.program.clone(), source })?;
		let result = self.converse(&mut child).await;
		// A process that has gone by itself makes this fail, which is as good.
		let _ = child.kill().await;
		result
	}

	async fn converse(&mut self, child: &mut Child) -> Result<std::convert::Infallible, End> {
		let connection = tokio::select! {
			accepted = timeout(HELLO_WITHIN, self.listener.accept()) => accepted.map_err(|_| End::Silent)??,
			status = child.wait() => return Err(End::Exited(status?)),
		};
		let (from, mut to) = connection.into_split();
		let mut messages = std::pin::pin!(frames::<FromWorker>(from));
		let hello = tokio::select! {
			hello = timeout(HELLO_WITHIN, messages.next()) => hello.map_err(|_| End::Silent)?.ok_or(End::Closed)??,
			status = child.wait() => return Err(End::Exited(status?)),
		};
		let FromWorker::Hello { wire, addresses, device } = hello else {
			return Err(End::NoHello);
		};
		if wire != WIRE_VERSION {
			return Err(End::Wire { found: wire });
		}
		self.note_addresses(&addresses);
		// Orders for the process before this one.
		while self.orders.try_recv().is_ok() {}
		self.tell(Event::Up { addresses, device }).await?;

		loop {
			tokio::select! {
				message = messages.next() => match message.ok_or(End::Closed)?? {
					FromWorker::Report { id, work } => self.tell(Event::Report { id, work }).await?,
					FromWorker::Metrics(counters) => self.tell(Event::Metrics(counters)).await?,
					FromWorker::Hello { .. } => return Err(End::NoHello),
				},
				order = self.orders.recv() => write_frame(&mut to, &order.ok_or(End::NodeStops)?).await?,
				second = self.listener.accept() => self.refuse(second?),
				status = child.wait() => return Err(End::Exited(status?)),
			}
		}
	}

	async fn tell(&self, event: Event) -> Result<(), End> {
		self.events.send(event).await.map_err(|_| End::NodeStops)
	}

	fn refuse(&self, second: UnixStream) {
		drop(second);
		log::warn!(
			target: LOG_TARGET,
			"closed a second connection to {}: one worker process per node", self.options.socket.display()
		);
	}

	/// Leaves the genesis hash where `engram worker key` finds it: computing it from the spec takes seconds.
	pub(crate) fn note_genesis(&self, genesis: H256) {
		let file = self.options.base_path.join(GENESIS_FILE);
		if let Err(error) = std::fs::write(&file, genesis.as_bytes()) {
			log::debug!(target: LOG_TARGET, "cannot write {}: {error}", file.display());
		}
	}

	fn note_addresses(&self, addresses: &[String]) {
		let file = self.options.base_path.join(ADDRESSES_FILE);
		let noted = serde_json::to_vec(addresses)
			.map_err(io::Error::from)
			.and_then(|json| std::fs::write(&file, json));
		if let Err(error) = noted {
			log::debug!(target: LOG_TARGET, "cannot write {}: {error}", file.display());
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use engram_primitives::{
		work::{FailureReason, WorkKind},
		JobId,
	};
	use std::path::Path;

	fn options(dir: &Path, program: &str, leading: &[&str]) -> Options {
		Options {
			program: program.into(),
			leading: leading.iter().map(|arg| (*arg).into()).collect(),
			base_path: dir.join("worker"),
			socket: dir.join("worker.sock"),
			listen: "/ip4/127.0.0.1/tcp/0".into(),
			external: None,
			device: "cpu".into(),
			threads: 1,
			log: None,
			key_command: String::new(),
		}
	}

	/// A process that stays and says nothing; the test speaks in its place.
	const MUTE: (&str, &[&str]) = ("sh", &["-c", "exec sleep 60"]);

	fn hello(wire: u32) -> FromWorker {
		FromWorker::Hello { wire, addresses: vec!["/ip4/9.9.9.9/tcp/1".into()], device: "cpu".into() }
	}

	struct Running {
		events: mpsc::Receiver<Event>,
		orders: mpsc::Sender<ToWorker>,
		socket: PathBuf,
		_dir: tempfile::TempDir,
	}

	fn run(program: (&str, &[&str])) -> Running {
		let dir = tempfile::tempdir().unwrap();
		let options = options(dir.path(), program.0, program.1);
		let socket = options.socket.clone();
		let (events_to, events) = mpsc::channel(8);
		let (orders, orders_from) = mpsc::channel(8);
		tokio::spawn(Supervisor::new(options, events_to, orders_from).unwrap().run());
		Running { events, orders, socket, _dir: dir }
	}

	#[tokio::test]
	async fn messages_pass_both_ways() {
		let mut node = run(MUTE);
		let mut worker = UnixStream::connect(&node.socket).await.unwrap();
		write_frame(&mut worker, &hello(WIRE_VERSION)).await.unwrap();
		assert!(matches!(node.events.recv().await, Some(Event::Up { .. })));
		let addresses = std::fs::read(node.socket.with_file_name("worker").join(ADDRESSES_FILE));
		assert_eq!(addresses.unwrap(), br#"["/ip4/9.9.9.9/tcp/1"]"#);

		let id = WorkId { job: JobId(1), attempt: 0, round: 0, kind: WorkKind::Fail };
		let work = Work::Fail(FailureReason::Device);
		write_frame(&mut worker, &FromWorker::Report { id, work: work.clone() }).await.unwrap();
		assert_eq!(node.events.recv().await, Some(Event::Report { id, work }));

		node.orders.send(ToWorker::Stored(id)).await.unwrap();
		let mut received = std::pin::pin!(frames::<ToWorker>(worker));
		assert_eq!(received.next().await.unwrap().unwrap(), ToWorker::Stored(id));
	}

	#[tokio::test]
	async fn a_second_connection_is_closed_and_the_first_goes_on() {
		let mut node = run(MUTE);
		let mut worker = UnixStream::connect(&node.socket).await.unwrap();
		write_frame(&mut worker, &hello(WIRE_VERSION)).await.unwrap();
		assert!(matches!(node.events.recv().await, Some(Event::Up { .. })));
		let second = UnixStream::connect(&node.socket).await.unwrap();
		let mut second = std::pin::pin!(frames::<ToWorker>(second));
		assert!(second.next().await.is_none());
		write_frame(&mut worker, &FromWorker::Metrics(Metrics::default())).await.unwrap();
		assert_eq!(node.events.recv().await, Some(Event::Metrics(Metrics::default())));
	}

	#[tokio::test]
	async fn another_wire_version_is_turned_away() {
		let mut node = run(MUTE);
		let mut worker = UnixStream::connect(&node.socket).await.unwrap();
		write_frame(&mut worker, &hello(WIRE_VERSION + 1)).await.unwrap();
		assert_eq!(node.events.recv().await, Some(Event::Down));
	}

	#[tokio::test]
	async fn a_process_that_ends_is_started_again() {
		let mut node = run(("sh", &["-c", "exit 3"]));
		let first = Instant::now();
		assert_eq!(node.events.recv().await, Some(Event::Down));
		assert_eq!(node.events.recv().await, Some(Event::Down));
		assert!(first.elapsed() >= FIRST_PAUSE);
	}

	#[tokio::test]
	async fn a_closed_socket_ends_the_process() {
		let mut node = run(MUTE);
		let mut worker = UnixStream::connect(&node.socket).await.unwrap();
		write_frame(&mut worker, &hello(WIRE_VERSION)).await.unwrap();
		assert!(matches!(node.events.recv().await, Some(Event::Up { .. })));
		drop(worker);
		assert_eq!(node.events.recv().await, Some(Event::Down));
	}

	#[tokio::test]
	async fn a_missing_program_is_reported_and_tried_again() {
		let mut node = run(("/no/such/program", &[]));
		assert_eq!(node.events.recv().await, Some(Event::Down));
	}

	#[test]
	fn pauses_double_up_to_a_minute_and_start_over_after_a_healthy_life() {
		let mut backoff = Backoff(FIRST_PAUSE);
		let short = Duration::from_secs(1);
		let pauses: Vec<_> = (0..8).map(|_| backoff.pause(short).as_secs()).collect();
		assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
		assert_eq!(backoff.pause(HEALTHY_AFTER), FIRST_PAUSE);
	}
}
