//! The chart and the table.

use crate::{
	measure::{Hook, Line, STEPS},
	population::POPULATIONS,
};
use engram_charts::{draw, from_zero, Axis, DrawError, Figure, Panel, Series, Style, PALETTE};
use std::fmt::Write;

const AXIS: Axis = Axis { name: "% of the bound", end: 100.0 };

/// Microseconds of each hook over the share of the bound that is reached.
pub fn chart(measured: &[(Hook, Vec<Line>)]) -> Result<String, DrawError> {
	let panel = |(hook, lines): &(Hook, Vec<Line>)| {
		let series: Vec<Series> = lines
			.iter()
			.zip(PALETTE)
			.map(|(line, colour)| Series { name: line.population.into(), colour, points: drawn(line) })
			.collect();
		let values = series.iter().flat_map(|series| &series.points).map(|(_, value)| *value);
		let range = from_zero(values);
		Panel { title: hook.name.into(), unit: "µs".into(), range, series, style: Style::Lines }
	};
	let title = "Time of our hooks as the chain fills".into();
	let panels = measured.iter().map(panel).collect();
	draw(&Figure { title, panels, columns: 3, panel_size: (400, 320) }, AXIS)
}

fn drawn(line: &Line) -> Vec<(f64, f64)> {
	let step = AXIS.end / f64::from(STEPS);
	let points = line.points.iter().zip(0u32..);
	points.map(|(point, index)| (step * f64::from(index), point.time.as_secs_f64() * 1e6)).collect()
}

/// Every point, a table for each population, and what the fullest and the emptiest chain differ by.
pub fn table(measured: &[(Hook, Vec<Line>)]) -> Result<String, std::fmt::Error> {
	let mut table = String::from("# Time of our hooks as the chain fills\n\nWritten by `make hooks`.\n");
	for (index, population) in POPULATIONS.iter().enumerate() {
		let lines: Vec<_> =
			measured.iter().filter_map(|(hook, lines)| Some((hook, lines.get(index)?))).collect();
		write!(table, "\n| {} |", population.name)?;
		for (hook, _) in &lines {
			write!(table, " {}, µs | proof, bytes |", hook.name)?;
		}
		writeln!(table, "\n|---:|{}", "---:|---:|".repeat(lines.len()))?;
		for at in 0..lines.first().map_or(0, |(_, line)| line.points.len()) {
			let points: Vec<_> = lines.iter().filter_map(|(_, line)| line.points.get(at)).collect();
			write!(table, "| {} |", points.first().map_or(0, |point| point.count))?;
			for point in points {
				write!(table, " {:.1} | {} |", point.time.as_secs_f64() * 1e6, point.proof)?;
			}
			writeln!(table)?;
		}
		write!(table, "| largest by smallest |")?;
		for (_, line) in lines {
			write!(table, " {:.2} | {:.2} |", line.time_ratio(), line.proof_ratio())?;
		}
		writeln!(table)?;
	}
	Ok(table)
}
