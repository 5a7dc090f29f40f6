//! Engram's own seeded generator: initial weights and batch order, the same on every machine.
//!
//! Block `i` of a stream is `SHA-256("engram-1" || purpose || seed || index || i)`, `index` in
//! eight and `i` in four bytes, least significant first; it yields eight 32-bit words, least
//! significant byte first.

use crate::{Error, Result, Shape};
use sha2::{Digest as _, Sha256};

const DOMAIN: &[u8; 8] = b"engram-1";

/// What a stream is for; streams of different purpose are unrelated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
	/// Initial weights; the index is the layer.
	Weights = 0,
	/// Batch order; the index is the epoch.
	Order = 1,
}

/// A stream of random words.
#[derive(Clone, Debug)]
pub struct Stream {
	prefix: Sha256,
	counter: u32,
	block: [u8; 32],
	used: usize,
}

impl Stream {
	/// The stream of this purpose, seed and index.
	pub fn new(purpose: Purpose, seed: &[u8; 32], index: u64) -> Self {
		let prefix = Sha256::new()
			.chain_update(DOMAIN)
			.chain_update([purpose as u8])
			.chain_update(seed)
			.chain_update(index.to_le_bytes());
		Self { prefix, counter: 0, block: [0; 32], used: 32 }
	}

	/// The next word.
	pub fn word(&mut self) -> u32 {
		if self.used == 32 {
			let block = self.prefix.clone().chain_update(self.counter.to_le_bytes()).finalize();
			self.block = block.into();
			self.counter = self.counter.wrapping_add(1);
			self.used = 0;
		}
		let mut word = [0; 4];
		word.copy_from_slice(&self.block[self.used..self.used + 4]);
		self.used += 4;
		u32::from_le_bytes(word)
	}

	/// A number below `bound`, each with the same probability; 0 if `bound` is 0.
	pub fn below(&mut self, bound: u32) -> u32 {
		// The high half of `word * bound` is uniform once the low halves that would favour some
		// results are redrawn.
		let Some(refused) = bound.wrapping_neg().checked_rem(bound) else { return 0 };
		loop {
			let product = u64::from(self.word()) * u64::from(bound);
			if product as u32 >= refused {
				return (product >> 32) as u32;
			}
		}
	}
}

/// The starting weights of one layer, row after row of `outputs x inputs`: uniform in `[-b, b)`
/// with `b = sqrt(6 / (inputs + outputs))`. `b` is the integer root of `(6 << 48) / (inputs +
/// outputs)` over `2^24`; each weight is `b` times a 24-bit fraction, rounded once.
pub fn weights(seed: &[u8; 32], layer: u64, inputs: usize, outputs: usize) -> Vec<f32> {
	let fan = (inputs as u64 + outputs as u64).max(1);
	let bound = ((6u64 << 48) / fan).isqrt() as f32 * f32::from_bits((127 - 24) << 23);
	let mut stream = Stream::new(Purpose::Weights, seed, layer);
	(0..inputs * outputs)
		.map(|_| {
			let fraction = (stream.word() >> 8) as i32 - (1 << 23);
			crate::exact::scalar::mul(fraction as f32 * f32::from_bits((127 - 23) << 23), bound)
		})
		.collect()
}

/// Which rows each step reads.
///
/// Every epoch is a fresh permutation of all rows (Fisher-Yates from the last row down). Batches
/// are cut from the epochs laid end to end: step `s` reads positions `s * batch ..`, so a batch may
/// end one epoch and begin the next and no row is left out. Any step can be asked for at once.
#[derive(Clone, Debug)]
pub struct BatchOrder {
	seed: [u8; 32],
	rows: u32,
	batch: u32,
	epoch: Option<u64>,
	permutation: Vec<u32>,
}

impl BatchOrder {
	/// The order of batches of `batch` out of `rows` rows.
	pub fn new(seed: [u8; 32], rows: u32, batch: u32) -> Result<Self> {
		if rows == 0 || batch == 0 {
			return Err(Error::Data { reason: "batches need at least one row" });
		}
		Ok(Self { seed, rows, batch, epoch: None, permutation: Vec::new() })
	}

	/// The rows of a step, counted from 0.
	pub fn batch(&mut self, step: u32) -> Vec<u32> {
		let start = u64::from(step) * u64::from(self.batch);
		(start..start + u64::from(self.batch)).map(|position| self.row_at(position)).collect()
	}

	fn row_at(&mut self, position: u64) -> u32 {
		let (epoch, at) = (position / u64::from(self.rows), position % u64::from(self.rows));
		if self.epoch != Some(epoch) {
			let mut stream = Stream::new(Purpose::Order, &self.seed, epoch);
			self.permutation.clear();
			self.permutation.extend(0..self.rows);
			for last in (1..self.rows).rev() {
				self.permutation.swap(last as usize, stream.below(last + 1) as usize);
			}
			self.epoch = Some(epoch);
		}
		self.permutation[at as usize]
	}
}

/// The starting weights of a whole model: every layer by [`weights`], biases 0.
pub(crate) fn layers(shape: &Shape, seed: &[u8; 32]) -> Vec<crate::Layer> {
	shape
		.layers()
		.enumerate()
		.map(|(at, (inputs, outputs))| crate::Layer {
			inputs,
			outputs,
			weight: weights(seed, at as u64, inputs, outputs),
			bias: vec![0.0; outputs],
		})
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn words_are_pinned() {
		// sha256(b"engram-1" + b"\x01" + bytes(32) + (7).to_bytes(8, "little") + bytes(4))
		let mut stream = Stream::new(Purpose::Order, &[0; 32], 7);
		let block = Sha256::digest([&DOMAIN[..], &[1], &[0; 32], &7u64.to_le_bytes(), &[0; 4]].concat());
		for word in block.chunks(4) {
			assert_eq!(stream.word().to_le_bytes(), word);
		}
		let second =
			Sha256::digest([&DOMAIN[..], &[1], &[0; 32], &7u64.to_le_bytes(), &1u32.to_le_bytes()].concat());
		assert_eq!(stream.word().to_le_bytes(), second[..4]);
	}

	#[test]
	fn below_is_uniform_and_in_range() {
		let mut stream = Stream::new(Purpose::Order, &[1; 32], 0);
		assert_eq!(stream.below(0), 0);
		assert_eq!(stream.below(1), 0);
		let mut counts = [0u32; 6];
		for _ in 0..60_000 {
			counts[stream.below(6) as usize] += 1;
		}
		assert!(counts.iter().all(|c| (9_600..10_400).contains(c)), "{counts:?}");
		assert!((0..1_000).all(|_| stream.below(3_000_000_000) < 3_000_000_000));
	}

	#[test]
	fn weights_fill_the_interval() {
		let values = weights(&[3; 32], 0, 64, 32);
		let bound = (6.0f64 / 96.0).sqrt();
		assert_eq!(bound, 0.25);
		let (low, high) = values.iter().fold((0f32, 0f32), |(l, h), v| (l.min(*v), h.max(*v)));
		assert!((-0.25..-0.24).contains(&low) && high < 0.25 && high > 0.24, "{low} {high}");
		assert_ne!(values, weights(&[3; 32], 1, 64, 32));
		assert_ne!(values, weights(&[4; 32], 0, 64, 32));
		assert_eq!(values, weights(&[3; 32], 0, 64, 32));
	}

	#[test]
	fn every_epoch_reads_every_row_once() {
		let mut order = BatchOrder::new([5; 32], 10, 4).unwrap();
		let read: Vec<u32> = (0..5).flat_map(|step| order.batch(step)).collect();
		for epoch in read.chunks(10) {
			let mut rows = epoch.to_vec();
			rows.sort_unstable();
			assert_eq!(rows, (0..10).collect::<Vec<_>>());
		}
		assert_ne!(read[..10], read[10..]);
	}

	#[test]
	fn any_step_can_be_asked_for_first() {
		for (rows, batch) in [(10, 4), (3, 8), (1, 1), (7, 7)] {
			let mut forward = BatchOrder::new([6; 32], rows, batch).unwrap();
			let all: Vec<_> = (0..20).map(|s| forward.batch(s)).collect();
			for step in [19, 3, 0, 11] {
				let mut fresh = BatchOrder::new([6; 32], rows, batch).unwrap();
				assert_eq!(fresh.batch(step), all[step as usize]);
			}
		}
		assert!(BatchOrder::new([0; 32], 0, 1).is_err());
		assert!(BatchOrder::new([0; 32], 1, 0).is_err());
	}
}
