//! How many cases property tests try: one number for all of them.
//!
//! It is 1,000, or what `ENGRAM_FUZZ_CASES` says; `make fuzz` sets it. A property of a formula tries all of them. One whose case
//! is a long run of operations on a chain tries a part of them, so that everything takes seconds in `make test`, and what is
//! asked of all grows alike.

#![deny(missing_docs)]

use proptest::test_runner::Config;

/// What is tried where nobody asks for more.
const CASES: u32 = 1_000;
/// The variable that asks for more, or for less.
const VARIABLE: &str = "ENGRAM_FUZZ_CASES";
/// Inputs that do not fit, per case, before a property is given up: proptest's own bounds, for the inputs of a property and for
/// each strategy's, are numbers that many cases reach.
const REJECTS: u32 = 16;

/// All cases.
pub fn cases() -> Config {
	with(all())
}

/// So many of a thousand cases, at least one.
pub fn cases_of_thousand(part: u32) -> Config {
	with(part_of(all(), part))
}

fn all() -> u32 {
	asked(std::env::var(VARIABLE).ok().as_deref())
}

/// Panics where the variable is no number: a fuzz run that silently tries less would prove less.
fn asked(text: Option<&str>) -> u32 {
	let Some(text) = text else { return CASES };
	match text.parse() {
		Ok(cases) if cases > 0 => cases,
		_ => panic!("{VARIABLE} is {text:?}; give a number of cases above zero"),
	}
}

fn part_of(all: u32, part: u32) -> u32 {
	let cases = u64::from(all) * u64::from(part) / 1_000;
	u32::try_from(cases).unwrap_or(u32::MAX).max(1)
}

fn with(cases: u32) -> Config {
	let config = Config::default();
	let rejects = cases.saturating_mul(REJECTS);
	Config {
		cases,
		max_global_rejects: rejects.max(config.max_global_rejects),
		max_local_rejects: rejects.max(config.max_local_rejects),
		..config
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_variable_decides() {
		assert_eq!(asked(None), 1_000);
		assert_eq!(asked(Some("100000")), 100_000);
		assert_eq!(part_of(1_000, 96), 96);
		assert_eq!(part_of(100_000, 96), 9_600);
		assert_eq!(part_of(1, 96), 1);
		assert_eq!(part_of(u32::MAX, 2_000), u32::MAX);
	}

	#[test]
	fn what_is_no_number_is_refused() {
		for text in ["", "many", "0", "-1", "1e6"] {
			assert!(std::panic::catch_unwind(|| asked(Some(text))).is_err(), "{text}");
		}
	}

	#[test]
	fn more_cases_may_reject_more() {
		let (many, one, usual) = (with(1_000_000), with(1), Config::default());
		assert_eq!([many.max_global_rejects, many.max_local_rejects], [16_000_000; 2]);
		assert_eq!(one.max_global_rejects, usual.max_global_rejects);
		assert_eq!(one.max_local_rejects, usual.max_local_rejects);
	}
}
