//! `launch`.

use crate::{
	mock::*, pallet::*, Bounds, ClaimKind, Claims, CurveState, HoldReason, LockedClaim, ModelMarket, Terms,
	TradeShares,
};
use codec::MaxEncodedLen;
use engram_math::{
	curve::{Parameters, Shape, WHOLE},
	fixed::ATTO,
	market::{FeeSchedule, Limits, Smoothing},
};
use engram_primitives::{
	units::{Balance, ENGR, MILLI},
	ModelId, TokenId, FIRST_TOKEN,
};
use frame_support::{
	assert_noop, assert_ok,
	traits::fungibles::{metadata::Inspect as _, Inspect as _},
};
use sp_runtime::{DispatchError, TokenError};

fn refused(error: Error<Test>, curve: Parameters, terms: Terms) {
	assert_noop!(launch(curve, terms), error);
}

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(launch(LINEAR, TERMS));
		// .5 * 10,000 + .000001 * 10,000^2.
		let cost = 5_100 * ENGR;
		let record = record();
		assert_eq!((record.model, record.launch, record.state), (MODEL, 1, CurveState::Open));
		assert_eq!((record.initial, record.released, record.reserve), (10_000 * WHOLE, 0, cost));
		assert_eq!((record.supply(), record.outstanding()), (Ok(10_000 * WHOLE), Ok(10_000 * WHOLE)));
		assert_eq!((record.price, record.history.launch), (ATTO * 52 / 100, ATTO * 52 / 100));
		assert_eq!((record.metrics, record.refreshed, record.smoothing), ([0; 4], 7, 700_000));
		assert_eq!((record.locked, record.history.slot_length), (150_000 * WHOLE, HOUR));
		assert_eq!(Bonding::claims(TOKEN), claims());
		assert_eq!(market(), ModelMarket { launches: 1, token: Some(TOKEN), ..Default::default() });

		// The creator paid for the tokens and for the account, and put up deposit and stake.
		let endowment = ED + MILLI + 9 * 1_000;
		let bytes = crate::CurveRecordOf::<Test>::max_encoded_len() as Balance + 99;
		let deposit = BASE_DEPOSIT + bytes * BYTE_DEPOSIT;
		assert_eq!((record.endowment, record.deposit), (endowment, deposit));
		assert_eq!(held(HoldReason::LaunchDeposit, &CREATOR), deposit);
		assert_eq!(held(HoldReason::LaunchBond, &CREATOR), TERMS.bond);
		assert_eq!(free(&CREATOR), RICHES - cost - endowment - deposit - TERMS.bond);
		assert_eq!(pot(), cost + endowment);

		// Nobody has a token yet.
		assert_eq!(Assets::total_issuance(TOKEN.0), 0);
		assert_eq!(Assets::name(TOKEN.0), b"digits");
		assert_eq!((Assets::symbol(TOKEN.0), Assets::decimals(TOKEN.0)), (b"DIG".to_vec(), 12));
		let locked = 150_000 * WHOLE;
		assert_eq!(
			last_event(),
			Event::CurveLaunched {
				creator: CREATOR,
				model: MODEL,
				token: TOKEN,
				launch: 1,
				initial: 10_000 * WHOLE,
				cost,
				locked,
				deposit
			}
		);
	});
}

#[test]
fn the_creator_need_not_buy() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(launch(LINEAR, Terms { creator_share: 0, ..TERMS }));
		assert_eq!((record().initial, record().reserve, record().price), (0, 0, PRICE));
		assert_eq!(pot(), record().endowment);
	});
}

#[test]
fn every_shape_can_be_launched() {
	for curve in [LINEAR, EXPONENTIAL, SIGMOID] {
		ExtBuilder.build_and_execute(|| {
			assert_ok!(launch(curve, TERMS));
			assert_eq!(record().curve.parameters(), &curve);
			assert_eq!(record().reserve, record().curve.integral_to_ceil(10_000 * WHOLE).unwrap());
		});
	}
}

#[test]
fn ids_count_up_and_belong_to_nobody_else() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(launch(LINEAR, TERMS));
		let other = |model| {
			Bonding::launch(
				RuntimeOrigin::signed(CREATOR),
				model,
				label("others"),
				symbol("OTH"),
				LINEAR,
				TERMS,
				claims(),
			)
		};
		assert_ok!(other(OTHER_MODEL));
		assert_eq!(Bonding::token_of(MODEL), Some(FIRST_TOKEN));
		assert_eq!(Bonding::token_of(OTHER_MODEL), FIRST_TOKEN.next());
		assert_eq!(NextToken::<Test>::get(), TokenId(FIRST_TOKEN.0 + 2));
		// A holder's assets are all below.
		for (id, taken) in
			[(0, false), (FIRST_TOKEN.0 - 1, false), (FIRST_TOKEN.0 + 2, true), (u32::MAX, true)]
		{
			let create = Assets::create(RuntimeOrigin::signed(ALICE), id, ALICE, 1);
			assert_eq!(create, if taken { Err(DispatchError::BadOrigin) } else { Ok(()) });
		}
	});
}

#[test]
fn nobody_owns_the_token() {
	ExtBuilder::launched(TERMS, || {
		for who in [CREATOR, ALICE] {
			let origin = RuntimeOrigin::signed(who.clone());
			let refused = pallet_assets::Error::<Test>::NoPermission;
			assert_noop!(Assets::mint(origin.clone(), TOKEN.0, who.clone(), 1), refused);
			assert_noop!(Assets::start_destroy(origin, TOKEN.0), pallet_assets::Error::<Test>::NoPermission);
		}
	});
}

#[test]
fn fails_when_signed_by_nobody() {
	ExtBuilder.build_and_execute(|| {
		let launch =
			|origin| Bonding::launch(origin, MODEL, label("digits"), symbol("DIG"), LINEAR, TERMS, claims());
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(launch(origin), DispatchError::BadOrigin);
		}
		assert_noop!(launch(RuntimeOrigin::signed(ALICE)), Error::<Test>::NotModelOwner);
	});
}

#[test]
fn fails_when_the_model_cannot_have_a_token() {
	ExtBuilder.build_and_execute(|| {
		let launch = |model| {
			Bonding::launch(
				RuntimeOrigin::signed(CREATOR),
				model,
				label("digits"),
				symbol("DIG"),
				LINEAR,
				TERMS,
				claims(),
			)
		};
		assert_noop!(launch(ModelId(9)), Error::<Test>::UnknownModel);
		assert_noop!(launch(RETIRED), Error::<Test>::ModelRetired);
		OfOtherKind::set(Some(MODEL));
		assert_noop!(launch(MODEL), Error::<Test>::AlreadyLaunched);
		OfOtherKind::set(Some(OTHER_MODEL));
		assert_ok!(launch(MODEL));
		assert_noop!(launch(MODEL), Error::<Test>::AlreadyLaunched);
	});
}

#[test]
fn fails_when_a_name_is_none() {
	ExtBuilder.build_and_execute(|| {
		let launch = |name: &str, sign: &str| {
			Bonding::launch(
				RuntimeOrigin::signed(CREATOR),
				MODEL,
				label(name),
				symbol(sign),
				LINEAR,
				TERMS,
				claims(),
			)
		};
		for name in ["", " digits", "dig\nits"] {
			assert_noop!(launch(name, "DIG"), Error::<Test>::InvalidName);
		}
		for sign in ["", "D", "dig", "D G", "1DIG", "D\u{c4}"] {
			assert_noop!(launch("digits", sign), Error::<Test>::InvalidSymbol);
		}
		assert_ok!(launch("digits", "D1GITS234567"));
	});
}

#[test]
fn fails_when_the_curve_is_none() {
	ExtBuilder.build_and_execute(|| {
		refused(Error::InvalidCurve, Parameters { max_supply: 0, ..LINEAR }, TERMS);
		refused(Error::InvalidCurve, Parameters { price: 0, ..LINEAR }, TERMS);
		refused(Error::InvalidCurve, Parameters { angle: 0, ..EXPONENTIAL }, TERMS);
		refused(Error::InvalidCurve, Parameters { angle: u64::MAX, ..EXPONENTIAL }, TERMS);
		refused(Error::PriceTooLow, Parameters { price: BOUNDS.least_price - 1, ..LINEAR }, TERMS);
		let many = BOUNDS.most_supply;
		refused(Error::SupplyTooLarge, Parameters { max_supply: many + 1, ..LINEAR }, TERMS);
		// What counts is the price at the launch, not the one that a sigmoid approaches.
		let far = Shape::Sigmoid { midpoint: 5_000_000 * WHOLE };
		refused(Error::PriceTooLow, Parameters { shape: far, ..SIGMOID }, TERMS);
		let whole = Parameters { max_supply: many, angle: 0, price: ATTO / 1_000_000, shape: Shape::Linear };
		assert_ok!(launch(whole, TERMS));
	});
}

#[test]
fn fails_when_fees_are_out_of_bounds() {
	ExtBuilder.build_and_execute(|| {
		let fees = TERMS.fees;
		for wrong in [
			FeeSchedule { base: BOUNDS.least_fee - 1, ..fees },
			FeeSchedule { base: fees.cap + 1, ..fees },
			FeeSchedule { launch: BOUNDS.least_launch_fee - 1, ..fees },
			FeeSchedule { launch: BOUNDS.most_fee - fees.cap + 1, ..fees },
			FeeSchedule { launch: u32::MAX, ..fees },
			FeeSchedule { slope: BOUNDS.most_slope + 1, ..fees },
			FeeSchedule { launch_window: BOUNDS.launch_window.0 - 1, ..fees },
			FeeSchedule { launch_window: BOUNDS.launch_window.1 + 1, ..fees },
		] {
			refused(Error::FeesOutOfBounds, LINEAR, Terms { fees: wrong, ..TERMS });
		}
		let (launch_fee, slope) = (BOUNDS.most_fee - fees.cap, BOUNDS.most_slope);
		let most = FeeSchedule { launch: launch_fee, slope, ..fees };
		assert_ok!(launch(LINEAR, Terms { fees: most, ..TERMS }));
	});
}

#[test]
fn fails_when_limits_are_out_of_bounds() {
	ExtBuilder.build_and_execute(|| {
		let limits = TERMS.limits;
		for wrong in [
			Limits { per_block: 0, ..limits },
			Limits { per_window: limits.per_block - 1, ..limits },
			Limits { window: BOUNDS.window.0 - 1, ..limits },
			Limits { window: BOUNDS.window.1 + 1, ..limits },
			Limits { rebound: BOUNDS.window.1 + 1, ..limits },
			Limits { threshold: 0, ..limits },
			Limits { least_factor: BOUNDS.least_factor - 1, ..limits },
		] {
			refused(Error::LimitsOutOfBounds, LINEAR, Terms { limits: wrong, ..TERMS });
		}
		// A block that may move the price by what a trade costs the creator invites sandwiches.
		let limits = |per_block| Terms { limits: Limits { per_block, ..limits }, ..TERMS };
		refused(Error::BlockLimitAboveFee, LINEAR, limits(9_100));
		Shares::set(TradeShares { creator: 90_100, ..FEE_SHARES });
		refused(Error::BlockLimitAboveFee, LINEAR, limits(9_099));
		Shares::set(FEE_SHARES);
		assert_ok!(launch(LINEAR, limits(9_099)));
	});
}

/// What the price may rise by while the extra fee is on would be a sniper's to take.
#[test]
fn fails_when_the_launch_fee_is_below_the_limit_of_a_window() {
	ExtBuilder.build_and_execute(|| {
		let Terms { fees, limits, .. } = TERMS;
		let per_window = |per_window| Terms { limits: Limits { per_window, ..limits }, ..TERMS };
		// 91 % of 22 %, and more.
		for above in [200_201, fees.launch, u32::MAX] {
			refused(Error::LaunchFeeBelowWindowLimit, LINEAR, per_window(above));
		}
		assert!(per_window(200_200).validate(LINEAR, &BOUNDS, FEE_SHARES.creator).is_ok());
		assert!(per_window(220_000).validate(LINEAR, &BOUNDS, 0).is_ok());
		let below = FeeSchedule { launch: 219_780, ..fees };
		refused(Error::LaunchFeeBelowWindowLimit, LINEAR, Terms { fees: below, ..TERMS });
		let longer = FeeSchedule { launch_window: limits.window + 1, ..fees };
		refused(Error::LaunchFeeBelowWindowLimit, LINEAR, Terms { fees: longer, ..TERMS });
		let as_long = FeeSchedule { launch_window: limits.window, ..fees };
		assert_ok!(launch(LINEAR, Terms { fees: as_long, lock_up: DAY, ..TERMS }));
	});
}

/// What the creator bought without a fee it would sell to those who pay one.
#[test]
fn fails_when_the_creators_tokens_are_free_before_the_launch_fee_is_over() {
	ExtBuilder.build_and_execute(|| {
		let fees = FeeSchedule { launch_window: 1_000, ..TERMS.fees };
		let locked = |creator_share, lock_up| Terms { creator_share, lock_up, fees, ..TERMS };
		for creator_share in [1, TERMS.creator_share, BOUNDS.most_creator_share] {
			refused(Error::CreatorTermsOutOfBounds, LINEAR, locked(creator_share, 999));
			assert!(locked(creator_share, 1_000).validate(LINEAR, &BOUNDS, FEE_SHARES.creator).is_ok());
		}
		// Without a share there is nothing to lock.
		assert_ok!(launch(LINEAR, locked(0, BOUNDS.release.0)));
	});
}

#[test]
fn fails_when_shares_are_out_of_bounds() {
	ExtBuilder.build_and_execute(|| {
		let (shortest, longest) = BOUNDS.release;
		for wrong in [
			Terms { creator_share: BOUNDS.most_creator_share + 1, ..TERMS },
			Terms { lock_up: shortest - 1, ..TERMS },
			Terms { vesting: longest - TERMS.lock_up + 1, ..TERMS },
			Terms { vesting: u32::MAX, ..TERMS },
		] {
			refused(Error::CreatorTermsOutOfBounds, LINEAR, wrong);
		}
		refused(Error::BurnRateTooHigh, LINEAR, Terms { burn_rate: BOUNDS.most_burn_rate + 1, ..TERMS });
		for weights in [[400_000, 200_000, 300_000, 100_001], [u32::MAX; 4]] {
			refused(Error::WeightsAboveOne, LINEAR, Terms { weights, ..TERMS });
		}
		refused(Error::BondTooSmall, LINEAR, Terms { bond: BOUNDS.least_bond - 1, ..TERMS });
		let graduation = BOUNDS.least_graduation - 1;
		refused(Error::GraduationTooSmall, LINEAR, Terms { graduation, ..TERMS });
	});
}

/// A flat curve needs as many tokens for the pool as were sold.
#[test]
fn fails_when_there_is_no_room_for_the_pool() {
	ExtBuilder.build_and_execute(|| {
		let launch = |curve, terms, locked| {
			let claim = LockedClaim { beneficiary: BOB, kind: ClaimKind::Stakeholder, amount: locked };
			let (creator, claims) = (RuntimeOrigin::signed(CREATOR), vec![claim].try_into().unwrap());
			Bonding::launch(creator, MODEL, label("digits"), symbol("DIG"), curve, terms, claims)
		};
		let none = Terms { creator_share: 0, ..TERMS };
		let flat = |max_supply| Parameters { angle: 0, max_supply, ..LINEAR };
		// All of it costs less than the graduation takes.
		assert_noop!(launch(flat(190_000 * WHOLE), none, 1), Error::<Test>::NoRoomForPool);
		// Tokens so dear that the pool would begin with next to none of them.
		let dear = |coins| Parameters { price: ATTO * coins, ..flat(1_000 * WHOLE) };
		assert_noop!(launch(dear(1_000_000_000_000), none, 1), Error::<Test>::NoRoomForPool);
		// What the creator buys counts too.
		LaunchBounds::set(Bounds { most_creator_share: 500_000, ..BOUNDS });
		let share = |creator_share| Terms { creator_share, graduation: BOUNDS.least_graduation, ..TERMS };
		let most = flat(1_000_000 * WHOLE);
		assert_noop!(launch(most, share(425_001), 150_000 * WHOLE), Error::<Test>::NoRoomForPool);
		// 100,000 coins are 200,000 tokens, and a base unit more of each takes three.
		let least = 550_000 * WHOLE + 3;
		assert_noop!(launch(flat(least - 1), none, 150_000 * WHOLE), Error::<Test>::NoRoomForPool);
		assert_ok!(launch(flat(least), none, 150_000 * WHOLE));
	});
}

#[test]
fn dear_and_flat_curves_have_room_enough() {
	let none = Terms { creator_share: 0, ..TERMS };
	let flat = Parameters { angle: 0, ..LINEAR };
	let dear = Parameters { price: ATTO * 10_000_000_000, max_supply: 1_000 * WHOLE, ..flat };
	for curve in [dear, flat] {
		ExtBuilder.build_and_execute(|| {
			let (creator, claims) = (RuntimeOrigin::signed(CREATOR), Claims::new());
			assert_ok!(Bonding::launch(creator, MODEL, label("digits"), symbol("DIG"), curve, none, claims));
		});
	}
}

#[test]
fn fails_when_claims_are_out_of_bounds() {
	ExtBuilder.build_and_execute(|| {
		let launch = |amounts: &[Balance]| {
			let claim = |amount| LockedClaim { beneficiary: BOB, kind: ClaimKind::Stakeholder, amount };
			let claims: Claims<AccountId> =
				amounts.iter().map(|amount| claim(*amount)).collect::<Vec<_>>().try_into().unwrap();
			Bonding::launch(
				RuntimeOrigin::signed(CREATOR),
				MODEL,
				label("digits"),
				symbol("DIG"),
				LINEAR,
				TERMS,
				claims,
			)
		};
		let most = 300_000 * WHOLE;
		for wrong in [&[0][..], &[1, 0], &[most, 1], &[most + 1], &[Balance::MAX, Balance::MAX]] {
			assert_noop!(launch(wrong), Error::<Test>::ClaimsOutOfBounds);
		}
		assert_ok!(launch(&[most - 1, 1]));
		assert_eq!(record().locked, most);
	});
}

/// Both addresses are known before the launch. Tokens that came into being at that of the pool would move its price.
#[test]
fn fails_when_a_claim_is_nobodys() {
	ExtBuilder.build_and_execute(|| {
		let launch = |beneficiary: AccountId| {
			let claim = |beneficiary| LockedClaim { beneficiary, kind: ClaimKind::Reserve, amount: WHOLE };
			let claims: Claims<AccountId> = vec![claim(BOB), claim(beneficiary)].try_into().unwrap();
			let creator = RuntimeOrigin::signed(CREATOR);
			Bonding::launch(creator, MODEL, label("digits"), symbol("DIG"), LINEAR, TERMS, claims)
		};
		for nobody in [Bonding::pot_account(TOKEN), Bonding::pool_account(TOKEN)] {
			assert_noop!(launch(nobody), Error::<Test>::BeneficiaryIsNobody);
		}
		assert_ok!(launch(CREATOR));
	});
}

#[test]
fn fails_when_the_creator_cannot_pay() {
	ExtBuilder.build_and_execute(|| {
		refused_with(TokenError::FundsUnavailable.into(), Terms { bond: RICHES, ..TERMS });
		// Bond and deposit are there, the price of the tokens is not.
		let dear = Parameters { price: 2_000 * ATTO, ..LINEAR };
		assert!(launch(dear, TERMS).is_err());
		assert_eq!((free(&CREATOR), NextToken::<Test>::get()), (RICHES, FIRST_TOKEN));
	});
}

fn refused_with(error: DispatchError, terms: Terms) {
	assert_noop!(launch(LINEAR, terms), error);
}

#[test]
fn what_governance_changes_later_concerns_new_launches_only() {
	ExtBuilder::launched(Terms { graduation: 5_000 * ENGR, ..TERMS }, || {
		Smooth::set(Smoothing { factor: 1, window: 1 });
		LaunchBounds::set(Bounds { least_bond: Balance::MAX, ..BOUNDS });
		Shares::set(TradeShares { creator: ONE, burn: 0 });
		Rows::set(u64::MAX);
		assert_eq!((record().smoothing, record().history.slot_length), (700_000, HOUR));
		assert_eq!((record().fee_shares, record().least_rows), (FEE_SHARES, LEAST_ROWS));
		next_window();
		assert_ok!(buy(&ALICE, WHOLE));
		let (fees, creators) = (record().fees, free(&CREATOR));
		assert_ok!(settle());
		assert_eq!(free(&CREATOR) - creators, fees * 9 / 100);
		assert_ok!(graduate());
	});
}
