//! Weights of the calls and of the hook's parts. `()` is for tests; the runtime has the measured ones.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// What this pallet needs to know about its own cost, at the declared bounds.
pub trait WeightInfo {
	/// [`Call::request_training`](crate::Call::request_training) with every part and a crowded agenda.
	fn request_training() -> Weight;
	/// [`Call::request_inference`](crate::Call::request_inference) with a crowded agenda.
	fn request_inference() -> Weight;
	/// [`Call::cancel`](crate::Call::cancel).
	fn cancel() -> Weight;
	/// [`Call::give_back`](crate::Call::give_back).
	fn give_back() -> Weight;
	/// The same for want of inputs: the requester pays, and the slot stays taken.
	fn decline() -> Weight;
	/// Authorization of [`Call::give_back`](crate::Call::give_back).
	fn authorize_give_back() -> Weight;
	/// [`Call::remove`](crate::Call::remove).
	fn remove() -> Weight;
	/// [`Call::set_probe`](crate::Call::set_probe) with every part.
	fn set_probe() -> Weight;
	/// [`Call::request_funded_training`](crate::Call::request_funded_training) with every part and a crowded agenda.
	fn request_funded_training() -> Weight;
	/// The hook of a block without anything due, in which no probe is drawn.
	fn tick_base() -> Weight;
	/// A probe that is requested and assigned, with a crowded agenda.
	fn process_probe() -> Weight;
	/// A draw that assigns training.
	fn process_draw() -> Weight;
	/// A seed that is missing and moves with its deadline: dearer than one that is stored.
	fn process_seed() -> Weight;
	/// A missed deadline that leads to another attempt.
	fn process_deadline() -> Weight;
	/// The end of a slot that was kept by a worker which declined, and a draw that assigns training.
	fn process_redraw() -> Weight;
	/// Closing the job of an item that failed, and its report.
	fn abandon() -> Weight;
}

impl WeightInfo for () {
	fn request_training() -> Weight {
		Weight::from_parts(140_000_000, 60_000).saturating_add(RocksDbWeight::get().reads_writes(90, 8))
	}
	fn request_inference() -> Weight {
		Weight::from_parts(100_000_000, 50_000).saturating_add(RocksDbWeight::get().reads_writes(74, 8))
	}
	fn cancel() -> Weight {
		Weight::from_parts(70_000_000, 12_000).saturating_add(RocksDbWeight::get().reads_writes(6, 6))
	}
	fn give_back() -> Weight {
		Weight::from_parts(90_000_000, 60_000).saturating_add(RocksDbWeight::get().reads_writes(72, 8))
	}
	fn decline() -> Weight {
		Weight::from_parts(120_000_000, 60_000).saturating_add(RocksDbWeight::get().reads_writes(82, 14))
	}
	fn authorize_give_back() -> Weight {
		Weight::from_parts(60_000_000, 8_000).saturating_add(RocksDbWeight::get().reads(4))
	}
	fn remove() -> Weight {
		Weight::from_parts(60_000_000, 8_000).saturating_add(RocksDbWeight::get().reads_writes(3, 3))
	}
	fn set_probe() -> Weight {
		Weight::from_parts(60_000_000, 60_000).saturating_add(RocksDbWeight::get().reads_writes(19, 1))
	}
	fn request_funded_training() -> Weight {
		Weight::from_parts(140_000_000, 60_000).saturating_add(RocksDbWeight::get().reads_writes(90, 8))
	}
	fn tick_base() -> Weight {
		Weight::from_parts(6_000_000, 8_000).saturating_add(RocksDbWeight::get().reads_writes(3, 1))
	}
	fn process_probe() -> Weight {
		Weight::from_parts(200_000_000, 160_000).saturating_add(RocksDbWeight::get().reads_writes(160, 10))
	}
	fn process_draw() -> Weight {
		Weight::from_parts(120_000_000, 100_000).saturating_add(RocksDbWeight::get().reads_writes(140, 8))
	}
	fn process_seed() -> Weight {
		Weight::from_parts(80_000_000, 100_000).saturating_add(RocksDbWeight::get().reads_writes(132, 4))
	}
	fn process_deadline() -> Weight {
		Weight::from_parts(90_000_000, 60_000).saturating_add(RocksDbWeight::get().reads_writes(72, 8))
	}
	fn process_redraw() -> Weight {
		Weight::from_parts(150_000_000, 110_000).saturating_add(RocksDbWeight::get().reads_writes(144, 11))
	}
	fn abandon() -> Weight {
		Weight::from_parts(90_000_000, 16_000).saturating_add(RocksDbWeight::get().reads_writes(14, 14))
	}
}
