use crate::mock::*;
use frame_support::traits::Hooks;
use sp_runtime::BuildStorage;

#[test]
fn a_ring_just_over_twice_the_delay_is_enough() {
	ExtBuilder.build_and_execute(|| {
		Delay::set(4);
		RingSize::set(9);
		assert_eq!(Beacon::check_config(), Ok(()));
		<Beacon as Hooks<u32>>::integrity_test();
	});
}

#[test]
#[should_panic(expected = "RingSize must be more than twice Delay")]
fn integrity_fails_when_the_ring_is_twice_the_delay() {
	Delay::set(4);
	RingSize::set(8);
	<Beacon as Hooks<u32>>::integrity_test();
}

#[test]
#[should_panic(expected = "Delay is zero")]
fn integrity_fails_when_there_is_no_delay() {
	Delay::set(0);
	<Beacon as Hooks<u32>>::integrity_test();
}

#[test]
#[should_panic(expected = "RingSize must be more than twice Delay")]
fn integrity_fails_when_the_delay_overflows() {
	Delay::set(u32::MAX);
	RingSize::set(u32::MAX);
	<Beacon as Hooks<u32>>::integrity_test();
}

#[test]
#[should_panic(expected = "genesis of pallet-beacon: RingSize must be more than twice Delay")]
fn genesis_fails_when_its_delay_is_too_long_for_the_ring() {
	Delay::set(RING);
	let _ = RuntimeGenesisConfig::default().build_storage();
}
