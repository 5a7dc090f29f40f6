use crate::{mock::*, *};
use engram_primitives::{
	model::{InfluenceMethod, TrainingSpec},
	Cid, ContributionId, JobId, ModelId, VersionId,
};
use frame_support::{assert_noop, assert_ok, traits::Hooks, BoundedVec};
use sp_runtime::TokenError;

#[test]
fn works() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(try_training(ALICE, training_request(), 10, FEE));
		let job = JobId(0);
		assert_eq!(escrow_of(ALICE), ESCROW);
		assert_eq!(deposit_of(ALICE), DEPOSIT);
		assert_eq!(free(ALICE), START - ESCROW - DEPOSIT);
		assert_eq!(
			record(job),
			JobRecord {
				requester: ALICE,
				requested_at: 1,
				kind: JobKind::Training(training_request()),
				memory_mib: 10,
				fee: FEE,
				verifier_pay: VERIFIER_PAY,
				cut: CUT,
				escrow: ESCROW,
				deposit: DEPOSIT,
				unserved_fee: UNSERVED,
				chances: 2,
				unserved: 0,
				attempt: 0,
				redraws: 0,
				tried: Default::default(),
				judges: Default::default(),
				state: JobState::Queued { draw_at: 1 + DELAY },
			}
		);
		let item = AgendaItem { job, attempt: 0, due: Due::Draw };
		assert_eq!(Agenda::<Test>::get(1 + DELAY).into_inner(), [item]);
		assert_eq!(OpenJobs::<Test>::get(ALICE).into_inner(), [job]);
		assert_eq!(OpenJobCount::<Test>::get(), 1);
		assert_eq!(NextJobId::<Test>::get(), JobId(1));
		assert_eq!(
			events(),
			[Event::TrainingRequested {
				requester: ALICE,
				job,
				model: MODEL,
				fee: FEE,
				reserve: 2 * VERIFIER_PAY,
				guarantee: 2 * UNSERVED,
				draw_at: 1 + DELAY,
			}]
		);
	});
}

#[test]
fn a_parent_of_the_same_model_works() {
	ExtBuilder::default().build_and_execute(|| {
		let request = TrainingRequest { parent: Some(OLD_VERSION), ..training_request() };
		assert_ok!(try_training(ALICE, request, 10, FEE));
	});
}

#[test]
fn fails_when_the_request_is_wrong() {
	ExtBuilder::default().build_and_execute(|| {
		let right = training_request();
		let mut long = spec();
		long.steps += 1;
		let dense = TrainingSpec { opened: spec().segments() / 3 + 1, ..spec() };
		let cases = [
			(TrainingRequest { model: ModelId(7), ..right.clone() }, Error::<Test>::UnknownModel),
			(TrainingRequest { parent: Some(VersionId(9)), ..right.clone() }, Error::UnknownVersion),
			(
				TrainingRequest { model: OTHER_MODEL, parent: Some(OLD_VERSION), ..right.clone() },
				Error::ForeignParent,
			),
			(TrainingRequest { parts: parts(&[]), ..right.clone() }, Error::NoParts),
			(TrainingRequest { parts: parts(&[1, 2, 1]), ..right.clone() }, Error::DuplicatePart),
			(TrainingRequest { parts: parts(&[1, 20]), ..right.clone() }, Error::UnknownContribution),
			(TrainingRequest { parts: parts(&[1, NARROW.0]), ..right.clone() }, Error::DataDoesNotFit),
			(TrainingRequest { held_out: Cid([0; 36]), ..right.clone() }, Error::InvalidCid),
			(TrainingRequest { held_out_rows: 0, ..right.clone() }, Error::RowsOutOfRange),
			(TrainingRequest { held_out_rows: 1_001, ..right.clone() }, Error::RowsOutOfRange),
			(
				TrainingRequest { held_out_source: address(b"http://alice.example"), ..right.clone() },
				Error::InvalidAddress,
			),
			(TrainingRequest { spec: long, ..right.clone() }, Error::InvalidSpec),
			(TrainingRequest { spec: dense, ..right }, Error::InvalidSpec),
		];
		for (request, error) in cases {
			assert_noop!(try_training(ALICE, request, 10, FEE), error);
		}
	});
}

/// No worker could train on it: each would decline, and the requester would pay for every one of them.
#[test]
fn fails_when_a_part_does_not_fit_the_model() {
	ExtBuilder::default().build_and_execute(|| {
		for part in [NARROW, WIDE, MANIFOLD] {
			let request = TrainingRequest { parts: parts(&[3, part.0]), ..training_request() };
			assert_noop!(try_training(ALICE, request, 10, FEE), Error::<Test>::DataDoesNotFit);
		}
	});
}

#[test]
fn fails_when_the_parent_was_rolled_back() {
	ExtBuilder::default().build_and_execute(|| {
		RolledBack::set(&vec![OLD_VERSION]);
		let request = TrainingRequest { parent: Some(OLD_VERSION), ..training_request() };
		assert_noop!(try_training(ALICE, request, 10, FEE), Error::<Test>::RolledBack);
		// The model itself goes on.
		assert_ok!(try_training(ALICE, training_request(), 10, FEE));
	});
}

#[test]
fn fails_when_the_exact_inverse_would_take_too_many_rows() {
	ExtBuilder::default().build_and_execute(|| {
		// Each part has 100 rows.
		let wide = TrainingRequest { parts: parts(&[1, 2, 3]), ..training_request() };
		assert_ok!(try_training(ALICE, wide.clone(), 10, FEE));
		Method::set(&InfluenceMethod::ExactInverse);
		assert_noop!(try_training(ALICE, wide.clone(), 10, FEE), Error::<Test>::TooManyExactRows);
		let terms = ProbeTerms { request: wide, memory_mib: 10, fee: FEE, period: 1 };
		assert_noop!(Market::set_probe(RuntimeOrigin::root(), Some(terms)), Error::<Test>::TooManyExactRows);
		assert_ok!(try_training(ALICE, training_request(), 10, FEE));
	});
}

#[test]
fn fails_when_no_model_takes_so_much_memory() {
	ExtBuilder::default().build_and_execute(|| {
		// The model has 2,410 parameters, which take one MiB.
		assert_noop!(try_training(ALICE, training_request(), 1_026, FEE), Error::<Test>::MemoryOutOfRange);
		assert_ok!(try_training(ALICE, training_request(), 1_025, FEE));
	});
}

#[test]
fn bounds_are_inclusive() {
	ExtBuilder::default().build_and_execute(|| {
		let most: Vec<_> = (0..16).collect();
		let request = TrainingRequest { parts: parts(&most), held_out_rows: 1_000, ..training_request() };
		assert_ok!(try_training(ALICE, request, 10, 1_000));
		let request = TrainingRequest {
			parts: vec![ContributionId(19)].try_into().unwrap(),
			held_out_rows: 1,
			..training_request()
		};
		assert_ok!(try_training(ALICE, request, 1_025, 1_000));
	});
}

#[test]
fn fails_when_no_worker_has_the_time() {
	ExtBuilder::default().build_and_execute(|| {
		// 160 steps of 32 rows, of which 40 steps are opened, and 100 held-out rows, of a model of 2,410 parameters.
		let step = 4_096 + 32 * 2_426;
		let (training, replay) = (160 * step, 40 * step + 100 * 2_426);
		assert_eq!(Market::training_load(MODEL, spec()), Some(training));
		assert_eq!(Market::replay_load(MODEL, spec(), 100), Some(replay));
		assert_eq!(Market::training_load(ModelId(7), spec()), None);
		assert_eq!(Market::replay_load(ModelId(7), spec(), 100), None);

		let refused = || {
			assert_noop!(try_training(ALICE, training_request(), 10, FEE), Error::<Test>::TooMuchWork);
		};
		MaxTrainingLoad::set(&(training - 1));
		refused();
		MaxTrainingLoad::set(&training);
		MaxReplayLoad::set(&(replay - 1));
		refused();
		MaxReplayLoad::set(&replay);
		assert_ok!(try_training(ALICE, training_request(), 10, FEE));
	});
}

#[test]
fn the_longest_runs_of_the_largest_models_are_too_much_work() {
	let spec = TrainingSpec { steps: 1_024 * 4_096, checkpoint_interval: 4_096, batch_size: 1_024, ..spec() };
	assert!(spec.is_valid());
	assert_eq!(crate::load::training_load(&spec, u64::MAX), u64::MAX);
	assert_eq!(crate::load::replay_load(&spec, u64::MAX, u32::MAX), u64::MAX);
	// A tiny model is no way around it: its rows and steps take time as well.
	let tiny = TrainingSpec { batch_size: 1, ..spec };
	assert_eq!(crate::load::training_load(&tiny, 4), 4_194_304 * (4_096 + 20));
}

#[test]
fn fails_when_the_fee_is_too_low() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(try_training(ALICE, training_request(), 10, 999), Error::<Test>::FeeTooLow);
		assert_eq!(Market::training_cost(999), None);
	});
}

#[test]
fn fails_when_funds_are_short_by_one() {
	ExtBuilder::default().build_and_execute(|| {
		// 20 % of the fee is reserve, 10 % the guarantee; the existential deposit stays free.
		let all = START - DEPOSIT - ED;
		let most = all / 13 * 10;
		let cost = Market::training_cost(most).unwrap();
		assert!(cost.fee + cost.reserve + cost.guarantee <= all);
		assert_noop!(try_training(ALICE, training_request(), 10, most + 10), TokenError::FundsUnavailable);
		assert_noop!(try_training(77, training_request(), 10, FEE), TokenError::FundsUnavailable);
		assert_noop!(
			try_training(ALICE, training_request(), 10, u128::MAX),
			sp_runtime::ArithmeticError::Overflow
		);
		assert_ok!(try_training(ALICE, training_request(), 10, most));
	});
}

#[test]
fn fails_when_the_requester_or_the_market_is_full() {
	ExtBuilder::default().build_and_execute(|| {
		for _ in 0..6 {
			train();
		}
		assert_noop!(try_training(ALICE, training_request(), 10, FEE), Error::<Test>::TooManyOpenJobs);
		infer();
		infer();
		assert_noop!(try_training(STRANGER, training_request(), 10, FEE), Error::<Test>::MarketFull);
	});
}

#[test]
fn fails_when_ids_are_used_up() {
	ExtBuilder::default().build_and_execute(|| {
		NextJobId::<Test>::put(JobId(u64::MAX));
		assert_noop!(try_training(ALICE, training_request(), 10, FEE), Error::<Test>::IdsExhausted);
	});
}

#[test]
fn a_crowded_block_passes_draws_on_to_the_next() {
	ExtBuilder::default().build_and_execute(|| {
		let jobs: Vec<_> = (0..6).map(|_| train()).collect();
		let draws = jobs.iter().map(|job| match record(*job).state {
			JobState::Queued { draw_at } => draw_at,
			_ => panic!(),
		});
		assert_eq!(draws.collect::<Vec<_>>(), [5, 5, 5, 5, 6, 6]);
	});
}

#[test]
fn the_cost_is_what_is_held_and_its_parts_sum_to_the_fee() {
	ExtBuilder::default().build_and_execute(|| {
		for fee in [1_000, 1_001, 9_999, FEE] {
			let cost = Market::training_cost(fee).unwrap();
			assert_eq!(cost.executor + cost.verifier_pay + cost.cut, fee);
			let before = free(ALICE);
			assert_ok!(try_training(ALICE, training_request(), 10, fee));
			assert_eq!(before - free(ALICE), fee + cost.reserve + cost.guarantee + cost.deposit);
			assert_eq!(Market::guarantee_of(fee), Some(cost.guarantee));
		}
	});
}

#[test]
fn constants_fit_together() {
	ExtBuilder::default().build().execute_with(<Market as Hooks<u32>>::integrity_test);
}

#[test]
fn fails_when_the_agenda_has_no_room() {
	ExtBuilder::default().build_and_execute(|| {
		let item = AgendaItem { job: JobId(9), attempt: 0, due: Due::Draw };
		let full = || BoundedVec::truncate_from(vec![item; 4]);
		let reach = 1 + DELAY..1 + DELAY + 4;
		reach.clone().for_each(|block| Agenda::<Test>::insert(block, full()));
		assert_noop!(try_training(ALICE, training_request(), 10, FEE), Error::<Test>::AgendaFull);
		// One place is enough.
		Agenda::<Test>::mutate(DELAY + 4, |items| items.pop());
		assert_ok!(try_training(ALICE, training_request(), 10, FEE));
		assert_eq!(record(JobId(0)).state, JobState::Queued { draw_at: DELAY + 4 });
		// The rest of the agenda is of no job.
		reach.for_each(Agenda::<Test>::remove);
		assert_ok!(Agenda::<Test>::try_append(DELAY + 4, AgendaItem { job: JobId(0), ..item }));
	});
}
