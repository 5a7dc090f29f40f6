use super::*;
use crate::judge::{judge, uncovered, Judgement, Ruling};

/// Beliefs by the order in which the verifiers are drawn; the executor opens in every round.
fn story(run: &Run, beliefs: [Belief; 3]) -> (JobId, Vec<u8>) {
	let job = committed(run);
	round(job, run, |_| beliefs[0]);
	wait_replaying(job);
	let drawn = verifiers(job);
	let by_number = |n: u8| beliefs[drawn.iter().position(|d| *d == n).unwrap()];
	round(job, run, by_number);
	assert!(Checks::<Test>::get(job).is_none());
	(job, drawn)
}

#[test]
fn one_agreement_is_enough() {
	ExtBuilder::default().build_and_execute(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		wait_replaying(job);
		let n = verifiers(job)[0];
		round(job, &run, |_| Belief::Honest);
		let paid = vec![account(n)];
		assert_eq!(findings(), vec![EncodedFinding::Verified { correct: CORRECT, paid }]);
		// The executor's is the market's to raise.
		assert_eq!((member(1).reputation, member(n).reputation), (0, 1));
		assert_eq!((member(n).earned, member(n).free), (PAY, 2));
		let summary = summary();
		assert_eq!(summary.root, run.commitment().root);
		assert_eq!(summary.final_weights, run.commitment().final_weights);
		assert_eq!(summary.segments.len(), 4);
		assert_eq!(summary.verdicts[0].agrees, Some(true));
		assert!(summary.slashed.is_empty());
		assert_eq!(Agenda::<Test>::iter().count(), 0);
		assert_eq!(Duties::<Test>::iter().count(), 0);
	});
}

#[test]
fn one_verdict_against_the_executor_slashes_nobody() {
	for (belief, agrees) in [
		(Belief::Lie(1), false),
		(Belief::Count(1), false),
		(Belief::Uncounted, true),
		(Belief::Unavailable, false),
	] {
		ExtBuilder::default().build_and_execute(|| {
			let run = Run::on(DATA);
			let job = committed(&run);
			wait_replaying(job);
			let n = verifiers(job)[0];
			let segments = record(job).segments.clone();
			round(job, &run, |_| belief);
			System::assert_last_event(Event::Disputed { verifier: account(n), job, attempt: 0 }.into());
			let record = record(job);
			assert_eq!((record.stage, record.round), (Stage::Panel, 1));
			assert_eq!(record.phase, Phase::Drawing { at: System::block_number() + DELAY });
			assert_eq!(record.segments, segments);
			assert_eq!(record.seats[0].agrees, Some(agrees));
			assert!((1..=5).all(|n| member(n).bond == BOND && member(n).reputation == 0));
			assert!(findings().is_empty());
		});
	}
}

#[test]
fn a_cheater_is_slashed_after_two_equal_verdicts() {
	ExtBuilder::default().build_and_execute(|| {
		// Untrained weights under a plausible commitment.
		let run = Run::on(8);
		let (_, drawn) = story(&run, [Belief::Honest; 3]);
		assert_eq!(summary().outcome, Outcome::Refuted);
		assert_eq!(slashed(), vec![1]);
		assert_eq!(summary().slashed[0].taken, BOND / 2);
		assert_eq!(member(1).bond, BOND / 2);
		assert!(!drawn.contains(&1));
		// The slash covers the verifiers; nothing is owed out of the reserve.
		assert_eq!(findings(), vec![EncodedFinding::Rejected { paid: vec![] }]);
		// Nobody gains the job by its verdict.
		let judges: Vec<_> = drawn.iter().copied().map(account).collect();
		assert_eq!(Judges::get(), Some(judges));
		for n in drawn {
			assert_eq!((member(n).earned, member(n).bond), (PAY, BOND));
			assert_eq!(member(n).reputation, 1);
		}
	});
}

#[test]
fn what_the_slash_does_not_cover_is_owed_by_the_reserve() {
	ExtBuilder::default().build_and_execute(|| {
		Members::mutate(account(1), |member| member.as_mut().unwrap().bond = 4 * PAY);
		let (_, drawn) = story(&Run::on(8), [Belief::Honest; 3]);
		let paid = vec![account(drawn[2])];
		assert_eq!(findings(), vec![EncodedFinding::Rejected { paid }]);
		assert!(drawn.iter().all(|n| member(*n).earned == PAY));
	});
}

#[test]
fn an_accomplice_that_stands_alone_is_slashed_with_the_cheater() {
	ExtBuilder::default().build_and_execute(|| {
		// The cheater trained on 8; the second verifier repeats that.
		let run = Run::on(8);
		let (_, drawn) = story(&run, [Belief::Honest, Belief::Lie(8), Belief::Honest]);
		assert_eq!(slashed(), vec![1, drawn[1]]);
		assert_eq!(summary().verdicts[1].agrees, Some(true));
		assert_eq!(member(drawn[1]).bond, BOND / 2);
		assert_eq!(member(drawn[1]).earned, 0);
		assert_eq!((member(drawn[0]).earned, member(drawn[2]).earned), (PAY, PAY));
	});
}

#[test]
fn a_lying_verifier_loses_its_own_bond() {
	ExtBuilder::default().build_and_execute(|| {
		let run = Run::on(DATA);
		let (_, drawn) = story(&run, [Belief::Lie(1), Belief::Honest, Belief::Honest]);
		assert_eq!(summary().outcome, Outcome::Verified { correct: CORRECT });
		assert_eq!(slashed(), vec![drawn[0]]);
		assert_eq!(member(drawn[0]).bond, BOND / 2);
		assert_eq!((member(1).bond, member(1).reputation), (BOND, 0));
		assert_eq!((member(drawn[1]).reputation, member(drawn[2]).reputation), (1, 1));
		let paid = vec![account(drawn[1]), account(drawn[2])];
		assert_eq!(findings(), vec![EncodedFinding::Verified { correct: CORRECT, paid }]);
		assert_eq!(member(drawn[0]).earned, 0);
	});
}

#[test]
fn a_miscounting_verifier_loses_its_own_bond() {
	ExtBuilder::default().build_and_execute(|| {
		let beliefs = [Belief::Count(CORRECT - 1), Belief::Honest, Belief::Honest];
		let (_, drawn) = story(&Run::on(DATA), beliefs);
		assert_eq!(summary().outcome, Outcome::Verified { correct: CORRECT });
		assert_eq!(slashed(), vec![drawn[0]]);
	});
}

#[test]
fn an_executor_that_exaggerates_its_accuracy_is_slashed() {
	ExtBuilder::default().build_and_execute(|| {
		let mut run = Run::on(DATA);
		run.correct = ROWS;
		story(&run, [Belief::Honest; 3]);
		assert_eq!(summary().outcome, Outcome::Refuted);
		assert_eq!(slashed(), vec![1]);
	});
}

#[test]
fn three_different_verdicts_void_the_job() {
	ExtBuilder::default().build_and_execute(|| {
		for (job, beliefs) in [
			[Belief::Lie(1), Belief::Lie(2), Belief::Lie(3)],
			[Belief::Lie(1), Belief::Lie(2), Belief::Honest],
			[Belief::Uncounted, Belief::Lie(2), Belief::Honest],
			[Belief::Uncounted, Belief::Count(1), Belief::Honest],
			[Belief::Count(1), Belief::Count(2), Belief::Honest],
		]
		.into_iter()
		.enumerate()
		{
			System::reset_events();
			let (_, drawn) = story(&Run::on(DATA), beliefs);
			assert_eq!(summary().outcome, Outcome::Undecided);
			assert!(slashed().is_empty());
			let paid = drawn.into_iter().map(account).collect();
			assert_eq!(findings()[job], EncodedFinding::Undecided { paid });
			assert!((1..=5).all(|n| member(n).bond == BOND && member(n).reputation == 0));
		}
	});
}

#[test]
fn a_job_trained_on_other_data_is_rejected() {
	ExtBuilder::default().build_and_execute(|| {
		// Everything fits together, it is only the run of another job.
		let run = Run::on(DATA + 1);
		story(&run, [Belief::Honest; 3]);
		assert_eq!(summary().outcome, Outcome::Refuted);
		assert_eq!(findings(), vec![EncodedFinding::Rejected { paid: vec![] }]);
	});
}

#[test]
fn a_rejected_executor_cannot_mend_its_reputation_on_the_same_job() {
	ExtBuilder::default().workers(2).build_and_execute(|| {
		let job = assign_attempt(1, 1, 1);
		Assignments::mutate(|all| {
			all.get_mut(&job).unwrap().tried = vec![account(2)];
		});
		let before = member(2);
		deliver(commit(1, job, 1, Run::on(DATA).commitment()));
		wait_for(job, |phase| matches!(phase, Phase::Replaying { .. }));
		// The only other worker is the one that failed the attempt before: nobody can tell.
		assert_eq!(summary().outcome, Outcome::Undecided);
		assert_eq!(member(2), before);
	});
}

#[test]
fn two_that_were_not_served_reject_the_work_without_a_slash() {
	ExtBuilder::default().build_and_execute(|| {
		let beliefs = [Belief::Unavailable, Belief::Honest, Belief::Unavailable];
		let (_, drawn) = story(&Run::on(DATA), beliefs);
		assert_eq!(summary().outcome, Outcome::Withheld);
		assert!(slashed().is_empty());
		assert_eq!((member(1).bond, member(1).reputation), (BOND - 1_001, -12));
		let paid = vec![account(drawn[0]), account(drawn[2])];
		assert_eq!(findings(), vec![EncodedFinding::Rejected { paid }]);
		assert_eq!(member(drawn[1]).bond, BOND);
		assert_eq!(Judges::get().unwrap().len(), 3);
	});
}

#[test]
fn one_that_was_not_served_is_not_slashed() {
	ExtBuilder::default().build_and_execute(|| {
		let beliefs = [Belief::Unavailable, Belief::Honest, Belief::Honest];
		let (_, drawn) = story(&Run::on(DATA), beliefs);
		assert_eq!(summary().outcome, Outcome::Verified { correct: CORRECT });
		assert!(slashed().is_empty());
		// It is not paid either: its word changed nothing. That costs it a little reputation.
		assert_eq!((member(drawn[0]).bond, member(drawn[0]).earned), (BOND, 0));
		assert_eq!((member(drawn[0]).reputation, member(1).bond), (-1, BOND));
	});
}

#[test]
fn a_false_run_is_slashed_though_its_weights_are_withheld() {
	use Belief::{Honest, Unavailable, Uncounted};
	for (beliefs, found) in [
		([Uncounted; 3], vec![0, 1, 2]),
		([Uncounted, Honest, Uncounted], vec![0, 1, 2]),
		([Honest, Uncounted, Honest], vec![0, 1, 2]),
		([Uncounted, Unavailable, Uncounted], vec![0, 2]),
		([Unavailable, Uncounted, Honest], vec![1, 2]),
	] {
		ExtBuilder::default().build_and_execute(|| {
			let (_, drawn) = story(&Run::on(8), beliefs);
			assert_eq!(summary().outcome, Outcome::Refuted, "{beliefs:?}");
			assert_eq!(slashed(), vec![1]);
			assert_eq!(member(1).bond, BOND / 2);
			assert_eq!(findings(), vec![EncodedFinding::Rejected { paid: vec![] }]);
			for (at, n) in drawn.into_iter().enumerate() {
				let earned = if found.contains(&at) { PAY } else { 0 };
				assert_eq!((member(n).earned, member(n).bond), (earned, BOND));
			}
		});
	}
}

#[test]
fn an_accomplice_cannot_count_what_is_withheld_from_the_others() {
	ExtBuilder::default().build_and_execute(|| {
		let beliefs = [Belief::Uncounted, Belief::Lie(8), Belief::Uncounted];
		let (_, drawn) = story(&Run::on(8), beliefs);
		assert_eq!(summary().outcome, Outcome::Refuted);
		assert_eq!(slashed(), vec![1, drawn[1]]);
	});
}

#[test]
fn weights_that_two_were_not_served_reject_the_work_without_a_slash() {
	use Belief::{Honest, Unavailable, Uncounted};
	for (beliefs, unserved) in [
		([Uncounted; 3], vec![0, 1, 2]),
		([Uncounted, Honest, Uncounted], vec![0, 2]),
		([Honest, Uncounted, Unavailable], vec![1, 2]),
		([Unavailable, Unavailable, Uncounted], vec![0, 1, 2]),
	] {
		ExtBuilder::default().build_and_execute(|| {
			// The first verifier has to object; that its count is one too high does not matter.
			let mut run = Run::on(DATA);
			run.correct = CORRECT + 1;
			let (_, drawn) = story(&run, beliefs);
			assert_eq!(summary().outcome, Outcome::Withheld, "{beliefs:?}");
			assert!(slashed().is_empty());
			assert_eq!((member(1).bond, member(1).reputation), (BOND - 1_001, -12));
			let paid = unserved.into_iter().map(|at| account(drawn[at])).collect();
			assert_eq!(findings(), vec![EncodedFinding::Rejected { paid }]);
			assert_eq!(Judges::get().unwrap().len(), 3);
			for n in drawn {
				assert_eq!((member(n).bond, member(n).reputation), (BOND, 0));
			}
		});
	}
}

#[test]
fn a_replay_that_stands_alone_is_a_lie_though_the_others_have_no_count() {
	ExtBuilder::default().build_and_execute(|| {
		let beliefs = [Belief::Lie(1), Belief::Uncounted, Belief::Uncounted];
		let (_, drawn) = story(&Run::on(DATA), beliefs);
		assert_eq!(summary().outcome, Outcome::Withheld);
		assert_eq!(slashed(), vec![drawn[0]]);
		let paid = vec![account(drawn[1]), account(drawn[2])];
		assert_eq!(findings(), vec![EncodedFinding::Rejected { paid }]);
	});
}

#[test]
fn one_that_was_not_served_the_weights_changes_nothing() {
	for (claim, outcome, losers, earned) in [
		(CORRECT, Outcome::Verified { correct: CORRECT }, vec![], 0),
		(CORRECT + 1, Outcome::Refuted, vec![1], PAY),
	] {
		ExtBuilder::default().build_and_execute(|| {
			let mut run = Run::on(DATA);
			run.correct = claim;
			let (_, drawn) = story(&run, [Belief::Uncounted, Belief::Honest, Belief::Honest]);
			assert_eq!(summary().outcome, outcome);
			assert_eq!(slashed(), losers);
			assert_eq!((member(drawn[0]).bond, member(drawn[0]).earned), (BOND, earned));
		});
	}
}

#[test]
fn an_executor_that_lies_to_one_verifier_only_is_slashed() {
	for belief in [Belief::Honest, Belief::Uncounted] {
		ExtBuilder::default().build_and_execute(|| {
			// Right work, but a false interior digest for the first verifier, to have it slashed as a lone liar.
			let run = Run::on(DATA);
			let job = committed(&run);
			replay_round(job, &run, |_| belief);
			let mut content = run.opening(job);
			content.interior[0] = H256::zero();
			deliver(open(1, job, 0, 0, content));
			let n = active(job)[0];
			deliver(reveal(n, job, 0, 0, verdict(job, n, &run, belief)));
			next_block();
			round(job, &run, |_| Belief::Honest);
			assert_eq!(summary().outcome, Outcome::Refuted);
			assert_eq!(slashed(), vec![1]);
			assert_eq!(member(n).bond, BOND);
		});
	}
}

#[test]
fn serving_one_of_two_verifiers_is_no_way_out() {
	use Belief::{Honest, Lie, Unavailable, Uncounted};
	for beliefs in [[Unavailable, Honest, Lie(1)], [Uncounted, Lie(2), Lie(1)], [Lie(1), Lie(2), Unavailable]]
	{
		ExtBuilder::default().build_and_execute(|| {
			let (_, drawn) = story(&Run::on(DATA), beliefs);
			assert_eq!(summary().outcome, Outcome::Undecided, "{beliefs:?}");
			assert!(slashed().is_empty());
			assert_eq!(member(1).bond, BOND - 1_001, "{beliefs:?}");
			assert!(drawn.into_iter().all(|n| member(n).bond == BOND && member(n).earned == PAY));
		});
	}
}

/// The executor opens for the first verifier, which objects, and keeps silent when two more have replayed.
fn silence(run: &Run, first: Belief, others: Belief) -> Vec<u8> {
	let job = committed(run);
	round(job, run, |_| first);
	wait_replaying(job);
	let drawn = verifiers(job);
	replay_round(job, run, |_| others);
	// Whoever has no count waits for half of the time.
	for _ in 0..REVEAL / 2 {
		next_block();
	}
	for n in &drawn[1..] {
		deliver(reveal(*n, job, 0, 1, verdict(job, *n, run, others)));
	}
	miss_deadline(job);
	drawn
}

#[test]
fn silence_saves_nothing_of_who_is_refuted_already() {
	use Belief::{Honest, Unavailable, Uncounted};
	for (first, others, found) in
		[(Honest, Honest, 3), (Honest, Uncounted, 3), (Uncounted, Uncounted, 3), (Unavailable, Honest, 2)]
	{
		ExtBuilder::default().build_and_execute(|| {
			let drawn = silence(&Run::on(8), first, others);
			assert_eq!(summary().outcome, Outcome::Refuted, "{first:?}, {others:?}");
			assert_eq!((slashed(), member(1).bond), (vec![1], BOND / 2));
			assert_eq!(drawn.into_iter().filter(|n| member(*n).earned == PAY).count(), found);
		});
	}
}

#[test]
fn silence_is_no_lie_of_who_was_contradicted_by_a_liar() {
	use Belief::{Count, Honest, Lie, Unavailable, Uncounted};
	for (first, others) in [(Lie(1), Honest), (Count(1), Honest), (Unavailable, Honest), (Lie(1), Uncounted)]
	{
		ExtBuilder::default().build_and_execute(|| {
			silence(&Run::on(DATA), first, others);
			assert_eq!(summary().outcome, Outcome::Withheld, "{first:?}");
			assert!(slashed().is_empty());
			assert_eq!(member(1).bond, BOND - 1_001);
		});
	}
}

#[test]
fn a_copied_end_without_the_steps_does_not_count_as_a_replay() {
	let honest = |who: u8, root: u8, agrees: bool| Seat {
		who,
		round: 0,
		commitment: Some(H256::zero()),
		verdict: Some(VerdictDigest::Replayed {
			ends: H256::zero(),
			step_root: H256::repeat_byte(root),
			interior: H256::repeat_byte(root),
			correct: Some(5),
		}),
		agrees: Some(agrees),
	};
	let judgement = judge(&[honest(2, 9, false), honest(3, 1, true), honest(4, 1, true)]);
	let ruling = Ruling::Confirmed { majority: vec![3, 4], correct: 5 };
	assert_eq!(judgement, Judgement { ruling, liar: Some(2) });
	let judgement = judge(&[honest(2, 1, false), honest(3, 2, true), honest(4, 3, true)]);
	assert_eq!(judgement, Judgement { ruling: Ruling::Split, liar: None });
	assert_eq!(judge::<u8>(&[]), Judgement { ruling: Ruling::Split, liar: None });
}

#[test]
fn pay_is_covered_in_order_and_in_full_or_not() {
	assert_eq!(uncovered(300, 100, &[1, 2, 3]), Vec::<u8>::new());
	assert_eq!(uncovered(299, 100, &[1, 2, 3]), vec![3]);
	assert_eq!(uncovered(150, 100, &[1, 2, 3]), vec![2, 3]);
	assert_eq!(uncovered(0, 100, &[1, 2]), vec![1, 2]);
	assert_eq!(uncovered(0, 0, &[1, 2]), Vec::<u8>::new());
}
