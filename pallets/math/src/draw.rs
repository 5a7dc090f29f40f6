//! Draws from a 32-byte seed: uniform numbers, weighted choice, segments to open.

use crate::MathError;
use alloc::vec::Vec;
use sp_core::{H256, U256};
use sp_io::hashing::blake2_256;

/// An endless stream of uniform numbers from a seed: `blake2_256(seed, counter)`.
#[derive(Clone, Debug)]
pub struct Stream {
	seed: H256,
	counter: u64,
}

impl Stream {
	/// The stream of a seed.
	pub fn new(seed: H256) -> Self {
		Self { seed, counter: 0 }
	}

	fn next_u256(&mut self) -> Result<U256, MathError> {
		let mut input = [0u8; 40];
		let (head, tail) = input.split_at_mut(32);
		head.copy_from_slice(self.seed.as_bytes());
		tail.copy_from_slice(&self.counter.to_le_bytes());
		self.counter = self.counter.checked_add(1).ok_or(MathError::Overflow)?;
		Ok(U256::from_little_endian(&blake2_256(&input)))
	}

	/// A number in `0..bound`. Its bias is below `bound / 2^256`, under `2^-128`, so no rejection is needed.
	/// Domain: `bound > 0`.
	pub fn below(&mut self, bound: u128) -> Result<u128, MathError> {
		let number = self.next_u256()?.checked_rem(U256::from(bound));
		u128::try_from(number.ok_or(MathError::DivisionByZero)?).map_err(|_| MathError::Overflow)
	}
}

/// The index drawn with probability `weights[i] / sum(weights)`; `Ok(None)` when every weight is zero. Goes through the weights
/// twice: for their sum, and to the point in it.
pub fn weighted(seed: H256, weights: impl Iterator<Item = u128> + Clone) -> Result<Option<usize>, MathError> {
	let total =
		weights.clone().try_fold(0u128, |sum, weight| sum.checked_add(weight)).ok_or(MathError::Overflow)?;
	if total == 0 {
		return Ok(None);
	}
	let mut point = Stream::new(seed).below(total)?;
	for (index, weight) in weights.enumerate() {
		match point.checked_sub(weight) {
			Some(rest) => point = rest,
			None => return Ok(Some(index)),
		}
	}
	Err(MathError::OutOfDomain)
}

/// `count` of `segments` segments, ascending, no two of them neighbours on the circle, uniform over all such choices.
///
/// Neighbours are left out because the start of one segment is the end of the one before: opening both would hand a
/// lazy verifier its answer. On the circle every segment is chosen with probability exactly `count / segments`.
/// Domain: `1 <= count`, `2 * count <= segments`.
pub fn segments(seed: H256, segments: u32, count: u32) -> Result<Vec<u32>, MathError> {
	if count == 0 || count.checked_mul(2).is_none_or(|least| least > segments) {
		return Err(MathError::OutOfDomain);
	}
	let mut stream = Stream::new(seed);
	let origin = u32::try_from(stream.below(segments.into())?).map_err(|_| MathError::Overflow)?;
	// The origin is chosen. Of the `segments - 1` others, `count - 1` follow with a gap before, between and after: as many
	// ways as choosing `count - 1` of `segments - count - 1` without restriction, then widening every gap by one.
	let others = count.checked_sub(1).ok_or(MathError::OutOfDomain)?;
	let places =
		segments.checked_sub(count).and_then(|left| left.checked_sub(1)).ok_or(MathError::OutOfDomain)?;
	let mut chosen = Vec::new();
	// Selection sampling (Knuth 3.4.2 S): exact, ordered, one pass.
	for place in 0..places {
		let needed = others.saturating_sub(u32::try_from(chosen.len()).unwrap_or(u32::MAX));
		if needed == 0 {
			break;
		}
		let left = places.saturating_sub(place);
		if stream.below(left.into())? < u128::from(needed) {
			chosen.push(place);
		}
	}
	let mut opened = alloc::vec![origin];
	for (gaps, place) in (0u32..).zip(chosen) {
		let offset = place.checked_add(gaps).and_then(|o| o.checked_add(2)).ok_or(MathError::Overflow)?;
		let at = origin.checked_add(offset).ok_or(MathError::Overflow)?;
		opened.push(at.checked_rem(segments).ok_or(MathError::DivisionByZero)?);
	}
	opened.sort_unstable();
	Ok(opened)
}

#[cfg(test)]
mod invariants;

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::collections::BTreeMap;

	fn seed(n: u64) -> H256 {
		H256::from(blake2_256(&n.to_le_bytes()))
	}

	#[test]
	fn numbers_are_hashes_of_seed_and_counter() {
		// Python's hashlib: blake2b with 32 bytes of digest over the seed and a little-endian counter, read the same way.
		let seed = H256::from(core::array::from_fn(|byte| u8::try_from(byte).unwrap()));
		let first = |bound| Stream::new(seed).below(bound);
		assert_eq!(first(u128::MAX), Ok(221_822_689_048_977_470_732_087_078_756_489_089_227));
		assert_eq!([1_000, 7, 1].map(first), [Ok(907), Ok(2), Ok(0)]);
		assert_eq!(first(0), Err(MathError::DivisionByZero));
		let mut stream = Stream::new(seed);
		assert_eq!([1_000, 1_000].map(|bound| stream.below(bound)), [Ok(907), Ok(549)]);
	}

	#[test]
	fn weighted_draws_follow_the_weights() {
		let weights = [0u128, 10, 30, 60];
		let mut hits = [0u32; 4];
		for n in 0..20_000 {
			hits[weighted(seed(n), weights.into_iter()).unwrap().unwrap()] += 1;
		}
		assert_eq!(hits[0], 0);
		for (hit, weight) in hits.iter().zip(weights).skip(1) {
			let expected = weight as f64 * 200.0;
			// Four standard deviations of the binomial.
			let sd = (expected * (1.0 - weight as f64 / 100.0)).sqrt();
			assert!((f64::from(*hit) - expected).abs() < 4.0 * sd, "{hit} against {expected}");
		}
		assert_eq!(weighted(seed(0), [].into_iter()), Ok(None));
		assert_eq!(weighted(seed(0), [0, 0].into_iter()), Ok(None));
		assert_eq!(weighted(seed(0), [u128::MAX, 1].into_iter()), Err(MathError::Overflow));
	}

	#[test]
	fn opened_segments_are_apart_and_equally_likely() {
		let (all, count) = (16u32, 4u32);
		let mut hits = [0u32; 16];
		for n in 0..20_000 {
			let opened = segments(seed(n), all, count).unwrap();
			assert_eq!(opened.len(), 4);
			for (i, s) in opened.iter().enumerate() {
				let next = opened[(i + 1) % 4];
				assert!((next + all - s) % all >= 2, "{opened:?}");
				hits[*s as usize] += 1;
			}
		}
		for hit in hits {
			assert!((f64::from(hit) - 5_000.0).abs() < 250.0, "{hits:?}");
		}
	}

	/// Three of eight segments, no two neighbours: 8 / 5 * C(5, 3) = 16 ways.
	#[test]
	fn every_choice_of_segments_is_equally_likely() {
		let mut hits = BTreeMap::new();
		for n in 0..16_000 {
			*hits.entry(segments(seed(n), 8, 3).unwrap()).or_insert(0u32) += 1;
		}
		assert_eq!(hits.len(), 16);
		for (opened, hit) in hits {
			// Five standard deviations of the binomial.
			assert!(hit.abs_diff(1_000) < 153, "{opened:?}: {hit}");
		}
	}

	#[test]
	fn the_tightest_choice_is_every_other_segment() {
		let opened = segments(seed(1), 8, 4).unwrap();
		assert!(opened == [0, 2, 4, 6] || opened == [1, 3, 5, 7]);
		assert_eq!(segments(seed(1), 8, 5), Err(MathError::OutOfDomain));
		assert_eq!(segments(seed(1), 8, 0), Err(MathError::OutOfDomain));
	}
}
