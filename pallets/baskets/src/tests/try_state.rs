//! Each invariant notices what it is there for.

use crate::{mock::*, pallet::*, BasketRecordOf, BasketState, Book, ClaimRecord, Noted};
use engram_math::curve::WHOLE;
use engram_primitives::{units::ENGR, TokenId, FIRST_BASKET_TOKEN};
use frame_support::{
	assert_ok,
	traits::{
		fungible::{Mutate as _, MutateHold as _},
		fungibles::Mutate as _,
		tokens::{Fortitude, Precision, Preservation},
	},
};
use sp_runtime::TryRuntimeError;

/// A basket with shares, coins and a claim.
fn broken(corrupt: impl FnOnce(), message: &'static str) {
	ExtBuilder.build().execute_with(|| {
		assert_ok!(create(two(), TERMS));
		assert_ok!(mint(&ALICE, 100 * WHOLE));
		change(|record| record.cash.held = ENGR);
		fund(None, ENGR);
		freeze(A, &Sets::pot_of(BASKET));
		assert_ok!(redeem(&ALICE, 10 * WHOLE));
		assert_ok!(note_prices());
		check();
		corrupt();
		assert_eq!(Sets::do_try_state(), Err(TryRuntimeError::Other(message)));
	});
}

fn with(corrupt: fn(&mut BasketRecordOf<Test>), message: &'static str) {
	broken(|| change(corrupt), message);
}

/// Changes what Alice is owed.
fn claim(corrupt: impl FnOnce(&mut ClaimRecord)) {
	Claims::<Test>::mutate((BASKET, ALICE, Some(A)), |claim| corrupt(claim.as_mut().unwrap()));
}

/// A claim that has no deposit.
fn of(amount: u128) -> ClaimRecord {
	ClaimRecord { amount, deposit: 0 }
}

#[test]
fn inv_baskets_1_notices_shares_that_nobody_minted() {
	let message = "INV-BASKETS-1: the shares are not those that were minted and not redeemed";
	with(|record| record.shares += 1, message);
	with(|record| record.fees.governor += 1, message);
	with(|record| record.fees.treasury -= 1, message);
	with(|record| record.fees.treasury = u128::MAX, message);
	broken(
		|| {
			assert_eq!(Assets::mint_into(BASKET.0, &ALICE, 1), Ok(1));
		},
		message,
	);
}

#[test]
fn inv_baskets_2_notices_what_is_not_there() {
	let message = "INV-BASKETS-2: the account of a basket has less than its books say";
	with(|record| record.constituents[1].book.held += 1, message);
	with(|record| record.constituents[1].book.held = u128::MAX, message);
	with(|record| record.cash.held += 1, message);
	with(|record| record.cash.held = u128::MAX, message);
	with(|record| record.endowment += 1, message);
	let lose = || {
		let (keep, exact, polite) = (Preservation::Preserve, Precision::Exact, Fortitude::Polite);
		Balances::burn_from(&Sets::pot_of(BASKET), 1, keep, exact, polite).unwrap();
	};
	broken(lose, message);
	let lose = || {
		let (keep, exact, polite) = (Preservation::Expendable, Precision::Exact, Fortitude::Polite);
		Assets::burn_from(B.0, &Sets::pot_of(BASKET), 1, keep, exact, polite).unwrap();
	};
	broken(lose, message);
	// It is there, and cannot leave.
	let held = || {
		assert_ok!(Balances::hold(&HoldReason::BasketDeposit.into(), &Sets::pot_of(BASKET), 1));
	};
	broken(held, message);
}

#[test]
fn inv_baskets_3_notices_claims_that_nobody_has() {
	let message = "INV-BASKETS-3: the claims on an asset are not what its book owes";
	broken(|| claim(|claim| claim.amount += 1), message);
	broken(|| Claims::<Test>::remove((BASKET, ALICE, Some(A))), message);
	broken(|| Claims::<Test>::insert((BASKET, BOB, None::<TokenId>), of(1)), message);
	with(
		|record| {
			let book = &mut record.constituents[0].book;
			*book = Book { held: book.held - 1, owed: book.owed + 1 };
		},
		message,
	);
	let nothing = || Claims::<Test>::insert((BASKET, BOB, Some(A)), of(0));
	broken(nothing, "INV-BASKETS-3: a claim is of nothing");
	let message = "INV-BASKETS-3: there are claims on what no basket has";
	broken(|| Claims::<Test>::insert((BASKET, BOB, Some(C)), of(1)), message);
	let other = BASKET.next().unwrap();
	broken(|| Claims::<Test>::insert((other, BOB, Some(A)), of(1)), message);
}

#[test]
fn inv_baskets_4_notices_holds_that_nothing_is_stored_for() {
	let message = "INV-BASKETS-4: a hold is not the sum of an account's deposits";
	with(|record| record.deposit += 1, message);
	with(|record| record.creator = BOB, message);
	broken(
		|| {
			assert_ok!(Balances::hold(&HoldReason::BasketDeposit.into(), &BOB, 1));
		},
		message,
	);
	let nobody = || {
		Balances::release(&HoldReason::BasketDeposit.into(), &CREATOR, record().deposit, Precision::Exact)
			.unwrap();
		change(|record| record.creator = NOBODY);
	};
	let no_account = "INV-BASKETS-4: who has a deposit has no account";
	broken(nobody, no_account);

	let message = "INV-BASKETS-4: a hold is not the sum of the deposits of an account's claims";
	broken(|| claim(|claim| claim.deposit += 1), message);
	broken(|| claim(|claim| claim.deposit = 0), message);
	broken(
		|| {
			assert_ok!(Balances::hold(&HoldReason::ClaimDeposit.into(), &BOB, 1));
		},
		message,
	);
	// Somebody else's claim, and nobody's.
	let give = |who| {
		let row = Claims::<Test>::take((BASKET, ALICE, Some(A))).unwrap();
		Claims::<Test>::insert((BASKET, who, Some(A)), row);
	};
	broken(|| give(BOB), message);
	let nobody = || {
		give(NOBODY);
		let (reason, deposit) = (HoldReason::ClaimDeposit.into(), held_for_claims(&ALICE));
		Balances::release(&reason, &ALICE, deposit, Precision::Exact).unwrap();
	};
	broken(nobody, no_account);
}

#[test]
fn inv_baskets_5_notices_shares_of_nothing() {
	let message = "INV-BASKETS-5: a basket without shares holds something, or one with shares nothing";
	with(
		|record| {
			record.constituents.iter_mut().for_each(|one| one.book.held = 0);
			record.cash.held = 0;
		},
		message,
	);
	let other = BASKET.next().unwrap();
	let second = || {
		assert_ok!(create(two(), TERMS));
		Baskets::<Test>::mutate(other, |record| record.as_mut().unwrap().constituents[0].book.held = 1);
	};
	broken(second, message);
	let message = "INV-BASKETS-5: a basket that closes has something left";
	with(|record| record.state = BasketState::Closing, message);
	// Nobody has shares any more, and something is owed.
	ExtBuilder.build().execute_with(|| {
		assert_ok!(create(two(), FREE));
		assert_ok!(mint(&ALICE, WHOLE));
		freeze(A, &Sets::pot_of(BASKET));
		assert_ok!(redeem(&ALICE, WHOLE));
		check();
		change(|record| record.state = BasketState::Closing);
		assert_eq!(Sets::do_try_state(), Err(TryRuntimeError::Other(message)));
	});
}

#[test]
fn inv_baskets_6_notices_what_is_no_basket() {
	let message = "INV-BASKETS-6: a basket has a token twice, without a part of a share, or too few";
	let second = |corrupt: fn(&mut BasketRecordOf<Test>)| {
		move || {
			assert_ok!(create(two(), TERMS));
			let other = BASKET.next().unwrap();
			Baskets::<Test>::mutate(other, |record| corrupt(record.as_mut().unwrap()));
		}
	};
	broken(second(|record| record.constituents[0].token = B), message);
	broken(second(|record| record.constituents[0].per_share = 0), message);
	let lonely = second(|record| {
		record.constituents.pop();
		record.constituents[0].target = ONE;
	});
	broken(lonely, message);
	let message = "INV-BASKETS-6: the targets of a basket are not a whole";
	with(|record| record.constituents[0].target += 1, message);
	with(|record| record.constituents[0].target = u32::MAX, message);
}

#[test]
fn inv_baskets_7_notices_ids_and_times_that_cannot_be() {
	broken(|| NextBasket::<Test>::put(FIRST_BASKET_TOKEN), "INV-BASKETS-7: an id is out of range");
	let message = "INV-BASKETS-7: a rebalancing, a note or a change of targets is from the future";
	with(|record| record.rebalanced = Some(2), message);
	with(|record| record.noted = Some(2), message);
	with(|record| record.targets_at = Some(2), message);
	let message = "INV-BASKETS-7: there are prices that nobody noted, or a note without prices";
	with(|record| record.noted = None, message);
	with(|record| record.constituents[0].noted = None, message);
	with(
		|record| record.constituents[1].noted = Some(Noted { asking: 1, high: 0 }),
		"INV-BASKETS-7: what never had a price has an asking price",
	);
}

/// More than is booked is no fault of the pallet: only the mock, which knows every gift, can tell.
#[test]
#[should_panic = "what an account has is not what its books say, and gifts"]
fn the_mock_notices_money_that_nobody_gave() {
	ExtBuilder::created(TERMS, || {
		donate(None, ENGR);
		check();
		fund(None, 1);
	});
}
