//! Model tokens as other pallets trade them: on their curves while these are open, in their pools afterwards.

use crate::{pallet::*, types::*};
use engram_math::{fee::mul_div_floor, fixed::ATTO};
use engram_primitives::{
	market::{TokenMarket, TokenPools},
	units::{Balance, PPM},
	TokenId,
};
use sp_runtime::DispatchError;

impl<T: Config> TokenMarket<T::AccountId> for Pallet<T> {
	/// `floor(money * 10^18 / tokens)` of the pool's reserves, once there is one.
	fn token_price(token: TokenId) -> Option<u128> {
		let record = Curves::<T>::get(token)?;
		match record.state {
			CurveState::Open => Some(record.price),
			CurveState::Graduated => {
				let (money, tokens) = T::Pools::reserves(token)?;
				mul_div_floor(money, ATTO, tokens).ok()
			},
			CurveState::Closing => None,
		}
	}

	/// `price + ceil((M - 1) * price)` on a curve. Nobody pays `M` in a pool.
	fn asking_price(token: TokenId) -> Option<u128> {
		let price = Self::token_price(token)?;
		let record = Curves::<T>::get(token)?;
		if record.state == CurveState::Graduated {
			return Some(price);
		}
		price.checked_add(record.multiplier().ok()?.premium_ceil(price).ok()?)
	}

	/// In a pool `2 f (1 - f)`, rounded down: an order that costs no more moves the price by less than going in and out of it costs.
	/// On a curve the fee of now, what a sale destroys, and what a block may move the price by, which is less than what is kept of
	/// the fee: within a block nothing can be taken, and over several blocks less than going in and out costs.
	fn safe_slippage(token: TokenId) -> u32 {
		let Some(record) = Curves::<T>::get(token) else { return 0 };
		let safe = match record.state {
			CurveState::Open => Self::fee_rate_ceil(&record, Self::now()).ok().and_then(|fee| {
				fee.checked_add(record.terms.burn_rate)?.checked_add(record.terms.limits.per_block)
			}),
			CurveState::Graduated => {
				let fee = T::Pools::fee(token).min(PPM);
				let less = PPM.saturating_sub(fee);
				let twice = mul_div_floor(u128::from(fee).saturating_mul(2), less.into(), PPM.into());
				twice.ok().and_then(|safe| u32::try_from(safe).ok())
			},
			CurveState::Closing => None,
		};
		safe.unwrap_or_default().min(PPM)
	}

	/// A pool takes all of `pay`; a curve takes what the tokens cost.
	fn spend_on_tokens(
		who: &T::AccountId,
		token: TokenId,
		pay: Balance,
		least: Balance,
	) -> Result<(Balance, Balance), DispatchError> {
		let record = Self::record_of(token)?;
		if record.state == CurveState::Graduated {
			return Ok((pay, T::Pools::buy(who, token, pay, least)?));
		}
		let trade = Self::spend_at(who.clone(), token, record, pay, least)?;
		Ok((trade.total, trade.amount))
	}

	fn sell_tokens(
		who: &T::AccountId,
		token: TokenId,
		amount: Balance,
		least: Balance,
	) -> Result<Balance, DispatchError> {
		let record = Self::record_of(token)?;
		if record.state == CurveState::Graduated {
			return T::Pools::sell(who, token, amount, least);
		}
		Ok(Self::sell_at(who.clone(), token, record, amount, least)?.total)
	}
}
