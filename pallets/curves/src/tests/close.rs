//! `close`.

use crate::{mock::*, pallet::*, CurveState, HoldReason, Terms};
use engram_math::curve::WHOLE;
use engram_primitives::units::{Balance, ENGR};
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		fungibles::{metadata::Inspect as _, Create, Inspect as _, Mutate as _},
		LockableCurrency, WithdrawReasons,
	},
};
use sp_runtime::DispatchError;

const NO_SHARE: Terms = Terms { creator_share: 0, ..TERMS };

#[test]
fn gives_everything_back() {
	ExtBuilder::launched(NO_SHARE, || {
		let crate::CurveRecord { deposit, endowment, .. } = record();
		assert_eq!(free(&CREATOR), RICHES - deposit - endowment - TERMS.bond);
		assert_ok!(close());
		assert_eq!(free(&CREATOR), RICHES);
		assert_eq!(
			(held(HoldReason::LaunchBond, &CREATOR), held(HoldReason::LaunchDeposit, &CREATOR)),
			(0, 0)
		);
		assert!(!crate::Curves::<Test>::contains_key(TOKEN) && !LockedClaims::<Test>::contains_key(TOKEN));
		assert!(!Assets::asset_exists(TOKEN.0) && Assets::name(TOKEN.0).is_empty());
		assert_eq!((pot(), free(&TREASURY)), (0, ED));
		let bond = TERMS.bond;
		assert_eq!(
			last_event(),
			Event::CurveClosed { creator: CREATOR, token: TOKEN, bond, deposit, left: 0 }
		);
		// The next launch is the second one, of another token.
		assert_ok!(launch(LINEAR, NO_SHARE));
		assert_eq!((market().launches, market().token), (2, TOKEN.next()));
	});
}

/// What is known of a model stays as long as the model or its curve.
#[test]
fn nothing_is_kept_of_a_model_that_is_gone() {
	ExtBuilder::launched(NO_SHARE, || {
		remove_model();
		assert!(Markets::<Test>::contains_key(MODEL));
		assert_ok!(close());
		assert!(!Markets::<Test>::contains_key(MODEL));
	});
	ExtBuilder::launched(NO_SHARE, || {
		assert_ok!(close());
		assert!(Markets::<Test>::contains_key(MODEL));
		remove_model();
		assert!(!Markets::<Test>::contains_key(MODEL));
		remove_model();
		assert!(!Markets::<Test>::contains_key(MODEL));
	});
}

#[test]
fn what_is_left_is_the_treasurys() {
	ExtBuilder::launched(Terms { burn_rate: 100_000, ..NO_SHARE }, || {
		mature();
		succeed();
		HasEscrow::set(false);
		assert_ok!(buy(&ALICE, 1_000 * WHOLE));
		assert_ok!(sell(&ALICE, 1_000 * WHOLE));
		assert_noop!(close(), Error::<Test>::FeesUnsettled);
		assert_ok!(settle());
		assert_eq!(record().premium, 0);
		// A premium that is too little to create the escrow's account.
		HasEscrow::set(true);
		assert_ok!(buy(&ALICE, 1_000_000));
		assert_ok!(sell(&ALICE, 1_000_000));
		assert_ok!(settle());
		donate(3 * ENGR);
		// The reserve behind a hundred destroyed tokens, what the last trades left of it, and that premium.
		let (reserve, premium) = (record().reserve, record().premium);
		let least = 50 * ENGR + 10 * ENGR / 1_000;
		assert!((least..least + 100_000).contains(&reserve) && (1..ED).contains(&premium));
		let (creators, before) = (free(&CREATOR), free(&TREASURY));
		let back = record().deposit + record().endowment + TERMS.bond;
		assert_ok!(close());
		assert_eq!(free(&TREASURY) - before, reserve + premium + 3 * ENGR);
		assert_eq!((free(&CREATOR) - creators, pot()), (back, 0));
	});
}

#[test]
fn takes_as_many_calls_as_others_left_accounts() {
	ExtBuilder::launched(NO_SHARE, || {
		// Four empty accounts and one approval.
		for who in [ALICE, BOB, CAROL, CREATOR] {
			assert_ok!(Assets::touch(RuntimeOrigin::signed(who), TOKEN.0));
		}
		assert_ok!(Assets::approve_transfer(RuntimeOrigin::signed(ALICE), TOKEN.0, BOB, 1));
		assert_ok!(close());
		assert_eq!(
			(record().state, last_event()),
			(CurveState::Closing, Event::CurveClosing { token: TOKEN })
		);
		assert_noop!(buy(&ALICE, WHOLE), Error::<Test>::NotOpen);
		assert_noop!(launch(LINEAR, NO_SHARE), Error::<Test>::AlreadyLaunched);
		check();
		assert_ok!(close());
		assert_noop!(close(), Error::<Test>::UnknownToken);
		assert_eq!((free(&ALICE), free(&BOB), free(&CREATOR)), (RICHES, RICHES, RICHES));
	});
}

#[test]
fn goes_on_when_somebody_else_removes_the_token() {
	ExtBuilder::launched(NO_SHARE, || {
		assert_ok!(Assets::approve_transfer(RuntimeOrigin::signed(ALICE), TOKEN.0, BOB, 1));
		assert_ok!(Assets::approve_transfer(RuntimeOrigin::signed(ALICE), TOKEN.0, CAROL, 1));
		assert_ok!(Assets::approve_transfer(RuntimeOrigin::signed(BOB), TOKEN.0, CAROL, 1));
		assert_ok!(close());
		assert_eq!(record().state, CurveState::Closing);
		let mallory = || RuntimeOrigin::signed(BOB);
		assert_ok!(Assets::destroy_accounts(mallory(), TOKEN.0));
		assert_ok!(Assets::destroy_approvals(mallory(), TOKEN.0));
		assert_ok!(Assets::finish_destroy(mallory(), TOKEN.0));
		assert_ok!(close());
		assert_eq!((free(&ALICE), free(&BOB), free(&CREATOR)), (RICHES, RICHES, RICHES));
	});
}

/// As a vested transfer does it: what is frozen covers nothing of what is owed, and stops nobody.
#[test]
fn a_frozen_gift_takes_the_place_of_nothing() {
	ExtBuilder::launched(NO_SHARE, || {
		mature();
		assert_ok!(buy(&ALICE, WHOLE));
		assert_ok!(settle());
		let gift = 10 * ENGR;
		let account = Bonding::pot_of(TOKEN);
		give(&BOB, gift);
		Balances::set_lock(*b"vesting ", &account, gift, WithdrawReasons::all());
		// Of the gift only what the account's own endowment can stand for leaves it.
		let _ = settle();
		check();
		assert_ok!(sell(&ALICE, WHOLE));
		assert_ok!(settle());
		assert_ok!(close());
		assert_eq!(pot(), gift);
	});
}

/// Another asset keeps the account of the curve alive. Nobody but the creator loses by it, and no more than the existential
/// deposit.
#[test]
fn another_asset_at_the_account_stops_nobody() {
	ExtBuilder::launched(NO_SHARE, || {
		let other = 7;
		assert_ok!(<Assets as Create<_>>::create(other, ALICE, false, 1));
		assert_ok!(Assets::mint_into(other, &Bonding::pot_of(TOKEN), 1));
		assert_ok!(close());
		assert_eq!((free(&CREATOR), pot()), (RICHES - ED, ED));
	});
}

#[test]
fn fails_when_somebody_has_tokens() {
	ExtBuilder::launched(NO_SHARE, || {
		mature();
		assert_ok!(buy(&ALICE, 1));
		assert_ok!(settle());
		assert_noop!(close(), Error::<Test>::TokensExist);
		assert_ok!(sell(&ALICE, 1));
		assert_ok!(close());
	});
}

#[test]
fn fails_when_tokens_are_to_be_released() {
	ExtBuilder::launched(TERMS, || {
		assert_noop!(close(), Error::<Test>::TokensExist);
		mature();
		assert_ok!(release());
		assert_noop!(close(), Error::<Test>::TokensExist);
		let mut left: Balance = 10_000;
		while left > 0 {
			let amount = left.min(1_000);
			assert_ok!(sell(&CREATOR, amount * WHOLE));
			pass(1);
			left -= amount;
		}
		assert_ok!(settle());
		assert_ok!(close());
	});
}

#[test]
fn fails_when_it_is_anothers() {
	ExtBuilder::launched(NO_SHARE, || {
		assert_noop!(Bonding::close(RuntimeOrigin::signed(ALICE), TOKEN), Error::<Test>::NotCreator);
		assert_noop!(Bonding::close(RuntimeOrigin::none(), TOKEN), DispatchError::BadOrigin);
		let other = Bonding::close(RuntimeOrigin::signed(CREATOR), TOKEN.next().unwrap());
		assert_noop!(other, Error::<Test>::UnknownToken);
		let move_to = |state| {
			crate::Curves::<Test>::mutate(TOKEN, |record| record.as_mut().unwrap().state = state);
		};
		move_to(CurveState::Graduated);
		assert_noop!(close(), Error::<Test>::NotOpen);
		move_to(CurveState::Open);
	});
}
