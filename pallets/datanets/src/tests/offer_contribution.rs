use crate::{mock::*, Error, Event, Items};
use engram_primitives::ContributionId;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		let contribution = contribute(BOB, datanet, 1).unwrap();
		System::reset_events();
		assert_ok!(Nets::offer_contribution(RuntimeOrigin::signed(BOB), contribution, Some(CAROL)));

		let record = Items::<Test>::get(contribution).unwrap();
		assert_eq!((record.owner, record.offered_to), (BOB, Some(CAROL)));
		assert_eq!(held_for_items(BOB), ITEM_DEPOSIT);
		// Nothing was asked of Carol.
		assert_eq!(held_for_items(CAROL), 0);
		assert_eq!(events(), [Event::ContributionOffered { owner: BOB, contribution, to: Some(CAROL) }]);
	});
}

#[test]
fn a_later_offer_takes_the_place_of_the_earlier_one() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		let contribution = contribute(BOB, datanet, 1).unwrap();
		let offer = |to| {
			assert_ok!(Nets::offer_contribution(RuntimeOrigin::signed(BOB), contribution, to));
		};
		offer(Some(CAROL));
		offer(Some(ALICE));
		assert_noop!(
			Nets::accept_contribution(RuntimeOrigin::signed(CAROL), contribution),
			Error::<Test>::NotOffered
		);
		assert_ok!(Nets::accept_contribution(RuntimeOrigin::signed(ALICE), contribution));
	});
}

#[test]
fn an_offer_can_be_withdrawn() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		let contribution = contribute(BOB, datanet, 1).unwrap();
		assert_ok!(Nets::offer_contribution(RuntimeOrigin::signed(BOB), contribution, Some(CAROL)));
		System::reset_events();
		assert_ok!(Nets::offer_contribution(RuntimeOrigin::signed(BOB), contribution, None));
		assert_eq!(events(), [Event::ContributionOffered { owner: BOB, contribution, to: None }]);
		assert_noop!(
			Nets::accept_contribution(RuntimeOrigin::signed(CAROL), contribution),
			Error::<Test>::NotOffered
		);
	});
}

#[test]
fn fails_when_not_the_owner() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		let contribution = contribute(BOB, datanet, 1).unwrap();
		assert_noop!(
			Nets::offer_contribution(RuntimeOrigin::signed(CAROL), contribution, Some(CAROL)),
			Error::<Test>::NotOwner
		);
		assert_noop!(
			Nets::offer_contribution(RuntimeOrigin::root(), contribution, Some(CAROL)),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn fails_when_offered_to_the_owner() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		let contribution = contribute(BOB, datanet, 1).unwrap();
		assert_noop!(
			Nets::offer_contribution(RuntimeOrigin::signed(BOB), contribution, Some(BOB)),
			Error::<Test>::AlreadyOwner
		);
	});
}

#[test]
fn fails_when_the_contribution_is_unknown() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(
			Nets::offer_contribution(RuntimeOrigin::signed(BOB), ContributionId(0), Some(CAROL)),
			Error::<Test>::UnknownContribution
		);
	});
}
