//! A chain of real blocks. Claims of slots carry no VRF, so that no test needs keys.

use engram_runtime::{AccountId, Executive, Hash, Header, RuntimeCall, Session, Timing, UncheckedExtrinsic};
use serde_json::{json, Value};
use sp_consensus_babe::{
	digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest},
	Slot,
};
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{traits::Header as _, Digest, DigestItem};

const FIRST_SLOT: u64 = 1_000_000_000;

/// Adds to a genesis somebody who has twice `stake` and nominates a validator with half of it.
pub(crate) fn add_nominator(config: &mut Value, who: &AccountId, validator: Sr25519Keyring, stake: u64) {
	let status = json!({ "Nominator": [validator.to_account_id()] });
	push(&mut config["balances"]["balances"], json!([who, 2 * stake]));
	push(&mut config["staking"]["stakers"], json!([who, who, stake, status]));
}

fn push(list: &mut Value, item: Value) {
	let Value::Array(list) = list else { panic!("genesis has another shape: {list}") };
	list.push(item);
}

/// A chain that its own blocks are built on.
pub(crate) struct Chain {
	state: TestExternalities,
	head: Header,
	slot: u64,
}

impl Chain {
	/// A chain that goes on from a genesis. Chains of different seeds draw differently.
	pub(crate) fn new(mut state: TestExternalities, seed: Hash) -> Self {
		state.commit_all().unwrap();
		let head = Header::new(0, Hash::default(), seed, Hash::default(), Digest::default());
		Self { state, head, slot: FIRST_SLOT }
	}

	/// Reads, or sets what the test only pretends.
	pub(crate) fn read<R>(&mut self, body: impl FnOnce() -> R) -> R {
		let result = self.state.execute_with(body);
		self.state.commit_all().unwrap();
		result
	}

	/// Builds the next block, `slots` after the last one. `body` is what happens in it.
	pub(crate) fn block<R>(&mut self, author: Sr25519Keyring, slots: u64, body: impl FnOnce() -> R) -> R {
		self.slot += slots;
		let (slot, number, parent) = (self.slot, self.head.number + 1, self.head.hash());
		let (head, result) = self.state.execute_with(|| {
			let digest = Digest { logs: vec![claim(author, slot)] };
			let header = Header::new(number, Hash::default(), Hash::default(), parent, digest);
			Executive::initialize_block(&header);
			let now = slot * Timing::schedule().slot_duration;
			let time = RuntimeCall::Timestamp(pallet_timestamp::Call::set { now });
			assert_eq!(Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(time)), Ok(Ok(())));
			let result = body();
			(Executive::finalize_block(), result)
		});
		self.state.commit_all().unwrap();
		self.head = head;
		result
	}

	/// Slots from the last block to the first of the next session.
	pub(crate) fn slots_to_session(&mut self) -> u64 {
		let session = self.state.execute_with(|| Timing::schedule().epoch_duration);
		session - (self.slot - FIRST_SLOT) % session
	}

	/// Builds the first block of the next session.
	pub(crate) fn turn(&mut self, author: Sr25519Keyring) {
		let slots = self.slots_to_session();
		let before = self.read(Session::current_index);
		self.block(author, slots, || ());
		assert_eq!(self.read(Session::current_index), before + 1);
	}
}

/// A claim of a plain secondary slot.
pub(crate) fn claim(author: Sr25519Keyring, slot: u64) -> DigestItem {
	let author = author.to_account_id();
	let index = Session::validators().iter().position(|validator| *validator == author);
	let claim = SecondaryPlainPreDigest {
		authority_index: index.expect("the author always is a validator") as u32,
		slot: Slot::from(slot),
	};
	<DigestItem as CompatibleDigestItem>::babe_pre_digest(PreDigest::SecondaryPlain(claim))
}
