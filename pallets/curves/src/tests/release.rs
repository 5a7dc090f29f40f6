//! `release`.

use crate::{mock::*, pallet::*, Terms};
use engram_math::curve::WHOLE;
use engram_primitives::units::Balance;
use frame_support::{assert_noop, assert_ok, traits::fungibles::Inspect as _};
use sp_runtime::DispatchError;

const INITIAL: Balance = 10_000 * WHOLE;

#[test]
fn releases_linearly_after_the_lock_up() {
	ExtBuilder::launched(TERMS, || {
		pass(HOUR);
		// The lock-up ends in this block, and nothing of the vesting has passed.
		assert_noop!(release(), Error::<Test>::NothingReleased);
		pass(HOUR);
		assert_eq!(Bonding::releasable_of(TOKEN), Some(INITIAL / 10));
		assert_ok!(release());
		assert_eq!((tokens(&CREATOR), record().released), (INITIAL / 10, INITIAL / 10));
		let (amount, locked) = (INITIAL / 10, INITIAL * 9 / 10);
		assert_eq!(last_event(), Event::TokensReleased { creator: CREATOR, token: TOKEN, amount, locked });
		assert_noop!(release(), Error::<Test>::NothingReleased);
		pass(1);
		assert_ok!(release());
		// A six-thousandth, rounded down.
		assert_eq!(tokens(&CREATOR), INITIAL * 601 / 6_000);
		pass(9 * HOUR - 2);
		assert_ok!(release());
		assert_eq!(tokens(&CREATOR), INITIAL * 5_999 / 6_000);
		pass(1);
		assert_ok!(release());
		assert_eq!((tokens(&CREATOR), Assets::total_issuance(TOKEN.0)), (INITIAL, INITIAL));
		pass(DAY);
		assert_noop!(release(), Error::<Test>::NothingReleased);
	});
}

#[test]
fn releases_everything_at_once_without_vesting() {
	ExtBuilder::launched(Terms { vesting: 0, ..TERMS }, || {
		pass(HOUR - 1);
		assert_noop!(release(), Error::<Test>::NothingReleased);
		pass(1);
		assert_ok!(release());
		assert_eq!(tokens(&CREATOR), INITIAL);
	});
}

#[test]
fn what_is_released_can_be_sold() {
	ExtBuilder::launched(TERMS, || {
		mature();
		assert_ok!(release());
		let had = free(&CREATOR);
		assert_ok!(sell(&CREATOR, 1_000 * WHOLE));
		// .519 a token on average, at 1 % and what momentum adds.
		assert!(free(&CREATOR) - had < 519 * WHOLE * 99 / 100);
		assert_eq!(record().sold, 1_000 * WHOLE);
	});
}

#[test]
fn fails_when_there_is_nothing() {
	ExtBuilder::launched(Terms { creator_share: 0, ..TERMS }, || {
		mature();
		assert_noop!(release(), Error::<Test>::NothingReleased);
		assert_noop!(Bonding::release(RuntimeOrigin::none(), TOKEN), DispatchError::BadOrigin);
		let other = Bonding::release(RuntimeOrigin::signed(ALICE), TOKEN.next().unwrap());
		assert_noop!(other, Error::<Test>::UnknownToken);
	});
}
