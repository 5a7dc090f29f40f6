use crate::{mock::*, Error, Event, ModelState, Models};
use engram_primitives::{
	traits::{ModelRegistry, VersionInfo},
	ModelId,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		let deposit = held(ALICE);
		System::reset_events();
		assert_ok!(Registry::retire(RuntimeOrigin::signed(ALICE), model));

		assert_eq!(Models::<Test>::get(model).unwrap().state, ModelState::Retired);
		assert!(!Registry::is_open(model));
		assert_eq!(held(ALICE), deposit);
		assert_eq!(events(), [Event::ModelRetired { model }]);
	});
}

#[test]
fn a_retired_model_takes_no_new_jobs_and_can_be_read() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		let version = record(trained(model), None).unwrap();
		let before = <Registry as ModelRegistry<AccountId>>::model(model);
		assert!(before.is_some());
		assert!(<Registry as ModelRegistry<AccountId>>::is_open(model));
		assert_ok!(Registry::retire(RuntimeOrigin::signed(ALICE), model));

		// What `jobs` asks before it takes a job.
		assert!(!<Registry as ModelRegistry<AccountId>>::is_open(model));
		assert_noop!(reserve(model), Error::<Test>::ModelRetired);
		// What it asks while a job is under way.
		assert_eq!(<Registry as ModelRegistry<AccountId>>::model(model), before);
		let seen: Option<VersionInfo> = <Registry as ModelRegistry<AccountId>>::version(version);
		assert_eq!(seen, Some(trained(model)));
		assert_eq!(Registry::versions_of(model), [version]);
		assert_eq!(Registry::accuracy_ppm(version), Some(900_000));
		assert!(Registry::model(model).is_some());
	});
}

#[test]
fn fails_when_not_the_owner() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		assert_noop!(Registry::retire(RuntimeOrigin::signed(BOB), model), Error::<Test>::NotOwner);
		assert_noop!(Registry::retire(RuntimeOrigin::root(), model), DispatchError::BadOrigin);
	});
}

#[test]
fn fails_when_the_model_is_unknown() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(Registry::retire(RuntimeOrigin::signed(ALICE), ModelId(0)), Error::<Test>::UnknownModel);
	});
}

#[test]
fn fails_when_done_twice() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		assert_ok!(Registry::retire(RuntimeOrigin::signed(ALICE), model));
		assert_noop!(Registry::retire(RuntimeOrigin::signed(ALICE), model), Error::<Test>::ModelRetired);
	});
}
