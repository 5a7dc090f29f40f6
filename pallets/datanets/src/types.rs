//! What is stored: a datanet, a contribution; and how a row becomes a leaf.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use engram_primitives::{label::Label, model::MAX_WIDTH, units::Balance, Cid, DatanetId};
use frame_support::BoundedVec;
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;
use sp_core::H256;
use sp_io::hashing::blake2_256;

/// A multiaddress in its text form. Whoever stores one checks it with [`is_address`](engram_primitives::address::is_address)
/// first.
pub type SourceOf<T> = BoundedVec<u8, <T as Config>::MaxAddressLen>;

/// The Merkle leaf of a data line: the Blake2-256 hash of its bytes, without its line break (LF or CR LF).
pub fn row_leaf(line: &[u8]) -> [u8; 32] {
	blake2_256(line)
}

/// Whether rows of this many columns with this many classes can be a classifier's input.
pub(crate) fn are_columns(feature_columns: u32, classes: u32) -> bool {
	(1..=MAX_WIDTH).contains(&feature_columns) && (2..=MAX_WIDTH).contains(&classes)
}

/// Whether a file of `bytes` can have as many lines: one byte each, and a line break between two of them.
pub(crate) fn is_size(rows: u32, bytes: u32) -> bool {
	let least = u64::from(rows).saturating_mul(2).saturating_sub(1);
	rows > 0 && u64::from(bytes) >= least
}

/// A dataset.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct DatanetRecord<AccountId, BlockNumber> {
	/// Who created it and may remove it while it is empty.
	pub creator: AccountId,
	/// What it is called. Names are not unique.
	pub name: Label,
	/// Integer features of a row.
	pub feature_columns: u32,
	/// A row's label is below this.
	pub classes: u32,
	/// The licence of the collection.
	pub licence: Label,
	/// Whether anyone may contribute, not only the creator.
	pub permissionless: bool,
	/// How many contributions it has.
	pub contributions: u32,
	/// What is on hold for this record, in base units.
	pub deposit: Balance,
	/// When it was created.
	pub created_at: BlockNumber,
}

/// [`DatanetRecord`] of a runtime.
pub type DatanetRecordOf<T> = DatanetRecord<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;

/// What a contributor says of a batch of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch<Source> {
	/// [`merkle::root`](engram_primitives::merkle::root) over the [leaves](row_leaf) of the data lines, in order.
	pub root: H256,
	/// The CSV, header included.
	pub cid: Cid,
	/// Data lines in it.
	pub rows: u32,
	/// Its length.
	pub bytes: u32,
	/// The licence of the rows.
	pub licence: Label,
	/// Multiaddress that serves it.
	pub source: Source,
}

/// One contributor's batch of rows.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct ContributionRecord<AccountId, BlockNumber, Source> {
	/// The datanet.
	pub datanet: DatanetId,
	/// Who is paid when it influences an answer, and of whom the deposit is held.
	pub owner: AccountId,
	/// [`merkle::root`](engram_primitives::merkle::root) over the [leaves](row_leaf) of the data lines, in order.
	pub root: H256,
	/// The CSV, header included.
	pub cid: Cid,
	/// Data lines in it.
	pub rows: u32,
	/// Its length.
	pub bytes: u32,
	/// The licence of the rows.
	pub licence: Label,
	/// Multiaddress that serves it.
	pub source: Source,
	/// Who may take it over.
	pub offered_to: Option<AccountId>,
	/// What is on hold for this record, in base units.
	pub deposit: Balance,
	/// When it was contributed.
	pub created_at: BlockNumber,
}

/// [`ContributionRecord`] of a runtime.
pub type ContributionRecordOf<T> =
	ContributionRecord<<T as frame_system::Config>::AccountId, BlockNumberFor<T>, SourceOf<T>>;
