use crate::{mock::*, Error, Event, ModelRecord, ModelState, Models, NextModelId};
use codec::Encode;
use engram_primitives::{
	model::{Architecture, InfluenceMethod},
	ModelId,
};
use frame_support::{assert_noop, assert_ok, traits::fungible::Inspect};
use sp_runtime::{ArithmeticError, DispatchError, TokenError};

fn register_with(name: &[u8], architecture: Architecture, licence: &[u8]) -> sp_runtime::DispatchResult {
	Registry::register(
		RuntimeOrigin::signed(ALICE),
		name.to_vec().try_into().unwrap(),
		architecture,
		RATES,
		InfluenceMethod::DataInf,
		licence.to_vec().try_into().unwrap(),
	)
}

fn mlp(widths: &[u32], input_shift: u8) -> Architecture {
	Architecture::Mlp { widths: widths.to_vec().try_into().unwrap(), input_shift }
}

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		System::set_block_number(5);
		assert_eq!(register(ALICE), Ok(ModelId(0)));

		let record = Models::<Test>::get(ModelId(0)).unwrap();
		let deposit = 1_000 + 10 * record.encoded_size() as u128;
		assert_eq!(
			record,
			ModelRecord {
				owner: ALICE,
				name: label("digits"),
				architecture: architecture(),
				rates: RATES,
				method: InfluenceMethod::DataInf,
				licence: label("Apache-2.0"),
				state: ModelState::Open,
				versions: 0,
				reserved: 0,
				deposit,
				created_at: 5,
			}
		);
		// 8 owner, 1 + 6 name, 1 + 1 + 3 * 4 + 1 shape, 3 * 16 rates, 1 method, 1 + 10 licence, 1 state, 4 versions,
		// 4 reserved, 16 deposit, 8 block.
		assert_eq!(deposit, 1_000 + 10 * 131);
		assert_eq!(held(ALICE), deposit);
		assert_eq!(Balances::balance(&ALICE), RICHES - deposit);
		assert_eq!(events(), [Event::ModelRegistered { owner: ALICE, model: ModelId(0), deposit }]);
	});
}

#[test]
fn ids_and_deposits_add_up() {
	ExtBuilder.build_and_execute(|| {
		assert_eq!(register(ALICE), Ok(ModelId(0)));
		assert_eq!(register(BOB), Ok(ModelId(1)));
		assert_eq!(register(ALICE), Ok(ModelId(2)));
		assert_eq!(held(ALICE), 2 * held(BOB));
	});
}

#[test]
fn a_longer_record_costs_more() {
	ExtBuilder.build_and_execute(|| {
		assert_ok!(register_with(b"m", architecture(), b"MIT"));
		let short = held(ALICE);
		assert_ok!(register_with(&[b'm'; 64], architecture(), &[b'l'; 64]));
		// 63 and 61 bytes more, and one more for each length from 64 on.
		assert_eq!(held(ALICE) - short, short + 10 * (63 + 61 + 2));
	});
}

#[test]
fn prices_apply_to_new_models_only() {
	ExtBuilder.build_and_execute(|| {
		register(ALICE).unwrap();
		let before = held(ALICE);
		ModelDepositBase::set(2_000);
		assert_eq!(held(ALICE), before);
		register(ALICE).unwrap();
		assert_eq!(held(ALICE), 2 * before + 1_000);
	});
}

#[test]
fn fails_when_unsigned() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(
			Registry::register(
				RuntimeOrigin::root(),
				label("digits"),
				architecture(),
				RATES,
				InfluenceMethod::DataInf,
				label("MIT"),
			),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn fails_when_name_or_licence_is_not_a_label() {
	ExtBuilder.build_and_execute(|| {
		for bad in [&b""[..], b" ", b" digits", b"digits ", b"dig\nits", b"\0", &[0xff, 0xfe]] {
			assert_noop!(register_with(bad, architecture(), b"MIT"), Error::<Test>::InvalidName);
			assert_noop!(register_with(b"digits", architecture(), bad), Error::<Test>::InvalidLicence);
		}
		assert_ok!(register_with("Ziffern für alle".as_bytes(), architecture(), b"CC BY 4.0"));
	});
}

#[test]
fn fails_when_the_shape_cannot_be_trained() {
	ExtBuilder.build_and_execute(|| {
		for bad in [
			mlp(&[], 4),
			mlp(&[64], 4),
			mlp(&[64, 1], 4),
			mlp(&[0, 10], 4),
			mlp(&[4_097, 10], 4),
			mlp(&[64, 0, 10], 4),
			mlp(&[64, 10], 17),
		] {
			assert_noop!(register_with(b"digits", bad, b"MIT"), Error::<Test>::InvalidArchitecture);
		}
		assert_ok!(register_with(b"smallest", mlp(&[1, 2], 0), b"MIT"));
		assert_ok!(register_with(b"largest", mlp(&[4_096; 8], 16), b"MIT"));
	});
}

#[test]
fn fails_when_the_deposit_cannot_be_held() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(register(POOR), TokenError::FundsUnavailable);
		// One unit short of the deposit plus what keeps the account alive.
		let deposit = 1_000 + 10 * 131;
		assert_ok!(Balances::force_set_balance(
			RuntimeOrigin::root(),
			POOR,
			deposit + EXISTENTIAL_DEPOSIT - 1
		));
		assert_noop!(register(POOR), TokenError::FundsUnavailable);
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), POOR, deposit + EXISTENTIAL_DEPOSIT));
		assert_ok!(register(POOR));
		assert_eq!(held(POOR), deposit);
	});
}

#[test]
fn fails_when_the_ids_are_used_up() {
	ExtBuilder.build_and_execute(|| {
		NextModelId::<Test>::put(ModelId(u32::MAX));
		assert_noop!(register(ALICE), ArithmeticError::Overflow);
		NextModelId::<Test>::put(ModelId(u32::MAX - 1));
		assert_eq!(register(ALICE), Ok(ModelId(u32::MAX - 1)));
	});
}

#[test]
fn fails_when_the_deposit_overflows() {
	ExtBuilder.build_and_execute(|| {
		ModelDepositPerByte::set(u128::MAX);
		assert_noop!(register(ALICE), ArithmeticError::Overflow);
	});
}
