//! What a task is done with: the store, the exchange, the device and the plan's inputs.

mod checking;
mod inference;
mod training;

pub use inference::{Report, ReportLeaf, ReportMethod, ReportNode};
pub use training::Inputs;

use crate::{
	exchange::{self, Exchange, Source},
	metrics::Counters,
	records::Records,
	spool::Spool,
	store, Error, Store,
};
use engram_attribution::Attributor;
use engram_engine::{checkpoint, Accelerator, Dataset, Format, Schedule, Shape, Weights};
use engram_primitives::{
	model::{Architecture, TrainingSpec},
	task::Artifact,
	work::FailureReason,
	Cid,
};
use sp_core::H256;
use std::{
	fs::File,
	future::Future,
	io::Read,
	sync::{
		atomic::{AtomicBool, AtomicU64, Ordering},
		Arc, Mutex,
	},
	time::{Duration, Instant},
};
use tokio::runtime::Handle;

/// Between two tries to fetch something.
const PAUSE: Duration = Duration::from_millis(500);
/// How soon a cancelled fetch is noticed.
const GLANCE: Duration = Duration::from_millis(100);

/// Bytes a second that are served at least: whoever trickles does not serve.
const LEAST_RATE: u64 = 1 << 20;

/// Why a task was not done.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
	/// The chain no longer wants it, or something more urgent came.
	#[error("the task was cancelled")]
	Cancelled,
	/// Something the task needs was not served in time.
	#[error("not served in time: {0}")]
	Unavailable(exchange::Error),
	/// An artifact is too large, or its tree is refused.
	#[error(transparent)]
	Refused(exchange::Error),
	/// An artifact is not in the format that the task needs.
	#[error("artifact {cid}: {source}")]
	Malformed {
		/// Which one.
		cid: Cid,
		/// What is wrong with it.
		source: engram_engine::Error,
	},
	/// The device or the model refused something.
	#[error(transparent)]
	Engine(#[from] engram_engine::Error),
	/// The influence could not be computed.
	#[error(transparent)]
	Attribution(#[from] engram_attribution::Error),
	/// The store refused something.
	#[error(transparent)]
	Store(#[from] store::Error),
	/// A file of the worker could not be used.
	#[error(transparent)]
	Files(#[from] Error),
	/// The exchange has ended.
	#[error(transparent)]
	Exchange(exchange::Error),
	/// What an earlier task left behind is gone, or is not there yet.
	#[error("{0}")]
	Lost(&'static str),
	/// The task itself makes no sense.
	#[error("the task is refused: {0}; use node and worker of the same version, or wait for another task")]
	Senseless(&'static str),
}

impl Failure {
	/// Whether a library panicked: the same again most likely panics again.
	pub fn is_panic(&self) -> bool {
		let (Self::Engine(error) | Self::Attribution(engram_attribution::Error::Engine(error))) = self else {
			return false;
		};
		matches!(error, engram_engine::Error::Panicked { .. })
	}

	/// What the chain is told.
	pub fn reason(&self) -> FailureReason {
		use engram_attribution::Error as A;
		use engram_engine::Error as E;
		let engine = |error: &E| match error {
			E::NoAdapter
			| E::NotExact { .. }
			| E::Graphics { .. }
			| E::Tensor { .. }
			| E::Panicked { .. } => FailureReason::Device,
			_ => FailureReason::InputMalformed,
		};
		match self {
			Self::Unavailable(_) => FailureReason::InputUnavailable,
			Self::Refused(_)
			| Self::Malformed { .. }
			| Self::Senseless(_)
			| Self::Attribution(A::TooManyRows { .. } | A::Singular { .. }) => FailureReason::InputMalformed,
			Self::Engine(error) | Self::Attribution(A::Engine(error)) => engine(error),
			_ => FailureReason::Internal,
		}
	}
}

/// Tells a running task to stop.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
	/// Asks for the stop.
	pub fn cancel(&self) {
		self.0.store(true, Ordering::Relaxed);
	}

	/// Whether it was asked for.
	pub fn is_cancelled(&self) -> bool {
		self.0.load(Ordering::Relaxed)
	}
}

type Attributors = Arc<Mutex<Vec<(inference::Key, Arc<Attributor>)>>>;

/// The means of one task. Its functions block and are called away from the network's threads.
#[derive(Clone)]
pub struct Desk {
	/// Artifacts on disk.
	pub store: Store,
	/// Artifacts of others.
	pub exchange: Exchange,
	/// Evidence behind verdicts, and finished reports.
	pub spool: Spool,
	/// Checkpoints of training jobs.
	pub records: Records,
	/// What is counted.
	pub counters: Arc<Counters>,
	/// The device.
	pub accelerator: Arc<Accelerator>,
	/// How long this task asks for artifacts, beside the time that they take at the least rate, before one counts as not served.
	pub patience: Duration,
	/// Whether the task is still wanted.
	pub cancel: Cancel,
	/// Milliseconds of the patience that this task has used up.
	waited: Arc<AtomicU64>,
	handle: Handle,
	attributors: Attributors,
}

impl std::fmt::Debug for Desk {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		f.debug_struct("Desk").field("exchange", &self.exchange).finish_non_exhaustive()
	}
}

/// The model that a plan trains or asks.
pub fn shape_of(architecture: &Architecture) -> Result<Shape, Failure> {
	let Architecture::Mlp { widths, input_shift } = architecture;
	Ok(Shape::new(widths, *input_shift)?)
}

/// The schedule that a plan trains by.
pub fn schedule_of(spec: &TrainingSpec) -> Result<Schedule, Failure> {
	if !spec.is_valid() {
		return Err(Failure::Senseless("its hyper-parameters are out of range"));
	}
	let TrainingSpec { steps, checkpoint_interval, batch_size, learning_rate, .. } = *spec;
	Ok(Schedule { steps, checkpoint_interval, batch_size, learning_rate })
}

/// A random salt.
pub fn salt() -> Result<H256, Failure> {
	let path = std::path::Path::new("/dev/urandom");
	let mut salt = [0; 32];
	File::open(path)
		.and_then(|mut file| file.read_exact(&mut salt))
		.map_err(|source| Error::File { path: path.to_path_buf(), source })?;
	Ok(H256(salt))
}

impl Desk {
	/// A desk on the current Tokio runtime.
	pub fn new(
		store: Store,
		exchange: Exchange,
		spool: Spool,
		records: Records,
		counters: Arc<Counters>,
		accelerator: Arc<Accelerator>,
		patience: Duration,
	) -> Self {
		let (handle, cancel, attributors) = (Handle::current(), Cancel::default(), Attributors::default());
		Self {
			store,
			exchange,
			spool,
			records,
			counters,
			accelerator,
			patience,
			cancel,
			waited: Arc::default(),
			handle,
			attributors,
		}
	}

	/// The same desk for another task, which has all of the patience.
	pub fn with_cancel(&self, cancel: Cancel) -> Self {
		Self { cancel, waited: Arc::default(), ..self.clone() }
	}

	/// The same desk for the same task, whose patience is over.
	fn without_patience(&self) -> Self {
		Self { patience: Duration::ZERO, ..self.clone() }
	}

	/// Fails once the task is cancelled.
	pub fn ensure_wanted(&self) -> Result<(), Failure> {
		if self.cancel.is_cancelled() {
			return Err(Failure::Cancelled);
		}
		Ok(())
	}

	/// Tries until it works or the task's patience ends, for `bytes` at most. What can never work is not tried again.
	fn patiently<T, F>(&self, bytes: u64, attempt: impl Fn() -> F) -> Result<T, Failure>
	where
		F: Future<Output = Result<T, exchange::Error>>,
	{
		let due = Duration::from_secs(bytes.div_ceil(LEAST_RATE));
		let waited = Duration::from_millis(self.waited.load(Ordering::Relaxed));
		let started = Instant::now();
		let done = self.tries(due.saturating_add(self.patience.saturating_sub(waited)), attempt);
		// All artifacts of a task share its patience: else each of many could use up all of it.
		let beyond = u64::try_from(started.elapsed().saturating_sub(due).as_millis());
		self.waited.fetch_add(beyond.unwrap_or_default(), Ordering::Relaxed);
		done
	}

	fn tries<T, F>(&self, within: Duration, attempt: impl Fn() -> F) -> Result<T, Failure>
	where
		F: Future<Output = Result<T, exchange::Error>>,
	{
		use exchange::Error as E;
		let started = Instant::now();
		loop {
			self.ensure_wanted()?;
			let left = within.saturating_sub(started.elapsed());
			let tried = self.handle.block_on(async {
				tokio::select! {
					tried = attempt() => Some(tried),
					() = self.cancelled() => None,
					() = tokio::time::sleep(left) => Some(Err(E::Slow { within })),
				}
			});
			let error = match tried {
				None => return Err(Failure::Cancelled),
				Some(Ok(done)) => return Ok(done),
				Some(Err(error @ (E::TooLarge { .. } | E::Tree { .. }))) => {
					return Err(Failure::Refused(error))
				},
				Some(Err(E::Store(error))) => return Err(error.into()),
				Some(Err(error @ E::Ended)) => return Err(Failure::Exchange(error)),
				Some(Err(error @ (E::NoSource { .. } | E::Myself))) => {
					return Err(Failure::Unavailable(error))
				},
				Some(Err(error)) => error,
			};
			if started.elapsed() >= within {
				return Err(Failure::Unavailable(error));
			}
			tracing::debug!(target: "engram::exchange", %error, "trying again");
			std::thread::sleep(PAUSE);
		}
	}

	async fn cancelled(&self) {
		while !self.cancel.is_cancelled() {
			tokio::time::sleep(GLANCE).await;
		}
	}

	/// The bytes of an artifact, at most `limit` of them, from the store or from the sources.
	pub fn fetch(&self, cid: Cid, sources: &[Source], limit: u64) -> Result<Vec<u8>, Failure> {
		if let Ok(bytes) = self.store.get(&cid) {
			let size = bytes.len() as u64;
			if size > limit {
				return Err(Failure::Refused(exchange::Error::TooLarge { cid, size, limit }));
			}
			return Ok(bytes);
		}
		self.patiently(limit.min(store::MAX_ARTIFACT), || self.exchange.fetch(cid, sources, limit))?;
		Ok(self.store.get(&cid)?)
	}

	fn artifact(&self, artifact: &Artifact, more: &[Source], limit: u64) -> Result<Vec<u8>, Failure> {
		let mut sources = Source::parse_all(&artifact.sources);
		for source in more {
			if !sources.contains(source) {
				sources.push(source.clone());
			}
		}
		self.fetch(artifact.cid, &sources, limit)
	}

	/// The rows of an artifact.
	fn dataset(&self, artifact: &Artifact, more: &[Source], format: &Format) -> Result<Dataset, Failure> {
		let bytes = self.artifact(artifact, more, format.max_bytes())?;
		Dataset::parse(&bytes, format).map_err(|source| Failure::Malformed { cid: artifact.cid, source })
	}

	/// The weights of an artifact.
	fn weights(&self, artifact: &Artifact, more: &[Source], shape: &Shape) -> Result<Weights, Failure> {
		let bytes = self.artifact(artifact, more, checkpoint::max_bytes(shape))?;
		checkpoint::decode(&bytes, shape).map_err(|source| Failure::Malformed { cid: artifact.cid, source })
	}

	/// The weights of a checkpoint that is here.
	pub fn own_weights(&self, cid: &Cid, shape: &Shape) -> Result<Weights, Failure> {
		let bytes = self.store.get(cid)?;
		checkpoint::decode(&bytes, shape).map_err(|source| Failure::Malformed { cid: *cid, source })
	}
}
