//! `set_targets` and `set_governor`.

use crate::{mock::*, pallet::*, Schedule};
use engram_math::curve::WHOLE;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

#[test]
fn the_governor_sets_targets() {
	ExtBuilder::minted(TERMS, 10 * WHOLE, || {
		assert_ok!(note_prices());
		assert_ok!(set_targets(&[0, ONE]));
		assert_eq!((one(0).target, one(1).target), (0, ONE));
		let (old, new) = (targets(&[500_000, 500_000]), targets(&[0, ONE]));
		assert_eq!(last_event(), Event::TargetsUpdated { basket: BASKET, old, new });
		// Nothing is traded before a week is over and prices have been noted and have aged again.
		assert_eq!((record().noted, one(0).noted, record().targets_at), (None, None, Some(1)));
		assert_eq!(Sets::next_rebalance(BASKET), Some(Schedule { note: 1 + WEEK, rebalance: None }));
		for _ in 0..WEEK {
			assert_noop!(note_prices(), Error::<Test>::TooEarly);
			assert_noop!(rebalance(&DAVE), Error::<Test>::NoPrices);
			pass(1);
		}
		assert_ok!(note_prices());
		for _ in 0..AGE {
			assert_noop!(rebalance(&DAVE), Error::<Test>::TooEarly);
			pass(1);
		}
		assert_ok!(rebalance(&DAVE));
		assert_eq!(one(0).book.held, 0);
	});
}

/// Whenever targets are set, holders have as much time.
#[test]
fn a_change_of_targets_starts_the_notice_again() {
	ExtBuilder::minted(TERMS, 10 * WHOLE, || {
		assert_ok!(note_and_rebalance());
		pass(WEEK);
		// Prices have aged for the old targets, which the basket is not rebalanced for any more.
		assert_ok!(note_prices());
		pass(AGE);
		for _ in 0..2 {
			assert_ok!(set_targets(&[0, ONE]));
			assert_noop!(rebalance(&DAVE), Error::<Test>::NoPrices);
			pass(WEEK - 1);
			assert_noop!(note_prices(), Error::<Test>::TooEarly);
		}
		pass(1);
		// Whoever wants to leaves in time.
		assert_ok!(redeem(&ALICE, 5 * WHOLE));
		assert_ok!(note_and_rebalance());
	});
}

#[test]
fn fails_when_targets_are_none() {
	ExtBuilder::created(TERMS, || {
		for wrong in [&[][..], &[ONE], &[ONE, 0, 0]] {
			assert_noop!(set_targets(wrong), Error::<Test>::WrongLength);
		}
		for wrong in [[0, 0], [1, ONE], [u32::MAX, 1], [ONE, ONE]] {
			assert_noop!(set_targets(&wrong), Error::<Test>::TargetsNotWhole);
		}
	});
}

#[test]
fn fails_when_somebody_else_governs() {
	ExtBuilder::created(TERMS, || {
		for (origin, error) in [
			(RuntimeOrigin::signed(ALICE), Error::<Test>::NotGovernor.into()),
			(RuntimeOrigin::root(), DispatchError::BadOrigin),
			(RuntimeOrigin::none(), DispatchError::BadOrigin),
		] {
			assert_noop!(Sets::set_targets(origin.clone(), BASKET, targets(&[0, ONE])), error);
			assert_noop!(Sets::set_governor(origin, BASKET, ALICE), error);
		}
		let (creator, other) = (RuntimeOrigin::signed(CREATOR), BASKET.next().unwrap());
		assert_noop!(
			Sets::set_targets(creator.clone(), other, targets(&[0, ONE])),
			Error::<Test>::UnknownBasket
		);
		assert_noop!(Sets::set_governor(creator, other, ALICE), Error::<Test>::UnknownBasket);
	});
}

#[test]
fn governing_is_handed_over() {
	ExtBuilder::minted(TERMS, 100 * WHOLE, || {
		assert_ok!(Sets::set_governor(RuntimeOrigin::signed(CREATOR), BASKET, BOB));
		assert_eq!(last_event(), Event::GovernorUpdated { basket: BASKET, old: CREATOR, new: BOB });
		assert_noop!(set_targets(&[0, ONE]), Error::<Test>::NotGovernor);
		assert_ok!(Sets::set_targets(RuntimeOrigin::signed(BOB), BASKET, targets(&[0, ONE])));
		// The fees are the new governor's, the deposit is still the creator's.
		assert_ok!(settle());
		assert_eq!((shares(&BOB), shares(&CREATOR)), (6 * WHOLE / 10, 0));
		assert_eq!(held(&CREATOR), record().deposit);
	});
}
