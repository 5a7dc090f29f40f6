//! Writes the charts into a folder, `docs/curves` unless another is named.

use engram_curves::report::report;
use std::{env, path::PathBuf};

fn main() -> anyhow::Result<()> {
	let folder = env::args_os().nth(1).map_or_else(|| PathBuf::from("docs/curves"), PathBuf::from);
	Ok(engram_charts::write_files(&folder, &report()?)?)
}
