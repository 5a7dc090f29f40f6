//! Reviewers, shared answers, the rules of reviews, and the versions that were reviewed in an epoch.

use crate::{
	bench::{Bench, Seat},
	Config,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use engram_math::{fee::share_floor, rating::Agreement, MathError};
use engram_primitives::{
	units::{Balance, ENGR, MILLI, PPM},
	Cid, VersionId,
};
use frame_support::{traits::fungible::Credit, BoundedVec};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::traits::{BlakeTwo256, Hash};

/// A BLAKE2 hash of 256 bits.
pub type Digest = <BlakeTwo256 as Hash>::Output;

/// A slash on its way out.
pub type CreditOf<T> = Credit<<T as frame_system::Config>::AccountId, <T as Config>::Currency>;

/// A reviewer on the list in this runtime.
pub type PanelistOf<T> = Panelist<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;

/// The reviewers of one answer in this runtime.
pub type SeatsOf<T> = BoundedVec<Seat<<T as frame_system::Config>::AccountId>, <T as Config>::ReviewSeats>;

/// The reviewers of an answer of a runtime.
pub type BenchOf<T> = Bench<BlockNumberFor<T>, SeatsOf<T>>;
/// A shared answer in this runtime.
pub type ReviewOf<T> = Review<<T as frame_system::Config>::AccountId, BlockNumberFor<T>, SeatsOf<T>>;

/// The versions reviewed in an epoch in this runtime.
pub type RankingOf<T> = BoundedVec<Ranked, <T as Config>::MaxRanked>;

/// What governance decides about reviews. Parts are parts per million.
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
pub struct ReviewPolicy {
	/// How many of the shared answers are reviewed.
	pub sampling: u32,
	/// What of a job's budget for ratings is set aside for its reviewers.
	pub reviewers: u32,
	/// What of it is set aside for the owner of the model; both together at most `10^6`.
	pub owners: u32,
	/// The least that must be set aside for the reviewers of an answer that is shared, in base units, above zero.
	pub least_bonus: Balance,
	/// How near to the median a score is paid, and how far away it is a manipulation; the best score is `10^6`.
	pub agreement: Agreement,
	/// What a manipulation costs of the bond; all of it by default.
	pub manipulation: u32,
	/// What it costs to commit and not to reveal, at most `manipulation`: it moves no median. Whoever waits sees the others' scores
	/// and may prefer it, so it must cost far more than a seat earns.
	pub withholding: u32,
	/// What it costs not to commit, at most `withholding`.
	pub absence: u32,
	/// What owners of reviewed models get together for an epoch that ends under this policy, in base units.
	pub pot: Balance,
}

impl Default for ReviewPolicy {
	fn default() -> Self {
		Self {
			sampling: 50_000,
			reviewers: 300_000,
			owners: 100_000,
			least_bonus: MILLI / 2,
			// Two points of ten away nothing is earned, more than five away is a manipulation.
			agreement: Agreement { tolerance: 200_000, limit: 500_000 },
			// A manipulation loses the bond. Who sees that it would be found out and hides its score loses half, and its place; not
			// more, since who reads and scores honestly may fail to reveal too. Both are far above what a seat earns.
			manipulation: PPM,
			withholding: PPM / 2,
			absence: 1_000,
			pot: ENGR,
		}
	}
}

impl ReviewPolicy {
	/// Whether every part is in its domain.
	pub fn is_valid(&self) -> bool {
		self.sampling <= PPM
			&& self.reviewers.checked_add(self.owners).is_some_and(|both| both <= PPM)
			&& self.least_bonus > 0
			&& self.agreement.is_valid()
			&& self.absence <= self.withholding
			&& self.withholding <= self.manipulation
			&& self.manipulation <= PPM
	}

	/// What is set aside of a job's budget for ratings, and what is left of that. The reserve is rounded down.
	pub(crate) fn set_aside(&self, ratings: Balance) -> Result<(Reserve, Balance), MathError> {
		let reserve = Reserve {
			reviewers: share_floor(ratings, self.reviewers)?,
			owners: share_floor(ratings, self.owners)?,
		};
		let both = reserve.reviewers.checked_add(reserve.owners).ok_or(MathError::Overflow)?;
		Ok((reserve, ratings.checked_sub(both).ok_or(MathError::OutOfDomain)?))
	}
}

/// What is set aside for the review of one answer, in base units.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Reserve {
	/// For its reviewers together, at most.
	pub reviewers: Balance,
	/// For the owner of the model that answered, at most.
	pub owners: Balance,
}

/// A reviewer's stake.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Reviewer {
	/// What is on hold, in base units.
	pub bond: Balance,
	/// Reviews that are not closed.
	pub open: u32,
}

/// A reviewer that can be drawn.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Panelist<AccountId, BlockNumber> {
	/// Who.
	pub who: AccountId,
	/// The block in which it came onto the list: answers shared before are none of its business.
	pub since: BlockNumber,
	/// Its bond, in base units: the least one gives way when the list is full.
	pub bond: Balance,
}

/// A shared answer.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Review<AccountId, BlockNumber, Seats> {
	/// Who bought and shared it.
	pub payer: AccountId,
	/// What answered.
	pub version: VersionId,
	/// What is reviewed.
	pub material: Cid,
	/// What may be paid for it.
	pub reserve: Reserve,
	/// The block in which it was shared.
	pub shared_at: BlockNumber,
	/// How far it is.
	pub stage: Stage<BlockNumber, Seats>,
}

/// How far a review is.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Stage<BlockNumber, Seats> {
	/// Whether it is reviewed, and by whom, is decided by a block's beacon output.
	#[codec(index = 0)]
	Shared {
		/// That block.
		draw_at: BlockNumber,
	},
	/// Its reviewers are drawn.
	#[codec(index = 1)]
	Drawn(Bench<BlockNumber, Seats>),
}

/// Why a shared answer is not reviewed.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Dropped {
	/// The beacon did not choose it.
	#[codec(index = 0)]
	NotSampled,
	/// There were fewer reviewers than seats.
	#[codec(index = 1)]
	TooFewReviewers,
	/// The beacon had no output.
	#[codec(index = 2)]
	OutputMissing,
	/// The draw failed, which cannot happen.
	#[codec(index = 3)]
	Failed,
}

/// A version that was reviewed in an epoch.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Ranked {
	/// Which.
	pub version: VersionId,
	/// Quality times the factor of payers' scores when its last review was closed, in units of `10^-12`.
	pub weight: u64,
	/// What was set aside for the owner by the jobs that were reviewed, in base units.
	pub limit: Balance,
}

/// What the owner of a reviewed version's model is owed for an epoch.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Allocation<AccountId> {
	/// Which version.
	pub version: VersionId,
	/// Who owns the model.
	pub owner: AccountId,
	/// How much, in base units, before the running epoch's rewards are scaled.
	pub amount: Balance,
}

/// A version reviewed in an epoch, as its owner sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct RankedView {
	/// Which.
	pub version: VersionId,
	/// Its part of the pot by quality and payers' scores, in parts per million, rounded down.
	pub proportion: u32,
	/// What that is now, at most what was set aside, in base units.
	pub amount: Balance,
}

/// What reviewers say of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct QualityView {
	/// Reviews that came to a median.
	pub reviews: u32,
	/// The mean of the medians, in parts per million of the best score; zero without reviews.
	pub quality: u32,
}
