//! What nobody claims.

use crate::{mock::*, Error, Event, Payouts};
use engram_primitives::{merkle::SumLeaf, units::MILLI, ContributionId, JobId};
use frame_support::{assert_noop, assert_ok, traits::tokens::Preservation};
use frame_system::RawOrigin;
use sp_runtime::{traits::BadOrigin, TokenError};

fn expire(job: JobId) -> sp_runtime::DispatchResult {
	Attribution::expire(RuntimeOrigin::signed(MALLORY), job)
}

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		let leaves = quarters();
		serve(&leaves);
		open_claims();
		assert_ok!(claim(JOB, &leaves, 0));
		run_to(1 + WINDOW + PERIOD);
		let issuance = Balances::total_issuance();
		assert_ok!(expire(JOB));
		// 20 of the cut, and what Dave never claimed.
		assert_eq!(balance(&TREASURY), ED + (20 + 96) * MILLI);
		assert_eq!(balance(&MALLORY), RICHES);
		assert_eq!((held(), Balances::total_issuance()), (0, issuance));
		assert!(!Payouts::<Test>::contains_key(JOB));
		assert_eq!(events().last(), Some(&Event::PayoutExpired { job: JOB, amount: 96 * MILLI }));
	});
}

#[test]
fn fails_when_too_early() {
	ExtBuilder.build_and_execute(|| {
		serve(&quarters());
		for block in [1, 1 + WINDOW, WINDOW + PERIOD] {
			run_to(block);
			assert_noop!(expire(JOB), Error::<Test>::NotExpired);
		}
	});
}

#[test]
fn fails_when_there_is_nothing() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(expire(JOB), Error::<Test>::UnknownPayout);
		serve(&quarters());
		run_to(1 + WINDOW + PERIOD);
		assert_ok!(expire(JOB));
		assert_noop!(expire(JOB), Error::<Test>::UnknownPayout);
	});
}

#[test]
fn fails_when_unsigned() {
	ExtBuilder.build_and_execute(|| {
		serve(&quarters());
		run_to(1 + WINDOW + PERIOD);
		for origin in [RawOrigin::None, RawOrigin::Authorized] {
			assert_noop!(Attribution::expire(origin.into(), JOB), BadOrigin);
		}
	});
}

#[test]
fn fails_when_the_treasury_cannot_be_created() {
	ExtBuilder.build_and_execute(|| {
		let leaves = vec![
			SumLeaf { contribution: ContributionId(0), amount: PART - 1 },
			SumLeaf { contribution: ContributionId(1), amount: 1 },
		];
		serve(&leaves);
		open_claims();
		assert_ok!(claim(JOB, &leaves, 0));
		<Balances as frame_support::traits::fungible::Mutate<_>>::transfer(
			&TREASURY,
			&ALICE,
			balance(&TREASURY),
			Preservation::Expendable,
		)
		.unwrap();
		run_to(1 + WINDOW + PERIOD);
		assert_noop!(expire(JOB), TokenError::BelowMinimum);
		assert!(Payouts::<Test>::contains_key(JOB));
	});
}
