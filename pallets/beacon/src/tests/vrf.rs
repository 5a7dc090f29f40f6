use crate::{mock::*, BabeVrf};
use codec::Encode;
use frame_support::traits::Get;
use sp_consensus_babe::{
	digests::{
		CompatibleDigestItem, PreDigest, PrimaryPreDigest, SecondaryPlainPreDigest, SecondaryVRFPreDigest,
	},
	make_vrf_sign_data,
};
use sp_core::{
	crypto::{Pair, VrfSecret},
	sr25519,
};
use sp_runtime::{Digest, DigestItem};

fn signature(seed: u8, slot: u64) -> sr25519::vrf::VrfSignature {
	let pair = sr25519::Pair::from_seed(&[seed; 32]);
	pair.vrf_sign(&make_vrf_sign_data(&[5; 32], slot.into(), 1))
}

fn vrf_in(logs: Vec<DigestItem>) -> Option<[u8; 32]> {
	ExtBuilder.build().execute_with(|| {
		System::initialize(&1, &Default::default(), &Digest { logs });
		BabeVrf::<Test>::get()
	})
}

fn primary(seed: u8, slot: u64) -> DigestItem {
	DigestItem::babe_pre_digest(PreDigest::Primary(PrimaryPreDigest {
		authority_index: 0,
		slot: slot.into(),
		vrf_signature: signature(seed, slot),
	}))
}

#[test]
fn reads_the_pre_output_of_a_primary_claim() {
	let vrf = vrf_in(vec![primary(1, 10)]).unwrap();
	assert_eq!(vrf.to_vec(), signature(1, 10).pre_output.encode());
}

#[test]
fn both_kinds_of_claim_carry_the_same_output() {
	let secondary = DigestItem::babe_pre_digest(PreDigest::SecondaryVRF(SecondaryVRFPreDigest {
		authority_index: 0,
		slot: 10.into(),
		vrf_signature: signature(1, 10),
	}));
	assert_eq!(vrf_in(vec![secondary]), vrf_in(vec![primary(1, 10)]));
}

#[test]
fn authors_and_slots_differ() {
	assert_ne!(vrf_in(vec![primary(1, 10)]), vrf_in(vec![primary(2, 10)]));
	assert_ne!(vrf_in(vec![primary(1, 10)]), vrf_in(vec![primary(1, 11)]));
}

#[test]
fn signing_again_gives_no_second_choice() {
	// The proof is randomized, the pre-output is not.
	assert_ne!(signature(1, 10).proof, signature(1, 10).proof);
	assert_eq!(signature(1, 10).pre_output, signature(1, 10).pre_output);
}

#[test]
fn other_blocks_have_none() {
	let plain = DigestItem::babe_pre_digest(PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
		authority_index: 0,
		slot: 10.into(),
	}));
	assert_eq!(vrf_in(vec![plain]), None);
	assert_eq!(vrf_in(vec![]), None);
	assert_eq!(vrf_in(vec![DigestItem::Other(vec![1, 2, 3])]), None);
	assert_eq!(vrf_in(vec![DigestItem::PreRuntime(*b"BABE", vec![255, 0])]), None);
}

#[test]
fn is_found_behind_other_items() {
	let logs = vec![DigestItem::PreRuntime(*b"aura", vec![1]), primary(1, 10)];
	assert_eq!(vrf_in(logs), vrf_in(vec![primary(1, 10)]));
}
