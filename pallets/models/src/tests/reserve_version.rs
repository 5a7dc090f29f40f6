//! What a training job is promised from its request to its end.

use crate::{mock::*, Error, Models};
use engram_primitives::{
	traits::{ModelRegistry, VersionInfo},
	Cid, ModelId, VersionId,
};
use frame_support::{assert_noop, assert_ok};
use std::collections::BTreeMap;

fn retire(model: ModelId) {
	assert_ok!(Registry::retire(RuntimeOrigin::signed(ALICE), model));
}

fn reservations() -> BTreeMap<ModelId, u32> {
	<Registry as ModelRegistry<AccountId>>::reservations()
}

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		let (model, other) = (register(ALICE).unwrap(), register(BOB).unwrap());
		let before = Models::<Test>::get(model).unwrap();
		System::reset_events();
		assert_ok!(reserve(model));
		assert_ok!(reserve(model));
		// The events are the market's: nothing else of the record changes.
		assert_eq!(Models::<Test>::get(model), Some(crate::ModelRecord { reserved: 2, ..before }));
		assert!(events().is_empty());
		assert_eq!(reservations(), [(model, 2)].into());
		assert_ok!(reserve(other));
		assert_eq!(reservations(), [(model, 2), (other, 1)].into());
		release(model);
		assert_eq!(reservations(), [(model, 1), (other, 1)].into());
	});
}

#[test]
fn a_version_takes_the_place_of_its_reservation() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		assert_ok!(reserve(model));
		assert_ok!(reserve(model));
		assert_eq!(record_reserved(trained(model), None), Ok(VersionId(0)));
		let record = Models::<Test>::get(model).unwrap();
		assert_eq!((record.versions, record.reserved), (1, 1));
		release(model);
		assert_noop!(record_reserved(trained(model), None), Error::<Test>::NotReserved);
	});
}

#[test]
fn a_refused_version_keeps_its_reservation() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		assert_ok!(reserve(model));
		let info = VersionInfo { weights: Cid([0; 36]), ..trained(model) };
		assert_noop!(record_reserved(info, None), Error::<Test>::InvalidWeights);
		assert_eq!(reserved(model), 1);
	});
}

#[test]
fn what_is_reserved_is_recorded_after_retirement() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		assert_ok!(reserve(model));
		assert_ok!(reserve(model));
		retire(model);
		assert_eq!(record_reserved(trained(model), None), Ok(VersionId(0)));
		assert_eq!(record_reserved(trained(model), Some(VersionId(0))), Ok(VersionId(1)));
		assert_noop!(record_reserved(trained(model), None), Error::<Test>::NotReserved);
	});
}

#[test]
fn the_last_place_can_be_promised_once() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		record(trained(model), None).unwrap();
		assert_ok!(reserve(model));
		assert_ok!(reserve(model));
		assert_noop!(reserve(model), Error::<Test>::TooManyVersions);
		// A place given back is free again; a place used is not.
		release(model);
		assert_ok!(reserve(model));
		record_reserved(trained(model), None).unwrap();
		assert_noop!(reserve(model), Error::<Test>::TooManyVersions);
		record_reserved(trained(model), None).unwrap();
		assert_noop!(reserve(model), Error::<Test>::TooManyVersions);
		// The bound is per model.
		assert_ok!(reserve(register(ALICE).unwrap()));
	});
}

#[test]
fn a_bound_lowered_later_does_not_take_the_promise_back() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		record(trained(model), None).unwrap();
		assert_ok!(reserve(model));
		MaxVersions::set(1);
		assert_ok!(record_reserved(trained(model), None));
		assert_noop!(reserve(model), Error::<Test>::TooManyVersions);
		MaxVersions::set(3);
	});
}

#[test]
fn fails_when_the_model_is_unknown_or_retired() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(reserve(ModelId(0)), Error::<Test>::UnknownModel);
		let model = register(ALICE).unwrap();
		retire(model);
		assert_noop!(reserve(model), Error::<Test>::ModelRetired);
	});
}

#[test]
fn releasing_what_nobody_reserved_changes_nothing() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		let before = Models::<Test>::get(model);
		release(model);
		release(ModelId(9));
		assert_eq!(Models::<Test>::get(model), before);
		assert_eq!(Models::<Test>::get(ModelId(9)), None);
	});
}
