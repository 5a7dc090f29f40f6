//! Random signed operations on the whole runtime, block by block through `Executive`.
//!
//! A seed decides everything: who acts, what they do and get wrong, which executors cheat and which verifiers lie. Most
//! operations make sense in the state they meet, some are mistaken on purpose. Every five blocks all invariants are checked,
//! and issuance and what curves and pools have are compared with what the events say of it. How to add a pallet: a file in
//! `pallets/` and a line in `pallets::generators`; its calls are required as soon as it is in the runtime.

#![allow(clippy::print_stdout, reason = "it prints what each seed did")]

mod chain;
mod checks;
mod controls;
mod flows;
mod issuance;
mod late;
mod pallets;
mod report;
mod run;
mod signing;
mod tokens;
mod view;
mod wasm;
mod world;

use chain::Eras;
use engram_runtime::WASM_BINARY;
use report::{calls_of_ours, Cycle, Report};
use run::{run, Plan};
use std::thread;

/// How often each call of ours must succeed, over all seeds.
const LEAST_SUCCESSES: u64 = 50;
const SEEDS: [u64; 5] = [1, 2, 3, 4, 5];
const BLOCKS: u32 = 200;
const OPERATIONS: u32 = 200;

/// Runs each plan in a thread of its own.
fn in_parallel(plans: &[Plan]) -> Vec<Report> {
	thread::scope(|scope| {
		let threads: Vec<_> = plans.iter().map(|plan| scope.spawn(|| run(plan))).collect();
		threads.into_iter().map(|thread| thread.join().expect("a run panicked")).collect()
	})
}

#[test]
fn no_operation_breaks_an_invariant_and_every_call_is_reached() {
	let plan = |seed| Plan { seed, blocks: BLOCKS, operations: OPERATIONS, eras: Eras::Local, record: false };
	let reports = in_parallel(&SEEDS.map(plan));
	let mut all = Report::default();
	for report in &reports {
		let (offered, exhausted) = (report.offered(), report.exhausted);
		assert_eq!(offered, u64::from(BLOCKS * OPERATIONS), "seed {}: operations were left out", report.seed);
		assert!(exhausted * 10 < offered, "seed {}: {exhausted} of {offered} had no place", report.seed);
		let share = report.share_percent();
		assert!((40..=70).contains(&share), "seed {}: {share} % of the operations succeeded", report.seed);
		assert!(report.rollbacks > 0, "seed {}: no failed operation was looked at", report.seed);
		report.assert_money_moved();
		all.add(report);
	}
	// What chance alone brings about: a run may be without it, all of them together are not.
	let total = |count: fn(&Cycle) -> u64| reports.iter().map(|report| count(&report.cycle)).sum::<u64>();
	assert!(total(|cycle| cycle.crowded) > 0, "no curve took two calls to close");
	assert!(total(|cycle| cycle.limited) > 0, "no maximum supply limited an epoch");
	assert!(total(|cycle| cycle.raised) > 0, "no model made its token dearer");
	assert!(total(|cycle| cycle.premiums) > 0, "no premium was settled");
	assert!(total(|cycle| cycle.probes) > 0, "no probe was paid");
	assert!(total(|cycle| cycle.scheduled) > 0, "the scheduler made no call");
	assert!(total(|cycle| cycle.safe) > 0, "no safe mode began");
	all.print_calls();
	let rare: Vec<_> = calls_of_ours()
		.into_iter()
		.map(|call| (call, all.successes(call)))
		.filter(|(_, successes)| *successes < LEAST_SUCCESSES)
		.collect();
	assert!(rare.is_empty(), "calls that succeeded less than {LEAST_SUCCESSES} times: {rare:?}");
}

/// A run that is compared with another one: it crosses many eras, so that all that an era's end does is compared too.
fn compared(seed: u64, record: bool) -> Plan {
	Plan { seed, blocks: 160, operations: 120, eras: Eras::Short, record }
}

/// A comparison says nothing of a call that never succeeded, nor of money that never moved.
fn assert_complete(report: &Report) {
	report.print_calls();
	report.assert_money_moved();
	let missing: Vec<_> = calls_of_ours().into_iter().filter(|call| report.successes(*call) == 0).collect();
	assert!(missing.is_empty(), "calls that never succeeded: {missing:?}");
}

#[test]
fn the_same_seed_gives_the_same_roots_and_so_does_the_wasm_runtime() {
	let code = WASM_BINARY.expect("build with Wasm: unset SKIP_WASM_BUILD");
	let plans = [(6, true), (6, false), (7, false)].map(|(seed, record)| compared(seed, record));
	let reports = in_parallel(&plans);
	assert_complete(&reports[0]);
	assert_eq!(reports[0].roots, reports[1].roots);
	// Other seeds lead elsewhere, or equal roots would say nothing.
	assert_ne!(reports[0].roots, reports[2].roots);
	wasm::replay(code, &plans[0], &reports[0]);
}
