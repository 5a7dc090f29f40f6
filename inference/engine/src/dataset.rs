//! Rows of integers, read from CSV.
//!
//! Features stay integers, so a row has one canonical form; the model sees them divided by a power
//! of two, which is exact.

use crate::{Error, Result, Shape};

/// Largest magnitude of a feature: every integer up to here is an f32.
pub const MAX_FEATURE: i32 = 1 << 24;
/// Longest number in a field with its separator, and room for blanks.
const FIELD_BYTES: u64 = 16;
/// Longest column name that the size bound allows for.
const NAME_BYTES: u64 = 64;
/// How much of a wrong field an error repeats.
const SHOWN: usize = 24;

/// What a CSV has to look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
	/// Features in a row.
	pub width: u32,
	/// Classes a label may name.
	pub classes: u32,
	/// Whether a label is the last column.
	pub labelled: bool,
	/// Rows, without the header line.
	pub rows: u32,
}

impl Format {
	/// Training or held-out rows for a model of this shape.
	pub fn labelled(shape: &Shape, rows: u32) -> Self {
		Self { width: shape.inputs(), classes: shape.classes(), labelled: true, rows }
	}

	/// Rows to be answered by a model of this shape.
	pub fn unlabelled(shape: &Shape, rows: u32) -> Self {
		Self { labelled: false, ..Self::labelled(shape, rows) }
	}

	/// Columns, the label included.
	pub fn columns(&self) -> u32 {
		self.width.saturating_add(u32::from(self.labelled))
	}

	/// The most bytes such a CSV can need. More are refused unread.
	pub fn max_bytes(&self) -> u64 {
		let columns = u64::from(self.columns());
		columns
			.saturating_mul(FIELD_BYTES)
			.saturating_mul(u64::from(self.rows))
			.saturating_add(columns.saturating_mul(NAME_BYTES))
	}
}

/// Rows of features, with or without labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
	width: u32,
	classes: u32,
	features: Vec<i32>,
	labels: Option<Vec<u32>>,
	rows: u32,
}

fn shown(field: &[u8]) -> String {
	String::from_utf8_lossy(field).chars().take(SHOWN).collect()
}

fn number<T: core::str::FromStr>(field: &[u8]) -> Option<T> {
	core::str::from_utf8(field).ok()?.trim().parse().ok()
}

impl Dataset {
	/// Reads a CSV: a header line, then one row of integers a line, the label last.
	pub fn parse(bytes: &[u8], format: &Format) -> Result<Self> {
		let (size, limit) = (bytes.len() as u64, format.max_bytes());
		if size > limit {
			return Err(Error::CsvTooLarge { bytes: size, limit });
		}
		let expected = format.columns();
		let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
		let mut record = csv::ByteRecord::new();

		let has_header = reader.read_byte_record(&mut record)?
			&& !record.iter().all(|field| number::<i64>(field).is_some());
		if !has_header {
			return Err(Error::CsvHeader { expected });
		}
		let check_columns = |record: &csv::ByteRecord, line| {
			if record.len() == expected as usize {
				Ok(())
			} else {
				Err(Error::CsvColumns { line, found: record.len(), expected })
			}
		};
		check_columns(&record, 1)?;

		let width = format.width as usize;
		// The size check above bounds what the stated rows can reserve only through the bytes that
		// are really there.
		let capacity = (size / 2 + 1).min(u64::from(format.width) * u64::from(format.rows)) as usize;
		let mut features = Vec::with_capacity(capacity);
		let mut labels = Vec::new();
		let mut rows = 0u64;
		while reader.read_byte_record(&mut record)? {
			let line = record.position().map_or(0, csv::Position::line);
			rows += 1;
			if rows > u64::from(format.rows) {
				return Err(Error::CsvRows { found: rows, expected: format.rows });
			}
			check_columns(&record, line)?;
			for (at, field) in record.iter().enumerate() {
				if at < width {
					let value = number::<i32>(field)
						.filter(|v| (-MAX_FEATURE..=MAX_FEATURE).contains(v))
						.ok_or_else(|| Error::CsvFeature { line, column: at + 1, text: shown(field) })?;
					features.push(value);
				} else {
					let label = number::<u32>(field).filter(|l| *l < format.classes).ok_or_else(|| {
						let last = format.classes.saturating_sub(1);
						Error::CsvLabel { line, column: at + 1, text: shown(field), last }
					})?;
					labels.push(label);
				}
			}
		}
		if rows != u64::from(format.rows) {
			return Err(Error::CsvRows { found: rows, expected: format.rows });
		}
		Ok(Self {
			width: format.width,
			classes: format.classes,
			features,
			labels: format.labelled.then_some(labels),
			rows: format.rows,
		})
	}

	/// Joins parts of one form, in this order.
	pub fn concat(parts: Vec<Self>) -> Result<Self> {
		let mut parts = parts.into_iter();
		let mut all = parts.next().ok_or(Error::Data { reason: "there are no parts to join" })?;
		for part in parts {
			let same = part.width == all.width
				&& part.classes == all.classes
				&& part.is_labelled() == all.is_labelled();
			if !same {
				return Err(Error::Data { reason: "the parts differ in columns or classes" });
			}
			all.rows = all.rows.checked_add(part.rows).ok_or(Error::Data { reason: "too many rows" })?;
			all.features.extend(part.features);
			if let (Some(labels), Some(more)) = (&mut all.labels, part.labels) {
				labels.extend(more);
			}
		}
		Ok(all)
	}

	/// Rows.
	pub fn rows(&self) -> u32 {
		self.rows
	}

	/// Features in a row.
	pub fn width(&self) -> u32 {
		self.width
	}

	/// Classes a label may name.
	pub fn classes(&self) -> u32 {
		self.classes
	}

	/// Whether rows have labels.
	pub fn is_labelled(&self) -> bool {
		self.labels.is_some()
	}

	/// The features of a row.
	pub fn features(&self, row: u32) -> Option<&[i32]> {
		let width = self.width as usize;
		let start = (row as usize).checked_mul(width)?;
		(row < self.rows).then(|| self.features.get(start..start + width))?
	}

	/// The label of a row.
	pub fn label(&self, row: u32) -> Option<u32> {
		self.labels().get(row as usize).copied()
	}

	/// All labels; none if the rows have none.
	pub fn labels(&self) -> &[u32] {
		self.labels.as_deref().unwrap_or_default()
	}

	/// The canonical bytes of a row, hashed as a Merkle leaf: each feature as four bytes (two's
	/// complement, least significant first), then the label in the same form if there is one.
	pub fn row_bytes(&self, row: u32) -> Option<Vec<u8>> {
		let mut bytes: Vec<u8> = self.features(row)?.iter().flat_map(|f| f.to_le_bytes()).collect();
		if let Some(label) = self.label(row) {
			bytes.extend(label.to_le_bytes());
		}
		Some(bytes)
	}

	/// The CSV that [`parse`](Self::parse) reads back: columns `p0`, `p1`, ... and `label`.
	pub fn to_csv(&self) -> Vec<u8> {
		let mut names: Vec<String> = (0..self.width).map(|i| format!("p{i}")).collect();
		if self.is_labelled() {
			names.push("label".into());
		}
		let mut text = names.join(",");
		text.push('\n');
		for row in 0..self.rows {
			let mut fields: Vec<String> =
				self.features(row).unwrap_or_default().iter().map(i32::to_string).collect();
			fields.extend(self.label(row).map(|l| l.to_string()));
			text.push_str(&fields.join(","));
			text.push('\n');
		}
		text.into_bytes()
	}

	/// The rows with these numbers, in this order.
	pub fn select(&self, rows: &[u32]) -> Result<Self> {
		let missing = || Error::Data { reason: "a selected row does not exist" };
		let mut features = Vec::with_capacity(rows.len() * self.width as usize);
		for row in rows {
			features.extend_from_slice(self.features(*row).ok_or_else(missing)?);
		}
		let labels = match &self.labels {
			Some(_) => {
				Some(rows.iter().map(|r| self.label(*r).ok_or_else(missing)).collect::<Result<Vec<_>>>()?)
			},
			None => None,
		};
		let rows = u32::try_from(rows.len()).map_err(|_| Error::Data { reason: "too many rows" })?;
		Ok(Self { features, labels, rows, ..*self })
	}

	/// The same rows without their labels.
	pub fn without_labels(&self) -> Self {
		Self { features: self.features.clone(), labels: None, ..*self }
	}

	/// The same rows with other labels.
	pub fn with_labels(&self, labels: Vec<u32>) -> Result<Self> {
		if labels.len() != self.rows as usize || labels.iter().any(|l| *l >= self.classes) {
			return Err(Error::Data { reason: "one label below the number of classes is needed per row" });
		}
		Ok(Self { features: self.features.clone(), labels: Some(labels), ..*self })
	}

	/// All features as the model sees them, divided by `2^shift`: exact for shifts up to 16.
	pub fn scaled(&self, shift: u8) -> Vec<f32> {
		let scale = scale(shift);
		self.features.iter().map(|f| *f as f32 * scale).collect()
	}

	/// Writes one row as the model sees it. Rows out of range leave `to` as it is.
	pub fn scale_row(&self, row: u32, shift: u8, to: &mut [f32]) {
		let scale = scale(shift);
		for (to, from) in to.iter_mut().zip(self.features(row).unwrap_or_default()) {
			*to = *from as f32 * scale;
		}
	}

	/// Whether this model can read these rows.
	pub fn ensure_fits(&self, shape: &Shape) -> Result<()> {
		if self.width != shape.inputs() {
			return Err(Error::Data { reason: "the rows have another width than the model's input" });
		}
		if self.labels().iter().any(|l| *l >= shape.classes()) {
			return Err(Error::Data { reason: "a label is no class of the model" });
		}
		Ok(())
	}
}

/// `2^-shift`, by its bits.
fn scale(shift: u8) -> f32 {
	f32::from_bits((127 - u32::from(shift.min(crate::shape::MAX_SHIFT))) << 23)
}

#[cfg(test)]
mod tests {
	use super::*;
	use engram_cases::cases;
	use proptest::prelude::*;

	const FORMAT: Format = Format { width: 2, classes: 3, labelled: true, rows: 2 };

	#[test]
	fn reads_the_digits() {
		let bytes = include_bytes!("../../../data/digits.csv");
		let format = Format { width: 64, classes: 10, labelled: true, rows: 1_797 };
		let digits = Dataset::parse(bytes, &format).unwrap();
		assert_eq!(digits.label(0), Some(0));
		assert_eq!(digits.label(1_796), Some(8));
		assert_eq!(digits.features(1).unwrap()[..5], [0, 0, 0, 12, 13]);
		assert_eq!(digits.features(1_797), None);
		assert_eq!(digits.row_bytes(0).unwrap().len(), 65 * 4);
		assert_eq!(digits.to_csv(), bytes);
		assert_eq!(digits.scaled(4)[2], 5.0 / 16.0);
	}

	#[test]
	fn errors_name_the_place() {
		let says = |csv: &str, what: &str| {
			let error = Dataset::parse(csv.as_bytes(), &FORMAT).unwrap_err().to_string();
			assert!(error.contains(what), "{error}");
		};
		says("", "line 1 must name the 3 columns");
		says("1,2,0\n3,4,1\n", "add a header line");
		says("a,b\n1,2,0\n3,4,1\n", "line 1 has 2 columns, not 3");
		says("a,b,l\n1,2,0\n3,4\n", "line 3 has 2 columns, not 3");
		says("a,b,l\n1,2,0\n3,x,1\n", "line 3, column 2: `x`");
		says("a,b,l\n1,16777217,0\n3,4,1\n", "line 2, column 2: `16777217`");
		says("a,b,l\n1,1.5,0\n3,4,1\n", "`1.5` is not a whole number");
		says("a,b,l\n1,2,3\n3,4,1\n", "line 2, column 3: label `3` is not a class from 0 to 2");
		says("a,b,l\n1,2,0\n", "has 1 rows where 2 are stated");
		says("a,b,l\n1,2,0\n3,4,1\n5,6,2\n", "has 3 rows where 2 are stated");
		let long = format!("a,b,l\n1,2,0\n3,4,{}\n", "9".repeat(1_000));
		says(&long, "more than the 288");
		says(&format!("a,b,l\n1,2,0\n3,4,{}\n", "9".repeat(100)), "label `999999999999999999999999` is");
	}

	#[test]
	fn unlabelled_rows_have_no_label_column() {
		let format = Format { labelled: false, ..FORMAT };
		let data = Dataset::parse(b"a,b\r\n-1, 2\r\n3,4\r\n", &format).unwrap();
		assert_eq!(data.features(0), Some(&[-1, 2][..]));
		assert_eq!(data.label(0), None);
		assert_eq!(data.row_bytes(0).unwrap(), [255, 255, 255, 255, 2, 0, 0, 0]);
		assert!(Dataset::parse(b"a,b,l\n1,2,0\n3,4,1\n", &format).is_err());
	}

	#[test]
	fn parts_join_and_select() {
		let part = Dataset::parse(b"a,b,l\n1,2,0\n3,4,1\n", &FORMAT).unwrap();
		let all = Dataset::concat(vec![part.clone(), part.clone()]).unwrap();
		assert_eq!(all.rows(), 4);
		assert_eq!(all.select(&[2, 3]).unwrap(), part);
		assert!(all.select(&[4]).is_err());
		assert!(Dataset::concat(vec![part.clone(), part.without_labels()]).is_err());
		assert!(Dataset::concat(Vec::new()).is_err());
		assert_eq!(part.with_labels(vec![2, 2]).unwrap().labels(), [2, 2]);
		assert!(part.with_labels(vec![3, 0]).is_err());
		assert!(part.with_labels(vec![0]).is_err());
	}

	proptest! {
		#![proptest_config(cases())]

		#[test]
		fn hostile_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
			let _ = Dataset::parse(&bytes, &FORMAT);
		}

		#[test]
		fn what_is_written_is_read_back(
			values in proptest::collection::vec(-MAX_FEATURE..=MAX_FEATURE, 2 * 7),
			labels in proptest::collection::vec(0u32..3, 7),
		) {
			let data = Dataset { width: 2, classes: 3, features: values, labels: Some(labels), rows: 7 };
			let format = Format { rows: 7, ..FORMAT };
			prop_assert_eq!(Dataset::parse(&data.to_csv(), &format).unwrap(), data);
		}
	}
}
