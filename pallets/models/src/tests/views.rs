use crate::mock::*;
use codec::Encode;
use engram_primitives::{
	traits::{ModelInfo, ModelRegistry, VersionInfo},
	ModelId, VersionId,
};
use sp_io::hashing::blake2_256;

#[test]
fn what_is_unknown_is_nothing() {
	ExtBuilder.build_and_execute(|| {
		assert_eq!(Registry::model(ModelId(0)), None);
		assert!(!Registry::is_open(ModelId(0)));
		assert_eq!(Registry::init_seed(ModelId(0)), None);
		assert_eq!(Registry::version(VersionId(0)), None);
		assert!(Registry::versions_of(ModelId(0)).is_empty());
		assert_eq!(Registry::accuracy_ppm(VersionId(0)), None);
		assert_eq!(Registry::head_of(ModelId(0)), None);
		assert_eq!(Registry::standing(ModelId(0)), None);
		assert_eq!(Registry::lock_of(ModelId(0), CAROL), None);
		assert_eq!(Registry::counted_of(ModelId(0), CAROL), 0);
		assert_eq!(Registry::rollback_request(ModelId(0)), None);
		assert!(!<Registry as ModelRegistry<AccountId>>::is_rolled_back(VersionId(0)));
		assert_eq!(<Registry as ModelRegistry<AccountId>>::model(ModelId(0)), None);
		assert_eq!(<Registry as ModelRegistry<AccountId>>::version(VersionId(0)), None);
		assert!(!<Registry as ModelRegistry<AccountId>>::is_open(ModelId(0)));
		assert!(<Registry as ModelRegistry<AccountId>>::reservations().is_empty());
	});
}

#[test]
fn others_see_what_they_need_of_a_model() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		let record = Registry::model(model).unwrap();
		assert!(Registry::is_open(model));
		assert_eq!(
			<Registry as ModelRegistry<AccountId>>::model(model),
			Some(ModelInfo {
				owner: ALICE,
				architecture: record.architecture,
				rates: record.rates,
				method: record.method,
				init_seed: Registry::init_seed(model).unwrap(),
			})
		);
	});
}

#[test]
fn who_stands_and_what_is_requested_can_be_read() {
	ExtBuilder.build_and_execute(|| {
		let model = seated_model();
		assert_eq!(Registry::standing(model), crate::Standings::<Test>::get(model));
		assert_eq!(Registry::standing(model).unwrap().seats.len(), 2);
		assert_eq!(Registry::lock_of(model, CAROL).map(|lock| lock.amount), Some(300));
		assert_eq!(Registry::counted_of(model, DAVE), 200);
		Registry::request_rollback(RuntimeOrigin::signed(ALICE), model, VersionId(1)).unwrap();
		assert_eq!(Registry::rollback_request(model), crate::Requests::<Test>::get(model));
		assert_eq!(Registry::rollback_request(model).unwrap().version, VersionId(1));
		// Each model's tokens are kept apart.
		assert_ne!(Registry::custody_account(model), Registry::custody_account(ModelId(model.0 + 1)));
	});
}

#[test]
fn the_chain_chooses_the_initial_seed() {
	ExtBuilder.build_and_execute(|| {
		let (first, second) = (register(ALICE).unwrap(), register(BOB).unwrap());
		let genesis = System::block_hash(0);
		let expected = |model: u32| {
			let input = [b"engram/init".as_slice(), genesis.as_bytes(), &model.to_le_bytes()];
			blake2_256(&input.concat())
		};
		assert_eq!(Registry::init_seed(first), Some(expected(0)));
		assert_eq!(Registry::init_seed(second), Some(expected(1)));

		// Another chain, another seed.
		frame_system::BlockHash::<Test>::insert(0, sp_core::H256::repeat_byte(1));
		assert_ne!(Registry::init_seed(first), Some(expected(0)));
	});
}

#[test]
fn accuracy_is_rounded_down_and_defined_without_held_out_rows() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		let accuracy = |correct, held_out_rows| {
			let info = VersionInfo { correct, held_out_rows, ..trained(model) };
			Registry::accuracy_ppm(record(info, None).unwrap())
		};
		assert_eq!(accuracy(2, 3), Some(666_666));
		assert_eq!(accuracy(0, 0), Some(0));
		assert_eq!(accuracy(u32::MAX - 1, u32::MAX), Some(999_999));
	});
}

#[test]
fn an_empty_model_has_a_deposit_for_every_byte_it_will_ever_have() {
	ExtBuilder.build_and_execute(|| {
		let model = register(ALICE).unwrap();
		let before = Registry::model(model).unwrap().encoded_size();
		record(trained(model), None).unwrap();
		reserve(model).unwrap();
		Registry::retire(RuntimeOrigin::signed(ALICE), model).unwrap();
		assert_eq!(Registry::model(model).unwrap().encoded_size(), before);
	});
}
