//! What the economy is told of paid jobs and of burns.

use crate::{mock::*, paid::*, *};
use engram_math::MathError;
use engram_primitives::{economy::BurnCause, model::*, traits::*, units::PPM, Cid, JobId, VersionId};
use frame_support::assert_ok;

/// Of the mock's models: `65 * 32 + 33 * 10`.
const PARAMETERS: u64 = 2_410;
/// Of the mock's spec: 160 steps of 32 rows.
const WORK: u64 = 160 * 32 * PARAMETERS;

fn verified(paid: &[AccountId]) -> Finding<AccountId> {
	Finding::Verified { weights: Cid::of_raw(b"weights"), correct: 95, paid: paid.to_vec() }
}

#[test]
fn training_is_told_with_its_work_and_what_was_kept() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		let executor = commit(job);
		let verifiers: Vec<_> = WORKERS.into_iter().filter(|who| *who != executor).take(2).collect();
		assert_ok!(Market::found(job, 0, verified(&verifiers)));
		let replayed = verifiers.into_iter().map(|who| (who, WORK / 4)).collect();
		let new = Some(VersionId(1));
		assert_eq!(Paid::get(), [(job, MODEL, ALICE, executor, WORK, replayed, 950_000, new, 250, 150)]);
		assert_eq!(Burned::get(), []);
	});
}

#[test]
fn verified_training_measures_its_executor() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		let executor = assign(job);
		run(7);
		assert_ok!(Market::committed(job, 0));
		// What happens after the commitment is not the executor's time.
		run(9);
		assert_ok!(Market::found(job, 0, verified(&[])));
		assert_eq!(Measured::get(), [(executor, WORK, 7)]);
	});
}

#[test]
fn neither_rejected_training_nor_inference_measures_anybody() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		commit(job);
		assert_ok!(Market::found(job, 0, Finding::Rejected { paid: vec![], judges: vec![] }));
		commit(job);
		assert_ok!(Market::found(job, 1, Finding::Undecided { paid: vec![] }));
		let job = infer();
		let executor = assign(job);
		assert_ok!(Market::served(job, 0, &[(executor, 400)], 30));
		assert_eq!(Measured::get(), []);
	});
}

/// Neither a version that continues one which was rolled back meanwhile nor one that the registry refuses ever serves.
#[test]
fn training_is_told_with_whether_its_version_serves() {
	let told = |interfere: fn()| {
		let mut told = None;
		ExtBuilder::default().build_and_execute(|| {
			let (job, request) = (NextJobId::<Test>::get(), training_request());
			let request = TrainingRequest { parent: Some(OLD_VERSION), ..request };
			assert_ok!(try_training(ALICE, request, 10, FEE));
			commit(job);
			interfere();
			assert_ok!(Market::found(job, 0, verified(&[])));
			let (.., performance, serves, _, _) = Paid::get().remove(0);
			told = Some((performance, serves));
		});
		told
	};
	assert_eq!(told(|| ()), Some((950_000, Some(VersionId(1)))));
	assert_eq!(told(|| RolledBack::set(&vec![OLD_VERSION])), Some((950_000, None)));
	assert_eq!(told(|| RefuseVersions::set(&true)), Some((950_000, None)));
}

#[test]
fn only_verifiers_that_were_paid_are_told() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		let executor = commit(job);
		let verifiers: Vec<_> = WORKERS.into_iter().filter(|who| *who != executor).collect();
		// The fourth finds the escrow empty.
		assert_ok!(Market::found(job, 0, verified(&verifiers)));
		let (.., told, _, _, _, _) = Paid::get().remove(0);
		assert_eq!(told.iter().map(|(who, _)| *who).collect::<Vec<_>>(), verifiers[..3]);
	});
}

#[test]
fn the_authors_part_is_kept_when_there_is_no_author() {
	ExtBuilder::default().build_and_execute(|| {
		CurrentAuthor::set(&None);
		let job = train();
		commit(job);
		assert_ok!(Market::found(job, 0, verified(&[])));
		let (.., burned, treasury) = Paid::get().remove(0);
		assert_eq!((burned, treasury), (250, 250));
	});
}

#[test]
fn what_is_redirected_to_the_treasury_is_kept_too() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		let executor = assign(job);
		let payments = [(executor, 400), (700, ED - 1), (TREASURY, 100)];
		assert_ok!(Market::served(job, 0, &payments, 30));
		let treasury = 100 + ED - 1;
		assert_eq!(
			Paid::get(),
			[(job, MODEL, BOB, executor, 100 * PARAMETERS, vec![], 500_000, Some(OLD_VERSION), 30, treasury)]
		);
		assert_eq!(free(TREASURY), ED + treasury);
		assert_eq!(Burned::get(), []);
	});
}

#[test]
fn what_nobody_can_take_is_told_as_dust_and_not_as_kept() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		let executor = assign(job);
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), TREASURY, 0));
		assert_ok!(Market::served(job, 0, &[(executor, 400), (701, 3), (TREASURY, 4)], 30));
		let (.., burned, treasury) = Paid::get().remove(0);
		assert_eq!((burned, treasury), (30, 0));
		assert_eq!(Burned::get(), [(BurnCause::Dust, 3), (BurnCause::Dust, 4)]);
	});
}

#[test]
fn jobs_that_nobody_did_are_not_told() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		let executor = commit(job);
		let other = WORKERS.into_iter().find(|who| *who != executor).unwrap();
		assert_ok!(Market::found(job, 0, Finding::Rejected { paid: vec![other], judges: vec![] }));
		commit(job);
		assert_ok!(Market::found(job, 1, Finding::Undecided { paid: vec![other] }));
		let job = infer();
		assert_ok!(Market::cancel(RuntimeOrigin::signed(BOB), job));
		assert_eq!((Paid::get(), Burned::get()), (vec![], vec![]));
	});
}

#[test]
fn a_lost_version_is_paid_and_its_burn_is_told() {
	ExtBuilder::default().build_and_execute(|| {
		let job = infer();
		let executor = assign(job);
		Versions::set(&Vec::new());
		events();
		assert_ok!(Market::served(job, 0, &[(executor, 400)], 30));
		assert_eq!(free(executor), ED + 400);
		assert_eq!((Paid::get(), Burned::get()), (vec![], vec![(BurnCause::JobFee, 30)]));
		assert_eq!(events()[0], Event::Unexpected { kind: UnexpectedKind::WorkUnknown { job } });
	});
}

#[test]
fn a_settlement_that_fails_is_not_told() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		commit(job);
		// More correct rows than there are: `learning` never says so.
		let finding = Finding::Verified { weights: Cid::of_raw(b"weights"), correct: 101, paid: vec![] };
		frame_support::assert_noop!(Market::found(job, 0, finding), MathError::OutOfDomain);
		assert_eq!((Paid::get(), Market::job(JobId(0)).unwrap().escrow), (vec![], ESCROW));
	});
}

#[test]
fn literals() {
	let largest = TrainingSpec {
		steps: MAX_SEGMENTS * MAX_INTERVAL,
		checkpoint_interval: MAX_INTERVAL,
		batch_size: MAX_BATCH,
		opened: MAX_OPENED,
		..spec()
	};
	assert!(largest.is_valid());
	let widths = vec![MAX_WIDTH; MAX_WIDTHS as usize].try_into().unwrap();
	let parameters = Architecture::Mlp { widths, input_shift: 0 }.parameters();
	// Exact up to the largest job there can be.
	let work = training_work(&largest, parameters);
	assert_eq!(u128::from(work), (1u128 << 32) * u128::from(parameters));
	assert!(work < 1 << 59);
	assert_eq!(replayed_floor(work, &largest), Ok(work / 32));
	assert!(inference_work(u32::MAX, parameters) < 1 << 59);
	assert_eq!((training_work(&largest, u64::MAX), inference_work(2, u64::MAX)), (u64::MAX, u64::MAX));
	// Rounded down.
	assert_eq!(replayed_floor(15, &spec()), Ok(3));
	assert_eq!(performance_floor(2, 3), Ok(666_666));
	assert_eq!((performance_floor(0, 1), performance_floor(7, 7)), (Ok(0), Ok(PPM)));
	assert_eq!(performance_floor(2, 1), Err(MathError::OutOfDomain));
	assert_eq!(performance_floor(0, 0), Err(MathError::DivisionByZero));
}
