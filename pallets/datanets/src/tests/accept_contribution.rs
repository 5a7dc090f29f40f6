use crate::{mock::*, ContributionRecord, Error, Event, Items};
use engram_primitives::{
	traits::{ContributionInfo, Contributions},
	ContributionId,
};
use frame_support::{assert_noop, assert_ok, traits::fungible::Inspect};
use sp_runtime::{DispatchError, TokenError};

fn offered(to: AccountId) -> ContributionId {
	let datanet = create(ALICE, true).unwrap();
	let contribution = contribute(BOB, datanet, 1).unwrap();
	assert_ok!(Nets::offer_contribution(RuntimeOrigin::signed(BOB), contribution, Some(to)));
	contribution
}

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		let contribution = offered(CAROL);
		let before = Items::<Test>::get(contribution).unwrap();
		System::reset_events();
		assert_ok!(Nets::accept_contribution(RuntimeOrigin::signed(CAROL), contribution));

		assert_eq!(
			Items::<Test>::get(contribution),
			Some(ContributionRecord { owner: CAROL, offered_to: None, ..before })
		);
		assert_eq!((held_for_items(BOB), held_for_items(CAROL)), (0, ITEM_DEPOSIT));
		assert_eq!(Balances::balance(&BOB), RICHES);
		assert_eq!(Balances::balance(&CAROL), RICHES - ITEM_DEPOSIT);
		assert_eq!(
			events(),
			[Event::ContributionTransferred { from: BOB, to: CAROL, contribution, deposit: ITEM_DEPOSIT }]
		);
		// Who is paid from now on.
		let seen: ContributionInfo<AccountId> =
			<Nets as Contributions<_>>::contribution(contribution).unwrap();
		assert_eq!(seen.owner, CAROL);
	});
}

#[test]
fn the_deposit_of_the_record_moves_whatever_it_would_cost_now() {
	ExtBuilder.build_and_execute(|| {
		let contribution = offered(CAROL);
		ContributionDeposit::set(9);
		assert_ok!(Nets::accept_contribution(RuntimeOrigin::signed(CAROL), contribution));
		assert_eq!((held_for_items(BOB), held_for_items(CAROL)), (0, ITEM_DEPOSIT));
	});
}

#[test]
fn the_former_owner_has_no_say_left_and_may_get_it_back() {
	ExtBuilder.build_and_execute(|| {
		let contribution = offered(CAROL);
		assert_ok!(Nets::accept_contribution(RuntimeOrigin::signed(CAROL), contribution));
		assert_noop!(
			Nets::update_source(RuntimeOrigin::signed(BOB), contribution, source(SOURCE)),
			Error::<Test>::NotOwner
		);
		assert_noop!(
			Nets::offer_contribution(RuntimeOrigin::signed(BOB), contribution, None),
			Error::<Test>::NotOwner
		);
		assert_ok!(Nets::offer_contribution(RuntimeOrigin::signed(CAROL), contribution, Some(BOB)));
		assert_ok!(Nets::accept_contribution(RuntimeOrigin::signed(BOB), contribution));
		assert_eq!((held_for_items(BOB), held_for_items(CAROL)), (ITEM_DEPOSIT, 0));
	});
}

#[test]
fn an_offer_is_accepted_once() {
	ExtBuilder.build_and_execute(|| {
		let contribution = offered(CAROL);
		assert_ok!(Nets::accept_contribution(RuntimeOrigin::signed(CAROL), contribution));
		assert_noop!(
			Nets::accept_contribution(RuntimeOrigin::signed(CAROL), contribution),
			Error::<Test>::NotOffered
		);
	});
}

#[test]
fn fails_when_not_offered_to_the_caller() {
	ExtBuilder.build_and_execute(|| {
		let contribution = offered(CAROL);
		for stranger in [ALICE, BOB] {
			assert_noop!(
				Nets::accept_contribution(RuntimeOrigin::signed(stranger), contribution),
				Error::<Test>::NotOffered
			);
		}
		assert_noop!(
			Nets::accept_contribution(RuntimeOrigin::root(), contribution),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn fails_when_the_deposit_cannot_be_held() {
	ExtBuilder.build_and_execute(|| {
		let contribution = offered(POOR);
		assert_noop!(
			Nets::accept_contribution(RuntimeOrigin::signed(POOR), contribution),
			TokenError::FundsUnavailable
		);
	});
}

#[test]
fn fails_when_the_contribution_is_unknown() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(
			Nets::accept_contribution(RuntimeOrigin::signed(CAROL), ContributionId(0)),
			Error::<Test>::UnknownContribution
		);
	});
}
