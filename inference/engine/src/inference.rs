//! Answers, and how good they are: always by the exact profile on the CPU, so that every worker
//! finds the same.

use crate::{
	exact::{matrix, scalar},
	Cpu, Dataset, Error, Exact, Result, Weights,
};

/// A model's answer to one row.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
	/// The most probable class, the first of equals. 0 if the model has reached NaN.
	pub class: u32,
	/// The probability of each class.
	pub probabilities: Vec<f32>,
}

/// The exact logits of all rows, row by row.
pub fn logits(weights: &Weights, data: &Dataset) -> Result<Vec<f32>> {
	data.ensure_fits(weights.shape())?;
	if data.rows() == 0 {
		return Ok(Vec::new());
	}
	let mut model = Cpu::new(weights.shape(), 1);
	model.load(weights)?;
	model.logits(&data.scaled(weights.shape().input_shift()))
}

/// The answers to all rows.
pub fn answers(weights: &Weights, data: &Dataset) -> Result<Vec<Answer>> {
	let classes = weights.shape().classes() as usize;
	Ok(logits(weights, data)?
		.chunks_exact(classes)
		.map(|logits| {
			let mut probabilities = vec![0.0; classes];
			// One column of `classes` values.
			matrix::softmax(logits, &mut probabilities, 1);
			Answer { class: argmax(logits), probabilities }
		})
		.collect())
}

fn argmax(logits: &[f32]) -> u32 {
	let mut best = (0, f32::NEG_INFINITY);
	for (class, value) in (0u32..).zip(logits) {
		if !scalar::is_nan(*value) && *value > best.1 {
			best = (class, *value);
		}
	}
	best.0
}

/// How many rows of a labelled set are answered with their label.
pub fn correct(weights: &Weights, data: &Dataset) -> Result<u32> {
	if !data.is_labelled() {
		return Err(Error::Data { reason: "counting right answers needs labels" });
	}
	let classes = weights.shape().classes() as usize;
	let logits = logits(weights, data)?;
	let right = logits.chunks_exact(classes).zip(data.labels()).filter(|(z, l)| argmax(z) == **l);
	u32::try_from(right.count()).map_err(|_| Error::Data { reason: "too many rows" })
}

/// The mean of `ln(sum_c exp(z_c - m)) - (z_label - m)` over a labelled set, summed in row order; 0
/// for no rows.
pub fn mean_loss(weights: &Weights, data: &Dataset) -> Result<f32> {
	use scalar::{add, div, exp, log, max, sub};
	if !data.is_labelled() {
		return Err(Error::Data { reason: "a loss needs labels" });
	}
	if data.rows() == 0 {
		return Ok(0.0);
	}
	let classes = weights.shape().classes() as usize;
	let mut total = 0.0;
	for (logits, label) in logits(weights, data)?.chunks_exact(classes).zip(data.labels()) {
		let largest = logits.iter().copied().reduce(max).unwrap_or(0.0);
		let sum = logits.iter().fold(0.0, |sum, z| add(sum, exp(sub(*z, largest))));
		let right = logits.get(*label as usize).copied().unwrap_or(0.0);
		total = add(total, sub(log(sum), sub(right, largest)));
	}
	Ok(scalar::canonical(div(total, data.rows() as f32)))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{Format, Layer, Shape};

	fn model(weight: [f32; 4]) -> Weights {
		let layer = Layer { inputs: 2, outputs: 2, weight: weight.to_vec(), bias: vec![0.0; 2] };
		Weights::new(&Shape::new(&[2, 2], 1).unwrap(), vec![layer]).unwrap()
	}

	fn data() -> Dataset {
		let format = Format { width: 2, classes: 2, labelled: true, rows: 3 };
		Dataset::parse(b"a,b,l\n2,0,0\n0,2,1\n4,2,1\n", &format).unwrap()
	}

	#[test]
	fn answers_are_classes_with_probabilities() {
		let identity = model([1.0, 0.0, 0.0, 1.0]);
		let answers = answers(&identity, &data()).unwrap();
		assert_eq!(answers.iter().map(|a| a.class).collect::<Vec<_>>(), [0, 1, 0]);
		let e = 1f32.exp();
		assert!((answers[0].probabilities[0] - e / (1.0 + e)).abs() < 1e-6);
		assert_eq!(correct(&identity, &data()).unwrap(), 2);
		let loss = mean_loss(&identity, &data()).unwrap();
		let want = (2.0 * (1.0 + (-1f32).exp()).ln() + (1.0 + e).ln()) / 3.0;
		assert!((loss - want).abs() < 1e-6, "{loss} {want}");
		assert!(correct(&identity, &data().without_labels()).is_err());
		assert!(mean_loss(&identity, &data().without_labels()).is_err());
	}

	#[test]
	fn ties_and_nan_are_defined() {
		let flat = model([0.0; 4]);
		assert!(answers(&flat, &data())
			.unwrap()
			.iter()
			.all(|a| a.class == 0 && a.probabilities == [0.5, 0.5]));
		let broken = model([f32::NAN, 0.0, 0.0, 1.0]);
		let answers = answers(&broken, &data()).unwrap();
		assert_eq!(answers[1].class, 1);
		assert!(mean_loss(&broken, &data()).unwrap().is_nan());
	}
}
