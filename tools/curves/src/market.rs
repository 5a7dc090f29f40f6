//! One curve without accounts: the functions that `pallet-curves` calls, in the same order.

use engram_math::{
	curve::{sale_payout_floor, Curve, Parameters, Spot},
	fee::{mul_div_ceil, mul_div_floor},
	market::{
		Buying, FeeSchedule, Limiter, Limits, Metric, Moment, Momentum, Multiplier, Smoothing, Verdict,
		LEAST_ACCURACY, LEAST_IMPROVEMENT, PPM,
	},
	MathError,
};
use pallet_curves::History;

/// How many metrics a model's success has.
pub const METRICS: usize = 4;

/// The lower ends of the paper's ranges.
const LEAST: [u32; METRICS] = [LEAST_ACCURACY, 0, LEAST_IMPROVEMENT, 0];

/// What rules a market. Shares are parts per million, times blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
	/// The share of the maximum supply that the creator buys at the launch.
	pub creator_share: u32,
	/// The share of each sale's tokens that is destroyed.
	pub burn_rate: u32,
	/// The fees of trades.
	pub fees: FeeSchedule,
	/// The limiter of price moves.
	pub limits: Limits,
	/// The weights of the model's success.
	pub weights: [u32; METRICS],
	/// Smoothing and window of momentum.
	pub smoothing: Smoothing,
	/// The most that a refresh moves a metric.
	pub step: u32,
}

/// A trade that the curve and its limiter allow. Amounts are base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trade {
	/// Tokens bought or sold.
	pub amount: u128,
	/// Tokens that a sale destroys.
	pub destroyed: u128,
	/// What enters or leaves the reserve.
	pub value: u128,
	/// What a buyer pays for the model's success.
	pub premium: u128,
	/// The fee.
	pub fee: u128,
	/// What the buyer pays or the seller gets.
	pub total: u128,
	/// The price after it.
	pub price: u128,
}

/// What came of a wish to trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
	/// It was done.
	Done(Trade),
	/// It would have moved the price too far from where the block began.
	BeyondBlock,
	/// It would have moved the price too far from where the window began.
	BeyondWindow,
	/// There was nothing to trade.
	Nothing,
}

/// What all trades moved. Amounts are base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
	/// What the creator and buyers paid, value, premium and fee.
	pub paid: u128,
	/// What sellers got.
	pub received: u128,
	/// What backs the supply.
	pub reserve: u128,
	/// Fees, of buyers and sellers.
	pub fees: u128,
	/// What buyers paid for the model's success.
	pub premium: u128,
}

/// A curve that trades.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Market {
	curve: Curve,
	terms: Terms,
	supply: u128,
	origin: Spot,
	spot: Spot,
	ledger: Ledger,
	limiter: Limiter,
	history: History,
	metrics: [u32; METRICS],
}

impl Market {
	/// A launch in block zero: the creator buys its share at the integral.
	pub fn launch(parameters: Parameters, terms: Terms) -> Result<Self, MathError> {
		let curve = Curve::new(parameters)?;
		let supply = mul_div_floor(parameters.max_supply, terms.creator_share.into(), PPM.into())?;
		let (origin, spot) = (curve.spot(0)?, curve.spot(supply)?);
		let (cost, price) = (curve.cost_ceil(&origin, &spot)?, spot.price_floor());
		let window = u32::try_from(terms.smoothing.window).map_err(|_| MathError::OutOfDomain)?;
		Ok(Self {
			curve,
			terms,
			supply,
			origin,
			spot,
			ledger: Ledger { paid: cost, reserve: cost, ..Ledger::default() },
			limiter: Limiter::new(Moment { block: 0, time: 0 }, price),
			history: History::new(price, window),
			metrics: [0; METRICS],
		})
	}

	/// The curve.
	pub fn curve(&self) -> &Curve {
		&self.curve
	}

	/// What was bought and not sold back.
	pub fn supply(&self) -> u128 {
		self.supply
	}

	/// The price now.
	pub fn price(&self) -> u128 {
		self.spot.price_floor()
	}

	/// What all trades moved.
	pub fn ledger(&self) -> &Ledger {
		&self.ledger
	}

	/// `M` now.
	pub fn multiplier(&self) -> Result<Multiplier, MathError> {
		let [first, second, third, fourth] = self.terms.weights;
		let [a, b, c, d] = self.metrics;
		let metric = |weight, measured| Metric { weight, least: 0, measured: Some(measured) };
		Multiplier::of(&[metric(first, a), metric(second, b), metric(third, c), metric(fourth, d)])
	}

	/// What the next `amount` cost, with what `M` adds and without fees. `None` where less is left.
	pub fn cost_ceil(&self, amount: u128) -> Result<Option<u128>, MathError> {
		let after = add(self.supply, amount)?;
		if after > self.curve.parameters().max_supply {
			return Ok(None);
		}
		let value = self.curve.cost_ceil(&self.spot, &self.curve.spot(after)?)?;
		add(value, self.multiplier()?.premium_ceil(value)?).map(Some)
	}

	/// `mu` at a block, in units of price per block, rounded down.
	pub fn momentum(&self, now: u32) -> Result<i128, MathError> {
		let smoothing = Smoothing { window: self.history.window(), ..self.terms.smoothing };
		self.moved(now, self.price()).rate_floor(smoothing)
	}

	/// The rate that the smallest sale pays at a block, in parts per million: buyers pay it too, and the launch's.
	pub fn rate(&self, now: u32) -> Result<u32, MathError> {
		self.terms.fees.trade_ceil(self.moved(now, self.price()), self.terms.smoothing.factor)
	}

	/// The limiter's sell factor at a block, in parts per million.
	pub fn sell_factor(&self, now: u32) -> Result<u32, MathError> {
		self.limiter.factor_floor(&self.terms.limits, now.into())
	}

	/// Buys what at most `payment` pays.
	pub fn spend(&mut self, now: u32, payment: u128) -> Result<Outcome, MathError> {
		let amount = self.affordable_floor(now, payment)?;
		self.buy(now, amount)
	}

	/// Buys exactly `amount`.
	pub fn buy(&mut self, now: u32, amount: u128) -> Result<Outcome, MathError> {
		let after = add(self.supply, amount)?;
		if amount == 0 || after > self.curve.parameters().max_supply {
			return Ok(Outcome::Nothing);
		}
		let spot = self.curve.spot(after)?;
		let value = self.curve.cost_ceil(&self.spot, &spot)?;
		let premium = self.multiplier()?.premium_ceil(value)?;
		let price = spot.price_floor();
		let limiter = match self.judge(now, price)? {
			Verdict::Allowed(limiter) => limiter,
			Verdict::BeyondBlock => return Ok(Outcome::BeyondBlock),
			Verdict::BeyondWindow => return Ok(Outcome::BeyondWindow),
		};
		let fee = self.fee_ceil(now, value, price, now.into())?;
		let total = add(add(value, premium)?, fee)?;
		(self.supply, self.spot) = (after, spot);
		let ledger = &mut self.ledger;
		ledger.paid = add(ledger.paid, total)?;
		ledger.reserve = add(ledger.reserve, value)?;
		ledger.premium = add(ledger.premium, premium)?;
		let trade = Trade { amount, destroyed: 0, value, premium, fee, total, price };
		self.note(now, &trade, limiter)
	}

	/// Sells exactly `amount`, which somebody has.
	pub fn sell(&mut self, now: u32, amount: u128) -> Result<Outcome, MathError> {
		if amount == 0 {
			return Ok(Outcome::Nothing);
		}
		let destroyed = mul_div_ceil(amount, self.terms.burn_rate.into(), PPM.into())?;
		let back = sub(amount, destroyed)?;
		let after = sub(self.supply, back)?;
		let spot = self.curve.spot(after)?;
		let whole = self.curve.cost_ceil(&self.origin, &self.spot)?;
		let integral = self.curve.sale_floor(&self.spot, &spot)?;
		let value = sale_payout_floor(integral, self.ledger.reserve, whole)?;
		let price = spot.price_floor();
		let limiter = match self.judge(now, price)? {
			Verdict::Allowed(limiter) => limiter,
			Verdict::BeyondBlock => return Ok(Outcome::BeyondBlock),
			Verdict::BeyondWindow => return Ok(Outcome::BeyondWindow),
		};
		// Only buyers pay for coming early.
		let fee = self.fee_ceil(now, value, price, self.terms.fees.launch_window)?;
		let total = sub(value, fee)?;
		(self.supply, self.spot) = (after, spot);
		let ledger = &mut self.ledger;
		ledger.received = add(ledger.received, total)?;
		ledger.reserve = sub(ledger.reserve, value)?;
		let trade = Trade { amount, destroyed, value, premium: 0, fee, total, price };
		self.note(now, &trade, limiter)
	}

	/// Moves each metric towards what was measured: zero for what is unmeasured or below the paper's range.
	pub fn refresh(&mut self, measured: [Option<u32>; METRICS]) {
		for ((metric, measured), least) in self.metrics.iter_mut().zip(measured).zip(LEAST) {
			let target = measured.filter(|measured| *measured >= least).unwrap_or(0).min(PPM);
			let step = self.terms.step;
			*metric = target.clamp(metric.saturating_sub(step), metric.saturating_add(step));
		}
	}

	/// How many tokens a payment buys at least.
	fn affordable_floor(&self, now: u32, payment: u128) -> Result<u128, MathError> {
		let buying = Buying {
			curve: &self.curve,
			supply: self.supply,
			spot: &self.spot,
			multiplier: self.multiplier()?,
			fees: &self.terms.fees,
			factor: self.terms.smoothing.factor,
			before: self.history.before(now),
			age: now.into(),
		};
		buying.affordable_floor(payment)
	}

	fn moved(&self, now: u32, price: u128) -> Momentum {
		Momentum { before: self.history.before(now), now: price }
	}

	fn fee_ceil(&self, now: u32, value: u128, price: u128, age: u64) -> Result<u128, MathError> {
		self.terms.fees.fee_ceil(value, self.moved(now, price), self.terms.smoothing.factor, age)
	}

	fn judge(&self, now: u32, price: u128) -> Result<Verdict, MathError> {
		let moment = Moment { block: now, time: now.into() };
		self.limiter.judge(&self.terms.limits, moment, self.price(), price)
	}

	/// What every trade leaves behind.
	fn note(&mut self, now: u32, trade: &Trade, limiter: Limiter) -> Result<Outcome, MathError> {
		self.ledger.fees = add(self.ledger.fees, trade.fee)?;
		self.limiter = limiter;
		self.history.record(now, trade.price)?;
		Ok(Outcome::Done(*trade))
	}
}

fn add(sum: u128, amount: u128) -> Result<u128, MathError> {
	sum.checked_add(amount).ok_or(MathError::Overflow)
}

fn sub(from: u128, amount: u128) -> Result<u128, MathError> {
	from.checked_sub(amount).ok_or(MathError::Overflow)
}
