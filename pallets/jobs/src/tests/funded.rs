//! Training that a model's escrow pays.

use crate::{mock::*, *};
use engram_primitives::{
	economy::ModelEscrow,
	model::TrainingSpec,
	task::InitialWeights,
	traits::{Finding, TrainingJobs},
	units::Balance,
	work::FailureReason,
	Cid, JobId, ModelId,
};
use frame_support::{
	assert_noop, assert_ok,
	storage::with_storage_layer,
	traits::{fungible::Mutate, Get},
};
use sp_runtime::{DispatchResult, TokenError};

/// What a job takes of the escrow but for the deposit.
const PRICE: Balance = FEE + 2 * VERIFIER_PAY;
/// What the escrow has in these tests.
const FUNDS: Balance = PRICE + DEPOSIT + 1_000;
/// What the owner stands for: 30 % of the fee.
const GUARANTEE: Balance = 3_000;

fn escrow() -> AccountId {
	Market::model_escrow(MODEL)
}

fn funded() {
	Balances::set_balance(&escrow(), FUNDS);
}

fn request(who: AccountId, model: ModelId) -> DispatchResult {
	request_of(who, TrainingRequest { model, ..training_request() })
}

fn request_of(who: AccountId, request: TrainingRequest<AddressOf<Test>>) -> DispatchResult {
	request_at(FEE, who, request)
}

/// As in a block: what fails leaves nothing behind.
fn request_at(fee: Balance, who: AccountId, request: TrainingRequest<AddressOf<Test>>) -> DispatchResult {
	let TrainingRequest { model, parent, parts, held_out, held_out_rows, held_out_source, spec } = request;
	let origin = RuntimeOrigin::signed(who);
	with_storage_layer(|| {
		Market::request_funded_training(
			origin,
			model,
			parent,
			parts,
			held_out,
			held_out_rows,
			held_out_source,
			spec,
			10,
			fee,
		)
	})
}

#[test]
fn the_escrow_pays_and_the_owner_stands_for_the_inputs() {
	ExtBuilder::default().build_and_execute(|| {
		funded();
		let before = free(ALICE);
		assert_ok!(request(ALICE, MODEL));
		let job = JobId(0);
		assert_eq!((free(ALICE), escrow_of(ALICE), deposit_of(ALICE)), (before - GUARANTEE, 0, 0));
		assert_eq!((escrow_of(escrow()), deposit_of(escrow())), (PRICE + GUARANTEE, DEPOSIT));
		assert_eq!(Market::funded_guarantee_of(FEE), Some(GUARANTEE));
		assert_eq!(record(job).requester, escrow());
		assert_eq!(
			last_event(),
			Event::TrainingRequested {
				requester: escrow(),
				job,
				model: MODEL,
				fee: FEE,
				reserve: 2 * VERIFIER_PAY,
				guarantee: GUARANTEE,
				draw_at: 1 + DELAY,
			}
		);

		let executor = commit(job);
		let weights = Cid::of_raw(b"trained");
		let paid = WORKERS.into_iter().filter(|worker| *worker != executor).take(1).collect();
		assert_ok!(Market::found(job, 0, Finding::Verified { weights, correct: 7, paid }));
		assert!(matches!(record(job).state, JobState::Settled { version: Some(_), .. }));
		// The reserve and the guarantee go back to where they came from.
		assert_eq!((escrow_of(escrow()), free(escrow())), (0, FUNDS - FEE - DEPOSIT));
		assert_eq!(free(ALICE), before);
		let (_, model, requester, ..) = Paid::get().remove(0);
		assert_eq!((model, requester), (MODEL, escrow()));
	});
}

#[test]
fn the_owner_cancels_and_removes_to_the_good_of_the_escrow() {
	ExtBuilder::default().build_and_execute(|| {
		funded();
		let before = free(ALICE);
		assert_ok!(request(ALICE, MODEL));
		let job = JobId(0);
		for stranger in [BOB, STRANGER] {
			let origin = || RuntimeOrigin::signed(stranger);
			assert_noop!(Market::cancel(origin(), job), Error::<Test>::NotRequester);
		}
		assert_ok!(Market::cancel(RuntimeOrigin::signed(ALICE), job));
		assert_eq!(
			last_event(),
			Event::JobCancelled { requester: escrow(), job, refunded: PRICE + GUARANTEE }
		);
		assert_noop!(Market::remove(RuntimeOrigin::signed(BOB), job), Error::<Test>::RetentionNotOver);
		assert_ok!(Market::remove(RuntimeOrigin::signed(ALICE), job));
		assert_eq!(last_event(), Event::JobRemoved { requester: escrow(), job, deposit: DEPOSIT });
		assert_eq!((free(escrow()), free(ALICE)), (FUNDS, before));
	});
}

#[test]
fn who_withholds_inputs_loses_its_guarantee_and_the_escrow_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		funded();
		let before = free(ALICE);
		assert_ok!(request(ALICE, MODEL));
		let job = JobId(0);
		assign(job);
		let issuance = Balances::total_issuance();
		assert_ok!(decline(job));
		assert_eq!(Balances::total_issuance(), issuance - GUARANTEE / 2);
		assert_eq!((free(TREASURY), escrow_of(escrow())), (ED + GUARANTEE / 2, PRICE));
		let JobState::Declined { draw_at, .. } = record(job).state else { panic!() };
		// There is no second chance to draw a worker of one's own.
		run_to(draw_at);
		assert!(matches!(record(job).state, JobState::Failed { reason: JobFailure::Unserved, .. }));
		assert_eq!((escrow_of(escrow()), free(escrow())), (0, FUNDS - DEPOSIT));
		assert_eq!(free(ALICE), before - GUARANTEE);
	});
}

#[test]
fn the_guarantee_stays_when_a_worker_was_served_and_fails() {
	ExtBuilder::default().build_and_execute(|| {
		funded();
		let before = free(ALICE);
		assert_ok!(request(ALICE, MODEL));
		let job = JobId(0);
		let executor = assign(job);
		assert_ok!(give_back_for(FailureReason::Device, executor, job, 0));
		assert_eq!((record(job).chances, escrow_of(escrow())), (1, PRICE + GUARANTEE));
		for attempt in 1..3 {
			let executor = assign(job);
			assert_ok!(give_back_for(FailureReason::Device, executor, job, attempt));
		}
		let failed = JobState::Failed { at: System::block_number(), reason: JobFailure::AttemptsExhausted };
		assert_eq!(record(job).state, failed);
		assert_eq!((free(ALICE), free(escrow())), (before, FUNDS - DEPOSIT));
	});
}

#[test]
fn the_owner_may_serve_every_input() {
	ExtBuilder::default().build_and_execute(|| {
		funded();
		let own = b"/ip4/127.0.0.1/tcp/2/p2p/owner".to_vec();
		let held_out_source = own.clone().try_into().unwrap();
		let request = TrainingRequest { parent: Some(OLD_VERSION), held_out_source, ..training_request() };
		assert_ok!(request_of(ALICE, request));
		assign(JobId(0));
		let plan = Market::training_plan(JobId(0)).unwrap();
		assert_eq!(plan.held_out.sources, std::slice::from_ref(&own));
		for part in plan.data {
			assert_eq!(part.artifact.sources, [ADDRESS.to_vec(), own.clone()]);
		}
		// Nobody has the weights of a version without a job.
		let InitialWeights::Parent(weights) = plan.initial else { panic!() };
		assert_eq!(weights.sources, [own]);
	});
}

/// What is above a share `s` of the executor's part makes withholding a loss for all who have that share of the draws.
#[test]
fn the_guarantee_is_above_what_withholding_brings_a_third_of_the_draws() {
	ExtBuilder::default().build_and_execute(|| {
		for fee in [FEE, 100 * FEE, 12_345_678] {
			let executor = Market::training_cost(fee).unwrap().executor;
			let guarantee = Market::funded_guarantee_of(fee).unwrap();
			// Of 3 draws one is its own: it gets that fee and pays for the others, and has as much left of the escrow.
			// Who serves everybody gets one fee of three, so the same money buys a third as many.
			let withholding = 3 * (executor - 2 * guarantee);
			assert!(withholding < executor, "{withholding} for {executor} of honest work");
		}
	});
}

/// What is more than the work is worth would be a gift to whoever is drawn, the owner's own workers among them.
#[test]
fn the_fee_is_at_most_the_price_of_the_work() {
	ExtBuilder::default().build_and_execute(|| {
		Balances::set_balance(&escrow(), 100 * FUNDS);
		let with = |spec| TrainingRequest { spec, ..training_request() };
		let limit = |spec| Market::funded_fee_limit(MODEL, spec);
		assert_eq!(limit(spec()), Some(FEE));
		assert_noop!(request_at(FEE + 1, ALICE, with(spec())), Error::<Test>::AboveFundedLimit);
		assert_ok!(request_at(FEE, ALICE, with(spec())));

		// Twice the rows are worth twice as much, and so are twice the steps.
		for twice in [TrainingSpec { batch_size: 64, ..spec() }, TrainingSpec { steps: 320, ..spec() }] {
			assert_eq!(limit(twice.clone()), Some(2 * FEE));
			let dearer = request_at(2 * FEE + 1, ALICE, with(twice.clone()));
			assert_noop!(dearer, Error::<Test>::AboveFundedLimit);
			assert_ok!(request_at(2 * FEE, ALICE, with(twice)));
		}
		// With money of its own anybody pays what it likes.
		assert_ok!(try_training(ALICE, training_request(), 10, 10 * FEE));
	});
}

/// Many jobs of hardly any work would empty an escrow as well: the least fee of a job is no exception.
#[test]
fn what_is_worth_less_than_the_least_fee_is_not_paid_for() {
	ExtBuilder::default().build_and_execute(|| {
		funded();
		let least = <Test as Config>::MinTrainingFee::get();
		let at = |fee, spec| request_at(fee, ALICE, TrainingRequest { spec, ..training_request() });
		// 16 rows of 2,410 parameters, and 512.
		let tiny = TrainingSpec { steps: 16, checkpoint_interval: 1, batch_size: 1, ..spec() };
		let small = TrainingSpec { batch_size: 32, ..tiny.clone() };
		assert_eq!(Market::funded_fee_limit(MODEL, tiny.clone()), Some(31));
		assert_eq!(Market::funded_fee_limit(MODEL, small.clone()), Some(least));
		for fee in [32, least, FEE] {
			assert_noop!(at(fee, tiny.clone()), Error::<Test>::AboveFundedLimit);
		}
		assert_noop!(at(31, tiny), Error::<Test>::FeeTooLow);
		assert_noop!(at(least + 1, small.clone()), Error::<Test>::AboveFundedLimit);
		assert_ok!(at(least, small));
	});
}

#[test]
fn a_spec_that_is_out_of_range_is_worth_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		funded();
		let wrong = TrainingSpec { steps: 0, ..spec() };
		assert_eq!(Market::funded_fee_limit(MODEL, wrong.clone()), None);
		assert_eq!(Market::funded_fee_limit(ModelId(7), spec()), None);
		let request = TrainingRequest { spec: wrong, ..training_request() };
		assert_noop!(request_of(ALICE, request), Error::<Test>::InvalidSpec);
	});
}

#[test]
fn only_the_owner_spends_it_and_only_what_is_there() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(request(ALICE, MODEL), TokenError::FundsUnavailable);
		funded();
		for stranger in [BOB, STRANGER, escrow()] {
			assert_noop!(request(stranger, MODEL), Error::<Test>::NotModelOwner);
		}
		assert_noop!(request(ALICE, ModelId(7)), Error::<Test>::UnknownModel);
		assert_ok!(request(ALICE, MODEL));
		assert_noop!(request(ALICE, MODEL), TokenError::FundsUnavailable);
		// A job of the owner's own is not the escrow's.
		let own = train();
		assert_eq!(record(own).requester, ALICE);
	});
}

#[test]
fn a_retired_model_has_no_escrow() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Market::escrow_of(MODEL), Some(escrow()));
		assert_eq!(Market::escrow_of(ModelId(7)), None);
		let is_escrow = |model, who| <Market as ModelEscrow<AccountId>>::is_escrow(model, &who);
		assert_eq!((is_escrow(MODEL, escrow()), is_escrow(MODEL, ALICE)), (true, false));
		funded();
		Retired::set(&vec![MODEL]);
		assert_eq!(Market::escrow_of(MODEL), None);
		assert!(is_escrow(MODEL, escrow()));
		assert_noop!(request(ALICE, MODEL), Error::<Test>::ModelRetired);
	});
}
