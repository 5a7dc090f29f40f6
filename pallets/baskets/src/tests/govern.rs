//! `set_targets` and `set_governor`.

use crate::{mock::*, pallet::*};
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
		// Nothing is traded before prices have been noted and have aged again.
		assert_eq!((record().noted, one(0).noted), (None, 0));
		pass(AGE);
		assert_noop!(rebalance(&DAVE), Error::<Test>::NoPrices);
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
