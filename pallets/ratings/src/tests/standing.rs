//! The h-index.

use crate::{mock::*, PaidEpochs};
use engram_primitives::{
	economy::{PaidContribution, PaidContributions},
	units::MILLI,
	ContributionId, JobId,
};

fn owned(contributions: u64) {
	Owners::set((0..contributions).map(|id| (ContributionId(id), BOB)).collect());
}

/// In the running epoch, each of these is paid by a job of which the protocol keeps the least for each.
fn paid(contributions: &[u64]) {
	let job = JobId(u64::from(Epoch::get()));
	answer(job, 0, PART);
	for contribution in contributions {
		pay(job, *contribution, MILLI);
	}
	Epoch::mutate(|epoch| *epoch += 1);
}

#[test]
fn h_contributions_in_h_epochs_each() {
	ExtBuilder::default().build_and_execute(|| {
		owned(3);
		assert_eq!(Ratings::h_index_of(BOB), 0);
		paid(&[0]);
		assert_eq!(Ratings::h_index_of(BOB), 1);
		paid(&[0, 1]);
		paid(&[0]);
		// One contribution in three epochs, one in one.
		assert_eq!(Ratings::h_index_of(BOB), 1);
		paid(&[1]);
		assert_eq!(Ratings::h_index_of(BOB), 2);
		paid(&[1, 2]);
		paid(&[2]);
		assert_eq!(Ratings::h_index_of(BOB), 2);
		paid(&[2]);
		assert_eq!(Ratings::h_index_of(BOB), 3);
		assert_eq!(Ratings::h_index_of(CAROL), 0);
	});
}

#[test]
fn an_epoch_counts_once() {
	ExtBuilder::default().build_and_execute(|| {
		owned(1);
		paid(&[0, 0, 0]);
		let entry = PaidEpochs { contribution: ContributionId(0), epochs: 1, last: 7 };
		assert_eq!(Ratings::standing_of(BOB), [entry]);
	});
}

#[test]
fn payments_by_the_owner_or_of_which_little_is_kept_do_not_count() {
	ExtBuilder::default().build_and_execute(|| {
		let least = POLICY.least_kept;
		// Half of each job is paid, for which half of what is kept counts, rounded down.
		answer(JOB, 0, 2 * least);
		Ratings::contribution_paid(PaidContribution { payer: BOB, ..payment(JOB, 0, PART / 2) });
		answer(JobId(1), 0, 2 * least - 1);
		pay(JobId(1), 0, PART / 2);
		// Nothing is known of the third.
		pay(JobId(2), 0, PART);
		assert_eq!(Ratings::standing_of(BOB), []);
		pay(JOB, 0, PART / 2);
		assert_eq!(Ratings::h_index_of(BOB), 1);
	});
}

/// Bob buys answers of his own data through somebody else: what he pays comes back, what is kept does not as a payment.
#[test]
fn an_h_index_costs_its_owner_the_least_for_each_payment_that_counts() {
	let index_after = |kept_of_each_job| {
		let mut reached = 0;
		ExtBuilder::default().build_and_execute(|| {
			owned(4);
			for round in 0..4 {
				answer(JobId(round), 0, kept_of_each_job);
				// The payments are as large as can be.
				let (amount, total) = (u128::MAX / 4, u128::MAX);
				for contribution in 0..4 {
					let paid = payment(JobId(round), contribution, amount);
					Ratings::contribution_paid(PaidContribution { total, ..paid });
				}
				Epoch::mutate(|epoch| *epoch += 1);
			}
			reached = Ratings::h_index_of(BOB);
		});
		reached
	};
	let least = POLICY.least_kept;
	// An index of h takes h payments in h epochs each, so at least h * h times the least.
	assert_eq!(index_after(4 * least), 0);
	assert_eq!(index_after(4 * least + 1), 4);
}

#[test]
fn the_least_often_and_longest_ago_makes_place() {
	ExtBuilder::default().build_and_execute(|| {
		owned(6);
		paid(&[3]);
		paid(&[0, 1]);
		paid(&[0, 1, 2]);
		// Full: 3 was paid once, before 2 was.
		paid(&[4]);
		let mut kept: Vec<_> =
			Ratings::standing_of(BOB).iter().map(|paid| (paid.contribution.0, paid.epochs)).collect();
		kept.sort();
		assert_eq!(kept, [(0, 2), (1, 2), (2, 1), (4, 1)]);
		paid(&[5]);
		assert!(!Ratings::standing_of(BOB).iter().any(|paid| paid.contribution == ContributionId(2)));
		assert_eq!(Ratings::h_index_of(BOB), 2);
	});
}
