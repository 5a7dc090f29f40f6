//! Properties: range, the weight that holds the point, segments apart.

use super::*;
use crate::reference::{amount, cases, money};
use proptest::prelude::*;

fn seed() -> impl Strategy<Value = H256> {
	any::<[u8; 32]>().prop_map(H256::from)
}

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn numbers_lie_below_their_bound(seed in seed(), bounds in prop::collection::vec(amount(), 1..10)) {
		let mut stream = Stream::new(seed);
		for bound in bounds {
			match stream.below(bound) {
				Ok(number) => prop_assert!(number < bound),
				Err(error) => prop_assert_eq!((error, bound), (MathError::DivisionByZero, 0)),
			}
		}
	}

	/// Laid end to end, each weight is drawn by as many points as it is long.
	#[test]
	fn a_weighted_draw_is_the_weight_that_holds_its_point(
		seed in seed(),
		weights in prop::collection::vec(prop_oneof![1 => Just(0), 3 => money()], 0..10),
	) {
		let total: u128 = weights.iter().sum();
		let Some(drawn) = weighted(seed, weights.iter().copied()).unwrap() else {
			prop_assert_eq!(total, 0);
			return Ok(());
		};
		let point = Stream::new(seed).below(total).unwrap();
		let before: u128 = weights[..drawn].iter().sum();
		prop_assert!(before <= point && point < before + weights[drawn]);
	}

	#[test]
	fn opened_segments_are_as_many_as_asked_for_and_apart(seed in seed(), all in 2u32..200, count in 1u32..100) {
		let count = count.min(all / 2);
		let opened = segments(seed, all, count).unwrap();
		prop_assert_eq!(u32::try_from(opened.len()), Ok(count));
		prop_assert!(opened.iter().all(|segment| *segment < all));
		for (segment, next) in opened.iter().zip(opened.iter().skip(1)) {
			prop_assert!(segment + 2 <= *next, "{:?}", opened);
		}
		// Around the circle, where there is more than one.
		prop_assert!(count == 1 || opened[0] + all >= opened[opened.len() - 1] + 2, "{:?}", opened);
	}
}
