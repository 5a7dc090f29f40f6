//! Negative controls: one corrupted item for each thing `try_state` checks.

use crate::{mock::*, pallet::*, HoldReason, Payment, PoolRecordOf};
use engram_math::curve::WHOLE;
use engram_primitives::{units::ENGR, JobId, ModelId, TokenId, FIRST_POOL_TOKEN};
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		fungible::{Mutate, MutateHold},
		fungibles::Mutate as Tokens,
		tokens::{Fortitude, Precision, Preservation},
	},
};
use sp_runtime::{traits::Dispatchable, TryRuntimeError};

/// A pool that has paid, was paid, took a gift and waits for answers. Corrupts one item and expects one message.
fn broken(corrupt: impl FnOnce(), message: &'static str) {
	ExtBuilder.build().execute_with(|| {
		assert_ok!(open(TERMS));
		for unit in 1..=3 {
			assert!(next_update(&ALICE, unit * TERMS.unit_gain - 500) > 0);
		}
		let job = ask(&ALICE, 10).unwrap();
		serve(job, true);
		assert!(ask(&ALICE, 10).is_ok());
		donate(&ALICE, WHOLE);
		assert_ok!(take_gifts());
		check();
		check_pot(0);
		corrupt();
		assert_eq!(Pooling::do_try_state(), Err(TryRuntimeError::Other(message)));
	});
}

fn pool(change: impl FnOnce(&mut PoolRecordOf<Test>)) {
	Pools::<Test>::mutate(TOKEN, |record| change(record.as_mut().unwrap()));
}

#[test]
fn inv_pools_1_notices_tokens_that_were_not_there() {
	let message = "INV-POOLS-1: there are other tokens than the opening fixed";
	broken(|| assert_eq!(Assets::mint_into(TOKEN.0, &BOB, 1), Ok(1)), message);
	let burn = || {
		let (gone, exact, polite) = (Preservation::Expendable, Precision::Exact, Fortitude::Polite);
		assert_eq!(Assets::burn_from(TOKEN.0, &ALICE, 1, gone, exact, polite), Ok(1));
	};
	broken(burn, message);
	broken(|| pool(|record| record.terms.supply += 1), message);
	broken(|| pool(|record| record.state = crate::PoolState::Closing), message);
}

/// What the runtime must filter: with it a holder could destroy tokens unseen.
#[test]
fn inv_pools_1_needs_the_filter() {
	let message = "INV-POOLS-1: there are other tokens than the opening fixed";
	broken(
		|| {
			assert_ok!(Assets::refund(RuntimeOrigin::signed(ALICE), TOKEN.0, true));
		},
		message,
	);
	ExtBuilder::opened(TERMS, || {
		let refund = |allow_burn| {
			let call = pallet_assets::Call::refund { id: TOKEN.0, allow_burn };
			let result = RuntimeCall::Assets(call).dispatch(RuntimeOrigin::signed(CREATOR));
			result.map_err(|refused| refused.error)
		};
		assert_noop!(refund(true), frame_system::Error::<Test>::CallFiltered);
		assert_noop!(refund(false), pallet_assets::Error::<Test>::WouldBurn);
	});
}

#[test]
fn inv_pools_2_notices_a_ledger_that_does_not_sum() {
	let message = "INV-POOLS-2: a pool has not what it began with, was paid and paid";
	broken(|| pool(|record| record.left -= 1), message);
	broken(|| pool(|record| record.paid += 1), message);
	broken(|| pool(|record| record.received += 1), message);
	broken(|| pool(|record| record.gifts -= 1), message);
	broken(|| pool(|record| record.received = u128::MAX), message);
}

#[test]
fn inv_pools_3_notices_tokens_that_are_not_in_the_account() {
	let message = "INV-POOLS-3: the account of a pool has fewer tokens than it owes";
	let lose = || {
		let (pot, keep) = (Pooling::pot_of(TOKEN), Preservation::Preserve);
		assert_eq!(<Assets as Tokens<_>>::transfer(TOKEN.0, &pot, &BOB, 1, keep), Ok(1));
	};
	broken(lose, message);
	let promised = || {
		pool(|record| {
			record.left += 1;
			record.gifts += 1;
		});
	};
	broken(promised, message);
	broken(|| pool(|record| record.pending = u128::MAX), message);
}

#[test]
fn inv_pools_4_notices_payments_that_nobody_made() {
	let message = "INV-POOLS-4: what is pending of a pool is not what was paid";
	broken(|| pool(|record| record.pending -= 1), message);
	broken(|| Payments::<Test>::remove(JobId(1)), message);
	let payment = |token| Payment { token, payer: BOB, amount: 1 };
	broken(|| Payments::<Test>::insert(JobId(9), payment(TOKEN)), message);
	let stray = || Payments::<Test>::insert(JobId(9), payment(TokenId(TOKEN.0 + 1)));
	broken(stray, "INV-POOLS-4: a payment is in the token of no pool");
}

#[test]
fn inv_pools_5_notices_holds_that_no_pool_has() {
	let message = "INV-POOLS-5: a hold is not the sum of an account's deposits";
	broken(|| pool(|record| record.deposit -= 1), message);
	broken(
		|| {
			assert_ok!(Balances::hold(&HoldReason::PoolDeposit.into(), &BOB, 1));
		},
		message,
	);
	let message = "INV-POOLS-5: a hold is not the sum of an account's stakes";
	broken(|| pool(|record| record.bond -= 1), message);
	let freed = || {
		Balances::release(&HoldReason::PoolBond.into(), &CREATOR, ENGR, Precision::Exact).unwrap();
	};
	broken(freed, message);
	broken(
		|| pool(|record| record.creator = NOBODY),
		"INV-POOLS-5: a hold is not the sum of an account's deposits",
	);
	let nobodys = || {
		let record = PoolRecordOf::<Test> { creator: NOBODY, ..record() };
		let token = TokenId(TOKEN.0 + 1);
		let empty = crate::Terms { supply: 0, ..TERMS };
		let record = PoolRecordOf::<Test> { terms: empty, left: 0, paid: 0, received: 0, ..record };
		Pools::<Test>::insert(token, PoolRecordOf::<Test> { gifts: 0, pending: 0, endowment: 0, ..record });
	};
	broken(nobodys, "INV-POOLS-5: a creator has no account");
}

#[test]
fn inv_pools_6_notices_tokens_of_others() {
	let other = TokenId(TOKEN.0 + 1);
	broken(|| PoolTokens::<Test>::remove(MODEL), "INV-POOLS-6: a pool is not the one of its model");
	broken(|| pool(|record| record.model = OTHER_MODEL), "INV-POOLS-6: a pool is not the one of its model");
	broken(|| OnCurve::set(Some(MODEL)), "INV-POOLS-6: a model has two tokens");
	broken(|| NextToken::<Test>::put(FIRST_POOL_TOKEN), "INV-POOLS-6: an id is out of range");
	let message = "INV-POOLS-6: a model has the token of another, or none";
	broken(|| PoolTokens::<Test>::insert(ModelId(9), TOKEN), message);
	broken(|| PoolTokens::<Test>::insert(ModelId(9), other), message);
}

#[test]
fn inv_pools_7_notices_gains_that_no_update_made() {
	let message = "INV-POOLS-7: the gains of a pool are not those of its updates";
	broken(|| pool(|record| record.best += 10 * TERMS.unit_gain), message);
	broken(|| pool(|record| record.terms.baseline = record.best + 1), message);
	broken(|| pool(|record| record.updates = 1), message);
	broken(|| pool(|record| record.updates = record.best + 1), message);
	let beyond = || {
		pool(|record| {
			record.best = ONE + 1;
			record.updates = 200;
		});
	};
	broken(beyond, message);
	let message = "INV-POOLS-7: the last update of a pool is not one of the past";
	broken(|| pool(|record| record.updated_at = None), message);
	broken(|| pool(|record| record.updated_at = Some(1_000_000)), message);
	let never = || {
		pool(|record| {
			(record.best, record.updates) = (record.terms.baseline, 0);
		});
	};
	broken(never, message);
}

#[test]
fn inv_pools_8_notices_an_account_without_its_endowment() {
	broken(
		|| pool(|record| record.endowment += 1),
		"INV-POOLS-8: the account of a pool has less than its endowment",
	);
	// What is beyond it may go.
	ExtBuilder::opened(TERMS, || {
		give_coins(&ALICE, ENGR);
	});
}

/// More than is owed is no fault of the pallet: only the mock, which knows every gift, can tell.
#[test]
#[should_panic = "what an account has is not what its pool owes, and gifts"]
fn the_mock_notices_tokens_that_nobody_gave() {
	ExtBuilder::opened(TERMS, || {
		donate(&CREATOR, WHOLE);
		check();
		let pot = Pooling::pot_of(TOKEN);
		assert_ok!(Assets::transfer(RuntimeOrigin::signed(CREATOR), TOKEN.0, pot, 1));
	});
}

#[test]
#[should_panic = "an account has other coins than its endowment, and gifts"]
fn the_mock_notices_coins_that_nobody_gave() {
	ExtBuilder::opened(TERMS, || {
		give_coins(&ALICE, ENGR);
		check();
		assert_ok!(Balances::transfer(&ALICE, &Pooling::pot_of(TOKEN), 1, Preservation::Preserve));
	});
}
