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

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod impls;
#[cfg(test)]
mod mock;
mod pricing;
mod reports;
#[cfg(test)]
mod tests;
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
	use engram_math::fee::{CutShares, NetShares};
	use engram_primitives::{
		authorization::WorkerSignature,
		economy::PaidContributions,
		merkle::{SumLeaf, SumProof},
		traits::{BlockAuthor, Contributions, InferenceJobs, ModelRegistry, WorkerPool},
		units::Balance,
		work::Receipt,
		Cid, ContributionId, JobId, VersionId,
	};
	use frame_support::{
		pallet_prelude::*,
		traits::fungible::{self, hold},
		PalletId,
	};
	use frame_system::{offchain::CreateAuthorizedTransaction, pallet_prelude::*};

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config + CreateAuthorizedTransaction<Call<Self>> {
		/// The native token. What contributors are owed is a hold on this pallet's own account.
		type Currency: fungible::Mutate<Self::AccountId, Balance = Balance>
			+ hold::Mutate<Self::AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// The market: which job waits for which worker, and where the fee is in escrow.
		type Jobs: InferenceJobs<Self::AccountId>;

		/// The workers' hot keys.
		type Workers: WorkerPool<Self::AccountId>;

		/// The models: owners, rates, versions and what they were trained on.
		type Models: ModelRegistry<Self::AccountId>;

		/// Who owns a contribution now.
		type Data: Contributions<Self::AccountId>;

		/// Told of every claim: what influences answers is rewarded from the epoch's minting too. It can refuse nothing.
		type Paid: PaidContributions<Self::AccountId>;

		/// How the net of a fee is divided between model, stakers and contributors; the shares sum to 10^6. Changing it
		/// later changes what stakers and model get of fees already in escrow, not what contributors get of them.
		type NetShares: Get<NetShares>;

		/// How the cut is divided between burn, treasury and author; the shares sum to at most 10^6.
		type CutShares: Get<CutShares>;

		/// What the protocol keeps of the platform part of a fee, in parts per million, at most 10^6. The serving worker
		/// gets the rest. Changing it later changes what workers get for jobs already assigned.
		type CutShare: Get<u32>;

		/// Takes the stakers' part, for the next era's pool.
		type StakersPot: Get<Self::AccountId>;

		/// Takes the treasury's part, the author's part of a block without author, and what nobody claimed. The account
		/// should exist: until it does, less than the existential deposit cannot expire into it.
		type Treasury: Get<Self::AccountId>;

		/// The author of the block.
		type Author: BlockAuthor<Self::AccountId>;

		/// The account that holds what contributors are owed is derived from it. Changing it later strands the pot.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// Blocks between a receipt and the first claim: time to recompute the published report before money leaves.
		/// Changing it later leaves payouts already recorded alone.
		#[pallet::constant]
		type ChallengeWindow: Get<BlockNumberFor<Self>>;

		/// Blocks contributors have to claim after the window; at least 1. Changing it later leaves payouts already
		/// recorded alone.
		#[pallet::constant]
		type ClaimPeriod: Get<BlockNumberFor<Self>>;

		/// Sets up what other pallets hold.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::benchmarking::BenchmarkHelper<Self::AccountId>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why money of this pallet's account is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Contributors' parts that are not claimed yet.
		#[codec(index = 0)]
		Payouts,
	}

	/// What contributors are still owed for each served job. Paid for by that: `jobs` refuses what would owe them less than a
	/// deposit; removed with the last claim, or by anybody once it expired.
	// Twox64: job ids are a counter of ours.
	#[pallet::storage]
	pub type Payouts<T: Config> = StorageMap<_, Twox64Concat, JobId, PayoutRecordOf<T>>;

	/// Nothing to choose: genesis keeps this pallet's account alive.
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
		/// A job was answered and its fee divided.
		ReceiptAccepted {
			/// Who served.
			worker: T::AccountId,
			/// The job.
			job: JobId,
			/// What answered.
			version: VersionId,
			/// Who paid.
			requester: T::AccountId,
			/// The answers, a JSON file.
			answers: Cid,
			/// Scores and leaves behind the payouts, a JSON file.
			report: Cid,
			/// What was paid.
			fee: Balance,
			/// Its parts; they sum to the fee.
			parts: FeeParts,
			/// The author who got the author's part.
			author: Option<T::AccountId>,
			/// The block from which contributors can claim, unless their part is zero.
			claimable_at: Option<BlockNumberFor<T>>,
		},
		/// The owner of a contribution was paid for its influence.
		PayoutClaimed {
			/// Who was paid.
			owner: T::AccountId,
			/// The job.
			job: JobId,
			/// The contribution.
			contribution: ContributionId,
			/// How much.
			amount: Balance,
			/// What others are still owed for the job.
			unpaid: Balance,
		},
		/// What nobody claimed went to the treasury.
		PayoutExpired {
			/// The job.
			job: JobId,
			/// How much.
			amount: Balance,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// No version has this id. The view `versions_of` of `models` lists those of a model.
		UnknownVersion,
		/// The version's model does not exist. Choose a version of another model.
		UnknownModel,
		/// The job is not being served: it is queued, closed, or no inference job. The view `job` of `jobs` says where it
		/// stands.
		NotServed,
		/// The job went to another worker since. Drop the receipt.
		AttemptOver,
		/// The job is not at this attempt yet. Send the receipt again in a later block.
		AttemptAhead,
		/// The job is assigned to another worker. The view `assignments_of` of `jobs` lists a worker's own.
		NotAssigned,
		/// There is a payout for this job already. Drop the receipt.
		AlreadyServed,
		/// Not a CIDv1 over SHA2-256 of a raw or dag-pb block. Give the one that `engram artifact add` prints.
		InvalidCid,
		/// The tree needs exactly one leaf for each contribution the version was trained on. The view `version` of `models`
		/// lists them as `parts`.
		WrongLeafCount,
		/// The sum under the root is not the contributors' part of the fee. Divide the price in the job's record, not that of
		/// today.
		WrongSum,
		/// The job has no payout: it is not answered yet, contributors got no part, all of it is claimed, or it expired. The
		/// view `job` of `jobs` says whether an answer is to come.
		UnknownPayout,
		/// The challenge window is still open. Try again at `claimable_at`, which the view `payout` tells.
		WindowOpen,
		/// The tree has no leaf with this index. The first is 0; the view `payout` tells how many `leaves` there are.
		UnknownLeaf,
		/// This leaf is paid already. Claim another one.
		AlreadyClaimed,
		/// The leaf names another contribution than the one the version was trained on at this index. Take leaf and index from
		/// the report that the receipt names.
		ForeignContribution,
		/// The leaf is not under the root with these siblings and sums. Take leaf and proof from the report that the receipt
		/// names.
		InvalidProof,
		/// The leaf is worth zero. Claim another one.
		NothingToClaim,
		/// The contribution does not exist any more, so nobody can claim for it. What it is owed goes to the treasury with
		/// `expire`.
		UnknownContribution,
		/// The payout can expire only at `expires_at`. Try again in that block; the view `payout` tells it.
		NotExpired,
		/// The version's model is retired: answers of it are not sold any more. Choose a version of another model.
		ModelRetired,
		/// The version was rolled back. Name the one that serves its model now: the view `head_of` of `models` says which.
		RolledBack,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn offchain_worker(now: BlockNumberFor<T>) {
			Self::submit_receipts(now);
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
		/// The serving worker reports its answers and who is owed for them; the fee is divided and paid.
		///
		/// ## Dispatch Origin
		/// Authorized: `signature` by the worker's hot key over the work digest. Feeless.
		///
		/// ## Details
		/// The sum under the root must be the contributors' part of the fee to the base unit. How it is divided among them is
		/// the worker's word, backed by the published report.
		///
		/// Emits [`Event::ReceiptAccepted`].
		#[pallet::call_index(0)]
		#[pallet::authorize(Self::authorize_submit_receipt)]
		pub fn submit_receipt(
			origin: OriginFor<T>,
			worker: T::AccountId,
			job: JobId,
			attempt: u32,
			content: Receipt,
			signature: WorkerSignature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			// Checked by the authorization of this very transaction.
			let _ = signature;
			Self::do_submit_receipt(worker, job, attempt, &content)
		}

		/// Pays the owner of a contribution what one answered job owes it.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody: the money goes to the contribution's owner of that moment, whoever calls.
		///
		/// ## Details
		/// Possible from the end of the challenge window until the payout is expired. An amount that cannot create the
		/// owner's account is refused and stays claimable.
		///
		/// Emits [`Event::PayoutClaimed`].
		#[pallet::call_index(1)]
		pub fn claim(
			origin: OriginFor<T>,
			job: JobId,
			index: u32,
			leaf: SumLeaf,
			proof: SumProof,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim(job, index, leaf, &proof)
		}

		/// Sends what nobody claimed in time to the treasury and removes the payout.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody.
		///
		/// Emits [`Event::PayoutExpired`].
		#[pallet::call_index(2)]
		pub fn expire(origin: OriginFor<T>, job: JobId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_expire(job)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// What `rows` answers of a version cost now, and who gets it. `None` when the version is unknown or its model retired.
		pub fn quote(version: VersionId, rows: u32) -> Option<Quote> {
			Self::quote_of(version, rows).ok()
		}

		/// What contributors are still owed for a job. `None` once it is paid out or expired.
		pub fn payout(job: JobId) -> Option<PayoutRecordOf<T>> {
			Payouts::<T>::get(job)
		}

		/// Whether a leaf of a job's tree can be claimed in the current block, if it is worth anything.
		pub fn claimable(job: JobId, index: u32) -> bool {
			Payouts::<T>::get(job).is_some_and(|record| record.is_claimable(index, Self::now()))
		}

		/// The account that holds what contributors are owed.
		pub fn pot_account() -> T::AccountId {
			Self::pot()
		}
	}
}
