//! The outbox, from the side that writes it. See [`engram_primitives::outbox`] for the side that reads it.

use codec::{Decode, DecodeAll, Encode};
use engram_primitives::{
	outbox::{attempt_key, entry_key, Entry, INDEX_KEY},
	work::WorkId,
};
use sp_core::offchain::{OffchainStorage, STORAGE_PREFIX};

/// Most entries at once. A worker has a handful of jobs; more means that nothing leaves.
pub(crate) const MAX_ENTRIES: usize = 1_024;

/// Why a report is not taken. The worker process keeps it and offers it again.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
	#[error(
		"the outbox is full ({MAX_ENTRIES} reports): check that blocks finalize and that --offchain-worker is not `never`"
	)]
	Full,
}

/// Finished reports in the node's off-chain storage. There is one writer, this one; only the attempt records belong to
/// the runtime's off-chain worker.
pub(crate) struct Outbox<S> {
	storage: S,
	index: Vec<WorkId>,
}

impl<S: OffchainStorage> Outbox<S> {
	/// Reads the index. Ids whose entry did not reach the disk before a crash are forgotten: the worker process offers
	/// them again.
	pub(crate) fn open(storage: S) -> Self {
		let mut outbox = Self { storage, index: Vec::new() };
		let stored: Vec<WorkId> = outbox.read(INDEX_KEY).unwrap_or_default();
		let found: Vec<WorkId> = stored.iter().filter(|id| outbox.entry(id).is_some()).copied().collect();
		let changed = found.len() != stored.len();
		outbox.index = found;
		if changed {
			outbox.write_index();
		}
		outbox
	}

	/// Stores a report; `false` when exactly this one is there already. A different report under the same id replaces the
	/// older one. The index is written last, so it never names an entry that was not written.
	pub(crate) fn insert(&mut self, entry: &Entry) -> Result<bool, Error> {
		let known = self.index.contains(&entry.id);
		if known && self.entry(&entry.id).as_ref() == Some(entry) {
			return Ok(false);
		}
		if !known && self.index.len() >= MAX_ENTRIES {
			return Err(Error::Full);
		}
		self.storage.set(STORAGE_PREFIX, &entry_key(&entry.id), &entry.encode());
		if !known {
			self.index.push(entry.id);
			self.write_index();
		}
		Ok(true)
	}

	/// Forgets a report and its attempt record. The index is written first, so it never names an entry that is gone. An
	/// off-chain worker that is just running may write the attempt record once more; it is four bytes and harmless.
	pub(crate) fn remove(&mut self, id: &WorkId) {
		let Some(at) = self.index.iter().position(|known| known == id) else { return };
		self.index.remove(at);
		self.write_index();
		self.storage.remove(STORAGE_PREFIX, &entry_key(id));
		self.storage.remove(STORAGE_PREFIX, &attempt_key(id));
	}

	/// All entries, oldest first.
	pub(crate) fn entries(&self) -> Vec<Entry> {
		self.index.iter().filter_map(|id| self.entry(id)).collect()
	}

	/// Number of entries.
	pub(crate) fn len(&self) -> u64 {
		u64::try_from(self.index.len()).unwrap_or(u64::MAX)
	}

	fn entry(&self, id: &WorkId) -> Option<Entry> {
		self.read(&entry_key(id))
	}

	fn read<T: Decode>(&self, key: &[u8]) -> Option<T> {
		let bytes = self.storage.get(STORAGE_PREFIX, key)?;
		T::decode_all(&mut &bytes[..]).ok()
	}

	fn write_index(&mut self) {
		self.storage.set(STORAGE_PREFIX, INDEX_KEY, &self.index.encode());
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use engram_primitives::{
		work::{FailureReason, Work, WorkKind},
		JobId,
	};
	use sp_core::offchain::{
		storage::{InMemOffchainStorage, OffchainDb},
		testing::TestPersistentOffchainDB,
		OffchainDbExt,
	};

	fn entry(job: u64, reason: FailureReason) -> Entry {
		let id = WorkId { job: JobId(job), attempt: 0, round: 0, kind: WorkKind::Fail };
		Entry { worker: [7; 32], id, work: Work::Fail(reason) }
	}

	#[test]
	fn entries_come_back_in_order_and_survive_a_restart() {
		let mut outbox = Outbox::open(InMemOffchainStorage::default());
		let all: Vec<_> = (0..5).map(|job| entry(job, FailureReason::Device)).collect();
		for entry in &all {
			assert_eq!(outbox.insert(entry), Ok(true));
		}
		assert_eq!(outbox.entries(), all);
		let reopened = Outbox::open(outbox.storage);
		assert_eq!(reopened.entries(), all);
		assert_eq!(reopened.len(), 5);
	}

	#[test]
	fn the_same_report_is_stored_once_and_a_newer_one_replaces_it() {
		let mut outbox = Outbox::open(InMemOffchainStorage::default());
		assert_eq!(outbox.insert(&entry(1, FailureReason::Device)), Ok(true));
		assert_eq!(outbox.insert(&entry(1, FailureReason::Device)), Ok(false));
		assert_eq!(outbox.insert(&entry(1, FailureReason::Internal)), Ok(true));
		assert_eq!(outbox.entries(), [entry(1, FailureReason::Internal)]);
	}

	#[test]
	fn removal_leaves_no_key_behind() {
		let mut outbox = Outbox::open(InMemOffchainStorage::default());
		let (gone, kept) = (entry(1, FailureReason::Device), entry(2, FailureReason::Device));
		outbox.insert(&gone).unwrap();
		outbox.insert(&kept).unwrap();
		outbox.storage.set(STORAGE_PREFIX, &attempt_key(&gone.id), &7u32.encode());
		outbox.remove(&gone.id);
		outbox.remove(&gone.id);
		assert_eq!(outbox.entries(), [kept]);
		assert_eq!(outbox.storage.get(STORAGE_PREFIX, &entry_key(&gone.id)), None);
		assert_eq!(outbox.storage.get(STORAGE_PREFIX, &attempt_key(&gone.id)), None);
	}

	#[test]
	fn an_index_that_outlived_its_entry_is_repaired() {
		let mut storage = InMemOffchainStorage::default();
		let (lost, kept) = (entry(1, FailureReason::Device), entry(2, FailureReason::Device));
		storage.set(STORAGE_PREFIX, INDEX_KEY, &vec![lost.id, kept.id].encode());
		storage.set(STORAGE_PREFIX, &entry_key(&kept.id), &kept.encode());
		let mut outbox = Outbox::open(storage);
		assert_eq!(outbox.entries(), std::slice::from_ref(&kept));
		assert_eq!(outbox.insert(&lost), Ok(true));
		assert_eq!(outbox.entries(), [kept, lost]);
	}

	#[test]
	fn garbage_in_storage_is_an_empty_outbox() {
		let mut storage = InMemOffchainStorage::default();
		storage.set(STORAGE_PREFIX, INDEX_KEY, &[255; 3]);
		assert_eq!(Outbox::open(storage).len(), 0);
	}

	#[test]
	fn a_full_outbox_refuses_new_reports_but_not_old_ones() {
		let mut outbox = Outbox::open(InMemOffchainStorage::default());
		for job in 0..MAX_ENTRIES as u64 {
			outbox.insert(&entry(job, FailureReason::Device)).unwrap();
		}
		let more = entry(MAX_ENTRIES as u64, FailureReason::Device);
		assert_eq!(outbox.insert(&more), Err(Error::Full));
		assert_eq!(outbox.insert(&entry(0, FailureReason::Internal)), Ok(true));
		outbox.remove(&entry(0, FailureReason::Device).id);
		assert_eq!(outbox.insert(&more), Ok(true));
	}

	/// The keys are those the runtime's off-chain worker reads, prefix included.
	#[test]
	fn the_off_chain_worker_sees_what_the_node_writes() {
		let db = TestPersistentOffchainDB::new();
		let mut outbox = Outbox::open(db.clone());
		let written = entry(3, FailureReason::Device);
		outbox.insert(&written).unwrap();

		let mut ext = sp_io::TestExternalities::default();
		ext.register_extension(OffchainDbExt::new(OffchainDb::new(db)));
		ext.execute_with(|| {
			assert_eq!(engram_primitives::outbox::entries(|_| true), std::slice::from_ref(&written));
			assert!(engram_primitives::outbox::take_turn(&written.id, 1));
			assert!(!engram_primitives::outbox::take_turn(&written.id, 2));
		});
		outbox.remove(&written.id);
		ext.execute_with(|| {
			assert!(engram_primitives::outbox::entries(|_| true).is_empty());
			assert!(engram_primitives::outbox::take_turn(&written.id, 2));
		});
	}
}
