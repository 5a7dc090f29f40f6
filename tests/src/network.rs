//! A local network of real nodes on random ports in a temporary folder. It ends what it started, and nothing else.

use crate::{
	node::{engram, program, text, Node, Place, Process},
	ports::free_port,
	tell,
};
use anyhow::{Context, Result};
use std::{
	fs::OpenOptions,
	path::{Path, PathBuf},
	process::{Command, Stdio},
};
use tempfile::TempDir;

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

/// A network.
#[derive(Debug)]
pub struct Network {
	nodes: Vec<Node>,
	spec: PathBuf,
	folder: TempDir,
}

impl Network {
	/// Starts nodes on a chain of this preset, each the peer of every other.
	pub async fn start(preset: &str, plans: &[Plan]) -> Result<Self> {
		let mut network = Self::prepare(preset).await?;
		let started = network.start_nodes(plans).await;
		network.or_logs(started)
	}

	/// Starts what `engram --dev` starts: one validator with a worker, named `dev`.
	pub async fn start_dev() -> Result<Self> {
		let mut network = Self::prepare("dev").await?;
		let started = network.start_dev_node().await;
		network.or_logs(started)
	}

	/// A network without a node.
	async fn prepare(preset: &str) -> Result<Self> {
		let folder = tempfile::Builder::new().prefix("engram-e2e-").tempdir()?;
		let spec = folder.path().join("spec.json");
		// Once for all: to build genesis from a preset compiles the runtime.
		std::fs::write(&spec, engram(&["export-chain-spec", "--raw", "--chain", preset]).await?)?;
		Ok(Self { nodes: Vec::new(), spec, folder })
	}

	fn or_logs(mut self, started: Result<()>) -> Result<Self> {
		match started {
			Ok(()) => Ok(self),
			Err(error) => Err(error.context(self.keep_logs())),
		}
	}

	async fn start_dev_node(&mut self) -> Result<()> {
		let plan = Plan { name: "dev", validator: true, worker: Worker::Honest };
		let place = self.place(0, plan.name).await?;
		let mut command = self.command(plan.name)?;
		command.args(["--dev", "--base-path", text(&place.path)?]).args(place.ports());
		command.args(["--worker-listen", &place.worker_listen()]);
		let mut process = Process(command.spawn().context("cannot start ENGRAM_BIN")?);
		let chain = process.answers(plan.name, place.rpc).await?;
		self.nodes.push(Node { name: plan.name, chain, plan, place, process });
		Ok(())
	}

	/// Starts one more node, the peer of all others, with flags of its own.
	pub async fn join(&mut self, plan: &Plan, flags: &[&str]) -> Result<()> {
		let place = self.place(self.nodes.len(), plan.name).await?;
		for node in &self.nodes {
			node.chain.tell_node("system_addReservedPeer", &place.address).await?;
		}
		let peers: Vec<_> = self.nodes.iter().map(|node| node.place.address.as_str()).collect();
		let mut process = self.spawn(plan, &place, &peers, flags)?;
		let chain = process.answers(plan.name, place.rpc).await?;
		self.nodes.push(Node { name: plan.name, chain, plan: *plan, place, process });
		Ok(())
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
			spawned.push(self.spawn(plan, &places[index], &peers, &[])?);
		}
		for (mut process, (plan, place)) in spawned.into_iter().zip(plans.iter().zip(places)) {
			let chain = process.answers(plan.name, place.rpc).await?;
			self.nodes.push(Node { name: plan.name, chain, plan: *plan, place, process });
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
		let (rpc, prometheus, worker) = (free_port()?, free_port()?, free_port()?);
		Ok(Place { path, key, p2p, rpc, prometheus, worker, address, peer })
	}

	/// The `engram` binary, writing to the log of `name`.
	fn command(&self, name: &str) -> Result<Command> {
		let log = self.folder.path().join(format!("{name}.log"));
		// A node that is started again goes on in the same log.
		let log = OpenOptions::new().create(true).append(true).open(log)?;
		let mut command = Command::new(program("ENGRAM_BIN")?);
		command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
		Ok(command)
	}

	fn spawn(&self, plan: &Plan, place: &Place, peers: &[&str], flags: &[&str]) -> Result<Process> {
		let mut command = self.command(plan.name)?;
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
			.args(flags);
		for peer in peers {
			command.args(["--reserved-nodes", peer]);
		}
		if plan.validator {
			command.arg(format!("--{}", plan.name));
		}
		if plan.worker != Worker::None {
			command.args(["--worker", "--worker-device", "cpu"]);
			command.args(["--worker-listen", &place.worker_listen()]);
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

	fn index_of(&self, name: &str) -> Result<usize> {
		let index = self.nodes.iter().position(|node| node.name == name);
		index.with_context(|| format!("no node {name}"))
	}

	/// Kills a node as a power cut would. Its worker process ends when it finds the node gone.
	pub fn kill(&mut self, name: &str) -> Result<()> {
		let index = self.index_of(name)?;
		self.nodes[index].process.kill()
	}

	/// Starts a node that was killed where it was, and returns when it answers.
	pub async fn restart(&mut self, name: &str) -> Result<()> {
		let index = self.index_of(name)?;
		let peers = self.nodes.iter().filter(|node| node.name != name);
		let peers: Vec<_> = peers.map(|node| node.place.address.as_str()).collect();
		let Node { plan, place, .. } = &self.nodes[index];
		let mut process = self.spawn(plan, place, &peers, &[])?;
		let chain = process.answers(name, place.rpc).await?;
		let node = &mut self.nodes[index];
		(node.chain, node.process) = (chain, process);
		Ok(())
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
