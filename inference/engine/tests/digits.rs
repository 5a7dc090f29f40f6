//! The digits model on every device at hand: trained bit by bit the same, replayed, and answered
//! near Burn's own kernels.

#![allow(clippy::print_stdout, reason = "it prints what it measures")]

use engram_engine::{
	answers, checkpoint, correct, gpu, inference, Accelerator, Choice, Cpu, Dataset, Digest, Exact, Format,
	Job, Kind, Schedule, Shape, Trainer, Weights,
};
use std::ops::ControlFlow;

fn shape() -> Shape {
	Shape::new(&[64, 32, 10], 4).unwrap()
}

fn split() -> (Dataset, Dataset) {
	let bytes = include_bytes!("../../../data/digits.csv");
	let all = Dataset::parse(bytes, &Format::labelled(&shape(), 1_797)).unwrap();
	let (held_out, training): (Vec<u32>, Vec<u32>) = (0..1_797).partition(|i| i % 5 == 4);
	(all.select(&training).unwrap(), all.select(&held_out).unwrap())
}

fn job(steps: u32, interval: u32) -> Job {
	let schedule = Schedule { steps, checkpoint_interval: interval, batch_size: 32, learning_rate: 100_000 };
	Job { shape: shape(), schedule, batch_seed: [3; 32] }
}

fn run(job: &Job, data: &Dataset, exact: Box<dyn Exact>) -> (Vec<Digest>, Weights) {
	let mut digests = Vec::new();
	let start = Weights::from_seed(&job.shape, &[4; 32]).unwrap();
	let end = Trainer::new(job, data, exact)
		.unwrap()
		.train(&start, &mut |_: u32, _: &[u8], digest: Digest| {
			digests.push(digest);
			ControlFlow::Continue(())
		})
		.unwrap();
	(digests, end)
}

/// Set where a Vulkan driver is installed: without an adapter the tests then fail.
const REQUIRED: &str = "ENGRAM_REQUIRE_VULKAN";

/// An adapter to test on, or a line that says why not.
fn software_or_hardware() -> Option<Accelerator> {
	if gpu::adapter().is_none() {
		let required = std::env::var_os(REQUIRED).is_some_and(|value| value == "1");
		assert!(
			!required,
			"no WebGPU adapter although {REQUIRED} is 1: reinstall mesa-vulkan-drivers and libvulkan1"
		);
		println!(
			"skipped: no WebGPU adapter on this machine (install mesa-vulkan-drivers for a software one)"
		);
		return None;
	}
	Some(Accelerator::open(Choice::Wgpu, 1).unwrap())
}

#[test]
fn learns_the_digits() {
	let (training, held_out) = split();
	let (digests, weights) = run(&job(1_600, 50), &training, Box::new(Cpu::new(&shape(), 1)));
	assert_eq!(digests.len(), 33);
	let right = correct(&weights, &held_out).unwrap();
	println!("{right} of {} held-out digits are right", held_out.rows());
	assert!(f64::from(right) >= 0.93 * f64::from(held_out.rows()));
	assert!(inference::mean_loss(&weights, &held_out).unwrap() < 0.3);
}

/// A change of any operator or of the generator changes these bits, and with them every checkpoint
/// on chain.
#[test]
fn the_bits_are_pinned() {
	let (training, _) = split();
	let (digests, _) = run(&job(32, 2), &training, Box::new(Cpu::new(&shape(), 1)));
	let hex = |d: &Digest| d.iter().map(|b| format!("{b:02x}")).collect::<String>();
	assert_eq!(
		[hex(&digests[0]), hex(&digests[16])],
		[
			"f2ce2863ee73b456ba15a60c7284b7121905a279042bcdd08bbc8149bfbcb772",
			"7bea893cd1775047e4dbae7b62d90e324bd14215338b69f17efe02c716845ff2",
		]
	);
}

#[test]
fn the_gpu_trains_bit_by_bit_as_the_cpu() {
	let Some(accelerator) = software_or_hardware() else { return };
	let device = accelerator.description();
	assert!(
		device.memory.is_some_and(|bytes| bytes >= 1 << 26),
		"{device} does not say how much memory it has"
	);
	let (training, _) = split();
	let job = job(64, 4);
	let cpu = run(&job, &training, Box::new(Cpu::new(&shape(), 2)));
	let gpu = run(&job, &training, accelerator.exact(&shape()).unwrap());
	assert_eq!(cpu, gpu, "{device}");
	println!("{device}: 64 steps, 17 checkpoints, every digest equal to the CPU's");

	let start = Weights::from_seed(&job.shape, &[4; 32]).unwrap();
	let replay = Trainer::new(&job, &training, accelerator.exact(&shape()).unwrap())
		.unwrap()
		.replay(0, &start)
		.unwrap();
	assert_eq!(replay.end_digest(), cpu.0[1]);

	let mut model = accelerator.exact(&shape()).unwrap();
	model.load(&cpu.1).unwrap();
	let logits = model.logits(&training.scaled(4)).unwrap();
	let exact = inference::logits(&cpu.1, &training).unwrap();
	assert!(logits.iter().zip(&exact).all(|(a, b)| a.to_bits() == b.to_bits()));
}

fn burn_is_near(accelerator: &Accelerator) {
	let (training, held_out) = split();
	let (_, weights) = run(&job(400, 25), &training, Box::new(Cpu::new(&shape(), 1)));
	let exact = inference::logits(&weights, &held_out).unwrap();
	let fast = accelerator.fast_logits(&weights, &held_out).unwrap();
	assert_eq!(fast.len(), exact.len());
	let error = exact.iter().zip(&fast).fold(0f32, |most, (a, b)| most.max((a - b).abs()));
	println!("{}: logits differ from the exact ones by at most {error:e}", accelerator.description());
	assert!(error <= 1e-4, "{error}");
	for (answer, logits) in answers(&weights, &held_out).unwrap().iter().zip(fast.chunks(10)) {
		let best = (0..10).max_by(|a, b| logits[*a].total_cmp(&logits[*b])).unwrap();
		assert_eq!(best as u32, answer.class);
	}
}

#[test]
fn burn_on_the_cpu_is_near_the_exact_answers() {
	burn_is_near(&Accelerator::open(Choice::Cpu, 1).unwrap());
}

#[test]
fn burn_on_the_gpu_is_near_the_exact_answers() {
	if let Some(accelerator) = software_or_hardware() {
		burn_is_near(&accelerator);
	}
}

#[test]
fn auto_never_takes_a_software_renderer() {
	let accelerator = Accelerator::open(Choice::Auto, 1).unwrap();
	assert_ne!(accelerator.description().kind, Kind::SoftwareRenderer);
	let bytes = checkpoint::encode(&Weights::from_seed(&shape(), &[0; 32]).unwrap()).unwrap();
	let mut model = accelerator.exact(&shape()).unwrap();
	model.load(&checkpoint::decode(&bytes, &shape()).unwrap()).unwrap();
	assert_eq!(checkpoint::encode(&model.weights().unwrap()).unwrap(), bytes);
}
