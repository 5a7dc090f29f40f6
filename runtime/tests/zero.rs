//! Every zero of the native economy, on the whole runtime: no stake, no workers, no demand, no ratings, the first epoch, a chain
//! that was halted for a day, a cap below the tail, a supply at its maximum. Blocks are real, so it is staking that ends the
//! epochs.

use crate::common::{answered, blocks::Chain, chain_with};
use engram_math::emission::Parameters;
use engram_primitives::{
	authorization::{key, possession_digest},
	economy::{PaidContribution, PaidContributions, PaidJob, PaidJobs, PaidWork},
	traits::WorkerPool,
	units::{Balance, ENGR},
	ContributionId, JobId, ModelId,
};
use engram_runtime::{
	configs::EXISTENTIAL_DEPOSIT, AccountId, AllPalletsWithSystem, Balances, BlockNumber, Emission, Hash,
	Ratings, Runtime, RuntimeOrigin, Session, System, Timing, Treasury, Workers,
};
use frame_support::{
	assert_noop, assert_ok,
	traits::{fungible::Inspect, TryState, TryStateSelect},
};
use pallet_emission::EpochSummary;
use pallet_ratings::Asset;
use pallet_staking::{ActiveEra, CurrentEra, ErasTotalStake, ErasValidatorReward};
use sp_core::Pair;
use sp_genesis_builder::{PresetId, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave};

const SESSIONS_PER_ERA: u32 = 2;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

fn network() -> Chain {
	let state = chain_with(&PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET), |config| {
		config["timing"]["sessionsPerEra"] = SESSIONS_PER_ERA.into();
	});
	let mut chain = Chain::new(state, Hash::default());
	chain.block(Alice, 0, || ());
	chain
}

impl Chain {
	/// Goes on to the block in which the next epoch ends, and says what was minted in it.
	fn end_epoch(&mut self) -> EpochSummary {
		let epoch = self.read(Emission::epoch);
		loop {
			let before = self.read(Balances::total_issuance);
			let slots = self.slots_to_session();
			self.block(Bob, slots, || ());
			let after = self.read(Balances::total_issuance);
			let now = self.read(Emission::epoch);
			if now == epoch {
				assert_eq!(after, before, "nothing is minted before the epoch ends");
				continue;
			}
			assert_eq!(now, epoch + 1);
			let summary = self.read(|| Emission::epoch_of(epoch).unwrap());
			let EpochSummary { issuance, parts, .. } = summary;
			assert_eq!(after, before + issuance.minted, "nothing but the epoch is minted");
			let shared = parts.stakers + parts.workers + parts.contributors + parts.treasury;
			assert_eq!(parts.vault + shared, issuance.minted);
			self.check();
			return summary;
		}
	}

	fn check(&mut self) {
		self.read(|| {
			let now = System::block_number();
			let checked =
				<AllPalletsWithSystem as TryState<BlockNumber>>::try_state(now, TryStateSelect::All);
			assert_eq!(checked, Ok(()));
		});
	}

	/// Governance changes the parameters of the issuance.
	fn govern(&mut self, change: impl FnOnce(&mut Parameters)) {
		self.read(|| {
			let mut parameters = Emission::policy().issuance;
			change(&mut parameters);
			assert_ok!(Emission::set_issuance_parameters(RuntimeOrigin::root(), parameters));
		});
	}
}

fn account(seed: u8) -> AccountId {
	[seed; 32].into()
}

/// A job was paid, of whose fee the treasury has got this much.
fn pay(job: u64, kind: PaidWork, treasury: Balance) {
	<Emission as PaidJobs<AccountId>>::paid(PaidJob {
		job: JobId(job),
		kind,
		model: ModelId(0),
		requester: account(0),
		executor: worker(),
		work: 1_000,
		verifiers: Vec::new(),
		performance: 0,
		serves: None,
		burned: 0,
		treasury,
	});
}

fn worker() -> AccountId {
	Charlie.to_account_id()
}

fn register_measured_worker() {
	let hot = key::Pair::from_seed(&[7; 32]);
	let possession = hot.sign(&possession_digest(System::block_hash(0), &worker()));
	let address = b"/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWWorker".to_vec().try_into().unwrap();
	let origin = RuntimeOrigin::signed(worker());
	assert_ok!(Workers::register(origin, hot.public(), possession, address, 1_024, 1_000 * ENGR));
	<Workers as WorkerPool<AccountId>>::measured(&worker(), 1_000_000_000, 1);
}

/// What stakers get of an epoch that has no demand.
fn idle_stakers(summary: &EpochSummary) -> Balance {
	// Half of their pool, by the policy.
	summary.issuance.zero_demand_stakers / 2
}

#[test]
fn no_stake() {
	let mut chain = network();
	chain.end_epoch();
	let inbox = chain.block(Bob, 1, || {
		register_measured_worker();
		// As if nobody had been elected with any stake.
		let era = ActiveEra::<Runtime>::get().unwrap().index;
		ErasTotalStake::<Runtime>::insert(era, 0);
		let inbox = Emission::stakers_inbox();
		assert_ok!(Balances::transfer_keep_alive(
			RuntimeOrigin::signed(Alice.to_account_id()),
			inbox.clone().into(),
			7 * ENGR,
		));
		pay(0, PaidWork::Training, 1_000 * ENGR);
		inbox
	});
	let pot = chain.read(Emission::stakers_owed);
	let summary = chain.end_epoch();
	assert_eq!((summary.staked, summary.parts.stakers, summary.parts.workers), (0, 0, 0));
	assert_eq!(summary.collected, 0);
	assert!(summary.parts.treasury > summary.issuance.pools.stakers + summary.issuance.pools.workers);
	chain.read(|| {
		assert_eq!(Emission::stakers_owed(), pot);
		assert_eq!(Balances::total_balance(&inbox), EXISTENTIAL_DEPOSIT + 7 * ENGR, "fees wait for stakers");
	});
	// With the next era's stake they are paid.
	let summary = chain.end_epoch();
	assert!(summary.staked > 0);
	assert_eq!(summary.collected, 7 * ENGR);
	assert_eq!(chain.read(|| Balances::total_balance(&inbox)), EXISTENTIAL_DEPOSIT);
}

#[test]
fn no_workers() {
	let mut chain = network();
	chain.govern(|parameters| parameters.window = 1);
	chain.block(Bob, 1, || pay(0, PaidWork::Training, 1_000 * ENGR));
	let summary = chain.end_epoch();
	// There is demand, and nobody to compute.
	assert_eq!(summary.issuance.demand, 1_000 * ENGR);
	assert_eq!((summary.workers, summary.mean_capacity, summary.utilisation), (0, 0, 0));
	assert_eq!(summary.parts.workers, 0);
	assert_eq!(summary.parts.stakers, idle_stakers(&summary));
	chain.read(|| assert_eq!(Workers::epoch_of(0), None, "nobody has anything to claim"));
}

#[test]
fn no_demand() {
	let mut chain = network();
	chain.block(Bob, 1, register_measured_worker);
	let summary = chain.end_epoch();
	assert_eq!((summary.workers, summary.seen.kept, summary.utilisation), (1, 0, 0));
	assert_eq!(summary.issuance.minted, summary.issuance.zero_demand);
	assert!(summary.issuance.minted > 0);
	assert_eq!((summary.parts.workers, summary.parts.contributors), (0, 0));
	assert_eq!(summary.parts.stakers, idle_stakers(&summary));
	let left = summary.issuance.minted - summary.parts.vault - summary.parts.stakers;
	assert_eq!(summary.parts.treasury, left, "what nobody may be paid is the treasury's");
}

#[test]
fn no_ratings() {
	let mut chain = network();
	let owner = account(1);
	chain.block(Bob, 1, || {
		let asset = Asset::Contribution(ContributionId(0));
		assert_eq!((Ratings::rating_of(asset), Ratings::asset_of(asset)), (0, None));
		answered(JobId(0), account(2));
		pay(0, PaidWork::Answer, 1_000 * ENGR);
		// Whoever is told of the payment has read it, and no money is behind it.
		pallet_attribution::Payouts::<Runtime>::remove(JobId(0));
		<Ratings as PaidContributions<AccountId>>::contribution_paid(PaidContribution {
			job: JobId(0),
			payer: account(2),
			contribution: ContributionId(0),
			owner: owner.clone(),
			amount: ENGR,
			total: ENGR,
		});
	});
	let summary = chain.end_epoch();
	chain.read(|| {
		// Only for its influence, and nothing because of ratings.
		let reward = Ratings::reward_of(owner.clone(), 0).unwrap();
		let base = Ratings::policy().rewards.base;
		assert_eq!((reward.base, reward.rated, reward.reviewed), (base, 0, 0));
		assert_eq!(reward.claimable, Some(base));
		assert_eq!(summary.parts.contributors, base);
		assert_ok!(Ratings::claim_reward(RuntimeOrigin::signed(Alice.to_account_id()), 0, owner.clone()));
		assert_eq!(Balances::free_balance(&owner), base);
	});
	chain.check();
}

#[test]
fn the_first_epoch() {
	let mut chain = network();
	chain.block(Bob, 1, || {
		assert_eq!((Emission::epoch(), Emission::epoch_of(0)), (0, None));
		assert_eq!(Emission::staking_yield(), None);
		register_measured_worker();
		let origin = RuntimeOrigin::signed(Alice.to_account_id());
		assert_noop!(
			Workers::claim_rewards(origin, worker(), 0),
			pallet_workers::Error::<Runtime>::UnknownEpoch
		);
	});
	chain.block(Bob, 1, || pay(0, PaidWork::Training, 1_000_000 * ENGR));
	let summary = chain.end_epoch();
	// Six of the seven epochs of the window were not, and count as zero: one epoch is no demand.
	assert_eq!((summary.seen.kept, summary.issuance.demand), (1_000_000 * ENGR, 0));
	assert_eq!(summary.issuance.minted, summary.issuance.zero_demand);
	assert_eq!((summary.utilisation, summary.parts.workers), (0, 0));
	assert!(summary.parts.stakers > 0);
	chain.read(|| {
		assert_eq!(Emission::staking_yield().unwrap().epoch, 0);
		// What was done in it cannot be paid: nothing was offered.
		assert_eq!(Workers::epoch_of(0).unwrap().taken, 0);
	});
}

#[test]
fn a_chain_halted_for_a_day() {
	let minted_of = |halted: bool| {
		let mut chain = network();
		chain.end_epoch();
		chain.end_epoch();
		let (era, epoch, issuance, session) = chain.read(|| {
			let era = CurrentEra::<Runtime>::get().unwrap();
			(era, Emission::epoch(), Balances::total_issuance(), Session::current_index())
		});
		// Half of an era has passed; the other half takes a day longer, or not.
		let slots = chain.slots_to_session();
		chain.block(Charlie, slots, || ());
		let before = chain.read(pallet_timestamp::Now::<Runtime>::get);
		let slots = chain.slots_to_session();
		let day = DAY_MS / chain.read(|| Timing::schedule().slot_duration);
		chain.block(Dave, slots + if halted { day } else { 0 }, || ());
		chain.read(|| {
			let passed = pallet_timestamp::Now::<Runtime>::get() - before;
			assert_eq!(passed > DAY_MS, halted);
			// Two sessions, one era, one epoch: however many there were time for.
			assert_eq!(Session::current_index(), session + SESSIONS_PER_ERA);
			assert_eq!(CurrentEra::<Runtime>::get(), Some(era + 1));
			assert_eq!(Emission::epoch(), epoch + 1);
			let summary = Emission::epoch_of(epoch).unwrap();
			assert_eq!(Balances::total_issuance(), issuance + summary.issuance.minted);
			// Staking has one reward to pay, which is no larger than the pot can pay.
			let rewards = ErasValidatorReward::<Runtime>::iter().map(|(_, reward)| reward).sum::<Balance>();
			assert!(rewards <= Emission::stakers_owed());
			assert_eq!(ErasValidatorReward::<Runtime>::iter().count() as u32, epoch + 1);
		});
		chain.check();
		let minted = chain.read(Balances::total_issuance) - issuance;
		// Nothing is caught up later either: the next epoch is a whole era away, and mints as much.
		let next = chain.end_epoch();
		assert_eq!(next.issuance.minted, minted);
		assert_eq!(chain.read(Session::current_index), session + 2 * SESSIONS_PER_ERA);
		minted
	};
	let (ordinary, halted) = (minted_of(false), minted_of(true));
	assert!(ordinary > 0);
	assert_eq!(halted, ordinary);
}

#[test]
fn a_cap_below_the_tail() {
	let mut chain = network();
	let tail = 70 * ENGR;
	chain.govern(|parameters| {
		parameters.cap = 50 * ENGR;
		parameters.tail = tail;
	});
	for _ in 0..2 {
		let summary = chain.end_epoch();
		assert_eq!((summary.issuance.cap, summary.issuance.minted), (tail, tail));
	}
	// Nor does no cap at all keep it from being minted.
	chain.govern(|parameters| parameters.cap = 0);
	assert_eq!(chain.end_epoch().issuance.minted, tail);
}

#[test]
fn a_maximum_supply_that_is_reached() {
	let mut chain = network();
	let full = chain.end_epoch().issuance.minted;
	let maximum = chain.read(Balances::total_issuance) + full + full / 2;
	chain.govern(|parameters| parameters.max_supply = Some(maximum));
	assert_eq!(chain.end_epoch().issuance.minted, full);
	assert_eq!(chain.end_epoch().issuance.minted, full / 2);
	assert_eq!(chain.read(Balances::total_issuance), maximum);
	let summary = chain.end_epoch();
	assert_eq!((summary.issuance.minted, summary.parts), (0, Default::default()));

	// What is burned makes room for as much.
	chain.block(Bob, 1, || {
		let holder = RuntimeOrigin::signed(Alice.to_account_id());
		assert_ok!(Balances::burn(holder, full / 4, false));
	});
	assert_eq!(chain.end_epoch().issuance.minted, full / 4);
	assert_eq!(chain.read(Balances::total_issuance), maximum);

	// A maximum that the issuance is above already destroys nothing.
	chain.govern(|parameters| parameters.max_supply = Some(1));
	assert_eq!(chain.end_epoch().issuance.minted, 0);
	assert_eq!(chain.read(Balances::total_issuance), maximum);
	assert!(chain.read(|| Balances::total_balance(&Treasury::account_id())) > 0);
}
