//! Who acts, with which keys, and what they know of the chain.

use crate::random::{chain::genesis_hash, signing::Signing, view::View};
use codec::Encode;
use engram_primitives::{
	authorization::{possession_digest, WorkerKey, WorkerSignature},
	label::Label,
	units::{Balance, MILLI},
	Cid, ModelId,
};
use engram_runtime::{AccountId, Jobs, Runtime, RuntimeCall, SignedPayload, System, UncheckedExtrinsic};
use frame_support::{traits::Get, BoundedVec};
use frame_system::offchain::CreateAuthorizedTransaction;
use rand_chacha::{
	rand_core::{RngCore, SeedableRng},
	ChaCha8Rng,
};
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_keyring::Sr25519Keyring;
use sp_runtime::MultiAddress;
use std::collections::BTreeMap;

/// Accounts beside the validators of the local network.
const USERS: u64 = 110;
/// Models whose escrows have money before the premiums of any token.
const ESCROWS: u32 = 64;
/// How many operations in a hundred are mistaken on purpose.
const MISTAKES: u64 = 36;

/// Something that somebody does.
pub(crate) struct Operation {
	pub(crate) origin: Origin,
	pub(crate) call: RuntimeCall,
}

/// Who vouches for an operation.
pub(crate) enum Origin {
	/// An actor signs and pays.
	Signed(usize),
	/// The call carries the signature of a worker's hot key.
	Authorized,
}

/// All there is beside the chain.
pub(crate) struct World {
	rng: ChaCha8Rng,
	actors: Vec<Signing>,
	places: BTreeMap<AccountId, usize>,
	hot_keys: BTreeMap<WorkerKey, Signing>,
	/// Counts what must be unique: keys, roots, names.
	counter: u64,
	seed: u64,
	/// The chain as it was at the start of the block, less what was used up since.
	pub(crate) view: View,
	/// Multisig operations that wait for a second approval: who began, who else may, what.
	pub(crate) approvals: Vec<(usize, [usize; 2], RuntimeCall)>,
}

impl World {
	pub(crate) fn new(seed: u64) -> Self {
		let validators =
			[Sr25519Keyring::Alice, Sr25519Keyring::Bob, Sr25519Keyring::Charlie, Sr25519Keyring::Dave];
		let users = (0..USERS).map(|user| Signing::of_seed((b"user", seed, user).using_encoded(blake2_256)));
		let actors: Vec<_> =
			validators.iter().map(|key| Signing::of_pair(&key.pair())).chain(users).collect();
		let places = actors.iter().enumerate().map(|(place, actor)| (actor.account(), place)).collect();
		Self {
			rng: ChaCha8Rng::seed_from_u64(seed),
			actors,
			places,
			hot_keys: BTreeMap::new(),
			counter: 0,
			seed,
			view: View::default(),
			approvals: Vec::new(),
		}
	}

	/// The accounts of the users.
	pub(crate) fn users(&self) -> Vec<AccountId> {
		self.actors.iter().skip(4).map(Signing::account).collect()
	}

	/// The models whose escrows have money from the start.
	pub(crate) fn funded() -> impl Iterator<Item = ModelId> {
		(0..ESCROWS).map(ModelId)
	}

	/// The accounts that genesis has to endow: the users', the one that pays for probes, and the escrows of the first models.
	pub(crate) fn endowed(&self) -> Vec<AccountId> {
		let escrows = Self::funded().map(Jobs::model_escrow);
		self.users().into_iter().chain([Jobs::probe_account()]).chain(escrows).collect()
	}

	/// The actor who may do everything.
	pub(crate) const SUPERUSER: usize = 0;
	/// The actors who validate.
	pub(crate) const VALIDATORS: usize = 4;

	pub(crate) fn below(&mut self, bound: u64) -> u64 {
		self.rng.next_u64() % bound.max(1)
	}

	pub(crate) fn range(&mut self, from: u64, to: u64) -> u64 {
		from + self.below(to - from + 1)
	}

	pub(crate) fn chance(&mut self, percent: u64) -> bool {
		self.below(100) < percent
	}

	/// Whether the one who acts gets it wrong this time.
	pub(crate) fn mistaken(&mut self) -> bool {
		self.chance(MISTAKES)
	}

	pub(crate) fn pick<T: Clone>(&mut self, all: &[T]) -> Option<T> {
		let at = self.below(all.len() as u64) as usize;
		all.get(at).cloned()
	}

	/// Picks a row of the view among those that suit.
	pub(crate) fn pick_row<T: Clone>(
		&mut self,
		rows: impl Fn(&View) -> &Vec<T>,
		suits: impl Fn(&T) -> bool,
	) -> Option<T> {
		let random = self.rng.next_u64();
		let suited: Vec<_> = rows(&self.view).iter().filter(|row| suits(row)).collect();
		suited.get((random % suited.len().max(1) as u64) as usize).map(|row| (*row).clone())
	}

	/// An amount of so many thousandths of the token.
	pub(crate) fn milli(&mut self, from: u64, to: u64) -> Balance {
		Balance::from(self.range(from, to)) * MILLI
	}

	pub(crate) fn unique(&mut self) -> u64 {
		self.counter += 1;
		self.counter
	}

	pub(crate) fn unique_hash(&mut self) -> H256 {
		(b"unique", self.seed, self.unique()).using_encoded(blake2_256).into()
	}

	pub(crate) fn unique_cid(&mut self) -> Cid {
		let content = self.unique_hash();
		Cid::of_raw(content.as_bytes())
	}

	/// A name that is printable, or one that no pallet takes.
	pub(crate) fn label(&mut self, right: bool) -> Label {
		let text = format!("{}name {}", if right { "" } else { " " }, self.unique());
		text.into_bytes().try_into().expect("short enough")
	}

	/// A multiaddress that others can dial, or one that names no peer.
	pub(crate) fn address<S: Get<u32>>(&mut self, right: bool) -> BoundedVec<u8, S> {
		let peer = if right { "/p2p/12D3KooW" } else { "" };
		let text = format!("/ip4/127.0.0.1/tcp/{}{peer}", self.unique());
		BoundedVec::truncate_from(text.into_bytes())
	}

	pub(crate) fn account(&self, actor: usize) -> AccountId {
		self.actors[actor].account()
	}

	pub(crate) fn actor_of(&self, account: &AccountId) -> Option<usize> {
		self.places.get(account).copied()
	}

	/// Anybody but the superuser and the validators: they have to stay.
	pub(crate) fn user(&mut self) -> usize {
		self.range(Self::VALIDATORS as u64, self.actors.len() as u64 - 1) as usize
	}

	/// Somebody other than an account.
	pub(crate) fn stranger(&mut self, account: &AccountId) -> usize {
		loop {
			let user = self.user();
			if self.account(user) != *account {
				return user;
			}
		}
	}

	/// The owner of something, or somebody else.
	pub(crate) fn owner_or_stranger(&mut self, owner: &AccountId, right: bool) -> Option<usize> {
		if right {
			self.actor_of(owner)
		} else {
			Some(self.stranger(owner))
		}
	}

	/// An account that nobody has yet.
	pub(crate) fn fresh_account(&mut self) -> AccountId {
		self.unique_hash().0.into()
	}

	/// A new hot key, kept for when its holder works, and its agreement to work for an account.
	pub(crate) fn new_hot_key(&mut self, owner: &AccountId) -> (WorkerKey, WorkerSignature) {
		let key = Signing::of_seed(self.unique_hash().0);
		let possession = key.sign_work(&possession_digest(genesis_hash(), owner));
		let public = key.worker_key();
		self.hot_keys.insert(public.clone(), key);
		(public, possession)
	}

	/// What the hot key of a worker signs now.
	pub(crate) fn sign_work(&self, worker: &AccountId, digest: &[u8; 32]) -> Option<WorkerSignature> {
		let record = pallet_workers::Workers::<Runtime>::get(worker)?;
		Some(self.hot_keys.get(&record.key)?.sign_work(digest))
	}

	/// An operation as a transaction. Now and then the one who signs it takes the wrong nonce or chain.
	pub(crate) fn transaction(&mut self, operation: &Operation) -> UncheckedExtrinsic {
		let call = operation.call.clone();
		let Origin::Signed(actor) = operation.origin else {
			return <Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_authorized_transaction(
				call,
			);
		};
		let account = self.account(actor);
		let wrong_nonce = self.below(200) == 0;
		let wrong_signer = self.below(200) == 0;
		let tip = if self.chance(5) { self.milli(1, 10) } else { 0 };
		let nonce = System::account_nonce(&account) + u32::from(wrong_nonce);
		let mut extension = <Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_extension();
		extension.6 = frame_system::CheckNonce::from(nonce);
		extension.8 = pallet_transaction_payment::ChargeTransactionPayment::from(tip).into();
		let payload = SignedPayload::new(call, extension).expect("the chain knows its genesis");
		let signer = if wrong_signer { self.stranger(&account) } else { actor };
		let signature = payload.using_encoded(|bytes| self.actors[signer].sign(bytes));
		let (call, extension, _) = payload.deconstruct();
		UncheckedExtrinsic::new_signed(call, MultiAddress::Id(account), signature, extension)
	}
}

/// A signed operation.
pub(crate) fn signed(actor: usize, call: impl Into<RuntimeCall>) -> Option<Operation> {
	Some(Operation { origin: Origin::Signed(actor), call: call.into() })
}

/// Something that only root may do, by the superuser, or by somebody who may not.
pub(crate) fn governed(world: &mut World, call: impl Into<RuntimeCall>) -> Option<Operation> {
	if world.chance(15) {
		let user = world.user();
		return signed(user, call);
	}
	let call = Box::new(call.into());
	signed(World::SUPERUSER, pallet_sudo::Call::<Runtime>::sudo { call })
}

/// A report by a worker's hot key.
pub(crate) fn authorized(call: impl Into<RuntimeCall>) -> Option<Operation> {
	Some(Operation { origin: Origin::Authorized, call: call.into() })
}
