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

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

mod agenda;
mod decline;
mod escrow;
mod impls;
mod load;
mod market;
mod memory;
mod paid;
mod payout;
mod plans;
mod probe;
mod reports;
mod tick;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
#[allow(clippy::as_conversions, reason = "the SCALE derive casts the indices of enums")]
mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
#[cfg(test)]
#[allow(unreachable_pub, reason = "`parameter_types!` is public, and so is what it holds")]
mod mock;
#[cfg(test)]
mod tests;

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
	use alloc::vec::Vec;
	use engram_primitives::{
		authorization::WorkerSignature,
		economy::{Burns, PaidJobs},
		model::TrainingSpec,
		payment::TokenPayments,
		traits::{
			Beacon, BlockAuthor, Contributions, InferencePricing, ModelRegistry, Parts, TrainingChecks,
			WorkerPool,
		},
		units::Balance,
		work::FailureReason,
		Cid, JobId, ModelId, VersionId,
	};
	use frame_support::{
		pallet_prelude::*,
		traits::fungible::{self, hold},
		PalletId,
	};
	use frame_system::{
		ensure_authorized,
		offchain::CreateAuthorizedTransaction,
		pallet_prelude::{BlockNumberFor, OriginFor, *},
	};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config + CreateAuthorizedTransaction<Call<Self>> {
		/// The native token. Escrows are on hold on an account of this pallet, deposits on the requester's own.
		type Currency: fungible::Mutate<Self::AccountId, Balance = Balance>
			+ hold::Mutate<Self::AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// Who sets the probe.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The account that pays for probes is derived from it. Nothing is probed until somebody has sent it money.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// The account on which the escrows of jobs are on hold is derived from it. It must be endowed with the existential deposit
		/// in the genesis balances.
		#[pallet::constant]
		type PotPalletId: Get<PalletId>;

		/// Names the accounts of the models' escrows.
		#[pallet::constant]
		type EscrowPalletId: Get<PalletId>;

		/// The randomness every draw uses. It must run before this pallet in a block, so that the output of a block is
		/// there in the hook of that block.
		type Beacon: Beacon<BlockNumberFor<Self>>;

		/// The workers: eligibility, slots, keys, addresses, reputation.
		type Workers: WorkerPool<Self::AccountId>;

		/// The models and their versions.
		type Models: ModelRegistry<Self::AccountId>;

		/// The contributions training reads.
		type Data: Contributions<Self::AccountId>;

		/// What inference costs, and its parts that are fixed at request.
		type Pricing: InferencePricing;

		/// Told when an attempt ends without a finding. `()` where nothing checks training.
		type Checks: TrainingChecks;

		/// Told of every job that was paid: what was computed, and what of the fee was burned or went to the treasury. The
		/// job's own burn is told here only.
		type Paid: PaidJobs<Self::AccountId>;

		/// Told of every other burn: of amounts too small to open an account where not even the treasury's exists.
		type Burns: Burns;

		/// Pays for updates of models that have a token of their own, and keeps what their answers were paid for in it. `()`
		/// where no model pays in its token.
		type Tokens: TokenPayments<Self::AccountId>;

		/// How the cut of a training fee is divided between burn, treasury and author; shares sum to at most 10^6.
		type CutShares: Get<engram_math::fee::CutShares>;

		/// Takes the treasury's part, the author's part of a block without author, and payments too small for an account
		/// that does not exist.
		type Treasury: Get<Self::AccountId>;

		/// The author of the block.
		type Author: BlockAuthor<Self::AccountId>;

		/// What the first verifier gets of a training fee, in parts per million. Together with `CutShare` below 10^6: the
		/// executor gets the rest. Changing it later leaves jobs already requested alone.
		#[pallet::constant]
		type VerifierShare: Get<u32>;

		/// What the protocol keeps of a training fee, in parts per million. Changing it later leaves jobs already
		/// requested alone.
		type CutShare: Get<u32>;

		/// Least training fee, in base units. It pays for the weight that hooks spend on the job.
		#[pallet::constant]
		type MinTrainingFee: Get<Balance>;

		/// Least that the contributors to a version are owed of a fee for its answers, in base units, unless they are owed nothing. It
		/// pays for what is recorded until they have claimed it, for which there is no deposit. Changing it later leaves jobs already
		/// requested alone.
		#[pallet::constant]
		type MinContributorsPart: Get<Balance>;

		/// Held for a job's record until it is removed, in base units; at least the existential deposit. Changing it later
		/// leaves records already held for alone.
		#[pallet::constant]
		type JobDeposit: Get<Balance>;

		/// Most held-out rows of a training job and most rows of an inference job.
		#[pallet::constant]
		type MaxRows: Get<u32>;

		/// Most rows that a model may be trained on whose influence is computed by the exact inverse, above zero. Its time rises with
		/// their third power; with `MaxExactAnswers` it has to fit well into `InferenceDeadline`. Lowering it later leaves
		/// versions of more rows that still answer.
		#[pallet::constant]
		type MaxExactRows: Get<u32>;

		/// Most rows of an inference job of such a model, above zero. Changing it later leaves jobs already requested alone.
		#[pallet::constant]
		type MaxExactAnswers: Get<u32>;

		/// Memory that a job may ask for beside what its model takes, in MiB: for rows, runtime and device. Workers should offer
		/// it at least; who offers less is passed over where a requester asks for all of it. Changing it later leaves jobs already
		/// requested alone.
		#[pallet::constant]
		type SpareMemory: Get<u32>;

		/// Longest multiaddress, in bytes. Lowering it later makes stored records undecodable.
		#[pallet::constant]
		type MaxAddressLen: Get<u32>;

		/// Workers a job is given to, one after another, before it fails; at least 1. Lowering it later makes stored
		/// records undecodable.
		#[pallet::constant]
		type MaxAttempts: Get<u32>;

		/// Draws of one attempt that may find nobody before the job fails. 0: one draw and no second.
		#[pallet::constant]
		type MaxDrawRetries: Get<u32>;

		/// Blocks between a draw that found nobody and the next; at least 1.
		#[pallet::constant]
		type DrawRetryPeriod: Get<BlockNumberFor<Self>>;

		/// Blocks an executor has to commit, from the block that seeds its batches.
		#[pallet::constant]
		type TrainingDeadline: Get<BlockNumberFor<Self>>;

		/// Blocks a worker has to answer, from its assignment.
		#[pallet::constant]
		type InferenceDeadline: Get<BlockNumberFor<Self>>;

		/// The most that training may take, as the view `training_load` counts it: what every worker computes in the part of
		/// `TrainingDeadline` that is not for fetching, above zero. Raising it, or shortening the deadline, makes workers late over
		/// honest work. Changing it later concerns new jobs only.
		#[pallet::constant]
		type MaxTrainingLoad: Get<u64>;

		/// The most that verification of training may take, as the view `replay_load` counts it: what every worker computes in
		/// half of the time that verifiers have, above zero. Changing it later concerns new jobs only.
		#[pallet::constant]
		type MaxReplayLoad: Get<u64>;

		/// The most that answers may take, as the view `answer_load` counts it: what every worker computes in the part of
		/// `InferenceDeadline` that is not for fetching, above zero. Changing it later concerns new jobs only.
		#[pallet::constant]
		type MaxAnswerLoad: Get<u64>;

		/// The part of the time allowed in which a worker may decline a job for want of its inputs, in parts per million: from the
		/// seed of training, or from the assignment of inference, to the deadline. Long enough to fetch them, short enough that
		/// nobody keeps a requester waiting for nothing. Changing it later concerns jobs under way too.
		#[pallet::constant]
		type FetchShare: Get<u32>;

		/// Least that an attempt costs its requester which ends for want of inputs, in base units, above zero. It is what makes it
		/// dear to ask for work that only one's own workers can do, of jobs that cost nothing too. Changing it later leaves jobs
		/// already requested alone.
		#[pallet::constant]
		type MinUnservedFee: Get<Balance>;

		/// What such an attempt costs, in parts per million of the fee, where that is more. Changing it later leaves jobs already
		/// requested alone.
		#[pallet::constant]
		type UnservedShare: Get<u32>;

		/// The same for a job that a model's escrow pays, of the model's owner, in parts per million: above a third of the
		/// executor's part of a fee, so that withholding loses whoever has a third of all draws or less.
		#[pallet::constant]
		type FundedUnservedShare: Get<u32>;

		/// The most that the escrow of a model pays for training, in base units per 10^9 multiply-adds of it, above zero: what such
		/// work costs. Raising it pays owners who raise their own premiums to spend them on their own workers; lowering it leaves
		/// escrows that nobody works for. Changing it later leaves jobs already requested alone.
		#[pallet::constant]
		type MaxFundedPrice: Get<Balance>;

		/// Such attempts of a job before it fails, at least 1. All of them are paid for at request. Changing it later leaves jobs
		/// already requested alone.
		#[pallet::constant]
		type MaxUnserved: Get<u32>;

		/// Blocks after which anybody may remove the record of a closed job.
		#[pallet::constant]
		type RetentionPeriod: Get<BlockNumberFor<Self>>;

		/// Most open jobs in all. With `2 * MaxOpenJobs <= MaxPerBlock * AgendaWindow` every job always finds its place in
		/// the agenda.
		#[pallet::constant]
		type MaxOpenJobs: Get<u32>;

		/// Most open jobs of one requester. Lowering it later makes longer lists undecodable.
		#[pallet::constant]
		type MaxOpenPerRequester: Get<u32>;

		/// Most jobs one worker executes at once; at least the slots a worker can have. Lowering it later makes longer lists
		/// undecodable.
		#[pallet::constant]
		type MaxPerWorker: Get<u32>;

		/// Most agenda items of one block: the ceiling of the hook. Lowering it later makes longer lists undecodable.
		#[pallet::constant]
		type MaxPerBlock: Get<u32>;

		/// Blocks an agenda item may be late because the ones before are full.
		#[pallet::constant]
		type AgendaWindow: Get<u32>;

		/// Sets up what other pallets hold.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::benchmarking::BenchmarkHelper<Self::AccountId, BlockNumberFor<Self>>;

		/// Weights of the calls and of the hook's parts.
		type WeightInfo: WeightInfo;
	}

	/// Why money is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Fees, reserves and guarantees of open jobs, on the account of this pallet.
		#[codec(index = 0)]
		Escrow,
		/// Deposits for job records, on the requester's account.
		#[codec(index = 1)]
		RecordDeposit,
	}

	/// Bytes of a multiaddress.
	pub type AddressOf<T> = BoundedVec<u8, <T as Config>::MaxAddressLen>;

	/// A job of this runtime.
	pub type JobRecordOf<T> = JobRecord<
		<T as frame_system::Config>::AccountId,
		BlockNumberFor<T>,
		AddressOf<T>,
		BoundedVec<<T as frame_system::Config>::AccountId, <T as Config>::MaxAttempts>,
	>;

	/// The probe of this runtime.
	pub type ProbeTermsOf<T> = ProbeTerms<AddressOf<T>>;

	/// Job records. The requester pays a deposit for each and has it back when the record is removed. A probe's is free and
	/// removed when it closes.
	// Twox64: the key is our own counter.
	#[pallet::storage]
	pub type Jobs<T: Config> = StorageMap<_, Twox64Concat, JobId, JobRecordOf<T>>;

	/// The id the next job gets.
	#[pallet::storage]
	pub type NextJobId<T> = StorageValue<_, JobId, ValueQuery>;

	/// Open jobs in all.
	#[pallet::storage]
	pub type OpenJobCount<T> = StorageValue<_, u32, ValueQuery>;

	/// Open jobs of each requester, oldest first. Removed with the last.
	// Blake2: anybody chooses an account.
	#[pallet::storage]
	pub type OpenJobs<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, BoundedVec<JobId, T::MaxOpenPerRequester>, ValueQuery>;

	/// Jobs each worker executes, oldest first: those that take one of its slots. Removed with the last.
	// Blake2: anybody chooses an account.
	#[pallet::storage]
	pub type Assignments<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, BoundedVec<JobId, T::MaxPerWorker>, ValueQuery>;

	/// What falls due in each block to come. Taken by the hook of that block.
	// Twox64: the key is a block number, and no caller chooses it freely.
	#[pallet::storage]
	pub type Agenda<T: Config> =
		StorageMap<_, Twox64Concat, BlockNumberFor<T>, BoundedVec<AgendaItem, T::MaxPerBlock>, ValueQuery>;

	/// What workers are probed with. Set and removed by governance; nobody is probed without it.
	#[pallet::storage]
	pub type Probe<T: Config> = StorageValue<_, ProbeTermsOf<T>>;

	/// The block since which a probe is set without a break. Written and removed with it.
	#[pallet::storage]
	pub type ProbedSince<T: Config> = StorageValue<_, BlockNumberFor<T>>;

	/// Nothing to choose: genesis keeps the account of escrows alive.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Binds the type parameter.
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			frame_system::Pallet::<T>::inc_providers(&Pallet::<T>::pot());
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Training was bought; fee and reserve are in escrow.
		TrainingRequested {
			/// Who pays.
			requester: T::AccountId,
			/// The job.
			job: JobId,
			/// What is trained.
			model: ModelId,
			/// The price.
			fee: Balance,
			/// On hold beside it for further verifiers.
			reserve: Balance,
			/// On hold beside them for attempts without inputs.
			guarantee: Balance,
			/// The block whose beacon output draws the worker.
			draw_at: BlockNumberFor<T>,
		},
		/// Inference was bought; the fee is in escrow.
		InferenceRequested {
			/// Who pays.
			requester: T::AccountId,
			/// The job.
			job: JobId,
			/// What answers.
			version: VersionId,
			/// The price.
			fee: Balance,
			/// On hold beside it for attempts without inputs.
			guarantee: Balance,
			/// The block whose beacon output draws the worker.
			draw_at: BlockNumberFor<T>,
		},
		/// The beacon gave the job to a worker.
		JobAssigned {
			/// The worker.
			worker: T::AccountId,
			/// The job.
			job: JobId,
			/// Which assignment.
			attempt: u32,
			/// A report must be in a block before this one.
			deadline: BlockNumberFor<T>,
		},
		/// A draw found nobody or no beacon output and is repeated.
		DrawPostponed {
			/// The job.
			job: JobId,
			/// Which assignment.
			attempt: u32,
			/// The block of the next draw.
			draw_at: BlockNumberFor<T>,
		},
		/// The beacon output that seeds the batches was missing; another block seeds them.
		SeedPostponed {
			/// The job.
			job: JobId,
			/// Which assignment.
			attempt: u32,
			/// The block that seeds now.
			seed_at: BlockNumberFor<T>,
			/// The new deadline.
			deadline: BlockNumberFor<T>,
		},
		/// The executor committed to its training; the check begins.
		TrainingCommitted {
			/// The executor.
			worker: T::AccountId,
			/// The job.
			job: JobId,
			/// Which assignment.
			attempt: u32,
		},
		/// The executor missed its deadline.
		DeadlineMissed {
			/// The executor.
			worker: T::AccountId,
			/// The job.
			job: JobId,
			/// Which assignment.
			attempt: u32,
		},
		/// The executor gave the job back.
		JobGivenBack {
			/// The executor.
			worker: T::AccountId,
			/// The job.
			job: JobId,
			/// Which assignment.
			attempt: u32,
			/// Why.
			reason: FailureReason,
		},
		/// The check went against the executor.
		TrainingRejected {
			/// The executor.
			worker: T::AccountId,
			/// The job.
			job: JobId,
			/// Which assignment.
			attempt: u32,
			/// Verifiers paid out of the reserve.
			verifiers: Vec<(T::AccountId, Balance)>,
		},
		/// The job waits for another worker.
		JobRequeued {
			/// The job.
			job: JobId,
			/// The assignment to come.
			attempt: u32,
			/// The block whose beacon output draws the worker.
			draw_at: BlockNumberFor<T>,
		},
		/// A training job was verified and paid.
		TrainingSettled {
			/// The executor.
			worker: T::AccountId,
			/// The job.
			job: JobId,
			/// The new version, unless the registry refused it.
			version: Option<VersionId>,
			/// To the executor.
			paid: Balance,
			/// To the verifiers.
			verifiers: Vec<(T::AccountId, Balance)>,
			/// Burned.
			burned: Balance,
			/// To the treasury.
			treasury: Balance,
			/// To the block author, if there is one.
			author: Option<(T::AccountId, Balance)>,
			/// Back to the requester, and of a job that a model's escrow pays the guarantee to the model's owner.
			refunded: Balance,
		},
		/// An inference job was served and paid.
		InferenceSettled {
			/// The serving worker.
			worker: T::AccountId,
			/// The job.
			job: JobId,
			/// To whom and how much.
			payments: Vec<(T::AccountId, Balance)>,
			/// Burned.
			burned: Balance,
			/// Back to the requester, and of a job that a model's escrow pays the guarantee to the model's owner.
			refunded: Balance,
		},
		/// Nobody did the job.
		JobFailed {
			/// The job.
			job: JobId,
			/// Why.
			reason: JobFailure,
			/// Back to the requester, and of a job that a model's escrow pays the guarantee to the model's owner.
			refunded: Balance,
		},
		/// The verifiers could not tell.
		JobVoided {
			/// The executor.
			worker: T::AccountId,
			/// The job.
			job: JobId,
			/// To the verifiers.
			verifiers: Vec<(T::AccountId, Balance)>,
			/// Back to the requester, and of a job that a model's escrow pays the guarantee to the model's owner.
			refunded: Balance,
		},
		/// The requester took the job back before its first draw.
		JobCancelled {
			/// The requester.
			requester: T::AccountId,
			/// The job.
			job: JobId,
			/// Back to the requester, and of a job that a model's escrow pays the guarantee to the model's owner.
			refunded: Balance,
		},
		/// The record of a closed job is gone.
		JobRemoved {
			/// The requester.
			requester: T::AccountId,
			/// The job.
			job: JobId,
			/// Deposit back to the requester.
			deposit: Balance,
		},
		/// A payment was too small to create the payee's account. It went to the treasury, or was burned where that
		/// account does not exist either.
		PaymentRedirected {
			/// Who could not be paid.
			payee: T::AccountId,
			/// The job.
			job: JobId,
			/// How much.
			amount: Balance,
			/// Whether it was burned.
			burned: bool,
		},
		/// Something that cannot happen, did. Please report it.
		Unexpected {
			/// What.
			kind: UnexpectedKind,
		},
		/// Governance changed what workers are probed with.
		ProbeUpdated {
			/// Until now.
			old: Option<ProbeTermsOf<T>>,
			/// From now on.
			new: Option<ProbeTermsOf<T>>,
		},
		/// The beacon drew a worker to be measured by a job that the protocol pays.
		ProbeRequested {
			/// The worker.
			worker: T::AccountId,
			/// The job.
			job: JobId,
			/// The price.
			fee: Balance,
			/// On hold beside it for further verifiers.
			reserve: Balance,
		},
		/// The executor was not served the inputs, or cannot read them, and the requester paid for that.
		JobDeclined {
			/// The executor; it keeps the slot until the next draw.
			worker: T::AccountId,
			/// The job.
			job: JobId,
			/// Which assignment.
			attempt: u32,
			/// Why.
			reason: FailureReason,
			/// Burned.
			burned: Balance,
			/// To the treasury.
			treasury: Balance,
			/// The block whose beacon output draws another worker, or in which the job fails.
			draw_at: BlockNumberFor<T>,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// No model has this id. Register it first.
		UnknownModel,
		/// No version has this id. The view `versions_of` of `models` lists those of a model.
		UnknownVersion,
		/// The parent is a version of another model. Name one of this model, or none.
		ForeignParent,
		/// A part names a contribution that does not exist. The view `contributions_of` of `datanets` lists those that do.
		UnknownContribution,
		/// Training needs at least one contribution. Name it as a part.
		NoParts,
		/// A contribution is named twice. Name each once.
		DuplicatePart,
		/// Not a CIDv1 over SHA2-256 of a raw or dag-pb block. Give the one that `engram artifact add` prints.
		InvalidCid,
		/// Rows must be at least 1 and at most `MaxRows`. Count those below the header, and cut a longer file.
		RowsOutOfRange,
		/// Not a multiaddress that ends in `/p2p/<peer>`. Give one such as `/ip4/203.0.113.7/tcp/30400/p2p/12D3..`, where the
		/// input is served.
		InvalidAddress,
		/// A hyper-parameter is out of range. `checkpoint_interval`: 1 to 4,096 steps. `steps`: 16 to 1,024 whole intervals.
		/// `batch_size`: 1 to 1,024 rows. `learning_rate`: 1 to 10,000,000 parts per million. `opened`: 4 to 32, and at most
		/// a third of the intervals.
		InvalidSpec,
		/// The job is more than every worker can do before its deadline. Ask for fewer or smaller steps, fewer rows or a smaller
		/// model: the views `training_load`, `replay_load` and `answer_load` may be `MaxTrainingLoad`, `MaxReplayLoad` and
		/// `MaxAnswerLoad` at most.
		TooMuchWork,
		/// The fee is below `MinTrainingFee`. Offer at least that.
		FeeTooLow,
		/// The fee is above the `max_fee` offered. Offer at least the `fee` that the view `quote` of `attribution` tells.
		FeeAboveMax,
		/// The market has as many open jobs as it can hold. Try again later.
		MarketFull,
		/// The requester has as many open jobs as it may have. Wait until one closes.
		TooManyOpenJobs,
		/// The worker executes as many jobs as it may. Another one has to be drawn.
		WorkerFull,
		/// No room in the agenda. Try again later.
		AgendaFull,
		/// Every job id is used up. No job can be bought until the runtime is upgraded.
		IdsExhausted,
		/// No job has this id, or its record was removed. The view `open_jobs_of` lists those of a requester.
		UnknownJob,
		/// Only the requester may do this; of a job that a model's escrow pays, the model's owner. The view `job` names the
		/// requester.
		NotRequester,
		/// A job can be cancelled only before its first draw. Wait until it closes.
		NotCancellable,
		/// The job is still open. Remove it when it has closed.
		StillOpen,
		/// The record can be removed by others only after `RetentionPeriod`. Try again so many blocks after the job closed.
		RetentionNotOver,
		/// The record says who serves the weights of a version; only its requester may remove it.
		NamesVersion,
		/// The job is at another attempt, which the view `job` tells. Drop a report of an earlier one.
		WrongAttempt,
		/// The job is not assigned to this worker. The view `assignments_of` lists those that are.
		NotAssigned,
		/// The job is not being checked. Its executor has to commit first.
		NotChecking,
		/// The job is of another kind. Training is committed to `learning`, answers are sent to `attribution`.
		WrongKind,
		/// The batch seed is not known yet, so there is nothing to commit to. Commit in a later block.
		SeedUnknown,
		/// The payments are more than the escrow. The pallet that asked for them needs a fix.
		EscrowExceeded,
		/// The model is retired and takes no new jobs. Choose another one.
		ModelRetired,
		/// A probe comes once in at least one block. Give a period above zero.
		PeriodIsZero,
		/// More memory than the model can take: `SpareMemory` and 32 bytes for each parameter. Ask for less.
		MemoryOutOfRange,
		/// Only the model's owner may buy jobs with the model's escrow. Buy with `request_training` and money of your own.
		NotModelOwner,
		/// The version was rolled back. Name the one that serves its model now: the view `head_of` of `models` says which.
		RolledBack,
		/// The fee is above what the work is worth that a model's escrow pays for. Offer at most what the view `funded_fee_limit`
		/// tells. Where that is below `MinTrainingFee`, ask for more steps or larger batches, or buy with `request_training`.
		AboveFundedLimit,
		/// No worker could train the model on a contribution that is named as a part. Choose contributions of a datanet with as many
		/// features and classes as the model has inputs and outputs; fewer classes will do.
		DataDoesNotFit,
		/// The contributors' part of the fee, which the view `quote` of `attribution` tells, is below `MinContributorsPart`, and does
		/// not pay for the record of what they are owed. Ask for more rows, or choose a dearer model.
		ContributorsPartTooSmall,
		/// The model pays by the exact inverse, which is computed for `MaxExactRows` training rows at most. Name fewer or smaller
		/// contributions, or train a model that pays by DataInf.
		TooManyExactRows,
		/// The model pays by the exact inverse, which is computed for `MaxExactAnswers` answers of a job at most. Buy them in
		/// several jobs.
		TooManyExactAnswers,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			Self::tick(now)
		}

		fn offchain_worker(now: BlockNumberFor<T>) {
			Self::submit_reports(now);
		}

		fn integrity_test() {
			Self::check_constants();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Buys a training job: the fee, a reserve for further verifiers and a guarantee that the inputs are served go into escrow,
		/// a later block's beacon draws the worker.
		///
		/// ## Dispatch Origin
		/// Signed: the requester.
		///
		/// ## Details
		/// Everything that steers training is fixed here. The view function `training_cost` says what is put on hold. A version
		/// of the model is reserved, and recorded even when the model is retired meanwhile. Whoever is drawn has to be served the
		/// inputs: each worker that says it was not costs a part of the guarantee.
		///
		/// Emits [`Event::TrainingRequested`].
		#[pallet::call_index(0)]
		pub fn request_training(
			origin: OriginFor<T>,
			model: ModelId,
			parent: Option<VersionId>,
			parts: Parts,
			held_out: Cid,
			held_out_rows: u32,
			held_out_source: AddressOf<T>,
			spec: TrainingSpec,
			memory_mib: u32,
			#[pallet::compact] fee: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let request =
				TrainingRequest { model, parent, parts, held_out, held_out_rows, held_out_source, spec };
			Self::do_request_training(who, request, memory_mib, fee)
		}

		/// Buys answers of a version: the fee and a guarantee that the input is served go into escrow, a later block's beacon draws
		/// the worker.
		///
		/// ## Dispatch Origin
		/// Signed: the requester.
		///
		/// ## Details
		/// The price is that of this block, whatever the model's owner asks later. The view function `guarantee_of` says what is
		/// put on hold beside it; each worker that says it was not served the input costs a part of that.
		///
		/// Emits [`Event::InferenceRequested`].
		#[pallet::call_index(1)]
		pub fn request_inference(
			origin: OriginFor<T>,
			version: VersionId,
			input: Cid,
			rows: u32,
			input_source: AddressOf<T>,
			memory_mib: u32,
			#[pallet::compact] max_fee: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_request_inference(who, version, input, rows, input_source, memory_mib, max_fee)
		}

		/// Takes a job back before its first draw; the escrow is released.
		///
		/// ## Dispatch Origin
		/// Signed: the requester.
		///
		/// Emits [`Event::JobCancelled`].
		#[pallet::call_index(2)]
		pub fn cancel(origin: OriginFor<T>, job: JobId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_cancel(&who, job)
		}

		/// An executor that cannot do its job says so, and the job goes to another worker at once.
		///
		/// ## Dispatch Origin
		/// Authorized: `signature` by the worker's hot key over the work digest. Feeless.
		///
		/// ## Details
		/// Costs as much reputation as a missed deadline but none of the bond, and the requester does not have to wait for it.
		/// For want of the inputs, and within `FetchShare` of the time allowed, it costs far less, and the requester pays; but the
		/// worker's slot is free only when another worker is drawn. A probe is given back like for any other reason.
		///
		/// Emits [`Event::JobDeclined`], or [`Event::JobGivenBack`] and then [`Event::JobRequeued`] or [`Event::JobFailed`].
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::give_back().max(T::WeightInfo::decline()))]
		#[pallet::authorize(Self::authorize_give_back)]
		pub fn give_back(
			origin: OriginFor<T>,
			worker: T::AccountId,
			job: JobId,
			attempt: u32,
			content: FailureReason,
			signature: WorkerSignature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			// Checked by the authorization of this very transaction.
			let _ = signature;
			Self::do_give_back(worker, job, attempt, content)
		}

		/// Removes the record of a closed job and releases its deposit to the requester.
		///
		/// ## Dispatch Origin
		/// Signed: the requester at once, anybody after `RetentionPeriod`. Of a job that a model's escrow pays, the model's
		/// owner is the requester.
		///
		/// ## Details
		/// The record of a job that trained a version says who serves its weights: it stays as long as its requester wants.
		///
		/// Emits [`Event::JobRemoved`].
		#[pallet::call_index(4)]
		pub fn remove(origin: OriginFor<T>, job: JobId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_remove(&who, job)
		}

		/// Sets what workers are probed with and how often, or stops probing.
		///
		/// ## Dispatch Origin
		/// `AdminOrigin`.
		///
		/// ## Details
		/// Probes under way are as they were requested. `probe_account` says who has to be sent the money that they cost.
		///
		/// Emits [`Event::ProbeUpdated`].
		#[pallet::call_index(5)]
		pub fn set_probe(origin: OriginFor<T>, new: Option<ProbeTermsOf<T>>) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_probe(new)
		}

		/// Buys a training job of a model with the money of the model's escrow: what the premiums of its token brought.
		///
		/// ## Dispatch Origin
		/// Signed: the model's owner.
		///
		/// ## Details
		/// As [`Call::request_training`], with the escrow as the requester: what the job leaves goes back into the escrow. The
		/// owner may cancel and remove the job. The view function `model_escrow` names the account; anybody may send it money.
		///
		/// The owner stands for the inputs with its own money, as much as the view function `funded_guarantee_of` says. The first
		/// worker that says it was not served ends the job, and the guarantee is spent; else it comes back to the model's owner.
		///
		/// The fee is at most what the view function `funded_fee_limit` says: a price for the work that the job is.
		///
		/// Emits [`Event::TrainingRequested`].
		#[pallet::call_index(6)]
		pub fn request_funded_training(
			origin: OriginFor<T>,
			model: ModelId,
			parent: Option<VersionId>,
			parts: Parts,
			held_out: Cid,
			held_out_rows: u32,
			held_out_source: AddressOf<T>,
			spec: TrainingSpec,
			memory_mib: u32,
			#[pallet::compact] fee: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			let request =
				TrainingRequest { model, parent, parts, held_out, held_out_rows, held_out_source, spec };
			Self::do_request_funded(&who, request, memory_mib, fee)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// A job's record.
		pub fn job(job: JobId) -> Option<JobRecordOf<T>> {
			Jobs::<T>::get(job)
		}

		/// A requester's open jobs, oldest first.
		pub fn open_jobs_of(requester: T::AccountId) -> Vec<JobId> {
			OpenJobs::<T>::get(requester).into_inner()
		}

		/// The jobs a worker executes, oldest first.
		pub fn assignments_of(worker: T::AccountId) -> Vec<JobId> {
			Assignments::<T>::get(worker).into_inner()
		}

		/// How a training fee would be divided and what would be put on hold. `None` when the fee is too low or too large.
		pub fn training_cost(fee: Balance) -> Option<TrainingCost> {
			Self::cost_of(fee).ok()
		}

		/// What training of a model by this spec takes a worker, in multiply-adds: `steps * (4096 + batch_size * (parameters + 16))`.
		/// `None` when the model is unknown.
		pub fn training_load(model: ModelId, spec: TrainingSpec) -> Option<u64> {
			Some(load::training_load(&spec, T::Models::model(model)?.architecture.parameters()))
		}

		/// What its verification takes each verifier: the same for the steps of the segments that are opened, and
		/// `parameters + 16` for each held-out row. `None` when the model is unknown.
		pub fn replay_load(model: ModelId, spec: TrainingSpec, held_out_rows: u32) -> Option<u64> {
			let parameters = T::Models::model(model)?.architecture.parameters();
			Some(load::replay_load(&spec, parameters, held_out_rows))
		}

		/// What answers of a version take, in multiply-adds: `rows * (rows it was trained on + 1) * (parameters + 16)`, for the
		/// influence of every training row on each. `None` when the version is unknown.
		pub fn answer_load(version: VersionId, rows: u32) -> Option<u64> {
			Self::answers_load(&T::Models::version(version)?, rows)
		}

		/// What a job at this fee has on hold for attempts that end because its inputs are not served; what is unused comes back.
		/// `None` when it is too large.
		pub fn guarantee_of(fee: Balance) -> Option<Balance> {
			Self::guarantee(fee).ok()
		}

		/// What the owner of a model pays in with a job at this fee that the model's escrow pays, and gets back if the inputs are
		/// served. `None` when it is too large.
		pub fn funded_guarantee_of(fee: Balance) -> Option<Balance> {
			Self::funded_guarantee(fee).ok()
		}

		/// The most that the escrow of a model pays for training by this spec, in base units. Where it is below `MinTrainingFee` an
		/// escrow does not pay for such a job. `None` when the model is unknown or the spec out of range.
		pub fn funded_fee_limit(model: ModelId, spec: TrainingSpec) -> Option<Balance> {
			let parameters = T::Models::model(model)?.architecture.parameters();
			Self::funded_limit_floor(&spec, parameters).ok()
		}

		/// The account on which the escrows of all open jobs are on hold.
		pub fn escrow_account() -> T::AccountId {
			Self::pot()
		}

		/// The account that pays for probes. Anybody may send it money; only probes spend it.
		pub fn probe_account() -> T::AccountId {
			Self::prober()
		}

		/// The account that pays for jobs of a model which its owner buys with `request_funded_training`.
		pub fn model_escrow(model: ModelId) -> T::AccountId {
			Self::escrow(model)
		}

		/// What `rows` answers of a version cost now. `None` when the version is unknown or its model retired.
		pub fn inference_cost(version: VersionId, rows: u32) -> Option<Balance> {
			T::Pricing::quote(version, rows).ok().map(|price| price.fee)
		}
	}
}
