//! `graduate`.

use crate::{mock::*, pallet::*, CurveState, Graduation, HoldReason, Terms};
use engram_math::{
	curve::{graduation_tokens_floor, WHOLE},
	fixed::ATTO,
	market::Limits,
};
use engram_primitives::{
	market::{TokenMarket, TokenPools},
	units::{Balance, ENGR},
	VersionId,
};
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		fungible::Inspect as _,
		fungibles::{Create, Inspect as _, Mutate as _},
		Get, LockableCurrency, ReservableCurrency, WithdrawReasons,
	},
};
use sp_runtime::{DispatchError, TokenError};

/// What the launch put into the reserve and what Alice does: .52 * 2,000 + .000001 * 2,000^2.
const RESERVE: Balance = (5_100 + 1_044) * ENGR;
/// After that.
const LAST: u128 = ATTO * 524 / 1_000;
/// The pool's tokens: 11,725.19 of them.
const TOKENS: Balance = RESERVE * 1_000 / 524;
/// The graduation is at 6,000 coins.
pub(super) const SOON: Terms = Terms { graduation: 6_000 * ENGR, ..TERMS };

/// The creator has a part of its tokens, Alice buys 2,000, and the limiter's first window ends.
pub(super) fn ripen() {
	pass(6 * HOUR);
	assert_ok!(release());
	assert_ok!(buy(&ALICE, 2_000 * WHOLE));
	next_window();
}

/// A curve that may graduate.
pub(super) fn ripe(test: impl FnOnce()) {
	ExtBuilder::launched(SOON, || {
		ripen();
		test();
	});
}

/// The root of a product, rounded down.
fn root(one: Balance, other: Balance) -> Balance {
	(sp_core::U256::from(one) * sp_core::U256::from(other)).integer_sqrt().as_u128()
}

#[test]
fn turns_the_curve_into_a_pool() {
	ripe(|| {
		let (creators, treasurys, before) = (free(&CREATOR), free(&TREASURY), record());
		let released = tokens(&CREATOR);
		assert_ok!(graduate());

		// All of the reserve is in the pool, at the last price.
		assert_eq!(reserves(), (RESERVE, TOKENS));
		assert_eq!(record().price, LAST);
		let price = Bonding::price(TOKEN).unwrap();
		assert!(price >= LAST && price - LAST <= LAST / TOKENS + 1, "{price}");

		// Nobody has a share of it but the curve's account, of which nobody has the key, and the pool itself.
		let shares = root(RESERVE, TOKENS) - 100;
		let lp = share(TOKEN).unwrap();
		assert_eq!(TestPools::shares_of(&Bonding::pot_of(TOKEN), TOKEN), shares);
		assert_eq!((PoolAssets::total_issuance(lp), PoolAssets::balance(lp, pool())), (shares + 100, 100));

		// The creator's stake paid for the pool. What deposits took stays with the curve's account.
		assert_eq!((free(&TREASURY) - treasurys, held(HoldReason::LaunchBond, &CREATOR)), (SETUP, 0));
		assert_eq!(free(&CREATOR) - creators, TERMS.bond - SETUP - 4 * ACCOUNT_DEPOSIT);
		assert_eq!(held(HoldReason::LaunchDeposit, &CREATOR), before.deposit);
		assert_eq!(Some(pot()), record().owed());

		// Nothing else came into being, and nothing more will than the claims.
		assert_eq!(Assets::total_issuance(TOKEN.0), released + 2_000 * WHOLE + TOKENS);
		assert_eq!(tokens(&Bonding::pot_of(TOKEN)), 0);
		let after = record();
		assert_eq!((after.state, after.reserve, after.fees), (CurveState::Graduated, 0, before.fees));
		let (epoch, paid) = (7, vec![0, 0].try_into().unwrap());
		assert_eq!(after.graduation, Some(Graduation { epoch, tokens: TOKENS, shares, paid }));
		assert_eq!(Deployed::get(), [MODEL]);
		assert_eq!(
			last_event(),
			Event::CurveGraduated {
				who: ALICE,
				token: TOKEN,
				model: MODEL,
				price: LAST,
				money: RESERVE,
				tokens: TOKENS,
				shares,
				gifts: 0,
				destroyed: 0,
				unminted: (1_000_000 - 12_000 - 150_000) * WHOLE - TOKENS,
			}
		);
	});
}

#[test]
fn the_curve_is_closed_for_good() {
	ripe(|| {
		assert_ok!(graduate());
		next_epoch();
		assert_noop!(graduate(), Error::<Test>::NotOpen);
		assert_noop!(buy(&ALICE, WHOLE), Error::<Test>::NotOpen);
		assert_noop!(spend(&ALICE, ENGR), Error::<Test>::NotOpen);
		assert_noop!(sell(&ALICE, WHOLE), Error::<Test>::NotOpen);
		assert_noop!(close(), Error::<Test>::NotOpen);
		assert_noop!(refresh(), Error::<Test>::NotOpen);
		assert_eq!((Bonding::quote_buy(TOKEN, 1, 0), Bonding::is_ripe(TOKEN)), (None, false));
		assert_noop!(launch(LINEAR, SOON), Error::<Test>::AlreadyLaunched);
	});
}

/// What is owed to others is theirs as before: the creator's tokens, fees, premium, what strangers gave.
#[test]
fn what_is_owed_stays_owed() {
	ripe(|| {
		succeed();
		assert_ok!(buy(&BOB, 100 * WHOLE));
		assert_ok!(graduate());
		let (fees, premium) = (record().fees, record().premium);
		assert!(fees > 0 && premium > 50 * ENGR);
		donate(ENGR);
		assert_ok!(settle());
		assert_eq!((record().fees, record().premium), (0, 0));
		assert_eq!((free(&ESCROW), Some(pot())), (premium, record().owed()));

		let had = tokens(&CREATOR);
		assert!(had < 10_000 * WHOLE);
		mature();
		assert_ok!(release());
		assert_eq!(tokens(&CREATOR), 10_000 * WHOLE);
		check();
	});
}

/// Nobody can close a curve that has graduated: where the model is retired, its premium would stay for ever.
#[test]
fn the_premium_of_a_retired_model_does_not_stay() {
	ripe(|| {
		succeed();
		assert_ok!(buy(&BOB, 100 * WHOLE));
		assert_ok!(graduate());
		HasEscrow::set(false);
		let (premium, had) = (record().premium, free(&TREASURY));
		assert!(premium > 50 * ENGR);
		assert_ok!(settle());
		let Event::FeesSettled { treasury, premium: escrowed, .. } = last_event() else { panic!() };
		assert_eq!((free(&TREASURY) - had, escrowed, free(&ESCROW)), (treasury, 0, 0));
		assert_eq!((record().premium, Some(pot())), (0, Some(record().endowment)));
	});
}

#[test]
fn trades_go_on_in_the_pool() {
	ripe(|| {
		assert_ok!(graduate());
		let path = |one, other| vec![Box::new(one), Box::new(other)];
		let (money, token) = (Kind::Native, kind(TOKEN));
		let (had, owned) = (free(&BOB), tokens(&ALICE));
		let origin = || RuntimeOrigin::signed(BOB);
		let bought = Conversion::swap_exact_tokens_for_tokens(
			origin(),
			path(money.clone(), token.clone()),
			100 * ENGR,
			1,
			BOB,
			true,
		);
		assert_ok!(bought);
		// .3 % of a hundred, and the pool moves by 1.6 %.
		let expected = TOKENS * 99_700 / (RESERVE / ENGR * 1_000 + 99_700);
		assert_eq!((had - free(&BOB), tokens(&BOB)), (100 * ENGR, expected));
		let all = tokens(&ALICE);
		let sold = Conversion::swap_exact_tokens_for_tokens(
			RuntimeOrigin::signed(ALICE),
			path(token, money),
			all,
			1,
			ALICE,
			false,
		);
		assert_ok!(sold);
		assert_eq!((owned, tokens(&ALICE)), (2_000 * WHOLE, 0));
		// The fees stay in the pool.
		let (money, tokens) = reserves();
		assert!(root(money, tokens) > root(RESERVE, TOKENS));
	});
}

#[test]
fn fails_when_the_reserve_is_too_small() {
	ExtBuilder::launched(Terms { graduation: RESERVE, ..SOON }, || {
		mature();
		assert_ok!(buy(&ALICE, 2_000 * WHOLE - 3));
		assert_eq!(record().reserve, RESERVE - 1);
		// What strangers give is not the reserve.
		donate(100_000 * ENGR);
		assert_noop!(graduate(), Error::<Test>::NotRipe);
		assert_ok!(settle());
		assert_ok!(buy(&ALICE, 3));
		assert_ok!(graduate());
	});
}

/// However ripe it is from the launch on.
#[test]
fn fails_before_the_first_window_of_the_limiter_is_over() {
	for window in [1_000, 14_400] {
		let limits = Limits { window, ..TERMS.limits };
		ExtBuilder::launched(Terms { graduation: 5_100 * ENGR, limits, ..TERMS }, || {
			for passed in [0, window as u32 / 2, (window as u32).div_ceil(2) - 1] {
				pass(passed);
				assert_noop!(graduate(), Error::<Test>::TooYoung);
				assert!(!Bonding::is_ripe(TOKEN));
			}
			pass(1);
			assert!(Bonding::is_ripe(TOKEN));
			assert_ok!(graduate());
		});
	}
}

#[test]
fn fails_when_the_data_is_not_enough() {
	ripe(|| {
		let graduate = |version| Bonding::graduate(RuntimeOrigin::signed(ALICE), TOKEN, version);
		assert_noop!(graduate(VersionId(1)), Error::<Test>::UnknownVersion);
		assert_noop!(graduate(VERSION_OF_OTHER), Error::<Test>::UnknownVersion);
		let ask = |rows| crate::Curves::<Test>::mutate_extant(TOKEN, |record| record.least_rows = rows);
		ask(LEAST_ROWS + 1);
		assert_noop!(graduate(VERSION), Error::<Test>::NotEnoughData);
		ask(LEAST_ROWS);
		assert_ok!(graduate(VERSION));
	});
}

#[test]
fn fails_when_there_is_no_curve_or_nobody_signs() {
	ripe(|| {
		let other = Bonding::graduate(RuntimeOrigin::signed(ALICE), TOKEN.next().unwrap(), VERSION);
		assert_noop!(other, Error::<Test>::UnknownToken);
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(Bonding::graduate(origin, TOKEN, VERSION), DispatchError::BadOrigin);
		}
	});
}

/// For money at the pool's address more tokens are minted: the price is the last one all the same.
#[test]
fn money_at_the_address_of_the_pool_moves_no_price() {
	for gift in [ED, ENGR, RESERVE, 100_000 * ENGR] {
		ripe(|| {
			assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(CAROL), pool(), gift));
			assert_ok!(graduate());
			let (money, tokens) = reserves();
			assert_eq!(money, RESERVE + gift);
			assert_eq!(Ok(tokens), graduation_tokens_floor(money, LAST));
			let Event::CurveGraduated { gifts, .. } = last_event() else { panic!() };
			assert_eq!((gifts, graduation().tokens), (gift, tokens));
			// Nobody gets it back.
			assert_eq!(free(&CAROL), RICHES - gift);
			assert_eq!(TestPools::shares_of(&CAROL, TOKEN), 0);
		});
	}
}

/// Where there is no room for as many tokens, the price begins higher; the claims keep their room.
#[test]
fn a_fortune_at_the_address_of_the_pool_takes_no_room_of_claims() {
	ripe(|| {
		let gift = 3_000_000 * ENGR;
		assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(CAROL), pool(), gift));
		let room = record().room().unwrap();
		assert_ok!(graduate());
		assert_eq!((reserves(), record().room()), ((RESERVE + gift, room), Ok(0)));
		assert!(Bonding::price(TOKEN) > Some(6 * LAST));
		for _ in 0..100 {
			next_epoch();
		}
		assert_ok!(claim(0));
		assert_ok!(claim(1));
	});
}

/// A lock, as a vested transfer sets one, holds what was sent and nothing of the reserve.
#[test]
fn frozen_money_at_the_address_of_the_pool_stops_nobody() {
	ripe(|| {
		let gift = 1_000 * ENGR;
		assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(CAROL), pool(), gift));
		Balances::set_lock(*b"vesting ", &pool(), gift, WithdrawReasons::all());
		assert_ok!(graduate());
		assert_eq!(reserves().0, RESERVE + gift);
		assert_ok!(Bonding::sell_tokens(&ALICE, TOKEN, 2_000 * WHOLE, 1));
	});
}

/// The runtime refuses to send tokens there. Were there some, they would be destroyed.
#[test]
fn tokens_at_the_address_of_the_pool_are_destroyed() {
	ripe(|| {
		let send = || Assets::transfer(RuntimeOrigin::signed(ALICE), TOKEN.0, pool(), 500 * WHOLE);
		// Without money the address has no account, and takes none.
		assert_noop!(send(), TokenError::CannotCreate);
		let gift = 10 * ENGR;
		assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(CAROL), pool(), gift));
		assert_ok!(send());
		assert_ok!(graduate());
		let (money, in_pool) = reserves();
		assert_eq!(money, RESERVE + gift);
		assert_eq!(Ok(in_pool), graduation_tokens_floor(money, LAST));
		assert_eq!((record().destroyed, tokens(&ALICE)), (500 * WHOLE, 1_500 * WHOLE));
		let Event::CurveGraduated { destroyed, .. } = last_event() else { panic!() };
		assert_eq!(destroyed, 500 * WHOLE);
	});
}

/// The runtime refuses to create it. Were it there, without shares, it would do.
#[test]
fn an_empty_pool_that_a_stranger_made_is_taken() {
	ripe(|| {
		let create = || {
			let (money, token) = (Box::new(Kind::Native), Box::new(kind(TOKEN)));
			Conversion::create_pool(RuntimeOrigin::signed(CAROL), money, token)
		};
		assert_ok!(create());
		let had = free(&CREATOR);
		assert_ok!(graduate());
		assert_eq!(reserves(), (RESERVE, TOKENS));
		assert_eq!(Some(pot()), record().owed());
		assert_eq!(free(&CREATOR) - had, TERMS.bond - SETUP - 4 * ACCOUNT_DEPOSIT);
		assert_noop!(create(), pallet_asset_conversion::Error::<Test>::PoolExists);
	});
}

/// Somebody gives both addresses so many assets that they can refer to no more.
#[test]
fn assets_of_strangers_at_the_addresses_stop_nobody() {
	let most = <Test as frame_system::Config>::MaxConsumers::get();
	// Each number of references that is left, down to none: what finds room for one account need not find it for the next.
	for count in most - 5..=most {
		ripe(|| {
			let pot = Bonding::pot_of(TOKEN);
			assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(CAROL), pool(), ED));
			for id in 0..count {
				assert_ok!(<Assets as Create<_>>::create(id, CAROL, false, 1));
				let _ = Assets::mint_into(id, &pot, 1);
				let _ = Assets::mint_into(id, &pool(), 1);
			}
			assert_eq!(System::can_accrue_consumers(&pool(), 2), count < most - 1);
			assert_ok!(graduate());
			assert_eq!(reserves().0, RESERVE + ED);
			assert_ok!(Bonding::spend_on_tokens(&BOB, TOKEN, ENGR, 1));
			assert_ok!(Bonding::sell_tokens(&ALICE, TOKEN, WHOLE, 1));
		});
	}
}

/// Whatever else freezes what the creator has: the stake was put up for this.
#[test]
fn a_creator_cannot_stop_it() {
	ripe(|| {
		assert_ok!(Balances::reserve(&CREATOR, free(&CREATOR) - ED));
		let all = Balances::total_balance(&CREATOR);
		Balances::set_lock(*b"staking ", &CREATOR, all, WithdrawReasons::all());
		assert_ok!(graduate());
	});
}

/// Shares that somebody sends to the curve's account stay there too.
#[test]
fn nobody_takes_the_shares() {
	ripe(|| {
		assert_ok!(graduate());
		let lp = share(TOKEN).unwrap();
		let pot = Bonding::pot_of(TOKEN);
		for who in [CREATOR, ALICE] {
			let origin = RuntimeOrigin::signed(who.clone());
			let remove = Conversion::remove_liquidity(
				origin.clone(),
				Box::new(Kind::Native),
				Box::new(kind(TOKEN)),
				1_000_000,
				1,
				1,
				who.clone(),
			);
			assert!(remove.is_err());
			for result in [
				PoolAssets::force_transfer(origin.clone(), lp, pot.clone(), who.clone(), 1),
				PoolAssets::transfer_approved(origin.clone(), lp, pot.clone(), who.clone(), 1),
				PoolAssets::mint(origin.clone(), lp, who.clone(), 1),
				PoolAssets::burn(origin.clone(), lp, pot.clone(), 1),
				PoolAssets::start_destroy(origin, lp),
			] {
				assert!(result.is_err());
			}
		}
	});
}
