//! JSON-RPC beyond what every Substrate node serves: nonces, fees, BABE, GRANDPA, and specs for light clients. Nothing
//! of our own: pallets are read by view functions.

use crate::service::{FullBackend, FullClient, FullPool, FullSelectChain};
use engram_runtime::{opaque::Block, BlockNumber};
use jsonrpsee::RpcModule;
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_babe_rpc::{Babe, BabeApiServer};
use sc_consensus_grandpa::{
	FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
};
use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
use sc_rpc::SubscriptionTaskExecutor;
use sc_sync_state_rpc::{SyncState, SyncStateApiServer};
use sp_core::H256;
use sp_keystore::KeystorePtr;
use std::sync::Arc;
use substrate_frame_rpc_system::{System, SystemApiServer};

/// What the methods read.
pub(crate) struct Deps {
	pub client: Arc<FullClient>,
	pub pool: Arc<FullPool>,
	pub select_chain: FullSelectChain,
	pub chain_spec: Box<dyn sc_service::ChainSpec>,
	pub keystore: KeystorePtr,
	pub babe: BabeWorkerHandle<Block>,
	pub grandpa: GrandpaDeps,
}

/// What the GRANDPA methods read.
#[derive(Clone)]
pub(crate) struct GrandpaDeps {
	pub voter_state: SharedVoterState,
	pub authority_set: SharedAuthoritySet<H256, BlockNumber>,
	pub justifications: GrandpaJustificationStream<Block>,
	pub finality_proofs: Arc<FinalityProofProvider<FullBackend, Block>>,
}

/// All of them in one module.
pub(crate) fn create(
	deps: Deps,
	executor: SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, sc_service::Error> {
	let Deps { client, pool, select_chain, chain_spec, keystore, babe, grandpa } = deps;
	let mut module = RpcModule::new(());

	let sync_state = SyncState::new(chain_spec, client.clone(), grandpa.authority_set.clone(), babe.clone())
		.map_err(application)?;
	module.merge(System::new(client.clone(), pool).into_rpc()).map_err(application)?;
	module.merge(TransactionPayment::new(client.clone()).into_rpc()).map_err(application)?;
	module.merge(Babe::new(client, babe, keystore, select_chain).into_rpc()).map_err(application)?;
	module
		.merge(
			Grandpa::new(
				executor,
				grandpa.authority_set,
				grandpa.voter_state,
				grandpa.justifications,
				grandpa.finality_proofs,
			)
			.into_rpc(),
		)
		.map_err(application)?;
	module.merge(sync_state.into_rpc()).map_err(application)?;
	Ok(module)
}

fn application(error: impl std::error::Error + Send + Sync + 'static) -> sc_service::Error {
	sc_service::Error::Application(Box::new(error))
}
