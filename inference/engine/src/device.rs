//! The device a worker computes on.
//!
//! `auto` takes a GPU that is one, never a software renderer, and says so when it falls back to the
//! CPU. Whatever the device, exact work gives the same bits; a GPU that would not is refused for
//! it.

use crate::{
	gpu::{self, Gpu},
	Cpu, Dataset, Error, Exact, Result, Shape, Weights,
};
use burn::tensor::{activation::relu, Device, DeviceKind, Tensor, TensorData};
use std::{
	panic::{catch_unwind, AssertUnwindSafe},
	sync::OnceLock,
};

/// What the operator asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
	/// A GPU if there is one, else the CPU.
	#[default]
	Auto,
	/// The CPU.
	Cpu,
	/// A WebGPU adapter, software renderers included.
	Wgpu,
}

impl core::str::FromStr for Choice {
	type Err = Error;

	fn from_str(name: &str) -> Result<Self> {
		match name {
			"auto" => Ok(Self::Auto),
			"cpu" => Ok(Self::Cpu),
			"wgpu" => Ok(Self::Wgpu),
			_ => Err(Error::UnknownDevice { name: name.chars().take(32).collect() }),
		}
	}
}

impl core::fmt::Display for Choice {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.write_str(match self {
			Self::Auto => "auto",
			Self::Cpu => "cpu",
			Self::Wgpu => "wgpu",
		})
	}
}

/// What kind of device it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
	/// The CPU.
	Cpu,
	/// A GPU of its own memory.
	DiscreteGpu,
	/// A GPU that shares the CPU's memory.
	IntegratedGpu,
	/// A GPU of a virtual machine, or one that does not say.
	OtherGpu,
	/// A renderer in software.
	SoftwareRenderer,
}

impl core::fmt::Display for Kind {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		f.write_str(match self {
			Self::Cpu => "cpu",
			Self::DiscreteGpu => "discrete gpu",
			Self::IntegratedGpu => "integrated gpu",
			Self::OtherGpu => "gpu",
			Self::SoftwareRenderer => "software renderer",
		})
	}
}

/// A device in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
	/// The name it gives itself.
	pub name: String,
	/// What it is.
	pub kind: Kind,
	/// Its memory in bytes, where it says.
	pub memory: Option<u64>,
	/// Its driver and that one's version.
	pub driver: Option<String>,
}

impl core::fmt::Display for Description {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		write!(f, "{} ({}", self.name, self.kind)?;
		if let Some(memory) = self.memory {
			write!(f, ", {} MiB", memory >> 20)?;
		}
		if let Some(driver) = &self.driver {
			write!(f, ", {driver}")?;
		}
		f.write_str(")")
	}
}

/// Runs `work`; a panic inside, as tensor libraries and drivers raise them, becomes
/// [`Error::Panicked`].
pub fn guard<T>(what: &'static str, work: impl FnOnce() -> Result<T>) -> Result<T> {
	catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
		let reason = panic
			.downcast_ref::<&str>()
			.map(|text| (*text).to_owned())
			.or_else(|| panic.downcast_ref::<String>().cloned())
			.unwrap_or_else(|| "no reason given".into());
		Err(Error::Panicked { what, reason })
	})
}

/// An open device: Burn's tensors for fast work, our own operators for exact work.
#[derive(Clone, Debug)]
pub struct Accelerator {
	description: Description,
	burn: Device,
	gpu: Option<Gpu>,
	threads: usize,
}

impl Accelerator {
	/// Opens the device. `Auto` falls back to the CPU with a log line; `Wgpu` fails instead. The
	/// exact operators on the CPU use up to `threads` threads.
	pub fn open(choice: Choice, threads: usize) -> Result<Self> {
		let opened = match choice {
			Choice::Cpu => Self::cpu(threads),
			Choice::Wgpu => Self::wgpu(threads, true)?,
			Choice::Auto => Self::wgpu(threads, false).unwrap_or_else(|error| {
				tracing::info!(target: "engram::device", %error, "no usable gpu, falling back to the cpu");
				Self::cpu(threads)
			}),
		};
		tracing::info!(target: "engram::device", device = %opened.description, %choice, "device opened");
		Ok(opened)
	}

	fn cpu(threads: usize) -> Self {
		Self { description: processor(), burn: Device::flex(), gpu: None, threads }
	}

	fn wgpu(threads: usize, software: bool) -> Result<Self> {
		guard("opening the graphics device", || {
			let adapter = gpu::adapter().ok_or(Error::NoAdapter)?;
			let info = adapter.get_info();
			let (kind, burn) = match info.device_type {
				wgpu::DeviceType::DiscreteGpu => (Kind::DiscreteGpu, DeviceKind::DiscreteGpu(0)),
				wgpu::DeviceType::IntegratedGpu => (Kind::IntegratedGpu, DeviceKind::IntegratedGpu(0)),
				wgpu::DeviceType::VirtualGpu => (Kind::OtherGpu, DeviceKind::VirtualGpu(0)),
				wgpu::DeviceType::Cpu => (Kind::SoftwareRenderer, DeviceKind::Cpu),
				wgpu::DeviceType::Other => (Kind::OtherGpu, DeviceKind::DefaultDevice),
			};
			if kind == Kind::SoftwareRenderer && !software {
				return Err(Error::SoftwareRenderer { device: info.name });
			}
			let gpu = Gpu::open(&adapter)?;
			if !gpu.conforms()? {
				return Err(Error::NotExact { device: info.name });
			}
			let driver = [info.driver.as_str(), info.driver_info.as_str()].join(" ");
			let description = Description {
				memory: gpu::memory(&info),
				name: info.name,
				kind,
				driver: Some(driver.trim().to_owned()).filter(|d| !d.is_empty()),
			};
			let opened = Self { description, burn: Device::wgpu(burn), gpu: Some(gpu), threads };
			// Burn opens its side of the device with the first tensor, and panics if it cannot.
			let _ = opened.floats(vec![0.0], [1, 1]).into_data();
			Ok(opened)
		})
	}

	/// The device in words.
	pub fn description(&self) -> &Description {
		&self.description
	}

	/// A model of this shape that computes the exact profile on this device.
	pub fn exact(&self, shape: &Shape) -> Result<Box<dyn Exact>> {
		match &self.gpu {
			Some(gpu) => guard("preparing the graphics device", || {
				Ok(Box::new(Guarded(gpu::Model::new(gpu.clone(), shape)?)) as Box<dyn Exact>)
			}),
			None => Ok(Box::new(Cpu::new(shape, self.threads))),
		}
	}

	/// Whether the device computes the exact profile, tested again: what was found when it was opened may
	/// change while it works.
	pub fn conforms(&self) -> Result<bool> {
		match &self.gpu {
			Some(gpu) => guard("testing the graphics device", || gpu.conforms()),
			None => Ok(true),
		}
	}

	/// Logits of all rows, row by row, by Burn's own kernels: fast, and near the exact ones, but
	/// not the same on every device.
	pub fn fast_logits(&self, weights: &Weights, data: &Dataset) -> Result<Vec<f32>> {
		data.ensure_fits(weights.shape())?;
		if data.rows() == 0 {
			return Ok(Vec::new());
		}
		guard("computing logits with burn", || {
			let (rows, width) = (data.rows() as usize, data.width() as usize);
			let mut values = self.floats(data.scaled(weights.shape().input_shift()), [rows, width]);
			let last = weights.layers().len() - 1;
			for (at, layer) in weights.layers().iter().enumerate() {
				let weight = self.floats(layer.weight.clone(), [layer.outputs, layer.inputs]);
				let bias = self.floats(layer.bias.clone(), [1, layer.outputs]);
				values = values.matmul(weight.transpose()) + bias;
				if at < last {
					values = relu(values);
				}
			}
			values.try_into_vec_as::<f32>().map_err(|e| Error::Tensor { reason: e.to_string() })
		})
	}

	fn floats(&self, values: Vec<f32>, shape: [usize; 2]) -> Tensor<2> {
		Tensor::from_data(TensorData::new(values, shape), &self.burn)
	}
}

/// A model on a graphics device whose driver may panic.
struct Guarded(gpu::Model);

impl Exact for Guarded {
	fn load(&mut self, weights: &Weights) -> Result<()> {
		guard("loading weights", || self.0.load(weights))
	}

	fn step(&mut self, inputs: &[f32], labels: &[u32], rate: f32) -> Result<()> {
		guard("a training step", || self.0.step(inputs, labels, rate))
	}

	fn logits(&mut self, inputs: &[f32]) -> Result<Vec<f32>> {
		guard("computing logits", || self.0.logits(inputs))
	}

	fn weights(&mut self) -> Result<Weights> {
		guard("reading weights", || self.0.weights())
	}
}

/// The CPU, as far as the system tells.
fn processor() -> Description {
	static SEEN: OnceLock<Description> = OnceLock::new();
	SEEN.get_or_init(|| {
		let field = |path: &str, name: &str| {
			let text = std::fs::read_to_string(path).ok()?;
			let line = text.lines().find(|line| line.starts_with(name))?;
			Some(line.split_once(':')?.1.trim().to_owned())
		};
		let memory = field("/proc/meminfo", "MemTotal")
			.and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok());
		Description {
			name: field("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.into()),
			kind: Kind::Cpu,
			memory: memory.map(|kib| kib << 10),
			driver: None,
		}
	})
	.clone()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn names_are_parsed() {
		for choice in [Choice::Auto, Choice::Cpu, Choice::Wgpu] {
			assert_eq!(choice.to_string().parse::<Choice>().unwrap(), choice);
		}
		let error = "cuda".parse::<Choice>().unwrap_err().to_string();
		assert_eq!(error, "`cuda` is no device; use auto, cpu or wgpu");
	}

	#[test]
	fn panics_become_errors() {
		let error = guard::<()>("a test", || panic!("the driver is gone")).unwrap_err();
		let said = error.to_string();
		assert!(said.starts_with("a test panicked: the driver is gone; "), "{said}");
		assert!(said.contains("--worker-device cpu"), "{said}");
		let number = 7;
		let error = guard::<()>("a test", || panic!("error {number}")).unwrap_err();
		assert!(error.to_string().starts_with("a test panicked: error 7; "), "{error}");
		assert_eq!(guard("a test", || Ok(1)).unwrap(), 1);
	}

	#[test]
	fn the_cpu_is_always_there() {
		let cpu = Accelerator::open(Choice::Cpu, 2).unwrap();
		assert_eq!(cpu.description().kind, Kind::Cpu);
		assert!(!cpu.description().name.is_empty());
		let auto = Accelerator::open(Choice::Auto, 2).unwrap();
		assert_ne!(auto.description().kind, Kind::SoftwareRenderer);
	}
}
