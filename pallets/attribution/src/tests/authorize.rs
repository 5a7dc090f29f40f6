//! Which receipts the pool and a block accept.

use crate::{mock::*, pallet::Call, reports::serve_id, Payouts};
use codec::Encode;
use engram_primitives::{
	authorization::{work_digest, WorkerSignature},
	work::{Receipt, WorkId, WorkKind},
	Cid, JobId,
};
use frame_support::{
	assert_ok,
	dispatch::GetDispatchInfo,
	pallet_prelude::{InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction},
	traits::Authorize,
};
use sp_application_crypto::RuntimeAppPublic;
use sp_core::H256;
use sp_runtime::traits::{DispatchTransaction, TransactionExtension};

fn check(
	worker: &AccountId,
	job: JobId,
	attempt: u32,
	content: &Receipt,
	signature: WorkerSignature,
) -> Result<ValidTransaction, TransactionValidityError> {
	let (worker, content) = (worker.clone(), content.clone());
	let call = Call::<Test>::submit_receipt { worker, job, attempt, content, signature };
	let answers: Vec<_> = [TransactionSource::External, TransactionSource::Local, TransactionSource::InBlock]
		.into_iter()
		.map(|source| call.authorize(source).expect("the call has an authorization; qed"))
		.collect();
	// Off-chain input is not trusted more for where it comes from.
	assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
	answers[0].clone().map(|(valid, _)| valid)
}

fn refused(answer: Result<ValidTransaction, TransactionValidityError>) -> InvalidTransaction {
	match answer {
		Err(TransactionValidityError::Invalid(reason)) => reason,
		other => panic!("{other:?}"),
	}
}

#[test]
fn works() {
	ExtBuilder.build_and_execute(|| {
		buy(JOB, VERSION, ROWS);
		let content = receipt(&quarters());
		let valid = check(&BOB, JOB, 0, &content, sign(&BOB, JOB, 0, &content)).unwrap();
		assert_eq!(valid.provides, [(b"engram", BOB, serve_id(JOB, 0)).encode()]);
		assert_eq!((valid.longevity, valid.propagate, valid.requires.len()), (64, true, 0));
		assert!(valid.priority > 1 << 60);
	});
}

#[test]
fn a_general_transaction_carries_it_without_a_fee_or_a_signer() {
	ExtBuilder.build_and_execute(|| {
		buy(JOB, VERSION, ROWS);
		let content = receipt(&quarters());
		let signature = sign(&BOB, JOB, 0, &content);
		let call: RuntimeCall =
			Call::<Test>::submit_receipt { worker: BOB, job: JOB, attempt: 0, content, signature }.into();
		let info = call.get_dispatch_info();
		let extension = Extension::new();
		assert!(extension.weight(&call).ref_time() > 0);
		let result =
			extension.dispatch_transaction(RuntimeOrigin::none(), call.clone(), &info, 0, 0).unwrap();
		assert_ok!(result);
		assert!(Payouts::<Test>::contains_key(JOB));
		// In the block after, the same bytes are stale.
		let again = Extension::new().dispatch_transaction(RuntimeOrigin::none(), call, &info, 0, 0);
		assert_eq!(again.unwrap_err(), TransactionValidityError::Invalid(InvalidTransaction::Stale));
	});
}

#[test]
fn a_signature_is_worth_nothing_anywhere_else() {
	ExtBuilder.build_and_execute(|| {
		buy(JOB, VERSION, ROWS);
		let content = receipt(&quarters());
		let key = Keys::get()[&BOB].clone();
		let genesis = System::block_hash(0);
		assert_ne!(genesis, H256::zero());
		let signed =
			|genesis, worker: &AccountId, id| key.sign(&work_digest(genesis, worker, id, &content)).unwrap();
		let id = serve_id(JOB, 0);
		assert_ok!(check(&BOB, JOB, 0, &content, signed(genesis, &BOB, id)));

		let other = WorkId { kind: WorkKind::Fail, ..id };
		let later = WorkId { round: 1, ..id };
		for signature in [
			signed(H256::zero(), &BOB, id),
			signed(genesis, &MALLORY, id),
			signed(genesis, &BOB, serve_id(JOB, 1)),
			signed(genesis, &BOB, serve_id(JobId(43), 0)),
			signed(genesis, &BOB, other),
			signed(genesis, &BOB, later),
		] {
			assert_eq!(refused(check(&BOB, JOB, 0, &content, signature)), InvalidTransaction::BadProof);
		}
		// Another distribution under the signature of this one.
		let greedy = receipt(&leaves(VERSION, PART, &[3, 1]));
		assert_eq!(
			refused(check(&BOB, JOB, 0, &greedy, signed(genesis, &BOB, id))),
			InvalidTransaction::BadProof
		);
	});
}

#[test]
fn a_signature_of_one_attempt_does_not_serve_the_next() {
	ExtBuilder.build_and_execute(|| {
		buy(JOB, VERSION, ROWS);
		let content = receipt(&quarters());
		let signature = sign(&BOB, JOB, 0, &content);
		// The draw may come back to the same worker in a market that allows it.
		reassign(JOB, BOB);
		assert_eq!(refused(check(&BOB, JOB, 0, &content, signature.clone())), InvalidTransaction::Stale);
		assert_eq!(refused(check(&BOB, JOB, 1, &content, signature)), InvalidTransaction::BadProof);
		assert_ok!(check(&BOB, JOB, 1, &content, sign(&BOB, JOB, 1, &content)));
	});
}

#[test]
fn a_stranger_is_refused() {
	ExtBuilder.build_and_execute(|| {
		buy(JOB, VERSION, ROWS);
		let content = receipt(&quarters());
		// As itself.
		let own = sign(&MALLORY, JOB, 0, &content);
		assert_eq!(refused(check(&MALLORY, JOB, 0, &content, own.clone())), InvalidTransaction::Call);
		// In the executor's name.
		assert_eq!(refused(check(&BOB, JOB, 0, &content, own)), InvalidTransaction::BadProof);
		// The executor, but it has no key any more.
		let signature = sign(&BOB, JOB, 0, &content);
		Keys::mutate(|keys| keys.remove(&BOB));
		assert_eq!(refused(check(&BOB, JOB, 0, &content, signature)), InvalidTransaction::BadProof);
	});
}

#[test]
fn state_is_asked_before_the_signature() {
	ExtBuilder.build_and_execute(|| {
		buy(JOB, VERSION, ROWS);
		let content = receipt(&quarters());
		let signature = sign(&MALLORY, JOB, 0, &content);
		let reason =
			|job, attempt, content: &Receipt| refused(check(&BOB, job, attempt, content, signature.clone()));
		assert_eq!(reason(JobId(1), 0, &content), InvalidTransaction::Stale);
		assert_eq!(reason(JOB, 1, &content), InvalidTransaction::Future);
		for content in [
			Receipt { answers: Cid([0; 36]), ..content.clone() },
			Receipt { report: Cid([1; 36]), ..content.clone() },
			Receipt { leaves: 3, ..content.clone() },
			Receipt { leaves: u32::MAX, ..content.clone() },
			receipt(&leaves(VERSION, PART - 1, &[1, 3])),
			receipt(&leaves(VERSION, PART + 1, &[1, 3])),
		] {
			assert_eq!(reason(JOB, 0, &content), InvalidTransaction::Call);
		}
		ModelOwner::set(None);
		assert_eq!(reason(JOB, 0, &content), InvalidTransaction::Call);
	});
}
