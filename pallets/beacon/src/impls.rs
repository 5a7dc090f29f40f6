//! Rolling the hash and reading it.

use crate::{rolling, Config, Head, Origin, OutputRecord, Pallet, Ring};
use engram_primitives::traits::Beacon;
use frame_support::{ensure, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_core::H256;
use sp_runtime::traits::{One, SaturatedConversion, Saturating, Zero};

impl<T: Config> Pallet<T> {
	/// Computes and records the output of block `now`.
	pub(crate) fn roll(now: BlockNumberFor<T>) {
		let previous = Head::<T>::get().unwrap_or_else(|| Self::begin(now));
		let output = match T::Vrf::get() {
			Some(vrf) => rolling::step(previous.output, vrf),
			None => rolling::step_without_vrf(previous.output, now),
		};
		Self::record(OutputRecord { block: now, output });
	}

	/// Records what comes before the first output.
	fn begin(now: BlockNumberFor<T>) -> OutputRecord<BlockNumberFor<T>> {
		let origin = OutputRecord {
			block: now.saturating_sub(One::one()),
			output: rolling::origin(frame_system::Pallet::<T>::parent_hash()),
		};
		Origin::<T>::put(origin.block);
		Self::record(origin);
		origin
	}

	fn record(record: OutputRecord<BlockNumberFor<T>>) {
		Head::<T>::put(record);
		if let Some(slot) = Self::slot(record.block) {
			Ring::<T>::insert(slot, record);
		}
	}

	/// Where the output of a block is kept. `None` only when the ring has no slots, which `check_config` rules out.
	pub(crate) fn slot(block: BlockNumberFor<T>) -> Option<BlockNumberFor<T>> {
		let ring: u64 = T::RingSize::get().saturated_into();
		let slot = block.saturated_into::<u64>().checked_rem(ring)?;
		Some(slot.saturated_into())
	}

	/// The relations between the items of `Config`.
	pub(crate) fn check_config() -> Result<(), &'static str> {
		ensure!(!T::Delay::get().is_zero(), "Delay is zero: a draw must wait at least one block");
		ensure!(
			T::RingSize::get() > T::Delay::get().saturating_mul(2u32.into()),
			"RingSize must be more than twice Delay, or outputs are lost before they are read"
		);
		Ok(())
	}
}

impl<T: Config> Beacon<BlockNumberFor<T>> for Pallet<T> {
	fn delay() -> BlockNumberFor<T> {
		T::Delay::get()
	}

	fn output(at: BlockNumberFor<T>) -> Option<H256> {
		let record = Ring::<T>::get(Self::slot(at)?)?;
		// The slot may hold an older block (`at` is in the future) or a newer one (`at` left the ring).
		(record.block == at).then_some(record.output)
	}
}
