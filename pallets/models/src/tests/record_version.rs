use crate::{mock::*, Error, Event, NextVersionId, VersionRecord, VersionState, Versions};
use engram_primitives::{
	traits::{ModelRegistry, VersionInfo},
	Cid, ContributionId, JobId, ModelId, VersionId,
};
use frame_support::assert_noop;
use sp_runtime::ArithmeticError;

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		System::set_block_number(9);
		System::reset_events();
		let parts = vec![ContributionId(4), ContributionId(2)].try_into().unwrap();
		let info = VersionInfo { parts, ..trained(model) };
		assert_eq!(record(info.clone(), None), Ok(VersionId(0)));

		assert_eq!(
			Versions::<Test>::get(VersionId(0)),
			Some(VersionRecord {
				model,
				parent: None,
				weights: Cid::of_raw(b"weights"),
				job: JobId(7),
				parts: info.parts.clone(),
				correct: 90,
				held_out_rows: 100,
				state: VersionState::Active,
				created_at: 9,
			})
		);
		assert_eq!(<Registry as ModelRegistry<AccountId>>::version(VersionId(0)), Some(info));
		assert_eq!(Registry::model(model).unwrap().versions, 1);
		assert_eq!(
			events(),
			[Event::VersionRecorded {
				model,
				version: VersionId(0),
				parent: None,
				job: JobId(7),
				weights: Cid::of_raw(b"weights"),
				correct: 90,
				held_out_rows: 100,
			}]
		);
	});
}

#[test]
fn a_version_may_continue_any_older_one_of_its_model() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		let first = record(trained(model), None).unwrap();
		let second = record(trained(model), Some(first)).unwrap();
		let third = record(trained(model), Some(first)).unwrap();
		assert_eq!(Registry::version(first).unwrap().parent, None);
		assert_eq!(Registry::version(second).unwrap().parent, Some(first));
		assert_eq!(Registry::version(third).unwrap().parent, Some(first));
		assert_eq!(Registry::versions_of(model), [first, second, third]);
	});
}

#[test]
fn versions_are_numbered_over_all_models() {
	ExtBuilder.build_and_execute(|| {
		let (one, other) = (register(ALICE).unwrap(), register(BOB).unwrap());
		assert_eq!(record(trained(one), None), Ok(VersionId(0)));
		assert_eq!(record(trained(other), None), Ok(VersionId(1)));
		assert_eq!(record(trained(one), None), Ok(VersionId(2)));
		assert_eq!(Registry::versions_of(one), [VersionId(0), VersionId(2)]);
		assert_eq!(Registry::versions_of(other), [VersionId(1)]);
	});
}

#[test]
fn fails_when_the_model_is_unknown() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(record_reserved(trained(ModelId(0)), None), Error::<Test>::UnknownModel);
	});
}

#[test]
fn fails_when_no_job_reserved_it() {
	ExtBuilder.build_and_execute(|| {
		let (model, other) = (register(ALICE).unwrap(), register(ALICE).unwrap());
		reserve(other).unwrap();
		assert_noop!(record_reserved(trained(model), None), Error::<Test>::NotReserved);
	});
}

#[test]
fn fails_when_the_parent_is_unknown() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		// Not even a version can be its own parent.
		assert_noop!(record(trained(model), Some(VersionId(0))), Error::<Test>::UnknownParent);
	});
}

#[test]
fn fails_when_the_parent_is_of_another_model() {
	ExtBuilder.build_and_execute(|| {
		let (model, other) = (register(ALICE).unwrap(), register(ALICE).unwrap());
		let foreign = record(trained(other), None).unwrap();
		assert_noop!(record(trained(model), Some(foreign)), Error::<Test>::ParentOfAnotherModel);
	});
}

#[test]
fn fails_when_the_weights_are_not_a_cid() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		let info = VersionInfo { weights: Cid([0; 36]), ..trained(model) };
		assert_noop!(record(info, None), Error::<Test>::InvalidWeights);
	});
}

#[test]
fn fails_when_more_is_correct_than_there_is() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		let info = VersionInfo { correct: 101, ..trained(model) };
		assert_noop!(record(info, None), Error::<Test>::CountOutOfRange);
		let all = VersionInfo { correct: 100, ..trained(model) };
		let version = record(all, None).unwrap();
		assert_eq!(Registry::accuracy_ppm(version), Some(1_000_000));
	});
}

#[test]
fn fails_when_the_ids_are_used_up() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		NextVersionId::<Test>::put(VersionId(u64::MAX));
		assert_noop!(record(trained(model), None), ArithmeticError::Overflow);
	});
}
