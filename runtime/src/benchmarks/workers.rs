//! What the benchmarks of `workers` need of other pallets.

use crate::Runtime;

/// Sets the clock of epochs.
pub struct WorkersHelper;
impl pallet_workers::benchmarking::BenchmarkHelper for WorkersHelper {
	fn set_epoch(epoch: u32) {
		pallet_emission::EmissionState::<Runtime>::mutate(|state| state.epoch = epoch.into());
	}
}
