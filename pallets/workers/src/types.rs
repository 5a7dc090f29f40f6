//! The record of a worker.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use engram_primitives::{authorization::WorkerKey, units::Balance};
use frame_support::{traits::fungible::Credit, BoundedVec};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;

/// A worker's multiaddress. Whoever stores one checks it with [`is_address`](engram_primitives::address::is_address) first.
pub type AddressOf<T> = BoundedVec<u8, <T as Config>::MaxAddressLen>;
/// A slash on its way out.
pub type CreditOf<T> = Credit<<T as frame_system::Config>::AccountId, <T as Config>::Currency>;
/// The status of a worker of a runtime.
pub type WorkerStatusOf<T> = WorkerStatus<BlockNumberFor<T>>;
/// The record of a worker of a runtime.
pub type WorkerRecordOf<T> = WorkerRecord<AddressOf<T>, BlockNumberFor<T>>;

/// Whether a worker is drawn, and how far it has left.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum WorkerStatus<BlockNumber> {
	/// Drawn when it suits the job.
	#[codec(index = 0)]
	Active,
	/// Not drawn, by its own wish, because a worker of greater weight took its place in the full list, or because its reputation
	/// fell below the least.
	#[codec(index = 1)]
	Paused,
	/// Not drawn, because slashes or penalties left less than the bond of one slot. `bond_extra` up to that brings it back, if its
	/// reputation is enough.
	#[codec(index = 2)]
	Underbonded,
	/// Never drawn again; jobs still occupy slots.
	#[codec(index = 3)]
	Leaving,
	/// Never drawn again; the bond can be withdrawn from block `until` on.
	#[codec(index = 4)]
	Unbonding {
		/// The first block of withdrawal.
		until: BlockNumber,
	},
}

impl<BlockNumber> WorkerStatus<BlockNumber> {
	/// Whether the worker has not asked to leave.
	pub fn is_staying(&self) -> bool {
		match self {
			Self::Active | Self::Paused | Self::Underbonded => true,
			Self::Leaving | Self::Unbonding { .. } => false,
		}
	}

	/// Whether the worker can be drawn.
	pub fn is_active(&self) -> bool {
		matches!(self, Self::Active)
	}
}

/// A registered worker.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct WorkerRecord<Address, BlockNumber> {
	/// Its hot key.
	pub key: WorkerKey,
	/// Its multiaddress.
	pub address: Address,
	/// Memory it offers, in MiB.
	pub memory_mib: u32,
	/// What is on hold for it, in base units.
	pub bond: Balance,
	/// Parts per million.
	pub reputation: u32,
	/// Slots taken by jobs.
	pub occupied: u32,
	/// Whether it is drawn.
	pub status: WorkerStatus<BlockNumber>,
	/// Multiply-adds per block, as its latest verified training measured it; 0 until there is one, and again after a probe
	/// that it failed. While workers are probed, also once the measurement is too old, and when it comes back from a pause or
	/// with a new bond, or offers less memory.
	pub capacity: u64,
	/// The block of the latest measurement, at first that of its registration.
	pub measured_at: BlockNumber,
	/// The block in which its work last counted in an epoch, at first that of its registration.
	pub credited_at: BlockNumber,
}

/// What a draw asks of an active worker.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Candidate<AccountId> {
	/// Who.
	pub worker: AccountId,
	/// Memory it offers, in MiB.
	pub memory_mib: u32,
	/// `floor(bond * reputation / 10^6)` in base units; 0 while it can take no job.
	pub weight: Balance,
}

/// What a draw asks of an active worker of a runtime.
pub type CandidateOf<T> = Candidate<<T as frame_system::Config>::AccountId>;

impl<AccountId> Candidate<AccountId> {
	/// Whether a draw for a job that needs `memory_mib` considers it.
	pub fn suits(&self, memory_mib: u32) -> bool {
		self.weight > 0 && self.memory_mib >= memory_mib
	}
}

/// Most that a missed deadline may cost, in parts per million of the bond: a twentieth.
pub const MAX_LATENESS_SHARE: u32 = 50_000;

/// A part of a bond that waits to be withdrawn.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct UnbondingChunk<BlockNumber> {
	/// What is left of it, in base units.
	pub amount: Balance,
	/// The first block of its withdrawal.
	pub until: BlockNumber,
}

/// A part of a bond of a runtime that waits.
pub type ChunkOf<T> = UnbondingChunk<BlockNumberFor<T>>;

/// The capacities of the active measured workers.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Capacities {
	/// Their sum, in multiply-adds per block.
	pub total: u128,
	/// How many they are.
	pub workers: u32,
}

/// How far an epoch has come.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum EpochState {
	/// Work is recorded.
	#[default]
	#[codec(index = 0)]
	Open,
	/// Rewards can be claimed.
	#[codec(index = 1)]
	Closed,
	/// The rest went to the treasury; the rows are being removed.
	#[codec(index = 2)]
	Expired,
}

/// What the workers did together in an epoch, and what is paid for it. Amounts are base units.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct EpochRecord {
	/// How far it has come.
	pub state: EpochState,
	/// What is shared by weight.
	pub offered: Balance,
	/// The sum of the weights.
	pub total_weight: u128,
	/// The sum of the ceilings.
	pub ceilings: Balance,
	/// What the pool received: `min(offered, ceilings)`.
	pub taken: Balance,
	/// Of it, what left the pool again.
	pub paid: Balance,
	/// Workers with a row.
	pub rows: u32,
}

/// The blocks in which the last two epochs began; 0 where there is no such epoch.
#[derive(
	Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Starts<BlockNumber> {
	/// Of the epoch before the running one.
	pub before: BlockNumber,
	/// Of the running epoch.
	pub running: BlockNumber,
}

/// What a worker did in an epoch.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct WorkRecord<BlockNumber> {
	/// The block from which on its capacity bounds the work.
	pub since: BlockNumber,
	/// Multiply-adds that count.
	pub work: u64,
	/// Its weight in the division.
	pub weight: u128,
	/// The most it may be paid, in base units.
	pub ceiling: Balance,
	/// What it was paid, once it was.
	pub paid: Option<Balance>,
}

/// The work record of a runtime.
pub type WorkRecordOf<T> = WorkRecord<BlockNumberFor<T>>;

/// A worker's part of an epoch, as wallets read it. Amounts are base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Rewards {
	/// Multiply-adds that count.
	pub work: u64,
	/// Their weight in the division.
	pub weight: u128,
	/// The most that is paid for them.
	pub ceiling: Balance,
	/// What `claim_rewards` would pay now.
	pub claimable: Balance,
	/// What was paid, once it was.
	pub paid: Option<Balance>,
}

/// What [`Event::Unexpected`](crate::Event::Unexpected) reports.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum UnexpectedKind {
	/// A slot was given back that nobody had taken.
	#[codec(index = 0)]
	SlotNotOccupied,
	/// Less was on hold than the record says.
	#[codec(index = 1)]
	BondNotHeld,
	/// The size of a slash could not be computed, so nothing was taken.
	#[codec(index = 2)]
	SlashNotComputed,
	/// The sums of capacities do not fit the records.
	#[codec(index = 3)]
	CapacityMiscounted,
	/// Verified work could not be written down: nobody is rewarded for it.
	#[codec(index = 4)]
	WorkNotRecorded,
	/// An epoch was to be closed that was closed before; the event names the pool's account.
	#[codec(index = 5)]
	EpochClosedTwice {
		/// The epoch.
		epoch: u32,
	},
}
