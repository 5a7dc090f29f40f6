//! That the check of every few blocks notices a base unit too much or too little of any token, and in any account of a curve, a
//! pool, a basket or a model's escrow.

use crate::{
	common::market::{
		account, buy, bytes, check, events, launch, record_version, register_model, signed, Market, MODEL,
		OWNER,
	},
	random::{
		checks::token_faults,
		flows::{CurveFlows, Flows},
	},
};
use engram_math::{curve::WHOLE, pool::WORK_ONE};
use engram_primitives::{
	units::{Balance, ENGR},
	Cid, ModelId, TokenId, VersionId, FIRST_BASKET_TOKEN, FIRST_POOL_TOKEN, FIRST_TOKEN,
};
use engram_runtime::{AccountId, Assets, Baskets, BlockNumber, Curves, Jobs, Pools, Runtime};
use frame_support::{assert_ok, traits::Get};
use pallet_assets::Instance2;
use pallet_baskets::{BasketRecordOf, Component};
use pallet_curves::{CurveRecordOf, Measurement};
use sp_io::storage::{rollback_transaction, start_transaction};
use sp_keyring::Sr25519Keyring::Bob;

const GRADUATED: TokenId = FIRST_TOKEN;
const OPEN: TokenId = TokenId(FIRST_TOKEN.0 + 1);
const POOL: TokenId = FIRST_POOL_TOKEN;
const BASKET: TokenId = FIRST_BASKET_TOKEN;
const SUCCESSFUL: ModelId = ModelId(1);
const POOLED: ModelId = ModelId(2);

fn on_curve(change: impl FnOnce(&mut CurveRecordOf<Runtime>)) {
	pallet_curves::Curves::<Runtime>::mutate_extant(OPEN, change);
}

fn in_basket(change: impl FnOnce(&mut BasketRecordOf<Runtime>)) {
	pallet_baskets::Baskets::<Runtime>::mutate_extant(BASKET, change);
}

/// Somebody has a base unit less of an asset, and nobody one more.
fn lower<I: 'static>(id: u32, who: AccountId)
where
	Runtime: pallet_assets::Config<I, AssetId = u32, Balance = Balance>,
{
	pallet_assets::Account::<Runtime, I>::mutate(id, who, |row| row.as_mut().unwrap().balance -= 1);
}

/// Bob trades on a plain curve and on that of a successful model.
fn trades() {
	assert_eq!(register_model(), SUCCESSFUL);
	assert_eq!(register_model(), POOLED);
	assert_eq!(launch(MODEL, [0; 4], 20_000), GRADUATED);
	assert_eq!(launch(SUCCESSFUL, [500_000, 0, 0, 0], 20_000), OPEN);
	on_curve(|record| record.metrics = [1_000_000, 0, 0, 0]);
	for token in [GRADUATED, OPEN] {
		buy(Bob, token, 2_000 * WHOLE);
	}
	assert_ok!(Curves::sell(signed(Bob), OPEN, 100 * WHOLE, 0, BlockNumber::MAX));
	assert_ok!(Curves::settle(signed(Bob), OPEN));
	buy(Bob, OPEN, 10 * WHOLE);
}

/// Bob makes a basket of both tokens.
fn bundles() {
	let component = |token| Component { token, per_share: WHOLE, target: 500_000 };
	let components = vec![component(GRADUATED), component(OPEN)].try_into().unwrap();
	let terms = pallet_baskets::Terms {
		trading_fee: 1_000,
		rebalancing_fee: 1_000,
		slippage: 50_000,
		most_premium: 500_000,
	};
	assert_ok!(Baskets::create(signed(Bob), bytes("both"), bytes("BTH"), components, terms));
	let most = vec![Balance::MAX; 3].try_into().unwrap();
	assert_ok!(Baskets::mint(signed(Bob), BASKET, 100 * WHOLE, most, BlockNumber::MAX));
}

/// The owner opens a pool, and gives it a token twice: the first one is taken.
fn opens() {
	let terms = pallet_pools::Terms {
		supply: 1_000_000 * WHOLE,
		rate: WORK_ONE / 100,
		factor: WORK_ONE,
		held_out: Cid::of_raw(b"held out"),
		held_out_rows: 100,
		baseline: 0,
		unit_gain: 100_000,
		interval: <Runtime as pallet_pools::Config>::Bounds::get().interval.0,
	};
	assert_ok!(Pools::open(signed(OWNER), POOLED, bytes("points"), bytes("PNT"), terms));
	let give = || Assets::transfer(signed(OWNER), POOL.0.into(), Pools::pot_account(POOL).into(), WHOLE);
	assert_ok!(give());
	assert_ok!(Pools::take_gifts(signed(Bob), POOL));
	assert_ok!(give());
}

/// An open curve and one that has graduated, a basket of both tokens, and a pool that has a gift.
fn with_tokens() -> (Market, Flows) {
	let (mut market, mut flows) = (Market::new(1_000 * ENGR), Flows::default());
	let version = market.block(|| record_version(MODEL, None, 80));
	let traded = market.block(|| {
		trades();
		events()
	});
	let window = market.read(|| Curves::curve(GRADUATED).unwrap().terms.limits.window);
	market.pass(window.try_into().unwrap());
	let bundled = market.block(|| {
		assert_ok!(Curves::graduate(signed(Bob), GRADUATED, version));
		bundles();
		opens();
		events()
	});
	traded.iter().chain(&bundled).for_each(|event| flows.observe(event));
	(market, flows)
}

/// What is spoilt, and how what is said of it begins.
type Spoilt = (&'static str, fn());

/// The escrow of a model has a base unit more or less.
fn in_escrow(change: fn(Balance) -> Balance) {
	frame_system::Account::<Runtime>::mutate(Jobs::model_escrow(SUCCESSFUL), |info| {
		info.data.free = change(info.data.free);
	});
}

/// A version was measured that is none of the model's.
fn measured(model: ModelId, version: VersionId) {
	let measurement = Measurement { version, accuracy: 1, improvement: None };
	pallet_curves::Markets::<Runtime>::mutate(model, |market| market.measured.force_push(measurement));
}

fn spoilt() -> [Spoilt; 16] {
	[
		("balances of the asset", || lower::<()>(OPEN.0, account(Bob))),
		("balances of the asset", || lower::<()>(BASKET.0, account(Bob))),
		("balances of the pool asset", || lower::<Instance2>(0, Curves::pot_account(GRADUATED))),
		("flows of the curve", || on_curve(|record| record.reserve -= 1)),
		("flows of the curve", || on_curve(|record| record.fees += 1)),
		("flows of the curve", || on_curve(|record| record.premium -= 1)),
		("coins of the curve", || on_curve(|record| record.endowment += 1)),
		("curve of", || pallet_curves::Curves::<Runtime>::remove(OPEN)),
		("tokens of the pool", || {
			pallet_pools::Pools::<Runtime>::mutate_extant(POOL, |record| record.left -= 1);
		}),
		("Some", || in_basket(|record| record.constituents[0].book.held -= 1)),
		("Some", || in_basket(|record| record.constituents[1].book.owed += 1)),
		("None", || in_basket(|record| record.cash.held += 1)),
		("escrow of", || in_escrow(|free| free - 1)),
		("escrow of", || in_escrow(|free| free + 1)),
		("measurement of", || measured(SUCCESSFUL, VersionId(0))),
		("measurement of", || measured(MODEL, VersionId(1))),
	]
}

#[test]
fn a_base_unit_of_any_token_is_missed() {
	let (mut market, flows) = with_tokens();
	market.read(|| {
		check();
		assert_eq!(token_faults(&flows), Vec::<String>::new());
		let [graduated, open] = [GRADUATED, OPEN].map(|token| flows.of_curve(token).unwrap());
		assert!(graduated.reserve == 0 && graduated.fees > 0, "{graduated:?}");
		let CurveFlows { reserve, fees, premium } = open;
		assert!(reserve > 900 * ENGR && fees > 0 && premium > 0, "{open:?}");
		assert_eq!(flows.gifts_to(POOL), WHOLE);
		for (says, spoil) in spoilt() {
			start_transaction();
			spoil();
			let faults = token_faults(&flows);
			assert!(faults.iter().any(|fault| fault.starts_with(says)), "{says}: {faults:?}");
			rollback_transaction();
		}
		// What no event told of is missed too.
		let faults = token_faults(&Flows::default());
		assert_eq!(faults.len(), 4, "of both curves, of the gift, and of the escrow: {faults:?}");
	});
}
