//! A chain that its own blocks are built on, with real headers: a BABE claim with a valid VRF and a timestamp in each.

use crate::common::chain_with;
use crate::random::signing::Signing;
use codec::Encode;
use engram_primitives::units::ENGR;
use engram_runtime::{
	AccountId, Babe, Block, Executive, Hash, Header, RuntimeCall, System, Timing, UncheckedExtrinsic,
};
use serde_json::Value;
use sp_consensus_babe::{
	digests::{CompatibleDigestItem, PreDigest, SecondaryVRFPreDigest},
	make_vrf_transcript, AuthorityId, Slot,
};
use sp_core::{storage::StateVersion, ByteArray, H256};
use sp_genesis_builder::{PresetId, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_io::{
	storage::{commit_transaction, rollback_transaction, start_transaction},
	TestExternalities,
};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	traits::{BlakeTwo256, Hash as _, Header as _},
	ApplyExtrinsicResult, Digest, DigestItem,
};

const FIRST_SLOT: u64 = 1_000_000_000;
/// What every account has that genesis endows.
const ENDOWMENT: u64 = 1_000_000 * ENGR as u64;

/// How long sessions and eras are.
#[derive(Clone, Copy)]
pub(crate) enum Eras {
	/// As on the local network: 120 slots to an era.
	Local,
	/// Ten slots to an era, so that a short run closes some.
	Short,
}

/// The state of the local network at genesis, with a shorter delay of the beacon, and more accounts that have money.
pub(crate) fn genesis_state(endowed: &[AccountId], eras: Eras) -> TestExternalities {
	chain_with(&PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET), |config| {
		// Everything that is counted in delays of the beacon is short, such as the window of a curve's limiter: a fifth of a run
		// at the preset's four, in which a curve could not graduate.
		config["timing"]["beaconDelay"] = 1.into();
		if let Eras::Short = eras {
			config["timing"]["epochDuration"] = 5.into();
			config["timing"]["sessionsPerEra"] = 2.into();
		}
		let Some(Value::Array(balances)) = config.pointer_mut("/balances/balances") else {
			panic!("genesis has no balances")
		};
		for account in endowed {
			balances.push(serde_json::to_value((account, ENDOWMENT)).unwrap());
		}
	})
}

/// The root of a state.
pub(crate) fn root_of(state: &mut TestExternalities) -> H256 {
	let root = state.execute_with(|| sp_io::storage::root(StateVersion::V1));
	H256::from_slice(&root)
}

fn genesis_header(root: H256) -> Header {
	let extrinsics = BlakeTwo256::ordered_trie_root(Vec::new(), StateVersion::V0);
	Header::new(0, extrinsics, root, Hash::default(), Digest::default())
}

/// A chain and its head.
pub(crate) struct Chain {
	state: TestExternalities,
	head: Header,
	slot: u64,
	authors: Vec<Signing>,
}

impl Chain {
	pub(crate) fn new(endowed: &[AccountId], eras: Eras) -> Self {
		let mut state = genesis_state(endowed, eras);
		state.commit_all().unwrap();
		let head = genesis_header(root_of(&mut state));
		let authors = Sr25519Keyring::iter().map(|key| Signing::of_pair(&key.pair())).collect();
		Self { state, head, slot: FIRST_SLOT, authors }
	}

	pub(crate) fn head(&self) -> &Header {
		&self.head
	}

	/// Reads, or sets what the test only pretends.
	pub(crate) fn execute<R>(&mut self, body: impl FnOnce() -> R) -> R {
		let result = self.state.execute_with(body);
		self.state.commit_all().unwrap();
		result
	}

	/// Builds the next block `skipped` slots later than it could be. `body` gets the place where its extrinsics are kept.
	pub(crate) fn build<R>(
		&mut self,
		skipped: u64,
		body: impl FnOnce(&mut Vec<UncheckedExtrinsic>) -> R,
	) -> (Block, R) {
		self.slot += 1 + skipped;
		let (slot, parent, authors) = (self.slot, self.head.hash(), &self.authors);
		let number = self.head.number + 1;
		let (block, result) = self.state.execute_with(|| {
			let digest = Digest { logs: vec![claim(number, slot, authors)] };
			let header = Header::new(number, H256::zero(), H256::zero(), parent, digest);
			Executive::initialize_block(&header);
			let now = slot * Timing::schedule().slot_duration;
			let time = RuntimeCall::Timestamp(pallet_timestamp::Call::set { now });
			let mut extrinsics = vec![UncheckedExtrinsic::new_bare(time)];
			assert_eq!(Executive::apply_extrinsic(extrinsics[0].clone()), Ok(Ok(())));
			let result = body(&mut extrinsics);
			(Block { header: Executive::finalize_block(), extrinsics }, result)
		});
		self.state.commit_all().unwrap();
		self.head = block.header.clone();
		(block, result)
	}
}

/// The claim of an authority to a slot, the same authority in each run.
fn claim(number: u32, slot: u64, authors: &[Signing]) -> DigestItem {
	let length = Timing::schedule().epoch_duration;
	let genesis = *pallet_babe::GenesisSlot::<engram_runtime::Runtime>::get();
	let turns = number > 1 && slot >= *Babe::current_epoch_start() + length;
	let (authorities, randomness) = match turns {
		true => (Babe::next_epoch().authorities, Babe::next_epoch().randomness),
		false => (Babe::authorities().to_vec(), Babe::randomness()),
	};
	let epoch = if number > 1 { (slot - genesis) / length } else { 0 };
	let index = slot * 7 % authorities.len() as u64;
	let public: &AuthorityId = &authorities[index as usize].0;
	let author = authors.iter().find(|author| author.public().as_slice() == public.as_slice());
	let slot = Slot::from(slot);
	let vrf_signature = author
		.expect("every validator of the local network is in the keyring")
		.vrf_sign(make_vrf_transcript(&randomness, slot, epoch), &slot.encode());
	let authority_index = index as u32;
	let claim = PreDigest::SecondaryVRF(SecondaryVRFPreDigest { authority_index, slot, vrf_signature });
	<DigestItem as CompatibleDigestItem>::babe_pre_digest(claim)
}

/// Applies an extrinsic as a block builder does: one that is not valid leaves no trace.
pub(crate) fn apply(extrinsic: &UncheckedExtrinsic) -> ApplyExtrinsicResult {
	start_transaction();
	let result = Executive::apply_extrinsic(extrinsic.clone());
	match result {
		Ok(_) => commit_transaction(),
		Err(_) => rollback_transaction(),
	}
	result
}

/// Applies an extrinsic and takes it back.
pub(crate) fn apply_and_take_back<R>(extrinsic: &UncheckedExtrinsic, look: impl FnOnce() -> R) -> R {
	start_transaction();
	let _ = Executive::apply_extrinsic(extrinsic.clone());
	let seen = look();
	rollback_transaction();
	seen
}

/// Whether a call would be included and fail.
pub(crate) fn fails(extrinsic: &UncheckedExtrinsic) -> bool {
	start_transaction();
	let result = Executive::apply_extrinsic(extrinsic.clone());
	rollback_transaction();
	matches!(result, Ok(Err(_)))
}

/// The hash that transactions of this chain are signed for.
pub(crate) fn genesis_hash() -> Hash {
	System::block_hash(0)
}
