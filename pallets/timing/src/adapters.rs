//! Zero-sized readers of the schedule, for the `Get` items of other pallets' `Config`.

use crate::{Config, Pallet, Schedule};
use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_system::pallet_prelude::BlockNumberFor;

macro_rules! readers {
	($( $(#[$doc:meta])* $name:ident: $type:ty = $read:expr; )*) => {$(
		$(#[$doc])*
		#[derive(Debug)]
		pub struct $name<T>(PhantomData<T>);

		impl<T: Config> Get<$type> for $name<T> {
			fn get() -> $type {
				let read: fn(Schedule) -> $type = $read;
				read(Pallet::<T>::schedule())
			}
		}
	)*};
}

readers! {
	/// Milliseconds per slot.
	SlotDuration: u64 = |schedule| schedule.slot_duration;
	/// Half a slot in milliseconds, the `MinimumPeriod` of `pallet-timestamp`. Exact, because slots are even.
	MinimumPeriod: u64 = |schedule| schedule.slot_duration.checked_div(2).unwrap_or_default();
	/// Slots per epoch.
	EpochDuration: u64 = |schedule| schedule.epoch_duration;
	/// Sessions per era.
	SessionsPerEra: u32 = |schedule| schedule.sessions_per_era;
	/// Eras before unbonded stake is free.
	BondingDuration: u32 = |schedule| schedule.bonding_duration;
	/// Eras before a slash is applied.
	SlashDeferDuration: u32 = |schedule| schedule.slash_defer_duration;
	/// Blocks a draw waits for its randomness.
	BeaconDelay: BlockNumberFor<T> = |schedule| schedule.beacon_delay.into();
	/// Slots during which an equivocation can be reported: the whole bonding time.
	// The check at genesis rules out the overflow.
	ReportLongevity: u64 = |schedule| schedule.bonding_slots().unwrap_or(u64::MAX);
	/// Sessions whose GRANDPA set ids are kept: the whole bonding time.
	SetIdSessionEntries: u64 = |schedule| schedule.bonding_sessions();
}
