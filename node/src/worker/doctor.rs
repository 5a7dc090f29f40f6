//! `engram worker doctor`: what a worker needs, what was found, and what to do about the difference.

use super::{commands::Place, keys};
use crate::cli::{Cli, DoctorCmd};
use sc_cli::{Error, Result};
use sc_network::{multiaddr::Protocol, Multiaddr};
use serde::Serialize;
use std::{
	io,
	net::{IpAddr, SocketAddr, TcpListener},
	path::Path,
};

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
	/// What was looked at.
	pub name: String,
	/// Whether a worker can run with it.
	pub ok: bool,
	/// What was found.
	pub found: String,
	/// What to do, when it is not well.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub fix: Option<String>,
}

impl Check {
	fn well(name: &str, found: impl Into<String>) -> Self {
		Self { name: name.into(), ok: true, found: found.into(), fix: None }
	}

	fn ill(name: &str, found: impl Into<String>, fix: impl Into<String>) -> Self {
		Self { name: name.into(), ok: false, found: found.into(), fix: Some(fix.into()) }
	}
}

/// Prints all checks. Fails when one does, so that scripts notice.
pub fn run(cli: &Cli, cmd: &DoctorCmd) -> Result<()> {
	let mut checks = Vec::new();
	match Place::find(cli, &cmd.shared) {
		Ok(place) => {
			checks.push(directory(&place.worker()));
			checks.push(hot_key(&place, cmd));
		},
		Err(error) => checks.push(Check::ill("chain", error.to_string(), "pass --chain and --base-path of the node")),
	}
	checks.push(port(&cmd.listen));

	if cmd.json {
		let json = serde_json::to_string_pretty(&checks)
			.map_err(|error| Error::Application(Box::new(error)))?;
		println!("{json}");
	} else {
		for check in &checks {
			println!("{:<4} {:<10} {}", if check.ok { "ok" } else { "FAIL" }, check.name, check.found);
			if let Some(fix) = &check.fix {
				println!("                -> {fix}");
			}
		}
	}
	match checks.iter().filter(|check| !check.ok).count() {
		0 => Ok(()),
		failed => Err(Error::Input(format!("{failed} of {} checks failed", checks.len()))),
	}
}

/// Whether the worker's directory can be written to, or be made.
fn directory(path: &Path) -> Check {
	let name = "directory";
	let existing = path.ancestors().find(|ancestor| ancestor.exists()).unwrap_or(path);
	let probe = existing.join(format!(".engram-doctor-{}", std::process::id()));
	match std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe)) {
		Ok(()) => Check::well(name, format!("{} can be written", path.display())),
		Err(error) => Check::ill(
			name,
			format!("{} cannot be written: {error}", existing.display()),
			"give the node's user write access to it, or pass another --base-path",
		),
	}
}

fn hot_key(place: &Place, cmd: &DoctorCmd) -> Check {
	let name = "hot key";
	let keystore = match place.keystore(&cmd.keystore) {
		Ok(keystore) => keystore,
		Err(error) => return Check::ill(name, error.to_string(), "start the node once with --worker"),
	};
	match keys::choose(&keystore, None) {
		Ok(key) => Check::well(name, keys::hex(&key)),
		// The node works with whichever of them is registered.
		Err(error @ keys::Error::Several(_)) => Check::well(name, error.to_string()),
		Err(error) => Check::ill(name, error.to_string(), "start the node once with --worker"),
	}
}

/// Whether the worker can listen, or is listening already.
fn port(listen: &Multiaddr) -> Check {
	let name = "port";
	let Some(address) = tcp_address(listen) else {
		return Check::ill(
			name,
			format!("{listen} is not a TCP address"),
			"pass --listen /ip4/0.0.0.0/tcp/30400 or another of that form",
		);
	};
	match TcpListener::bind(address) {
		Ok(_) => Check::well(name, format!("{address} is free; let it through the firewall")),
		Err(error) if error.kind() == io::ErrorKind::AddrInUse => Check::ill(
			name,
			format!("{address} is taken"),
			"fine if this node's worker is running; else stop what uses it, or pass another --worker-listen to the node",
		),
		Err(error) => Check::ill(
			name,
			format!("cannot listen on {address}: {error}"),
			"pass an address of this machine, and a port above 1023",
		),
	}
}

fn tcp_address(listen: &Multiaddr) -> Option<SocketAddr> {
	let mut parts = listen.iter();
	let ip = match parts.next()? {
		Protocol::Ip4(ip) => IpAddr::V4(ip),
		Protocol::Ip6(ip) => IpAddr::V6(ip),
		_ => return None,
	};
	match parts.next()? {
		Protocol::Tcp(port) => Some(SocketAddr::new(ip, port)),
		_ => None,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_free_port_is_well_and_a_taken_one_is_explained() {
		let free: Multiaddr = "/ip4/127.0.0.1/tcp/0".parse().unwrap();
		assert!(port(&free).ok);
		let taken = TcpListener::bind("127.0.0.1:0").unwrap();
		let address = format!("/ip4/127.0.0.1/tcp/{}", taken.local_addr().unwrap().port());
		let check = port(&address.parse().unwrap());
		assert!(!check.ok && check.fix.unwrap().contains("--worker-listen"));
		assert!(!port(&"/dns4/example.org/tcp/1".parse().unwrap()).ok);
	}

	#[test]
	fn a_directory_that_is_not_there_yet_is_well_where_it_can_be_made() {
		let dir = tempfile::tempdir().unwrap();
		assert!(directory(&dir.path().join("chains/x/worker")).ok);
		let file = dir.path().join("file");
		std::fs::write(&file, b"").unwrap();
		assert!(!directory(&file.join("worker")).ok);
	}
}
