//! How much memory a job may ask for. A requester that could ask for any amount would choose who is drawn: those who claim to
//! have it, and nobody can check that claim.

use crate::pallet::*;
use engram_primitives::{traits::ModelRegistry, ModelId};
use frame_support::{ensure, traits::Get};
use sp_runtime::DispatchResult;

/// What training takes for each parameter: weights, gradients, a checkpoint, and as much again for what devices round up.
const BYTES_PER_PARAMETER: u64 = 32;
/// Bytes of a MiB.
const MIB: u64 = 1 << 20;

/// `spare + ceil(parameters * 32 / 2^20)` MiB: the most that a job of a model may ask for. Domain: any; a sum that does not fit is
/// the largest number.
pub(crate) fn most_memory_ceil(parameters: u64, spare: u32) -> u32 {
	let taken = parameters.saturating_mul(BYTES_PER_PARAMETER).div_ceil(MIB);
	u32::try_from(taken).unwrap_or(u32::MAX).saturating_add(spare)
}

impl<T: Config> Pallet<T> {
	/// Whether a job of a model may ask for so much memory.
	pub(crate) fn ensure_memory(model: ModelId, memory_mib: u32) -> DispatchResult {
		let model = T::Models::model(model).ok_or(Error::<T>::UnknownModel)?;
		let most = most_memory_ceil(model.architecture.parameters(), T::SpareMemory::get());
		ensure!(memory_mib <= most, Error::<T>::MemoryOutOfRange);
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::most_memory_ceil;

	#[test]
	fn what_a_model_takes_is_rounded_up() {
		assert_eq!(most_memory_ceil(0, 0), 0);
		assert_eq!(most_memory_ceil(1, 7), 8);
		// 2^15 parameters are 2^20 bytes.
		assert_eq!(most_memory_ceil(1 << 15, 7), 8);
		assert_eq!(most_memory_ceil((1 << 15) + 1, 7), 9);
		// The largest model there can be: seven layers of 4,096 by 4,097 parameters.
		assert_eq!(most_memory_ceil(7 * 4_096 * 4_097, 1_024), 1_024 + 3_585);
		assert_eq!(most_memory_ceil(u64::MAX, u32::MAX), u32::MAX);
	}
}
