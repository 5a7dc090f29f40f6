//! Roll backs on the whole runtime: what is served after one, where a lost bond goes, and what it costs to buy a say in one on a
//! real curve.

#![allow(clippy::print_stdout, reason = "it prints what the buyer loses")]

use crate::common::chain;
use engram_math::{
	curve::{Parameters, Shape, WHOLE},
	fixed::ATTO,
	market::{FeeSchedule, Limits},
};
use engram_primitives::{
	label::Label,
	model::{Architecture, InferenceRates, InfluenceMethod},
	traits::{ModelRegistry, VersionInfo},
	units::{Balance, ENGR, MILLI},
	Cid, JobId, ModelId, TokenId, VersionId,
};
use engram_runtime::{
	AccountId, Assets, Attribution, Balances, Curves, Jobs, Models, Runtime, RuntimeCall, RuntimeOrigin,
	System, Timing, Treasury,
};
use frame_support::{
	assert_err, assert_ok,
	traits::{fungible::Inspect, Get, Hooks},
};
use pallet_curves::{Measurement, Terms};
use pallet_models::{Call, Error, HoldReason};
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, Ferdie};
use sp_runtime::{traits::Dispatchable, DispatchResult};

/// Two honest holders, and two accounts of one buyer.
const HOLDERS: [Sr25519Keyring; 2] = [Charlie, Dave];
const BUYERS: [Sr25519Keyring; 2] = [Eve, Ferdie];
const TARGET: VersionId = VersionId(1);
const HEAD: VersionId = VersionId(3);
/// 1 %, and as much again at the launch.
const FEE: u32 = 10_000;

fn period() -> u32 {
	<Runtime as pallet_models::Config>::StandingPeriod::get()
}

fn delay() -> u32 {
	<Runtime as pallet_models::Config>::RollbackDelay::get()
}

fn origin(who: Sr25519Keyring) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.to_account_id())
}

/// Makes a call as a transaction does: what fails leaves no trace.
fn call(who: Sr25519Keyring, call: impl Into<RuntimeCall>) -> DispatchResult {
	call.into().dispatch(origin(who)).map(|_| ()).map_err(|error| error.error)
}

fn pass(blocks: u32) {
	System::set_block_number(System::block_number() + blocks);
}

fn label(text: &str) -> Label {
	text.as_bytes().to_vec().try_into().unwrap()
}

fn money(who: Sr25519Keyring) -> Balance {
	Balances::total_balance(&who.to_account_id())
}

/// Alice's model with four versions.
fn trained() -> ModelId {
	let model = pallet_models::NextModelId::<Runtime>::get();
	let architecture = Architecture::Mlp { widths: vec![64, 32, 10].try_into().unwrap(), input_shift: 4 };
	let rates = InferenceRates { input_per_1000: MILLI, output_per_1000: MILLI, platform: MILLI };
	let register = Call::<Runtime>::register {
		name: label("digits"),
		architecture,
		rates,
		method: InfluenceMethod::DataInf,
		licence: label("MIT"),
	};
	assert_ok!(call(Alice, register));
	let mut parent = None;
	for _ in 0..=HEAD.0 {
		let weights = Cid::of_raw(b"weights");
		let parts = Default::default();
		let info = VersionInfo { model, weights, job: JobId(0), parts, correct: 9, held_out_rows: 10 };
		<Models as ModelRegistry<AccountId>>::reserve_version(model).unwrap();
		parent = Some(<Models as ModelRegistry<AccountId>>::record_version(info, parent).unwrap());
	}
	assert_eq!(Models::head_of(model), Some(HEAD));
	model
}

/// A linear curve from half a coin, whose block moves the price by less than .7 %.
fn launched(model: ModelId) -> TokenId {
	let bounds = <Runtime as pallet_curves::Config>::Bounds::get();
	let curve = Parameters {
		shape: Shape::Linear,
		price: ATTO / 2,
		angle: 1_500_000_000_000,
		max_supply: 1_000_000 * WHOLE,
	};
	let terms = Terms {
		creator_share: 0,
		lock_up: bounds.release.0,
		vesting: 0,
		burn_rate: 0,
		fees: FeeSchedule {
			base: FEE,
			slope: 0,
			cap: FEE,
			launch: 400_000,
			launch_window: bounds.launch_window.0,
		},
		limits: Limits {
			per_block: FEE * 7 / 10 - 1,
			per_window: 280_000,
			window: bounds.window.0.max(bounds.launch_window.0),
			threshold: 200_000,
			rebound: 0,
			least_factor: 100_000,
		},
		weights: [0; 4],
		bond: bounds.least_bond,
		graduation: bounds.least_graduation,
		emission: WHOLE,
	};
	let symbol = b"DIG".to_vec().try_into().unwrap();
	let claims = Default::default();
	let launch =
		pallet_curves::Call::<Runtime>::launch { model, name: label("digits"), symbol, curve, terms, claims };
	assert_ok!(call(Alice, launch));
	pass(u32::try_from(bounds.launch_window.1).unwrap());
	Curves::token_of(model).unwrap()
}

/// Buys in a block of its own, and locks all of it.
fn buy_and_stand(who: Sr25519Keyring, model: ModelId, token: TokenId, amount: Balance) {
	pass(1);
	let deadline = System::block_number();
	assert_ok!(call(
		who,
		pallet_curves::Call::<Runtime>::buy { token, amount, max_in: Balance::MAX, deadline }
	));
	assert_ok!(call(who, Call::<Runtime>::stand { model, amount }));
	assert_eq!(Assets::balance(token.0, who.to_account_id()), 0);
}

fn sell(who: Sr25519Keyring, token: TokenId) {
	pass(1);
	let (amount, deadline) = (Assets::balance(token.0, who.to_account_id()), System::block_number());
	assert_ok!(call(who, pallet_curves::Call::<Runtime>::sell { token, amount, min_out: 0, deadline }));
}

fn take_seat(who: Sr25519Keyring, model: ModelId) -> DispatchResult {
	call(who, Call::<Runtime>::take_seat { model })
}

fn request(who: Sr25519Keyring, model: ModelId) -> DispatchResult {
	call(who, Call::<Runtime>::request_rollback { model, version: TARGET })
}

fn enact(model: ModelId) -> DispatchResult {
	call(Bob, Call::<Runtime>::enact_rollback { model })
}

fn withdraw(who: Sr25519Keyring, model: ModelId) -> DispatchResult {
	call(who, Call::<Runtime>::withdraw { model })
}

/// Charlie and Dave have the seats of Alice's model, with a thousand tokens each.
fn held() -> (ModelId, TokenId) {
	System::set_block_number(1);
	let model = trained();
	let token = launched(model);
	for who in HOLDERS {
		buy_and_stand(who, model, token, 1_000 * WHOLE);
	}
	pass(period());
	for who in HOLDERS {
		assert_ok!(take_seat(who, model));
	}
	(model, token)
}

fn check() {
	assert_ok!(Models::try_state(System::block_number()));
	assert_ok!(Curves::try_state(System::block_number()));
}

fn asked(version: VersionId) -> DispatchResult {
	let input = Cid::of_raw(b"input");
	let source = b"/ip4/127.0.0.1/tcp/4001/p2p/12D3KooW".to_vec().try_into().unwrap();
	Jobs::request_inference(origin(Bob), version, input, 1, source, 64, ENGR)
}

#[test]
fn what_is_undone_is_not_sold_any_more() {
	chain(&PresetId::from("development")).execute_with(|| {
		let (model, _) = held();
		assert_ok!(asked(HEAD));
		assert_ok!(request(Alice, model));
		pass(delay());
		let measured =
			[TARGET, HEAD].map(|version| Measurement { version, accuracy: 900_000, improvement: None });
		pallet_curves::Markets::<Runtime>::mutate(model, |market| {
			market.measured = measured.to_vec().try_into().unwrap();
		});
		assert_eq!(Curves::market(model).measurement(), Some(measured[1]));
		assert_ok!(enact(model));
		assert_eq!(Curves::market(model).measured.to_vec(), measured[..1]);
		assert_eq!(Models::head_of(model), Some(TARGET));
		assert_err!(asked(HEAD), pallet_jobs::Error::<Runtime>::RolledBack);
		assert_eq!(Attribution::quote(HEAD, 1), None);
		assert!(Attribution::quote(TARGET, 1).is_some());
		assert_ok!(asked(TARGET));
		check();
	});
}

#[test]
fn a_lost_bond_is_divided_like_every_slash() {
	chain(&PresetId::from("development")).execute_with(|| {
		let (model, _) = held();
		let bond = <Runtime as pallet_models::Config>::RollbackBond::get();
		assert_ok!(request(Alice, model));
		let owner = Alice.to_account_id();
		let on_hold = || {
			use frame_support::traits::fungible::InspectHold;
			Balances::balance_on_hold(&HoldReason::RollbackBond.into(), &owner)
		};
		assert_eq!(on_hold(), bond);
		let before = (money(Alice), Balances::total_issuance(), Balances::balance(&Treasury::account_id()));
		for who in HOLDERS {
			assert_ok!(call(who, Call::<Runtime>::veto_rollback { model }));
		}
		assert_eq!(on_hold(), 0);
		assert_eq!(before.0 - money(Alice), bond);
		let burned = before.1 - Balances::total_issuance();
		let treasury = Balances::balance(&Treasury::account_id()) - before.2;
		assert!(burned > 0 && treasury > 0);
		assert_eq!(burned + treasury, bond);
		check();
	});
}

#[test]
fn a_say_takes_an_era_to_get_and_a_roll_back_two() {
	chain(&PresetId::from("development")).execute_with(|| {
		let schedule = Timing::schedule();
		let era = schedule.epoch_duration * u64::from(schedule.sessions_per_era);
		assert!(u64::from(period()) >= era && u64::from(delay()) >= 2 * era && delay() > period());
	});
}

/// One buyer with two accounts buys twice what the holders have, waits, has the model go back, and sells.
#[test]
fn flash_buyers_pay_for_a_roll_back_and_are_paid_nothing() {
	chain(&PresetId::from("development")).execute_with(|| {
		let (model, token) = held();
		let before: Balance = BUYERS.map(money).iter().sum();
		let began = System::block_number();
		for who in BUYERS {
			buy_and_stand(who, model, token, 2_000 * WHOLE);
		}
		let paid = before - BUYERS.map(money).iter().sum::<Balance>();

		// Not within the era, nor in the block after.
		for blocks in [0, 1, period() - 3] {
			pass(blocks);
			for who in BUYERS {
				assert_err!(take_seat(who, model), Error::<Runtime>::LockTooYoung);
				assert_err!(request(who, model), Error::<Runtime>::NotSeated);
				assert_err!(withdraw(who, model), Error::<Runtime>::LockTooYoung);
			}
			assert_err!(enact(model), Error::<Runtime>::NothingRequested);
		}
		pass(2);
		for who in BUYERS {
			assert_ok!(take_seat(who, model));
			assert_ok!(request(who, model));
		}
		pass(delay() - 1);
		assert_err!(enact(model), Error::<Runtime>::NotDue);
		for who in BUYERS {
			assert_err!(withdraw(who, model), Error::<Runtime>::SignedAndPending);
		}
		pass(1);
		assert_ok!(enact(model));
		assert_eq!(Models::head_of(model), Some(TARGET));
		for who in BUYERS {
			assert_ok!(withdraw(who, model));
			sell(who, token);
		}
		let lost = before - BUYERS.map(money).iter().sum::<Balance>();
		let blocks = System::block_number() - began;
		let engr = |amount: Balance| amount as f64 / ENGR as f64;
		println!(
			"a flash buyer pays {:.3} ENGR for 4,000 tokens, has them bound for {blocks} blocks and loses {:.3}: {:.3} %",
			engr(paid),
			engr(lost),
			100.0 * engr(lost) / engr(paid)
		);
		// Nobody traded in between, so it is the fees of both ways, and nothing came of it.
		assert!(blocks > period() + delay());
		assert!(lost * 1_000 >= paid * 19, "{lost} of {paid}");
		check();
	});
}

/// Where nobody has a seat, each takes a hundredth of all tokens all the same.
#[test]
fn a_seat_that_nobody_has_takes_a_hundredth_of_all_tokens() {
	chain(&PresetId::from("development")).execute_with(|| {
		let (model, token) = held();
		for who in HOLDERS {
			assert_ok!(withdraw(who, model));
		}
		for who in BUYERS {
			buy_and_stand(who, model, token, 20 * WHOLE);
		}
		pass(period());
		assert_eq!(Models::seat_minimum(model), Some(2_040 * WHOLE / 100));
		for who in BUYERS {
			assert_err!(take_seat(who, model), Error::<Runtime>::BelowSeatShare);
			assert_err!(request(who, model), Error::<Runtime>::NotSeated);
			buy_and_stand(who, model, token, WHOLE);
		}
		assert_eq!(Models::seat_minimum(model), Some(2_042 * WHOLE / 100));
		pass(period());
		for who in BUYERS {
			assert_ok!(take_seat(who, model));
		}
		check();
	});
}

/// Whoever hears of the owner's request and buys only then has both seats before it is due, and refuses it.
#[test]
fn who_reacts_is_in_time() {
	chain(&PresetId::from("development")).execute_with(|| {
		let (model, token) = held();
		assert_ok!(request(Alice, model));
		let due = System::block_number() + delay();
		for who in BUYERS {
			buy_and_stand(who, model, token, 2_000 * WHOLE);
		}
		pass(period());
		assert!(System::block_number() < due);
		for who in BUYERS {
			assert_ok!(take_seat(who, model));
			assert_ok!(call(who, Call::<Runtime>::veto_rollback { model }));
		}
		assert_err!(enact(model), Error::<Runtime>::NothingRequested);
		check();
	});
}

/// The owner's friends buy more than the holders have after the owner has asked: the holders have vetoed it long before.
#[test]
fn friends_of_the_owner_come_too_late() {
	chain(&PresetId::from("development")).execute_with(|| {
		let (model, token) = held();
		assert_ok!(request(Alice, model));
		for who in BUYERS {
			buy_and_stand(who, model, token, 2_000 * WHOLE);
		}
		let until = System::block_number() + period() - 2;
		while System::block_number() < until {
			for who in BUYERS {
				assert_err!(take_seat(who, model), Error::<Runtime>::LockTooYoung);
			}
			pass(1);
		}
		for who in HOLDERS {
			assert_ok!(call(who, Call::<Runtime>::veto_rollback { model }));
		}
		assert_err!(enact(model), Error::<Runtime>::NothingRequested);
		check();
	});
}
