//! Random operations by creators, contributors and copiers: the invariants hold after each, what fails changes nothing, and
//! no rows are ever registered twice in one datanet.

use crate::{mock::*, Batch, Call, Datanets, Items, Pallet};
use engram_primitives::{Cid, ContributionId, DatanetId};
use frame_support::traits::fungible::hold::Inspect;
use proptest::{prelude::*, test_runner::RngSeed};
use sp_core::H256;
use sp_runtime::{traits::Dispatchable, StateVersion};
use std::{
	cell::RefCell,
	collections::{BTreeSet, HashSet},
	mem::discriminant,
};

/// How a copier disguises what somebody else contributed.
#[derive(Clone, Copy, Debug)]
enum Disguise {
	None,
	OtherFile,
	OtherRoot,
}

#[derive(Clone, Debug)]
enum Op {
	Create {
		who: AccountId,
		columns: u32,
		permissionless: bool,
	},
	Contribute {
		who: AccountId,
		datanet: u32,
		n: u8,
		rows: u32,
	},
	/// The adversary: claims an existing contribution's rows or file.
	Copy {
		who: AccountId,
		contribution: u64,
		disguise: Disguise,
	},
	UpdateSource {
		who: AccountId,
		contribution: u64,
		source: String,
	},
	Offer {
		who: AccountId,
		contribution: u64,
		to: Option<AccountId>,
	},
	Accept {
		who: AccountId,
		contribution: u64,
	},
	Remove {
		who: AccountId,
		datanet: u32,
	},
	/// Somebody spends all they may.
	Spend {
		who: AccountId,
	},
	NextBlock,
}

fn op() -> impl Strategy<Value = Op> {
	let who = || ALICE..=POOR;
	let datanet = || 0u32..4;
	let item = || 0u64..10;
	let disguise = prop_oneof![Just(Disguise::None), Just(Disguise::OtherFile), Just(Disguise::OtherRoot)];
	prop_oneof![
		2 => (who(), 0u32..3, any::<bool>()).prop_map(|(who, columns, permissionless)| {
			Op::Create { who, columns, permissionless }
		}),
		5 => (who(), datanet(), 0u8..8, 0u32..4).prop_map(|(who, datanet, n, rows)| {
			Op::Contribute { who, datanet, n, rows }
		}),
		2 => (who(), item(), disguise).prop_map(|(who, contribution, disguise)| {
			Op::Copy { who, contribution, disguise }
		}),
		1 => (who(), item(), "[/ a-z]{0,8}").prop_map(|(who, contribution, source)| {
			Op::UpdateSource { who, contribution, source }
		}),
		3 => (who(), item(), prop::option::of(who())).prop_map(|(who, contribution, to)| {
			Op::Offer { who, contribution, to }
		}),
		3 => (who(), item()).prop_map(|(who, contribution)| Op::Accept { who, contribution }),
		2 => (who(), datanet()).prop_map(|(who, datanet)| Op::Remove { who, datanet }),
		1 => who().prop_map(|who| Op::Spend { who }),
		1 => Just(Op::NextBlock),
	]
}

fn call(who: AccountId, call: Call<Test>) -> bool {
	RuntimeCall::Nets(call).dispatch(RuntimeOrigin::signed(who)).is_ok()
}

fn contribution_call(datanet: DatanetId, batch: Batch<crate::SourceOf<Test>>) -> Call<Test> {
	let Batch { root, cid, rows, bytes, licence, source } = batch;
	Call::contribute { datanet, root, cid, rows, bytes, licence, source }
}

/// Whether the operation succeeded.
fn apply(op: Op) -> bool {
	match op {
		Op::Create { who, columns, permissionless } => call(
			who,
			Call::create {
				name: label("digits"),
				feature_columns: columns,
				classes: 10,
				licence: label("MIT"),
				permissionless,
			},
		),
		Op::Contribute { who, datanet, n, rows } => {
			call(who, contribution_call(DatanetId(datanet), Batch { rows, ..batch(n) }))
		},
		Op::Copy { who, contribution, disguise } => {
			let Some(original) = Items::<Test>::get(ContributionId(contribution)) else {
				return false;
			};
			let mut copy = Batch { root: original.root, cid: original.cid, ..batch(0) };
			match disguise {
				Disguise::None => (),
				Disguise::OtherFile => copy.cid = Cid::of_raw(b"disguised"),
				Disguise::OtherRoot => copy.root = H256::repeat_byte(9),
			}
			let copied = call(who, contribution_call(original.datanet, copy));
			assert!(!copied, "a copy was accepted");
			copied
		},
		Op::UpdateSource { who, contribution, source: text } => call(
			who,
			Call::update_source { contribution: ContributionId(contribution), source: source(&text) },
		),
		Op::Offer { who, contribution, to } => {
			call(who, Call::offer_contribution { contribution: ContributionId(contribution), to })
		},
		Op::Accept { who, contribution } => {
			call(who, Call::accept_contribution { contribution: ContributionId(contribution) })
		},
		Op::Remove { who, datanet } => call(who, Call::remove_datanet { datanet: DatanetId(datanet) }),
		Op::Spend { who } => {
			RuntimeCall::Balances(pallet_balances::Call::transfer_all { dest: 77, keep_alive: true })
				.dispatch(RuntimeOrigin::signed(who))
				.is_ok()
		},
		Op::NextBlock => {
			System::set_block_number(System::block_number() + 1);
			true
		},
	}
}

/// Who signs an operation: nobody else's money may go on hold by it.
fn signer(op: &Op) -> Option<AccountId> {
	match op {
		Op::Create { who, .. }
		| Op::Contribute { who, .. }
		| Op::Copy { who, .. }
		| Op::UpdateSource { who, .. }
		| Op::Offer { who, .. }
		| Op::Accept { who, .. }
		| Op::Remove { who, .. }
		| Op::Spend { who } => Some(*who),
		Op::NextBlock => None,
	}
}

fn holds() -> Vec<u128> {
	(ALICE..=POOR).map(|who| Balances::total_balance_on_hold(&who)).collect()
}

fn apply_and_check(op: &Op) -> bool {
	let (root, held) = (sp_io::storage::root(StateVersion::V1), holds());
	let succeeded = apply(op.clone());
	if !succeeded {
		assert_eq!(sp_io::storage::root(StateVersion::V1), root, "{op:?} left traces");
	}
	for (who, (before, after)) in (ALICE..=POOR).zip(held.into_iter().zip(holds())) {
		assert!(
			after <= before || signer(op) == Some(who),
			"{op:?} put money of {who} on hold, who did not sign it"
		);
	}
	if let Err(error) = Pallet::<Test>::do_try_state() {
		panic!("{error:?} after {op:?}");
	}
	let items: Vec<_> = Items::<Test>::iter_values().collect();
	let roots: BTreeSet<_> = items.iter().map(|item| (item.datanet, item.root)).collect();
	let cids: BTreeSet<_> = items.iter().map(|item| (item.datanet, item.cid)).collect();
	assert_eq!((roots.len(), cids.len()), (items.len(), items.len()));
	succeeded
}

#[test]
fn hold_after_every_operation() {
	let succeeded = RefCell::new(HashSet::new());
	let config = ProptestConfig { cases: 128, rng_seed: RngSeed::Fixed(3), ..Default::default() };
	proptest!(config, |(ops in prop::collection::vec(op(), 1..60))| {
		ExtBuilder.build().execute_with(|| {
			let issuance = Balances::total_issuance();
			for op in ops {
				if apply_and_check(&op) {
					succeeded.borrow_mut().insert(discriminant(&op));
				}
				assert_eq!(Balances::total_issuance(), issuance);
			}
			// The deposit of an empty datanet can always be had back.
			for (id, net) in Datanets::<Test>::iter().collect::<Vec<_>>() {
				let removed = call(net.creator, Call::remove_datanet { datanet: id });
				assert_eq!(removed, net.contributions == 0);
			}
			Pallet::<Test>::do_try_state().unwrap();
		});
	});
	// Every kind of operation but copying did something, so the test is not an empty one.
	assert_eq!(succeeded.borrow().len(), 8);
}
