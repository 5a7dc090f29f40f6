//! Our hooks do not look at users one by one. Proofs are compared, not times: a test must not depend on the machine.

use engram_hooks::measure::{measure, Line, STEPS};

/// A trie grows deeper by a level each time there is sixteen times as much in it.
const DEEPER: f64 = 1.5;

/// A list at its bound is most of what is read.
const LISTED: f64 = 5.0;
/// What looks at each of a list, and of whom it is: one bounded value, which is charged for at its bound.
const LISTS: [(&str, &str); 2] = [("a draw", "workers"), ("a draw of reviewers", "reviewers")];

fn measured() -> Vec<(&'static str, Vec<Line>)> {
	measure(1).unwrap().into_iter().map(|(hook, lines)| (hook.name, lines)).collect()
}

#[test]
fn hooks_read_as_much_on_a_full_chain_as_on_an_empty_one_but_draws_read_their_list() {
	for (hook, lines) in measured() {
		for line in lines {
			let (population, ratio) = (line.population, line.proof_ratio());
			assert_eq!(line.points.len(), STEPS as usize + 1);
			assert_eq!(line.points[0].count, 0);
			if LISTS.contains(&(hook, population)) {
				// The control: what looks at each of them is seen to do so.
				assert!(ratio > LISTED, "{hook}, {population}: {ratio}");
			} else {
				assert!(ratio < DEEPER, "{hook}, {population}: {ratio}");
			}
		}
	}
}
