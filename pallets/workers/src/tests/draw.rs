use crate::{mock::*, *};
use engram_primitives::traits::WorkerPool;
use frame_support::assert_ok;
use sp_core::H256;
use sp_io::hashing::blake2_256;

fn seed(n: u32) -> H256 {
	blake2_256(&n.to_le_bytes()).into()
}

#[test]
fn follows_bond_times_reputation() {
	ExtBuilder.build_and_execute(|| {
		// Weights 500, 1,500 and, after one miss, 2,000 / 4 = 500.
		assert_ok!(register(ALICE, 1_000));
		assert_ok!(register(BOB, 3_000));
		assert_ok!(register(CAROL, 2_000));
		Pool::penalise_reputation(&CAROL);
		assert_eq!(Pool::eligible(1), vec![(ALICE, 500), (BOB, 1_500), (CAROL, 500)]);

		let mut hits = [0u32; 3];
		for n in 0..20_000 {
			hits[Pool::draw(seed(n), 1, &[]).unwrap() as usize - 1] += 1;
		}
		for (hit, share) in hits.into_iter().zip([0.2, 0.6, 0.2]) {
			let expected = 20_000.0 * share;
			let deviation = (expected * (1.0_f64 - share)).sqrt();
			assert!((f64::from(hit) - expected).abs() < 4.0 * deviation, "{hits:?}");
		}
	});
}

#[test]
fn is_a_function_of_seed_and_state() {
	ExtBuilder.build_and_execute(|| {
		for who in [DAVE, ALICE, CAROL, BOB] {
			assert_ok!(register(who, LEAST_BOND));
		}
		let first: Vec<_> = (0..100).map(|n| Pool::draw(seed(n), 1, &[])).collect();
		let again: Vec<_> = (0..100).map(|n| Pool::draw(seed(n), 1, &[])).collect();
		assert_eq!(first, again);
		assert!(first.iter().any(|drawn| *drawn != first[0]));
		// The order of registration does not matter.
		let other = ExtBuilder.build().execute_with(|| {
			for who in [ALICE, BOB, CAROL, DAVE] {
				assert_ok!(register(who, LEAST_BOND));
			}
			(0..100).map(|n| Pool::draw(seed(n), 1, &[])).collect::<Vec<_>>()
		});
		assert_eq!(first, other);
	});
}

#[test]
fn leaves_out_who_is_excluded() {
	ExtBuilder.build_and_execute(|| {
		for who in [ALICE, BOB, CAROL] {
			assert_ok!(register(who, LEAST_BOND));
		}
		for n in 0..200 {
			assert_eq!(Pool::draw(seed(n), 1, &[ALICE, CAROL]), Some(BOB));
			assert_eq!(Pool::draw(seed(n), 1, &[ALICE, BOB, CAROL]), None);
			assert_ne!(Pool::draw(seed(n), 1, &[STRANGER, BOB]), Some(BOB));
		}
	});
}

#[test]
fn leaves_out_who_has_too_little_memory() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_eq!(Pool::draw(seed(0), 1_024, &[]), Some(ALICE));
		assert_eq!(Pool::draw(seed(0), 1_025, &[]), None);
		assert_ok!(Pool::update(RuntimeOrigin::signed(ALICE), address(ADDRESS), 1_025));
		assert_eq!(Pool::draw(seed(0), 1_025, &[]), Some(ALICE));
	});
}

#[test]
fn leaves_out_who_has_no_free_slot() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_ok!(Pool::occupy(&ALICE));
		assert_eq!(Pool::draw(seed(0), 1, &[]), Some(ALICE));
		assert_ok!(Pool::occupy(&ALICE));
		assert_eq!(Pool::draw(seed(0), 1, &[]), None);
		Pool::vacate(&ALICE);
		assert_eq!(Pool::draw(seed(0), 1, &[]), Some(ALICE));
	});
}

#[test]
fn leaves_out_who_has_too_little_reputation() {
	ExtBuilder.build_and_execute(|| {
		MinReputation::set(125_000);
		assert_ok!(register(ALICE, LEAST_BOND));
		Pool::penalise_reputation(&ALICE);
		Pool::penalise_reputation(&ALICE);
		assert_eq!(record(ALICE).reputation, 125_000);
		assert_eq!(Pool::draw(seed(0), 1, &[]), Some(ALICE));
		Pool::penalise_reputation(&ALICE);
		assert_eq!(Pool::draw(seed(0), 1, &[]), None);
		assert_eq!(status(ALICE), WorkerStatus::Paused);
	});
}

#[test]
fn leaves_out_who_has_no_weight() {
	ExtBuilder.build_and_execute(|| {
		ReputationFloor::set(0);
		MinReputation::set(0);
		SlashShare::set(0);
		assert_ok!(register(ALICE, LEAST_BOND));
		Pool::slash(&ALICE, &[]);
		assert_eq!((status(ALICE), record(ALICE).reputation), (WorkerStatus::Active, 0));
		assert_eq!(Pool::draw(seed(0), 1, &[]), None);
	});
}

#[test]
fn nobody_is_drawn_from_nobody() {
	ExtBuilder.build_and_execute(|| assert_eq!(Pool::draw(seed(0), 0, &[]), None));
}

#[test]
fn a_uniform_draw_ignores_bond_and_reputation() {
	ExtBuilder.build_and_execute(|| {
		assert_eq!(Pool::draw_uniform(seed(0), 1), None);
		assert_ok!(register(ALICE, 1_000));
		assert_ok!(register(BOB, 9_000));
		assert_ok!(register(CAROL, 1_000));
		Pool::penalise_reputation(&CAROL);
		let mut hits = [0u32; 3];
		for n in 0..6_000 {
			hits[Pool::draw_uniform(seed(n), 1).unwrap() as usize - 1] += 1;
		}
		// Four standard deviations of the binomial.
		let deviation = (6_000.0_f64 * 2.0 / 9.0).sqrt();
		assert!(hits.iter().all(|hit| (f64::from(*hit) - 2_000.0).abs() < 4.0 * deviation), "{hits:?}");
	});
}

#[test]
fn a_uniform_draw_of_somebody_unsuited_draws_nobody() {
	ExtBuilder.build_and_execute(|| {
		for who in [ALICE, BOB, CAROL, DAVE] {
			assert_ok!(register(who, LEAST_BOND));
		}
		let before: Vec<_> = (0..200).map(|n| Pool::draw_uniform(seed(n), 1).unwrap()).collect();
		// Too little memory.
		assert!((0..200).all(|n| Pool::draw_uniform(seed(n), u32::MAX).is_none()));
		// No slot.
		assert_ok!(Pool::occupy(&ALICE));
		assert_ok!(Pool::occupy(&ALICE));
		for (n, drawn) in (0..).zip(before) {
			let expected = (drawn != ALICE).then_some(drawn);
			assert_eq!(Pool::draw_uniform(seed(n), 1), expected);
		}
		Pool::vacate(&ALICE);
		// Those who paused, or lost their reputation, are not among those who are drawn from.
		assert_ok!(Pool::set_available(RuntimeOrigin::signed(BOB), false));
		MinReputation::set(50_000);
		Pool::slash(&CAROL, &[]);
		assert!(record(CAROL).bond >= BondPerSlot::get());
		assert!((0..200).all(|n| Pool::draw_uniform(seed(n), 1).is_some()));
	});
}
