//! What validators do for each other: they find each other, report whoever builds two blocks in one slot, and build slower when
//! nothing is finalized.

use super::{ensure_sound, full_node, tell_story, validator};
use anyhow::{ensure, Context, Result};
use engram_e2e::{
	chain::{events_in, Chain, Event},
	network::{Network, Worker},
	tell,
};
use std::time::{Duration, Instant};
use subxt::config::substrate::DigestItem;
use tokio::time::sleep;

const VALIDATORS: [&str; 4] = ["alice", "bob", "charlie", "dave"];

/// How many blocks may be built above the finalized one before authors wait, and how many more make them wait a slot longer: the
/// defaults of `BackoffAuthoringOnFinalizedHeadLagging`.
const SLACK: u64 = 50;
const BLOCKS_A_SLOT: u64 = 2;
/// How far this looks beyond the slack.
const BEYOND: u64 = 8;

/// The engine whose digests say who built a block, and in which slot.
const BABE: [u8; 4] = *b"BABE";

const GLANCE: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "starts real nodes: make test-e2e"]
async fn validators_find_report_and_wait_for_each_other() {
	let plans = VALIDATORS.map(|name| validator(name, Worker::None));
	tell_story("validators", "local", &plans, story).await;
}

/// The first report of an offence in the finalized blocks from `next` on, each of which is read once.
async fn offence(chain: &Chain, mut next: u64, seconds: u64) -> Result<Event> {
	let began = Instant::now();
	loop {
		let last = chain.finalized().await?.block_number();
		while next <= last {
			let events = events_in(&chain.at(chain.hash_at(next).await?).await?).await?;
			if let Some(event) = events.into_iter().find(|event| event.is("Offences.Offence")) {
				return Ok(event);
			}
			next += 1;
		}
		ensure!(began.elapsed().as_secs() < seconds, "nobody reported the twin until block {last}");
		sleep(GLANCE).await;
	}
}

/// The slot of the block that is at `height` in a node's best chain.
async fn slot(chain: &Chain, height: u64) -> Result<u64> {
	let hash = chain.hash_at(height).await?;
	let header = chain.methods.chain_get_header(Some(hash)).await?.context("a block has a header")?;
	let digest = header.digest.logs.iter().find_map(|item| match item {
		DigestItem::PreRuntime(BABE, data) => Some(data),
		_ => None,
	});
	// A byte says how the slot was won and four say by whom, in every kind of it.
	let bytes = digest.and_then(|data| data.get(5..13)).context("a block of BABE names its slot")?;
	Ok(u64::from_le_bytes(bytes.try_into()?))
}

async fn story(network: &mut Network) -> Result<()> {
	let alice = network.node("alice").chain.clone();
	alice.until_height(1, 60).await?;
	for name in VALIDATORS {
		let known = "substrate_authority_discovery_known_authorities_count";
		network.node(name).until_metric(known, 180, |known| known >= 3.0).await?;
	}
	tell("every validator knows the addresses of the three others");

	// The same keys on two machines: the mistake that operators make.
	let alone = alice.finalized().await?.block_number();
	network.join(&full_node("twin", Worker::None), &["--dave"]).await?;
	let reported = offence(&alice, alone + 1, 300).await?;
	tell(format!("the twin of dave is reported in block {}", reported.block));
	ensure_sound(network).await?;

	for name in ["twin", "dave", "charlie"] {
		network.kill(name)?;
	}
	let stopped = Instant::now();
	let (finalized, height) = loop {
		let (finalized, best) = (alice.finalized().await?.block_number(), alice.best().await?.0);
		if best >= finalized + SLACK + BEYOND {
			break (finalized, best);
		}
		ensure!(stopped.elapsed().as_secs() < 400, "block {best} after {finalized} was final");
		sleep(GLANCE).await;
	};
	let mut slots = Vec::new();
	for number in finalized..=height {
		slots.push(slot(&alice, number).await?);
	}
	for (above, pair) in (0u64..).zip(slots.windows(2)) {
		// Who builds on a block that is so far above the finalized one lets as many slots pass.
		let wait = above.saturating_sub(SLACK) / BLOCKS_A_SLOT;
		assert!(
			pair[1] - pair[0] > wait,
			"block {} came in slot {} after {}",
			finalized + above + 1,
			pair[1],
			pair[0]
		);
	}
	let slots_of = |blocks: &[u64]| blocks.last().zip(blocks.first()).map_or(0, |(last, first)| last - first);
	let (slack, beyond) = slots.split_at(usize::try_from(SLACK)?);
	tell(format!(
		"without finality: {} blocks in {} slots, then {} in {}",
		slack.len() - 1,
		slots_of(slack),
		beyond.len() - 1,
		slots_of(beyond)
	));
	// The control: within the slack nobody waits like that.
	assert!(slots_of(slack) < 4 * SLACK);
	Ok(())
}
