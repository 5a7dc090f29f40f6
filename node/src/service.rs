//! The node: client, pool, BABE, GRANDPA, network, RPC, off-chain workers, and the worker process beside them.

use crate::{rpc, worker};
use engram_runtime::{apis::RuntimeApi, opaque::Block};
use futures::{FutureExt, StreamExt};
use sc_client_api::{Backend as _, BlockBackend};
use sc_consensus_babe::{BabeLink, BabeWorkerHandle, SlotProportion};
use sc_consensus_grandpa::{
	FinalityProofProvider, GrandpaPruningFilter, SharedVoterState, VotingRulesBuilder,
};
use sc_consensus_slots::BackoffAuthoringOnFinalizedHeadLagging;
use sc_executor::WasmExecutor;
use sc_network::{
	config::{FullNetworkConfiguration, NetworkBackendType},
	service::traits::NetworkService,
	Event, Litep2pNetworkBackend, NetworkBackend, NetworkEventStream,
};
use sc_offchain::{OffchainWorkerOptions, OffchainWorkers};
use sc_service::{
	BuildNetworkParams, Configuration, Error, PruningFilter, SpawnTasksParams, TaskManager, WarpSyncConfig,
};
use sc_telemetry::{Telemetry, TelemetryWorker};
use sc_transaction_pool::TransactionPoolHandle;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_consensus_babe::SlotDuration;
use sp_core::H256;
use std::{sync::Arc, time::Duration};

/// The client of this chain. The runtime is only ever executed as Wasm.
pub(crate) type FullClient =
	sc_service::TFullClient<Block, RuntimeApi, WasmExecutor<sp_io::SubstrateHostFunctions>>;
/// Its database.
pub(crate) type FullBackend = sc_service::TFullBackend<Block>;
/// Its transaction pool.
pub(crate) type FullPool = TransactionPoolHandle<Block, FullClient>;
/// Its fork choice.
pub(crate) type FullSelectChain = sc_consensus::LongestChain<FullBackend, Block>;

type FullGrandpaImport =
	sc_consensus_grandpa::GrandpaBlockImport<FullBackend, Block, FullClient, FullSelectChain>;
type FullBabeImport =
	sc_consensus_babe::BabeBlockImport<Block, FullClient, FullGrandpaImport, Inherents, FullSelectChain>;
type GrandpaLink = sc_consensus_grandpa::LinkHalf<Block, FullClient, FullSelectChain>;

/// Blocks between two stored GRANDPA justifications at most. Small, so that a warp-syncing node and a light client find
/// one close to the head; a justification is a few kilobytes.
const JUSTIFICATION_PERIOD: u32 = 16;

/// How long a GRANDPA message may travel.
const GOSSIP_DURATION: Duration = Duration::from_millis(333);

/// The share of a slot spent on making a block; the rest is for its way through the network.
const PROPOSAL_SHARE: f32 = 0.5;

/// Slot and time of a block, from this machine's clock.
#[derive(Clone)]
pub(crate) struct Inherents {
	slot_duration: SlotDuration,
}

#[async_trait::async_trait]
impl sp_inherents::CreateInherentDataProviders<Block, ()> for Inherents {
	type InherentDataProviders =
		(sp_consensus_babe::inherents::InherentDataProvider, sp_timestamp::InherentDataProvider);

	async fn create_inherent_data_providers(
		&self,
		_: H256,
		_: (),
	) -> Result<Self::InherentDataProviders, Box<dyn std::error::Error + Send + Sync>> {
		let timestamp = sp_timestamp::InherentDataProvider::from_system_time();
		let slot = sp_consensus_babe::inherents::InherentDataProvider::from_timestamp_and_slot_duration(
			*timestamp,
			self.slot_duration,
		);
		Ok((slot, timestamp))
	}
}

/// The node without network and tasks: what the block and state subcommands need.
pub(crate) struct Parts {
	pub client: Arc<FullClient>,
	pub backend: Arc<FullBackend>,
	pub task_manager: TaskManager,
	pub import_queue: sc_consensus::DefaultImportQueue<Block>,
	keystore: sc_service::KeystoreContainer,
	select_chain: FullSelectChain,
	pool: Arc<FullPool>,
	telemetry: Option<Telemetry>,
	babe_import: FullBabeImport,
	babe_link: BabeLink<Block>,
	babe_handle: BabeWorkerHandle<Block>,
	grandpa_link: GrandpaLink,
}

/// Opens the database and builds everything up to the import queue.
pub(crate) fn parts(config: &Configuration) -> Result<Parts, Error> {
	let telemetry = config
		.telemetry_endpoints
		.clone()
		.filter(|endpoints| !endpoints.is_empty())
		.map(|endpoints| -> Result<_, sc_telemetry::Error> {
			let worker = TelemetryWorker::new(16)?;
			let telemetry = worker.handle().new_telemetry(endpoints);
			Ok((worker, telemetry))
		})
		.transpose()?;
	let handle = telemetry.as_ref().map(|(_, telemetry)| telemetry.handle());

	// Blocks with justifications outlive pruning: warp sync proofs are made of them.
	let keep: Vec<Arc<dyn PruningFilter>> = vec![Arc::new(GrandpaPruningFilter)];
	let executor = sc_service::new_wasm_executor(&config.executor);
	let (client, backend, keystore, task_manager) =
		sc_service::new_full_parts::<Block, RuntimeApi, _>(config, handle.clone(), executor, keep)?;
	let client = Arc::new(client);

	let telemetry = telemetry.map(|(worker, telemetry)| {
		task_manager.spawn_handle().spawn("telemetry", None, worker.run());
		telemetry
	});

	let select_chain = FullSelectChain::new(backend.clone());
	let pool = Arc::new(
		sc_transaction_pool::Builder::new(
			task_manager.spawn_essential_handle(),
			client.clone(),
			config.role.is_authority().into(),
		)
		.with_options(config.transaction_pool.clone())
		.with_prometheus(config.prometheus_registry())
		.build(),
	);

	let (grandpa_import, grandpa_link) = sc_consensus_grandpa::block_import(
		client.clone(),
		JUSTIFICATION_PERIOD,
		&client,
		select_chain.clone(),
		handle.clone(),
	)?;
	let babe_config = sc_consensus_babe::configuration(&*client)?;
	let slot_duration = babe_config.slot_duration();
	// The pool goes to the block import so that an author who signs two blocks in a slot is reported.
	let (babe_import, babe_link) = sc_consensus_babe::block_import(
		babe_config,
		grandpa_import.clone(),
		client.clone(),
		Inherents { slot_duration },
		select_chain.clone(),
		OffchainTransactionPoolFactory::new(pool.clone()),
	)?;
	let (import_queue, babe_handle) =
		sc_consensus_babe::import_queue(sc_consensus_babe::ImportQueueParams {
			link: babe_link.clone(),
			block_import: babe_import.clone(),
			justification_import: Some(Box::new(grandpa_import)),
			client: client.clone(),
			slot_duration,
			spawner: &task_manager.spawn_essential_handle(),
			registry: config.prometheus_registry(),
			telemetry: handle,
		})?;

	Ok(Parts {
		client,
		backend,
		task_manager,
		import_queue,
		keystore,
		select_chain,
		pool,
		telemetry,
		babe_import,
		babe_link,
		babe_handle,
		grandpa_link,
	})
}

/// Starts the node, and the worker process when `worker` says how.
pub(crate) async fn start(
	mut config: Configuration,
	worker: Option<worker::Options>,
) -> Result<TaskManager, Error> {
	if !matches!(config.network.network_backend, NetworkBackendType::Litep2p) {
		return Err(Error::Other(
			"only the litep2p network backend is supported: leave out --network-backend".into(),
		));
	}
	// A worker's reports leave through the off-chain worker.
	config.offchain_worker.enabled |= worker.is_some();

	let Parts {
		client,
		backend,
		mut task_manager,
		import_queue,
		keystore,
		select_chain,
		pool,
		mut telemetry,
		babe_import,
		babe_link,
		babe_handle,
		grandpa_link,
	} = parts(&config)?;
	let registry = config.prometheus_registry().cloned();

	let mut net_config = FullNetworkConfiguration::<Block, H256, Litep2pNetworkBackend>::new(
		&config.network,
		registry.clone(),
	);
	let metrics = <Litep2pNetworkBackend as NetworkBackend<Block, H256>>::register_notification_metrics(
		registry.as_ref(),
	);
	let genesis = client
		.block_hash(0)?
		.ok_or_else(|| Error::Other("the database has no genesis block: run purge-chain".into()))?;
	let grandpa_protocol = sc_consensus_grandpa::protocol_standard_name(&genesis, &config.chain_spec);
	let (grandpa_protocol_config, grandpa_notifications) =
		sc_consensus_grandpa::grandpa_peers_set_config::<Block, Litep2pNetworkBackend>(
			grandpa_protocol.clone(),
			metrics.clone(),
			net_config.peer_store_handle(),
		);
	net_config.add_notification_protocol(grandpa_protocol_config);

	let warp_sync = Arc::new(sc_consensus_grandpa::warp_proof::NetworkProvider::new(
		backend.clone(),
		grandpa_link.shared_authority_set().clone(),
		Vec::new(),
	));
	let (network, system_rpc_tx, tx_handler_controller, sync, _) =
		sc_service::build_network(BuildNetworkParams {
			config: &config,
			net_config,
			client: client.clone(),
			transaction_pool: pool.clone(),
			spawn_handle: task_manager.spawn_handle(),
			spawn_essential_handle: task_manager.spawn_essential_handle(),
			import_queue,
			block_announce_validator_builder: None,
			warp_sync_config: Some(WarpSyncConfig::WithProvider(warp_sync)),
			block_relay: None,
			metrics,
			gap_sync_body_policy: None,
		})?;

	if config.offchain_worker.enabled {
		run_offchain_workers(&config, &task_manager, &client, &backend, &keystore, &pool, &network)?;
	}

	let role = config.role;
	let force_authoring = config.force_authoring;
	let grandpa_enabled = !config.disable_grandpa;
	let name = config.network.node_name.clone();
	let discovery = discovery_config(&config);
	let worker_seed = worker::keys::dev_seed(&config);
	let voter_state = SharedVoterState::empty();

	let rpc_builder = {
		let (client, pool, select_chain) = (client.clone(), pool.clone(), select_chain.clone());
		let (keystore, babe) = (keystore.keystore(), babe_handle);
		let chain_spec = config.chain_spec.cloned_box();
		let grandpa = rpc::GrandpaDeps {
			voter_state: voter_state.clone(),
			authority_set: grandpa_link.shared_authority_set().clone(),
			justifications: grandpa_link.justification_stream(),
			finality_proofs: FinalityProofProvider::new_for_service(
				backend.clone(),
				Some(grandpa_link.shared_authority_set().clone()),
			),
		};
		Box::new(move |executor| {
			let deps = rpc::Deps {
				client: client.clone(),
				pool: pool.clone(),
				select_chain: select_chain.clone(),
				chain_spec: chain_spec.cloned_box(),
				keystore: keystore.clone(),
				babe: babe.clone(),
				grandpa: grandpa.clone(),
			};
			rpc::create(deps, executor)
		})
	};
	sc_service::spawn_tasks(SpawnTasksParams {
		config,
		client: client.clone(),
		backend: backend.clone(),
		task_manager: &mut task_manager,
		keystore: keystore.keystore(),
		transaction_pool: pool.clone(),
		rpc_builder,
		network: network.clone(),
		system_rpc_tx,
		tx_handler_controller,
		sync_service: sync.clone(),
		telemetry: telemetry.as_mut(),
		tracing_execute_block: None,
	})?;
	let telemetry = telemetry.as_ref().map(Telemetry::handle);

	if role.is_authority() {
		let proposer = sc_basic_authorship::ProposerFactory::new(
			task_manager.spawn_handle(),
			client.clone(),
			pool.clone(),
			registry.as_ref(),
			telemetry.clone(),
		);
		let slot_duration = babe_link.config().slot_duration();
		let babe = sc_consensus_babe::start_babe(sc_consensus_babe::BabeParams {
			keystore: keystore.keystore(),
			client: client.clone(),
			select_chain,
			env: proposer,
			block_import: babe_import,
			sync_oracle: sync.clone(),
			justification_sync_link: sync.clone(),
			create_inherent_data_providers: Inherents { slot_duration },
			force_authoring,
			// Authors slow down when finality lags, so that a stalled GRANDPA can catch up.
			backoff_authoring_blocks: Some(BackoffAuthoringOnFinalizedHeadLagging::default()),
			babe_link,
			block_proposal_slot_portion: SlotProportion::new(PROPOSAL_SHARE),
			max_block_proposal_slot_portion: None,
			telemetry: telemetry.clone(),
		})?;
		task_manager.spawn_essential_handle().spawn_blocking("babe-proposer", Some("block-authoring"), babe);
		run_authority_discovery(discovery, &task_manager, &client, &keystore, &network, registry.clone());
	}

	if grandpa_enabled {
		let voter = sc_consensus_grandpa::run_grandpa_voter(sc_consensus_grandpa::GrandpaParams {
			config: sc_consensus_grandpa::Config {
				gossip_duration: GOSSIP_DURATION,
				justification_generation_period: JUSTIFICATION_PERIOD,
				observer_enabled: false,
				local_role: role,
				name: Some(name),
				// Without a keystore the voter only follows.
				keystore: role.is_authority().then(|| keystore.keystore()),
				telemetry: telemetry.clone(),
				protocol_name: grandpa_protocol,
			},
			link: grandpa_link,
			network: network.clone(),
			sync: sync.clone(),
			notification_service: grandpa_notifications,
			voting_rule: VotingRulesBuilder::default().build(),
			prometheus_registry: registry.clone(),
			shared_voter_state: voter_state,
			telemetry,
			offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(pool),
		})?;
		task_manager.spawn_essential_handle().spawn_blocking("grandpa-voter", None, voter);
	}

	if let Some(options) = worker {
		let storage = backend.offchain_storage().ok_or_else(|| {
			Error::Other(
				"the database has no off-chain storage, which the worker needs: choose another --db, or run no worker \
				 (--no-worker)"
					.into(),
			)
		})?;
		let params = worker::Params {
			chain: client,
			storage,
			keystore: keystore.keystore(),
			dev_seed: worker_seed,
			sync,
			registry,
			options,
		};
		worker::start(&task_manager.spawn_handle(), params)
			.map_err(|error| Error::Application(Box::new(error)))?;
	}

	Ok(task_manager)
}

/// Runs the runtime's off-chain workers on new best blocks, with the keystore they sign with.
fn run_offchain_workers(
	config: &Configuration,
	task_manager: &TaskManager,
	client: &Arc<FullClient>,
	backend: &Arc<FullBackend>,
	keystore: &sc_service::KeystoreContainer,
	pool: &Arc<FullPool>,
	network: &Arc<dyn NetworkService>,
) -> Result<(), Error> {
	let workers = OffchainWorkers::new(OffchainWorkerOptions {
		runtime_api_provider: client.clone(),
		is_validator: config.role.is_authority(),
		keystore: Some(keystore.keystore()),
		offchain_db: backend.offchain_storage(),
		transaction_pool: Some(OffchainTransactionPoolFactory::new(pool.clone())),
		network_provider: Arc::new(network.clone()),
		enable_http_requests: false,
		custom_extensions: |_| Vec::new(),
	})
	.map_err(|error| {
		Error::Other(format!(
			"cannot start the off-chain workers ({error}): install root certificates (Debian: \
			 apt-get install ca-certificates)"
		))
	})?;
	task_manager.spawn_handle().spawn(
		"offchain-workers-runner",
		Some("offchain-worker"),
		workers.run(client.clone(), task_manager.spawn_handle()).boxed(),
	);
	Ok(())
}

fn discovery_config(config: &Configuration) -> sc_authority_discovery::WorkerConfig {
	sc_authority_discovery::WorkerConfig {
		publish_non_global_ips: config.network.allow_non_globals_in_dht,
		public_addresses: config.network.public_addresses.clone(),
		strict_record_validation: true,
		persisted_cache_directory: config.network.net_config_path.clone(),
		..Default::default()
	}
}

/// Publishes this authority's addresses and finds those of the others.
fn run_authority_discovery(
	config: sc_authority_discovery::WorkerConfig,
	task_manager: &TaskManager,
	client: &Arc<FullClient>,
	keystore: &sc_service::KeystoreContainer,
	network: &Arc<dyn NetworkService>,
	registry: Option<substrate_prometheus_endpoint::Registry>,
) {
	let events = network.event_stream("authority-discovery").filter_map(|event| async move {
		match event {
			Event::Dht(event) => Some(event),
			_ => None,
		}
	});
	let (discovery, _) = sc_authority_discovery::new_worker_and_service_with_config(
		config,
		client.clone(),
		Arc::new(network.clone()),
		Box::pin(events),
		sc_authority_discovery::Role::PublishAndDiscover(keystore.keystore()),
		registry,
		task_manager.spawn_handle(),
	);
	task_manager.spawn_handle().spawn("authority-discovery", Some("networking"), discovery.run());
}
