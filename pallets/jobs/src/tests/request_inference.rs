use crate::{mock::*, *};
use engram_primitives::{Cid, JobId, VersionId};
use frame_support::{assert_noop, assert_ok};
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
fn fails_when_funds_are_short() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(try_inference(AUTHOR, inference_request(), 1_000), TokenError::FundsUnavailable);
	});
}
