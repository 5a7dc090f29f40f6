//! What the ring keeps.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

/// An output and the block it belongs to.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct OutputRecord<BlockNumber> {
	/// The block.
	pub block: BlockNumber,
	/// Its output.
	pub output: H256,
}
