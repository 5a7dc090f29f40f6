//! A runtime with balances and this pallet. Workers' and contributors' pools are stand-ins whose takings a test sets.

use crate as pallet_emission;
use crate::{pallet::*, DustHandler, MarketFactor, MintCause, Policy, Pot};
use engram_math::{
	emission::{Parameters, PoolWeights},
	fee::CutShares,
	yields::{Bonus, BudgetShares, FactorRange, Reference},
};
use engram_primitives::{
	economy::{
		AnswerBudget, BurnCause, ComputeMarket, ComputeRewards, ContributorRewards, EpochClock, EpochPool,
		PaidJob, PaidJobs, PaidWork,
	},
	units::Balance,
	JobId, ModelId, VersionId,
};
use frame_support::{
	derive_impl, parameter_types,
	traits::{fungible::Inspect, Hooks},
	PalletId,
};
use frame_system::EnsureRoot;
use sp_runtime::{traits::IdentityLookup, AccountId32, BuildStorage, DispatchResult};

pub(crate) type AccountId = AccountId32;
type Block = frame_system::mocking::MockBlockU32<Test>;

pub(crate) const ALICE: AccountId = AccountId::new([1; 32]);
pub(crate) const BOB: AccountId = AccountId::new([2; 32]);
pub(crate) const CAROL: AccountId = AccountId::new([3; 32]);
pub(crate) const TREASURY: AccountId = AccountId::new([5; 32]);
/// The stand-ins' accounts.
pub(crate) const WORKERS: AccountId = AccountId::new([6; 32]);
pub(crate) const CONTRIBUTORS: AccountId = AccountId::new([7; 32]);

pub(crate) const ED: Balance = 10;
pub(crate) const RICHES: Balance = 1_000_000;
/// Six endowed accounts and three rich ones.
pub(crate) const GENESIS: Balance = 3 * RICHES + 6 * ED;
pub(crate) const DEPTH: u32 = 4;
pub(crate) const MODEL: ModelId = ModelId(3);

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;

	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;

	#[runtime::pallet_index(2)]
	pub type Emission = pallet_emission;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
	type DbWeight = frame_support::weights::constants::RocksDbWeight;
}

parameter_types! {
	pub const ExistentialDeposit: Balance = ED;
	pub const EmissionPalletId: PalletId = PalletId(*b"engr/emi");
	pub const HistoryDepth: u32 = DEPTH;
	pub Treasury: AccountId = TREASURY;
	/// The most the workers' pool takes of what it is offered.
	pub static WorkersTake: Balance = Balance::MAX;
	/// The most the contributors' pool takes of what it is offered.
	pub static ContributorsTake: Balance = Balance::MAX;
	/// Both pools take this much more than they are offered.
	pub static Greed: Balance = 0;
	/// Offers, with the epoch that was given and the epoch that ran.
	pub static Offered: Vec<(&'static str, u32, u32, Balance)> = Vec::new();
	/// What pools put on hold, and what was on their accounts by then.
	pub static SetAside: Vec<(&'static str, Balance, Balance)> = Vec::new();
	pub static Compute: ComputeMarket = ComputeMarket { mean_capacity: 1_000, workers: 10 };
	pub static Work: Vec<(AccountId, u64, Bonus, Balance)> = Vec::new();
	pub static Budgets: Vec<(JobId, AnswerBudget)> = Vec::new();
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ExistentialDeposit;
	type AccountStore = System;
	type DustRemoval = DustHandler<Self>;
}

pub struct FakeWorkers;

impl EpochPool<AccountId> for FakeWorkers {
	fn pool_account() -> AccountId {
		WORKERS
	}

	fn close_epoch(epoch: u32, offered: Balance) -> Balance {
		let running = <Emission as EpochClock>::epoch();
		Offered::mutate(|all| all.push(("workers", epoch, running, offered)));
		offered.min(WorkersTake::get()) + Greed::get()
	}

	fn set_aside(taken: Balance) -> DispatchResult {
		SetAside::mutate(|all| all.push(("workers", taken, balance(&WORKERS))));
		Ok(())
	}
}

impl ComputeRewards<AccountId> for FakeWorkers {
	fn record_work(worker: &AccountId, work: u64, bonus: Bonus, ceiling: Balance) {
		Work::mutate(|all| all.push((worker.clone(), work, bonus, ceiling)));
	}

	fn compute_market() -> ComputeMarket {
		Compute::get()
	}
}

pub struct FakeContributors;

impl EpochPool<AccountId> for FakeContributors {
	fn pool_account() -> AccountId {
		CONTRIBUTORS
	}

	fn close_epoch(epoch: u32, offered: Balance) -> Balance {
		let running = <Emission as EpochClock>::epoch();
		Offered::mutate(|all| all.push(("contributors", epoch, running, offered)));
		offered.min(ContributorsTake::get()) + Greed::get()
	}

	fn set_aside(taken: Balance) -> DispatchResult {
		SetAside::mutate(|all| all.push(("contributors", taken, balance(&CONTRIBUTORS))));
		Ok(())
	}
}

impl ContributorRewards<AccountId> for FakeContributors {
	fn record_budget(job: JobId, budget: AnswerBudget) {
		Budgets::mutate(|all| all.push((job, budget)));
	}
}

pub struct FakeMarket;

impl MarketFactor for FakeMarket {
	fn market_factor(model: ModelId) -> u32 {
		if model == MODEL {
			700_000
		} else {
			0
		}
	}
}

impl pallet_emission::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Compute = FakeWorkers;
	type Contributors = FakeContributors;
	type Market = FakeMarket;
	type Treasury = Treasury;
	type PalletId = EmissionPalletId;
	type HistoryDepth = HistoryDepth;
	type WeightInfo = ();
}

/// A policy of small numbers: without demand an epoch mints 500, and at a demand of 1,000 twice that.
pub(crate) fn policy() -> Policy {
	Policy {
		issuance: Parameters {
			base: 1_000,
			fee_weight: 0,
			fee_target: 1_000,
			demand_reference: 1_000,
			demand_min: 500_000,
			demand_max: 2_000_000,
			window: 1,
			cap: 5_000,
			decay: 1_000_000,
			epochs_per_year: 100,
			tail: 100,
			max_supply: None,
			ultrasound: None,
			weights: PoolWeights::default(),
		},
		staking_range: FactorRange { min: 200_000, max: 1_000_000 },
		reference: Reference { demand: 1_000, capacity: 1_000, workers: 10 },
		target_ratio: 500_000,
		budget: BudgetShares {
			stakers: 200_000,
			worker: 400_000,
			verifiers: 100_000,
			contributors: 200_000,
			ratings: 100_000,
		},
		bonus_strength: 300_000,
		market_reference: 1_000_000,
		cut: 100_000,
		fees: CutShares { burn: 500_000, treasury: 300_000 },
		slash_treasury: 400_000,
	}
}

pub(crate) struct ExtBuilder {
	policy: Policy,
	forced_issuance: bool,
	endowed: bool,
}

impl Default for ExtBuilder {
	fn default() -> Self {
		Self { policy: policy(), forced_issuance: false, endowed: true }
	}
}

impl ExtBuilder {
	/// Another policy.
	pub(crate) fn with(mut self, change: impl FnOnce(&mut Policy)) -> Self {
		change(&mut self.policy);
		self
	}

	pub(crate) fn forced_issuance(mut self) -> Self {
		self.forced_issuance = true;
		self
	}

	/// Pot, inbox and vault have nothing.
	pub(crate) fn without_endowments(mut self) -> Self {
		self.endowed = false;
		self
	}

	pub(crate) fn build(self) -> sp_io::TestExternalities {
		WorkersTake::set(Balance::MAX);
		ContributorsTake::set(Balance::MAX);
		Greed::set(0);
		Offered::set(Vec::new());
		SetAside::set(Vec::new());
		Compute::set(ComputeMarket { mean_capacity: 1_000, workers: 10 });
		Work::set(Vec::new());
		Budgets::set(Vec::new());
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		// Before balances: the ledger must be exact in any order of the genesis.
		GenesisConfig::<Test> {
			policy: self.policy,
			forced_issuance: self.forced_issuance,
			..Default::default()
		}
		.assimilate_storage(&mut storage)
		.unwrap();
		let mut endowed = vec![TREASURY, WORKERS, CONTRIBUTORS];
		if self.endowed {
			endowed.extend(Pot::ALL.map(Emission::account_of));
		}
		pallet_balances::GenesisConfig::<Test> {
			balances: [ALICE, BOB, CAROL]
				.map(|who| (who, RICHES))
				.into_iter()
				.chain(endowed.into_iter().map(|who| (who, ED)))
				.collect(),
			..Default::default()
		}
		.assimilate_storage(&mut storage)
		.unwrap();
		let mut ext = sp_io::TestExternalities::new(storage);
		ext.execute_with(|| begin(1));
		ext
	}

	pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			next_block();
			Emission::do_try_state().unwrap();
		});
	}
}

fn begin(block: u32) {
	System::set_block_number(block);
	Emission::on_initialize(block);
}

/// Ends the block and begins the next.
pub(crate) fn next_block() {
	let block = System::block_number();
	Emission::on_finalize(block);
	begin(block + 1);
}

pub(crate) fn pot() -> AccountId {
	Emission::account_of(Pot::Stakers)
}

pub(crate) fn inbox() -> AccountId {
	Emission::account_of(Pot::Inbox)
}

pub(crate) fn vault() -> AccountId {
	Emission::account_of(Pot::Vault)
}

pub(crate) fn issuance() -> Balance {
	Balances::total_issuance()
}

pub(crate) fn balance(who: &AccountId) -> Balance {
	Balances::total_balance(who)
}

pub(crate) fn minted(cause: MintCause) -> Balance {
	Minted::<Test>::get(cause)
}

pub(crate) fn burned(cause: BurnCause) -> Balance {
	Burned::<Test>::get(cause)
}

/// An answer of Bob's, verified by Carol, of whose fee this much was burned and this much went to the treasury. Alice paid.
pub(crate) fn job(burn: Balance, treasury: Balance) -> PaidJob<AccountId> {
	PaidJob {
		job: JobId(1),
		kind: PaidWork::Answer,
		model: MODEL,
		requester: ALICE,
		executor: BOB,
		work: 600,
		verifiers: vec![(CAROL, 60)],
		performance: 900_000,
		serves: Some(VersionId(1)),
		burned: burn,
		treasury,
	}
}

/// Alice's fee leaves her, and the job is reported.
pub(crate) fn pay(job: PaidJob<AccountId>) {
	burn_of(&ALICE, job.burned);
	send(&ALICE, &TREASURY, job.treasury);
	<Emission as PaidJobs<AccountId>>::paid(job);
}

/// Destroys tokens without a report.
pub(crate) fn burn_of(who: &AccountId, amount: Balance) {
	use frame_support::traits::{
		fungible::Mutate,
		tokens::{Fortitude, Precision, Preservation},
	};
	Balances::burn_from(who, amount, Preservation::Expendable, Precision::Exact, Fortitude::Force).unwrap();
}

pub(crate) fn send(from: &AccountId, to: &AccountId, amount: Balance) {
	use frame_support::traits::{fungible::Mutate, tokens::Preservation};
	<Balances as Mutate<_>>::transfer(from, to, amount, Preservation::Expendable).unwrap();
}

/// Ends the running epoch with the era of its number.
pub(crate) fn end_epoch(staked: Balance) -> Balance {
	Emission::end_epoch(Emission::epoch(), staked)
}

/// The events of this pallet, oldest first.
pub(crate) fn events() -> Vec<Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Emission(event) => Some(event),
			_ => None,
		})
		.collect()
}
