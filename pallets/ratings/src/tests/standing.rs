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

/// In the running epoch, each of these is paid.
fn paid(contributions: &[u64]) {
	for contribution in contributions {
		pay(JobId(u64::from(Epoch::get())), *contribution, MILLI);
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
fn payments_by_the_owner_or_below_the_least_do_not_count() {
	ExtBuilder::default().build_and_execute(|| {
		let least = POLICY.least_payment;
		Ratings::contribution_paid(PaidContribution { payer: BOB, ..payment(JOB, 0, least) });
		Ratings::contribution_paid(payment(JOB, 0, least - 1));
		assert_eq!(Ratings::standing_of(BOB), []);
		Ratings::contribution_paid(payment(JOB, 0, least));
		assert_eq!(Ratings::h_index_of(BOB), 1);
	});
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
