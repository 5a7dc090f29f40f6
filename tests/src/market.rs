//! The steps of a job, each a few extrinsics that any client could send.

use crate::{
	chain::{account, only, Chain, Event, State, ENGR},
	network::Network,
	node::{engram, Node},
};
use anyhow::{Context, Result};
use engram_primitives::{
	model::{Architecture, InferenceRates, InfluenceMethod, Optimiser, TrainingSpec},
	Cid, ContributionId, JobId, ModelId, VersionId,
};
use sp_core::H256;
use std::{cell::Cell, path::PathBuf};
use subxt::{
	dynamic::tx,
	ext::scale_decode::DecodeAsType,
	tx::Payload,
	utils::{AccountId32, Static},
};
use subxt_signer::sr25519::Keypair;

/// What a job asks for, as `TrainingSpec` with `segments` checkpoints of `interval` steps.
pub fn training(segments: u32, interval: u32) -> TrainingSpec {
	TrainingSpec {
		steps: segments * interval,
		checkpoint_interval: interval,
		batch_size: 32,
		learning_rate: 100_000,
		optimiser: Optimiser::Sgd,
		opened: 4,
	}
}

/// The fee of every training job here.
pub const FEE: u128 = 100 * ENGR;
/// What an attempt costs the requester that ends for want of inputs.
pub const UNSERVED: u128 = 5 * ENGR;
/// What a verifier gets of it.
pub const VERIFIER_PAY: u128 = 15 * ENGR;
/// Memory that every worker here offers and every ordinary job needs, in MiB.
pub const MEMORY: u32 = 64;

/// A file that a worker serves.
#[derive(Clone, Debug)]
pub struct Artifact {
	/// Its CID.
	pub cid: Cid,
	/// The multiaddress of the worker.
	pub source: String,
	/// The file it was made of.
	pub file: PathBuf,
	/// Rows in it.
	pub rows: u32,
}

/// What training needs.
#[derive(Clone, Debug)]
pub struct Goods {
	/// The model.
	pub model: ModelId,
	/// The data.
	pub parts: Vec<ContributionId>,
	/// What the result is judged by.
	pub held_out: Artifact,
}

/// A job as the tests look at it.
#[derive(Clone, Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Job {
	/// Which assignment it is at.
	pub attempt: u32,
	/// What is on hold for it.
	pub escrow: u128,
	/// What is on hold for its record.
	pub deposit: u128,
	/// Where it is.
	pub state: JobState,
}

/// Where a job is.
#[derive(Clone, Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[allow(missing_docs)] // As in `pallet-jobs`.
pub enum JobState {
	Queued { draw_at: u32 },
	Assigned { executor: AccountId32, seed: Option<Seed>, deadline: u32 },
	Checking { executor: AccountId32 },
	Settled { executor: AccountId32, version: Option<u64> },
	Failed { reason: JobFailure },
	Voided { at: u32 },
	Cancelled { at: u32 },
	Declined { executor: AccountId32, draw_at: u32 },
}

/// Why a job failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[allow(missing_docs)] // As in `pallet-jobs`.
pub enum JobFailure {
	NoWorker,
	AttemptsExhausted,
	BeaconLost,
	Internal,
	Unserved,
}

/// The seed of the batch order.
#[derive(Clone, Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Seed {
	/// The block it comes from.
	pub at: u32,
	/// The seed, once that block is there.
	pub value: Option<[u8; 32]>,
}

/// A worker as the tests look at it.
#[derive(Clone, Debug, PartialEq, Eq, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct WorkerRecord {
	/// Its bond.
	pub bond: u128,
	/// Its reputation, in parts per million.
	pub reputation: u32,
}

/// A job's record.
pub async fn job(state: &State, job: u64) -> Result<Job> {
	let address = subxt::dynamic::storage::<(u64,), Job>("Jobs", "Jobs");
	Ok(state.storage().fetch(address, (job,)).await?.decode()?)
}

/// What contributors are owed for the answers of an inference job, fixed at its request.
pub async fn contributors_part(state: &State, id: u64) -> Result<u128> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Record {
		kind: Kind,
	}
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	enum Kind {
		Inference(Request),
	}
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Request {
		contributors: u128,
	}
	let address = subxt::dynamic::storage::<(u64,), Record>("Jobs", "Jobs");
	let Kind::Inference(request) = state.storage().fetch(address, (id,)).await?.decode()?.kind;
	Ok(request.contributors)
}

/// A worker's record.
pub async fn worker(state: &State, owner: &Keypair) -> Result<WorkerRecord> {
	let address = subxt::dynamic::storage::<([u8; 32],), WorkerRecord>("Workers", "Workers");
	Ok(state.storage().fetch(address, (owner.public_key().0,)).await?.decode()?)
}

/// The worker that has a job at an attempt, and the last block before its deadline, once its batch seed is known.
pub async fn until_assigned(
	chain: &Chain,
	id: u64,
	attempt: u32,
	seconds: u64,
) -> Result<(AccountId32, u64)> {
	let assigned = async |state: &State| {
		let now = job(state, id).await?;
		let JobState::Assigned { executor, seed, deadline } = now.state else { return Ok(None) };
		let seeded = seed.is_none_or(|seed| seed.value.is_some());
		Ok((now.attempt == attempt && seeded).then_some((executor, u64::from(deadline))))
	};
	chain.until(&format!("attempt {attempt} at job {id} to be assigned"), seconds, assigned).await
}

/// The record of a job, once it is closed.
pub async fn until_closed(chain: &Chain, id: u64, seconds: u64) -> Result<Job> {
	let closed = async |state: &State| {
		let now = job(state, id).await?;
		let open = matches!(
			now.state,
			JobState::Queued { .. }
				| JobState::Assigned { .. }
				| JobState::Checking { .. }
				| JobState::Declined { .. }
		);
		Ok((!open).then_some(now))
	};
	chain.until(&format!("job {id} to close"), seconds, closed).await
}

/// An event of a job, once it is final.
pub async fn until_event(chain: &Chain, id: u64, key: &str, seconds: u64) -> Result<Event> {
	let next = Cell::new(1);
	let seen = async |state: &State| {
		let events = chain.events_since(next.replace(state.block_number())).await?;
		Ok(events.into_iter().find(|event| event.is(key) && event.is_of(id)))
	};
	chain.until(&format!("{key} of job {id}"), seconds, seen).await
}

/// Registers a worker under `owner`.
pub async fn register(
	chain: &Chain,
	owner: &Keypair,
	key: [u8; 32],
	possession: [u8; 64],
	address: &str,
	memory: u32,
	bond: u128,
) -> Result<()> {
	let address = address.as_bytes().to_vec();
	let content = (Static(key), Static(possession), Static(address), memory, bond);
	let events = chain.send(&tx("Workers", "register", content), owner).await?;
	only(&events, "Workers.Registered");
	Ok(())
}

/// Registers the worker of a node under `owner`.
pub async fn register_worker(
	network: &Network,
	node: &Node,
	owner: &Keypair,
	memory: u32,
	bond: u128,
) -> Result<()> {
	let printed = node.worker_key(network, owner).await?;
	register(&node.chain, owner, printed.key, printed.possession, &printed.address, memory, bond).await
}

/// What is left of a bond after missed deadlines: each costs a hundredth, rounded up.
pub fn bond_after_misses(bond: u128, misses: usize) -> u128 {
	(0..misses).fold(bond, |bond, _| bond - bond.div_ceil(100))
}

/// Takes a worker out of the draws, or brings it back.
pub async fn set_available(chain: &Chain, owner: &Keypair, available: bool) -> Result<()> {
	chain.send(&tx("Workers", "set_available", (available,)), owner).await?;
	Ok(())
}

/// Puts a CSV into the store of a node's worker.
pub async fn publish(network: &Network, node: &Node, name: &str, csv: &str) -> Result<Artifact> {
	// Who owns the worker does not matter to its store.
	let place = node.worker_key(network, &account("Alice")).await?;
	let file = network.folder().join(name);
	std::fs::write(&file, csv)?;
	let (store, path) = (place.directory.to_string_lossy(), file.to_string_lossy());
	let printed = engram(&["artifact", "add", "--base-path", &store, &path]).await?;
	let printed: serde_json::Value = serde_json::from_str(&printed)?;
	let cid = printed["cid"].as_str().and_then(Cid::parse);
	let cid = cid.with_context(|| format!("`artifact add` printed {printed}"))?;
	let rows = u32::try_from(csv.lines().count().saturating_sub(1))?;
	Ok(Artifact { cid, source: place.address, file, rows })
}

const FEATURES: u32 = 64;
const CLASSES: u32 = 10;

/// Every fifth row of the digits data, from `first` on, with its header.
pub fn digits(first: usize) -> Result<String> {
	let file = "../data/digits.csv";
	let all = std::fs::read_to_string(file).context(file)?;
	let mut lines = all.lines();
	let header = lines.next().context("the digits have a header")?;
	let rows = lines.skip(first).step_by(5);
	Ok(std::iter::once(header).chain(rows).map(|line| format!("{line}\n")).collect())
}

/// The rows of [`digits`] without their labels.
pub fn unlabelled(csv: &str) -> String {
	csv.lines().filter_map(|line| line.rsplit_once(',')).map(|(row, _)| format!("{row}\n")).collect()
}

/// Publishes data, and registers a datanet, a contribution and a model of `owner`.
pub async fn stock(network: &Network, node: &Node, owner: &Keypair) -> Result<Goods> {
	// Of another account: neither has to wait for the other's nonce.
	let contributor = account("Two");
	let (model, (contribution, held_out)) =
		tokio::try_join!(register_model(&node.chain, owner), contribute(network, node, &contributor))?;
	Ok(Goods { model, parts: vec![contribution], held_out })
}

fn label(text: &str) -> Static<Vec<u8>> {
	Static(text.as_bytes().to_vec())
}

async fn register_model(chain: &Chain, owner: &Keypair) -> Result<ModelId> {
	let widths = vec![FEATURES, 32, CLASSES].try_into().expect("eight widths at most; qed");
	let architecture = Architecture::Mlp { widths, input_shift: 4 };
	let rates =
		InferenceRates { input_per_1000: ENGR / 5, output_per_1000: 2 * ENGR / 5, platform: ENGR / 2 };
	let content = (
		label("digits-mlp"),
		Static(architecture),
		Static(rates),
		Static(InfluenceMethod::DataInf),
		label("Apache-2.0"),
	);
	let registered = chain.send(&tx("Models", "register", content), owner).await?;
	Ok(ModelId(u32::try_from(only(&registered, "Models.ModelRegistered").number("model"))?))
}

/// A datanet with one contribution, and the rows its users are judged by.
async fn contribute(network: &Network, node: &Node, owner: &Keypair) -> Result<(ContributionId, Artifact)> {
	let chain = &node.chain;
	let part = publish(network, node, "part.csv", &digits(0)?).await?;
	let held_out = publish(network, node, "held-out.csv", &digits(4)?).await?;
	let content = (label("handwritten digits"), FEATURES, CLASSES, label("CC-BY-4.0"), true);
	let created = chain.send(&tx("Datanets", "create", content), owner).await?;
	let datanet = u32::try_from(only(&created, "Datanets.DatanetCreated").number("datanet"))?;

	let printed = engram(&["artifact", "rows-root", &part.file.to_string_lossy()]).await?;
	let printed: serde_json::Value = serde_json::from_str(&printed)?;
	let root = printed["root"].as_str().context("`rows-root` prints a root")?;
	let root = H256::from_slice(&sp_core::bytes::from_hex(root)?);
	let bytes = u32::try_from(std::fs::metadata(&part.file)?.len())?;
	let source = label(&part.source);
	let content = (datanet, Static(root), Static(part.cid), part.rows, bytes, label("CC-BY-4.0"), source);
	let contributed = chain.send(&tx("Datanets", "contribute", content), owner).await?;
	let contribution = only(&contributed, "Datanets.Contributed").number("contribution");
	Ok((ContributionId(u64::try_from(contribution)?), held_out))
}

/// The call that buys training.
pub fn request_training(goods: &Goods, spec: TrainingSpec, memory: u32, fee: u128) -> impl Payload {
	let parent: Option<VersionId> = None;
	let content = (
		Static(goods.model),
		Static(parent),
		Static(goods.parts.clone()),
		Static(goods.held_out.cid),
		goods.held_out.rows,
		Static(goods.held_out.source.as_bytes().to_vec()),
		Static(spec),
		memory,
		fee,
	);
	tx("Jobs", "request_training", content)
}

/// Buys training for [`FEE`] and returns the job.
pub async fn buy_training(
	chain: &Chain,
	requester: &Keypair,
	goods: &Goods,
	spec: TrainingSpec,
	memory: u32,
) -> Result<u64> {
	let events = chain.send(&request_training(goods, spec, memory, FEE), requester).await?;
	Ok(u64::try_from(only(&events, "Jobs.TrainingRequested").number("job"))?)
}

/// The call that buys answers of a version.
pub fn request_inference(version: u64, input: &Artifact, max_fee: u128) -> impl Payload {
	let source = Static(input.source.as_bytes().to_vec());
	let content = (Static(VersionId(version)), Static(input.cid), input.rows, source, MEMORY, max_fee);
	tx("Jobs", "request_inference", content)
}

/// The key of a job in a call.
pub fn key_of(job: u64) -> Static<JobId> {
	Static(JobId(job))
}
