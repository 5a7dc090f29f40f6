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

mod adapters;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
mod types;

pub use adapters::*;
pub use pallet::*;
pub use types::*;

#[allow(
	clippy::as_conversions,
	clippy::expect_used,
	clippy::needless_pass_by_value,
	clippy::too_many_arguments,
	reason = "the pallet macros emit the first two; calls and view functions take what they are sent"
)]
#[frame_support::pallet]
pub mod pallet {
	use crate::Schedule;
	use core::marker::PhantomData;
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {}

	/// The lengths of slots, epochs and eras, and the waiting times. Written at genesis, never changed or removed. Reads
	/// as the live defaults where no genesis was built.
	#[pallet::storage]
	pub type GenesisSchedule<T: Config> = StorageValue<_, Schedule, ValueQuery>;

	/// The schedule of a new chain. What is left out is as on the live chain.
	#[pallet::genesis_config]
	#[derive(Debug)]
	pub struct GenesisConfig<T: Config> {
		/// Milliseconds per slot: even, at least 2.
		pub slot_duration: u64,
		/// Slots per epoch, at least 1.
		pub epoch_duration: u64,
		/// Epochs per era, at least 1.
		pub sessions_per_era: u32,
		/// Eras before unbonded stake is free, at least 1.
		pub bonding_duration: u32,
		/// Eras before a slash is applied: at least 1, less than `bonding_duration`.
		pub slash_defer_duration: u32,
		/// Blocks a draw waits for its randomness, at least 1.
		pub beacon_delay: u32,
		/// Binds the runtime.
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			let live = Schedule::default();
			Self {
				slot_duration: live.slot_duration,
				epoch_duration: live.epoch_duration,
				sessions_per_era: live.sessions_per_era,
				bonding_duration: live.bonding_duration,
				slash_defer_duration: live.slash_defer_duration,
				beacon_delay: live.beacon_delay,
				_config: PhantomData,
			}
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			let schedule = Schedule {
				slot_duration: self.slot_duration,
				epoch_duration: self.epoch_duration,
				sessions_per_era: self.sessions_per_era,
				bonding_duration: self.bonding_duration,
				slash_defer_duration: self.slash_defer_duration,
				beacon_delay: self.beacon_delay,
			};
			// A chain that starts with a wrong schedule can't be repaired, so it does not start.
			if let Err(reason) = schedule.check() {
				panic!("genesis of pallet-timing: {reason}");
			}
			GenesisSchedule::<T>::put(schedule);
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The lengths of slots, epochs and eras, and the waiting times.
		pub fn schedule() -> Schedule {
			GenesisSchedule::<T>::get()
		}
	}
}
