//! Workers, models, data, jobs and beacon outputs, made by the pallets' own calls and hooks.

use crate::{
	AccountId, Authorship, Balances, Beacon, BlockNumber, Datanets, Jobs, Models, Ratings, Runtime,
	RuntimeOrigin, System, Workers,
};
use alloc::{vec, vec::Vec};
use codec::Encode;
use engram_math::reputation;
use engram_primitives::{
	authorization::{possession_digest, WorkerKey},
	label::{Label, MAX_LABEL},
	model::{Architecture, InferenceRates, InfluenceMethod, MAX_WIDTH, MAX_WIDTHS},
	traits::{ModelRegistry, Parts, VersionInfo, WorkerPool},
	units::ENGR,
	Cid, ContributionId, JobId, ModelId, VersionId,
};
use frame_benchmarking::account;
use frame_support::{
	traits::{fungible::Mutate, Get, Hooks},
	BoundedVec,
};
use pallet_ratings::{Asset, PaidEpochs};
use sp_consensus_babe::digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest};
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_runtime::{DigestItem, DispatchResult, RuntimeAppPublic};

const SET_UP: &str = "a benchmark sets up what the pallets accept; qed";

/// An account with more than anything here costs.
pub(super) fn funded(name: &'static str, index: u32) -> AccountId {
	let who = account(name, index, 0);
	fund(&who);
	who
}

fn fund(who: &AccountId) {
	Balances::mint_into(who, 1_000_000_000 * ENGR).expect(SET_UP);
}

fn signed(who: &AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.clone())
}

fn filled<S: Get<u32>>(byte: u8) -> BoundedVec<u8, S> {
	let length = usize::try_from(S::get()).expect("32 bits fit; qed");
	BoundedVec::truncate_from(vec![byte; length])
}

/// The longest multiaddress that the pallets take.
pub(super) fn address() -> pallet_jobs::AddressOf<Runtime> {
	let mut address = filled(b'a');
	let peer = b"/ip4/127.0.0.1/tcp/4001/p2p/";
	address.iter_mut().zip(peer).for_each(|(to, from)| *to = *from);
	address
}

/// Makes the block one of a validator's, so that its author is paid.
pub(super) fn author() {
	let plain = SecondaryPlainPreDigest { authority_index: 0, slot: 1.into() };
	System::deposit_log(<DigestItem as CompatibleDigestItem>::babe_pre_digest(PreDigest::SecondaryPlain(
		plain,
	)));
	Authorship::author().expect("genesis has a validator; qed");
}

/// Makes the beacon's output of a block known.
pub(super) fn beacon(at: BlockNumber) {
	<Beacon as Hooks<BlockNumber>>::on_initialize(at);
}

/// Goes to a block, with its beacon output, and lets the market do what is due.
fn reach(block: BlockNumber) {
	System::set_block_number(block);
	beacon(block);
	<Jobs as Hooks<BlockNumber>>::on_initialize(block);
}

/// The `index`th of the workers that only make the pool as large as it may be.
fn filler(index: u32) -> AccountId {
	account("filler", index, 0)
}

fn register(who: &AccountId, key: WorkerKey) {
	fund(who);
	let possession = key.sign(&possession_digest(System::block_hash(0), who)).expect(SET_UP);
	// The least bond: one slot, and any slash takes the worker out of the pool.
	let bond = <Runtime as pallet_workers::Config>::MinBond::get();
	Workers::register(signed(who), key, possession, address(), u32::MAX, bond).expect(SET_UP);
}

/// Registers workers until as many are active as may be.
pub(super) fn fill_pool() {
	let mut next = (0..).map(filler).filter(|who| !pallet_workers::Workers::<Runtime>::contains_key(who));
	while !pallet_workers::Active::<Runtime>::get().is_full() {
		let who = next.next().expect("there are more accounts than workers; qed");
		register(&who, WorkerKey::generate_pair(None));
	}
}

/// Whether a worker is still drawn after it loses this share of its reputation.
fn stays_drawn<Loss: Get<u32>>(who: &AccountId) -> bool {
	let floor = <Runtime as pallet_workers::Config>::ReputationFloor::get();
	let left = pallet_workers::Workers::<Runtime>::get(who)
		.and_then(|record| reputation::lowered_floor(record.reputation, Loss::get(), floor).ok());
	left.is_some_and(|left| left >= <Runtime as pallet_workers::Config>::MinReputation::get())
}

/// Registers a worker with this hot key, in the place of a filler: the pool stays full. It is measured, and the least penalty takes
/// it out of the pool, so that whatever ends its work moves the sums of the market too.
pub(super) fn worker(key: WorkerKey) -> AccountId {
	fill_pool();
	let active = |who: &AccountId| {
		pallet_workers::Workers::<Runtime>::get(who).is_some_and(|record| record.status.is_active())
	};
	let place = (0..).map(filler).find(active).expect(SET_UP);
	Workers::force_remove(RuntimeOrigin::root(), place).expect(SET_UP);
	let who = AccountId::new(key.using_encoded(blake2_256));
	register(&who, key);
	<Workers as WorkerPool<AccountId>>::measured(&who, 1, 1);
	while stays_drawn::<<Runtime as pallet_workers::Config>::ReputationLoss>(&who) {
		<Workers as WorkerPool<AccountId>>::penalise_reputation(&who);
	}
	while stays_drawn::<<Runtime as pallet_workers::Config>::DeclineLoss>(&who) {
		<Workers as WorkerPool<AccountId>>::penalise_decline(&who);
	}
	who
}

/// Contributions of as many owners to as many datanets, whose records are as long as can be.
fn contributions(count: u32) -> Parts {
	let label = filled::<sp_core::ConstU32<MAX_LABEL>>(b'd');
	let creator = funded("creator", 0);
	let contribute = |index: u32| {
		let datanet = pallet_datanets::NextDatanetId::<Runtime>::get();
		Datanets::create(signed(&creator), label.clone(), MAX_WIDTH, MAX_WIDTH, label.clone(), true)
			.expect(SET_UP);
		let contribution = pallet_datanets::NextContributionId::<Runtime>::get();
		let (owner, root) = (funded("contributor", index), H256(index.using_encoded(blake2_256)));
		let cid = Cid::of_raw(&root.0);
		Datanets::contribute(signed(&owner), datanet, root, cid, 1, 1, label.clone(), address())
			.expect(SET_UP);
		contribution
	};
	BoundedVec::truncate_from((0..count).map(contribute).collect())
}

/// A model whose record is as long as can be, a version of it, and the contributions it was trained on.
pub(super) fn version(parts: u32) -> (ModelId, VersionId, Parts) {
	version_of(&funded("modeller", 0), parts)
}

/// The same, of an owner's model.
pub(super) fn version_of(owner: &AccountId, parts: u32) -> (ModelId, VersionId, Parts) {
	let label: Label = filled(b'm');
	let widths: Vec<_> = (0..MAX_WIDTHS).map(|_| MAX_WIDTH).collect();
	let architecture = Architecture::Mlp { widths: BoundedVec::truncate_from(widths), input_shift: 4 };
	// Dear enough that each contributor is owed more than the existential deposit.
	let rates = InferenceRates { input_per_1000: ENGR, output_per_1000: ENGR, platform: ENGR };
	let model = pallet_models::NextModelId::<Runtime>::get();
	let method = InfluenceMethod::ExactInverse;
	Models::register(signed(owner), label.clone(), architecture, rates, method, label).expect(SET_UP);

	let parts = contributions(parts);
	<Models as ModelRegistry<AccountId>>::reserve_version(model).expect(SET_UP);
	let info = VersionInfo {
		model,
		weights: Cid::of_raw(b"weights"),
		job: JobId(0),
		parts: parts.clone(),
		correct: 1,
		held_out_rows: 1,
	};
	let version = <Models as ModelRegistry<AccountId>>::record_version(info, None).expect(SET_UP);
	(model, version, parts)
}

/// Rates a contribution of the first contributor, to whom the longest standing is given.
pub(super) fn rated(contribution: ContributionId) {
	let burn = Ratings::policy().prices.first;
	Ratings::rate(signed(&funded("rater", 0)), Asset::Contribution(contribution), 1_000_000, burn)
		.expect(SET_UP);
	let owner: AccountId = account("contributor", 0, 0);
	let most = u64::from(<Runtime as pallet_ratings::Config>::MaxTracked::get());
	let paid = |index: u64| PaidEpochs {
		contribution: ContributionId(u64::MAX.saturating_sub(index)),
		epochs: 1,
		last: 0,
	};
	pallet_ratings::Standings::<Runtime>::insert(
		owner,
		BoundedVec::truncate_from((0..most).map(paid).collect()),
	);
}

/// Makes a call that requests a job which the escrow of a model pays, and returns the job: the dearest to close.
pub(super) fn requested_of_escrow(
	model: ModelId,
	request: impl FnOnce(RuntimeOrigin) -> DispatchResult,
) -> JobId {
	let job = pallet_jobs::NextJobId::<Runtime>::get();
	fund(&Jobs::model_escrow(model));
	let owner = <Models as ModelRegistry<AccountId>>::model(model).expect(SET_UP).owner;
	request(signed(&owner)).expect(SET_UP);
	job
}

/// Makes a call that requests a job, and returns the job.
pub(super) fn requested(request: impl FnOnce(RuntimeOrigin) -> DispatchResult) -> JobId {
	let job = pallet_jobs::NextJobId::<Runtime>::get();
	request(signed(&funded("requester", 0))).expect(SET_UP);
	job
}

/// Lets the market draw for a job while nobody but `executor` is in the pool, and store the seed of a training job. Ends in
/// the block after.
pub(super) fn assign(job: JobId, executor: &AccountId) {
	use pallet_jobs::JobState;
	let state = || pallet_jobs::Jobs::<Runtime>::get(job).expect(SET_UP).state;
	let JobState::Queued { draw_at } = state() else { panic!("{SET_UP}") };
	let pool = pallet_workers::Active::<Runtime>::get();
	let alone = pool.iter().filter(|candidate| candidate.worker == *executor).cloned().collect();
	pallet_workers::Active::<Runtime>::put(BoundedVec::truncate_from(alone));
	reach(draw_at);
	pallet_workers::Active::<Runtime>::put(pool);
	let JobState::Assigned { seed, .. } = state() else { panic!("{SET_UP}") };
	let last = seed.map_or(draw_at, |seed| seed.at);
	if last > draw_at {
		reach(last);
	}
	System::set_block_number(last.saturating_add(1));
}
