use crate::{mock::*, Error, Event, ModelState, Models};
use engram_primitives::{market::ModelLifecycle, traits::ModelRegistry, ModelId};
use frame_support::{assert_noop, assert_ok, assert_storage_noop};

fn state(model: ModelId) -> ModelState {
	Models::<Test>::get(model).unwrap().state
}

#[test]
fn an_open_model_moves_on_and_takes_jobs_as_before() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		System::reset_events();
		Registry::deployed(model);
		assert_eq!((state(model), events()), (ModelState::Deployed, vec![Event::ModelDeployed { model }]));
		assert!(<Registry as ModelRegistry<AccountId>>::is_open(model));
		assert_ok!(reserve(model));
		assert_noop!(Registry::remove(RuntimeOrigin::signed(ALICE), model), Error::<Test>::ModelOpen);
		<Registry as ModelRegistry<AccountId>>::release_version(model);
		assert_ok!(Registry::retire(RuntimeOrigin::signed(ALICE), model));
		assert_eq!(state(model), ModelState::Retired);
	});
}

#[test]
fn only_an_open_model_moves_on() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		Registry::deployed(model);
		assert_storage_noop!(Registry::deployed(model));
		assert_ok!(Registry::retire(RuntimeOrigin::signed(ALICE), model));
		assert_storage_noop!(Registry::deployed(model));
		assert_storage_noop!(Registry::deployed(ModelId(99)));
		assert_eq!(state(model), ModelState::Retired);
	});
}
