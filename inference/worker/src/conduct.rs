//! What a worker does with a task.

use crate::{
	desk::{Desk, Failure},
	exchange::{Request, Response},
};
use engram_primitives::{task::Task, work::Work};

/// How tasks are done and others are answered.
pub trait Conduct: Send + Sync + 'static {
	/// Does a task. `None` for one that asks for no report. It may block.
	fn perform(&self, task: &Task, desk: &Desk) -> Result<Option<Work>, Failure>;

	/// The answer another worker gets, given the one the store has.
	fn answer(&self, request: &Request, found: Response) -> Response {
		let _ = request;
		found
	}
}

/// Does what it is asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Honest;

impl Conduct for Honest {
	fn perform(&self, task: &Task, desk: &Desk) -> Result<Option<Work>, Failure> {
		match task {
			Task::Train(plan) => desk.train(plan).map(Some),
			Task::Publish { job, attempt, segments } => {
				desk.publish(*job, *attempt, segments)?;
				Ok(None)
			},
			Task::Open { plan, segments, interior, .. } => desk.open(plan, segments, interior).map(Some),
			Task::Replay { plan, executor, root, segments, .. } => {
				desk.replay(plan, executor, *root, segments).map(Some)
			},
			Task::Reveal { plan, executor, final_weights, commitment, interior, late, .. } => {
				desk.reveal(plan, executor, *final_weights, *commitment, interior, *late).map(Some)
			},
			Task::Infer(plan) => desk.infer(plan).map(Some),
		}
	}
}
