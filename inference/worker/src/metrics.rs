//! Counters of the process, shared by everything that counts.

use engram_primitives::task::Metrics;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts up from the start of the process.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
	/// Counts `n` more.
	pub fn add(&self, n: u64) {
		self.0.fetch_add(n, Ordering::Relaxed);
	}

	/// The count.
	pub fn get(&self) -> u64 {
		self.0.load(Ordering::Relaxed)
	}
}

/// The counters behind [`Metrics`].
#[derive(Debug, Default)]
pub struct Counters {
	/// Artifact bytes sent to other workers.
	pub bytes_served: Counter,
	/// Artifact bytes fetched and verified.
	pub bytes_received: Counter,
	/// Blocks refused because their hash was wrong.
	pub blocks_refused: Counter,
	/// Training steps done, replays included.
	pub steps: Counter,
	/// Tasks finished.
	pub finished: Counter,
	/// Tasks given back, and panics of those that cannot be.
	pub failed: Counter,
}

impl Counters {
	/// What is reported to the node.
	pub fn snapshot(&self) -> Metrics {
		Metrics {
			bytes_served: self.bytes_served.get(),
			bytes_received: self.bytes_received.get(),
			blocks_refused: self.blocks_refused.get(),
			steps: self.steps.get(),
			finished: self.finished.get(),
			failed: self.failed.get(),
		}
	}
}
