//! Negative controls: each invariant fails when what it speaks of is corrupted.

use crate::{
	mock::*, ByCid, ByRoot, ContributionRecord, Datanets, HoldReason, Items, ItemsOf, NextContributionId,
	NextDatanetId, Pallet, SourceOf,
};
use engram_primitives::{Cid, ContributionId, DatanetId};
use frame_support::traits::{fungible::hold::Mutate, tokens::Precision};
use sp_core::H256;

/// Two datanets, the first with two contributions.
fn corrupted(corrupt: impl FnOnce(), message: &'static str) {
	ExtBuilder.build().execute_with(|| {
		let datanet = create(ALICE, true).unwrap();
		create(BOB, true).unwrap();
		contribute(BOB, datanet, 1).unwrap();
		contribute(CAROL, datanet, 2).unwrap();
		Pallet::<Test>::do_try_state().unwrap();
		corrupt();
		assert_eq!(Pallet::<Test>::do_try_state(), Err(message.into()));
	});
}

fn change_item(change: impl FnOnce(&mut ContributionRecord<AccountId, u64, SourceOf<Test>>)) {
	Items::<Test>::mutate(ContributionId(0), |record| change(record.as_mut().unwrap()));
}

fn change_count(by: i32) {
	Datanets::<Test>::mutate(DatanetId(0), |record| {
		let record = record.as_mut().unwrap();
		record.contributions = record.contributions.checked_add_signed(by).unwrap();
	});
}

fn hold(reason: HoldReason, who: AccountId) {
	Balances::hold(&reason.into(), &who, 1).unwrap();
}

const NETS: &str = "INV-DATANETS-1: what is held for datanets is not the sum of the deposits";
const ITEMS: &str = "INV-DATANETS-2: what is held for contributions is not the sum of the deposits";

#[test]
fn inv_1_deposit_is_not_the_hold() {
	corrupted(
		|| Datanets::<Test>::mutate(DatanetId(0), |record| record.as_mut().unwrap().deposit += 1),
		NETS,
	);
	corrupted(|| hold(HoldReason::DatanetDeposit, CAROL), NETS);
	corrupted(|| hold(HoldReason::DatanetDeposit, ALICE), NETS);
}

#[test]
fn inv_1_deposit_of_nobody() {
	corrupted(
		|| {
			let reason = HoldReason::DatanetDeposit.into();
			Balances::release(&reason, &ALICE, NET_DEPOSIT, Precision::Exact).unwrap();
			Datanets::<Test>::mutate(DatanetId(0), |record| record.as_mut().unwrap().creator = 99);
		},
		NETS,
	);
}

#[test]
fn inv_2_deposit_is_not_the_hold() {
	corrupted(|| change_item(|record| record.deposit -= 1), ITEMS);
	corrupted(|| change_item(|record| record.deposit = u128::MAX), ITEMS);
	corrupted(|| change_item(|record| record.owner = CAROL), ITEMS);
	corrupted(|| hold(HoldReason::ContributionDeposit, ALICE), ITEMS);
}

#[test]
fn inv_2_sum_overflows() {
	corrupted(
		|| {
			change_item(|record| {
				record.owner = CAROL;
				record.deposit = u128::MAX;
			})
		},
		ITEMS,
	);
}

#[test]
fn inv_3_counter_is_not_the_number_of_rows() {
	corrupted(|| change_count(1), "INV-DATANETS-3: the counter of contributions is not the number of rows");
}

const ORPHAN: &str = "INV-DATANETS-4: a row of the index is not a contribution to its datanet";

#[test]
fn inv_4_row_without_a_contribution() {
	corrupted(
		|| {
			ItemsOf::<Test>::insert(DatanetId(0), ContributionId(9), ());
			change_count(1);
		},
		ORPHAN,
	);
}

#[test]
fn inv_4_row_under_another_datanet() {
	corrupted(|| change_item(|record| record.datanet = DatanetId(1)), ORPHAN);
}

#[test]
fn inv_4_row_of_no_datanet() {
	corrupted(
		|| {
			ItemsOf::<Test>::remove(DatanetId(0), ContributionId(0));
			ItemsOf::<Test>::insert(DatanetId(7), ContributionId(0), ());
			change_count(-1);
			change_item(|record| record.datanet = DatanetId(7));
		},
		ORPHAN,
	);
}

#[test]
fn inv_4_contribution_without_a_row() {
	corrupted(
		|| {
			ItemsOf::<Test>::remove(DatanetId(0), ContributionId(0));
			change_count(-1);
		},
		"INV-DATANETS-4: a contribution is not in the index",
	);
}

#[test]
fn inv_5_root_or_cid_points_elsewhere() {
	let message = "INV-DATANETS-5: a contribution's root or CID does not point to it";
	corrupted(|| change_item(|record| record.root = H256::zero()), message);
	corrupted(|| change_item(|record| record.cid = Cid::of_raw(b"")), message);
	corrupted(|| change_item(|record| record.root = batch(2).root), message);
	corrupted(|| ByRoot::<Test>::insert(DatanetId(0), batch(1).root, ContributionId(1)), message);
	corrupted(|| ByCid::<Test>::remove(DatanetId(0), batch(1).cid), message);
}

#[test]
fn inv_5_root_or_cid_points_to_nothing() {
	let message = "INV-DATANETS-5: a root or a CID points to no contribution that has it";
	corrupted(|| ByRoot::<Test>::insert(DatanetId(0), H256::zero(), ContributionId(0)), message);
	corrupted(|| ByCid::<Test>::insert(DatanetId(1), batch(1).cid, ContributionId(0)), message);
}

#[test]
fn inv_6_id_not_below_the_next() {
	corrupted(
		|| NextDatanetId::<Test>::put(DatanetId(1)),
		"INV-DATANETS-6: a datanet's id is not below the next one",
	);
	corrupted(
		|| NextContributionId::<Test>::put(ContributionId(1)),
		"INV-DATANETS-6: a contribution's id is not below the next one",
	);
}

#[test]
fn inv_7_offered_to_its_owner() {
	corrupted(
		|| change_item(|record| record.offered_to = Some(record.owner)),
		"INV-DATANETS-7: a contribution is offered to its own owner",
	);
}
