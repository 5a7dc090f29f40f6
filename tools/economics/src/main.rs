//! Writes the charts into a folder, `docs/economics` unless another is named.

use engram_economics::report::report;
use std::{env, path::PathBuf};

fn main() -> anyhow::Result<()> {
	let folder = env::args_os().nth(1).map_or_else(|| PathBuf::from("docs/economics"), PathBuf::from);
	Ok(engram_charts::write_files(&folder, &report()?)?)
}
