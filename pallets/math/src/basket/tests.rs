//! Literal values, attacks, and each zero.

use super::*;

const ONE: u128 = ATTO;

fn holding(per_share: u128, held: u128, price: u128, target: u32) -> Holding {
	Holding { per_share, held, price, target }
}

/// Two parts of a token at 3 and one of a token at 4 per share: a share is worth 10.
fn basket(shares: u128) -> [Holding; 2] {
	[holding(2 * WHOLE, 2 * shares, 3 * ONE, 600_000), holding(WHOLE, shares, 4 * ONE, 400_000)]
}

#[test]
fn the_price_of_a_basket_is_the_papers_sum() {
	assert_eq!(share_value_floor(&basket(0), 0), Ok(10 * WHOLE));
	assert_eq!(share_value_floor(&basket(5 * WHOLE), 5 * WHOLE), Ok(10 * WHOLE));
	assert_eq!(value_floor(&basket(5 * WHOLE)), Ok(50 * WHOLE));
	assert_eq!(
		(value_floor(&[]), share_value_floor(&[], 0), share_value_floor(&[], 3)),
		(Ok(0), Ok(0), Ok(0))
	);
	assert_eq!(value_floor(&[holding(0, u128::MAX, u128::MAX, 0)]), Err(MathError::Overflow));
	// Half a unit each: rounded once, not twice.
	let halves = [holding(0, 1, ONE / 2, 0), holding(0, 1, ONE / 2, 0)];
	assert_eq!(value_floor(&halves), Ok(1));
}

#[test]
fn shares_are_minted_and_redeemed_in_kind() {
	assert_eq!(mint_cost_ceil(&basket(0), 0, 7 * WHOLE), Ok(vec![14 * WHOLE, 7 * WHOLE]));
	assert_eq!(mint_cost_ceil(&basket(0), 0, 1), Ok(vec![2, 1]));
	let grown = [holding(1, 10, ONE, 500_000), holding(1, 7, ONE, 500_000)];
	assert_eq!(mint_cost_ceil(&grown, 3, 2), Ok(vec![7, 5]));
	assert_eq!(redeem_floor(&grown, 3, 2), Ok(vec![6, 4]));
	assert_eq!(redeem_floor(&grown, 3, 3), Ok(vec![10, 7]));
}

#[test]
fn what_cannot_be_minted_or_redeemed() {
	let some = basket(WHOLE);
	assert_eq!(redeem_floor(&some, 3, 4), Err(MathError::OutOfDomain));
	assert_eq!(redeem_floor(&basket(0), 0, 0), Ok(vec![0, 0]));
	// An empty basket that holds something would give it to the first minter.
	assert_eq!(mint_cost_ceil(&some, 0, 1), Err(MathError::OutOfDomain));
	assert_eq!(mint_cost_ceil(&[holding(1, u128::MAX, ONE, PPM)], 1, 2), Err(MathError::Overflow));
	let sold_out = [holding(1, 0, ONE, 0), holding(1, 6, ONE, PPM)];
	assert_eq!(mint_cost_ceil(&sold_out, 3, 2), Ok(vec![0, 4]));
}

#[test]
fn rebalancing_moves_to_the_targets() {
	// 600 and 400 of value at equal targets: sell 100 of the first, buy for what that brings.
	let holdings = [holding(0, 200, 3 * ONE, 500_000), holding(0, 100, 4 * ONE, 500_000)];
	let sales = sales_floor(&holdings, 10_000).unwrap();
	// 33 sold for 99, less one percent 98.01.
	assert_eq!(sales, vec![Order::Sell { amount: 33, least: 99 }, Order::Keep]);
	let purchases = purchases_floor(&holdings, 99, 10_000).unwrap();
	// 99 buy 24.75, less one percent 24.5025.
	assert_eq!(purchases, vec![Order::Keep, Order::Buy { pay: 99, least: 25 }]);
	// Never more than what is missing.
	let purchases = purchases_floor(&holdings, 1_000, 1_000_000).unwrap();
	assert_eq!(purchases, vec![Order::Keep, Order::Buy { pay: 100, least: 0 }]);
	assert_eq!(purchases_floor(&holdings, 0, 0), Ok(vec![Order::Keep; 2]));
}

#[test]
fn rebalancing_that_is_not_needed_or_not_possible() {
	let balanced = [holding(0, 4, 3 * ONE, 500_000), holding(0, 3, 4 * ONE, 500_000)];
	assert_eq!(sales_floor(&balanced, 0), Ok(vec![Order::Keep; 2]));
	assert_eq!(purchases_floor(&balanced, 9, 0), Ok(vec![Order::Keep; 2]));
	let worthless = [holding(0, 4, 0, 500_000), holding(0, 0, 0, 500_000)];
	assert_eq!(sales_floor(&worthless, 0), Ok(vec![Order::Keep; 2]));
	assert_eq!(purchases_floor(&worthless, 9, 0), Ok(vec![Order::Keep; 2]));
	let unpriced = [holding(0, 4, 0, 500_000), holding(0, 8, ONE, 500_000)];
	assert_eq!(sales_floor(&unpriced, 0), Ok(vec![Order::Keep, Order::Sell { amount: 4, least: 4 }]));
	assert_eq!(purchases_floor(&unpriced, 4, 0), Ok(vec![Order::Keep; 2]));
	let wrong = [holding(0, 4, ONE, 500_001), holding(0, 8, ONE, 500_000)];
	assert_eq!(sales_floor(&wrong, 0), Err(MathError::OutOfDomain));
	assert_eq!(purchases_floor(&wrong, 1, 0), Err(MathError::OutOfDomain));
	assert_eq!(sales_floor(&balanced, 1_000_001), Err(MathError::OutOfDomain));
	assert_eq!(purchases_floor(&balanced, 1, 1_000_001), Err(MathError::OutOfDomain));
}
