//! `redeem` and `collect`.

use crate::{mock::*, pallet::*, Book, BookedFees};
use engram_math::curve::WHOLE;
use engram_primitives::units::ENGR;
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		fungible::{Inspect as _, Mutate as _},
		tokens::{Fortitude, Preservation},
	},
};
use sp_runtime::{DispatchError, TokenError};

fn redeem_for(shares: u128, min_out: &[u128], deadline: u64) -> sp_runtime::DispatchResult {
	Sets::redeem(RuntimeOrigin::signed(ALICE), BASKET, shares, amounts(min_out), deadline)
}

#[test]
fn pays_the_same_part_of_everything() {
	ExtBuilder::minted(TERMS, 100 * WHOLE, || {
		change(|record| record.cash = Book { held: 10 * ENGR, owed: 0 });
		fund(None, 10 * ENGR);
		assert_ok!(redeem(&ALICE, 50 * WHOLE));
		// 49.5 of 100 shares, half a share is the fee.
		assert_eq!(holds(), vec![101 * WHOLE, 505 * WHOLE / 10, 505 * ENGR / 100]);
		assert_eq!((tokens(A, &ALICE), tokens(B, &ALICE)), (TOKENS - 101 * WHOLE, TOKENS - 505 * WHOLE / 10));
		assert_eq!(free(&ALICE), RICHES + 495 * ENGR / 100);
		assert_eq!((shares(&ALICE), record().shares), (49 * WHOLE, 505 * WHOLE / 10));
		assert_eq!(record().fees, BookedFees { governor: 9 * WHOLE / 10, treasury: 6 * WHOLE / 10 });
		assert_eq!(
			last_event(),
			Event::SharesRedeemed {
				who: ALICE,
				basket: BASKET,
				shares: 495 * WHOLE / 10,
				fee: WHOLE / 2,
				paid: amounts(&[99 * WHOLE, 495 * WHOLE / 10, 495 * ENGR / 100]),
				left: all(0),
				deposit: 0,
			}
		);
		assert_eq!(gifts(), vec![0; 3]);
	});
}

#[test]
fn the_last_shares_redeem_everything() {
	ExtBuilder::minted(FREE, 3, || {
		change(|record| record.constituents[0].book.held = 7);
		fund(Some(A), 1);
		assert_ok!(redeem(&ALICE, 2));
		// Two thirds of 7 and 3, rounded down.
		assert_eq!(holds(), vec![3, 1, 0]);
		assert_ok!(redeem(&ALICE, 1));
		assert_eq!((holds(), record().shares, shares(&ALICE)), (vec![0; 3], 0, 0));
		assert_eq!((tokens(A, &ALICE), tokens(B, &ALICE)), (TOKENS + 1, TOKENS));
		// And the next ones begin anew.
		assert_ok!(mint(&BOB, WHOLE));
		assert_eq!(holds(), vec![2 * WHOLE, WHOLE, 0]);
	});
}

#[test]
fn shares_are_the_holders() {
	ExtBuilder::minted(FREE, 10 * WHOLE, || {
		assert_ok!(Assets::transfer(RuntimeOrigin::signed(ALICE), BASKET.0, DAVE, 4 * WHOLE));
		assert_ok!(redeem(&DAVE, 4 * WHOLE));
		assert_eq!((tokens(A, &DAVE), tokens(B, &DAVE)), (8 * WHOLE, 4 * WHOLE));
		assert_eq!(shares(&ALICE), 6 * WHOLE);
	});
}

#[test]
fn fails_when_the_call_is_wrong() {
	ExtBuilder::minted(TERMS, 100 * WHOLE, || {
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			let redeem = Sets::redeem(origin, BASKET, WHOLE, all(0), u64::MAX);
			assert_noop!(redeem, DispatchError::BadOrigin);
		}
		let other = BASKET.next().unwrap();
		let unknown = Sets::redeem(RuntimeOrigin::signed(ALICE), other, WHOLE, all(0), u64::MAX);
		assert_noop!(unknown, Error::<Test>::UnknownBasket);
		for wrong in [&[][..], &[0], &[0; 2], &[0; 4]] {
			assert_noop!(redeem_for(WHOLE, wrong, 1), Error::<Test>::WrongLength);
		}
		let (a, b) = (198 * WHOLE / 100, 99 * WHOLE / 100);
		for wrong in [[a + 1, b, 0], [a, b + 1, 0], [a, b, 1]] {
			assert_noop!(redeem_for(WHOLE, &wrong, 1), Error::<Test>::BelowMinOut);
		}
		pass(1);
		assert_noop!(redeem_for(WHOLE, &[0; 3], 1), Error::<Test>::DeadlinePassed);
		for few in [0, 1] {
			assert_noop!(redeem_for(few, &[0; 3], 2), Error::<Test>::NothingToRedeem);
		}
		assert_noop!(redeem_for(99 * WHOLE + 1, &[0; 3], 2), Error::<Test>::NotEnoughShares);
		// Shares of fees are nobody's to redeem.
		assert_noop!(redeem(&CREATOR, 2), Error::<Test>::NotEnoughShares);
		assert_ok!(redeem_for(WHOLE, &[a, b, 0], 2));
	});
}

#[test]
fn a_token_that_is_stuck_stops_no_other() {
	ExtBuilder::minted(FREE, 10 * WHOLE, || {
		let pot = Sets::pot_of(BASKET);
		freeze(A, &pot);
		assert_ok!(redeem(&ALICE, 4 * WHOLE));
		assert_eq!((tokens(A, &ALICE), tokens(B, &ALICE)), (TOKENS - 20 * WHOLE, TOKENS - 6 * WHOLE));
		assert_eq!(one(0).book, Book { held: 12 * WHOLE, owed: 8 * WHOLE });
		assert_eq!(Sets::claim(BASKET, ALICE, Some(A)), 8 * WHOLE);
		assert_eq!(
			last_event(),
			Event::SharesRedeemed {
				who: ALICE,
				basket: BASKET,
				shares: 4 * WHOLE,
				fee: 0,
				paid: amounts(&[0, 4 * WHOLE, 0]),
				left: amounts(&[8 * WHOLE, 0, 0]),
				deposit: CLAIM_DEPOSIT,
			}
		);
		assert_eq!(Sets::claim_deposit(), Some(CLAIM_DEPOSIT));
		assert_eq!((held_for_claims(&ALICE), free(&ALICE)), (CLAIM_DEPOSIT, RICHES - CLAIM_DEPOSIT));
		check();

		// A second time it is added, and the deposit is there.
		assert_ok!(redeem(&ALICE, WHOLE));
		assert_eq!(Sets::claim(BASKET, ALICE, Some(A)), 10 * WHOLE);
		assert_eq!((held_for_claims(&ALICE), free(&ALICE)), (CLAIM_DEPOSIT, RICHES - CLAIM_DEPOSIT));
		assert_noop!(collect(&ALICE, Some(A)), TokenError::Frozen);
		// What is owed is no part of later shares.
		assert_eq!(
			Sets::quote_mint(BASKET, 5 * WHOLE).unwrap().amounts,
			amounts(&[10 * WHOLE, 5 * WHOLE, 0])
		);

		thaw(A, &pot);
		assert_ok!(collect(&ALICE, Some(A)));
		assert_eq!(
			last_event(),
			Event::Collected {
				who: ALICE,
				basket: BASKET,
				asset: Some(A),
				amount: 10 * WHOLE,
				deposit: CLAIM_DEPOSIT
			}
		);
		assert_eq!((tokens(A, &ALICE), one(0).book.owed), (TOKENS - 10 * WHOLE, 0));
		assert_eq!((held_for_claims(&ALICE), free(&ALICE)), (0, RICHES));
		assert_noop!(collect(&ALICE, Some(A)), Error::<Test>::NothingOwed);
		assert_ok!(redeem(&ALICE, 5 * WHOLE));
		assert_eq!((tokens(A, &ALICE), tokens(B, &ALICE), gifts()), (TOKENS, TOKENS, vec![0; 3]));
	});
}

#[test]
fn an_asset_that_is_frozen_stops_no_other() {
	ExtBuilder::minted(FREE, 10 * WHOLE, || {
		assert_ok!(Assets::freeze_asset(RuntimeOrigin::signed(ISSUER), B.0));
		Halted::mutate(|halted| halted.insert(B));
		assert_ok!(redeem(&ALICE, 10 * WHOLE));
		assert_eq!((tokens(A, &ALICE), Sets::claim(BASKET, ALICE, Some(B))), (TOKENS, 10 * WHOLE));
		assert_eq!((holds(), record().shares), (vec![0; 3], 0));
	});
}

/// A roll back undoes a version, not a token: its holders leave, so that it is worth a hundredth, and then nobody trades it.
#[test]
fn a_model_that_is_rolled_back_stops_nobody() {
	ExtBuilder::minted(FREE, 10 * WHOLE, || {
		let (deep, coins) = Pools::get(A);
		Pools::set(A, 10 * deep, coins / 10);
		assert_eq!(Sets::value(BASKET), Some(51 * ENGR / 10));
		assert_ok!(redeem(&ALICE, 4 * WHOLE));
		assert_eq!((tokens(A, &ALICE), tokens(B, &ALICE)), (TOKENS - 12 * WHOLE, TOKENS - 6 * WHOLE));
		Refused::mutate(|refused| refused.insert(A));
		assert_ok!(redeem(&ALICE, 3 * WHOLE));
		Halted::mutate(|halted| halted.insert(A));
		assert_ok!(redeem(&ALICE, 3 * WHOLE));
		assert_eq!((tokens(A, &ALICE), tokens(B, &ALICE)), (TOKENS, TOKENS));
		assert_eq!((Claims::<Test>::iter().count(), holds(), record().shares), (0, vec![0; 3], 0));
	});
}

/// The token stays what it was, and its price goes on in the pool, where the basket is rebalanced from then on.
#[test]
fn a_curve_that_graduates_stops_nobody() {
	ExtBuilder::minted(FREE, 100 * WHOLE, || {
		assert_ok!(note_prices());
		Pools::graduate(A);
		assert_eq!(Sets::value(BASKET), Some(150 * ENGR));
		assert_ok!(redeem(&ALICE, 20 * WHOLE));
		let (owned, others) = (TOKENS - 160 * WHOLE, TOKENS - 80 * WHOLE);
		assert_eq!((tokens(A, &ALICE), tokens(B, &ALICE)), (owned, others));

		pass(AGE);
		let pooled = tokens(A, &POOL);
		assert_ok!(rebalance(&DAVE));
		let Event::Rebalanced { outcome, .. } = last_event() else { panic!("not rebalanced") };
		assert_eq!((outcome.done, outcome.skipped), (2, 0));
		assert_eq!(tokens(A, &POOL) - pooled, 40 * WHOLE);

		let held = holds();
		assert_ok!(redeem(&ALICE, 80 * WHOLE));
		assert_eq!((tokens(A, &ALICE), tokens(B, &ALICE)), (owned + held[0], others + held[1]));
		assert_eq!((Claims::<Test>::iter().count(), holds(), record().shares), (0, vec![0; 3], 0));
	});
}

#[test]
fn a_redeemer_who_can_take_nothing_keeps_the_claim() {
	ExtBuilder::minted(FREE, 10 * WHOLE, || {
		// Somebody who is blocked from one of the tokens.
		assert_ok!(Assets::block(RuntimeOrigin::signed(ISSUER), A.0, BOB));
		assert_ok!(Assets::transfer(RuntimeOrigin::signed(ALICE), BASKET.0, BOB, WHOLE));
		assert_ok!(redeem(&BOB, WHOLE));
		assert_eq!((tokens(B, &BOB), Sets::claim(BASKET, BOB, Some(A))), (TOKENS + WHOLE, 2 * WHOLE));
		assert!(collect(&BOB, Some(A)).is_err());
		thaw(A, &BOB);
		assert_ok!(collect(&BOB, Some(A)));
		assert_eq!(tokens(A, &BOB), TOKENS + 2 * WHOLE);
	});
}

/// Each row that a redeemer leaves has a deposit of its own, whoever collects gives it back, and the others keep theirs.
#[test]
fn every_claim_has_a_deposit() {
	ExtBuilder::minted(FREE, 10 * WHOLE, || {
		let pot = Sets::pot_of(BASKET);
		freeze(A, &pot);
		assert_ok!(redeem(&ALICE, WHOLE));
		freeze(B, &pot);
		assert_ok!(redeem(&ALICE, WHOLE));
		assert_eq!(held_for_claims(&ALICE), 2 * CLAIM_DEPOSIT);
		thaw(A, &pot);
		assert_ok!(collect(&ALICE, Some(A)));
		assert_eq!((held_for_claims(&ALICE), free(&ALICE)), (CLAIM_DEPOSIT, RICHES - CLAIM_DEPOSIT));
		check();
		// A new one costs a new deposit.
		freeze(A, &pot);
		assert_ok!(redeem(&ALICE, WHOLE));
		assert_eq!(held_for_claims(&ALICE), 2 * CLAIM_DEPOSIT);
	});
}

/// Nothing happens before the deposit is there. Whoever has it redeems everything else, and loses nothing by having waited.
#[test]
fn fails_when_there_is_no_deposit_for_what_is_owed() {
	ExtBuilder::minted(FREE, 10 * WHOLE, || {
		let pot = Sets::pot_of(BASKET);
		give(None, &NOBODY, ED + CLAIM_DEPOSIT - 1);
		assert_ok!(Assets::transfer(RuntimeOrigin::signed(ALICE), BASKET.0, NOBODY, 10 * WHOLE));
		freeze(A, &pot);
		assert_noop!(redeem(&NOBODY, WHOLE), Error::<Test>::NoClaimDeposit);
		give(None, &NOBODY, 1);
		assert_ok!(redeem(&NOBODY, WHOLE));
		assert_eq!((free(&NOBODY), held_for_claims(&NOBODY)), (ED, CLAIM_DEPOSIT));
		// No further deposit, no further coins.
		assert_ok!(redeem(&NOBODY, 8 * WHOLE));
		assert_eq!((tokens(B, &NOBODY), Sets::claim(BASKET, NOBODY, Some(A))), (9 * WHOLE, 18 * WHOLE));
		// Of B nothing was owed before; when it moves again no deposit is asked for.
		freeze(B, &pot);
		assert_noop!(redeem(&NOBODY, WHOLE), Error::<Test>::NoClaimDeposit);
		thaw(B, &pot);
		assert_ok!(redeem(&NOBODY, WHOLE));
		thaw(A, &pot);
		assert_ok!(collect(&NOBODY, Some(A)));
		assert_eq!((tokens(A, &NOBODY), tokens(B, &NOBODY)), (20 * WHOLE, 10 * WHOLE));
		assert_eq!((free(&NOBODY), held_for_claims(&NOBODY)), (ED + CLAIM_DEPOSIT, 0));
	});
}

/// Coins that are redeemed pay for the deposit of the tokens that are not paid.
#[test]
fn redeemed_coins_are_there_for_the_deposit() {
	ExtBuilder::minted(FREE, 10 * WHOLE, || {
		change(|record| record.cash.held = CLAIM_DEPOSIT);
		fund(None, CLAIM_DEPOSIT);
		give(None, &NOBODY, ED);
		assert_ok!(Assets::transfer(RuntimeOrigin::signed(ALICE), BASKET.0, NOBODY, 10 * WHOLE));
		freeze(A, &Sets::pot_of(BASKET));
		assert_ok!(redeem(&NOBODY, 10 * WHOLE));
		assert_eq!((free(&NOBODY), held_for_claims(&NOBODY)), (ED, CLAIM_DEPOSIT));
	});
}

/// An account has places for so many tokens, and the last one is kept for a hold. One that has no place for another token keeps its
/// claim there, and collects it when there is one.
#[test]
fn a_redeemer_without_a_place_for_a_token_is_owed_it() {
	ExtBuilder::minted(FREE, 10 * WHOLE, || {
		give(None, &NOBODY, ENGR);
		assert_ok!(Assets::transfer(RuntimeOrigin::signed(ALICE), BASKET.0, NOBODY, 10 * WHOLE));
		while System::can_inc_consumer(&NOBODY) {
			System::inc_consumers(&NOBODY).unwrap();
		}
		// Only who has used them all by other means lacks that one too.
		assert_noop!(redeem(&NOBODY, 4 * WHOLE), DispatchError::TooManyConsumers);
		System::dec_consumers(&NOBODY);
		assert_ok!(redeem(&NOBODY, 4 * WHOLE));
		let owed = |asset| Sets::claim(BASKET, NOBODY, Some(asset));
		assert_eq!((owed(A), owed(B), held_for_claims(&NOBODY)), (8 * WHOLE, 4 * WHOLE, 2 * CLAIM_DEPOSIT));
		check();
		assert!(collect(&NOBODY, Some(A)).is_err());
		// Two other tokens leave the account.
		System::dec_consumers(&NOBODY);
		System::dec_consumers(&NOBODY);
		for asset in [A, B] {
			assert_ok!(collect(&NOBODY, Some(asset)));
		}
		assert_eq!((tokens(A, &NOBODY), tokens(B, &NOBODY)), (8 * WHOLE, 4 * WHOLE));
		assert_eq!((free(&NOBODY), held_for_claims(&NOBODY)), (ENGR, 0));
	});
}

/// Who is owed something has its deposit on hold, so its account lives and can be paid, whatever else leaves it.
#[test]
fn an_account_with_a_claim_is_never_reaped() {
	ExtBuilder::minted(FREE, 10 * WHOLE, || {
		let pot = Sets::pot_of(BASKET);
		give(None, &NOBODY, ENGR);
		assert_ok!(Assets::transfer(RuntimeOrigin::signed(ALICE), BASKET.0, NOBODY, 10 * WHOLE));
		freeze(A, &pot);
		assert_ok!(redeem(&NOBODY, 4 * WHOLE));

		// It mints nothing, and gives away shares, tokens and coins.
		let nobody = || RuntimeOrigin::signed(NOBODY);
		assert_ok!(Assets::transfer(nobody(), BASKET.0, BOB, 6 * WHOLE));
		assert_ok!(Assets::transfer(nobody(), B.0, BOB, 4 * WHOLE));
		let polite = Fortitude::Polite;
		let most = Balances::reducible_balance(&NOBODY, Preservation::Expendable, polite);
		assert_eq!(most, ENGR - CLAIM_DEPOSIT - ED);
		assert_ok!(Balances::transfer(&NOBODY, &BOB, most, Preservation::Expendable));
		assert!(Balances::transfer(&NOBODY, &BOB, 1, Preservation::Expendable).is_err());
		assert_eq!((free(&NOBODY), held_for_claims(&NOBODY)), (ED, CLAIM_DEPOSIT));
		// The shares take no claim along.
		assert_eq!((Sets::claim(BASKET, NOBODY, Some(A)), Sets::claim(BASKET, BOB, Some(A))), (8 * WHOLE, 0));
		check();

		thaw(A, &pot);
		assert_ok!(collect(&NOBODY, Some(A)));
		assert_eq!((tokens(A, &NOBODY), free(&NOBODY)), (8 * WHOLE, ED + CLAIM_DEPOSIT));
	});
}

/// A hold lets no account be without coins, and one that has some can be paid more: nobody who redeems is owed coins.
#[test]
fn who_has_no_coins_redeems_nothing_that_cannot_be_paid() {
	ExtBuilder::minted(FREE, 10 * WHOLE, || {
		change(|record| record.cash.held = ED / 2);
		fund(None, ED / 2);
		System::inc_providers(&NOBODY);
		assert_ok!(Assets::transfer(RuntimeOrigin::signed(ALICE), BASKET.0, NOBODY, 10 * WHOLE));
		assert_noop!(redeem(&NOBODY, 10 * WHOLE), Error::<Test>::NoClaimDeposit);
		give(None, &NOBODY, ED);
		assert_ok!(redeem(&NOBODY, 10 * WHOLE));
		assert_eq!((free(&NOBODY), tokens(A, &NOBODY)), (ED + ED / 2, 20 * WHOLE));
		assert_eq!((record().cash, Claims::<Test>::iter().count()), (Book::default(), 0));
	});
}

#[test]
fn fails_when_nothing_is_owed() {
	ExtBuilder::minted(FREE, 10 * WHOLE, || {
		assert_noop!(Sets::collect(RuntimeOrigin::root(), BASKET, ALICE, None), DispatchError::BadOrigin);
		for asset in [None, Some(A), Some(C)] {
			assert_noop!(collect(&ALICE, asset), Error::<Test>::NothingOwed);
		}
		let other = BASKET.next().unwrap();
		let collect = Sets::collect(RuntimeOrigin::signed(ALICE), other, ALICE, None);
		assert_noop!(collect, Error::<Test>::UnknownBasket);
	});
}
