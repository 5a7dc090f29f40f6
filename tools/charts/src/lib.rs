//! Charts as SVG text. Fonts are named, not measured, so nothing here depends on the fonts of a machine.

#![deny(missing_docs)]

use plotters::{
	coord::Shift,
	drawing::DrawingAreaErrorKind,
	prelude::*,
	style::text_anchor::{HPos, Pos, VPos},
};
use std::{fs, io, path::Path};

/// The drawing library failed.
pub type DrawError = DrawingAreaErrorKind<io::Error>;

/// A file of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
	/// Its name.
	pub name: &'static str,
	/// Its content.
	pub content: String,
}

/// Writes files into a folder, which is created if it is missing. An error names what could not be written.
pub fn write_files(folder: &Path, files: &[File]) -> io::Result<()> {
	let cannot = |what: &str, path: &Path, error: io::Error| {
		io::Error::new(error.kind(), format!("cannot {what} {}: {error}", path.display()))
	};
	fs::create_dir_all(folder).map_err(|error| cannot("create", folder, error))?;
	for file in files {
		let path = folder.join(file.name);
		fs::write(&path, &file.content).map_err(|error| cannot("write", &path, error))?;
	}
	Ok(())
}

/// A colour of the palette of Okabe and Ito, which colour-blind readers can tell apart.
pub const PALETTE: [RGBColor; 5] = [
	RGBColor(0, 114, 178),
	RGBColor(230, 159, 0),
	RGBColor(0, 158, 115),
	RGBColor(204, 121, 167),
	RGBColor(213, 94, 0),
];

/// For what is no scenario.
pub const GREY: RGBColor = RGBColor(110, 110, 110);

/// For what is left over.
pub const LIGHT_GREY: RGBColor = RGBColor(200, 200, 200);

const INK: RGBColor = RGBColor(40, 40, 40);
const GRID: RGBColor = RGBColor(224, 224, 224);
const FONT: &str = "sans-serif";
/// Points are whole units of drawing, so four of them make a pixel: lines look smooth.
const FINE: u32 = 4;
/// The same for positions.
const UNIT: i32 = 4;
const TITLE_HEIGHT: i32 = 44 * UNIT;
const LEGEND_HEIGHT: i32 = 30 * UNIT;
/// Panels leave this much at the right, so that the last label of the time axis fits.
const RIGHT_MARGIN: i32 = 20 * UNIT;
/// Labels of the vertical axis.
const LABEL_WIDTH: i32 = 72 * UNIT;

/// One quantity over the horizontal axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
	/// Its name in the legend.
	pub name: String,
	/// Its colour.
	pub colour: RGBColor,
	/// Where on the horizontal axis, and the value.
	pub points: Vec<(f64, f64)>,
}

/// How the series of a panel are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
	/// Each as a line.
	Lines,
	/// One on top of the other, the first at the bottom.
	Stacked,
}

/// One pair of axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
	/// Its heading. Empty where the figure's title says it all.
	pub title: String,
	/// What the vertical axis counts, with its unit.
	pub unit: String,
	/// The range of the vertical axis.
	pub range: (f64, f64),
	/// What is drawn.
	pub series: Vec<Series>,
	/// How.
	pub style: Style,
}

/// The horizontal axis of every panel, from zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
	/// What it counts, with its unit.
	pub name: &'static str,
	/// Where it ends.
	pub end: f64,
}

/// A picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
	/// Its title.
	pub title: String,
	/// Its panels, row by row.
	pub panels: Vec<Panel>,
	/// Panels in a row.
	pub columns: usize,
	/// Width and height of a panel, in pixels.
	pub panel_size: (u32, u32),
}

/// Zero up to a round number at or above every value.
pub fn from_zero(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
	let most = values.into_iter().fold(0.0, f64::max);
	let mut decade = 1.0;
	while decade * 10.0 <= most {
		decade *= 10.0;
	}
	while decade > most && most > 0.0 {
		decade /= 10.0;
	}
	let steps = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
	let top = steps.into_iter().map(|step| step * decade).find(|top| *top >= most).unwrap_or(most);
	(0.0, if top > 0.0 { top } else { 1.0 })
}

/// Round numbers below and above every value, zero between them.
pub fn through_zero(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
	let values: Vec<f64> = values.into_iter().collect();
	let (_, above) = from_zero(values.iter().copied());
	let below = values.iter().fold(0.0, |least: f64, value| least.min(*value));
	let (_, depth) = from_zero([-below]);
	(if below < 0.0 { -depth } else { 0.0 }, above)
}

/// Draws a figure.
pub fn draw(figure: &Figure, axis: Axis) -> Result<String, DrawError> {
	let columns = figure.columns.max(1);
	let rows = figure.panels.len().div_ceil(columns).max(1);
	let (width, height) = (figure.panel_size.0 * FINE, figure.panel_size.1 * FINE);
	let across = u32::try_from(columns).unwrap_or(1);
	let down = u32::try_from(rows).unwrap_or(1);
	let head = TITLE_HEIGHT + LEGEND_HEIGHT;
	let size = (width * across, height * down + head.unsigned_abs());
	let mut svg = String::new();
	{
		let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
		root.fill(&WHITE)?;
		let (top, panels) = root.split_vertically(head);
		heading(&top, figure, size.0)?;
		for (area, panel) in panels.split_evenly((rows, columns)).iter().zip(&figure.panels) {
			draw_panel(area, panel, axis)?;
		}
		root.present()?;
	}
	// Shown at its size in pixels; the view box keeps the fine units.
	let (fine, shown) = (dimensions(size.0, size.1), dimensions(size.0 / FINE, size.1 / FINE));
	Ok(svg.replacen(&fine, &shown, 1))
}

fn dimensions(width: u32, height: u32) -> String {
	format!("width=\"{width}\" height=\"{height}\"")
}

/// A size of text, in pixels.
fn font(size: u32) -> FontDesc<'static> {
	(FONT, size * FINE).into_font()
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

fn heading(area: &Area<'_>, figure: &Figure, width: u32) -> Result<(), DrawError> {
	let middle = i32::try_from(width / 2).unwrap_or_default();
	let centred = Pos::new(HPos::Center, VPos::Center);
	let title = font(22).style(FontStyle::Bold).color(&INK).pos(centred);
	area.draw_text(&figure.title, &title, (middle, TITLE_HEIGHT / 2 + 2 * UNIT))?;

	let label = font(16).color(&INK).pos(Pos::new(HPos::Left, VPos::Center));
	let entries: Vec<&Series> =
		figure.panels.first().map_or(Vec::new(), |panel| panel.series.iter().collect());
	// A letter of this size is about seven pixels wide; a swatch and its gaps take fifty-five.
	let wide = |name: &str| (i32::try_from(name.chars().count()).unwrap_or_default() * 7 + 55) * UNIT;
	let mut x = middle - entries.iter().map(|entry| wide(&entry.name)).sum::<i32>() / 2;
	let y = TITLE_HEIGHT + LEGEND_HEIGHT / 2 - 4 * UNIT;
	for entry in entries {
		area.draw(&Rectangle::new(
			[(x, y - 4 * UNIT), (x + 24 * UNIT, y + 4 * UNIT)],
			entry.colour.filled(),
		))?;
		area.draw_text(&entry.name, &label, (x + 30 * UNIT, y))?;
		x += wide(&entry.name);
	}
	Ok(())
}

/// A label with groups of three digits, and as many decimals as the axis needs.
fn tick(value: f64, decimals: usize) -> String {
	let plain = format!("{value:.decimals$}");
	let (whole, rest) = plain
		.split_once('.')
		.map_or((plain.as_str(), String::new()), |(whole, rest)| (whole, format!(".{rest}")));
	let mut grouped = String::new();
	let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("-", whole));
	for (index, digit) in whole.chars().enumerate() {
		if index > 0 && (whole.len() - index) % 3 == 0 {
			grouped.push(',');
		}
		grouped.push(digit);
	}
	format!("{sign}{grouped}{rest}")
}

fn draw_panel(area: &Area<'_>, panel: &Panel, axis: Axis) -> Result<(), DrawError> {
	let (low, high) = panel.range;
	let decimals = if high - low < 5.0 { 1 } else { 0 };
	let mut plot = area.clone();
	if !panel.title.is_empty() {
		let (above, below) = area.split_vertically(TITLE_HEIGHT / 2);
		let centred = Pos::new(HPos::Center, VPos::Center);
		let style = font(17).style(FontStyle::Bold).color(&INK).pos(centred);
		let (width, _) = area.dim_in_pixel();
		// Over the middle of the axes, not of the panel.
		let middle = (i32::try_from(width).unwrap_or_default() + LABEL_WIDTH - RIGHT_MARGIN) / 2;
		above.draw_text(&panel.title, &style, (middle, TITLE_HEIGHT / 4 + 3 * UNIT))?;
		plot = below;
	}
	let mut builder = ChartBuilder::on(&plot);
	builder
		.margin(8 * UNIT)
		.margin_right(RIGHT_MARGIN)
		.x_label_area_size(46 * UNIT)
		.y_label_area_size(LABEL_WIDTH);
	let mut chart = builder.build_cartesian_2d(0.0..axis.end, low..high)?;
	let text = font(14).color(&INK);
	chart
		.configure_mesh()
		.x_labels(11)
		.y_labels(6)
		.max_light_lines(1)
		.light_line_style(TRANSPARENT)
		.bold_line_style(GRID.stroke_width(FINE))
		.axis_style(INK.stroke_width(FINE))
		.set_all_tick_mark_size(5 * UNIT)
		.x_label_style(text.clone())
		.y_label_style(text.clone())
		.axis_desc_style(font(15).color(&INK))
		.x_label_formatter(&|at| tick(*at, 0))
		.y_label_formatter(&|value| tick(*value, decimals))
		.x_desc(axis.name)
		.y_desc(&panel.unit)
		.draw()?;
	match panel.style {
		Style::Lines => {
			for series in &panel.series {
				let style = series.colour.stroke_width(2 * FINE);
				chart.draw_series(LineSeries::new(series.points.iter().copied(), style))?;
			}
		},
		Style::Stacked => {
			// From the top down: each area covers what lies below its own upper edge.
			for (index, series) in panel.series.iter().enumerate().rev() {
				let upto = panel.series.get(..=index).unwrap_or_default();
				let edge = series.points.iter().enumerate().map(|(at, (x, _))| {
					let sum =
						upto.iter().filter_map(|part| part.points.get(at)).map(|(_, value)| value).sum();
					(*x, sum)
				});
				chart.draw_series(AreaSeries::new(edge, low, series.colour.filled()))?;
			}
		},
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn axes_end_at_round_numbers() {
		assert_eq!(from_zero([0.0, 163.9, 20.0]), (0.0, 200.0));
		assert_eq!(from_zero([0.5]), (0.0, 0.5));
		assert_eq!(from_zero([100.0]), (0.0, 100.0));
		assert_eq!(from_zero([]), (0.0, 1.0));
		assert_eq!(through_zero([-0.7, 0.0, 163.9]), (-0.8, 200.0));
		assert_eq!(through_zero([1.0, 2.0]), (0.0, 2.0));
	}

	#[test]
	fn ticks_group_digits() {
		assert_eq!(tick(1_234_567.0, 0), "1,234,567");
		assert_eq!(tick(950.0, 0), "950");
		assert_eq!(tick(0.25, 1), "0.2");
		assert_eq!(tick(-123_456.5, 1), "-123,456.5");
		assert_eq!(tick(-950.0, 0), "-950");
	}
}
