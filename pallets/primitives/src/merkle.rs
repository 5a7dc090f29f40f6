//! Merkle trees over hashes, and Merkle-sum trees over amounts.
//!
//! Leaves and inner nodes are tagged, so neither can pass for the other; an odd node is promoted;
//! the root binds the number of leaves. All hashes are Blake2-256.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ConstU32, H256};
use sp_io::hashing::blake2_256;
use sp_runtime::BoundedVec;

/// Longest proof: trees of up to `2^32` leaves.
pub const MAX_DEPTH: u32 = 32;

const LEAF: u8 = 0;
const NODE: u8 = 1;
const ROOT: u8 = 2;

/// The siblings on the way from a leaf to the root, bottom first.
pub type Proof = BoundedVec<H256, ConstU32<MAX_DEPTH>>;

/// The siblings and their sums on the way from a leaf to the root of a Merkle-sum tree, bottom first.
pub type SumProof = BoundedVec<SumNode, ConstU32<MAX_DEPTH>>;

/// A node of a Merkle-sum tree: its hash binds the sum below it.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SumNode {
	/// Hash over the children and their sums.
	pub hash: H256,
	/// Sum of the leaves below.
	pub sum: u128,
}

fn hash(parts: impl Encode) -> H256 {
	parts.using_encoded(blake2_256).into()
}

trait Combine: Copy {
	fn combine(left: Self, right: Self) -> Option<Self>;
}

impl Combine for H256 {
	fn combine(left: Self, right: Self) -> Option<Self> {
		Some(hash((NODE, left, right)))
	}
}

impl Combine for SumNode {
	fn combine(left: Self, right: Self) -> Option<Self> {
		let sum = left.sum.checked_add(right.sum)?;
		Some(Self { hash: hash((NODE, left, right)), sum })
	}
}

fn fold_up<N: Combine>(mut level: Vec<N>) -> Option<Option<N>> {
	while level.len() > 1 {
		level = level
			.chunks(2)
			.map(|pair| match pair {
				[left, right] => N::combine(*left, *right),
				[single] => Some(*single),
				_ => None,
			})
			.collect::<Option<Vec<_>>>()?;
	}
	Some(level.first().copied())
}

fn path<N: Combine>(mut level: Vec<N>, index: u32) -> Option<Vec<N>> {
	let mut at = usize::try_from(index).ok()?;
	level.get(at)?;
	let mut proof = Vec::new();
	while level.len() > 1 {
		if let Some(sibling) = level.get(at ^ 1) {
			proof.push(*sibling);
		}
		level = level
			.chunks(2)
			.map(|pair| match pair {
				[left, right] => N::combine(*left, *right),
				[single] => Some(*single),
				_ => None,
			})
			.collect::<Option<Vec<_>>>()?;
		at >>= 1;
	}
	Some(proof)
}

fn climb<N: Combine>(leaf: N, index: u32, count: u32, proof: &[N]) -> Option<N> {
	if index >= count {
		return None;
	}
	let (mut node, mut at, mut width) = (leaf, index, count);
	let mut siblings = proof.iter();
	while width > 1 {
		if at ^ 1 < width {
			let sibling = *siblings.next()?;
			node = if at & 1 == 0 { N::combine(node, sibling) } else { N::combine(sibling, node) }?;
		}
		at >>= 1;
		width = width.div_ceil(2);
	}
	siblings.next().is_none().then_some(node)
}

fn leaf_nodes(leaves: &[[u8; 32]]) -> Vec<H256> {
	leaves.iter().map(|l| hash((LEAF, l))).collect()
}

/// The root over `leaves`. An empty list has the root of zero leaves.
pub fn root(leaves: &[[u8; 32]]) -> H256 {
	let top = fold_up(leaf_nodes(leaves)).flatten().unwrap_or_default();
	let count = u32::try_from(leaves.len()).unwrap_or(u32::MAX);
	hash((ROOT, count, top))
}

/// The proof that `leaves[index]` is under [`root`]. `None` when there is no such leaf.
pub fn prove(leaves: &[[u8; 32]], index: u32) -> Option<Proof> {
	path(leaf_nodes(leaves), index)?.try_into().ok()
}

/// Whether `leaf` is number `index` of the `count` leaves under `root`.
pub fn verify(root: &H256, count: u32, index: u32, leaf: &[u8; 32], proof: &[H256]) -> bool {
	climb(hash((LEAF, leaf)), index, count, proof).is_some_and(|top| hash((ROOT, count, top)) == *root)
}

/// A leaf of a payout tree: what one contribution is owed.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SumLeaf {
	/// The contribution that is paid.
	pub contribution: crate::ContributionId,
	/// Base units owed to its owner.
	pub amount: u128,
}

impl SumLeaf {
	fn node(&self) -> SumNode {
		SumNode { hash: hash((LEAF, self)), sum: self.amount }
	}
}

/// The root of a Merkle-sum tree: hash and total. `None` when the total overflows.
pub fn sum_root(leaves: &[SumLeaf]) -> Option<SumNode> {
	let nodes = leaves.iter().map(SumLeaf::node).collect();
	let top = fold_up(nodes)?.unwrap_or(SumNode { hash: H256::zero(), sum: 0 });
	let count = u32::try_from(leaves.len()).ok()?;
	Some(SumNode { hash: hash((ROOT, count, top)), sum: top.sum })
}

/// The proof that `leaves[index]` is under [`sum_root`].
pub fn sum_prove(leaves: &[SumLeaf], index: u32) -> Option<SumProof> {
	path(leaves.iter().map(SumLeaf::node).collect(), index)?.try_into().ok()
}

/// Whether `leaf` is number `index` of the `count` leaves under `root`, and the sums on the way add up to `root.sum`.
pub fn sum_verify(root: &SumNode, count: u32, index: u32, leaf: &SumLeaf, proof: &[SumNode]) -> bool {
	climb(leaf.node(), index, count, proof)
		.is_some_and(|top| top.sum == root.sum && hash((ROOT, count, top)) == root.hash)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::ContributionId;

	fn leaves(n: u8) -> Vec<[u8; 32]> {
		(0..n).map(|i| [i; 32]).collect()
	}

	#[test]
	fn every_leaf_of_every_small_tree_is_proven_and_no_other() {
		for n in 1..=20u8 {
			let all = leaves(n);
			let root = root(&all);
			for i in 0..u32::from(n) {
				let proof = prove(&all, i).unwrap();
				assert!(verify(&root, n.into(), i, &all[i as usize], &proof));
				assert!(!verify(&root, n.into(), i, &[99; 32], &proof));
				assert!(!verify(&root, u32::from(n) + 1, i, &all[i as usize], &proof));
				assert!(!verify(&root, n.into(), i + 1, &all[i as usize], &proof));
				let mut longer = proof.to_vec();
				longer.push(H256::zero());
				assert!(!verify(&root, n.into(), i, &all[i as usize], &longer));
			}
			assert!(prove(&all, n.into()).is_none());
		}
	}

	#[test]
	fn sums_are_bound() {
		let all: Vec<_> = (0..7u64)
			.map(|i| SumLeaf { contribution: ContributionId(i), amount: u128::from(i) * 10 })
			.collect();
		let root = sum_root(&all).unwrap();
		assert_eq!(root.sum, 210);
		for (i, leaf) in all.iter().enumerate() {
			let proof = sum_prove(&all, i as u32).unwrap();
			assert!(sum_verify(&root, 7, i as u32, leaf, &proof));
			let more = SumLeaf { amount: leaf.amount + 1, ..*leaf };
			assert!(!sum_verify(&root, 7, i as u32, &more, &proof));
			// A sibling that claims less, so that the leaf can claim more under the same total.
			let mut shifted = proof.to_vec();
			shifted[0].sum = shifted[0].sum.wrapping_sub(1);
			assert!(!sum_verify(&root, 7, i as u32, &more, &shifted));
		}
		let huge = SumLeaf { contribution: ContributionId(0), amount: u128::MAX };
		assert!(sum_root(&[huge, all[1]]).is_none());
	}
}
