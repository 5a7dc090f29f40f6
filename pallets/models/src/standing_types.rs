//! What is stored of holders who stand for a model, and of requests to roll it back.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use engram_primitives::{units::Balance, TokenId, VersionId};
use frame_support::{traits::fungible::Credit, BoundedVec};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::{traits::CheckedSub, ArithmeticError};

/// Holders whose word counts: the two largest locks (paper D).
pub const SEATS: u32 = 2;

/// A slash on its way out.
pub type CreditOf<T> = Credit<<T as frame_system::Config>::AccountId, <T as Config>::Currency>;

/// Tokens of a model that a holder has locked.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Lock<BlockNumber> {
	/// All of them, in base units.
	pub amount: Balance,
	/// Those of them that were locked last, in base units. They count once they have been locked for the standing period.
	pub fresh: Balance,
	/// When they were locked.
	pub fresh_since: BlockNumber,
	/// What is on hold for this row, in units of the native token.
	pub deposit: Balance,
}

/// [`Lock`] of a runtime.
pub type LockOf<T> = Lock<BlockNumberFor<T>>;

impl<BlockNumber: Copy + CheckedSub + PartialOrd> Lock<BlockNumber> {
	/// Whether everything in it has been locked for `period` blocks.
	pub fn is_old(&self, now: BlockNumber, period: BlockNumber) -> bool {
		now.checked_sub(&self.fresh_since).is_some_and(|age| age >= period)
	}

	/// What of it has been locked for `period` blocks, in base units.
	pub fn old_amount(&self, now: BlockNumber, period: BlockNumber) -> Balance {
		if self.is_old(now, period) {
			self.amount
		} else {
			self.amount.saturating_sub(self.fresh)
		}
	}

	/// The lock with more tokens in it. What is old stays old; what is not begins anew.
	pub(crate) fn with(
		self,
		more: Balance,
		now: BlockNumber,
		period: BlockNumber,
	) -> Result<Self, ArithmeticError> {
		let amount = self.amount.checked_add(more).ok_or(ArithmeticError::Overflow)?;
		let fresh = if self.is_old(now, period) {
			more
		} else {
			self.fresh.checked_add(more).ok_or(ArithmeticError::Overflow)?
		};
		Ok(Self { amount, fresh, fresh_since: now, deposit: self.deposit })
	}
}

/// What a holder who has a seat wants.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Vote {
	/// That the model goes back to this version.
	#[codec(index = 0)]
	RollBack(VersionId),
	/// That it does not go back to the version that its owner requested.
	#[codec(index = 1)]
	Veto,
}

/// A holder whose word counts.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Seat<AccountId> {
	/// Who.
	pub who: AccountId,
	/// What they have signed, if anything.
	pub vote: Option<Vote>,
}

/// Who stands for a model.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Standing<AccountId> {
	/// What is locked.
	pub token: TokenId,
	/// How many accounts have locked some.
	pub locks: u32,
	/// Those whose word counts.
	pub seats: BoundedVec<Seat<AccountId>, ConstU32<SEATS>>,
}

/// [`Standing`] of a runtime.
pub type StandingOf<T> = Standing<<T as frame_system::Config>::AccountId>;

impl<AccountId: PartialEq> Standing<AccountId> {
	/// Nobody, yet.
	pub(crate) fn new(token: TokenId) -> Self {
		Self { token, locks: 0, seats: BoundedVec::new() }
	}

	/// The seat of a holder.
	pub fn seat(&self, who: &AccountId) -> Option<&Seat<AccountId>> {
		self.seats.iter().find(|seat| seat.who == *who)
	}

	pub(crate) fn seat_mut(&mut self, who: &AccountId) -> Option<&mut Seat<AccountId>> {
		self.seats.iter_mut().find(|seat| seat.who == *who)
	}

	/// What all seats have signed, if all are taken and agree.
	pub fn agreed(&self) -> Option<Vote> {
		match self.seats.as_slice() {
			[one, other] if one.vote == other.vote => one.vote,
			_ => None,
		}
	}

	pub(crate) fn clear_votes(&mut self) {
		self.seats.iter_mut().for_each(|seat| seat.vote = None);
	}
}

/// Who requested a roll back.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Requester<AccountId> {
	/// The model's owner.
	#[codec(index = 0)]
	Owner {
		/// Who.
		who: AccountId,
		/// What is on hold for the request, in units of the native token.
		bond: Balance,
	},
	/// Both holders who have a seat.
	#[codec(index = 1)]
	Holders,
}

/// A roll back under way.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct RollbackRequest<AccountId, BlockNumber> {
	/// The version that is to serve.
	pub version: VersionId,
	/// Who wants it.
	pub by: Requester<AccountId>,
	/// The first block in which it can be enacted.
	pub due: BlockNumber,
	/// The first block in which it cannot be enacted any more.
	pub expires_at: BlockNumber,
}

/// [`RollbackRequest`] of a runtime.
pub type RollbackRequestOf<T> = RollbackRequest<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;

impl<AccountId, BlockNumber> RollbackRequest<AccountId, BlockNumber> {
	pub(crate) fn is_of_holders(&self) -> bool {
		matches!(self.by, Requester::Holders)
	}
}

/// Why a request ended without a roll back.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum RollbackEnd {
	/// Both holders refused what the owner requested. The bond is lost.
	#[codec(index = 0)]
	Vetoed,
	/// Both holders requested one themselves. The owner's bond is lost unless they named the same version.
	#[codec(index = 1)]
	Overridden,
	/// The holders who requested it agree no longer, or one of them lost the seat.
	#[codec(index = 2)]
	Lapsed,
	/// Nobody enacted it in time.
	#[codec(index = 3)]
	Expired,
}
