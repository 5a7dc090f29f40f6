//! Any order of calls and blocks keeps the invariants, and what is refused changes nothing.

use super::*;
use engram_cases::cases_of_thousand;
use engram_primitives::traits::TrainingChecks;
use frame_support::storage::with_storage_layer;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Op {
	/// Blocks go by.
	Blocks(u32),
	/// A job is assigned.
	Assign { job: u64, executor: u8 },
	/// The executor, or an impostor, commits to an honest or a false run.
	Commit { job: u64, worker: u8, honest: bool },
	/// A worker commits to a verdict in whatever round it is.
	CommitVerdict { job: u64, worker: u8, belief: u8 },
	/// A worker opens.
	Open { job: u64, worker: u8, honest: bool },
	/// A worker reveals.
	Reveal { job: u64, worker: u8, belief: u8 },
	/// All that is missing is done, honestly.
	Proceed { job: u64 },
	/// The job market drops a job.
	Forget { job: u64 },
	/// A report with arbitrary attempt and round, signed by the right key.
	Stray { job: u64, worker: u8, attempt: u32, round: u32 },
}

fn op() -> impl Strategy<Value = Op> {
	let (job, worker, belief) = (0..3u64, 1..7u8, 0..6u8);
	prop_oneof![
		4 => (1..12u32).prop_map(Op::Blocks),
		2 => (job.clone(), 1..7u8).prop_map(|(job, executor)| Op::Assign { job, executor }),
		3 => (job.clone(), worker.clone(), any::<bool>())
			.prop_map(|(job, worker, honest)| Op::Commit { job, worker, honest }),
		4 => (job.clone(), worker.clone(), belief.clone())
			.prop_map(|(job, worker, belief)| Op::CommitVerdict { job, worker, belief }),
		2 => (job.clone(), worker.clone(), any::<bool>())
			.prop_map(|(job, worker, honest)| Op::Open { job, worker, honest }),
		4 => (job.clone(), worker.clone(), belief)
			.prop_map(|(job, worker, belief)| Op::Reveal { job, worker, belief }),
		6 => job.clone().prop_map(|job| Op::Proceed { job }),
		1 => job.clone().prop_map(|job| Op::Forget { job }),
		1 => (job, worker, 0..3u32, 0..4u32)
			.prop_map(|(job, worker, attempt, round)| Op::Stray { job, worker, attempt, round }),
	]
}

fn belief(n: u8) -> Belief {
	match n {
		0 | 1 => Belief::Honest,
		2 => Belief::Lie(1),
		3 => Belief::Count(1),
		4 => Belief::Uncounted,
		_ => Belief::Unavailable,
	}
}

fn run(honest: bool) -> Run {
	Run::on(if honest { DATA } else { 8 })
}

/// The run a check's executor committed to.
fn run_of(job: JobId) -> Option<Run> {
	let root = Checks::<Test>::get(job)?.root;
	[run(true), run(false)].into_iter().find(|run| run.commitment().root == root)
}

/// What the pool refuses the dispatch refuses, and the other way round; a refusal changes nothing.
fn attempt(call: Call<Test>) -> bool {
	let authorized = authorize(&call);
	let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
	let done = with_storage_layer(|| dispatch(&call));
	assert_eq!(authorized.is_ok(), done.is_ok(), "{authorized:?}, {done:?}");
	if done.is_err() {
		assert_eq!(before, sp_io::storage::root(sp_runtime::StateVersion::V1));
	}
	done.is_ok()
}

/// The next report a running check waits for.
fn proceed(job: JobId) {
	let (Some(run), Some(record)) = (run_of(job), Checks::<Test>::get(job)) else { return };
	let (attempt_no, round) = (record.attempt, record.round);
	match record.phase {
		Phase::Replaying { .. } => {
			let waiting = record.seats.iter().find(|seat| seat.commitment.is_none());
			let n = number(&waiting.expect("somebody has to commit").who);
			let content = verdict_commitment(job, n, &run, Belief::Honest);
			assert!(attempt(commit_verdict(n, job, attempt_no, round, content)));
		},
		Phase::Revealing { .. } if record.opening.is_none() => {
			let n = number(&record.executor);
			let mut content = run.opening(job);
			content.correct = record.claimed.map_or(content.correct, |claim| claim.correct);
			assert!(attempt(open(n, job, attempt_no, round, content)));
		},
		Phase::Revealing { .. } => {
			for n in active(job) {
				// It may have committed to something else; then it cannot reveal this.
				attempt(reveal(n, job, attempt_no, round, verdict(job, n, &run, Belief::Honest)));
			}
		},
		Phase::Drawing { .. } | Phase::InteriorDraw { .. } => run_to(record.due),
	}
}

fn apply(op: Op) {
	match op {
		Op::Blocks(n) => run_to(System::block_number() + n),
		Op::Assign { job, executor } => {
			if !Assignments::get().contains_key(&JobId(job)) {
				assign(job, executor);
			}
		},
		Op::Commit { job, worker, honest } => {
			attempt(commit(worker, JobId(job), 0, run(honest).commitment()));
		},
		Op::CommitVerdict { job, worker, belief: n } => {
			let job = JobId(job);
			let (Some(run), Some(record)) = (run_of(job), Checks::<Test>::get(job)) else { return };
			let content = verdict_commitment(job, worker, &run, belief(n));
			attempt(commit_verdict(worker, job, record.attempt, record.round, content));
		},
		Op::Open { job, worker, honest } => {
			let job = JobId(job);
			let Some(record) = Checks::<Test>::get(job) else { return };
			let content = run(honest).opening(job);
			attempt(open(worker, job, record.attempt, record.round, content));
		},
		Op::Reveal { job, worker, belief: n } => {
			let job = JobId(job);
			let (Some(run), Some(record)) = (run_of(job), Checks::<Test>::get(job)) else { return };
			let revealing = matches!(record.phase, Phase::Revealing { .. });
			if revealing || belief(n) == Belief::Unavailable {
				let content = verdict(job, worker, &run, belief(n));
				attempt(reveal(worker, job, record.attempt, record.round, content));
			}
		},
		Op::Proceed { job } => proceed(JobId(job)),
		Op::Forget { job } => {
			Learning::forget(JobId(job));
			Assignments::mutate(|all| all.remove(&JobId(job)));
		},
		Op::Stray { job, worker, attempt: attempt_no, round } => {
			let content = VerdictCommitment(H256::zero());
			attempt(commit_verdict(worker, JobId(job), attempt_no, round, content));
		},
	}
}

proptest! {
	#![proptest_config(ProptestConfig {
		rng_seed: proptest::test_runner::RngSeed::Fixed(2),
		failure_persistence: None,
		..cases_of_thousand(256)
	})]

	#[test]
	fn any_order_of_events_keeps_the_invariants(ops in prop::collection::vec(op(), 1..120)) {
		ExtBuilder::default().workers(6).build_and_execute(|| {
			for op in ops {
				apply(op);
				check_state(2);
			}
			// Whatever is running ends by itself.
			run_to(System::block_number() + 400);
			assert_eq!(Checks::<Test>::count(), 0);
			assert_eq!(Duties::<Test>::iter().count(), 0);
			assert_eq!(Agenda::<Test>::iter().count(), 0);
		});
	}
}
