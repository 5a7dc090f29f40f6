//! The schedule and what makes one valid.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::ensure;
use scale_info::TypeInfo;

/// Every length a chain is started with.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Schedule {
	/// Milliseconds per slot.
	pub slot_duration: u64,
	/// Slots per epoch; an epoch is a session.
	pub epoch_duration: u64,
	/// Sessions per era.
	pub sessions_per_era: u32,
	/// Eras before unbonded stake is free.
	pub bonding_duration: u32,
	/// Eras before a slash is applied.
	pub slash_defer_duration: u32,
	/// Blocks between the one that fixes a draw's inputs and the one whose beacon output decides it.
	pub beacon_delay: u32,
}

impl Default for Schedule {
	/// The lengths of the live chain.
	fn default() -> Self {
		Self {
			slot_duration: 6_000,
			epoch_duration: 2_400,
			sessions_per_era: 6,
			bonding_duration: 28,
			slash_defer_duration: 27,
			beacon_delay: 16,
		}
	}
}

impl Schedule {
	/// The reason why no chain can run on this schedule, if there is one.
	pub fn check(&self) -> Result<(), &'static str> {
		ensure!(self.slot_duration > 0, "slot_duration is zero; give milliseconds per slot");
		ensure!(
			self.slot_duration.is_multiple_of(2),
			"slot_duration is odd; it must be even, because the minimum period is half of it"
		);
		ensure!(self.epoch_duration > 0, "epoch_duration is zero; give slots per epoch");
		ensure!(self.sessions_per_era > 0, "sessions_per_era is zero; give epochs per era");
		ensure!(self.bonding_duration > 0, "bonding_duration is zero; give eras");
		ensure!(self.slash_defer_duration > 0, "slash_defer_duration is zero; give eras");
		ensure!(
			self.slash_defer_duration < self.bonding_duration,
			"slash_defer_duration must be less than bonding_duration, or stake leaves before its slash"
		);
		ensure!(self.beacon_delay > 0, "beacon_delay is zero; give at least one block");
		ensure!(
			self.bonding_millis().is_some(),
			"the bonding time in milliseconds does not fit 64 bits; shorten a length"
		);
		Ok(())
	}

	/// Slots in the whole bonding time, `epoch * sessions * bonding`.
	pub(crate) fn bonding_slots(&self) -> Option<u64> {
		self.epoch_duration
			.checked_mul(self.sessions_per_era.into())?
			.checked_mul(self.bonding_duration.into())
	}

	/// Sessions in the whole bonding time, `sessions * bonding`.
	pub(crate) fn bonding_sessions(&self) -> u64 {
		// The product of two 32-bit numbers fits 64 bits.
		u64::from(self.sessions_per_era).saturating_mul(self.bonding_duration.into())
	}

	fn bonding_millis(&self) -> Option<u64> {
		self.bonding_slots()?.checked_mul(self.slot_duration)
	}
}
