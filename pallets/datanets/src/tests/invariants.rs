//! Random operations by creators, contributors and copiers: the invariants hold after each, what fails changes nothing,
//! nobody's money goes on hold but the signer's, and no rows are ever registered twice in one datanet.

use crate::{mock::*, Batch, Call, ContributionRecordOf, Datanets, Items, NextContributionId, Pallet};
use engram_cases::cases_of_thousand;
use engram_primitives::{Cid, ContributionId, DatanetId};
use frame_support::traits::fungible::hold::Inspect;
use proptest::{prelude::*, test_runner::RngSeed};
use sp_core::H256;
use sp_runtime::{traits::Dispatchable, StateVersion};
use std::{cell::RefCell, collections::BTreeSet};

/// How a copier disguises what somebody else contributed.
#[derive(Clone, Copy, Debug)]
enum Disguise {
	None,
	OtherFile,
	OtherRoot,
}

/// Who acts on a contribution.
#[derive(Clone, Copy, Debug)]
enum Actor {
	Owner,
	/// Whom it is offered to, if anybody.
	Offered,
	Anyone(AccountId),
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
		item: u64,
		disguise: Disguise,
	},
	UpdateSource {
		by: Actor,
		item: u64,
		source: String,
	},
	Offer {
		by: Actor,
		item: u64,
		to: Option<AccountId>,
	},
	Accept {
		by: Actor,
		item: u64,
	},
	Remove {
		who: AccountId,
		datanet: u32,
	},
	/// Somebody spends all they may.
	Spend {
		who: AccountId,
	},
}

impl Op {
	/// The name of the variant.
	fn name(&self) -> String {
		format!("{self:?}").split(' ').next().unwrap().into()
	}
}

fn op() -> impl Strategy<Value = Op> {
	let who = || ALICE..=POOR;
	let datanet = || 0u32..4;
	let item = any::<u64>;
	let actor = || {
		prop_oneof![
			2 => Just(Actor::Owner),
			2 => Just(Actor::Offered),
			1 => who().prop_map(Actor::Anyone),
		]
	};
	let source = prop_oneof![4 => "/[a-z0-9]{1,8}/p2p/[a-z0-9]{1,8}", 1 => "[/ a-z]{0,8}"];
	let disguise = prop_oneof![Just(Disguise::None), Just(Disguise::OtherFile), Just(Disguise::OtherRoot)];
	prop_oneof![
		2 => (who(), 0u32..3, any::<bool>())
			.prop_map(|(who, columns, permissionless)| Op::Create { who, columns, permissionless }),
		5 => (who(), datanet(), 0u8..8, 0u32..4)
			.prop_map(|(who, datanet, n, rows)| Op::Contribute { who, datanet, n, rows }),
		2 => (who(), item(), disguise)
			.prop_map(|(who, item, disguise)| Op::Copy { who, item, disguise }),
		2 => (actor(), item(), source)
			.prop_map(|(by, item, source)| Op::UpdateSource { by, item, source }),
		4 => (actor(), item(), prop::option::weighted(0.8, who()))
			.prop_map(|(by, item, to)| Op::Offer { by, item, to }),
		4 => (actor(), item()).prop_map(|(by, item)| Op::Accept { by, item }),
		2 => (who(), datanet()).prop_map(|(who, datanet)| Op::Remove { who, datanet }),
		1 => who().prop_map(|who| Op::Spend { who }),
	]
}

/// One of the contributions there are.
fn pick(item: u64) -> Option<(ContributionId, ContributionRecordOf<Test>)> {
	let id = ContributionId(item.checked_rem(NextContributionId::<Test>::get().0)?);
	Some((id, Items::<Test>::get(id).unwrap()))
}

fn pick_by(by: Actor, item: u64) -> Option<(AccountId, ContributionId)> {
	let (id, record) = pick(item)?;
	let who = match by {
		Actor::Owner => record.owner,
		Actor::Offered => record.offered_to?,
		Actor::Anyone(who) => who,
	};
	Some((who, id))
}

fn contribution_call(datanet: DatanetId, batch: Batch<crate::SourceOf<Test>>) -> Call<Test> {
	let Batch { root, cid, rows, bytes, licence, source } = batch;
	Call::contribute { datanet, root, cid, rows, bytes, licence, source }
}

/// Who signs what. Nothing when the operation has no object.
fn signed_call(op: Op) -> Option<(AccountId, RuntimeCall)> {
	let (who, call) = match op {
		Op::Create { who, columns, permissionless } => {
			let (name, licence) = (label("digits"), label("MIT"));
			(who, Call::create { name, feature_columns: columns, classes: 10, licence, permissionless })
		},
		Op::Contribute { who, datanet, n, rows } => {
			(who, contribution_call(DatanetId(datanet), Batch { rows, ..batch(n) }))
		},
		Op::Copy { who, item, disguise } => {
			let (_, original) = pick(item)?;
			let copy = Batch { root: original.root, cid: original.cid, ..batch(0) };
			let copy = match disguise {
				Disguise::None => copy,
				Disguise::OtherFile => Batch { cid: Cid::of_raw(b"disguised"), ..copy },
				Disguise::OtherRoot => Batch { root: H256::repeat_byte(9), ..copy },
			};
			(who, contribution_call(original.datanet, copy))
		},
		Op::UpdateSource { by, item, source: text } => {
			let (who, contribution) = pick_by(by, item)?;
			(who, Call::update_source { contribution, source: source(&text) })
		},
		Op::Offer { by, item, to } => {
			let (who, contribution) = pick_by(by, item)?;
			(who, Call::offer_contribution { contribution, to })
		},
		Op::Accept { by, item } => {
			let (who, contribution) = pick_by(by, item)?;
			(who, Call::accept_contribution { contribution })
		},
		Op::Remove { who, datanet } => (who, Call::remove_datanet { datanet: DatanetId(datanet) }),
		Op::Spend { who } => {
			let call = pallet_balances::Call::transfer_all { dest: 77, keep_alive: true };
			return Some((who, RuntimeCall::Balances(call)));
		},
	};
	Some((who, RuntimeCall::Nets(call)))
}

fn holds() -> Vec<u128> {
	(ALICE..=POOR).map(|who| Balances::total_balance_on_hold(&who)).collect()
}

/// Whether the operation succeeded.
fn apply_and_check(op: &Op) -> bool {
	let Some((signer, call)) = signed_call(op.clone()) else { return false };
	let (root, held) = (sp_io::storage::root(StateVersion::V1), holds());
	let succeeded = call.dispatch(RuntimeOrigin::signed(signer)).is_ok();
	if !succeeded {
		assert_eq!(sp_io::storage::root(StateVersion::V1), root, "{op:?} left traces");
	}
	for (who, (before, after)) in (ALICE..=POOR).zip(held.into_iter().zip(holds())) {
		assert!(after <= before || signer == who, "{op:?} put money of {who} on hold, who did not sign it");
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
	let succeeded = RefCell::new(BTreeSet::new());
	let config = ProptestConfig { rng_seed: RngSeed::Fixed(3), ..cases_of_thousand(128) };
	proptest!(config, |(ops in prop::collection::vec(op(), 1..60))| {
		ExtBuilder.build().execute_with(|| {
			let issuance = Balances::total_issuance();
			for (block, op) in (1..).zip(ops) {
				System::set_block_number(block);
				if apply_and_check(&op) {
					succeeded.borrow_mut().insert(op.name());
				}
				assert_eq!(Balances::total_issuance(), issuance);
			}
			// The deposit of an empty datanet can always be had back.
			for (id, net) in Datanets::<Test>::iter().collect::<Vec<_>>() {
				let removed = Nets::remove_datanet(RuntimeOrigin::signed(net.creator), id);
				assert_eq!(removed.is_ok(), net.contributions == 0);
			}
			Pallet::<Test>::do_try_state().unwrap();
		});
	});
	// Copying never works; everything else does, so the test is not an empty one.
	let names = ["Accept", "Contribute", "Create", "Offer", "Remove", "Spend", "UpdateSource"];
	assert_eq!(succeeded.into_inner(), names.map(String::from).into());
}
