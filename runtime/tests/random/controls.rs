//! That the check of every few blocks asks every pallet: a fault in a pallet of the SDK is noticed, by that pallet. Those of our
//! pallets are in their own tests.

use crate::random::{
	chain::{Chain, Eras},
	checks::invariants,
};
use engram_primitives::units::ENGR;
use engram_runtime::{
	AccountId, Assets, AuthorityDiscovery, Authorship, Babe, Balances, BlockNumber, PoolAssets, Runtime,
	Session, Staking, Treasury, VoterList,
};
use frame_support::{
	storage::{migration::put_storage_value, unhashed},
	traits::{Hooks, PalletInfoAccess},
	WeakBoundedVec,
};
use pallet_balances::{BalanceLock, Reasons};
use pallet_treasury::{PaymentState, SpendStatus};
use sp_io::storage::{rollback_transaction, start_transaction};
use sp_keyring::Sr25519Keyring;
use sp_runtime::TryRuntimeError;
use sp_staking::offence::OffenceSeverity;
use std::{collections::BTreeSet, fs};

/// A fault, and what the invariants of which pallet say of it.
struct Control {
	hook: fn(BlockNumber) -> Result<(), TryRuntimeError>,
	message: &'static str,
	spoil: fn(),
}

fn alice() -> AccountId {
	Sr25519Keyring::Alice.to_account_id()
}

/// One for every pallet of the SDK that has invariants.
fn controls() -> [Control; 10] {
	[
		Control {
			hook: Assets::try_state,
			message: "Orphaned Account found",
			spoil: || unhashed::put(&pallet_assets::Account::<Runtime>::hashed_key_for(7, alice()), &0u32),
		},
		Control {
			hook: PoolAssets::try_state,
			message: "Orphaned Account found",
			spoil: || {
				type Accounts = pallet_assets::Account<Runtime, pallet_assets::Instance2>;
				unhashed::put(&Accounts::hashed_key_for(7, alice()), &0u32);
			},
		},
		Control {
			hook: AuthorityDiscovery::try_state,
			message: "Duplicate keys found in Keys",
			spoil: || {
				let mut keys = pallet_authority_discovery::Keys::<Runtime>::get().into_inner();
				keys.extend(keys.first().cloned());
				pallet_authority_discovery::Keys::<Runtime>::put(WeakBoundedVec::force_from(keys, None));
			},
		},
		Control {
			hook: Authorship::try_state,
			message: "Stored author does not match the author derived from digest",
			spoil: || {
				let nobody = AccountId::from([0; 32]);
				put_storage_value(Authorship::name().as_bytes(), b"Author", &[], nobody);
			},
		},
		Control {
			hook: Babe::try_state,
			message: "EpochConfig must be initialized and never be None",
			spoil: pallet_babe::EpochConfig::<Runtime>::kill,
		},
		Control {
			hook: Balances::try_state,
			message: "bad locks",
			spoil: || {
				let lock = BalanceLock { id: *b"nobody's", amount: ENGR, reasons: Reasons::All };
				let locks = WeakBoundedVec::force_from(vec![lock], None);
				pallet_balances::Locks::<Runtime>::insert(alice(), locks);
			},
		},
		Control {
			hook: Session::try_state,
			message: "DisabledValidators is not sorted",
			spoil: || {
				let disabled = [1, 0].map(|index| (index, OffenceSeverity::min_severity()));
				pallet_session::DisabledValidators::<Runtime>::put(disabled.to_vec());
			},
		},
		Control {
			hook: Staking::try_state,
			message: "bond, ledger and/or staking hold inconsistent for a bonded stash.",
			spoil: || {
				pallet_staking::Ledger::<Runtime>::mutate(alice(), |ledger| {
					ledger.as_mut().expect("Alice validates").total += 1;
				});
			},
		},
		Control {
			hook: Treasury::try_state,
			message: "Actual number of spends exceeds `SpendCount`.",
			spoil: || {
				let spend = SpendStatus {
					asset_kind: (),
					amount: ENGR,
					beneficiary: alice(),
					valid_from: 0,
					expire_at: 1,
					status: PaymentState::Pending,
				};
				pallet_treasury::Spends::<Runtime>::insert(0, spend);
			},
		},
		Control {
			hook: VoterList::try_state,
			message: "iter_count != stored_count",
			spoil: || {
				type Nodes = pallet_bags_list::ListNodes<Runtime, pallet_bags_list::Instance1>;
				unhashed::put(&Nodes::counter_storage_final_key(), &0u32);
			},
		},
	]
}

#[test]
fn a_fault_in_any_pallet_of_the_sdk_is_noticed() {
	let mut chain = Chain::new(&[], Eras::Local);
	chain.build(0, |_| ());
	for Control { hook, message, spoil } in controls() {
		chain.execute(|| {
			start_transaction();
			assert_eq!(invariants(1), Ok(()));
			spoil();
			assert_eq!(hook(1), Err(TryRuntimeError::Other(message)));
			assert!(invariants(1).is_err(), "only {message} asks");
			rollback_transaction();
		});
	}
}

/// The names that begin with `pallet-` in a list of the manifest, up to the first slash.
fn pallets_in(manifest: &str, from: &str, to: &str, suffix: &str) -> BTreeSet<String> {
	let (_, list) = manifest.split_once(from).expect("the list is there");
	let (list, _) = list.split_once(to).expect("the list ends");
	let names = list.lines().filter_map(|line| line.trim().trim_start_matches('"').split_once(suffix));
	names.map(|(name, _)| name.to_owned()).filter(|name| name.starts_with("pallet-")).collect()
}

/// Without the feature a pallet says that all is well, whatever it would find.
#[test]
fn the_invariants_of_every_pallet_are_compiled() {
	let manifest = fs::read_to_string("Cargo.toml").unwrap();
	let mut pallets = pallets_in(&manifest, "\n[dependencies]\n", "\n[", ".workspace");
	assert!(pallets.remove("pallet-transaction-payment-rpc-runtime-api"), "it is no pallet");
	assert!(pallets.len() > 30);
	assert_eq!(pallets_in(&manifest, "\nstd = [\n", "\n]", "/try-runtime"), pallets);
	assert_eq!(pallets_in(&manifest, "\ntry-runtime = [\n", "\n]", "/try-runtime"), pallets);
}
