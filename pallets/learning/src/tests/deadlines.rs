use super::*;

fn missed() -> Vec<(u8, u32)> {
	let missed = events().into_iter().filter_map(|event| match event {
		Event::DeadlineMissed { worker, round, .. } => Some((number(&worker), round)),
		_ => None,
	});
	missed.collect()
}

#[test]
fn a_verifier_that_does_not_commit_is_replaced() {
	ExtBuilder::default().build_and_execute(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		wait_replaying(job);
		let first = verifiers(job)[0];
		miss_deadline(job);
		assert_eq!(missed(), vec![(first, 0)]);
		assert_eq!(member(first).reputation, -11);
		assert_eq!(member(first).free, 2);
		assert!(Learning::checks_of(account(first)).is_empty());
		assert!(matches!(record(job).phase, Phase::Drawing { .. }));
		let segments = record(job).segments;
		round(job, &run, |_| Belief::Honest);
		assert_eq!(summary().segments, segments);
		let second = number(&summary().verdicts[0].verifier);
		assert!(second != first && second != 1);
		let paid = vec![account(second)];
		assert_eq!(findings(), vec![EncodedFinding::Verified { correct: CORRECT, paid }]);
		assert_eq!(member(first).earned, 0);
	});
}

#[test]
fn a_verifier_that_does_not_reveal_is_replaced_with_new_interior_steps() {
	ExtBuilder::default().build_and_execute(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		replay_round(job, &run, |_| Belief::Honest);
		let first = verifiers(job)[0];
		let steps = record(job).interior.clone();
		deliver(open(1, job, 0, 0, run.opening(job)));
		miss_deadline(job);
		assert_eq!(missed(), vec![(first, 0)]);
		assert_eq!(record(job).round, 1);
		assert_eq!(record(job).stage, Stage::Single);
		let late = open(1, job, 0, 0, run.opening(job));
		assert_refused(late, InvalidTransaction::Stale, Error::RoundOver);
		assert!(record(job).opening.is_none() && record(job).interior.is_empty());
		replay_round(job, &run, |_| Belief::Honest);
		assert_ne!(record(job).interior, steps);
		// What was opened for round 0 is not asked for again.
		let signature = signed(1, id(job, 0, 0, WorkKind::Open), &run.opening(job));
		let content = run.opening(job);
		let call = Call::open { worker: account(1), job, attempt: 0, round: 1, content, signature };
		assert_eq!(authorize(&call), Err(InvalidTransaction::BadProof));
		reveal_round(job, &run, |_| Belief::Honest);
		assert_eq!(summary().outcome, Outcome::Verified { correct: CORRECT });
	});
}

#[test]
fn a_panel_keeps_what_the_others_have_done() {
	ExtBuilder::default().build_and_execute(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		round(job, &run, |_| Belief::Lie(1));
		let liar = verifiers(job)[0];
		wait_replaying(job);
		let (keen, idle) = (verifiers(job)[1], verifiers(job)[2]);
		let content = verdict_commitment(job, keen, &run, Belief::Honest);
		deliver(commit_verdict(keen, job, 0, 1, content));
		miss_deadline(job);
		assert_eq!(missed(), vec![(idle, 1)]);
		wait_replaying(job);
		let substitute = verifiers(job)[2];
		assert_eq!(verifiers(job), vec![liar, keen, substitute]);
		assert!(![1, liar, keen, idle].contains(&substitute));
		let content = verdict_commitment(job, substitute, &run, Belief::Honest);
		deliver(commit_verdict(substitute, job, 0, 1, content));
		wait_revealing(job);
		// The first of the two reveals, its mate does not: round 2 asks only for the mate's replacement.
		deliver(open(1, job, 0, 1, run.opening(job)));
		deliver(reveal(keen, job, 0, 1, verdict(job, keen, &run, Belief::Honest)));
		miss_deadline(job);
		assert_eq!(record(job).round, 2);
		assert_eq!(record(job).seats[1].agrees, Some(true));
		// Of five workers one executes, two have a verdict and two have missed: nobody is left until one comes.
		Members::insert(account(6), Member { key: pair(6).public(), free: 2, ..member(1) });
		round(job, &run, |_| Belief::Honest);
		assert_eq!(summary().outcome, Outcome::Verified { correct: CORRECT });
		assert_eq!(slashed(), vec![liar]);
		let paid = vec![account(keen), account(6)];
		assert_eq!(findings(), vec![EncodedFinding::Verified { correct: CORRECT, paid }]);
	});
}

#[test]
fn an_executor_that_withholds_its_opening_loses_the_attempt() {
	ExtBuilder::default().build_and_execute(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		replay_round(job, &run, |_| Belief::Honest);
		let n = verifiers(job)[0];
		deliver(reveal(n, job, 0, 0, verdict(job, n, &run, Belief::Honest)));
		miss_deadline(job);
		assert_eq!(missed(), vec![(1, 0)]);
		// A quarter of the fee, as one of four opened segments, rounded up.
		assert_eq!((member(1).bond, member(1).reputation), (BOND - 1_001, -12));
		assert_eq!(summary().outcome, Outcome::Withheld);
		assert_eq!(summary().verdicts[0].agrees, None);
		assert_eq!(findings(), vec![EncodedFinding::Rejected { paid: vec![account(n)] }]);
		assert_eq!(member(n).earned, PAY);
		assert_eq!(Judges::get(), Some(vec![account(n)]));
	});
}

#[test]
fn a_verifier_is_not_blamed_when_the_executor_withholds() {
	ExtBuilder::default().build_and_execute(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		replay_round(job, &run, |_| Belief::Honest);
		let n = verifiers(job)[0];
		miss_deadline(job);
		assert_eq!(missed(), vec![(1, 0)]);
		assert_eq!(member(n).reputation, 0);
		assert_eq!(member(n).free, 2);
		assert_eq!(findings(), vec![EncodedFinding::Rejected { paid: vec![] }]);
	});
}

#[test]
fn replacements_are_bounded() {
	ExtBuilder::default().workers(8).build_and_execute(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		for absent in 1..=MaxReplacements::get() {
			wait_replaying(job);
			miss_deadline(job);
			assert_eq!(record(job).missed.len() as u32, absent);
		}
		wait_replaying(job);
		let last = verifiers(job)[0];
		miss_deadline(job);
		assert!(Checks::<Test>::get(job).is_none());
		assert_eq!(member(last).reputation, -11);
		let different: std::collections::BTreeSet<_> = missed().into_iter().collect();
		assert_eq!(different.len(), 4);
		assert_eq!(summary().outcome, Outcome::Undecided);
		assert_eq!(findings(), vec![EncodedFinding::Undecided { paid: vec![] }]);
	});
}

#[test]
fn an_undecided_panel_pays_who_revealed() {
	ExtBuilder::default().workers(8).build_and_execute(|| {
		let run = Run::on(DATA);
		let job = committed(&run);
		round(job, &run, |_| Belief::Lie(1));
		let first = verifiers(job)[0];
		for _ in 0..2 {
			// Both idle: two replacements at once; the second time there is only one left.
			wait_replaying(job);
			miss_deadline(job);
		}
		assert_eq!(summary().outcome, Outcome::Undecided);
		assert_eq!(findings(), vec![EncodedFinding::Undecided { paid: vec![account(first)] }]);
		assert!(summary().slashed.is_empty());
	});
}
