use crate::{mock::*, Error, Event, HoldReason, Requester, Requests, RollbackEnd, VersionState};
use engram_primitives::{traits::ModelRegistry, ModelId, VersionId};
use frame_support::{assert_noop, assert_ok, traits::fungible::Inspect};
use sp_runtime::DispatchError;

const TARGET: VersionId = VersionId(2);

fn is_rolled_back(version: u64) -> bool {
	<Registry as ModelRegistry<AccountId>>::is_rolled_back(VersionId(version))
}

fn head(model: ModelId) -> Option<VersionId> {
	<Registry as ModelRegistry<AccountId>>::head(model)
}

/// Alice has her model go back.
fn roll_back(model: ModelId, version: VersionId) {
	assert_ok!(request(ALICE, model, version));
	pass(DELAY);
	assert_ok!(enact(BOB, model));
}

#[test]
fn the_newest_version_serves_until_then() {
	ExtBuilder.build_and_execute(|| {
		MaxVersions::set(8);
		let model = register(ALICE).unwrap();
		assert_eq!(head(model), None);
		let first = record(trained(model), None).unwrap();
		assert_eq!(head(model), Some(first));
		// Whatever it continues.
		let second = record(trained(model), None).unwrap();
		assert_eq!(head(model), Some(second));
		let third = record(trained(model), Some(first)).unwrap();
		assert_eq!(Registry::head_of(model), Some(third));
	});
}

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		let model = trained_model();
		let free = Balances::balance(&ALICE);
		assert_ok!(request(ALICE, model, TARGET));
		pass(DELAY);
		System::reset_events();
		Undone::set(Vec::new());
		// Anybody does it.
		assert_ok!(enact(BOB, model));
		assert_eq!((head(model), Undone::get()), (Some(TARGET), vec![(model, TARGET)]));
		let states: Vec<_> = (0..5).map(is_rolled_back).collect();
		assert_eq!(states, [false, false, false, true, true]);
		assert_eq!(Requests::<Test>::get(model), None);
		assert_eq!((on_hold(HoldReason::RollbackBond, ALICE), Balances::balance(&ALICE)), (0, free));
		let by = Requester::Owner { who: ALICE, bond: BOND };
		assert_eq!(
			events(),
			[Event::RolledBack { model, version: TARGET, from: VersionId(4), undone: 2, by }]
		);
		assert_noop!(enact(BOB, model), Error::<Test>::NothingRequested);
	});
}

#[test]
fn holders_roll_back_what_the_owner_would_not() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_ok!(request(CAROL, model, TARGET));
		assert_ok!(request(DAVE, model, TARGET));
		pass(DELAY);
		assert_ok!(enact(ERIN, model));
		assert_eq!(head(model), Some(TARGET));
		assert!(events().contains(&Event::RolledBack {
			model,
			version: TARGET,
			from: VersionId(4),
			undone: 2,
			by: Requester::Holders,
		}));
		// What they signed is done: they may leave.
		assert_ok!(withdraw(CAROL, model));
		assert_ok!(withdraw(DAVE, model));
	});
}

#[test]
fn what_was_undone_stays_what_it_was_for_those_it_is_owed_to() {
	ExtBuilder.build_and_execute(|| {
		let model = trained_model();
		let before = <Registry as ModelRegistry<AccountId>>::version(VersionId(4));
		assert!(before.is_some());
		roll_back(model, TARGET);
		assert_eq!(<Registry as ModelRegistry<AccountId>>::version(VersionId(4)), before);
		assert_eq!(Registry::versions_of(model).len(), 5);
		assert_eq!(Registry::version(VersionId(4)).unwrap().state, VersionState::RolledBack);
		assert_eq!(Registry::accuracy_ppm(VersionId(4)), Some(900_000));
	});
}

#[test]
fn versions_beside_the_line_are_undone_too_and_other_models_are_not() {
	ExtBuilder.build_and_execute(|| {
		let model = trained_model();
		let other = register(BOB).unwrap();
		let foreign = record(trained(other), None).unwrap();
		// It continues what stays, but it came after the target.
		let beside = record(trained(model), Some(VersionId(0))).unwrap();
		roll_back(model, TARGET);
		assert!(is_rolled_back(beside.0));
		assert!(!is_rolled_back(foreign.0));
		assert_eq!((head(model), head(other)), (Some(TARGET), Some(foreign)));
	});
}

#[test]
fn training_goes_on_from_where_the_model_went_back_to() {
	ExtBuilder.build_and_execute(|| {
		let model = trained_model();
		roll_back(model, TARGET);
		let next = record(trained(model), Some(TARGET)).unwrap();
		assert_eq!(head(model), Some(next));
		assert!(!is_rolled_back(next.0));
		// And back again, past what was undone before.
		System::reset_events();
		roll_back(model, VersionId(0));
		assert!(events().contains(&Event::RolledBack {
			model,
			version: VersionId(0),
			from: next,
			undone: 3,
			by: Requester::Owner { who: ALICE, bond: BOND },
		}));
		let states: Vec<_> = (0..6).map(is_rolled_back).collect();
		assert_eq!(states, [false, true, true, true, true, true]);
		assert_eq!(head(model), Some(VersionId(0)));
	});
}

#[test]
fn training_under_way_that_continues_what_was_undone_is_recorded_and_does_not_serve() {
	ExtBuilder.build_and_execute(|| {
		let model = trained_model();
		reserve(model).unwrap();
		reserve(model).unwrap();
		roll_back(model, TARGET);
		System::reset_events();
		let late = record_reserved(trained(model), Some(VersionId(4))).unwrap();
		assert!(is_rolled_back(late.0));
		assert_eq!(head(model), Some(TARGET));
		assert_eq!(events()[1], Event::VersionRolledBackAtOnce { model, version: late });
		// What it does not continue serves.
		let fresh = record_reserved(trained(model), Some(VersionId(1))).unwrap();
		assert_eq!(head(model), Some(fresh));
	});
}

#[test]
fn versions_recorded_during_the_delay_are_undone() {
	ExtBuilder.build_and_execute(|| {
		let model = trained_model();
		assert_ok!(request(ALICE, model, TARGET));
		let late = record(trained(model), Some(VersionId(4))).unwrap();
		pass(DELAY);
		assert_ok!(enact(BOB, model));
		assert!(is_rolled_back(late.0));
		assert_eq!(head(model), Some(TARGET));
	});
}

#[test]
fn works_when_the_model_was_retired_meanwhile() {
	ExtBuilder.build_and_execute(|| {
		let model = trained_model();
		assert_ok!(request(ALICE, model, TARGET));
		assert_ok!(Registry::retire(RuntimeOrigin::signed(ALICE), model));
		pass(DELAY);
		assert_ok!(enact(BOB, model));
		assert_eq!(head(model), Some(TARGET));
	});
}

#[test]
fn it_is_charged_by_the_versions_there_are() {
	ExtBuilder.build_and_execute(|| {
		let model = trained_model();
		assert_ok!(request(ALICE, model, TARGET));
		pass(DELAY);
		let charged =
			Registry::enact_rollback(RuntimeOrigin::signed(BOB), model).unwrap().actual_weight.unwrap();
		assert_eq!(charged, <() as crate::WeightInfo>::enact_rollback(5));
		assert!(charged.all_lt(<() as crate::WeightInfo>::enact_rollback(MaxVersions::get())));
	});
}

#[test]
fn works_from_the_first_block_of_the_window_to_its_last() {
	for (blocks, in_time) in
		[(DELAY - 1, false), (DELAY, true), (DELAY + WINDOW - 1, true), (DELAY + WINDOW, false)]
	{
		ExtBuilder.build_and_execute(|| {
			let model = trained_model();
			assert_ok!(request(ALICE, model, TARGET));
			pass(blocks);
			if blocks < DELAY {
				assert_noop!(enact(BOB, model), Error::<Test>::NotDue);
			} else {
				assert_ok!(enact(BOB, model));
			}
			assert_eq!(head(model) == Some(TARGET), in_time, "{blocks}");
		});
	}
}

#[test]
fn what_was_not_enacted_in_time_ends() {
	ExtBuilder.build_and_execute(|| {
		let model = trained_model();
		let free = Balances::balance(&ALICE);
		assert_ok!(request(ALICE, model, TARGET));
		pass(DELAY + WINDOW);
		System::reset_events();
		assert_ok!(enact(BOB, model));
		assert_eq!(head(model), Some(VersionId(4)));
		assert!(!is_rolled_back(3));
		assert_eq!((Balances::balance(&ALICE), Slashed::get()), (free, 0));
		let (by, reason) = (Requester::Owner { who: ALICE, bond: BOND }, RollbackEnd::Expired);
		assert_eq!(events(), [Event::RollbackEnded { model, version: TARGET, by, reason, slashed: 0 }]);
		assert_noop!(enact(BOB, model), Error::<Test>::NothingRequested);
	});
}

#[test]
fn fails_when_nobody_requested_it() {
	ExtBuilder.build_and_execute(|| {
		let model = trained_model();
		assert_noop!(enact(ALICE, model), Error::<Test>::NothingRequested);
		assert_noop!(enact(ALICE, ModelId(9)), Error::<Test>::NothingRequested);
		let unsigned = Registry::enact_rollback(RuntimeOrigin::root(), model);
		assert_eq!(unsigned.unwrap_err().error, DispatchError::BadOrigin);
	});
}
