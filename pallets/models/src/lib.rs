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
mod rollback;
mod standing;
#[allow(clippy::as_conversions, reason = "the SCALE derive casts the indices of enums")]
mod standing_types;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
#[allow(clippy::as_conversions, reason = "the SCALE derive casts the indices of enums")]
mod types;
pub mod weights;

pub use pallet::*;
pub use standing_types::*;
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
	use crate::{
		CreditOf, LockOf, ModelRecordOf, Requester, RollbackEnd, RollbackRequestOf, StandingOf,
		VersionRecordOf, WeightInfo,
	};
	use alloc::vec::Vec;
	use engram_primitives::{
		label::Label,
		market::RemovedModels,
		model::{Architecture, InferenceRates, InfluenceMethod},
		payment::ModelTokens,
		traits::ModelRegistry,
		units::{Balance, PPM},
		Cid, JobId, ModelId, TokenId, VersionId,
	};
	use frame_support::{
		pallet_prelude::*,
		traits::{
			fungible::{self, hold},
			fungibles, AccountTouch, OnUnbalanced,
		},
		PalletId,
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::traits::Zero;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// What deposits and bonds are held in.
		type Currency: fungible::Mutate<Self::AccountId, Balance = Balance>
			+ hold::Mutate<Self::AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>
			+ fungible::Balanced<Self::AccountId>
			+ hold::Balanced<Self::AccountId>;

		/// The models' tokens, which holders lock.
		type Tokens: fungibles::Mutate<Self::AccountId, AssetId = u32, Balance = Balance>
			+ AccountTouch<u32, Self::AccountId, Balance = Balance>;

		/// Which token a model has.
		type ModelTokens: ModelTokens;

		/// Receives the bonds of owners whose requests both holders refused: whoever divides slashes divides them too, so
		/// that neither holder gains by refusing.
		type OnSlash: OnUnbalanced<CreditOf<Self>>;

		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// Fixed part of a model's deposit, in base units. Raising or lowering it later concerns new models only.
		#[pallet::constant]
		type ModelDepositBase: Get<Balance>;

		/// Part of a model's deposit per byte of its encoded record, in base units. Raising or lowering it later
		/// concerns new models only.
		#[pallet::constant]
		type ModelDepositPerByte: Get<Balance>;

		/// Most versions of one model, reserved ones included, at least 1. It bounds what readers of a model iterate over.
		/// Raising it later is safe; lowering it later stops models that have as many from taking training jobs, and
		/// `try_state` reports those that have more.
		#[pallet::constant]
		type MaxVersions: Get<u32>;

		/// Told of models that are removed, and of those that go back to an older version.
		type Removed: RemovedModels;

		/// The accounts that keep locked tokens are derived from it. Changing it later strands them all.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// What is held for a holder's lock, in base units. Raising or lowering it later concerns new locks only.
		#[pallet::constant]
		type StandingDeposit: Get<Balance>;

		/// What is held for an owner's request, in base units. Raising or lowering it later concerns new requests only.
		#[pallet::constant]
		type RollbackBond: Get<Balance>;

		/// Blocks after which locked tokens count, and before which they cannot be withdrawn: at least an era, so that nobody
		/// buys a say for less. Changing it later concerns all locks: after a raise, `try_state` reports seats of locks too young
		/// for it.
		#[pallet::constant]
		type StandingPeriod: Get<BlockNumberFor<Self>>;

		/// What part of a model's tokens a holder has to have locked for a seat, in parts per million of all that holders have,
		/// without what a pool of the model keeps: at most a whole. Whoever takes a seat that nobody has pays no less for it.
		/// Changing it later concerns seats that are taken then; nobody loses one.
		#[pallet::constant]
		type MinSeatShare: Get<u32>;

		/// Blocks from a request to the first in which it can be enacted: more than `StandingPeriod`, so that who disagrees and
		/// locks tokens only then can still take a seat and act. Changing it later concerns new requests only.
		#[pallet::constant]
		type RollbackDelay: Get<BlockNumberFor<Self>>;

		/// Blocks in which a request can be enacted. Changing it later concerns new requests only.
		#[pallet::constant]
		type RollbackWindow: Get<BlockNumberFor<Self>>;

		/// Sets up what other pallets hold.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::benchmarking::BenchmarkHelper<Self::AccountId>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// A model's record, from `register` to `remove`.
		#[codec(index = 0)]
		ModelDeposit,
		/// A holder's lock, from the first `stand` to `withdraw`.
		#[codec(index = 1)]
		StandingDeposit,
		/// An owner's request to roll a model back, as long as it is pending.
		#[codec(index = 2)]
		RollbackBond,
	}

	/// The id of the next model.
	#[pallet::storage]
	pub type NextModelId<T: Config> = StorageValue<_, ModelId, ValueQuery>;

	/// The id of the next version, counted over all models.
	#[pallet::storage]
	pub type NextVersionId<T: Config> = StorageValue<_, VersionId, ValueQuery>;

	/// Registered models. Paid for by the owner's deposit; removed by `remove`.
	// Twox: ids are our own counter.
	#[pallet::storage]
	pub type Models<T: Config> = StorageMap<_, Twox64Concat, ModelId, ModelRecordOf<T>>;

	/// Trained versions. Paid for by the job that trained them; never removed, because payouts refer to them.
	// Twox: ids are our own counter.
	#[pallet::storage]
	pub type Versions<T: Config> = StorageMap<_, Twox64Concat, VersionId, VersionRecordOf<T>>;

	/// The versions of each model, at most `MaxVersions`. Paid for and removed with the version.
	// Twox: ids are our own counters.
	#[pallet::storage]
	pub type VersionsOf<T: Config> = StorageDoubleMap<_, Twox64Concat, ModelId, Twox64Concat, VersionId, ()>;

	/// The version of each model that serves whoever asks for none in particular: the newest that was not rolled back. Paid for
	/// by the job that trained it; never removed.
	// Twox: ids are our own counter.
	#[pallet::storage]
	pub type Heads<T: Config> = StorageMap<_, Twox64Concat, ModelId, VersionId>;

	/// Who stands for each model. Paid for by the deposits of the locks; removed with the last one.
	// Twox: ids are our own counter.
	#[pallet::storage]
	pub type Standings<T: Config> = StorageMap<_, Twox64Concat, ModelId, StandingOf<T>>;

	/// Tokens of each model that holders have locked. Paid for by their deposits; removed by `withdraw`.
	// Twox: ids are our own counter. Blake2: anybody chooses an account.
	#[pallet::storage]
	pub type Locks<T: Config> =
		StorageDoubleMap<_, Twox64Concat, ModelId, Blake2_128Concat, T::AccountId, LockOf<T>>;

	/// The roll back of each model that is under way. Paid for by the owner's bond or the deposits of the holders; removed when
	/// it is enacted or ends otherwise.
	// Twox: ids are our own counter.
	#[pallet::storage]
	pub type Requests<T: Config> = StorageMap<_, Twox64Concat, ModelId, RollbackRequestOf<T>>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A model was registered and its deposit put on hold.
		ModelRegistered {
			/// Who owns it.
			owner: T::AccountId,
			/// The model.
			model: ModelId,
			/// What is on hold for it.
			deposit: Balance,
		},
		/// What inference on a model costs changed.
		RatesUpdated {
			/// The model.
			model: ModelId,
			/// Rates until now.
			old: InferenceRates,
			/// Rates from now on.
			new: InferenceRates,
		},
		/// A model was retired: it takes no new jobs. Jobs under way still settle.
		ModelRetired {
			/// The model.
			model: ModelId,
		},
		/// A retired model without versions was removed and its deposit released.
		ModelRemoved {
			/// Who owned it.
			owner: T::AccountId,
			/// The model.
			model: ModelId,
			/// What was released.
			deposit: Balance,
		},
		/// A verified job trained a version.
		VersionRecorded {
			/// The model.
			model: ModelId,
			/// The version.
			version: VersionId,
			/// The version it continues.
			parent: Option<VersionId>,
			/// The job that trained it.
			job: JobId,
			/// Its weights.
			weights: Cid,
			/// Held-out rows it classifies correctly, by the verifiers' count.
			correct: u32,
			/// Held-out rows.
			held_out_rows: u32,
		},
		/// The token of an open model has graduated into a pool.
		ModelDeployed {
			/// The model.
			model: ModelId,
		},
		/// The version just recorded continues one that was rolled back meanwhile: it does not serve.
		VersionRolledBackAtOnce {
			/// The model.
			model: ModelId,
			/// The version.
			version: VersionId,
		},
		/// A holder locked tokens of a model.
		TokensLocked {
			/// Who.
			who: T::AccountId,
			/// The model.
			model: ModelId,
			/// Its token.
			token: TokenId,
			/// How many were locked.
			amount: Balance,
			/// How many this holder has locked in all.
			locked: Balance,
			/// The block from which all of them count.
			old_at: BlockNumberFor<T>,
		},
		/// A holder has one of the two seats now.
		SeatTaken {
			/// Who.
			who: T::AccountId,
			/// The model.
			model: ModelId,
			/// What it has locked for long enough.
			amount: Balance,
			/// Who lost the seat.
			displaced: Option<T::AccountId>,
		},
		/// A holder has its tokens and its deposit back, and no seat.
		TokensWithdrawn {
			/// Who.
			who: T::AccountId,
			/// The model.
			model: ModelId,
			/// Its token.
			token: TokenId,
			/// How many tokens.
			amount: Balance,
			/// The deposit.
			deposit: Balance,
		},
		/// A holder with a seat signed a roll back.
		RollbackSigned {
			/// Who.
			who: T::AccountId,
			/// The model.
			model: ModelId,
			/// The version that is to serve.
			version: VersionId,
		},
		/// A holder with a seat signed against what the owner requested.
		VetoSigned {
			/// Who.
			who: T::AccountId,
			/// The model.
			model: ModelId,
			/// The version that the owner requested.
			version: VersionId,
		},
		/// A holder took its signature under a roll back away.
		SignatureTakenBack {
			/// Who.
			who: T::AccountId,
			/// The model.
			model: ModelId,
			/// The version that was to serve.
			version: VersionId,
		},
		/// A roll back was requested. It can be enacted from block `due` on and before block `expires_at`.
		RollbackRequested {
			/// The model.
			model: ModelId,
			/// The version that is to serve.
			version: VersionId,
			/// Who requested it.
			by: Requester<T::AccountId>,
			/// The first block in which it can be enacted.
			due: BlockNumberFor<T>,
			/// The first block in which it cannot be enacted any more.
			expires_at: BlockNumberFor<T>,
		},
		/// A request ended without a roll back. Of the owner's bond, what was not slashed was released.
		RollbackEnded {
			/// The model.
			model: ModelId,
			/// The version that was to serve.
			version: VersionId,
			/// Who had requested it.
			by: Requester<T::AccountId>,
			/// Why it ended.
			reason: RollbackEnd,
			/// What was taken of the bond; it went where every slash goes.
			slashed: Balance,
		},
		/// A model went back to an older version: every newer one is rolled back.
		RolledBack {
			/// The model.
			model: ModelId,
			/// The version that serves from now on.
			version: VersionId,
			/// The version that served until now.
			from: VersionId,
			/// How many versions served until now and do not any more.
			undone: u32,
			/// Who had requested it. The owner's bond was released.
			by: Requester<T::AccountId>,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// No model has this id. The event `ModelRegistered` tells the id of a new one.
		UnknownModel,
		/// Only the model's owner may do this. The view `model` names it.
		NotOwner,
		/// The name is refused: give 1 to 64 bytes of printable UTF-8, with no space at either end.
		InvalidName,
		/// The licence is refused: give 1 to 64 bytes of printable UTF-8, with no space at either end, best an SPDX identifier.
		InvalidLicence,
		/// The shape cannot be trained: give 2 to 8 layer widths of 1 to 4,096, at least two classes, and an input shift of at
		/// most 16.
		InvalidArchitecture,
		/// The model is retired: choose another one.
		ModelRetired,
		/// The model is open: retire it first.
		ModelOpen,
		/// The model has versions, which stay readable, so it cannot be removed. Call `retire` to take no more jobs.
		HasVersions,
		/// The model has as many versions as it may have, those included that jobs under way may still record. Register another
		/// model, or wait until a job fails.
		TooManyVersions,
		/// No version has this id, so it is nobody's parent. The view `versions_of` lists those of a model.
		UnknownParent,
		/// The parent is a version of another model. Name one of this model, or none.
		ParentOfAnotherModel,
		/// The weights are not named by a CIDv1 over SHA2-256. Give the one under which the store keeps them.
		InvalidWeights,
		/// More held-out rows are counted as correct than there are. Count among those alone.
		CountOutOfRange,
		/// Training jobs under way may still record a version. Try again when they have ended.
		HasJobs,
		/// No job under way has a version of this model reserved. The pallet that records versions needs a fix.
		NotReserved,
		/// The model has no token to stand with. Its owner can launch one with `launch` of `curves`, or open a pool with `open` of
		/// `pools`.
		NoToken,
		/// The owner of a model never stands for it: it requests roll backs as its owner.
		OwnerCannotStand,
		/// The amount is zero: lock more than nothing.
		NothingToLock,
		/// You have locked no tokens of this model: `stand` first.
		NotStanding,
		/// You have a seat already: sign with `request_rollback` or `veto_rollback`.
		AlreadySeated,
		/// Tokens count, and can be withdrawn, when they have been locked for `StandingPeriod`. Try again then.
		LockTooYoung,
		/// Both seats are taken by locks at least as large: lock more.
		LockTooSmall,
		/// You have signed a roll back that is pending. Wait for its end, or take your signature back with `veto_rollback`.
		SignedAndPending,
		/// No version has this id. The view `versions_of` lists those of a model.
		UnknownVersion,
		/// The version is one of another model. The view `versions_of` lists those of this one.
		VersionOfAnotherModel,
		/// The version was rolled back: choose one that still serves.
		AlreadyRolledBack,
		/// The version serves already: choose an older one than the head.
		NotEarlier,
		/// A roll back is pending. Another one can be requested when it has ended; holders can override an owner's.
		RollbackPending,
		/// Only the owner and the two holders who have a seat decide about roll backs. Call `stand`, and `take_seat` when the
		/// lock is old enough.
		NotSeated,
		/// You have signed this already. It takes the signature of the other seat too.
		AlreadySigned,
		/// No request of the owner is pending, and you have signed none yourself. The view `rollback_request` tells what is
		/// pending.
		NothingToVeto,
		/// No roll back of this model is pending. Call `request_rollback` first.
		NothingRequested,
		/// The delay of the request is not over: try again in the block `due`, which the view `rollback_request` tells.
		NotDue,
		/// Less of your lock counts than `MinSeatShare` of all tokens of the model that holders have. Lock so much that what the
		/// view `counted_of` tells reaches that of `seat_minimum`.
		BelowSeatShare,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxVersions::get() > 0, "a model must be able to get a version");
			assert!(
				!T::StandingPeriod::get().is_zero() && T::RollbackDelay::get() > T::StandingPeriod::get(),
				"a say must take time to get, and a roll back more"
			);
			assert!(T::MinSeatShare::get() <= PPM, "nobody can lock more than all tokens");
			assert!(!T::RollbackWindow::get().is_zero(), "there must be a block to enact a roll back in");
			assert!(
				T::ModelDepositPerByte::get()
					.checked_mul(ModelRecordOf::<T>::max_encoded_len().try_into().unwrap_or(u128::MAX))
					.and_then(|bytes| bytes.checked_add(T::ModelDepositBase::get()))
					.is_some(),
				"the largest deposit must fit a balance"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Registers a model and holds its deposit.
		///
		/// ## Dispatch Origin
		/// Signed, by whoever is to own the model.
		///
		/// ## Details
		/// The chain chooses the seed of the initial weights. Architecture, method and licence cannot be changed later.
		///
		/// Emits [`Event::ModelRegistered`].
		#[pallet::call_index(0)]
		pub fn register(
			origin: OriginFor<T>,
			name: Label,
			architecture: Architecture,
			rates: InferenceRates,
			method: InfluenceMethod,
			licence: Label,
		) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_register(owner, name, architecture, rates, method, licence)
		}

		/// Sets what inference on an open model costs.
		///
		/// ## Dispatch Origin
		/// Signed, by the owner.
		///
		/// ## Details
		/// Concerns new jobs only: a job requested before is paid at the rates of its request.
		///
		/// Emits [`Event::RatesUpdated`].
		#[pallet::call_index(1)]
		pub fn set_rates(origin: OriginFor<T>, model: ModelId, rates: InferenceRates) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_rates(&who, model, rates)
		}

		/// Retires a model for good: it takes no new jobs.
		///
		/// ## Dispatch Origin
		/// Signed, by the owner.
		///
		/// ## Details
		/// Jobs under way still settle, and training among them still records its version. Versions stay readable and the
		/// deposit stays on hold.
		///
		/// Emits [`Event::ModelRetired`].
		#[pallet::call_index(2)]
		pub fn retire(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_retire(&who, model)
		}

		/// Removes a retired model that has no version and gets none from a job under way, and releases its deposit.
		///
		/// ## Dispatch Origin
		/// Signed, by the owner.
		///
		/// Emits [`Event::ModelRemoved`].
		#[pallet::call_index(3)]
		pub fn remove(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_remove(&who, model)
		}

		/// Locks tokens of a model, to stand for it.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody but the owner.
		///
		/// ## Details
		/// They count, and can be withdrawn, when they have been locked for `StandingPeriod`. Locking more begins anew with what
		/// does not count yet, and leaves the rest as it is. The first lock takes a deposit. Where assets of strangers leave the
		/// model's account no reference for its token, whoever stands first opens it with the deposit of an asset account.
		///
		/// Emits [`Event::TokensLocked`].
		#[pallet::call_index(4)]
		pub fn stand(
			origin: OriginFor<T>,
			model: ModelId,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_stand(who, model, amount)
		}

		/// Takes a seat: a free one, or that of the smaller lock if one's own is larger.
		///
		/// ## Dispatch Origin
		/// Signed, by a holder who has locked tokens for `StandingPeriod`.
		///
		/// ## Details
		/// Only what has been locked for that long counts, of both, and it has to be `MinSeatShare` at least of all tokens of the
		/// model that holders have now: nobody loses a seat because they have more later. Whoever loses the seat keeps the lock and
		/// may withdraw it; what it had signed is void.
		///
		/// Emits [`Event::SeatTaken`], and [`Event::RollbackEnded`] if the holders had requested a roll back.
		#[pallet::call_index(5)]
		pub fn take_seat(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_take_seat(who, model)
		}

		/// Gives all locked tokens of a model back, and the deposit, and leaves the seat.
		///
		/// ## Dispatch Origin
		/// Signed, by the holder.
		///
		/// ## Details
		/// Not while a roll back is pending that the holder has signed, and not before the last of the tokens has been locked
		/// for `StandingPeriod`.
		///
		/// Emits [`Event::TokensWithdrawn`].
		#[pallet::call_index(6)]
		pub fn withdraw(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw(who, model)
		}

		/// Asks that a model goes back to an older version.
		///
		/// ## Dispatch Origin
		/// Signed, by the owner, or by a holder who has a seat.
		///
		/// ## Details
		/// The owner's request takes a bond. A holder's signature alone does nothing; when both have signed the same version, it
		/// is requested, and goes before what the owner requested, whose bond is lost if it named another version. A holder may
		/// sign another version instead of the first.
		///
		/// Emits [`Event::RollbackRequested`], for holders [`Event::RollbackSigned`], and [`Event::RollbackEnded`] for what it
		/// replaces.
		#[pallet::call_index(7)]
		pub fn request_rollback(origin: OriginFor<T>, model: ModelId, version: VersionId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_request_rollback(who, model, version)
		}

		/// Signs against the roll back that the owner requested, or takes one's own signature under the holders' away.
		///
		/// ## Dispatch Origin
		/// Signed, by a holder who has a seat.
		///
		/// ## Details
		/// When both have signed against it, the owner's request ends and its bond is lost.
		///
		/// Emits [`Event::VetoSigned`] or [`Event::SignatureTakenBack`], and [`Event::RollbackEnded`] where that ends a request.
		#[pallet::call_index(8)]
		pub fn veto_rollback(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_veto_rollback(who, model)
		}

		/// Does what was requested, after its delay: the model goes back, every newer version is rolled back.
		///
		/// ## Dispatch Origin
		/// Signed, by anybody.
		///
		/// ## Details
		/// Jobs bought before are answered and paid as they were. A request that was not enacted in time ends instead, and the
		/// owner has its bond back. Charged by how many versions the model has.
		///
		/// Emits [`Event::RolledBack`], or [`Event::RollbackEnded`].
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::enact_rollback(T::MaxVersions::get()))]
		pub fn enact_rollback(origin: OriginFor<T>, model: ModelId) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let versions = Self::do_enact_rollback(model)?;
			Ok(Some(T::WeightInfo::enact_rollback(versions)).into())
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// A registered model, retired or not.
		pub fn model(model: ModelId) -> Option<ModelRecordOf<T>> {
			Models::<T>::get(model)
		}

		/// Whether a model takes new jobs.
		pub fn is_open(model: ModelId) -> bool {
			<Self as ModelRegistry<T::AccountId>>::is_open(model)
		}

		/// The seed of the initial weights of a model's versions without a parent.
		pub fn init_seed(model: ModelId) -> Option<[u8; 32]> {
			Models::<T>::contains_key(model).then(|| Self::init_seed_of(model))
		}

		/// A trained version.
		pub fn version(version: VersionId) -> Option<VersionRecordOf<T>> {
			Versions::<T>::get(version)
		}

		/// The versions of a model, oldest first.
		pub fn versions_of(model: ModelId) -> Vec<VersionId> {
			let mut versions: Vec<_> = VersionsOf::<T>::iter_key_prefix(model).collect();
			versions.sort_unstable();
			versions
		}

		/// Share of held-out rows a version classifies correctly, in parts per million, rounded down.
		pub fn accuracy_ppm(version: VersionId) -> Option<u32> {
			Versions::<T>::get(version).map(|record| record.accuracy_ppm())
		}

		/// The version of a model that serves whoever asks for none in particular: the newest that was not rolled back.
		pub fn head_of(model: ModelId) -> Option<VersionId> {
			<Self as ModelRegistry<T::AccountId>>::head(model)
		}

		/// Who stands for a model, and what those with a seat have signed.
		pub fn standing(model: ModelId) -> Option<StandingOf<T>> {
			Standings::<T>::get(model)
		}

		/// What a holder has locked of a model's token.
		pub fn lock_of(model: ModelId, who: T::AccountId) -> Option<LockOf<T>> {
			Locks::<T>::get(model, who)
		}

		/// What of a holder's lock counts now, in base units.
		pub fn counted_of(model: ModelId, who: T::AccountId) -> Balance {
			Locks::<T>::get(model, who).map_or(0, |lock| Self::old_amount(&lock))
		}

		/// What has to count of a lock to take a seat now, in base units. `None` where a model has no token.
		pub fn seat_minimum(model: ModelId) -> Option<Balance> {
			let standing = Standings::<T>::get(model).map(|standing| standing.token);
			let token = standing.or_else(|| T::ModelTokens::model_token(model))?;
			Some(Self::seat_minimum_ceil(model, token))
		}

		/// The roll back of a model that is under way; one that has expired too, until somebody ends it.
		pub fn rollback_request(model: ModelId) -> Option<RollbackRequestOf<T>> {
			Requests::<T>::get(model)
		}

		/// The account that keeps the locked tokens of a model.
		pub fn custody_account(model: ModelId) -> T::AccountId {
			Self::custody_of(model)
		}
	}
}
