//! Reviewers come, pause and leave.

use crate::{mock::*, Error, Event, Panel, Panelist, Reviewer, Reviewers};
use engram_primitives::units::ENGR;
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use sp_runtime::{traits::BadOrigin, TokenError};

fn pause(who: AccountId) -> sp_runtime::DispatchResult {
	Ratings::pause_reviewer(RuntimeOrigin::signed(who))
}

fn leave(who: AccountId) -> sp_runtime::DispatchResult {
	Ratings::leave_reviewers(RuntimeOrigin::signed(who))
}

fn listed(who: AccountId) -> bool {
	Ratings::reviewers().iter().any(|panelist| panelist.who == who)
}

#[test]
fn a_reviewer_joins_and_leaves() {
	ExtBuilder::reviewing().build_and_execute(|| {
		assert_ok!(join(ALICE, BOND));
		assert_eq!(Ratings::reviewers(), [Panelist { who: ALICE, since: 1 }]);
		assert_eq!(Ratings::reviewer_of(ALICE), Some(Reviewer { bond: BOND, open: 0 }));
		assert_eq!((bond_of(ALICE), Balances::free_balance(ALICE)), (BOND, RICHES - BOND));
		assert_eq!(events(), [Event::ReviewerJoined { who: ALICE, added: BOND, bond: BOND }]);
		assert_ok!(leave(ALICE));
		assert_eq!((Ratings::reviewers(), Ratings::reviewer_of(ALICE)), (Vec::new(), None));
		assert_eq!(Balances::free_balance(ALICE), RICHES);
		assert_eq!(events().last(), Some(&Event::ReviewerLeft { who: ALICE, bond: BOND }));
		assert_noop!(leave(ALICE), Error::<Test>::UnknownReviewer);
	});
}

#[test]
fn more_bond_keeps_the_place_and_a_pause_loses_it() {
	ExtBuilder::reviewing().build_and_execute(|| {
		assert_ok!(join(ALICE, BOND));
		run_to(5);
		assert_ok!(join(ALICE, ENGR));
		assert_eq!(Ratings::reviewers(), [Panelist { who: ALICE, since: 1 }]);
		assert_eq!(bond_of(ALICE), BOND + ENGR);
		assert_eq!(
			events().last(),
			Some(&Event::ReviewerJoined { who: ALICE, added: ENGR, bond: BOND + ENGR })
		);
		assert_ok!(pause(ALICE));
		assert!(!listed(ALICE));
		assert_eq!(bond_of(ALICE), BOND + ENGR);
		assert_eq!(events().last(), Some(&Event::ReviewerPaused { who: ALICE }));
		assert_noop!(pause(ALICE), Error::<Test>::NotListed);
		// It comes back without another bond, as a new one.
		assert_ok!(join(ALICE, 0));
		assert_eq!(Ratings::reviewers(), [Panelist { who: ALICE, since: 5 }]);
		assert_ok!(pause(ALICE));
		assert_ok!(leave(ALICE));
		assert_eq!(bond_of(ALICE), 0);
	});
}

#[test]
fn fails_when_a_reviewer_leaves_amid_a_review() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		let bench = drawn(JOB, ENGR);
		let [first, ..] = bench[..] else { panic!("nobody was drawn") };
		assert_noop!(leave(first), Error::<Test>::ReviewsOpen);
		assert_ok!(pause(first));
		assert_noop!(leave(first), Error::<Test>::ReviewsOpen);
		reviewed(JOB, [7; 5]);
		assert_noop!(leave(first), Error::<Test>::ReviewsOpen);
		assert_ok!(close_review(JOB));
		assert_ok!(leave(first));
		// Who was not drawn can leave at any time.
		drawn(engram_primitives::JobId(1), ENGR);
		let idle = REVIEWERS
			.into_iter()
			.find(|who| Reviewers::<Test>::get(who).is_some_and(|reviewer| reviewer.open == 0));
		assert_ok!(leave(idle.unwrap()));
	});
}

#[test]
fn fails_when_the_bond_is_too_small() {
	ExtBuilder::reviewing().build_and_execute(|| {
		assert_noop!(join(ALICE, BOND - 1), Error::<Test>::BondTooSmall);
		assert_noop!(join(ALICE, RICHES + 1), TokenError::FundsUnavailable);
		assert_noop!(join(NOBODY, BOND), TokenError::FundsUnavailable);
		assert_ok!(join(ALICE, BOND));
		assert_noop!(join(ALICE, u128::MAX), sp_runtime::ArithmeticError::Overflow);
	});
}

#[test]
fn fails_when_the_list_is_full() {
	ExtBuilder::reviewing().build_and_execute(|| {
		all_join();
		for who in [ALICE, BOB] {
			assert_ok!(join(who, BOND));
		}
		assert_eq!(Panel::<Test>::get().len(), PANEL as usize);
		assert_noop!(join(CAROL, BOND), Error::<Test>::PanelFull);
		// Who is on it can still add.
		assert_ok!(join(BOB, 1));
		assert_ok!(pause(BOB));
		assert_ok!(join(CAROL, BOND));
		assert_noop!(join(BOB, 0), Error::<Test>::PanelFull);
	});
}

#[test]
fn fails_when_unsigned() {
	ExtBuilder::reviewing().build_and_execute(|| {
		assert_noop!(Ratings::join_reviewers(RawOrigin::Root.into(), BOND), BadOrigin);
		assert_noop!(Ratings::pause_reviewer(RawOrigin::Root.into()), BadOrigin);
		assert_noop!(Ratings::leave_reviewers(RawOrigin::Root.into()), BadOrigin);
	});
}
