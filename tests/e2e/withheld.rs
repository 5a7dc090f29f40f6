//! Workers that keep their checkpoints or only the last of them, or serve them with one byte flipped.

use super::{ensure_sound, full_node, tell_story, validator};
use anyhow::Result;
use engram_e2e::{
	chain::{account, only, payments_in, Chain, Event, ENGR},
	market::{
		bond_after_misses, buy_training, publish, register_worker, set_available, stock, training,
		until_assigned, until_closed, until_event, worker, JobState, WorkerRecord, MEMORY, VERIFIER_PAY,
	},
	network::{Network, Worker},
	node::engram,
	tell,
};
use subxt_signer::sr25519::Keypair;

const HONEST: [&str; 3] = ["alice", "bob", "charlie"];
const HONEST_BOND: u128 = 100 * ENGR;
/// Draws nearly every job.
const CHEATER_BOND: u128 = 9_000_000 * ENGR;
/// Memory that a job needs which the withholder shall have no part in, in MiB.
const LARGE: u32 = 512;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "starts real nodes: make test-e2e"]
async fn what_is_withheld_or_altered_is_not_paid() {
	let plans = [
		validator("alice", Worker::Honest),
		full_node("bob", Worker::Honest),
		full_node("charlie", Worker::Honest),
		full_node("withholder", Worker::Cheat("withhold")),
		full_node("corrupter", Worker::Cheat("corrupt")),
	];
	tell_story("what is withheld", "dev", &plans, async |network| story(network).await).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "starts real nodes: make test-e2e"]
async fn weights_that_are_kept_back_save_no_bond() {
	let plans = [
		validator("alice", Worker::Honest),
		full_node("bob", Worker::Honest),
		full_node("charlie", Worker::Honest),
		full_node("keeper", Worker::Cheat("withhold-weights")),
	];
	tell_story("weights kept back", "dev", &plans, async |network| kept_back(network).await).await;
}

/// The keeper trains nothing, opens its segments and serves all but the final weights. Nobody can count with them, and every
/// verifier says so in time.
async fn kept_back(network: &Network) -> Result<()> {
	let chain = &network.node("alice").chain;
	let honest = ["Alice//stash", "Bob//stash", "Charlie//stash"].map(account);
	let (keeper, owner) = (account("Dave//stash"), account("Eve"));
	chain.until_height(1, 60).await?;
	let (goods, ..) = tokio::try_join!(
		stock(network, network.node("alice"), &owner),
		register_worker(network, network.node(HONEST[0]), &honest[0], MEMORY, HONEST_BOND),
		register_worker(network, network.node(HONEST[1]), &honest[1], MEMORY, HONEST_BOND),
		register_worker(network, network.node(HONEST[2]), &honest[2], MEMORY, HONEST_BOND),
		register_worker(network, network.node("keeper"), &keeper, MEMORY, CHEATER_BOND),
	)?;
	let job = buy_training(chain, &owner, &goods, training(16, 20), MEMORY).await?;
	let (executor, _) = until_assigned(chain, job, 0, 60).await?;
	assert_eq!(executor, keeper.public_key().to_account_id(), "drawn against all odds: run again");

	let finished = until_event(chain, job, "Learning.CheckFinished", 300).await?;
	assert_eq!(finished.variant("summary.outcome"), "Refuted");
	let events = events_of(chain, job).await?;
	let verdicts: Vec<_> = events.iter().filter(|event| event.is("Learning.VerdictRevealed")).collect();
	assert_eq!(verdicts.len(), HONEST.len());
	for verdict in verdicts {
		assert_eq!((verdict.variant("verdict"), verdict.variant("verdict.correct")), ("Replayed", "None"));
	}
	assert!(events.iter().all(|event| !event.is("Learning.DeadlineMissed")), "somebody missed a deadline");
	let state = chain.finalized().await?;
	assert_eq!(worker(&state, &keeper).await?.bond, CHEATER_BOND / 2);
	for owner in &honest {
		assert_eq!(worker(&state, owner).await?.bond, HONEST_BOND, "an honest worker lost of its bond");
	}
	tell(format!("job {job} without final weights: the executor is refuted by its segments"));
	ensure_sound(network).await
}

async fn story(network: &Network) -> Result<()> {
	let chain = &network.node("alice").chain;
	let honest = ["Alice//stash", "Bob//stash", "Charlie//stash"].map(account);
	let (withholder, corrupter) = (account("Dave//stash"), account("Eve//stash"));
	let owner = account("Eve");
	chain.until_height(1, 60).await?;
	let (goods, ..) = tokio::try_join!(
		stock(network, network.node("alice"), &owner),
		register_worker(network, network.node(HONEST[0]), &honest[0], LARGE, HONEST_BOND),
		register_worker(network, network.node(HONEST[1]), &honest[1], LARGE, HONEST_BOND),
		register_worker(network, network.node(HONEST[2]), &honest[2], LARGE, HONEST_BOND),
		register_worker(network, network.node("withholder"), &withholder, MEMORY, CHEATER_BOND),
	)?;
	tell("workers are registered");

	// The corrupter comes when the withholder has its job, and takes one that is too large for the withholder. Each is
	// honest about the work of the other.
	let withheld = buy_training(chain, &owner, &goods, training(16, 20), MEMORY).await?;
	let (executor, _) = until_assigned(chain, withheld, 0, 60).await?;
	assert_eq!(executor, withholder.public_key().to_account_id(), "drawn against all odds: run again");
	register_worker(network, network.node("corrupter"), &corrupter, LARGE, CHEATER_BOND).await?;
	let altered = buy_training(chain, &owner, &goods, training(16, 20), LARGE).await?;
	let (executor, _) = until_assigned(chain, altered, 0, 60).await?;
	assert_eq!(executor, corrupter.public_key().to_account_id(), "drawn against all odds: run again");
	tokio::try_join!(set_available(chain, &withholder, false), set_available(chain, &corrupter, false))?;
	tell(format!("job {withheld} is with the withholder, job {altered} with the corrupter"));
	tokio::try_join!(
		one_flipped_byte(network),
		is_altered(network, altered, &corrupter),
		is_withheld(network, withheld, &withholder),
	)?;
	let state = chain.finalized().await?;
	for owner in &honest {
		assert_eq!(worker(&state, owner).await?.bond, HONEST_BOND, "an honest worker lost of its bond");
	}
	ensure_sound(network).await
}

/// A block that is not what its CID says is refused by whoever fetches it.
async fn one_flipped_byte(network: &Network) -> Result<()> {
	let csv = "a,b\n1,2\n";
	let (good, bad) = (
		publish(network, network.node("alice"), "good.csv", csv).await?,
		publish(network, network.node("corrupter"), "bad.csv", csv).await?,
	);
	assert_eq!(good.cid, bad.cid, "the same bytes have the same CID");
	let out = network.folder().join("fetched");
	let (cid, out) = (good.cid.to_string(), out.to_string_lossy());
	let get = async |from: &str| engram(&["artifact", "get", &cid, "--from", from, "--out", &out]).await;
	let error = get(&bad.source).await.expect_err("a flipped byte").to_string();
	assert!(error.contains("do not match the CID"), "{error}");
	assert!(!std::path::Path::new(&*out).exists(), "a file was written");
	tell(format!("one flipped byte: {error}"));
	get(&good.source).await?;
	assert_eq!(std::fs::read_to_string(&*out)?, csv);
	Ok(())
}

async fn events_of(chain: &Chain, job: u64) -> Result<Vec<Event>> {
	Ok(chain.events_since(1).await?.into_iter().filter(|event| event.is_of(job)).collect())
}

/// A cheater loses reputation, and of its bond what evading a check costs: of one that is so large the same as a missed deadline.
async fn ensure_blamed(chain: &Chain, cheater: &Keypair) -> Result<()> {
	let WorkerRecord { bond, reputation } = worker(&chain.finalized().await?, cheater).await?;
	assert_eq!((bond, reputation), (bond_after_misses(CHEATER_BOND, 1), 250_000));
	Ok(())
}

/// Every verifier is served blocks that are not what they should be, and says that it was not served. The executor opens its
/// segments, so it takes three to find against it.
async fn is_altered(network: &Network, job: u64, cheater: &Keypair) -> Result<()> {
	let chain = &network.node("alice").chain;
	let rejected = until_event(chain, job, "Jobs.TrainingRejected", 240).await?;
	let events = events_of(chain, job).await?;
	only(&events, "Learning.Disputed");
	let verdicts: Vec<_> = events.iter().filter(|event| event.is("Learning.VerdictRevealed")).collect();
	assert_eq!(verdicts.len(), HONEST.len());
	for verdict in verdicts {
		assert_eq!(verdict.variant("verdict"), "Unavailable");
	}
	// The reserve pays two verifiers.
	let paid: u128 = payments_in(&rejected, "verifiers").iter().map(|(_, amount)| amount).sum();
	assert_eq!(paid, 2 * VERIFIER_PAY);
	let mut refused = 0.0;
	for name in HONEST {
		refused += network.node(name).metric("engram_worker_blocks_refused_total").await?;
	}
	assert!(refused > 0.0, "nobody refused a block");
	ensure_blamed(chain, cheater).await?;
	tell(format!("job {job} with altered checkpoints: {refused} blocks refused, the executor is rejected"));
	Ok(())
}

/// The withholder neither serves its checkpoints nor opens its segments. The job goes to an honest worker.
async fn is_withheld(network: &Network, job: u64, cheater: &Keypair) -> Result<()> {
	let chain = &network.node("alice").chain;
	let account = cheater.public_key().to_account_id();
	let closed = until_closed(chain, job, 300).await?;
	let JobState::Settled { executor, .. } = closed.state else {
		panic!("job {job} ended as {:?}", closed.state)
	};
	assert_ne!(executor, account);
	assert_eq!((closed.attempt, closed.escrow), (1, 0));

	let events = events_of(chain, job).await?;
	let missed = only(&events, "Learning.DeadlineMissed");
	assert_eq!(missed.account("worker"), account);
	let rejected = only(&events, "Jobs.TrainingRejected");
	let verifier = only(events.iter().filter(|event| event.block < rejected.block), "Learning.VerifierDrawn");
	let verifier = verifier.account("verifier");
	assert_eq!(payments_in(rejected, "verifiers"), [(verifier, VERIFIER_PAY)]);
	assert_ne!(executor, verifier, "nobody gains a job by its verdict");
	assert!(events.iter().all(|event| !event.is("Learning.Opened") || event.block > rejected.block));
	ensure_blamed(chain, cheater).await?;
	tell(format!("job {job} with withheld checkpoints: the executor is rejected, another one is paid"));
	Ok(())
}
