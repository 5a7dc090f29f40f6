//! Random operations by owners and strangers: the invariants hold after each, and what fails changes nothing.

use crate::{mock::*, Call, Event, Pallet, Requester};
use engram_cases::cases_of_thousand;
use engram_primitives::{
	label::Label,
	model::{Architecture, InferenceRates, InfluenceMethod},
	traits::{ModelRegistry, VersionInfo},
	Cid, ModelId, VersionId,
};
use frame_support::{storage::with_storage_layer, traits::fungible::hold::Inspect};
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
	/// Tokens are bought.
	Give {
		who: AccountId,
		model: u32,
	},
	Stand {
		who: AccountId,
		model: u32,
		amount: u128,
	},
	TakeSeat {
		who: AccountId,
		model: u32,
	},
	Withdraw {
		who: AccountId,
		model: u32,
	},
	Request {
		who: AccountId,
		model: u32,
		version: u64,
	},
	Veto {
		who: AccountId,
		model: u32,
	},
	Enact {
		model: u32,
	},
	/// All who have a seat sign the same, and nobody stops it.
	Agree {
		model: u32,
		version: u64,
	},
	/// Somebody spends all they may.
	Spend {
		who: AccountId,
	},
	/// So many blocks pass.
	Pass {
		blocks: u64,
	},
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
		8 => (who.clone(), name, widths)
			.prop_map(|(who, name, widths)| Op::Register { who, name, widths }),
		2 => (who.clone(), model.clone(), any::<u128>())
			.prop_map(|(who, model, platform)| Op::SetRates { who, model, platform }),
		4 => (who.clone(), model.clone()).prop_map(|(who, model)| Op::Retire { who, model }),
		14 => (who.clone(), model.clone()).prop_map(|(who, model)| Op::Remove { who, model }),
		5 => model.clone().prop_map(|model| Op::Reserve { model }),
		4 => model.clone().prop_map(|model| Op::Release { model }),
		5 => (model, prop::option::of(0u64..8), 0u32..=101, prop::bool::weighted(0.9))
			.prop_map(|(model, parent, correct, valid)| Op::Record { model, parent, correct, valid }),
		1 => who.prop_map(|who| Op::Spend { who }),
		6 => prop_oneof![3 => Just(1), 3 => Just(PERIOD), 3 => Just(DELAY), 1 => Just(DELAY + WINDOW)]
			.prop_map(|blocks| Op::Pass { blocks }),
		36 => standing_op(),
	]
}

/// What holders do, and what owners ask for: mostly of one model, so that holders meet.
fn standing_op() -> impl Strategy<Value = Op> {
	let holder = prop_oneof![9 => CAROL..=ERIN, 1 => ALICE..=BOB];
	let signer = prop_oneof![4 => Just(ALICE), 7 => CAROL..=ERIN, 1 => Just(BOB)];
	let model = prop_oneof![6 => Just(0u32), 1 => Just(1)];
	let pair = (holder, model.clone());
	prop_oneof![
		2 => pair.clone().prop_map(|(who, model)| Op::Give { who, model }),
		4 => (pair.clone(), 0u128..400)
			.prop_map(|((who, model), amount)| Op::Stand { who, model, amount }),
		6 => pair.clone().prop_map(|(who, model)| Op::TakeSeat { who, model }),
		1 => pair.clone().prop_map(|(who, model)| Op::Withdraw { who, model }),
		9 => (signer, model.clone(), prop_oneof![4 => 0u64..2, 1 => 2u64..6])
			.prop_map(|(who, model, version)| Op::Request { who, model, version }),
		4 => pair.prop_map(|(who, model)| Op::Veto { who, model }),
		2 => (model.clone(), 0u64..4).prop_map(|(model, version)| Op::Agree { model, version }),
		4 => model.prop_map(|model| Op::Enact { model }),
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
		Op::Give { who, model } => {
			give(ModelId(model), who, 300);
			true
		},
		Op::Stand { who, model, amount } => stand(who, ModelId(model), amount).is_ok(),
		Op::TakeSeat { who, model } => take_seat(who, ModelId(model)).is_ok(),
		Op::Withdraw { who, model } => withdraw(who, ModelId(model)).is_ok(),
		Op::Request { who, model, version } => request(who, ModelId(model), VersionId(version)).is_ok(),
		Op::Veto { who, model } => veto(who, ModelId(model)).is_ok(),
		Op::Enact { model } => enact(BOB, ModelId(model)).is_ok(),
		Op::Agree { model, version } => with_storage_layer(|| {
			let model = ModelId(model);
			for seat in Registry::standing(model).map(|standing| standing.seats).unwrap_or_default() {
				request(seat.who, model, VersionId(version))?;
			}
			pass(DELAY);
			enact(BOB, model)
		})
		.is_ok(),
		Op::Pass { blocks } => {
			pass(blocks);
			true
		},
	}
}

#[test]
fn hold_after_every_operation() {
	let succeeded = RefCell::new(BTreeSet::new());
	let config = ProptestConfig { rng_seed: RngSeed::Fixed(2), ..cases_of_thousand(128) };
	proptest!(config, |(seated in any::<bool>(), ops in prop::collection::vec(op(), 1..180))| {
		ExtBuilder.build().execute_with(|| {
			let issuance = Balances::total_issuance();
			if seated {
				let model = seated_model();
				reserve(model).unwrap();
				reserve(model).unwrap();
			}
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
				check();
				assert_eq!(Balances::total_issuance(), issuance - Slashed::get());
				for event in events() {
					let seen = match event {
						Event::RolledBack { by: Requester::Holders, .. } => "RolledBackByHolders".into(),
						Event::RolledBack { .. } => "RolledBackByOwner".into(),
						Event::RollbackEnded { reason, .. } => format!("{reason:?}"),
						Event::SeatTaken { displaced: Some(_), .. } => "Displaced".into(),
						Event::VersionRolledBackAtOnce { .. } => "RolledBackAtOnce".into(),
						_ => continue,
					};
					succeeded.borrow_mut().insert(seen);
				}
				System::reset_events();
			}
			// Jobs end, and then the deposit of a model without versions can always be had back.
			for (model, count) in <Registry as ModelRegistry<AccountId>>::reservations() {
				(0..count).for_each(|_| release(model));
			}
			for (id, model) in crate::Models::<Test>::iter().collect::<Vec<_>>() {
				call(model.owner, Call::retire { model: id });
				assert_eq!(call(model.owner, Call::remove { model: id }), model.versions == 0);
			}
			// And every lock, when whatever was signed has expired.
			pass(PERIOD + DELAY + WINDOW);
			for (model, who) in crate::Locks::<Test>::iter_keys().collect::<Vec<_>>() {
				withdraw(who, model).unwrap();
			}
			for model in crate::Requests::<Test>::iter_keys().collect::<Vec<_>>() {
				enact(BOB, model).unwrap();
			}
			if crate::Versions::<Test>::iter().next().is_none() {
				for who in ALICE..=ERIN {
					assert_eq!(Balances::total_balance_on_hold(&who), 0);
				}
			}
			check();
		});
	});
	// Every kind of operation works at times, so the test is not an empty one.
	let names = [
		"Agree",
		"Displaced",
		"Enact",
		"Expired",
		"Give",
		"Lapsed",
		"Overridden",
		"Pass",
		"Record",
		"RecordRetired",
		"Register",
		"Release",
		"Remove",
		"Request",
		"Reserve",
		"Retire",
		"RolledBackAtOnce",
		"RolledBackByHolders",
		"RolledBackByOwner",
		"SetRates",
		"Spend",
		"Stand",
		"TakeSeat",
		"Veto",
		"Vetoed",
		"Withdraw",
	];
	assert_eq!(succeeded.into_inner(), names.map(String::from).into());
}
