//! Negative controls: one corrupted item for each thing `try_state` checks.

use crate::{mock::*, Claimed, HoldReason, PayoutRecordOf, Payouts};
use engram_primitives::{units::MILLI, JobId};
use frame_support::{
	assert_ok,
	traits::{
		fungible::{hold::Mutate as _, Mutate},
		tokens::{Fortitude, Precision, Preservation},
	},
};

/// Serves a job, claims Carol's part, corrupts, and expects the message.
fn detects(message: &'static str, corrupt: impl FnOnce()) {
	ExtBuilder.build().execute_with(|| {
		let leaves = quarters();
		serve(&leaves);
		open_claims();
		assert_ok!(claim(JOB, &leaves, 0));
		Attribution::do_try_state().unwrap();
		corrupt();
		let error = Attribution::do_try_state().unwrap_err();
		assert_eq!(error, sp_runtime::DispatchError::Other(message));
	});
}

fn change(with: impl FnOnce(&mut PayoutRecordOf<Test>)) {
	Payouts::<Test>::mutate(JOB, |record| with(record.as_mut().unwrap()));
}

#[test]
fn a_lost_record_is_found() {
	detects("INV-ATTRIBUTION-1: what the pot holds is not what the records owe", || {
		Payouts::<Test>::remove(JOB);
	});
}

#[test]
fn money_that_left_the_hold_is_found() {
	detects("INV-ATTRIBUTION-1: what the pot holds is not what the records owe", || {
		let pot = Attribution::pot();
		Balances::release(&HoldReason::Payouts.into(), &pot, 1, Precision::Exact).unwrap();
	});
}

#[test]
fn sums_that_overflow_are_found() {
	detects("INV-ATTRIBUTION-1: the sum of what is owed overflows", || {
		let record = Payouts::<Test>::get(JOB).unwrap();
		Payouts::<Test>::insert(JobId(1), PayoutRecordOf::<Test> { unpaid: u128::MAX, ..record });
	});
}

#[test]
fn a_hold_elsewhere_is_found() {
	detects("INV-ATTRIBUTION-1: another account has something on hold for payouts", || {
		assert_ok!(Balances::hold(&HoldReason::Payouts.into(), &ALICE, 1));
	});
}

#[test]
fn a_pot_without_its_endowment_is_found() {
	detects("INV-ATTRIBUTION-2: the pot is not endowed with the existential deposit", || {
		<Balances as Mutate<_>>::burn_from(
			&Attribution::pot(),
			ED,
			Preservation::Expendable,
			Precision::Exact,
			Fortitude::Force,
		)
		.unwrap();
	});
}

#[test]
fn a_pot_without_a_provider_is_found() {
	detects("INV-ATTRIBUTION-2: the pot is not endowed with the existential deposit", || {
		frame_system::Account::<Test>::mutate(Attribution::pot(), |account| account.providers = 0);
	});
}

#[test]
fn a_payment_that_was_not_counted_is_found() {
	let message = "INV-ATTRIBUTION-3: paid and unpaid do not sum to the contributors' part";
	detects(message, || change(|record| record.paid -= 1));
	detects(message, || change(|record| record.root.sum += 1));
	detects(message, || change(|record| record.fee = PART - 1));
	detects(message, || change(|record| record.paid = u128::MAX));
}

#[test]
fn a_tree_of_another_size_is_found() {
	let message = "INV-ATTRIBUTION-4: a tree has not one leaf for each contribution";
	detects(message, || change(|record| record.leaves = 3));
	detects(message, || change(|record| record.version = BARREN));
	detects(message, || Versions::mutate(|versions| versions.clear()));
	detects(message, || {
		change(|record| {
			record.leaves = 0;
			record.version = BARREN;
		})
	});
}

#[test]
fn wrong_bits_are_found() {
	let message = "INV-ATTRIBUTION-5: the claimed leaves do not fit what is paid";
	detects(message, || change(|record| record.claimed = Claimed(0)));
	detects(message, || change(|record| record.claimed = Claimed(0b100)));
	detects(message, || change(|record| record.claimed = Claimed(0b11)));
	detects(message, || {
		change(|record| {
			record.paid = 0;
			record.root.sum = 96 * MILLI;
		})
	});
}

#[test]
fn a_payout_that_is_paid_out_is_found() {
	detects("INV-ATTRIBUTION-5: the claimed leaves do not fit what is paid", || {
		let record = Payouts::<Test>::get(JOB).unwrap();
		let paid = record.root.sum;
		Payouts::<Test>::insert(JobId(1), PayoutRecordOf::<Test> { paid, unpaid: 0, ..record });
	});
}

#[test]
fn a_job_that_is_served_again_is_found() {
	detects("INV-ATTRIBUTION-6: a job with a payout is still being served", || {
		buy(JOB, VERSION, ROWS);
	});
}

#[test]
fn an_expiry_before_the_window_is_found() {
	detects("INV-ATTRIBUTION-6: claims expire before they open", || {
		change(|record| record.expires_at = record.claimable_at);
	});
}
