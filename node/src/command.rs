//! Runs what the command line asks for.

use crate::{
	chain_spec,
	cli::{Cli, Command},
	service, worker,
};
use engram_runtime::opaque::Block;
use sc_cli::{CliConfiguration, OffchainWorkerEnabled, Result, SubstrateCli};
use sc_service::Configuration;
use std::sync::Arc;

/// The commit a release was built from; release builds set it.
const COMMIT: Option<&str> = option_env!("ENGRAM_COMMIT");

impl SubstrateCli for Cli {
	fn impl_name() -> String {
		"Engram".into()
	}

	fn impl_version() -> String {
		let version = env!("CARGO_PKG_VERSION");
		COMMIT.map_or_else(|| version.into(), |commit| format!("{version}-{commit}"))
	}

	fn executable_name() -> String {
		"engram".into()
	}

	fn description() -> String {
		"A node of the Engram chain: models are trained, checked, used and paid for.".into()
	}

	fn author() -> String {
		"The Engram authors".into()
	}

	fn support_url() -> String {
		"see README.md of the Engram repository".into()
	}

	fn copyright_start_year() -> i32 {
		2026
	}

	fn load_spec(&self, id: &str) -> std::result::Result<Box<dyn sc_service::ChainSpec>, String> {
		chain_spec::load(id).map_err(|error| error.to_string())
	}
}

/// Parses the command line and runs it.
pub(crate) fn run() -> Result<()> {
	let cli = Cli::from_args();
	match &cli.subcommand {
		None => run_node(&cli),
		Some(Command::Key(cmd)) => cmd.run(&cli),
		Some(Command::BuildSpec(cmd)) => {
			cli.create_runner(cmd)?.sync_run(|config| cmd.run(config.chain_spec, config.network))
		},
		Some(Command::ExportChainSpec(cmd)) => cmd.run(cli.load_spec(&cmd.chain)?),
		Some(Command::PurgeChain(cmd)) => cli.create_runner(cmd)?.sync_run(|config| cmd.run(config.database)),
		Some(Command::ChainInfo(cmd)) => cli.create_runner(cmd)?.sync_run(|config| cmd.run::<Block>(&config)),
		Some(Command::CheckBlock(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = parts(&config)?;
			Ok((cmd.run(parts.client, parts.import_queue), parts.task_manager))
		}),
		Some(Command::ImportBlocks(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = parts(&config)?;
			Ok((cmd.run(parts.client, parts.import_queue), parts.task_manager))
		}),
		Some(Command::ExportBlocks(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = parts(&config)?;
			Ok((cmd.run(parts.client, config.database), parts.task_manager))
		}),
		Some(Command::ExportState(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = parts(&config)?;
			Ok((cmd.run(parts.client, config.chain_spec), parts.task_manager))
		}),
		Some(Command::Revert(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
			let parts = parts(&config)?;
			// What BABE and GRANDPA noted about the blocks goes with them.
			let notes = Box::new(|client: Arc<service::FullClient>, backend, blocks| {
				sc_consensus_babe::revert(client.clone(), backend, blocks)?;
				sc_consensus_grandpa::revert(client, blocks)?;
				Ok(())
			});
			Ok((cmd.run(parts.client, parts.backend, Some(notes)), parts.task_manager))
		}),
		Some(Command::Worker(cmd)) => worker::commands::run(&cli, cmd),
		Some(Command::Artifact(cmd)) => worker::artifact::run(cmd),
	}
}

fn parts(config: &Configuration) -> Result<service::Parts> {
	service::parts(config).map_err(Into::into)
}

fn run_node(cli: &Cli) -> Result<()> {
	let wanted = cli.worker.worker || (cli.run.is_dev()? && !cli.worker.no_worker);
	let muted = matches!(cli.run.offchain_worker_params.enabled, OffchainWorkerEnabled::Never);
	if wanted && muted {
		return Err(sc_cli::Error::Input(
			"a worker's reports leave through the off-chain worker: leave out --offchain-worker never, or run no worker \
			 (--no-worker)"
				.into(),
		));
	}
	let log = cli.run.log_filters()?;
	cli.create_runner(&cli.run)?.run_node_until_exit(|config| async move {
		let options = wanted.then(|| worker::commands::options(cli, &config, &log)).transpose()?;
		service::start(config, options).await.map_err(sc_cli::Error::Service)
	})
}
