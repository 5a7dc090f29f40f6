//! Ports that nobody else has.

use anyhow::Result;
use std::{net::TcpListener, sync::Mutex};

/// Ports of one test process: a hundred below those that the system gives to outgoing connections, kept from other
/// processes of this kind by holding the first, and another hundred when these are given away.
struct Ports {
	firsts: Vec<TcpListener>,
	next: u16,
	end: u16,
}

impl Ports {
	const BLOCKS: u16 = 200;
	const BLOCK: u16 = 100;

	const fn none() -> Self {
		Self { firsts: Vec::new(), next: 0, end: 0 }
	}

	fn reserve(&mut self) -> Result<()> {
		let start = u16::try_from(std::process::id() % u32::from(Self::BLOCKS))?;
		for block in (0..Self::BLOCKS).map(|block| (start + block) % Self::BLOCKS) {
			let first = 10_000 + block * Self::BLOCK;
			if let Ok(listener) = TcpListener::bind(("127.0.0.1", first)) {
				self.firsts.push(listener);
				(self.next, self.end) = (first + 1, first + Self::BLOCK);
				return Ok(());
			}
		}
		anyhow::bail!("no block of ports is free below the ephemeral ones")
	}

	fn take(&mut self) -> Result<u16> {
		loop {
			if self.next == self.end {
				self.reserve()?;
			}
			self.next += 1;
			if TcpListener::bind(("127.0.0.1", self.next - 1)).is_ok() {
				return Ok(self.next - 1);
			}
		}
	}
}

/// A port that is free, and given once.
pub(crate) fn free_port() -> Result<u16> {
	static PORTS: Mutex<Ports> = Mutex::new(Ports::none());
	PORTS.lock().map_err(|_| anyhow::anyhow!("a test failed as it took a port"))?.take()
}
