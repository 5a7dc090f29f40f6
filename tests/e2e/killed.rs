//! Processes that are killed in the middle of their work: what they did is neither lost nor done twice.

use super::{commitment_in_best, ensure_settled_once, ensure_sound, full_node, tell_story, validator};
use anyhow::{ensure, Context, Result};
use engram_e2e::{
	chain::{account, Chain, ENGR},
	market::{
		buy_training, job, register_worker, stock, training, until_assigned, until_event, Goods, JobState,
		MEMORY,
	},
	network::{Network, Worker},
	node::Node,
	tell,
};
use engram_primitives::{model::TrainingSpec, JobId};
use engram_worker::records::Records;
use subxt::utils::AccountId32;
use subxt_signer::sr25519::Keypair;

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

/// The node of a worker.
fn name_of(executor: &AccountId32) -> Result<&'static str> {
	let place = owners().iter().position(|owner| owner.public_key().to_account_id() == *executor);
	Ok(WORKERS[place.context("a registered worker is drawn")?])
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

/// Fails unless a job is still with its executor in finalized state.
async fn ensure_assigned(chain: &Chain, id: u64) -> Result<()> {
	let now = job(&chain.finalized().await?, id).await?;
	ensure!(matches!(now.state, JobState::Assigned { .. }) && now.attempt == 0, "killed too late: {now:?}");
	Ok(())
}

/// Checkpoints on the disk of a worker, the starting weights among them.
fn checkpoints_of(node: &Node, id: u64) -> Result<u32> {
	let record = Records::open(&node.worker_folder()?)?.load(JobId(id), 0)?;
	Ok(u32::try_from(record.context("a job in training has a record")?.checkpoints.len())?)
}

/// A worker is killed while it trains. The node starts another process, which goes on from the last checkpoint.
async fn worker_killed(network: &Network, chain: &Chain, goods: &Goods, requester: &Keypair) -> Result<()> {
	// Segments are replayed to open them, so that many more must be there before the kill to tell a run that went on
	// from one that began again.
	let spec = training(64, 512);
	let TrainingSpec { steps, checkpoint_interval: interval, opened, .. } = spec;
	let segments = spec.segments();
	let id = buy_training(chain, requester, goods, spec, MEMORY).await?;
	let (executor, deadline) = until_assigned(chain, id, 0, 60).await?;
	let node = network.node(name_of(&executor)?);
	let enough = 2 * opened * interval;
	node.until_metric(STEPS, 60, |steps| steps >= f64::from(enough)).await?;
	let killed = node.kill_worker()?;
	node.until_metric(UP, 10, |up| up == 0.0).await?;
	let seen = node.metric(STEPS).await?;
	let kept = checkpoints_of(node, id)?;
	ensure_assigned(chain, id).await?;
	assert!(seen < f64::from(steps) && kept <= segments, "{seen} steps, {kept} checkpoints");
	tell(format!(
		"job {id}: the worker of {} is killed after {seen} of {steps} steps, {kept} checkpoints are kept",
		node.name
	));

	node.until_metric(UP, 30, |up| up == 1.0).await?;
	assert_ne!(node.worker_process()?, killed);
	let committed = until_event(chain, id, "Learning.Committed", 90).await?.block;
	assert!(committed <= deadline, "committed in block {committed}, the deadline is {deadline}");
	ensure_settled_once(chain, id, &executor).await?;
	let did = node.metric(STEPS).await? - seen;
	let left = steps - (kept - 1) * interval;
	tell(format!("job {id}: committed in block {committed} of {deadline}, {did} steps after the restart"));
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
	let (executor, _) = until_assigned(chain, first, 0, 60).await?;
	let name = name_of(&executor)?;
	network.node(name).until_metric(OUTBOX, 60, |entries| entries >= 1.0).await?;
	network.kill(name)?;
	ensure_assigned(chain, first).await?;
	tell(format!("job {first}: {name} is killed with the report in its outbox"));
	network.restart(name).await?;
	let committed = until_event(chain, first, "Learning.Committed", 60).await?.block;
	tell(format!("job {first}: {name} is back, the commitment is final in block {committed}"));

	let second = buy_training(chain, requester, goods, spec.clone(), MEMORY).await?;
	let (other, _) = until_assigned(chain, second, 0, 60).await?;
	let another = name_of(&other)?;
	let (height, _) = commitment_in_best(chain, second).await?;
	network.kill(another)?;
	ensure_assigned(chain, second).await?;
	tell(format!("job {second}: {another} is killed with the report in block {height}, which is not final"));
	network.restart(another).await?;

	ensure_settled_once(chain, first, &executor).await?;
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
