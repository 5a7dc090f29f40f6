//! A runtime with this pallet alone.

use crate as pallet_timing;
use crate::{GenesisConfig, Pallet, Schedule};
use frame_support::derive_impl;
use sp_runtime::BuildStorage;

type Block = frame_system::mocking::MockBlockU32<Test>;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;

	#[runtime::pallet_index(1)]
	pub type Timing = pallet_timing;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
}

impl pallet_timing::Config for Test {}

/// Builds a chain on a schedule.
pub(crate) struct ExtBuilder(pub(crate) Schedule);

impl ExtBuilder {
	pub(crate) fn build(self) -> sp_io::TestExternalities {
		let Self(schedule) = self;
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		GenesisConfig::<Test> {
			slot_duration: schedule.slot_duration,
			epoch_duration: schedule.epoch_duration,
			sessions_per_era: schedule.sessions_per_era,
			bonding_duration: schedule.bonding_duration,
			slash_defer_duration: schedule.slash_defer_duration,
			beacon_delay: schedule.beacon_delay,
			..Default::default()
		}
		.assimilate_storage(&mut storage)
		.unwrap();
		storage.into()
	}

	pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			Pallet::<Test>::do_try_state().unwrap();
		});
	}
}

/// A schedule of a development chain, no field equal to another.
pub(crate) fn fast() -> Schedule {
	Schedule {
		slot_duration: 1_000,
		epoch_duration: 30,
		sessions_per_era: 2,
		bonding_duration: 8,
		slash_defer_duration: 7,
		beacon_delay: 4,
	}
}
