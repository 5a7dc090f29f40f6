//! The same traders on a curve.

use crate::{
	market::{Ledger, Market, Outcome, Terms, Trade},
	scenario::{Visit, Wish, DAY, DAYS, HOUR, LOT, MEASURED, TRADERS},
};
use engram_math::{
	curve::Parameters,
	fee::mul_div_floor,
	market::{Multiplier, PPM},
	MathError,
};

/// What a market is like at the end of an hour. Rates are parts per million.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
	/// Hours since the launch.
	pub hour: u32,
	/// The price.
	pub price: u128,
	/// What the next thousand tokens cost, with what `M` adds; nothing where there are fewer.
	pub cost: Option<u128>,
	/// What was bought and not sold back.
	pub supply: u128,
	/// `mu`, per block.
	pub momentum: i128,
	/// What the smallest sale pays.
	pub rate: u32,
	/// The limiter's sell factor.
	pub sell_factor: u32,
	/// `M`.
	pub multiplier: Multiplier,
	/// What all trades moved.
	pub ledger: Ledger,
}

/// How many wishes came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
	/// Purchases.
	pub bought: u32,
	/// Sales.
	pub sold: u32,
	/// Refused by the limit of a block.
	pub beyond_block: u32,
	/// Refused by the limit of a window.
	pub beyond_window: u32,
	/// Of traders with nothing to sell.
	pub nothing: u32,
}

/// A market that was watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
	/// Every hour, from the launch to the end.
	pub samples: Vec<Sample>,
	/// Every trade that was done, with its block and whether it was a purchase.
	pub trades: Vec<(u32, bool, Trade)>,
	/// What the traders' wishes came to.
	pub counts: Counts,
	/// The market at the end.
	pub market: Market,
}

/// Lets the traders come, and the metrics be refreshed at the end of each day.
pub fn replay(parameters: Parameters, terms: Terms, visits: &[Visit]) -> Result<Replay, MathError> {
	let mut market = Market::launch(parameters, terms)?;
	let mut holdings = vec![0u128; TRADERS as usize];
	let mut samples = vec![sample(&market, 0)?];
	let (mut trades, mut counts) = (Vec::new(), Counts::default());
	let mut visits = visits.iter().peekable();
	for hour in 1..=DAYS * DAY / HOUR {
		let end = hour * HOUR;
		while let Some(visit) = visits.next_if(|visit| visit.block < end) {
			let held = holdings.get_mut(visit.trader as usize).ok_or(MathError::OutOfDomain)?;
			let (outcome, buys) = match visit.wish {
				Wish::Spend(payment) => (market.spend(visit.block, payment)?, true),
				Wish::Sell(part) => {
					let amount = mul_div_floor(*held, part.into(), PPM.into())?;
					(market.sell(visit.block, amount)?, false)
				},
			};
			match outcome {
				Outcome::Done(trade) => {
					if buys {
						*held += trade.amount;
						counts.bought += 1;
					} else {
						*held -= trade.amount;
						counts.sold += 1;
					}
					trades.push((visit.block, buys, trade));
				},
				Outcome::BeyondBlock => counts.beyond_block += 1,
				Outcome::BeyondWindow => counts.beyond_window += 1,
				Outcome::Nothing => counts.nothing += 1,
			}
		}
		if end.is_multiple_of(DAY) {
			let day = (end / DAY - 1) as usize;
			market.refresh(*MEASURED.get(day).ok_or(MathError::OutOfDomain)?);
		}
		samples.push(sample(&market, hour)?);
	}
	Ok(Replay { samples, trades, counts, market })
}

fn sample(market: &Market, hour: u32) -> Result<Sample, MathError> {
	let now = hour * HOUR;
	Ok(Sample {
		hour,
		price: market.price(),
		cost: market.cost_ceil(LOT)?,
		supply: market.supply(),
		momentum: market.momentum(now)?,
		rate: market.rate(now)?,
		sell_factor: market.sell_factor(now)?,
		multiplier: market.multiplier()?,
		ledger: *market.ledger(),
	})
}
