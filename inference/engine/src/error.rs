//! What can go wrong, each with the values a reader needs and what to do about it.

use crate::{dataset::MAX_FEATURE, shape};

/// The result of this crate's functions.
pub type Result<T> = core::result::Result<T, Error>;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// The model cannot be built.
	#[error(
		"layer widths {widths:?} are refused: give {min} to {max} of them, each 1 to {widest}, the last at least 2",
		min = shape::MIN_WIDTHS, max = shape::MAX_WIDTHS, widest = shape::MAX_WIDTH
	)]
	Widths {
		/// The widths asked for.
		widths: Vec<u32>,
	},
	/// The input scale is out of range.
	#[error("input shift {shift} is refused: give at most {max}", max = shape::MAX_SHIFT)]
	InputShift {
		/// The shift asked for.
		shift: u8,
	},
	/// The hyper-parameters cannot be trained with.
	#[error("the training schedule is refused: {reason}")]
	Schedule {
		/// Which relation does not hold.
		reason: &'static str,
	},
	/// The CSV is larger than its rows can need.
	#[error(
		"the CSV has {bytes} bytes, more than the {limit} that its stated rows can need; \
		 state all rows, or remove what is not data"
	)]
	CsvTooLarge {
		/// Its size.
		bytes: u64,
		/// The most that is read.
		limit: u64,
	},
	/// The CSV has no header.
	#[error("line 1 must name the {expected} columns; add a header line")]
	CsvHeader {
		/// Columns expected.
		expected: u32,
	},
	/// A line is too short or too long.
	#[error("line {line} has {found} columns, not {expected}; give the features, then the label if the rows have one")]
	CsvColumns {
		/// Line in the file, from 1.
		line: u64,
		/// Columns found.
		found: usize,
		/// Columns expected.
		expected: u32,
	},
	/// A field is no feature.
	#[error(
		"line {line}, column {column}: `{text}` is not a whole number from -{max} to {max}",
		max = MAX_FEATURE
	)]
	CsvFeature {
		/// Line in the file, from 1.
		line: u64,
		/// Column, from 1.
		column: usize,
		/// What stands there, shortened.
		text: String,
	},
	/// A label is no class.
	#[error("line {line}, column {column}: label `{text}` is not a class from 0 to {last}")]
	CsvLabel {
		/// Line in the file, from 1.
		line: u64,
		/// Column, from 1.
		column: usize,
		/// What stands there, shortened.
		text: String,
		/// The last class.
		last: u32,
	},
	/// The number of rows is not the stated one.
	#[error("the CSV has {found} rows where {expected} are stated; state the rows without the header line")]
	CsvRows {
		/// Rows found; one more than stated when there are more.
		found: u64,
		/// Rows stated.
		expected: u32,
	},
	/// The CSV reader refused a line.
	#[error("the CSV cannot be read")]
	Csv(#[from] csv::Error),
	/// Data sets of different form cannot be joined, or one of the wrong form was given.
	#[error("the data does not fit: {reason}")]
	Data {
		/// What does not fit.
		reason: &'static str,
	},
	/// The checkpoint has more or fewer bytes than the model's weights can need.
	#[error("the checkpoint has {bytes} bytes where this model's has at most {limit}")]
	CheckpointSize {
		/// Its size.
		bytes: u64,
		/// The most that is read.
		limit: u64,
	},
	/// The checkpoint's header is too large.
	#[error("the checkpoint states a header of {bytes} bytes, more than the {limit} that are read")]
	CheckpointHeader {
		/// Stated size.
		bytes: u64,
		/// The most that is read.
		limit: u64,
	},
	/// The checkpoint is not safetensors.
	#[error("the checkpoint is not safetensors")]
	Safetensors(#[from] safetensors::SafeTensorError),
	/// The checkpoint does not hold exactly the model's tensors.
	#[error("tensor `{name}` of the checkpoint is refused: {reason}")]
	CheckpointTensor {
		/// Name of the tensor.
		name: String,
		/// Why.
		reason: &'static str,
	},
	/// The checkpoint index or segment is outside the schedule.
	#[error("there is no {what} {index}; this job has {count}")]
	OutOfRange {
		/// What was asked for.
		what: &'static str,
		/// Which one.
		index: u32,
		/// How many there are.
		count: u32,
	},
	/// The observer asked to stop.
	#[error("training was stopped after {steps} steps")]
	Stopped {
		/// Steps done.
		steps: u32,
	},
	/// The device name is unknown.
	#[error("`{name}` is no device; use auto, cpu or wgpu")]
	UnknownDevice {
		/// What was given.
		name: String,
	},
	/// No graphics adapter answers.
	#[error("no WebGPU adapter was found; install a Vulkan, Metal or DX12 driver, or use --device cpu")]
	NoAdapter,
	/// The only adapter is no GPU.
	#[error("{device} renders in software; use --device wgpu to compute on it all the same")]
	SoftwareRenderer {
		/// Name of the adapter.
		device: String,
	},
	/// The adapter does not compute as the exact profile demands.
	#[error("{device} does not compute the exact profile bit by bit; use --device cpu")]
	NotExact {
		/// Name of the adapter.
		device: String,
	},
	/// The graphics driver refused something.
	#[error("the graphics device failed: {reason}")]
	Graphics {
		/// Its message.
		reason: String,
	},
	/// The tensor library refused something.
	#[error("the tensor library failed: {reason}")]
	Tensor {
		/// Its message.
		reason: String,
	},
	/// A library panicked.
	#[error("{what} panicked: {reason}")]
	Panicked {
		/// What was being done.
		what: &'static str,
		/// The panic's message.
		reason: String,
	},
}
