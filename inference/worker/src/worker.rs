//! The process: it owns the base path, the socket to the node and everything that runs.

use crate::{
	conduct::{Conduct, Honest},
	desk::Desk,
	exchange::{Exchange, Options, Request, Response, Shelf, REQUEST_TIMEOUT},
	files::{at, create_dir},
	identity, link,
	metrics::Counters,
	records::Records,
	runner::Runner,
	spool::Spool,
	Error, Store,
};
use engram_engine::{Accelerator, Choice};
use engram_primitives::{
	task::{FromWorker, ToWorker, WIRE_VERSION},
	work::WorkId,
};
use fs2::FileExt;
use libp2p::Multiaddr;
use std::{
	collections::BTreeMap,
	fs::{File, OpenOptions},
	path::{Path, PathBuf},
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::{
	signal::unix::{signal, SignalKind},
	sync::mpsc,
	time::{interval, MissedTickBehavior},
};

/// Where a worker listens unless it is told otherwise.
pub const DEFAULT_LISTEN: &str = "/ip4/0.0.0.0/tcp/30400";

/// How often the spool and the queue are looked through.
const TICK: Duration = Duration::from_millis(500);
/// How long the node has to answer a report before it is offered again.
const REOFFER: Duration = Duration::from_secs(2);
const METRICS: Duration = Duration::from_secs(5);
/// How long running tasks have to end when the worker stops.
const GRACE: Duration = Duration::from_secs(10);

/// How a worker is set up.
#[derive(Clone, Debug)]
pub struct Config {
	/// Where its files are; one worker at a time.
	pub base_path: PathBuf,
	/// The node's Unix socket.
	pub socket: PathBuf,
	/// Where it serves artifacts, [`DEFAULT_LISTEN`] by default.
	pub listen: Multiaddr,
	/// Where others reach it, if that is not where it listens.
	pub external: Option<Multiaddr>,
	/// The device it computes on.
	pub device: Choice,
	/// Threads of the exact operators on the CPU.
	pub threads: usize,
	/// How long a task asks for artifacts, beside the time they take at a MiB a second, before one counts as not served. It has to be
	/// well below the chain's deadlines: a job is declined within half of the time allowed, or it costs as much as any failure.
	pub patience: Duration,
}

impl Config {
	/// The defaults for a base path and a socket.
	pub fn new(base_path: impl Into<PathBuf>, socket: impl Into<PathBuf>) -> Self {
		use libp2p::multiaddr::Protocol;
		let listen = Multiaddr::empty()
			.with(Protocol::Ip4(std::net::Ipv4Addr::UNSPECIFIED))
			.with(Protocol::Tcp(30_400));
		Self {
			base_path: base_path.into(),
			socket: socket.into(),
			listen,
			external: None,
			device: Choice::Auto,
			threads: 1,
			patience: Duration::from_secs(20),
		}
	}
}

/// Where the store of a base path is.
pub fn store_path(base_path: &Path) -> PathBuf {
	base_path.join("store")
}

/// Takes a base path for this process until the file is dropped.
fn lock(base_path: &Path) -> Result<File, Error> {
	create_dir(base_path)?;
	let path = base_path.join("lock");
	let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(at(&path))?;
	file.try_lock_exclusive().map_err(|_| Error::Locked { path: base_path.to_path_buf() })?;
	Ok(file)
}

/// Answers others from the store and the records, in the manner of the worker's conduct.
struct StoreShelf {
	store: Store,
	records: Records,
	conduct: Arc<dyn Conduct>,
}

impl Shelf for StoreShelf {
	fn answer(&self, request: &Request) -> Response {
		let found = match *request {
			Request::Block(cid) => self.store.public_block(&cid).map_or(Response::Missing, Response::Block),
			Request::Leaf { job, attempt, index } => {
				let leaf = self.records.leaf(&self.store, job, attempt, index);
				leaf.map_or(Response::Missing, Response::Leaf)
			},
		};
		self.conduct.answer(request, found)
	}
}

/// A worker process.
#[derive(Debug)]
pub struct Worker;

impl Worker {
	/// Runs a worker until the node stops it. An error means that the process must end with a failure.
	pub fn run(config: Config) -> Result<(), Error> {
		Self::run_as(config, Arc::new(Honest))
	}

	/// Runs a worker that does its tasks in its own way.
	pub fn run_as(config: Config, conduct: Arc<dyn Conduct>) -> Result<(), Error> {
		let runtime = tokio::runtime::Builder::new_multi_thread()
			.worker_threads(2)
			.thread_name("engram-worker")
			.enable_all()
			.build()
			.map_err(Error::Threads)?;
		let result = runtime.block_on(Self::serve(config, conduct));
		// A driver that hangs must not keep the process.
		runtime.shutdown_timeout(Duration::from_secs(2));
		result
	}

	/// The same on the current Tokio runtime.
	pub async fn serve(config: Config, conduct: Arc<dyn Conduct>) -> Result<(), Error> {
		let _lock = lock(&config.base_path)?;
		let (store, spool, records) = open(&config.base_path)?;
		let (device, threads) = (config.device, config.threads.max(1));
		let accelerator = tokio::task::spawn_blocking(move || Accelerator::open(device, threads))
			.await
			.map_err(|error| Error::Threads(std::io::Error::other(error)))??;
		let counters = Arc::new(Counters::default());
		let shelf = StoreShelf { store: store.clone(), records: records.clone(), conduct: conduct.clone() };
		let options = Options {
			identity: identity::load_or_create(&config.base_path)?,
			listen: Some(config.listen.clone()),
			external: config.external.clone(),
			request_timeout: REQUEST_TIMEOUT,
		};
		let exchange = Exchange::start(options, store.clone(), Arc::new(shelf), counters.clone()).await?;
		let device = accelerator.description().to_string();
		let desk =
			Desk::new(store, exchange, spool, records, counters, Arc::new(accelerator), config.patience);
		Session::start(&config, desk, conduct, device).await?.run().await
	}
}

fn open(base_path: &Path) -> Result<(Store, Spool, Records), Error> {
	let store = Store::open(store_path(base_path))?;
	let (spool, records) = (Spool::open(base_path)?, Records::open(base_path)?);
	records.prune(&store)?;
	Ok((store, spool, records))
}

/// The talk with one node.
struct Session {
	desk: Desk,
	sender: link::Sender,
	heard: mpsc::Receiver<Result<ToWorker, Error>>,
	runner: Runner,
	ended: mpsc::UnboundedReceiver<crate::runner::Finished>,
	/// When each report was last offered.
	offered: BTreeMap<WorkId, Instant>,
}

impl Session {
	async fn start(
		config: &Config,
		desk: Desk,
		conduct: Arc<dyn Conduct>,
		device: String,
	) -> Result<Self, Error> {
		let (mut receiver, mut sender) = link::connect(&config.socket).await?;
		let addresses: Vec<String> = desk.exchange.addresses().iter().map(ToString::to_string).collect();
		tracing::info!(target: "engram::worker", ?addresses, device, "worker ready");
		sender.send(&FromWorker::Hello { wire: WIRE_VERSION, addresses, device }).await?;

		// Reading goes on while a report is written, or two full sockets would wait for each other.
		let (heard_sender, heard) = mpsc::channel(256);
		tokio::spawn(async move {
			loop {
				let message = match receiver.next().await {
					Ok(Some(message)) => Ok(message),
					Ok(None) => Err(Error::NodeGone),
					Err(error) => Err(error.into()),
				};
				let last = message.is_err();
				if heard_sender.send(message).await.is_err() || last {
					return;
				}
			}
		});
		let (runner, ended) = Runner::new(desk.clone(), conduct);
		Ok(Self { desk, sender, heard, runner, ended, offered: BTreeMap::new() })
	}

	async fn run(mut self) -> Result<(), Error> {
		let result = self.talk().await;
		if let Err(error) = &result {
			tracing::error!(target: "engram::worker", %error, "the worker ends");
		}
		self.wind_down().await;
		result
	}

	async fn talk(&mut self) -> Result<(), Error> {
		let signals = |kind| signal(kind).map_err(Error::Threads);
		let (mut terminated, mut interrupted) =
			(signals(SignalKind::terminate())?, signals(SignalKind::interrupt())?);
		let (mut tick, mut metrics) = (interval(TICK), interval(METRICS));
		tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
		metrics.set_missed_tick_behavior(MissedTickBehavior::Delay);
		loop {
			tokio::select! {
				message = self.heard.recv() => match message {
					Some(Ok(ToWorker::Tasks(tasks))) => {
						self.runner.update(tasks)?;
						self.offer().await?;
					},
					Some(Ok(ToWorker::Stored(id))) => {
						self.desk.spool.stored(&id)?;
						self.offered.remove(&id);
					},
					Some(Ok(ToWorker::Stop)) => return Ok(()),
					Some(Err(error)) => return Err(error),
					None => return Err(Error::NodeGone),
				},
				Some(finished) = self.ended.recv() => {
					self.runner.finish(finished)?;
					self.offer().await?;
				},
				_ = tick.tick() => {
					self.runner.start_due()?;
					self.offer().await?;
				},
				_ = metrics.tick() => {
					let counted = self.desk.counters.snapshot();
					self.sender.send(&FromWorker::Metrics(counted)).await?;
				},
				_ = terminated.recv() => return Ok(()),
				_ = interrupted.recv() => return Ok(()),
			}
		}
	}

	/// Offers the reports that the node does not have.
	async fn offer(&mut self) -> Result<(), Error> {
		let now = Instant::now();
		let pending = self.desk.spool.pending()?;
		self.offered.retain(|id, _| pending.iter().any(|(waiting, _)| waiting == id));
		for (id, work) in pending {
			let due = self.offered.get(&id).is_none_or(|last| now.duration_since(*last) >= REOFFER);
			if due {
				self.sender.send(&FromWorker::Report { id, work }).await?;
				self.offered.insert(id, now);
			}
		}
		Ok(())
	}

	/// Lets running tasks finish what they write. What they have not written is resumed or done again.
	async fn wind_down(&mut self) {
		self.runner.stop();
		let ended = async {
			while !self.runner.is_idle() {
				let Some(finished) = self.ended.recv().await else { return };
				if let Err(error) = self.runner.finish(finished) {
					tracing::warn!(target: "engram::worker", %error, "a task ended badly");
				}
			}
		};
		if tokio::time::timeout(GRACE, ended).await.is_err() {
			tracing::warn!(target: "engram::worker", "a task did not end in time");
		}
	}
}
