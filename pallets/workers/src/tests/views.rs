use crate::{impls::PAGE, mock::*};
use engram_primitives::traits::WorkerPool;
use frame_support::assert_ok;
use sp_core::Pair;

#[test]
fn one_worker() {
	ExtBuilder.build_and_execute(|| {
		assert_eq!(Pool::worker_of(ALICE), None);
		assert_eq!(Pool::slots_of(ALICE), None);
		assert_eq!(Pool::worker_with_key(key(1)), None);
		assert_eq!((Pool::key_of(&ALICE), Pool::address_of(&ALICE)), (None, None));
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_eq!(Pool::worker_of(ALICE).map(|record| record.bond), Some(LEAST_BOND));
		assert_eq!(Pool::slots_of(ALICE), Some(2));
		assert_eq!(Pool::worker_with_key(key(1)), Some(ALICE));
		assert_eq!(Pool::key_of(&ALICE), Some(key(1)));
	});
}

#[test]
fn pages_show_everybody_once() {
	ExtBuilder.build_and_execute(|| {
		MaxWorkers::set(10);
		(10..20).for_each(|who| register(who, LEAST_BOND).unwrap());
		for limit in [1, 3, 10, PAGE, u32::MAX] {
			let (mut seen, mut after) = (vec![], None);
			loop {
				let page = Pool::workers(after, limit);
				assert!(page.len() <= limit as usize);
				let Some((last, _)) = page.last() else { break };
				after = Some(*last);
				seen.extend(page.iter().map(|(who, _)| *who));
			}
			seen.sort();
			assert_eq!(seen, (10..20).collect::<Vec<_>>());
		}
		assert!(Pool::workers(None, 0).is_empty());
	});
}

#[test]
fn what_a_key_signs_is_what_registration_checks() {
	ExtBuilder.build_and_execute(|| {
		let signature = pair(7).sign(&Pool::possession_digest(ALICE)).into();
		assert_ok!(Pool::register(
			RuntimeOrigin::signed(ALICE),
			key(7),
			signature,
			address(ADDRESS),
			1,
			LEAST_BOND
		));
	});
}

#[test]
fn the_eligible_come_with_their_weights() {
	ExtBuilder.build_and_execute(|| {
		assert!(Pool::eligible(1).is_empty());
		assert_ok!(register(BOB, 1_001));
		assert_ok!(register(ALICE, 1_000));
		assert_eq!(Pool::eligible(1_024), vec![(ALICE, 500), (BOB, 500)]);
		assert!(Pool::eligible(1_025).is_empty());
	});
}
