//! The rolling hash, pure. The three kinds of preimage differ in length or tag, so none can stand for another.

use codec::Encode;
use sp_core::H256;
use sp_io::hashing::blake2_256;

/// `H_0 = blake2_256("engram/beacon/origin" || parent)`, `parent` being the hash of the block before the first one: that
/// of genesis on a chain that started with a beacon, so two chains differ from the start.
pub fn origin(parent: H256) -> H256 {
	(b"engram/beacon/origin", parent).using_encoded(blake2_256).into()
}

/// `H_n = blake2_256(H_(n-1) || vrf_n)`.
pub fn step(previous: H256, vrf: [u8; 32]) -> H256 {
	(previous, vrf).using_encoded(blake2_256).into()
}

/// `H_n = blake2_256("engram/beacon/no-vrf" || H_(n-1) || n)`, for a block without a VRF. It adds no randomness; it only
/// keeps the chain of outputs moving.
pub fn step_without_vrf(previous: H256, block: impl Encode) -> H256 {
	(b"engram/beacon/no-vrf", previous, block).using_encoded(blake2_256).into()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_hashes_are_those_of_the_formulas() {
		let (previous, vrf) = (H256([7; 32]), [9u8; 32]);
		let preimage = [[7u8; 32], [9u8; 32]].concat();
		assert_eq!(step(previous, vrf), H256(blake2_256(&preimage)));

		let preimage = [&b"engram/beacon/no-vrf"[..], &[7u8; 32], &5u32.to_le_bytes()].concat();
		assert_eq!(step_without_vrf(previous, 5u32), H256(blake2_256(&preimage)));

		let preimage = [&b"engram/beacon/origin"[..], &[7u8; 32]].concat();
		assert_eq!(origin(previous), H256(blake2_256(&preimage)));
	}
}
