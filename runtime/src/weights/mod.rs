//! What our pallets cost, written by `make weights`. The only place with such numbers.

pub mod pallet_attribution;
pub mod pallet_baskets;
pub mod pallet_beacon;
pub mod pallet_curves;
pub mod pallet_datanets;
pub mod pallet_emission;
pub mod pallet_jobs;
pub mod pallet_learning;
pub mod pallet_models;
pub mod pallet_pools;
pub mod pallet_ratings;
pub mod pallet_workers;
