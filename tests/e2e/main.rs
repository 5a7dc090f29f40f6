//! What goes wrong on a real network, and what must not come of it: real nodes, real workers, a client's view.

mod dev;
mod killed;
mod refused;
mod reorg;
mod validators;
mod warp;
mod withheld;

use anyhow::Result;
use engram_e2e::{
	chain::{ensure_balanced, only, Chain, State},
	market::{job, until_closed, JobState},
	network::{Network, Plan, Worker},
	tell,
};
use std::time::Instant;
use subxt::utils::{AccountId32, H256};

/// Runs a story on a network of its own. When it fails the logs of the nodes stay.
async fn tell_story(
	name: &str,
	preset: &str,
	plans: &[Plan],
	story: impl AsyncFnOnce(&mut Network) -> Result<()>,
) {
	let began = Instant::now();
	tell(format!("{name}:"));
	let mut network = match Network::start(preset, plans).await {
		Ok(network) => network,
		Err(error) => panic!("{error:?}"),
	};
	if let Err(error) = story(&mut network).await {
		panic!("{error:?}");
	}
	tell(format!("{name}: {} s", began.elapsed().as_secs()));
}

fn validator(name: &'static str, worker: Worker) -> Plan {
	Plan { name, validator: true, worker }
}

fn full_node(name: &'static str, worker: Worker) -> Plan {
	Plan { name, validator: false, worker }
}

/// The block, still not final, in which the job's commitment is, as `chain` sees it.
async fn commitment_in_best(chain: &Chain, id: u64) -> Result<(u64, H256)> {
	let committed = async |state: &State| {
		let checking = matches!(job(state, id).await?.state, JobState::Checking { .. });
		Ok(checking.then_some((state.block_number(), state.block_hash())))
	};
	let (mut height, mut hash) = chain.until_best("the commitment", 60, committed).await?;
	// A best block can be the first of several new ones.
	loop {
		let below = chain.hash_at(height - 1).await?;
		if !matches!(job(&chain.at(below).await?, id).await?.state, JobState::Checking { .. }) {
			return Ok((height, hash));
		}
		(height, hash) = (height - 1, below);
	}
}

/// Waits until a job is closed: done by `executor` at its first attempt, with one commitment, and paid.
async fn ensure_settled_once(chain: &Chain, id: u64, executor: &AccountId32) -> Result<()> {
	let closed = until_closed(chain, id, 180).await?;
	let JobState::Settled { executor: paid, .. } = &closed.state else {
		panic!("job {id} ended as {:?}", closed.state)
	};
	assert_eq!((paid, closed.attempt, closed.escrow), (executor, 0, 0));
	let events = chain.events_since(1).await?;
	for once in ["Jobs.JobAssigned", "Learning.Committed", "Jobs.TrainingCommitted", "Jobs.TrainingSettled"] {
		only(events.iter().filter(|event| event.is_of(id)), once);
	}
	Ok(())
}

/// What must be true after every story: nothing was made or lost, and nothing happened that cannot.
async fn ensure_sound(network: &Network) -> Result<()> {
	let chain = &network.nodes()[0].chain;
	ensure_balanced(&chain.finalized().await?).await?;
	let strange: Vec<_> =
		chain.events_since(1).await?.into_iter().filter(|event| event.name == "Unexpected").collect();
	assert!(strange.is_empty(), "{strange:?}");
	Ok(())
}
