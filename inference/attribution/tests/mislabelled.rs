//! On real digits, a contributor half of whose labels are wrong earns less per row than the others.

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

fn setting() -> Setting {
	let shape = Shape::new(&[64, 32, 10], 4).unwrap();
	let bytes = include_bytes!("../../../data/digits.csv");
	let all = Dataset::parse(bytes, &Format::labelled(&shape, 1_797)).unwrap();
	let held_out: Vec<u32> = (0..1_797).filter(|i| i % 5 == 4).collect();
	let others: Vec<u32> = (0..1_797).filter(|i| i % 5 != 4).collect();
	let part = |p: usize| all.select(&others.iter().skip(p).step_by(4).copied().collect::<Vec<_>>()).unwrap();
	let mut parts: Vec<Dataset> = (0..4).map(part).collect();
	let flipped = parts[3].labels().iter().zip(0u32..);
	let flipped = flipped.map(|(l, at)| if at % 2 == 0 { (l + 1 + at / 2 % 9) % 10 } else { *l }).collect();
	parts[3] = parts[3].with_labels(flipped).unwrap();
	Setting { shape, parts, held_out: all.select(&held_out).unwrap() }
}

fn trained(setting: &Setting, seed: u8) -> Weights {
	let data = Dataset::concat(setting.parts.clone()).unwrap();
	let job = Job { shape: setting.shape.clone(), schedule: SCHEDULE, batch_seed: [seed; 32] };
	let start = Weights::from_seed(&setting.shape, &[seed ^ 0xff; 32]).unwrap();
	Trainer::new(&job, &data, Box::new(Cpu::new(&setting.shape, 1)))
		.unwrap()
		.train(&start, &mut |_: u32, _: &[u8], _: Digest| ControlFlow::Continue(()))
		.unwrap()
}

#[test]
fn wrong_labels_earn_less() {
	let setting = setting();
	let asked = setting.held_out.select(&(0..100).collect::<Vec<_>>()).unwrap().without_labels();
	for seed in 0..5 {
		let start = Instant::now();
		let weights = trained(&setting, seed);
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
