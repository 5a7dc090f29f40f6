//! Who reviews, and whether anybody does.

use crate::{
	mock::*, Bench, Draws, Dropped, Error, Event, ReviewPolicy, Reviewers, Reviews, Seat, Stage,
	UnexpectedKind, Vote,
};
use engram_primitives::{units::ENGR, JobId};
use frame_support::{assert_noop, assert_ok, hypothetically};
use std::collections::{BTreeMap, BTreeSet};

/// An answer is shared in this block; its reviewers are drawn `DELAY` blocks later.
fn shared(job: JobId) {
	answer(job, 0, ENGR);
	share(PAYER, job).unwrap();
}

fn dropped(job: JobId, reason: Dropped) {
	assert_eq!(Reviews::<Test>::get(job), None);
	assert_eq!(events().last(), Some(&Event::ShareDropped { job, reason }));
}

/// The block of a draw that is to come.
fn draw_at(job: JobId) -> Option<u64> {
	match Reviews::<Test>::get(job)?.stage {
		Stage::Shared { draw_at } => Some(draw_at),
		Stage::Drawn(_) => None,
	}
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
	});
}

#[test]
fn the_block_of_the_output_draws_whether_anybody_likes_it_or_not() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		shared(JOB);
		run_to(DELAY);
		assert_eq!((draw_at(JOB), bench(JOB)), (Some(1 + DELAY), vec![]));
		// With its first chance to see the output, everybody sees who was drawn.
		run_to(1 + DELAY);
		let bench = bench(JOB);
		assert_eq!(bench.len(), SEATS as usize);
		for who in &bench {
			let leave = Ratings::leave_reviewers(RuntimeOrigin::signed(*who));
			assert_noop!(leave, Error::<Test>::ReviewsOpen);
		}
		// Time changes nothing about it.
		run_to(1 + DELAY + 1);
		assert_eq!(self::bench(JOB), bench);
		assert_noop!(share(PAYER, JOB), Error::<Test>::AlreadyShared);
	});
}

#[test]
fn full_blocks_put_a_draw_off_to_the_next_output() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let places = u64::from(DRAWS * WINDOW);
		(0..places).map(JobId).for_each(shared);
		for job in 0..places {
			assert_eq!(draw_at(JobId(job)), Some(1 + DELAY + job / u64::from(DRAWS)));
		}
		answer(JOB, 0, ENGR);
		assert_noop!(share(PAYER, JOB), Error::<Test>::DrawsFull);
		// In the next block there is a new last one.
		run_to(2);
		assert_ok!(share(PAYER, JOB));
		assert_eq!(draw_at(JOB), Some(2 + DELAY + u64::from(WINDOW) - 1));
		// Another output for the later draws moves those alone.
		let benches = |salt: u64| {
			hypothetically!({
				run_to(1 + DELAY);
				BeaconSalt::set(salt);
				run_to(2 + DELAY + u64::from(WINDOW));
				BeaconSalt::set(0);
				(0..places).map(|job| bench(JobId(job))).collect::<Vec<_>>()
			})
		};
		let (plain, moved) = (benches(0), benches(1));
		assert!(plain.iter().all(|bench| bench.len() == SEATS as usize));
		assert_eq!(plain[..DRAWS as usize], moved[..DRAWS as usize]);
		assert_ne!(plain[DRAWS as usize..], moved[DRAWS as usize..]);
		run_to(2 + DELAY + u64::from(WINDOW));
		assert_eq!(Draws::<Test>::iter().count(), 0);
	});
}

#[test]
fn without_an_output_nobody_reviews() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		shared(JOB);
		BeaconLost::set(true);
		run_to(1 + DELAY);
		dropped(JOB, Dropped::OutputMissing);
	});
}

#[test]
fn a_draw_that_fails_is_dropped_without_a_trace() {
	ExtBuilder::reviewing().build().execute_with(|| {
		all_join();
		shared(JOB);
		let bench = hypothetically!({
			run_to(1 + DELAY);
			bench(JOB)
		});
		// The last one that would be drawn is on the list without being a reviewer.
		Reviewers::<Test>::remove(bench[4]);
		run_to(1 + DELAY);
		assert_eq!(Reviews::<Test>::get(JOB), None);
		let failed = Event::Unexpected { kind: UnexpectedKind::DrawFailed };
		assert_eq!(
			events()[events().len() - 2..],
			[Event::ShareDropped { job: JOB, reason: Dropped::Failed }, failed]
		);
		assert!(Reviewers::<Test>::iter_values().all(|reviewer| reviewer.open == 0));
	});
}

#[test]
fn without_enough_reviewers_nobody_reviews() {
	ExtBuilder::reviewing().build_and_execute(|| {
		// Nobody at all, then one fewer than seats.
		shared(JOB);
		run_to(1 + DELAY);
		dropped(JOB, Dropped::TooFewReviewers);
		for who in REVIEWERS.take(SEATS as usize - 1) {
			assert_ok!(join(who, BOND));
		}
		shared(JobId(1));
		run_to(1 + 2 * DELAY);
		dropped(JobId(1), Dropped::TooFewReviewers);
		// The payer and the owner of the model are on the list, but do not count.
		for who in [PAYER, CAROL] {
			assert_ok!(join(who, BOND));
		}
		shared(JobId(2));
		run_to(1 + 3 * DELAY);
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
fn who_joins_or_leaves_before_the_draw_moves_nobody_else() {
	ExtBuilder::reviewing().build_and_execute(|| {
		let leave = |who| Ratings::leave_reviewers(RuntimeOrigin::signed(who)).unwrap();
		let outcome = || {
			run_to(1 + DELAY);
			bench(JOB)
		};
		all_join();
		shared(JOB);
		run_to(2);
		let plain = hypothetically!(outcome());
		// Newcomers do not count, whatever they are called.
		hypothetically!({
			for who in [ALICE, BOB] {
				assert_ok!(join(who, BOND));
			}
			assert_eq!(outcome(), plain);
		});
		// Nor does it matter where in the list others stand.
		hypothetically!({
			for who in REVIEWERS.filter(|who| !plain.contains(who)) {
				leave(who);
			}
			assert_eq!(outcome(), plain);
		});
		// All others keep their seats, and who comes back is too late.
		leave(plain[2]);
		assert_ok!(join(plain[2], BOND));
		let others: Vec<_> = plain.iter().filter(|who| **who != plain[2]).copied().collect();
		let bench = outcome();
		assert_eq!(bench[..4], others);
		assert!(!bench.contains(&plain[2]));
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
