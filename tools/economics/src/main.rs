//! Writes the charts into a folder, `docs/economics` unless another is named.

use anyhow::Context;
use engram_economics::report::report;
use std::{env, fs, path::PathBuf};

fn main() -> anyhow::Result<()> {
	let folder = env::args_os().nth(1).map_or_else(|| PathBuf::from("docs/economics"), PathBuf::from);
	fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
	for file in report()? {
		let path = folder.join(file.name);
		fs::write(&path, file.content).with_context(|| format!("cannot write {}", path.display()))?;
	}
	Ok(())
}
