//! Who reviews, and whether anybody does.

use crate::{mock::*, Bench, Dropped, Error, Event, ReviewPolicy, Reviewers, Reviews, Seat, Stage, Vote};
use engram_primitives::{units::ENGR, JobId};
use frame_support::{assert_noop, assert_ok, hypothetically};
use frame_system::RawOrigin;
use sp_runtime::traits::BadOrigin;
use std::collections::{BTreeMap, BTreeSet};

/// An answer is shared in this block; whoever is drawn is drawn `DELAY` blocks later.
fn shared(job: JobId) {
	answer(job, 0, ENGR);
	share(PAYER, job).unwrap();
}

fn dropped(job: JobId, reason: Dropped) {
	assert_eq!(Reviews::<Test>::get(job), None);
	assert_eq!(events().last(), Some(&Event::ShareDropped { job, reason }));
	assert_noop!(draw(job), Error::<Test>::UnknownReview);
}

#[test]
fn works() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let bench = drawn(JOB, ENGR);
		assert_eq!(bench.iter().collect::<BTreeSet<_>>().len(), SEATS as usize);
		assert!(bench.iter().all(|who| REVIEWERS.contains(who)));
		let (commit_by, reveal_by) = (5 + COMMIT_PERIOD, 5 + COMMIT_PERIOD + REVEAL_PERIOD);
		let seats: Vec<_> = bench.iter().map(|who| Seat { who: *who, vote: Vote::Pending }).collect();
		let stage = Stage::Drawn(Bench { commit_by, reveal_by, seats: seats.try_into().unwrap() });
		assert_eq!(Reviews::<Test>::get(JOB).unwrap().stage, stage);
		for who in REVIEWERS {
			let open = u32::from(bench.contains(&who));
			assert_eq!(Reviewers::<Test>::get(who).unwrap().open, open);
		}
		assert_eq!(
			events().last(),
			Some(&Event::ReviewersDrawn { job: JOB, reviewers: bench, commit_by, reveal_by })
		);
		assert_noop!(draw(JOB), Error::<Test>::AlreadyDrawn);
	});
}

#[test]
fn fails_when_the_output_is_not_there() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		assert_noop!(draw(JOB), Error::<Test>::UnknownReview);
		shared(JOB);
		for block in [1, DELAY] {
			run_to(block);
			assert_noop!(draw(JOB), Error::<Test>::DrawTooEarly);
		}
		run_to(1 + DELAY);
		assert_noop!(Ratings::draw_reviewers(RawOrigin::Root.into(), JOB), BadOrigin);
		assert_ok!(draw(JOB));
	});
}

#[test]
fn a_forgotten_output_drops_the_answer() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		shared(JOB);
		run_to(1 + DELAY + RING - 1);
		hypothetically!({
			assert_ok!(draw(JOB));
			assert!(!bench(JOB).is_empty());
		});
		run_to(1 + DELAY + RING);
		assert_ok!(draw(JOB));
		dropped(JOB, Dropped::OutputLost);
	});
}

#[test]
fn without_enough_reviewers_nobody_reviews() {
	ExtBuilder::reviewing().build_and_execute(|| {
		// Nobody at all, then one fewer than seats.
		shared(JOB);
		run_to(1 + DELAY);
		assert_ok!(draw(JOB));
		dropped(JOB, Dropped::TooFewReviewers);
		for who in REVIEWERS.take(SEATS as usize - 1) {
			assert_ok!(join(who, BOND));
		}
		shared(JobId(1));
		run_to(1 + 2 * DELAY);
		assert_ok!(draw(JobId(1)));
		dropped(JobId(1), Dropped::TooFewReviewers);
		// The payer and the owner of the model are on the list, but do not count.
		for who in [PAYER, CAROL] {
			assert_ok!(join(who, BOND));
		}
		shared(JobId(2));
		run_to(1 + 3 * DELAY);
		assert_ok!(draw(JobId(2)));
		dropped(JobId(2), Dropped::TooFewReviewers);
		assert_ok!(join(ALICE, BOND));
		assert_eq!(drawn(JobId(3), ENGR).len(), SEATS as usize);
	});
}

#[test]
fn neither_payer_nor_owner_reviews() {
	ExtBuilder::reviewing().build_and_execute(|| {
		for who in REVIEWERS.take(6).chain([PAYER, CAROL]) {
			assert_ok!(join(who, BOND));
		}
		for n in 0..60 {
			BeaconSalt::set(n);
			let bench = drawn(JobId(n), ENGR);
			assert_eq!(bench.len(), SEATS as usize);
			assert!(!bench.contains(&PAYER) && !bench.contains(&CAROL));
		}
	});
}

#[test]
fn who_joins_or_leaves_once_the_output_is_known_moves_nobody_else() {
	ExtBuilder::reviewing().build_and_execute(|| {
		let leave = |who| Ratings::leave_reviewers(RuntimeOrigin::signed(who)).unwrap();
		all_join();
		shared(JOB);
		run_to(1 + DELAY);
		let plain = hypothetically!({
			assert_ok!(draw(JOB));
			bench(JOB)
		});
		// Newcomers do not count, whatever they are called.
		hypothetically!({
			for who in [ALICE, BOB] {
				assert_ok!(join(who, BOND));
			}
			assert_ok!(draw(JOB));
			assert_eq!(bench(JOB), plain);
		});
		// Nor does it matter where in the list others stand.
		hypothetically!({
			for who in REVIEWERS.filter(|who| !plain.contains(who)) {
				leave(who);
			}
			assert_ok!(draw(JOB));
			assert_eq!(bench(JOB), plain);
		});
		// One can only decline one's own seat: all others keep theirs.
		leave(plain[2]);
		assert_ok!(draw(JOB));
		let others: Vec<_> = plain.iter().filter(|who| **who != plain[2]).copied().collect();
		assert_eq!(bench(JOB)[..4], others);
		// Who comes back is too late.
		assert!(!bench(JOB).contains(&plain[2]));
	});
}

#[test]
fn as_many_are_reviewed_as_governance_says_and_everybody_as_often() {
	ExtBuilder { reviews: ReviewPolicy { sampling: 300_000, ..REVIEWS }, ..Default::default() }
		.build_and_execute(|| {
			all_join();
			let draws = 3_000u32;
			let mut hits: BTreeMap<AccountId, u32> = BTreeMap::new();
			let mut sampled = 0u32;
			for n in 0..draws {
				frame_support::hypothetically!({
					BeaconSalt::set(n.into());
					let bench = drawn(JobId(n.into()), ENGR);
					sampled += u32::from(!bench.is_empty());
					bench.into_iter().for_each(|who| *hits.entry(who).or_default() += 1);
				});
			}
			// Five standard deviations of the binomial.
			let near = |count: u32, of: u32, part: f64| {
				let (of, count) = (f64::from(of), f64::from(count));
				(count - of * part).abs() < 5.0 * (of * part * (1.0 - part)).sqrt()
			};
			assert!(near(sampled, draws, 0.3), "{sampled} of {draws}");
			for who in REVIEWERS {
				assert!(near(hits[&who], sampled, 0.5), "{who}: {} of {sampled}", hits[&who]);
			}
		});
}

#[test]
fn nothing_is_reviewed_without_sampling() {
	ExtBuilder { reviews: ReviewPolicy { sampling: 0, ..REVIEWS }, ..Default::default() }.build_and_execute(
		|| {
			all_join();
			for n in 0..20 {
				BeaconSalt::set(n);
				assert!(drawn(JobId(n), ENGR).is_empty());
				dropped(JobId(n), Dropped::NotSampled);
			}
		},
	);
}
