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
	#[error("the training schedule is refused: {reason}; change the job's hyper-parameters")]
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
		"line {line}, column {column}: `{text}` is not a whole number from -{max} to {max}; scale the features into that range",
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
	#[error(
		"line {line}, column {column}: label `{text}` is not a class from 0 to {last}; number the classes so"
	)]
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
	#[error(
		"the CSV cannot be read: {0}; give plain text with a comma between columns and a line for each row"
	)]
	Csv(#[from] csv::Error),
	/// Data sets of different form cannot be joined, or one of the wrong form was given.
	#[error("the data does not fit: {reason}; give rows and weights of the model's shape")]
	Data {
		/// What does not fit.
		reason: &'static str,
	},
	/// The checkpoint has more or fewer bytes than the model's weights can need.
	#[error("the checkpoint has {bytes} bytes where this model's has at most {limit}; give weights of this model alone")]
	CheckpointSize {
		/// Its size.
		bytes: u64,
		/// The most that is read.
		limit: u64,
	},
	/// The checkpoint's header is too large.
	#[error("the checkpoint states a header of {bytes} bytes, more than the {limit} that are read; save the weights without metadata")]
	CheckpointHeader {
		/// Stated size.
		bytes: u64,
		/// The most that is read.
		limit: u64,
	},
	/// The checkpoint is not safetensors.
	#[error("the checkpoint is not safetensors: {0}; save the weights in that format")]
	Safetensors(#[from] safetensors::SafeTensorError),
	/// The checkpoint does not hold exactly the model's tensors.
	#[error("tensor `{name}` of the checkpoint is refused: {reason}; give the weights of this model, each layer once")]
	CheckpointTensor {
		/// Name of the tensor.
		name: String,
		/// Why.
		reason: &'static str,
	},
	/// The checkpoint index or segment is outside the schedule.
	#[error("there is no {what} {index}; this job has {count}, counted from 0")]
	OutOfRange {
		/// What was asked for.
		what: &'static str,
		/// Which one.
		index: u32,
		/// How many there are.
		count: u32,
	},
	/// The observer asked to stop.
	#[error("training was stopped after {steps} steps; it resumes from the last checkpoint when it is asked for again")]
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
	#[error("no WebGPU adapter was found; install a Vulkan, Metal or DX12 driver, or use the CPU (--worker-device cpu)")]
	NoAdapter,
	/// The only adapter is no GPU.
	#[error(
		"{device} renders in software; to compute on it all the same, ask for it (--worker-device wgpu)"
	)]
	SoftwareRenderer {
		/// Name of the adapter.
		device: String,
	},
	/// The adapter does not compute as the exact profile demands.
	#[error("{device} does not compute the exact profile bit by bit; update its driver, or use the CPU (--worker-device cpu)")]
	NotExact {
		/// Name of the adapter.
		device: String,
	},
	/// The graphics driver refused something.
	#[error("the graphics device failed: {reason}; check its driver and memory, or use the CPU (--worker-device cpu)")]
	Graphics {
		/// Its message.
		reason: String,
	},
	/// The tensor library refused something.
	#[error("the tensor library failed: {reason}; check the device's driver and memory, or use the CPU (--worker-device cpu)")]
	Tensor {
		/// Its message.
		reason: String,
	},
	/// A library panicked.
	#[error("{what} panicked: {reason}; check the device's driver and memory, or use the CPU (--worker-device cpu)")]
	Panicked {
		/// What was being done.
		what: &'static str,
		/// The panic's message.
		reason: String,
	},
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn errors_say_what_to_do() {
		let (line, column, text) = (2, 3, || String::from("x"));
		let said = |error: Error, advice: &str| {
			let error = error.to_string();
			assert!(error.contains(advice), "{error}");
		};
		said(Error::Widths { widths: vec![1] }, "give 2 to 8 of them, each 1 to 4096, the last at least 2");
		said(Error::InputShift { shift: 17 }, "give at most 16");
		said(Error::Schedule { reason: "it is too long" }, "change the job's hyper-parameters");
		said(Error::CsvTooLarge { bytes: 9, limit: 8 }, "state all rows, or remove what is not data");
		said(Error::CsvHeader { expected: 3 }, "add a header line");
		said(Error::CsvColumns { line, found: 1, expected: 3 }, "give the features, then the label");
		said(Error::CsvFeature { line, column, text: text() }, "scale the features into that range");
		said(Error::CsvLabel { line, column, text: text(), last: 9 }, "number the classes so");
		said(Error::CsvRows { found: 2, expected: 1 }, "state the rows without the header line");
		let csv = csv::Error::from(std::io::Error::other("the disk is gone"));
		said(csv.into(), "the disk is gone; give plain text with a comma between columns");
		said(Error::Data { reason: "it is too wide" }, "give rows and weights of the model's shape");
		said(Error::CheckpointSize { bytes: 9, limit: 8 }, "give weights of this model alone");
		said(Error::CheckpointHeader { bytes: 9, limit: 8 }, "save the weights without metadata");
		let safetensors = safetensors::SafeTensors::deserialize(b"").unwrap_err();
		said(safetensors.into(), "save the weights in that format");
		said(
			Error::CheckpointTensor { name: text(), reason: "it is missing" },
			"give the weights of this model",
		);
		said(Error::OutOfRange { what: "segment", index: 4, count: 4 }, "counted from 0");
		said(Error::Stopped { steps: 4 }, "it resumes from the last checkpoint");
		said(Error::UnknownDevice { name: text() }, "use auto, cpu or wgpu");
		said(Error::SoftwareRenderer { device: text() }, "--worker-device wgpu");
		for error in [
			Error::NoAdapter,
			Error::NotExact { device: text() },
			Error::Graphics { reason: text() },
			Error::Tensor { reason: text() },
			Error::Panicked { what: "a test", reason: text() },
		] {
			said(error, "or use the CPU (--worker-device cpu)");
		}
	}
}
