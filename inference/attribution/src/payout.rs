//! From influence to payout weights.

use crate::{cluster, gradient, DataInf, Error, ExactInverse, Gradients, Influence, Result};
use engram_engine::{Answer, Dataset, Shape, Weights};
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

impl Method {
	/// About how many multiply-adds it takes to attribute so many answers to so many training rows, their gradients included.
	/// What is too large is the largest number.
	pub fn multiply_adds(self, shape: &Shape, rows: u32, answers: u32) -> u64 {
		let (rows, answers) = (u64::from(rows), u64::from(answers));
		let (layers, parameters) = (shape.layers().len() as u64, shape.parameters());
		let values: u64 = shape.layers().map(|(inputs, outputs)| (inputs + 1 + outputs) as u64).sum();
		let product =
			|factors: &[u64]| factors.iter().fold(1, |all: u64, factor| all.saturating_mul(*factor));
		// Forth and back, for rows and answers.
		let gradients = product(&[2, rows.saturating_add(answers), parameters]);
		let method = match self {
			Self::DataInf => product(&[2, rows, answers, parameters]),
			Self::ExactInverse => {
				let gram = product(&[rows, rows, values]) / 2;
				let factor = product(&[rows, rows, rows, layers]) / 6;
				gram.saturating_add(factor).saturating_add(product(&[rows, rows, layers, answers]))
			},
		};
		gradients.saturating_add(method)
	}
}

/// What a batch of answers owes to the training rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
	/// The answers, by the exact profile.
	pub answers: Vec<Answer>,
	/// Per training row, its scores summed over the answers, over the rows of its cluster; negative where it did harm.
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
	/// Rows in the cluster of each row.
	clusters: Vec<u32>,
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
		let clusters = cluster::sizes(&data, weights.shape().input_shift());
		Ok(Self { weights: weights.clone(), parts, gradients, clusters, method })
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

	/// `-I(k) / |g_k|` over the rows of the cluster, over the sum of the magnitudes; all zero where there is no influence.
	///
	/// A cluster's scores add up to their mean, so it counts as one row however many it has, here and in the sum of magnitudes.
	/// Each of its rows keeps its own sign: a copy with a wrong label costs the right ones nothing but their part.
	fn scores(&self, influence: &[f64]) -> Vec<f64> {
		let mut scores: Vec<f64> = influence
			.iter()
			.zip(self.gradients.norms())
			.zip(&self.clusters)
			.map(|((i, norm), rows)| if *norm > 0.0 { -i / norm / f64::from(*rows) } else { 0.0 })
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
	use engram_cases::cases;
	use engram_engine::{Cpu, Digest, Format, Job, Layer, Schedule, Trainer};
	use proptest::prelude::*;
	use std::ops::ControlFlow;

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

	#[test]
	fn methods_cost_what_they_multiply() {
		let shape = Shape::new(&[64, 32, 10], 4).unwrap();
		let gradients = 2 * 1_537 * 2_410;
		let cost = |method: Method| method.multiply_adds(&shape, 1_437, 100);
		assert_eq!(cost(Method::DataInf), gradients + 2 * 1_437 * 100 * 2_410);
		// Rows by rows of 65 + 32 and of 33 + 10 values, two factors, and two solutions an answer.
		let factors = 1_437 * 1_437 * 1_437 / 3;
		let solutions = 2 * 1_437 * 1_437 * 100;
		assert_eq!(cost(Method::ExactInverse), gradients + 1_437 * 1_437 * 70 + factors + solutions);
		assert_eq!(Method::DataInf.multiply_adds(&shape, u32::MAX, u32::MAX), u64::MAX);
	}

	/// One part of rows that are labelled 0.
	fn part(rows: &[[i32; 2]]) -> Dataset {
		let csv: String = rows.iter().map(|[x, y]| format!("{x},{y},0\n")).collect();
		let format = Format::labelled(&shape(), rows.len() as u32);
		Dataset::parse(format!("x,y,l\n{csv}").as_bytes(), &format).unwrap()
	}

	#[test]
	fn copies_share_what_one_row_earns() {
		let weights = Weights::from_seed(&shape(), &[2; 32]).unwrap();
		let scores = |parts: &[Dataset], influence: &[f64]| {
			let attributor = Attributor::new(Method::DataInf, &weights, parts).unwrap();
			let scores = attributor.scores(influence);
			(attributor.part_weights(&scores), scores)
		};
		let (alone, once) = scores(&[part(&[[90, 0]]), part(&[[0, 90]])], &[-1.0, -1.0]);
		// Three in Alice's file, and with one that is hardly changed in Bob's.
		let (_, thrice) = scores(&[part(&[[90, 0]; 3]), part(&[[0, 90]])], &[-1.0; 4]);
		assert!((thrice[..3].iter().sum::<f64>() - once[0]).abs() < 1e-12, "{thrice:?} {once:?}");
		assert!((thrice[3] - once[1]).abs() < 1e-12);
		let (shared, _) = scores(&[part(&[[90, 0]; 3]), part(&[[0, 90], [91, 1]])], &[-1.0; 5]);
		let (whole, quarter) = (alone[0] as f64, alone[0] as f64 / 4.0);
		assert!((shared[0] as f64 - 3.0 * quarter).abs() < 0.01 * whole, "{shared:?} {alone:?}");
		assert!((shared[1] as f64 - alone[1] as f64 - quarter).abs() < 0.01 * whole, "{shared:?} {alone:?}");
		// One that does harm is paid nothing, and takes from the others no more than its part.
		let (harmed, _) = scores(&[part(&[[90, 0]]), part(&[[0, 90], [90, 0]])], &[-1.0, -1.0, 1.0]);
		assert_eq!((harmed[0], harmed[1]), (alone[0] / 2, alone[1]));
	}

	#[test]
	fn honest_digits_earn_what_they_did() {
		let shape = Shape::new(&[64, 32, 10], 4).unwrap();
		let bytes = include_bytes!("../../../data/digits.csv");
		let all = Dataset::parse(bytes, &Format::labelled(&shape, 1_797)).unwrap();
		let every = |nth: u32| all.select(&(nth..1_500).step_by(4).collect::<Vec<_>>()).unwrap();
		let parts: Vec<Dataset> = (0..4).map(every).collect();
		let schedule =
			Schedule { steps: 400, checkpoint_interval: 400, batch_size: 32, learning_rate: 100_000 };
		let job = Job { shape: shape.clone(), schedule, batch_seed: [1; 32] };
		let data = Dataset::concat(parts.clone()).unwrap();
		let start = Weights::from_seed(&shape, &[2; 32]).unwrap();
		let weights = Trainer::new(&job, &data, Box::new(Cpu::new(&shape, 1)))
			.unwrap()
			.train(&start, &mut |_: u32, _: &[u8], _: Digest| ControlFlow::Continue(()))
			.unwrap();
		let asked = all.select(&(1_500..1_600).collect::<Vec<_>>()).unwrap().without_labels();
		for method in [Method::DataInf, Method::ExactInverse] {
			let attributor = Attributor::new(method, &weights, &parts).unwrap();
			let before = Attributor { clusters: vec![1; 1_500], ..attributor.clone() };
			let found = attributor.attribute(&asked).unwrap();
			assert_ne!(found.weights, before.attribute(&asked).unwrap().weights);
			for (now, before) in found.weights.iter().zip(before.attribute(&asked).unwrap().weights) {
				let change = *now as f64 / before as f64 - 1.0;
				assert!(change.abs() < 0.01, "{method:?}: {change}");
			}
		}
	}

	proptest! {
		#![proptest_config(cases())]

		#[test]
		fn however_often_a_row_is_there_it_earns_the_same(
			// So short and far apart that no two are near.
			rows in proptest::collection::btree_map((0i32..5, 0i32..5), (-9f64..9.0, 1usize..5), 1..8),
			at in any::<proptest::sample::Index>(),
		) {
			let rows: Vec<_> =
				rows.into_iter().map(|((x, y), (i, copies))| ([x << 16, y << 16], i, copies)).collect();
			let weights = Weights::from_seed(&shape(), &[2; 32]).unwrap();
			let scores = |parts: &[Dataset], influence: Vec<f64>| {
				Attributor::new(Method::DataInf, &weights, parts).unwrap().scores(&influence)
			};
			let once = part(&rows.iter().map(|(row, ..)| *row).collect::<Vec<_>>());
			let once = scores(&[once], rows.iter().map(|(_, influence, _)| *influence).collect());
			// The first copies of all rows, then the second, and so on, in two parts.
			let copies = |nth: usize| rows.iter().enumerate().filter(move |(_, (.., copies))| nth < *copies);
			let all: Vec<_> = (0..4).flat_map(copies).collect();
			let features: Vec<_> = all.iter().map(|(_, (row, ..))| *row).collect();
			let (first, second) = features.split_at(at.index(all.len()));
			let found = scores(&[part(first), part(second)], all.iter().map(|(_, (_, i, _))| *i).collect());
			let mut sums = vec![0.0; rows.len()];
			for ((row, _), score) in all.iter().zip(found) {
				sums[*row] += score;
			}
			for (sum, once) in sums.iter().zip(once) {
				prop_assert!((sum - once).abs() < 1e-9, "{} {}", sum, once);
			}
		}
	}
}
