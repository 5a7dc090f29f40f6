//! Writes the chart and the table into a folder, `docs/performance` unless another is named, and prints the table.

#![allow(clippy::print_stdout, reason = "it prints what it measured")]

use anyhow::Context;
use engram_hooks::{measure::measure, report};
use std::{env, fs, path::PathBuf};

/// How often each hook is run on each chain.
const ROUNDS: u32 = 2_001;

fn main() -> anyhow::Result<()> {
	let folder = env::args_os().nth(1).map_or_else(|| PathBuf::from("docs/performance"), PathBuf::from);
	fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
	let measured = measure(ROUNDS)?;
	let table = report::table(&measured)?;
	for (name, content) in [("hooks.svg", &report::chart(&measured)?), ("hooks.md", &table)] {
		let path = folder.join(name);
		fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))?;
	}
	print!("{table}");
	Ok(())
}
