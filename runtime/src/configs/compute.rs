//! Engram's own pallets: workers, models, data, jobs, proof, attribution, ratings.

use super::{deposit, tokens::CurveTokens, DealWithSlash, FeeShares, JobCut, TreasuryAccount};
use crate::{
	AccountId, Assets, Attribution, Authorship, Balance, Balances, Beacon, BlockNumber, Curves, Datanets,
	Emission, Jobs, Learning, Models, Pools, Ratings, Runtime, RuntimeHoldReason, Timing, Treasury, Workers,
};
use alloc::{vec, vec::Vec};
use core::marker::PhantomData;
use engram_math::fee::NetShares;
use engram_primitives::{
	economy::EpochPool,
	traits::BlockAuthor,
	units::{ENGR, MILLI},
};
use frame_support::{
	parameter_types,
	traits::{Contains, Get},
	PalletId,
};
use frame_system::EnsureRoot;
use pallet_identity::Judgement;

/// Longest multiaddress of a worker or a data source, in bytes.
const MAX_ADDRESS: u32 = 256;
/// Most workers active at once.
const MAX_WORKERS: u32 = 256;
/// Most jobs one worker executes or verifies at once.
const MAX_SLOTS: u32 = 8;
/// Beacon delays in which a receipt can be challenged.
const CHALLENGE_DELAYS: u32 = 2;
/// Beacon delays after them in which contributors can claim.
const CLAIM_DELAYS: u32 = 100_000;

/// `N` beacon delays: every deadline of a job grows with the delay that genesis chose, so one runtime serves fast and
/// slow chains.
pub struct Delays<const N: u32>;
impl<const N: u32> Get<BlockNumber> for Delays<N> {
	fn get() -> BlockNumber {
		pallet_timing::BeaconDelay::<Runtime>::get().saturating_mul(N)
	}
}

type TrainingDeadline = Delays<15>;
type InferenceDeadline = Delays<10>;
type ReplayDeadline = Delays<10>;

/// Multiply-adds a second that every worker has to do: what two cores do without a graphics device, with the widest layers.
const LEAST_SPEED: u64 = 200_000_000;

/// What a worker of the least speed computes in half of `Deadline`. The other half is for fetching. Benchmarks measure the longest
/// records that there can be, which stand for more work than anybody could do.
pub struct HalfOf<Deadline>(PhantomData<Deadline>);
impl<Deadline: Get<BlockNumber>> Get<u64> for HalfOf<Deadline> {
	fn get() -> u64 {
		if cfg!(feature = "runtime-benchmarks") {
			return u64::MAX;
		}
		let milliseconds = Timing::schedule().slot_duration.saturating_mul(Deadline::get().into()) / 2;
		LEAST_SPEED.saturating_mul(milliseconds) / 1_000
	}
}

/// Whose identity a registrar judged reasonable or knows to be good, and none thinks wrong.
pub struct Identified;
impl Contains<AccountId> for Identified {
	fn contains(who: &AccountId) -> bool {
		let Some(identity) = pallet_identity::IdentityOf::<Runtime>::get(who) else { return false };
		let judged = |good: fn(&Judgement<Balance>) -> bool| {
			identity.judgements.iter().any(|(_, judgement)| good(judgement))
		};
		judged(|judgement| matches!(judgement, Judgement::Reasonable | Judgement::KnownGood))
			&& !judged(|judgement| {
				matches!(judgement, Judgement::OutOfDate | Judgement::LowQuality | Judgement::Erroneous)
			})
	}
}

/// As many blocks as `N` eras have slots: that many blocks take at least `N` eras.
pub struct Eras<const N: u64>;
impl<const N: u64> Get<BlockNumber> for Eras<N> {
	fn get() -> BlockNumber {
		let schedule = Timing::schedule();
		let slots =
			schedule.epoch_duration.saturating_mul(schedule.sessions_per_era.into()).saturating_mul(N);
		BlockNumber::try_from(slots).unwrap_or(BlockNumber::MAX)
	}
}

parameter_types! {
	pub const MaxAddressLen: u32 = MAX_ADDRESS;
	pub const MaxWorkers: u32 = MAX_WORKERS;
	pub const MaxSlots: u32 = MAX_SLOTS;
	pub const MinBond: Balance = 100 * ENGR;
	/// A tenth less, so that the least bond outlasts ten missed deadlines, if no part of it waits to be withdrawn.
	pub const BondPerSlot: Balance = 90 * ENGR;
	/// A stranger starts half trusted, gains a twentieth of the way with each verified job, loses half with a failure.
	pub const InitialReputation: u32 = 500_000;
	/// Half way between a stranger's and all of it.
	pub const IdentifiedReputation: u32 = 750_000;
	pub const ReputationGain: u32 = 50_000;
	/// Two fifths of an ENGR kept are a fee of ten for training. Who answers for nothing gains no reputation.
	pub const ReputationReference: Balance = 400 * MILLI;
	pub const ReputationLoss: u32 = 500_000;
	/// A twentieth of what a verified job may gain: see `docs/anti-gaming.md`.
	pub const DeclineLoss: u32 = 2_500;
	pub const ReputationFloor: u32 = 10_000;
	pub const MinReputation: u32 = 50_000;
	pub const SlashShare: u32 = 500_000;
	/// Withdrawals of parts of a bond under way at once.
	pub const MaxUnbonding: u32 = 8;
	/// A hundredth of the bond for a missed deadline.
	pub const LatenessShare: u32 = 10_000;
	pub const WorkersPalletId: PalletId = PalletId(*b"engr/wrk");
	/// As many epochs as stakers have to claim theirs.
	pub const RewardClaimPeriod: u32 = 84;

	pub const ModelDepositBase: Balance = 100 * MILLI;
	pub const DepositPerByte: Balance = deposit(0, 1);
	pub const MaxVersions: u32 = 1_024;
	pub const ModelsPalletId: PalletId = PalletId(*b"engr/mod");
	/// A lock, and its part of who stands for the model and of a request.
	pub const StandingDeposit: Balance = deposit(3, 320);
	/// As much as a worker's least bond.
	pub const RollbackBond: Balance = 100 * ENGR;
	/// 1 % of a model's tokens.
	pub const MinSeatShare: u32 = 10_000;
	pub const DatanetDeposit: Balance = deposit(2, 256);
	pub const ContributionDeposit: Balance = deposit(3, 640);
	pub const MaxContributions: u32 = 4_096;

	pub const JobsPalletId: PalletId = PalletId(*b"engr/job");
	pub const PotPalletId: PalletId = PalletId(*b"engr/pot");
	pub const EscrowPalletId: PalletId = PalletId(*b"engr/esc");
	pub const VerifierShare: u32 = 150_000;
	/// Seven tenths of what an answer earns go to the model, one to the stakers, two to the contributors (paper O).
	pub const NetFee: NetShares = NetShares { model: 700_000, stakers: 100_000, contributors: 200_000 };
	pub const MinTrainingFee: Balance = ENGR;
	/// What two records cost: of what the contributors to an answer are owed, and of what that may cause.
	pub const MinContributorsPart: Balance = deposit(2, 512);
	pub const JobDeposit: Balance = deposit(2, 1_024);
	pub const MaxRows: u32 = 65_536;
	pub const MaxExactRows: u32 = 2_048;
	pub const MaxExactAnswers: u32 = 512;
	pub const SpareMemory: u32 = 1_024;
	pub const MaxAttempts: u32 = 5;
	/// Half of the time allowed is for fetching.
	pub const FetchShare: u32 = 500_000;
	/// As much as the least training, and as large a part of the fee as the least cut.
	pub const MinUnservedFee: Balance = ENGR;
	pub const UnservedShare: u32 = 50_000;
	/// An executor gets at most 80 % of a fee, so that nobody with less than three eighths of all draws gains by withholding.
	pub const FundedUnservedShare: u32 = 300_000;
	/// What work costs in the reference market of the emission's default policy, in thousandths, rounded down: 82,000 ENGR kept a
	/// day are four fifths of a cut of 5 %, so of 2,050,000 ENGR of fees, and 80 workers with a capacity of 10^9 multiply-adds
	/// compute 80 * 14,400 * 10^9 in the blocks of that day.
	pub const MaxFundedPrice: Balance = 1_779 * MILLI;
	pub const MaxUnserved: u32 = 2;
	pub const MaxDrawRetries: u32 = 10;
	pub const MaxOpenJobs: u32 = 512;
	pub const MaxOpenPerRequester: u32 = 64;
	pub const MaxJobsPerBlock: u32 = 16;
	pub const AgendaWindow: u32 = 64;
	pub const MaxChecksPerBlock: u32 = 16;
	pub const MaxReplacements: u32 = 3;

	pub const AttributionPalletId: PalletId = PalletId(*b"engr/att");
	/// The stakers' part of inference fees waits here for the end of the era.
	pub StakersInbox: AccountId = Emission::stakers_inbox();

	pub const RatingsPalletId: PalletId = PalletId(*b"engr/rat");
	pub const RatingDeposit: Balance = deposit(1, 128);
	/// Rows of rewards that one call removes.
	pub const ExpirePage: u32 = 64;
	/// Contributions counted for an h-index.
	pub const MaxTracked: u32 = 64;
	pub const ReviewerBond: Balance = 100 * ENGR;
	/// Reviewers that a draw ranks.
	pub const MaxReviewers: u32 = 256;
	pub const ReviewSeats: u32 = 5;
	pub const ReviewQuorum: u32 = 3;
	/// Draws of reviewers in one block.
	pub const MaxDrawsPerBlock: u32 = 8;
	/// Blocks in which a shared answer finds a place for its draw.
	pub const DrawWindow: u32 = 16;
	/// Versions that share in the pot of an epoch.
	pub const MaxRanked: u32 = 64;
	/// Epochs in which that pot can be divided.
	pub const AllocationPeriod: u32 = 14;
}

/// Since when workers are probed.
pub struct ProbedSince;
impl Get<Option<BlockNumber>> for ProbedSince {
	fn get() -> Option<BlockNumber> {
		pallet_jobs::ProbedSince::<Runtime>::get()
	}
}

/// Accounts of our own that exist from genesis.
pub fn pots() -> Vec<AccountId> {
	vec![
		Attribution::pot_account(),
		Emission::stakers_pot(),
		Emission::stakers_inbox(),
		Emission::vault_account(),
		<Ratings as EpochPool<AccountId>>::pool_account(),
		<Workers as EpochPool<AccountId>>::pool_account(),
		Jobs::escrow_account(),
		Treasury::account_id(),
	]
}

/// The author of the block, from its BABE digest.
pub struct Author;
impl BlockAuthor<AccountId> for Author {
	fn author() -> Option<AccountId> {
		Authorship::author()
	}
}

impl pallet_workers::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type AdminOrigin = EnsureRoot<AccountId>;
	type OnSlash = DealWithSlash;
	type Clock = Emission;
	type Treasury = TreasuryAccount;
	type PalletId = WorkersPalletId;
	type ClaimPeriod = RewardClaimPeriod;
	type MinBond = MinBond;
	type BondPerSlot = BondPerSlot;
	type MaxSlots = MaxSlots;
	type MaxWorkers = MaxWorkers;
	type MaxAddressLen = MaxAddressLen;
	// Longer than the longest attempt at a job, see the test of the constants.
	type UnbondingPeriod = Delays<1_200>;
	type MaxUnbonding = MaxUnbonding;
	type SlashShare = SlashShare;
	type LatenessShare = LatenessShare;
	type InitialReputation = InitialReputation;
	type Identified = Identified;
	type IdentifiedReputation = IdentifiedReputation;
	type ReputationGain = ReputationGain;
	type ReputationReference = ReputationReference;
	type ReputationLoss = ReputationLoss;
	type DeclineLoss = DeclineLoss;
	type ReputationFloor = ReputationFloor;
	type MinReputation = MinReputation;
	// More than two weeks of blocks of six seconds at a delay of 16.
	type MeasurePeriod = Delays<15_000>;
	type ProbedSince = ProbedSince;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::WorkersHelper;
	type WeightInfo = crate::weights::pallet_workers::WeightInfo<Runtime>;
}

impl pallet_models::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Tokens = Assets;
	type ModelTokens = (CurveTokens, Pools);
	type OnSlash = DealWithSlash;
	type ModelDepositBase = ModelDepositBase;
	type ModelDepositPerByte = DepositPerByte;
	type MaxVersions = MaxVersions;
	type Removed = Curves;
	type PalletId = ModelsPalletId;
	type StandingDeposit = StandingDeposit;
	type RollbackBond = RollbackBond;
	type StandingPeriod = Eras<1>;
	type MinSeatShare = MinSeatShare;
	// Longer than the period: who hears of a request can still lock tokens, take a seat and refuse it.
	type RollbackDelay = Eras<2>;
	type RollbackWindow = Eras<4>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::ModelsHelper;
	type WeightInfo = crate::weights::pallet_models::WeightInfo<Runtime>;
}

impl pallet_datanets::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type DatanetDeposit = DatanetDeposit;
	type ContributionDeposit = ContributionDeposit;
	type MaxContributions = MaxContributions;
	type MaxAddressLen = MaxAddressLen;
	type WeightInfo = crate::weights::pallet_datanets::WeightInfo<Runtime>;
}

impl pallet_jobs::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type AdminOrigin = EnsureRoot<AccountId>;
	type PalletId = JobsPalletId;
	type PotPalletId = PotPalletId;
	type EscrowPalletId = EscrowPalletId;
	type Beacon = Beacon;
	type Workers = Workers;
	type Models = Models;
	type Data = Datanets;
	type Pricing = Attribution;
	type Checks = Learning;
	type Paid = (Curves, Emission);
	type Burns = Emission;
	type Tokens = Pools;
	type CutShares = FeeShares;
	type Treasury = TreasuryAccount;
	type Author = Author;
	type VerifierShare = VerifierShare;
	type CutShare = JobCut;
	type MinTrainingFee = MinTrainingFee;
	type MinContributorsPart = MinContributorsPart;
	type JobDeposit = JobDeposit;
	type MaxRows = MaxRows;
	type MaxExactRows = MaxExactRows;
	type MaxExactAnswers = MaxExactAnswers;
	type SpareMemory = SpareMemory;
	type MaxAddressLen = MaxAddressLen;
	type MaxAttempts = MaxAttempts;
	type MaxDrawRetries = MaxDrawRetries;
	type DrawRetryPeriod = Delays<2>;
	type TrainingDeadline = TrainingDeadline;
	type InferenceDeadline = InferenceDeadline;
	type MaxTrainingLoad = HalfOf<TrainingDeadline>;
	type MaxReplayLoad = HalfOf<ReplayDeadline>;
	type MaxAnswerLoad = HalfOf<InferenceDeadline>;
	type FetchShare = FetchShare;
	type MinUnservedFee = MinUnservedFee;
	type UnservedShare = UnservedShare;
	type FundedUnservedShare = FundedUnservedShare;
	type MaxFundedPrice = MaxFundedPrice;
	type MaxUnserved = MaxUnserved;
	type RetentionPeriod = Delays<1_800>;
	type MaxOpenJobs = MaxOpenJobs;
	type MaxOpenPerRequester = MaxOpenPerRequester;
	type MaxPerWorker = MaxSlots;
	type MaxPerBlock = MaxJobsPerBlock;
	type AgendaWindow = AgendaWindow;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::JobsHelper;
	type WeightInfo = crate::weights::pallet_jobs::WeightInfo<Runtime>;
}

impl pallet_learning::Config for Runtime {
	type Jobs = Jobs;
	type Beacon = Beacon;
	type Workers = Workers;
	type ReplayDeadline = ReplayDeadline;
	type RevealDeadline = Delays<8>;
	type MaxReplacements = MaxReplacements;
	type MaxDrawRetries = MaxDrawRetries;
	type MaxPerBlock = MaxChecksPerBlock;
	type WeightInfo = crate::weights::pallet_learning::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::LearningHelper;
}

impl pallet_attribution::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Jobs = Jobs;
	type Workers = Workers;
	type Models = Models;
	type Data = Datanets;
	type NetShares = NetFee;
	type CutShares = FeeShares;
	type CutShare = JobCut;
	type StakersPot = StakersInbox;
	type Paid = Ratings;
	type Treasury = TreasuryAccount;
	type Author = Author;
	type PalletId = AttributionPalletId;
	type ChallengeWindow = Delays<CHALLENGE_DELAYS>;
	type ClaimPeriod = Delays<CLAIM_DELAYS>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::AttributionHelper;
	type WeightInfo = crate::weights::pallet_attribution::WeightInfo<Runtime>;
}

impl pallet_ratings::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type AdminOrigin = EnsureRoot<AccountId>;
	type Models = Models;
	type Data = Datanets;
	type Served = Attribution;
	type Clock = Emission;
	type Burns = Emission;
	type Treasury = TreasuryAccount;
	type PalletId = RatingsPalletId;
	type RatingDeposit = RatingDeposit;
	type ClaimPeriod = RewardClaimPeriod;
	type ExpirePage = ExpirePage;
	// As long as the market remembers a closed job.
	type ScoreWindow = Delays<1_800>;
	// A contributor who claims in the last block is rewarded like every other.
	type BudgetPeriod = Delays<{ CHALLENGE_DELAYS + CLAIM_DELAYS + 1 }>;
	type MaxTracked = MaxTracked;
	type Beacon = Beacon;
	type OnSlash = DealWithSlash;
	type ReviewerBond = ReviewerBond;
	type MaxReviewers = MaxReviewers;
	type ReviewSeats = ReviewSeats;
	type ReviewQuorum = ReviewQuorum;
	type MaxDraws = MaxDrawsPerBlock;
	type DrawWindow = DrawWindow;
	type CommitPeriod = Delays<300>;
	type RevealPeriod = Delays<300>;
	type MaxRanked = MaxRanked;
	type AllocationPeriod = AllocationPeriod;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::RatingsHelper;
	type WeightInfo = crate::weights::pallet_ratings::WeightInfo<Runtime>;
}
