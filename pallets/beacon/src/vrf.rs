//! Where the randomness of a block comes from.

use core::marker::PhantomData;
use frame_support::traits::Get;
use sp_consensus_babe::digests::CompatibleDigestItem;

/// The VRF pre-output in the BABE pre-digest of the block that is being executed, primary or secondary.
///
/// It is on chain from the first hook on. The block's import verified it against the author's key, the slot and the
/// randomness of the epoch, and the three determine it: an author has no second one to choose from. `None` in a block
/// without a BABE digest and in one of a plain secondary slot.
#[derive(Debug)]
pub struct BabeVrf<T>(PhantomData<T>);

impl<T: frame_system::Config> Get<Option<[u8; 32]>> for BabeVrf<T> {
	fn get() -> Option<[u8; 32]> {
		let digest = frame_system::Pallet::<T>::digest();
		let claim = digest.logs.iter().find_map(|item| item.as_babe_pre_digest())?;
		claim.vrf_signature().map(|signature| *signature.pre_output.0.as_bytes())
	}
}
