//! The shape of a model and the hyper-parameters of its training, as the chain fixes them.

use crate::{Error, Result};

/// Fewest layer widths.
pub const MIN_WIDTHS: usize = 2;
/// Most layer widths, input and output included.
pub const MAX_WIDTHS: usize = 8;
/// Widest layer.
pub const MAX_WIDTH: u32 = 4_096;
/// Largest power of two that inputs are divided by.
pub const MAX_SHIFT: u8 = 16;
/// Most rows in a batch.
pub const MAX_BATCH: u32 = 1_024;
/// One in parts per million.
pub const PPM: u32 = 1_000_000;

/// A classifier of fully connected layers with ReLU between them and softmax cross-entropy at the
/// end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
	widths: Vec<u32>,
	input_shift: u8,
}

impl Shape {
	/// A shape with these layer widths, input first and classes last; inputs are integers divided
	/// by `2^input_shift`.
	pub fn new(widths: &[u32], input_shift: u8) -> Result<Self> {
		let fits = (MIN_WIDTHS..=MAX_WIDTHS).contains(&widths.len())
			&& widths.iter().all(|w| (1..=MAX_WIDTH).contains(w))
			&& widths.last().is_some_and(|classes| *classes >= 2);
		if !fits {
			return Err(Error::Widths { widths: widths.iter().copied().take(MAX_WIDTHS + 1).collect() });
		}
		if input_shift > MAX_SHIFT {
			return Err(Error::InputShift { shift: input_shift });
		}
		Ok(Self { widths: widths.to_vec(), input_shift })
	}

	/// Layer widths from input to classes.
	pub fn widths(&self) -> &[u32] {
		&self.widths
	}

	/// Inputs are divided by two to this power.
	pub fn input_shift(&self) -> u8 {
		self.input_shift
	}

	/// Values in one input row.
	pub fn inputs(&self) -> u32 {
		self.widths.first().copied().unwrap_or(0)
	}

	/// Classes.
	pub fn classes(&self) -> u32 {
		self.widths.last().copied().unwrap_or(0)
	}

	/// `(inputs, outputs)` of each linear layer.
	pub fn layers(&self) -> impl ExactSizeIterator<Item = (usize, usize)> + '_ {
		self.widths.windows(2).map(|pair| (pair[0] as usize, pair[1] as usize))
	}

	/// Trainable numbers: `sum (inputs + 1) * outputs` over the layers.
	pub fn parameters(&self) -> u64 {
		self.layers().map(|(inputs, outputs)| (inputs as u64 + 1) * outputs as u64).sum()
	}
}

/// The hyper-parameters of a training job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
	/// Optimiser steps in all.
	pub steps: u32,
	/// Steps between two checkpoints; divides `steps`.
	pub checkpoint_interval: u32,
	/// Rows in a batch.
	pub batch_size: u32,
	/// Learning rate in parts per million: 100,000 is 0.1.
	pub learning_rate: u32,
}

impl Schedule {
	/// Segments between checkpoints. There is one checkpoint more.
	pub fn segments(&self) -> u32 {
		self.steps.checked_div(self.checkpoint_interval).unwrap_or(0)
	}

	/// Whether a trainer can follow it: whole segments, at least one, batches of 1 to 1,024 rows, a
	/// rate above 0 and at most 10.
	pub fn validate(&self) -> Result<()> {
		let reason = if self.segments() == 0 || self.segments() * self.checkpoint_interval != self.steps {
			"the checkpoint interval must divide the steps"
		} else if !(1..=MAX_BATCH).contains(&self.batch_size) {
			"the batch size must be 1 to 1,024"
		} else if !(1..=10 * PPM).contains(&self.learning_rate) {
			"the learning rate must be above 0 and at most 10"
		} else {
			return Ok(());
		};
		Err(Error::Schedule { reason })
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn shapes_are_bounded() {
		let shape = Shape::new(&[64, 32, 10], 4).unwrap();
		assert_eq!((shape.inputs(), shape.classes(), shape.parameters()), (64, 10, 2_410));
		assert_eq!(shape.layers().collect::<Vec<_>>(), [(64, 32), (32, 10)]);
		for widths in [&[][..], &[4], &[0, 2], &[4, 1], &[4, 4_097], &[2; 9]] {
			assert!(matches!(Shape::new(widths, 0), Err(Error::Widths { .. })), "{widths:?}");
		}
		assert!(matches!(Shape::new(&[2, 2], 17), Err(Error::InputShift { shift: 17 })));
	}

	#[test]
	fn schedules_are_bounded() {
		let good = Schedule { steps: 32, checkpoint_interval: 2, batch_size: 8, learning_rate: PPM };
		assert!(good.validate().is_ok());
		assert_eq!(good.segments(), 16);
		for bad in [
			Schedule { checkpoint_interval: 0, ..good },
			Schedule { checkpoint_interval: 5, ..good },
			Schedule { steps: 0, ..good },
			Schedule { batch_size: 0, ..good },
			Schedule { batch_size: 1_025, ..good },
			Schedule { learning_rate: 0, ..good },
			Schedule { learning_rate: 10 * PPM + 1, ..good },
		] {
			assert!(bad.validate().is_err(), "{bad:?}");
		}
	}
}
