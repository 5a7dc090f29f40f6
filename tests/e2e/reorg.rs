//! A network that falls apart while a worker reports, on the side that loses.

use super::{commitment_in_best, ensure_settled_once, ensure_sound, tell_story, validator};
use anyhow::{ensure, Context, Result};
use engram_e2e::{
	chain::{account, Chain, ENGR},
	market::{
		buy_training, job, register_worker, stock, training, until_assigned, until_event, JobState, MEMORY,
	},
	network::{Network, Worker},
	tell,
};
use std::{collections::BTreeSet, time::Duration};
use subxt::config::substrate::DigestItem;
use tokio::time::{sleep, timeout};

/// Each half has half of the validators, too few for finality, and one of the workers.
const HALVES: [[&str; 2]; 2] = [["alice", "bob"], ["charlie", "dave"]];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "starts real nodes: make test-e2e"]
async fn a_reorg_loses_and_doubles_no_report() {
	let plans = [
		validator("alice", Worker::Honest),
		validator("bob", Worker::None),
		validator("charlie", Worker::Honest),
		validator("dave", Worker::None),
	];
	tell_story("a re-org", "local", &plans, async |network| story(network).await).await;
}

/// How much a chain weighs in BABE's choice of forks: primary blocks first, then length.
async fn weight(chain: &Chain, above: u64) -> Result<(usize, u64)> {
	let (height, _) = chain.best().await?;
	let mut primaries = 0;
	for number in above + 1..=height {
		let hash = chain.hash_at(number).await?;
		let header = chain.methods.chain_get_header(Some(hash)).await?.context("a block has a header")?;
		// The first byte of a BABE digest names its kind, and 1 is a primary slot.
		let primary = |item: &DigestItem| matches!(item, DigestItem::PreRuntime(id, data) if id == b"BABE" && data.first() == Some(&1));
		primaries += usize::from(header.digest.logs.iter().any(primary));
	}
	Ok((primaries, height))
}

/// The last block that two nodes share.
async fn fork_point(one: &Chain, other: &Chain) -> Result<u64> {
	let mut height = one.best().await?.0.min(other.best().await?.0);
	while one.hash_at(height).await? != other.hash_at(height).await? {
		height -= 1;
	}
	Ok(height)
}

async fn finalized_heights(network: &Network) -> Result<Vec<u64>> {
	let mut heights = Vec::new();
	for node in network.nodes() {
		heights.push(node.chain.finalized().await?.block_number());
	}
	Ok(heights)
}

async fn story(network: &Network) -> Result<()> {
	let (alice, charlie) = (network.node("alice"), network.node("charlie"));
	let requester = account("Eve");
	let owners = [("alice", account("Alice//stash")), ("charlie", account("Charlie//stash"))];
	alice.chain.until_height(1, 60).await?;
	let (goods, ..) = tokio::try_join!(
		stock(network, alice, &requester),
		register_worker(network, alice, &owners[0].1, MEMORY, 1_000 * ENGR),
		register_worker(network, charlie, &owners[1].1, MEMORY, 1_000 * ENGR),
	)?;

	// Nobody reports before the network is cut, however fast it trains.
	let workers = [alice, charlie];
	for node in workers {
		node.pause_worker()?;
	}
	let id = buy_training(&alice.chain, &requester, &goods, training(32, 400), MEMORY).await?;
	let (executor, _) = until_assigned(&alice.chain, id, 0, 60).await?;
	let owner = owners.iter().find(|(_, owner)| owner.public_key().to_account_id() == executor);
	let (name, _) = owner.context("a registered worker is drawn")?;
	let [losing, winning] = if *name == "alice" { HALVES } else { [HALVES[1], HALVES[0]] };
	let (loser, winner) = (&network.node(losing[0]).chain, &network.node(winning[0]).chain);
	for one in losing {
		for other in winning {
			network.cut(one, other).await?;
		}
	}
	for node in network.nodes() {
		node.until_peers(1, 20).await?;
	}
	for node in network.nodes() {
		let best = node.chain.at(node.chain.best().await?.1).await?;
		let now = job(&best, id).await?.state;
		ensure!(matches!(now, JobState::Assigned { .. }), "{} was cut off too late: {now:?}", node.name);
	}
	for node in workers {
		node.resume_worker()?;
	}
	tell(format!("{losing:?} and {winning:?} are apart; {name} trains job {id}"));

	let (height, commitment) = commitment_in_best(loser, id).await?;
	tell(format!("the commitment is in block {height}, {commitment}, of {losing:?} only"));
	let apart = async {
		loop {
			let fork = fork_point(loser, winner).await?;
			if loser.best().await?.0 > fork && winner.best().await?.0 > fork + 1 {
				return anyhow::Ok(fork);
			}
			sleep(Duration::from_millis(500)).await;
		}
	};
	let fork = timeout(Duration::from_secs(30), apart).await.context("both halves build blocks")??;
	let (one, other) = (loser.hash_at(fork + 1).await?, winner.hash_at(fork + 1).await?);
	assert_ne!(one, other, "the halves build one chain");
	assert!(height > fork, "the commitment is on both sides");
	let stuck = finalized_heights(network).await?;
	assert!(stuck.iter().all(|finalized| *finalized <= fork), "{stuck:?} is final above block {fork}");

	// A validator without peers builds nothing, so from here only one side grows.
	network.cut(losing[0], losing[1]).await?;
	let heavier = async {
		loop {
			if weight(winner, fork).await? > weight(loser, fork).await? {
				return anyhow::Ok(());
			}
			sleep(Duration::from_millis(500)).await;
		}
	};
	timeout(Duration::from_secs(90), heavier).await.context("one half outgrows the other")??;
	assert_eq!(finalized_heights(network).await?, stuck, "a half of the validators finalized something");
	let state = winner.at(winner.best().await?.1).await?;
	assert!(matches!(job(&state, id).await?.state, JobState::Assigned { .. }));
	tell(format!(
		"above block {fork}: {losing:?} {:?}, {winning:?} {:?} (primary blocks, height); finality stands at {}",
		weight(loser, fork).await?,
		weight(winner, fork).await?,
		stuck.iter().collect::<BTreeSet<_>>().into_iter().map(u64::to_string).collect::<Vec<_>>().join(", "),
	));

	for (index, node) in network.nodes().iter().enumerate() {
		for other in &network.nodes()[..index] {
			network.link(node.name, other.name).await?;
		}
	}
	loser.until_height(height, 90).await?;
	let canonical = loser.hash_at(height).await?;
	assert_ne!(canonical, commitment, "the block of the commitment was not abandoned");
	tell(format!("healed: block {height} is {canonical}"));

	ensure_settled_once(loser, id, &executor).await?;
	let again = until_event(loser, id, "Learning.Committed", 30).await?.block;
	tell(format!("the commitment is final in block {again}, the job settled at its first attempt"));
	for node in [alice, charlie] {
		node.until_metric("engram_outbox_entries", 30, |entries| entries == 0.0).await?;
	}
	ensure_sound(network).await
}
