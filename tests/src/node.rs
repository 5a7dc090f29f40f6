//! A node of a network: its process, its worker, its ports and metrics.

use crate::{
	chain::Chain,
	network::{Network, Plan},
};
use anyhow::{bail, ensure, Context, Result};
use std::{
	path::{Path, PathBuf},
	process::{Child, Command},
	time::{Duration, Instant},
};
use subxt_signer::sr25519::Keypair;
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
	time::sleep,
};

/// How long a node may take to answer or to end.
const PATIENCE: Duration = Duration::from_secs(180);
/// How long a node may take to end by itself.
const GRACE: Duration = Duration::from_secs(15);
/// The pause between two looks at something that has no way to call.
const GLANCE: Duration = Duration::from_millis(200);

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

/// What `engram worker doctor` looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
	/// What it was.
	pub name: String,
	/// `ok`, `warning` or `failed`.
	pub status: String,
	/// What was found.
	pub found: String,
	/// What to do about it; nothing when all is well.
	pub fix: String,
}

/// A running node.
#[derive(Debug)]
pub struct Node {
	/// Its name.
	pub name: &'static str,
	/// A client of it.
	pub chain: Chain,
	pub(crate) plan: Plan,
	pub(crate) place: Place,
	// Ends the process when dropped.
	pub(crate) process: Process,
}

/// Where a node is, and who.
#[derive(Debug)]
pub(crate) struct Place {
	pub path: PathBuf,
	pub key: PathBuf,
	pub p2p: u16,
	pub rpc: u16,
	pub prometheus: u16,
	pub worker: u16,
	/// The multiaddress its peers dial, and the id it ends with.
	pub address: String,
	pub peer: String,
}

impl Place {
	/// The flags of a node, and of the doctor, that choose its ports.
	pub(crate) fn ports(&self) -> [String; 6] {
		let [p2p, rpc, prometheus] = [self.p2p, self.rpc, self.prometheus].map(|port| port.to_string());
		["--port".into(), p2p, "--rpc-port".into(), rpc, "--prometheus-port".into(), prometheus]
	}

	pub(crate) fn worker_listen(&self) -> String {
		format!("/ip4/127.0.0.1/tcp/{}", self.worker)
	}
}

/// A process that does not outlive its owner.
#[derive(Debug)]
pub(crate) struct Process(pub Child);

impl Process {
	/// A client of it, once it answers.
	pub(crate) async fn answers(&mut self, name: &str, rpc: u16) -> Result<Chain> {
		let began = Instant::now();
		loop {
			if let Some(status) = self.0.try_wait()? {
				bail!("{name} ended with {status}");
			}
			match Chain::connect(rpc).await {
				Ok(chain) => return Ok(chain),
				Err(error) if began.elapsed() > PATIENCE => {
					return Err(error.context(format!("{name} does not answer")))
				},
				Err(_) => sleep(GLANCE).await,
			}
		}
	}

	/// Ends it at once: it is not asked, and saves nothing.
	pub(crate) fn kill(&mut self) -> Result<()> {
		self.0.kill()?;
		self.0.wait()?;
		Ok(())
	}

	/// Asks it to end: a node that is asked takes its worker with it.
	pub(crate) fn ask(&self) {
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

pub(crate) fn program(variable: &str) -> Result<PathBuf> {
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

pub(crate) fn text(path: &Path) -> Result<&str> {
	path.to_str().context("the temporary folder has a name that is no text")
}

impl Node {
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

	/// What `engram worker doctor` finds with the node's own flags.
	pub async fn doctor(&self, chain: &[&str]) -> Result<Vec<Check>> {
		let ports = self.place.ports();
		let listen = self.place.worker_listen();
		let mut arguments = vec!["worker", "doctor", "--json", "--base-path", text(&self.place.path)?];
		arguments.extend(["--listen", &listen]);
		arguments.extend(chain);
		arguments.extend(ports.iter().map(String::as_str));
		let printed: serde_json::Value = serde_json::from_str(&engram(&arguments).await?)?;
		let checks = printed["checks"].as_array().context("the doctor prints its checks")?;
		let text =
			|check: &serde_json::Value, field: &str| check[field].as_str().unwrap_or_default().to_owned();
		let check = |check| Check {
			name: text(check, "name"),
			status: text(check, "status"),
			found: text(check, "found"),
			fix: text(check, "fix"),
		};
		Ok(checks.iter().map(check).collect())
	}

	/// Where it serves RPC.
	pub fn rpc_port(&self) -> u16 {
		self.place.rpc
	}

	/// The artifact store and the records of its worker, once it was started.
	pub fn worker_folder(&self) -> Result<PathBuf> {
		let chains = self.place.path.join("chains");
		let chain = std::fs::read_dir(&chains)?.next().context("a node has the folder of its chain")??;
		Ok(chain.path().join("worker"))
	}

	/// The process id of its worker.
	pub fn worker_process(&self) -> Result<u32> {
		let output = Command::new("pgrep").args(["-P", &self.process.0.id().to_string()]).output()?;
		let found = String::from_utf8(output.stdout)?;
		let [worker] = found.lines().collect::<Vec<_>>()[..] else {
			bail!("{} has not one child but {found:?}", self.name)
		};
		Ok(worker.parse()?)
	}

	/// Kills its worker process as the system does when memory is short. The node starts another.
	pub fn kill_worker(&self) -> Result<u32> {
		self.signal_worker("KILL")
	}

	/// Stops its worker process, which then does nothing until it is resumed.
	pub fn pause_worker(&self) -> Result<u32> {
		self.signal_worker("STOP")
	}

	/// Lets its worker process go on.
	pub fn resume_worker(&self) -> Result<u32> {
		self.signal_worker("CONT")
	}

	fn signal_worker(&self, signal: &str) -> Result<u32> {
		let worker = self.worker_process()?;
		let sent = Command::new("kill").args([&format!("-{signal}"), &worker.to_string()]).status()?;
		ensure!(sent.success(), "the worker of {} does not take {signal}", self.name);
		Ok(worker)
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
