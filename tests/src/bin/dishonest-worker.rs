//! A worker that cheats, for the tests of what catches it. It speaks the protocol of `engram worker`, takes its flags, and is started by
//! a node through `--worker-program`. How it cheats is in the variable `ENGRAM_CHEAT`, since a node passes no flags of its own on.

use anyhow::Context;
use clap::{Parser, ValueEnum};
use engram_engine::{Layer, Weights};
use engram_primitives::{
	model::MIN_SEGMENTS,
	task::{Task, TrainingPlan},
	work::{PerSegment, Work},
	Cid,
};
use engram_worker::{
	desk::{salt, Inputs},
	exchange::{Request, Response},
	records::Record,
	spool::Evidence,
	Conduct, Config, Desk, Failure, Honest, Worker, DEFAULT_LISTEN,
};
use sp_core::H256;
use std::{
	collections::BTreeSet,
	path::PathBuf,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
};

const CHEAT: &str = "ENGRAM_CHEAT";

/// How it cheats. In everything else it is honest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Cheat {
	/// Commits to slightly changed starting weights instead of training.
	Untrained,
	/// Trains, but leaves one segment out.
	SkipSegment,
	/// Trains well, on other data than the job's.
	OtherData,
	/// As a verifier, commits to ends that it made up.
	LieAsVerifier,
	/// Trains, and serves nobody.
	Withhold,
	/// Trains, and serves every block with one byte flipped.
	Corrupt,
	/// Commits as [`Cheat::Untrained`] does, opens and serves all but the final weights.
	WithholdWeights,
}

/// The flags of `engram worker`.
#[derive(Debug, Parser)]
struct Args {
	/// Directory of artifacts, checkpoints and the network key.
	#[arg(long)]
	base_path: PathBuf,
	/// Socket of the node.
	#[arg(long)]
	socket: PathBuf,
	/// Where artifacts are served.
	#[arg(long, default_value = DEFAULT_LISTEN)]
	listen: String,
	/// The address other workers reach this one under.
	#[arg(long)]
	external: Option<String>,
	/// Device to compute on.
	#[arg(long, default_value = "auto")]
	device: String,
	/// Threads to compute with.
	#[arg(long, default_value_t = 1)]
	threads: usize,
}

struct Dishonest {
	cheat: Cheat,
	/// Final weights that are not served.
	withheld: Mutex<BTreeSet<Cid>>,
}

impl Dishonest {
	fn new(cheat: Cheat) -> Self {
		Self { cheat, withheld: Mutex::default() }
	}

	fn withheld(&self) -> MutexGuard<'_, BTreeSet<Cid>> {
		self.withheld.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// An untrained commitment whose final weights nobody will see.
	fn unseen(&self, plan: &TrainingPlan, desk: &Desk) -> Result<Work, Failure> {
		let work = untrained(plan, desk)?;
		if let Work::Commit(commitment) = &work {
			self.withheld().insert(commitment.final_weights);
		}
		Ok(work)
	}
}

/// Weights that differ from these by a few parts in a thousand, another way for every `number`.
fn perturbed(weights: &Weights, number: u32) -> Result<Weights, Failure> {
	let mut state = number.wrapping_mul(2_654_435_761).wrapping_add(1);
	let mut changed = |value: &f32| {
		state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
		value * (1.0 + (state >> 24) as f32 / 65_536.0)
	};
	let layers = weights.layers().iter().map(|layer| Layer {
		inputs: layer.inputs,
		outputs: layer.outputs,
		weight: layer.weight.iter().map(&mut changed).collect(),
		bias: layer.bias.clone(),
	});
	Ok(Weights::new(weights.shape(), layers.collect())?)
}

/// A full set of checkpoints without a step of training. The first is right, since anyone can make it.
fn untrained(plan: &TrainingPlan, desk: &Desk) -> Result<Work, Failure> {
	let Inputs { initial, .. } = desk.inputs(plan, &[])?;
	let mut record = Record::new(plan);
	record.checkpoints.push(desk.keep_weights(&initial)?);
	for number in 1..=record.segments {
		record.checkpoints.push(desk.keep_weights(&perturbed(&initial, number)?)?);
	}
	desk.commit(plan, &record)
}

/// Which segment is left out: any, but always the same one of a job.
fn skipped(plan: &TrainingPlan) -> u32 {
	let [first, second, ..] = plan.batch_seed;
	u32::from_le_bytes([first, second, 0, 0]) % plan.spec.segments().max(MIN_SEGMENTS)
}

/// Every segment is trained but one, whose end is its start as good as unchanged.
fn skip_segment(plan: &TrainingPlan, desk: &Desk) -> Result<Work, Failure> {
	let inputs = desk.inputs(plan, &[])?;
	let mut trainer = desk.trainer(plan, &inputs)?;
	let mut record = Record::new(plan);
	let mut weights = inputs.initial.clone();
	record.checkpoints.push(desk.keep_weights(&weights)?);
	for segment in 0..record.segments {
		desk.ensure_wanted()?;
		weights = if segment == skipped(plan) {
			perturbed(&weights, segment)?
		} else {
			trainer.replay(segment, &weights)?.end
		};
		record.checkpoints.push(desk.keep_weights(&weights)?);
	}
	desk.commit(plan, &record)
}

/// Real training, but every label is the next class.
fn other_data(plan: &TrainingPlan, desk: &Desk) -> Result<Work, Failure> {
	let mut inputs = desk.inputs(plan, &[])?;
	let classes = inputs.shape.classes();
	let labels = inputs.data.labels().iter().map(|label| (label + 1) % classes).collect();
	inputs.data = inputs.data.with_labels(labels)?;
	let record = desk.train_on(plan, &inputs)?;
	desk.commit(plan, &record)
}

/// A verdict that nothing was replayed for.
fn made_up(plan: &TrainingPlan, segments: &[u32], desk: &Desk) -> Result<Work, Failure> {
	let steps = segments.len() * plan.spec.checkpoint_interval as usize;
	let ends: Vec<H256> = segments.iter().map(|_| salt()).collect::<Result<_, _>>()?;
	let steps: Vec<[u8; 32]> = (0..steps).map(|_| Ok(salt()?.0)).collect::<Result<_, Failure>>()?;
	let ends = PerSegment::try_from(ends).map_err(|_| Failure::Senseless("too many segments"))?;
	let commitment = desk.spool.keep_evidence(&Evidence::Replayed { ends, steps, salt: salt()? })?;
	Ok(Work::CommitVerdict(commitment))
}

impl Conduct for Dishonest {
	fn perform(&self, task: &Task, desk: &Desk) -> Result<Option<Work>, Failure> {
		match (self.cheat, task) {
			(Cheat::Untrained, Task::Train(plan)) => untrained(plan, desk).map(Some),
			(Cheat::SkipSegment, Task::Train(plan)) => skip_segment(plan, desk).map(Some),
			(Cheat::OtherData, Task::Train(plan)) => other_data(plan, desk).map(Some),
			(Cheat::WithholdWeights, Task::Train(plan)) => self.unseen(plan, desk).map(Some),
			(Cheat::LieAsVerifier, Task::Replay { plan, segments, .. }) => {
				made_up(plan, segments, desk).map(Some)
			},
			(Cheat::Withhold, Task::Publish { .. } | Task::Open { .. }) => Ok(None),
			_ => Honest.perform(task, desk),
		}
	}

	fn answer(&self, request: &Request, found: Response) -> Response {
		match (self.cheat, found) {
			(Cheat::Withhold, _) => Response::Missing,
			(_, Response::Block(_)) if matches!(request, Request::Block(cid) if self.withheld().contains(cid)) => {
				Response::Missing
			},
			(Cheat::Corrupt, Response::Block(mut block)) => {
				let middle = block.len() / 2;
				if let Some(byte) = block.get_mut(middle) {
					*byte ^= 1;
				}
				Response::Block(block)
			},
			(_, found) => found,
		}
	}
}

fn main() -> anyhow::Result<()> {
	tracing_subscriber::fmt()
		.with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
		.with_writer(std::io::stderr)
		.init();
	let name = std::env::var(CHEAT).with_context(|| format!("set {CHEAT} to how this worker cheats"))?;
	let cheat = Cheat::from_str(&name, true).map_err(|error| anyhow::anyhow!("{CHEAT}: {error}"))?;
	let args = Args::parse();
	let config = Config {
		listen: args.listen.parse().context("--listen is no multiaddress")?,
		external: args
			.external
			.map(|text| text.parse())
			.transpose()
			.context("--external is no multiaddress")?,
		device: args.device.parse()?,
		threads: args.threads,
		..Config::new(args.base_path, args.socket)
	};
	Ok(Worker::run_as(config, Arc::new(Dishonest::new(cheat)))?)
}

#[cfg(test)]
mod tests {
	use super::*;
	use engram_engine::{Accelerator, Choice};
	use engram_primitives::{
		model::{Architecture, Optimiser, TrainingSpec},
		task::{Artifact, DataPart, InitialWeights},
		work::{Commitment, Opening, Verdict},
		ContributionId, JobId,
	};
	use engram_worker::{
		exchange::{Exchange, Options, Shelf},
		metrics::Counters,
		records::Records,
		spool::Spool,
		Store, Visibility,
	};
	use std::time::Duration;

	struct Front(Store, Records, Arc<dyn Conduct>);

	impl Shelf for Front {
		fn answer(&self, request: &Request) -> Response {
			let found = match *request {
				Request::Block(cid) => self.0.public_block(&cid).map_or(Response::Missing, Response::Block),
				Request::Leaf { job, attempt, index } => {
					self.1.leaf(&self.0, job, attempt, index).map_or(Response::Missing, Response::Leaf)
				},
			};
			self.2.answer(request, found)
		}
	}

	struct Party {
		_dir: tempfile::TempDir,
		desk: Desk,
		conduct: Arc<dyn Conduct>,
	}

	impl Party {
		async fn new(conduct: Arc<dyn Conduct>) -> Self {
			let dir = tempfile::tempdir().unwrap();
			let store = Store::open(dir.path().join("store")).unwrap();
			let (spool, records) = (Spool::open(dir.path()).unwrap(), Records::open(dir.path()).unwrap());
			let counters = Arc::new(Counters::default());
			let front = Arc::new(Front(store.clone(), records.clone(), conduct.clone()));
			let listen = Some("/ip4/127.0.0.1/tcp/0".parse().unwrap());
			let options = Options { listen, ..Options::client() };
			let exchange = Exchange::start(options, store.clone(), front, counters.clone()).await.unwrap();
			let device = Arc::new(Accelerator::open(Choice::Cpu, 1).unwrap());
			let patience = Duration::from_millis(500);
			let desk = Desk::new(store, exchange, spool, records, counters, device, patience);
			Self { _dir: dir, desk, conduct }
		}

		async fn perform(&self, task: Task) -> Option<Work> {
			let (conduct, desk) = (self.conduct.clone(), self.desk.clone());
			tokio::task::spawn_blocking(move || conduct.perform(&task, &desk)).await.unwrap().unwrap()
		}
	}

	fn plan(stores: &[&Store]) -> TrainingPlan {
		let csv: String = (0..16).map(|row| format!("{},{},{}\n", row, 15 - row, row / 8)).collect();
		let csv = format!("a,b,label\n{csv}");
		let mut cid = None;
		for store in stores {
			cid = Some(store.put(csv.as_bytes(), Visibility::Public).unwrap());
		}
		let artifact = Artifact { cid: cid.unwrap(), sources: Vec::new() };
		TrainingPlan {
			job: JobId(1),
			attempt: 0,
			architecture: Architecture::Mlp { widths: vec![2, 3, 2].try_into().unwrap(), input_shift: 4 },
			spec: TrainingSpec {
				steps: 32,
				checkpoint_interval: 2,
				batch_size: 4,
				learning_rate: 200_000,
				optimiser: Optimiser::Sgd,
				opened: 4,
			},
			initial: InitialWeights::Seed([1; 32]),
			batch_seed: [6; 32],
			data: vec![DataPart { contribution: ContributionId(0), artifact: artifact.clone(), rows: 16 }],
			held_out: artifact,
			held_out_rows: 16,
		}
	}

	/// What an honest verifier and the executor say when every second segment is opened; `None` where nothing is opened or served.
	async fn checked(
		executor: Arc<dyn Conduct>,
		verifier: Arc<dyn Conduct>,
	) -> (Option<Opening>, Verdict, u64) {
		let (executor, verifier) = (Party::new(executor).await, Party::new(verifier).await);
		let plan = plan(&[&executor.desk.store, &verifier.desk.store]);
		let Some(Work::Commit(Commitment { root, final_weights, .. })) =
			executor.perform(Task::Train(plan.clone())).await
		else {
			panic!("no commitment")
		};
		let segments: Vec<u32> = (0..16).step_by(2).collect();
		let (round, interior) = (0, vec![1; segments.len()]);
		executor.perform(Task::Publish { job: plan.job, attempt: 0, segments: segments.clone() }).await;
		let address = executor.desk.exchange.addresses()[0].to_string().into_bytes();
		let replay = Task::Replay {
			plan: plan.clone(),
			round,
			executor: address.clone(),
			root,
			segments: segments.clone(),
		};
		let Some(Work::CommitVerdict(commitment)) = verifier.perform(replay).await else {
			panic!("no verdict")
		};
		let open =
			Task::Open { plan: plan.clone(), round, segments: segments.clone(), interior: interior.clone() };
		let opening = match executor.perform(open).await {
			Some(Work::Open(opening)) => Some(opening),
			None => None,
			other => panic!("{other:?}"),
		};
		let reveal = Task::Reveal {
			plan,
			round,
			executor: address,
			final_weights,
			commitment: commitment.0,
			segments,
			interior,
			late: true,
		};
		let Some(Work::Reveal(verdict)) = verifier.perform(reveal).await else { panic!("nothing revealed") };
		(opening, verdict, verifier.desk.counters.blocks_refused.get())
	}

	/// Opened segments whose end the verifier finds to be another.
	fn differences(opening: &Opening, verdict: &Verdict) -> usize {
		let Verdict::Replayed(evidence) = verdict else { panic!("{verdict:?}") };
		opening.ends.iter().zip(&evidence.ends).filter(|((claimed, _), found)| claimed != *found).count()
	}

	fn cheat(how: Cheat) -> Arc<dyn Conduct> {
		Arc::new(Dishonest::new(how))
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn cheating_executors_are_contradicted() {
		let (opening, verdict, _) = checked(Arc::new(Honest), Arc::new(Honest)).await;
		assert_eq!(differences(&opening.unwrap(), &verdict), 0);
		let (opening, verdict, _) = checked(cheat(Cheat::Untrained), Arc::new(Honest)).await;
		assert_eq!(differences(&opening.unwrap(), &verdict), 8);
		let (opening, verdict, _) = checked(cheat(Cheat::OtherData), Arc::new(Honest)).await;
		assert_eq!(differences(&opening.unwrap(), &verdict), 8);
		// Only the one that was left out; with this seed it is segment 6, which is opened.
		let (opening, verdict, _) = checked(cheat(Cheat::SkipSegment), Arc::new(Honest)).await;
		assert_eq!(differences(&opening.unwrap(), &verdict), 1);
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn executors_that_do_not_serve_are_unavailable() {
		let (opening, verdict, _) = checked(cheat(Cheat::Withhold), Arc::new(Honest)).await;
		assert!(opening.is_none() && matches!(verdict, Verdict::Unavailable { .. }));
		let (opening, verdict, refused) = checked(cheat(Cheat::Corrupt), Arc::new(Honest)).await;
		assert!(opening.is_some() && matches!(verdict, Verdict::Unavailable { .. }));
		assert!(refused > 0);
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn weights_that_are_kept_back_do_not_hide_a_false_run() {
		let counted = |verdict: &Verdict| matches!(verdict, Verdict::Replayed(e) if e.correct.is_some());
		let (_, verdict, _) = checked(Arc::new(Honest), Arc::new(Honest)).await;
		assert!(counted(&verdict));
		let (opening, verdict, _) = checked(cheat(Cheat::WithholdWeights), Arc::new(Honest)).await;
		assert!(!counted(&verdict));
		assert_eq!(differences(&opening.unwrap(), &verdict), 8);
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_lying_verifier_contradicts_an_honest_executor() {
		let (opening, verdict, _) = checked(Arc::new(Honest), cheat(Cheat::LieAsVerifier)).await;
		assert_eq!(differences(&opening.unwrap(), &verdict), 8);
	}

	#[test]
	fn flags_are_those_of_the_worker() {
		let line = "x --base-path a --socket b --listen /ip4/127.0.0.1/tcp/0 --device cpu --threads 2 \
			--external /ip4/192.0.2.1/tcp/1";
		let args = Args::try_parse_from(line.split_whitespace()).unwrap();
		assert_eq!((args.device.as_str(), args.threads), ("cpu", 2));
		assert_eq!(Cheat::from_str("skip-segment", true), Ok(Cheat::SkipSegment));
		assert_eq!(Cheat::from_str("lie-as-verifier", true), Ok(Cheat::LieAsVerifier));
		assert_eq!(Cheat::from_str("withhold-weights", true), Ok(Cheat::WithholdWeights));
	}
}
