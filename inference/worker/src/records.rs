//! What a training job has left behind so far: its checkpoints, in order.

use crate::{
	exchange::Leaf,
	files::{age, at, create_dir, files_in, read_sealed, write_sealed},
	Error, Store,
};
use codec::{Decode, Encode};
use engram_primitives::{merkle, model::MAX_SEGMENTS, task::TrainingPlan, work::Commitment, Cid, JobId};
use sp_core::H256;
use std::{
	fs,
	path::{Path, PathBuf},
	time::Duration,
};

/// How long the checkpoints of a job are kept after the last one was made: longer than any check takes.
const KEPT: Duration = Duration::from_secs(14 * 24 * 3_600);
/// Largest record file.
const MAX_RECORD: u64 = 64 * (MAX_SEGMENTS as u64 + 4);

/// The checkpoints of one assignment of a job.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Record {
	/// Hash of the plan they were made by.
	pub plan: H256,
	/// Segments of the job; it is complete with one checkpoint more.
	pub segments: u32,
	/// The checkpoints made so far; number 0 is the starting weights.
	pub checkpoints: Vec<Cid>,
}

/// Hash of everything that steers a job. Where artifacts are fetched from does not.
pub fn plan_hash(plan: &TrainingPlan) -> H256 {
	let mut plan = plan.clone();
	let sources = plan.data.iter_mut().map(|part| &mut part.artifact.sources);
	sources.for_each(Vec::clear);
	plan.held_out.sources.clear();
	if let engram_primitives::task::InitialWeights::Parent(artifact) = &mut plan.initial {
		artifact.sources.clear();
	}
	plan.using_encoded(sp_io::hashing::blake2_256).into()
}

impl Record {
	/// An empty record for a plan.
	pub fn new(plan: &TrainingPlan) -> Self {
		Self { plan: plan_hash(plan), segments: plan.spec.segments(), checkpoints: Vec::new() }
	}

	/// Whether every checkpoint is made.
	pub fn is_complete(&self) -> bool {
		self.checkpoints.len() as u64 == u64::from(self.segments).saturating_add(1)
	}

	/// The checkpoint with this number.
	pub fn checkpoint(&self, index: u32) -> Option<Cid> {
		self.checkpoints.get(usize::try_from(index).ok()?).copied()
	}

	/// The leaves under the root.
	pub fn leaves(&self) -> Vec<[u8; 32]> {
		self.checkpoints.iter().map(Cid::digest).collect()
	}

	/// The digest of checkpoint `index` and its proof.
	pub fn prove(&self, index: u32) -> Option<(Cid, merkle::Proof)> {
		Some((self.checkpoint(index)?, merkle::prove(&self.leaves(), index)?))
	}

	/// The commitment to a complete record.
	pub fn commitment(&self) -> Option<Commitment> {
		let (final_weights, final_proof) = self.prove(self.segments)?;
		self.is_complete().then(|| Commitment {
			root: merkle::root(&self.leaves()),
			final_weights,
			final_proof,
		})
	}
}

/// The records of one base path.
#[derive(Clone, Debug)]
pub struct Records {
	dir: PathBuf,
}

impl Records {
	/// Opens or creates the records of a base path.
	pub fn open(base_path: &Path) -> Result<Self, Error> {
		let records = Self { dir: base_path.join("jobs") };
		create_dir(&records.dir)?;
		Ok(records)
	}

	fn path(&self, job: JobId, attempt: u32) -> PathBuf {
		self.dir.join(format!("{job}-{attempt}"))
	}

	/// The record of an assignment.
	pub fn load(&self, job: JobId, attempt: u32) -> Result<Option<Record>, Error> {
		read_sealed(&self.path(job, attempt), MAX_RECORD)
	}

	/// Keeps the record of an assignment.
	pub fn save(&self, job: JobId, attempt: u32, record: &Record) -> Result<(), Error> {
		write_sealed(&self.path(job, attempt), record)
	}

	/// The checkpoint of a complete job with the proof of its place, if it may be served.
	pub fn leaf(&self, store: &Store, job: JobId, attempt: u32, index: u32) -> Option<Leaf> {
		let record = self.load(job, attempt).ok().flatten().filter(Record::is_complete)?;
		let cid = record.checkpoint(index).filter(|cid| store.is_public(cid))?;
		let (_, proof) = record.prove(index)?;
		Some(Leaf { cid, proof })
	}

	/// Drops the records of old jobs with what is private of their checkpoints. The first and the last one stay: they are
	/// the weights of versions.
	pub fn prune(&self, store: &Store) -> Result<(), Error> {
		for path in files_in(&self.dir)? {
			if age(&path) <= KEPT {
				continue;
			}
			if let Some(record) = read_sealed::<Record>(&path, MAX_RECORD)? {
				let last = usize::try_from(record.segments).unwrap_or(usize::MAX);
				for cid in record.checkpoints.iter().take(last).skip(1) {
					if let Err(error) = store.remove_private(cid) {
						tracing::debug!(target: "engram::store", %cid, %error, "an old checkpoint is not removed");
					}
				}
			}
			fs::remove_file(&path).map_err(at(&path))?;
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::Visibility;

	#[test]
	fn leaves_are_served_once_published_and_complete() {
		let dir = tempfile::tempdir().unwrap();
		let store = Store::open(dir.path().join("store")).unwrap();
		let records = Records::open(dir.path()).unwrap();
		let (job, attempt) = (JobId(3), 1);
		let put = |i: u8| store.put(&[i], Visibility::Private).unwrap();
		let mut record = Record { plan: H256([1; 32]), segments: 2, checkpoints: vec![put(0), put(1)] };
		store.publish(&record.checkpoints[0]).unwrap();
		records.save(job, attempt, &record).unwrap();
		assert_eq!(record.commitment(), None);
		assert!(records.leaf(&store, job, attempt, 0).is_none());

		record.checkpoints.push(put(2));
		records.save(job, attempt, &record).unwrap();
		assert_eq!(records.load(job, attempt).unwrap().as_ref(), Some(&record));
		let commitment = record.commitment().unwrap();
		let leaf = records.leaf(&store, job, attempt, 0).unwrap();
		assert!(merkle::verify(&commitment.root, 3, 0, &leaf.cid.digest(), &leaf.proof));
		let last = commitment.final_weights;
		assert!(merkle::verify(&commitment.root, 3, 2, &last.digest(), &commitment.final_proof));
		for (job, attempt, index) in [(3, 1, 1), (3, 1, 3), (3, 1, u32::MAX), (3, 0, 0), (4, 1, 0)] {
			assert!(records.leaf(&store, JobId(job), attempt, index).is_none());
		}
	}
}
