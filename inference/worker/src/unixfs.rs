//! The shape of large artifacts: a balanced UnixFS tree of dag-pb nodes over raw chunks.
//!
//! Only the canonical form is read and written, the one `ipfs add --cid-version=1 --raw-leaves` makes: chunks of
//! [`CHUNK`] bytes, the last one shorter, [`MAX_LINKS`] links in every node but the last of its level. The size of a file fixes the
//! shape of its tree, so a hostile node cannot ask for more blocks than its size calls for.

use engram_primitives::{
	cid::{CODEC_DAG_PB, CODEC_RAW},
	Cid,
};
use sha2::{Digest, Sha256};

/// Bytes in a chunk.
pub const CHUNK: usize = 262_144;
/// Links in a full node.
pub const MAX_LINKS: usize = 174;
/// Most bytes of an encoded node: a full one has under 12,000.
pub const MAX_NODE: usize = 16_384;
/// Levels of nodes above the chunks that are read: 1.3 TB of content.
pub const MAX_HEIGHT: u32 = 3;

const FILE: u64 = 2;

/// Why a block is no node of a canonical tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
	/// The bytes are not a dag-pb node over a UnixFS file without data of its own.
	#[error("the block is not a canonical UnixFS node")]
	NotANode,
	/// The tree is not the one its size calls for.
	#[error("the tree is not the balanced one that its size calls for")]
	Shape,
	/// The node is larger than any canonical one.
	#[error("the node has {0} bytes")]
	TooLarge(usize),
}

/// A link of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
	/// The block linked to.
	pub cid: Cid,
	/// Bytes of content below it.
	pub content: u64,
	/// Bytes of all blocks below it, itself included.
	pub total: u64,
}

impl Link {
	/// A link to a chunk.
	pub fn chunk(bytes: &[u8]) -> Self {
		let size = bytes.len() as u64;
		Self { cid: Cid::of_raw(bytes), content: size, total: size }
	}
}

fn put_varint(to: &mut Vec<u8>, mut value: u64) {
	while value >= 0x80 {
		to.push((value & 0x7f) as u8 | 0x80);
		value >>= 7;
	}
	to.push(value as u8);
}

fn take_varint(from: &mut &[u8]) -> Option<u64> {
	let mut value = 0u64;
	for shift in (0..64).step_by(7) {
		let (byte, rest) = from.split_first()?;
		*from = rest;
		let bits = u64::from(byte & 0x7f);
		value |= bits.checked_shl(shift).filter(|v| v >> shift == bits)?;
		if byte & 0x80 == 0 {
			return Some(value);
		}
	}
	None
}

fn take<'a>(from: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
	let (head, rest) = from.split_at_checked(count)?;
	*from = rest;
	Some(head)
}

fn take_tag(from: &mut &[u8], tag: u8) -> Option<()> {
	let (byte, rest) = from.split_first()?;
	*from = rest;
	(*byte == tag).then_some(())
}

fn take_field<'a>(from: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
	take_tag(from, tag)?;
	let length = usize::try_from(take_varint(from)?).ok()?;
	take(from, length)
}

/// The bytes of a node with these links.
pub fn encode(links: &[Link]) -> Vec<u8> {
	let mut node = Vec::new();
	let mut file = vec![0x08];
	put_varint(&mut file, FILE);
	file.push(0x18);
	put_varint(&mut file, links.iter().fold(0, |sum, link| link.content.saturating_add(sum)));
	for link in links {
		let mut body = vec![0x0a, link.cid.0.len() as u8];
		body.extend(link.cid.0);
		body.extend([0x12, 0x00, 0x18]);
		put_varint(&mut body, link.total);
		node.push(0x12);
		put_varint(&mut node, body.len() as u64);
		node.extend(body);
		file.push(0x20);
		put_varint(&mut file, link.content);
	}
	node.push(0x0a);
	put_varint(&mut node, file.len() as u64);
	node.extend(file);
	node
}

fn parse(mut bytes: &[u8]) -> Option<Vec<Link>> {
	let from = &mut bytes;
	let mut links = Vec::new();
	while from.first() == Some(&0x12) && links.len() < MAX_LINKS {
		let mut body = take_field(from, 0x12)?;
		let cid = Cid(take_field(&mut body, 0x0a)?.try_into().ok()?);
		take_field(&mut body, 0x12)?.is_empty().then_some(())?;
		take_tag(&mut body, 0x18)?;
		let total = take_varint(&mut body)?;
		(body.is_empty() && cid.is_valid()).then_some(())?;
		links.push(Link { cid, content: 0, total });
	}
	let mut file = take_field(from, 0x0a)?;
	from.is_empty().then_some(())?;
	take_tag(&mut file, 0x08)?;
	(take_varint(&mut file)? == FILE).then_some(())?;
	take_tag(&mut file, 0x18)?;
	let size = take_varint(&mut file)?;
	let mut sum = 0u64;
	for link in &mut links {
		take_tag(&mut file, 0x20)?;
		link.content = take_varint(&mut file)?;
		sum = sum.checked_add(link.content)?;
	}
	(file.is_empty() && sum == size && !links.is_empty()).then_some(links)
}

/// Reads a node. Anything but the canonical encoding is refused.
pub fn decode(bytes: &[u8]) -> Result<Vec<Link>, Error> {
	if bytes.len() > MAX_NODE {
		return Err(Error::TooLarge(bytes.len()));
	}
	let links = parse(bytes).ok_or(Error::NotANode)?;
	// Numbers have more than one varint form; only the shortest is canonical.
	if encode(&links) != bytes {
		return Err(Error::NotANode);
	}
	Ok(links)
}

/// Content that a full subtree of this height holds; height 0 is a chunk.
fn capacity(height: u32) -> u64 {
	(MAX_LINKS as u64).saturating_pow(height).saturating_mul(CHUNK as u64)
}

/// Levels of nodes above the chunks of a file of this size: 0 for one chunk. `None` when it is too large.
pub fn height_of(size: u64) -> Option<u32> {
	(0..=MAX_HEIGHT).find(|height| size <= capacity(*height))
}

/// Content below a root node, and its height.
pub fn root_of(links: &[Link]) -> Result<(u64, u32), Error> {
	let size = links.iter().fold(0u64, |sum, link| sum.saturating_add(link.content));
	let height = height_of(size).filter(|height| *height > 0).ok_or(Error::Shape)?;
	Ok((size, height))
}

/// Whether a node of this height over `size` bytes has the links it must have.
pub fn check(links: &[Link], size: u64, height: u32) -> Result<(), Error> {
	let below = height.checked_sub(1).ok_or(Error::Shape)?;
	let full = capacity(below);
	let codec = if below == 0 { CODEC_RAW } else { CODEC_DAG_PB };
	let mut left = size;
	for link in links {
		if left == 0 || link.content != left.min(full) || link.cid.codec() != codec {
			return Err(Error::Shape);
		}
		left = left.saturating_sub(link.content);
	}
	if left > 0 {
		return Err(Error::Shape);
	}
	Ok(())
}

/// The nodes above these chunks: `(cid, bytes)`, the root last, and the root's link. One chunk is its own root.
pub fn build(chunks: Vec<Link>) -> (Vec<(Cid, Vec<u8>)>, Option<Link>) {
	let mut nodes = Vec::new();
	let mut level = chunks;
	while level.len() > 1 {
		level = level
			.chunks(MAX_LINKS)
			.map(|links| {
				let bytes = encode(links);
				let cid = Cid::new(CODEC_DAG_PB, Sha256::digest(&bytes).into());
				let sum =
					|of: fn(&Link) -> u64| links.iter().fold(0u64, |sum, link| sum.saturating_add(of(link)));
				let total = sum(|link| link.total).saturating_add(bytes.len() as u64);
				let link = Link { cid, content: sum(|link| link.content), total };
				nodes.push((cid, bytes));
				link
			})
			.collect();
	}
	(nodes, level.first().copied())
}

/// The CID of an artifact.
pub fn cid_of(bytes: &[u8]) -> Cid {
	let (_, root) = build(bytes.chunks(CHUNK).map(Link::chunk).collect());
	root.map_or_else(|| Cid::of_raw(bytes), |root| root.cid)
}

#[cfg(test)]
mod tests {
	use super::*;
	use engram_cases::cases;
	use proptest::prelude::*;

	fn pattern(size: usize) -> Vec<u8> {
		(0..size).map(|i| (i * 31 + (i >> 8) * 17 + (i >> 18) * 7) as u8).collect()
	}

	/// CIDs made by ipfs-unixfs-importer 17.1.1 with raw leaves and the default balanced layout.
	#[test]
	fn cids_are_those_of_ipfs() {
		for (size, cid) in [
			(0, "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"),
			(1, "bafkreidogqfzz75tpkmjzjke425xqcrmpcib2p5tg44hnbirumdbpl5adu"),
			(CHUNK - 1, "bafkreia3qfijivtqeue67tuhejfnfg3xe5pyzlked42rbjuzndb2yubzye"),
			(CHUNK, "bafkreibomyvygaoxghmqpuyhz3dd5wtapxb25bvfmxjzbxe4wk2alwjx5q"),
			(CHUNK + 1, "bafybeieu3tz6wyzqoqoahkdfjnwju6aiwks7mxcytlbtauv74rlxue2vny"),
			(2 * CHUNK, "bafybeib2wogm6o2onih3ah5moqjjcc2opysgjemzjiqj2cjyysgdxoszpe"),
			(3 * CHUNK + 5, "bafybeia4vmfdzbqg3jq6nclqu4o62ilyfcu2ymnw2f7wj3zzj5xooh66eq"),
			(174 * CHUNK, "bafybeigy7uj2qhqm4utnelty7x5ri5y2onaahdf25cqdltdsauvnnaxoxy"),
			(174 * CHUNK + 1, "bafybeifxs22a7v5osavcxiza5rtb37ggtya3mqgqvftda5gcb5ppv7xfum"),
			(175 * CHUNK + 9, "bafybeigqk2w33etfg6ooc4rujpero53qavn3uwh5hcj327arrjav3bgmpy"),
		] {
			assert_eq!(cid_of(&pattern(size)).to_string(), cid, "{size} bytes");
		}
	}

	fn links(count: usize, last: u64) -> Vec<Link> {
		let content = |i| if i + 1 == count { last } else { CHUNK as u64 };
		let link = |i: usize| Link {
			cid: Cid::new(CODEC_RAW, [i as u8; 32]),
			content: content(i),
			total: content(i),
		};
		(0..count).map(link).collect()
	}

	#[test]
	fn nodes_are_read_back_and_bounded() {
		let full = links(MAX_LINKS, 1);
		let bytes = encode(&full);
		assert!(bytes.len() < 12_000);
		assert_eq!(decode(&bytes), Ok(full));
		assert_eq!(decode(&encode(&links(MAX_LINKS + 1, 1))), Err(Error::NotANode));
		assert_eq!(decode(&encode(&[])), Err(Error::NotANode));
		assert_eq!(decode(&vec![0; MAX_NODE + 1]), Err(Error::TooLarge(MAX_NODE + 1)));
		let mut longer = bytes.clone();
		longer.push(0);
		assert_eq!(decode(&longer), Err(Error::NotANode));
		assert_eq!(decode(&bytes[..bytes.len() - 1]), Err(Error::NotANode));
	}

	#[test]
	fn the_size_fixes_the_shape() {
		let size = 2 * CHUNK as u64 + 7;
		assert_eq!(root_of(&links(3, 7)), Ok((size, 1)));
		assert_eq!(check(&links(3, 7), size, 1), Ok(()));
		assert_eq!(check(&links(3, 7), size + 1, 1), Err(Error::Shape));
		assert_eq!(check(&links(3, 7), size, 2), Err(Error::Shape));
		let mut short = links(3, 7);
		short[0].content -= 1;
		short[2].content += 1;
		assert_eq!(check(&short, size, 1), Err(Error::Shape));
		let mut empty = links(3, 7);
		empty.push(Link { content: 0, ..empty[0] });
		assert_eq!(check(&empty, size, 1), Err(Error::Shape));
		// One link that claims the rest of the world.
		let huge = [Link { content: u64::MAX, ..empty[0] }];
		assert_eq!(root_of(&huge), Err(Error::Shape));
		assert_eq!(height_of(CHUNK as u64 + 1), Some(1));
		assert_eq!(height_of(174 * CHUNK as u64 + 1), Some(2));
		assert_eq!(height_of(u64::MAX), None);
	}

	proptest! {
		#![proptest_config(cases())]

		#[test]
		fn hostile_nodes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
			let _ = decode(&bytes);
		}

		#[test]
		fn what_is_decoded_is_canonical(count in 1usize..20, at in 0usize..800, to in any::<u8>()) {
			let mut bytes = encode(&links(count, 9));
			if let Some(byte) = bytes.get_mut(at) {
				*byte = to;
			}
			if let Ok(read) = decode(&bytes) {
				prop_assert_eq!(encode(&read), bytes);
			}
		}
	}
}
