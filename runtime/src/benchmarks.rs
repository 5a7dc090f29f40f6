//! The list of benchmarks of our pallets. FRAME's pallets use the SDK's own weights.

frame_benchmarking::define_benchmarks!(
	[pallet_attribution, Attribution]
	[pallet_beacon, Beacon]
	[pallet_datanets, Datanets]
	[pallet_jobs, Jobs]
	[pallet_learning, Learning]
	[pallet_models, Models]
	[pallet_workers, Workers]
);

pub use crate::{Attribution, Beacon, Datanets, Jobs, Learning, Models, Runtime, Workers};
