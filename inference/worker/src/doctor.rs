//! Whether this machine can run a worker, and what to do if not.

use crate::{exchange, identity, worker::store_path, Config, Store, Visibility};
use engram_engine::{Accelerator, Choice, Kind};
use libp2p::Multiaddr;
use serde::Serialize;
use std::{
	fmt, fs, io,
	net::{Ipv4Addr, SocketAddr, TcpListener},
	os::unix::fs::PermissionsExt,
	path::Path,
};

/// Free memory below which a warning is given: a node and its worker need less than twice this.
const MEMORY: u64 = 1 << 30;
/// Free disk below which a worker should not start.
const DISK_LEAST: u64 = 256 << 20;
/// Free disk below which a warning is given.
const DISK: u64 = 4 << 30;

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
	/// All is well.
	Ok,
	/// A worker runs, but not as well as it could.
	Warning,
	/// A worker does not run.
	Failed,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
	/// What was looked at.
	pub name: &'static str,
	/// How it came out.
	pub status: Status,
	/// What was found.
	pub found: String,
	/// What to do about it.
	pub fix: Option<String>,
}

impl Check {
	/// A check that came out well.
	pub fn ok(name: &'static str, found: impl Into<String>) -> Self {
		Self { name, status: Status::Ok, found: found.into(), fix: None }
	}

	/// A check that came out less well.
	pub fn warning(name: &'static str, found: impl Into<String>, fix: impl Into<String>) -> Self {
		Self { name, status: Status::Warning, found: found.into(), fix: Some(fix.into()) }
	}

	/// A check that came out badly.
	pub fn failed(name: &'static str, found: impl Into<String>, fix: impl Into<String>) -> Self {
		Self { name, status: Status::Failed, found: found.into(), fix: Some(fix.into()) }
	}
}

/// All that was looked at. Printed one line per check, with the fix below.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Findings {
	/// The checks, in the order to mend things in.
	pub checks: Vec<Check>,
}

impl Findings {
	/// The worst status.
	pub fn status(&self) -> Status {
		self.checks.iter().map(|check| check.status).max().unwrap_or(Status::Ok)
	}
}

impl fmt::Display for Findings {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		for Check { name, status, found, fix } in &self.checks {
			let mark = match status {
				Status::Ok => "ok",
				Status::Warning => "warning",
				Status::Failed => "FAILED",
			};
			writeln!(f, "{mark:>8}  {name:<12}  {found}")?;
			if let Some(fix) = fix {
				writeln!(f, "{:>8}  {:<12}  fix: {fix}", "", "")?;
			}
		}
		Ok(())
	}
}

/// Looks at everything a worker with this configuration needs. It changes nothing but the store's folders.
pub fn examine(config: &Config) -> Findings {
	let (device, driver) = device(config.device, config.threads);
	let mut checks = vec![device, driver, memory(), disk(&config.base_path), store(&config.base_path)];
	checks.extend([key(&config.base_path), port(&config.listen), socket(&config.socket)]);
	Findings { checks }
}

/// A port that the node beside the worker listens on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodePort {
	/// What it is for, as the name of a check.
	pub name: &'static str,
	/// Where the node listens.
	pub address: (Ipv4Addr, u16),
	/// The flag of the node that chooses another one.
	pub flag: &'static str,
	/// What the node does when the port is taken.
	pub taken: &'static str,
}

/// Whether the node that listens at `socket`, or that will, has a port.
pub fn node_port(port: &NodePort, socket: &Path) -> Check {
	let NodePort { name, address, flag, taken } = *port;
	let address = SocketAddr::from(address);
	match TcpListener::bind(address) {
		Ok(_) if is_listening(socket) => {
			let fix = format!("run the doctor with the node's own {flag}");
			Check::warning(name, format!("{address} is free although a node runs"), fix)
		},
		Ok(_) => Check::ok(name, format!("{address} is free")),
		Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_listening(socket) => {
			Check::ok(name, format!("{address} is in use; a node runs"))
		},
		Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
			let number = address.port();
			let fix = format!(
				"end what `ss -ltnp 'sport = :{number}'` names, or start the node with another {flag}; {taken}"
			);
			Check::warning(name, format!("{address} is in use by another program"), fix)
		},
		Err(error) => {
			Check::warning(name, format!("{address}: {error}"), format!("start the node with another {flag}"))
		},
	}
}

fn device(choice: Choice, threads: usize) -> (Check, Check) {
	let description = match Accelerator::open(choice, threads.max(1)) {
		Ok(accelerator) => accelerator.description().clone(),
		Err(error) => {
			let fix = "install the vendor's Vulkan driver (Debian: mesa-vulkan-drivers), or start the node with --worker-device cpu";
			let driver = Check::failed("driver", "no usable graphics driver", fix);
			return (Check::failed("device", error.to_string(), fix), driver);
		},
	};
	let found = description.to_string();
	let fix = "for a GPU install the vendor's Vulkan driver and check that `vulkaninfo --summary` lists it";
	let device = match (choice, description.kind) {
		(Choice::Auto, Kind::Cpu) => Check::warning("device", format!("{found}; no usable GPU"), fix),
		(_, Kind::SoftwareRenderer) => {
			Check::warning("device", format!("{found}; slower than --device cpu"), fix)
		},
		_ => Check::ok("device", found),
	};
	let driver = match (description.driver, description.kind) {
		(Some(driver), _) => Check::ok("driver", driver),
		(None, Kind::Cpu) => Check::ok("driver", "none needed on the CPU"),
		(None, _) => {
			Check::warning("driver", "the driver does not say what it is", "update the graphics driver")
		},
	};
	(device, driver)
}

fn memory() -> Check {
	let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
	let available = text
		.lines()
		.find_map(|line| line.strip_prefix("MemAvailable:"))
		.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok())
		.map(|kib| kib.saturating_mul(1_024));
	match available {
		Some(bytes) if bytes < MEMORY => {
			let fix = "end other programs, or register the worker with less memory";
			Check::warning("memory", format!("{} MiB are free", bytes >> 20), fix)
		},
		Some(bytes) => Check::ok("memory", format!("{} MiB are free", bytes >> 20)),
		None => Check::warning("memory", "the system does not say", "see that at least 1 GiB is free"),
	}
}

fn disk(base_path: &Path) -> Check {
	let there = base_path.ancestors().find(|path| path.exists()).unwrap_or_else(|| Path::new("/"));
	let path = there.display();
	match fs2::available_space(there) {
		Ok(bytes) if bytes < DISK_LEAST => {
			let fix = "make room, or choose a --base-path on another disk";
			Check::failed("disk", format!("{} MiB are free at {path}", bytes >> 20), fix)
		},
		Ok(bytes) if bytes < DISK => {
			let fix = "checkpoints may fill the disk; make room, or choose a --base-path on another disk";
			Check::warning("disk", format!("{} MiB are free at {path}", bytes >> 20), fix)
		},
		Ok(bytes) => Check::ok("disk", format!("{} MiB are free at {path}", bytes >> 20)),
		Err(error) => Check::failed("disk", format!("{path}: {error}"), "choose another --base-path"),
	}
}

fn store(base_path: &Path) -> Check {
	let path = store_path(base_path);
	let probe = || {
		let store = Store::open(&path)?;
		let cid = store.put(b"engram worker doctor", Visibility::Private)?;
		let read = store.get(&cid);
		store.remove_private(&cid)?;
		read
	};
	match probe() {
		Ok(_) => Check::ok("store", format!("{} can be written and read", path.display())),
		Err(error) => {
			let fix =
				format!("let this user write to {}, or choose another --base-path", base_path.display());
			Check::failed("store", error.to_string(), fix)
		},
	}
}

fn key(base_path: &Path) -> Check {
	let path = identity::path(base_path);
	match identity::load(base_path) {
		Ok(Some(key)) => {
			let peer = key.public().to_peer_id();
			let mode = fs::metadata(&path).map(|meta| meta.permissions().mode() & 0o077).unwrap_or(0);
			if mode == 0 {
				return Check::ok("identity", format!("peer id {peer}"));
			}
			let found = format!("{} can be read by other users; peer id {peer}", path.display());
			Check::warning("identity", found, format!("chmod 600 {}", path.display()))
		},
		Ok(None) => Check::ok("identity", "none yet; it is made at the first start"),
		Err(error) => {
			Check::failed("identity", error.to_string(), "restore the file from a backup, or remove it")
		},
	}
}

fn port(listen: &Multiaddr) -> Check {
	let Some(address) = exchange::tcp_of(listen) else {
		let fix = "give --listen an address like /ip4/0.0.0.0/tcp/30400";
		return Check::failed("worker port", format!("{listen} is no TCP address"), fix);
	};
	match TcpListener::bind(address) {
		Ok(_) => {
			Check::ok("worker port", format!("{address} is free; open it in the firewall for other workers"))
		},
		Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
			let fix =
				"all is well if that is this worker, already running; otherwise choose another --listen port";
			Check::warning("worker port", format!("{address} is in use"), fix)
		},
		Err(error) => {
			let fix = "choose a --listen address of this machine and a port above 1023";
			Check::failed("worker port", format!("{address}: {error}"), fix)
		},
	}
}

/// Whether a process listens on a Unix socket. Asking the kernel leaves the node alone; a connection would be taken for its worker.
fn is_listening(path: &Path) -> bool {
	/// Set on sockets that accept connections.
	const ACCEPTS: u32 = 0x1_0000;
	let same = |bound: &str| {
		Path::new(bound) == path
			|| fs::canonicalize(bound).ok().is_some_and(|p| fs::canonicalize(path).ok() == Some(p))
	};
	let Ok(table) = fs::read_to_string("/proc/net/unix") else { return path.exists() };
	table.lines().skip(1).any(|line| {
		let mut fields = line.split_whitespace().skip(3);
		let flags = fields.next().and_then(|flags| u32::from_str_radix(flags, 16).ok()).unwrap_or(0);
		// A path with a space in it is found by its last part only; the warning then is a false alarm.
		flags & ACCEPTS != 0 && fields.nth(3).is_some_and(same)
	})
}

fn socket(path: &Path) -> Check {
	if is_listening(path) {
		return Check::ok("node", format!("it listens at {}", path.display()));
	}
	let fix = "start the node with --worker; it starts the worker by itself";
	Check::warning("node", format!("no node listens at {}", path.display()), fix)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_good_machine_can_run_a_worker() {
		let dir = tempfile::tempdir().unwrap();
		let base = dir.path().join("worker");
		identity::load_or_create(&base).unwrap();
		let config = Config {
			listen: "/ip4/127.0.0.1/tcp/0".parse().unwrap(),
			device: Choice::Cpu,
			..Config::new(&base, dir.path().join("none.sock"))
		};
		let findings = examine(&config);
		let names: Vec<_> = findings.checks.iter().map(|check| check.name).collect();
		assert_eq!(names, ["device", "driver", "memory", "disk", "store", "identity", "worker port", "node"]);
		assert!(findings.status() < Status::Failed, "{findings}");
		let path = dir.path().join("node.sock");
		let _listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
		assert_eq!(socket(&path).status, Status::Ok);
		let node = findings.checks.last().unwrap();
		assert_eq!(node.status, Status::Warning);
		assert!(node.fix.as_ref().unwrap().contains("--worker"));
		assert!(findings.to_string().contains("fix: start the node"));
		assert!(serde_json::to_string(&findings).unwrap().contains(r#""status":"warning""#));
	}

	#[test]
	fn what_is_wrong_is_named_with_a_fix() {
		let dir = tempfile::tempdir().unwrap();
		let file = dir.path().join("file");
		fs::write(&file, b"").unwrap();
		let taken = TcpListener::bind("127.0.0.1:0").unwrap();
		let port_taken = format!("/ip4/127.0.0.1/tcp/{}", taken.local_addr().unwrap().port());
		assert_eq!(port(&port_taken.parse().unwrap()).status, Status::Warning);
		assert_eq!(port(&"/dns4/x/tcp/1".parse().unwrap()).status, Status::Failed);
		assert_eq!(port(&"/ip4/192.0.2.1/tcp/1".parse().unwrap()).status, Status::Failed);
		assert_eq!(store(&file).status, Status::Failed);

		let number = taken.local_addr().unwrap().port();
		let rpc = NodePort {
			name: "rpc port",
			address: (Ipv4Addr::LOCALHOST, number),
			flag: "--rpc-port",
			taken: "it takes another one",
		};
		let socket = dir.path().join("node.sock");
		let found = node_port(&rpc, &socket);
		assert_eq!(found.status, Status::Warning);
		let fix = found.fix.unwrap();
		assert!(fix.contains("--rpc-port") && fix.contains(&format!(":{number}")), "{fix}");
		// A node that runs has its port, and one that runs without it has another.
		let node = std::os::unix::net::UnixListener::bind(&socket).unwrap();
		assert_eq!(node_port(&rpc, &socket).status, Status::Ok);
		drop(taken);
		assert_eq!(node_port(&rpc, &socket).status, Status::Warning);
		drop(node);
		assert_eq!(node_port(&rpc, &socket), Check::ok("rpc port", format!("127.0.0.1:{number} is free")));

		fs::write(identity::path(dir.path()), b"short").unwrap();
		assert_eq!(key(dir.path()).status, Status::Failed);
		fs::write(identity::path(dir.path()), [1; 32]).unwrap();
		fs::set_permissions(identity::path(dir.path()), fs::Permissions::from_mode(0o644)).unwrap();
		assert_eq!(key(dir.path()).status, Status::Warning);
		assert_eq!(Findings { checks: vec![key(dir.path())] }.status(), Status::Warning);
	}
}
