//! The node's side of its worker process.
//!
//! [`supervisor`] keeps the process alive and carries frames over its socket; [`Dispatcher`] asks the chain: after every
//! finalized block it hands the process its tasks, and clears the [`outbox`] of what that block settled. A report enters
//! the outbox at once, where the runtime's off-chain worker finds it, signs it and submits it. The process is told to
//! drop its own copy only when a finalized block has the report's effect: the outbox lives in a database that commits
//! asynchronously, so until then the process's spool is the copy that survives a crash.
//!
//! None of this is essential: every failure here is a log line, and the node goes on.

pub(crate) mod artifact;
pub(crate) mod commands;
pub(crate) mod doctor;
pub(crate) mod keys;
pub(crate) mod metrics;
pub(crate) mod outbox;
pub(crate) mod registration;
pub(crate) mod socket;
pub(crate) mod supervisor;

use crate::service::FullClient;
use engram_primitives::{
	api::WorkerApi,
	authorization::WorkerKey,
	outbox::{Entry, Status},
	task::{Task, ToWorker},
	work::{Work, WorkId},
};
use engram_runtime::AccountId;
use futures::StreamExt;
use metrics::WorkerMetrics;
use outbox::Outbox;
use sc_client_api::{BlockchainEvents, HeaderBackend};
use sc_service::SpawnTaskHandle;
use sp_api::{ApiError, ProvideRuntimeApi};
use sp_consensus::SyncOracle;
use sp_core::{crypto::Ss58Codec, offchain::OffchainStorage, H256};
use sp_keystore::KeystorePtr;
use std::{collections::BTreeMap, sync::Arc};
use substrate_prometheus_endpoint::Registry;
use supervisor::{Event, Supervisor};
use tokio::sync::mpsc;

pub(crate) use supervisor::Options;

const LOG_TARGET: &str = "engram::worker";

/// Finalized blocks after which an entry that no block knew is dropped: tasks come from finalized state, so such an entry
/// answers something that never was.
const UNKNOWN_LIMIT: u32 = 1_024;

/// Messages that may wait in either direction. A full queue loses nothing: tasks are sent again with the next block, and
/// reports are repeated until they are answered.
const QUEUE: usize = 64;

/// Why the worker cannot be started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
	#[error(transparent)]
	Key(#[from] keys::Error),
	#[error(transparent)]
	Socket(#[from] socket::Error),
	#[error(
		"cannot create the worker's directory {path}: {source}; check its owner and the free disk space"
	)]
	Directory { path: std::path::PathBuf, source: std::io::Error },
	#[error(transparent)]
	Metrics(#[from] substrate_prometheus_endpoint::PrometheusError),
}

/// What the worker's tasks need of the node.
pub(crate) struct Params<S, O> {
	pub chain: Arc<FullClient>,
	pub storage: S,
	pub keystore: KeystorePtr,
	/// Secret URI the hot key of a development node is derived from.
	pub dev_seed: Option<String>,
	pub sync: O,
	pub registry: Option<Registry>,
	pub options: Options,
}

/// Makes sure there is a hot key, binds the socket, and spawns the supervisor and the dispatcher.
pub(crate) fn start<S, O>(spawner: &SpawnTaskHandle, params: Params<S, O>) -> Result<(), Error>
where
	S: OffchainStorage + 'static,
	O: SyncOracle + Send + Sync + 'static,
{
	let Params { chain, storage, keystore, dev_seed, sync, registry, options } = params;
	let key = keys::ensure(&keystore, dev_seed.as_deref())?;
	log::info!(
		target: LOG_TARGET,
		"🧠 Worker hot key {}. To register it: `{} --owner <account>`, then submit workers.register with what it prints.",
		keys::hex(&key),
		options.key_command,
	);
	let metrics = WorkerMetrics::register(registry.as_ref())?;
	let (to_worker, orders) = mpsc::channel(QUEUE);
	let (events_to, events) = mpsc::channel(QUEUE);
	let supervisor = Supervisor::new(options, events_to, orders)?;
	supervisor.note_genesis(chain.info().genesis_hash);
	let blocks = chain.finality_notification_stream();
	let dispatcher = Dispatcher {
		finalized: chain.info().finalized_hash,
		chain,
		keystore,
		outbox: Outbox::open(storage),
		metrics,
		to_worker,
		worker: None,
		connected: false,
		unanswered: false,
		unknown: BTreeMap::new(),
	};
	spawner.spawn("engram-worker-supervisor", Some("engram"), supervisor.run());
	// Runtime calls block, so this one gets a thread.
	spawner.spawn_blocking(
		"engram-worker-dispatcher",
		Some("engram"),
		dispatcher.run(blocks.map(|block| block.hash), events, sync),
	);
	Ok(())
}

/// What the dispatcher asks the chain, in the state of a block.
pub(crate) trait Chain: Send + 'static {
	fn worker_of(&self, at: H256, key: WorkerKey) -> Result<Option<AccountId>, ApiError>;
	fn tasks(&self, at: H256, worker: AccountId) -> Result<Vec<Task>, ApiError>;
	fn outbox_status(&self, at: H256, entry: Entry) -> Result<Status, ApiError>;
}

impl Chain for Arc<FullClient> {
	fn worker_of(&self, at: H256, key: WorkerKey) -> Result<Option<AccountId>, ApiError> {
		self.runtime_api().worker_of(at, key)
	}

	fn tasks(&self, at: H256, worker: AccountId) -> Result<Vec<Task>, ApiError> {
		self.runtime_api().tasks(at, worker)
	}

	fn outbox_status(&self, at: H256, entry: Entry) -> Result<Status, ApiError> {
		self.runtime_api().outbox_status(at, entry)
	}
}

/// Between the chain and the worker process.
struct Dispatcher<C, S> {
	chain: C,
	keystore: KeystorePtr,
	outbox: Outbox<S>,
	metrics: WorkerMetrics,
	to_worker: mpsc::Sender<ToWorker>,
	/// The last finalized block that was looked at.
	finalized: H256,
	/// The account the hot key is registered under there.
	worker: Option<AccountId>,
	connected: bool,
	/// Whether the runtime failed to answer at the last finalized block.
	unanswered: bool,
	/// For how many finalized blocks the chain has not known an entry.
	unknown: BTreeMap<WorkId, u32>,
}

impl<C: Chain, S: OffchainStorage> Dispatcher<C, S> {
	async fn run(
		mut self,
		blocks: impl futures::Stream<Item = H256> + Send + Unpin,
		mut events: mpsc::Receiver<Event>,
		sync: impl SyncOracle,
	) {
		let mut blocks = blocks.fuse();
		self.on_finalized(self.finalized);
		loop {
			tokio::select! {
				block = blocks.next() => {
					let Some(mut block) = block else { return };
					// Blocks finalize in batches; only the last one matters.
					while let Some(Some(later)) = futures::FutureExt::now_or_never(blocks.next()) {
						block = later;
					}
					// While the node catches up, finalized state is the past, and so are its tasks.
					if !sync.is_major_syncing() {
						self.on_finalized(block);
					}
				},
				event = events.recv() => match event {
					Some(event) => self.on_event(event),
					None => return,
				},
			}
		}
	}

	fn on_finalized(&mut self, block: H256) {
		self.finalized = block;
		match self.registered_worker(block) {
			Ok(worker) => {
				self.unanswered = false;
				self.meet(worker);
			},
			Err(error) => {
				// Passes by itself after a warp sync, when the state has arrived; said once, not with every block.
				if !std::mem::replace(&mut self.unanswered, true) {
					log::warn!(
						target: LOG_TARGET,
						"the worker waits, the runtime does not answer at finalized {block:?}: {error}"
					);
				}
				return;
			},
		}
		for entry in self.outbox.entries() {
			self.review(entry);
		}
		self.metrics.outbox_entries.set(self.outbox.len());
		self.send_tasks();
	}

	/// The account one of the keystore's hot keys is registered under.
	fn registered_worker(&self, at: H256) -> Result<Option<AccountId>, ApiError> {
		for key in keys::all(&self.keystore) {
			if let Some(worker) = self.chain.worker_of(at, key)? {
				return Ok(Some(worker));
			}
		}
		Ok(None)
	}

	fn meet(&mut self, worker: Option<AccountId>) {
		if worker == self.worker {
			return;
		}
		match &worker {
			Some(account) => {
				log::info!(target: LOG_TARGET, "🧠 Working as {}", account.to_ss58check())
			},
			None => log::info!(target: LOG_TARGET, "🧠 The hot key is no longer registered"),
		}
		self.worker = worker;
	}

	/// Asks the finalized state about an entry, and drops it once it has nothing more to do.
	fn review(&mut self, entry: Entry) {
		let id = entry.id;
		match self.chain.outbox_status(self.finalized, entry) {
			Ok(Status::Settled) => self.settle(&id),
			Ok(Status::Wanted) => {
				self.unknown.remove(&id);
			},
			Ok(Status::Unknown) => {
				let blocks = self.unknown.entry(id).or_default();
				*blocks = blocks.saturating_add(1);
				if *blocks >= UNKNOWN_LIMIT {
					log::warn!(target: LOG_TARGET, "dropped the report {id:?}: no block knows its job");
					self.settle(&id);
				}
			},
			Err(error) => {
				log::debug!(target: LOG_TARGET, "cannot ask about the report {id:?}: {error}")
			},
		}
	}

	/// The report is done with: out of the outbox, and out of the process's spool.
	fn settle(&mut self, id: &WorkId) {
		self.unknown.remove(id);
		self.outbox.remove(id);
		self.send(ToWorker::Stored(*id));
	}

	fn send_tasks(&mut self) {
		let tasks = match self.worker.clone().map(|w| self.chain.tasks(self.finalized, w)) {
			Some(Ok(tasks)) => tasks,
			Some(Err(error)) => {
				log::debug!(target: LOG_TARGET, "cannot read the tasks: {error}");
				return;
			},
			None => Vec::new(),
		};
		self.metrics.tasks.set(u64::try_from(tasks.len()).unwrap_or(u64::MAX));
		self.send(ToWorker::Tasks(tasks));
	}

	fn send(&self, message: ToWorker) {
		if self.connected && self.to_worker.try_send(message).is_err() {
			log::debug!(target: LOG_TARGET, "the worker process is slow: a message waits for its repetition");
		}
	}

	fn on_event(&mut self, event: Event) {
		match event {
			Event::Up { addresses, device } => {
				log::info!(
					target: LOG_TARGET,
					"🧠 Worker process is up on {device}, serving on {}",
					addresses.join(", ")
				);
				self.connected = true;
				self.metrics.connected();
				self.send_tasks();
			},
			Event::Down => {
				self.connected = false;
				self.metrics.disconnected();
			},
			Event::Metrics(counters) => self.metrics.update(&counters),
			Event::Report { id, work } => self.on_report(id, work),
		}
	}

	fn on_report(&mut self, id: WorkId, work: Work) {
		if work.kind() != id.kind {
			log::warn!(target: LOG_TARGET, "refused a report under the wrong name {id:?}");
			self.send(ToWorker::Stored(id));
			return;
		}
		let Some(worker) = self.worker.clone() else {
			log::debug!(target: LOG_TARGET, "a report waits until its worker is registered: {id:?}");
			return;
		};
		let entry = Entry { worker: worker.into(), id, work };
		match self.outbox.insert(&entry) {
			// It may have been settled already: a worker that missed the answer offers it again.
			Ok(true) => match self.chain.outbox_status(self.finalized, entry) {
				Ok(Status::Settled) => self.settle(&id),
				_ => log::info!(
					target: LOG_TARGET,
					"🧠 Report {:?} of job {} waits in the outbox", id.kind, id.job
				),
			},
			// Offered again while it waits; the next finalized block looks at it.
			Ok(false) => (),
			Err(error) => log::warn!(target: LOG_TARGET, "{error}"),
		}
		self.metrics.outbox_entries.set(self.outbox.len());
	}
}

#[cfg(test)]
mod tests;
