//! Engram's own pallets: workers, models, data, jobs, proof, attribution.

use super::{deposit, ToTreasury, TreasuryAccount};
use crate::{
	AccountId, Attribution, Authorship, Balance, Balances, Beacon, BlockNumber, Datanets, Jobs, Learning,
	Models, Runtime, RuntimeHoldReason, Treasury, Workers,
};
use alloc::{vec, vec::Vec};
use engram_math::fee::{CutShares, NetShares};
use engram_primitives::{
	traits::BlockAuthor,
	units::{ENGR, MILLI},
};
use frame_support::{parameter_types, traits::Get, PalletId};
use frame_system::EnsureRoot;
use sp_runtime::traits::AccountIdConversion;

/// Longest multiaddress of a worker or a data source, in bytes.
const MAX_ADDRESS: u32 = 256;
/// Most workers registered at once.
const MAX_WORKERS: u32 = 256;
/// Most jobs one worker executes or verifies at once.
const MAX_SLOTS: u32 = 8;

/// `N` beacon delays: every deadline of a job grows with the delay that genesis chose, so one runtime serves fast and
/// slow chains.
pub struct Delays<const N: u32>;
impl<const N: u32> Get<BlockNumber> for Delays<N> {
	fn get() -> BlockNumber {
		pallet_timing::BeaconDelay::<Runtime>::get().saturating_mul(N)
	}
}

parameter_types! {
	pub const MaxAddressLen: u32 = MAX_ADDRESS;
	pub const MaxWorkers: u32 = MAX_WORKERS;
	pub const MaxSlots: u32 = MAX_SLOTS;
	pub const MinBond: Balance = 100 * ENGR;
	pub const BondPerSlot: Balance = 100 * ENGR;
	/// A stranger starts half trusted, gains a twentieth of the way with each verified job, loses half with a failure.
	pub const InitialReputation: u32 = 500_000;
	pub const ReputationGain: u32 = 50_000;
	pub const ReputationLoss: u32 = 500_000;
	pub const ReputationFloor: u32 = 10_000;
	pub const MinReputation: u32 = 50_000;
	pub const SlashShare: u32 = 500_000;

	pub const ModelDepositBase: Balance = 100 * MILLI;
	pub const DepositPerByte: Balance = deposit(0, 1);
	pub const MaxVersions: u32 = 1_024;
	pub const DatanetDeposit: Balance = deposit(2, 256);
	pub const ContributionDeposit: Balance = deposit(3, 640);
	pub const MaxContributions: u32 = 4_096;

	pub const VerifierShare: u32 = 150_000;
	pub const CutShare: u32 = 50_000;
	/// Half of the protocol's cut burns, three tenths go to the treasury, the rest to the author of the block.
	pub const ProtocolCut: CutShares = CutShares { burn: 500_000, treasury: 300_000 };
	/// Seven tenths of what an answer earns go to the model, one to the stakers, two to the contributors (paper O).
	pub const NetFee: NetShares = NetShares { model: 700_000, stakers: 100_000, contributors: 200_000 };
	pub const MinTrainingFee: Balance = ENGR;
	pub const JobDeposit: Balance = deposit(2, 1_024);
	pub const MaxRows: u32 = 65_536;
	pub const MaxAttempts: u32 = 5;
	pub const MaxDrawRetries: u32 = 10;
	pub const MaxOpenJobs: u32 = 512;
	pub const MaxOpenPerRequester: u32 = 64;
	pub const MaxJobsPerBlock: u32 = 16;
	pub const AgendaWindow: u32 = 64;
	pub const MaxChecksPerBlock: u32 = 16;
	pub const MaxReplacements: u32 = 3;

	pub const AttributionPalletId: PalletId = PalletId(*b"engr/att");
	pub const StakersPalletId: PalletId = PalletId(*b"engr/stk");
	/// The stakers' part of inference fees waits here for the era's staking pool.
	pub StakersPot: AccountId = StakersPalletId::get().into_account_truncating();
}

/// Accounts of our own that exist from genesis.
pub fn pots() -> Vec<AccountId> {
	vec![Attribution::pot_account(), StakersPot::get(), Treasury::account_id()]
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
	type OnSlash = ToTreasury;
	type MinBond = MinBond;
	type BondPerSlot = BondPerSlot;
	type MaxSlots = MaxSlots;
	type MaxWorkers = MaxWorkers;
	type MaxAddressLen = MaxAddressLen;
	type UnbondingPeriod = Delays<100>;
	type SlashShare = SlashShare;
	type InitialReputation = InitialReputation;
	type ReputationGain = ReputationGain;
	type ReputationLoss = ReputationLoss;
	type ReputationFloor = ReputationFloor;
	type MinReputation = MinReputation;
	type WeightInfo = crate::weights::pallet_workers::WeightInfo<Runtime>;
}

impl pallet_models::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type ModelDepositBase = ModelDepositBase;
	type ModelDepositPerByte = DepositPerByte;
	type MaxVersions = MaxVersions;
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
	type Beacon = Beacon;
	type Workers = Workers;
	type Models = Models;
	type Data = Datanets;
	type Pricing = Attribution;
	type Checks = Learning;
	type CutShares = ProtocolCut;
	type Treasury = TreasuryAccount;
	type Author = Author;
	type VerifierShare = VerifierShare;
	type CutShare = CutShare;
	type MinTrainingFee = MinTrainingFee;
	type JobDeposit = JobDeposit;
	type MaxRows = MaxRows;
	type MaxAddressLen = MaxAddressLen;
	type MaxAttempts = MaxAttempts;
	type MaxDrawRetries = MaxDrawRetries;
	type DrawRetryPeriod = Delays<2>;
	type TrainingDeadline = Delays<15>;
	type InferenceDeadline = Delays<10>;
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
	type ReplayDeadline = Delays<10>;
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
	type CutShares = ProtocolCut;
	type CutShare = CutShare;
	type StakersPot = StakersPot;
	type Treasury = TreasuryAccount;
	type Author = Author;
	type PalletId = AttributionPalletId;
	type ChallengeWindow = Delays<2>;
	type ClaimPeriod = Delays<100_000>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::AttributionHelper;
	type WeightInfo = crate::weights::pallet_attribution::WeightInfo<Runtime>;
}
