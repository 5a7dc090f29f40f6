//! What workers are asked to do.

use crate::{mock::*, *};
use engram_primitives::{
	model::InfluenceMethod,
	task::{Artifact, DataPart, InferencePlan, InitialWeights, Task, TrainingPlan},
	traits::*,
	Cid, ContributionId, JobId, VersionId,
};
use frame_support::assert_ok;

fn part(id: u64) -> DataPart {
	DataPart {
		contribution: ContributionId(id),
		artifact: Artifact { cid: Cid::of_raw(&id.to_le_bytes()), sources: vec![ADDRESS.to_vec()] },
		rows: 100,
	}
}

fn artifact(bytes: &[u8]) -> Artifact {
	Artifact { cid: Cid::of_raw(bytes), sources: vec![ADDRESS.to_vec()] }
}

#[test]
fn training_is_a_task_from_the_seed_to_the_commitment() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		assert_eq!(Market::training_plan(job), None);
		run(DELAY);
		let executor = executor_of(job);
		assert!(Market::tasks_of(&executor).is_empty());
		assert_eq!(Market::training_plan(job), None);
		run(1);
		let seed_at = Market::training(job).unwrap().seed_at;
		let plan = TrainingPlan {
			job,
			attempt: 0,
			architecture: FakeModels::model(MODEL).unwrap().architecture,
			spec: spec(),
			initial: InitialWeights::Seed([9; 32]),
			batch_seed: FakeBeacon::keyed(seed_at, (b"batch", job, 0u32)).unwrap().into(),
			data: vec![part(3), part(1)],
			held_out: artifact(b"held out"),
			held_out_rows: 100,
		};
		assert_eq!(Market::training_plan(job), Some(plan.clone()));
		assert_eq!(Market::tasks_of(&executor), [Task::Train(plan.clone())]);
		let other = WORKERS.into_iter().find(|w| *w != executor).unwrap();
		assert!(Market::tasks_of(&other).is_empty());

		// The plan outlives the beacon's ring, and stays while verifiers need it.
		LostOutputs::set(&(0..1_000).collect());
		assert_ok!(Market::committed(job, 0));
		assert!(Market::tasks_of(&executor).is_empty());
		assert_eq!(Market::training_plan(job), Some(plan));
		assert_ok!(Market::found(job, 0, Finding::Undecided { paid: vec![] }));
		assert_eq!(Market::training_plan(job), None);
	});
}

#[test]
fn another_attempt_has_another_seed() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		let first = assign(job);
		let before = Market::training_plan(job).unwrap();
		assert_ok!(give_back(first, job, 0));
		assert_eq!(Market::training_plan(job), None);
		assign(job);
		let after = Market::training_plan(job).unwrap();
		assert_eq!((before.attempt, after.attempt), (0, 1));
		assert_ne!(before.batch_seed, after.batch_seed);
	});
}

#[test]
fn the_weights_of_a_version_come_from_who_trained_it() {
	ExtBuilder::default().build_and_execute(|| {
		let job = train();
		let trainer = commit(job);
		let weights = Cid::of_raw(b"weights");
		let finding = Finding::Verified { weights, correct: 9, paid: vec![] };
		assert_ok!(Market::found(job, 0, finding));
		let version = VersionId(1);
		let served = Artifact { cid: weights, sources: vec![FakePool::address_of(&trainer).unwrap()] };

		assert_ok!(try_inference(BOB, InferenceRequest { version, ..inference_request() }, 1_000));
		let server = assign(JobId(1));
		let plan = InferencePlan {
			job: JobId(1),
			attempt: 0,
			architecture: FakeModels::model(MODEL).unwrap().architecture,
			weights: served.clone(),
			data: vec![part(3), part(1)],
			input: artifact(b"input"),
			rows: 100,
			method: InfluenceMethod::DataInf,
			contributors: 300,
		};
		assert_eq!(Market::tasks_of(&server), [Task::Infer(plan)]);
		assert_eq!(Market::training_plan(JobId(1)), None);

		let request = TrainingRequest { parent: Some(version), ..training_request() };
		assert_ok!(try_training(ALICE, request, 10, FEE));
		assign(JobId(2));
		let plan = Market::training_plan(JobId(2)).unwrap();
		assert_eq!(plan.initial, InitialWeights::Parent(served));

		// Whoever removes the record takes the address along.
		assert_ok!(Market::remove(RuntimeOrigin::signed(ALICE), job));
		let plan = Market::training_plan(JobId(2)).unwrap();
		let alone = Artifact { cid: weights, sources: vec![] };
		assert_eq!(plan.initial, InitialWeights::Parent(alone));
	});
}
