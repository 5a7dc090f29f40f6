//! How the native economy meets the pallets that earn and spend: what the protocol keeps of fees, what is burned and why, and
//! who shares in an epoch's minting. An epoch is one staking era.

use crate::{ContributionId, JobId, ModelId, VersionId};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use engram_math::yields::Bonus;
use scale_info::TypeInfo;
use sp_runtime::DispatchResult;

/// Why native tokens were burned. Only grows at the end.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum BurnCause {
	/// The burned share of job fees.
	#[codec(index = 0)]
	JobFee,
	/// The burned share of transaction fees.
	#[codec(index = 1)]
	TransactionFee,
	/// The burned share of slashes, of workers, reviewers and stakers.
	#[codec(index = 2)]
	Slash,
	/// Ratings.
	#[codec(index = 3)]
	Rating,
	/// What was left in accounts that were reaped.
	#[codec(index = 4)]
	Dust,
	/// `balances.burn`, and every other way by which holders destroy what is theirs.
	#[codec(index = 5)]
	Holder,
	/// The burned share of the fees of model tokens' trades, and of the creation of baskets.
	#[codec(index = 6)]
	TradeFee,
}

/// Told of every burn. Implemented by `emission`, used by whoever burns.
pub trait Burns {
	/// `amount` base units left the issuance for `cause`.
	fn burned(cause: BurnCause, amount: u128);
}

/// What a paid job bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaidWork {
	/// A version was trained.
	Training,
	/// A version answered.
	Answer,
}

/// A job that was verified or served, and paid. Amounts are base units, work is multiply-adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidJob<AccountId> {
	/// The job.
	pub job: JobId,
	/// What it bought.
	pub kind: PaidWork,
	/// The model that was trained or answered.
	pub model: ModelId,
	/// Who bought it: the model's escrow, if that paid.
	pub requester: AccountId,
	/// Who executed.
	pub executor: AccountId,
	/// What the executor computed.
	pub work: u64,
	/// Each paid verifier and what it replayed.
	pub verifiers: Vec<(AccountId, u64)>,
	/// The version's measured performance: held-out rows classified correctly, in parts per million.
	pub performance: u32,
	/// The version, if it serves: the registry took it, and it is not rolled back, as one that continues a rolled back version is
	/// from the start.
	pub serves: Option<VersionId>,
	/// Of the fee, what was burned. With what went to the treasury, the only part that cannot come back to its payer.
	pub burned: u128,
	/// Of the fee, what went to the treasury.
	pub treasury: u128,
}

/// Told of every paid job. Implemented by `emission`, which books the job's burn, and by `curves`; used by `jobs`, which does
/// not report that burn a second time.
pub trait PaidJobs<AccountId> {
	/// A job was paid.
	fn paid(job: PaidJob<AccountId>);
}

impl<AccountId: Clone, First: PaidJobs<AccountId>, Second: PaidJobs<AccountId>> PaidJobs<AccountId>
	for (First, Second)
{
	fn paid(job: PaidJob<AccountId>) {
		First::paid(job.clone());
		Second::paid(job);
	}
}

/// A pool of each epoch's minting that is paid out by claims.
pub trait EpochPool<AccountId> {
	/// The account that the pool is minted into and claims are paid from.
	fn pool_account() -> AccountId;
	/// Ends epoch `epoch`, for which `offered` base units may be paid. Returns what can be claimed at most; the caller mints
	/// exactly that into the account, calls [`EpochPool::set_aside`], and mints the rest into the treasury. Never more than
	/// `offered`.
	fn close_epoch(epoch: u32, offered: u128) -> u128;
	/// Puts what the closed epoch took on hold, so that what strangers send to the account is told from what is owed.
	fn set_aside(taken: u128) -> DispatchResult;
}

/// The active workers whose capacity is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ComputeMarket {
	/// `C_mean`: their mean capacity, in multiply-adds per block.
	pub mean_capacity: u64,
	/// `N`: how many they are.
	pub workers: u32,
}

/// The workers' side of an epoch. Implemented by `workers`, used by `emission`.
pub trait ComputeRewards<AccountId>: EpochPool<AccountId> {
	/// A worker did verified work in the running epoch, for which it is paid at most `ceiling` base units.
	fn record_work(worker: &AccountId, work: u64, bonus: Bonus, ceiling: u128);
	/// What there is of compute.
	fn compute_market() -> ComputeMarket;
}

/// What an answered job may cause, in base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AnswerBudget {
	/// Of its fee, what was burned or went to the treasury: what cannot come back to its payer. At least the other two together.
	pub kept: u128,
	/// At most this for the influence of all its contributors together.
	pub contributors: u128,
	/// At most this because of ratings.
	pub ratings: u128,
}

/// The contributors' side of an epoch. Implemented by `ratings`, used by `emission`.
pub trait ContributorRewards<AccountId>: EpochPool<AccountId> {
	/// An inference job was paid, and this is what it may cause. [`ServedJobs`] knows the answer already, if contributors are
	/// owed anything for it.
	fn record_budget(job: JobId, budget: AnswerBudget);
}

/// A contributor's part of one answered job. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidContribution<AccountId> {
	/// The job.
	pub job: JobId,
	/// Who bought the answer.
	pub payer: AccountId,
	/// The contribution.
	pub contribution: ContributionId,
	/// Its owner, who was paid.
	pub owner: AccountId,
	/// What the owner was paid for its influence.
	pub amount: u128,
	/// What all contributions of the job are paid together.
	pub total: u128,
}

/// Told whenever a contribution was paid for its influence. Implemented by `ratings`, used by `attribution`.
pub trait PaidContributions<AccountId> {
	/// The owner of a contribution was paid.
	fn contribution_paid(paid: PaidContribution<AccountId>);
}

/// A served inference job, as long as its contributors are not all paid.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct ServedAnswer<AccountId> {
	/// Who bought the answer.
	pub payer: AccountId,
	/// What answered.
	pub version: VersionId,
}

/// The jobs that were answered. Implemented by `attribution`, used by `ratings`.
pub trait ServedJobs<AccountId> {
	/// A job that was answered and whose contributors are still owed something, from before it is paid on. `None` for every
	/// other.
	fn served_answer(job: JobId) -> Option<ServedAnswer<AccountId>>;
}

/// Which epoch runs. Implemented by `emission`, used by whoever shares in its minting.
pub trait EpochClock {
	/// The running epoch: one more than the last that was closed.
	fn epoch() -> u32;
}

/// How well a model's token trades. Implemented by `curves`, used by `emission`.
pub trait MarketFactor {
	/// `V`: the market factor of a model in parts per million, at most `10^6`; zero for a model without a token.
	fn market_factor(model: ModelId) -> u32;
}

impl MarketFactor for () {
	fn market_factor(_: ModelId) -> u32 {
		0
	}
}

/// How many metrics measure a model's success: accuracy, adoption, improvement and growth of its network, in this order.
pub const METRICS: usize = 4;

/// What verified jobs and settled receipts say of a model. Implemented and used by `curves`.
pub trait SuccessMetrics {
	/// `m_1` to `m_4` in parts per million, `None` while nothing is measured. Only of what was verified or settled: what its
	/// owner says of a model is no measurement.
	fn metrics(model: ModelId) -> [Option<u32>; METRICS];
}

impl SuccessMetrics for () {
	fn metrics(_: ModelId) -> [Option<u32>; METRICS] {
		[None; METRICS]
	}
}

/// Where the premium of a model's token goes: an account from which only jobs of that model can be paid. Implemented by `jobs`,
/// used by `curves`.
pub trait ModelEscrow<AccountId> {
	/// The account of a model. `None` once the model takes no new jobs, which is so for good: then the treasury gets the premium.
	fn escrow_of(model: ModelId) -> Option<AccountId>;
	/// Whether that is the account of a model, also of one that takes no new jobs.
	fn is_escrow(model: ModelId, who: &AccountId) -> bool;
}
