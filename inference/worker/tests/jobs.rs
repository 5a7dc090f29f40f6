//! Whole jobs between workers in one process, and processes that are killed.

#![allow(clippy::needless_pass_by_value, reason = "tests need not be thrifty")]
#![allow(clippy::print_stdout, reason = "it prints what it measures")]

use engram_engine::{checkpoint, Accelerator, Choice, Weights};
use engram_primitives::{
	merkle,
	model::{Architecture, InfluenceMethod, Optimiser, TrainingSpec},
	task::{
		Artifact, DataPart, FromWorker, InferencePlan, InitialWeights, Metrics, Task, ToWorker, TrainingPlan,
		WIRE_VERSION,
	},
	work::{
		Commitment, FailureReason, Opening, Verdict, VerdictCommitment, VerdictEvidence, Work, WorkId,
		WorkKind,
	},
	Cid, ContributionId, JobId,
};
use engram_worker::{
	desk::{self, Cancel, Desk, Report},
	exchange::{Exchange, Options, Request, Response, Shelf, Source},
	link::{read_frame, write_frame},
	metrics::Counters,
	records::Records,
	spool::{Evidence, Spool},
	worker::store_path,
	Conduct, Config, Failure, Honest, Store, Visibility, Worker,
};
use sp_core::H256;
use std::{
	collections::BTreeMap,
	os::unix::fs::MetadataExt,
	path::{Path, PathBuf},
	process::{Child, Command},
	sync::Arc,
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tempfile::TempDir;
use tokio::net::{UnixListener, UnixStream};

const ROWS: u32 = 24;
const STEPS: u32 = 48;
const INTERVAL: u32 = 3;
const SEGMENTS: u32 = STEPS / INTERVAL;

/// Two classes that a small model learns.
fn csv(seed: u32, labelled: bool) -> Vec<u8> {
	let mut text = String::from(if labelled { "a,b,c,label\n" } else { "a,b,c\n" });
	for row in 0..ROWS {
		let class = (row + seed) % 2;
		let noise = (row * 7 + seed * 3) % 4;
		text.push_str(&format!("{},{},{}", 12 * class + noise, 12 * (1 - class), noise));
		text.push_str(&if labelled { format!(",{class}\n") } else { "\n".into() });
	}
	text.into_bytes()
}

fn architecture() -> Architecture {
	Architecture::Mlp { widths: vec![3, 4, 2].try_into().unwrap(), input_shift: 4 }
}

fn artifact(store: &Store, bytes: &[u8], sources: Vec<Vec<u8>>) -> Artifact {
	Artifact { cid: store.put(bytes, Visibility::Public).unwrap(), sources }
}

fn plan_over(store: &Store, source: Vec<u8>, steps: u32, interval: u32) -> TrainingPlan {
	let part = |seed: u32| DataPart {
		contribution: ContributionId(u64::from(seed)),
		artifact: artifact(store, &csv(seed, true), vec![source.clone()]),
		rows: ROWS,
	};
	TrainingPlan {
		job: JobId(7),
		attempt: 1,
		architecture: architecture(),
		spec: TrainingSpec {
			steps,
			checkpoint_interval: interval,
			batch_size: 8,
			learning_rate: 300_000,
			optimiser: Optimiser::Sgd,
			opened: 4,
		},
		initial: InitialWeights::Seed([3; 32]),
		batch_seed: [5; 32],
		data: vec![part(0), part(1)],
		held_out: artifact(store, &csv(2, true), vec![source.clone()]),
		held_out_rows: ROWS,
	}
}

struct StoreShelf(Store, Records, Duration);

impl Shelf for StoreShelf {
	fn answer(&self, request: &Request) -> Response {
		std::thread::sleep(self.2);
		match *request {
			Request::Block(cid) => self.0.public_block(&cid).map_or(Response::Missing, Response::Block),
			Request::Leaf { job, attempt, index } => {
				self.1.leaf(&self.0, job, attempt, index).map_or(Response::Missing, Response::Leaf)
			},
		}
	}
}

/// A worker without a node.
struct Party {
	_dir: TempDir,
	desk: Desk,
}

impl Party {
	async fn new() -> Self {
		Self::answering_after(Duration::ZERO).await
	}

	/// One that takes its time for every answer.
	async fn answering_after(delay: Duration) -> Self {
		let dir = tempfile::tempdir().unwrap();
		let base = dir.path();
		let store = Store::open(store_path(base)).unwrap();
		let (spool, records) = (Spool::open(base).unwrap(), Records::open(base).unwrap());
		let counters = Arc::new(Counters::default());
		let options = Options { listen: Some("/ip4/127.0.0.1/tcp/0".parse().unwrap()), ..Options::client() };
		let shelf = Arc::new(StoreShelf(store.clone(), records.clone(), delay));
		let exchange = Exchange::start(options, store.clone(), shelf, counters.clone()).await.unwrap();
		let device = Arc::new(Accelerator::open(Choice::Cpu, 1).unwrap());
		let patience = Duration::from_secs(2);
		Self { _dir: dir, desk: Desk::new(store, exchange, spool, records, counters, device, patience) }
	}

	fn address(&self) -> Vec<u8> {
		self.desk.exchange.addresses()[0].to_string().into_bytes()
	}

	async fn perform(&self, task: Task) -> Result<Option<Work>, Failure> {
		let desk = self.desk.clone();
		tokio::task::spawn_blocking(move || Honest.perform(&task, &desk)).await.unwrap()
	}

	async fn train(&self, plan: &TrainingPlan) -> Commitment {
		match self.perform(Task::Train(plan.clone())).await.unwrap() {
			Some(Work::Commit(commitment)) => commitment,
			other => panic!("{other:?}"),
		}
	}

	async fn publish(&self, plan: &TrainingPlan, segments: &[u32]) {
		let task = Task::Publish { job: plan.job, attempt: plan.attempt, segments: segments.to_vec() };
		assert_eq!(self.perform(task).await.unwrap(), None);
	}

	async fn open(&self, plan: &TrainingPlan, segments: &[u32], interior: &[u32]) -> Opening {
		let (plan, segments, interior) = (plan.clone(), segments.to_vec(), interior.to_vec());
		match self.perform(Task::Open { plan, round: 0, segments, interior }).await.unwrap() {
			Some(Work::Open(opening)) => opening,
			other => panic!("{other:?}"),
		}
	}

	async fn replay(
		&self,
		plan: &TrainingPlan,
		executor: &Self,
		root: H256,
		segments: &[u32],
	) -> VerdictCommitment {
		let task = Task::Replay {
			plan: plan.clone(),
			round: 0,
			executor: executor.address(),
			root,
			segments: segments.to_vec(),
		};
		match self.perform(task).await.unwrap() {
			Some(Work::CommitVerdict(commitment)) => commitment,
			other => panic!("{other:?}"),
		}
	}

	async fn reveal(
		&self,
		plan: &TrainingPlan,
		executor: &Self,
		final_weights: Cid,
		commitment: VerdictCommitment,
		segments: &[u32],
		interior: &[u32],
	) -> Result<Verdict, Failure> {
		let task = Task::Reveal {
			plan: plan.clone(),
			round: 0,
			executor: executor.address(),
			final_weights,
			commitment: commitment.0,
			segments: segments.to_vec(),
			interior: interior.to_vec(),
			late: false,
		};
		match self.perform(task).await? {
			Some(Work::Reveal(verdict)) => Ok(verdict),
			other => panic!("{other:?}"),
		}
	}
}

/// What the chain checks of a verdict before it compares it.
fn ensure_sound(evidence: &VerdictEvidence, commitment: VerdictCommitment, interior: &[u32]) {
	let VerdictEvidence { ends, step_root, interior: proofs, salt, .. } = evidence;
	assert_eq!(VerdictEvidence::commitment(ends, step_root, salt), commitment);
	let count = ends.len() as u32 * INTERVAL;
	for ((place, step), (digest, proof)) in (0u32..).zip(interior).zip(proofs) {
		let index = place * INTERVAL + step - 1;
		assert!(merkle::verify(step_root, count, index, digest.as_fixed_bytes(), proof));
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn work_is_trained_replayed_opened_and_revealed() {
	let (executor, verifier) = (Party::new().await, Party::new().await);
	let plan = plan_over(&executor.desk.store, executor.address(), STEPS, INTERVAL);
	let commitment = executor.train(&plan).await;
	let Commitment { root, final_weights, ref final_proof } = commitment;
	assert!(merkle::verify(&root, SEGMENTS + 1, SEGMENTS, &final_weights.digest(), final_proof));
	assert_eq!(executor.desk.counters.steps.get(), u64::from(STEPS));

	// Nothing but the starting weights is there before the chain opens it.
	let (segments, interior) = ([0, 5, 9, SEGMENTS - 1], [1, 3, 2, 3]);
	let record = executor.desk.records.load(plan.job, plan.attempt).unwrap().unwrap();
	let public = |index: usize| executor.desk.store.is_public(&record.checkpoints[index]);
	assert_eq!((0..=SEGMENTS as usize).filter(|i| public(*i)).collect::<Vec<_>>(), [0]);
	executor.publish(&plan, &segments).await;
	assert_eq!((0..=SEGMENTS as usize).filter(|i| public(*i)).collect::<Vec<_>>(), [0, 5, 9, 15]);

	let verdict = verifier.replay(&plan, &executor, root, &segments).await;
	assert_eq!(verifier.desk.counters.steps.get(), 4 * u64::from(INTERVAL));
	assert!(verifier.desk.counters.bytes_received.get() > 0);

	let opening = executor.open(&plan, &segments, &interior).await;
	assert!(public(SEGMENTS as usize));
	let revealed = verifier.reveal(&plan, &executor, final_weights, verdict, &segments, &interior).await;
	let Ok(Verdict::Replayed(evidence)) = revealed else { panic!("{revealed:?}") };
	ensure_sound(&evidence, verdict, &interior);
	for (segment, (end, proof)) in segments.iter().zip(&opening.ends) {
		assert!(merkle::verify(&root, SEGMENTS + 1, segment + 1, end.as_fixed_bytes(), proof));
	}
	let ends: Vec<_> = opening.ends.iter().map(|(end, _)| *end).collect();
	assert_eq!(evidence.ends.to_vec(), ends);
	let digests: Vec<_> = evidence.interior.iter().map(|(digest, _)| *digest).collect();
	assert_eq!(opening.interior.to_vec(), digests);
	assert_eq!(evidence.correct, Some(opening.correct));
	assert!(opening.correct >= ROWS - 2, "{} of {ROWS}", opening.correct);
}

#[tokio::test(flavor = "multi_thread")]
async fn withheld_checkpoints_are_unavailable_and_unserved_weights_are_no_count() {
	let (executor, verifier, other) = (Party::new().await, Party::new().await, Party::new().await);
	let plan = plan_over(&executor.desk.store, executor.address(), STEPS, INTERVAL);
	let Commitment { root, final_weights, .. } = executor.train(&plan).await;
	let (segments, interior) = ([1, 3, 5, 7], [1, 1, 1, 1]);
	let verdict = verifier.replay(&plan, &executor, root, &segments).await;
	let revealed = verifier.reveal(&plan, &executor, final_weights, verdict, &segments, &interior).await;
	let Ok(Verdict::Unavailable { salt }) = revealed else { panic!("{revealed:?}") };
	assert_eq!(Verdict::unavailable_commitment(salt), verdict);

	executor.publish(&plan, &segments).await;
	let verdict = other.replay(&plan, &executor, root, &segments).await;
	let revealed = other.reveal(&plan, &executor, final_weights, verdict, &segments, &interior).await;
	assert!(matches!(revealed, Err(Failure::Unavailable(_))), "{revealed:?}");
	executor.open(&plan, &segments, &interior).await;
	let revealed = other.reveal(&plan, &executor, final_weights, verdict, &segments, &interior).await;
	assert!(matches!(revealed, Ok(Verdict::Replayed(_))));
	// Evidence that is gone cannot be revealed.
	let gone = VerdictCommitment([9; 32].into());
	let revealed = other.reveal(&plan, &executor, final_weights, gone, &segments, &interior).await;
	assert!(matches!(revealed, Err(Failure::Lost(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn honest_verifiers_agree_on_garbage_and_on_a_wrong_start() {
	let executor = Party::new().await;
	let plan = plan_over(&executor.desk.store, executor.address(), STEPS, INTERVAL);
	executor.train(&plan).await;
	let honest = executor.desk.records.load(plan.job, plan.attempt).unwrap().unwrap();
	let garbage = executor.desk.store.put(b"no checkpoint", Visibility::Private).unwrap();
	// A start that is none, and a job that did not begin where it had to.
	for (index, void_first) in [(5, false), (0, true)] {
		let mut record = honest.clone();
		record.checkpoints[index] = garbage;
		let Work::Commit(Commitment { root, final_weights, .. }) =
			executor.desk.commit(&plan, &record).unwrap()
		else {
			panic!("no commitment")
		};
		let (segments, interior) = ([2, 5, 8, 11], [1, 2, 3, 1]);
		executor.publish(&plan, &segments).await;
		let mut found = Vec::new();
		let verifiers = [Party::new().await, Party::new().await];
		for verifier in &verifiers {
			found.push(verifier.replay(&plan, &executor, root, &segments).await);
		}
		let opening = executor.desk.records.load(plan.job, plan.attempt).unwrap().unwrap();
		for cid in &opening.checkpoints {
			executor.desk.store.publish(cid).unwrap();
		}
		let mut evidence = Vec::new();
		for (verifier, verdict) in verifiers.iter().zip(found) {
			let revealed =
				verifier.reveal(&plan, &executor, final_weights, verdict, &segments, &interior).await;
			let Ok(Verdict::Replayed(revealed)) = revealed else { panic!("{revealed:?}") };
			ensure_sound(&revealed, verdict, &interior);
			evidence.push(revealed);
		}
		assert_eq!(evidence[0].ends, evidence[1].ends);
		assert_eq!(evidence[0].step_root, evidence[1].step_root);
		let same =
			|at: usize, segment: usize| evidence[0].ends[at].0 == honest.checkpoints[segment + 1].digest();
		assert!(!same(1, 5));
		assert_eq!(same(0, 2), !void_first);
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn inference_is_answered_and_attributed() {
	let (executor, server) = (Party::new().await, Party::new().await);
	let training = plan_over(&executor.desk.store, executor.address(), STEPS, INTERVAL);
	let Commitment { final_weights, .. } = executor.train(&training).await;
	executor.open(&training, &[0, 2, 4, 6], &[1, 1, 1, 1]).await;
	let part = 1_000_000_000_000_000_001u128;
	let plan = InferencePlan {
		job: JobId(8),
		attempt: 0,
		architecture: architecture(),
		weights: Artifact { cid: final_weights, sources: vec![executor.address()] },
		data: training.data.clone(),
		input: artifact(&executor.desk.store, &csv(3, false), vec![executor.address()]),
		rows: ROWS,
		method: InfluenceMethod::ExactInverse,
		contributors: part,
	};
	let Some(Work::Serve(receipt)) = server.perform(Task::Infer(plan.clone())).await.unwrap() else {
		panic!("no receipt")
	};
	assert_eq!((receipt.root.sum, receipt.leaves), (part, 2));
	let answers = server.desk.store.get(&receipt.answers).unwrap();
	let answers: serde_json::Value = serde_json::from_slice(&answers).unwrap();
	assert_eq!(answers["answers"].as_array().unwrap().len(), ROWS as usize);
	let report: Report = serde_json::from_slice(&server.desk.store.get(&receipt.report).unwrap()).unwrap();
	assert!(server.desk.store.is_public(&receipt.report) && server.desk.store.is_public(&receipt.answers));
	assert_eq!(report.method, "ExactInverse");
	assert_eq!(report.methods.len(), 2);
	assert_eq!(report.methods["DataInf"].row_scores[1].len(), ROWS as usize);
	let mut sum = 0;
	for leaf in &report.leaves {
		let amount: u128 = leaf.amount.parse().unwrap();
		sum += amount;
		let proof: Vec<_> = leaf
			.proof
			.iter()
			.map(|n| merkle::SumNode { hash: n.hash.parse().unwrap(), sum: n.sum.parse().unwrap() })
			.collect();
		let claimed = merkle::SumLeaf { contribution: ContributionId(leaf.contribution), amount };
		assert!(merkle::sum_verify(&receipt.root, receipt.leaves, leaf.index, &claimed, &proof));
	}
	assert_eq!(sum, part);
	// The same again is the same to the byte.
	let again = server.perform(Task::Infer(plan)).await.unwrap();
	assert_eq!(again, Some(Work::Serve(receipt)));
}

#[tokio::test(flavor = "multi_thread")]
async fn more_rows_than_the_exact_inverse_takes_are_declined_and_not_compared() {
	let party = Party::new().await;
	let store = &party.desk.store;
	let part = |rows: u32| {
		let lines: String =
			(0..rows).map(|row| format!("{},{},3,{}\n", row % 97, row % 89, row % 2)).collect();
		let artifact = artifact(store, format!("a,b,c,label\n{lines}").as_bytes(), vec![]);
		DataPart { contribution: ContributionId(0), artifact, rows }
	};
	let weights = Weights::from_seed(&desk::shape_of(&architecture()).unwrap(), &[3; 32]).unwrap();
	let plan = InferencePlan {
		job: JobId(8),
		attempt: 0,
		architecture: architecture(),
		weights: artifact(store, &checkpoint::encode(&weights).unwrap(), vec![]),
		data: vec![part(8_193)],
		input: artifact(store, &csv(3, false), vec![]),
		rows: ROWS,
		method: InfluenceMethod::ExactInverse,
		contributors: 9,
	};
	let declined = party.perform(Task::Infer(plan.clone())).await.unwrap_err();
	assert!(declined.reason().is_of_inputs(), "{declined}");
	// The exact inverse could be computed for these, but nobody waits for it.
	let plan = InferencePlan { method: InfluenceMethod::DataInf, data: vec![part(4_096)], ..plan };
	let Some(Work::Serve(receipt)) = party.perform(Task::Infer(plan)).await.unwrap() else {
		panic!("no receipt")
	};
	let report: Report = serde_json::from_slice(&store.get(&receipt.report).unwrap()).unwrap();
	assert_eq!(report.methods.into_keys().collect::<Vec<_>>(), ["DataInf"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_inputs_give_the_job_back_with_a_reason() {
	let party = Party::new().await;
	let plan = plan_over(&party.desk.store, party.address(), STEPS, INTERVAL);
	let asked = &party;
	let reason =
		|plan: TrainingPlan| async move { asked.perform(Task::Train(plan)).await.unwrap_err().reason() };
	let mut missing = plan.clone();
	missing.data[1].artifact.cid = Cid::of_raw(b"nowhere");
	assert_eq!(reason(missing).await, FailureReason::InputUnavailable);
	let mut malformed = plan.clone();
	malformed.data[0].artifact = artifact(&party.desk.store, b"a,b,c,label\n1,2,x,0\n", vec![]);
	assert_eq!(reason(malformed).await, FailureReason::InputMalformed);
	let mut rows = plan.clone();
	rows.held_out_rows += 1;
	assert_eq!(reason(rows).await, FailureReason::InputMalformed);
	let mut large = plan.clone();
	large.held_out = artifact(&party.desk.store, &vec![b'1'; 100_000], vec![]);
	assert_eq!(reason(large).await, FailureReason::InputMalformed);
	let mut spec = plan.clone();
	spec.spec.checkpoint_interval = 0;
	assert_eq!(reason(spec).await, FailureReason::InputMalformed);
	let mut parent = plan.clone();
	parent.initial = InitialWeights::Parent(artifact(&party.desk.store, b"no weights", vec![]));
	assert_eq!(reason(parent).await, FailureReason::InputMalformed);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_trickles_does_not_serve() {
	// Two seconds for each answer. A task has a patience of two, and a second more for what has less than a MiB.
	let slow = Party::answering_after(Duration::from_secs(2)).await;
	let asking = Party::new().await;
	let fetch = |desk: Desk, bytes: Vec<u8>| {
		let wanted = artifact(&slow.desk.store, &bytes, vec![slow.address()]);
		async move {
			let (started, limit) = (Instant::now(), bytes.len() as u64);
			let sources = Source::parse_all(&wanted.sources);
			let fetching = tokio::task::spawn_blocking(move || desk.fetch(wanted.cid, &sources, limit));
			(fetching.await.unwrap().map_err(|failure| failure.reason()), started.elapsed().as_millis())
		}
	};
	// The root takes two seconds, and its leaves would.
	let (fetched, took) = fetch(asking.desk.clone(), vec![7; 900_000]).await;
	assert_eq!(fetched, Err(FailureReason::InputUnavailable));
	assert!((3_000..3_900).contains(&took), "{took} ms");
	// That was all of the task's patience.
	let (fetched, took) = fetch(asking.desk.clone(), vec![8; 10]).await;
	assert_eq!(fetched, Err(FailureReason::InputUnavailable));
	assert!((1_000..1_900).contains(&took), "{took} ms");
	// Another task has its own.
	let (fetched, _) = fetch(asking.desk.with_cancel(Cancel::default()), vec![8; 10]).await;
	assert_eq!(fetched, Ok(vec![8; 10]));
}

/// The node's end of the socket.
struct Node {
	listener: UnixListener,
}

struct Talk(UnixStream);

impl Node {
	fn new(socket: &Path) -> Self {
		Self { listener: UnixListener::bind(socket).unwrap() }
	}

	async fn accept(&self) -> Talk {
		let accepted = tokio::time::timeout(Duration::from_secs(60), self.listener.accept()).await;
		let mut talk = Talk(accepted.expect("the worker connects").unwrap().0);
		match talk.hear().await {
			FromWorker::Hello { wire: WIRE_VERSION, addresses, .. } if !addresses.is_empty() => talk,
			other => panic!("{other:?}"),
		}
	}
}

impl Talk {
	async fn say(&mut self, message: ToWorker) {
		write_frame(&mut self.0, &message).await.unwrap();
	}

	async fn hear(&mut self) -> FromWorker {
		let heard = tokio::time::timeout(Duration::from_secs(60), read_frame(&mut self.0)).await;
		heard.expect("the worker speaks").unwrap().expect("the socket is open")
	}

	async fn metrics_once(&mut self, wanted: impl Fn(&Metrics) -> bool) -> Metrics {
		loop {
			match self.hear().await {
				FromWorker::Metrics(metrics) if wanted(&metrics) => return metrics,
				_ => {},
			}
		}
	}

	async fn report(&mut self) -> (WorkId, Work) {
		loop {
			if let FromWorker::Report { id, work } = self.hear().await {
				return (id, work);
			}
		}
	}
}

fn config(base: &Path, socket: &Path) -> Config {
	Config {
		listen: "/ip4/127.0.0.1/tcp/0".parse().unwrap(),
		device: Choice::Cpu,
		patience: Duration::from_secs(2),
		..Config::new(base, socket)
	}
}

/// Does what it is asked, and panics over inference.
struct Panics;

impl Conduct for Panics {
	fn perform(&self, task: &Task, desk: &Desk) -> Result<Option<Work>, Failure> {
		if let Task::Infer(_) = task {
			panic!("the tensor library is unhappy");
		}
		Honest.perform(task, desk)
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_talks_to_its_node() {
	let dir = tempfile::tempdir().unwrap();
	let (base, socket) = (dir.path().join("worker"), dir.path().join("node.sock"));
	let node = Node::new(&socket);
	let worker = tokio::spawn(Worker::serve(config(&base, &socket), Arc::new(Panics)));
	let mut talk = node.accept().await;

	let store = Store::open(store_path(&base)).unwrap();
	let plan = plan_over(&store, b"/ip4/127.0.0.1/tcp/1".to_vec(), STEPS, INTERVAL);
	let train = Task::Train(plan.clone());
	talk.say(ToWorker::Tasks(vec![train.clone()])).await;
	let (id, work) = talk.report().await;
	assert_eq!(Some(id), train.id());
	assert!(matches!(work, Work::Commit(_)));
	// Offered again until it is stored.
	assert_eq!(talk.report().await, (id, work.clone()));
	talk.say(ToWorker::Stored(id)).await;

	// A panic is a failed job with a reason; the worker goes on.
	let infer = InferencePlan {
		job: JobId(9),
		attempt: 0,
		architecture: architecture(),
		weights: plan.held_out.clone(),
		data: plan.data.clone(),
		input: plan.held_out.clone(),
		rows: ROWS,
		method: InfluenceMethod::DataInf,
		contributors: 1,
	};
	talk.say(ToWorker::Tasks(vec![train.clone(), Task::Infer(infer)])).await;
	let (failed, work_failed) = loop {
		let (id, work) = talk.report().await;
		if id.job == JobId(9) {
			break (id, work);
		}
	};
	assert_eq!(failed.kind, WorkKind::Fail);
	assert_eq!(work_failed, Work::Fail(FailureReason::Device));
	talk.say(ToWorker::Stored(failed)).await;
	let metrics = talk.metrics_once(|metrics| metrics.failed == 1).await;
	assert_eq!((metrics.finished, metrics.steps), (1, u64::from(STEPS)));

	// A second worker on the same base path is refused.
	let second = Worker::serve(config(&base, &socket), Arc::new(Honest)).await;
	assert!(matches!(second, Err(engram_worker::Error::Locked { .. })));

	talk.say(ToWorker::Stop).await;
	worker.await.unwrap().unwrap();

	// A restarted worker offers what the node had as long as the chain asks, and does not train again.
	let worker = tokio::spawn(Worker::serve(config(&base, &socket), Arc::new(Honest)));
	let mut talk = node.accept().await;
	talk.say(ToWorker::Tasks(vec![train])).await;
	assert_eq!(talk.report().await, (id, work));
	drop(talk);
	assert!(matches!(worker.await.unwrap(), Err(engram_worker::Error::NodeGone)));
}

#[tokio::test(flavor = "multi_thread")]
async fn training_steps_aside_and_cancelled_tasks_end() {
	let dir = tempfile::tempdir().unwrap();
	let (base, socket) = (dir.path().join("worker"), dir.path().join("node.sock"));
	let node = Node::new(&socket);
	let worker = tokio::spawn(Worker::serve(config(&base, &socket), Arc::new(Panics)));
	let mut talk = node.accept().await;
	let store = Store::open(store_path(&base)).unwrap();
	// Far too long to finish.
	let long = plan_over(&store, Vec::new(), 1_024 * 4_096, 4_096);
	talk.say(ToWorker::Tasks(vec![Task::Train(long.clone())])).await;
	tokio::time::sleep(Duration::from_millis(300)).await;
	let short = TrainingPlan { job: JobId(10), ..plan_over(&store, Vec::new(), STEPS, INTERVAL) };
	let infer = InferencePlan {
		job: JobId(9),
		attempt: 0,
		architecture: architecture(),
		weights: long.held_out.clone(),
		data: Vec::new(),
		input: long.held_out.clone(),
		rows: 0,
		method: InfluenceMethod::DataInf,
		contributors: 0,
	};
	talk.say(ToWorker::Tasks(vec![Task::Train(long), Task::Infer(infer)])).await;
	let (id, _) = talk.report().await;
	assert_eq!(id.job, JobId(9));
	// The long job is dropped from the list and makes room.
	talk.say(ToWorker::Tasks(vec![Task::Train(short)])).await;
	loop {
		let (id, work) = talk.report().await;
		if id.job == JobId(10) {
			assert!(matches!(work, Work::Commit(_)));
			break;
		}
	}
	talk.say(ToWorker::Stop).await;
	worker.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_goes_out_in_time_without_the_count_of_weights_that_are_not_served() {
	let dir = tempfile::tempdir().unwrap();
	let (base, socket) = (dir.path().join("worker"), dir.path().join("node.sock"));
	let executor = Party::new().await;
	let plan = plan_over(&executor.desk.store, executor.address(), STEPS, INTERVAL);
	let (segments, interior) = (vec![1, 3, 5, 7], vec![1, 2, 3, 1]);
	let ends = vec![H256([1; 32]); segments.len()].try_into().unwrap();
	let steps = (0..12).map(|step| [step; 32]).collect();
	let evidence = Evidence::Replayed { ends, steps, salt: H256([2; 32]) };
	let commitment = Spool::open(&base).unwrap().keep_evidence(&evidence).unwrap();
	let reveal = |late| Task::Reveal {
		plan: plan.clone(),
		round: 0,
		executor: executor.address(),
		final_weights: Cid::of_raw(b"weights that are kept back"),
		commitment: commitment.0,
		segments: segments.clone(),
		interior: interior.clone(),
		late,
	};

	let node = Node::new(&socket);
	let patience = Duration::from_secs(3_600);
	let config = Config { patience, ..config(&base, &socket) };
	let worker = tokio::spawn(Worker::serve(config, Arc::new(Honest)));
	let mut talk = node.accept().await;
	talk.say(ToWorker::Tasks(vec![reveal(false)])).await;
	let early = tokio::time::timeout(Duration::from_secs(2), talk.report()).await;
	assert!(early.is_err(), "{early:?}");
	// The same task, now late, does not wait for the first try to end.
	talk.say(ToWorker::Tasks(vec![reveal(true)])).await;
	let (id, work) = talk.report().await;
	assert_eq!(Some(id), reveal(true).id());
	let Work::Reveal(Verdict::Replayed(revealed)) = work else { panic!("{work:?}") };
	ensure_sound(&revealed, commitment, &interior);
	assert_eq!(revealed.correct, None);
	talk.say(ToWorker::Stop).await;
	worker.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_verdict_has_the_count_of_weights_that_are_served() {
	let (executor, verifier) = (Party::new().await, Party::new().await);
	let plan = plan_over(&executor.desk.store, executor.address(), STEPS, INTERVAL);
	let Commitment { root, final_weights, .. } = executor.train(&plan).await;
	let (segments, interior) = ([1, 3, 5, 7], [1, 1, 1, 1]);
	executor.publish(&plan, &segments).await;
	let commitment = verifier.replay(&plan, &executor, root, &segments).await.0;
	// As the chain asks it to before it has opened.
	executor.publish(&plan, &[1, 3, 5, 7, SEGMENTS]).await;
	let (segments, interior) = (segments.to_vec(), interior.to_vec());
	let address = executor.address();
	let late = Task::Reveal {
		plan,
		round: 0,
		executor: address,
		final_weights,
		commitment,
		segments,
		interior,
		late: true,
	};
	let revealed = verifier.perform(late).await;
	let Ok(Some(Work::Reveal(Verdict::Replayed(evidence)))) = revealed else { panic!("{revealed:?}") };
	assert!(evidence.correct.is_some());
}

const CHILD: &str = "ENGRAM_TEST_WORKER";

/// Not a test of its own: the process that the next one kills.
#[test]
fn child_process() {
	let Ok(dir) = std::env::var(CHILD) else { return };
	let dir = PathBuf::from(dir);
	// The outcome is of no interest: the process is killed, or its node goes away.
	let _ = Worker::run(config(&dir.join("worker"), &dir.join("node.sock")));
}

fn spawn(dir: &Path) -> Child {
	Command::new(std::env::current_exe().unwrap())
		.args(["--exact", "child_process", "--nocapture"])
		.env(CHILD, dir)
		.stdout(std::process::Stdio::null())
		.spawn()
		.unwrap()
}

/// Waits for a condition on files without missing it by more than a fraction of a millisecond.
async fn wait_for(what: &str, done: impl Fn() -> bool + Send + 'static) {
	let deadline = Instant::now() + Duration::from_secs(60);
	let seen = tokio::task::spawn_blocking(move || {
		while !done() {
			if Instant::now() > deadline {
				return false;
			}
			std::thread::sleep(Duration::from_micros(200));
		}
		true
	});
	assert!(seen.await.unwrap(), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_worker_resumes_and_loses_no_report() {
	let dir = tempfile::tempdir().unwrap();
	let base = dir.path().join("worker");
	let node = Node::new(&dir.path().join("node.sock"));
	let store = Store::open(store_path(&base)).unwrap();
	let (steps, interval) = (64 * 100, 100);
	let plan = plan_over(&store, Vec::new(), steps, interval);
	let task = Task::Train(plan.clone());

	// Killed in the middle of training.
	let mut child = spawn(dir.path());
	let mut talk = node.accept().await;
	talk.say(ToWorker::Tasks(vec![task.clone()])).await;
	let records = Records::open(&base).unwrap();
	let made = move |records: &Records| {
		records.load(JobId(7), 1).ok().flatten().map_or(0, |record| record.checkpoints.len())
	};
	let watched = records.clone();
	wait_for("checkpoints", move || made(&watched) >= 5).await;
	child.kill().unwrap();
	child.wait().unwrap();
	let kept = made(&records);
	assert!((5..65).contains(&kept), "{kept} checkpoints");

	// The next process goes on from the last of them. It is never told that its report is stored.
	let mut child = spawn(dir.path());
	let mut talk = node.accept().await;
	talk.say(ToWorker::Tasks(vec![task.clone()])).await;
	let metrics = talk.metrics_once(|metrics| metrics.finished == 1).await;
	child.kill().unwrap();
	child.wait().unwrap();
	let resumed_at = (kept as u32 - 1) * interval;
	println!("{kept} checkpoints were kept, {} of {steps} steps were made after them", metrics.steps);
	assert_eq!(metrics.steps, u64::from(steps - resumed_at));

	// Other jobs: killed the moment their reports are finished, before the node has heard of them.
	let others: Vec<TrainingPlan> =
		(8..12).map(|job| TrainingPlan { job: JobId(job), ..plan.clone() }).collect();
	let mut delays = Vec::new();
	for other in &others {
		let mut child = spawn(dir.path());
		let mut talk = node.accept().await;
		talk.say(ToWorker::Tasks(vec![Task::Train(other.clone())])).await;
		let pending = base.join("spool").join(format!("{}-1-0-Commit.pending", other.job.0));
		let watched = pending.clone();
		wait_for("the report", move || watched.exists()).await;
		child.kill().unwrap();
		let killed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
		child.wait().unwrap();
		// A report is finished when it gets its name, which is when its inode changed last.
		let finished = std::fs::metadata(&pending).unwrap();
		let finished = Duration::new(finished.ctime() as u64, finished.ctime_nsec() as u32);
		delays.push(killed.saturating_sub(finished));
	}
	println!("killed {delays:?} after a report was finished");
	assert!(delays.iter().min().is_some_and(|delay| *delay < Duration::from_millis(10)), "{delays:?}");

	let mut child = spawn(dir.path());
	let mut talk = node.accept().await;
	let plans: Vec<&TrainingPlan> = [&plan].into_iter().chain(&others).collect();
	let ids: Vec<WorkId> = plans.iter().map(|plan| Task::Train((*plan).clone()).id().unwrap()).collect();
	let mut commitments = BTreeMap::new();
	while commitments.len() < plans.len() {
		let (id, work) = talk.report().await;
		let Work::Commit(commitment) = work else { panic!("{work:?}") };
		talk.say(ToWorker::Stored(id)).await;
		commitments.insert(id, commitment);
	}
	assert!(commitments.keys().eq(&ids));
	talk.say(ToWorker::Stop).await;
	child.wait().unwrap();

	// They are the commitments of a worker that nobody killed.
	let calm = Party::new().await;
	let same = plan_over(&calm.desk.store, Vec::new(), steps, interval);
	assert_eq!(same, plan);
	for (plan, id) in plans.into_iter().zip(ids) {
		assert_eq!(calm.train(plan).await, commitments[&id]);
	}
}
