//! What the safe mode stops, and what it must let through because deadlines go on in it.

use crate::common::chain;
use engram_primitives::{
	authorization::{key, WorkerSignature},
	merkle::{Proof, SumNode},
	work::{
		Commitment, FailureReason, Opening, PerSegment, Receipt, Verdict, VerdictCommitment, VerdictEvidence,
	},
	Cid, JobId, VersionId,
};
use engram_runtime::{AccountId, Runtime, RuntimeCall, RuntimeOrigin, SafeMode, System, TxPause};
use frame_support::{assert_ok, traits::Contains};
use frame_system::RawOrigin;
use pallet_ratings::{Ballot, Digest};
use sp_core::{Pair, H256};
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring::{Alice, Bob};
use sp_runtime::traits::Dispatchable;

const JOB: JobId = JobId(0);

fn passes(call: &RuntimeCall) -> bool {
	<<Runtime as frame_system::Config>::BaseCallFilter as Contains<RuntimeCall>>::contains(call)
}

fn signature() -> WorkerSignature {
	key::Pair::from_seed(&[1; 32]).sign(&[0; 32])
}

fn gives_back() -> RuntimeCall {
	let (worker, content) = (Alice.to_account_id(), FailureReason::Device);
	pallet_jobs::Call::give_back { worker, job: JOB, attempt: 0, content, signature: signature() }.into()
}

/// Every report that a worker owes.
fn reports() -> [RuntimeCall; 6] {
	let worker: AccountId = Alice.to_account_id();
	let (job, attempt, round) = (JOB, 0, 0);
	let (root, cid, signature) = (H256::zero(), Cid::of_raw(b"x"), signature());
	let commitment = Commitment { root, final_weights: cid, final_proof: Proof::default() };
	let opening = Opening { ends: PerSegment::new(), interior: PerSegment::new(), correct: 0 };
	let verdict = Verdict::Replayed(VerdictEvidence {
		ends: PerSegment::new(),
		step_root: root,
		interior: PerSegment::new(),
		correct: Some(0),
		salt: root,
	});
	let receipt = Receipt { answers: cid, report: cid, root: SumNode { hash: root, sum: 0 }, leaves: 0 };
	use pallet_learning::Call as Learning;
	let own = || (worker.clone(), signature.clone());
	let ((a, s), (b, t), (c, u), (d, v), (e, w)) = (own(), own(), own(), own(), own());
	[
		gives_back(),
		Learning::commit { worker: a, job, attempt, content: commitment, signature: s }.into(),
		Learning::commit_verdict {
			worker: b,
			job,
			attempt,
			round,
			content: VerdictCommitment(root),
			signature: t,
		}
		.into(),
		Learning::open { worker: c, job, attempt, round, content: opening, signature: u }.into(),
		Learning::reveal_verdict { worker: d, job, attempt, round, content: verdict, signature: v }.into(),
		pallet_attribution::Call::submit_receipt { worker: e, job, attempt, content: receipt, signature: w }
			.into(),
	]
}

/// Every report that a reviewer owes.
fn reviews() -> [RuntimeCall; 2] {
	use pallet_ratings::Call;
	let ballot = Ballot::Unavailable;
	[
		Call::commit_review { job: JOB, commitment: Digest::zero() }.into(),
		Call::reveal_review { job: JOB, ballot, salt: Digest::zero() }.into(),
	]
}

fn others() -> [RuntimeCall; 4] {
	let (bob, input) = (Bob.to_account_id(), Cid::of_raw(b"input"));
	[
		pallet_balances::Call::transfer_keep_alive { dest: bob.into(), value: 1 }.into(),
		pallet_jobs::Call::request_inference {
			version: VersionId(0),
			input,
			rows: 1,
			input_source: Default::default(),
			memory_mib: 0,
			max_fee: 0,
		}
		.into(),
		pallet_ratings::Call::share_answer { job: JOB, material: input }.into(),
		pallet_workers::Call::leave {}.into(),
	]
}

#[test]
fn reports_that_are_due_pass_the_safe_mode_and_nothing_new_does() {
	chain(&PresetId::from("development")).execute_with(|| {
		System::set_block_number(1);
		assert!(reports().iter().chain(&reviews()).chain(&others()).all(passes));
		assert_ok!(SafeMode::force_enter(RuntimeOrigin::root()));
		for call in reports().iter().chain(&reviews()) {
			assert!(passes(call), "{call:?}");
		}
		for call in others() {
			assert!(!passes(&call), "{call:?}");
		}
		// The pallet hears of it: there is no such job.
		let error = gives_back().dispatch(RawOrigin::Authorized.into()).unwrap_err().error;
		assert_eq!(error, pallet_jobs::Error::<Runtime>::UnknownJob.into());
		assert_ok!(SafeMode::force_exit(RuntimeOrigin::root()));
		assert!(others().iter().all(passes));
	});
}

#[test]
fn a_report_can_be_paused_on_purpose() {
	chain(&PresetId::from("development")).execute_with(|| {
		System::set_block_number(1);
		let name = (b"Jobs".to_vec().try_into().unwrap(), b"give_back".to_vec().try_into().unwrap());
		assert_ok!(TxPause::pause(RuntimeOrigin::root(), name));
		assert!(!passes(&gives_back()));
		assert!(reports()[1..].iter().all(passes));
	});
}
