//! `engram worker doctor`: what the worker process says of this machine, and the keys that the node holds for it.

use super::{
	commands::{process_config, Place},
	keys,
};
use crate::cli::{Cli, DoctorCmd};
use engram_worker::doctor::{examine, Check, Status};
use sc_cli::{Error, KeystoreParams, Result};

/// Prints all checks. Fails when a worker could not run, so that scripts notice.
pub(crate) fn run(cli: &Cli, cmd: &DoctorCmd) -> Result<()> {
	let place = Place::find(cli, &cmd.shared)?;
	let config = process_config(&place.worker(), &place.socket(), cmd.device, &cmd.listen)?;
	let mut findings = examine(&config);
	findings.checks.push(hot_key(&place, &cmd.keystore));
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

fn hot_key(place: &Place, params: &KeystoreParams) -> Check {
	const NAME: &str = "hot key";
	const FIX: &str = "start the node once with --worker; it makes the key";
	let keystore = match place.keystore(params) {
		Ok(keystore) => keystore,
		Err(error) => return Check::warning(NAME, error.to_string(), FIX),
	};
	match keys::choose(&keystore, None) {
		Ok(key) => Check::ok(NAME, keys::hex(&key)),
		// The node works with whichever of them is registered.
		Err(error @ keys::Error::Several(_)) => Check::ok(NAME, error.to_string()),
		Err(error) => Check::warning(NAME, error.to_string(), FIX),
	}
}
