//! What goes wrong on a real network, and what must not come of it: real nodes, real workers, a client's view.
//!
//! A worker killed as it works and a node killed as it submits are in the polkadot.js suite.

mod refused;
mod reorg;
mod withheld;

use anyhow::Result;
use engram_e2e::{
	chain::ensure_balanced,
	network::{Network, Plan, Worker},
	tell,
};
use std::time::Instant;

/// Runs a story on a network of its own. When it fails the logs of the nodes stay.
async fn tell_story(
	name: &str,
	preset: &str,
	plans: &[Plan],
	story: impl AsyncFnOnce(&Network) -> Result<()>,
) {
	let began = Instant::now();
	tell(format!("{name}:"));
	let network = match Network::start(preset, plans).await {
		Ok(network) => network,
		Err(error) => panic!("{error:?}"),
	};
	if let Err(error) = story(&network).await {
		panic!("{error:?}");
	}
	tell(format!("{name}: {} s", began.elapsed().as_secs()));
}

fn validator(name: &'static str, worker: Worker) -> Plan {
	Plan { name, validator: true, worker }
}

fn full_node(name: &'static str, worker: Worker) -> Plan {
	Plan { name, validator: false, worker }
}

/// What must be true after every story: nothing was made or lost, and nothing happened that cannot.
async fn ensure_sound(network: &Network) -> Result<()> {
	let chain = &network.nodes()[0].chain;
	ensure_balanced(&chain.finalized().await?).await?;
	let strange: Vec<_> =
		chain.events_since(1).await?.into_iter().filter(|event| event.name == "Unexpected").collect();
	assert!(strange.is_empty(), "{strange:?}");
	Ok(())
}
