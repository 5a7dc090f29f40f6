//! How much a payment buys: the antiderivative is inverted in closed form, then the neighbours of the result are tried with
//! the very function that the buyer is charged by, so that rounding cannot decide.

use super::{
	integral::{unit, Point},
	price::EXPONENT_UNITS,
	Curve, Parameters, Shape, WHOLE,
};
use crate::{
	fixed::series::{self, SERIES_BITS},
	wide, MathError,
};
use core::ops::Shl;
use sp_core::U512;

/// The largest amount whose cost at a supply is at most `pay`, and at most what is left.
pub(super) fn amount_floor(curve: &Curve, supply: u128, start: &Point, pay: u128) -> Result<u128, MathError> {
	let unit = unit(&curve.0)?;
	let left = curve.0.max_supply.checked_sub(supply).ok_or(MathError::OutOfDomain)?;
	let guess = closed_form(&curve.0, supply, start, unit, pay)?.min(left);
	largest(left, guess, |amount| {
		let after = supply.checked_add(amount).ok_or(MathError::OutOfDomain)?;
		Ok(start.to_ceil(&curve.point(after)?, unit)? <= pay)
	})
}

/// The neighbours of the closed form, between which [`amount_floor`] lies.
pub(super) fn amount_between(
	curve: &Curve,
	supply: u128,
	start: &Point,
	pay: u128,
) -> Result<(u128, u128), MathError> {
	let left = curve.0.max_supply.checked_sub(supply).ok_or(MathError::OutOfDomain)?;
	let guess = closed_form(&curve.0, supply, start, unit(&curve.0)?, pay)?;
	Ok((guess.saturating_sub(1).min(left), guess.saturating_add(1).min(left)))
}

/// The largest number up to `limit` that fits, where zero fits and nothing fits above a number that does not. A guess that
/// is off by at most one needs three tries, any other guess no more than the number's bits in addition.
fn largest(
	limit: u128,
	guess: u128,
	fits: impl Fn(u128) -> Result<bool, MathError>,
) -> Result<u128, MathError> {
	let (mut low, mut high) = (0u128, limit);
	let narrow = |low: &mut u128, high: &mut u128, number: u128| -> Result<(), MathError> {
		if fits(number)? {
			*low = number;
		} else {
			*high = number.saturating_sub(1);
		}
		Ok(())
	};
	let near = [guess, guess.saturating_add(1), guess.saturating_add(2), guess.saturating_sub(1)];
	for number in near {
		if low < number && number <= high {
			narrow(&mut low, &mut high, number)?;
		}
	}
	while low < high {
		// The upper middle: the lower one would be `low` itself in the end.
		let half = high.abs_diff(low).checked_div(2).ok_or(MathError::DivisionByZero)?;
		let middle = high.saturating_sub(half);
		narrow(&mut low, &mut high, middle)?;
	}
	Ok(low)
}

/// The amount that `pay` buys, from the inverse of the antiderivative; off by at most one.
///
/// The price is at least `10^-18`, so an error of `2^-79` base units of money moves the amount by less than one.
fn closed_form(
	parameters: &Parameters,
	supply: u128,
	start: &Point,
	unit: U512,
	pay: u128,
) -> Result<u128, MathError> {
	let Parameters { shape, price, angle, .. } = *parameters;
	let paid = wide::product([pay.into(), unit])?;
	match shape {
		// a d^2 + 2 b d <= c, b = 10^12 P0 + a s.
		Shape::Linear => {
			let straight = wide::product([price.into(), WHOLE.into()])?;
			let half = wide::sum(straight, wide::product([angle.into(), supply.into()])?)?;
			if angle == 0 {
				return Ok(at_most(wide::quotient_floor(paid, wide::product([half, 2u64.into()])?)?));
			}
			let root =
				wide::sum(wide::product([half, half])?, wide::product([angle.into(), paid])?)?.integer_sqrt();
			Ok(at_most(wide::quotient_floor(root.saturating_sub(half), angle.into())?))
		},
		// s = ln(F a / P0) / a.
		Shape::Exponential => {
			let scale = wide::product([price.into(), WHOLE.into()])?;
			let power = wide::quotient_floor(wide::sum(start.value(), paid)?, scale)?;
			let (digits, mantissa) = series::ln_parts(power)?;
			let doublings = digits.checked_sub(SERIES_BITS).ok_or(MathError::OutOfDomain)?;
			let exponent = wide::sum(series::ln_of_power(doublings)?, mantissa.into())?;
			Ok(tokens(exponent, angle)?.saturating_sub(supply))
		},
		// s - s0 = ln(e^t - 1) / a = (t + ln(1 - e^(-t))) / a, t = F a / P0.
		Shape::Sigmoid { midpoint } => {
			let scale = wide::product([price.into(), EXPONENT_UNITS.into()])?;
			let soft = wide::quotient_floor(wide::sum(start.value(), paid)?, scale)?;
			let rest = series::ONE.checked_sub(series::exp_neg_whole(soft)?).ok_or(MathError::OutOfDomain)?;
			let (digits, mantissa) = series::ln_parts(rest.max(U512::one()))?;
			let halvings = SERIES_BITS.checked_sub(digits).ok_or(MathError::OutOfDomain)?;
			// -ln(1 - e^(-t)).
			let taken = series::ln_of_power(halvings)?.saturating_sub(mantissa.into());
			let after = match soft.checked_sub(taken) {
				Some(right) => midpoint.saturating_add(tokens(right, angle)?),
				None => midpoint.saturating_sub(tokens(taken.saturating_sub(soft), angle)?),
			};
			Ok(after.saturating_sub(supply))
		},
	}
}

/// `x / a` in base units of tokens, rounded down; the largest number where it is larger.
fn tokens(exponent: U512, angle: u64) -> Result<u128, MathError> {
	let product = wide::product([exponent, EXPONENT_UNITS.into()])?;
	Ok(at_most(wide::quotient_floor(product, U512::from(angle).shl(SERIES_BITS))?))
}

fn at_most(number: U512) -> u128 {
	wide::amount_at_most(number, u128::MAX)
}

#[cfg(test)]
mod tests;
