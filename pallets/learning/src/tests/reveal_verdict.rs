use super::*;

/// A check that waits for the verdict of its verifier.
fn revealing(belief: Belief) -> (JobId, u8, Run) {
	let run = Run::on(DATA);
	let job = committed(&run);
	replay_round(job, &run, |_| belief);
	(job, verifiers(job)[0], run)
}

#[test]
fn works() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, n, run) = revealing(Belief::Honest);
		let content = verdict(job, n, &run, Belief::Honest);
		deliver(reveal(n, job, 0, 0, content.clone()));
		let digest = VerdictDigest::of(&content);
		assert_eq!(record(job).seats[0].verdict, Some(digest.clone()));
		System::assert_last_event(
			Event::VerdictRevealed { verifier: account(n), job, attempt: 0, round: 0, verdict: digest }
				.into(),
		);
		// Without the opening the check goes on to its deadline, with it it is judged in the next block.
		let Phase::Revealing { deadline } = record(job).phase else { panic!() };
		assert_eq!(record(job).due, deadline + 1);
		deliver(open(1, job, 0, 0, run.opening(job)));
		assert_eq!(record(job).due, System::block_number() + 1);
		next_block();
		assert!(Checks::<Test>::get(job).is_none());
	});
}

#[test]
fn fails_when_late_double_or_by_a_stranger() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, n, run) = revealing(Belief::Honest);
		let content = verdict(job, n, &run, Belief::Honest);
		for stranger in (1..=5).filter(|other| *other != n) {
			let call = reveal(stranger, job, 0, 0, content.clone());
			assert_refused(call, InvalidTransaction::Call, Error::NotVerifier);
		}
		let call = reveal(n, job, 0, 0, content);
		let Phase::Revealing { deadline } = record(job).phase else { panic!() };
		let now = System::block_number();
		System::set_block_number(deadline + 1);
		assert_refused(call.clone(), InvalidTransaction::Stale, Error::TooLate);
		System::set_block_number(now);
		deliver(call.clone());
		assert_refused(call, InvalidTransaction::Stale, Error::AlreadyReported);
	});
}

#[test]
fn fails_before_interior_steps_are_drawn() {
	ExtBuilder::default().build_and_execute(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		wait_replaying(job);
		let n = verifiers(job)[0];
		let call = reveal(n, job, 0, 0, Verdict::Unavailable { salt: salt(n) });
		assert_refused(call.clone(), InvalidTransaction::Future, Error::TooEarly);
		let content = Verdict::unavailable_commitment(salt(n));
		deliver(commit_verdict(n, job, 0, 0, content));
		assert_refused(call.clone(), InvalidTransaction::Future, Error::TooEarly);
		wait_revealing(job);
		deliver(call);
	});
}

#[test]
fn fails_when_round_attempt_or_chain_is_another() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, n, run) = revealing(Belief::Honest);
		let content = verdict(job, n, &run, Belief::Honest);
		let ahead = reveal(n, job, 0, 1, content.clone());
		assert_refused(ahead, InvalidTransaction::Future, Error::RoundAhead);
		let ahead = reveal(n, job, 1, 0, content.clone());
		assert_refused(ahead, InvalidTransaction::Future, Error::AttemptAhead);
		let genesis = H256::repeat_byte(3);
		let id = id(job, 0, 0, WorkKind::Reveal);
		let signature = pair(n).sign(&work_digest(genesis, &account(n), id, &content));
		let worker = account(n);
		let call = Call::reveal_verdict { worker, job, attempt: 0, round: 0, content, signature };
		assert_eq!(authorize(&call), Err(InvalidTransaction::BadProof));
	});
}

#[test]
fn fails_when_the_content_is_not_what_was_committed_to() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, n, run) = revealing(Belief::Honest);
		let refuse = |change: &dyn Fn(&mut VerdictEvidence), error: Error<Test>| {
			let Verdict::Replayed(mut evidence) = verdict(job, n, &run, Belief::Honest) else { panic!() };
			change(&mut evidence);
			let call = reveal(n, job, 0, 0, Verdict::Replayed(evidence));
			assert_refused(call, InvalidTransaction::Call, error);
		};
		refuse(&|e| e.ends.truncate(3), Error::WrongLength);
		refuse(&|e| e.interior.truncate(3), Error::WrongLength);
		refuse(&|e| e.correct = Some(ROWS + 1), Error::CorrectOutOfRange);
		refuse(&|e| e.ends[0] = H256::zero(), Error::CommitmentMismatch);
		refuse(&|e| e.step_root = H256::zero(), Error::CommitmentMismatch);
		refuse(&|e| e.salt = H256::zero(), Error::CommitmentMismatch);
		refuse(&|e| e.interior[0].0 = H256::zero(), Error::StepNotProven);
		refuse(&|e| e.interior.as_mut().swap(0, 1), Error::StepNotProven);
		refuse(&|e| e.interior[2].1.truncate(1), Error::StepNotProven);
		// Having seen the opening it may not say that it was not served.
		let call = reveal(n, job, 0, 0, Verdict::Unavailable { salt: salt(n) });
		assert_refused(call, InvalidTransaction::Call, Error::CommitmentMismatch);
		// Another replay than the one committed to.
		let call = reveal(n, job, 0, 0, verdict(job, n, &run, Belief::Lie(1)));
		assert_refused(call, InvalidTransaction::Call, Error::CommitmentMismatch);
	});
}

#[test]
fn a_replay_is_revealed_without_a_count() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, n, run) = revealing(Belief::Honest);
		let content = verdict(job, n, &run, Belief::Uncounted);
		deliver(reveal(n, job, 0, 0, content.clone()));
		let digest = VerdictDigest::of(&content);
		assert_eq!(digest.correct(), None);
		assert_eq!(record(job).seats[0].verdict, Some(digest));
		// The count cannot follow later.
		let counted = reveal(n, job, 0, 0, verdict(job, n, &run, Belief::Honest));
		assert_refused(counted, InvalidTransaction::Stale, Error::AlreadyReported);
	});
}

#[test]
fn unavailable_is_revealed_as_it_was_committed() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, n, run) = revealing(Belief::Unavailable);
		let replay = reveal(n, job, 0, 0, verdict(job, n, &run, Belief::Honest));
		assert_refused(replay, InvalidTransaction::Call, Error::CommitmentMismatch);
		let salted = reveal(n, job, 0, 0, Verdict::Unavailable { salt: H256::zero() });
		assert_refused(salted, InvalidTransaction::Call, Error::CommitmentMismatch);
		deliver(reveal(n, job, 0, 0, Verdict::Unavailable { salt: salt(n) }));
		assert_eq!(record(job).seats[0].verdict, Some(VerdictDigest::Unavailable));
	});
}
