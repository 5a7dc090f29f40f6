use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{traits::BadOrigin, TokenError};

fn register_at(text: &str) -> sp_runtime::DispatchResult {
	let (key, possession) = (key(1), possession(1, ALICE));
	Pool::register(RuntimeOrigin::signed(ALICE), key, possession, address(text), 1_024, LEAST_BOND)
}

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, 2_000));
		assert_eq!(
			record(ALICE),
			WorkerRecord {
				key: key(1),
				address: address(ADDRESS),
				memory_mib: 1_024,
				bond: 2_000,
				reputation: 500_000,
				occupied: 0,
				status: WorkerStatus::Active,
				capacity: 0,
				measured_at: 1,
				credited_at: 1,
			}
		);
		assert_eq!((held(ALICE), free(ALICE)), (2_000, RICHES - 2_000));
		assert_eq!(active(), vec![ALICE]);
		assert_eq!(take_events(), vec![Event::Registered { worker: ALICE, key: key(1), bond: 2_000 }]);
	});
}

#[test]
fn whose_identity_was_judged_starts_higher() {
	ExtBuilder.build_and_execute(|| {
		Identified::set(vec![BOB]);
		for (who, reputation) in [(ALICE, 500_000), (BOB, 750_000)] {
			assert_ok!(register(who, 2_000));
			assert_eq!(record(who).reputation, reputation);
		}
		// A judgement that comes later raises nobody: from then on work does.
		Identified::set(vec![ALICE, BOB]);
		assert_ok!(Pool::bond_extra(RuntimeOrigin::signed(ALICE), 100));
		assert_eq!(record(ALICE).reputation, 500_000);
	});
}

#[test]
fn the_active_list_is_ascending_whatever_the_order() {
	ExtBuilder.build_and_execute(|| {
		for who in [CAROL, ALICE, DAVE, BOB] {
			assert_ok!(register(who, LEAST_BOND));
		}
		assert_eq!(active(), vec![ALICE, BOB, CAROL, DAVE]);
	});
}

#[test]
fn fails_when_not_signed() {
	ExtBuilder.build_and_execute(|| {
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			let call = Pool::register(origin, key(1), possession(1, ALICE), address(ADDRESS), 1, LEAST_BOND);
			assert_noop!(call, BadOrigin);
		}
	});
}

#[test]
fn fails_when_registered() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_noop!(register(ALICE, LEAST_BOND), Error::<Test>::AlreadyRegistered);
		assert_ok!(Pool::leave(RuntimeOrigin::signed(ALICE)));
		assert_noop!(register(ALICE, LEAST_BOND), Error::<Test>::AlreadyRegistered);
	});
}

#[test]
fn fails_when_there_are_too_many() {
	ExtBuilder.build_and_execute(|| {
		for who in 10..15 {
			assert_ok!(register(who, LEAST_BOND));
		}
		assert_noop!(register(ALICE, LEAST_BOND), Error::<Test>::TooManyWorkers);
		// Its weight is rounded down to that of the others.
		assert_noop!(register(ALICE, LEAST_BOND + 1), Error::<Test>::TooManyWorkers);
		// One that is leaving makes room, though its bond is still on hold.
		assert_ok!(Pool::leave(RuntimeOrigin::signed(10)));
		assert_ok!(register(ALICE, LEAST_BOND));
		assert_eq!(active(), vec![ALICE, 11, 12, 13, 14]);
	});
}

#[test]
fn fails_when_the_bond_is_too_small() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(register(ALICE, LEAST_BOND - 1), Error::<Test>::BondTooSmall);
		assert_noop!(register(ALICE, 0), Error::<Test>::BondTooSmall);
		assert_ok!(register(ALICE, LEAST_BOND));
	});
}

#[test]
fn fails_when_funds_are_missing() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(register(POOR, LEAST_BOND), TokenError::FundsUnavailable);
		assert_noop!(register(STRANGER, LEAST_BOND), TokenError::FundsUnavailable);
		// The existential deposit stays free.
		assert_noop!(register(ALICE, RICHES), TokenError::FundsUnavailable);
		assert_ok!(register(ALICE, RICHES - EXISTENTIAL_DEPOSIT));
	});
}

#[test]
fn fails_when_the_address_is_malformed() {
	ExtBuilder.build_and_execute(|| {
		// The last can be dialled, but whoever answers could be anybody.
		for text in ["", "10.0.0.1:4001", "/ip4/ 10.0.0.1/p2p/a", "/dns4/\u{e9}/p2p/a", "/dns4/a/tcp/1"] {
			assert_noop!(register_at(text), Error::<Test>::AddressMalformed);
		}
		assert_ok!(register_at("/dns4/a/tcp/1/p2p/a"));
	});
}

#[test]
fn fails_when_there_is_no_memory() {
	ExtBuilder.build_and_execute(|| {
		let call = Pool::register(
			RuntimeOrigin::signed(ALICE),
			key(1),
			possession(1, ALICE),
			address(ADDRESS),
			0,
			LEAST_BOND,
		);
		assert_noop!(call, Error::<Test>::MemoryIsZero);
	});
}

#[test]
fn fails_when_the_key_is_taken() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register(ALICE, LEAST_BOND));
		let call = Pool::register(
			RuntimeOrigin::signed(BOB),
			key(1),
			possession(1, BOB),
			address(ADDRESS),
			1,
			LEAST_BOND,
		);
		assert_noop!(call, Error::<Test>::KeyTaken);
	});
}

#[test]
fn fails_when_possession_is_not_proved() {
	ExtBuilder.build_and_execute(|| {
		let with = |signature| {
			let who = RuntimeOrigin::signed(ALICE);
			Pool::register(who, key(1), signature, address(ADDRESS), 1, LEAST_BOND)
		};
		// By another key; for another account; for another chain.
		assert_noop!(with(possession(2, ALICE)), Error::<Test>::InvalidPossession);
		assert_noop!(with(possession(1, BOB)), Error::<Test>::InvalidPossession);
		use sp_core::Pair;
		let elsewhere = engram_primitives::authorization::possession_digest(Default::default(), &ALICE);
		assert_noop!(with(pair(1).sign(&elsewhere).into()), Error::<Test>::InvalidPossession);
		assert_ok!(with(possession(1, ALICE)));
	});
}
