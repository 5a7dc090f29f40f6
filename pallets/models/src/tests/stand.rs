use crate::{mock::*, Error, Event, HoldReason, Lock, Locks, Standing, Standings};
use engram_primitives::{ModelId, TokenId};
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		fungible::Inspect,
		fungibles::{Create, Mutate},
		AccountTouch, Get,
	},
};
use sp_runtime::{ArithmeticError, DispatchError, TokenError};

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		give(model, CAROL, TOKENS);
		System::reset_events();
		assert_ok!(stand(CAROL, model, 300));

		let token = TokenId(token_of(model));
		assert_eq!(
			Locks::<Test>::get(model, CAROL),
			Some(Lock { amount: 300, fresh: 300, fresh_since: 1, deposit: DEPOSIT })
		);
		let standing = Standing { locks: 1, ..Standing::new(token) };
		assert_eq!(Standings::<Test>::get(model), Some(standing));
		assert_eq!(tokens(model, CAROL), TOKENS - 300);
		assert_eq!(on_hold(HoldReason::StandingDeposit, CAROL), DEPOSIT);
		assert_eq!(Balances::balance(&CAROL), RICHES - DEPOSIT);
		assert_eq!(Registry::counted_of(model, CAROL), 0);
		let old_at = 1 + PERIOD;
		assert_eq!(
			events(),
			[Event::TokensLocked { who: CAROL, model, token, amount: 300, locked: 300, old_at }]
		);
	});
}

#[test]
fn all_tokens_can_be_locked() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		give(model, CAROL, TOKENS);
		assert_ok!(stand(CAROL, model, TOKENS));
		assert_eq!(tokens(model, CAROL), 0);
		pass(PERIOD);
		assert_ok!(withdraw(CAROL, model));
		assert_eq!(tokens(model, CAROL), TOKENS);
	});
}

#[test]
fn locking_more_leaves_what_counts_and_takes_no_second_deposit() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		give(model, CAROL, TOKENS);
		let counted = || Registry::counted_of(model, CAROL);
		assert_ok!(stand(CAROL, model, 300));
		pass(PERIOD - 1);
		assert_eq!(counted(), 0);
		pass(1);
		assert_eq!(counted(), 300);
		assert_ok!(stand(CAROL, model, 50));
		assert_eq!(counted(), 300);
		pass(PERIOD - 1);
		// What is not old yet begins anew with what joins it.
		assert_ok!(stand(CAROL, model, 7));
		pass(PERIOD - 1);
		assert_eq!(counted(), 300);
		pass(1);
		assert_eq!(counted(), 357);
		assert_eq!(on_hold(HoldReason::StandingDeposit, CAROL), DEPOSIT);
		assert_eq!(Standings::<Test>::get(model).unwrap().locks, 1);
	});
}

#[test]
fn a_deposit_is_what_it_was_when_it_was_taken() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		give(model, CAROL, TOKENS);
		assert_ok!(stand(CAROL, model, 1));
		AskedDeposit::set(9 * DEPOSIT);
		assert_ok!(stand(CAROL, model, 1));
		assert_eq!(on_hold(HoldReason::StandingDeposit, CAROL), DEPOSIT);
		pass(PERIOD);
		assert_ok!(withdraw(CAROL, model));
		assert_eq!(on_hold(HoldReason::StandingDeposit, CAROL), 0);
	});
}

/// A stranger gives the account of a model so many assets that it can refer to no more.
fn use_up_references(custody: AccountId) {
	assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(BOB), custody, EXISTENTIAL_DEPOSIT));
	let most: u32 = <Test as frame_system::Config>::MaxConsumers::get();
	for id in 0..most {
		assert_ok!(<Assets as Create<AccountId>>::create(id, BOB, false, 1));
		// The last one finds no room.
		let _ = <Assets as Mutate<AccountId>>::mint_into(id, &custody, 1);
	}
	assert!(!System::can_accrue_consumers(&custody, 2));
}

#[test]
fn assets_of_strangers_stop_nobody() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		give(model, CAROL, TOKENS);
		let (token, custody) = (token_of(model), Registry::custody_account(model));
		use_up_references(custody);
		let deposit = <Assets as AccountTouch<u32, AccountId>>::deposit_required(token);
		assert!(deposit > 0);
		let free = || Balances::balance(&CAROL);
		assert_ok!(stand(CAROL, model, 300));
		assert_eq!(free(), RICHES - DEPOSIT - deposit);
		assert_ok!(stand(CAROL, model, 50));
		assert_eq!(free(), RICHES - DEPOSIT - deposit);
		pass(PERIOD);
		assert_ok!(withdraw(CAROL, model));
		assert_eq!((tokens(model, CAROL), free()), (TOKENS, RICHES - deposit));
		// The account is empty, so its deposit can be had back, and is due again for the next lock.
		assert_ok!(Assets::refund_other(RuntimeOrigin::signed(CAROL), token, custody));
		assert_eq!(free(), RICHES);
		assert_ok!(stand(CAROL, model, 300));
		assert_eq!(free(), RICHES - DEPOSIT - deposit);
	});
}

#[test]
fn an_account_that_a_stranger_opened_is_used() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		give(model, CAROL, TOKENS);
		let custody = Registry::custody_account(model);
		use_up_references(custody);
		assert_ok!(Assets::touch_other(RuntimeOrigin::signed(BOB), token_of(model), custody));
		assert_ok!(stand(CAROL, model, 300));
		assert_eq!(Balances::balance(&CAROL), RICHES - DEPOSIT);
	});
}

#[test]
fn fails_when_the_model_is_unknown() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(stand(CAROL, ModelId(0), 1), Error::<Test>::UnknownModel);
	});
}

#[test]
fn fails_when_the_model_is_retired() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		give(model, CAROL, TOKENS);
		assert_ok!(Registry::retire(RuntimeOrigin::signed(ALICE), model));
		assert_noop!(stand(CAROL, model, 1), Error::<Test>::ModelRetired);
	});
}

#[test]
fn fails_when_it_is_the_owner() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		give(model, ALICE, TOKENS);
		assert_noop!(stand(ALICE, model, 1), Error::<Test>::OwnerCannotStand);
	});
}

#[test]
fn fails_when_the_model_has_no_token() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		assert_noop!(stand(CAROL, model, 1), Error::<Test>::NoToken);
	});
}

#[test]
fn fails_at_zero_and_above_what_one_has() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		give(model, CAROL, TOKENS);
		assert_noop!(stand(CAROL, model, 0), Error::<Test>::NothingToLock);
		give(model, DAVE, TOKENS);
		assert_noop!(stand(CAROL, model, TOKENS + 1), TokenError::FundsUnavailable);
		// More than there is of it, or than fits.
		assert_noop!(stand(CAROL, model, u128::MAX), ArithmeticError::Underflow);
		assert_ok!(stand(CAROL, model, 1));
		assert_noop!(stand(CAROL, model, u128::MAX), ArithmeticError::Overflow);
		assert_noop!(Registry::stand(RuntimeOrigin::root(), model, 1), DispatchError::BadOrigin);
	});
}

#[test]
fn fails_when_the_deposit_is_too_much() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		give(model, POOR, TOKENS);
		assert_noop!(stand(POOR, model, 1), TokenError::FundsUnavailable);
	});
}
