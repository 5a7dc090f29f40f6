//! The record of a worker.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use engram_primitives::{authorization::WorkerKey, units::Balance};
use frame_support::{traits::fungible::Credit, BoundedVec};
use frame_system::pallet_prelude::BlockNumberFor;
use scale_info::TypeInfo;

/// A worker's multiaddress.
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
	/// Not drawn, by its own wish.
	#[codec(index = 1)]
	Paused,
	/// Not drawn, because a slash took the bond below the least one. It can bond more.
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
}
