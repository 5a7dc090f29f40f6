//! `create`.

use crate::{mock::*, pallet::*, BasketState, Book, BookedFees, Components, Terms};
use codec::MaxEncodedLen;
use engram_math::curve::WHOLE;
use engram_primitives::{
	units::{Balance, ENGR, MILLI},
	TokenId, FIRST_BASKET_TOKEN, FIRST_POOL_TOKEN, FIRST_TOKEN,
};
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		fungible::Mutate as _,
		fungibles::{metadata::Inspect as _, Inspect as _},
		tokens::Preservation,
	},
};
use sp_runtime::{DispatchError, TokenError};

fn refused(error: Error<Test>, components: Components, terms: Terms) {
	assert_noop!(create(components, terms), error);
}

fn of(components: &[crate::Component]) -> Components {
	components.to_vec().try_into().unwrap()
}

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(create(two(), TERMS));
		let record = record();
		assert_eq!(
			(&record.creator, &record.governor, record.state),
			(&CREATOR, &CREATOR, BasketState::Open)
		);
		assert_eq!((record.terms, record.shares, record.fees), (TERMS, 0, BookedFees::default()));
		assert_eq!((record.cash, record.rebalanced, record.noted), (Book::default(), None, None));
		assert_eq!(record.targets_at, None);
		assert_eq!((one(0).token, one(0).per_share, one(0).target), (A, 2 * WHOLE, 500_000));
		assert_eq!((one(1).token, one(1).per_share, one(1).target), (B, WHOLE, 500_000));
		assert_eq!((holds(), gifts()), (vec![0; 3], vec![0; 3]));

		// The creator paid the fee and for the account, and put up the deposit.
		let endowment = ED + MILLI + 12 * 1_000 + 2 * ACCOUNT_DEPOSIT;
		let bytes = crate::BasketRecordOf::<Test>::max_encoded_len() as Balance;
		// Of both tokens and of coins something may be owed to the treasury.
		let deposit = BASE_DEPOSIT + bytes * BYTE_DEPOSIT + 3 * CLAIM_DEPOSIT;
		assert_eq!((record.endowment, record.deposit, held(&CREATOR)), (endowment, deposit, deposit));
		assert_eq!(free(&CREATOR), RICHES - CREATION_FEE - endowment - deposit);
		assert_eq!((Burned::get(), free(&TREASURY)), (4 * ENGR, ED + 6 * ENGR));

		// There is an asset of shares, and nobody has any.
		assert_eq!((Assets::total_issuance(BASKET.0), Assets::decimals(BASKET.0)), (0, 12));
		assert_eq!(
			(Assets::name(BASKET.0), Assets::symbol(BASKET.0)),
			(b"digits".to_vec(), b"DIGITS".to_vec())
		);
		assert_eq!(
			last_event(),
			Event::BasketCreated {
				creator: CREATOR,
				basket: BASKET,
				components: two(),
				fee: CREATION_FEE,
				burned: 4 * ENGR,
				deposit
			}
		);
	});
}

#[test]
fn ids_count_up_and_nobody_owns_the_shares() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(create(two(), TERMS));
		assert_ok!(create(three(), TERMS));
		assert_eq!(BASKET, FIRST_BASKET_TOKEN);
		assert_eq!(NextBasket::<Test>::get(), TokenId(FIRST_BASKET_TOKEN.0 + 2));
		assert_ne!(Sets::pot_of(BASKET), Sets::pot_of(BASKET.next().unwrap()));
		for who in [CREATOR, ALICE] {
			let mint = Assets::mint(RuntimeOrigin::signed(who.clone()), BASKET.0, who, 1);
			assert_noop!(mint, pallet_assets::Error::<Test>::NoPermission);
		}
	});
}

#[test]
fn takes_as_many_tokens_as_there_can_be() {
	ExtBuilder.build_and_execute(|| {
		let part = |index| component(TokenId(FIRST_TOKEN.0 + index), WHOLE, ONE / TRADED);
		let most: Vec<_> = (0..TRADED).map(part).collect();
		assert_eq!(TRADED, crate::MAX_CONSTITUENTS);
		assert_ok!(create(of(&most), FREE));
		assert_ok!(mint(&ALICE, 10 * WHOLE));
		assert_eq!(holds(), [vec![10 * WHOLE; 8], vec![0]].concat());
		assert_ok!(redeem(&ALICE, 10 * WHOLE));
		assert_eq!((holds(), gifts()), (vec![0; 9], vec![0; 9]));
	});
}

#[test]
fn fails_when_signed_by_nobody() {
	ExtBuilder.build_and_execute(|| {
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			let create = Sets::create(origin, label("digits"), symbol("DIGITS"), two(), TERMS);
			assert_noop!(create, DispatchError::BadOrigin);
		}
	});
}

#[test]
fn fails_when_a_name_is_none() {
	ExtBuilder.build_and_execute(|| {
		let create = |name: &str, sign: &str| {
			Sets::create(RuntimeOrigin::signed(ALICE), label(name), symbol(sign), two(), TERMS)
		};
		for name in ["", " digits", "dig\nits"] {
			assert_noop!(create(name, "DIG"), Error::<Test>::InvalidName);
		}
		for sign in ["", "D", "dig", "D G", "1DIG", "D\u{c4}"] {
			assert_noop!(create("digits", sign), Error::<Test>::InvalidSymbol);
		}
		assert_ok!(create("digits", "D1GITS234567"));
	});
}

#[test]
fn fails_when_terms_are_out_of_bounds() {
	ExtBuilder.build_and_execute(|| {
		for wrong in [
			Terms { trading_fee: BOUNDS.most_trading_fee + 1, ..TERMS },
			Terms { rebalancing_fee: BOUNDS.most_rebalancing_fee + 1, ..TERMS },
			Terms { slippage: BOUNDS.slippage.0 - 1, ..TERMS },
			Terms { slippage: BOUNDS.slippage.1 + 1, ..TERMS },
			Terms { most_premium: BOUNDS.most_premium + 1, ..TERMS },
		] {
			refused(Error::TermsOutOfBounds, two(), wrong);
		}
		let most = Terms {
			trading_fee: BOUNDS.most_trading_fee,
			rebalancing_fee: BOUNDS.most_rebalancing_fee,
			slippage: BOUNDS.slippage.1,
			most_premium: BOUNDS.most_premium,
		};
		assert_ok!(create(two(), most));
		let least =
			Terms { trading_fee: 0, rebalancing_fee: 0, slippage: BOUNDS.slippage.0, most_premium: 0 };
		assert_ok!(create(two(), least));
	});
}

#[test]
fn fails_when_tokens_make_no_basket() {
	ExtBuilder.build_and_execute(|| {
		let (a, b) = (component(A, WHOLE, 400_000), component(B, WHOLE, 600_000));
		refused(Error::TooFewTokens, of(&[]), TERMS);
		refused(Error::TooFewTokens, of(&[component(A, WHOLE, ONE)]), TERMS);
		refused(Error::NothingPerShare, of(&[component(A, 0, 400_000), b]), TERMS);
		refused(Error::TokenTwice, of(&[a, b, component(A, 1, 0)]), TERMS);
		// No shares of other baskets, no assets of holders.
		for other in [BASKET, TokenId(u32::MAX), TokenId(FIRST_TOKEN.0 - 1), TokenId(0)] {
			refused(Error::NotAModelToken, of(&[a, component(other, WHOLE, 600_000)]), TERMS);
		}
		for other in [STRAY, FIRST_POOL_TOKEN] {
			refused(Error::NotTraded, of(&[a, component(other, WHOLE, 600_000)]), TERMS);
		}
		for wrong in [0, 599_999, 600_001, u32::MAX] {
			refused(Error::TargetsNotWhole, of(&[a, component(B, WHOLE, wrong)]), TERMS);
		}
		assert_ok!(create(of(&[a, b, component(C, 1, 0)]), TERMS));
	});
}

#[test]
fn fails_when_the_creator_cannot_pay() {
	ExtBuilder.build_and_execute(|| {
		let keep = |left| {
			let all = free(&CREATOR) - left;
			Balances::transfer(&CREATOR, &DAVE, all, Preservation::Preserve).unwrap();
		};
		keep(CREATION_FEE);
		refused_with(TokenError::FundsUnavailable.into());
		keep(ENGR / 10);
		refused_with(TokenError::FundsUnavailable.into());
	});
}

fn refused_with(error: DispatchError) {
	assert_noop!(create(two(), TERMS), error);
}

/// The account of the next basket is known before there is one.
#[test]
fn gifts_before_the_creation_stop_nothing() {
	ExtBuilder.build_and_execute(|| {
		let pot = Sets::pot_of(BASKET);
		donate(None, ENGR);
		fund(Some(A), 7);
		donate(Some(STRAY), 5);
		assert_ok!(create(two(), TERMS));
		// What was sent of its tokens is the creator's.
		assert_eq!((tokens(A, &CREATOR), tokens(A, &pot)), (TOKENS + 7, 0));
		assert_eq!(gifts(), vec![0, 0, ENGR]);
		assert_ok!(mint(&ALICE, WHOLE));
		assert_ok!(redeem(&ALICE, shares(&ALICE)));
	});
}

/// Nor does a stranger who opens the accounts of the next basket's account, with or without a gift.
#[test]
fn accounts_that_are_opened_before_the_creation_stop_nothing() {
	ExtBuilder.build_and_execute(|| {
		let pot = Sets::pot_of(BASKET);
		let had = free(&DAVE);
		for token in [A, B] {
			assert_ok!(Assets::touch_other(RuntimeOrigin::signed(DAVE), token.0, pot.clone()));
		}
		fund(Some(B), 7);
		assert_eq!(free(&DAVE), had - 2 * ACCOUNT_DEPOSIT);
		assert_ok!(create(two(), FREE));
		assert_eq!((tokens(B, &CREATOR), gifts()), (TOKENS + 7, vec![0; 3]));
		// The stranger has the deposits back, and those of the basket are its own: nobody can take its accounts away.
		assert_eq!(free(&DAVE), had);
		for token in [A, B] {
			let refund = Assets::refund_other(RuntimeOrigin::signed(DAVE), token.0, pot.clone());
			assert_noop!(refund, pallet_assets::Error::<Test>::NoDeposit);
		}
		assert_ok!(mint(&ALICE, WHOLE));
		assert_ok!(redeem(&ALICE, WHOLE));
		// The next one is touched while there is this one.
		let next = Sets::pot_of(BASKET.next().unwrap());
		assert_ok!(Assets::touch_other(RuntimeOrigin::signed(DAVE), A.0, next));
		assert_ok!(create(two(), FREE));
	});
}

/// The account has its tokens for a deposit, so that other assets cannot use up the places of an account.
#[test]
fn other_assets_take_no_place_of_the_tokens() {
	ExtBuilder::created(FREE, || {
		let pot = Sets::pot_of(BASKET);
		let junk = |id| {
			let origin = || RuntimeOrigin::signed(DAVE);
			Assets::create(origin(), id, DAVE, 1).and_then(|()| Assets::mint(origin(), id, pot.clone(), 1))
		};
		// Until the account has no place left.
		let count = (0..64).take_while(|id| junk(*id).is_ok()).count();
		assert!(count > 20 && count < 64, "{count}");
		assert_ok!(mint(&ALICE, WHOLE));
		assert_ok!(redeem(&ALICE, WHOLE));
		assert_ok!(mint(&ALICE, WHOLE));
	});
}
