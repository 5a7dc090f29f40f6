//! The exact profile on a graphics device, by compute shaders of our own through wgpu.
//!
//! Weights stay on the device; a step is one submission. A device is used only after
//! [`Gpu::conforms`] has found it bit-equal to the CPU: drivers may flush, contract or reorder
//! where the standard lets them.

use crate::{
	exact::{rate, scalar},
	Cpu, Error, Exact, Layer, Result, Shape, Weights,
};
use futures::executor::block_on;
use std::sync::{Arc, Mutex};
use vulkano::{
	instance::{Instance, InstanceCreateInfo},
	memory::MemoryHeapFlags,
	VulkanLibrary,
};

/// Threads in a workgroup, as the kernels state it.
const GROUP: u32 = 64;
/// Rows answered at a time: bounds the memory of [`Exact::logits`].
const CHUNK: usize = 256;
/// Steps submitted before waiting, so that uploads do not pile up.
const IN_FLIGHT: u32 = 32;

fn binding(binding: u32, buffer: &wgpu::Buffer) -> wgpu::BindGroupEntry<'_> {
	wgpu::BindGroupEntry { binding, resource: buffer.as_entire_binding() }
}

/// An open graphics device.
#[derive(Clone, Debug)]
pub struct Gpu {
	info: wgpu::AdapterInfo,
	device: wgpu::Device,
	queue: wgpu::Queue,
	layout: wgpu::BindGroupLayout,
	pipelines: Pipelines,
	failure: Arc<Mutex<Option<String>>>,
}

#[derive(Clone, Debug)]
struct Pipelines {
	product: wgpu::ComputePipeline,
	loss_gradient: wgpu::ComputePipeline,
	descend: wgpu::ComputePipeline,
}

fn failed(error: impl core::fmt::Display) -> Error {
	Error::Graphics { reason: error.to_string() }
}

/// The adapter that is used: a discrete GPU before an integrated one, software last. `None` where
/// there is none.
pub fn adapter() -> Option<wgpu::Adapter> {
	let instance = wgpu::Instance::default();
	let mut adapters = block_on(instance.enumerate_adapters(wgpu::Backends::PRIMARY));
	adapters.sort_by_key(|adapter| match adapter.get_info().device_type {
		wgpu::DeviceType::DiscreteGpu => 0,
		wgpu::DeviceType::IntegratedGpu => 1,
		wgpu::DeviceType::VirtualGpu => 2,
		wgpu::DeviceType::Other => 3,
		wgpu::DeviceType::Cpu => 4,
	});
	adapters.into_iter().next()
}

/// The memory of this adapter in bytes: the heaps that are the device's own, as Vulkan tells them, since WebGPU
/// keeps them to itself. `None` where nothing tells.
pub(crate) fn memory(adapter: &wgpu::AdapterInfo) -> Option<u64> {
	if adapter.backend != wgpu::Backend::Vulkan {
		return None;
	}
	let library = VulkanLibrary::new().ok()?;
	let instance = Instance::new(library, InstanceCreateInfo::default()).ok()?;
	let device = instance.enumerate_physical_devices().ok()?.find(|device| {
		let found = device.properties();
		(found.vendor_id, found.device_id, &found.device_name)
			== (adapter.vendor, adapter.device, &adapter.name)
	})?;
	let heaps = &device.memory_properties().memory_heaps;
	Some(
		heaps
			.iter()
			.filter(|heap| heap.flags.contains(MemoryHeapFlags::DEVICE_LOCAL))
			.map(|heap| heap.size)
			.sum(),
	)
}

/// The kernels with the constants of [`scalar`], by their bits.
fn source() -> String {
	let mut constants = vec![
		("FLOOR".to_owned(), scalar::FLOOR),
		("NAN".to_owned(), scalar::NAN),
		("ONE".to_owned(), 1f32.to_bits()),
		("LOG2_E".to_owned(), core::f32::consts::LOG2_E.to_bits()),
		("ROUNDER".to_owned(), scalar::ROUNDER.to_bits()),
		("LN2_HIGH".to_owned(), scalar::LN2_HIGH.to_bits()),
		("LN2_LOW".to_owned(), scalar::LN2_LOW.to_bits()),
		("EXP_HIGH".to_owned(), scalar::EXP_RANGE[0].to_bits()),
		("EXP_LOW".to_owned(), scalar::EXP_RANGE[1].to_bits()),
	];
	for (at, value) in scalar::EXP_SERIES.iter().enumerate() {
		constants.push((format!("EXP_{at}"), value.to_bits()));
	}
	let mut text: String =
		constants.iter().map(|(name, bits)| format!("const {name}: u32 = {bits:#010x}u;\n")).collect();
	text.push_str(include_str!("kernels.wgsl"));
	text
}

impl Gpu {
	/// Opens an adapter and compiles the kernels.
	pub fn open(adapter: &wgpu::Adapter) -> Result<Self> {
		let descriptor = wgpu::DeviceDescriptor {
			label: Some("engram exact profile"),
			required_limits: adapter.limits(),
			..Default::default()
		};
		let (device, queue) = block_on(adapter.request_device(&descriptor)).map_err(failed)?;
		let failure = Arc::new(Mutex::new(None));
		let seen = failure.clone();
		device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
			if let Ok(mut seen) = seen.lock() {
				seen.get_or_insert(error.to_string());
			}
		}));

		let entry = |binding, ty| wgpu::BindGroupLayoutEntry {
			binding,
			visibility: wgpu::ShaderStages::COMPUTE,
			ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None },
			count: None,
		};
		let read = wgpu::BufferBindingType::Storage { read_only: true };
		let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
			label: None,
			entries: &[
				entry(0, wgpu::BufferBindingType::Uniform),
				entry(1, read),
				entry(2, read),
				entry(3, read),
				entry(4, wgpu::BufferBindingType::Storage { read_only: false }),
			],
		});
		let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
			label: Some("exact profile"),
			source: wgpu::ShaderSource::Wgsl(source().into()),
		});
		let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
			label: None,
			bind_group_layouts: &[Some(&layout)],
			immediate_size: 0,
		});
		let pipeline = |name| {
			device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
				label: Some(name),
				layout: Some(&pipeline_layout),
				module: &module,
				entry_point: Some(name),
				compilation_options: Default::default(),
				cache: None,
			})
		};
		let pipelines = Pipelines {
			product: pipeline("product"),
			loss_gradient: pipeline("loss_gradient"),
			descend: pipeline("descend"),
		};
		let gpu = Self { info: adapter.get_info(), device, queue, layout, pipelines, failure };
		gpu.check()?;
		Ok(gpu)
	}

	/// What the driver says about the device.
	pub fn info(&self) -> &wgpu::AdapterInfo {
		&self.info
	}

	/// Whether this device trains and answers bit by bit as the CPU does, on a small model whose
	/// values reach subnormal products, saturated exponentials, infinities and NaN.
	pub fn conforms(&self) -> Result<bool> {
		let shape = Shape::new(&[19, 13, 6, 3], 0)?;
		let start = Weights::from_seed(&shape, &[0x5a; 32])?;
		let rows = 7;
		for scale in [1.0, 2f32.powi(-60), 40.0, 2f32.powi(120)] {
			let mut models: [Box<dyn Exact>; 2] =
				[Box::new(Cpu::new(&shape, 1)), Box::new(Model::new(self.clone(), &shape)?)];
			let mut results = Vec::new();
			for model in &mut models {
				model.load(&start)?;
				for step in 0u8..4 {
					let inputs: Vec<f32> = crate::generator::weights(&[step; 32], 0, 19, rows)
						.into_iter()
						.map(|x| scalar::mul(x, scale))
						.collect();
					let labels: Vec<u32> = (0..rows as u32).map(|r| (r + u32::from(step)) % 3).collect();
					model.step(&inputs, &labels, rate(2_000_000, rows as u32))?;
				}
				let inputs = crate::generator::weights(&[9; 32], 0, 19, rows);
				let logits: Vec<u32> = model.logits(&inputs)?.into_iter().map(f32::to_bits).collect();
				results.push((model.weights()?, logits));
			}
			if results[0] != results[1] {
				return Ok(false);
			}
		}
		Ok(true)
	}

	fn check(&self) -> Result<()> {
		match self.failure.lock().ok().and_then(|mut seen| seen.take()) {
			Some(reason) => Err(Error::Graphics { reason }),
			None => Ok(()),
		}
	}

	fn buffer(&self, words: usize, usage: wgpu::BufferUsages) -> wgpu::Buffer {
		self.device.create_buffer(&wgpu::BufferDescriptor {
			label: None,
			size: words.max(1) as u64 * 4,
			usage,
			mapped_at_creation: false,
		})
	}

	fn storage(&self, words: usize) -> wgpu::Buffer {
		use wgpu::BufferUsages as U;
		self.buffer(words, U::STORAGE | U::COPY_SRC | U::COPY_DST)
	}

	/// Waits for everything submitted and reads these buffers one after the other.
	fn read(&self, buffers: &[(&wgpu::Buffer, usize)]) -> Result<Vec<f32>> {
		let words: usize = buffers.iter().map(|(_, words)| words).sum();
		let staging = self.buffer(words, wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST);
		let mut encoder = self.device.create_command_encoder(&Default::default());
		let mut offset = 0;
		for (buffer, words) in buffers {
			let bytes = *words as u64 * 4;
			encoder.copy_buffer_to_buffer(buffer, 0, &staging, offset, bytes);
			offset += bytes;
		}
		self.queue.submit([encoder.finish()]);
		let mapped = Arc::new(Mutex::new(None));
		let result = mapped.clone();
		staging.slice(..).map_async(wgpu::MapMode::Read, move |outcome| {
			if let Ok(mut result) = result.lock() {
				*result = Some(outcome);
			}
		});
		self.device.poll(wgpu::PollType::wait_indefinitely()).map_err(failed)?;
		self.check()?;
		match mapped.lock().ok().and_then(|mut outcome| outcome.take()) {
			Some(Ok(())) => {},
			Some(Err(error)) => return Err(failed(error)),
			None => return Err(failed("the device never answered")),
		}
		let view = staging.slice(..).get_mapped_range().map_err(failed)?;
		// The view is aligned for any type a buffer can hold, but says so to no one: read it by
		// bytes.
		let values =
			view.chunks_exact(4).take(words).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
		Ok(values)
	}

	fn write(&self, buffer: &wgpu::Buffer, values: &[f32]) {
		self.queue.write_buffer(buffer, 0, bytemuck::cast_slice(values));
	}
}

/// One operator of a step, ready to run.
#[derive(Debug)]
struct Op {
	pipeline: wgpu::ComputePipeline,
	bindings: wgpu::BindGroup,
	groups: [u32; 2],
}

/// How a product reads its operands; see `Op` in the kernels.
#[derive(Clone, Copy, Debug, Default)]
struct Strides {
	rows: usize,
	columns: usize,
	inner: usize,
	a_row: usize,
	a_inner: usize,
	b_inner: usize,
	b_column: usize,
	ending: u32,
}

/// Everything a batch of one size needs.
#[derive(Debug)]
struct Plan {
	rows: usize,
	inputs: wgpu::Buffer,
	labels: wgpu::Buffer,
	/// Output of each layer, `outputs x rows`; the last are the logits.
	outputs: Vec<wgpu::Buffer>,
	forward: Vec<Op>,
	backward: Vec<Op>,
	/// Parameters of the updates, which carry the rate.
	updates: Vec<(wgpu::Buffer, [u32; 12])>,
}

#[derive(Debug)]
struct LayerBuffers {
	inputs: usize,
	outputs: usize,
	weight: wgpu::Buffer,
	bias: wgpu::Buffer,
}

/// A model on a graphics device.
#[derive(Debug)]
pub struct Model {
	gpu: Gpu,
	shape: Shape,
	layers: Vec<LayerBuffers>,
	one: wgpu::Buffer,
	plan: Option<Plan>,
	rate: Option<u32>,
	in_flight: u32,
}

impl Model {
	/// A model of this shape, all zero until weights are loaded.
	pub fn new(gpu: Gpu, shape: &Shape) -> Result<Self> {
		let layers = shape
			.layers()
			.map(|(inputs, outputs)| LayerBuffers {
				inputs,
				outputs,
				weight: gpu.storage(inputs * outputs),
				bias: gpu.storage(outputs),
			})
			.collect();
		let one = gpu.storage(1);
		gpu.write(&one, &[1.0]);
		gpu.check()?;
		Ok(Self { gpu, shape: shape.clone(), layers, one, plan: None, rate: None, in_flight: 0 })
	}

	fn op(
		&self,
		pipeline: &wgpu::ComputePipeline,
		strides: Strides,
		threads: usize,
		[a, b, e, to]: [&wgpu::Buffer; 4],
	) -> (Op, wgpu::Buffer, [u32; 12]) {
		let word = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
		let words = [
			word(strides.rows),
			word(strides.columns),
			word(strides.inner),
			word(strides.a_row),
			word(strides.a_inner),
			word(strides.b_inner),
			word(strides.b_column),
			strides.ending,
			0,
			0,
			0,
			0,
		];
		let parameters =
			self.gpu.buffer(words.len(), wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST);
		self.gpu.queue.write_buffer(&parameters, 0, bytemuck::cast_slice(&words));
		let bindings = self.gpu.device.create_bind_group(&wgpu::BindGroupDescriptor {
			label: None,
			layout: &self.gpu.layout,
			entries: &[binding(0, &parameters), binding(1, a), binding(2, b), binding(3, e), binding(4, to)],
		});
		let groups = word(threads).div_ceil(GROUP);
		let across = groups.min(self.gpu.device.limits().max_compute_workgroups_per_dimension).max(1);
		let op = Op { pipeline: pipeline.clone(), bindings, groups: [across, groups.div_ceil(across)] };
		(op, parameters, words)
	}

	fn product(&self, strides: Strides, buffers: [&wgpu::Buffer; 4]) -> Op {
		self.op(&self.gpu.pipelines.product, strides, strides.rows * strides.columns, buffers).0
	}

	/// The operators of a batch of `rows` rows.
	fn plan(&self, rows: usize) -> Plan {
		let last = self.layers.len() - 1;
		let inputs = self.gpu.storage(rows * self.shape.inputs() as usize);
		let labels = self.gpu.storage(rows);
		let sized = |layer: &LayerBuffers| self.gpu.storage(layer.outputs * rows);
		let outputs: Vec<_> = self.layers.iter().map(sized).collect();
		let gradients: Vec<_> = self.layers.iter().map(sized).collect();

		// The input stands row by row, everything later feature by feature.
		let input_of = |at: usize| match at {
			0 => (&inputs, self.layers[0].inputs, 1),
			_ => (&outputs[at - 1], 1, rows),
		};
		let mut forward = Vec::new();
		for (at, layer) in self.layers.iter().enumerate() {
			let (input, per_row, per_feature) = input_of(at);
			let strides = Strides {
				rows: layer.outputs,
				columns: rows,
				inner: layer.inputs,
				a_row: layer.inputs,
				a_inner: 1,
				b_inner: per_feature,
				b_column: per_row,
				ending: if at < last { 2 } else { 1 },
			};
			forward.push(self.product(strides, [&layer.weight, input, &layer.bias, &outputs[at]]));
		}

		let classes = self.shape.classes() as usize;
		let strides = Strides { rows: classes, columns: rows, ..Default::default() };
		let buffers = [&outputs[last], &self.one, &labels, &gradients[last]];
		let mut backward = vec![self.op(&self.gpu.pipelines.loss_gradient, strides, rows, buffers).0];
		let mut updates = Vec::new();
		for (at, layer) in self.layers.iter().enumerate().rev() {
			let gradient = &gradients[at];
			if at > 0 {
				let strides = Strides {
					rows: layer.inputs,
					columns: rows,
					inner: layer.outputs,
					a_row: 1,
					a_inner: layer.inputs,
					b_inner: rows,
					b_column: 1,
					ending: 3,
				};
				let buffers = [&layer.weight, gradient, &outputs[at - 1], &gradients[at - 1]];
				backward.push(self.product(strides, buffers));
			}
			let (input, per_row, per_feature) = input_of(at);
			let weight = self.gpu.storage(layer.inputs * layer.outputs);
			let bias = self.gpu.storage(layer.outputs);
			let by_weight = Strides {
				rows: layer.outputs,
				columns: layer.inputs,
				inner: rows,
				a_row: rows,
				a_inner: 1,
				b_inner: per_row,
				b_column: per_feature,
				ending: 0,
			};
			backward.push(self.product(by_weight, [gradient, input, &self.one, &weight]));
			// The sum of a row is its product with ones: `x * 1` is `x`.
			let by_bias = Strides { columns: 1, b_inner: 0, b_column: 0, ..by_weight };
			backward.push(self.product(by_bias, [gradient, &self.one, &self.one, &bias]));
			for (from, to, count) in
				[(&weight, &layer.weight, layer.inputs * layer.outputs), (&bias, &layer.bias, layer.outputs)]
			{
				let strides = Strides { rows: count, columns: 1, ..Default::default() };
				let buffers = [from, &self.one, &self.one, to];
				let (op, parameters, words) = self.op(&self.gpu.pipelines.descend, strides, count, buffers);
				backward.push(op);
				updates.push((parameters, words));
			}
		}
		Plan { rows, inputs, labels, outputs, forward, backward, updates }
	}

	fn prepare(&mut self, rows: usize) -> Result<Plan> {
		let plan = match self.plan.take() {
			Some(plan) if plan.rows == rows => plan,
			_ => {
				self.rate = None;
				self.plan(rows)
			},
		};
		self.gpu.check()?;
		Ok(plan)
	}

	fn submit<'a>(&mut self, ops: impl Iterator<Item = &'a Op>) -> Result<()> {
		let mut encoder = self.gpu.device.create_command_encoder(&Default::default());
		{
			let mut pass = encoder.begin_compute_pass(&Default::default());
			for op in ops {
				pass.set_pipeline(&op.pipeline);
				pass.set_bind_group(0, &op.bindings, &[]);
				pass.dispatch_workgroups(op.groups[0], op.groups[1], 1);
			}
		}
		self.gpu.queue.submit([encoder.finish()]);
		self.in_flight += 1;
		if self.in_flight >= IN_FLIGHT {
			self.in_flight = 0;
			self.gpu.device.poll(wgpu::PollType::wait_indefinitely()).map_err(failed)?;
		}
		self.gpu.check()
	}

	fn rows_of(&self, inputs: &[f32]) -> Result<usize> {
		let width = self.shape.inputs() as usize;
		if inputs.is_empty() || !inputs.len().is_multiple_of(width) {
			return Err(Error::Data { reason: "a batch needs one or more whole rows" });
		}
		Ok(inputs.len() / width)
	}
}

impl Exact for Model {
	fn load(&mut self, weights: &Weights) -> Result<()> {
		if weights.shape() != &self.shape {
			return Err(Error::Data { reason: "the weights are of another shape" });
		}
		for (buffers, layer) in self.layers.iter().zip(weights.layers()) {
			self.gpu.write(&buffers.weight, &layer.weight);
			self.gpu.write(&buffers.bias, &layer.bias);
		}
		self.gpu.check()
	}

	fn step(&mut self, inputs: &[f32], labels: &[u32], rate: f32) -> Result<()> {
		let rows = self.rows_of(inputs)?;
		if labels.len() != rows || labels.iter().any(|l| *l >= self.shape.classes()) {
			return Err(Error::Data { reason: "a batch needs one label per row, each a class of the model" });
		}
		let mut plan = self.prepare(rows)?;
		if self.rate != Some(rate.to_bits()) {
			for (parameters, words) in &mut plan.updates {
				words[9] = rate.to_bits();
				self.gpu.queue.write_buffer(parameters, 0, bytemuck::cast_slice(&words[..]));
			}
			self.rate = Some(rate.to_bits());
		}
		self.gpu.write(&plan.inputs, inputs);
		self.gpu.queue.write_buffer(&plan.labels, 0, bytemuck::cast_slice(labels));
		self.submit(plan.forward.iter().chain(&plan.backward))?;
		self.plan = Some(plan);
		Ok(())
	}

	fn logits(&mut self, inputs: &[f32]) -> Result<Vec<f32>> {
		self.rows_of(inputs)?;
		let (width, classes) = (self.shape.inputs() as usize, self.shape.classes() as usize);
		let mut all = vec![0.0; inputs.len() / width * classes];
		for (inputs, to) in inputs.chunks(CHUNK * width).zip(all.chunks_mut(CHUNK * classes)) {
			let rows = inputs.len() / width;
			let plan = self.prepare(rows)?;
			self.gpu.write(&plan.inputs, inputs);
			self.submit(plan.forward.iter())?;
			if let Some(logits) = plan.outputs.last() {
				let values = self.gpu.read(&[(logits, rows * classes)])?;
				crate::exact::matrix::transpose(&values, to, classes, rows);
			}
			self.plan = Some(plan);
		}
		Ok(all)
	}

	fn weights(&mut self) -> Result<Weights> {
		let buffers: Vec<_> = self
			.layers
			.iter()
			.flat_map(|l| [(&l.weight, l.inputs * l.outputs), (&l.bias, l.outputs)])
			.collect();
		let mut values = self.gpu.read(&buffers)?.into_iter();
		self.in_flight = 0;
		let layers = self
			.layers
			.iter()
			.map(|l| Layer {
				inputs: l.inputs,
				outputs: l.outputs,
				weight: values.by_ref().take(l.inputs * l.outputs).collect(),
				bias: values.by_ref().take(l.outputs).collect(),
			})
			.collect();
		Weights::new(&self.shape, layers)
	}
}
