//! `engram artifact`: content-addressed files without a node.

use crate::{cli::ArtifactCmd, worker::keys};
use sc_cli::{Error, Result};

/// Runs one of the artifact commands.
pub(crate) fn run(cmd: &ArtifactCmd) -> Result<()> {
	match cmd {
		ArtifactCmd::Add { file, base_path } => {
			println!("{}", engram_worker::artifact_add(base_path, file).map_err(application)?);
		},
		ArtifactCmd::Get { cid, from, out } => {
			engram_worker::artifact_get(*cid, &[from.to_string()], out).map_err(application)?;
		},
		ArtifactCmd::RowsRoot { csv } => {
			let text = std::fs::read(csv)
				.map_err(|error| Error::Input(format!("cannot read {}: {error}", csv.display())))?;
			let (root, rows) = engram_worker::rows_root(&text).map_err(application)?;
			println!("{:#}", serde_json::json!({ "root": keys::hex(&root), "rows": rows }));
		},
	}
	Ok(())
}

fn application(error: engram_worker::Error) -> Error {
	Error::Application(Box::new(error))
}
