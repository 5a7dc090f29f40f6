//! Assets, ratings, the policy, what is owed for an epoch, and what is known of an answered job.

use crate::{review_types::Reserve, Config};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use engram_math::{
	rating::{backed_floor, price_ceil, Dynamics, Feedback, RewardRates},
	MathError,
};
use engram_primitives::{
	economy::ServedAnswer,
	units::{Balance, ENGR, MILLI, PPM},
	ContributionId, ModelId,
};
use frame_support::BoundedVec;
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// An asset's record in this runtime.
pub type AssetRecordOf<T> = AssetRecord<BlockNumberFor<T>>;

/// A job's budget in this runtime.
pub type BudgetOf<T> = Budget<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;

/// A contributor's standing in this runtime.
pub type StandingOf<T> = BoundedVec<PaidEpochs, <T as Config>::MaxTracked>;

/// What can be rated.
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
pub enum Asset {
	/// A registered model.
	#[codec(index = 0)]
	Model(ModelId),
	/// A contribution to a datanet.
	#[codec(index = 1)]
	Contribution(ContributionId),
}

/// What burns made of an asset. Amounts are base units; `credit + caused + lapsed = burned`.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct AssetRecord<BlockNumber> {
	/// The rating in block `updated_at`. It decays from there on.
	pub rating: Balance,
	/// The block of the last rating.
	pub updated_at: BlockNumber,
	/// What was burned to rate the asset, with whatever score.
	pub burned: Balance,
	/// The rewards that these burns have caused.
	pub caused: Balance,
	/// The rewards that they can still cause, at most: what the rating stands for when it is drawn from is the other bound.
	pub credit: Balance,
	/// What of them can cause no reward any more, since the rating no longer stands for it, or never could.
	pub lapsed: Balance,
}

impl<BlockNumber> AssetRecord<BlockNumber> {
	/// What `rating`, the one of this block, does not stand for lapses.
	pub(crate) fn keep_backed(&mut self, rating: Balance, dynamics: Dynamics) -> Result<(), MathError> {
		let kept = backed_floor(self.credit, rating, dynamics.efficiency)?;
		let cut = self.credit.checked_sub(kept).ok_or(MathError::OutOfDomain)?;
		self.lapsed = self.lapsed.checked_add(cut).ok_or(MathError::Overflow)?;
		self.credit = kept;
		Ok(())
	}
}

/// An account's ratings of one asset within one period.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct RaterRecord {
	/// The period: an epoch.
	pub epoch: u32,
	/// Ratings in it, at least one.
	pub ratings: u32,
	/// What is on hold for this record, in base units.
	pub deposit: Balance,
}

/// What ratings cost.
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
pub struct Prices {
	/// The least burn of an account's first rating of an asset in an epoch, in base units, above zero.
	pub first: Balance,
	/// What each earlier one adds to it, in parts per million of `first`.
	pub growth: u32,
}

impl Prices {
	/// Whether there is a price, and one for every repetition.
	pub fn is_valid(&self) -> bool {
		self.first > 0 && price_ceil(self.first, self.growth, u32::MAX).is_ok()
	}
}

/// What governance decides about ratings.
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
	/// What ratings cost.
	pub prices: Prices,
	/// How ratings rise and fall; the unit of time is a block.
	pub dynamics: Dynamics,
	/// How contributions are rewarded.
	pub rewards: RewardRates,
	/// What the protocol must have kept for a payment, at least, if it is to count for its contributor's h-index, in base units,
	/// above zero: what burns, or goes to the treasury, for each payment that counts.
	pub least_kept: Balance,
}

impl Default for Policy {
	fn default() -> Self {
		Self {
			prices: Prices { first: ENGR, growth: 500_000 },
			// Half a rating is left after 30 days of blocks of six seconds.
			dynamics: Dynamics { efficiency: 500_000, decay: 1_604_507_362_407 },
			rewards: RewardRates { base: 100 * MILLI, feedback: 10_000 },
			least_kept: MILLI,
		}
	}
}

impl Policy {
	/// Whether every part is in its domain.
	pub fn is_valid(&self) -> bool {
		self.prices.is_valid() && self.dynamics.efficiency <= PPM && self.least_kept > 0
	}
}

/// What can be paid for an epoch.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum EpochState {
	/// Rewards are still being added.
	#[default]
	#[codec(index = 0)]
	Running,
	/// Rewards are claimed.
	#[codec(index = 1)]
	Closed {
		/// What was minted for the epoch, in base units.
		taken: Balance,
		/// What of it was paid.
		paid: Balance,
	},
	/// What was left went to the treasury; the rows that are left are being removed.
	#[codec(index = 2)]
	Expired,
}

/// What contributors are owed for an epoch. Amounts are base units; `settled` and the rows sum to `owed`.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct EpochRecord {
	/// All rewards of the epoch, before they are scaled.
	pub owed: Balance,
	/// The rewards whose rows are gone, claimed or expired.
	pub settled: Balance,
	/// Rows that are left.
	pub rows: u32,
	/// Where it stands.
	pub state: EpochState,
}

/// What one account is rewarded with for an epoch, in base units, before it is scaled.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct RewardRow {
	/// For the influence of its contributions.
	pub base: Balance,
	/// Because of ratings.
	pub rated: Balance,
	/// For reviews, and as the owner of reviewed models.
	pub reviewed: Balance,
}

impl RewardRow {
	/// All together. `None` if that overflows.
	pub fn total(&self) -> Option<Balance> {
		self.base.checked_add(self.rated)?.checked_add(self.reviewed)
	}

	/// With another reward. `None` if that overflows.
	pub(crate) fn with(&self, more: Self) -> Option<Self> {
		Some(Self {
			base: self.base.checked_add(more.base)?,
			rated: self.rated.checked_add(more.rated)?,
			reviewed: self.reviewed.checked_add(more.reviewed)?,
		})
	}
}

/// What an answered job may cause, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Budget<AccountId, BlockNumber> {
	/// What the protocol kept of the fee, in base units: at least all that is below.
	pub kept: Balance,
	/// All contributors together may be rewarded with at most this for their influence, in base units.
	pub contributors: Balance,
	/// And with at most this because of ratings.
	pub ratings: Balance,
	/// What is set aside for its review.
	pub reserve: Reserve,
	/// Whether its payer has shared it for review.
	pub shared: bool,
	/// What its contributors are still to be paid by its payer. `None` until the first was paid.
	pub unpaid: Option<Balance>,
	/// Who bought what.
	pub answer: ServedAnswer<AccountId>,
	/// Whether its payer has scored it.
	pub scored: bool,
	/// The last block in which its payer can score it.
	pub score_until: BlockNumber,
	/// The last block in which contributors that were not paid before keep it from expiring.
	pub kept_until: BlockNumber,
}

impl<AccountId, BlockNumber> Budget<AccountId, BlockNumber> {
	/// Whether nothing can come of it any more.
	pub(crate) fn is_spent(&self) -> bool {
		self.scored && self.unpaid == Some(0)
	}
}

/// In how many epochs a contribution was paid so that it counts.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct PaidEpochs {
	/// The contribution.
	pub contribution: ContributionId,
	/// Epochs, at least one.
	pub epochs: u32,
	/// The last of them.
	pub last: u32,
}

/// A reward as its owner sees it, in base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct RewardView {
	/// For the influence of its contributions.
	pub base: Balance,
	/// Because of ratings.
	pub rated: Balance,
	/// For reviews, and as the owner of reviewed models.
	pub reviewed: Balance,
	/// What a claim pays. `None` while the epoch runs, and once it expired.
	pub claimable: Option<Balance>,
}

/// What payers say of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct FeedbackView {
	/// The scores by kind.
	pub scores: Feedback,
	/// The net promoter score over 100, in parts per million, from -10^6 to 10^6; zero without scores.
	pub nps: i32,
}

/// What should never happen, and cost nobody what was theirs.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum UnexpectedKind {
	/// A job was paid twice; the first budget stays.
	#[codec(index = 0)]
	BudgetTwice,
	/// A reward could not be computed or recorded; there is none.
	#[codec(index = 1)]
	RewardLost,
	/// An epoch was closed twice; nothing was taken the second time.
	#[codec(index = 2)]
	ClosedTwice,
	/// A reviewer's bond was not on hold; what was missing was not taken.
	#[codec(index = 3)]
	BondNotHeld,
	/// A draw of reviewers failed; the answer is not reviewed.
	#[codec(index = 4)]
	DrawFailed,
}
