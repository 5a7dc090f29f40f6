use crate::{mock::*, ContributionRecord, Error, Event, Items};
use engram_primitives::{
	traits::{ContributionInfo, Contributions},
	ContributionId,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

const MOVED: &str = "/dns4/data.example.org/tcp/4001/p2p/12D3KooWBob";

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		let contribution = contribute(BOB, datanet, 1).unwrap();
		let before = Items::<Test>::get(contribution).unwrap();
		System::reset_events();
		assert_ok!(Nets::update_source(RuntimeOrigin::signed(BOB), contribution, source(MOVED)));

		assert_eq!(
			Items::<Test>::get(contribution),
			Some(ContributionRecord { source: source(MOVED), ..before })
		);
		assert_eq!(held_for_items(BOB), ITEM_DEPOSIT);
		assert_eq!(
			events(),
			[Event::SourceUpdated { contribution, old: source(SOURCE), new: source(MOVED) }]
		);
		let seen: ContributionInfo<AccountId> =
			<Nets as Contributions<_>>::contribution(contribution).unwrap();
		assert_eq!(seen.source, MOVED.as_bytes());
	});
}

#[test]
fn an_offer_outlives_it() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		let contribution = contribute(BOB, datanet, 1).unwrap();
		assert_ok!(Nets::offer_contribution(RuntimeOrigin::signed(BOB), contribution, Some(CAROL)));
		assert_ok!(Nets::update_source(RuntimeOrigin::signed(BOB), contribution, source(MOVED)));
		assert_ok!(Nets::accept_contribution(RuntimeOrigin::signed(CAROL), contribution));
	});
}

#[test]
fn fails_when_not_the_owner() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		let contribution = contribute(BOB, datanet, 1).unwrap();
		// Not even the datanet's creator.
		for stranger in [ALICE, CAROL] {
			assert_noop!(
				Nets::update_source(RuntimeOrigin::signed(stranger), contribution, source(MOVED)),
				Error::<Test>::NotOwner
			);
		}
		assert_noop!(
			Nets::update_source(RuntimeOrigin::root(), contribution, source(MOVED)),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn fails_when_the_contribution_is_unknown() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(
			Nets::update_source(RuntimeOrigin::signed(BOB), ContributionId(0), source(MOVED)),
			Error::<Test>::UnknownContribution
		);
	});
}

#[test]
fn fails_when_no_worker_can_dial_the_source() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		let contribution = contribute(BOB, datanet, 1).unwrap();
		for bad in ["", "ip4/1.2.3.4/p2p/a", "/ip4/1.2.3.4\0/p2p/a", "/ip4/1.2.3.4/tcp/4001"] {
			assert_noop!(
				Nets::update_source(RuntimeOrigin::signed(BOB), contribution, source(bad)),
				Error::<Test>::InvalidSource
			);
		}
	});
}
