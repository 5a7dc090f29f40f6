//! A training step of the digits model (64-32-10, 32 rows): the exact profile against bare Burn on
//! its CPU backend. And of a wide model, on the CPU and on the graphics device, if there is a real one.

#![allow(clippy::print_stdout, reason = "it prints what it measures")]

use burn::{
	module::Module,
	nn::{loss::CrossEntropyLossConfig, Linear, LinearConfig},
	optim::{GradientsParams, SgdConfig},
	tensor::{activation::relu, Device, Int, Tensor, TensorData},
};
use criterion::{criterion_group, criterion_main, Criterion};
use engram_engine::{exact::rate, Accelerator, Choice, Cpu, Dataset, Exact, Format, Kind, Shape, Weights};
use std::{
	hint::black_box,
	time::{Duration, Instant},
};

const ROWS: u32 = 32;
const PPM: u32 = 100_000;

#[derive(Module, Debug)]
struct Mlp {
	hidden: Linear,
	output: Linear,
}

struct Batch {
	inputs: Vec<f32>,
	labels: Vec<u32>,
}

fn shape() -> Shape {
	Shape::new(&[64, 32, 10], 4).expect("the demo's shape is valid")
}

fn batch() -> Batch {
	let bytes = include_bytes!("../../../data/digits.csv");
	let data = Dataset::parse(bytes, &Format::labelled(&shape(), 1_797)).expect("the data is valid");
	let data = data.select(&(0..ROWS).collect::<Vec<_>>()).expect("there are as many rows");
	Batch { inputs: data.scaled(4), labels: data.labels().to_vec() }
}

fn exact_model() -> Cpu {
	let mut model = Cpu::new(&shape(), 1);
	let weights = Weights::from_seed(&shape(), &[1; 32]).expect("the shape is valid");
	model.load(&weights).expect("the weights fit");
	model
}

/// One step in bare Burn: the batch goes to the device, forward, loss, backward, update.
fn burn_step(
	model: Mlp,
	optimiser: &mut burn::optim::ModuleOptimizer,
	batch: &Batch,
	device: &Device,
) -> Mlp {
	let inputs = Tensor::<2>::from_data(TensorData::new(batch.inputs.clone(), [ROWS as usize, 64]), device);
	let labels: Vec<i32> = batch.labels.iter().map(|l| *l as i32).collect();
	let labels = Tensor::<1, Int>::from_data(TensorData::new(labels, [ROWS as usize]), device);
	let logits = model.output.forward(relu(model.hidden.forward(inputs)));
	let loss = CrossEntropyLossConfig::new().init(device).forward(logits, labels);
	let gradients = GradientsParams::from_grads(loss.backward(), &model);
	optimiser.step(f64::from(PPM) / 1e6, model, gradients)
}

fn burn_model(device: &Device) -> Mlp {
	Mlp { hidden: LinearConfig::new(64, 32).init(device), output: LinearConfig::new(32, 10).init(device) }
}

fn time(mut step: impl FnMut(), steps: u32) -> Duration {
	for _ in 0..steps / 4 {
		step();
	}
	// The best of several rounds: other work on the machine only ever adds.
	(0..7)
		.map(|_| {
			let start = Instant::now();
			for _ in 0..steps {
				step();
			}
			start.elapsed() / steps
		})
		.min()
		.unwrap_or_default()
}

fn steps(criterion: &mut Criterion) {
	let batch = batch();
	let rate = rate(PPM, ROWS);
	let device = Device::flex().autodiff();

	let mut exact = exact_model();
	let mut optimiser = SgdConfig::new().init();
	let mut burn = Some(burn_model(&device));
	let mut exact_step =
		|| exact.step(black_box(&batch.inputs), &batch.labels, rate).expect("the batch fits");
	let mut bare_step = || burn = burn.take().map(|model| burn_step(model, &mut optimiser, &batch, &device));

	let (ours, theirs) = (time(&mut exact_step, 400), time(&mut bare_step, 400));
	let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
	println!("exact {ours:?} a step, bare burn {theirs:?}: ratio {ratio:.2} (at most 2 is required)");
	assert!(ratio <= 2.0, "an exact step takes {ratio:.2} times bare Burn's");

	let mut group = criterion.benchmark_group("training step, 64-32-10, 32 rows");
	group.bench_function("exact", |b| b.iter(&mut exact_step));
	group.bench_function("bare burn", |b| b.iter(&mut bare_step));
	group.finish();
}

/// Steps of a model that fills a graphics device, which repeats the CPU's bits.
fn wide_steps(criterion: &mut Criterion) {
	let shape = Shape::new(&[64, 4_096, 4_096, 10], 4).expect("the shape is valid");
	let weights = Weights::from_seed(&shape, &[1; 32]).expect("the shape is valid");
	let (batch, rate) = (batch(), rate(PPM, ROWS));
	let mut group = criterion.benchmark_group("8 training steps and an answer, 64-4096-4096-10, 32 rows");
	group.sample_size(10);
	let mut measure = |name: &str, model: &mut dyn Exact| {
		model.load(&weights).expect("the weights fit");
		group.bench_function(name, |b| {
			b.iter(|| {
				for _ in 0..8 {
					model.step(black_box(&batch.inputs), &batch.labels, rate).expect("the batch fits");
				}
				// A device only takes steps down: they are done when something that follows from them is read.
				model.logits(&batch.inputs).expect("the batch fits")
			})
		});
	};
	let threads = std::thread::available_parallelism().map_or(1, usize::from);
	measure(&format!("cpu, {threads} threads"), &mut Cpu::new(&shape, threads));
	// What renders in software would take minutes to repeat the CPU.
	let accelerator = Accelerator::open(Choice::Auto, threads).expect("there is a CPU at least");
	if accelerator.description().kind != Kind::Cpu {
		let mut model = accelerator.exact(&shape).expect("the shape fits");
		measure(&accelerator.description().to_string(), model.as_mut());
	}
	group.finish();
}

criterion_group!(benches, steps, wide_steps);
criterion_main!(benches);
