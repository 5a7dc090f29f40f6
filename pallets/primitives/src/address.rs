//! Where workers are reached and what they fetch is served.

/// Shortest bound on the length of an address, in bytes, within which one with the id of a peer fits.
pub const MIN_ADDRESS_BOUND: u32 = 64;

/// Whether the bytes look like `/…/p2p/<peer>`: what a worker can dial and authenticate.
pub fn is_address(bytes: &[u8]) -> bool {
	let Ok(text) = core::str::from_utf8(bytes) else { return false };
	let Some((transport, peer)) = text.rsplit_once("/p2p/") else { return false };
	transport.len() > 1
		&& transport.starts_with('/')
		&& transport.bytes().all(|b| b.is_ascii_graphic())
		&& !peer.is_empty()
		&& peer.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
	use super::is_address;

	#[test]
	fn addresses_end_in_a_peer() {
		assert!(is_address(b"/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWabc"));
		assert!(is_address(b"/dns/a.example/tcp/1/p2p/x"));
		for wrong in [
			&b""[..],
			b"/",
			b"/p2p/x",
			b"//p2p/",
			b"ip4/127.0.0.1/p2p/x",
			b"/ip4/127.0.0.1/tcp/4001",
			b"/ip4/127.0.0.1/tcp/4001/p2p/",
			b"/ip4/127.0.0.1/tcp/4001/p2p/a/ws",
			b"/ip4/127.0.0.1 /p2p/x",
			b"/ip4/\xff/p2p/x",
			b"/ip4/caf\xc3\xa9/p2p/x",
		] {
			assert!(!is_address(wrong), "{wrong:?}");
		}
	}
}
