//! The dispatcher over a chain of the tests' making.

use super::*;
use engram_primitives::{
	authorization::key::KEY_TYPE,
	task::Metrics,
	work::{FailureReason, WorkKind},
	JobId,
};
use sp_core::offchain::storage::InMemOffchainStorage;
use sp_keystore::{testing::MemoryKeystore, Keystore};
use std::sync::Mutex;

const OWNER: AccountId = AccountId::new([5; 32]);

#[derive(Default)]
struct State {
	registered: bool,
	tasks: Vec<Task>,
	status: BTreeMap<WorkId, Status>,
	no_state: bool,
}

#[derive(Clone, Default)]
struct FakeChain(Arc<Mutex<State>>);

impl FakeChain {
	fn ask<T>(&self, answer: impl FnOnce(&State) -> T) -> Result<T, ApiError> {
		let state = self.0.lock().unwrap();
		if state.no_state {
			return Err(ApiError::StateBackendIsNotTrie);
		}
		Ok(answer(&state))
	}
}

impl Chain for FakeChain {
	fn worker_of(&self, _: H256, _: WorkerKey) -> Result<Option<AccountId>, ApiError> {
		self.ask(|state| state.registered.then_some(OWNER))
	}

	fn tasks(&self, _: H256, _: AccountId) -> Result<Vec<Task>, ApiError> {
		self.ask(|state| state.tasks.clone())
	}

	fn outbox_status(&self, _: H256, entry: Entry) -> Result<Status, ApiError> {
		self.ask(|state| state.status.get(&entry.id).copied().unwrap_or(Status::Wanted))
	}
}

struct Bench {
	chain: FakeChain,
	dispatcher: Dispatcher<FakeChain, InMemOffchainStorage>,
	to_worker: mpsc::Receiver<ToWorker>,
	block: u64,
}

impl Bench {
	fn new() -> Self {
		let chain = FakeChain::default();
		chain.0.lock().unwrap().registered = true;
		let keystore = MemoryKeystore::new();
		keystore.sr25519_generate_new(KEY_TYPE, None).unwrap();
		let (to, to_worker) = mpsc::channel(QUEUE);
		let dispatcher = Dispatcher {
			chain: chain.clone(),
			keystore: Arc::new(keystore),
			outbox: Outbox::open(InMemOffchainStorage::default()),
			metrics: WorkerMetrics::register(None).unwrap(),
			to_worker: to,
			finalized: H256::zero(),
			worker: None,
			connected: false,
			unanswered: false,
			unknown: BTreeMap::new(),
		};
		Self { chain, dispatcher, to_worker, block: 0 }
	}

	fn connect(&mut self) {
		self.dispatcher.on_event(Event::Up { addresses: Vec::new(), device: "cpu".into() });
	}

	fn finalize(&mut self) {
		self.block += 1;
		self.dispatcher.on_finalized(H256::from_low_u64_be(self.block));
	}

	fn report(&mut self, job: u64) {
		self.dispatcher.on_event(Event::Report { id: id(job), work: Work::Fail(FailureReason::Device) });
	}

	fn set(&self, job: u64, status: Status) {
		self.chain.0.lock().unwrap().status.insert(id(job), status);
	}

	fn sent(&mut self) -> Vec<ToWorker> {
		std::iter::from_fn(|| self.to_worker.try_recv().ok()).collect()
	}

	fn stored(&mut self) -> Vec<WorkId> {
		let stored = |message| match message {
			ToWorker::Stored(id) => Some(id),
			_ => None,
		};
		self.sent().into_iter().filter_map(stored).collect()
	}

	fn kept(&self) -> Vec<WorkId> {
		self.dispatcher.outbox.entries().iter().map(|entry| entry.id).collect()
	}
}

fn id(job: u64) -> WorkId {
	WorkId { job: JobId(job), attempt: 0, round: 0, kind: WorkKind::Fail }
}

fn publish(job: u64) -> Task {
	Task::Publish { job: JobId(job), attempt: 0, segments: vec![1] }
}

#[test]
fn a_report_is_answered_only_when_its_effect_is_final() {
	let mut bench = Bench::new();
	bench.finalize();
	bench.connect();
	bench.report(1);
	bench.finalize();
	assert_eq!(bench.stored(), []);
	assert_eq!(bench.kept(), [id(1)]);
	assert_eq!(bench.dispatcher.outbox.entries()[0].worker, [5; 32]);

	bench.set(1, Status::Settled);
	bench.finalize();
	assert_eq!(bench.stored(), [id(1)]);
	assert_eq!(bench.kept(), []);
}

#[test]
fn a_report_offered_again_after_it_was_settled_is_answered_at_once() {
	let mut bench = Bench::new();
	bench.finalize();
	bench.connect();
	bench.set(1, Status::Settled);
	bench.report(1);
	assert_eq!(bench.stored(), [id(1)]);
	assert_eq!(bench.kept(), []);
}

#[test]
fn entries_settle_while_the_process_is_down_and_it_hears_of_it_later() {
	let mut bench = Bench::new();
	bench.finalize();
	bench.connect();
	bench.report(1);
	bench.dispatcher.on_event(Event::Down);
	bench.sent();
	bench.set(1, Status::Settled);
	bench.finalize();
	assert_eq!(bench.kept(), []);
	assert_eq!(bench.sent(), []);
	bench.connect();
	bench.report(1);
	assert_eq!(bench.stored(), [id(1)]);
}

#[test]
fn an_unknown_report_waits_and_is_dropped_in_the_end() {
	let mut bench = Bench::new();
	bench.finalize();
	bench.connect();
	bench.report(1);
	bench.set(1, Status::Unknown);
	for _ in 1..UNKNOWN_LIMIT {
		bench.finalize();
		bench.sent();
	}
	assert_eq!(bench.kept(), [id(1)]);
	bench.finalize();
	assert_eq!(bench.stored(), [id(1)]);
	assert_eq!(bench.kept(), []);
}

#[test]
fn a_report_that_became_known_starts_counting_anew() {
	let mut bench = Bench::new();
	bench.finalize();
	bench.report(1);
	bench.set(1, Status::Unknown);
	bench.finalize();
	bench.set(1, Status::Wanted);
	bench.finalize();
	assert!(bench.dispatcher.unknown.is_empty());
	assert_eq!(bench.kept(), [id(1)]);
}

#[test]
fn nothing_is_dropped_without_state_to_ask() {
	let mut bench = Bench::new();
	bench.finalize();
	bench.connect();
	bench.report(1);
	bench.sent();
	bench.set(1, Status::Settled);
	bench.chain.0.lock().unwrap().no_state = true;
	bench.finalize();
	assert_eq!(bench.sent(), []);
	assert_eq!(bench.kept(), [id(1)]);
}

#[test]
fn a_report_without_a_registered_worker_stays_with_the_process() {
	let mut bench = Bench::new();
	bench.chain.0.lock().unwrap().registered = false;
	bench.finalize();
	bench.connect();
	bench.report(1);
	assert_eq!(bench.kept(), []);
	assert_eq!(bench.stored(), []);
	bench.chain.0.lock().unwrap().registered = true;
	bench.finalize();
	bench.report(1);
	assert_eq!(bench.kept(), [id(1)]);
}

#[test]
fn a_report_under_the_wrong_name_is_refused_for_good() {
	let mut bench = Bench::new();
	bench.finalize();
	bench.connect();
	let wrong = WorkId { kind: WorkKind::Commit, ..id(1) };
	bench.dispatcher.on_event(Event::Report { id: wrong, work: Work::Fail(FailureReason::Device) });
	assert_eq!(bench.kept(), []);
	assert_eq!(bench.stored(), [wrong]);
}

#[test]
fn tasks_are_sent_on_connection_and_after_every_finalized_block() {
	let mut bench = Bench::new();
	bench.chain.0.lock().unwrap().tasks = vec![publish(1)];
	bench.finalize();
	assert_eq!(bench.sent(), []);
	bench.connect();
	assert_eq!(bench.sent(), [ToWorker::Tasks(vec![publish(1)])]);
	bench.chain.0.lock().unwrap().tasks = vec![publish(2)];
	bench.finalize();
	assert_eq!(bench.sent(), [ToWorker::Tasks(vec![publish(2)])]);
	bench.chain.0.lock().unwrap().registered = false;
	bench.finalize();
	assert_eq!(bench.sent(), [ToWorker::Tasks(Vec::new())]);
}

#[test]
fn a_full_queue_blocks_nothing() {
	let mut bench = Bench::new();
	bench.finalize();
	bench.connect();
	for _ in 0..2 * QUEUE {
		bench.finalize();
	}
	assert_eq!(bench.sent().len(), QUEUE);
	bench.dispatcher.on_event(Event::Metrics(Metrics::default()));
}

struct Syncing(bool);

impl SyncOracle for Syncing {
	fn is_major_syncing(&self) -> bool {
		self.0
	}

	fn is_offline(&self) -> bool {
		false
	}
}

async fn run_over_two_blocks(syncing: bool) -> Vec<ToWorker> {
	let Bench { chain, dispatcher, mut to_worker, .. } = Bench::new();
	let (events_to, events) = mpsc::channel(1);
	let up = Event::Up { addresses: Vec::new(), device: "cpu".into() };
	events_to.send(up).await.unwrap();
	let (blocks_to, blocks) = futures::channel::mpsc::unbounded();
	let running = tokio::spawn(dispatcher.run(blocks, events, Syncing(syncing)));
	let mut received = vec![to_worker.recv().await.unwrap()];
	chain.0.lock().unwrap().tasks = vec![publish(1)];
	blocks_to.unbounded_send(H256::repeat_byte(1)).unwrap();
	blocks_to.unbounded_send(H256::repeat_byte(2)).unwrap();
	drop(blocks_to);
	running.await.unwrap();
	received.extend(std::iter::from_fn(|| to_worker.try_recv().ok()));
	received
}

#[tokio::test]
async fn blocks_that_finalize_together_are_looked_at_once() {
	let received = run_over_two_blocks(false).await;
	assert_eq!(received, [ToWorker::Tasks(Vec::new()), ToWorker::Tasks(vec![publish(1)])]);
}

#[tokio::test]
async fn a_node_that_is_catching_up_gives_out_no_tasks() {
	assert_eq!(run_over_two_blocks(true).await, [ToWorker::Tasks(Vec::new())]);
}
