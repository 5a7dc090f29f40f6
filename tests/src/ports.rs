//! Ports that nobody else has.

use anyhow::Result;
use std::{net::TcpListener, sync::Mutex};

/// Ports of one test process: a hundred below those that the system gives to outgoing connections, kept from other
/// processes of this kind by holding the first.
struct Ports {
	_first: TcpListener,
	next: u16,
	end: u16,
}

impl Ports {
	const BLOCKS: u16 = 200;

	fn reserve() -> Result<Self> {
		let start = u16::try_from(std::process::id() % u32::from(Self::BLOCKS))?;
		for block in (0..Self::BLOCKS).map(|block| (start + block) % Self::BLOCKS) {
			let first = 10_000 + block * 100;
			if let Ok(listener) = TcpListener::bind(("127.0.0.1", first)) {
				return Ok(Self { _first: listener, next: first + 1, end: first + 100 });
			}
		}
		anyhow::bail!("no block of ports is free below the ephemeral ones")
	}

	fn take(&mut self) -> Result<u16> {
		while self.next < self.end {
			self.next += 1;
			if TcpListener::bind(("127.0.0.1", self.next - 1)).is_ok() {
				return Ok(self.next - 1);
			}
		}
		anyhow::bail!("every port of the block is taken")
	}
}

/// A port that is free, and given once.
pub(crate) fn free_port() -> Result<u16> {
	static PORTS: Mutex<Option<Ports>> = Mutex::new(None);
	let mut ports = PORTS.lock().map_err(|_| anyhow::anyhow!("a test failed as it took a port"))?;
	match &mut *ports {
		Some(ports) => ports.take(),
		None => ports.insert(Ports::reserve()?).take(),
	}
}
