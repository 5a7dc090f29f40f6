//! What this pallet stores and reports.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::{fmt, ops::RangeInclusive};
use engram_math::{
	emission::{Bound, Issuance, Parameters, VAULT_SHARE},
	fee::{mul_div_ceil, split_cut, CutShares},
	yields::{self, BudgetShares, FactorRange, Market, Reference},
};
use engram_primitives::{
	economy::{BurnCause, ComputeMarket},
	units::{Balance, ENGR, PPM},
	JobId,
};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::DispatchError;

/// The accounts of this pallet. Each is a sub-account of its `PalletId`, by the index of the variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode)]
pub enum Pot {
	/// Holds what stakers are owed.
	#[codec(index = 0)]
	Stakers,
	/// Collects fees for the stakers' next payout.
	#[codec(index = 1)]
	Inbox,
	/// The DAO vault.
	#[codec(index = 2)]
	Vault,
}

impl Pot {
	/// All of them.
	pub const ALL: [Self; 3] = [Self::Stakers, Self::Inbox, Self::Vault];
}

/// Why native tokens were minted. Only grows at the end.
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
pub enum MintCause {
	/// An epoch's minting, to the DAO vault.
	#[codec(index = 0)]
	Vault,
	/// An epoch's minting, to stakers.
	#[codec(index = 1)]
	Stakers,
	/// An epoch's minting, to workers.
	#[codec(index = 2)]
	Workers,
	/// An epoch's minting, to verified contributors.
	#[codec(index = 3)]
	Contributors,
	/// An epoch's minting, to the treasury.
	#[codec(index = 4)]
	Treasury,
	/// Not minted by this pallet: forced on a development chain, or a defect.
	#[codec(index = 5)]
	Forced,
}

/// What the protocol's cut of job fees may be, in parts per million. With less, who withholds inputs that a model's escrow pays for
/// would stand for less than a third of what its workers get.
pub const CUT_RANGE: RangeInclusive<u32> = 50_000..=200_000;

/// The governed monetary policy.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Policy {
	/// How much an epoch mints.
	pub issuance: Parameters,
	/// The least and the largest part of their pool that stakers are paid.
	pub staking_range: FactorRange,
	/// The market that counts as a utilisation of one.
	pub reference: Reference,
	/// The staked share of the issuance at which the workers' pool is paid in full, in parts per million, from 1 to `10^6`.
	pub target_ratio: u32,
	/// How the kept part of a job's fee bounds the rewards it may cause.
	pub budget: BudgetShares,
	/// `k`: the strength of the workers' bonus, in parts per million, at most `10^6`.
	pub bonus_strength: u32,
	/// What the protocol keeps of the fees of a model's trades in an epoch for a market factor of one, in base units. At least
	/// `bonus_strength` of a quarter of the largest pool that workers may be offered: then washing trades never pays.
	pub market_reference: Balance,
	/// The protocol's part of what a job's fee pays for computing, in parts per million, within [`CUT_RANGE`], rounded down.
	pub cut: u32,
	/// How the protocol's cut of job fees and the fees of transactions are divided; the author of the block gets what burn and
	/// treasury leave.
	pub fees: CutShares,
	/// The treasury's part of every slash and penalty, in parts per million, at most `10^6`, rounded down; the rest is burned.
	pub slash_treasury: u32,
}

impl Default for Policy {
	/// For eras of a day and a supply in the order of 10^9 ENGR. `docs/economics` says why each value is what it is, and shows
	/// ten years of it.
	fn default() -> Self {
		let demand = 82_000 * ENGR;
		Self {
			issuance: Parameters {
				base: 164_000 * ENGR,
				fee_weight: PPM,
				fee_target: 4 * demand,
				demand_reference: demand,
				demand_min: 500_000,
				demand_max: 2_000_000,
				window: 7,
				cap: 328_000 * ENGR,
				decay: 850_000,
				epochs_per_year: 365,
				tail: 13_700 * ENGR,
				max_supply: None,
				ultrasound: None,
				weights: Default::default(),
			},
			staking_range: FactorRange { min: 500_000, max: PPM },
			reference: Reference { demand, capacity: 1_000_000_000, workers: 80 },
			target_ratio: 500_000,
			budget: BudgetShares {
				stakers: 80_000,
				worker: 350_000,
				verifiers: 100_000,
				contributors: 250_000,
				ratings: 100_000,
			},
			bonus_strength: 500_000,
			market_reference: 18_000 * ENGR,
			cut: 50_000,
			fees: CutShares { burn: 500_000, treasury: 300_000 },
			slash_treasury: 500_000,
		}
	}
}

/// The bound that a policy breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyBound {
	/// A bound of the issuance.
	Issuance(Bound),
	/// The staking range is inverted or above one.
	StakingRange,
	/// A field of the reference is zero.
	Reference,
	/// The target ratio is zero or above one.
	TargetRatio,
	/// The budget shares sum to more than one.
	Budget,
	/// The bonus is above one.
	BonusStrength,
	/// Washed trades would bring workers more than they cost.
	MarketReference,
	/// The cut is out of its range.
	Cut,
	/// The fee shares sum to more than one.
	Fees,
	/// The treasury's part of a slash is above one.
	SlashTreasury,
}

impl fmt::Display for PolicyBound {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str(match self {
			Self::Issuance(bound) => return bound.fmt(formatter),
			Self::StakingRange => "the staking range needs min <= max <= one million parts",
			Self::Reference => "a field of the reference market is zero; give demand, capacity and workers",
			Self::TargetRatio => "the target ratio is zero or above one million parts",
			Self::Budget => "the budget shares sum to more than one million parts",
			Self::BonusStrength => "the bonus strength is above one million parts",
			Self::MarketReference => {
				"the market reference is below what keeps washed trades from paying: raise it, or lower the cap, the tail, the \
				 workers' weight or the bonus strength"
			},
			Self::Cut => "the cut of job fees is not within 50,000 to 200,000 parts per million",
			Self::Fees => "the fee shares sum to more than one million parts",
			Self::SlashTreasury => "the treasury's part of a slash is above one million parts",
		})
	}
}

impl Policy {
	/// Checks every bound.
	pub fn validate(&self) -> Result<(), PolicyBound> {
		self.issuance.validate().map_err(PolicyBound::Issuance)?;
		let bounds = [
			(self.staking_range.is_valid(), PolicyBound::StakingRange),
			(self.reference.is_valid(), PolicyBound::Reference),
			((1..=PPM).contains(&self.target_ratio), PolicyBound::TargetRatio),
			(yields::budget_floor(0, self.budget).is_ok(), PolicyBound::Budget),
			(self.bonus_strength <= PPM, PolicyBound::BonusStrength),
			(self.keeps_washing_dear(), PolicyBound::MarketReference),
			(CUT_RANGE.contains(&self.cut), PolicyBound::Cut),
			(split_cut(0, self.fees).is_ok(), PolicyBound::Fees),
			(self.slash_treasury <= PPM, PolicyBound::SlashTreasury),
		];
		match bounds.into_iter().find(|(holds, _)| !holds) {
			Some((_, bound)) => Err(bound),
			None => Ok(()),
		}
	}

	/// Whether the market reference is as high as the largest pool of workers and their bonus need it.
	fn keeps_washing_dear(&self) -> bool {
		let Parameters { cap, tail, weights, .. } = self.issuance;
		let share = |amount, ppm: u32| mul_div_ceil(amount, ppm.into(), PPM.into());
		share(cap.max(tail), PPM.saturating_sub(VAULT_SHARE))
			.and_then(|rest| share(rest, weights.workers))
			.and_then(|pool| yields::least_market_reference_ceil(pool, self.bonus_strength))
			.is_ok_and(|least| self.market_reference >= least)
	}
}

/// What the running epoch has seen so far, in base units.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Running {
	/// The part of job fees that was burned or went to the treasury.
	pub kept: Balance,
	/// Fee income: of jobs and of transactions.
	pub fees: Balance,
	/// What was burned, by any cause.
	pub burned: Balance,
	/// What demand may add to the stakers' payout.
	pub staker_budget: Balance,
}

/// What went through the stakers' pot beside its minting, in base units.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Flows {
	/// Collected without minting: fees from the inbox, and gifts to the pot.
	pub collected: Balance,
	/// Paid to stakers.
	pub paid: Balance,
	/// Sent to the treasury.
	pub expired: Balance,
}

/// A minting as it was paid. The parts sum to it exactly.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Parts {
	/// To the DAO vault.
	pub vault: Balance,
	/// To the stakers' pot.
	pub stakers: Balance,
	/// To the workers' pool.
	pub workers: Balance,
	/// To the contributors' pool.
	pub contributors: Balance,
	/// To the treasury: dust, and what nobody may be paid.
	pub treasury: Balance,
}

impl Parts {
	/// The parts by the cause they are booked under.
	pub(crate) fn by_cause(&self) -> [(MintCause, Balance); 5] {
		[
			(MintCause::Vault, self.vault),
			(MintCause::Stakers, self.stakers),
			(MintCause::Workers, self.workers),
			(MintCause::Contributors, self.contributors),
			(MintCause::Treasury, self.treasury),
		]
	}
}

/// A closed epoch.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct EpochSummary {
	/// What was minted, and why.
	pub issuance: Issuance,
	/// What of it was paid to whom.
	pub parts: Parts,
	/// What stakers were paid beside that, without minting.
	pub collected: Balance,
	/// What the epoch saw.
	pub seen: Running,
	/// `u` in parts per million, rounded down.
	pub utilisation: u128,
	/// The stake of the era.
	pub staked: Balance,
	/// `C_mean`: mean capacity of the active workers, in multiply-adds per block.
	pub mean_capacity: u64,
	/// `N`: active workers.
	pub workers: u32,
	/// Issuance before the minting.
	pub supply_before: Balance,
	/// Issuance after it.
	pub supply_after: Balance,
}

impl EpochSummary {
	/// The market the epoch was scaled by.
	pub(crate) fn market(&self) -> Market {
		Market { demand: self.issuance.demand, capacity: self.mean_capacity, workers: self.workers }
	}
}

/// Where the issuance came from. `genesis + minted - burned` is the issuance at the end of every block.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Ledger {
	/// Issuance at the first block; `None` before it.
	pub genesis: Option<Balance>,
	/// Everything minted since, by cause.
	pub minted: Vec<(MintCause, Balance)>,
	/// Everything burned since, by cause.
	pub burned: Vec<(BurnCause, Balance)>,
	/// Issuance now.
	pub issuance: Balance,
}

/// What staking yielded in an epoch, in parts per million. `u128::MAX` stands for a division by zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct StakingYield {
	/// The epoch.
	pub epoch: u32,
	/// The paper's `Y`, the market in reference units of today's policy. Nothing is paid by it.
	pub paper: u128,
	/// A year of such payouts per stake, without compounding.
	pub annual: u128,
}

/// What the running epoch would be if it ended now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Preview {
	/// Its number.
	pub epoch: u32,
	/// What it has seen.
	pub seen: Running,
	/// `u` in parts per million, rounded down.
	pub utilisation: u128,
	/// What it would mint.
	pub issuance: Issuance,
}

/// Something that cannot happen, did. Only grows at the end.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum UnexpectedKind {
	/// The epoch could not be closed. Nothing was minted, and it goes on.
	#[codec(index = 0)]
	EpochNotClosed {
		/// Which.
		epoch: u32,
		/// Why.
		error: DispatchError,
	},
	/// Issuance grew by what this pallet did not mint. It is booked as forced.
	#[codec(index = 1)]
	IssuanceForced {
		/// By how much.
		amount: Balance,
	},
	/// The stakers' pot could not cover a payout. The payout stands, and issuance grew by it.
	#[codec(index = 2)]
	PayoutNotCovered {
		/// How much was paid.
		amount: Balance,
		/// Why.
		error: DispatchError,
	},
	/// What staking does not pay out could not leave the stakers' pot.
	#[codec(index = 3)]
	RemainderNotMoved {
		/// How much.
		amount: Balance,
		/// Why.
		error: DispatchError,
	},
	/// A paid job could not be counted. It causes no rewards.
	#[codec(index = 4)]
	JobNotCounted {
		/// Which.
		job: JobId,
		/// Why.
		error: DispatchError,
	},
	/// A reported burn does not fit the ledger. The end of the block reconciles it.
	#[codec(index = 5)]
	BurnNotBooked {
		/// Its cause.
		cause: BurnCause,
		/// How much.
		amount: Balance,
	},
	/// Fee income does not fit the running epoch.
	#[codec(index = 6)]
	FeeNotCounted {
		/// How much.
		amount: Balance,
	},
}

/// What there is of compute, as a market with a demand.
pub(crate) fn market_of(demand: Balance, compute: ComputeMarket) -> Market {
	Market { demand, capacity: compute.mean_capacity, workers: compute.workers }
}
