use super::*;

/// A check that waits for the opening.
fn revealing() -> (JobId, Run) {
	let run = Run::on(DATA);
	let job = committed(&run);
	replay_round(job, &run, |_| Belief::Honest);
	(job, run)
}

#[test]
fn works() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, run) = revealing();
		deliver(open(1, job, 0, 0, run.opening(job)));
		assert!(record(job).opening.is_some());
		assert_eq!(record(job).claimed.unwrap().correct, CORRECT);
		System::assert_last_event(
			Event::Opened { executor: account(1), job, attempt: 0, round: 0, correct: CORRECT }.into(),
		);
	});
}

#[test]
fn fails_before_the_verdict_is_committed() {
	ExtBuilder::default().build_and_execute(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		let content = run.opening(job);
		let early = open(1, job, 0, 0, content.clone());
		assert_refused(early.clone(), InvalidTransaction::Future, Error::TooEarly);
		wait_replaying(job);
		assert_refused(early.clone(), InvalidTransaction::Future, Error::TooEarly);
		let n = verifiers(job)[0];
		deliver(commit_verdict(n, job, 0, 0, verdict_commitment(job, n, &run, Belief::Honest)));
		assert_refused(early, InvalidTransaction::Future, Error::TooEarly);
	});
}

#[test]
fn fails_when_late() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, run) = revealing();
		let Phase::Revealing { deadline } = record(job).phase else { panic!() };
		let call = open(1, job, 0, 0, run.opening(job));
		run_to(deadline);
		assert_eq!(authorize(&call), Ok(()));
		System::set_block_number(deadline + 1);
		assert_refused(call.clone(), InvalidTransaction::Stale, Error::TooLate);
		System::set_block_number(deadline);
		next_block();
		assert_refused(call, InvalidTransaction::Stale, Error::UnknownCheck);
	});
}

#[test]
fn fails_when_opened_twice_or_by_a_stranger() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, run) = revealing();
		let content = run.opening(job);
		for stranger in 2..=5 {
			let call = open(stranger, job, 0, 0, content.clone());
			assert_refused(call, InvalidTransaction::Call, Error::NotExecutor);
		}
		deliver(open(1, job, 0, 0, content.clone()));
		let again = open(1, job, 0, 0, content);
		assert_refused(again, InvalidTransaction::Stale, Error::AlreadyReported);
	});
}

#[test]
fn fails_when_signed_for_another_round() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, run) = revealing();
		let content = run.opening(job);
		let ahead = open(1, job, 0, 1, content.clone());
		assert_refused(ahead, InvalidTransaction::Future, Error::RoundAhead);
		let signature = signed(1, id(job, 0, 1, WorkKind::Open), &content);
		let call = Call::open { worker: account(1), job, attempt: 0, round: 0, content, signature };
		assert_eq!(authorize(&call), Err(InvalidTransaction::BadProof));
	});
}

#[test]
fn fails_when_the_content_is_not_sound() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, run) = revealing();
		let refuse = |change: &dyn Fn(&mut Opening), error: Error<Test>| {
			let mut content = run.opening(job);
			change(&mut content);
			assert_refused(open(1, job, 0, 0, content), InvalidTransaction::Call, error);
		};
		refuse(&|o| o.ends.truncate(3), Error::WrongLength);
		refuse(&|o| o.interior.truncate(3), Error::WrongLength);
		refuse(&|o| o.interior.try_push(H256::zero()).unwrap(), Error::WrongLength);
		refuse(&|o| o.correct = ROWS + 1, Error::CorrectOutOfRange);
		refuse(&|o| o.ends[0].0 = H256::zero(), Error::EndNotProven);
		refuse(&|o| o.ends.as_mut().swap(0, 1), Error::EndNotProven);
		refuse(&|o| o.ends[3].1.truncate(1), Error::EndNotProven);
		// The start of a segment is not its end.
		let first = record(job).segments[0];
		let start = run.checkpoints[first as usize].into();
		let proof = merkle::prove(&run.checkpoints, first).unwrap();
		refuse(&|o| o.ends[0] = (start, proof.clone()), Error::EndNotProven);
	});
}

#[test]
fn fails_when_the_claim_changes_between_rounds() {
	ExtBuilder::default().build_and_execute(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		round(job, &run, |_| Belief::Lie(1));
		replay_round(job, &run, |_| Belief::Honest);
		assert_eq!(record(job).round, 1);
		let mut content = run.opening(job);
		content.correct = CORRECT + 1;
		let call = open(1, job, 0, 1, content);
		assert_refused(call, InvalidTransaction::Call, Error::ClaimChanged);
		deliver(open(1, job, 0, 1, run.opening(job)));
	});
}
