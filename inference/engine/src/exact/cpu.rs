//! The reference: the exact profile on the CPU.

use super::{
	matrix::{self, Threads},
	scalar::{add, canonical, relu, sub},
	Exact,
};
use crate::{Error, Layer, Result, Shape, Weights};

/// Rows answered at a time: bounds the memory of [`Exact::logits`].
const CHUNK: usize = 256;

/// A model on the CPU. Values inside a step stand feature by feature with the batch's rows beside
/// each other, so that every product runs along the batch.
#[derive(Debug)]
pub struct Cpu {
	shape: Shape,
	layers: Vec<Layer>,
	threads: Threads,
	tape: Tape,
}

/// What a step keeps between forward and backward, reused from step to step.
#[derive(Debug, Default)]
struct Tape {
	rows: usize,
	/// Per width, `width x rows`: the input, then each layer's output.
	values: Vec<Vec<f32>>,
	/// Per width but the last, `rows x width`.
	by_row: Vec<Vec<f32>>,
	/// Per layer, `outputs x rows`: gradient of the loss in the layer's output.
	gradients: Vec<Vec<f32>>,
	transposed: Vec<f32>,
	weight: Vec<f32>,
	bias: Vec<f32>,
}

impl Tape {
	fn resize(&mut self, shape: &Shape, rows: usize) {
		if self.rows == rows {
			return;
		}
		let sized = |width: &u32| vec![0.0; *width as usize * rows];
		self.values = shape.widths().iter().map(sized).collect();
		self.by_row = shape.widths().iter().take(shape.widths().len() - 1).map(sized).collect();
		self.gradients = shape.widths().iter().skip(1).map(sized).collect();
		self.rows = rows;
	}
}

impl Cpu {
	/// A model of this shape, all zero until weights are loaded, on up to `threads` threads.
	pub fn new(shape: &Shape, threads: usize) -> Self {
		Self::with_threads(shape, Threads::new(threads))
	}

	/// The same with a stated way to share out the work.
	pub fn with_threads(shape: &Shape, threads: Threads) -> Self {
		let layers = shape
			.layers()
			.map(|(inputs, outputs)| Layer {
				inputs,
				outputs,
				weight: vec![0.0; inputs * outputs],
				bias: vec![0.0; outputs],
			})
			.collect();
		Self { shape: shape.clone(), layers, threads, tape: Tape::default() }
	}

	fn rows_of(&self, inputs: &[f32]) -> Result<usize> {
		let width = self.shape.inputs() as usize;
		if inputs.is_empty() || !inputs.len().is_multiple_of(width) {
			return Err(Error::Data { reason: "a batch needs one or more whole rows" });
		}
		Ok(inputs.len() / width)
	}

	/// Runs all layers on rows of inputs; `tape.values` then ends with the logits.
	fn forward(&mut self, inputs: &[f32], rows: usize) {
		self.tape.resize(&self.shape, rows);
		let last = self.layers.len() - 1;
		matrix::transpose(inputs, &mut self.tape.values[0], rows, self.shape.inputs() as usize);
		for (at, layer) in self.layers.iter().enumerate() {
			let (before, after) = self.tape.values.split_at_mut(at + 1);
			let (from, to) = (&before[at], &mut after[0]);
			matrix::product(&layer.weight, from, to, layer.inputs, rows, self.threads);
			for (bias, to) in layer.bias.iter().zip(to.chunks_exact_mut(rows)) {
				for to in to {
					let z = canonical(add(*to, *bias));
					*to = if at < last { relu(z) } else { z };
				}
			}
		}
	}

	/// From `tape.gradients` of the last layer back to the first, updating each layer once its part
	/// is done.
	fn backward(&mut self, rate: f32) {
		let Self { layers, threads, tape, .. } = self;
		let rows = tape.rows;
		for (at, layer) in layers.iter_mut().enumerate().rev() {
			let (inputs, outputs) = (layer.inputs, layer.outputs);
			let (earlier, rest) = tape.gradients.split_at_mut(at);
			let gradient = &rest[0];
			if let Some(into) = earlier.last_mut() {
				tape.transposed.resize(inputs * outputs, 0.0);
				matrix::transpose(&layer.weight, &mut tape.transposed, outputs, inputs);
				matrix::product(&tape.transposed, gradient, into, outputs, rows, *threads);
				// A unit that ReLU cut off passes nothing back.
				for (into, value) in into.iter_mut().zip(&tape.values[at]) {
					if value.to_bits() == 0 {
						*into = 0.0;
					}
				}
			}
			tape.weight.resize(inputs * outputs, 0.0);
			matrix::product(gradient, &tape.by_row[at], &mut tape.weight, rows, inputs, *threads);
			tape.bias.resize(outputs, 0.0);
			matrix::sum_rows(gradient, &mut tape.bias, rows);
			matrix::descend(&mut layer.weight, &tape.weight, rate);
			matrix::descend(&mut layer.bias, &tape.bias, rate);
		}
	}
}

impl Exact for Cpu {
	fn load(&mut self, weights: &Weights) -> Result<()> {
		if weights.shape() != &self.shape {
			return Err(Error::Data { reason: "the weights are of another shape" });
		}
		self.layers.clone_from_slice(weights.layers());
		Ok(())
	}

	fn step(&mut self, inputs: &[f32], labels: &[u32], rate: f32) -> Result<()> {
		let rows = self.rows_of(inputs)?;
		if labels.len() != rows || labels.iter().any(|l| *l >= self.shape.classes()) {
			return Err(Error::Data { reason: "a batch needs one label per row, each a class of the model" });
		}
		self.forward(inputs, rows);
		let Self { tape, layers, .. } = self;
		for (at, layer) in layers.iter().enumerate() {
			if at == 0 {
				tape.by_row[0].copy_from_slice(inputs);
			} else {
				matrix::transpose(&tape.values[at], &mut tape.by_row[at], layer.inputs, rows);
			}
		}
		let last = layers.len() - 1;
		let gradient = &mut tape.gradients[last];
		matrix::softmax(&tape.values[last + 1], gradient, rows);
		for (row, label) in labels.iter().enumerate() {
			let at = *label as usize * rows + row;
			gradient[at] = canonical(sub(gradient[at], 1.0));
		}
		self.backward(rate);
		Ok(())
	}

	fn logits(&mut self, inputs: &[f32]) -> Result<Vec<f32>> {
		self.rows_of(inputs)?;
		let (width, classes) = (self.shape.inputs() as usize, self.shape.classes() as usize);
		let mut all = vec![0.0; inputs.len() / width * classes];
		for (inputs, to) in inputs.chunks(CHUNK * width).zip(all.chunks_mut(CHUNK * classes)) {
			let rows = inputs.len() / width;
			self.forward(inputs, rows);
			if let Some(logits) = self.tape.values.last() {
				matrix::transpose(logits, to, classes, rows);
			}
		}
		Ok(all)
	}

	fn weights(&mut self) -> Result<Weights> {
		Weights::new(&self.shape, self.layers.clone())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::exact::rate;

	fn batch(shape: &Shape, rows: usize, seed: u8) -> (Vec<f32>, Vec<u32>) {
		let inputs = crate::generator::weights(&[seed; 32], 0, shape.inputs() as usize, rows);
		let labels = (0..rows as u32).map(|r| r % shape.classes()).collect();
		(inputs, labels)
	}

	#[test]
	fn threads_never_change_a_bit() {
		let shape = Shape::new(&[40, 33, 17, 7], 0).unwrap();
		let start = Weights::from_seed(&shape, &[1; 32]).unwrap();
		let trained = |threads: Threads| {
			let mut model = Cpu::with_threads(&shape, threads);
			model.load(&start).unwrap();
			for step in 0..20 {
				let (inputs, labels) = batch(&shape, 13, step);
				model.step(&inputs, &labels, rate(200_000, 13)).unwrap();
			}
			(model.weights().unwrap(), model.logits(&batch(&shape, 300, 99).0).unwrap())
		};
		let one = trained(Threads { count: 1, min_work: 0 });
		for count in [2, 3, 8] {
			assert_eq!(trained(Threads { count, min_work: 0 }), one);
		}
		assert_ne!(one.0, start);
	}

	/// The loss in f64, from the definition.
	fn loss(weights: &Weights, inputs: &[f32], labels: &[u32]) -> f64 {
		let width = weights.shape().inputs() as usize;
		let mut total = 0.0;
		for (row, label) in inputs.chunks(width).zip(labels) {
			let mut x: Vec<f64> = row.iter().map(|v| f64::from(*v)).collect();
			for (at, layer) in weights.layers().iter().enumerate() {
				x = (0..layer.outputs)
					.map(|o| {
						let w = &layer.weight[o * layer.inputs..][..layer.inputs];
						let z = f64::from(layer.bias[o])
							+ w.iter().zip(&x).map(|(w, x)| f64::from(*w) * x).sum::<f64>();
						if at + 1 < weights.layers().len() {
							z.max(0.0)
						} else {
							z
						}
					})
					.collect();
			}
			total += x.iter().map(|z| z.exp()).sum::<f64>().ln() - x[*label as usize];
		}
		total / labels.len() as f64
	}

	#[test]
	fn a_step_follows_the_gradient() {
		let shape = Shape::new(&[6, 5, 4, 3], 0).unwrap();
		let start = Weights::from_seed(&shape, &[2; 32]).unwrap();
		let (inputs, labels) = batch(&shape, 8, 3);
		let mut model = Cpu::new(&shape, 1);
		model.load(&start).unwrap();
		model.step(&inputs, &labels, rate(1_000_000, 8)).unwrap();
		let after = model.weights().unwrap();
		let nudged = |at: usize, by: f32| {
			let mut layers = start.layers().to_vec();
			let mut values = layers.iter_mut().flat_map(|l| l.weight.iter_mut().chain(&mut l.bias));
			*values.nth(at).unwrap() += by;
			drop(values);
			loss(&Weights::new(&shape, layers).unwrap(), &inputs, &labels)
		};
		for (at, (before, after)) in start.values().zip(after.values()).enumerate() {
			let slope = (nudged(at, 1e-3) - nudged(at, -1e-3)) / 2e-3;
			let moved = f64::from(before) - f64::from(after);
			assert!((slope - moved).abs() < 1e-4, "number {at}: {slope} against {moved}");
		}
	}

	#[test]
	fn nan_is_trained_on_like_any_number() {
		let shape = Shape::new(&[2, 3, 2], 0).unwrap();
		let mut model = Cpu::new(&shape, 1);
		model.load(&Weights::from_seed(&shape, &[0; 32]).unwrap()).unwrap();
		for _ in 0..200 {
			model.step(&[3e38, -3e38, 1.0, 1.0], &[0, 1], 5.0).unwrap();
		}
		let weights = model.weights().unwrap();
		assert!(!weights.is_finite());
		assert!(weights.values().all(|v| !v.is_nan() || v.to_bits() == super::super::scalar::NAN));
	}

	#[test]
	fn wrong_batches_are_refused() {
		let shape = Shape::new(&[2, 3, 2], 0).unwrap();
		let mut model = Cpu::new(&shape, 1);
		assert!(model.step(&[1.0; 3], &[0], 1.0).is_err());
		assert!(model.step(&[], &[], 1.0).is_err());
		assert!(model.step(&[1.0; 4], &[0], 1.0).is_err());
		assert!(model.step(&[1.0; 4], &[0, 2], 1.0).is_err());
		assert!(model.logits(&[1.0; 3]).is_err());
		let other = Weights::from_seed(&Shape::new(&[2, 4, 2], 0).unwrap(), &[0; 32]).unwrap();
		assert!(model.load(&other).is_err());
	}
}
