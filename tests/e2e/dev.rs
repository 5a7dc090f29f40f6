//! One command to a working chain with a worker, and what the doctor says beside it.

use super::ensure_sound;
use anyhow::{Context, Result};
use engram_e2e::{
	chain::{account, ENGR},
	market::{buy_training, register_worker, stock, training, until_event, MEMORY},
	network::Network,
	node::{engram, Check},
	tell,
};
use std::net::TcpListener;

const DEV: [&str; 1] = ["--dev"];

/// What the doctor looks at, in its order.
const CHECKS: [&str; 13] = [
	"device",
	"driver",
	"memory",
	"disk",
	"store",
	"identity",
	"worker port",
	"node",
	"p2p port",
	"rpc port",
	"metrics port",
	"hot key",
	"registration",
];

const PORTS: [&str; 3] = ["p2p port", "rpc port", "metrics port"];

#[tokio::test(flavor = "multi_thread")]
#[ignore = "starts real nodes: make test-e2e"]
async fn one_command_starts_a_chain_with_a_worker_and_the_doctor_knows_it() {
	tell("engram --dev:");
	let mut network = match Network::start_dev().await {
		Ok(network) => network,
		Err(error) => panic!("{error:?}"),
	};
	if let Err(error) = story(&mut network).await {
		panic!("{error:?}");
	}
	tell("engram --dev: done");
}

fn check<'a>(checks: &'a [Check], name: &str) -> Result<&'a Check> {
	checks.iter().find(|check| check.name == name).with_context(|| format!("no check of the {name}"))
}

fn ensure_ok(checks: &[Check], name: &str, found: &str) -> Result<()> {
	let check = check(checks, name)?;
	assert!(check.status == "ok" && check.found.contains(found) && check.fix.is_empty(), "{check:?}");
	Ok(())
}

fn ensure_warning(checks: &[Check], name: &str, found: &str, fix: &str) -> Result<()> {
	let check = check(checks, name)?;
	let warns = check.status == "warning" && check.found.contains(found) && check.fix.contains(fix);
	assert!(warns, "{check:?}");
	Ok(())
}

async fn story(network: &mut Network) -> Result<()> {
	let node = network.node("dev");
	let chain = &node.chain;
	let owner = account("Bob//stash");
	chain.until_height(2, 60).await?;
	node.until_metric("engram_worker_up", 60, |up| up == 1.0).await?;
	tell("blocks are final, the worker is up");

	let checks = node.doctor(&DEV).await?;
	let names: Vec<_> = checks.iter().map(|check| check.name.as_str()).collect();
	assert_eq!(names, CHECKS);
	assert!(!check(&checks, "device")?.found.is_empty() && !check(&checks, "driver")?.found.is_empty());
	assert!(check(&checks, "memory")?.found.ends_with("MiB are free"));
	ensure_ok(&checks, "node", "it listens")?;
	for port in PORTS {
		ensure_ok(&checks, port, "is in use; a node runs")?;
	}
	let key = sp_core::bytes::to_hex(&node.worker_key(network, &owner).await?.key, false);
	ensure_ok(&checks, "hot key", &key)?;
	ensure_warning(&checks, "registration", "not registered", "workers.register")?;
	for Check { name, status, found, .. } in &checks {
		tell(format!("doctor: {status} {name}: {found}"));
	}

	register_worker(network, node, &owner, MEMORY, 1_000 * ENGR).await?;
	let registered = node.doctor(&DEV).await?;
	ensure_ok(&registered, "registration", &owner.public_key().to_account_id().to_string())?;
	let requester = account("Eve");
	let goods = stock(network, node, &requester).await?;
	let id = buy_training(chain, &requester, &goods, training(16, 20), MEMORY).await?;
	let committed = until_event(chain, id, "Learning.Committed", 120).await?.block;
	tell(format!("the worker is registered; its commitment to job {id} is final in block {committed}"));
	ensure_sound(network).await?;

	network.kill("dev")?;
	let node = network.node("dev");
	let checks = node.doctor(&DEV).await?;
	ensure_warning(&checks, "node", "no node listens", "--worker")?;
	ensure_warning(&checks, "registration", "no node answers", "start the node")?;
	for port in PORTS {
		ensure_ok(&checks, port, "is free")?;
	}
	let _taken = TcpListener::bind(("127.0.0.1", node.rpc_port()))?;
	let checks = node.doctor(&DEV).await?;
	ensure_warning(&checks, "rpc port", "in use by another program", "--rpc-port")?;
	ensure_ok(&checks, "metrics port", "is free")?;

	let empty = network.folder().join("empty");
	let printed = engram(&["worker", "doctor", "--dev", "--base-path", &empty.to_string_lossy()]).await?;
	assert!(printed.contains("no keystore") && printed.contains("it makes the key"), "{printed}");
	tell("the node is killed, and the doctor says so");
	Ok(())
}
