//! A local network of real nodes on random ports in a temporary folder. It ends what it started, and nothing else.

use crate::{chain::Chain, tell};
use anyhow::{bail, ensure, Context, Result};
use std::{
	fs::File,
	net::TcpListener,
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	sync::Mutex,
	time::{Duration, Instant},
};
use subxt_signer::sr25519::Keypair;
use tempfile::TempDir;
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
	time::sleep,
};

/// How long a node may take to answer or to end.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a node may take to end by itself.
const GRACE: Duration = Duration::from_secs(15);
/// The pause between two looks at something that has no way to call.
const GLANCE: Duration = Duration::from_millis(200);

/// The worker beside a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worker {
	/// There is none.
	None,
	/// `engram worker`.
	Honest,
	/// The dishonest worker, with a way to cheat.
	Cheat(&'static str),
}

/// A node to start.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
	/// Its name; a validator has the development keys of this name.
	pub name: &'static str,
	/// Whether it is a validator.
	pub validator: bool,
	/// Its worker.
	pub worker: Worker,
}

/// What registers a worker.
#[derive(Clone, Debug)]
pub struct WorkerKey {
	/// The hot key.
	pub key: [u8; 32],
	/// The proof that the node holds it.
	pub possession: [u8; 64],
	/// Where the worker is reached.
	pub address: String,
	/// Its artifact store.
	pub directory: PathBuf,
}

/// A running node.
#[derive(Debug)]
pub struct Node {
	/// Its name.
	pub name: &'static str,
	/// A client of it.
	pub chain: Chain,
	place: Place,
	// Ends the process when dropped.
	process: Process,
}

/// Where a node is, and who.
#[derive(Debug)]
struct Place {
	path: PathBuf,
	key: PathBuf,
	p2p: u16,
	rpc: u16,
	prometheus: u16,
	/// The multiaddress its peers dial, and the id it ends with.
	address: String,
	peer: String,
}

/// A process that does not outlive its owner.
#[derive(Debug)]
struct Process(Child);

impl Process {
	/// Asks it to end: a node that is asked takes its worker with it.
	fn ask(&self) {
		// Without it the process is killed a little later.
		let _ = Command::new("kill").arg(self.0.id().to_string()).status();
	}
}

impl Drop for Process {
	fn drop(&mut self) {
		if matches!(self.0.try_wait(), Ok(None)) {
			self.ask();
		}
		let asked = Instant::now();
		while matches!(self.0.try_wait(), Ok(None)) && asked.elapsed() < GRACE {
			std::thread::sleep(Duration::from_millis(50));
		}
		// Both fail when it has ended, which is what they are for.
		let _ = self.0.kill();
		let _ = self.0.wait();
	}
}

/// A network.
#[derive(Debug)]
pub struct Network {
	nodes: Vec<Node>,
	spec: PathBuf,
	folder: TempDir,
}

fn program(variable: &str) -> Result<PathBuf> {
	let set = std::env::var_os(variable);
	set.map(PathBuf::from).with_context(|| format!("{variable} is not set: run `make test-e2e`"))
}

/// Runs the `engram` binary once and returns what it prints.
pub async fn engram(arguments: &[&str]) -> Result<String> {
	let output = tokio::process::Command::new(program("ENGRAM_BIN")?).args(arguments).output().await?;
	let words = arguments.iter().take(2).copied().collect::<Vec<_>>().join(" ");
	ensure!(
		output.status.success(),
		"engram {words} failed: {}",
		String::from_utf8_lossy(&output.stderr).trim()
	);
	Ok(String::from_utf8(output.stdout)?)
}

fn text(path: &Path) -> Result<&str> {
	path.to_str().context("the temporary folder has a name that is no text")
}

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

fn free_port() -> Result<u16> {
	static PORTS: Mutex<Option<Ports>> = Mutex::new(None);
	let mut ports = PORTS.lock().map_err(|_| anyhow::anyhow!("a test failed as it took a port"))?;
	match &mut *ports {
		Some(ports) => ports.take(),
		None => ports.insert(Ports::reserve()?).take(),
	}
}

impl Network {
	/// Starts nodes on a chain of this preset, each the peer of every other.
	pub async fn start(preset: &str, plans: &[Plan]) -> Result<Self> {
		let folder = tempfile::Builder::new().prefix("engram-e2e-").tempdir()?;
		let spec = folder.path().join("spec.json");
		// Once for all: to build genesis from a preset compiles the runtime.
		std::fs::write(&spec, engram(&["export-chain-spec", "--raw", "--chain", preset]).await?)?;
		let mut network = Self { nodes: Vec::new(), spec, folder };
		match network.start_nodes(plans).await {
			Ok(()) => Ok(network),
			Err(error) => Err(error.context(network.keep_logs())),
		}
	}

	async fn start_nodes(&mut self, plans: &[Plan]) -> Result<()> {
		let mut places = Vec::new();
		for (index, plan) in plans.iter().enumerate() {
			places.push(self.place(index, plan.name).await?);
		}
		let mut spawned = Vec::new();
		for (index, plan) in plans.iter().enumerate() {
			let peers = places.iter().enumerate().filter(|(other, _)| *other != index);
			let peers: Vec<_> = peers.map(|(_, place)| place.address.as_str()).collect();
			spawned.push(self.spawn(plan, &places[index], &peers)?);
		}
		for (process, (plan, place)) in spawned.into_iter().zip(plans.iter().zip(places)) {
			self.nodes.push(Node::up(plan.name, place, process).await?);
		}
		tell(format!("{} nodes run", self.nodes.len()));
		Ok(())
	}

	/// Chooses where a node is, and who.
	async fn place(&self, index: usize, name: &str) -> Result<Place> {
		let path = self.folder.path().join(name);
		let key = self.folder.path().join(format!("{name}.key"));
		// Any key will do, as long as no two nodes have the same.
		std::fs::write(&key, format!("{:064x}", index + 1))?;
		let peer = engram(&["key", "inspect-node-key", "--file", text(&key)?]).await?.trim().to_owned();
		let p2p = free_port()?;
		let address = format!("/ip4/127.0.0.1/tcp/{p2p}/p2p/{peer}");
		Ok(Place { path, key, p2p, rpc: free_port()?, prometheus: free_port()?, address, peer })
	}

	fn spawn(&self, plan: &Plan, place: &Place, peers: &[&str]) -> Result<Process> {
		let log = File::create(self.folder.path().join(format!("{}.log", plan.name)))?;
		let mut command = Command::new(program("ENGRAM_BIN")?);
		command
			.args(["--chain", text(&self.spec)?, "--base-path", text(&place.path)?, "--name", plan.name])
			.args(["--node-key-file", text(&place.key)?])
			.args(["--listen-addr", &format!("/ip4/127.0.0.1/tcp/{}", place.p2p)])
			.args(["--rpc-port", &place.rpc.to_string(), "--prometheus-port", &place.prometheus.to_string()])
			.args(["--rpc-methods", "unsafe", "--rpc-cors", "all"])
			// Only those named below are peers, and no other has a place: who is taken from them while the node runs is
			// disconnected.
			.args(["--reserved-only", "--out-peers", "0"])
			.args(["--no-mdns", "--allow-private-ip"])
			.args(["--no-telemetry", "--no-hardware-benchmarks", "--detailed-log-output"])
			.stdin(Stdio::null())
			.stdout(log.try_clone()?)
			.stderr(log);
		for peer in peers {
			command.args(["--reserved-nodes", peer]);
		}
		if plan.validator {
			command.arg(format!("--{}", plan.name));
		}
		if plan.worker != Worker::None {
			command.args(["--worker", "--worker-device", "cpu"]);
			command.args(["--worker-listen", &format!("/ip4/127.0.0.1/tcp/{}", free_port()?)]);
		}
		if let Worker::Cheat(how) = plan.worker {
			command.arg("--worker-program").arg(program("ENGRAM_DISHONEST_WORKER")?).env("ENGRAM_CHEAT", how);
		}
		Ok(Process(command.spawn().context("cannot start ENGRAM_BIN")?))
	}

	/// A node by its name.
	///
	/// # Panics
	///
	/// Panics when there is none.
	pub fn node(&self, name: &str) -> &Node {
		self.nodes.iter().find(|node| node.name == name).unwrap_or_else(|| panic!("no node {name}"))
	}

	/// The nodes, in the order they were planned.
	pub fn nodes(&self) -> &[Node] {
		&self.nodes
	}

	/// The raw chain spec of all nodes.
	pub fn spec(&self) -> &Path {
		&self.spec
	}

	/// A place for a test's files.
	pub fn folder(&self) -> &Path {
		self.folder.path()
	}

	/// Makes two nodes peers.
	pub async fn link(&self, one: &str, other: &str) -> Result<()> {
		let (one, other) = (self.node(one), self.node(other));
		one.chain.tell_node("system_addReservedPeer", &other.place.address).await?;
		other.chain.tell_node("system_addReservedPeer", &one.place.address).await
	}

	/// Parts two nodes: neither takes anything from the other until they are linked again.
	pub async fn cut(&self, one: &str, other: &str) -> Result<()> {
		let (one, other) = (self.node(one), self.node(other));
		one.chain.tell_node("system_removeReservedPeer", &other.place.peer).await?;
		other.chain.tell_node("system_removeReservedPeer", &one.place.peer).await
	}

	/// Keeps the folder, and says where the logs are.
	fn keep_logs(&mut self) -> String {
		self.folder.disable_cleanup(true);
		format!("the logs of the nodes are in {}", self.folder.path().display())
	}
}

impl Drop for Network {
	fn drop(&mut self) {
		if std::thread::panicking() {
			tell(self.keep_logs());
		}
		// All at once, so that they end side by side.
		self.nodes.iter().for_each(|node| node.process.ask());
	}
}

impl Node {
	/// Waits until a node answers.
	async fn up(name: &'static str, place: Place, mut process: Process) -> Result<Self> {
		let began = Instant::now();
		loop {
			if let Some(status) = process.0.try_wait()? {
				bail!("{name} ended with {status}");
			}
			match Chain::connect(place.rpc).await {
				Ok(chain) => return Ok(Self { name, chain, place, process }),
				Err(error) if began.elapsed() > PATIENCE => {
					return Err(error.context(format!("{name} does not answer")))
				},
				Err(_) => sleep(GLANCE).await,
			}
		}
	}

	/// What registers its worker under `owner`, once the worker listens.
	pub async fn worker_key(&self, network: &Network, owner: &Keypair) -> Result<WorkerKey> {
		let owner = owner.public_key().to_account_id().to_string();
		let (spec, path) = (text(network.spec())?, text(&self.place.path)?);
		let began = Instant::now();
		loop {
			let arguments = ["worker", "key", "--chain", spec, "--base-path", path, "--owner", &owner];
			let printed: serde_json::Value = serde_json::from_str(&engram(&arguments).await?)?;
			let field =
				|name: &str| printed[name].as_str().with_context(|| format!("no {name} in {printed}"));
			if let Some(address) = printed["addresses"][0].as_str() {
				return Ok(WorkerKey {
					key: bytes(field("key")?)?,
					possession: bytes(field("possession")?)?,
					address: address.to_owned(),
					directory: field("directory")?.into(),
				});
			}
			ensure!(began.elapsed() < PATIENCE, "the worker of {} does not listen", self.name);
			sleep(GLANCE).await;
		}
	}

	/// A metric by its name: the first series of it.
	pub async fn metric(&self, name: &str) -> Result<f64> {
		let mut stream = TcpStream::connect(("127.0.0.1", self.place.prometheus)).await?;
		stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").await?;
		let mut page = String::new();
		stream.read_to_string(&mut page).await?;
		let of_name = |line: &&str| {
			line.strip_prefix(name).is_some_and(|rest| rest.starts_with('{') || rest.starts_with(' '))
		};
		let line = page.lines().find(of_name).with_context(|| format!("{} has no {name}", self.name))?;
		Ok(line.rsplit(' ').next().context("a metric has a value")?.parse()?)
	}

	/// Waits until a metric is as wanted.
	pub async fn until_metric(&self, name: &str, seconds: u64, wanted: impl Fn(f64) -> bool) -> Result<f64> {
		let began = Instant::now();
		loop {
			let value = self.metric(name).await?;
			if wanted(value) {
				return Ok(value);
			}
			ensure!(began.elapsed().as_secs() < seconds, "{name} of {} is still {value}", self.name);
			sleep(GLANCE).await;
		}
	}

	/// Waits until the node has this many peers.
	pub async fn until_peers(&self, count: usize, seconds: u64) -> Result<()> {
		let began = Instant::now();
		loop {
			let peers = self.chain.methods.system_health().await?.peers;
			if peers == count {
				return Ok(());
			}
			ensure!(began.elapsed().as_secs() < seconds, "{} still has {peers} peers", self.name);
			sleep(GLANCE).await;
		}
	}
}

fn bytes<const N: usize>(hex: &str) -> Result<[u8; N]> {
	let bytes = sp_core::bytes::from_hex(hex)?;
	bytes.try_into().ok().with_context(|| format!("{hex} is not {N} bytes"))
}
