//! Models that pay, and are paid for, in their own token.

use crate::{mock::*, *};
use engram_math::pool::WORK_ONE;
use engram_primitives::{
	payment::{AnswerMarket, AnswerRequest},
	traits::*,
	units::Balance,
	Cid, VersionId,
};
use frame_support::{assert_noop, assert_ok};

fn verified(paid: &[AccountId]) -> Finding<AccountId> {
	Finding::Verified { weights: Cid::of_raw(b"weights"), correct: 95, paid: paid.to_vec() }
}

fn others(executor: AccountId) -> Vec<AccountId> {
	WORKERS.into_iter().filter(|who| *who != executor).collect()
}

/// A job whose model pays this work in its token, and so many verifiers. Returns what the executor got and what came back.
fn settled(work: u64, verifiers: usize) -> (Balance, Balance) {
	let mut moved = (0, 0);
	ExtBuilder::default().build_and_execute(|| {
		WorkPaid::set(&work);
		let job = train();
		let executor = commit(job);
		events();
		assert_ok!(Market::found(job, 0, verified(&others(executor)[..verifiers])));
		let held_out = Cid::of_raw(b"held out");
		assert_eq!(Updates::get(), [(job, MODEL, executor, held_out, 100, 950_000)]);
		let Event::TrainingSettled { paid, verifiers: seen, refunded, burned, treasury, author, .. } =
			last_event()
		else {
			panic!()
		};
		// Verifiers and the protocol get what they always do.
		assert_eq!(seen.len(), verifiers.min(3));
		assert!(seen.iter().all(|(_, amount)| *amount == VERIFIER_PAY));
		assert_eq!((burned, treasury, author), (250, 150, Some((AUTHOR, 100))));
		assert_eq!(free(executor), ED + paid);
		assert_eq!(free(ALICE), START - DEPOSIT - ESCROW + refunded);
		assert_eq!(escrow_of(ALICE), 0);
		moved = (paid, refunded);
	});
	moved
}

/// What comes back of every job that one verifier is enough for, and nobody declines.
const SPARE: Balance = 2 * VERIFIER_PAY + 2 * UNSERVED;

#[test]
fn what_is_paid_in_tokens_comes_back_to_the_requester() {
	assert_eq!(settled(0, 1), (EXECUTOR_PAY, SPARE));
	assert_eq!(settled(WORK_ONE / 2, 1), (EXECUTOR_PAY / 2, SPARE + EXECUTOR_PAY / 2));
	assert_eq!(settled(WORK_ONE, 1), (0, SPARE + EXECUTOR_PAY));
	// A third, rounded down.
	assert_eq!(settled(WORK_ONE / 3, 1), (EXECUTOR_PAY - 2_833, SPARE + 2_833));
}

/// However many verifiers there are, they are paid out of their own part and the reserve only.
#[test]
fn verifiers_take_nothing_of_it() {
	for verifiers in 0..=4 {
		let pay = VERIFIER_PAY * (verifiers as Balance).min(3);
		assert_eq!(settled(WORK_ONE, verifiers), (0, ESCROW - CUT - pay));
	}
}

#[test]
fn the_economy_is_told_the_same() {
	ExtBuilder::default().build_and_execute(|| {
		for work in [0, WORK_ONE] {
			WorkPaid::set(&work);
			let job = train();
			commit(job);
			assert_ok!(Market::found(job, 0, verified(&[])));
		}
		let told: Vec<_> = Paid::get().into_iter().map(|(.., burned, treasury)| (burned, treasury)).collect();
		assert_eq!(told, [(250, 150), (250, 150)]);
	});
}

#[test]
fn probes_are_paid_in_coins_alone() {
	ExtBuilder::default().build_and_execute(|| {
		WorkPaid::set(&WORK_ONE);
		let (job, worker) = probe_once();
		commit(job);
		assert_ok!(Market::found(job, 0, verified(&[])));
		assert_eq!((Updates::get(), free(worker)), (vec![], ED + EXECUTOR_PAY));
	});
}

/// Whoever serves its own workers only chooses who works: what such a job gains is paid in coins.
#[test]
fn jobs_that_somebody_declined_are_paid_in_coins_alone() {
	ExtBuilder::default().build_and_execute(|| {
		WorkPaid::set(&WORK_ONE);
		let job = train();
		let executor = commit(job);
		Jobs::<Test>::mutate_extant(job, |record| record.unserved = 1);
		assert_ok!(Market::found(job, 0, verified(&[])));
		assert_eq!((Updates::get(), free(executor)), (vec![], ED + EXECUTOR_PAY));
	});
}

#[test]
fn rejected_and_undecided_updates_are_not_told() {
	ExtBuilder::default().build_and_execute(|| {
		WorkPaid::set(&WORK_ONE);
		let job = train();
		commit(job);
		assert_ok!(Market::found(job, 0, Finding::Rejected { paid: vec![], judges: vec![] }));
		commit(job);
		assert_ok!(Market::found(job, 1, Finding::Undecided { paid: vec![] }));
		assert_eq!(Updates::get(), []);
	});
}

fn request() -> AnswerRequest {
	AnswerRequest {
		version: OLD_VERSION,
		input: Cid::of_raw(b"input"),
		rows: 100,
		input_source: ADDRESS.to_vec(),
		memory_mib: 10,
		max_fee: 100,
	}
}

#[test]
fn answers_for_tokens_cost_the_computation_alone() {
	ExtBuilder::default().build_and_execute(|| {
		let job = Market::request_answers(BOB, request()).unwrap();
		assert_eq!((escrow_of(BOB), deposit_of(BOB)), (100 + 2 * LEAST_UNSERVED, DEPOSIT));
		assert_eq!(
			record(job).kind,
			JobKind::Inference(InferenceRequest { contributors: 0, ..inference_request() })
		);
		let executor = assign(job);
		let assignment = Market::inference(job).unwrap();
		assert_eq!((assignment.fee, assignment.platform, assignment.contributors), (100, 100, 0));
		assert_ok!(Market::served(job, 0, &[(executor, 95)], 5));
		assert_eq!(Ended::get(), [(job, true)]);
		assert_eq!(free(BOB), START - DEPOSIT - 100);
	});
}

/// Nothing is recorded for contributors who are owed nothing, so the least part of a fee does not matter.
#[test]
fn answers_for_tokens_may_be_few() {
	ExtBuilder::default().build_and_execute(|| {
		ContributorsRate::set(&(LEAST_PART - 1));
		assert_ok!(Market::request_answers(BOB, AnswerRequest { rows: 1, ..request() }));
	});
}

/// Those who ask elsewhere are checked like everybody.
#[test]
fn answers_for_tokens_are_refused_like_others() {
	ExtBuilder::default().build_and_execute(|| {
		let refused = |request, error: Error<Test>| {
			assert_noop!(Market::request_answers(BOB, request), error);
		};
		refused(AnswerRequest { version: VersionId(9), ..request() }, Error::UnknownVersion);
		refused(AnswerRequest { rows: 0, ..request() }, Error::RowsOutOfRange);
		refused(AnswerRequest { max_fee: 99, ..request() }, Error::FeeAboveMax);
		refused(AnswerRequest { memory_mib: u32::MAX, ..request() }, Error::MemoryOutOfRange);
		for source in [b"nowhere".to_vec(), vec![b'/'; 1_000]] {
			refused(AnswerRequest { input_source: source, ..request() }, Error::InvalidAddress);
		}
		Retired::set(&vec![MODEL]);
		refused(request(), Error::ModelRetired);
	});
}

/// Whatever becomes of an inference job, the tokens are told once, and of no other job.
#[test]
fn every_end_of_inference_is_told() {
	ExtBuilder::default().build_and_execute(|| {
		let cancelled = infer();
		assert_ok!(Market::cancel(RuntimeOrigin::signed(BOB), cancelled));
		let trained = train();
		assert_ok!(Market::cancel(RuntimeOrigin::signed(ALICE), trained));
		let served = infer();
		let executor = assign(served);
		assert_ok!(Market::served(served, 0, &[(executor, 1)], 0));
		let late = infer();
		run(3 * (INFERENCE_DEADLINE + 4 * DELAY));
		assert!(matches!(record(late).state, JobState::Failed { .. }));
		assert_eq!(Ended::get(), [(cancelled, false), (served, true), (late, false)]);
	});
}

#[test]
fn a_refused_settlement_is_not_told() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		let executor = assign(job);
		assert_noop!(Market::served(job, 0, &[(executor, 801)], 0), Error::<Test>::EscrowExceeded);
		assert_eq!(Ended::get(), []);
	});
}
