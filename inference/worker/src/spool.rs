//! Finished reports on disk, and what a verdict commits to.
//!
//! A report is on disk before it is offered to the node, and stays there after the node has it: a node that lost its own
//! copy gets it again from a worker that is restarted.

use crate::{
	files::{create_dir, files_in, prune, read_sealed, sync_dir, write_sealed},
	Error,
};
use codec::{Decode, Encode};
use engram_primitives::work::{PerSegment, Verdict, VerdictCommitment, VerdictEvidence, Work, WorkId};
use sp_core::H256;
use std::{
	fs, io,
	path::{Path, PathBuf},
	time::Duration,
};

/// How long reports that the node has, and evidence, are kept: longer than any check takes.
const KEPT: Duration = Duration::from_secs(14 * 24 * 3_600);
/// Largest report file; the largest report has under 100 KiB.
const MAX_REPORT: u64 = 1 << 20;
/// Largest evidence file: 32 segments of 4,096 step digests.
const MAX_EVIDENCE: u64 = 5 << 20;

const PENDING: &str = "pending";
const STORED: &str = "stored";

/// What a verdict commitment stands for, kept until it is revealed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Evidence {
	/// The segments were replayed.
	Replayed {
		/// The digest each opened segment ends in.
		ends: PerSegment<H256>,
		/// The digest after every step, segment by segment.
		steps: Vec<[u8; 32]>,
		/// Salt of the commitment.
		salt: H256,
	},
	/// The executor did not serve.
	Unavailable {
		/// Salt of the commitment.
		salt: H256,
	},
}

impl Evidence {
	/// The commitment that this opens.
	pub fn commitment(&self) -> VerdictCommitment {
		match self {
			Self::Replayed { ends, steps, salt } => {
				let step_root = engram_primitives::merkle::root(steps);
				VerdictEvidence::commitment(ends, &step_root, salt)
			},
			Self::Unavailable { salt } => Verdict::unavailable_commitment(*salt),
		}
	}
}

/// The reports and evidence of one base path.
#[derive(Clone, Debug)]
pub struct Spool {
	reports: PathBuf,
	evidence: PathBuf,
}

impl Spool {
	/// Opens or creates the spool of a base path and drops what is older than any check.
	pub fn open(base_path: &Path) -> Result<Self, Error> {
		let spool = Self { reports: base_path.join("spool"), evidence: base_path.join("evidence") };
		for dir in [&spool.reports, &spool.evidence] {
			create_dir(dir)?;
		}
		// A pending report is the only trace of work done and is never dropped.
		prune(&spool.reports, KEPT, |path| path.extension().is_none_or(|e| e != PENDING))?;
		prune(&spool.evidence, KEPT, |_| true)?;
		Ok(spool)
	}

	fn report_path(&self, id: &WorkId, state: &str) -> PathBuf {
		let WorkId { job, attempt, round, kind } = id;
		self.reports.join(format!("{job}-{attempt}-{round}-{kind:?}.{state}"))
	}

	/// Keeps a finished report. It survives the process once this returns.
	pub fn add(&self, id: &WorkId, work: &Work) -> Result<(), Error> {
		write_sealed(&self.report_path(id, PENDING), &(id, work))
	}

	fn read(&self, path: &Path) -> Result<Option<(WorkId, Work)>, Error> {
		read_sealed(path, MAX_REPORT)
	}

	/// The reports that the node does not have yet.
	pub fn pending(&self) -> Result<Vec<(WorkId, Work)>, Error> {
		let mut reports = Vec::new();
		for path in files_in(&self.reports)? {
			if path.extension().is_some_and(|e| e == PENDING) {
				reports.extend(self.read(&path)?);
			}
		}
		reports.sort_by_key(|(id, _)| *id);
		Ok(reports)
	}

	/// The report with this id, whether the node has it or not.
	pub fn find(&self, id: &WorkId) -> Result<Option<Work>, Error> {
		for state in [PENDING, STORED] {
			if let Some((found, work)) = self.read(&self.report_path(id, state))? {
				if found == *id {
					return Ok(Some(work));
				}
			}
		}
		Ok(None)
	}

	fn turn(&self, id: &WorkId, from: &str, to: &str) -> Result<(), Error> {
		let (from, to) = (self.report_path(id, from), self.report_path(id, to));
		match fs::rename(&from, &to).and_then(|()| sync_dir(&self.reports)) {
			Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
			result => result.map_err(crate::files::at(&from)),
		}
	}

	/// The node has this report.
	pub fn stored(&self, id: &WorkId) -> Result<(), Error> {
		self.turn(id, PENDING, STORED)
	}

	/// Offers a report again that the node had.
	pub fn offer_again(&self, id: &WorkId) -> Result<(), Error> {
		self.turn(id, STORED, PENDING)
	}

	fn evidence_path(&self, commitment: &H256) -> PathBuf {
		self.evidence.join(format!("{commitment:?}"))
	}

	/// Keeps evidence. To be called before its commitment is reported.
	pub fn keep_evidence(&self, evidence: &Evidence) -> Result<VerdictCommitment, Error> {
		let commitment = evidence.commitment();
		write_sealed(&self.evidence_path(&commitment.0), evidence)?;
		Ok(commitment)
	}

	/// What this commitment stands for.
	pub fn evidence(&self, commitment: &H256) -> Result<Option<Evidence>, Error> {
		let found: Option<Evidence> = read_sealed(&self.evidence_path(commitment), MAX_EVIDENCE)?;
		Ok(found.filter(|evidence| evidence.commitment().0 == *commitment))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use engram_primitives::{
		work::{FailureReason, WorkKind},
		JobId,
	};

	fn id(job: u64) -> WorkId {
		WorkId { job: JobId(job), attempt: 1, round: 0, kind: WorkKind::Fail }
	}

	const WORK: Work = Work::Fail(FailureReason::Internal);

	#[test]
	fn reports_wait_until_the_node_has_them() {
		let dir = tempfile::tempdir().unwrap();
		let spool = Spool::open(dir.path()).unwrap();
		assert!(spool.pending().unwrap().is_empty());
		spool.add(&id(2), &WORK).unwrap();
		spool.add(&id(1), &WORK).unwrap();
		assert_eq!(Spool::open(dir.path()).unwrap().pending().unwrap(), [(id(1), WORK), (id(2), WORK)]);

		spool.stored(&id(1)).unwrap();
		spool.stored(&id(1)).unwrap();
		spool.stored(&id(3)).unwrap();
		assert_eq!(spool.pending().unwrap(), [(id(2), WORK)]);
		assert_eq!(spool.find(&id(1)).unwrap(), Some(WORK));
		assert_eq!(spool.find(&id(3)).unwrap(), None);
		spool.offer_again(&id(1)).unwrap();
		assert_eq!(spool.pending().unwrap().len(), 2);
	}

	#[test]
	fn damaged_reports_are_left_out() {
		let dir = tempfile::tempdir().unwrap();
		let spool = Spool::open(dir.path()).unwrap();
		spool.add(&id(1), &WORK).unwrap();
		spool.add(&id(2), &WORK).unwrap();
		fs::write(spool.report_path(&id(1), PENDING), b"torn").unwrap();
		fs::write(spool.reports.join("garbage"), b"").unwrap();
		assert_eq!(spool.pending().unwrap(), [(id(2), WORK)]);
		assert_eq!(spool.find(&id(1)).unwrap(), None);
	}

	#[test]
	fn evidence_is_found_by_its_commitment() {
		let dir = tempfile::tempdir().unwrap();
		let spool = Spool::open(dir.path()).unwrap();
		let salt = H256([7; 32]);
		for evidence in [
			Evidence::Unavailable { salt },
			Evidence::Replayed { ends: vec![salt].try_into().unwrap(), steps: vec![[1; 32], [2; 32]], salt },
		] {
			let commitment = spool.keep_evidence(&evidence).unwrap();
			assert_eq!(spool.evidence(&commitment.0).unwrap(), Some(evidence));
		}
		assert_eq!(spool.evidence(&salt).unwrap(), None);
	}
}
