//! Model tokens as other pallets trade them.

use super::graduate::{ripe, SOON};
use crate::{mock::*, pallet::*, CurveState, Terms};
use engram_math::{curve::WHOLE, fee::mul_div_floor, fixed::ATTO};
use engram_primitives::{
	market::TokenMarket,
	units::{Balance, ENGR},
	TokenId,
};
use frame_support::{assert_noop, assert_ok, storage::with_storage_layer};
use sp_runtime::DispatchError;

fn price() -> Option<u128> {
	<Bonding as TokenMarket<AccountId>>::token_price(TOKEN)
}

fn asking() -> Option<u128> {
	<Bonding as TokenMarket<AccountId>>::asking_price(TOKEN)
}

fn spend(pay: Balance, least: Balance) -> Result<(Balance, Balance), DispatchError> {
	with_storage_layer(|| Bonding::spend_on_tokens(&BOB, TOKEN, pay, least))
}

fn sell(amount: Balance, least: Balance) -> Result<Balance, DispatchError> {
	with_storage_layer(|| Bonding::sell_tokens(&BOB, TOKEN, amount, least))
}

#[test]
fn trades_on_an_open_curve_like_anybody() {
	ExtBuilder::launched(SOON, || {
		mature();
		let quote = Bonding::quote_spend(TOKEN, 100 * ENGR, 0).unwrap();
		assert_noop!(spend(100 * ENGR, quote.amount + 1), Error::<Test>::BelowMinOut);
		assert_eq!(spend(100 * ENGR, quote.amount), Ok((quote.total, quote.amount)));
		assert_eq!((RICHES - free(&BOB), tokens(&BOB)), (quote.total, quote.amount));
		assert_eq!(price(), Some(record().price));
		let quote = Bonding::quote_sell(TOKEN, 50 * WHOLE, 0).unwrap();
		assert_noop!(sell(50 * WHOLE, quote.total + 1), Error::<Test>::BelowMinOut);
		let had = free(&BOB);
		assert_eq!(sell(50 * WHOLE, quote.total), Ok(quote.total));
		assert_eq!(free(&BOB) - had, quote.total);
		// Within the limits of everybody.
		assert_noop!(spend(2_000 * ENGR, 1), Error::<Test>::BeyondBlockLimit);
	});
}

#[test]
fn buyers_on_a_curve_are_asked_for_what_its_success_costs() {
	let weights = [250_000; 4];
	ExtBuilder::launched(Terms { weights, ..SOON }, || {
		mature();
		assert_eq!((price().unwrap(), asking()), (record().price, price()));
		// One and a half, and then a bit more, which is rounded up.
		for (metrics, times) in [([500_000; 4], 1_500_000), ([500_001, 500_001, 500_001, 500_000], 1_500_000)]
		{
			crate::Curves::<Test>::mutate(TOKEN, |record| record.as_mut().unwrap().metrics = metrics);
			let excess = metrics.map(|metric| 250_000 * u128::from(metric)).iter().sum::<u128>();
			let above = (record().price * (excess / 1_000)).div_ceil(ATTO / 1_000_000_000);
			assert_eq!(Bonding::multiplier(TOKEN), Some(times));
			assert_eq!(asking(), Some(record().price + above));
			assert_eq!(price(), Some(record().price));
		}
		// That is what a small purchase costs beside its fee, to a thousandth.
		let asked = asking().unwrap();
		let quote = Bonding::quote_spend(TOKEN, ENGR, 0).unwrap();
		let at_asking = mul_div_floor(quote.total - quote.fee, ATTO, asked).unwrap();
		assert!(quote.amount <= at_asking && quote.amount * 1_001 > at_asking * 1_000, "{quote:?}");
	});
}

#[test]
fn trades_in_the_pool_of_a_graduated_one() {
	ripe(|| {
		assert_ok!(graduate());
		let (money, in_pool) = reserves();
		assert_eq!(price(), mul_div_floor(money, ATTO, in_pool).ok());
		// Success costs nothing there.
		crate::Curves::<Test>::mutate(TOKEN, |record| record.as_mut().unwrap().metrics = [1_000_000; 4]);
		assert_eq!(asking(), price());
		let (paid, bought) = spend(100 * ENGR, 1).unwrap();
		assert_eq!((paid, tokens(&BOB), RICHES - free(&BOB)), (100 * ENGR, bought, 100 * ENGR));
		assert!(price() > Some(ATTO * 540 / 1_000));
		let little: DispatchError =
			pallet_asset_conversion::Error::<Test>::ProvidedMinimumNotSufficientForSwap.into();
		assert_noop!(spend(100 * ENGR, bought), little);
		assert_noop!(sell(bought, 100 * ENGR), little);
		let got = sell(bought, 0).unwrap();
		assert_eq!((RICHES - free(&BOB), tokens(&BOB)), (100 * ENGR - got, 0));
		// Two fees of .3 %.
		assert!((99 * ENGR..9_945 * ENGR / 100).contains(&got), "{got}");
		assert!(sell(WHOLE, 1).is_err());
	});
}

/// An order costs its fee, what it moves the price by and what it destroys, and is safe if it is taken at the prices of now.
#[test]
fn what_is_safe_of_an_order_is_what_it_costs_at_most() {
	let safe = || <Bonding as TokenMarket<AccountId>>::safe_slippage(TOKEN);
	ExtBuilder::launched(Terms { burn_rate: 30_000, ..SOON }, || {
		let Terms { fees, limits, .. } = SOON;
		// In the block of the launch buyers pay its fee too.
		assert_eq!(safe(), fees.base + fees.launch + 30_000 + limits.per_block);
		mature();
		let rest = fees.base + 30_000 + limits.per_block;
		assert_eq!(safe(), rest);
		let accepted = |value: Balance| value - value * Balance::from(safe()) / 1_000_000;
		// As far as a block lets the price rise.
		let quotes = (1..5_000).map_while(|whole| Bonding::quote_spend(TOKEN, whole * ENGR, 0));
		let quote = quotes.last().unwrap();
		assert!(quote.impact > limits.per_block * 99 / 100, "{quote:?}");
		let asked = mul_div_floor(quote.total, ATTO, asking().unwrap()).unwrap();
		assert!(quote.amount >= accepted(asked), "{quote:?}");
		assert_ok!(buy(&BOB, 2_000 * WHOLE));
		assert!(safe() > rest && safe() < rest + fees.cap - fees.base, "{}", safe());
		// And as low as what Bob has makes it.
		mature();
		assert_eq!(safe(), rest);
		let quote = Bonding::quote_sell(TOKEN, 2_000 * WHOLE, 0).unwrap();
		assert!(quote.impact > limits.per_block * 3 / 4 && quote.destroyed == 60 * WHOLE, "{quote:?}");
		let value = mul_div_floor(2_000 * WHOLE, price().unwrap(), ATTO).unwrap();
		assert!(quote.total >= accepted(value), "{quote:?}");
	});
	ripe(|| {
		assert_ok!(graduate());
		// Twice three per mille, less twice their square.
		assert_eq!(safe(), 5_982);
	});
}

#[test]
fn trades_nowhere_else() {
	ExtBuilder::launched(SOON, || {
		mature();
		let other = TokenId(TOKEN.0 + 1);
		assert_eq!(<Bonding as TokenMarket<AccountId>>::token_price(other), None);
		assert_eq!(<Bonding as TokenMarket<AccountId>>::asking_price(other), None);
		assert_eq!(<Bonding as TokenMarket<AccountId>>::safe_slippage(other), 0);
		assert_noop!(Bonding::spend_on_tokens(&BOB, other, ENGR, 1), Error::<Test>::UnknownToken);
		assert_noop!(Bonding::sell_tokens(&BOB, other, 1, 1), Error::<Test>::UnknownToken);
		let state =
			|state| crate::Curves::<Test>::mutate(TOKEN, |record| record.as_mut().unwrap().state = state);
		state(CurveState::Closing);
		assert_eq!((price(), asking()), (None, None));
		assert_eq!(<Bonding as TokenMarket<AccountId>>::safe_slippage(TOKEN), 0);
		assert_noop!(spend(ENGR, 1), Error::<Test>::NotOpen);
		assert_noop!(sell(1, 1), Error::<Test>::NotOpen);
		state(CurveState::Open);
	});
}
