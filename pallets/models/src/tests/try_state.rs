//! Negative controls: each invariant fails when what it speaks of is corrupted.

use crate::{
	mock::*, HoldReason, ModelRecord, Models, NextModelId, NextVersionId, Pallet, VersionRecord, Versions,
	VersionsOf,
};
use engram_primitives::{ModelId, VersionId};
use frame_support::traits::fungible::hold::Mutate;

/// Two models, the first with two versions.
fn corrupted(corrupt: impl FnOnce(), message: &'static str) {
	ExtBuilder.build().execute_with(|| {
		let model = register(ALICE).unwrap();
		register(BOB).unwrap();
		let parent = record(trained(model), None).unwrap();
		record(trained(model), Some(parent)).unwrap();
		Pallet::<Test>::do_try_state().unwrap();
		corrupt();
		assert_eq!(Pallet::<Test>::do_try_state(), Err(message.into()));
	});
}

fn change_model(change: impl FnOnce(&mut ModelRecord<AccountId, u64>)) {
	Models::<Test>::mutate(ModelId(0), |record| change(record.as_mut().unwrap()));
}

fn change_version(version: u64, change: impl FnOnce(&mut VersionRecord<u64>)) {
	Versions::<Test>::mutate(VersionId(version), |record| change(record.as_mut().unwrap()));
}

const DEPOSITS: &str = "INV-MODELS-1: what is held is not the sum of the deposits";

#[test]
fn inv_1_deposit_higher_than_the_hold() {
	corrupted(|| change_model(|record| record.deposit += 1), DEPOSITS);
}

#[test]
fn inv_1_hold_higher_than_the_deposits() {
	let hold = || Balances::hold(&HoldReason::ModelDeposit.into(), &BOB, 1).unwrap();
	corrupted(hold, DEPOSITS);
}

#[test]
fn inv_1_deposit_of_another_account() {
	corrupted(|| change_model(|record| record.owner = BOB), DEPOSITS);
}

#[test]
fn inv_1_deposit_of_nobody() {
	corrupted(
		|| {
			Balances::release(
				&HoldReason::ModelDeposit.into(),
				&ALICE,
				held(ALICE),
				frame_support::traits::tokens::Precision::Exact,
			)
			.unwrap();
			change_model(|record| record.owner = 99);
		},
		"INV-MODELS-1: an account that does not exist has a deposit",
	);
}

#[test]
fn inv_1_sum_overflows() {
	corrupted(
		|| {
			let copy = Models::<Test>::get(ModelId(0)).unwrap();
			Models::<Test>::insert(ModelId(2), ModelRecord { deposit: u128::MAX, ..copy });
		},
		"INV-MODELS-1: the sum of an account's deposits overflows",
	);
}

#[test]
fn inv_2_counter_is_not_the_number_of_rows() {
	corrupted(
		|| change_model(|record| record.versions += 1),
		"INV-MODELS-2: the counter of versions is not the number of rows",
	);
}

const ORPHAN: &str = "INV-MODELS-3: a row of the index is not a version of its model";

#[test]
fn inv_3_row_without_a_version() {
	corrupted(
		|| {
			VersionsOf::<Test>::insert(ModelId(0), VersionId(9), ());
			change_model(|record| record.versions += 1);
		},
		ORPHAN,
	);
}

#[test]
fn inv_3_row_under_another_model() {
	corrupted(
		|| {
			change_version(0, |record| record.model = ModelId(1));
		},
		ORPHAN,
	);
}

#[test]
fn inv_3_row_of_no_model() {
	corrupted(
		|| {
			change_version(0, |record| record.model = ModelId(7));
			VersionsOf::<Test>::remove(ModelId(0), VersionId(0));
			VersionsOf::<Test>::insert(ModelId(7), VersionId(0), ());
			change_model(|record| record.versions -= 1);
		},
		ORPHAN,
	);
}

#[test]
fn inv_3_version_without_a_row() {
	corrupted(
		|| {
			VersionsOf::<Test>::remove(ModelId(0), VersionId(0));
			change_model(|record| record.versions -= 1);
		},
		"INV-MODELS-3: a version is not in the index",
	);
}

#[test]
fn inv_4_model_id_not_below_the_next() {
	corrupted(
		|| NextModelId::<Test>::put(ModelId(1)),
		"INV-MODELS-4: a model's id is not below the next one",
	);
}

#[test]
fn inv_4_version_id_not_below_the_next() {
	corrupted(
		|| NextVersionId::<Test>::put(VersionId(1)),
		"INV-MODELS-4: a version's id is not below the next one",
	);
}

const PARENT: &str = "INV-MODELS-5: a parent is not an older version of the same model";

#[test]
fn inv_5_parent_is_itself() {
	corrupted(|| change_version(1, |record| record.parent = Some(VersionId(1))), PARENT);
}

#[test]
fn inv_5_parent_is_younger() {
	corrupted(|| change_version(0, |record| record.parent = Some(VersionId(1))), PARENT);
}

#[test]
fn inv_5_parent_is_of_another_model() {
	corrupted(
		|| {
			let foreign = record(trained(ModelId(1)), None).unwrap();
			let child = record(trained(ModelId(0)), None).unwrap();
			change_version(child.0, |record| record.parent = Some(foreign));
		},
		PARENT,
	);
}

#[test]
fn inv_5_parent_does_not_exist() {
	corrupted(
		|| {
			NextVersionId::<Test>::put(VersionId(5));
			let child = record(trained(ModelId(0)), None).unwrap();
			change_version(child.0, |record| record.parent = Some(VersionId(4)));
		},
		PARENT,
	);
}

#[test]
fn inv_6_more_correct_than_held_out() {
	corrupted(
		|| change_version(0, |record| record.correct = record.held_out_rows + 1),
		"INV-MODELS-6: a version has more correct answers than held-out rows",
	);
}

const TOO_MANY: &str = "INV-MODELS-7: a model has or may get more versions than it may have";

#[test]
fn inv_7_more_reserved_than_there_is_room() {
	corrupted(|| change_model(|record| record.reserved = MaxVersions::get() - record.versions + 1), TOO_MANY);
}

#[test]
fn inv_7_reservations_overflow() {
	corrupted(|| change_model(|record| record.reserved = u32::MAX), TOO_MANY);
}
