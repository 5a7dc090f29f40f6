//! `open`.

use crate::{mock::*, pallet::*, Bounds, HoldReason, PoolState, Terms};
use codec::MaxEncodedLen;
use engram_math::{curve::WHOLE, pool::WORK_ONE};
use engram_primitives::{
	units::{Balance, MILLI},
	Cid, ModelId, TokenId, FIRST_BASKET_TOKEN, FIRST_POOL_TOKEN, FIRST_TOKEN,
};
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		fungibles::{metadata::Inspect as _, Create, Inspect as _, Mutate as _},
		AccountTouch, Get,
	},
};
use sp_runtime::{DispatchError, TokenError};

fn refused(error: Error<Test>, terms: Terms) {
	assert_noop!(open(terms), error);
}

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(open(TERMS));
		let record = record();
		assert_eq!((record.model, record.creator.clone(), record.state), (MODEL, CREATOR, PoolState::Open));
		assert_eq!((record.left, record.paid, record.received), (POOL, 0, 0));
		assert_eq!((record.gifts, record.pending, record.best), (0, 0, TERMS.baseline));
		assert_eq!((record.updates, record.updated_at), (0, None));
		// All tokens there will ever be: a twentieth for the creator.
		assert_eq!((tokens(&CREATOR), tokens(&Pooling::pot_of(TOKEN))), (SHARE, POOL));
		assert_eq!(Assets::total_issuance(TOKEN.0), TERMS.supply);
		assert_eq!(Assets::name(TOKEN.0), b"digits");
		assert_eq!((Assets::symbol(TOKEN.0), Assets::decimals(TOKEN.0)), (b"DIG".to_vec(), 12));

		let endowment = ED + MILLI + 9 * 1_000 + Assets::deposit_required(TOKEN.0);
		let bytes = crate::PoolRecordOf::<Test>::max_encoded_len() as Balance;
		let deposit = BASE_DEPOSIT + bytes * BYTE_DEPOSIT;
		assert_eq!((record.endowment, record.deposit, record.bond), (endowment, deposit, BOND));
		assert_eq!(held(HoldReason::PoolDeposit, &CREATOR), deposit);
		assert_eq!(held(HoldReason::PoolBond, &CREATOR), BOND);
		assert_eq!(free(&CREATOR), RICHES - endowment - deposit - BOND);
		check_pot(0);
		assert_eq!(
			last_event(),
			Event::PoolOpened {
				creator: CREATOR,
				model: MODEL,
				token: TOKEN,
				supply: TERMS.supply,
				share: SHARE,
				left: POOL,
				deposit,
				bond: BOND
			}
		);
	});
}

/// The account is known before there is the pool, so strangers may use up the references it has.
#[test]
fn assets_of_strangers_at_the_address_stop_nobody() {
	ExtBuilder.build_and_execute(|| {
		let pot = Pooling::pot_of(TOKEN);
		give_coins(&ALICE, ED);
		for id in 0..<Test as frame_system::Config>::MaxConsumers::get() {
			assert_ok!(<Assets as Create<_>>::create(id, ALICE, false, 1));
			let _ = Assets::mint_into(id, &pot, 1);
		}
		assert!(!System::can_accrue_consumers(&pot, 2));
		assert_ok!(open(TERMS));
		assert_eq!(tokens(&pot), POOL);
	});
}

#[test]
fn the_pool_gets_what_rounding_leaves() {
	let supply = 1_000 * WHOLE + 19;
	ExtBuilder::opened(Terms { supply, ..TERMS }, || {
		assert_eq!((tokens(&CREATOR), record().left), (50 * WHOLE, 950 * WHOLE + 19));
	});
}

#[test]
fn ids_count_up_and_belong_to_nobody_else() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(open(TERMS));
		assert_ok!(open_for(OTHER_MODEL, TERMS));
		assert_eq!(Pooling::token_of(MODEL), Some(FIRST_POOL_TOKEN));
		assert_eq!(Pooling::token_of(OTHER_MODEL), FIRST_POOL_TOKEN.next());
		assert_eq!(NextToken::<Test>::get(), TokenId(FIRST_POOL_TOKEN.0 + 2));
		for id in [FIRST_TOKEN.0, FIRST_POOL_TOKEN.0 + 2] {
			let create = Assets::create(RuntimeOrigin::signed(ALICE), id, ALICE, 1);
			assert_eq!(create, Err(DispatchError::BadOrigin));
		}
	});
}

/// The ids of baskets come after them.
#[test]
fn fails_when_ids_are_used_up() {
	ExtBuilder.build_and_execute(|| {
		NextToken::<Test>::put(FIRST_BASKET_TOKEN);
		assert_noop!(open(TERMS), Error::<Test>::IdsExhausted);
		NextToken::<Test>::put(TokenId(FIRST_BASKET_TOKEN.0 - 1));
		assert_ok!(open(TERMS));
		assert_noop!(open_for(OTHER_MODEL, TERMS), Error::<Test>::IdsExhausted);
	});
}

/// There is no path that mints: neither the creator nor anybody else has a say over the token, nor can holders destroy it.
#[test]
fn nobody_owns_the_token() {
	ExtBuilder::opened(TERMS, || {
		for who in [CREATOR, ALICE] {
			let origin = RuntimeOrigin::signed(who.clone());
			let refused = || pallet_assets::Error::<Test>::NoPermission;
			assert_noop!(Assets::mint(origin.clone(), TOKEN.0, who.clone(), 1), refused());
			assert_noop!(Assets::burn(origin.clone(), TOKEN.0, CREATOR, 1), refused());
			assert_noop!(Assets::freeze(origin.clone(), TOKEN.0, CREATOR), refused());
			assert_noop!(Assets::transfer_ownership(origin.clone(), TOKEN.0, who), refused());
			assert_noop!(Assets::start_destroy(origin, TOKEN.0), refused());
		}
		assert_eq!(Assets::total_issuance(TOKEN.0), TERMS.supply);
	});
}

#[test]
fn tokens_are_divisible_and_transferable() {
	ExtBuilder::opened(TERMS, || {
		give(&CREATOR, &ALICE, 1);
		give(&CREATOR, &BOB, SHARE - 1);
		assert_eq!((tokens(&CREATOR), tokens(&ALICE), tokens(&BOB)), (0, 1, SHARE - 1));
	});
}

#[test]
fn fails_when_signed_by_nobody() {
	ExtBuilder.build_and_execute(|| {
		let open = |origin| Pooling::open(origin, MODEL, label("digits"), symbol("DIG"), TERMS);
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(open(origin), DispatchError::BadOrigin);
		}
		assert_noop!(open(RuntimeOrigin::signed(ALICE)), Error::<Test>::NotModelOwner);
	});
}

#[test]
fn fails_when_the_model_cannot_have_a_pool() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(open_for(ModelId(9), TERMS), Error::<Test>::UnknownModel);
		assert_noop!(open_for(RETIRED, TERMS), Error::<Test>::ModelRetired);
		OnCurve::set(Some(MODEL));
		assert_noop!(open(TERMS), Error::<Test>::HasToken);
		OnCurve::set(Some(OTHER_MODEL));
		assert_ok!(open(TERMS));
		assert_noop!(open(TERMS), Error::<Test>::HasToken);
	});
}

#[test]
fn fails_when_a_name_is_none() {
	ExtBuilder.build_and_execute(|| {
		let open = |name: &str, sign: &str| {
			Pooling::open(RuntimeOrigin::signed(CREATOR), MODEL, label(name), symbol(sign), TERMS)
		};
		for name in ["", " digits", "dig\nits"] {
			assert_noop!(open(name, "DIG"), Error::<Test>::InvalidName);
		}
		for sign in ["", "D", "dig", "D G", "1DIG", "D\u{c4}"] {
			assert_noop!(open("digits", sign), Error::<Test>::InvalidSymbol);
		}
		assert_ok!(open("digits", "D1GITS234567"));
	});
}

#[test]
fn fails_when_terms_are_out_of_bounds() {
	ExtBuilder.build_and_execute(|| {
		let Bounds { supply: (least, most), most_rate, most_factor, least_unit, interval } = BOUNDS;
		refused(Error::SupplyOutOfBounds, Terms { supply: least - 1, ..TERMS });
		refused(Error::SupplyOutOfBounds, Terms { supply: most + 1, ..TERMS });
		refused(Error::RateOutOfBounds, Terms { rate: 0, ..TERMS });
		refused(Error::RateOutOfBounds, Terms { rate: most_rate + 1, ..TERMS });
		refused(Error::FactorOutOfBounds, Terms { factor: 0, ..TERMS });
		refused(Error::FactorOutOfBounds, Terms { factor: most_factor + 1, ..TERMS });
		refused(Error::InvalidHeldOut, Terms { held_out: Cid([0; 36]), ..TERMS });
		refused(Error::InvalidHeldOut, Terms { held_out_rows: 0, ..TERMS });
		refused(Error::BaselineOutOfBounds, Terms { baseline: ONE, ..TERMS });
		refused(Error::UnitOutOfBounds, Terms { unit_gain: least_unit - 1, ..TERMS });
		refused(Error::UnitOutOfBounds, Terms { unit_gain: ONE + 1, ..TERMS });
		refused(Error::IntervalOutOfBounds, Terms { interval: interval.0 - 1, ..TERMS });
		refused(Error::IntervalOutOfBounds, Terms { interval: interval.1 + 1, ..TERMS });
		let widest = Terms {
			supply: most,
			rate: most_rate,
			factor: most_factor,
			held_out_rows: u32::MAX,
			baseline: ONE - 1,
			unit_gain: ONE,
			interval: interval.1,
			..TERMS
		};
		assert_ok!(open(widest));
		let narrowest = Terms {
			supply: least,
			rate: 1,
			factor: 1,
			held_out_rows: 1,
			baseline: 0,
			unit_gain: least_unit,
			interval: interval.0,
			..TERMS
		};
		assert_ok!(open_for(OTHER_MODEL, narrowest));
	});
}

#[test]
fn fails_when_the_creator_cannot_pay() {
	ExtBuilder.build_and_execute(|| {
		let rest = BOND + BASE_DEPOSIT;
		let gone = free(&CREATOR) - rest;
		assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(CREATOR), ALICE, gone));
		assert_noop!(open(TERMS), TokenError::FundsUnavailable);
		assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(ALICE), CREATOR, gone));
		assert_ok!(open(TERMS));
	});
}

#[test]
fn what_governance_changes_later_concerns_new_pools_only() {
	ExtBuilder::opened(TERMS, || {
		PoolBounds::set(Bounds { most_rate: 1, most_factor: 1, interval: (1, 1), ..BOUNDS });
		assert_noop!(open_for(OTHER_MODEL, TERMS), Error::<Test>::RateOutOfBounds);
		assert_eq!(update(&ALICE, TERMS.unit_gain), WORK_ONE);
		assert!(ask(&ALICE, 1).is_ok());
	});
}
