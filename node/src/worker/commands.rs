//! `engram worker`: the process itself, and its operator's tools.

use super::{doctor, keys, supervisor::Options};
use crate::{
	chain_spec,
	cli::{Cli, Device, WorkerCmd, WorkerKeyCmd, WorkerRun, WorkerTool, ADDRESS_ADVICE},
};
use sc_cli::{CliConfiguration, Error, KeystoreParams, LoggerBuilder, Result, SharedParams, SubstrateCli};
use sc_keystore::LocalKeystore;
use sc_network::Multiaddr;
use sc_service::{config::KeystoreConfig, BasePath, Configuration};
use sp_core::H256;
use std::path::{Path, PathBuf};

/// Directory of the worker under a chain's directory.
const WORKER_DIR: &str = "worker";

/// Socket of the worker under the base path. High up, because socket paths are short.
const SOCKET: &str = "worker.sock";

/// How the node runs its worker process.
pub(crate) fn options(cli: &Cli, config: &Configuration, log: &str) -> Result<Options> {
	let args = &cli.worker;
	let (program, leading) = match &args.worker_program {
		Some(program) => (program.clone(), Vec::new()),
		None => (std::env::current_exe()?, vec!["worker".into()]),
	};
	let chain = cli.run.shared_params().chain_id(cli.run.is_dev()?);
	let base_path = config.base_path.path();
	Ok(Options {
		program,
		leading,
		base_path: config.data_path.join(WORKER_DIR),
		socket: base_path.join(SOCKET),
		listen: args.worker_listen.to_string(),
		external: args.worker_external.as_ref().map(ToString::to_string),
		device: args.worker_device.name().into(),
		threads: args.worker_threads.map_or_else(spare_threads, usize::from),
		log: log_filter(log),
		key_command: key_command(base_path, &chain),
	})
}

/// All cores but one, which the node needs to make blocks in time.
fn spare_threads() -> usize {
	std::thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1).max(1))
}

/// The node's log flags, behind what the environment already asks for.
fn log_filter(flags: &str) -> Option<String> {
	let from_env = std::env::var("RUST_LOG").unwrap_or_default();
	match (from_env.is_empty(), flags.is_empty()) {
		(_, true) => None,
		(true, false) => Some(flags.into()),
		(false, false) => Some(format!("{from_env},{flags}")),
	}
}

fn key_command(base_path: &Path, chain: &str) -> String {
	let chain = if chain.is_empty() { String::new() } else { format!(" --chain {chain}") };
	format!("engram worker key --base-path {}{chain}", base_path.display())
}

/// Runs `engram worker` or one of its tools.
pub(crate) fn run(cli: &Cli, cmd: &WorkerCmd) -> Result<()> {
	match &cmd.tool {
		None => run_process(&cmd.run),
		Some(WorkerTool::Doctor(cmd)) => doctor::run(cli, cmd),
		Some(WorkerTool::Key(cmd)) => print_key(cli, cmd),
	}
}

/// The worker process: until the node closes the socket.
fn run_process(args: &WorkerRun) -> Result<()> {
	let (Some(base_path), Some(socket)) = (&args.base_path, &args.socket) else {
		return Err(Error::Input(
			"a worker process needs --base-path and --socket; a node started with --worker runs one by itself".into(),
		));
	};
	LoggerBuilder::new("").init()?;
	let mut config = process_config(base_path, socket, args.device, &args.listen)?;
	config.external = args.external.as_ref().map(for_the_worker).transpose()?;
	config.threads = args.threads.into();
	engram_worker::Worker::run(config).map_err(|error| Error::Application(Box::new(error)))
}

/// The worker's own configuration, with its defaults for the rest.
pub(crate) fn process_config(
	base_path: &Path,
	socket: &Path,
	device: Device,
	listen: &Multiaddr,
) -> Result<engram_worker::Config> {
	let mut config = engram_worker::Config::new(base_path, socket);
	config.listen = for_the_worker(listen)?;
	config.device = device.name().parse().map_err(|_| {
		Error::Input(format!("the worker knows no device {}; use auto, cpu or wgpu", device.name()))
	})?;
	Ok(config)
}

/// Node and worker use different types for the same text.
fn for_the_worker<T: std::str::FromStr>(address: &Multiaddr) -> Result<T> {
	address
		.to_string()
		.parse()
		.map_err(|_| Error::Input(format!("the worker cannot use the address {address}; {ADDRESS_ADVICE}")))
}

/// Prints `{key, possession, owner, genesis, addresses, directory}`.
fn print_key(cli: &Cli, cmd: &WorkerKeyCmd) -> Result<()> {
	let place = Place::find(cli, &cmd.shared)?;
	let keystore = place.keystore(&cmd.keystore)?;
	let application = |error: keys::Error| Error::Application(Box::new(error));
	let key = keys::choose(&keystore, cmd.public.as_deref()).map_err(application)?;
	let genesis = place.genesis()?;
	let proof = keys::prove_possession(&keystore, &key, genesis, &cmd.owner).map_err(application)?;
	println!(
		"{:#}",
		serde_json::json!({
			"key": keys::hex(&key),
			"possession": keys::hex(&proof),
			"owner": cmd.owner.to_string(),
			"genesis": keys::hex(&genesis),
			"addresses": place.addresses(),
			"directory": place.worker(),
		})
	);
	Ok(())
}

/// Where a node keeps what belongs to one chain.
pub(crate) struct Place {
	spec: Box<dyn sc_service::ChainSpec>,
	base_path: PathBuf,
	directory: PathBuf,
}

impl Place {
	/// From the flags that the node was started with.
	pub(crate) fn find(cli: &Cli, shared: &SharedParams) -> Result<Self> {
		let base_path = match &shared.base_path {
			Some(path) => BasePath::new(path),
			None if shared.is_dev() => {
				return Err(Error::Input(
					"a --dev node without --base-path keeps its files in a temporary directory: pass --base-path, the node's \
					 log names it"
						.into(),
				))
			},
			None => BasePath::from_project("", "", &Cli::executable_name()),
		};
		let spec = cli.load_spec(&shared.chain_id(shared.is_dev()))?;
		let directory = base_path.config_dir(spec.id());
		Ok(Self { spec, base_path: base_path.path().into(), directory })
	}

	/// The node's keystore on disk. Reading it beside a running node is safe.
	pub(crate) fn keystore(&self, params: &KeystoreParams) -> Result<LocalKeystore> {
		let KeystoreConfig::Path { path, password } = params.keystore_config(&self.directory)? else {
			return Err(Error::KeystoreOperation);
		};
		if !path.is_dir() {
			return Err(Error::Input(format!(
				"there is no keystore at {}: start the node once with --worker, and pass the same --base-path and --chain",
				path.display()
			)));
		}
		Ok(LocalKeystore::open(path, password)?)
	}

	/// The worker's directory.
	pub(crate) fn worker(&self) -> PathBuf {
		self.directory.join(WORKER_DIR)
	}

	/// Where the worker process finds the node.
	pub(crate) fn socket(&self) -> PathBuf {
		self.base_path.join(SOCKET)
	}

	/// The command that prints what registration needs.
	pub(crate) fn key_command(&self, chain: &str) -> String {
		key_command(&self.base_path, chain)
	}

	/// The chain's genesis hash: as the node noted it, else computed from the spec.
	pub(crate) fn genesis(&self) -> Result<H256> {
		let noted = std::fs::read(self.worker().join(super::supervisor::GENESIS_FILE)).ok();
		match noted.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()) {
			Some(bytes) => Ok(bytes.into()),
			None => {
				chain_spec::genesis_hash(&*self.spec).map_err(|error| Error::Application(Box::new(error)))
			},
		}
	}

	/// Where the last worker process was listening; nothing before the first one.
	pub(crate) fn addresses(&self) -> Vec<String> {
		std::fs::read(self.worker().join(super::supervisor::ADDRESSES_FILE))
			.ok()
			.and_then(|json| serde_json::from_slice(&json).ok())
			.unwrap_or_default()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_core_is_left_to_the_node() {
		let cores = std::thread::available_parallelism().unwrap().get();
		assert!(spare_threads() >= 1 && spare_threads() <= cores);
	}

	#[test]
	fn the_key_command_names_the_chain_unless_it_is_the_default() {
		let base = Path::new("/data");
		assert_eq!(key_command(base, "dev"), "engram worker key --base-path /data --chain dev");
		assert_eq!(key_command(base, ""), "engram worker key --base-path /data");
	}
}
