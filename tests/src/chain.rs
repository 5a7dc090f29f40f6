//! A chain as a client of one of its nodes sees it: finalized state, events, transactions.

use anyhow::{anyhow, ensure, Context, Result};
use std::{sync::Arc, time::Duration};
use subxt::{
	backend::LegacyBackend,
	client::Blocks,
	config::{DefaultExtrinsicParamsBuilder, RpcConfigFor},
	dynamic::{At, Value},
	error::{BackendError, ExtrinsicError, RpcError, TransactionEventsError},
	events,
	ext::{
		scale_decode::DecodeAsType,
		scale_value::{Composite, Primitive, ValueDef},
	},
	rpcs::{self, methods::legacy::LegacyRpcMethods, rpc_params, RpcClient, UserError},
	tx::{Payload, ValidationResult},
	utils::{AccountId32, MultiSignature, H256},
	OnlineClient, OnlineClientAtBlock, SubstrateConfig,
};
use subxt_signer::{sr25519::Keypair, SecretUri};
use tokio::time::timeout;

/// Base units of one ENGR.
pub const ENGR: u128 = 1_000_000_000_000;

/// A block's state.
pub type State = OnlineClientAtBlock<SubstrateConfig>;

/// A client of one node.
#[derive(Clone, Debug)]
pub struct Chain {
	/// For what has no other form than an RPC call.
	pub rpc: RpcClient,
	/// The chain RPCs that every Substrate node has.
	pub methods: LegacyRpcMethods<RpcConfigFor<SubstrateConfig>>,
	client: OnlineClient<SubstrateConfig>,
}

/// An event of a finalized block.
#[derive(Clone, Debug)]
pub struct Event {
	/// The block.
	pub block: u64,
	/// The pallet, as in `Jobs`.
	pub pallet: String,
	/// The event, as in `JobAssigned`.
	pub name: String,
	fields: Composite<()>,
}

impl Event {
	fn of(event: &events::Event<'_, SubstrateConfig>, block: u64) -> Result<Self> {
		Ok(Self {
			block,
			pallet: event.pallet_name().to_owned(),
			name: event.event_name().to_owned(),
			fields: event.decode_fields_unchecked_as()?,
		})
	}

	/// Whether this is `Pallet.Event`.
	pub fn is(&self, key: &str) -> bool {
		key.split_once('.') == Some((&self.pallet, &self.name))
	}

	/// A field, or one inside of it as in `summary.outcome`.
	///
	/// # Panics
	///
	/// Panics when the event has no such field: the test is out of date.
	pub fn field(&self, name: &str) -> &Value {
		let mut steps = name.split('.');
		let outer = steps.next().and_then(|step| self.fields.at(step));
		let field = steps.fold(outer, |value, step| value?.at(step));
		field.unwrap_or_else(|| panic!("{}.{} has no field {name}", self.pallet, self.name))
	}

	/// A number, also one inside of a newtype.
	pub fn number(&self, field: &str) -> u128 {
		let value = self.field(field);
		let numbers = numbers_in(value);
		assert_eq!(numbers.len(), 1, "{field} of {}.{} is no number: {value}", self.pallet, self.name);
		numbers[0]
	}

	/// An account.
	pub fn account(&self, field: &str) -> AccountId32 {
		accounts_in(self.field(field)).remove(0)
	}

	/// The name of an enum's variant.
	///
	/// # Panics
	///
	/// Panics when the field is no enum.
	pub fn variant(&self, field: &str) -> &str {
		match &self.field(field).value {
			ValueDef::Variant(variant) => &variant.name,
			other => panic!("{field} of {}.{} is no enum: {other:?}", self.pallet, self.name),
		}
	}

	/// Whether it is about this job.
	pub fn is_of(&self, job: u64) -> bool {
		matches!(&self.fields, Composite::Named(fields) if fields.iter().any(|(name, _)| name == "job"))
			&& self.number("job") == job.into()
	}
}

/// Every number in a value, in order.
fn numbers_in(value: &Value) -> Vec<u128> {
	match &value.value {
		ValueDef::Composite(inner) => inner.values().flat_map(numbers_in).collect(),
		ValueDef::Variant(inner) => inner.values.values().flat_map(numbers_in).collect(),
		ValueDef::Primitive(Primitive::U128(number)) => vec![*number],
		ValueDef::Primitive(_) | ValueDef::BitSequence(_) => Vec::new(),
	}
}

/// The accounts in a value that holds nothing but accounts.
fn accounts_in(value: &Value) -> Vec<AccountId32> {
	let bytes: Vec<u8> = numbers_in(value).into_iter().filter_map(|byte| u8::try_from(byte).ok()).collect();
	bytes.chunks_exact(32).map(|chunk| AccountId32(chunk.try_into().expect("of 32 bytes; qed"))).collect()
}

/// What an account has, in base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Balance {
	/// At its disposal.
	pub free: u128,
	/// On hold.
	pub reserved: u128,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct AccountInfo {
	data: Balance,
}

impl Chain {
	/// Connects to the RPC port of a node.
	pub async fn connect(port: u16) -> Result<Self> {
		let rpc = RpcClient::from_insecure_url(format!("ws://127.0.0.1:{port}")).await?;
		let backend: LegacyBackend<SubstrateConfig> = LegacyBackend::builder().build(rpc.clone());
		let client = OnlineClient::from_backend(Arc::new(backend)).await?;
		Ok(Self { methods: LegacyRpcMethods::new(rpc.clone()), rpc, client })
	}

	/// The hash of block 0, which every worker's signature binds.
	pub fn genesis(&self) -> sp_core::H256 {
		sp_core::H256(self.client.genesis_hash().0)
	}

	/// The state of the last finalized block.
	pub async fn finalized(&self) -> Result<State> {
		Ok(self.client.at_current_block().await?)
	}

	/// The state of a block.
	pub async fn at(&self, block: H256) -> Result<State> {
		Ok(self.client.at_block(block).await?)
	}

	/// The hash of the block that is at `height` in this node's best chain.
	pub async fn hash_at(&self, height: u64) -> Result<H256> {
		let hash = self.methods.chain_get_block_hash(Some(height.into())).await?;
		hash.with_context(|| format!("this node has no block {height}"))
	}

	/// Number and hash of the best block.
	pub async fn best(&self) -> Result<(u64, H256)> {
		let hash = self.methods.chain_get_block_hash(None).await?.context("a chain has a best block")?;
		let header =
			self.methods.chain_get_header(Some(hash)).await?.context("the best block has a header")?;
		Ok((header.number, hash))
	}

	/// The version of the runtime in the state of a block. The error is what the node says.
	pub async fn spec_version_at(&self, block: H256) -> Result<u32> {
		let version = self.methods.state_get_runtime_version(Some(block)).await.map_err(answer)?;
		Ok(version.spec_version)
	}

	/// Waits until `check` finds something in finalized state.
	pub async fn until<T>(
		&self,
		what: &str,
		seconds: u64,
		check: impl AsyncFn(&State) -> Result<Option<T>>,
	) -> Result<T> {
		watch(self.client.stream_blocks().await?, what, seconds, check).await
	}

	/// Waits until `check` finds something in the state of a best block, final or not.
	pub async fn until_best<T>(
		&self,
		what: &str,
		seconds: u64,
		check: impl AsyncFn(&State) -> Result<Option<T>>,
	) -> Result<T> {
		watch(self.client.stream_best_blocks().await?, what, seconds, check).await
	}

	/// Waits until a block of at least this height is finalized.
	pub async fn until_height(&self, height: u64, seconds: u64) -> Result<()> {
		let reached = async |state: &State| Ok((state.block_number() >= height).then_some(()));
		self.until(&format!("block {height} to be final"), seconds, reached).await
	}

	/// The events of every finalized block from `first` on.
	pub async fn events_since(&self, first: u64) -> Result<Vec<Event>> {
		let last = self.finalized().await?.block_number();
		let mut found = Vec::new();
		for block in first..=last {
			found.extend(events_in(&self.client.at_block(block).await?).await?);
		}
		Ok(found)
	}

	/// Signs and sends a call. Resolves with its events once it is finalized; its failure is an error that says why.
	pub async fn send(&self, call: &impl Payload, signer: &Keypair) -> Result<Vec<Event>> {
		let account = signer.public_key().to_account_id();
		// The pool's next nonce: an earlier call of this account may not be final yet.
		let nonce = self.methods.system_account_next_index(&account).await?;
		let params = DefaultExtrinsicParamsBuilder::new().nonce(nonce).build();
		let mut transactions = self.finalized().await?.tx();
		let signed = transactions.create_signed(call, signer, params).await?;
		let progress = signed.submit_and_watch().await.map_err(refusal)?;
		let included = progress.wait_for_finalized().await?;
		let block = included.at().await?.block_number();
		let events = included.wait_for_success().await.map_err(failure)?;
		events.iter().map(|event| Event::of(&event?, block)).collect()
	}

	/// A call that its content authorizes, as a worker's report is: nobody signs or pays for the transaction.
	pub async fn authorized(&self, call: &impl Payload) -> Result<Vec<u8>> {
		let transactions = self.finalized().await?.tx();
		let mut general = transactions.create_v5_signable_offline(call, Default::default())?;
		// The extensions of this runtime have no place for a signature: what is given here goes nowhere.
		let nobody = (AccountId32([0; 32]), MultiSignature::Sr25519([0; 64]));
		Ok(general.sign_with_account_and_signature(&nobody.0, &nobody.1)?.into_encoded())
	}

	/// Offers a transaction to the pool of this node. The error is what the node says.
	pub async fn submit(&self, transaction: &[u8]) -> Result<()> {
		self.methods.author_submit_extrinsic(transaction).await.map_err(answer)?;
		Ok(())
	}

	/// Whether the pool would take a transaction, which it is not given.
	pub async fn would_take(&self, transaction: Vec<u8>) -> Result<bool> {
		let verdict = self.finalized().await?.tx().from_bytes(transaction).validate().await?;
		Ok(matches!(verdict, ValidationResult::Valid(_)))
	}

	/// Calls an RPC method that takes one text.
	pub async fn tell_node(&self, method: &str, text: &str) -> Result<()> {
		let _: Option<bool> = self.rpc.request(method, rpc_params![text]).await?;
		Ok(())
	}
}

/// What a node answers, reason included, which the client's message leaves out.
fn answer(error: rpcs::Error) -> anyhow::Error {
	match error {
		rpcs::Error::User(UserError { message, data: Some(data), .. }) => {
			anyhow!("{message}: {}", data.get().trim_matches('"'))
		},
		other => other.into(),
	}
}

/// Why the pool of a node did not take a transaction.
fn refusal(error: ExtrinsicError) -> anyhow::Error {
	match error {
		ExtrinsicError::ErrorSubmittingTransaction(BackendError::Rpc(RpcError::ClientError(error))) => {
			answer(error)
		},
		other => other.into(),
	}
}

/// Why a transaction in a block failed.
fn failure(error: TransactionEventsError) -> anyhow::Error {
	match error {
		TransactionEventsError::ExtrinsicFailed(error) => error.into(),
		other => other.into(),
	}
}

async fn watch<T>(
	mut blocks: Blocks<SubstrateConfig>,
	what: &str,
	seconds: u64,
	check: impl AsyncFn(&State) -> Result<Option<T>>,
) -> Result<T> {
	let found = async {
		loop {
			let block = blocks.next().await.context("the node ended the stream of blocks")??;
			if let Some(found) = check(&block.at().await?).await? {
				return Ok(found);
			}
		}
	};
	let found: Result<Result<T>, _> = timeout(Duration::from_secs(seconds), found).await;
	found.with_context(|| format!("timed out after {seconds} s waiting for {what}"))?
}

/// The development account of a path such as `Alice` or `Alice//stash`.
///
/// # Panics
///
/// Panics when it is no path.
pub fn account(path: &str) -> Keypair {
	let uri: SecretUri = format!("//{path}").parse().expect("a path is part of a secret URI");
	Keypair::from_uri(&uri).expect("every path leads to a key")
}

/// The events of a block.
pub async fn events_in(state: &State) -> Result<Vec<Event>> {
	let events = state.events().fetch().await?;
	events.iter().map(|event| Event::of(&event?, state.block_number())).collect()
}

/// What an account has.
pub async fn balance_of(state: &State, who: &Keypair) -> Result<Balance> {
	let address = subxt::dynamic::storage::<([u8; 32],), AccountInfo>("System", "Account");
	let info = state.storage().fetch(address, (who.public_key().0,)).await?.decode()?;
	Ok(info.data)
}

/// Asserts that the sum of all balances is the issuance.
pub async fn ensure_balanced(state: &State) -> Result<()> {
	let issuance = subxt::dynamic::storage::<(), u128>("Balances", "TotalIssuance");
	let issuance = state.storage().fetch(issuance, ()).await?.decode()?;
	let accounts = subxt::dynamic::storage::<([u8; 32],), AccountInfo>("System", "Account");
	let mut accounts = state.storage().iter(accounts, ()).await?;
	let mut sum = 0u128;
	while let Some(entry) = accounts.next().await {
		let AccountInfo { data } = entry?.value().decode()?;
		sum += data.free + data.reserved;
	}
	ensure!(sum == issuance, "balances sum to {sum}, issuance is {issuance}");
	Ok(())
}

/// The only event of this name.
///
/// # Panics
///
/// Panics when there is none or more than one.
pub fn only<'a>(events: impl IntoIterator<Item = &'a Event>, key: &str) -> &'a Event {
	let found: Vec<_> = events.into_iter().filter(|event| event.is(key)).collect();
	assert_eq!(found.len(), 1, "{key} happened {} times", found.len());
	found[0]
}

/// The payments in a field such as `verifiers: Vec<(AccountId, Balance)>`.
pub fn payments_in(event: &Event, field: &str) -> Vec<(AccountId32, u128)> {
	let ValueDef::Composite(list) = &event.field(field).value else { return Vec::new() };
	let payment = |entry: &Value| {
		let numbers = numbers_in(entry);
		let (account, amount) = numbers.split_at(32);
		let bytes: Vec<u8> = account.iter().filter_map(|byte| u8::try_from(*byte).ok()).collect();
		(AccountId32(bytes.try_into().expect("an account has 32 bytes")), amount[0])
	};
	list.values().map(payment).collect()
}
