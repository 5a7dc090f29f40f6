//! The outbox: finished work that waits in the node's persistent off-chain storage until its effect is finalized.
//!
//! The node writes entries and the index, and removes them; the runtime's off-chain worker reads them and writes only its
//! own attempt record. One writer per key.

use crate::work::{Work, WorkId};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use sp_runtime::offchain::storage::StorageValueRef;

/// Key of the index, a `Vec<WorkId>`.
pub const INDEX_KEY: &[u8] = b"engram/outbox/index";

/// Blocks before an off-chain worker submits the same entry again.
pub const RETRY_AFTER: u32 = 5;

/// One finished piece of work.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Entry {
	/// The account the worker is registered under.
	pub worker: [u8; 32],
	/// The task.
	pub id: WorkId,
	/// The report.
	pub work: Work,
}

/// What the chain says of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum Status {
	/// The chain waits for it.
	#[codec(index = 0)]
	Wanted,
	/// The chain has it, or no longer wants it: the node may drop it once this is finalized.
	#[codec(index = 1)]
	Settled,
	/// The chain does not know the task yet; keep it.
	#[codec(index = 2)]
	Unknown,
}

/// Key of an entry.
pub fn entry_key(id: &WorkId) -> Vec<u8> {
	(b"engram/outbox/entry", id).encode()
}

/// Key of the off-chain worker's attempt record: the block of the last submission.
pub fn attempt_key(id: &WorkId) -> Vec<u8> {
	(b"engram/outbox/attempt", id).encode()
}

/// Entries of the given kinds, oldest first. For use inside an off-chain worker.
pub fn entries(wanted: impl Fn(&WorkId) -> bool) -> Vec<Entry> {
	let index = StorageValueRef::persistent(INDEX_KEY).get::<Vec<WorkId>>();
	index
		.ok()
		.flatten()
		.unwrap_or_default()
		.into_iter()
		.filter(|id| wanted(id))
		.filter_map(|id| StorageValueRef::persistent(&entry_key(&id)).get::<Entry>().ok().flatten())
		.collect()
}

/// Whether an entry is due at `now`; records the attempt when it is. For use inside an off-chain worker.
///
/// A block number below the recorded one (after a re-org) is due at once.
pub fn take_turn(id: &WorkId, now: u32) -> bool {
	let key = attempt_key(id);
	let record = StorageValueRef::persistent(&key);
	let due = match record.get::<u32>().ok().flatten() {
		Some(last) => now < last || now >= last.saturating_add(RETRY_AFTER),
		None => true,
	};
	if due {
		record.set(&now);
	}
	due
}
