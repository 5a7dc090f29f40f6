//! A runtime with balances and this pallet, and small stand-ins for the models, the datanets, the answers and the clock.

use crate as pallet_ratings;
use crate::{
	pallet::*, Asset, Ballot, CreditOf, Digest, HoldReason, Policy, Prices, ReviewPolicy, Stage, Vote,
};
use engram_math::rating::{Agreement, Dynamics, RewardRates};
use engram_primitives::{
	economy::{
		AnswerBudget, BurnCause, Burns, ContributorRewards, EpochClock, EpochPool, PaidContribution,
		PaidContributions, ServedAnswer, ServedJobs,
	},
	model::{Architecture, InferenceRates, InfluenceMethod, RowShape},
	traits::{Beacon, ContributionInfo, Contributions, ModelInfo, ModelRegistry, VersionInfo},
	units::{Balance, ENGR, MILLI},
	Cid, ContributionId, JobId, ModelId, VersionId,
};
use frame_support::{
	derive_impl, parameter_types,
	traits::{
		fungible::{hold::Inspect as _, Inspect, Mutate},
		tokens::Preservation,
		ConstU128, ConstU64, Hooks, Imbalance, OnUnbalanced,
	},
	PalletId,
};
use frame_system::EnsureRoot;
use sp_runtime::{
	traits::{BlakeTwo256, Hash},
	BuildStorage, DispatchError, DispatchResult,
};
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
/// Review: ten accounts.
pub(crate) const REVIEWERS: core::ops::Range<AccountId> = 20..30;
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
pub(crate) const BOND: Balance = 100 * ENGR;
pub(crate) const SEATS: u32 = 5;
pub(crate) const QUORUM: u32 = 3;
pub(crate) const PANEL: u32 = 12;
pub(crate) const COMMIT_PERIOD: u64 = 6;
pub(crate) const REVEAL_PERIOD: u64 = 8;
pub(crate) const RANKED: u32 = 3;
pub(crate) const ALLOCATION_PERIOD: u32 = 2;
pub(crate) const DELAY: u64 = 4;
/// Draws of a block, and blocks in which a draw finds a place.
pub(crate) const DRAWS: u32 = 2;
pub(crate) const WINDOW: u32 = 3;
/// What accounts have in all at genesis.
pub(crate) const GENESIS: Balance = (4 + 10) * RICHES + 2 * ED;
/// The best score of a rating.
pub(crate) const ONE: i32 = 1_000_000;

/// A burn moves a rating by half of it, a tenth is left after 23 blocks; a repetition costs half more; an answer's whole
/// influence is worth 10 ENGR, and a tenth of the rating.
pub(crate) const POLICY: Policy = Policy {
	prices: Prices { first: ENGR, growth: 500_000 },
	dynamics: Dynamics { efficiency: 500_000, decay: 100_000_000_000_000_000 },
	rewards: RewardRates { base: 10 * ENGR, feedback: 100_000 },
	least_kept: MILLI,
};

/// Nothing is set aside, so that a budget for ratings is one for ratings.
pub(crate) const NO_REVIEWS: ReviewPolicy = ReviewPolicy { reviewers: 0, owners: 0, ..REVIEWS };

/// Every shared answer is reviewed, three tenths of a budget are for reviewers and a tenth is for owners; a point of ten away
/// from the median half is earned, from two on nothing, and more than five cost half of the bond.
pub(crate) const REVIEWS: ReviewPolicy = ReviewPolicy {
	sampling: 1_000_000,
	reviewers: 300_000,
	owners: 100_000,
	least_bonus: MILLI,
	agreement: Agreement { tolerance: 200_000, limit: 500_000 },
	manipulation: 500_000,
	withholding: 100_000,
	absence: 20_000,
	pot: ENGR,
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
	/// What reviewers lost.
	pub static Slashed: Balance = 0;
	/// Moves every draw.
	pub static BeaconSalt: u64 = 0;
	/// Whether the beacon has no outputs.
	pub static BeaconLost: bool = false;
	pub static MaxDraws: u32 = DRAWS;
	pub static DrawWindow: u32 = WINDOW;
	pub static ReviewerBond: Balance = BOND;
	pub static MaxReviewers: u32 = PANEL;
	pub static ReviewQuorum: u32 = QUORUM;
	pub static Committing: u64 = COMMIT_PERIOD;
	pub static Revealing: u64 = REVEAL_PERIOD;
	pub static MaxRanked: u32 = RANKED;
	pub static Allocating: u32 = ALLOCATION_PERIOD;
	pub static ReviewSeats: u32 = SEATS;
	/// Versions of [`MODEL`], beside [`VERSION`].
	pub static Versions: Vec<VersionId> = Vec::new();
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

	fn version(version: VersionId) -> Option<VersionInfo> {
		(version == VERSION || Versions::get().contains(&version)).then(|| VersionInfo {
			model: ModelId(3),
			weights: Cid::of_raw(b"weights"),
			job: JobId(0),
			parts: Default::default(),
			correct: 0,
			held_out_rows: 0,
		})
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

	fn row_shape(_: ContributionId) -> Option<RowShape> {
		panic!("only the market asks what can be trained on")
	}
}

pub struct FakeAnswers;

impl ServedJobs<AccountId> for FakeAnswers {
	fn served_answer(job: JobId) -> Option<ServedAnswer<AccountId>> {
		Answers::get().remove(&job)
	}
}

pub struct FakeBeacon;

impl Beacon<u64> for FakeBeacon {
	fn delay() -> u64 {
		DELAY
	}

	fn output(at: u64) -> Option<Digest> {
		let now = System::block_number();
		(at <= now && !BeaconLost::get()).then(|| BlakeTwo256::hash_of(&(BeaconSalt::get(), at)))
	}
}

/// All of every slash is destroyed.
pub struct Slashes;

impl OnUnbalanced<CreditOf<Test>> for Slashes {
	fn on_nonzero_unbalanced(credit: CreditOf<Test>) {
		Slashed::mutate(|slashed| *slashed += credit.peek());
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

	fn version(index: u32) -> VersionId {
		let version = VersionId(1_000 + u64::from(index));
		Versions::mutate(|all| all.push(version));
		version
	}

	fn beacon() {}
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
	type Beacon = FakeBeacon;
	type OnSlash = Slashes;
	type Treasury = ConstU64<TREASURY>;
	type PalletId = RatingsPalletId;
	type RatingDeposit = RatingDeposit;
	type ClaimPeriod = Claiming;
	type ExpirePage = ExpirePage;
	type ScoreWindow = Scoring;
	type BudgetPeriod = ConstU64<BUDGET_PERIOD>;
	type MaxTracked = MaxTracked;
	type ReviewerBond = ReviewerBond;
	type MaxReviewers = MaxReviewers;
	type ReviewSeats = ReviewSeats;
	type ReviewQuorum = ReviewQuorum;
	type MaxDraws = MaxDraws;
	type DrawWindow = DrawWindow;
	type CommitPeriod = Committing;
	type RevealPeriod = Revealing;
	type MaxRanked = MaxRanked;
	type AllocationPeriod = Allocating;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Helper;
	type WeightInfo = ();
}

pub(crate) struct ExtBuilder {
	pub(crate) policy: Policy,
	pub(crate) reviews: ReviewPolicy,
}

impl Default for ExtBuilder {
	fn default() -> Self {
		Self { policy: POLICY, reviews: NO_REVIEWS }
	}
}

impl ExtBuilder {
	/// Answers are reviewed.
	pub(crate) fn reviewing() -> Self {
		Self { reviews: REVIEWS, ..Self::default() }
	}

	pub(crate) fn build(self) -> sp_io::TestExternalities {
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		let rich = [ALICE, BOB, CAROL, PAYER].into_iter().chain(REVIEWERS).map(|who| (who, RICHES));
		pallet_balances::GenesisConfig::<Test> {
			balances: rich.chain([(TREASURY, ED), (Ratings::pool(), ED)]).collect(),
			..Default::default()
		}
		.assimilate_storage(&mut storage)
		.unwrap();
		crate::GenesisConfig::<Test> {
			policy: self.policy,
			review_policy: self.reviews,
			..Default::default()
		}
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
	Slashed::set(0);
	BeaconSalt::set(0);
	BeaconLost::set(false);
	MaxDraws::set(DRAWS);
	DrawWindow::set(WINDOW);
	ReviewerBond::set(BOND);
	MaxReviewers::set(PANEL);
	ReviewSeats::set(SEATS);
	ReviewQuorum::set(QUORUM);
	Committing::set(COMMIT_PERIOD);
	Revealing::set(REVEAL_PERIOD);
	MaxRanked::set(RANKED);
	Allocating::set(ALLOCATION_PERIOD);
	Versions::set(Vec::new());
}

/// Every invariant, and that the pool has what it owes, its existential deposit and gifts.
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

/// Begins every block up to this one.
pub(crate) fn run_to(block: u64) {
	while System::block_number() < block {
		System::set_block_number(System::block_number() + 1);
		Ratings::on_initialize(System::block_number());
	}
}

/// A job is paid, of which all that is kept is for contributors and ratings.
pub(crate) fn record(job: JobId, contributors: Balance, ratings: Balance) {
	Ratings::record_budget(job, AnswerBudget { kept: contributors + ratings, contributors, ratings });
}

/// A job of [`PAYER`] is answered; its contributors may get `contributors`, and `ratings` because of ratings.
pub(crate) fn answer(job: JobId, contributors: Balance, ratings: Balance) {
	Answers::mutate(|all| all.insert(job, ServedAnswer { payer: PAYER, version: VERSION }));
	record(job, contributors, ratings);
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
	Ratings::set_aside(taken).unwrap();
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

pub(crate) fn bond_of(who: AccountId) -> Balance {
	let bond = Reviewers::<Test>::get(who).map_or(0, |reviewer| reviewer.bond);
	assert_eq!(Balances::balance_on_hold(&HoldReason::Reviewer.into(), &who), bond);
	bond
}

pub(crate) fn join(who: AccountId, bond: Balance) -> DispatchResult {
	Ratings::join_reviewers(RuntimeOrigin::signed(who), bond)
}

pub(crate) fn material() -> Cid {
	Cid::of_raw(b"answer")
}

pub(crate) fn share(who: AccountId, job: JobId) -> DispatchResult {
	Ratings::share_answer(RuntimeOrigin::signed(who), job, material())
}

/// Everybody's own salt.
pub(crate) fn salt(who: AccountId) -> Digest {
	Digest::repeat_byte(u8::try_from(who).unwrap())
}

pub(crate) fn commit_to(who: AccountId, job: JobId, ballot: Ballot) -> DispatchResult {
	let commitment = Ratings::commitment(job, &who, ballot, salt(who));
	Ratings::commit_review(RuntimeOrigin::signed(who), job, commitment)
}

pub(crate) fn commit(who: AccountId, job: JobId, score: u8) -> DispatchResult {
	commit_to(who, job, Ballot::Score(score))
}

pub(crate) fn show(who: AccountId, job: JobId, ballot: Ballot) -> DispatchResult {
	Ratings::reveal_review(RuntimeOrigin::signed(who), job, ballot, salt(who))
}

pub(crate) fn reveal(who: AccountId, job: JobId, score: u8) -> DispatchResult {
	show(who, job, Ballot::Score(score))
}

pub(crate) fn close_review(job: JobId) -> DispatchResult {
	Ratings::close_review(RuntimeOrigin::signed(ALICE), job)
}

/// Who reviews an answer, in the order of their ranks.
pub(crate) fn bench(job: JobId) -> Vec<AccountId> {
	match Reviews::<Test>::get(job).map(|review| review.stage) {
		Some(Stage::Drawn(bench)) => bench.seats.iter().map(|seat| seat.who).collect(),
		_ => Vec::new(),
	}
}

pub(crate) fn vote_of(who: AccountId, job: JobId) -> Option<Vote> {
	match Reviews::<Test>::get(job)?.stage {
		Stage::Drawn(bench) => bench.seats.iter().find(|seat| seat.who == who).map(|seat| seat.vote),
		Stage::Shared { .. } => None,
	}
}

/// All reviewers join with the least bond.
pub(crate) fn all_join() {
	for who in REVIEWERS {
		join(who, BOND).unwrap();
	}
}

/// A job of [`PAYER`] is answered, shared and drawn: `ratings` is what ratings and reviews of it may cause together.
pub(crate) fn drawn(job: JobId, ratings: Balance) -> Vec<AccountId> {
	answer(job, 0, ratings);
	share(PAYER, job).unwrap();
	run_to(System::block_number() + DELAY);
	bench(job)
}

/// The bench commits to these ballots, in order, and reveals them. The review can be closed.
pub(crate) fn voted(job: JobId, ballots: [Ballot; 5]) -> Vec<AccountId> {
	let bench = bench(job);
	for (who, ballot) in bench.iter().zip(ballots) {
		commit_to(*who, job, ballot).unwrap();
	}
	for (who, ballot) in bench.iter().zip(ballots) {
		show(*who, job, ballot).unwrap();
	}
	bench
}

/// The same with scores alone.
pub(crate) fn reviewed(job: JobId, scores: [u8; 5]) -> Vec<AccountId> {
	voted(job, scores.map(Ballot::Score))
}

/// What an account is owed for reviews in the running epoch.
pub(crate) fn reviewed_reward(who: AccountId) -> Balance {
	Owed::<Test>::get(Epoch::get(), who).map_or(0, |row| row.reviewed)
}
