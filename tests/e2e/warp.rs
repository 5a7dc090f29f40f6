//! A node that comes late and does not read the whole history: it proves finality by the changes of GRANDPA's authorities,
//! fetches the state of one block, and goes on from there.

use super::{full_node, tell_story, validator};
use anyhow::{ensure, Context, Result};
use engram_e2e::{
	chain::{account, ensure_balanced, only, Chain, State},
	network::{Network, Worker},
	tell,
};
use std::time::{Duration, Instant};
use subxt::{
	dynamic::{tx, Value},
	utils::H256,
};
use tokio::time::sleep;

/// A warp sync begins with three peers, so that one of them cannot lie.
const VALIDATORS: [&str; 4] = ["alice", "bob", "charlie", "dave"];

/// How long the late node may take.
const PATIENCE: Duration = Duration::from_secs(60);
const GLANCE: Duration = Duration::from_millis(200);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "starts real nodes: make test-e2e"]
async fn a_late_node_warps_to_the_finalized_state() {
	let plans = VALIDATORS.map(|name| validator(name, Worker::None));
	tell_story("warp sync", "local", &plans, story).await;
}

/// How often the authorities of GRANDPA changed, up to a block.
async fn set_id(state: &State) -> Result<u64> {
	let address = subxt::dynamic::storage::<(), u64>("Grandpa", "CurrentSetId");
	Ok(state.storage().fetch(address, ()).await?.decode()?)
}

/// The state root that a node's best chain has at a height.
async fn root_at(chain: &Chain, height: u64) -> Result<H256> {
	let hash = chain.hash_at(height).await?;
	let header = chain.methods.chain_get_header(Some(hash)).await?.context("a block has a header")?;
	Ok(header.state_root)
}

async fn story(network: &mut Network) -> Result<()> {
	let alice = network.node("alice").chain.clone();
	alice.until_height(1, 60).await?;
	// A new era elects the same four validators, which for GRANDPA is another set: its id is in every vote.
	let new_era = Value::unnamed_variant("Staking", [Value::unnamed_variant("force_new_era", [])]);
	let sent = alice.send(&tx("Sudo", "sudo", (new_era,)), &account("Alice")).await?;
	assert_eq!(only(&sent, "Sudo.Sudid").variant("sudo_result"), "Ok");
	tell("a new era is ordered; the authorities change two sessions later");
	let changed = async |state: &State| Ok((set_id(state).await? > 0).then_some(state.block_number()));
	let change = alice.until("a change of the authorities", 120, changed).await?;
	let (height, _) = alice.best().await?;
	tell(format!("the authorities changed, block {change} is final; the late node starts"));

	let began = Instant::now();
	network.join(&full_node("late", Worker::None), &["--sync", "warp"]).await?;
	let late = network.node("late").chain.clone();
	// Block by block it would come by every height; a warp leaves genesis for the end of the proof.
	let warped = loop {
		// For a moment it names a block whose header is not there yet.
		let finalized = late.finalized().await.map(|state| state.block_number());
		if let Ok(number @ 1..) = finalized {
			break number;
		}
		ensure!(began.elapsed() < PATIENCE, "the late node is at {finalized:?}");
		sleep(GLANCE).await;
	};
	tell(format!("it has the state of block {warped} after {} s", began.elapsed().as_secs()));
	assert!(warped >= change, "block {warped} is before the change in block {change}");

	late.until_height(height + 1, 60).await?;
	let state = late.finalized().await?;
	let finalized = state.block_number();
	alice.until_height(finalized, 30).await?;
	for name in VALIDATORS {
		let chain = &network.node(name).chain;
		chain.until_height(finalized, 30).await?;
		assert_eq!(chain.hash_at(finalized).await?, state.block_hash());
		assert_eq!(root_at(chain, finalized).await?, root_at(&late, finalized).await?);
	}
	ensure_balanced(&state).await?;
	tell(format!("it follows: block {finalized} and its state are those of the others"));

	// The headers and bodies of the past come later, its states never: that is what tells it from a full sync.
	let past = loop {
		match late.hash_at(1).await {
			Ok(hash) => break hash,
			Err(error) if began.elapsed() > 2 * PATIENCE => return Err(error),
			Err(_) => sleep(GLANCE).await,
		}
	};
	assert_eq!(past, alice.hash_at(1).await?);
	assert!(alice.spec_version_at(past).await? > 0);
	let answer = late.spec_version_at(past).await;
	let error = answer.expect_err("the state of block 1 after a warp sync").to_string();
	assert!(error.contains("State already discarded"), "{error}");
	tell(format!("it has block 1, but not its state: {error}"));
	Ok(())
}
