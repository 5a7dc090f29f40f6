//! Baskets of model tokens: net asset value, shares in kind, and rebalancing (protocol.md, Baskets; paper T).
//!
//! A basket is what its own books say, never what lies on its account: a donation changes nothing that is computed here. A
//! share begins as `v_j` of each token. Whoever mints pays the ceiling of the same part of every holding and whoever redeems
//! gets the floor, so what one share stands for never falls by either, the first depositor sets no price, and a later one
//! loses at most one base unit of each token. The last shares redeem everything that is left.
//!
//! Prices are those of [`crate::curve`]; a whole share is `10^12` base units.

use crate::{
	curve::WHOLE,
	fee::{mul_div_ceil, mul_div_floor},
	fixed::ATTO,
	wide, MathError,
};
use alloc::vec::Vec;
use sp_core::U512;

const PPM: u32 = 1_000_000;

/// One token of a basket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
	/// `v_j`: what a whole share begins with, in base units of the token.
	pub per_share: u128,
	/// What the basket's books hold of it, in base units.
	pub held: u128,
	/// `P_j`: its price.
	pub price: u128,
	/// Its part of the value that rebalancing aims at, in parts per million.
	pub target: u32,
}

/// What to do with one token so that its part becomes its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
	/// Nothing: it is less than one base unit away.
	Keep,
	/// Sell so many base units of the token for at least so much money.
	Sell {
		/// Base units of the token.
		amount: u128,
		/// The least proceeds, in base units of money.
		least: u128,
	},
	/// Spend so much money for at least so many base units of the token.
	Buy {
		/// Base units of money.
		pay: u128,
		/// The least amount of the token.
		least: u128,
	},
}

/// `sum of held_j P_j`: the net asset value in base units of money, rounded down once.
/// Domain: the value fits `u128`.
pub fn value_floor(holdings: &[Holding]) -> Result<u128, MathError> {
	wide::amount(wide::quotient_floor(raw_value(holdings)?, ATTO.into())?)
}

/// `P_basket`: the value of a whole share, rounded down once. Without shares it is the paper's `sum of v_j P_j`.
/// Domain: the value fits `u128`.
pub fn share_value_floor(holdings: &[Holding], shares: u128) -> Result<u128, MathError> {
	if shares == 0 {
		let begins = holdings.iter().map(|holding| Holding { held: holding.per_share, ..*holding });
		return value_floor(&begins.collect::<Vec<_>>());
	}
	let value = wide::product([raw_value(holdings)?, WHOLE.into()])?;
	wide::amount(wide::quotient_floor(value, wide::product([ATTO.into(), shares.into()])?)?)
}

/// What minting exactly `minted` shares costs of each token, in their order: `ceil(held_j * minted / shares)`, or
/// `ceil(v_j * minted / 10^12)` for the first shares. Domain: the costs fit `u128`, an empty basket holds nothing.
pub fn mint_cost_ceil(holdings: &[Holding], shares: u128, minted: u128) -> Result<Vec<u128>, MathError> {
	let cost = |holding: &Holding| {
		let (amount, whole) = part(holding, shares)?;
		mul_div_ceil(amount, minted, whole)
	};
	holdings.iter().map(cost).collect()
}

/// What redeeming `redeemed` shares pays of each token, in their order: `floor(held_j * redeemed / shares)`.
/// Domain: `redeemed <= shares`. Nothing redeemed pays nothing, also without shares.
pub fn redeem_floor(holdings: &[Holding], shares: u128, redeemed: u128) -> Result<Vec<u128>, MathError> {
	if redeemed > shares {
		return Err(MathError::OutOfDomain);
	}
	let payout = |holding: &Holding| mul_div_floor(holding.held, redeemed, shares.max(1));
	holdings.iter().map(payout).collect()
}

/// The sales of a rebalancing, one order per token: of each that is worth more than its target, what lies above it, rounded
/// down, for at least its value less `slippage` parts per million, rounded up.
///
/// Domain: targets that sum to `10^6`, `slippage <= 10^6`, amounts that fit `u128`. A token without a price is kept.
pub fn sales_floor(holdings: &[Holding], slippage: u32) -> Result<Vec<Order>, MathError> {
	let left = kept_of_slippage(slippage)?;
	let aims = aims(holdings)?;
	let order = |(holding, aim): (&Holding, U512)| {
		let price = U512::from(holding.price);
		let worth = wide::product([holding.held.into(), price, PPM.into()])?;
		let Some(above) = worth.checked_sub(aim).filter(|_| holding.price > 0) else {
			return Ok(Order::Keep);
		};
		let amount = wide::quotient_floor(above, wide::product([price, PPM.into()])?)?;
		if amount.is_zero() {
			return Ok(Order::Keep);
		}
		let least = wide::product([amount, price, left.into()])?;
		let least = wide::quotient_ceil(least, wide::product([ATTO.into(), PPM.into()])?)?;
		Ok(Order::Sell { amount: wide::amount(amount)?, least: wide::amount(least)? })
	};
	holdings.iter().zip(aims).map(order).collect()
}

/// The purchases of a rebalancing with what its sales brought, one order per token: each that was worth less than its target
/// **before the sales** gets its part of `proceeds` by what it lacked, rounded down and at most that, for at least what this
/// buys at its price less `slippage`, rounded up. What is not spent stays with the basket until it rebalances again.
///
/// Domain: as [`sales_floor`], with the same holdings.
pub fn purchases_floor(holdings: &[Holding], proceeds: u128, slippage: u32) -> Result<Vec<Order>, MathError> {
	let left = kept_of_slippage(slippage)?;
	let missing = |(holding, aim): (&Holding, U512)| {
		let worth = wide::product([holding.held.into(), holding.price.into(), PPM.into()])?;
		Ok(if holding.price > 0 { aim.saturating_sub(worth) } else { U512::zero() })
	};
	let missing: Vec<U512> =
		holdings.iter().zip(aims(holdings)?).map(missing).collect::<Result<_, MathError>>()?;
	let all = missing.iter().try_fold(U512::zero(), |all, missing| wide::sum(all, *missing))?;
	let order = |(holding, missing): (&Holding, U512)| {
		if missing.is_zero() {
			return Ok(Order::Keep);
		}
		let share = wide::quotient_floor(wide::product([missing, proceeds.into()])?, all)?;
		let lack = wide::quotient_floor(missing, wide::product([ATTO.into(), PPM.into()])?)?;
		let pay = wide::amount(share.min(lack))?;
		if pay == 0 {
			return Ok(Order::Keep);
		}
		let bought = wide::product([pay.into(), ATTO.into(), left.into()])?;
		let least = wide::quotient_ceil(bought, wide::product([holding.price.into(), PPM.into()])?)?;
		Ok(Order::Buy { pay, least: wide::amount(least)? })
	};
	holdings.iter().zip(missing).map(order).collect()
}

/// What a number of shares has of a token, as a fraction: of everything that is held, or of what a share begins with.
fn part(holding: &Holding, shares: u128) -> Result<(u128, u128), MathError> {
	match shares {
		0 if holding.held > 0 => Err(MathError::OutOfDomain),
		0 => Ok((holding.per_share, WHOLE)),
		_ => Ok((holding.held, shares)),
	}
}

/// `sum of held_j P_j`, in units of `10^-18` base units.
fn raw_value(holdings: &[Holding]) -> Result<U512, MathError> {
	holdings.iter().try_fold(U512::zero(), |value, holding| {
		wide::sum(value, wide::product([holding.held.into(), holding.price.into()])?)
	})
}

/// What each token should be worth, in units of `10^-24` base units: exact.
fn aims(holdings: &[Holding]) -> Result<Vec<U512>, MathError> {
	let targets = holdings.iter().try_fold(0u32, |sum, holding| sum.checked_add(holding.target));
	if targets != Some(PPM) {
		return Err(MathError::OutOfDomain);
	}
	let value = raw_value(holdings)?;
	holdings.iter().map(|holding| wide::product([value, holding.target.into()])).collect()
}

fn kept_of_slippage(slippage: u32) -> Result<u32, MathError> {
	PPM.checked_sub(slippage).ok_or(MathError::OutOfDomain)
}

#[cfg(test)]
mod invariants;
#[cfg(test)]
mod tests;
