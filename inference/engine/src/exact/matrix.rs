//! Matrices of the exact profile, row after row in a slice.

use super::scalar::{add, canonical, div, exp, max, mul, sub};

/// Multiplications below which one thread does a product alone: starting another costs about as
/// much.
pub const MIN_WORK: usize = 1 << 22;

/// How a product is shared out. It never changes a bit of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threads {
	/// Threads at most.
	pub count: usize,
	/// Multiplications from which on more than one is used.
	pub min_work: usize,
}

impl Threads {
	/// Up to `count` threads.
	pub fn new(count: usize) -> Self {
		Self { count: count.max(1), min_work: MIN_WORK }
	}
}

/// `to = a * b` for `a` of `m x inner`, `b` of `inner x columns` and `to` of `m x columns`: each
/// element is the chain of its `inner` terms in ascending order, started at 0.
pub fn product(a: &[f32], b: &[f32], to: &mut [f32], inner: usize, columns: usize, threads: Threads) {
	if inner == 0 || columns == 0 {
		to.fill(0.0);
		return;
	}
	let rows = to.len() / columns;
	if threads.count < 2 || rows < 2 || to.len().saturating_mul(inner) < threads.min_work {
		return rows_of_product(a, b, to, inner, columns);
	}
	let share = rows.div_ceil(threads.count);
	std::thread::scope(|scope| {
		for (a, to) in a.chunks(share * inner).zip(to.chunks_mut(share * columns)) {
			scope.spawn(move || rows_of_product(a, b, to, inner, columns));
		}
	});
}

fn rows_of_product(a: &[f32], b: &[f32], to: &mut [f32], inner: usize, columns: usize) {
	let mut column = 0;
	while column < columns {
		let left = columns - column;
		column += if left >= 16 {
			panel::<16>(a, b, to, inner, columns, column)
		} else if left >= 4 {
			panel::<4>(a, b, to, inner, columns, column)
		} else {
			panel::<1>(a, b, to, inner, columns, column)
		};
	}
}

/// `N` columns of a product. Each has its own chain, so the compiler may put them in vector lanes.
#[inline(always)]
fn panel<const N: usize>(
	a: &[f32],
	b: &[f32],
	to: &mut [f32],
	inner: usize,
	columns: usize,
	column: usize,
) -> usize {
	for (a, to) in a.chunks_exact(inner).zip(to.chunks_exact_mut(columns)) {
		let mut sums = [0f32; N];
		for (x, b) in a.iter().zip(b.chunks_exact(columns)) {
			let Some(b) = b.get(column..).and_then(|b| b.first_chunk::<N>()) else { continue };
			for (sum, y) in sums.iter_mut().zip(b) {
				*sum = add(*sum, mul(*x, *y));
			}
		}
		for (to, sum) in to.iter_mut().skip(column).zip(sums) {
			*to = canonical(sum);
		}
	}
	N
}

/// `to[j][i] = from[i][j]` for `from` of `rows x columns`.
pub fn transpose(from: &[f32], to: &mut [f32], rows: usize, columns: usize) {
	for (i, row) in from.chunks_exact(columns.max(1)).take(rows).enumerate() {
		for (to, from) in to.iter_mut().skip(i).step_by(rows.max(1)).zip(row) {
			*to = *from;
		}
	}
}

/// `to[i]` is the sum of row `i` of `from`, left to right.
pub fn sum_rows(from: &[f32], to: &mut [f32], columns: usize) {
	for (to, row) in to.iter_mut().zip(from.chunks_exact(columns.max(1))) {
		*to = canonical(row.iter().fold(0.0, |sum, x| add(sum, *x)));
	}
}

/// Softmax of each column of `logits` (`classes x rows`), into `to` of the same form.
pub fn softmax(logits: &[f32], to: &mut [f32], rows: usize) {
	let rows = rows.max(1);
	for j in 0..rows {
		let column = || logits.iter().skip(j).step_by(rows);
		let Some(largest) = column().copied().reduce(max) else { return };
		let mut sum = 0.0;
		for (to, z) in to.iter_mut().skip(j).step_by(rows).zip(column()) {
			*to = exp(sub(*z, largest));
			sum = add(sum, *to);
		}
		for to in to.iter_mut().skip(j).step_by(rows) {
			*to = div(*to, sum);
		}
	}
}

/// `weights = weights - rate * gradient`.
pub fn descend(weights: &mut [f32], gradient: &[f32], rate: f32) {
	for (w, g) in weights.iter_mut().zip(gradient) {
		*w = canonical(sub(*w, mul(rate, *g)));
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::generator::weights;

	#[test]
	fn products_follow_the_definition_on_any_number_of_threads() {
		for (m, k, n) in [(1, 1, 1), (3, 5, 7), (17, 40, 23), (10, 32, 32), (64, 9, 16), (2, 3, 21)] {
			let a = weights(&[1; 32], 0, k, m);
			let b = weights(&[2; 32], 0, n, k);
			let mut want = vec![0.0; m * n];
			for i in 0..m {
				for j in 0..n {
					let mut sum = 0f32;
					for l in 0..k {
						sum = add(sum, mul(a[i * k + l], b[l * n + j]));
					}
					want[i * n + j] = sum;
				}
			}
			for count in 1..=5 {
				let mut got = vec![9.0; m * n];
				product(&a, &b, &mut got, k, n, Threads { count, min_work: 0 });
				assert_eq!(got, want, "{m}x{k}x{n} on {count}");
			}
		}
	}

	#[test]
	fn infinities_and_nan_come_out_canonical() {
		let mut to = [0.0; 2];
		product(
			&[f32::MAX, 1.0, f32::INFINITY, f32::NEG_INFINITY],
			&[f32::MAX, 1.0],
			&mut to,
			2,
			1,
			Threads::new(1),
		);
		assert_eq!(to[0], f32::INFINITY);
		assert_eq!(to[1].to_bits(), super::super::scalar::NAN);
		product(&[2f32.powi(-60)], &[2f32.powi(-60)], &mut to[..1], 1, 1, Threads::new(1));
		assert_eq!(to[0].to_bits(), 0);
	}

	#[test]
	fn softmax_sums_to_one() {
		let logits = [1.0, -30.0, 2.0, 0.0, 3.0, 500.0];
		let mut p = [0.0; 6];
		softmax(&logits, &mut p, 2);
		let first = [p[0], p[2], p[4]];
		for (got, want) in first.iter().zip([0.090_030_57, 0.244_728_48, 0.665_240_94]) {
			assert!((got - want).abs() < 1e-7);
		}
		assert_eq!([p[1], p[3], p[5]], [0.0, 0.0, 1.0]);
	}

	#[test]
	fn transposing_twice_is_nothing() {
		let from: Vec<f32> = (0..15).map(|i| i as f32).collect();
		let (mut there, mut back) = (vec![0.0; 15], vec![0.0; 15]);
		transpose(&from, &mut there, 3, 5);
		assert_eq!(there[..3], [0.0, 5.0, 10.0]);
		transpose(&there, &mut back, 5, 3);
		assert_eq!(back, from);
	}
}
