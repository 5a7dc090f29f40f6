//! Processes that are killed in the middle of their work: what they did is neither lost nor done twice.

use super::{commitment_in_best, ensure_settled_once, ensure_sound, full_node, tell_story, validator};
use anyhow::{ensure, Context, Result};
use engram_e2e::{
	chain::{account, Chain, ENGR},
	market::{buy_training, job, register_worker, stock, training, until_event, Goods, JobState, MEMORY},
	network::{Network, Worker},
	node::Node,
	tell,
};
use engram_primitives::{model::TrainingSpec, JobId};
use engram_worker::records::Records;
use std::time::{Duration, Instant};
use subxt::utils::AccountId32;
use subxt_signer::sr25519::Keypair;
use tokio::time::sleep;

/// The workers that are drawn. Alice's only serves the data.
const WORKERS: [&str; 2] = ["bob", "charlie"];

const STEPS: &str = "engram_worker_steps_total";
const OUTBOX: &str = "engram_outbox_entries";
const UP: &str = "engram_worker_up";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "starts real nodes: make test-e2e"]
async fn what_is_killed_loses_and_doubles_nothing() {
	let plans = [
		validator("alice", Worker::Honest),
		full_node(WORKERS[0], Worker::Honest),
		full_node(WORKERS[1], Worker::Honest),
	];
	tell_story("what is killed", "dev", &plans, story).await;
}

fn owners() -> [Keypair; 2] {
	["Bob//stash", "Charlie//stash"].map(account)
}

/// The account of the worker on a node.
fn owner_of(node: &Node) -> AccountId32 {
	let place =
		WORKERS.iter().position(|name| *name == node.name).expect("one of the workers that are drawn");
	owners()[place].public_key().to_account_id()
}

async fn story(network: &mut Network) -> Result<()> {
	let requester = account("Eve");
	let chain = network.node("alice").chain.clone();
	chain.until_height(1, 60).await?;
	let [bob, charlie] = owners();
	let (goods, ..) = tokio::try_join!(
		stock(network, network.node("alice"), &requester),
		register_worker(network, network.node(WORKERS[0]), &bob, MEMORY, 1_000 * ENGR),
		register_worker(network, network.node(WORKERS[1]), &charlie, MEMORY, 1_000 * ENGR),
	)?;
	tell("workers are registered");
	worker_killed(network, &chain, &goods, &requester).await?;
	node_killed(network, &chain, &goods, &requester).await?;
	ensure_sound(network).await
}

/// Fails if the commitment to a job is in finalized state.
async fn ensure_uncommitted(chain: &Chain, id: u64) -> Result<()> {
	let now = job(&chain.finalized().await?, id).await?;
	let uncommitted = matches!(now.state, JobState::Queued { .. } | JobState::Assigned { .. });
	ensure!(uncommitted && now.attempt == 0, "killed too late: {now:?}");
	Ok(())
}

/// Checkpoints on the disk of a worker, the starting weights among them. None is kept of a job that it did not begin.
fn checkpoints_of(node: &Node, id: u64) -> Result<u32> {
	let record = Records::open(&node.worker_folder()?)?.load(JobId(id), 0)?;
	Ok(u32::try_from(record.map_or(0, |record| record.checkpoints.len()))?)
}

/// The node of the first worker that is `there`. A fast machine trains a whole job before its assignment is final or a
/// metric is read twice, so that nothing is waited for in between.
async fn first_worker<'a>(
	network: &'a Network,
	what: &str,
	there: impl AsyncFn(&Node) -> Result<bool>,
) -> Result<&'a Node> {
	let began = Instant::now();
	loop {
		for node in WORKERS.map(|name| network.node(name)) {
			if there(node).await? {
				return Ok(node);
			}
		}
		ensure!(began.elapsed() < Duration::from_secs(120), "no worker has {what}");
		sleep(Duration::from_millis(1)).await;
	}
}

/// A worker is killed while it trains. The node starts another process, which goes on from the last checkpoint.
async fn worker_killed(network: &Network, chain: &Chain, goods: &Goods, requester: &Keypair) -> Result<()> {
	// Segments are replayed to open them, so that many more must be there before the kill to tell a run that went on
	// from one that began again.
	let spec = training(64, 512);
	let TrainingSpec { steps, checkpoint_interval: interval, opened, .. } = spec;
	let segments = spec.segments();
	let id = buy_training(chain, requester, goods, spec, MEMORY).await?;
	let trained = async |node: &Node| Ok(checkpoints_of(node, id)? > 2 * opened);
	let node = first_worker(network, "trained enough", trained).await?;
	let killed = node.kill_worker()?;
	node.until_metric(UP, 10, |up| up == 0.0).await?;
	let seen = node.metric(STEPS).await?;
	let kept = checkpoints_of(node, id)?;
	assert!(seen < f64::from(steps) && kept <= segments, "{seen} steps, {kept} checkpoints");
	tell(format!(
		"job {id}: the worker of {} is killed after {seen} of {steps} steps, {kept} checkpoints are kept",
		node.name
	));

	node.until_metric(UP, 30, |up| up == 1.0).await?;
	assert_ne!(node.worker_process()?, killed);
	let committed = until_event(chain, id, "Learning.Committed", 90).await?.block;
	ensure_settled_once(chain, id, &owner_of(node)).await?;
	let did = node.metric(STEPS).await? - seen;
	let left = steps - (kept - 1) * interval;
	tell(format!("job {id}: committed in block {committed}, {did} steps after the restart"));
	let (least, most) = (f64::from(left), f64::from(left + opened * interval));
	assert!((least..=most).contains(&did), "{did} steps after the restart, {left} were left");
	assert!(most < f64::from(steps), "from the first step on it would be as many");
	Ok(())
}

/// A node is killed while the report of its worker is on its way: out of its outbox, and out of a block that is not
/// final.
async fn node_killed(network: &mut Network, chain: &Chain, goods: &Goods, requester: &Keypair) -> Result<()> {
	let spec = training(32, 50);
	for name in WORKERS {
		network.node(name).until_metric(OUTBOX, 30, |entries| entries == 0.0).await?;
	}
	let first = buy_training(chain, requester, goods, spec.clone(), MEMORY).await?;
	let reported = async |node: &Node| Ok(node.metric(OUTBOX).await? >= 1.0);
	let node = first_worker(network, "reported", reported).await?;
	let (name, executor) = (node.name, owner_of(node));
	network.kill(name)?;
	ensure_uncommitted(chain, first).await?;
	tell(format!("job {first}: {name} is killed with the report in its outbox"));
	network.restart(name).await?;
	let committed = until_event(chain, first, "Learning.Committed", 60).await?.block;
	tell(format!("job {first}: {name} is back, the commitment is final in block {committed}"));
	// Who has to open and to serve this one while it is killed for the next does not on a slow machine, and loses the job.
	ensure_settled_once(chain, first, &executor).await?;

	let second = buy_training(chain, requester, goods, spec.clone(), MEMORY).await?;
	let (height, hash) = commitment_in_best(chain, second).await?;
	let JobState::Checking { executor: other } = job(&chain.at(hash).await?, second).await?.state else {
		panic!("job {second} is not committed to in block {height}")
	};
	let another = WORKERS.into_iter().find(|name| owner_of(network.node(name)) == other);
	let another = another.context("a registered worker is drawn")?;
	network.kill(another)?;
	ensure_uncommitted(chain, second).await?;
	tell(format!("job {second}: {another} is killed with the report in block {height}, which is not final"));
	network.restart(another).await?;

	ensure_settled_once(chain, second, &other).await?;
	for name in [name, another] {
		let node = network.node(name);
		node.until_metric(OUTBOX, 60, |entries| entries == 0.0).await?;
		// What it did since then is to open and to verify.
		let did = node.metric(STEPS).await?;
		assert!(did < f64::from(spec.steps), "{name} trained again what it had reported: {did} steps");
	}
	tell("both jobs are settled, nothing was trained twice");
	Ok(())
}
