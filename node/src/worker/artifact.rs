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
	Error::Input(format!(
		"cannot read {}: {error}; check the path, and that it is a file you may read",
		file.display()
	))
}

fn application(error: engram_worker::Error) -> Error {
	Error::Application(Box::new(error))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_file_that_cannot_be_read_is_named_with_what_to_do() {
		let dir = tempfile::tempdir().unwrap();
		let csv = dir.path().join("none.csv");
		let error = run(&ArtifactCmd::RowsRoot { csv }).unwrap_err().to_string();
		assert!(error.contains("none.csv") && error.contains("check the path"), "{error}");
	}

	#[test]
	fn a_file_without_rows_is_told_what_a_csv_has() {
		let dir = tempfile::tempdir().unwrap();
		let csv = dir.path().join("empty.csv");
		std::fs::write(&csv, "a,b\n").unwrap();
		let error = run(&ArtifactCmd::RowsRoot { csv }).unwrap_err().to_string();
		assert!(error.contains("give a header line and at least one row"), "{error}");
	}
}
