//! The reviewers of one answer: what each says, what that comes to, and how each is judged by it.

use crate::review_types::{Digest, ReviewPolicy};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use engram_math::{
	rating::{judge_floor, median_score, review_score, Agreement, Judgement, BEST_REVIEW},
	MathError,
};
use engram_primitives::units::Balance;
use frame_support::{traits::Get, BoundedVec};
use scale_info::TypeInfo;

/// The reviewers of an answer and their deadlines.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Bench<BlockNumber, Seats> {
	/// The last block of commitments.
	pub commit_by: BlockNumber,
	/// The last block of ballots.
	pub reveal_by: BlockNumber,
	/// Who reviews.
	pub seats: Seats,
}

/// One reviewer of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Seat<AccountId> {
	/// Who.
	pub who: AccountId,
	/// What it has done.
	pub vote: Vote,
}

/// What a reviewer has done about an answer.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Vote {
	/// Nothing yet.
	#[codec(index = 0)]
	Pending,
	/// It committed to a ballot.
	#[codec(index = 1)]
	Committed(Digest),
	/// It revealed the ballot.
	#[codec(index = 2)]
	Revealed(Ballot),
}

/// What a reviewer says of an answer.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Ballot {
	/// How good it is, from 0 to 10.
	#[codec(index = 0)]
	Score(u8),
	/// The shared material cannot be had.
	#[codec(index = 1)]
	Unavailable,
}

/// What the ballots of a bench come to. A quorum is a majority of the seats, so there is only one.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Finding {
	/// The median of the scores, in parts per million of the best. A quorum agrees to it within the limit.
	#[codec(index = 0)]
	Median(i32),
	/// A quorum could not have the material: the review is void.
	#[codec(index = 1)]
	Unavailable,
	/// Neither scores that agree nor reports of missing material are a quorum: the review is void.
	#[codec(index = 2)]
	NoQuorum,
}

impl<AccountId, BlockNumber: PartialOrd, S: Get<u32>> Bench<BlockNumber, BoundedVec<Seat<AccountId>, S>> {
	/// Whether no commitment can come any more: only then are ballots shown.
	pub(crate) fn has_committed(&self, now: &BlockNumber) -> bool {
		*now > self.commit_by || self.seats.iter().all(|seat| seat.vote != Vote::Pending)
	}

	/// Whether nothing can come any more.
	pub(crate) fn is_over(&self, now: &BlockNumber) -> bool {
		let waits = || self.seats.iter().any(|seat| matches!(seat.vote, Vote::Committed(_)));
		*now > self.reveal_by || (self.has_committed(now) && !waits())
	}

	/// What the revealed ballots come to.
	///
	/// A quorum of scores is not enough for a median: of three scores two decide it, so whoever sees to it that the rest of
	/// the bench cannot score would need a minority of the bench.
	pub(crate) fn finding(&self, quorum: u32, agreement: Agreement) -> Result<Finding, MathError> {
		let is_quorum = |count: usize| u32::try_from(count).is_ok_and(|count| count >= quorum);
		let scores: Vec<i32> =
			self.seats.iter().filter_map(|seat| seat.vote.score()).collect::<Result<_, _>>()?;
		if is_quorum(scores.len()) {
			let median = median_score(&scores);
			let judged = scores.iter().map(|score| judge_floor(*score, median, agreement));
			let judged = judged.collect::<Result<Vec<_>, _>>()?;
			let agreed = judged.iter().filter(|judgement| **judgement != Judgement::Manipulated);
			let found = is_quorum(agreed.count());
			return Ok(if found { Finding::Median(median) } else { Finding::NoQuorum });
		}
		let missing = self.seats.iter().filter(|seat| seat.vote == Vote::Revealed(Ballot::Unavailable));
		Ok(if is_quorum(missing.count()) { Finding::Unavailable } else { Finding::NoQuorum })
	}
}

impl Ballot {
	/// Whether a score is at most the best.
	pub(crate) fn is_valid(&self) -> bool {
		match self {
			Self::Score(score) => *score <= BEST_REVIEW,
			Self::Unavailable => true,
		}
	}
}

impl Vote {
	/// The revealed score in parts per million.
	fn score(&self) -> Option<Result<i32, MathError>> {
		match self {
			Self::Revealed(Ballot::Score(score)) => Some(review_score(*score)),
			Self::Pending | Self::Committed(_) | Self::Revealed(Ballot::Unavailable) => None,
		}
	}

	/// How a vote is judged by what the bench found.
	pub(crate) fn judged(&self, finding: Finding, agreement: Agreement) -> Result<Outcome, MathError> {
		let score = match self {
			Self::Pending => return Ok(Outcome::Absent),
			Self::Committed(_) => return Ok(Outcome::Withheld),
			Self::Revealed(Ballot::Unavailable) => return Ok(Outcome::Unavailable),
			Self::Revealed(Ballot::Score(score)) => review_score(*score)?,
		};
		let Finding::Median(median) = finding else { return Ok(Outcome::Unjudged) };
		Ok(match judge_floor(score, median, agreement)? {
			Judgement::Agreed(part) => Outcome::Agreed(part),
			Judgement::Apart => Outcome::Apart,
			Judgement::Manipulated => Outcome::Manipulated,
		})
	}
}

/// How a reviewer did.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Outcome {
	/// It is paid this part of its share of the bonus, in parts per million.
	#[codec(index = 0)]
	Agreed(u32),
	/// Too far from the median to be paid, not far enough for a manipulation.
	#[codec(index = 1)]
	Apart,
	/// A manipulation.
	#[codec(index = 2)]
	Manipulated,
	/// It committed and did not reveal.
	#[codec(index = 3)]
	Withheld,
	/// It did not commit.
	#[codec(index = 4)]
	Absent,
	/// It revealed a score, but the review is void.
	#[codec(index = 5)]
	Unjudged,
	/// It said that the material cannot be had. Whether it can is not known here, so this neither costs nor earns anything.
	#[codec(index = 6)]
	Unavailable,
}

impl Outcome {
	/// What it costs of the bond, in parts per million.
	pub(crate) fn cost(&self, policy: &ReviewPolicy) -> u32 {
		match self {
			Self::Agreed(_) | Self::Apart | Self::Unjudged | Self::Unavailable => 0,
			Self::Manipulated => policy.manipulation,
			Self::Withheld => policy.withholding,
			Self::Absent => policy.absence,
		}
	}

	/// The part of its share of the bonus that it earns, in parts per million.
	pub(crate) fn part(&self) -> u32 {
		match self {
			Self::Agreed(part) => *part,
			Self::Apart
			| Self::Manipulated
			| Self::Withheld
			| Self::Absent
			| Self::Unjudged
			| Self::Unavailable => 0,
		}
	}
}

/// What a closed review brought one of its reviewers.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Verdict<AccountId> {
	/// Who.
	pub who: AccountId,
	/// How it did.
	pub outcome: Outcome,
	/// What it is owed, in base units, before the epoch's rewards are scaled.
	pub earned: Balance,
	/// What it lost of its bond, in base units.
	pub lost: Balance,
}
