//! `engram artifact`: content-addressed files without a node.

use crate::{cli::ArtifactCmd, worker::keys};
use sc_cli::{Error, Result};
use std::path::Path;

/// Runs one of the artifact commands.
pub(crate) fn run(cmd: &ArtifactCmd) -> Result<()> {
	match cmd {
		ArtifactCmd::Add { file, base_path } => {
			let cid = engram_worker::artifact_add(base_path, file).map_err(application)?;
			let bytes = std::fs::metadata(file).map_err(|error| unreadable(file, &error))?.len();
			println!(
				"{:#}",
				serde_json::json!({ "cid": cid.to_string(), "hex": keys::hex(&cid.0), "bytes": bytes })
			);
		},
		ArtifactCmd::Get { cid, from, out } => {
			engram_worker::artifact_get(*cid, &[from.to_string()], out).map_err(application)?;
		},
		ArtifactCmd::RowsRoot { csv } => {
			let text = std::fs::read(csv).map_err(|error| unreadable(csv, &error))?;
			let (root, rows) = engram_worker::rows_root(&text).map_err(application)?;
			println!("{:#}", serde_json::json!({ "root": keys::hex(&root), "rows": rows }));
		},
	}
	Ok(())
}

fn unreadable(file: &Path, error: &std::io::Error) -> Error {
	Error::Input(format!("cannot read {}: {error}", file.display()))
}

fn application(error: engram_worker::Error) -> Error {
	Error::Application(Box::new(error))
}
