//! `close`.

use crate::{mock::*, pallet::*, HoldReason, PoolState};
use engram_primitives::units::ENGR;
use frame_support::{
	assert_noop, assert_ok,
	traits::fungibles::{metadata::Inspect as _, Create, Inspect as _, Mutate as _},
};
use sp_runtime::DispatchError;

#[test]
fn gives_everything_back() {
	ExtBuilder::opened(TERMS, || {
		let crate::PoolRecord { deposit, .. } = record();
		donate(&CREATOR, SHARE);
		assert_ok!(close());
		assert_eq!(free(&CREATOR), RICHES);
		assert_eq!((held(HoldReason::PoolBond, &CREATOR), held(HoldReason::PoolDeposit, &CREATOR)), (0, 0));
		assert!(!Pools::<Test>::contains_key(TOKEN) && !PoolTokens::<Test>::contains_key(MODEL));
		assert!(!Assets::asset_exists(TOKEN.0) && Assets::name(TOKEN.0).is_empty());
		assert_eq!(free(&Pooling::pot_of(TOKEN)), 0);
		assert_eq!(last_event(), Event::PoolClosed { creator: CREATOR, token: TOKEN, bond: BOND, deposit });
		// The next one is another token.
		assert_ok!(open(TERMS));
		assert_eq!(Pooling::token_of(MODEL), TOKEN.next());
	});
}

#[test]
fn gives_the_creator_the_coins_that_the_account_was_sent() {
	ExtBuilder::opened(TERMS, || {
		let pot = Pooling::pot_of(TOKEN);
		give_coins(&ALICE, 3 * ENGR);
		donate(&CREATOR, SHARE);
		assert_ok!(close());
		assert_eq!((free(&CREATOR), free(&pot)), (RICHES + 3 * ENGR, 0));
	});
}

#[test]
fn takes_as_many_calls_as_others_left_accounts() {
	ExtBuilder::opened(TERMS, || {
		// Four empty accounts and one approval.
		for who in [ALICE, BOB, CAROL, MARKET] {
			assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(CREATOR), who.clone(), ENGR));
			assert_ok!(Assets::touch(RuntimeOrigin::signed(who), TOKEN.0));
		}
		assert_ok!(Assets::approve_transfer(RuntimeOrigin::signed(ALICE), TOKEN.0, BOB, 1));
		donate(&CREATOR, SHARE);
		assert_ok!(close());
		assert_eq!((record().state, last_event()), (PoolState::Closing, Event::PoolClosing { token: TOKEN }));
		assert_eq!(Assets::total_issuance(TOKEN.0), 0);
		assert_noop!(open(TERMS), Error::<Test>::HasToken);
		check();
		assert_ok!(close());
		assert_noop!(close(), Error::<Test>::UnknownToken);
		assert_eq!((free(&ALICE), free(&BOB)), (RICHES + ENGR, RICHES + ENGR));
	});
}

#[test]
fn goes_on_when_somebody_else_removes_the_token() {
	ExtBuilder::opened(TERMS, || {
		for who in [ALICE, BOB, CAROL] {
			assert_ok!(Assets::touch(RuntimeOrigin::signed(who), TOKEN.0));
		}
		donate(&CREATOR, SHARE);
		assert_ok!(close());
		assert_eq!(record().state, PoolState::Closing);
		let mallory = || RuntimeOrigin::signed(BOB);
		assert_ok!(Assets::destroy_accounts(mallory(), TOKEN.0));
		assert_ok!(Assets::destroy_approvals(mallory(), TOKEN.0));
		assert_ok!(Assets::finish_destroy(mallory(), TOKEN.0));
		check();
		assert_ok!(close());
		assert_eq!((free(&ALICE), free(&BOB), free(&CREATOR)), (RICHES, RICHES, RICHES));
	});
}

/// Another asset keeps the account of the pool alive. Nobody but the creator loses by it, and no more than the existential
/// deposit.
#[test]
fn another_asset_at_the_account_stops_nobody() {
	ExtBuilder::opened(TERMS, || {
		let other = 7;
		assert_ok!(<Assets as Create<_>>::create(other, ALICE, false, 1));
		assert_ok!(Assets::mint_into(other, &Pooling::pot_of(TOKEN), 1));
		donate(&CREATOR, SHARE);
		assert_ok!(close());
		assert_eq!((free(&CREATOR), free(&Pooling::pot_of(TOKEN))), (RICHES - ED, ED));
	});
}

#[test]
fn fails_when_somebody_has_tokens() {
	ExtBuilder::opened(TERMS, || {
		assert_noop!(close(), Error::<Test>::TokensExist);
		give(&CREATOR, &ALICE, 1);
		donate(&CREATOR, SHARE - 1);
		assert_noop!(close(), Error::<Test>::TokensExist);
		donate(&ALICE, 1);
		// Whether the pool took them or not.
		assert_ok!(take_gifts());
		assert_ok!(close());
	});
}

#[test]
fn fails_when_answers_are_under_way() {
	ExtBuilder::opened(TERMS, || {
		let job = ask(&CREATOR, 10).unwrap();
		donate(&CREATOR, tokens(&CREATOR));
		assert_noop!(close(), Error::<Test>::AnswersPending);
		serve(job, true);
		assert_ok!(close());
	});
}

#[test]
fn fails_when_it_is_anothers() {
	ExtBuilder::opened(TERMS, || {
		assert_noop!(Pooling::close(RuntimeOrigin::signed(ALICE), TOKEN), Error::<Test>::NotCreator);
		assert_noop!(Pooling::close(RuntimeOrigin::none(), TOKEN), DispatchError::BadOrigin);
		let other = Pooling::close(RuntimeOrigin::signed(CREATOR), TOKEN.next().unwrap());
		assert_noop!(other, Error::<Test>::UnknownToken);
	});
}
