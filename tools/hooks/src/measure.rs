//! What is run on the chains, how long it takes and what it reads.

use crate::population::{Population, DRAW_AT, ERA, MEMORY_MIB, POPULATIONS};
use codec::Encode;
use engram_primitives::{traits::WorkerPool, units::ENGR};
use engram_runtime::{
	Attribution, Beacon, BlockNumber, Datanets, Emission, Jobs, Learning, Models, Ratings, System, Timing,
	Workers,
};
use frame_support::{
	traits::{OnFinalize, OnIdle, OnInitialize},
	weights::Weight,
};
use sp_core::H256;
use sp_io::{
	storage::{rollback_transaction, start_transaction},
	TestExternalities,
};
use std::time::{Duration, Instant};

/// Steps from an empty chain to the bound.
pub const STEPS: u32 = 8;

/// Something of ours that runs without being called.
#[derive(Clone, Copy, Debug)]
pub struct Hook {
	/// What it is.
	pub name: &'static str,
	/// Runs it in a block.
	run: fn(),
}

/// What is measured: what a block of ours runs by itself and that could grow with what users make. What else falls due in a block
/// is a bounded number of jobs, checks and answers, each of which costs the same on every chain but for its draw.
pub const HOOKS: [Hook; 5] = [
	Hook { name: "a block, nothing due", run: block },
	Hook { name: "end of an era", run: end_of_era },
	Hook { name: "an era is forgotten", run: forget_era },
	Hook { name: "a draw", run: draw },
	Hook { name: "a draw of reviewers", run: draw_reviewers },
];

/// Our pallets, in the runtime's order.
type Ours = (Timing, Beacon, Workers, Models, Datanets, Jobs, Learning, Attribution, Emission, Ratings);

fn block() {
	let now: BlockNumber = System::block_number();
	<Ours as OnInitialize<BlockNumber>>::on_initialize(now);
	<Ours as OnIdle<BlockNumber>>::on_idle(now, Weight::MAX);
	<Ours as OnFinalize<BlockNumber>>::on_finalize(now);
}

fn end_of_era() {
	Emission::end_epoch(ERA + 1, 4_000_000 * ENGR);
}

/// What is left of an era goes to the treasury.
fn forget_era() {
	Emission::era_forgotten(ERA);
}

/// What the hook of `jobs` does for each job whose executor is due.
fn draw() {
	<Workers as WorkerPool<_>>::draw(H256::repeat_byte(1), MEMORY_MIB, &[]);
}

/// What the hook of `ratings` does in the block in which the reviewers of one answer are drawn.
fn draw_reviewers() {
	Ratings::on_initialize(DRAW_AT);
}

/// What a hook needs on a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
	/// How many there are of the population.
	pub count: u32,
	/// The median time.
	pub time: Duration,
	/// Bytes of the trie nodes that it reads, which no machine changes.
	pub proof: usize,
}

/// A hook on ever fuller chains.
#[derive(Clone, Debug)]
pub struct Line {
	/// What fills the chains.
	pub population: &'static str,
	/// From none to the bound.
	pub points: Vec<Point>,
}

impl Line {
	/// The longest median by the shortest.
	pub fn time_ratio(&self) -> f64 {
		ratio(self.points.iter().map(|point| point.time.as_secs_f64()))
	}

	/// The largest proof by the smallest.
	pub fn proof_ratio(&self) -> f64 {
		ratio(self.points.iter().map(|point| point.proof as f64))
	}
}

fn ratio(values: impl Iterator<Item = f64> + Clone) -> f64 {
	values.clone().fold(0.0, f64::max) / values.fold(f64::INFINITY, f64::min)
}

/// Measures every hook on every population, one line per population. `rounds` times each.
pub fn measure(rounds: u32) -> anyhow::Result<Vec<(Hook, Vec<Line>)>> {
	let mut measured: Vec<_> = HOOKS.into_iter().map(|hook| (hook, Vec::new())).collect();
	for population in &POPULATIONS {
		let mut chains = filled(population)?;
		for (hook, lines) in &mut measured {
			lines.push(Line { population: population.name, points: points(*hook, &mut chains, rounds) });
		}
	}
	Ok(measured)
}

fn filled(population: &Population) -> anyhow::Result<Vec<(u32, TestExternalities)>> {
	let bound = (population.bound)();
	(0..=STEPS)
		.map(|step| {
			let count = bound * step / STEPS;
			Ok((count, population.chain(count)?))
		})
		.collect()
}

/// Chains take turns, so that a machine that becomes slower slows all of them.
fn points(hook: Hook, chains: &mut [(u32, TestExternalities)], rounds: u32) -> Vec<Point> {
	let mut times = vec![Vec::new(); chains.len()];
	for _ in 0..rounds.max(1) {
		for ((_, chain), times) in chains.iter_mut().zip(&mut times) {
			times.push(chain.execute_with(|| timed(hook)));
		}
	}
	let medians = times.into_iter().map(|mut times| {
		times.sort();
		times[times.len() / 2]
	});
	chains
		.iter_mut()
		.zip(medians)
		.map(|((count, chain), time)| {
			let (_, proof) = chain.execute_and_prove(|| timed(hook));
			Point { count: *count, time, proof: proof.encoded_size() }
		})
		.collect()
}

/// Runs a hook in a block of its own, and takes it back.
fn timed(hook: Hook) -> Duration {
	start_transaction();
	System::set_block_number(System::block_number() + 1);
	let start = Instant::now();
	(hook.run)();
	let time = start.elapsed();
	rollback_transaction();
	time
}
