//! `engram worker doctor`, as its user runs it, on a machine without a node.

use serde_json::Value;
use std::{
	net::{Ipv4Addr, TcpListener},
	path::Path,
	process::Command,
};

/// A chain of no blocks: the doctor reads nothing but its id.
const SPEC: &str = r#"{
	"name": "A test", "id": "a_test", "chainType": "Development", "bootNodes": [], "telemetryEndpoints": null,
	"protocolId": null, "properties": {}, "codeSubstitutes": {}, "genesis": { "raw": { "top": {}, "childrenDefault": {} } }
}"#;

/// The checks for a node with these ports.
fn doctor(folder: &Path, [p2p, rpc, prometheus]: [u16; 3]) -> Vec<Value> {
	let spec = folder.join("spec.json");
	std::fs::write(&spec, SPEC).unwrap();
	let output = Command::new(env!("CARGO_BIN_EXE_engram"))
		.args(["worker", "doctor", "--json", "--device", "cpu", "--listen", "/ip4/127.0.0.1/tcp/0"])
		.arg("--chain")
		.arg(&spec)
		.arg("--base-path")
		.arg(folder.join("base"))
		.args(["--port", &p2p.to_string(), "--rpc-port", &rpc.to_string()])
		.args(["--prometheus-port", &prometheus.to_string()])
		.output()
		.unwrap();
	assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
	printed["checks"].as_array().unwrap().clone()
}

#[test]
fn it_names_device_memory_driver_ports_and_keys() {
	let folder = tempfile::tempdir().unwrap();
	let listeners = [(); 3].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
	let ports = listeners.each_ref().map(|listener| listener.local_addr().unwrap().port());
	let [p2p, rpc, prometheus] = listeners;
	drop((p2p, prometheus));

	let checks = doctor(folder.path(), ports);
	let text = |name: &str, field: &str| {
		let check = checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("no {name}"));
		check[field].as_str().unwrap_or_default().to_owned()
	};
	for name in ["device", "driver", "memory", "disk", "store", "identity", "worker port"] {
		assert!(!text(name, "found").is_empty(), "{name}");
		assert_ne!(text(name, "status"), "failed", "{name}");
	}
	for (name, port) in [("p2p port", ports[0]), ("metrics port", ports[2])] {
		assert_eq!(text(name, "status"), "ok");
		assert!(text(name, "found").ends_with(&format!(":{port} is free")));
	}
	assert_eq!(text("rpc port", "status"), "warning");
	let fix = text("rpc port", "fix");
	assert!(fix.contains("--rpc-port") && fix.contains(&format!(":{}", ports[1])), "{fix}");
	drop(rpc);
	assert!(text("node", "fix").contains("--worker"));
	assert!(text("hot key", "fix").contains("--worker"));
	assert!(text("registration", "fix").contains("workers.register"));
	assert_eq!(checks.len(), 13);
}
