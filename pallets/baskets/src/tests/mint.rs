//! `mint`.

use crate::{mock::*, pallet::*, Book, BookedFees};
use engram_math::curve::WHOLE;
use engram_primitives::units::ENGR;
use frame_support::{assert_noop, assert_ok, traits::fungibles::Inspect as _};
use sp_runtime::{DispatchError, TokenError};

fn mint_for(shares: u128, max_in: &[u128], deadline: u64) -> sp_runtime::DispatchResult {
	Sets::mint(RuntimeOrigin::signed(ALICE), BASKET, shares, amounts(max_in), deadline)
}

#[test]
fn the_first_shares_cost_what_a_share_begins_with() {
	ExtBuilder::created(TERMS, || {
		assert_ok!(mint(&ALICE, 100 * WHOLE));
		assert_eq!(holds(), vec![200 * WHOLE, 100 * WHOLE, 0]);
		assert_eq!((tokens(A, &ALICE), tokens(B, &ALICE)), (TOKENS - 200 * WHOLE, TOKENS - 100 * WHOLE));
		// 1 % of the shares, six tenths of which are the governor's.
		assert_eq!((shares(&ALICE), record().shares), (99 * WHOLE, 100 * WHOLE));
		assert_eq!(record().fees, BookedFees { governor: 6 * WHOLE / 10, treasury: 4 * WHOLE / 10 });
		assert_eq!((Assets::total_issuance(BASKET.0), free(&ALICE)), (99 * WHOLE, RICHES));
		let paid = amounts(&[200 * WHOLE, 100 * WHOLE, 0]);
		assert_eq!(
			last_event(),
			Event::SharesMinted { who: ALICE, basket: BASKET, shares: 99 * WHOLE, fee: WHOLE, paid }
		);
	});
}

#[test]
fn the_smallest_share_costs_one_unit_of_each() {
	ExtBuilder::created(FREE, || {
		assert_ok!(mint(&ALICE, 1));
		// Two millionths of a millionth, and one.
		assert_eq!(holds(), vec![2, 1, 0]);
		assert_ok!(mint(&BOB, 1));
		assert_eq!(holds(), vec![4, 2, 0]);
	});
}

#[test]
fn later_shares_cost_the_same_part_of_everything() {
	ExtBuilder::minted(FREE, 3, || {
		// As a rebalancing leaves it: not what a share began with, and some coins.
		change(|record| {
			record.constituents[0].book.held = 7;
			record.cash = Book { held: 5, owed: 0 };
		});
		fund(Some(A), 1);
		fund(None, 5);
		assert_ok!(mint(&BOB, 2));
		// Two thirds of 7, 3 and 5, rounded up.
		assert_eq!(holds(), vec![7 + 5, 3 + 2, 5 + 4]);
		assert_eq!((shares(&BOB), free(&BOB), tokens(A, &BOB)), (2, RICHES - 4, TOKENS - 5));
		assert_eq!(gifts(), vec![0, 0, 0]);
	});
}

#[test]
fn fails_when_the_call_is_wrong() {
	ExtBuilder::created(TERMS, || {
		let max = u128::MAX;
		let two = 2 * WHOLE;
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			let mint = Sets::mint(origin, BASKET, WHOLE, all(max), u64::MAX);
			assert_noop!(mint, DispatchError::BadOrigin);
		}
		let other = BASKET.next().unwrap();
		let mint = Sets::mint(RuntimeOrigin::signed(ALICE), other, WHOLE, all(max), u64::MAX);
		assert_noop!(mint, Error::<Test>::UnknownBasket);
		for wrong in [&[][..], &[max], &[max; 2], &[max; 4], &[max; 9]] {
			assert_noop!(mint_for(WHOLE, wrong, 1), Error::<Test>::WrongLength);
		}
		for wrong in [[two - 1, WHOLE, 0], [two, WHOLE - 1, 0]] {
			assert_noop!(mint_for(WHOLE, &wrong, 1), Error::<Test>::AboveMaxIn);
		}
		pass(1);
		assert_noop!(mint_for(WHOLE, &[max; 3], 1), Error::<Test>::DeadlinePassed);
		// The fee of one is one.
		for few in [0, 1] {
			assert_noop!(mint_for(few, &[max; 3], 2), Error::<Test>::NothingToMint);
		}
		assert_ok!(mint_for(WHOLE, &[two, WHOLE, 0], 2));
	});
}

#[test]
fn fails_when_the_minter_has_too_little() {
	ExtBuilder::created(TERMS, || {
		assert_noop!(mint(&ALICE, TOKENS), TokenError::FundsUnavailable);
		assert!(mint(&DAVE, 2).is_err());
		assert_eq!((holds(), tokens(A, &ALICE)), (vec![0; 3], TOKENS));
	});
}

#[test]
fn fails_when_a_token_cannot_be_moved() {
	ExtBuilder::created(TERMS, || {
		freeze(A, &ALICE);
		assert_noop!(mint(&ALICE, WHOLE), TokenError::Frozen);
		thaw(A, &ALICE);
		assert_ok!(mint(&ALICE, WHOLE));
	});
}

/// No shares are for nothing, were a basket ever drained.
#[test]
fn fails_when_shares_stand_for_nothing() {
	ExtBuilder.build().execute_with(|| {
		assert_ok!(create(two(), FREE));
		assert_ok!(mint(&ALICE, ENGR));
		change(|record| record.constituents.iter_mut().for_each(|one| one.book.held = 0));
		assert_noop!(mint(&BOB, ENGR), Error::<Test>::NothingToMint);
	});
}
