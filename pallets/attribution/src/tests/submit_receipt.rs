//! Accepting a receipt: who is paid, what is recorded, what is refused.

use crate::{mock::*, Claimed, Error, Event, FeeParts, PayoutRecord, Payouts};
use engram_math::fee::NetShares;
use engram_primitives::{
	economy::ServedAnswer,
	model::{InferenceRates, MAX_PARTS},
	units::{Balance, ENGR, MILLI},
	work::Receipt,
	Cid, JobId,
};
use frame_support::{assert_noop, assert_ok, traits::fungible::Mutate};
use frame_system::RawOrigin;
use sp_runtime::{traits::BadOrigin, DispatchError};

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		let leaves = quarters();
		let content = receipt(&leaves);
		buy(JOB, VERSION, ROWS);
		let issuance = Balances::total_issuance();
		assert_ok!(submit(BOB, JOB, 0, content.clone()));

		assert_eq!(balance(&BOB), RICHES + 450 * MILLI);
		assert_eq!(balance(&OLIVE), RICHES + 448 * MILLI);
		assert_eq!(balance(&STAKERS), ED + 64 * MILLI);
		assert_eq!(balance(&TREASURY), ED + 20 * MILLI);
		assert_eq!(balance(&AUTHOR), RICHES + 10 * MILLI);
		assert_eq!(Balances::total_issuance(), issuance - 20 * MILLI);
		assert_eq!(sum_of_balances(), Balances::total_issuance());
		assert_eq!(balance(&ESCROW), ED);
		assert_eq!(balance(&ALICE), RICHES - FEE);
		assert_eq!((held(), balance(&Attribution::pot())), (PART, ED + PART));

		assert_eq!(
			Payouts::<Test>::get(JOB),
			Some(PayoutRecord {
				version: VERSION,
				root: content.root,
				leaves: 2,
				claimed: Claimed(0),
				paid: 0,
				unpaid: PART,
				claimable_at: 1 + WINDOW,
				expires_at: 1 + WINDOW + PERIOD,
				answers: content.answers,
				report: content.report,
				worker: BOB,
				requester: ALICE,
				fee: FEE,
			})
		);
		assert_eq!(
			events(),
			[Event::ReceiptAccepted {
				worker: BOB,
				job: JOB,
				version: VERSION,
				requester: ALICE,
				answers: content.answers,
				report: content.report,
				fee: FEE,
				parts: FeeParts {
					worker: 450 * MILLI,
					model: 448 * MILLI,
					stakers: 64 * MILLI,
					contributors: 128 * MILLI,
					burned: 20 * MILLI,
					treasury: 20 * MILLI,
					author: 10 * MILLI,
				},
				author: Some(AUTHOR),
				claimable_at: Some(1 + WINDOW),
			}]
		);
	});
}

#[test]
fn the_answer_is_known_when_the_job_is_paid() {
	ExtBuilder.build_and_execute(|| {
		buy(JOB, VERSION, ROWS);
		assert_ok!(submit(BOB, JOB, 0, receipt(&quarters())));
		assert_eq!(Known::get(), Some(ServedAnswer { payer: ALICE, version: VERSION }));
		// Unless contributors are owed nothing.
		buy(JobId(8), BARREN, ROWS);
		assert_ok!(submit(BOB, JobId(8), 0, receipt(&[])));
		assert_eq!(Known::get(), None);
	});
}

#[test]
fn parts_of_zero_are_not_paid() {
	ExtBuilder.build_and_execute(|| {
		CutPpm::set(0);
		Net::set(NetShares { model: 1_000_000, stakers: 0, contributors: 0 });
		buy(JOB, VERSION, ROWS);
		assert_ok!(submit(BOB, JOB, 0, receipt(&leaves(VERSION, 0, &[1, 1]))));
		let payments = vec![(BOB, 500 * MILLI), (OLIVE, 640 * MILLI)];
		assert_eq!(Settled::get(), Some((payments, 0)));
		assert!(!Payouts::<Test>::contains_key(JOB));
		assert!(matches!(&events()[..], [Event::ReceiptAccepted { claimable_at: None, .. }]));
	});
}

#[test]
fn an_answer_for_nothing_is_a_receipt_without_a_payout() {
	ExtBuilder.build_and_execute(|| {
		Rates::set(InferenceRates { input_per_1000: 0, output_per_1000: 0, platform: 0 });
		buy(JOB, VERSION, ROWS);
		assert_ok!(submit(BOB, JOB, 0, receipt(&leaves(VERSION, 0, &[1, 1]))));
		assert_eq!(Settled::get(), Some((vec![], 0)));
		assert!(!Payouts::<Test>::contains_key(JOB));
		assert_eq!(events().len(), 1);
	});
}

#[test]
fn a_version_trained_on_nothing_has_no_leaves() {
	ExtBuilder.build_and_execute(|| {
		buy(JOB, BARREN, ROWS);
		assert_noop!(submit(BOB, JOB, 0, receipt(&quarters())), Error::<Test>::WrongLeafCount);
		assert_ok!(submit(BOB, JOB, 0, receipt(&[])));
		assert_eq!(balance(&OLIVE), RICHES + 576 * MILLI);
		assert!(!Payouts::<Test>::contains_key(JOB));
	});
}

#[test]
fn a_part_below_the_existential_deposit_fits_the_endowed_pot() {
	ExtBuilder.build_and_execute(|| {
		Rates::set(InferenceRates { input_per_1000: 0, output_per_1000: 5_000, platform: FEE });
		buy(JOB, VERSION, 1);
		assert_ok!(submit(BOB, JOB, 0, receipt(&leaves(VERSION, 1, &[0, 1]))));
		assert_eq!(held(), 1);
	});
}

/// Alice buys, `interfere` runs, and everybody is paid as agreed.
fn paid_as_agreed_after(interfere: impl FnOnce()) {
	ExtBuilder.build_and_execute(|| {
		buy(JOB, VERSION, ROWS);
		interfere();
		assert_ok!(submit(BOB, JOB, 0, receipt(&quarters())));
		assert_eq!(held(), PART);
		assert_eq!(balance(&BOB), RICHES + 450 * MILLI);
		assert_eq!(balance(&OLIVE), RICHES + 448 * MILLI);
		assert_eq!(balance(&STAKERS), ED + 64 * MILLI);
		assert_eq!(balance(&ALICE), RICHES - FEE);
	});
}

#[test]
fn the_price_is_that_of_the_request_whatever_became_of_the_rates() {
	for platform in [0, 1, 499 * MILLI, FEE, Balance::MAX] {
		paid_as_agreed_after(|| Rates::set(InferenceRates { platform, ..ASKED }));
	}
	paid_as_agreed_after(|| {
		Rates::set(InferenceRates { input_per_1000: 1, output_per_1000: 1_000_000 * ENGR, ..ASKED });
	});
}

#[test]
fn a_model_retired_since_is_answered_and_paid_for() {
	paid_as_agreed_after(|| Retired::set(true));
}

#[test]
fn shares_that_changed_leave_the_contributors_part_alone() {
	ExtBuilder.build_and_execute(|| {
		buy(JOB, VERSION, ROWS);
		Net::set(NetShares { model: 0, stakers: 1_000_000, contributors: 0 });
		assert_ok!(submit(BOB, JOB, 0, receipt(&quarters())));
		assert_eq!(held(), PART);
		assert_eq!(balance(&STAKERS), ED + 512 * MILLI);
		assert_eq!(balance(&OLIVE), RICHES);
	});
}

#[test]
fn a_donation_to_the_pot_changes_nothing() {
	ExtBuilder.build_and_execute(|| {
		let pot = Attribution::pot();
		<Balances as Mutate<_>>::mint_into(&pot, 77).unwrap();
		serve(&quarters());
		assert_eq!((held(), Balances::free_balance(&pot)), (PART, ED + 77));
	});
}

#[test]
fn fails_when_origin_is_not_authorized() {
	ExtBuilder.build_and_execute(|| {
		buy(JOB, VERSION, ROWS);
		let content = receipt(&quarters());
		let signature = sign(&BOB, JOB, 0, &content);
		for origin in [RawOrigin::Signed(BOB), RawOrigin::None, RawOrigin::Root] {
			assert_noop!(
				Attribution::submit_receipt(origin.into(), BOB, JOB, 0, content.clone(), signature.clone()),
				BadOrigin
			);
		}
	});
}

#[test]
fn fails_when_the_sum_is_off_by_one() {
	ExtBuilder.build_and_execute(|| {
		buy(JOB, VERSION, ROWS);
		for part in [PART - 1, PART + 1, 0, u128::MAX] {
			assert_noop!(
				submit(BOB, JOB, 0, receipt(&leaves(VERSION, part, &[1, 3]))),
				Error::<Test>::WrongSum
			);
		}
	});
}

#[test]
fn fails_when_leaves_are_not_one_per_contribution() {
	ExtBuilder.build_and_execute(|| {
		buy(JOB, VERSION, ROWS);
		let content = receipt(&quarters());
		for leaves in [0, 1, 3, MAX_PARTS, MAX_PARTS + 1, u32::MAX] {
			let content = Receipt { leaves, ..content.clone() };
			assert_noop!(submit(BOB, JOB, 0, content), Error::<Test>::WrongLeafCount);
		}
	});
}

#[test]
fn fails_when_a_cid_is_not_one() {
	ExtBuilder.build_and_execute(|| {
		buy(JOB, VERSION, ROWS);
		let content = receipt(&quarters());
		let wrong = Cid([0; 36]);
		for content in [Receipt { answers: wrong, ..content.clone() }, Receipt { report: wrong, ..content }] {
			assert_noop!(submit(BOB, JOB, 0, content), Error::<Test>::InvalidCid);
		}
	});
}

#[test]
fn fails_when_the_job_is_not_this_workers() {
	ExtBuilder.build_and_execute(|| {
		buy(JOB, VERSION, ROWS);
		let content = receipt(&quarters());
		assert_noop!(submit(MALLORY, JOB, 0, content.clone()), Error::<Test>::NotAssigned);
		assert_noop!(submit(BOB, JOB, 1, content.clone()), Error::<Test>::AttemptAhead);
		assert_noop!(submit(BOB, JobId(1), 0, content.clone()), Error::<Test>::NotServed);
		reassign(JOB, MALLORY);
		assert_noop!(submit(BOB, JOB, 0, content.clone()), Error::<Test>::AttemptOver);
		assert_ok!(submit(MALLORY, JOB, 1, content.clone()));
		assert_noop!(submit(MALLORY, JOB, 1, content), Error::<Test>::NotServed);
	});
}

#[test]
fn fails_when_there_is_a_payout_already() {
	ExtBuilder.build_and_execute(|| {
		serve(&quarters());
		// A market that lost its mind and hands out the same id again.
		buy(JOB, VERSION, ROWS);
		assert_noop!(submit(BOB, JOB, 0, receipt(&quarters())), Error::<Test>::AlreadyServed);
		Assignments::mutate(|all| all.clear());
	});
}

#[test]
fn fails_when_the_model_is_gone() {
	ExtBuilder.build_and_execute(|| {
		buy(JOB, VERSION, ROWS);
		let content = receipt(&quarters());
		ModelOwner::set(None);
		assert_noop!(submit(BOB, JOB, 0, content.clone()), Error::<Test>::UnknownModel);
		Versions::mutate(|versions| versions.clear());
		assert_noop!(submit(BOB, JOB, 0, content), Error::<Test>::UnknownVersion);
	});
}

#[test]
fn fails_whole_when_the_market_refuses() {
	ExtBuilder.build_and_execute(|| {
		buy(JOB, VERSION, ROWS);
		MarketClosed::set(true);
		assert_noop!(submit(BOB, JOB, 0, receipt(&quarters())), DispatchError::Other("closed"));
	});
}
