use super::*;
use crate::{
	store::{Store, Visibility},
	unixfs::CHUNK,
};
use engram_primitives::{merkle, JobId};
use std::sync::Mutex;
use tempfile::TempDir;

type Twist = Box<dyn Fn(&Request, Response) -> Response + Send + Sync>;

/// A worker with a store, that may twist its answers.
struct Peer {
	dir: TempDir,
	store: Store,
	counters: Arc<Counters>,
	exchange: Exchange,
}

struct Twisted {
	store: Store,
	twist: Twist,
}

impl Shelf for Twisted {
	fn answer(&self, request: &Request) -> Response {
		let found = match request {
			Request::Block(cid) => self.store.public_block(cid).map_or(Response::Missing, Response::Block),
			Request::Leaf { .. } => Response::Missing,
		};
		(self.twist)(request, found)
	}
}

async fn peer_with(twist: Twist) -> Peer {
	let dir = tempfile::tempdir().unwrap();
	let store = Store::open(dir.path()).unwrap();
	let counters = Arc::new(Counters::default());
	let shelf = Arc::new(Twisted { store: store.clone(), twist });
	let options = Options { listen: Some("/ip4/127.0.0.1/tcp/0".parse().unwrap()), ..Options::client() };
	let exchange = Exchange::start(options, store.clone(), shelf, counters.clone()).await.unwrap();
	Peer { dir, store, counters, exchange }
}

async fn peer() -> Peer {
	peer_with(Box::new(|_, found| found)).await
}

impl Peer {
	fn source(&self) -> Source {
		Source::parse(self.exchange.addresses()[0].to_string().as_bytes()).unwrap()
	}
}

fn pattern(size: usize) -> Vec<u8> {
	(0..size).map(|i| (i * 31 + (i >> 8) * 17 + (i >> 18) * 7) as u8).collect()
}

const LIMIT: u64 = store::MAX_ARTIFACT;

fn flips() -> Twist {
	Box::new(|_, found| match found {
		Response::Block(mut block) => {
			let middle = block.len() / 2;
			block[middle] ^= 1;
			Response::Block(block)
		},
		other => other,
	})
}

#[tokio::test(flavor = "multi_thread")]
async fn artifacts_travel_and_bytes_are_counted() {
	let (server, client) = (peer().await, peer().await);
	for size in [5, CHUNK, 3 * CHUNK + 5] {
		let bytes = pattern(size);
		let cid = server.store.put(&bytes, Visibility::Public).unwrap();
		client.exchange.fetch(cid, &[server.source()], LIMIT).await.unwrap();
		assert_eq!(client.store.get(&cid).unwrap(), bytes);
		assert!(client.store.is_public(&cid));
	}
	// The first chunk of the last artifact is the one before, and is not fetched again.
	let received = client.counters.bytes_received.get();
	assert!(received > 3 * CHUNK as u64);
	// The last answer is counted when it is flushed, which the client may see first.
	for _ in 0..100 {
		if server.counters.bytes_served.get() == received {
			break;
		}
		tokio::time::sleep(Duration::from_millis(20)).await;
	}
	assert_eq!(server.counters.bytes_served.get(), received);
	assert_eq!(client.counters.blocks_refused.get(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_is_not_fetched_again() {
	let (server, client) = (peer().await, peer().await);
	let bytes = pattern(3 * CHUNK);
	let cid = server.store.put(&bytes, Visibility::Public).unwrap();
	let first = Cid::of_raw(&bytes[..CHUNK]);
	client.store.put_block(&first, &bytes[..CHUNK], Visibility::Public).unwrap();
	client.exchange.fetch(cid, &[server.source()], LIMIT).await.unwrap();
	let received = client.counters.bytes_received.get();
	assert!(received < 2 * CHUNK as u64 + 1_000);
	client.exchange.fetch(cid, &[], LIMIT).await.unwrap();
	assert_eq!(client.counters.bytes_received.get(), received);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_byte_is_refused_and_the_next_source_asked() {
	let (liar, honest, client) = (peer_with(flips()).await, peer().await, peer().await);
	let bytes = pattern(2 * CHUNK + 9);
	let cid = liar.store.put(&bytes, Visibility::Public).unwrap();
	let error = client.exchange.fetch(cid, &[liar.source()], LIMIT).await.unwrap_err();
	assert!(matches!(error, Error::Unavailable { last, .. } if matches!(*last, Error::Refused { .. })));
	assert_eq!(client.counters.blocks_refused.get(), 1);
	assert_eq!(client.counters.bytes_received.get(), 0);
	assert!(!client.store.has(&cid));
	let files = std::fs::read_dir(client.dir.path().join("tmp")).unwrap().count();
	assert_eq!(files, 0);

	honest.store.put(&bytes, Visibility::Public).unwrap();
	client.exchange.fetch(cid, &[liar.source(), honest.source()], LIMIT).await.unwrap();
	assert_eq!(client.store.get(&cid).unwrap(), bytes);
	// The root and each of the three chunks.
	assert_eq!(client.counters.blocks_refused.get(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn private_blocks_are_not_served() {
	let (server, client) = (peer().await, peer().await);
	let cid = server.store.put(b"checkpoint", Visibility::Private).unwrap();
	let missing =
		|error| matches!(error, Error::Unavailable { last, .. } if matches!(*last, Error::Missing { .. }));
	assert!(missing(client.exchange.fetch(cid, &[server.source()], LIMIT).await.unwrap_err()));
	server.store.publish(&cid).unwrap();
	client.exchange.fetch(cid, &[server.source()], LIMIT).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn sizes_are_bounded_before_chunks_are_fetched() {
	let (server, client) = (peer().await, peer().await);
	let small = server.store.put(&pattern(100), Visibility::Public).unwrap();
	let large = server.store.put(&pattern(4 * CHUNK), Visibility::Public).unwrap();
	for (cid, limit) in [(small, 99), (large, 4 * CHUNK as u64 - 1)] {
		let error = client.exchange.fetch(cid, &[server.source()], limit).await.unwrap_err();
		assert!(matches!(error, Error::TooLarge { .. }), "{error}");
	}
	assert!(client.counters.bytes_received.get() < 1_000);
	// A node that is none.
	let bytes = b"not a node".to_vec();
	let cid = Cid::new(engram_primitives::cid::CODEC_DAG_PB, sp_io::hashing::sha2_256(&bytes));
	server.store.put_block(&cid, &bytes, Visibility::Public).unwrap();
	let error = client.exchange.fetch(cid, &[server.source()], LIMIT).await.unwrap_err();
	assert!(matches!(error, Error::Tree { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn leaves_are_proven() {
	let leaves: Vec<Cid> = (0..5u8).map(|i| Cid::of_raw(&[i])).collect();
	let digests: Vec<_> = leaves.iter().map(Cid::digest).collect();
	let root = merkle::root(&digests);
	let claimed = Arc::new(Mutex::new(2u32));
	let (shared, proven) = (claimed.clone(), digests.clone());
	let server = peer_with(Box::new(move |request, found| match request {
		Request::Leaf { index: 4, .. } => Response::Missing,
		Request::Leaf { .. } => {
			let index = *shared.lock().unwrap();
			Response::Leaf(Leaf {
				cid: leaves[index as usize],
				proof: merkle::prove(&proven, index).unwrap(),
			})
		},
		Request::Block(_) => found,
	}))
	.await;
	let client = peer().await;
	let place = Place { job: JobId(1), attempt: 0, count: 5, root };
	let source = server.source();
	let ask = |index| client.exchange.leaf(&source, &place, index);
	assert_eq!(ask(2).await.unwrap().cid.digest(), digests[2]);
	// Another leaf of the same tree is not the one that was asked for.
	*claimed.lock().unwrap() = 3;
	assert!(matches!(ask(2).await, Err(Error::NotProven { .. })));
	assert!(matches!(ask(4).await, Err(Error::Missing { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_there_is_an_error_in_time() {
	let client = peer().await;
	let gone = peer().await;
	let source = gone.source();
	drop(gone);
	let cid = Cid::of_raw(b"x");
	assert!(matches!(client.exchange.fetch(cid, &[], LIMIT).await, Err(Error::NoSource { .. })));
	let error = client.exchange.fetch(cid, &[client.source(), source], LIMIT).await.unwrap_err();
	assert!(matches!(error, Error::Unavailable { sources: 2, .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_named() {
	let first = peer().await;
	let taken: Multiaddr = first.exchange.addresses()[0].iter().take(2).collect();
	let options = Options { listen: Some(taken.clone()), ..Options::client() };
	let shelf = Arc::new(Twisted { store: first.store.clone(), twist: Box::new(|_, found| found) });
	let error = Exchange::start(options, first.store.clone(), shelf, Arc::default()).await.unwrap_err();
	assert!(error.to_string().contains(&taken.to_string()), "{error}");
}

#[test]
fn addresses_must_name_a_worker() {
	let peer = Keypair::generate_ed25519().public().to_peer_id();
	let good = format!("/ip4/127.0.0.1/tcp/30400/p2p/{peer}");
	assert_eq!(Source::parse(good.as_bytes()).unwrap().peer(), peer);
	let bad = [
		String::new(),
		"/ip4/127.0.0.1/tcp/30400".into(),
		format!("/p2p/{peer}"),
		"127.0.0.1:30400".into(),
		format!("{good}{}", "/tcp/1".repeat(200)),
	];
	for text in &bad {
		assert!(Source::parse(text.as_bytes()).is_err(), "{text}");
	}
	assert!(Source::parse(&[0xff, 0xfe]).is_err());
	let texts: Vec<Vec<u8>> = bad.iter().chain([&good, &good]).map(|t| t.clone().into_bytes()).collect();
	assert_eq!(Source::parse_all(&texts).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_resolved() {
	let (server, client) = (peer().await, peer().await);
	let cid = server.store.put(b"named", Visibility::Public).unwrap();
	let named = server.source().to_string().replace("/ip4/127.0.0.1/", "/dns4/localhost/");
	let source = Source::parse(named.as_bytes()).unwrap();
	client.exchange.fetch(cid, &[source], LIMIT).await.unwrap();
	let unknown = server.source().to_string().replace("/ip4/127.0.0.1/", "/dns6/name.invalid/");
	let source = Source::parse(unknown.as_bytes()).unwrap();
	let error = client.exchange.ask(&source, Request::Block(cid)).await.unwrap_err();
	assert!(matches!(error, Error::Resolve { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn artifacts_are_got_by_hand() {
	let server = peer().await;
	let bytes = pattern(2 * CHUNK);
	let cid = server.store.put(&bytes, Visibility::Public).unwrap();
	let (dir, source) = (tempfile::tempdir().unwrap(), server.source().to_string());
	let out = dir.path().join("weights");
	let path = out.clone();
	tokio::task::spawn_blocking(move || crate::artifact_get(cid, &[source], &path)).await.unwrap().unwrap();
	assert_eq!(std::fs::read(&out).unwrap(), bytes);
	assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}
