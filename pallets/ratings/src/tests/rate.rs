//! Burning to rate.

use crate::{mock::*, Asset, AssetRecord, Assets, Error, Event, Policy, Prices, RaterRecord, Raters};
use engram_math::{
	rating::{constant_rate_floor, Dynamics},
	MathError,
};
use engram_primitives::{economy::BurnCause, units::ENGR, ContributionId, ModelId};
use frame_support::{assert_noop, assert_ok};
use frame_system::RawOrigin;
use sp_runtime::{traits::BadOrigin, DispatchError, TokenError};

#[test]
fn works() {
	ExtBuilder::default().build_and_execute(|| {
		let issuance = Balances::total_issuance();
		assert_ok!(rate(ALICE, DATA, ONE, 6 * ENGR));
		assert_eq!(Balances::free_balance(ALICE), RICHES - 6 * ENGR - DEPOSIT);
		assert_eq!(held(ALICE), DEPOSIT);
		assert_eq!(Balances::total_issuance(), issuance - 6 * ENGR);
		assert_eq!(Burned::get(), [(BurnCause::Rating, 6 * ENGR)]);
		assert_eq!(
			Assets::<Test>::get(DATA),
			Some(AssetRecord {
				rating: 3 * ENGR,
				updated_at: 1,
				burned: 6 * ENGR,
				caused: 0,
				credit: 6 * ENGR,
				lapsed: 0
			})
		);
		assert_eq!(
			Raters::<Test>::get(DATA, ALICE),
			Some(RaterRecord { epoch: 7, ratings: 1, deposit: DEPOSIT })
		);
		assert_eq!(
			events(),
			[Event::Rated {
				who: ALICE,
				asset: DATA,
				score: ONE,
				burned: 6 * ENGR,
				counted: 6 * ENGR,
				old: 0,
				new: 3 * ENGR
			}]
		);
	});
}

#[test]
fn a_rating_falls_by_time_and_by_bad_scores_but_not_below_zero() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rate(ALICE, DATA, ONE, 6 * ENGR));
		run_to(11);
		// 3 / e = 1.103638323514...; a burn of 1 with -1/2 takes 1/4.
		assert_ok!(rate(BOB, DATA, -ONE / 2, ENGR));
		assert_eq!(Ratings::rating_of(DATA), 853_638_323_514);
		// An efficiency of one half: twice the rating is what it stands for.
		let record = Assets::<Test>::get(DATA).unwrap();
		assert_eq!((record.credit, record.lapsed), (1_707_276_647_028, 7 * ENGR - 1_707_276_647_028));
		assert!(matches!(
			events().last(),
			Some(Event::Rated { old: 1_103_638_323_514, new: 853_638_323_514, .. })
		));
		assert_ok!(rate(CAROL, DATA, -ONE, 100 * ENGR));
		let record = Assets::<Test>::get(DATA).unwrap();
		assert_eq!((record.rating, record.credit, record.lapsed), (0, 0, 107 * ENGR));
	});
}

#[test]
fn a_burn_causes_no_more_than_what_the_rating_stands_for() {
	ExtBuilder::default().build_and_execute(|| {
		let credit = |asset| Assets::<Test>::get(asset).map(|record| (record.credit, record.lapsed)).unwrap();
		// Half a score is half a burn.
		assert_ok!(rate(ALICE, DATA, ONE / 2, 6 * ENGR));
		assert_eq!(credit(DATA), (3 * ENGR, 3 * ENGR));
		// What does not count in the rating cannot be caused either: two of three.
		assert_ok!(rate(BOB, MODEL, ONE, 2 * ENGR));
		assert_ok!(rate(BOB, MODEL, ONE, 3 * ENGR));
		assert_eq!(credit(MODEL), (4 * ENGR, ENGR));
		// No score and bad ones add nothing.
		assert_ok!(rate(CAROL, DATA, 0, ENGR));
		assert_eq!(credit(DATA), (3 * ENGR, 4 * ENGR));
		assert_ok!(rate(PAYER, DATA, -ONE, ENGR));
		assert_eq!(credit(DATA), (2 * ENGR, 6 * ENGR));
	});
}

#[test]
fn without_efficiency_only_a_rating_of_nothing_lapses() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rate(ALICE, DATA, ONE, 6 * ENGR));
		let dynamics = Dynamics { efficiency: 0, decay: 0 };
		assert_ok!(Ratings::set_dynamics(RuntimeOrigin::root(), dynamics));
		assert_ok!(rate(BOB, DATA, ONE, ENGR));
		assert_ok!(rate(BOB, MODEL, ONE, ENGR));
		let [data, model] = [DATA, MODEL].map(|asset| Assets::<Test>::get(asset).unwrap());
		assert_eq!((data.rating, data.credit, data.lapsed), (3 * ENGR, 7 * ENGR, 0));
		assert_eq!((model.rating, model.credit, model.lapsed), (0, 0, ENGR));
	});
}

#[test]
fn what_is_read_is_what_is_stored() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rate(ALICE, DATA, ONE, 6 * ENGR));
		run_to(18);
		let read = Ratings::rating_of(DATA);
		// A score of zero moves nothing: what it stores is the decayed rating.
		assert_ok!(rate(BOB, DATA, 0, ENGR));
		let record = Assets::<Test>::get(DATA).unwrap();
		assert_eq!((record.rating, record.updated_at), (read, 18));
		// 3 e^(-1.7) = 0.54805057215820...
		assert_eq!(read, 548_050_572_158);
		run_to(5_000);
		assert_eq!(Ratings::rating_of(DATA), 0);
	});
}

#[test]
fn constant_burns_reach_the_papers_value() {
	// R = 3, B = 10, eta = .5, delta = .1, dt = 7: 700 blocks for the 7 units of time, half an impulse at either end.
	const STEPS: u128 = 700;
	let dynamics = Dynamics { efficiency: 500_000, decay: 1_000_000_000_000_000 };
	let policy = Policy { dynamics, prices: Prices { first: 1, growth: 0 }, ..POLICY };
	ExtBuilder { policy, ..Default::default() }.build_and_execute(|| {
		let burn = 10 * 7 * ENGR / STEPS;
		assert_ok!(rate(BOB, DATA, ONE, 6 * ENGR));
		assert_eq!(Ratings::rating_of(DATA), 3 * ENGR);
		assert_ok!(rate(ALICE, DATA, ONE / 2, burn));
		for block in 2..=STEPS as u64 {
			run_to(block);
			assert_ok!(rate(ALICE, DATA, ONE, burn));
		}
		run_to(1 + STEPS as u64);
		assert_ok!(rate(ALICE, DATA, ONE / 2, burn));

		let exact = constant_rate_floor(3 * ENGR, dynamics, burn, STEPS as u64).unwrap();
		assert_eq!(exact, 26_660_490_721_803);
		// The trapezoidal rule is off by h^2 / 12 * (f'(7) - f'(0)), which is 2.1e-6 here, and every step rounds down.
		let reached = Ratings::rating_of(DATA);
		assert!(reached.abs_diff(exact) < 2_200_000, "{reached} is not {exact}");
	});
}

#[test]
fn repeating_costs_more_and_counts_less() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rate(ALICE, DATA, ONE, 2 * ENGR));
		assert_eq!(Ratings::price_of(ALICE, DATA), Some(ENGR + ENGR / 2));
		assert_noop!(rate(ALICE, DATA, ONE, ENGR + ENGR / 2 - 1), Error::<Test>::BurnBelowPrice);
		assert_ok!(rate(ALICE, DATA, ONE, 3 * ENGR));
		// Only 2 of the 3 counted: two ratings with 5 moved it less than one with 5 does.
		assert_eq!(Ratings::rating_of(DATA), 2 * ENGR);
		assert!(matches!(events().last(), Some(Event::Rated { counted, .. }) if *counted == 2 * ENGR));
		assert_ok!(rate(BOB, MODEL, ONE, 5 * ENGR));
		assert_eq!(Ratings::rating_of(MODEL), 5 * ENGR / 2);
		assert_eq!(Ratings::price_of(ALICE, DATA), Some(2 * ENGR));
		// Neither another account nor another asset pays for it, and one deposit is enough.
		assert_eq!(Ratings::price_of(BOB, DATA), Some(ENGR));
		assert_eq!(Ratings::price_of(ALICE, MODEL), Some(ENGR));
		assert_eq!(held(ALICE), DEPOSIT);
	});
}

#[test]
fn the_price_starts_again_in_the_next_epoch() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rate(ALICE, DATA, ONE, ENGR));
		assert_ok!(rate(ALICE, DATA, ONE, 2 * ENGR));
		Epoch::set(8);
		assert_eq!(Ratings::price_of(ALICE, DATA), Some(ENGR));
		RatingDeposit::set(2 * DEPOSIT);
		assert_ok!(rate(ALICE, DATA, ONE, ENGR));
		// The record is used again, with the deposit it has.
		assert_eq!(
			Raters::<Test>::get(DATA, ALICE),
			Some(RaterRecord { epoch: 8, ratings: 1, deposit: DEPOSIT })
		);
		assert_eq!(held(ALICE), DEPOSIT);
	});
}

#[test]
fn models_are_rated_too() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(rate(ALICE, MODEL, ONE, ENGR));
		assert_eq!((Ratings::rating_of(MODEL), Ratings::rating_of(DATA)), (ENGR / 2, 0));
	});
}

#[test]
fn fails_when_there_is_no_such_asset() {
	ExtBuilder::default().build_and_execute(|| {
		for asset in [Asset::Model(ModelId(0)), Asset::Contribution(ContributionId(3))] {
			assert_noop!(rate(ALICE, asset, ONE, ENGR), Error::<Test>::UnknownAsset);
			assert_eq!(Ratings::price_of(ALICE, asset), None);
		}
	});
}

#[test]
fn fails_when_the_score_is_out_of_range() {
	ExtBuilder::default().build_and_execute(|| {
		for score in [ONE + 1, -ONE - 1, i32::MAX, i32::MIN] {
			assert_noop!(rate(ALICE, DATA, score, ENGR), Error::<Test>::ScoreOutOfRange);
		}
		assert_ok!(rate(ALICE, DATA, -ONE, ENGR));
		assert_ok!(rate(BOB, DATA, ONE, ENGR));
	});
}

#[test]
fn fails_when_the_burn_is_below_the_price() {
	ExtBuilder::default().build_and_execute(|| {
		for burn in [0, 1, ENGR - 1] {
			assert_noop!(rate(ALICE, DATA, ONE, burn), Error::<Test>::BurnBelowPrice);
		}
	});
}

#[test]
fn fails_when_the_account_would_not_survive() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(rate(ALICE, DATA, ONE, RICHES), TokenError::FundsUnavailable);
		assert_noop!(rate(ALICE, DATA, ONE, RICHES - ED + 1), TokenError::FundsUnavailable);
		// All but the existential deposit could be burned, were it not for the rating's deposit.
		assert_noop!(rate(ALICE, DATA, ONE, RICHES - ED - DEPOSIT + 1), TokenError::FundsUnavailable);
		assert_noop!(rate(NOBODY, DATA, ONE, ENGR), TokenError::FundsUnavailable);
		assert_ok!(rate(ALICE, DATA, ONE, RICHES - ED - DEPOSIT));
		assert_eq!(Balances::free_balance(ALICE), ED);
	});
}

#[test]
fn fails_when_the_numbers_overflow() {
	ExtBuilder::default().build_and_execute(|| {
		// Nobody has as much, but the mathematics comes first.
		assert_noop!(rate(ALICE, DATA, ONE, u128::MAX), TokenError::FundsUnavailable);
		assert_ok!(rate(ALICE, DATA, ONE, ENGR));
		assert_noop!(rate(BOB, DATA, ONE, u128::MAX), sp_runtime::ArithmeticError::Overflow);
		let dynamics = Dynamics { efficiency: ONE as u32, decay: 0 };
		assert_ok!(Ratings::set_dynamics(RuntimeOrigin::root(), dynamics));
		assert_ok!(rate(CAROL, DATA, ONE, ENGR));
		let overflow = DispatchError::from(MathError::Overflow);
		assert_noop!(rate(BOB, DATA, ONE, u128::MAX), overflow);
	});
}

#[test]
fn fails_when_unsigned() {
	ExtBuilder::default().build_and_execute(|| {
		for origin in [RawOrigin::None, RawOrigin::Root] {
			assert_noop!(Ratings::rate(origin.into(), DATA, ONE, ENGR), BadOrigin);
		}
	});
}
