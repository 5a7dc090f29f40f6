//! What a chain refuses: reports by strangers, late, twice; inputs that nobody serves; jobs that nobody can pay for.
//!
//! Ghosts are workers of the test itself: it holds their hot keys and signs their reports, so it can report what an honest
//! worker never would.

use super::{ensure_sound, full_node, tell_story, validator};
use anyhow::{Context, Result};
use engram_e2e::{
	chain::{account, balance_of, only, Balance, Chain, ENGR},
	market::{
		bond_after_misses, buy_training, contributors_part, job, key_of, publish, register, register_worker,
		request_inference, request_training, stock, training, unlabelled, until_assigned, until_closed,
		until_event, worker, Goods, JobFailure, JobState, FEE, MEMORY, UNSERVED,
	},
	network::{Network, Worker},
	node::Node,
	tell,
};
use engram_primitives::{
	authorization::{possession_digest, work_digest},
	merkle::{self, SumLeaf},
	model::TrainingSpec,
	work::{Commitment, FailureReason, Receipt, Work, WorkId, WorkKind},
	Cid, JobId,
};
use subxt::{
	dynamic::{tx, Value},
	ext::codec::{Encode, Output},
	tx::Payload,
	utils::{AccountId32, Static},
};
use subxt_signer::sr25519::Keypair;

/// A real worker is nearly never drawn while a ghost can be.
const GHOST_BOND: u128 = 9_000_000 * ENGR;
const HONEST_BOND: u128 = 100 * ENGR;
/// More deadlines than a ghost can miss while the story runs.
const MOST_MISSES: usize = 32;

/// Memory that no ghost offers, for the job that is to be done, in MiB.
const LARGE: u32 = 512;

/// Short enough to be trained in a moment.
fn short() -> TrainingSpec {
	training(16, 20)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "starts real nodes: make test-e2e"]
async fn what_is_wrong_is_refused_and_costs_nobody_else() {
	let plans = [validator("alice", Worker::Honest), full_node("helper", Worker::Honest)];
	tell_story("what is refused", "dev", &plans, async |network| story(network).await).await;
}

/// A worker of the test itself.
struct Ghost {
	owner: Keypair,
	hot: Keypair,
}

impl Ghost {
	fn new(name: &str) -> Self {
		Self { owner: account(&format!("{name}//stash")), hot: account(&format!("{name}//hot")) }
	}

	async fn register(&self, chain: &Chain) -> Result<()> {
		let owner = self.owner.public_key();
		let possession = self.hot.sign(&possession_digest(chain.genesis(), &owner.0)).0;
		let address = "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";
		register(chain, &self.owner, self.hot.public_key().0, possession, address, MEMORY, GHOST_BOND).await
	}

	fn is(&self, account: &AccountId32) -> bool {
		self.owner.public_key().to_account_id() == *account
	}
}

/// A report for `worker`, signed by `signer`, as a transaction of the kind that workers' nodes submit.
async fn report(
	chain: &Chain,
	worker: &Ghost,
	signer: &Keypair,
	(id, attempt): (u64, u32),
	work: &Work,
) -> Result<Vec<u8>> {
	chain.authorized(&call(chain, worker, signer, (id, attempt), work)).await
}

/// The call in it.
fn call(
	chain: &Chain,
	worker: &Ghost,
	signer: &Keypair,
	(id, attempt): (u64, u32),
	work: &Work,
) -> impl Payload {
	let owner = worker.owner.public_key().0;
	let work_id = WorkId { job: JobId(id), attempt, round: 0, kind: work.kind() };
	let (pallet, name) = match work.kind() {
		WorkKind::Commit => ("Learning", "commit"),
		WorkKind::Serve => ("Attribution", "submit_receipt"),
		WorkKind::Fail => ("Jobs", "give_back"),
		other => panic!("no ghost reports {other:?}"),
	};
	// Of the enum's encoding without its index, which is what is inside of it.
	let content = Encoded(work.encode().split_off(1));
	let digest = work_digest(chain.genesis(), &owner, work_id, &content);
	let signature = signer.sign(&digest).0;
	tx(pallet, name, (Static(owner), key_of(id), attempt, Static(content), Static(signature)))
}

/// What is encoded already.
#[derive(Clone)]
struct Encoded(Vec<u8>);

impl Encode for Encoded {
	fn encode_to<T: Output + ?Sized>(&self, to: &mut T) {
		to.write(&self.0);
	}
}

/// A commitment that the chain accepts: of a run that never was, since nothing is checked before it is made.
fn commitment(spec: &TrainingSpec, run: u8) -> Work {
	let weights = Cid::of_raw(&[run]);
	let mut leaves: Vec<[u8; 32]> = (0..spec.segments()).map(|leaf| [leaf as u8; 32]).collect();
	leaves.push(weights.digest());
	let final_proof = merkle::prove(&leaves, spec.segments()).expect("the last leaf is there");
	Work::Commit(Commitment { root: merkle::root(&leaves), final_weights: weights, final_proof })
}

/// Offers a transaction that must be refused, for a reason that says so.
async fn ensure_refused(chain: &Chain, transaction: &[u8], what: &str, reason: &str) {
	let answer = chain.submit(transaction).await;
	let error = answer.expect_err(what).to_string();
	assert!(error.contains(reason), "{what} is refused with {error:?}, not {reason:?}");
	tell(format!("{what}: {error}"));
}

/// What the network has.
struct Scene<'a> {
	network: &'a Network,
	node: &'a Node,
	chain: &'a Chain,
	goods: &'a Goods,
	ghosts: [Ghost; 3],
}

impl Scene<'_> {
	fn ghost(&self, account: &AccountId32) -> Result<&Ghost> {
		let ghost = self.ghosts.iter().find(|ghost| ghost.is(account));
		ghost.context("a real worker was drawn against all odds: run again")
	}

	/// Who has a job now, while ghosts are drawn.
	async fn drawn(&self, id: u64, attempt: u32) -> Result<(&Ghost, u64)> {
		let (executor, deadline) = until_assigned(self.chain, id, attempt, 90).await?;
		Ok((self.ghost(&executor)?, deadline))
	}
}

async fn story(network: &Network) -> Result<()> {
	let (node, helper) = (network.node("alice"), network.node("helper"));
	let chain = &node.chain;
	let honest = [account("Alice//stash"), account("Bob//stash")];
	let owner = account("Eve");
	chain.until_height(1, 60).await?;
	let ghosts = ["Charlie", "Dave", "Ferdie"].map(Ghost::new);
	let (goods, ..) = tokio::try_join!(
		stock(network, node, &owner),
		register_worker(network, node, &honest[0], LARGE, HONEST_BOND),
		register_worker(network, helper, &honest[1], LARGE, HONEST_BOND),
		ghosts[0].register(chain),
		ghosts[1].register(chain),
		ghosts[2].register(chain),
	)?;
	tell("workers are registered");
	let scene = Scene { network, node, chain, goods: &goods, ghosts };
	tokio::try_join!(
		insufficient_funds(&scene),
		late(&scene),
		twice(&scene),
		strange_receipt(&scene, &owner),
		wrong_cid(&scene),
	)?;

	let state = chain.finalized().await?;
	for owner in &honest {
		assert_eq!(worker(&state, owner).await?.bond, HONEST_BOND, "an honest worker lost of its bond");
	}
	for ghost in &scene.ghosts {
		let left = worker(&state, &ghost.owner).await?.bond;
		// A ghost may be drawn again and again.
		let silent = (0..=MOST_MISSES).any(|misses| left == bond_after_misses(GHOST_BOND, misses));
		assert!(silent, "silence costs a hundredth each time, and nothing else: {left}");
	}
	ensure_sound(network).await
}

/// What `who` has paid for its transactions.
async fn fees_of(chain: &Chain, who: &Keypair) -> Result<u128> {
	let who = who.public_key().to_account_id();
	let events = chain.events_since(1).await?;
	let paid = events
		.iter()
		.filter(|event| event.is("TransactionPayment.TransactionFeePaid") && event.account("who") == who);
	Ok(paid.map(|event| event.number("actual_fee")).sum())
}

async fn insufficient_funds(scene: &Scene<'_>) -> Result<()> {
	let Scene { chain, goods, .. } = scene;
	let (poor, penniless, rich) = (account("Poor"), account("Penniless"), account("Bob"));
	let purse = 20 * ENGR;
	let to = Value::unnamed_variant("Id", [Value::from_bytes(poor.public_key().0)]);
	chain.send(&tx("Balances", "transfer_keep_alive", (to, purse)), &rich).await?;

	let training = request_training(goods, short(), MEMORY, FEE);
	let error = chain.send(&training, &poor).await.expect_err("a job for less than it costs").to_string();
	assert!(error.contains("Funds are unavailable"), "{error}");
	tell(format!("a job for less than it costs: {error}"));
	let spent = fees_of(chain, &poor).await?;
	assert!(spent > 0);
	let left = balance_of(&chain.finalized().await?, &poor).await?;
	assert_eq!(left, Balance { free: purse - spent, reserved: 0 });

	let error = chain.send(&training, &penniless).await.expect_err("a job for nothing").to_string();
	assert!(error.contains("Inability to pay some fees"), "{error}");
	tell(format!("a transaction without money: {error}"));
	let nothing = balance_of(&chain.finalized().await?, &penniless).await?;
	assert_eq!(nothing, Balance { free: 0, reserved: 0 });
	Ok(())
}

/// A stranger's commitment, one for another attempt, and one after the deadline.
async fn late(scene: &Scene<'_>) -> Result<()> {
	let chain = scene.chain;
	let (requester, stranger) = (account("Charlie"), account("Eve//stash"));
	let id = buy_training(chain, &requester, scene.goods, short(), MEMORY).await?;
	let (ghost, deadline) = scene.drawn(id, 0).await?;
	let work = commitment(&short(), 0);

	let strange = report(chain, ghost, &stranger, (id, 0), &work).await?;
	ensure_refused(chain, &strange, "a stranger's commitment", "bad signature").await;
	let early = report(chain, ghost, &ghost.hot, (id, 1), &work).await?;
	ensure_refused(chain, &early, "a commitment to the attempt after this one", "future").await;
	let mut unproven = work.clone();
	if let Work::Commit(content) = &mut unproven {
		content.final_weights = Cid::of_raw(b"others");
	}
	let unproven = report(chain, ghost, &ghost.hot, (id, 0), &unproven).await?;
	ensure_refused(chain, &unproven, "a commitment to weights that are not under its root", "not expected")
		.await;
	let before = balance_of(&chain.finalized().await?, &stranger).await?;
	let signed = call(chain, ghost, &stranger, (id, 0), &work);
	let error = chain.send(&signed, &stranger).await.expect_err("a stranger's transaction").to_string();
	assert!(error.contains("Bad origin"), "{error}");
	tell(format!("the same in a transaction of the stranger: {error}"));
	let spent = fees_of(chain, &stranger).await?;
	let left = balance_of(&chain.finalized().await?, &stranger).await?;
	assert_eq!((left.free + spent, left.reserved), (before.free, before.reserved));

	// In time the chain would take it; it is only never sent.
	let good = report(chain, ghost, &ghost.hot, (id, 0), &work).await?;
	assert!(chain.would_take(good.clone()).await?, "the commitment that is late later is good");
	let bond = worker(&chain.finalized().await?, &ghost.owner).await?;
	chain.until_height(deadline, 150).await?;
	ensure_refused(chain, &good, "a late commitment", "outdated").await;
	let now = job(&chain.finalized().await?, id).await?;
	assert_eq!(now.attempt, 1, "the job goes to another worker: {now:?}");
	let events = chain.events_since(1).await?;
	let missed = only(events.iter().filter(|event| event.is_of(id)), "Jobs.DeadlineMissed");
	assert!(ghost.is(&missed.account("worker")));
	let after = worker(&chain.finalized().await?, &ghost.owner).await?;
	let late = (1..=MOST_MISSES).any(|misses| after.bond == bond_after_misses(bond.bond, misses));
	assert!(after.reputation < bond.reputation && late, "{after:?} after {bond:?}");
	Ok(())
}

/// The same report again, and another one in its place.
async fn twice(scene: &Scene<'_>) -> Result<()> {
	let chain = scene.chain;
	let id = buy_training(chain, &account("Dave"), scene.goods, short(), MEMORY).await?;
	let (ghost, _) = scene.drawn(id, 0).await?;
	let work = commitment(&short(), 1);
	let first = report(chain, ghost, &ghost.hot, (id, 0), &work).await?;
	let second = report(chain, ghost, &ghost.hot, (id, 0), &commitment(&short(), 2)).await?;
	chain.submit(&first).await?;
	until_event(chain, id, "Learning.Committed", 60).await?;
	// The pool remembers what it has seen in a block, before it asks the chain.
	let again = chain.submit(&first).await.expect_err("a commitment sent twice");
	tell(format!("a commitment sent twice: {again}"));
	ensure_refused(chain, &second, "a second commitment", "outdated").await;
	let given_up = report(chain, ghost, &ghost.hot, (id, 0), &Work::Fail(FailureReason::Device)).await?;
	ensure_refused(chain, &given_up, "giving back what is committed to", "outdated").await;
	let events = chain.events_since(1).await?;
	only(events.iter().filter(|event| event.is_of(id)), "Learning.Committed");
	Ok(())
}

/// A stranger answers for the worker. The job ends with one that does.
async fn strange_receipt(scene: &Scene<'_>, owner: &Keypair) -> Result<()> {
	let chain = scene.chain;
	let trained = buy_training(chain, owner, scene.goods, short(), LARGE).await?;
	let (consumer, stranger) = (account("One"), account("Eve//stash"));
	let closed = until_closed(chain, trained, 120).await?;
	let JobState::Settled { version: Some(version), .. } = closed.state else {
		panic!("job {trained} ended as {:?}", closed.state)
	};
	let rows = unlabelled(&std::fs::read_to_string(&scene.goods.held_out.file)?);
	let rows: String = rows.lines().take(21).map(|line| format!("{line}\n")).collect();
	let input = publish(scene.network, scene.node, "input.csv", &rows).await?;
	let events = chain.send(&request_inference(version, &input, FEE), &consumer).await?;
	let id = u64::try_from(only(&events, "Jobs.InferenceRequested").number("job"))?;

	let mut attempt = 0;
	loop {
		let (executor, _) = until_assigned(chain, id, attempt, 90).await?;
		let Ok(ghost) = scene.ghost(&executor) else { break };
		let receipt = |sum| {
			let leaf = SumLeaf { contribution: scene.goods.parts[0], amount: sum };
			let root = merkle::sum_root(&[leaf]).expect("one leaf does not overflow");
			Work::Serve(Receipt { answers: Cid::of_raw(b"a"), report: Cid::of_raw(b"r"), root, leaves: 1 })
		};
		let sum = contributors_part(&chain.finalized().await?, id).await?;
		let strange = report(chain, ghost, &stranger, (id, attempt), &receipt(sum)).await?;
		ensure_refused(chain, &strange, "a stranger's receipt", "bad signature").await;
		let own = report(chain, ghost, &ghost.hot, (id, attempt), &receipt(sum)).await?;
		assert!(chain.would_take(own).await?, "the receipt that a stranger signed is good");
		let greedy = report(chain, ghost, &ghost.hot, (id, attempt), &receipt(sum + 1)).await?;
		ensure_refused(chain, &greedy, "a receipt that owes too much", "not expected").await;
		let fail = Work::Fail(FailureReason::Device);
		let strange = report(chain, ghost, &stranger, (id, attempt), &fail).await?;
		ensure_refused(chain, &strange, "a stranger giving a job back", "bad signature").await;
		chain.submit(&report(chain, ghost, &ghost.hot, (id, attempt), &fail).await?).await?;
		attempt += 1;
	}
	assert!(attempt > 0, "no ghost was drawn against all odds: run again");
	let closed = until_closed(chain, id, 90).await?;
	assert!(matches!(closed.state, JobState::Settled { .. }), "job {id} ended as {:?}", closed.state);
	let events = chain.events_since(1).await?;
	only(events.iter().filter(|event| event.is_of(id)), "Attribution.ReceiptAccepted");
	tell(format!("job {id} was answered at attempt {attempt}"));
	Ok(())
}

/// Held-out rows that nobody has: two workers say so, and the requester pays for that and for nothing else. Ghosts fail before them,
/// so that it is real workers that look for the rows.
async fn wrong_cid(scene: &Scene<'_>) -> Result<()> {
	let chain = scene.chain;
	let requester = account("Ferdie");
	let before = balance_of(&chain.finalized().await?, &requester).await?;
	let mut goods = scene.goods.clone();
	goods.held_out.cid = Cid::of_raw(b"nobody has ever stored this");
	let id = buy_training(chain, &requester, &goods, short(), MEMORY).await?;
	for attempt in 0..scene.ghosts.len() {
		let attempt = u32::try_from(attempt)?;
		let (ghost, _) = scene.drawn(id, attempt).await?;
		let fail = Work::Fail(FailureReason::Device);
		chain.submit(&report(chain, ghost, &ghost.hot, (id, attempt), &fail).await?).await?;
	}
	let closed = until_closed(chain, id, 240).await?;
	let JobState::Failed { reason } = closed.state else { panic!("job {id} ended as {:?}", closed.state) };
	assert_eq!((reason, closed.escrow), (JobFailure::Unserved, 0));

	let events = chain.events_since(1).await?;
	let of = |key: &str| events.iter().filter(|event| event.is(key) && event.is_of(id)).collect::<Vec<_>>();
	assert_eq!(of("Jobs.JobGivenBack").len(), scene.ghosts.len());
	let declined = of("Jobs.JobDeclined");
	assert_eq!(declined.len(), 2);
	for event in declined {
		assert_eq!(event.variant("reason"), "InputUnavailable", "{event:?}");
		assert_eq!(event.number("burned") + event.number("treasury"), UNSERVED, "{event:?}");
	}
	chain.send(&tx("Jobs", "remove", (key_of(id),)), &requester).await?;
	let spent = fees_of(chain, &requester).await? + 2 * UNSERVED;
	let after = balance_of(&chain.finalized().await?, &requester).await?;
	assert_eq!((after.free + spent, after.reserved), (before.free, before.reserved));
	tell(format!("job {id} without an input: two workers declined it, and the requester paid for that"));
	Ok(())
}
