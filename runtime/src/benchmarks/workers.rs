//! What the benchmarks of `workers` need of other pallets.

use crate::Runtime;

/// Sets the clock of epochs, and whether workers are probed.
pub struct WorkersHelper;
impl pallet_workers::benchmarking::BenchmarkHelper for WorkersHelper {
	fn set_epoch(epoch: u32) {
		pallet_emission::EmissionState::<Runtime>::mutate(|state| state.epoch = epoch.into());
	}

	fn set_probed(probed: bool) {
		pallet_jobs::ProbedSince::<Runtime>::set(probed.then_some(0));
	}
}
