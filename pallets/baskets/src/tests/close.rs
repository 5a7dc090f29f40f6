//! `close`.

use crate::{mock::*, pallet::*, BasketState};
use engram_math::curve::WHOLE;
use engram_primitives::units::ENGR;
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		fungible::Inspect as _,
		fungibles::{metadata::Inspect as _, Inspect as _},
	},
};
use sp_runtime::DispatchError;

#[test]
fn gives_everything_back() {
	ExtBuilder::created(TERMS, || {
		let deposit = record().deposit;
		assert_ok!(close());
		assert_eq!((free(&CREATOR), held(&CREATOR)), (RICHES - CREATION_FEE, 0));
		assert!(!Baskets::<Test>::contains_key(BASKET) && !Assets::asset_exists(BASKET.0));
		assert!(Assets::name(BASKET.0).is_empty());
		let pot = Sets::pot_of(BASKET);
		assert_eq!((Balances::total_balance(&pot), System::account_exists(&pot)), (0, false));
		let gifts = amounts(&[0; 3]);
		assert_eq!(last_event(), Event::BasketClosed { creator: CREATOR, basket: BASKET, deposit, gifts });
		// The next one has another id.
		assert_ok!(create(two(), TERMS));
		assert!(Baskets::<Test>::contains_key(BASKET.next().unwrap()));
	});
}

#[test]
fn comes_after_the_last_share() {
	ExtBuilder::minted(TERMS, 100 * WHOLE, || {
		assert_noop!(close(), Error::<Test>::SharesExist);
		assert_ok!(redeem(&ALICE, 99 * WHOLE));
		// Shares of fees are shares.
		assert_noop!(close(), Error::<Test>::SharesExist);
		assert_ok!(settle());
		assert_noop!(close(), Error::<Test>::SharesExist);
		while shares(&CREATOR) > 1 {
			assert_ok!(redeem(&CREATOR, shares(&CREATOR)));
			assert_ok!(settle());
		}
		// One base unit is less than its fee: the holder gives it away.
		if shares(&CREATOR) == 1 {
			let pot = Sets::pot_of(BASKET);
			assert_ok!(Assets::transfer(RuntimeOrigin::signed(CREATOR), BASKET.0, pot, 1));
			assert_ok!(settle());
		}
		assert_eq!(holds(), vec![0; 3]);
		assert_ok!(close());
	});
}

#[test]
fn comes_after_the_last_claim() {
	ExtBuilder::minted(FREE, 100 * WHOLE, || {
		let pot = Sets::pot_of(BASKET);
		freeze(A, &pot);
		assert_ok!(redeem(&ALICE, 100 * WHOLE));
		assert_noop!(close(), Error::<Test>::ClaimsExist);
		thaw(A, &pot);
		assert_ok!(collect(&ALICE, Some(A)));
		assert_ok!(close());
	});
}

#[test]
fn creator_and_governor_may() {
	for closer in [CREATOR, BOB] {
		ExtBuilder::created(TERMS, || {
			assert_ok!(Sets::set_governor(RuntimeOrigin::signed(CREATOR), BASKET, BOB));
			let close = |who| Sets::close(RuntimeOrigin::signed(who), BASKET);
			assert_noop!(close(ALICE), Error::<Test>::NotGovernor);
			assert_noop!(Sets::close(RuntimeOrigin::root(), BASKET), DispatchError::BadOrigin);
			assert_ok!(close(closer));
			assert_noop!(close(CREATOR), Error::<Test>::UnknownBasket);
			// The deposit is the creator's, whoever closes.
			assert_eq!((free(&CREATOR), free(&BOB)), (RICHES - CREATION_FEE, RICHES));
		});
	}
}

#[test]
fn gifts_are_the_treasurys() {
	ExtBuilder::created(TERMS, || {
		donate(None, 3 * ENGR);
		donate(Some(A), 5);
		let before = free(&TREASURY);
		assert_ok!(close());
		assert_eq!((free(&TREASURY) - before, tokens(A, &TREASURY)), (3 * ENGR, 5));
		assert_eq!(free(&CREATOR), RICHES - CREATION_FEE);
	});
}

#[test]
fn a_gift_that_is_stuck_stops_nothing() {
	ExtBuilder::created(TERMS, || {
		let pot = Sets::pot_of(BASKET);
		donate(Some(A), 5);
		freeze(A, &pot);
		assert_ok!(close());
		// Its account and the deposit of it stay, and what the account needs to exist.
		assert_eq!(tokens(A, &pot), 5);
		assert_eq!(free(&CREATOR), RICHES - CREATION_FEE - ACCOUNT_DEPOSIT - ED);
	});
}

#[test]
fn takes_as_many_calls_as_others_left_accounts() {
	ExtBuilder::created(TERMS, || {
		// Four empty accounts and one approval.
		for who in [ALICE, BOB, CAROL, DAVE] {
			assert_ok!(Assets::touch(RuntimeOrigin::signed(who), BASKET.0));
		}
		assert_ok!(Assets::approve_transfer(RuntimeOrigin::signed(ALICE), BASKET.0, BOB, 1));
		assert_ok!(close());
		assert_eq!(
			(record().state, last_event()),
			(BasketState::Closing, Event::BasketClosing { basket: BASKET })
		);
		let not_open = Error::<Test>::NotOpen;
		assert_noop!(mint(&ALICE, WHOLE), not_open);
		assert_noop!(redeem(&ALICE, WHOLE), Error::<Test>::NotOpen);
		assert_noop!(settle(), Error::<Test>::NotOpen);
		assert_noop!(note_prices(), Error::<Test>::NotOpen);
		assert_noop!(rebalance(&DAVE), Error::<Test>::NotOpen);
		assert_noop!(set_targets(&[0, ONE]), Error::<Test>::NotOpen);
		assert_noop!(collect(&ALICE, None), Error::<Test>::NotOpen);
		assert_eq!((Sets::quote_mint(BASKET, WHOLE), Sets::orders(BASKET)), (None, None));
		check();
		assert_ok!(close());
		assert_noop!(close(), Error::<Test>::UnknownBasket);
		assert_eq!((free(&ALICE), free(&BOB), free(&CREATOR)), (RICHES, RICHES, RICHES - CREATION_FEE));
	});
}

#[test]
fn goes_on_when_somebody_else_removes_the_shares() {
	ExtBuilder::created(TERMS, || {
		for (who, delegate) in [(ALICE, BOB), (ALICE, CAROL), (BOB, CAROL)] {
			assert_ok!(Assets::approve_transfer(RuntimeOrigin::signed(who), BASKET.0, delegate, 1));
		}
		assert_ok!(close());
		assert_eq!(record().state, BasketState::Closing);
		let mallory = || RuntimeOrigin::signed(BOB);
		assert_ok!(Assets::destroy_accounts(mallory(), BASKET.0));
		assert_ok!(Assets::destroy_approvals(mallory(), BASKET.0));
		assert_ok!(Assets::finish_destroy(mallory(), BASKET.0));
		check();
		assert_ok!(close());
		assert_eq!((free(&ALICE), free(&BOB), free(&CREATOR)), (RICHES, RICHES, RICHES - CREATION_FEE));
	});
}

/// A curve that closes takes the accounts of its token along.
#[test]
fn a_token_that_is_gone_stops_nothing() {
	ExtBuilder::created(TERMS, || {
		let issuer = || RuntimeOrigin::signed(ISSUER);
		assert_ok!(Assets::start_destroy(issuer(), A.0));
		for _ in 0..2 {
			assert_ok!(Assets::destroy_accounts(issuer(), A.0));
		}
		assert_ok!(Assets::finish_destroy(issuer(), A.0));
		Halted::mutate(|halted| halted.insert(A));
		assert!(mint(&ALICE, WHOLE).is_err());
		assert_ok!(close());
		assert_eq!(free(&CREATOR), RICHES - CREATION_FEE);
	});
}
