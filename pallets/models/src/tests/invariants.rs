//! Random operations by owners and strangers: the invariants hold after each, and what fails changes nothing.

use crate::{mock::*, Call, Pallet};
use engram_cases::cases_of_thousand;
use engram_primitives::{
	label::Label,
	model::{Architecture, InferenceRates, InfluenceMethod},
	traits::{ModelRegistry, VersionInfo},
	Cid, ModelId, VersionId,
};
use frame_support::traits::fungible::hold::Inspect;
use proptest::{prelude::*, test_runner::RngSeed};
use sp_runtime::{traits::Dispatchable, StateVersion};
use std::{cell::RefCell, collections::BTreeSet};

#[derive(Clone, Debug)]
enum Op {
	Register {
		who: AccountId,
		name: Vec<u8>,
		widths: Vec<u32>,
	},
	SetRates {
		who: AccountId,
		model: u32,
		platform: u128,
	},
	Retire {
		who: AccountId,
		model: u32,
	},
	Remove {
		who: AccountId,
		model: u32,
	},
	/// What `jobs` does when training is requested.
	Reserve {
		model: u32,
	},
	/// What it does when that ends without a version; at times once too often.
	Release {
		model: u32,
	},
	/// What it does after a check; some of it is what a broken caller might try.
	Record {
		model: u32,
		parent: Option<u64>,
		correct: u32,
		valid: bool,
	},
	/// Somebody spends all they may.
	Spend {
		who: AccountId,
	},
	NextBlock,
}

impl Op {
	/// The name of the variant.
	fn name(&self) -> String {
		format!("{self:?}").split(' ').next().unwrap().into()
	}
}

fn op() -> impl Strategy<Value = Op> {
	let who = ALICE..=POOR;
	let model = 0u32..4;
	let widths = prop_oneof![
		4 => Just(vec![64, 32, 10]),
		1 => prop::collection::vec(0u32..5_000, 0..=8),
	];
	let name = prop_oneof![
		4 => "[a-z]{1,64}".prop_map(String::into_bytes),
		1 => prop::collection::vec(any::<u8>(), 0..=64),
	];
	prop_oneof![
		3 => (who.clone(), name, widths)
			.prop_map(|(who, name, widths)| Op::Register { who, name, widths }),
		2 => (who.clone(), model.clone(), any::<u128>())
			.prop_map(|(who, model, platform)| Op::SetRates { who, model, platform }),
		2 => (who.clone(), model.clone()).prop_map(|(who, model)| Op::Retire { who, model }),
		4 => (who.clone(), model.clone()).prop_map(|(who, model)| Op::Remove { who, model }),
		5 => model.clone().prop_map(|model| Op::Reserve { model }),
		4 => model.clone().prop_map(|model| Op::Release { model }),
		5 => (model, prop::option::of(0u64..12), 0u32..=101, prop::bool::weighted(0.9))
			.prop_map(|(model, parent, correct, valid)| Op::Record { model, parent, correct, valid }),
		1 => who.prop_map(|who| Op::Spend { who }),
		1 => Just(Op::NextBlock),
	]
}

fn call(who: AccountId, call: Call<Test>) -> bool {
	RuntimeCall::Registry(call).dispatch(RuntimeOrigin::signed(who)).is_ok()
}

/// Whether the operation succeeded.
fn apply(op: Op) -> bool {
	match op {
		Op::Register { who, name, widths } => call(
			who,
			Call::register {
				name: Label::try_from(name).unwrap(),
				architecture: Architecture::Mlp { widths: widths.try_into().unwrap(), input_shift: 4 },
				rates: RATES,
				method: InfluenceMethod::ExactInverse,
				licence: label("MIT"),
			},
		),
		Op::SetRates { who, model, platform } => {
			let rates = InferenceRates { platform, ..RATES };
			call(who, Call::set_rates { model: ModelId(model), rates })
		},
		Op::Retire { who, model } => call(who, Call::retire { model: ModelId(model) }),
		Op::Remove { who, model } => call(who, Call::remove { model: ModelId(model) }),
		Op::Reserve { model } => reserve(ModelId(model)).is_ok(),
		Op::Release { model } => {
			let before = reserved(ModelId(model));
			release(ModelId(model));
			before > 0
		},
		Op::Record { model, parent, correct, valid } => {
			let model = ModelId(model);
			let promised = reserved(model) > 0;
			let older = parent.is_none_or(|parent| {
				crate::Versions::<Test>::get(VersionId(parent)).is_some_and(|parent| parent.model == model)
			});
			let weights = if valid { Cid::of_raw(&[1]) } else { Cid([1; 36]) };
			let info = VersionInfo { correct, weights, ..trained(model) };
			let done = record_reserved(info, parent.map(VersionId)).is_ok();
			// With a reservation, only what the caller got wrong is refused.
			assert_eq!(done, promised && older && valid && correct <= 100);
			done
		},
		Op::Spend { who } => {
			RuntimeCall::Balances(pallet_balances::Call::transfer_all { dest: 77, keep_alive: true })
				.dispatch(RuntimeOrigin::signed(who))
				.is_ok()
		},
		Op::NextBlock => {
			System::set_block_number(System::block_number() + 1);
			true
		},
	}
}

#[test]
fn hold_after_every_operation() {
	let succeeded = RefCell::new(BTreeSet::new());
	let config = ProptestConfig { rng_seed: RngSeed::Fixed(2), ..cases_of_thousand(128) };
	proptest!(config, |(ops in prop::collection::vec(op(), 1..60))| {
		ExtBuilder.build().execute_with(|| {
			let issuance = Balances::total_issuance();
			for op in ops {
				let before = sp_io::storage::root(StateVersion::V1);
				if apply(op.clone()) {
					succeeded.borrow_mut().insert(op.name());
					// What a job had been promised.
					if matches!(op, Op::Record { model, .. } if !Registry::is_open(ModelId(model))) {
						succeeded.borrow_mut().insert("RecordRetired".into());
					}
				} else {
					let after = sp_io::storage::root(StateVersion::V1);
					assert_eq!(after, before, "{op:?} left traces");
				}
				if let Err(error) = Pallet::<Test>::do_try_state() {
					panic!("{error:?} after {op:?}");
				}
				assert_eq!(Balances::total_issuance(), issuance);
			}
			// Jobs end, and then the deposit of a model without versions can always be had back.
			for (model, count) in <Registry as ModelRegistry<AccountId>>::reservations() {
				(0..count).for_each(|_| release(model));
			}
			for (id, model) in crate::Models::<Test>::iter().collect::<Vec<_>>() {
				call(model.owner, Call::retire { model: id });
				assert_eq!(call(model.owner, Call::remove { model: id }), model.versions == 0);
			}
			if crate::Versions::<Test>::iter().next().is_none() {
				for who in ALICE..=POOR {
					assert_eq!(Balances::total_balance_on_hold(&who), 0);
				}
			}
			Pallet::<Test>::do_try_state().unwrap();
		});
	});
	// Every kind of operation works at times, so the test is not an empty one.
	let names = [
		"NextBlock",
		"Record",
		"RecordRetired",
		"Register",
		"Release",
		"Remove",
		"Reserve",
		"Retire",
		"SetRates",
		"Spend",
	];
	assert_eq!(succeeded.into_inner(), names.map(String::from).into());
}
