//! Serving and settling inference.

use crate::{mock::*, *};
use engram_primitives::{traits::*, JobId};
use frame_support::{
	assert_noop, assert_ok,
	traits::{Currency as _, LockableCurrency, WithdrawReasons},
};
use sp_runtime::TokenError;

#[test]
fn a_served_job_pays_everybody_burns_and_refunds() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		let executor = assign(job);
		assert_eq!(
			Market::inference(job),
			Some(InferenceAssignment {
				executor,
				attempt: 0,
				requester: BOB,
				version: OLD_VERSION,
				rows: 100,
				fee: 800,
				platform: 100,
				contributors: 300,
			})
		);
		let issuance = Balances::total_issuance();
		events();
		let payments = [(executor, 400), (ALICE, 0), (TREASURY, 100), (BOB, 50)];
		assert_ok!(Market::served(job, 0, &payments, 30));
		assert_eq!(free(executor), ED + 400);
		assert_eq!(free(TREASURY), ED + 100);
		assert_eq!(free(ALICE), START);
		// 50 paid to himself, 220 and the guarantee refunded.
		assert_eq!(free(BOB), START - DEPOSIT - 800 + 50 + 220);
		assert_eq!(escrow_of(BOB), 0);
		assert_eq!(Balances::total_issuance(), issuance - 30);
		assert_eq!(
			events(),
			[Event::InferenceSettled {
				worker: executor,
				job,
				payments: vec![(executor, 400), (TREASURY, 100), (BOB, 50)],
				burned: 30,
				refunded: 220 + 2 * LEAST_UNSERVED,
			}]
		);
		let at = System::block_number();
		assert_eq!(record(job).state, JobState::Settled { executor, at, version: None });
		assert_eq!((worker(executor).used, worker(executor).reputation), (0, 100));
		// The treasury's 100 and what was burned; what is paid to others may come back to Bob.
		assert_eq!(Rewarded::get(), [(executor, 130)]);
		assert_eq!(Market::inference(job), None);
		run(INFERENCE_DEADLINE + 5);
	});
}

#[test]
fn the_whole_fee_may_be_spent_but_not_the_guarantee() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		let executor = assign(job);
		assert_noop!(Market::served(job, 0, &[(executor, 700)], 101), Error::<Test>::EscrowExceeded);
		assert_noop!(Market::served(job, 0, &[(executor, u128::MAX)], 1), Error::<Test>::EscrowExceeded);
		assert_ok!(Market::served(job, 0, &[(executor, 700)], 100));
		assert_eq!(free(BOB), START - DEPOSIT - 800);
	});
}

#[test]
fn a_payment_below_the_existential_deposit_goes_to_the_treasury() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		let executor = assign(job);
		events();
		let (newborn, unborn) = (700, 701);
		let payments = [(executor, 100), (unborn, ED - 1), (newborn, ED)];
		assert_ok!(Market::served(job, 0, &payments, 0));
		assert_eq!((free(newborn), free(unborn)), (ED, 0));
		assert_eq!(free(TREASURY), ED + ED - 1);
		assert!(events().contains(&Event::PaymentRedirected {
			payee: unborn,
			job,
			amount: ED - 1,
			burned: false,
		}));
	});
}

#[test]
fn without_a_treasury_account_such_a_payment_is_burned() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), TREASURY, 0));
		let job = infer();
		assign(job);
		let issuance = Balances::total_issuance();
		events();
		assert_ok!(Market::served(job, 0, &[(701, 3), (TREASURY, 4)], 0));
		assert_eq!(Balances::total_issuance(), issuance - 7);
		assert_eq!(
			events()[..2],
			[
				Event::PaymentRedirected { payee: 701, job, amount: 3, burned: true },
				Event::PaymentRedirected { payee: TREASURY, job, amount: 4, burned: true },
			]
		);
	});
}

#[test]
fn locked_money_buys_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		// Enough for one job is free: the deposit may be locked money, it never goes to anybody else.
		Balances::set_lock(*b"vestings", &BOB, START - ANSWERS_ESCROW, WithdrawReasons::all());
		let job = infer();
		assert_eq!(free(BOB), START - ANSWERS_ESCROW - DEPOSIT);
		assert_noop!(try_inference(BOB, inference_request(), 1_000), TokenError::Frozen);
		// Nor does it buy anything once the first is paid for.
		let executor = assign(job);
		assert_ok!(Market::served(job, 0, &[(executor, 800)], 0));
		assert_noop!(try_inference(BOB, inference_request(), 1_000), TokenError::Frozen);
		assert_eq!(Balances::total_balance(&BOB), START - 800);
	});
}

#[test]
fn frozen_funds_of_the_requester_stop_nobody() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		let executor = assign(job);
		Balances::set_lock(*b"voteeees", &BOB, START, WithdrawReasons::all());
		assert_ok!(Market::served(job, 0, &[(executor, 800)], 0));
		assert_eq!(free(executor), ED + 800);
	});
}

#[test]
fn fails_when_not_assigned_other_attempt_or_other_kind() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		assert_noop!(Market::served(job, 0, &[], 0), Error::<Test>::NotAssigned);
		assert_noop!(Market::served(JobId(9), 0, &[], 0), Error::<Test>::UnknownJob);
		assert_eq!(Market::inference(job), None);
		assign(job);
		assert_noop!(Market::served(job, 1, &[], 0), Error::<Test>::WrongAttempt);
		assert_noop!(Market::committed(job, 0), Error::<Test>::WrongKind);
		let finding = Finding::Undecided { paid: vec![] };
		assert_noop!(Market::found(job, 0, finding), Error::<Test>::NotChecking);
		assert_ok!(Market::served(job, 0, &[], 0));
		assert_noop!(Market::served(job, 0, &[], 0), Error::<Test>::NotAssigned);

		let training = train();
		assign(training);
		assert_noop!(Market::served(training, 0, &[], 0), Error::<Test>::WrongKind);
		assert_eq!(Market::inference(training), None);
		assert_eq!(Market::training(job), None);
	});
}
