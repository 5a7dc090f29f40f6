//! On real digits: what a contributor earns per row half of whose labels are wrong, or whose rows are there several times.

#![allow(clippy::print_stdout, reason = "it prints what it measures")]

use engram_attribution::{Attributor, Method};
use engram_engine::{correct, Cpu, Dataset, Digest, Format, Job, Schedule, Shape, Trainer, Weights};
use std::{ops::ControlFlow, time::Instant};

const SCHEDULE: Schedule =
	Schedule { steps: 1_600, checkpoint_interval: 50, batch_size: 32, learning_rate: 100_000 };

struct Setting {
	shape: Shape,
	parts: Vec<Dataset>,
	held_out: Dataset,
}

/// Four contributors of right digits.
fn honest() -> Setting {
	let shape = Shape::new(&[64, 32, 10], 4).unwrap();
	let bytes = include_bytes!("../../../data/digits.csv");
	let all = Dataset::parse(bytes, &Format::labelled(&shape, 1_797)).unwrap();
	let held_out: Vec<u32> = (0..1_797).filter(|i| i % 5 == 4).collect();
	let others: Vec<u32> = (0..1_797).filter(|i| i % 5 != 4).collect();
	let part = |p: usize| all.select(&others.iter().skip(p).step_by(4).copied().collect::<Vec<_>>()).unwrap();
	let parts = (0..4).map(part).collect();
	Setting { shape, parts, held_out: all.select(&held_out).unwrap() }
}

/// The same, but half of the last one's labels are wrong.
fn mislabelled() -> Setting {
	let mut setting = honest();
	let last = &mut setting.parts[3];
	let labels = last.labels().iter().zip(0u32..);
	let flipped = labels.map(|(l, at)| if at % 2 == 0 { (l + 1 + at / 2 % 9) % 10 } else { *l }).collect();
	*last = last.with_labels(flipped).unwrap();
	setting
}

fn trained(shape: &Shape, data: &Dataset, seed: u8) -> Weights {
	let job = Job { shape: shape.clone(), schedule: SCHEDULE, batch_seed: [seed; 32] };
	let start = Weights::from_seed(shape, &[seed ^ 0xff; 32]).unwrap();
	Trainer::new(&job, data, Box::new(Cpu::new(shape, 1)))
		.unwrap()
		.train(&start, &mut |_: u32, _: &[u8], _: Digest| ControlFlow::Continue(()))
		.unwrap()
}

#[test]
fn wrong_labels_earn_less() {
	let setting = mislabelled();
	let asked = setting.held_out.select(&(0..100).collect::<Vec<_>>()).unwrap().without_labels();
	let data = Dataset::concat(setting.parts.clone()).unwrap();
	for seed in 0..5 {
		let start = Instant::now();
		let weights = trained(&setting.shape, &data, seed);
		let seconds = start.elapsed().as_secs_f64();
		let accuracy =
			f64::from(correct(&weights, &setting.held_out).unwrap()) / f64::from(setting.held_out.rows());
		println!("seed {seed}: held-out accuracy {accuracy:.4}, trained in {seconds:.2} s");
		assert!(accuracy >= 0.90, "{accuracy}");
		// The most that the whole part and its wrong rows may earn. Half of the part is right, so 0.5 is what a
		// perfect method would leave it.
		for (method, most, most_wrong) in [(Method::DataInf, 0.85, 0.60), (Method::ExactInverse, 0.65, 0.10)]
		{
			let start = Instant::now();
			let found = Attributor::new(method, &weights, &setting.parts).unwrap().attribute(&asked).unwrap();
			let seconds = start.elapsed().as_secs_f64();
			let pay = |p: usize| found.weights[p] as f64 / f64::from(setting.parts[p].rows());
			let others = (pay(0) + pay(1) + pay(2)) / 3.0;
			let part = pay(3) / others;

			let before: usize = setting.parts[..3].iter().map(|p| p.rows() as usize).sum();
			let wrong: Vec<f64> = found.row_scores[before..].iter().step_by(2).map(|s| s.max(0.0)).collect();
			let wrong = wrong.iter().sum::<f64>() / wrong.len() as f64 * 2f64.powi(32) / others;
			println!(
				"  {method:?} pays per row, of what the others get: {part:.3} to the bad part, \
				 {wrong:.3} to its wrong rows ({seconds:.2} s)"
			);
			assert!(part <= most, "{method:?} with seed {seed}: {part}");
			assert!(wrong <= most_wrong, "{method:?} with seed {seed}: {wrong}");
		}
	}
}

/// The rows as often as there are labels for each, their features moved by up to `noise` at random.
fn copies(of: &Dataset, labels: &[u32], noise: i32) -> Dataset {
	let mut random = 1u64;
	let mut moved = |x: &i32| {
		random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
		(x + (random >> 33) as i32 % (2 * noise + 1) - noise).clamp(0, 16)
	};
	let mut csv = of.to_csv().split_inclusive(|byte| *byte == b'\n').next().unwrap().to_vec();
	for (row, label) in (0..of.rows()).zip(of.labels()) {
		for (copy, more) in labels.iter().enumerate() {
			for x in of.features(row).unwrap() {
				csv.extend(format!("{},", if copy == 0 { *x } else { moved(x) }).bytes());
			}
			csv.extend(format!("{}\n", (label + more) % 10).bytes());
		}
	}
	let rows = of.rows() * labels.len() as u32;
	Dataset::parse(&csv, &Format { width: 64, classes: 10, labelled: true, rows }).unwrap()
}

#[test]
fn copies_earn_no_more() {
	let setting = honest();
	let asked = setting.held_out.select(&(0..100).collect::<Vec<_>>()).unwrap().without_labels();
	// What the last one earns, whose rows are copied, of what the others do.
	let paid = |parts: &[Dataset], method: Method| {
		let data = Dataset::concat(parts.to_vec()).unwrap();
		let weights = trained(&setting.shape, &data, 1);
		let found = Attributor::new(method, &weights, parts).unwrap().attribute(&asked).unwrap();
		let pay = |p: usize| found.weights[p] as f64;
		3.0 * pay(3) / (pay(0) + pay(1) + pay(2))
	};
	let (same, every) = ([0; 4], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
	for (method, labels, noise, most) in [
		(Method::DataInf, &same[..], 0, 1.05),
		(Method::DataInf, &same, 1, 1.05),
		// Who moves features by an eighth of their range has other rows.
		(Method::DataInf, &same, 2, 4.5),
		(Method::DataInf, &every, 0, 1.0),
		(Method::ExactInverse, &same, 0, 1.05),
		(Method::ExactInverse, &same, 1, 1.05),
	] {
		let mut parts = setting.parts.clone();
		let once = paid(&parts, method);
		parts[3] = copies(&parts[3], labels, noise);
		let all = paid(&parts, method) / once;
		println!("  {method:?} pays {} copies moved by {noise} {all:.3} of what it pays one", labels.len());
		assert!(all <= most, "{method:?}, {labels:?}, {noise}: {all}");
	}
}
