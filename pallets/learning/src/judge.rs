//! How verdicts become a finding: rule 6 of the proof of learning, as long as there are no disputes.

use crate::{
	CheckRecordOf, CheckSummary, Config, Event, Outcome, Pallet, Seat, Slash, Stage, VerdictDigest,
	VerdictSummary,
};
use alloc::vec::Vec;
use engram_primitives::{
	traits::{Finding, TrainingJobs, WorkerPool},
	JobId,
};
use frame_support::BoundedVec;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::DispatchResult;

/// What three verdicts say together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ruling<AccountId> {
	/// Two replays are equal, and each agrees with the executor's opening of its round.
	Confirmed {
		/// Who found this.
		majority: Vec<AccountId>,
		/// Held-out rows classified correctly.
		correct: u32,
	},
	/// Two replays are equal, and the executor contradicted at least one of them.
	Refuted {
		/// Who found this.
		majority: Vec<AccountId>,
	},
	/// Two verifiers were not served.
	Withheld {
		/// Who found this.
		majority: Vec<AccountId>,
	},
	/// No two verdicts are equal.
	Split,
}

/// A ruling and the verifier that lied for certain, if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Judgement<AccountId> {
	pub(crate) ruling: Ruling<AccountId>,
	pub(crate) liar: Option<AccountId>,
}

/// Judges a panel.
///
/// A replay that stands alone against two equal replays is a lie. An `Unavailable` that stands alone is not: the
/// executor may have served the others only; and against two `Unavailable` the executor may have served only this one.
pub(crate) fn judge<AccountId: Clone>(seats: &[Seat<AccountId>]) -> Judgement<AccountId> {
	let mut verdicts = seats.iter().filter_map(|seat| seat.verdict.as_ref());
	let Some(winning) = verdicts.find(|verdict| peers(seats, verdict).len() > 1) else {
		return Judgement { ruling: Ruling::Split, liar: None };
	};
	let winners = peers(seats, winning);
	let majority: Vec<_> = winners.iter().map(|seat| seat.who.clone()).collect();
	let VerdictDigest::Replayed { correct, .. } = winning else {
		return Judgement { ruling: Ruling::Withheld { majority }, liar: None };
	};
	let lies = |seat: &&Seat<AccountId>| match &seat.verdict {
		Some(verdict @ VerdictDigest::Replayed { .. }) => !verdict.same_class(winning),
		_ => false,
	};
	let liar = seats.iter().find(lies).map(|seat| seat.who.clone());
	let ruling = if winners.iter().all(|seat| seat.agrees == Some(true)) {
		Ruling::Confirmed { majority, correct: *correct }
	} else {
		Ruling::Refuted { majority }
	};
	Judgement { ruling, liar }
}

/// The seats whose verdict is the same result.
fn peers<'a, AccountId>(seats: &'a [Seat<AccountId>], verdict: &VerdictDigest) -> Vec<&'a Seat<AccountId>> {
	let same = |seat: &&Seat<AccountId>| match &seat.verdict {
		Some(other) => other.same_class(verdict),
		None => false,
	};
	seats.iter().filter(same).collect()
}

/// Who of `owed` was not covered in full by `taken`, at `pay` each and in order.
pub(crate) fn uncovered<AccountId: Clone>(taken: u128, pay: u128, owed: &[AccountId]) -> Vec<AccountId> {
	let mut left = taken;
	let mut short = Vec::new();
	for who in owed {
		match left.checked_sub(pay) {
			Some(rest) => left = rest,
			None => {
				// A part of the pay is not the pay; what comes after gets nothing.
				left = 0;
				short.push(who.clone());
			},
		}
	}
	short
}

impl<T: Config> Pallet<T> {
	/// The end of a round: complete, or at its deadline.
	pub(crate) fn close_round(
		job: JobId,
		mut record: CheckRecordOf<T>,
		now: BlockNumberFor<T>,
	) -> DispatchResult {
		let Some(opening) = record.opening.take() else {
			return Self::withheld_opening(job, record);
		};
		let round = record.round;
		for seat in record.seats.iter_mut().filter(|seat| seat.round == round) {
			seat.agrees = seat.verdict.as_ref().map(|verdict| verdict.agrees_with(&opening));
		}
		if !record.seats.iter().all(|seat| seat.verdict.is_some()) {
			let absent = |seat: &Seat<T::AccountId>| seat.verdict.is_none();
			return Self::replace(job, record, now, absent);
		}
		match record.stage {
			Stage::Single => Self::close_single(job, record, now),
			Stage::Panel => Self::close_panel(job, record),
		}
	}

	/// A new round asks for other interior steps, and the executor opens again.
	pub(crate) fn next_round(record: &mut CheckRecordOf<T>) {
		record.round = record.round.saturating_add(1);
		record.interior = Default::default();
		record.opening = None;
	}

	/// Without its opening the executor loses the attempt. A verifier that has not revealed is not blamed: the final weights
	/// it counts with may be withheld too.
	fn withheld_opening(job: JobId, record: CheckRecordOf<T>) -> DispatchResult {
		Self::miss(job, &record, &record.executor);
		let finding = Finding::Rejected { paid: record.revealed(), judges: record.judges() };
		Self::finish(job, record, Outcome::Withheld, finding, &[])
	}

	/// One verifier's agreement is enough; its disagreement slashes nobody and calls two more.
	fn close_single(job: JobId, mut record: CheckRecordOf<T>, now: BlockNumberFor<T>) -> DispatchResult {
		let Some(seat) = record.seats.first().cloned() else {
			return Self::store_drawing(job, record, Self::draw_block(now));
		};
		match seat.verdict {
			Some(VerdictDigest::Replayed { correct, .. }) if seat.agrees == Some(true) => {
				Self::confirm(job, record, [seat.who].to_vec(), correct, &[])
			},
			_ => {
				let attempt = record.attempt;
				Self::deposit_event(Event::Disputed { verifier: seat.who, job, attempt });
				record.stage = Stage::Panel;
				record.retries = 0;
				Self::next_round(&mut record);
				Self::store_drawing(job, record, Self::draw_block(now))
			},
		}
	}

	fn close_panel(job: JobId, record: CheckRecordOf<T>) -> DispatchResult {
		let Judgement { ruling, liar } = judge(&record.seats);
		let mut slashed = Vec::new();
		if let Some(who) = liar {
			let taken = T::Workers::slash(&who, &[]);
			slashed.push(Slash { who, taken });
		}
		match ruling {
			Ruling::Confirmed { majority, correct } => {
				Self::confirm(job, record, majority, correct, &slashed)
			},
			Ruling::Refuted { majority } => {
				let pay = record.terms.verifier_pay;
				let owed: Vec<_> = majority.iter().map(|who| (who.clone(), pay)).collect();
				let taken = T::Workers::slash(&record.executor, &owed);
				slashed.insert(0, Slash { who: record.executor.clone(), taken });
				majority.iter().for_each(T::Workers::reward_reputation);
				let paid = uncovered(taken, pay, &majority);
				let finding = Finding::Rejected { paid, judges: record.judges() };
				Self::finish(job, record, Outcome::Refuted, finding, &slashed)
			},
			Ruling::Withheld { majority } => {
				T::Workers::penalise_reputation(&record.executor);
				let finding = Finding::Rejected { paid: majority, judges: record.judges() };
				Self::finish(job, record, Outcome::Withheld, finding, &slashed)
			},
			Ruling::Split => {
				let finding = Finding::Undecided { paid: record.revealed() };
				Self::finish(job, record, Outcome::Undecided, finding, &slashed)
			},
		}
	}

	fn confirm(
		job: JobId,
		record: CheckRecordOf<T>,
		paid: Vec<T::AccountId>,
		correct: u32,
		slashed: &[Slash<T::AccountId>],
	) -> DispatchResult {
		// A verifier was drawn to look at the work of another. What the executor's is worth to its reputation, the market knows.
		paid.iter().for_each(T::Workers::reward_reputation);
		let finding = Finding::Verified { weights: record.final_weights, correct, paid };
		Self::finish(job, record, Outcome::Verified { correct }, finding, slashed)
	}

	/// Removes the check, tells the world and then the job market, which settles.
	pub(crate) fn finish(
		job: JobId,
		record: CheckRecordOf<T>,
		outcome: Outcome,
		finding: Finding<T::AccountId>,
		slashed: &[Slash<T::AccountId>],
	) -> DispatchResult {
		Self::remove(job, &record);
		let attempt = record.attempt;
		let verdicts = record.seats.into_iter().map(|seat| VerdictSummary {
			verifier: seat.who,
			round: seat.round,
			verdict: seat.verdict,
			agrees: seat.agrees,
		});
		let summary = CheckSummary {
			executor: record.executor,
			root: record.root,
			final_weights: record.final_weights,
			segments: record.segments,
			verdicts: BoundedVec::truncate_from(verdicts.collect()),
			slashed: BoundedVec::truncate_from(slashed.to_vec()),
			outcome,
		};
		Self::deposit_event(Event::CheckFinished { job, attempt, summary });
		T::Jobs::found(job, attempt, finding)
	}
}
