//! `engram worker doctor`: what the worker process says of this machine, the ports of the node, and the keys that it holds
//! for the worker.

use super::{
	commands::{process_config, Place},
	keys,
	registration::Node,
};
use crate::cli::{Cli, DoctorCmd};
use engram_primitives::authorization::WorkerKey;
use engram_worker::doctor::{examine, node_port, Check, NodePort, Status};
use sc_cli::{Error, KeystoreParams, Result};
use sp_core::crypto::Ss58Codec;
use std::net::Ipv4Addr;

/// Prints all checks. Fails when a worker could not run, so that scripts notice.
pub(crate) fn run(cli: &Cli, cmd: &DoctorCmd) -> Result<()> {
	let place = Place::find(cli, &cmd.shared)?;
	let config = process_config(&place.worker(), &place.socket(), cmd.device, &cmd.listen)?;
	let mut findings = examine(&config);
	findings.checks.extend(ports(cmd).iter().map(|port| node_port(port, &place.socket())));
	let (key, held) = hot_key(&place, &cmd.keystore);
	findings.checks.extend([key, registration(&place, cmd, &held)]);
	if cmd.json {
		let json =
			serde_json::to_string_pretty(&findings).map_err(|error| Error::Application(Box::new(error)))?;
		println!("{json}");
	} else {
		print!("{findings}");
	}
	match findings.status() {
		Status::Failed => {
			Err(Error::Input("this machine cannot run a worker yet; see the fixes above".into()))
		},
		Status::Ok | Status::Warning => Ok(()),
	}
}

/// Where a node listens unless its flags say otherwise.
fn ports(cmd: &DoctorCmd) -> [NodePort; 3] {
	[
		NodePort {
			name: "p2p port",
			address: (Ipv4Addr::UNSPECIFIED, cmd.port),
			flag: "--port",
			taken: "without it other nodes cannot dial this one",
		},
		NodePort {
			name: "rpc port",
			address: (Ipv4Addr::LOCALHOST, cmd.rpc_port),
			flag: "--rpc-port",
			taken: "without it RPC is served on a port that the node's log names",
		},
		NodePort {
			name: "metrics port",
			address: (Ipv4Addr::LOCALHOST, cmd.prometheus_port),
			flag: "--prometheus-port",
			taken: "without it there are no metrics",
		},
	]
}

/// The keys that the node signs with for its worker.
fn hot_key(place: &Place, params: &KeystoreParams) -> (Check, Vec<WorkerKey>) {
	const NAME: &str = "hot key";
	const FIX: &str = "start the node once with --worker; it makes the key";
	let keystore = match place.keystore(params) {
		Ok(keystore) => keystore,
		Err(error) => return (Check::warning(NAME, error.to_string(), FIX), Vec::new()),
	};
	let check = match keys::choose(&keystore, None) {
		Ok(key) => Check::ok(NAME, keys::hex(&key)),
		// The node works with whichever of them is registered.
		Err(error @ keys::Error::Several(_)) => Check::ok(NAME, error.to_string()),
		Err(error) => Check::warning(NAME, error.to_string(), FIX),
	};
	(check, keys::all(&keystore))
}

/// Whether one of the keys is registered, if the node runs.
fn registration(place: &Place, cmd: &DoctorCmd, held: &[WorkerKey]) -> Check {
	const NAME: &str = "registration";
	let chain = cmd.shared.chain_id(cmd.shared.is_dev());
	let register = format!(
		"`{} --owner <account>`, then submit workers.register with what it prints",
		place.key_command(&chain)
	);
	if held.is_empty() {
		return Check::warning(NAME, "there is no key yet to register", register);
	}
	match owner_of(place, cmd, held) {
		Ok(Some(owner)) => Check::ok(NAME, format!("the hot key works for {owner}")),
		Ok(None) => {
			Check::warning(NAME, "the hot key is not registered, so the worker gets no jobs", register)
		},
		Err(error) => {
			let fix = "start the node, run the doctor with its --rpc-port, and look again";
			Check::warning(NAME, error.to_string(), fix)
		},
	}
}

fn owner_of(
	place: &Place,
	cmd: &DoctorCmd,
	held: &[WorkerKey],
) -> std::result::Result<Option<String>, Box<dyn std::error::Error>> {
	let node = Node::of_chain(cmd.rpc_port, place.genesis()?)?;
	for key in held {
		if let Some(owner) = node.owner_of(key)? {
			return Ok(Some(owner.to_ss58check()));
		}
	}
	Ok(None)
}
