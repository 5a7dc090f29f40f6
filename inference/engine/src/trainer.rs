//! A training job from start to end, from a checkpoint on, or one segment of it.

use crate::{
	checkpoint::{self, Digest},
	exact,
	generator::BatchOrder,
	Dataset, Error, Exact, Result, Schedule, Shape, Weights,
};
use core::ops::ControlFlow;

/// What steers a training job besides its data and its starting weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
	/// The model.
	pub shape: Shape,
	/// Hyper-parameters.
	pub schedule: Schedule,
	/// Seed of the batch order.
	pub batch_seed: [u8; 32],
}

/// Who hears of a training job's progress, and may end it.
pub trait Observer {
	/// Checkpoint `index` is made: 0 the starting weights, the last the final ones.
	fn checkpoint(&mut self, index: u32, bytes: &[u8], digest: Digest) -> ControlFlow<()>;

	/// So many steps are done.
	fn step(&mut self, done: u32) -> ControlFlow<()> {
		let _ = done;
		ControlFlow::Continue(())
	}
}

impl<F: FnMut(u32, &[u8], Digest) -> ControlFlow<()>> Observer for F {
	fn checkpoint(&mut self, index: u32, bytes: &[u8], digest: Digest) -> ControlFlow<()> {
		self(index, bytes, digest)
	}
}

/// A replayed segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
	/// The digest of the weights after each step of the segment.
	pub digests: Vec<Digest>,
	/// The weights after the last.
	pub end: Weights,
}

impl Replay {
	/// The digest of the checkpoint that ends the segment.
	pub fn end_digest(&self) -> Digest {
		self.digests.last().copied().unwrap_or_default()
	}

	/// The digest after `step` steps of the segment, counted from 1.
	pub fn interior(&self, step: u32) -> Option<Digest> {
		self.digests.get(usize::try_from(step.checked_sub(1)?).ok()?).copied()
	}
}

/// Runs a job's steps on a device of the exact profile.
pub struct Trainer<'a> {
	job: Job,
	data: &'a Dataset,
	exact: Box<dyn Exact>,
	order: BatchOrder,
	rate: f32,
	inputs: Vec<f32>,
}

impl core::fmt::Debug for Trainer<'_> {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.debug_struct("Trainer").field("job", &self.job).finish_non_exhaustive()
	}
}

impl<'a> Trainer<'a> {
	/// A trainer for this job on labelled rows.
	pub fn new(job: &Job, data: &'a Dataset, exact: Box<dyn Exact>) -> Result<Self> {
		job.schedule.validate()?;
		data.ensure_fits(&job.shape)?;
		if !data.is_labelled() {
			return Err(Error::Data { reason: "training rows need labels" });
		}
		let batch = job.schedule.batch_size;
		Ok(Self {
			job: job.clone(),
			data,
			exact,
			order: BatchOrder::new(job.batch_seed, data.rows(), batch)?,
			rate: exact::rate(job.schedule.learning_rate, batch),
			inputs: vec![0.0; batch as usize * job.shape.inputs() as usize],
		})
	}

	/// Runs the whole job. The observer gets every checkpoint, the starting weights first. Returns
	/// the final weights.
	pub fn train(&mut self, initial: &Weights, observer: &mut dyn Observer) -> Result<Weights> {
		let bytes = checkpoint::encode(initial)?;
		if observer.checkpoint(0, &bytes, checkpoint::digest(&bytes)).is_break() {
			return Err(Error::Stopped { steps: 0 });
		}
		self.resume(0, initial, observer)
	}

	/// Runs the rest of the job from checkpoint `index`. The observer gets the later checkpoints.
	/// Returns the final weights.
	pub fn resume(&mut self, index: u32, weights: &Weights, observer: &mut dyn Observer) -> Result<Weights> {
		let Schedule { steps, checkpoint_interval: interval, .. } = self.job.schedule;
		let segments = self.job.schedule.segments();
		if index > segments {
			return Err(Error::OutOfRange { what: "checkpoint", index, count: segments + 1 });
		}
		self.exact.load(weights)?;
		for step in index * interval..steps {
			self.step(step)?;
			let done = step + 1;
			let mut flow = observer.step(done);
			if done % interval == 0 {
				let bytes = checkpoint::encode(&self.exact.weights()?)?;
				let stop = observer.checkpoint(done / interval, &bytes, checkpoint::digest(&bytes));
				if stop.is_break() {
					flow = stop;
				}
			}
			if flow.is_break() && done < steps {
				return Err(Error::Stopped { steps: done });
			}
		}
		self.exact.weights()
	}

	/// Runs segment `segment` from its starting checkpoint and digests the weights after every
	/// step.
	pub fn replay(&mut self, segment: u32, start: &Weights) -> Result<Replay> {
		let (segments, interval) = (self.job.schedule.segments(), self.job.schedule.checkpoint_interval);
		if segment >= segments {
			return Err(Error::OutOfRange { what: "segment", index: segment, count: segments });
		}
		self.exact.load(start)?;
		let mut digests = Vec::with_capacity(interval as usize);
		let mut end = start.clone();
		for step in segment * interval..(segment + 1) * interval {
			self.step(step)?;
			end = self.exact.weights()?;
			digests.push(checkpoint::digest_of(&end)?);
		}
		Ok(Replay { digests, end })
	}

	fn step(&mut self, step: u32) -> Result<()> {
		let rows = self.order.batch(step);
		let (width, shift) = (self.job.shape.inputs() as usize, self.job.shape.input_shift());
		for (row, to) in rows.iter().zip(self.inputs.chunks_exact_mut(width)) {
			self.data.scale_row(*row, shift, to);
		}
		let labels: Vec<u32> = rows.iter().filter_map(|row| self.data.label(*row)).collect();
		self.exact.step(&self.inputs, &labels, self.rate)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{Cpu, Format};

	fn job() -> Job {
		Job {
			shape: Shape::new(&[3, 4, 2], 2).unwrap(),
			schedule: Schedule { steps: 48, checkpoint_interval: 3, batch_size: 5, learning_rate: 300_000 },
			batch_seed: [7; 32],
		}
	}

	fn data() -> Dataset {
		let mut csv = String::from("a,b,c,l\n");
		for i in 0..11 {
			csv.push_str(&format!("{},{},{},{}\n", i, 7 - i, i * i % 5, u32::from(i > 5)));
		}
		Dataset::parse(csv.as_bytes(), &Format::labelled(&job().shape, 11)).unwrap()
	}

	fn trainer(data: &Dataset) -> Trainer<'_> {
		Trainer::new(&job(), data, Box::new(Cpu::new(&job().shape, 1))).unwrap()
	}

	fn checkpoints(data: &Dataset) -> (Vec<Vec<u8>>, Weights) {
		let mut seen = Vec::new();
		let start = Weights::from_seed(&job().shape, &[1; 32]).unwrap();
		let end = trainer(data)
			.train(&start, &mut |index: u32, bytes: &[u8], digest: Digest| {
				assert_eq!(index as usize, seen.len());
				assert_eq!(digest, checkpoint::digest(bytes));
				seen.push(bytes.to_vec());
				ControlFlow::Continue(())
			})
			.unwrap();
		(seen, end)
	}

	#[test]
	fn every_segment_replays_to_the_next_checkpoint() {
		let data = data();
		let (seen, end) = checkpoints(&data);
		assert_eq!(seen.len(), 17);
		assert_eq!(checkpoint::encode(&end).unwrap(), seen[16]);
		for segment in [15, 0, 7] {
			let start = checkpoint::decode(&seen[segment], &job().shape).unwrap();
			let replay = trainer(&data).replay(segment as u32, &start).unwrap();
			assert_eq!(replay.digests.len(), 3);
			assert_eq!(replay.end_digest(), checkpoint::digest(&seen[segment + 1]));
			assert_eq!(replay.interior(3), Some(replay.end_digest()));
			assert_eq!(replay.interior(0), None);
			assert_eq!(replay.interior(4), None);
			assert_ne!(replay.interior(1), replay.interior(2));
		}
		assert!(trainer(&data).replay(16, &end).is_err());
	}

	#[test]
	fn resuming_changes_nothing() {
		let data = data();
		let (seen, end) = checkpoints(&data);
		let start = checkpoint::decode(&seen[6], &job().shape).unwrap();
		let mut later = Vec::new();
		let resumed = trainer(&data)
			.resume(6, &start, &mut |index: u32, bytes: &[u8], _: Digest| {
				later.push((index, bytes.to_vec()));
				ControlFlow::Continue(())
			})
			.unwrap();
		assert_eq!(resumed, end);
		assert_eq!(later.len(), 10);
		assert!(later.iter().all(|(index, bytes)| &seen[*index as usize] == bytes));
		let mut nothing = |_: u32, _: &[u8], _: Digest| ControlFlow::Continue(());
		assert_eq!(trainer(&data).resume(16, &end, &mut nothing).unwrap(), end);
		assert!(trainer(&data).resume(17, &end, &mut nothing).is_err());
	}

	#[test]
	fn the_observer_can_stop() {
		struct Stop(u32);
		impl Observer for Stop {
			fn checkpoint(&mut self, _: u32, _: &[u8], _: Digest) -> ControlFlow<()> {
				ControlFlow::Continue(())
			}
			fn step(&mut self, done: u32) -> ControlFlow<()> {
				if done == self.0 {
					ControlFlow::Break(())
				} else {
					ControlFlow::Continue(())
				}
			}
		}
		let data = data();
		let start = Weights::from_seed(&job().shape, &[1; 32]).unwrap();
		let error = trainer(&data).train(&start, &mut Stop(4)).unwrap_err();
		assert!(matches!(error, Error::Stopped { steps: 4 }));
		let mut at_once = |_: u32, _: &[u8], _: Digest| ControlFlow::Break(());
		let error = trainer(&data).train(&start, &mut at_once).unwrap_err();
		assert!(matches!(error, Error::Stopped { steps: 0 }));
	}

	#[test]
	fn what_cannot_be_trained_is_refused() {
		let data = data();
		let exact = || Box::new(Cpu::new(&job().shape, 1));
		assert!(Trainer::new(&job(), &data.without_labels(), exact()).is_err());
		let wide = Job { shape: Shape::new(&[4, 2], 0).unwrap(), ..job() };
		assert!(Trainer::new(&wide, &data, exact()).is_err());
		let schedule = Schedule { checkpoint_interval: 5, ..job().schedule };
		assert!(Trainer::new(&Job { schedule, ..job() }, &data, exact()).is_err());
	}
}
