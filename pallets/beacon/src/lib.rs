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
pub mod rolling;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
mod types;
mod vrf;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use vrf::BabeVrf;
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
	use crate::{OutputRecord, WeightInfo};
	use core::marker::PhantomData;
	use engram_primitives::traits::Beacon;
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;
	use sp_core::H256;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = H256> {
		/// The VRF output of the block that is being initialized, `None` if it has none. [`BabeVrf`](crate::BabeVrf)
		/// reads it from the block's digest. `pallet_babe::AuthorVrfRandomness` does not serve here: it is written
		/// when a block is finalized, so during initialization it still is the one of the block before.
		type Vrf: Get<Option<[u8; 32]>>;

		/// Blocks between the one that fixes a draw's inputs and the one whose output decides it: at least 1, 16 on a
		/// live chain (README, Security). Raising it later delays later draws; lowering it makes them easier to predict.
		#[pallet::constant]
		type Delay: Get<BlockNumberFor<Self>>;

		/// How many of the newest outputs are kept: more than twice the delay, and no less than the longest time
		/// between a draw's block and the last look at its output. Changing it later moves every output to another
		/// slot: those in the ring read as lost until it is rewritten, so it takes a migration.
		#[pallet::constant]
		type RingSize: Get<BlockNumberFor<Self>>;

		/// Weight of the hook.
		type WeightInfo: WeightInfo;
	}

	/// The newest output. Absent before the first block.
	#[pallet::storage]
	pub type Head<T: Config> = StorageValue<_, OutputRecord<BlockNumberFor<T>>>;

	/// The block of the oldest output ever recorded: the one before the first block this pallet saw.
	#[pallet::storage]
	pub type Origin<T: Config> = StorageValue<_, BlockNumberFor<T>>;

	/// The newest `RingSize` outputs, by block modulo `RingSize`. Nobody pays: a new output replaces the oldest.
	// Twox: the key is our own counter.
	#[pallet::storage]
	pub type Ring<T: Config> =
		StorageMap<_, Twox64Concat, BlockNumberFor<T>, OutputRecord<BlockNumberFor<T>>>;

	/// Nothing to set: at genesis it only checks that the delay, which may be a value of genesis too, suits the ring.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound, Debug)]
	pub struct GenesisConfig<T: Config> {
		/// Binds the runtime.
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			// A chain whose draws can never be decided does not start.
			if let Err(reason) = Pallet::<T>::check_config() {
				panic!("genesis of pallet-beacon: {reason}");
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			Self::roll(now);
			T::WeightInfo::on_initialize()
		}

		fn integrity_test() {
			assert_eq!(Self::check_config(), Ok(()));
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The output of a block; nothing while it is in the future or once it left the ring.
		pub fn output_of(block: BlockNumberFor<T>) -> Option<H256> {
			<Self as Beacon<BlockNumberFor<T>>>::output(block)
		}

		/// The newest output and its block; nothing before the first block.
		pub fn head() -> Option<OutputRecord<BlockNumberFor<T>>> {
			Head::<T>::get()
		}
	}
}
