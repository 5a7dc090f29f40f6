//! `engram artifact`: content-addressed files without a node.

use crate::cli::ArtifactCmd;
use sc_cli::Result;

/// Runs one of the artifact commands.
pub fn run(cmd: &ArtifactCmd) -> Result<()> {
	let _ = cmd;
	Ok(())
}
