use crate::{mock::*, Datanets, Error, Event};
use engram_primitives::DatanetId;
use frame_support::{assert_noop, assert_ok, traits::fungible::Inspect};
use sp_runtime::DispatchError;

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		// What was held is released, whatever it would cost now.
		DatanetDeposit::set(7);
		System::reset_events();
		assert_ok!(Nets::remove_datanet(RuntimeOrigin::signed(ALICE), datanet));

		assert_eq!(Datanets::<Test>::get(datanet), None);
		assert_eq!(held_for_nets(ALICE), 0);
		assert_eq!(Balances::balance(&ALICE), RICHES);
		assert_eq!(events(), [Event::DatanetRemoved { creator: ALICE, datanet, deposit: NET_DEPOSIT }]);
		assert_noop!(contribute(BOB, datanet, 1), Error::<Test>::UnknownDatanet);
		assert_eq!(create(ALICE, true), Ok(DatanetId(1)));
	});
}

#[test]
fn fails_when_it_has_contributions() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		contribute(BOB, datanet, 1).unwrap();
		assert_noop!(
			Nets::remove_datanet(RuntimeOrigin::signed(ALICE), datanet),
			Error::<Test>::DatanetNotEmpty
		);
	});
}

#[test]
fn fails_when_not_the_creator() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		assert_noop!(Nets::remove_datanet(RuntimeOrigin::signed(BOB), datanet), Error::<Test>::NotCreator);
		assert_noop!(Nets::remove_datanet(RuntimeOrigin::root(), datanet), DispatchError::BadOrigin);
	});
}

#[test]
fn fails_when_the_datanet_is_unknown() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(
			Nets::remove_datanet(RuntimeOrigin::signed(ALICE), DatanetId(0)),
			Error::<Test>::UnknownDatanet
		);
	});
}
