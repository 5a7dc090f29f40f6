//! What the parts of a trade on each curve cost, and the whole mathematics of one as `pallet-curves` calls it: the record of a
//! curve keeps what was computed at its supply, so a trade computes the curve at one more point.

use criterion::{criterion_group, criterion_main, Criterion};
use engram_math::{
	curve::{graduation_tokens_floor, sale_payout_floor, Curve, Parameters, Shape, Spot, WHOLE},
	fee::mul_div_ceil,
	market::{
		Buying, FeeSchedule, Limiter, Limits, Metric, Moment, Momentum, Multiplier, Smoothing, Verdict,
		LEAST_ACCURACY, PPM,
	},
	MathError,
};
use std::hint::black_box;

const SUPPLY: u128 = 321 * WHOLE + 123;
const AMOUNT: u128 = 17 * WHOLE + 45;
const PAYMENT: u128 = 3 * WHOLE + 7;
/// A day after the launch, whose extra fee is not over yet: no part of a trade is left out.
const NOW: Moment = Moment { block: 14_400, time: 14_400 };
const BURN_RATE: u32 = 10_000;
const FACTOR: u32 = 700_000;
const FEES: FeeSchedule =
	FeeSchedule { base: 200_000, slope: 50_000, cap: 300_000, launch: 50_000, launch_window: 20_000 };
const LIMITS: Limits = Limits {
	per_block: 199_999,
	per_window: 400_000,
	window: 20_000,
	threshold: 100_000,
	rebound: 14_400,
	least_factor: 100_000,
};

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

/// What a record knows of its curve before a trade.
struct Market {
	curve: Curve,
	supply: u128,
	origin: Spot,
	spot: Spot,
	price: u128,
	reserve: u128,
	limiter: Limiter,
}

impl Market {
	fn at(curve: Curve, supply: u128) -> Result<Self, MathError> {
		let (origin, spot) = (curve.spot(0)?, curve.spot(supply)?);
		let (price, reserve) = (spot.price_floor(), curve.cost_ceil(&origin, &spot)?);
		let limiter = Limiter::new(Moment { block: 0, time: 0 }, price);
		Ok(Self { curve, supply, origin, spot, price, reserve, limiter })
	}

	fn multiplier() -> Result<Multiplier, MathError> {
		let metric = |measured| Metric { weight: PPM / 4, least: 0, measured: Some(measured) };
		Multiplier::of(&[950_000, 400_000, 850_000, 120_000].map(metric))
	}

	fn judge(&self, price: u128) -> Result<Verdict, MathError> {
		self.limiter.judge(&LIMITS, NOW, self.price, price)
	}

	fn moved(&self, price: u128) -> Momentum {
		Momentum { before: self.price, now: price }
	}

	/// Whether supply and pool have room below the maximum.
	fn has_room(&self, supply: u128, reserve: u128, price: u128) -> bool {
		let whole = graduation_tokens_floor(reserve, price).ok().and_then(|pool| pool.checked_add(supply));
		whole.is_some_and(|whole| whole <= self.curve.parameters().max_supply)
	}

	fn buy(&self, amount: u128) -> Result<(u128, Verdict), MathError> {
		let after = self.supply.checked_add(amount).ok_or(MathError::Overflow)?;
		let spot = self.curve.spot(after)?;
		let value = self.curve.cost_ceil(&self.spot, &spot)?;
		let premium = Self::multiplier()?.premium_ceil(value)?;
		let price = spot.price_floor();
		let reserve = self.reserve.checked_add(value).ok_or(MathError::Overflow)?;
		if !self.has_room(after, reserve, price) {
			return Err(MathError::OutOfDomain);
		}
		let verdict = self.judge(price)?;
		let fee = FEES.fee_ceil(value, self.moved(price), FACTOR, NOW.time)?;
		let total = value.checked_add(premium).and_then(|sum| sum.checked_add(fee));
		Ok((total.ok_or(MathError::Overflow)?, verdict))
	}

	fn affordable(&self, payment: u128) -> Result<u128, MathError> {
		let buying = Buying {
			curve: &self.curve,
			supply: self.supply,
			spot: &self.spot,
			multiplier: Self::multiplier()?,
			fees: &FEES,
			factor: FACTOR,
			before: self.moved(self.price).before,
			age: NOW.time,
		};
		buying.affordable_floor(payment)
	}

	fn spend(&self, payment: u128) -> Result<(u128, Verdict), MathError> {
		self.buy(self.affordable(payment)?)
	}

	fn sell(&self, amount: u128) -> Result<(u128, Verdict), MathError> {
		let back = amount - mul_div_ceil(amount, BURN_RATE.into(), PPM.into())?;
		let spot = self.curve.spot(self.supply - back)?;
		let whole = self.curve.cost_ceil(&self.origin, &self.spot)?;
		let integral = self.curve.sale_floor(&self.spot, &spot)?;
		let value = sale_payout_floor(integral, self.reserve, whole)?;
		let price = spot.price_floor();
		let verdict = self.judge(price)?;
		let fee = FEES.fee_ceil(value, self.moved(price), FACTOR, FEES.launch_window)?;
		Ok((value - fee, verdict))
	}
}

fn trades(criterion: &mut Criterion) {
	for (name, curve) in curves() {
		let mut group = criterion.benchmark_group(name);
		group.bench_function("price", |bencher| {
			bencher.iter(|| curve.price_floor(black_box(SUPPLY)));
		});
		group.bench_function("spot", |bencher| {
			bencher.iter(|| curve.spot(black_box(SUPPLY)));
		});
		let market = Market::at(curve, SUPPLY).expect("the supply is on the curve");
		let next = curve.spot(SUPPLY + AMOUNT).expect("the supply is on the curve");
		group.bench_function("cost", |bencher| {
			bencher.iter(|| curve.cost_ceil(black_box(&market.spot), black_box(&next)));
		});
		group.bench_function("sale", |bencher| {
			bencher.iter(|| {
				let integral = curve.sale_floor(black_box(&next), black_box(&market.spot));
				(integral, curve.cost_ceil(black_box(&market.origin), black_box(&next)))
			});
		});
		group.bench_function("amount", |bencher| {
			bencher.iter(|| curve.amount_between(SUPPLY, black_box(&market.spot), black_box(PAYMENT)));
		});
		for trade in [market.buy(AMOUNT), market.spend(PAYMENT), market.sell(AMOUNT)] {
			// A refused one would cost less.
			assert!(matches!(trade, Ok((1.., Verdict::Allowed(_)))), "{name}: {trade:?}");
		}
		group.bench_function("whole purchase", |bencher| {
			bencher.iter(|| black_box(&market).buy(black_box(AMOUNT)));
		});
		group.bench_function("whole spending", |bencher| {
			bencher.iter(|| black_box(&market).spend(black_box(PAYMENT)));
		});
		group.bench_function("whole sale", |bencher| {
			bencher.iter(|| black_box(&market).sell(black_box(AMOUNT)));
		});
		group.finish();
	}
}

/// What is the same for every curve.
fn terms(criterion: &mut Criterion) {
	let before = 1_200_000_000_000_000_000;
	let moved = Momentum { before, now: 1_350_000_000_000_000_000 };
	let metric = Metric { weight: PPM / 4, least: LEAST_ACCURACY, measured: Some(950_000) };
	let limiter = Limiter::new(Moment { block: 0, time: 0 }, before);
	let mut group = criterion.benchmark_group("terms");
	group.bench_function("premium", |bencher| {
		bencher
			.iter(|| Multiplier::of(black_box(&[metric; 4])).and_then(|m| m.premium_ceil(black_box(AMOUNT))));
	});
	group.bench_function("fee", |bencher| {
		bencher.iter(|| FEES.fee_ceil(black_box(AMOUNT), black_box(moved), FACTOR, NOW.time));
	});
	group.bench_function("limiter", |bencher| {
		bencher.iter(|| limiter.judge(&LIMITS, NOW, black_box(before), black_box(moved.now)));
	});
	group.bench_function("momentum", |bencher| {
		bencher.iter(|| black_box(moved).rate_floor(Smoothing { factor: FACTOR, window: 14_400 }));
	});
	group.finish();
}

criterion_group!(benches, trades, terms);
criterion_main!(benches);
