//! Benchmarks of the calls, their authorization, and the work in hooks, each at its declared bounds.

use crate::{
	Agenda, BenchmarkHelper as _, Call, CheckRecordOf, Checks, Claim, Config, Duties, Event, OpeningDigest,
	Outcome, Pallet, Phase, Seat, Stage, VerdictDigest, LOOK_AHEAD, MAX_MISSED,
};
use alloc::{vec, vec::Vec};
use codec::Encode;
use engram_primitives::{
	authorization::{key, WorkerKey, WorkerSignature},
	merkle,
	model::{Optimiser, TrainingSpec, MAX_BATCH, MAX_INTERVAL, MAX_OPENED, MAX_SEGMENTS},
	traits::WorkerPool,
	work::{Commitment, Opening, PerSegment, Verdict, VerdictCommitment, VerdictEvidence, WorkId, WorkKind},
	Cid, JobId,
};
use frame_benchmarking::v2::*;
use frame_support::{
	pallet_prelude::{Authorize, ConstU32, TransactionSource},
	traits::Get,
	BoundedVec,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use sp_application_crypto::RuntimeAppPublic;
use sp_core::H256;
use sp_runtime::traits::{One, Saturating, Zero};

/// The segments with which the last checkpoint has the longest proof: the checkpoints are a power of two.
const SEGMENTS_TO_COMMIT: u32 = MAX_SEGMENTS.saturating_sub(1);

/// The largest job of this many segments.
fn spec(segments: u32) -> TrainingSpec {
	TrainingSpec {
		steps: segments.saturating_mul(MAX_INTERVAL),
		checkpoint_interval: MAX_INTERVAL,
		batch_size: MAX_BATCH,
		learning_rate: 100_000,
		optimiser: Optimiser::Sgd,
		opened: MAX_OPENED,
	}
}

/// A worker of the pool and its key.
struct Actor<T: Config> {
	who: T::AccountId,
	key: WorkerKey,
}

impl<T: Config> Actor<T> {
	fn new() -> Self {
		let key = key::Public::generate_pair(None);
		Self { who: T::BenchmarkHelper::worker(key.clone()), key }
	}

	fn sign(&self, id: WorkId, content: &impl Encode) -> Result<WorkerSignature, BenchmarkError> {
		let digest = Pallet::<T>::digest_of(&self.who, id, content);
		self.key.sign(&digest).ok_or(BenchmarkError::Stop("the keystore holds the key"))
	}
}

fn checkpoints(segments: u32) -> Vec<[u8; 32]> {
	(0..=segments).map(|n| n.using_encoded(sp_io::hashing::blake2_256)).collect()
}

fn commitment(segments: u32) -> Result<Commitment, BenchmarkError> {
	let leaves = checkpoints(segments);
	let last = leaves.last().copied().ok_or(BenchmarkError::Stop("there are checkpoints"))?;
	let final_proof = merkle::prove(&leaves, segments);
	Ok(Commitment {
		root: merkle::root(&leaves),
		final_weights: Cid::new(engram_primitives::cid::CODEC_RAW, last),
		final_proof: final_proof.ok_or(BenchmarkError::Stop("the last leaf is in the tree"))?,
	})
}

fn opening(record_segments: &[u32]) -> Result<Opening, BenchmarkError> {
	let leaves = checkpoints(MAX_SEGMENTS);
	let missing = || BenchmarkError::Stop("the end of a segment is in the tree");
	let mut opening = Opening { ends: PerSegment::new(), interior: PerSegment::new(), correct: 0 };
	for segment in record_segments {
		let index = segment.saturating_add(1);
		let at = usize::try_from(index).map_err(|_| missing())?;
		let end = leaves.get(at).copied().ok_or_else(missing)?;
		let proof = merkle::prove(&leaves, index).ok_or_else(missing)?;
		opening.ends.try_push((end.into(), proof)).map_err(|_| missing())?;
		opening.interior.try_push(H256::zero()).map_err(|_| missing())?;
	}
	Ok(opening)
}

/// Evidence for the largest tree of steps. Its leaves are all equal, so one proof fits each of them.
fn evidence() -> Result<VerdictEvidence, BenchmarkError> {
	let missing = || BenchmarkError::Stop("the tree has leaves");
	let leaf = [1u8; 32];
	let count = usize::try_from(MAX_OPENED.saturating_mul(MAX_INTERVAL)).map_err(|_| missing())?;
	let leaves = vec![leaf; count];
	let proof = merkle::prove(&leaves, 0).ok_or_else(missing)?;
	let mut evidence = VerdictEvidence {
		ends: PerSegment::new(),
		step_root: merkle::root(&leaves),
		interior: PerSegment::new(),
		correct: Some(0),
		salt: H256::zero(),
	};
	for _ in 0..MAX_OPENED {
		evidence.interior.try_push((leaf.into(), proof.clone())).map_err(|_| missing())?;
		evidence.ends.try_push(H256::repeat_byte(1)).map_err(|_| missing())?;
	}
	Ok(evidence)
}

/// Fills the agenda from a block on, so that placing an item there takes the longest search.
fn crowd<T: Config>(from: BlockNumberFor<T>) {
	let mut block = from;
	for n in 1..LOOK_AHEAD {
		let filler = |place| u64::MAX.saturating_sub(u64::from(n) << 32).saturating_sub(u64::from(place));
		let fillers: Vec<_> = (0..T::MaxPerBlock::get()).map(|place| JobId(filler(place))).collect();
		Agenda::<T>::insert(block, BoundedVec::truncate_from(fillers));
		block.saturating_inc();
	}
}

struct World<T: Config> {
	executor: Actor<T>,
	verifiers: Vec<Actor<T>>,
	job: JobId,
	attempt: u32,
}

impl<T: Config> World<T> {
	fn assigned(segments: u32) -> Self {
		frame_system::Pallet::<T>::set_block_number(100u32.into());
		T::BenchmarkHelper::fill_pool();
		let executor = Actor::new();
		let (job, attempt) = T::BenchmarkHelper::assign(&executor.who, spec(segments));
		Self { executor, verifiers: Vec::new(), job, attempt }
	}

	fn committed() -> Result<Self, BenchmarkError> {
		let world = Self::assigned(MAX_SEGMENTS);
		let executor = world.executor.who.clone();
		Pallet::<T>::do_commit(executor, world.job, world.attempt, &commitment(MAX_SEGMENTS)?)?;
		Ok(world)
	}

	fn record(&self) -> Result<CheckRecordOf<T>, BenchmarkError> {
		Checks::<T>::get(self.job).ok_or(BenchmarkError::Stop("the check runs"))
	}

	/// A panel of three in some phase: every other segment open, the interior steps the first ones.
	fn panel(phase: Phase<BlockNumberFor<T>>) -> Result<Self, BenchmarkError> {
		let mut world = Self::committed()?;
		let mut record = world.record()?;
		record.stage = Stage::Panel;
		record.round = 1;
		record.segments =
			PerSegment::truncate_from((0..MAX_OPENED).map(|n| n.saturating_mul(2)).collect::<Vec<_>>());
		for round in [0, 1, 1] {
			let actor = Actor::<T>::new();
			T::Workers::occupy(&actor.who)?;
			Duties::<T>::insert(&actor.who, world.job, ());
			// Three seats in a panel of three.
			let _ = record.seats.try_push(Seat::new(actor.who.clone(), round));
			world.verifiers.push(actor);
		}
		for seat in record.seats.iter_mut().filter(|seat| seat.round == 0) {
			seat.commitment = Some(H256::zero());
			seat.verdict = Some(VerdictDigest::Unavailable);
			seat.agrees = Some(false);
		}
		if matches!(phase, Phase::Revealing { .. }) {
			let ones = vec![1u32; usize::try_from(MAX_OPENED).unwrap_or(0)];
			record.interior = PerSegment::truncate_from(ones);
			for seat in record.seats.iter_mut() {
				seat.commitment = Some(H256::zero());
			}
		}
		record.phase = phase;
		Checks::<T>::insert(world.job, record);
		// Far from where the next step is placed, so that it does not find the place that it leaves.
		world.plan(later::<T>())?;
		Ok(world)
	}

	/// Moves the check to a block of the agenda.
	fn plan(&self, at: BlockNumberFor<T>) -> Result<(), BenchmarkError> {
		Pallet::<T>::unschedule(self.job, self.record()?.due);
		self.change(|record| record.due = at)?;
		Agenda::<T>::try_append(at, self.job).map_err(|()| BenchmarkError::Stop("the block has room"))
	}

	fn change(&self, change: impl FnOnce(&mut CheckRecordOf<T>)) -> Result<(), BenchmarkError> {
		let mut record = self.record()?;
		change(&mut record);
		Checks::<T>::insert(self.job, record);
		Ok(())
	}

	fn last(&self) -> Result<&Actor<T>, BenchmarkError> {
		self.verifiers.last().ok_or(BenchmarkError::Stop("a panel has verifiers"))
	}

	fn id(&self, round: u32, kind: WorkKind) -> WorkId {
		WorkId { job: self.job, attempt: self.attempt, round, kind }
	}

	fn commit_call(&self) -> Result<Call<T>, BenchmarkError> {
		let content = commitment(SEGMENTS_TO_COMMIT)?;
		let signature = self.executor.sign(self.id(0, WorkKind::Commit), &content)?;
		let (worker, job, attempt) = (self.executor.who.clone(), self.job, self.attempt);
		Ok(Call::commit { worker, job, attempt, content, signature })
	}

	fn commit_verdict_call(&self) -> Result<Call<T>, BenchmarkError> {
		let content = VerdictCommitment(H256::repeat_byte(1));
		let verifier = self.last()?;
		let signature = verifier.sign(self.id(1, WorkKind::CommitVerdict), &content)?;
		let (worker, job, attempt) = (verifier.who.clone(), self.job, self.attempt);
		Ok(Call::commit_verdict { worker, job, attempt, round: 1, content, signature })
	}

	fn open_call(&self) -> Result<Call<T>, BenchmarkError> {
		let content = opening(&self.record()?.segments)?;
		let signature = self.executor.sign(self.id(1, WorkKind::Open), &content)?;
		let (worker, job, attempt) = (self.executor.who.clone(), self.job, self.attempt);
		Ok(Call::open { worker, job, attempt, round: 1, content, signature })
	}

	fn reveal_call(&self) -> Result<Call<T>, BenchmarkError> {
		let content = Verdict::Replayed(evidence()?);
		let verifier = self.last()?;
		let signature = verifier.sign(self.id(1, WorkKind::Reveal), &content)?;
		let (worker, job, attempt) = (verifier.who.clone(), self.job, self.attempt);
		Ok(Call::reveal_verdict { worker, job, attempt, round: 1, content, signature })
	}
}

fn now<T: Config>() -> BlockNumberFor<T> {
	frame_system::Pallet::<T>::block_number()
}

fn later<T: Config>() -> BlockNumberFor<T> {
	now::<T>().saturating_add(1_000u32.into())
}

/// A panel that waits for its last verifier's commitment.
fn before_last_commitment<T: Config>() -> Result<World<T>, BenchmarkError> {
	let world = World::<T>::panel(Phase::Replaying { deadline: later::<T>() })?;
	let last = world.last()?.who.clone();
	world.change(|record| {
		for seat in record.seats.iter_mut().filter(|seat| seat.who != last) {
			seat.commitment = Some(H256::zero());
		}
	})?;
	crowd::<T>(Pallet::<T>::draw_block(now::<T>()));
	Ok(world)
}

/// A panel that waits for the executor's opening only.
fn before_opening<T: Config>() -> Result<World<T>, BenchmarkError> {
	let world = World::<T>::panel(Phase::Revealing { deadline: later::<T>() })?;
	world.change(|record| {
		for seat in record.seats.iter_mut() {
			seat.verdict = Some(VerdictDigest::Unavailable);
		}
	})?;
	crowd::<T>(now::<T>().saturating_add(One::one()));
	Ok(world)
}

/// A panel that waits for its last verdict.
fn before_last_verdict<T: Config>() -> Result<World<T>, BenchmarkError> {
	let world = World::<T>::panel(Phase::Revealing { deadline: later::<T>() })?;
	let last = world.last()?.who.clone();
	let VerdictEvidence { ends, step_root, salt, .. } = evidence()?;
	let VerdictCommitment(committed) = VerdictEvidence::commitment(&ends, &step_root, &salt);
	let opened = OpeningDigest::of(&opening(&world.record()?.segments)?);
	world.change(|record| {
		record.claimed = Some(Claim::from(&opened));
		record.opening = Some(opened);
		for seat in record.seats.iter_mut() {
			if seat.who == last {
				seat.commitment = Some(committed);
			} else {
				seat.verdict = Some(VerdictDigest::Unavailable);
			}
		}
	})?;
	crowd::<T>(now::<T>().saturating_add(One::one()));
	Ok(world)
}

/// A panel whose verdicts are complete: the last two are equal, the first one stands alone.
fn before_judgement<T: Config>(executor_agrees: bool) -> Result<World<T>, BenchmarkError> {
	let world = World::<T>::panel(Phase::Revealing { deadline: Zero::zero() })?;
	let opened = OpeningDigest::of(&opening(&world.record()?.segments)?);
	let OpeningDigest { ends, interior, correct } = opened;
	let majority = if executor_agrees { ends } else { H256::repeat_byte(1) };
	world.change(|record| {
		record.opening = Some(OpeningDigest { ends, interior, correct });
		record.claimed = Some(Claim { ends, correct });
		for seat in record.seats.iter_mut() {
			let ends = if seat.round == 0 { H256::repeat_byte(2) } else { majority };
			let (step_root, correct) = (H256::zero(), Some(correct));
			seat.verdict = Some(VerdictDigest::Replayed { ends, step_root, interior, correct });
		}
	})?;
	Ok(world)
}

/// Makes a check due in this block. What comes next is planned for `next`, where only a long search finds a place.
fn due_now<T: Config>(
	world: &World<T>,
	next: BlockNumberFor<T>,
) -> Result<BlockNumberFor<T>, BenchmarkError> {
	let now = now::<T>();
	world.plan(now)?;
	crowd::<T>(next);
	Ok(now)
}

/// The block after a deadline that is set in this block.
fn after<T: Config>(period: BlockNumberFor<T>) -> BlockNumberFor<T> {
	now::<T>().saturating_add(period).saturating_add(One::one())
}

/// As many replaced verifiers as a check can have.
fn replaced<T: Config>() -> BoundedVec<T::AccountId, ConstU32<MAX_MISSED>> {
	let missed = (0..T::MaxReplacements::get()).map(|n| account("replaced", n, 0));
	BoundedVec::truncate_from(missed.collect())
}

/// How the last check ended.
fn outcome<T: Config>() -> Option<Outcome>
where
	T::RuntimeEvent: TryInto<Event<T>>,
{
	let outcomes = frame_system::Pallet::<T>::read_events_no_consensus().filter_map(|record| {
		match record.event.try_into() {
			Ok(Event::CheckFinished { summary, .. }) => Some(summary.outcome),
			_ => None,
		}
	});
	outcomes.last()
}

fn authorized<T: Config>(call: &Call<T>) -> Result<(), BenchmarkError> {
	match call.authorize(TransactionSource::External) {
		Some(Ok(_)) => Ok(()),
		_ => Err(BenchmarkError::Stop("the report is wanted and signed")),
	}
}

#[benchmarks(where T::RuntimeEvent: TryInto<Event<T>>)]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn commit() -> Result<(), BenchmarkError> {
		let world = World::<T>::assigned(SEGMENTS_TO_COMMIT);
		crowd::<T>(Pallet::<T>::draw_block(now::<T>()));
		let (worker, job, attempt) = (world.executor.who.clone(), world.job, world.attempt);
		let content = commitment(SEGMENTS_TO_COMMIT)?;
		let signature = world.executor.sign(world.id(0, WorkKind::Commit), &content)?;

		#[extrinsic_call]
		_(RawOrigin::Authorized, worker, job, attempt, content, signature);

		assert!(Checks::<T>::contains_key(job));
		Ok(())
	}

	#[benchmark]
	fn authorize_commit() -> Result<(), BenchmarkError> {
		let call = World::<T>::assigned(SEGMENTS_TO_COMMIT).commit_call()?;

		#[block]
		{
			authorized::<T>(&call)?;
		}

		Ok(())
	}

	#[benchmark]
	fn commit_verdict() -> Result<(), BenchmarkError> {
		let world = before_last_commitment::<T>()?;
		let Call::commit_verdict { worker, job, attempt, round, content, signature } =
			world.commit_verdict_call()?
		else {
			return Err(BenchmarkError::Stop("it is that call"));
		};

		#[extrinsic_call]
		_(RawOrigin::Authorized, worker, job, attempt, round, content, signature);

		assert!(matches!(world.record()?.phase, Phase::InteriorDraw { .. }));
		Ok(())
	}

	#[benchmark]
	fn authorize_commit_verdict() -> Result<(), BenchmarkError> {
		let call = before_last_commitment::<T>()?.commit_verdict_call()?;

		#[block]
		{
			authorized::<T>(&call)?;
		}

		Ok(())
	}

	#[benchmark]
	fn open() -> Result<(), BenchmarkError> {
		let world = before_opening::<T>()?;
		let Call::open { worker, job, attempt, round, content, signature } = world.open_call()? else {
			return Err(BenchmarkError::Stop("it is that call"));
		};

		#[extrinsic_call]
		_(RawOrigin::Authorized, worker, job, attempt, round, content, signature);

		assert!(world.record()?.opening.is_some());
		Ok(())
	}

	#[benchmark]
	fn authorize_open() -> Result<(), BenchmarkError> {
		let call = before_opening::<T>()?.open_call()?;

		#[block]
		{
			authorized::<T>(&call)?;
		}

		Ok(())
	}

	#[benchmark]
	fn reveal_verdict() -> Result<(), BenchmarkError> {
		let world = before_last_verdict::<T>()?;
		let Call::reveal_verdict { worker, job, attempt, round, content, signature } = world.reveal_call()?
		else {
			return Err(BenchmarkError::Stop("it is that call"));
		};

		#[extrinsic_call]
		_(RawOrigin::Authorized, worker, job, attempt, round, content, signature);

		assert!(world.record()?.all_revealed());
		Ok(())
	}

	#[benchmark]
	fn authorize_reveal_verdict() -> Result<(), BenchmarkError> {
		let call = before_last_verdict::<T>()?.reveal_call()?;

		#[block]
		{
			authorized::<T>(&call)?;
		}

		Ok(())
	}

	#[benchmark]
	fn take_due() {
		let now = now::<T>();

		#[block]
		{
			Pallet::<T>::process_due(now);
		}

		assert!(Agenda::<T>::get(now).is_empty());
	}

	/// Segments and, as in a panel, two verifiers, beside as many that were replaced as can be.
	#[benchmark]
	fn draw() -> Result<(), BenchmarkError> {
		let world = World::<T>::committed()?;
		let at = now::<T>();
		T::BenchmarkHelper::set_beacon(at);
		let first = Actor::<T>::new();
		T::Workers::occupy(&first.who)?;
		Duties::<T>::insert(&first.who, world.job, ());
		// Enough to draw two from, whatever the pool holds.
		let _others = [Actor::<T>::new(), Actor::<T>::new()];
		world.change(|record| {
			record.stage = Stage::Panel;
			record.phase = Phase::Drawing { at };
			// The first seat of three.
			let _ = record.seats.try_push(Seat::new(first.who.clone(), 0));
			record.missed = replaced::<T>();
		})?;
		let now = due_now::<T>(&world, after::<T>(T::ReplayDeadline::get()))?;

		#[block]
		{
			Pallet::<T>::process_due(now);
		}

		let record = world.record()?;
		assert!(record.is_full() && !record.segments.is_empty());
		Ok(())
	}

	/// Both verifiers of a panel are idle, and others take their seats if replacements are left.
	#[benchmark]
	fn missed_commitments() -> Result<(), BenchmarkError> {
		let world = World::<T>::panel(Phase::Replaying { deadline: Zero::zero() })?;
		let now = due_now::<T>(&world, Pallet::<T>::draw_block(now::<T>()))?;

		#[block]
		{
			Pallet::<T>::process_due(now);
		}

		match Checks::<T>::get(world.job) {
			Some(record) => assert!(matches!(record.phase, Phase::Drawing { .. })),
			None => assert!(T::MaxReplacements::get() < 2),
		}
		Ok(())
	}

	#[benchmark]
	fn draw_interior() -> Result<(), BenchmarkError> {
		let world = World::<T>::panel(Phase::InteriorDraw { at: Zero::zero() })?;
		let at = now::<T>();
		T::BenchmarkHelper::set_beacon(at);
		world.change(|record| {
			record.phase = Phase::InteriorDraw { at };
			for seat in record.seats.iter_mut() {
				seat.commitment = Some(H256::zero());
			}
		})?;
		let now = due_now::<T>(&world, after::<T>(T::RevealDeadline::get()))?;

		#[block]
		{
			Pallet::<T>::process_due(now);
		}

		assert!(matches!(world.record()?.phase, Phase::Revealing { .. }));
		Ok(())
	}

	/// A panel confirms the executor and slashes the verifier that stands alone. The job market pays and records the version.
	#[benchmark]
	fn confirm() -> Result<(), BenchmarkError> {
		let world = before_judgement::<T>(true)?;
		let now = due_now::<T>(&world, later::<T>())?;

		#[block]
		{
			Pallet::<T>::process_due(now);
		}

		assert!(matches!(outcome::<T>(), Some(Outcome::Verified { .. })));
		assert!(!Checks::<T>::contains_key(world.job));
		Ok(())
	}

	/// A panel slashes the executor and the verifier that stands alone. The job market looks for another executor.
	#[benchmark]
	fn refute() -> Result<(), BenchmarkError> {
		let world = before_judgement::<T>(false)?;
		let now = due_now::<T>(&world, later::<T>())?;
		T::BenchmarkHelper::crowd_market();

		#[block]
		{
			Pallet::<T>::process_due(now);
		}

		assert_eq!(outcome::<T>(), Some(Outcome::Refuted));
		assert!(!Checks::<T>::contains_key(world.job));
		Ok(())
	}

	/// Three verifiers are paid for a check that nobody can decide, and the job market gives the rest back.
	#[benchmark]
	fn void() -> Result<(), BenchmarkError> {
		let world = World::<T>::panel(Phase::Replaying { deadline: Zero::zero() })?;
		world.change(|record| {
			for seat in record.seats.iter_mut() {
				seat.verdict = Some(VerdictDigest::Unavailable);
			}
			record.missed = replaced::<T>();
		})?;
		let record = world.record()?;

		#[block]
		{
			Pallet::<T>::void(world.job, record)?;
		}

		assert_eq!(outcome::<T>(), Some(Outcome::Undecided));
		assert!(!Checks::<T>::contains_key(world.job));
		Ok(())
	}

	#[benchmark]
	fn postpone() -> Result<(), BenchmarkError> {
		let world = World::<T>::committed()?;
		let now = due_now::<T>(&world, now::<T>().saturating_add(T::RevealDeadline::get()))?;

		#[block]
		{
			Pallet::<T>::postpone(world.job, now, sp_runtime::DispatchError::Unavailable);
		}

		assert!(world.record()?.due > now);
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder::default().with_keystore(), crate::mock::Test);
}
