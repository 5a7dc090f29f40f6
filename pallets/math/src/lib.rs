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

pub mod allocation;
pub mod basket;
pub mod curve;
pub mod draw;
pub mod emission;
pub mod error;
pub mod fee;
pub mod fixed;
pub mod market;
pub mod pool;
pub mod rating;
#[cfg(test)]
mod reference;
pub mod reputation;
mod wide;
pub mod yields;

pub use error::MathError;
