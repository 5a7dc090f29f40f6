//! `settle`, and the market factor that it feeds.

use crate::{mock::*, pallet::*, EpochSums, Terms, TradeParts, TradeShares};
use engram_cases::cases;
use engram_math::curve::WHOLE;
use engram_primitives::{
	economy::MarketFactor,
	units::{Balance, ENGR},
	ModelId,
};
use frame_support::{assert_noop, assert_ok};
use proptest::prelude::*;
use sp_runtime::DispatchError;

/// What buying a thousand tokens at .52 costs in fees.
const FEE: Balance = 521 * 10_135 * ENGR / 1_000_000;

fn bought(test: impl FnOnce()) {
	ExtBuilder::launched(TERMS, || {
		mature();
		assert_ok!(buy(&ALICE, 1_000 * WHOLE));
		test();
	});
}

#[test]
fn divides_the_fees() {
	bought(|| {
		let (creators, before) = (free(&CREATOR), pot());
		assert_ok!(settle());
		let (creator, burned, treasury) = (FEE * 9 / 100, FEE * 4 / 10, FEE * 51 / 100);
		assert_eq!((creator + burned + treasury, record().fees), (FEE, 0));
		assert_eq!(
			(free(&CREATOR) - creators, Burned::get(), free(&TREASURY)),
			(creator, burned, ED + treasury)
		);
		assert_eq!(pot(), before - FEE);
		assert_eq!(market().kept, EpochSums { epoch: 7, sums: [burned + treasury, 0, 0] });
		let event = Event::FeesSettled { token: TOKEN, creator, burned, treasury, premium: 0, gifts: 0 };
		assert_eq!(last_event(), event);
	});
}

#[test]
fn moves_the_premium_to_the_models_escrow() {
	ExtBuilder::launched(TERMS, || {
		mature();
		succeed();
		assert_ok!(buy(&ALICE, 1_000 * WHOLE));
		assert_ok!(settle());
		assert_eq!((free(&ESCROW), record().premium), (521 * ENGR, 0));
		let Event::FeesSettled { premium, .. } = last_event() else { panic!() };
		assert_eq!(premium, 521 * ENGR);
	});
}

/// Where there is no escrow any more, which is so for good, the treasury gets it. It is no fee, so nothing else does.
#[test]
fn the_premium_of_a_retired_model_is_the_treasurys() {
	ExtBuilder::launched(TERMS, || {
		mature();
		succeed();
		assert_ok!(buy(&ALICE, 1_000 * WHOLE));
		HasEscrow::set(false);
		let creators = free(&CREATOR);
		assert_ok!(settle());
		let (creator, burned, treasury) = (FEE * 9 / 100, FEE * 4 / 10, FEE * 51 / 100 + 521 * ENGR);
		let event = Event::FeesSettled { token: TOKEN, creator, burned, treasury, premium: 0, gifts: 0 };
		assert_eq!(last_event(), event);
		assert_eq!((free(&TREASURY), free(&CREATOR) - creators), (ED + treasury, creator));
		assert_eq!((record().premium, record().fees, free(&ESCROW)), (0, 0, 0));
		assert_eq!(market().kept.sums[0], FEE * 91 / 100);
		assert_eq!(Some(pot()), record().owed());
		assert_noop!(settle(), Error::<Test>::NothingToSettle);
	});
}

/// The escrow has no account yet, and a premium below the existential deposit cannot create it: the fees do not wait for it.
#[test]
fn a_premium_that_cannot_move_stays() {
	ExtBuilder::launched(TERMS, || {
		mature();
		succeed();
		assert_ok!(buy(&ALICE, 1_000_000));
		let premium = record().premium;
		assert!(premium > 0 && premium < ED);
		assert_ok!(settle());
		assert_eq!((record().premium, record().fees, free(&ESCROW)), (premium, 0, 0));
	});
}

#[test]
fn gifts_are_the_treasurys() {
	bought(|| {
		donate(7 * ENGR);
		let before = record();
		assert_ok!(settle());
		assert_eq!(free(&TREASURY), ED + FEE * 51 / 100 + 7 * ENGR);
		assert_eq!(record().reserve, before.reserve);
		assert_eq!(Some(pot()), record().owed());
		// They are no fees: the market factor does not count them.
		assert_eq!(market().kept.sums[0], FEE * 91 / 100);
		let Event::FeesSettled { gifts, .. } = last_event() else { panic!() };
		assert_eq!(gifts, 7 * ENGR);
		donate(ENGR);
		assert_ok!(settle());
		assert_eq!(market().kept.sums[0], FEE * 91 / 100);
	});
}

#[test]
fn fails_when_there_is_nothing() {
	ExtBuilder::launched(TERMS, || {
		assert_noop!(settle(), Error::<Test>::NothingToSettle);
		assert_noop!(Bonding::settle(RuntimeOrigin::none(), TOKEN), DispatchError::BadOrigin);
		let other = Bonding::settle(RuntimeOrigin::signed(ALICE), TOKEN.next().unwrap());
		assert_noop!(other, Error::<Test>::UnknownToken);
	});
}

#[test]
fn the_market_factor_is_that_of_the_epoch_before() {
	bought(|| {
		let factor = || Bonding::market_factor(MODEL);
		assert_ok!(settle());
		let kept = FEE * 91 / 100;
		assert_eq!(factor(), 0);
		next_epoch();
		let first = u32::try_from(kept * 1_000_000 / MARKET).unwrap();
		assert_eq!((factor(), Bonding::market_factor_of(MODEL)), (first, first));
		// More is settled now, which counts in the next epoch.
		assert_ok!(sell(&ALICE, 1_000 * WHOLE));
		assert_ok!(settle());
		assert_eq!(factor(), first);
		let second = market().kept.sums[0];
		assert_eq!(market().kept, EpochSums { epoch: 8, sums: [second, kept, 0] });
		next_epoch();
		assert_eq!(u128::from(factor()), second * 1_000_000 / MARKET);
		next_epoch();
		assert_eq!(factor(), 0);
		// At most one, and nothing for a model without a token.
		next_epoch();
		let settled = |amount| {
			let kept = EpochSums { epoch: 10, sums: [amount, 0, 0] };
			Markets::<Test>::mutate(MODEL, |market| market.kept = kept);
		};
		settled(MARKET + 1);
		assert_eq!((factor(), Bonding::market_factor(ModelId(9))), (ONE, 0));
		settled(Balance::MAX);
		Reference::set(1);
		assert_eq!(factor(), ONE);
		Reference::set(0);
		assert_eq!(factor(), 0);
	});
}

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn parts_sum_to_the_fees(fees in any::<u128>(), creator in 0u32..=ONE, burn in 0u32..=ONE) {
		let shares = TradeShares { creator, burn };
		if shares.is_valid() {
			let TradeParts { creator: to_creator, burned, treasury } = shares.divide(fees).unwrap();
			prop_assert_eq!(to_creator.checked_add(burned).and_then(|sum| sum.checked_add(treasury)), Some(fees));
			let share = |ppm: u32| fees / 1_000_000 * u128::from(ppm);
			prop_assert!(to_creator >= share(creator) && to_creator <= share(creator) + u128::from(creator) + 1);
			prop_assert!(burned >= share(burn) && burned <= share(burn) + u128::from(burn) + 1);
		} else {
			prop_assert!(creator + burn > ONE);
		}
	}
}

/// Terms do not change it: a launch is no fee.
#[test]
fn the_launch_leaves_nothing_to_settle() {
	ExtBuilder::launched(Terms { creator_share: 200_000, ..TERMS }, || {
		assert_noop!(settle(), Error::<Test>::NothingToSettle);
	});
}
