//! Benchmarks of the calls, their authorization, and the work in hooks, each at its declared bounds.

use crate::{
	Agenda, BenchmarkHelper as _, Call, CheckRecordOf, Checks, Config, Duties, OpeningDigest, Pallet, Phase,
	Seat, Stage, VerdictDigest, LOOK_AHEAD,
};
use alloc::{vec, vec::Vec};
use codec::Encode;
use engram_primitives::{
	authorization::{key, WorkerKey, WorkerSignature},
	merkle,
	model::{Optimiser, TrainingSpec, MAX_BATCH, MAX_OPENED, MAX_SEGMENTS},
	traits::WorkerPool,
	work::{Commitment, Opening, PerSegment, Verdict, VerdictCommitment, VerdictEvidence, WorkId, WorkKind},
	Cid, JobId,
};
use frame_benchmarking::v2::*;
use frame_support::{
	pallet_prelude::{Authorize, TransactionSource},
	traits::Get,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use sp_application_crypto::RuntimeAppPublic;
use sp_core::H256;
use sp_runtime::traits::{One, Saturating, Zero};

/// Steps in a segment: proofs grow with its logarithm only, and the whole tree is built here.
const INTERVAL: u32 = 64;

/// The largest job that can be checked.
fn spec() -> TrainingSpec {
	TrainingSpec {
		steps: MAX_SEGMENTS.saturating_mul(INTERVAL),
		checkpoint_interval: INTERVAL,
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

fn checkpoints() -> Vec<[u8; 32]> {
	(0..=MAX_SEGMENTS).map(|n| n.using_encoded(sp_io::hashing::blake2_256)).collect()
}

fn steps() -> Vec<[u8; 32]> {
	let leaves = MAX_OPENED.saturating_mul(INTERVAL);
	(0..leaves).map(|n| (b"step", n).using_encoded(sp_io::hashing::blake2_256)).collect()
}

fn commitment() -> Result<Commitment, BenchmarkError> {
	let leaves = checkpoints();
	let last = leaves.last().copied().ok_or(BenchmarkError::Stop("there are checkpoints"))?;
	let final_proof = merkle::prove(&leaves, MAX_SEGMENTS);
	Ok(Commitment {
		root: merkle::root(&leaves),
		final_weights: Cid::new(engram_primitives::cid::CODEC_RAW, last),
		final_proof: final_proof.ok_or(BenchmarkError::Stop("the last leaf is in the tree"))?,
	})
}

fn opening(record_segments: &[u32]) -> Result<Opening, BenchmarkError> {
	let leaves = checkpoints();
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

/// Evidence for interior steps that are all the first of their segment.
fn evidence() -> Result<VerdictEvidence, BenchmarkError> {
	let leaves = steps();
	let missing = || BenchmarkError::Stop("every step is in the tree");
	let mut evidence = VerdictEvidence {
		ends: PerSegment::new(),
		step_root: merkle::root(&leaves),
		interior: PerSegment::new(),
		correct: 0,
		salt: H256::zero(),
	};
	for place in 0..MAX_OPENED {
		let index = place.saturating_mul(INTERVAL);
		let at = usize::try_from(index).map_err(|_| missing())?;
		let leaf = leaves.get(at).copied().ok_or_else(missing)?;
		let proof = merkle::prove(&leaves, index).ok_or_else(missing)?;
		evidence.interior.try_push((leaf.into(), proof)).map_err(|_| missing())?;
		evidence.ends.try_push(H256::repeat_byte(1)).map_err(|_| missing())?;
	}
	Ok(evidence)
}

/// Fills the agenda from the next block on, so that placing an item takes the longest search.
fn crowd<T: Config>(from: BlockNumberFor<T>) {
	let mut block = from;
	for n in 1..LOOK_AHEAD {
		Agenda::<T>::mutate(block, |items| {
			for place in 0..T::MaxPerBlock::get() {
				let filler = u64::MAX.saturating_sub(u64::from(n) << 32).saturating_sub(place.into());
				// Full already: that is what is wanted.
				let _ = items.try_push(JobId(filler));
			}
		});
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
	fn assigned() -> Self {
		frame_system::Pallet::<T>::set_block_number(100u32.into());
		T::BenchmarkHelper::fill_pool();
		let executor = Actor::new();
		let (job, attempt) = T::BenchmarkHelper::assign(&executor.who, spec());
		Self { executor, verifiers: Vec::new(), job, attempt }
	}

	fn committed() -> Result<Self, BenchmarkError> {
		let world = Self::assigned();
		let executor = world.executor.who.clone();
		Pallet::<T>::do_commit(executor, world.job, world.attempt, &commitment()?)?;
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
		Ok(world)
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
		let content = commitment()?;
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
	crowd::<T>(now::<T>().saturating_add(One::one()));
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
		record.opening = Some(opened);
		record.claimed = Some(0);
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

/// Puts a check into this block's place of the agenda.
fn due_now<T: Config>(world: &World<T>) -> Result<BlockNumberFor<T>, BenchmarkError> {
	let now = now::<T>();
	Pallet::<T>::unschedule(world.job, world.record()?.due);
	world.change(|record| record.due = now)?;
	let _ = Agenda::<T>::try_mutate(now, |items| items.try_push(world.job));
	crowd::<T>(now.saturating_add(One::one()));
	Ok(now)
}

fn authorized<T: Config>(call: Call<T>) -> Result<(), BenchmarkError> {
	match call.authorize(TransactionSource::External) {
		Some(Ok(_)) => Ok(()),
		_ => Err(BenchmarkError::Stop("the report is wanted and signed")),
	}
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn commit() -> Result<(), BenchmarkError> {
		let world = World::<T>::assigned();
		crowd::<T>(Pallet::<T>::draw_block(now::<T>()));
		let (worker, job, attempt) = (world.executor.who.clone(), world.job, world.attempt);
		let content = commitment()?;
		let signature = world.executor.sign(world.id(0, WorkKind::Commit), &content)?;

		#[extrinsic_call]
		_(RawOrigin::Authorized, worker, job, attempt, content, signature);

		assert!(Checks::<T>::contains_key(job));
		Ok(())
	}

	#[benchmark]
	fn authorize_commit() -> Result<(), BenchmarkError> {
		let call = World::<T>::assigned().commit_call()?;

		#[block]
		{
			authorized::<T>(call)?;
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
			authorized::<T>(call)?;
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
			authorized::<T>(call)?;
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
			authorized::<T>(call)?;
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

	/// The first draw of a check: its segments and, as in a panel, two verifiers.
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
		})?;
		let now = due_now::<T>(&world)?;

		#[block]
		{
			Pallet::<T>::process_due(now);
		}

		let record = world.record()?;
		assert!(record.is_full() && !record.segments.is_empty());
		Ok(())
	}

	/// Both verifiers of a panel are idle.
	#[benchmark]
	fn missed_commitments() -> Result<(), BenchmarkError> {
		let world = World::<T>::panel(Phase::Replaying { deadline: Zero::zero() })?;
		let now = due_now::<T>(&world)?;

		#[block]
		{
			Pallet::<T>::process_due(now);
		}

		if let Some(record) = Checks::<T>::get(world.job) {
			assert!(matches!(record.phase, Phase::Drawing { .. }));
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
		let now = due_now::<T>(&world)?;

		#[block]
		{
			Pallet::<T>::process_due(now);
		}

		assert!(matches!(world.record()?.phase, Phase::Revealing { .. }));
		Ok(())
	}

	/// A panel slashes the executor and a verifier that stands alone.
	#[benchmark]
	fn close_round() -> Result<(), BenchmarkError> {
		let world = World::<T>::panel(Phase::Revealing { deadline: Zero::zero() })?;
		let opened = OpeningDigest::of(&opening(&world.record()?.segments)?);
		world.change(|record| {
			record.opening = Some(opened);
			record.claimed = Some(0);
			for (n, seat) in (0u8..).zip(record.seats.iter_mut()) {
				seat.verdict = Some(VerdictDigest::Replayed {
					ends: H256::repeat_byte(n.min(1)),
					step_root: H256::zero(),
					interior: H256::zero(),
					correct: 0,
				});
			}
		})?;
		let now = due_now::<T>(&world)?;

		#[block]
		{
			Pallet::<T>::process_due(now);
		}

		assert!(!Checks::<T>::contains_key(world.job));
		Ok(())
	}

	#[benchmark]
	fn postpone() -> Result<(), BenchmarkError> {
		let world = World::<T>::committed()?;
		let now = due_now::<T>(&world)?;

		#[block]
		{
			Pallet::<T>::postpone(world.job, now, sp_runtime::DispatchError::Unavailable);
		}

		assert!(world.record()?.due > now);
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder::default().with_keystore(), crate::mock::Test);
}
