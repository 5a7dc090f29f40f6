//! Gradients of single rows, kept as the two factors of their outer product.

use crate::{cholesky::dot, Result};
use engram_engine::{Answer, Dataset, Weights};

/// The gradient of the loss of one row: for each layer `delta` (per output) times the layer's input
/// with a 1 appended for the bias.
#[derive(Clone, Debug, Default)]
pub struct Gradient {
	/// Per layer, the gradient in its outputs.
	pub deltas: Vec<Vec<f64>>,
	/// Per layer, its input and a 1.
	pub inputs: Vec<Vec<f64>>,
}

impl Gradient {
	/// The gradient of the loss of one row for a label, given the exact probabilities of the
	/// answer. Zero if a number is not finite.
	pub fn new(weights: &Weights, features: &[f32], probabilities: &[f32], label: u32) -> Self {
		let layers = weights.layers();
		let mut inputs: Vec<Vec<f64>> = Vec::with_capacity(layers.len());
		let mut values: Vec<f64> = features.iter().map(|x| f64::from(*x)).collect();
		for (at, layer) in layers.iter().enumerate() {
			values.push(1.0);
			if at + 1 < layers.len() {
				let next = layer
					.weight
					.chunks_exact(layer.inputs)
					.zip(&layer.bias)
					.map(|(row, bias)| {
						let sum = row.iter().zip(&values).fold(0.0, |sum, (w, x)| sum + f64::from(*w) * x);
						(sum + f64::from(*bias)).max(0.0)
					})
					.collect();
				inputs.push(core::mem::replace(&mut values, next));
			} else {
				inputs.push(core::mem::take(&mut values));
			}
		}

		let mut delta: Vec<f64> = (0u32..)
			.zip(probabilities)
			.map(|(class, p)| f64::from(*p) - if class == label { 1.0 } else { 0.0 })
			.collect();
		let mut deltas = Vec::with_capacity(layers.len());
		for (layer, input) in layers.iter().zip(&inputs).rev() {
			let mut before = vec![0.0; layer.inputs];
			for (row, d) in layer.weight.chunks_exact(layer.inputs).zip(&delta) {
				for (to, w) in before.iter_mut().zip(row) {
					*to += f64::from(*w) * d;
				}
			}
			// What ReLU cut off passes nothing back. The model's input is no ReLU, but nothing
			// reads its gradient.
			for (to, x) in before.iter_mut().zip(input) {
				if *x <= 0.0 {
					*to = 0.0;
				}
			}
			deltas.push(core::mem::replace(&mut delta, before));
		}
		deltas.reverse();

		let mut gradient = Self { deltas, inputs };
		let finite = gradient.deltas.iter().chain(&gradient.inputs).flatten().all(|x| x.is_finite());
		if !finite {
			gradient.deltas.iter_mut().chain(&mut gradient.inputs).flatten().for_each(|x| *x = 0.0);
		}
		gradient
	}

	/// `g . h` in one layer.
	pub fn dot(&self, other: &Self, layer: usize) -> f64 {
		let both = |a: &[Vec<f64>], b: &[Vec<f64>]| match (a.get(layer), b.get(layer)) {
			(Some(a), Some(b)) => dot(a, b),
			_ => 0.0,
		};
		both(&self.deltas, &other.deltas) * both(&self.inputs, &other.inputs)
	}

	/// `|g|` over all layers.
	pub fn norm(&self) -> f64 {
		(0..self.deltas.len()).map(|layer| self.dot(self, layer)).sum::<f64>().sqrt()
	}
}

/// The gradients of all training rows, with what every method needs of them.
#[derive(Clone, Debug)]
pub struct Gradients {
	rows: Vec<Gradient>,
	squares: Vec<Vec<f64>>,
	damping: Vec<f64>,
	norms: Vec<f64>,
}

impl Gradients {
	/// The gradients of a labelled set.
	pub fn new(weights: &Weights, data: &Dataset) -> Result<Self> {
		let answers = engram_engine::answers(weights, data)?;
		let rows = rows_of(weights, data, &answers, data.labels().iter().copied());
		let layers = weights.layers().len();
		let squares: Vec<Vec<f64>> =
			(0..layers).map(|layer| rows.iter().map(|g| g.dot(g, layer)).collect()).collect();
		let damping = squares
			.iter()
			.zip(weights.layers())
			.map(|(squares, layer)| {
				let numbers = ((layer.inputs + 1) * layer.outputs * rows.len()).max(1);
				0.1 * squares.iter().sum::<f64>() / numbers as f64
			})
			.collect();
		let norms = rows.iter().map(Gradient::norm).collect();
		Ok(Self { rows, squares, damping, norms })
	}

	/// The rows.
	pub fn rows(&self) -> &[Gradient] {
		&self.rows
	}

	/// Layers.
	pub fn layers(&self) -> usize {
		self.damping.len()
	}

	/// `g_i . g_i` of every row in one layer.
	pub fn squares(&self, layer: usize) -> &[f64] {
		self.squares.get(layer).map_or(&[], Vec::as_slice)
	}

	/// `lambda` of one layer.
	pub fn damping(&self, layer: usize) -> f64 {
		self.damping.get(layer).copied().unwrap_or(0.0)
	}

	/// `|g_i|` of every row.
	pub fn norms(&self) -> &[f64] {
		&self.norms
	}
}

/// The gradients of the loss of the answers given.
pub fn queries(weights: &Weights, data: &Dataset, answers: &[Answer]) -> Vec<Gradient> {
	rows_of(weights, data, answers, answers.iter().map(|a| a.class))
}

fn rows_of(
	weights: &Weights,
	data: &Dataset,
	answers: &[Answer],
	labels: impl Iterator<Item = u32>,
) -> Vec<Gradient> {
	let shift = weights.shape().input_shift();
	let mut features = vec![0.0; data.width() as usize];
	(0u32..)
		.zip(answers)
		.zip(labels)
		.map(|((row, answer), label)| {
			data.scale_row(row, shift, &mut features);
			Gradient::new(weights, &features, &answer.probabilities, label)
		})
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use engram_engine::{Format, Layer, Shape};

	fn loss(weights: &Weights, features: &[f64], label: usize) -> f64 {
		let mut x = features.to_vec();
		for (at, layer) in weights.layers().iter().enumerate() {
			x = (0..layer.outputs)
				.map(|o| {
					let row = &layer.weight[o * layer.inputs..][..layer.inputs];
					let z = row.iter().zip(&x).map(|(w, x)| f64::from(*w) * x).sum::<f64>()
						+ f64::from(layer.bias[o]);
					if at + 1 < weights.layers().len() {
						z.max(0.0)
					} else {
						z
					}
				})
				.collect();
		}
		x.iter().map(|z| z.exp()).sum::<f64>().ln() - x[label]
	}

	#[test]
	fn gradients_are_slopes_of_the_loss() {
		let shape = Shape::new(&[3, 5, 4, 2], 1).unwrap();
		let weights = Weights::from_seed(&shape, &[3; 32]).unwrap();
		let data = Dataset::parse(b"a,b,c,l\n1,2,-3,1\n", &Format::labelled(&shape, 1)).unwrap();
		let gradients = Gradients::new(&weights, &data).unwrap();
		let gradient = &gradients.rows()[0];
		let step = 2f32.powi(-12);
		for (at, layer) in weights.layers().iter().enumerate() {
			for o in 0..layer.outputs {
				for i in 0..=layer.inputs {
					let nudged = |by: f32| {
						let mut layers: Vec<Layer> = weights.layers().to_vec();
						if i == layer.inputs {
							layers[at].bias[o] += by;
						} else {
							layers[at].weight[o * layer.inputs + i] += by;
						}
						let after = Weights::new(&shape, layers).unwrap();
						let moved: f64 =
							after.values().zip(weights.values()).map(|(a, b)| f64::from(a - b)).sum();
						(loss(&after, &[0.5, 1.0, -1.5], 1), moved)
					};
					let ((high, up), (low, down)) = (nudged(step), nudged(-step));
					let slope = (high - low) / (up - down);
					let got = gradient.deltas[at][o] * gradient.inputs[at][i];
					assert!((slope - got).abs() < 1e-6, "layer {at}, {o}, {i}: {slope} against {got}");
				}
			}
		}
		let dense: f64 = (0..3)
			.flat_map(|l| {
				gradient.deltas[l].iter().flat_map(move |d| gradient.inputs[l].iter().map(move |x| d * x))
			})
			.map(|g| g * g)
			.sum();
		assert!((gradient.norm() - dense.sqrt()).abs() < 1e-12);
	}

	#[test]
	fn broken_models_have_no_gradient() {
		let shape = Shape::new(&[1, 2], 0).unwrap();
		let layer = Layer { inputs: 1, outputs: 2, weight: vec![f32::NAN, 1.0], bias: vec![0.0; 2] };
		let weights = Weights::new(&shape, vec![layer]).unwrap();
		let data = Dataset::parse(b"a,l\n1,1\n", &Format::labelled(&shape, 1)).unwrap();
		let gradients = Gradients::new(&weights, &data).unwrap();
		assert_eq!(gradients.norms(), [0.0]);
		assert_eq!(gradients.damping(0), 0.0);
	}
}
