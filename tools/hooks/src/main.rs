//! Writes the chart and the table into a folder, `docs/performance` unless another is named, and prints the table.

#![allow(clippy::print_stdout, reason = "it prints what it measured")]

use engram_charts::{write_files, File};
use engram_hooks::{measure::measure, report};
use std::{env, path::PathBuf};

/// How often each hook is run on each chain.
const ROUNDS: u32 = 2_001;

fn main() -> anyhow::Result<()> {
	let folder = env::args_os().nth(1).map_or_else(|| PathBuf::from("docs/performance"), PathBuf::from);
	let measured = measure(ROUNDS)?;
	let table = report::table(&measured)?;
	let chart = File { name: "hooks.svg", content: report::chart(&measured)? };
	write_files(&folder, &[chart, File { name: "hooks.md", content: table.clone() }])?;
	print!("{table}");
	Ok(())
}
