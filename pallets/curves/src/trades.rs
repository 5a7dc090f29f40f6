//! What a trade moves: computed from the record alone, for the calls and for the quotes.

use crate::{pallet::*, types::*, CurveRecordOf};
use engram_math::{
	curve::{sale_payout_floor, Spot},
	fee::mul_div_ceil,
	market::{Buying, Limiter, Moment, Momentum, Verdict},
	MathError,
};
use engram_primitives::units::{Balance, PPM};
use frame_support::ensure;
use sp_runtime::DispatchError;

/// A trade that the curve and its limiter allow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trade {
	/// Tokens bought or sold.
	pub(crate) amount: Balance,
	/// Tokens that a sale destroys.
	pub(crate) destroyed: Balance,
	/// What enters or leaves the reserve.
	pub(crate) value: Balance,
	/// What a buyer pays for the model's success.
	pub(crate) premium: Balance,
	/// The fee.
	pub(crate) fee: Balance,
	/// What the buyer pays or the seller gets.
	pub(crate) total: Balance,
	/// Where it leaves the curve.
	pub(crate) spot: Spot,
	/// What the limiter is to remember.
	pub(crate) limiter: Limiter,
}

impl<T: Config> Pallet<T> {
	/// A purchase of exactly `amount`: cost, premium and fee are rounded up. It leaves the tokens that locked claims and the pool
	/// will need.
	pub(crate) fn purchase(
		record: &CurveRecordOf<T>,
		now: u32,
		amount: Balance,
	) -> Result<Trade, DispatchError> {
		ensure!(amount > 0, Error::<T>::NothingToTrade);
		let supply = record.supply()?;
		let most = record.curve.parameters().max_supply;
		let after = supply.checked_add(amount).filter(|after| *after <= most);
		let after = after.ok_or(Error::<T>::SupplyExhausted)?;

		let spot = record.curve.spot(after)?;
		let value = record.curve.cost_ceil(&record.spot, &spot)?;
		let premium = record.multiplier()?.premium_ceil(value)?;
		let price = spot.price_floor();
		let reserve = record.reserve.checked_add(value).ok_or(MathError::Overflow)?;
		ensure!(record.has_room(after, reserve, price), Error::<T>::SupplyExhausted);
		let limiter = Self::judge(record, now, price)?;
		let age = u64::from(Self::age_of(record, now));
		let fee = record.terms.fees.fee_ceil(value, momentum(record, now, price), record.smoothing, age)?;
		let total = value.checked_add(premium).and_then(|sum| sum.checked_add(fee));
		let total = total.ok_or(MathError::Overflow)?;
		Ok(Trade { amount, destroyed: 0, value, premium, fee, total, spot, limiter })
	}

	/// A sale of exactly `amount`: what is destroyed and the fee are rounded up, the payout is rounded down.
	///
	/// The destroyed tokens are not sold back: the curve stays where it is for them, and so does the reserve behind them.
	pub(crate) fn sale(record: &CurveRecordOf<T>, now: u32, amount: Balance) -> Result<Trade, DispatchError> {
		ensure!(amount > 0, Error::<T>::NothingToTrade);
		let supply = record.supply()?;
		let transferable =
			record.outstanding()?.checked_sub(record.unreleased()?).ok_or(MathError::Overflow)?;
		ensure!(amount <= transferable, Error::<T>::NotEnoughTokens);

		let destroyed = record.terms.destroyed_ceil(amount)?;
		let back = amount.checked_sub(destroyed).ok_or(MathError::Overflow)?;
		let after = supply.checked_sub(back).ok_or(MathError::Overflow)?;
		let spot = record.curve.spot(after)?;
		let whole = record.curve.cost_ceil(&record.origin, &record.spot)?;
		let integral = record.curve.sale_floor(&record.spot, &spot)?;
		let value = sale_payout_floor(integral, record.reserve, whole)?;
		let price = spot.price_floor();
		let limiter = Self::judge(record, now, price)?;
		// Only buyers pay for coming early: past the window that fee is zero.
		let age = record.terms.fees.launch_window;
		let fee = record.terms.fees.fee_ceil(value, momentum(record, now, price), record.smoothing, age)?;
		let total = value.checked_sub(fee).ok_or(MathError::Overflow)?;
		Ok(Trade { amount, destroyed, value, premium: 0, fee, total, spot, limiter })
	}

	/// How many tokens a payment buys at least, premium and fee included.
	pub(crate) fn affordable_floor(
		record: &CurveRecordOf<T>,
		now: u32,
		payment: Balance,
	) -> Result<Balance, DispatchError> {
		let buying = Buying {
			curve: &record.curve,
			supply: record.supply()?,
			spot: &record.spot,
			multiplier: record.multiplier()?,
			fees: &record.terms.fees,
			factor: record.smoothing,
			before: record.history.before(now),
			age: Self::age_of(record, now).into(),
		};
		Ok(buying.affordable_floor(payment)?)
	}

	/// The rate of the fee that a purchase pays if it moves the price by nothing, in parts per million, rounded up.
	pub(crate) fn fee_rate_ceil(record: &CurveRecordOf<T>, now: u32) -> Result<u32, MathError> {
		let fees = &record.terms.fees;
		let trade = fees.trade_ceil(momentum(record, now, record.price), record.smoothing)?;
		let launch = fees.launch_ceil(Self::age_of(record, now).into())?;
		trade.checked_add(launch).ok_or(MathError::Overflow)
	}

	/// How a trade would look to a wallet.
	pub(crate) fn quote_of(record: &CurveRecordOf<T>, trade: &Trade, limit: Balance) -> Quote {
		let Trade { amount, destroyed, value, premium, fee, total, spot, .. } = *trade;
		let price = spot.price_floor();
		let moved = mul_div_ceil(price.abs_diff(record.price), PPM.into(), record.price);
		let impact = moved.ok().and_then(|moved| u32::try_from(moved).ok()).unwrap_or(u32::MAX);
		Quote {
			amount,
			value,
			premium,
			fee,
			total,
			destroyed,
			price_before: record.price,
			price_after: price,
			impact,
			limit,
		}
	}

	/// The first block in which a trade can be included that is quoted now.
	pub(crate) fn next() -> u32 {
		Self::now().saturating_add(1)
	}

	/// Blocks since the launch.
	pub(crate) fn age_of(record: &CurveRecordOf<T>, now: u32) -> u32 {
		now.saturating_sub(record.launched_at)
	}

	fn judge(record: &CurveRecordOf<T>, now: u32, price: u128) -> Result<Limiter, DispatchError> {
		let moment = Moment { block: now, time: now.into() };
		match record.limiter.judge(&record.terms.limits, moment, record.price, price)? {
			Verdict::Allowed(limiter) => Ok(limiter),
			Verdict::BeyondBlock => Err(Error::<T>::BeyondBlockLimit.into()),
			Verdict::BeyondWindow => Err(Error::<T>::BeyondWindowLimit.into()),
		}
	}
}

fn momentum<AccountId>(record: &CurveRecord<AccountId>, now: u32, price: u128) -> Momentum {
	Momentum { before: record.history.before(now), now: price }
}
