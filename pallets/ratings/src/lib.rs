#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![allow(missing_debug_implementations, reason = "FRAME generates types without it")]
#![cfg_attr(
	test,
	allow(
		clippy::needless_pass_by_value,
		clippy::print_stdout,
		clippy::redundant_clone,
		reason = "tests print what they measure and need not be thrifty"
	)
)]
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::unwrap_used,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::float_arithmetic,
		clippy::as_conversions
	)
)]

extern crate alloc;

#[allow(clippy::as_conversions, reason = "the SCALE derive casts the indices of enums")]
mod bench;
#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod draws;
mod impls;
#[cfg(test)]
mod mock;
mod policy;
mod rankings;
#[allow(clippy::as_conversions, reason = "the SCALE derive casts the indices of enums")]
mod review_types;
mod reviewers;
mod reviews;
mod rewards;
mod standing;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
#[allow(clippy::as_conversions, reason = "the SCALE derive casts the indices of enums")]
mod types;
pub mod weights;

pub use bench::*;
pub use pallet::*;
pub use review_types::*;
pub use types::*;
pub use weights::WeightInfo;

#[allow(
	clippy::as_conversions,
	clippy::expect_used,
	clippy::needless_pass_by_value,
	clippy::too_many_arguments,
	reason = "the pallet macros emit the first two; calls and view functions take what they are sent"
)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use engram_math::rating::{Dynamics, Feedback, Quality, RewardRates};
	use engram_primitives::{
		economy::{Burns, EpochClock, ServedJobs},
		traits::{Beacon, Contributions, ModelRegistry},
		units::Balance,
		Cid, ContributionId, JobId, VersionId,
	};
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{self, hold},
			OnUnbalanced, OriginTrait,
		},
		PalletId,
	};
	use frame_system::pallet_prelude::*;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeCall: From<Call<Self>>> {
		/// The native token: what is burned, held as deposit or bond, and paid as reward.
		type Currency: fungible::Mutate<Self::AccountId, Balance = Balance>
			+ hold::Mutate<Self::AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>
			+ fungible::Balanced<Self::AccountId>
			+ hold::Balanced<Self::AccountId>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// Who may change the policy.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The models that can be rated.
		type Models: ModelRegistry<Self::AccountId>;

		/// The contributions that can be rated.
		type Data: Contributions<Self::AccountId>;

		/// Who bought which answer.
		type Served: ServedJobs<Self::AccountId>;

		/// Which epoch runs: the period in which repeated ratings get dearer, and in which rewards are shared.
		type Clock: EpochClock;

		/// Told of every burn of ratings.
		type Burns: Burns;

		/// Decides which shared answers are reviewed, and by whom.
		type Beacon: Beacon<BlockNumberFor<Self>>;

		/// Receives what reviewers lose, all of it, and decides what becomes of it.
		type OnSlash: OnUnbalanced<CreditOf<Self>>;

		/// Takes what nobody claimed in time. The account should exist: until it does, less than the existential deposit
		/// cannot expire into it.
		type Treasury: Get<Self::AccountId>;

		/// The account that epochs are minted into and rewards are paid from is derived from it. Changing it later strands
		/// the pool.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// What is on hold for an account's ratings of one asset, in base units. Changing it later leaves records already
		/// there alone.
		#[pallet::constant]
		type RatingDeposit: Get<Balance>;

		/// Epochs in which a closed epoch's rewards can be claimed, at least 1. Lowering it later shortens the time of
		/// epochs already closed.
		#[pallet::constant]
		type ClaimPeriod: Get<u32>;

		/// Rows that one `expire_epoch` removes at most, at least 1. Raising it later makes the call heavier.
		#[pallet::constant]
		type ExpirePage: Get<u32>;

		/// Blocks after its receipt in which an answer can be scored by its payer, at least 1. Changing it later leaves
		/// answers already there alone.
		#[pallet::constant]
		type ScoreWindow: Get<BlockNumberFor<Self>>;

		/// Blocks after its receipt in which a job's budget is kept if it is not spent before: longer than its contributors
		/// have to claim, and at least `ScoreWindow`. Changing it later leaves budgets already there alone.
		#[pallet::constant]
		type BudgetPeriod: Get<BlockNumberFor<Self>>;

		/// Contributions of one account that are counted for its h-index, at least 1: the largest h-index there can be.
		/// Raising it later is safe; lowering it makes longer lists unreadable and takes a migration.
		#[pallet::constant]
		type MaxTracked: Get<u32>;

		/// Least bond of a reviewer on the list, in base units, above zero; it also pays for the record's storage. Raising it
		/// later leaves reviewers below it on the list, so it takes a migration that takes them off.
		#[pallet::constant]
		type ReviewerBond: Get<Balance>;

		/// Most reviewers on the list, at least `ReviewSeats`. A draw ranks them all. When it is full, whoever comes with a larger
		/// bond displaces the one with the least. Raising it later makes draws heavier; lowering it makes a longer list unreadable
		/// and takes a migration.
		#[pallet::constant]
		type MaxReviewers: Get<u32>;

		/// Reviewers of one answer, an odd number. Raising it later is safe once no review is open; lowering it then too.
		#[pallet::constant]
		type ReviewSeats: Get<u32>;

		/// Scores that a median takes: a majority of `ReviewSeats`, or more. Changing it later concerns open reviews too.
		#[pallet::constant]
		type ReviewQuorum: Get<u32>;

		/// Most draws of one block, at least 1: the ceiling of the hook. Lowering it later makes longer lists undecodable.
		#[pallet::constant]
		type MaxDraws: Get<u32>;

		/// Blocks in which a shared answer may find a place for its draw, at least 1: it can be that late because the blocks
		/// before are full. Changing it later concerns answers shared from then on.
		#[pallet::constant]
		type DrawWindow: Get<u32>;

		/// Blocks in which drawn reviewers commit, at least 1. Changing it later concerns later draws.
		#[pallet::constant]
		type CommitPeriod: Get<BlockNumberFor<Self>>;

		/// Blocks after that in which they reveal, at least 1. Changing it later concerns later draws.
		#[pallet::constant]
		type RevealPeriod: Get<BlockNumberFor<Self>>;

		/// Versions that share in the pot of an epoch, at least 1. Raising it later makes `allocate_epoch` heavier; lowering it
		/// makes longer rankings unreadable and takes a migration.
		#[pallet::constant]
		type MaxRanked: Get<u32>;

		/// Epochs after its end in which the pot of an epoch can be divided, at least 1. Raising it later is safe; lowering it
		/// leaves the rankings of the epochs between until somebody divides their pots.
		#[pallet::constant]
		type AllocationPeriod: Get<u32>;

		/// Sets up what other pallets hold.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::benchmarking::BenchmarkHelper<Self::AccountId>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The deposit for an account's ratings of one asset, from the first to `forget_rating`.
		#[codec(index = 0)]
		Rating,
		/// The bond of a reviewer, until it leaves.
		#[codec(index = 1)]
		Reviewer,
		/// What closed epochs owe, on the account of the pool.
		#[codec(index = 2)]
		Rewards,
	}

	/// What governance decided. Reads as the default where no genesis was built.
	#[pallet::storage]
	pub type CurrentPolicy<T: Config> = StorageValue<_, Policy, ValueQuery>;

	/// What burns made of an asset. One for each asset that was ever rated, paid for by the first burn. Never removed: what
	/// burns may still cause must not be forgotten, and there are at most as many as models and contributions, which have
	/// deposits of their own.
	// Blake2: the rater chooses the asset.
	#[pallet::storage]
	pub type Assets<T: Config> = StorageMap<_, Blake2_128Concat, Asset, AssetRecordOf<T>>;

	/// Who rated which asset how often in its last period. Paid for by a deposit of the rater; removed by anybody once the
	/// period is over.
	#[pallet::storage]
	pub type Raters<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, Asset, Blake2_128Concat, T::AccountId, RaterRecord>;

	/// What answered jobs may cause whose contributors are owed something. Paid for by the job's fee, of which they are owed no less
	/// than a deposit; removed once the job is scored and all its contributors are paid, or by anybody after `BudgetPeriod`, or
	/// after `ScoreWindow` if only the score is missing.
	// Twox64: job ids are a counter of ours.
	#[pallet::storage]
	pub type Budgets<T: Config> = StorageMap<_, Twox64Concat, JobId, BudgetOf<T>>;

	/// What is owed for each epoch with rewards. Removed with the last row, by `expire_epoch`.
	// Twox64: epochs are a counter of ours.
	#[pallet::storage]
	pub type Epochs<T: Config> = StorageMap<_, Twox64Concat, u32, EpochRecord>;

	/// What is owed to whom for an epoch, above zero. Paid for by the fees of the jobs that caused it; removed by the claim,
	/// or when the epoch expires.
	// Twox64: epochs are a counter of ours.
	#[pallet::storage]
	pub type Owed<T: Config> =
		StorageDoubleMap<_, Twox64Concat, u32, Blake2_128Concat, T::AccountId, RewardRow>;

	/// What payers said of a version. One for each version with a score, paid for by the first job that was scored. Never
	/// removed, like versions.
	// Twox64: version ids are a counter of ours.
	#[pallet::storage]
	pub type Scores<T: Config> = StorageMap<_, Twox64Concat, VersionId, Feedback, ValueQuery>;

	/// The contributions that earned an account most often, at most `MaxTracked` of them. One list for each account that was
	/// ever paid so that it counts, which pays for it. Never removed: it is a reputation.
	#[pallet::storage]
	pub type Standings<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, StandingOf<T>, ValueQuery>;

	/// What governance decided about reviews. Reads as the default where no genesis was built.
	#[pallet::storage]
	pub type CurrentReviewPolicy<T: Config> = StorageValue<_, ReviewPolicy, ValueQuery>;

	/// Reviewers with something on hold or an open review. Paid for by the bond; removed when they leave, or when all of the
	/// bond is lost.
	#[pallet::storage]
	pub type Reviewers<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Reviewer>;

	/// The reviewers that can be drawn, at most `MaxReviewers`, each with its bond.
	#[pallet::storage]
	pub type Panel<T: Config> = StorageValue<_, BoundedVec<PanelistOf<T>, T::MaxReviewers>, ValueQuery>;

	/// Shared answers. Paid for by the job's fee; removed by the draw if they are not reviewed, and when their review is
	/// closed, by anybody.
	// Twox64: job ids are a counter of ours.
	#[pallet::storage]
	pub type Reviews<T: Config> = StorageMap<_, Twox64Concat, JobId, ReviewOf<T>>;

	/// The shared answers whose reviewers are drawn in each block to come, at most `MaxDraws`. Taken by the hook of that block.
	// Twox64: the key is a block number, and no caller chooses it freely.
	#[pallet::storage]
	pub type Draws<T: Config> =
		StorageMap<_, Twox64Concat, BlockNumberFor<T>, BoundedVec<JobId, T::MaxDraws>, ValueQuery>;

	/// What reviewers said of a version. One for each version with a review, paid for by the first reviewed job. Never
	/// removed, like versions.
	// Twox64: version ids are a counter of ours.
	#[pallet::storage]
	pub type Qualities<T: Config> = StorageMap<_, Twox64Concat, VersionId, Quality, ValueQuery>;

	/// The versions reviewed in an epoch, at most `MaxRanked`. Paid for by the fees of the reviewed jobs; removed by
	/// `allocate_epoch`, by anybody, or `AllocationPeriod` epochs after the end of its epoch.
	// Twox64: epochs are a counter of ours.
	#[pallet::storage]
	pub type Rankings<T: Config> = StorageMap<_, Twox64Concat, u32, RankingOf<T>, ValueQuery>;

	/// What the owners of the models share that were reviewed in an epoch that is over, as the policy was at its end, in base
	/// units. Nothing of it is minted yet. Removed with the ranking.
	// Twox64: epochs are a counter of ours.
	#[pallet::storage]
	pub type Pots<T: Config> = StorageMap<_, Twox64Concat, u32, Balance>;

	/// The policies of a new chain. What is left out is the default.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// What governance starts with.
		pub policy: Policy,
		/// And about reviews.
		pub review_policy: ReviewPolicy,
		/// Binds the type parameter.
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			// A chain that starts with a wrong policy refuses ratings until a referendum, so it does not start.
			assert!(self.policy.is_valid(), "genesis of pallet-ratings: the policy is out of its domain");
			assert!(
				self.review_policy.is_valid(),
				"genesis of pallet-ratings: the review policy is out of its domain"
			);
			CurrentPolicy::<T>::put(self.policy);
			CurrentReviewPolicy::<T>::put(self.review_policy);
			frame_system::Pallet::<T>::inc_providers(&Pallet::<T>::pool());
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An asset was rated.
		Rated {
			/// Who rated.
			who: T::AccountId,
			/// What.
			asset: Asset,
			/// From -10^6 to 10^6.
			score: i32,
			/// What was burned.
			burned: Balance,
			/// What of it counted.
			counted: Balance,
			/// The rating before, decayed to this block.
			old: Balance,
			/// The rating from now on.
			new: Balance,
		},
		/// An account's ratings of an asset were forgotten and the deposit was released.
		RatingForgotten {
			/// Who had rated.
			who: T::AccountId,
			/// What.
			asset: Asset,
			/// What was on hold.
			deposit: Balance,
		},
		/// A job was answered, and this is what it may cause.
		BudgetRecorded {
			/// The job.
			job: JobId,
			/// What the protocol kept of its fee.
			kept: Balance,
			/// At most, for influence.
			contributors: Balance,
			/// At most, because of ratings.
			ratings: Balance,
			/// At most, for its review.
			reserve: Reserve,
		},
		/// What a job might still have caused was dropped.
		BudgetExpired {
			/// The job.
			job: JobId,
		},
		/// A contribution was paid by the payer of an answer, and its owner is rewarded for it.
		ContributionRewarded {
			/// The owner.
			owner: T::AccountId,
			/// The job.
			job: JobId,
			/// The contribution.
			contribution: ContributionId,
			/// The epoch whose pool owes the reward.
			epoch: u32,
			/// For its influence, before scaling.
			base: Balance,
			/// Because of ratings, before scaling.
			rated: Balance,
			/// In how many epochs the contribution was paid, if this payment counted for the h-index.
			epochs: Option<u32>,
		},
		/// An epoch ended: its rewards can be claimed.
		EpochClosed {
			/// The epoch.
			epoch: u32,
			/// What contributors are owed.
			owed: Balance,
			/// What the pool offered.
			offered: Balance,
			/// What is minted into it: the smaller of both.
			taken: Balance,
		},
		/// A reward was paid.
		RewardClaimed {
			/// Who was paid.
			who: T::AccountId,
			/// For which epoch.
			epoch: u32,
			/// The reward before scaling.
			reward: Balance,
			/// What was paid.
			paid: Balance,
		},
		/// What nobody claimed went to the treasury.
		EpochExpired {
			/// The epoch.
			epoch: u32,
			/// How much.
			amount: Balance,
			/// Rows that are left to remove by further calls.
			rows: u32,
		},
		/// A payer scored its answer.
		AnswerScored {
			/// Who paid.
			payer: T::AccountId,
			/// The job.
			job: JobId,
			/// What answered.
			version: VersionId,
			/// From 0 to 10.
			score: u8,
			/// What payers said of the version until now.
			old: Feedback,
			/// And from now on.
			new: Feedback,
		},
		/// Ratings cost something else.
		PricesUpdated {
			/// Until now.
			old: Prices,
			/// From now on.
			new: Prices,
		},
		/// Ratings rise and fall in another way.
		DynamicsUpdated {
			/// Until now.
			old: Dynamics,
			/// From now on.
			new: Dynamics,
		},
		/// Contributions are rewarded in another way.
		RewardsUpdated {
			/// Until now.
			old: RewardRates,
			/// From now on.
			new: RewardRates,
		},
		/// The protocol must keep something else for a payment that counts for the h-index.
		LeastKeptUpdated {
			/// Until now.
			old: Balance,
			/// From now on.
			new: Balance,
		},
		/// Reviews are governed in another way.
		ReviewPolicyUpdated {
			/// Until now.
			old: ReviewPolicy,
			/// From now on.
			new: ReviewPolicy,
		},
		/// An account can be drawn to review answers, or added to its bond.
		ReviewerJoined {
			/// Who.
			who: T::AccountId,
			/// What it put on hold.
			added: Balance,
			/// Its bond from now on.
			bond: Balance,
		},
		/// A reviewer is drawn no more, by its own wish or because one with a larger bond took its place in the full list; its bond
		/// stays.
		ReviewerPaused {
			/// Who.
			who: T::AccountId,
		},
		/// A reviewer left and got its bond back.
		ReviewerLeft {
			/// Who.
			who: T::AccountId,
			/// What was on hold.
			bond: Balance,
		},
		/// A payer shared an answer for review.
		AnswerShared {
			/// Who.
			payer: T::AccountId,
			/// The job.
			job: JobId,
			/// What answered.
			version: VersionId,
			/// What is to be reviewed.
			material: Cid,
			/// The block whose beacon output decides whether it is, and by whom.
			draw_at: BlockNumberFor<T>,
		},
		/// A shared answer is not reviewed.
		ShareDropped {
			/// The job.
			job: JobId,
			/// Why.
			reason: Dropped,
		},
		/// The reviewers of an answer are drawn.
		ReviewersDrawn {
			/// The job.
			job: JobId,
			/// They.
			reviewers: alloc::vec::Vec<T::AccountId>,
			/// The last block of commitments.
			commit_by: BlockNumberFor<T>,
			/// The last block of ballots.
			reveal_by: BlockNumberFor<T>,
		},
		/// A reviewer committed to a ballot.
		ReviewCommitted {
			/// Who.
			who: T::AccountId,
			/// The job.
			job: JobId,
		},
		/// A reviewer revealed its ballot.
		ReviewRevealed {
			/// Who.
			who: T::AccountId,
			/// The job.
			job: JobId,
			/// What it says.
			ballot: Ballot,
		},
		/// The review of an answer is over.
		ReviewClosed {
			/// The job.
			job: JobId,
			/// What answered.
			version: VersionId,
			/// What the ballots come to.
			finding: Finding,
			/// What it brought each reviewer.
			verdicts: alloc::vec::Vec<Verdict<T::AccountId>>,
			/// What they lost together.
			lost: Balance,
		},
		/// The pot of an epoch was divided between the owners of the models reviewed in it.
		EpochAllocated {
			/// The epoch.
			epoch: u32,
			/// The epoch whose pool owes them.
			running: u32,
			/// The pot.
			pot: Balance,
			/// What of it nobody is owed: it is not minted.
			left: Balance,
			/// Who is owed what.
			allocations: alloc::vec::Vec<Allocation<T::AccountId>>,
		},
		/// Nobody divided the pot of an epoch in time. Nothing of it was minted, and nothing will be.
		PotExpired {
			/// The epoch.
			epoch: u32,
			/// Its pot.
			pot: Balance,
		},
		/// Something that can't happen happened; nobody lost what was theirs. Please report it.
		Unexpected {
			/// What happened.
			kind: UnexpectedKind,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// No model or contribution has this id; look it up.
		UnknownAsset,
		/// A rating's score is from -1,000,000 to 1,000,000, an answer's from 0 to 10; give one within.
		ScoreOutOfRange,
		/// The burn is below the price; burn at least what the view `price_of` says.
		BurnBelowPrice,
		/// The account has no ratings of this asset on record; there is nothing to forget.
		UnknownRating,
		/// The period of these ratings still runs; try again in the next epoch.
		PeriodRunning,
		/// The job was not paid, owed its contributors nothing, or its budget is spent or expired; the view `budget_of` tells
		/// which jobs have one.
		UnknownBudget,
		/// The budget is kept for longer; try again `BudgetPeriod` blocks after the receipt, or `ScoreWindow` blocks if all
		/// contributors are paid.
		BudgetRunning,
		/// Nothing is owed for this epoch, or it is all settled; the view `epoch_of` tells what is.
		UnknownEpoch,
		/// The epoch still runs; claim once it is closed.
		EpochRunning,
		/// The epoch's rewards were not claimed in time and went to the treasury; claim within `ClaimPeriod` epochs.
		EpochExpired,
		/// The account is owed nothing for this epoch, or was paid already; the view `reward_of` tells what it is owed.
		NothingToClaim,
		/// The epoch's share of the pool is too small to pay this reward a base unit; let the epoch expire.
		RewardTooSmall,
		/// The epoch's rewards can be claimed for longer; see `ClaimPeriod`.
		ClaimsRunning,
		/// No row is to be removed; ask for at least one.
		LimitIsZero,
		/// The payer has scored this answer; a score cannot be changed.
		AlreadyScored,
		/// The time to score or share this answer is over; do it within `ScoreWindow` blocks of the receipt.
		ScoreTooLate,
		/// Only who paid for an answer can score or share it; sign as the job's requester.
		NotPayer,
		/// The prices are refused; give a first price above zero, and so little growth that prices fit a balance however often
		/// somebody rates.
		InvalidPrices,
		/// The efficiency is refused; give at most 1,000,000 parts per million.
		InvalidDynamics,
		/// What is kept for a payment that counts is zero; give base units above that.
		InvalidLeastKept,
		/// The policy is refused; give sampling, parts and costs of at most 1,000,000, the parts together too, an absence that
		/// costs at most what withholding does, and that at most what a manipulation does, a least bonus and a tolerance above
		/// zero.
		InvalidReviewPolicy,
		/// The bond is below the least one; put more on hold.
		BondTooSmall,
		/// The list of reviewers is full, and each has at least this bond or somebody came onto it in this block; put more on hold
		/// than the least of the view `reviewers`, or try again in the next block.
		PanelFull,
		/// The account has no bond as reviewer; call `join_reviewers` first.
		UnknownReviewer,
		/// The account is not on the list of reviewers; call `join_reviewers` to be on it.
		NotListed,
		/// The account still reviews; pause, and leave once these reviews are closed.
		ReviewsOpen,
		/// The material is not a CIDv1 over SHA2-256; share the identifier that IPFS gives it.
		InvalidMaterial,
		/// The answer was shared before; the view `review_of` tells how its review stands.
		AlreadyShared,
		/// What is set aside for reviewers of this answer is below `least_bonus` of the view `review_policy`; share one that
		/// was paid more for.
		BonusTooSmall,
		/// No such answer is shared, or its review is over; the view `review_of` tells which are under way.
		UnknownReview,
		/// The blocks to come have no room for another draw; try again in the next block.
		DrawsFull,
		/// The reviewers of this answer are not drawn yet; wait for the block that `review_of` tells.
		NotDrawn,
		/// The account does not review this answer; the view `review_of` names who does.
		NotReviewer,
		/// The account has committed to a ballot about this answer; reveal it once all have.
		AlreadyCommitted,
		/// The time for commitments is over; commit within `CommitPeriod` blocks of the draw.
		CommitTooLate,
		/// The account did not commit to a ballot about this answer; there is none to reveal.
		NotCommitted,
		/// Others can still commit; reveal once all have, or their time is over.
		RevealTooEarly,
		/// The time to reveal is over; reveal within `RevealPeriod` blocks of the last time to commit.
		RevealTooLate,
		/// The account has revealed its ballot about this answer; wait until the review is closed.
		AlreadyRevealed,
		/// The ballot and the salt are not those of the commitment; reveal the ones that were committed to.
		WrongReveal,
		/// Reviewers can still commit or reveal; close the review afterwards.
		ReviewRunning,
		/// No version was reviewed in this epoch, or its pot is divided or expired; see `AllocationPeriod`.
		NothingToAllocate,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			Self::draw_due(now)
		}

		fn integrity_test() {
			assert!(T::ClaimPeriod::get() > 0, "ClaimPeriod is zero: nobody could claim");
			assert!(T::ExpirePage::get() > 0, "ExpirePage is zero: no epoch would ever end");
			assert!(T::MaxTracked::get() > 0, "MaxTracked is zero: there would be no h-index");
			assert!(T::ScoreWindow::get() > 0u32.into(), "ScoreWindow is zero: nobody could score");
			assert!(T::BudgetPeriod::get() >= T::ScoreWindow::get(), "BudgetPeriod is below ScoreWindow");
			let (seats, quorum) = (T::ReviewSeats::get(), T::ReviewQuorum::get());
			assert!(seats & 1 == 1, "ReviewSeats is even: medians would lie between scores");
			assert!(quorum <= seats && quorum > seats / 2, "ReviewQuorum is no majority of ReviewSeats");
			assert!(T::MaxReviewers::get() >= seats, "MaxReviewers is below ReviewSeats");
			assert!(T::CommitPeriod::get() > 0u32.into(), "CommitPeriod is zero: nobody could commit");
			assert!(T::RevealPeriod::get() > 0u32.into(), "RevealPeriod is zero: nobody could reveal");
			assert!(T::MaxDraws::get() > 0, "MaxDraws is zero: nobody would be drawn");
			assert!(T::DrawWindow::get() > 0, "DrawWindow is zero: no draw would find a place");
			let quarter = T::BlockWeights::get().max_block.saturating_div(4);
			assert!(
				Self::heaviest_draws().all_lte(quarter),
				"MaxDraws draws must fit into a quarter of a block"
			);
			assert!(T::ReviewerBond::get() > 0, "ReviewerBond is zero: there would be nothing to lose");
			assert!(T::MaxRanked::get() > 0, "MaxRanked is zero: nothing would be allocated");
			assert!(T::AllocationPeriod::get() > 0, "AllocationPeriod is zero: nobody could allocate");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = <T as Config>::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Burns `burn` of the caller's tokens to rate an asset with `score`, from -1,000,000 to 1,000,000.
		///
		/// ## Dispatch Origin
		/// Signed.
		///
		/// ## Details
		/// Each rating of the same asset by the same account within an epoch costs more, and less of its burn counts. The
		/// first puts a deposit on hold, which anybody can release with `forget_rating` in a later epoch. Nothing is burned
		/// that the account needs to exist.
		///
		/// Emits [`Event::Rated`].
		#[pallet::call_index(0)]
		pub fn rate(
			origin: OriginFor<T>,
			asset: Asset,
			score: i32,
			#[pallet::compact] burn: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_rate(who, asset, score, burn)
		}

		/// Forgets an account's ratings of an asset in an epoch that is over, and releases its deposit.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody.
		///
		/// Emits [`Event::RatingForgotten`].
		#[pallet::call_index(1)]
		pub fn forget_rating(origin: OriginFor<T>, asset: Asset, who: T::AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_forget_rating(asset, who)
		}

		/// Pays an account what it is owed for a closed epoch, scaled down if the pool was short.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody: the money goes to `who`, whoever calls.
		///
		/// ## Details
		/// An amount that cannot create the account is refused and stays claimable.
		///
		/// Emits [`Event::RewardClaimed`].
		#[pallet::call_index(2)]
		pub fn claim_reward(origin: OriginFor<T>, epoch: u32, who: T::AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim_reward(epoch, who)
		}

		/// Sends what is left of a closed epoch to the treasury and removes up to `limit` of its rows.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody.
		///
		/// ## Details
		/// Possible after `ClaimPeriod` further epochs, or once nothing is left to pay. Call it again while rows are left; a
		/// call removes at most `ExpirePage` of them. Weight for rows that are not there is given back.
		///
		/// Emits [`Event::EpochExpired`].
		#[pallet::call_index(3)]
		#[pallet::weight(<T as Config>::WeightInfo::expire_epoch((*limit).min(T::ExpirePage::get())))]
		pub fn expire_epoch(origin: OriginFor<T>, epoch: u32, limit: u32) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let removed = Self::do_expire_epoch(epoch, limit.min(T::ExpirePage::get()))?;
			Ok(Some(<T as Config>::WeightInfo::expire_epoch(removed)).into())
		}

		/// Drops what is kept of a job whose contributors did not claim, or whose payer did not score it, in time.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody.
		///
		/// ## Details
		/// Possible after `BudgetPeriod`, and after `ScoreWindow` if all contributors are paid.
		///
		/// Emits [`Event::BudgetExpired`].
		#[pallet::call_index(4)]
		pub fn expire_budget(origin: OriginFor<T>, job: JobId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_expire_budget(job)
		}

		/// Scores the answer of a job that the caller paid, from 0 to 10, once.
		///
		/// ## Dispatch Origin
		/// Signed, by who paid for the job, within `ScoreWindow` blocks of its receipt.
		///
		/// Emits [`Event::AnswerScored`].
		#[pallet::call_index(5)]
		pub fn score_answer(origin: OriginFor<T>, job: JobId, score: u8) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_score_answer(who, job, score)
		}

		/// Changes what ratings cost from now on.
		///
		/// ## Dispatch Origin
		/// `AdminOrigin`.
		///
		/// Emits [`Event::PricesUpdated`].
		#[pallet::call_index(6)]
		pub fn set_prices(origin: OriginFor<T>, prices: Prices) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_prices(prices)
		}

		/// Changes how ratings rise and fall.
		///
		/// ## Dispatch Origin
		/// `AdminOrigin`.
		///
		/// ## Details
		/// Every asset decays by the new rate from its last rating on, not from this block. Raising the efficiency lowers what
		/// ratings stand for, so credit lapses.
		///
		/// Emits [`Event::DynamicsUpdated`].
		#[pallet::call_index(7)]
		pub fn set_dynamics(origin: OriginFor<T>, dynamics: Dynamics) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_dynamics(dynamics)
		}

		/// Changes how contributions are rewarded that are paid from now on.
		///
		/// ## Dispatch Origin
		/// `AdminOrigin`.
		///
		/// Emits [`Event::RewardsUpdated`].
		#[pallet::call_index(8)]
		pub fn set_rewards(origin: OriginFor<T>, rewards: RewardRates) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_rewards(rewards);
			Ok(())
		}

		/// Changes what the protocol must keep, at least, for a payment that counts for the h-index from now on.
		///
		/// ## Dispatch Origin
		/// `AdminOrigin`.
		///
		/// Emits [`Event::LeastKeptUpdated`].
		#[pallet::call_index(9)]
		pub fn set_least_kept(
			origin: OriginFor<T>,
			#[pallet::compact] least_kept: Balance,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_least_kept(least_kept)
		}

		/// Puts `bond` on hold, in addition to what is there, and has the caller drawn as a reviewer.
		///
		/// ## Dispatch Origin
		/// Signed.
		///
		/// ## Details
		/// A reviewer that paused or lost too much of its bond comes back by the same call. It reviews answers that are shared
		/// from now on. When the list is full, the reviewer with the least bond gives way, if that is less: it is paused, and has its
		/// open reviews still to do. Only one does in a block.
		///
		/// Emits [`Event::ReviewerJoined`], and [`Event::ReviewerPaused`] of whoever gives way.
		#[pallet::call_index(10)]
		pub fn join_reviewers(origin: OriginFor<T>, #[pallet::compact] bond: Balance) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_join_reviewers(who, bond)
		}

		/// Takes the caller off the list of reviewers. Its bond stays on hold, and open reviews are still to be done.
		///
		/// ## Dispatch Origin
		/// Signed, by a reviewer on the list.
		///
		/// Emits [`Event::ReviewerPaused`].
		#[pallet::call_index(11)]
		pub fn pause_reviewer(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_pause_reviewer(who)
		}

		/// Gives a reviewer its bond back.
		///
		/// ## Dispatch Origin
		/// Signed, by a reviewer without open reviews.
		///
		/// ## Details
		/// A reviewer that is drawn again and again pauses first.
		///
		/// Emits [`Event::ReviewerLeft`].
		#[pallet::call_index(12)]
		pub fn leave_reviewers(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_leave_reviewers(who)
		}

		/// Shares an answer that the caller paid, once, so that it may be reviewed.
		///
		/// ## Dispatch Origin
		/// Signed, by who paid for the job, within `ScoreWindow` blocks of its receipt.
		///
		/// ## Details
		/// Whether it is reviewed, and by whom, is decided by the beacon's output of a later block, in that block. A budget that
		/// is used up is gone: share an answer before its last contributor is paid, or before scoring it.
		///
		/// Emits [`Event::AnswerShared`].
		#[pallet::call_index(13)]
		pub fn share_answer(origin: OriginFor<T>, job: JobId, material: Cid) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_share_answer(who, job, material)
		}

		/// Commits to a ballot about an answer without showing it.
		///
		/// ## Dispatch Origin
		/// Signed, by a drawn reviewer.
		///
		/// ## Details
		/// The commitment is `blake2_256` over the SCALE encoding of `"engram/review"` as 13 bytes, the genesis hash, the job,
		/// the reviewer, the ballot and a secret salt of 32 bytes. Free of fees, once for each seat.
		///
		/// Emits [`Event::ReviewCommitted`].
		#[pallet::call_index(15)]
		#[pallet::feeless_if(|origin: &OriginFor<T>, job: &JobId, commitment: &Digest| -> bool {
			origin.as_signer().is_some_and(|who| {
				Pallet::<T>::committed(who, *job, *commitment).is_ok()
					&& Pallet::<T>::lets_through(Call::commit_review { job: *job, commitment: *commitment })
			})
		})]
		pub fn commit_review(origin: OriginFor<T>, job: JobId, commitment: Digest) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_commit_review(who, job, commitment)
		}

		/// Shows the ballot that the caller committed to: a score from 0 to 10, or that the material cannot be had.
		///
		/// ## Dispatch Origin
		/// Signed, by a drawn reviewer, once all have committed or their time is over.
		///
		/// ## Details
		/// Free of fees if it is what was committed to, once for each seat.
		///
		/// Emits [`Event::ReviewRevealed`].
		#[pallet::call_index(16)]
		#[pallet::feeless_if(|origin: &OriginFor<T>, job: &JobId, ballot: &Ballot, salt: &Digest| -> bool {
			origin.as_signer().is_some_and(|who| {
				let (job, ballot, salt) = (*job, *ballot, *salt);
				Pallet::<T>::revealed(who, job, ballot, salt).is_ok()
					&& Pallet::<T>::lets_through(Call::reveal_review { job, ballot, salt })
			})
		})]
		pub fn reveal_review(
			origin: OriginFor<T>,
			job: JobId,
			ballot: Ballot,
			salt: Digest,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_reveal_review(who, job, ballot, salt)
		}

		/// Judges the reviewers of an answer and counts its quality.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody, once nobody can commit or reveal any more.
		///
		/// ## Details
		/// Free of fees for its reviewers, once.
		///
		/// Emits [`Event::ReviewClosed`].
		#[pallet::call_index(17)]
		#[pallet::feeless_if(|origin: &OriginFor<T>, job: &JobId| -> bool {
			origin.as_signer().is_some_and(|who| {
				Pallet::<T>::closes_free(who, *job)
					&& Pallet::<T>::lets_through(Call::close_review { job: *job })
			})
		})]
		pub fn close_review(origin: OriginFor<T>, job: JobId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_close_review(job)
		}

		/// Divides the pot of an epoch that is over between the owners of the models reviewed in it.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody.
		///
		/// ## Details
		/// They are owed it by the running epoch's pool, and claim it when that epoch is closed. Possible in `AllocationPeriod`
		/// epochs after its end.
		///
		/// Emits [`Event::EpochAllocated`].
		#[pallet::call_index(18)]
		#[pallet::weight(<T as Config>::WeightInfo::allocate_epoch(T::MaxRanked::get()))]
		pub fn allocate_epoch(origin: OriginFor<T>, epoch: u32) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let versions = Self::do_allocate_epoch(epoch)?;
			Ok(Some(<T as Config>::WeightInfo::allocate_epoch(versions)).into())
		}

		/// Changes how reviews are governed.
		///
		/// ## Dispatch Origin
		/// `AdminOrigin`.
		///
		/// ## Details
		/// What is set aside of a budget is decided when its job is paid; how reviewers are judged, when their review is closed.
		///
		/// Emits [`Event::ReviewPolicyUpdated`].
		#[pallet::call_index(19)]
		pub fn set_review_policy(origin: OriginFor<T>, policy: ReviewPolicy) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_review_policy(policy)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// What governance decided.
		pub fn policy() -> Policy {
			CurrentPolicy::<T>::get()
		}

		/// An asset's rating in this block, in base units. Zero for what nobody rated.
		pub fn rating_of(asset: Asset) -> Balance {
			let dynamics = CurrentPolicy::<T>::get().dynamics;
			let decayed = Assets::<T>::get(asset).and_then(|record| Self::decayed(&record, dynamics).ok());
			decayed.unwrap_or_default()
		}

		/// What burns made of an asset: the rating as of the last burn, the amounts as of the last burn or reward. `None` for what
		/// nobody rated.
		pub fn asset_of(asset: Asset) -> Option<AssetRecordOf<T>> {
			Assets::<T>::get(asset)
		}

		/// The least that an account burns to rate an asset now, in base units. `None` if there is no such asset.
		pub fn price_of(who: T::AccountId, asset: Asset) -> Option<Balance> {
			Self::exists(&asset).then(|| Self::price_for(&asset, &who).ok()).flatten()
		}

		/// What an account is owed for an epoch. `None` if nothing, or once it was paid.
		pub fn reward_of(who: T::AccountId, epoch: u32) -> Option<RewardView> {
			Self::reward_view(&who, epoch)
		}

		/// What is owed for an epoch in all. `None` if nothing, or once all of it is settled.
		pub fn epoch_of(epoch: u32) -> Option<EpochRecord> {
			Epochs::<T>::get(epoch)
		}

		/// What an answered job may still cause. `None` once that is nothing.
		pub fn budget_of(job: JobId) -> Option<BudgetOf<T>> {
			Budgets::<T>::get(job)
		}

		/// What payers say of a version.
		pub fn feedback_of(version: VersionId) -> FeedbackView {
			let scores = Scores::<T>::get(version);
			FeedbackView { scores, nps: scores.nps_floor().unwrap_or_default() }
		}

		/// A contributor's h-index: the largest h such that h of its contributions were each paid in h epochs.
		pub fn h_index_of(who: T::AccountId) -> u32 {
			Self::h_index(&who)
		}

		/// The contributions that count for an account's h-index.
		pub fn standing_of(who: T::AccountId) -> alloc::vec::Vec<PaidEpochs> {
			Standings::<T>::get(who).into_inner()
		}

		/// The account that rewards are paid from.
		pub fn reward_pool() -> T::AccountId {
			Self::pool()
		}

		/// What governance decided about reviews.
		pub fn review_policy() -> ReviewPolicy {
			CurrentReviewPolicy::<T>::get()
		}

		/// A shared answer. `None` if it is not, or once its review is over.
		pub fn review_of(job: JobId) -> Option<ReviewOf<T>> {
			Reviews::<T>::get(job)
		}

		/// The reviewers that can be drawn.
		pub fn reviewers() -> alloc::vec::Vec<PanelistOf<T>> {
			Panel::<T>::get().into_inner()
		}

		/// A reviewer's bond and how many answers it is to review. `None` for who is none.
		pub fn reviewer_of(who: T::AccountId) -> Option<Reviewer> {
			Reviewers::<T>::get(who)
		}

		/// What reviewers say of a version.
		pub fn quality_of(version: VersionId) -> QualityView {
			let quality = Qualities::<T>::get(version);
			QualityView { reviews: quality.reviews, quality: quality.mean_floor().unwrap_or_default() }
		}

		/// The versions reviewed in an epoch whose pot is not divided yet, and what their owners are owed of it; of the running
		/// epoch, if it ended now.
		pub fn ranking_of(epoch: u32) -> alloc::vec::Vec<RankedView> {
			Self::ranking_view(epoch)
		}
	}
}
