#![doc = include_str!("../README.md")]
#![deny(missing_docs)]
#![forbid(unsafe_code)]

pub mod artifact;
pub mod conduct;
pub mod desk;
pub mod doctor;
pub mod error;
pub mod exchange;
pub mod identity;
pub mod link;
pub mod metrics;
pub mod records;
pub mod spool;
pub mod store;
pub mod unixfs;
pub mod worker;

mod files;
mod runner;

pub use artifact::{artifact_add, artifact_get, rows_root};
pub use conduct::{Conduct, Honest};
pub use desk::{Desk, Failure};
pub use error::Error;
pub use store::{Store, Visibility};
pub use worker::{Config, Worker, DEFAULT_LISTEN};
