//! The files that the program writes.

use crate::{
	replay::{replay, Replay, Sample},
	scenario::{visits, CURVES, DAYS, HOUR, LOT, TERMS},
	Error,
};
use engram_charts::{
	draw, from_zero, through_zero, Axis, Figure, File, Panel, Series, Style, LIGHT_GREY, PALETTE,
};
use engram_math::{
	curve::{Curve, WHOLE},
	market::Momentum,
	MathError,
};
use engram_primitives::units::ENGR;
use std::fmt::Write;

/// Points of a curve, beside the one at nothing.
const POINTS: u32 = 100;

/// How many tokens are bought in a day where momentum is drawn.
const DAILY: u128 = 100_000 * WHOLE;

/// Blocks of an hour, for momentum.
const HOURLY: f64 = HOUR as f64;

const THOUSAND: f64 = 1e3;

/// A price as a number to be drawn, in coins: pixels and tables need six digits, not thirty.
fn coins(price: u128) -> f64 {
	price as f64 / 1e18
}

/// Base units of money or of tokens, in thousands of whole ones.
fn thousands(amount: u128) -> f64 {
	amount as f64 / ENGR as f64 / THOUSAND
}

/// A rate as percents.
fn percent(ppm: u32) -> f64 {
	f64::from(ppm) / 1e4
}

/// A momentum in units of price per block, as thousandths of a coin per hour.
fn hourly(momentum: i128) -> f64 {
	momentum as f64 / 1e18 * HOURLY * THOUSAND
}

/// Everything that the program writes, in the same bytes each time.
pub fn report() -> Result<Vec<File>, Error> {
	let visits = visits();
	let replays = CURVES
		.into_iter()
		.map(|(_, parameters)| replay(parameters, TERMS, &visits))
		.collect::<Result<Vec<_>, MathError>>()?;
	let supply = Axis { name: "thousand tokens bought and not sold back", end: 1_000.0 };
	let days = Axis { name: "days after the launch", end: f64::from(DAYS) };
	Ok(vec![
		File { name: "shapes.svg", content: draw(&shapes()?, supply)? },
		File { name: "market.svg", content: draw(&market(&replays), days)? },
		File { name: "money.svg", content: draw(&money(&replays), days)? },
		File { name: "results.md", content: results(&replays)? },
	])
}

/// One line per type over the supply; a supply without a value is left out.
fn over_supply(value: fn(&Curve, u128) -> Result<Option<f64>, MathError>) -> Result<Vec<Series>, MathError> {
	let mut lines = Vec::new();
	for ((name, parameters), colour) in CURVES.into_iter().zip(PALETTE) {
		let curve = Curve::new(parameters)?;
		let mut points = Vec::new();
		for point in 0..=POINTS {
			let supply = parameters.max_supply / u128::from(POINTS) * u128::from(point);
			points.extend(value(&curve, supply)?.map(|value| (thousands(supply), value)));
		}
		lines.push(Series { name: name.into(), colour, points });
	}
	Ok(lines)
}

fn values(series: &[Series]) -> impl Iterator<Item = f64> + '_ {
	series.iter().flat_map(|series| series.points.iter().map(|(_, value)| *value))
}

fn panel(title: &str, unit: &str, series: Vec<Series>) -> Panel {
	let range = through_zero(values(&series));
	Panel { title: title.into(), unit: unit.into(), range, series, style: Style::Lines }
}

/// Price, cost, reserve and momentum of the types themselves.
fn shapes() -> Result<Figure, MathError> {
	let price = over_supply(|curve, supply| Ok(Some(coins(curve.price_floor(supply)?))))?;
	let cost = over_supply(|curve, supply| {
		// At the end there is nothing left to buy.
		let left = curve.parameters().max_supply - supply;
		let cost = curve.buy_cost_ceil(supply, LOT.min(left))?;
		Ok((left >= LOT).then_some(thousands(cost) * THOUSAND))
	})?;
	let reserve = over_supply(|curve, supply| Ok(Some(thousands(curve.integral_to_ceil(supply)?))))?;
	let momentum = over_supply(|curve, supply| {
		let before = curve.price_floor(supply.saturating_sub(DAILY))?;
		let moved = Momentum { before, now: curve.price_floor(supply)? };
		Ok(Some(hourly(moved.rate_floor(TERMS.smoothing)?)))
	})?;
	Ok(Figure {
		title: "The three types of curve".into(),
		panels: vec![
			panel("price", "coins per token", price),
			panel("cost of the next 1,000 tokens", "coins", cost),
			panel("reserve", "thousand coins", reserve),
			panel("momentum if 100,000 are bought a day", "thousandths of a coin per hour", momentum),
		],
		columns: 2,
		panel_size: (560, 360),
	})
}

fn day(sample: &Sample) -> f64 {
	f64::from(sample.hour) / 24.0
}

/// What the same traders make of each type.
fn market(replays: &[Replay]) -> Figure {
	let over = |title: &str, unit: &str, value: fn(&Sample) -> Option<f64>| {
		let mut series = Vec::new();
		for (((name, _), colour), replay) in CURVES.iter().zip(PALETTE).zip(replays) {
			let points =
				replay.samples.iter().filter_map(|sample| Some((day(sample), value(sample)?))).collect();
			series.push(Series { name: (*name).into(), colour, points });
		}
		panel(title, unit, series)
	};
	Figure {
		title: "The same random market on each type".into(),
		panels: vec![
			over("price", "coins per token", |sample| Some(coins(sample.price))),
			over("cost of the next 1,000 tokens, without fees", "coins", |sample| {
				Some(thousands(sample.cost?) * THOUSAND)
			}),
			over("supply", "thousand tokens", |sample| Some(thousands(sample.supply))),
			over("reserve", "thousand coins", |sample| Some(thousands(sample.ledger.reserve))),
			over("momentum", "thousandths of a coin per hour", |sample| Some(hourly(sample.momentum))),
			over("M, which buyers pay", "%", |sample| Some(percent(sample.multiplier.ppm_floor()))),
			over("fee, without the launch's", "%", |sample| Some(percent(sample.rate))),
			over("sell factor of the limiter", "%", |sample| Some(percent(sample.sell_factor))),
		],
		columns: 4,
		panel_size: (400, 320),
	}
}

/// Where everything is that the creator and buyers paid.
fn money(replays: &[Replay]) -> Figure {
	type Part = (&'static str, fn(&Sample) -> u128);
	let parts: [Part; 4] = [
		("paid back to sellers", |sample| sample.ledger.received),
		("reserve", |sample| sample.ledger.reserve),
		("fees", |sample| sample.ledger.fees),
		("premium", |sample| sample.ledger.premium),
	];
	let [blue, orange, green, ..] = PALETTE;
	let colours = [LIGHT_GREY, blue, orange, green];
	let paid = |replay: &Replay| replay.samples.last().map_or(0.0, |sample| thousands(sample.ledger.paid));
	// One scale for all, so that panels can be compared.
	let range = from_zero(replays.iter().map(paid));
	let panels = CURVES.iter().zip(replays).map(|((name, _), replay)| Panel {
		title: (*name).into(),
		unit: "thousand coins".into(),
		range,
		series: parts
			.iter()
			.zip(colours)
			.map(|((name, part), colour)| {
				let points =
					replay.samples.iter().map(|sample| (day(sample), thousands(part(sample)))).collect();
				Series { name: (*name).into(), colour, points }
			})
			.collect(),
		style: Style::Stacked,
	});
	Figure {
		title: "Where the money is that the creator and buyers paid".into(),
		panels: panels.collect(),
		columns: 3,
		panel_size: (430, 330),
	}
}

/// The table of results.
fn results(replays: &[Replay]) -> Result<String, MathError> {
	let mut table = String::from(
		"# Results\n\nWritten by `make curves`. Ten days on each type, with the same traders. Amounts are thousand coins where \
		nothing else is said.\n\n|  |",
	);
	for (name, _) in CURVES {
		// Writing to a string cannot fail.
		let _ = write!(table, " {name} |");
	}
	let _ = writeln!(table, "\n|---|{}", "---:|".repeat(CURVES.len()));
	let mut line =
		|name: &str, value: &dyn Fn(&Replay) -> Result<String, MathError>| -> Result<(), MathError> {
			let _ = write!(table, "| {name} |");
			for replay in replays {
				let _ = write!(table, " {} |", value(replay)?);
			}
			let _ = writeln!(table);
			Ok(())
		};
	let thousand = |amount: u128| Ok(format!("{:.1}", thousands(amount)));
	line("purchases", &|replay| Ok(replay.counts.bought.to_string()))?;
	line("sales", &|replay| Ok(replay.counts.sold.to_string()))?;
	line("refused by the limit of a block", &|replay| Ok(replay.counts.beyond_block.to_string()))?;
	line("refused by the limit of a window", &|replay| Ok(replay.counts.beyond_window.to_string()))?;
	line("lowest and highest price of an hour, coins", &|replay| {
		let prices = || replay.samples.iter().map(|sample| coins(sample.price));
		Ok(format!("{:.3}, {:.3}", prices().fold(f64::MAX, f64::min), prices().fold(0.0, f64::max)))
	})?;
	line("price at the end, coins", &|replay| Ok(format!("{:.3}", coins(replay.market.price()))))?;
	line("paid by creator and buyers", &|replay| thousand(replay.market.ledger().paid))?;
	line("paid back to sellers", &|replay| thousand(replay.market.ledger().received))?;
	line("fees", &|replay| thousand(replay.market.ledger().fees))?;
	line("premium", &|replay| thousand(replay.market.ledger().premium))?;
	line("reserve", &|replay| thousand(replay.market.ledger().reserve))?;
	line("reserve above the integral, base units", &|replay| {
		let market = &replay.market;
		let whole = market.curve().integral_to_ceil(market.supply())?;
		let above = market.ledger().reserve.checked_sub(whole).ok_or(MathError::OutOfDomain)?;
		Ok(above.to_string())
	})?;
	Ok(table)
}
