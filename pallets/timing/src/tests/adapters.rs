use crate::{mock::*, *};
use frame_support::traits::Get;

#[test]
fn each_reader_answers_its_own_field() {
	ExtBuilder(fast()).build_and_execute(|| {
		assert_eq!(<SlotDuration<Test> as Get<u64>>::get(), 1_000);
		assert_eq!(<MinimumPeriod<Test> as Get<u64>>::get(), 500);
		assert_eq!(<EpochDuration<Test> as Get<u64>>::get(), 30);
		assert_eq!(<SessionsPerEra<Test> as Get<u32>>::get(), 2);
		assert_eq!(<BondingDuration<Test> as Get<u32>>::get(), 8);
		assert_eq!(<SlashDeferDuration<Test> as Get<u32>>::get(), 7);
		assert_eq!(<BeaconDelay<Test> as Get<u32>>::get(), 4);
		assert_eq!(<ReportLongevity<Test> as Get<u64>>::get(), 30 * 2 * 8);
		assert_eq!(<SetIdSessionEntries<Test> as Get<u64>>::get(), 2 * 8);
	});
}

#[test]
fn twice_the_minimum_period_is_the_slot() {
	for slot_duration in [2, 4, 998, 6_000, 12_000] {
		ExtBuilder(Schedule { slot_duration, ..fast() }).build_and_execute(|| {
			let half = <MinimumPeriod<Test> as Get<u64>>::get();
			assert_eq!(half * 2, <SlotDuration<Test> as Get<u64>>::get());
		});
	}
}

#[test]
fn without_a_genesis_the_readers_answer_the_live_defaults() {
	sp_io::TestExternalities::default().execute_with(|| {
		assert_eq!(Timing::schedule(), Schedule::default());
		assert_eq!(<BeaconDelay<Test> as Get<u32>>::get(), 16);
		assert_eq!(<MinimumPeriod<Test> as Get<u64>>::get(), 3_000);
	});
}
