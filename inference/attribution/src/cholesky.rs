//! Symmetric positive definite systems in f64, in one fixed order.

use crate::{Error, Result};

/// Lanes of a dot product: each sums every eighth term, then the lanes are added left to right. The
/// order is the definition, and one that vector units can follow.
const LANES: usize = 8;

/// The dot product of two slices of one length.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
	let mut lanes = [0f64; LANES];
	let (mut a, mut b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
	for (a, b) in a.by_ref().zip(b.by_ref()) {
		for (lane, (x, y)) in lanes.iter_mut().zip(a.iter().zip(b)) {
			*lane += x * y;
		}
	}
	let rest: f64 = a.remainder().iter().zip(b.remainder()).map(|(x, y)| x * y).sum();
	lanes.iter().sum::<f64>() + rest
}

/// The factor of a matrix: `A = L L^T`.
#[derive(Clone, Debug)]
pub struct Cholesky {
	/// Rows of `L`, each up to its diagonal.
	rows: Vec<Vec<f64>>,
}

impl Cholesky {
	/// Factors the matrix with these rows, each given up to its diagonal.
	pub fn new(mut rows: Vec<Vec<f64>>) -> Result<Self> {
		for at in 0..rows.len() {
			let (done, rest) = rows.split_at_mut(at);
			let Some(row) = rest.first_mut() else { break };
			for (column, factor) in done.iter().enumerate() {
				let (known, rest) = row.split_at_mut(column);
				if let (Some(to), Some(diagonal)) = (rest.first_mut(), factor.last()) {
					*to = (*to - dot(known, &factor[..column])) / diagonal;
				}
			}
			let Some((diagonal, known)) = row.split_last_mut() else { continue };
			let square = *diagonal - dot(known, known);
			// Also refuses NaN.
			if !(square > 0.0 && square.is_finite()) {
				return Err(Error::Singular { row: at });
			}
			*diagonal = square.sqrt();
		}
		Ok(Self { rows })
	}

	/// Solves `A x = b`, leaving `x` in `b`.
	pub fn solve(&self, b: &mut [f64]) {
		for (at, row) in self.rows.iter().enumerate() {
			let (known, rest) = b.split_at_mut(at);
			if let (Some(to), Some((diagonal, row))) = (rest.first_mut(), row.split_last()) {
				*to = (*to - dot(row, known)) / diagonal;
			}
		}
		for (at, row) in self.rows.iter().enumerate().rev() {
			let (before, rest) = b.split_at_mut(at);
			if let (Some(x), Some((diagonal, row))) = (rest.first_mut(), row.split_last()) {
				*x /= diagonal;
				for (to, l) in before.iter_mut().zip(row) {
					*to -= l * *x;
				}
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn solves_what_it_factors() {
		let n = 23;
		// Hilbert's matrix with a strong diagonal.
		let entry = |i: usize, j: usize| 1.0 / (i + j + 1) as f64 + if i == j { 1.0 } else { 0.0 };
		let factor = Cholesky::new((0..n).map(|i| (0..=i).map(|j| entry(i, j)).collect()).collect()).unwrap();
		let want: Vec<f64> = (0..n).map(|i| i as f64 - 7.5).collect();
		let mut x: Vec<f64> = (0..n).map(|i| (0..n).map(|j| entry(i, j) * want[j]).sum()).collect();
		factor.solve(&mut x);
		for (got, want) in x.iter().zip(&want) {
			assert!((got - want).abs() < 1e-12 * want.abs().max(1.0));
		}
	}

	#[test]
	fn refuses_what_is_not_positive() {
		assert!(matches!(Cholesky::new(vec![vec![1.0], vec![1.0, 1.0]]), Err(Error::Singular { row: 1 })));
		assert!(Cholesky::new(vec![vec![f64::NAN]]).is_err());
		assert!(Cholesky::new(Vec::new()).is_ok());
	}
}
