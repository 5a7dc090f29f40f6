//! What a trade touches: five items, read and written, those of the assets included.

use crate::mock::*;
use engram_math::curve::WHOLE;
use engram_primitives::units::ENGR;
use frame_support::{assert_ok, StorageHasher, Twox128};
use sp_runtime::DispatchResult;
use std::collections::BTreeMap;

type Items = BTreeMap<Vec<u8>, Vec<u8>>;

/// Everything that is stored but what every block has anyway: its number, its events, the code, and the native issuance, which
/// balances look at before each payment.
fn items() -> Items {
	let mut items = Items::new();
	let mut key = Vec::new();
	while let Some(next) = sp_io::storage::next_key(&key) {
		items.insert(next.clone(), sp_io::storage::get(&next).unwrap().to_vec());
		key = next;
	}
	for (pallet, name) in [
		("System", "Number"),
		("System", "Events"),
		("System", "EventCount"),
		("System", "EventTopics"),
		("System", "ParentHash"),
		("System", "ExecutionPhase"),
		("Balances", "TotalIssuance"),
	] {
		let prefix = [Twox128::hash(pallet.as_bytes()), Twox128::hash(name.as_bytes())].concat();
		items.retain(|key, _| !key.starts_with(&prefix));
	}
	items.remove(b":code".as_slice());
	items
}

/// The items that differ.
fn changed(before: &Items, after: &Items) -> Vec<Vec<u8>> {
	let mut keys: Vec<_> = before.keys().chain(after.keys()).cloned().collect();
	keys.sort();
	keys.dedup();
	keys.retain(|key| before.get(key) != after.get(key));
	keys
}

/// A trade writes exactly five items, and does the same in a world that has nothing else: so it reads no others either.
fn touches_five(prepare: impl FnOnce(), trade: impl Fn() -> DispatchResult) {
	let (mut written, mut kept, mut result) = (Vec::new(), Items::new(), Items::new());
	let mut block = 0;
	ExtBuilder::launched(TERMS, || {
		mature();
		succeed();
		prepare();
		let before = items();
		assert_ok!(trade());
		let after = items();
		written = changed(&before, &after);
		kept = before.into_iter().filter(|(key, _)| written.contains(key)).collect();
		result = after.into_iter().filter(|(key, _)| written.contains(key)).collect();
		block = System::block_number();
	});
	assert_eq!(written.len(), 5);
	let mut bare = sp_io::TestExternalities::default();
	bare.execute_with(|| {
		System::set_block_number(block);
		pallet_balances::TotalIssuance::<Test>::put(GENESIS);
		for (key, value) in &kept {
			sp_io::storage::set(key, value);
		}
		assert_ok!(trade());
		assert!(items() == result, "a trade reads more than it writes");
	});
}

#[test]
fn a_purchase_touches_five_items() {
	touches_five(|| (), || buy(&ALICE, WHOLE));
	touches_five(
		|| {
			assert_ok!(buy(&ALICE, WHOLE));
		},
		|| buy(&ALICE, WHOLE),
	);
}

#[test]
fn a_payment_touches_five_items() {
	touches_five(|| (), || spend(&ALICE, ENGR));
}

#[test]
fn a_sale_touches_five_items() {
	touches_five(
		|| {
			assert_ok!(buy(&ALICE, 2 * WHOLE));
		},
		|| sell(&ALICE, WHOLE),
	);
	touches_five(
		|| {
			assert_ok!(buy(&ALICE, WHOLE));
		},
		|| sell(&ALICE, WHOLE),
	);
}
