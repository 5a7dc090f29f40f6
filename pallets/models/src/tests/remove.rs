use crate::{mock::*, Error, Event, Models};
use engram_primitives::ModelId;
use frame_support::{assert_noop, assert_ok, traits::fungible::Inspect};
use sp_runtime::DispatchError;

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		let deposit = held(ALICE);
		assert_ok!(Registry::retire(RuntimeOrigin::signed(ALICE), model));
		System::reset_events();
		Gone::set(Vec::new());
		assert_ok!(Registry::remove(RuntimeOrigin::signed(ALICE), model));

		assert_eq!(Models::<Test>::get(model), None);
		assert_eq!(Gone::get(), [model]);
		assert_eq!(held(ALICE), 0);
		assert_eq!(Balances::balance(&ALICE), RICHES);
		assert_eq!(events(), [Event::ModelRemoved { owner: ALICE, model, deposit }]);
	});
}

#[test]
fn releases_what_was_held_and_not_what_it_would_cost_now() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		let other = register(ALICE).unwrap();
		let both = held(ALICE);
		ModelDepositBase::set(5_000);
		assert_ok!(Registry::retire(RuntimeOrigin::signed(ALICE), model));
		assert_ok!(Registry::remove(RuntimeOrigin::signed(ALICE), model));
		assert_eq!(held(ALICE), both / 2);
		assert_eq!(Models::<Test>::get(other).unwrap().deposit, both / 2);
	});
}

#[test]
fn ids_are_never_used_again() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		assert_ok!(Registry::retire(RuntimeOrigin::signed(ALICE), model));
		assert_ok!(Registry::remove(RuntimeOrigin::signed(ALICE), model));
		assert_eq!(register(ALICE), Ok(ModelId(1)));
	});
}

#[test]
fn fails_when_the_model_is_open() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		assert_noop!(Registry::remove(RuntimeOrigin::signed(ALICE), model), Error::<Test>::ModelOpen);
	});
}

#[test]
fn fails_when_the_model_has_versions() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		record(trained(model), None).unwrap();
		assert_noop!(Registry::remove(RuntimeOrigin::signed(ALICE), model), Error::<Test>::HasVersions);
		assert_ok!(Registry::retire(RuntimeOrigin::signed(ALICE), model));
		assert_noop!(Registry::remove(RuntimeOrigin::signed(ALICE), model), Error::<Test>::HasVersions);
	});
}

#[test]
fn fails_while_jobs_may_record_a_version_and_works_when_they_did_not() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		let remove = || Registry::remove(RuntimeOrigin::signed(ALICE), model);
		reserve(model).unwrap();
		reserve(model).unwrap();
		assert_noop!(remove(), Error::<Test>::ModelOpen);
		assert_ok!(Registry::retire(RuntimeOrigin::signed(ALICE), model));
		assert_noop!(remove(), Error::<Test>::HasJobs);
		release(model);
		assert_noop!(remove(), Error::<Test>::HasJobs);
		release(model);
		assert_ok!(remove());
		assert_eq!(held(ALICE), 0);
	});
}

#[test]
fn fails_when_a_job_recorded_a_version_after_retirement() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		reserve(model).unwrap();
		assert_ok!(Registry::retire(RuntimeOrigin::signed(ALICE), model));
		record_reserved(trained(model), None).unwrap();
		assert_noop!(Registry::remove(RuntimeOrigin::signed(ALICE), model), Error::<Test>::HasVersions);
	});
}

#[test]
fn fails_when_not_the_owner() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		assert_ok!(Registry::retire(RuntimeOrigin::signed(ALICE), model));
		assert_noop!(Registry::remove(RuntimeOrigin::signed(BOB), model), Error::<Test>::NotOwner);
		assert_noop!(Registry::remove(RuntimeOrigin::root(), model), DispatchError::BadOrigin);
	});
}

#[test]
fn fails_when_the_model_is_unknown() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(Registry::remove(RuntimeOrigin::signed(ALICE), ModelId(0)), Error::<Test>::UnknownModel);
	});
}
