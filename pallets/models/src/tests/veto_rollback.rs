use crate::{mock::*, Error, Event, HoldReason, Requester, Requests, RollbackEnd, Standings};
use engram_primitives::VersionId;
use frame_support::{assert_noop, assert_ok, traits::fungible::Inspect};
use sp_runtime::DispatchError;

const TARGET: VersionId = VersionId(2);

#[test]
fn both_holders_end_what_the_owner_requested() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		let free = Balances::balance(&ALICE);
		assert_ok!(request(ALICE, model, TARGET));
		System::reset_events();
		assert_ok!(veto(CAROL, model));
		assert!(Requests::<Test>::contains_key(model));
		assert_eq!(events(), [Event::VetoSigned { who: CAROL, model, version: TARGET }]);

		assert_ok!(veto(DAVE, model));
		assert_eq!(Requests::<Test>::get(model), None);
		assert!(Standings::<Test>::get(model).unwrap().seats.iter().all(|seat| seat.vote.is_none()));
		// The bond goes where slashes go, to neither of them.
		assert_eq!(on_hold(HoldReason::RollbackBond, ALICE), 0);
		assert_eq!((Balances::balance(&ALICE), Slashed::get()), (free - BOND, BOND));
		assert_eq!(Balances::balance(&CAROL), RICHES - DEPOSIT);
		let (by, reason) = (Requester::Owner { who: ALICE, bond: BOND }, RollbackEnd::Vetoed);
		assert_eq!(events()[2], Event::RollbackEnded { model, version: TARGET, by, reason, slashed: BOND });
		assert_noop!(enact(ALICE, model), Error::<Test>::NothingRequested);
		// The owner may ask again, with another bond.
		assert_ok!(request(ALICE, model, TARGET));
	});
}

#[test]
fn works_until_it_is_enacted() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_ok!(request(ALICE, model, TARGET));
		pass(DELAY + WINDOW - 1);
		assert_ok!(veto(CAROL, model));
		assert_ok!(veto(DAVE, model));
		assert_eq!(Slashed::get(), BOND);
		assert_eq!(Registry::head_of(model), Some(VersionId(4)));
	});
}

#[test]
fn a_holder_takes_its_own_signature_back() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_ok!(request(CAROL, model, TARGET));
		System::reset_events();
		assert_ok!(veto(CAROL, model));
		assert_eq!(events(), [Event::SignatureTakenBack { who: CAROL, model, version: TARGET }]);

		assert_ok!(request(CAROL, model, TARGET));
		assert_ok!(request(DAVE, model, TARGET));
		System::reset_events();
		assert_ok!(veto(DAVE, model));
		assert_eq!(Requests::<Test>::get(model), None);
		let (by, reason) = (Requester::Holders, RollbackEnd::Lapsed);
		assert_eq!(
			events(),
			[
				Event::SignatureTakenBack { who: DAVE, model, version: TARGET },
				Event::RollbackEnded { model, version: TARGET, by, reason, slashed: 0 },
			]
		);
		// Carol's is still there, so Dave's alone brings it back.
		assert_ok!(request(DAVE, model, TARGET));
		assert!(Requests::<Test>::contains_key(model));
	});
}

#[test]
fn a_veto_takes_the_place_of_a_signature() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_ok!(request(CAROL, model, VersionId(1)));
		assert_ok!(request(ALICE, model, TARGET));
		assert_ok!(veto(CAROL, model));
		// And the other way round.
		assert_ok!(request(CAROL, model, VersionId(1)));
		assert_ok!(veto(DAVE, model));
		assert!(Requests::<Test>::contains_key(model));
		assert_ok!(request(DAVE, model, VersionId(1)));
		assert_eq!(Requests::<Test>::get(model).unwrap().by, Requester::Holders);
	});
}

#[test]
fn fails_when_it_was_signed_already() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_ok!(request(ALICE, model, TARGET));
		assert_ok!(veto(CAROL, model));
		assert_noop!(veto(CAROL, model), Error::<Test>::AlreadySigned);
	});
}

#[test]
fn fails_when_there_is_nothing_to_stop() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_noop!(veto(CAROL, model), Error::<Test>::NothingToVeto);
		assert_ok!(request(CAROL, model, TARGET));
		assert_noop!(veto(DAVE, model), Error::<Test>::NothingToVeto);
		assert_ok!(veto(CAROL, model));
		// What has expired needs no veto, and costs the owner nothing.
		assert_ok!(request(ALICE, model, TARGET));
		assert_ok!(veto(CAROL, model));
		pass(DELAY + WINDOW);
		assert_noop!(veto(DAVE, model), Error::<Test>::NothingToVeto);
		assert_noop!(veto(CAROL, model), Error::<Test>::NothingToVeto);
	});
}

#[test]
fn fails_when_one_has_no_seat() {
	ExtBuilder.build_and_execute(|| {
		let model = trained_model();
		assert_ok!(request(ALICE, model, TARGET));
		assert_noop!(veto(CAROL, model), Error::<Test>::NotSeated);
		give(model, CAROL, TOKENS);
		assert_ok!(stand(CAROL, model, 1));
		assert_noop!(veto(CAROL, model), Error::<Test>::NotSeated);
		// The owner cannot take it back either.
		assert_noop!(veto(ALICE, model), Error::<Test>::NotSeated);
		assert_noop!(Registry::veto_rollback(RuntimeOrigin::root(), model), DispatchError::BadOrigin);
	});
}
