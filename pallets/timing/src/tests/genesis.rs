use crate::{mock::*, *};
use frame_support::traits::Hooks;
use sp_runtime::BuildStorage;

#[test]
fn stores_what_it_is_given() {
	ExtBuilder(fast()).build_and_execute(|| {
		assert_eq!(Timing::schedule(), fast());
		assert_eq!(GenesisSchedule::<Test>::get(), fast());
	});
}

#[test]
fn the_default_is_the_live_schedule() {
	let mut ext: sp_io::TestExternalities = GenesisConfig::<Test>::default().build_storage().unwrap().into();
	ext.execute_with(|| {
		assert_eq!(Timing::schedule(), Schedule::default());
		Timing::do_try_state().unwrap();
	});
	assert_eq!(Schedule::default().check(), Ok(()));
}

#[test]
fn reads_camel_case_json_and_refuses_unknown_fields() {
	let json = serde_json::json!({
		"slotDuration": 1_000, "epochDuration": 30, "sessionsPerEra": 2,
		"bondingDuration": 8, "slashDeferDuration": 7, "beaconDelay": 4,
	});
	let config: GenesisConfig<Test> = serde_json::from_value(json.clone()).unwrap();
	assert_eq!(config.epoch_duration, 30);
	let mut misspelt = json;
	misspelt["slotLength"] = 1.into();
	assert!(serde_json::from_value::<GenesisConfig<Test>>(misspelt).is_err());
}

#[test]
fn nothing_changes_over_blocks() {
	ExtBuilder(fast()).build_and_execute(|| {
		for block in 1..100 {
			System::set_block_number(block);
			Timing::on_initialize(block);
			Timing::on_finalize(block);
			assert_eq!(Timing::schedule(), fast());
		}
	});
}

#[test]
#[should_panic(expected = "genesis of pallet-timing: slot_duration is zero")]
fn fails_when_the_slot_is_zero() {
	ExtBuilder(Schedule { slot_duration: 0, ..fast() }).build();
}

#[test]
#[should_panic(expected = "genesis of pallet-timing: slot_duration is odd")]
fn fails_when_the_slot_is_odd() {
	ExtBuilder(Schedule { slot_duration: 1_001, ..fast() }).build();
}

#[test]
#[should_panic(expected = "genesis of pallet-timing: epoch_duration is zero")]
fn fails_when_the_epoch_is_zero() {
	ExtBuilder(Schedule { epoch_duration: 0, ..fast() }).build();
}

#[test]
#[should_panic(expected = "genesis of pallet-timing: sessions_per_era is zero")]
fn fails_when_the_era_is_zero() {
	ExtBuilder(Schedule { sessions_per_era: 0, ..fast() }).build();
}

#[test]
#[should_panic(expected = "genesis of pallet-timing: bonding_duration is zero")]
fn fails_when_the_bonding_time_is_zero() {
	ExtBuilder(Schedule { bonding_duration: 0, ..fast() }).build();
}

#[test]
#[should_panic(expected = "genesis of pallet-timing: slash_defer_duration is zero")]
fn fails_when_slashes_are_not_deferred() {
	ExtBuilder(Schedule { slash_defer_duration: 0, ..fast() }).build();
}

#[test]
#[should_panic(expected = "slash_defer_duration must be less than bonding_duration")]
fn fails_when_slashes_are_deferred_as_long_as_bonds_last() {
	ExtBuilder(Schedule { slash_defer_duration: 8, bonding_duration: 8, ..fast() }).build();
}

#[test]
#[should_panic(expected = "genesis of pallet-timing: beacon_delay is zero")]
fn fails_when_draws_do_not_wait() {
	ExtBuilder(Schedule { beacon_delay: 0, ..fast() }).build();
}

#[test]
#[should_panic(expected = "does not fit 64 bits")]
fn fails_when_the_bonding_time_overflows() {
	ExtBuilder(Schedule { epoch_duration: u64::MAX / 16, ..fast() }).build();
}

#[test]
fn the_extremes_that_are_allowed_build() {
	ExtBuilder(Schedule {
		slot_duration: 2,
		epoch_duration: 1,
		sessions_per_era: 1,
		bonding_duration: 2,
		slash_defer_duration: 1,
		beacon_delay: 1,
	})
	.build_and_execute(|| {});
	let longest = Schedule {
		slot_duration: 2,
		epoch_duration: 1,
		sessions_per_era: u32::MAX,
		bonding_duration: 1 << 31,
		slash_defer_duration: (1 << 31) - 1,
		beacon_delay: u32::MAX,
	};
	ExtBuilder(longest).build_and_execute(|| {});
	// One era more and the bonding time leaves 64 bits.
	let longer = Schedule { bonding_duration: (1 << 31) + 1, ..longest };
	assert!(longer.check().is_err());
}
