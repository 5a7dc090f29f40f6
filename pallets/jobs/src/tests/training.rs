//! Committing to, judging and settling training.

use crate::{mock::*, *};
use engram_primitives::{traits::*, Cid, JobId, VersionId};
use frame_support::{assert_noop, assert_ok};

fn verified(paid: &[AccountId]) -> Finding<AccountId> {
	Finding::Verified { weights: Cid::of_raw(b"weights"), correct: 95, paid: paid.to_vec() }
}

fn others(executor: AccountId) -> Vec<AccountId> {
	WORKERS.into_iter().filter(|w| *w != executor).collect()
}

#[test]
fn a_commitment_lifts_the_deadline() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		let executor = assign(job);
		let assignment = Market::training(job).unwrap();
		assert_eq!(
			assignment,
			TrainingAssignment {
				executor,
				attempt: 0,
				tried: vec![],
				seed_at: 2 + DELAY,
				spec: spec(),
				memory_mib: 10,
				parent: None,
				held_out_rows: 100,
				fee: FEE,
				verifier_pay: VERIFIER_PAY,
			}
		);
		events();
		assert_ok!(Market::committed(job, 0));
		assert_eq!(events(), [Event::TrainingCommitted { worker: executor, job, attempt: 0 }]);
		assert_eq!(Market::training(job), Some(assignment));
		run(3 * TRAINING_DEADLINE);
		assert!(matches!(record(job).state, JobState::Checking { .. }));
		assert_eq!(worker(executor).used, 1);
		assert_eq!(Agenda::<Test>::iter().count(), 0);
	});
}

#[test]
fn the_parent_weights_are_part_of_the_assignment() {
	ExtBuilder::default().build_and_execute(|| {
		let request = TrainingRequest { parent: Some(OLD_VERSION), ..training_request() };
		assert_ok!(try_training(ALICE, request, 10, FEE));
		assign(JobId(0));
		let parent = Market::training(JobId(0)).unwrap().parent;
		assert_eq!(parent, Some(Cid::of_raw(b"old weights")));
	});
}

#[test]
fn committing_fails_when_too_early_too_late_or_wrong() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		assert_noop!(Market::committed(job, 0), Error::<Test>::NotAssigned);
		assert_noop!(Market::committed(JobId(4), 0), Error::<Test>::UnknownJob);
		assert_eq!(Market::training(job), None);
		run(DELAY);
		assert_noop!(Market::committed(job, 0), Error::<Test>::SeedUnknown);
		assign(job);
		assert_noop!(Market::committed(job, 1), Error::<Test>::WrongAttempt);
		// The last block before the deadline is in time.
		let JobState::Assigned { deadline, .. } = record(job).state else { panic!() };
		run_to(deadline - 1);
		assert_ok!(Market::committed(job, 0));
		assert_noop!(Market::committed(job, 0), Error::<Test>::NotAssigned);
	});
}

#[test]
fn verified_work_pays_executor_verifier_and_cut_and_refunds_the_reserve() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		let executor = commit(job);
		let verifier = others(executor)[0];
		let issuance = Balances::total_issuance();
		events();
		assert_ok!(Market::found(job, 0, verified(&[verifier])));
		assert_eq!(free(executor), ED + EXECUTOR_PAY);
		assert_eq!(free(verifier), ED + VERIFIER_PAY);
		assert_eq!(free(TREASURY), ED + 150);
		assert_eq!(free(AUTHOR), ED + 100);
		assert_eq!(Balances::total_issuance(), issuance - 250);
		assert_eq!(free(ALICE), START - DEPOSIT - FEE);
		assert_eq!((escrow_of(ALICE), deposit_of(ALICE)), (0, DEPOSIT));
		let version = Some(VersionId(1));
		assert_eq!(
			events(),
			[Event::TrainingSettled {
				worker: executor,
				job,
				version,
				paid: EXECUTOR_PAY,
				verifiers: vec![(verifier, VERIFIER_PAY)],
				burned: 250,
				treasury: 150,
				author: Some((AUTHOR, 100)),
				refunded: 2 * VERIFIER_PAY + 2 * UNSERVED,
			}]
		);
		let at = System::block_number();
		assert_eq!(record(job).state, JobState::Settled { executor, at, version });
		// The author's part may come back to Alice, so it counts for nothing.
		assert_eq!(Rewarded::get(), [(executor, 400)]);
		assert_eq!((worker(executor).used, worker(executor).reputation), (0, 100));
		assert_eq!(
			Versions::get()[1],
			FakeVersion {
				model: MODEL,
				weights: Cid::of_raw(b"weights"),
				job,
				parts: parts(&[3, 1]),
				correct: 95,
				held_out_rows: 100,
				parent: None,
			}
		);
		// The check ended with a finding; there is nothing to forget.
		assert!(Forgotten::get().is_empty());
	});
}

#[test]
fn further_verifiers_are_paid_out_of_the_reserve_as_far_as_it_reaches() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		let executor = commit(job);
		let verifiers = others(executor);
		events();
		assert_ok!(Market::found(job, 0, verified(&verifiers)));
		let Event::TrainingSettled { verifiers: paid, refunded, .. } = last_event() else { panic!() };
		let expected: Vec<_> = verifiers[..3].iter().map(|who| (*who, VERIFIER_PAY)).collect();
		assert_eq!((paid, refunded), (expected, 2 * UNSERVED));
		assert_eq!(free(verifiers[3]), ED);
		assert_eq!(free(executor), ED + EXECUTOR_PAY);
	});
}

#[test]
fn without_verifiers_their_part_is_refunded() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		commit(job);
		assert_ok!(Market::found(job, 0, verified(&[])));
		assert_eq!(free(ALICE), START - DEPOSIT - FEE + VERIFIER_PAY);
	});
}

#[test]
fn without_an_author_the_treasury_gets_its_part() {
	ExtBuilder::default().build_and_execute(|| {
		CurrentAuthor::set(&None);
		let job = train();
		commit(job);
		assert_ok!(Market::found(job, 0, verified(&[])));
		assert_eq!(free(TREASURY), ED + 250);
		let Event::TrainingSettled { treasury, author, .. } = last_event() else { panic!() };
		assert_eq!((treasury, author), (250, None));
	});
}

#[test]
fn a_refused_version_is_reported_and_everybody_paid() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		let executor = commit(job);
		RefuseVersions::set(&true);
		events();
		assert_ok!(Market::found(job, 0, verified(&[])));
		let error = sp_runtime::DispatchError::Other("refused");
		let kind = UnexpectedKind::VersionRefused { job, error };
		let seen = events();
		// `Other` loses its text when it is encoded.
		assert!(
			matches!(
				seen[0],
				Event::Unexpected { kind: UnexpectedKind::VersionRefused { job: at, .. } } if at == job
			),
			"{seen:?} {kind:?}"
		);
		assert_eq!(free(executor), ED + EXECUTOR_PAY);
		assert!(matches!(record(job).state, JobState::Settled { version: None, .. }));
		assert_eq!(Versions::get().len(), 1);
	});
}

#[test]
fn rejected_work_goes_to_another_worker_and_the_reserve_pays_verifiers() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		let first = commit(job);
		let verifier = others(first)[0];
		events();
		assert_ok!(Market::found(job, 0, Finding::Rejected { paid: vec![verifier], judges: vec![] }));
		let draw_at = System::block_number() + DELAY;
		assert_eq!(
			events(),
			[
				Event::TrainingRejected {
					worker: first,
					job,
					attempt: 0,
					verifiers: vec![(verifier, VERIFIER_PAY)],
				},
				Event::JobRequeued { job, attempt: 1, draw_at },
			]
		);
		assert_eq!(escrow_of(ALICE), ESCROW - VERIFIER_PAY);
		// Slashing and reputation were the check's to take.
		assert_eq!((worker(first).used, worker(first).reputation), (0, 100));

		// The second attempt has one verifier's pay left in the reserve, and pays the whole fee in the end.
		let second = commit(job);
		assert_ne!(second, first);
		assert_ok!(Market::found(job, 1, Finding::Rejected { paid: vec![verifier, first], judges: vec![] }));
		assert_eq!(escrow_of(ALICE), FEE + 2 * UNSERVED);
		let third = commit(job);
		assert!(third != first && third != second);
		assert_ok!(Market::found(job, 2, verified(&[verifier])));
		assert_eq!(free(third), ED + EXECUTOR_PAY);
		assert_eq!(free(verifier), ED + 3 * VERIFIER_PAY);
		assert_eq!(free(ALICE), START - DEPOSIT - FEE - 2 * VERIFIER_PAY);
	});
}

#[test]
fn a_judge_never_gets_the_job_it_judged() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		let first = commit(job);
		let mut judges = others(first);
		let free = judges.pop().unwrap();
		assert_ok!(Market::found(job, 0, Finding::Rejected { paid: vec![], judges }));
		assert_eq!(commit(job), free);
		// The executor of the first attempt does not verify the second; its judges may.
		assert_eq!(Market::training(job).unwrap().tried, vec![first]);
	});
}

#[test]
fn the_last_rejection_fails_the_job_and_refunds_the_rest() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		for attempt in 0..3 {
			let verifier = others(commit(job))[0];
			events();
			assert_ok!(Market::found(
				job,
				attempt,
				Finding::Rejected { paid: vec![verifier], judges: vec![] }
			));
		}
		let reason = JobFailure::AttemptsExhausted;
		// The third verifier found the reserve empty.
		assert_eq!(last_event(), Event::JobFailed { job, reason, refunded: FEE + 2 * UNSERVED });
		assert_eq!(free(ALICE), START - DEPOSIT - 2 * VERIFIER_PAY);
		assert_eq!(escrow_of(ALICE), 0);
	});
}

#[test]
fn undecided_work_pays_the_verifiers_and_refunds_the_rest() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		let executor = commit(job);
		let paid = others(executor)[..3].to_vec();
		events();
		assert_ok!(Market::found(job, 0, Finding::Undecided { paid: paid.clone() }));
		for verifier in &paid {
			assert_eq!(free(*verifier), ED + VERIFIER_PAY);
		}
		assert_eq!(free(executor), ED);
		assert_eq!(free(ALICE), START - DEPOSIT - 3 * VERIFIER_PAY);
		assert_eq!(
			events(),
			[Event::JobVoided {
				worker: executor,
				job,
				verifiers: paid.into_iter().map(|who| (who, VERIFIER_PAY)).collect(),
				refunded: ESCROW - 3 * VERIFIER_PAY,
			}]
		);
		assert_eq!(record(job).state, JobState::Voided { at: System::block_number() });
		assert_eq!(worker(executor).used, 0);
	});
}

#[test]
fn verifiers_are_paid_all_of_the_escrow_but_the_guarantee() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		commit(job);
		events();
		assert_ok!(Market::found(job, 0, Finding::Undecided { paid: (200..220).collect() }));
		let Event::JobVoided { verifiers, refunded, .. } = last_event() else { panic!() };
		assert_eq!((verifiers.len(), refunded), (12, 2 * UNSERVED));
		assert_eq!(free(ALICE), START - DEPOSIT - FEE - 2 * VERIFIER_PAY);
	});
}

#[test]
fn a_finding_counts_only_for_the_attempt_that_is_checked() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		assert_noop!(Market::found(job, 0, verified(&[])), Error::<Test>::NotChecking);
		assert_noop!(Market::found(JobId(6), 0, verified(&[])), Error::<Test>::UnknownJob);
		assign(job);
		assert_noop!(Market::found(job, 0, verified(&[])), Error::<Test>::NotChecking);
		commit(job);
		assert_noop!(Market::found(job, 1, verified(&[])), Error::<Test>::WrongAttempt);
		assert_ok!(Market::found(job, 0, Finding::Rejected { paid: vec![], judges: vec![] }));
		assert_noop!(Market::found(job, 0, verified(&[])), Error::<Test>::WrongAttempt);
		commit(job);
		assert_ok!(Market::found(job, 1, verified(&[])));
		assert_noop!(Market::found(job, 1, verified(&[])), Error::<Test>::NotChecking);
	});
}
