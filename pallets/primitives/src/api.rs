//! The runtime API the node calls. Everything else is read by view functions.

use crate::{
	authorization::WorkerKey,
	outbox::{Entry, Status},
	task::Task,
};
use alloc::vec::Vec;
use codec::Codec;

sp_api::decl_runtime_apis! {
	/// What a node needs to run a worker.
	pub trait WorkerApi<AccountId> where AccountId: Codec {
		/// The account a hot key is registered under.
		fn worker_of(key: WorkerKey) -> Option<AccountId>;
		/// What the chain waits for from this worker, in this block's state.
		fn tasks(worker: AccountId) -> Vec<Task>;
		/// What this block's state says of an entry of the outbox.
		fn outbox_status(entry: Entry) -> Status;
	}
}
