//! What is trained and how: everything that steers training is one of these values, fixed on chain
//! before the batch seed exists (proof-of-learning rule 1).

use crate::units::PPM;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::BoundedVec;

/// Most layer widths a model may name, input and output included.
pub const MAX_WIDTHS: u32 = 8;
/// Widest layer.
pub const MAX_WIDTH: u32 = 4_096;
/// Fewest segments a training job is cut into, so that opening four leaves most of them unknown.
pub const MIN_SEGMENTS: u32 = 16;
/// Most segments a training job is cut into.
pub const MAX_SEGMENTS: u32 = 1_024;
/// Most steps between two checkpoints: bounds what a verifier replays for one segment.
pub const MAX_INTERVAL: u32 = 4_096;
/// Most rows in a batch.
pub const MAX_BATCH: u32 = 1_024;
/// Fewest segments the beacon opens.
pub const MIN_OPENED: u32 = 4;
/// Most segments the beacon opens.
pub const MAX_OPENED: u32 = 32;
/// Most contributions one training job reads.
pub const MAX_PARTS: u32 = 16;

/// The shape of a model.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Architecture {
	/// A classifier of fully connected layers with ReLU between them and softmax cross-entropy at the end.
	#[codec(index = 0)]
	Mlp {
		/// Layer widths from input to classes, e.g. `[64, 32, 10]`.
		widths: BoundedVec<u32, ConstU32<MAX_WIDTHS>>,
		/// Inputs are integers divided by `2^input_shift`; 4 maps 0..16 to 0..1.
		input_shift: u8,
	},
}

impl Architecture {
	/// Whether the shape can be trained: 2 to 8 widths, each in `1..=4096`, at least two classes, shift at most 16.
	pub fn is_valid(&self) -> bool {
		let Self::Mlp { widths, input_shift } = self;
		widths.len() >= 2
			&& widths.iter().all(|w| (1..=MAX_WIDTH).contains(w))
			&& self.outputs() >= 2
			&& *input_shift <= 16
	}

	/// Values in one input row.
	pub fn inputs(&self) -> u32 {
		let Self::Mlp { widths, .. } = self;
		widths.first().copied().unwrap_or(0)
	}

	/// Classes.
	pub fn outputs(&self) -> u32 {
		let Self::Mlp { widths, .. } = self;
		widths.last().copied().unwrap_or(0)
	}

	/// Whether it can learn rows like these: as many features as it has inputs, and no more classes than it has outputs.
	pub fn takes(&self, rows: RowShape) -> bool {
		rows.feature_columns == self.inputs() && rows.classes <= self.outputs()
	}

	/// Trainable numbers: `sum (in + 1) * out` over the layers.
	pub fn parameters(&self) -> u64 {
		let Self::Mlp { widths, .. } = self;
		widths
			.iter()
			.zip(widths.iter().skip(1))
			.map(|(i, o)| u64::from(*i).saturating_add(1).saturating_mul(u64::from(*o)))
			.fold(0, u64::saturating_add)
	}
}

/// What the rows of a dataset are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowShape {
	/// Integer features of a row.
	pub feature_columns: u32,
	/// A row's label is below this.
	pub classes: u32,
}

/// How weights are updated.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Optimiser {
	/// `w <- w - learning_rate * mean gradient`.
	#[codec(index = 0)]
	Sgd,
}

/// The hyper-parameters of a training job.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct TrainingSpec {
	/// Optimiser steps in all.
	pub steps: u32,
	/// Steps between two checkpoints; divides `steps`.
	pub checkpoint_interval: u32,
	/// Rows in a batch.
	pub batch_size: u32,
	/// Learning rate in parts per million: 100,000 is 0.1.
	pub learning_rate: u32,
	/// The update rule.
	pub optimiser: Optimiser,
	/// Segments the beacon opens.
	pub opened: u32,
}

impl TrainingSpec {
	/// Whether every field is in range: 16 to 1,024 whole segments of 1 to 4,096 steps, batches of 1 to 1,024 rows, a
	/// learning rate above 0 and at most 10, and at least four (at most 32, at most a third) of the segments opened. Since no two
	/// of them are neighbours, there are few ways to open many: half of them can be in two only, and who trains every second one
	/// guesses right as often as not.
	pub fn is_valid(&self) -> bool {
		let segments = self.segments();
		(1..=MAX_INTERVAL).contains(&self.checkpoint_interval)
			&& self.steps.checked_rem(self.checkpoint_interval) == Some(0)
			&& (MIN_SEGMENTS..=MAX_SEGMENTS).contains(&segments)
			&& (1..=MAX_BATCH).contains(&self.batch_size)
			&& (1..=PPM.saturating_mul(10)).contains(&self.learning_rate)
			&& (MIN_OPENED..=MAX_OPENED).contains(&self.opened)
			&& self.opened.saturating_mul(3) <= segments
	}

	/// Segments between checkpoints: `steps / checkpoint_interval`. There is one checkpoint more.
	pub fn segments(&self) -> u32 {
		self.steps.checked_div(self.checkpoint_interval).unwrap_or(0)
	}
}

/// How influence is computed for payouts; governance-visible and fixed per model.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum InfluenceMethod {
	/// DataInf (Kwon et al. 2023), per layer.
	#[codec(index = 0)]
	DataInf,
	/// Exact damped inverse through the n x n dual (Woodbury). `jobs` bounds training rows and answers.
	#[codec(index = 1)]
	ExactInverse,
}

/// What one inference costs.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct InferenceRates {
	/// Base units for 1,000 input values.
	pub input_per_1000: u128,
	/// Base units for 1,000 output values.
	pub output_per_1000: u128,
	/// Flat base units for the computation.
	pub platform: u128,
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_model_takes_rows_of_its_width_with_classes_that_it_has() {
		let model = Architecture::Mlp { widths: [64, 32, 10].to_vec().try_into().unwrap(), input_shift: 4 };
		let takes = |feature_columns, classes| model.takes(RowShape { feature_columns, classes });
		assert!(takes(64, 10) && takes(64, 2));
		assert!(!takes(63, 10) && !takes(65, 10) && !takes(32, 10) && !takes(10, 10));
		assert!(!takes(64, 11));
	}

	#[test]
	fn at_least_four_and_at_most_a_third_of_the_segments_are_opened() {
		let spec = |segments, opened| TrainingSpec {
			steps: segments * 10,
			checkpoint_interval: 10,
			batch_size: 32,
			learning_rate: 100_000,
			optimiser: Optimiser::Sgd,
			opened,
		};
		let most = |segments| (0..=segments).filter(|opened| spec(segments, *opened).is_valid()).max();
		for (segments, opened) in
			[(16, 5), (17, 5), (18, 6), (30, 10), (32, 10), (95, 31), (96, 32), (1_024, 32)]
		{
			assert_eq!(most(segments), Some(opened), "{segments}");
		}
		assert!(spec(16, 4).is_valid() && !spec(16, 3).is_valid());
		assert_eq!((most(15), most(1_025)), (None, None));
	}
}
