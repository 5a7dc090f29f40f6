//! Sr25519 keys whose signatures are the same in every run: the nonce comes from the message. Blocks carry signatures, so with
//! the usual random nonces no two runs would have the same hashes.

use engram_primitives::authorization::{WorkerKey, WorkerSignature};
use engram_runtime::{AccountId, Signature};
use rand_chacha::{rand_core::SeedableRng, ChaCha8Rng};
use schnorrkel::{
	context::{attach_rng, signing_context},
	Keypair, SecretKey,
};
use sp_core::{
	sr25519::{
		self,
		vrf::{VrfPreOutput, VrfProof, VrfSignature, VrfTranscript},
	},
	Pair,
};
use sp_io::hashing::blake2_256;

/// What FRAME's signatures are made for.
const CONTEXT: &[u8] = b"substrate";

/// A key pair.
#[derive(Clone)]
pub(crate) struct Signing(Keypair);

impl Signing {
	pub(crate) fn of_seed(seed: [u8; 32]) -> Self {
		Self::of_pair(&sr25519::Pair::from_seed(&seed))
	}

	pub(crate) fn of_pair(pair: &sr25519::Pair) -> Self {
		let secret = SecretKey::from_bytes(&pair.to_raw_vec()).expect("a pair has a valid secret");
		Self(secret.to_keypair())
	}

	pub(crate) fn public(&self) -> sr25519::Public {
		sr25519::Public::from_raw(self.0.public.to_bytes())
	}

	pub(crate) fn account(&self) -> AccountId {
		self.public().0.into()
	}

	pub(crate) fn worker_key(&self) -> WorkerKey {
		self.public().into()
	}

	fn nonce(&self, message: &[u8]) -> ChaCha8Rng {
		ChaCha8Rng::from_seed(blake2_256(&[&self.0.secret.to_bytes()[..], message].concat()))
	}

	fn sign_raw(&self, message: &[u8]) -> sr25519::Signature {
		let transcript = signing_context(CONTEXT).bytes(message);
		let signature = self.0.sign(attach_rng(transcript, self.nonce(message)));
		sr25519::Signature::from_raw(signature.to_bytes())
	}

	pub(crate) fn sign(&self, message: &[u8]) -> Signature {
		Signature::Sr25519(self.sign_raw(message))
	}

	pub(crate) fn sign_work(&self, digest: &[u8; 32]) -> WorkerSignature {
		self.sign_raw(digest).into()
	}

	/// A valid VRF signature, as BABE's authors make them. `subject` has to differ from one to the next.
	pub(crate) fn vrf_sign(&self, transcript: VrfTranscript, subject: &[u8]) -> VrfSignature {
		let inout = self.0.vrf_create_hash(transcript.0);
		let extra = attach_rng(VrfTranscript::new(b"VRF", &[]).0, self.nonce(subject));
		let (proof, _) = self.0.dleq_proove(extra, &inout, true);
		VrfSignature { pre_output: VrfPreOutput(inout.to_preout()), proof: VrfProof(proof) }
	}
}

#[test]
fn signatures_are_valid_and_repeatable() {
	use sp_core::crypto::VrfPublic;
	let key = Signing::of_seed([1; 32]);
	let signature = key.sign_raw(b"a message");
	assert!(sr25519::Pair::verify(&signature, b"a message", &key.public()));
	assert_eq!(signature, key.sign_raw(b"a message"));
	let transcript = || VrfTranscript::new(b"test", &[(b"slot", b"7")]);
	let claim = key.vrf_sign(transcript(), b"7");
	assert!(key.public().vrf_verify(&transcript().into_sign_data(), &claim));
	assert_eq!(claim, key.vrf_sign(transcript(), b"7"));
}
