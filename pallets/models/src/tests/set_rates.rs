use crate::{mock::*, Error, Event, Models};
use engram_primitives::{
	model::InferenceRates,
	traits::{ModelInfo, ModelRegistry},
	ModelId,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

const HIGHER: InferenceRates = InferenceRates { input_per_1000: 300, output_per_1000: 600, platform: 700 };

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		let (deposit, before) = (held(ALICE), Models::<Test>::get(model).unwrap());
		System::reset_events();
		assert_ok!(Registry::set_rates(RuntimeOrigin::signed(ALICE), model, HIGHER));

		assert_eq!(Models::<Test>::get(model), Some(crate::ModelRecord { rates: HIGHER, ..before }));
		assert_eq!(held(ALICE), deposit);
		assert_eq!(events(), [Event::RatesUpdated { model, old: RATES, new: HIGHER }]);
		let seen: ModelInfo<AccountId> = <Registry as ModelRegistry<_>>::model(model).unwrap();
		assert_eq!(seen.rates, HIGHER);
	});
}

#[test]
fn free_inference_is_allowed() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		let free = InferenceRates { input_per_1000: 0, output_per_1000: 0, platform: 0 };
		assert_ok!(Registry::set_rates(RuntimeOrigin::signed(ALICE), model, free));
		assert_eq!(Models::<Test>::get(model).unwrap().rates, free);
	});
}

#[test]
fn fails_when_not_the_owner() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		assert_noop!(Registry::set_rates(RuntimeOrigin::signed(BOB), model, HIGHER), Error::<Test>::NotOwner);
		assert_noop!(Registry::set_rates(RuntimeOrigin::root(), model, HIGHER), DispatchError::BadOrigin);
	});
}

#[test]
fn fails_when_the_model_is_unknown() {
	ExtBuilder.build_and_execute(|| {
		assert_noop!(
			Registry::set_rates(RuntimeOrigin::signed(ALICE), ModelId(0), HIGHER),
			Error::<Test>::UnknownModel
		);
	});
}

#[test]
fn fails_when_the_model_is_retired() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		assert_ok!(Registry::retire(RuntimeOrigin::signed(ALICE), model));
		assert_noop!(
			Registry::set_rates(RuntimeOrigin::signed(ALICE), model, HIGHER),
			Error::<Test>::ModelRetired
		);
	});
}
