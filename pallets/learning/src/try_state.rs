//! Invariants of this pallet.
//!
//! - **INV-LEARNING-1** The agenda holds each check exactly once, at its `due` block, which is not in the past, and
//!   nothing else.
//! - **INV-LEARNING-2** The duties are exactly the executor and the verifiers of each check.
//! - **INV-LEARNING-3** Executor, verifiers and replaced verifiers of a check are all different; seats and replacements
//!   stay within their bounds.
//! - **INV-LEARNING-4** Opened segments are none or as many as the terms say, ascending and no two of them neighbours;
//!   there are some in every phase but the first draw.
//! - **INV-LEARNING-5** Reports fit the phase: all seats are taken while something is replayed or revealed; every
//!   verifier has committed before interior steps are drawn; interior steps exist exactly while revealing; an opening or a
//!   verdict of the current round does too; a verdict of an earlier round is compared with its opening.
//! - **INV-LEARNING-6** Each check belongs to the current assignment of its job, with its terms.
//! - **INV-LEARNING-7** Not more checks run than the agenda has places for, and their counter is right.

use crate::{Agenda, CheckRecordOf, Checks, Claim, Config, Duties, Pallet, Phase, Stage, Terms, SINGLE};
use alloc::{collections::btree_set::BTreeSet, vec::Vec};
use engram_primitives::{traits::TrainingJobs, JobId};
use frame_support::{ensure, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_try_state(now: BlockNumberFor<T>) -> Result<(), TryRuntimeError> {
		Self::try_state_agenda(now)?;
		Self::try_state_duties()?;
		for (job, record) in Checks::<T>::iter() {
			Self::try_state_parties(&record)?;
			Self::try_state_segments(&record)?;
			Self::try_state_reports(&record)?;
			Self::try_state_assignment(job, &record)?;
		}
		Self::try_state_count()
	}

	fn try_state_agenda(now: BlockNumberFor<T>) -> Result<(), TryRuntimeError> {
		let mut planned: Vec<_> =
			Agenda::<T>::iter().flat_map(|(due, jobs)| jobs.into_iter().map(move |job| (job, due))).collect();
		planned.sort();
		let mut expected: Vec<_> = Checks::<T>::iter().map(|(job, record)| (job, record.due)).collect();
		expected.sort();
		ensure!(
			planned == expected && planned.iter().all(|(_, due)| *due >= now),
			"INV-LEARNING-1: the agenda holds each check once, at its due block"
		);
		Ok(())
	}

	fn try_state_duties() -> Result<(), TryRuntimeError> {
		let mut duties = 0usize;
		for (who, job, ()) in Duties::<T>::iter() {
			let takes_part = Checks::<T>::get(job)
				.is_some_and(|record| record.executor == who || record.seat_of(&who).is_some());
			ensure!(takes_part, "INV-LEARNING-2: a duty belongs to a check");
			duties = duties.saturating_add(1);
		}
		let expected = Checks::<T>::iter_values()
			.fold(0usize, |sum, record| sum.saturating_add(record.seats.len()).saturating_add(1));
		ensure!(duties == expected, "INV-LEARNING-2: everybody in a check has a duty");
		Ok(())
	}

	fn try_state_parties(record: &CheckRecordOf<T>) -> Result<(), TryRuntimeError> {
		let parties = record.excluded();
		let different: BTreeSet<_> = parties.iter().map(codec::Encode::encode).collect();
		ensure!(different.len() == parties.len(), "INV-LEARNING-3: everybody in a check is somebody else");
		let within = |len: usize, bound: u32| u32::try_from(len).is_ok_and(|len| len <= bound);
		ensure!(
			within(record.seats.len(), record.stage.seats())
				&& within(record.missed.len(), T::MaxReplacements::get())
				&& record.retries <= T::MaxDrawRetries::get(),
			"INV-LEARNING-3: seats, replacements and retries are bounded"
		);
		Ok(())
	}

	fn try_state_segments(record: &CheckRecordOf<T>) -> Result<(), TryRuntimeError> {
		let segments = &record.segments;
		if segments.is_empty() {
			let first_draw = matches!(record.phase, Phase::Drawing { .. }) && record.stage.seats() == SINGLE;
			ensure!(first_draw, "INV-LEARNING-4: segments are drawn before anything else");
			return Ok(());
		}
		let all = record.terms.segments;
		let apart = segments
			.iter()
			.zip(segments.iter().skip(1))
			.all(|(segment, next)| segment.saturating_add(1) < *next);
		let open_circle = match (segments.first(), segments.last()) {
			(Some(first), Some(last)) => !(*first == 0 && last.saturating_add(1) == all),
			_ => true,
		};
		ensure!(
			u32::try_from(segments.len()) == Ok(record.terms.opened)
				&& apart && open_circle
				&& segments.iter().all(|segment| *segment < all),
			"INV-LEARNING-4: the opened segments are as many as asked for, and apart"
		);
		Ok(())
	}

	fn try_state_reports(record: &CheckRecordOf<T>) -> Result<(), TryRuntimeError> {
		let (drawing, replaying, revealing) = match record.phase {
			Phase::Drawing { .. } => (true, false, false),
			Phase::Replaying { .. } => (false, true, false),
			Phase::InteriorDraw { .. } => (false, false, false),
			Phase::Revealing { .. } => (false, false, true),
		};
		ensure!(record.is_full() != drawing, "INV-LEARNING-5: seats are empty only while drawing");
		ensure!(
			drawing || record.all_committed() != replaying,
			"INV-LEARNING-5: all verdicts are committed once the replay is over"
		);
		let steps = if revealing { record.segments.len() } else { 0 };
		ensure!(
			record.interior.len() == steps
				&& record.interior.iter().all(|step| (1..=record.terms.interval).contains(step)),
			"INV-LEARNING-5: interior steps are known exactly while revealing"
		);
		ensure!(
			record.opening.is_none() || revealing,
			"INV-LEARNING-5: an opening is kept only while revealing"
		);
		ensure!(
			record.opening.as_ref().is_none_or(|o| record.claimed == Some(Claim::from(o))),
			"INV-LEARNING-5: an opening repeats the first claim"
		);
		for seat in &record.seats {
			let current = seat.round == record.round;
			ensure!(
				seat.round <= record.round
					&& (seat.verdict.is_none() || seat.commitment.is_some())
					&& (seat.verdict.is_none() || seat.agrees.is_some() || (current && revealing))
					&& (seat.agrees.is_none() || (seat.verdict.is_some() && !current)),
				"INV-LEARNING-5: verdicts follow commitments and are compared at the end of a round"
			);
		}
		ensure!(
			record.stage == Stage::Panel || record.seats.iter().all(|seat| seat.agrees.is_none()),
			"INV-LEARNING-5: a single verdict that was compared ends the check or calls the panel"
		);
		Ok(())
	}

	fn try_state_assignment(job: JobId, record: &CheckRecordOf<T>) -> Result<(), TryRuntimeError> {
		let matches = T::Jobs::training(job).is_some_and(|assignment| {
			assignment.attempt == record.attempt
				&& assignment.executor == record.executor
				&& Terms::of(&assignment) == record.terms
		});
		ensure!(matches, "INV-LEARNING-6: a check belongs to the current assignment of its job");
		Ok(())
	}

	fn try_state_count() -> Result<(), TryRuntimeError> {
		let rows = Checks::<T>::iter().count();
		ensure!(
			u32::try_from(rows) == Ok(Checks::<T>::count()) && Checks::<T>::count() <= Self::max_checks(),
			"INV-LEARNING-7: the checks are counted and bounded"
		);
		Ok(())
	}
}
