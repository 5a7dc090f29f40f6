//! What must hold after every few blocks, and of every operation that failed.

use crate::random::{
	chain::{apply_and_take_back, Chain},
	issuance::Ledger,
};
use engram_primitives::units::Balance;
use engram_runtime::{
	AccountId, AllPalletsWithSystem, Authorship, Balances, BlockNumber, Curves, Emission, Runtime,
	RuntimeEvent, System, Treasury, UncheckedExtrinsic,
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

/// What the account of each curve has is what the curve owes, to the base unit: nobody sends it anything here.
fn check_pots(seed: u64, number: BlockNumber) {
	for (token, record) in pallet_curves::Curves::<Runtime>::iter() {
		let had = Balances::total_balance(&Curves::pot_account(token));
		assert_eq!(Some(had), record.owed(), "seed {seed}, block {number}: the pot of {token:?}");
	}
}

/// Every invariant, and the sums of money.
pub(crate) fn check(chain: &mut Chain, ledger: &impl Ledger, seed: u64) {
	let number = chain.head().number;
	chain.execute(|| {
		assert_eq!(invariants(number), Ok(()), "seed {seed}, block {number}");
		check_pots(seed, number);
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
