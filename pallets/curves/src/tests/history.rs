//! Past prices.

use crate::{History, Sample, MAX_SAMPLES, SLOTS};
use proptest::prelude::*;

#[test]
fn a_slot_keeps_its_last_price() {
	let mut history = History::new(5, 240);
	assert_eq!((history.slot_length, history.window()), (10, 240));
	for (now, price) in [(3, 6), (9, 7), (10, 8), (19, 9)] {
		history.record(now, price).unwrap();
	}
	assert_eq!(&history.samples[..], [Sample { slot: 0, price: 7 }, Sample { slot: 1, price: 9 }]);
}

#[test]
fn the_price_a_window_ago_is_that_of_the_launch_at_first() {
	let mut history = History::new(5, 240);
	history.record(0, 6).unwrap();
	history.record(100, 7).unwrap();
	assert_eq!((history.before(0), history.before(239)), (5, 5));
	assert_eq!((history.before(240), history.before(339)), (6, 6));
	// A slot without trades has the price of the one before it.
	assert_eq!((history.before(340), history.before(u32::MAX)), (7, 7));
}

#[test]
fn windows_are_rounded_up_to_slots() {
	assert_eq!((History::new(1, 1).window(), History::new(1, 25).window()), (24, 48));
	assert_eq!(History::new(1, u32::MAX).slot_length, u32::MAX.div_ceil(SLOTS));
}

proptest! {
	#![proptest_config(super::cases::cases())]

	/// The same prices as of a history that forgets nothing, in no more than its bound.
	#[test]
	fn forgets_nothing_that_is_asked_for(
		window in 1u32..200,
		steps in prop::collection::vec((0u32..60, 1u128..1_000), 1..200),
	) {
		let mut history = History::new(1_000_000, window);
		let (mut now, mut all) = (0, vec![]);
		for (wait, price) in steps {
			now += wait;
			let slot = now / history.slot_length;
			let expected = all.iter().rev().find(|(old, _)| old + SLOTS <= slot).map_or(1_000_000, |(_, price)| *price);
			prop_assert_eq!(history.before(now), expected);
			history.record(now, price).unwrap();
			prop_assert_eq!(history.before(now), expected);
			all.push((slot, price));
			prop_assert!(history.samples.len() <= MAX_SAMPLES as usize);
		}
	}
}
