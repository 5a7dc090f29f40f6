//! Quotes, the parts of a fee, and what contributors are still owed.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use engram_primitives::{merkle::SumNode, model::MAX_PARTS, units::Balance, Cid, VersionId};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;

/// A payout of this runtime.
pub type PayoutRecordOf<T> = PayoutRecord<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;

/// An inference fee and its parts, in base units: `fee = platform + model + stakers + contributors` and
/// `platform = worker + cut`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Quote {
	/// What the consumer pays.
	pub fee: Balance,
	/// Flat part, for the computation.
	pub platform: Balance,
	/// Of the net, to the model's owner.
	pub model: Balance,
	/// Of the net, to the stakers.
	pub stakers: Balance,
	/// Of the net, to the contributors by influence.
	pub contributors: Balance,
	/// Of the platform part, to the serving worker.
	pub worker: Balance,
	/// Of the platform part, to burn, treasury and author.
	pub cut: Balance,
}

/// A fee as it was paid, in base units. The parts sum to it exactly.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct FeeParts {
	/// To the serving worker.
	pub worker: Balance,
	/// To the model's owner.
	pub model: Balance,
	/// To the stakers' pot.
	pub stakers: Balance,
	/// To this pallet's pot, for the contributors.
	pub contributors: Balance,
	/// Burned.
	pub burned: Balance,
	/// To the treasury.
	pub treasury: Balance,
	/// To the author of the block.
	pub author: Balance,
}

/// The leaves of one tree that are paid: bit `i` is leaf `i`.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Claimed(pub u32);

const _: () = assert!(MAX_PARTS <= u32::BITS, "every leaf needs a bit");

impl Claimed {
	/// Whether a leaf is paid. Leaves beyond the last bit never are.
	pub fn contains(self, index: u32) -> bool {
		Self::bit(index).is_some_and(|bit| self.0 & bit != 0)
	}

	/// With one leaf more. `None` when there is no bit for it.
	pub fn with(self, index: u32) -> Option<Self> {
		Self::bit(index).map(|bit| Self(self.0 | bit))
	}

	/// Leaves that are paid.
	pub fn count(self) -> u32 {
		self.0.count_ones()
	}

	/// One more than the highest leaf that is paid, 0 when none is.
	pub fn width(self) -> u32 {
		u32::BITS.saturating_sub(self.0.leading_zeros())
	}

	fn bit(index: u32) -> Option<u32> {
		1u32.checked_shl(index)
	}
}

/// What the contributors behind one answered job are still owed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct PayoutRecord<AccountId, BlockNumber> {
	/// The version that answered; its contributions are the leaves, in training order.
	pub version: VersionId,
	/// Root of the Merkle-sum tree; its sum is the contributors' part of the fee.
	pub root: SumNode,
	/// Leaves in that tree.
	pub leaves: u32,
	/// Leaves that are paid.
	pub claimed: Claimed,
	/// What was claimed, in base units.
	pub paid: Balance,
	/// What is still on hold for this payout, in base units; never zero.
	pub unpaid: Balance,
	/// First block of claims.
	pub claimable_at: BlockNumber,
	/// First block in which what is left may go to the treasury.
	pub expires_at: BlockNumber,
	/// The answers, a JSON file.
	pub answers: Cid,
	/// Scores and leaves, a JSON file: what proofs are made from.
	pub report: Cid,
	/// Who served.
	pub worker: AccountId,
	/// Who paid.
	pub requester: AccountId,
	/// The whole fee, in base units.
	pub fee: Balance,
}

impl<AccountId, BlockNumber: Copy + PartialOrd> PayoutRecord<AccountId, BlockNumber> {
	/// Whether a claim of this leaf is in time and the first.
	pub fn is_claimable(&self, index: u32, now: BlockNumber) -> bool {
		now >= self.claimable_at && index < self.leaves && !self.claimed.contains(index)
	}
}

/// Whom a fee goes to, beside how much.
pub(crate) struct Division<T: Config> {
	pub(crate) parts: FeeParts,
	pub(crate) author: Option<T::AccountId>,
}
