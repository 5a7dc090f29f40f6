//! Negative controls: one corrupted item for each thing `try_state` checks.

use crate::{
	mock::*, pallet::*, CurveRecordOf, CurveState, Graduation, HoldReason, Measurement, ModelMarket, Sample,
};
use engram_math::curve::WHOLE;
use engram_primitives::{units::ENGR, ModelId, TokenId, VersionId, FIRST_TOKEN};
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		fungible::{Mutate, MutateHold},
		fungibles::Mutate as _,
		tokens::{Fortitude, Precision, Preservation},
	},
};
use sp_runtime::{traits::Dispatchable, TryRuntimeError};

/// A curve that has sold, bought back, destroyed, released and measured. Corrupts one item and expects one message.
fn broken(corrupt: impl FnOnce(), message: &'static str) {
	ExtBuilder.build().execute_with(|| {
		assert_ok!(launch(LINEAR, crate::Terms { burn_rate: 50_000, ..TERMS }));
		pass(5 * HOUR);
		succeed();
		for slot in 0..3 {
			assert_ok!(buy(&ALICE, 1_000 * WHOLE));
			assert_ok!(sell(&ALICE, 100 * WHOLE));
			pass(slot * HOUR);
		}
		assert_ok!(release());
		check();
		corrupt();
		assert_eq!(Bonding::do_try_state(), Err(TryRuntimeError::Other(message)));
	});
}

fn curve(change: impl FnOnce(&mut CurveRecordOf<Test>)) {
	crate::Curves::<Test>::mutate(TOKEN, |record| change(record.as_mut().unwrap()));
}

#[test]
fn inv_curves_1_notices_tokens_that_the_curve_did_not_sell() {
	let message = "INV-CURVES-1: the tokens are not what was bought and not sold";
	broken(|| assert_eq!(Assets::mint_into(TOKEN.0, &BOB, 1), Ok(1)), message);
	broken(|| assert_eq!(burn_tokens(1), Ok(1)), message);
	broken(|| curve(|record| record.destroyed -= 1), message);
	broken(|| curve(|record| record.released += 1), message);
	broken(|| curve(|record| record.sold += 1), message);
	broken(|| curve(|record| record.bought += 1), message);
	broken(|| curve(|record| record.sold = record.bought + 1), message);
	let beyond = || {
		let more = 1_000_000 * WHOLE;
		curve(|record| record.bought += more);
		assert_eq!(Assets::mint_into(TOKEN.0, &BOB, more), Ok(more));
	};
	broken(beyond, message);
}

fn burn_tokens(amount: u128) -> Result<u128, sp_runtime::DispatchError> {
	let (gone, exact, polite) = (Preservation::Expendable, Precision::Exact, Fortitude::Polite);
	Assets::burn_from(TOKEN.0, &ALICE, amount, gone, exact, polite)
}

/// What the runtime must filter: with it a holder could destroy tokens unseen.
#[test]
fn inv_curves_1_needs_the_filter() {
	let message = "INV-CURVES-1: the tokens are not what was bought and not sold";
	broken(
		|| {
			assert_ok!(Assets::refund(RuntimeOrigin::signed(ALICE), TOKEN.0, true));
		},
		message,
	);
	ExtBuilder::launched(TERMS, || {
		assert_ok!(buy(&ALICE, WHOLE));
		let refund = |allow_burn| {
			let call = pallet_assets::Call::refund { id: TOKEN.0, allow_burn };
			RuntimeCall::Assets(call).dispatch(RuntimeOrigin::signed(ALICE)).map_err(|refused| refused.error)
		};
		assert_noop!(refund(true), frame_system::Error::<Test>::CallFiltered);
		assert_noop!(refund(false), pallet_assets::Error::<Test>::WouldBurn);
	});
}

#[test]
fn inv_curves_2_notices_money_that_is_not_there() {
	let message = "INV-CURVES-2: the account of a curve has less than it owes";
	let lose = || {
		let (keep, exact, polite) = (Preservation::Preserve, Precision::Exact, Fortitude::Polite);
		Balances::burn_from(&Bonding::pot_of(TOKEN), 1, keep, exact, polite).unwrap();
	};
	broken(lose, message);
	broken(|| curve(|record| record.fees += 1), message);
	broken(|| curve(|record| record.premium += 1), message);
	broken(|| curve(|record| record.endowment += 1), message);
	broken(|| curve(|record| record.reserve += 1), message);
	broken(|| curve(|record| record.reserve = u128::MAX), message);
	// It is there, and cannot leave.
	let held = || {
		assert_ok!(Balances::hold(&HoldReason::LaunchDeposit.into(), &Bonding::pot_of(TOKEN), 1));
	};
	broken(held, message);
}

#[test]
fn inv_curves_3_notices_a_reserve_that_is_short() {
	let short = || {
		curve(|record| {
			let whole = record.curve.integral_to_ceil(record.supply().unwrap()).unwrap();
			record.pay_out(record.reserve - whole + 1).unwrap();
		});
	};
	broken(short, "INV-CURVES-3: a reserve does not cover its curve");
}

/// The account has as much as before and the curve is covered: only what flowed tells.
#[test]
fn inv_curves_3_notices_a_reserve_beside_its_flows() {
	let message = "INV-CURVES-3: a reserve is not what was paid in and not paid out";
	let moved = |record: &mut CurveRecordOf<Test>| {
		record.fees -= 1;
		record.reserve += 1;
	};
	broken(|| curve(moved), message);
	broken(|| curve(|record| record.paid_in += 1), message);
	broken(|| curve(|record| record.paid_out += 1), message);
	broken(|| curve(|record| record.paid_out = record.paid_in + 1), message);
}

#[test]
fn inv_curves_4_notices_a_price_beside_the_curve() {
	let message = "INV-CURVES-4: a price is not that of its curve";
	broken(|| curve(|record| record.price += 1), message);
	broken(|| curve(|record| record.spot = record.origin), message);
	broken(|| curve(|record| record.origin = record.spot), message);
}

#[test]
fn inv_curves_5_notices_claims_that_were_not_launched() {
	let message = "INV-CURVES-5: locked claims do not sum to what a curve has locked";
	broken(|| curve(|record| record.locked += 1), message);
	let forget_one = || {
		LockedClaims::<Test>::mutate(TOKEN, |claims| {
			claims.pop();
		});
	};
	broken(forget_one, message);
	let empty = || {
		LockedClaims::<Test>::mutate(TOKEN, |claims| {
			claims[0].amount += claims[1].amount;
			claims[1].amount = 0;
		});
	};
	broken(empty, message);
	let stray = || LockedClaims::<Test>::insert(TokenId(TOKEN.0 + 1), claims());
	broken(stray, "INV-CURVES-5: a token without a curve has locked claims");
}

#[test]
fn inv_curves_6_notices_holds_that_no_curve_has() {
	let message = "INV-CURVES-6: a hold is not the sum of an account's deposits";
	broken(|| curve(|record| record.deposit -= 1), message);
	broken(
		|| {
			assert_ok!(Balances::hold(&HoldReason::LaunchDeposit.into(), &BOB, 1));
		},
		message,
	);
	let message = "INV-CURVES-6: a hold is not the sum of an account's stakes";
	broken(|| curve(|record| record.terms.bond -= 1), message);
	let freed = || {
		Balances::release(&HoldReason::LaunchBond.into(), &CREATOR, ENGR, Precision::Exact).unwrap();
	};
	broken(freed, message);
	broken(
		|| curve(|record| record.creator = NOBODY),
		"INV-CURVES-6: a hold is not the sum of an account's deposits",
	);
}

#[test]
fn inv_curves_6_notices_a_creator_without_an_account() {
	let message = "INV-CURVES-6: a creator has no account";
	broken(
		|| {
			let record = record();
			for (reason, amount) in
				[(HoldReason::LaunchDeposit, record.deposit), (HoldReason::LaunchBond, record.terms.bond)]
			{
				Balances::release(&reason.into(), &CREATOR, amount, Precision::Exact).unwrap();
			}
			curve(|record| record.creator = NOBODY);
		},
		message,
	);
}

#[test]
fn inv_curves_7_notices_a_curve_beside_its_model() {
	let message = "INV-CURVES-7: a curve is not the one of its model";
	let market = |change: fn(&mut ModelMarket)| Markets::<Test>::mutate(MODEL, change);
	broken(|| market(|market| market.token = None), message);
	broken(|| market(|market| market.launches += 1), message);
	broken(|| curve(|record| record.model = ModelId(99)), message);
	broken(|| NextToken::<Test>::put(FIRST_TOKEN), "INV-CURVES-7: an id is out of range");
	let message = "INV-CURVES-7: a model has the token of another, or none";
	let other = |token| Markets::<Test>::mutate(OTHER_MODEL, |market| market.token = Some(token));
	broken(|| other(TOKEN), message);
	broken(|| other(TokenId(TOKEN.0 + 1)), message);
	let gone = || Markets::<Test>::insert(ModelId(99), ModelMarket::default());
	broken(gone, "INV-CURVES-7: a model is gone, and what was known of it is not");
}

#[test]
fn inv_curves_8_notices_tokens_before_their_time() {
	let message = "INV-CURVES-8: a creator has tokens before their time";
	broken(|| curve(|record| record.terms.lock_up += 5 * HOUR), message);
	let more = || {
		curve(|record| {
			record.released += 1;
			record.terms.vesting *= 2;
		});
		assert_eq!(Assets::mint_into(TOKEN.0, &CREATOR, 1), Ok(1));
	};
	broken(more, message);
}

#[test]
fn inv_curves_9_notices_a_past_that_was_not() {
	let message = "INV-CURVES-9: metrics are above one, or from the future";
	broken(|| curve(|record| record.metrics[2] = ONE + 1), message);
	broken(|| curve(|record| record.refreshed = Epoch::get() + 1), message);
	let message = "INV-CURVES-9: the samples of a history are not in order";
	broken(|| curve(|record| record.history.samples.as_mut().reverse()), message);
	let future = || {
		curve(|record| {
			let slot = record.history.samples.last().unwrap().slot + 100;
			record.history.samples.try_push(Sample { slot, price: 1 }).unwrap();
		});
	};
	broken(future, message);
	let message = "INV-CURVES-9: measurements are above one, or out of order";
	let measured = |accuracy, improvement, versions: [u64; 2]| {
		let measurement = |version| Measurement { version: VersionId(version), accuracy, improvement };
		let measured = versions.map(measurement).to_vec().try_into().unwrap();
		Markets::<Test>::mutate(MODEL, |market| market.measured = measured);
	};
	broken(|| measured(ONE + 1, None, [1, 2]), message);
	broken(|| measured(ONE, Some(ONE + 1), [1, 2]), message);
	broken(|| measured(ONE, Some(ONE), [2, 1]), message);
	broken(|| measured(ONE, Some(ONE), [2, 2]), message);
}

/// A graduated curve of which a claim was paid. Corrupts one item and expects one message.
fn broken_later(corrupt: impl FnOnce(), message: &'static str) {
	ExtBuilder.build().execute_with(|| {
		assert_ok!(launch(LINEAR, super::graduate::SOON));
		super::graduate::ripen();
		assert_ok!(graduate());
		next_epoch();
		assert_ok!(claim(1));
		check();
		corrupt();
		assert_eq!(Bonding::do_try_state(), Err(TryRuntimeError::Other(message)));
	});
}

fn graduated(change: impl FnOnce(&mut Graduation)) {
	curve(|record| change(record.graduation.as_mut().unwrap()));
}

#[test]
fn inv_curves_1_notices_tokens_beside_the_pool_and_the_claims() {
	let message = "INV-CURVES-1: the tokens are not what was bought and not sold";
	broken_later(|| graduated(|graduation| graduation.tokens += 1), message);
	broken_later(|| graduated(|graduation| graduation.paid[1] -= 1), message);
	broken_later(|| assert_eq!(Assets::mint_into(TOKEN.0, &BOB, 1), Ok(1)), message);
	let beyond = || {
		curve(|record| {
			let more = record.room().unwrap() + 1;
			record.graduation.as_mut().unwrap().tokens += more;
			assert_eq!(Assets::mint_into(TOKEN.0, &BOB, more), Ok(more));
		});
	};
	broken_later(beyond, message);
}

/// More than is owed is no fault of the pallet: only the mock, which knows every gift, can tell.
#[test]
#[should_panic = "what an account has is not what its curve owes, and gifts"]
fn the_mock_notices_money_that_nobody_gave() {
	ExtBuilder::launched(TERMS, || {
		donate(ENGR);
		check();
		assert_ok!(Balances::transfer(&CAROL, &Bonding::pot_of(TOKEN), 1, Preservation::Preserve));
	});
}

#[test]
fn inv_curves_3_notices_a_reserve_beside_the_pool() {
	let reserve = || {
		curve(|record| record.pay_in(1).unwrap());
		assert_eq!(Balances::mint_into(&Bonding::pot_of(TOKEN), 1), Ok(1));
	};
	broken_later(reserve, "INV-CURVES-3: a reserve does not cover its curve");
}

#[test]
fn inv_curves_6_notices_the_stake_of_a_graduated_curve() {
	let message = "INV-CURVES-6: a hold is not the sum of an account's stakes";
	let held = || {
		assert_ok!(Balances::hold(&HoldReason::LaunchBond.into(), &CREATOR, 1));
	};
	broken_later(held, message);
}

#[test]
fn inv_curves_10_notices_a_pool_that_its_curve_does_not_hold() {
	let lost = || {
		let (lp, pot) = (share(TOKEN).unwrap(), Bonding::pot_of(TOKEN));
		assert_ok!(PoolAssets::transfer(RuntimeOrigin::signed(pot), lp, ALICE, 1));
	};
	broken_later(lost, "INV-CURVES-10: shares of a pool have left their curve");
	let message = "INV-CURVES-10: claims were paid before their time";
	broken_later(|| Epoch::mutate(|epoch| *epoch -= 1), message);
	broken_later(|| curve(|record| record.terms.emission -= 1), message);
	let short = || {
		graduated(|graduation| {
			let paid = graduation.paid.pop().unwrap();
			graduation.tokens += paid;
		});
	};
	broken_later(short, message);
	broken_later(|| graduated(|graduation| graduation.epoch = Epoch::get() + 1), message);
}

#[test]
fn inv_curves_10_notices_a_state_without_its_pool() {
	// As a curve that nobody has anything of, so that nothing else is wrong.
	let broken = |change: fn(&mut CurveRecordOf<Test>), message| {
		ExtBuilder.build().execute_with(|| {
			assert_ok!(launch(LINEAR, crate::Terms { creator_share: 0, bond: BOUNDS.least_bond, ..TERMS }));
			check();
			curve(change);
			assert_eq!(Bonding::do_try_state(), Err(TryRuntimeError::Other(message)));
		});
	};
	broken(|record| record.state = CurveState::Graduated, "INV-CURVES-10: a graduated curve has no pool");
	let pool = |record: &mut CurveRecordOf<Test>| {
		record.graduation =
			Some(Graduation { epoch: 7, tokens: 0, shares: 0, paid: vec![0, 0].try_into().unwrap() });
	};
	broken(pool, "INV-CURVES-10: a curve that trades has a pool");
}
