use crate::{mock::*, DatanetRecord, Datanets, Error, Event, NextDatanetId};
use engram_primitives::DatanetId;
use frame_support::{assert_noop, assert_ok, traits::fungible::Inspect};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult, TokenError};

fn create_with(name: &[u8], columns: u32, classes: u32, licence: &[u8]) -> DispatchResult {
	Nets::create(
		RuntimeOrigin::signed(ALICE),
		name.to_vec().try_into().unwrap(),
		columns,
		classes,
		licence.to_vec().try_into().unwrap(),
		true,
	)
}

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		System::set_block_number(5);
		assert_eq!(create(ALICE, true), Ok(DatanetId(0)));
		assert_eq!(
			Datanets::<Test>::get(DatanetId(0)),
			Some(DatanetRecord {
				creator: ALICE,
				name: label("digits"),
				feature_columns: 64,
				classes: 10,
				licence: label("CC-BY-4.0"),
				permissionless: true,
				contributions: 0,
				deposit: NET_DEPOSIT,
				created_at: 5,
			})
		);
		assert_eq!(held_for_nets(ALICE), NET_DEPOSIT);
		assert_eq!(held_for_items(ALICE), 0);
		assert_eq!(Balances::balance(&ALICE), RICHES - NET_DEPOSIT);
		assert_eq!(
			events(),
			[Event::DatanetCreated { creator: ALICE, datanet: DatanetId(0), deposit: NET_DEPOSIT }]
		);
	});
}

#[test]
fn ids_and_deposits_add_up() {
	ExtBuilder.build_and_execute(|| {
		assert_eq!(create(ALICE, true), Ok(DatanetId(0)));
		assert_eq!(create(BOB, false), Ok(DatanetId(1)));
		DatanetDeposit::set(1);
		assert_eq!(create(ALICE, false), Ok(DatanetId(2)));
		assert_eq!(held_for_nets(ALICE), NET_DEPOSIT + 1);
		assert_eq!(held_for_nets(BOB), NET_DEPOSIT);
	});
}

#[test]
fn fails_when_unsigned() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(
			Nets::create(RuntimeOrigin::root(), label("digits"), 64, 10, label("MIT"), true),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn fails_when_name_or_licence_is_not_a_label() {
	ExtBuilder.build_and_execute(|| {
		for bad in [&b""[..], b" ", b" digits", b"digits\t", b"dig\nits", &[0xc3, 0x28]] {
			assert_noop!(create_with(bad, 64, 10, b"MIT"), Error::<Test>::InvalidName);
			assert_noop!(create_with(b"digits", 64, 10, bad), Error::<Test>::InvalidLicence);
		}
		assert_ok!(create_with(&[b'n'; 64], 64, 10, &[b'l'; 64]));
	});
}

#[test]
fn fails_when_columns_or_classes_are_out_of_range() {
	ExtBuilder.build_and_execute(|| {
		for (columns, classes) in [(0, 10), (4_097, 10), (64, 0), (64, 1), (64, 4_097)] {
			assert_noop!(create_with(b"digits", columns, classes, b"MIT"), Error::<Test>::InvalidColumns);
		}
		assert_ok!(create_with(b"smallest", 1, 2, b"MIT"));
		assert_ok!(create_with(b"largest", 4_096, 4_096, b"MIT"));
	});
}

#[test]
fn fails_when_the_deposit_cannot_be_held() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(create(POOR, true), TokenError::FundsUnavailable);
	});
}

#[test]
fn fails_when_the_ids_are_used_up() {
	ExtBuilder.build_and_execute(|| {
		NextDatanetId::<Test>::put(DatanetId(u32::MAX));
		assert_noop!(create(ALICE, true), ArithmeticError::Overflow);
	});
}
