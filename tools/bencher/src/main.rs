//! The SDK's `benchmark pallet`, as a program of its own: it takes the runtime as a file (`--runtime`), so the node needs
//! no benchmarking code.

use clap::Parser;
use frame_benchmarking_cli::PalletCmd;
use sp_runtime::traits::BlakeTwo256;
use tracing_subscriber::EnvFilter;

fn main() -> sc_cli::Result<()> {
	let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,frame=info"));
	tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
	// No host functions beyond the standard ones.
	PalletCmd::parse().run_with_spec::<BlakeTwo256, ()>(None)
}
