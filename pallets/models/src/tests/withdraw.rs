use crate::{mock::*, Error, Event, HoldReason, Locks, Requester, Requests, RollbackEnd, Standings, Vote};
use engram_primitives::{ModelId, TokenId, VersionId};
use frame_support::{
	assert_noop, assert_ok,
	traits::{fungible::Inspect, fungibles::Mutate, tokens::Preservation},
};
use sp_runtime::DispatchError;

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		let token = TokenId(token_of(model));
		assert_ok!(withdraw(CAROL, model));
		assert_eq!(tokens(model, CAROL), TOKENS);
		assert_eq!(Balances::balance(&CAROL), RICHES);
		assert_eq!(on_hold(HoldReason::StandingDeposit, CAROL), 0);
		assert_eq!(Locks::<Test>::get(model, CAROL), None);
		let standing = Standings::<Test>::get(model).unwrap();
		assert_eq!((standing.locks, standing.seats.len()), (1, 1));
		assert_eq!(
			events(),
			[Event::TokensWithdrawn { who: CAROL, model, token, amount: 300, deposit: DEPOSIT }]
		);
	});
}

#[test]
fn nothing_is_left_of_the_last_one() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		let custody = Registry::custody_account(model);
		assert!(System::account_exists(&custody));
		assert_ok!(withdraw(CAROL, model));
		assert_ok!(withdraw(DAVE, model));
		assert_eq!(Standings::<Test>::get(model), None);
		assert!(!System::account_exists(&custody));
		// And again.
		assert_ok!(stand(DAVE, model, 5));
		pass(PERIOD);
		assert_ok!(withdraw(DAVE, model));
		assert!(!System::account_exists(&custody));
	});
}

#[test]
fn gifts_to_the_account_that_keeps_them_change_nothing() {
	ExtBuilder.build().execute_with(|| {
		let model = seated_model();
		let (custody, token) = (Registry::custody_account(model), token_of(model));
		<Assets as Mutate<AccountId>>::transfer(token, &ERIN, &custody, 1_000, Preservation::Expendable)
			.unwrap();
		for round in 0..3 {
			assert_ok!(withdraw(CAROL, model));
			assert_ok!(withdraw(DAVE, model));
			assert_eq!((tokens(model, CAROL), tokens(model, DAVE)), (TOKENS, TOKENS), "round {round}");
			assert_eq!(tokens(model, custody), 1_000);
			crate::Pallet::<Test>::do_try_state().unwrap();
			assert_ok!(stand(CAROL, model, 300));
			assert_ok!(stand(DAVE, model, 200));
			pass(PERIOD);
			// What is left alive by a gift does not pile up.
			assert!(System::providers(&custody) <= 2);
		}
	});
}

#[test]
fn works_when_the_model_is_retired_or_gone() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		give(model, CAROL, TOKENS);
		assert_ok!(stand(CAROL, model, 300));
		assert_ok!(Registry::retire(RuntimeOrigin::signed(ALICE), model));
		assert_ok!(Registry::remove(RuntimeOrigin::signed(ALICE), model));
		pass(PERIOD);
		assert_ok!(withdraw(CAROL, model));
		assert_eq!(tokens(model, CAROL), TOKENS);
	});
}

#[test]
fn fails_before_the_last_of_it_is_old() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_ok!(stand(CAROL, model, 1));
		pass(PERIOD - 1);
		assert_noop!(withdraw(CAROL, model), Error::<Test>::LockTooYoung);
		pass(1);
		assert_ok!(withdraw(CAROL, model));
		assert_eq!(tokens(model, CAROL), TOKENS);
	});
}

#[test]
fn fails_while_what_one_has_signed_is_pending() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_ok!(request(CAROL, model, VersionId(1)));
		assert_ok!(request(DAVE, model, VersionId(1)));
		for blocks in [0, DELAY, WINDOW - 1] {
			pass(blocks);
			assert_noop!(withdraw(CAROL, model), Error::<Test>::SignedAndPending);
			assert_noop!(withdraw(DAVE, model), Error::<Test>::SignedAndPending);
		}
		pass(1);
		System::reset_events();
		assert_ok!(withdraw(DAVE, model));
		assert_eq!(Requests::<Test>::get(model), None);
		assert_eq!(Standings::<Test>::get(model).unwrap().seat(&CAROL).unwrap().vote, None);
		let (by, reason) = (Requester::Holders, RollbackEnd::Expired);
		assert_eq!(
			events()[0],
			Event::RollbackEnded { model, version: VersionId(1), by, reason, slashed: 0 }
		);
	});
}

#[test]
fn a_signature_that_counts_for_nothing_binds_nobody() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		// One of two signatures; a veto alone.
		assert_ok!(request(CAROL, model, VersionId(1)));
		assert_ok!(request(ALICE, model, VersionId(2)));
		assert_ok!(veto(DAVE, model));
		assert_ok!(withdraw(CAROL, model));
		assert_ok!(withdraw(DAVE, model));
		// The owner's request stays.
		assert_eq!(Requests::<Test>::get(model).unwrap().version, VersionId(2));
	});
}

#[test]
fn works_when_the_signature_was_taken_back() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_ok!(request(CAROL, model, VersionId(1)));
		assert_ok!(request(DAVE, model, VersionId(1)));
		assert_ok!(veto(CAROL, model));
		// Nothing is pending any more, so neither is bound.
		assert_ok!(withdraw(CAROL, model));
		let seat = Standings::<Test>::get(model).unwrap().seats[0].clone();
		assert_eq!((seat.who, seat.vote), (DAVE, Some(Vote::RollBack(VersionId(1)))));
		assert_ok!(withdraw(DAVE, model));
	});
}

#[test]
fn fails_when_one_does_not_stand() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_noop!(withdraw(ERIN, model), Error::<Test>::NotStanding);
		assert_noop!(withdraw(ALICE, model), Error::<Test>::NotStanding);
		assert_noop!(withdraw(CAROL, ModelId(9)), Error::<Test>::NotStanding);
		assert_ok!(withdraw(CAROL, model));
		assert_noop!(withdraw(CAROL, model), Error::<Test>::NotStanding);
		assert_noop!(Registry::withdraw(RuntimeOrigin::root(), model), DispatchError::BadOrigin);
	});
}
