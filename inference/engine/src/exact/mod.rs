//! The exact profile: every number that is hashed comes from the operators defined here, bit by bit
//! the same on every device.
//!
//! - Numbers are f32. Add and multiply round to nearest even and are never contracted into a fused
//!   multiply-add. A result below `2^-100` in magnitude is +0, so no device ever meets a subnormal
//!   number or -0.
//! - NaN is one value (`0x7fc00000`), made so where an operator ends, and tested on its bits.
//! - `product(A, B)[i][j]` is the chain `s = 0; for k ascending: s = s + A[i][k] * B[k][j]`.
//!   Threads and vector lanes share out elements, never the terms of one element.
//! - `linear = product + bias`, then ReLU (negative is 0) except in the last layer.
//! - Softmax cross-entropy of a row: `m` the largest logit, `e_c = exp(z_c - m)`, `s` the sum of
//!   `e_c` with `c` ascending, `p_c = e_c / s`; the gradient is `p_c - 1` for the label's class and
//!   `p_c` for the others.
//! - Gradients of weights and biases are products over the rows of the batch, in batch order. The
//!   update is `w - rate * g` with `rate = (ppm / 1,000,000) / batch`.
//!
//! [`scalar`] holds the single numbers, [`matrix`] the products, [`Cpu`] the reference,
//! [`crate::gpu`] the same on a graphics device.

pub mod cpu;
pub mod matrix;
pub mod scalar;

pub use cpu::Cpu;

use crate::{Result, Weights};

/// A model on a device that computes the exact profile.
pub trait Exact: Send {
	/// Takes these weights.
	fn load(&mut self, weights: &Weights) -> Result<()>;

	/// One step of gradient descent on a batch: `inputs` holds a row per label, `rate` is the
	/// learning rate over the number of rows.
	fn step(&mut self, inputs: &[f32], labels: &[u32], rate: f32) -> Result<()>;

	/// The last layer's values, row by row, for rows of `inputs`.
	fn logits(&mut self, inputs: &[f32]) -> Result<Vec<f32>>;

	/// The weights as they are now.
	fn weights(&mut self) -> Result<Weights>;
}

/// `rate` of a step: `(ppm / 1,000,000) / rows`.
pub fn rate(ppm: u32, rows: u32) -> f32 {
	scalar::div(scalar::div(ppm as f32, crate::shape::PPM as f32), rows as f32)
}
