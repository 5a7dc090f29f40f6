use super::*;

/// A check whose verifier has not committed yet.
fn replaying() -> (JobId, u8, Run) {
	let run = Run::on(DATA);
	let job = committed(&run);
	wait_replaying(job);
	(job, verifiers(job)[0], run)
}

#[test]
fn works() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, n, run) = replaying();
		let content = verdict_commitment(job, n, &run, Belief::Honest);
		deliver(commit_verdict(n, job, 0, 0, content));
		let now = System::block_number();
		assert_eq!(record(job).phase, Phase::InteriorDraw { at: now + DELAY });
		assert_eq!(record(job).seats[0].commitment, Some(content.0));
		System::assert_last_event(
			Event::VerdictCommitted {
				verifier: account(n),
				job,
				attempt: 0,
				round: 0,
				commitment: content.0,
			}
			.into(),
		);
	});
}

#[test]
fn the_deadline_block_is_in_time_and_the_next_is_late() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, n, run) = replaying();
		let Phase::Replaying { deadline } = record(job).phase else { panic!() };
		let content = verdict_commitment(job, n, &run, Belief::Honest);
		let call = commit_verdict(n, job, 0, 0, content);
		run_to(deadline);
		assert_eq!(authorize(&call), Ok(()));
		// The next block's pool, before its hooks have run.
		System::set_block_number(deadline + 1);
		assert_refused(call.clone(), InvalidTransaction::Stale, Error::TooLate);
		System::set_block_number(deadline);
		next_block();
		assert_refused(call, InvalidTransaction::Call, Error::NotVerifier);
	});
}

#[test]
fn fails_when_there_is_no_check() {
	ExtBuilder::default().build_and_execute(|| {
		let job = assign(1, 1);
		let content = VerdictCommitment(H256::zero());
		let call = commit_verdict(2, job, 0, 0, content);
		assert_refused(call, InvalidTransaction::Stale, Error::UnknownCheck);
	});
}

#[test]
fn fails_when_sent_by_a_stranger() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, n, run) = replaying();
		let content = verdict_commitment(job, n, &run, Belief::Honest);
		for stranger in (1..=5).filter(|other| *other != n) {
			let call = commit_verdict(stranger, job, 0, 0, content);
			assert_refused(call, InvalidTransaction::Call, Error::NotVerifier);
		}
		let stolen = signed(1, id(job, 0, 0, WorkKind::CommitVerdict), &content);
		let call = Call::commit_verdict {
			worker: account(n),
			job,
			attempt: 0,
			round: 0,
			content,
			signature: stolen,
		};
		assert_eq!(authorize(&call), Err(InvalidTransaction::BadProof));
	});
}

#[test]
fn fails_when_attempt_or_round_is_another() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, n, run) = replaying();
		let content = verdict_commitment(job, n, &run, Belief::Honest);
		let ahead = commit_verdict(n, job, 1, 0, content);
		assert_refused(ahead, InvalidTransaction::Future, Error::AttemptAhead);
		let ahead = commit_verdict(n, job, 0, 1, content);
		assert_refused(ahead, InvalidTransaction::Future, Error::RoundAhead);
		// A signature for another round, attempt or kind is worth nothing here.
		for other in [
			id(job, 0, 1, WorkKind::CommitVerdict),
			id(job, 1, 0, WorkKind::CommitVerdict),
			id(JobId(2), 0, 0, WorkKind::CommitVerdict),
			id(job, 0, 0, WorkKind::Reveal),
		] {
			let signature = signed(n, other, &content);
			let worker = account(n);
			let call = Call::commit_verdict { worker, job, attempt: 0, round: 0, content, signature };
			assert_eq!(authorize(&call), Err(InvalidTransaction::BadProof));
		}
	});
}

#[test]
fn fails_when_too_early() {
	ExtBuilder::default().workers(2).build_and_execute(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		replay_round(job, &run, |_| Belief::Lie(1));
		reveal_round(job, &run, |_| Belief::Lie(1));
		assert_eq!(record(job).stage, Stage::Panel);
		// A third worker takes the second seat, a fourth is lacking: the panel is not complete.
		Members::insert(account(3), Member { key: pair(3).public(), free: 2, ..member(2) });
		run_to(record(job).due);
		assert_eq!(verifiers(job), vec![2, 3]);
		let call = commit_verdict(3, job, 0, 1, VerdictCommitment(H256::zero()));
		assert_refused(call, InvalidTransaction::Future, Error::TooEarly);
		// The first verifier has no part in this round.
		let call = commit_verdict(2, job, 0, 1, VerdictCommitment(H256::zero()));
		assert_refused(call, InvalidTransaction::Call, Error::NotVerifier);
	});
}

#[test]
fn fails_when_committed_twice() {
	ExtBuilder::default().build_and_execute(|| {
		let (job, n, run) = replaying();
		let call = commit_verdict(n, job, 0, 0, verdict_commitment(job, n, &run, Belief::Honest));
		deliver(call.clone());
		assert_refused(call, InvalidTransaction::Stale, Error::AlreadyReported);
		let other = commit_verdict(n, job, 0, 0, VerdictCommitment(H256::zero()));
		assert_refused(other, InvalidTransaction::Stale, Error::AlreadyReported);
	});
}
