use super::*;
use crate::{
	exchange::{Exchange, Options, Request, Response, Shelf},
	metrics::Counters,
	records::Records,
	Store,
};
use engram_engine::{Accelerator, Choice};
use engram_primitives::{
	model::{Architecture, Optimiser, TrainingSpec},
	task::{Artifact, InitialWeights, TrainingPlan},
	work::FailureReason,
	Cid,
};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

struct Nothing;

impl Shelf for Nothing {
	fn answer(&self, _: &Request) -> Response {
		Response::Missing
	}
}

/// Fails at whatever it is asked, and counts how often it was.
struct Fails {
	panics: bool,
	asked: AtomicU32,
}

impl Conduct for Fails {
	fn perform(&self, _: &Task, _: &Desk) -> Result<Option<Work>, Failure> {
		self.asked.fetch_add(1, Ordering::Relaxed);
		assert!(!self.panics, "the tensor library is unhappy");
		Err(Failure::Lost("what it takes is not there yet"))
	}
}

/// A runner that does its tasks without waiting between tries.
struct Bench {
	_dir: TempDir,
	conduct: Arc<Fails>,
	runner: Runner,
	ended: mpsc::UnboundedReceiver<Finished>,
}

impl Bench {
	async fn new(panics: bool) -> Self {
		let dir = tempfile::tempdir().unwrap();
		let base = dir.path();
		let store = Store::open(base.join("store")).unwrap();
		let (spool, records) = (Spool::open(base).unwrap(), Records::open(base).unwrap());
		let counters = Arc::new(Counters::default());
		let exchange = Exchange::start(Options::client(), store.clone(), Arc::new(Nothing), counters.clone());
		let exchange = exchange.await.unwrap();
		let device = Arc::new(Accelerator::open(Choice::Cpu, 1).unwrap());
		let desk = Desk::new(store, exchange, spool, records, counters, device, Duration::ZERO);
		let conduct = Arc::new(Fails { panics, asked: AtomicU32::new(0) });
		let (runner, ended) = Runner::new(desk, conduct.clone());
		Self { _dir: dir, conduct, runner, ended }
	}

	/// Lets what runs end, `times` times or until nothing runs any more.
	async fn go_on(&mut self, times: u32) {
		for _ in 0..times {
			if self.runner.is_idle() {
				return;
			}
			let finished = self.ended.recv().await.unwrap();
			self.runner.finish(finished).unwrap();
			self.runner.later.clear();
			self.runner.start_due().unwrap();
		}
	}

	fn asked(&self) -> u32 {
		self.conduct.asked.load(Ordering::Relaxed)
	}

	fn failed(&self) -> u64 {
		self.runner.desk.counters.failed.get()
	}
}

fn plan() -> TrainingPlan {
	TrainingPlan {
		job: JobId(7),
		attempt: 1,
		architecture: Architecture::Mlp { widths: vec![3, 2].try_into().unwrap(), input_shift: 4 },
		spec: TrainingSpec {
			steps: 16,
			checkpoint_interval: 1,
			batch_size: 8,
			learning_rate: 300_000,
			optimiser: Optimiser::Sgd,
			opened: 4,
		},
		initial: InitialWeights::Seed([3; 32]),
		batch_seed: [5; 32],
		data: Vec::new(),
		held_out: Artifact { cid: Cid::of_raw(b""), sources: Vec::new() },
		held_out_rows: 1,
	}
}

/// What cannot be given back.
fn kept() -> [Task; 4] {
	let (round, executor, segments) = (0, Vec::new(), vec![0, 1, 2, 3]);
	let (root, final_weights, interior, late) = (Default::default(), Cid::of_raw(b""), vec![1; 4], false);
	[
		Task::Publish { job: JobId(7), attempt: 1, segments: segments.clone() },
		Task::Open { plan: plan(), round, segments: segments.clone(), interior: interior.clone() },
		Task::Replay { plan: plan(), round, executor: executor.clone(), root, segments: segments.clone() },
		Task::Reveal {
			plan: plan(),
			round,
			executor,
			final_weights,
			commitment: root,
			segments,
			interior,
			late,
		},
	]
}

#[tokio::test]
async fn what_panics_leaves_the_device_to_others_for_ever_longer() {
	for task in kept() {
		let mut bench = Bench::new(true).await;
		bench.runner.update(vec![task.clone()]).unwrap();
		for panics in 1..=3 {
			let finished = bench.ended.recv().await.unwrap();
			let key = finished.key.clone();
			bench.runner.finish(finished).unwrap();
			assert_eq!(
				(bench.asked(), bench.failed(), bench.runner.is_idle()),
				(panics, panics.into(), true)
			);
			let wait = bench.runner.later[&key].saturating_duration_since(Instant::now());
			let most = if urgency(&task) == Urgency::Light { RETRY } else { RETRY * BACKOFF.pow(panics - 1) };
			assert!(wait <= most && wait > most / 2, "{task:?} waits {wait:?}");
			bench.runner.later.clear();
			bench.runner.start_due().unwrap();
		}
		assert!(bench.runner.spool.pending().unwrap().is_empty());
	}
}

#[tokio::test]
async fn what_fails_otherwise_is_tried_while_it_is_asked() {
	for task in kept() {
		let mut bench = Bench::new(false).await;
		bench.runner.update(vec![task.clone()]).unwrap();
		bench.go_on(9).await;
		assert!(bench.asked() >= 9, "{task:?}");
		assert_eq!((bench.failed(), bench.runner.is_idle()), (0, false), "{task:?}");
		bench.runner.stop();
		bench.go_on(1).await;
		assert!(bench.runner.is_idle());
	}
}

#[tokio::test]
async fn training_that_panics_is_given_back_at_once() {
	let mut bench = Bench::new(true).await;
	bench.runner.update(vec![Task::Train(plan())]).unwrap();
	bench.go_on(3).await;
	assert_eq!((bench.asked(), bench.failed()), (1, 1));
	let reports = bench.runner.spool.pending().unwrap();
	assert_eq!(reports.len(), 1);
	assert_eq!(reports[0].1, Work::Fail(FailureReason::Device));
}
