//! The command line: flags and subcommands of a Substrate node, those of its worker, and those for artifacts.

use clap::{Args, Parser, Subcommand, ValueEnum};
use engram_primitives::Cid;
use engram_runtime::AccountId;
use sc_cli::{DefaultConfigurationValues, KeystoreParams, SharedParams};
use sc_network::Multiaddr;
use sp_core::{bytes, crypto::Ss58Codec};
use std::path::PathBuf;

/// Everything `engram` understands.
#[derive(Debug, Parser)]
pub(crate) struct Cli {
	#[command(subcommand)]
	pub subcommand: Option<Command>,

	#[command(flatten)]
	pub worker: WorkerArgs,

	/// Accepted, because start scripts for `polkadot` pass it: no hardware benchmark is run at start.
	#[arg(long)]
	pub no_hardware_benchmarks: bool,

	#[command(flatten)]
	pub run: sc_cli::RunCmd,
}

/// Flags of the worker beside a node.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Worker")]
pub(crate) struct WorkerArgs {
	/// Run a worker beside this node: it trains, checks and answers for pay.
	///
	/// The worker is a process of its own, started again when it ends. `--dev` implies this.
	#[arg(long)]
	pub worker: bool,

	/// Run no worker although `--dev` is given.
	#[arg(long, conflicts_with = "worker")]
	pub no_worker: bool,

	/// Device the worker computes on.
	#[arg(long, value_enum, value_name = "DEVICE", default_value_t = Device::Auto)]
	pub worker_device: Device,

	/// Where the worker serves artifacts to other workers.
	#[arg(long, value_name = "MULTIADDR", default_value = "/ip4/0.0.0.0/tcp/30400", value_parser = parse_address)]
	pub worker_listen: Multiaddr,

	/// The address other workers reach this one under, if it is not the one it listens on.
	#[arg(long, value_name = "MULTIADDR", value_parser = parse_address)]
	pub worker_external: Option<Multiaddr>,

	/// Program to run as the worker, in place of `engram worker`. It gets the flags of `engram worker`.
	#[arg(long, value_name = "PATH")]
	pub worker_program: Option<PathBuf>,

	/// Threads the worker computes with. One core is left to the node by default.
	#[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..))]
	pub worker_threads: Option<u16>,
}

/// What a worker computes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Device {
	/// A GPU if there is one, else the CPU.
	Auto,
	/// The CPU.
	Cpu,
	/// A GPU through Vulkan, Metal or DX12; an error if there is none.
	Wgpu,
}

impl Device {
	/// The name on the command line.
	pub(crate) fn name(self) -> &'static str {
		match self {
			Self::Auto => "auto",
			Self::Cpu => "cpu",
			Self::Wgpu => "wgpu",
		}
	}
}

/// Subcommands. Without one, `engram` runs a node.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
	/// Key management: node keys, accounts, the keystore
	#[command(subcommand)]
	Key(sc_cli::KeySubcommand),

	/// Write a chain spec; see also `export-chain-spec`
	BuildSpec(sc_cli::BuildSpecCmd),

	/// Write a chain spec to a file
	ExportChainSpec(sc_cli::ExportChainSpecCmd),

	/// Check that blocks of the database are valid
	CheckBlock(sc_cli::CheckBlockCmd),

	/// Write blocks to a file
	ExportBlocks(sc_cli::ExportBlocksCmd),

	/// Write the state of a block as a chain spec
	ExportState(sc_cli::ExportStateCmd),

	/// Read blocks from a file
	ImportBlocks(sc_cli::ImportBlocksCmd),

	/// Remove the whole chain
	PurgeChain(sc_cli::PurgeChainCmd),

	/// Take back the latest blocks that are not final
	Revert(sc_cli::RevertCmd),

	/// Show the head, the finalized block and the genesis of the database
	ChainInfo(sc_cli::ChainInfoCmd),

	/// The worker: the process a node starts, and tools for its operator
	Worker(WorkerCmd),

	/// Content-addressed files: add, fetch, hash
	#[command(subcommand)]
	Artifact(ArtifactCmd),
}

/// `engram worker`. A node starts it like this; run by hand it needs the socket of a running node.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct WorkerCmd {
	#[command(subcommand)]
	pub tool: Option<WorkerTool>,

	#[command(flatten)]
	pub run: WorkerRun,
}

/// Flags of the worker process.
#[derive(Clone, Debug, Args)]
pub(crate) struct WorkerRun {
	/// Directory of artifacts, checkpoints and the network key.
	#[arg(long, value_name = "PATH")]
	pub base_path: Option<PathBuf>,

	/// Socket of the node.
	#[arg(long, value_name = "PATH")]
	pub socket: Option<PathBuf>,

	/// Where artifacts are served.
	#[arg(long, value_name = "MULTIADDR", default_value = "/ip4/0.0.0.0/tcp/30400", value_parser = parse_address)]
	pub listen: Multiaddr,

	/// The address other workers reach this one under.
	#[arg(long, value_name = "MULTIADDR", value_parser = parse_address)]
	pub external: Option<Multiaddr>,

	/// Device to compute on.
	#[arg(long, value_enum, value_name = "DEVICE", default_value_t = Device::Auto)]
	pub device: Device,

	/// Threads to compute with.
	#[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
	pub threads: u16,
}

/// Tools for a worker's operator.
#[derive(Debug, Subcommand)]
pub(crate) enum WorkerTool {
	/// Check device, memory, disk, ports and keys, and say how to fix what is wrong
	Doctor(DoctorCmd),

	/// Print what registration needs: the hot key, the proof of possession, the addresses
	///
	/// Works beside a running node. Submit the values with workers.register from the owner's account.
	Key(WorkerKeyCmd),
}

/// `engram worker doctor`.
#[derive(Debug, Args)]
pub(crate) struct DoctorCmd {
	/// Print JSON.
	#[arg(long)]
	pub json: bool,

	/// Device to check.
	#[arg(long, value_enum, value_name = "DEVICE", default_value_t = Device::Auto)]
	pub device: Device,

	/// Where the worker will serve artifacts.
	#[arg(long, value_name = "MULTIADDR", default_value = "/ip4/0.0.0.0/tcp/30400", value_parser = parse_address)]
	pub listen: Multiaddr,

	/// The node's `--port`.
	#[arg(long, value_name = "PORT", default_value_t = <()>::p2p_listen_port(), value_parser = clap::value_parser!(u16).range(1..))]
	pub port: u16,

	/// The node's `--rpc-port`.
	#[arg(long, value_name = "PORT", default_value_t = <()>::rpc_listen_port(), value_parser = clap::value_parser!(u16).range(1..))]
	pub rpc_port: u16,

	/// The node's `--prometheus-port`.
	#[arg(long, value_name = "PORT", default_value_t = <()>::prometheus_listen_port(), value_parser = clap::value_parser!(u16).range(1..))]
	pub prometheus_port: u16,

	#[command(flatten)]
	pub shared: SharedParams,

	#[command(flatten)]
	pub keystore: KeystoreParams,
}

/// `engram worker key`.
#[derive(Debug, Args)]
pub(crate) struct WorkerKeyCmd {
	/// The account that will register the worker, in SS58.
	#[arg(long, value_name = "SS58", value_parser = parse_account)]
	pub owner: AccountId,

	/// The hot key to use, if the keystore has several.
	#[arg(long, value_name = "HEX")]
	pub public: Option<String>,

	#[command(flatten)]
	pub shared: SharedParams,

	#[command(flatten)]
	pub keystore: KeystoreParams,
}

/// `engram artifact`.
#[derive(Debug, Subcommand)]
pub(crate) enum ArtifactCmd {
	/// Put a file into a worker's store, to be served to everyone, and print its CID
	///
	/// Prints `{cid, hex, bytes}`: the CID as text for `artifact get`, and in hexadecimal with the size as extrinsics take them.
	/// A worker that is running serves it at once.
	Add {
		/// The file.
		file: PathBuf,

		/// Directory of the worker that will serve it, `directory` in the output of `engram worker key`.
		#[arg(long, value_name = "PATH")]
		base_path: PathBuf,
	},

	/// Fetch an artifact from a worker, check it against its CID, and write it to a file
	Get {
		/// The CID, as text or as events show it, in hexadecimal.
		#[arg(value_parser = parse_cid)]
		cid: Cid,

		/// Multiaddress of the worker, with `/p2p/PEER`.
		#[arg(long, value_name = "MULTIADDR", value_parser = parse_address)]
		from: Multiaddr,

		/// Where to write it.
		#[arg(long, value_name = "PATH")]
		out: PathBuf,
	},

	/// Print the Merkle root over the rows of a CSV and their number, as a contribution registers them
	RowsRoot {
		/// The CSV, with a header line.
		csv: PathBuf,
	},
}

/// What to give for an address.
pub(crate) const ADDRESS_ADVICE: &str =
	"give a multiaddress like /ip4/192.0.2.1/tcp/30400, with /p2p/PEER behind it where a worker is named";

fn parse_address(text: &str) -> Result<Multiaddr, String> {
	text.parse::<Multiaddr>().map_err(|error| format!("{error}; {ADDRESS_ADVICE}"))
}

fn parse_account(text: &str) -> Result<AccountId, String> {
	AccountId::from_ss58check(text).map_err(|error| {
		format!("not an SS58 address of 32 bytes ({error:?}): give the account as wallets show it, such as 5Grw..")
	})
}

fn parse_cid(text: &str) -> Result<Cid, String> {
	let shown = || bytes::from_hex(text).ok()?.try_into().ok().map(Cid).filter(Cid::is_valid);
	Cid::parse(text).or_else(shown).ok_or_else(|| {
		"not a CIDv1 over SHA2-256: give the one that `engram artifact add` or `ipfs add --cid-version=1 --raw-leaves` prints, \
		 or that an event shows"
			.into()
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::CommandFactory;
	use sc_cli::SubstrateCli;

	fn parse(line: &str) -> clap::error::Result<Cli> {
		Cli::try_from_iter(line.split_whitespace())
	}

	#[test]
	fn the_definition_is_sound() {
		Cli::setup_command(Cli::command()).debug_assert();
	}

	#[test]
	fn a_node_takes_the_flags_of_polkadot_and_ours() {
		let cli = parse(
			"engram --chain local --alice --base-path /tmp/x --port 30334 --rpc-port 9945 --prometheus-port 9616 \
			 --sync warp --no-hardware-benchmarks --worker --worker-device cpu --worker-listen /ip4/127.0.0.1/tcp/0 --worker-threads 2",
		)
		.unwrap();
		assert!(cli.run.alice && cli.worker.worker);
		assert_eq!(cli.worker.worker_device, Device::Cpu);
		assert_eq!(cli.worker.worker_threads, Some(2));
	}

	#[test]
	fn defaults_of_the_worker() {
		let cli = parse("engram --dev").unwrap();
		assert!(!cli.worker.worker);
		assert_eq!(cli.worker.worker_listen.to_string(), "/ip4/0.0.0.0/tcp/30400");
		assert_eq!(cli.worker.worker_device, Device::Auto);
	}

	#[test]
	fn the_doctor_looks_at_the_ports_of_a_node_without_flags() {
		let cli = parse("engram worker doctor").unwrap();
		let Some(Command::Worker(WorkerCmd { tool: Some(WorkerTool::Doctor(doctor)), .. })) = cli.subcommand
		else {
			panic!("no doctor")
		};
		assert_eq!([doctor.port, doctor.rpc_port, doctor.prometheus_port], [30_333, 9_944, 9_615]);
	}

	#[test]
	fn every_subcommand_parses() {
		for line in [
			"engram build-spec --chain dev --raw --disable-default-bootnode",
			"engram export-chain-spec --chain testnet",
			"engram key generate-node-key --chain dev --base-path /tmp/x",
			"engram purge-chain --chain dev -y",
			"engram check-block --chain dev 1",
			"engram export-blocks --chain dev",
			"engram export-state --chain dev",
			"engram import-blocks --chain dev",
			"engram revert --chain dev 10",
			"engram chain-info --chain dev",
			"engram worker --base-path a --socket b --listen /ip4/127.0.0.1/tcp/1 --device wgpu --threads 3 \
			 --external /dns4/gpu.example/tcp/30400",
			"engram worker doctor --json --chain dev --port 30334 --rpc-port 9945 --prometheus-port 9616",
			"engram worker key --chain dev --base-path a --owner 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
			"engram artifact add some.csv --base-path store",
			"engram artifact get bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e \
			 --from /ip4/127.0.0.1/tcp/30400 --out file",
			"engram artifact get 0x01551220b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9 \
			 --from /ip4/127.0.0.1/tcp/30400 --out file",
			"engram artifact rows-root some.csv",
		] {
			parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
		}
	}

	#[test]
	fn bad_values_are_refused_with_a_reason_and_advice() {
		for (line, reason, advice) in [
			("engram --worker-listen nowhere", "--worker-listen", "give a multiaddress like /ip4/"),
			("engram --worker-external nowhere", "--worker-external", "give a multiaddress like /ip4/"),
			("engram worker --listen nowhere", "--listen", "give a multiaddress like /ip4/"),
			("engram worker doctor --listen nowhere", "--listen", "give a multiaddress like /ip4/"),
			("engram --worker-threads 0", "--worker-threads", "is not in 1.."),
			("engram worker doctor --rpc-port 0", "--rpc-port", "is not in 1.."),
			("engram --worker-device tpu", "--worker-device", "auto, cpu, wgpu"),
			("engram --worker --no-worker", "--no-worker", "cannot be used with"),
			("engram artifact get Qm1 --from /ip4/1.1.1.1/tcp/1 --out x", "CIDv1", "`engram artifact add`"),
			("engram artifact get 0x0155 --from /ip4/1.1.1.1/tcp/1 --out x", "CIDv1", "an event shows"),
			(
				"engram artifact get bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e --from x --out y",
				"--from",
				"with /p2p/PEER",
			),
			("engram worker key --chain dev --owner nobody", "SS58", "as wallets show it"),
		] {
			let error = parse(line).unwrap_err().to_string();
			assert!(error.contains(reason), "{line}: {error}");
			assert!(error.contains(advice), "{line}: {error}");
		}
	}
}
