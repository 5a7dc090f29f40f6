//! What is kept about a check in progress, and what its end tells the world.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use engram_primitives::{
	traits::TrainingAssignment,
	units::PPM,
	work::{Opening, PerSegment, Verdict},
	Cid,
};
use frame_support::{pallet_prelude::ConstU32, BoundedVec};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use sp_core::H256;
use sp_io::hashing::blake2_256;

/// Verifiers of the first stage.
pub const SINGLE: u32 = 1;
/// Verifiers of a check that was disputed, the first one included.
pub const PANEL: u32 = 3;
/// Bound of [`CheckRecord::missed`]; `MaxReplacements` stays at or below it.
pub const MAX_MISSED: u32 = 8;
/// An executor that evades a check loses the fee by this number.
const EVASION: u128 = 4;
/// Blocks an item may be moved past its own when the agenda is full there. As many checks run at once as the agenda
/// holds in this many blocks, so a place is always found.
pub const LOOK_AHEAD: u32 = 32;

/// The part of a job's terms that a check needs.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Terms {
	/// Segments of the training run.
	pub segments: u32,
	/// Steps in a segment.
	pub interval: u32,
	/// Segments the beacon opens.
	pub opened: u32,
	/// Memory a verifier needs.
	pub memory_mib: u32,
	/// Held-out rows, the most that can be classified correctly.
	pub held_out_rows: u32,
	/// The fee in escrow, in base units.
	pub fee: u128,
	/// What one verifier is paid, in base units.
	pub verifier_pay: u128,
}

impl Terms {
	/// The terms of an assignment.
	pub fn of<AccountId, BlockNumber>(job: &TrainingAssignment<AccountId, BlockNumber>) -> Self {
		Self {
			segments: job.spec.segments(),
			interval: job.spec.checkpoint_interval,
			opened: job.spec.opened,
			memory_mib: job.memory_mib,
			held_out_rows: job.held_out_rows,
			fee: job.fee,
			verifier_pay: job.verifier_pay,
		}
	}

	/// What it costs an executor not to show what is checked, in base units: a quarter of the fee, rounded up.
	///
	/// At least four segments are opened, so this is at least what one of them is worth. Then leaving out any of the work, to keep
	/// it back if it is drawn, loses more than it gains, as long as work is worth no more than its fee and at most a third of the
	/// segments is opened: `runtime/tests/checking.rs`.
	pub fn evasion_cost(&self) -> u128 {
		self.fee.div_ceil(EVASION)
	}

	/// Probability that one skipped segment is opened: `opened / segments`, in ppm, rounded down.
	pub fn catch_probability_ppm(&self) -> u32 {
		u64::from(self.opened)
			.saturating_mul(PPM.into())
			.checked_div(self.segments.into())
			.and_then(|ppm| u32::try_from(ppm).ok())
			.unwrap_or(0)
	}

	/// Leaves under the root of a commitment: one checkpoint before each segment and one at the end.
	pub(crate) fn checkpoints(&self) -> u32 {
		self.segments.saturating_add(1)
	}
}

/// How many verifiers look at the work.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Stage {
	/// One verifier. Its agreement is enough, its disagreement only calls the panel.
	#[codec(index = 0)]
	Single,
	/// Two verifiers more. Two equal verdicts decide.
	#[codec(index = 1)]
	Panel,
}

impl Stage {
	/// Verifiers this stage needs.
	pub fn seats(self) -> u32 {
		match self {
			Self::Single => SINGLE,
			Self::Panel => PANEL,
		}
	}
}

/// What a check waits for.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Phase<BlockNumber> {
	/// The beacon's output of block `at`, which draws the opened segments and the missing verifiers.
	#[codec(index = 0)]
	Drawing {
		/// The block whose output draws.
		at: BlockNumber,
	},
	/// The verifiers' commitments.
	#[codec(index = 1)]
	Replaying {
		/// Last block in which a commitment is accepted.
		deadline: BlockNumber,
	},
	/// The beacon's output of block `at`, which draws the interior steps.
	#[codec(index = 2)]
	InteriorDraw {
		/// The block whose output draws.
		at: BlockNumber,
	},
	/// The executor's opening and the verifiers' verdicts.
	#[codec(index = 3)]
	Revealing {
		/// Last block in which they are accepted.
		deadline: BlockNumber,
	},
}

/// What an executor is held to from its first opening on: it cannot take it back by opening otherwise, or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Claim {
	/// Hash over the end digests of the opened segments. Later openings prove the same, under the same root.
	pub ends: H256,
	/// Held-out rows classified correctly. Later openings must repeat it.
	pub correct: u32,
}

impl From<&OpeningDigest> for Claim {
	fn from(opening: &OpeningDigest) -> Self {
		Self { ends: opening.ends, correct: opening.correct }
	}
}

/// The executor's opening, as far as verdicts are compared with it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct OpeningDigest {
	/// Hash over the end digests of the opened segments.
	pub ends: H256,
	/// Hash over the digests at the drawn interior steps.
	pub interior: H256,
	/// Held-out rows classified correctly.
	pub correct: u32,
}

impl OpeningDigest {
	/// The digest of an opening.
	pub fn of(opening: &Opening) -> Self {
		Self {
			ends: hash_of(opening.ends.iter().map(|(end, _)| end)),
			interior: hash_of(opening.interior.iter()),
			correct: opening.correct,
		}
	}
}

/// A revealed verdict, as far as it is compared with others.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum VerdictDigest {
	/// The verifier replayed the opened segments.
	#[codec(index = 0)]
	Replayed {
		/// Hash over the end digests of the opened segments.
		ends: H256,
		/// Root over the digests after every replayed step.
		step_root: H256,
		/// Hash over the digests at the interior steps drawn in the verifier's round.
		interior: H256,
		/// Held-out rows classified correctly; `None` when the verifier was not served what the count needs.
		correct: Option<u32>,
	},
	/// The verifier was not served what the replay needs.
	#[codec(index = 1)]
	Unavailable,
}

impl VerdictDigest {
	/// The digest of a verdict.
	pub fn of(verdict: &Verdict) -> Self {
		match verdict {
			Verdict::Replayed(evidence) => Self::Replayed {
				ends: hash_of(evidence.ends.iter()),
				step_root: evidence.step_root,
				interior: hash_of(evidence.interior.iter().map(|(step, _)| step)),
				correct: evidence.correct,
			},
			Verdict::Unavailable { .. } => Self::Unavailable,
		}
	}

	/// Whether this is a replay that agrees with the executor's opening of the same round: in the segments, and in the count if
	/// it has one.
	pub fn agrees_with(&self, opening: &OpeningDigest) -> bool {
		match self {
			Self::Replayed { ends, interior, correct, .. } => {
				*ends == opening.ends
					&& *interior == opening.interior
					&& correct.is_none_or(|correct| correct == opening.correct)
			},
			Self::Unavailable => false,
		}
	}

	/// Whether the verdict contradicts what the executor claimed, whether it opened in the verdict's round or not.
	pub fn contradicts(&self, claim: &Claim) -> bool {
		match self {
			Self::Replayed { ends, correct, .. } => {
				*ends != claim.ends || correct.is_some_and(|correct| correct != claim.correct)
			},
			Self::Unavailable => false,
		}
	}

	/// Whether two verdicts are the same replay, whatever they count. The interior digests are left out: they belong to the
	/// steps drawn in each verifier's own round, and equal step roots imply them.
	pub fn same_replay(&self, other: &Self) -> bool {
		match (self, other) {
			(Self::Replayed { ends, step_root, .. }, Self::Replayed { ends: e, step_root: s, .. }) => {
				ends == e && step_root == s
			},
			_ => false,
		}
	}

	/// The count of correct rows, if there is one.
	pub fn correct(&self) -> Option<u32> {
		match self {
			Self::Replayed { correct, .. } => *correct,
			Self::Unavailable => None,
		}
	}
}

/// Hash over a list of digests, its length included.
fn hash_of<'a>(digests: impl Iterator<Item = &'a H256>) -> H256 {
	digests.collect::<Vec<_>>().using_encoded(blake2_256).into()
}

/// A verifier of a check.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Seat<AccountId> {
	/// The verifier.
	pub who: AccountId,
	/// The round it verifies in.
	pub round: u32,
	/// Its commitment, once made.
	pub commitment: Option<H256>,
	/// Its verdict, once revealed.
	pub verdict: Option<VerdictDigest>,
	/// Whether the verdict agrees with the executor's opening of the same round, see [`VerdictDigest::agrees_with`]; known at the
	/// end of the round. Of a round without an opening it can only be known that it does not.
	pub agrees: Option<bool>,
}

impl<AccountId> Seat<AccountId> {
	/// A verifier that has reported nothing yet.
	pub fn new(who: AccountId, round: u32) -> Self {
		Self { who, round, commitment: None, verdict: None, agrees: None }
	}
}

/// The check of one attempt at one training job. At most one runs per job.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct CheckRecord<AccountId, BlockNumber> {
	/// Which assignment of the job.
	pub attempt: u32,
	/// Who trained.
	pub executor: AccountId,
	/// Root over the checkpoint digests.
	pub root: H256,
	/// The last checkpoint.
	pub final_weights: Cid,
	/// When the executor committed.
	pub committed_at: BlockNumber,
	/// What the job asked for.
	pub terms: Terms,
	/// Opened segments, ascending; empty until drawn.
	pub segments: PerSegment<u32>,
	/// One verifier or three.
	pub stage: Stage,
	/// How often interior steps were asked for before: 0 for the first verifier, 1 after its disagreement, one more for
	/// each verifier that did not reveal.
	pub round: u32,
	/// The verifiers in the order they were drawn.
	pub seats: BoundedVec<Seat<AccountId>, ConstU32<PANEL>>,
	/// Verifiers that missed a deadline and were replaced.
	pub missed: BoundedVec<AccountId, ConstU32<MAX_MISSED>>,
	/// Interior steps of this round, one per opened segment, in `1..=interval`; empty until drawn.
	pub interior: PerSegment<u32>,
	/// The executor's opening of this round.
	pub opening: Option<OpeningDigest>,
	/// What the executor claimed in its first opening.
	pub claimed: Option<Claim>,
	/// Draws made, so that no two have the same subject.
	pub draws: u32,
	/// Draws in a row that found nobody.
	pub retries: u32,
	/// What is waited for.
	pub phase: Phase<BlockNumber>,
	/// The block of the agenda that holds this check.
	pub due: BlockNumber,
}

impl<AccountId: Clone + PartialEq, BlockNumber> CheckRecord<AccountId, BlockNumber> {
	/// Who may not be drawn: the executor, the verifiers, and those that were replaced.
	pub(crate) fn excluded(&self) -> Vec<AccountId> {
		core::iter::once(&self.executor)
			.chain(self.seats.iter().map(|seat| &seat.who))
			.chain(self.missed.iter())
			.cloned()
			.collect()
	}

	/// Verifiers whose verdict is known.
	pub(crate) fn revealed(&self) -> Vec<AccountId> {
		let seats = self.seats.iter().filter(|seat| seat.verdict.is_some());
		seats.map(|seat| seat.who.clone()).collect()
	}

	/// Everybody who was drawn to verify this attempt.
	pub(crate) fn judges(&self) -> Vec<AccountId> {
		self.seats.iter().map(|seat| seat.who.clone()).collect()
	}

	/// A verifier's seat.
	pub(crate) fn seat_of(&self, who: &AccountId) -> Option<&Seat<AccountId>> {
		self.seats.iter().find(|seat| seat.who == *who)
	}

	/// Whether every seat this stage needs is taken.
	pub(crate) fn is_full(&self) -> bool {
		u32::try_from(self.seats.len()).is_ok_and(|seats| seats >= self.stage.seats())
	}

	/// Whether every verifier has committed.
	pub(crate) fn all_committed(&self) -> bool {
		self.is_full() && self.seats.iter().all(|seat| seat.commitment.is_some())
	}

	/// Whether nothing is missing for the end of the round.
	pub(crate) fn all_revealed(&self) -> bool {
		self.is_full() && self.opening.is_some() && self.seats.iter().all(|seat| seat.verdict.is_some())
	}
}

/// How a check ended.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Outcome {
	/// The verifiers found what the executor committed to.
	#[codec(index = 0)]
	Verified {
		/// Held-out rows classified correctly, by their count.
		correct: u32,
	},
	/// Two equal verdicts contradict the executor: it was slashed.
	#[codec(index = 1)]
	Refuted,
	/// The executor did not open, or two verifiers were not served what the replay or the count needs: it lost reputation, and
	/// of its bond what evading a check costs.
	#[codec(index = 2)]
	Withheld,
	/// No two verdicts are equal, or verifiers are lacking: nobody is slashed. If one was not served, the executor lost what
	/// evading a check costs.
	#[codec(index = 3)]
	Undecided,
}

/// One verifier's part in a finished check.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct VerdictSummary<AccountId> {
	/// The verifier.
	pub verifier: AccountId,
	/// The round it verified in.
	pub round: u32,
	/// Its verdict, if it was revealed.
	pub verdict: Option<VerdictDigest>,
	/// Whether the verdict agrees with the executor's opening, if both are known: in the count only if it has one.
	pub agrees: Option<bool>,
}

/// A slash decided at the end of a check.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Slash<AccountId> {
	/// Who lost bond.
	pub who: AccountId,
	/// How much, in base units.
	pub taken: u128,
}

/// What a finished check leaves behind, in its event only.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct CheckSummary<AccountId> {
	/// Who trained.
	pub executor: AccountId,
	/// The committed root.
	pub root: H256,
	/// The committed final weights.
	pub final_weights: Cid,
	/// The opened segments.
	pub segments: PerSegment<u32>,
	/// The verdicts.
	pub verdicts: BoundedVec<VerdictSummary<AccountId>, ConstU32<PANEL>>,
	/// Who was slashed: the executor, a verifier alone against two, or both.
	pub slashed: BoundedVec<Slash<AccountId>, ConstU32<2>>,
	/// How it ended.
	pub outcome: Outcome,
}

/// A check in progress, as wallets and explorers read it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct CheckView<AccountId, BlockNumber> {
	/// Which assignment of the job.
	pub attempt: u32,
	/// Who trained.
	pub executor: AccountId,
	/// The committed root.
	pub root: H256,
	/// The committed final weights.
	pub final_weights: Cid,
	/// When the executor committed.
	pub committed_at: BlockNumber,
	/// What is waited for.
	pub phase: Phase<BlockNumber>,
	/// One verifier or three.
	pub stage: Stage,
	/// The round of reports.
	pub round: u32,
	/// Opened segments, empty until drawn.
	pub segments: Vec<u32>,
	/// Interior steps of this round, empty until drawn.
	pub interior: Vec<u32>,
	/// The verifiers.
	pub verifiers: Vec<Seat<AccountId>>,
	/// Probability that one skipped segment is caught, in ppm.
	pub catch_probability_ppm: u32,
}

impl<AccountId, BlockNumber> From<CheckRecord<AccountId, BlockNumber>> for CheckView<AccountId, BlockNumber> {
	fn from(record: CheckRecord<AccountId, BlockNumber>) -> Self {
		Self {
			attempt: record.attempt,
			catch_probability_ppm: record.terms.catch_probability_ppm(),
			executor: record.executor,
			root: record.root,
			final_weights: record.final_weights,
			committed_at: record.committed_at,
			phase: record.phase,
			stage: record.stage,
			round: record.round,
			segments: record.segments.into_inner(),
			interior: record.interior.into_inner(),
			verifiers: record.seats.into_inner(),
		}
	}
}

/// [`CheckRecord`] of a runtime.
pub type CheckRecordOf<T> = CheckRecord<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;

/// [`TrainingAssignment`] of a runtime.
pub type AssignmentOf<T> = TrainingAssignment<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;

/// What benchmarks need from the pallets behind the traits.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper<T: crate::Config> {
	/// Registers an active measured worker with this hot key, a free slot, memory for any job, and so little bond and reputation
	/// that any penalty takes it out of the pool. In a full pool it takes another worker's place.
	fn worker(key: engram_primitives::authorization::WorkerKey) -> T::AccountId;
	/// Fills the pool to the most workers a draw may meet.
	fn fill_pool();
	/// Assigns a new training job to `executor`, seeded in the past, with pay for its verifiers in escrow. It continues a
	/// version and names as many contributions as a job may, in a block with an author.
	fn assign(executor: &T::AccountId, spec: engram_primitives::model::TrainingSpec) -> AssignedJob;
	/// Leaves the job market one place for a job that needs another executor, where the search for it ends.
	fn crowd_market();
	/// Makes the beacon's output of `at` known.
	fn set_beacon(at: BlockNumberFor<T>);
}

/// The job and the attempt that [`BenchmarkHelper::assign`] made.
#[cfg(feature = "runtime-benchmarks")]
pub type AssignedJob = (engram_primitives::JobId, u32);
