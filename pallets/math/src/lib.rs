//! Pure, total, deterministic integer mathematics of the Engram protocol: no floats, no storage, no clock.
//!
//! Amounts are base units in `u128`, shares are parts per million. Rounding is named in each function.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

pub mod draw;
pub mod error;
pub mod fee;

pub use error::MathError;
