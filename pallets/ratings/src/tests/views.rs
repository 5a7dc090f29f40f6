//! What wallets read.

use crate::{mock::*, RewardView};
use engram_primitives::{
	units::{ENGR, MILLI},
	JobId,
};
use frame_support::assert_ok;

#[test]
fn a_reward_is_shown_from_its_first_part_to_its_claim() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rate(ALICE, DATA, ONE, 6 * ENGR));
		assert_eq!(Ratings::reward_of(BOB, 7), None);
		answer(JOB, 100 * ENGR, ENGR);
		pay(JOB, 0, PART);
		let mut view = RewardView { base: 10 * ENGR, rated: 300 * MILLI, reviewed: 0, claimable: None };
		assert_eq!(Ratings::reward_of(BOB, 7), Some(view));
		close(5_150 * MILLI);
		view.claimable = Some(5_150 * MILLI);
		assert_eq!(Ratings::reward_of(BOB, 7), Some(view));
		assert_eq!(Ratings::epoch_of(7).unwrap().owed, 10_300 * MILLI);
		assert_ok!(claim(7, BOB));
		assert_eq!(balance(BOB), RICHES + 5_150 * MILLI);
		assert_eq!(Ratings::reward_of(BOB, 7), None);
	});
}

#[test]
fn what_nobody_touched_reads_as_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!((Ratings::rating_of(DATA), Ratings::asset_of(DATA)), (0, None));
		assert_eq!((Ratings::budget_of(JobId(1)), Ratings::epoch_of(7)), (None, None));
		assert_eq!(Ratings::standing_of(BOB), []);
		assert_eq!(Ratings::reward_pool(), Ratings::pool());
		answer(JOB, 1, 2);
		assert_eq!(Ratings::budget_of(JOB).unwrap().ratings, 2);
		assert_ok!(rate(ALICE, DATA, ONE, ENGR));
		assert_eq!(Ratings::asset_of(DATA).unwrap().burned, ENGR);
	});
}
