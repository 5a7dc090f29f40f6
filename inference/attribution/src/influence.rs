//! Influence of every training row on one answer, by two methods behind one interface.

use crate::{
	cholesky::{dot, Cholesky},
	Error, Gradient, Gradients, Result,
};
use std::sync::Arc;

/// Most training rows the exact inverse is computed for: its matrix then takes 256 MiB a layer.
pub const MAX_DUAL_ROWS: usize = 8_192;

/// A method that tells how much each training row made an answer what it is.
pub trait Influence: core::fmt::Debug + Send + Sync {
	/// `I(k)` of every training row on the answer whose loss has this gradient. Negative is
	/// helpful.
	fn influence(&self, query: &Gradient) -> Vec<f64>;
}

/// DataInf: the inverse of the mean of the damped outer products is swapped for the mean of their
/// inverses.
#[derive(Clone, Debug)]
pub struct DataInf {
	gradients: Arc<Gradients>,
}

impl DataInf {
	/// DataInf over these training rows.
	pub fn new(gradients: Arc<Gradients>) -> Self {
		Self { gradients }
	}
}

impl Influence for DataInf {
	fn influence(&self, query: &Gradient) -> Vec<f64> {
		let rows = self.gradients.rows();
		let mut influence = vec![0.0; rows.len()];
		for layer in 0..self.gradients.layers() {
			let damping = self.gradients.damping(layer);
			let (Some(delta), Some(input)) = (query.deltas.get(layer), query.inputs.get(layer)) else {
				continue;
			};
			if damping <= 0.0 {
				continue;
			}
			// `1/n * sum_i (v.g_i)/(lambda + g_i.g_i) * g_i - v` as one matrix of the layer's size;
			// its product with g_k is what the formula asks for, so no pair of rows is ever
			// multiplied.
			let width = input.len();
			let mut matrix = vec![0.0; delta.len() * width];
			let count = rows.len() as f64;
			for (row, square) in rows.iter().zip(self.gradients.squares(layer)) {
				let share = query.dot(row, layer) / (damping + square) / count;
				add_outer(&mut matrix, row, layer, share);
			}
			add_outer(&mut matrix, query, layer, -1.0);
			for (influence, row) in influence.iter_mut().zip(rows) {
				*influence += along(&matrix, row, layer) / damping;
			}
		}
		influence
	}
}

/// `matrix += share * g` in one layer.
fn add_outer(matrix: &mut [f64], gradient: &Gradient, layer: usize, share: f64) {
	let (Some(delta), Some(input)) = (gradient.deltas.get(layer), gradient.inputs.get(layer)) else { return };
	for (row, d) in matrix.chunks_exact_mut(input.len()).zip(delta) {
		let share = share * d;
		if share != 0.0 {
			for (to, x) in row.iter_mut().zip(input) {
				*to += share * x;
			}
		}
	}
}

/// `matrix . g` in one layer.
fn along(matrix: &[f64], gradient: &Gradient, layer: usize) -> f64 {
	let (Some(delta), Some(input)) = (gradient.deltas.get(layer), gradient.inputs.get(layer)) else {
		return 0.0;
	};
	let mut sum = 0.0;
	for (row, d) in matrix.chunks_exact(input.len()).zip(delta) {
		if *d != 0.0 {
			sum += d * dot(row, input);
		}
	}
	sum
}

/// The exact damped inverse `(lambda I + 1/n G^T G)^-1`, through the matrix of rows by rows
/// (Woodbury). The factors are kept.
#[derive(Clone, Debug)]
pub struct ExactInverse {
	gradients: Arc<Gradients>,
	/// Per layer, the factor of `n lambda I + G G^T`; `None` where the layer has no gradients.
	factors: Vec<Option<Cholesky>>,
}

impl ExactInverse {
	/// Factors the matrices of these training rows.
	pub fn new(gradients: Arc<Gradients>) -> Result<Self> {
		let rows = gradients.rows();
		if rows.len() > MAX_DUAL_ROWS {
			return Err(Error::TooManyRows { rows: rows.len(), limit: MAX_DUAL_ROWS });
		}
		let factor = |layer| {
			let damping = gradients.damping(layer);
			if damping <= 0.0 {
				return Ok(None);
			}
			let gram = rows
				.iter()
				.enumerate()
				.map(|(at, row)| {
					let mut entries: Vec<f64> =
						rows.iter().take(at + 1).map(|other| row.dot(other, layer)).collect();
					if let Some(diagonal) = entries.last_mut() {
						*diagonal += damping * rows.len() as f64;
					}
					entries
				})
				.collect();
			Cholesky::new(gram).map(Some)
		};
		let factors = (0..gradients.layers()).map(factor).collect::<Result<_>>()?;
		Ok(Self { gradients, factors })
	}
}

impl Influence for ExactInverse {
	fn influence(&self, query: &Gradient) -> Vec<f64> {
		let rows = self.gradients.rows();
		let mut influence = vec![0.0; rows.len()];
		for (layer, factor) in self.factors.iter().enumerate() {
			let Some(factor) = factor else { continue };
			let mut solved: Vec<f64> = rows.iter().map(|row| row.dot(query, layer)).collect();
			factor.solve(&mut solved);
			for (influence, w) in influence.iter_mut().zip(solved) {
				*influence -= rows.len() as f64 * w;
			}
		}
		influence
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use engram_engine::{Dataset, Format, Shape, Weights};

	/// Gradients as plain vectors, one layer of one row each.
	fn dense(gradient: &Gradient, layer: usize) -> Vec<f64> {
		gradient.deltas[layer]
			.iter()
			.flat_map(|d| gradient.inputs[layer].iter().map(move |x| d * x))
			.collect()
	}

	fn times(a: &[f64], b: &[f64]) -> f64 {
		a.iter().zip(b).map(|(x, y)| x * y).sum()
	}

	/// `a x = b` by elimination with pivots.
	fn eliminate(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
		let n = b.len();
		for c in 0..n {
			let pivot = (c..n).max_by(|i, j| a[*i][c].abs().total_cmp(&a[*j][c].abs())).unwrap();
			a.swap(c, pivot);
			b.swap(c, pivot);
			for r in c + 1..n {
				let f = a[r][c] / a[c][c];
				let (above, below) = a.split_at_mut(r);
				for (cell, pivot) in below[0].iter_mut().zip(&above[c]).skip(c) {
					*cell -= f * pivot;
				}
				b[r] -= f * b[c];
			}
		}
		for c in (0..n).rev() {
			b[c] = (b[c] - (c + 1..n).map(|k| a[c][k] * b[k]).sum::<f64>()) / a[c][c];
		}
		b
	}

	struct Case {
		gradients: Arc<Gradients>,
		queries: Vec<Gradient>,
	}

	fn case() -> Case {
		let shape = Shape::new(&[4, 5, 3], 2).unwrap();
		let weights = Weights::from_seed(&shape, &[8; 32]).unwrap();
		let mut csv = String::from("a,b,c,d,l\n");
		for i in 0i32..17 {
			csv.push_str(&format!("{},{},{},{},{}\n", i % 5, (i * 7) % 11 - 4, 3 - i % 7, i * i % 6, i % 3));
		}
		let data = Dataset::parse(csv.as_bytes(), &Format::labelled(&shape, 17)).unwrap();
		let asked = data.select(&[1, 4, 9, 15]).unwrap();
		let answers = engram_engine::answers(&weights, &asked).unwrap();
		Case {
			gradients: Arc::new(Gradients::new(&weights, &data).unwrap()),
			queries: crate::gradient::queries(&weights, &asked, &answers),
		}
	}

	fn assert_near(got: &[f64], want: &[f64]) {
		let scale = want.iter().fold(0f64, |m, x| m.max(x.abs()));
		assert!(scale > 0.0);
		for (got, want) in got.iter().zip(want) {
			assert!((got - want).abs() <= 1e-9 * scale, "{got} against {want}");
		}
	}

	#[test]
	fn datainf_is_its_formula() {
		let Case { gradients, queries } = case();
		let method = DataInf::new(gradients.clone());
		for query in &queries {
			let mut want = vec![0.0; 17];
			for layer in 0..2 {
				let g: Vec<Vec<f64>> = gradients.rows().iter().map(|r| dense(r, layer)).collect();
				let v = dense(query, layer);
				let numbers = (g.len() * v.len()) as f64;
				let lambda = 0.1 * g.iter().flatten().map(|x| x * x).sum::<f64>() / numbers;
				for (k, want) in want.iter_mut().enumerate() {
					let sum: f64 =
						g.iter().map(|gi| times(&v, gi) / (lambda + times(gi, gi)) * times(gi, &g[k])).sum();
					*want += (sum / g.len() as f64 - times(&v, &g[k])) / lambda;
				}
			}
			assert_near(&method.influence(query), &want);
		}
	}

	#[test]
	fn the_exact_inverse_is_the_inverse() {
		let Case { gradients, queries } = case();
		let method = ExactInverse::new(gradients.clone()).unwrap();
		for query in &queries {
			let mut want = vec![0.0; 17];
			for layer in 0..2 {
				let g: Vec<Vec<f64>> = gradients.rows().iter().map(|r| dense(r, layer)).collect();
				let v = dense(query, layer);
				let d = v.len();
				let lambda = 0.1 * g.iter().flatten().map(|x| x * x).sum::<f64>() / (g.len() * d) as f64;
				let hessian: Vec<Vec<f64>> = (0..d)
					.map(|i| {
						(0..d)
							.map(|j| {
								let mean = g.iter().map(|g| g[i] * g[j]).sum::<f64>() / g.len() as f64;
								mean + if i == j { lambda } else { 0.0 }
							})
							.collect()
					})
					.collect();
				let solved = eliminate(hessian, v);
				for (want, g) in want.iter_mut().zip(&g) {
					*want -= times(&solved, g);
				}
			}
			assert_near(&method.influence(query), &want);
		}
	}

	#[test]
	fn a_row_helps_its_own_answer() {
		let Case { gradients, .. } = case();
		let methods: [Box<dyn Influence>; 2] = [
			Box::new(DataInf::new(gradients.clone())),
			Box::new(ExactInverse::new(gradients.clone()).unwrap()),
		];
		for method in methods {
			for (at, row) in gradients.rows().iter().enumerate() {
				assert!(method.influence(row)[at] < 0.0);
			}
		}
	}

	#[test]
	fn nothing_has_no_influence() {
		let Case { gradients, .. } = case();
		let exact = ExactInverse::new(gradients.clone()).unwrap();
		let nothing = Gradient {
			deltas: gradients.rows()[0].deltas.iter().map(|d| vec![0.0; d.len()]).collect(),
			inputs: gradients.rows()[0].inputs.clone(),
		};
		assert!(exact.influence(&nothing).iter().all(|i| *i == 0.0));
		assert!(DataInf::new(gradients).influence(&nothing).iter().all(|i| *i == 0.0));
	}
}
