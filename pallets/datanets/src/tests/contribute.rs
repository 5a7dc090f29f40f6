use crate::{mock::*, Batch, ByCid, ByRoot, ContributionRecord, Error, Event, Items, NextContributionId};
use engram_primitives::{Cid, ContributionId, DatanetId};
use frame_support::{assert_noop, assert_ok, traits::fungible::Inspect};
use sp_core::H256;
use sp_runtime::{ArithmeticError, DispatchError, TokenError};

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		System::set_block_number(5);
		System::reset_events();
		assert_eq!(contribute(BOB, datanet, 1), Ok(ContributionId(0)));

		let Batch { root, cid, rows, bytes, licence, source } = batch(1);
		assert_eq!(
			Items::<Test>::get(ContributionId(0)),
			Some(ContributionRecord {
				datanet,
				owner: BOB,
				root,
				cid,
				rows,
				bytes,
				licence,
				source,
				offered_to: None,
				deposit: ITEM_DEPOSIT,
				created_at: 5,
			})
		);
		assert_eq!(ByRoot::<Test>::get(datanet, root), Some(ContributionId(0)));
		assert_eq!(ByCid::<Test>::get(datanet, cid), Some(ContributionId(0)));
		assert_eq!(Nets::contributions_of(datanet), [ContributionId(0)]);
		assert_eq!(Nets::datanet(datanet).unwrap().contributions, 1);
		assert_eq!(held_for_items(BOB), ITEM_DEPOSIT);
		assert_eq!(held_for_nets(BOB), 0);
		assert_eq!(Balances::balance(&BOB), RICHES - ITEM_DEPOSIT);
		assert_eq!(
			events(),
			[Event::Contributed {
				owner: BOB,
				contribution: ContributionId(0),
				datanet,
				root,
				cid,
				rows: 3,
				deposit: ITEM_DEPOSIT,
			}]
		);
	});
}

#[test]
fn contributions_are_numbered_over_all_datanets() {
	ExtBuilder.build_and_execute(|| {
		let (one, other) = (create(ALICE, true).unwrap(), create(ALICE, true).unwrap());
		assert_eq!(contribute(BOB, one, 1), Ok(ContributionId(0)));
		assert_eq!(contribute(CAROL, other, 1), Ok(ContributionId(1)));
		assert_eq!(contribute(BOB, one, 2), Ok(ContributionId(2)));
		assert_eq!(Nets::contributions_of(one), [ContributionId(0), ContributionId(2)]);
		assert_eq!(Nets::contributions_of(other), [ContributionId(1)]);
		assert_eq!(held_for_items(BOB), 2 * ITEM_DEPOSIT);
	});
}

#[test]
fn a_copier_is_never_paid_twice() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		contribute(BOB, datanet, 1).unwrap();
		for copier in [BOB, CAROL] {
			assert_noop!(contribute(copier, datanet, 1), Error::<Test>::DuplicateRoot);
			// The same rows in another file: one more blank in the header, say.
			let other_file = Batch { cid: Cid::of_raw(b"other"), ..batch(1) };
			assert_noop!(contribute_batch(copier, datanet, other_file), Error::<Test>::DuplicateRoot);
			// The same file under a root that is not its own.
			let other_root = Batch { root: H256::repeat_byte(7), ..batch(1) };
			assert_noop!(contribute_batch(copier, datanet, other_root), Error::<Test>::DuplicateCid);
		}
		// Another datanet is another matter.
		let other = create(ALICE, true).unwrap();
		assert_ok!(contribute(BOB, other, 1));
	});
}

#[test]
fn only_the_creator_contributes_to_a_datanet_of_its_own() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, false).unwrap();
		assert_noop!(contribute(BOB, datanet, 1), Error::<Test>::NotCreator);
		assert_ok!(contribute(ALICE, datanet, 1));
		assert_eq!(held_for_items(ALICE), ITEM_DEPOSIT);
	});
}

#[test]
fn fails_when_unsigned() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		let Batch { root, cid, rows, bytes, licence, source } = batch(1);
		assert_noop!(
			Nets::contribute(RuntimeOrigin::root(), datanet, root, cid, rows, bytes, licence, source),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn fails_when_the_datanet_is_unknown() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(contribute(BOB, DatanetId(0), 1), Error::<Test>::UnknownDatanet);
	});
}

#[test]
fn fails_when_the_cid_is_invalid() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		for cid in [Cid([0; 36]), Cid::new(0x71, [1; 32])] {
			assert_noop!(
				contribute_batch(BOB, datanet, Batch { cid, ..batch(1) }),
				Error::<Test>::InvalidCid
			);
		}
	});
}

#[test]
fn fails_when_the_rows_do_not_fit_the_bytes() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		for (rows, bytes) in [(0, 0), (0, 10), (1, 0), (2, 2), (u32::MAX, u32::MAX)] {
			assert_noop!(
				contribute_batch(BOB, datanet, Batch { rows, bytes, ..batch(1) }),
				Error::<Test>::InvalidSize
			);
		}
		assert_ok!(contribute_batch(BOB, datanet, Batch { rows: 1, bytes: 1, ..batch(1) }));
		assert_ok!(contribute_batch(BOB, datanet, Batch { rows: 2, bytes: 3, ..batch(2) }));
	});
}

#[test]
fn fails_when_the_licence_is_not_a_label() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		for bad in ["", " MIT", "M\nIT"] {
			assert_noop!(
				contribute_batch(BOB, datanet, Batch { licence: label(bad), ..batch(1) }),
				Error::<Test>::InvalidLicence
			);
		}
	});
}

#[test]
fn fails_when_no_worker_can_dial_the_source() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		for bad in
			["", "http://example.org", "/ip4/1.2.3.4 /p2p/a", "/dns4/ünicode/p2p/a", "/ip4/1.2.3.4/tcp/4001"]
		{
			assert_noop!(
				contribute_batch(BOB, datanet, Batch { source: source(bad), ..batch(1) }),
				Error::<Test>::InvalidSource
			);
		}
		let longest = source(&format!("/a/p2p/{}", "a".repeat(57)));
		assert_ok!(contribute_batch(BOB, datanet, Batch { source: longest, ..batch(1) }));
	});
}

#[test]
fn fails_when_the_datanet_is_full() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		for n in 0..4 {
			assert_ok!(contribute(BOB, datanet, n));
		}
		assert_noop!(contribute(BOB, datanet, 4), Error::<Test>::TooManyContributions);
		// The bound is per datanet.
		let other = create(ALICE, true).unwrap();
		assert_ok!(contribute(BOB, other, 4));
	});
}

#[test]
fn fails_when_the_deposit_cannot_be_held() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		assert_noop!(contribute(POOR, datanet, 1), TokenError::FundsUnavailable);
		let enough = ITEM_DEPOSIT + EXISTENTIAL_DEPOSIT;
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), POOR, enough - 1));
		assert_noop!(contribute(POOR, datanet, 1), TokenError::FundsUnavailable);
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), POOR, enough));
		assert_ok!(contribute(POOR, datanet, 1));
	});
}

#[test]
fn fails_when_the_ids_are_used_up() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		NextContributionId::<Test>::put(ContributionId(u64::MAX));
		assert_noop!(contribute(BOB, datanet, 1), ArithmeticError::Overflow);
	});
}
