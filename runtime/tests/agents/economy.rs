//! A small economy: operators who work, own models and data, and stake; consumers who buy and rate. Two of the operators are
//! compared. Calls are dispatched without fees, and computing costs nothing: whatever does not pay here pays less on a chain.

use crate::agents::{
	books::{count_capacity, lift_ceilings, Books},
	conduct::{ordinary, Conduct, BOND},
};
use crate::common::{blocks::Chain, chain_with};
use codec::Encode;
use engram_math::yields::Reference;
use engram_primitives::{
	authorization::{key, possession_digest, WorkerSignature},
	model::{Architecture, InferenceRates, InfluenceMethod, TrainingSpec},
	units::{Balance, ENGR, PPM},
	Cid, ContributionId, JobId, ModelId,
};
use engram_runtime::{
	AccountId, AllPalletsWithSystem, Balances, BlockNumber, Datanets, Models, Ratings, Runtime, RuntimeCall,
	RuntimeOrigin, System, Workers,
};
use frame_support::{
	assert_ok,
	traits::{fungible::Inspect, Get, TryState, TryStateSelect},
	BoundedVec,
};
use pallet_emission::Policy;
use pallet_workers::WorkerStatus;
use rand_chacha::{
	rand_core::{RngCore, SeedableRng},
	ChaCha8Rng,
};
use serde_json::{json, Value};
use sp_core::{ConstU32, Pair, H256};
use sp_genesis_builder::{PresetId, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_io::{hashing::blake2_256, TestExternalities};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave};
use sp_runtime::traits::Dispatchable;
use std::collections::{BTreeMap, BTreeSet};

/// What each operator has, whatever becomes of it.
const CAPITAL: u64 = 20_000 * ENGR as u64;
const STAKE: u64 = 5_000 * ENGR as u64;
pub(crate) const CONSUMERS: u8 = 4;
/// Operators beside the two that are compared.
const OTHERS: u8 = 3;
/// Blocks of an epoch, in two sessions.
const EPOCH: u32 = 20;
/// Epochs in which there is trade, and those after them in which what is open comes to an end.
pub(crate) const TRADING: u32 = 8;
const ENDING: u32 = 4;
/// Answers of each model that consumers buy in an epoch.
pub(crate) const ANSWERS: u32 = 3;
/// Multiply-adds that a worker does in a block.
pub(crate) const SPEED: u64 = 600_000;
/// What an ordinary job takes, and what a worker offers.
pub(crate) const MEMORY: u32 = 64;
/// What nobody has. Who claims it and asks for it is alone with itself.
pub(crate) const BOUNDLESS: u32 = u32::MAX;
/// What verified work cannot raise any more.
const TRUSTED: u32 = PPM - 19;
/// The kept part of an epoch's honest fees, which is its demand of one.
const DEMAND: Balance = 24 * ENGR;

/// What to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene {
	pub(crate) seed: u64,
	/// What an epoch mints at a demand of one.
	pub(crate) base: Balance,
	/// The two that are compared.
	pub(crate) conducts: [Conduct; 2],
	/// Whose place the two take. What that one would buy, nobody does; but job ids stay the same, and with them the draws.
	pub(crate) instead_of: Conduct,
	/// What holds attacks off.
	pub(crate) guards: Guards,
}

/// What the runtime guards. Without one of them its state is changed as if there were none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guards {
	/// Fees bound what workers may be paid.
	pub(crate) ceilings: bool,
	/// A job asks for no more memory than its model can take.
	pub(crate) memory: bool,
	/// Reputation rises only by what was kept of a fee.
	pub(crate) worth: bool,
	/// Who is not served its inputs loses little, and the requester pays for it.
	pub(crate) inputs: bool,
	/// What was burned to rate, and is still to be seen in the rating, bounds what ratings cause.
	pub(crate) credit: bool,
	/// So does what was kept of the fee of the answer.
	pub(crate) budgets: bool,
	/// Workers share a pool by what they did. What they can do is only a bound of it.
	pub(crate) work: bool,
}

/// What became of the two that are compared.
pub(crate) struct Outcome {
	/// The change of their wealth, in base units.
	pub(crate) profits: [i128; 2],
	/// Their mean share of the weight in draws, in parts per million.
	pub(crate) shares: [u64; 2],
	/// The mean capacity of their workers, as the chain has it, in multiply-adds per block.
	pub(crate) capacities: [u64; 2],
	pub(crate) books: crate::agents::books::Totals,
	/// What was above a bound.
	pub(crate) wrong: Vec<String>,
}

/// An operator.
pub(crate) struct Party {
	pub(crate) conduct: Conduct,
	/// Stakes, buys, and owns the model and the data.
	pub(crate) owner: AccountId,
	pub(crate) workers: Vec<AccountId>,
	pub(crate) raters: Vec<AccountId>,
	pub(crate) model: ModelId,
	/// A second model of who wants reputation for little, whose answers are free or cheap.
	pub(crate) second: Option<ModelId>,
	pub(crate) contribution: ContributionId,
}

fn account(seed: u64, what: &str, index: u8, sub: u8) -> AccountId {
	(b"agents", seed, what, index, sub).using_encoded(blake2_256).into()
}

fn signed(who: &AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.clone())
}

fn label<const N: u32>(text: &str) -> BoundedVec<u8, ConstU32<N>> {
	text.as_bytes().to_vec().try_into().unwrap()
}

pub(crate) fn address<S: Get<u32>>() -> BoundedVec<u8, S> {
	b"/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWAgent".to_vec().try_into().unwrap()
}

pub(crate) fn cid(subject: impl Encode) -> Cid {
	Cid::of_raw(&subject.encode())
}

impl Party {
	fn new(seed: u64, place: u8, conduct: Conduct) -> Self {
		let accounts = |what, count| (0..count).map(|sub| account(seed, what, place, sub)).collect();
		Self {
			conduct,
			owner: account(seed, "owner", place, 0),
			workers: accounts("worker", conduct.workers()),
			raters: accounts("rater", conduct.raters().0),
			model: ModelId(place.into()),
			second: None,
			contribution: ContributionId(place.into()),
		}
	}

	fn accounts(&self) -> impl Iterator<Item = &AccountId> {
		[&self.owner].into_iter().chain(&self.workers).chain(&self.raters)
	}

	/// All it has: free, on hold and staked.
	fn wealth(&self) -> Balance {
		self.accounts().map(Balances::total_balance).sum()
	}

	fn memory(&self) -> u32 {
		if self.conduct.attacks() {
			BOUNDLESS
		} else {
			64 * MEMORY
		}
	}

	fn register_model(&self, rates: InferenceRates) -> ModelId {
		let next = pallet_models::NextModelId::<Runtime>::get();
		assert_ok!(Models::register(
			signed(&self.owner),
			label("digits"),
			Architecture::Mlp { widths: vec![2, 8, 10].try_into().unwrap(), input_shift: 4 },
			rates,
			InfluenceMethod::DataInf,
			label("Apache-2.0"),
		));
		next
	}

	/// Registers workers, data and a model.
	fn set_up(&self, trusted: bool) {
		let give = |who: &AccountId, amount| {
			assert_ok!(Balances::transfer_keep_alive(signed(&self.owner), who.clone().into(), amount));
		};
		let bond = BOND / self.workers.len() as Balance;
		for worker in &self.workers {
			give(worker, bond + ENGR);
			let hot = key::Pair::from_seed(&worker.using_encoded(blake2_256));
			let possession = hot.sign(&possession_digest(System::block_hash(0), worker));
			let registered =
				Workers::register(signed(worker), hot.public(), possession, address(), self.memory(), bond);
			assert_ok!(registered);
			if trusted {
				pallet_workers::Workers::<Runtime>::mutate(worker, |record| {
					record.as_mut().unwrap().reputation = TRUSTED;
				});
			}
		}
		let (raters, burn) = self.conduct.raters();
		for rater in &self.raters {
			let whole = self.raters.len() as Balance * burn * Balance::from(TRADING) + 10 * ENGR;
			give(rater, whole / Balance::from(raters));
		}
		let datanet = pallet_datanets::NextDatanetId::<Runtime>::get();
		let owner = || signed(&self.owner);
		assert_ok!(Datanets::create(owner(), label("digits"), 2, 10, label("CC-BY-4.0"), true));
		assert_ok!(Datanets::contribute(
			owner(),
			datanet,
			cid_root(&self.owner),
			cid((b"rows", &self.owner)),
			300,
			3_000,
			label("CC-BY-4.0"),
			address(),
		));
		let model = self.register_model(InferenceRates {
			input_per_1000: 50 * ENGR,
			output_per_1000: 100 * ENGR,
			platform: 20 * ENGR,
		});
		assert_eq!(model, self.model);
	}
}

fn cid_root(owner: &AccountId) -> H256 {
	(b"root", owner).using_encoded(blake2_256).into()
}

/// The local network with a small supply, short epochs, and a policy whose pools an honest epoch uses fully.
fn genesis(scene: &Scene, parties: &[Party], consumers: &[AccountId]) -> TestExternalities {
	let base = scene.base;
	let defaults = Policy::default();
	let policy = Policy {
		issuance: engram_math::emission::Parameters {
			base,
			fee_target: 100 * DEMAND,
			demand_reference: DEMAND,
			window: 3,
			cap: 4 * base,
			tail: base / 10,
			..defaults.issuance
		},
		reference: Reference { demand: DEMAND, capacity: ordinary_work(), workers: 10 },
		target_ratio: 50_000,
		..defaults
	};
	chain_with(&PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET), |config| {
		config["timing"]["epochDuration"] = (EPOCH / 2).into();
		config["timing"]["sessionsPerEra"] = 2.into();
		config["emission"]["policy"] = serde_json::to_value(policy).unwrap();
		let ratings = scene.instead_of.ratings_policy();
		config["ratings"]["policy"] = serde_json::to_value(ratings).unwrap();
		for entry in list(&mut config["balances"]["balances"]) {
			if entry[1].as_u64().is_none_or(|amount| amount > CAPITAL) {
				entry[1] = CAPITAL.into();
			}
		}
		for staker in list(&mut config["staking"]["stakers"]) {
			staker[2] = STAKE.into();
		}
		let validators = [Alice, Bob, Charlie, Dave].map(|key| key.to_account_id());
		let nominator = json!({ "Nominator": validators });
		for party in parties {
			list(&mut config["balances"]["balances"]).push(json!([party.owner, CAPITAL]));
			let staker = json!([party.owner, party.owner, STAKE, nominator]);
			list(&mut config["staking"]["stakers"]).push(staker);
		}
		for consumer in consumers {
			list(&mut config["balances"]["balances"]).push(json!([consumer, 10 * CAPITAL]));
		}
	})
}

fn list(value: &mut Value) -> &mut Vec<Value> {
	value.as_array_mut().expect("genesis has this shape")
}

fn ordinary_work() -> u64 {
	work(&ordinary())
}

pub(crate) fn work(spec: &TrainingSpec) -> u64 {
	// 3 * 8 + 9 * 10 parameters.
	u64::from(spec.steps) * u64::from(spec.batch_size) * 114
}

/// All there is beside the chain.
pub(crate) struct Economy {
	pub(crate) scene: Scene,
	pub(crate) rng: ChaCha8Rng,
	pub(crate) parties: Vec<Party>,
	pub(crate) consumers: Vec<AccountId>,
	/// Nobody looks at signatures where calls are dispatched.
	pub(crate) signature: WorkerSignature,
	/// When a task was first seen.
	pub(crate) seen: BTreeMap<(JobId, u32), BlockNumber>,
	/// Jobs of an inflater that only itself can execute and verify.
	pub(crate) captured: BTreeSet<JobId>,
	/// Answers of second models.
	pub(crate) cheap: BTreeSet<JobId>,
	/// Jobs of a withholder whose inputs only its own workers get.
	pub(crate) withheld: BTreeSet<JobId>,
	/// Whether hoarders have claimed what they left.
	pub(crate) released: bool,
	/// What consumers still buy in this epoch: in which block, of which party, and whether it is training.
	pub(crate) orders: Vec<(u32, usize, bool)>,
	/// Sums of shares of the weight in draws.
	pub(crate) shares: [u64; 2],
	/// Sums of the mean capacities of workers.
	capacities: [u64; 2],
	pub(crate) blocks: u64,
}

/// Runs a scene. What probes pay is what answering them costs, so it is no profit.
pub(crate) fn run(scene: Scene) -> Outcome {
	let others = [Conduct::Honest; OTHERS as usize];
	let conducts = scene.conducts.into_iter().chain(others);
	let mut parties: Vec<_> =
		(0..).zip(conducts).map(|(place, conduct)| Party::new(scene.seed, place, conduct)).collect();
	let consumers: Vec<_> = (0..CONSUMERS).map(|place| account(scene.seed, "consumer", place, 0)).collect();
	let state = genesis(&scene, &parties, &consumers);
	let mut chain = Chain::new(state, H256::from_low_u64_be(scene.seed));
	let before: Vec<_> = chain.read(|| parties.iter().map(Party::wealth).collect());
	assert!(before.iter().all(|wealth| *wealth == Balance::from(CAPITAL)), "all have the same capital");

	let mut books = Books::default();
	let trusted = !scene.instead_of.seeks_reputation();
	chain.block(Alice, 0, || {
		parties.iter().for_each(|party| party.set_up(trusted));
		for party in &mut parties {
			if let Some(platform) = party.conduct.asks_itself() {
				let rates = InferenceRates { input_per_1000: 0, output_per_1000: 0, platform };
				party.second = Some(party.register_model(rates));
			}
		}
	});
	let mut economy = Economy {
		scene,
		rng: ChaCha8Rng::seed_from_u64(scene.seed),
		parties,
		consumers,
		signature: key::Pair::from_seed(&[1; 32]).sign(&[0; 32]),
		seen: BTreeMap::new(),
		captured: BTreeSet::new(),
		cheap: BTreeSet::new(),
		withheld: BTreeSet::new(),
		released: false,
		orders: Vec::new(),
		shares: [0; 2],
		capacities: [0; 2],
		blocks: 0,
	};
	for block in 1..EPOCH * (TRADING + ENDING) {
		let author = [Alice, Bob, Charlie, Dave][block as usize % 4];
		chain.block(author, 1, || economy.act(block / EPOCH, block % EPOCH));
		chain.read(|| {
			let events: Vec<_> = System::read_events_no_consensus().collect();
			events.into_iter().for_each(|record| books.observe(record.event));
		});
	}
	chain.read(|| {
		assert_eq!(pallet_jobs::OpenJobCount::<Runtime>::get(), 0, "every job has come to its end");
		claim_rewards();
		let now = System::block_number();
		let checked = <AllPalletsWithSystem as TryState<BlockNumber>>::try_state(now, TryStateSelect::All);
		if scene.guards.ceilings {
			assert_eq!(checked, Ok(()));
		}
		let profit = |place: usize| {
			let party = &economy.parties[place];
			let probes: Balance = party.workers.iter().map(|worker| books.probes_paid(worker)).sum();
			party.wealth() as i128 - before[place] as i128 - probes as i128
		};
		let (totals, wrong) = books.check();
		Outcome {
			profits: [profit(0), profit(1)],
			shares: economy.shares.map(|share| share / economy.blocks),
			capacities: economy.capacities.map(|capacity| capacity / economy.blocks),
			books: totals,
			wrong,
		}
	})
}

/// Everything that can be claimed, for everybody.
fn claim_rewards() {
	let anybody = || signed(&Alice.to_account_id());
	let works: Vec<_> = pallet_workers::Work::<Runtime>::iter().map(|(epoch, who, _)| (epoch, who)).collect();
	for (epoch, who) in works {
		if Workers::rewards_of(who.clone(), epoch).is_some_and(|rewards| rewards.claimable > 0) {
			assert_ok!(Workers::claim_rewards(anybody(), who, epoch));
		}
	}
	let owed: Vec<_> = pallet_ratings::Owed::<Runtime>::iter().map(|(epoch, who, _)| (epoch, who)).collect();
	for (epoch, who) in owed {
		if Ratings::reward_of(who.clone(), epoch).is_some_and(|reward| reward.claimable > Some(0)) {
			assert_ok!(Ratings::claim_reward(anybody(), epoch, who));
		}
	}
	for era in pallet_staking::ErasValidatorReward::<Runtime>::iter_keys().collect::<Vec<_>>() {
		let points = pallet_staking::ErasRewardPoints::<Runtime>::get(era);
		for validator in points.individual.into_keys() {
			let claim =
				pallet_staking::Call::payout_stakers_by_page { validator_stash: validator, era, page: 0 };
			assert_ok!(RuntimeCall::from(claim).dispatch(anybody()));
		}
	}
}

impl Economy {
	pub(crate) fn below(&mut self, bound: u32) -> u32 {
		(self.rng.next_u64() % u64::from(bound)) as u32
	}

	/// Operators bring workers back that lost so much reputation that they were paused, and have enough of it again by jobs that
	/// were under way.
	fn resume(&self) {
		for worker in self.parties.iter().flat_map(|party| &party.workers) {
			let record = pallet_workers::Workers::<Runtime>::get(worker).unwrap();
			let trusted = record.reputation >= <Runtime as pallet_workers::Config>::MinReputation::get();
			if record.status == WorkerStatus::Paused && trusted {
				assert_ok!(Workers::set_available(signed(worker), true));
			}
		}
	}

	/// A block of the economy.
	fn act(&mut self, epoch: u32, block: u32) {
		if self.scene.instead_of.is_probed() {
			self.probe(epoch, block);
		}
		self.report();
		self.resume();
		self.claim_payouts();
		if epoch < TRADING {
			self.trade(epoch, block);
		}
		if !self.scene.guards.ceilings {
			lift_ceilings(1_000_000 * ENGR);
		}
		if !self.scene.guards.work {
			count_capacity();
		}
		let weights = Workers::eligible(MEMORY);
		let total = weights.iter().map(|(_, weight)| weight).sum::<u128>().max(1);
		for (share, party) in self.shares.iter_mut().zip(&self.parties) {
			let own = weights.iter().filter(|(worker, _)| party.workers.contains(worker));
			*share += (own.map(|(_, weight)| weight).sum::<u128>() * u128::from(PPM) / total) as u64;
		}
		for (capacity, party) in self.capacities.iter_mut().zip(&self.parties) {
			let records = party.workers.iter().filter_map(pallet_workers::Workers::<Runtime>::get);
			let sum: u64 = records.map(|record| record.capacity).sum();
			*capacity += sum / party.workers.len() as u64;
		}
		self.blocks += 1;
	}
}
