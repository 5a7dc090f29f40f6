//! What a launch fixes of a curve.

#![allow(clippy::as_conversions, reason = "the codec's derive converts the index of a variant")]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// The form of a curve, `s` in whole tokens.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Shape {
	/// `P0 + a s`. An angle of zero is a fixed price.
	#[codec(index = 0)]
	Linear,
	/// `P0 e^(a s)`.
	#[codec(index = 1)]
	Exponential,
	/// `P0 / (1 + e^(-a (s - s0)))`: `P0` is the price that it approaches.
	#[codec(index = 2)]
	Sigmoid {
		/// `s0`: the supply at which the price is half of `P0`, in base units.
		midpoint: u128,
	},
}

/// What a launch fixes. [`super::Curve::new`] tells whether it is a curve.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Parameters {
	/// The form.
	pub shape: Shape,
	/// `P0`, a price.
	pub price: u128,
	/// `a`: per whole token, in units of `10^-18`; of a linear curve, what a token adds to the price.
	pub angle: u64,
	/// The most that can be bought, in base units of the token.
	pub max_supply: u128,
}
