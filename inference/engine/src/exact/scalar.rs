//! Single numbers of the exact profile. Division, exponential and logarithm are fixed sequences of
//! add, multiply, compare and integer operations, so that a graphics kernel and the runtime can
//! hold the same ones.

/// Bits of `2^-100`, below which a magnitude is +0.
pub const FLOOR: u32 = (127 - 100) << 23;
/// The one NaN.
pub const NAN: u32 = 0x7fc0_0000;

const SIGN: u32 = 1 << 31;
const INFINITY: u32 = 0x7f80_0000;
const MANTISSA: u32 = 0x007f_ffff;
const HIDDEN: u32 = 1 << 23;

/// `ln 2` in two parts; the first has ten significant bits, so a product with a small integer is
/// exact.
#[allow(clippy::excessive_precision, reason = "written out, it is exact")]
pub(crate) const LN2_HIGH: f32 = 0.693_359_375;
pub(crate) const LN2_LOW: f32 = -2.121_944_4e-4;
/// Adding this rounds to an integer, which then stands in the low bits.
pub(crate) const ROUNDER: f32 = 12_582_912.0;
/// Above this `exp` is infinite, below that it is 0.
pub(crate) const EXP_RANGE: [f32; 2] = [88.722_83, -80.0];
/// Coefficients of `exp`, highest power first.
pub(crate) const EXP_SERIES: [f32; 6] = [1.0 / 5_040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5];
/// Coefficients of `log`, highest power first.
const LOG_SERIES: [f32; 4] = [2.0 / 9.0, 2.0 / 7.0, 2.0 / 5.0, 2.0 / 3.0];

/// Magnitudes below `2^-100` become +0.
#[inline(always)]
pub fn flush(x: f32) -> f32 {
	let bits = x.to_bits();
	// A mask instead of a branch, so that loops over this become vector code.
	let keep = u32::from(bits & !SIGN >= FLOOR).wrapping_neg();
	f32::from_bits(bits & keep)
}

/// [`flush`], and every NaN becomes the one NaN: the last thing each operator does.
#[inline(always)]
pub fn canonical(x: f32) -> f32 {
	if is_nan(x) {
		f32::from_bits(NAN)
	} else {
		flush(x)
	}
}

/// Whether the bits are those of a NaN.
#[inline(always)]
pub fn is_nan(x: f32) -> bool {
	x.to_bits() & !SIGN > INFINITY
}

/// `a + b`.
#[inline(always)]
pub fn add(a: f32, b: f32) -> f32 {
	flush(a + b)
}

/// `a - b`.
#[inline(always)]
pub fn sub(a: f32, b: f32) -> f32 {
	flush(a - b)
}

/// `a * b`.
#[inline(always)]
pub fn mul(a: f32, b: f32) -> f32 {
	flush(a * b)
}

/// Negative numbers become 0; NaN stays.
#[inline(always)]
pub fn relu(x: f32) -> f32 {
	let bits = x.to_bits();
	if bits & SIGN != 0 && !is_nan(x) {
		0.0
	} else {
		x
	}
}

/// An integer that orders as the number does, NaN above infinity.
#[inline]
pub fn order(x: f32) -> u32 {
	let bits = x.to_bits();
	if bits & SIGN != 0 {
		!bits
	} else {
		bits | SIGN
	}
}

/// The larger number; NaN if either is.
#[inline]
pub fn max(a: f32, b: f32) -> f32 {
	if order(b) > order(a) {
		b
	} else {
		a
	}
}

/// `a / b`, rounded to nearest even. A CPU divides so by IEEE 754; [`long_division`] is the same for
/// devices that promise less.
#[inline]
pub fn div(a: f32, b: f32) -> f32 {
	canonical(canonical(a) / canonical(b))
}

/// [`div`] in integers: long division of the mantissas.
pub fn long_division(a: f32, b: f32) -> f32 {
	let (a, b) = (canonical(a), canonical(b));
	let (x, y) = (a.to_bits(), b.to_bits());
	let sign = (x ^ y) & SIGN;
	let (x, y) = (x & !SIGN, y & !SIGN);
	if x > INFINITY || y > INFINITY || (x == y && (x == 0 || x == INFINITY)) {
		return f32::from_bits(NAN);
	}
	if x == INFINITY || y == 0 {
		return f32::from_bits(sign | INFINITY);
	}
	if x == 0 || y == INFINITY {
		return 0.0;
	}
	let mut exponent = (x >> 23) as i32 - (y >> 23) as i32 + 127;
	let (mut rest, divisor) = (x & MANTISSA | HIDDEN, y & MANTISSA | HIDDEN);
	if rest < divisor {
		rest <<= 1;
		exponent -= 1;
	}
	// 24 bits of quotient and one to round by; the remainder is always below twice the divisor.
	let mut quotient = 0u32;
	for _ in 0..25 {
		quotient <<= 1;
		if rest >= divisor {
			rest -= divisor;
			quotient |= 1;
		}
		rest <<= 1;
	}
	let up = quotient & 1 == 1 && (rest != 0 || quotient & 2 == 2);
	let mut mantissa = (quotient >> 1) + u32::from(up);
	if mantissa == HIDDEN << 1 {
		mantissa = HIDDEN;
		exponent += 1;
	}
	if exponent >= 255 {
		return f32::from_bits(sign | INFINITY);
	}
	if exponent <= 0 {
		return 0.0;
	}
	flush(f32::from_bits(sign | (exponent as u32) << 23 | mantissa & MANTISSA))
}

/// `e^x`, within 2 units in the last place.
///
/// `x = k ln 2 + r` with `|r| <= ln 2 / 2`, then the Taylor polynomial of degree 7, whose
/// truncation is below a tenth of a unit.
pub fn exp(x: f32) -> f32 {
	let x = canonical(x);
	if is_nan(x) {
		return x;
	}
	if x > EXP_RANGE[0] {
		return f32::INFINITY;
	}
	if x < EXP_RANGE[1] {
		return 0.0;
	}
	let rounded = add(mul(x, core::f32::consts::LOG2_E), ROUNDER);
	let k = rounded.to_bits() as i32 - ROUNDER.to_bits() as i32;
	let whole = sub(rounded, ROUNDER);
	let r = sub(sub(x, mul(whole, LN2_HIGH)), mul(whole, LN2_LOW));
	// The first round gives the first coefficient.
	let p = EXP_SERIES.iter().fold(0.0, |p, coefficient| add(mul(p, r), *coefficient));
	let p = add(add(mul(mul(r, r), p), r), 1.0);
	let bits = (p.to_bits() as i32).wrapping_add(k << 23) as u32;
	flush(f32::from_bits(bits.min(INFINITY)))
}

/// `ln x`, within 2 units in the last place.
///
/// `x = 2^k m` with `m` in `[sqrt(1/2), sqrt 2)`, `f = m - 1`, `s = f / (2 + f)`; then `ln(1 + f) =
/// 2 atanh(s)` as a series in `s`, arranged so that the leading `f` stays exact.
pub fn log(x: f32) -> f32 {
	const ROOT_HALF: u32 = 0x3f35_04f3;
	let x = canonical(x);
	let bits = x.to_bits();
	if is_nan(x) {
		return x;
	}
	if bits == 0 {
		return f32::NEG_INFINITY;
	}
	if bits & SIGN != 0 {
		return f32::from_bits(NAN);
	}
	if bits == INFINITY {
		return x;
	}
	let shifted = bits + (0x3f80_0000 - ROOT_HALF);
	let k = ((shifted >> 23) as i32 - 127) as f32;
	let f = sub(f32::from_bits((shifted & MANTISSA) + ROOT_HALF), 1.0);
	let s = div(f, add(2.0, f));
	let z = mul(s, s);
	let series = mul(LOG_SERIES.iter().fold(0.0, |sum, coefficient| add(mul(sum, z), *coefficient)), z);
	let half = mul(mul(f, f), 0.5);
	let low = add(mul(s, add(half, series)), mul(k, LN2_LOW));
	sub(mul(k, LN2_HIGH), sub(sub(half, low), f))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::generator::{Purpose, Stream};

	fn samples(n: usize) -> impl Iterator<Item = f32> {
		let mut stream = Stream::new(Purpose::Weights, &[11; 32], 0);
		(0..n).map(move |_| f32::from_bits(stream.word()))
	}

	/// Distance from the true value, in units in the last place of it.
	fn ulps(got: f32, want: f64) -> f64 {
		let near = want as f32;
		let unit = f64::from(f32::from_bits(near.abs().to_bits() + 1)) - f64::from(near.abs());
		(f64::from(got) - want).abs() / unit
	}

	#[test]
	fn tiny_numbers_are_zero_and_nan_is_one_value() {
		let floor = f32::from_bits(FLOOR);
		assert_eq!(floor, 2f32.powi(-100));
		let below = f32::from_bits(FLOOR - 1);
		for x in [below, -below, -0.0, 1e-45, -1e-45] {
			assert_eq!(flush(x).to_bits(), 0, "{x:e}");
		}
		for x in [floor, -floor, 1.0, f32::INFINITY, f32::NEG_INFINITY] {
			assert_eq!(flush(x).to_bits(), x.to_bits());
		}
		assert_eq!(canonical(f32::from_bits(0xff80_0001)).to_bits(), NAN);
		assert_eq!(canonical(f32::from_bits(0x7fff_ffff)).to_bits(), NAN);
		assert_eq!(relu(f32::NEG_INFINITY), 0.0);
		assert_eq!(relu(f32::from_bits(NAN)).to_bits(), NAN);
		assert_eq!(max(-1.0, f32::from_bits(NAN)).to_bits(), NAN);
		assert_eq!(max(f32::INFINITY, f32::from_bits(NAN)).to_bits(), NAN);
		assert_eq!(max(-2.0, -1.0), -1.0);
		assert_eq!(max(-1.0, 0.0), 0.0);
	}

	#[test]
	fn division_is_the_same_in_integers() {
		let special =
			[0.0, 1.0, -1.0, 3.0, 2f32.powi(-100), 2f32.powi(127), f32::MAX, f32::INFINITY, f32::NAN];
		let values: Vec<f32> = samples(1_000).chain(special).collect();
		let mut compared = 0;
		for a in &values {
			for b in &values {
				assert_eq!(div(*a, *b).to_bits(), long_division(*a, *b).to_bits(), "{a:e} / {b:e}");
				compared += 1;
			}
		}
		assert!(compared > 1_000_000);
	}

	#[test]
	fn exponential_is_within_two_units() {
		let mut worst = 0f64;
		for i in 0..2_000_000 {
			let x = -69.3 + i as f32 * (158.0 / 2_000_000.0);
			let want = f64::from(x).exp();
			if want < 2f64.powi(-100) || want > f64::from(f32::MAX) {
				continue;
			}
			worst = worst.max(ulps(exp(x), want));
		}
		println!("exp: worst error {worst:.3} units in the last place");
		assert!(worst < 2.0, "{worst}");
		assert_eq!(exp(0.0), 1.0);
		assert_eq!(exp(-70.0).to_bits(), 0);
		assert_eq!(exp(f32::NEG_INFINITY).to_bits(), 0);
		assert_eq!(exp(89.0), f32::INFINITY);
		assert_eq!(exp(f32::INFINITY), f32::INFINITY);
		assert_eq!(exp(f32::NAN).to_bits(), NAN);
		assert!(exp(88.722_83).is_finite());
	}

	#[test]
	fn logarithm_is_within_two_units() {
		let mut worst = 0f64;
		let near_one = (0..400_000).map(|i| 0.5 + i as f32 * (2.0 / 400_000.0));
		for x in samples(400_000).map(f32::abs).chain(near_one) {
			if !x.is_finite() || x < 2f32.powi(-100) || x == 1.0 {
				continue;
			}
			worst = worst.max(ulps(log(x), f64::from(x).ln()));
		}
		println!("log: worst error {worst:.3} units in the last place");
		assert!(worst < 2.0, "{worst}");
		assert_eq!(log(1.0).to_bits(), 0);
		assert_eq!(log(0.0), f32::NEG_INFINITY);
		assert_eq!(log(-1.0).to_bits(), NAN);
		assert_eq!(log(f32::INFINITY), f32::INFINITY);
		assert_eq!(log(f32::NAN).to_bits(), NAN);
	}

	#[test]
	fn products_are_not_contracted() {
		// A fused multiply-add would keep the low bits of the product.
		let x = 1.0 + f32::EPSILON;
		assert_eq!(sub(mul(x, x), mul(x, x)), 0.0);
		assert_eq!(add(mul(x, x), -(x * x)), 0.0);
		assert_ne!(x.mul_add(x, -(x * x)), 0.0);
	}
}
