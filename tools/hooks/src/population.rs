//! Chains that hold up to a bound of something that users make.

use anyhow::{anyhow, ensure, Context};
use engram_math::yields::Bonus;
use engram_primitives::{
	authorization::{key, possession_digest},
	economy::ComputeRewards,
	model::{Architecture, InferenceRates, InfluenceMethod},
	traits::WorkerPool,
	units::{ENGR, PPM},
	Cid, JobId, ModelId, VersionId,
};
use engram_runtime::{
	genesis_config_presets::get_preset, AccountId, Balances, Beacon, BlockNumber, Emission, Models, Ratings,
	Runtime, RuntimeGenesisConfig, RuntimeHoldReason, RuntimeOrigin, Staking, System, Workers,
};
use frame_support::{
	genesis_builder_helper,
	traits::{
		fungible::{hold::Mutate as _, Mutate},
		OnInitialize, RewardsReporter,
	},
	BoundedVec,
};
use pallet_ratings::{Asset, Reserve, Review, Stage};
use pallet_staking::{RewardDestination, ValidatorPrefs};
use serde_json::{json, Value};
use sp_core::Pair;
use sp_genesis_builder::{PresetId, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring;
use sp_runtime::DispatchError;

/// Something that users make, up to a bound.
#[derive(Clone, Copy, Debug)]
pub struct Population {
	/// What it is, in the plural.
	pub name: &'static str,
	/// How many there may be.
	pub bound: fn() -> u32,
	/// Makes one more on a chain, for an account that has money.
	add: fn(u32, &AccountId) -> Result<(), DispatchError>,
	/// How many the chain says there are.
	pub counted: fn() -> u32,
}

/// What is measured. What another pallet lets users make is added here.
pub const POPULATIONS: [Population; 5] = [
	Population {
		name: "workers",
		bound: <Runtime as pallet_workers::Config>::MaxWorkers::get,
		add: register,
		counted: || pallet_workers::Epochs::<Runtime>::get(Emission::epoch()).unwrap_or_default().rows,
	},
	Population {
		name: "nominators",
		bound: || VOTERS,
		add: nominate,
		counted: pallet_staking::Nominators::<Runtime>::count,
	},
	Population {
		name: "validators",
		bound: <Runtime as pallet_staking::Config>::MaxValidatorSet::get,
		add: validate,
		counted: || pallet_staking::ErasRewardPoints::<Runtime>::get(ERA).individual.len() as u32,
	},
	Population {
		name: "reviewers",
		bound: <Runtime as pallet_ratings::Config>::MaxReviewers::get,
		add: review,
		counted: || pallet_ratings::Panel::<Runtime>::decode_len().unwrap_or_default() as u32,
	},
	Population {
		name: "ratings",
		bound: || RATINGS,
		add: rate,
		counted: || pallet_ratings::Raters::<Runtime>::iter().map(|_| 1).sum(),
	},
];

/// The most nominators an election looks at: `ElectionLimits` of the runtime.
const VOTERS: u32 = 5_000;

/// Ratings have no bound but their price, so they go as far as nominators.
const RATINGS: u32 = VOTERS;

/// The era that is forgotten: the one that runs while the chains are filled.
pub const ERA: u32 = 0;

/// The block in which the reviewers of an answer are drawn: after those in which the other hooks run, so that nothing is due there.
pub const DRAW_AT: BlockNumber = 1_000;

/// What each account has at genesis: enough for a bond, whatever it is for.
const ENDOWMENT: u64 = 10_000 * ENGR as u64;

fn account(index: u32) -> AccountId {
	let mut bytes = [0x77; 32];
	let [a, b, c, d] = index.to_le_bytes();
	(bytes[0], bytes[1], bytes[2], bytes[3]) = (a, b, c, d);
	AccountId::new(bytes)
}

/// A worker that was measured and earned in the epoch.
fn register(index: u32, who: &AccountId) -> Result<(), DispatchError> {
	let mut seed = [9; 32];
	let [a, b, c, d] = index.to_le_bytes();
	(seed[0], seed[1], seed[2], seed[3]) = (a, b, c, d);
	let key = key::Pair::from_seed(&seed);
	let possession = key.sign(&possession_digest(System::block_hash(0), who));
	let bond = <Runtime as pallet_workers::Config>::MinBond::get();
	let address = BoundedVec::truncate_from(b"/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWWorker".to_vec());
	let origin = RuntimeOrigin::signed(who.clone());
	Workers::register(origin, key.public(), possession, address, MEMORY_MIB, bond)?;
	<Workers as WorkerPool<_>>::measured(who, WORK, 1);
	// What it did since it registered: before the next block there is no time for any.
	System::set_block_number(System::block_number() + 1);
	<Workers as ComputeRewards<_>>::record_work(who, WORK, Bonus::default(), ENGR);
	Ok(())
}

fn nominate(_: u32, who: &AccountId) -> Result<(), DispatchError> {
	let origin = RuntimeOrigin::signed(who.clone());
	Staking::bond(origin.clone(), 100 * ENGR, RewardDestination::Staked)?;
	Staking::nominate(origin, vec![Sr25519Keyring::Alice.to_account_id().into()])
}

/// A validator that made a block in the era that is forgotten.
fn validate(_: u32, who: &AccountId) -> Result<(), DispatchError> {
	let origin = RuntimeOrigin::signed(who.clone());
	Staking::bond(origin.clone(), 1_000 * ENGR, RewardDestination::Staked)?;
	Staking::validate(origin, ValidatorPrefs::default())?;
	Staking::reward_by_ids([(who.clone(), 20)]);
	Ok(())
}

fn review(_: u32, who: &AccountId) -> Result<(), DispatchError> {
	let bond = <Runtime as pallet_ratings::Config>::ReviewerBond::get();
	Ratings::join_reviewers(RuntimeOrigin::signed(who.clone()), bond)
}

/// The first registers the model that all rate.
fn rate(index: u32, who: &AccountId) -> Result<(), DispatchError> {
	let origin = RuntimeOrigin::signed(who.clone());
	if index == 0 {
		let architecture =
			Architecture::Mlp { widths: BoundedVec::truncate_from(vec![64, 32, 10]), input_shift: 4 };
		let rates = InferenceRates { input_per_1000: 1, output_per_1000: 1, platform: 1 };
		let text = |text: &str| BoundedVec::truncate_from(text.as_bytes().to_vec());
		let method = InfluenceMethod::DataInf;
		Models::register(origin.clone(), text("rated"), architecture, rates, method, text("MIT"))?;
	}
	let price = Ratings::policy().prices.first;
	Ratings::rate(origin, Asset::Model(ModelId(0)), 1_000_000, price)
}

/// What every worker did in a block.
const WORK: u64 = 1_000_000_000;

/// What every worker offers.
pub const MEMORY_MIB: u32 = 1_024;

impl Population {
	/// A chain on which there are `count` of it.
	pub fn chain(&self, count: u32) -> anyhow::Result<TestExternalities> {
		// The same accounts on all chains, so that only the population differs.
		let accounts = POPULATIONS.iter().map(|population| (population.bound)()).max();
		let mut state = genesis(accounts.unwrap_or_default())?;
		state.execute_with(|| {
			System::set_block_number(1);
			for index in 0..count {
				(self.add)(index, &account(index)).map_err(|error| {
					anyhow!("the chain refuses number {index} of {}: {error:?}", self.name)
				})?;
			}
			let counted = (self.counted)();
			ensure!(counted == count, "{counted} of {count} {} are there", self.name);
			owe_era().map_err(|error| anyhow!("the pot refuses money: {error:?}"))?;
			share_answer();
			System::reset_events();
			anyhow::Ok(())
		})?;
		state.commit_all().map_err(|error| anyhow!("cannot commit: {error}"))?;
		Ok(state)
	}
}

/// Something is left of an era.
fn owe_era() -> Result<(), DispatchError> {
	let pot = Emission::stakers_pot();
	let reason: RuntimeHoldReason = pallet_emission::HoldReason::StakersRewards.into();
	Balances::mint_into(&pot, ENGR)?;
	Balances::hold(&reason, &pot, ENGR)?;
	pallet_emission::StakersOwed::<Runtime>::insert(ERA, ENGR);
	Ok(())
}

/// An answer is shared that is surely reviewed, and the output of its block is known.
fn share_answer() {
	let job = JobId(0);
	let review = Review {
		payer: Sr25519Keyring::Alice.to_account_id(),
		version: VersionId(0),
		material: Cid::of_raw(b"answer"),
		reserve: Reserve { reviewers: ENGR, owners: ENGR },
		shared_at: System::block_number(),
		stage: Stage::Shared { draw_at: DRAW_AT },
	};
	pallet_ratings::CurrentReviewPolicy::<Runtime>::mutate(|policy| policy.sampling = PPM);
	pallet_ratings::Reviews::<Runtime>::insert(job, review);
	pallet_ratings::Draws::<Runtime>::insert(DRAW_AT, BoundedVec::truncate_from(vec![job]));
	Beacon::on_initialize(DRAW_AT);
}

/// The local network with money for as many more accounts.
fn genesis(accounts: u32) -> anyhow::Result<TestExternalities> {
	let default = genesis_builder_helper::get_preset::<RuntimeGenesisConfig>(&None, |_| None)
		.context("the runtime has no default genesis")?;
	let patch = get_preset(&PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET)).context("no local preset")?;
	let mut config: Value = serde_json::from_slice(&default)?;
	merge(&mut config, &serde_json::from_slice(&patch)?);
	let balances = config.pointer_mut("/balances/balances").and_then(Value::as_array_mut);
	balances
		.context("genesis has no balances")?
		.extend((0..accounts).map(|index| json!([account(index), ENDOWMENT])));
	let config = serde_json::to_vec(&config)?;
	let mut state = TestExternalities::new_empty();
	state
		.execute_with(|| genesis_builder_helper::build_state::<RuntimeGenesisConfig>(config))
		.map_err(|error| anyhow!("cannot build genesis: {error}"))?;
	Ok(state)
}

/// Lays `patch` over `base`, as the node does when it builds a spec.
fn merge(base: &mut Value, patch: &Value) {
	match (base, patch) {
		(Value::Object(base), Value::Object(patch)) => {
			for (key, value) in patch {
				merge(base.entry(key.clone()).or_insert(Value::Null), value);
			}
		},
		(base, patch) => *base = patch.clone(),
	}
}
