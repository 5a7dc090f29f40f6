//! The worker in the node's Prometheus registry.

use engram_primitives::task::Metrics;
use substrate_prometheus_endpoint::{register, Counter, Gauge, PrometheusError, Registry, U64};

/// Gauges of this node, and counters that go on rising while worker processes come and go.
#[derive(Clone)]
pub(crate) struct WorkerMetrics {
	pub outbox_entries: Gauge<U64>,
	pub tasks: Gauge<U64>,
	up: Gauge<U64>,
	bytes_served: Counter<U64>,
	bytes_received: Counter<U64>,
	blocks_refused: Counter<U64>,
	steps: Counter<U64>,
	finished: Counter<U64>,
	failed: Counter<U64>,
	/// What the present process last said; it counts from its own start.
	last: Metrics,
}

impl WorkerMetrics {
	/// Creates them, and registers them when there is a registry.
	pub(crate) fn register(registry: Option<&Registry>) -> Result<Self, PrometheusError> {
		let gauge = |name: &str, help: &str| -> Result<Gauge<U64>, PrometheusError> {
			let gauge = Gauge::new(name, help)?;
			registry.map_or(Ok(gauge.clone()), |registry| register(gauge, registry))
		};
		let counter = |name: &str, help: &str| -> Result<Counter<U64>, PrometheusError> {
			let counter = Counter::new(name, help)?;
			registry.map_or(Ok(counter.clone()), |registry| register(counter, registry))
		};
		Ok(Self {
			outbox_entries: gauge("engram_outbox_entries", "Finished reports whose effect is not finalized")?,
			tasks: gauge("engram_worker_tasks", "Tasks in the last finalized state")?,
			up: gauge("engram_worker_up", "Whether the worker process is connected")?,
			bytes_served: counter(
				"engram_worker_bytes_served_total",
				"Artifact bytes sent to other workers",
			)?,
			bytes_received: counter(
				"engram_worker_bytes_received_total",
				"Artifact bytes fetched and verified",
			)?,
			blocks_refused: counter(
				"engram_worker_blocks_refused_total",
				"Blocks refused because their hash was wrong",
			)?,
			steps: counter("engram_worker_steps_total", "Training steps done, replays included")?,
			finished: counter("engram_worker_tasks_finished_total", "Tasks finished")?,
			failed: counter(
				"engram_worker_tasks_failed_total",
				"Tasks given back, and panics of those that cannot be",
			)?,
			last: Metrics::default(),
		})
	}

	/// A fresh process is connected.
	pub(crate) fn connected(&mut self) {
		self.up.set(1);
		self.last = Metrics::default();
	}

	/// The process is gone.
	pub(crate) fn disconnected(&mut self) {
		self.up.set(0);
	}

	/// Adds what the process did since its last message.
	pub(crate) fn update(&mut self, now: &Metrics) {
		let last = std::mem::replace(&mut self.last, *now);
		for (counter, now, last) in [
			(&self.bytes_served, now.bytes_served, last.bytes_served),
			(&self.bytes_received, now.bytes_received, last.bytes_received),
			(&self.blocks_refused, now.blocks_refused, last.blocks_refused),
			(&self.steps, now.steps, last.steps),
			(&self.finished, now.finished, last.finished),
			(&self.failed, now.failed, last.failed),
		] {
			counter.inc_by(now.saturating_sub(last));
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn counters_rise_across_processes() {
		let registry = Registry::new();
		let mut metrics = WorkerMetrics::register(Some(&registry)).unwrap();
		let at = |steps| Metrics { steps, ..Default::default() };
		metrics.connected();
		metrics.update(&at(10));
		metrics.update(&at(15));
		metrics.disconnected();
		metrics.connected();
		metrics.update(&at(4));
		assert_eq!(metrics.steps.get(), 19);
		assert_eq!(metrics.up.get(), 1);
	}

	#[test]
	fn every_metric_has_our_prefix_and_no_name_is_taken_twice() {
		let registry = Registry::new();
		let metrics = WorkerMetrics::register(Some(&registry)).unwrap();
		metrics.tasks.set(2);
		let families = registry.gather();
		assert_eq!(families.len(), 9);
		assert!(families.iter().all(|family| family.get_name().starts_with("engram_")));
		assert!(WorkerMetrics::register(Some(&registry)).is_err());
		assert!(WorkerMetrics::register(None).is_ok());
	}
}
