//! The files that the program writes.

use crate::{
	policy::{policy, Policy},
	scenario::{SCENARIOS, YEARS},
	simulation::{gains, simulate, Epoch, Gain},
	Error,
};
use engram_charts::{draw, from_zero, Axis, Figure, File, Panel, Series, Style, GREY, LIGHT_GREY, PALETTE};
use engram_math::MathError;
use engram_primitives::units::ENGR;
use std::fmt::Write;

/// A scenario that was run.
#[derive(Clone, Debug)]
struct Run {
	name: &'static str,
	epochs: Vec<Epoch>,
}

/// Every how many epochs a point is drawn.
const STRIDE: usize = 25;

/// Base units as a number to be drawn, in units of `unit` ENGR: pixels and tables need six digits, not thirty.
fn engr(amount: u128, unit: f64) -> f64 {
	amount as f64 / ENGR as f64 / unit
}

const THOUSAND: f64 = 1e3;
const MILLION: f64 = 1e6;

/// Everything that the program writes, in the same bytes each time.
pub fn report() -> Result<Vec<File>, Error> {
	let policy = policy();
	let runs = SCENARIOS
		.iter()
		.map(|scenario| Ok(Run { name: scenario.name, epochs: simulate(&policy, scenario)? }))
		.collect::<Result<Vec<_>, MathError>>()?;
	let figures = [
		("supply.svg", supply(&policy, &runs)?),
		("issuance.svg", issuance(&policy, &runs)?),
		("burn.svg", burn(&policy, &runs)?),
		("pools.svg", pools(&policy, &runs)?),
		("apy.svg", yields(&policy, &runs)?),
		("attack.svg", attack(&policy, &runs)?),
	];
	let years = Axis { name: "years after genesis", end: f64::from(YEARS) };
	let mut files = Vec::new();
	for (name, figure) in figures {
		files.push(File { name, content: draw(&figure, years)? });
	}
	files.push(File { name: "results.md", content: results(&policy, &runs)? });
	Ok(files)
}

/// A value of every drawn epoch, the last one included.
fn sampled<T>(
	policy: &Policy,
	epochs: &[T],
	value: impl Fn(&T) -> Result<f64, MathError>,
) -> Result<Vec<(f64, f64)>, Error> {
	let year = f64::from(policy.emission.epochs_per_year);
	let mut points = Vec::new();
	let mut ended = 0u32;
	for (index, epoch) in epochs.iter().enumerate() {
		ended = ended.saturating_add(1);
		if index % STRIDE == 0 || index + 1 == epochs.len() {
			points.push((f64::from(ended) / year, value(epoch)?));
		}
	}
	Ok(points)
}

/// One line per scenario.
fn lines(
	policy: &Policy,
	runs: &[Run],
	value: impl Fn(&Epoch) -> Result<f64, MathError>,
) -> Result<Vec<Series>, Error> {
	runs.iter()
		.zip(PALETTE)
		.map(|(run, colour)| {
			Ok(Series { name: run.name.into(), colour, points: sampled(policy, &run.epochs, &value)? })
		})
		.collect()
}

fn values(series: &[Series]) -> impl Iterator<Item = f64> + '_ {
	series.iter().flat_map(|series| series.points.iter().map(|(_, value)| *value))
}

fn single(title: &str, unit: &str, range: Option<(f64, f64)>, series: Vec<Series>) -> Figure {
	let range = range.unwrap_or_else(|| from_zero(values(&series)));
	Figure {
		title: title.into(),
		panels: vec![Panel { title: String::new(), unit: unit.into(), range, series, style: Style::Lines }],
		columns: 1,
		panel_size: (960, 460),
	}
}

fn supply(policy: &Policy, runs: &[Run]) -> Result<Figure, Error> {
	let series = lines(policy, runs, |epoch| Ok(engr(epoch.supply, MILLION)))?;
	// Not from zero: what matters is the distance from the billion of genesis.
	let low = (values(&series).fold(f64::MAX, f64::min) / 100.0).floor() * 100.0;
	let high = (values(&series).fold(0.0, f64::max) / 100.0).ceil() * 100.0;
	Ok(single("Supply", "million ENGR", Some((low, high)), series))
}

fn issuance(policy: &Policy, runs: &[Run]) -> Result<Figure, Error> {
	let mut series = Vec::new();
	// First, so that the scenarios that reach it are drawn over it.
	if let Some(run) = runs.first() {
		let points = sampled(policy, &run.epochs, |epoch| Ok(engr(epoch.issuance.cap, THOUSAND)))?;
		series.push(Series { name: "cap".into(), colour: GREY, points });
	}
	series.extend(lines(policy, runs, |epoch| Ok(engr(epoch.issuance.minted, THOUSAND)))?);
	Ok(single("Issuance per epoch (one day)", "thousand ENGR per epoch", None, series))
}

fn burn(policy: &Policy, runs: &[Run]) -> Result<Figure, Error> {
	let series = lines(policy, runs, |epoch| Ok(engr(epoch.burned, THOUSAND)))?;
	Ok(single("Burn per epoch (one day)", "thousand ENGR per epoch", None, series))
}

fn pools(policy: &Policy, runs: &[Run]) -> Result<Figure, Error> {
	type Part = (&'static str, fn(&Epoch) -> Result<u128, MathError>);
	let parts: [Part; 5] = [
		("stakers", |epoch| Ok(epoch.staking)),
		("workers", |epoch| {
			epoch.honest_rewards.work.checked_add(epoch.attacker_rewards.work).ok_or(MathError::Overflow)
		}),
		("contributors", |epoch| {
			epoch.honest_rewards.data.checked_add(epoch.attacker_rewards.data).ok_or(MathError::Overflow)
		}),
		("DAO vault", |epoch| Ok(epoch.issuance.pools.vault)),
		("treasury (what no pool may pay)", |epoch| Ok(epoch.treasury)),
	];
	let colours = PALETTE.into_iter().take(4).chain([LIGHT_GREY]);
	let mut panels = Vec::new();
	for run in runs {
		let series = parts
			.iter()
			.zip(colours.clone())
			.map(|((name, part), colour)| {
				let points = sampled(policy, &run.epochs, |epoch| Ok(engr(part(epoch)?, THOUSAND)))?;
				Ok(Series { name: (*name).into(), colour, points })
			})
			.collect::<Result<Vec<_>, Error>>()?;
		panels.push(Panel {
			title: run.name.into(),
			unit: "thousand ENGR per epoch".into(),
			range: (0.0, 0.0),
			series,
			style: Style::Stacked,
		});
	}
	// One scale for all, so that panels can be compared.
	let minted = runs.iter().flat_map(|run| &run.epochs).map(|epoch| engr(epoch.issuance.minted, THOUSAND));
	let range = from_zero(minted);
	for panel in &mut panels {
		panel.range = range;
	}
	Ok(Figure { title: "Where an epoch's minting goes".into(), panels, columns: 3, panel_size: (430, 330) })
}

fn percent(ppm: u128) -> f64 {
	u32::try_from(ppm).map_or(f64::MAX, |ppm| f64::from(ppm) / 1e4)
}

fn yields(policy: &Policy, runs: &[Run]) -> Result<Figure, Error> {
	let year = policy.emission.epochs_per_year;
	let minted = lines(policy, runs, |epoch| Ok(percent(epoch.minted_yield(year)?)))?;
	let whole = lines(policy, runs, |epoch| Ok(percent(epoch.whole_yield(year)?)))?;
	let panel = |title: &str, series: Vec<Series>| Panel {
		title: title.into(),
		unit: "% of stake per year".into(),
		range: from_zero(values(&series)),
		series,
		style: Style::Lines,
	};
	Ok(Figure {
		title: "Yield of stakers (APY without compounding, half of the supply staked)".into(),
		panels: vec![panel("from minting alone", minted), panel("with the stakers' part of fees", whole)],
		columns: 2,
		panel_size: (560, 430),
	})
}

fn attack(policy: &Policy, runs: &[Run]) -> Result<Figure, Error> {
	let attacked = SCENARIOS.iter().zip(runs).find(|(scenario, _)| scenario.attacker.is_some());
	let (scenario, run) = attacked.ok_or(MathError::OutOfDomain)?;
	let calm = simulate(policy, &scenario.without_attacker())?;
	let gains = gains(scenario, &run.epochs, &calm)?;
	let line = |name: &str, colour, of: fn(&Gain) -> u128| {
		let points = sampled(policy, &gains, |gain| Ok(engr(of(gain), MILLION)))?;
		Ok::<_, Error>(Series { name: name.into(), colour, points })
	};
	let [blue, orange, green, ..] = PALETTE;
	let series = vec![
		line("kept of the attacker's fees", blue, |gain| gain.kept)?,
		line("rewards of his worker and data", orange, |gain| gain.jobs)?,
		line("with the rewards of his stake for demand", green, |gain| gain.attributable)?,
	];
	Ok(single(
		"Attack: what it costs and what the protocol pays for it, summed up",
		"million ENGR",
		None,
		series,
	))
}

/// The table of results.
fn results(policy: &Policy, runs: &[Run]) -> Result<String, Error> {
	let year = policy.emission.epochs_per_year;
	let mut table = String::from(
		"# Results\n\nWritten by `make economics`. Amounts are million ENGR; yields are % of stake per year, of minting alone\nand with the stakers' part of fees.\n\n\
		| scenario | minted in year 1 | minted in 10 years | burned in 10 years | supply after 10 years | yield at the end of year 1 | of year 5 | of year 10 |\n\
		|---|---:|---:|---:|---:|---:|---:|---:|\n",
	);
	let length = usize::try_from(year).map_err(|_| MathError::Overflow)?;
	for run in runs {
		let sum = |epochs: usize, of: fn(&Epoch) -> u128| {
			engr(run.epochs.iter().take(epochs).map(of).sum(), MILLION)
		};
		let at = |years: usize| {
			let epoch = (years * length).checked_sub(1).and_then(|last| run.epochs.get(last));
			let epoch = epoch.ok_or(MathError::OutOfDomain)?;
			let (minted, whole) = (epoch.minted_yield(year)?, epoch.whole_yield(year)?);
			Ok::<_, MathError>(format!("{:.2} / {:.2}", percent(minted), percent(whole)))
		};
		let supply = run.epochs.last().map_or(0, |epoch| epoch.supply);
		// Writing to a string cannot fail.
		let _ = writeln!(
			table,
			"| {} | {:.1} | {:.1} | {:.1} | {:.1} | {} | {} | {} |",
			run.name,
			sum(length, |epoch| epoch.issuance.minted),
			sum(usize::MAX, |epoch| epoch.issuance.minted),
			sum(usize::MAX, |epoch| epoch.burned),
			engr(supply, MILLION),
			at(1)?,
			at(5)?,
			at(10)?,
		);
	}
	Ok(table)
}
