use crate::{mock::*, *};
use engram_primitives::{
	model::InfluenceMethod, traits::Contributions, units::Balance, Cid, ContributionId, JobId, VersionId,
};
use frame_support::{assert_noop, assert_ok};
use proptest::prelude::*;
use sp_runtime::TokenError;

#[test]
fn works() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(try_inference(BOB, inference_request(), 800));
		let job = JobId(0);
		assert_eq!((escrow_of(BOB), deposit_of(BOB)), (ANSWERS_ESCROW, DEPOSIT));
		assert_eq!(free(BOB), START - ANSWERS_ESCROW - DEPOSIT);
		let stored = record(job);
		assert_eq!(stored.kind, JobKind::Inference(inference_request()));
		let price = (stored.fee, stored.escrow, stored.verifier_pay, stored.cut);
		assert_eq!(price, (ANSWERS, ANSWERS_ESCROW, 0, 0));
		assert_eq!((stored.unserved_fee, stored.chances, stored.unserved), (LEAST_UNSERVED, 2, 0));
		assert_eq!(stored.state, JobState::Queued { draw_at: 1 + DELAY });
		assert_eq!(
			events(),
			[Event::InferenceRequested {
				requester: BOB,
				job,
				version: OLD_VERSION,
				fee: ANSWERS,
				guarantee: 2 * LEAST_UNSERVED,
				draw_at: 1 + DELAY,
			}]
		);
		assert_eq!(Market::inference_cost(OLD_VERSION, 100), Some(ANSWERS));
		assert_eq!(Market::guarantee_of(ANSWERS), Some(2 * LEAST_UNSERVED));
		assert_eq!(Market::open_jobs_of(BOB), [job]);
		assert_eq!(Market::job(job), Some(stored));
	});
}

#[test]
fn fails_when_the_request_is_wrong() {
	ExtBuilder::default().build_and_execute(|| {
		let right = inference_request();
		let cases = [
			(InferenceRequest { version: VersionId(5), ..right.clone() }, Error::<Test>::UnknownVersion),
			(InferenceRequest { input: Cid([1; 36]), ..right.clone() }, Error::InvalidCid),
			(InferenceRequest { rows: 0, ..right.clone() }, Error::RowsOutOfRange),
			(InferenceRequest { rows: 1_001, ..right.clone() }, Error::RowsOutOfRange),
			(InferenceRequest { input_source: address(b""), ..right }, Error::InvalidAddress),
		];
		for (request, error) in cases {
			assert_noop!(try_inference(BOB, request, 1_000), error);
		}
		assert_eq!(Market::inference_cost(VersionId(5), 1), None);
	});
}

#[test]
fn fails_when_the_version_was_rolled_back() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(try_inference(BOB, inference_request(), 800));
		RolledBack::set(&vec![OLD_VERSION]);
		assert_noop!(try_inference(BOB, inference_request(), 800), Error::<Test>::RolledBack);
		// What was bought before stays as it was.
		assert_eq!(escrow_of(BOB), ANSWERS_ESCROW);
	});
}

#[test]
fn fails_when_the_exact_inverse_would_take_too_many_answers() {
	ExtBuilder::default().build_and_execute(|| {
		let many = InferenceRequest { rows: 101, ..inference_request() };
		assert_ok!(try_inference(BOB, many.clone(), 1_000));
		Method::set(&InfluenceMethod::ExactInverse);
		assert_noop!(try_inference(BOB, many, 1_000), Error::<Test>::TooManyExactAnswers);
		assert_ok!(try_inference(BOB, inference_request(), 1_000));
	});
}

#[test]
fn fails_when_no_model_takes_so_much_memory() {
	ExtBuilder::default().build_and_execute(|| {
		let asked = |memory| try_inference_with(BOB, inference_request(), memory, 800);
		assert_noop!(asked(u32::MAX), Error::<Test>::MemoryOutOfRange);
		assert_noop!(asked(1_026), Error::<Test>::MemoryOutOfRange);
		assert_ok!(asked(1_025));
	});
}

#[test]
fn fails_when_the_price_is_above_the_offer() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(try_inference(BOB, inference_request(), 799), Error::<Test>::FeeAboveMax);
	});
}

#[test]
fn fails_when_no_worker_has_the_time() {
	ExtBuilder::default().build_and_execute(|| {
		let trained_on: u32 =
			[0, 1].map(|part| FakeData::contribution(ContributionId(part)).unwrap().rows).iter().sum();
		let load = 100 * (u64::from(trained_on) + 1) * 2_426;
		assert_eq!(Market::answer_load(OLD_VERSION, 100), Some(load));
		assert_eq!(Market::answer_load(VersionId(9), 100), None);
		MaxAnswerLoad::set(&(load - 1));
		assert_noop!(try_inference(BOB, inference_request(), 1_000), Error::<Test>::TooMuchWork);
		MaxAnswerLoad::set(&load);
		assert_ok!(try_inference(BOB, inference_request(), 1_000));
	});
	assert_eq!(crate::load::answer_load(u32::MAX, u32::MAX, u64::MAX), u64::MAX);
}

#[test]
fn fails_when_contributors_are_owed_less_than_the_record_of_it_costs() {
	ExtBuilder::default().build_and_execute(|| {
		let asked = |rows| try_inference(BOB, InferenceRequest { rows, ..inference_request() }, 1_000);
		ContributorsRate::set(&(LEAST_PART - 1));
		assert_noop!(asked(1), Error::<Test>::ContributorsPartTooSmall);
		assert_ok!(asked(2));
		ContributorsRate::set(&LEAST_PART);
		assert_ok!(asked(1));
		// Nothing is recorded of nothing.
		ContributorsRate::set(&0);
		assert_ok!(asked(1));
	});
}

proptest! {
	/// Whatever the rates, what contributors are owed pays for the record of it.
	#[test]
	fn contributors_are_owed_nothing_or_enough(rate in 0..=2 * LEAST_PART, rows in 1..=1_000u32) {
		ExtBuilder::default().build().execute_with(|| {
			ContributorsRate::set(&rate);
			let job = NextJobId::<Test>::get();
			let asked = try_inference(BOB, InferenceRequest { rows, ..inference_request() }, START);
			let part = rate * Balance::from(rows);
			prop_assert_eq!(asked.is_ok(), part == 0 || part >= LEAST_PART);
			if asked.is_ok() {
				let JobKind::Inference(request) = record(job).kind else { panic!("another kind") };
				prop_assert_eq!(request.contributors, part);
			}
			check_state();
			Ok(())
		})?;
	}
}

#[test]
fn fails_when_funds_are_short() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(try_inference(AUTHOR, inference_request(), 1_000), TokenError::FundsUnavailable);
	});
}
