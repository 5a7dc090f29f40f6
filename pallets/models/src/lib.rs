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
mod benchmarking;
mod impls;
#[cfg(test)]
mod mock;
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
	use crate::{ModelRecordOf, VersionRecordOf, WeightInfo};
	use alloc::vec::Vec;
	use engram_primitives::{
		label::Label,
		market::RemovedModels,
		model::{Architecture, InferenceRates, InfluenceMethod},
		traits::ModelRegistry,
		units::Balance,
		Cid, JobId, ModelId, VersionId,
	};
	use frame_support::{pallet_prelude::*, traits::fungible};
	use frame_system::pallet_prelude::*;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// What deposits are held in.
		type Currency: fungible::Inspect<Self::AccountId, Balance = Balance>
			+ fungible::Mutate<Self::AccountId>
			+ fungible::hold::Mutate<Self::AccountId, Reason = Self::RuntimeHoldReason>;

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

		/// Told of models that are removed.
		type Removed: RemovedModels;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// A model's record, from `register` to `remove`.
		#[codec(index = 0)]
		ModelDeposit,
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
	}

	#[pallet::error]
	pub enum Error<T> {
		/// No model has this id.
		UnknownModel,
		/// Only the model's owner may do this.
		NotOwner,
		/// A name is 1 to 64 bytes of printable UTF-8, with no space at either end.
		InvalidName,
		/// A licence is 1 to 64 bytes of printable UTF-8, with no space at either end, best an SPDX identifier.
		InvalidLicence,
		/// The shape cannot be trained: 2 to 8 layer widths of 1 to 4,096, at least two classes, an input shift of at
		/// most 16.
		InvalidArchitecture,
		/// The model is retired: choose another one.
		ModelRetired,
		/// The model is open: retire it first.
		ModelOpen,
		/// The model has versions, which stay readable, so it cannot be removed.
		HasVersions,
		/// The model has as many versions as it may have, those included that jobs under way may still record.
		TooManyVersions,
		/// No version has this id.
		UnknownParent,
		/// The parent is a version of another model.
		ParentOfAnotherModel,
		/// The weights are not named by a CIDv1 over SHA2-256.
		InvalidWeights,
		/// More held-out rows are counted as correct than there are.
		CountOutOfRange,
		/// Training jobs under way may still record a version. Try again when they have ended.
		HasJobs,
		/// No job under way has a version of this model reserved.
		NotReserved,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxVersions::get() > 0, "a model must be able to get a version");
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
	}
}
