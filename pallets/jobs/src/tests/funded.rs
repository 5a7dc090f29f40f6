//! Training that a model's escrow pays.

use crate::{mock::*, *};
use engram_primitives::{
	economy::ModelEscrow,
	traits::{Finding, TrainingJobs},
	units::Balance,
	Cid, JobId, ModelId,
};
use frame_support::{assert_noop, assert_ok, traits::fungible::Mutate};
use sp_runtime::TokenError;

/// What the escrow has in these tests.
const FUNDS: Balance = ESCROW + DEPOSIT + 1_000;

fn escrow() -> AccountId {
	Market::model_escrow(MODEL)
}

fn funded() {
	Balances::set_balance(&escrow(), FUNDS);
}

fn request(who: AccountId, model: ModelId) -> sp_runtime::DispatchResult {
	let TrainingRequest { parent, parts, held_out, held_out_rows, held_out_source, spec, .. } =
		training_request();
	let origin = RuntimeOrigin::signed(who);
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
		FEE,
	)
}

#[test]
fn the_escrow_pays_and_not_the_owner() {
	ExtBuilder::default().build_and_execute(|| {
		funded();
		let before = free(ALICE);
		assert_ok!(request(ALICE, MODEL));
		let job = JobId(0);
		assert_eq!((free(ALICE), escrow_of(ALICE), deposit_of(ALICE)), (before, 0, 0));
		assert_eq!((escrow_of(escrow()), deposit_of(escrow())), (ESCROW, DEPOSIT));
		assert_eq!(record(job).requester, escrow());
		assert_eq!(
			last_event(),
			Event::TrainingRequested {
				requester: escrow(),
				job,
				model: MODEL,
				fee: FEE,
				reserve: 2 * VERIFIER_PAY,
				guarantee: 2 * UNSERVED,
				draw_at: 1 + DELAY,
			}
		);

		let executor = commit(job);
		let weights = Cid::of_raw(b"trained");
		let paid = WORKERS.into_iter().filter(|worker| *worker != executor).take(1).collect();
		assert_ok!(Market::found(job, 0, Finding::Verified { weights, correct: 7, paid }));
		assert!(matches!(record(job).state, JobState::Settled { version: Some(_), .. }));
		// The reserve goes back to where it came from.
		assert_eq!((escrow_of(escrow()), free(escrow())), (0, FUNDS - FEE - DEPOSIT));
		assert_eq!(free(ALICE), before);
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
		assert_eq!(last_event(), Event::JobCancelled { requester: escrow(), job, refunded: ESCROW });
		assert_noop!(Market::remove(RuntimeOrigin::signed(BOB), job), Error::<Test>::RetentionNotOver);
		assert_ok!(Market::remove(RuntimeOrigin::signed(ALICE), job));
		assert_eq!(last_event(), Event::JobRemoved { requester: escrow(), job, deposit: DEPOSIT });
		assert_eq!((free(escrow()), free(ALICE)), (FUNDS, before));
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
		funded();
		Retired::set(&vec![MODEL]);
		assert_eq!(Market::escrow_of(MODEL), None);
		assert_noop!(request(ALICE, MODEL), Error::<Test>::ModelRetired);
	});
}
