//! Random operations: every invariant after each, nothing written by those that fail, and no money made or lost.

use crate::{mock::*, *};
use engram_cases::cases_of_thousand;
use engram_primitives::{traits::*, units::Balance, work::FailureReason, Cid, JobId, ModelId};
use frame_support::storage::with_storage_layer;
use proptest::prelude::*;
use sp_runtime::{DispatchResult, StateVersion};
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Op {
	Train {
		who: AccountId,
		model: ModelId,
		fee: Balance,
		memory: u32,
	},
	Infer {
		who: AccountId,
		rows: u32,
	},
	Cancel {
		who: AccountId,
		job: u64,
	},
	GiveBack {
		job: u64,
		attempt: u32,
		reason: FailureReason,
	},
	/// A worker that lies about being the executor.
	Usurp {
		worker: AccountId,
		job: u64,
		attempt: u32,
	},
	Commit {
		job: u64,
		attempt: u32,
	},
	Verified {
		job: u64,
		attempt: u32,
		paid: Vec<AccountId>,
	},
	Rejected {
		job: u64,
		attempt: u32,
		paid: Vec<AccountId>,
	},
	Undecided {
		job: u64,
		attempt: u32,
		paid: Vec<AccountId>,
	},
	Served {
		job: u64,
		attempt: u32,
		payments: Vec<(AccountId, Balance)>,
		burned: Balance,
	},
	Remove {
		who: AccountId,
		job: u64,
	},
	Run {
		blocks: u32,
	},
	/// The beacon loses the output of a block to come.
	Lose {
		ahead: u32,
	},
	Author {
		there: bool,
	},
	Registry {
		refuses: bool,
	},
	/// The owner of a model retires it. Here it may come back, or the market would run dry.
	Retire {
		model: ModelId,
		retired: bool,
	},
	/// The owner asks for more or less.
	Reprice {
		platform: Balance,
	},
	/// Governance asks for probes, or stops.
	Probe {
		period: u32,
		fee: Balance,
		stops: bool,
	},
}

fn op() -> impl Strategy<Value = Op> {
	let who = || prop::sample::select(vec![ALICE, BOB, STRANGER, AUTHOR]);
	let worker = || prop::sample::select(WORKERS.to_vec());
	// Verifiers and payees: workers, requesters, and accounts that do not exist.
	let payee = || 1..60u64;
	let job = || 0..12u64;
	let attempt = || 0..3u32;
	let paid = || prop::collection::vec(payee(), 0..5);
	let reason = || {
		prop::sample::select(vec![
			FailureReason::InputUnavailable,
			FailureReason::InputMalformed,
			FailureReason::Device,
		])
	};
	let model = || prop::sample::select(vec![MODEL, MODEL, OTHER_MODEL]);
	prop_oneof![
		4 => (who(), model(), 900..40_000u128, 0..1_100u32)
			.prop_map(|(who, model, fee, memory)| Op::Train { who, model, fee, memory }),
		4 => (who(), 0..1_100u32).prop_map(|(who, rows)| Op::Infer { who, rows }),
		1 => (who(), job()).prop_map(|(who, job)| Op::Cancel { who, job }),
		4 => (job(), attempt(), reason())
			.prop_map(|(job, attempt, reason)| Op::GiveBack { job, attempt, reason }),
		1 => (worker(), job(), attempt())
			.prop_map(|(worker, job, attempt)| Op::Usurp { worker, job, attempt }),
		5 => (job(), attempt()).prop_map(|(job, attempt)| Op::Commit { job, attempt }),
		3 => (job(), attempt(), paid())
			.prop_map(|(job, attempt, paid)| Op::Verified { job, attempt, paid }),
		3 => (job(), attempt(), paid())
			.prop_map(|(job, attempt, paid)| Op::Rejected { job, attempt, paid }),
		1 => (job(), attempt(), paid())
			.prop_map(|(job, attempt, paid)| Op::Undecided { job, attempt, paid }),
		4 => (
			job(),
			attempt(),
			prop::collection::vec((payee(), 0..900u128), 0..5),
			0..200u128,
		)
			.prop_map(|(job, attempt, payments, burned)| {
				Op::Served { job, attempt, payments, burned }
			}),
		2 => (who(), job()).prop_map(|(who, job)| Op::Remove { who, job }),
		8 => (1..12u32).prop_map(|blocks| Op::Run { blocks }),
		1 => (0..10u32).prop_map(|ahead| Op::Lose { ahead }),
		1 => any::<bool>().prop_map(|there| Op::Author { there }),
		1 => any::<bool>().prop_map(|refuses| Op::Registry { refuses }),
		2 => (model(), any::<bool>()).prop_map(|(model, retired)| Op::Retire { model, retired }),
		1 => (0..2_000u128).prop_map(|platform| Op::Reprice { platform }),
		2 => (0..10u32, 900..9_000u128, prop::bool::weighted(0.2))
			.prop_map(|(period, fee, stops)| Op::Probe { period, fee, stops }),
	]
}

fn apply(op: Op) -> DispatchResult {
	let signed = RuntimeOrigin::signed;
	match op {
		Op::Train { who, model, fee, memory } => {
			let request = TrainingRequest { model, ..training_request() };
			try_training(who, request, memory, fee)
		},
		Op::Infer { who, rows } => {
			let request = InferenceRequest { rows, ..inference_request() };
			try_inference(who, request, 7_000)
		},
		Op::Cancel { who, job } => Market::cancel(signed(who), JobId(job)),
		Op::GiveBack { job, attempt, reason } => {
			let job = JobId(job);
			let executor = Jobs::<Test>::get(job).and_then(|r| r.state.occupant().copied());
			give_back_for(reason, executor.unwrap_or(WORKERS[0]), job, attempt)
		},
		Op::Usurp { worker, job, attempt } => {
			let job = JobId(job);
			let executor = Jobs::<Test>::get(job).and_then(|r| r.state.occupant().copied());
			let done = give_back(worker, job, attempt);
			assert!(done.is_err() || executor == Some(worker));
			done
		},
		Op::Commit { job, attempt } => Market::committed(JobId(job), attempt),
		Op::Verified { job, attempt, paid } => {
			let weights = Cid::of_raw(b"weights");
			Market::found(JobId(job), attempt, Finding::Verified { weights, correct: 1, paid })
		},
		Op::Rejected { job, attempt, paid } => {
			Market::found(JobId(job), attempt, Finding::Rejected { judges: paid.clone(), paid })
		},
		Op::Undecided { job, attempt, paid } => {
			Market::found(JobId(job), attempt, Finding::Undecided { paid })
		},
		Op::Served { job, attempt, payments, burned } => {
			Market::served(JobId(job), attempt, &payments, burned)
		},
		Op::Remove { who, job } => Market::remove(signed(who), JobId(job)),
		Op::Run { blocks } => {
			run(blocks);
			Ok(())
		},
		Op::Lose { ahead } => {
			let mut lost = LostOutputs::get();
			lost.push(System::block_number() + ahead);
			LostOutputs::set(&lost);
			Ok(())
		},
		Op::Author { there } => {
			CurrentAuthor::set(&there.then_some(AUTHOR));
			Ok(())
		},
		Op::Registry { refuses } => {
			RefuseVersions::set(&refuses);
			Ok(())
		},
		Op::Retire { model, retired } => {
			let mut all = Retired::get();
			all.retain(|other| *other != model);
			if retired {
				all.push(model);
			}
			Retired::set(&all);
			Ok(())
		},
		Op::Reprice { platform } => {
			FlatRate::set(&platform);
			Ok(())
		},
		Op::Probe { period, fee, stops } => {
			set_probe((!stops).then(|| ProbeTerms { fee, ..probe_terms(period) }))
		},
	}
}

/// What the events since the last look say was burned.
fn burned() -> Balance {
	let ours = events().into_iter().map(|event| match event {
		Event::TrainingSettled { burned, .. }
		| Event::InferenceSettled { burned, .. }
		| Event::JobDeclined { burned, .. } => burned,
		Event::PaymentRedirected { amount, burned: true, .. } => amount,
		_ => 0,
	});
	ours.sum()
}

/// Everything that can be on hold, whoever has it.
fn held() -> Balance {
	let everybody = (0..100).chain([Market::probe_account()]);
	everybody.map(|who| escrow_of(who) + deposit_of(who)).sum()
}

proptest! {
	#![proptest_config(cases_of_thousand(96))]

	#[test]
	fn any_sequence_keeps_every_invariant(ops in prop::collection::vec(op(), 1..90)) {
		ExtBuilder::default().build().execute_with(|| {
			// So few that they run out at times.
			MaxVersions::set(&4);
			probe_always();
			set_probe(None).unwrap();
			let start = Balances::total_issuance();
			let mut issuance = start;
			let mut agreed = BTreeMap::new();
			events();
			for op in ops {
				let root = sp_io::storage::root(StateVersion::V1);
				// As a call or another pallet's call would be.
				if with_storage_layer(|| apply(op)).is_err() {
					assert_eq!(root, sp_io::storage::root(StateVersion::V1));
				}
				check_state();
				for (job, record) in Jobs::<Test>::iter() {
					if let JobKind::Inference(request) = record.kind {
						let price = (record.fee, request.platform, request.contributors);
						assert_eq!(*agreed.entry(job).or_insert(price), price);
					}
					// Every executor whose seed is known has a plan, whatever the owner did.
					if let JobState::Assigned { executor, seed, .. } = record.state {
						let ready = seed.is_none_or(|seed| seed.value.is_some());
						let tasks = Market::tasks_of(&executor);
						assert_eq!(tasks.iter().any(|task| task.id().is_some_and(|id| id.job == job)), ready);
					}
				}
				issuance -= burned();
				assert_eq!(Balances::total_issuance(), issuance);
				// Every burn is told of exactly once.
				assert_eq!(start - issuance, told());
				let ledger: Balance =
					Jobs::<Test>::iter_values().map(|r| r.escrow + r.deposit).sum();
				assert_eq!(held(), ledger);
			}

			set_probe(None).unwrap();
			// Left alone, every job that no check holds ends, and its money is somewhere else.
			run(300);
			check_state();
			for record in Jobs::<Test>::iter_values() {
				assert!(
					!record.state.is_open() || matches!(record.state, JobState::Checking { .. })
				);
			}
			let unexpected = |event: &Event<Test>| matches!(
				event,
				Event::Unexpected {
					kind: UnexpectedKind::ItemFailed { .. } | UnexpectedKind::JobStuck { .. }
				}
			);
			assert!(!events().iter().any(unexpected));
		});
	}
}
