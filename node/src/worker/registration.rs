//! Asks a node on this machine whether a hot key is registered, as any client could, over its RPC port.

use codec::{Decode, Encode};
use engram_primitives::authorization::WorkerKey;
use engram_runtime::AccountId;
use serde_json::{json, Value};
use sp_core::{bytes, H256};
use std::{
	io::{self, Read, Write},
	net::{Ipv4Addr, SocketAddr, TcpStream},
	time::Duration,
};

/// How long a node on this machine may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest answer that is read.
const LONGEST: u64 = 1 << 16;

/// Why the node could not say.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
	#[error("no node answers at {0}: {1}; start it, or name its --rpc-port")]
	Unreachable(SocketAddr, io::Error),
	#[error("the node at {0} is of another chain; pass its --chain and --base-path, or the --rpc-port of the right one")]
	OtherChain(SocketAddr),
	#[error("what answers at {0} is no node of this chain: {1}; name the node's --rpc-port")]
	Strange(SocketAddr, String),
}

/// A node of this machine.
pub(crate) struct Node {
	address: SocketAddr,
}

impl Node {
	/// The node with this RPC port, if it is of the chain with this genesis.
	pub(crate) fn of_chain(port: u16, genesis: H256) -> Result<Self, Error> {
		let node = Self { address: (Ipv4Addr::LOCALHOST, port).into() };
		let hash = node.call("chain_getBlockHash", &json!([0]))?;
		if hash.as_str() == Some(&format!("{genesis:?}")) {
			Ok(node)
		} else {
			Err(Error::OtherChain(node.address))
		}
	}

	/// The account a hot key is registered under in the best block.
	pub(crate) fn owner_of(&self, key: &WorkerKey) -> Result<Option<AccountId>, Error> {
		let argument = bytes::to_hex(&key.encode(), false);
		let answer = self.call("state_call", &json!(["WorkerApi_worker_of", argument]))?;
		let owner = answer
			.as_str()
			.and_then(|hex| bytes::from_hex(hex).ok())
			.and_then(|encoded| Decode::decode(&mut &encoded[..]).ok());
		owner.ok_or_else(|| self.strange(&answer))
	}

	fn strange(&self, what: &dyn std::fmt::Display) -> Error {
		Error::Strange(self.address, what.to_string().chars().take(200).collect())
	}

	fn call(&self, method: &str, parameters: &Value) -> Result<Value, Error> {
		let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters });
		let answer =
			self.post(&request.to_string()).map_err(|error| Error::Unreachable(self.address, error))?;
		let (_, body) = answer.split_once("\r\n\r\n").ok_or_else(|| self.strange(&"no HTTP"))?;
		let body: Value = serde_json::from_str(body).map_err(|error| self.strange(&error))?;
		let result = body.get("result").cloned();
		result.ok_or_else(|| self.strange(body.get("error").unwrap_or(&body)))
	}

	/// An exchange of HTTP/1.0, which ends with the connection and comes in one piece.
	fn post(&self, body: &str) -> io::Result<String> {
		let mut stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
		stream.set_read_timeout(Some(PATIENCE))?;
		stream.set_write_timeout(Some(PATIENCE))?;
		let (host, length) = (self.address, body.len());
		write!(
			stream,
			"POST / HTTP/1.0\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
		)?;
		let mut answer = String::new();
		stream.take(LONGEST).read_to_string(&mut answer)?;
		Ok(answer)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::{crypto::UncheckedFrom, sr25519};
	use std::net::TcpListener;

	/// Answers requests with these results, one after the other, and hands back what was asked.
	fn answering(results: Vec<Value>) -> (u16, std::thread::JoinHandle<Vec<Value>>) {
		let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
		let port = listener.local_addr().unwrap().port();
		let serving = std::thread::spawn(move || {
			let mut asked = Vec::new();
			for result in results {
				let (mut stream, _) = listener.accept().unwrap();
				let mut request = Vec::new();
				let body = loop {
					let mut piece = [0; 4_096];
					let read = stream.read(&mut piece).unwrap();
					request.extend_from_slice(&piece[..read]);
					let text = String::from_utf8_lossy(&request);
					let body =
						text.split_once("\r\n\r\n").and_then(|(_, body)| serde_json::from_str(body).ok());
					if let Some(body) = body {
						break body;
					}
				};
				asked.push(body);
				write!(stream, "HTTP/1.0 200 OK\r\n\r\n{result}").unwrap();
			}
			asked
		});
		(port, serving)
	}

	fn key() -> WorkerKey {
		sr25519::Public::unchecked_from([7; 32]).into()
	}

	#[test]
	fn a_node_is_asked_for_its_chain_and_then_for_the_key() {
		let genesis = H256::repeat_byte(3);
		let owner = AccountId::new([5; 32]);
		let found = bytes::to_hex(&Some(owner.clone()).encode(), false);
		let results = [json!(format!("{genesis:?}")), json!(found), json!("0x00")];
		let (port, serving) = answering(results.map(|result| json!({ "result": result })).into());
		let node = Node::of_chain(port, genesis).unwrap();
		assert_eq!(node.owner_of(&key()).unwrap(), Some(owner));
		assert_eq!(node.owner_of(&key()).unwrap(), None);
		let asked = serving.join().unwrap();
		assert_eq!(asked[0]["params"], json!([0]));
		let hex = bytes::to_hex(&[7; 32], false);
		assert_eq!(asked[1]["params"], json!(["WorkerApi_worker_of", hex]));
	}

	#[test]
	fn other_chains_other_programs_and_nobody_are_told_apart() {
		let genesis = H256::repeat_byte(3);
		let (port, _) = answering(vec![json!({ "result": format!("{:?}", H256::repeat_byte(4)) })]);
		assert!(matches!(Node::of_chain(port, genesis), Err(Error::OtherChain(_))));
		let (port, _) = answering(vec![json!({ "error": { "message": "no such method" } })]);
		let error = Node::of_chain(port, genesis).err().unwrap();
		assert!(error.to_string().contains("no such method"), "{error}");
		let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
		assert!(matches!(Node::of_chain(nobody, genesis), Err(Error::Unreachable(..))));
	}
}
