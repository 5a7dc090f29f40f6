#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
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
#![deny(missing_docs)]

extern crate alloc;

pub mod address;
pub mod api;
pub mod authorization;
pub mod cid;
#[allow(clippy::as_conversions, reason = "the SCALE derive casts the indices of enums")]
pub mod economy;
pub mod ids;
pub mod label;
pub mod market;
pub mod merkle;
#[allow(clippy::as_conversions, reason = "the SCALE derive casts the indices of enums")]
pub mod model;
#[allow(clippy::as_conversions, reason = "the SCALE derive casts the indices of enums")]
pub mod outbox;
pub mod payment;
#[allow(clippy::as_conversions, reason = "the SCALE derive casts the indices of enums")]
pub mod task;
pub mod traits;
pub mod units;
#[allow(clippy::as_conversions, reason = "the SCALE derive casts the indices of enums")]
pub mod work;

pub use cid::Cid;
pub use ids::{
	ContributionId, DatanetId, JobId, ModelId, TokenId, VersionId, FIRST_BASKET_TOKEN, FIRST_POOL_TOKEN,
	FIRST_TOKEN,
};
