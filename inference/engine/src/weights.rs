//! The numbers of a model.

use crate::{exact::scalar::canonical, generator, Error, Result, Shape};

/// One linear layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
	/// Values in.
	pub inputs: usize,
	/// Values out.
	pub outputs: usize,
	/// Row after row of `outputs x inputs`.
	pub weight: Vec<f32>,
	/// One per output.
	pub bias: Vec<f32>,
}

/// All layers of a model. Every number is canonical: +0 below `2^-100` in magnitude, and one NaN.
#[derive(Clone, Debug)]
pub struct Weights {
	shape: Shape,
	layers: Vec<Layer>,
}

impl PartialEq for Weights {
	/// Equal to the bit, NaN included.
	fn eq(&self, other: &Self) -> bool {
		self.shape == other.shape && self.values().map(f32::to_bits).eq(other.values().map(f32::to_bits))
	}
}

impl Eq for Weights {}

impl Weights {
	/// The starting weights that this seed draws.
	pub fn from_seed(shape: &Shape, seed: &[u8; 32]) -> Result<Self> {
		Self::new(shape, generator::layers(shape, seed))
	}

	/// Weights of this shape; numbers that are not canonical are made so.
	pub fn new(shape: &Shape, mut layers: Vec<Layer>) -> Result<Self> {
		let fits = layers.len() == shape.layers().len()
			&& layers.iter().zip(shape.layers()).all(|(layer, (inputs, outputs))| {
				layer.inputs == inputs
					&& layer.outputs == outputs
					&& layer.weight.len() == inputs * outputs
					&& layer.bias.len() == outputs
			});
		if !fits {
			return Err(Error::Data { reason: "the layers are not those of the model" });
		}
		for value in layers.iter_mut().flat_map(|l| l.weight.iter_mut().chain(&mut l.bias)) {
			*value = canonical(*value);
		}
		Ok(Self { shape: shape.clone(), layers })
	}

	/// The model's shape.
	pub fn shape(&self) -> &Shape {
		&self.shape
	}

	/// The layers, input side first.
	pub fn layers(&self) -> &[Layer] {
		&self.layers
	}

	/// Every number, layer by layer, weight before bias.
	pub fn values(&self) -> impl Iterator<Item = f32> + '_ {
		self.layers.iter().flat_map(|l| l.weight.iter().chain(&l.bias).copied())
	}

	/// Whether no number is infinite or NaN.
	pub fn is_finite(&self) -> bool {
		self.values().all(f32::is_finite)
	}
}
