//! View functions.

use crate::{mock::*, pallet::*, AnswerQuote, Payout};
use engram_math::pool::{update_payout_floor, WORK_ONE};
use engram_primitives::{JobId, TokenId, VersionId};
use frame_support::assert_ok;

#[test]
fn quotes_are_what_is_charged_and_paid() {
	ExtBuilder::opened(TERMS, || {
		let quote = Pooling::quote_inference(VERSION, 100, 10_000).unwrap();
		let amount = 9_452_657_938_290_350;
		// 1 % of it, rounded up.
		assert_eq!(quote, AnswerQuote { token: TOKEN, amount, limit: amount + 94_526_579_382_904 });
		let had = tokens(&CREATOR);
		assert_ok!(ask_for(&CREATOR, VERSION, 100, quote.limit));
		assert_eq!(had - tokens(&CREATOR), amount);

		let half = TERMS.unit_gain / 2;
		let payout = Pooling::quote_update(TOKEN, half).unwrap();
		let paid = update_payout_floor(POOL, RATE, WORK_ONE / 2).unwrap();
		assert_eq!(payout, Payout { work: WORK_ONE / 2, amount: paid, best: half });
		assert_eq!((update(&ALICE, half), tokens(&ALICE)), (WORK_ONE / 2, paid));
		// Nothing before the interval is over, nor without a gain.
		assert_eq!(Pooling::quote_update(TOKEN, ONE), None);
		pass(TERMS.interval);
		assert_eq!(Pooling::quote_update(TOKEN, half), None);
		assert!(Pooling::quote_update(TOKEN, half + 1).is_some());
	});
}

#[test]
fn what_does_not_exist_is_none() {
	ExtBuilder::opened(TERMS, || {
		let other = TokenId(TOKEN.0 + 1);
		assert_eq!((Pooling::pool(other), Pooling::gifts_of(other)), (None, None));
		assert_eq!((Pooling::quote_update(other, ONE), Pooling::payment(JobId(1))), (None, None));
		assert_eq!(Pooling::quote_inference(OTHER_VERSION, 1, 0), None);
		assert_eq!(Pooling::quote_inference(VersionId(99), 1, 0), None);
		assert_eq!((Pooling::token_of(OTHER_MODEL), Pooling::token_of(MODEL)), (None, Some(TOKEN)));
		assert_eq!(Pooling::pool(TOKEN), Some(record()));
		assert_eq!(Pooling::pot_account(TOKEN), Pooling::pot_of(TOKEN));
		assert_eq!(NextToken::<Test>::get(), other);
	});
}
