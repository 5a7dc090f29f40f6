//! What the parts of a trade on each curve cost: price, cost, payout, and the amount that a payment buys.

use criterion::{criterion_group, criterion_main, Criterion};
use engram_math::curve::{Curve, Parameters, Shape, WHOLE};
use std::hint::black_box;

fn curves() -> [(&'static str, Curve); 3] {
	let midpoint = 500 * WHOLE;
	[("linear", Shape::Linear), ("exponential", Shape::Exponential), ("sigmoid", Shape::Sigmoid { midpoint })]
		.map(|(name, shape)| {
			let parameters = Parameters {
				shape,
				price: 1_000_000_000_000_000_000,
				angle: 10_000_000_000_000_000,
				max_supply: 1_000 * WHOLE,
			};
			(name, Curve::new(parameters).expect("the parameters are valid"))
		})
}

fn trades(criterion: &mut Criterion) {
	for (name, curve) in curves() {
		let mut group = criterion.benchmark_group(name);
		let (supply, amount) = (321 * WHOLE + 123, 17 * WHOLE + 45);
		group.bench_function("price", |bencher| {
			bencher.iter(|| curve.price_floor(black_box(supply)));
		});
		group.bench_function("spot", |bencher| {
			bencher.iter(|| curve.spot(black_box(supply)));
		});
		group.bench_function("cost", |bencher| {
			bencher.iter(|| curve.buy_cost_ceil(black_box(supply), black_box(amount)));
		});
		group.bench_function("sale", |bencher| {
			bencher.iter(|| {
				let integral = curve.sale_integral_floor(black_box(supply), black_box(amount));
				(integral, curve.integral_to_ceil(black_box(supply)))
			});
		});
		group.bench_function("amount", |bencher| {
			bencher.iter(|| curve.buy_amount_floor(black_box(supply), black_box(3 * WHOLE + 7)));
		});
		group.finish();
	}
}

criterion_group!(benches, trades);
criterion_main!(benches);
