//! `take_gifts`.

use crate::{mock::*, pallet::*};
use engram_math::curve::WHOLE;
use engram_primitives::TokenId;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

#[test]
fn makes_them_the_pools_own() {
	ExtBuilder::opened(TERMS, || {
		let gift = 3 * WHOLE;
		donate(&CREATOR, gift);
		check_pot(gift);
		assert_eq!((Pooling::gifts_of(TOKEN), record().left), (Some(gift), POOL));
		assert_ok!(take_gifts());
		assert_eq!((record().left, record().gifts), (POOL + gift, gift));
		check_pot(0);
		assert_eq!(last_event(), Event::GiftsTaken { token: TOKEN, amount: gift, left: POOL + gift });
		assert_noop!(take_gifts(), Error::<Test>::NothingToTake);
	});
}

#[test]
fn takes_no_payment_that_is_pending() {
	ExtBuilder::opened(TERMS, || {
		let job = ask(&CREATOR, 10).unwrap();
		assert_noop!(take_gifts(), Error::<Test>::NothingToTake);
		donate(&CREATOR, 1);
		assert_ok!(take_gifts());
		assert_eq!(record().gifts, 1);
		serve(job, false);
		assert_noop!(take_gifts(), Error::<Test>::NothingToTake);
	});
}

#[test]
fn fails_without_an_open_pool() {
	ExtBuilder::opened(TERMS, || {
		let take = |origin, token| Pooling::take_gifts(origin, token);
		assert_noop!(take(RuntimeOrigin::none(), TOKEN), DispatchError::BadOrigin);
		let other = TokenId(TOKEN.0 + 1);
		assert_noop!(take(RuntimeOrigin::signed(ALICE), other), Error::<Test>::UnknownToken);
		for who in [ALICE, BOB, CAROL] {
			assert_ok!(Assets::touch(RuntimeOrigin::signed(who), TOKEN.0));
		}
		donate(&CREATOR, SHARE);
		assert_ok!(close());
		assert_noop!(take_gifts(), Error::<Test>::NotOpen);
	});
}
