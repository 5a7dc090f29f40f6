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

mod agenda;
mod authorize;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod impls;
mod judge;
#[cfg(test)]
mod mock;
mod outbox;
#[cfg(test)]
mod tests;
mod tick;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
#[allow(clippy::as_conversions, reason = "the SCALE derive casts the indices of enums")]
mod types;
pub mod weights;

pub use pallet::*;
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
	use engram_primitives::{
		authorization::WorkerSignature,
		traits::{Beacon, TrainingJobs, WorkerPool},
		work::{Commitment, Opening, PerSegment, Verdict, VerdictCommitment},
		Cid, JobId,
	};
	use frame_support::{pallet_prelude::*, traits::StorageVersion};
	use frame_system::{ensure_authorized, offchain::CreateAuthorizedTransaction, pallet_prelude::*};
	use sp_core::H256;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: CreateAuthorizedTransaction<Call<Self>> + frame_system::Config {
		/// Where the assigned jobs are and what a finding does to them.
		type Jobs: TrainingJobs<Self::AccountId, BlockNumberFor<Self>>;

		/// The randomness of every draw. Its ring must reach back at least `LOOK_AHEAD` blocks.
		type Beacon: Beacon<BlockNumberFor<Self>>;

		/// The bonded workers.
		type Workers: WorkerPool<Self::AccountId>;

		/// Blocks a verifier has for its replay and the commitment to its result. At least 1; as long as the slowest
		/// worker needs for the largest job. Changing it later does not move deadlines that are set.
		#[pallet::constant]
		type ReplayDeadline: Get<BlockNumberFor<Self>>;

		/// Blocks the executor has to open and the verifiers to reveal. At least 1; half of it covers a fetch of the final weights
		/// and a count over the held-out rows. Changing it later does not move deadlines that are set.
		#[pallet::constant]
		type RevealDeadline: Get<BlockNumberFor<Self>>;

		/// Verifiers that may miss a deadline and be replaced in one check; one more makes it undecided. At most
		/// [`MAX_MISSED`]. Raising it later lets a check take longer.
		#[pallet::constant]
		type MaxReplacements: Get<u32>;

		/// How often a draw that found nobody is repeated before the check is undecided. Raising it later lets a job wait
		/// longer for a verifier.
		#[pallet::constant]
		type MaxDrawRetries: Get<u32>;

		/// Draws and deadlines handled in one block, at least 1. At most [`LOOK_AHEAD`] times as many checks run at once.
		/// Lowering it later needs a migration of the agenda.
		#[pallet::constant]
		type MaxPerBlock: Get<u32>;

		/// Weights of the calls and of the work in hooks.
		type WeightInfo: WeightInfo;

		/// Sets up workers, jobs and randomness in benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper<Self>;
	}

	/// The running check of a job. Made by the executor's commitment and removed with the finding, so it lives as long as
	/// the job's escrow and needs no deposit of its own. Our own counter is the key.
	#[pallet::storage]
	pub type Checks<T: Config> = CountedStorageMap<_, Twox64Concat, JobId, CheckRecordOf<T>>;

	/// The checks a worker takes part in, as executor or verifier; removed with its part. Off-chain readers iterate it, no
	/// dispatch does.
	#[pallet::storage]
	pub type Duties<T: Config> = StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, JobId, ()>;

	/// The checks whose draw or deadline is due in a block; taken when the block comes. Each check is here once.
	#[pallet::storage]
	pub type Agenda<T: Config> =
		StorageMap<_, Twox64Concat, BlockNumberFor<T>, BoundedVec<JobId, T::MaxPerBlock>, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An executor committed to its training run.
		Committed { executor: T::AccountId, job: JobId, attempt: u32, root: H256, final_weights: Cid },
		/// The beacon drew the segments that are opened.
		SegmentsDrawn { job: JobId, attempt: u32, segments: PerSegment<u32> },
		/// The beacon drew a verifier.
		VerifierDrawn { verifier: T::AccountId, job: JobId, attempt: u32, round: u32 },
		/// A draw found too few verifiers and is repeated with the output of block `at`.
		DrawRepeated { job: JobId, attempt: u32, at: BlockNumberFor<T> },
		/// A verifier committed to its verdict.
		VerdictCommitted { verifier: T::AccountId, job: JobId, attempt: u32, round: u32, commitment: H256 },
		/// Every verdict of the round is committed and the beacon drew the interior steps.
		InteriorDrawn { job: JobId, attempt: u32, round: u32, interior: PerSegment<u32> },
		/// The executor opened its segments.
		Opened { executor: T::AccountId, job: JobId, attempt: u32, round: u32, correct: u32 },
		/// A verifier revealed its verdict.
		VerdictRevealed {
			verifier: T::AccountId,
			job: JobId,
			attempt: u32,
			round: u32,
			verdict: VerdictDigest,
		},
		/// A worker missed its deadline; it lost reputation and a part of its bond.
		DeadlineMissed { worker: T::AccountId, job: JobId, attempt: u32, round: u32 },
		/// The first verdict contradicts the executor or misses what was not served; two more verifiers are drawn.
		Disputed { verifier: T::AccountId, job: JobId, attempt: u32 },
		/// A check is over and its record removed.
		CheckFinished { job: JobId, attempt: u32, summary: CheckSummary<T::AccountId> },
		/// The job ended or was re-assigned by its owner; its check was dropped without a finding.
		CheckDropped { job: JobId, attempt: u32 },
		/// A step of a check failed and is tried again; its escrow stays where it is.
		Unexpected { job: JobId, error: DispatchError },
	}

	#[pallet::error]
	pub enum Error<T> {
		/// No training job with this id is assigned now; look up its state with the view `job` of `jobs`.
		UnknownJob,
		/// Nothing is being checked for this job; its executor has to commit first.
		UnknownCheck,
		/// This attempt at the job is over; drop the report.
		AttemptOver,
		/// This attempt at the job has not begun; report again later.
		AttemptAhead,
		/// This round of the check is over; drop the report.
		RoundOver,
		/// This round of the check has not begun; report again later.
		RoundAhead,
		/// The job is not assigned to this worker; drop the report.
		NotExecutor,
		/// The worker was not drawn as a verifier for this round; the view `checks_of` lists the checks it was drawn for.
		NotVerifier,
		/// The batch seed is not known yet; report again in a later block.
		SeedUnknown,
		/// The check is not that far; report again later.
		TooEarly,
		/// The check has moved on or the deadline has passed; drop the report.
		TooLate,
		/// This was reported before; drop the report.
		AlreadyReported,
		/// Too many checks are running; report again in a later block.
		TooManyChecks,
		/// The final weights are not a CIDv1 over SHA2-256; give the one under which the store keeps them.
		InvalidWeights,
		/// The hyper-parameters of the job cannot be checked; give the job back.
		InvalidSpec,
		/// The final weights are not proven under the committed root; send the proof of the last checkpoint.
		WeightsNotProven,
		/// The report needs one value per opened segment; the view `check` lists the segments.
		WrongLength,
		/// More rows are counted as correct than there are held-out rows; count among those alone.
		CorrectOutOfRange,
		/// The count of correct rows differs from the executor's first opening; send the same one again.
		ClaimChanged,
		/// An end digest is not proven under the committed root; send that of the checkpoint behind each segment, with its
		/// proof.
		EndNotProven,
		/// The verdict is not the one that was committed to; reveal that one, with its salt.
		CommitmentMismatch,
		/// An interior digest is not proven under the step root; send the proofs of the replay that was committed to.
		StepNotProven,
		/// Every block within reach is full of draws and deadlines; try again in a later block.
		AgendaFull,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			Self::process_due(now)
		}

		fn offchain_worker(now: BlockNumberFor<T>) {
			Self::deliver(now);
		}

		fn integrity_test() {
			use sp_runtime::traits::Zero;
			assert!(!T::ReplayDeadline::get().is_zero(), "ReplayDeadline is at least 1");
			assert!(!T::RevealDeadline::get().is_zero(), "RevealDeadline is at least 1");
			assert!(T::MaxReplacements::get() <= MAX_MISSED, "MaxReplacements is at most MAX_MISSED");
			assert!(T::MaxPerBlock::get() > 0, "MaxPerBlock is at least 1");
			let worst = T::WeightInfo::take_due()
				.saturating_add(Self::heaviest_item().saturating_mul(T::MaxPerBlock::get().into()));
			let block = T::BlockWeights::get().max_block;
			assert!(
				worst.saturating_mul(2).all_lte(block),
				"MaxPerBlock draws and deadlines fit into half a block",
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(now: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state(now)
		}
	}

	#[pallet::call(weight = <T as Config>::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// The executor commits to its training run: the root over its checkpoints and the final weights.
		///
		/// ## Dispatch Origin
		/// Authorized by the signature of the executor's hot key; feeless.
		///
		/// Emits [`Event::Committed`].
		#[pallet::call_index(0)]
		#[pallet::authorize(Pallet::<T>::authorize_commit)]
		pub fn commit(
			origin: OriginFor<T>,
			worker: T::AccountId,
			job: JobId,
			attempt: u32,
			content: Commitment,
			signature: WorkerSignature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			// Verified by the authorization.
			let _ = signature;
			Self::do_commit(worker, job, attempt, &content)
		}

		/// A drawn verifier commits to its verdict without showing it.
		///
		/// ## Dispatch Origin
		/// Authorized by the signature of the verifier's hot key; feeless.
		///
		/// Emits [`Event::VerdictCommitted`].
		#[pallet::call_index(1)]
		#[pallet::authorize(Pallet::<T>::authorize_commit_verdict)]
		pub fn commit_verdict(
			origin: OriginFor<T>,
			worker: T::AccountId,
			job: JobId,
			attempt: u32,
			round: u32,
			content: VerdictCommitment,
			signature: WorkerSignature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			// Verified by the authorization.
			let _ = signature;
			Self::do_commit_verdict(worker, job, attempt, round, content)
		}

		/// The executor opens the drawn segments, once in every round.
		///
		/// ## Dispatch Origin
		/// Authorized by the signature of the executor's hot key; feeless.
		///
		/// ## Details
		/// The count of correct rows binds: a later round accepts no other.
		///
		/// Emits [`Event::Opened`].
		#[pallet::call_index(2)]
		#[pallet::authorize(Pallet::<T>::authorize_open)]
		pub fn open(
			origin: OriginFor<T>,
			worker: T::AccountId,
			job: JobId,
			attempt: u32,
			round: u32,
			content: Opening,
			signature: WorkerSignature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			// Verified by the authorization.
			let _ = signature;
			Self::do_open(worker, job, attempt, round, &content)
		}

		/// A verifier reveals the verdict it committed to. The check is judged in the next block when it was the last one.
		///
		/// ## Dispatch Origin
		/// Authorized by the signature of the verifier's hot key; feeless.
		///
		/// Emits [`Event::VerdictRevealed`].
		#[pallet::call_index(3)]
		#[pallet::authorize(Pallet::<T>::authorize_reveal_verdict)]
		pub fn reveal_verdict(
			origin: OriginFor<T>,
			worker: T::AccountId,
			job: JobId,
			attempt: u32,
			round: u32,
			content: Verdict,
			signature: WorkerSignature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			// Verified by the authorization.
			let _ = signature;
			Self::do_reveal_verdict(worker, job, attempt, round, &content)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The running check of a job: its phase, opened segments and verifiers.
		pub fn check(job: JobId) -> Option<CheckView<T::AccountId, BlockNumberFor<T>>> {
			Checks::<T>::get(job).map(Into::into)
		}

		/// The probability, in ppm, that one skipped segment of a job under check is opened and so caught.
		pub fn catch_probability_ppm(job: JobId) -> Option<u32> {
			Checks::<T>::get(job).map(|record| record.terms.catch_probability_ppm())
		}

		/// The jobs whose check this worker takes part in, as executor or verifier.
		pub fn checks_of(worker: T::AccountId) -> alloc::vec::Vec<JobId> {
			Duties::<T>::iter_key_prefix(worker).collect()
		}
	}
}
