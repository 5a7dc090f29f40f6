//! Tests, one file per call, hook and invariant. This file holds the actors: an executor with its checkpoints, and
//! verifiers that replay them.

mod commit;
mod commit_verdict;
mod deadlines;
mod draws;
mod invariants;
mod judgement;
mod open;
mod outbox;
mod reveal_verdict;
mod skipped_segment;
mod try_state;

pub(crate) use crate::mock::*;
pub(crate) use crate::*;
use codec::Encode;
pub(crate) use engram_primitives::{
	authorization::{work_digest, WorkerSignature},
	merkle,
	work::*,
	Cid, JobId,
};
pub(crate) use frame_support::{assert_noop, assert_ok, traits::Authorize};
use frame_system::RawOrigin;
pub(crate) use sp_core::{Pair as _, H256};
use sp_io::hashing::blake2_256;
use sp_runtime::{
	traits::Dispatchable,
	transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError},
	DispatchError,
};

/// The data and batch order of job 1, as the fake replay knows them.
pub(crate) const DATA: u64 = 7;

/// One training step on some data.
fn step(data: u64, state: [u8; 32]) -> [u8; 32] {
	(data, state).using_encoded(blake2_256)
}

/// The states after each step of a segment.
fn steps_from(data: u64, start: [u8; 32]) -> Vec<[u8; 32]> {
	let interval = spec().checkpoint_interval as usize;
	std::iter::successors(Some(step(data, start)), |state| Some(step(data, *state))).take(interval).collect()
}

/// What an executor trained: its checkpoints and, for interior steps, the data it says it used.
#[derive(Clone)]
pub(crate) struct Run {
	data: u64,
	pub(crate) checkpoints: Vec<[u8; 32]>,
	pub(crate) correct: u32,
}

impl Run {
	/// Trains on some data.
	pub(crate) fn on(data: u64) -> Self {
		Self::with(data, |_| false)
	}

	/// Trains on job 1's data but copies a checkpoint instead of training one segment.
	pub(crate) fn skipping(segment: u32) -> Self {
		Self::with(DATA, |s| s == segment)
	}

	fn with(data: u64, skipped: impl Fn(u32) -> bool) -> Self {
		let mut checkpoints = vec![[1; 32]];
		for segment in 0..spec().segments() {
			let start = *checkpoints.last().unwrap();
			let end = *steps_from(data, start).last().unwrap();
			checkpoints.push(if skipped(segment) { start } else { end });
		}
		Self { data, checkpoints, correct: CORRECT }
	}

	pub(crate) fn commitment(&self) -> Commitment {
		let last = self.checkpoints.len() as u32 - 1;
		Commitment {
			root: merkle::root(&self.checkpoints),
			final_weights: Cid::new(0x55, self.checkpoints[last as usize]),
			final_proof: merkle::prove(&self.checkpoints, last).unwrap(),
		}
	}

	pub(crate) fn opening(&self, job: JobId) -> Opening {
		let record = Checks::<Test>::get(job).unwrap();
		let ends = record.segments.iter().map(|segment| {
			let proof = merkle::prove(&self.checkpoints, segment + 1).unwrap();
			(self.checkpoints[*segment as usize + 1].into(), proof)
		});
		let steps = record.segments.iter().zip(&record.interior);
		let interior = steps.map(|(segment, step)| {
			let start = self.checkpoints[*segment as usize];
			steps_from(self.data, start)[*step as usize - 1].into()
		});
		Opening {
			ends: ends.collect::<Vec<_>>().try_into().unwrap(),
			interior: interior.collect::<Vec<_>>().try_into().unwrap(),
			correct: self.correct,
		}
	}
}

/// What a verifier says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Belief {
	/// The replay on the job's data.
	Honest,
	/// The replay on other data: equal lies are equal verdicts.
	Lie(u64),
	/// An honest replay with another count of correct rows.
	Count(u32),
	/// An honest replay without a count: the final weights were not served.
	Uncounted,
	/// It was not served.
	Unavailable,
	/// Nothing at all.
	Silent,
}

fn salt(n: u8) -> H256 {
	H256::repeat_byte(n)
}

/// The states after every step of every opened segment.
fn replayed(job: JobId, run: &Run, belief: Belief) -> Vec<Vec<[u8; 32]>> {
	let data = match belief {
		Belief::Lie(data) => data,
		_ => DATA,
	};
	let record = Checks::<Test>::get(job).unwrap();
	let segments = record.segments.iter();
	segments.map(|segment| steps_from(data, run.checkpoints[*segment as usize])).collect()
}

pub(crate) fn verdict_commitment(job: JobId, n: u8, run: &Run, belief: Belief) -> VerdictCommitment {
	if belief == Belief::Unavailable {
		return Verdict::unavailable_commitment(salt(n));
	}
	let states = replayed(job, run, belief);
	let ends: Vec<H256> = states.iter().map(|segment| (*segment.last().unwrap()).into()).collect();
	let step_root = merkle::root(&states.concat());
	VerdictEvidence::commitment(&ends.try_into().unwrap(), &step_root, &salt(n))
}

pub(crate) fn verdict(job: JobId, n: u8, run: &Run, belief: Belief) -> Verdict {
	if belief == Belief::Unavailable {
		return Verdict::Unavailable { salt: salt(n) };
	}
	let record = Checks::<Test>::get(job).unwrap();
	let states = replayed(job, run, belief);
	let ends: Vec<H256> = states.iter().map(|segment| (*segment.last().unwrap()).into()).collect();
	let leaves = states.concat();
	let interior = record.interior.iter().enumerate().map(|(place, step)| {
		let index = place as u32 * record.terms.interval + step - 1;
		(leaves[index as usize].into(), merkle::prove(&leaves, index).unwrap())
	});
	Verdict::Replayed(VerdictEvidence {
		ends: ends.try_into().unwrap(),
		step_root: merkle::root(&leaves),
		interior: interior.collect::<Vec<_>>().try_into().unwrap(),
		correct: match belief {
			Belief::Count(correct) => Some(correct),
			Belief::Uncounted => None,
			_ => Some(CORRECT),
		},
		salt: salt(n),
	})
}

/// A signature by the hot key of worker `n`.
pub(crate) fn signed(n: u8, id: WorkId, content: &impl Encode) -> WorkerSignature {
	let genesis = H256::from_slice(System::block_hash(0).as_ref());
	pair(n).sign(&work_digest(genesis, &account(n), id, content))
}

fn id(job: JobId, attempt: u32, round: u32, kind: WorkKind) -> WorkId {
	WorkId { job, attempt, round, kind }
}

pub(crate) fn commit(n: u8, job: JobId, attempt: u32, content: Commitment) -> Call<Test> {
	let signature = signed(n, id(job, attempt, 0, WorkKind::Commit), &content);
	Call::commit { worker: account(n), job, attempt, content, signature }
}

pub(crate) fn commit_verdict(
	n: u8,
	job: JobId,
	attempt: u32,
	round: u32,
	content: VerdictCommitment,
) -> Call<Test> {
	let signature = signed(n, id(job, attempt, round, WorkKind::CommitVerdict), &content);
	Call::commit_verdict { worker: account(n), job, attempt, round, content, signature }
}

pub(crate) fn open(n: u8, job: JobId, attempt: u32, round: u32, content: Opening) -> Call<Test> {
	let signature = signed(n, id(job, attempt, round, WorkKind::Open), &content);
	Call::open { worker: account(n), job, attempt, round, content, signature }
}

pub(crate) fn reveal(n: u8, job: JobId, attempt: u32, round: u32, content: Verdict) -> Call<Test> {
	let signature = signed(n, id(job, attempt, round, WorkKind::Reveal), &content);
	Call::reveal_verdict { worker: account(n), job, attempt, round, content, signature }
}

/// What the pool says.
pub(crate) fn authorize(call: &Call<Test>) -> Result<(), InvalidTransaction> {
	let answer = call.authorize(TransactionSource::External).expect("every call is authorized");
	match answer {
		Ok(_) => Ok(()),
		Err(TransactionValidityError::Invalid(invalid)) => Err(invalid),
		Err(other) => panic!("{other:?}"),
	}
}

/// Dispatches as if authorized.
pub(crate) fn dispatch(call: &Call<Test>) -> Result<(), DispatchError> {
	RuntimeCall::Learning(call.clone())
		.dispatch(RawOrigin::Authorized.into())
		.map(|_| ())
		.map_err(|error| error.error)
}

/// Authorizes and dispatches.
pub(crate) fn deliver(call: Call<Test>) {
	assert_eq!(authorize(&call), Ok(()));
	assert_ok!(dispatch(&call));
}

/// Neither the pool nor the dispatch takes it.
#[track_caller]
pub(crate) fn assert_refused(call: Call<Test>, pool: InvalidTransaction, error: Error<Test>) {
	assert_eq!(authorize(&call), Err(pool));
	assert_noop!(dispatch(&call), error);
}

pub(crate) fn record(job: JobId) -> CheckRecordOf<Test> {
	Checks::<Test>::get(job).unwrap()
}

/// The numbers of the verifiers of a job, in the order they were drawn.
pub(crate) fn verifiers(job: JobId) -> Vec<u8> {
	record(job).seats.iter().map(|seat| number(&seat.who)).collect()
}

pub(crate) fn number(who: &AccountId) -> u8 {
	let bytes: &[u8; 32] = who.as_ref();
	bytes[0]
}

/// Numbers of the verifiers that have to report in this round.
pub(crate) fn active(job: JobId) -> Vec<u8> {
	let record = record(job);
	let seats = record.seats.iter().filter(|seat| seat.verdict.is_none());
	seats.map(|seat| number(&seat.who)).collect()
}

/// Worker 1 commits to a run of job 1.
pub(crate) fn committed(run: &Run) -> JobId {
	let job = assign(1, 1);
	deliver(commit(1, job, 0, run.commitment()));
	job
}

/// Blocks go by until something else is waited for, or the check is over.
pub(crate) fn wait_for(job: JobId, phase: impl Fn(&Phase<BlockNumber>) -> bool) {
	for _ in 0..200 {
		match Checks::<Test>::get(job) {
			Some(record) if !phase(&record.phase) => next_block(),
			_ => return,
		}
	}
	panic!("the check of {job:?} does not get on: {:?}", Checks::<Test>::get(job));
}

pub(crate) fn wait_replaying(job: JobId) {
	wait_for(job, |phase| matches!(phase, Phase::Replaying { .. }));
}

/// Runs past the deadline of the phase a check is in.
pub(crate) fn miss_deadline(job: JobId) {
	run_to(record(job).due);
}

pub(crate) fn wait_revealing(job: JobId) {
	wait_for(job, |phase| matches!(phase, Phase::Revealing { .. }));
}

/// Verifiers commit as they believe, interior steps are drawn.
pub(crate) fn replay_round(job: JobId, run: &Run, belief: impl Fn(u8) -> Belief) {
	wait_replaying(job);
	let (attempt, round) = (record(job).attempt, record(job).round);
	for n in active(job) {
		if belief(n) != Belief::Silent {
			let content = verdict_commitment(job, n, run, belief(n));
			deliver(commit_verdict(n, job, attempt, round, content));
		}
	}
	wait_revealing(job);
}

/// The executor opens, the verifiers reveal as they believe, and the round is closed.
pub(crate) fn reveal_round(job: JobId, run: &Run, belief: impl Fn(u8) -> Belief) {
	let (attempt, round) = (record(job).attempt, record(job).round);
	deliver(open(1, job, attempt, round, run.opening(job)));
	for n in active(job) {
		if belief(n) != Belief::Silent {
			deliver(reveal(n, job, attempt, round, verdict(job, n, run, belief(n))));
		}
	}
	next_block();
}

/// A whole round.
pub(crate) fn round(job: JobId, run: &Run, belief: impl Fn(u8) -> Belief) {
	replay_round(job, run, &belief);
	reveal_round(job, run, &belief);
}

pub(crate) fn member(n: u8) -> Member {
	Members::get(account(n)).unwrap()
}

pub(crate) fn findings() -> Vec<EncodedFinding> {
	Found::get().unwrap_or_default().into_iter().map(|(_, _, finding)| finding).collect()
}

pub(crate) fn events() -> Vec<Event<Test>> {
	let records = System::events().into_iter();
	let own = records.filter_map(|record| match record.event {
		RuntimeEvent::Learning(event) => Some(event),
		_ => None,
	});
	own.collect()
}

/// The summary of the only finished check.
pub(crate) fn summary() -> CheckSummary<AccountId> {
	let mut summaries = events().into_iter().filter_map(|event| match event {
		Event::CheckFinished { summary, .. } => Some(summary),
		_ => None,
	});
	let first = summaries.next().expect("a check is finished");
	assert!(summaries.next().is_none(), "more than one check is finished");
	first
}

pub(crate) fn slashed() -> Vec<u8> {
	summary().slashed.iter().map(|slash| number(&slash.who)).collect()
}
