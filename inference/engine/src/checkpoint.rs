//! Weights as safetensors bytes.
//!
//! The bytes are a function of the weights alone, so their SHA-256 names the state: it is the
//! digest in the CID of the bytes as one raw block, and the leaf a training commitment is built
//! over. Tensors are `layers.<i>.weight` (`[outputs, inputs]`, as PyTorch's `Linear` has it) and
//! `layers.<i>.bias`, all `F32`.

use crate::{Error, Layer, Result, Shape, Weights};
use safetensors::{tensor::TensorView, Dtype, SafeTensors};
use sha2::{Digest as _, Sha256};

/// SHA-256 of a checkpoint's bytes.
pub type Digest = [u8; 32];

/// Most header bytes that are parsed. The largest model's header has under 2 KiB; writers pad and
/// annotate.
pub const MAX_HEADER: u64 = 64 * 1_024;
const LENGTH_BYTES: u64 = 8;

fn names(layer: usize) -> [String; 2] {
	[format!("layers.{layer}.weight"), format!("layers.{layer}.bias")]
}

/// The most bytes a checkpoint of this shape can have.
pub fn max_bytes(shape: &Shape) -> u64 {
	shape.parameters() * 4 + MAX_HEADER + LENGTH_BYTES
}

/// The bytes of a checkpoint.
pub fn encode(weights: &Weights) -> Result<Vec<u8>> {
	let mut tensors = Vec::new();
	for (at, layer) in weights.layers().iter().enumerate() {
		let [weight, bias] = names(at);
		tensors.push((weight, vec![layer.outputs, layer.inputs], bytes_of(&layer.weight)));
		tensors.push((bias, vec![layer.outputs], bytes_of(&layer.bias)));
	}
	let views = tensors
		.iter()
		.map(|(name, shape, bytes)| Ok((name.as_str(), TensorView::new(Dtype::F32, shape.clone(), bytes)?)))
		.collect::<Result<Vec<_>>>()?;
	Ok(safetensors::serialize(views, None)?)
}

/// Reads the weights of a model of this shape. Sizes are checked before anything is parsed; tensors
/// the model does not have are refused.
pub fn decode(bytes: &[u8], shape: &Shape) -> Result<Weights> {
	let (size, limit) = (bytes.len() as u64, max_bytes(shape));
	if size > limit {
		return Err(Error::CheckpointSize { bytes: size, limit });
	}
	if let Some(length) = bytes.first_chunk::<8>() {
		let header = u64::from_le_bytes(*length);
		if header > MAX_HEADER {
			return Err(Error::CheckpointHeader { bytes: header, limit: MAX_HEADER });
		}
	}
	let tensors = SafeTensors::deserialize(bytes)?;
	let mut layers = Vec::with_capacity(shape.layers().len());
	for (at, (inputs, outputs)) in shape.layers().enumerate() {
		let [weight, bias] = names(at);
		layers.push(Layer {
			inputs,
			outputs,
			weight: values_of(&tensors, weight, &[outputs, inputs])?,
			bias: values_of(&tensors, bias, &[outputs])?,
		});
	}
	if tensors.len() != 2 * layers.len() {
		let known: Vec<String> = (0..layers.len()).flat_map(names).collect();
		let name = tensors.names().into_iter().find(|n| !known.iter().any(|k| k == n)).unwrap_or_default();
		return Err(Error::CheckpointTensor {
			name: name.chars().take(64).collect(),
			reason: "the model has no such tensor",
		});
	}
	Weights::new(shape, layers)
}

/// The digest of a checkpoint's bytes.
pub fn digest(bytes: &[u8]) -> Digest {
	Sha256::digest(bytes).into()
}

/// The digest of the checkpoint of these weights.
pub fn digest_of(weights: &Weights) -> Result<Digest> {
	Ok(digest(&encode(weights)?))
}

fn bytes_of(values: &[f32]) -> Vec<u8> {
	values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

fn values_of(tensors: &SafeTensors<'_>, name: String, shape: &[usize]) -> Result<Vec<f32>> {
	let refuse = |name, reason| Err(Error::CheckpointTensor { name, reason });
	let Ok(tensor) = tensors.tensor(&name) else { return refuse(name, "it is missing") };
	if tensor.dtype() != Dtype::F32 {
		return refuse(name, "its type is not F32");
	}
	if tensor.shape() != shape {
		return refuse(name, "its shape is not the model's");
	}
	Ok(tensor.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
}

#[cfg(test)]
mod tests {
	use super::*;
	use engram_cases::cases;
	use proptest::prelude::*;

	fn shape() -> Shape {
		Shape::new(&[5, 3, 2], 0).unwrap()
	}

	fn sample() -> Weights {
		Weights::from_seed(&shape(), &[9; 32]).unwrap()
	}

	#[test]
	fn bytes_are_pinned_and_read_back() {
		let bytes = encode(&sample()).unwrap();
		assert_eq!(decode(&bytes, &shape()).unwrap(), sample());
		assert_eq!(encode(&sample()).unwrap(), bytes);
		let header = core::str::from_utf8(&bytes[8..])
			.unwrap_or_else(|e| core::str::from_utf8(&bytes[8..8 + e.valid_up_to()]).unwrap());
		assert!(
			header.starts_with(
				r#"{"layers.0.bias":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"layers.0.weight":{"dtype":"F32","shape":[3,5],"data_offsets":[12,72]},"#
			),
			"{header}"
		);
		assert_eq!(digest_of(&sample()).unwrap(), digest(&bytes));
	}

	#[test]
	fn nan_and_tiny_numbers_are_made_canonical() {
		let mut layers = sample().layers().to_vec();
		layers[0].weight[0] = f32::from_bits(0xffc0_1234);
		layers[0].weight[1] = -1e-38;
		layers[0].weight[2] = -0.0;
		let weights = Weights::new(&shape(), layers).unwrap();
		let bits: Vec<u32> = weights.values().take(3).map(f32::to_bits).collect();
		assert_eq!(bits, [0x7fc0_0000, 0, 0]);
		assert!(!weights.is_finite());
		assert_eq!(decode(&encode(&weights).unwrap(), &shape()).unwrap(), weights);
	}

	fn with_header(header: &str, data: usize) -> Vec<u8> {
		let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
		bytes.extend(header.as_bytes());
		bytes.extend(vec![0; data]);
		bytes
	}

	#[test]
	fn hostile_headers_are_refused() {
		let says = |bytes: &[u8], what: &str| {
			let error = decode(bytes, &shape()).unwrap_err().to_string();
			assert!(error.contains(what), "{error}");
		};
		says(&[], "not safetensors");
		says(&[0; 8], "not safetensors");
		says(&u64::MAX.to_le_bytes(), "header of 18446744073709551615 bytes");
		says(&[(MAX_HEADER + 1).to_le_bytes().to_vec(), vec![b' '; 100]].concat(), "header of 65537 bytes");
		says(&vec![0; max_bytes(&shape()) as usize + 1], "at most");
		says(&with_header(&"[".repeat(60_000), 0), "not safetensors");
		says(&with_header("{}", 0), "`layers.0.weight` of the checkpoint is refused: it is missing");
		says(
			&with_header(
				r#"{"layers.0.weight":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#,
				0,
			),
			"not safetensors",
		);
		says(
			&with_header(r#"{"layers.0.weight":{"dtype":"F32","shape":[5,3],"data_offsets":[0,60]}}"#, 60),
			"its shape is not the model's",
		);
		says(
			&with_header(r#"{"layers.0.weight":{"dtype":"I32","shape":[3,5],"data_offsets":[0,60]}}"#, 60),
			"its type is not F32",
		);
		let mut truncated = encode(&sample()).unwrap();
		truncated.pop();
		says(&truncated, "not safetensors");
	}

	#[test]
	fn tensors_of_another_model_are_refused() {
		let other = Weights::from_seed(&Shape::new(&[5, 3, 2, 2], 0).unwrap(), &[0; 32]).unwrap();
		let error = decode(&encode(&other).unwrap(), &shape()).unwrap_err().to_string();
		assert!(error.contains("`layers.2."), "{error}");
	}

	proptest! {
		#![proptest_config(cases())]

		#[test]
		fn flipped_bytes_never_panic(at in 0usize..400, to in any::<u8>()) {
			let mut bytes = encode(&sample()).unwrap();
			if let Some(byte) = bytes.get_mut(at) {
				*byte = to;
			}
			let _ = decode(&bytes, &shape());
		}
	}
}
