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
	/// Two replays and their counts are equal, and no equal replay was contradicted by the executor in its round.
	Confirmed {
		/// Who found this.
		majority: Vec<AccountId>,
		/// Held-out rows classified correctly.
		correct: u32,
	},
	/// Two replays are equal, and the executor contradicted one of them, or the count of both.
	Refuted {
		/// Who found this.
		majority: Vec<AccountId>,
	},
	/// Two verifiers were not served, be it only what the count needs.
	Withheld {
		/// Who found this.
		majority: Vec<AccountId>,
	},
	/// No two verdicts say the same.
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
/// Two equal replays decide about the segments, whether they have a count or not, and two equal counts among them about the
/// final weights. A replay or a count that stands alone against two equal ones is a lie. Not to have been served, or not to
/// have a count, is no lie: the executor may have served the others only; and where two were not served, it may have served
/// only the third.
pub(crate) fn judge<AccountId: Clone + PartialEq>(seats: &[Seat<AccountId>]) -> Judgement<AccountId> {
	let replays = equal_replays(seats);
	let counts = || replays.iter().filter_map(|seat| count_of(seat));
	let count = counts().find(|count| counts().filter(|other| other == count).count() > 1);
	let lies = |seat: &Seat<AccountId>| match &seat.verdict {
		Some(VerdictDigest::Replayed { .. }) if replays.contains(&seat) => {
			count_of(seat).is_some_and(|own| count.is_some_and(|count| own != count))
		},
		Some(VerdictDigest::Replayed { .. }) => !replays.is_empty(),
		_ => false,
	};
	let who = |seats: &mut dyn Iterator<Item = &Seat<AccountId>>| -> Vec<AccountId> {
		seats.map(|seat| seat.who.clone()).collect()
	};
	// A verdict with a count of its own may contradict the executor in nothing else. One of a round without an opening says
	// nothing of it.
	let contradicted = replays.iter().any(|seat| {
		let own = count_of(seat);
		(own.is_none() || own == count) && seat.agrees == Some(false)
	});
	let unserved = who(&mut seats.iter().filter(|seat| seat.verdict.is_some() && count_of(seat).is_none()));
	let ruling = match count {
		_ if contradicted => {
			Ruling::Refuted { majority: who(&mut replays.iter().copied().filter(|seat| !lies(seat))) }
		},
		Some(correct) => {
			let found = |seat: &&Seat<AccountId>| count_of(seat) == count;
			Ruling::Confirmed { majority: who(&mut replays.iter().copied().filter(found)), correct }
		},
		None if unserved.len() > 1 => Ruling::Withheld { majority: unserved },
		None => return Judgement { ruling: Ruling::Split, liar: None },
	};
	let liar = seats.iter().find(|seat| lies(seat)).map(|seat| seat.who.clone());
	Judgement { ruling, liar }
}

/// The seats whose replays are equal, where there are at least two.
fn equal_replays<AccountId>(seats: &[Seat<AccountId>]) -> Vec<&Seat<AccountId>> {
	let peers = |verdict: &VerdictDigest| -> Vec<&Seat<AccountId>> {
		let same = |other: &VerdictDigest| other.same_replay(verdict);
		seats.iter().filter(|seat| seat.verdict.as_ref().is_some_and(same)).collect()
	};
	let mut classes = seats.iter().filter_map(|seat| seat.verdict.as_ref()).map(peers);
	classes.find(|peers| peers.len() > 1).unwrap_or_default()
}

/// The count of correct rows in a verdict.
fn count_of<AccountId>(seat: &Seat<AccountId>) -> Option<u32> {
	seat.verdict.as_ref().and_then(VerdictDigest::correct)
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
			// What it claimed in a round before may be refuted already: silence saves nothing then.
			let Some(claim) = record.claimed.clone().filter(|_| record.stage == Stage::Panel) else {
				return Self::withheld_opening(job, record);
			};
			for seat in record.seats.iter_mut().filter(|seat| seat.agrees.is_none()) {
				let contradicts = seat.verdict.as_ref().is_some_and(|verdict| verdict.contradicts(&claim));
				seat.agrees = contradicts.then_some(false);
			}
			return match judge(&record.seats).ruling {
				Ruling::Refuted { .. } => Self::close_panel(job, record),
				_ => Self::withheld_opening(job, record),
			};
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

	/// Without its opening the executor loses the attempt, and of its bond what evading a check costs. A verifier that has not
	/// revealed is not blamed: no verdict could have changed that.
	fn withheld_opening(job: JobId, record: CheckRecordOf<T>) -> DispatchResult {
		T::Workers::penalise_evasion(&record.executor, record.terms.evasion_cost());
		Self::tell_missed(job, &record, &record.executor);
		let finding = Finding::Rejected { paid: record.revealed(), judges: record.judges() };
		Self::finish(job, record, Outcome::Withheld, finding, &[])
	}

	/// One verifier's agreement in the segments and the count is enough; anything else slashes nobody and calls two more.
	fn close_single(job: JobId, mut record: CheckRecordOf<T>, now: BlockNumberFor<T>) -> DispatchResult {
		let Some(seat) = record.seats.first().cloned() else {
			return Self::store_drawing(job, record, Self::draw_block(now));
		};
		match seat.verdict {
			Some(VerdictDigest::Replayed { correct: Some(correct), .. }) if seat.agrees == Some(true) => {
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
				// Two were served. Saying otherwise is no lie for certain, but it must not be free.
				let unserved = record.seats.iter().filter(|seat| count_of(seat).is_none());
				unserved.for_each(|seat| T::Workers::penalise_decline(&seat.who));
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
				T::Workers::penalise_evasion(&record.executor, record.terms.evasion_cost());
				let finding = Finding::Rejected { paid: majority, judges: record.judges() };
				Self::finish(job, record, Outcome::Withheld, finding, &slashed)
			},
			Ruling::Split => {
				// Two honest verifiers would agree, unless the executor serves one of them only.
				let unserved = record.seats.iter().any(|seat| count_of(seat).is_none());
				if unserved && equal_replays(&record.seats).is_empty() {
					T::Workers::penalise_evasion(&record.executor, record.terms.evasion_cost());
				}
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
