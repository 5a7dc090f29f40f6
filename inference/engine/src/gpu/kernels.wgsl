// The exact profile on a graphics device, operator by operator as `exact` defines it. Numbers
// travel as their bits, so that no load or store can change a NaN; `op.zero` is 0, read from a
// buffer, and stands between every product and the sum it goes into, so that no compiler can
// contract the two.

struct Op {
	rows: u32,
	columns: u32,
	inner: u32,
	a_row: u32,
	a_inner: u32,
	b_inner: u32,
	b_column: u32,
	ending: u32,
	zero: u32,
	rate: u32,
	unused_a: u32,
	unused_b: u32,
}

@group(0) @binding(0) var<uniform> op: Op;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read> e: array<u32>;
@group(0) @binding(4) var<storage, read_write> to: array<u32>;

const SIGN: u32 = 0x80000000u;
const MAGNITUDE: u32 = 0x7fffffffu;
const INFINITY: u32 = 0x7f800000u;
const MANTISSA: u32 = 0x007fffffu;
const HIDDEN: u32 = 0x00800000u;
const GROUP: u32 = 64u;

fn flush(x: f32) -> u32 {
	let bits = bitcast<u32>(x) ^ op.zero;
	return select(bits, 0u, (bits & MAGNITUDE) < FLOOR);
}

fn is_nan(x: u32) -> bool {
	return (x & MAGNITUDE) > INFINITY;
}

fn canonical(x: u32) -> u32 {
	return select(x, NAN, is_nan(x));
}

fn add(x: u32, y: u32) -> u32 {
	return flush(bitcast<f32>(x) + bitcast<f32>(y));
}

fn sub(x: u32, y: u32) -> u32 {
	return flush(bitcast<f32>(x) - bitcast<f32>(y));
}

fn mul(x: u32, y: u32) -> u32 {
	return flush(bitcast<f32>(x) * bitcast<f32>(y));
}

fn relu(x: u32) -> u32 {
	return select(x, 0u, (x & SIGN) != 0u && !is_nan(x));
}

fn order(x: u32) -> u32 {
	return select(x | SIGN, ~x, (x & SIGN) != 0u);
}

fn larger(x: u32, y: u32) -> u32 {
	return select(x, y, order(y) > order(x));
}

fn div(dividend: u32, divisor: u32) -> u32 {
	let left = canonical(dividend);
	let right = canonical(divisor);
	let sign = (left ^ right) & SIGN;
	let x = left & MAGNITUDE;
	let y = right & MAGNITUDE;
	if (x > INFINITY || y > INFINITY || (x == y && (x == 0u || x == INFINITY))) {
		return NAN;
	}
	if (x == INFINITY || y == 0u) {
		return sign | INFINITY;
	}
	if (x == 0u || y == INFINITY) {
		return 0u;
	}
	var exponent = i32(x >> 23u) - i32(y >> 23u) + 127;
	var rest = (x & MANTISSA) | HIDDEN;
	let by = (y & MANTISSA) | HIDDEN;
	if (rest < by) {
		rest = rest << 1u;
		exponent = exponent - 1;
	}
	var quotient = 0u;
	for (var i = 0u; i < 25u; i = i + 1u) {
		quotient = quotient << 1u;
		if (rest >= by) {
			rest = rest - by;
			quotient = quotient | 1u;
		}
		rest = rest << 1u;
	}
	var mantissa = quotient >> 1u;
	if ((quotient & 1u) == 1u && (rest != 0u || (quotient & 2u) == 2u)) {
		mantissa = mantissa + 1u;
	}
	if (mantissa == (HIDDEN << 1u)) {
		mantissa = HIDDEN;
		exponent = exponent + 1;
	}
	if (exponent >= 255) {
		return sign | INFINITY;
	}
	if (exponent <= 0) {
		return 0u;
	}
	let bits = sign | (u32(exponent) << 23u) | (mantissa & MANTISSA);
	return select(bits, 0u, (bits & MAGNITUDE) < FLOOR);
}

fn exponential(argument: u32) -> u32 {
	let x = canonical(argument);
	if (is_nan(x)) {
		return x;
	}
	if (order(x) > order(EXP_HIGH)) {
		return INFINITY;
	}
	if (order(x) < order(EXP_LOW)) {
		return 0u;
	}
	let rounded = add(mul(x, LOG2_E), ROUNDER);
	let k = bitcast<i32>(rounded) - bitcast<i32>(ROUNDER);
	let whole = sub(rounded, ROUNDER);
	let r = sub(sub(x, mul(whole, LN2_HIGH)), mul(whole, LN2_LOW));
	var p = add(mul(0u, r), EXP_0);
	p = add(mul(p, r), EXP_1);
	p = add(mul(p, r), EXP_2);
	p = add(mul(p, r), EXP_3);
	p = add(mul(p, r), EXP_4);
	p = add(mul(p, r), EXP_5);
	p = add(add(mul(mul(r, r), p), r), ONE);
	let bits = min(bitcast<u32>(bitcast<i32>(p) + (k << 23u)), INFINITY);
	return select(bits, 0u, (bits & MAGNITUDE) < FLOOR);
}

fn index(group: vec3<u32>, groups: vec3<u32>, lane: u32) -> u32 {
	return (group.y * groups.x + group.x) * GROUP + lane;
}

// One element of a product, with what follows it: 1 adds the row's bias, 2 also cuts off what is
// negative, 3 passes nothing where `e` is 0.
@compute @workgroup_size(64)
fn product(
	@builtin(workgroup_id) group: vec3<u32>,
	@builtin(num_workgroups) groups: vec3<u32>,
	@builtin(local_invocation_index) lane: u32,
) {
	let at = index(group, groups, lane);
	if (at >= op.rows * op.columns) {
		return;
	}
	let row = at / op.columns;
	let column = at % op.columns;
	var i = row * op.a_row;
	var j = column * op.b_column;
	var sum = 0u;
	for (var k = 0u; k < op.inner; k = k + 1u) {
		sum = add(sum, mul(a[i], b[j]));
		i = i + op.a_inner;
		j = j + op.b_inner;
	}
	sum = canonical(sum);
	if (op.ending == 1u || op.ending == 2u) {
		sum = canonical(add(sum, e[row]));
	}
	if (op.ending == 2u) {
		sum = relu(sum);
	}
	if (op.ending == 3u && e[at] == 0u) {
		sum = 0u;
	}
	to[at] = sum;
}

// The gradient of softmax cross-entropy in the logits of one row of the batch. `a` holds logits of
// `rows x columns` (classes by batch rows), `e` labels.
@compute @workgroup_size(64)
fn loss_gradient(
	@builtin(workgroup_id) group: vec3<u32>,
	@builtin(num_workgroups) groups: vec3<u32>,
	@builtin(local_invocation_index) lane: u32,
) {
	let j = index(group, groups, lane);
	if (j >= op.columns) {
		return;
	}
	var largest = a[j];
	for (var c = 1u; c < op.rows; c = c + 1u) {
		largest = larger(largest, a[c * op.columns + j]);
	}
	var sum = 0u;
	for (var c = 0u; c < op.rows; c = c + 1u) {
		let at = c * op.columns + j;
		let value = exponential(sub(a[at], largest));
		to[at] = value;
		sum = add(sum, value);
	}
	for (var c = 0u; c < op.rows; c = c + 1u) {
		let at = c * op.columns + j;
		var p = div(to[at], sum);
		if (c == e[j]) {
			p = canonical(sub(p, ONE));
		}
		to[at] = p;
	}
}

// One number of the update.
@compute @workgroup_size(64)
fn descend(
	@builtin(workgroup_id) group: vec3<u32>,
	@builtin(num_workgroups) groups: vec3<u32>,
	@builtin(local_invocation_index) lane: u32,
) {
	let at = index(group, groups, lane);
	if (at >= op.rows * op.columns) {
		return;
	}
	to[at] = canonical(sub(to[at], mul(op.rate, a[at])));
}
