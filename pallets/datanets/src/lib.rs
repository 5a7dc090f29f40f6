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
	use crate::{Batch, ContributionRecordOf, DatanetRecordOf, SourceOf, WeightInfo};
	use alloc::vec::Vec;
	use engram_primitives::{
		address::MIN_ADDRESS_BOUND,
		label::Label,
		merkle::{self, Proof},
		units::Balance,
		Cid, ContributionId, DatanetId,
	};
	use frame_support::{pallet_prelude::*, traits::fungible};
	use frame_system::pallet_prelude::*;
	use sp_core::H256;

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

		/// Held for a datanet's record, in base units. Raising or lowering it later concerns new datanets only.
		#[pallet::constant]
		type DatanetDeposit: Get<Balance>;

		/// Held for a contribution's record and its index rows, in base units. Raising or lowering it later concerns
		/// new contributions only.
		#[pallet::constant]
		type ContributionDeposit: Get<Balance>;

		/// Most contributions to one datanet, at least 1. It bounds what readers of a datanet iterate over. Raising it
		/// later is safe; lowering it later stops datanets that have as many from getting more.
		#[pallet::constant]
		type MaxContributions: Get<u32>;

		/// Longest multiaddress, in bytes, at least [`MIN_ADDRESS_BOUND`] so that an address with a peer id fits. Raising it later is
		/// safe; lowering it later makes longer ones unreadable.
		#[pallet::constant]
		type MaxAddressLen: Get<u32>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// A datanet's record, from `create` to `remove_datanet`.
		#[codec(index = 0)]
		DatanetDeposit,
		/// A contribution's record, held of its owner.
		#[codec(index = 1)]
		ContributionDeposit,
	}

	/// The id of the next datanet.
	#[pallet::storage]
	pub type NextDatanetId<T: Config> = StorageValue<_, DatanetId, ValueQuery>;

	/// The id of the next contribution, counted over all datanets.
	#[pallet::storage]
	pub type NextContributionId<T: Config> = StorageValue<_, ContributionId, ValueQuery>;

	/// Datanets. Paid for by the creator's deposit; removed by `remove_datanet`.
	// Twox: ids are our own counter.
	#[pallet::storage]
	pub type Datanets<T: Config> = StorageMap<_, Twox64Concat, DatanetId, DatanetRecordOf<T>>;

	/// Contributions. Paid for by the owner's deposit; never removed, because payouts refer to them.
	// Twox: ids are our own counter.
	#[pallet::storage]
	pub type Items<T: Config> = StorageMap<_, Twox64Concat, ContributionId, ContributionRecordOf<T>>;

	/// The contributions to each datanet, at most `MaxContributions`. Paid for with the contribution.
	// Twox: ids are our own counters.
	#[pallet::storage]
	pub type ItemsOf<T: Config> =
		StorageDoubleMap<_, Twox64Concat, DatanetId, Twox64Concat, ContributionId, ()>;

	/// Which contribution to a datanet has a Merkle root. Paid for with the contribution.
	// Blake2: the contributor chooses the root.
	#[pallet::storage]
	pub type ByRoot<T: Config> =
		StorageDoubleMap<_, Twox64Concat, DatanetId, Blake2_128Concat, H256, ContributionId>;

	/// Which contribution to a datanet has a CID. Paid for with the contribution.
	// Blake2: the contributor chooses the CID.
	#[pallet::storage]
	pub type ByCid<T: Config> =
		StorageDoubleMap<_, Twox64Concat, DatanetId, Blake2_128Concat, Cid, ContributionId>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A datanet was created and its deposit put on hold.
		DatanetCreated {
			/// Who created it.
			creator: T::AccountId,
			/// The datanet.
			datanet: DatanetId,
			/// What is on hold for it.
			deposit: Balance,
		},
		/// An empty datanet was removed and its deposit released.
		DatanetRemoved {
			/// Who had created it.
			creator: T::AccountId,
			/// The datanet.
			datanet: DatanetId,
			/// What was released.
			deposit: Balance,
		},
		/// A batch of rows was contributed and its deposit put on hold.
		Contributed {
			/// Who owns it.
			owner: T::AccountId,
			/// The contribution.
			contribution: ContributionId,
			/// The datanet.
			datanet: DatanetId,
			/// Merkle root over the rows.
			root: H256,
			/// The CSV.
			cid: Cid,
			/// Rows in it.
			rows: u32,
			/// What is on hold for it.
			deposit: Balance,
		},
		/// A contribution is served from another address.
		SourceUpdated {
			/// The contribution.
			contribution: ContributionId,
			/// Address until now.
			old: SourceOf<T>,
			/// Address from now on.
			new: SourceOf<T>,
		},
		/// A contribution was offered to somebody, or the offer was withdrawn.
		ContributionOffered {
			/// Who owns it.
			owner: T::AccountId,
			/// The contribution.
			contribution: ContributionId,
			/// Who may accept it; nobody when the offer was withdrawn.
			to: Option<T::AccountId>,
		},
		/// A contribution has a new owner, whose deposit is on hold instead of the old one's.
		ContributionTransferred {
			/// Who owned it.
			from: T::AccountId,
			/// Who owns it.
			to: T::AccountId,
			/// The contribution.
			contribution: ContributionId,
			/// What moved from the one hold to the other.
			deposit: Balance,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// No datanet has this id. The event `DatanetCreated` tells the id of a new one.
		UnknownDatanet,
		/// No contribution has this id. The view `contributions_of` lists those to a datanet.
		UnknownContribution,
		/// The name is refused: give 1 to 64 bytes of printable UTF-8, with no space at either end.
		InvalidName,
		/// The licence is refused: give 1 to 64 bytes of printable UTF-8, with no space at either end, best an SPDX identifier.
		InvalidLicence,
		/// The columns are refused: give 1 to 4,096 feature columns and 2 to 4,096 classes.
		InvalidColumns,
		/// Only the datanet's creator may do this. To contribute, choose one that is `permissionless`, or ask the creator, whom
		/// the view `datanet` names.
		NotCreator,
		/// Only the contribution's owner may do this. The view `contribution` names it.
		NotOwner,
		/// Not a CIDv1 over SHA2-256 of a raw or dag-pb block. Give the one that `engram artifact add` prints.
		InvalidCid,
		/// A contribution has at least one row, and at least two bytes for each row but the last. Give the rows that `engram
		/// artifact rows-root` prints and the bytes that `engram artifact add` does.
		InvalidSize,
		/// Not a multiaddress that ends in `/p2p/<peer>`, so no worker can fetch from it. Give one such as
		/// `/ip4/203.0.113.7/tcp/30400/p2p/12D3..`, where a worker serves the file: `engram worker key` prints a worker's.
		InvalidSource,
		/// A contribution to this datanet already has this root: the same rows are never paid twice. Contribute others.
		DuplicateRoot,
		/// A contribution to this datanet already has this CID: the same file is never paid twice. Contribute another.
		DuplicateCid,
		/// The datanet has as many contributions as it may have. Contribute to another one.
		TooManyContributions,
		/// The datanet has contributions, which stay, so it cannot be removed. Its deposit stays too.
		DatanetNotEmpty,
		/// The contribution was not offered to this account: ask its owner to.
		NotOffered,
		/// The account owns the contribution already. Offer it to another one.
		AlreadyOwner,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxContributions::get() > 0, "a datanet must be able to get a contribution");
			assert!(T::MaxAddressLen::get() >= MIN_ADDRESS_BOUND, "an address with a peer id must fit");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = T::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Creates a datanet and holds its deposit.
		///
		/// ## Dispatch Origin
		/// Signed.
		///
		/// ## Details
		/// To a datanet that is not `permissionless` only its creator may contribute.
		///
		/// Emits [`Event::DatanetCreated`].
		#[pallet::call_index(0)]
		pub fn create(
			origin: OriginFor<T>,
			name: Label,
			feature_columns: u32,
			classes: u32,
			licence: Label,
			permissionless: bool,
		) -> DispatchResult {
			let creator = ensure_signed(origin)?;
			Self::do_create(creator, name, feature_columns, classes, licence, permissionless)
		}

		/// Contributes a batch of rows to a datanet and holds its deposit.
		///
		/// ## Dispatch Origin
		/// Signed, by whoever is to own the contribution.
		///
		/// ## Details
		/// `root` is the Merkle root over the Blake2-256 hashes of the data lines, `cid` names the CSV with its header,
		/// `rows` counts the data lines, and `source` is the multiaddress, with `/p2p/<peer>`, of a worker that serves the
		/// file. A contribution stays for good, and so does its deposit.
		///
		/// Emits [`Event::Contributed`].
		#[pallet::call_index(1)]
		pub fn contribute(
			origin: OriginFor<T>,
			datanet: DatanetId,
			root: H256,
			cid: Cid,
			rows: u32,
			bytes: u32,
			licence: Label,
			source: SourceOf<T>,
		) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_contribute(owner, datanet, Batch { root, cid, rows, bytes, licence, source })
		}

		/// Tells from which address, one that ends in `/p2p/<peer>`, a contribution is served.
		///
		/// ## Dispatch Origin
		/// Signed, by the owner.
		///
		/// Emits [`Event::SourceUpdated`].
		#[pallet::call_index(2)]
		pub fn update_source(
			origin: OriginFor<T>,
			contribution: ContributionId,
			source: SourceOf<T>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_update_source(&who, contribution, source)
		}

		/// Offers a contribution to somebody, instead of whoever it was offered to before, or withdraws the offer.
		///
		/// ## Dispatch Origin
		/// Signed, by the owner.
		///
		/// Emits [`Event::ContributionOffered`].
		#[pallet::call_index(3)]
		pub fn offer_contribution(
			origin: OriginFor<T>,
			contribution: ContributionId,
			to: Option<T::AccountId>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_offer_contribution(who, contribution, to)
		}

		/// Takes over a contribution that was offered: its deposit is held of the new owner and released to the old one.
		///
		/// ## Dispatch Origin
		/// Signed, by the account it was offered to.
		///
		/// ## Details
		/// What the contribution earns follows its owner at the time of the claim.
		///
		/// Emits [`Event::ContributionTransferred`].
		#[pallet::call_index(4)]
		pub fn accept_contribution(origin: OriginFor<T>, contribution: ContributionId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_accept_contribution(who, contribution)
		}

		/// Removes an empty datanet and releases its deposit.
		///
		/// ## Dispatch Origin
		/// Signed, by the creator.
		///
		/// Emits [`Event::DatanetRemoved`].
		#[pallet::call_index(5)]
		pub fn remove_datanet(origin: OriginFor<T>, datanet: DatanetId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_remove_datanet(&who, datanet)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// A datanet.
		pub fn datanet(datanet: DatanetId) -> Option<DatanetRecordOf<T>> {
			Datanets::<T>::get(datanet)
		}

		/// A contribution.
		pub fn contribution(contribution: ContributionId) -> Option<ContributionRecordOf<T>> {
			Items::<T>::get(contribution)
		}

		/// The contributions to a datanet, oldest first.
		pub fn contributions_of(datanet: DatanetId) -> Vec<ContributionId> {
			let mut contributions: Vec<_> = ItemsOf::<T>::iter_key_prefix(datanet).collect();
			contributions.sort_unstable();
			contributions
		}

		/// Whether `leaf`, the Blake2-256 hash of a data line, is row number `index` (from 0) of a contribution.
		pub fn prove_item(contribution: ContributionId, index: u32, leaf: [u8; 32], proof: Proof) -> bool {
			Items::<T>::get(contribution)
				.is_some_and(|record| merkle::verify(&record.root, record.rows, index, &leaf, &proof))
		}
	}
}
