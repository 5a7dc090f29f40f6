use crate::{mock::*, Error, Event, Requester, Requests, RollbackEnd, Standings, Vote};
use engram_primitives::{ModelId, VersionId};
use frame_support::{
	assert_noop, assert_ok,
	traits::{fungibles::Mutate, tokens::Preservation, Hooks},
};
use sp_runtime::DispatchError;

/// Who has a seat.
fn seats(model: ModelId) -> Vec<AccountId> {
	Standings::<Test>::get(model).unwrap().seats.into_iter().map(|seat| seat.who).collect()
}

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		let model = trained_model();
		give(model, CAROL, TOKENS);
		assert_ok!(stand(CAROL, model, 300));
		pass(PERIOD);
		System::reset_events();
		assert_ok!(take_seat(CAROL, model));
		assert_eq!(seats(model), [CAROL]);
		assert_eq!(events(), [Event::SeatTaken { who: CAROL, model, amount: 300, displaced: None }]);
	});
}

#[test]
fn the_largest_old_locks_have_the_seats() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_ok!(stand(ERIN, model, 200));
		pass(PERIOD);
		// As large as the smaller one is not larger.
		assert_noop!(take_seat(ERIN, model), Error::<Test>::LockTooSmall);
		assert_ok!(stand(ERIN, model, 1));
		pass(PERIOD);
		System::reset_events();
		assert_ok!(take_seat(ERIN, model));
		assert_eq!(seats(model), [CAROL, ERIN]);
		assert_eq!(events(), [Event::SeatTaken { who: ERIN, model, amount: 201, displaced: Some(DAVE) }]);
		// Whoever lost the seat has its lock still, and can have the tokens back or lock more.
		assert_eq!(Registry::counted_of(model, DAVE), 200);
		assert_ok!(stand(DAVE, model, 2));
		pass(PERIOD);
		assert_ok!(take_seat(DAVE, model));
		assert_eq!(seats(model), [CAROL, DAVE]);
		assert_ok!(withdraw(ERIN, model));
		assert_eq!(tokens(model, ERIN), TOKENS);
	});
}

#[test]
fn what_is_not_old_displaces_nobody_and_holds_no_seat() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_ok!(stand(ERIN, model, 250));
		pass(PERIOD);
		// Of Dave's, 200 count, whatever he adds in fear.
		assert_ok!(stand(DAVE, model, 1_000));
		assert_ok!(take_seat(ERIN, model));
		assert_eq!(seats(model), [CAROL, ERIN]);
		// And a young thousand is worth no more than an old 200 the other way round.
		pass(PERIOD - 1);
		assert_noop!(take_seat(DAVE, model), Error::<Test>::LockTooSmall);
		pass(1);
		assert_ok!(take_seat(DAVE, model));
		assert_eq!(seats(model), [CAROL, DAVE]);
	});
}

#[test]
fn a_seat_that_was_left_is_free() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_ok!(stand(ERIN, model, 180));
		pass(PERIOD);
		assert_noop!(take_seat(ERIN, model), Error::<Test>::LockTooSmall);
		assert_ok!(withdraw(CAROL, model));
		assert_ok!(take_seat(ERIN, model));
		assert_eq!(seats(model), [DAVE, ERIN]);
	});
}

#[test]
fn a_seat_that_nobody_has_is_not_cheap() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		for who in [CAROL, DAVE] {
			assert_ok!(withdraw(who, model));
		}
		// With a base unit each, two accounts had the model go back.
		for who in [BOB, ERIN] {
			assert_ok!(<Assets as Mutate<AccountId>>::transfer(
				token_of(model),
				&CAROL,
				&who,
				1,
				Preservation::Expendable
			));
			assert_ok!(stand(who, model, 1));
		}
		pass(PERIOD);
		for who in [BOB, ERIN] {
			assert_noop!(take_seat(who, model), Error::<Test>::BelowSeatShare);
			assert_noop!(request(who, model, VersionId(1)), Error::<Test>::NotSeated);
		}
		assert_eq!(Registry::seat_minimum(model), Some(180));
		// What counts of a lock decides, not what is locked.
		assert_ok!(stand(ERIN, model, 178));
		pass(PERIOD);
		assert_noop!(take_seat(ERIN, model), Error::<Test>::BelowSeatShare);
		assert_ok!(stand(ERIN, model, 1));
		pass(PERIOD - 1);
		assert_noop!(take_seat(ERIN, model), Error::<Test>::BelowSeatShare);
		pass(1);
		assert_ok!(take_seat(ERIN, model));
		assert_eq!(seats(model), [ERIN]);
	});
}

#[test]
fn the_least_lock_is_a_part_of_all_tokens_when_the_seat_is_taken() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		// One token more takes one base unit more.
		give(model, BOB, 1);
		assert_eq!(Registry::seat_minimum(model), Some(181));
		// Where there are more than were, who has a seat keeps it, and who has lost it needs more for it.
		give(model, BOB, 3 * TOKENS - 1);
		assert_eq!(Registry::seat_minimum(model), Some(360));
		assert_ok!(request(CAROL, model, VersionId(1)));
		assert_eq!(seats(model), [CAROL, DAVE]);
		assert_ok!(stand(ERIN, model, 359));
		pass(PERIOD);
		assert_noop!(take_seat(ERIN, model), Error::<Test>::BelowSeatShare);
		assert_ok!(stand(ERIN, model, 1));
		pass(PERIOD);
		assert_ok!(take_seat(ERIN, model));
		assert_eq!(seats(model), [CAROL, ERIN]);
		// Without a share everything counts, as a whole nothing but all.
		for (share, least) in [(0, 0), (1, 6), (1_000_000, 6 * TOKENS)] {
			SeatShare::set(share);
			assert_eq!(Registry::seat_minimum(model), Some(least));
		}
		assert_eq!(Registry::seat_minimum(ModelId(9)), None);
	});
}

/// Nobody can lock what a pool keeps.
#[test]
fn what_the_model_keeps_is_no_part_of_all_tokens() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		for (kept, least) in
			[(0, 180), (TOKENS, 120), (TOKENS + 1, 120), (3 * TOKENS - 1, 1), (4 * TOKENS, 0)]
		{
			Kept::set(kept);
			assert_eq!(Registry::seat_minimum(model), Some(least), "{kept}");
		}
		for who in [CAROL, DAVE] {
			assert_ok!(withdraw(who, model));
		}
		assert_ok!(stand(ERIN, model, 120));
		pass(PERIOD);
		Kept::set(0);
		assert_noop!(take_seat(ERIN, model), Error::<Test>::BelowSeatShare);
		Kept::set(TOKENS);
		assert_ok!(take_seat(ERIN, model));
	});
}

#[test]
#[should_panic = "nobody can lock more than all tokens"]
fn a_least_lock_is_at_most_all_tokens() {
	ExtBuilder.build_and_execute(|| {
		SeatShare::set(1_000_000);
		<Registry as Hooks<u64>>::integrity_test();
		SeatShare::set(1_000_001);
		<Registry as Hooks<u64>>::integrity_test();
	});
}

#[test]
fn what_the_displaced_had_signed_is_void() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		let version = VersionId(2);
		assert_ok!(request(CAROL, model, version));
		assert_ok!(request(DAVE, model, version));
		assert!(Requests::<Test>::contains_key(model));
		assert_ok!(stand(ERIN, model, 250));
		pass(PERIOD);
		System::reset_events();
		assert_ok!(take_seat(ERIN, model));
		assert!(!Requests::<Test>::contains_key(model));
		let standing = Standings::<Test>::get(model).unwrap();
		assert_eq!(standing.seat(&CAROL).unwrap().vote, Some(Vote::RollBack(version)));
		assert_eq!(standing.seat(&ERIN).unwrap().vote, None);
		let reason = RollbackEnd::Lapsed;
		assert_eq!(
			events(),
			[
				Event::RollbackEnded { model, version, by: Requester::Holders, reason, slashed: 0 },
				Event::SeatTaken { who: ERIN, model, amount: 250, displaced: Some(DAVE) },
			]
		);
		// With Erin's signature it is requested again, and its delay begins anew.
		assert_ok!(request(ERIN, model, version));
		assert_eq!(Requests::<Test>::get(model).unwrap().due, System::block_number() + DELAY);
	});
}

#[test]
fn the_owners_request_outlives_a_change_of_seats() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_ok!(request(ALICE, model, VersionId(2)));
		assert_ok!(veto(DAVE, model));
		assert_ok!(stand(ERIN, model, 250));
		pass(PERIOD);
		assert_ok!(take_seat(ERIN, model));
		// Dave's veto left with his seat: it takes both who sit now.
		assert_ok!(veto(CAROL, model));
		assert!(Requests::<Test>::contains_key(model));
		assert_ok!(veto(ERIN, model));
		assert!(!Requests::<Test>::contains_key(model));
	});
}

#[test]
fn fails_when_one_has_a_seat() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_noop!(take_seat(CAROL, model), Error::<Test>::AlreadySeated);
	});
}

#[test]
fn fails_when_the_lock_is_young_or_there_is_none() {
	ExtBuilder.build_and_execute(|| {
		let model = trained_model();
		assert_noop!(take_seat(CAROL, model), Error::<Test>::NotStanding);
		give(model, CAROL, TOKENS);
		assert_ok!(stand(CAROL, model, 1));
		assert_noop!(take_seat(DAVE, model), Error::<Test>::NotStanding);
		pass(PERIOD - 1);
		assert_noop!(take_seat(CAROL, model), Error::<Test>::LockTooYoung);
		assert_noop!(Registry::take_seat(RuntimeOrigin::root(), model), DispatchError::BadOrigin);
	});
}
