//! What wallets read.

use crate::mock::*;
use engram_primitives::{JobId, VersionId};
use frame_support::assert_ok;

#[test]
fn quotes_are_what_is_paid() {
	ExtBuilder.build_and_execute(|| {
		let quote = Attribution::quote(VERSION, ROWS).unwrap();
		assert_eq!(buy(JOB, VERSION, ROWS), quote.fee);
		assert_ok!(submit(BOB, JOB, 0, receipt(&quarters())));
		assert_eq!(balance(&BOB), RICHES + quote.worker);
		assert_eq!(held(), quote.contributors);
		assert_eq!(Attribution::quote(VersionId(99), 1), None);
		Retired::set(true);
		assert_eq!(Attribution::quote(VERSION, 1), None);
	});
}

#[test]
fn leaves_are_claimable_from_the_end_of_the_window_until_they_are_claimed() {
	ExtBuilder.build_and_execute(|| {
		let leaves = quarters();
		serve(&leaves);
		assert!(!Attribution::claimable(JOB, 0));
		open_claims();
		assert!(Attribution::claimable(JOB, 0) && Attribution::claimable(JOB, 1));
		assert!(!Attribution::claimable(JOB, 2) && !Attribution::claimable(JobId(1), 0));
		assert_ok!(claim(JOB, &leaves, 0));
		assert!(!Attribution::claimable(JOB, 0) && Attribution::claimable(JOB, 1));
	});
}

#[test]
fn payouts_are_there_until_the_last_claim() {
	ExtBuilder.build_and_execute(|| {
		let leaves = quarters();
		assert_eq!(Attribution::payout(JOB), None);
		serve(&leaves);
		assert_eq!(Attribution::payout(JOB).unwrap().unpaid, PART);
		open_claims();
		assert_ok!(claim(JOB, &leaves, 0));
		assert_ok!(claim(JOB, &leaves, 1));
		assert_eq!(Attribution::payout(JOB), None);
		assert_eq!(Attribution::pot_account(), Attribution::pot());
	});
}
