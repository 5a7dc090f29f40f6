use super::*;
use engram_primitives::traits::TrainingJobs;
use frame_support::BoundedVec;

#[test]
fn works() {
	ExtBuilder::default().build_and_execute(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		let record = record(job);
		assert_eq!(record.executor, account(1));
		assert_eq!(record.root, run.commitment().root);
		assert_eq!(record.phase, Phase::Drawing { at: 1 + DELAY });
		assert_eq!(record.due, 1 + DELAY);
		assert_eq!(record.committed_at, 1);
		assert_eq!(CommittedJobs::get(), Some(vec![(job, 0)]));
		assert_eq!(Learning::checks_of(account(1)), vec![job]);
		// The executor's slot is the job market's.
		assert_eq!(member(1).free, 2);
		let Commitment { root, final_weights, .. } = run.commitment();
		System::assert_last_event(
			Event::Committed { executor: account(1), job, attempt: 0, root, final_weights }.into(),
		);
		assert_eq!(Learning::catch_probability_ppm(job), Some(250_000));
		let view = Learning::check(job).unwrap();
		assert_eq!((view.root, view.attempt, view.round), (root, 0, 0));
		assert_eq!(view.phase, Phase::Drawing { at: 1 + DELAY });
	});
}

#[test]
fn fails_when_nothing_is_assigned() {
	ExtBuilder::default().build_and_execute(|| {
		let call = commit(1, JobId(9), 0, Run::on(DATA).commitment());
		assert_refused(call, InvalidTransaction::Stale, Error::UnknownJob);
	});
}

#[test]
fn fails_when_sent_by_a_stranger() {
	ExtBuilder::default().build_and_execute(|| {
		let job = assign(1, 1);
		let content = Run::on(DATA).commitment();
		let call = commit(2, job, 0, content.clone());
		assert_refused(call, InvalidTransaction::Call, Error::NotExecutor);
		// In the executor's name, but signed by another key.
		let Call::commit { signature, .. } = commit(2, job, 0, content.clone()) else { panic!() };
		let call = Call::commit { worker: account(1), job, attempt: 0, content, signature };
		assert_eq!(authorize(&call), Err(InvalidTransaction::BadProof));
	});
}

#[test]
fn fails_when_the_origin_is_not_the_authorization() {
	ExtBuilder::default().build_and_execute(|| {
		let job = assign(1, 1);
		let call = RuntimeCall::Learning(commit(1, job, 0, Run::on(DATA).commitment()));
		for origin in [RawOrigin::Signed(account(1)), RawOrigin::Root, RawOrigin::None] {
			let error = call.clone().dispatch(origin.into()).unwrap_err().error;
			assert_eq!(error, DispatchError::BadOrigin);
		}
	});
}

#[test]
fn fails_when_the_attempt_is_another() {
	ExtBuilder::default().build_and_execute(|| {
		let job = assign_attempt(1, 1, 1);
		let content = Run::on(DATA).commitment();
		let over = commit(1, job, 0, content.clone());
		assert_refused(over, InvalidTransaction::Stale, Error::AttemptOver);
		let ahead = commit(1, job, 2, content.clone());
		assert_refused(ahead, InvalidTransaction::Future, Error::AttemptAhead);
		// A signature for attempt 0 does not serve attempt 1.
		let Call::commit { signature, .. } = commit(1, job, 0, content.clone()) else { panic!() };
		let call = Call::commit { worker: account(1), job, attempt: 1, content, signature };
		assert_eq!(authorize(&call), Err(InvalidTransaction::BadProof));
	});
}

#[test]
fn fails_when_signed_for_another_chain() {
	ExtBuilder::default().build_and_execute(|| {
		let job = assign(1, 1);
		let content = Run::on(DATA).commitment();
		let id = WorkId { job, attempt: 0, round: 0, kind: WorkKind::Commit };
		let digest = work_digest(H256::repeat_byte(3), &account(1), id, &content);
		let signature = pair(1).sign(&digest);
		let call = Call::commit { worker: account(1), job, attempt: 0, content, signature };
		assert_eq!(authorize(&call), Err(InvalidTransaction::BadProof));
	});
}

#[test]
fn fails_when_committed_twice() {
	ExtBuilder::default().build_and_execute(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		let again = commit(1, job, 0, run.commitment());
		assert_refused(again, InvalidTransaction::Stale, Error::AlreadyReported);
	});
}

#[test]
fn fails_when_the_agenda_has_no_room() {
	ExtBuilder::default().build_and_execute(|| {
		let job = assign(1, 1);
		let call = commit(1, job, 0, Run::on(DATA).commitment());
		let full: BoundedVec<_, MaxPerBlock> = BoundedVec::truncate_from(vec![JobId(99); 4]);
		let reach = 1 + DELAY..1 + DELAY + LOOK_AHEAD;
		reach.clone().for_each(|block| Agenda::<Test>::insert(block, &full));
		assert_noop!(dispatch(&call), Error::<Test>::AgendaFull);
		// One place is enough, be it the last.
		let last = DELAY + LOOK_AHEAD;
		Agenda::<Test>::mutate(last, |items| items.pop());
		deliver(call);
		assert_eq!(record(job).due, last);
		// The rest of the agenda is of no check.
		reach.for_each(Agenda::<Test>::remove);
		assert_ok!(Agenda::<Test>::try_append(last, job));
	});
}

#[test]
fn fails_when_the_seed_is_not_known() {
	ExtBuilder::default().build_and_execute(|| {
		let job = assign(1, 1);
		Assignments::mutate(|all| all.get_mut(&job).unwrap().seed_at = 1);
		let call = commit(1, job, 0, Run::on(DATA).commitment());
		assert_refused(call.clone(), InvalidTransaction::Future, Error::SeedUnknown);
		next_block();
		deliver(call);
	});
}

#[test]
fn fails_when_the_weights_are_not_under_the_root() {
	ExtBuilder::default().build_and_execute(|| {
		let job = assign(1, 1);
		let run = Run::on(DATA);
		// Right weights, the root of a run on another job's data.
		let mut content = run.commitment();
		content.root = Run::on(8).commitment().root;
		let call = commit(1, job, 0, content);
		assert_refused(call, InvalidTransaction::Call, Error::WeightsNotProven);
		// An earlier checkpoint passed off as the last.
		let mut content = run.commitment();
		content.final_weights = Cid::new(0x55, run.checkpoints[15]);
		content.final_proof = merkle::prove(&run.checkpoints, 15).unwrap();
		let call = commit(1, job, 0, content);
		assert_refused(call, InvalidTransaction::Call, Error::WeightsNotProven);
		// A shorter run.
		let mut short = run.clone();
		short.checkpoints.truncate(9);
		let call = commit(1, job, 0, short.commitment());
		assert_refused(call, InvalidTransaction::Call, Error::WeightsNotProven);
	});
}

#[test]
fn fails_when_the_weights_are_no_cid() {
	ExtBuilder::default().build_and_execute(|| {
		let job = assign(1, 1);
		let mut content = Run::on(DATA).commitment();
		content.final_weights = Cid::new(0x71, content.final_weights.digest());
		let call = commit(1, job, 0, content);
		assert_refused(call, InvalidTransaction::Call, Error::InvalidWeights);
	});
}

#[test]
fn fails_when_the_spec_cannot_be_checked() {
	ExtBuilder::default().build_and_execute(|| {
		let job = assign(1, 1);
		Assignments::mutate(|all| all.get_mut(&job).unwrap().spec.opened = 9);
		let call = commit(1, job, 0, Run::on(DATA).commitment());
		assert_refused(call, InvalidTransaction::Call, Error::InvalidSpec);
	});
}

#[test]
fn fails_when_too_many_checks_run() {
	ExtBuilder::default().build_and_execute(|| {
		MaxPerBlock::set(1);
		let run = Run::on(DATA);
		for n in 0..u64::from(LOOK_AHEAD) {
			let job = assign(n, 1);
			deliver(commit(1, job, 0, run.commitment()));
		}
		// Each got a block of its own.
		let due: Vec<_> = Checks::<Test>::iter_values().map(|record| record.due).collect();
		assert_eq!(due.iter().max(), Some(&(DELAY + LOOK_AHEAD)));
		let job = assign(99, 1);
		let call = commit(1, job, 0, run.commitment());
		let full = InvalidTransaction::ExhaustsResources;
		assert_refused(call, full, Error::TooManyChecks);
		assert!(FakeJobs::training(job).is_some());
	});
}

#[test]
fn transactions_are_tagged_by_worker_and_task() {
	ExtBuilder::default().build_and_execute(|| {
		let job = assign(1, 1);
		let call = commit(1, job, 0, Run::on(DATA).commitment());
		for source in [TransactionSource::External, TransactionSource::Local, TransactionSource::InBlock] {
			let (valid, refund) = call.authorize(source).unwrap().unwrap();
			let id = WorkId { job, attempt: 0, round: 0, kind: WorkKind::Commit };
			assert_eq!(valid.provides, vec![(b"engram", account(1), id).encode()]);
			assert!(valid.propagate && valid.requires.is_empty());
			assert_eq!(valid.longevity, 64);
			assert_eq!(refund, frame_support::weights::Weight::zero());
		}
	});
}
