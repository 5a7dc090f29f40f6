use super::*;
use codec::Decode;
use engram_primitives::{
	outbox::{entry_key, Entry, Status, INDEX_KEY, RETRY_AFTER},
	task::{Artifact, InitialWeights, Task, TrainingPlan},
};
use frame_support::traits::Hooks;
use sp_core::offchain::{
	testing::{TestOffchainExt, TestTransactionPoolExt},
	OffchainDbExt, OffchainWorkerExt, TransactionPoolExt,
};
use sp_keystore::{testing::MemoryKeystore, Keystore, KeystoreExt};
use sp_runtime::offchain::storage::StorageValueRef;
use std::sync::Arc;

fn entry(n: u8, round: u32, work: Work) -> Entry {
	let id = WorkId { job: JobId(1), attempt: 0, round, kind: work.kind() };
	Entry { worker: account(n).into(), id, work }
}

/// What the node does with a finished report.
fn store(entries: &[Entry]) {
	let index: Vec<_> = entries.iter().map(|entry| entry.id).collect();
	StorageValueRef::persistent(INDEX_KEY).set(&index);
	for entry in entries {
		StorageValueRef::persistent(&entry_key(&entry.id)).set(entry);
	}
}

/// Runs with a node around: off-chain storage, a pool, and the hot keys of all workers.
fn with_node(test: impl FnOnce(&dyn Fn() -> Vec<Call<Test>>)) {
	let mut ext = ExtBuilder::default().build();
	let (offchain, _) = TestOffchainExt::new();
	let (pool, state) = TestTransactionPoolExt::new();
	let keystore = MemoryKeystore::new();
	for n in 1..=5u8 {
		let seed = format!("0x{}", sp_core::hexdisplay::HexDisplay::from(&[n; 32]));
		let key_type = engram_primitives::authorization::key::KEY_TYPE;
		keystore.sr25519_generate_new(key_type, Some(&seed)).unwrap();
	}
	ext.register_extension(OffchainDbExt::new(offchain.clone()));
	ext.register_extension(OffchainWorkerExt::new(offchain));
	ext.register_extension(TransactionPoolExt::new(pool));
	ext.register_extension(KeystoreExt(Arc::new(keystore)));
	let submitted = move || {
		let transactions = std::mem::take(&mut state.write().transactions);
		let calls = transactions.into_iter().map(|bytes| {
			let extrinsic = Extrinsic::decode(&mut &bytes[..]).unwrap();
			match extrinsic.function {
				RuntimeCall::Learning(call) => call,
				other => panic!("{other:?}"),
			}
		});
		calls.collect::<Vec<_>>()
	};
	ext.execute_with(|| {
		test(&submitted);
		check_state(2);
	});
}

fn turn() {
	Learning::offchain_worker(System::block_number());
}

#[test]
fn a_whole_check_is_delivered_from_the_outbox() {
	with_node(|submitted| {
		let run = Run::on(DATA);
		let job = assign(1, 1);
		store(&[entry(1, 0, Work::Commit(run.commitment()))]);
		let pass_on = || {
			turn();
			let calls = submitted();
			assert_eq!(calls.len(), 1);
			calls.into_iter().for_each(deliver);
		};
		pass_on();
		wait_replaying(job);
		let n = verifiers(job)[0];
		let content = verdict_commitment(job, n, &run, Belief::Honest);
		store(&[entry(n, 0, Work::CommitVerdict(content))]);
		pass_on();
		wait_revealing(job);
		store(&[entry(1, 0, Work::Open(run.opening(job)))]);
		pass_on();
		store(&[entry(n, 0, Work::Reveal(verdict(job, n, &run, Belief::Honest)))]);
		pass_on();
		next_block();
		assert_eq!(summary().outcome, Outcome::Verified { correct: CORRECT });
	});
}

#[test]
fn an_entry_waits_its_turn_and_is_left_alone_once_settled() {
	with_node(|submitted| {
		let run = Run::on(DATA);
		let job = assign(1, 1);
		store(&[entry(1, 0, Work::Commit(run.commitment()))]);
		turn();
		assert_eq!(submitted().len(), 1);
		turn();
		assert!(submitted().is_empty());
		run_to(System::block_number() + RETRY_AFTER);
		turn();
		let calls = submitted();
		assert_eq!(calls.len(), 1);
		deliver(calls[0].clone());
		run_to(System::block_number() + RETRY_AFTER);
		turn();
		assert!(submitted().is_empty());
		assert!(Checks::<Test>::contains_key(job));
	});
}

#[test]
fn nothing_is_submitted_for_other_pallets_or_with_a_false_kind() {
	with_node(|submitted| {
		assign(1, 1);
		let fail = entry(1, 0, Work::Fail(FailureReason::Device));
		let mut disguised = fail.clone();
		disguised.id.kind = WorkKind::Commit;
		store(&[fail.clone(), disguised]);
		turn();
		assert!(submitted().is_empty());
		assert_eq!(Learning::outbox_status(&fail), Status::Unknown);
	});
}

#[test]
fn nothing_is_submitted_without_the_key() {
	with_node(|submitted| {
		assign(1, 1);
		Members::mutate(account(1), |member| member.as_mut().unwrap().key = pair(99).public());
		let entry = entry(1, 0, Work::Commit(Run::on(DATA).commitment()));
		assert_eq!(Learning::outbox_status(&entry), Status::Wanted);
		store(&[entry]);
		turn();
		assert!(submitted().is_empty());
	});
}

#[test]
fn the_status_follows_the_check() {
	ExtBuilder::default().build_and_execute(|| {
		let run = Run::on(DATA);
		let status = |entry: &Entry| Learning::outbox_status(entry);
		let commit_entry = entry(1, 0, Work::Commit(run.commitment()));
		assert_eq!(status(&commit_entry), Status::Settled);
		let job = assign(1, 1);
		assert_eq!(status(&commit_entry), Status::Wanted);
		Assignments::mutate(|all| all.get_mut(&job).unwrap().seed_at = 3);
		assert_eq!(status(&commit_entry), Status::Unknown);
		let unavailable = |n| Work::CommitVerdict(Verdict::unavailable_commitment(salt(n)));
		assert_eq!(status(&entry(2, 0, unavailable(2))), Status::Unknown);
		run_to(4);
		deliver(commit(1, job, 0, run.commitment()));
		assert_eq!(status(&commit_entry), Status::Settled);
		let open_entry = |round| {
			entry(
				1,
				round,
				Work::Open(Opening { ends: Default::default(), interior: Default::default(), correct: 0 }),
			)
		};
		assert_eq!(status(&open_entry(0)), Status::Unknown);
		wait_replaying(job);
		let n = verifiers(job)[0];
		let stranger = if n == 2 { 3 } else { 2 };
		let reveal_entry = entry(n, 0, Work::Reveal(Verdict::Unavailable { salt: salt(n) }));
		assert_eq!(status(&entry(n, 0, unavailable(n))), Status::Wanted);
		assert_eq!(status(&entry(n, 1, unavailable(n))), Status::Unknown);
		assert_eq!(status(&entry(stranger, 0, unavailable(n))), Status::Settled);
		assert_eq!(status(&reveal_entry), Status::Unknown);
		replay_round(job, &run, |_| Belief::Lie(1));
		assert_eq!(status(&entry(n, 0, unavailable(n))), Status::Settled);
		assert_eq!(status(&reveal_entry), Status::Wanted);
		assert_eq!(status(&open_entry(0)), Status::Wanted);
		reveal_round(job, &run, |_| Belief::Lie(1));
		assert_eq!(status(&reveal_entry), Status::Settled);
		assert_eq!(status(&open_entry(0)), Status::Settled);
		assert_eq!(status(&open_entry(1)), Status::Unknown);
		replay_round(job, &run, |_| Belief::Honest);
		assert_eq!(status(&open_entry(1)), Status::Wanted);
		reveal_round(job, &run, |_| Belief::Honest);
		assert_eq!(status(&open_entry(1)), Status::Settled);
		// The next attempt does not want what was made for this one.
		assign_attempt(1, 1, 1);
		assert_eq!(status(&commit_entry), Status::Settled);
		assert_eq!(status(&open_entry(1)), Status::Settled);
	});
}

fn plan(job: JobId) -> TrainingPlan {
	let artifact = Artifact { cid: Cid::of_raw(b"rows"), sources: vec![] };
	TrainingPlan {
		job,
		attempt: 0,
		architecture: engram_primitives::model::Architecture::Mlp {
			widths: vec![64, 10].try_into().unwrap(),
			input_shift: 4,
		},
		spec: spec(),
		initial: InitialWeights::Seed([0; 32]),
		batch_seed: [0; 32],
		data: vec![],
		held_out: artifact,
		held_out_rows: ROWS,
	}
}

fn tasks(n: u8) -> Vec<Task> {
	let address = |who: &AccountId| Some(vec![number(who)]);
	Learning::tasks_of(&account(n), |job| Some(plan(job)), address)
}

#[test]
fn tasks_follow_the_check() {
	ExtBuilder::default().build_and_execute(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		assert_eq!(tasks(1), vec![]);
		wait_replaying(job);
		let n = verifiers(job)[0];
		let segments = record(job).segments.to_vec();
		let publish = |segments: Vec<u32>| Task::Publish { job, attempt: 0, segments };
		assert_eq!(tasks(1), vec![publish(segments.clone())]);
		let replay = Task::Replay {
			plan: plan(job),
			round: 0,
			executor: vec![1],
			root: run.commitment().root,
			segments: segments.clone(),
		};
		assert_eq!(tasks(n), vec![replay]);
		let content = verdict_commitment(job, n, &run, Belief::Honest);
		deliver(commit_verdict(n, job, 0, 0, content));
		assert_eq!(tasks(n), vec![]);
		wait_revealing(job);
		let interior = record(job).interior.to_vec();
		let open_task =
			Task::Open { plan: plan(job), round: 0, segments: segments.clone(), interior: interior.clone() };
		// The final weights are served from now on.
		let publish_all = publish([segments.as_slice(), &[spec().segments()]].concat());
		assert_eq!(tasks(1), vec![publish_all.clone(), open_task]);
		let reveal_task = |late| Task::Reveal {
			plan: plan(job),
			round: 0,
			executor: vec![1],
			final_weights: run.commitment().final_weights,
			commitment: content.0,
			segments: segments.clone(),
			interior: interior.clone(),
			late,
		};
		assert_eq!(tasks(n), vec![reveal_task(false)]);
		let Phase::Revealing { deadline } = record(job).phase else { panic!() };
		run_to(deadline - REVEAL / 2 - 1);
		assert_eq!(tasks(n), vec![reveal_task(false)]);
		next_block();
		assert_eq!(tasks(n), vec![reveal_task(true)]);
		deliver(open(1, job, 0, 0, run.opening(job)));
		assert_eq!(tasks(1), vec![publish_all]);
		deliver(reveal(n, job, 0, 0, verdict(job, n, &run, Belief::Honest)));
		assert_eq!(tasks(n), vec![]);
		next_block();
		assert_eq!(tasks(1), vec![]);
		assert_eq!(tasks(5), vec![]);
	});
}
