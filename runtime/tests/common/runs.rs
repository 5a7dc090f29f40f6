//! What training runs and their replays result in. Nothing is trained here: every digest is a hash of where it belongs, so that
//! two who claim the same come to the same and nobody else does.

use codec::Encode;
use engram_primitives::{
	cid::CODEC_RAW,
	merkle,
	model::TrainingSpec,
	task::TrainingPlan,
	work::{Commitment, Opening, PerSegment, VerdictEvidence},
	Cid, JobId,
};
use sp_core::H256;
use sp_io::hashing::blake2_256;

/// A run that is claimed to be the right one. Equal runs have equal digests.
#[derive(Clone, Copy, PartialEq, Eq, Encode)]
pub(crate) struct Claim {
	job: JobId,
	attempt: u32,
	/// Zero is the truth.
	falsehood: u64,
}

/// A number that belongs to a subject.
pub(crate) fn number(subject: impl Encode) -> u64 {
	u64::from_le_bytes(subject.using_encoded(blake2_256)[..8].try_into().expect("eight bytes"))
}

impl Claim {
	pub(crate) fn new(plan: &TrainingPlan, falsehood: u64) -> Self {
		Self { job: plan.job, attempt: plan.attempt, falsehood }
	}

	/// The first run of a plan that gets so many held-out rows right.
	pub(crate) fn right(plan: &TrainingPlan, correct: u32) -> Self {
		let mut runs = (0..).map(|falsehood| Self::new(plan, falsehood));
		runs.find(|run| run.correct(plan) == correct).expect("every number of rows comes up")
	}

	/// The digest of the weights before segment `index`, or after the last.
	fn checkpoint(&self, index: u32) -> [u8; 32] {
		(b"checkpoint", self, index).using_encoded(blake2_256)
	}

	/// The digest of the weights after a step of a segment, from 1.
	fn step(&self, segment: u32, step: u32) -> [u8; 32] {
		(b"step", self, segment, step).using_encoded(blake2_256)
	}

	fn correct(&self, plan: &TrainingPlan) -> u32 {
		(number((b"correct", self)) % (u64::from(plan.held_out_rows) + 1)) as u32
	}

	fn checkpoints(&self, spec: &TrainingSpec) -> Vec<[u8; 32]> {
		(0..=spec.segments()).map(|index| self.checkpoint(index)).collect()
	}

	fn steps(&self, spec: &TrainingSpec, segments: &[u32]) -> Vec<[u8; 32]> {
		let steps = 1..=spec.checkpoint_interval;
		segments.iter().flat_map(|at| steps.clone().map(|step| self.step(*at, step))).collect()
	}

	/// What an executor commits to.
	pub(crate) fn commitment(&self, spec: &TrainingSpec) -> Commitment {
		let (leaves, last) = (self.checkpoints(spec), spec.segments());
		Commitment {
			root: merkle::root(&leaves),
			final_weights: Cid::new(CODEC_RAW, self.checkpoint(last)),
			final_proof: merkle::prove(&leaves, last).expect("the last leaf is there"),
		}
	}

	/// What an executor opens.
	pub(crate) fn opening(&self, plan: &TrainingPlan, segments: &[u32], interior: &[u32]) -> Opening {
		let leaves = self.checkpoints(&plan.spec);
		let end = |segment: &u32| {
			let index = segment + 1;
			let proof = merkle::prove(&leaves, index).expect("segments are within the run");
			(H256(self.checkpoint(index)), proof)
		};
		let steps = segments.iter().zip(interior).map(|(segment, step)| H256(self.step(*segment, *step)));
		Opening {
			ends: PerSegment::truncate_from(segments.iter().map(end).collect()),
			interior: PerSegment::truncate_from(steps.collect()),
			correct: self.correct(plan),
		}
	}

	/// What a verifier finds and reveals.
	pub(crate) fn evidence(
		&self,
		plan: &TrainingPlan,
		salt: H256,
		segments: &[u32],
		interior: &[u32],
	) -> VerdictEvidence {
		let leaves = self.steps(&plan.spec, segments);
		let interval = plan.spec.checkpoint_interval;
		let step = |(place, step): (u32, &u32)| {
			let index = place * interval + step - 1;
			let proof = merkle::prove(&leaves, index).expect("steps are within the segment");
			(H256(leaves[index as usize]), proof)
		};
		let ends = segments.iter().map(|segment| H256(self.checkpoint(segment + 1)));
		VerdictEvidence {
			ends: PerSegment::truncate_from(ends.collect()),
			step_root: merkle::root(&leaves),
			interior: PerSegment::truncate_from((0..).zip(interior).map(step).collect()),
			correct: Some(self.correct(plan)),
			salt,
		}
	}
}
