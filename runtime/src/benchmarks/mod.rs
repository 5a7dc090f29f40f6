//! The list of benchmarks of our pallets, and what they need of each other. FRAME's pallets use the SDK's own weights; the swap of
//! asset conversion is measured to be compared with a trade (`make trades`).
//!
//! A benchmark measures what a call does in all pallets, so the world around it is made by the pallets themselves: workers
//! register, jobs are requested and drawn, contributions are contributed.

mod attribution;
mod baskets;
mod curves;
mod jobs;
mod learning;
mod models;
mod pools;
mod ratings;
mod workers;
mod world;

pub(crate) use attribution::AttributionHelper;
pub(crate) use baskets::BasketsHelper;
pub(crate) use curves::CurvesHelper;
pub(crate) use jobs::JobsHelper;
pub(crate) use learning::LearningHelper;
pub(crate) use models::ModelsHelper;
pub(crate) use pools::PoolsHelper;
pub(crate) use ratings::RatingsHelper;
pub(crate) use workers::WorkersHelper;

frame_benchmarking::define_benchmarks!(
	[pallet_asset_conversion, AssetConversion]
	[pallet_attribution, Attribution]
	[pallet_baskets, Baskets]
	[pallet_beacon, Beacon]
	[pallet_curves, Curves]
	[pallet_datanets, Datanets]
	[pallet_emission, Emission]
	[pallet_jobs, Jobs]
	[pallet_learning, Learning]
	[pallet_models, Models]
	[pallet_pools, Pools]
	[pallet_ratings, Ratings]
	[pallet_workers, Workers]
);

pub(crate) use crate::{
	AssetConversion, Attribution, Baskets, Beacon, Curves, Datanets, Emission, Jobs, Learning, Models, Pools,
	Ratings, Workers,
};
