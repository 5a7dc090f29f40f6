//! What the end-to-end tests share: a network of real nodes, a client of its chain, and the steps of a job.
//!
//! Everything is asked of the nodes as any client would ask it, and read from finalized state.

use std::{sync::LazyLock, time::Instant};

pub mod chain;
pub mod market;
pub mod network;
pub mod node;
mod ports;

/// Tells how far a test is, and when.
pub fn tell(progress: impl std::fmt::Display) {
	static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
	eprintln!("{:4} s  {progress}", BEGAN.elapsed().as_secs());
}
