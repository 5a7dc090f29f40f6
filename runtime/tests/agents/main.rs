//! Agents that try to gain more than honest ones do with the same money, on the real runtime.
//!
//! Two operators have the same capital: one attacks, one is its control and does what honest operators do. Around them others
//! work, own data, stake and buy. A scene is played with the two in either place, so that neither gains by the luck of its
//! place, and a third time with both honest: what the attacker had gained, had it not attacked. `docs/anti-gaming.md` says what
//! came of it.

#![allow(clippy::print_stdout, reason = "it prints what each agent gained")]

#[path = "../common/blocks.rs"]
#[allow(dead_code, reason = "other tests need sessions")]
mod blocks;
mod books;
#[path = "../common/mod.rs"]
#[allow(dead_code, reason = "other tests need other chains")]
mod common;
mod conduct;
mod economy;
mod market;
#[path = "../common/runs.rs"]
mod runs;

use books::Totals;
use conduct::Conduct;
use economy::{run, Guards, Scene};
use engram_primitives::units::{Balance, ENGR, MILLI};
use std::{
	sync::atomic::{AtomicUsize, Ordering},
	thread,
	time::Instant,
};

/// Pools that pay out all that fees allow, and pools that are too small for it.
const PLENTY: Balance = 96 * ENGR;
const SCARCE: Balance = 12 * ENGR;
/// The runtime as it is.
const GUARDED: Guards = Guards { ceilings: true, memory: true };

/// What became of an attack, in base units, over several scenes.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
	attacker: i128,
	honest: i128,
	/// What the attacker had gained without the attack.
	abstaining: i128,
	/// Shares of the weight in draws, in parts per million.
	shares: [u64; 2],
	totals: Totals,
}

/// Plays a scene three times.
fn play(attack: Conduct, seed: u64, base: Balance, guards: Guards) -> (Tally, Vec<String>) {
	let scene = |conducts| run(Scene { seed, base, conducts, instead_of: attack, guards });
	let first = scene([attack, Conduct::Honest]);
	let second = scene([Conduct::Honest, attack]);
	let peaceful = scene([Conduct::Honest; 2]);
	let wrong = [first.wrong, second.wrong, peaceful.wrong].concat();
	let tally = Tally {
		attacker: first.profits[0] + second.profits[1],
		honest: first.profits[1] + second.profits[0],
		abstaining: peaceful.profits.iter().sum(),
		shares: [first.shares[0] + second.shares[1], first.shares[1] + second.shares[0]].map(|sum| sum / 2),
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
		"{name:30} {pools:8} {:>12} {:>12} {:>12} {ratio:>8.4} {attacker:>9} {honest:>9}",
		engr(tally.attacker),
		engr(tally.honest),
		engr(tally.abstaining),
	);
}

fn print_head() {
	println!(
		"{:30} {:8} {:>12} {:>12} {:>12} {:>8} {:>9} {:>9}",
		"agent", "pools", "profit", "honest", "had it not", "ratio", "draws", "honest"
	);
}

#[test]
fn no_attack_pays_more_than_honesty() {
	let pools = [("plenty", PLENTY, 1), ("scarce", SCARCE, 2)];
	let scenes: Vec<_> = Conduct::ATTACKS
		.into_iter()
		.flat_map(|attack| pools.map(|(_, base, seed)| (attack, seed, base)))
		.collect();
	let played = play_all(&scenes, GUARDED);
	print_head();
	let mut pays = Vec::new();
	for ((attack, _, base), (tally, wrong)) in scenes.iter().zip(&played) {
		let pools = if *base == PLENTY { "plenty" } else { "scarce" };
		print(attack.name(), pools, tally);
		assert_eq!(wrong, &Vec::<String>::new(), "{}", attack.name());
		// Whoever moves reputations moves every draw, and whoever delays moves work into other epochs, for all alike: scenes with
		// and without them differ by luck. Shares do not.
		let better = match attack {
			Conduct::Splitter | Conduct::Farmer => tally.shares[0] > tally.shares[1],
			Conduct::Delayer => false,
			_ => tally.attacker > tally.abstaining,
		};
		if tally.attacker > tally.honest || better {
			pays.push((attack.name(), pools));
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

/// Scenes without one of the guards: the attack that it holds off pays there, so the tests above can fail.
#[test]
fn without_a_guard_an_attack_pays() {
	let unguarded = [
		// Pools are shared by work, whatever was paid for it: who buys from itself gets most of them.
		("ceilings", Conduct::SelfDealer, 8 * PLENTY, Guards { ceilings: false, memory: false }),
		// Who is alone in a draw confirms what it never did, and takes the part of others in pools that are too small.
		("memory", Conduct::Inflater, SCARCE, Guards { memory: false, ..GUARDED }),
		// And its answers to itself, which cost nothing, give it the reputation of many honest jobs.
		("memory", Conduct::Farmer, PLENTY, Guards { memory: false, ..GUARDED }),
	];
	print_head();
	for (guard, attack, base, guards) in unguarded {
		let (tally, wrong) = play(attack, 3, base, guards);
		print(attack.name(), &format!("no {guard}"), &tally);
		assert!(tally.attacker > tally.honest, "{guard}: the control gains more");
		if !attack.seeks_reputation() {
			assert!(tally.attacker > tally.abstaining, "{guard}: without the attack it gained more");
		}
		assert_eq!(wrong.is_empty(), guards.ceilings, "{guard}: {wrong:?}");
	}
}

/// What nothing holds off yet. When something does, this fails, and the attack belongs among the others.
#[test]
fn whoever_withholds_inputs_still_gains() {
	let (tally, wrong) = play(Conduct::Withholder, 4, PLENTY, GUARDED);
	print_head();
	print(Conduct::Withholder.name(), "plenty", &tally);
	assert_eq!(wrong, Vec::<String>::new());
	assert!(tally.attacker > tally.honest);
}
