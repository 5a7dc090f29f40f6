//! What owners of reviewed models get.

use crate::{mock::*, Allocation, Error, Event, Owed, Pots, Ranked, RankedView, Rankings, ReviewPolicy};
use engram_primitives::{
	economy::ServedAnswer,
	units::{Balance, ENGR, MILLI},
	JobId, VersionId,
};
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use sp_runtime::traits::BadOrigin;

fn allocate(epoch: u32) -> sp_runtime::DispatchResult {
	Ratings::allocate_epoch(RuntimeOrigin::signed(ALICE), epoch).map(|_| ()).map_err(|error| error.error)
}

/// An answer of a version is scored by its payer and reviewed.
fn review(job: u64, version: VersionId, payer_says: u8, median: u8, ratings: Balance) {
	let job = JobId(job);
	Versions::mutate(|all| all.push(version));
	Answers::mutate(|all| all.insert(job, ServedAnswer { payer: PAYER, version }));
	record(job, 0, ratings);
	assert_ok!(share(PAYER, job));
	assert_ok!(Ratings::score_answer(RuntimeOrigin::signed(PAYER), job, payer_says));
	run_to(System::block_number() + DELAY);
	reviewed(job, [median; 5]);
	assert_ok!(close_review(job));
}

#[test]
fn the_pot_is_divided_by_quality_and_payers_scores() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		// .8 * 1, .4 * .5, and 1 * 0.
		review(1, VersionId(1), 10, 8, 100 * ENGR);
		review(2, VersionId(2), 8, 4, 100 * ENGR);
		review(3, VersionId(3), 0, 10, 100 * ENGR);
		let ranked = |version, weight| Ranked { version: VersionId(version), weight, limit: 10 * ENGR };
		assert_eq!(
			Rankings::<Test>::get(7).into_inner(),
			[ranked(1, 800_000_000_000), ranked(2, 200_000_000_000), ranked(3, 0)]
		);
		let view =
			|version, proportion, amount| RankedView { version: VersionId(version), proportion, amount };
		let views = [view(1, 800_000, 800 * MILLI), view(2, 200_000, 200 * MILLI), view(3, 0, 0)];
		assert_eq!(Ratings::ranking_of(7), views);
		assert_noop!(allocate(7), Error::<Test>::EpochRunning);
		close(0);
		assert_ok!(allocate(7));
		let part = |version, amount| Allocation { version: VersionId(version), owner: CAROL, amount };
		let allocations = vec![part(1, 800 * MILLI), part(2, 200 * MILLI), part(3, 0)];
		let allocated = Event::EpochAllocated { epoch: 7, running: 8, pot: ENGR, left: 0, allocations };
		assert_eq!(events().last(), Some(&allocated));
		// Owed by the running epoch, minted and claimed with its rewards.
		assert_eq!(Owed::<Test>::get(8, CAROL).map(|row| row.reviewed), Some(ENGR));
		assert_noop!(allocate(7), Error::<Test>::NothingToAllocate);
		assert_eq!(close(5 * ENGR), ENGR);
		assert_ok!(claim(8, CAROL));
		assert_eq!(balance(CAROL), RICHES + ENGR);
	});
}

#[test]
fn a_part_is_at_most_what_its_jobs_set_aside() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		// A tenth of 100, 150 and 50 thousandths.
		review(1, VERSION, 10, 10, 100 * MILLI);
		review(2, VERSION, 10, 10, 150 * MILLI);
		review(3, VersionId(6), 10, 10, 50 * MILLI);
		close(0);
		assert_ok!(allocate(7));
		assert_eq!(Owed::<Test>::get(8, CAROL).map(|row| row.reviewed), Some(30 * MILLI));
		let Some(Event::EpochAllocated { pot, left, .. }) = events().pop() else { panic!("not allocated") };
		assert_eq!((pot, left), (ENGR, 970 * MILLI));
	});
}

#[test]
fn what_no_payer_scored_weighs_nothing() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		drawn(JOB, 100 * ENGR);
		reviewed(JOB, [10; 5]);
		assert_ok!(close_review(JOB));
		let unscored = RankedView { version: VERSION, proportion: 0, amount: 0 };
		assert_eq!(Ratings::ranking_of(7), [unscored]);
		close(0);
		assert_ok!(allocate(7));
		assert_eq!(Owed::<Test>::get(8, CAROL), None);
	});
}

#[test]
fn a_version_of_no_model_is_not_paid() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		review(1, VERSION, 10, 10, 100 * ENGR);
		review(2, VersionId(6), 10, 10, 100 * ENGR);
		Versions::set(Vec::new());
		close(0);
		assert_ok!(allocate(7));
		// Nor does its part go to the others.
		assert_eq!(Owed::<Test>::get(8, CAROL).map(|row| row.reviewed), Some(ENGR / 2));
	});
}

#[test]
fn the_lowest_weight_makes_room() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let versions = || {
			let mut all: Vec<_> = Rankings::<Test>::get(7).iter().map(|ranked| ranked.version.0).collect();
			all.sort_unstable();
			all
		};
		for (job, median) in [(1, 5), (2, 3), (3, 4)] {
			review(job, VersionId(job), 10, median, ENGR);
		}
		// As good as the least is not better.
		review(4, VersionId(4), 10, 3, ENGR);
		assert_eq!(versions(), [1, 2, 3]);
		review(5, VersionId(5), 10, 10, ENGR);
		assert_eq!(versions(), [1, 3, 5]);
		// Who is ranked only changes its weight.
		review(6, VersionId(5), 0, 0, ENGR);
		assert_eq!(versions(), [1, 3, 5]);
		review(7, VersionId(2), 10, 10, ENGR);
		assert_eq!(versions(), [1, 2, 3]);
	});
}

fn set_pot(pot: Balance) {
	assert_ok!(Ratings::set_review_policy(RuntimeOrigin::root(), ReviewPolicy { pot, ..REVIEWS }));
}

#[test]
fn the_pot_is_that_of_the_end_of_the_epoch() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		review(1, VERSION, 10, 10, 100 * ENGR);
		// Until then it is the policy's.
		set_pot(2 * ENGR);
		assert_eq!(Ratings::ranking_of(7)[0].amount, 2 * ENGR);
		close(0);
		// Nobody gains by waiting for a larger one, or loses by a smaller one.
		for pot in [0, 9 * ENGR] {
			set_pot(pot);
			assert_eq!(Ratings::ranking_of(7)[0].amount, 2 * ENGR);
		}
		close(0);
		assert_ok!(allocate(7));
		assert_eq!(Owed::<Test>::get(9, CAROL).map(|row| row.reviewed), Some(2 * ENGR));
	});
}

#[test]
fn a_pot_that_nobody_divides_in_time_is_never_minted() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		review(1, VERSION, 10, 10, 100 * ENGR);
		for _ in 0..ALLOCATION_PERIOD {
			close(0);
		}
		frame_support::hypothetically!({
			assert_ok!(allocate(7));
		});
		let issuance = Balances::total_issuance();
		close(100 * ENGR);
		assert_eq!(events().last(), Some(&Event::PotExpired { epoch: 7, pot: ENGR }));
		assert_noop!(allocate(7), Error::<Test>::NothingToAllocate);
		assert_eq!((Rankings::<Test>::iter().count(), Pots::<Test>::iter().count()), (0, 0));
		assert_eq!(Balances::total_issuance(), issuance);
	});
}

#[test]
fn without_a_pot_nobody_gets_anything() {
	ExtBuilder { reviews: ReviewPolicy { pot: 0, ..REVIEWS }, ..Default::default() }.build_and_execute(
		|| {
			all_join();
			review(1, VERSION, 10, 10, ENGR);
			close(0);
			assert_ok!(allocate(7));
			assert_eq!(Owed::<Test>::get(8, CAROL), None);
		},
	);
}

#[test]
fn fails_when_nothing_was_reviewed() {
	ExtBuilder::reviewing().build_and_execute(|| {
		for epoch in [0, 6] {
			assert_noop!(allocate(epoch), Error::<Test>::NothingToAllocate);
		}
		for epoch in [7, u32::MAX] {
			assert_noop!(allocate(epoch), Error::<Test>::EpochRunning);
		}
		assert_noop!(Ratings::allocate_epoch(RawOrigin::Root.into(), 6), BadOrigin);
	});
}
