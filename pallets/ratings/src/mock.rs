//! A runtime with balances and this pallet, and small stand-ins for the models, the datanets, the answers and the clock.

use crate as pallet_ratings;
use crate::{pallet::*, Asset, HoldReason, Policy, Prices};
use engram_math::rating::{Dynamics, RewardRates};
use engram_primitives::{
	economy::{
		BurnCause, Burns, ContributorRewards, EpochClock, EpochPool, PaidContribution, PaidContributions,
		ServedAnswer, ServedJobs,
	},
	model::{Architecture, InferenceRates, InfluenceMethod},
	traits::{ContributionInfo, Contributions, ModelInfo, ModelRegistry, VersionInfo},
	units::{Balance, ENGR, MILLI},
	Cid, ContributionId, JobId, ModelId, VersionId,
};
use frame_support::{
	derive_impl, parameter_types,
	traits::{
		fungible::{hold::Inspect as _, Inspect, Mutate},
		tokens::Preservation,
		ConstU128, ConstU64,
	},
	PalletId,
};
use frame_system::EnsureRoot;
use sp_runtime::{BuildStorage, DispatchError, DispatchResult};
use std::collections::BTreeMap;

pub(crate) type AccountId = u64;
type Block = frame_system::mocking::MockBlock<Test>;

/// Rates.
pub(crate) const ALICE: AccountId = 1;
/// Owns contribution 0.
pub(crate) const BOB: AccountId = 2;
/// Owns contribution 1.
pub(crate) const CAROL: AccountId = 3;
/// Buys answers.
pub(crate) const PAYER: AccountId = 4;
/// Has no account.
pub(crate) const NOBODY: AccountId = 5;
pub(crate) const TREASURY: AccountId = 9;

pub(crate) const ED: Balance = MILLI;
pub(crate) const RICHES: Balance = 1_000_000 * ENGR;
pub(crate) const DEPOSIT: Balance = 50 * MILLI;
pub(crate) const MODEL: Asset = Asset::Model(ModelId(3));
pub(crate) const DATA: Asset = Asset::Contribution(ContributionId(0));
pub(crate) const VERSION: VersionId = VersionId(5);
pub(crate) const JOB: JobId = JobId(42);
/// What contributors of a job are paid together.
pub(crate) const PART: Balance = 128 * MILLI;
pub(crate) const CLAIM_PERIOD: u32 = 3;
pub(crate) const PAGE: u32 = 2;
pub(crate) const SCORE_WINDOW: u64 = 20;
pub(crate) const BUDGET_PERIOD: u64 = 100;
pub(crate) const TRACKED: u32 = 4;
/// The best score of a rating.
pub(crate) const ONE: i32 = 1_000_000;

/// A burn moves a rating by half of it, a tenth is left after 23 blocks; a repetition costs half more; an answer's whole
/// influence is worth 10 ENGR, and a tenth of the rating.
pub(crate) const POLICY: Policy = Policy {
	prices: Prices { first: ENGR, growth: 500_000 },
	dynamics: Dynamics { efficiency: 500_000, decay: 100_000_000_000_000_000 },
	rewards: RewardRates { base: 10 * ENGR, feedback: 100_000 },
	least_payment: MILLI,
};

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
	pub type Ratings = pallet_ratings;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<ED>;
	type AccountStore = System;
}

parameter_types! {
	pub static Epoch: u32 = 0;
	/// What the ledger of burns was told, by amount.
	pub static Burned: Vec<(BurnCause, Balance)> = Vec::new();
	/// What strangers sent to the pool.
	pub static Donated: Balance = 0;
	/// Who owns which contribution.
	pub static Owners: BTreeMap<ContributionId, AccountId> = BTreeMap::new();
	/// The answers whose contributors are not all paid.
	pub static Answers: BTreeMap<JobId, ServedAnswer<AccountId>> = BTreeMap::new();
	pub static RatingDeposit: Balance = DEPOSIT;
	pub static Claiming: u32 = CLAIM_PERIOD;
	pub static ExpirePage: u32 = PAGE;
	pub static Scoring: u64 = SCORE_WINDOW;
	pub static MaxTracked: u32 = TRACKED;
	pub const RatingsPalletId: PalletId = PalletId(*b"engr/rat");
}

pub struct FakeClock;

impl EpochClock for FakeClock {
	fn epoch() -> u32 {
		Epoch::get()
	}
}

pub struct FakeLedger;

impl Burns for FakeLedger {
	fn burned(cause: BurnCause, amount: u128) {
		Burned::mutate(|all| all.push((cause, amount)));
	}
}

pub struct FakeModels;

impl ModelRegistry<AccountId> for FakeModels {
	fn model(model: ModelId) -> Option<ModelInfo<AccountId>> {
		(MODEL == Asset::Model(model)).then(|| ModelInfo {
			owner: CAROL,
			architecture: Architecture::Mlp { widths: vec![2, 8, 10].try_into().unwrap(), input_shift: 4 },
			rates: InferenceRates { input_per_1000: 0, output_per_1000: 0, platform: 0 },
			method: InfluenceMethod::ExactInverse,
			init_seed: [0; 32],
		})
	}

	fn is_open(model: ModelId) -> bool {
		Self::model(model).is_some()
	}

	fn version(_: VersionId) -> Option<VersionInfo> {
		None
	}

	fn reserve_version(_: ModelId) -> DispatchResult {
		Err("not here".into())
	}

	fn release_version(_: ModelId) {}

	fn reservations() -> BTreeMap<ModelId, u32> {
		BTreeMap::new()
	}

	fn record_version(_: VersionInfo, _: Option<VersionId>) -> Result<VersionId, DispatchError> {
		Err("not here".into())
	}
}

pub struct FakeDatanets;

impl Contributions<AccountId> for FakeDatanets {
	fn contribution(id: ContributionId) -> Option<ContributionInfo<AccountId>> {
		let owner = Owners::get().remove(&id)?;
		Some(ContributionInfo { owner, cid: Cid::of_raw(b"data"), rows: 300, source: Vec::new() })
	}
}

pub struct FakeAnswers;

impl ServedJobs<AccountId> for FakeAnswers {
	fn served_answer(job: JobId) -> Option<ServedAnswer<AccountId>> {
		Answers::get().remove(&job)
	}
}

#[cfg(feature = "runtime-benchmarks")]
pub struct Helper;

#[cfg(feature = "runtime-benchmarks")]
impl crate::benchmarking::BenchmarkHelper<AccountId> for Helper {
	fn asset() -> Asset {
		DATA
	}

	fn answered(payer: AccountId) -> JobId {
		Answers::mutate(|all| all.insert(JOB, ServedAnswer { payer, version: VERSION }));
		JOB
	}

	fn next_epoch() {
		Epoch::mutate(|epoch| *epoch += 1);
	}
}

impl pallet_ratings::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Models = FakeModels;
	type Data = FakeDatanets;
	type Served = FakeAnswers;
	type Clock = FakeClock;
	type Burns = FakeLedger;
	type Treasury = ConstU64<TREASURY>;
	type PalletId = RatingsPalletId;
	type RatingDeposit = RatingDeposit;
	type ClaimPeriod = Claiming;
	type ExpirePage = ExpirePage;
	type ScoreWindow = Scoring;
	type BudgetPeriod = ConstU64<BUDGET_PERIOD>;
	type MaxTracked = MaxTracked;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Helper;
	type WeightInfo = ();
}

pub(crate) struct ExtBuilder {
	pub(crate) policy: Policy,
}

impl Default for ExtBuilder {
	fn default() -> Self {
		Self { policy: POLICY }
	}
}

impl ExtBuilder {
	pub(crate) fn build(self) -> sp_io::TestExternalities {
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		let rich = [ALICE, BOB, CAROL, PAYER].map(|who| (who, RICHES));
		pallet_balances::GenesisConfig::<Test> {
			balances: rich.into_iter().chain([(TREASURY, ED), (Ratings::pool(), ED)]).collect(),
			..Default::default()
		}
		.assimilate_storage(&mut storage)
		.unwrap();
		crate::GenesisConfig::<Test> { policy: self.policy, ..Default::default() }
			.assimilate_storage(&mut storage)
			.unwrap();
		let mut ext = sp_io::TestExternalities::new(storage);
		ext.execute_with(|| {
			System::set_block_number(1);
			reset();
		});
		ext
	}

	pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			check();
		});
	}
}

/// Statics outlive a test that shares its thread with others.
fn reset() {
	Epoch::set(7);
	Burned::set(Vec::new());
	Donated::set(0);
	Owners::set([(ContributionId(0), BOB), (ContributionId(1), CAROL)].into());
	Answers::set(BTreeMap::new());
	RatingDeposit::set(DEPOSIT);
	Claiming::set(CLAIM_PERIOD);
	ExpirePage::set(PAGE);
	Scoring::set(SCORE_WINDOW);
	MaxTracked::set(TRACKED);
}

/// Every invariant, and the equality behind INV-RATINGS-1: the pool holds what it owes, its existential deposit and gifts.
pub(crate) fn check() {
	Ratings::do_try_state().unwrap();
	let owed = Ratings::outstanding().unwrap();
	assert_eq!(Balances::total_balance(&Ratings::pool()), ED + owed + Donated::get());
	let burned: Balance = Assets::<Test>::iter_values().map(|record| record.burned).sum();
	assert_eq!(burned, Burned::get().iter().map(|(_, amount)| amount).sum::<Balance>());
	assert!(Burned::get().iter().all(|(cause, _)| *cause == BurnCause::Rating));
}

pub(crate) fn rate(who: AccountId, asset: Asset, score: i32, burn: Balance) -> DispatchResult {
	Ratings::rate(RuntimeOrigin::signed(who), asset, score, burn)
}

pub(crate) fn run_to(block: u64) {
	System::set_block_number(block);
}

/// A job of [`PAYER`] is answered; its contributors may get `contributors`, and `ratings` because of ratings.
pub(crate) fn answer(job: JobId, contributors: Balance, ratings: Balance) {
	Answers::mutate(|all| all.insert(job, ServedAnswer { payer: PAYER, version: VERSION }));
	Ratings::record_budget(job, contributors, ratings);
}

pub(crate) fn payment(job: JobId, contribution: u64, amount: Balance) -> PaidContribution<AccountId> {
	let contribution = ContributionId(contribution);
	let owner = Owners::get().remove(&contribution).unwrap();
	PaidContribution { job, payer: PAYER, contribution, owner, amount, total: PART }
}

/// Of the [`PART`] of a job, a contribution's owner claims `amount`.
pub(crate) fn pay(job: JobId, contribution: u64, amount: Balance) {
	Ratings::contribution_paid(payment(job, contribution, amount));
}

/// Ends the epoch as emission does: what the pool takes is minted into it. Returns that.
pub(crate) fn close(offered: Balance) -> Balance {
	let epoch = Epoch::get();
	let taken = Ratings::close_epoch(epoch, offered);
	assert!(taken <= offered);
	Balances::mint_into(&Ratings::pool(), taken).unwrap();
	Epoch::set(epoch + 1);
	taken
}

pub(crate) fn claim(epoch: u32, who: AccountId) -> DispatchResult {
	Ratings::claim_reward(RuntimeOrigin::signed(ALICE), epoch, who)
}

pub(crate) fn expire(epoch: u32) -> DispatchResult {
	Ratings::expire_epoch(RuntimeOrigin::signed(ALICE), epoch, u32::MAX)
		.map(|_| ())
		.map_err(|error| error.error)
}

pub(crate) fn donate(who: AccountId, amount: Balance) {
	<Balances as Mutate<_>>::transfer(&who, &Ratings::pool(), amount, Preservation::Preserve).unwrap();
	Donated::mutate(|donated| *donated += amount);
}

pub(crate) fn balance(who: AccountId) -> Balance {
	Balances::total_balance(&who)
}

pub(crate) fn held(who: AccountId) -> Balance {
	Balances::balance_on_hold(&HoldReason::Rating.into(), &who)
}

/// What accounts have in all.
pub(crate) fn sum_of_balances() -> Balance {
	frame_system::Account::<Test>::iter_values().map(|a| a.data.free + a.data.reserved).sum()
}

/// Events of this pallet, oldest first.
pub(crate) fn events() -> Vec<Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Ratings(event) => Some(event),
			_ => None,
		})
		.collect()
}
