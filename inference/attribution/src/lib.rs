#![doc = include_str!("../README.md")]
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod cholesky;
pub mod cluster;
pub mod error;
pub mod gradient;
pub mod influence;
pub mod payout;

pub use error::{Error, Result};
pub use gradient::{Gradient, Gradients};
pub use influence::{DataInf, ExactInverse, Influence};
pub use payout::{Attribution, Attributor, Method};
