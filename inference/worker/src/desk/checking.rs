//! The verifier's side of a training job.

use super::{
	salt, shape_of,
	training::{leaf_of, steps_of, Inputs},
	Desk, Failure,
};
use crate::{
	exchange::{Place, Source},
	spool::Evidence,
	Visibility,
};
use engram_engine::{checkpoint, correct, Weights};
use engram_primitives::{
	merkle::{self, Proof},
	task::TrainingPlan,
	work::{Verdict, VerdictCommitment, VerdictEvidence, Work},
	Cid,
};
use sha2::{Digest, Sha256};
use sp_core::H256;

/// The result of one replayed segment.
struct Replayed {
	end: H256,
	steps: Vec<[u8; 32]>,
}

/// What every honest verifier finds where there is nothing to replay: a digest of the opened leaf that no training ends in.
fn void(leaf: &Cid, segment: u32, interval: u32) -> Replayed {
	let mut hash = Sha256::new();
	hash.update(b"engram/void");
	hash.update(segment.to_le_bytes());
	hash.update(leaf.0);
	let digest: [u8; 32] = hash.finalize().into();
	Replayed { end: digest.into(), steps: vec![digest; interval as usize] }
}

impl Desk {
	/// Replays the opened segments and commits to what comes out, or to not having been served.
	pub fn replay(
		&self,
		plan: &TrainingPlan,
		executor: &[u8],
		root: H256,
		segments: &[u32],
	) -> Result<Work, Failure> {
		let evidence = match self.replay_all(plan, executor, root, segments) {
			Ok(evidence) => evidence,
			Err(Failure::Unavailable(error)) => {
				tracing::warn!(target: "engram::runner", job = %plan.job, %error, "the executor does not serve");
				Evidence::Unavailable { salt: salt()? }
			},
			Err(other) => return Err(other),
		};
		// On disk before anyone hears of the commitment: it could not be revealed otherwise.
		let commitment: VerdictCommitment = self.spool.keep_evidence(&evidence)?;
		Ok(Work::CommitVerdict(commitment))
	}

	fn replay_all(
		&self,
		plan: &TrainingPlan,
		executor: &[u8],
		root: H256,
		segments: &[u32],
	) -> Result<Evidence, Failure> {
		let source = Source::parse(executor).map_err(Failure::Unavailable)?;
		let spec = &plan.spec;
		let count = spec.segments().saturating_add(1);
		let place = Place { job: plan.job, attempt: plan.attempt, count, root };
		let leaf = |index| -> Result<Cid, Failure> {
			Ok(self.patiently(1, || self.exchange.leaf(&source, &place, index))?.cid)
		};

		// The executor has fetched the inputs, so it is asked for them too.
		let more = [source.clone()];
		let inputs = match self.inputs(plan, &more) {
			Ok(inputs) => Some(inputs),
			// Nothing can have been trained from this; the executor had to give the job back.
			Err(error @ (Failure::Malformed { .. } | Failure::Refused(_))) => {
				tracing::warn!(target: "engram::runner", job = %plan.job, %error, "an input is malformed");
				None
			},
			Err(other) => return Err(other),
		};
		let first = leaf(0)?;
		let sound = match &inputs {
			Some(inputs) => leaf_of(&inputs.initial)?.1 == first,
			None => false,
		};
		let mut trainer = match &inputs {
			Some(inputs) => Some(self.trainer(plan, inputs)?),
			None => None,
		};
		let (mut ends, mut steps) = (Vec::with_capacity(segments.len()), Vec::new());
		for segment in segments {
			self.ensure_wanted()?;
			let start = leaf(*segment)?;
			let replayed = match (&inputs, &mut trainer) {
				(Some(inputs), Some(trainer)) if sound => match self.start(start, &source, inputs)? {
					Some(weights) => {
						let replay = trainer.replay(*segment, &weights)?;
						self.counters.steps.add(replay.digests.len() as u64);
						let (bytes, end) = leaf_of(&replay.end)?;
						if segment.checked_add(1) == Some(spec.segments()) {
							// These are the final weights if the executor was honest, and then need not be fetched.
							self.store.put(&bytes, Visibility::Private)?;
						}
						Replayed { end: end.digest().into(), steps: steps_of(&replay, &end) }
					},
					None => void(&start, *segment, spec.checkpoint_interval),
				},
				_ => void(&first, *segment, spec.checkpoint_interval),
			};
			ends.push(replayed.end);
			steps.extend(replayed.steps);
		}
		let too_many = |_| Failure::Senseless("more segments are opened than the chain allows");
		Ok(Evidence::Replayed { ends: ends.try_into().map_err(too_many)?, steps, salt: salt()? })
	}

	/// The weights a segment starts from; `None` when the committed leaf is no checkpoint of the model.
	fn start(&self, cid: Cid, source: &Source, inputs: &Inputs) -> Result<Option<Weights>, Failure> {
		let limit = checkpoint::max_bytes(&inputs.shape);
		let bytes = match self.fetch(cid, std::slice::from_ref(source), limit) {
			Ok(bytes) => bytes,
			Err(Failure::Refused(error)) => {
				tracing::warn!(target: "engram::runner", %cid, %error, "the opened checkpoint is none");
				return Ok(None);
			},
			Err(other) => return Err(other),
		};
		// Other bytes for the same weights are another leaf, so the encoding must be the canonical one.
		let weights = checkpoint::decode(&bytes, &inputs.shape).ok();
		Ok(match weights {
			Some(weights) if leaf_of(&weights)?.1 == cid => Some(weights),
			_ => {
				tracing::warn!(target: "engram::runner", %cid, "the opened checkpoint is none");
				None
			},
		})
	}

	/// Reveals what was committed to, with its own count of correct answers. If it is `late`, a count whose inputs are not
	/// served in the time that they take at the least rate is left out; else that is [`Failure::Unavailable`].
	pub fn reveal(
		&self,
		plan: &TrainingPlan,
		executor: &[u8],
		final_weights: Cid,
		commitment: H256,
		interior: &[u32],
		late: bool,
	) -> Result<Work, Failure> {
		let evidence = self.spool.evidence(&commitment)?;
		let lost = Failure::Lost(
			"the evidence behind this worker's commitment is gone; the verdict cannot be revealed",
		);
		let (ends, steps, salt) = match evidence.ok_or(lost)? {
			Evidence::Unavailable { salt } => return Ok(Work::Reveal(Verdict::Unavailable { salt })),
			Evidence::Replayed { ends, steps, salt } => (ends, steps, salt),
		};
		let correct = if late {
			match self.without_patience().count(plan, executor, final_weights) {
				Ok(correct) => Some(correct),
				Err(Failure::Unavailable(error)) => {
					tracing::warn!(target: "engram::runner", job = %plan.job, %error, "revealed without a count");
					None
				},
				Err(other) => return Err(other),
			}
		} else {
			Some(self.count(plan, executor, final_weights)?)
		};
		let mut proofs: Vec<(H256, Proof)> = Vec::with_capacity(interior.len());
		for (place, step) in (0u32..).zip(interior) {
			let index = place
				.checked_mul(plan.spec.checkpoint_interval)
				.zip(step.checked_sub(1))
				.and_then(|(first, step)| first.checked_add(step));
			let proven = index.and_then(|index| {
				let digest = steps.get(usize::try_from(index).ok()?)?;
				Some((H256::from(*digest), merkle::prove(&steps, index)?))
			});
			proofs.push(proven.ok_or(Failure::Senseless("there is no such step"))?);
		}
		let too_many = |_| Failure::Senseless("more steps are asked for than the chain allows");
		Ok(Work::Reveal(Verdict::Replayed(VerdictEvidence {
			step_root: merkle::root(&steps),
			ends,
			interior: proofs.try_into().map_err(too_many)?,
			correct,
			salt,
		})))
	}

	/// Held-out rows that the committed final weights classify correctly; none when they are no weights of the model.
	///
	/// Weights that are not served are no count: a verifier that alone could not fetch them must not stand against those that
	/// could.
	fn count(&self, plan: &TrainingPlan, executor: &[u8], cid: Cid) -> Result<u32, Failure> {
		let shape = shape_of(&plan.architecture)?;
		let sources: Vec<Source> = Source::parse(executor).into_iter().collect();
		let bytes = match self.fetch(cid, &sources, checkpoint::max_bytes(&shape)) {
			Ok(bytes) => bytes,
			Err(Failure::Refused(_)) => return Ok(0),
			Err(other) => return Err(other),
		};
		let held_out = match self.held_out(plan, &sources) {
			Ok(held_out) => held_out,
			Err(Failure::Malformed { .. } | Failure::Refused(_)) => return Ok(0),
			Err(other) => return Err(other),
		};
		match checkpoint::decode(&bytes, &shape) {
			Ok(weights) => Ok(correct(&weights, &held_out)?),
			Err(_) => Ok(0),
		}
	}
}
