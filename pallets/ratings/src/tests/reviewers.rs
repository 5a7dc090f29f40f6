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
		assert_eq!(Ratings::reviewers(), [Panelist { who: ALICE, since: 1, bond: BOND }]);
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
		assert_eq!(Ratings::reviewers(), [Panelist { who: ALICE, since: 1, bond: BOND + ENGR }]);
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
		assert_eq!(Ratings::reviewers(), [Panelist { who: ALICE, since: 5, bond: BOND + ENGR }]);
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

/// Fills the list: [`REVIEWERS`], Alice and Bob with the least bond, in the first block. The next one begins.
fn full() {
	all_join();
	for who in [ALICE, BOB] {
		assert_ok!(join(who, BOND));
	}
	assert_eq!(Panel::<Test>::get().len(), PANEL as usize);
	run_to(2);
	System::reset_events();
}

#[test]
fn fails_when_the_list_is_full() {
	ExtBuilder::reviewing().build_and_execute(|| {
		full();
		assert_noop!(join(CAROL, BOND), Error::<Test>::PanelFull);
		// Who is on it can still add.
		assert_ok!(join(BOB, 1));
		assert_ok!(pause(BOB));
		assert_ok!(join(CAROL, BOND));
		run_to(3);
		assert_ok!(pause(CAROL));
		assert_ok!(join(BOB, 0));
		assert_noop!(join(CAROL, 0), Error::<Test>::PanelFull);
	});
}

/// Refundable bonds, however many, keep nobody out.
#[test]
fn the_least_bond_gives_way_to_a_larger_one() {
	ExtBuilder::reviewing().build_and_execute(|| {
		full();
		let first = Panel::<Test>::get()[0].who;
		for panelist in Panel::<Test>::get().into_iter().skip(1) {
			assert_ok!(join(panelist.who, 1));
		}
		System::reset_events();
		assert_ok!(join(CAROL, BOND + 1));
		assert_eq!(
			events(),
			[
				Event::ReviewerPaused { who: first },
				Event::ReviewerJoined { who: CAROL, added: BOND + 1, bond: BOND + 1 }
			]
		);
		assert!(Ratings::reviewers().contains(&Panelist { who: CAROL, since: 2, bond: BOND + 1 }));
		assert_eq!((listed(first), bond_of(first)), (false, BOND));
		check();
		// It comes back with more than another, or has its bond again.
		run_to(3);
		assert_noop!(join(first, 1), Error::<Test>::PanelFull);
		assert_ok!(join(first, 2));
		assert_eq!((listed(first), listed(CAROL)), (true, false));
		assert_ok!(leave(CAROL));
		assert_eq!(Balances::free_balance(CAROL), RICHES);
	});
}

/// Nobody that fills the list at once chooses who is left for the answers that were shared before.
#[test]
fn one_gives_way_in_a_block() {
	ExtBuilder::reviewing().build_and_execute(|| {
		full();
		answer(JOB, 0, ENGR);
		assert_ok!(share(PAYER, JOB));
		run_to(3);
		assert_ok!(join(CAROL, 2 * BOND));
		assert_noop!(join(PAYER, 3 * BOND), Error::<Test>::PanelFull);
		run_to(4);
		assert_ok!(join(PAYER, 3 * BOND));
		run_to(2 + DELAY);
		assert_eq!(bench(JOB).len(), SEATS as usize);
		assert!(bench(JOB).iter().all(|who| REVIEWERS.chain([ALICE, BOB]).any(|old| old == *who)));
	});
}

/// Of two with the least bond, who came later.
#[test]
fn the_latest_of_the_least_gives_way() {
	ExtBuilder::reviewing().build_and_execute(|| {
		full();
		assert_ok!(pause(ALICE));
		assert_ok!(join(ALICE, 0));
		run_to(3);
		assert_ok!(join(CAROL, BOND + 1));
		assert_eq!((listed(ALICE), listed(CAROL)), (false, true));
	});
}

#[test]
fn who_gives_way_does_its_reviews() {
	ExtBuilder::reviewing().build_and_execute(|| {
		full();
		let seats = drawn(JOB, ENGR);
		let [first, ..] = seats[..] else { panic!("nobody was drawn") };
		for panelist in Ratings::reviewers().into_iter().filter(|panelist| panelist.who != first) {
			assert_ok!(join(panelist.who, 1));
		}
		assert_ok!(join(CAROL, BOND + 1));
		assert!(!listed(first));
		assert_noop!(leave(first), Error::<Test>::ReviewsOpen);
		assert_eq!(reviewed(JOB, [7; 5]), seats);
		assert_ok!(close_review(JOB));
		assert!(reviewed_reward(first) > 0);
		assert_eq!(reviewed_reward(first), reviewed_reward(seats[1]));
		assert_ok!(leave(first));
		assert_eq!(bond_of(first), 0);
	});
}

/// What somebody lost counts: the list knows what is left of a bond.
#[test]
fn who_was_slashed_gives_way_first() {
	ExtBuilder::reviewing().build_and_execute(|| {
		full();
		let seats = drawn(JOB, ENGR);
		for panelist in Ratings::reviewers() {
			assert_ok!(join(panelist.who, BOND));
		}
		// The first does not commit.
		for who in &seats[1..] {
			assert_ok!(commit(*who, JOB, 7));
		}
		run_to(System::block_number() + COMMIT_PERIOD + 1);
		for who in &seats[1..] {
			assert_ok!(reveal(*who, JOB, 7));
		}
		assert_ok!(close_review(JOB));
		let left = bond_of(seats[0]);
		assert!(BOND < left && left < 2 * BOND);
		assert_ok!(join(CAROL, left + 1));
		assert!(!listed(seats[0]));
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
