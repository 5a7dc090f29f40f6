//! From influence to payout weights.

use crate::{gradient, DataInf, Error, ExactInverse, Gradients, Influence, Result};
use engram_engine::{Answer, Dataset, Weights};
use std::sync::Arc;

/// A weight of one whole score.
const UNIT: f64 = 4_294_967_296.0;

/// How influence is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
	/// DataInf, per layer.
	DataInf,
	/// The exact damped inverse through the dual.
	ExactInverse,
}

/// What a batch of answers owes to the training rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
	/// The answers, by the exact profile.
	pub answers: Vec<Answer>,
	/// Per training row, its scores summed over the answers; negative where it did harm.
	pub row_scores: Vec<f64>,
	/// Per part, what its rows are owed, in units of `2^-32`. All zero when nothing had influence.
	pub weights: Vec<u64>,
}

/// Computes attributions for one model version; what does not depend on the answers is kept.
#[derive(Clone, Debug)]
pub struct Attributor {
	weights: Weights,
	parts: Vec<u32>,
	gradients: Arc<Gradients>,
	method: Arc<dyn Influence>,
}

impl Attributor {
	/// For a model that was trained on these contributions, in this order.
	pub fn new(method: Method, weights: &Weights, parts: &[Dataset]) -> Result<Self> {
		if parts.iter().any(|part| !part.is_labelled()) {
			return Err(engram_engine::Error::Data { reason: "training rows need labels" }.into());
		}
		let data = Dataset::concat(parts.to_vec())?;
		let gradients = Arc::new(Gradients::new(weights, &data)?);
		let method: Arc<dyn Influence> = match method {
			Method::DataInf => Arc::new(DataInf::new(gradients.clone())),
			Method::ExactInverse => Arc::new(ExactInverse::new(gradients.clone())?),
		};
		let parts = parts.iter().map(Dataset::rows).collect();
		Ok(Self { weights: weights.clone(), parts, gradients, method })
	}

	/// Answers the rows and tells what each training row had to do with it. Labels of the inputs
	/// are ignored.
	pub fn attribute(&self, inputs: &Dataset) -> Result<Attribution> {
		let answers = engram_engine::answers(&self.weights, inputs).map_err(Error::from)?;
		let mut row_scores = vec![0.0; self.gradients.rows().len()];
		for query in gradient::queries(&self.weights, inputs, &answers) {
			let scores = self.scores(&self.method.influence(&query));
			for (total, score) in row_scores.iter_mut().zip(scores) {
				*total += score;
			}
		}
		let weights = self.part_weights(&row_scores);
		Ok(Attribution { answers, row_scores, weights })
	}

	/// `-I(k) / |g_k|` over the sum of the magnitudes; all zero where there is no influence.
	fn scores(&self, influence: &[f64]) -> Vec<f64> {
		let mut scores: Vec<f64> = influence
			.iter()
			.zip(self.gradients.norms())
			.map(|(i, norm)| if *norm > 0.0 { -i / norm } else { 0.0 })
			.collect();
		let sum: f64 = scores.iter().map(|s| s.abs()).sum();
		if sum > 0.0 && sum.is_finite() {
			scores.iter_mut().for_each(|s| *s /= sum);
		} else {
			scores.fill(0.0);
		}
		scores
	}

	fn part_weights(&self, row_scores: &[f64]) -> Vec<u64> {
		let mut rows = row_scores.iter();
		self.parts
			.iter()
			.map(|count| {
				let sum: f64 = rows.by_ref().take(*count as usize).map(|score| score.max(0.0)).sum();
				// A cast from f64 saturates, and rounds down what is positive.
				(sum * UNIT) as u64
			})
			.collect()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use engram_engine::{Format, Layer, Shape};

	fn shape() -> Shape {
		Shape::new(&[2, 4, 2], 0).unwrap()
	}

	fn parts() -> Vec<Dataset> {
		["0,1,0\n1,0,1\n", "0,2,0\n3,0,1\n", "0,3,1\n2,0,0\n"]
			.iter()
			.map(|rows| {
				Dataset::parse(format!("x,y,l\n{rows}").as_bytes(), &Format::labelled(&shape(), 2)).unwrap()
			})
			.collect()
	}

	fn asked(rows: &str) -> Dataset {
		let count = rows.lines().count() as u32;
		Dataset::parse(format!("x,y\n{rows}").as_bytes(), &Format::unlabelled(&shape(), count)).unwrap()
	}

	#[test]
	fn scores_are_shares_and_clipped_only_after_the_sum() {
		let weights = Weights::from_seed(&shape(), &[2; 32]).unwrap();
		for method in [Method::DataInf, Method::ExactInverse] {
			let attributor = Attributor::new(method, &weights, &parts()).unwrap();
			let one = attributor.attribute(&asked("1,4\n")).unwrap();
			let sum: f64 = one.row_scores.iter().map(|s| s.abs()).sum();
			assert!((sum - 1.0).abs() < 1e-12);
			let other = attributor.attribute(&asked("4,1\n")).unwrap();
			let both = attributor.attribute(&asked("1,4\n4,1\n")).unwrap();
			for (at, score) in both.row_scores.iter().enumerate() {
				assert!((score - one.row_scores[at] - other.row_scores[at]).abs() < 1e-12);
			}
			for (part, weight) in both.weights.iter().enumerate() {
				let rows = &both.row_scores[2 * part..2 * part + 2];
				let want = (rows.iter().map(|s| s.max(0.0)).sum::<f64>() * UNIT).floor();
				assert_eq!(*weight as f64, want);
			}
			assert_eq!(attributor.attribute(&asked("1,4\n4,1\n")).unwrap(), both);
		}
	}

	#[test]
	fn parts_that_deny_the_answers_earn_less() {
		let layer =
			|weight: [f32; 4]| Layer { inputs: 2, outputs: 2, weight: weight.to_vec(), bias: vec![0.0; 2] };
		let shape = Shape::new(&[2, 2], 0).unwrap();
		let weights = Weights::new(&shape, vec![layer([-0.5, 0.5, 0.5, -0.5])]).unwrap();
		for method in [Method::DataInf, Method::ExactInverse] {
			let attributor = Attributor::new(method, &weights, &parts()).unwrap();
			let found = attributor.attribute(&asked("0,1\n1,0\n0,2\n2,0\n")).unwrap();
			assert_eq!(found.answers.iter().map(|a| a.class).collect::<Vec<_>>(), [0, 1, 0, 1]);
			assert_eq!(found.weights[2], 0, "{method:?} {found:?}");
			assert!(found.weights[0] > 0);
		}
	}

	#[test]
	fn nothing_to_go_by_gives_zero() {
		let layers = shape()
			.layers()
			.map(|(inputs, outputs)| Layer {
				inputs,
				outputs,
				weight: vec![f32::NAN; inputs * outputs],
				bias: vec![0.0; outputs],
			})
			.collect();
		let broken = Weights::new(&shape(), layers).unwrap();
		for method in [Method::DataInf, Method::ExactInverse] {
			let attributor = Attributor::new(method, &broken, &parts()).unwrap();
			let found = attributor.attribute(&asked("1,4\n")).unwrap();
			assert_eq!(found.weights, [0; 3]);
			assert_eq!(found.row_scores, [0.0; 6]);
		}
		let weights = Weights::from_seed(&shape(), &[2; 32]).unwrap();
		let none = asked("");
		let found = Attributor::new(Method::DataInf, &weights, &parts()).unwrap().attribute(&none).unwrap();
		assert_eq!(found.weights, [0; 3]);
		assert!(found.answers.is_empty());
	}

	#[test]
	fn wrong_data_is_refused() {
		let weights = Weights::from_seed(&shape(), &[2; 32]).unwrap();
		assert!(Attributor::new(Method::DataInf, &weights, &[]).is_err());
		assert!(Attributor::new(Method::DataInf, &weights, &[parts()[0].without_labels()]).is_err());
		let wide = Weights::from_seed(&Shape::new(&[3, 2], 0).unwrap(), &[0; 32]).unwrap();
		assert!(Attributor::new(Method::DataInf, &wide, &parts()).is_err());
	}
}
