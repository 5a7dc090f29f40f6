//! Which task runs when.

#[cfg(test)]
mod tests;

use crate::{
	conduct::Conduct,
	desk::{Cancel, Desk, Failure},
	spool::Spool,
	Error,
};
use engram_primitives::{
	task::Task,
	work::{Work, WorkId, WorkKind},
	JobId,
};
use std::{
	collections::{BTreeMap, BTreeSet},
	panic::{catch_unwind, AssertUnwindSafe},
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// Light tasks at a time.
const LIGHT: usize = 8;
/// Between two tries of a task that cannot be given back.
const RETRY: Duration = Duration::from_secs(3);
/// How many times longer the device is left to other tasks after each panic of one that cannot be given back.
const BACKOFF: u32 = 10;

/// What tells tasks apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
	Report(WorkId),
	Publish(JobId, u32, Vec<u32>),
}

impl Key {
	fn of(task: &Task) -> Self {
		match (task.id(), task) {
			(None, Task::Publish { job, attempt, segments }) => {
				Self::Publish(*job, *attempt, segments.clone())
			},
			// Only publishing has no report; a later kind without one would be told apart by nothing.
			(None, _) => Self::Publish(JobId(u64::MAX), u32::MAX, Vec::new()),
			(Some(id), _) => Self::Report(id),
		}
	}
}

/// Where a task stands in the queue: the nearest deadline first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
	/// Runs beside everything else.
	Light,
	Opening,
	Replay,
	Answer,
	/// Steps aside for the others: it resumes from its last checkpoint.
	Training,
}

fn urgency(task: &Task) -> Urgency {
	match task {
		Task::Publish { .. } | Task::Reveal { .. } => Urgency::Light,
		Task::Open { .. } => Urgency::Opening,
		Task::Replay { .. } => Urgency::Replay,
		Task::Infer(_) => Urgency::Answer,
		Task::Train(_) => Urgency::Training,
	}
}

/// Whether a task may no longer wait for what it was not served.
fn is_late(task: &Task) -> bool {
	matches!(task, Task::Reveal { late: true, .. })
}

/// Whether a failure gives the job back. Verifiers and openings have deadlines of their own and are tried again.
fn gives_back(task: &Task) -> bool {
	matches!(task, Task::Train(_) | Task::Infer(_))
}

/// A task has ended.
#[derive(Debug)]
pub(crate) struct Finished {
	key: Key,
	outcome: Outcome,
}

#[derive(Debug)]
enum Outcome {
	/// The report, if any, is in the spool.
	Done,
	/// Given back; that report is in the spool.
	GivenBack,
	Cancelled,
	/// To be tried again.
	Failed,
	/// It panicked and cannot be given back.
	Panicked,
}

struct Running {
	urgency: Urgency,
	cancel: Cancel,
	late: bool,
}

/// Does the tasks of the latest list.
pub(crate) struct Runner {
	desk: Desk,
	conduct: Arc<dyn Conduct>,
	spool: Spool,
	finished: mpsc::UnboundedSender<Finished>,
	tasks: Vec<Task>,
	running: BTreeMap<Key, Running>,
	done: BTreeSet<Key>,
	/// When a failed task is tried again.
	later: BTreeMap<Key, Instant>,
	/// How often a task has panicked.
	panics: BTreeMap<Key, u32>,
}

impl Runner {
	pub(crate) fn new(desk: Desk, conduct: Arc<dyn Conduct>) -> (Self, mpsc::UnboundedReceiver<Finished>) {
		let (finished, ended) = mpsc::unbounded_channel();
		let spool = desk.spool.clone();
		let runner = Self {
			desk,
			conduct,
			spool,
			finished,
			tasks: Vec::new(),
			running: BTreeMap::new(),
			done: BTreeSet::new(),
			later: BTreeMap::new(),
			panics: BTreeMap::new(),
		};
		(runner, ended)
	}

	/// Takes the latest list.
	pub(crate) fn update(&mut self, tasks: Vec<Task>) -> Result<(), Error> {
		let wanted: BTreeMap<Key, bool> = tasks.iter().map(|task| (Key::of(task), is_late(task))).collect();
		for (key, running) in &self.running {
			let reason = match wanted.get(key) {
				None => "no longer wanted, cancelled",
				Some(late) if *late && !running.late => "late, started again without patience",
				Some(_) => continue,
			};
			if !running.cancel.is_cancelled() {
				tracing::info!(target: "engram::runner", ?key, reason);
				running.cancel.cancel();
			}
		}
		self.done.retain(|key| wanted.contains_key(key));
		self.later.retain(|key, _| wanted.contains_key(key));
		self.panics.retain(|key, _| wanted.contains_key(key));
		self.tasks = tasks;
		self.start_due()
	}

	/// Takes the end of a task.
	pub(crate) fn finish(&mut self, finished: Finished) -> Result<(), Error> {
		let Finished { key, outcome } = finished;
		self.running.remove(&key);
		match outcome {
			Outcome::Done => {
				self.desk.counters.finished.add(1);
				self.done.insert(key);
			},
			Outcome::GivenBack => {
				self.desk.counters.failed.add(1);
				self.done.insert(key);
			},
			Outcome::Cancelled => {},
			Outcome::Failed => self.retry(key, RETRY),
			Outcome::Panicked => self.panicked(key),
		}
		self.start_due()
	}

	fn retry(&mut self, key: Key, wait: Duration) {
		let at = Instant::now().checked_add(wait);
		self.later.extend(at.map(|at| (key, at)));
	}

	/// A verifier has no report by which it withdraws, and neither has an executor once it has committed, so what panics is tried
	/// again until the deadline is over. What uses the device waits ever longer: it would keep it from other tasks.
	fn panicked(&mut self, key: Key) {
		let panics = self.panics.entry(key.clone()).or_default();
		let waits = BACKOFF.saturating_pow(*panics);
		*panics = panics.saturating_add(1);
		let light = self.tasks.iter().any(|task| Key::of(task) == key && urgency(task) == Urgency::Light);
		let wait = if light { RETRY } else { RETRY.saturating_mul(waits) };
		tracing::error!(
			target: "engram::runner", ?key, %panics, seconds = wait.as_secs(),
			"the task panicked and is tried again after a while: look for the reason above, and whether the device has memory left"
		);
		self.desk.counters.failed.add(1);
		self.retry(key, wait);
	}

	/// Starts what can start now.
	pub(crate) fn start_due(&mut self) -> Result<(), Error> {
		let now = Instant::now();
		let mut due: Vec<(Urgency, Key, Task)> = Vec::new();
		for task in &self.tasks {
			let key = Key::of(task);
			let idle = !self.done.contains(&key) && !self.running.contains_key(&key);
			if idle && self.later.get(&key).is_none_or(|at| *at <= now) {
				due.push((urgency(task), key, task.clone()));
			}
		}
		due.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
		for (urgency, key, task) in due {
			if self.is_finished(&task)? {
				self.done.insert(key);
			} else if self.has_room(urgency) {
				self.start(urgency, key, task);
			}
		}
		Ok(())
	}

	/// Whether an earlier process has finished it. A report that the node had before is offered to it again.
	fn is_finished(&self, task: &Task) -> Result<bool, Error> {
		let Some(id) = task.id() else { return Ok(false) };
		for id in [id, WorkId { kind: WorkKind::Fail, ..id }] {
			let counts = id.kind != WorkKind::Fail || gives_back(task);
			if counts && self.spool.find(&id)?.is_some() {
				self.spool.offer_again(&id)?;
				return Ok(true);
			}
		}
		Ok(false)
	}

	/// Whether there is room for a task; asks training to step aside if that is what is in the way.
	fn has_room(&self, urgency: Urgency) -> bool {
		if urgency == Urgency::Light {
			return self.running.values().filter(|r| r.urgency == Urgency::Light).count() < LIGHT;
		}
		let mut heavy = self.running.values().filter(|r| r.urgency != Urgency::Light).peekable();
		let free = heavy.peek().is_none();
		for running in heavy {
			if running.urgency == Urgency::Training && urgency < Urgency::Training {
				running.cancel.cancel();
			}
		}
		free
	}

	fn start(&mut self, urgency: Urgency, key: Key, task: Task) {
		let cancel = Cancel::default();
		let desk = self.desk.with_cancel(cancel.clone());
		let (conduct, finished) = (self.conduct.clone(), self.finished.clone());
		tracing::info!(target: "engram::runner", ?key, "task started");
		self.running.insert(key.clone(), Running { urgency, cancel, late: is_late(&task) });
		tokio::task::spawn_blocking(move || {
			let outcome = run(&*conduct, &task, &key, &desk);
			// Nobody listens only when the process is about to end.
			let _ = finished.send(Finished { key, outcome });
		});
	}

	/// Cancels everything that runs.
	pub(crate) fn stop(&mut self) {
		self.tasks.clear();
		self.running.values().for_each(|running| running.cancel.cancel());
	}

	/// Whether nothing runs.
	pub(crate) fn is_idle(&self) -> bool {
		self.running.is_empty()
	}
}

/// Does a task and puts its report into the spool, on this thread, before anyone hears of it.
fn run(conduct: &dyn Conduct, task: &Task, key: &Key, desk: &Desk) -> Outcome {
	// What a panicking task leaves behind is only files, each of them whole.
	let performed = catch_unwind(AssertUnwindSafe(|| conduct.perform(task, desk))).unwrap_or_else(|panic| {
		let reason = panic
			.downcast_ref::<&str>()
			.map(|text| (*text).to_owned())
			.or_else(|| panic.downcast_ref::<String>().cloned())
			.unwrap_or_else(|| "no reason given".to_owned());
		Err(engram_engine::Error::Panicked { what: "the task", reason }.into())
	});
	let (work, outcome) = match performed {
		Ok(None) => return Outcome::Done,
		Ok(Some(work)) => (work, Outcome::Done),
		Err(Failure::Cancelled) => return Outcome::Cancelled,
		Err(failure) if gives_back(task) => {
			tracing::error!(target: "engram::runner", ?key, error = %failure, "the job is given back");
			(Work::Fail(failure.reason()), Outcome::GivenBack)
		},
		Err(failure) if failure.is_panic() => {
			tracing::error!(target: "engram::runner", ?key, error = %failure, "the task failed");
			return Outcome::Panicked;
		},
		Err(failure) => {
			tracing::warn!(target: "engram::runner", ?key, error = %failure, "the task failed and is tried again");
			return Outcome::Failed;
		},
	};
	let Some(id) = task.id() else { return outcome };
	let id = WorkId { kind: work.kind(), ..id };
	match desk.spool.add(&id, &work) {
		Ok(()) => {
			tracing::info!(target: "engram::runner", ?id, "task finished");
			outcome
		},
		Err(error) => {
			tracing::error!(target: "engram::runner", ?id, %error, "the report cannot be kept; the task is done again");
			Outcome::Failed
		},
	}
}
