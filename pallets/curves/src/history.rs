//! The past prices of a curve: the last price of each of the window's slots, in a bounded ring.

use codec::{Decode, Encode, MaxEncodedLen};
use engram_math::MathError;
use frame_support::pallet_prelude::ConstU32;
use scale_info::TypeInfo;
use sp_runtime::BoundedVec;

/// Slots of a window.
pub const SLOTS: u32 = 24;

/// Most samples: one for each slot of a window, and one from before it.
pub const MAX_SAMPLES: u32 = 25;

/// The price after the last trade of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Sample {
	/// The slot: the block's number divided by the slot's length.
	pub slot: u32,
	/// The price.
	pub price: u128,
}

/// Past prices. A slot without a trade has no sample: the price stayed what it was.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct History {
	/// The price of the launch.
	pub launch: u128,
	/// Blocks of a slot, above zero.
	pub slot_length: u32,
	/// Samples, oldest first.
	pub samples: BoundedVec<Sample, ConstU32<MAX_SAMPLES>>,
}

impl History {
	/// A history that begins now, for a window of so many blocks, which is rounded up to whole slots.
	pub fn new(launch: u128, window: u32) -> Self {
		Self { launch, slot_length: window.div_ceil(SLOTS).max(1), samples: BoundedVec::new() }
	}

	/// `T`: the window in blocks.
	pub fn window(&self) -> u64 {
		u64::from(self.slot_length).saturating_mul(SLOTS.into())
	}

	/// `P(t - T)`, to the slot: the last price of the slot a window ago or of the last one before it with a trade; before
	/// there is one, the price of the launch.
	pub fn before(&self, now: u32) -> u128 {
		let slot = self.slot_of(now);
		let old = self.samples.iter().rev().find(|sample| is_old(sample.slot, slot));
		old.map_or(self.launch, |sample| sample.price)
	}

	/// Notes the price after a trade. Samples that no later trade looks for are forgotten.
	pub fn record(&mut self, now: u32, price: u128) -> Result<(), MathError> {
		let slot = self.slot_of(now);
		if let Some(last) = self.samples.last_mut().filter(|last| last.slot == slot) {
			last.price = price;
			return Ok(());
		}
		while self.samples.get(1).is_some_and(|second| is_old(second.slot, slot)) {
			self.samples.remove(0);
		}
		self.samples.try_push(Sample { slot, price }).map_err(|_| MathError::Overflow)
	}

	fn slot_of(&self, now: u32) -> u32 {
		now.checked_div(self.slot_length).unwrap_or_default()
	}
}

/// Whether a slot lies a whole window before another.
fn is_old(slot: u32, now: u32) -> bool {
	slot.saturating_add(SLOTS) <= now
}
