//! Content identifiers: CIDv1 over SHA2-256, the form IPFS uses.

use alloc::{string::String, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Multicodec of a raw block: the digest is that of the bytes themselves.
pub const CODEC_RAW: u8 = 0x55;
/// Multicodec of a dag-pb node: the digest is that of a UnixFS root over chunks.
pub const CODEC_DAG_PB: u8 = 0x70;

const VERSION: u8 = 0x01;
const SHA2_256: u8 = 0x12;
const DIGEST_BYTES: u8 = 0x20;
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// A CIDv1 in its binary form: version, codec, hash function, digest length, digest.
///
/// Only SHA2-256 over a raw block (one chunk) or a dag-pb UnixFS root (several) is
/// [`valid`](Self::is_valid). The text form starts with `bafk` or `bafy`, as `ipfs add --cid-version 1` prints it.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Cid(pub [u8; 36]);

impl Cid {
	/// The CID of a block with the given codec and SHA2-256 digest.
	pub fn new(codec: u8, digest: [u8; 32]) -> Self {
		let mut bytes = [0u8; 36];
		let (head, tail) = bytes.split_at_mut(4);
		head.copy_from_slice(&[VERSION, codec, SHA2_256, DIGEST_BYTES]);
		tail.copy_from_slice(&digest);
		Self(bytes)
	}

	/// The CID of one raw block.
	pub fn of_raw(block: &[u8]) -> Self {
		Self::new(CODEC_RAW, sp_io::hashing::sha2_256(block))
	}

	/// Whether the bytes are a CID that Engram workers can fetch and check.
	pub fn is_valid(&self) -> bool {
		let [version, codec, hash, length, ..] = self.0;
		version == VERSION
			&& (codec == CODEC_RAW || codec == CODEC_DAG_PB)
			&& hash == SHA2_256
			&& length == DIGEST_BYTES
	}

	/// The multicodec of the block this CID names.
	pub fn codec(&self) -> u8 {
		let [_, codec, ..] = self.0;
		codec
	}

	/// The SHA2-256 digest of the block this CID names.
	pub fn digest(&self) -> [u8; 32] {
		let mut digest = [0u8; 32];
		for (to, from) in digest.iter_mut().zip(self.0.iter().skip(4)) {
			*to = *from;
		}
		digest
	}

	/// Reads the text form (multibase `b`, lower-case base32 without padding). `None` when it is not
	/// a CIDv1 over SHA2-256 of a raw or dag-pb block.
	pub fn parse(text: &str) -> Option<Self> {
		let body = text.strip_prefix('b')?;
		let (mut buffer, mut bits) = (0u32, 0u32);
		let mut bytes = Vec::with_capacity(36);
		for symbol in body.bytes() {
			let value = ALPHABET.iter().position(|a| *a == symbol)?;
			buffer = (buffer << 5) | u32::try_from(value).ok()?;
			bits = bits.checked_add(5)?;
			if bits >= 8 {
				bits = bits.checked_sub(8)?;
				bytes.push(u8::try_from((buffer >> bits) & 0xff).ok()?);
				buffer &= (1u32 << bits).checked_sub(1)?;
			}
		}
		let cid = Self(bytes.try_into().ok()?);
		(buffer == 0 && cid.is_valid()).then_some(cid)
	}

	fn text(&self) -> String {
		let (mut buffer, mut bits) = (0u32, 0u32);
		let mut text = String::from("b");
		let mut push = |index: u32| {
			if let Some(symbol) = usize::try_from(index & 31).ok().and_then(|i| ALPHABET.get(i)) {
				text.push(char::from(*symbol));
			}
		};
		for byte in self.0 {
			buffer = (buffer << 8) | u32::from(byte);
			bits = bits.saturating_add(8);
			while bits >= 5 {
				bits = bits.saturating_sub(5);
				push(buffer >> bits);
				buffer &= (1u32 << bits).saturating_sub(1);
			}
		}
		if bits > 0 {
			push(buffer << 5u32.saturating_sub(bits));
		}
		text
	}
}

impl core::fmt::Display for Cid {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.write_str(&self.text())
	}
}

impl core::fmt::Debug for Cid {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		write!(f, "Cid({})", self.text())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn text_form_is_the_one_ipfs_prints() {
		// `printf 'hello world' | ipfs add --cid-version 1 --raw-leaves`
		let cid = Cid::of_raw(b"hello world");
		let text = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
		assert_eq!(alloc::format!("{cid}"), text);
		assert_eq!(Cid::parse(text), Some(cid));
	}

	#[test]
	fn other_hashes_codecs_and_garbage_are_refused() {
		assert!(!Cid([0; 36]).is_valid());
		assert!(!Cid::new(0x71, [0; 32]).is_valid());
		assert_eq!(Cid::parse(""), None);
		assert_eq!(Cid::parse("bafkrei"), None);
		assert_eq!(Cid::parse("QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnyPC"), None);
	}
}
