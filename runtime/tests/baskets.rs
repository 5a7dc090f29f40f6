//! Baskets on the real market: one rebalances through the pool that a constituent's curve has become, one buys on a curve whose model
//! has success, another pays out although the model of a constituent was rolled back. All pay in kind, to the base unit.

use crate::common::market::{
	account, buy, call, check, events, flows, launch, record_version, register_model, signed, Books, Market,
	MODEL, OWNER,
};
use engram_math::{curve::WHOLE, fee::mul_div_floor, fixed::ATTO};
use engram_primitives::{
	market::TokenMarket,
	traits::ModelRegistry,
	units::{Balance, ENGR},
	TokenId, VersionId, FIRST_BASKET_TOKEN,
};
use engram_runtime::{
	AccountId, AssetConversion, Assets, Balances, Baskets, BlockNumber, Curves, Models, Runtime, RuntimeEvent,
};
use frame_support::{
	assert_ok,
	traits::{
		fungible::NativeOrWithId::{Native, WithId},
		Get,
	},
};
use pallet_baskets::{Amounts, Component, Outcome, Terms};
use pallet_curves::CurveState;
use sp_io::storage::{rollback_transaction, start_transaction};
use sp_keyring::Sr25519Keyring::{Bob, Ferdie};

const BASKET: TokenId = FIRST_BASKET_TOKEN;
const SHARES: Balance = 10 * WHOLE;
/// So little that a pool takes an order of the basket whole.
const PER_SHARE: Balance = WHOLE / 2;
/// So much that it takes a part.
const MUCH: Balance = 20 * PER_SHARE;
/// What Bob buys of each token: the reserve is enough to graduate.
const BOUGHT: Balance = 2_000 * WHOLE;

/// Two tokens of models with two versions each, of both of which Bob has as much.
fn two_tokens() -> (Market, [TokenId; 2], [VersionId; 2]) {
	let mut market = Market::new(1_000 * ENGR);
	let (tokens, versions) = market.block(|| {
		let models = [MODEL, register_model()];
		let tokens = models.map(|model| launch(model, [0; 4], 20_000));
		let first = record_version(MODEL, None, 80);
		let second = record_version(MODEL, Some(first), 90);
		for token in tokens {
			buy(Bob, token, BOUGHT);
		}
		(tokens, [first, second])
	});
	(market, tokens, versions)
}

/// Bob makes a basket of both and mints the first shares.
fn minted(tokens: [TokenId; 2], targets: [u32; 2]) {
	minted_of(tokens, targets, PER_SHARE);
}

/// The same, with so much of each in a share.
fn minted_of(tokens: [TokenId; 2], targets: [u32; 2], per_share: Balance) {
	let components = tokens.into_iter().zip(targets);
	let components: Vec<_> =
		components.map(|(token, target)| Component { token, per_share, target }).collect();
	let terms = Terms { trading_fee: 0, rebalancing_fee: 10_000, slippage: 50_000, most_premium: 500_000 };
	let (name, symbol) = (b"both".to_vec().try_into().unwrap(), b"BTH".to_vec().try_into().unwrap());
	assert_ok!(Baskets::create(signed(Bob), name, symbol, components.try_into().unwrap(), terms));
	let most: Amounts = vec![Balance::MAX; 3].try_into().unwrap();
	assert_ok!(Baskets::mint(signed(Bob), BASKET, SHARES, most, BlockNumber::MAX));
	assert_eq!(held(), [per_share * 10, per_share * 10, 0]);
}

/// What the shares are of: of both tokens, and coins.
fn held() -> [Balance; 3] {
	let record = Baskets::basket(BASKET).unwrap();
	let [first, second] = &record.constituents[..] else { panic!("of two tokens") };
	[first.book.held, second.book.held, record.cash.held]
}

fn tokens_of(who: &AccountId, tokens: [TokenId; 2]) -> [Balance; 2] {
	tokens.map(|token| Assets::balance(token.0, who))
}

/// Bob redeems so many shares and gets exactly their part of all that is held, rounded down; all of it for all of them.
fn redeems(tokens: [TokenId; 2], shares: Balance) {
	let all = Baskets::basket(BASKET).unwrap().shares;
	let held = held();
	let parts = held.map(|held| mul_div_floor(held, shares, all).unwrap());
	let amounts: Amounts = parts.to_vec().try_into().unwrap();
	assert_eq!(Baskets::quote_redeem(BASKET, shares).unwrap().amounts, amounts);
	let (bob, pot) = (account(Bob), Baskets::pot_account(BASKET));
	let had = [&bob, &pot].map(|who| tokens_of(who, tokens));
	let books = Books::read();
	assert_ok!(Baskets::redeem(signed(Bob), BASKET, shares, amounts, BlockNumber::MAX));

	let [first, second, coins] = parts;
	let has = [&bob, &pot].map(|who| tokens_of(who, tokens));
	assert_eq!(has[0], [had[0][0] + first, had[0][1] + second]);
	assert_eq!(has[1], [had[1][0] - first, had[1][1] - second]);
	assert_eq!(books.moved(), flows([(pot, -(coins as i128)), (bob.clone(), coins as i128)]));
	assert_eq!(Baskets::basket(BASKET).unwrap().shares, all - shares);
	assert_eq!(Assets::balance(BASKET.0, &bob), all - shares);
	for asset in tokens.map(Some).into_iter().chain([None]) {
		assert_eq!(Baskets::claim(BASKET, bob.clone(), asset), 0);
	}
}

/// Three of ten shares, and then the rest.
fn redeems_all(tokens: [TokenId; 2]) {
	redeems(tokens, SHARES * 3 / 10);
	redeems(tokens, SHARES * 7 / 10);
	assert_eq!(held(), [0; 3]);
}

/// Notes prices and lets them age until the next block may rebalance.
fn note_prices(market: &mut Market) {
	market.block(|| {
		assert_ok!(Baskets::note_prices(signed(Ferdie), BASKET));
	});
	let age = market.read(<Runtime as pallet_baskets::Config>::PriceAge::get);
	market.pass(age - 1);
}

/// Ferdie rebalances, and learns what came of it.
fn rebalance() -> Outcome {
	assert_ok!(Baskets::rebalance(signed(Ferdie), BASKET));
	let outcome = events().into_iter().find_map(|event| match event {
		RuntimeEvent::Baskets(pallet_baskets::Event::Rebalanced { outcome, .. }) => Some(outcome),
		_ => None,
	});
	outcome.unwrap()
}

/// Bob's basket of a token that has graduated and one that has not, which should have less of the first, and noted prices.
fn graduated(per_share: Balance) -> (Market, [TokenId; 2]) {
	let (mut market, tokens, [_, version]) = two_tokens();
	let [token, _] = tokens;
	let window = market.read(|| Curves::curve(token).unwrap().terms.limits.window);
	market.pass(window.try_into().unwrap());
	market.block(|| {
		assert_ok!(call(Ferdie, pallet_curves::Call::<Runtime>::graduate { token, version }));
		assert_eq!(Curves::curve(token).unwrap().state, CurveState::Graduated);
		minted_of(tokens, [300_000, 700_000], per_share);
	});
	note_prices(&mut market);
	(market, tokens)
}

/// The pool takes the sixteenth of an order that would move its price by more than going in and out of it costs: nobody gains by
/// selling before and buying back afterwards.
#[test]
fn nobody_gains_around_an_order_in_a_pool() {
	let (mut market, tokens) = graduated(MUCH);
	let [token, _] = tokens;
	let path = || [Native, WithId(token.0)].map(Box::new).to_vec();
	let gained = |attack: Balance| {
		let had = Balances::free_balance(account(Bob));
		if attack > 0 {
			assert_ok!(Curves::sell_tokens(&account(Bob), token, attack, 0));
		}
		let before = held()[0];
		// A pool whose price has fallen too far takes nothing.
		let _ = call(Ferdie, pallet_baskets::Call::<Runtime>::rebalance { basket: BASKET });
		let sold = before - held()[0];
		if attack > 0 {
			let (most, bob) = (Balance::MAX, account(Bob));
			let back =
				AssetConversion::swap_tokens_for_exact_tokens(signed(Bob), path(), attack, most, bob, true);
			assert_ok!(back);
		}
		(Balances::free_balance(account(Bob)) as i128 - had as i128, sold)
	};
	market.block(|| {
		// Of 40 tokens.
		let (nothing, sold) = taken_back(|| gained(0));
		assert!(nothing == 0 && sold > 2 * WHOLE && sold < 3 * WHOLE, "{sold}");
		for attack in [WHOLE / 1_000, WHOLE, 5 * WHOLE, 20 * WHOLE, 100 * WHOLE, 1_000 * WHOLE] {
			let (gained, sold) = taken_back(|| gained(attack));
			assert!(gained < 0 && (sold > 0) == (attack <= WHOLE), "{attack} around {sold}: {gained}");
		}
	});
}

/// Does something, and takes it back.
fn taken_back<R>(act: impl FnOnce() -> R) -> R {
	start_transaction();
	let result = act();
	rollback_transaction();
	result
}

#[test]
fn a_graduated_token_is_rebalanced_through_its_pool() {
	let (mut market, tokens) = graduated(PER_SHARE);
	let [graduated, open] = tokens;
	market.block(|| {
		let reserves = || AssetConversion::get_reserves(Native, WithId(graduated.0)).unwrap();
		let (money, in_pool) = reserves();
		let curve = Curves::curve(open).unwrap();
		let (before, books) = (held(), Books::read());
		let worth = Baskets::value(BASKET).unwrap();
		let Outcome { proceeds, spent, fee, cash, done, skipped } = rebalance();
		assert_eq!((done, skipped), (2, 0));
		let [first, second, coins] = held();
		let sold = before[0] - first;
		// The pool has what was sold and has paid what it brought, and all of this is in the books.
		assert!(sold > PER_SHARE * 35 / 10 && sold < PER_SHARE * 45 / 10, "{sold}");
		assert_eq!(reserves(), (money - proceeds, in_pool + sold));
		assert!(proceeds * 100 >= sold * 504 / 1_000 * 95 && proceeds * 1_000 < sold * 504, "{proceeds}");
		let swapped = events().into_iter().any(|event| {
			matches!(
				event,
				RuntimeEvent::AssetConversion(pallet_asset_conversion::Event::SwapExecuted { who, amount_in, amount_out, .. })
					if who == Baskets::pot_account(BASKET) && (amount_in, amount_out) == (sold, proceeds)
			)
		});
		assert!(swapped);
		// The curve of the other one has sold what was bought.
		let bought = second - before[1];
		let after = Curves::curve(open).unwrap();
		assert_eq!(after.bought - curve.bought, bought);
		let paid = after.reserve + after.fees - curve.reserve - curve.fees;
		assert_eq!(paid, spent);
		assert_eq!((coins, cash), (cash, proceeds - spent - fee));
		assert!(fee > 0);
		let expected = [
			(Curves::pool_account(graduated), -(proceeds as i128)),
			(Curves::pot_account(open), spent as i128),
			(account(Ferdie), fee as i128),
			(Baskets::pot_account(BASKET), cash as i128),
		];
		assert_eq!(books.moved(), flows(expected));
		// It costs holders fees and what the pool's price has moved, a few hundredths, and brings them to the targets.
		let left = Baskets::value(BASKET).unwrap();
		assert!(left < worth && worth - left < worth * 3 / 100, "{worth} to {left}");
		let share = mul_div_floor(first, Curves::price(graduated).unwrap(), 1_000_000 * left).unwrap();
		assert!((280_000..320_000).contains(&(share / 1_000_000)), "{share}");
	});
	market.block(|| redeems_all(tokens));
	market.read(check);
}

/// Buyers pay half more than the curve of what the basket buys: the basket pays it too, into the premium of that curve.
#[test]
fn a_token_of_a_successful_model_is_bought_on_its_curve() {
	let (mut market, tokens, _) = two_tokens();
	let [plain, successful] = tokens;
	market.block(|| {
		pallet_curves::Curves::<Runtime>::mutate_extant(successful, |record| {
			record.terms.weights = [500_000, 0, 0, 0];
			record.metrics = [1_000_000, 0, 0, 0];
		});
		assert_eq!(Curves::multiplier(successful), Some(1_500_000));
		minted(tokens, [300_000, 700_000]);
	});
	note_prices(&mut market);
	market.block(|| {
		let curve = Curves::curve(successful).unwrap();
		let (before, books) = (held(), Books::read());
		let Outcome { proceeds, spent, fee, cash, done, skipped } = rebalance();
		assert_eq!((done, skipped), (2, 0));
		let after = Curves::curve(successful).unwrap();
		let bought = held()[1] - before[1];
		assert_eq!(after.bought - curve.bought, bought);
		let (value, premium) = (after.reserve - curve.reserve, after.premium - curve.premium);
		assert_eq!(premium, value.div_ceil(2));
		assert_eq!(value + premium + after.fees - curve.fees, spent);
		// No less than 95 hundredths of what that is at one and a half times the price, and less than all of it.
		let at_asking = mul_div_floor(spent, ATTO, curve.price * 3 / 2).unwrap();
		assert!(bought < at_asking && bought * 100 >= at_asking * 95, "{bought} of {at_asking}");
		assert_eq!(cash, proceeds - spent - fee);
		let expected = [
			(Curves::pot_account(plain), -(proceeds as i128)),
			(Curves::pot_account(successful), spent as i128),
			(account(Ferdie), fee as i128),
			(Baskets::pot_account(BASKET), cash as i128),
		];
		assert_eq!(books.moved(), flows(expected));
	});
	market.block(|| redeems_all(tokens));
	market.read(check);
}

#[test]
fn a_constituent_whose_model_was_rolled_back_pays_out_like_any_other() {
	let (mut market, tokens, [first, second]) = two_tokens();
	market.block(|| {
		minted(tokens, [500_000, 500_000]);
		let request = pallet_models::Call::<Runtime>::request_rollback { model: MODEL, version: first };
		assert_ok!(call(OWNER, request));
	});
	let delay = market.read(<Runtime as pallet_models::Config>::RollbackDelay::get);
	market.pass(delay - 1);
	market.block(|| {
		let worth = Baskets::value(BASKET);
		assert_ok!(Models::enact_rollback(signed(Bob), MODEL));
		assert!(<Models as ModelRegistry<AccountId>>::is_rolled_back(second));
		assert_eq!(Baskets::value(BASKET), worth);
		redeems(tokens, SHARES / 10);
	});
	// It is minted as before, too, and nothing keeps who has redeemed from selling what that brought.
	market.block(|| {
		let most: Amounts = vec![Balance::MAX; 3].try_into().unwrap();
		assert_ok!(Baskets::mint(signed(Bob), BASKET, SHARES / 10, most, BlockNumber::MAX));
		assert_eq!(held(), [PER_SHARE * 10, PER_SHARE * 10, 0]);
		redeems_all(tokens);
		let had = Balances::free_balance(account(Bob));
		assert_ok!(Curves::sell(signed(Bob), tokens[0], 100 * WHOLE, 45 * ENGR, BlockNumber::MAX));
		assert!(Balances::free_balance(account(Bob)) - had >= 45 * ENGR);
	});
	market.read(check);
}
