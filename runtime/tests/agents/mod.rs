//! Agents that try to gain more than honest ones do with the same money, on the real runtime.
//!
//! Two operators have the same capital: one attacks, one is its control and does what honest operators do. Around them others
//! work, own data, stake and buy. A scene is played with the two in either place, so that neither gains by the luck of its
//! place, and a third time with both honest: what the attacker had gained, had it not attacked. `docs/anti-gaming.md` says what
//! came of it.

#![allow(clippy::print_stdout, reason = "it prints what each agent gained")]

mod books;
mod conduct;
mod economy;
mod market;

use books::Totals;
use conduct::Conduct;
use economy::{run, Guards, Scene};
use engram_primitives::units::{Balance, ENGR, MILLI};
use std::{
	ops::Range,
	sync::atomic::{AtomicUsize, Ordering},
	thread,
	time::Instant,
};

/// Pools that pay out all that fees allow, and pools that are too small for it.
const PLENTY: Balance = 96 * ENGR;
const SCARCE: Balance = 12 * ENGR;
/// Pools that pay out whatever ratings cause, even without any bound.
const VAST: Balance = 32 * PLENTY;
/// The runtime as it is.
const GUARDED: Guards = Guards {
	ceilings: true,
	memory: true,
	worth: true,
	inputs: true,
	credit: true,
	budgets: true,
	work: true,
};

/// What became of an attack, in base units, over several scenes.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
	attacker: i128,
	honest: i128,
	/// What the attacker had gained without the attack.
	abstaining: i128,
	/// Shares of the weight in draws, in parts per million.
	shares: [u64; 2],
	/// The mean capacity of workers, as the chain has it, in multiply-adds per block.
	capacities: [u64; 2],
	totals: Totals,
}

/// Plays a scene three times.
fn play(attack: Conduct, seed: u64, base: Balance, guards: Guards) -> (Tally, Vec<String>) {
	let scene = |conducts| run(Scene { seed, base, conducts, instead_of: attack, guards });
	let control = attack.control();
	let first = scene([attack, control]);
	let second = scene([control, attack]);
	let peaceful = scene([control; 2]);
	let wrong = [first.wrong, second.wrong, peaceful.wrong].concat();
	let both =
		|first: [u64; 2], second: [u64; 2]| [first[0] + second[1], first[1] + second[0]].map(|sum| sum / 2);
	let tally = Tally {
		attacker: first.profits[0] + second.profits[1],
		honest: first.profits[1] + second.profits[0],
		abstaining: peaceful.profits.iter().sum(),
		shares: both(first.shares, second.shares),
		capacities: both(first.capacities, second.capacities),
		totals: first.books,
	};
	(tally, wrong)
}

/// Plays scenes in threads of their own, as many at a time as there are processors.
fn play_all(scenes: &[(Conduct, u64, Balance)], guards: Guards) -> Vec<(Tally, Vec<String>)> {
	let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
	let started = Instant::now();
	let worker = || {
		let mut played = Vec::new();
		loop {
			let at = next.fetch_add(1, Ordering::Relaxed);
			let Some((attack, seed, base)) = scenes.get(at) else { return played };
			played.push((at, play(*attack, *seed, *base, guards)));
			let done = done.fetch_add(1, Ordering::Relaxed) + 1;
			let seconds = started.elapsed().as_secs();
			println!("{done} of {} scenes played, {seconds} s: {}", scenes.len(), attack.name());
		}
	};
	let threads = thread::available_parallelism().map_or(1, usize::from);
	let mut played: Vec<_> = thread::scope(|scope| {
		let threads: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
		threads.into_iter().flat_map(|thread| thread.join().expect("a scene panicked")).collect()
	});
	played.sort_by_key(|(at, _)| *at);
	played.into_iter().map(|(_, outcome)| outcome).collect()
}

fn engr(amount: i128) -> String {
	let milli = amount / MILLI as i128;
	format!("{}{}.{:03}", if milli < 0 { "-" } else { "" }, milli.abs() / 1_000, milli.abs() % 1_000)
}

fn print(name: &str, pools: &str, tally: &Tally) {
	let ratio = tally.attacker as f64 / tally.honest as f64;
	let [attacker, honest] =
		tally.shares.map(|share| format!("{}.{:02} %", share / 10_000, share / 100 % 100));
	println!(
		"{name:32} {pools:8} {:>12} {:>12} {:>12} {ratio:>8.4} {attacker:>9} {honest:>9}",
		engr(tally.attacker),
		engr(tally.honest),
		engr(tally.abstaining),
	);
}

fn print_head() {
	println!(
		"{:32} {:8} {:>12} {:>12} {:>12} {:>8} {:>9} {:>9}",
		"agent", "pools", "profit", "honest", "had it not", "ratio", "draws", "honest"
	);
}

/// The seeds that each attack is played with: chance moves draws, so one scene says little.
const SEEDS: Range<u64> = 1..5;

/// What an attack gained more than something else did, in base units: the mean over the seeds, and its standard error.
fn gain(played: &[(Tally, Vec<String>)], than: impl Fn(&Tally) -> i128) -> (f64, f64) {
	let count = played.len() as f64;
	let gains = || played.iter().map(|(tally, _)| (tally.attacker - than(tally)) as f64);
	let mean = gains().sum::<f64>() / count;
	let squares: f64 = gains().map(|gain| (gain - mean).powi(2)).sum();
	(mean, (squares / (count - 1.0) / count).sqrt())
}

/// The mean of several scenes.
fn mean(played: &[(Tally, Vec<String>)]) -> Tally {
	let of = |what: fn(&Tally) -> i128| {
		played.iter().map(|(tally, _)| what(tally)).sum::<i128>() / played.len() as i128
	};
	let pair = |what: fn(&Tally) -> [u64; 2]| {
		[0, 1].map(|at| played.iter().map(|(tally, _)| what(tally)[at]).sum::<u64>() / played.len() as u64)
	};
	Tally {
		attacker: of(|tally| tally.attacker),
		honest: of(|tally| tally.honest),
		abstaining: of(|tally| tally.abstaining),
		shares: pair(|tally| tally.shares),
		capacities: pair(|tally| tally.capacities),
		totals: Totals::default(),
	}
}

#[test]
fn no_attack_pays_more_than_honesty() {
	let pools = [("plenty", PLENTY), ("scarce", SCARCE)];
	let groups: Vec<_> =
		Conduct::ATTACKS.into_iter().flat_map(|attack| pools.map(|pools| (attack, pools))).collect();
	let scenes: Vec<_> =
		groups.iter().flat_map(|(attack, (_, base))| SEEDS.map(|seed| (*attack, seed, *base))).collect();
	let played = play_all(&scenes, GUARDED);
	print_head();
	let mut pays = Vec::new();
	for ((attack, (pools, _)), played) in groups.iter().zip(played.chunks(SEEDS.count())) {
		let tally = mean(played);
		print(attack.name(), pools, &tally);
		assert!(played.iter().all(|(_, wrong)| wrong.is_empty()), "{}: {played:?}", attack.name());
		let than_honest = gain(played, |tally| tally.honest);
		let than_nothing = gain(played, |tally| tally.abstaining);
		let show = |(mean, error): (f64, f64)| format!("{} +- {}", engr(mean as i128), engr(error as i128));
		println!(
			"{:30} more than its control {}, than had it not {}",
			"",
			show(than_honest),
			show(than_nothing)
		);
		if attack.is_probed() {
			// Or the chain was told nothing that is not so.
			let [attacker, honest] = tally.capacities;
			println!("{:30} on record {attacker} multiply-adds a block, of its control {honest}", "");
			assert!(attacker > 2 * honest, "nothing was spoofed");
		}
		// Beyond what chance explains. Who splits is a party of other workers, so every draw is another one: shares tell of that
		// better than the same scene without it does.
		let beyond = |(mean, error): (f64, f64)| mean > 2.0 * error;
		let better = match attack {
			Conduct::Splitter => tally.shares[0] > tally.shares[1],
			_ => beyond(than_nothing),
		};
		if beyond(than_honest) || better {
			pays.push((attack.name(), *pools));
		}
	}
	let totals = played.iter().map(|(tally, _)| tally.totals);
	let jobs = totals.clone().map(|totals| totals.jobs).sum::<usize>();
	let [kept, rewards] = totals
		.map(|totals| [totals.kept, totals.rewards])
		.fold([0; 2], |sum, one| [sum[0] + one[0], sum[1] + one[1]])
		.map(|sum| engr(sum as i128));
	println!("{jobs} jobs: of their fees {kept} were kept, and {rewards} paid as rewards for them");
	assert!(pays.is_empty(), "attacks that pay: {pays:?}");
}

/// Scenes without some of the guards: the attacks that they hold off pay there, so the test above can fail.
#[test]
fn without_a_guard_an_attack_pays() {
	let bottomless = 8 * PLENTY;
	let unguarded = [
		// Pools are shared by work, whatever was paid for it: who buys from itself gets most of them, if it is who works.
		(
			"ceilings, memory",
			Conduct::SelfDealer,
			bottomless,
			Guards { ceilings: false, memory: false, ..GUARDED },
		),
		// Who is alone in a draw confirms what it never did, and takes the part of others in pools that are too small.
		("memory", Conduct::Inflater, SCARCE, Guards { memory: false, ..GUARDED }),
		// And its answers to itself, which cost nothing, give it the reputation of many honest jobs.
		("memory, worth", Conduct::Farmer, PLENTY, Guards { memory: false, worth: false, ..GUARDED }),
		// Others lose half of their reputation with each job whose inputs they do not get.
		("inputs", Conduct::Withholder, PLENTY, Guards { inputs: false, ..GUARDED }),
		// What others burned long ago waits for the burn of an owner.
		("credit", Conduct::HoardingRater, PLENTY, Guards { credit: false, ..GUARDED }),
		// And who burns most gets most of the contributors' pool, whatever its jobs and its burns brought.
		("budgets, credit", Conduct::WashRater, VAST, Guards { budgets: false, credit: false, ..GUARDED }),
		// What a fast machine of somebody else shows is paid as if it were done.
		(
			"ceilings, work",
			Conduct::Outsourcer,
			bottomless,
			Guards { ceilings: false, work: false, ..GUARDED },
		),
	];
	print_head();
	for (guard, attack, base, guards) in unguarded {
		let tally = unguarded_mean(guard, attack, base, guards);
		assert!(tally.attacker > tally.honest, "{guard}: the control gains more");
		assert!(tally.attacker > tally.abstaining, "{guard}: without the attack it gained more");
		let after_draws =
			matches!(attack, Conduct::SelfDealer | Conduct::Inflater | Conduct::Farmer | Conduct::Withholder);
		assert!(!after_draws || tally.shares[0] > tally.shares[1], "{guard}: the control is drawn as often");
	}
	let held_off = [
		// More is paid for jobs than was kept of their fees. But who is drawn like all others works for itself too seldom to get
		// at it.
		("ceilings", Conduct::SelfDealer, bottomless, Guards { ceilings: false, ..GUARDED }),
		// What is burned comes back at most once.
		("budgets", Conduct::WashRater, VAST, Guards { budgets: false, ..GUARDED }),
		// It comes back again and again, and yet no more of it than a part of what was kept of the fees.
		("credit", Conduct::WashRater, VAST, Guards { credit: false, ..GUARDED }),
	];
	for (guard, attack, base, guards) in held_off {
		let tally = unguarded_mean(guard, attack, base, guards);
		assert!(tally.attacker < tally.honest && tally.attacker < tally.abstaining, "{guard}: it pays");
	}
}

/// Plays an attack without guards, with all seeds. Sums are exceeded without ceilings or budgets, and only then.
fn unguarded_mean(guard: &str, attack: Conduct, base: Balance, guards: Guards) -> Tally {
	let scenes: Vec<_> = SEEDS.map(|seed| (attack, seed, base)).collect();
	let played = play_all(&scenes, guards);
	for (_, wrong) in &played {
		assert_eq!(wrong.is_empty(), guards.ceilings && guards.budgets, "{guard}: {wrong:?}");
	}
	let tally = mean(&played);
	print(attack.name(), &format!("no {guard}"), &tally);
	tally
}
