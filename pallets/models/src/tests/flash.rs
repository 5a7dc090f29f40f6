//! Whoever buys tokens for a say in a roll back has to keep them: for a period before it, and through the delay after.

use crate::{mock::*, Error};
use engram_primitives::{ModelId, VersionId};
use frame_support::{
	assert_err, assert_ok,
	traits::{fungibles::Mutate, tokens::Preservation},
};
use sp_runtime::TokenError;

const TARGET: VersionId = VersionId(0);

/// Hands free tokens over, as a lender would.
fn lend(
	model: ModelId,
	from: AccountId,
	to: AccountId,
	amount: u128,
) -> Result<u128, sp_runtime::DispatchError> {
	<Assets as Mutate<AccountId>>::transfer(token_of(model), &from, &to, amount, Preservation::Expendable)
}

/// Two accounts of one buyer lock far more than all holders, and try everything in every block.
#[test]
fn flash_buyers_have_to_stay() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		let buyers = [BOB, ERIN];
		for who in buyers {
			give(model, who, TOKENS);
			assert_ok!(stand(who, model, TOKENS));
		}
		let bought = System::block_number();
		// No seat, no signature, no tokens to sell.
		while System::block_number() < bought + PERIOD {
			for who in buyers {
				assert_err!(take_seat(who, model), Error::<Test>::LockTooYoung);
				assert_err!(request(who, model, TARGET), Error::<Test>::NotSeated);
				assert_err!(withdraw(who, model), Error::<Test>::LockTooYoung);
				let free = tokens(model, who);
				assert_err!(lend(model, who, DAVE, free + 1), TokenError::FundsUnavailable);
			}
			pass(1);
		}
		for who in buyers {
			assert_ok!(take_seat(who, model));
			assert_ok!(request(who, model, TARGET));
		}
		while System::block_number() < bought + PERIOD + DELAY {
			assert_err!(enact(BOB, model), Error::<Test>::NotDue);
			for who in buyers {
				assert_err!(withdraw(who, model), Error::<Test>::SignedAndPending);
			}
			pass(1);
		}
		// Whoever leaves before ends its own request.
		assert_ok!(enact(BOB, model));
		assert_eq!(System::block_number() - bought, PERIOD + DELAY);
		assert_eq!(Registry::head_of(model), Some(TARGET));
		for who in buyers {
			assert_ok!(withdraw(who, model));
		}
	});
}

#[test]
fn flash_buyers_who_leave_end_what_they_signed() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		for who in [BOB, ERIN] {
			give(model, who, TOKENS);
			assert_ok!(stand(who, model, TOKENS));
		}
		pass(PERIOD);
		for who in [BOB, ERIN] {
			assert_ok!(take_seat(who, model));
			assert_ok!(request(who, model, TARGET));
		}
		pass(1);
		assert_ok!(veto(BOB, model));
		assert_ok!(withdraw(BOB, model));
		pass(DELAY);
		assert_err!(enact(ERIN, model), Error::<Test>::NothingRequested);
		assert_eq!(Registry::head_of(model), Some(VersionId(4)));
	});
}

/// The holders who were there stop the owner while the owner's friend is still waiting for a seat.
#[test]
fn flash_locks_silence_nobody() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		give(model, BOB, TOKENS);
		assert_ok!(request(ALICE, model, TARGET));
		assert_ok!(stand(BOB, model, TOKENS));
		pass(PERIOD - 1);
		assert_err!(take_seat(BOB, model), Error::<Test>::LockTooYoung);
		assert_ok!(veto(CAROL, model));
		assert_ok!(veto(DAVE, model));
		assert_eq!(Slashed::get(), BOND);
	});
}

#[test]
fn borrowed_tokens_stand_once() {
	ExtBuilder.build_and_execute(|| {
		let model = trained_model();
		give(model, CAROL, TOKENS);
		let counted = || Registry::counted_of(model, CAROL) + Registry::counted_of(model, DAVE);
		assert_ok!(stand(CAROL, model, TOKENS));
		// What is locked cannot be lent.
		assert_err!(lend(model, CAROL, DAVE, 1), TokenError::FundsUnavailable);
		pass(PERIOD);
		assert_ok!(take_seat(CAROL, model));
		assert_eq!(counted(), TOKENS);
		assert_ok!(withdraw(CAROL, model));
		assert_ok!(lend(model, CAROL, DAVE, TOKENS));
		assert_ok!(stand(DAVE, model, TOKENS));
		// Whoever has them now waits as long as Carol did.
		for _ in 0..PERIOD {
			assert_eq!(counted(), 0);
			assert_err!(take_seat(DAVE, model), Error::<Test>::LockTooYoung);
			pass(1);
		}
		assert_eq!(counted(), TOKENS);
		assert_ok!(take_seat(DAVE, model));
		// One seat, one word: Carol's went with the tokens.
		assert_err!(request(CAROL, model, TARGET), Error::<Test>::NotSeated);
		assert_err!(stand(CAROL, model, 1), TokenError::FundsUnavailable);
	});
}
