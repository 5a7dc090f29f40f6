//! The executor's side of a training job.

use super::{schedule_of, shape_of, Desk, Failure};
use crate::{
	exchange::Source,
	records::{plan_hash, Record},
	Visibility,
};
use engram_engine::{
	checkpoint, correct, Dataset, Digest, Format, Job, Observer, Replay, Schedule, Shape, Trainer, Weights,
};
use engram_primitives::{
	merkle::Proof,
	task::{InitialWeights, TrainingPlan},
	work::{Opening, Work},
	Cid, JobId,
};
use sp_core::H256;
use std::ops::ControlFlow;

/// What a plan names, fetched and read.
#[derive(Clone, Debug)]
pub struct Inputs {
	/// The model.
	pub shape: Shape,
	/// Hyper-parameters.
	pub schedule: Schedule,
	/// The training rows, part after part.
	pub data: Dataset,
	/// The starting weights.
	pub initial: Weights,
}

/// The leaf of weights under a commitment: the digest in the CID of their checkpoint.
pub(super) fn leaf_of(weights: &Weights) -> Result<(Vec<u8>, Cid), Failure> {
	let bytes = checkpoint::encode(weights)?;
	let cid = crate::unixfs::cid_of(&bytes);
	Ok((bytes, cid))
}

/// The digests after every step of a segment. The last one is the leaf of the checkpoint that follows.
pub(super) fn steps_of(replay: &Replay, end: &Cid) -> Vec<[u8; 32]> {
	let mut steps = replay.digests.clone();
	if let Some(last) = steps.last_mut() {
		*last = end.digest();
	}
	steps
}

/// Keeps checkpoints as they are made.
struct Keeper<'a> {
	desk: &'a Desk,
	job: JobId,
	attempt: u32,
	record: Record,
	failure: Option<Failure>,
}

impl Keeper<'_> {
	fn keep(&mut self, index: u32, bytes: &[u8]) -> Result<(), Failure> {
		let cid = self.desk.store.put(bytes, Visibility::Private)?;
		if self.record.checkpoints.len() as u64 != u64::from(index) {
			return Err(Failure::Lost("a checkpoint was skipped"));
		}
		self.record.checkpoints.push(cid);
		self.desk.records.save(self.job, self.attempt, &self.record)?;
		Ok(())
	}
}

impl Observer for Keeper<'_> {
	fn checkpoint(&mut self, index: u32, bytes: &[u8], _: Digest) -> ControlFlow<()> {
		match self.keep(index, bytes) {
			Ok(()) => ControlFlow::Continue(()),
			Err(failure) => {
				self.failure = Some(failure);
				ControlFlow::Break(())
			},
		}
	}

	fn step(&mut self, _: u32) -> ControlFlow<()> {
		self.desk.counters.steps.add(1);
		if self.desk.cancel.is_cancelled() {
			return ControlFlow::Break(());
		}
		ControlFlow::Continue(())
	}
}

impl Desk {
	/// Fetches and reads what a plan names. `more` are asked after the plan's own sources.
	pub fn inputs(&self, plan: &TrainingPlan, more: &[Source]) -> Result<Inputs, Failure> {
		let shape = shape_of(&plan.architecture)?;
		let schedule = schedule_of(&plan.spec)?;
		let initial = match &plan.initial {
			InitialWeights::Seed(seed) => Weights::from_seed(&shape, seed)?,
			InitialWeights::Parent(artifact) => self.weights(artifact, more, &shape)?,
		};
		let mut parts = Vec::with_capacity(plan.data.len());
		for part in &plan.data {
			let format = Format::labelled(&shape, part.rows);
			parts.push(self.dataset(&part.artifact, more, &format)?);
		}
		let data = Dataset::concat(parts)?;
		Ok(Inputs { shape, schedule, data, initial })
	}

	/// The rows that accuracy is counted on.
	pub fn held_out(&self, plan: &TrainingPlan, more: &[Source]) -> Result<Dataset, Failure> {
		let format = Format::labelled(&shape_of(&plan.architecture)?, plan.held_out_rows);
		self.dataset(&plan.held_out, more, &format)
	}

	/// A trainer of this plan on these inputs.
	pub fn trainer<'a>(&self, plan: &TrainingPlan, inputs: &'a Inputs) -> Result<Trainer<'a>, Failure> {
		let Inputs { shape, schedule, data, .. } = inputs;
		let job = Job { shape: shape.clone(), schedule: *schedule, batch_seed: plan.batch_seed };
		Ok(Trainer::new(&job, data, self.accelerator.exact(shape)?)?)
	}

	/// Trains and commits.
	pub fn train(&self, plan: &TrainingPlan) -> Result<Work, Failure> {
		let inputs = self.inputs(plan, &[])?;
		// Nobody could count accuracy on rows that are not there: better to say so before the work.
		self.held_out(plan, &[])?;
		let record = self.train_on(plan, &inputs)?;
		self.commit(plan, &record)
	}

	/// Trains on these inputs, from the newest checkpoint on disk if there is one.
	pub fn train_on(&self, plan: &TrainingPlan, inputs: &Inputs) -> Result<Record, Failure> {
		let (job, attempt) = (plan.job, plan.attempt);
		let mut record = self
			.records
			.load(job, attempt)?
			.filter(|record| record.plan == plan_hash(plan))
			.unwrap_or_else(|| Record::new(plan));
		let mut from = None;
		while let Some(cid) = record.checkpoints.last().copied() {
			match self.own_weights(&cid, &inputs.shape) {
				Ok(weights) => {
					from = Some(weights);
					break;
				},
				Err(error) => {
					tracing::warn!(target: "engram::runner", %job, %cid, %error, "a checkpoint is lost; made again");
					record.checkpoints.pop();
				},
			}
		}
		if record.is_complete() {
			return Ok(record);
		}
		let done = record.checkpoints.len() as u32;
		let mut trainer = self.trainer(plan, inputs)?;
		let mut keeper = Keeper { desk: self, job, attempt, record, failure: None };
		let trained = match from {
			Some(weights) => {
				let index = done.saturating_sub(1);
				tracing::info!(target: "engram::runner", %job, attempt, index, "training resumes");
				trainer.resume(index, &weights, &mut keeper)
			},
			None => trainer.train(&inputs.initial, &mut keeper),
		};
		match (trained, keeper.failure) {
			(_, Some(failure)) => Err(failure),
			(Err(engram_engine::Error::Stopped { .. }), None) => Err(Failure::Cancelled),
			(Err(error), None) => Err(error.into()),
			(Ok(_), None) => Ok(keeper.record),
		}
	}

	/// Keeps a complete record and commits to it. The starting weights, which everyone can make, are served at once.
	pub fn commit(&self, plan: &TrainingPlan, record: &Record) -> Result<Work, Failure> {
		self.records.save(plan.job, plan.attempt, record)?;
		let commitment = record.commitment().ok_or(Failure::Lost("the job is not trained to its end"))?;
		if let Some(initial) = record.checkpoint(0) {
			self.store.publish(&initial)?;
		}
		Ok(Work::Commit(commitment))
	}

	/// Keeps weights as a private checkpoint.
	pub fn keep_weights(&self, weights: &Weights) -> Result<Cid, Failure> {
		Ok(self.store.put(&checkpoint::encode(weights)?, Visibility::Private)?)
	}

	fn record_of(&self, job: JobId, attempt: u32) -> Result<Record, Failure> {
		let record = self.records.load(job, attempt)?.filter(Record::is_complete);
		record.ok_or(Failure::Lost("the checkpoints of this job are not here"))
	}

	/// Serves the checkpoints that these segments start from. The number of segments stands for the final weights.
	pub fn publish(&self, job: JobId, attempt: u32, segments: &[u32]) -> Result<(), Failure> {
		let record = self.record_of(job, attempt)?;
		for segment in std::iter::once(&0).chain(segments) {
			let start = record.checkpoint(*segment).ok_or(Failure::Senseless("there is no such segment"))?;
			self.store.publish(&start)?;
		}
		Ok(())
	}

	/// Serves every checkpoint and opens the drawn segments.
	pub fn open(&self, plan: &TrainingPlan, segments: &[u32], interior: &[u32]) -> Result<Work, Failure> {
		let record = self.record_of(plan.job, plan.attempt)?;
		for cid in &record.checkpoints {
			self.store.publish(cid)?;
		}
		let inputs = self.inputs(plan, &[])?;
		let missing = || Failure::Senseless("there is no such segment");
		let mut trainer = self.trainer(plan, &inputs)?;
		let mut ends: Vec<(H256, Proof)> = Vec::with_capacity(segments.len());
		let mut digests: Vec<H256> = Vec::with_capacity(segments.len());
		for (segment, step) in segments.iter().zip(interior) {
			self.ensure_wanted()?;
			let index = segment.checked_add(1).ok_or_else(missing)?;
			let (end, proof) = record.prove(index).ok_or_else(missing)?;
			ends.push((end.digest().into(), proof));
			if *step == inputs.schedule.checkpoint_interval {
				digests.push(end.digest().into());
				continue;
			}
			let start = record.checkpoint(*segment).ok_or_else(missing)?;
			let replay = trainer.replay(*segment, &self.own_weights(&start, &inputs.shape)?)?;
			self.counters.steps.add(replay.digests.len() as u64);
			digests.push(replay.interior(*step).ok_or_else(missing)?.into());
		}
		let held_out = self.held_out(plan, &[])?;
		let last = record.checkpoint(record.segments).ok_or_else(missing)?;
		let correct = correct(&self.own_weights(&last, &inputs.shape)?, &held_out)?;
		let too_many = Failure::Senseless("more segments are opened than the chain allows");
		match (ends.try_into(), digests.try_into()) {
			(Ok(ends), Ok(interior)) => Ok(Work::Open(Opening { ends, interior, correct })),
			_ => Err(too_many),
		}
	}
}
