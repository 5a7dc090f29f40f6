#![doc = include_str!("../README.md")]
#![deny(missing_docs)]
#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::print_stdout, reason = "tests print what they measure"))]

pub mod checkpoint;
pub mod dataset;
pub mod device;
pub mod error;
pub mod exact;
pub mod generator;
pub mod gpu;
pub mod inference;
pub mod shape;
pub mod trainer;
pub mod weights;

pub use checkpoint::Digest;
pub use dataset::{Dataset, Format};
pub use device::{guard, Accelerator, Choice, Description, Kind};
pub use error::{Error, Result};
pub use exact::{Cpu, Exact};
pub use inference::{answers, correct, mean_loss, Answer};
pub use shape::{Schedule, Shape};
pub use trainer::{Job, Observer, Replay, Trainer};
pub use weights::{Layer, Weights};
