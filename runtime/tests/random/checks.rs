//! What must hold after every few blocks, and of every operation that failed.

use crate::random::{
	chain::{apply_and_take_back, Chain},
	flows::{CurveFlows, Flows},
	issuance::Ledger,
};
use engram_primitives::{traits::ModelRegistry, units::Balance, TokenId};
use engram_runtime::{
	AccountId, AllPalletsWithSystem, Assets, Authorship, Balances, Baskets, BlockNumber, Curves, Emission,
	Jobs, Models, Pools, Runtime, RuntimeEvent, System, Treasury, UncheckedExtrinsic,
};
use frame_support::{
	storage::storage_prefix,
	traits::{fungible::Inspect, PalletInfoAccess, TryState, TryStateSelect},
};
use sp_io::hashing::{blake2_256, twox_128};
use sp_runtime::TryRuntimeError;
use std::collections::BTreeMap;

/// Every invariant of every pallet.
pub(crate) fn invariants(number: BlockNumber) -> Result<(), TryRuntimeError> {
	<AllPalletsWithSystem as TryState<BlockNumber>>::try_state(number, TryStateSelect::All)
}

/// Whether two amounts are equal, or else what is wrong.
fn unequal(what: &str, has: Balance, should: Option<Balance>) -> Option<String> {
	(Some(has) != should).then(|| format!("{what}: {has}, and it should be {should:?}"))
}

/// Of each asset, what all accounts have is what there is.
fn asset_faults<I: 'static>(name: &str) -> Vec<String>
where
	Runtime: pallet_assets::Config<I, AssetId = u32, Balance = Balance>,
{
	let mut sums: BTreeMap<u32, Balance> =
		pallet_assets::Asset::<Runtime, I>::iter_keys().map(|id| (id, 0)).collect();
	for (id, _, row) in pallet_assets::Account::<Runtime, I>::iter() {
		*sums.entry(id).or_default() += row.balance;
	}
	let supply = |id| pallet_assets::Pallet::<Runtime, I>::total_supply(id);
	let fault = |(id, sum)| unequal(&format!("balances of {name} {id}"), sum, Some(supply(id)));
	sums.into_iter().filter_map(fault).collect()
}

/// What the account of each curve has is what the curve owes, to the base unit: nobody sends it anything here. What it owes is what
/// its events say.
fn curve_faults(flows: &Flows) -> Vec<String> {
	let mut faults = Vec::new();
	let mut gone: Vec<TokenId> = flows.curves().collect();
	for (token, record) in pallet_curves::Curves::<Runtime>::iter() {
		let had = Balances::total_balance(&Curves::pot_account(token));
		faults.extend(unequal(&format!("coins of the curve of {token:?}"), had, record.owed()));
		let (reserve, fees, premium) = (record.reserve, record.fees, record.premium);
		let (has, should) = (CurveFlows { reserve, fees, premium }, flows.of_curve(token));
		if Some(has) != should {
			faults.push(format!("flows of the curve of {token:?}: {has:?}, and they should be {should:?}"));
		}
		gone.retain(|other| *other != token);
	}
	faults.extend(gone.iter().map(|token| format!("curve of {token:?}: it is gone, and no event says so")));
	faults
}

/// The account of each pool has what the pool owes and what strangers gave it.
fn pool_faults(flows: &Flows) -> Vec<String> {
	let open = |(_, record): &(TokenId, pallet_pools::PoolRecordOf<Runtime>)| {
		record.state == pallet_pools::PoolState::Open
	};
	let fault = |(token, record): (TokenId, pallet_pools::PoolRecordOf<Runtime>)| {
		let has = Assets::balance(token.0, Pools::pot_account(token));
		let should = record.owed().map(|owed| owed + flows.gifts_to(token));
		unequal(&format!("tokens of the pool of {token:?}"), has, should)
	};
	pallet_pools::Pools::<Runtime>::iter().filter(open).filter_map(fault).collect()
}

/// The account of each basket has what its books say, and of coins its endowment too: nobody sends it anything here.
fn basket_faults() -> Vec<String> {
	let mut faults = Vec::new();
	for (basket, record) in pallet_baskets::Baskets::<Runtime>::iter() {
		let pot = Baskets::pot_account(basket);
		for (asset, book) in record.books() {
			let (has, should) = match asset {
				Some(token) => (Assets::balance(token.0, &pot), book.sum()),
				None => (Balances::total_balance(&pot), book.sum().map(|sum| sum + record.endowment)),
			};
			faults.extend(unequal(&format!("{asset:?} of the basket {basket:?}"), has, should));
		}
	}
	faults
}

/// The escrow of each model has what premiums brought it, less what its jobs took.
fn escrow_faults(flows: &Flows) -> Vec<String> {
	let fault = |(model, should)| {
		let has = Balances::total_balance(&Jobs::model_escrow(model));
		unequal(&format!("escrow of {model:?}"), has, Some(should))
	};
	flows.escrows().filter_map(fault).collect()
}

/// What was measured of a model are versions of it that were not undone.
fn measurement_faults() -> Vec<String> {
	let counts = |model, version| {
		Models::version(version).is_some_and(|record| record.model == model)
			&& !<Models as ModelRegistry<AccountId>>::is_rolled_back(version)
	};
	let faults = pallet_curves::Markets::<Runtime>::iter().flat_map(|(model, market)| {
		let undone = market.measured.into_iter().filter(move |one| !counts(model, one.version));
		undone.map(move |one| {
			format!("measurement of {model:?}: {one:?} is of no version of it, or of one that was undone")
		})
	});
	faults.collect()
}

/// What is wrong with the tokens, and with what their buyers paid for models: nothing, whatever happens.
pub(crate) fn token_faults(flows: &Flows) -> Vec<String> {
	[
		asset_faults::<()>("the asset"),
		asset_faults::<pallet_assets::Instance2>("the pool asset"),
		curve_faults(flows),
		pool_faults(flows),
		basket_faults(),
		escrow_faults(flows),
		measurement_faults(),
	]
	.concat()
}

/// Every invariant, and the sums of money and of tokens.
pub(crate) fn check(chain: &mut Chain, ledger: &impl Ledger, flows: &Flows, seed: u64) {
	let number = chain.head().number;
	chain.execute(|| {
		assert_eq!(invariants(number), Ok(()), "seed {seed}, block {number}");
		assert_eq!(token_faults(flows), Vec::<String>::new(), "seed {seed}, block {number}");
		let accounts = frame_system::Account::<Runtime>::iter_values();
		let balances: Balance = accounts.map(|info| info.data.free + info.data.reserved).sum();
		assert_eq!(Balances::total_issuance(), balances, "seed {seed}, block {number}");
		assert_eq!(Balances::total_issuance(), ledger.expected(), "seed {seed}, block {number}");
	});
}

/// No pallet of ours may ever report what cannot happen.
pub(crate) fn check_expected(event: &RuntimeEvent) {
	let unexpected = match event {
		RuntimeEvent::Emission(event) => matches!(event, pallet_emission::Event::Unexpected { .. }),
		RuntimeEvent::Workers(event) => matches!(event, pallet_workers::Event::Unexpected { .. }),
		RuntimeEvent::Jobs(event) => matches!(event, pallet_jobs::Event::Unexpected { .. }),
		RuntimeEvent::Learning(event) => matches!(event, pallet_learning::Event::Unexpected { .. }),
		RuntimeEvent::Ratings(event) => matches!(event, pallet_ratings::Event::Unexpected { .. }),
		RuntimeEvent::Pools(event) => matches!(event, pallet_pools::Event::Unexpected { .. }),
		_ => false,
	};
	assert!(!unexpected, "{event:?}");
}

/// A digest of the state beside what each extrinsic changes, and the balances.
struct Snapshot {
	rest: [u8; 32],
	burned: Balance,
	accounts: BTreeMap<AccountId, (u32, Balance, Balance)>,
}

impl Snapshot {
	fn take() -> Self {
		let account = storage_prefix(System::name().as_bytes(), b"Account");
		let system = twox_128(System::name().as_bytes());
		// A share of every fee burns, which the ledger and the issuance show.
		let ledger = twox_128(Emission::name().as_bytes());
		let issuance = storage_prefix(Balances::name().as_bytes(), b"TotalIssuance");
		let mut rest = Vec::new();
		let mut key = Vec::new();
		while let Some(next) = sp_io::storage::next_key(&key) {
			key = next;
			// Events, the count and weight of extrinsics; `:extrinsic_index` and the level of the transaction.
			let of_a_block = key.starts_with(&system) || key.starts_with(b":");
			let of_a_fee = key.starts_with(&ledger) || key == issuance;
			if !of_a_block && !of_a_fee && !key.starts_with(&account) {
				rest.extend_from_slice(&key);
				rest.extend(sp_io::storage::get(&key).unwrap_or_default());
			}
		}
		let accounts = frame_system::Account::<Runtime>::iter()
			.map(|(who, info)| (who, (info.nonce, info.data.free, info.data.reserved)))
			.collect();
		let burned = pallet_emission::Burned::<Runtime>::iter_values().sum();
		Self { rest: blake2_256(&rest), burned, accounts }
	}

	/// Checks that since `before` only the fee and the nonce of `sender` have moved.
	fn assert_only_fee_since(&self, before: &Self, sender: &AccountId, what: &str) {
		assert_eq!(self.rest, before.rest, "{what} failed and left a trace");
		let paid = [Some(Treasury::account_id()), Authorship::author()];
		let sum = |one: &Self| one.accounts.values().map(|(_, free, held)| free + held).sum::<Balance>();
		assert_eq!(sum(self) + self.burned, sum(before) + before.burned, "{what}");
		let everybody = self.accounts.keys().chain(before.accounts.keys());
		for who in everybody.filter(|who| self.accounts.get(*who) != before.accounts.get(*who)) {
			let (nonce, free, held) = self.accounts.get(who).copied().unwrap_or_default();
			let (old_nonce, old_free, old_held) = before.accounts.get(who).copied().unwrap_or_default();
			assert_eq!(held, old_held, "{what}: {who} has other holds");
			assert!(*who == *sender || paid.contains(&Some(who.clone())), "{what}: {who} changed");
			assert!(nonce == old_nonce + u32::from(who == sender), "{what}: nonce of {who}");
			assert!(free >= old_free || who == sender, "{what}: {who} paid");
		}
	}
}

/// Looks at what an operation that fails changes, before it is applied for good.
pub(crate) fn check_rollback(extrinsic: &UncheckedExtrinsic, sender: &AccountId, what: &str) {
	let before = Snapshot::take();
	let after = apply_and_take_back(extrinsic, Snapshot::take);
	after.assert_only_fee_since(&before, sender, what);
}
