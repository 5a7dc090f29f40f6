//! Which rows are nearly the same, as the model sees them.

use engram_engine::Dataset;

/// Rows are near when they are apart by at most a seventh of the shorter one's length: `NEAR * |x - y|^2 <= min(|x|^2, |y|^2)`, over
/// the first layer's input with its 1 for the bias. Nothing but the two rows decides, so no third row makes others near, or far.
const NEAR: f32 = 49.0;
/// The squared length of the longest row that is near one of squared length `NEAR`.
const REACH: f32 = 64.0;
/// Features that are compared at once.
const LANES: usize = 8;
/// Most groups of so many features that are compared, each row's part of them being equal. Enough for all pairs of 21,000 rows of 64
/// features, and of 65,536 rows nearly all of which differ in the first group. Of more rows, each is compared to those that
/// are hardly longer.
const MAX_COMPARED: usize = 1 << 32;

type Lanes = [f32; LANES];

/// Rows joined into clusters; each cluster is named by its first row.
#[derive(Debug)]
struct Union(Vec<usize>);

impl Union {
	fn root(&mut self, mut row: usize) -> usize {
		while self.0[row] != row {
			self.0[row] = self.0[self.0[row]];
			row = self.0[row];
		}
		row
	}

	fn join(&mut self, a: usize, b: usize) {
		self.0[a.max(b)] = a.min(b);
	}
}

fn distance(a: &[Lanes], b: &[Lanes]) -> f32 {
	let mut sums = [0.0; LANES];
	for (a, b) in a.iter().zip(b) {
		for ((sum, x), y) in sums.iter_mut().zip(a).zip(b) {
			*sum += (x - y) * (x - y);
		}
	}
	let [a, b, c, d, e, f, g, h] = sums;
	((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// The features in the order in which they tell rows apart best.
fn by_spread(data: &Dataset) -> Vec<usize> {
	let width = data.width() as usize;
	let (mut sums, mut squares) = (vec![0.0; width], vec![0.0; width]);
	for row in (0..data.rows()).filter_map(|row| data.features(row)) {
		for ((sum, square), x) in sums.iter_mut().zip(&mut squares).zip(row) {
			*sum += f64::from(*x);
			*square += f64::from(*x) * f64::from(*x);
		}
	}
	let rows = f64::from(data.rows().max(1));
	let spread = |at: usize| squares[at] - sums[at] * sums[at] / rows;
	let mut order: Vec<usize> = (0..width).collect();
	order.sort_by(|a, b| spread(*b).total_cmp(&spread(*a)));
	order
}

/// Of every row, how many rows its cluster has: itself, those near it, those near these, and so on. Labels make no difference.
///
/// Takes rows by rows by features at worst; rows of other lengths are not compared, and most others by a few features only.
pub fn sizes(data: &Dataset, input_shift: u8) -> Vec<u32> {
	let (count, width) = (data.rows() as usize, data.width() as usize);
	let order = by_spread(data);
	let mut features = vec![0.0; width];
	let mut rows: Vec<(f32, usize, Vec<Lanes>)> = Vec::with_capacity(count);
	for row in 0..data.rows() {
		data.scale_row(row, input_shift, &mut features);
		let square = features.iter().fold(1.0, |sum, x| sum + x * x);
		let mut lanes = vec![[0.0; LANES]; width.div_ceil(LANES)];
		for (to, from) in lanes.iter_mut().flatten().zip(&order) {
			*to = features[*from];
		}
		rows.push((square, row as usize, lanes));
	}
	rows.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
	// Side by side in memory: nearly all pairs need no more.
	let heads: Vec<Lanes> =
		rows.iter().map(|(.., lanes)| lanes.first().copied().unwrap_or_default()).collect();

	let mut union = Union((0..count).collect());
	let share = MAX_COMPARED / count.max(1);
	for (at, (square, row, lanes)) in rows.iter().enumerate() {
		let apart = |a: &[Lanes], b: &[Lanes]| distance(a, b) * NEAR > *square;
		let reach = rows[at..].partition_point(|other| other.0 * NEAR <= square * REACH);
		let mut compared = 0;
		for other in at + 1..at + reach {
			compared += 1;
			if compared > share {
				break;
			}
			if apart(&heads[at..=at], &heads[other..=other]) {
				continue;
			}
			let (_, near, others) = &rows[other];
			let (a, b) = (union.root(*row), union.root(*near));
			if a != b {
				compared += lanes.len();
				if !apart(lanes, others) {
					union.join(a, b);
				}
			}
		}
	}

	let roots: Vec<usize> = (0..count).map(|row| union.root(row)).collect();
	let mut sizes = vec![0u32; count];
	for root in &roots {
		sizes[*root] += 1;
	}
	roots.into_iter().map(|root| sizes[root]).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use engram_cases::cases;
	use engram_engine::{Format, Shape};
	use proptest::prelude::*;

	fn rows(rows: &[Vec<i32>]) -> Dataset {
		let width = rows.first().map_or(1, Vec::len);
		let line = |row: &Vec<i32>| row.iter().map(|x| format!("{x},")).collect::<String>();
		let csv: String =
			rows.iter().zip(0..).map(|(row, at)| format!("{}{}\n", line(row), at % 2)).collect();
		let format = Format { width: width as u32, classes: 2, labelled: true, rows: rows.len() as u32 };
		Dataset::parse(format!("{}l\n{csv}", "x,".repeat(width)).as_bytes(), &format).unwrap()
	}

	#[test]
	fn near_rows_are_joined_whatever_their_labels() {
		let line = |xs: &[i32]| sizes(&rows(&xs.iter().map(|x| vec![*x, 0]).collect::<Vec<_>>()), 0);
		assert_eq!(line(&[80, 80, 80]), [3; 3]);
		assert_eq!(line(&[80, 91, 69]), [2, 2, 1]);
		assert_eq!(line(&[80, 92, 68]), [1; 3]);
		// Each is near the next.
		assert_eq!(line(&[80, 100, 500, 90]), [3, 3, 1, 3]);
		assert_eq!(line(&[80, -80]), [1; 2]);
		// Beside the 1 for the bias nothing is small: the same numbers, divided by 2^4 before.
		assert_eq!(line(&[0, 0, 1]), [2, 2, 1]);
		assert_eq!(sizes(&rows(&[vec![0, 0], vec![0, 0], vec![1, 0]]), 4), [3; 3]);
		assert_eq!(sizes(&rows(&[]), 0), [0; 0]);
	}

	#[test]
	fn one_row_makes_no_others_near() {
		let mut all: Vec<Vec<i32>> = (0..5).map(|at| vec![100, 20 * at]).collect();
		all.push(vec![1 << 24, -(1 << 24)]);
		assert_eq!(sizes(&rows(&all), 0), [1; 6]);
		// Nor do many of one kind make them far.
		all.extend(std::iter::repeat_n(vec![100, 1], 90));
		assert_eq!(sizes(&rows(&all), 0)[..6], [91, 1, 1, 1, 1, 1]);
	}

	#[test]
	fn hardly_any_digits_are_near() {
		let shape = Shape::new(&[64, 32, 10], 4).unwrap();
		let bytes = include_bytes!("../../../data/digits.csv");
		let all = Dataset::parse(bytes, &Format::labelled(&shape, 1_797)).unwrap();
		let near = sizes(&all, 4).into_iter().filter(|size| *size > 1).count();
		assert!(near <= 14, "{near} of 1,797");
	}

	proptest! {
		#![proptest_config(cases())]

		#[test]
		fn clusters_are_what_all_pairs_make_them(
			all in proptest::collection::vec((0i32..6, proptest::collection::vec(-6i32..=6, 9)), 0..60),
			// So that all of it is exact in f32, as in f64.
			scale in 1i32..16,
			shift in 0u8..10,
		) {
			let row = |base: i32, noise: &[i32]| -> Vec<i32> {
				noise.iter().zip(0..).map(|(x, at)| ((base * 7 + at * 5) % 11 * 6 + x) * scale).collect()
			};
			let all: Vec<Vec<i32>> = all.iter().map(|(base, noise)| row(*base, noise)).collect();
			let data = rows(&all);
			let found = sizes(&data, shift);
			let length = |row: &[f64]| row.iter().map(|x| x * x).sum::<f64>();
			let scaled: Vec<Vec<f64>> = all
				.iter()
				.map(|row| row.iter().map(|x| f64::from(*x) / f64::from(1 << shift)).collect())
				.collect();
			let near = |a: &[f64], b: &[f64]| {
				let apart: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
				length(&apart) * 49.0 <= length(a).min(length(b)) + 1.0
			};
			let mut names: Vec<usize> = (0..all.len()).collect();
			for (a, one) in scaled.iter().enumerate() {
				for (b, other) in scaled.iter().enumerate().filter(|(_, other)| near(one, other)) {
					let (from, to) = (names[a].max(names[b]), names[a].min(names[b]));
					names.iter_mut().filter(|name| **name == from).for_each(|name| *name = to);
					prop_assert!(near(other, one));
				}
			}
			for (name, size) in names.iter().zip(&found) {
				prop_assert_eq!(names.iter().filter(|other| *other == name).count(), *size as usize);
			}
			let mut turned: Vec<u32> = sizes(&rows(&all.iter().rev().cloned().collect::<Vec<_>>()), shift);
			turned.reverse();
			prop_assert_eq!(turned, found);
		}
	}
}
