//! The closed form lands beside the result, and the search finds it from anywhere.

use super::*;
use crate::{
	curve::invariants::curve,
	reference::{amount, cases},
};
use core::cell::Cell;
use proptest::prelude::*;

proptest! {
	#![proptest_config(cases())]

	#[test]
	fn the_closed_form_is_off_by_at_most_one(curve in curve(), supply in amount(), pay in amount()) {
		let supply = supply % curve.parameters().max_supply;
		let left = curve.parameters().max_supply - supply;
		let guess = closed_form(&curve.0, supply, &curve.point(supply).unwrap(), unit(&curve.0).unwrap(), pay).unwrap().min(left);
		prop_assert!(curve.buy_amount_floor(supply, pay).unwrap().abs_diff(guess) <= 1);
	}

	#[test]
	fn the_search_finds_the_largest_from_any_guess(limit in amount(), result in amount(), guess in amount()) {
		let result = result.min(limit);
		let tries = Cell::new(0u32);
		let fits = |number| {
			tries.set(tries.get() + 1);
			Ok(number <= result)
		};
		prop_assert_eq!(largest(limit, guess, fits), Ok(result));
		prop_assert!(tries.get() <= 132);
		for near in [result.saturating_sub(1), result, result.saturating_add(1).min(limit)] {
			tries.set(0);
			prop_assert_eq!(largest(limit, near, fits), Ok(result));
			prop_assert!(tries.get() <= 3);
		}
	}
}

#[test]
fn a_search_ends_at_the_first_error() {
	assert_eq!(largest(9, 3, |_| Err(MathError::Overflow)), Err(MathError::Overflow));
	assert_eq!(largest(0, 3, |_| Err(MathError::Overflow)), Ok(0));
}
