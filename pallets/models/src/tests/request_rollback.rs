use crate::{
	mock::*, Error, Event, HoldReason, Requester, Requests, RollbackEnd, RollbackRequest, Standings, Vote,
};
use engram_primitives::{ModelId, VersionId};
use frame_support::{assert_noop, assert_ok, traits::fungible::Inspect};
use sp_runtime::{DispatchError, TokenError};

const TARGET: VersionId = VersionId(2);
const OTHER: VersionId = VersionId(1);

fn owner() -> Requester<AccountId> {
	Requester::Owner { who: ALICE, bond: BOND }
}

fn pending(model: ModelId) -> Option<(VersionId, bool)> {
	Requests::<Test>::get(model).map(|request| (request.version, request.by == Requester::Holders))
}

fn vote(model: ModelId, who: AccountId) -> Option<Vote> {
	Standings::<Test>::get(model).unwrap().seat(&who).unwrap().vote
}

fn bond() -> u128 {
	on_hold(HoldReason::RollbackBond, ALICE)
}

#[test]
fn the_owner_requests_with_a_bond() {
	ExtBuilder.build_and_execute(|| {
		let model = trained_model();
		let free = Balances::balance(&ALICE);
		System::reset_events();
		assert_ok!(request(ALICE, model, TARGET));
		let (due, expires_at) = (1 + DELAY, 1 + DELAY + WINDOW);
		assert_eq!(
			Requests::<Test>::get(model),
			Some(RollbackRequest { version: TARGET, by: owner(), due, expires_at })
		);
		assert_eq!(bond(), BOND);
		assert_eq!(Balances::balance(&ALICE), free - BOND);
		// Nothing else happens until it is enacted.
		assert_eq!(Registry::head_of(model), Some(VersionId(4)));
		let by = owner();
		assert_eq!(events(), [Event::RollbackRequested { model, version: TARGET, by, due, expires_at }]);
	});
}

#[test]
fn holders_request_together_and_without_a_bond() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_ok!(request(CAROL, model, TARGET));
		assert_eq!(pending(model), None);
		assert_eq!(events(), [Event::RollbackSigned { who: CAROL, model, version: TARGET }]);
		pass(3);
		System::reset_events();
		assert_ok!(request(DAVE, model, TARGET));
		assert_eq!(pending(model), Some((TARGET, true)));
		assert_eq!(on_hold(HoldReason::RollbackBond, CAROL) + on_hold(HoldReason::RollbackBond, DAVE), 0);
		// The delay counts from the second signature.
		let due = System::block_number() + DELAY;
		let by = Requester::Holders;
		assert_eq!(
			events(),
			[
				Event::RollbackSigned { who: DAVE, model, version: TARGET },
				Event::RollbackRequested { model, version: TARGET, by, due, expires_at: due + WINDOW },
			]
		);
	});
}

#[test]
fn nothing_happens_while_holders_differ() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_ok!(request(CAROL, model, TARGET));
		assert_ok!(request(DAVE, model, OTHER));
		assert_eq!(pending(model), None);
		assert_noop!(enact(BOB, model), Error::<Test>::NothingRequested);
		// Whoever gives in signs the other's.
		assert_ok!(request(CAROL, model, OTHER));
		assert_eq!(pending(model), Some((OTHER, true)));
	});
}

#[test]
fn one_holder_neither_replaces_nor_stops_the_owners() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_ok!(request(ALICE, model, TARGET));
		assert_ok!(request(CAROL, model, OTHER));
		assert_ok!(veto(DAVE, model));
		assert_eq!(pending(model), Some((TARGET, false)));
		pass(DELAY);
		assert_ok!(enact(BOB, model));
		assert_eq!(Registry::head_of(model), Some(TARGET));
	});
}

#[test]
fn holders_override_the_owner_who_loses_the_bond() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		let free = Balances::balance(&ALICE);
		assert_ok!(request(ALICE, model, TARGET));
		assert_ok!(request(CAROL, model, OTHER));
		System::reset_events();
		assert_ok!(request(DAVE, model, OTHER));
		assert_eq!(pending(model), Some((OTHER, true)));
		assert_eq!((bond(), Slashed::get()), (0, BOND));
		assert_eq!(Balances::balance(&ALICE), free - BOND);
		let reason = RollbackEnd::Overridden;
		assert_eq!(
			events()[1],
			Event::RollbackEnded { model, version: TARGET, by: owner(), reason, slashed: BOND }
		);
		// While theirs is pending the owner has to wait.
		assert_noop!(request(ALICE, model, TARGET), Error::<Test>::RollbackPending);
	});
}

#[test]
fn holders_who_agree_with_the_owner_cost_no_bond() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		let free = Balances::balance(&ALICE);
		assert_ok!(request(ALICE, model, TARGET));
		assert_ok!(request(CAROL, model, TARGET));
		assert_ok!(request(DAVE, model, TARGET));
		assert_eq!(pending(model), Some((TARGET, true)));
		assert_eq!((bond(), Slashed::get()), (0, 0));
		assert_eq!(Balances::balance(&ALICE), free);
	});
}

#[test]
fn a_holder_who_signs_another_version_ends_what_both_had_signed() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_ok!(request(CAROL, model, TARGET));
		assert_ok!(request(DAVE, model, TARGET));
		System::reset_events();
		assert_ok!(request(DAVE, model, OTHER));
		assert_eq!(pending(model), None);
		let (by, reason) = (Requester::Holders, RollbackEnd::Lapsed);
		assert_eq!(events()[1], Event::RollbackEnded { model, version: TARGET, by, reason, slashed: 0 });
		assert_ok!(request(CAROL, model, OTHER));
		assert_eq!(pending(model), Some((OTHER, true)));
	});
}

#[test]
fn what_has_expired_makes_way() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		let free = Balances::balance(&ALICE);
		assert_ok!(request(ALICE, model, TARGET));
		pass(DELAY + WINDOW - 1);
		assert_noop!(request(ALICE, model, OTHER), Error::<Test>::RollbackPending);
		pass(1);
		assert_ok!(request(ALICE, model, OTHER));
		assert_eq!(pending(model), Some((OTHER, false)));
		assert_eq!(bond(), BOND);

		// A holder's signature ends what has expired, too.
		pass(DELAY + WINDOW);
		assert_ok!(request(CAROL, model, TARGET));
		assert_eq!(pending(model), None);
		assert_eq!((bond(), Balances::balance(&ALICE), Slashed::get()), (0, free, 0));

		// And of holders: both have to sign again.
		assert_ok!(request(DAVE, model, TARGET));
		pass(DELAY + WINDOW);
		assert_ok!(request(DAVE, model, TARGET));
		assert_eq!(pending(model), None);
		assert_eq!((vote(model, CAROL), vote(model, DAVE)), (None, Some(Vote::RollBack(TARGET))));
		assert_ok!(request(CAROL, model, TARGET));
		pass(DELAY + WINDOW);
		assert_ok!(request(ALICE, model, OTHER));
		assert_eq!(pending(model), Some((OTHER, false)));
		assert_eq!((vote(model, CAROL), vote(model, DAVE)), (None, None));
	});
}

#[test]
fn fails_when_the_version_cannot_be_gone_back_to() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		let other = register(BOB).unwrap();
		let foreign = record(trained(other), None).unwrap();
		for who in [ALICE, CAROL] {
			assert_noop!(request(who, model, VersionId(99)), Error::<Test>::UnknownVersion);
			assert_noop!(request(who, model, foreign), Error::<Test>::VersionOfAnotherModel);
			// The head serves already.
			assert_noop!(request(who, model, VersionId(4)), Error::<Test>::NotEarlier);
		}
		assert_ok!(request(ALICE, model, TARGET));
		pass(DELAY);
		assert_ok!(enact(ALICE, model));
		for who in [ALICE, CAROL] {
			assert_noop!(request(who, model, VersionId(3)), Error::<Test>::AlreadyRolledBack);
			assert_noop!(request(who, model, TARGET), Error::<Test>::NotEarlier);
		}
	});
}

#[test]
fn fails_when_the_model_is_unknown_or_retired() {
	ExtBuilder.build_and_execute(|| {
		let model = trained_model();
		assert_noop!(request(ALICE, ModelId(9), TARGET), Error::<Test>::UnknownModel);
		assert_ok!(Registry::retire(RuntimeOrigin::signed(ALICE), model));
		assert_noop!(request(ALICE, model, TARGET), Error::<Test>::ModelRetired);
	});
}

#[test]
fn fails_when_one_has_no_say() {
	ExtBuilder.build_and_execute(|| {
		let model = trained_model();
		assert_noop!(request(CAROL, model, TARGET), Error::<Test>::NotSeated);
		give(model, CAROL, TOKENS);
		// A lock alone is no seat.
		assert_ok!(stand(CAROL, model, TOKENS));
		pass(PERIOD);
		assert_noop!(request(CAROL, model, TARGET), Error::<Test>::NotSeated);
		assert_ok!(take_seat(CAROL, model));
		assert_ok!(request(CAROL, model, TARGET));
		assert_noop!(request(BOB, model, TARGET), Error::<Test>::NotSeated);
		assert_noop!(
			Registry::request_rollback(RuntimeOrigin::root(), model, TARGET),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn fails_when_it_was_signed_already() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_ok!(request(CAROL, model, TARGET));
		assert_noop!(request(CAROL, model, TARGET), Error::<Test>::AlreadySigned);
		assert_ok!(request(DAVE, model, TARGET));
		assert_noop!(request(CAROL, model, TARGET), Error::<Test>::AlreadySigned);
		assert_noop!(request(DAVE, model, TARGET), Error::<Test>::AlreadySigned);
	});
}

#[test]
fn fails_when_the_bond_is_too_much() {
	ExtBuilder.build_and_execute(|| {
		let model = trained_model();
		AskedBond::set(RICHES);
		assert_noop!(request(ALICE, model, TARGET), TokenError::FundsUnavailable);
	});
}
