//! The `engram` binary: a node of the Engram chain, and the worker process it runs beside itself.

#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "what a command answers goes to standard output")]
#![cfg_attr(
	not(test),
	deny(
		clippy::unwrap_used,
		clippy::expect_used,
		clippy::indexing_slicing,
		clippy::arithmetic_side_effects
	)
)]

mod chain_spec;
mod cli;
mod command;
mod rpc;
mod service;
mod worker;

use std::process::ExitCode;

fn main() -> ExitCode {
	match command::run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("Error: {error}");
			ExitCode::FAILURE
		},
	}
}
